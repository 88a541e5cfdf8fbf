"""Kirchhoff's voltage law on passive lines: around every cycle the drops sum to zero."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import Array, Lines, System


def voltage_law(lp: LinearProgram, system: System, columns: Columns) -> None:
    """One row per independent cycle and step (cycles, T).

        sum(l in cycle) direction[l] impedance[l] f[l,t] = 0

    A row is divided by the largest impedance of its cycle. Dual: M per P.
    """
    found = cycles(system.lines)
    for number, drops in enumerate(found):
        which = np.flatnonzero(drops)
        drop = drops[which] * system.lines.impedance[which]
        scale = np.abs(drop).max()
        rows = lp.rows(f"cycle {number}", (system.steps.count,), [], lower=0.0, upper=0.0, axes=(system.steps.labels,))
        lp.add(rows[None, :], drop[:, None] / (scale or 1.0), columns.flow[which])


def cycles(lines: Lines) -> list[Array]:
    """Independent cycles as directions of the lines (1 along, -1 against): one per line outside a spanning forest."""
    towards: dict[int, list[tuple[int, int, float]]] = {}
    parent: dict[int, tuple[int, int, float] | None] = {}
    depth: dict[int, int] = {}
    ends = list(zip(lines.start.tolist(), lines.end.tolist(), strict=True))
    for number, (a, b) in enumerate(ends):
        towards.setdefault(a, []).append((b, number, 1.0))
        towards.setdefault(b, []).append((a, number, -1.0))
    used: set[int] = set()
    for root in towards:
        if root in parent:
            continue
        parent[root], depth[root] = None, 0
        waiting = [root]
        while waiting:
            here = waiting.pop(0)
            for there, number, direction in towards[here]:
                if there not in parent:
                    parent[there], depth[there] = (here, number, direction), depth[here] + 1
                    used.add(number)
                    waiting.append(there)
    found = []
    for number, (a, b) in enumerate(ends):
        if number not in used:
            found.append(_closed(number, a, b, parent, depth, len(ends)))
    return found


def _closed(
    number: int,
    a: int,
    b: int,
    parent: dict[int, tuple[int, int, float] | None],
    depth: dict[int, int],
    count: int,
) -> Array:
    """The cycle that a line closes: along it from a to b, back through the tree."""
    drops = np.zeros(count)
    drops[number] += 1.0
    while a != b:
        if depth[b] >= depth[a]:
            step = parent[b]
            assert step is not None
            drops[step[1]] -= step[2]
            b = step[0]
        else:
            step = parent[a]
            assert step is not None
            drops[step[1]] += step[2]
            a = step[0]
    return drops
