"""What is assessed: one region and year, with the figures that were there by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from dafeng import accounts
from dafeng.accounts import Figure, Series
from dafeng.catalog import LANGUAGES, DafengError, convert, entities, resource
from dafeng.reports.evidence import NOTHING, Given
from dafeng.reports.wording import spoken_amount
from dafeng.targets import BoardRow, Target, Text, named, said, with_estimates
from dafeng.workspace import Workspace

NATION = "CN"
PLAN_BASE = 2005  # the base year of the plan's carbon-intensity target (II)
#: Canonical unit -> the unit that people use, with its decimals; and that of amounts below SMALL_AMOUNT.
SHOW = {"t_CO2": ("1e8t_CO2", 2), "tce": ("1e8tce", 2), "MWh": ("TWh", 1)}
SMALL = {"t_CO2": ("1e4t_CO2", 0), "tce": ("1e4tce", 0)}
SMALL_AMOUNT = 1e7
PERIODS = (2005, 2010, 2015, 2020, 2025, 2030)  # ends of the five-year plans


@dataclass(frozen=True)
class Subject:
    """One region and year.

    Attributes:
        given: goals and judgements that the office brings along, for the rating.
    """

    workspace: Workspace
    region: str
    year: int
    overlay: bool = True
    given: Given = field(default_factory=lambda: NOTHING)

    @cached_property
    def whole(self) -> Series:
        """The figures of all regions up to the year, with the estimates that stand in for missing statistics."""
        found = with_estimates(self.workspace.until(self.year), self.workspace.ledger)
        cut = {key: {y: f for y, f in points.items() if y <= self.year} for key, points in found.items()}
        return {key: points for key, points in cut.items() if points}

    @cached_property
    def series(self) -> Series:
        """The figures of the region up to the year."""
        return {key: points for key, points in self.whole.items() if key[0] == self.region}

    @cached_property
    def targets(self) -> list[Target]:
        """The targets whose period has begun by the year."""
        wanted = self.workspace.targets_of(self.region, self.overlay)
        return [target for target in wanted if target.base_year is None or target.base_year < self.year]

    @cached_property
    def board(self) -> list[BoardRow]:
        begun = {(target.layer, target.id) for target in self.targets}
        rows = self.workspace.board(self.region, self.overlay, self.year, self.year)
        return [row for row in rows if (row.target.layer, row.target.id) in begun]

    @cached_property
    def co2(self) -> dict[int, Figure]:
        """The CO2 series; empty where there is none."""
        try:
            return self.workspace.co2(self.region, self.year)
        except DafengError:
            return {}

    @property
    def place(self) -> Text:
        return named(entities()[self.region], "short")

    def points(self, name: str) -> dict[int, Figure]:
        """The longest reading of a figure of the region, of equally long ones the first in the catalogue; empty where
        there is none."""
        order = [row["scope"] for row in resource("measures", "figures").rows if row["id"] == name]

        def rank(points: dict[int, Figure]) -> tuple[int, int]:
            scope = next(iter(points.values())).scope
            return len(points), -order.index(scope) if scope in order else -len(order)

        return max(accounts.readings(self.series, self.region, name), key=rank, default={})

    def periods(self, years: Sequence[int]) -> list[tuple[int, int]]:
        """The five-year plans within an unbroken run of years, the last one up to its end."""
        first, last = max(years[0], PLAN_BASE), years[-1]
        ends = [first, *(year for year in PERIODS if first < year < last), last]
        return [(a, b) for a, b in pairwise(ends) if a < b]


def number(figure: Figure) -> dict[str, Any]:
    """A figure as plain values, with all that says what it is."""
    return {
        "figure": accounts.key_of(f"{figure.entity}/{figure.name}", figure.scope),
        "name": figure.name,
        "value": figure.value,
        "unit": figure.unit,
        "year": figure.year,
        "scope": figure.scope,
        "vintage": figure.vintage,
        "factor_set": figure.factor_set,
        "quality": figure.quality,
    }


def amount(value: float, unit: str, signed: bool = False) -> Text:
    """An amount in words: in the unit that people use, in each language."""
    show, decimals = SMALL[unit] if unit in SMALL and abs(value) < SMALL_AMOUNT else SHOW.get(unit, (unit, 2))
    scaled = convert(value, unit, show)
    return {tag: spoken_amount(scaled, show, decimals, tag, signed) for tag in LANGUAGES}


def figure_text(figure: Figure) -> Text:
    """A figure in words, in the unit and with the decimals of the catalogue."""
    for row in resource("measures", "figures").rows:
        if row["id"] == figure.name:
            value = convert(figure.value, figure.unit, row["show_unit"])
            return {tag: spoken_amount(value, row["show_unit"], row["decimals"], tag) for tag in LANGUAGES}
    return amount(figure.value, figure.unit)


def due_name(target: Target) -> Text:
    """The name of a target with its due year, where the name does not say it."""
    due = str(target.due_year or "")
    dated = said("assess.matter.target", name=target.name, due=due)
    return {tag: target.name[tag] if due in target.name[tag] else dated[tag] for tag in LANGUAGES}


def title(name: str) -> Text:
    """The title of a figure in each language."""
    return {tag: accounts.title_of(name, tag) for tag in LANGUAGES}


def reason(error: DafengError) -> Text:
    """What an error says, in each language."""
    return {tag: error.text(tag) for tag in LANGUAGES}


def text_of(text: Mapping[str, str]) -> dict[str, str]:
    return {tag: text[tag] for tag in LANGUAGES}
