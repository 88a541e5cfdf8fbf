"""Bounds for storage whose power nothing bounds: only what it takes in or gives out on balance counts.

Such a store (PyPSA's `Store`) may charge and discharge at once without end, and nothing changes. So no bound of its
powers follows from the rows, and without one there is no safe bound of the cost. But where nothing is lost on the way
and nobody is paid for it, whoever charges and discharges at once may do less of both, at no higher cost: with

    hours[t] (c[j,t] - d[j,t]) = e[j,t] - (1 - loss)^hours[t] e[j,t-1] - hours[t] inflow[j,t] + hours[t] w[j,t]

some optimum has c no larger than the positive, and d no larger than the negative part of what the levels allow.
"""

from __future__ import annotations

import numpy as np

from dafeng.pathway.acceptance import NOISE, implied_bounds, reach_of_rows
from dafeng.pathway.assembler import Floats
from dafeng.pathway.model import Model
from dafeng.pathway.system import BUDGET, NONE, Places


def netted_bounds(model: Model, cutoff: float) -> tuple[Floats, Floats]:
    """Column bounds as of `acceptance.implied_bounds`, and of storage whose power nothing bounds, what levels allow.

    Args:
        cutoff: M, only points cheaper than it are looked at.
    """
    bounds = implied_bounds(model.lp, cutoff=cutoff)
    which = _unbounded(model)
    return implied_bounds(model.lp, cutoff=cutoff, start=_netted(model, which, bounds)) if which.size else bounds


def _unbounded(model: Model) -> Places:
    s = model.system.storages
    free = (s.charge_stock == NONE) & (s.discharge_stock == NONE)
    hourly = np.array([link != BUDGET for link in s.link], dtype=bool)
    whole = (s.charge_efficiency == 1) & (s.discharge_efficiency == 1)
    unpaid = np.all(s.charge_cost + s.discharge_cost >= 0, axis=1)
    return np.flatnonzero(free & hourly & whole & unpaid)


def _netted(model: Model, which: Places, bounds: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    lp, s, hours = model.lp, model.system.storages, model.system.steps.hours
    lower, upper = (side.copy() for side in bounds)
    hourly = np.flatnonzero([link != BUDGET for link in s.link])
    rows = lp.block("storage")[np.searchsorted(hourly, which)]
    charge, discharge = model.columns.charge[which], model.columns.discharge[which]
    entries = lp.matrix().tocsr()[rows.ravel()].tocoo()
    others = ~np.isin(entries.col, np.concatenate([charge.ravel(), discharge.ravel()]))
    row, column, value = entries.row[others], entries.col[others], entries.data[others]
    sides = reach_of_rows(row, value, lower[column], upper[column], rows.size)
    least, most = (side.reshape(rows.shape) for side in sides)
    given = lp.row_lower[rows]
    room = NOISE * (1.0 + np.abs(given))
    for powers, reach in ((charge, most - given), (discharge, given - least)):
        upper[powers] = np.minimum(upper[powers], (np.maximum(reach, 0.0) * (1 + NOISE) + room) / hours)
    return lower, upper
