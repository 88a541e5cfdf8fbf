"""The roadmap: what is built, converted and retired, where and when, what it costs and what CO2 it saves.

    retired in a period = capacity before + built + converted to it - converted or retired early - capacity now

CO2 of a step is an indication by our own rule (`roadmap_co2`): with the electricity, heat and hydrogen that it uses,
against the stock that stood before. Rows do not add up to what the plan saves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dafeng.catalog import economy, sectors
from dafeng.pathway.power.technologies import capacity_unit
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.system import NONE
from dafeng.reports.economy.count import Counted
from dafeng.reports.economy.money import build_prices, retrofit_prices, shares_of
from dafeng.reports.economy.roadmap_co2 import RETIRES, Saving, Value

BUILD, CONVERT, RETIRE, EARLY = "build", "convert", "retire", "retire_early"
COLUMNS = ("region", "year", "what", "item", "from", "amount", "unit", "investment", "co2", "action", "co2_none")
TINY = 1e-4
"""Of the largest amount of an item: what is less is dust of the solution."""
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
NOT_COUNTED: Value = (None, RETIRES)


@dataclass(frozen=True)
class Step:
    """One line of a roadmap.

    Attributes:
        region, year: where, and in which period. what: build, convert, retire (of age) or retire_early.
        item: technology or option; source: what it was converted from. amount: in `unit`.
        investment: 1e9 CNY, overnight. action: of the Plan, 1-10.
        co2: Mt a year, below zero where it saves; None: it has no value. co2_none: why (`roadmap_co2`).
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
    co2_none: str = ""

    def row(self) -> list[Any]:
        """As a row of the table, to six digits."""
        co2 = None if self.co2 is None else _short(self.co2)
        return [
            *(self.region, self.year, self.what, self.item, self.source),
            *(_short(self.amount), self.unit, _short(self.investment), co2, self.action, self.co2_none),
        ]


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def unit_of(item: str) -> str:
    """Unit of a stock: GW, GWh, GW per corridor, or that of a service a year."""
    if item in options():
        return str(sectors.services()[options()[item].service].unit)
    return capacity_unit(item)


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
    saving = Saving.of(found)
    steps = [step for y in range(len(found.plan.years)) for step in _steps(found, y, saving)]
    largest: dict[str, float] = {}
    for step in steps:
        largest[step.item] = max(largest.get(step.item, 0.0), step.amount)
    kept = [step for step in steps if step.amount > max(TINY * largest[step.item], 1e-6)]
    order = {region: place for place, region in enumerate(found.plan.regions)}
    return sorted(kept, key=lambda step: (step.year, order[step.region], step.action, step.item, step.what))


def _steps(found: Counted, y: int, saving: Saving) -> Iterator[Step]:
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
            origin, value = ("", NOT_COUNTED) if t == NONE else (source, _converted(saving, region, y, u, share * left))
            yield Step(
                *(region, year, what, item, origin, share * left, unit_of(item), money),
                *(value[0], action_of(item, plan), value[1]),
            )
    for s, name in enumerate(names):
        built, now = float(stage.plan.build[s, 0]), float(stage.capacity[s, 0])
        for region, share, item in shares_of(name, plan.regions):
            unit, action = unit_of(item), action_of(item, plan)
            if built > 0 and name in prices:
                co2, why = saving.built(region, item, y, share * built, share * now)
                yield Step(
                    *(region, year, BUILD, item, "", share * built, unit, share * built * prices[name]),
                    *(co2, action, why),
                )
            if name in before:
                aged = before[name] + built + moved[name] - now
                if aged > 0:
                    yield Step(region, year, RETIRE, item, "", share * aged, unit, 0.0, None, action, RETIRES)


def _converted(saving: Saving, region: str, y: int, u: int, left: float) -> Value:
    """What a conversion changes: of departure `u`, `left` of the source's capacity."""
    stage = saving.found.plan.periods[y].stage
    names, departures = stage.system.stocks.names, stage.system.departures
    s, t = departures.source[u], departures.target[u]
    source, target = (names[n].partition(" ")[2] for n in (s, t))
    return saving.converted(region, source, target, y, left * float(departures.ratio[u]), float(stage.capacity[t, 0]))


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
