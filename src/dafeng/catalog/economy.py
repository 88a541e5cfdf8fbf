"""Demand sectors: the ledger flow of each, drivers to 2060, fuels and their prices, and what no service explains.

Units: drivers as `driver_units` says; prices CNY/tce of 2020. The energy of the base year: `economy_balance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import Row, resource
from dafeng.catalog.power_statistics import one_of
from dafeng.catalog.words import LANGUAGES

PACKAGE = "economy"
FIRST, LAST = 2020, 2060
CENTRAL = "central"
#: years in which table `rests` says what may have turned to electricity
TURNS = (2020, 2030, 2040, 2060)


@dataclass(frozen=True)
class Sector:
    """A demand sector.

    Attributes:
        flow: ledger flow that its energy is booked on. driver: what its unexplained use grows with.
        names: language -> name.
    """

    id: str
    flow: str
    driver: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Fuel:
    """A fuel of the plan.

    Attributes:
        carrier: of the vocabulary, that it counts as. carriers: of an energy balance, that are added up to it.
        names: language -> name.
    """

    id: str
    carrier: str
    carriers: tuple[str, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Rest:
    """How the use of fuels changes that no service explains.

    Attributes:
        turned: fuels that electricity can take the place of.
        electric_ratio: energy of electricity per energy of the fuels it replaces.
        shares: year -> highest share that has turned, `TURNS`.
        trends: `electricity`, a fuel with a course of its own, or `fuels` for all others -> year -> use per unit of the
            driver over that of 2020.
    """

    turned: tuple[str, ...]
    electric_ratio: float
    shares: Mapping[int, float] = field(repr=False)
    trends: Mapping[str, Mapping[int, float]] = field(repr=False)

    def most(self, year: int) -> float:
        """Highest share that has turned to electricity in a year."""
        return float(np.interp(year, list(self.shares), list(self.shares.values())))

    def trend(self, fuel: str, year: int) -> float:
        """Use of a fuel per unit of the driver in a year, over that of 2020."""
        points = self.trends.get(fuel, self.trends["fuels"])
        return float(np.interp(year, list(points), list(points.values())))


@cache
def sectors() -> Mapping[str, Sector]:
    """The demand sectors by id, in the order of the catalogue."""
    return {r["id"]: Sector(r["id"], r["flow"], r["driver"], _names(r)) for r in resource(PACKAGE, "sectors").rows}


@cache
def fuels() -> Mapping[str, Fuel]:
    """The fuels by id, in the order of the catalogue."""
    return {r["id"]: Fuel(r["id"], r["carrier"], r["carriers"], _names(r)) for r in resource(PACKAGE, "fuels").rows}


def _names(row: Row) -> dict[str, str]:
    return {tag: str(row[f"name_{tag}"]) for tag in LANGUAGES}


# --- drivers ---------------------------------------------------------------------------------------------------------


def driver_sets() -> tuple[str, ...]:
    """Sets of drivers; the first is the central one."""
    return tuple(dict.fromkeys(row["set"] for row in resource(PACKAGE, "drivers").rows))


@cache
def driver_units() -> Mapping[str, str]:
    """Driver -> unit."""
    return {row["id"]: row["unit"] for row in resource(PACKAGE, "driver_kinds").rows}


@cache
def driver_names() -> Mapping[str, Mapping[str, str]]:
    """Driver -> language -> name."""
    return {row["id"]: _names(row) for row in resource(PACKAGE, "driver_kinds").rows}


@cache
def driver_rows(driver: str, set: str = CENTRAL) -> Mapping[int, Row]:
    """Year -> row with value, source, quality and note; a set has the central rows of years that it does not state.

    Raises:
        UnknownName: no such driver or set.
    """
    one_of("driver", driver, driver_units())
    one_of("set of drivers", set, driver_sets())
    rows = [row for row in resource(PACKAGE, "drivers").rows if row["driver"] == driver]
    found = {row["year"]: row for name in (CENTRAL, set) for row in rows if row["set"] == name}
    return dict(sorted(found.items()))


def driver(driver: str, year: int, set: str = CENTRAL) -> float:
    """A driver in a year, in its own unit; straight between the years of the table.

    Raises:
        UnknownName: no such driver or set, or a year outside 2020-2060.
    """
    rows = driver_rows(driver, set)
    _known_year(year)
    return float(np.interp(year, list(rows), [row["value"] for row in rows.values()]))


def _known_year(year: int) -> None:
    one_of("year", str(year), (str(y) for y in range(FIRST, LAST + 1)))


# --- fuels and what no service explains ------------------------------------------------------------------------------


@cache
def _prices() -> Mapping[str, Mapping[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for row in resource(PACKAGE, "fuel_prices").rows:
        found.setdefault(row["fuel"], {})[row["year"]] = row["value"]
    return found


def fuel_price(fuel: str, year: int) -> float:
    """CNY/tce of a bought fuel, national; electricity, heat and hydrogen have none: they cost what making them costs.

    Raises:
        UnknownName: no price for this fuel, or a year outside 2020-2060.
    """
    if fuel not in _prices():
        raise UnknownName("fuel", fuel, _prices())
    _known_year(year)
    points = _prices()[fuel]
    return float(np.interp(year, list(points), list(points.values())))


@cache
def rest(sector: str) -> Rest:
    """How the unexplained use of a sector changes.

    Raises:
        UnknownName: no such sector.
    """
    row = resource(PACKAGE, "rests").row(sector, "sector")
    trends: dict[str, dict[int, float]] = {}
    for point in resource(PACKAGE, "rest_trends").rows:
        if point["sector"] == sector:
            trends.setdefault(point["kind"], {})[point["year"]] = point["value"]
    shares = {year: row[f"most_{year}"] for year in TURNS}
    return Rest(row["turned"], row["electric_ratio"], shares, trends)


def national(item: str) -> float:
    """A share of the nation in 2020 (table `national`).

    Raises:
        UnknownName: there is none of this name.
    """
    return float(resource(PACKAGE, "national").row(item, "item")["value"])
