"""`dafeng assess`: from nothing to the files, in three languages, with errors that say what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dafeng
from dafeng.catalog import LANGUAGES

from .calling import Cli, validate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assess") / "ws"


def test_from_nothing(cli: Cli, folder: Path) -> None:
    result = cli("assess", "CN-HE", "--year", 2021, "-w", folder, "--format", "json")
    assert result.code == 0, result.err
    validate(result.json, "assess-summary")
    assert result.json["peak"] == "peaked_unconfirmed"
    assert len(result.json["matters"]) == 3
    assert all(Path(path).stat().st_size > 10_000 for path in result.json["files"].values())
    data = json.loads(Path(result.json["files"]["json"]).read_text(encoding="utf-8"))
    validate(data, "assess")
    assert not list(folder.rglob("*.part"))
    with dafeng.open(folder) as opened:
        assert len(opened.ledger.imports()) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_languages_and_out(cli: Cli, folder: Path, tmp_path: Path, lang: str) -> None:
    result = cli("assess", "CN-XZ", "-y", 2022, "-w", folder, "--out", tmp_path / "out", "--lang", lang)
    assert result.code == 0, result.err
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"assess-CN-XZ-2022.html", "assess-CN-XZ-2022.json"} | {
        f"assess-CN-XZ-2022-{tag}.xlsx" for tag in LANGUAGES
    }
    said = {
        "zh": "西藏自治区2022年碳达峰自评",
        "ja": "2022年カーボンピークアウト自己評価",
        "en": "self-assessment of 2022",
    }
    assert said[lang] in result.out
    assert f"assess-CN-XZ-2022-{lang}.xlsx" in result.err


def test_csv(cli: Cli, folder: Path, tmp_path: Path) -> None:
    result = cli("assess", "CN-TJ", "-y", 2020, "-w", folder, "-o", tmp_path, "--format", "csv", "--no-overlay")
    assert result.out.splitlines()[0] == "title,value,unit,year,quality"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("CN-HE", "--year", 1990), "1999-2024"),
        (("CN-HE", "--year", 2040), "1999-2024"),
        (("CN-HEB", "--year", 2020), "CN-HE"),
        (("CN-GRID-N", "--year", 2020), "province"),
        (("CN-HE", "--year", 2020, "--evidence", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_refused_is_1(cli: Cli, folder: Path, arguments: tuple[Any, ...], said: str) -> None:
    result = cli("assess", *arguments, "-w", folder)
    assert (result.code, result.out) == (1, "")
    assert said in result.err


@pytest.mark.parametrize("arguments", [("assess",), ("assess", "CN-HE"), ("assess", "CN-HE", "--year", "last")])
def test_usage_is_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli(*arguments).code == 2
