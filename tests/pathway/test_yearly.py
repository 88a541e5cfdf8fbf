"""Yearly activities beside hourly power, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near, solve

from dafeng.catalog import DafengError
from dafeng.pathway.certificate import certify
from dafeng.pathway.dispatch import standing
from dafeng.pathway.making import Maker
from dafeng.pathway.slicing import plan_of_period
from dafeng.pathway.system import Reserve


def steel(**time: object) -> Maker:
    """10 t of steel a year, by coal (at 30 a tonne, 2 t CO2) or by electricity (0.5 MW while it is light).

    Two steps of 1 h: power costs 10 in the first, 40 in the second; steel draws only in the first.
    """
    m = maker(**({"length": 2} | time))
    often = m.steps.count // 2
    a = m.node("a", 1.0)
    m.process("sun", [(a, 1.0)], stock=m.stock("sun", existing=4), available=[1, 0] * often, cost=10)
    m.process("backstop", [(a, 1.0)], cost=40)
    wanted = m.service("steel", 10)
    day = m.shape("day", [1, 0] * often)
    furnace = m.stock("furnace", existing=4, build_cost=7, build_upper=100)
    m.yearly("blast furnace", [(wanted, 1.0)], cost=30)
    m.yearly("electric", [(wanted, 1.0)], [(a, day, 0.5)], stock=furnace, size=2, cost=4)
    return m


def test_a_service_is_given_at_least_cost() -> None:
    """Electric steel costs 4 + 0.5 x 10 = 9 while there is sun (3 left: 6 t) and a furnace: 2 t stand, 14 a tonne more.

    9 + 14 = 23 < 30 for 6 t; beyond, power costs 40: 4 + 20 + 14 = 38 > 30, so 4 t by coal.
    Cost: load 10 + 40, sun for steel 30, 6 x 4, furnace 8 x 7, coal 4 x 30.
    """
    found = solve(steel())
    assert found.plan.yearly == near(np.array([[4.0], [6.0]]))
    assert found.cost == near(50 + 30 + 24 + 56 + 120)
    assert found.plan.service_price == near(np.array([[30.0]]))
    assert found.plan.capacity[1] == near(np.array([12.0]))


def test_without_its_row_a_service_is_given_by_nobody() -> None:
    assert solve(steel(), without="service").cost == near(50)


def test_without_the_fleet_row_nothing_needs_a_furnace() -> None:
    """9 a tonne for 6 t and 24 < 30 for the other 4, all without a furnace."""
    assert solve(steel(), without="fleet").cost == near(50 + 30 + 4 * 20 + 40)


def test_a_limit_counts_yearly_activities() -> None:
    """At most 3 t by coal: the seventh tonne draws power at 40."""
    m = steel()
    m.limits.append(limit("coal", ("yearly", [0], [1.0]), upper=3))
    found = solve(m)
    assert found.plan.yearly == near(np.array([[3.0], [7.0]]))
    assert found.plan.limit_price == near(np.array([-8.0]))


def test_a_limit_over_all_periods_counts_years() -> None:
    """2 periods of 5 years, at most 30 t x year by coal: 3 t a year."""
    m = steel(periods=2, years=5, worth=5, weight=1)
    m.limits.append(limit("coal", ("yearly", [0], [1.0]), upper=30, period=None))
    found = solve(m)
    assert found.plan.yearly[0].sum() == near(6.0)


def test_bounds_of_an_activity() -> None:
    m = steel()
    m.yearly("imports", [(0, 1.0)], lower=1, upper=2, cost=1)
    assert solve(m).plan.yearly[2] == near(np.array([2.0]))


def test_services_pass_on() -> None:
    """Electric steel from scrap, of which 3 t come: what takes from a service needs somebody who gives."""
    m = maker()
    m.node("a", 0.0)
    steel, scrap = m.service("steel", 10), m.service("scrap")
    m.yearly("collection", [(scrap, 1.0)], upper=3)
    m.yearly("recycled", [(steel, 1.0), (scrap, -1.0)], cost=1)
    m.yearly("ore", [(steel, 1.0)], cost=5)
    m.process("unserved", [(0, 1.0)], cost=1)
    assert solve(m).plan.yearly[:, 0] == near(np.array([3.0, 3.0, 7.0]))


def test_running_what_was_planned_serves_what_activities_draw() -> None:
    """As load: 1 + 0.5 x 6 in the first step."""
    found = solve(steel())
    run = standing(found.plan.system, found.plan.capacity, found.plan.yearly)
    assert run.nodes.demand == near(np.array([[4.0, 1.0]]))
    proved = certify(found.model, found.solution)
    assert proved.cost == near(found.cost)
    assert proved.bound == near(found.cost)
    assert proved.yearly == near(found.plan.yearly)


def test_a_reserve_covers_what_activities_draw() -> None:
    """Half of all load in reserve, of sun and of 0.5 of gas: 4.5 - (1 + drawn) >= 0.5 (1 + drawn): drawn is 2, not 3."""
    m = steel()
    m.process("gas", [(0, 1.0)], stock=m.stock("gas", existing=0.5), cost=100)
    none = np.zeros(0, dtype=np.int64)
    m.reserves.append(Reserve("r", np.array([0]), np.array([0, 2]), np.ones(2), none, none, 0.0, 0.5))
    assert solve(m).plan.yearly == near(np.array([[6.0], [4.0]]))


def test_one_period_of_several() -> None:
    found = solve(steel(periods=2))
    second = plan_of_period(found.plan, 1)
    assert second.yearly == near(found.plan.yearly[:, [1]])
    assert second.system.yearly.demand.shape == (1, 1)


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda m: m.yearly("x", [(7, 1.0)]), "service"),
        (lambda m: m.yearly("x", [], [(9, 0, 1.0)]), "node"),
        (lambda m: m.yearly("x", [], [(0, 9, 1.0)]), "shape"),
        (lambda m: m.yearly("x", [], stock=99), "stock"),
        (lambda m: m.yearly("x", [], size=0.0, stock=0), "size"),
        (lambda m: m.yearly("x", [], size=2.0), "size"),
        (lambda m: m.yearly("x", [], lower=-1.0), "lower[2030]"),
        (lambda m: m.yearly("x", [], lower=2.0, upper=1.0), "lower[0]"),
        (lambda m: m.yearly("x", [], cost=np.nan), "cost[2030]"),
        (lambda m: m.yearly("x", [(0, np.inf)]), "given[2030]"),
        (lambda m: m.service("aluminium", 3.0), "demand"),
    ],
)
def test_refusals(spoil: object, field: str) -> None:
    m = steel()
    spoil(m)  # type: ignore[operator]
    with pytest.raises(DafengError) as refused:
        m.system()
    assert refused.value.values["field"] == field
