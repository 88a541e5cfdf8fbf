"""The timetable: for every target, what the plan reaches in each period, what is asked, and by how much it is kept.

A target that holds from its due year on has milestones before it: the values that the plan reaches on its way. Values
are in the unit of the target where the indicator can be counted, else in the unit of the limit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dafeng.catalog import DafengError
from dafeng.pathway.scenario_names import options
from dafeng.pathway.scenario_targets import OUTSIDE, Treatment
from dafeng.pathway.sectors.build import Economy
from dafeng.pathway.sectors.counting import Counting
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.sectors.target_limits import ALWAYS, KINDS, Frame, indicator, value_of
from dafeng.pathway.system import Array
from dafeng.reports.economy.limits import TARGET

MILESTONE, KEPT, MISSED, UNKNOWN = "milestone", "kept", "missed", "unknown"
TOLERANCE = 1e-3
"""Share of what is asked that counts as kept, as in the replay."""
RESPONSE = "T12"
ANSWERS = ("demand_response", "interruptible_load")
CASES = {"T07": "corridor_renewables", RESPONSE: "peak_response"}
"""Targets that are settings of the power system -> their limits. What keeping one costs more: on corridors, that of the
dearest sending region; in the hours of highest load, of all of them."""
LEVELS = ("peak", "below_peak", "trend")


def frame_of_plan(plan: EconomyPlan) -> Frame:
    """A frame in which every period of the plan is a year gone by."""
    earlier: dict[tuple[str, str], dict[int, Array]] = {}
    for year, period in zip(plan.years, plan.periods, strict=True):
        for table in (period.amounts, period.output):
            for key, amount in table.items():
                earlier.setdefault(key, {})[year] = amount
    nothing = Counting(plan.regions, plan.years)
    wanted = Economy(plan.scenario, plan.base, earlier)
    return Frame(nothing, nothing, nothing, wanted, plan.years, np.ones(len(plan.years)))


def targets_of(plan: EconomyPlan, limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every target with its treatment, and the marginal cost of keeping it by period (null: no limit)."""
    found = []
    for one in plan.scenario.targets.values():
        own = {year: _price(one, year, limits) for year in plan.years}
        unit = next((unit for _, unit in own.values() if unit is not None), None)
        found.append(
            {
                "target": one.target.id,
                "layer": one.target.layer,
                "action": one.target.action or 0,
                "clause": one.target.clause,
                "name": dict(one.target.name),
                "how": one.how,
                "kind": one.kind,
                "value": one.target.value,
                "unit": one.target.unit,
                "due_year": one.target.due_year,
                "limit_unit": one.unit,
                "soft_price": one.price,
                "soft_price_unit": one.price_unit if one.price is not None else "",
                "reason": dict(one.reason),
                "price": [own[year][0] for year in plan.years],
                "price_unit": unit,
            }
        )
    return found


def _limits_of(one: Treatment, year: int, limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kind = CASES.get(one.target.id, TARGET)
    found = [limit for limit in limits if (limit["kind"], limit["year"]) == (kind, year)]
    return found if kind != TARGET else [limit for limit in found if limit["subject"] == one.target.id]


def _price(one: Treatment, year: int, limits: list[dict[str, Any]]) -> tuple[float | None, str | None]:
    """What keeping a target costs more in a year if one unit more is asked, and the unit; None: no limit."""
    own = _limits_of(one, year, limits)
    if not own or not one.limits:
        return None, None
    together = sum if one.target.id == RESPONSE else max
    return together(limit["price"] for limit in own), own[0]["price_unit"]


def timetable(plan: EconomyPlan, limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Milestones by target and period, in the order of the targets."""
    frame = frame_of_plan(plan)
    whole = len({p for group in plan.power.stages[0].inputs.grouping.members for p in group}) == 31
    found = []
    for one in plan.scenario.targets.values():
        if one.how == OUTSIDE or not one.kind or not whole:
            continue
        for y, year in enumerate(plan.years):
            row = _row(plan, frame, one, y, limits)
            if row is not None:
                found.append({"target": one.target.id, "year": year, "due": _due(one, year), **row})
    return found


def _due(one: Treatment, year: int) -> bool:
    return one.kind in ALWAYS or year >= (one.target.due_year or 0)


def _row(
    plan: EconomyPlan, frame: Frame, one: Treatment, y: int, limits: list[dict[str, Any]]
) -> dict[str, Any] | None:
    year = plan.years[y]
    price, unit = _price(one, year, limits)
    if one.kind == "case":
        row = _of_response(plan, one, y) if one.target.id == RESPONSE else _of_case(one, year, limits)
    elif one.kind in LEVELS:
        row = _of_level(frame, one, year)
    else:
        value = _added(plan, one, y) if one.kind == "added" else indicator(frame, one, year)
        if value is None:
            return None
        required = value_of(one) if _due(one, year) else None
        row = _held(value, required, one.target.unit, one.target.upwards)
    return None if row is None else {**row, "price": price, "price_unit": unit}


def _held(value: float, required: float | None, unit: str, upwards: bool) -> dict[str, Any]:
    if required is None:
        return {"value": value, "required": None, "margin": None, "unit": unit, "state": MILESTONE}
    margin = value - required if upwards else required - value
    state = KEPT if margin >= -TOLERANCE * max(abs(required), 1e-9) else MISSED
    return {"value": value, "required": required, "margin": margin, "unit": unit, "state": state}


def _of_level(frame: Frame, one: Treatment, year: int) -> dict[str, Any] | None:
    """Of a peak or a trend: the level, in the unit of the limit, against the most that it may be."""
    counted = frame.past.value(frame.sum(one.counts, year), year)
    if counted is None:
        return None
    alone = replace(frame, years=(year,))
    try:
        bounds = KINDS[one.kind](alone, one, 0)
    except DafengError:  # the years that it is held against are not known
        bounds = []
    if not bounds:
        return _held(counted, None, one.unit, upwards=False)
    held = frame.past.value(bounds[0].form, year)
    if held is None:
        return None
    # A trend that is held against another sum: what it may be is what the sum allows.
    return _held(counted, bounds[0].upper + counted - held, one.unit, upwards=False)


def _of_response(plan: EconomyPlan, one: Treatment, y: int) -> dict[str, Any]:
    """Load that can wait or be cut, in per cent of the highest load of the replay."""
    stage = plan.periods[y].stage
    run = stage.replay.system
    nodes = [n for n, name in enumerate(run.nodes.names) if name.endswith(" electricity")]
    highest = float(run.nodes.demand[nodes].sum(axis=0).max())
    stands = sum(
        float(stage.capacity[s, 0])
        for s, name in enumerate(stage.system.stocks.names)
        if name.partition(" ")[2] in ANSWERS
    )
    required = value_of(one) if plan.years[y] >= (one.target.due_year or 0) else None
    return _held(100 * stands / highest if highest else 0.0, required, "%", upwards=True)


def _of_case(one: Treatment, year: int, limits: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Of a setting of the power system: the limit that is nearest to being missed."""
    own = _limits_of(one, year, limits)
    if not own:
        return None
    worst = min(own, key=lambda limit: limit["replay"] - (limit["lower"] or 0.0))
    return _held(worst["replay"], worst["lower"] or 0.0, worst["unit"], upwards=True)


def _added(plan: EconomyPlan, one: Treatment, y: int) -> float | None:
    """Per cent of what is built in a period."""
    stage = plan.periods[y].stage
    built: dict[str, float] = {}
    for s, name in enumerate(stage.system.stocks.names):
        item = name.partition(" ")[2]
        if item in options():
            built[item] = built.get(item, 0.0) + float(stage.plan.build[s, 0])

    def total(expressions: tuple[str, ...]) -> float:
        found = 0.0
        for text in expressions:
            service, _, option = text.partition(":")[2].partition("/")
            found += sum(
                v for k, v in built.items() if (k == option) or (option == "*" and options()[k].service == service)
            )
        return found

    whole = total(one.over)
    return 100 * total(one.counts) / whole if whole > 1e-9 else None
