"""Is a point a solution? Recomputed from x and y in original units; no claim of a solver is trusted.

    minimise c'x + offset,  row_lower <= A x <= row_upper,  lower <= x <= upper

Multipliers y of the rows give reduced costs d = c - A'y and the dual objective

    sum_i [y_i > 0] y_i row_lower_i + [y_i < 0] y_i row_upper_i + sum_j [d_j > 0] d_j lower_j + [d_j < 0] d_j upper_j.

A violation is relative to the largest activity of its own block, because a block has one unit: a CO2 cap of 4e9 t
cannot hide a missing 1,000 MW. The formula is that of PDLP (Applegate et al. 2021, "Practical large-scale linear
programming using primal-dual hybrid gradient", section 4) with the maximum norm and block by block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from dafeng.pathway.assembler import Block, Floats, LinearProgram

UNIT = float(np.finfo(np.float64).eps / 2)
NOISE = 1e-9
"""A reduced cost below this share of what it is the difference of is rounding, not a price."""
DUST = (0.0, 1e-12, 1e-9)
"""Shares of the largest entry below which entries of a ray are left out, one after the other, to find a proof."""
ROUNDS = 4
"""How often bounds that rows imply are looked for, each time from those found before."""


@dataclass(frozen=True)
class Accuracy:
    """What is accepted: relative violations of rows and bounds, of the dual, and the relative gap.

    size: what counts as one in the objective: gap and complementarity are relative to size + |objective|. Where costs
    were multiplied for the sake of the solver, the same accuracy is that of the size multiplied with them.
    price: what counts as one in multipliers and reduced costs.
    """

    primal: float
    dual: float
    gap: float
    size: float = 1.0
    price: float = 1.0

    def times(self, factor: float) -> Accuracy:
        """The same accuracy where all costs are so many times as large."""
        return replace(self, size=self.size * factor, price=self.price * factor)

    @classmethod
    def of(cls, gap: float) -> Accuracy:
        """For a wanted relative gap. A first-order method at 1e-4 leaves violations of a few thousandths of the largest
        activity of a block, which exact re-dispatch removes; from 1e-5 on, violations must be as small as the gap."""
        return cls(primal=100 * gap, dual=100 * gap, gap=gap) if gap > 1e-5 else cls(gap, gap, gap)


EXACT = Accuracy(1e-6, 1e-6, 1e-6)
"""What simplex and interior point methods reach."""


@dataclass(frozen=True)
class Violation:
    """The largest violation: in the units of its row or column, relative to its block, and the name of the worst."""

    absolute: float
    relative: float
    at: str


@dataclass(frozen=True)
class Residuals:
    """How far a pair x, y is from being optimal, recomputed.

    row, bound: rows and column bounds broken by x. dual: signs of y and of c - A'y that no finite bound supports.
    objective, dual_objective: as defined above, with the offset. gap: their difference over size + |both|.
    complementarity: sum of |price x slack| over size + |objective|, in which nothing cancels (`Accuracy.size`).
    """

    row: Violation
    bound: Violation
    dual: Violation
    objective: float
    dual_objective: float
    gap: float
    complementarity: float

    def faults(self, accuracy: Accuracy) -> tuple[str, ...]:
        """Which of row, bound, dual, gap, complementarity are out of the accuracy; empty: accepted."""
        measured = {
            "row": (self.row.relative, accuracy.primal),
            "bound": (self.bound.relative, accuracy.primal),
            "dual": (self.dual.relative, accuracy.dual),
            "gap": (self.gap, accuracy.gap),
            "complementarity": (self.complementarity, 100 * accuracy.gap),
        }
        return tuple(name for name, (value, limit) in measured.items() if not value <= limit)


def residuals(lp: LinearProgram, x: Floats, y: Floats, accuracy: Accuracy = EXACT) -> Residuals:
    """Residuals of columns x [columns] and row multipliers y [rows], in the units of the program.

    accuracy: what counts as one (`size`, `price`). A value that is not finite makes every measure infinite.
    """
    size, price = accuracy.size, accuracy.price
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        worst = Violation(np.inf, np.inf, _first_not_finite(lp, x, y))
        return Residuals(worst, worst, worst, np.inf, -np.inf, np.inf, np.inf)
    matrix = lp.matrix()
    sizes = absolute(matrix)
    activity, activity_size = matrix @ x, sizes @ np.abs(x)
    reduced, reduced_size = lp.cost - matrix.T @ y, np.abs(lp.cost) + sizes.T @ np.abs(y)

    broken_rows = _outside(activity, lp.row_lower, lp.row_upper)
    row_scale = activity_size + _finite_size(lp.row_lower, lp.row_upper)
    row = _worst(broken_rows, row_scale, lp.row_blocks(), lp.row_name)
    broken_bounds = _outside(x, lp.lower, lp.upper)
    bound = _worst(broken_bounds, np.abs(x), lp.column_blocks(), lp.column_name)

    prices = np.where(np.abs(reduced) <= NOISE * reduced_size, 0.0, reduced)
    wrong_y, from_rows, slack_rows = _dual_side(y, activity, lp.row_lower, lp.row_upper)
    wrong_d, from_columns, slack_columns = _dual_side(prices, x, lp.lower, lp.upper)
    dual = max(
        _worst(wrong_y, np.abs(y), lp.row_blocks(), lp.row_name, price),
        _worst(wrong_d, reduced_size, lp.column_blocks(), lp.column_name, price),
        key=lambda violation: violation.relative,
    )
    objective = float(lp.cost @ x) + lp.offset
    dual_objective = from_rows + from_columns + lp.offset
    gap = abs(objective - dual_objective) / (size + abs(objective) + abs(dual_objective))
    complementarity = (slack_rows + slack_columns) / (size + abs(objective))
    return Residuals(row, bound, dual, objective, dual_objective, gap, complementarity)


def _first_not_finite(lp: LinearProgram, x: Floats, y: Floats) -> str:
    wrong = ~np.isfinite(x)
    if wrong.any():
        return lp.column_name(int(np.argmax(wrong)))
    return lp.row_name(int(np.argmax(~np.isfinite(y))))


def _outside(value: Floats, lower: Floats, upper: Floats) -> Floats:
    return np.maximum(np.maximum(lower - value, value - upper), 0.0)


def _finite_size(lower: Floats, upper: Floats) -> Floats:
    low, high = (np.where(np.isfinite(side), np.abs(side), 0.0) for side in (lower, upper))
    return np.maximum(low, high)


def _worst(
    broken: Floats, scale: Floats, blocks: Iterable[Block], name: Callable[[int], str], one: float = 1.0
) -> Violation:
    """The worst violation relative to `one` and the block; `absolute` is the largest anywhere."""
    absolute, relative, worst = 0.0, 0.0, -1
    for block in blocks:
        if not block.size:
            continue
        part = broken[block.slice]
        first = int(np.argmax(part))
        share = float(part[first] / (one + scale[block.slice].max()))
        absolute = max(absolute, float(part[first]))
        if share > relative:
            relative, worst = share, block.start + first
    return Violation(absolute, relative, name(worst) if worst >= 0 else "-")


def _dual_side(price: Floats, value: Floats, lower: Floats, upper: Floats) -> tuple[Floats, float, float]:
    """Prices that no finite bound supports; what the others add to the dual objective; sum of |price x slack|."""
    side = np.where(price > 0, lower, upper)
    held = np.isfinite(side) & (price != 0)
    wrong = np.where(held, 0.0, np.abs(price))
    return wrong, float(price[held] @ side[held]), float(np.abs(price[held]) @ np.abs(value[held] - side[held]))


# -- a bound that holds whatever the solver did ------------------------------------------------------------------


def safe_bound(
    lp: LinearProgram, y: Floats, *, cutoff: float = np.inf, within: tuple[Floats, Floats] | None = None
) -> float:
    """A lower bound of the optimal cost that is valid for any multipliers y [rows], also of an unfinished run.

    Multipliers of the wrong sign are set to zero; a reduced cost that no bound supports is held against the bound that
    the rows imply for its column; rounding of c - A'y is taken off (Neumaier and Shcherbina 2004, "Safe bounds in
    linear and mixed-integer linear programming", section 2). Minus infinity where a column has no such bound.

    With a finite `cutoff` only points cheaper than it are looked at, which bounds more columns: every other point costs
    at least `cutoff`, so the smaller of the two is valid for any cutoff.

    Args:
        within: the bounds of the columns that the cutoff implies (`implied_bounds`), where they are known already.
    """
    y = np.where((y > 0) & ~np.isfinite(lp.row_lower) | (y < 0) & ~np.isfinite(lp.row_upper), 0.0, y)
    matrix = lp.matrix()
    reduced = lp.cost - matrix.T @ y
    terms = np.diff(matrix.indptr) + 2
    slip = terms * UNIT / (1 - terms * UNIT) * (np.abs(lp.cost) + absolute(matrix).T @ np.abs(y))
    lower, upper = within or implied_bounds(lp, cutoff=cutoff)
    held = y != 0
    rows = y[held] * np.where(y[held] > 0, lp.row_lower[held], lp.row_upper[held])
    some = (reduced != 0) | (slip != 0)
    corners = [(reduced[some] + sign * slip[some]) * side[some] for sign in (-1, 1) for side in (lower, upper)]
    columns = np.min(corners, axis=0) if some.any() else np.zeros(0)
    if np.isnan(columns).any() or np.isneginf(columns).any():
        return -np.inf
    summing = UNIT * (rows.size + columns.size) ** 0.5 * float(np.abs(rows).sum() + np.abs(columns).sum())
    return float(min(cutoff, rows.sum() + columns.sum() + lp.offset - summing))


def well_above(objective: float, one: float = 1.0) -> float:
    """A cutoff for `safe_bound` where no plan that keeps everything is known: a tenth above the cost of a solution."""
    return objective + 0.1 * abs(objective) + one


def relative_gap(cost: float, bound: float) -> float:
    """(cost - bound) / |cost|: by how much a cost may be above the least that a bound allows."""
    return (cost - bound) / max(abs(cost), 1e-12)


def absolute(matrix: csc_array) -> csc_array:
    """|A|, sharing the indices of A."""
    return csc_array((np.abs(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def reach_of_rows(
    row: NDArray[np.int32], value: Floats, lower: Floats, upper: Floats, count: int
) -> tuple[Floats, Floats]:
    """Least and most [rows] of sum(value x), given by entries with the bounds of their columns."""
    rising = value > 0

    def total(end: Floats) -> Floats:
        return np.asarray(np.bincount(row, weights=value * end, minlength=count), dtype=np.float64)

    return total(np.where(rising, lower, upper)), total(np.where(rising, upper, lower))


def implied_bounds(
    lp: LinearProgram, *, cutoff: float = np.inf, start: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Column bounds [columns] as they stand, and where one is infinite, what rows and cutoff imply for it.

    A row a'x <= b and the least activity of its other columns bound each of its columns (Savelsbergh 1994,
    "Preprocessing and probing techniques for mixed integer programming problems", section 1); c'x + offset <= cutoff is
    one row more. Every feasible point satisfies them, so the program is unchanged. Only infinite bounds are replaced,
    widened by 1e-9 against rounding.

    Args:
        start: bounds [columns] that are known already; default: those of the program.
    """
    lower, upper = (lp.lower.copy(), lp.upper.copy()) if start is None else start
    matrix = lp.matrix()
    column = np.repeat(np.arange(matrix.shape[1], dtype=np.int32), np.diff(matrix.indptr))
    priced = np.flatnonzero(lp.cost).astype(np.int32)
    one_row = np.zeros(priced.size, np.int32)
    for _ in range(ROUNDS):
        if not (np.isinf(lower).any() or np.isinf(upper).any()):
            break
        for row, entry, value, limit in (
            (matrix.indices, column, matrix.data, lp.row_upper),
            (matrix.indices, column, -matrix.data, -lp.row_lower),
            (one_row, priced, lp.cost[priced], np.array([cutoff - lp.offset])),
        ):
            lower, upper = _tighten(lp, row, entry, value, limit, lower, upper)
    return lower, upper


def _tighten(
    lp: LinearProgram,
    row: NDArray[np.int32],
    column: NDArray[np.int32],
    value: Floats,
    limit: Floats,
    lower: Floats,
    upper: Floats,
) -> tuple[Floats, Floats]:
    """Closer bounds where the program has none, from rows sum(value x) <= limit given by their entries."""
    at = np.where(value > 0, lower[column], upper[column])
    open_here = ~np.isfinite(at)
    share = np.where(open_here, 0.0, value * np.where(open_here, 0.0, at))
    least = np.bincount(row, weights=share, minlength=limit.size)
    count = np.bincount(row[open_here], minlength=limit.size)
    wanting = np.where(value > 0, np.isinf(lp.upper)[column], np.isinf(lp.lower)[column])
    usable = wanting & (count[row] - open_here == 0) & np.isfinite(limit[row])
    row, column, value, share = row[usable], column[usable], value[usable], share[usable]
    reach = (limit[row] - (least[row] - share)) / value
    room = NOISE * (1 + np.abs(reach) + np.abs(least[row] / value))
    up = value > 0
    upper, lower = upper.copy(), lower.copy()
    np.minimum.at(upper, column[up], reach[up] + room[up])
    np.maximum.at(lower, column[~up], reach[~up] - room[~up])
    return lower, upper


def proves_infeasible(lp: LinearProgram, ray: Floats) -> bool:
    """Farkas: do the rows, weighted with the ray [rows], ask for more than the column bounds allow?

    With g = A'ray, every feasible x has sum_i ray_i (A x)_i = g'x; infeasible if the least left side that the row
    bounds allow is above the most that the column bounds, or those that the rows imply, allow for g'x.

    Any weights of the rows may be tried. A solver leaves dust in its ray (1e-18 of the largest entry), and a column
    without bounds that stands in such rows only would spoil the proof: so the ray is tried as it is, and without its
    entries below each of `DUST` of the largest. What is left then has to prove it by itself: a weight g_j is taken for
    0 only below 1e-9 of the sum of |A_ij ray_i| that it is the difference of, and the left side has to be larger by
    more than 1e-9 of all that was added up.
    """
    ray = np.where((ray > 0) & ~np.isfinite(lp.row_lower) | (ray < 0) & ~np.isfinite(lp.row_upper), 0.0, ray)
    largest = np.abs(ray).max(initial=0.0)
    if not np.isfinite(largest) or largest == 0:
        return False
    ray, bounds = ray / largest, implied_bounds(lp)
    return any(_proves(lp, np.where(np.abs(ray) < dust, 0.0, ray), bounds) for dust in DUST)


def _proves(lp: LinearProgram, ray: Floats, bounds: tuple[Floats, Floats]) -> bool:
    """`proves_infeasible` of one ray whose largest entry is 1; bounds: of the columns, with what rows imply."""
    matrix = lp.matrix()
    weights = matrix.T @ ray
    sizes = absolute(matrix).T @ np.abs(ray)
    weights = np.where(np.abs(weights) <= NOISE * sizes, 0.0, weights)
    held = ray != 0
    asked = float((ray[held] * np.where(ray[held] > 0, lp.row_lower[held], lp.row_upper[held])).sum())
    used = weights != 0
    lower, upper = bounds
    allowed = weights[used] * np.where(weights[used] > 0, upper[used], lower[used])
    if not np.isfinite(allowed).all():
        return False
    size = float(np.abs(allowed).sum()) + abs(asked)
    return asked - float(allowed.sum()) > NOISE * size
