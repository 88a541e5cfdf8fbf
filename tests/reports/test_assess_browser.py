"""The page of a self-assessment in a real browser, opened as a file, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dafeng
from dafeng.catalog import LANGUAGES
from dafeng.reports import assess_data, write_html

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REGIONS = {"CN-HE": 2021, "CN-XZ": 2022, "CN": 2024}


@pytest.fixture(scope="module")
def pages(workspace: dafeng.Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, found = tmp_path_factory.mktemp("assess-pages"), {}
    for region, year in REGIONS.items():
        found[region] = folder / f"{region}.html"
        write_html(assess_data(workspace, region, year, "test"), found[region])
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
def test_page_opens_without_a_fault(browser: Any, pages: dict[str, Path], region: str, lang: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(f"{pages[region].as_uri()}#lang={lang}")
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    shown = page.inner_text("body")
    assert not [bad for bad in ("NaN", "undefined", "Infinity", "assess.", "report.", "[object", "{") if bad in shown]
    assert page.evaluate("Dafeng.chartsReady()")
    assert page.locator(".chart svg").count() >= (2 if region == "CN-XZ" else 5)
    for section in ("board", "causes", "peak", "rating", "outlook", "categories", "gaps", "notes", "sources"):
        assert len(page.inner_text(f"#{section}")) > 40, section
    page.click("#overview .fig >> nth=0")
    page.wait_for_selector("#explain[open] .chain li")
    page.keyboard.press("Escape")
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


def test_causes_answer(browser: Any, pages: dict[str, Path]) -> None:
    """Another identity, another period, the numbers as a table, and the explanation of an effect."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{pages['CN-HE'].as_uri()}#lang=en")
    page.wait_for_selector("html[data-ready='1']")
    page.click("#causes .as-table >> nth=0")
    assert "GDP per head" in page.inner_text("#causes .chart-table >> nth=0")
    page.click("#causes .segments button >> nth=1")
    page.click("#causes .assess-table .fig >> nth=0")
    page.wait_for_selector("#explain[open] .chain li")
    assert "ln(" in page.inner_text("#explain .chain")
    page.keyboard.press("Escape")
    page.select_option(".pick-identity", "1")
    assert page.locator("#causes .chart svg").count() >= 2
    page.close()


@pytest.mark.parametrize("width", [400, 800])
def test_narrow(browser: Any, pages: dict[str, Path], width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(pages["CN-HE"].as_uri())
    page.wait_for_selector("html[data-ready='1']")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
