"""A point is a solution if our own residuals say so: corrupted points are found, safe bounds hold, proofs are checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_assembler import dispatch
from tests.pathway.two_days import two_days

from dafeng.pathway.acceptance import EXACT, Accuracy, implied_bounds, proves_infeasible, residuals, safe_bound
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX
from dafeng.pathway.solvers import solve


def test_residuals_by_hand() -> None:
    """Loads 60, 80, 40: wind 50, 50, 40, coal 10, 30, 0; price 30, 30, 10; wind earns 20 in the first two hours."""
    lp, _, _ = dispatch()
    x, y = np.array([50.0, 50, 40, 10, 30, 0]), np.array([30.0, 30, 10])
    found = residuals(lp, x, y)
    assert found.objective == 50 * 10 + 50 * 10 + 40 * 10 + 10 * 30 + 30 * 30 == 2600
    assert found.dual_objective == 30 * 60 + 30 * 80 + 10 * 40 - 20 * 50 - 20 * 50 == 2600
    assert found.gap == found.complementarity == found.row.absolute == found.bound.absolute == found.dual.absolute == 0
    assert found.faults(EXACT) == ()


@pytest.mark.parametrize(
    ("change_x", "change_y", "faults", "at"),
    [
        ({0: 51.0}, {}, {"row", "bound", "gap"}, ("row", "balance[h0]")),
        ({0: 51.0, 3: 9.0}, {}, {"bound", "gap"}, ("bound", "power[wind,h0]")),
        ({5: -1.0, 2: 41.0}, {}, {"bound", "gap"}, ("bound", "power[coal,h2]")),
        ({2: 30.0, 5: 10.0}, {}, {"gap", "complementarity"}, None),
        ({}, {2: 35.0}, {"gap", "complementarity"}, None),
        ({0: np.nan}, {}, {"row", "bound", "dual", "gap", "complementarity"}, ("row", "power[wind,h0]")),
        ({}, {1: np.inf}, {"row", "bound", "dual", "gap", "complementarity"}, ("row", "balance[h1]")),
    ],
)
def test_a_corrupted_solution_is_found(
    change_x: dict[int, float], change_y: dict[int, float], faults: set[str], at: tuple[str, str] | None
) -> None:
    lp, _, _ = dispatch()
    x, y = np.array([50.0, 50, 40, 10, 30, 0]), np.array([30.0, 30, 10])
    for index, value in change_x.items():
        x[index] = value
    for index, value in change_y.items():
        y[index] = value
    found = residuals(lp, x, y)
    assert faults <= set(found.faults(EXACT))
    if at:
        assert getattr(found, at[0]).at == at[1]


def test_a_price_that_no_bound_supports_is_a_dual_violation() -> None:
    lp = LinearProgram()
    x = lp.columns("x", (1,), cost=1.0)
    lp.rows("most", (1,), [(1.0, x)], upper=4.0)
    found = residuals(lp, np.zeros(1), np.array([0.5]))  # a ceiling has no positive multiplier
    assert found.dual.at == "most[0]"
    assert found.dual.absolute == 0.5
    found = residuals(lp, np.zeros(1), np.array([0.0]))
    assert found.faults(EXACT) == ()
    lp.set_cost(x, -1.0)  # no upper bound of x supports a negative reduced cost
    assert residuals(lp, np.array([4.0]), np.zeros(1)).dual.at == "x[0]"
    assert residuals(lp, np.array([4.0]), -np.ones(1)).faults(EXACT) == ()


def test_a_cap_in_tonnes_cannot_hide_missing_megawatts() -> None:
    """A norm over all rows would call 1 GW short of 60 GW a relative 2.5e-7, because the cap is 4e9 t."""
    lp = LinearProgram()
    power = lp.columns("power", (2,), upper=1e5)
    lp.rows("load", (2,), [(1.0, power)], lower=6e4)
    lp.rows("cap", (), [(1.0, power[0])], upper=4e9)
    short = residuals(lp, np.array([5.9e4, 6e4]), np.zeros(3))
    assert short.row.relative == pytest.approx(1e3 / (1 + 1.2e5), rel=0.2)
    assert short.row.at == "load[0]"
    assert "row" in short.faults(EXACT)


def test_rounding_in_a_reduced_cost_is_no_price() -> None:
    """A basic column has a reduced cost of 1e-12 instead of 0: against an upper bound of 1e12 that is no gap."""
    lp = LinearProgram()
    x = lp.columns("x", (), upper=1e12, cost=0.1)
    row = lp.rows("row", (), [(0.3, x)], lower=3.0)
    y = np.array([0.1 / 0.3 * (1 + 1e-13)])
    found = residuals(lp, np.array([10.0]), y)
    assert found.faults(EXACT) == ()
    assert row == 0


@pytest.mark.parametrize("recipe", [DUAL_SIMPLEX, IPX])
def test_any_multipliers_give_a_bound_below_the_optimum(recipe: Any) -> None:
    lp, _ = two_days()
    best = solve(lp, [recipe])
    assert best.bound <= best.objective * (1 + 1e-9)
    assert best.certified_gap < 1e-6
    random = np.random.default_rng(3)
    for size in (1e-6, 1e-3, 1.0, 100.0):
        noisy = best.y + size * random.standard_normal(best.y.size)
        bound = safe_bound(lp, noisy, cutoff=1.1 * best.objective)
        assert -np.inf < bound <= best.objective
        if size == 1e-6:
            assert bound > best.objective * (1 - 1e-3)


def test_a_cutoff_bounds_columns_that_nothing_else_bounds() -> None:
    lp = LinearProgram()
    build = lp.columns("build", (), cost=2.0)
    run = lp.columns("run", ())
    lp.rows("limit", (), [(1.0, run), (-3.0, build)], upper=0.0)
    lp.rows("need", (), [(1.0, run)], lower=9.0)
    y = np.array([-2 / 3 - 1e-9, 2 / 3])  # reduced cost of run is a little below zero, and run has no upper bound
    assert safe_bound(lp, y) == -np.inf
    assert 6 - 1e-6 < safe_bound(lp, y, cutoff=7.0) <= 6
    assert safe_bound(lp, y, cutoff=3.0) == 3.0  # every point costs more than 3, and that is all that is known
    _, upper = implied_bounds(lp, cutoff=7.0)
    assert upper == pytest.approx([3.5, 10.5])


@given(st.integers(0, 2**32 - 1))
def test_implied_bounds_cut_off_no_feasible_point(seed: int) -> None:
    random = np.random.default_rng(seed)
    lp = LinearProgram()
    x = lp.columns(
        "x", (4,), np.where(random.random(4) < 0.5, 0.0, -np.inf), np.where(random.random(4) < 0.5, 3.0, np.inf)
    )
    lp.rows("r", (3,))
    lp.add(np.arange(3)[:, None], random.integers(-2, 3, (3, 4)), x)
    point = np.clip(random.uniform(-3, 3, 4), lp.lower, lp.upper)
    activity = lp.matrix() @ point
    low = np.where(random.random(3) < 0.5, activity - random.random(3), -np.inf)
    lp.set_row_bounds(np.arange(3), low, activity + random.random(3))
    lower, upper = implied_bounds(lp)
    assert (lower <= point).all()
    assert (point <= upper).all()


def test_proof_of_infeasibility_is_checked() -> None:
    lp, _, balance = dispatch()
    lp.set_row_bounds(balance[1], 151.0, 151.0)
    assert proves_infeasible(lp, np.array([0.0, 1.0, 0.0]))
    assert not proves_infeasible(lp, np.array([1.0, 0.0, 0.0]))
    assert not proves_infeasible(lp, np.array([0.0, -1.0, 0.0]))
    assert not proves_infeasible(lp, np.zeros(3))
    assert not proves_infeasible(lp, np.array([0.0, np.nan, 0.0]))
    lp.set_row_bounds(balance[1], 150.0, 150.0)
    assert not proves_infeasible(lp, np.array([0.0, 1.0, 0.0]))


def dusty() -> LinearProgram:
    """x <= 1 and x >= 2, and a row of its own for a column without an upper bound."""
    lp = LinearProgram()
    x, free = lp.columns("x", (1,)), lp.columns("free", (1,))
    lp.rows("most", (1,), [(1.0, x)], upper=1.0)
    lp.rows("least", (1,), [(1.0, x)], lower=2.0)
    lp.rows("served", (1,), [(1.0, free)], lower=0.0)
    return lp


@pytest.mark.parametrize("dust", [0.0, 1e-18, -1e-18, 1e-13, 1e-10])
def test_dust_in_a_ray_does_not_spoil_a_proof(dust: float) -> None:
    """A solver leaves 1e-18 on the row of an unbounded column: without that entry the ray proves what it should."""
    assert proves_infeasible(dusty(), np.array([-1.0, 1.0, dust]))


@pytest.mark.parametrize("dust", [0.0, 1e-18, 1e-10])
def test_what_is_left_of_a_ray_has_to_prove_it_by_itself(dust: float) -> None:
    """Nothing is proved with an unbounded column in it, nor where the rows that are left can hold together."""
    lp = dusty()
    assert not proves_infeasible(lp, np.array([-1.0, 1.0, 1e-3]))
    lp.set_row_bounds(np.array([1]), 0.5, np.inf)
    assert not proves_infeasible(lp, np.array([-1.0, 1.0, dust]))


def test_an_entry_that_the_proof_needs_is_no_dust() -> None:
    """x <= 1 and 1e10 x >= 2e10: the second row has the weight 1e-10, and the proof stands with it only."""
    lp = LinearProgram()
    x = lp.columns("x", (1,))
    lp.rows("most", (1,), [(1.0, x)], upper=1.0)
    lp.rows("least", (1,), [(1e10, x)], lower=2e10)
    assert proves_infeasible(lp, np.array([-1.0, 1e-10]))
    assert not proves_infeasible(lp, np.array([-1.0, 0.0]))


def test_what_counts_as_one() -> None:
    """Costs a million times as high are held to the same accuracy if what counts as one is."""
    lp, _, _ = dispatch()
    lp.columns("waste", (), cost=-1e-3)
    x, y = np.zeros(lp.shape[1]), np.zeros(lp.shape[0])
    small = residuals(lp, x + 1e-4, y)
    lp.set_cost(np.arange(lp.shape[1]), 1e6 * lp.cost)
    large = residuals(lp, x + 1e-4, y, EXACT.times(1e6))
    assert small.gap > 0
    assert small.dual.relative > 0
    assert large.dual.relative == pytest.approx(small.dual.relative, rel=1e-12)
    assert large.gap == pytest.approx(small.gap, rel=1e-12)
    assert large.complementarity == pytest.approx(small.complementarity, rel=1e-12)


def test_accuracy_asked_for() -> None:
    assert Accuracy.of(1e-4).gap == 1e-4
    assert Accuracy.of(1e-6) == EXACT
