"""A plan of all sectors as a workbook in one language: every table of the page, sums as formulas with cached values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dafeng.catalog import LANGUAGES
from dafeng.reports.economy.alternatives import alternatives_sheet
from dafeng.reports.economy.compare import QUANTITIES
from dafeng.reports.economy.excel_acting import wedges_sheet
from dafeng.reports.economy.excel_beside import closure_sheet, forest_block
from dafeng.reports.economy.excel_steps import (
    board_sheet,
    comparison_sheet,
    projects_sheet,
    published_sheet,
    roadmap_sheet,
    targets_sheet,
    timetable_sheet,
)
from dafeng.reports.economy.excel_words import item_of, name_of, region_of, titled
from dafeng.reports.economy.iamc import COLUMNS as IAMC_COLUMNS
from dafeng.reports.economy.iamc import iamc_rows
from dafeng.reports.economy.limits import limit_texts
from dafeng.reports.plan.holding import notes
from dafeng.reports.plan.ranges import add_ranges
from dafeng.reports.wording import sign
from dafeng.reports.workbook.cells import BLOCK, HEAD, Book, Formula, Place, Sheet, column_name

NAMES = "economy.xl.sheet"
ROLES = (
    *("summary", "emissions", "energy", "services", "power", "money", "targets", "board", "timetable"),
    *("roadmap", "projects", "wedges", "alternatives", "comparison", "published"),
    *("closure", "limits", "certificate", "iamc"),
)
TABLES = {
    "emissions": ("co2", "co2_energy", "co2_process", "co2_captured"),
    "energy": ("primary", "final"),
    "services": ("service",),
    "power": (
        *("capacity", "store", "built", "store_built", "left", "generation", "curtailed"),
        *("storage_in", "storage_out", "use", "heat", "fuel", "heat_fuel", "power_co2", "power_captured", "price"),
    ),
    "money": ("investment", "cost"),
}
NO_SUM = ("service", "price")


def write_economy_excel(data: Mapping[str, Any], path: Path, lang: str) -> None:
    """Write a plan as a workbook.

    Args:
        data: schema dafeng.economy/1.
        path: where to; a file that is there is replaced only when the new one is complete.
        lang: zh, ja or en.

    Raises:
        ValueError: no such language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: allowed are {', '.join(LANGUAGES)}")
    part = path.with_name(f"{path.name}.part")
    book = Book(str(part), lang, roles_of(data), NAMES)
    totals = {key: place for role, tables in TABLES.items() for key, place in _tables(book, data, role, tables).items()}
    _summary(book, data, totals)
    for write in (targets_sheet, timetable_sheet, roadmap_sheet, projects_sheet):
        write(book, data)
    for role, write in (
        *(("board", board_sheet), ("wedges", wedges_sheet)),
        *(("alternatives", alternatives_sheet), ("comparison", comparison_sheet), ("published", published_sheet)),
    ):
        if role in book.sheets:
            write(book, data)
    closure_sheet(book, data)
    _limits(book, data)
    _certificate(book, data)
    _iamc(book, data)
    book.file.set_properties({"title": f"Dafeng {data['name']}", "comments": f"Dafeng {data['made']['version']}"})
    book.file.close()
    part.replace(path)


def roles_of(data: Mapping[str, Any]) -> list[str]:
    """The sheets, in the order of the tabs; what this plan has nothing for is left out."""
    there = {
        "board": any(data["boards"].values()),
        "wedges": bool(data["wedges"] or data["curve"]),
        "alternatives": bool(data.get("alternatives")),
        "comparison": bool(data["comparison"]),
        "published": bool(data["published"]),
    }
    return [role for role in ROLES if there.get(role, True)]


# --- summary ---------------------------------------------------------------------------------------------------------


def _summary(book: Book, data: Mapping[str, Any], totals: Mapping[str, Sequence[Place]]) -> None:
    sheet = Sheet(book, "summary", (0, 0))
    verdict, lang = data["verdict"], book.lang
    sheet.text(0, 0, book.word("economy.xl.title", name=data["name"]), bold=True, font_size=14)
    sheet.text(1, 0, data["scenario"]["title"][lang], bold=True)
    good = {"bg_color": "#DBF0E6"}
    look = good if verdict["holds"] else {"bg_color": "#F9DFD5", "font_color": "#8A2C0D"}
    sheet.text(2, 0, verdict["state"][lang], bold=True, **look)
    row = 3
    for reason in verdict["reasons"]:
        sheet.text(row, 0, reason[lang], font_color="#8A2C0D")
        row += 1
    for said in notes(verdict):
        sheet.text(row, 0, said[lang])
        row += 1
    for key in ("plan.entered" if verdict["entered"] else "economy.page.entered_not", "plan.estimates"):
        sheet.text(row, 0, book.word(key), font_color="#5F6D72")
        row += 1
    row = _peaks(sheet, book, data, row + 1)
    heads = [book.word("economy.col.quantity"), book.word("economy.col.unit"), *map(str, data["years"])]
    _heads(sheet, row, heads)
    for quantity, unit in QUANTITIES.items():
        row += 1
        sheet.text(row, 0, book.word(f"economy.summary.{quantity}"))
        sheet.text(row, 1, sign(unit, lang))
        for y, value in enumerate(data["summary"][quantity]):
            place = totals.get(quantity, ())
            if place:
                formula = Formula(place[y].seen_from(sheet.title), place[y].value)
                sheet.formula(row, 2 + y, formula, place[y].value, decimals=1)
            else:
                sheet.number(row, 2 + y, value, decimals=1)
    row += 2
    for key, text in (("at", data["made"]["at"]), ("version", data["made"]["version"])):
        sheet.text(row, 0, book.word(f"report.made.{key}"))
        sheet.text(row, 1, text)
        row += 1
    sheet.finish({0: 46})


def _peaks(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> int:
    """Year and level of both peaks; the true peak lies between the neighbours."""
    keys = ("entry", "peak_year", "level", "unit", "between")
    _heads(sheet, row, [book.word(f"economy.col.{key}") for key in keys])
    for scope in ("energy", "all"):
        row += 1
        peak = data["peak"][scope]
        sheet.text(row, 0, book.word("economy.tile.peak" if scope == "energy" else "economy.tile.peak_all"))
        sheet.year(row, 1, peak["year"])
        sheet.number(row, 2, peak["value"], decimals=1)
        sheet.text(row, 3, sign("Mt_CO2", book.lang))
        sheet.text(row, 4, _between(book, peak))
    return row + 2


def _between(book: Book, peak: Mapping[str, Any]) -> str:
    if peak["rising"]:
        return book.word("economy.tile.rising")
    if peak["after"] is None:
        return book.word("economy.tile.first")
    return book.word("economy.tile.between", after=peak["after"], before=peak["before"])


def _heads(sheet: Sheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, **HEAD)


# --- tables by region and item ---------------------------------------------------------------------------------------


def _tables(book: Book, data: Mapping[str, Any], role: str, tables: Sequence[str]) -> dict[str, list[Place]]:
    """One block a table: a row for each region and item, a live sum below; table -> its sums by period."""
    sheet = titled(book, role, (1, 4))
    base = f"{data['base_year']}"
    row, found = 2, {}
    for table in tables:
        lines = [(r, item, values) for r, items in data["tables"][table].items() for item, values in items.items()]
        if not lines:
            continue
        known = table in data["base"]
        sheet.text(row, 0, _table_name(book, table), **BLOCK)
        heads = [book.word(f"economy.col.{key}") for key in ("region", "entry", "option", "unit")]
        _heads(sheet, row + 1, [*heads, *([base] if known else []), *map(str, data["years"])])
        first, start = row + 2, 4 + known
        for at, (region, item, values) in enumerate(lines):
            entry, option, unit = item_of(data, table, item, book.lang)
            sheet.text(first + at, 0, region_of(data, region, book.lang))
            sheet.text(first + at, 1, entry)
            sheet.text(first + at, 2, option)
            sheet.text(first + at, 3, sign(unit, book.lang))
            if known and item in data["base"][table].get(region, {}):
                sheet.number(first + at, 4, data["base"][table][region][item], decimals=2)
            for y, value in enumerate(values):
                sheet.number(first + at, start + y, value, decimals=2)
        last = first + len(lines)
        if table not in NO_SUM:
            sheet.text(last, 0, book.word("economy.xl.sum"), bold=True)
            sums = [sum(line[2][y] for line in lines) for y in range(len(data["years"]))]
            found[table] = [_sum(sheet, last, start + y, first, value) for y, value in enumerate(sums)]
        row = last + 2
    if role == "emissions":
        forest_block(sheet, book, data, row)
    sheet.finish()
    return found


def _table_name(book: Book, table: str) -> str:
    shared = {"power_co2": "economy.table.power_co2", "power_captured": "economy.table.power_captured"}
    own = ("co2", "co2_energy", "co2_process", "co2_captured", "primary", "final", "service", "investment", "cost")
    if table == "price":
        return book.word("economy.page.prices")
    return book.word(shared.get(table) or (f"economy.table.{table}" if table in own else f"plan.table.{table}"))


def _sum(sheet: Sheet, row: int, column: int, first: int, value: float) -> Place:
    letter = column_name(column)
    formula = Formula(f"SUM({letter}{first + 1}:{letter}{row})", value)
    return sheet.formula(row, column, formula, value, decimals=2, bold=True, top=1)


# --- proof -----------------------------------------------------------------------------------------------------------


def _limits(book: Book, data: Mapping[str, Any]) -> None:
    sheet = titled(book, "limits", (2, 2))
    keys = (
        *("limit", "year", "lower", "upper", "unit", "plan", "replay"),
        *("difference", "missed", "price", "price_unit", "tightened"),
    )
    _heads(sheet, 1, [book.word(f"plan.col.{key}") for key in keys])
    targets = {one["target"]: one for one in data["targets"]}
    names = {**data["technologies"], **{key: {"name": texts} for key, texts in data["items"]["option"].items()}}
    for row, limit in enumerate(data["limits"], start=2):
        sheet.text(row, 0, limit_texts(limit, names, targets)[book.lang])
        sheet.year(row, 1, limit["year"])
        for column, key in ((2, "lower"), (3, "upper")):
            if limit[key] is not None:
                sheet.number(row, column, limit[key], decimals=3)
        sheet.text(row, 4, sign(limit["unit"], book.lang))
        sheet.number(row, 5, limit["plan"], decimals=3)
        sheet.number(row, 6, limit["replay"], decimals=3)
        apart = limit["replay"] - limit["plan"]
        sheet.formula(row, 7, Formula(f"G{row + 1}-F{row + 1}", apart), apart, decimals=3)
        look = {"bg_color": "#F9DFD5"} if limit["missed"] else {}
        sheet.number(row, 8, limit["broken"], decimals=3, **look)
        sheet.number(row, 9, limit["price"], decimals=2)
        sheet.text(row, 10, sign(limit["price_unit"], book.lang))
        sheet.number(row, 11, limit["tightened"], decimals=3)
    sheet.finish({0: 44})


def _certificate(book: Book, data: Mapping[str, Any]) -> None:
    sheet = titled(book, "certificate", (2, 1))
    keys = ("years", "cost", "bound", "gap", "holds", "days", "rows", "columns", "mends", "unserved", "gap_as_asked")
    _heads(sheet, 1, [book.word(f"plan.col.{key}") for key in keys])
    for row, stage in enumerate(data["stages"], start=2):
        proved = stage["certificate"]
        sheet.text(row, 0, ", ".join(map(str, stage["years"])))
        sheet.number(row, 1, proved["cost"], decimals=6)
        if proved["bound"] is not None:
            sheet.number(row, 2, proved["bound"], decimals=6)
            formula = Formula(f"(B{row + 1}-C{row + 1})/MAX(B{row + 1},-B{row + 1})", proved["gap"])
            sheet.formula(row, 3, formula, proved["gap"], decimals=-1)
        sheet.text(row, 4, book.word("plan.yes" if stage["holds"] else "plan.no"))
        counts = (len(stage["days"]["chosen"]), stage["size"]["rows"], stage["size"]["columns"], stage["mends"])
        for column, count in enumerate(counts, start=5):
            sheet.number(row, column, count)
        sheet.number(row, 9, sum(stage["replay"]["unserved"]), decimals=2)
        if proved["gap_as_asked"] is not None:
            sheet.number(row, 10, proved["gap_as_asked"], decimals=-1)
    add_ranges(sheet, book, len(data["stages"]) + 3, data["stages"], **BLOCK)
    sheet.finish({0: 20})


def _iamc(book: Book, data: Mapping[str, Any]) -> None:
    """The IAMC's table, whose words are English in every language; a reader of pyam takes this sheet by its name."""
    sheet = Sheet(book, "iamc", (1, 5))
    for column, text in enumerate((*IAMC_COLUMNS, *map(str, data["years"]))):
        sheet.text(0, column, text, **HEAD)
    for row, line in enumerate(iamc_rows(data), start=1):
        for column, text in enumerate(line[:5]):
            sheet.text(row, column, text)
        for column, value in enumerate(line[5:], start=5):
            sheet.number(row, column, value, decimals=4)
    sheet.finish()


__all__ = ["name_of", "roles_of", "write_economy_excel"]
