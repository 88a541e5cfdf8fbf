"""What CO2 a step of the roadmap changes, with the electricity, heat and hydrogen that it uses: an indication.

    footprint(o)  = own CO2 of a unit + electricity x e(y) + heat x h(y) + hydrogen x g(y)           Mt CO2 per unit
    built         = what it gives x (footprint(o, y) - mean of footprint(., y) over the stock of the period before)
    converted     = what it gives x (footprint(target, y) - footprint(source, y))

e, h, g are the plan's own means of the year, over all its regions (`intensity`). Both sides are counted in one year, so
more of an option that stands alone in its service changes nothing, and only what differs from its neighbours counts.
Power is held against the mean of all power of the period before (in the first: of itself), heat likewise. What retires
has no value: what stands in its place has it. Rows do not add up to what a plan saves: demand, cleaner power, what runs
less and what retires stand in no row. The rule is ours (quality: estimated).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dafeng.catalog import power, sectors
from dafeng.pathway.power.policies import FOSSIL, emission_factor
from dafeng.pathway.scenario_names import COAL_PLANTS, options
from dafeng.pathway.sectors.build import TODAY
from dafeng.reports.economy.count import Counted, given_off

ELECTRICITY, HEAT, HYDROGEN = "electricity", "heat", "hydrogen"
PJ_PER_TWH = 3.6
RETIRES, SERVES, IDLE = "retires", "serves", "idle"
"""Why a step has no value: what replaces it has one; it stores, moves or steadies what others make; it does not run."""
BOILERS = "boiler"
DRAWS_FOR_HEAT = ("heat_pump", "electric_boiler")
Value = tuple[float | None, str]
"""Mt CO2 a year (below zero: less), or None and why (`RETIRES`, `SERVES`, `IDLE`)."""


def intensity(found: Counted) -> dict[str, list[float]]:
    """CO2 of what networks give, mean of all regions in each period.

    Heat has the CO2 of the fuel that is burned for it: all of boilers, and of combined heat and power what a plant of
    electricity alone would not burn (table `heat_fuel`); and that of the electricity which heat pumps and boilers draw.
    Electricity has the rest of the CO2 of plants, over generation. Hydrogen: the electricity of electrolysis.

    Returns:
        electricity (Mt per TWh), heat and hydrogen (Mt per PJ), by period.
    """
    of_fuel, whole = heat_co2(found), found.total("power_co2")
    made, warmth, drawn = found.total("generation"), found.total("heat"), found.total("use", DRAWS_FOR_HEAT)
    of_power = [_over(co2 - heat, twh) for co2, heat, twh in zip(whole, of_fuel, made, strict=True)]
    of_heat = [
        _over(heat + twh * each, PJ_PER_TWH * given)
        for heat, twh, each, given in zip(of_fuel, drawn, of_power, warmth, strict=True)
    ]
    of_hydrogen = [
        each / (PJ_PER_TWH * float(power.technology_costs(max(year, 2020))["electrolyser"].efficiency))
        for each, year in zip(of_power, found.plan.years, strict=True)
    ]
    return {ELECTRICITY: of_power, HEAT: of_heat, HYDROGEN: of_hydrogen}


def heat_co2(found: Counted) -> list[float]:
    """(Y,) Mt CO2 of the fuel burned for heat of networks."""
    total = [0.0] * len(found.plan.years)
    for fuel in (item for item in found.items("heat_fuel") if item in FOSSIL):
        factor = emission_factor(fuel)
        total = [a + factor * tce for a, tce in zip(total, found.total("heat_fuel", [fuel]), strict=True)]
    return total


def beside_power(found: Counted) -> list[float]:
    """(Y,) Mt CO2 per PJ of heat that combined heat and power gives: of the fuel burned for it, mean of all."""
    boilers = [item for item in found.items("power_co2") if item.endswith(BOILERS)]
    both = [item for item in found.items("heat") if item in found.items("power_co2") and item not in boilers]
    parts = zip(heat_co2(found), found.total("power_co2", boilers), found.total("heat", both), strict=True)
    return [_over(max(whole - alone, 0.0), PJ_PER_TWH * given) for whole, alone, given in parts]


def _over(amount: float, whole: float) -> float:
    return amount / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class Saving:
    """Values of the steps of a plan.

    Attributes:
        means: as `intensity` gives them. beside: as `beside_power` gives it.
    """

    found: Counted
    means: Mapping[str, list[float]]
    beside: list[float]
    _of: dict[tuple[str, int, int], float] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Counted) -> Saving:
        return cls(found, intensity(found), beside_power(found))

    def footprint(self, name: str, place: int, y: int) -> float:
        """Mt CO2 per unit of an option in a region and period, with what it draws from networks."""
        plan, option = self.found.plan, options()[name]
        year, sector = plan.years[y], sectors.services()[option.service].sector
        total = given_off(plan, option, place, year)
        for carrier, amount in sectors.inputs(name, year).items():
            if carrier in self.means:
                each = plan.base.multiplier_of(place, sector, carrier) if option.kind == TODAY else 1.0
                total += amount * each * self.means[carrier][y]
        return total

    def reference(self, service: str, place: int, y: int) -> float:
        """Mean footprint in a period of the stock that stood before; of all regions where this one had none."""
        key = (service, place, y)
        if key not in self._of:
            self._of[key] = self._mean(service, place, y)
        return self._of[key]

    def _mean(self, service: str, place: int, y: int) -> float:
        plan = self.found.plan
        before = {name: self._before(service, name, y) for name in sectors.options(service)}
        places = [place] if any(output[place] > 0 for output in before.values()) else range(len(plan.regions))
        parts = [(output[p], name, p) for name, output in before.items() for p in places if output[p] > 0]
        return _over(sum(made * self.footprint(name, p, y) for made, name, p in parts), sum(part[0] for part in parts))

    def _before(self, service: str, name: str, y: int) -> list[float]:
        """(R,) what an option gave in the period before, in the first in the base year."""
        plan = self.found.plan
        if y == 0:
            return [float(value) for value in plan.base.option_output(name)]
        made = plan.periods[y - 1].output.get((service, name))
        return [0.0] * len(plan.regions) if made is None else [float(value) for value in made]

    def built(self, region: str, item: str, y: int, amount: float, stands: float) -> Value:
        """Of what is built, by its share of what stands."""
        share = min(amount / stands, 1.0) if stands > 0 else 0.0
        if item in options():
            place, service = self.found.plan.regions.index(region), options()[item].service
            made = self._value("service", region, f"{service}|{item}", y)
            if not share * made:
                return 0.0, ""
            return share * made * (self.footprint(item, place, y) - self.reference(service, place, y)), ""
        for table, carrier in (("generation", ELECTRICITY), ("heat", HEAT)):
            own = self._own(table, region, item, y)
            if own is not None:
                made, each = own
                return share * made * (each - self.means[carrier][max(y - 1, 0)]), ""
        return (0.0, "") if item in COAL_PLANTS else (None, SERVES)

    def converted(self, region: str, source: str, target: str, y: int, amount: float, stands: float) -> Value:
        """Of what is converted: as the target gives, against the same amount from the source."""
        share = min(amount / stands, 1.0) if stands > 0 else 0.0
        if source in options() and target in options():
            place, service = self.found.plan.regions.index(region), options()[target].service
            made = self._value("service", region, f"{service}|{target}", y)
            return share * made * (self.footprint(target, place, y) - self.footprint(source, place, y)), ""
        now = self._own("generation", region, target, y)
        was = self._own("generation", region, source, y) or self._own("generation", region, source, max(y - 1, 0))
        if now is None or was is None:
            return None, IDLE
        return share * now[0] * (now[1] - was[1]), ""

    def _own(self, table: str, region: str, item: str, y: int) -> tuple[float, float] | None:
        """(what a plant gives in a period, Mt CO2 per unit of it); of heat in PJ. None: it gives nothing."""
        made = self._value(table, region, item, y) * (PJ_PER_TWH if table == "heat" else 1.0)
        if made <= 0:
            return None
        own = self._value("power_co2", region, item, y)
        if table == "generation":
            own -= self._value("heat", region, item, y) * PJ_PER_TWH * self.beside[y]
        elif item in DRAWS_FOR_HEAT:
            own += self._value("use", region, item, y) * self.means[ELECTRICITY][y]
        return made, own / made

    def _value(self, table: str, region: str, item: str, y: int) -> float:
        values = self.found.tables[table].get(region, {}).get(item)
        return values[y] if values else 0.0


__all__ = ["IDLE", "RETIRES", "SERVES", "Saving", "Value", "beside_power", "heat_co2", "intensity"]
