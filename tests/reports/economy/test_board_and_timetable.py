"""Board and timetable of a plan say the same of every target: one counts ledger lines, the other the model."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import dafeng
from dafeng.accounts import Choice, Series
from dafeng.economy import base_lines, board_of, lines_of
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import read, shipped
from dafeng.pathway.sectors.base_year import BaseYear, base_year
from dafeng.pathway.sectors.planning import EconomyPlan, plan_economy
from dafeng.reports.economy.held import held
from dafeng.reports.economy.limits import limits_of
from dafeng.reports.economy.timetable import timetable
from dafeng.targets import BoardRow

pytestmark = pytest.mark.slow

COUNTED = {
    "T12": "highest-hour",
    "T14": "throughput",
    "T19": "cars-by-turnover",
    "T20": "fuels-of-transport",
    "T21": "calorific",
}
"""Target that no statistics measure -> the scope in which the model has it."""
OIL = "T22"
NO_FIGURE = ("T07",)
"""A setting of single corridors, which no figure of the nation expresses."""
BEYOND = {"O08": "excl-biomass", "O25": "excl-biomass"}
"""The board counts less than the timetable, and says so by its scope: statistics have no power of biomass by itself."""
JUDGED = ("kept", "missed")


@cache
def base() -> BaseYear:
    return base_year(grouping("nation"))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Series:
    with dafeng.init(tmp_path_factory.mktemp("board") / "ws") as ws:
        ws.load_statistics()
        return ws.series


def plan_of(name: str) -> EconomyPlan:
    scenario = read(name)
    less = {"commitment": False, "reserves": False, "hydrogen": False}
    return plan_economy(scenario, scenario.case(regions="nation", periods=(2025, 2030), days=1, **less), base())


def said_by(plan: EconomyPlan, history: Series) -> tuple[list[dict[str, Any]], dict[str, BoardRow]]:
    own = held(plan)
    board, _ = board_of([*lines_of(plan, "x"), *base_lines(plan, "x")], "x", history, Choice())
    return timetable(plan, limits_of(plan, own.scenario), own), {row.target.id: row for row in board}


@pytest.mark.parametrize("name", list(shipped()))
def test_board_and_timetable_do_not_contradict_each_other(name: str, history: Series) -> None:
    """Of every target that the timetable judges in its due year (a peak: after its latest year), the board has a
    reading that says the same; what only the model counts comes to the same number.
    """
    rows, board = said_by(plan_of(name), history)
    judged = 0
    for row in rows:
        target = board[row["target"]].target
        readings = [r for r in board[target.id].readings if r.state != "no_data"]
        if target.id in COUNTED and row["year"] == target.due_year:
            (reading,) = readings
            assert reading.scope == COUNTED[target.id]
            assert reading.current == pytest.approx(row["value"], rel=1e-9), target.id
        due = row["year"] == target.due_year or (target.kind == "peak" and row["required"] is not None)
        if row["state"] not in JUDGED or not due or target.id in NO_FIGURE:
            continue
        judged += 1
        wanted = "met" if row["state"] == "kept" else "missed"
        found = {reading.state for reading in readings}
        if target.id in BEYOND and wanted not in found:
            assert {reading.scope for reading in readings} == {BEYOND[target.id]}
            assert all((r.current or 0.0) < row["value"] for r in readings), "it counts less, and says so"
            continue
        assert wanted in found, (target.id, row, readings)
        assert len(found) == 1 or board[target.id].disputed or target.kind == "peak", (target.id, readings)
    assert judged >= 20
    assert any(r.scope == "road-and-rail" for r in board[OIL].readings)
