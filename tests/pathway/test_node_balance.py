"""Balance of nodes: optimum, prices and what goes wrong without it, by hand."""

from __future__ import annotations

import numpy as np
from tests.pathway.small import maker, near, solve

from dafeng.pathway.system import NONE


def test_merit_order_and_price() -> None:
    """Demand 10 and 20; coal 15 at 10, a dear plant at 50.

    Step 0: coal 10. Step 1: coal 15, dear 5. Cost 10 x 10 + 15 x 10 + 5 x 50 = 500; the marginal plants make the prices 10
    and 50. Without the balance nobody would have to run: cost 0.
    """
    m = maker(length=2)
    a = m.node("a", [10, 20])
    coal = m.stock("coal", existing=15)
    m.process("coal", [(a, 1.0)], stock=coal, cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    found = solve(m)
    assert found.cost == near(500)
    assert found.plan.activity == near(np.array([[10, 15], [0, 5]]))
    assert found.plan.price == near(np.array([[10, 50]]))
    assert solve(m, without="balance").cost == near(0)


def test_conversion_takes_one_and_gives_the_efficiency() -> None:
    """10 MW of power at efficiency 0.5 take 20 of gas at 20: cost 400, price of power 20 / 0.5 = 40.

    An efficiency entered on the wrong side (gas = 0.5 x power) would cost 100.
    """
    m = maker()
    power, gas = m.node("power", 10), m.node("gas")
    m.process("well", [(gas, 1.0)], cost=20)
    m.process("plant", [(power, 0.5)], source=gas)
    found = solve(m)
    assert found.cost == near(400)
    assert found.plan.price == near(np.array([[40], [20]]))


def test_price_is_that_of_the_hour_not_of_its_weight() -> None:
    """A step that stands for 30 h a year, in a period worth 4 years: cost 10 MW x 10 x 30 x 4 = 12,000.

    The dual of the row is 1,200; divided by weight x worth it is the price 10.
    """
    m = maker(weight=30, worth=4)
    a = m.node("a", 10)
    m.process("plant", [(a, 1.0)], cost=10)
    found = solve(m)
    assert found.cost == near(12_000)
    assert found.dual("balance") == near(np.array([[1200]]))
    assert found.plan.price == near(np.array([[10]]))


def test_efficiency_may_change_with_the_hour() -> None:
    """Efficiency 1 and 0.5, demand 10 and 10, input at 10: 100 + 200."""
    m = maker(length=2)
    a, heat = m.node("a"), m.node("heat", 10)
    m.process("grid", [(a, 1.0)], cost=10)
    m.process("pump", [(heat, [1.0, 0.5])], source=a)
    assert solve(m).cost == near(300)


def test_a_sign_of_demand_is_kept() -> None:
    """A demand of -3 is a gift: 10 - 3 have to be made, 7 x 10."""
    m = maker()
    a = m.node("a", 10)
    b = m.node("b", -3)
    m.process("grid", [(a, 1.0)], cost=10)
    m.process("b>a", [(a, 1.0)], source=b)
    assert solve(m).cost == near(70)


def test_a_process_may_give_to_nothing() -> None:
    """A plant that must take 5 at -2 can throw away what is not wanted; the node still balances."""
    m = maker()
    a = m.node("a", 2)
    paid = m.stock("waste", existing=5)
    m.process("waste", [(a, 1.0)], stock=paid, cost=-2)
    m.process("away", [], source=a, cost=1)
    found = solve(m)
    assert found.cost == near(-10 + 3)
    assert found.model.system.processes.sinks.tolist() == [[a], [NONE]]
