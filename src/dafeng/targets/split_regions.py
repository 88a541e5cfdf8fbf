"""Regions of the tree as parts of a target, with their facts from the accounts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dafeng.accounts import Series
from dafeng.catalog import DafengError, entities
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
