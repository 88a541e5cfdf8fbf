"""Where the trends lead: each target with the line through its figures, the interval, and the date it would be met."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from dafeng import accounts
from dafeng.accounts import Figure
from dafeng.assessment import Outlook
from dafeng.assessment import outlook as outlooks
from dafeng.catalog import convert
from dafeng.reports.assess.subject import Subject, due_name, text_of
from dafeng.targets import said

AHEAD = 5  # years of the fan beyond the last figure, of a target without a due year


def outlook(subject: Subject) -> list[dict[str, Any]]:
    """Every target with a number and figures whose due year is not past, one for each series; the peak has its own
    section."""
    due = [
        target
        for target in subject.targets
        if target.kind != "peak" and (target.due_year is None or target.due_year >= subject.year)
    ]
    return [_one(subject, one) for one in outlooks(due, subject.series, subject.region)]


def _one(subject: Subject, one: Outlook) -> dict[str, Any]:
    target = one.target
    return {
        "target": target.id,
        "layer": target.layer,
        "name": text_of(due_name(target)),
        "kind": target.kind,
        "due_year": target.due_year,
        "base_year": target.base_year,
        "figure": one.figure,
        "scope": one.scope,
        "vintage": one.vintage,
        "quality": _points(subject, one)[one.year].quality,
        "value": one.value,
        "year": one.year,
        "goal": one.goal,
        "unit": one.unit,
        "first_year": one.years[0],
        "rate": one.rate,
        "rate_low": one.rate_low,
        "rate_high": one.rate_high,
        "rate_unit": one.rate_unit,
        "confidence": one.confidence,
        "required": one.required,
        "expected": one.expected,
        "low": _possible(one, one.low),
        "high": _possible(one, one.high),
        "probability": one.probability,
        "meets": one.meets,
        "earliest": one.earliest,
        "latest": one.latest,
        "state": one.state,
        "state_name": text_of(said(f"assess.outlook.{one.state}")),
        "why": text_of(one.why or {}) if one.why else None,
        "compound": target.kind == "change",
        "history": _history(subject, one),
        "fan": _fan(one),
    }


def _points(subject: Subject, one: Outlook) -> Mapping[int, Figure]:
    """The series that an outlook rests on: of the same scope, vintage and, of announced changes, base year."""
    for points in accounts.readings(subject.series, subject.region, one.figure.split("/")[2]):
        figure = points.get(one.year)
        if figure is None or (figure.scope, figure.vintage) != (one.scope, one.vintage):
            continue
        if figure.base_year in (None, one.target.base_year):
            return points
    return {}


def _back(one: Outlook) -> Callable[[float], float]:
    """From the scale of the line, which is logarithmic for a change in percent, to the unit of the target."""
    if one.target.kind == "change":
        return lambda value: 100 * math.expm1(value)
    return lambda value: value


def _fan(one: Outlook) -> list[list[float]]:
    """Year, line, lower and upper end of the interval, from the last figure on."""
    back, last = _back(one), max(one.target.due_year or 0, one.year + AHEAD)
    found = []
    for year in range(one.year, last + 1):
        low, high = one.line.interval(year, one.confidence)
        found.append([year, *(_possible(one, back(value)) or 0.0 for value in (one.line.at(year), low, high))])
    return found


def _possible(one: Outlook, value: float | None) -> float | None:
    """A value of a straight line kept within what there can be: no amount below zero, no share above 100 %."""
    if value is None or one.target.kind not in ("level", "coverage", "count"):
        return value
    return min(max(value, 0.0), 100.0 if one.unit == "%" else math.inf)


def _history(subject: Subject, one: Outlook) -> list[list[float]]:
    """The figures in the unit of the target: of a change, against the base year; of an addition, since it."""
    points, base_year = _points(subject, one), one.target.base_year
    now, kind = points[one.year], one.target.kind
    same = {y: f for y, f in points.items() if (f.scope, f.factor_set, f.unit) == (now.scope, now.factor_set, now.unit)}
    base = same.get(base_year) if base_year is not None else None
    if now.base_year is not None:
        return [[y, f.value] for y, f in sorted(same.items())]
    if kind == "change":
        like = {y: f for y, f in same.items() if base is not None and f.reading == base.reading}
        return [[y, 100 * (f.value / base.value - 1)] for y, f in sorted(like.items())] if base is not None else []
    zero = base.value if base is not None and kind in ("increment", "yearly_increment") else 0.0
    return [
        [y, f.value - zero if one.unit in (f.unit, "pp") else convert(f.value - zero, f.unit, one.unit)]
        for y, f in sorted(same.items())
    ]
