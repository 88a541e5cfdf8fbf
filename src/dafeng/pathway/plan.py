"""A plan: what a solution of the model says, in the words of the system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.pathway.carrying import carrying, lowest
from dafeng.pathway.model import Model
from dafeng.pathway.system import NONE, Array, Places, System


@dataclass(frozen=True)
class Plan:
    """Capacities, activities and prices of a solved system.

    Attributes:
        system: what was planned.
        objective: M, present value.
        capacity, build: (s, Y) P. departed: (u, Y) P.
        activity: (i, T) P. charge, discharge, spill: (j, T) P. flow: (l, T) P.
        level: (j, T) P·h; of storage that carries, on the day of those that the block stands for that begins lowest.
        net: (j, B) P·h stored in a block by storage that carries; carried: (j, runs) P·h.
        yearly: (a, Y) units a year. service_price: (m, Y) M per unit a year, present value, of one more unit.
        price: (n, T) M per P·h, value of energy at the node in the step, of the year it is in.
        limit_value: (limits,) the left side of each limit; limit_price: (limits,) M per unit, present value, of
            tightening it by one; missed: (limits,) by how much a priced limit is missed.
    """

    system: System
    objective: float
    capacity: Array
    build: Array
    departed: Array
    activity: Array
    charge: Array
    discharge: Array
    spill: Array
    level: Array
    net: Array
    carried: Array
    flow: Array
    yearly: Array
    service_price: Array
    price: Array
    limit_value: Array
    limit_price: Array
    missed: Array

    def energy(self, power: Array) -> Array:
        """(k, Y) P·h a year of a power (k, T): sum over the steps of each period of weight x power."""
        steps = self.system.steps
        found = np.zeros((len(power), len(steps.periods)))
        np.add.at(found.T, steps.period, (power * steps.weight).T)
        return found


def read(model: Model, values: Array, duals: Array) -> Plan:
    """The plan that a solution stands for.

    Args:
        values: (columns,) solution. duals: (rows,) change of the objective per unit of right side.
    """
    system, lp, columns = model.system, model.lp, model.columns

    def of(numbers: Places) -> Array:
        return np.where(numbers == NONE, 0.0, values[np.maximum(numbers, 0)])

    level, net, carried = of(columns.level), of(columns.net), of(columns.carried)
    if carrying(system).any():
        level += _above(system, lowest(system, net, carried) - of(columns.least))
    steps = system.steps
    worth = np.divide(1.0, steps.value, out=np.zeros(steps.count), where=steps.value > 0)
    met = values.copy()
    met[columns.missed[columns.missed != NONE]] = 0.0
    limit_value = (lp.matrix() @ met)[model.limits] + _held(system, columns.fixed)
    return Plan(
        system=system,
        objective=float(lp.cost @ values + lp.offset),
        capacity=np.where(columns.capacity == NONE, columns.fixed, of(columns.capacity)),
        build=of(columns.build),
        departed=of(columns.departed),
        activity=of(columns.activity),
        charge=of(columns.charge),
        discharge=of(columns.discharge),
        spill=of(columns.spill),
        level=level,
        net=net,
        carried=carried,
        flow=of(columns.flow),
        yearly=of(columns.yearly),
        service_price=duals[model.services],
        price=duals[model.balance] * worth,
        limit_value=limit_value,
        limit_price=duals[model.limits],
        missed=of(columns.missed),
    )


def _above(system: System, more: Array) -> Array:
    """(j, T) P·h that is left after each step of what carrying storage begins a block with besides.

    Args:
        more: (j, B) P·h.
    """
    steps = system.steps
    left = (1.0 - system.storages.loss[:, None]) ** steps.since * more[:, steps.place]
    return np.where(carrying(system)[:, None], left, 0.0)


def _held(system: System, fixed: Array) -> Array:
    """(limits,) what fixed capacities add to the left side of the limits."""
    found = np.zeros(len(system.limits))
    for number, limit in enumerate(system.limits):
        for term in limit.terms:
            if term.quantity == "capacity":
                years = system.steps.years if limit.period is None else np.eye(len(system.steps.periods))[limit.period]
                found[number] += float(term.coefficient @ fixed[term.index] @ years)
    return found
