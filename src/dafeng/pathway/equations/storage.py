"""What is in a store is what was in it, less losses, plus what came in, less what went out."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import BUDGET, CARRY, CHAIN, CYCLE, NONE, Array, Places, Storages, System


def storage_balance(lp: LinearProgram, system: System, columns: Columns) -> None:
    """Balances of all storages, by the way they are linked through time (`Storages.link`).

    With the net power  g[j,t] = eta_c c[j,t] - d[j,t] / eta_d - w[j,t] + inflow[j,t]:

        cycle, chain   e[j,t] = (1 - loss)^hours[t] e[j,t-1] + hours[t] g[j,t]                       (j, T)
                       where t-1 before the first step of a block is its last (cycle) or the given level (chain)
        budget         sum(t in b) hours[t] (d[j,t] / eta_d - eta_c c[j,t]) = sum(t in b) hours[t] inflow[j,t]    (j, B)
                       <= where inflow may be let go
        carry          m[j,b] = sum(t in b) hours[t] g[j,t]                                           (j, B)
                       E[j,r] = q^times(r) E[j,r-1] + (1 + q + ... + q^(times(r)-1)) m[j,b(r)]         (j, runs)
                       with q = (1 - loss)^(hours of b(r)), what a block leaves of a level
                       E after the last run of a period = E before its first

    A storage that carries has no level within a block: its powers bound it there, and the replay checks the hours.
    Dual: M per P·h, present value of one more unit stored.
    """
    link = np.array(system.storages.link, dtype=object)
    hourly = np.flatnonzero((link == CYCLE) | (link == CHAIN))
    if hourly.size:
        _hourly(lp, system, columns, hourly)
    for kind, build in ((BUDGET, _budget), (CARRY, _carry)):
        which = np.flatnonzero(link == kind)
        if which.size:
            build(lp, system, columns, which)


def _inflow(s: Storages, which: Places, steps: int) -> Array:
    return np.broadcast_to(s.inflow[which], (len(which), steps))


def _hourly(lp: LinearProgram, system: System, columns: Columns, which: Places) -> None:
    s, steps = system.storages, system.steps
    cyclic = np.array([s.link[j] == CYCLE for j in which])[:, None]
    before = np.where(cyclic, steps.cyclic, steps.previous)
    earlier = np.where(before == NONE, NONE, np.take_along_axis(columns.level[which], np.maximum(before, 0), axis=1))
    kept = (1.0 - s.loss[which][:, None]) ** steps.hours
    given = steps.hours * _inflow(s, which, steps.count)
    given = given + np.where(before == NONE, kept * s.initial[which][:, None], 0.0)
    lp.rows(
        "storage",
        (len(which), steps.count),
        [
            (1.0, columns.level[which]),
            (-kept, earlier),
            (-steps.hours * s.charge_efficiency[which][:, None], columns.charge[which]),
            (steps.hours / s.discharge_efficiency[which][:, None], columns.discharge[which]),
            (steps.hours, columns.spill[which]),
        ],
        lower=given,
        upper=given,
        axes=([s.names[j] for j in which], steps.labels),
    )


def _budget(lp: LinearProgram, system: System, columns: Columns, which: Places) -> None:
    s, steps = system.storages, system.steps
    given = np.add.reduceat(steps.hours * _inflow(s, which, steps.count), steps.firsts, axis=1)
    rows = lp.rows(
        "budget",
        given.shape,
        [],
        lower=np.where(s.spill[which][:, None], -np.inf, given),
        upper=given,
        axes=([s.names[j] for j in which], [str(b) for b in range(given.shape[1])]),
    )
    every = rows[:, system.steps.place]
    lp.add(every, steps.hours / s.discharge_efficiency[which][:, None], columns.discharge[which])
    lp.add(every, -steps.hours * s.charge_efficiency[which][:, None], columns.charge[which])


def _carry(lp: LinearProgram, system: System, columns: Columns, which: Places) -> None:
    s, steps = system.storages, system.steps
    names = [s.names[j] for j in which]
    given = np.add.reduceat(steps.hours * _inflow(s, which, steps.count), steps.firsts, axis=1)
    rows = lp.rows(
        "net",
        given.shape,
        [(1.0, columns.net[which])],
        lower=given,
        upper=given,
        axes=(names, [str(b) for b in range(given.shape[1])]),
    )
    every = rows[:, system.steps.place]
    lp.add(every, -steps.hours * s.charge_efficiency[which][:, None], columns.charge[which])
    lp.add(every, steps.hours / s.discharge_efficiency[which][:, None], columns.discharge[which])
    lp.add(every, steps.hours, columns.spill[which])
    length = np.add.reduceat(steps.hours, steps.firsts)
    numbers = {int(block): place for place, block in enumerate(steps.block[steps.firsts])}
    first = 0
    for period, runs in zip(steps.periods, steps.calendar, strict=True):
        blocks = np.array([numbers[block] for block, _ in runs])
        times = np.array([float(count) for _, count in runs])
        block = (1.0 - s.loss[which][:, None]) ** length[blocks]
        kept = block**times
        gained = np.divide(1.0 - kept, 1.0 - block, out=times * np.ones_like(kept), where=block < 1.0)
        levels = columns.carried[which, first : first + len(runs) + 1]
        lp.rows(
            f"carry {period}",
            (len(which), len(runs)),
            [(1.0, levels[:, 1:]), (-kept, levels[:, :-1]), (-gained, columns.net[which][:, blocks])],
            lower=0.0,
            upper=0.0,
            axes=(names, [str(r) for r in range(len(runs))]),
        )
        lp.rows(
            f"carry_year {period}",
            (len(which),),
            [(1.0, levels[:, -1]), (-1.0, levels[:, 0])],
            lower=0.0,
            upper=0.0,
            axes=(names,),
        )
        first += len(runs) + 1
