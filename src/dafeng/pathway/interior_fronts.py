"""Factors of quasi-definite matrices of one pattern, made front by front for all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.linalg import blas, lapack

from dafeng.pathway.interior_batches import Addition, Batch
from dafeng.pathway.interior_tree import Tree
from dafeng.pathway.system import Array, Places

COLUMNS = 128
"""Pivots of a wide front, all of one sign, that are eliminated together."""
TALL = 1024
"""Rows of a wide front that one thread works on at a time."""
STRETCHES = 6
"""What fronts leave is added by stretches where their number, squared, is less than so many times the rows."""
BELOW = 256
"""The same where only what stands on and below the diagonal is made."""


class PivotFailed(ArithmeticError):
    """A pivot lost its sign to rounding: more regularisation is needed."""


@dataclass
class _Narrow:
    """Factors of a batch, elementwise: L (p, p + c, S, B) with unit diagonal, D (p, S, B)."""

    lower: Array
    diagonal: Array


@dataclass
class _Wide:
    """Factors of a batch by LAPACK: for each matrix L (p, p), lower, and Y (c, p).

    The front is [L; Y] D [L; Y]' with D = `sign` (p,), and what is left. Above the diagonal of L stands nothing that is
    meant.
    """

    sign: Array
    parts: list[tuple[Array, Array]]


@dataclass(frozen=True)
class _Front:
    """A wide batch, memory for it, and what narrow ones leave to it.

    Attributes:
        panels: (B, S, p + c, p) of all matrices. rests: (S, c, c) of the one that is being eliminated.
        given: is it what is left, places in the flat panels or rests of one matrix, values (B, places).
    """

    number: int
    batch: Batch
    sign: Array
    panels: Array
    rests: Array
    given: list[tuple[bool, Places, Array]]


@dataclass
class Factors:
    """L D L' of B matrices of one pattern, and what elimination leaves at their border.

    Attributes:
        tree: of the pattern. values: (entries, B) off the diagonal.
        threads: that eliminate from one large front; the result is the same with any number.
    """

    tree: Tree
    values: Array
    threads: int = 1
    _made: list[_Narrow | _Wide] = field(default_factory=list)
    _kept: dict[int, tuple[Array, Array]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """B."""
        return int(self.values.shape[1])

    def factor(self, diagonal: Array, take: Callable[[int, Array], None]) -> None:
        """Factorise.

        Args:
            diagonal: (inner, B) signed.
            take: told the number of a matrix and the (k, k) that its elimination adds between vertices of the border,
                on and below the diagonal; what stands above is not meant, and none of it lasts.

        Raises:
            PivotFailed: a pivot of the wrong sign.
        """
        self._made = []
        left: dict[int, Array] = {}
        batches = self.tree.batches
        outside: list[tuple[Places, Array]] = []
        for number, batch in enumerate(batches):
            if batch.wide:
                break
            made, remainder = self._narrow(batch, diagonal, left)
            self._made.append(made)
            for addition in batch.additions:
                if self.tree.last_use[addition.child] == number:
                    left.pop(addition.child, None)
            if number in self.tree.last_use:
                left[number] = remainder
            if batch.border is not None:
                outside.append((batch.border.target, self._added(batch.border, {batch.border.child: remainder}).T))
        fronts = [self._front(number, batch, left) for number, batch in enumerate(batches) if batch.wide]
        left.clear()
        self._made += [_Wide(front.sign, []) for front in fronts]
        width = self.tree.total - self.tree.inner
        border = np.empty((width, width))
        for one in range(self.count):
            border.fill(0.0)
            for target, values in outside:
                border.reshape(-1)[target] += values[one]
            for front in fronts:
                self._wide(front, one, diagonal, border)
            take(one, border)

    def _narrow(self, batch: Batch, diagonal: Array, left: dict[int, Array]) -> tuple[_Narrow, Array]:
        """Factors, and (c, c, S, B) what is left."""
        p, c, s = batch.shape
        size = p + c
        flat = np.zeros((size * size * s, self.count))
        flat[batch.at] = self.values[batch.entry]
        front = flat.reshape(size, size, s, self.count)
        front[np.arange(p), np.arange(p)] += diagonal[batch.pivots]
        for addition in batch.additions:
            flat[addition.target] += self._added(addition, left)
        return _eliminated_elementwise(batch, front)

    def _front(self, number: int, batch: Batch, left: dict[int, Array]) -> _Front:
        p, c, s = batch.shape
        if number not in self._kept:
            self._kept[number] = np.empty((self.count, s, p + c, p)), np.empty((s, c, c))
        given = [
            (addition.leaves, addition.target, np.ascontiguousarray(self._added(addition, left).T))
            for addition in batch.additions
            if not addition.pairs
        ]
        sign = np.where(np.arange(p) < batch.negative, -1.0, 1.0)
        return _Front(number, batch, sign, *self._kept[number], given)

    def _wide(self, front: _Front, one: int, diagonal: Array, border: Array) -> None:
        """Eliminate from a wide batch of one matrix; what is left stays until the next matrix."""
        batch, panels, rests = front.batch, front.panels[one], front.rests
        p, _, s = batch.shape
        panels.fill(0.0)
        rests.fill(0.0)
        flat, flat_rest = panels.reshape(-1), rests.reshape(-1)
        flat[batch.at] = self.values[batch.entry, one]
        panels[:, np.arange(p), np.arange(p)] += diagonal[batch.pivots, one].T
        for leaves, target, values in front.given:
            (flat_rest if leaves else flat)[target] += values[one]
        for addition in batch.additions:
            for place, own, where in addition.pairs:
                _add_below(self._kept[addition.child][1][place], where, panels[own], rests[own])
        made = self._made[front.number]
        assert isinstance(made, _Wide)
        made.parts += [_eliminated(panels[k], rests[k], front.sign, self.threads) for k in range(s)]
        if batch.border is not None:
            for place, _, where in batch.border.pairs:
                _add_below(rests[place], where, border[:, :0], border)

    def _added(self, addition: Addition, left: dict[int, Array]) -> Array:
        """(targets, B) what a narrow batch leaves to another."""
        remainder = left[addition.child].reshape(-1, self.count)
        if addition.gather is not None:
            return np.asarray(addition.gather @ remainder)
        return remainder if addition.source is None else remainder[addition.source]

    # -- solving ----------------------------------------------------------------------------------------------------

    def forward(self, right: Array) -> None:
        """right: (total, B) becomes L^-1 right, in place."""
        for batch, made in zip(self.tree.batches, self._made, strict=True):
            p, c, s = batch.shape
            part = right[batch.pivots]
            if isinstance(made, _Wide):
                passed = _wide_forward(batch, made, part)
            else:
                for k in range(p - 1):
                    part[k + 1 :] -= made.lower[k, k + 1 : p] * part[k]
                passed = sum((made.lower[k, p:] * part[k] for k in range(p)), np.zeros((c, s, self.count)))
            right[batch.pivots] = part
            if c:
                flat = passed.reshape(c * s, -1)
                right[batch.target] -= flat if batch.meet is None else batch.meet @ flat

    def backward(self, right: Array) -> None:
        """right: (total, B) becomes L'^-1 D^-1 right for the inner vertices, in place; the border's are given."""
        for batch, made in zip(reversed(self.tree.batches), reversed(self._made), strict=True):
            p, c, _ = batch.shape
            part, rest = right[batch.pivots], right[batch.rest]
            if isinstance(made, _Wide):
                _wide_backward(made, part, rest)
            else:
                part /= made.diagonal
                for k in range(p - 1, -1, -1):
                    if c:
                        part[k] -= (made.lower[k, p:] * rest).sum(axis=0)
                    if k < p - 1:
                        part[k] -= (made.lower[k, k + 1 : p] * part[k + 1 :]).sum(axis=0)
            right[batch.pivots] = part


def _eliminated_elementwise(batch: Batch, front: Array) -> tuple[_Narrow, Array]:
    p, size = batch.shape[0], len(front)
    lower = np.zeros((p, *front.shape[1:]))
    diagonal = np.empty((p, *front.shape[2:]))
    for k in range(p):
        diagonal[k] = front[0, 0]
        row = front[0, 1:]
        np.divide(row, diagonal[k], out=lower[k, k + 1 : size])
        front = front[1:, 1:] - lower[k, k + 1 :, None] * row
    return _Narrow(lower, diagonal), front


def _add_below(remainder: Array, where: Places, panel: Array, rest: Array) -> None:
    """What a front leaves, (c', c'), is added to another, (f, p) and (c, c), on and below the diagonal.

    Args:
        where: (c',) its positions there, rising: in few stretches, which are added one by one, or else row by row.
    """
    pivots = panel.shape[1]
    first = int(np.searchsorted(where, pivots))
    breaks = np.flatnonzero(np.diff(where) != 1) + 1
    starts = np.unique(np.r_[0, breaks, first])
    if len(starts) ** 2 < STRETCHES * len(where):
        _add_stretches(remainder, where, first, starts, panel, rest)
        return
    inside, outside = where[:first], where[first:] - pivots
    for target, values in zip(where, remainder, strict=True):
        panel[target][inside] += values[:first]
    for count, (target, values) in enumerate(zip(outside, remainder[first:], strict=True), 1):
        rest[target][outside[:count]] += values[first : first + count]


def _add_stretches(remainder: Array, where: Places, first: int, starts: Places, panel: Array, rest: Array) -> None:
    """The same by rectangles: rows of one stretch, columns of one that is not after it.

    Args:
        first: the first that is no pivot there. starts: of the stretches, one of which starts with it.
    """
    pivots = panel.shape[1]
    ends = [*starts[1:].tolist(), len(where)]
    stretches = [slice(start, end) for start, end in zip(starts.tolist(), ends, strict=True) if end > start]
    places = [slice(int(where[one.start]), int(where[one.start]) + one.stop - one.start) for one in stretches]
    for number, (rows, to_rows) in enumerate(zip(stretches, places, strict=True), 1):
        below = slice(to_rows.start - pivots, to_rows.stop - pivots)
        for columns, to in zip(stretches[:number], places, strict=False):
            if columns.start < first:
                panel[to_rows, to] += remainder[rows, columns]
            else:
                rest[below, to.start - pivots : to.stop - pivots] += remainder[rows, columns]


def _eliminated(panel: Array, rest: Array, sign: Array, threads: int = 1) -> tuple[Array, Array]:
    """L and Y of the pivots, in place of the panel (f, p); what is left of the rest (c, c) is made in place.

    Block column by block column, almost all of it products of matrices: NumPy lets other threads run meanwhile, and
    they are twice as fast as triangular solves.

    Args:
        sign: (p,) of the pivots, negative ones first.
    """
    if threads > 1 and len(panel) > TALL:
        with ThreadPoolExecutor(threads) as pool:
            return _eliminated_by_rows(panel, rest, sign, lambda work, rows: pool.map(quietly(work), rows))
    return _eliminated_by_rows(panel, rest, sign, map)


def _eliminated_by_rows(
    panel: Array, rest: Array, sign: Array, side_by_side: Callable[..., Iterable[None]]
) -> tuple[Array, Array]:
    def each(work: Callable[[slice], None], rows: list[slice]) -> None:
        for _ in side_by_side(work, rows):
            pass

    count, negative = len(sign), int((sign < 0).sum())
    for own in (*_pieces(0, negative, COLUMNS), *_pieces(negative, count, COLUMNS)):
        first, after = own.start, own.stop
        before = (panel[own, :first] * sign[:first]).T

        def lessen(rows: slice, own: slice = own, before: Array = before) -> None:
            panel[rows, own] -= panel[rows, : len(before)] @ before

        if first:
            each(lessen, _pieces(first, len(panel), TALL))
        try:
            panel[own, own] = np.linalg.cholesky(sign[first] * panel[own, own])
        except np.linalg.LinAlgError:
            raise PivotFailed from None
        if after < len(panel):
            inverse, _ = lapack.dtrtri(panel[own, own], lower=1)
            divisor = sign[first] * inverse.T

            def divide(rows: slice, own: slice = own, divisor: Array = divisor) -> None:
                panel[rows, own] = panel[rows, own] @ divisor

            each(divide, _pieces(after, len(panel), TALL))
    lower, left = panel[:count], panel[count:]
    signed = (left * sign).T

    def leave(rows: slice) -> None:
        rest[rows, : rows.stop] -= left[rows] @ signed[:, : rows.stop]

    each(leave, _pieces(0, len(rest), BELOW)[::-1])
    return lower, left


def quietly(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work without warnings of numbers that overflow: a thread does not inherit what its maker left out."""

    def quiet(*given: Any) -> Any:
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return work(*given)

    return quiet


def _pieces(first: int, last: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, last)) for start in range(first, last, size)]


def _wide_forward(batch: Batch, made: _Wide, part: Array) -> Array:
    """part: (p, S, B) becomes L^-1 part; (c, S, B) what the rest is lessened by."""
    _, c, s = batch.shape
    passed = np.zeros((c, s, part.shape[2]))
    for (b, place), (lower, left) in zip(np.ndindex(part.shape[:0:-1]), made.parts, strict=True):
        own = blas.dtrsv(lower.T, part[:, place, b], trans=1)
        part[:, place, b] = own
        passed[:, place, b] = left @ own
    return passed


def _wide_backward(made: _Wide, part: Array, rest: Array) -> None:
    """part: (p, S, B) is solved in place for given (c, S, B) rest."""
    for (b, place), (lower, left) in zip(np.ndindex(part.shape[:0:-1]), made.parts, strict=True):
        known = made.sign * part[:, place, b] - left.T @ rest[:, place, b]
        part[:, place, b] = blas.dtrsv(lower.T, known)
