"""`dafeng plan power`: options become a case, wrong ones are refused, a stopped run leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import highspy
import numpy as np
import pytest
from tests.models.folders import folder
from tests.models.networks import extended_store_in_a_cycle
from tests.models.small import write

import dafeng
from dafeng.catalog import LANGUAGES, DafengError, word
from dafeng.cli.plan import by_technology, by_year, read_periods
from dafeng.pathway.recipes import RECIPES

from .calling import Cli, validate

SMALL = ("--regions", "nation", "--periods", "2025", "--days", "6")


def test_a_small_plan(cli: Cli, tmp_path: Path) -> None:
    options = ("--co2", "2025=5000", "--co2-price", "2025=50", "--floor", "onwind:2025=100", "--no-hydrogen")
    result = cli("plan", "power", *SMALL, *options, "--name", "a", "-w", tmp_path / "ws", "--format", "json")
    assert result.code == 0, result.err
    validate(result.json, "plan-summary")
    assert result.json["holds"] is True
    assert result.json["rows"][0]["year"] == 2025
    assert result.json["rows"][0]["co2"] <= 5000
    assert result.json["ranges"]["matrix"]["largest"] > result.json["ranges"]["matrix"]["smallest"] > 0
    assert "Ranges of coefficients (sizes): matrix " in result.err
    assert word("plan.estimates", "en") in result.err, "no costs without the word on what they rest on"
    assert all(Path(path).is_file() for path in result.json["files"].values())
    again = cli("plan", "power", *SMALL, "--name", "a", "-w", tmp_path / "ws")
    assert again.code == 1
    assert "--replace" in again.err


def test_a_plan_of_other_years_does_not_replace_one_and_is_not_solved(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ("--regions", "nation", "--days", "3", "--name", "bad", "-w", tmp_path / "ws")
    assert cli("plan", "power", *own, "--periods", "2027").code == 0
    monkeypatch.setattr("dafeng.pathway.power.planning.plan_power", lambda *_, **__: pytest.fail("solved"))
    monkeypatch.setattr("dafeng.pathway.sectors.planning.plan_economy", lambda *_, **__: pytest.fail("solved"))
    for plan in (("power",), ("--scenario", "action-plan")):
        refused = cli("plan", *plan, *own, "--periods", "2025", "--replace")
        assert refused.code == 1
        assert "CN 2027" in refused.err


def test_limits_on_what_is_generated_and_on_groups(cli: Cli, tmp_path: Path) -> None:
    """Each option becomes a named limit that the plan keeps, with its unit and that of its price."""
    ratios = ("--co2-intensity", "2025=520,2035=300", "--wind-solar-share", "2025=0.2")
    groups = ("--ceiling", "coal:2025=1250", "--floor", "hydro:2025=360", "--no-hydrogen")
    floors = ("--share-floor", "onwind:2025=0.1", "--share-floor", "solar:2025=0.1")
    asked = (*ratios, *groups, *floors, "--share-ceiling", "coal:2025=0.53")
    result = cli("plan", "power", *SMALL, *asked, "--name", "a", "-w", tmp_path / "ws", "--format", "json")
    assert result.code == 0, result.err
    data = json.loads(Path(result.json["files"]["json"]).read_text(encoding="utf-8"))
    assert data["case"]["co2_intensity"] == {"2025": 520.0, "2035": 300.0}
    assert data["case"]["wind_solar_share"] == {"2025": 0.2}
    assert data["case"]["share_floor"] == [
        {"technology": "onwind", "year": 2025, "share": 0.1},
        {"technology": "solar", "year": 2025, "share": 0.1},
    ]
    assert data["case"]["share_ceiling"] == [{"technology": "coal", "year": 2025, "share": 0.53}]
    validate(data, "plan")
    given = {technology: values[0] for technology, values in data["tables"]["generation"]["CN"].items()}
    coal = sum(twh for technology, twh in given.items() if technology.startswith("coal"))
    assert coal <= 0.53 * sum(given.values()) + 1e-3
    assert given["onwind"] >= 0.1 * sum(given.values()) - 1e-3
    found = {limit["name"]: limit for limit in data["limits"]}
    units = {
        "co2_intensity 2025": ("Mt_CO2", "CNY/t_CO2"),
        "wind_solar_share 2025": ("TWh", "CNY/MWh"),
        "onwind share_floor 2025": ("TWh", "CNY/MWh"),
        "solar share_floor 2025": ("TWh", "CNY/MWh"),
        "coal share_ceiling 2025": ("TWh", "CNY/MWh"),
        "coal ceiling 2025": ("GW", "CNY/kW"),
        "hydro floor 2025": ("GW", "CNY/kW"),
    }
    assert {name: (found[name]["unit"], found[name]["price_unit"]) for name in units} == units
    assert not any(found[name]["missed"] for name in units)


QUICK = ("--regions", "nation", "--periods", "2030", "--days", "4", "--no-heat", "--no-hydrogen")


def test_solver_and_program(cli: Cli, tmp_path: Path) -> None:
    """The named recipe alone solves, and the program stands in a file that HiGHS reads, with its names."""
    file, folder_ = tmp_path / "plan.mps", tmp_path / "ws"
    result = cli(
        "plan", "power", *QUICK, "--solver", "ipx", "--mps", file, "-n", "a", "-w", folder_, "--format", "json"
    )
    assert result.code == 0, result.err
    stage = json.loads(Path(result.json["files"]["json"]).read_text(encoding="utf-8"))["stages"][0]
    assert {attempt["recipe"] for attempt in stage["attempts"]} == {"ipx"}
    assert str(file) in result.err
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    assert (highs.getNumRow(), highs.getNumCol()) == (stage["size"]["rows"], stage["size"]["columns"])
    assert highs.getRowByName("balance[CN_electricity,2030:0:0]")[0] == highspy.HighsStatus.kOk


def test_an_unknown_solver_is_refused_at_once(cli: Cli, tmp_path: Path) -> None:
    """With the nearest name and those that can be run here; and so is a program of another format."""
    refused = cli("plan", "power", *QUICK, "--solver", "hipoo", "-n", "a", "-w", tmp_path / "ws")
    assert refused.code == 1
    assert "There is no solver 'hipoo'; near: hip" in refused.err
    assert "structured_interior" in refused.err
    assert cli("plan", "power", *QUICK, "--mps", tmp_path / "plan.lp", "-w", tmp_path / "ws").code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_solver_that_finds_nothing_leaves_nothing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other recipe takes its place, and what is no solution is no plan."""
    hopeless = RECIPES["hipdlp 8e-5"].with_options(pdlp_iteration_limit=1)
    monkeypatch.setitem(RECIPES, "hipdlp 8e-5", hopeless)
    failed = cli("plan", "power", *QUICK, "--solver", "hipdlp-8e-5", "-n", "a", "-w", tmp_path / "ws")
    assert failed.code == 1
    assert "1 attempt" in failed.err or "attempts: 1" in failed.err
    assert list(tmp_path.iterdir()) == []


CLASH = ("--floor", "onwind:2025=540", "--ceiling", "onwind:2025=500")


def test_a_case_without_a_plan_says_what_clashes(cli: Cli, tmp_path: Path) -> None:
    """Exit code of what is refused, data alone on stdout, words on stderr, nothing written."""
    said = cli("plan", "power", *SMALL, *CLASH, "-w", tmp_path / "ws", "--format", "json")
    assert said.code == 1
    validate(said.json, "clash")
    assert [(row["name"], row["lower"], row["upper"]) for row in said.json["rows"]] == [
        ("onwind floor 2025", 540.0, None),
        ("onwind ceiling 2025", None, 500.0),
    ]
    (soft,) = said.json["softening"]
    assert (soft["name"], soft["target"]) == ("onwind floor 2025", pytest.approx(500))
    assert all(line.strip() in said.err for line in said.json["text"]["en"])
    assert not (tmp_path / "ws").exists()
    table = cli("plan", "power", *SMALL, *CLASH, "-w", tmp_path / "ws")
    assert (table.code, table.out) == (1, "")
    assert "limit[" not in table.err, "words, not names of rows"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "2025年陆上风电装机下限（不低于 540 吉瓦）与2025年陆上风电装机上限（不超过 500 吉瓦）不能同时满足。"),
        (
            "ja",
            "2025年の陸上風力の設備容量の下限（540 GW以上）と2025年の陸上風力の設備容量の上限（500 GW以下）は両立しない。",
        ),
        ("en", "capacity floor for onshore wind in 2025: down by 40 GW (7.407 %), to 500 GW"),
    ],
)
def test_the_clash_in_every_language(cli: Cli, tmp_path: Path, lang: str, said: str) -> None:
    refused = cli("plan", "power", *SMALL, *CLASH, "-w", tmp_path / "ws", "--lang", lang)
    assert refused.code == 1
    assert said in refused.err


IMPOSSIBLE = """
base = "action-plan"
title = {zh = "试", ja = "試し", en = "Try"}
meaning = {zh = "试", ja = "試し", en = "Try"}

[targets]
impose = ["T08"]
values = {T08 = "6000 GW"}
"""


def test_a_target_that_clashes_is_called_by_its_own_title(cli: Cli, tmp_path: Path) -> None:
    """6,000 GW of wind and sun in 2030 against what may be built of them, in a plan of all sectors."""
    (tmp_path / "try.toml").write_text(IMPOSSIBLE, encoding="utf-8")
    few = ("--regions", "nation", "--periods", "2030", "--days", "4")
    said = cli("plan", "--scenario", tmp_path / "try.toml", *few, "-w", tmp_path / "ws", "--format", "json")
    assert said.code == 1
    validate(said.json, "clash")
    assert "target T08 2030" in [row["name"] for row in said.json["rows"]]
    (target,) = (row for row in said.json["rows"] if row["name"] == "target T08 2030")
    assert (target["lower"], target["unit"]) == (6000, "GW")
    assert "Wind plus solar capacity, 2030" in target["title"]
    assert target["title"] in said.err
    assert not (tmp_path / "ws").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_and_refusals_in_every_language(cli: Cli, tmp_path: Path, lang: str) -> None:
    refused = cli("plan", "power", *SMALL, "--co2", "2030:4500", "-w", tmp_path / "ws", "--lang", lang)
    assert refused.code == 1
    assert "2030:4500" in refused.err
    assert not (tmp_path / "ws").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--regions", "CN-XX"), "CN-XX"),
        (("--foresight", "perfct"), "perfect"),
        (("--foresight", "foo"), "myopic, perfect"),
        (("--demand", "foo"), "recent_growth, thu_rebased"),
        (("--periods", "2024"), "2024"),
        (("--periods", "2020"), "from 2025 to 2060"),
        (("--periods", "2060-2025"), "'2060-2025' cannot be read"),
        (("--co2", ",,"), "',,' cannot be read"),
        (("--co2", "2025=inf"), "finite"),
        (("--floor", "onwind:2030"), "'onwind:2030' cannot be read; write it like onwind:"),
        (("--floor", "onwind:2030=a"), "'onwind:2030=a' cannot be read; write it like onwind:"),
        (("--floor", "onwind:,"), "'onwind:,' cannot be read; write it like onwind:"),
        (("--periods", "2030,2025"), "2025"),
        (("--days", "0"), "days"),
        (("--co2", "2031=4500"), "2031"),
        (("--co2", "2025=-1"), "-1"),
        (("--co2", "2025=nan"), "nan"),
        (("--non-fossil", "2025=1.2"), "1.2"),
        (("--floor", "onwnd:2025=800"), "onwind"),
        (("--floor", "coal_flexible_retrofit:2025=20"), "coal_flexible"),
        (("--ceiling", "hydros:2025=20"), "hydro"),
        (("--share-floor", "battery:2025=0.2"), "battery"),
        (("--share-floor", "onwind=0.2"), "onwind:2030=0.2"),
        (("--share-ceiling", "coal:2025=40"), "share_ceiling"),
        (("--co2-intensity", "2030=300"), "2030"),
        (("--wind-solar-share", "2025=35"), "35"),
        (("--floor", "onwind=800"), "onwind=800"),
        (("--demand", "recent"), "recent"),
        (("--name", "a/b"), "a/b"),
    ],
)
def test_wrong_options_name_what_was_found(cli: Cli, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    result = cli("plan", "power", *SMALL, *options, "-w", tmp_path / "ws")
    assert result.code == 1
    assert said in result.err
    assert not (tmp_path / "ws").exists()


def test_forms_of_options() -> None:
    assert read_periods("2025-2040") == (2025, 2030, 2035, 2040)
    assert read_periods("2025, 2035") == (2025, 2035)
    assert by_year("--co2", "2030=4500, 2035=4e3") == {2030: 4500.0, 2035: 4000.0}
    assert by_year("--co2", "") == {}
    assert by_technology("--floor", ["onwind:2030=800,2035=900", "nuclear:2030=100"]) == {
        ("onwind", 2030): 800.0,
        ("onwind", 2035): 900.0,
        ("nuclear", 2030): 100.0,
    }
    for text in ("2030=4500,2030=1", "x=1", "2030", "2030=", ",", "²=1"):
        with pytest.raises(DafengError):
            by_year("--co2", text)


def test_import_of_a_switch_folder(cli: Cli, tmp_path: Path) -> None:
    result = cli("plan", "import", folder(tmp_path / "in"), "--netcdf", tmp_path / "out.nc", "--format", "json")
    assert result.code == 0, result.err
    validate(result.json, "plan-import")
    assert result.json["status"] == "Optimal"
    assert 0 <= result.json["gap"] < 1e-6
    assert {row["name"] for row in result.json["rows"]} >= {"G"}
    assert (tmp_path / "out.nc").is_file()


def test_import_of_a_network_with_a_store_is_proved_too(cli: Cli, tmp_path: Path) -> None:
    """A store of PyPSA has no bound on its power: charging and discharging at once would leave no bound of the cost, and
    minus infinity is no JSON. The program can be written, one solver asked for, and its ranges are said."""
    network = extended_store_in_a_cycle()[0]
    file = write(tmp_path / "store.nc", **network)
    extra = ("--solver", "dual-simplex", "--mps", tmp_path / "store.mps", "--format", "json")
    result = cli("plan", "import", file, *extra)
    assert result.code == 0, result.err
    validate(result.json, "plan-import")
    assert result.json["objective"] == pytest.approx(50.0)
    assert result.json["bound"] == pytest.approx(50.0)
    assert 0 <= result.json["gap"] < 1e-6
    assert result.json["recipe"] == "dual simplex"
    assert result.json["ranges"]["matrix"]["largest"] >= 1
    assert "ENDATA" in (tmp_path / "store.mps").read_text(encoding="utf-8")
    assert cli("plan", "import", file, "--solver", "magic").code == 1


def test_where_no_bound_is_found_it_says_so(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dafeng.imported.safe_bound", lambda *_given, **_more: -np.inf)
    file = write(tmp_path / "store.nc", **extended_store_in_a_cycle()[0])
    result = cli("plan", "import", file, "--format", "json", "--lang", "en")
    assert result.code == 0, result.err
    validate(result.json, "plan-import")
    assert result.json["bound"] is None
    assert result.json["gap"] is None
    assert "not proved" in result.err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_import_of_an_unknown_form(cli: Cli, tmp_path: Path, lang: str) -> None:
    (tmp_path / "model.xlsx").write_text("x", encoding="utf-8")
    result = cli("plan", "import", tmp_path / "model.xlsx", "--lang", lang)
    assert result.code == 1
    assert ".nc" in result.err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    source = str(Path(dafeng.__file__).parents[1])
    command = [sys.executable, "-m", "dafeng", "plan", "power", "--regions", "nation", "--days", "8", "-w", "ws"]
    environment = {**os.environ, "PYTHONPATH": source, "DAFENG_LANG": "en", "OMP_NUM_THREADS": "1"}
    run = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    time.sleep(6)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130, told.decode()
    assert list(tmp_path.glob("ws/**/*")) == []
