"""The certificate: a plan that keeps every limit and a bound that holds, whatever the solver's solution was worth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near
from tests.pathway.two_nodes import CAPS, some_days, system

from dafeng.pathway import certificate
from dafeng.pathway.certificate import Certificate, border_columns, certify, settled
from dafeng.pathway.days import DAY
from dafeng.pathway.finance import Horizon
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Solution
from dafeng.pathway.plan import read
from dafeng.pathway.solvers import Session


@cache
def solved(hydrogen: bool = True) -> tuple[Model, Solution]:
    model = build(system(some_days(6), hydrogen=hydrogen))
    return model, Session(model.lp).solve()


@cache
def exact() -> Certificate:
    return certify(*solved())


def noisy(solution: Solution, seed: int, size: float = 1e-3) -> Solution:
    """As a first-order method leaves it: every value and every multiplier a little wrong."""
    random = np.random.default_rng(seed)
    return replace(
        solution,
        x=solution.x * (1 + size * random.standard_normal(solution.x.size)),
        y=solution.y * (1 + size * random.standard_normal(solution.y.size)),
    )


def test_an_exact_solution_is_certified_as_such() -> None:
    model, solution = solved()
    found = exact()
    assert found.cost == pytest.approx(solution.objective, rel=1e-6)
    assert 0 <= found.gap + 1e-9 < 1e-6
    assert found.holds
    assert not found.broken.any()
    assert found.capacity == pytest.approx(read(model, solution.x, solution.y).capacity, abs=1e-6)


def test_the_cap_has_a_price() -> None:
    """The last cap binds. With the capacities of the optimum the cap would hold at no price on these days, because they
    were chosen for it; the price that keeps it on other days too is that of the optimum."""
    model, solution = solved()
    plan = read(model, solution.x, solution.y)
    assert plan.limit_value[2] == pytest.approx(CAPS[2], rel=1e-6), "the cap must bind or this test says nothing"
    assert exact().prices == pytest.approx(-plan.limit_price, rel=1e-6)
    assert exact().prices[2] > 0
    without = build(system(some_days(6), caps=(1e9, 1e9, 1e9)))
    assert Session(without.lp).solve().objective < solution.objective * (1 - 1e-3)


def ten_hours(cap: float, tightened: float = 0.0) -> Model:
    """Ten hours, in each of which gas costs 0.1 more than coal than in the hour before; coal may serve no more than a cap."""
    part = maker(length=10)
    node = part.node("n", 1.0)
    coal = part.process("coal", [(node, 1.0)], cost=1.0)
    part.process("gas", [(node, 1.0)], cost=1.0 + 0.1 * np.arange(1, 11))
    part.limits.append(replace(limit("cap", ("activity", [coal], [1.0]), upper=cap), tightened=tightened))
    return build(part.system())


@pytest.mark.parametrize(("tightened", "less"), [(0.3, 0.3 * 0.6), (0.6, 0.6 * 0.7)], ids=["one step", "over a step"])
def test_a_plan_of_a_limit_drawn_in_is_held_against_the_limit_as_asked_too(tightened: float, less: float) -> None:
    """Asked is a cap of 4.5: coal serves the four dearest hours and half of the next, for 15.5 - 3.4 - 0.5 x 0.6. A plan
    with the cap drawn in is the cheapest of its kind, and dearer than that. The price of the drawn-in cap says by how much
    at most: exactly within a step, a little too much over two (0.6 x 0.7 instead of 0.1 x 0.7 + 0.5 x 0.6)."""
    asked = 15.5 - 3.4 - 0.5 * 0.6
    model = ten_hours(4.5 - tightened, tightened)
    before = model.lp.row_upper.copy()
    found = certify(model, Session(model.lp).solve())
    assert found.gap == pytest.approx(0, abs=1e-9)
    assert found.bound_as_asked == pytest.approx(found.cost - less)
    assert found.bound_as_asked <= asked + 1e-9
    assert found.gap_as_asked == pytest.approx(less / found.cost)
    assert np.array_equal(model.lp.row_upper, before), "the program is as it was"


def test_without_a_limit_drawn_in_both_bounds_are_one() -> None:
    assert exact().bound_as_asked == exact().bound


def test_a_price_a_little_low_is_mended_in_few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coal may serve 4.5 of ten hours. The
    price is 0.6. At 0.97 of it coal serves 5 and the cap is broken by all that is known; at 5 % above that it serves 4,
    and half of each is the optimum. Were the next price the penalty, coal would not run at all, and the search would
    come back from there."""
    model = ten_hours(4.5)
    solution = Session(model.lp).solve()
    assert solution.y[model.limits] == near([-0.6])
    y = solution.y.copy()
    y[model.limits] = -0.582
    found = certify(model, replace(solution, y=y))
    assert found.cost == near(solution.objective)
    assert found.prices == near([0.6])
    assert found.rounds == 3
    monkeypatch.setattr(certificate, "STEP", 1e9)
    assert certify(model, replace(solution, y=y)).rounds > 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_rough_solution_is_between_its_proofs(seed: int) -> None:
    """Noise of a thousandth in values and multipliers: the certified plan costs no less than the optimum and keeps its
    limits; no plan costs less than the bound, which is no more than the optimum."""
    model, solution = solved()
    found = certify(model, noisy(solution, seed))
    optimum = solution.objective
    assert found.holds
    assert found.cost >= optimum * (1 - 1e-7)
    assert found.bound <= optimum * (1 + 1e-9)
    assert found.cost <= optimum * 1.05, "a plan near the optimum is not thrown away"


def test_settled_capacities_keep_their_rows() -> None:
    """Stock balances and bounds that noise broke hold again at the settled point; hourly columns are left alone."""
    model, solution = solved()
    rough = noisy(solution, 5).x
    point, border = settled(model, rough), border_columns(model)
    lp = model.lp
    matrix = lp.matrix().tocsr()
    own = np.array([border[matrix.indices[a:b]].all() for a, b in pairwise(matrix.indptr)])
    value = matrix @ point
    assert np.all(value[own] >= lp.row_lower[own] - 1e-6)
    assert np.all(value[own] <= lp.row_upper[own] + 1e-6)
    assert np.any(np.abs((matrix @ rough - value)[own]) > 1e-6), "the noise must have broken something"
    assert np.all(point[border] >= lp.lower[border] - 1e-9)
    assert np.all(point[border] <= lp.upper[border] + 1e-9)
    assert np.array_equal(point[~border], rough[~border])


def test_a_cap_that_cannot_be_kept_is_named() -> None:
    """Capacities of a plan without caps, then a cap below what they can do: the missing tonnes are said, not hidden."""
    part = maker(length=2, weight=4380.0)
    node = part.node("n", [1.0, 1.0])
    stock = part.stock("coal", existing=2.0)
    coal = part.process("coal", [(node, 1.0)], stock=stock, cost=1.0)
    part.limits.append(limit("co2", ("activity", [coal], [1.0]), upper=10_000.0))
    model = build(part.system())
    solution = Session(model.lp).solve()
    tight = replace(model.system, limits=(replace(model.system.limits[0], upper=6_000.0),))
    found = certify(replace(model, system=tight), solution)
    assert found.broken == near(np.array([8760.0 - 6000.0]))
    assert not found.holds


def test_a_mix_of_days_keeps_the_cap() -> None:
    """Gas at 3 or coal at 1 with a cap at half of all: no price makes a day burn half, a mix of days does. By hand:
    4,380 h of coal at 1 and 4,380 h of gas at 3."""
    part = maker(length=1, blocks=2, weight=4380.0)
    node = part.node("n", 1.0)
    coal = part.process("coal", [(node, 1.0)], stock=part.stock("coal", existing=2.0), cost=1.0)
    part.process("gas", [(node, 1.0)], stock=part.stock("gas", existing=2.0), cost=3.0)
    part.limits.append(limit("co2", ("activity", [coal], [1.0]), upper=3000.0))
    model = build(part.system())
    found = certify(model, Session(model.lp).solve())
    assert found.cost == near(3000 * 1 + 5760 * 3)
    assert found.prices == near(np.array([2.0]))
    assert found.gap < 1e-9


def test_a_floor_is_paid_for() -> None:
    """Solar must give 1,000 although it costs 5 more: the price of a floor is below zero."""
    part = maker(length=1, blocks=2, weight=4380.0)
    node = part.node("n", 1.0)
    part.process("coal", [(node, 1.0)], stock=part.stock("coal", existing=2.0), cost=1.0)
    sun = part.process("sun", [(node, 1.0)], stock=part.stock("sun", existing=2.0), cost=6.0)
    part.limits.append(limit("share", ("activity", [sun], [1.0]), lower=1000.0))
    model = build(part.system())
    found = certify(model, Session(model.lp).solve())
    assert found.cost == near(7760 * 1 + 1000 * 6)
    assert found.prices == near(np.array([-5.0]))


def test_a_limit_with_a_price_may_be_missed() -> None:
    """1,000 may be emitted, each further one costs 1.5, gas would cost 2 more: all but nothing is burned and paid for."""
    part = maker(length=1, weight=8760.0)
    node = part.node("n", 1.0)
    coal = part.process("coal", [(node, 1.0)], stock=part.stock("coal", existing=2.0), cost=1.0)
    part.process("gas", [(node, 1.0)], stock=part.stock("gas", existing=2.0), cost=3.0)
    part.limits.append(limit("co2", ("activity", [coal], [1.0]), upper=1000.0, price=1.5))
    model = build(part.system())
    found = certify(model, Session(model.lp).solve())
    assert found.cost == near(8760 * 1 + 7760 * 1.5)
    assert found.holds


def test_a_limit_on_what_is_built_is_part_of_the_border() -> None:
    """At most 3 may be built; the certificate counts it from the capacities and reports a plan that builds 4."""
    part = maker(length=1, weight=8760.0)
    node = part.node("n", 4.0)
    stock = part.stock("coal", build_cost=10.0, build_upper=9.0)
    part.process("coal", [(node, 1.0)], stock=stock, cost=1.0)
    part.process("shed", [(node, 1.0)], cost=100.0)
    part.limits.append(limit("rate", ("build", [stock], [1.0]), upper=4.0))
    model = build(part.system())
    solution = Session(model.lp).solve()
    assert certify(model, solution).holds
    tight = replace(model.system, limits=(replace(model.system.limits[0], upper=3.0),))
    assert certify(replace(model, system=tight), solution).broken == near(np.array([1.0]))


def test_a_cap_over_all_periods() -> None:
    """A budget of 15,000 over two periods of five years: each year counts, and the certificate keeps it."""
    part = maker(length=1, blocks=1, periods=2, weight=8760.0, years=5.0, worth=[5.0, 4.0])
    node = part.node("n", 1.0)
    coal = part.process("coal", [(node, 1.0)], stock=part.stock("coal", existing=2.0), cost=1.0)
    part.process("gas", [(node, 1.0)], stock=part.stock("gas", existing=2.0), cost=3.0)
    part.limits.append(limit("budget", ("activity", [coal], [1.0]), upper=50_000.0, period=None))
    model = build(part.system())
    found = certify(model, Session(model.lp).solve())
    saved = 2 * 8760 * 5 - 50_000
    assert found.cost == near(8760 * 1 * (5 + 4) + saved * 2 * 4 / 5), "saved in the second period, which is worth less"
    assert found.holds
    assert found.gap < 1e-9


def test_progress_is_told() -> None:
    told: list[float] = []
    model, solution = solved()
    certify(model, solution, lambda _stage, share: told.append(share))
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_store_that_charges_all_day_at_full_power(seed: int) -> None:
    """Hydrogen is charged in every hour of a windy day. Noise asks it to put aside more than its power can take in; the
    settled point asks for what it can, instead of ending as a plan that cannot be run."""
    horizon = Horizon((2025, 2030), 2035, base=2025, rate=0.05)
    model = build(system(some_days(9), (30e3, 0.0), horizon=horizon))
    solution = Session(model.lp).solve()
    plan = read(model, solution.x, solution.y)
    full = plan.charge > 0.999 * plan.capacity[model.system.storages.charge_stock][:, model.system.steps.period]
    carrying = np.array([link == "carry" for link in model.system.storages.link])
    assert (full & (plan.charge > 0))[carrying].reshape(-1, DAY).all(axis=1).any(), "or this test says nothing"
    found = certify(model, noisy(solution, seed))
    assert found.holds
    assert found.cost >= solution.objective * (1 - 1e-7)
    assert found.bound <= solution.objective * (1 + 1e-9)
