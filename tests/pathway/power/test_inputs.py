"""What is known of the provinces, by region: sums stay sums, means stay means, age takes what it must."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.power.nation import inputs_of
from tests.pathway.small import near

from dafeng.catalog import power
from dafeng.pathway.power.inputs import HOURS, past
from dafeng.pathway.power.regions import grouping

YEARS = (2025, 2040, 2060)
GROUPS = ("provinces", "grids", "nation")


@pytest.mark.parametrize("regions", ["provinces", "grids"])
def test_the_nation_is_the_sum_of_its_regions(regions: str) -> None:
    """Load, water, capacity, potential, fuel and heat: to nine digits whatever the groups."""
    parts, whole = inputs_of(regions, YEARS), inputs_of("nation", YEARS)
    assert parts.load.sum(axis=0) == pytest.approx(whole.load[0], rel=1e-9)
    assert parts.hydro.sum(axis=0) == pytest.approx(whole.hydro[0], rel=1e-9)
    assert parts.heat.sum(axis=0) == pytest.approx(whole.heat[0], rel=1e-9)
    assert parts.biomass.sum() == near(whole.biomass[0])
    for name in whole.existing:
        assert parts.existing[name].sum(axis=0) == near(whole.existing[name][0]), name
    for name in whole.potential:
        assert parts.potential[name].sum() == near(whole.potential[name][0]), name


def test_load_is_the_demand_of_the_scenario() -> None:
    found = inputs_of("nation", YEARS)
    for y, year in enumerate(YEARS):
        assert found.load[0, y].sum() == pytest.approx(power.power_demand(year, "recent_growth").sum() / 1e3, rel=1e-9)


def test_capacity_is_that_of_the_catalogue() -> None:
    """GW at the end of 2024 (solar: September 2025), before age takes any."""
    found, listed = inputs_of("nation", YEARS).existing, power.capacities(2024)
    for name in ("onwind", "offwind", "nuclear", "phs"):
        assert found[name][0, 0] == pytest.approx(listed.of(name).sum() / 1e3, rel=1e-6), name
    coal = sum(table[0, 0] for name, table in found.items() if name.startswith("coal"))
    assert coal <= listed.of("coal").sum() / 1e3
    assert coal > 0.85 * listed.of("coal").sum() / 1e3


def test_age_only_takes() -> None:
    found = inputs_of("nation", YEARS).existing
    for name, table in found.items():
        assert np.all(np.diff(table, axis=1) <= 1e-9), name
        assert np.all(table >= 0), name
    for name in ("onwind", "solar_utility", "battery", "coal_subcritical"):
        assert found[name][0, 2] == 0.0, f"{name} of 2024 does not stand in 2060"


def test_wind_of_2020_goes_from_2030_to_2045() -> None:
    """25 years, built evenly from 2005 to 2020: all of it stands in 2030, a third less in 2035, none in 2045. What came
    after 2020 stands until 2046."""
    years = (2030, 2035, 2045, 2050)
    table = inputs_of("nation", years).existing["onwind"][0]
    then, now = power.capacities(2020).of("onwind"), power.capacities(2024).of("onwind")
    old, new = np.minimum(then, now).sum() / 1e3, (now - np.minimum(then, now)).sum() / 1e3
    assert table == near(np.array([old + new, old * 2 / 3 + new, new, 0.0]))


@pytest.mark.parametrize("regions", GROUPS)
def test_profiles_are_shares(regions: str) -> None:
    found = inputs_of(regions, YEARS)
    for name, profile in found.profiles.items():
        assert profile.shape == (len(found.grouping.regions), HOURS)
        assert profile.min() >= 0, name
        assert profile.max() <= 1, name
    assert np.all((found.reservoir_share >= 0) & (found.reservoir_share <= 1))
    assert found.charging.mean() == near(1.0)
    for price in found.fuel_price.values():
        assert np.all(price > 0)


def test_corridors_join_different_regions() -> None:
    """Between provinces each listed corridor stands; between grids only those that cross; within the nation none."""
    listed = sum(line.mw for line in power.corridors(2025)) / 1e3
    provinces, grids = (inputs_of(r, YEARS).corridors for r in ("provinces", "grids"))
    coming = sum(line.mw_building for line in power.corridors(2025) if line.building_year) / 1e3
    assert listed <= sum(c.existing[-1] for c in provinces) <= listed + coming + 1e-9
    assert all(c.start != c.end for c in (*provinces, *grids))
    assert 0 < sum(c.existing[-1] for c in grids) < sum(c.existing[-1] for c in provinces)
    assert inputs_of("nation", YEARS).corridors == ()
    assert len({c.name for c in provinces}) == len(provinces)


def test_a_past_year_has_its_own_capacity_water_and_load() -> None:
    found = past(grouping("nation"), 2020)
    assert found.load[0, 0].sum() == pytest.approx(power.consumption(2020).sum() / 1e3, rel=1e-9)
    assert found.hydro.sum() == pytest.approx(power.hydro(2020).energy.sum() / 1e3, rel=1e-6)
    coal = sum(table.sum() for name, table in found.existing.items() if name.startswith("coal"))
    assert coal == pytest.approx(power.capacities(2020, "mean").of("coal").sum() / 1e3, rel=1e-9)
    assert found.existing["gas_chp"].sum() == near(power.capacities(2020, "mean").of("gas").sum() / 1e3)
