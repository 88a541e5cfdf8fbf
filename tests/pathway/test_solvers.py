"""A session follows its program; only checked solutions come out; failures cannot be used as solutions."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_assembler import dispatch
from tests.pathway.two_days import two_days

from dafeng.catalog import LANGUAGES
from dafeng.catalog.errors import DafengError
from dafeng.models import read_pypsa
from dafeng.pathway import recipes, solvers
from dafeng.pathway.acceptance import EXACT, Accuracy
from dafeng.pathway.assembler import ABSENT, LinearProgram
from dafeng.pathway.model import build
from dafeng.pathway.recipes import (
    DUAL_SIMPLEX,
    HIPDLP_6,
    HIPDLP_ROUGH,
    HIPO,
    IPX,
    IPX_CROSSOVER,
    PRIMAL_SIMPLEX,
    RECIPES,
    STRUCTURED_INTERIOR,
    Facts,
    RefusedSolver,
    portfolio,
)
from dafeng.pathway.solvers import Infeasible, Interrupted, NotSolved, Session, Unbounded, solve

OPTIMUM = 2600.0  # see test_acceptance.test_residuals_by_hand


def test_prices_and_values_by_hand() -> None:
    lp, power, balance = dispatch()
    found = solve(lp)
    assert found.objective == pytest.approx(OPTIMUM)
    assert found.value(power) == pytest.approx(np.array([[50, 50, 40], [10, 30, 0]]))
    assert found.dual(balance) == pytest.approx([30, 30, 10])
    assert found.reduced_cost(power) == pytest.approx(np.array([[-20, -20, 0], [0, 0, 20]]))
    assert found.value([ABSENT, 0]) == pytest.approx([0, 50])
    assert found.bound == pytest.approx(OPTIMUM)
    assert found.recipe is DUAL_SIMPLEX
    assert "threads=1" in found.attempts[-1].text()


@pytest.mark.parametrize("recipe", [PRIMAL_SIMPLEX, IPX, IPX_CROSSOVER, HIPO, HIPDLP_6])
def test_every_recipe_reaches_the_optimum(recipe: Any) -> None:
    lp, _ = two_days()
    best = solve(lp, [DUAL_SIMPLEX])
    found = solve(lp, [recipe.with_options(presolve="off")], accuracy=Accuracy(1e-3, 1e-3, 1e-5))
    assert found.objective == pytest.approx(best.objective, rel=2e-5)
    assert found.attempts[-1].faults == ()
    assert sum(found.attempts[-1].iterations.values()) > 0
    assert best.bound <= best.objective * (1 + 1e-9)


def test_no_recipe_says_ipm_or_choose() -> None:
    assert {recipe.algorithm for recipe in RECIPES.values()} == {
        *("simplex", "ipx", "hipo", "hipdlp", "pdlp", "structured_interior", "mpax")
    }
    assert all(dict(recipe.options)["threads"] == 1 for name, recipe in RECIPES.items() if name != "mpax")


# -- following the program --------------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_changes_in_place_equal_a_rebuild(seed: int) -> None:
    random = np.random.default_rng(seed)
    lp, power, balance = dispatch()
    session = Session(lp)
    session.solve()
    load, top, cost = random.uniform(20, 100, 3), random.uniform(60, 90, (2, 3)), random.uniform(1, 9, (2, 3))
    lp.set_row_bounds(balance, load, load)
    lp.set_bounds(power, upper=top)
    lp.set_cost(power, cost)
    lp.offset = 5.0
    lp.set_coefficients(balance, power[0], 0.9)
    fresh = LinearProgram()
    again = fresh.columns("power", (2, 3), 0, top, cost)
    rows = fresh.rows("balance", (3,), [(0.9, again[0]), (1.0, again[1])], load, load)
    fresh.offset = 5.0
    assert np.array_equal(fresh.matrix().toarray(), lp.matrix().toarray())
    warm, cold = session.solve(), solve(fresh)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    assert warm.dual(balance) == pytest.approx(cold.dual(rows))


@pytest.mark.parametrize("recipe", [DUAL_SIMPLEX, PRIMAL_SIMPLEX, IPX_CROSSOVER, STRUCTURED_INTERIOR])
def test_prices_of_a_billionth_are_still_prices(recipe: Any) -> None:
    """Below 1e-7 HiGHS takes reduced costs for zero, and any dispatch would be as good as the cheapest."""
    lp, power, balance = dispatch()
    lp.set_cost(power, lp.cost[power] * 2.0**-40)
    lp.offset = 3.0 * 2.0**-40
    found = solve(lp, [recipe.with_options(presolve="off") if recipe is not STRUCTURED_INTERIOR else recipe])
    assert found.objective * 2.0**40 == pytest.approx(OPTIMUM + 3.0, rel=1e-6)
    assert found.dual(balance) * 2.0**40 == pytest.approx([30, 30, 10], rel=1e-4)
    assert found.bound * 2.0**40 == pytest.approx(OPTIMUM + 3.0, rel=1e-5)


def test_cheap_costs_change_nothing_but_their_unit() -> None:
    """A power of two is exact: the same vertex, digit for digit, and export in the program's own units."""
    plain, cheap = two_days()[0], two_days()[0]
    every = np.arange(cheap.shape[1])
    cheap.set_cost(every, cheap.cost * 2.0**-30)
    dear = max(1.0, 2.0 ** -np.ceil(np.log2(cheap.cost.max()) - 6))
    plain.set_cost(every, plain.cost * 2.0**-30 * dear)
    here, there = solve(cheap), solve(plain)
    assert np.array_equal(here.x, there.x)
    assert np.array_equal(here.y * dear, there.y)
    assert here.objective * dear == there.objective


def test_costs_that_become_cheap_and_dear_again_are_followed() -> None:
    lp, power, balance = dispatch()
    session, cost = Session(lp), lp.cost[power].copy()
    session.solve()
    for factor in (2.0**-30, 2.0**-31, 1.0):
        lp.set_cost(power, factor * cost)
        lp.offset = factor
        found = session.solve()
        assert found.objective == pytest.approx(factor * (OPTIMUM + 1), rel=1e-12)
        assert found.dual(balance) / factor == pytest.approx([30, 30, 10])
    lp.set_cost(power[1, 1:], 2.0**-30 * cost[1, 1:])  # the others are as dear as they were
    assert session.solve().objective == pytest.approx(60 * 30 + 1 - 20 * 50, abs=1e-3)


def test_what_is_exported_and_told_is_in_the_programs_units(tmp_path: Path) -> None:
    lp, _ = two_days(days=20, hours=24)
    lp.set_cost(np.arange(lp.shape[1]), lp.cost * 2.0**-30)
    session, seen = Session(lp), list[solvers.Progress]()
    with pytest.raises(Interrupted):
        session.solve([endless(HIPDLP_6)], progress=seen.append, cancel=lambda: any(one.line for one in seen))
    assert "(cost x " in seen[-1].line
    session.write(tmp_path / "model.mps")
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    reader.readModel(str(tmp_path / "model.mps"))
    assert np.array(reader.getLp().col_cost_) == pytest.approx(lp.cost, rel=1e-12)


def test_more_changes_than_are_remembered_are_followed() -> None:
    lp, power, _ = dispatch()
    session = Session(lp)
    session.solve()
    lp.set_bounds(power[0], upper=0.0)
    lp.set_cost(power[1, 0], 40.0)
    for step in range(100):
        lp.set_cost(power[1, 1:], 31.0 + step)
    assert session.solve().objective == pytest.approx(60 * 40.0 + 120 * 130.0)


def test_a_coefficient_that_the_solver_would_drop_is_refused() -> None:
    lp, _, balance = dispatch()
    tiny = lp.columns("tiny", ())
    lp.add(balance[:1], 1e-13, tiny)
    with pytest.raises(DafengError) as error:
        solve(lp)
    assert all("balance[h0] x tiny" in error.value.text(language) for language in LANGUAGES)
    lp.set_coefficients(balance[0], tiny, 1e-11)  # HiGHS' own limit is 1e-9
    assert solve(lp).objective == pytest.approx(OPTIMUM - 800.0)  # the first hour is free


def test_a_program_without_rows() -> None:
    lp = LinearProgram()
    x = lp.columns("x", (2,), [1.0, 2.0], 5.0, [1.0, -1.0])
    found = solve(lp)
    assert found.objective == -4.0
    assert found.bound == pytest.approx(-4.0)
    assert found.value(x).tolist() == [1.0, 5.0]


def test_a_new_row_is_followed() -> None:
    lp, power, _ = dispatch()
    session = Session(lp)
    session.solve()
    cap = lp.rows("cap", (), [(1.0, np.int32(power[1, 1]))], upper=29.0)
    relief = lp.columns("relief", (), cost=1000.0)
    lp.add([cap], -1.0, relief)
    found = session.solve()
    assert found.objective == pytest.approx(OPTIMUM + 1000.0)
    assert found.dual(cap) == pytest.approx(-1000.0)


def test_simplex_starts_warm() -> None:
    lp, _ = two_days(days=6, hours=24)
    session = Session(lp)
    cold = session.solve().attempts[-1].iterations["simplex"]
    lp.set_row_bounds(lp.block("co2"), upper=0.99 * lp.row_upper[lp.block("co2")])
    warm = session.solve().attempts[-1].iterations["simplex"]
    assert session.solve().attempts[-1].iterations["simplex"] == 0
    assert warm < cold / 3


# -- properties -----------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=3))
@settings(max_examples=20)
def test_scaled_rows_change_prices_and_nothing_else(factors: list[float]) -> None:
    lp = LinearProgram()
    power = lp.columns("power", (2, 3), 0, [[50.0], [100.0]], [[10.0], [30.0]])
    load, scale = np.array([60.0, 80.0, 40.0]), np.array(factors)
    rows = lp.rows("balance", (3,), [(scale, power[0]), (scale, power[1])], scale * load, scale * load)
    found = solve(lp)
    assert found.objective == pytest.approx(OPTIMUM)
    assert found.dual(rows) * scale == pytest.approx([30, 30, 10])


@given(st.permutations(range(6)))
@settings(max_examples=20)
def test_permuted_columns_change_nothing(order: list[int]) -> None:
    top, cost, hour = np.repeat([50.0, 100.0], 3), np.repeat([10.0, 30.0], 3), np.tile([0, 1, 2], 2)
    lp = LinearProgram()
    power = lp.columns("power", (6,), 0, top[order], cost[order])
    rows = lp.rows("balance", (3,), lower=[60.0, 80.0, 40.0], upper=[60.0, 80.0, 40.0])
    lp.add(rows[hour[order]], 1.0, power)
    found = solve(lp)
    assert found.objective == pytest.approx(OPTIMUM)
    assert found.value(power)[np.argsort(order)] == pytest.approx([50, 50, 40, 10, 30, 0])


def test_duals_match_finite_differences() -> None:
    lp, data = two_days()
    session = Session(lp)
    best = session.solve()
    balance, cap, step = lp.block("balance"), lp.block("co2"), 1e-5
    tested = 0
    for region, hour in [(0, 1), (1, 4), (0, 7)]:
        load, row = data["load"][region, hour], balance[region, hour]
        sides = []
        for sign in (1, -1):
            lp.set_row_bounds(row, load + sign * step, load + sign * step)
            sides.append(sign * (session.solve().objective - best.objective) / step)
        lp.set_row_bounds(row, load, load)
        if sides[0] == pytest.approx(sides[1], rel=1e-4):  # no kink here
            assert best.dual(row) == pytest.approx(sides[0], rel=1e-4)
            tested += 1
    lp.set_row_bounds(cap, upper=lp.row_upper[cap] + step)
    assert best.dual(cap) == pytest.approx((session.solve().objective - best.objective) / step, rel=1e-4)
    assert best.dual(cap) < 0
    assert tested > 0


# -- failures -------------------------------------------------------------------------------------------------------


def test_infeasible_names_the_rows() -> None:
    lp, _, balance = dispatch()
    lp.set_row_bounds(balance[1], 151.0, 151.0)
    with pytest.raises(Infeasible) as error:
        solve(lp)
    assert error.value.rows == ("balance[h1]",)
    assert all("balance[h1]" in error.value.text(language) for language in LANGUAGES)


def test_rows_that_exclude_each_other_are_both_named() -> None:
    lp = LinearProgram()
    x = lp.columns("x", (3,))
    lp.rows("at least", (), [(1.0, x[0])], lower=4.0)
    lp.rows("at most", (), [(1.0, x[0])], upper=3.0)
    lp.rows("innocent", (), [(1.0, x[1]), (1.0, x[2])], upper=3.0)
    for recipe in (DUAL_SIMPLEX, IPX, HIPDLP_ROUGH):
        with pytest.raises(Infeasible) as error:
            solve(lp, [recipe])
        assert set(error.value.rows) == {"at least", "at most"}


def test_a_claim_without_proof_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    lp, _, balance = dispatch()
    lp.set_row_bounds(balance[1], 151.0, 151.0)
    monkeypatch.setattr(solvers, "proves_infeasible", lambda *_: False)
    with pytest.raises(NotSolved) as error:
        solve(lp)
    assert {attempt.status for attempt in error.value.attempts} == {"Infeasible"}
    assert len(error.value.attempts) == 3


def test_a_session_goes_on_after_an_infeasible_program() -> None:
    lp, _, balance = dispatch()
    session = Session(lp)
    lp.set_row_bounds(balance[1], 151.0, 151.0)
    with pytest.raises(Infeasible):
        session.solve()
    lp.set_row_bounds(balance[1], 80.0, 80.0)
    assert session.solve().objective == pytest.approx(OPTIMUM)


def test_unbounded_names_the_columns() -> None:
    lp, _, _ = dispatch()
    lp.columns("given away", (), cost=-1.0)
    with pytest.raises(Unbounded) as error:
        solve(lp)
    assert error.value.columns == ("given away",)


def test_only_optimal_is_accepted_and_the_next_recipe_is_tried() -> None:
    lp, _ = two_days(days=6, hours=24)
    lame = DUAL_SIMPLEX.with_options(simplex_iteration_limit=3, presolve="off")
    with pytest.raises(NotSolved) as error:
        solve(lp, [lame])
    (attempt,) = error.value.attempts
    assert attempt.status == "Iteration limit reached"
    assert "status" in attempt.faults
    assert not any(hasattr(error.value, name) for name in ("x", "y", "value", "objective", "solution"))
    assert all("Iteration limit reached" in error.value.text(language) for language in LANGUAGES)
    found = solve(lp, [lame, IPX])
    assert [attempt.faults == () for attempt in found.attempts] == [False, True]
    assert found.recipe is IPX


def test_a_claim_of_optimality_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS says Optimal of a run to a tolerance of 1e-1; our residuals do not."""
    lp, _ = two_days()
    loose = HIPDLP_ROUGH.with_options(kkt_tolerance=1e-1, presolve="off")
    with pytest.raises(NotSolved) as error:
        solve(lp, [loose])
    (attempt,) = error.value.attempts
    assert attempt.status == "Optimal"
    assert "gap" in attempt.faults or "row" in attempt.faults
    assert attempt.residuals is not None
    assert attempt.residuals.faults(EXACT) == attempt.faults


def test_another_algorithm_in_place_of_the_one_asked_for_is_found() -> None:
    """As when HiPO is asked for and its library is missing: HiGHS runs simplex. Here simplex is run under HiPO's rules."""
    lp, _ = two_days(days=6, hours=24)
    disguised = HIPO.with_options(solver="simplex", presolve="off")
    with pytest.raises(NotSolved) as error:
        solve(lp, [disguised])
    assert error.value.attempts[0].faults == ("took_over",)


@pytest.mark.parametrize("found", [None, "1.16.0"])
def test_hipo_is_refused_where_its_library_is_missing_or_another(
    found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name == "highspy-extras":
            if found is None:
                raise recipes.PackageNotFoundError(name)
            return found
        return "1.15.1"

    monkeypatch.setattr(recipes, "version", version)
    lp, _, _ = dispatch()
    with pytest.raises(RefusedSolver) as error:
        solve(lp, [HIPO])
    assert all("1.15.1" in error.value.text(language) for language in LANGUAGES)
    assert solve(lp, [DUAL_SIMPLEX]).objective == pytest.approx(OPTIMUM)


def test_installed_solver_is_the_pinned_one() -> None:
    assert recipes.version("highspy") == recipes.version("highspy-extras") == highspy.Highs().version() == "1.15.1"


def test_an_unknown_option_is_refused() -> None:
    lp, _, _ = dispatch()
    with pytest.raises(DafengError, match="no_such_option"):
        solve(lp, [DUAL_SIMPLEX.with_options(no_such_option=1)])


# -- time -----------------------------------------------------------------------------------------------------------


def endless(recipe: Any) -> Any:
    """Never satisfied: the run ends by being stopped."""
    return recipe.with_options(kkt_tolerance=1e-10, presolve="off", pdlp_iteration_limit=2**31 - 1)


def test_cancel_and_progress() -> None:
    lp, _ = two_days(days=20, hours=24)
    seen: list[solvers.Progress] = []
    with pytest.raises(Interrupted) as error:
        Session(lp).solve([endless(HIPDLP_6)], progress=seen.append, cancel=lambda: len(seen) > 3)
    assert error.value.attempts[0].status == "Interrupted by user"
    assert seen[-1].recipe == HIPDLP_6.name
    assert seen[-1].seconds > 0


def test_time_limit_is_for_all_recipes_together_and_anew_for_each_call() -> None:
    lp, _ = two_days(days=20, hours=24)
    session = Session(lp)
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(Interrupted):
            session.solve([endless(HIPDLP_6), endless(HIPDLP_6)], time_limit=0.05)
        assert time.monotonic() - began < 10
    assert session.solve().gap < 1e-6


def test_control_c_stops_the_run_and_the_session_goes_on() -> None:
    lp, _ = two_days(days=20, hours=24)
    session = Session(lp)
    with pytest.raises(KeyboardInterrupt):
        session.solve([endless(HIPDLP_6)], progress=lambda _: os.kill(os.getpid(), signal.SIGINT))
    assert not [thread for thread in threading.enumerate() if thread.name == "highs"]
    assert session.solve().gap < 1e-6


# -- choice, export, the gate -----------------------------------------------------------------------------------------


def test_portfolio() -> None:
    day = Facts(150_545, 132_706, 466_359, day_structured=True)
    chronological = Facts(155_329, 142_690, 481_335)
    regions, between, provinces = (replace(day, block_columns=width) for width in (8_000, 18_000, 35_000))
    for one, tolerance in ((regions, 5e-6), (provinces, 2e-4)):
        first, second, *_ = portfolio(one, Accuracy.of(1e-3))
        assert first.name == "structured_interior"
        assert dict(first.options)["ipm_optimality_tolerance"] == tolerance
        assert second is HIPDLP_ROUGH
    assert [one.name for one in portfolio(between, Accuracy.of(1e-3))[:2]] == ["hipdlp 8e-5", "structured_interior"]
    assert portfolio(day, Accuracy.of(1e-4))[0] is HIPDLP_ROUGH
    assert portfolio(day, EXACT)[0] is IPX  # first-order methods do not reach it
    assert portfolio(chronological, Accuracy.of(1e-4))[0] is IPX
    assert portfolio(Facts(64_246, 29_206, 124_144))[0] is DUAL_SIMPLEX
    assert portfolio(Facts(3_007, 17_688, 40_000, day_structured=True), Accuracy.of(1e-4))[0] is DUAL_SIMPLEX


def test_export_can_be_read_by_another_solver(tmp_path: Path) -> None:
    lp, _, _ = dispatch()
    lp.columns("with a blank", (), 1.0, 2.0)
    lp.offset = 7.0
    Session(lp).write(tmp_path / "model.mps")
    text = (tmp_path / "model.mps").read_text()
    assert "balance[h1]" in text
    assert "power[coal,h2]" in text
    assert "with_a_blank" in text
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    assert reader.readModel(str(tmp_path / "model.mps")) == highspy.HighsStatus.kOk
    reader.run()
    assert reader.getInfo().objective_function_value == pytest.approx(OPTIMUM + 7.0)
    with pytest.raises(DafengError, match="xlsx"):
        Session(lp).write(tmp_path / "model.xlsx")


def test_names_that_are_one_without_blanks_are_not_exported(tmp_path: Path) -> None:
    """HiGHS would write c0, c1 ... for all columns, and nobody could read the file any more."""
    lp = LinearProgram("twins")
    lp.columns("a b", (1,))
    lp.columns("a_b", (1,))
    with pytest.raises(DafengError, match="a_b"):
        Session(lp).write(tmp_path / "model.mps")
    assert not (tmp_path / "model.mps").exists()


@pytest.fixture(scope="module")
def model_energy(shared_data: Path) -> LinearProgram:
    """PyPSA's model-energy: one region, a year in three-hour steps, hydrogen from season to season."""
    return build(read_pypsa(shared_data / "cases" / "pypsa" / "model-energy.nc")).lp


@pytest.mark.shared
@pytest.mark.slow
def test_model_energy_forced_hipo_is_a_failure(model_energy: LinearProgram) -> None:
    """A well-known peer stores this run as "ok", 18.8 % too dear."""
    with pytest.raises(NotSolved) as error:
        solve(model_energy, [HIPO])
    (attempt,) = error.value.attempts
    assert attempt.status != "Optimal"
    assert "status" in attempt.faults


@pytest.mark.shared
@pytest.mark.slow
def test_model_energy_default_chain_after_a_failure(model_energy: LinearProgram) -> None:
    """The chain alone is tests/models/test_cases.py's."""
    found = solve(model_energy, [HIPO, *portfolio(Session(model_energy).facts())])
    assert found.objective == pytest.approx(8.078136e9, rel=1e-5)
    assert found.gap < 1e-9
    assert [attempt.recipe.name for attempt in found.attempts] == ["hipo", "dual simplex"]
