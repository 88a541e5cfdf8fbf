"""The nation as one region on a few days: small enough that a test may plan it anew."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from dafeng.pathway.days import Days, typical_days
from dafeng.pathway.model import Model, build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inputs import Inputs, planned
from dafeng.pathway.power.modelled_days import features
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import System

DAYS = 3


def nation(**asked: Any) -> Case:
    """A case of the nation in 2030 unless something else is asked."""
    return Case(**{"regions": "nation", "periods": (2030,), **asked})


@cache
def inputs_of(regions: str, years: tuple[int, ...]) -> Inputs:
    return planned(grouping(regions), years, "recent_growth")


@cache
def few_days(regions: str = "nation", count: int = DAYS) -> Days:
    return typical_days(features(inputs_of(regions, (2030,))), count)


def system_of(case: Case) -> System:
    return power_system(case, inputs_of(case.regions, case.periods), few_days(case.regions))


def plan_of(case: Case) -> Plan:
    """The optimum on a few days, by simplex."""
    model: Model = build(system_of(case))
    solution = Session(model.lp).solve()
    return read(model, solution.x, solution.y)


def energy(plan: Plan, *technologies: str, y: int = 0) -> float:
    """GWh a year of the processes and storages of some technologies."""
    found = 0.0
    for names, powers in ((plan.system.processes.names, plan.activity), (plan.system.storages.names, plan.discharge)):
        which = [i for i, name in enumerate(names) if name.partition(" ")[2] in technologies]
        found += float(plan.energy(powers[which])[:, y].sum()) if which else 0.0
    return found


def gw(plan: Plan, technology: str, y: int = 0, built: bool = False) -> float:
    """GW that stands, or that was built, of a technology."""
    table = plan.build if built else plan.capacity
    which = [s for s, name in enumerate(plan.system.stocks.names) if name.partition(" ")[2] == technology]
    return float(np.sum(table[which, y]))


def limit_named(plan: Plan, name: str) -> int:
    return [limit.name for limit in plan.system.limits].index(name)
