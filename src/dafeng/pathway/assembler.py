"""A linear program as blocks of integer arrays, handed to a solver without a line of text.

    minimise    c'x + offset
    subject to  row_lower <= A x <= row_upper
                lower <= x <= upper

A block of columns is an array of column numbers, a block of rows an array of row numbers, an equation a sequence of
(coefficient, columns) that is broadcast to the shape of its rows. Blocks have a name and labels per axis, so that any
row or column can be named in a message; no name is made before somebody asks for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csc_array

from dafeng.pathway.blocks import (
    ABSENT,
    MOST_ENTRIES,
    Axes,
    Block,
    Floats,
    Integers,
    RefusedModel,
    Side,
    Vector,
    check_bounds,
    check_finite,
    refuse,
    spread,
)

__all__ = ["ABSENT", "Block", "Floats", "Integers", "LinearProgram", "RefusedModel"]

Term = tuple[ArrayLike, ArrayLike]


@dataclass(frozen=True)
class Terms:
    """Entries of the matrix before they are put in order: three arrays that broadcast against each other."""

    rows: Integers
    coefficients: Floats
    columns: Integers

    @property
    def shape(self) -> tuple[int, ...]:
        """Common shape; ValueError if there is none."""
        return np.broadcast_shapes(self.rows.shape, self.coefficients.shape, self.columns.shape)

    def fill(self, rows: Integers, columns: Integers, values: Floats) -> int:
        """Write the entries, without absent columns and zeros, to the beginning of three arrays; how many they are."""
        shape, there, counts = self.shape, self.columns != ABSENT, self.coefficients != 0
        if there.all() and counts.all():
            count = prod(shape)
            rows[:count].reshape(shape)[...] = self.rows
            columns[:count].reshape(shape)[...] = self.columns
            values[:count].reshape(shape)[...] = self.coefficients
            return count
        kept = np.broadcast_to(there & counts, shape)
        count = int(np.count_nonzero(kept))
        rows[:count] = np.broadcast_to(self.rows, shape)[kept]
        columns[:count] = np.broadcast_to(self.columns, shape)[kept]
        values[:count] = np.broadcast_to(self.coefficients, shape)[kept]
        return count


What = Literal["bounds", "cost", "row_bounds", "offset"]


@dataclass(frozen=True)
class Change:
    """New bounds or costs of columns, or new bounds of rows, by their ascending numbers."""

    what: What
    numbers: Integers


class LinearProgram:
    """A linear program under construction, and its numbers once it is built.

    Columns and rows are numbered in the order in which their blocks are made. Bounds and costs may be changed at any
    time; rows and terms may be added at any time, also after `matrix()`. Arrays of numbers that are passed in are kept
    by reference and must not be changed afterwards.

    `structure` counts changes of rows, columns and coefficients, `revision` changes of bounds and costs: whoever
    follows a program (`solvers.Session`) sees from them what is new, and asks `changes_since`.
    """

    def __init__(self, name: str = "model") -> None:
        self.name = name
        self.structure = 0
        self.revision = 0
        self._changes: deque[Change] = deque(maxlen=64)
        self._columns = Side("columns")
        self._rows = Side("rows")
        self._cost = Vector()
        self._offset = 0.0
        self._terms: list[Terms] = []
        self._matrix: csc_array | None = None

    # -- building -----------------------------------------------------------------------------------------------

    def columns(
        self,
        name: str,
        shape: Sequence[int],
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        axes: Axes | None = None,
    ) -> Integers:
        """A block of columns.

        Args:
            name: of the block, used once.
            shape: of the block; () is one column.
            lower, upper, cost: broadcast to `shape`.
            axes: labels per dimension, for names; without them the index itself is the label.

        Returns:
            Column numbers in the shape of the block.

        Raises:
            RefusedModel: name used twice, labels that do not fit the shape, a bound or cost that is no number or does
                not broadcast, a lower bound above the upper one.
        """
        block = self._columns.plan(name, shape, axes)
        low, high = self._bounds(block, lower, upper)
        costs = spread(cost, block.shape, name, "cost").flatten()
        check_finite(costs, lambda flat: block.label(block.start + flat), "cost")
        self._columns.keep(block, low, high)
        self._cost.append(costs)
        self.structure += 1
        return block.numbers

    def rows(
        self,
        name: str,
        shape: Sequence[int],
        terms: Sequence[Term] = (),
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        axes: Axes | None = None,
    ) -> Integers:
        """A block of rows lower <= sum of terms <= upper.

        Args:
            name: of the block, used once.
            shape: of the block; () is one row.
            terms: (coefficient, columns), each broadcast to `shape`; column ABSENT (-1) is skipped.
            lower, upper: broadcast to `shape`; equal for an equation.
            axes: labels per dimension.

        Returns:
            Row numbers in the shape of the block, for `add`, `set_row_bounds` and `Solution.dual`.

        Raises:
            RefusedModel: as for `columns`, and for a coefficient that is not finite or a column that does not exist.
        """
        block = self._rows.plan(name, shape, axes)
        low, high = self._bounds(block, lower, upper)
        numbers = block.numbers
        made = [self._joined(numbers, coefficient, columns, name, block.label) for coefficient, columns in terms]
        for new in made:
            if new.shape != block.shape:
                raise RefusedModel("lp_shape", block=name, what="term", found=new.shape, allowed=block.shape)
        self._rows.keep(block, low, high)
        self._terms.extend(made)
        self.structure += 1
        return numbers

    def add(self, rows: ArrayLike, coefficient: ArrayLike, columns: ArrayLike) -> None:
        """Add terms to rows that exist: the three arrays are broadcast against each other.

        Where several entries meet in one row they are summed: `add(rows[..., None], 1.0, columns)` sums over the last
        axis of `columns`. The same column twice in one row is one entry with the sum of its coefficients.
        """
        numbers = self._rows.numbers(rows)
        if numbers.size:
            name = self._rows.name(int(numbers.flat[0]))
            self._terms.append(self._joined(numbers, coefficient, columns, name, self._rows.name))
            self.structure += 1

    @staticmethod
    def _bounds(block: Block, lower: ArrayLike, upper: ArrayLike) -> tuple[Floats, Floats]:
        low = spread(lower, block.shape, block.name, "lower").flatten()
        high = spread(upper, block.shape, block.name, "upper").flatten()
        check_bounds(low, high, lambda flat: block.label(block.start + flat))
        return low, high

    def _joined(
        self, rows: Integers, coefficient: ArrayLike, columns: ArrayLike, name: str, label: Callable[[int], str]
    ) -> Terms:
        terms = Terms(rows, np.array(coefficient, dtype=np.float64), self._columns.numbers(columns, least=ABSENT))
        try:
            shape = terms.shape
        except ValueError:
            found = f"{terms.coefficients.shape} {terms.columns.shape}"
            raise RefusedModel("lp_shape", block=name, what="term", found=found, allowed=rows.shape) from None
        if not np.isfinite(terms.coefficients).all():
            row = np.broadcast_to(rows, shape).flat
            values = np.broadcast_to(terms.coefficients, shape)
            check_finite(values, lambda flat: label(int(row[flat])), "coefficient")
        return terms

    # -- changing in place ----------------------------------------------------------------------------------------

    def set_bounds(self, columns: ArrayLike, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> None:
        """New bounds of columns, broadcast to them; None keeps what stands."""
        numbers = self._columns.numbers(columns)
        self._columns.new_bounds(numbers, lower, upper)
        self._note("bounds", numbers)

    def set_row_bounds(self, rows: ArrayLike, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> None:
        """New bounds of rows, broadcast to them; None keeps what stands."""
        numbers = self._rows.numbers(rows)
        self._rows.new_bounds(numbers, lower, upper)
        self._note("row_bounds", numbers)

    def set_cost(self, columns: ArrayLike, cost: ArrayLike) -> None:
        """New costs of columns, broadcast to them."""
        numbers = self._columns.numbers(columns)
        values = spread(cost, numbers.shape, self._columns.kind, "cost")
        check_finite(values, lambda flat: self._columns.name(int(numbers.flat[flat])), "cost")
        self._cost.whole()[numbers] = values
        self._note("cost", numbers)

    def set_coefficients(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """New coefficients where the matrix has entries, the three arrays broadcast against each other.

        Raises:
            RefusedModel: an entry is not in the matrix, or a value is zero or not finite: the pattern stays as it is.
        """
        row, column, value = (
            array.ravel()
            for array in np.broadcast_arrays(
                self._rows.numbers(rows), self._columns.numbers(columns), np.asarray(values, dtype=np.float64)
            )
        )
        matrix = self.matrix()
        places = np.empty(row.size, dtype=np.int64)
        for position, (i, j) in enumerate(zip(row.tolist(), column.tolist(), strict=True)):
            start, end = matrix.indptr[j], matrix.indptr[j + 1]
            places[position] = start + int(np.searchsorted(matrix.indices[start:end], i))
            if places[position] == end or matrix.indices[places[position]] != i:
                raise RefusedModel("lp_no_entry", row=self._rows.name(i), column=self._columns.name(j))
        refuse(
            ~np.isfinite(value) | (value == 0),
            value,
            lambda flat: f"{self._rows.name(int(row[flat]))} x {self._columns.name(int(column[flat]))}",
            "coefficient",
        )
        matrix.data[places] = value
        self.structure += 1

    def _note(self, what: What, numbers: Integers) -> None:
        self._changes.append(Change(what, _ascending(numbers.ravel())))
        self.revision += 1

    def changes_since(self, revision: int) -> tuple[Change, ...]:
        """What was changed after a revision; everything, if that is too long ago to be remembered."""
        count = self.revision - revision
        if count <= len(self._changes):
            return tuple(self._changes)[len(self._changes) - count :]
        rows, columns = (np.arange(length, dtype=np.int32) for length in self.shape)
        return (
            Change("bounds", columns),
            Change("cost", columns),
            Change("row_bounds", rows),
            Change("offset", columns[:0]),
        )

    # -- reading --------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self._rows.size, self._columns.size

    @property
    def offset(self) -> float:
        """Constant of the objective."""
        return self._offset

    @offset.setter
    def offset(self, value: float) -> None:
        check_finite(np.array([value], dtype=np.float64), lambda _: self.name, "offset")
        self._offset = float(value)
        self._note("offset", np.zeros(0, np.int32))

    @property
    def lower(self) -> Floats:
        return self._columns.lower.whole()

    @property
    def upper(self) -> Floats:
        return self._columns.upper.whole()

    @property
    def cost(self) -> Floats:
        return self._cost.whole()

    @property
    def row_lower(self) -> Floats:
        return self._rows.lower.whole()

    @property
    def row_upper(self) -> Floats:
        return self._rows.upper.whole()

    def block(self, name: str) -> Integers:
        """Numbers of the block of columns `name`, or else of the block of rows of that name."""
        side = self._rows if name in self._rows.blocks and name not in self._columns.blocks else self._columns
        return side.find(name).numbers

    def column_blocks(self) -> Iterator[Block]:
        return iter(self._columns.blocks.values())

    def row_blocks(self) -> Iterator[Block]:
        return iter(self._rows.blocks.values())

    def column_name(self, column: int) -> str:
        return self._columns.name(column)

    def row_name(self, row: int) -> str:
        return self._rows.name(row)

    def matrix(self) -> csc_array:
        """A by columns: row numbers ascending within a column, duplicates summed, zeros dropped, 32-bit indices.

        Terms that were put in order are dropped, so that the matrix stands in memory once.

        Raises:
            RefusedModel: more than 2^31 - 1 terms.
        """
        if self._matrix is None:
            self._matrix = self._ordered()
        elif self._terms or self._matrix.shape != self.shape:
            fresh = self._ordered()
            self._matrix.resize(self.shape)
            self._matrix = csc_array(self._matrix + fresh)
            self._matrix.eliminate_zeros()
        return self._matrix

    def _ordered(self) -> csc_array:
        count = sum(prod(terms.shape) for terms in self._terms)
        if count > MOST_ENTRIES:
            raise RefusedModel("lp_too_large", found=count, allowed=MOST_ENTRIES)
        rows, columns, values = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count)
        filled = 0
        for terms in self._terms:
            filled += terms.fill(rows[filled:], columns[filled:], values[filled:])
        self._terms = []
        # columns of A are rows of its transpose, which come in order; duplicates are summed on the way
        transposed = coo_array((values[:filled], (columns[:filled], rows[:filled])), shape=self.shape[::-1]).tocsr()
        matrix: csc_array = transposed.T
        matrix.eliminate_zeros()
        return matrix


def _ascending(numbers: Integers) -> Integers:
    """Each number once, in order; numbers of a block are so already."""
    return numbers if np.all(numbers[1:] > numbers[:-1]) else np.unique(numbers)
