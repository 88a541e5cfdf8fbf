"""Plans of all sectors as ledger lines, and the status board of a scenario: history first, then what the plan counts.

A plan closes on the statistics of its base year, so its lines bear the scope and edition of those statistics, and the
board holds a target against one series: reported years up to the first period, projected ones from there on. The
measures are those of history (`accounts.statistical_measures`); what a plan captures is taken off its CO2.

    co2_topdown (fossil-incl-nonenergy)  = sum(c) factor[c] primary_consumption[c] - captured
    co2_fuel    (energy-use)             = the same with the factors that are netted for feedstock
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from dafeng import accounts, targets
from dafeng.accounts import Choice, Coefficient, Figure, Measure, Series
from dafeng.accounts.simple import top_down
from dafeng.catalog import convert, resource, unit_of
from dafeng.ledger import Ledger, Observation, year_span
from dafeng.pathway.local_targets import local_treatments
from dafeng.pathway.power.policies import FACTOR_SET
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_targets import treatments
from dafeng.pathway.sectors.base_year import BaseYear
from dafeng.pathway.sectors.region_base import primary
from dafeng.pathway.system import Array

NATION = "CN"
MILLION = 1e6
PROCESS = ("process_co2", "all")
CAPTURED = ("captured_co2", "all")
ENERGY = "primary_consumption"
TRANSPORT = "final.transport"
PRIMARY = tuple((ENERGY, carrier) for carrier in ("energy", "coal", "oil", "gas", "primary_electricity"))
#: national statistics that a scenario has drivers for: flow, carrier -> driver
DRIVEN = {("population", "all"): "population"}
#: what stands in for what a target means: flow, carrier -> scope
PROXIES = {("output", "crude_throughput"): "throughput"}
#: measures that count parts of what a plan counts whole
OF_PARTS = ("co2_process", "co2_estimate", "energy_estimate")
GROWTH = ("gdp_growth", "all")
GDP = "gdp"
CURRENT = ("gdp_current", "all")
BASE_YEAR = 2020
RESPONSE = "T12"
"""The target of the nation that is asked of every provincial grid."""
WITHIN = 1e-3
"""Share of what is asked that a plan may fall short, as in its replay and timetable."""


class Counted(Protocol):
    """A plan that counts flows: `EconomyPlan` or `Sketch`."""

    @property
    def scenario(self) -> Scenario: ...

    @property
    def regions(self) -> tuple[str, ...]: ...

    @property
    def years(self) -> tuple[int, ...]: ...

    @property
    def keys(self) -> tuple[tuple[str, str], ...]: ...

    def amount(self, flow: str, carrier: str) -> Array: ...


@cache
def editions() -> Mapping[tuple[str, str], tuple[str, str]]:
    """(flow, carrier) -> scope and vintage in which the nation's latest statistics have it."""
    rank = {(row["flow"], row["scope"], row["vintage"]): row["rank"] for row in resource("measures", "preferred").rows}
    best: dict[tuple[str, str], tuple[int, int, str, str]] = {}
    for row in resource("statistics", "national").rows:
        if row["entity"] == NATION and row["base_year"] is None:
            key = (row["flow"], row["carrier"])
            own = (rank.get((row["flow"], row["scope"], row["vintage"]), 0), -row["year"], row["scope"], row["vintage"])
            best[key] = min(best.get(key, own), own)
    return {key: (scope, vintage) for key, (_, _, scope, vintage) in best.items()}


def lines(plan: Counted, name: str, members: Iterable[str], note: str = "") -> list[Observation]:
    """The results of a plan as ledger lines of every region, and of the nation where `members` are all provinces.

    Args:
        name: of the plan; its scenario in the ledger. members: provinces of the plan's regions.
    """
    whole = set(members) >= {row["id"] for row in resource("regions", "regions").rows if row["kind"] == "province"} & (
        provinces()
    )
    found = []
    for flow, carrier in plan.keys:
        table, unit = plan.amount(flow, carrier) * MILLION, unit_of(flow, carrier)
        groups = {region: table[place] for place, region in enumerate(plan.regions)}
        if whole:
            groups[NATION] = table.sum(axis=0)
        for entity, values in groups.items():
            for year, value in zip(plan.years, values, strict=True):
                found.append(line(entity, year, flow, carrier, float(value), unit, name, note))
    return [*found, *(_drivers(plan, name, note) if whole else ())]


@cache
def provinces() -> frozenset[str]:
    """The provinces that can be planned."""
    from dafeng.catalog import power

    return frozenset(power.provinces())


def line(entity: str, year: int, flow: str, carrier: str, value: float, unit: str, name: str, note: str) -> Observation:
    start, end = year_span(year)
    scope, vintage = editions().get((flow, carrier), (PROXIES.get((flow, carrier), ""), ""))
    return Observation(
        entity=entity,
        start=start,
        end=end,
        flow=flow,
        carrier=carrier,
        value=value,
        unit=unit,
        dataset=f"plan:{name}",
        scenario=name,
        scope=scope,
        vintage=vintage,
        status="projected",
        quality="estimated",
        source=f"dafeng plan {name}",
        note=note,
    )


def _drivers(plan: Counted, name: str, note: str) -> Iterable[Observation]:
    """Population and yearly growth of GDP that the scenario assumes, of the nation."""
    from dafeng.catalog import economy

    scenario, units = plan.scenario, economy.driver_units()
    for (flow, carrier), driver in DRIVEN.items():
        unit = unit_of(flow, carrier)
        for year in plan.years:
            value = convert(scenario.driver(driver, year), units[driver], unit)
            yield line(NATION, year, flow, carrier, value, unit, name, note)
    for year in range(plan.years[0], plan.years[-1] + 1):
        growth = 100 * (scenario.driver(GDP, year) / scenario.driver(GDP, year - 1) - 1)
        yield line(NATION, year, *GROWTH, growth, "%", name, note)


# --- the board -------------------------------------------------------------------------------------------------------


def measures(choice: Choice) -> tuple[Measure, ...]:
    """The measures of the nation's statistics, less what is captured, those of the definition of 2026, and CO2 of the
    fuels of transport.
    """
    found = []
    for measure in accounts.statistical_measures(choice):
        if measure.id == "co2_topdown":
            found.append(_less_captured(measure))
        elif measure.id not in OF_PARTS:
            found.append(measure)
    netted = replace(_less_captured(top_down(FACTOR_SET)), id="co2_fuel", scope="energy-use")
    process = Measure(
        "co2_process", "t_CO2", "process", (Coefficient(*PROCESS, Fraction(1)),), needs=((PROCESS[0], (PROCESS[1],)),)
    )
    return (*found, netted, process, transport_measure())


def _less_captured(measure: Measure) -> Measure:
    return replace(measure, coefficients=(*measure.coefficients, Coefficient(*CAPTURED, Fraction(-1))))


def transport_measure() -> Measure:
    """CO2 of the fuels that the transport sector burns, by the factors of the top-down account."""
    counted = top_down(FACTOR_SET)
    rows = tuple(Coefficient(TRANSPORT, c.carrier, c.value, c.terms) for c in counted.coefficients)
    return Measure(
        "co2_transport",
        "t_CO2",
        "fuels-of-transport",
        rows,
        counted.factor_set,
        ((TRANSPORT, ("oil",)),),
        counted.method,
    )


def figures(observations: Sequence[Observation], name: str, choice: Choice) -> list[Figure]:
    """What the measures count of a plan's lines, and what these state, by the code that counts history."""
    dataset = f"plan:{name}"
    with TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder), write=True)
        try:
            ledger.append(list(observations), name, "plan", dataset, "", (), 0)
            account = accounts.evaluate(ledger, measures(choice), dataset, scenario=name)
            return [*account.figures(), *accounts.stated_figures(ledger, dataset, name)]
        finally:
            ledger.close()


def series(history: Series, projected: Sequence[Figure], first: int) -> Series:
    """History up to the year before the first period, then the plan; indicators are made anew.

    Args:
        history: of a workspace. first: year of the first period.
    """
    own = accounts.series_of(projected)
    entities = {entity for entity, _ in own}
    made = {row["id"] for row in resource("measures", "figures").rows if row["kind"] == "indicator"}
    past: dict[tuple[str, str], dict[int, Figure]] = {}
    for (entity, key), points in history.items():
        plain = key.partition("|")[0]
        if entity in entities and plain not in made and not plain.startswith("announced."):
            past[entity, key] = {year: figure for year, figure in points.items() if year < first}
    for place, points in own.items():
        past[place] = {**past.get(place, {}), **points}
    return accounts.with_indicators({place: points for place, points in past.items() if points})


def board(
    observations: Sequence[Observation],
    name: str,
    history: Series,
    choice: Choice | None = None,
    overlay: bool = True,
    today: int | None = None,
) -> tuple[list[targets.BoardRow], Series]:
    """The status board of a plan of the nation, by the code of the board of history, and the series behind it.

    Args:
        observations: of the plan (`lines`). history: series of a workspace (`Workspace.series`).
        today: the year in which it is read; default: the last year of the plan, so that every due year has come.
    """
    own = [line for line in observations if line.entity == NATION]
    years = sorted({line.start.year for line in own if line.flow == ENERGY})
    found = series(history, figures(own, name, choice or Choice()), years[0])
    read = today or max(years[-1], datetime.now(UTC).year)
    return targets.board(targets.plan_targets(overlay), found, NATION, read, WITHIN), found


# --- a province alone ------------------------------------------------------------------------------------------------


class OfPart(Counted, Protocol):
    """A plan of all sectors that says what its base year was."""

    @property
    def base(self) -> BaseYear: ...


def alone(regions: Sequence[str]) -> bool:
    """Is a plan of these regions one of a single province."""
    return len(regions) == 1 and regions[0] in provinces()


def background(plan: OfPart, region: str, name: str) -> list[Observation]:
    """What the board of a province alone needs besides the plan: primary consumption of the base year as the plan
    counts it, GDP of that year, and the growth of GDP that the plan assumes. They enter no ledger.
    """
    found = []
    for (flow, carrier), years in primary(plan.base, grouping(region)).items():
        for year, amount in years.items():
            unit = unit_of(flow, carrier)
            found.append(line(region, year, flow, carrier, float(amount[0]) * MILLION, unit, name, ""))
    for row in resource("statistics", "provinces_economy").rows:
        if (row["entity"], row["year"], row["flow"]) == (region, BASE_YEAR, "gdp_current"):
            value = convert(row["value"], row["unit"], "CNY")
            found.append(replace(line(region, BASE_YEAR, *CURRENT, value, "CNY", name, ""), quality=row["quality"]))
    scenario = plan.scenario.local(region)
    for year in range(BASE_YEAR + 1, plan.years[-1] + 1):
        growth = 100 * (scenario.driver(GDP, year) / scenario.driver(GDP, year - 1) - 1)
        found.append(line(region, year, *GROWTH, growth, "%", name, ""))
    return found


def board_of_province(
    plan: OfPart, observations: Sequence[Observation], name: str, choice: Choice, today: int | None = None
) -> tuple[list[targets.BoardRow], Series]:
    """The board of a plan of one province alone, of its own targets that are due in a plan and of what is
    asked of every grid.

    It rests on the plan alone: the province's statistics count its energy in another way.

    Args:
        observations: of the plan (`lines`). today: as in `board`.
    """
    (region,) = plan.regions
    own = [line for line in observations if line.entity == region]
    found = accounts.with_indicators(accounts.series_of(figures([*own, *background(plan, region, name)], name, choice)))
    wanted = [one.target for one in local_treatments().values() if one.target.region == region]
    wanted.append(treatments()[RESPONSE].target)
    read = today or max(plan.years[-1], datetime.now(UTC).year)
    return targets.board(wanted, found, region, read, WITHIN), found
