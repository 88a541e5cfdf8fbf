"""Ramps: how far a plant can move from one step to the next, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import Solved, maker, near, solve


def ramped(demand: list[float], build_upper: float = 0.0, without: str | None = None, **time: object) -> Solved:
    """Coal of 10 at 10, 20 % of capacity an hour up and down, beside a backstop at 50."""
    m = maker(**({"length": len(demand)} | time))
    a = m.node("a", demand)
    coal = m.stock("coal", existing=10, build_cost=1e6, build_upper=build_upper)
    m.process("coal", [(a, 1.0)], stock=coal, cost=10, ramp_up=0.2, ramp_down=0.2)
    m.process("backstop", [(a, 1.0)], cost=50)
    return solve(m, without)


@pytest.mark.parametrize("build_upper", [0.0, 1.0])
def test_up(build_upper: float) -> None:
    """2 wanted, then 8: coal goes to 4, the backstop makes 4: 20 + 40 + 200 = 260, not 100.

    One more unit wanted in the first step costs 10 and lets coal be one higher in the second: price 10 - 40 = -30.
    """
    found = ramped([2, 8], build_upper)
    assert found.cost == near(260)
    assert found.dual("ramp_up") == near(np.array([[-40]]))
    assert found.plan.price == near(np.array([[-30, 50]]))
    assert ramped([2, 8], build_upper, without="ramp_up").cost == near(100)


def test_down() -> None:
    """8 wanted, then 2: coal can be 4 at most in the first step."""
    assert ramped([8, 2]).cost == near(260)
    assert ramped([8, 2], without="ramp_down").cost == near(100)


def test_a_longer_step_allows_a_larger_one() -> None:
    """Steps of 2 h: up by 4: coal 2 and 6, the backstop 2: 20 + 60 + 100, each for 2 h."""
    assert ramped([2, 8], hours=2, weight=2).cost == near(2 * 180)


@pytest.mark.parametrize("time", [{"blocks": 2}, {"periods": 2}])
def test_nothing_is_linked_across_days_or_periods(time: dict[str, int]) -> None:
    """The same two hours in two days or two periods: coal may be anything in either: 100 (PyPSA 1746 linked periods)."""
    assert ramped([2, 8], length=1, **time).cost == near(100)


def test_a_plant_whose_unit_takes_up_two() -> None:
    """A unit of activity takes up 2 of 10: 20 % of 10 are 1 of activity: from 2 to 3 of 4 wanted."""
    m = maker(length=2)
    a = m.node("a", [2, 4])
    coal = m.stock("coal", existing=10)
    m.process("coal", [(a, 1.0)], stock=coal, cost=10, size=2, ramp_up=0.2)
    m.process("backstop", [(a, 1.0)], cost=50)
    assert solve(m).cost == near(20 + 30 + 50)


def test_a_share_of_what_stands_not_of_what_was_inherited() -> None:
    """Units at no cost can be built: 30 of capacity move by 6, from 2 to 8."""
    m = maker(length=2)
    a = m.node("a", [2, 8])
    coal = m.stock("coal", existing=10, build_upper=20)
    m.process("coal", [(a, 1.0)], stock=coal, cost=10, ramp_up=0.2)
    m.process("backstop", [(a, 1.0)], cost=50)
    assert solve(m).cost == near(100)
