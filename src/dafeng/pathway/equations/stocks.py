"""Stock accounting: what stands was inherited or built, has not left and has not come of age."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import NONE, System


def stock_balance(lp: LinearProgram, system: System, columns: Columns) -> None:
    """Balance of every stock that can change (s, Y), and of what departs from it (u, Y).

        K[s,y] = existing[s,y] - sum(u from s) u[u,y] + sum(u to s) ratio[u] u[u,y] + sum(v<=y) alive[s,v,y] n[s,v]
        u[u,y] = u[u,y-1] + v[u,y] - o[u,y]
        sum(u from s) o[u,y] <= existing[s,y-1] - existing[s,y]          (age takes departed units too)
        sum(u from s) u[u,y] <= existing[s,y]                             (no stock is left with less than nothing)

    Dual of the balance: M per P, present value of one more unit inherited in that period.
    """
    stocks, periods = system.stocks, system.steps.periods
    which = np.flatnonzero(columns.capacity[:, 0] != NONE)
    place = np.full(len(stocks.names), NONE, dtype=np.int64)
    place[which] = np.arange(len(which))
    rows = lp.rows(
        "stock",
        (len(which), len(periods)),
        [(1.0, columns.capacity[which])],
        lower=stocks.existing[which],
        upper=stocks.existing[which],
        axes=([stocks.names[s] for s in which], periods),
    )
    for y in range(len(periods)):
        for v in range(y + 1):
            lp.add(rows[:, y], -stocks.alive[which, v, y].astype(np.float64), columns.build[which, v])
    if system.departures.names:
        _departures(lp, system, columns, rows, place)


def _departures(lp: LinearProgram, system: System, columns: Columns, rows: np.ndarray, place: np.ndarray) -> None:
    d, stocks, periods = system.departures, system.stocks, system.steps.periods
    for u in range(len(d.names)):
        lp.add(rows[place[d.source[u]]], 1.0, columns.departed[u])
        if d.target[u] != NONE:
            lp.add(rows[place[d.target[u]]], -d.ratio[u], columns.departed[u])
    before = np.concatenate([np.full((len(d.names), 1), NONE, dtype=np.int64), columns.departed[:, :-1]], axis=1)
    lp.rows(
        "departed",
        columns.departed.shape,
        [(1.0, columns.departed), (-1.0, before), (-1.0, columns.departing), (1.0, columns.aged)],
        lower=0.0,
        upper=0.0,
        axes=(d.names, periods),
    )
    left = np.unique(d.source)
    names = [stocks.names[s] for s in left]
    existing = stocks.existing[left]
    ageing = np.maximum(np.concatenate([np.zeros((len(left), 1)), existing[:, :-1] - existing[:, 1:]], axis=1), 0.0)
    aged = lp.rows("ageing", existing.shape, [], upper=ageing, axes=(names, periods))
    inherited = lp.rows("inherited", existing.shape, [], upper=existing, axes=(names, periods))
    for u in range(len(d.names)):
        row = int(np.searchsorted(left, d.source[u]))
        lp.add(aged[row], 1.0, columns.aged[u])
        lp.add(inherited[row], 1.0, columns.departed[u])
