"""The board as a sheet: a row for each reading of each target, with the distance and the needed pace as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dafeng.reports.wording import definition, named, sign, target_phrase
from dafeng.reports.workbook.cells import Book, Formula, Place, Sheet, factor_text
from dafeng.reports.workbook.figures import Figure, Placed
from dafeng.reports.workbook.ledger import entity_name

COLUMNS = (
    "region",
    "layer",
    "target",
    "clause",
    "action",
    "name",
    "asked",
    "value",
    "unit",
    "low",
    "high",
    "base",
    "due",
    "definition",
    "current",
    "year",
    "quality",
    "distance",
    "need",
    "trend",
    "rate_unit",
    "state",
    "why",
    "data_needed",
    "note",
)
AT = {name: index for index, name in enumerate(COLUMNS)}
STATE_LOOKS = {
    "met": ("#DCECF6", "#0B4A6F"),
    "on_track": ("#DBF0E6", "#0D5A3E"),
    "at_risk": ("#FBE9C6", "#6B4600"),
    "missed": ("#F9DFD5", "#8A2C0D"),
    "not_due": ("#E6E8F4", "#3C4470"),
    "no_data": ("#E9EDEC", "#4A575C"),
    "not_measurable": ("#FFFFFF", "#4A575C"),
}
WIDTHS: Mapping[int, float] = dict(
    enumerate((9, 12, 16, 10, 13, 34, 26, 9, 11, 10, 10, 7, 7, 36, 12, 7, 12, 12, 11, 11, 15, 13, 52, 44, 52))
)  # as wide as COLUMNS needs
SCALES = (1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e1, 1e2, 1e3, 1e4)
Row = Mapping[str, Any]


def write_board(book: Book, data: Mapping[str, Any], placed: Placed) -> None:
    """Every target of every region; its formulas point at the sheets of figures."""
    sheet = Sheet(book, "board", (1, 6))
    sheet.head(0, COLUMNS)
    row = 1
    for region, targets in data["boards"].items():
        for target in targets:
            readings = [
                one for one in target["readings"] if one["state"] != "no_data" or one.get("current") is not None
            ]
            for reading in readings or [None]:
                _target(data, sheet, row, region, target)
                _reading(data, sheet, row, target, reading, placed=placed)
                row += 1
    sheet.rule_lines(row - 1, len(COLUMNS) - 1)
    sheet.sheet.set_row(0, 34)
    sheet.sheet.autofilter(0, 0, max(row - 1, 1), len(COLUMNS) - 1)
    sheet.sheet.print_area(0, 0, max(row - 1, 1), AT["state"])  # the long texts to the right are for the screen
    sheet.finish(WIDTHS)


def _target(data: Mapping[str, Any], sheet: Sheet, row: int, region: str, target: Row) -> None:
    book = sheet.book
    clause = target["clause"] if isinstance(target["clause"], str) else "; ".join(target["clause"])
    action = "" if target["action"] is None else book.word(f"report.action.{target['action']}")
    texts = {
        "region": entity_name(data, region, book.lang),
        "layer": book.word(f"report.layer.{target['layer']}"),
        "target": target["target"],
        "clause": clause,
        "action": action,
        "name": target["name"][book.lang],
        "asked": target_phrase(target, book.lang),
        "unit": sign(target["unit"].removesuffix("/year"), book.lang) if target["kind"] != "peak" else "",
        "data_needed": target["data_needed"][book.lang],
        "note": target["note"][book.lang],
    }
    for name, text in texts.items():
        sheet.text(row, AT[name], text, text_wrap=name in ("name", "asked", "data_needed", "note"))
    if target["value"] is not None:
        sheet.number(row, AT["value"], target["value"], num_format="0" if target["unit"] == "year" else "General")
    for name, end in zip(("low", "high"), target["band"] or (), strict=False):
        sheet.number(row, AT[name], end, num_format="General")
    for name, year in (("base", target["base_year"]), ("due", target["due_year"])):
        if year:
            sheet.year(row, AT[name], year)


def _reading(
    data: Mapping[str, Any], sheet: Sheet, row: int, target: Row, reading: Row | None, *, placed: Placed
) -> None:
    book = sheet.book
    state = reading["state"] if reading else target["state"]
    ground, ink = STATE_LOOKS[state]
    sheet.text(row, AT["state"], book.word(f"state.{state}"), bg_color=ground, font_color=ink, bold=True)
    if reading is None:
        return
    figure = figure_of(data, reading)
    said = [named(data, "scope", reading["scope"], book.lang), named(data, "vintage", reading["vintage"], book.lang)]
    peak = re.fullmatch(r"peak<=(\d{4})", reading["reading"] or "")
    if peak:
        said.insert(0, book.word("report.reading.peak_by", year=peak[1]))
    sheet.text(
        row,
        AT["definition"],
        " · ".join(part for part in said if part) or (definition(data, figure, book.lang) if figure else ""),
        text_wrap=True,
    )
    sheet.text(row, AT["why"], reading["why"][book.lang], text_wrap=True)
    if reading["rate_unit"]:
        sheet.text(
            row,
            AT["rate_unit"],
            book.word("report.per_year", value=sign(reading["rate_unit"].removesuffix("/year"), book.lang)),
        )
    if reading["quality"]:
        sheet.text(row, AT["quality"], book.word(f"quality.{reading['quality']}"))
    if reading["year"]:
        sheet.year(row, AT["year"], reading["year"])
    current = reading["current"]
    if current is None:
        return
    if reading["unit"] == "year":
        sheet.year(row, AT["current"], int(current))
        place = None
    else:
        place = sheet.result(
            row,
            AT["current"],
            current,
            _current(sheet, target, reading, figure, placed),
            decimals=2,
            quality=reading["quality"],
        )
    _distances(sheet, row, target, reading, place)


def _current(sheet: Sheet, target: Row, reading: Row, figure: Figure | None, placed: Placed) -> Iterator[Formula]:
    """What the current value may come from: a level, a change since the base year, an addition."""
    cells = placed.of(figure) if figure else {}
    now, base = cells.get(reading["year"]), cells.get(target["base_year"] or 0)
    if now is None:
        return
    here = now.seen_from(sheet.title)
    for scale in SCALES:
        yield Formula(here + ("" if scale == 1 else f"*{factor_text(scale)}"), now.value * scale)
    if base is None or base.value == 0:
        return
    there = base.seen_from(sheet.title)
    yield Formula(f"({here}/{there}-1)*100", (now.value / base.value - 1) * 100)
    span = reading["year"] - target["base_year"]
    for scale in SCALES:
        times = "" if scale == 1 else f"*{factor_text(scale)}"
        yield Formula(f"({here}-{there}){times}", (now.value - base.value) * scale)
        if span:
            yield Formula(f"({here}-{there}){times}/{span}", (now.value - base.value) * scale / span)


def _distances(sheet: Sheet, row: int, target: Row, reading: Row, current: Place | None) -> None:
    """What is left to go and the pace that is needed, from the cells of this row."""
    distance, need, trend = reading["distance"], reading["required_rate"], reading["trend_rate"]
    goal = target["value"]
    cell = {
        name: Place(sheet.title, row, AT[name], 0.0).seen_from(sheet.title)
        for name in ("value", "low", "high", "due", "year", "base")
    }
    if distance is not None and current is not None and goal is not None:
        here = current.seen_from(sheet.title)
        forms = [
            Formula(f"{cell['value']}-{here}", goal - current.value),
            Formula(f"{here}-{cell['value']}", current.value - goal),
        ]
        sheet.result(row, AT["distance"], distance, forms, decimals=2)
    if need is not None and current is not None and goal is not None and target["due_year"]:
        here = current.seen_from(sheet.title)
        left = target["due_year"] - reading["year"]
        ends = [("value", goal), *zip(("low", "high"), target["band"] or (), strict=False)]
        years = f"({cell['due']}-{cell['year']})"
        forms = [Formula(f"({cell[name]}-{here})/{years}", (end - current.value) / left) for name, end in ends]
        if goal > -100 and current.value > -100:
            forms.append(
                Formula(
                    f"100*(((1+{cell['value']}/100)/(1+{here}/100))^(1/{years})-1)",
                    100 * (((1 + goal / 100) / (1 + current.value / 100)) ** (1 / left) - 1),
                )
            )
        sheet.result(row, AT["need"], need, forms, decimals=3)
    if trend is not None:
        sheet.number(row, AT["trend"], trend, decimals=3)


def figure_of(data: Mapping[str, Any], reading: Row) -> Figure | None:
    """The series that a reading rests on."""
    found = re.match(r"([^/]+)/(?:\d{4}/)?([^|]+)", reading["figure"] or "")
    if not found:
        return None
    same: Sequence[Figure] = [
        figure
        for figure in data["figures"]
        if (figure["entity"], figure["name"], figure["scope"]) == (found[1], found[2], reading["scope"])
    ]

    def fit(figure: Figure) -> int:
        point = next((point for point in figure["points"] if point[0] == reading["year"]), None)
        stated = point is not None and reading["current"] is not None and abs(point[1] - reading["current"]) < 1e-9
        return 8 * stated + (
            4 if figure["vintage"] == reading["vintage"] else 2 * (reading["vintage"] in figure["vintage"])
        )

    return max(same, key=fit, default=None)
