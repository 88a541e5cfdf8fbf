"""A plan that is made, read as years gone by: what targets speak of and no account counts, by period.

Timetable, list of targets and board of a plan take the same figures from here. A plan is an `EconomyPlan`, whose loads
are those of the replay, or a `Sketch`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.base_year import BaseYear
from dafeng.pathway.sectors.build import Economy
from dafeng.pathway.sectors.counting import Counting, Key
from dafeng.pathway.sectors.expressions import BASE_YEAR
from dafeng.pathway.sectors.target_limits import Frame
from dafeng.pathway.system import Array, System

ANSWERS = ("demand_response", "interruptible_load")
"""Load that can wait or be cut."""
DUST = 1e-9
#: flow of the ledger -> target whose sum it is
SUMS = {"rail_energy": "T21", "land_transport_oil": "T22"}
#: flow of the ledger -> target that is held against it, and the unit of the driver or service
DRIVERS = {"turnover": ("T20", "1e9tkm"), "rail_turnover": ("T21", "1e9tkm")}


class Counted(Protocol):
    """A plan of all sectors, or a sketch of one."""

    @property
    def scenario(self) -> Scenario: ...

    @property
    def base(self) -> BaseYear: ...

    @property
    def regions(self) -> tuple[str, ...]: ...

    @property
    def years(self) -> tuple[int, ...]: ...

    @property
    def periods(self) -> Sequence[Any]: ...


def frame_of_plan(plan: Counted) -> Frame:
    """A frame in which every period of the plan is a year gone by."""
    earlier: dict[Key, dict[int, Array]] = {}
    for year, period in zip(plan.years, plan.periods, strict=True):
        for table in (period.amounts, period.output):
            for key, amount in table.items():
                earlier.setdefault(key, {})[year] = amount
    nothing = Counting(plan.regions, plan.years)
    wanted = Economy(plan.scenario, plan.base, earlier)
    return Frame(nothing, nothing, nothing, wanted, plan.years, np.ones(len(plan.years)))


def built(plan: Counted, expressions: Iterable[str], y: int) -> float:
    """What is built in a period of the options that expressions name, in the unit of their service."""
    system, solved = _solved(plan.periods[y])
    made: dict[str, float] = {}
    for s, name in enumerate(system.stocks.names):
        item = name.partition(" ")[2]
        if item in options():
            made[item] = made.get(item, 0.0) + float(solved.build[s, 0])
    found = 0.0
    for text in expressions:
        service, _, option = text.partition(":")[2].partition("/")
        found += sum(v for k, v in made.items() if (k == option) or (option == "*" and options()[k].service == service))
    return found


def response(plan: Counted, y: int) -> tuple[float, float]:
    """Load that can wait or be cut, and the highest load of all regions together, GW."""
    period = plan.periods[y]
    stage = getattr(period, "stage", None)
    system, solved = _solved(period)
    capacity = solved.capacity if stage is None else stage.capacity
    names = system.stocks.names
    stands = sum(float(capacity[s, 0]) for s, name in enumerate(names) if name.partition(" ")[2] in ANSWERS)
    if stage is None:  # what sectors draw is decided
        load = system.nodes.demand + system.yearly.load(solved.yearly, len(system.nodes.names), system.steps.period)
    else:
        system, load = stage.replay.system, stage.replay.system.nodes.demand
    nodes = [n for n, name in enumerate(system.nodes.names) if name.endswith(" electricity")]
    return stands, float(load[nodes].sum(axis=0).max())


def _solved(period: Any) -> tuple[System, Any]:
    """System and solution of a period of a plan or a sketch."""
    stage = getattr(period, "stage", None)
    return (period.system, period.plan) if stage is None else (stage.system, stage.plan)


def quantities(plan: Counted, frame: Frame) -> Mapping[str, Mapping[int, tuple[float, str]]]:
    """What targets speak of and no account counts: flow of the ledger -> year -> (amount, unit); the base year too.

    What is built and the load of the highest hour are known of periods only.
    """
    found: dict[str, dict[int, tuple[float, str]]] = {}
    treatments = plan.scenario.targets

    def put(flow: str, year: int, value: float | None, unit: str) -> None:
        if value is not None:
            found.setdefault(flow, {})[year] = (value, unit)

    for year in (BASE_YEAR, *plan.years):
        for flow, target in SUMS.items():
            one = treatments[target]
            put(flow, year, frame.past.value(frame.sum(one.counts, year), year), one.unit)
        for flow, (target, unit) in DRIVERS.items():
            put(flow, year, frame.driver(treatments[target].over, year), unit)
    cars = treatments["T19"]
    for y, year in enumerate(plan.years):
        added = built(plan, cars.over, y)
        if added > DUST:
            put("vehicles_added", year, added, cars.unit)
            put("clean_vehicles_added", year, built(plan, cars.counts, y), cars.unit)
        stands, highest = response(plan, y)
        put("peak_response", year, stands, "GW")
        put("peak_load", year, highest, "GW")
    return found
