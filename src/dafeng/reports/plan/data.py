"""The data of a plan's report (schema `dafeng.plan/1`, docs/plan-json.md): everything that page and workbook show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from dafeng.catalog import LANGUAGES, descriptor, resource, word
from dafeng.pathway.outcome import Attempt
from dafeng.pathway.power.case import MYOPIC, Case
from dafeng.pathway.power.planning import PowerPlan
from dafeng.pathway.power.regions import GRIDS, grouping
from dafeng.pathway.power.stage import Stage
from dafeng.reports.data import entity
from dafeng.reports.plan.holding import holding
from dafeng.reports.plan.hours import Area, hours_of
from dafeng.reports.plan.names import technologies_of
from dafeng.reports.plan.outcome import UNITS, Outcome, Told, co2_of_power
from dafeng.reports.plan.ranges import ranges_of

SCHEMA = "dafeng.plan/1"
WHOLE = "plan"
FEW = 8
DUST = 1e-6  # GWh a year
BY_YEAR = (
    "co2_cap",
    "co2_price",
    "co2_intensity",
    "coal_cap",
    "non_fossil_share",
    "wind_solar_share",
    "peak_response",
)
BY_TECHNOLOGY = {
    "share_floor": "share",
    "share_ceiling": "share",
    "capacity_floor": "gw",
    "capacity_ceiling": "gw",
    "cost_factor": "factor",
    "build_factor": "factor",
}
FACTORS = ("cost_factor", "build_factor", "exchange")
#: beginning of a limit's name -> unit of what it counts
LIMIT_UNITS = {
    "co2_cap": "Mt_CO2",
    "co2_intensity": "Mt_CO2",
    "coal_cap": "Mtce",
    "wind_solar_share": "TWh",
    "non_fossil_share": "TWh",
    "share_floor": "TWh",
    "share_ceiling": "TWh",
    "corridor_renewables": "TWh",
}
BOUNDS = ("floor", "ceiling", "share_floor", "share_ceiling")
"""Kinds of limits that stand behind their subject in a name."""
#: ... and 1e9 CNY per such a unit in a unit that people know
PRICE_UNITS = {
    "Mt_CO2": ("CNY/t_CO2", 1e3),
    "Mtce": ("CNY/tce", 1e3),
    "TWh": ("CNY/MWh", 1e3),
    "GW": ("CNY/kW", 1e3),
    "GWh": ("CNY/kWh", 1e3),
}
Texts = dict[str, str]


def plan_data(
    plan: PowerPlan, found: Outcome, name: str, version: str, entered: bool, seconds: float = 0.0
) -> dict[str, Any]:
    """Everything that the reports of a plan show, as plain values.

    Args:
        found: the plan counted out. name: of the plan. entered: do its results stand in the ledger.
        seconds: that making it took.
    """
    areas = areas_of(found.regions)
    limits = [limit for stage in plan.stages for limit in _limits(stage)]
    told = [Told(stage, 0) for stage in plan.stages]
    return {
        "schema": SCHEMA,
        "made": {
            "version": version,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "catalogue": descriptor("plan")["version"],
            "seconds": round(seconds, 1),
        },
        "name": name,
        "case": case_of(plan.case),
        "verdict": _verdict(plan, limits, entered),
        "years": list(found.years),
        "regions": list(found.regions),
        "entities": entities_of(found.regions, areas, plan.case.regions),
        "technologies": technologies_of(),
        "units": dict(UNITS),
        "tables": {
            table: {region: dict(items) for region, items in rows.items()} for table, rows in found.tables.items()
        },
        "flows": [vars(flow) for flow in found.flows],
        "stages": [solved_of(stages) for stages in solved_together(plan)],
        "limits": limits,
        "areas": [{"id": area.id, "regions": list(area.regions)} for area in areas],
        **hours_of(told, areas),
        "assumptions": _assumptions(found.years),
        "sources": _sources(),
    }


def areas_of(regions: tuple[str, ...]) -> list[Area]:
    """What hours are shown of: the whole, and each region where they are few, else each grid region."""
    whole = Area(WHOLE, regions)
    if len(regions) == 1:
        return [whole]
    if len(regions) <= FEW:
        return [whole, *(Area(region, (region,)) for region in regions)]
    grids = grouping(GRIDS)
    parts = [tuple(m for m in members if m in regions) for members in grids.members]
    return [whole, *(Area(grid, part) for grid, part in zip(grids.regions, parts, strict=True) if part)]


def _texts(key: str, **values: object) -> Texts:
    return {tag: word(key, tag, **values) for tag in LANGUAGES}


def entities_of(regions: tuple[str, ...], areas: list[Area], asked: str) -> list[dict[str, Any]]:
    wanted = {*regions, *(area.id for area in areas)}
    rows = {row["id"]: row for row in resource("regions", "regions").rows}
    found = [entity(row) for key, row in rows.items() if key in wanted]
    members = grouping(asked).members
    for one in found:
        if one["kind"] == "grid_region" and one["tile"] is None:
            one["tile"] = _middle(rows, members[regions.index(one["id"])] if one["id"] in regions else ())
    if len(regions) == 1:
        own = rows[regions[0]]
        name = {tag: str(own[f"short_{tag}"]) for tag in LANGUAGES}
    else:
        key = "plan.whole.grids" if asked == GRIDS else "plan.whole.provinces"
        name = _texts(key, count=len(regions))
    return [{"id": WHOLE, "kind": "plan", "parent": None, "name": name, "short": name, "tile": None}, *found]


def _middle(rows: Mapping[str, Any], members: tuple[str, ...]) -> list[float] | None:
    """The middle of a grid region's tiles."""
    tiles = [(rows[m]["tile_x"], rows[m]["tile_y"]) for m in members if rows[m]["tile_x"] is not None]
    return [round(float(np.mean(axis)), 2) for axis in zip(*tiles, strict=True)] if tiles else None


def case_of(case: Case) -> dict[str, Any]:
    """The options of a case, as JSON can hold them; factors that plans of all sectors set only where there are any."""
    plain: dict[str, Any] = {}
    for option, value in vars(case).items():
        if option in BY_YEAR:
            plain[option] = {str(year): number for year, number in sorted(value.items())}
        elif option in FACTORS and not value:
            continue
        elif option in BY_TECHNOLOGY:
            name = BY_TECHNOLOGY[option]
            plain[option] = [{"technology": t, "year": year, name: one} for (t, year), one in sorted(value.items())]
        else:
            plain[option] = list(value) if isinstance(value, tuple) else value
    return plain


# --- does it hold ----------------------------------------------------------------------------------------------------


def _verdict(plan: PowerPlan, limits: list[dict[str, Any]], entered: bool) -> dict[str, Any]:
    return {
        **holding(plan.stages, limits, limit_texts, plan.holds),
        "entered": entered,
        "gap": plan.gap,
        "cost": plan.cost,
        "bound": plan.bound,
        "money_year": plan.case.money_year,
        "worth_year": plan.case.periods[0],
        "foresight": plan.case.foresight,
    }


def limit_texts(limit: Mapping[str, Any]) -> Texts:
    """A limit in words."""
    key, subject = f"plan.limit.{limit['kind']}", limit["subject"]
    names = technologies_of().get(subject, {}).get("name") or region_names(subject)
    return {tag: word(key, tag, subject=names[tag]) for tag in LANGUAGES}


def region_names(region: str) -> Texts:
    """The short name of a region in each language; what is no region stands as it is."""
    row = resource("regions", "regions").by().get(region, {})
    return {tag: str(row.get(f"short_{tag}", region)) for tag in LANGUAGES}


def _load(stage: Stage) -> list[float]:
    demand = stage.replay.energy(stage.replay.system.nodes.demand)
    return [float(value) for value in demand.sum(axis=0)]


def _limits(stage: Stage) -> list[dict[str, Any]]:
    """The limits of a stage: value in the plan and in the replay, by how much it is missed, what it costs to keep."""
    steps, certificate, run = stage.replay.system.steps, stage.certificate, stage.replay
    found = []
    for number, limit in enumerate(run.limits):
        y = limit.period or 0
        first = np.flatnonzero(steps.period == y)[0]
        worth = float(steps.value[first] / steps.weight[first])
        kind, subject = _taken_apart(limit.name)
        unit = limit.unit or LIMIT_UNITS.get(kind, "GW")
        price_unit, scale = PRICE_UNITS[unit]
        found.append(
            {
                "name": limit.name,
                "kind": kind,
                "subject": subject,
                "year": stage.years[y],
                "unit": unit,
                "lower": float(limit.lower) if np.isfinite(limit.lower) else None,
                "upper": float(limit.upper) if np.isfinite(limit.upper) else None,
                "tightened": stage.system.limits[number].tightened,
                "plan": float(stage.plan.limit_value[number]),
                "replay": float(run.counted[number]),
                "broken": float(run.broken[number]),
                "certificate_broken": float(certificate.broken[number]),
                "missed": bool(certificate.broken[number] > 0 or stage.missed[number] > 0),
                "price": abs(float(stage.plan.limit_price[number])) / worth * scale,
                "price_unit": price_unit,
            }
        )
    return found


def _taken_apart(name: str) -> tuple[str, str]:
    """`onwind floor 2030` -> (floor, onwind); `build_rate coal_usc 2030` -> (build_rate, coal_usc)."""
    words = name.rsplit(" ", 1)[0].split(" ")
    if words[-1] in BOUNDS:
        return words[-1], " ".join(words[:-1])
    return words[0], " ".join(words[1:])


# --- how it was made -------------------------------------------------------------------------------------------------


def solved_together(plan: PowerPlan) -> list[tuple[Stage, ...]]:
    """The stages by the solution that they come from: with perfect foresight one, else one each."""
    return [(stage,) for stage in plan.stages] if plan.case.foresight == MYOPIC else [plan.stages]


def solved_of(stages: tuple[Stage, ...]) -> dict[str, Any]:
    """A solution, its certificate, and the replay of its periods."""
    first, certificate = stages[0], stages[0].certificate
    co2 = [co2_of_power(Told(stage, 0)) for stage in stages]
    return {
        "years": [stage.year for stage in stages],
        "days": {"chosen": first.days.chosen.tolist(), "weight": first.days.weight.tolist()},
        "size": {"rows": first.rows, "columns": first.columns, "nonzeros": first.nonzeros},
        "ranges": ranges_of(first.ranges),
        "certificate": {
            "cost": certificate.cost,
            "bound": certificate.bound,
            "gap": certificate.gap,
            "gap_as_asked": certificate.gap_as_asked,
            "rounds": certificate.rounds,
            "holds": all(stage.certificate.holds for stage in stages),
        },
        "attempts": [_attempt(attempt) for attempt in first.attempts],
        "replay": {
            "cost": [float(stage.replay.cost.sum()) for stage in stages],
            "unserved": [lost if (lost := float(stage.unserved.sum())) > DUST else 0.0 for stage in stages],
            "load": [sum(_load(stage)) for stage in stages],
            "co2_planned": [planned for planned, _ in co2],
            "co2": [replayed for _, replayed in co2],
        },
        "holds": all(stage.holds for stage in stages),
        "mends": first.mends,
        "seconds": {step: round(seconds, 3) for step, seconds in first.seconds.items()},
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    measured = attempt.residuals
    return {
        "recipe": attempt.recipe.name,
        "options": attempt.recipe.text(),
        "status": attempt.status,
        "accepted": not attempt.faults,
        "faults": list(attempt.faults),
        "iterations": {name: int(count) for name, count in attempt.iterations.items() if count > 0},
        "cpu_seconds": round(attempt.cpu_seconds, 3),
        "residuals": None
        if measured is None
        else {
            "row": float(measured.row.relative),
            "bound": float(measured.bound.relative),
            "dual": float(measured.dual.relative),
            "gap": float(measured.gap),
        },
    }


# --- what it rests on ------------------------------------------------------------------------------------------------


def _assumptions(years: tuple[int, ...]) -> dict[str, Any]:
    """Costs of technologies near the first and the last period, and the parameters of the model."""
    rows = resource("power", "technology_costs").rows
    known = sorted({row["year"] for row in rows})
    shown = {min(known, key=lambda year: abs(year - wanted)) for wanted in (years[0], years[-1])}
    columns = ("technology", "year", "investment_low", "investment", "investment_high", "unit", "fixed_om")
    more = ("variable_om", "efficiency", "lifetime", "source", "quality", "note")
    parameters = ("id", "technology", "value", "unit", "source", "quality", "note")
    return {
        "costs": [{name: _json(row[name]) for name in (*columns, *more)} for row in rows if row["year"] in shown],
        "parameters": [{name: _json(row[name]) for name in parameters} for row in resource("power", "parameters").rows],
    }


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _sources() -> dict[str, Any]:
    return {
        row["id"]: {
            "title": row["title"],
            "publisher": row["publisher"],
            "address": row["address"],
            "read": row["read"],
        }
        for row in resource("power", "sources").rows
    }


__all__ = [
    "SCHEMA",
    "WHOLE",
    "areas_of",
    "case_of",
    "entities_of",
    "limit_texts",
    "plan_data",
    "region_names",
    "solved_of",
    "solved_together",
]
