"""What a plan costs a year and what it invests, by region: undiscounted, 1e9 CNY of the case's money year.

    capital   annuities of what the plan has built and converted up to the period (what stood before is sunk)
    upkeep    fixed operation and maintenance of all capacity of which the plan keeps account
    running   fuels, variable costs and the price of CO2, of all hours of the replay
    missed    what is paid where a softened target is missed

An investment is the overnight cost of what a period builds; it is counted back from its annuity.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.finance import annuity
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inherited import horizon, life_of
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.power.technologies import RETROFITS
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.system import Array
from dafeng.reports.economy.count import Book

CAPITAL, UPKEEP, RUNNING, MISSED = "capital", "upkeep", "running", "missed"
POWER, SECTORS = "power", "sectors"
LINES = {"AC": "line_ac", "DC": "line_dc"}


def worth_of(case: Case, year: int) -> float:
    """Present value of 1 a year in all years that a period stands for."""
    return float(horizon(case, (year,)).worth[0])


def shares_of(name: str, regions: tuple[str, ...]) -> list[tuple[str, float, str]]:
    """(region, share, item) of a stock: `CN-HE onwind`; half of a corridor `CN-HE-CN-SX AC` stands at each end."""
    head, _, item = name.partition(" ")
    if head in regions:
        return [(head, 1.0, item)]
    for sign in ("-", ">"):
        for region in regions:
            other = head.removeprefix(f"{region}{sign}")
            if head.startswith(f"{region}{sign}") and other in regions:
                return [(region, 0.5, LINES.get(item, item)), (other, 0.5, LINES.get(item, item))]
    return []


def kind_of(item: str) -> str:
    """Power system or sectors, of a stock or an activity."""
    return SECTORS if item in options() or item.startswith("rest_") else POWER


def lasts(name: str, item: str, year: int) -> float:
    """Years that a stock lasts."""
    return float(options()[item].life) if item in options() else life_of(name, year)


def build_prices(stage: Stage, case: Case) -> dict[str, float]:
    """Stock -> overnight cost of a unit, 1e9 CNY, counted back from the annuity that the plan pays for it."""
    worth, stocks = worth_of(case, stage.year), stage.system.stocks
    found = {}
    for s, name in enumerate(stocks.names):
        cost = float(stocks.build_cost[s, 0])
        if cost > 0:
            life = lasts(name, name.partition(" ")[2], stage.year)
            found[name] = cost / worth / float(annuity(case.interest_rate, life))
    return found


def retrofit_prices(stage: Stage) -> dict[int, float]:
    """Departure -> overnight cost of converting a unit, 1e9 CNY per GW."""
    costs, departures, names = (
        power.technology_costs(max(stage.year, 2020)),
        stage.system.departures,
        stage.system.stocks.names,
    )
    found = {}
    for u, (source, target) in enumerate(zip(departures.source, departures.target, strict=True)):
        pair = (names[source].partition(" ")[2], names[target].partition(" ")[2] if target >= 0 else "")
        if pair in RETROFITS:
            found[u] = float(costs[RETROFITS[pair]].investment) * 1e-3
    return found


def add_money(plan: EconomyPlan, book: Book) -> None:
    """Enter the tables `investment` and `cost`."""
    for y, period in enumerate(plan.periods):
        stage = period.stage
        for name, money in _investments(stage, plan.case):
            for region, share, item in shares_of(name, plan.regions):
                book.put("investment", region, item, y, share * money)
        for part, name, money in _costs(plan, y):
            for region, share, item in shares_of(name, plan.regions):
                book.put("cost", region, f"{part}|{kind_of(item)}", y, share * money)
        missed = float(np.sum(_missed(stage))) / worth_of(plan.case, stage.year)
        for region in plan.regions:
            book.put("cost", region, f"{MISSED}|{SECTORS}", y, missed / len(plan.regions))


def _investments(stage: Stage, case: Case) -> Iterator[tuple[str, float]]:
    prices, names, departures = build_prices(stage, case), stage.system.stocks.names, stage.system.departures
    for s, name in enumerate(names):
        if name in prices:
            yield name, prices[name] * float(stage.plan.build[s, 0])
    for u, price in retrofit_prices(stage).items():
        yield names[departures.target[u]], price * float(stage.plan.departed[u, 0])


def _costs(plan: EconomyPlan, y: int) -> Iterator[tuple[str, str, float]]:
    """(part, stock or activity, 1e9 CNY a year)."""
    stage, inherited = plan.periods[y].stage, plan.power.inherited[y]
    system, worth = stage.system, worth_of(plan.case, stage.year)
    for s, name in enumerate(system.stocks.names):
        yield CAPITAL, name, float(system.stocks.build_cost[s, 0] * stage.plan.build[s, 0]) / worth
        yield UPKEEP, name, float(system.stocks.keep_cost[s, 0] * stage.capacity[s, 0]) / worth
    for name, parts in inherited.built.items():
        yield CAPITAL, name, sum(part.payment for part in parts if part.stands(stage.year))
    for u, target in enumerate(system.departures.target):
        cost = float(system.departures.cost[u, 0] * stage.plan.departed[u, 0]) / worth
        yield CAPITAL, system.stocks.names[target if target >= 0 else system.departures.source[u]], cost
    for a, name in enumerate(system.yearly.names):
        yield RUNNING, name, float(system.yearly.cost[a, 0] * stage.certificate.yearly[a, 0]) / worth
    yield from ((RUNNING, name, money) for name, money in _running(stage))


def _running(stage: Stage) -> Iterator[tuple[str, float]]:
    """Process or storage -> 1e9 CNY a year in the replay."""
    run = stage.replay
    p, s = run.system.processes, run.system.storages
    for number, name in enumerate(p.names):
        yield name.removesuffix(" heat"), _year(stage, p.cost[number] * run.activity[number])
    for number, name in enumerate(s.names):
        parts = (s.charge_cost[number] * run.charge[number], s.discharge_cost[number] * run.discharge[number])
        yield name, sum(_year(stage, part) for part in parts)


def _year(stage: Stage, money: Array) -> float:
    return float(stage.replay.energy(np.broadcast_to(money, (1, stage.replay.system.steps.count)))[0, 0])


def _missed(stage: Stage) -> Array:
    """(limits,) present value paid where a priced limit is missed in the replay."""
    run = stage.replay
    found = np.zeros(len(run.limits))
    for number, limit in enumerate(run.limits):
        if limit.price is not None:
            over = max(run.counted[number] - limit.upper, limit.lower - run.counted[number], 0.0)
            found[number] = over * limit.price
    return found
