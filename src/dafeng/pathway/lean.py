"""A linear program without what does not matter, solved again and again as its bounds and costs change; exactly.

Three steps, each of which leaves the optimum as it is:

1. A row a'x <= b whose other columns stand at the ends of their bounds that take up least bounds each of its columns
   (Savelsbergh 1994, "Preprocessing and probing techniques for mixed integer programming problems", section 1). With
   capacities given most rows then say no more than the bounds, and dual simplex flips bounds instead of pivoting.
2. Columns that cannot move from 0 are left out.
3. Rows that the bounds keep, and rows that hardly ever bind, are left out until a solution breaks them. A solution that
   breaks none is optimal for all rows, because it is for fewer (Dantzig, Fulkerson and Johnson 1954,
   https://doi.org/10.1287/opre.2.4.393).

Columns and rows come and go together with all steps of their process, storage or group. What once mattered stays, so
that the basis stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from dafeng.pathway.acceptance import reach_of_rows
from dafeng.pathway.assembler import Block, Floats, LinearProgram
from dafeng.pathway.cost_scale import scale_of
from dafeng.pathway.outcome import Infeasible, NotSolved, Unbounded
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import Flags, Places

RECIPES = (DUAL_SIMPLEX.with_options(presolve="off", simplex_scale_strategy=0), IPX)
"""A warm start has no use for presolve, and days without scaling take a sixth fewer pivots, or as many."""
PLAIN = (DUAL_SIMPLEX, IPX)
ROUNDS = 2
"""What a team may have on line is bounded by a row of one column, and bounds what its plants give."""
TINY = 1e-9


class Lean:
    """A live solver of programs with the same matrix.

    Args:
        lp: the first of them.
        rare: beginnings of the names of blocks of rows that hardly ever bind.
    """

    def __init__(self, lp: LinearProgram, rare: Sequence[str] = ()) -> None:
        self._matrix = lp.matrix()
        self._by_row: csr_array = self._matrix.tocsr()
        entries = self._by_row.tocoo()
        self._row, self._column, self._value = entries.row, entries.col, entries.data
        self._column_group = _groups(lp.column_blocks(), lp.shape[1])
        self._row_group = _groups(lp.row_blocks(), lp.shape[0])
        lower, upper = self._bounds(lp)
        self._columns = _whole(self._column_group, (lower != 0) | (upper != 0))
        rows = ~self._kept(lp, lower, upper)
        for block in lp.row_blocks():
            if block.name.startswith(tuple(rare)):
                rows[block.slice] = False
        self._rows = _whole(self._row_group, rows)
        self._core: _Core | None = None

    def has(self, matrix: csc_array) -> bool:
        """Is this the matrix."""
        mine = self._matrix
        if mine.shape != matrix.shape or mine.nnz != matrix.nnz:
            return False
        pairs = ((mine.indptr, matrix.indptr), (mine.indices, matrix.indices), (mine.data, matrix.data))
        return all(np.array_equal(a, b) for a, b in pairs)

    def solve(self, lp: LinearProgram, which: int | None = None) -> tuple[Floats, Floats]:
        """Columns and multipliers of rows at an optimum of a program with this matrix.

        Args:
            which: its number, if it comes again: it is then begun where it ended before.

        Multipliers of rows that are left out are 0. Where a row binds as a bound that it implies, its own multiplier
        may be 0 too: the bound's is its share of the row's, so the multipliers of all other rows are right.

        Raises:
            NotSolved, Infeasible, Unbounded: by the whole program, so that its rows and columns are named.
        """
        try:
            return self._solve(lp, which)
        except (NotSolved, Infeasible, Unbounded):
            self._core = None
            found = Session(lp).solve(PLAIN, bound=False)
            return found.x, found.y

    def _solve(self, lp: LinearProgram, which: int | None) -> tuple[Floats, Floats]:
        lower, upper = self._bounds(lp)
        moving = (lower != 0) | (upper != 0)
        if np.any(moving & ~self._columns):
            self._columns |= _whole(self._column_group, moving)
            self._core = None
        while True:
            if self._core is None:
                self._core = _Core(lp, self._by_row, self._columns, self._rows)
            x, y = self._core.solve(lp, lower, upper, which)
            broken = self._core.broken(lp, x)
            if not broken.size:
                return x, y
            self._rows |= np.isin(self._row_group, self._row_group[broken])
            self._core = None

    def _bounds(self, lp: LinearProgram) -> tuple[Floats, Floats]:
        """Bounds of the columns, with the upper ones that rows a'x <= b imply."""
        lower, upper = lp.lower, lp.upper.copy()
        ceilings = np.isneginf(lp.row_lower) & np.isfinite(lp.row_upper)
        mine = ceilings[self._row]
        row, column, value = self._row[mine], self._column[mine], self._value[mine]
        rising = value > 0
        for _ in range(ROUNDS):
            side = np.where(rising, lower[column], upper[column])
            least = np.bincount(row, weights=value * side, minlength=len(ceilings))
            held = rising & np.isfinite(least[row])
            room = np.maximum((lp.row_upper - least)[row[held]], 0.0) / value[held]
            np.minimum.at(upper, column[held], lower[column[held]] + room)
        return lower, upper

    def _kept(self, lp: LinearProgram, lower: Floats, upper: Floats) -> Flags:
        """(rows,) can no point within the bounds break the row."""
        low, high = lower[self._column], upper[self._column]
        least, most = reach_of_rows(self._row, self._value, low, high, len(lp.row_lower))
        return np.asarray((most <= lp.row_upper) & (least >= lp.row_lower))


class _Core:
    """The columns and rows that matter, the solver that follows them, and where it ended with what comes again."""

    def __init__(self, lp: LinearProgram, matrix: csr_array, columns: Flags, rows: Flags) -> None:
        self._columns, self._rows = np.flatnonzero(columns), np.flatnonzero(rows)
        self._out = np.flatnonzero(~rows)
        self._left_out = matrix[self._out]
        self._left_out_size = abs(self._left_out)
        self._times = scale_of(lp.cost[self._columns])
        core = LinearProgram(lp.name)
        for block in lp.column_blocks():
            core.columns(block.name, (int(np.count_nonzero(columns[block.slice])),))
        for block in lp.row_blocks():
            core.rows(block.name, (int(np.count_nonzero(rows[block.slice])),))
        entries = matrix[self._rows][:, self._columns].tocoo()
        core.add(entries.row, entries.data, entries.col)
        self._session = Session(core)
        self._ended: dict[int, highspy.HighsBasis] = {}

    def solve(self, lp: LinearProgram, lower: Floats, upper: Floats, which: int | None) -> tuple[Floats, Floats]:
        """Columns and multipliers of the whole program; what is left out is 0."""
        core, columns, rows = self._session.lp, self._columns, self._rows
        _follow(core, lp.cost[columns] * self._times, lower[columns], upper[columns])
        _follow_rows(core, lp.row_lower[rows], lp.row_upper[rows])
        if which in self._ended:
            self._session.back_to(self._ended[which])
        found = self._session.solve(RECIPES, bound=False)
        if which is not None and (ended := self._session.ended()) is not None:
            self._ended[which] = ended
        x, y = np.zeros(lp.shape[1]), np.zeros(lp.shape[0])
        x[columns], y[rows] = found.x, found.y / self._times
        return x, y

    def broken(self, lp: LinearProgram, x: Floats) -> Places:
        """Rows that were left out and do not hold."""
        value, low, high = self._left_out @ x, lp.row_lower[self._out], lp.row_upper[self._out]
        size = self._left_out_size @ np.abs(x)
        return np.asarray(self._out[np.maximum(low - value, value - high) > TINY * (1.0 + size)])


def _follow(core: LinearProgram, cost: Floats, lower: Floats, upper: Floats) -> None:
    """Pass on what is new, nothing else."""
    dearer = np.flatnonzero(core.cost != cost)
    if dearer.size:
        core.set_cost(dearer, cost[dearer])
    moved = np.flatnonzero((core.lower != lower) | (core.upper != upper))
    if moved.size:
        core.set_bounds(moved, lower[moved], upper[moved])


def _follow_rows(core: LinearProgram, lower: Floats, upper: Floats) -> None:
    moved = np.flatnonzero((core.row_lower != lower) | (core.row_upper != upper))
    if moved.size:
        core.set_row_bounds(moved, lower[moved], upper[moved])


def _groups(blocks: Iterable[Block], size: int) -> Places:
    """(size,) what belongs together: all steps of a part of a block; a block of one dimension is one."""
    found = np.zeros(size, dtype=np.int64)
    first = 0
    for block in blocks:
        parts = block.shape[0] if len(block.shape) > 1 else 1
        if block.size:
            found[block.slice] = first + np.repeat(np.arange(parts), block.size // parts)
            first += parts
    return found


def _whole(group: Places, some: Flags) -> Flags:
    """All of the groups that hold some of these."""
    return np.asarray((np.bincount(group, weights=some, minlength=1) > 0)[group])
