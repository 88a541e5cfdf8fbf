"""Layouts `ceads-new` and `ceads-old`: the published provincial inventories of CEADs, energy and CO2.

A workbook holds one year, with a sheet per province and a sheet NOTE. Energy: sectors' final use, transformation
(inputs positive, as we keep it), losses. CO2: sectors by fuel and process, in Mt. No figure of CEADs is shipped with
Dafeng.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from dafeng.catalog import Problem, convert
from dafeng.ledger.importers.cells import Cell, number, text
from dafeng.ledger.importers.draft import Draft, ImportOptions, Reader
from dafeng.ledger.importers.labels import Label, Labels, labels, unit_id
from dafeng.ledger.importers.lines import canonical_unit
from dafeng.ledger.importers.names import find, fold
from dafeng.ledger.importers.sheets import open_workbook, place
from dafeng.ledger.importers.sums import differs, shown
from dafeng.ledger.importers.titles import year_of, years_in
from dafeng.ledger.schema import Observation, year_span

SOURCE = "ceads-provincial-inventories"
FUELS = ("carrier", "carrier_total", "ignore")
LINES = ("flow", "total", "ignore")
Rows = Sequence[Sequence[Cell]]
Typed = dict[tuple[int, int], float]


@dataclass
class _Table:
    """One province's sheet.

    Attributes:
        columns: index of a column -> label and unit; rows: index of a row -> label.
    """

    sheet: str
    rows: Rows
    labels: Labels
    columns: dict[int, tuple[Label, str]] = field(default_factory=dict)
    lines: dict[int, Label] = field(default_factory=dict)

    def at(self, row: int, column: int) -> str:
        return place(row + 1, column + 1)


@dataclass
class _Reading:
    file: str
    options: ImportOptions
    observations: list[Observation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: dict[str, None] = field(default_factory=dict)

    def fault(self, rule: str, sheet: str = "", cell: str = "", **values: object) -> None:
        self.problems.append(Problem(rule, self.file, sheet, cell, values))


def reader(layout: str) -> Reader:
    """The reader for `ceads-new` or `ceads-old`: they differ in spelling only, which the labels take in."""

    def read(path: Path, options: ImportOptions) -> Draft:
        reading = _Reading(path.name, options)
        with closing(open_workbook(path)) as book:
            for ws in book.worksheets:
                if fold(ws.title) != "note":
                    _read_sheet(ws.title, list(ws.iter_rows(values_only=True)), reading)
        if not reading.observations and not reading.problems:
            reading.fault("no_inventory")
        return Draft(layout, tuple(reading.observations), tuple(reading.problems), tuple(reading.skipped))

    return read


def layout_of(rows: Rows) -> str:
    """`ceads-new`, `ceads-old` or an empty text, by the first row of a sheet."""
    if not rows or sum(_table_labels(rows).find(text(cell), ("carrier",)) is not None for cell in rows[0][1:]) < 5:
        return ""
    return "ceads-new" if "inventory" in fold(text(rows[0][0])) else "ceads-old"


def _table_labels(rows: Rows) -> Labels:
    """Energy or CO2: by the corner of the table, else by its units."""
    corner = fold(text(rows[0][0])) if rows and rows[0] else ""
    units = {text(cell).casefold() for row in rows[1:3] for cell in row[1:]}
    energy = "energy" in corner or ("emission" not in corner and not any("co2" in unit for unit in units))
    return labels("ceads-energy" if energy else "ceads-co2")


def _read_sheet(name: str, rows: Rows, reading: _Reading) -> None:
    if not layout_of(rows):
        reading.skipped[name] = None
        return
    entity, year = _province(name, reading), _year(name, reading)
    table = _Table(name, rows, _table_labels(rows))
    _columns(table, reading)
    _lines(table, reading)
    typed = _figures(table, reading)
    reading.problems += _sums(reading.file, table, typed)
    if not entity or year is None:
        return
    start, end = year_span(year)
    options = reading.options
    blank = Observation(
        entity=entity,
        start=start,
        end=end,
        flow="",
        carrier="",
        value=0.0,
        unit="",
        dataset=options.dataset,
        status=options.status,
        source=options.source or SOURCE,
        file=reading.file,
        sheet=name,
    )
    for column, (fuel, unit) in table.columns.items():
        if fuel.kind != "carrier":
            continue
        for row, line in table.lines.items():
            if line.kind != "flow" or (row, column) not in typed:
                continue
            canonical, rule = canonical_unit(line.target, fuel.target, unit)
            if rule:
                reading.fault(
                    rule,
                    name,
                    table.at(1, column),
                    found=unit,
                    allowed=canonical,
                    flow=line.target,
                    carrier=fuel.target,
                )
                break
            value = typed[row, column]
            reading.observations.append(
                replace(
                    blank,
                    flow=line.target,
                    carrier=fuel.target,
                    unit=canonical,
                    cell=table.at(row, column),
                    value=convert(value, unit, canonical) if value else 0.0,
                )
            )


def _province(name: str, reading: _Reading) -> str:
    found = find("entity", name.strip().rstrip("0123456789_- "))
    if found.rule:
        reading.problems.append(Problem(found.rule, reading.file, name, "", found.values))
    return found.id


def _year(name: str, reading: _Reading) -> int | None:
    """From the sheet's name, else as given, else from the file's name."""
    sheet, given = year_of(name.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")), reading.options.year
    if sheet is not None and given is not None and sheet != given:
        reading.fault("differs", name, found=sheet, given=given)
    year = sheet if sheet is not None else given if given is not None else year_of(Path(reading.file).stem)
    if year is None:
        reading.fault("no_year", name, found=", ".join(map(str, sorted(years_in(reading.file)))) or "-")
    return year


def _columns(table: _Table, reading: _Reading) -> None:
    units = table.rows[1] if len(table.rows) > 1 else ()
    seen: dict[str, int] = {}
    for column, cell in enumerate(table.rows[0]):
        typed = text(cell)
        if column == 0 or not typed:
            continue
        label = table.labels.find(typed, FUELS)
        if label is None:
            reading.fault(
                "unknown_fuel", table.sheet, table.at(0, column), found=typed, near=table.labels.nearest(typed, FUELS)
            )
            continue
        if label.kind in ("ignore", "carrier_total"):
            reading.skipped[typed] = None
        if label.kind == "ignore":
            continue
        shown_unit = text(units[column]) if column < len(units) else ""
        unit = table.labels.unit(shown_unit) or unit_id(shown_unit)
        if not unit:
            rule = "unknown_unit" if shown_unit else "unit_missing"
            reading.fault(rule, table.sheet, table.at(1, column), found=shown_unit, near="-", carrier=typed)
        elif label.target in seen:
            reading.fault(
                "column_twice", table.sheet, table.at(0, column), found=typed, first=table.at(0, seen[label.target])
            )
        else:
            seen[label.target] = column
            table.columns[column] = label, unit


def _lines(table: _Table, reading: _Reading) -> None:
    seen: dict[str, int] = {}
    for row, cells in enumerate(table.rows[2:], start=2):
        typed = text(cells[0]) if cells else ""
        label = table.labels.find(typed, LINES) if typed else None
        if label is None:
            filled = next((c for c in table.columns if c < len(cells) and cells[c] not in (None, "", 0)), None)
            if filled is not None:
                rule = "unknown_line" if typed else "unlabelled"
                near = table.labels.nearest(typed, LINES) if typed else "-"
                reading.fault(
                    rule,
                    table.sheet,
                    table.at(row, 0 if typed else filled),
                    found=typed or text(cells[filled]),
                    near=near,
                )
            continue
        if label.kind != "flow":
            reading.skipped[typed] = None
        if label.kind == "ignore":
            continue
        if label.target in seen:
            first = table.at(seen[label.target], 0)
            reading.fault("line_twice", table.sheet, table.at(row, 0), found=typed, first=first)
            continue
        seen[label.target] = row
        table.lines[row] = label


def _figures(table: _Table, reading: _Reading) -> Typed:
    typed: Typed = {}
    for row, line in table.lines.items():
        cells = table.rows[row]
        for column in table.columns:
            cell = cells[column] if column < len(cells) else None
            try:
                value = number(cell)[0]
            except ValueError:
                reading.fault("bad_number", table.sheet, table.at(row, column), found=text(cell))
                continue
            if value is not None:
                typed[row, column] = abs(value) if line.sign == "outward" else value
    return typed


def _sums(file: str, table: _Table, typed: Typed) -> Iterator[Problem]:
    """Total lines and total columns against their parts; a printed total is never imported."""

    def problem(row: int, column: int, found: float, expected: float) -> Problem:
        fuel, unit = table.columns[column]
        return Problem(
            "balance",
            file,
            table.sheet,
            table.at(row, column),
            {
                "line": text(table.rows[row][0]),
                "carrier": fuel.text,
                "found": shown(found),
                "expected": shown(expected),
                "unit": unit,
            },
        )

    totals = [row for row, line in table.lines.items() if line.kind == "total"]
    for row in totals:
        prefix = table.lines[row].target + "."
        parts = [part for part, line in table.lines.items() if line.kind == "flow" and line.target.startswith(prefix)]
        for column in table.columns:
            expected = sum(typed.get((part, column), 0.0) for part in parts)
            if (row, column) in typed and differs(typed[row, column], expected):
                yield problem(row, column, typed[row, column], expected)
    for column, (fuel, _) in table.columns.items():
        if fuel.kind != "carrier_total":
            continue
        columns = [part for part, (label, _) in table.columns.items() if label.kind == "carrier"]
        for row in table.lines:
            expected = sum(typed.get((row, part), 0.0) for part in columns)
            if (row, column) in typed and differs(typed[row, column], expected):
                yield problem(row, column, typed[row, column], expected)
