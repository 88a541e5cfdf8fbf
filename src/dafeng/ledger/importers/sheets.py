"""Workbooks: opened with a clear refusal, cells with their place, merged headings spread over their cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from dafeng.catalog import Problem, RefusedInput
from dafeng.ledger.importers.cells import Cell, text

OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, or an encrypted .xlsx
ZIP = b"PK\x03\x04"
_FORMULA = re.compile(rb"<f[ >/]")


@lru_cache(maxsize=100_000)
def place(row: int, column: int) -> str:
    """`B7` for row 7, column 2."""
    return f"{get_column_letter(column)}{row}"


@dataclass(frozen=True)
class Sheet:
    """The filled cells of a sheet by (row, column), from 1.

    Attributes:
        spread: texts of merged cells, in every cell that they cover.
        turned: rows and columns are exchanged; `place` still names the cell of the file.
    """

    file: str
    name: str
    cells: dict[tuple[int, int], Cell]
    spread: dict[tuple[int, int], str] = field(default_factory=dict)
    turned: bool = False

    def place(self, row: int, column: int) -> str:
        return place(column, row) if self.turned else place(row, column)

    def value(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column))

    def heading(self, row: int, column: int) -> str:
        """The text of a cell, or of the merged cell that covers it."""
        return text(self.value(row, column)) or self.spread.get((row, column), "")

    def rows(self) -> list[int]:
        return sorted({row for row, _ in self.cells})

    def columns(self) -> list[int]:
        return sorted({column for _, column in self.cells})

    def turn(self) -> Sheet:
        """The same sheet with rows and columns exchanged."""
        return replace(
            self,
            cells={(c, r): v for (r, c), v in self.cells.items()},
            spread={(c, r): v for (r, c), v in self.spread.items()},
            turned=not self.turned,
        )

    def problem(self, rule: str, row: int, column: int, **values: object) -> Problem:
        return Problem(rule, self.file, self.name, self.place(row, column), values)


def open_workbook(path: Path, read_only: bool = True) -> Any:
    """The workbook at `path`, with the values that its formulas had when it was saved.

    Raises:
        RefusedInput: it is no workbook, an old or encrypted one, or has formulas that were never computed.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic == OLD_EXCEL:
        raise RefusedInput(path.name, [Problem("old_workbook", path.name)])
    try:
        _refuse_uncomputed(path)
        return openpyxl.load_workbook(path, read_only=read_only, data_only=True)
    except RefusedInput:
        raise
    except Exception as error:  # openpyxl lets many kinds through for a damaged file
        problem = Problem("not_a_workbook", path.name, values={"found": repr(error)[:80]})
        raise RefusedInput(path.name, [problem]) from error


def sheets(path: Path) -> Iterator[Sheet]:
    """Every worksheet of a workbook with its merged cells; for tables of the size of a page."""
    with closing(open_workbook(path, read_only=False)) as book:
        for ws in book.worksheets:
            cells = {(cell.row, cell.column): cell.value for row in ws.iter_rows() for cell in row if text(cell.value)}
            spread: dict[tuple[int, int], str] = {}
            for block in ws.merged_cells.ranges:
                shown = cells.get((block.min_row, block.min_col))
                if isinstance(shown, str):
                    spread |= {(row, column): text(shown) for row, column in block.cells}
            yield Sheet(path.name, ws.title, cells, spread)


def _refuse_uncomputed(path: Path) -> None:
    """A formula without its last result reads as a blank: refuse rather than lose it."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        if not any(_FORMULA.search(archive.read(name)) for name in names):
            return
    problems = []
    with (
        closing(openpyxl.load_workbook(path, read_only=True)) as typed,
        closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as computed,
    ):
        for ws in typed.worksheets:
            results = computed[ws.title].iter_rows()
            for cells, values in zip(ws.iter_rows(), results, strict=False):
                problems += [
                    Problem("uncomputed_formula", path.name, ws.title, cell.coordinate, {"found": cell.value})
                    for cell, result in zip(cells, values, strict=False)
                    if cell.data_type == "f" and result.value is None
                ]
    if problems:
        raise RefusedInput(path.name, problems)
