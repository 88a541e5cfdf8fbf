"""Does a printed balance add up? Totals against their parts, supply against use, total columns against their fuels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dafeng.catalog import Problem, factor_between, unit
from dafeng.ledger.importers.balance_table import Block, Fuel, Line
from dafeng.ledger.importers.sheets import Sheet
from dafeng.ledger.importers.sums import add, differs, shown

TOTALS = ("supply", "transformation", "final", "final.residential")
Figures = Mapping[tuple[int, int], tuple[float, str]]


def check(sheet: Sheet, block: Block, figures: Figures) -> list[Problem]:
    """Every place where the table contradicts itself (rule `balance`)."""
    return [*_lines(sheet, block, figures), *_columns(sheet, block, figures)]


def _problem(sheet: Sheet, line: Line, fuel: Fuel, found: float, expected: float) -> Problem:
    return sheet.problem(
        "balance",
        line.row,
        fuel.column,
        line=line.text,
        carrier=fuel.text,
        found=shown(found),
        expected=shown(expected),
        unit=fuel.unit,
    )


def _lines(sheet: Sheet, block: Block, figures: Figures) -> Iterator[Problem]:
    """Within one column: totals, the closing difference, total consumption."""
    for fuel in block.columns:
        typed = {
            line.label.target: figures[line.row, fuel.column][0]
            for line in block.lines
            if (line.row, fuel.column) in figures
        }
        sums = {total: _parts(block, typed, total) for total in TOTALS}
        for line in block.lines:
            target = line.label.target
            if line.label.kind != "total" or target not in typed or not block.has_parts(line):
                continue
            expected = sums[target] or 0.0
            if differs(typed[target], expected):
                yield _problem(sheet, line, fuel, _printed(line, typed[target]), _printed(line, expected))
        whole = {total: typed.get(total, sums[total]) or 0.0 for total in sums}
        yield from _closing(sheet, block, fuel, typed, whole)
        yield from _consumption(sheet, block, fuel, typed, whole)


def _printed(line: Line, value: float) -> float:
    """Back to the sign in which the table prints a line."""
    return -value if line.label.sign == "flip" and value else value


def _parts(block: Block, typed: Mapping[str, float], total: str) -> float | None:
    """The sum of the lines right below `total`; what leaves the region counts negative."""
    outward = {line.label.target for line in block.lines if line.label.sign == "outward"}
    values: dict[str, float] = {}
    for target, value in typed.items():
        parent, _, _ = target.rpartition(".")
        if parent == total:
            values[target] = -value if target in outward else value
        elif parent.rpartition(".")[0] == total and parent not in typed:
            values[target] = value
    return add(values.values())


def _line(block: Block, target: str) -> Line | None:
    return next((line for line in block.lines if line.label.target == target), None)


def _closing(
    sheet: Sheet, block: Block, fuel: Fuel, typed: Mapping[str, float], whole: Mapping[str, float]
) -> Iterator[Problem]:
    """Supply - transformation (inputs positive) - losses - final use = difference."""
    line = _line(block, "balance_difference")
    sections = {line.label.target.split(".")[0] for line in block.lines}
    if line is None or not {"supply", "final"} <= sections:
        return
    expected = whole["supply"] - whole["transformation"] - typed.get("loss", 0.0) - whole["final"]
    found = typed.get("balance_difference", 0.0)
    scale = max(abs(whole["supply"]), abs(whole["transformation"]), abs(whole["final"]))
    if differs(found, expected, scale):
        yield _problem(sheet, line, fuel, found, expected)


def _consumption(
    sheet: Sheet, block: Block, fuel: Fuel, typed: Mapping[str, float], whole: Mapping[str, float]
) -> Iterator[Problem]:
    """Total consumption = final use + losses + what the lines of transformation take in.

    In a total column the yearbook nets what one fuel gives against what another takes (coal washed into cleaned coal).
    """
    line = _line(block, "consumption")
    if line is None or "consumption" not in typed or _line(block, "transformation.thermal_power") is None:
        return
    taken = [value for target, value in typed.items() if target.startswith("transformation.") and value > 0]
    inputs = whole["transformation"] if fuel.parts else sum(taken)
    expected = whole["final"] + typed.get("loss", 0.0) + inputs
    if differs(typed["consumption"], expected):
        yield _problem(sheet, line, fuel, typed["consumption"], expected)


def _columns(sheet: Sheet, block: Block, figures: Figures) -> Iterator[Problem]:
    """A total column against the columns of its fuels, line by line."""
    for total in (fuel for fuel in block.columns if fuel.parts):
        fuels = [
            fuel
            for fuel in block.columns
            if fuel.carrier in total.parts and unit(fuel.unit).quantity == unit(total.unit).quantity
        ]
        if not fuels:
            continue
        for line in block.lines:
            if (line.row, total.column) not in figures or line.label.target == "consumption":
                continue
            found = figures[line.row, total.column][0]
            parts = [
                figures[line.row, fuel.column][0] * float(factor_between(fuel.unit, total.unit))
                for fuel in fuels
                if (line.row, fuel.column) in figures
            ]
            expected = add(parts) or 0.0
            if differs(found, expected, max((abs(part) for part in parts), default=0.0)):
                yield _problem(sheet, line, total, _printed(line, found), _printed(line, expected))
