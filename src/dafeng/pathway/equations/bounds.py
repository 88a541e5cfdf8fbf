"""Nothing runs above the capacity that stands behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import CARRY, NONE, Array, Places, System


def bound_activity(lp: LinearProgram, system: System, columns: Columns) -> None:
    """Bounds of activities (i, T), storage powers and levels (j, T) and line flows (l, T).

        minimum[i,t] K[s,y] <= size[i] x[i,t] <= available[i,t] K[s,y]         (summed over processes of one stock)
        least_load[s] available k[s,b] <= sum size[i] x[i,t] <= available k[s,b],  k[s,b] <= sum K[s,y]  (of a team)
        c[j,t] <= available_c size_c K,  d[j,t] <= available_d size_d K,  lower size_e K <= e[j,t] <= upper size_e K
        e[j,t] + q[t] W[j,b] <= size_e K,  D[j,b] + W[j,b] <= size_e K,  E[j,y,r] >= 0        (storage that carries)
        -available[l,t] K <= f[l,t] <= available[l,t] K

    with q[t] = (1 - loss)^(hours from the block's beginning to the end of t).

    Dual of a row: M per P, present value of one more unit available in that step (of a level: M per P·h).
    """
    s, lines = system.storages, system.lines
    _processes(lp, system, columns)
    bound = _Bounds(lp, system, columns)
    bound.above("charge", s.names, columns.charge, s.charge_stock, s.charge_available * s.charge_size[:, None])
    discharge = s.discharge_available * s.discharge_size[:, None]
    bound.above("discharge", s.names, columns.discharge, s.discharge_stock, discharge)
    carrying = np.array([link == CARRY for link in s.link], dtype=bool)
    size, store = s.energy_size[:, None], np.where(carrying, NONE, s.energy_stock)
    bound.above("level", s.names, columns.level, store, s.level_upper * size)
    bound.below("level_min", s.names, columns.level, store, s.level_lower * size)
    bound.above("flow", lines.names, columns.flow, lines.stock, lines.available)
    bound.below("flow_back", lines.names, columns.flow, lines.stock, -lines.available)
    if carrying.any():
        _carried(lp, system, columns, np.flatnonzero(carrying))


class _Bounds:
    """Columns between shares of a stock: column bounds where the capacity is a number, rows where it is a variable."""

    def __init__(self, lp: LinearProgram, system: System, columns: Columns) -> None:
        self.lp, self.system, self.columns = lp, system, columns
        self.period = system.steps.period
        self.times = system.steps.labels

    def split(self, cols: Places, stock: Places) -> tuple[Places, Places]:
        """Which parts have a stock of fixed size, which one of variable size."""
        there = (stock != NONE) & np.any(cols != NONE, axis=1)
        variable = there.copy()
        variable[there] = self.columns.capacity[stock[there], 0] != NONE
        return np.flatnonzero(there & ~variable), np.flatnonzero(variable)

    def above(self, name: str, names: Sequence[str], cols: Places, stock: Places, share: Array) -> None:
        fixed, variable = self.split(cols, stock)
        if fixed.size:
            self.lp.set_bounds(cols[fixed], upper=share[fixed] * self.columns.fixed[stock[fixed]][:, self.period])
        self._rows(name, names, cols, stock, share, variable, upper=0.0)

    def below(self, name: str, names: Sequence[str], cols: Places, stock: Places, share: Array) -> None:
        fixed, variable = self.split(cols, stock)
        if fixed.size:
            self.lp.set_bounds(cols[fixed], lower=share[fixed] * self.columns.fixed[stock[fixed]][:, self.period])
        variable = variable[(share[variable] != 0).any(axis=1)]
        self._rows(name, names, cols, stock, share, variable, lower=0.0)

    def _rows(
        self,
        name: str,
        names: Sequence[str],
        cols: Places,
        stock: Places,
        share: Array,
        which: Places,
        lower: float = -np.inf,
        upper: float = np.inf,
    ) -> None:
        if which.size:
            self.lp.rows(
                name,
                (len(which), len(self.period)),
                [(1.0, cols[which]), (-share[which], self.columns.capacity[stock[which]][:, self.period])],
                lower=lower,
                upper=upper,
                axes=([names[k] for k in which], self.times),
            )


def _processes(lp: LinearProgram, system: System, columns: Columns) -> None:
    p, stocks = system.processes, system.stocks
    bound = _Bounds(lp, system, columns)
    users = np.bincount(p.stock[p.stock != NONE], minlength=len(stocks.names))
    members = np.bincount(stocks.team[(stocks.least_load > 0) & (users > 0)], minlength=len(stocks.names))
    led = (stocks.least_load > 0) & (members[stocks.team] == 1)
    alone = np.append((users == 1) & ~led, False)
    single = np.where(alone[p.stock], p.stock, NONE)
    bound.above("available", p.names, columns.activity, single, p.available / p.size[:, None])
    bound.below("minimum", p.names, columns.activity, p.stock, p.minimum / p.size[:, None])
    _shared(lp, system, columns, np.flatnonzero((users > 1) & ~led))
    _on_line(lp, system, columns, np.flatnonzero((stocks.least_load > 0) & (users > 0)))


def _leaders(system: System, shared: Places) -> Places:
    """The first process of each stock."""
    stocks, first = np.unique(system.processes.stock, return_index=True)
    return np.asarray(first[np.searchsorted(stocks, shared)])


def _together(lp: LinearProgram, system: System, columns: Columns, rows: Places, shared: Places) -> None:
    """Enter the activities of all processes of each stock."""
    p = system.processes
    place = np.full(len(system.stocks.names) + 1, NONE)
    place[shared] = np.arange(len(shared))
    users = np.flatnonzero(place[p.stock] != NONE)
    lp.add(rows[place[p.stock[users]]], p.size[users][:, None], columns.activity[users])


def _shared(lp: LinearProgram, system: System, columns: Columns, shared: Places) -> None:
    if not shared.size:
        return
    period = system.steps.period
    available = system.processes.available[_leaders(system, shared)]
    capacity = columns.capacity[shared][:, period]
    rows = lp.rows(
        "shared",
        (len(shared), len(period)),
        [(-available, capacity)],
        upper=np.where(capacity == NONE, available * columns.fixed[shared][:, period], 0.0),
        axes=([system.stocks.names[s] for s in shared], system.steps.labels),
    )
    _together(lp, system, columns, rows, shared)


def _on_line(lp: LinearProgram, system: System, columns: Columns, which: Places) -> None:
    """Capacity on line, decided per team and block: least_load available k <= sum size x <= available k <= sum K."""
    if not which.size:
        return
    steps, stocks = system.steps, system.stocks
    _, first, member = np.unique(stocks.team[which], return_index=True, return_inverse=True)
    leader = which[first]
    names = [stocks.names[s] for s in leader]
    available = system.processes.available[_leaders(system, leader)]
    online = columns.online[leader]
    shape, axes = (len(leader), steps.count), (names, steps.labels)
    most = lp.rows("on_line_most", shape, [(-available, online[:, steps.place])], upper=0.0, axes=axes)
    least = stocks.least_load[leader][:, None] * available
    low = lp.rows("on_line_least", shape, [(-least, online[:, steps.place])], lower=0.0, axes=axes)
    for rows in (most, low):
        _together(lp, system, columns, rows[member], which)
    year = steps.period[steps.firsts]
    fixed = np.zeros(online.shape)
    np.add.at(fixed, member, columns.fixed[which][:, year])
    standing = lp.rows(
        "on_line",
        online.shape,
        [(1.0, online)],
        upper=fixed,
        axes=(names, [str(b) for b in range(online.shape[1])]),
    )
    lp.add(standing[member], -1.0, columns.capacity[which][:, year])


def _carried(lp: LinearProgram, system: System, columns: Columns, which: Places) -> None:
    """Room for the run of a block that begins with the most: e[j,t] + q[t] W[j,b] and D[j,b] + W[j,b] <= size_e K[s,y].

    q: what losses leave by then of what a block begins with.
    """
    s, steps = system.storages, system.steps
    which = which[s.energy_stock[which] != NONE]
    if not which.size:
        return
    names = [s.names[j] for j in which]
    size, stock = s.energy_size[which][:, None], s.energy_stock[which]
    capacity, fixed = columns.capacity[stock], size * columns.fixed[stock]
    left = (1.0 - s.loss[which][:, None]) ** steps.since
    lp.rows(
        "carry_room",
        (len(which), steps.count),
        [
            (1.0, columns.level[which]),
            (left, columns.span[which][:, steps.place]),
            (-size, capacity[:, steps.period]),
        ],
        upper=np.where(capacity == NONE, fixed, 0.0)[:, steps.period],
        axes=(names, steps.labels),
    )
    year = steps.period[steps.firsts]
    lp.rows(
        "carried",
        (len(which), len(year)),
        [(1.0, columns.least[which]), (1.0, columns.span[which]), (-size, capacity[:, year])],
        upper=np.where(capacity == NONE, fixed, 0.0)[:, year],
        axes=(names, [str(b) for b in range(len(year))]),
    )
    period = np.concatenate([np.full(len(runs) + 1, y) for y, runs in enumerate(steps.calendar)])
    lp.set_bounds(columns.carried[which], upper=np.where(capacity == NONE, fixed, np.inf)[:, period])
