"""The timetable: for every target, what the plan reaches in each period, what is asked, and by how much it is kept.

A target that holds from its due year on has milestones before it: the values that the plan reaches on its way. What is
asked of a span of years (an increment, a trend) is judged within that span only. Values are in the unit of the target
where the indicator can be counted, else in the unit of the limit. Of a target that cannot be judged but of which the
model has a part, that amount is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dafeng.catalog import DafengError
from dafeng.pathway.scenario_targets import OUTSIDE, SHOWN, Treatment
from dafeng.pathway.sectors.plan_frame import built, response
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.sectors.target_amounts import amount_of
from dafeng.pathway.sectors.target_limits import ALWAYS, KINDS, Frame, indicator, value_of
from dafeng.reports.economy.held import NATIONAL, RESPONSE, Held, national_reason
from dafeng.reports.economy.limits import TARGET

MILESTONE, KEPT, MISSED, COUNTED = "milestone", "kept", "missed", "shown"
TOLERANCE = 1e-3
"""Share of what is asked that counts as kept, as in the replay."""
CASES = {"T07": "corridor_renewables", RESPONSE: "peak_response"}
"""Targets that are settings of the power system -> their limits. What keeping one costs more: on corridors, that of the
dearest sending region; in the hours of highest load, of all of them."""
LEVELS = ("peak", "below_peak", "trend")
SPANS = ("increment", "trend")
"""Kinds that ask something of the years from the base year to the due year, and nothing of later ones."""
PER_POINT = "1e9CNY/pp"


def targets_of(
    plan: EconomyPlan, limits: list[dict[str, Any]], own: Held, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Every target with its treatment, and by period what the plan has, how that stands, and the marginal cost of
    keeping it (null: nothing to say). National targets that a part of the nation is not held to come last.

    Args:
        rows: of the `timetable`.
    """
    found = []
    by = {(row["target"], row["year"]): row for row in rows}
    for one in own.targets.values():
        prices = {year: _price(plan, one, y, limits) for y, year in enumerate(plan.years)}
        lines = [by.get((one.target.id, year)) for year in plan.years]
        found.append(
            {
                **_target(one),
                "how": one.how,
                "soft_price": one.price,
                "soft_price_unit": one.price_unit if one.price is not None else "",
                "reason": dict(one.reason),
                "amount": [None if line is None else line["value"] for line in lines],
                "amount_unit": next((line["unit"] for line in lines if line is not None), None),
                "state": [None if line is None else line["state"] for line in lines],
                "price": [prices[year][0] for year in plan.years],
                "price_unit": next((unit for _, unit in prices.values() if unit is not None), None),
            }
        )
    nothing: list[None] = [None] * len(plan.years)
    for one in own.national.values():
        found.append(
            {
                **_target(one),
                "how": NATIONAL,
                "soft_price": None,
                "soft_price_unit": "",
                "reason": national_reason(plan.regions[0]),
                "amount": nothing,
                "amount_unit": None,
                "state": nothing,
                "price": nothing,
                "price_unit": None,
            }
        )
    return found


def _target(one: Treatment) -> dict[str, Any]:
    target = one.target
    return {
        "target": target.id,
        "layer": target.layer,
        "region": target.region,
        "action": target.action or 0,
        "clause": target.clause,
        "name": dict(target.name),
        "kind": one.kind,
        "value": target.value,
        "unit": target.unit,
        "due_year": target.due_year,
        "limit_unit": one.unit,
        "quality": target.quality,
    }


def _limits_of(one: Treatment, year: int, limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kind = CASES.get(one.target.id, TARGET)
    found = [limit for limit in limits if (limit["kind"], limit["year"]) == (kind, year)]
    return found if kind != TARGET else [limit for limit in found if limit["subject"] == one.target.id]


def _price(plan: EconomyPlan, one: Treatment, y: int, limits: list[dict[str, Any]]) -> tuple[float | None, str | None]:
    """What keeping a target costs more in a year if one unit more is asked, and the unit; None: no limit.

    The limit of a share of what is built counts the things built; a point more of the share is a hundredth of them all.
    """
    own = _limits_of(one, plan.years[y], limits)
    if not own or not one.limits:
        return None, None
    if one.kind == "added":
        return own[0]["price"] * built(plan, one.over, y) / 100, PER_POINT
    together = sum if one.target.id == RESPONSE else max
    return together(limit["price"] for limit in own), own[0]["price_unit"]


def timetable(plan: EconomyPlan, limits: list[dict[str, Any]], own: Held) -> list[dict[str, Any]]:
    """Milestones by target and period, in the order of the targets that the plan is held to."""
    found = []
    for one in own.targets.values():
        if one.how == OUTSIDE or not one.kind:
            continue
        for y, year in enumerate(plan.years):
            row = _row(plan, own.frame, one, y, limits)
            if row is not None:
                found.append({"target": one.target.id, "year": year, "due": _due(one, year), **row})
    return found


def _due(one: Treatment, year: int) -> bool:
    return one.kind in ALWAYS or year >= (one.target.due_year or 0)


def outside_span(one: Treatment, year: int) -> bool:
    """Does a year lie outside of the years of which a target asks something."""
    if one.kind not in SPANS:
        return False
    first, last = one.target.base_year or 0, one.target.due_year or year
    return year > last or (one.kind == "increment" and year <= first)


def _row(
    plan: EconomyPlan, frame: Frame, one: Treatment, y: int, limits: list[dict[str, Any]]
) -> dict[str, Any] | None:
    year = plan.years[y]
    if outside_span(one, year):
        return None
    price, unit = _price(plan, one, y, limits)
    if one.kind == "case":
        row = _of_response(plan, one, y) if one.target.id == RESPONSE else _of_case(one, year, limits)
    elif one.kind in SHOWN:
        row = _of_amount(frame, one, year)
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


def _of_amount(frame: Frame, one: Treatment, year: int) -> dict[str, Any] | None:
    """What the model has of a target that it cannot judge."""
    found = amount_of(frame, one, year)
    if found is None:
        return None
    return {"value": found[0], "required": None, "margin": None, "unit": found[1], "state": COUNTED}


def _of_level(frame: Frame, one: Treatment, year: int) -> dict[str, Any] | None:
    """Of a peak or a trend: the level, in the unit of the limit, against the most that it may be."""
    counted = frame.past.value(frame.sum(one.counts, year), year)
    if counted is None:
        return None
    alone = replace(frame, years=(year,))
    try:
        bounds = KINDS[one.kind](alone, one, 0) if _due(one, year) else []
    except DafengError:  # the years that it is held against are not known
        bounds = []
    if not bounds:
        return _held(counted, None, one.unit, upwards=False)
    reached = frame.past.value(bounds[0].form, year)
    if reached is None:
        return None
    # A trend that is held against another sum: what it may be is what the sum allows.
    return _held(counted, bounds[0].upper + counted - reached, one.unit, upwards=False)


def _of_response(plan: EconomyPlan, one: Treatment, y: int) -> dict[str, Any]:
    """Load that can wait or be cut, in per cent of the highest load of the replay."""
    stands, highest = response(plan, y)
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
    whole = built(plan, one.over, y)
    return 100 * built(plan, one.counts, y) / whole if whole > 1e-9 else None
