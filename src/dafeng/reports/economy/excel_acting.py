"""The sheet of the workbook on what actions and measures do: wedges with live sums, and the abatement curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.reports.economy.excel_words import name_of, titled
from dafeng.reports.workbook.cells import BLOCK, HEAD, Book, Formula, Sheet, column_name

WIDE = 44
SOFT = "#5F6D72"
APART = 1.0
"""Mt CO2: sketch and plan differ, and the sheet says by how much."""


def wedges_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """Wedges of all actions, the measures of the curve, those that lower nothing by themselves, and what to know."""
    sheet = titled(book, "wedges", (1, 1))
    row = 2
    if data["wedges"]:
        row = _wedges(sheet, book, data, row)
    if data["curve"]:
        row = _curve(sheet, book, data, row)
    for text in notes(book, data):
        sheet.text(row, 0, text, font_color=SOFT)
        row += 1
    sheet.finish({0: WIDE})


def scenario_title(data: Mapping[str, Any], name: str, book: Book) -> str:
    """A scenario in words: the trend, the scenario of the plan, else its name."""
    if name == "trend":
        return book.word("economy.page.trend")
    return str(data["scenario"]["title"][book.lang]) if name == data["scenario"]["name"] else name


def _heads(sheet: Sheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, **HEAD)


def _wedges(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> int:
    wedges = data["wedges"]
    ends = {key: scenario_title(data, wedges[key], book) for key in ("from", "to")}
    sheet.text(row, 0, book.word("economy.page.wedge_path", **ends), **BLOCK)
    reductions = [f"{book.word('economy.col.mt')} {year}" for year in wedges["years"]]
    costs = [f"{book.word('economy.col.cost')} {year}" for year in wedges["years"]]
    _heads(sheet, row + 1, [book.word("economy.col.action"), *reductions, *costs, book.word("economy.col.reason")])
    first, count = row + 2, 2 * len(wedges["years"])
    last = first + len(wedges["actions"])
    for at, one in enumerate(wedges["actions"], start=first):
        sheet.text(at, 0, f"{one['action'] or ''} {book.word('report.action.' + str(one['action']))}".strip())
        for column, value in enumerate((*one["mt"], *one["cost"]), start=1):
            sheet.number(at, column, value, decimals=2)
        if one["reason"]:
            sheet.text(at, 1 + count, one["reason"][book.lang])
    sheet.text(last, 0, book.word("economy.xl.sum"), bold=True)
    for column in range(1, 1 + count):
        whole = sum((*one["mt"], *one["cost"])[column - 1] for one in wedges["actions"])
        letter = column_name(column)
        formula = Formula(f"SUM({letter}{first + 1}:{letter}{last})", whole)
        sheet.formula(last, column, formula, whole, decimals=2, bold=True, top=1)
    return last + 3


def _curve(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> int:
    drawn = [one for one in data["curve"] if one["cny_per_t"] is not None]
    none = [one for one in data["curve"] if one["cny_per_t"] is None]
    year = data["curve"][0]["year"]
    for head, rows, note in (("curve_chart_year", drawn, ""), ("curve_none", none, "curve_none_note")):
        if not rows:
            continue
        sheet.text(row, 0, book.word(f"economy.page.{head}", year=year), **BLOCK)
        keys = ("measure", "mt", "cost", "cny_per_t") if rows is drawn else ("measure", "mt", "cost")
        _heads(sheet, row + 1, [book.word(f"economy.col.{key}") for key in keys])
        for at, one in enumerate(rows, start=row + 2):
            sheet.text(at, 0, measure_name(data, one, book.lang))
            for column, key in enumerate(keys[1:], start=1):
                sheet.number(at, column, one[key], decimals=1 if key == "cny_per_t" else 2)
        row += 2 + len(rows)
        if note:
            sheet.text(row, 0, book.word(f"economy.page.{note}"), font_color=SOFT)
            row += 1
        row += 1
    return row


def notes(book: Book, data: Mapping[str, Any]) -> list[str]:
    """On what wedges and curve were computed, how far that is from the plan, and what costs do not hold."""
    found, wedges = [], data["wedges"]
    if wedges:
        made = wedges["case"]
        years = book.word("report.list_separator").join(map(str, made["periods"]))
        found.append(book.word("economy.page.wedge_case", count=made["count"], days=made["days"], years=years))
        plan = dict(zip(data["years"], data["summary"]["co2"], strict=True))
        for year, left in zip(wedges["years"], wedges["left"], strict=True):
            if year in plan and abs(plan[year] - left) >= APART:
                own = {"count": len(data["regions"]), "days": data["case"]["days"], "year": year}
                sizes = {"sketch": f"{left:,.0f} Mt", "plan": f"{plan[year]:,.0f} Mt"}
                found.append(book.word("economy.page.wedge_apart", **own, **sizes))
                break
    return [*found, book.word("economy.page.wedge_demand")]


def measure_name(data: Mapping[str, Any], one: Mapping[str, Any], lang: str) -> str:
    """A measure in words: its own name, that of a lever (`action.5.electric_cars`), or that of an option."""
    if one.get("name"):
        return str(one["name"][lang])
    text = str(one["measure"])
    for lever in data["scenario"]["levers"]:
        if text in (lever["id"], f"action.{lever['action']}.{lever['id']}"):
            return str(lever["title"][lang])
    return name_of(data, text, lang)
