"""Bounds by capacity: given or built, shared, of combined plants, of corridors and lines."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import maker, near, solve


@pytest.mark.parametrize("build_upper", [0.0, 100.0])
def test_available_share_of_a_capacity(build_upper: float) -> None:
    """Wind of 10 at 100 % and 50 %, demand 10, backstop 50: 5 are missing in step 1, cost 250.

    Whether the capacity is a number (column bound) or a variable too dear to build (row), the answer is one. Without the
    bound wind would serve everything at no cost.
    """
    m = maker(length=2)
    a = m.node("a", 10)
    wind = m.stock("wind", existing=10, build_cost=1000, build_upper=build_upper)
    m.process("wind", [(a, 1.0)], stock=wind, available=[1.0, 0.5])
    m.process("backstop", [(a, 1.0)], cost=50)
    found = solve(m)
    assert found.cost == near(250)
    assert found.plan.activity[0] == near(np.array([10, 5]))
    if build_upper:
        assert found.dual("available") == near(np.array([[0, -50]])), "one more available unit saves 50"
        assert solve(m, without="available").cost == near(0)


def test_building_pays_what_it_saves() -> None:
    """A unit of wind costs 20 and saves 0.5 x 50 = 25 in step 1: 10 are built, cost 200.

    At capacity 20 step 1 is served. The price of step 1 is 20 / 0.5 = 40, not 50: it pays the wind.
    """
    m = maker(length=2)
    a = m.node("a", 10)
    wind = m.stock("wind", existing=10, build_cost=20, build_upper=100)
    m.process("wind", [(a, 1.0)], stock=wind, available=[1.0, 0.5])
    m.process("backstop", [(a, 1.0)], cost=50)
    found = solve(m)
    assert found.cost == near(200)
    assert found.plan.build == near(np.array([[10]]))
    assert found.plan.price == near(np.array([[0, 40]]))


@pytest.mark.parametrize("build_upper", [0.0, 100.0])
def test_processes_of_one_stock_share_it(build_upper: float) -> None:
    """One plant of 10 can serve a or b; both want 8, a backstop costs 50: 6 are missing, 10 x 1 + 6 x 50 = 310.

    Without the row the plant would run 16 of 10: cost 16.
    """
    m = maker()
    a, b = m.node("a", 8), m.node("b", 8)
    plant = m.stock("plant", existing=10, build_cost=1000, build_upper=build_upper)
    for node, name in ((a, "a"), (b, "b")):
        m.process(f"plant to {name}", [(node, 1.0)], stock=plant, cost=1)
        m.process(f"backstop {name}", [(node, 1.0)], cost=50)
    found = solve(m)
    assert found.cost == near(310)
    assert found.dual("shared") == near(np.array([[-49]]))
    assert solve(m, without="shared").cost == near(16)


def test_size_is_what_a_unit_of_activity_takes_up() -> None:
    """A unit of activity takes 2 of the stock: of 10 only 5 can run; the other 3 cost 50 each."""
    for build_upper in (0.0, 1.0):
        m = maker()
        a = m.node("a", 8)
        plant = m.stock("plant", existing=10, build_cost=1e6, build_upper=build_upper)
        m.process("plant", [(a, 1.0)], stock=plant, size=2)
        m.process("backstop", [(a, 1.0)], cost=50)
        assert solve(m).cost == near(150)


def test_combined_heat_and_power() -> None:
    """A boiler of 100 of fuel runs with heat (0.40 power, 0.50 heat) or without (0.45 power); heat 25, power 45.

    Heat takes 50 of fuel and gives 20 of power; the other 50 give 22.5; 2.5 of power are missing at 100: 100 + 250.
    If the two modes did not share the boiler, 50 + 25 / 0.45 = 105.6 of fuel would do.
    """
    m = maker()
    power, heat = m.node("power", 45), m.node("heat", 25)
    boiler = m.stock("boiler", existing=100)
    m.process("with heat", [(power, 0.40), (heat, 0.50)], stock=boiler, cost=1)
    m.process("without", [(power, 0.45)], stock=boiler, cost=1)
    m.process("backstop", [(power, 1.0)], cost=100)
    found = solve(m)
    assert found.cost == near(350)
    assert found.plan.activity.ravel() == near(np.array([50, 50, 2.5]))
    assert solve(m, without="shared").cost == near(50 + 25 / 0.45)


def test_corridor_with_loss() -> None:
    """Corridor of 5 with a loss of 10 %: a sends 5 at 10, b receives 4.5 and makes 5.5 at 30: 50 + 165 = 215.

    Prices 10 and 30; one more unit of corridor is worth 0.9 x 30 - 10 = 17. Without the loss it would be 200.
    """
    m = maker()
    a, b = m.node("a"), m.node("b", 10)
    m.process("cheap", [(a, 1.0)], cost=10)
    m.process("dear", [(b, 1.0)], cost=30)
    corridor = m.stock("a-b", existing=5)
    m.process("a>b", [(b, 0.9)], source=a, stock=corridor)
    m.process("b>a", [(a, 0.9)], source=b, stock=corridor)
    found = solve(m)
    assert found.cost == near(215)
    assert found.plan.price == near(np.array([[10], [30]]))
    assert found.dual("shared") == near(np.array([[-17]]))


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_must_run(build_upper: float) -> None:
    """A plant of 20 that must run at 40 % and takes 2 of it for 1 makes 4 where 2 are wanted: 40, not 20; the surplus is
    thrown away."""
    m = maker()
    a = m.node("a", 2)
    plant = m.stock("plant", existing=20, build_cost=1e6, build_upper=build_upper)
    m.process("plant", [(a, 1.0)], stock=plant, cost=10, minimum=0.4, size=2)
    m.process("away", [], source=a)
    assert solve(m).cost == near(40)
    if build_upper:
        assert solve(m, without="minimum").cost == near(20)


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_a_process_that_runs_backwards(build_upper: float) -> None:
    """A link of 5 with minimum -1 carries 3 from b to a, though it is drawn from a to b: 3 x 10; of 7 only 5."""
    for wanted, cost in ((3, 30), (7, 5 * 10 + 2 * 50)):
        m = maker()
        a, b = m.node("a", wanted), m.node("b")
        m.process("cheap", [(b, 1.0)], cost=10)
        m.process("dear", [(a, 1.0)], cost=50)
        link = m.stock("link", existing=5, build_cost=1e6, build_upper=build_upper)
        m.process("a>b", [(b, 1.0)], source=a, stock=link, minimum=-1)
        assert solve(m).cost == near(cost)


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_a_line_is_bounded_both_ways(build_upper: float) -> None:
    """A line of 5 at 80 % carries 4 there and 4 back: of 8 wanted at either end 4 cost 50. Without: all at 10."""
    m = maker(length=2)
    a, b = m.node("a", [0, 8]), m.node("b", [8, 0])
    for node, name in ((a, "a"), (b, "b")):
        m.process(f"dear {name}", [(node, 1.0)], cost=50)
    stocks = [m.stock(f"plant {name}", existing=100) for name in "ab"]
    m.process("plant a", [(a, 1.0)], stock=stocks[0], available=[1, 0], cost=10)
    m.process("plant b", [(b, 1.0)], stock=stocks[1], available=[0, 1], cost=10)
    line = m.stock("line", existing=5, build_cost=1e6, build_upper=build_upper)
    m.line("a-b", a, b, line, impedance=1, available=0.8)
    found = solve(m)
    assert found.cost == near(2 * (4 * 10 + 4 * 50))
    assert found.plan.flow == near(np.array([[4, -4]]))
    if build_upper:
        assert found.dual("flow") == near(np.array([[-40, 0]]))
        assert found.dual("flow_back") == near(np.array([[0, 40]]))
        assert solve(m, without="flow_back").cost == near(4 * 10 + 4 * 50 + 80)


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_powers_and_level_of_a_store(build_upper: float) -> None:
    """Cheap hours (10) before dear ones (50), demand 10 in the dear hour, a lossless store of power 3 and 2 h.

    Power bounds: 3 move, 3 x 10 + 7 x 50 = 380. With 0.5 h, 1.5 move: 15 + 425 = 440. At most half the power out: the same.
    """
    for hours, out, cost in ((2.0, 1.0, 380), (0.5, 1.0, 440), (2.0, 0.5, 440)):
        m = maker(length=2)
        a = m.node("a", [0, 10])
        base = m.stock("base", existing=100)
        m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
        m.process("dear", [(a, 1.0)], cost=50)
        store = m.stock("store", existing=3, build_cost=1e6, build_upper=build_upper)
        m.storage("store", a, store, store, store, energy_size=hours, discharge_available=out)
        assert solve(m).cost == near(cost)


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_sizes_of_a_store(build_upper: float) -> None:
    """A unit of stock charges at 2, discharges at 4 and holds 3 h: of a stock of 1, charged for one hour and for another,
    2 and then 1 go in, and all 3 come out at once. Of 10 wanted 7 cost 50. With 1.5 and 4 h 3 go in: the same; with a
    discharge of 2 only 2 come out.
    """
    for into, out, hours, moved in ((2.0, 4.0, 3.0, 3), (1.5, 4.0, 4.0, 3), (2.0, 2.0, 3.0, 2)):
        m = maker(length=3)
        a = m.node("a", [0, 0, 10])
        base = m.stock("base", existing=100)
        m.process("cheap", [(a, 1.0)], stock=base, available=[1, 1, 0], cost=10)
        m.process("dear", [(a, 1.0)], cost=50)
        store = m.stock("store", existing=1, build_cost=1e6, build_upper=build_upper)
        m.storage("store", a, store, store, store, charge_size=into, discharge_size=out, energy_size=hours)
        assert solve(m).cost == near(10 * moved + 50 * (10 - moved))


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_a_level_that_must_be_kept(build_upper: float) -> None:
    """Of 10 in a full store (5 of 2 h), 30 % must stay: 7 can be used of 10 wanted, 3 x 50."""
    m = maker()
    a = m.node("a", 10)
    m.process("dear", [(a, 1.0)], cost=50)
    store = m.stock("store", existing=5, build_cost=1e6, build_upper=build_upper)
    m.storage("store", a, energy_stock=store, energy_size=2, level_lower=0.3, link="chain", initial=10)
    assert solve(m).cost == near(150)
    if build_upper:
        assert solve(m, without="level_min").cost == near(0)


def test_a_system_without_any_stock() -> None:
    """Nothing has a capacity: 10 at 10."""
    m = maker()
    a = m.node("a", 10)
    m.process("grid", [(a, 1.0)], cost=10)
    m.storage("store", a)
    assert solve(m).cost == near(100)


def test_given_capacity_costs_its_keep() -> None:
    """A plant of 10 that nobody can change costs 3 a unit to keep, used or not: 30 more."""
    m = maker()
    a = m.node("a", 2)
    plant = m.stock("plant", existing=10, keep_cost=3)
    m.process("plant", [(a, 1.0)], stock=plant, cost=10)
    found = solve(m)
    assert found.cost == near(20 + 30)
    assert found.plan.capacity == near(np.array([[10]]))
