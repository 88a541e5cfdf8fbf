"""One line of our own long layout: typed cells in, an observation or problems out."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from dafeng.catalog import DafengError, Problem, convert, resource, unit_of
from dafeng.ledger.importers import cells
from dafeng.ledger.importers.cells import Cell, text
from dafeng.ledger.importers.draft import ImportOptions
from dafeng.ledger.importers.labels import labels, unit_id
from dafeng.ledger.importers.names import find
from dafeng.ledger.schema import HISTORY, Observation, year_span

#: The columns, in the order in which the template shows them.
COLUMNS = (
    "entity",
    "year",
    "start",
    "end",
    "flow",
    "carrier",
    "value",
    "unit",
    "status",
    "scenario",
    "scope",
    "vintage",
    "source",
    "note",
    "replaces",
)
#: Further columns of an exported ledger: `dataset` says which book a line goes to, the others are not taken over.
EXPORTED = ("id", "dataset", "quality", "recorded_at", "file", "sheet", "cell")
REQUIRED = ("flow", "carrier", "value", "unit")
_ID = re.compile(r"[0-9a-f]{24}")


def column_of(typed: str) -> str:
    """The column that a heading names (in any language), or an empty text."""
    found = labels("template").find(typed, ("column",))
    return found.target if found else ""


def missing_columns(present: Container[str], options: ImportOptions) -> list[str]:
    """The columns that a table needs and does not have."""
    missing = [column for column in REQUIRED if column not in present]
    if "entity" not in present and not options.entity:
        missing.insert(0, "entity")
    if "year" not in present and not ("start" in present and "end" in present) and options.year is None:
        missing.append("year")
    return missing


@dataclass(frozen=True)
class Lines:
    """Turns the lines of one sheet into observations.

    Attributes:
        place: (line, column) -> the name of the cell.
        present: the columns that the sheet has.
    """

    file: str
    sheet: str
    options: ImportOptions
    place: Callable[[int, str], str]
    present: frozenset[str]

    def read(self, line: int, row: Mapping[str, Cell], problems: list[Problem]) -> Observation | None:
        """The observation of one line; what is wrong with it goes to `problems`."""
        before = len(problems)

        def fault(rule: str, column: str, **values: object) -> None:
            problems.append(Problem(rule, self.file, self.sheet, self.place(line, column), values))

        def name(kind: str, default: str = "") -> str:
            typed = text(row.get(kind)) or default
            if not typed:
                fault("empty_cell", kind, name=kind)
                return ""
            found = find(kind, typed)
            if found.rule:
                fault(found.rule, kind, **found.values)
            return found.id

        entity, flow, carrier = name("entity", self.options.entity), name("flow"), name("carrier")
        span = self._span(row, fault)
        value = self._value(row, flow, carrier, fault)
        replaces = text(row.get("replaces"))
        if replaces and not _ID.fullmatch(replaces):
            fault("bad_id", "replaces", found=replaces)
        if len(problems) > before or span is None or value is None:
            return None
        return Observation(
            entity=entity,
            start=span[0],
            end=span[1],
            flow=flow,
            carrier=carrier,
            value=value[0],
            unit=value[1],
            dataset=text(row.get("dataset")) or self.options.dataset,
            scenario=text(row.get("scenario")) or HISTORY,
            scope=text(row.get("scope")),
            vintage=text(row.get("vintage")),
            status=text(row.get("status")) or self.options.status,
            source=text(row.get("source")) or self.options.source,
            note=text(row.get("note")),
            replaces=replaces,
            file=self.file,
            sheet=self.sheet,
            cell=self.place(line, "value"),
        )

    def _span(self, row: Mapping[str, Cell], fault: Callable[..., None]) -> tuple[date, date] | None:
        start, end = row.get("start"), row.get("end")
        if not text(start) and not text(end):
            return self._year(row, fault)
        if text(row.get("year")):
            fault("year_and_dates", "year", found=text(row.get("year")))
            return None
        days: list[date] = []
        for column, typed in (("start", start), ("end", end)):
            if not text(typed):
                fault("empty_cell", column, name=column)
                continue
            try:
                days.append(cells.day(typed))
            except ValueError:
                fault("bad_date", column, found=text(typed))
        if len(days) < 2:
            return None
        if days[0] >= days[1]:
            fault("date_order", "end", found=str(days[1]), start=str(days[0]))
            return None
        return days[0], days[1]

    def _year(self, row: Mapping[str, Cell], fault: Callable[..., None]) -> tuple[date, date] | None:
        typed = row.get("year")
        if not text(typed):
            if self.options.year is not None:
                return year_span(self.options.year)
            column = "year" if "year" in self.present else "start"
            fault("empty_cell", column, name=column)
            return None
        try:
            return year_span(cells.year(typed))
        except ValueError:
            fault("bad_year", "year", found=text(typed), first=cells.YEARS[0], last=cells.YEARS[-1])
            return None

    def _value(
        self, row: Mapping[str, Cell], flow: str, carrier: str, fault: Callable[..., None]
    ) -> tuple[float, str] | None:
        typed, shown = row.get("value"), text(row.get("unit"))
        unit = unit_id(shown)
        if not shown:
            fault("empty_cell", "unit", name="unit")
        elif not unit:
            fault("unknown_unit", "unit", found=shown, near=nearest_unit(shown))
        value = cells.percent(typed) if unit == "%" else None
        if value is None:
            try:
                value, mark = cells.number(typed)
            except ValueError:
                value, mark = None, text(typed)
            if mark:
                fault("bad_number", "value", found=text(typed))
                return None
        if value is None:
            fault("empty_cell", "value", name="value")
        if value is None or not (flow and carrier and unit):
            return None
        canonical, rule = canonical_unit(flow, carrier, unit)
        if rule:
            fault(rule, "unit", found=shown, allowed=canonical, flow=flow, carrier=carrier)
            return None
        return convert(value, unit, canonical) if value and unit != canonical else value, canonical


@lru_cache(maxsize=10_000)
def canonical_unit(flow: str, carrier: str, unit: str) -> tuple[str, str]:
    """The canonical unit of a flow of a carrier, and the rule that `unit` breaks there, if any."""
    canonical = unit_of(flow, carrier)
    if not canonical:
        return "", "no_unit"
    try:
        convert(1.0, unit, canonical)
    except DafengError:
        return canonical, "unit_quantity"
    return canonical, ""


@lru_cache(maxsize=1000)
def nearest_unit(typed: str) -> str:
    """The nearest units by any of their spellings, or a dash."""
    names = {
        alias.casefold(): (alias, row["id"])
        for row in resource("vocabulary", "units").rows
        for alias in (row["id"], row["symbol_zh"], row["symbol_en"], *row["aliases"])
    }
    near = [names[key] for key in get_close_matches(typed.casefold(), names, n=3, cutoff=0.5)]
    return "; ".join(alias if alias == key else f"{alias} ({key})" for alias, key in near) or "-"


def scaled_percent(value: float) -> float:
    """What a person sees who typed a percentage into a spreadsheet: 0.568 shows as 56.8."""
    return float(Decimal(repr(value)) * 100)
