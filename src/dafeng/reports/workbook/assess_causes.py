"""The sheets of the causes and of the outlook, whose effects, sums, changes and rates are formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.catalog import convert
from dafeng.reports.wording import named, sign
from dafeng.reports.workbook.assess import block, heads
from dafeng.reports.workbook.cells import Book, Formula, Place, Sheet, column_name, factor_text

GREAT = {"t_CO2": "1e8t_CO2", "tce": "1e8tce", "MWh": "TWh"}
DECIMALS = 4


def write_causes(book: Book, data: Mapping[str, Any]) -> None:
    """A block for each identity: totals and factors by year, their effects, and the sums over periods."""
    sheet = Sheet(book, "causes", (0, 1))
    row = 0
    for one in data["causes"]["identities"]:
        row = _identity(sheet, row, one) + 1
    for one in data["causes"]["refused"]:
        sheet.text(row, 0, one["title"][book.lang])
        sheet.text(row, 1, one["why"][book.lang])
        row += 1
    for one in data["causes"]["structure"]:
        row = _structure(sheet, row + 1, one)
    sheet.finish({0: 22, **dict.fromkeys(range(1, 30), 17)})


def _identity(sheet: Sheet, row: int, one: Mapping[str, Any]) -> int:
    book, lang, count = sheet.book, sheet.book.lang, len(one["factors"])
    show = GREAT.get(one["unit"], one["unit"])
    scale = convert(1.0, one["unit"], show)
    unit, names = sign(show, lang), [factor["name"][lang] for factor in one["factors"]]
    row = block(sheet, row, f"{one['title'][lang]}: {one['identity']}")
    if one["seams"]:
        sheet.text(row, 0, book.word("assess.causes.seams", years=", ".join(map(str, one["seams"]))))
        row += 1
    effects = [book.word("assess.xl.effect", factor=name, unit=unit) for name in names]
    change = f"{book.word('assess.causes.change')} ({unit})"
    ratios = [book.word("assess.xl.ratio", factor=name) for name in names] if one["ratios"] else []
    texts = [book.word("report.xl.col.year"), f"{book.word('assess.xl.total')} ({unit})", change, *effects, *ratios]
    row = heads(sheet, row, texts, 34)
    place = _years(sheet, row, one, scale)
    row += len(one["totals"]) + 1
    row = heads(sheet, row, [book.word("assess.causes.period"), "", change, *effects], 34)
    for span in (*one["periods"], one["whole"]):
        sheet.text(row, 0, f"{span['start']}–{span['end']}")
        first, last = place[span["start"]] + 1, place[span["end"]]
        for column, value in ((2, span["change"]), *((3 + k, span["effects"][k]) for k in range(count))):
            name = column_name(column)
            form = Formula(f"SUM({name}{first + 1}:{name}{last + 1})", value * scale)
            sheet.result(row, column, value * scale, [form], decimals=DECIMALS, entered=False)
        row += 1
    return row


def _years(sheet: Sheet, row: int, one: Mapping[str, Any], scale: float) -> dict[int, int]:
    """The years of an identity; year -> row. A year's effect is L(V1, V0) ln(x1/x0), a formula where there is one
    cell."""
    count, places = len(one["factors"]), {}
    ratios = {line[0]: line[1:] for line in one["ratios"] or ()}
    spans = {span["end"]: span for span in one["yearly"]}
    for year, total in one["totals"]:
        places[year] = row
        sheet.year(row, 0, year)
        given = [
            sheet.number(row, 3 + count + k, ratio, num_format="0.000000E+00")
            for k, ratio in enumerate(ratios.get(year, ()))
        ]
        forms = []
        if given:
            text = "*".join(place.seen_from(sheet.title) for place in given) + f"*{factor_text(scale)}"
            forms = [Formula(text, math.prod(place.value for place in given) * scale)]
        sheet.result(row, 1, total * scale, forms, decimals=DECIMALS)
        if year in spans:
            _effects(sheet, row, spans[year], given, scale=scale, count=count)
        row += 1
    return places


def _effects(
    sheet: Sheet, row: int, span: Mapping[str, Any], given: Sequence[Place], *, scale: float, count: int
) -> None:
    here, above = row + 1, row
    change = Formula(f"B{here}-B{above}", (span["after"] - span["before"]) * scale)
    sheet.result(row, 2, span["change"] * scale, [change], decimals=DECIMALS)
    for k in range(count):
        forms = []
        value = span["effects"][k] * scale
        if given and span["after"] != span["before"]:
            cell = column_name(3 + count + k)
            mean = f"(B{here}-B{above})/LN(B{here}/B{above})"
            forms = [Formula(f"{mean}*LN({cell}{here}/{cell}{above})", value)]
        sheet.result(row, 3 + k, value, forms, decimals=DECIMALS)


def _structure(sheet: Sheet, row: int, one: Mapping[str, Any]) -> int:
    """What the emissions are made of, by year, with the sum and the shares of the last year."""
    book, lang = sheet.book, sheet.book.lang
    unit = GREAT.get(one["figure"]["unit"], one["figure"]["unit"])
    scale = convert(1.0, one["figure"]["unit"], unit)
    kind = one["id"]
    row = block(sheet, row, f"{book.word(f'assess.causes.by_{kind}')} ({sign(unit, lang)})")
    row = heads(
        sheet,
        row,
        [book.word("report.xl.col.year"), *(part["name"][lang] for part in one["parts"]), book.word("assess.xl.sum")],
    )
    for at, (year, _) in enumerate(one["parts"][0]["points"]):
        sheet.year(row, 0, year)
        values = [part["points"][at][1] * scale for part in one["parts"]]
        for k, value in enumerate(values):
            sheet.number(row, 1 + k, value, decimals=DECIMALS, quality=one["figure"]["quality"] if k == 0 else "")
        last = column_name(len(values))
        total = math.fsum(values)
        sheet.result(
            row, 1 + len(values), total, [Formula(f"SUM(B{row + 1}:{last}{row + 1})", total)], decimals=DECIMALS
        )
        row += 1
    return row


def write_decoupling(book: Book, data: Mapping[str, Any]) -> None:
    """Tapio's elasticity, the ratio of two changes, with its state."""
    found, lang = data["causes"]["decoupling"], book.lang
    sheet = Sheet(book, "decoupling", (0, 0))
    row = block(sheet, 0, book.word("assess.causes.decoupling"))
    sheet.text(row, 0, found["why"][lang] if found["why"] else book.word("assess.causes.decoupling_lead"))
    row += 2
    keys = ("period", "gdp", "elasticity", "state")
    period, gdp, elasticity, state = (book.word(f"assess.causes.{key}") for key in keys)
    for rows in (found["periods"], found["yearly"]):
        if not rows:
            continue
        row = heads(sheet, row, [period, f"{gdp} (%)", "CO₂ (%)", elasticity, state])
        for one in rows:
            sheet.text(row, 0, f"{one['start']}–{one['end']}")
            sheet.number(row, 1, one["driver_pct"], decimals=2)
            sheet.number(row, 2, one["pressure_pct"], decimals=2)
            if one["elasticity"] is not None:
                form = Formula(f"C{row + 1}/B{row + 1}", one["pressure_pct"] / one["driver_pct"])
                sheet.result(row, 3, one["elasticity"], [form], decimals=2)
            sheet.text(row, 4, one["text"][lang])
            row += 1
        row += 1
    sheet.finish({0: 14, 1: 12, 2: 12, 3: 12, 4: 30})


def write_outlook(book: Book, data: Mapping[str, Any]) -> None:
    """Every target that can be extended: figure, goal, rates, what the trend gives in the due year."""
    lang = book.lang
    sheet = Sheet(book, "outlook", (1, 1))
    columns = ("name", "definition", "unit", "current", "year", "value", "due")
    texts = [book.word(f"report.xl.col.{key}") for key in columns]
    own = ("gap", "required", "rate", "low", "high", "expected", "expected_low", "expected_high", "meets")
    more = [book.word(f"assess.xl.{key}") for key in own]
    heads(sheet, 0, [*texts, *more, book.word("report.xl.col.state"), book.word("report.xl.col.why")])
    for row, one in enumerate(data["outlook"], start=1):
        sheet.text(row, 0, one["name"][lang], text_wrap=True)
        sheet.text(row, 1, named(data, "scope", one["scope"], lang), text_wrap=True)
        sheet.text(row, 2, sign(one["unit"], lang))
        sheet.number(row, 3, one["value"], decimals=2, quality=one["quality"])
        sheet.year(row, 4, one["year"])
        _goal(sheet, row, one)
        for column, key in (
            (9, "rate"),
            (10, "rate_low"),
            (11, "rate_high"),
            (12, "expected"),
            (13, "low"),
            (14, "high"),
        ):
            if one[key] is not None:
                sheet.number(row, column, one[key], decimals=2)
        if one["meets"] is not None:
            sheet.year(row, 15, one["meets"])
        sheet.text(row, 16, one["state_name"][lang])
        sheet.text(row, 17, one["why"][lang] if one["why"] else "", text_wrap=True)
    sheet.sheet.set_row(0, 34)
    sheet.finish({0: 34, 1: 26, 2: 10, **dict.fromkeys(range(3, 16), 12), 16: 14, 17: 70})


def _goal(sheet: Sheet, row: int, one: Mapping[str, Any]) -> None:
    """Goal, due year, what is still to go, and the rate that is needed from here."""
    at, value, goal = row + 1, one["value"], one["goal"]
    sheet.number(row, 5, goal, decimals=2)
    sheet.result(row, 7, goal - value, [Formula(f"F{at}-D{at}", goal - value)], decimals=2)
    if one["due_year"] is None:
        return
    sheet.year(row, 6, one["due_year"])
    if one["required"] is None:
        return
    left, years = one["due_year"] - one["year"], f"(G{at}-E{at})"
    forms = [Formula(f"(F{at}-D{at})/{years}", (goal - value) / left)]
    if goal > -100 and value > -100:
        compound = 100 * (((1 + goal / 100) / (1 + value / 100)) ** (1 / left) - 1)
        forms.append(Formula(f"100*(((1+F{at}/100)/(1+D{at}/100))^(1/{years})-1)", compound))
    sheet.result(row, 8, one["required"], forms, decimals=2)
