"""Entropy weights: an attribute in which the parts differ more counts for more.

Shannon (1948); used for provincial shares of the national carbon target in Yi, Zou, Guo, Wang, Wei (2011), Energy
Policy 39, 2407-2415, and much of the literature after it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def entropy_weights(table: Array) -> Array:
    """Weights of the columns of a table of parts by attributes.

    z = (a - min) / (max - min) per column;  p_ij = z_ij / sum_i z_ij;  H_j = -sum_i p_ij ln p_ij / ln n, with 0 ln 0
    = 0; weight_j = (1 - H_j) / sum_k (1 - H_k).  A column in which the parts do not differ has weight 0.

    Args:
        table: shape (n, k), n parts, k attributes.

    Returns:
        Weights, shape (k,), not negative, sum 1; equal where no column tells the parts apart.
    """
    parts, columns = table.shape
    span = table.max(axis=0) - table.min(axis=0)
    told = span > 1e-12 * np.abs(table).max(axis=0, initial=1e-300)
    spread = np.zeros(columns)
    for j in np.flatnonzero(told):
        z = (table[:, j] - table[:, j].min()) / span[j]
        p = z[z > 0] / z.sum()
        spread[j] = 1 + float((p * np.log(p)).sum()) / np.log(parts) if parts > 1 else 0.0
    total = spread.sum()
    return np.asarray(spread / total) if total > 0 else np.full(columns, 1 / columns)
