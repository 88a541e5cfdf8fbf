"""What each of the ten actions does to CO2: wedges that add up, actions alone, and the cost of each lever.

    wedge[a, y]   = CO2(trend and actions before a) - CO2(trend and actions to a)       in the order of the Plan
    sum of wedges = CO2(trend) - CO2(scenario)                                          by construction
    alone[a, y]   = CO2(trend) - CO2(trend and a alone)
    lever         = (cost(scenario) - cost(scenario without it)) / (CO2(without it) - CO2(scenario))

The targets of chapter II of the Plan stand last, as action 0: what they ask for beyond all actions. Wedges depend on
the order (Pacala and Socolow 2004, https://doi.org/10.1126/science.1100103, leave it open); alone, an action may do
more than in its turn, because two actions can save the same tonne. CO2 is that of fuels and processes, less what is
captured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.expressions import form
from dafeng.pathway.sectors.sketch import Sketch, SketchPeriod
from dafeng.pathway.system import Array

CHAPTER_II = 0
ACTIONS = range(1, 11)
LEAST = 0.5
"""Mt CO2 a year that the accuracy of a sketch leaves open: what moves less has no cost per tonne."""
CO2 = ("@co2_process",)
CO2_ENERGY = ("@co2",)
Solve = Callable[[Sequence[Scenario]], list[Sketch]]


@dataclass(frozen=True)
class Wedge:
    """What an action does.

    Attributes:
        action: 1-10 of the Plan; 0: the targets of chapter II beyond all actions.
        mt: (Y,) Mt CO2 less a year. cost: (Y,) 1e9 CNY more a year.
    """

    action: int
    mt: Array
    cost: Array


@dataclass(frozen=True)
class Wedges:
    """The way from the trend to a scenario.

    Attributes:
        years: of the periods. trend, reached: (Y,) Mt CO2 without any action and with all.
        case: regions, periods and days of the sketches. regions: how many.
    """

    scenario: Scenario
    case: Case
    regions: int
    years: tuple[int, ...]
    trend: Array
    reached: Array
    actions: tuple[Wedge, ...]


@dataclass(frozen=True)
class Measure:
    """One lever of a scenario, held against the scenario without it.

    Attributes:
        path: of the lever, `action.5.electric_cars`. action: 1-10.
        mt: (Y,) Mt CO2 a year that it saves. cost: (Y,) 1e9 CNY a year that it costs.
    """

    path: str
    action: int
    mt: Array
    cost: Array

    def price(self, y: int) -> float | None:
        """CNY per t CO2 in a period; None: by itself it saves less than `LEAST` there, or gives off more."""
        return float(1e3 * self.cost[y] / self.mt[y]) if self.mt[y] >= LEAST else None


def co2(sketch: Sketch, expressions: Sequence[str] = CO2) -> Array:
    """(Y,) Mt CO2 a year of all regions."""
    return np.array([co2_of(period, sketch, expressions) for period in sketch.periods])


def co2_of(period: SketchPeriod, sketch: Sketch, expressions: Sequence[str] = CO2) -> float:
    """Mt CO2 a year of all regions in a period."""
    found = 0.0
    for (_, flow, carrier, _), factor in form(expressions, sketch.base, period.year).parts.items():
        if (flow, carrier) in period.amounts:
            found += factor * float(period.amounts[flow, carrier].sum())
    return found


def cost(sketch: Sketch) -> Array:
    """(Y,) 1e9 CNY a year."""
    return np.array([period.cost for period in sketch.periods])


def acting(scenario: Scenario) -> list[int]:
    """The actions that have levers or limits in a scenario, in the order of the Plan, and 0 last."""
    limits = {one.target.action or CHAPTER_II for one in scenario.targets.values() if one.limits}
    named = sorted({*scenario.actions(), *limits} - {CHAPTER_II})
    return [*named, CHAPTER_II] if CHAPTER_II in limits else named


def steps(scenario: Scenario) -> list[Scenario]:
    """The scenarios from the trend to the whole, one action more each."""
    actions = acting(scenario)
    return [scenario.only(actions[:count]) for count in range(len(actions) + 1)]


def wedges(scenario: Scenario, solve: Solve) -> Wedges:
    """The wedges of a scenario.

    Args:
        solve: solves scenarios on the same regions, periods and days.
    """
    found = solve(steps(scenario))
    emitted, paid = [co2(one) for one in found], [cost(one) for one in found]
    actions = tuple(
        Wedge(action, emitted[n] - emitted[n + 1], paid[n + 1] - paid[n]) for n, action in enumerate(acting(scenario))
    )
    case, regions = found[0].case, len(found[0].regions)
    return Wedges(scenario, case, regions, found[0].years, emitted[0], emitted[-1], actions)


def alone(scenario: Scenario, solve: Solve) -> tuple[Wedge, ...]:
    """What each action does with no other pulled."""
    actions = acting(scenario)
    trend, *found = solve([scenario.only(()), *(scenario.only((action,)) for action in actions)])
    pairs = zip(actions, found, strict=True)
    return tuple(Wedge(action, co2(trend) - co2(one), cost(one) - cost(trend)) for action, one in pairs)


def measures(scenario: Scenario, solve: Solve) -> tuple[Measure, ...]:
    """The abatement curve of a scenario: its levers, each held against the scenario without it."""
    paths = [(f"action.{a}.{lever.id}", a) for a, levers in scenario.actions().items() for lever in levers]
    whole, *found = solve([scenario, *(scenario.less(path) for path, _ in paths)])
    return tuple(
        Measure(path, action, co2(one) - co2(whole), cost(whole) - cost(one))
        for (path, action), one in zip(paths, found, strict=True)
    )
