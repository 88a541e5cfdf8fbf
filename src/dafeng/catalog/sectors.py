"""Services that the demand sectors give, and the technologies for them: inputs, costs, CO2 of processes, bounds.

A service is counted in a unit of the field (Mt, PJ, TWh, 1e9 pkm, 1e9 tkm) that holds a million small units (t, GJ,
MWh, 1,000 pkm, 1,000 tkm). Inputs are per unit: Mtce of fuels, TWh of electricity, PJ of heat and hydrogen. Costs are
CNY of 2020 per small unit. Between two years of a table along a straight line, outside of them flat. docs/sectors.md
says where the figures come from and how fuels used as raw material are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import Row, resource
from dafeng.catalog.units import convert, factor_between
from dafeng.catalog.words import LANGUAGES

PACKAGE = "sectors"
BASE_YEAR = 2020
GJ_PER_TCE = 29.3076
SMALL_UNITS = 1e6
FEEDSTOCK = "feedstock"
#: in what inputs are told; every other fuel in Mtce
UNITS = {"electricity": "TWh", "heat": "PJ", "hydrogen": "PJ"}
FUELS = (
    "coal", "coke", "gasoline", "kerosene", "diesel", "fuel_oil", "other_oil", "gas",
    "electricity", "heat", "biomass", "hydrogen",
)  # fmt: skip
Years = tuple[int, ...]
Values = tuple[float, ...]


@dataclass(frozen=True)
class Service:
    """What a sector gives.

    Attributes:
        sector, driver: of the package `economy`. level_2020: of the nation, in `unit`.
        product: carrier of the flow `output`; empty: none. profile: of new use of electricity.
        load: persons or tonnes in a vehicle. km: of a vehicle a year. hours: a year at full load. 0: not told so.
        name: by language.
    """

    id: str
    sector: str
    driver: str
    level_2020: float
    unit: str
    small_unit: str
    product: str
    profile: str
    load: float
    km: float
    hours: float
    name: Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """A technology that gives a service.

    Attributes:
        kind: `as_today` (its inputs are scaled until the base year closes on the statistics) or `new`.
        life: years. first_year: in which it can be built. captured: share of its CO2.
        process_co2: t per small unit, which is Mt per unit. share_2020: of its service in the nation.
        name: by language.
    """

    id: str
    service: str
    kind: str
    life: int
    first_year: int
    captured: float
    process_co2: float
    share_2020: float
    name: Mapping[str, str]


@dataclass(frozen=True)
class Cost:
    """What an option costs in a year, CNY of 2020 per small unit.

    Attributes:
        investment: per small unit a year. low, high: the range that is plausible.
        fixed_om: share of the investment a year. variable: without fuels, electricity, heat and hydrogen.
    """

    investment: float
    fixed_om: float
    variable: float
    low: float
    high: float


@cache
def services() -> Mapping[str, Service]:
    """All services, in the order of the catalogue."""
    return {
        r["id"]: Service(
            r["id"], r["sector"], r["driver"], r["level_2020"], r["unit"], r["small_unit"], r["product"], r["profile"],
            r["load"] or 0.0, r["km"] or 0.0, r["hours"] or 0.0, _name(r),
        )
        for r in resource(PACKAGE, "services").rows
    }  # fmt: skip


def service(name: str) -> Service:
    """A service.

    Raises:
        UnknownName: there is none of this name; names the nearest.
    """
    if name not in services():
        raise UnknownName("service", name, services())
    return services()[name]


@cache
def options(service_name: str) -> Mapping[str, Option]:
    """The options of a service, that of today first.

    Raises:
        UnknownName: no such service.
    """
    service(service_name)
    return {name: option for name, option in _options().items() if option.service == service_name}


def option(name: str) -> Option:
    """An option.

    Raises:
        UnknownName: there is none of this name; names the nearest.
    """
    if name not in _options():
        raise UnknownName("option", name, _options())
    return _options()[name]


@cache
def _options() -> Mapping[str, Option]:
    co2 = _process_co2()
    return {
        r["id"]: Option(
            r["id"], r["service"], r["kind"], r["life"], r["first_year"], r["captured"], co2.get(r["id"], 0.0),
            r["share_2020"], _name(r),
        )
        for r in resource(PACKAGE, "options").rows
    }  # fmt: skip


def _name(row: Row) -> dict[str, str]:
    return {tag: row[f"name_{tag}"] for tag in LANGUAGES}


def _process_co2() -> dict[str, float]:
    """t of CO2 per small unit: amount of what each factor counts x factor."""
    factors = resource("factors", "process").by("id")
    found: dict[str, float] = {}
    for row in resource(PACKAGE, "process").rows:
        of = factors[row["factor"]]
        found[row["option"]] = found.get(row["option"], 0.0) + row["amount"] * convert(
            of["value"], of["unit"], "t_CO2/t"
        )
    return found


# --- inputs ----------------------------------------------------------------------------------------------------------


def inputs(name: str, year: int) -> dict[str, float]:
    """fuel -> what a unit of the service takes: Mtce; electricity TWh; heat and hydrogen PJ. Feedstock is in it.

    Raises:
        UnknownName: no such option.
    """
    return _taken(name, year, ("energy", FEEDSTOCK))


def feedstock(name: str, year: int) -> dict[str, float]:
    """The part of `inputs` that is raw material: carbon or hydrogen of the product.

    Raises:
        UnknownName: no such option.
    """
    return _taken(name, year, (FEEDSTOCK,))


def _taken(name: str, year: int, uses: Iterable[str]) -> dict[str, float]:
    option(name)
    found: dict[str, float] = {}
    for (fuel, use), (years, values) in _inputs().get(name, {}).items():
        if use in uses:
            found[fuel] = found.get(fuel, 0.0) + float(np.interp(year, years, values))
    return {fuel: amount for fuel, amount in found.items() if amount}


@cache
def _inputs() -> Mapping[str, Mapping[tuple[str, str], tuple[Years, Values]]]:
    """option -> (fuel, use) -> years and values in the units of `inputs`."""
    found: dict[str, dict[tuple[str, str], list[tuple[int, float]]]] = {}
    for row in resource(PACKAGE, "inputs").rows:
        of = services()[_options()[row["option"]].service]
        value = row["value"] * _per_unit(row["fuel"], row["unit"], of)
        found.setdefault(row["option"], {}).setdefault((row["fuel"], row["use"]), []).append((row["year"], value))
    return {name: {key: _course(points) for key, points in table.items()} for name, table in found.items()}


def _course(points: Iterable[tuple[int, float]]) -> tuple[Years, Values]:
    years, values = zip(*sorted(points), strict=True)
    return years, values


def _per_unit(fuel: str, unit: str, of: Service) -> float:
    """What 1 `unit` (kgce/t, GJ/GJ, L/100km ...) of a fuel is in Mtce, TWh or PJ per unit of the service."""
    top, bottom = unit.split("/")
    return _energy(fuel, top) * _many(bottom, of)


def _energy(fuel: str, unit: str) -> float:
    """What 1 `unit` of a fuel is in Mtce, TWh or PJ."""
    heats = {(row["fuel"], row["unit"]): row for row in resource(PACKAGE, "heats").rows}
    factor = 1.0
    if (fuel, unit) in heats:
        factor, unit = heats[fuel, unit]["value"], heats[fuel, unit]["value_unit"]
    if fuel in UNITS:
        return factor * float(factor_between(unit, UNITS[fuel]))
    if unit == "GJ":
        factor, unit = factor / GJ_PER_TCE, "tce"
    return factor * float(factor_between(unit, "Mtce"))


def _many(unit: str, of: Service) -> float:
    """How many `unit` (t, GJ, 1e3pkm, 100km; of capacity: kW, count) are in a unit of the service (a year)."""
    if unit == "100km":
        return SMALL_UNITS * 1000 / of.load * float(factor_between("km", "100km"))
    if unit == "count":
        return SMALL_UNITS * 1000 / (of.load * of.km)
    if unit == "kW":
        return float(factor_between(of.unit, "kWh")) / of.hours
    return float(factor_between(of.unit, unit))


# --- money -----------------------------------------------------------------------------------------------------------


def cost(name: str, year: int) -> Cost:
    """What an option costs in a year.

    Raises:
        UnknownName: no such option.
    """
    of = services()[option(name).service]
    rows = _rows("costs")[name]
    years = [row["year"] for row in rows]
    built = _many(rows[0]["unit"].partition("/")[2], of) / SMALL_UNITS
    given = _many(rows[0]["variable_unit"].partition("/")[2], of) / SMALL_UNITS

    def at(column: str) -> float:
        return float(np.interp(year, years, [row[column] for row in rows]))

    return Cost(
        investment=at("investment") * built,
        fixed_om=at("fixed_om"),
        variable=at("variable") * given,
        low=at("investment_low") * built,
        high=at("investment_high") * built,
    )


# --- bounds ----------------------------------------------------------------------------------------------------------


def share_bounds(name: str, year: int, own: float | None = None) -> tuple[float, float]:
    """Least and most share of its service that an option can have; 0 and 1 where none is named.

    Bounds are of the nation. A region that had little of an option in 2020 is held to a smaller least, one that had
    more than the most of 2020 to a most as many times larger:

        least min(1, own / share of the nation in 2020)          most max(1, own / most in 2020), at most 1

    Args:
        own: share that the option had in the region in 2020; None: bounds of the nation.

    Raises:
        UnknownName: no such option.
    """
    of = option(name)
    least, most = _bounds(name, year)
    if own is None:
        return least, most
    of_2020 = _bounds(name, BASE_YEAR)[1]
    if of.share_2020 > 0:
        least *= min(1.0, own / of.share_2020)
    if of_2020 > 0:
        most = min(1.0, most * max(1.0, own / of_2020))
    return least, most


def _bounds(name: str, year: int) -> tuple[float, float]:
    rows = _rows("bounds").get(name, ())
    if not rows:
        return 0.0, 1.0
    years = [row["year"] for row in rows]
    least, most = (float(np.interp(year, years, [row[column] for row in rows])) for column in ("least", "most"))
    return least, most


@cache
def _rows(table: str) -> Mapping[str, tuple[Row, ...]]:
    """option -> its rows by year."""
    found: dict[str, list[Row]] = {}
    for row in resource(PACKAGE, table).rows:
        found.setdefault(row["option"], []).append(row)
    return {name: tuple(sorted(rows, key=lambda row: int(row["year"]))) for name, rows in found.items()}
