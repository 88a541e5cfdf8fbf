"""Layout `template`: our long layout, one observation per line, as CSV or Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dafeng.catalog import Problem, RefusedInput, nearest
from dafeng.ledger.importers.cells import Cell, text
from dafeng.ledger.importers.draft import Draft, ImportOptions
from dafeng.ledger.importers.labels import labels, unit_id
from dafeng.ledger.importers.lines import COLUMNS, EXPORTED, Lines, column_of, missing_columns, scaled_percent
from dafeng.ledger.importers.sheets import open_workbook, place
from dafeng.ledger.schema import Observation

NAMES_SHEET, EXAMPLES_SHEET = "names", "examples"
NumberedRow = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class _Origin:
    """Where the lines come from, for naming cells: `B7` in Excel, `7:entity` in CSV."""

    file: str
    sheet: str
    options: ImportOptions

    def place(self, line: int, index: int, column: str) -> str:
        return place(line, index + 1) if self.sheet else f"{line}:{column}"


def read(path: Path, options: ImportOptions) -> Draft:
    """Read a filled template."""
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _read_workbook(path, options)
    return _read_csv(path, options)


def header_columns(cells: Sequence[Cell]) -> dict[str, int]:
    """column -> index, for the headings that are ours."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        column = column_of(text(cell)) if text(cell) else ""
        if column:
            found.setdefault(column, index)
    return found


def is_header(cells: Sequence[Cell]) -> bool:
    return {"flow", "carrier", "value"} <= set(header_columns(cells))


def decode(path: Path) -> str:
    """The text of a CSV file: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030.

    Raises:
        RefusedInput: it is none of these.
    """
    raw = path.read_bytes()
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            decoded = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in decoded:
            return decoded
    raise RefusedInput(path.name, [Problem("text_encoding", path.name)])


def csv_rows(path: Path) -> Iterator[NumberedRow]:
    """The rows of a CSV file with their line numbers; comma, semicolon or tab, whichever the heading uses."""
    content = decode(path)
    heading = next((line for line in content.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=lambda mark: len(header_columns(heading.split(mark))))
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    last = 0
    for cells in reader:
        first, last = last + 1, reader.line_num
        yield first, cells


def _read_csv(path: Path, options: ImportOptions) -> Draft:
    problems: list[Problem] = []
    rows = (row for row in csv_rows(path) if not is_comment(row[1]))
    observations = _table(_Origin(path.name, "", options), rows, problems)
    if observations is None:
        problems.append(Problem("no_table", path.name))
    return Draft("template", tuple(observations or ()), tuple(problems))


def _read_workbook(path: Path, options: ImportOptions) -> Draft:
    problems: list[Problem] = []
    observations: list[Observation] = []
    skipped: list[str] = []
    tables = 0
    with closing(open_workbook(path)) as book:
        for ws in book.worksheets:
            if ws.title in (NAMES_SHEET, EXAMPLES_SHEET):
                continue
            found = _table(_Origin(path.name, ws.title, options), _excel_rows(ws), problems)
            tables += found is not None
            observations += found or []
            if found is None:
                skipped.append(ws.title)
    if not tables:
        problems.append(Problem("no_table", path.name))
    return Draft("template", tuple(observations), tuple(problems), tuple(skipped))


def _excel_rows(ws: Any) -> Iterator[NumberedRow]:
    """Rows as values; a percentage format is undone where the unit is %, and kept as text where it is not."""
    columns: dict[str, int] = {}
    for line, cells in enumerate(ws.iter_rows(), start=1):
        values = [cell.value for cell in cells]
        if is_comment(values):
            continue
        if not columns and is_header(values):
            columns = header_columns(values)
        index, unit = columns.get("value"), columns.get("unit")
        if index is not None and unit is not None and max(index, unit) < len(cells):
            typed = values[index]
            if isinstance(typed, int | float) and "%" in str(cells[index].number_format or ""):
                shown = scaled_percent(typed)
                values[index] = shown if unit_id(text(values[unit])) == "%" else f"{shown:g}%"
        yield line, values


def is_comment(cells: Sequence[Cell]) -> bool:
    """A row with nothing in it, or whose first filled cell starts with #."""
    shown = next((text(cell) for cell in cells if text(cell)), "")
    return not shown or shown.startswith("#")


def _table(origin: _Origin, rows: Iterable[NumberedRow], problems: list[Problem]) -> list[Observation] | None:
    """The observations below the header; None where there is no header of ours."""
    stream = iter(rows)
    first = next(stream, None)
    if first is None or not header_columns(first[1]):
        return None
    columns = _header(origin, first, problems)
    if columns is None:
        return []
    width = max(index for index, cell in enumerate(first[1]) if text(cell)) + 1
    lines = Lines(
        origin.file,
        origin.sheet,
        origin.options,
        lambda line, column: origin.place(line, columns.get(column, 0), column),
        frozenset(columns),
    )
    found = []
    for line, cells in stream:
        beyond = [index for index in range(width, len(cells)) if text(cells[index])]
        if beyond:
            problems.append(
                Problem(
                    "extra_cell",
                    origin.file,
                    origin.sheet,
                    origin.place(line, beyond[0], str(beyond[0] + 1)),
                    {"found": text(cells[beyond[0]]), "allowed": width},
                )
            )
            continue
        row = {column: cells[index] for column, index in columns.items() if index < len(cells)}
        observation = lines.read(line, row, problems)
        if observation:
            found.append(observation)
    return found


def _header(origin: _Origin, first: NumberedRow, problems: list[Problem]) -> dict[str, int] | None:
    """column -> index; None where the header is wrong."""
    line, cells = first
    columns: dict[str, int] = {}
    faults = []
    known = [label.text for label in labels("template").all("column")]
    for index, cell in enumerate(cells):
        typed = text(cell)
        column = typed if typed in EXPORTED else column_of(typed) if typed else ""
        where = origin.place(line, index, str(index + 1))
        if typed and not column:
            values: dict[str, object] = {"found": typed, "near": nearest(typed, known)}
            faults.append(Problem("unknown_column", origin.file, origin.sheet, where, values))
        elif column in columns:
            values = {"found": typed, "first": origin.place(line, columns[column], str(columns[column] + 1))}
            faults.append(Problem("column_twice", origin.file, origin.sheet, where, values))
        elif column:
            columns[column] = index
    missing = missing_columns(columns, origin.options)
    if missing:
        values = {"missing": ", ".join(missing), "allowed": ", ".join(COLUMNS)}
        faults.append(Problem("missing_column", origin.file, origin.sheet, str(line), values))
    problems += faults
    return None if faults else columns
