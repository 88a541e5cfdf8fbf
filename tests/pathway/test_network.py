"""Kirchhoff's voltage law on meshed lines, by hand."""

from __future__ import annotations

import numpy as np
from tests.pathway.small import maker, near, solve

from dafeng.pathway.equations import cycles
from dafeng.pathway.making import Maker
from dafeng.pathway.system import Lines


def triangle(capacity_13: float) -> Maker:
    """Cheap power (10) at node 1, dear (40) at node 3, 9 wanted at 3; three equal lines."""
    m = maker()
    nodes = [m.node("1"), m.node("2"), m.node("3", 9)]
    m.process("cheap", [(nodes[0], 1.0)], cost=10)
    m.process("dear", [(nodes[2], 1.0)], cost=40)
    for start, end, capacity in ((0, 1, 100), (1, 2, 100), (0, 2, capacity_13)):
        stock = m.stock(f"{start + 1}-{end + 1}", existing=capacity)
        m.line(f"{start + 1}-{end + 1}", nodes[start], nodes[end], stock, impedance=0.1)
    return m


def test_flows_follow_the_impedances() -> None:
    """One way has one line, the other two: 2/3 of 9 flow directly. With room for 5 there, only 7.5 can be sent.

    Cost 75 + 1.5 x 40 = 135, prices 10, 25, 40 (a unit at node 2 loads the line half as much as one at node 1). Without
    the law 9 would flow: 5 directly, 4 around, 90: a plan that the grid cannot carry.
    """
    free = solve(triangle(100))
    assert free.cost == near(90)
    assert free.plan.flow.ravel() == near(np.array([3, 3, 6]))
    found = solve(triangle(5))
    assert found.cost == near(135)
    assert found.plan.flow.ravel() == near(np.array([2.5, 2.5, 5]))
    assert found.plan.price.ravel() == near(np.array([10, 25, 40]))
    assert solve(triangle(5), without="cycle 0").cost == near(90)


def test_parallel_lines_share_by_impedance() -> None:
    """Impedances 1 and 3: of 8, 6 and 2; with room for 3 on the first, 4 can be sent."""
    for room, cost in ((100, 80), (3, 4 * 10 + 4 * 40)):
        m = maker()
        a, b = m.node("a"), m.node("b", 8)
        m.process("cheap", [(a, 1.0)], cost=10)
        m.process("dear", [(b, 1.0)], cost=40)
        m.line("near", a, b, m.stock("near", existing=room), impedance=1)
        m.line("far", b, a, m.stock("far", existing=100), impedance=3)
        found = solve(m)
        assert found.cost == near(cost)
        assert found.plan.flow[0] == near(-3 * found.plan.flow[1])


def test_independent_cycles() -> None:
    """Lines - nodes + areas: 3 of a complete graph of four, 1 of two parallel lines beside it, 0 of a tree."""

    def of(*ends: tuple[int, int]) -> list[np.ndarray]:
        start, end = np.array(ends).T
        names = tuple(str(k) for k in range(len(ends)))
        return cycles(Lines(names, start, end, start, np.ones((len(ends), 1)), np.ones(len(ends))))

    four = ((1, 0), (0, 2), (3, 0), (2, 1), (1, 3), (3, 2))
    assert len(of(*four, (4, 5), (5, 4))) == 4
    assert of((0, 1), (1, 2), (1, 3)) == []
    for drops in of(*four, (4, 5), (5, 4)):
        balance = np.zeros(6)
        for (a, b), along in zip((*four, (4, 5), (5, 4)), drops, strict=True):
            balance[[a, b]] += [-along, along]
        assert not balance.any(), "a cycle returns to where it began"
