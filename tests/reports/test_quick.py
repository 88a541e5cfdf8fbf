"""The quick plan as data and page, from a sketch made by hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from tests.cli.calling import validate
from tests.reports.opening import opened
from tests.reports.sample_run import sample_run

import dafeng
from dafeng.catalog import LANGUAGES, word
from dafeng.economy import QUICK
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.sketch import Sketch
from dafeng.reports import render_html, write_html
from dafeng.reports.economy.count import factors
from dafeng.reports.html import QUICK as PAGE
from dafeng.reports.html import page_data
from dafeng.reports.quick import quick_card, quick_data, quick_page, write_quick_page

AMOUNTS = {
    ("primary_consumption", "coal"): [3000.0, 2500.0, 2000.0],
    ("primary_consumption", "oil"): [1000.0, 1000.0, 900.0],
    ("primary_consumption", "gas"): [500.0, 600.0, 600.0],
    ("primary_consumption", "primary_electricity"): [1500.0, 2400.0, 3500.0],
    ("primary_consumption", "energy"): [6000.0, 6500.0, 7000.0],
    ("power_consumption", "electricity"): [10000.0, 12000.0, 13000.0],
    ("process_co2", "all"): [800.0, 700.0, 600.0],
    ("captured_co2", "all"): [0.0, 1.0, 10.0],
    ("power_capacity", "wind"): [0.6, 1.2, 1.6],
    ("power_capacity", "solar"): [1.1, 2.1, 3.0],
    ("power_capacity", "coal"): [1.2, 1.2, 1.1],
    ("power_capacity", "gas"): [0.14, 0.14, 0.14],
    ("power_capacity", "biomass"): [0.05, 0.05, 0.05],
    ("power_capacity", "thermal"): [1.45, 1.45, 1.29],
    ("power_capacity", "hydro"): [0.44, 0.54, 0.6],
    ("power_capacity", "pumped_storage"): [0.06, 0.12, 0.12],
}
WEDGES: dict[str, Any] = {
    "years": [2025, 2030, 2035],
    "actions": [
        {"action": 1, "mt": [-3.0, 150.0, 250.0], "cost": [1.0, 2.0, 3.0], "reason": None},
        {"action": 5, "mt": [0.0, 30.0, 100.0], "cost": [0.0, -5.0, -9.0], "reason": None},
        {"action": 0, "mt": [0.0, 0.0, 1.0], "cost": [0.0, 0.0, 0.5], "reason": None},
    ],
    "case": {"regions": "grids", "count": 7, "periods": [2025, 2030, 2035], "days": 3},
    "trend": [11000.0, 10500.0, 9800.0],
    "left": [11003.0, 10320.0, 9449.0],
    "from": "trend",
    "to": "action-plan",
}


@dataclass
class Made:
    """A sketch of two regions in which the first has a quarter of everything."""

    scenario: Any
    case = QUICK
    regions = ("CN-GRID-N", "CN-GRID-S")
    years = (2025, 2030, 2035)
    periods = tuple(SimpleNamespace(cost=cost) for cost in (16000.0, 19000.0, 21000.0))

    def amount(self, flow: str, carrier: str) -> Any:
        whole = np.array(AMOUNTS.get((flow, carrier), [0.0, 0.0, 0.0]))
        return np.stack([0.25 * whole, 0.75 * whole])


@pytest.fixture(scope="module")
def data(workspace: dafeng.Workspace) -> dict[str, Any]:
    """With the board of history, which is read like that of a plan."""
    sketch = cast(Sketch, Made(read("action-plan")))
    return quick_data(sketch, "0", wedges=WEDGES, board=workspace.board("CN"), series=workspace.series, seconds=1.0)


def test_data_fit_their_schema(data: dict[str, Any]) -> None:
    validate(json.loads(json.dumps(data, allow_nan=False)), "quick")
    assert data["case"]["proved"] is False
    assert sum(data["states"].values()) == len(data["board"])


def test_totals_are_those_of_the_flows(data: dict[str, Any]) -> None:
    """CO2 of fuels = coal x its factor + ... - captured; all = that + processes; shares in %, capacities in GW."""
    factor = factors()
    fuels = 2000 * factor["coal"] + 900 * factor["oil"] + 600 * factor["gas"] - 10
    own = {name: values[2] for name, values in data["summary"].items()}
    assert own["co2_energy"] == pytest.approx(fuels)
    assert own["co2"] == pytest.approx(fuels + 600)
    assert own["non_fossil"] == pytest.approx(50.0)
    assert own["wind_solar"] == pytest.approx(4600.0)
    assert own["coal_power"] == pytest.approx(1100.0)
    assert own["cost"] == 21000.0


def test_capacities_add_up(data: dict[str, Any]) -> None:
    """Thermal plants of no other kind are what coal, gas and biomass leave; pumped storage is no other hydropower."""
    own = {item: values[0] for item, values in data["tables"]["capacity"]["CN"].items()}
    assert own["other_thermal"] == pytest.approx(1450 - 1200 - 140 - 50)
    assert own["hydro"] == pytest.approx(440 - 60)
    assert sum(own.values()) == pytest.approx(1450 + 440 + 600 + 1100)
    assert "nuclear" not in own


def test_primary_energy_of_the_page_is_the_total(data: dict[str, Any]) -> None:
    table = data["tables"]["primary"]["CN"]
    assert [sum(values) for values in zip(*table.values(), strict=True)] == pytest.approx(data["summary"]["energy"])


def test_peak_is_found_with_the_statistics(data: dict[str, Any]) -> None:
    """CO2 of fuels falls from 2025 on and is below the statistics of 2024, so the highest year is one of these."""
    past = dict(data["history"]["co2_energy"])
    peak = data["peak"]["energy"]
    assert data["summary"]["co2_energy"][0] < past[2024]
    assert (peak["year"], peak["measured"]) == (max(past, key=past.__getitem__), True)
    assert peak["value"] == max(past.values())
    assert data["peak"]["all"]["year"] == 2025
    assert data["published_own"]["peak"]["value"] == pytest.approx(peak["value"] / 100)


def test_share_of_the_past_is_of_the_same_year(data: dict[str, Any]) -> None:
    assert dict(data["history"]["non_fossil"])[2024] == pytest.approx(19.8, abs=0.05)


def test_wedges_add_up(data: dict[str, Any]) -> None:
    """What the page shows: trend less all wedges is what is left."""
    shown = page_data({**data, "entities": [], "names": {}, "sources": {}, "boards": {}, "overlay": True, "region": "CN",
                       "year": "", "regions": [], "technologies": {}})["wedges"]  # fmt: skip
    for y in range(3):
        taken = sum(one["mt"][y] for one in shown["actions"])
        assert shown["trend"][y] - taken == pytest.approx(shown["left"][y])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_is_one_file_in_the_language(data: dict[str, Any], lang: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    write_quick_page(data, path)
    assert path.stat().st_size < 2e6
    text = quick_page({**data, "language": lang})
    assert "Content-Security-Policy" in text
    nation = {"zh": "全国", "ja": "全国", "en": "China"}[lang]
    assert word("quick.title", lang, region=nation, year="2025–2035") in text
    for section in PAGE.sections:
        assert word(f"quick.{section}.head", lang) in text


def test_main_page_shows_a_card_only(data: dict[str, Any]) -> None:
    """The main page has the key figures of the plan, not its board and series."""
    card = quick_card(data)
    shown = page_data({**sample_run(), "quick": card})["quick"]
    assert shown["peak"] == data["peak"]
    assert shown["page"] == "plan.html"
    assert not {"board", "figures", "published"} & set(shown)
    assert quick_card(None) is None
    assert '"page":"plan.html"' in render_html({**sample_run(), "quick": card})


#: signs of a number or text that is missing
BAD = re.compile(r"NaN|undefined|Infinity|\[object|\b(?:economy|plan|quick|report)\.\w+")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_in_a_browser(browser: Any, data: dict[str, Any], tmp_path: Path, lang: str) -> None:
    path, faults = tmp_path / "quick.html", []  # type: ignore[var-annotated]
    write_quick_page(data, path)
    page = opened(browser, path, lang, faults)
    assert page.evaluate("Dafeng.chartsReady()")
    assert page.locator(".chart svg").count() == 6
    rows = page.locator("#wedges .card table tbody tr")
    assert rows.count() == len(WEDGES["actions"])
    assert page.locator("#board-place tr.row").count() == len(data["board"])
    for button in page.locator(".as-table").all():
        button.click()
    shown = page.inner_text("body")
    assert BAD.search(shown) is None
    assert faults == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_card_in_a_browser(browser: Any, data: dict[str, Any], tmp_path: Path, lang: str) -> None:
    """With a plan: tiles, wedges and the link in the language; without: the reason; not wanted: no section."""
    path, faults = tmp_path / "main.html", []  # type: ignore[var-annotated]
    write_html({**sample_run(), "quick": quick_card(data)}, path)
    page = opened(browser, path, lang, faults)
    assert page.locator("#plan .summary-card").count() == 4
    assert page.locator("#plan a").get_attribute("href") == f"plan.html#lang={lang}"
    page.locator("#plan .as-table").click()
    shown = page.inner_text("#plan")
    assert BAD.search(shown) is None
    write_html({**sample_run(), "quick": None, "no_quick": dict.fromkeys(LANGUAGES, "because")}, path)
    page = opened(browser, path, lang, faults)
    assert "because" in page.inner_text("#plan")
    write_html(sample_run(), path)
    page = opened(browser, path, lang, faults)
    assert page.locator("#plan").count() == page.locator("[data-jump=plan]").count() == 0
    assert faults == []
