"""All sectors as one system: services of a year beside the hourly power system that feeds them.

Units: power GW, energy TWh (electricity), PJ (heat, hydrogen), Mtce (fuels), Mt; money 1e9 CNY. A service is counted in
the unit of the catalogue (Mt, Gpkm, PJ ...), an option's inputs per that unit follow from the catalogue's small units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.catalog import economy, power, sectors
from dafeng.pathway.days import Days, matched
from dafeng.pathway.power.build import PowerBuilder
from dafeng.pathway.power.inputs import HOURS, Inputs
from dafeng.pathway.power.parameters import parameter
from dafeng.pathway.power.policies import emission_factor, price_at
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.base_year import BASE_YEAR, BaseYear
from dafeng.pathway.sectors.counting import Counting
from dafeng.pathway.system import YEARLY, Array, Limit, Term

PER_UNIT = 1e-3
"""1e9 CNY per unit of a service (1e6 small units) of 1 CNY per small unit."""
PJ_PER_TWH = 3.6
TWH_PER_GW = HOURS / 1e3
GJ_PER_TCE = power.GJ_PER_TCE
#: fuel -> carrier of the national totals, of those that are fossil
CARRIER = {name: fuel.carrier for name, fuel in economy.fuels().items() if fuel.carrier in ("coal", "oil", "gas")}
FOSSIL = {"coal": "raw_coal", "oil": "oil", "gas": "natural_gas"}
TODAY, FLAT, LOAD, HEATING, CHARGING = "as_today", "flat", "load", "heating", "charging"
NETWORKS = ("electricity", "heat", "hydrogen")
LEDGER = ("electricity", "heat")
"""Of them, what has lines in the ledger."""


@dataclass(frozen=True)
class Economy:
    """What all sectors want and may use.

    Attributes:
        scenario: drivers, levers, prices. base: of the same regions as the plan.
        earlier: (flow, carrier), or (service, option) -> year -> (R,) what earlier periods counted, 1e6 canonical
            units or units of the service.
    """

    scenario: Scenario
    base: BaseYear
    earlier: Mapping[tuple[str, str], Mapping[int, Array]] = field(default_factory=dict)

    def growth(self, driver: str, year: int) -> float:
        """A driver in a year over its value in the base year."""
        return self.scenario.driver(driver, year) / self.scenario.driver(driver, BASE_YEAR)

    def demand(self, service: str, year: int) -> Array:
        """(R,) units of a service wanted in a year; provinces keep their shares of the base year, where the scenario
        gives them no course of their own.
        """
        of = sectors.services()[service]
        own = self.base.services[:, self.base.service_names.index(service)]
        nation = self.growth(of.driver, year) * self.scenario.demand_factor(service, year)
        return np.asarray(own * nation * self.local(of.driver, service, year))

    def local(self, driver: str, service: str, year: int) -> Array:
        """(R,) factor on the nation's course of a driver and on what is demanded of a service, of regions that are a
        province.
        """
        found = np.ones(len(self.base.regions))
        for place, region in enumerate(self.base.regions):
            own = self.scenario.provinces.get(region)
            if own is not None:
                found[place] = own.driver_factor(driver, year) * own.demand_factor(service, year)
        return found


class SectorBuilder:
    """Adds services and options of all regions to the maker of a power system.

    Attributes:
        counting: what everything counts for in the ledger. uses: (sector, fuel). output: (service, option).
    """

    def __init__(self, plants: PowerBuilder, wanted: Economy, inputs: Inputs, days: Days) -> None:
        self.plants, self.maker, self.wanted, self.inputs, self.days = plants, plants.maker, wanted, inputs, days
        self.years, self.worth = inputs.years, plants.horizon.worth
        regions = inputs.grouping.regions
        self.counting, self.uses, self.output = (Counting(regions, inputs.years) for _ in range(3))
        self._supplies: dict[tuple[int, str, str], int] = {}
        self._profiles: dict[tuple[int, str], Array] = {}
        self._biomass: list[list[tuple[int, Array]]] = [[] for _ in regions]
        self._nodes: set[str] = set()

    def add(self) -> None:
        """Every region's networks, services and what statistics show beyond them."""
        for region in self.inputs.grouping.regions:
            self._hydrogen(region)
        self._nodes = set(self.maker.names("node"))
        for place, region in enumerate(self.inputs.grouping.regions):
            for service in sectors.services():
                self._service(place, region, service)
            for sector in economy.sectors().values():
                self._rest(place, region, sector)
            self._burn_biomass(place, region)

    # --- networks ----------------------------------------------------------------------------------------------------

    def _hydrogen(self, region: str) -> None:
        """Electrolysis that follows the sun and the wind within a day, and a tank that an hour can fill or empty."""
        node = self.maker.node(f"{region} hydrogen")
        electricity = self.maker.number("node", f"{region} electricity")
        stock = self.plants.stock(region, "electrolysis")
        share = self.plants.hourly(self.plants.cost("electrolyser", "efficiency"))
        self.maker.process(f"{region} electrolysis", [(node, share)], source=electricity, stock=stock)
        tank = self.plants.stock(region, "hydrogen_store")
        self.maker.storage(f"{region} hydrogen_store", node, tank, tank, tank)
        cost = parameter("unserved_cost") * 1e-6
        self.maker.process(f"{region} hydrogen unserved", [(node, 1.0)], cost=cost)

    def profile(self, place: int, kind: str) -> Array:
        """(8760,) power over the year, mean 1."""
        if (place, kind) not in self._profiles:
            self._profiles[place, kind] = self._profile(place, kind)
        return self._profiles[place, kind]

    def _profile(self, place: int, kind: str) -> Array:
        if kind in (LOAD, "cooling"):
            whole = self.inputs.load[place].mean(axis=0)
        elif kind == HEATING:
            heat = self.inputs.heat[place]
            whole = heat if heat.max() > 0 else self.inputs.heat.sum(axis=0)
        elif kind == CHARGING:
            whole = self.inputs.charging
        else:
            whole = np.ones(HOURS)
        return np.asarray(whole / whole.mean()) if whole.any() else np.ones(HOURS)

    def supply(self, place: int, region: str, network: str, kind: str) -> int:
        """The service that gives a network's energy along a profile (TWh or PJ a year)."""
        key = (place, network, kind)
        if key not in self._supplies:
            name = f"{region} {network} {kind}"
            service = self.maker.service(name)
            node = self.maker.number("node", f"{region} {network}")
            shape = self.maker.shape(name, self.plants.per_year(matched(self.profile(place, kind)[None], self.days)[0]))
            self._supplies[key] = service
            draws = [(node, shape, self.drawn(place, network))]
            number = self.maker.yearly(f"{name} supply", [(service, 1.0)], draws)
            if network == "electricity":
                loss = 1 + float(self.wanted.base.grid_loss[place])
                self.counting.add(place, "power_consumption", "electricity", YEARLY, number, loss)
        return self._supplies[key]

    def drawn(self, place: int, network: str) -> float:
        """GW that a node gives on average per TWh (of electricity, losses included) or PJ a year."""
        if network == "electricity":
            return (1 + float(self.wanted.base.grid_loss[place])) / TWH_PER_GW
        return 1 / PJ_PER_TWH / TWH_PER_GW

    # --- services ----------------------------------------------------------------------------------------------------

    def _service(self, place: int, region: str, service: str) -> None:
        wanted = np.array([self.wanted.demand(service, year)[place] for year in self.years])
        if not wanted.any():
            return
        number = self.maker.service(f"{region} {service}", wanted)
        options = sectors.options(service).values()
        fed = [option for option in options if self._fed(place, region, option)]
        for option in fed:
            self._option(place, region, option, number, wanted, len(fed) == len(options))

    def _option(
        self, place: int, region: str, option: sectors.Option, service: int, wanted: Array, choice: bool
    ) -> None:
        """An option of a service; without the whole choice of options it may have the share that it had."""
        scenario, years = self.wanted.scenario, self.years
        base = self.wanted.base
        of_today = base.option_output(option.id)[place]
        whole = base.services[place, base.service_names.index(option.service)]
        own = float(of_today / whole) if whole > 0 else None
        least, most = np.array([scenario.share_bounds(option.id, year, own) for year in years]).T
        if not choice:
            most = np.maximum(most, own or 0.0)
        stands = of_today * np.clip(1.0 - (np.array(years) - BASE_YEAR) / option.life, 0.0, 1.0)
        name = f"{region} {option.id}"
        stands = stands + self.plants.inherited.stands(name, years)
        started = np.array([year >= scenario.first_year(option.id) for year in years])
        upper = np.where(started | (stands > 0), most * wanted, 0.0)
        if not upper.any():
            return
        costs = [sectors.cost(option.id, year) for year in years]
        factor = np.array([scenario.cost_factor(option.id, year) for year in years])
        built = np.array([scenario.build_factor(option.id, year) for year in years])
        investment = np.array([cost.investment for cost in costs]) * factor * PER_UNIT
        keep = np.array([cost.fixed_om for cost in costs]) * investment * self.worth
        horizon, rate = self.plants.horizon, self.plants.case.interest_rate
        stock = self.maker.stock(
            name,
            existing=stands,
            build_cost=horizon.build_cost(investment[None, :], [option.life], rate)[0],
            keep_cost=keep,
            alive=horizon.alive([option.life])[0],
            build_upper=np.where(started, wanted, 0.0) * built,
        )
        inputs = self._inputs(place, option)
        variable = np.array([cost.variable for cost in costs]) * PER_UNIT + self._fuel_cost(place, inputs)
        carbon = self._co2(option, inputs)
        variable = variable + carbon * self._price() + self._captured(option, inputs) * self._storing()
        kind = LOAD if option.kind == TODAY else sectors.services()[option.service].profile
        number = self.maker.yearly(
            name,
            [(service, 1.0), *self._drawn(place, region, inputs, kind)],
            stock=stock,
            lower=np.minimum(least * wanted, upper),
            upper=upper,
            cost=variable * self.worth,
        )
        self._count(place, number, option, inputs)

    def _fed(self, place: int, region: str, option: sectors.Option) -> bool:
        """Are there the networks that an option draws from: heat has none where nobody drew any in the base year."""
        drawn = self._inputs(place, option)
        return all(f"{region} {network}" in self._nodes for network in NETWORKS if network in drawn)

    def _inputs(self, place: int, option: sectors.Option) -> dict[str, Array]:
        """fuel -> (Y,) Mtce, TWh or PJ per unit of the option; what runs today as the statistics have it."""
        tables = [sectors.inputs(option.id, year) for year in self.years]
        sector = sectors.services()[option.service].sector
        found = {}
        for fuel in dict.fromkeys(fuel for table in tables for fuel in table):
            each = np.array([table.get(fuel, 0.0) for table in tables])
            if option.kind == TODAY:
                each = each * self.wanted.base.multiplier_of(place, sector, fuel)
            if each.any():
                found[fuel] = each
        return found

    def _drawn(self, place: int, region: str, inputs: Mapping[str, Array], kind: str) -> list[tuple[int, Array]]:
        """What an activity takes from the networks, as (service, units per unit)."""
        found = []
        for network in NETWORKS:
            if network in inputs:
                own = {"electricity": kind, "heat": HEATING if kind == HEATING else FLAT, "hydrogen": FLAT}[network]
                found.append((self.supply(place, region, network, own), -inputs[network]))
        return found

    # --- money -------------------------------------------------------------------------------------------------------

    def _fuel_cost(self, place: int, inputs: Mapping[str, Array]) -> Array:
        """(Y,) 1e9 CNY a unit for what is bought; electricity, heat and hydrogen cost what making them costs."""
        total = np.zeros(len(self.years))
        for fuel, amount in inputs.items():
            if fuel not in NETWORKS:
                total = total + amount * np.array([self._fuel_price(place, fuel, y) for y in range(len(self.years))])
        return total * PER_UNIT

    def _fuel_price(self, place: int, fuel: str, y: int) -> float:
        """CNY/tce; coal, gas and biomass as the power plants of the region pay."""
        factor = self.wanted.scenario.fuel_price_factor(fuel, self.years[y])
        of_plants = {"coal": "raw_coal", "gas": "natural_gas", "biomass": "biomass"}.get(fuel, "")
        if of_plants in self.inputs.fuel_price:
            return float(self.inputs.fuel_price[of_plants][place, y]) * GJ_PER_TCE * factor
        return economy.fuel_price(fuel, self.years[y]) * factor

    def _price(self) -> Array:
        """(Y,) 1e9 CNY per Mt CO2."""
        return np.array([price_at(self.plants.case.co2_price, year) for year in self.years]) * 1e-3

    @staticmethod
    def _storing() -> float:
        return parameter("co2_storage") * 1e-3

    # --- CO2 ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def _burned(inputs: Mapping[str, Array]) -> Array:
        """(Y,) Mt CO2 per unit, of fossil fuels, by the factors of the top-down account (netted for feedstock)."""
        total = sum(
            (amount * emission_factor(FOSSIL[CARRIER[fuel]]) for fuel, amount in inputs.items() if fuel in CARRIER)
        )
        return np.asarray(total, dtype=np.float64)

    def _captured(self, option: sectors.Option, inputs: Mapping[str, Array]) -> Array:
        return np.asarray(option.captured * (self._burned(inputs) + option.process_co2)) * np.ones(len(self.years))

    def _co2(self, option: sectors.Option, inputs: Mapping[str, Array]) -> Array:
        """(Y,) Mt CO2 per unit that reach the air, of fuels and of the process."""
        return np.asarray((1.0 - option.captured) * (self._burned(inputs) + option.process_co2)) * np.ones(
            len(self.years)
        )

    # --- what statistics show beyond the services --------------------------------------------------------------------

    def _rest(self, place: int, region: str, sector: economy.Sector) -> None:
        """Use of fuels that no modelled service explains: it grows with the sector, saves, and turns to electricity.

        A unit is the whole of the base year. Electrified, heat that fuels gave needs `electric_ratio` of their energy.
        """
        base = self.wanted.base
        inputs = base.rest_of(place, sector.id)
        if not any(inputs.values()):
            return
        years = np.array(self.years)
        rest = economy.rest(sector.id)
        wanted = np.array([self._wanted_rest(place, sector, int(year)) for year in years])
        service = self.maker.service(f"{region} rest_{sector.id}", wanted)
        flat = {
            fuel: amount * np.array([rest.trend(fuel, int(year)) for year in years])
            for fuel, amount in inputs.items()
            if amount
        }
        turned = dict(flat)
        heat = sum((turned.pop(fuel) for fuel in rest.turned if fuel in turned), np.zeros(len(years)))
        turned["electricity"] = turned.get("electricity", 0.0) + heat * rest.electric_ratio * GJ_PER_TCE / PJ_PER_TWH
        bounds = [self.wanted.scenario.share_bounds(f"rest_{sector.id}_electric", int(year)) for year in years]
        least, high = np.array(bounds).T
        most = np.maximum(np.minimum([rest.most(int(year)) for year in years], high), least)
        none = np.zeros(len(years))
        for name, used, lower, upper in (
            ("as_today", flat, none, np.inf),
            ("electric", turned, least * wanted, most * wanted),
        ):
            number = self.maker.yearly(
                f"{region} rest_{sector.id}_{name}",
                [(service, 1.0), *self._drawn(place, region, used, LOAD)],
                lower=lower,
                upper=upper,
                cost=(self._fuel_cost(place, used) + self._burned(used) * self._price()) * self.worth,
            )
            self._count_fuels(place, number, sector.id, used)
            self.output.add(place, f"rest_{sector.id}", f"rest_{sector.id}_{name}", YEARLY, number, 1.0)

    def _wanted_rest(self, place: int, sector: economy.Sector, year: int) -> float:
        """Multiples of the use of the base year that no service explains."""
        service = f"rest_{sector.id}"
        nation = self.wanted.growth(sector.driver, year) * self.wanted.scenario.demand_factor(service, year)
        return nation * float(self.wanted.local(sector.driver, service, year)[place])

    # --- counting ----------------------------------------------------------------------------------------------------

    def _count(self, place: int, number: int, option: sectors.Option, inputs: Mapping[str, Array]) -> None:
        of = sectors.services()[option.service]
        for fuel, amount in inputs.items():
            for owner, share in self.wanted.base.booked(place, of.sector, fuel).items():
                self._count_fuels(place, number, owner, {fuel: share * amount})
        self.output.add(place, option.service, option.id, YEARLY, number, 1.0)
        self.counting.add(place, "process_co2", "all", YEARLY, number, option.process_co2)
        self.counting.add(place, "captured_co2", "all", YEARLY, number, self._captured(option, inputs))
        if of.product:
            self.counting.add(place, "output", of.product, YEARLY, number, 1.0)

    def _count_fuels(self, place: int, number: int, sector: str, inputs: Mapping[str, Array]) -> None:
        """Fuels as final consumption of the sector that books them and, grossed up, as consumption of all."""
        for fuel, amount in inputs.items():
            if fuel in CARRIER:
                self.consume(place, CARRIER[fuel], YEARLY, number, amount)
            elif fuel == "biomass":
                self._biomass[place].append((number, amount))
            self.uses.add(place, sector, fuel, YEARLY, number, amount)
            if fuel in CARRIER or fuel in LEDGER:
                flow = economy.sectors()[sector].flow
                self.counting.add(place, flow, CARRIER.get(fuel, fuel), YEARLY, number, amount)

    def consume(self, place: int, carrier: str, quantity: str, number: int, amount: Array | float) -> None:
        """A use of a fossil fuel in the primary consumption, Mtce per unit."""
        whole = np.asarray(amount) * self.wanted.base.closing[carrier]
        self.counting.add(place, "primary_consumption", carrier, quantity, number, whole)
        self.counting.add(place, "primary_consumption", "energy", quantity, number, whole)

    def _burn_biomass(self, place: int, region: str) -> None:
        """Sectors burn at most what they do today and the half of a region's residues that plants leave, Mtce."""
        residues = float(self.inputs.biomass[place]) * 1e-3 * PJ_PER_TWH / GJ_PER_TCE / 2
        base = self.wanted.base
        today = sum(base.of(place, sector, "biomass") for sector in economy.sectors())
        most = residues + today + float(base.beyond[place].sum())
        for y, year in enumerate(self.years):
            pairs = [(number, float(amount[y])) for number, amount in self._biomass[place] if amount[y]]
            if pairs:
                index, each = (np.array(column) for column in zip(*pairs, strict=True))
                self.maker.limits.append(
                    Limit(
                        f"biomass {region} {year}", (Term(YEARLY, index.astype(np.int64), each),), upper=most, period=y
                    )
                )
