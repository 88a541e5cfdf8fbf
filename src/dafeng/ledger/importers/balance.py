"""Layout `balance`: an energy balance (physical quantity) as the China Energy Statistical Yearbook prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dafeng.catalog import Problem, convert
from dafeng.ledger.importers.balance_checks import check
from dafeng.ledger.importers.balance_table import Block, Fuel, Line, blocks, title_text
from dafeng.ledger.importers.cells import number, split_mark, text
from dafeng.ledger.importers.draft import Draft, ImportOptions
from dafeng.ledger.importers.lines import canonical_unit
from dafeng.ledger.importers.names import entity_of, find
from dafeng.ledger.importers.sheets import Sheet, sheets
from dafeng.ledger.importers.titles import year_of, years_in
from dafeng.ledger.schema import Observation, year_span

COAL_EQUIVALENT = "标准量"


@dataclass
class _Reading:
    """What has been read so far."""

    options: ImportOptions
    observations: list[Observation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: dict[str, None] = field(default_factory=dict)
    tables: int = 0


def read(path: Path, options: ImportOptions) -> Draft:
    """Read every balance table of a workbook.

    Lines that are sums of others are used for checking and not imported, except where the table does not print their
    parts. Transformation is kept with inputs positive, outflow and exports are kept positive (the table prints inputs
    negative). A blank cell is no observation, a zero is one.
    """
    reading = _Reading(options)
    for sheet in sheets(path):
        _read_sheet(sheet, reading)
    if not reading.tables and not reading.problems:
        rule = "coal_equivalent" if any(COAL_EQUIVALENT in name for name in reading.skipped) else "no_balance"
        reading.problems.append(Problem(rule, path.name))
    return Draft("balance", tuple(reading.observations), tuple(reading.problems), tuple(reading.skipped))


def _read_sheet(sheet: Sheet, reading: _Reading) -> None:
    found = blocks(sheet)
    if not found:
        sheet = sheet.turn()
        found = blocks(sheet)
    if not found:
        if sheet.cells:
            reading.skipped[sheet.name] = None
        return
    title = ""
    for block in found:
        own = title_text(sheet, block)
        title = own if entity_of(own) or years_in(own) or not title else title
        if COAL_EQUIVALENT in title + sheet.name and "实物量" not in title:
            reading.skipped[f"{sheet.name} ({COAL_EQUIVALENT})"] = None
            continue
        reading.tables += 1
        _read_block(sheet, block, title, reading)


def _read_block(sheet: Sheet, block: Block, title: str, reading: _Reading) -> None:
    options, problems = reading.options, reading.problems
    problems += block.problems
    entity = _entity(sheet, title, options, problems)
    year = _year(sheet, title, options, problems)
    for label in [*(line.text for line in block.lines if line.label.kind == "total"), *block.ignored]:
        reading.skipped[label] = None
    figures = _figures(sheet, block, problems)
    problems += check(sheet, block, figures)
    if not entity or year is None:
        return
    start, end = year_span(year)
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
        source=options.source or title,
        file=sheet.file,
        sheet=sheet.name,
    )
    for (row, column), (value, mark) in figures.items():
        line, fuel = block.line(row), block.column(column)
        if fuel.carrier and (line.label.kind == "flow" or not block.has_parts(line)):
            found = _observation(blank, sheet, line, fuel, problems)
            if found:
                note = " ".join(filter(None, (mark, block.notes.get(mark, ""))))
                reading.observations.append(
                    replace(found, note=note, value=convert(value, fuel.unit, found.unit) if value else 0.0)
                )


def _observation(
    blank: Observation, sheet: Sheet, line: Line, fuel: Fuel, problems: list[Problem]
) -> Observation | None:
    """The observation of one cell, still without its value."""
    flow = line.label.target
    if flow == "consumption":
        return None
    canonical, rule = canonical_unit(flow, fuel.carrier, fuel.unit)
    if rule:
        wrong = sheet.problem(rule, *fuel.place, found=fuel.unit, allowed=canonical, flow=flow, carrier=fuel.carrier)
        if not any((p.rule, p.sheet, p.cell) == (rule, wrong.sheet, wrong.cell) for p in problems):
            problems.append(wrong)
        return None
    return replace(blank, flow=flow, carrier=fuel.carrier, unit=canonical, cell=sheet.place(line.row, fuel.column))


def _figures(sheet: Sheet, block: Block, problems: list[Problem]) -> dict[tuple[int, int], tuple[float, str]]:
    """(row, column) -> figure in the column's unit and our sign, and its footnote mark."""
    figures = {}
    for line in block.lines:
        for fuel in block.columns:
            cell = sheet.value(line.row, fuel.column)
            try:
                value, mark = number(cell)
            except ValueError:
                problems.append(sheet.problem("bad_number", line.row, fuel.column, found=text(cell)))
                continue
            if value is None:
                continue
            if line.label.sign == "outward":
                value = abs(value)
            elif line.label.sign == "flip":
                value = -value or 0.0
            figures[line.row, fuel.column] = value, mark or split_mark(line.typed)[1]
    return figures


def _entity(sheet: Sheet, title: str, options: ImportOptions, problems: list[Problem]) -> str:
    found = entity_of(title) or entity_of(sheet.name) or entity_of(Path(sheet.file).stem)
    given = ""
    if options.entity:
        match = find("entity", options.entity)
        if match.rule:
            problems.append(Problem(match.rule, sheet.file, sheet.name, "", match.values))
        given = match.id
    if found and given and found != given:
        problems.append(Problem("differs", sheet.file, sheet.name, "", {"found": found, "given": given}))
    if not (found or given or options.entity):
        problems.append(Problem("no_entity", sheet.file, sheet.name, "", {"found": title or "-"}))
    return given or found


def _year(sheet: Sheet, title: str, options: ImportOptions, problems: list[Problem]) -> int | None:
    places: Sequence[str] = (title, sheet.name, Path(sheet.file).stem)
    found = next((year for place in places if (year := year_of(place)) is not None), None)
    if found is not None and options.year not in (None, found) and year_of(title) is not None:
        problems.append(Problem("differs", sheet.file, sheet.name, "", {"found": found, "given": options.year}))
    if found is None and options.year is None:
        problems.append(Problem("no_year", sheet.file, sheet.name, "", {"found": title or "-"}))
    return options.year if options.year is not None else found


def is_balance(sheet: Sheet) -> bool:
    """Whether a sheet holds a table of this layout."""
    return bool(blocks(sheet) or blocks(sheet.turn()))
