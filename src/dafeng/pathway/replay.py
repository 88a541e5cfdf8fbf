"""All hours of every period with the plan's capacities: does it hold what it promises.

The plan is made on typical days. The replay runs every day of the year one after the other, cheapest first, at the
prices at which the plan keeps its limits; storage begins a day where it ended the day before, and storage that carries
ends it with no less than the plan has there along the year. What cannot be served is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dafeng.pathway.carrying import Carried, carrying, levels, reach, room
from dafeng.pathway.chains import CHAINS, Chain, run_chains
from dafeng.pathway.dispatch import RUN, Counts, Dispatcher, Ends, block_model, standing
from dafeng.pathway.plan import Plan
from dafeng.pathway.slicing import some_steps
from dafeng.pathway.system import ACTIVITY, CHARGE, CYCLE, DISCHARGE, LEVEL_END, NONE, Array, Limit, Places, System
from dafeng.pathway.telling import Tell, tell_nobody


@dataclass(frozen=True)
class Replay:
    """A year of hours in each period.

    Attributes:
        system: the system with all hours.
        activity: (i, H) P; charge, discharge, level: (j, H); price: (n, H) M per P·h; H: hours of all periods.
        limits: of the whole system. held: (limits,) what capacities and yearly activities add to their left sides.
        block_begins: (j, B) P·h, levels with which each block begins.
        block_cost: (B,) M, present value of running each block; block_counted: (limits, B) what limits count in it.
    """

    system: System
    limits: tuple[Limit, ...]
    held: Array
    activity: Array
    charge: Array
    discharge: Array
    spill: Array
    level: Array
    price: Array
    block_begins: Array
    block_cost: Array
    block_counted: Array

    @cached_property
    def cost(self) -> Array:
        """(Y,) M, present value of running the hours of each period."""
        steps = self.system.steps
        periods = len(steps.periods)
        return np.asarray(np.bincount(steps.period[steps.firsts], self.block_cost, periods), dtype=np.float64)

    @cached_property
    def counted(self) -> Array:
        """(limits,) left sides of the limits."""
        return np.asarray(self.held + self.block_counted.sum(axis=1))

    @cached_property
    def sizes(self) -> Array:
        """(limits,) what a limit is measured by: its side, or where that is 0, as of a share, the larger of what counts
        for it and of what counts against it."""
        found = np.array([abs(limit.upper if np.isfinite(limit.upper) else limit.lower) for limit in self.limits])
        amounts = {ACTIVITY: self.activity, CHARGE: self.charge, DISCHARGE: self.discharge, LEVEL_END: self.level}
        counts, hours = Counts(replace(self.system, limits=self.limits)), np.arange(self.system.steps.count)
        for number in np.flatnonzero(found == 0):
            parts = [
                counts.each(int(number), term, hours) * amounts[term.quantity][term.index]
                for term in self.limits[number].terms
                if term.quantity in RUN
            ]
            found[number] = max(sum(float(np.maximum(sign * part, 0.0).sum()) for part in parts) for sign in (1, -1))
        return found

    @cached_property
    def broken(self) -> Array:
        """(limits,) by how much a limit is missed; 0 where it holds, or where missing it has a price."""
        lower = np.array([limit.lower for limit in self.limits])
        upper = np.array([limit.upper for limit in self.limits])
        size = np.maximum(self.sizes, 1e-9)
        priced = np.array([limit.price is not None for limit in self.limits], dtype=bool)
        over = np.maximum(np.maximum(self.counted - upper, lower - self.counted), 0.0)
        return np.where(priced | (over <= 1e-6 * size), 0.0, over)

    def energy(self, power: Array) -> Array:
        """(k, Y) P·h a year of a power (k, H)."""
        steps = self.system.steps
        found = np.zeros((len(power), len(steps.periods)))
        np.add.at(found.T, steps.period, (power * steps.weight).T)
        return found


def replay(
    whole: System,
    capacity: Array,
    prices: Array,
    carried: Array | None = None,
    wanted: Array | None = None,
    worth: Array | None = None,
    held: Array | None = None,
    yearly: Array | None = None,
    dispatchers: Sequence[Dispatcher] | None = None,
    tell: Tell = tell_nobody,
    some: Sequence[int] | None = None,
) -> Replay:
    """Run every block of a system with given capacities.

    The blocks are run in a few chains side by side, each a stretch of the calendar. Within a chain a block begins where
    the one before it ended; the first begins at the level that was wanted of the block before it.

    Args:
        whole: the system with all its hours; the same parts and limits as the plan's.
        capacity: (s, Y) P. prices: (limits,) M per unit, at which limits are kept.
        carried: (2, j, B) P·h in carrying storage before and after each block. A block may end with more, or with less
            where it cannot charge as much; the next goes on from there, and where it is not the next day, by as much as
            changes between. Default: nothing.
        wanted: (j, B) P·h at the end of each block, so that the next can be run; None: each block ends as it began.
        worth: (j, Y) M per P·h, present value of a stored unit at the end of a block, up to what is wanted.
        held: (limits,) what capacities and yearly activities add to the left side of the limits.
        yearly: (a, Y) units a year of yearly activities; None: there are none.
        dispatchers: one of each chain; those of an earlier replay go on from where each block ended there. How many
            there are is the same on every machine, so that the result is; default: new ones.
        some: the blocks that are run, rising; all others are left at 0. Default: all.

    Raises:
        NotSolved, Infeasible: a block cannot be run at all.
    """
    run = standing(whole, capacity, yearly)
    steps = run.steps
    count = len(steps.firsts)
    along = np.zeros((2, len(run.storages.names), count)) if carried is None else carried
    chains = new_dispatchers() if dispatchers is None else dispatchers
    numbers = np.arange(count) if some is None else np.asarray(some, dtype=np.int64)
    stretches = np.array_split(numbers, min(len(chains), len(numbers)))
    found = run_chains(
        [
            _chain(letting_go(run), whole, stretch, prices, along, wanted, worth, dispatcher)
            for stretch, dispatcher in zip(stretches, chains, strict=False)
        ],
        lambda done: tell("replay", done / len(numbers)),
    )
    parts = {name: np.concatenate([chain[name] for chain in found], axis=-1) for name in (*PARTS, *OF_BLOCKS)}
    if some is not None:
        inside = np.flatnonzero(np.isin(steps.place, numbers))
        parts = {
            name: _placed(part, inside, steps.count) if name in PARTS else _placed(part, numbers, count)
            for name, part in parts.items()
        }
    return Replay(run, whole.limits, np.zeros(len(whole.limits)) if held is None else held, **parts)


def _placed(part: Array, where: Places, size: int) -> Array:
    found = np.zeros((*part.shape[:-1], size))
    found[..., where] = part
    return found


def new_dispatchers(chains: int = CHAINS) -> list[Dispatcher]:
    """Dispatchers for a replay, one a chain."""
    return [Dispatcher() for _ in range(chains)]


PARTS = ("activity", "charge", "discharge", "spill", "level", "price")
OF_BLOCKS = ("block_begins", "block_cost", "block_counted")


def _chain(
    run: System,
    whole: System,
    blocks: Places,
    prices: Array,
    carried: Array,
    wanted: Array | None,
    worth: Array | None,
    dispatcher: Dispatcher,
) -> Chain[dict[str, Array]]:
    """Run a stretch of blocks one after the other."""
    steps, s = run.steps, run.storages
    counts = Counts(whole)
    parts: dict[str, list[Array]] = {name: [] for name in (*PARTS, *OF_BLOCKS)}
    cyclic = np.array([link == CYCLE for link in s.link], dtype=bool)
    carries = carrying(run)
    level: Array | None = None
    previous = NONE
    for number in blocks:
        if number != previous + 1:
            level = None
        previous = number
        when = np.arange(steps.firsts[number], steps.lasts[number] + 1)
        year = int(steps.period[when[0]])
        ends = None
        if wanted is not None and worth is not None:
            start = wanted[:, number - 1] if level is None else level
            ends = Ends(start, wanted[:, number], worth[:, year])
        block = some_steps(run, when)
        before, after = carried[:, :, number]
        if level is not None and year == steps.period[when[0] - 1]:
            before = level + before - carried[1, :, number - 1]
        model = block_model(block, _carried(block, before, after), ends)
        counts.charge(model, model.lp.cost, when, prices)
        found = dispatcher.solve(model, int(number))
        counted = counts.block(found, when)
        cost = found.objective - float(prices @ counted)
        if ends is not None:
            cost += float(ends.worth[cyclic] @ found.level[cyclic, -1])
        for name in PARTS:
            parts[name].append(getattr(found, name))
        parts["block_begins"].append(model.system.storages.initial[:, None])
        parts["block_cost"].append(np.array([cost]))
        parts["block_counted"].append(counted[:, None])
        level = np.where(cyclic | carries, found.level[:, -1], 0.0)
        yield
    return {name: np.concatenate(found, axis=-1) for name, found in parts.items()}


def letting_go(run: System) -> System:
    """With storage that carries free to let go what flows in: it may find the store fuller than the plan had it."""
    s = run.storages
    return replace(run, storages=replace(s, spill=s.spill | carrying(run)))


def _carried(block: System, before: Array, after: Array) -> Carried:
    """Begin with what there is, as far as there is room, and end with what is wanted, as far as it can be charged."""
    full = room(block)
    start = np.clip(before, 0.0, full[:, 0])
    return Carried(start, np.minimum(after, reach(block, start)), full[:, -1], full)


def levels_wanted(plan: Plan, stands: Places) -> Array:
    """(j, days) P·h at the end of each day of a year with which the plan's day that stands for the next one begins.

    Args:
        plan: of one period. stands: (days,) place of the modelled day that stands for each day of the year.
    """
    begins = plan.level[:, plan.system.steps.lasts]
    return np.asarray(begins[:, np.roll(stands, -1)])


def follow(plan: Plan, blocks_a_year: int) -> Array:
    """(2, j, blocks) P·h in carrying storage before and after each day of each year, along the plan's calendar."""
    if not plan.system.steps.calendar:
        return np.zeros((2, len(plan.system.storages.names), blocks_a_year * len(plan.system.steps.periods)))
    years = levels(plan.system, plan.net, plan.carried)
    return np.concatenate([np.stack([along[:, :-1], along[:, 1:]]) for along in years], axis=2)
