"""A plan of a part of the nation, solved: list, timetable, board, page and files."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cli.calling import validate
from tests.pathway.sectors.closing import closes

from dafeng import projected
from dafeng.accounts import Choice
from dafeng.catalog import word
from dafeng.economy import lines_of
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.planning import EconomyPlan, plan_economy
from dafeng.planning import entering
from dafeng.reports.economy import economy_data, write_economy_csv, write_economy_excel, write_economy_page

pytestmark = pytest.mark.slow


@cache
def plan(regions: str, periods: tuple[int, ...] = (2025, 2030)) -> EconomyPlan:
    scenario = read("action-plan")
    return plan_economy(scenario, scenario.case(regions=regions, periods=periods, days=2))


@cache
def data(regions: str) -> dict[str, Any]:
    one = plan(regions)
    rows, series = projected.board_of_province(one, lines_of(one, "part"), "part", Choice())
    return economy_data(one, "part", "0", board=rows, series=series)


def test_a_province_has_its_targets_in_list_timetable_board_and_files(tmp_path: Path) -> None:
    found = data("CN-SC")
    validate(json.loads(json.dumps(found, allow_nan=False)), "economy")
    (row,) = [r for r in found["timetable"] if (r["target"], r["year"]) == ("sc-nf-2030", 2030)]
    assert (row["state"], row["required"], row["price_unit"]) == ("kept", 43.5, "CNY/tce")
    (one,) = [r for r in found["targets"] if r["target"] == "sc-nf-2030"]
    assert (one["how"], one["state"], one["amount"][1]) == ("imposed", ["milestone", "kept"], row["value"])
    (limit,) = [r for r in found["limits"] if r["name"] == "target sc-nf-2030 2030"]
    assert (limit["unit"], limit["price_unit"]) == ("Mtce", "CNY/tce")
    assert not any(r["target"] == "T04" for r in found["timetable"])
    assert {r["how"] for r in found["targets"] if r["target"] in ("T04", "T08", "T13")} == {"national"}
    assert (found["published"], found["published_own"]) == ([], {})
    written = write_economy_csv(found, tmp_path)
    assert {"timetable.csv", "board.csv", "targets.csv"} <= {path.name for path in written}
    with (tmp_path / "timetable.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert {"sc-nf-2025", "sc-nf-2030"} <= {line["target"] for line in lines}
    assert {"co2", "coal", "wind_solar"} <= {line["quantity"] for line in lines}
    write_economy_excel(found, tmp_path / "plan.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert word("economy.xl.sheet.published", "en") not in book.sheetnames
    cells = [str(cell.value) for cell in book[word("economy.xl.sheet.targets", "en")]["A"]]
    assert cells.index("sc-nf-2030") < cells.index("National targets, not imposed here (80)") < cells.index("T04")
    write_economy_page(found, tmp_path / "plan.html")
    assert "sc-nf-2030" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_sichuan_alone_generates_what_it_sends_and_is_held_to_its_target() -> None:
    one = plan("CN-SC")
    closes(one)
    places = {(found.entity, found.start) for found in lines_of(one, "part")}
    assert places == entering(one.case), "what is looked for before a plan is made"
    assert one.amount("power_generation", "all")[0, 1] > one.amount("power_consumption", "electricity")[0, 1] + 120
    assert "target sc-nf-2030 2030" in {limit.name for limit in one.power.stages[1].system.limits}
    share = one.amount("primary_consumption", "primary_electricity") / one.amount("primary_consumption", "energy")
    assert share[0, 1] >= 0.435


def test_the_board_of_a_province_counts_what_its_timetable_counts() -> None:
    """Two ways to the same number: the measures of the accounts over ledger lines, and the sums of the model."""
    found = data("CN-SC")
    board = {row["target"]: row["readings"][0] for row in found["boards"]["plan"]}
    assert set(board) == {"sc-ei-2020-2025", "sc-nf-2025", "sc-nf-2030", "T12"}
    for row in found["timetable"]:
        own = board.get(row["target"])
        if own is not None and own["year"] == row["year"]:
            assert own["current"] == pytest.approx(row["value"], rel=1e-9), row
            assert (own["state"] == "met") == (row["state"] == "kept"), row


def test_a_group_of_provinces_lists_theirs_and_judges_none() -> None:
    one = plan("CN-GRID-N", (2030,))
    found = economy_data(one, "part", "0")
    validate(json.loads(json.dumps(found, allow_nan=False)), "economy")
    assert {row["target"] for row in found["timetable"]} == {"T12"}
    assert "he-nf-2030" in {row["target"] for row in found["targets"]}
    assert found["targets_note"]["zh"]
    assert found["published"] == []
