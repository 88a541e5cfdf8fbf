"""`dafeng plan sum`: what it shows, in three languages and as JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.test_plan_sum import he, nation, sc

from dafeng.catalog import LANGUAGES, word

from .calling import Cli, validate


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_shows_sum_and_reasons(cli: Cli, tmp_path: Path, lang: str) -> None:
    for one in (he(), sc(), nation()):
        folder = tmp_path / "plans" / one["name"]
        folder.mkdir(parents=True)
        (folder / "economy.json").write_text(json.dumps(one), encoding="utf-8")
    asked = ("plan", "sum", "he", "sc", "--against", "nation", "--workspace", tmp_path, "--lang", lang)
    shown = cli(*asked)
    assert shown.code == 0
    assert word("plan_sum.quantity.net_exports", lang) in shown.out
    assert "+20.0" in shown.err
    found = cli(*asked, "--format", "json")
    validate(found.json, "plan-sum")
    refused = cli("plan", "sum", "he", "he", "--against", "nation", "--workspace", tmp_path, "--lang", lang)
    assert refused.code == 1
    assert "CN-HE" in refused.err
