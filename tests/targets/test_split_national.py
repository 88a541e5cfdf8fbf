"""National targets of the catalogue split to provinces from the embedded statistics."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.making import points

import dafeng
from dafeng.accounts import Series
from dafeng.catalog import LANGUAGES, DafengError, UnknownName, resource
from dafeng.targets import cumulative, goals, national_split, past_targets, recombined, trend_growth, with_estimates

FIVE = {  # one of each kind of the issue: target, base year where the target states none, growth in percent
    "T03": ("intensity", None, 5.0),
    "13fyp-energy": ("total", None, 6.5),
    "13fyp-coal": ("total", None, 6.5),
    "T01": ("share", 2020, 3.0),
    "T08": ("addition", 2018, 5.0),
}


@pytest.fixture(scope="module")
def series(workspace: dafeng.Workspace) -> Series:
    return with_estimates(workspace.series, workspace.ledger)


@pytest.mark.parametrize("target", FIVE)
def test_five_kinds_of_target_by_every_principle(series: Series, target: str) -> None:
    kind, base, growth = FIVE[target]
    made = national_split(target, series, growth=growth, base_year=base)
    assert made.whole.kind == kind
    assert len(made.parts) == 30
    assert list(made.left_out) == ["CN-XZ"]
    assert {"equal_rate", "capability", "responsibility", "potential", "entropy_mix"} <= made.splits.keys()
    for found in made.splits.values():
        values = [t.value for t in found.targets]
        again = recombined(made.parts, made.whole, values)
        assert abs(again - made.whole.value) <= 1e-12 * abs(made.whole.value)
        assert all(math.isfinite(v) for v in values)
        for one in found.targets:
            assert len(one.why) >= 2
            assert all(text[tag] and "{" not in text[tag] for text in one.why for tag in LANGUAGES)
    for error in made.refused.values():
        assert all(error.text(tag) for tag in LANGUAGES)


def test_what_the_kinds_are_split_from(series: Series) -> None:
    """By hand from the series: Hebei's part of each."""
    for target, (_, base, growth) in FIVE.items():
        made = national_split(target, series, growth=growth, base_year=base, principles=["equal_rate"])
        row = resource("assessment", "splits").row(goals()[target].indicator, "indicator")
        part = next(p for p in made.parts if p.id == "CN-HE")
        active = series["CN-HE", row["activity"]][made.base_year].value
        assert part.base == series["CN-HE", row["amount"]][made.base_year].value
        assert part.activity_due == pytest.approx(
            active * (1 + growth / 100) ** (goals()[target].due_year - made.base_year)
        )


def test_the_quality_is_that_of_the_base(series: Series) -> None:
    assert national_split("T03", series, growth=5.0).quality == "estimated"
    assert national_split("13fyp-energy", series, growth=5.0).quality == "secondary"


def test_floors_caps_and_past_performance(series: Series) -> None:
    plain = national_split("T03", series, growth=5.0, principles=["capability"])
    held = national_split("T03", series, growth=5.0, floor=-19.5, cap=-12, credit=0.3, principles=["capability"])
    values = [t.value for t in held.splits["capability"].targets]
    assert all(-19.5 <= v <= -12 for v in values)
    assert held.splits["capability"].recombined == pytest.approx(-18.0, abs=1e-11)
    beijing = held.splits["capability"]["CN-BJ"]
    assert beijing.bound == "floor"
    assert len(beijing.why) > len(plain.splits["capability"]["CN-BJ"].why)
    asked, surplus = past_targets(series, "carbon_intensity", "CN-BJ", 2020)
    start, end = (series["CN-BJ", "carbon_intensity|fossil-incl-nonenergy-estimate"][y].value for y in (2015, 2020))
    assert asked == -20.5
    assert surplus == pytest.approx(-20.5 - 100 * (end / start - 1))
    assert past_targets(series, "carbon_intensity", "CN-BJ", 2021) == (None, 0.0)


def test_growth_by_trend(series: Series) -> None:
    rates = trend_growth(series, ["CN-HE", "CN-GD"], "gdp_constant", 2020)
    points_he = series["CN-HE", "gdp_constant"]
    assert points_he[2015].value * (1 + rates["CN-HE"] / 100) ** 5 == pytest.approx(points_he[2020].value)
    made = national_split("T02", series, growth=rates, regions=["CN-HE", "CN-GD"], principles=["equal_rate"])
    assert made.splits["equal_rate"].recombined == pytest.approx(-13.5, abs=1e-12)
    with pytest.raises(DafengError, match="gdp_constant for 1990: CN-HE"):
        trend_growth(series, ["CN-HE"], "gdp_constant", 1995)


@pytest.mark.parametrize(
    ("target", "more", "said"),
    [
        ("T06", {}, "No target called 'T06'"),
        ("T01", {}, "Base year - for target T01"),
        ("T03", {"base_year": 2021}, "Base year 2021 for target T03; it must be 2020"),
        ("T01", {"base_year": 2030}, "Base year 2030 for target T01"),
        ("T01", {"base_year": 1995}, "1995"),
        ("O01", {}, "for 2025"),
        ("T03", {"regions": ["CN-HE", "CN-TW"]}, "CN-TW"),
        ("T03", {"regions": ["CN-HE", "CN"]}, "CN does not belong to CN"),
        ("T03", {"regions": ["CN-HE", "US-CA"]}, "US-CA"),
        ("T03", {"principles": ["equality"]}, "equality"),
        ("T03", {"growth": {"CN-HE": 5.0}}, "The growth expected"),
    ],
)
def test_bad_questions_are_named(series: Series, target: str, more: dict[str, object], said: str) -> None:
    with pytest.raises((DafengError, UnknownName), match=said):
        national_split(target, series, **{"growth": 5.0, **more})  # type: ignore[arg-type]


def test_without_the_estimates_coal_is_named(workspace: dafeng.Workspace) -> None:
    with pytest.raises(DafengError, match="coal_estimate"):
        national_split("13fyp-coal", workspace.series, growth=5.0)


def test_a_gap_in_the_years_is_bridged() -> None:
    known = {("CN-HE", "co2"): points({2010: 10.0, 2011: 12.0, 2013: 16.0})}
    assert cumulative(known, "CN-HE", "co2", 2010, 2013) == pytest.approx(52.0)
    assert cumulative(known, "CN-HE", "co2", 2010, 2014) is None
    assert cumulative(known, "CN-HE", "co2", 2014, 2013) is None


# --- the estimates that two kinds rest on -----------------------------------------------------------------------------


def test_coal_of_the_provinces_is_close_to_that_of_the_nation(series: Series) -> None:
    """Within 12 percent of the national figure, which the provinces' own energy exceeds as well."""
    regions = [e for e, name in series if name == "coal_estimate"]
    assert len(regions) == 30
    for year in (2010, 2015, 2020):
        total = math.fsum(series[r, "coal_estimate"][year].value for r in regions)
        assert 0.95 < total / series["CN", "coal_total"][year].value < 1.12
    assert series["CN-HE", "coal_estimate"][2020].quality == "estimated"


def test_non_fossil_energy_adds_up_and_follows_the_official_shares(series: Series) -> None:
    """The parts are the nation; the shares of 2020 are in the order of the official targets for 2025."""
    regions = [e for e, name in series if name == "non_fossil_estimate"]
    total = math.fsum(series[r, "non_fossil_estimate"][2020].value for r in regions)
    assert total == pytest.approx(series["CN", "non_fossil_total"][2020].value, rel=1e-12)
    official = {
        r["region"]: r["value"]
        for r in resource("statistics", "provincial_targets").rows
        if r["indicator"] == "nonfossil_share" and r["due_year"] == 2025
    }
    both = [r for r in regions if r in official and 2020 in series.get((r, "energy_total"), {})]
    shares = [series[r, "non_fossil_estimate"][2020].value / series[r, "energy_total"][2020].value for r in both]
    ranks = [np.argsort(np.argsort(v)) for v in (shares, [official[r] for r in both])]
    assert len(both) >= 28
    assert np.corrcoef(*ranks)[0, 1] > 0.8
