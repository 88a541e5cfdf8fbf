"""The sheets of a self-assessment: summary, series, peak, rating, outlook, key categories, gaps, notes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.reports.wording import definition, sign
from dafeng.reports.workbook.board import STATE_LOOKS
from dafeng.reports.workbook.cells import BLOCK, HEAD, Book, Formula, Place, Sheet, column_name, width_of
from dafeng.reports.workbook.figures import Placed, Writer, in_order
from dafeng.reports.workbook.ledger import Ground, figure_title

ROLES = (
    *("summary", "board", "causes", "decoupling", "peak", "rating", "outlook", "categories", "gaps"),
    *("series", "sources", "notes"),
)
NAMES = "assess.xl.sheet"
FINDINGS = {"met": "met", "unmet": "missed", "missing": "no_data"}
WRAP: Mapping[str, Any] = {"text_wrap": True}


def block(sheet: Sheet, row: int, text: str) -> int:
    """The title of a block; the row after it."""
    sheet.sheet.write_string(row, 0, text, sheet.book.format(**BLOCK))
    return row + 1


def heads(sheet: Sheet, row: int, texts: Sequence[str], height: int | None = None) -> int:
    """A row of column heads given as texts; the row after it."""
    for column, text in enumerate(texts):
        sheet.text(row, column, text, **HEAD)
    if height:
        sheet.sheet.set_row(row, height)
    return row + 1


def paragraph(sheet: Sheet, row: int, text: str, columns: int, width: float) -> int:
    """A text over several columns, as high as it needs at their `width` in letters; the row after it."""
    looks = sheet.book.format(**WRAP)
    sheet.sheet.merge_range(row, 0, row, columns - 1, "", looks)
    sheet.sheet.write_string(row, 0, text, looks)
    sheet.sheet.set_row(row, 15 * math.ceil(width_of(text) / width * 1.05))
    return row + 1


def write_series(book: Book, data: Mapping[str, Any], placed: Placed) -> None:
    """Every series of the region by year; indicators are formulas of the series that they are made of."""
    figures = in_order([figure for figure in data["figures"] if figure["kind"] != "effect"])
    sheet = Sheet(book, "series", (1, 3))
    years = sorted({point[0] for figure in figures for point in figure["points"]})
    columns = {year: 3 + index for index, year in enumerate(years)}
    sheet.head(0, ("figure", "definition", "unit"))
    for year, column in columns.items():
        sheet.year(0, column, year, **HEAD)
    writer = Writer(book, {**data, "figures": figures}, Ground(), placed)
    for row, figure in enumerate(figures, start=1):
        sheet.text(row, 0, figure_title(data, figure["name"], book.lang))
        sheet.text(row, 1, definition(data, figure, book.lang))
        sheet.text(row, 2, sign(figure["show_unit"], book.lang))
        (writer.chained_row if figure["name"] == "gdp_constant" else writer.row)(sheet, row, columns, figure)
    sheet.finish({1: 44, **dict.fromkeys(columns.values(), 12)})


def write_summary(book: Book, data: Mapping[str, Any], placed: Placed) -> None:
    """The findings, what matters most, and the key figures with their change, linked to the series."""
    lang = book.lang
    sheet = Sheet(book, "summary", (0, 0))
    place = next(one["short"][lang] for one in data["entities"] if one["id"] == data["region"])
    sheet.text(0, 0, book.word("assess.title", region=place, year=data["year"]), bold=True, font_size=15)
    row = 2
    for title, texts in (("verdict", data["summary"]["sentences"]), ("matters", data["summary"]["matters"])):
        row = block(sheet, row, book.word(f"assess.overview.{title}"))
        for number, text in enumerate(texts, start=1):
            shown = text[lang] if title == "verdict" else f"{number}. {text[lang]}"
            row = paragraph(sheet, row, shown, 7, 110)
        row += 1
    row = block(sheet, row, book.word("assess.xl.key"))
    words = [book.word(f"report.xl.col.{key}") for key in ("figure", "year", "current", "unit")]
    row = heads(
        sheet, row, [*words, book.word("assess.xl.before"), book.word("assess.xl.change"), *_quality_head(book)]
    )
    for one in data["summary"]["key"]:
        _key_row(sheet, row, data, one, placed)
        row += 1
    sheet.finish({0: 34, 1: 9, 2: 14, 3: 18, 4: 14, 5: 18, 6: 12, 7: 48})


def _quality_head(book: Book) -> list[str]:
    return [book.word("report.xl.col.quality"), book.word("report.xl.col.definition")]


def _key_row(sheet: Sheet, row: int, data: Mapping[str, Any], one: Mapping[str, Any], placed: Placed) -> None:
    book, figure = sheet.book, series_of(data, one)
    sheet.text(row, 0, one["title"][book.lang], **WRAP)
    sheet.year(row, 1, one["year"])
    sheet.text(row, 6, book.word(f"quality.{one['quality']}"))
    if figure is None:
        sheet.number(row, 2, one["value"], decimals=2, quality=one["quality"])
        return
    cells = placed.of(figure)
    now, before = cells[one["year"]], cells.get(one["year"] - 1)
    here = [linked(sheet, row, column, place, figure["decimals"]) for column, place in ((2, now), (4, before))]
    sheet.text(row, 3, sign(figure["show_unit"], book.lang))
    sheet.text(row, 7, definition(data, figure, book.lang), **WRAP)
    if one["change"] and here[0] and here[1]:
        first, second = (place.seen_from(sheet.title) for place in here if place)
        forms = [
            Formula(f"({first}/{second}-1)*100", (here[0].value / here[1].value - 1) * 100),
            Formula(f"{first}-{second}", here[0].value - here[1].value),
        ]
        mark = book.word("report.points") if one["change"]["unit"] == "pp" else "%"
        place = sheet.result(row, 5, one["change"]["value"], forms, decimals=1)
        sheet.sheet.write_comment(place.row, place.column, mark)


def series_of(data: Mapping[str, Any], one: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The series of a number of the summary."""
    return next((figure for figure in data["figures"] if figure["id"] == one["figure"]), None)


def linked(sheet: Sheet, row: int, column: int, place: Place | None, decimals: int = 2) -> Place | None:
    """A cell that shows another."""
    if place is None:
        return None
    return sheet.formula(
        row, column, Formula(place.seen_from(sheet.title), place.value), place.value, decimals=decimals
    )


def write_peak(book: Book, data: Mapping[str, Any], placed: Placed) -> None:
    """The series with its maximum, the evidence, the cases, both readings, and the thresholds."""
    lang, verdict = book.lang, data["peak"]["verdict"]
    sheet = Sheet(book, "peak", (0, 0))
    row = block(sheet, 0, book.word("assess.peak.head"))
    sheet.text(row, 0, data["peak"]["why"][lang])
    row += 2
    if verdict:
        row = _peak_evidence(sheet, row, data, verdict, placed)
        row = _peak_cases(sheet, row, verdict)
    row = block(sheet, row, book.word("assess.peak.rules"))
    texts = [
        book.word(key) for key in ("assess.peak.rule", "report.value", "report.xl.col.unit", "assess.peak.rule_why")
    ]
    row = heads(sheet, row, texts)
    for rule in data["peak"]["rules"]:
        sheet.text(row, 0, rule["name"][lang])
        sheet.number(row, 1, rule["value"], num_format="General")
        sheet.text(row, 2, sign(rule["unit"], lang))
        sheet.text(row, 3, rule["why"][lang])
        row += 1
    sheet.finish({0: 40, 1: 16, 2: 16, 3: 60})


def _peak_evidence(sheet: Sheet, row: int, data: Mapping[str, Any], verdict: Mapping[str, Any], placed: Placed) -> int:
    book, series = sheet.book, verdict["series"]
    figure = series_of(data, series)
    scale = figure["scale"] if figure else 1.0
    cells = placed.of(figure) if figure else {}
    row = block(
        sheet,
        row,
        f"{figure_title(data, series['name'], book.lang)} ({sign((figure or series)['show_unit'], book.lang)})",
    )
    sheet.text(row, 0, book.word("report.xl.col.state"))
    sheet.text(row, 1, verdict["name"][book.lang], bold=True)
    row += 1
    put: dict[str, Place] = {}
    top, last = verdict["top_value"] * scale, verdict["last_value"] * scale
    first, final = (cells.get(year) for year in (min(cells, default=0), verdict["last"]))
    if first and final:
        span = f"{column_name(first.column)}{first.row + 1}:{column_name(final.column)}{final.row + 1}"
        tops = [Formula(f"MAX('{final.sheet}'!{span})", top)]
        lasts = [Formula(final.seen_from(sheet.title), final.value)]
    else:
        tops, lasts = [], []
    facts: list[tuple[str, float, list[Formula], int]] = [("top", top, tops, 2), ("last", last, lasts, 2)]
    for name, value, forms, decimals in facts:
        sheet.text(row, 0, book.word(f"assess.peak.{name}"))
        put[name] = sheet.result(row, 1, value, forms, decimals=decimals)
        sheet.year(row, 2, verdict[name])
        row += 1
    rows = {name: put[name].row + 1 for name in put}
    derived = (
        ("since", verdict["since"], Formula(f"C{rows['last']}-C{rows['top']}", verdict["last"] - verdict["top"]), 0),
        ("drop", verdict["drop_pct"], Formula(f"(1-B{rows['last']}/B{rows['top']})*100", 100 * (1 - last / top)), 1),
    )
    for name, value, form, decimals in derived:
        sheet.text(row, 0, book.word(f"assess.peak.{name}") + ("" if name == "since" else " (%)"))
        sheet.result(row, 1, value, [form], decimals=decimals)
        row += 1
    trend, fall = verdict["trend"], verdict["fall"]
    more = [("recent", verdict["recent_pct"], 2), ("trend", trend["p_falling"] if trend else None, 3)]
    for name, value, decimals in more:
        if value is not None:
            sheet.text(row, 0, book.word(f"assess.peak.{name}") + (" (p)" if name == "trend" else " (%)"))
            sheet.number(row, 1, value, decimals=decimals)
            row += 1
    if fall:
        for name in ("activity", "intensity"):
            sheet.text(row, 0, book.word(f"assess.xl.fall_{name}"))
            sheet.number(row, 1, fall[name] * scale, decimals=2)
            row += 1
    return row + 1


def _peak_cases(sheet: Sheet, row: int, verdict: Mapping[str, Any]) -> int:
    book, lang = sheet.book, sheet.book.lang
    row = block(sheet, row, book.word("assess.peak.cases"))
    texts = [book.word(f"assess.peak.{key}") for key in ("case", "top_year", "drop", "verdict")]
    row = heads(sheet, row, [*texts[:2], f"{texts[2]} (%)", texts[3]])
    for case in verdict["cases"]:
        sheet.text(row, 0, case["label"][lang])
        sheet.year(row, 1, case["top"])
        sheet.number(row, 2, case["drop_pct"], decimals=1)
        sheet.text(row, 3, case["text"][lang])
        row += 1
    row = block(sheet, row + 1, book.word("assess.peak.before"))
    for due in verdict["due"]:
        sheet.text(row, 0, book.word("report.reading.peak_by", year=due["latest"]))
        ground, ink = STATE_LOOKS[due["state"]]
        sheet.text(row, 1, book.word(f"state.{due['state']}"), bg_color=ground, font_color=ink)
        row += 1
    return row + 1


def write_rating(book: Book, data: Mapping[str, Any]) -> None:
    """The "5+9" table with what is missing, the grade, what would change it, the duties, and the 100 points."""
    lang, measures = book.lang, data["rating"]["measures"]
    sheet = Sheet(book, "rating", (0, 0))
    row = block(sheet, 0, book.word("assess.rating.head"))
    sheet.text(row, 0, measures["why"][lang])
    row += 1
    if measures["applies"]:
        row = _grade(sheet, row, measures)
        row = _indicators(sheet, row, measures["indicators"])
        row = _texts(sheet, row, "changes", [one["why"][lang] for one in measures["changes"]])
        row = block(sheet, row, book.word("assess.rating.duties"))
        for duty in measures["duties"]:
            sheet.text(row, 0, duty["what"][lang], **WRAP)
            sheet.text(row, 1, duty["who"][lang], **WRAP)
            if duty["days"] is not None:
                sheet.number(row, 2, duty["days"])
                sheet.text(row, 3, book.word(f"assess.xl.{duty['day_kind']}"))
            row += 1
        row += 1
    _points(sheet, row, data["rating"]["points"])
    sheet.finish({0: 40, 1: 18, 2: 14, 3: 14, 4: 14, 5: 12, 6: 14, 7: 60})


def _grade(sheet: Sheet, row: int, found: Mapping[str, Any]) -> int:
    book, lang = sheet.book, sheet.book.lang
    for text in (
        book.word("assess.rating.range", grade=found["name"][lang], best=found["at_best_name"][lang]),
        *(reason[lang] for reason in found["reasons"]),
    ):
        row = paragraph(sheet, row, text, 8, 175)
    return row + 1


def _indicators(sheet: Sheet, row: int, rows: Sequence[Mapping[str, Any]]) -> int:
    book, lang = sheet.book, sheet.book.lang
    keys = ("indicator", "value", "goal", "margin", "finding", "note")
    texts = [book.word("assess.xl.margin" if key == "margin" else f"assess.rating.{key}") for key in keys]
    unit, year = book.word("report.xl.col.unit"), book.word("report.xl.col.year")
    row = heads(sheet, row, [texts[0], unit, year, *texts[1:5], texts[5]])
    for one in rows:
        sheet.text(row, 0, f"{one['no']} {one['name'][lang]}", **WRAP)
        sheet.text(row, 1, sign(one["unit"], lang))
        if one["year"]:
            sheet.year(row, 2, one["year"])
        value, goal = one["value"], one["goal"]
        if value is not None:
            sheet.number(row, 3, value, decimals=2, quality=one["quality"])
        if goal is not None:
            sheet.number(row, 4, goal, decimals=2)
        if value is not None and goal is not None:
            sheet.result(row, 5, value - goal, [Formula(f"D{row + 1}-E{row + 1}", value - goal)], decimals=2)
        ground, ink = STATE_LOOKS[FINDINGS[one["state"]]]
        sheet.text(row, 6, book.word(f"assess.rating.{one['state']}"), bg_color=ground, font_color=ink)
        sheet.text(row, 7, one["note"][lang] if one["state"] == "missing" else one["given"] or "", **WRAP)
        row += 1
    return row + 1


def _texts(sheet: Sheet, row: int, title: str, texts: Sequence[str]) -> int:
    if not texts:
        return row
    row = block(sheet, row, sheet.book.word(f"assess.rating.{title}"))
    for text in texts:
        row = paragraph(sheet, row, text, 8, 175)
    return row + 1


def _points(sheet: Sheet, row: int, found: Mapping[str, Any]) -> int:
    book, lang = sheet.book, sheet.book.lang
    row = block(sheet, row, book.word("assess.rating.points"))
    sheet.text(row, 0, found["why"][lang])
    row += 1
    if not found["applies"]:
        return row
    texts = [book.word(f"assess.rating.{key}") for key in ("item", "most", "done", "note")]
    row = heads(sheet, row, [texts[0], texts[1], texts[2], book.word("assess.xl.points"), texts[3]])
    first = row
    for one in found["items"]:
        sheet.text(row, 0, one["name"][lang], **WRAP)
        sheet.number(row, 1, one["points"])
        sheet.text(row, 4, one["note"][lang], **WRAP)
        rate = one["evidence"]
        if rate is not None:
            sheet.number(row, 2, rate, decimals=3)
            points = one["points"] * min(1.0, max(0.0, rate)) if one["scoring"] == "completion" else rate
            part = f"B{row + 1}*MAX(0,MIN(1,C{row + 1}))" if one["scoring"] == "completion" else f"C{row + 1}"
            sheet.result(row, 3, points, [Formula(part, points)], decimals=1)
        row += 1
    sheet.text(row, 0, book.word("assess.xl.sum"), bold=True)
    score = [Formula(f"SUM(D{first + 1}:D{row})", found["score"])]
    sheet.result(row, 3, found["score"], score, decimals=1)
    return row + 1


def write_categories(book: Book, data: Mapping[str, Any]) -> None:
    """Key categories by level, with shares and sums as formulas, and by trend."""
    found = data["categories"]
    sheet = Sheet(book, "categories", (0, 0))
    row = block(sheet, 0, book.word("assess.categories.head"))
    if found["why"]:
        sheet.text(row, 0, found["why"][book.lang])
    for kind in ("level", "trend"):
        if not found[kind]:
            continue
        facts = {"year": found["year"], "start": found["base_year"], "end": found["year"]}
        row = block(sheet, row + 1, book.word(f"assess.categories.{kind}", **facts))
        texts = [book.word(f"assess.categories.{key}") for key in ("name", "share", "cumulative")]
        row = heads(sheet, row, [texts[0], sign("1e4t_CO2", book.lang), f"{texts[1]} (%)", f"{texts[2]} (%)", "± (%)"])
        row = _ranking(sheet, row, found[kind], live=kind == "level")
    sheet.finish({0: 44, 1: 16, 2: 12, 3: 12})


def _ranking(sheet: Sheet, row: int, rows: Sequence[Mapping[str, Any]], *, live: bool) -> int:
    first, last = row + 1, row + len(rows)
    total = sum(one["amount"] for one in rows)
    for one in rows:
        looks: dict[str, Any] = {"bold": True} if one["key"] else {}
        sheet.text(row, 0, one["name"][sheet.book.lang], **looks)
        sheet.number(row, 1, one["amount"] * 1e-4, decimals=1)
        share = Formula(f"B{row + 1}/SUM(B${first}:B${last})*100", 100 * one["amount"] / total if total else 0.0)
        before = f"D{row}+" if row + 1 > first else ""
        sheet.result(row, 2, one["share_pct"], [share] if live else [], decimals=1)
        sheet.result(row, 3, one["cumulative_pct"], [Formula(f"{before}C{row + 1}", one["cumulative_pct"])], decimals=1)
        if one["half_pct"] is not None:
            sheet.number(row, 4, one["half_pct"], decimals=1)
        row += 1
    return row


def write_gaps(book: Book, data: Mapping[str, Any]) -> None:
    """What is missing, why, and how to supply it."""
    lang = book.lang
    sheet = Sheet(book, "gaps", (1, 1))
    texts = [book.word(f"assess.gaps.{key}") for key in ("what", "why", "how")]
    heads(sheet, 0, [book.word("report.xl.col.kind"), *texts])
    for row, gap in enumerate(data["gaps"], start=1):
        for column, text in enumerate(
            (book.word(f"assess.gaps.{gap['kind']}"), *(gap[k][lang] for k in ("name", "why", "how")))
        ):
            sheet.text(row, column, text, **WRAP)
    sheet.finish({0: 18, 1: 34, 2: 56, 3: 60})


def write_notes(book: Book, data: Mapping[str, Any]) -> None:
    """What the findings rest on, and when and with what this was made."""
    sheet = Sheet(book, "notes", (0, 0))
    row = block(sheet, 0, book.word("assess.notes.head"))
    for note in (book.word("assess.xl.colours"), *(note[book.lang] for note in data["notes"])):
        sheet.text(row, 0, note, **WRAP)
        row += 1
    made = data["made"]
    for key in ("at", "version", "catalogue"):
        row += 1
        sheet.text(row, 0, f"{book.word(f'report.made.{key}')}  {made[key]}", font_color="#5F6D72")
    sheet.finish({0: 120})
