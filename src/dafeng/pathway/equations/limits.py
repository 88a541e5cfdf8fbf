"""Named policies: caps, floors, shares, intensities, coal paths, build rates, firm capacity; all are linear limits."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import (
    ACTIVITY,
    BUILD,
    CAPACITY,
    CHARGE,
    DISCHARGE,
    LEVEL_END,
    NONE,
    YEARLY,
    Array,
    Limit,
    Places,
    System,
    Term,
)


def limit_rows(lp: LinearProgram, system: System, columns: Columns) -> Places:
    """One row per limit (limits,).

        lower <= sum coefficient[k] q[k] <= upper           (a priced floor: + z on the left, a priced ceiling: - z)
        q: sum(t in y) weight[t] x[i,t] and likewise c, d;  K[s,y];  n[s,y];  a[a,y];  level after the last step of y

    Without a period what period y counts in a year counts years[y] times: energies, capacities, yearly activities and
    levels alike. What is built counts once.
    A priced limit may be missed by z[k] >= 0 at its price. Dual: M per unit of the limit, present value.

    Returns:
        (limits,) numbers of the rows.
    """
    names = [limit.name for limit in system.limits]
    rows = lp.rows("limit", (len(names),), [], axes=(names,))
    for row, limit, missed in zip(rows, system.limits, columns.missed, strict=True):
        fixed = sum(_enter(lp, system, columns, row, limit, term) for term in limit.terms)
        lp.set_row_bounds(row, lower=limit.lower - fixed, upper=limit.upper - fixed)
        if missed != NONE:
            lp.add(row, 1.0 if np.isfinite(limit.lower) else -1.0, missed)
    return rows


def total(system: System, columns: Columns, limit: Limit, x: Array) -> float:
    """The sum of a limit at a point x (columns), whatever its bounds are."""
    lp = LinearProgram("sum")
    lp.columns("x", (len(x),))
    row = lp.rows("sum", (1,), [])
    fixed = sum(_enter(lp, system, columns, int(row[0]), limit, term) for term in limit.terms)
    return float((lp.matrix() @ x)[0]) + fixed


def _enter(lp: LinearProgram, system: System, columns: Columns, row: int, limit: Limit, term: Term) -> float:
    """Enter a term; the part that no variable changes is returned."""
    steps = system.steps
    every = np.arange(len(steps.periods))
    chosen = every if limit.period is None else every[[limit.period]]
    years = steps.years if limit.period is None else np.ones(len(every))
    if term.quantity in (CAPACITY, BUILD):
        table = columns.capacity if term.quantity == CAPACITY else columns.build
        weight = term.coefficient[:, None] * (years[chosen] if term.quantity == CAPACITY else 1.0)
        lp.add(row, weight, table[np.ix_(term.index, chosen)])
        held = columns.fixed[np.ix_(term.index, chosen)] if term.quantity == CAPACITY else 0.0
        return float((weight * held).sum())
    if term.quantity == YEARLY:
        lp.add(row, term.coefficient[:, None] * years[chosen], columns.yearly[np.ix_(term.index, chosen)])
        return 0.0
    if term.quantity == LEVEL_END:
        last = np.array([np.flatnonzero(steps.period == y)[-1] for y in chosen])
        lp.add(row, term.coefficient[:, None] * years[chosen], columns.level[np.ix_(term.index, last)])
        return 0.0
    when = np.flatnonzero(np.isin(steps.period, chosen))
    table = {ACTIVITY: columns.activity, CHARGE: columns.charge, DISCHARGE: columns.discharge}[term.quantity]
    lp.add(row, _per_step(term)[:, when if term.coefficient.ndim == 2 else slice(None)]
           * (steps.weight * years[steps.period])[when], table[np.ix_(term.index, when)])  # fmt: skip
    return 0.0


def _per_step(term: Term) -> Array:
    return term.coefficient if term.coefficient.ndim == 2 else term.coefficient[:, None]
