"""Regions of the tree as parts of a target, with their facts from the accounts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from dafeng.accounts import Series
from dafeng.catalog import DafengError, entities, resource
from dafeng.targets.split_frame import Part


def region_parts(
    series: Series,
    regions: Sequence[str],
    base_year: int,
    due_year: int,
    quantity: str,
    *,
    growth: float | Mapping[str, float],
    activity: str = "gdp_constant",
    since: int | None = None,
    whole: str = "CN",
    floor: float | None = None,
    cap: float | None = None,
) -> list[Part]:
    """Regions as parts: base amount and activity from the accounts, activity of the due year by the growth expected.

    activity_due = activity_base * (1 + growth / 100) ** (due_year - base_year)

    Attributes set: `gdp`, `population` (where known in the base year) and `cumulative`: the sum of the quantity from
    `since` to the base year.

    Args:
        quantity: figure of the amount: energy_total, co2_estimate, coal_total ...
        growth: yearly growth of the activity in percent, one for all or by region.
        activity: figure of the activity.
        since: first year of `cumulative`; None: the base year alone.
        whole: region whose parts they are.
        floor, cap: bounds of every part's target.

    Raises:
        UnknownName: a region that is not in the tree.
        DafengError: a region that is not below `whole`; regions without data in a year that is needed, or without
            growth.
    """
    tree = entities()
    below = set(tree.below(whole)) - {whole}
    for region in regions:
        tree[region]
        if region not in below:
            raise DafengError("split_not_below", region=region, whole=whole)
    first = base_year if since is None else since
    for name, years in ((quantity, range(first, base_year + 1)), (activity, [base_year])):
        for year in years:
            without = [region for region in regions if year not in series.get((region, name), {})]
            if without:
                raise DafengError("split_no_data", figure=name, year=year, regions=", ".join(without))
    parts = []
    for region in regions:
        rate = growth.get(region) if isinstance(growth, Mapping) else growth
        if rate is None or not math.isfinite(rate) or rate <= -100:
            raise DafengError("split_growth", region=region, found=rate)
        amount, active = series[region, quantity], series[region, activity][base_year].value
        facts = {"cumulative": math.fsum(amount[year].value for year in range(first, base_year + 1))}
        for attribute, name in (("population", "population"), ("gdp", "gdp_constant")):
            if base_year in series.get((region, name), {}):
                facts[attribute] = series[region, name][base_year].value
        due = active * (1 + rate / 100) ** (due_year - base_year)
        parts.append(Part(region, amount[base_year].value, active, due, facts, floor, cap))
    return parts


def trend_growth(series: Series, regions: Sequence[str], figure: str, year: int, years: int = 5) -> dict[str, float]:
    """Yearly growth of a figure over the years before `year`, in percent: what a split takes where nobody has a
    forecast. It is a continuation, no forecast.

    growth = 100 * ((value(year) / value(year - years)) ** (1 / years) - 1)

    Raises:
        DafengError: a region without the figure in one of the two years, or one that is not above zero.
    """
    found = {}
    for region in regions:
        points = series.get((region, figure), {})
        for wanted in (year - years, year):
            if wanted not in points or points[wanted].value <= 0:
                raise DafengError("split_no_data", figure=figure, year=wanted, regions=region)
        found[region] = 100 * ((points[year].value / points[year - years].value) ** (1 / years) - 1)
    return found


def cumulative(series: Series, region: str, figure: str, first: int, last: int) -> float | None:
    """The sum of a figure over the years; a year that is missing in between lies on the line between its neighbours.

    Returns:
        None where the first or last year is missing.
    """
    points = series.get((region, figure), {})
    if first > last or first not in points or last not in points:
        return None
    known = sorted(year for year in points if first <= year <= last)
    values = np.interp(np.arange(first, last + 1), known, [points[year].value for year in known])
    return math.fsum(values)


def past_targets(series: Series, indicator: str, region: str, due_year: int) -> tuple[float | None, float]:
    """What a province was asked for by `due_year`, and by how much it beat that.

    Args:
        indicator: energy_intensity or carbon_intensity; of others no official split is known.

    Returns:
        The official target, a change in percent (None: none known), and target less change, so that more is better;
        0 where the change cannot be told, because there is no figure or its definition changed.
    """
    rows = resource("statistics", "provincial_targets").rows
    wanted = {"region": region, "indicator": indicator, "due_year": due_year}
    row = next((r for r in rows if r["base_year"] and all(r[k] == v for k, v in wanted.items())), None)
    if row is None:
        return None, 0.0
    for (owner, key), points in series.items():
        if owner == region and key.split("|")[0] == indicator and {row["base_year"], due_year} <= points.keys():
            start, end = points[row["base_year"]], points[due_year]
            if start.base_year is None and start.scope == end.scope and start.value > 0:
                return row["value"], row["value"] - 100 * (end.value / start.value - 1)
    return row["value"], 0.0
