"""Near-optimal alternatives as the reports show them: how little and how much of a technology, at which extra cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.catalog import LANGUAGES, all_words, word
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.alternatives import Alternative
from dafeng.reports.economy.data import items, names_of
from dafeng.reports.economy.excel_words import titled
from dafeng.reports.economy.roadmap import unit_of
from dafeng.reports.wording import amount, sign
from dafeng.reports.workbook.cells import HEAD, Book, Sheet

COLUMNS = ("item", "least", "best", "most", "in_plan", "unit", "extra_least", "extra_most")


def alternatives_data(found: Sequence[Alternative], case: Case, year: int, slack: float) -> dict[str, Any]:
    """The alternatives of a plan in a year.

    Args:
        case: on which they were searched. slack: share by which the cost may be higher.

    Returns:
        `year`, `slack`, `least_cost` (1e9 CNY a year, without what earlier periods have built), `case`, and `rows`:
        `technology`, `name`, `unit`, `least`, `best` and `most` of it, `extra_least` and `extra_most` (1e9 CNY a year).
    """
    rows = [
        {
            "technology": one.technology,
            "name": _name(one.technology),
            "unit": unit_of(one.technology),
            "least": _clean(one.least),
            "best": _clean(one.best),
            "most": _clean(one.most),
            "extra_least": _clean(one.extra[0]),
            "extra_most": _clean(one.extra[1]),
        }
        for one in found
    ]
    own = {"regions": case.regions, "count": len(grouping(case.regions).regions), "days": case.days}
    periods = [one for one in case.periods if one <= year]
    return {
        "year": year,
        "slack": slack,
        "least_cost": found[0].least_cost if found else 0.0,
        "case": {**own, "periods": periods},
        "rows": rows,
    }


def _clean(value: float) -> float:
    """Dust of the solution is nothing."""
    return value if abs(value) > 1e-6 else 0.0


def _name(technology: str) -> dict[str, str]:
    """An option with the service that it gives; a technology of power, also one that the model adds."""
    words, known = all_words(), names_of()
    if technology not in known:
        return dict(words.get(f"ensemble.tech.{technology}", dict.fromkeys(LANGUAGES, technology)))
    own = {tag: str(known[technology]["name"][tag]) for tag in LANGUAGES}
    if technology not in options():
        return own
    service = items()["service"][options()[technology].service]
    return {tag: f"{service[tag]}{word('report.colon', tag)}{own[tag]}" for tag in LANGUAGES}


def in_plan(data: Mapping[str, Any], technology: str) -> float | None:
    """What the plan itself has in the year of its alternatives; None: its tables have no such capacity."""
    y = data["years"].index(data["alternatives"]["year"])
    for table in ("capacity", "store"):
        found = [items[technology][y] for items in data["tables"][table].values() if technology in items]
        if found:
            return float(sum(found))
    return None


def said(found: Mapping[str, Any], lang: str) -> str:
    """The year, and by how much the cost may be higher."""
    more = found["slack"] * abs(found["least_cost"])
    money = amount(round(more, 0 if more >= 10 else 2), "1e9CNY", lang)
    return word(
        "economy.page.alternatives_said", lang, year=found["year"], slack=f"{100 * found['slack']:g}%", money=money
    )


def notes(found: Mapping[str, Any], lang: str) -> list[str]:
    """On what the alternatives were searched, and how they are to be read."""
    case = found["case"]
    years = word("report.list_separator", lang).join(map(str, case["periods"]))
    sketch = word("economy.page.alternatives_case", lang, count=case["count"], days=case["days"], years=years)
    return [sketch, *(word(f"economy.page.alternatives_{key}", lang) for key in ("each", "cost"))]


def alternatives_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """One row a technology, and on what they were searched."""
    sheet, found = titled(book, "alternatives", (3, 1)), data["alternatives"]
    sheet.text(1, 0, said(found, book.lang))
    for column, key in enumerate(COLUMNS):
        sheet.text(2, column, book.word(f"economy.col.{key}"), **HEAD)
    row = 3
    for row, one in enumerate(found["rows"], start=3):
        _row(sheet, book, one, in_plan(data, one["technology"]), row)
    for at, text in enumerate(notes(found, book.lang), start=row + 2):
        sheet.text(at, 0, text, font_color="#5F6D72")
    sheet.finish({0: 30})


def _row(sheet: Sheet, book: Book, one: Mapping[str, Any], own: float | None, row: int) -> None:
    sheet.text(row, 0, one["name"][book.lang])
    for column, value in enumerate((one["least"], one["best"], one["most"], own), start=1):
        if value is not None:
            sheet.number(row, column, value, decimals=2)
    sheet.text(row, 5, sign(one["unit"], book.lang))
    for column, key in ((6, "extra_least"), (7, "extra_most")):
        sheet.number(row, column, one[key], decimals=2)
