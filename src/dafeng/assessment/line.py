"""A straight line through figures, with what it says of years that have none yet.

Ordinary least squares; Draper, Smith (1998), Applied Regression Analysis, 3rd ed., chapters 1 and 3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from dafeng.assessment.student import t_cdf, t_quantile
from dafeng.catalog import DafengError


@dataclass(frozen=True)
class Line:
    """y = level + slope * (year - centre), fitted to `count` figures.

    Attributes:
        spread: sum of (year - centre)^2. residual: standard deviation of the residuals, n - 2 degrees of freedom.
        correlation: of neighbouring residuals (lag one); far from zero, the intervals are too narrow or too wide.
    """

    centre: float
    level: float
    slope: float
    spread: float
    residual: float
    count: int
    correlation: float

    @property
    def freedom(self) -> int:
        return self.count - 2

    def at(self, year: float) -> float:
        return self.level + self.slope * (year - self.centre)

    def slope_interval(self, confidence: float) -> tuple[float, float]:
        """Interval of the slope: b -+ t(1 - a/2, n - 2) s / sqrt(Sxx)."""
        half = t_quantile((1 + confidence) / 2, self.freedom) * self.residual / math.sqrt(self.spread)
        return self.slope - half, self.slope + half

    def error(self, year: float) -> float:
        """Standard error of a new figure: s sqrt(1 + 1/n + (year - centre)^2 / Sxx)."""
        return self.residual * math.sqrt(1 + 1 / self.count + (year - self.centre) ** 2 / self.spread)

    def interval(self, year: float, confidence: float) -> tuple[float, float]:
        """Prediction interval: where a single new figure lies with probability `confidence`, if the line goes on."""
        half = t_quantile((1 + confidence) / 2, self.freedom) * self.error(year)
        return self.at(year) - half, self.at(year) + half

    def probability_above(self, year: float, goal: float) -> float:
        """Probability that a new figure is at least `goal`, if the line goes on."""
        error = self.error(year)
        if error <= 1e-12 * max(abs(self.at(year)), 1e-300):
            return float(self.at(year) >= goal)
        return t_cdf((self.at(year) - goal) / error, self.freedom)


def fitted(values: Mapping[int, float]) -> Line:
    """The least-squares line through figures by year.

    Raises:
        DafengError: fewer than three figures, or one that is no number.
    """
    if len(values) < 3:
        raise DafengError("line_short", found=len(values), years=", ".join(map(str, sorted(values))) or "-")
    for year, value in values.items():
        if not math.isfinite(value):
            raise DafengError("line_number", year=year, found=value)
    years = sorted(values)
    count = len(years)
    centre, level = math.fsum(years) / count, math.fsum(values.values()) / count
    spread = math.fsum((year - centre) ** 2 for year in years)
    slope = math.fsum((year - centre) * (values[year] - level) for year in years) / spread
    rest = [values[year] - level - slope * (year - centre) for year in years]
    squares = math.fsum(r * r for r in rest)
    residual = math.sqrt(squares / (count - 2))
    if residual <= 1e-13 * max(abs(v) for v in values.values()):
        residual, correlation = 0.0, 0.0
    else:
        correlation = math.fsum(a * b for a, b in pairwise(rest)) / squares
    return Line(centre, level, slope, spread, residual, count, correlation)
