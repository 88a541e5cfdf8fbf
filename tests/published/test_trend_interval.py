"""Trends with autocorrelated residuals: Santer et al. (2008), International Journal of Climatology 28, 1703, table 1.

Tropical temperatures of the lower troposphere, 252 months of 1979-1999, degrees per decade: the trend, its standard
error, the standard deviation of the series, the lag-one correlation of the residuals and the effective sample size.
Of the first row the deviation 0.299, the error 0.138 and the correlation 0.89 were read at climateaudit.org (22 and
25 October 2008); the other figures of the table are recalled.
"""

from __future__ import annotations

import math

import pytest

from dafeng.assessment.line import Line, effective_count

MONTHS = 252
TABLE = {  # trend, standard error, standard deviation, r1, effective sample size
    "UAH T2LT": (0.060, 0.138, 0.299, 0.891, 14.5),
    "RSS T2LT": (0.166, 0.132, 0.312, 0.884, 15.6),
}


@pytest.mark.parametrize("name", TABLE)
def test_effective_size_and_standard_error(name: str) -> None:
    trend, error, deviation, correlation, size = TABLE[name]
    effective = effective_count(MONTHS, correlation)
    assert effective == pytest.approx(size, abs=0.1)
    spread = MONTHS * (MONTHS**2 - 1) / 12 / 120**2  # sum of (t - mean)^2 in decades
    squares = (MONTHS - 1) * deviation**2 - trend**2 * spread
    residual = math.sqrt(squares / (effective - 2))
    line = Line(0.0, 0.0, trend, spread, residual, MONTHS, correlation, effective)
    assert line.residual / math.sqrt(line.spread) == pytest.approx(error, abs=0.001)
