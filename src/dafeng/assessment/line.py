"""A straight line through figures, with what it says of years that have none yet.

Ordinary least squares; Draper, Smith (1998), Applied Regression Analysis, 3rd ed., chapters 1 and 3. Yearly figures
lean on their neighbours, so there are fewer independent ones than years. With r the correlation of neighbouring
residuals, all intervals go by

    r* = r + (1 + 4 r) / n             what a short series hides of it: Marriott, Pope; Kendall, Biometrika 41 (1954)
    m  = n (1 - r*) / (1 + r*)         the effective number of figures: Bence, Ecology 76 (1995) 628
    s^2 = sum of squares / (m - 2)     and Student's t with m - 2 degrees of freedom: Santer et al., Journal of
                                       Geophysical Research 105 (2000) 7337; International Journal of Climatology 28
                                       (2008) 1703, table 1
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
        spread: sum of (year - centre)^2. residual: standard deviation of the residuals, `freedom` degrees of freedom.
        correlation: of neighbouring residuals (lag one), as measured.
        effective: how many independent figures the count is worth; what the intervals go by.
    """

    centre: float
    level: float
    slope: float
    spread: float
    residual: float
    count: int
    correlation: float
    effective: float

    @property
    def freedom(self) -> float:
        return self.effective - 2

    def at(self, year: float) -> float:
        return self.level + self.slope * (year - self.centre)

    def slope_interval(self, confidence: float) -> tuple[float, float]:
        """Interval of the slope: b -+ t(1 - a/2, m - 2) s / sqrt(Sxx)."""
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


def effective_count(count: int, correlation: float) -> float:
    """How many independent figures so many with this lag-one correlation are worth: n (1 - r) / (1 + r).

    Not more than there are, where the correlation is negative, and not less than three, of which a line has one degree
    of freedom left.
    """
    return min(float(count), max(3.0, count * (1 - correlation) / (1 + correlation)))


def unhidden(count: int, correlation: float) -> float:
    """The lag-one correlation without what the estimate from a short series takes off: r + (1 + 4 r) / n, below 1.

    Where the estimate is not positive there is nothing to correct for.
    """
    return correlation if correlation <= 0 else min(correlation + (1 + 4 * correlation) / count, 0.99)


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
    if math.sqrt(squares / (count - 2)) <= 1e-13 * max(abs(v) for v in values.values()):
        return Line(centre, level, slope, spread, 0.0, count, 0.0, float(count))
    correlation = math.fsum(a * b for a, b in pairwise(rest)) / squares
    effective = effective_count(count, unhidden(count, correlation))
    return Line(centre, level, slope, spread, math.sqrt(squares / (effective - 2)), count, correlation, effective)
