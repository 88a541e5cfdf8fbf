"""Operating reserve: idle capacity stands ready in every step."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import NONE, Array, Places, Reserve, System

RESERVE = "reserve "
"""How the names of the blocks of rows begin."""


def reserves(lp: LinearProgram, system: System, columns: Columns) -> None:
    """One row per reserve and step (reserves, T).

        sum credit[i] (available[i,t] K[s,y] - size[i] x[i,t]) + sum(j) (size_d K[s,y] - d[j,t] + c[j,t])
            >= demand_share sum(n) (demand[n,t] + what yearly activities draw) + variable_share sum(v) x[v,t]

    A stock that several processes share stands once. Where it has a least load, what is on line (k[s,b]) stands for K.
    How full a store is does not count.

    Dual: M per P, present value of one unit less required.
    """
    for reserve in system.reserves:
        _reserve(lp, system, columns, reserve)


def _reserve(lp: LinearProgram, system: System, columns: Columns, reserve: Reserve) -> None:
    p, s, steps = system.processes, system.storages, system.steps
    rows = lp.rows(RESERVE + reserve.name, (steps.count,), [], axes=(steps.labels,))
    fixed = np.zeros(steps.count)
    i = reserve.processes
    ready = reserve.credit[:, None] * p.available[i]
    lp.add(rows[None, :], -reserve.credit[:, None] * p.size[i][:, None], columns.activity[i])
    _, once = np.unique(p.stock[i], return_index=True)
    fixed += _standing(lp, system, columns, rows, p.stock[i[once]], ready[once])
    j = reserve.storages
    lp.add(rows[None, :], -1.0, columns.discharge[j])
    lp.add(rows[None, :], 1.0, columns.charge[j])
    ready = s.discharge_available[j] * s.discharge_size[j][:, None]
    fixed += _standing(lp, system, columns, rows, s.discharge_stock[j], ready)
    lp.add(rows[None, :], -reserve.variable_share, columns.activity[reserve.variable])
    y = system.yearly
    own = np.flatnonzero(np.isin(y.node, reserve.nodes))
    drawn = y.shapes[y.shape[own]] * y.drawn[own][:, steps.period]
    lp.add(rows[None, :], -reserve.demand_share * drawn, columns.yearly[y.drawer[own]][:, steps.period])
    needed = reserve.demand_share * system.nodes.demand[reserve.nodes].sum(axis=0)
    lp.set_row_bounds(rows, lower=needed - fixed)


def _standing(lp: LinearProgram, system: System, columns: Columns, rows: Places, stock: Places, share: Array) -> Array:
    """Enter share x capacity where it is a variable; what is fixed is returned (T,)."""
    steps = system.steps
    there = stock != NONE
    stock, share = stock[there], np.broadcast_to(share, (len(stock), steps.count))[there]
    online = columns.online[stock]
    committed = (system.stocks.least_load[stock] > 0)[:, None]
    once = np.zeros((len(stock), 1), dtype=bool)
    once[np.unique(system.stocks.team[stock], return_index=True)[1]] = True
    lp.add(
        rows[None, :],
        share,
        np.where(committed, np.where(once, online[:, steps.place], NONE), columns.capacity[stock][:, steps.period]),
    )
    fixed = np.where(committed, 0.0, columns.fixed[stock][:, steps.period])
    return np.asarray((share * fixed).sum(axis=0))
