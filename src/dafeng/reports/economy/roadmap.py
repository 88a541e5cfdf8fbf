"""The roadmap: what is built, converted and retired, where and when, what it costs and what CO2 it saves.

    retired in a period = capacity before + built + converted to it - converted or retired early - capacity now

CO2 of what is built: what it gives off itself in a year of the period, against the mean of the same service in the base
year in its region (power: against the mean of all power of the first period, heat plants apart). It is an indication by
our own rule, for new capacity by its share of the stock; a retirement saves nothing by itself and has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dafeng.catalog import economy, sectors
from dafeng.pathway.scenario_names import COAL_PLANTS, options
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.system import NONE
from dafeng.reports.economy.count import BASE_YEAR, Counted, given_off
from dafeng.reports.economy.money import build_prices, retrofit_prices, shares_of

BUILD, CONVERT, RETIRE, EARLY = "build", "convert", "retire", "retire_early"
COLUMNS = ("region", "year", "what", "item", "from", "amount", "unit", "investment", "co2", "action")
TINY = 1e-4
"""Of the largest amount of an item: what is less is dust of the solution."""
STORES = ("_store", "_cavern", "_tank")
ENERGY, INNOVATION, RECYCLING = 1, 7, 6
#: kind of a sector's use -> action of the Plan
ACTIONS = {"industry": 3, "buildings": 4, "transport": 5, "agriculture": 4}
FLOWS = {
    "final.agriculture": "agriculture",
    "final.transport": "transport",
    "final.other": "buildings",
    "final.residential": "buildings",
}
LEARNING = ("ccs", "hydrogen", "electroly")
RECYCLED = ("recycled", "scrap", "secondary")


@dataclass(frozen=True)
class Step:
    """One line of a roadmap.

    Attributes:
        region, year: where, and in which period. what: build, convert, retire (of age) or retire_early.
        item: technology or option; source: what it was converted from. amount: in `unit`.
        investment: 1e9 CNY, overnight. co2: Mt a year, below zero where it saves. action: of the Plan, 1-10.
    """

    region: str
    year: int
    what: str
    item: str
    source: str
    amount: float
    unit: str
    investment: float
    co2: float | None
    action: int

    def row(self) -> list[Any]:
        """As a row of the table, to six digits."""
        co2 = None if self.co2 is None else _short(self.co2)
        return [
            *(self.region, self.year, self.what, self.item, self.source),
            *(_short(self.amount), self.unit, _short(self.investment), co2, self.action),
        ]


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def unit_of(item: str) -> str:
    """Unit of a stock: GW, GWh, GW per corridor, or that of a service a year."""
    if item in options():
        return str(sectors.services()[options()[item].service].unit)
    return "GWh" if item.endswith(STORES) else "GW"


def action_of(item: str, plan: EconomyPlan) -> int:
    """The action of the Plan that a technology or option belongs to: of a lever that moves it, else by its kind."""
    for lever in plan.scenario.levers:
        moved = (lever.least, lever.most, lever.build_rate, lever.capacity_least, lever.capacity_most, lever.cost)
        if lever.action and any(item in table for table in moved):
            return int(lever.action)
    if any(part in item for part in LEARNING):
        return INNOVATION
    if item in options():
        if any(part in item for part in RECYCLED):
            return RECYCLING
        return ACTIONS.get(kind_of_sector(sectors.services()[options()[item].service].sector), 3)
    return ENERGY


def kind_of_sector(sector: str) -> str:
    """industry, buildings, transport or agriculture, by the line of the energy balance."""
    flow = str(economy.sectors()[sector].flow)
    return next((kind for start, kind in FLOWS.items() if flow.startswith(start)), "industry")


def roadmap(found: Counted) -> list[Step]:
    """All steps of a plan, by year and region; dust is left out."""
    means = _Means.of(found)
    steps = [step for y in range(len(found.plan.years)) for step in _steps(found, y, means)]
    largest: dict[str, float] = {}
    for step in steps:
        largest[step.item] = max(largest.get(step.item, 0.0), step.amount)
    kept = [step for step in steps if step.amount > max(TINY * largest[step.item], 1e-6)]
    order = {region: place for place, region in enumerate(found.plan.regions)}
    return sorted(kept, key=lambda step: (step.year, order[step.region], step.action, step.item, step.what))


def _steps(found: Counted, y: int, means: _Means) -> Iterator[Step]:
    plan, stage = found.plan, found.plan.periods[y].stage
    names, departures, year = stage.system.stocks.names, stage.system.departures, found.plan.years[y]
    before = standing_before(plan, y)
    prices, retrofits = build_prices(stage, plan.case), retrofit_prices(stage)
    moved = dict.fromkeys(names, 0.0)
    for u, (s, t) in enumerate(zip(departures.source, departures.target, strict=True)):
        left = float(stage.plan.departed[u, 0])
        moved[names[s]] -= left
        source, what = names[s].partition(" ")[2], EARLY if t == NONE else CONVERT
        if t != NONE:
            moved[names[t]] += left * float(departures.ratio[u])
        target = names[s] if t == NONE else names[t]
        for region, share, item in shares_of(target, plan.regions):
            money = share * left * retrofits.get(u, 0.0)
            origin = "" if t == NONE else source
            yield Step(
                region, year, what, item, origin, share * left, unit_of(item), money, None, action_of(item, plan)
            )
    for s, name in enumerate(names):
        built, now = float(stage.plan.build[s, 0]), float(stage.capacity[s, 0])
        for region, share, item in shares_of(name, plan.regions):
            unit, action = unit_of(item), action_of(item, plan)
            if built > 0 and name in prices:
                saved = means.saved(region, item, y, share * built, share * now)
                yield Step(
                    *(region, year, BUILD, item, "", share * built, unit, share * built * prices[name], saved, action)
                )
            if name in before:
                aged = before[name] + built + moved[name] - now
                if aged > 0:
                    yield Step(region, year, RETIRE, item, "", share * aged, unit, 0.0, None, action)


def standing_before(plan: EconomyPlan, y: int) -> Mapping[str, float]:
    """Stock -> capacity in the period before; in the first, of options: what ran in the base year."""
    if y > 0:
        stage = plan.periods[y - 1].stage
        return {name: float(stage.capacity[s, 0]) for s, name in enumerate(stage.system.stocks.names)}
    return {
        f"{region} {name}": float(plan.base.option_output(name)[place])
        for place, region in enumerate(plan.regions)
        for name in options()
    }


@dataclass(frozen=True)
class _Means:
    """What services and power gave off on average before the plan; each is counted once.

    Attributes:
        power: Mt CO2 per TWh of all power of the first period, heat plants apart.
    """

    found: Counted
    power: float
    _of: dict[tuple[str, int], float] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Counted) -> _Means:
        whole = found.total("generation")[0]
        plants = [item for item in found.items("power_co2") if not item.endswith("boiler")]
        return cls(found, found.total("power_co2", plants)[0] / whole if whole else 0.0)

    def service(self, service: str, place: int) -> float:
        """Mt CO2 per unit of a service in the base year, of a region; of all regions where it had none."""
        if (service, place) not in self._of:
            self._of[service, place] = self._counted(service, place)
        return self._of[service, place]

    def _counted(self, service: str, place: int) -> float:
        plan = self.found.plan
        made = {name: plan.base.option_output(name) for name in sectors.options(service)}
        own = sum(float(output[place]) for output in made.values()) > 0
        places = [place] if own else range(len(plan.regions))
        parts = [(float(output[p]), options()[name], p) for name, output in made.items() for p in places]
        whole = sum(output for output, _, _ in parts)
        total = sum(output * given_off(plan, option, p, BASE_YEAR) for output, option, p in parts if output)
        return total / whole if whole > 0 else 0.0

    def saved(self, region: str, item: str, y: int, built: float, stands: float) -> float | None:
        """Mt CO2 a year by which what is built gives off more or less than the mean before."""
        found, plan = self.found, self.found.plan
        place, nothing = plan.regions.index(region), [0.0] * len(plan.years)
        share = min(built / stands, 1.0) if stands > 0 else 0.0
        if item in options():
            option = options()[item]
            made = found.tables["service"][region].get(f"{option.service}|{item}", nothing)[y]
            apart = given_off(plan, option, place, plan.years[y]) - self.service(option.service, place)
            return share * made * apart
        made = found.tables["generation"][region].get(item, nothing)[y]
        if not share or not made:
            return 0.0 if item in COAL_PLANTS else None
        own = found.tables["power_co2"][region].get(item, nothing)[y]
        return share * (own - made * self.power)
