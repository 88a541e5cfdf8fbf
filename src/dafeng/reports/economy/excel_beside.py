"""What stands beside the totals in the workbook: forests, and how the base year closes on the statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.reports.economy.closure import EVERY
from dafeng.reports.economy.excel_words import region_of, titled
from dafeng.reports.wording import sign
from dafeng.reports.workbook.cells import BLOCK, HEAD, Book, Formula, Sheet

SOFT = "#5F6D72"


def _heads(sheet: Sheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, **HEAD)


def forest_block(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> None:
    """What forests take up, of the nation and by region, below the tables of emissions and in no sum."""
    forest, lang = data["forest"], book.lang
    sheet.text(row, 0, forest["name"][lang], **BLOCK)
    base = [str(data["base_year"])]
    heads = [book.word(f"economy.col.{key}") for key in ("region", "entry", "source", "unit")]
    _heads(sheet, row + 1, [*heads, *base, *map(str, data["years"])])
    sources = "; ".join(data["sources"][one]["title"] for one in forest["sources"] if one in data["sources"])
    lines = {"CN": forest["nation"], **forest["regions"]}
    row += 2
    for region, values in lines.items():
        sheet.text(row, 0, book.word("economy.nation") if region == "CN" else region_of(data, region, lang))
        sheet.text(row, 1, forest["name"][lang])
        sheet.text(row, 2, sources)
        sheet.text(row, 3, sign(forest["unit"], lang))
        for y, value in enumerate(values or ()):
            sheet.number(row, 5 + y, value, decimals=2, quality=forest["quality"])
        row += 1
    quality = book.word(f"quality.{forest['quality']}")
    note = book.word("economy.page.forest_note", note=forest["note"][lang], quality=quality)
    for text in (note, book.word("economy.xl.forest_iamc")):
        sheet.text(row, 0, text, font_color=SOFT)
        row += 1
    if any(values is None for values in lines.values()):
        sheet.text(row, 0, book.word("economy.page.forest_unknown"), font_color=SOFT)


def closure_sheet(book: Book, data: Mapping[str, Any]) -> None:
    """By sector what services explain; then by fuel services, rest and model against the statistics, live."""
    sheet = titled(book, "closure", (1, 2))
    row = _sectors(sheet, book, data, 2)
    keys = ("region", "sector", "fuel", "unit", "statistics", "services", "rest", "model", "difference", "percent")
    _heads(sheet, row, [book.word(f"economy.col.{key}") for key in keys])
    at = {name: number for number, name in enumerate(data["closure"]["columns"])}
    for line in data["closure"]["rows"]:
        row += 1
        sheet.text(row, 0, region_of(data, line[at["region"]], book.lang))
        sheet.text(row, 1, data["items"]["sector"][line[at["sector"]]][book.lang])
        sheet.text(row, 2, data["items"]["fuel"][line[at["fuel"]]][book.lang])
        sheet.text(row, 3, sign(line[at["unit"]], book.lang))
        for column, key in ((4, "statistics"), (5, "services"), (6, "rest")):
            sheet.number(row, column, line[at[key]], decimals=3)
        model = line[at["services"]] + line[at["rest"]]
        sheet.formula(row, 7, Formula(f"F{row + 1}+G{row + 1}", model), model, decimals=3)
        apart = model - line[at["statistics"]]
        sheet.formula(row, 8, Formula(f"H{row + 1}-E{row + 1}", apart), apart, decimals=3)
        if line[at["percent"]] is not None:
            sheet.number(row, 9, line[at["percent"]], decimals=3)
    sheet.finish()


def _sectors(sheet: Sheet, book: Book, data: Mapping[str, Any], row: int) -> int:
    closure = data["closure"]
    sheet.text(row, 0, book.word("economy.page.explained"), **BLOCK)
    sheet.text(row + 1, 0, book.word("economy.page.explained_note"), font_color=SOFT)
    keys = ("region", "sector", "unit", "statistics", "services", "rest", "explained")
    heads = [book.word(f"economy.col.{key}") for key in keys]
    _heads(sheet, row + 2, [*heads[:-1], f"{heads[-1]} (%)"])
    at = {name: number for number, name in enumerate(closure["sector_columns"])}
    row += 3
    for line in closure["by_sector"]:
        sector = line[at["sector"]]
        name = book.word("economy.page.all") if sector == EVERY else data["items"]["sector"][sector][book.lang]
        sheet.text(row, 0, region_of(data, line[at["region"]], book.lang))
        sheet.text(row, 1, name)
        sheet.text(row, 2, sign(line[at["unit"]], book.lang))
        for column, key in ((3, "statistics"), (4, "services"), (5, "rest")):
            sheet.number(row, column, line[at[key]], decimals=2)
        share = line[at["explained"]]
        if share is not None:
            sheet.formula(row, 6, Formula(f"100*E{row + 1}/D{row + 1}", share), share, decimals=1)
        row += 1
    return row + 1
