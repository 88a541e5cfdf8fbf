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
from dafeng.pathway.power.corridors import add_border, add_corridors
from dafeng.pathway.power.heat import add_heat
from dafeng.pathway.power.inherited import LIKE, Inherited, horizon, life_of
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.parameters import by_year, parameter, parameters
from dafeng.pathway.power.plants import add_thermal, add_water, add_wind_and_sun
from dafeng.pathway.power.policies import add_policies
from dafeng.pathway.power.stores import add_moving_load, add_storage
from dafeng.pathway.power.units import PER_GW, PER_GWH
from dafeng.pathway.system import Array, System

GJ_PER_MWH = 3.6


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
        add_heat(self)
        add_corridors(self)

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
            add_thermal(self, place, region, node)
            add_wind_and_sun(self, place, region, node)
            add_water(self, place, region, node)
            add_storage(self, place, region, node)
            add_moving_load(self, place, region, node, moving * mean if self.loaded else np.zeros_like(mean))
            add_border(self, place, region, node)
            cost = parameter("unserved_cost") * PER_GWH
            self.maker.process(f"{region} unserved", [(node, 1.0)], cost=cost)

    def has(self, region: str, technology: str) -> bool:
        return f"{region} {technology}" in self.maker.names("stock")

    def heated(self, region: str) -> bool:
        place = self.inputs.grouping.regions.index(region)
        return self.case.heat and bool(self.inputs.heat[place].max() > 0)
