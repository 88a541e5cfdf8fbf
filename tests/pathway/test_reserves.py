"""Operating reserve and capacity on line, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import maker, near, solve

from dafeng.pathway.making import Maker
from dafeng.pathway.system import Reserve

NOTHING = np.zeros(0, dtype=np.int64)


def reserve(m: Maker, processes: list[int], **given: object) -> None:
    """A reserve of 30 % of the demand of node 0 by these processes."""
    values: dict[str, object] = {
        "name": "spinning",
        "nodes": np.array([0]),
        "processes": np.array(processes, dtype=np.int64),
        "credit": np.ones(len(processes)),
        "storages": NOTHING,
        "variable": NOTHING,
        "variable_share": 0.0,
        "demand_share": 0.3,
    }
    m.reserves.append(Reserve(**(values | given)))  # type: ignore[arg-type]


def coal_and_gas(build_upper: float = 0.0) -> tuple[Maker, list[int]]:
    """10 wanted; coal of 12 at 10, gas of 5 at 30."""
    m = maker()
    a = m.node("a", 10)
    coal = m.stock("coal", existing=12, build_cost=1e6, build_upper=build_upper)
    gas = m.stock("gas", existing=5)
    return m, [
        m.process("coal", [(a, 1.0)], stock=coal, cost=10),
        m.process("gas", [(a, 1.0)], stock=gas, cost=30),
    ]


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_idle_capacity_stands_ready(build_upper: float) -> None:
    """3 of coal must be idle: coal 9, gas 1: 120, not 100. One unit less required saves 20."""
    m, (coal, _) = coal_and_gas(build_upper)
    reserve(m, [coal])
    found = solve(m)
    assert found.cost == near(120)
    assert found.dual("reserve spinning") == near(np.array([20]))
    assert solve(m, without="reserve spinning").cost == near(100)


def test_credit_is_how_much_of_an_idle_unit_counts() -> None:
    """Gas counts with 50 %: 0.5 x 5 of idle gas, coal must keep 0.5 + half of what gas runs; 2 + 2.5 >= 3: cost 100."""
    m, both = coal_and_gas()
    reserve(m, both, credit=np.array([1.0, 0.5]))
    assert solve(m).cost == near(100)
    m, both = coal_and_gas()
    reserve(m, both, credit=np.array([1.0, 0.1]))
    # 12 - x + 0.1 (5 - (10 - x)) >= 3  =>  x <= 8.5 / 0.9
    coal = 8.5 / 0.9
    assert solve(m).cost == near(10 * coal + 30 * (10 - coal))


def test_variable_output_needs_reserve_of_its_own() -> None:
    """5 of wind with a share of 20 % ask for 1 more: coal at most 12 - 4 = 8; 5 of wind and 5 of coal do: 50.

    With a share of 100 % coal is at most 12 - 8 = 4, gas makes 1: 70. With 160 % a unit of wind moves 0.6 from coal to gas,
    which costs more than it saves (30 x 0.6 - 10 x 1.6 = 2): wind is let go, 120 as without it.
    """
    for share, cost in ((0.2, 50), (1.0, 70), (1.6, 120)):
        m, (coal, _) = coal_and_gas()
        wind = m.process("wind", [(0, 1.0)], stock=m.stock("wind", existing=5))
        reserve(m, [coal], variable=np.array([wind]), variable_share=share)
        assert solve(m).cost == near(cost)


def test_a_store_that_does_not_discharge_and_one_that_charges_stand_ready() -> None:
    """A battery of 2 leaves 1 for coal to keep: coal 10, gas 0."""
    m, (coal, _) = coal_and_gas()
    battery = m.stock("battery", existing=2)
    store = m.storage("battery", 0, battery, battery, battery)
    reserve(m, [coal], storages=np.array([store]))
    assert solve(m).cost == near(100)
    reserve(m, [coal], storages=np.array([store]), name="more", demand_share=0.5)
    assert solve(m).cost == near(10 * 9 + 30), "2 + idle coal 3 >= 5"


def test_what_is_away_and_what_a_unit_takes_up() -> None:
    """75 % of 24 are there, 1.5 for a unit of power, an idle one counts half: (18 - 1.5 x) / 2 >= 3: coal 8, gas 2."""
    m = maker()
    a = m.node("a", 10)
    coal, gas = m.stock("coal", existing=24), m.stock("gas", existing=5)
    plant = m.process("coal", [(a, 1.0)], stock=coal, cost=10, size=1.5, available=0.75)
    m.process("gas", [(a, 1.0)], stock=gas, cost=30)
    reserve(m, [plant], credit=np.array([0.5]))
    assert solve(m).cost == near(140)


def test_power_that_a_store_can_give() -> None:
    """A battery of 2 that discharges at 3 a unit, half of it there, gives 3; of 6 coal keeps the other 3: coal 9, gas 1."""
    m, (coal, _) = coal_and_gas()
    battery = m.stock("battery", existing=2)
    store = m.storage("battery", 0, battery, battery, battery, discharge_size=3, discharge_available=0.5)
    reserve(m, [coal], storages=np.array([store]), demand_share=0.6)
    assert solve(m).cost == near(120)


def test_a_stock_that_is_shared_stands_once() -> None:
    """A boiler of 12 in two modes, 10 wanted: idle are 12 - 9 = 3, not 24 - 9. Cost 120 as with one mode."""
    m = maker()
    a = m.node("a", 10)
    boiler, gas = m.stock("boiler", existing=12), m.stock("gas", existing=5)
    modes = [m.process(name, [(a, 1.0)], stock=boiler, cost=10) for name in ("one", "two")]
    m.process("gas", [(a, 1.0)], stock=gas, cost=30)
    reserve(m, modes)
    assert solve(m).cost == near(120)


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_least_load_of_what_is_on_line(build_upper: float) -> None:
    """Coal of 12 that cannot go below half of what is on line; 10 wanted in one hour of the day, 2 in the other.

    To make 10, 10 must be on line all day, at least 5 run at all times: 3 too many, for which somebody is paid 8 each to
    take them (as cheap as a backstop at 18 for what is not on line is dear). On line k: the peak takes 10 - k from the
    backstop, the valley throws k/2 - 2 away: 10 k + 60 (10 - k) + 10 max(2, k / 2) + 8 max(0, k / 2 - 2) falls by 50 and
    rises by 9: k = 10: 100 + 50 + 24 = 174. Without the row: 100 + 20.
    """
    m = maker(length=2)
    a = m.node("a", [10, 2])
    coal = m.stock("coal", existing=12, build_cost=1e6, build_upper=build_upper, least_load=0.5)
    m.process("coal", [(a, 1.0)], stock=coal, cost=10)
    m.process("backstop", [(a, 1.0)], cost=60)
    m.process("away", [], source=a, cost=8)
    found = solve(m)
    assert found.cost == near(174)
    assert found.plan.activity[0] == near(np.array([10, 5]))
    assert solve(m, without="on_line_least").cost == near(120)
    assert solve(m, without="on_line_most").cost == near(120)


def test_what_is_away_for_repair_is_not_on_line() -> None:
    """Of 16 coal only 80 % are there: 12.5 on line make 10 and can go down to 0.5 x 0.8 x 12.5 = 5: 100 + 50 + 24."""
    m = maker(length=2)
    a = m.node("a", [10, 2])
    coal = m.stock("coal", existing=16, least_load=0.5)
    m.process("coal", [(a, 1.0)], stock=coal, cost=10, available=0.8)
    m.process("backstop", [(a, 1.0)], cost=60)
    m.process("away", [], source=a, cost=8)
    assert solve(m).cost == near(174)


def test_what_is_on_line_is_at_most_what_stands() -> None:
    """Of 14 wanted 12 come from coal; without the row k <= K all would."""
    for without, cost in ((None, 120 + 2 * 60), ("on_line", 140)):
        m = maker()
        a = m.node("a", 14)
        coal = m.stock("coal", existing=12, least_load=0.5)
        m.process("coal", [(a, 1.0)], stock=coal, cost=10)
        m.process("backstop", [(a, 1.0)], cost=60)
        assert solve(m, without).cost == near(cost)


def test_only_what_is_on_line_holds_reserve() -> None:
    """10 wanted in the evening, 2 in the night; 6 of reserve at all times from coal of 20 with a least load of half.

    Night: on line k, running k/2 at least: idle at most k/2 >= 6 asks for k >= 12: 6 run, 4 are thrown away at 1.
    Evening: k >= 16 for 10 + 6; then the night runs 8 and throws 6 away: 100 + 80 + 6. Were all 20 ready whether on line
    or not, 100 + 50 + 3 would do.
    """
    m = maker(length=2)
    a = m.node("a", [10, 2])
    coal = m.stock("coal", existing=20, least_load=0.5)
    plant = m.process("coal", [(a, 1.0)], stock=coal, cost=10)
    m.process("away", [], source=a, cost=1)
    b = m.node("b", 20)
    m.process("elsewhere", [(b, 1.0)])
    reserve(m, [plant], nodes=np.array([b]))
    assert solve(m).cost == near(186)
    assert solve(m, without="reserve spinning").cost == near(153)
