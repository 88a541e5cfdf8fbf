"""Stock accounting: ageing, building, early retirement, conversion; what goes wrong without each row, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import maker, near, solve

from dafeng.pathway.making import Maker
from dafeng.pathway.model import build
from dafeng.pathway.solvers import Infeasible, Session


def plant(m: Maker, demand: list[float], **stock: object) -> tuple[int, int]:
    """One node with a plant of no running cost and a backstop at 50; (node, stock)."""
    a = m.node("a", demand)
    s = m.stock("plant", **stock)  # type: ignore[arg-type]
    m.process("plant", [(a, 1.0)], stock=s)
    m.process("backstop", [(a, 1.0)], cost=50)
    return a, s


def test_what_age_takes_is_built_anew() -> None:
    """10 stand in the first period, 4 in the second, 10 are wanted; building costs 100 (150 in the first
    period), the backstop 50 x 8 h.

    In the second period 6 are built: 600 (the backstop would be 2,400). One more unit inherited there saves 100. Without
    the balance capacity would be free: 0.
    """
    m = maker(periods=2, weight=8)
    plant(m, [10, 10], existing=[10, 4], build_cost=[150, 100], build_upper=100)
    found = solve(m)
    assert found.cost == near(600)
    assert found.plan.capacity == near(np.array([[10, 10]]))
    assert found.plan.build == near(np.array([[0, 6]]))
    assert found.dual("stock") == near(np.array([[0, -100]]))
    assert solve(m, without="stock").cost == near(0)


@pytest.mark.parametrize(("lasting", "cost"), [(True, 500), (False, 1000)])
def test_what_is_built_stands_as_long_as_it_lives(lasting: bool, cost: float) -> None:
    """5 wanted in both periods at 100 a unit: built once if it lives two periods (500), twice if one (1,000)."""
    m = maker(periods=2, weight=8)
    alive = np.array([[True, lasting], [False, True]])
    plant(m, [5, 5], build_cost=100, build_upper=100, alive=alive)
    found = solve(m)
    assert found.cost == near(cost)
    assert found.plan.build == near(np.array([[5, 0 if lasting else 5]]))


def test_what_is_decided_is_built() -> None:
    """3 are decided, though nothing is wanted: 300."""
    m = maker()
    plant(m, [0], build_cost=100, build_upper=100, build_lower=3)
    assert solve(m).cost == near(300)


def test_floor_and_ceiling_of_capacity() -> None:
    """A floor of 3 with nothing wanted costs 300; a ceiling of 4 with 10 wanted 400 + 6 x 50 x 8 = 2,800."""
    m = maker(weight=8)
    plant(m, [0], build_cost=100, build_upper=100, lower=3)
    assert solve(m).cost == near(300)
    m = maker(weight=8)
    plant(m, [10], build_cost=100, build_upper=100, upper=4)
    assert solve(m).cost == near(2800)


def test_early_retirement_saves_the_keep() -> None:
    """10 stand, 4 are wanted, keeping costs 10 a period, leaving 2: 6 leave at once, 12 + 2 x 40 = 92, not 200."""
    m = maker(periods=2)
    _, s = plant(m, [4, 4], existing=10, keep_cost=10)
    m.departure("retire", s, cost=2)
    found = solve(m)
    assert found.cost == near(92)
    assert found.plan.capacity == near(np.array([[4, 4]]))
    assert found.plan.departed == near(np.array([[6, 6]]))


def test_age_takes_departed_units_too() -> None:
    """10 stand first and 4 later, 4 are wanted: the 6 that leave early are those that age would have taken.

    Cost 12 + 40 + 40. Counted as gone for good, the 6 would be taken off the remaining 4: a capacity of -2, and no plan at
    all (flextool 169, pypsa-spice 9).
    """
    m = maker(periods=2)
    _, s = plant(m, [4, 4], existing=[10, 4], keep_cost=10)
    m.departure("retire", s, cost=2)
    found = solve(m)
    assert found.cost == near(92)
    assert found.plan.capacity == near(np.array([[4, 4]]))
    assert found.plan.departed == near(np.array([[6, 0]]))


def test_what_has_left_does_not_come_back() -> None:
    """10 stand in both periods; 4 wanted, then 10; keeping costs 10, leaving 2, the backstop 50 x 8 h.

    Nothing leaves: 200. If age could take departed units that are not due, 6 would leave to save 60 and come back:
    12 + 40 + 100 = 152.
    """
    m = maker(periods=2, weight=8)
    _, s = plant(m, [4, 10], existing=10, keep_cost=10)
    m.departure("retire", s, cost=2)
    assert solve(m).cost == near(200)
    assert solve(m, without="ageing").cost == near(152)


def test_only_what_was_inherited_departs() -> None:
    """4 coal units can be converted at 1, new coal costs 1, the converted plant cannot be built; 10 are wanted.

    4 are converted and 6 missing: 4 + 300. Without the row six new units would be built to be converted: 6 + 10 = 16.
    """
    m = maker()
    a = m.node("a", 10)
    coal = m.stock("coal", existing=4, build_cost=1, build_upper=100)
    ccs = m.stock("ccs")
    m.process("ccs", [(a, 1.0)], stock=ccs)
    m.process("backstop", [(a, 1.0)], cost=50)
    m.departure("retrofit", coal, ccs, cost=1)
    assert solve(m).cost == near(304)
    assert solve(m, without="inherited").cost == near(16)


def test_departures_may_be_bounded_by_period() -> None:
    """At most 2 may leave in a period: 2 x 2 x 2 for leaving, 8 and 6 kept at 10."""
    m = maker(periods=2)
    _, s = plant(m, [4, 4], existing=10, keep_cost=10)
    m.departure("retire", s, cost=2, upper=2)
    assert solve(m).cost == near(8 + 80 + 60)


def test_conversion_gives_its_ratio() -> None:
    """10 of coal (30 an hour with its CO2) become 9 of coal with capture (12 an hour) at 100 each; 9 wanted for 10 h.

    A converted unit serves 0.9 and saves 0.9 x 18 x 10 = 162 > 100: all are converted, 1,000 + 9 x 12 x 10 = 2,080.
    Left as it was: 2,700. At a ratio of 1 nine units would do, 900 + 1,080.
    """
    for ratio, cost in ((0.9, 2080), (1.0, 1980)):
        m = maker(weight=10)
        a = m.node("a", 9)
        coal, ccs = m.stock("coal", existing=10), m.stock("ccs")
        m.process("coal", [(a, 1.0)], stock=coal, cost=30)
        m.process("ccs", [(a, 1.0)], stock=ccs, cost=12)
        m.departure("retrofit", coal, ccs, ratio=ratio, cost=100)
        found = solve(m)
        assert found.cost == near(cost)
        assert found.plan.capacity[1] == near(np.array([9]))


def test_converted_units_age_with_the_plant_they_came_from() -> None:
    """10 of coal, 0 in the second period; converted at 1, 10 wanted: nothing stands in the second, 500 for the backstop.

    If conversion made new units of unbounded life, the cost would be 10.
    """
    m = maker(periods=2)
    a = m.node("a", 10)
    coal, ccs = m.stock("coal", existing=[10, 0]), m.stock("ccs")
    m.process("ccs", [(a, 1.0)], stock=ccs)
    m.process("backstop", [(a, 1.0)], cost=50)
    m.departure("retrofit", coal, ccs, cost=1)
    found = solve(m)
    assert found.cost == near(510)
    assert found.plan.capacity[1] == near(np.array([10, 0]))


def test_two_ways_out_share_what_is_there() -> None:
    """Of 10 inherited units, retirement and conversion together take 10, not 10 each."""
    m = maker()
    a = m.node("a", 10)
    coal, ccs = m.stock("coal", existing=10, keep_cost=10), m.stock("ccs")
    m.process("ccs", [(a, 1.0)], stock=ccs)
    m.process("backstop", [(a, 1.0)], cost=50)
    m.departure("retrofit", coal, ccs, cost=1)
    m.departure("retire", coal, cost=-3)
    assert solve(m).cost == near(10), "a conversion saves 50 and forgoes 3"


def test_a_floor_keeps_capacity_from_leaving() -> None:
    """A floor of 5 in the second period, 2 left by age and at most 3 can be built: though leaving pays 100, none leaves.

    With one unit less to build there is no plan, and that is said, not answered with a negative capacity.
    """
    for most in (3, 2.5):
        m = maker(periods=2)
        _, s = plant(m, [4, 4], existing=[10, 2], build_cost=1, build_upper=[0, 3], lower=[0, 5])
        m.departure("retire", s, cost=-100, upper=[0, 100])
        if most == 3:
            found = solve(m)
            assert found.plan.capacity == near(np.array([[10, 5]]))
            assert found.plan.departed == near(np.array([[0, 0]]))
        else:
            model = build(m.system())
            model.lp.set_bounds(model.columns.build[s, 1], upper=most)
            with pytest.raises(Infeasible):
                Session(model.lp).solve()
