"""By what costs are multiplied for a solver, whose tolerance of prices is an absolute one.

HiGHS takes a reduced cost of 1e-7 for zero. Whether a program is told in yuan or in billions must not change its
optimum, so costs that are small throughout are multiplied by a power of two, which is exact, and what comes back is
divided by it.
"""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import Floats

DEAREST = 64.0
"""What the largest cost is at least, where costs are multiplied."""
MOST = 2.0**200


def scale_of(cost: Floats, least: float = DEAREST) -> float:
    """1 if the largest cost is `least` or more (or all are zero); else the power of two that makes it `DEAREST`."""
    largest = float(np.abs(cost).max(initial=0.0))
    return min(float(2.0 ** np.ceil(np.log2(DEAREST / largest))), MOST) if 0 < largest < least else 1.0
