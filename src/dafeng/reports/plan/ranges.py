"""How far apart the numbers of a plan's linear programs are, in its data and in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.pathway.ranges import Range, Ranges
from dafeng.reports.workbook.cells import HEAD, Book, Sheet

PARTS = ("matrix", "cost", "bound", "right_side")
COLUMNS = ("years", "part", "smallest", "at", "largest", "at", "spread", "state")
FIELDS = ("smallest", "largest", "at_smallest", "at_largest")


def ranges_of(found: Ranges) -> dict[str, Any]:
    """Part -> smallest and largest size, where they stand, their ratio, and whether that is too wide."""
    wide = found.wide()
    return {
        one.part: {**{field: getattr(one, field) for field in FIELDS}, "spread": one.spread, "wide": one in wide}
        for one in found.all
    }


def add_ranges(sheet: Sheet, book: Book, row: int, stages: Sequence[Mapping[str, Any]], **head: Any) -> int:
    """A table of the ranges of all stages below what a sheet has.

    Args:
        head: look of its title.

    Returns:
        The row below it.
    """
    sheet.text(row, 0, book.word("plan.ranges.head"), **head)
    for column, key in enumerate(COLUMNS):
        sheet.text(row + 1, column, book.word(f"plan.col.{key}"), **HEAD)
    row += 2
    for stage in stages:
        for part in PARTS:
            one = stage["ranges"][part]
            look = {"bg_color": "#F9DFD5"} if one["wide"] else {}
            sheet.text(row, 0, ", ".join(map(str, stage["years"])))
            sheet.text(row, 1, book.word(f"pathway.range_{part}"))
            for column, end in ((2, "smallest"), (4, "largest")):
                sheet.number(row, column, one[end], decimals=-1)
                sheet.text(row, column + 1, one[f"at_{end}"])
            sheet.number(row, 6, one["spread"], decimals=-1, **look)
            sheet.text(row, 7, book.word("plan.ranges.wide" if one["wide"] else "plan.ranges.fine"), **look)
            row += 1
    for stage in stages:
        for part in PARTS:
            if stage["ranges"][part]["wide"]:
                one = Range(part, *(stage["ranges"][part][field] for field in FIELDS))
                sheet.text(row, 0, wide_text(one, book.lang))
                row += 1
    return row


def wide_text(one: Range, lang: str) -> str:
    """The warning of one part."""
    nothing = Range(one.part)
    return Ranges(one, nothing, nothing, nothing).warnings(lang)[0]
