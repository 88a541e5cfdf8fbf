"""Storage that carries energy between blocks: its levels along the year, and what one block must know of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.storage import repeated
from dafeng.pathway.model import Model
from dafeng.pathway.system import CARRY, NONE, Array, Flags, Places, System


def carrying(system: System) -> Flags:
    """(j,) does the storage carry."""
    return np.array([link == CARRY for link in system.storages.link], dtype=bool)


def levels(system: System, net: Array, carried: Array) -> list[Array]:
    """(j, blocks of the year + 1) P·h of each period: the level before the first block of the year and after each.

    Args:
        net: (j, B) P·h that is put aside in each block. carried: (j, runs and one more for each period) P·h.
    """
    left = (1.0 - system.storages.loss[:, None]) ** system.steps.lengths
    found, first = [], 0
    for y in range(len(system.steps.calendar)):
        blocks, times = system.steps.runs(y)
        parts = [carried[:, [first]]]
        for r, (block, often) in enumerate(zip(blocks, times, strict=True)):
            before, after = carried[:, [first + r]], carried[:, [first + r + 1]]
            kept, gained = repeated(left[:, [block]], np.arange(1.0, often))
            parts += [kept * before + gained * net[:, [block]], after]
        found.append(np.concatenate(parts, axis=1))
        first += len(blocks) + 1
    return found


def lowest(system: System, net: Array, carried: Array) -> Array:
    """(j, B) P·h, the level with which a block begins where it is lowest; 0 for a block that the calendar has not.

    Args:
        net, carried: as of `levels`.
    """
    found = np.full(net.shape, np.inf)
    for y, along in enumerate(levels(system, net, carried)):
        blocks, times = system.steps.runs(y)
        np.minimum.at(found.T, np.repeat(blocks, times.astype(np.int64)), along[:, :-1].T)
    return np.where(np.isinf(found), 0.0, found)


@dataclass(frozen=True)
class Carried:
    """What a block is given of storage that carries; of other storage the values mean nothing.

    Attributes:
        start: (j,) P·h, level before the first step.
        least, most: (j,) P·h, level after the last step.
        room: (j, T) P·h, the highest level after each step.
    """

    start: Array
    least: Array
    most: Array
    room: Array


def room(system: System) -> Array:
    """(j, T) P·h, the energy capacity of each storage, where capacities are given; infinite where nothing bounds it."""
    s, existing = system.storages, system.stocks.existing
    unbounded = np.full((1, existing.shape[1]), np.inf)
    capacity = s.energy_size[:, None] * np.append(existing, unbounded, axis=0)[s.energy_stock]
    return np.asarray(capacity[:, system.steps.period])


def lowest_runs(run: System, net: Array, least: Array, span: Array) -> list[Carried]:
    """What each block is given of storage that carries: it begins with the least and puts aside what the plan says.

    Room is left for what it may begin with above the least. So every way to run a block fits all days that it stands
    for, and so does every mix of ways.

    Args:
        net, least, span: (j, B) P·h, of the settled point.
    """
    s, steps = run.storages, run.steps
    fades = 1.0 - s.loss[:, None]
    full = room(run) - fades**steps.since * span[:, steps.place]
    ends = fades**steps.lengths * least + net
    return [
        Carried(least[:, b], ends[:, b], ends[:, b], full[:, first : last + 1])
        for b, (first, last) in enumerate(zip(steps.firsts, steps.lasts, strict=True))
    ]


def reach(block: System, start: Array) -> Array:
    """(j,) P·h, the highest level with which a block can end, capacities given, if it begins with `start`."""
    s, steps = block.storages, block.steps
    back = (1.0 - s.loss[:, None]) ** (steps.lengths[0] - steps.since) * steps.hours
    power = np.append(block.stocks.existing[:, 0], np.inf)[s.charge_stock]
    with np.errstate(invalid="ignore"):
        charged = np.nan_to_num(power[:, None] * (s.charge_efficiency * s.charge_size)[:, None] * s.charge_available)
    return np.asarray(start * (1.0 - s.loss) ** steps.lengths[0] + (back * (charged + s.inflow)).sum(axis=1))


def storing(model: Model) -> tuple[csr_matrix, Array]:
    """What storage that carries can put aside in a block, by its powers and its room: rows and upper sides.

        m[j,b] <= sum(t in b) left[t] hours[t] (eta_c available_c size_c K + inflow)
        m[j,b] >= sum(t in b) left[t] hours[t] (inflow - let go - available_d size_d K / eta_d)
        0 <= q D[j,b] + m[j,b] <= size_e K - q W[j,b]

    left: what losses leave at the end of the block of what comes in during a step; q: of what the block begins with.
    The hours imply all this in the program; without them a point that is a little off could ask for what no hour can
    give.
    """
    c, steps, s = model.columns, model.system.steps, model.system.storages
    which = np.flatnonzero(carrying(model.system))
    shape = (len(which), steps.count)
    fades = (1.0 - s.loss[which])[:, None]
    left = fades ** (steps.lengths[steps.place] - steps.since) * steps.hours

    def of_block(profile: Array) -> Array:
        return np.add.reduceat(left * np.broadcast_to(profile[which], shape), steps.firsts, axis=1)

    charged = of_block((s.charge_efficiency * s.charge_size)[:, None] * s.charge_available)
    drawn = of_block((s.discharge_size / s.discharge_efficiency)[:, None] * s.discharge_available)
    inflow = np.broadcast_to(s.inflow, (len(s.names), steps.count))
    kept = inflow - np.where(s.spill[:, None], np.maximum(inflow, 0.0), 0.0)
    net, least, span, q = c.net[which], c.least[which], c.span[which], fades**steps.lengths
    charge, discharge, energy = s.charge_stock[which], s.discharge_stock[which], s.energy_stock[which]
    year = steps.period[steps.firsts]
    rows = LinearProgram("storable")
    rows.columns("all", (model.lp.shape[1],))

    def below(
        name: str, terms: list[tuple[float | Array, Places]], of: Places, size: Array, most: Array | float
    ) -> None:
        """Terms less a size of a stock are at most so much, where there is no stock that is missing."""
        there = np.flatnonzero((of != NONE) | ~size.any(axis=1))
        stock, shape = of[there, None], (len(there), len(year))
        capacity = np.where(stock == NONE, NONE, c.capacity[stock, year])
        fixed = np.where((stock == NONE) | (capacity != NONE), 0.0, c.fixed[stock, year])
        some = [(np.broadcast_to(k, net.shape)[there], numbers[there]) for k, numbers in terms]
        upper = np.broadcast_to(most, net.shape)[there] + size[there] * fixed
        rows.rows(name, shape, [*some, (-size[there], capacity)], upper=upper)

    below("charge", [(1.0, net)], charge, charged, of_block(s.inflow))
    below("discharge", [(-1.0, net)], discharge, drawn, -of_block(kept))
    below("empty", [(-1.0, net), (-q, least)], energy, np.zeros(net.shape), 0.0)
    below("full", [(1.0, net), (q, least), (q, span)], energy, np.tile(s.energy_size[which, None], len(year)), 0.0)
    return csr_matrix(rows.matrix()), rows.row_upper
