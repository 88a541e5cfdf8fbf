"""What a period leaves to the next one: what was built, what left and what was converted, with what is still owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.plan import Plan
from dafeng.pathway.power.inherited import Built, Inherited, life_of
from dafeng.pathway.power.mending import TINY
from dafeng.pathway.power.technologies import RETROFITS
from dafeng.pathway.system import NONE, System

Life = Callable[[str, int], float]
"""Years that capacity of a stock lasts which is built in a year."""


def paid_over(source: str, target: str, year: int) -> float:
    """Years over which a conversion is paid that is made in `year`: the life of the retrofit, not of the unit."""
    pair = source.partition(" ")[2], target.partition(" ")[2]
    return float(power.technology_costs(year)[RETROFITS[pair]].lifetime)


class Passing(Protocol):
    """A period of a plan that leaves capacity to the next."""

    @property
    def year(self) -> int: ...

    @property
    def system(self) -> System: ...

    @property
    def plan(self) -> Plan: ...


def passed_on(stage: Passing, before: Inherited, worth: float, life: Life | None = None) -> Inherited:
    """What a stage of one period leaves to the next.

    What leaves a stock leaves today's capacity and what was built or joined earlier alike; what is converted keeps its
    age, and what was paid for it is still owed by the stock that built it.

    Args:
        stage: its system and plan, of one period.
        worth: present value of 1 a year in the period: its annuities are `build_cost / worth`.
        life: of what is built, by stock and year of building; None: of the power system.
    """
    stocks, departures, year = stage.system.stocks, stage.system.departures, stage.year
    lasts = life or life_of
    leaving = [
        (stocks.names[source], target, min(float(departed) / float(stocks.existing[source, 0]), 1.0), float(ratio))
        for source, target, departed, ratio in zip(
            departures.source, departures.target, stage.plan.departed[:, 0], departures.ratio, strict=True
        )
        if departed > TINY
    ]
    stays = {name: max(1.0 - sum(share for n, _, share, _ in leaving if n == name), 0.0) for name, *_ in leaving}
    gone = {**before.gone, **{name: 1.0 - (1.0 - before.gone.get(name, 0.0)) * left for name, left in stays.items()}}
    built = {
        name: [replace(part, gw=part.gw * stays.get(name, 1.0)) for part in parts]
        for name, parts in before.built.items()
    }
    joined = {
        name: [(source, share * stays.get(name, 1.0), ratio) for source, share, ratio in parts]
        for name, parts in before.joined.items()
    }
    for name, target, share, ratio in leaving:
        if target == NONE:
            continue
        moved = [(name, 1.0 - before.gone.get(name, 0.0), 1.0), *before.joined.get(name, ())]
        gained = joined.setdefault(stocks.names[target], [])
        gained.extend((source, part * share, each * ratio) for source, part, each in moved)
        aged = built.setdefault(stocks.names[target], [])
        aged.extend(replace(part, gw=part.gw * share * ratio, payment=0.0) for part in before.built.get(name, ()))
    for u in np.flatnonzero((departures.target != NONE) & (stage.plan.departed[:, 0] > TINY)):
        source, target = (stocks.names[end[u]] for end in (departures.source, departures.target))
        payment = float(departures.cost[u, 0] * stage.plan.departed[u, 0]) / worth
        built.setdefault(target, []).append(Built(year, 0.0, paid_over(source, target, year), payment))
    for s, name in enumerate(stocks.names):
        gw = float(stage.plan.build[s, 0])
        if gw > TINY:
            payment = float(stocks.build_cost[s, 0]) / worth * gw
            built.setdefault(name, []).append(Built(year, gw, lasts(name, year), payment))
    return Inherited(
        {name: tuple(parts) for name, parts in built.items()},
        gone,
        {name: tuple(parts) for name, parts in joined.items()},
    )
