"""Factors of quasi-definite matrices of one pattern, made front by front for all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.linalg import blas, lapack

from dafeng.pathway.interior_batches import Batch, Pair
from dafeng.pathway.interior_tree import Tree
from dafeng.pathway.system import Array

COLUMNS = 96
"""Pivots of a wide front, all of one sign, that are eliminated together."""
TALL = 256
"""Rows of a wide front that one thread works on at a time."""
STRETCHES = 6
"""What fronts leave is added by stretches where their number, squared, is less than so many times the rows."""
BELOW = 96
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


class Scratch:
    """Memory that is used by one after the other, so that it need not be asked for again."""

    def __init__(self) -> None:
        self._free: dict[tuple[int, ...], list[Array]] = defaultdict(list)

    @contextmanager
    def lent(self, *shapes: tuple[int, ...]) -> Iterator[list[Array]]:
        """Arrays of these shapes; what stands in them is not meant."""
        lent = [self._one(shape) for shape in shapes]
        try:
            yield lent
        finally:
            for one in lent:
                self._free[one.shape].append(one)

    def _one(self, shape: tuple[int, ...]) -> Array:
        try:
            return self._free[shape].pop()
        except IndexError:
            return np.empty(shape)


@dataclass
class Factors:
    """L D L' of B matrices of one pattern, and what elimination leaves at their border.

    Attributes:
        tree: of the pattern; vertices are numbered as there. values: (entries, B) off the diagonal.
        threads: that eliminate from one large front; the result is the same with any number.
        scratch: memory that others use too, but not at the same time.
    """

    tree: Tree
    values: Array
    threads: int = 1
    scratch: Scratch = field(default_factory=Scratch)
    _made: list[_Narrow | _Wide] = field(default_factory=list)
    _panels: dict[int, Array] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """B."""
        return int(self.values.shape[1])

    def factor(self, diagonal: Array, take: Callable[[int, Array], None] | None = None) -> None:
        """Factorise.

        Args:
            diagonal: (inner, B) signed.
            take: told the number of a matrix and the (k, k) that its elimination adds between vertices of the border,
                on and below the diagonal; what stands above is not meant, and none of it lasts.

        Raises:
            PivotFailed: a pivot of the wrong sign.
        """
        tree = self.tree
        with self.scratch.lent((tree.sources, self.count)) as (sources,):
            sources[: tree.inner] = diagonal
            sources[tree.inner : tree.inner + len(self.values)] = self.values
            self._made = [_narrow(batch, sources) for batch in tree.batches if not batch.wide]
            given = [_by_matrix(batch.takes @ sources) for batch in tree.batches if batch.wide]
            outside = _by_matrix(tree.border.takes @ sources)
        wide = list(range(len(self._made), len(tree.batches)))
        for number in wide:
            self._made.append(self._empty(number))
        width = tree.total - tree.inner
        shapes = [(s, c, c) for _, c, s in (tree.batches[number].shape for number in wide)]
        with self.scratch.lent((width, width), *shapes) as (border, *lent):
            rests = dict(zip(wide, lent, strict=True))
            for one in range(self.count):
                for number, values in zip(wide, given, strict=True):
                    self._eliminate(number, one, values[one], rests)
                if take is not None:
                    border.fill(0.0)
                    border.reshape(-1)[tree.border.target] = outside[one]
                    _add(tree.border.pairs, rests, [border[:, :0]], [border])
                    take(one, border)

    def _empty(self, number: int) -> _Wide:
        """Factors of a wide batch that are still to be made, and memory for them."""
        batch = self.tree.batches[number]
        p, c, s = batch.shape
        if number not in self._panels:
            self._panels[number] = np.empty((self.count, s, p + c, p))
        return _Wide(np.where(np.arange(p) < batch.negative, -1.0, 1.0), [])

    def _eliminate(self, number: int, one: int, values: Array, rests: Mapping[int, Array]) -> None:
        """Eliminate from a wide batch of one matrix.

        Args:
            values: (targets,) what it takes from narrow fronts and from the matrix.
            rests: batch -> (S, c, c) what it leaves of the matrix; that of this one is made.
        """
        batch, made = self.tree.batches[number], self._made[number]
        assert isinstance(made, _Wide)
        panels, own = self._panels[number][one], rests[number]
        panels.fill(0.0)
        own.fill(0.0)
        panels.reshape(-1)[batch.panel] = values[: len(batch.panel)]
        own.reshape(-1)[batch.left] = values[len(batch.panel) :]
        _add(batch.pairs, rests, panels, own)
        made.parts += [_eliminated(*both, made.sign, self.threads) for both in zip(panels, own, strict=True)]

    # -- solving ----------------------------------------------------------------------------------------------------

    def forward(self, right: Array) -> None:
        """right: (total, B) becomes L^-1 right, in place."""
        passed = np.zeros((self.tree.passed, self.count))
        for batch, made in zip(self.tree.batches, self._made, strict=True):
            p, c, s = batch.shape
            right[batch.pivots] -= batch.meets @ passed
            part = right[batch.pivots].reshape(p, s, self.count)
            own = passed[batch.passes : batch.passes + c * s].reshape(c, s, self.count)
            if isinstance(made, _Wide):
                _wide_forward(made, part, own)
                continue
            for k in range(p - 1):
                part[k + 1 :] -= made.lower[k, k + 1 : p] * part[k]
            for k in range(p):
                own += made.lower[k, p:] * part[k]
        right[self.tree.inner :] -= self.tree.border.meets @ passed

    def backward(self, right: Array) -> None:
        """right: (total, B) becomes L'^-1 D^-1 right for the inner vertices, in place; the border's are given."""
        for batch, made in zip(reversed(self.tree.batches), reversed(self._made), strict=True):
            p, c, s = batch.shape
            part, rest = right[batch.pivots].reshape(p, s, self.count), np.take(right, batch.rest, axis=0)
            if isinstance(made, _Wide):
                _wide_backward(made, part, rest)
                continue
            part /= made.diagonal
            for k in range(p - 1, -1, -1):
                if c:
                    part[k] -= (made.lower[k, p:] * rest).sum(axis=0)
                if k < p - 1:
                    part[k] -= (made.lower[k, k + 1 : p] * part[k + 1 :]).sum(axis=0)


def _by_matrix(values: Array) -> Array:
    return np.ascontiguousarray(values.T)


def _add(
    pairs: Iterable[Pair], rests: Mapping[int, Array], panels: Sequence[Array] | Array, own: Sequence[Array] | Array
) -> None:
    """What wide fronts leave is added to others: to the panels of these and to what these leave."""
    for pair in pairs:
        _add_below(pair, rests[pair.child][pair.place], panels[pair.own], own[pair.own])


def _narrow(batch: Batch, sources: Array) -> _Narrow:
    """Eliminate from a narrow batch of all matrices; what is left stands among the sources."""
    p, c, s = batch.shape
    front = np.asarray(batch.takes @ sources).reshape(p + c, p + c, s, sources.shape[1])
    lower = np.zeros((p, *front.shape[1:]))
    diagonal = np.empty((p, *front.shape[2:]))
    for k in range(p):
        diagonal[k] = front[0, 0]
        row = front[0, 1:]
        np.divide(row, diagonal[k], out=lower[k, k + 1 :])
        front = front[1:, 1:] - lower[k, k + 1 :, None] * row
    sources[batch.leaves : batch.leaves + c * c * s] = front.reshape(c * c * s, sources.shape[1])
    return _Narrow(lower, diagonal)


def _add_below(pair: Pair, remainder: Array, panel: Array, rest: Array) -> None:
    """What a front leaves, (c', c'), is added to another, (f, p) and (c, c), on and below the diagonal: by stretches if
    they are few, or else row by row."""
    where, first, pivots = pair.where, pair.first, panel.shape[1]
    if len(pair.starts) ** 2 < STRETCHES * len(where):
        _add_stretches(pair, remainder, panel, rest)
        return
    inside, outside = where[:first], where[first:] - pivots
    for target, values in zip(where, remainder, strict=True):
        panel[target][inside] += values[:first]
    for count, (target, values) in enumerate(zip(outside, remainder[first:], strict=True), 1):
        rest[target][outside[:count]] += values[first : first + count]


def _add_stretches(pair: Pair, remainder: Array, panel: Array, rest: Array) -> None:
    """The same by rectangles: rows of one stretch, columns of one that is not after it."""
    where, first, pivots = pair.where, pair.first, panel.shape[1]
    starts = pair.starts.tolist()
    stretches = [slice(start, end) for start, end in pairwise([*starts, len(where)]) if end > start]
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


def _wide_forward(made: _Wide, part: Array, passed: Array) -> None:
    """part: (p, S, B) becomes L^-1 part; passed: (c, S, B) what the rest is lessened by."""
    for (b, place), (lower, left) in zip(np.ndindex(part.shape[:0:-1]), made.parts, strict=True):
        own = blas.dtrsv(lower.T, part[:, place, b], trans=1)
        part[:, place, b] = own
        passed[:, place, b] = left @ own


def _wide_backward(made: _Wide, part: Array, rest: Array) -> None:
    """part: (p, S, B) is solved in place for given (c, S, B) rest."""
    for (b, place), (lower, left) in zip(np.ndindex(part.shape[:0:-1]), made.parts, strict=True):
        known = made.sign * part[:, place, b] - left.T @ rest[:, place, b]
        part[:, place, b] = blas.dtrsv(lower.T, known)
