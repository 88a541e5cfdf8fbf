"""`dafeng run` around the quick plan: left out, not found, with one core; nothing here solves a model."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import dafeng
from dafeng import economy
from dafeng.catalog import DafengError
from dafeng.cli.run import PLAN, STEPS, _planned, steps_of, workers_of
from dafeng.economy import QUICK, NoPlan

from .calling import Cli

SAID = {"zh": "无可行解", "ja": "解がない", "en": "nothing fits"}


def _ends_in(error: DafengError) -> Callable[..., Any]:
    def finish(*_: Any) -> Any:
        raise error

    return finish


def test_steps_leave_the_plan_out() -> None:
    assert steps_of("action-plan") == STEPS
    assert steps_of(None) == tuple(step for step in STEPS if step != PLAN)
    assert len(steps_of(None)) == len(STEPS) - 1


@pytest.mark.parametrize(("count", "workers"), [(1, 1), (2, 1), (3, 2), (64, 2)])
def test_one_core_is_left_for_the_accounts(count: int, workers: int) -> None:
    assert workers_of(count) == workers


def test_no_plan_asked(workspace: dafeng.Workspace) -> None:
    assert _planned(workspace, True, None) == {"quick": None, "no_quick": None}


def test_no_plan_found_says_why_in_three_languages(workspace: dafeng.Workspace) -> None:
    """A scenario that no plan can keep does not end the run."""
    assert _planned(workspace, True, _ends_in(NoPlan(SAID))) == {"quick": None, "no_quick": SAID}


def test_a_worker_that_died_says_so(workspace: dafeng.Workspace) -> None:
    found = _planned(workspace, True, _ends_in(DafengError("worker_gone")))
    assert "memory" in found["no_quick"]["en"]


def test_what_a_worker_says_reaches_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors with a model in them do not travel between processes; their words do."""
    monkeypatch.setattr(economy, "sketches", lambda *_: _ends_in(DafengError("file_exists", file="x"))())
    monkeypatch.setattr(economy.Sketchbook, "of", lambda *_: None)
    with pytest.raises(NoPlan) as caught:
        economy._part(QUICK, [])
    error = pickle.loads(pickle.dumps(caught.value))
    assert {tag: error.text(tag) for tag in SAID} == {
        tag: DafengError("file_exists", file="x").text(tag) for tag in SAID
    }


@pytest.mark.slow
def test_limits_that_clash_are_named() -> None:
    """2,000 Mt CO2 in 2025 cannot be kept: the words name the ceiling and say how far it would have to rise."""
    text = """
        base = "action-plan"
        title = {zh = "x", ja = "x", en = "x"}
        limits = {co2 = {2025 = "2000 Mt_CO2"}}
    """
    with pytest.raises(NoPlan) as caught:
        economy._part(replace(QUICK, regions="nation", periods=(2025, 2030), days=2), [(text, "hard")])
    assert "CO2 ceiling of the scenario in 2025" in caught.value.text("en")
    assert "2025年" in caught.value.text("zh")
    assert caught.value.text("ja") != caught.value.text("zh")


def test_unknown_scenario_is_refused_before_anything_is_written(cli: Cli, tmp_path: Any) -> None:
    result = cli("run", "-w", tmp_path / "ws", "--scenario", "action-pln")
    assert result.code == 1
    assert "action-plan" in result.err
    assert not (tmp_path / "ws").exists()
