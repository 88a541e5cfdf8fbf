"""The plans of the provinces as far as they are known: official targets, and paths that are estimates of ours.

Targets are those of statistics/provincial_targets.csv, official or as read there. No province has published a path by
year that is in the catalogue, so the paths are ours, each marked `estimated`:

    measured    to the last figure of the province
    target      intensity in equal yearly steps from there to its official target, times GDP (measured, then assumed)
    trend       after the due year, or without a target: intensity by the trend of its last ten years, times GDP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dafeng.accounts import Series
from dafeng.assessment.balance import Balance, Plan, balance
from dafeng.assessment.projection import activity_path, projected, trend_rate
from dafeng.catalog import convert, resource
from dafeng.targets import (
    NationalParts,
    goal,
    listed,
    national_parts,
    part_text,
    read_table,
    regions_with,
    said,
    start_year,
)

HORIZON = 2040
CO2 = "co2_estimate"


@dataclass(frozen=True)
class ProvincialPlans:
    """What `balance` takes: the facts of the provinces and their plans.

    Attributes:
        path_of: figure of the paths. official: how many plans have an official target.
    """

    facts: NationalParts
    plans: tuple[Plan, ...]
    path_of: str
    official: int


def provincial_plans(
    target: str,
    series: Series,
    *,
    base_year: int | None = None,
    horizon: int = HORIZON,
    growth: Mapping[int, float] | None = None,
) -> ProvincialPlans:
    """The plans of all provinces for a national target of the catalogue.

    Args:
        target: id of the national target (`targets.goals`): T02, T03, T01, 13fyp-ei ...
        series: of a workspace; with the estimates where the target needs them (`targets.with_estimates`).
        base_year: where the target states none.
        horizon: last year of the paths.
        growth: year -> growth of GDP in percent after the last figure; default: the assumption of
            assessment/growth.csv.

    Returns:
        A plan for every province that has the figures. Paths are of the amount of an intensity target, else of CO2.

    Raises:
        UnknownName, DafengError: as `targets.national_split`; figures that a path cannot be drawn from.
    """
    aim = goal(target)
    row = resource("assessment", "splits").row(aim.indicator, "indicator")
    start = start_year(aim, base_year)
    regions, _ = regions_with(series, row, start, None)
    years = aim.due_year - start
    rates = {}
    for region in regions:
        path = _carried(series, region, row["activity"], aim.due_year, growth)
        rates[region] = 100 * ((path[aim.due_year] / path[start]) ** (1 / years) - 1)
    facts = national_parts(target, series, growth=rates, base_year=base_year)
    path_of = row["amount"] if row["kind"] == "intensity" else CO2
    official = {region: official_target(facts, region) for region in regions}
    plans = tuple(_plan(facts, series, region, official[region], path_of, horizon, growth) for region in regions)
    return ProvincialPlans(facts, plans, path_of, sum(found is not None for found in official.values()))


def provincial_balance(
    target: str,
    series: Series,
    *,
    base_year: int | None = None,
    horizon: int = HORIZON,
    growth: Mapping[int, float] | None = None,
    principle: str = "capability",
    strength: float = 0.1,
    tolerance: float = 2.0,
) -> Balance:
    """The balance sheet of the provinces' plans for a national target, from what the catalogue holds.

    Args, Raises: as `provincial_plans` and `balance`.
    """
    found = provincial_plans(target, series, base_year=base_year, horizon=horizon, growth=growth)
    facts = found.facts
    sheet = balance(facts.parts, facts.whole, found.plans, principle=principle, strength=strength, tolerance=tolerance)
    if not facts.left_out:
        return sheet
    lacking = listed(
        said("balance.lacks", name=part_text(region), figures=", ".join(names))
        for region, names in facts.left_out.items()
    )
    return replace(sheet, findings=(*sheet.findings, said("balance.left_out", year=facts.base_year, names=lacking)))


def official_target(facts: NationalParts, region: str) -> float | None:
    """What a province was asked for, in the unit of the national target; None: not known.

    Of energy in total: the official base plus the official increment.
    """
    aim, rows = facts.goal, resource("statistics", "provincial_targets").rows
    own = {
        row["indicator"]: row
        for row in rows
        if row["region"] == region
        and (row["due_year"] == aim.due_year or row["indicator"] == "energy_consumption_base")
        and row["base_year"] in (None, facts.base_year)
    }
    if aim.indicator == "energy_total":
        base, more = (own.get(f"energy_consumption_{name}") for name in ("base", "increment"))
        if base is None or more is None or base["due_year"] != facts.base_year:
            return None
        return convert(base["value"] + more["value"], base["unit"], facts.whole.unit)
    found = own.get(aim.indicator)
    return None if found is None else float(found["value"])


def read_plans(path: Path | str) -> list[Plan]:
    """Plans from a table (CSV or workbook): columns `part`, `target`, `peak_year`, and one for each year of the path.

    Raises:
        DafengError, RefusedInput: as `targets.read_parts`.
    """
    table = read_table(Path(path), ("part",), ("target", "peak_year"), years=True)
    return [
        Plan(
            name,
            cells.get("target"),
            {int(key): value for key, value in cells.items() if key.isdecimal()},
            int(cells["peak_year"]) if "peak_year" in cells else None,
        )
        for _, name, cells in table.rows
    ]


def _carried(series: Series, region: str, name: str, last: int, growth: Mapping[int, float] | None) -> dict[int, float]:
    """A figure as measured and carried on."""
    points = {year: figure.value for year, figure in series[region, name].items()}
    return points | {y: f.value for y, f in projected(series, region, name, last, growth).items()}


def _plan(
    facts: NationalParts,
    series: Series,
    region: str,
    target: float | None,
    path_of: str,
    horizon: int,
    growth: Mapping[int, float] | None,
) -> Plan:
    known = {y: f.value for y, f in series.get((region, path_of), {}).items() if y >= facts.base_year}
    if not known:
        return Plan(region, target, quality="estimated", basis=said("plans.no_path", figure=path_of))
    activity = activity_path(series, region, horizon, growth)
    trend = trend_rate(series, region, path_of, activity)
    due, newest = facts.goal.due_year, max(known)
    aimed = facts.whole.kind == "intensity" and target is not None and newest < due
    step = trend
    if aimed and target is not None:
        ratio = (1 + target / 100) * (known[facts.base_year] / activity[facts.base_year])
        step = (ratio / (known[newest] / activity[newest])) ** (1 / (due - newest)) - 1
    path = dict(known)
    for year in range(newest + 1, horizon + 1):
        rate = step if aimed and year <= due else trend
        path[year] = path[year - 1] * activity[year] / activity[year - 1] * (1 + rate)
    key = "plans.basis.target" if aimed else "plans.basis.trend"
    basis = said(key, figure=path_of, newest=newest, due=due, step=100 * step, trend=100 * trend)
    return Plan(region, target, path, quality="estimated", basis=basis)
