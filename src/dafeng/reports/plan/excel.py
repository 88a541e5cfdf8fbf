"""A plan as a workbook: sums, shares, differences and the gap are formulas with their cached values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dafeng.catalog import LANGUAGES
from dafeng.reports.plan.data import WHOLE, limit_texts
from dafeng.reports.plan.holding import notes
from dafeng.reports.plan.ranges import add_ranges
from dafeng.reports.workbook.cells import BLOCK, HEAD, Book, Formula, Place, Sheet, column_name

ROLES = ("summary", "capacity", "generation", "flows", "prices", "limits", "certificate", "assumptions")
NAMES = "plan.xl.sheet"
TABLES = {
    "capacity": ("capacity", "store", "built", "store_built", "left"),
    "generation": (
        *("generation", "curtailed", "storage_in", "storage_out", "use"),
        *("heat", "fuel", "heat_fuel", "co2", "captured"),
    ),
}
WIDE = 44


def write_plan_excel(data: Mapping[str, Any], path: Path, lang: str) -> None:
    """Write a plan as a workbook.

    Args:
        data: schema dafeng.plan/1.
        path: where to; a file that is there is replaced only when the new one is complete.
        lang: zh, ja or en.

    Raises:
        ValueError: no such language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: allowed are {', '.join(LANGUAGES)}")
    part = path.with_name(f"{path.name}.part")
    book = Book(str(part), lang, ROLES, NAMES)
    totals = {name: _tables(book, data, name, tables) for name, tables in TABLES.items()}
    _summary(book, data, {key: place for found in totals.values() for key, place in found.items()})
    _flows(book, data)
    _prices(book, data)
    _limits(book, data)
    _certificate(book, data)
    _assumptions(book, data)
    book.file.set_properties({"title": f"Dafeng {data['name']}", "comments": f"Dafeng {data['made']['version']}"})
    book.file.close()
    part.replace(path)


def name_of(data: Mapping[str, Any], item: str, lang: str) -> str:
    """A technology or another item of a table, in words."""
    return str(data["technologies"].get(item, {}).get("name", {}).get(lang, item))


def region_name(data: Mapping[str, Any], region: str, lang: str) -> str:
    """A region in words."""
    return next((str(one["short"][lang]) for one in data["entities"] if one["id"] == region), region)


def _title(sheet: Sheet, book: Book, key: str) -> None:
    sheet.text(0, 0, book.word(key), bold=True, font_size=14)


def _heads(sheet: Sheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, **HEAD)


# --- summary ---------------------------------------------------------------------------------------------------------


def _summary(book: Book, data: Mapping[str, Any], totals: Mapping[str, Sequence[Place]]) -> None:
    sheet = Sheet(book, "summary", (0, 0))
    verdict, lang = data["verdict"], book.lang
    sheet.text(0, 0, book.word("plan.xl.title", name=data["name"]), bold=True, font_size=14)
    look = {"bg_color": "#DBF0E6"} if verdict["holds"] else {"bg_color": "#F9DFD5", "font_color": "#8A2C0D"}
    sheet.text(1, 0, verdict["state"][lang], bold=True, **look)
    row = 2
    for reason in verdict["reasons"]:
        sheet.text(row, 0, reason[lang], font_color="#8A2C0D")
        row += 1
    for said in notes(verdict):
        sheet.text(row, 0, said[lang])
        row += 1
    for key in ("plan.entered" if verdict["entered"] else "plan.entered_not", "plan.estimates"):
        sheet.text(row, 0, book.word(key), font_color="#5F6D72")
        row += 1
    row += 1
    _heads(sheet, row, [book.word("plan.col.quantity"), book.word("plan.col.unit"), *map(str, data["years"])])
    for table in ("co2", "generation", "curtailed", "capacity", "built"):
        if table not in totals:
            continue
        row += 1
        sheet.text(row, 0, book.word(f"plan.table.{table}"))
        sheet.text(row, 1, data["units"][table])
        for y, place in enumerate(totals[table]):
            sheet.formula(row, 2 + y, Formula(place.seen_from(sheet.title), place.value), place.value, decimals=1)
    row += 2
    sheet.text(row, 0, book.word("plan.xl.case"), **BLOCK)
    for option, value in data["case"].items():
        row += 1
        sheet.text(row, 0, book.word(f"plan.case.{option}"))
        sheet.text(row, 1, _option(value))
    row += 2
    sheet.text(row, 0, book.word("report.made.at"))
    sheet.text(row, 1, data["made"]["at"])
    sheet.text(row + 1, 0, book.word("report.made.version"))
    sheet.text(row + 1, 1, data["made"]["version"])
    sheet.finish({0: 46})


def _option(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{year}: {number:g}" for year, number in value.items()) or "–"
    if isinstance(value, list):
        texts = [_of_technology(one) if isinstance(one, dict) else str(one) for one in value]
        return "; ".join(texts) or "–"
    return "–" if value is None else str(value)


def _of_technology(one: Mapping[str, Any]) -> str:
    """A setting of a technology in a year: GW, a share, or a factor."""
    forms = {"gw": "{:g} GW", "share": "{:g}", "factor": "× {:g}"}
    amount = next(form.format(one[kind]) for kind, form in forms.items() if kind in one)
    return f"{one['technology']} {one['year']}: {amount}"


# --- tables by region and technology ---------------------------------------------------------------------------------


def _tables(book: Book, data: Mapping[str, Any], role: str, tables: Sequence[str]) -> dict[str, list[Place]]:
    """One block a table: a row for each region and item, a live sum below; table -> its sums by period."""
    sheet = Sheet(book, role, (1, 3))
    _title(sheet, book, f"plan.section.{role}")
    row, found = 2, {}
    for table in tables:
        lines = [(r, item, values) for r, items in data["tables"][table].items() for item, values in items.items()]
        if not lines:
            continue
        unit = data["units"][table]
        sheet.text(row, 0, book.word(f"plan.table.{table}"), **BLOCK)
        heads = [book.word("plan.col.region"), book.word("plan.col.item"), book.word("plan.col.unit")]
        _heads(sheet, row + 1, [*heads, *map(str, data["years"])])
        first = row + 2
        for at, (region, item, values) in enumerate(lines):
            sheet.text(first + at, 0, region_name(data, region, book.lang))
            sheet.text(first + at, 1, name_of(data, item, book.lang))
            sheet.text(first + at, 2, unit)
            for y, value in enumerate(values):
                sheet.number(first + at, 3 + y, value, decimals=2)
        last = first + len(lines)
        sheet.text(last, 0, book.word("plan.xl.sum"), bold=True)
        found[table] = [
            _sum(sheet, last, 3 + y, first, sum(line[2][y] for line in lines)) for y in range(len(data["years"]))
        ]
        row = last + 2
    sheet.finish()
    return found


def _sum(sheet: Sheet, row: int, column: int, first: int, value: float) -> Place:
    letter = column_name(column)
    formula = Formula(f"SUM({letter}{first + 1}:{letter}{row})", value)
    return sheet.formula(row, column, formula, value, decimals=2, bold=True, top=1)


def _flows(book: Book, data: Mapping[str, Any]) -> None:
    """Corridors: capacity, what was sent and what arrived; losses and use of the capacity are live."""
    sheet = Sheet(book, "flows", (2, 4))
    _title(sheet, book, "plan.section.flows")
    keys = ("corridor", "from", "to", "year", "capacity_gw", "sent", "arrived", "lost", "used")
    _heads(sheet, 1, [book.word(f"plan.col.{key}") for key in keys])
    row = 2
    for flow in data["flows"]:
        for y, year in enumerate(data["years"]):
            capacity, sent, arrived = flow["capacity"][y], flow["sent"][y], flow["arrived"][y]
            sheet.text(row, 0, flow["corridor"])
            sheet.text(row, 1, region_name(data, flow["start"], book.lang))
            sheet.text(row, 2, region_name(data, flow["end"], book.lang))
            sheet.year(row, 3, year)
            for column, value in enumerate((capacity, sent, arrived), start=4):
                sheet.number(row, column, value, decimals=3)
            line = row + 1
            sheet.formula(row, 7, Formula(f"F{line}-G{line}", sent - arrived), sent - arrived, decimals=3)
            used = sent / (capacity * 8.76) if capacity > 0 else 0.0
            formula = Formula(f"F{line}/(MAX(E{line},0.000001)*8.76)", used)
            sheet.formula(row, 8, formula, used, decimals=3)
            row += 1
    if row == 2:
        sheet.text(row, 0, book.word("plan.no_flows"))
    sheet.finish({0: 24})


def _prices(book: Book, data: Mapping[str, Any]) -> None:
    sheet = Sheet(book, "prices", (2, 2))
    _title(sheet, book, "plan.section.prices")
    heads = [book.word("plan.col.region"), book.word("plan.col.item")]
    _heads(sheet, 1, [*heads, *(f"{year} ({data['units']['price']})" for year in data["years"])])
    row = 2
    for region, items in data["tables"]["price"].items():
        for item, values in items.items():
            sheet.text(row, 0, region_name(data, region, book.lang))
            sheet.text(row, 1, book.word(f"plan.price.{item}"))
            for y, value in enumerate(values):
                sheet.number(row, 2 + y, value, decimals=1)
            row += 1
    row = _durations(sheet, book, data, row + 2)
    sheet.finish()


def _durations(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> int:
    """The duration curves of the whole, side by side."""
    sheet.text(row, 0, book.word("plan.section.duration"), **BLOCK)
    curves = data["duration"][WHOLE]
    names = ("load", "residual", "price")
    heads = [f"{book.word(f'plan.curve.{name}')} {year}" for year in data["years"] for name in names]
    _heads(sheet, row + 1, [book.word("plan.col.hours"), *heads])
    for at, hour in enumerate(curves[str(data["years"][0])]["hours"]):
        sheet.number(row + 2 + at, 0, hour)
        for y, year in enumerate(data["years"]):
            for k, name in enumerate(names):
                sheet.number(row + 2 + at, 1 + 3 * y + k, curves[str(year)][name][at], decimals=1)
    return row + 2 + len(curves[str(data["years"][0])]["hours"])


# --- limits, certificate, assumptions --------------------------------------------------------------------------------


def _limits(book: Book, data: Mapping[str, Any]) -> None:
    sheet = Sheet(book, "limits", (2, 2))
    _title(sheet, book, "plan.section.limits")
    keys = (
        *("limit", "year", "lower", "upper", "unit", "plan", "replay"),
        *("difference", "missed", "price", "price_unit", "tightened"),
    )
    _heads(sheet, 1, [book.word(f"plan.col.{key}") for key in keys])
    for row, limit in enumerate(data["limits"], start=2):
        sheet.text(row, 0, limit_texts(limit)[book.lang])
        sheet.year(row, 1, limit["year"])
        for column, key in ((2, "lower"), (3, "upper")):
            if limit[key] is not None:
                sheet.number(row, column, limit[key], decimals=3)
        sheet.text(row, 4, limit["unit"])
        sheet.number(row, 5, limit["plan"], decimals=3)
        sheet.number(row, 6, limit["replay"], decimals=3)
        apart = limit["replay"] - limit["plan"]
        sheet.formula(row, 7, Formula(f"G{row + 1}-F{row + 1}", apart), apart, decimals=3)
        look = {"bg_color": "#F9DFD5"} if limit["missed"] else {}
        sheet.number(row, 8, limit["broken"], decimals=3, **look)
        sheet.number(row, 9, limit["price"], decimals=2)
        sheet.text(row, 10, limit["price_unit"])
        sheet.number(row, 11, limit["tightened"], decimals=3)
    sheet.finish({0: WIDE})


def _certificate(book: Book, data: Mapping[str, Any]) -> None:
    """One row a stage: cost, bound and live gap; the runs of the solvers below."""
    sheet = Sheet(book, "certificate", (2, 1))
    _title(sheet, book, "plan.section.certificate")
    keys = ("years", "cost", "bound", "gap", "holds", "days", "rows", "columns", "mends", "unserved", "gap_as_asked")
    _heads(sheet, 1, [book.word(f"plan.col.{key}") for key in keys])
    row = 2
    for stage in data["stages"]:
        certificate = stage["certificate"]
        sheet.text(row, 0, ", ".join(map(str, stage["years"])))
        sheet.number(row, 1, certificate["cost"], decimals=6)
        sheet.number(row, 2, certificate["bound"], decimals=6)
        formula = Formula(f"(B{row + 1}-C{row + 1})/MAX(B{row + 1},-B{row + 1})", certificate["gap"])
        sheet.formula(row, 3, formula, certificate["gap"], decimals=-1)
        sheet.text(row, 4, book.word("plan.yes" if stage["holds"] else "plan.no"))
        counts = (len(stage["days"]["chosen"]), stage["size"]["rows"], stage["size"]["columns"], stage["mends"])
        for column, count in enumerate(counts, start=5):
            sheet.number(row, column, count)
        sheet.number(row, 9, sum(stage["replay"]["unserved"]), decimals=2)
        sheet.number(row, 10, certificate["gap_as_asked"], decimals=-1)
        row += 1
    row += 1
    sheet.text(row, 0, book.word("plan.certificate.attempts"), **BLOCK)
    runs = ("years", "recipe", "status", "iterations", "cpu", "residual_row", "residual_bound", "residual_dual")
    _heads(sheet, row + 1, [book.word(f"plan.col.{key}") for key in runs])
    row += 2
    for stage in data["stages"]:
        for attempt in stage["attempts"]:
            measured = attempt["residuals"] or {}
            sheet.text(row, 0, ", ".join(map(str, stage["years"])))
            sheet.text(row, 1, attempt["options"])
            sheet.text(row, 2, attempt["status"])
            sheet.text(row, 3, ", ".join(f"{name} {count}" for name, count in attempt["iterations"].items()))
            sheet.number(row, 4, attempt["cpu_seconds"], decimals=2)
            for column, key in enumerate(("row", "bound", "dual"), start=5):
                if key in measured:
                    sheet.number(row, column, measured[key], decimals=-1)
            row += 1
    add_ranges(sheet, book, row + 1, data["stages"], **BLOCK)
    sheet.finish({0: 20, 1: WIDE})


def _assumptions(book: Book, data: Mapping[str, Any]) -> None:
    sheet = Sheet(book, "assumptions", (2, 2))
    _title(sheet, book, "plan.section.assumptions")
    sheet.text(1, 0, book.word("plan.estimates"), font_color="#5F6D72")
    numbers = ("investment_low", "investment", "investment_high", "fixed_om", "variable_om", "efficiency", "lifetime")
    _heads(sheet, 2, [book.word(f"plan.col.{key}") for key in ("technology", "year", "unit", *numbers, "source")])
    row = 3
    for cost in data["assumptions"]["costs"]:
        sheet.text(row, 0, name_of(data, cost["technology"], book.lang))
        sheet.year(row, 1, cost["year"])
        sheet.text(row, 2, cost["unit"])
        for column, key in enumerate(numbers, start=3):
            if cost[key] is not None:
                sheet.number(row, column, float(cost[key]), decimals=2, quality=cost["quality"])
        sheet.text(row, 10, "; ".join(cost["source"]))
        row += 1
    row += 1
    _heads(sheet, row, [book.word(f"plan.col.{key}") for key in ("parameter", "technology", "unit", "value", "source")])
    for one in data["assumptions"]["parameters"]:
        row += 1
        sheet.text(row, 0, one["id"])
        sheet.text(row, 1, name_of(data, one["technology"] or "", book.lang))
        sheet.text(row, 2, one["unit"])
        sheet.number(row, 3, float(one["value"]), decimals=4, quality=one["quality"])
        sheet.text(row, 4, "; ".join(one["source"]))
    sheet.finish({0: WIDE})
