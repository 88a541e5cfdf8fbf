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

from dafeng.pathway.interior_batches import Batch, Border, Fronts, Layout, is_wide
from dafeng.pathway.system import Array, Flags, Places

PRODUCT, PASSED, ROW, FRONT = 6e-11, 2.5e-9, 3e-6, 1e-4
"""Seconds: of a product, of an entry that one front leaves to another, of a row of these, of a front."""
BROAD = 64
"""Fronts of fewer vertices are small work that all days share: they are not joined."""


@dataclass(frozen=True)
class Tree:
    """Batches in the order of elimination, narrow ones first.

    Attributes:
        inner: vertices that are eliminated. total: with those of the border.
        order: (inner,) vertices by the numbers that they have in the batches: in the order of elimination.
        border: what is left to the border. sources, passed: numbers that fronts, and right sides, are made of.
    """

    inner: int
    total: int
    order: Places
    batches: tuple[Batch, ...]
    border: Border
    sources: int
    passed: int

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


def make_tree(inner: int, total: int, rows: Places, columns: Places, sign: Array, order: Places) -> Tree:
    """The tree of a pattern.

    Args:
        inner, total: vertices to be eliminated come first, those of the border after them.
        rows, columns: (entries,) vertices of the entries off the diagonal, each once.
        sign: (total,) of the diagonal.
        order: (inner,) of elimination.
    """
    fronts = _fronts(inner, total, rows, columns, sign, order)
    found = Layout(inner, total, rows, columns, sign, fronts)
    return Tree(inner, total, found.order, found.batches, found.border, found.sources, found.passed)


# -- fronts ------------------------------------------------------------------------------------------------------


def _fronts(inner: int, total: int, rows: Places, columns: Places, sign: Array, order: Places) -> Fronts:
    place = np.arange(total)
    place[order] = np.arange(inner)
    vertex = np.arange(total)
    vertex[:inner] = order
    groups, left = _supernodes(inner, total, place[rows], place[columns])
    groups, left = _joined(groups, left, _parents(groups, left, inner))
    parent = _parents(groups, left, inner)
    upwards = _upwards(parent)
    wide = np.array([is_wide(len(group), len(after)) for group, after in zip(groups, left, strict=True)], dtype=bool)
    level = np.zeros(len(groups), dtype=np.int64)
    for number in upwards:
        if parent[number] >= 0:
            level[parent[number]] = max(level[parent[number]], level[number] + 1)
            wide[parent[number]] |= wide[number]
    pivots = [vertex[places] for places in groups]
    for number in np.flatnonzero(wide).tolist():
        pivots[number] = pivots[number][np.argsort(sign[pivots[number]], kind="stable")]
    rest = [vertex[np.fromiter(one, dtype=np.int64, count=len(one))] for one in left]
    return Fronts(pivots, rest, parent, level, wide)


def _supernodes(inner: int, total: int, rows: Places, columns: Places) -> tuple[list[list[int]], list[set[int]]]:
    """Groups of vertices (by place in the order) with the same neighbours behind them, and what each group leaves."""
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
            group = group_of[child]
            if sizes[child] == len(after) + 1 and (best < 0 or len(groups[group]) > len(groups[best])):
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


def _joined(groups: list[list[int]], left: list[set[int]], parent: Places) -> tuple[list[list[int]], list[set[int]]]:
    """The same, with groups joined to those above where multiplying zeros takes less time than passing on entries."""
    pivots, rest = [len(group) for group in groups], [len(after) for after in left]
    joined, upwards = np.arange(len(groups)), _upwards(parent)
    for number in upwards:
        above = int(parent[number])
        if above < 0 or pivots[number] + rest[number] < BROAD:
            continue
        together = pivots[number] + pivots[above]
        more = _products(together, rest[above]) - _products(pivots[number], rest[number])
        more -= _products(pivots[above], rest[above])
        if more * PRODUCT < FRONT + ROW * rest[number] + PASSED * rest[number] ** 2:
            joined[number], pivots[above] = above, together
    for number in reversed(upwards):
        joined[number] = joined[joined[number]]
    kept = np.unique(joined)
    members: dict[int, list[int]] = {int(number): [] for number in kept}
    for number, group in enumerate(groups):
        members[int(joined[number])] += group
    return [sorted(group) for group in members.values()], [left[number] for number in members]


def _products(pivots: int, rest: int) -> float:
    """Of numbers, in the elimination from one side of the diagonal."""
    return float((pivots + rest) ** 3 - rest**3) / 6


def _parents(groups: list[list[int]], left: list[set[int]], inner: int) -> Places:
    """(groups,) the group that eliminates the first of what a group leaves; -1: none, it is of the border."""
    owner = np.full(inner, -1)
    for number, group in enumerate(groups):
        owner[group] = number
    first = [min(after, default=inner) for after in left]
    return np.array([owner[f] if f < inner else -1 for f in first], dtype=np.int64)


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
