"""The sheets that say what the workbook is and where its figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng.catalog import all_words
from dafeng.reports.wording import sign
from dafeng.reports.workbook.board import STATE_LOOKS
from dafeng.reports.workbook.cells import BLOCK, MARKED, Book, Sheet

SHEETS = ("board", "nation", "provinces", "accounts", "inputs", "factors", "sources")
READ_ASIDE = ("recalled", "computed")


def write_sources(book: Book, data: Mapping[str, Any]) -> None:
    """Every source and how it was read."""
    sheet = Sheet(book, "sources", (1, 1))
    sheet.head(0, ("id", "title", "publisher", "kind", "read", "address"))
    for row, (identifier, source) in enumerate(data["sources"].items(), start=1):
        title = source["title"] if isinstance(source["title"], str) else source["title"][book.lang]
        key = f"report.read.{source['read']}"
        read = book.word(key) if key in all_words() else source["read"]
        for column, text in enumerate(
            (identifier, title, source["publisher"], source["kind"], read, source["address"])
        ):
            sheet.text(
                row, column, text, text_wrap=column in (1, 5), italic=column == 4 and source["read"] in READ_ASIDE
            )
    sheet.finish({1: 60, 5: 60})


def write_readme(book: Book, data: Mapping[str, Any]) -> None:
    """What the sheets hold, what the marks mean, what was made when."""
    sheet = Sheet(book, "readme", (0, 0))
    made = data["made"]
    sheet.text(0, 0, book.word("report.xl.readme.title"), bold=True, font_size=15)
    lines: list[tuple[str, str]] = [
        (book.word("report.made.at"), made["at"]),
        (book.word("report.made.version"), made["version"]),
        (book.word("report.made.catalogue"), made["catalogue"]),
        (
            book.word("report.made.layers"),
            book.word("report.made.with_overlay" if data["overlay"] else "report.made.plan_only"),
        ),
    ]
    row = 2
    for name, text in lines:
        sheet.text(row, 0, name, font_color="#5F6D72")
        sheet.text(row, 1, text)
        row += 1
    for key in ("live", "values"):
        row += 1
        sheet.sheet.merge_range(row, 0, row, 1, "", book.format(text_wrap=True))
        sheet.sheet.write_string(row, 0, book.word(f"report.xl.readme.{key}"), book.format(text_wrap=True))
        sheet.sheet.set_row(row, 32)
    row = _block(sheet, row, "sheets")
    for role in SHEETS:
        sheet.text(row, 0, book.name(role), bold=True)
        sheet.text(row, 1, book.word(f"report.xl.about.{role}"), text_wrap=True)
        row += 1
    row = _block(sheet, row, "marks")
    for quality in MARKED:
        sheet.text(row, 0, f"{book.word(f'report.mark.{quality}')}  {book.word(f'quality.{quality}')}")
        sheet.text(row, 1, book.word(f"report.legend.{quality}"), text_wrap=True)
        row += 1
    sheet.text(row, 0, book.word("report.legend.no_mark"))
    sheet.text(row, 1, book.word("report.legend.plain"), text_wrap=True)
    row = _block(sheet, row + 1, "states")
    for state, (ground, ink) in STATE_LOOKS.items():
        sheet.text(row, 0, book.word(f"state.{state}"), bg_color=ground, font_color=ink, bold=True)
        sheet.text(row, 1, book.word(f"report.legend.state.{state}"), text_wrap=True)
        row += 1
    row = _block(sheet, row, "units")
    for unit in sorted({figure[part] for figure in data["figures"] for part in ("unit", "show_unit")}):
        sheet.text(row, 0, unit)
        sheet.text(row, 1, sign(unit, book.lang))
        row += 1
    sheet.finish({0: 30, 1: 90})


def _block(sheet: Sheet, row: int, key: str) -> int:
    sheet.sheet.write_string(row + 1, 0, sheet.book.word(f"report.xl.readme.{key}"), sheet.book.format(**BLOCK))
    return row + 2
