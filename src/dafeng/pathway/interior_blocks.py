"""The linear system of an interior point step, block by block, with what joins the blocks as a border.

    [-diag(theta)  A'     ] [dx]   [h]
    [ A            diag(e)] [dy] = [r]          theta > 0 (columns), e > 0 (rows)

Columns belong to a block (a day of a period) or to the border (capacities, what days pass on). A row belongs to the
block of its columns, and to the border if they are of several blocks or of none. Blocks are eliminated first, all those
of one shape at once; what they leave is added to the system of the border, which has factors of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from dafeng.pathway.cores import cores
from dafeng.pathway.interior_fronts import Factors, Scratch, quietly
from dafeng.pathway.interior_tree import after_neighbours, make_tree, minimum_degree
from dafeng.pathway.system import Array, Flags, Places

FRONT_BYTES = 2**28
"""Memory for the fronts of one batch: so many blocks are factorised together."""
SHARED_BYTES, SHARES = 2**22, 4
"""Size of the largest batch of fronts of a block from which blocks are shared out over the cores, and in how many
parts: so many on every machine, that the result may be the same."""


@dataclass(frozen=True)
class _Part:
    """Blocks of one shape: inner (i, B) and border (k, B) vertices; where the border's entries go.

    own: how many vertices of the border differ from block to block; they come first.
    pairs: positions in the flat (k k,) border with one of these. entries: (B, pairs) numbers of entries of the border
        system. common: numbers of those that the others have with one another.
    """

    factors: Factors
    inner: Places
    border: Places
    own: int
    pairs: Places
    entries: Places
    common: Places


@dataclass(frozen=True)
class Vertices:
    """Columns and then rows as vertices: their block (-1: border), kind (for alignment) and whether they are weak."""

    block: Places
    kind: Places
    weak: Flags
    sign: Array


def vertices(pattern: csr_array, block: Places, kinds: tuple[Places, Places], weak: Flags) -> Vertices:
    """Rows get the block of their columns.

    Args:
        pattern: (rows, columns) whose entries are not zero.
        block: (columns,) block of a column, -1 for the border.
        kinds: (columns,), (rows,) what blocks are aligned by: the named block of the program.
        weak: (rows,) equations.
    """
    rows, columns = pattern.shape
    entries = pattern.tocoo()
    of = block[entries.col]
    least, most = np.full(rows, np.iinfo(np.int64).max), np.full(rows, -1)
    inside = of >= 0
    np.minimum.at(least, entries.row[inside], of[inside])
    np.maximum.at(most, entries.row[inside], of[inside])
    own = np.where(least == most, most, -1)
    return Vertices(
        block=np.r_[block, own],
        kind=np.r_[kinds[0], kinds[1] + kinds[0].max(initial=0) + 1],
        weak=np.r_[np.zeros(columns, dtype=bool), weak],
        sign=np.r_[-np.ones(columns), np.ones(rows)],
    )


class BlockSystem:
    """Factorises and solves the system for changing theta and e.

    Args:
        matrix: A (rows, columns).
        vertices: of its columns and rows.

    Blocks are factorised side by side, one thread a core; the result is the same with any number.
    """

    def __init__(self, matrix: csr_array, vertices: Vertices) -> None:
        self._threads = cores()
        self._pool = ThreadPoolExecutor(self._threads)
        self._scratch = Scratch()
        entries = matrix.tocoo()
        self._ends = entries.col.astype(np.int64), entries.row.astype(np.int64) + matrix.shape[1]
        self._values = entries.data
        self._vertices = vertices
        self._border = np.flatnonzero(vertices.block < 0)
        self._place = np.full(len(vertices.block), -1)
        self._place[self._border] = np.arange(len(self._border))
        shapes = [self._shape(*blocks) for blocks in self._alike()]
        self._make_border(shapes)
        self._parts = [part for shape in shapes for part in self._made(*shape)]
        self._stand = np.empty(len(vertices.block), dtype=np.int64)
        vertex = np.concatenate([self._border, *(part.inner.ravel() for part in self._parts)])
        self._stand[vertex] = np.arange(len(vertex))

    # -- shapes -----------------------------------------------------------------------------------------------------

    def _alike(self) -> list[tuple[list[Places], list[Places], list[Places]]]:
        """Blocks of one shape: for each block its vertices, those of the border it touches, its entries."""
        v = self._vertices
        count = int(v.block.max(initial=-1)) + 1
        by_block = np.argsort(v.block, kind="stable")
        starts = np.searchsorted(v.block[by_block], np.arange(count + 1))
        of_entry = np.maximum(v.block[self._ends[0]], v.block[self._ends[1]])
        entries = np.argsort(of_entry, kind="stable")
        firsts = np.searchsorted(of_entry[entries], np.arange(count + 1))
        found: dict[bytes, tuple[list[Places], list[Places], list[Places]]] = defaultdict(lambda: ([], [], []))
        for b in range(count):
            inner, own = by_block[starts[b] : starts[b + 1]], entries[firsts[b] : firsts[b + 1]]
            ends = np.unique(np.r_[self._ends[0][own], self._ends[1][own]])
            touched = ends[v.block[ends] < 0]
            if not len(inner):
                continue
            key = v.kind[inner].tobytes() + b"|" + v.kind[touched].tobytes()
            for several, one in zip(found[key], (inner, touched, own), strict=True):
                several.append(one)
        return list(found.values())

    def _shape(self, inner: list[Places], touched: list[Places], own: list[Places]) -> tuple[Places, Places, Any]:
        """Vertices (i, B), border (k, B) by place, and the pattern: rows, columns, values (entries, B).

        Vertices of the border that differ from block to block come first.
        """
        vertex, outside = np.array(inner).T, np.array(touched, dtype=np.int64).reshape(len(inner), -1).T
        same = (outside == outside[:, :1]).all(axis=1)
        outside = np.concatenate([outside[~same], outside[same]])
        total = len(vertex) + len(outside)
        local = np.empty(len(self._vertices.block), dtype=np.int64)
        keys, which = [], []
        for b, entries in enumerate(own):
            local[vertex[:, b]] = np.arange(len(vertex))
            local[outside[:, b]] = np.arange(len(vertex), total)
            keys.append(local[self._ends[0][entries]] * total + local[self._ends[1][entries]])
            which.append(np.full(len(entries), b))
        once, place = np.unique(np.concatenate(keys), return_inverse=True)
        values = np.zeros((len(once), len(own)))
        values[place, np.concatenate(which)] = self._values[np.concatenate(own)]
        return vertex, self._place[outside], (once // total, once % total, values)

    def _made(self, inner: Places, border: Places, pattern: tuple[Places, Places, Array]) -> list[_Part]:
        """Factors of a shape, for as many blocks together as memory allows."""
        rows, columns, values = pattern
        border = self._number[border]
        count, total = len(inner), len(inner) + len(border)
        inside = (rows < count) & (columns < count)
        rows_in, columns_in = rows[inside], columns[inside]
        order = minimum_degree(count, rows_in, columns_in)
        weak = np.asarray(self._vertices.weak[inner].all(axis=1))
        order = after_neighbours(order, weak, rows_in, columns_in)
        sign = np.r_[self._vertices.sign[inner[:, 0]], self._vertices.sign[self._border[border[:, 0]]]]
        tree = make_tree(count, total, rows, columns, sign, order)
        size = 8 * max(tree.largest, 1)
        together = max(1, FRONT_BYTES // size)
        if size >= SHARED_BYTES:
            together = min(together, -(-inner.shape[1] // SHARES))
        inner = inner[tree.order]
        own = _differing(border)
        i, j = np.tril_indices(len(border), -1)
        alike = j >= own
        common = self._entry(border[i[alike], 0], border[j[alike], 0])
        i, j = i[~alike], j[~alike]
        pairs = i * len(border) + j
        found = []
        for first in range(0, inner.shape[1], together):
            some = slice(first, first + together)
            entries = np.ascontiguousarray(self._entry(border[i, some], border[j, some]).T)
            factors = Factors(tree, np.ascontiguousarray(values[:, some]), scratch=self._scratch)
            found.append(_Part(factors, inner[:, some], border[:, some], own, pairs, entries, common))
        return found

    # -- the border -------------------------------------------------------------------------------------------------

    def _make_border(self, shapes: list[tuple[Places, Places, Any]]) -> None:
        size, block = len(self._border), self._vertices.block
        own = (block[self._ends[0]] < 0) & (block[self._ends[1]] < 0)
        ends = self._place[self._ends[0][own]], self._place[self._ends[1][own]]
        keys = [self._key(*ends)]
        for _, border, _ in shapes:
            first = _differing(border)
            i, j = np.triu_indices(len(border), 1)
            for (one, other), cliques in (
                ((i[i >= first], j[i >= first]), border[:, :1]),
                ((i[i < first], j[i < first]), border),
            ):
                keys += [self._key(clique[one], clique[other]) for clique in cliques.T]
        self._keys = _once(np.concatenate(keys))
        self._fixed = np.zeros((len(self._keys), 1))
        self._fixed[np.searchsorted(self._keys, keys[0]), 0] = self._values[own]
        rows, columns = self._keys // max(size, 1), self._keys % max(size, 1)
        order, sign = minimum_degree(size, rows, columns), self._vertices.sign[self._border]
        tree = make_tree(size, size, rows, columns, sign, order)
        self._joint = Factors(tree, self._fixed, self._threads)
        self._number = np.empty(size, dtype=np.int64)
        self._number[tree.order] = np.arange(size)
        self._border = self._border[tree.order]

    def _entry(self, one: Places, other: Places) -> Places:
        """Numbers of the entries of the border between vertices of it."""
        order = self._joint.tree.order
        return np.searchsorted(self._keys, self._key(order[one], order[other]))

    def _key(self, one: Places, other: Places) -> Places:
        """A number for each pair of vertices of the border, in either order."""
        return np.asarray(np.minimum(one, other) * len(self._border) + np.maximum(one, other))

    # -- numbers ----------------------------------------------------------------------------------------------------

    def factor(self, theta: Array, relaxed: Array) -> None:
        """Factorise for theta (columns,) and e = relaxed (rows,), both positive.

        Raises:
            PivotFailed: rounding spoiled the factors.
        """
        diagonal = np.r_[-theta, relaxed]

        def factor(part: _Part) -> tuple[Array, Array]:
            values, own = np.zeros(len(self._keys)), np.zeros(len(self._border))
            common = np.zeros((len(part.border) - part.own,) * 2)

            def take(one: int, left: Array) -> None:
                np.add(common, left[part.own :, part.own :], out=common)
                values[part.entries[one]] += np.take(left, part.pairs)
                own[part.border[:, one]] += left.diagonal()

            part.factors.factor(diagonal[part.inner], take)
            values[part.common] += common[np.tril_indices(len(common), -1)]
            return values, own

        values, own = self._fixed.copy(), diagonal[self._border, None]
        for more, further in self._each(factor):
            values[:, 0] += more
            own[:, 0] += further
        self._joint.values = values
        self._joint.factor(own)

    def solve(self, right: Array) -> Array:
        """(columns + rows,) the solution for a right side."""
        border = right[self._border, None]

        def forward(part: _Part) -> Array:
            own = np.zeros((part.factors.tree.total, part.inner.shape[1]))
            own[: len(part.inner)] = np.take(right, part.inner)
            part.factors.forward(own)
            return own

        kept = list(self._each(forward))
        for part, own in zip(self._parts, kept, strict=True):
            np.add.at(border[:, 0], part.border, own[len(part.inner) :])
        self._joint.forward(border)
        self._joint.backward(border)

        def backward(part: _Part, own: Array) -> Array:
            own[len(part.inner) :] = border[part.border, 0]
            part.factors.backward(own)
            return own[: len(part.inner)].ravel()

        return np.take(np.concatenate([border[:, 0], *self._each(backward, kept)]), self._stand)

    def _each(self, work: Callable[..., Any], *given: Iterable[Any]) -> Iterator[Any]:
        """Do something with every part, and what is given for it, on as many cores as there are parts.

        What comes of it is given in the order of the parts, and kept no longer than until then.
        """
        if min(self._threads, len(self._parts)) < 2:
            return map(work, self._parts, *given)
        return self._pool.map(quietly(work), self._parts, *given)


def _differing(border: Places) -> int:
    """How many of the vertices, the first of (k, B), are not the same in all blocks."""
    return int((border != border[:, :1]).any(axis=1).sum())


def _once(numbers: Places) -> Places:
    """Sorted, each once; for millions of them several times faster than `np.unique`."""
    found = np.sort(numbers)
    return found[np.diff(found, prepend=-1) > 0]
