"""Storage in its four links through time: cycle, chain, budget, carry; by hand, and what goes wrong without the row."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import maker, near, solve

from dafeng.pathway.making import Maker
from dafeng.pathway.solvers import Infeasible


def two_hours(**time: object) -> tuple[Maker, int]:
    """Power at 10 in the first step and at 50 in the second, where 10 are wanted."""
    m = maker(length=2, **time)
    a = m.node("a", [0, 10])
    base = m.stock("base", existing=1000)
    m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    return m, a


def test_a_cycle_loses_in_and_out() -> None:
    """Efficiency 0.9 in and out: 10 / 0.81 are charged at 10, cost 123.46; that is the price of the second hour.

    Without the balance the store would give for nothing: 0.
    """
    m, a = two_hours()
    m.storage("store", a, charge_efficiency=0.9, discharge_efficiency=0.9)
    found = solve(m)
    assert found.cost == near(100 / 0.81)
    assert found.plan.price == near(np.array([[10, 10 / 0.81]]))
    assert found.dual("storage")[0] == near(np.array([-10 / 0.9, -10 / 0.9])), "one more in store saves 10 / 0.9"
    assert solve(m, without="storage").cost == near(0)


def test_a_level_fades_by_the_hour() -> None:
    """10 % an hour: what is charged in hour 0 counts 0.9 in hour 1: 10 / 0.9 x 10. With hours of 2 and 2: 10 / 0.81."""
    m, a = two_hours()
    m.storage("store", a, loss=0.1)
    assert solve(m).cost == near(100 / 0.9)
    m, a = two_hours(hours=2, weight=2)
    m.storage("store", a, loss=0.1)
    assert solve(m).cost == near(2 * 100 / 0.81)


def test_power_times_hours_is_energy() -> None:
    """10 MW over 1 h come from 2.5 MW over 4 h: 2.5 x 4 x 10. Taking power for energy would cost 10 x 4 x 10."""
    m, a = two_hours(hours=[4, 1], weight=[4, 1])
    m.storage("store", a)
    found = solve(m)
    assert found.cost == near(100)
    assert found.plan.charge == near(np.array([[2.5, 0]]))
    assert found.plan.level == near(np.array([[10, 0]]))


def test_a_cycle_ends_as_it_began_in_every_block() -> None:
    """The cheap hour is in block 0, the need in block 1: a cycle cannot carry from one to the other: 500."""
    m = maker(length=1, blocks=2)
    a = m.node("a", [0, 10])
    base = m.stock("base", existing=1000)
    m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("store", a)
    assert solve(m).cost == near(500)


def test_a_chain_begins_at_its_level() -> None:
    """8 in store, 6 wanted twice, 10 % lost an hour: 0.9 x 8 = 7.2 after the first fade.

    It gives 6 at once and 0.9 x 1.2 = 1.08 later: 4.92 x 50 = 246. A cycle would have nothing: 600.
    """
    m = maker(length=2)
    a = m.node("a", 6)
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("store", a, link="chain", initial=8, loss=0.1)
    found = solve(m)
    assert found.cost == near(246)
    assert found.plan.level == near(np.array([[1.2, 0]]))
    assert found.dual("storage") == near(np.array([[-45, -50]])), "what comes in after the first step fades once"


def test_a_budget_is_used_within_its_block() -> None:
    """Two days with water for 10 each (5 an hour), wanted 2 and 8, then 8 and 12: 10 of the second day are missing, 500.

    Without the row there would be water for all; one more unit in the second day saves 50, in the first nothing.
    """
    m = maker(length=2, blocks=2)
    a = m.node("a", [2, 8, 8, 12])
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("lake", a, link="budget", inflow=5, charge_available=0)
    found = solve(m)
    assert found.cost == near(500)
    assert found.plan.price[0, 2:] == near(np.array([50, 50]))
    assert found.dual("budget")[0, 1] == near(-50)
    assert solve(m, without="budget").cost == near(0)


def test_a_budget_may_be_let_go_and_pays_its_efficiency() -> None:
    """Water for 10 at 0.8 makes 8 of 9 wanted, 1 x 50; where 5 are wanted, the rest is let go, if it may be."""
    for wanted, cost in ((9, 50), (5, 0)):
        m = maker()
        a = m.node("a", wanted)
        m.process("dear", [(a, 1.0)], cost=50)
        m.storage("lake", a, link="budget", inflow=10, discharge_efficiency=0.8, charge_available=0, spill=True)
        assert solve(m).cost == near(cost)


def test_a_budget_that_pumps() -> None:
    """Without inflow, 10 wanted for 2 h at 0.9 out and 0.8 in: 10 / 0.72 are pumped for 2 h at 10."""
    m, a = two_hours(hours=2, weight=2)
    m.storage("lake", a, link="budget", charge_efficiency=0.8, discharge_efficiency=0.9)
    assert solve(m).cost == near(2 * 100 / 0.72)


def test_what_is_carried_pays_its_efficiency() -> None:
    """Blocks of 2 h: 6 wanted in two of them are 24, at 0.8 out 30, at 0.6 in 50, from three blocks of 2 h at 10."""
    weight = np.array([6.0, 4.0])[None, :, None]
    m = maker(length=1, blocks=2, hours=2, weight=weight, calendar=(((0, 3), (1, 2)),))
    a = m.node("a", [0, 6])
    base = m.stock("base", existing=1000)
    m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("cave", a, link="carry", charge_efficiency=0.6, discharge_efficiency=0.8)
    found = solve(m)
    assert found.cost == near(500)
    assert found.plan.net == near(np.array([[10, -15]]))


def seasons(
    capacity: float, runs: tuple[tuple[int, int], ...], weight: tuple[int, int], need: float = 6, **store: object
) -> Maker:
    """Two typical hours: power at 10 in the first, `need` wanted in the second, where power costs 50."""
    m = maker(length=1, blocks=2, weight=np.array(weight, dtype=float)[None, :, None], calendar=(runs,))
    a = m.node("a", [0, need])
    base = m.stock("base", existing=1000)
    m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    cave = m.stock("cave", existing=capacity)
    m.storage("cave", a, energy_stock=cave, link="carry", **store)  # type: ignore[arg-type]
    return m


def test_energy_is_carried_along_the_calendar() -> None:
    """Three cheap hours, then two dear ones wanting 6 each: 12 are carried, 4 from each cheap hour: 12 x 10.

    Each typical hour counts as often as it occurs. Without the row that closes the year the first 12 would come from
    nowhere, cost 0.
    """
    m = seasons(12, ((0, 3), (1, 2)), (3, 2))
    found = solve(m)
    assert found.cost == near(120)
    assert found.plan.net == near(np.array([[4, -6]]))
    assert found.plan.carried == near(np.array([[0, 12, 0]]))
    assert solve(m, without="carry_year 2030").cost == near(0)
    assert solve(m, without="net").cost == near(0)
    assert solve(m, without="carry 2030").cost == near(0)


def test_every_period_has_a_year_of_its_own() -> None:
    """Two periods: cheap hours in both, 6 wanted in the first, 3 in the second; each carries for itself, 12 and 6.

    Cost 120 + 60; with room for 9 in the first period and 5 in the second, 90 + 150 and 50 + 50. Energy kept from one period
    to the next would be kept for years.
    """
    weight = np.array([3.0, 2.0])[None, :, None]
    runs = (((0, 3), (1, 2)), ((2, 3), (3, 2)))
    for room, cost in (([12, 12], 180), ([9, 5], 240 + 100)):
        m = maker(length=1, blocks=2, periods=2, weight=weight, calendar=runs)
        a = m.node("a", [0, 6, 0, 3])
        base = m.stock("base", existing=1000)
        m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0, 1, 0], cost=10)
        m.process("dear", [(a, 1.0)], cost=50)
        m.storage("cave", a, energy_stock=m.stock("cave", existing=room), link="carry")
        assert solve(m).cost == near(cost)


def test_the_cave_is_as_large_as_it_is() -> None:
    """Of 12 only 9 fit: 9 x 10 + 3 x 50 = 240. In turns (0, 1, 0 0, 1) 8 suffice, and all 12 are carried: 120."""
    assert solve(seasons(9, ((0, 3), (1, 2)), (3, 2))).cost == near(240)
    assert solve(seasons(9, ((0, 1), (1, 1), (0, 2), (1, 1)), (3, 2))).cost == near(120)


def test_a_cave_that_can_be_built() -> None:
    """The level's bounds are rows where the capacity is a variable: 12 x 7 for the cave, 120 for the energy."""
    m = maker(length=1, blocks=2, weight=np.array([3.0, 2.0])[None, :, None], calendar=(((0, 3), (1, 2)),))
    a = m.node("a", [0, 6])
    base = m.stock("base", existing=1000)
    m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    cave = m.stock("cave", build_cost=7, build_upper=100)
    m.storage("cave", a, energy_stock=cave, link="carry")
    assert solve(m).cost == near(204)
    assert solve(m, "carry_room", "carried").cost == near(120)


def test_what_is_carried_fades_block_by_block() -> None:
    """Two cheap hours with 1 put aside each, 10 % lost an hour: 0.9 + 1 = 1.9, a fade later 1.71: what is wanted.

    Cost 2 x 10. Counting the two without the fade between them (2 x 0.95 = 1.9) would cost 19: energy from nowhere.
    """
    found = solve(seasons(100, ((0, 2), (1, 1)), (2, 1), need=1.71, loss=0.1))
    assert found.cost == near(20)
    assert found.plan.carried == near(np.array([[0, 1.9, 0]]))


def test_inflow_is_let_go_only_where_it_may_and_no_more_than_flows() -> None:
    """10 flow in, 4 are wanted: 6 are let go, at 2 each, for 3 h; a store that may not has no plan."""
    m = maker(weight=3)
    a = m.node("a", 4)
    m.storage("lake", a, inflow=10, spill=True, spill_cost=2, charge_available=0)
    found = solve(m)
    assert found.cost == near(36)
    assert found.plan.spill == near(np.array([[6]]))
    m = maker()
    a = m.node("a", 4)
    m.storage("lake", a, inflow=10, charge_available=0)
    with pytest.raises(Infeasible):
        solve(m)


@pytest.mark.parametrize(
    "store", [{"link": "cycle", "spill": True}, {"link": "cycle"}, {"link": "budget"}, {"link": "carry"}]
)
def test_a_store_is_no_place_to_burn_power(store: dict[str, object]) -> None:
    """Where a plant is paid 5 to run, only the inflow can be let go, not what was charged: nothing is earned.

    A store whose balance were not an equation would take all that the plant can give.
    """
    m = maker(calendar=(((0, 1),),))
    a = m.node("a")
    plant = m.stock("plant", existing=10)
    m.process("plant", [(a, 1.0)], stock=plant, cost=-5)
    m.storage("lake", a, **store)  # type: ignore[arg-type]
    assert solve(m).cost == near(0)


def test_a_vehicle_charges_what_it_drives() -> None:
    """Driving takes 3 in either hour, the grid 10 in the dear one: all 16 are charged in the cheap hour, no more: 160."""
    m, a = two_hours()
    m.storage("vehicles", a, link="budget", inflow=-3)
    found = solve(m)
    assert found.plan.charge[0] - found.plan.discharge[0] == near(np.array([16, -10]))
    assert found.cost == near(160)


def test_levels_and_powers_may_cost() -> None:
    """10 charged at 1, held an hour at 3, discharged at 2: 100 + 10 + 30 + 20, in a day that stands for three."""
    m, a = two_hours(weight=3)
    m.storage("store", a, charge_cost=1, discharge_cost=2, level_cost=3)
    assert solve(m).cost == near(480)
