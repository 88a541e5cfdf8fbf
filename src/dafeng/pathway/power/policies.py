"""The policies of a case as named limits: what is counted, in which unit, against which number.

Letters are those of the engine; of a period y

    X[i], D[j]  GWh a year, activity of a process, discharge of a storage: sum(t in y) weight[t] x[i,t], likewise of d
    K[s], n[s]  GW (of stores of energy GWh) that stand in y, that are built in it
    a[k]        yearly activity
    tce[i]      tce per MWh of activity: size 3.6 / 29.3076 / efficiency; size: 1 but for heat and power (`heat_size`)
    e[i]        t CO2 per MWh of activity that leave the stack: (1 - captured) factor tce; of biomass, whose own CO2
                counts nothing, -captured factor tce with the factor of coal

A limit is one row (`limit_rows`) of one period. Its dual is a present value in 1e9 CNY per unit of the limit; divided
by the years and the discount factor of the period it is the price of a year.
"""

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
from dafeng.pathway.power.operating_reserves import operating_reserves
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.technologies import (
    CLEAN,
    GENERATING,
    HEAT_AND_POWER,
    THERMAL,
    WIND_SOLAR,
    capacity_unit,
    generators_of,
    stocks_of,
)
from dafeng.pathway.power.units import PER_GWH
from dafeng.pathway.system import ACTIVITY, BUILD, CAPACITY, DISCHARGE, Limit, Places, Term

TCE_PER_MWH = 3.6 / power.GJ_PER_TCE
FACTOR_SET = "topdown-netted"
FOSSIL = {"raw_coal": "coal", "oil": "oil", "natural_gas": "gas"}
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
    co2_price(maker, case, counted)
    regions = range(len(inputs.grouping.regions))
    add_stores(maker, inputs.grouping.regions)
    handed = handed_on(maker, inputs) if len(regions) > 1 else []
    for y, year in enumerate(inputs.years):
        whole = [Peak("", float(inputs.load[:, y].sum(axis=0).max()))] if peaks is None else peaks
        maker.limits += [*co2_cap(counted, case, y, year), *coal_cap(counted, case, y, year)]
        maker.limits += [*shares(counted, case, y, year), *co2_intensity(counted, case, y, year)]
        maker.limits += capacity_bounds(counted, case, y, year)
        add_firm_limits(maker, counted, y, year, whole)
        maker.limits += peak_response(counted, case, y, year, whole)
        if case.corridor_renewables is not None:
            add_corridor_renewables(maker, inputs, case.corridor_renewables, y, year)
        if len(regions) > 1:
            own = [[Peak("", float(inputs.load[r, y].max()))] for r in regions]
            add_regional_firm_limits(maker, counted, handed, y, year, own if regional_peaks is None else regional_peaks)
        maker.limits += build_rates(counted, case, y, year)
    if case.reserves:
        maker.reserves += operating_reserves(counted)


def co2_price(maker: Maker, case: Case, counted: Counted) -> None:
    """The price on what leaves the stack and the cost of storing what is captured, put on the cost of each process.

        cost[i,t] += 1e-6 (e[i] price[y] + captured[i] storing)                                     1e9 CNY per GWh

        price    CNY/t, straight between the years of `co2_price`, flat outside         captured  t CO2 per MWh
        storing  CNY/t, parameter `co2_storage`

    No row. Dual: none.
    """
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


def co2_cap(counted: Counted, case: Case, y: int, year: int) -> list[Limit]:
    """CO2 of power plants, and of network heat where it is in the plan, is at most the cap.

        1e-3 sum(i) e[i] X[i] <= co2_cap                                                                Mt a year

    Named `co2_cap YEAR`. Dual: 1e9 CNY per Mt, present value.
    """
    if year not in case.co2_cap:
        return []
    return [Limit(f"co2_cap {year}", (counted.term(counted.co2, y),), upper=case.co2_cap[year], period=y)]


def coal_cap(counted: Counted, case: Case, y: int, year: int) -> list[Limit]:
    """Coal that power plants burn, and boilers of networks where they are in the plan, is at most the cap.

        1e-3 sum(i that burn coal) tce[i] X[i] <= coal_cap                                            Mtce a year

    Named `coal_cap YEAR`. Dual: 1e9 CNY per Mtce, present value.
    """
    if year not in case.coal_cap:
        return []
    return [Limit(f"coal_cap {year}", (counted.term(counted.coal, y),), upper=case.coal_cap[year], period=y)]


def shares(counted: Counted, case: Case, y: int, year: int) -> list[Limit]:
    """Generation of some technologies is at least a share of all generation in the plan's regions, or at most.

        1e-3 ((1 - share) (sum(own i) X[i] + sum(own j) D[j]) - share (sum(other i) X[i] + sum(other j) D[j])) >= 0

    in TWh a year; of a ceiling <= 0. What generates: `technologies.GENERATING`, of the storages reservoirs only.

    Named `non_fossil_share YEAR`, `wind_solar_share YEAR`, and of a technology or group `TECHNOLOGY share_floor YEAR`,
    `TECHNOLOGY share_ceiling YEAR`. Dual: 1e9 CNY per TWh, present value.
    """
    found = [
        _share(counted, f"{name} {year}", y, asked[year], own)
        for name, asked, own in (
            ("non_fossil_share", case.non_fossil_share, CLEAN),
            ("wind_solar_share", case.wind_solar_share, WIND_SOLAR),
        )
        if year in asked
    ]
    for kind, table in (("share_floor", case.share_floor), ("share_ceiling", case.share_ceiling)):
        found += [
            _share(counted, f"{name} {kind} {year}", y, share, generators_of(name), ceiling=kind == "share_ceiling")
            for (name, when), share in table.items()
            if when == year
        ]
    return found


def _share(counted: Counted, name: str, y: int, share: float, own: tuple[str, ...], *, ceiling: bool = False) -> Limit:
    terms = []
    for technologies, each in ((own, 1.0 - share), (tuple(t for t in GENERATING if t not in own), -share)):
        plants, water = counted.processes(technologies), counted.storages(*technologies)
        terms.append(Term(ACTIVITY, plants, np.full(len(plants), each * TWH)))
        terms.append(Term(DISCHARGE, water, np.full(len(water), each * TWH)))
    low, high = (-np.inf, 0.0) if ceiling else (0.0, np.inf)
    return Limit(name, tuple(terms), lower=low, upper=high, period=y)


def co2_intensity(counted: Counted, case: Case, y: int, year: int) -> list[Limit]:
    """CO2 of electricity is at most so much per kWh generated: what is left below the limit is not negative.

        1e-3 (sum(i) (most 1e-3 - e[i] / size[i]) X[i] + sum(j) most 1e-3 D[j]) >= 0                    Mt a year

        most  g CO2/kWh, straight between the years of `co2_intensity`, flat after the last
        size  fuel per fuel of a plant of electricity alone (`Counted.heat_size`)

    Generation is what plants of the plan's regions give (`technologies.GENERATING`), as for the shares: no storage, no
    power from outside, no load that is cut. CO2 is what leaves the stack, below zero where that of plants is captured;
    heat bears its own: not counted are boilers, and of combined heat and power what is burned beyond a plant of
    electricity alone.

    Named `co2_intensity YEAR`. Dual: 1e9 CNY per Mt, present value.
    """
    most = intensity_at(case.co2_intensity, year)
    if most is None:
        return []
    plants, water = counted.processes(GENERATING), counted.storages("hydro_reservoir")
    left = np.array([most * 1e-3 - counted.co2_of_electricity(counted.names[i], y) for i in plants])
    terms = (
        Term(ACTIVITY, plants, left * 1e-3),
        Term(DISCHARGE, water, np.full(len(water), most * 1e-6)),
    )
    return [Limit(f"co2_intensity {year}", terms, lower=0.0, period=y)]


def capacity_bounds(counted: Counted, case: Case, y: int, year: int) -> list[Limit]:
    """Capacity of a technology or group in all regions together is at least the floor, at most the ceiling.

        floor <= sum(s of the technology or group) K[s] <= ceiling                  GW (stores of energy: GWh)

    Named `TECHNOLOGY floor YEAR` and `TECHNOLOGY ceiling YEAR`. Dual: 1e9 CNY per GW (GWh), present value.
    """
    found = []
    for kind, table in (("floor", case.capacity_floor), ("ceiling", case.capacity_ceiling)):
        for (technology, when), gw in table.items():
            if when == year:
                low, high = (gw, np.inf) if kind == "floor" else (-np.inf, gw)
                term, unit = _capacity(counted, *stocks_of(technology)), capacity_unit(technology)
                name = f"{technology} {kind} {year}"
                found.append(Limit(name, (term,), lower=low, upper=high, period=y, unit=unit))
    return found


def _capacity(counted: Counted, *technologies: str) -> Term:
    stocks = counted.stocks(*technologies)
    return Term(CAPACITY, stocks, np.ones(len(stocks)))


def peak_response(counted: Counted, case: Case, y: int, year: int, peaks: Sequence[Peak]) -> list[Limit]:
    """Load that waits and load that is cut can meet at least a share of the peak.

        sum(s of demand_response, interruptible_load) K[s] - share sum(k) load[k] a[k] >= share fixed            GW

        peak = fixed + sum(k) load[k] a[k], GW; in plans of power alone fixed is the highest load and there is no k

    Named `peak_response YEAR`, where there are several peaks `peak_response YEAR at HOUR`. Dual: 1e9 CNY per GW,
    present value.
    """
    if year not in case.peak_response:
        return []
    terms = tuple(_capacity(counted, technology) for technology in ("demand_response", "interruptible_load"))
    found = []
    for peak in peaks:
        least, more = peak.needs(case.peak_response[year])
        found.append(Limit(f"peak_response {year}{peak.name}", (*terms, *more), lower=least, period=y))
    return found


def since(case: Case, year: int) -> float:
    """The period before, or when today's capacities are known for."""
    earlier = [period for period in case.periods if period < year]
    return max(earlier, default=KNOWN)


def years_to_build(case: Case, year: int, technology: str) -> float:
    """Years since the period before in which a technology can be built: not before the year that is `known` of it."""
    known = parameters("known").get(technology, 0.0)
    return max(year, known) - max(since(case, year), known)


def build_rates(counted: Counted, case: Case, y: int, year: int) -> list[Limit]:
    """What all regions together build since the period before is at most what can be built in these years.

        sum(s of the technology) n[s] <= factor rate span part                                                 GW

        rate  GW/a, parameter `build_rate`      span  years since the period before (`years_to_build`)
        factor  of `build_factor`, else 1       part  min(1, `part_room` x share of the nation's consumption)

    A part of the nation alone may build more than its share: what the nation builds in a year goes to some of its
    provinces more than to others. Corridors of a kind are one technology, and `part` is 1 for them.

    Named `build_rate TECHNOLOGY YEAR`. Dual: 1e9 CNY per GW, present value.
    """
    inputs, maker = counted.inputs, counted.maker
    whole = float(power.consumption(2024).sum())
    part = min(parameter("part_room") * float(inputs.grouping.sums(power.consumption(2024)).sum()) / whole, 1.0)
    lines = {f"line_{kind.lower()}": [c.name for c in inputs.corridors if c.kind == kind] for kind in ("AC", "DC")}
    found = []
    for technology, rate in parameters("build_rate").items():
        if technology in lines:
            stocks: Places = np.array([maker.number("stock", name) for name in lines[technology]], dtype=np.int64)
        else:
            stocks = counted.stocks("hydro_new" if technology == "hydro_reservoir" else technology)
        if len(stocks):
            factor = case.build_factor.get((technology, year), 1.0)
            most = factor * rate * years_to_build(case, year, technology) * (1.0 if technology in lines else part)
            term = Term(BUILD, stocks, np.ones(len(stocks)))
            found.append(Limit(f"build_rate {technology} {year}", (term,), upper=most, period=y))
    return found
