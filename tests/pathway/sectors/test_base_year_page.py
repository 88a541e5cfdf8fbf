"""docs/base-year.md says what the catalogue says."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

import base_year_page


def test_the_page_is_up_to_date() -> None:
    """After a change of the catalogue: run tools/base_year_page.py and read the page again."""
    text = base_year_page.PAGE.read_text(encoding="utf-8")
    assert base_year_page.page(text) == text
