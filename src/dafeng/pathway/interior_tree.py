"""The order in which a sparse symmetric system is eliminated, and the fronts in which that is done.

A quasi-definite matrix (negative diagonal for columns, positive for rows) has factors L D L' in every order of
elimination (Vanderbei 1995, https://doi.org/10.1137/0805005), so the order may follow the pattern alone. Vertices with
the same neighbours are eliminated together in a front, a small dense matrix; what is left of it is added to the front
of its parent (Duff and Reid 1983, https://doi.org/10.1145/356044.356047).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array
from scipy.sparse.linalg import spilu

from dafeng.pathway.interior_batches import Batch, Fronts, Layout, is_wide
from dafeng.pathway.system import Array, Flags, Places

BROAD, SLACK = 32, 0.5
"""A vertex joins a front of at least `BROAD` vertices if that adds at most this share of zeros, as a rule."""


@dataclass(frozen=True)
class Tree:
    """Batches in the order of elimination. inner: vertices that are eliminated. total: with those of the border."""

    inner: int
    total: int
    batches: tuple[Batch, ...]
    last_use: dict[int, int]

    @property
    def largest(self) -> int:
        """Entries of the largest batch."""
        return max(((p + c) ** 2 * s for p, c, s in (batch.shape for batch in self.batches)), default=0)


def minimum_degree(size: int, rows: Places, columns: Places) -> Places:
    """(size,) order of elimination of a symmetric pattern with little fill (Liu 1985, in SuperLU)."""
    if size < 3:
        return np.arange(size)
    every = np.arange(size)
    values = np.r_[np.full(size, 1e6), np.ones(2 * len(rows))]
    places = np.r_[every, rows, columns], np.r_[every, columns, rows]
    matrix = csc_array(coo_array((values, places), shape=(size, size)))
    # the factors are not wanted, so they are dropped
    ordered = spilu(
        matrix,
        drop_tol=1.0,
        fill_factor=1.0,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    order = np.empty(size, dtype=np.int64)
    order[ordered.perm_c] = every
    return order


def after_neighbours(order: Places, weak: Flags, rows: Places, columns: Places) -> Places:
    """The order with weak vertices behind their neighbours: an equation alone has a pivot of regularisation only."""
    place = np.empty(len(order))
    place[order] = np.arange(len(order))
    late = place.copy()
    for one, other in ((rows, columns), (columns, rows)):
        behind = weak[one] & ~weak[other]
        np.maximum.at(late, one[behind], place[other[behind]] + 0.5)
    return np.argsort(late, kind="stable")


def make_tree(
    inner: int, total: int, rows: Places, columns: Places, sign: Array, order: Places, slack: float = SLACK
) -> Tree:
    """The tree of a pattern.

    Args:
        inner, total: vertices to be eliminated come first, those of the border after them.
        rows, columns: (entries,) vertices of the entries off the diagonal, each once.
        sign: (total,) of the diagonal.
        order: (inner,) of elimination.
        slack: share of zeros that a vertex may add to a broad front that it joins.
    """
    fronts = _fronts(inner, total, rows, columns, sign, order, slack)
    return Tree(inner, total, *Layout(inner, total, rows, columns, sign, fronts).batches())


# -- fronts ------------------------------------------------------------------------------------------------------


def _fronts(inner: int, total: int, rows: Places, columns: Places, sign: Array, order: Places, slack: float) -> Fronts:
    place = np.arange(total)
    place[order] = np.arange(inner)
    vertex = np.arange(total)
    vertex[:inner] = order
    groups, left = _supernodes(inner, total, place[rows], place[columns], slack)
    pivots = [vertex[places] for places in groups]
    for number, one in enumerate(pivots):
        if is_wide(len(one), len(left[number])):
            pivots[number] = one[np.argsort(sign[one], kind="stable")]
    owner = np.full(total, -1)
    for number, group in enumerate(groups):
        owner[group] = number
    first = [min(one, default=total) for one in left]
    parent = np.array([owner[f] if f < inner else -1 for f in first], dtype=np.int64)
    upwards = _upwards(parent)
    last = np.arange(total)
    last[[one for number in upwards for one in pivots[number]]] = np.arange(inner)
    rest = [vertex[np.fromiter(one, dtype=np.int64, count=len(one))] for one in left]
    rest = [one[np.argsort(last[one])] for one in rest]
    level = np.zeros(len(groups), dtype=np.int64)
    for number in upwards:
        if parent[number] >= 0:
            level[parent[number]] = max(level[parent[number]], level[number] + 1)
    return Fronts(pivots, rest, parent, level)


def _supernodes(
    inner: int, total: int, rows: Places, columns: Places, slack: float
) -> tuple[list[list[int]], list[set[int]]]:
    """Groups of vertices (by place in the order) that are eliminated in one front, and what each leaves."""
    ends = np.minimum(rows, columns), np.maximum(rows, columns)
    pattern = csr_array(coo_array((np.ones(len(rows)), ends), shape=(total, total)))
    starts, others = pattern.indptr, pattern.indices
    children: list[list[int]] = [[] for _ in range(inner)]
    left: list[set[int]] = []
    group_of = np.full(inner, -1)
    groups: list[list[int]] = []
    sizes = np.zeros(inner, dtype=np.int64)
    for j in range(inner):
        after = set(others[starts[j] : starts[j + 1]].tolist())
        for child in children[j]:
            after |= left[group_of[child]]
        after.discard(j)
        sizes[j] = len(after)
        best = -1
        for child in children[j]:
            group, behind = group_of[child], sizes[child]
            zeros, front = len(after) + 1 - behind, len(groups[group]) + behind
            joins = zeros == 0 or (front >= BROAD and zeros <= slack * front)
            if joins and (best < 0 or len(groups[group]) > len(groups[best])):
                best = group
        if best < 0:
            best = len(groups)
            groups.append([])
            left.append(set())
        group_of[j] = best
        groups[best].append(j)
        left[best] = after
        first = min(after, default=total)
        if first < inner:
            children[first].append(j)
    return groups, left


def _upwards(parent: Places) -> list[int]:
    """Fronts, every child before its parent."""
    waiting = np.bincount(parent[parent >= 0], minlength=len(parent))
    ready = np.flatnonzero(waiting == 0).tolist()
    found = []
    while ready:
        number = ready.pop()
        found.append(number)
        above = int(parent[number])
        if above >= 0:
            waiting[above] -= 1
            if waiting[above] == 0:
                ready.append(above)
    return found
