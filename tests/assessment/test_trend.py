"""Trend tests: signs, ties, shifts, autocorrelation."""

from __future__ import annotations

from itertools import combinations
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.assessment.trend import hamed_rao, mann_kendall, sen_slope
from dafeng.catalog import DafengError

NUMBERS = st.lists(st.integers(-20, 20).map(float), min_size=3, max_size=25)


@given(values=NUMBERS)
def test_s_and_slope_by_counting(values: list[float]) -> None:
    pairs = list(combinations(range(len(values)), 2))
    found = mann_kendall(values)
    assert found.s == sum((values[j] > values[i]) - (values[j] < values[i]) for i, j in pairs)
    assert found.slope == pytest.approx(median((values[j] - values[i]) / (j - i) for i, j in pairs))


@given(values=NUMBERS)
def test_backwards_the_trend_turns_over(values: list[float]) -> None:
    there, back = mann_kendall(values), mann_kendall(values[::-1])
    assert (back.s, back.p, back.variance) == (-there.s, there.p, there.variance)
    assert back.slope == pytest.approx(-there.slope)
    assert there.p_falling + back.p_falling == pytest.approx(1.0)


@settings(max_examples=50)
@given(values=NUMBERS, level=st.integers(-1000, 1000), scale=st.sampled_from([0.125, 2.0, 1024.0]))
def test_units_do_not_matter(values: list[float], level: int, scale: float) -> None:
    """In other units or from another zero: the same test (powers of two, so that no tie is broken by rounding)."""
    plain, moved = mann_kendall(values), mann_kendall([scale * (v + level) for v in values])
    assert (moved.s, moved.p) == (plain.s, plain.p)
    assert moved.slope == pytest.approx(scale * plain.slope)


def test_all_values_equal() -> None:
    for test in (mann_kendall, hamed_rao):
        found = test([7.0] * 10)
        assert (found.direction, found.s, found.p, found.z, found.slope) == ("none", 0, 1, 0, 0)


def test_a_straight_line() -> None:
    found = mann_kendall(np.arange(20) * 3.0 + 5)
    assert (found.direction, found.tau, found.slope, found.intercept) == ("rising", 1, 3, 5)


def test_years_that_are_not_evenly_spaced() -> None:
    years = [2000, 2005, 2010, 2018]
    assert sen_slope([2.0 * y for y in years], years) == 2.0
    assert mann_kendall([2.0 * y for y in years], years).intercept == 4000.0


def test_persistence_widens_the_variance() -> None:
    """A slow swing is no trend: without correction the test rejects, with it it does not."""
    swing = np.sin(np.arange(40) / 40 * 3.2 * np.pi)[::-1] + np.arange(40) * 0.01
    plain, corrected = mann_kendall(swing), hamed_rao(swing)
    assert corrected.correction > 2
    assert corrected.p > plain.p


def test_a_correction_below_zero_is_not_used() -> None:
    found = hamed_rao([0.0, 5.0] * 6)
    assert found.correction >= 0
    assert found.variance > 0


@given(values=NUMBERS)
def test_a_variance_is_never_negative(values: list[float]) -> None:
    found = hamed_rao(values)
    assert found.variance >= 0
    assert 0 <= found.p <= 1


@pytest.mark.parametrize(
    ("values", "times", "key"),
    [
        ([1.0, 2.0], None, "series_short"),
        ([1.0, float("nan"), 2.0], None, "series_no_number"),
        ([1.0, 2.0, 3.0], [2000, 2002, 2001], "series_order"),
        ([1.0, 2.0, 3.0], [2000, 2001], "series_order"),
        ([1.0, float("inf"), 2.0], None, "series_no_number"),
    ],
)
def test_bad_input(values: list[float], times: list[int] | None, key: str) -> None:
    with pytest.raises(DafengError) as error:
        hamed_rao(values, times)
    assert error.value.key == key


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, float("nan")])
def test_a_level_that_is_none(alpha: float) -> None:
    for test in (mann_kendall, hamed_rao):
        with pytest.raises(DafengError) as error:
            test([1.0, 2.0, 3.0, 5.0], alpha=alpha)
        assert error.value.key == "probability"
