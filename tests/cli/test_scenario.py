"""`dafeng scenario`: what ships is listed and shown, a file of one's own is checked, what is wrong is said."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from dafeng.catalog import LANGUAGES, word
from dafeng.pathway.scenario import parse, read, shipped
from dafeng.reports.wording import sign

from .calling import Cli, validate

OWN = """
base = "action-plan"
[title]
zh = "自己的"
ja = "自作"
en = "Own"
[meaning]
zh = "自己的"
ja = "自作"
en = "Own"
[action.3.scrap_steel]
least = {steel_scrap_eaf = {2030 = "18 %"}}
[trend.late]
delay = {battery = "5 years"}
ban = ["nuclear"]
"""


def test_list_names_all_that_ship(cli: Cli) -> None:
    result = cli("scenario", "list", "--format", "json")
    validate(result.json, "scenario-list")
    assert [row["name"] for row in result.json["rows"]] == list(shipped())
    trend = next(row for row in result.json["rows"] if row["name"] == "current-trend")
    assert (trend["imposed"], trend["softened"]) == (0, 0)


def test_show_says_what_levers_do(cli: Cli) -> None:
    result = cli("scenario", "show", "action-plan", "--format", "json")
    validate(result.json, "scenario")
    rows = {(row["what"], row["name"]): row for row in result.json["rows"]}
    scrap = rows["least", "steel_scrap_eaf"]
    assert (scrap["action"], scrap["values"]["2030"], scrap["said"]) == (3, 0.15, "2030 15 %, 2040 25 %, 2060 40 %")
    assert scrap["name_text"] == "Crude steel: Scrap in electric furnaces"
    assert rows["demand", "rail"]["said"] == "2025 +0 %, 2030 +8 %, 2060 +15 %"
    assert rows["demand", "rest_services"]["name_text"] == "Services: other uses"
    assert rows["capacity_least", "battery"]["said"] == "2030 150 GW"
    assert result.json["scenario"]["co2_price"]["2030"] == 90.0
    assert len(result.json["targets"]) == len(read("action-plan").targets)


def test_show_says_how_targets_are_treated(cli: Cli) -> None:
    table = cli("scenario", "show", "early-peak", "--targets").out
    assert "T04" in table
    assert "T31" not in table, "what binds only"
    result = cli("scenario", "show", "early-peak", "--targets", "--format", "json")
    validate(result.json, "scenario")
    rows = {row["target"]: row for row in result.json["rows"]}
    assert (rows["T04"]["treatment"], rows["T04"]["goal"], rows["T31"]["treatment"]) == ("imposed", 27.0, "outside")
    assert rows["T01"]["price"] == "300 CNY/tce"


def test_the_toml_reads_back(cli: Cli) -> None:
    """Saved, it is the same scenario without a base."""
    text = cli("scenario", "show", "delayed-storage", "--toml").out
    assert "base" not in text.split("\n", 1)[0]
    assert parse(text).hash == read("delayed-storage").hash


def test_csv_is_one_line_a_lever(cli: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("scenario", "show", "no-new-coal", "--format", "csv").out)))
    assert any(row["what"] == "ban" and row["said"] == "nothing new is built" for row in rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language(cli: Cli, lang: str) -> None:
    shown = cli("scenario", "show", "action-plan", "--lang", lang)
    assert shown.code == 0
    assert read("action-plan").title[lang] in shown.out
    assert read("action-plan").meaning[lang] in shown.err
    assert word("economy.ceiling.gas", lang) in shown.err
    assert f"2030 700 {sign('Mtce', lang)}" in shown.err
    assert read("early-peak").title[lang] in cli("scenario", "list", "--lang", lang).out


def test_check_of_a_file(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    result = cli("scenario", "check", path, "--format", "json")
    assert result.code == 0, result.err
    validate(result.json, "scenario-check")
    assert result.json["rows"][0]["title"] == "Own"
    rows = {(row["what"], row["name"]): row for row in cli("scenario", "show", path, "--format", "json").json["rows"]}
    assert rows["delay", "battery"]["said"] == "5 years later"
    assert rows["least", "steel_scrap_eaf"]["values"] == {"2030": 0.18}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("steel_scrap_eaf", "steel_scrap_eav", "steel_scrap_eaf"),
        ("18 %", "18", '"40 %"'),
        ("2030", "2019", "2020-2060"),
        ("least", "lest", "least"),
        ('"action-plan"', '"action-plam"', "action-plan"),
    ],
)
def test_what_is_wrong_is_said(cli: Cli, tmp_path: Path, before: str, after: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(before, after, 1), encoding="utf-8")
    for command in ("check", "show"):
        result = cli("scenario", command, path, "--format", "json")
        assert (result.code, result.out) == (1, "")
        assert said in result.err


def test_a_file_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    assert cli("scenario", "check", tmp_path / "none.toml").code == 1
    missing = cli("scenario", "show", "early-peek")
    assert missing.code == 1
    assert "early-peak" in missing.err
