"""What is known of the provinces' power systems, as arrays by region and period: GW, GWh, CNY.

Everything comes from `catalog.power`. A region is a group of provinces: sums of loads, capacities, potentials and
corridors, means of profiles weighted by potential, and of prices weighted by consumption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dafeng.catalog import power
from dafeng.catalog.package import resource
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.power.regions import Grouping
from dafeng.pathway.system import Array

HOURS = 8760
BASE = 2024
KNOWN = 2024.5
"""When today's capacities are known for, on average: the end of 2024, of solar power September 2025."""
AGEING_FROM = 2005
VARIABLE = ("onwind", "offwind", "solar")
FLEETS = {"solar": ("solar_utility", "solar_distributed")}
FUELS = ("raw_coal", "natural_gas", "biomass")
MONTH_HOURS = np.array((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)) * 24
#: capacities of the catalogue that become a stock of another name
RENAMED = {"gas": "gas_chp"}
NOT_STOCKS = ("coal",)
OLD_PLANT_LIFE = 60.0


@dataclass(frozen=True)
class Corridor:
    """Transmission between two regions.

    Attributes:
        start, end: places of the regions.
        kind: AC or DC.
        both_ways: can it carry power back.
        km: great circle between the load centres.
        existing: (Y,) GW that stands, or is being built and will.
        used: share of it that contracts of a past year filled; 1 in plans.
    """

    name: str
    start: int
    end: int
    kind: str
    both_ways: bool
    km: float
    existing: Array
    used: float

    @property
    def ways(self) -> list[tuple[int, int]]:
        """(from, to) of each direction that can carry power."""
        there = (self.start, self.end)
        return [there, there[::-1]] if self.both_ways else [there]


@dataclass(frozen=True)
class Inputs:
    """A set of regions over the periods of a plan; R regions, Y periods.

    Attributes:
        grouping: the regions and their provinces.
        years: (Y,) the year of each period.
        load: (R, Y, 8760) GW.
        profiles: onwind, offwind, solar -> (R, 8760) share of capacity.
        hydro: (R, 8760) GW that water gives on average, even within a month.
        existing: stock -> (R, Y) GW of today's capacity that still stands.
        potential: technology -> (R,) GW in all. biomass: (R,) GWh of fuel a year.
        reservoir_share: (R,) share of hydropower that can shift within the day.
        heat: (R, 8760) GW of heat that networks deliver.
        gas_heat: (R,) share of gas plants that can give heat to networks.
        charging: (8760,) charging of vehicles, mean 1.
        fuel_price: fuel -> (R, Y) CNY/GJ.
        corridors: between the regions.
        boundary: (R,) GW of corridors from provinces outside of all regions.
    """

    grouping: Grouping
    years: tuple[int, ...]
    load: Array
    profiles: Mapping[str, Array]
    hydro: Array
    existing: Mapping[str, Array]
    potential: Mapping[str, Array]
    biomass: Array
    reservoir_share: Array
    heat: Array
    gas_heat: Array
    charging: Array
    fuel_price: Mapping[str, Array]
    corridors: tuple[Corridor, ...]
    boundary: Array


def planned(grouping: Grouping, years: Sequence[int], scenario: str) -> Inputs:
    """The inputs of a plan: today's capacities as they age, demand of a scenario.

    Args:
        grouping: the regions. years: of the periods, 2025 to 2060. scenario: of `catalog.power.power_demand`.
    """
    consumption = [power.power_demand(year, scenario) for year in years]
    existing = {name: grouping.sums(table) / 1e3 for name, table in _ageing(years).items()}
    return _inputs(grouping, tuple(years), consumption, existing, "new", None, power.capacities(BASE))


def past(grouping: Grouping, year: int) -> Inputs:
    """The inputs of a past year: capacities, consumption, water and hours as they were (2020, 2023, 2024)."""
    table = power.capacities(year, "mean")
    coal = _coal(year, [year])
    units = sum(coal.values(), np.zeros((len(power.provinces()), 1)))
    official = table.of("coal")[:, None]
    scale = np.divide(official, units, out=np.ones_like(units), where=units > 0)
    found = {name: value * scale for name, value in coal.items()}
    found |= {RENAMED.get(n, n): table.of(n)[:, None] for n in table.names if n not in NOT_STOCKS}
    existing = {name: grouping.sums(value) / 1e3 for name, value in found.items()}
    return _inputs(grouping, (year,), [power.consumption(year)], existing, str(year), year, table)


def _inputs(
    grouping: Grouping,
    years: tuple[int, ...],
    consumption: Sequence[Array],
    existing: Mapping[str, Array],
    basis: str,
    water: int | None,
    stands: power.Table,
) -> Inputs:
    shape = power.profiles("load").values
    potential = power.potentials()
    hydro = power.hydro(water)
    monthly = hydro.energy[:, None] * hydro.months / 1e3 / MONTH_HOURS
    weight = consumption[0]
    heat = power.profiles("heat_load")
    return Inputs(
        grouping=grouping,
        years=years,
        load=np.stack([grouping.sums(shape * mwh[:, None]) / 1e3 for mwh in consumption], axis=1),
        profiles={name: _profile(grouping, name, basis, stands) for name in VARIABLE},
        hydro=grouping.sums(np.repeat(monthly, MONTH_HOURS, axis=1)),
        existing=existing,
        potential={name: grouping.sums(potential.of(name)) / 1e3 for name in potential.names},
        biomass=grouping.sums(power.biomass_potential()) / 1e3,
        reservoir_share=_reservoir_share(grouping),
        heat=grouping.sums(power.district_heat()[:, None] * heat.values) / 1e3,
        gas_heat=gas_heat(grouping, stands, power.district_heat() * heat.values.max(axis=1)),
        charging=_charging(),
        fuel_price={
            fuel: np.stack([grouping.means(power.fuel_prices(fuel, year), weight) for year in years], axis=1)
            for fuel in FUELS
        },
        corridors=_corridors(grouping, years, water is not None),
        boundary=_boundary(grouping),
    )


def _profile(grouping: Grouping, name: str, basis: str, stands: power.Table) -> Array:
    """(R, 8760) capacity factors, weighted within a region by what stands; 0 where there is none.

    By potential, the deserts would lend their sun to the roofs of the east: the nation's fleet had 9 % more hours.
    """
    found = power.profiles(name, basis)
    places = [power.provinces().index(entity) for entity in found.entities]
    values = np.zeros((len(power.provinces()), found.hours))
    values[places] = found.values
    weight = np.zeros(len(power.provinces()))
    fleet = sum((stands.of(one) for one in FLEETS.get(name, (name,))), np.zeros(len(power.provinces())))
    weight[places] = np.maximum(fleet[places], 1.0)
    return grouping.means(values, weight)


def gas_heat(grouping: Grouping, stands: power.Table, peak: Array | None = None) -> Array:
    """(R,) share of the capacity of gas plants that can give heat to networks.

    Args:
        stands: capacities, MW. peak: (31,) MW of heat that networks of provinces take at most: plants of a province do
            not heat another; None: every province takes what its plants can give.
    """
    shares, mw = parameters("gas_heat_share"), np.maximum(stands.of("gas"), 1.0)
    found = np.array([shares.get(entity, 0.0) for entity in power.provinces()])
    if peak is not None:
        found = np.minimum(found, peak / (parameters("heat_ratio")["gas_chp"] * mw))
    return grouping.means(found, mw)


def heat_share(inputs: Inputs, place: int, technology: str) -> float:
    """Share of a region's plants of heat and power that can give heat: all of coal, of gas those that are built so."""
    return float(inputs.gas_heat[place]) if technology == "gas_chp" else 1.0


def heat_ratio(inputs: Inputs, place: int, technology: str) -> float:
    """Heat per electricity of a region's plants when they give heat; those that cannot give electricity alone."""
    return parameters("heat_ratio")[technology] * heat_share(inputs, place, technology)


def heat_size(inputs: Inputs, place: int, technology: str) -> float:
    """Capacity and fuel taken up per electricity of a region's plants when they give heat."""
    return 1.0 + (parameters("heat_size")[technology] - 1.0) * heat_share(inputs, place, technology)


def _charging() -> Array:
    """(8760,) the weekly pattern through a year that begins on a Monday, as 2018 did; mean 1."""
    year = np.resize(power.charging()["passenger"], HOURS)
    return np.asarray(year / year.mean())


def _reservoir_share(grouping: Grouping) -> Array:
    """(R,) of the listed large dams, the share that can hold water back for hours; half where none is listed."""
    held = {"reservoir": np.zeros(len(power.provinces())), "run_of_river": np.zeros(len(power.provinces()))}
    for row in resource(power.PACKAGE, "reservoirs").rows:
        held[row["kind"]][power.provinces().index(row["entity"])] += row["mw"]
    holds, passes = (grouping.sums(held[kind]) for kind in ("reservoir", "run_of_river"))
    whole = holds + passes
    return np.asarray(np.divide(holds, whole, out=np.full(len(holds), 0.5), where=whole > 0))


def _ageing(years: Sequence[int]) -> dict[str, Array]:
    """Stock -> (31, Y) MW of today's capacity that age has not taken; coal has its vintages.

    Of the rest, what stood in 2020 is taken to have been built evenly from 2005 on, what came since in 2022.
    """
    life = {name: cost.lifetime for name, cost in power.technology_costs(2020).items()}
    before, latest = power.capacities(2020), power.capacities(BASE)
    september = power.capacities(2025, "september")
    found = _coal(BASE, years)
    for name in latest.names:
        if name in NOT_STOCKS:
            continue
        stock = RENAMED.get(name, name)
        now = np.maximum(latest.of(name), september.of(name)) if name in september.names else latest.of(name)
        then = np.minimum(before.of(name), now)
        span = float(life.get("hydro_reservoir" if name == "hydro" else stock, OLD_PLANT_LIFE))
        old = [np.clip((2020 + span - year) / (2020 - AGEING_FROM), 0.0, 1.0) for year in years]
        new = [float(year < 2022 + span) for year in years]
        found[stock] = then[:, None] * np.array(old) + (now - then)[:, None] * np.array(new)
    return found


def _coal(base: int, years: Sequence[int]) -> dict[str, Array]:
    """Coal by class -> (31, Y) MW; units that give heat are a class of their own."""
    life = power.technology_costs(2020)["coal_usc"].lifetime
    found: dict[str, Array] = {}
    for block in power.coal_fleet(base):
        name = "coal_chp" if block.chp else block.technology
        table = found.setdefault(name, np.zeros((len(power.provinces()), len(years))))
        standing = [block.mw if year < block.vintage + 5 + life or year <= base else 0.0 for year in years]
        table[power.provinces().index(block.entity)] += standing
    return found


def _boundary(grouping: Grouping) -> Array:
    """(R,) GW that corridors can bring from provinces outside of all regions, as of 2025."""
    found = np.zeros(len(grouping.regions))
    for line in power.corridors(2025):
        ends = [(line.origin, line.target)] + ([(line.target, line.origin)] if line.both_ways else [])
        for outside, inside in ends:
            place = grouping.place(inside)
            if place is not None and grouping.place(outside) is None:
                found[place] += line.mw * line.used_share / 1e3
    return found


def _corridors(grouping: Grouping, years: Sequence[int], history: bool) -> tuple[Corridor, ...]:
    """Corridors between different regions; those of the same kind and direction are one."""
    found: dict[tuple[int, int, str, bool], list[tuple[float, Array, float]]] = {}
    for line in power.corridors(years[0] if history else 2025):
        start, end = grouping.place(line.origin), grouping.place(line.target)
        if start is None or end is None or start == end:
            continue
        if line.both_ways and start > end:
            start, end = end, start
        coming = [line.mw_building if line.building_year and line.building_year <= year else 0.0 for year in years]
        stands = np.array([line.mw + (0.0 if history else mw) for mw in coming]) / 1e3
        used = line.used_share if history else 1.0
        found.setdefault((start, end, line.kind, line.both_ways), []).append((line.km, stands, used))
    corridors = []
    for (start, end, kind, both), parts in sorted(found.items()):
        weight = [max(float(stands.max()), 1e-3) for _, stands, _ in parts]
        corridors.append(
            Corridor(
                name=f"{grouping.regions[start]}{'-' if both else '>'}{grouping.regions[end]} {kind}",
                start=start,
                end=end,
                kind=kind,
                both_ways=both,
                km=float(np.average([km for km, _, _ in parts], weights=weight)),
                existing=np.sum([stands for _, stands, _ in parts], axis=0),
                used=float(np.average([used for _, _, used in parts], weights=weight)),
            )
        )
    return tuple(corridors)


def one_year(inputs: Inputs, y: int) -> Inputs:
    """The inputs of one of their years alone."""
    return replace(
        inputs,
        years=(inputs.years[y],),
        load=inputs.load[:, [y]],
        existing={name: table[:, [y]] for name, table in inputs.existing.items()},
        fuel_price={fuel: table[:, [y]] for fuel, table in inputs.fuel_price.items()},
        corridors=tuple(replace(c, existing=c.existing[[y]]) for c in inputs.corridors),
    )
