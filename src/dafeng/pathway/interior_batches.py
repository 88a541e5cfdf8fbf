"""Fronts of the same shape side by side, and what goes where in them.

Days have the same pattern: their fronts have the same shape, and are eliminated together, one batch after another.
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
"""Fronts of this many vertices, and at least three to eliminate, are factorised by LAPACK, one matrix after another, and
so are all above them; others before them, elementwise, all days at once. Of a wide front only what stands on and below the diagonal is meant: its
panel (f, p), the columns of its pivots, and what it leaves (c, c)."""


def is_wide(pivots: int, rest: int) -> bool:
    """Is LAPACK used for a front that eliminates so many vertices and leaves so many."""
    return pivots >= 3 and pivots + rest >= WIDE


@dataclass(frozen=True)
class Fronts:
    """Vertices that fronts eliminate, and that they leave in the order in which those are eliminated further up.

    Attributes:
        parent: -1: none. wide: is LAPACK used, here and for all above.
    """

    pivots: Sequence[Places]
    rest: Sequence[Places]
    parent: Places
    level: Places
    wide: Flags


@dataclass(frozen=True)
class Addition:
    """Where the remainder of a batch goes in the front of another: front positions, remainder positions.

    Attributes:
        child: number of the batch.
        target: positions in the flat front, (f f S,), or in the panels of a wide one, (S f p,), or in what it leaves.
        leaves: are they in what a wide front leaves, (S c c,).
        source: positions in the flat remainder (c c S,); None: all of it.
        gather: sums the remainders that meet, (targets, remainder entries); None: none meet.
        pairs: (front of the child, front of the parent, places in rising order) where both are wide.
    """

    child: int
    target: Places
    leaves: bool
    source: Places | None
    gather: Any
    pairs: tuple[tuple[int, int, Places], ...]


@dataclass(frozen=True)
class Batch:
    """S fronts of one shape, none of which is an ancestor of another: p vertices are eliminated, c are left.

    Attributes:
        pivots: (p, S), negative ones first in a wide front. rest: (c, S).
        negative: how many pivots are negative. wide: is LAPACK used.
        at, entry: position in the flat front, (f f S,), or in the panels of a wide one, (S f p,), of an entry of the
            matrix, and its number.
        additions: what comes from earlier batches.
        target, meet: vertices of the rest, once each, and the matrix that sums those that meet (None: none do).
        border: what fronts without a parent leave, as an addition to the (k, k) border; None: all have one.
    """

    pivots: Places
    rest: Places
    negative: int
    wide: bool
    at: Places
    entry: Places
    additions: tuple[Addition, ...]
    target: Places
    meet: Any
    border: Addition | None

    @property
    def shape(self) -> tuple[int, int, int]:
        """p, c, S."""
        return len(self.pivots), len(self.rest), self.pivots.shape[1]


class Layout:
    """Sorts fronts into batches and says what goes where in them."""

    def __init__(self, inner: int, total: int, rows: Places, columns: Places, sign: Array, fronts: Fronts) -> None:
        self.fronts, self.rows, self.columns = fronts, rows, columns
        self.inner, self.total = inner, total
        members: dict[tuple[bool, int, int, int, int], list[int]] = defaultdict(list)
        for k, (pivots, rest) in enumerate(zip(fronts.pivots, fronts.rest, strict=True)):
            wide = bool(fronts.wide[k])
            negative = int((sign[pivots] < 0).sum()) if wide else 0
            members[wide, int(fronts.level[k]), len(pivots), len(rest), negative].append(k)
        self.keys = sorted(members)
        self.members = [members[key] for key in self.keys]
        self.where = np.empty((len(fronts.pivots), 2), dtype=np.int64)
        rank, owner = np.full(total, len(self.keys)), np.full(total, -1)
        for number, some in enumerate(self.members):
            for s, k in enumerate(some):
                self.where[k] = number, s
                rank[fronts.pivots[k]], owner[fronts.pivots[k]] = number, k
        # an entry stands in the front that eliminates the first of its two vertices
        front = owner[np.where(rank[rows] <= rank[columns], rows, columns)]
        self.by_front = np.argsort(front, kind="stable")
        self.starts = np.searchsorted(front[self.by_front], np.arange(len(fronts.pivots) + 1))
        self.by_parent = np.argsort(fronts.parent, kind="stable")
        self.first_child = np.searchsorted(fronts.parent[self.by_parent], np.arange(len(fronts.pivots) + 1))
        self.made: list[Batch] = []

    def batches(self) -> tuple[tuple[Batch, ...], dict[int, int]]:
        """The batches in order, and by which batch each is used last."""
        last_use: dict[int, int] = {}
        for number in range(len(self.keys)):
            self.made.append(self._batch(number))
            last_use.update({addition.child: number for addition in self.made[number].additions})
        return tuple(self.made), last_use

    def _batch(self, number: int) -> Batch:
        fronts, which = self.fronts, np.array(self.members[number])
        pivots = np.array([fronts.pivots[k] for k in which]).T
        rest = np.array([fronts.rest[k] for k in which], dtype=np.int64).reshape(len(which), -1).T
        wide, negative = self.keys[number][0], self.keys[number][-1]
        batch = _Positions(pivots, rest, self.total, wide)
        own, front = _stretches(self.starts, which)
        entries = self.by_front[own]
        i, j = batch.of(front, self.rows[entries]), batch.of(front, self.columns[entries])
        if wide:
            at, entry = batch.panel(np.maximum(i, j), np.minimum(i, j), front), entries
        else:
            at, entry = np.r_[batch.place(i, j, front), batch.place(j, i, front)], np.r_[entries, entries]
        target, meet = _meeting(rest.ravel())
        return Batch(
            pivots=pivots,
            rest=rest,
            negative=negative,
            wide=wide,
            at=at,
            entry=entry,
            additions=self._additions(which, batch),
            target=target,
            meet=meet,
            border=self._border(number, rest, wide, np.flatnonzero(fronts.parent[which] < 0)),
        )

    def _additions(self, which: Places, batch: _Positions) -> tuple[Addition, ...]:
        """What the children of these fronts, the members of a batch, add to it."""
        own, above = _stretches(self.first_child, which)
        children = self.by_parent[own]
        child_batch, place = self.where[children].T
        found, pairs = [], []
        for number in np.unique(child_batch).tolist():
            child, mine = self.made[number], np.flatnonzero(child_batch == number)
            mine = mine[np.argsort(place[mine], kind="stable")]
            here = batch.of(above[mine], child.rest[:, place[mine]])
            if batch.wide and child.wide:
                pairs.append(_paired(number, zip(place[mine], above[mine], here.T, strict=True)))
                continue
            source = _source(child.rest.shape, place[mine])
            i, j, front = np.broadcast_arrays(here[:, None], here, above[mine])
            if not batch.wide:
                target = batch.place(i, j, front)
                found.append(_addition(number, target.ravel(), source.ravel(), child.rest.shape))
                continue
            for leaves in (False, True):
                some = (i >= j) & ((j >= batch.pivots) == leaves)
                target = (batch.left if leaves else batch.panel)(i[some], j[some], front[some])
                found.append(_addition(number, target, source[some], child.rest.shape, leaves))
        return (*found, *pairs)

    def _border(self, number: int, rest: Places, wide: bool, roots: Places) -> Addition | None:
        """What fronts without a parent add to the border."""
        if not len(roots) or not len(rest):
            return None
        outside, width = rest[:, roots] - self.inner, self.total - self.inner
        if wide:
            return _paired(number, ((s, 0, where) for s, where in zip(roots, outside.T, strict=True)))
        target = outside[:, None] * width + outside
        return _addition(number, target.ravel(), _source(rest.shape, roots).ravel(), rest.shape)


class _Positions:
    """Where vertices stand in the fronts of a batch.

    Args:
        pivots: (p, S) and rest: (c, S) vertices of the fronts. total: vertices there are.
    """

    def __init__(self, pivots: Places, rest: Places, total: int, wide: bool) -> None:
        self.wide, self.total, self.pivots = wide, total, len(pivots)
        vertices = np.concatenate([pivots, rest])
        self.size, self.count = vertices.shape
        keys = (vertices + np.arange(self.count) * total).ravel()
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]

    def of(self, front: Places, vertices: Places) -> Places:
        """Position of vertices, each in its front."""
        return np.asarray(self.order[np.searchsorted(self.keys, front * self.total + vertices)] // self.count)

    def place(self, i: Places, j: Places, front: Places) -> Places:
        """Place of entry (i, j) of a narrow front in the flat batch."""
        return np.asarray((i * self.size + j) * self.count + front)

    def panel(self, i: Places, j: Places, front: Places) -> Places:
        """Place of entry (i, j) of a wide front in the flat panels of the batch."""
        return np.asarray((front * self.size + i) * self.pivots + j)

    def left(self, i: Places, j: Places, front: Places) -> Places:
        """Place of entry (i, j) of a wide front in the flat remainders of the batch."""
        size = self.size - self.pivots
        return np.asarray((front * size + i - self.pivots) * size + j - self.pivots)


def _stretches(starts: Places, which: Places) -> tuple[Places, Places]:
    """starts[k] to starts[k + 1] for each k, on end, and the place of the k that each belongs to."""
    length = starts[which + 1] - starts[which]
    place = np.repeat(np.arange(len(which)), length)
    return np.arange(len(place)) + np.repeat(starts[which] - np.cumsum(length) + length, length), place


def _source(shape: tuple[int, int], fronts: Places) -> Places:
    """(c, c, fronts) positions in the flat remainder of a batch, of shape (c, S), of what some of its fronts leave."""
    left, count = shape
    return np.asarray(np.arange(left * left).reshape(left, left, 1) * count + fronts)


def _addition(child: int, target: Places, source: Places, shape: tuple[int, int], leaves: bool = False) -> Addition:
    """What a batch adds.

    Args:
        target: (entries,) where to. source: (entries,) positions in the flat remainder.
        shape: (c, S) of the batch. leaves: is it added to what a wide front leaves.
    """
    entries = shape[0] ** 2 * shape[1]
    once, place = np.unique(target, return_inverse=True)
    if len(once) < len(target):
        gather = csr_array((np.ones(len(target)), (place, source)), shape=(len(once), entries))
        return Addition(child, once, leaves, None, gather, ())
    whole = np.array_equal(source, np.arange(entries))
    return Addition(child, target, leaves, None if whole else source, None, ())


def _paired(child: int, pairs: Iterable[tuple[Any, Any, Places]]) -> Addition:
    """What wide fronts add to wide ones, or to the border."""
    fronts = tuple((int(own), int(other), where) for own, other, where in pairs)
    return Addition(child, np.zeros(0, np.int64), False, None, None, fronts)


def _meeting(vertices: Places) -> tuple[Places, Any]:
    """Vertices once each, and the matrix that sums what goes to the same one (None: all differ)."""
    once, place = np.unique(vertices, return_inverse=True)
    if len(once) == len(vertices):
        return vertices, None
    entries = np.ones(len(vertices)), (place, np.arange(len(vertices)))
    return once, csr_array(entries, shape=(len(once), len(vertices)))
