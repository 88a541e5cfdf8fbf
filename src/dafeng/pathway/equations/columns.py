"""The variables of the model.

    K[s,y]   P     capacity of a stock                    c[j,t], d[j,t]  P    charge and discharge of a storage
    n[s,y]   P     capacity built in a period             w[j,t]          P    inflow let go, at most what flows in
    k[s,b]   P     capacity on line in a block (teams of stocks with a least load)
    u[u,y]   P     departed by then (cumulated)           e[j,t]          P·h  level after the step
    v[u,y]   P     departing in the period                m[j,b]          P·h  net amount stored in a block (carry)
    o[u,y]   P     departed units that age has taken      E[j,y,r]        P·h  level after a run of the calendar (carry)
    x[i,t]   P     activity of a process                  D[j,b]          P·h  least level a block begins with (carry)
    f[l,t]   P     flow on a line                         W[j,b]          P·h  by how much more it may begin (carry)
    z[k]     -     amount by which a priced limit is missed         a[a,y]  units a year, yearly activity

The objective is

    min  sum value[t] (cost[i,t] x[i,t] + cost_c c + cost_d d + cost_e e + cost_w w) + sum keep[s,y] K[s,y]
         + sum build[s,y] n[s,y] + sum cost[u,y] v[u,y] + sum cost[a,y] a[a,y] + sum price[k] z[k]

in M, present value.

A stock that nothing can change has no column: its capacity is a number, and what it bounds is bounded by column bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.system import BUDGET, CARRY, NONE, Array, Flags, Places, System


@dataclass(frozen=True)
class Columns:
    """Numbers of the columns, by variable; -1 where there is none.

    Attributes:
        capacity: (s, Y); fixed: (s, Y) P, the capacity where it has no column.
        build: (s, Y). online: (s, B). departed, departing, aged: (u, Y).
        activity: (i, T). charge, discharge, spill, level: (j, T). net: (j, B).
        least, span: (j, B); span: where a stock bounds the level.
        carried: (j, runs of all periods and one more for each).
        flow: (l, T). missed: (limits,). yearly: (a, Y).
    """

    capacity: Places
    fixed: Array
    build: Places
    online: Places
    departed: Places
    departing: Places
    aged: Places
    activity: Places
    charge: Places
    discharge: Places
    spill: Places
    level: Places
    net: Places
    least: Places
    span: Places
    carried: Places
    flow: Places
    missed: Places
    yearly: Places


def make_columns(lp: LinearProgram, system: System) -> Columns:
    """Enter every variable with its bounds and cost; bounds that depend on capacity come with `bound_activity`."""
    steps, processes = system.steps, system.processes
    times, periods = steps.labels, steps.periods
    capacity, build, fixed = _stock_columns(lp, system)
    departures = system.departures
    axes = (departures.names, periods)
    shape = departures.cost.shape
    departed = lp.columns("departed", shape, axes=axes)
    departing = lp.columns("departing", shape, upper=departures.upper, cost=departures.cost, axes=axes)
    aged = lp.columns("aged", shape, axes=axes)
    shape = (len(processes.names), steps.count)
    backwards = np.any(processes.minimum < 0, axis=1)[:, None]
    activity = lp.columns(
        "activity",
        shape,
        lower=np.where(backwards, -np.inf, 0.0),
        cost=processes.cost * steps.value,
        axes=(processes.names, times),
    )
    shape = (len(system.lines.names), steps.count)
    flow = lp.columns("flow", shape, lower=-np.inf, axes=(system.lines.names, times))
    y = system.yearly
    yearly = lp.columns("yearly", y.cost.shape, lower=y.lower, upper=y.upper, cost=y.cost, axes=(y.names, periods))
    prices = [(number, limit.price) for number, limit in enumerate(system.limits) if limit.price is not None]
    missed = np.full(len(system.limits), NONE, dtype=np.int64)
    names = [system.limits[number].name for number, _ in prices]
    missed[[number for number, _ in prices]] = lp.columns(
        "missed", (len(prices),), cost=np.array([price for _, price in prices]), axes=(names,)
    )
    return Columns(
        capacity=capacity,
        fixed=fixed,
        build=build,
        online=_online(lp, system),
        departed=departed,
        departing=departing,
        aged=aged,
        activity=activity,
        flow=flow,
        missed=missed,
        yearly=yearly,
        **_storage_columns(lp, system),
    )


def _stock_columns(lp: LinearProgram, system: System) -> tuple[Places, Places, Array]:
    stocks, periods = system.stocks, system.steps.periods
    buildable = stocks.build_upper > 0
    moved: Flags = np.any(buildable, axis=1)
    moved[system.departures.source] = True
    moved[system.departures.target[system.departures.target != NONE]] = True
    which = np.flatnonzero(moved)
    capacity = np.full(stocks.existing.shape, NONE, dtype=np.int64)
    capacity[which] = lp.columns(
        "capacity",
        (len(which), len(periods)),
        lower=stocks.lower[which],
        upper=stocks.upper[which],
        cost=stocks.keep_cost[which],
        axes=([stocks.names[s] for s in which], periods),
    )
    build = np.full_like(capacity, NONE)
    where = np.nonzero(buildable)
    names = [f"{stocks.names[s]},{periods[y]}" for s, y in zip(*where, strict=True)]
    build[where] = lp.columns(
        "build",
        (len(where[0]),),
        lower=stocks.build_lower[where],
        upper=stocks.build_upper[where],
        cost=stocks.build_cost[where],
        axes=(names,),
    )
    fixed = np.where(moved[:, None], 0.0, stocks.existing)
    lp.offset += float((fixed * stocks.keep_cost).sum())
    return capacity, build, fixed


def _online(lp: LinearProgram, system: System) -> Places:
    """(s, B) one column a team and block."""
    stocks, blocks = system.stocks, len(system.steps.firsts)
    which = np.flatnonzero(stocks.least_load > 0)
    teams, leader, member = np.unique(stocks.team[which], return_index=True, return_inverse=True)
    found = np.full((len(stocks.names), blocks), NONE, dtype=np.int64)
    axes = ([stocks.names[s] for s in which[leader]], [str(b) for b in range(blocks)])
    found[which] = lp.columns("online", (len(teams), blocks), axes=axes)[member]
    return found


def _storage_columns(lp: LinearProgram, system: System) -> dict[str, Places]:
    s, steps = system.storages, system.steps
    shape, times = (len(s.names), steps.count), steps.labels
    blocks = len(steps.firsts)
    link = np.array(s.link, dtype=object)

    def some(name: str, mask: Flags, width: int, labels: list[str], **bounds: Array | float) -> Places:
        which = np.flatnonzero(mask)
        found = np.full((len(s.names), width), NONE, dtype=np.int64)
        chosen = {key: value[which] if isinstance(value, np.ndarray) else value for key, value in bounds.items()}
        found[which] = lp.columns(name, (len(which), width), axes=([s.names[j] for j in which], labels), **chosen)
        return found

    everything = np.ones(shape[0], dtype=bool)
    charging = np.any(s.charge_available > 0, axis=1)
    carrying = link == CARRY
    runs = [
        f"{p}:{r}" for p, period in zip(steps.periods, steps.calendar, strict=False) for r in range(len(period) + 1)
    ]
    numbers = [str(b) for b in range(blocks)]
    return {
        "charge": some("charge", charging, shape[1], times, cost=s.charge_cost * steps.value),
        "discharge": some("discharge", everything, shape[1], times, cost=s.discharge_cost * steps.value),
        "spill": some(
            "spill",
            s.spill & (link != BUDGET),
            shape[1],
            times,
            upper=np.maximum(s.inflow, 0.0) * np.ones(shape),
            cost=s.spill_cost * steps.value,
        ),
        "level": some(
            "level",
            link != BUDGET,
            shape[1],
            times,
            lower=np.where((s.level_lower < 0).any(axis=1), -np.inf, 0.0)[:, None] * np.ones(shape),
            cost=s.level_cost * steps.value,
        ),
        "net": some("net", carrying, blocks, numbers, lower=-np.inf),
        "least": some("least", carrying, blocks, numbers),
        "span": some("span", carrying & (s.energy_stock != NONE), blocks, numbers),
        "carried": some("carried", carrying, len(runs), runs),
    }
