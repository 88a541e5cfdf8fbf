"""Forests: stocks by inventory, factors from the volume of stems to carbon, and what others published.

Stocks of different definitions (national inventories to 2018, integrated monitoring since 2021) are kept apart: what
lies between them is no growth.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from dafeng.catalog.package import Row, resource
from dafeng.catalog.power_statistics import one_of
from dafeng.catalog.units import convert

PACKAGE = "forest"
INVENTORIES = ("6th", "9th")
NATION, STOCK, UNIT = "CN", "forest_stock", "1e8m3"


def factor(item: str) -> float:
    """A factor from volume to carbon: density (t/m3), expansion, root_ratio, carbon_fraction.

    Raises:
        UnknownName: there is none of this name.
    """
    return float(resource(PACKAGE, "factors").row(item, "item")["value"])


def quality(item: str) -> str:
    """How a factor is known."""
    return str(resource(PACKAGE, "factors").row(item, "item")["quality"])


@cache
def stocks(inventory: str) -> Mapping[str, float]:
    """Province -> forest stock, 1e8 m3; a province that the inventory does not show is missing.

    Args:
        inventory: `6th` (1999-2003), `9th` (2014-2018).

    Raises:
        UnknownName: no such inventory.
    """
    one_of("inventory", inventory, INVENTORIES)
    rows = [row for row in resource(PACKAGE, "stocks").rows if row["inventory"] == inventory]
    return {row["entity"]: convert(row["value"], row["unit"], UNIT) for row in rows}


@cache
def inventory_year(inventory: str) -> int:
    """The last year of an inventory."""
    return int(next(row["year"] for row in resource(PACKAGE, "stocks").rows if row["inventory"] == inventory))


@cache
def national() -> Mapping[str, Mapping[int, float]]:
    """Definition -> year -> forest stock of the nation, 1e8 m3 (package statistics)."""
    found: dict[str, dict[int, float]] = {}
    for row in resource("statistics", "national").rows:
        if (row["entity"], row["flow"]) == (NATION, STOCK):
            value = convert(row["value"], row["unit"], UNIT)
            found.setdefault(row["scope"], {})[row["year"]] = value
    return {scope: dict(sorted(years.items())) for scope, years in found.items()}


def published() -> tuple[Row, ...]:
    """Carbon stocks and removals that others published: entity, start, end, quantity, value, unit, source, quality."""
    return resource(PACKAGE, "published").rows
