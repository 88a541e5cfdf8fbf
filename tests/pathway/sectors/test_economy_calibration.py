"""The first period of the model of all sectors lies near the statistics, and the page says what the model says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

import economy_calibration as calibration

from dafeng.catalog import resource
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook, sketches
from dafeng.pathway.sectors.wedges import CO2_ENERGY, alone, co2


@pytest.fixture(scope="module")
def found() -> dict[str, Sketch]:
    return calibration.sketches()


def test_the_page_is_up_to_date(found: dict[str, Sketch]) -> None:
    """After a change of the catalogue: run tools/economy_calibration.py and read the page again."""
    text = calibration.PAGE.read_text(encoding="utf-8")
    assert calibration.page(text, found) == text


def test_every_figure_of_the_first_period_lies_in_its_band(found: dict[str, Sketch]) -> None:
    lines = calibration.lines(found["current-trend"])
    assert len(lines) == len(resource("economy", "yardsticks").rows)
    assert {line.key: line.difference for line in lines if not line.holds} == {}


def test_what_differs_by_more_than_three_percent_has_a_reason(found: dict[str, Sketch]) -> None:
    for line in calibration.lines(found["current-trend"]):
        assert abs(line.difference) <= calibration.ASKED or calibration.REASONS[line.key]


def test_co2_of_energy_goes_on_from_the_statistics(found: dict[str, Sketch]) -> None:
    """Of 2025 within 2.5 % of 2024 by the same factors: 8,434 of coal, 1,877 of oil, 818 of gas."""
    before = calibration.co2_of(2024)
    assert before == pytest.approx(8434 + 1877 + 818, rel=1e-3)
    now = co2(found["current-trend"], CO2_ENERGY)[0]
    assert abs(now / before - 1) <= calibration.CO2_BAND / 100


def test_the_past_is_the_same_in_both_scenarios(found: dict[str, Sketch]) -> None:
    """2025 is all but past: the Plan moves what comes after."""
    trend, plan = (co2(found[name], CO2_ENERGY) for name in ("current-trend", "action-plan"))
    assert plan[0] == pytest.approx(trend[0], rel=2e-3)
    assert (plan[1:] < 0.96 * trend[1:]).all()


def test_the_course_of_the_trend_is_plausible(found: dict[str, Sketch]) -> None:
    """2030: coal 2,600-3,000 Mtce, wind and sun 2,600-3,300 GW; CO2 of energy lies below the statistics of 2024."""
    trend = found["current-trend"]
    assert 2600 < trend.amount("primary_consumption", "coal").sum(axis=0)[1] < 3000
    assert 2.6 < sum(trend.amount("power_capacity", kind).sum(axis=0)[1] for kind in ("wind", "solar")) < 3.3
    assert co2(trend, CO2_ENERGY)[1] < calibration.co2_of(2024)


@pytest.mark.slow
def test_each_action_alone_lowers_co2_or_does_nothing() -> None:
    """In 2030 and 2035; a thousandth of CO2 is what two bases of the same program may differ by."""
    book = Sketchbook.of(Case(regions="nation", periods=calibration.PERIODS, days=calibration.DAYS))
    wedges = {one.action: one.mt for one in alone(read("action-plan"), lambda scenarios: sketches(book, scenarios))}
    assert set(wedges) == {0, 1, 2, 3, 4, 5, 6, 7, 9}
    for action, saved in wedges.items():
        assert (saved[1:] > -10).all(), action
        assert action in (0, 7) or (saved[1:] > 20).all(), action
