"""Parts of any kind (cities, sectors, companies) and plans from a table: CSV or the first sheet of a workbook.

The first row names the columns, by their names here or in one of the three languages. The file is read whole or
refused whole, with every fault at its cell.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from dafeng.catalog import LANGUAGES, DafengError, Problem, RefusedInput, nearest, word
from dafeng.targets.split_frame import Part

REQUIRED = ("part", "base", "activity_base", "activity_due")
BOUNDS = ("floor", "cap", "surplus")
ATTRIBUTES = ("population", "cumulative", "gdp", "potential", "previous", "size")
#: May be below zero.
SIGNED = ("floor", "cap", "surplus", "target")


@dataclass(frozen=True)
class Table:
    """The filled cells of a table: per row its number in the file, its name, and column -> number."""

    file: str
    rows: tuple[tuple[int, str, Mapping[str, float]], ...]


def read_parts(path: Path | str) -> list[Part]:
    """Parts of a whole from a table: columns `part`, `base`, `activity_base`, `activity_due`; where known `floor`,
    `cap`, `surplus`, and the facts that principles ask for: `population`, `cumulative`, `gdp`, `potential`,
    `previous`, `size`. Amounts in one unit for all rows.

    Raises:
        DafengError: no such file.
        RefusedInput: with every fault: unknown, missing or repeated columns; a part that stands twice; cells that are
            no finite numbers, negative where nothing can be, or empty where there must be a number.
    """
    table = read_table(Path(path), REQUIRED, (*BOUNDS, *ATTRIBUTES))
    return [
        Part(
            name,
            cells["base"],
            cells["activity_base"],
            cells["activity_due"],
            {key: cells[key] for key in ATTRIBUTES if key in cells},
            cells.get("floor"),
            cells.get("cap"),
            cells.get("surplus", 0.0),
        )
        for _, name, cells in table.rows
    ]


def read_table(path: Path, required: Sequence[str], optional: Sequence[str], years: bool = False) -> Table:
    """A table of named rows of numbers; the first of `required` is the column of the names.

    Args:
        years: columns headed by a year (2000 to 2100) are taken as well.

    Raises:
        DafengError, RefusedInput: as `read_parts`.
    """
    if not path.is_file():
        raise DafengError("no_file", file=path)
    lines = list(_lines(path))
    problems: list[Problem] = []
    header = lines[0] if lines else []
    columns = _columns(path.name, header, (*required, *optional), years, problems)
    missing = [name for name in required if name not in columns.values()]
    if missing:
        shown = ", ".join((*required, *optional))
        problems.append(
            Problem("missing_column", path.name, cell="A1", values={"missing": ", ".join(missing), "allowed": shown})
        )
        raise RefusedInput(path.name, problems)
    rows, seen = [], set()
    for number, line in enumerate(lines[1:], 2):
        if not any(text.strip() for text in line):
            continue
        name, cells = _row(path.name, number, line, columns, required, problems)
        if name in seen:
            problems.append(Problem("part_twice", path.name, cell=f"A{number}", values={"found": name}))
        seen.add(name)
        rows.append((number, name, cells))
    if not rows:
        problems.append(Problem("no_rows", path.name))
    if problems:
        raise RefusedInput(path.name, problems)
    return Table(path.name, tuple(rows))


def _columns(
    file: str, header: Sequence[str], allowed: Sequence[str], years: bool, problems: list[Problem]
) -> dict[int, str]:
    """Column number -> name, for the headings that are known."""
    known = {word(f"split.column.{name}", tag).lower(): name for name in allowed for tag in LANGUAGES}
    known |= {name: name for name in allowed}
    found: dict[int, str] = {}
    for column, typed in enumerate(header):
        text = typed.strip()
        name = known.get(text.lower(), "")
        if years and text.isdecimal() and 2000 <= int(text) <= 2100:
            name = text
        place = f"{get_column_letter(column + 1)}1"
        if not name and text:
            near = nearest(text, sorted(known))
            problems.append(Problem("unknown_column", file, cell=place, values={"found": text, "near": near}))
        elif name in found.values():
            first = next(get_column_letter(c + 1) for c, other in found.items() if other == name)
            problems.append(Problem("column_twice", file, cell=place, values={"found": text, "first": f"{first}1"}))
        elif name:
            found[column] = name
    return found


def _row(
    file: str,
    number: int,
    line: Sequence[str],
    columns: Mapping[int, str],
    required: Sequence[str],
    problems: list[Problem],
) -> tuple[str, dict[str, float]]:
    name, cells = "", {}
    for column, key in columns.items():
        text = line[column].strip() if column < len(line) else ""
        place = f"{get_column_letter(column + 1)}{number}"
        if not text:
            if key in required:
                problems.append(Problem("empty_cell", file, cell=place, values={"name": key}))
        elif key == required[0]:
            name = text
        else:
            value = _number(text)
            if value is None or (value < 0 and key not in SIGNED):
                problems.append(Problem("cell_number", file, cell=place, values={"field": key, "found": text}))
            else:
                cells[key] = value
    return name, cells


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _lines(path: Path) -> Iterator[list[str]]:
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        try:
            with closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
                for row in book.worksheets[0].iter_rows(values_only=True):
                    yield ["" if cell is None else str(cell) for cell in row]
        except (BadZipFile, KeyError, OSError, ValueError) as error:
            problem = Problem("not_a_workbook", path.name, values={"found": repr(error)[:80]})
            raise RefusedInput(path.name, [problem]) from error
        return
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RefusedInput(path.name, [Problem("not_text", path.name)])
    yield from csv.reader(io.StringIO(text, newline=""))
