"""Multipliers made better: the bound that they prove is the one found by hand, and never above the optimum."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near
from tests.pathway.two_nodes import some_days, system

from dafeng.pathway import multipliers as multipliers_module
from dafeng.pathway.acceptance import implied_bounds, safe_bound
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.model import Model, build
from dafeng.pathway.multipliers import sharpened
from dafeng.pathway.solvers import Session


def one_plant(least: float = 0.0) -> Model:
    """A load of 2 in one hour; a plant of 1 a unit that costs 3 to build, at most 10 of it, and 20 what is not served."""
    part = maker()
    node = part.node("n", 2.0)
    stock = part.stock("plant", build_cost=3.0, build_upper=10.0)
    part.process("plant", [(node, 1.0)], stock=stock, cost=1.0, minimum=least)
    part.process("unserved", [(node, 1.0)], cost=20.0)
    return build(part.system())


def multipliers(model: Model, **given: float) -> np.ndarray:
    """By the name of the block of rows."""
    y = np.zeros(model.lp.shape[0])
    for block in model.lp.row_blocks():
        y[block.slice] = given.get(block.name, 0.0)
    return y


def bound(lp: LinearProgram, y: np.ndarray, cutoff: float = np.inf) -> float:
    return safe_bound(lp, y, cutoff=cutoff)


def better(model: Model, y: np.ndarray, cutoff: float = np.inf, x: np.ndarray | None = None) -> np.ndarray:
    at = np.zeros(model.lp.shape[1]) if x is None else x
    return sharpened(model, at, y, implied_bounds(model.lp, cutoff=cutoff))


def test_the_best_multipliers_at_the_right_price_prove_the_optimum() -> None:
    """A unit of load costs 1 + 3. With this price alone, and nonsense elsewhere, the optimum of 8 is proved."""
    model = one_plant()
    y = multipliers(model, balance=4.0, available=-1.0, stock=17.0)
    found = better(model, y)
    assert bound(model.lp, found) == near(8.0)
    assert bound(model.lp, y) < 7.0
    assert found == near(multipliers(model, balance=4.0, available=-3.0, stock=-3.0))


def test_a_price_a_little_low_proves_a_little_less() -> None:
    """At 3.9 the load is worth 7.8; capacity earns 2.9 and costs 3, so none is built: 7.8 is proved."""
    model = one_plant()
    y = multipliers(model, balance=3.9, available=-3.0, stock=-3.0)
    assert bound(model.lp, better(model, y)) == near(7.8)


def test_a_price_a_little_high_costs_what_could_be_built() -> None:
    """At 4.1 a unit of capacity earns 0.1 net, and 10 could be built: 8.2 - 1."""
    model = one_plant()
    y = multipliers(model, balance=4.1)
    assert bound(model.lp, better(model, y)) == near(7.2)


def test_what_must_run_pays_its_capacity() -> None:
    """At a price of 0.5 a plant that must run loses 0.5 a unit: its capacity costs 3.5, not 3, and none is built."""
    model = one_plant(least=1.0)
    found = better(model, multipliers(model, balance=0.5))
    rows = {block.name: found[block.slice] for block in model.lp.row_blocks()}
    assert rows["minimum"] == near([0.5])
    assert rows["available"] == near([0.0])
    assert bound(model.lp, found) == near(1.0)


def test_a_limit_on_capacity_gets_its_price() -> None:
    """Two units must be built of a plant that earns nothing: the limit's multiplier is its whole cost, 2 x 3."""
    part = maker()
    node = part.node("n")
    stock = part.stock("plant", build_cost=3.0, build_upper=10.0)
    part.process("plant", [(node, 1.0)], stock=stock, cost=1.0)
    part.limits.append(limit("floor", ("capacity", [stock], [1.0]), lower=2.0))
    model = build(part.system())
    found = better(model, np.zeros(model.lp.shape[0]))
    assert found[model.limits] == near([3.0])
    assert bound(model.lp, found) == near(6.0)


def test_what_is_stored_gets_the_worth_that_pays_its_capacities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Free sun in the first hour, a load of 1 in the second; power costs 1 and energy 2 a unit, at most 10 of each.

    At a price of 3 in the second hour, and a unit stored worth the same all the time, power seems to earn far more than
    it costs and energy nothing. Worth 0.5 when it is stored and 2.5 when it is used, both earn what they cost: 3.
    """
    part = maker(length=2)
    node = part.node("n", [0.0, 1.0])
    part.process("sun", [(node, 1.0)], available=[1.0, 0.0], stock=part.stock("sun", existing=5.0))
    part.process("unserved", [(node, 1.0)], cost=20.0)
    power = part.stock("power", build_cost=1.0, build_upper=10.0)
    energy = part.stock("energy", build_cost=2.0, build_upper=10.0)
    part.storage("store", node, power, power, energy)
    model = build(part.system())
    solution = Session(model.lp).solve()
    assert solution.objective == near(3.0)
    y = multipliers(model)
    y[model.balance] = [[0.0, 3.0]]
    y[model.lp.block("storage")] = 1.5
    assert bound(model.lp, better(model, y, x=solution.x)) == near(3.0)
    monkeypatch.setattr(multipliers_module, "MUCH", np.inf)
    assert bound(model.lp, better(model, y, x=solution.x)) < 0


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_noise_is_taken_out_and_no_bound_is_above_the_optimum(seed: int) -> None:
    """A hundredth of noise in all multipliers: most of what it costs the bound comes back."""
    model = build(system(some_days(4)))
    solution = Session(model.lp).solve()
    random = np.random.default_rng(seed)
    y = solution.y * (1 + 1e-2 * random.standard_normal(solution.y.size))
    cutoff = solution.objective * 1.01
    before, after = (bound(model.lp, each, cutoff) for each in (y, better(model, y, cutoff)))
    assert after <= solution.objective * (1 + 1e-9)
    assert solution.objective - after < 0.9 * (solution.objective - before)


def test_an_optimum_stays_one() -> None:
    model = build(system(some_days(3)))
    solution = Session(model.lp).solve()
    assert bound(model.lp, better(model, solution.y), solution.objective * 1.01) == pytest.approx(
        solution.objective, rel=1e-7
    )
