"""What forests take up: beside the plan, in a row of its own, and never taken off an emission.

    removed = growth of stock x D x BEF x (1 + R) x CF x 44/12                                        t CO2 a year

    D     density of wood, t dry matter per m3 of stems       BEF  trees above ground over stems
    R     roots over what is above ground                     CF   carbon per dry matter

The stock-difference method for living trees, with the mean factors of China: IPCC 2006 Guidelines, Volume 4, equations
2.5 and 2.8; the factors as in the provincial guideline of 2011 (package `forest`). Soils, dead wood, shrubs, bamboo,
wood products and other gases are left out: national inventories, which count them too, report more (published.csv).

The stock is the driver `forest_stock` of the scenario, so a scenario can change it like any driver. A province has the
share of the nation's growth that it had between the 6th and the 9th inventory (2003 to 2018); one that the inventories
do not show in both has no figure. Growth is never taken across a change of the definition of stocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from dafeng.catalog import LANGUAGES, economy, forest, resource, word
from dafeng.catalog.power_statistics import QUALITIES
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import Scenario

DRIVER = "forest_stock"
BASE_YEAR = 2020
MILLION_M3 = 100.0
"""1e6 m3 per 1e8 m3."""
CO2_PER_C = 44 / 12
FACTORS = ("density", "expansion", "root_ratio", "carbon_fraction")
INVENTORY = "forest-inventory"
UNIT = "Mt_CO2"


def carbon(stock: float) -> float:
    """Mt of carbon in the living trees of a stock of 1e8 m3."""
    dry = forest.factor("density") * forest.factor("expansion") * (1.0 + forest.factor("root_ratio"))
    return stock * MILLION_M3 * dry * forest.factor("carbon_fraction")


def removed(growth: float) -> float:
    """Mt CO2 a year that a growth of the stock by 1e8 m3 a year takes up."""
    return carbon(growth) * CO2_PER_C


@dataclass(frozen=True)
class Measured:
    """Growth between two figures of one definition.

    Attributes:
        growth: 1e8 m3 a year. mt: CO2 that it took up a year.
    """

    definition: str
    start: int
    end: int
    growth: float
    mt: float


def measured() -> tuple[Measured, ...]:
    """What the nation's forests took up, between figures of one definition."""
    found = []
    for definition, years in forest.national().items():
        for (start, before), (end, after) in pairwise(years.items()):
            growth = (after - before) / (end - start)
            found.append(Measured(definition, start, end, growth, removed(growth)))
    return tuple(found)


@cache
def growth_shares() -> Mapping[str, float]:
    """Province -> share of the nation's growth from the 6th to the 9th inventory, of provinces in both."""
    first, last = (forest.stocks(name) for name in forest.INVENTORIES)
    of_nation = forest.national()[INVENTORY]
    start, end = (of_nation[forest.inventory_year(name)] for name in forest.INVENTORIES)
    return {p: (last[p] - first[p]) / (end - start) for p in sorted(set(first) & set(last))}


@dataclass(frozen=True)
class Sink:
    """What forests take up in a scenario.

    Attributes:
        years: of the periods. stock: 1e8 m3 of the nation. nation: Mt CO2 a year.
        regions: region -> Mt CO2 a year; None: the inventories do not show it.
    """

    years: tuple[int, ...]
    stock: tuple[float, ...]
    nation: tuple[float, ...]
    regions: Mapping[str, tuple[float, ...] | None]


def sink(scenario: Scenario, years: Sequence[int], regions: str = "nation") -> Sink:
    """What forests take up in each year: the growth of the stock since the year before.

    Args:
        years: after 2020. regions: as of a plan: provinces, grids, nation, one province or grid region.
    """
    stock = tuple(scenario.driver(DRIVER, year) for year in years)
    nation = tuple(removed(scenario.driver(DRIVER, year) - scenario.driver(DRIVER, year - 1)) for year in years)
    group = grouping(regions)
    return Sink(
        tuple(years),
        stock,
        nation,
        {r: _of(members, nation) for r, members in zip(group.regions, group.members, strict=True)},
    )


def _of(members: Sequence[str], nation: tuple[float, ...]) -> tuple[float, ...] | None:
    """Of the provinces of a region; of all provinces what the nation has, with what no province shows."""
    shares = growth_shares()
    if set(members) >= set(grouping("nation").members[0]):
        return nation
    if not set(members) <= set(shares):
        return None
    return tuple(sum(shares[p] for p in members) * mt for mt in nation)


def quality() -> str:
    """The weakest of the factors and of the course."""
    rows = economy.driver_rows(DRIVER).values()
    return max(
        (*(forest.quality(item) for item in FACTORS), *(str(row["quality"]) for row in rows)), key=QUALITIES.index
    )


def sources_of_sink() -> tuple[str, ...]:
    """Ids of the sources of the factors, of the stocks of provinces and of the course of the driver."""
    rows = (*resource(forest.PACKAGE, "factors").rows, *resource(forest.PACKAGE, "stocks").rows)
    return tuple(
        dict.fromkeys(source for row in (*rows, *economy.driver_rows(DRIVER).values()) for source in row["source"])
    )


def forest_data(scenario: Scenario, years: Sequence[int], regions: str = "nation") -> dict[str, Any]:
    """The row of forests for the reports of a plan: plain values, beside all totals.

    Returns:
        `name`, `note` by language; `unit`; `quality`; `sources`: ids; `years`; `stock` (1e8 m3) and `nation` by period;
        `regions` (null: not known); `measured`: what the statistics show.
    """
    found = sink(scenario, years, regions)
    return {
        "name": {tag: word("forest.row", tag) for tag in LANGUAGES},
        "note": {tag: word("forest.note", tag) for tag in LANGUAGES},
        "unit": UNIT,
        "quality": quality(),
        "sources": list(sources_of_sink()),
        "years": list(found.years),
        "stock": list(found.stock),
        "nation": list(found.nation),
        "regions": {region: None if mt is None else list(mt) for region, mt in found.regions.items()},
        "measured": [vars(one) for one in measured()],
    }
