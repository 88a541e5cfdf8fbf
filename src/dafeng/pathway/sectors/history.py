"""What the nation's statistics state of a flow and carrier, year by year: the past against which targets are held."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from dafeng.catalog import convert, resource, unit_of
from dafeng.pathway.sectors.counting import MILLION

NATION = "CN"
GDP_YEAR = 2020


@cache
def stated(flow: str, carrier: str) -> Mapping[int, float]:
    """Year -> amount in 1e6 canonical units, of the reading that counts (measures/preferred.csv)."""
    rank = {(row["flow"], row["scope"], row["vintage"]): row["rank"] for row in resource("measures", "preferred").rows}
    best: dict[int, tuple[int, float]] = {}
    for row in resource("statistics", "national").rows:
        if (row["entity"], row["flow"], row["carrier"]) != (NATION, flow, carrier) or row["base_year"] is not None:
            continue
        own = rank.get((flow, row["scope"], row["vintage"]), 0)
        value = convert(row["value"], row["unit"], unit_of(flow, carrier)) / MILLION
        if row["year"] not in best or own < best[row["year"]][0]:
            best[row["year"]] = own, value
    return {year: value for year, (_, value) in sorted(best.items())}


@cache
def gdp(year: int) -> float | None:
    """GDP at constant prices over that of 2020, chained by real growth; None: not stated."""
    growth = {y: value * MILLION for y, value in stated("gdp_growth", "all").items()}
    if year == GDP_YEAR:
        return 1.0
    years = range(GDP_YEAR + 1, year + 1) if year > GDP_YEAR else range(year + 1, GDP_YEAR + 1)
    if any(y not in growth for y in years):
        return None
    ratio = 1.0
    for y in years:
        ratio *= 1 + growth[y] / 100
    return ratio if year > GDP_YEAR else 1 / ratio
