"""The page in a real browser, opened as a file, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.reports.sample_run import sample_run

from dafeng.catalog import word
from dafeng.reports import write_html

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(sample_run(), path)
    return path.as_uri()


@pytest.fixture
def opened(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, ready; at the end: no script error, nothing asked of a network."""
    options = {"viewport": {"width": 1280, "height": 900}, "offline": True, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(address)
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    yield page
    assert not errors
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("window.hit") is None, "hostile text ran"
    context.close()


def test_charts_are_drawn_and_nothing_is_undefined(opened: Any) -> None:
    assert opened.evaluate("Dafeng.chartsReady()")
    assert opened.locator(".chart svg").count() >= 6
    shown = opened.inner_text("body")
    assert not [bad for bad in ("NaN", "undefined", "Infinity", "report.", "[object") if bad in shown]


def test_language_switch(opened: Any) -> None:
    assert opened.get_attribute("html", "lang") == "zh-CN"
    for lang, tag in (("ja", "ja"), ("en", "en"), ("zh", "zh-CN")):
        opened.click(f"[data-lang-to={lang}]")
        assert opened.get_attribute("html", "lang") == tag
        assert opened.inner_text("h1") == word("report.title", lang)
        assert f"lang={lang}" in opened.url
        assert "undefined" not in opened.inner_text("body")
    opened.click("[data-lang-to=en]")
    opened.reload()
    opened.wait_for_selector("html[data-ready='1']")
    assert opened.get_attribute("html", "lang") == "en"


def test_board_filters_and_details(opened: Any) -> None:
    rows = opened.locator("#board-place tr.row")
    assert rows.count() == 6
    opened.click("#board-place .chip[data-state=at_risk]")
    assert {row.get_attribute("data-state") for row in rows.all()} == {"at_risk"}
    opened.click("#board-place .chip[data-state='']")
    opened.click("#board-place .segments [data-value=overlay-2026]")
    assert [row.get_attribute("data-target") for row in rows.all()] == ["O01"]
    opened.click("#board-place .segments [data-value='']")
    opened.select_option("select.pick-action", "1")
    assert {row.get_attribute("data-target") for row in rows.all()} == {"T08", "O01"}
    opened.select_option("select.pick-action", "")
    opened.fill("#board-place input[type=search]", "T06")
    assert rows.count() == 1
    opened.click("tr.row[data-target=T06] .expand")
    assert opened.locator("tr.detail:visible .readings tbody tr").count() == 2


def test_tile_opens_the_province(opened: Any) -> None:
    assert opened.locator("#province").is_hidden()
    assert opened.locator(".tile").count() == 6
    assert opened.locator(".tile.empty").count() == 1
    opened.click(".tile[data-unit=CN-HE]")
    assert "河北" in opened.inner_text("#province-title")
    assert opened.locator("#province .chart svg").count() == 1
    assert opened.locator("#province tr.row").count() == 1
    assert "unit=CN-HE" in opened.url


def test_tile_letters_stand_out(opened: Any) -> None:
    """White or black on every tile: at least 4.5 to 1."""
    contrasts = opened.evaluate("""() => [...document.querySelectorAll('.tile:not(.empty)')].map((tile) => {
        const light = (text) => { const [r, g, b] = text.match(/[0-9.]+/g).map(Number).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const style = getComputedStyle(tile); const [a, b] = [light(style.color), light(style.backgroundColor)];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); })""")
    assert min(contrasts) >= 4.5


def test_figures_explain_themselves(opened: Any) -> None:
    opened.click("[data-key=co2] .fig")
    opened.wait_for_selector("#explain[open] .chain li")
    assert opened.inner_text("#explain .chain li >> nth=0") == "co2 zh"
    opened.keyboard.press("Escape")
    assert opened.locator("#explain[open]").count() == 0
    opened.click(".as-table >> nth=0")
    opened.click(".chart-table .fig >> nth=0")
    opened.wait_for_selector("#explain[open]")


@pytest.mark.parametrize(
    "opened", [{"viewport": {"width": 400, "height": 800}}, {"color_scheme": "dark"}], indirect=True
)
def test_narrow_and_dark(opened: Any) -> None:
    width = opened.viewport_size["width"]
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.evaluate("Dafeng.chartsReady()")
