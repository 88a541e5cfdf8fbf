"""The policies of a case as named limits: what is counted, in which unit, against which number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from dafeng.catalog import power
from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import resource
from dafeng.pathway.making import Maker
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.corridor_renewables import add_corridor_renewables
from dafeng.pathway.power.firm import Peak, add_firm_limits, add_regional_firm_limits, add_stores, handed_on
from dafeng.pathway.power.inputs import KNOWN, Inputs, heat_size
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.technologies import (
    CLEAN,
    GENERATING,
    HEAT_AND_POWER,
    THERMAL,
    WIND_AND_SUN,
    WIND_SOLAR,
    capacity_unit,
    stocks_of,
)
from dafeng.pathway.power.units import PER_GWH
from dafeng.pathway.system import ACTIVITY, BUILD, CAPACITY, DISCHARGE, Limit, Places, Reserve, Term

TCE_PER_MWH = 3.6 / power.GJ_PER_TCE
FACTOR_SET = "topdown-netted"
FOSSIL = {"raw_coal": "coal", "oil": "oil", "natural_gas": "gas"}
FLEXIBLE = ("coal_", "gas_")
TWH = 1e-3
"""TWh per GWh; Mt per GWh of 1 t/MWh."""


@cache
def emission_factor(fuel: str) -> float:
    """t CO2 per tce of a fossil fuel, of the top-down account (factor set `topdown-netted`)."""
    for row in resource("factors", "topdown").rows:
        if row["set"] == FACTOR_SET and row["carrier"] == FOSSIL.get(fuel):
            return float(row["value"])
    raise UnknownName("fuel", fuel, FOSSIL)


def price_at(prices: Mapping[int, float], year: int) -> float:
    """CNY/t in a year: straight between the given years, flat outside; 0 where none is given."""
    if not prices:
        return 0.0
    known = sorted(prices)
    return float(np.interp(year, known, [prices[y] for y in known]))


def intensity_at(intensity: Mapping[int, float], year: int) -> float | None:
    """g CO2/kWh in a year: straight between the given years, flat after the last; None: before the first, or none."""
    return price_at(intensity, year) if intensity and year >= min(intensity) else None


class Counted:
    """Which processes and storages count how much, by period: the rows of the measure tables over the model's flows."""

    def __init__(self, maker: Maker, inputs: Inputs) -> None:
        self.maker, self.inputs = maker, inputs
        self.names = maker.names("process")
        self.costs = [power.technology_costs(max(year, 2020)) for year in inputs.years]

    def technology(self, name: str) -> str:
        """The technology of a process or stock: the name without its region."""
        return name.partition(" ")[2]

    def fuel_use(self, name: str, y: int) -> tuple[str | None, float]:
        """(fuel, tce per MWh of activity) of a process in a period."""
        technology = self.technology(name)
        size = self.heat_size(name)
        technology = HEAT_AND_POWER.get(technology, technology)
        if technology in ("coal_boiler", "gas_boiler"):
            fuel = "raw_coal" if technology == "coal_boiler" else "natural_gas"
            return fuel, TCE_PER_MWH / self.costs[y][technology].efficiency
        plant = THERMAL.get(technology)
        if plant is None or plant.fuel is None:
            return None, 0.0
        return plant.fuel, size * TCE_PER_MWH / self.costs[y][plant.like or technology].efficiency

    def co2(self, name: str, y: int) -> float:
        """t CO2 per MWh of activity: what leaves the stack; below zero where CO2 of plants is captured."""
        fuel, tce = self.fuel_use(name, y)
        if fuel is None:
            return 0.0
        plant = THERMAL.get(self.technology(name))
        captured = plant.captured if plant else 0.0
        if fuel == "biomass":
            return -captured * tce * emission_factor("raw_coal")
        return (1.0 - captured) * tce * emission_factor(fuel)

    def co2_of_electricity(self, name: str, y: int) -> float:
        """t CO2 per MWh generated. Of combined heat and power, what a plant of electricity alone would give off."""
        return self.co2(name, y) / self.heat_size(name)

    def heat_size(self, name: str) -> float:
        """Fuel of a process per fuel of a plant of the same electricity without heat; 1 but for heat and power."""
        region, _, technology = name.partition(" ")
        if technology not in HEAT_AND_POWER:
            return 1.0
        return heat_size(self.inputs, self.inputs.grouping.regions.index(region), HEAT_AND_POWER[technology])

    def captured(self, name: str, y: int) -> float:
        """t CO2 captured per MWh of activity."""
        plant = THERMAL.get(self.technology(name))
        if plant is None or not plant.captured:
            return 0.0
        fuel, tce = self.fuel_use(name, y)
        return plant.captured * tce * emission_factor("raw_coal" if fuel == "biomass" else str(fuel))

    def coal(self, name: str, y: int) -> float:
        """tce of coal per MWh of activity."""
        fuel, tce = self.fuel_use(name, y)
        return tce if fuel == "raw_coal" else 0.0

    def term(self, counts: Callable[[str, int], float], y: int, scale: float = 1e-3) -> Term:
        """Energies of the processes that count; `scale` turns t or tce per GWh... into Mt or Mtce."""
        each = np.array([counts(name, y) for name in self.names])
        which = np.flatnonzero(each)
        return Term(ACTIVITY, which, each[which] * scale)

    def processes(self, technologies: tuple[str, ...]) -> Places:
        """Numbers of the processes of some technologies."""
        return np.array(
            [i for i, name in enumerate(self.names) if self.technology(name) in technologies], dtype=np.int64
        )

    def storages(self, *technologies: str) -> Places:
        """Numbers of the storages of some technologies."""
        names = self.maker.names("storage")
        return np.array([j for j, name in enumerate(names) if self.technology(name) in technologies], dtype=np.int64)

    def stocks(self, *technologies: str) -> Places:
        """Numbers of the stocks of some technologies."""
        names = self.maker.names("stock")
        return np.array([s for s, name in enumerate(names) if self.technology(name) in technologies], dtype=np.int64)


def add_policies(
    maker: Maker,
    case: Case,
    inputs: Inputs,
    peaks: Sequence[Peak] | None = None,
    regional_peaks: Sequence[Sequence[Peak]] | None = None,
) -> None:
    """Every policy of the case that concerns the periods at hand.

    Args:
        peaks: loads of the whole system that must be covered; None: the highest of the inputs.
        regional_peaks: loads of each region that must be covered, where there are several; None: its highest.
    """
    counted = Counted(maker, inputs)
    _prices(maker, case, counted)
    regions = range(len(inputs.grouping.regions))
    add_stores(maker, inputs.grouping.regions)
    handed = handed_on(maker, inputs) if len(regions) > 1 else []
    for y, year in enumerate(inputs.years):
        _energy_limits(maker, case, counted, y, year)
        highest = Peak("", float(inputs.load[:, y].sum(axis=0).max()))
        _capacity_limits(maker, case, inputs, counted, y, year, [highest] if peaks is None else peaks)
        if len(regions) > 1:
            own = (
                [[Peak("", float(inputs.load[r, y].max()))] for r in regions]
                if regional_peaks is None
                else regional_peaks
            )
            add_regional_firm_limits(maker, counted, handed, y, year, own)
        _build_rates(maker, case, inputs, counted, y)
    if case.reserves:
        _reserves(maker, inputs, counted)


def _prices(maker: Maker, case: Case, counted: Counted) -> None:
    """The CO2 price on what leaves the stack, and the cost of storing what is captured."""
    years = counted.inputs.years
    storing = parameter("co2_storage")
    steps = maker.steps.period
    for number, name in enumerate(counted.names):
        each = [
            counted.co2(name, y) * price_at(case.co2_price, year) + counted.captured(name, y) * storing
            for y, year in enumerate(years)
        ]
        if any(each):
            maker.dearer(number, np.array(each)[steps] * PER_GWH)


def _energy_limits(maker: Maker, case: Case, counted: Counted, y: int, year: int) -> None:
    if year in case.co2_cap:
        maker.limits.append(
            Limit(f"co2_cap {year}", (counted.term(counted.co2, y),), upper=case.co2_cap[year], period=y)
        )
    if year in case.coal_cap:
        maker.limits.append(
            Limit(f"coal_cap {year}", (counted.term(counted.coal, y),), upper=case.coal_cap[year], period=y)
        )
    for name, shares, own in (
        ("non_fossil_share", case.non_fossil_share, CLEAN),
        ("wind_solar_share", case.wind_solar_share, WIND_SOLAR),
    ):
        if year in shares:
            maker.limits.append(_share(counted, f"{name} {year}", y, shares[year], own))
    most = intensity_at(case.co2_intensity, year)
    if most is not None:
        maker.limits.append(intensity(counted, f"co2_intensity {year}", y, most))


def _share(counted: Counted, name: str, y: int, share: float, own: tuple[str, ...]) -> Limit:
    """Generation of some technologies >= share x all generation, in TWh.

        (1 - share) sum(own) x - share sum(all other) x >= 0

    What generates: `technologies.GENERATING`. Dual: 1e9 CNY per TWh, present value.
    """
    terms = []
    for technologies, each in ((own, 1.0 - share), (tuple(t for t in GENERATING if t not in own), -share)):
        clean, water = counted.processes(technologies), counted.storages(*technologies)
        terms.append(Term(ACTIVITY, clean, np.full(len(clean), each * TWH)))
        terms.append(Term(DISCHARGE, water, np.full(len(water), each * TWH)))
    return Limit(name, tuple(terms), lower=0.0, period=y)


def intensity(counted: Counted, name: str, y: int, most: float) -> Limit:
    """CO2 of electricity <= most x generation, in Mt: what is left below the limit is not negative.

        sum(i) (most 1e-3 - e[i]) x[i] + sum(j) most 1e-3 d[j] >= 0         e: t CO2/MWh, most: g CO2/kWh = kg/MWh

    Generation is what plants of the plan's regions give (`technologies.GENERATING`), as for the shares: no storage, no
    power from outside, no load that is cut. CO2 is what leaves the stack, below zero where that of plants is captured;
    heat bears its own: not counted are boilers, and of combined heat and power what is burned beyond a plant of
    electricity alone. Written as a lower side, so that a replay that misses it can be tightened: an upper side of 0
    leaves no share of itself to draw in. Dual: 1e9 CNY per Mt, present value.
    """
    plants, water = counted.processes(GENERATING), counted.storages("hydro_reservoir")
    left = np.array([most * 1e-3 - counted.co2_of_electricity(counted.names[i], y) for i in plants])
    terms = (
        Term(ACTIVITY, plants, left * 1e-3),
        Term(DISCHARGE, water, np.full(len(water), most * 1e-6)),
    )
    return Limit(name, terms, lower=0.0, period=y)


def _capacity_limits(
    maker: Maker, case: Case, inputs: Inputs, counted: Counted, y: int, year: int, peaks: Sequence[Peak]
) -> None:
    for kind, table in (("floor", case.capacity_floor), ("ceiling", case.capacity_ceiling)):
        for (technology, when), gw in table.items():
            if when == year:
                stocks, unit = counted.stocks(*stocks_of(technology)), capacity_unit(technology)
                term = Term(CAPACITY, stocks, np.ones(len(stocks)))
                low, high = (gw, np.inf) if kind == "floor" else (-np.inf, gw)
                name = f"{technology} {kind} {year}"
                maker.limits.append(Limit(name, (term,), lower=low, upper=high, period=y, unit=unit))
    add_firm_limits(maker, counted, y, year, peaks)
    if year in case.peak_response:
        terms = tuple(
            Term(CAPACITY, counted.stocks(t), np.ones(len(counted.stocks(t))))
            for t in ("demand_response", "interruptible_load")
        )
        for peak in peaks:
            least, more = peak.needs(case.peak_response[year])
            maker.limits.append(Limit(f"peak_response {year}{peak.name}", (*terms, *more), lower=least, period=y))
    if case.corridor_renewables is not None:
        add_corridor_renewables(maker, inputs, case.corridor_renewables, y, year)


def since(case: Case, year: int) -> float:
    """The period before, or when today's capacities are known for."""
    earlier = [period for period in case.periods if period < year]
    return max(earlier, default=KNOWN)


def years_to_build(case: Case, year: int, technology: str) -> float:
    """Years since the period before in which a technology can be built: not before the year that is `known` of it."""
    known = parameters("known").get(technology, 0.0)
    return max(year, known) - max(since(case, year), known)


def _build_rates(maker: Maker, case: Case, inputs: Inputs, counted: Counted, y: int) -> None:
    """What all regions together may build since the period before.

    A part of the nation alone may build `part_room` times its share by consumption: what the nation builds in a year
    goes to some of its provinces more than to others.
    """
    whole = float(power.consumption(2024).sum())
    part = min(parameter("part_room") * float(inputs.grouping.sums(power.consumption(2024)).sum()) / whole, 1.0)
    lines = {f"line_{kind.lower()}": [c.name for c in inputs.corridors if c.kind == kind] for kind in ("AC", "DC")}
    for technology, rate in parameters("build_rate").items():
        if technology in lines:
            stocks: Places = np.array([maker.number("stock", name) for name in lines[technology]], dtype=np.int64)
        else:
            stocks = counted.stocks("hydro_new" if technology == "hydro_reservoir" else technology)
        if len(stocks):
            factor = case.build_factor.get((technology, inputs.years[y]), 1.0)
            span = years_to_build(case, inputs.years[y], technology)
            most = factor * rate * span * (1.0 if technology in lines else part)
            term = Term(BUILD, stocks, np.ones(len(stocks)))
            maker.limits.append(Limit(f"build_rate {technology} {inputs.years[y]}", (term,), upper=most, period=y))


def _reserves(maker: Maker, inputs: Inputs, counted: Counted) -> None:
    """Operating reserve per grid region, or per region where regions are no provinces."""
    regions = inputs.grouping.regions
    grids = grouping("grids")
    groups: dict[str, list[str]] = {}
    for region, members in zip(regions, inputs.grouping.members, strict=True):
        place = grids.place(members[0])
        key = grids.regions[place] if len(members) == 1 and len(regions) > 1 and place is not None else region
        groups.setdefault(key, []).append(region)
    for name, inside in groups.items():
        own = [i for i, n in enumerate(counted.names) if n.partition(" ")[0] in inside]
        burning = [i for i in own if counted.technology(counted.names[i]).startswith(FLEXIBLE)]
        burning = [i for i in burning if counted.technology(counted.names[i]) in (*THERMAL, *HEAT_AND_POWER)]
        variable = [i for i in own if counted.technology(counted.names[i]) in WIND_AND_SUN]
        storages = [
            j
            for j, n in enumerate(maker.names("storage"))
            if n.partition(" ")[0] in inside and counted.technology(n) in ("hydro_reservoir", "phs", "battery")
        ]
        maker.reserves.append(
            Reserve(
                name=name,
                nodes=np.array([maker.number("node", f"{r} electricity") for r in inside]),
                processes=np.array(burning, dtype=np.int64),
                credit=np.ones(len(burning)),
                storages=np.array(storages, dtype=np.int64),
                variable=np.array(variable, dtype=np.int64),
                variable_share=parameter("reserve_variable"),
                demand_share=parameter("reserve_demand"),
            )
        )
