"""Named policies as limits: caps, intensity, shares, floors, rates, firm capacity, elastic prices; by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near, solve

from dafeng.pathway.making import Maker

COAL, GAS = 0, 1
CO2 = [1.0, 0.5]


def coal_and_gas(weight: float = 100, **time: object) -> Maker:
    """10 MW for 100 h; coal at 10 with 1 t/MWh, gas at 30 with 0.5 t/MWh."""
    m = maker(weight=weight, **time)
    a = m.node("a", 10)
    m.process("coal", [(a, 1.0)], cost=10)
    m.process("gas", [(a, 1.0)], cost=30)
    return m


def test_co2_cap() -> None:
    """At most 800 t: coal x + 0.5 (1,000 - x) = 800: coal 600, gas 400 MWh: 18,000.

    A tonne less costs (30 - 10) / 0.5 = 40; power costs 10 + 40 = 30 + 20 = 50. Without the cap: 10,000, 1,000 t.
    """
    m = coal_and_gas()
    m.limits.append(limit("CO2", ("activity", [COAL, GAS], CO2), upper=800))
    found = solve(m)
    assert found.cost == near(18_000)
    assert found.plan.limit_price == near(np.array([-40]))
    assert found.plan.limit_value == near(np.array([800]))
    assert found.plan.price == near(np.array([[50]]))
    assert solve(m, without="limit").cost == near(10_000)


def test_intensity() -> None:
    """At most 0.6 t/MWh, whatever is made: 0.4 coal - 0.1 gas <= 0: coal 200: 2,000 + 24,000."""
    m = coal_and_gas()
    m.limits.append(limit("intensity", ("activity", [COAL, GAS], np.array(CO2) - 0.6), upper=0))
    assert solve(m).cost == near(26_000)


def test_share() -> None:
    """At least 40 % gas: 0.6 gas - 0.4 coal >= 0: 400 gas: 18,000.

    With p the price of the limit, power costs 10 + 0.4 p and 30 - 0.6 p: p = 20, power 18: the mean of 10 and 30 by share.
    """
    m = coal_and_gas()
    m.limits.append(limit("share", ("activity", [COAL, GAS], [-0.4, 0.6]), lower=0))
    found = solve(m)
    assert found.cost == near(18_000)
    assert found.plan.limit_price == near(np.array([20]))
    assert found.plan.price == near(np.array([[18]]))


@pytest.mark.parametrize(("bounds", "cost"), [({"lower": 300}, 16_000), ({"upper": 700}, 16_000)])
def test_floor_and_ceiling_of_generation(bounds: dict[str, float], cost: float) -> None:
    """At least 300 MWh of gas, or at most 700 of coal: 7,000 + 9,000."""
    m = coal_and_gas()
    m.limits.append(limit("rule", ("activity", [GAS if "lower" in bounds else COAL], [1.0]), **bounds))
    assert solve(m).cost == near(cost)


def test_a_limit_of_one_period_leaves_the_others_alone() -> None:
    """Two periods, the cap of 800 t in the second: 10,000 + 18,000."""
    m = coal_and_gas(periods=2)
    m.limits.append(limit("CO2", ("activity", [COAL, GAS], CO2), upper=800, period=1))
    found = solve(m)
    assert found.cost == near(28_000)
    assert found.plan.energy(found.plan.activity) == near(np.array([[1000, 600], [0, 400]]))


def test_a_budget_over_all_periods_counts_years() -> None:
    """Periods of 5 and 10 years, worth 5 and 10: 15,000 t without a limit; a budget of 13,500 asks for 3,000 MWh of gas.

    Cost 150,000 + 3,000 x 20. Counting each period once (1,500 + 500 t) would let the budget stand idle.
    """
    m = coal_and_gas(periods=2, years=[5, 10], worth=[5, 10])
    m.limits.append(limit("budget", ("activity", [COAL, GAS], CO2), upper=13_500, period=None))
    found = solve(m)
    assert found.cost == near(150_000 + 60_000)
    assert found.plan.limit_price == near(np.array([-40]))


@pytest.mark.parametrize(("price", "cost", "missed"), [(30, 16_000, 200), (50, 18_000, 0)])
def test_elastic_cap(price: float, cost: float, missed: float) -> None:
    """Where missing the cap costs 30 a tonne, abating at 40 is not done: 200 t over it, 10,000 + 6,000. At 50 it is."""
    m = coal_and_gas()
    m.limits.append(limit("CO2", ("activity", [COAL, GAS], CO2), upper=800, price=price))
    found = solve(m)
    assert found.cost == near(cost)
    assert found.plan.missed == near(np.array([missed]))
    assert found.plan.limit_value == near(np.array([800 + missed])), "what is emitted, not what is left of it"
    assert found.plan.limit_price == near(np.array([-min(price, 40)]))


def test_elastic_floor() -> None:
    """At least 300 of gas or 15 for each that is missing: 20 dearer than coal, none is made: 10,000 + 4,500."""
    m = coal_and_gas()
    m.limits.append(limit("gas", ("activity", [GAS], [1.0]), lower=300, price=15))
    assert solve(m).cost == near(14_500)


def test_co2_price_is_a_cost() -> None:
    """A price p on every tonne is a limit of 0 that may be missed at p: 30 x 1,000 t on top of 10,000."""
    m = coal_and_gas()
    m.limits.append(limit("CO2", ("activity", [COAL, GAS], CO2), upper=0, price=30))
    assert solve(m).cost == near(40_000)


def two_plants(**stock: object) -> Maker:
    """10 MW wanted for 1 h; a cheap plant and a dear one to be built, at 100 and 300 a MW."""
    m = maker()
    a = m.node("a", 10)
    for name, cost in (("cheap", 100), ("dear", 300)):
        s = m.stock(name, build_cost=cost, build_upper=100, **stock)  # type: ignore[arg-type]
        m.process(name, [(a, 1.0)], stock=s)
    return m


def test_build_rate() -> None:
    """At most 4 of the cheap one in the period: 400 + 6 x 300; another unit would save 200."""
    m = two_plants()
    m.limits.append(limit("rate", ("build", [0], [1.0]), upper=4))
    found = solve(m)
    assert found.cost == near(2200)
    assert found.plan.limit_price == near(np.array([-200]))


def test_ceiling_over_several_stocks_counts_what_stands() -> None:
    """A potential of 12 for two sites of 5 and 3 that stand: 4 can be built, 12 of 20 wanted are served."""
    m = maker()
    a = m.node("a", 20)
    for name, existing in (("one", 5), ("two", 3)):
        m.process(name, [(a, 1.0)], stock=m.stock(name, existing=existing, build_cost=1, build_upper=100))
    m.process("backstop", [(a, 1.0)], cost=50)
    m.limits.append(limit("potential", ("capacity", [0, 1], [1.0, 1.0]), upper=12))
    assert solve(m).cost == near(4 + 8 * 50)


def test_capacity_over_all_periods_counts_years() -> None:
    """Periods of 5 and 10 years; at least 120 MW-years of a plant at 100 a MW that lives one period: 12 in the second.

    2 MW that stand throughout make 30 MW-years: 90 are left, 9 MW. What is built counts once: 12 and 9, not 120 and 90.
    """
    for existing, built in ((0, 12), (2, 9)):
        m = maker(periods=2, years=[5, 10])
        m.node("a")
        s = m.stock("plant", build_cost=100, build_upper=100, alive=np.eye(2, dtype=bool))
        old = m.stock("old", existing=existing)
        m.limits.append(limit("use", ("capacity", [s, old], [1.0, 1.0]), lower=120, period=None))
        m.limits.append(limit("rate", ("build", [s], [1.0]), upper=built, period=None))
        found = solve(m)
        assert found.plan.build[s] == near(np.array([0, built]))
        assert found.plan.limit_value == near(np.array([120, built]))


def test_given_capacity_counts_against_a_ceiling() -> None:
    """At most 8 of both: 6 stand, so 2 can be built of the 4 that are missing: 2 x 1 + 2 x 50."""
    m = maker()
    a = m.node("a", 10)
    for name, given in (("old", {"existing": 6}), ("new", {"build_cost": 1, "build_upper": 100})):
        m.process(name, [(a, 1.0)], stock=m.stock(name, **given))
    m.process("backstop", [(a, 1.0)], cost=50)
    m.limits.append(limit("potential", ("capacity", [0, 1], [1.0, 1.0]), upper=8))
    assert solve(m).cost == near(102)


def test_given_capacity_counts_in_a_limit() -> None:
    """Firm capacity 1.15 x 10: a plant of 6 that nobody can change counts with 90 %, the rest is built at 100 / 0.9.

    1.15 x 10 - 5.4 = 6.1 firm: 6.1 / 0.9 x 100; the price of a firm MW is 111.1. Without what stands, 11.5 would be asked.
    """
    m = maker()
    a = m.node("a", 10)
    for name, given in (("old", {"existing": 6}), ("new", {"build_cost": 100, "build_upper": 100})):
        m.process(name, [(a, 1.0)], stock=m.stock(name, **given))
    m.limits.append(limit("firm", ("capacity", [0, 1], [0.9, 0.9]), lower=11.5))
    found = solve(m)
    assert found.cost == near(610 / 0.9)
    assert found.plan.limit_value == near(np.array([11.5]))
    assert found.plan.limit_price == near(np.array([100 / 0.9]))
    assert solve(m, without="limit").cost == near(400)


def test_renewable_share_on_a_corridor() -> None:
    """A corridor of 10 brings coal power (10) or wind (25) where 10 are wanted; half must be wind: 50 + 125, not 100."""
    m = maker()
    sources = [m.node("coal base"), m.node("wind base")]
    b = m.node("b", 10)
    for node, cost in zip(sources, (10, 25), strict=True):
        m.process(f"make {node}", [(node, 1.0)], cost=cost)
    corridor = m.stock("corridor", existing=10)
    sent = [m.process(f"send {node}", [(b, 1.0)], source=node, stock=corridor) for node in sources]
    m.limits.append(limit("green", ("activity", sent, [-0.5, 0.5]), lower=0))
    assert solve(m).cost == near(175)
    assert solve(m, without="limit").cost == near(100)


def test_peak_response_share() -> None:
    """Demand response of at least 5 % of the peak of 100, at 10 a MW to set up, though never used: 5 x 10."""
    m = maker()
    a = m.node("a", 100)
    m.process("grid", [(a, 1.0)])
    response = m.stock("response", build_cost=10, build_upper=100)
    m.process("response", [(a, 1.0)], stock=response, cost=99)
    m.limits.append(limit("response", ("capacity", [response], [1.0]), lower=0.05 * 100))
    found = solve(m)
    assert found.cost == near(50)
    assert found.plan.limit_price == near(np.array([10]))


def test_energy_put_into_and_taken_from_stores() -> None:
    """A store may be charged with 300 MWh a year, in a step of weight 100: 3 MW, so 3 of 10 come from it."""
    for quantity in ("charge", "discharge"):
        m = maker(length=2, weight=100)
        a = m.node("a", [0, 10])
        base = m.stock("base", existing=1000)
        m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
        m.process("dear", [(a, 1.0)], cost=50)
        m.storage("store", a)
        m.limits.append(limit("use", (quantity, [0], [1.0]), upper=300))
        assert solve(m).cost == near(100 * (30 + 350))


def test_level_at_the_end() -> None:
    """8 in store, 6 must be left: 2 of 10 wanted come from it: 8 x 50. Without: 2 x 50."""
    m = maker()
    a = m.node("a", 10)
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("store", a, link="chain", initial=8)
    m.limits.append(limit("reserve at the end", ("level_end", [0], [1.0]), lower=6))
    assert solve(m).cost == near(400)
    assert solve(m, without="limit").cost == near(100)


def test_coefficients_by_the_hour() -> None:
    """A cap on what runs in the second hour only: 4 there, the rest at 30."""
    m = coal_and_gas(weight=1, length=2)
    m.limits.append(limit("evening", ("activity", [COAL], [[0.0, 1.0]]), upper=4))
    assert solve(m).cost == near(100 + 40 + 180)
