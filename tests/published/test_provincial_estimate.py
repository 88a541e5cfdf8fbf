"""Dafeng's provincial CO2 estimate against the CEADs provincial inventories, 2003 to 2021, CO2 of fuels.

Source: CEADs CO2 inventories of the provinces (www.ceads.net): Shan et al. (2018), Scientific Data 5, 170201; Shan et
al. (2020), Scientific Data 7, 54; Guan et al. (2021), Earth's Future 9, e2021EF002241; Xu et al. (2024), Applied
Energy. Read from ../shared/data, no part of Dafeng. What is measured stands in docs/estimate-check.md; this test keeps
it true.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median, quantiles

import pytest

from dafeng import Workspace

from .ceads_data import Counted
from .estimate_page import PAGE, PARTS, YEARS, Check, compare, page

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def check(statistics: Workspace, ceads: Counted, shared_data: Path) -> Check:
    return compare(statistics, ceads, shared_data)


def test_coverage(check: Check) -> None:
    """30 provinces x 19 years, without the 14 province-years that lack a needed input."""
    assert len(check.both) == 30 * 19 - len(check.missing)
    assert len(check.missing) == 14


@pytest.mark.parametrize("year", YEARS)
def test_sum_of_the_provinces_within_five_percent(check: Check, year: int) -> None:
    assert abs(check.sum_off(year)) < 5


@pytest.mark.parametrize("year", YEARS)
def test_the_median_province_within_seven_percent(check: Check, year: int) -> None:
    size = [abs(check.off[place]) for place in check.of_year(year)]
    assert median(size) < 7
    assert abs(median(check.off[place] for place in check.of_year(year))) < 5


def test_nine_in_ten_province_years_within_fifteen_percent(check: Check) -> None:
    size = [abs(value) for value in check.off.values()]
    assert quantiles(size, n=10)[-1] < 15
    assert max(size) < 40


def test_the_worst_are_known(check: Check) -> None:
    """Beyond 20 %: Beijing since gas replaced coal, Hainan, and single years of three others."""
    far = {entity for (entity, _), value in check.off.items() if abs(value) > 20}
    assert far == {"CN-BJ", "CN-HI", "CN-JL", "CN-NM", "CN-TJ"}


@pytest.mark.parametrize("year", range(2014, 2022))
def test_where_the_deviation_of_the_sum_comes_from(check: Check, year: int) -> None:
    """Furnace gases that the statistics lack pull down, feedstock and thermal power push up; nothing is left over."""
    parts = check.parts_of(check.of_year(year))
    assert sum(parts[part] for part in PARTS) == pytest.approx(check.sum_off(year), abs=1e-9)
    assert -6 < parts["furnace gases"] < -3.5
    assert 1 < parts["feedstock"] < 2.5
    assert 1 < parts["thermal power"] < 3.5
    for part in ("other fuels", "mean factors", "heat"):
        assert abs(parts[part]) <= 0.6
    assert abs(parts["rest"]) < 0.01


def test_the_page_says_what_was_measured(check: Check) -> None:
    """After a deliberate change of statistics, factors or rule: run tests.published.estimate_page and read it again."""
    assert PAGE.read_text(encoding="utf-8") == page(check)
