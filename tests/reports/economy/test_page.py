"""The page of a plan of all sectors: a single file, and in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.reports.economy.sample import document
from tests.reports.opening import opened

from dafeng.catalog import LANGUAGES, word
from dafeng.reports.economy import compare, write_economy_page
from dafeng.reports.economy.page import economy_page


def whole() -> dict[str, Any]:
    """The sample with everything that a page can show."""
    second = document(name="other")
    second["timetable"][2] |= {"value": 26.0, "state": "kept"}
    return document(comparison=compare(document(), second))


def test_page_is_one_file_without_a_path(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    write_economy_page(whole(), path)
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_size < 2e6
    assert str(tmp_path) not in text
    assert 'http-equiv="Content-Security-Policy"' in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_opens_in_the_language_of_the_report(lang: str) -> None:
    facts = {"region": f"whole {lang}", "year": "2025–2035"}
    assert word("economy.title", lang, **facts) in economy_page(document(language=lang))


def test_hostile_text_stays_text() -> None:
    data = document()
    data["scenario"]["text"] = "</script><script>window.hit = 1</script>"
    assert "</script><script>window.hit" not in economy_page(data)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_in_a_browser(browser: Any, tmp_path: Path, lang: str) -> None:
    """No script error, nothing asked of a network, nothing undefined; charts, filters and tables work."""
    path = tmp_path / "plan.html"
    write_economy_page(whole(), path)
    faults: list[str] = []
    page = opened(browser, path, lang, faults)
    assert page.evaluate("Dafeng.chartsReady()")
    assert page.locator(".chart svg").count() >= 12
    assert word("plan.holds", lang) in page.inner_text("#overview")
    page.select_option("#emissions select", "CN-HE")
    page.select_option("#services .pick-service", "steel")
    assert page.locator("#timetable .eco-time tbody tr").count() == 1
    assert page.locator("#timetable .eco-missed").count() >= 1
    page.select_option("#roadmap-table [data-filter=year]", "2035")
    assert page.locator("#roadmap-table tbody tr").count() == 1
    page.select_option("#projects-units [data-filter=what]", "convert")
    assert page.locator("#projects-units tbody tr").count() == 1
    assert word("forest.row", lang) in page.inner_text("#emissions-place")
    assert page.locator("#alternatives-place tbody tr").count() == 2
    assert f"onshore wind {lang}" in page.inner_text("#alternatives-place")
    closure = page.inner_text("#closure-place")
    assert word("economy.page.explained_note", lang) in closure
    assert "89%" in closure
    page.locator("#proof input[type=checkbox]").uncheck()
    for details in page.locator("details").all():
        details.evaluate("node => { node.open = true; }")
    for button in page.locator(".as-table").all():
        button.click()
    shown = page.inner_text("body")
    assert not [
        bad for bad in ("NaN", "undefined", "Infinity", "economy.", "plan.", "report.", "[object") if bad in shown
    ]
    assert faults == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_wedges_and_curve_say_what_they_leave_out(browser: Any, tmp_path: Path, lang: str) -> None:
    """Trucks at -60,000 CNY/t are cut where nine tenths of the reduction end (150 x 1.25 = 187.5, rounded up to 200)."""
    path = tmp_path / "plan.html"
    write_economy_page(whole(), path)
    page = opened(browser, path, lang, [])
    assert page.evaluate("Dafeng.chartsReady()")
    shown = page.inner_text("#wedges-place")
    assert word("economy.page.curve_chart_year", lang, year=2030) in shown
    assert word("economy.page.curve_cut", lang, cut="200") in shown
    assert shown.count(word("economy.page.wedge_demand", lang)) == 2, "beside the wedges and beside the curve"
    assert f"no measure {lang}" in shown
    none = shown[shown.index(word("economy.page.curve_none", lang, year=2030)) :]
    assert f"led {lang}" in none
    texts = page.locator("#wedges-place .chart svg text").all_text_contents()
    (label,) = [text for text in texts if text.startswith("electric trucks")]
    assert label.endswith("−60,000")
    assert "−200" in texts


@pytest.mark.browser
@pytest.mark.slow
def test_sections_without_data_are_left_out(browser: Any, tmp_path: Path) -> None:
    """A plan without wedges, comparison, board and scenarios of others shows the rest and marks no section twice."""
    path = tmp_path / "plan.html"
    less = document(wedges=None, curve=None, alternatives=None, boards={"plan": []}, published=[], published_own={})
    write_economy_page(less, path)
    page = browser.new_context(offline=True).new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    for section in ("wedges", "comparison", "board", "published"):
        assert page.locator(f"#{section}").count() == page.locator(f"[data-jump={section}]").count() == 0
    assert page.locator("#roadmap-table tbody tr").count() >= 1
    assert "dafeng plan alternatives onwind" in page.inner_text("#alternatives-place"), "how one gets them"
    assert faults == []


@pytest.mark.browser
@pytest.mark.slow
def test_numbers_stand_in_the_unit_of_the_language(browser: Any, tmp_path: Path) -> None:
    """Chinese says electricity in 亿千瓦时: 138.45 TWh of the statistics are 1,384.50 of them, 2 TWh of a stock 20."""
    data = document()
    line = ["plan", "agriculture", "electricity", "TWh", 138.45, 100.0, 38.45, 138.45, 0.0, 0.0]
    data["closure"]["rows"] = [line]
    data["roadmap"]["rows"] = [["CN-HE", 2030, "build", "appliances_normal", "", 2.0, "TWh", 4.0, None, 4]]
    path = tmp_path / "plan.html"
    write_economy_page(data, path)
    page = browser.new_context(offline=True).new_page()
    page.goto(f"{path.as_uri()}#lang=zh")
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    closure = page.locator("#closure-table tbody tr").first.inner_text()
    assert "1,384.50" in closure
    assert "亿千瓦时" in closure
    assert "20.00亿千瓦时" in page.locator("#roadmap-table tbody tr").first.inner_text()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("mtce", "said"),
    [
        (270.0, {"zh": "2.70亿吨标准煤", "ja": "2.70億t標準炭", "en": "270 Mtce"}),
        (27.0, {"zh": "2,700万吨标准煤", "ja": "2,700万t標準炭", "en": "27 Mtce"}),
    ],
)
def test_what_a_province_burns_is_said_in_ten_thousand_tons(
    browser: Any, tmp_path: Path, mtce: float, said: dict[str, str]
) -> None:
    data = document()
    data["summary"]["coal"] = [mtce] * len(data["years"])
    path = tmp_path / "plan.html"
    write_economy_page(data, path)
    page = browser.new_context(offline=True).new_page()
    for lang in LANGUAGES:
        page.goto(f"{path.as_uri()}#lang={lang}")
        page.reload()
        page.wait_for_selector("html[data-ready='1']", timeout=30_000)
        assert said[lang] in page.inner_text("#overview").replace("\u00a0", " ")
