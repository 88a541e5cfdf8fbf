"""The recipe `mpax`: refused in words without its extra, chosen by nobody, and measured like any other with it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from test_assembler import dispatch
from tests.pathway.power.nation import nation, system_of

from dafeng.catalog import LANGUAGES
from dafeng.pathway import gpu, recipes
from dafeng.pathway.acceptance import EXACT, Accuracy
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.model import build
from dafeng.pathway.recipes import DUAL_SIMPLEX, MPAX, RECIPES, Facts, RefusedSolver, portfolio
from dafeng.pathway.solvers import Infeasible, Interrupted, NotSolved, Session, solve

installed = pytest.mark.skipif(
    find_spec("mpax") is None or find_spec("jax") is None, reason="the extra `gpu` (mpax, jax) is not installed"
)


def test_without_the_extra_it_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "find_spec", lambda _name: None)
    lp, _, _ = dispatch()
    with pytest.raises(RefusedSolver) as error:
        solve(lp, [RECIPES["mpax"]])
    assert all("dafeng[gpu]" in error.value.text(tag) for tag in LANGUAGES)
    assert solve(lp, [DUAL_SIMPLEX]).objective == pytest.approx(2600)


def test_nobody_chooses_it() -> None:
    for columns in (1_000, 100_000, 10_000_000):
        for structured in (False, True):
            for block in (0, 1_000, 100_000):
                for accuracy in (EXACT, Accuracy.of(1e-4)):
                    assert MPAX not in portfolio(Facts(columns, columns, 3 * columns, structured, block), accuracy)


def test_nothing_imports_it() -> None:
    """JAX is loaded where the recipe is run, not where the engine is."""
    code = "import sys, dafeng.planning, dafeng.pathway.gpu; sys.exit('jax' in sys.modules or 'mpax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rows_with_two_sides_and_none() -> None:
    """2 <= a <= 5, b = 3, c free, d <= 4, e >= 1: equalities first, then lower sides, then upper ones turned round.

    Multipliers 1 of b, 2 of a's and 3 of e's lower side, 4 of a's and 5 of d's upper side: a 2 - 4, b 1, d -5, e 3.
    """
    lp = LinearProgram("rows")
    x = lp.columns("x", (5,))
    lower, upper = [2.0, 3.0, -np.inf, -np.inf, 1.0], [5.0, 3.0, np.inf, 4.0, np.inf]
    lp.rows("row", (5,), [(1.0, x)], lower=lower, upper=upper)
    form = gpu._Form(lp)
    assert form.right.tolist() == [3]
    assert form.least_right.tolist() == [2, 1, -5, -4]
    assert form.least.toarray().tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1], [-1, 0, 0, 0, 0], [0, 0, 0, -1, 0]]
    assert form.multipliers(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).tolist() == [-2, 1, 0, -5, 3]


def bounded() -> LinearProgram:
    """A row with two sides, one below and one above: (2, 5, 0) costs -8, with prices 1, 0 and -3."""
    lp = LinearProgram("bounded")
    x = lp.columns("x", (3,), upper=10.0, cost=[1.0, -2.0, 0.5])
    lp.add(lp.rows("sum", (), lower=7.0, upper=8.0), [1.0, 1.0, 1.0], x)
    lp.add(lp.rows("least", (), lower=1.0), [1.0, 0.0, -1.0], x)
    lp.add(lp.rows("most", (), upper=5.0), [0.0, 1.0, 0.5], x)
    return lp


@installed
def test_the_optimum_and_its_prices() -> None:
    """As simplex has them, to 1e-6, in 64 bits, and the setting of JAX is left as it was."""
    import jax

    before = jax.config.jax_enable_x64
    for lp in (dispatch()[0], bounded()):
        found, best = solve(lp, [MPAX]), solve(lp, [DUAL_SIMPLEX])
        assert found.objective == pytest.approx(best.objective, rel=1e-6)
        assert found.x == pytest.approx(best.x, abs=1e-4)
        assert found.y == pytest.approx(best.y, abs=1e-4)
        assert found.residuals.faults(EXACT) == ()
        assert found.attempts[-1].status == f"Optimal ({jax.default_backend()})"
    assert jax.config.jax_enable_x64 == before


@installed
@pytest.mark.slow
def test_a_power_plan_of_the_nation() -> None:
    lp = build(system_of(nation())).lp
    best = solve(lp, [DUAL_SIMPLEX])
    found = Session(lp).solve([MPAX], accuracy=Accuracy.of(1e-4))
    assert found.objective == pytest.approx(best.objective, rel=2e-4)
    assert found.bound <= best.objective * (1 + 1e-9)


@installed
def test_a_program_without_a_solution_is_proved() -> None:
    """MPAX's own word for it is not taken: the ray of simplex proves it, or nothing was solved."""
    lp, _, _ = dispatch((60.0, 800.0, 40.0))
    with pytest.raises((Infeasible, NotSolved)):
        solve(lp, [MPAX.with_options(iteration_limit=4_000)])


@installed
def test_out_of_iterations_is_no_solution() -> None:
    with pytest.raises(NotSolved) as error:
        solve(build(system_of(nation())).lp, [MPAX.with_options(iteration_limit=50)])
    (attempt,) = error.value.attempts
    assert attempt.faults
    assert 0 < attempt.iterations["pdlp"] < gpu.FIRST


@installed
def test_it_can_be_stopped_between_its_runs() -> None:
    with pytest.raises(Interrupted):
        Session(build(system_of(nation())).lp).solve([MPAX], cancel=lambda: True)
