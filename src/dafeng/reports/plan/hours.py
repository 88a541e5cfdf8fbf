"""Hours of a plan for the page: chosen weeks and mean days of the replay, the modelled days, and duration curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from dafeng.pathway.days import DAY
from dafeng.pathway.power.exchange import INTO, OUT
from dafeng.pathway.power.inputs import MONTH_HOURS
from dafeng.pathway.system import NONE, Array, Places, System
from dafeng.reports.plan.outcome import CNY_PER_MWH, ELECTRICITY, Told

WEEK = 7 * DAY
SPRING = slice(59 * DAY, 151 * DAY)
"""March to May."""
SUPPLY = (
    *("nuclear", "coal", "coal_ccs", "gas", "biomass", "other", "hydro", "wind", "solar"),
    *("storage_out", "import", "interruptible_load", "unserved"),
)
TAKING = ("storage_in", "charging", "heat_use", "export", "losses")
POINTS = 121
MANY = 24
"""Areas x periods from which on hours have one decimal less, so that the page stays small."""
GROUPS = {
    "nuclear": "nuclear",
    "coal_ccs": "coal_ccs",
    "biomass": "biomass",
    "biomass_ccs": "biomass",
    "other_thermal": "other",
    "onwind": "wind",
    "offwind": "wind",
    "csp": "solar",
    "unserved": "unserved",
    "interruptible_load": "interruptible_load",
    INTO: "import",
    OUT: "export",
}


def group(technology: str) -> str:
    """The group in which a technology is drawn."""
    if technology in GROUPS:
        return GROUPS[technology]
    return technology.partition("_")[0]


class Run(Protocol):
    """What a plan and a replay both tell."""

    @property
    def system(self) -> System: ...
    @property
    def activity(self) -> Array: ...
    @property
    def charge(self) -> Array: ...
    @property
    def discharge(self) -> Array: ...
    @property
    def price(self) -> Array: ...


@dataclass(frozen=True)
class Area:
    """Regions that are drawn together."""

    id: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """The hours of an area: GW by group (`SUPPLY` counts up, `TAKING` down), load in GW, price in CNY/MWh."""

    groups: dict[str, Array]
    load: Array
    price: Array

    @cached_property
    def residual(self) -> Array:
        """Load that wind and sun do not meet."""
        nothing = np.zeros_like(self.load)
        return self.load - self.groups.get("wind", nothing) - self.groups.get("solar", nothing)


def series(run: Run, area: Area) -> Series:
    """The hours of a run in an area."""
    builder = _Adder(run, area)
    builder.processes()
    builder.storages()
    demand = run.system.nodes.demand[builder.nodes]
    load = demand.sum(axis=0)
    price = np.average(run.price[builder.nodes], axis=0, weights=demand.mean(axis=1)) * CNY_PER_MWH
    return Series(builder.groups, load, price)


@dataclass
class _Adder:
    run: Run
    area: Area
    groups: dict[str, Array] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> Places:
        wanted = {f"{region}{ELECTRICITY}" for region in self.area.regions}
        return np.array([n for n, name in enumerate(self.run.system.nodes.names) if name in wanted], dtype=np.int64)

    def add(self, name: str, power: Array) -> None:
        if np.abs(power).max(initial=0.0) > 1e-6:
            self.groups[name] = self.groups.get(name, 0.0) + power

    def processes(self) -> None:
        p, inside = self.run.system.processes, set(self.nodes.tolist())
        for number, name in enumerate(p.names):
            technology = name.partition(" ")[2]
            activity = self.run.activity[number]
            given = np.zeros_like(activity)
            for port, sink in enumerate(p.sinks[number]):
                if sink in inside:
                    given = given + p.efficiency[number, port] * activity
            taken = activity if p.source[number] in inside else np.zeros_like(activity)
            if p.source[number] == NONE:
                self.add(group(technology), given)
            elif technology == OUT:
                self.add("export", taken)
            elif technology.startswith(("AC to", "DC to")):
                both = bool(given.any() and taken.any())
                self.add(
                    "losses" if both else "import" if given.any() else "export",
                    taken - given if both else given + taken,
                )
            else:
                self.add("heat_use", taken)

    def storages(self) -> None:
        s, inside = self.run.system.storages, set(self.nodes.tolist())
        for number, name in enumerate(s.names):
            if s.node[number] not in inside:
                continue
            technology = name.partition(" ")[2]
            if technology == "hydro_reservoir":
                self.add("hydro", self.run.discharge[number])
            elif technology == "charging":
                self.add("charging", self.run.charge[number])
            else:
                self.add("storage_out", self.run.discharge[number])
                self.add("storage_in", self.run.charge[number])


def spans(whole: Series) -> dict[str, Places]:
    """Span -> hours of the year: the week of the highest load, of the highest residual load, and the sunniest and
    windiest week of spring."""
    residual = whole.residual
    least = np.convolve(residual[SPRING], np.ones(WEEK), "valid")
    starts = {
        "peak": _week_of(int(whole.load.argmax())),
        "residual": _week_of(int(residual.argmax())),
        "spring": SPRING.start + int(least.argmin()) // DAY * DAY,
    }
    return {name: np.arange(start, start + WEEK) for name, start in starts.items()}


def _week_of(hour: int) -> int:
    """First hour of the week of whole days around an hour, within the year."""
    day = min(max(hour // DAY - 3, 0), 365 - 7)
    return day * DAY


def cut(found: Series, hours: Places, coarse: bool) -> dict[str, Any]:
    """Some hours of a series as plain numbers; `coarse`: with one decimal less."""
    return _plain(only(found, hours), coarse)


def mean_days(found: Series, coarse: bool) -> dict[str, Any]:
    """The mean day of each month: 12 x 24 hours."""

    def means(values: Array) -> Array:
        borders = np.concatenate([[0], np.cumsum(MONTH_HOURS)])
        months = [values[a:b].reshape(-1, DAY).mean(axis=0) for a, b in pairwise(borders)]
        return np.concatenate(months)

    groups = {name: means(values) for name, values in found.groups.items()}
    return _plain(Series(groups, means(found.load), means(found.price)), coarse)


def _plain(found: Series, coarse: bool) -> dict[str, Any]:
    highest = found.load.max()
    digits = (1 if highest > 100 else 2 if highest > 10 else 3) - coarse
    kept = {
        name: rounded(values, digits)
        for name, values in found.groups.items()
        if np.abs(values).max() > 0.5 * 10.0**-digits
    }
    return {"groups": kept, "load": rounded(found.load, digits), "price": rounded(found.price, 1 - coarse)}


def rounded(values: Array, digits: int) -> list[float]:
    """Plain numbers without needless decimals; -0 is 0."""
    return [float(value) + 0.0 for value in np.round(values, digits)]


def duration(found: Series) -> dict[str, Any]:
    """Load, residual load and price in falling order, at `POINTS` places from the highest hour to the lowest."""
    at = np.minimum(np.arange(POINTS) * (len(found.load) // (POINTS - 1)), len(found.load) - 1)
    curves = {"load": found.load, "residual": found.residual, "price": found.price}
    return {"hours": at.tolist(), **{name: rounded(np.sort(values)[::-1][at], 2) for name, values in curves.items()}}


def of_period(run: Run, y: int) -> Places:
    """The steps of a period."""
    return np.flatnonzero(run.system.steps.period == y)


def only(found: Series, when: Places) -> Series:
    """A series in some steps."""
    return Series({name: values[when] for name, values in found.groups.items()}, found.load[when], found.price[when])


def hours_of(told: Sequence[Told], areas: Sequence[Area]) -> dict[str, Any]:
    """Spans, dispatch and duration curves of every area and period."""
    coarse = len(told) * len(areas) > MANY
    span_starts: dict[str, Any] = {}
    dispatch: dict[str, dict[str, Any]] = {area.id: {} for area in areas}
    curves: dict[str, dict[str, Any]] = {area.id: {} for area in areas}
    for one in told:
        stage = one.stage
        replayed = {area.id: series(stage.replay, area) for area in areas}
        modelled = {area.id: series(stage.plan, area) for area in areas}
        for y, year in enumerate(stage.years):
            when, typical = of_period(stage.replay, y), of_period(stage.plan, y)
            whole = only(replayed[areas[0].id], when)
            weeks = spans(whole)
            span_starts[str(year)] = {name: int(hours[0]) for name, hours in weeks.items()}
            for area in areas:
                here = only(replayed[area.id], when)
                days = only(modelled[area.id], typical)
                dispatch[area.id][str(year)] = {
                    **{name: cut(here, hours, coarse) for name, hours in weeks.items()},
                    "months": mean_days(here, coarse),
                    "days": cut(days, np.arange(len(days.load)), coarse),
                }
                curves[area.id][str(year)] = duration(here)
    return {"spans": span_starts, "dispatch": dispatch, "duration": curves}
