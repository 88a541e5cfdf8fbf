"""A plan of all sectors counted out: energy, CO2, services, power, money and prices by region, item and period.

Energies of power are those of the replay. CO2 of a sector is what it burns itself and what its processes give off, less
what it captures; CO2 of electricity and of network heat stands with the plants. What closes the energy balance of the
base year is spread over the users of a fuel, so the sectors add up to the account of the nation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dafeng.accounts.simple import top_down
from dafeng.catalog import economy, sectors
from dafeng.pathway.power.policies import FACTOR_SET, TCE_PER_MWH, emission_factor
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.base_year import BASE_YEAR
from dafeng.pathway.sectors.build import CARRIER, FOSSIL, GJ_PER_TCE, TODAY
from dafeng.pathway.sectors.planning import EconomyPlan, Period
from dafeng.pathway.system import Array
from dafeng.reports.plan import UNITS as POWER_UNITS
from dafeng.reports.plan import Outcome, outcome

POWER, HEAT = "power", "heat"
PLANTS = {POWER: "transformation.thermal_power", HEAT: "transformation.heating"}
#: tce of calorific value per unit of what a sector draws: fuels Mtce, electricity TWh, heat and hydrogen PJ
CALORIFIC = {"electricity": TCE_PER_MWH, "heat": 1 / GJ_PER_TCE, "hydrogen": 1 / GJ_PER_TCE}
#: table of the power plan -> its name here, where that means something else
RENAMED = {"co2": "power_co2", "captured": "power_captured"}
#: table -> unit; items of `final` and `service` are two names joined by `|`
UNITS = {
    "co2": "Mt_CO2",
    "co2_energy": "Mt_CO2",
    "co2_process": "Mt_CO2",
    "co2_captured": "Mt_CO2",
    "primary": "Mtce",
    "final": "Mtce",
    "service": "",
    "investment": "1e9CNY",
    "cost": "1e9CNY",
    **{RENAMED.get(name, name): unit for name, unit in POWER_UNITS.items()},
}
DUST = 1e-9
Tables = Mapping[str, Mapping[str, Mapping[str, list[float]]]]


@dataclass
class Book:
    """Tables that are being written: table -> region -> item -> value in each period.

    Attributes:
        regions: ids. count: of periods.
    """

    regions: tuple[str, ...]
    count: int
    tables: dict[str, dict[str, dict[str, list[float]]]] = field(default_factory=dict)

    def add(self, table: str, item: str, y: int, values: Array) -> None:
        """Add the values of all regions (R,) in a period."""
        for region, value in zip(self.regions, values, strict=True):
            self.put(table, region, item, y, float(value))

    def put(self, table: str, region: str, item: str, y: int, value: float) -> None:
        """Add one value."""
        rows = self.tables.setdefault(table, {}).setdefault(region, {})
        rows.setdefault(item, [0.0] * self.count)[y] += value

    def finished(self, names: Iterable[str]) -> dict[str, dict[str, dict[str, list[float]]]]:
        """All tables; nothing stands where a value is 0 in every period."""
        return {
            name: {
                region: {
                    item: [value if abs(value) > DUST else 0.0 for value in values]
                    for item, values in self.tables.get(name, {}).get(region, {}).items()
                    if any(abs(value) > DUST for value in values)
                }
                for region in self.regions
            }
            for name in names
        }


@dataclass(frozen=True)
class Counted:
    """A plan counted out.

    Attributes:
        plan: what was counted. power: its power system, counted out.
        tables: of the periods. base: of the base year, one value each; the tables that statistics give.
    """

    plan: EconomyPlan
    power: Outcome
    tables: Tables
    base: Tables

    def total(self, table: str, items: Iterable[str] | None = None, region: str | None = None) -> list[float]:
        """(Y,) sum of a table over regions and items."""
        return _total(self.tables, table, items, region, len(self.plan.years))

    def in_base(self, table: str, items: Iterable[str] | None = None, region: str | None = None) -> float:
        """The same of the base year."""
        return _total(self.base, table, items, region, 1)[0]

    def items(self, table: str) -> list[str]:
        """The items of a table, of all regions."""
        return list(dict.fromkeys(item for rows in self.tables[table].values() for item in rows))


def _total(tables: Tables, table: str, items: Iterable[str] | None, region: str | None, count: int) -> list[float]:
    wanted = None if items is None else set(items)
    found = [0.0] * count
    for owner, rows in tables.get(table, {}).items():
        if region in (None, owner):
            for item, values in rows.items():
                if wanted is None or item in wanted:
                    found = [a + b for a, b in zip(found, values, strict=True)]
    return found


@cache
def factors() -> Mapping[str, float]:
    """Carrier -> t CO2 per tce, by the factors of the top-down account."""
    return {c.carrier: float(c.value) for c in top_down(FACTOR_SET).coefficients}


def per_unit(plan: EconomyPlan, option: sectors.Option, place: int, year: int) -> float:
    """Mt CO2 that burning fuels gives off per unit of an option, before capture; as statistics have it."""
    sector = sectors.services()[option.service].sector
    total = 0.0
    for fuel, amount in sectors.inputs(option.id, year).items():
        if fuel in CARRIER:
            each = plan.base.multiplier_of(place, sector, fuel) if option.kind == TODAY else 1.0
            total += amount * each * emission_factor(FOSSIL[CARRIER[fuel]])
    return total


def given_off(plan: EconomyPlan, option: sectors.Option, place: int, year: int) -> float:
    """Mt CO2 per unit of an option that reach the air, of fuels and of its process."""
    return (1.0 - option.captured) * (per_unit(plan, option, place, year) + option.process_co2)


def counted(plan: EconomyPlan) -> Counted:
    """Count a plan out; money stands in `money.add_money`."""
    from dafeng.reports.economy.money import add_money

    power = outcome(plan.power)
    book, base = Book(plan.regions, len(plan.years)), Book(plan.regions, 1)
    for y, period in enumerate(plan.periods):
        _energy(period, book, y)
        _co2(plan, period, book, y)
        for (service, option), made in period.output.items():
            book.add("service", f"{service}|{option}", y, made)
    add_money(plan, book)
    _base_year(plan, base)
    for name, table in power.tables.items():
        book.tables[RENAMED.get(name, name)] = {region: dict(items) for region, items in table.items()}
    return Counted(plan, power, book.finished(UNITS), base.finished(base.tables))


def _energy(period: Period, book: Book, y: int) -> None:
    for carrier in ("coal", "oil", "gas", "primary_electricity"):
        amount = period.amounts.get(("primary_consumption", carrier))
        if amount is not None:
            book.add("primary", carrier, y, amount)
    for (sector, fuel), amount in period.uses.items():
        book.add("final", f"{sector}|{fuel}", y, amount * CALORIFIC.get(fuel, 1.0))


def _co2(plan: EconomyPlan, period: Period, book: Book, y: int) -> None:
    """By sector and plant, less what is captured: of fuels (with what closes the balance), and of processes."""
    nothing = np.zeros(len(plan.regions))
    captured = nothing.copy()

    def enter(table: str, sector: str, amount: Array) -> None:
        book.add(table, sector, y, amount)
        book.add("co2", sector, y, amount)

    for (sector, fuel), amount in period.uses.items():
        if fuel in CARRIER:
            carrier = CARRIER[fuel]
            enter("co2_energy", sector, amount * plan.base.closing[carrier] * factors()[carrier])
    for (service, name), made in period.output.items():
        option = options().get(name)
        if option is None:
            continue
        sector = sectors.services()[service].sector
        enter("co2_process", sector, made * option.process_co2 * (1.0 - option.captured))
        if option.captured:
            each = [per_unit(plan, option, place, plan.years[y]) for place in range(len(plan.regions))]
            burned, whole = made * np.array(each), made * (np.array(each) + option.process_co2)
            enter("co2_energy", sector, -option.captured * burned)
            book.add("co2_captured", sector, y, option.captured * whole)
            captured = captured + option.captured * whole
    for plants, flow in PLANTS.items():
        for carrier, factor in factors().items():
            burned = period.amounts.get((flow, carrier), nothing)
            enter("co2_energy", plants, burned * plan.base.closing[carrier] * factor)
    taken = period.amounts.get(("captured_co2", "all"), nothing) - captured
    enter("co2_energy", POWER, -taken)
    book.add("co2_captured", POWER, y, taken)


def _base_year(plan: EconomyPlan, base: Book) -> None:
    """The base year by the statistics: final energy, CO2 of what sectors burn, services."""
    for place, region in enumerate(plan.regions):
        for sector in economy.sectors():
            for fuel in economy.fuels():
                tce = plan.base.of(place, sector, fuel)
                if not tce:
                    continue
                calorific = TCE_PER_MWH if fuel == "electricity" else 1.0
                base.put("final", region, f"{sector}|{fuel}", 0, tce * calorific)
                if fuel in CARRIER:
                    burned = tce * plan.base.closing[CARRIER[fuel]] * factors()[CARRIER[fuel]]
                    for table in ("co2_energy", "co2"):
                        base.put(table, region, sector, 0, burned)
        for name, option in options().items():
            made = float(plan.base.option_output(name)[place])
            if made:
                base.put("service", region, f"{option.service}|{name}", 0, made)
                sector = sectors.services()[option.service].sector
                for table in ("co2_process", "co2"):
                    base.put(table, region, sector, 0, made * option.process_co2)


__all__ = ["BASE_YEAR", "UNITS", "Book", "Counted", "counted", "factors", "given_off", "per_unit"]
