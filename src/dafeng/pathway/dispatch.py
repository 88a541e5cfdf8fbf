"""Running given capacities: one block at a time, exactly, with every limit either priced or left out.

With capacities fixed, blocks hang together only through annual limits and through storage that carries. Limits enter as
prices on what they count; the levels with which carrying storage begins and ends a block are given. Each block is then
a small linear program of its own, and all blocks of a system have the same matrix: the solver goes on from the last
block's basis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.pathway.carrying import Carried, carrying
from dafeng.pathway.equations.reserves import RESERVE
from dafeng.pathway.lean import Lean
from dafeng.pathway.model import Model, build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.system import (
    ACTIVITY,
    CHAIN,
    CHARGE,
    CYCLE,
    DISCHARGE,
    LEVEL_END,
    NONE,
    Array,
    Departures,
    Places,
    Storages,
    System,
    Term,
    Yearly,
)

RUN = (ACTIVITY, CHARGE, DISCHARGE, LEVEL_END)
"""What limits count that is decided where a block is run."""


def standing(system: System, capacity: Array, yearly: Array | None = None) -> System:
    """The system with capacities and yearly activities as given, nothing to decide but how to run it, and no limits.

    Args:
        capacity: (s, Y) P. yearly: (a, Y) units a year: what they draw becomes demand; None: there are none.
    """
    nodes, steps = system.nodes, system.steps
    activity = np.zeros((0, len(steps.periods))) if yearly is None else yearly
    load = system.yearly.load(activity, len(nodes.names), steps.period)
    stocks = system.stocks
    nothing = np.zeros_like(stocks.existing)
    fixed = replace(
        stocks,
        existing=np.maximum(capacity, 0.0),
        build_upper=nothing,
        build_lower=nothing,
        lower=nothing,
        upper=np.full_like(nothing, np.inf),
        keep_cost=nothing,
    )
    periods = len(system.steps.periods)
    empty = np.zeros(0, dtype=np.int64)
    none = Departures((), empty, empty, np.zeros(0), np.zeros((0, periods)), np.zeros((0, periods)))
    return replace(
        system,
        nodes=replace(nodes, demand=nodes.demand + load),
        stocks=fixed,
        departures=none,
        yearly=Yearly.nothing(periods, steps.count),
        limits=(),
    )


@dataclass(frozen=True)
class Counts:
    """What the limits of a system count in the way its steps are run: energies, and levels at the end of a period."""

    system: System

    def block(self, plan: Plan, when: Places) -> Array:
        """(limits,) what every limit counts of a way to run a block.

        Args:
            plan: of the block alone. when: its steps in the system.
        """
        found = np.zeros(len(self.system.limits))
        amounts = {ACTIVITY: plan.activity, CHARGE: plan.charge, DISCHARGE: plan.discharge, LEVEL_END: plan.level}
        for number, limit in enumerate(self.system.limits):
            for term in limit.terms:
                if term.quantity in RUN:
                    each = self.each(number, term, when)
                    found[number] += float((each * amounts[term.quantity][term.index]).sum())
        return found

    def each(self, number: int, term: Term, when: Places) -> Array:
        """(k, when) what a limit counts of a unit in a step: weighted energy, or the level after the period's last."""
        steps, limit = self.system.steps, self.system.limits[number]
        period = steps.period[when]
        often = steps.years[period] if limit.period is None else (period == limit.period).astype(np.float64)
        coefficient = term.coefficient[:, when] if term.coefficient.ndim == 2 else term.coefficient[:, None]
        if term.quantity == LEVEL_END:
            ends = np.r_[steps.period[1:] != steps.period[:-1], True]
            return np.asarray(coefficient * (often * ends[when]))
        return np.asarray(coefficient * (often * steps.weight[when]))

    def charge(self, model: Model, cost: Array, when: Places, prices: Array) -> None:
        """Put what the limits' prices add into the costs of the columns of a block.

        Args:
            cost: (columns,) M a unit, without it.
        """
        model.lp.set_cost(np.arange(len(cost)), cost + self.charges(model, when, prices))

    def charges(self, model: Model, when: Places, prices: Array) -> Array:
        """(columns,) M a unit that the limits' prices add to the costs of the columns of a block.

        Args:
            model: of the block alone. when: its steps in the system.
            prices: (limits,) M per unit of each limit, present value; positive makes what is counted dearer.
        """
        found = np.zeros(model.lp.shape[1])
        c = model.columns
        columns = {ACTIVITY: c.activity, CHARGE: c.charge, DISCHARGE: c.discharge, LEVEL_END: c.level}
        for number in np.flatnonzero(prices):
            for term in self.system.limits[number].terms:
                if term.quantity in RUN:
                    each = prices[number] * self.each(int(number), term, when)
                    there = columns[term.quantity][term.index]
                    np.add.at(found, there[there != NONE], each[there != NONE])
        return found


@dataclass(frozen=True)
class Ends:
    """How the cyclic storage of a block is tied to its neighbours; (j,) each.

    Attributes:
        start: P·h, level before the first step. target: P·h wanted after the last step; nothing is gained above it.
        worth: M per P·h, present value of what is there, up to the target.
    """

    start: Array
    target: Array
    worth: Array


def block_model(block: System, carried: Carried, ends: Ends | None = None) -> Model:
    """The program of a block that is cut off from other blocks.

    Args:
        carried: levels of storage that carries. ends: of cyclic storage; None: it ends as it began.
    """
    model = build(linked(block, carried.start, ends))
    which = np.flatnonzero(carrying(block))
    if which.size:
        level = model.columns.level[which]
        lower, upper = np.zeros(level.shape), np.maximum(carried.room[which], 0.0)
        upper[:, -1] = np.clip(carried.most[which], 0.0, upper[:, -1])
        lower[:, -1] = np.clip(carried.least[which], 0.0, upper[:, -1])
        model.lp.set_bounds(level, lower, upper)
    return model


def linked(block: System, start: Array, ends: Ends | None = None) -> System:
    """The block with its storage cut off from other blocks.

    Storage that carries begins with `start`; where it ends is not said yet. Cyclic storage stays cyclic, or is tied by
    `ends`.

    Args:
        start: (j,) P·h in carrying storage before the first step.
    """
    s, carries = block.storages, carrying(block)
    cut = replace(
        s,
        link=tuple(CHAIN if carried else link for carried, link in zip(carries, s.link, strict=True)),
        initial=np.where(carries, np.maximum(start, 0.0), s.initial),
    )
    return replace(block, storages=cut if ends is None else _tied(block, cut, ends))


def _tied(block: System, s: Storages, ends: Ends) -> Storages:
    cyclic = np.array([link == CYCLE for link in s.link], dtype=bool)
    shape = (len(s.names), block.steps.count)
    level_cost, level_upper = (np.broadcast_to(table, shape).copy() for table in (s.level_cost, s.level_upper))
    level_cost[cyclic, -1] -= ends.worth[cyclic] / max(block.steps.value[-1], 1e-300)
    capacity = s.energy_size * np.append(block.stocks.existing[:, 0], 0.0)[s.energy_stock]
    wanted = np.divide(ends.target, capacity, out=np.ones(shape[0]), where=capacity > 0)
    bounded = cyclic & (s.energy_stock != NONE)
    level_upper[bounded, -1] = np.clip(wanted, 0.0, level_upper[:, -1])[bounded]
    return replace(
        s,
        link=tuple(CHAIN if link == CYCLE else link for link in s.link),
        initial=np.where(cyclic, np.minimum(ends.start, np.where(bounded, capacity, np.inf)), s.initial),
        level_cost=level_cost,
        level_upper=level_upper,
    )


class Dispatcher:
    """Solves blocks of the same shape one after the other, each from the basis of the last, or of its own last time."""

    def __init__(self) -> None:
        self._lean: Lean | None = None

    def solve(self, model: Model, which: int | None = None) -> Plan:
        """The cheapest way to run one block.

        Args:
            model: of the block. which: its number, if it comes again.

        Raises:
            NotSolved, Infeasible: the block has no accepted solution.
        """
        if self._lean is None or not self._lean.has(model.lp.matrix()):
            self._lean = Lean(model.lp, rare=(RESERVE,))
        return read(model, *self._lean.solve(model.lp, which))
