"""Supply meets demand at every node in every step."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import NONE, Places, System


def balances(lp: LinearProgram, system: System, columns: Columns) -> Places:
    """Balance of every node (n, T).

        sum(i into n) efficiency[i,k] x[i,t] - sum(i from n) x[i,t] + sum(j at n) (d[j,t] - c[j,t])
            + sum(l into n) f[l,t] - sum(l from n) f[l,t] - sum(d at n) shape[d,t] drawn[d,y] a[d,y] = demand[n,t]

    Dual: M per P and hour of the step times `Steps.value`; divided by it, the price in M per P·h.

    Returns:
        (n, T) numbers of the rows.
    """
    nodes, p, s, lines = system.nodes, system.processes, system.storages, system.lines
    rows = lp.rows(
        "balance",
        nodes.demand.shape,
        [],
        lower=nodes.demand,
        upper=nodes.demand,
        axes=(nodes.names, system.steps.labels),
    )
    for port in range(p.sinks.shape[1]):
        given = np.flatnonzero(p.sinks[:, port] != NONE)
        share = p.efficiency[given, port]
        lp.add(rows[p.sinks[given, port]], share if share.ndim == 2 else share[:, None], columns.activity[given])
    taken = np.flatnonzero(p.source != NONE)
    lp.add(rows[p.source[taken]], -1.0, columns.activity[taken])
    lp.add(rows[s.node], 1.0, columns.discharge)
    lp.add(rows[s.node], -1.0, columns.charge)
    lp.add(rows[lines.end], 1.0, columns.flow)
    lp.add(rows[lines.start], -1.0, columns.flow)
    y, period = system.yearly, system.steps.period
    lp.add(rows[y.node], -y.shapes[y.shape] * y.drawn[:, period], columns.yearly[y.drawer][:, period])
    return rows
