"""A linear program as an interior point method wants it: bounds instead of rows of one column, short rows, even scales.

minimise c'x   subject to   A x - s = b,   s in [row_lower, row_upper] of the rows that are no equations

An equation of a period that repeats that of the period before and adds a little, as the balance of a stock does, is
taken less the one before: K[y] - K[y-1] = n[y]. Where nothing that was built is retired, only neighbouring periods hang
together then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array, eye_array

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.system import Array, Flags, Places

ROUNDS = 5
SCALINGS = 8
SAME = 1e-9


@dataclass
class _Source:
    """Rows that became bounds of columns: the row (-1: none), its coefficient and the round, per column."""

    row: Places
    coefficient: Array
    round: Places

    @classmethod
    def none(cls, columns: int) -> _Source:
        """No row did."""
        return cls(np.full(columns, -1), np.ones(columns), np.full(columns, -1))

    def note(self, columns: Places, rows: Places, coefficients: Array, number: int) -> None:
        """These rows bound these columns now."""
        self.row[columns], self.coefficient[columns], self.round[columns] = rows, coefficients, number


@dataclass
class Form:
    """The program in scaled units: x = original / (column scale x size), y = original x row scale / price.

    Attributes:
        matrix: (rows, columns), without fixed columns and rows that do not bind.
        cost, lower, upper: (columns,). row_lower, row_upper: (rows,).
        fixed: (columns,) is there one value only. alive: (rows,) does the row bind more than one column.
        less: (rows, rows) makes the rows of the program to those of the form, before they are scaled.
    """

    lp: LinearProgram
    matrix: csr_array
    cost: Array
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    fixed: Flags
    alive: Flags
    less: csr_array
    row: Array = field(init=False)
    column: Array = field(init=False)
    size: float = field(init=False)
    price: float = field(init=False)
    _bounds: tuple[Array, Array] = field(init=False)
    _sources: tuple[_Source, _Source] = field(init=False)

    @classmethod
    def of(cls, lp: LinearProgram, joining: Flags) -> Form:
        """Rows of one column become bounds, rows alike are taken less one another; then all is scaled.

        Args:
            joining: (columns,) columns of no block; rows of these only are taken less one another.
        """
        whole = csr_array(lp.matrix())
        rows, columns = whole.shape
        lower, upper = lp.lower.copy(), lp.upper.copy()
        sources = _Source.none(columns), _Source.none(columns)
        alive = np.ones(rows, dtype=bool)
        for number in range(ROUNDS):
            if not _singletons(lp, whole, lower, upper, alive, sources, number):
                break
        fixed = lower == upper
        alive &= np.isfinite(lp.row_lower) | np.isfinite(lp.row_upper)
        shift = whole @ np.where(fixed, lower, 0.0)
        matrix = _without(whole, fixed)
        matrix.data *= np.repeat(alive, np.diff(matrix.indptr))
        matrix.eliminate_zeros()
        row_lower, row_upper = (np.where(alive, side - shift, 0.0) for side in (lp.row_lower, lp.row_upper))
        own = alive & (row_lower == row_upper) & (abs(matrix) @ (~joining).astype(np.float64) == 0)
        less = _less_the_one_before(lp, matrix, own)
        form = cls(
            lp=lp,
            matrix=csr_array(less @ matrix),
            cost=np.where(fixed, 0.0, lp.cost),
            lower=np.where(fixed, -np.inf, lower),
            upper=np.where(fixed, np.inf, upper),
            row_lower=less @ row_lower,
            row_upper=less @ row_upper,
            fixed=fixed,
            alive=alive,
            less=less,
        )
        form._bounds, form._sources = (lower, upper), sources
        form._scale()
        return form

    def _scale(self) -> None:
        """Geometric scaling of the matrix (Ruiz 2001, RAL-TR-2001-034), and sizes of bounds and costs near one."""
        rows, columns = self.matrix.shape
        self.row, self.column = np.ones(rows), np.ones(columns)
        matrix = self.matrix.copy()
        row, column = np.repeat(np.arange(rows), np.diff(matrix.indptr)), matrix.indices
        by_column = np.argsort(column, kind="stable")
        starts = matrix.indptr, np.searchsorted(column[by_column], np.arange(columns + 1))
        for _ in range(SCALINGS):
            factor = _inverse_root(_largest(np.abs(matrix.data), starts[0]))
            matrix.data *= factor[row]
            self.row *= factor
            factor = _inverse_root(_largest(np.abs(matrix.data[by_column]), starts[1]))
            matrix.data *= factor[column]
            self.column *= factor
        self.matrix = matrix
        cost = self.cost * self.column
        bounds = [self.lower / self.column, self.upper / self.column]
        bounds += [self.row_lower * self.row, self.row_upper * self.row]
        sizes = np.abs(np.concatenate(bounds))
        self.size = max(1.0, _quantile(sizes, 90))
        self.price = _quantile(np.abs(cost), 99)
        self.cost = cost / self.price
        self.lower, self.upper, self.row_lower, self.row_upper = (bound / self.size for bound in bounds)

    def original(self, x: Array, y: Array) -> tuple[Array, Array]:
        """x (columns,) and y (rows,) in the units of the program; rows that became bounds get their multipliers."""
        lower, upper = self._bounds
        values = np.where(self.fixed, lower, np.clip(x * self.size * self.column, lower, upper))
        prices = np.where(self.alive, self.less.T @ (y * self.price * self.row), 0.0)
        matrix = self.lp.matrix()
        for number in range(ROUNDS - 1, -1, -1):
            reduced = self.lp.cost - matrix.T @ prices
            for source, sign in zip(self._sources, (1.0, -1.0), strict=True):
                held = (source.round == number) & (sign * reduced > 0)
                np.add.at(prices, source.row[held], reduced[held] / source.coefficient[held])
        return values, prices


def _singletons(
    lp: LinearProgram,
    whole: csr_array,
    lower: Array,
    upper: Array,
    alive: Flags,
    sources: tuple[_Source, _Source],
    number: int,
) -> bool:
    """Turn rows of one column that is not fixed into its bounds, in place; was there any."""
    fixed = lower == upper
    open_part = _without(whole, fixed)
    count = np.diff(open_part.indptr)
    single = np.flatnonzero(alive & (count == 1))
    alive &= count > 1
    if not len(single):
        return False
    shift = (whole @ np.where(fixed, lower, 0.0))[single]
    column, factor = open_part.indices[open_part.indptr[single]], open_part.data[open_part.indptr[single]]
    ends = (lp.row_lower[single] - shift) / factor, (lp.row_upper[single] - shift) / factor
    low, high = np.where(factor > 0, ends[0], ends[1]), np.where(factor > 0, ends[1], ends[0])
    for bound, found, closer, source in (
        (lower, low, np.maximum, sources[0]),
        (upper, high, np.minimum, sources[1]),
    ):
        before = bound[column].copy()
        closer.at(bound, column, found)
        tells = (found == bound[column]) & (found != before)
        source.note(column[tells], single[tells], factor[tells], number)
    finite = np.isfinite(lower) & np.isfinite(upper)
    close = np.zeros_like(finite)
    close[finite] = np.abs(upper[finite] - lower[finite]) <= SAME * (1 + np.abs(lower[finite]))
    upper[close] = lower[close]
    return True


def _less_the_one_before(lp: LinearProgram, matrix: csr_array, some: Flags) -> csr_array:
    """(rows, rows) that takes each row along the last axis of its block less the one before, where that is shorter.

    Args:
        some: (rows,) the rows that may be changed.
    """
    row, before = [], []
    for block in lp.row_blocks():
        if len(block.shape) < 2 or block.shape[-1] < 2:
            continue
        rows = np.arange(block.start, block.start + block.size).reshape(-1, block.shape[-1])
        rows = rows[some[rows].all(axis=1)]
        if not len(rows):
            continue
        now = np.diff(matrix.indptr)[rows[:, 1:]].sum(axis=1)
        less = csr_array(matrix[rows[:, 1:].ravel()] - matrix[rows[:, :-1].ravel()])
        less.eliminate_zeros()
        shorter = np.diff(less.indptr).reshape(len(rows), -1).sum(axis=1) < now
        row.append(rows[shorter, 1:].ravel())
        before.append(rows[shorter, :-1].ravel())
    found = csr_array(eye_array(matrix.shape[0]))
    if row:
        ends = np.concatenate(row), np.concatenate(before)
        found = csr_array(found - csr_array((np.ones(len(ends[0])), ends), shape=found.shape))
    return found


def _without(matrix: csr_array, fixed: Flags) -> csr_array:
    found = matrix.copy()
    found.data = found.data * ~fixed[found.indices]
    found.eliminate_zeros()
    return found


def _largest(values: Array, starts: Places) -> Array:
    """The largest of values[starts[k]] to values[starts[k + 1]], for each k; 0: there are none."""
    found, some = np.zeros(len(starts) - 1), np.diff(starts) > 0
    if some.any():
        found[some] = np.maximum.reduceat(values, starts[:-1][some])
    return found


def _inverse_root(largest: Array) -> Array:
    return np.asarray(1 / np.sqrt(np.where(largest > 0, largest, 1.0)))


def _quantile(values: Array, percent: float) -> float:
    some = values[np.isfinite(values) & (values > 0)]
    return float(np.percentile(some, percent)) if len(some) else 1.0
