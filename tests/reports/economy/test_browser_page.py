"""The page of a plan of all sectors in a real browser: no fault, and amounts in the units in which people say them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.reports.economy.sample import document

from dafeng.catalog import LANGUAGES, word
from dafeng.reports.economy import write_economy_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened(browser: Any, path: Path, lang: str) -> str:
    """What a page shows in a language; nothing failed, nothing was asked of a network."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{path.as_uri()}#lang={lang}")
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    shown = str(page.inner_text("body"))
    page.context.close()
    assert errors == []
    assert not [bad for bad in ("NaN", "undefined", "Infinity", "economy.page", "[object") if bad in shown]
    return shown


@pytest.mark.parametrize(
    ("mtce", "said"),
    [
        (270.0, {"zh": "2.70亿吨标准煤", "ja": "2.70億t標準炭", "en": "270 Mtce"}),
        (27.0, {"zh": "2,700万吨标准煤", "ja": "2,700万t標準炭", "en": "27 Mtce"}),
    ],
)
def test_amounts_stand_in_the_units_that_people_use(
    browser: Any, tmp_path: Path, mtce: float, said: dict[str, str]
) -> None:
    """What a nation burns in hundred million tons, what a province burns in ten thousand tons."""
    data = document()
    data["summary"]["coal"] = [mtce] * len(data["years"])
    path = tmp_path / "economy.html"
    write_economy_page(data, path)
    for lang in LANGUAGES:
        shown = opened(browser, path, lang).replace("\u00a0", " ")
        assert said[lang] in shown
        assert word("economy.nav.roadmap", lang) in shown
