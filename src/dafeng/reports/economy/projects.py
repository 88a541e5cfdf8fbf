"""The project list: which coal units of the shipped list retire or are converted when, and what is built where, with
the names of the projects that wait for it (`pipeline`).

A plan speaks of the capacity of a class in a region. Its units are taken in turn until the class has given what the
plan takes: retirements the oldest first, conversions the youngest first, because a retrofit needs the years to pay. The
list of units that run or rest (July 2023) and the plan's fleet differ in total: each unit stands for its share of the
class.

Investment and CO2 of a unit are a share of what the roadmap has for its class and region, by the capacity that the unit
stands for: estimates, no figures of the plant. What is new without a name has those of the roadmap, less what projects
with a name have. Of what retires neither is said: nothing is built, and what stands in its place has the CO2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from dafeng.catalog import power
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.reports.economy.pipeline import Pipeline, Unit
from dafeng.reports.economy.roadmap import BUILD, CONVERT, EARLY, RETIRE, Step
from dafeng.reports.economy.roadmap_co2 import RETIRES

NEW = "new"
NOTHING = 1e-6
"""GW that are none."""
COLUMNS = (
    *("year", "what", "region", "province", "id", "name", "unit_name", "item", "to", "mw", "start_year", "action"),
    *("plan_mw", "investment", "investment_none", "co2", "co2_none", "basis", "status"),
)
SHARE, PLAN = "share", "plan"
"""Whose figures investment and CO2 are: a share of the roadmap's by capacity, or the roadmap's own."""
RETIRING, UNPRICED = "retires", "unpriced"
"""Why there is no investment: nothing is built, or the plan has no price for the step."""
UNITS = ("operating", "mothballed")


@dataclass
class _Class:
    """Units of a class in a region that still stand, the oldest first, and what the plan has taken beyond whole units.

    Attributes:
        units: GW of the plan that a unit stands for, and the unit. owed: GW taken from the old end, pledged: from the
            young end, that no unit has given yet.
    """

    units: list[tuple[float, Unit]]
    owed: float = 0.0
    pledged: float = 0.0

    def oldest(self, amount: float) -> list[tuple[float, Unit]]:
        """The units that retire when `amount` GW more of the class is taken: the sum is kept within half a unit."""
        self.owed += amount
        found = []
        while self.units and self.owed >= self.units[0][0] / 2:
            self.owed -= self.units[0][0]
            found.append(self.units.pop(0))
        return found

    def youngest(self, amount: float) -> list[tuple[float, Unit]]:
        """The units that are converted, from the young end."""
        self.pledged += amount
        found = []
        while self.units and self.pledged >= self.units[-1][0] / 2:
            self.pledged -= self.units[-1][0]
            found.append(self.units.pop())
        return found

    def join(self, units: list[tuple[float, Unit]]) -> None:
        """Take in units that were converted to the class."""
        self.units = sorted([*self.units, *units], key=lambda pair: _age(pair[1]))


def _age(unit: Unit) -> tuple[float, float, str]:
    """The oldest and smallest first; a unit whose year is not known is taken for one of the middle of the fleet."""
    return unit["start_year"] or _middle(), float(unit["mw"]), str(unit["id"])


@cache
def _middle() -> float:
    return float(median(unit["start_year"] for unit in power.coal_units() if unit["start_year"]))


def class_of(unit: Unit) -> str:
    """The plan's class of a unit: those that supply heat are one."""
    return "coal_chp" if unit["chp"] else str(unit["technology"])


def projects(plan: EconomyPlan, steps: Sequence[Step]) -> list[list[Any]]:
    """Rows of `COLUMNS`: units that retire or are converted, then what is built, by year."""
    classes = _classes(plan)
    pipeline = Pipeline(plan.power.stages[0].inputs.grouping, plan.regions)
    rows: list[list[Any]] = []
    for year in plan.years:
        own = [step for step in steps if step.year == year]
        for what in (CONVERT, RETIRE, EARLY):
            for step in (step for step in own if step.what == what):
                rows += _units(classes, step)
        for step in (step for step in own if step.what == BUILD and step.unit == "GW"):
            rows += _built(pipeline, step)
    return rows


def _built(pipeline: Pipeline, step: Step) -> list[list[Any]]:
    """What is built: projects with a name, then the rest."""
    named = pipeline.take(step.region, step.item, step.year, step.amount)
    rows = [_row(step, NEW, unit, step.item, "", unit["mw"] / 1e3) for unit in named]
    rest = step.amount - sum(unit["mw"] for unit in named) / 1e3
    if rest > NOTHING:
        rows.append(
            [
                *(step.year, NEW, step.region, "", "", "", "", step.item, "", _short(1e3 * rest), None, step.action),
                *_figures(step, rest, SHARE if named else PLAN),
                "",
            ]
        )
    return rows


def _classes(plan: EconomyPlan) -> dict[tuple[str, str], _Class]:
    """(region, class) -> its units, with the plan's capacity at the start spread over them."""
    grouping, stage = plan.power.stages[0].inputs.grouping, plan.power.stages[0]
    start = {
        name: float(stage.inputs.existing[name.partition(" ")[2]][plan.regions.index(name.partition(" ")[0]), 0])
        for name in stage.system.stocks.names
        if name.partition(" ")[2] in stage.inputs.existing and name.partition(" ")[0] in plan.regions
    }
    found: dict[tuple[str, str], list[Unit]] = {}
    for unit in power.coal_units():
        place = grouping.place(unit["entity"])
        if place is not None and unit["status"] in UNITS:
            found.setdefault((plan.regions[place], class_of(unit)), []).append(unit)
    result = {}
    for (region, name), units in found.items():
        scale = start.get(f"{region} {name}", 0.0) / sum(float(unit["mw"]) for unit in units)
        if scale > 0:
            result[region, name] = _Class([(scale * unit["mw"], unit) for unit in sorted(units, key=_age)])
    return result


def _units(classes: dict[tuple[str, str], _Class], step: Step) -> list[list[Any]]:
    source = step.source or step.item
    own = classes.get((step.region, source))
    if own is None:
        return []
    if step.what == CONVERT:
        taken, target = own.youngest(step.amount), step.item
        classes.setdefault((step.region, target), _Class([])).join(taken)
    else:
        taken, target = own.oldest(step.amount), ""
    return [_row(step, step.what, unit, source, target, gw) for gw, unit in taken]


def _row(step: Step, what: str, unit: Unit, item: str, target: str, gw: float) -> list[Any]:
    """A unit that stands for `gw` of a step."""
    return [
        *(step.year, what, step.region, unit["entity"], unit["id"], unit["name"], unit["unit_name"]),
        *(item, target, unit["mw"], unit["start_year"], step.action),
        *_figures(step, gw, SHARE),
        unit["status"],
    ]


def _figures(step: Step, gw: float, basis: str) -> list[Any]:
    """Of `gw` of a step: MW of the plan, investment (1e9 CNY), CO2 (Mt a year), why there is none, and the basis."""
    share = gw / step.amount if step.amount > 0 else 0.0
    nothing = RETIRING if step.what in (RETIRE, EARLY) else UNPRICED if not step.investment else ""
    investment = None if nothing else _short(share * step.investment)
    co2 = None if step.co2 is None else _short(share * step.co2)
    return [_short(1e3 * gw), investment, nothing, co2, step.co2_none or (RETIRES if step.co2 is None else ""), basis]


def _short(value: float) -> float:
    return float(f"{value:.6g}")
