"""The power system of 31 provinces as arrays: hours, capacity, coal units, lines, costs, potentials, demand.

Vectors have one value a province, in the order of `provinces()`. Units: MW, MWh, h, km, CNY/kW (CNY/kWh for energy),
CNY/GJ; money of 2020; hours are Beijing time. Where the facts come from, what was wrong in the sources and how it was
handled: docs/power-data.md and the table `faults` of the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from dafeng.catalog.package import Row, resource
from dafeng.catalog.power_statistics import (
    PACKAGE,
    Table,
    consumption,
    fixed,
    generation,
    net_exports,
    one_of,
    provinces,
    table_of,
    targets,
)
from dafeng.catalog.profiles import Profiles, Vector, series
from dafeng.catalog.units import convert

__all__ = [
    "BASES",
    "PACKAGE",
    "SERIES",
    "CoalBlock",
    "Corridor",
    "Cost",
    "Hydro",
    "LineCost",
    "Table",
    "biomass_potential",
    "capacities",
    "charging",
    "coal_fleet",
    "coal_units",
    "consumption",
    "corridors",
    "district_heat",
    "fuel_prices",
    "generation",
    "hydro",
    "line_costs",
    "net_exports",
    "potentials",
    "power_demand",
    "profiles",
    "provinces",
    "reservoirs",
    "targets",
    "technology_costs",
]

SERIES = ("load", "heat_load", "onwind", "offwind", "solar")
BASES = ("2020", "2023", "2024", "new", "model")
GJ_PER_TCE = 29.3076
COLUMN_OF = {"low": "low", "central": "value", "high": "high"}
"""Level of a fuel price -> its column."""


@dataclass(frozen=True)
class CoalBlock:
    """Coal capacity of one province, class and vintage (first of five years), MW."""

    entity: str
    technology: str
    chp: bool
    vintage: int
    mw: float


@dataclass(frozen=True)
class Corridor:
    """Transfer capacity between two provinces, MW; `km` is the great circle between load centres.

    used_share: part of the capacity that contracts let it carry on average in the past (estimate of ours). It belongs
    to the dispatch of a past year, not to a plan.
    """

    id: str
    origin: str
    target: str
    kind: str
    status: str
    both_ways: bool
    km: float
    mw: float
    mw_building: float
    building_year: int | None
    quality: str
    used_share: float


@dataclass(frozen=True)
class LineCost:
    """Cost and loss of one kind of line; `investment(km)` and `loss(km)` take great-circle km."""

    kind: str
    per_km: tuple[float, float, float]
    station: tuple[float, float, float]
    loss_fixed: float
    loss_per_1000km: float
    lifetime: int
    fixed_om: float
    route_factor: float

    def investment(self, km: float, level: int = 1) -> float:
        """CNY/kW: route_factor km c + s; level 0, 1, 2 = low, central, high."""
        return self.route_factor * km * self.per_km[level] + self.station[level]

    def loss(self, km: float) -> float:
        """Part of what is sent that does not arrive: fixed + per 1,000 km of route."""
        return self.loss_fixed + self.loss_per_1000km * self.route_factor * km / 1000


@dataclass(frozen=True)
class Cost:
    """What a technology costs in one year, CNY of 2020.

    investment, low, high: `unit`; fixed_om: CNY per kW (kWh) and year; variable_om: CNY/MWh without fuel (nuclear: with
    fuel); efficiency: gross, lower heating value (storage: round trip); lifetime: years.
    """

    technology: str
    year: int
    low: float
    investment: float
    high: float
    unit: str
    fixed_om: float
    variable_om: float
    efficiency: float
    lifetime: int
    quality: str


@dataclass(frozen=True)
class Hydro:
    """Conventional hydropower: MWh a year [31], hours on the mean capacity [31], share of each month [31, 12]."""

    energy: Vector
    hours: Vector
    months: Vector


def profiles(name: str, basis: str = "new") -> Profiles:
    """Hourly series of one year, [entities, 8760].

    load: share of the year, each province sums to 1 (shape of 2018, heat_load likewise). onwind, offwind, solar:
    capacity factor 0..1 of the weather of 2020 without 29 February. offwind has eleven provinces.

    Args:
        name: one of SERIES.
        basis: which hours wind and solar are brought to: `2020`, `2023`, `2024` (delivered in that year), `new`
            (mean of 2021-2023 before curtailment), `model` (as modelled, no calibration).

    Method: wind max(CF, 1e-4)^k, solar min(f CF, 1), with k and f of table `calibration` found by bisection so that the
    hours are met.

    Raises:
        UnknownName: no such series or basis.
    """
    one_of("series", name, SERIES)
    one_of("basis", basis, BASES)
    found = series(PACKAGE, name)
    if name in ("load", "heat_load"):
        return replace(found, values=fixed(found.values / found.values.sum(axis=1, keepdims=True)))
    if basis == "model":
        return found
    rows = {r["entity"]: r for r in resource(PACKAGE, "calibration").rows if (r["series"], r["basis"]) == (name, basis)}
    return replace(found, values=fixed(np.stack([_calibrated(found.of(e), rows[e]) for e in found.entities])))


def _calibrated(values: Vector, row: Row) -> Vector:
    if row["method"] == "power":
        raised: Vector = np.maximum(values, 1e-4) ** row["value"]
        return raised if row["value"] != 1 else values
    scaled: Vector = np.minimum(values * row["value"], 1.0)
    return scaled


def charging() -> Mapping[str, Vector]:
    """Share of a week's charging of electric vehicles in each hour from Monday 00:00: `passenger`, `freight` [168]."""
    rows = resource(PACKAGE, "charging").rows
    return {name: np.array([row[name] for row in rows]) for name in ("passenger", "freight")}


def capacities(year: int, when: str = "year_end") -> Table:
    """Installed capacity by province and technology, MW.

    Args:
        year: 2020, 2023, 2024; 2025 with `september` (solar only).
        when: `year_end`; `mean` (what served on average through the year: use it to dispatch a past year);
            `september`.

    Raises:
        UnknownName: no such year or `when`; names those that exist.
    """
    rows = resource(PACKAGE, "capacities").rows
    one_of("capacity", f"{year} {when}", {f"{row['year']} {row['when']}" for row in rows})
    return table_of((r for r in rows if (r["year"], r["when"]) == (year, when)), "MW")


def coal_fleet(year: int) -> tuple[CoalBlock, ...]:
    """Coal units by province, class, heat supply and vintage at the end of 2020, 2023 or 2024; sums equal the coal of
    `capacities(year)`.
    """
    rows = resource(PACKAGE, "coal_fleet").rows
    one_of("year", str(year), {str(row["year"]) for row in rows})
    return tuple(
        CoalBlock(r["entity"], r["technology"], r["chp"], r["vintage"], r["value"]) for r in rows if r["year"] == year
    )


def coal_units() -> tuple[Row, ...]:
    """Coal units one by one (GEM, July 2023): id, name, entity, mw, start_year, technology, chp, status."""
    return resource(PACKAGE, "coal_units").rows


def wind_phases() -> tuple[Row, ...]:
    """Phases of wind farms being built or planned (GEM, May 2023): id, name, unit_name, entity, mw, start_year,
    technology, status.
    """
    return resource(PACKAGE, "wind_phases").rows


def reservoirs() -> tuple[Vector, Vector]:
    """Hydropower with a week or more of usable storage by province: MW [31] and MWh of storage [31]."""
    rows = [row for row in resource(PACKAGE, "reservoirs").rows if row["kind"] == "reservoir"]
    mw, mwh = (
        np.array([sum(r[n] for r in rows if r["entity"] == e) for e in provinces()]) for n in ("mw", "storage_mwh")
    )
    return mw.astype(np.float64), mwh.astype(np.float64)


def corridors(year: int) -> tuple[Corridor, ...]:
    """Corridors with the MW that served in 2020, 2023 or 2024, or stood at the end of 2025; candidates have 0 MW."""
    one_of("year", str(year), ("2020", "2023", "2024", "2025"))
    return tuple(
        Corridor(
            r["id"], r["from"], r["to"], r["kind"], r["status"], r["both_ways"], r["km"], r[f"mw_{year}"],
            r["mw_building"], r["building_year"], r["quality"], r["used_share"],
        )
        for r in resource(PACKAGE, "corridors").rows
    )  # fmt: skip


@cache
def line_costs() -> Mapping[str, LineCost]:
    """Cost and loss of lines by kind, AC and DC."""
    levels = ("low", "central", "high")
    return {
        r["kind"]: LineCost(
            r["kind"], _three(r, "line", levels), _three(r, "station", levels), r["loss_fixed"], r["loss_per_1000km"],
            r["lifetime"], r["fixed_om"], r["route_factor"],
        )
        for r in resource(PACKAGE, "line_costs").rows
    }  # fmt: skip


def _three(row: Row, name: str, levels: tuple[str, str, str]) -> tuple[float, float, float]:
    low, central, high = (float(row[f"{name}_{level}"]) for level in levels)
    return low, central, high


@cache
def technology_costs(year: int) -> Mapping[str, Cost]:
    """Costs of every technology in `year`, 2020 to 2060; between two years of the table along a straight line.

    Raises:
        UnknownName: the year is outside of the table.
    """
    one_of("year", str(year), tuple(str(y) for y in range(2020, 2061)))
    by_technology: dict[str, list[Row]] = {}
    for row in resource(PACKAGE, "technology_costs").rows:
        by_technology.setdefault(row["technology"], []).append(row)
    return {technology: _cost(technology, year, rows) for technology, rows in by_technology.items()}


def _cost(technology: str, year: int, rows: list[Row]) -> Cost:
    years = [row["year"] for row in rows]

    def at(column: str) -> float:
        return float(np.interp(year, years, [row[column] for row in rows]))

    return Cost(
        technology, year, at("investment_low"), at("investment"), at("investment_high"), rows[0]["unit"],
        at("fixed_om"), at("variable_om"), at("efficiency"), rows[0]["lifetime"], rows[0]["quality"],
    )  # fmt: skip


def fuel_prices(fuel: str, year: int, level: str = "central") -> Vector:
    """Price of a fuel by province, CNY/GJ (lower heating value) [31]: `low`, `central` or `high`.

    Provinces are of 2020; coal moves with the national contract price of the year (2020 to 2024, then as 2024), which
    is money of its year (`money_year`) and taken as it is.

    Raises:
        UnknownName: no price for this fuel, no such level.
    """
    one_of("level", level, tuple(COLUMN_OF))
    table = resource(PACKAGE, "fuel_prices").rows
    one_of("fuel", fuel, {row["fuel"] for row in table})
    price = {
        (r["entity"], r["year"]): r[COLUMN_OF[level]] / (GJ_PER_TCE if r["unit"] == "CNY/tce" else 1.0)
        for r in table
        if r["fuel"] == fuel
    }
    nation = {y: value for (entity, y), value in price.items() if entity == "CN"}
    moved = nation[min(max(year, min(nation)), max(nation))] / nation[2020] if nation else 1.0
    return np.array([price[entity if (entity, 2020) in price else "CN", 2020] * moved for entity in provinces()])


def power_demand(year: int, scenario: str = "recent_growth") -> Vector:
    """Consumption by province to 2060, MWh [31]: a scenario, not a forecast; between five-year steps a straight line.

    Args:
        year: 2025 to 2060.
        scenario: `recent_growth` (ours) or `thu_rebased` (published scenario moved to the statistics of 2024).
    """
    rows = resource(PACKAGE, "demand").rows
    one_of("scenario", scenario, {row["scenario"] for row in rows})
    one_of("year", str(year), tuple(str(y) for y in range(2025, 2061)))
    known = {(r["entity"], r["year"]): r["value"] for r in rows if r["scenario"] == scenario}
    years = sorted({y for _, y in known})
    values = [np.interp(year, years, [known[entity, y] for y in years]) for entity in provinces()]
    return np.array(values) * convert(1.0, "TWh", "MWh")


def potentials(level: str = "central") -> Table:
    """Most that can stand, by province and technology, MW (without biomass): `low`, `central` or `high`."""
    return _potential(level, "MW")


def biomass_potential(level: str = "central") -> Vector:
    """Energy of biomass a year by province, MWh of fuel [31]."""
    return _potential(level, "MWh").of("biomass")


def _potential(level: str, unit: str) -> Table:
    rows = resource(PACKAGE, "potentials").rows
    one_of("level", level, {row["level"] for row in rows})
    return table_of((r for r in rows if (r["level"], r["unit"]) == (level, unit)), unit)


def hydro(year: int | None = None) -> Hydro:
    """Conventional hydropower of 2019 to 2024; where `year` is None, what plants of 2024 give in hours of a mean year.

    Month shares are of 2020, 2023, 2024 where asked for, else the mean of 2016-2024. A province without conventional
    hydropower has zeros.
    """
    rows = resource(PACKAGE, "hydro").rows
    if year is not None:
        one_of("year", str(year), {str(row["year"]) for row in rows})
    energy, hours = (_hydro_mean(rows, name, year) for name in ("value", "hours"))
    if year is None:
        latest = max(row["year"] for row in rows)
        energy = hours * _hydro_mean(rows, "mean_mw", latest) * convert(1.0, "MWh", "TWh")
    basis = str(year) if str(year) in BASES else "mean"
    share = {
        (r["entity"], r["month"]): r["value"] for r in resource(PACKAGE, "hydro_months").rows if r["basis"] == basis
    }
    months = np.array([[share.get((entity, m), 0.0) for m in range(1, 13)] for entity in provinces()])
    return Hydro(energy * convert(1.0, "TWh", "MWh"), hours, months)


def _hydro_mean(rows: Iterable[Row], column: str, year: int | None) -> Vector:
    found: dict[str, list[float]] = {entity: [] for entity in provinces()}
    for row in rows:
        if year in (None, row["year"]):
            found[row["entity"]].append(row[column])
    return np.array([np.mean(values) if values else 0.0 for values in found.values()])


def district_heat() -> Vector:
    """Heat of networks a year (2020, space heat) by province, MWh of heat [31]; shape: `profiles("heat_load")`."""
    found = {row["entity"]: row["value"] for row in resource(PACKAGE, "heat").rows}
    return np.array([found.get(entity, 0.0) for entity in provinces()]) * convert(1.0, "TWh", "MWh")
