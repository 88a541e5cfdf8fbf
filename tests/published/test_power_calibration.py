"""The power model against published figures of a past year; all years and provinces: docs/power-calibration.md."""

from __future__ import annotations

from collections import Counter

import pytest

from dafeng.pathway.power.calibration import Calibration, calibrate

BOUNDS = {"generation": 0.03, "coal_use": 0.05, "coal_rate": 0.05, "co2": 0.05}
#: TWh of 2020: China Electricity Council (wind, sun: `secondary` in the statistics package), yearbook (nuclear)
PUBLISHED = {"wind": 466.5, "solar": 261.1, "nuclear": 366.25, "coal": 4631.6}


@pytest.fixture(scope="module")
def year() -> Calibration:
    """2020 on seven grid regions, all hours."""
    return calibrate(2020, "grids")


@pytest.mark.slow
def test_the_nation_is_met(year: Calibration) -> None:
    """Generation by technology within 3 %, coal, coal per kWh and CO2 of coal power within 5 %."""
    for row in year.nation:
        if row.what == "with_pumped":
            assert (row.statistic, abs(row.error) < 0.05) == (1355.21, True)
            continue
        assert abs(row.error) <= BOUNDS[row.what], f"{row.what} {row.subject}: {row.model:.1f} for {row.statistic:.1f}"
    assert Counter(row.what for row in year.nation) == {
        "generation": 8,
        "with_pumped": 1,
        "coal_use": 1,
        "coal_rate": 1,
        "co2": 1,
    }


@pytest.mark.slow
def test_the_statistics_are_those_published(year: Calibration) -> None:
    """Not hours times capacity, which the model was given: that would be held against itself."""
    statistic = {row.subject: row.statistic for row in year.nation if row.what == "generation"}
    assert {name: statistic[name] for name in PUBLISHED} == PUBLISHED


@pytest.mark.slow
def test_what_was_given_is_said(year: Calibration) -> None:
    given = {row.subject: row.given for row in year.nation if row.what == "generation"}
    assert given["coal"] == ""
    assert given["nuclear"] == given["gas"] == given["biomass"] == given["other_thermal"] == "figure"
    assert given["wind"] == given["solar"] == given["hydro"] == "hours"
    assert all(row.given == "" for row in year.nation if row.what != "generation")


@pytest.mark.slow
def test_nothing_goes_short_and_little_is_let_go(year: Calibration) -> None:
    """No grid region sheds load; delivered hours are used, to a percent."""
    demand = float(year.replay.system.nodes.demand.sum())
    assert year.unserved <= 1e-5 * demand
    assert all(0 <= share < 0.01 for share in year.curtailed.values())


def test_provinces_are_listed_once() -> None:
    """Each province and year once, of one scope; without provinces no provincial figures."""
    from dafeng.pathway.power.calibration import _provinces

    for year, scope in ((2020, "all-plants"), (2023, "above-scale"), (2024, "above-scale")):
        rows = _provinces(year, {("CN-HE", "coal_usc"): 5000.0, ("CN-HE", "onwind"): 900.0})
        assert max(Counter(row.subject for row in rows).values()) == 1
        assert {row.scope for row in rows} == {scope}
        assert len(rows) >= 30
        assert next(row.model for row in rows if row.subject == "CN-HE") == 5.0
