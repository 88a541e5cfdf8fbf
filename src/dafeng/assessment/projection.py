"""Figures carried on beyond the last one: an assumption of growth and a trend, each an estimate of ours.

    value(t) = value(t - 1) * (1 + g(t)) * (1 + r)

g: growth of GDP, measured where it is, else assumed (assessment/growth.csv); r: the yearly change of the figure per
GDP over its last ten years (least squares of the logarithm). It says what follows if both go on; it is no forecast.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from dafeng.accounts import Figure, Series
from dafeng.assessment.line import fitted
from dafeng.catalog import DafengError, resource

ACTIVITY = "gdp_constant"
WINDOW = 10  # years of the trend


def assumed_growth(first: int, last: int) -> dict[int, float]:
    """Growth of GDP assumed for the years, in percent: the points of assessment/growth.csv, straight lines between
    them, level before the first and after the last."""
    points = {row["year"]: row["value"] for row in resource("assessment", "growth").rows}
    years = sorted(points)
    found = {}
    for year in range(first, last + 1):
        inside = min(max(year, years[0]), years[-1])
        left, right = next((a, b) for a, b in pairwise(years) if a <= inside <= b)
        found[year] = points[left] + (points[right] - points[left]) * (inside - left) / (right - left)
    return found


def activity_path(
    series: Series, region: str, last: int, growth: Mapping[int, float] | None = None
) -> dict[int, float]:
    """GDP at constant prices to `last`: as measured, then by growth.

    Args:
        growth: year -> percent; default `assumed_growth`.

    Raises:
        DafengError: no GDP of the region, or no growth for a year.
    """
    known = series.get((region, ACTIVITY), {})
    if not known:
        raise DafengError("split_no_data", figure=ACTIVITY, year=last, regions=region)
    newest = max(known)
    rates = assumed_growth(newest + 1, last) if growth is None else growth
    path = {year: figure.value for year, figure in known.items() if year <= last}
    for year in range(newest + 1, last + 1):
        rate = rates.get(year)
        if rate is None or not math.isfinite(rate) or rate <= -100:
            raise DafengError("split_growth", region=f"{region} {year}", found=rate)
        path[year] = path[year - 1] * (1 + rate / 100)
    return path


def trend_rate(series: Series, region: str, name: str, activity: Mapping[int, float]) -> float:
    """Yearly change of a figure per GDP over its last ten years, as a share: exp(slope of the logarithm) - 1.

    Raises:
        DafengError: fewer than three years, or a figure that is not above zero.
    """
    points = {year: f.value for year, f in series.get((region, name), {}).items() if year in activity}
    used = {year: v for year, v in points.items() if year > max(points, default=0) - WINDOW}
    if any(v <= 0 for v in used.values()):
        year = next(year for year, v in used.items() if v <= 0)
        raise DafengError("series_negative", series=f"{region} {name}", year=year, found=used[year])
    return math.expm1(fitted({year: math.log(v / activity[year]) for year, v in used.items()}).slope)


def projected(
    series: Series, region: str, name: str, last: int, growth: Mapping[int, float] | None = None
) -> dict[int, Figure]:
    """A figure of a region carried on to `last`: only the years after the last one measured, quality `estimated`, in
    the definition of that one, so that a board takes both (`through_board`).

    Raises:
        DafengError: as `activity_path` and `trend_rate`.
    """
    activity = activity_path(series, region, last, growth)
    rate = 0.0 if name == ACTIVITY else trend_rate(series, region, name, activity)
    known = series[region, name]
    newest = known[max(known)]
    found = {}
    value = newest.value
    for year in range(newest.year + 1, last + 1):
        value *= activity[year] / activity[year - 1] * (1 + rate)
        found[year] = replace(newest, year=year, value=value, quality="estimated", formula="", inputs=())
    return found
