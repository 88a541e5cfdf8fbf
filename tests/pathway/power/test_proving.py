"""Which solution of a plan is taken: the first whose certificate is near enough, else the one that is nearest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.pathway.two_nodes import some_days, system

from dafeng.pathway.certificate import Certificate, certify
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Solution
from dafeng.pathway.power import proving
from dafeng.pathway.power.proving import GAP, NOT_TAKEN, Clock, certified
from dafeng.pathway.recipes import DUAL_SIMPLEX, HIPO, IPX
from dafeng.pathway.telling import Tell, tell_nobody

Certify = Callable[[Model, Solution, Tell], Certificate]


@pytest.fixture
def model() -> Model:
    return build(system(some_days(3)))


def with_gaps(gaps: dict[str, float]) -> Certify:
    """The certificate as it is, but for a bound that lies too low by what is given for the recipe."""

    def poorer(model: Model, solution: Solution, tell: Tell) -> Certificate:
        found = certify(model, solution, tell)
        return replace(found, bound=found.cost * (1 - gaps[solution.recipe.name]))

    return poorer


def test_a_poor_certificate_sends_it_on_to_the_next_recipe(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "certify", with_gaps({IPX.name: 2 * GAP, DUAL_SIMPLEX.name: GAP / 2}))
    solution, certificate = certified(model, tell_nobody, Clock(), (IPX, DUAL_SIMPLEX, HIPO))
    assert certificate.gap == pytest.approx(GAP / 2)
    assert [(one.recipe.name, one.faults) for one in solution.attempts] == [
        (IPX.name, (NOT_TAKEN,)),
        (DUAL_SIMPLEX.name, ()),
    ]


def test_where_all_are_poor_the_nearest_is_taken_and_each_was_tried_once(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not good enough is not hidden: a stage with this gap does not hold (`Stage.holds`)."""
    gaps = {IPX.name: 2 * GAP, DUAL_SIMPLEX.name: 4 * GAP, HIPO.name: 3 * GAP}
    monkeypatch.setattr(proving, "certify", with_gaps(gaps))
    solution, certificate = certified(model, tell_nobody, Clock(), (DUAL_SIMPLEX, IPX, HIPO))
    assert certificate.gap == pytest.approx(2 * GAP)
    assert solution.recipe == IPX
    assert [one.recipe.name for one in solution.attempts] == [DUAL_SIMPLEX.name, HIPO.name, IPX.name]


def test_what_no_solver_may_take_is_passed_over_and_stays_on_record(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recipe that stops before it has a solution is no reason to solve with the one before once more."""
    monkeypatch.setattr(proving, "certify", with_gaps({IPX.name: 2 * GAP}))
    lame = DUAL_SIMPLEX.with_options(simplex_iteration_limit=1)
    solution, _ = certified(model, tell_nobody, Clock(), (IPX, lame))
    assert [one.recipe.name for one in solution.attempts] == [lame.name, IPX.name]
    assert solution.attempts[0].faults
