"""Regions of the tree as parts, with facts from the accounts."""

from __future__ import annotations

import pytest
from tests.making import points

import dafeng
from dafeng.catalog import DafengError, UnknownName, resource
from dafeng.targets import Whole, recombined, region_parts, split

TWO = ["CN-HE", "CN-SX"]


def series() -> dict[tuple[str, str], dict[int, object]]:
    found = {}
    for entity, energy, gdp in (("CN-HE", 200.0, 1000.0), ("CN-SX", 100.0, 250.0)):
        found[entity, "energy_total"] = points(
            {2008: energy * 0.8, 2009: energy * 0.9, 2010: energy}, "energy_total", "tce", entity=entity
        )
        found[entity, "gdp_constant"] = points({2010: gdp}, "gdp_constant", "CNY", entity=entity)
        found[entity, "population"] = points({2010: 50.0}, "population", "person", entity=entity)
    return found


def test_facts_of_the_parts() -> None:
    he, sx = region_parts(
        series(), TWO, 2010, 2012, "energy_total", growth={"CN-HE": 10.0, "CN-SX": 0.0}, since=2008, floor=-18, cap=-10
    )
    assert (he.id, he.base, he.activity_base, he.floor, he.cap) == ("CN-HE", 200.0, 1000.0, -18, -10)
    assert he.activity_due == pytest.approx(1210.0)
    assert he.attributes == pytest.approx({"cumulative": 540.0, "population": 50.0, "gdp": 1000.0})
    assert sx.activity_due == 250.0


@pytest.mark.parametrize(
    ("regions", "base", "growth", "said"),
    [
        (["CN-HE", "CN-XX"], 2010, 5.0, "CN-XX"),
        (["CN-HE", "Hebei"], 2010, 5.0, "Hebei"),
        (["CN-HE", "CN"], 2010, 5.0, "CN does not belong to CN"),
        (["CN-HE", "CN-SX"], 2011, 5.0, "No energy_total for 2011: CN-HE, CN-SX"),
        (["CN-HE", "CN-BJ"], 2010, 5.0, "No energy_total for 2010: CN-BJ"),
        (["CN-HE", "CN-SX"], 2009, 5.0, "No gdp_constant for 2009: CN-HE, CN-SX"),
        (["CN-HE", "CN-SX"], 2010, {"CN-HE": 5.0}, "The growth expected for CN-SX is None"),
        (["CN-HE", "CN-SX"], 2010, float("nan"), "The growth expected for CN-HE is nan"),
        (["CN-HE", "CN-SX"], 2010, -100.0, "-100"),
    ],
)
def test_bad_input_is_named(regions: list[str], base: int, growth: float | dict[str, float], said: str) -> None:
    with pytest.raises(DafengError, match=said):
        region_parts(series(), regions, base, 2015, "energy_total", growth=growth)


def test_a_part_of_another_tree() -> None:
    with pytest.raises(DafengError, match="CN-SX does not belong to CN-HE"):
        region_parts(series(), ["CN-SX"], 2010, 2015, "energy_total", growth=5.0, whole="CN-HE")
    with pytest.raises(UnknownName):
        region_parts(series(), TWO, 2010, 2015, "energy_total", growth=5.0, whole="CNX")


def test_a_negative_total_is_named() -> None:
    wrong = series()
    wrong["CN-SX", "energy_total"] = points({2010: -3.0}, "energy_total", "tce", entity="CN-SX")
    with pytest.raises(DafengError, match="base of 'CN-SX' is -3"):
        split(region_parts(wrong, TWO, 2010, 2015, "energy_total", growth=5.0), Whole("intensity", -10.0))


def test_the_nation_from_its_provinces(workspace: dafeng.Workspace) -> None:
    """Thirty provinces, all principles: the account of the split is the account of the nation."""
    regions = [r for r in workspace.regions() if r not in ("CN", "CN-XZ")]
    parts = region_parts(
        workspace.series, regions, 2015, 2020, "energy_total", growth=6.5, since=2005, floor=-25, cap=-5
    )
    whole = Whole("intensity", -15.0)
    for principle in ("equal_rate", "capability", "responsibility", "potential", "zero_sum_dea", "entropy_mix"):
        made = split(parts, whole, principle)
        energy = sum(t.amount for t in made.targets)
        gdp = sum(p.activity_due for p in parts)
        base = sum(p.base for p in parts) / sum(p.activity_base for p in parts)
        assert 100 * (energy / gdp / base - 1) == pytest.approx(-15.0, abs=1e-11)
        assert all(-25 <= t.value <= -5 for t in made.targets)


def test_the_official_split_is_not_a_plain_mean(workspace: dafeng.Workspace) -> None:
    """The official targets of 2010-2015, recombined: the intensive provinces have the smaller cuts, so the whole lags their mean."""
    rows = {
        r["region"]: r["value"]
        for r in resource("statistics", "provincial_targets").rows
        if r["indicator"] == "energy_intensity" and r["period"] == "12FYP"
    }
    regions = [r for r in workspace.regions() if r in rows and r != "CN-XZ"]
    parts = region_parts(workspace.series, regions, 2010, 2015, "energy_total", growth=8.0)
    found = recombined(parts, Whole("intensity", -16.0), [rows[r] for r in regions])
    assert -17.0 < found < -16.0
    assert found != pytest.approx(sum(rows[r] for r in regions) / len(regions), abs=0.1)
