"""`dafeng plan --scenario`, `compare` of two plans, `roadmap`: options, refusals, documented forms."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import highspy
import pytest

from dafeng.catalog import LANGUAGES, word

from .calling import Cli, validate

SMALL = ("--regions", "nation", "--periods", "2025,2030", "--days", "4")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one plan of the nation, and the same once more under another name and scenario."""
    from dafeng.economy import run_economy
    from dafeng.pathway import scenario
    from dafeng.workspace import init

    folder = tmp_path_factory.mktemp("economy") / "ws"
    wanted = scenario.read("current-trend")
    case = wanted.case(regions="nation", periods=(2025,), days=4)
    with init(folder) as ws:
        ws.load_statistics()
        run_economy(ws, wanted, case, "first", accept_broken=True)
    shutil.copytree(folder / "plans" / "first", folder / "plans" / "second")
    other = folder / "plans" / "second" / "economy.json"
    data = json.loads(other.read_text())
    data["name"] = "second"
    data["summary"]["coal"] = [value - 100.0 for value in data["summary"]["coal"]]
    other.write_text(json.dumps(data))
    odd = folder / "plans" / "odd"
    odd.mkdir()
    (odd / "economy.json").write_text(
        json.dumps({**data, "name": "odd", "frame": {**data["frame"], "base_year": 2015}})
    )
    return folder


def test_a_plan_of_all_sectors(cli: Cli, tmp_path: Path) -> None:
    """The named recipe alone solves, and the program stands in a file that HiGHS reads, with rows of both parts."""
    file, own = tmp_path / "plan.mps", ("-n", "a", "-w", tmp_path / "ws")
    chosen = ("--solver", "ipx", "--mps", file, "--format", "json")
    result = cli("plan", "--scenario", "action-plan", *SMALL, *own, *chosen)
    assert result.code == 0, result.err
    validate(result.json, "economy-summary")
    assert result.json["holds"] is True
    assert result.json["estimates"] == word("plan.estimates", "en")
    assert result.json["estimates"] in result.err
    assert "Ranges of coefficients (sizes): matrix " in result.err
    assert [row["year"] for row in result.json["rows"]] == [2025, 2030]
    assert all(Path(path).is_file() for path in result.json["files"].values())
    assert str(file) in result.err
    stages = json.loads(Path(result.json["files"]["json"]).read_text(encoding="utf-8"))["stages"]
    assert {attempt["recipe"] for stage in stages for attempt in stage["attempts"]} == {"ipx"}
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    size = stages[0]["size"]  # of the plan as it was mended, where it was
    assert 0.5 * size["rows"] < highs.getNumRow() <= size["rows"]
    assert 0.5 * size["columns"] < highs.getNumCol() <= size["columns"]
    for row in ("balance[CN_electricity,2025:0:0]", "service[CN_steel,2025]"):
        assert highs.getRowByName(row)[0] == highspy.HighsStatus.kOk, row
    again = cli("plan", "--scenario", "action-plan", *SMALL, "-n", "a", "-w", tmp_path / "ws")
    assert again.code == 1
    assert "--replace" in again.err


@pytest.mark.slow
def test_alternatives_come_with_the_plan_and_can_be_added(cli: Cli, tmp_path: Path) -> None:
    """Asked for with the plan, they stand in data, tables and summary; another search replaces them, and only them."""
    ws = tmp_path / "ws"
    own = ("--scenario", "action-plan", "--regions", "nation", "--periods", "2025", "--days", "2", "-n", "a", "-w", ws)
    refused = cli("plan", *own, "--alternatives", "onwind,nucular", "--alternatives-year", "2025")
    assert refused.code == 1
    assert "nuclear" in refused.err
    assert not (ws / "plans").exists(), "refused before the plan was solved"
    asked = ("--alternatives", "onwind, cars_electric", "--alternatives-year", "2025", "--slack", "1%")
    result = cli("plan", *own, *asked, "--format", "json")
    assert result.code in (0, 3), result.err
    validate(result.json, "economy-summary")
    kept = json.loads((ws / "plans" / "a" / "economy.json").read_text())
    validate(kept, "economy")
    assert result.json["alternatives"] == kept["alternatives"]
    assert [one["technology"] for one in kept["alternatives"]["rows"]] == ["onwind", "cars_electric"]
    assert kept["alternatives"]["case"] == {"regions": "nation", "count": 1, "days": 2, "periods": [2025]}
    room = kept["alternatives"]["slack"] * kept["alternatives"]["least_cost"]
    for one in kept["alternatives"]["rows"]:
        assert one["least"] <= one["best"] + 0.1 <= one["most"] + 0.2
        assert -0.1 <= one["extra_least"] <= 1.01 * room
        assert -0.1 <= one["extra_most"] <= 1.01 * room
    assert "Onshore wind: at least " in result.err
    added = cli("plan", "alternatives", "nuclear", "--plan", "a", "--year", "2025", "-w", ws, "--format", "json")
    assert added.code == 0, added.err
    validate(added.json, "alternatives")
    later = json.loads((ws / "plans" / "a" / "economy.json").read_text())
    assert [one["technology"] for one in later["alternatives"]["rows"]] == ["nuclear"]
    assert {**later, "alternatives": None} == {**kept, "alternatives": None}
    assert (ws / "plans" / "a" / "plan-2025.nc").is_file()
    assert "nuclear,2025,0.02" in (ws / "plans" / "a" / "csv" / "alternatives.csv").read_text()
    assert cli("plan", "alternatives", "nuclear", "--plan", "b", "-w", ws).code == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scenario", "action-pln"), "action-plan"),
        (("--scenario", "action-plan", "--regions", "CN-XX"), "CN-XX"),
        (("--scenario", "action-plan", "--periods", "2024"), "2024"),
        (("--scenario", "action-plan", "--days", "0"), "days"),
        (("--scenario", "action-plan", "--solver", "ipxx"), "'ipxx'; near: ipx"),
        ((), "--scenario"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_solved(
    cli: Cli, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    refused = cli("plan", *options, "-w", tmp_path / "ws")
    assert refused.code == 1
    assert said in refused.err
    assert not (tmp_path / "ws").exists()


def test_two_plans_side_by_side(cli: Cli, kept: Path) -> None:
    found = cli("compare", "first", "second", "-w", kept, "--format", "json")
    assert found.code == 0, found.err
    validate(found.json, "economy-compare")
    (coal,) = [row for row in found.json["rows"] if row["quantity"] == "coal"]
    assert coal["change"] == pytest.approx(-100.0)
    table = cli("compare", "first", "second", "-w", kept)
    assert "first / second" in table.out


def test_plans_that_count_otherwise_are_not_compared(cli: Cli, kept: Path) -> None:
    refused = cli("compare", "first", "odd", "-w", kept)
    assert refused.code == 1
    assert "2020" in refused.err
    assert "2015" in refused.err


def test_an_unknown_plan_names_the_nearest(cli: Cli, kept: Path) -> None:
    refused = cli("compare", "first", "secnd", "-w", kept)
    assert refused.code == 1
    assert "second" in refused.err
    nothing = cli("compare", "CN-HE", "x2020", "default", "-w", kept)
    assert nothing.code == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_roadmap(cli: Cli, kept: Path, lang: str) -> None:
    found = cli("roadmap", "CN", "--plan", "first", "-w", kept, "--format", "json", "--lang", lang)
    assert found.code == 0, found.err
    validate(found.json, "roadmap")
    assert found.json["rows"]
    assert all(row["item_text"] for row in found.json["rows"])
    fifth = cli("roadmap", "CN", "--plan", "first", "--action", "5", "-w", kept, "--format", "json")
    assert {row["action"] for row in fifth.json["rows"]} == {5}
    rows = cli("roadmap", "CN", "--plan", "first", "-w", kept, "--lang", lang, "--format", "csv").out
    assert f"5 {word('report.action.5', lang)}" in rows
    assert "retires" in rows
    table = cli("roadmap", "CN", "--plan", "first", "--action", "5", "-w", kept, "--lang", lang)
    assert {"zh": "全国", "ja": "全国", "en": "China"}[lang] in table.out
    assert not [line for line in table.out.splitlines() if " CN " in line]
    refused = cli("roadmap", "CN-HX", "--plan", "first", "-w", kept, "--lang", lang)
    assert refused.code == 1
    assert "CN" in refused.err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_project_list_has_money_and_co2_or_says_why_not(cli: Cli, kept: Path, lang: str) -> None:
    asked = ("roadmap", "CN", "--projects", "--plan", "first", "-w", kept, "--lang", lang)
    found = cli(*asked, "--format", "json")
    assert found.code == 0, found.err
    validate(found.json, "projects")
    units = [row for row in found.json["rows"] if row["id"]]
    assert units
    for row in found.json["rows"]:
        assert (row["investment"] is None) == bool(row["investment_none"])
        assert (row["co2"] is None) == bool(row["co2_none"])
        assert row["basis"] == "share" or not row["id"]
        assert bool(row["status"]) == bool(row["id"])
    table = cli(*asked)
    assert word("economy.page.project_figures", lang)[:20] in table.err
    one = cli("roadmap", units[0]["province"], "--projects", "--plan", "first", "-w", kept, "--format", "csv")
    assert units[0]["id"] in one.out


def test_a_workspace_without_plans_says_so(cli: Cli, tmp_path: Path) -> None:
    import dafeng

    dafeng.init(tmp_path / "ws").close()
    refused = cli("roadmap", "CN", "-w", tmp_path / "ws")
    assert refused.code == 1
    assert "--scenario" in refused.err
