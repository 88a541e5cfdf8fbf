"""docs/scenarios.md says what the table of treatments says."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import scenarios_page

from dafeng.pathway.scenario import shipped
from dafeng.pathway.scenario_levers import KEYS as LEVER_KEYS
from dafeng.pathway.scenario_settings import LIMITED, SETTINGS
from dafeng.pathway.sectors.target_limits import KINDS

TEXT = scenarios_page.PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    """After a change of the treatments: run tools/scenarios_page.py and read the page again."""
    assert scenarios_page.page(TEXT) == TEXT


def test_every_key_is_explained() -> None:
    for name in (*shipped(), *LEVER_KEYS, *SETTINGS, *LIMITED):
        assert f"`{name}`" in TEXT, name
    for kind in (*KINDS, "case"):
        assert f"\n| {kind} |" in TEXT, kind
