"""Tables of CSV files, cell by cell: every refusal names file, line and column."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dafeng.models.refusals import RefusedFile, no_column, no_file, not_readable, wrong_value

MISSING = ("", ".")
"""What stands for "not given" in SWITCH's files."""


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    file: str
    row: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return f"{self.file}:{self.row}"

    def has(self, column: str) -> bool:
        """Is a value given."""
        return self.cells.get(column, "") not in MISSING

    def text(self, column: str) -> str:
        """A text that must be given."""
        if column not in self.cells:
            raise no_column(self.file, column, self.cells)
        if not self.has(column):
            raise wrong_value(self.place, column, repr(self.cells[column]), "text")
        return self.cells[column]

    def number(self, column: str, default: float | None = None, least: float = -np.inf, most: float = np.inf) -> float:
        """A number within bounds; without a default it must be given."""
        if default is not None and not self.has(column):
            return default
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise wrong_value(self.place, column, text, "number") from None
        if not (least <= value <= most):
            raise wrong_value(self.place, column, text, f"{least:g} ... {most:g}")
        return value

    def year(self, column: str) -> int:
        """A whole number."""
        value = self.number(column)
        if value != int(value):
            raise wrong_value(self.place, column, self.cells[column], "1, 2, 3 ...")
        return int(value)

    def flag(self, column: str) -> bool:
        """0 or 1; not given: 0."""
        value = self.number(column, 0.0)
        if value not in (0.0, 1.0):
            raise wrong_value(self.place, column, self.cells[column], "0, 1")
        return value == 1.0


def read_lines(folder: Path, name: str, columns: tuple[str, ...], optional: bool = False) -> list[Line]:
    """The lines of a CSV file.

    Args:
        columns: that it must have.
        optional: an absent file has no lines.

    Raises:
        RefusedFile: no such file, a column that is missing, a line with more or fewer cells than the header.
    """
    path = folder / name
    if not path.is_file():
        if optional:
            return []
        raise no_file(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.reader(text))
    except (UnicodeDecodeError, csv.Error) as error:
        raise not_readable(path, error) from None
    if not rows:
        raise not_readable(path, "0")
    header = [cell.strip() for cell in rows[0]]
    for column in columns:
        if column not in header:
            raise no_column(name, column, header)
    found = []
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != len(header):
            raise wrong_value(f"{name}:{number}", "columns", len(row), len(header))
        found.append(Line(name, number, dict(zip(header, (cell.strip() for cell in row), strict=True))))
    return found


def unique(lines: list[Line], *columns: str) -> dict[tuple[str, ...], Line]:
    """Lines by key.

    Raises:
        RefusedFile: a key that appears twice.
    """
    found: dict[tuple[str, ...], Line] = {}
    for line in lines:
        key = tuple(line.text(column) for column in columns)
        if key in found:
            raise RefusedFile("model_twice", place=f"{line.place} {', '.join(key)}")
        found[key] = line
    return found
