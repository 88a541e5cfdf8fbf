"""Sheets of the workbook on targets and steps: targets, board, timetable, roadmap, projects, other plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.catalog import word
from dafeng.reports.economy.compare import QUANTITIES
from dafeng.reports.economy.excel_words import name_of, region_of, titled, with_service
from dafeng.reports.economy.held import NATIONAL
from dafeng.reports.wording import amount, sign, target_phrase
from dafeng.reports.workbook.cells import BLOCK, HEAD, Book, Formula, Sheet
from dafeng.targets import PROVINCE_LAYER

MISSED = {"bg_color": "#F9DFD5"}
WIDE = 44
COLUMNS = ("peak_year", "peak", "co2_2030", "wind_solar_2030", "non_fossil_2030", "coal", "energy")


def _heads(sheet: Sheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, **HEAD)


def _keys(book: Book, *keys: str) -> list[str]:
    return [book.word(f"economy.col.{key}") for key in keys]


def _places(table: Mapping[str, Any]) -> dict[str, int]:
    return {name: number for number, name in enumerate(table["columns"])}


def targets_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """Every target: how it enters the model, by period what the plan has, how that stands and what keeping it costs at
    the margin, and why it is no limit. National targets that a part of the nation is not held to come last.
    """
    sheet = titled(book, "targets", (2, 2))
    if data["targets_note"]:
        sheet.text(0, 2, data["targets_note"][book.lang])
    heads = _keys(book, "target", "name", "clause", "action", "asked", "due_year", "how")
    heads[:2] = _keys(book, "id", "target")
    by_year = [
        f"{book.word(f'economy.col.{key}')} {year}" for key in ("value", "state", "price") for year in data["years"]
    ]
    count = len(data["years"])
    _heads(
        sheet,
        1,
        [*heads, *by_year[:count], *_keys(book, "unit"), *by_year[count:], *_keys(book, "price_unit", "reason")],
    )
    row = 2
    own = [one for one in data["targets"] if one["how"] != NATIONAL]
    others = [one for one in data["targets"] if one["how"] == NATIONAL]
    for one in own:
        _target_row(sheet, book, one, row)
        row += 1
    if others:
        row += 1
        sheet.text(row, 0, book.word("economy.page.national_targets", count=len(others)), **BLOCK)
        for at, one in enumerate(others, start=row + 1):
            _target_row(sheet, book, one, at)
    sheet.finish({1: WIDE, 9 + 3 * count: 60})


def _target_row(sheet: Sheet, book: Book, one: Mapping[str, Any], row: int) -> None:
    lang = book.lang
    sheet.text(row, 0, one["target"])
    sheet.text(row, 1, one["name"][lang])
    sheet.text(row, 2, one["clause"] or book.word(f"report.layer.{one['layer']}"))
    sheet.text(row, 3, book.word(f"report.action.{one['action']}") if one["layer"] != PROVINCE_LAYER else "")
    if one["value"] is not None:
        sheet.text(row, 4, amount(one["value"], one["unit"].removesuffix("/year"), lang))
    if one["due_year"]:
        sheet.year(row, 5, one["due_year"])
    sheet.text(row, 6, book.word(f"economy.how.{one['how']}"))
    count = len(one["price"])
    sheet.text(row, 7 + count, sign(one["amount_unit"], lang) if one["amount_unit"] else "")
    for y, (value, state, price) in enumerate(zip(one["amount"], one["state"], one["price"], strict=True)):
        if value is not None:
            sheet.number(row, 7 + y, value, decimals=2)
            look = MISSED if state == "missed" else {}
            sheet.text(row, 8 + count + y, book.word(f"economy.state.{state}"), **look)
        if price is not None:
            sheet.number(row, 8 + 2 * count + y, price, decimals=2)
    last = 8 + 3 * count
    sheet.text(row, last, sign(one["price_unit"], lang) if one["price_unit"] else "")
    sheet.text(row, last + 1, one["reason"][lang])


def board_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """The board of the scenario: one row a reading."""
    sheet = titled(book, "board", (2, 2))
    keys = ("id", "target", "clause", "asked", "due_year", "value", "unit", "year", "state", "reason")
    _heads(sheet, 1, _keys(book, *keys))
    row = 2
    for one in data["boards"]["plan"]:
        for reading in one["readings"]:
            sheet.text(row, 0, one["target"])
            sheet.text(row, 1, one["name"][book.lang])
            sheet.text(row, 2, one["clause"])
            sheet.text(row, 3, target_phrase(one, book.lang))
            if one["due_year"]:
                sheet.year(row, 4, one["due_year"])
            if reading["current"] is not None:
                sheet.number(row, 5, reading["current"], decimals=2, quality=reading["quality"])
            sheet.text(row, 6, sign(reading["unit"], book.lang))
            if reading["year"]:
                sheet.year(row, 7, reading["year"])
            sheet.text(row, 8, book.word(f"state.{reading['state']}"))
            sheet.text(row, 9, reading["why"].get(book.lang, ""))
            row += 1
    sheet.finish({1: WIDE})


def timetable_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """Milestones by target and period; the margin is live where more is better or worse without a band."""
    sheet = titled(book, "timetable", (2, 3))
    keys = ("id", "target", "year", "value", "required", "margin", "unit", "state", "price", "price_unit", "clause")
    _heads(sheet, 1, _keys(book, *keys))
    targets = {one["target"]: one for one in data["targets"]}
    for row, line in enumerate(data["timetable"], start=2):
        one = targets[line["target"]]
        look = MISSED if line["state"] == "missed" else {}
        sheet.text(row, 0, line["target"])
        sheet.text(row, 1, one["name"][book.lang])
        sheet.year(row, 2, line["year"])
        sheet.number(row, 3, line["value"], decimals=3)
        if line["required"] is not None:
            sheet.number(row, 4, line["required"], decimals=3)
            text = f"D{row + 1}-E{row + 1}"
            rising = abs(line["value"] - line["required"] - line["margin"]) <= 1e-9 * max(1.0, abs(line["value"]))
            formula = Formula(text if rising else f"E{row + 1}-D{row + 1}", line["margin"])
            sheet.formula(row, 5, formula, line["margin"], decimals=3)
        sheet.text(row, 6, sign(line["unit"], book.lang))
        sheet.text(row, 7, book.word(f"economy.state.{line['state']}"), **look)
        if line["price"] is not None:
            sheet.number(row, 8, line["price"], decimals=2)
            sheet.text(row, 9, sign(line["price_unit"] or "", book.lang))
        sheet.text(row, 10, one["clause"])
    _milestones(sheet, book, data, len(data["timetable"]) + 3)
    sheet.finish({1: WIDE})


def _milestones(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> None:
    """The main quantities of the plan, below the targets."""
    sheet.text(row, 0, book.word("economy.page.milestones"), **BLOCK)
    for quantity, unit in QUANTITIES.items():
        for year, value in zip(data["years"], data["summary"][quantity], strict=True):
            row += 1
            sheet.text(row, 1, book.word(f"economy.summary.{quantity}"))
            sheet.year(row, 2, year)
            sheet.number(row, 3, value, decimals=2)
            sheet.text(row, 6, sign(unit, book.lang))


def roadmap_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """Every step, with a live sum of the money."""
    sheet = titled(book, "roadmap", (2, 2))
    at = _places(data["roadmap"])
    keys = ("region", "year", "what", "item", "from", "amount", "unit", "investment", "co2", "action")
    _heads(sheet, 1, _keys(book, *keys))
    row = 2
    for row, line in enumerate(data["roadmap"]["rows"], start=2):
        sheet.text(row, 0, region_of(data, line[at["region"]], book.lang))
        sheet.year(row, 1, line[at["year"]])
        sheet.text(row, 2, book.word(f"economy.what.{line[at['what']]}"))
        sheet.text(row, 3, with_service(data, line[at["item"]], book.lang))
        sheet.text(row, 4, name_of(data, line[at["from"]], book.lang) if line[at["from"]] else "")
        sheet.number(row, 5, line[at["amount"]], decimals=3)
        sheet.text(row, 6, sign(line[at["unit"]], book.lang))
        sheet.number(row, 7, line[at["investment"]], decimals=3)
        if line[at["co2"]] is not None:
            sheet.number(row, 8, line[at["co2"]], decimals=3)
        elif line[at["co2_none"]]:
            sheet.text(row, 8, book.word(f"economy.co2.{line[at['co2_none']]}"), font_color="#5F6D72")
        sheet.text(row, 9, f"{line[at['action']]} {book.word('report.action.' + str(line[at['action']]))}")
    if data["roadmap"]["rows"]:
        whole = sum(line[at["investment"]] for line in data["roadmap"]["rows"])
        sheet.text(row + 1, 0, book.word("economy.xl.sum"), bold=True)
        sheet.formula(row + 1, 7, Formula(f"SUM(H3:H{row + 1})", whole), whole, decimals=1, bold=True, top=1)
    means = data["roadmap"]["intensity"]
    said = {key: _by_year(data, means[key], 1.0 if key == "electricity" else 1e3, book.lang) for key in means}
    for place, text in enumerate((book.word("economy.page.indicative"), book.word("economy.page.intensity", **said))):
        sheet.text(row + 3 + place, 0, text, font_color="#5F6D72")
    sheet.finish({0: 16})


def _by_year(data: Mapping[str, Any], values: Sequence[float], factor: float, lang: str) -> str:
    """`2025: 0.39, 2030: 0.28` in words of a language."""
    digits, colon = 2 if factor == 1.0 else 0, word("report.colon", lang)
    parts = [f"{year}{colon}{value * factor:.{digits}f}" for year, value in zip(data["years"], values, strict=True)]
    return word("report.list_separator", lang).join(parts)


def projects_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """Units that retire or are converted, and what is built, with a live sum of the money."""
    sheet = titled(book, "projects", (2, 2))
    keys = (
        *("year", "what", "region", "province", "id", "name", "unit_name", "item", "to", "mw", "start_year", "action"),
        *("plan_mw", "investment", "co2", "basis", "no_figure", "status"),
    )
    _heads(sheet, 1, _keys(book, *keys))
    rows = [dict(zip(data["projects"]["columns"], line, strict=True)) for line in data["projects"]["rows"]]
    for row, one in enumerate(rows, start=2):
        _project_row(sheet, book, data, one, row)
    if rows:
        last = len(rows) + 2
        whole = sum(one.get("investment") or 0.0 for one in rows)
        sheet.text(last, 0, book.word("economy.xl.sum"), bold=True)
        sheet.formula(last, 13, Formula(f"SUM(N3:N{last})", whole), whole, decimals=1, bold=True, top=1)
        for place, key in enumerate(("project_figures", "project_names"), start=2):
            sheet.text(last + place, 0, book.word(f"economy.page.{key}"), font_color="#5F6D72")
    sheet.finish()


def _project_row(sheet: Sheet, book: Book, data: Mapping[str, Any], one: Mapping[str, Any], row: int) -> None:
    sheet.year(row, 0, one["year"])
    sheet.text(row, 1, book.word(f"economy.what.{one['what']}"))
    sheet.text(row, 2, region_of(data, one["region"], book.lang))
    sheet.text(row, 3, region_of(data, one["province"], book.lang))
    for column, key in ((4, "id"), (5, "name"), (6, "unit_name")):
        sheet.text(row, column, one[key])
    sheet.text(row, 7, with_service(data, one["item"], book.lang))
    sheet.text(row, 8, name_of(data, one["to"], book.lang) if one["to"] else "")
    sheet.number(row, 9, one["mw"], decimals=0)
    if one["start_year"]:
        sheet.year(row, 10, one["start_year"])
    sheet.text(row, 11, f"{one['action']} {book.word('report.action.' + str(one['action']))}")
    if "basis" not in one:  # a plan that was kept before units had figures
        return
    sheet.number(row, 12, one["plan_mw"], decimals=0)
    missing = []
    for column, key, words in ((13, "investment", "invest"), (14, "co2", "co2")):
        if one[key] is not None:
            sheet.number(row, column, one[key], decimals=3, quality="estimated")
        else:
            why = book.word(f"economy.{words}.{one[key + '_none']}")
            missing.append(f"{_keys(book, key)[0]} {why}")
    sheet.text(row, 15, book.word(f"economy.basis.{one['basis']}"))
    sheet.text(row, 16, book.word("report.list_separator").join(missing), font_color="#5F6D72")
    if one.get("status"):
        sheet.text(row, 17, book.word(f"economy.unit_status.{one['status']}"))


def comparison_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """Quantities, capacities and targets of two plans; the change is live."""
    sheet, found = titled(book, "comparison", (2, 3)), data["comparison"]
    names = [found["a"]["name"], found["b"]["name"]]
    _heads(sheet, 1, [*_keys(book, "quantity", "unit", "year"), *names, *_keys(book, "change"), "%"])
    row = 2
    for kind in ("rows", "capacity"):
        for line in found[kind]:
            quantity = line["quantity"]
            text = (
                name_of(data, quantity, book.lang) if kind == "capacity" else book.word(f"economy.summary.{quantity}")
            )
            sheet.text(row, 0, text)
            sheet.text(row, 1, sign(line["unit"], book.lang))
            sheet.year(row, 2, line["year"])
            for column, key in ((3, "a"), (4, "b")):
                if line[key] is not None:
                    sheet.number(row, column, line[key], decimals=2)
            if line["change"] is not None:
                sheet.formula(row, 5, Formula(f"E{row + 1}-D{row + 1}", line["change"]), line["change"], decimals=2)
            if line["percent"] is not None:
                sheet.number(row, 6, line["percent"], decimals=1)
            row += 1
    row += 1
    _heads(sheet, row, [*_keys(book, "target", "unit", "year"), *names, *_keys(book, "required")])
    for at, line in enumerate(found["targets"], start=row + 1):
        sheet.text(at, 0, f"{line['target']} {line['name'][book.lang]}")
        sheet.text(at, 1, sign(line["unit"], book.lang))
        sheet.year(at, 2, line["year"])
        for column, key, state in ((3, "a", "state_a"), (4, "b", "state_b")):
            if line[key] is not None:
                sheet.number(at, column, line[key], decimals=2, **(MISSED if line[state] == "missed" else {}))
        if line["required"] is not None:
            sheet.number(at, 5, line["required"], decimals=2)
    sheet.finish({0: WIDE})


def published_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """One row a figure: what others published, in the unit and scope of the source."""
    sheet = titled(book, "published", (2, 2))
    _heads(sheet, 1, _keys(book, "study", "scenario", "quantity", "year", "value", "unit", "state", "reason", "source"))
    sheet.text(1, 6, book.word("report.board.scope"), **HEAD)
    row = 2
    for column in COLUMNS:
        own = data["published_own"].get(column)
        if own:
            sheet.text(row, 0, book.word("economy.page.this_plan"))
            sheet.text(row, 1, data["scenario"]["title"][book.lang])
            sheet.text(row, 2, book.word(f"economy.col.{column}"))
            sheet.number(row, 4, own["value"], decimals=0 if own["unit"] == "year" else 2, quality="estimated")
            sheet.text(row, 5, sign(own["unit"], book.lang))
            sheet.text(row, 6, book.word(f"economy.scope.{own['scope']}") if own["scope"] else "")
            row += 1
    for study in data["published"]:
        for column, figures in (*study["figures"].items(), ("more", study["more"])):
            for one in figures:
                key = f"economy.col.{column}" if column != "more" else f"economy.quantity.{one['quantity']}"
                sheet.text(row, 0, study["study"])
                sheet.text(row, 1, study["scenario"][book.lang])
                sheet.text(row, 2, book.word(key))
                if one["year"]:
                    sheet.year(row, 3, one["year"])
                if one["unit"] == "year":
                    sheet.year(row, 4, int(one["value"]))
                else:
                    sheet.number(row, 4, one["value"], decimals=2, quality=one["quality"])
                sheet.text(row, 5, sign(one["unit"], book.lang))
                sheet.text(row, 6, book.word(f"economy.scope.{one['scope']}") if one["scope"] else "")
                sheet.text(row, 7, one["note"][book.lang])
                sheet.text(row, 8, "; ".join(study["source"]))
                row += 1
    sheet.finish({7: WIDE})
