"""What is in a store is what was in it, less losses, plus what came in, less what went out."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import BUDGET, CARRY, CYCLE, NONE, Array, Places, Storages, System


def storage_balance(lp: LinearProgram, system: System, columns: Columns) -> None:
    """Balances of all storages, by the way they are linked through time (`Storages.link`).

    With the net power  g[j,t] = eta_c c[j,t] - d[j,t] / eta_d - w[j,t] + inflow[j,t]:

        cycle, chain, carry   e[j,t] = (1 - loss)^hours[t] e[j,t-1] + hours[t] g[j,t]                (j, T)
                       where t-1 before the first step of a block is its last (cycle), the given level (chain), or
                       D[j,b], the least level with which the block begins (carry)
        budget         sum(t in b) hours[t] (d[j,t] / eta_d - eta_c c[j,t]) = sum(t in b) hours[t] inflow[j,t]    (j, B)
                       <= where inflow may be let go
        carry          m[j,b] = e[j,last of b] - q D[j,b]                                             (j, B)
                       E[j,r] = q^times(r) E[j,r-1] + (1 + q + ... + q^(times(r)-1)) m[j,b(r)]         (j, runs)
                       with q = (1 - loss)^(hours of b(r)), what a block leaves of a level
                       E after the last run of a period = E before its first
                       D[j,b(r)] <= E[j,r-1] <= D[j,b(r)] + W[j,b(r)]                                  (j, runs)
                       the same of the level before the last time that b(r) is repeated in the run

    A block that stands for several days runs them alike, from the level that each begins with: what one begins with
    above D only fades, and is added to e. So no day falls below 0 where e >= 0, and none is above the capacity where
    there is room for W more (`bound_activity`). In a run the level before each day rises or falls all the way, so that
    its first and its last day bound those between, with losses too. This is the superposition of Kotzur et al. 2018
    (https://doi.org/10.1016/j.apenergy.2018.01.023); but the lowest and the highest level of a block are told by the
    levels D and D + W with which it may begin, so that losses are exact.

    Dual: M per P·h, present value of one more unit stored; of rows with D or W, of one more unit of room there.
    """
    link = np.array(system.storages.link, dtype=object)
    hourly = np.flatnonzero(link != BUDGET)
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
    inside = np.take_along_axis(columns.level[which], np.maximum(before, 0), axis=1)
    earlier = np.where(before == NONE, columns.least[which][:, steps.place], inside)
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
    left = (1.0 - s.loss[which][:, None]) ** steps.lengths
    least, span = columns.least[which], columns.span[which]
    lp.rows(
        "net",
        left.shape,
        [(1.0, columns.net[which]), (-1.0, columns.level[which][:, steps.lasts]), (left, least)],
        lower=0.0,
        upper=0.0,
        axes=(names, [str(b) for b in range(left.shape[1])]),
    )
    first = 0
    for number, period in enumerate(steps.periods):
        blocks, times = steps.runs(number)
        levels = columns.carried[which, first : first + len(blocks) + 1]
        net = columns.net[which][:, blocks]
        kept, gained = repeated(left[:, blocks], times)
        runs = [str(r) for r in range(len(blocks))]
        lp.rows(
            f"carry {period}",
            kept.shape,
            [(1.0, levels[:, 1:]), (-kept, levels[:, :-1]), (-gained, net)],
            lower=0.0,
            upper=0.0,
            axes=(names, runs),
        )
        lp.rows(
            f"carry_year {period}",
            (len(which),),
            [(1.0, levels[:, -1]), (-1.0, levels[:, 0])],
            lower=0.0,
            upper=0.0,
            axes=(names,),
        )
        several = np.flatnonzero(times > 1)
        kept, gained = repeated(left[:, blocks[several]], times[several] - 1)
        ends = (
            ("begins", np.arange(len(blocks)), [(1.0, levels[:, :-1])]),
            ("begins_last", several, [(kept, levels[:, several]), (gained, net[:, several])]),
        )
        for name, some, level in ends:
            shape, axes = (len(which), len(some)), (names, [runs[r] for r in some])
            low = [*level, (-1.0, least[:, blocks[some]])]
            lp.rows(f"{name}_least {period}", shape, low, lower=0.0, axes=axes)
            bounded = np.flatnonzero(s.energy_stock[which] != NONE)
            high = [(np.broadcast_to(c, shape)[bounded], numbers[bounded]) for c, numbers in low]
            lp.rows(
                f"{name}_most {period}",
                (len(bounded), len(some)),
                [*high, (-1.0, span[bounded][:, blocks[some]])],
                upper=0.0,
                axes=([names[k] for k in bounded], axes[1]),
            )
        first += len(blocks) + 1


def repeated(left: Array, times: Array) -> tuple[Array, Array]:
    """What is left of a level after a block has run so many times, and how often what it puts aside counts then.

    Args:
        left: (j, k) what the block leaves of a level. times: (k,).
    """
    kept = left**times
    return kept, np.divide(1.0 - kept, 1.0 - left, out=times * np.ones_like(kept), where=left < 1.0)
