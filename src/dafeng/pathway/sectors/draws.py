"""What nobody knows, as ranges, and the draws that are made from them by a seeded Latin hypercube.

Each uncertain quantity is a range of factors on something that a scenario names: a driver, the investment of a
technology or option, the price of a fuel; or which days of the year, and how many, stand for it. Draws come from a
Latin hypercube (McKay, Beckman and Conover 1979, https://doi.org/10.1080/00401706.1979.10489755): every n-th part of
each range is drawn once. A factor holds in full from `FULL` on and grows straight from 1 in 2020, as all changes of a
scenario do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from dafeng.catalog import DafengError, economy, nearest, resource
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_names import fuels, options, technologies
from dafeng.pathway.scenario_values import FIRST, LAST

DRIVER, COST, FUEL, DAYS, WEATHER = "driver", "cost", "fuel", "days", "weather"
KINDS = (DRIVER, COST, FUEL, DAYS, WEATHER)
WHOLE = (DAYS, WEATHER)
"""Kinds without a name that are drawn as whole numbers."""
MOST = {DAYS: 365, WEATHER: 10**9}
FULL = 2035
"""The year in which a factor holds in full."""
LEVER = "ensemble"
AT = tuple(range(2025, LAST + 1, 5))
DaySet = tuple[int, int | None]
"""How many days, and the number of the set that is drawn."""


@dataclass(frozen=True)
class Range:
    """Something that nobody knows.

    Attributes:
        kind: `driver`, `cost` (investment of an option or technology of power), `fuel` (its price), `days` (how many
            typical days) or `weather` (which day stands for each kind of day).
        name: of the driver, option, technology or fuel; empty for days and weather.
        low, high: factors in `FULL`; for days the least and most typical days of a run, for weather numbers of sets.
    """

    kind: str
    name: str
    low: float
    high: float

    @property
    def key(self) -> str:
        """`cost:battery`."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


def shipped_ranges() -> tuple[Range, ...]:
    """The ranges that come with Dafeng (`scenarios/uncertainties.csv`)."""
    rows = resource("scenarios", "uncertainties").rows
    return tuple(Range(row["kind"], row["name"] or "", row["low"], row["high"]) for row in rows)


def check_ranges(ranges: Sequence[Range]) -> None:
    """Refuse what cannot be drawn.

    Raises:
        DafengError: an unknown kind or name, a range that is no range, the same quantity twice, none at all.
    """
    known: Mapping[str, Iterable[str]] = {
        DRIVER: economy.driver_units(),
        COST: (*options(), *technologies()),
        FUEL: fuels(),
        DAYS: ("",),
        WEATHER: ("",),
    }
    keys = [one.key for one in ranges]
    if not ranges:
        raise DafengError("ensemble_none")
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise DafengError("ensemble_twice", found=", ".join(twice))
    for one in ranges:
        if one.kind not in known:
            raise DafengError("ensemble_kind", found=one.kind, allowed=", ".join(KINDS))
        names = sorted(known[one.kind])
        if one.name not in names:
            near = nearest(one.name, names)
            raise DafengError("ensemble_name", kind=one.kind, found=one.name, near=near, count=len(names))
        most = MOST.get(one.kind, 100.0)
        if not 0 < one.low <= one.high <= most:
            raise DafengError(
                "ensemble_range", quantity=one.key, found=f"{one.low:g}-{one.high:g}", allowed=f"{most:g}"
            )


@dataclass(frozen=True)
class Draw:
    """One run that is to be made: factors by key of the range."""

    number: int
    factors: Mapping[str, float]


def draws(ranges: Sequence[Range], count: int, seed: int) -> tuple[Draw, ...]:
    """The draws of an ensemble: the same for the same ranges, count and seed; days and weather in whole numbers.

    Raises:
        DafengError: as `check_ranges`; or no draw is wanted, or the seed is negative.
    """
    check_ranges(ranges)
    if count < 1 or seed < 0:
        raise DafengError("ensemble_count", count=count, seed=seed)
    low, high = (np.array([getattr(one, end) for one in ranges]) for end in ("low", "high"))
    whole = np.array([one.kind in WHOLE for one in ranges])
    table = low + (high - low + whole) * qmc.LatinHypercube(len(ranges), seed=seed).random(count)
    table = np.where(whole, np.floor(table), table)
    return tuple(
        Draw(n, {one.key: float(value) for one, value in zip(ranges, row, strict=True)}) for n, row in enumerate(table)
    )


def drawn(scenario: Scenario, draw: Draw) -> Scenario:
    """The scenario with the factors of a draw on its drivers and prices, and on investments as a lever of the trend."""
    costs, courses, prices = {}, {}, {}
    units = economy.driver_units()
    for key, factor in draw.factors.items():
        kind, _, name = key.partition(":")
        grown = {year: 1.0 + (factor - 1.0) * min((year - FIRST) / (FULL - FIRST), 1.0) for year in AT}
        if kind == COST:
            costs[name] = {str(FULL): f"{100 * (factor - 1):+.6f} %"}
        elif kind == FUEL:
            changes = {year: 100 * (grown[year] * scenario.fuel_price_factor(name, year) - 1) for year in AT}
            prices[name] = {str(year): f"{change:+.6f} %" for year, change in changes.items()}
        elif kind == DRIVER:
            courses[name] = {str(year): f"{grown[year] * scenario.driver(name, year):.9f} {units[name]}" for year in AT}
    return scenario.extended(LEVER, costs, courses, prices)


def day_set(draw: Draw, case: Case) -> DaySet:
    """The days of a draw."""
    whole = {key: round(draw.factors[key]) for key in WHOLE if key in draw.factors}
    return whole.get(DAYS, case.days), whole.get(WEATHER)
