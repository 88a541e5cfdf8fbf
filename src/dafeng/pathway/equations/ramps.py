"""How fast a process can change, within a block only: the first step of a day or of a period follows nothing."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import NONE, System


def ramps(lp: LinearProgram, system: System, columns: Columns) -> None:
    """Ramp rows of the processes that have a limit (i, T without the first steps of blocks).

        -down[i] hours[t] K[s,y] <= size[i] (x[i,t] - x[i,t-1]) <= up[i] hours[t] K[s,y]

    Dual: M per P, present value of one more unit of change.
    """
    p, steps = system.processes, system.steps
    later = np.flatnonzero(steps.previous != NONE)
    period = steps.period[later]
    for name, rate, sign in (("ramp_up", p.ramp_up, 1.0), ("ramp_down", p.ramp_down, -1.0)):
        which = np.flatnonzero(np.isfinite(rate) & (p.stock != NONE))
        if not which.size or not later.size:
            continue
        stock = p.stock[which]
        most = rate[which][:, None] * steps.hours[later]
        size = sign * p.size[which][:, None]
        lp.rows(
            name,
            (len(which), len(later)),
            [
                (size, columns.activity[np.ix_(which, later)]),
                (-size, columns.activity[np.ix_(which, later - 1)]),
                (-most, columns.capacity[stock][:, period]),
            ],
            upper=most * columns.fixed[stock][:, period],
            axes=([p.names[i] for i in which], [steps.labels[t] for t in later]),
        )
