"""Fronts of the same shape side by side, and what goes where in them.

Days have the same pattern: their fronts have the same shape, and are eliminated together, one batch after another.
Everything that fronts are made of stands in one array of sources: the diagonal, the entries of the matrix, and what
narrow fronts leave, (c, c, S) of each batch on end. What a front takes from it is a sparse matrix.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from dafeng.pathway.system import Array, Flags, Places

WIDE = 96
"""Fronts of this many vertices, and at least three to eliminate, are factorised by LAPACK, one matrix after another,
and so are all above them; others before them, elementwise, all days at once. Of a wide front only what stands on and
below the diagonal is meant: its panel (f, p), the columns of its pivots, and what it leaves (c, c)."""


def is_wide(pivots: int, rest: int) -> bool:
    """Is LAPACK used for a front that eliminates so many vertices and leaves so many."""
    return pivots >= 3 and pivots + rest >= WIDE


@dataclass(frozen=True)
class Fronts:
    """Vertices that fronts eliminate, and that they leave.

    Attributes:
        parent: -1: none. wide: is LAPACK used, here and for all above.
    """

    pivots: Sequence[Places]
    rest: Sequence[Places]
    parent: Places
    level: Places
    wide: Flags


@dataclass(frozen=True)
class Pair:
    """A wide front whose remainder is added to another, or to the border: its batch and its place in that.

    own: place of the other in its batch. where: (c,) positions in the other, rising.
    first: the first of these that is no pivot there. starts: of the stretches of positions on end, and `first`.
    """

    child: int
    place: int
    own: int
    where: Places
    first: int
    starts: Places


@dataclass(frozen=True)
class Batch:
    """S fronts of one shape, none of which is an ancestor of another: p vertices are eliminated, c are left.

    Attributes:
        first: of the (p, S) pivots, which are numbered on end. rest: (c, S).
        negative: how many pivots are negative, which come first in a wide front. wide: is LAPACK used.
        takes: (targets, sources). Targets are the entries of a narrow front, all of them, (f, f, S); of a wide one
            those at `panel`, places in the flat (S, f, p), and then those at `left`, places in the flat (S, c, c).
        pairs: what wide fronts add to these.
        leaves: place of the first of the (c, c, S) that narrow fronts leave among the sources.
        passes: place of the first of the (c, S) that the right side of the rest is lessened by.
        meets: (p S, passed) what the right side of the pivots is lessened by.
    """

    first: int
    shape: tuple[int, int, int]
    rest: Places
    negative: int
    wide: bool
    takes: Any
    panel: Places
    left: Places
    pairs: tuple[Pair, ...]
    leaves: int
    passes: int
    meets: Any

    @property
    def pivots(self) -> slice:
        """Numbers of the pivots."""
        p, _, s = self.shape
        return slice(self.first, self.first + p * s)


@dataclass(frozen=True)
class Border:
    """What elimination leaves to k vertices.

    Attributes:
        takes: (targets, sources) from narrow fronts. target: places in the flat (k, k), on and below the diagonal.
        pairs: what wide fronts add. meets: (k, passed) what the right side is lessened by.
    """

    takes: Any
    target: Places
    pairs: tuple[Pair, ...]
    meets: Any


class Layout:
    """Sorts fronts into batches, numbers vertices as they are eliminated, and says what goes where.

    Attributes:
        order: (inner,) vertices in their new numbers. sources, passed: how many there are.
        batches: in order, narrow ones first. border: what they leave.
    """

    def __init__(self, inner: int, total: int, rows: Places, columns: Places, sign: Array, fronts: Fronts) -> None:
        self.inner, self.total, self.parent, self.wide = inner, total, fronts.parent, fronts.wide
        members: dict[tuple[bool, int, int, int, int], list[int]] = defaultdict(list)
        for k, (pivots, rest) in enumerate(zip(fronts.pivots, fronts.rest, strict=True)):
            wide = bool(fronts.wide[k])
            negative = int((sign[pivots] < 0).sum()) if wide else 0
            members[wide, int(fronts.level[k]), len(pivots), len(rest), negative].append(k)
        keys = sorted(members)
        which = [np.array(members[key]) for key in keys]
        batched = [np.array([fronts.pivots[k] for k in some]).T for some in which]
        self.order = _joint(one.ravel() for one in batched)
        place = np.arange(total)
        place[self.order] = np.arange(inner)
        self.rest = [
            np.sort(place[np.array([fronts.rest[k] for k in some], dtype=np.int64).reshape(len(some), -1)], axis=1).T
            for some in which
        ]
        self.where = np.empty((len(fronts.pivots), 2), dtype=np.int64)
        owner = np.empty(inner, dtype=np.int64)
        sizes = [(len(p), *r.shape) for p, r in zip(batched, self.rest, strict=True)]
        for number, some in enumerate(which):
            self.where[some] = np.column_stack([np.full(len(some), number), np.arange(len(some))])
        self.firsts = np.cumsum([0, *(p * s for p, _, s in sizes)])
        for number, (p, _, _) in enumerate(sizes):
            owner[self.firsts[number] : self.firsts[number + 1]] = np.tile(which[number], p)
        self.ends = place[rows], place[columns]
        front = owner[np.minimum(*self.ends)] if len(rows) else np.zeros(0, dtype=np.int64)
        self.by_front = np.argsort(front, kind="stable")
        self.starts = np.searchsorted(front[self.by_front], np.arange(len(fronts.pivots) + 1))
        self.by_parent = np.argsort(self.parent, kind="stable")
        self.first_child = np.searchsorted(self.parent[self.by_parent], np.arange(len(fronts.pivots) + 1))
        leaves = [0 if key[0] else c * c * s for key, (_, c, s) in zip(keys, sizes, strict=True)]
        self.leaves = inner + len(rows) + np.cumsum([0, *leaves])
        self.passes = np.cumsum([0, *(c * s for _, c, s in sizes)])
        self.sources, self.passed = int(self.leaves[-1]), int(self.passes[-1])
        receivers = _joint(one.ravel() for one in self.rest)
        passing = csr_array(
            (np.ones(len(receivers)), (receivers, np.arange(len(receivers)))), shape=(total, self.passed)
        )
        self.batches = tuple(
            self._batch(number, key, some, sizes[number], passing)
            for number, (key, some) in enumerate(zip(keys, which, strict=True))
        )
        self.border = self._border(np.flatnonzero(self.parent < 0), passing[inner:])

    def _batch(
        self,
        number: int,
        key: tuple[bool, int, int, int, int],
        which: Places,
        shape: tuple[int, int, int],
        passing: Any,
    ) -> Batch:
        (p, _, s), rest, wide = shape, self.rest[number], key[0]
        first, after = self.firsts[number : number + 2].tolist()
        places = _Positions(np.concatenate([np.arange(first, after).reshape(p, s), rest]), p, self.total, wide)
        own, front = _stretches(self.starts, which)
        entries = self.by_front[own]
        here = places.of(front, np.array([end[entries] for end in self.ends]))
        diagonal = np.repeat(np.arange(p), s), np.tile(np.arange(s), p)
        parts = [
            (diagonal[0], diagonal[0], diagonal[1], np.arange(first, after)),
            (here.max(axis=0), here.min(axis=0), front, self.inner + entries),
        ]
        if not wide:
            parts.append((here.min(axis=0), here.max(axis=0), front, self.inner + entries))
        own, above = _stretches(self.first_child, which)
        children = self.by_parent[own]
        narrow = ~self.wide[children]
        for child, at, mine in self._by_batch(children[narrow]):
            position = places.of(above[narrow][mine], self.rest[child][:, at])
            i, j, f = np.broadcast_arrays(position[:, None], position, above[narrow][mine])
            source = self._left(child, at)
            some = i >= j if wide else np.ones(i.shape, dtype=bool)
            parts.append((i[some], j[some], f[some], source[some]))
        pairs = [
            self._pair(child, f, places.of(f, self._rest(child)), p)
            for child, f in zip(children[~narrow].tolist(), above[~narrow].tolist(), strict=True)
        ]
        i, j, f, source = (np.concatenate(one) for one in zip(*parts, strict=True))
        target, inside = places.place(i, j, f), j < p
        none = np.zeros(0, dtype=np.int64)
        if wide:
            panel, to_panel = np.unique(target[inside], return_inverse=True)
            left, to_left = np.unique(target[~inside], return_inverse=True)
            target[inside], target[~inside] = to_panel, to_left + len(panel)
            count = len(panel) + len(left)
        else:
            panel, left, count = none, none, (p + len(rest)) ** 2 * s
        return Batch(
            first=first,
            shape=shape,
            rest=rest,
            negative=key[-1],
            wide=wide,
            takes=csr_array((np.ones(len(target)), (target, source)), shape=(count, self.sources)),
            panel=panel,
            left=left,
            pairs=tuple(pairs),
            leaves=int(self.leaves[number]),
            passes=int(self.passes[number]),
            meets=passing[first:after],
        )

    def _border(self, roots: Places, meets: Any) -> Border:
        """What fronts without a parent leave."""
        width = self.total - self.inner
        wide = self.wide[roots]
        targets: list[Places] = []
        sources: list[Places] = []
        for child, at, _ in self._by_batch(roots[~wide]):
            outside = self.rest[child][:, at] - self.inner
            i, j = np.broadcast_arrays(outside[:, None], outside)
            targets.append((i * width + j)[i >= j])
            sources.append(self._left(child, at)[i >= j])
        target, to = np.unique(_joint(targets), return_inverse=True)
        source = _joint(sources)
        takes = csr_array((np.ones(len(source)), (to, source)), shape=(len(target), self.sources))
        pairs = [self._pair(root, 0, self._rest(root) - self.inner, 0) for root in roots[wide].tolist()]
        return Border(takes, target, tuple(pairs), meets)

    def _by_batch(self, fronts: Places) -> list[tuple[int, Places, Places]]:
        """Batches of fronts, the places of these in them, and which of the fronts they are."""
        batch, place = self.where[fronts].T
        return [(number, place[mine := np.flatnonzero(batch == number)], mine) for number in np.unique(batch).tolist()]

    def _left(self, number: int, places: Places) -> Places:
        """(c, c, fronts) numbers, among the sources, of what some fronts of a narrow batch leave."""
        left, count = self.rest[number].shape
        return np.asarray(self.leaves[number] + np.arange(left * left).reshape(left, left, 1) * count + places)

    def _pair(self, child: int, own: int, where: Places, pivots: int) -> Pair:
        batch, place = self.where[child].tolist()
        first = int(np.searchsorted(where, pivots))
        breaks = np.flatnonzero(np.diff(where) != 1) + 1
        return Pair(batch, place, own, where, first, np.unique(np.r_[0, breaks, first]))

    def _rest(self, front: int) -> Places:
        number, place = self.where[front]
        return np.asarray(self.rest[number][:, place])


class _Positions:
    """Where vertices stand in the fronts of a batch.

    Args:
        vertices: (f, S) of the fronts, of which the first `pivots` are eliminated. total: vertices there are.
    """

    def __init__(self, vertices: Places, pivots: int, total: int, wide: bool) -> None:
        self.wide, self.total, self.pivots = wide, total, pivots
        self.size, self.count = vertices.shape
        keys = (vertices + np.arange(self.count) * total).ravel()
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]

    def of(self, front: Places | int, vertices: Places) -> Places:
        """Position of vertices, each in its front."""
        return np.asarray(self.order[np.searchsorted(self.keys, front * self.total + vertices)] // self.count)

    def place(self, i: Places, j: Places, front: Places) -> Places:
        """Place of entry (i, j) in the flat batch; of a wide one, in its panels or in what it leaves."""
        if not self.wide:
            return np.asarray((i * self.size + j) * self.count + front)
        left = self.size - self.pivots
        in_panel = (front * self.size + i) * self.pivots + j
        in_rest = (front * left + i - self.pivots) * left + j - self.pivots
        return np.asarray(np.where(j < self.pivots, in_panel, in_rest))


def _joint(parts: Iterable[Places]) -> Places:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _stretches(starts: Places, which: Places) -> tuple[Places, Places]:
    """starts[k] to starts[k + 1] for each k, on end, and the place of the k that each belongs to."""
    length = starts[which + 1] - starts[which]
    place = np.repeat(np.arange(len(which)), length)
    return np.arange(len(place)) + np.repeat(starts[which] - np.cumsum(length) + length, length), place
