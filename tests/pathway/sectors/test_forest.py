"""What forests take up: by hand, against what others published, by province, and never in a total."""

from __future__ import annotations

import pytest

from dafeng.catalog import LANGUAGES, economy, forest, sectors
from dafeng.pathway import scenario
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario_targets import treatments
from dafeng.pathway.sectors.forest import DRIVER, carbon, forest_data, growth_shares, measured, removed, sink

PER_M3 = 0.462 * 1.787 * 0.5 * 44 / 12
"""t CO2 per m3, by hand: density x whole tree over stems x carbon fraction x 44/12 = 1.5136."""


def published(entity: str, year: int, quantity: str) -> float:
    (row,) = [r for r in forest.published() if (r["entity"], r["end"], r["quantity"]) == (entity, year, quantity)]
    return float(row["value"])


def test_a_growth_in_tonnes_of_co2_by_hand() -> None:
    assert removed(1.0) == pytest.approx(100 * PER_M3, rel=1e-5)  # 1e8 m3 -> Mt
    assert removed(1.0) == pytest.approx(151.36, abs=0.01)
    assert carbon(175.6) == pytest.approx(175.6e8 * 0.462 * 1.787 * 0.5 / 1e6, rel=1e-5)


def test_the_inventories_are_those_of_the_nation() -> None:
    """The 31 provinces of the 9th inventory sum to its official 17,058,195.9 x 1e3 m3."""
    ninth = forest.stocks("9th")
    assert len(ninth) == 31
    assert sum(ninth.values()) == pytest.approx(170.581959, rel=1e-9)
    sixth = forest.stocks("6th")
    assert "CN-XJ" not in sixth
    assert 124.558458 - sum(sixth.values()) == pytest.approx(6.386058, rel=1e-4)  # Xinjiang and Taiwan


def test_carbon_is_near_what_others_published() -> None:
    """Vegetation of forests holds more than living trees; what it gained differs by a fifth at most."""
    for year, stock in ((2008, 137.21), (2013, 151.37), (2018, 175.60)):
        ratio = carbon(stock) / published("CN", year, "carbon_stock")
        assert 0.7 < ratio < 0.85
    gained = published("CN", 2018, "carbon_stock") - published("CN", 2008, "carbon_stock")
    assert carbon(175.60 - 137.21) == pytest.approx(gained, rel=0.2)


def test_a_province_is_near_what_was_published_of_it() -> None:
    """Jilin: 34.47 Mt of carbon in five years (2009-2014), by species; ours by mean factors over 2003-2018."""
    own = carbon(forest.stocks("9th")["CN-JL"] - forest.stocks("6th")["CN-JL"]) / 15
    other = (published("CN-JL", 2014, "carbon_stock") - published("CN-JL", 2009, "carbon_stock")) / 5
    assert other == pytest.approx(6.894, abs=0.001)
    assert own == pytest.approx(other, rel=0.25)


def test_growth_is_never_taken_across_definitions() -> None:
    spans = {(one.definition, one.start, one.end) for one in measured()}
    assert all(start != 2018 for _, start, _ in spans)
    assert ("integrated-monitoring", 2021, 2024) in spans
    latest = next(one for one in measured() if one.end == 2024)
    assert latest.mt == pytest.approx((209.88 - 194.93) / 3 * 100 * PER_M3, rel=1e-5)
    assert latest.mt < published("CN", 2014, "removal")  # which counts soils and other land too


def test_the_driver_of_a_scenario_moves_it() -> None:
    before = scenario.read("action-plan")
    more = scenario.parse('base = "action-plan"\n[drivers]\nforest_stock = {2030 = "250 1e8m3"}')
    years = (2025, 2030, 2060)
    assert sink(more, years).nation[1] > sink(before, years).nation[1]
    slope = (before.driver("forest_stock", 2030) - before.driver("forest_stock", 2025)) / 5
    assert sink(before, years).nation[1] == pytest.approx(slope * 100 * PER_M3, rel=1e-5)
    assert sink(before, years).nation[2] < sink(before, years).nation[0]  # forests age


def test_provinces_have_the_growth_that_they_had_and_some_no_figure() -> None:
    plan, years = scenario.read("action-plan"), (2030,)
    found = sink(plan, years, "provinces")
    assert found.regions["CN-XJ"] is None
    known = {r: mt[0] for r, mt in found.regions.items() if mt is not None}
    assert len(known) == 30
    by_hand = (forest.stocks("9th")["CN-SC"] - forest.stocks("6th")["CN-SC"]) / (175.6 - 124.558458)
    assert growth_shares()["CN-SC"] == pytest.approx(by_hand)
    assert known["CN-SC"] == pytest.approx(by_hand * found.nation[0])
    assert 0.9 * found.nation[0] < sum(known.values()) < found.nation[0]
    assert sink(plan, years, "nation").regions == {"CN": found.nation}
    south = sink(plan, years, "grids").regions["CN-GRID-S"]
    assert south is not None
    members = dict(zip(*[grouping("grids").regions, grouping("grids").members], strict=True))["CN-GRID-S"]
    assert south[0] == pytest.approx(sum(known[p] for p in members))


def test_reports_have_it_beside_with_its_quality() -> None:
    data = forest_data(scenario.read("action-plan"), (2025, 2030), "grids")
    assert data["quality"] == "estimated"
    assert set(data["name"]) == set(data["note"]) == set(LANGUAGES)
    assert len(data["nation"]) == len(data["stock"]) == 2
    assert data["regions"]["CN-GRID-NW"] is None
    assert {"forest-guideline", "stat-nfga", "eco-dafeng"} <= set(data["sources"])


def test_nothing_that_is_counted_rests_on_it() -> None:
    """No service, sector or target reads the stock, so no plan and no total can be less by it."""
    assert DRIVER not in {service.driver for service in sectors.services().values()}
    assert DRIVER not in {sector.driver for sector in economy.sectors().values()}
    counted = {text for one in treatments().values() for text in (*one.counts, *one.over)}
    assert not any("forest" in text for text in counted)
