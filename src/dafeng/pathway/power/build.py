"""A power plan as a system of the engine: GW, GWh, 1e9 CNY, Mt CO2.

Every region has a node of electricity and, in the north, one of heat in networks. What the engine cannot know stands
here once: which technology burns, stores, shifts or carries, and in which units.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.days import DAY, Days, matched, steps_of
from dafeng.pathway.making import Maker
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.exchange import INTO, OUT, TWH_PER_GW, net_exports, shape
from dafeng.pathway.power.inherited import LIKE, Inherited, horizon, life_of
from dafeng.pathway.power.inputs import Corridor, Inputs
from dafeng.pathway.power.parameters import by_year, parameter, parameters
from dafeng.pathway.power.policies import PER_GWH, add_policies, since
from dafeng.pathway.power.technologies import THERMAL, WIND_AND_SUN
from dafeng.pathway.system import BUDGET, CARRY, NONE, Array, System

PER_GW = 1e-3
"""1e9 CNY per GW of 1 CNY/kW (per GWh of 1 CNY/kWh)."""
GJ_PER_MWH = 3.6
TCE_PER_GJ = 1 / power.GJ_PER_TCE
CSP_HOURS = slice(10, 24)
BORDER_ROOM = 4.0
"""Capacity at the border over the mean of what crosses it; no load and no river is as far above its mean."""


def power_system(
    case: Case,
    inputs: Inputs,
    days: Days,
    inherited: Inherited | None = None,
    running: Mapping[str, float] | None = None,
) -> System:
    """The system of a case.

    Args:
        inputs: of the periods that are planned together (`inputs.years`).
        days: that are modelled, the same in every period.
        inherited: from earlier periods; None: the first.
        running: technology -> share of capacity at which it runs all the time; given for past years, where policies are
            left out too.
    """
    builder = PowerBuilder(case, inputs, days, inherited or Inherited(), running)
    builder.add()
    if running is None:
        add_policies(builder.maker, case, inputs)
    return builder.maker.system()


class PowerBuilder:
    """Adds the parts of all regions to a maker.

    Args:
        loaded: do the inputs' electricity and heat loads stand as demand; False where other sectors draw them.
    """

    def __init__(
        self,
        case: Case,
        inputs: Inputs,
        days: Days,
        inherited: Inherited,
        running: Mapping[str, float] | None = None,
        loaded: bool = True,
    ) -> None:
        self.running, self.loaded = running or {}, loaded
        self.case, self.inputs, self.days, self.inherited = case, inputs, days, inherited
        self.years = inputs.years
        self.horizon = horizon(case, inputs.years)
        steps = steps_of(
            days, [str(y) for y in inputs.years], self.horizon.years, self.horizon.worth, carrying=case.hydrogen
        )
        self.maker = Maker(steps)
        self.stands: dict[int, Array] = {}
        self.costs = [power.technology_costs(max(year, 2020)) for year in inputs.years]
        self.profiles = {name: matched(values, days, 1.0) for name, values in inputs.profiles.items()}
        self.water = matched(inputs.hydro, days)
        self.load = np.stack([matched(inputs.load[:, y], days) for y in range(len(inputs.years))], axis=1)
        self.peak = inputs.load.max(axis=2)

    # --- helpers -----------------------------------------------------------------------------------------------------

    def per_year(self, profile: Array) -> Array:
        """A profile of the modelled hours, the same in every period."""
        return np.tile(profile, len(self.years))

    def hourly(self, per_period: Array) -> Array:
        """A number for each period as a profile."""
        return np.repeat(per_period, len(self.days.chosen) * DAY)

    def cost(self, technology: str, what: str) -> Array:
        """(Y,) a number of the cost table by period."""
        return np.array([float(getattr(costs[technology], what)) for costs in self.costs])

    def factor(self, table: Mapping[tuple[str, int], float], technology: str) -> Array:
        """(Y,) a factor of the case on a technology by period; 1 where none is named."""
        return np.array([table.get((technology, year), 1.0) for year in self.years])

    def stock(
        self,
        region: str,
        technology: str,
        existing: Array | float = 0.0,
        potential: float = np.inf,
        buildable: bool = True,
        least_load: float = 0.0,
    ) -> int:
        """A stock of a technology in a region with its costs; capacity up to `potential` GW."""
        of = LIKE.get(technology, technology)
        name = f"{region} {technology}"
        life = life_of(name, max(self.years[0], 2020))
        today = np.broadcast_to(np.asarray(existing, dtype=np.float64), (len(self.years),))
        stands = today * (1.0 - self.inherited.gone.get(name, 0.0)) + self.inherited.stands(name, self.years)
        for source, share, ratio in self.inherited.joined.get(name, ()):
            stands = stands + share * ratio * self._today(source)
        most = max(min(potential, self._ceiling(region, technology)), float(stands.max()))
        investment = self.cost(of, "investment") * self.factor(self.case.cost_factor, of)
        room = np.maximum(most - stands, 0.0) if buildable else np.zeros_like(stands)
        number = self.maker.stock(
            name,
            existing=stands,
            build_cost=self.horizon.build_cost(investment[None, :] * PER_GW, [life], self.case.interest_rate)[0],
            keep_cost=self.cost(of, "fixed_om") * PER_GW * self.horizon.worth,
            alive=self.horizon.alive([life])[0],
            build_upper=np.where(self.factor(self.case.build_factor, of) > 0, room, 0.0),
            upper=most if buildable and np.isfinite(most) else np.inf,
            least_load=least_load if self.case.commitment else 0.0,
            team=f"{region} least load {least_load:g}" if least_load else None,
        )
        self.stands[number] = stands
        return number

    def _ceiling(self, region: str, technology: str) -> float:
        """GW or GWh that no plan comes near: finite bounds make the proof of a plan's worth sharp."""
        times = parameters("ceiling").get(technology)
        if times is None:
            return np.inf
        place = self.inputs.grouping.regions.index(region)
        heats = technology in ("gas_boiler", "electric_boiler", "heat_pump", "coal_boiler")
        return times * float(self.inputs.heat[place].max() if heats else self.peak[place].max())

    def _today(self, stock: str) -> Array:
        """(Y,) GW of today's capacity of a stock, as it ages."""
        region, _, technology = stock.partition(" ")
        return np.asarray(self.inputs.existing[technology][self.inputs.grouping.regions.index(region)])

    def fuel_cost(self, place: int, fuel: str | None, efficiency: Array) -> Array:
        """(Y,) CNY per MWh given."""
        if fuel is None:
            return np.zeros(len(self.years))
        return np.asarray(self.inputs.fuel_price[fuel][place] * GJ_PER_MWH / efficiency)

    # --- parts -------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Electricity, heat and corridors of all regions."""
        self.electricity()
        self.heat()
        self.corridors()

    def electricity(self) -> None:
        """Every region's electricity: load, plants, storage, load that can move."""
        for place, region in enumerate(self.inputs.grouping.regions):
            share = np.array([by_year("charging_share", year) for year in self.years])
            moving = share * parameter("charging_shift")
            charging = self.inputs.charging[self.days.hours]
            charging = charging / np.average(charging, weights=np.repeat(self.days.weight, DAY))
            mean = self.inputs.load[place].mean(axis=1)
            fixed = self.load[place].ravel() - self.hourly(moving * mean) * self.per_year(charging)
            node = self.maker.node(f"{region} electricity", np.maximum(fixed, 0.0) if self.loaded else 0.0)
            self._thermal(place, region, node)
            self._wind_and_sun(place, region, node)
            self._water(place, region, node)
            self._storage(place, region, node)
            self._moving_load(place, region, node, moving * mean if self.loaded else np.zeros_like(mean))
            self._border(place, region, node)
            cost = parameter("unserved_cost") * PER_GWH
            self.maker.process(f"{region} unserved", [(node, 1.0)], cost=cost)

    def _border(self, place: int, region: str, node: int) -> None:
        """What comes from outside of the plan: of power alone, at a price; else as it was agreed, both ways."""
        price = parameter("import_price") * PER_GWH
        if self.loaded and not self.case.exchange:
            if self.inputs.boundary[place] > 0:
                border = self.maker.stock(f"{region} import", existing=float(self.inputs.boundary[place]))
                self.maker.process(f"{region} import", [(node, 1.0)], stock=border, cost=price)
            return
        agreed = net_exports(self.inputs.grouping, self.case.exchange, self.case.periods)[place]
        for technology, sign in ((INTO, -1.0), (OUT, 1.0)):
            largest = float(np.max(sign * agreed, initial=0.0))
            if largest <= 0:
                continue
            room = BORDER_ROOM * largest / TWH_PER_GW
            share = self._crossing(place, sign) / room
            stock = self.maker.stock(f"{region} {technology}", existing=room)
            ends = ([(node, 1.0)], NONE) if technology == INTO else ([], node)
            self.maker.process(
                f"{region} {technology}", *ends, stock=stock, available=share, minimum=share, cost=-sign * price
            )

    def _crossing(self, place: int, sign: float) -> Array:
        """(T,) GW that leave (1) or arrive (-1) in each modelled hour of each period."""
        found = []
        for twh in net_exports(self.inputs.grouping, self.case.exchange, self.years)[place]:
            hours = matched(shape(self.inputs, place, float(twh))[None], self.days)[0]
            found.append(max(sign * float(twh), 0.0) / TWH_PER_GW * hours)
        return np.concatenate(found)

    def _thermal(self, place: int, region: str, node: int) -> None:
        existing = self.inputs.existing
        for technology, plant in THERMAL.items():
            if technology == "coal_flexible" or technology in existing or self._may_build(technology):
                stands = existing[technology][place] if technology in existing else 0.0
                of = plant.like or technology
                potential = self._thermal_potential(place, technology)
                stock = self.stock(
                    region,
                    technology,
                    stands,
                    potential=potential,
                    buildable=self._may_build(technology) and potential > 0,
                    least_load=parameters("least_load").get(technology, 0.0),
                )
                variable = self.cost(of, "variable_om") + self.fuel_cost(place, plant.fuel, self.cost(of, "efficiency"))
                self.maker.process(
                    f"{region} {technology}",
                    [(node, 1.0)],
                    stock=stock,
                    available=self.running.get(technology, parameters("available")[technology]),
                    minimum=self.running.get(technology, parameters("must_run").get(technology, 0.0)),
                    cost=self.hourly(variable * PER_GWH),
                )
        if not self.running:
            self._departures(region)

    def _may_build(self, technology: str) -> bool:
        if technology in (
            "coal_subcritical",
            "coal_supercritical",
            "coal_flexible",
            "coal_chp",
            "gas_chp",
            "other_thermal",
        ):
            return False
        return self.case.new_coal or technology != "coal_usc"

    def _thermal_potential(self, place: int, technology: str) -> float:
        if technology == "nuclear":
            return float(self.inputs.potential["nuclear"][place])
        if technology in ("biomass", "biomass_ccs"):
            hours = parameters("available")[technology] * 8760
            return float(self.inputs.biomass[place] * self.cost(technology, "efficiency")[0] / hours / 2)
        return np.inf

    def _departures(self, region: str) -> None:
        """Early retirement of coal, and its retrofits."""
        number = {t: self.maker.number("stock", f"{region} {t}") for t in THERMAL if self._has(region, t)}
        for technology in ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_chp", "gas_chp"):
            if technology in number:
                self._departure(f"{region} {technology}>retired", number[technology], NONE, 1.0, 0.0)
        for source, target, retrofit, ratio in (
            ("coal_supercritical", "coal_flexible", "coal_flexible_retrofit", 1.0),
            ("coal_subcritical", "coal_chp", "coal_heat_retrofit", 1.0),
            ("coal_usc", "coal_ccs", "coal_ccs_retrofit", 0.75),
        ):
            if source in number and target in number and (target != "coal_chp" or self._heated(region)):
                cost = self.cost(retrofit, "investment") * PER_GW
                life = [float(self.costs[0][retrofit].lifetime)]
                spread = self.horizon.build_cost(cost[None, :], life, self.case.interest_rate)[0]
                name = f"{region} {source}>{region} {target}"
                self._departure(name, number[source], number[target], ratio, spread)

    def _departure(self, name: str, source: int, target: int, ratio: float, cost: Array | float) -> None:
        """A way out of a stock, no faster than `departure_rate` of it a year."""
        years = np.diff([since(self.case, self.years[0]), *self.years])
        most = np.clip(parameter("departure_rate") * years, 0.0, 1.0) * self.stands[source]
        self.maker.departure(name, source, target, ratio=ratio, cost=cost, upper=most)

    def _has(self, region: str, technology: str) -> bool:
        return f"{region} {technology}" in self.maker.names("stock")

    def _heated(self, region: str) -> bool:
        place = self.inputs.grouping.regions.index(region)
        return self.case.heat and bool(self.inputs.heat[place].max() > 0)

    def _wind_and_sun(self, place: int, region: str, node: int) -> None:
        for technology in WIND_AND_SUN:
            profile = self.profiles["solar" if technology.startswith("solar") else technology][place]
            potential = float(self.inputs.potential[technology][place])
            stands = self.inputs.existing[technology][place]
            if potential <= 0 and not stands.any():
                continue
            stock = self.stock(region, technology, stands, potential=potential)
            share = 1.0 if self.running else parameters("delivered").get(technology, 1.0)
            available = self.per_year(share * profile)
            self.maker.process(f"{region} {technology}", [(node, 1.0)], stock=stock, available=available)
        potential = float(self.inputs.potential["csp"][place])
        stands = self.inputs.existing["csp"][place]
        if potential > 0 or stands.any():
            stock = self.stock(region, "csp", stands, potential=potential)
            profile = self._csp(self.profiles["solar"][place])
            self.maker.process(f"{region} csp", [(node, 1.0)], stock=stock, available=self.per_year(profile))

    @staticmethod
    def _csp(solar: Array) -> Array:
        """The day's sun given evenly from late morning to midnight, as a plant with a heat store does."""
        day = solar.reshape(-1, DAY).sum(axis=1, keepdims=True) * parameter("csp_multiple")
        given = np.zeros((len(day), DAY))
        given[:, CSP_HOURS] = np.minimum(day / (CSP_HOURS.stop - CSP_HOURS.start), 1.0)
        return given.ravel()

    def _water(self, place: int, region: str, node: int) -> None:
        capacity = self.inputs.existing["hydro"][place]
        if capacity.any():
            share = float(self.inputs.reservoir_share[place])
            water = self.water[place]
            per_unit = np.minimum(water / max(float(capacity[0]), 1e-9), 1.0)
            passing = self.stock(region, "hydro_ror", capacity * (1 - share), buildable=False)
            self.maker.process(f"{region} hydro_ror", [(node, 1.0)], stock=passing, available=self.per_year(per_unit))
            held = self.stock(region, "hydro_reservoir", capacity * share, buildable=False)
            ratio = capacity / max(float(capacity[0]), 1e-9)
            self.maker.storage(
                f"{region} hydro_reservoir",
                node,
                discharge_stock=held,
                charge_available=0.0,
                discharge_available=parameters("available")["hydro_reservoir"],
                inflow=self.per_year(water * share) * self.hourly(ratio),
                spill=True,
                link=BUDGET,
                discharge_cost=self.hourly(self.cost("hydro_reservoir", "variable_om") * PER_GWH),
            )
            room = float(self.inputs.potential["hydro"][place]) - float(capacity.max())
            if room > 0:
                new = self.stock(region, "hydro_new", potential=room)
                self.maker.process(f"{region} hydro_new", [(node, 1.0)], stock=new, available=self.per_year(per_unit))

    def _storage(self, place: int, region: str, node: int) -> None:
        existing, potential = self.inputs.existing, self.inputs.potential
        pumped = self.stock(region, "phs", existing["phs"][place], potential=float(potential["phs"][place]))
        half = float(np.sqrt(self.costs[0]["phs"].efficiency))
        self.maker.storage(
            f"{region} phs",
            node,
            *(pumped, pumped, pumped),
            energy_size=parameters("hours")["phs"],
            charge_efficiency=half,
            discharge_efficiency=half,
        )
        stands = existing["battery"][place]
        converter = self.stock(region, "battery", stands)
        cells = self.stock(region, "battery_store", stands * parameters("hours")["battery"])
        half = float(np.sqrt(self.costs[0]["battery"].efficiency))
        self.maker.storage(
            f"{region} battery", node, converter, converter, cells, charge_efficiency=half, discharge_efficiency=half
        )
        if self.case.hydrogen:
            salt = any(member in parameters("salt") for member in self.inputs.grouping.members[place])
            self.maker.storage(
                f"{region} hydrogen",
                node,
                self.stock(region, "electrolyser"),
                self.stock(region, "hydrogen_turbine"),
                self.stock(region, "hydrogen_cavern" if salt else "hydrogen_tank"),
                charge_efficiency=self.costs[0]["electrolyser"].efficiency,
                discharge_efficiency=self.costs[0]["hydrogen_turbine"].efficiency,
                discharge_available=parameters("available")["hydrogen_turbine"],
                link=CARRY,
                discharge_cost=self.hourly(self.cost("hydrogen_turbine", "variable_om") * PER_GWH),
            )

    def _moving_load(self, place: int, region: str, node: int, charging: Array) -> None:
        """Load that waits, load that is cut at a price, vehicles that charge when it suits."""
        peak = float(self.peak[place].max())
        for technology in ("demand_response", "interruptible_load"):
            potential = parameters("potential")[technology] * peak
            stock = self.stock(region, technology, potential=potential)
            cost = self.hourly(self.cost(technology, "variable_om") * PER_GWH)
            if technology == "demand_response":
                self.maker.storage(
                    f"{region} {technology}",
                    node,
                    *(stock, stock, stock),
                    energy_size=parameters("hours")[technology],
                    discharge_efficiency=self.costs[0][technology].efficiency,
                    discharge_cost=cost,
                )
            else:
                self.maker.process(f"{region} {technology}", [(node, 1.0)], stock=stock, cost=cost)
        if charging.any():
            plugs = self.maker.stock(f"{region} charging", existing=4.0 * charging)
            self.maker.storage(
                f"{region} charging",
                node,
                plugs,
                plugs,
                discharge_available=0.0,
                inflow=-self.hourly(charging),
                link=BUDGET,
            )

    def heat(self) -> None:
        """Heat networks of the north: plants of heat and power, boilers, heat pumps."""
        for place, region in enumerate(self.inputs.grouping.regions):
            if not self._heated(region):
                continue
            load = matched(self.inputs.heat[[place]], self.days)[0]
            node = self.maker.node(f"{region} heat", self.per_year(load) if self.loaded else 0.0)
            electricity = self.maker.number("node", f"{region} electricity")
            self._heat_and_power(place, region, node, electricity)
            peak = float(self.inputs.heat[place].max())
            for technology, fuel in (("coal_boiler", "raw_coal"), ("gas_boiler", "natural_gas")):
                stands = peak * parameter("boiler_share") if technology == "coal_boiler" else 0.0
                stock = self.stock(region, technology, stands)
                cost = self.cost(technology, "variable_om")
                cost = cost + self.fuel_cost(place, fuel, self.cost(technology, "efficiency"))
                self.maker.process(
                    f"{region} {technology}", [(node, 1.0)], stock=stock, cost=self.hourly(cost * PER_GWH)
                )
            for technology in ("electric_boiler", "heat_pump"):
                stock = self.stock(region, technology)
                share = self.hourly(self.cost(technology, "efficiency"))
                variable = self.hourly(self.cost(technology, "variable_om") * PER_GWH)
                self.maker.process(
                    f"{region} {technology}",
                    [(node, share)],
                    source=electricity,
                    stock=stock,
                    size=float(self.cost(technology, "efficiency")[0]),
                    cost=variable * share,
                )
            unserved = parameter("unserved_cost") * PER_GWH
            self.maker.process(f"{region} heat unserved", [(node, 1.0)], cost=unserved)
            self.maker.process(f"{region} heat let go", [], source=node)

    def _heat_and_power(self, place: int, region: str, node: int, electricity: int) -> None:
        if not self._has(region, "coal_chp"):
            return
        size = parameters("heat_size")["coal_chp"]
        cost = self.fuel_cost(place, "raw_coal", self.cost("coal_chp", "efficiency")) * size
        cost = cost + self.cost("coal_chp", "variable_om")
        self.maker.process(
            f"{region} coal_chp heat",
            [(electricity, 1.0), (node, parameters("heat_ratio")["coal_chp"])],
            stock=self.maker.number("stock", f"{region} coal_chp"),
            size=size,
            available=parameters("available")["coal_chp"],
            cost=self.hourly(cost * PER_GWH),
        )

    def corridors(self) -> None:
        """Transmission: one stock a corridor, one process a direction; what is lost does not arrive."""
        nodes = [self.maker.number("node", f"{r} electricity") for r in self.inputs.grouping.regions]
        lines = power.line_costs()
        wheeling = parameter("wheeling") * PER_GWH
        for corridor in self.inputs.corridors:
            line = lines[corridor.kind]
            investment = np.full((1, len(self.years)), line.investment(corridor.km) * PER_GW)
            stands = corridor.existing + self.inherited.stands(corridor.name, self.years)
            stock = self.maker.stock(
                corridor.name,
                existing=stands,
                build_cost=self.horizon.build_cost(investment, [line.lifetime], self.case.interest_rate)[0],
                keep_cost=line.fixed_om * investment[0] * self.horizon.worth,
                alive=self.horizon.alive([line.lifetime])[0],
                build_upper=parameters("ceiling")["line"],
            )
            share = 1.0 - line.loss(corridor.km)
            ways = [(corridor.start, corridor.end)] + ([(corridor.end, corridor.start)] if corridor.both_ways else [])
            for start, end in ways:
                name = f"{corridor.name} to {self.inputs.grouping.regions[end]}"
                if corridor.used == 1.0:
                    self.maker.process(name, [(nodes[end], share)], source=nodes[start], stock=stock, cost=wheeling)
                else:
                    self._contracted(name, corridor, nodes[start], nodes[end], share)

    def _contracted(self, name: str, corridor: Corridor, start: int, end: int, share: float) -> None:
        """A corridor of a past year: what contracts fill is cheap, what goes beyond them is not."""
        cheap, dear = parameter("wheeling"), parameter("beyond_contract")
        for part, used, cost in (("", corridor.used, cheap), (" beyond contracts", 1.0 - corridor.used, dear)):
            stock = self.maker.stock(f"{name}{part}", existing=corridor.existing * used)
            self.maker.process(f"{name}{part}", [(end, share)], source=start, stock=stock, cost=cost * PER_GWH)
