"""The data of the report of a plan of all sectors (schema `dafeng.economy/1`, docs/economy-json.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from dafeng.accounts import Series
from dafeng.catalog import LANGUAGES, all_words, descriptor, economy, resource
from dafeng.pathway.power.case import MYOPIC
from dafeng.pathway.power.policies import FACTOR_SET, since
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.forest import forest_data
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.reports.data import board_row, entity, figures_of, names, sources
from dafeng.reports.economy.closure import closure
from dafeng.reports.economy.count import BASE_YEAR, HEAT, POWER, UNITS, Counted, counted
from dafeng.reports.economy.held import held
from dafeng.reports.economy.limits import limit_texts, limits_of
from dafeng.reports.economy.projects import COLUMNS as PROJECT_COLUMNS
from dafeng.reports.economy.projects import projects
from dafeng.reports.economy.published import own_figures, published
from dafeng.reports.economy.roadmap import COLUMNS as ROADMAP_COLUMNS
from dafeng.reports.economy.roadmap import kind_of_sector, roadmap
from dafeng.reports.economy.roadmap_co2 import intensity
from dafeng.reports.economy.summary import history, peaks, prices, summary
from dafeng.reports.economy.timetable import targets_of, timetable
from dafeng.reports.plan.data import areas_of, case_of, entities_of, solved_of, solved_together
from dafeng.reports.plan.holding import holding
from dafeng.reports.plan.hours import Area
from dafeng.reports.plan.names import technologies_of
from dafeng.targets import BoardRow

SCHEMA = "dafeng.economy/1"
WHOLE = "plan"
SCOPE = "energy"
Texts = dict[str, str]


def economy_data(
    plan: EconomyPlan,
    name: str,
    version: str,
    *,
    board: Sequence[BoardRow] = (),
    series: Series | None = None,
    wedges: Mapping[str, Any] | None = None,
    curve: Sequence[Mapping[str, Any]] | None = None,
    alternatives: Mapping[str, Any] | None = None,
    comparison: Mapping[str, Any] | None = None,
    entered: bool = False,
    seconds: float = 0.0,
    found: Counted | None = None,
) -> dict[str, Any]:
    """Everything that the reports of a plan of all sectors show, as plain values.

    Args:
        name: of the plan. entered: do its results stand in the ledger. seconds: that making it took.
        board: of the scenario, made by `targets.board` from the ledger; series: what its readings rest on.
        wedges, curve: as `acting.wedge_data` and `acting.curve_data` give them.
        alternatives: as `alternatives.alternatives_data` gives them.
        comparison: `compare.compare` of this plan with another. found: the plan counted out; None: it is done here.
    """
    done = found or counted(plan)
    steps = roadmap(done)
    own = held(plan)
    limits = limits_of(plan, own.scenario)
    rows = timetable(plan, limits, own)
    areas = areas_of(plan.regions)
    overview = summary(done)
    price = prices(plan, limits)
    named = {key: {"name": one.target.name} for key, one in {**own.national, **own.targets}.items()}
    overview["co2_price"] = price["co2"]
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "made": {
            "version": version,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "catalogue": descriptor("plan")["version"],
            "seconds": round(seconds, 1),
        },
        "name": name,
        "scenario": scenario_of(plan),
        "case": case_of(plan.case),
        "frame": frame_of(plan),
        "verdict": {
            **holding(plan.power.stages, limits, lambda limit: limit_texts(limit, names_of(), named), plan.holds),
            "entered": entered,
            "gap": finite(plan.power.gap),
            "cost": plan.power.cost,
            "bound": plan.power.bound,
            "money_year": plan.case.money_year,
            "worth_year": plan.case.periods[0],
            "foresight": plan.case.foresight,
        },
        "years": list(plan.years),
        "spans": spans_of(plan),
        "base_year": BASE_YEAR,
        "regions": list(plan.regions),
        "entities": _entities(plan, areas),
        "technologies": technologies_of(),
        "items": items(),
        "sectors": sectors_of(),
        "services": services_of(),
        "units": dict(UNITS),
        "tables": {table: {region: dict(rows) for region, rows in own.items()} for table, own in done.tables.items()},
        "base": {
            table: {region: {item: values[0] for item, values in rows.items()} for region, rows in own.items()}
            for table, own in done.base.items()
        },
        "flows": [vars(flow) for flow in done.power.flows],
        "summary": overview,
        "forest": forest_data(plan.scenario, plan.years, plan.case.regions),
        "history": history(),
        "peak": peaks(done),
        "prices": price,
        "limits": limits,
        "targets": targets_of(plan, limits, own, rows),
        "targets_note": own.note,
        "timetable": rows,
        "roadmap": {
            "columns": list(ROADMAP_COLUMNS),
            "rows": [step.row() for step in steps],
            "intensity": intensity(done),
        },
        "projects": {"columns": list(PROJECT_COLUMNS), "rows": projects(plan, steps)},
        "boards": {WHOLE: [board_row(row) for row in board]},
        "figures": figures_behind(board, series),
        "names": names() if board else {},
        "closure": closure(plan.base),
        "stages": [_stage(stages) for stages in solved_together(plan.power)],
        "wedges": wedges,
        "curve": None if curve is None else [dict(one) for one in curve],
        "alternatives": alternatives,
        "comparison": comparison,
        "published": published() if own.note is None else [],
        "sources": sources_of_plans(),
    }
    data["published_own"] = own_figures(data) if data["published"] else {}
    return data


def _entities(plan: EconomyPlan, areas: list[Area]) -> list[dict[str, Any]]:
    """The regions of the plan, and the provinces in them, which the project list names."""
    found = entities_of(plan.regions, areas, plan.case.regions)
    there = {one["id"] for one in found}
    members = {p for group in plan.power.stages[0].inputs.grouping.members for p in group} - there
    return [*found, *(entity(row) for row in resource("regions", "regions").rows if row["id"] in members)]


def finite(value: float | None) -> float | None:
    """A number that JSON can hold; None where nothing was proved."""
    return None if value is None or not math.isfinite(value) else value


def _stage(stages: tuple[Stage, ...]) -> dict[str, Any]:
    """A solved stage; its bound and gap are null where no bound was found."""
    found = solved_of(stages)
    return {**found, "certificate": {k: finite(v) for k, v in found["certificate"].items()}}


def frame_of(plan: EconomyPlan) -> dict[str, Any]:
    """What a plan counts, and how: what two plans must share to be compared, and what may differ."""
    case = plan.case
    members = {p for group in plan.power.stages[0].inputs.grouping.members for p in group}
    return {
        "regions": list(plan.regions),
        "whole": len(members) == len(resource("economy", "provinces").by("entity")) or len(members) == 31,
        "scope": SCOPE,
        "factor_set": FACTOR_SET,
        "base_year": BASE_YEAR,
        "money_year": case.money_year,
        "periods": list(plan.years),
        "days": case.days,
        "foresight": MYOPIC,
        "demand": case.demand,
        "driver_set": plan.scenario.driver_set,
        "discount_rate": case.discount_rate,
        "interest_rate": case.interest_rate,
    }


def spans_of(plan: EconomyPlan) -> dict[str, list[float]]:
    """Years in which what a period builds is built: since the period before, in the first one since what stands is
    known (power), or since the base year (options of the sectors).
    """
    years = plan.years
    later = [float(b - a) for a, b in pairwise(years)]
    first = {"power": since(plan.case, years[0]), "sectors": float(BASE_YEAR)}
    return {side: [max(years[0] - known, 1e-3), *later] for side, known in first.items()}


def scenario_of(plan: EconomyPlan) -> dict[str, Any]:
    """What was assumed: levers by action, drivers by period, the file itself."""
    one = plan.scenario
    years = (BASE_YEAR, *plan.years)
    kinds = resource("economy", "driver_kinds").rows
    return {
        "name": one.name,
        "title": {tag: one.title.get(tag, one.name) for tag in LANGUAGES},
        "meaning": {tag: one.meaning.get(tag, "") for tag in LANGUAGES},
        "hash": one.hash,
        "text": one.text(),
        "driver_set": one.driver_set,
        "levers": [
            {"id": lever.id, "action": lever.action or 0, "title": {t: lever.title.get(t, lever.id) for t in LANGUAGES}}
            for lever in one.levers
        ],
        "drivers": [
            {
                "id": row["id"],
                "name": {tag: row[f"name_{tag}"] for tag in LANGUAGES},
                "unit": row["unit"],
                "years": list(years),
                "values": [one.driver(row["id"], year) for year in years],
            }
            for row in kinds
        ],
    }


def items() -> dict[str, dict[str, Texts]]:
    """Kind (sector, fuel, service, option) -> id -> name; the same id may be a sector and a service."""
    found: dict[str, dict[str, Texts]] = {}
    for package, table, kind in (
        ("economy", "sectors", "sector"),
        ("economy", "fuels", "fuel"),
        ("sectors", "services", "service"),
        ("sectors", "options", "option"),
    ):
        found[kind] = {row["id"]: {t: row[f"name_{t}"] for t in LANGUAGES} for row in resource(package, table).rows}
    for key, texts in all_words().items():
        for kind in ("sector", "fuel"):
            if key.startswith(f"economy.{kind}."):
                found[kind].setdefault(key.removeprefix(f"economy.{kind}."), dict(texts))
    for sector in economy.sectors():
        for ending, kind in (("", "service"), ("_as_today", "option"), ("_electric", "option")):
            texts = all_words()[f"economy.rest{ending}"]
            own = {tag: texts[tag].format(sector=found["sector"][sector][tag]) for tag in LANGUAGES}
            found[kind][f"rest_{sector}{ending}"] = own
    return found


def names_of() -> dict[str, Any]:
    """Id of a technology of power or an option -> `name` by language."""
    return {**technologies_of(), **{key: {"name": texts} for key, texts in items()["option"].items()}}


def sectors_of() -> list[dict[str, Any]]:
    """Sectors in the order of the balance, with the group that pages and tables sum them to."""
    own = [{"id": sector, "group": kind_of_sector(sector)} for sector in economy.sectors()]
    return [{"id": POWER, "group": "energy"}, {"id": HEAT, "group": "energy"}, *own]


def services_of() -> list[dict[str, Any]]:
    """Services with their unit and options; what statistics show beyond them comes last."""
    found = [
        {
            "id": row["id"],
            "sector": row["sector"],
            "unit": row["unit"],
            "product": row["product"],
            "options": [name for name, option in options().items() if option.service == row["id"]],
        }
        for row in resource("sectors", "services").rows
    ]
    rests = [
        {
            "id": f"rest_{sector}",
            "sector": sector,
            "unit": "index",
            "product": None,
            "options": [f"rest_{sector}_as_today", f"rest_{sector}_electric"],
        }
        for sector in economy.sectors()
    ]
    return [*found, *rests]


def figures_behind(board: Sequence[BoardRow], series: Series | None) -> list[dict[str, Any]]:
    """The series that the readings of the board rest on."""
    if not board or series is None:
        return []
    wanted = {tuple(r.figure.split("/")[0::2][:2]) for row in board for r in row.readings if r.figure}
    return [one for one in figures_of(series) if (one["entity"], one["name"]) in wanted]


def sources_of_plans() -> dict[str, Any]:
    """The sources of the packages that a plan rests on."""
    own = {
        row["id"]
        for package in ("power", "economy", "sectors", "scenarios", "forest")
        for row in resource(package, "sources").rows
    }
    return {key: value for key, value in sources().items() if key in own}
