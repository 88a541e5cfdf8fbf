"""What days share: the columns and rows of a model that no step has."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from dafeng.pathway.model import Model
from dafeng.pathway.system import NONE, Flags, Places


def border_columns(model: Model) -> Flags:
    """(columns,) is the column one that no step has: capacities, yearly activities, what days pass on."""
    c = model.columns
    found = np.zeros(model.lp.shape[1], dtype=bool)
    for numbers in (c.capacity, c.build, c.departed, c.departing, c.aged, c.net, c.least, c.span, c.carried, c.yearly):
        found[numbers[numbers != NONE]] = True
    return found


def border_rows(model: Model) -> tuple[Places, csr_array]:
    """Numbers of the rows that have border columns only, and these rows (k, border columns)."""
    return rows_among(model, border_columns(model))


def rows_among(model: Model, columns: Flags) -> tuple[Places, csr_array]:
    """Numbers of the rows that have no other columns than these, and these rows (k, columns)."""
    matrix = model.lp.matrix().tocsr()
    pattern = matrix.copy()
    pattern.data = np.ones_like(pattern.data)
    entries = np.diff(matrix.indptr)
    alone = np.flatnonzero((pattern @ columns.astype(np.float64) == entries) & (entries > 0))
    return alone, csr_array(matrix[alone][:, np.flatnonzero(columns)])
