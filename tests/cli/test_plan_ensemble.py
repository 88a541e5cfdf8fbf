"""`dafeng plan ensemble` and `dafeng plan alternatives`: made, stopped, gone on with, shown in words and as data."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dafeng
from dafeng.catalog import LANGUAGES, DafengError
from dafeng.cli.plan_alternatives import read_slack
from dafeng.cli.plan_ensemble import called, unit_of
from dafeng.pathway.scenario_names import options, technologies
from dafeng.pathway.sectors.draws import shipped_ranges

from .calling import Cli, validate

SOURCE = Path(dafeng.__file__).parents[1]
SMALL = ("--regions", "nation", "--days", 2, "--periods", "2025,2030")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Ranges of a planner."""
    (tmp_path / "own.csv").write_text("kind,name,low,high\ndriver,cement,0.8,1.2\ncost,onwind,0.7,1.5\n")
    return tmp_path / "own.csv"


def asked(own: Path, runs: int, *more: object) -> tuple[object, ...]:
    ensemble = ("plan", "ensemble", "--scenario", "action-plan", "--runs", runs, "--seed", 5, *SMALL)
    return (*ensemble, "--uncertain", own, "-w", own.parent, "--name", "e", *more)


@pytest.mark.slow
def test_stopped_with_ctrl_c_and_gone_on_with(cli: Cli, own: Path) -> None:
    command = [sys.executable, "-m", "dafeng", *map(str, asked(own, 12, "--workers", 2))]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "DAFENG_LANG": "en"}
    child = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    runs, ends = own.parent / "ensembles" / "e" / "runs", time.monotonic() + 120
    while len(list(runs.glob("*.json"))) < 2 and time.monotonic() < ends:
        assert child.poll() is None
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    kept = len(list(runs.glob("*.json")))
    assert 2 <= kept < 12

    result = cli(*asked(own, 12, "--workers", 1, "--format", "json"))
    assert result.code == 0
    validate(result.json, "ensemble-summary")
    assert result.json["found"] == kept
    assert result.json["states"] == {"done": 12, "infeasible": 0, "failed": 0}
    assert f"{kept} runs were there already" in result.err
    rows = result.json["rows"]
    assert sum(row["share"] for row in rows if row["what"] == "peak_year") == pytest.approx(100)
    co2 = {row["year"]: row for row in rows if row["what"] == "co2"}
    assert co2[2025]["p05"] <= co2[2025]["p50"] <= co2[2025]["p95"]
    assert {row["item"] for row in rows if row["what"] == "influence"} == {"driver:cement", "cost:onwind"}


def test_shown_in_words_and_as_csv(cli: Cli, own: Path) -> None:
    for tag, words in (("en", "CO2 of energy"), ("zh", "达峰时期"), ("ja", "ピークの期間")):
        result = cli(*asked(own, 2, "--workers", 1, "--lang", tag))
        assert result.code == 0
        assert words in result.out
    rows = list(csv.DictReader(io.StringIO(cli(*asked(own, 2, "--format", "csv")).out)))
    assert {row["what"] for row in rows} >= {"peak_year", "co2", "co2_energy", "cost", "robust", "built"}
    assert {row["what"] for row in rows if row["unit"] == "GW"} <= {"robust", "built"}


def test_what_cannot_be_asked(cli: Cli, own: Path) -> None:
    assert cli(*asked(own, 0)).code == 1
    assert "action-plan" in cli("plan", "ensemble", "-s", "action-plans", "-w", own.parent).err
    own.write_text("kind,name,low,high\ncost,onwindd,0.7,1.5\n")
    result = cli(*asked(own, 2))
    assert (result.code, result.out) == (1, "")
    assert "onwind" in result.err
    assert not (own.parent / "ensembles").exists(), "nothing was written"


def test_alternatives(cli: Cli) -> None:
    wanted = ("plan", "alternatives", "-s", "action-plan", "--year", 2030, "--slack", "1%", *SMALL)
    result = cli(*wanted, "onwind", "cars_electric", "--format", "json")
    assert result.code == 0
    validate(result.json, "alternatives")
    assert result.json["slack"] == 0.01
    units = {row["technology"]: row["unit"] for row in result.json["rows"]}
    assert units == {"onwind": "GW", "cars_electric": "1e9pkm"}
    for row in result.json["rows"]:
        assert row["least"] <= row["best"] * 1.001
        assert row["best"] <= row["most"] * 1.001
        assert min(row["extra_least"], row["extra_most"]) >= -0.1
    assert "Onshore wind" in cli(*wanted, "onwind").out
    result = cli(*wanted, "onwindd")
    assert (result.code, result.out) == (1, "")
    assert "onwind" in result.err
    for odd in (("onwind",), ("onwind", "-s", "action-plan", "-p", "x"), ("onwind", "-p", "x", "--days", "2")):
        assert cli("plan", "alternatives", *odd).code == 1


def test_slack_in_per_cent_or_as_a_share() -> None:
    assert read_slack("2%") == read_slack(" 2 % ") == read_slack("0.02") == 0.02
    for text in ("", "two", "0", "-1%", "nan", "inf"):
        with pytest.raises(DafengError):
            read_slack(text)


def test_everything_has_a_name_and_a_unit() -> None:
    model = ("AC", "DC", "coal_flexible", "hydro_new", "electrolysis", "hydrogen_store")
    for name in (*options(), *technologies(), *model):
        assert called(name)
        assert unit_of(name)
    assert unit_of("battery_store") == "GWh"
    assert len(shipped_ranges()) > 10
    assert len(LANGUAGES) == 3
