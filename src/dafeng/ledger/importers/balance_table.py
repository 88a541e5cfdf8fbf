"""Finds the parts of a printed energy balance: fuel columns with their units, lines with their flows, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from dafeng.catalog import Problem
from dafeng.ledger.importers.cells import number, split_mark, text
from dafeng.ledger.importers.labels import Label, heading, labels
from dafeng.ledger.importers.sheets import Sheet

FUELS = ("carrier", "carrier_total")
LINES = ("flow", "total")
_UNIT_OF_TABLE = re.compile(r"单\s*位\s*[:：]\s*([^\s,，;；)）]+)")
_MARKED = re.compile(r"([①-⑳❶-❿*※†‡¹²³⁴-⁹])\s*([^①-⑳❶-❿*※†‡¹²³⁴-⁹]+)")


@dataclass(frozen=True)
class Fuel:
    """A column of figures: of one carrier, or (parts) the sum of several."""

    column: int
    carrier: str
    parts: tuple[str, ...]
    unit: str
    text: str
    place: tuple[int, int]


@dataclass(frozen=True)
class Line:
    """A row of figures."""

    row: int
    label: Label
    typed: str
    label_column: int

    @property
    def text(self) -> str:
        return split_mark(self.typed)[0]


@dataclass
class Block:
    """One header with the lines below it; a sheet may hold several, one below the other.

    Attributes:
        first, last: rows of the header and of its end.
        notes: footnote mark -> its text.
        ignored: labels of columns and lines that are no figures of ours.
    """

    first: int
    last: int
    columns: list[Fuel] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def _by_row(self) -> dict[int, Line]:
        return {line.row: line for line in self.lines}

    @cached_property
    def _by_column(self) -> dict[int, Fuel]:
        return {fuel.column: fuel for fuel in self.columns}

    def line(self, row: int) -> Line:
        return self._by_row[row]

    def column(self, column: int) -> Fuel:
        return self._by_column[column]

    def has_parts(self, total: Line) -> bool:
        """Whether the table prints lines that add up to this one."""
        prefix = total.label.target + "."
        return any(line.label.kind == "flow" and line.label.target.startswith(prefix) for line in self.lines)


def blocks(sheet: Sheet) -> list[Block]:
    """The balance tables of a sheet; none where no row names two fuels above lines of a balance."""
    rows = sheet.rows()
    found: list[Block] = []
    position = 0
    while position < len(rows):
        if _fuels_named(sheet, rows[position]) < 2:
            position += 1
            continue
        first = rows[position]
        left = _first_fuel(sheet, first)
        body = next((i for i in range(position, len(rows)) if _line_at(sheet, rows[i], left, "")), None)
        if body is None:
            break
        end = next((i for i in range(body, len(rows)) if _fuels_named(sheet, rows[i]) >= 2), len(rows))
        found.append(_block(sheet, first, rows[position:body], rows[body:end]))
        position = end
    return found


def title_text(sheet: Sheet, block: Block) -> str:
    """What stands above the header, back to the last line of figures, and in the header's corner."""
    corner = range(1, _first_fuel(sheet, block.first))
    shown = {text(sheet.value(block.first, column)): None for column in corner}
    for row in reversed([row for row in sheet.rows() if row < block.first]):
        texts = [text(sheet.value(row, column)) for column in sheet.columns()]
        if any(isinstance(sheet.value(row, column), int | float) for column in sheet.columns()) and len(texts) > 3:
            break
        if not any(_is_note(typed) for typed in texts):
            shown = dict.fromkeys(texts) | shown
    return " ".join(typed for typed in shown if typed and not labels("balance").find(typed, ("ignore",)))


def _fuels_named(sheet: Sheet, row: int) -> int:
    return len({fuel for column in sheet.columns() if (fuel := _fuel_label(sheet.heading(row, column))) is not None})


def _first_fuel(sheet: Sheet, row: int) -> int:
    return min(column for column in sheet.columns() if _fuel_label(sheet.heading(row, column)))


@lru_cache(maxsize=10_000)
def _fuel_label(typed: str) -> Label | None:
    if not typed or len(typed) > 60:
        return None
    table = labels("balance")
    return next((label for name in heading([typed], table).names if (label := table.find(name, FUELS, "column"))), None)


def _line_at(sheet: Sheet, row: int, first_fuel: int, section: str) -> tuple[Label, str, int] | None:
    """The label of a row, from the cells left of the figures."""
    for column in range(1, first_fuel):
        typed = text(sheet.value(row, column))
        label = labels("balance").find(typed, LINES, section) if typed else None
        if label:
            return label, typed, column
    return None


def _block(sheet: Sheet, first: int, header: list[int], body: list[int]) -> Block:
    block = Block(first, header[-1])
    first_fuel = _first_fuel(sheet, first)
    _columns(sheet, block, header, body, first_fuel)
    _lines(sheet, block, body, first_fuel)
    return block


def _columns(sheet: Sheet, block: Block, header: list[int], body: list[int], first_fuel: int) -> None:
    table = labels("balance")
    seen: dict[str, Fuel] = {}
    whole = _UNIT_OF_TABLE.search(title_text(sheet, block))
    for column in (c for c in sheet.columns() if c >= first_fuel):
        if not _has_figures(sheet, body, column):
            continue
        texts = [shown for row in header if (shown := sheet.heading(row, column))]
        head = heading(list(dict.fromkeys(texts)), table)
        place = next(((row, column) for row in header if text(sheet.value(row, column))), (header[0], column))
        shown = head.names[0] if head.names else ""
        label = _pick(head.names)
        if label is None:
            near = table.nearest(shown, FUELS)
            block.problems.append(sheet.problem("unknown_fuel", *place, found=shown or "-", near=near))
            continue
        if label.kind == "ignore":
            block.ignored.append(shown)
            continue
        unit = head.unit or (table.unit(whole[1]) if whole and not head.unknown_unit else "")
        if not unit:
            rule, found = ("unknown_unit", head.unknown_unit) if head.unknown_unit else ("unit_missing", shown)
            block.problems.append(sheet.problem(rule, *place, found=found, near="-", carrier=shown))
            continue
        if label.target in seen:
            block.problems.append(
                sheet.problem("column_twice", *place, found=shown, first=sheet.place(*seen[label.target].place))
            )
            continue
        total = label.kind == "carrier_total"
        fuel = Fuel(column, "" if total else label.target, label.parts if total else (), unit, shown, place)
        seen[label.target] = fuel
        block.columns.append(fuel)
        if total:
            block.ignored.append(shown)


def _pick(names: Iterable[str]) -> Label | None:
    """The label of a column: a Chinese name goes before an English one, the lowest heading before one above it."""
    found = [
        (not name.isascii(), order, label)
        for order, name in enumerate(names)
        if (label := labels("balance").find(name, (*FUELS, "ignore"), "column"))
    ]
    return max(found, key=lambda item: item[:2])[2] if found else None


def _has_figures(sheet: Sheet, body: list[int], column: int) -> bool:
    return any(text(sheet.value(row, column)) for row in body)


def _lines(sheet: Sheet, block: Block, body: list[int], first_fuel: int) -> None:
    table = labels("balance")
    seen: dict[str, Line] = {}
    section = ""
    for row in body:
        found = _line_at(sheet, row, first_fuel, section)
        if found:
            label, typed, column = found
            line = Line(row, label, typed, column)
            section = label.target.split(".")[0]
            before = seen.get(label.target)
            if before and not _figures(sheet, block, before.row):
                block.lines.remove(before)
            elif before and not _figures(sheet, block, row):
                continue
            elif before:
                block.problems.append(
                    sheet.problem("line_twice", row, column, found=line.text, first=sheet.place(before.row, column))
                )
                continue
            seen[label.target] = line
            block.lines.append(line)
            continue
        shown = [(text(sheet.value(row, c)), c) for c in range(1, first_fuel) if text(sheet.value(row, c))]
        typed, column = shown[0] if shown else ("", 1)
        if _is_note(typed):
            block.notes |= dict(_MARKED.findall(" ".join(text(sheet.value(row, c)) for c in sheet.columns())))
        elif table.find(typed, ("ignore",)) and typed:
            block.ignored.append(typed)
        elif _figures(sheet, block, row):
            rule = "unknown_line" if typed else "unlabelled"
            block.problems.append(
                sheet.problem(
                    rule,
                    row,
                    column,
                    found=typed or _figures(sheet, block, row)[0],
                    near=table.nearest(typed, LINES) if typed else "-",
                )
            )


def _is_note(typed: str) -> bool:
    plain = typed.lstrip()
    words = [label.text for label in labels("balance").all("note")]
    return bool(plain) and (bool(_MARKED.match(plain)) or any(plain.startswith(word) for word in words))


def _figures(sheet: Sheet, block: Block, row: int) -> list[str]:
    """What is typed into the fuel columns of a row, blanks and dashes left out."""
    shown = []
    for fuel in block.columns:
        cell = sheet.value(row, fuel.column)
        try:
            if number(cell)[0] is not None:
                shown.append(text(cell))
        except ValueError:
            shown.append(text(cell))
    return shown
