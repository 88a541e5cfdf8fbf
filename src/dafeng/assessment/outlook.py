"""Outlook: where the trend of an indicator leads, what rate would be needed, and when the target would be met.

The figures that measure a target are brought into its unit; a straight line is fitted to the last years (`line`), to
the logarithm where the target is a change in percent, so that its slope is a compound rate. Nothing here says that
the trend will go on: it says what follows if it does, and how wide the interval is. Yearly figures lean on their
neighbours: the intervals count the effective number of figures (`line`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dafeng.accounts import Figure, Series, comparable, readings
from dafeng.assessment.line import Line, fitted
from dafeng.catalog import DafengError, convert, resource, symbol
from dafeng.targets import BoardRow, Target, Text, board, said

WINDOW = 10  # years of the trend
HORIZON = 2060
LAG = 3  # figures that can be compared with the target may be this many years older than the newest of their series
PERIOD = ("change", "increment", "yearly_increment")  # decided in the due year, however well they stand before
Points = Mapping[int, Figure]


@dataclass(frozen=True)
class Outlook:
    """A target and one series of figures: the trend, where it leads, what would be needed.

    Attributes:
        value, year: the latest figure, in the unit of the target. goal: what counts as met.
        rate, rate_low, rate_high, required: per year, in `rate_unit`; required is None where the target is met or
            past due.
        expected, low, high: the figure of the due year if the trend goes on, with its prediction interval.
        probability: that the figure of the due year meets the goal, if the trend goes on.
        meets, earliest, latest: first year in which the line meets the goal, and in which the ends of the interval
            do; None: not before HORIZON.
        state: met, missed (the due year is past), ahead (the trend meets the goal in time), behind, slipping (kept
            now, but the trend would break it by the due year), or no_date (a peak has no date on a straight line).
    """

    target: Target
    figure: str
    scope: str
    vintage: str
    line: Line
    years: tuple[int, int]
    value: float
    year: int
    goal: float
    unit: str
    rate: float
    rate_low: float
    rate_high: float
    rate_unit: str
    confidence: float
    required: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    meets: int | None = None
    earliest: int | None = None
    latest: int | None = None
    state: str = "no_date"
    why: Text | None = None


@dataclass(frozen=True)
class _Scale:
    """How figures of a target become the values of a line, and back."""

    values: Mapping[int, float]
    goal: float
    back: Callable[[float], float]
    rate: Callable[[float], float]
    rate_unit: str


def outlook(
    targets: Sequence[Target],
    series: Series,
    entity: str,
    confidence: float = 0.9,
    window: int = WINDOW,
) -> list[Outlook]:
    """The outlook of every target that has a number and figures: one for each series that measures it.

    Args:
        series: as `accounts.with_indicators` gives them.
        confidence: of the intervals, 0 to 1.
        window: years that the trend is fitted to, at least 3.

    Returns:
        In the order of the targets; targets without three comparable figures are left out.

    Raises:
        DafengError: a confidence or window that cannot be used.
    """
    if not 0 < confidence < 1:
        raise DafengError("probability", found=confidence)
    if window < 3:
        raise DafengError("line_short", found=window, years="-")
    found = []
    for target in targets:
        for row in resource("measures", "target_figures").rows:
            if row["indicator"] != target.indicator:
                continue
            for points in readings(series, entity, row["figure"]):
                if row["scope"] in ("", next(iter(points.values())).scope):
                    one = _one(target, points, confidence, window)
                    found += [one] if one is not None else []
    return found


def without_outlook(targets: Sequence[Target], series: Series, entity: str) -> list[tuple[Target, Text]]:
    """The targets that `outlook` says nothing of, each with the reason: no number, no figure, or too few of them."""
    known = {one.target.id for one in outlook(targets, series, entity)}
    found = []
    for target in targets:
        if target.id in known:
            continue
        rows = [row for row in resource("measures", "target_figures").rows if row["indicator"] == target.indicator]
        points = [p for row in rows for p in readings(series, entity, row["figure"])]
        if target.value is None:
            why = said("outlook.none.number")
        elif not points:
            why = said("outlook.none.figure", needed=target.data_needed)
        else:
            years = sorted({year for p in points for year in p})
            why = said("outlook.none.years", first=years[0], last=years[-1], base=target.base_year or "-")
        found.append((target, why))
    return found


def _one(target: Target, points: Points, confidence: float, window: int) -> Outlook | None:
    scale = _scaled(target, points)
    if scale is None:
        return None
    newest = min(max(points), target.due_year or HORIZON) if target.kind != "peak" else max(points)
    known = {year: v for year, v in scale.values.items() if year <= newest}
    last = max(known, default=newest - LAG - 1)
    used = {year: v for year, v in known.items() if year > last - window}
    if len(used) < 3 or last < newest - LAG:
        return None
    line = fitted(used)
    slopes = sorted(scale.rate(s) for s in line.slope_interval(confidence))
    sample = points[last]
    common = Outlook(
        target,
        sample.id,
        sample.scope,
        sample.vintage,
        line,
        (min(used), last),
        scale.back(scale.values[last]),
        last,
        scale.back(scale.goal),
        _unit(target),
        scale.rate(line.slope),
        slopes[0],
        slopes[1],
        scale.rate_unit,
        confidence,
    )
    return _peak(common) if target.kind == "peak" else _dated(common, scale, line)


def _dated(start: Outlook, scale: _Scale, line: Line) -> Outlook:
    target, last = start.target, start.year
    up, due = target.upwards, target.due_year

    def reached(value: float) -> bool:
        return value >= scale.goal if up else value <= scale.goal

    def first(value_of: Callable[[int], float]) -> int | None:
        return next((year for year in range(last + 1, HORIZON + 1) if reached(value_of(year))), None)

    good, bad = (1, 0) if up else (0, 1)
    now = reached(scale.values[last])
    decided = target.kind not in PERIOD or due is None
    ends = [first(lambda year, side=side: line.interval(year, start.confidence)[side]) for side in (good, bad)]  # type: ignore[misc]
    facts: dict[str, object] = {"meets": first(line.at), "earliest": ends[0], "latest": ends[1]}
    if now:
        facts = dict.fromkeys(facts, last)
    if due is None or due <= last:
        return _with(start, "met" if now else "missed" if due is not None else "behind", facts)
    low, high = line.interval(due, start.confidence)
    above = line.probability_above(due, scale.goal)
    facts |= {
        "expected": scale.back(line.at(due)),
        "low": scale.back(low),
        "high": scale.back(high),
        "probability": above if up else 1 - above,
    }
    if not now:
        facts["required"] = scale.rate((scale.goal - scale.values[last]) / (due - last))
    if now and (decided or reached(line.at(due))):
        return _with(start, "met" if decided else "ahead", facts)
    return _with(start, "slipping" if now else "ahead" if reached(line.at(due)) else "behind", facts)


def _peak(start: Outlook) -> Outlook:
    return _with(start, "no_date", {})


def _with(start: Outlook, state: str, facts: Mapping[str, object]) -> Outlook:
    known = {**start.__dict__, **facts, "state": state}
    unit = {tag: symbol(start.unit, tag) for tag in ("zh", "ja", "en")}
    rate_unit = {tag: symbol(start.rate_unit, tag) for tag in ("zh", "ja", "en")}
    meets = known["meets"]
    words = {
        "value": start.value,
        "year": start.year,
        "goal": start.goal,
        "unit": unit,
        "rate": start.rate,
        "rate_unit": rate_unit,
        "rate_low": start.rate_low,
        "rate_high": start.rate_high,
        "first": start.years[0],
        "last": start.years[1],
        "confidence": f"{start.confidence:.0%}",
        "due": start.target.due_year or "-",
        "meets": said("outlook.never", horizon=HORIZON) if meets is None else said("outlook.in_year", year=meets),
    }
    key = "outlook.why.peak" if start.target.kind == "peak" else f"outlook.why.{state}"
    if known["required"] is not None:
        words["required"] = known["required"]
        key += "_required"
    known["why"] = said(key, **words)
    return Outlook(**known)


def _scaled(target: Target, points: Points) -> _Scale | None:
    """The figures and the goal of a target on the scale of its line; None where they cannot be compared with it."""
    sample = points[max(points)]
    kind = (sample.scope, sample.factor_set, sample.unit)
    same = {y: f for y, f in points.items() if (f.scope, f.factor_set, f.unit) == kind}
    if target.kind == "peak":
        top = max(f.value for f in same.values())
        if top <= 0:
            return None
        return _Scale({y: 100 * f.value / top for y, f in same.items()}, 100.0, lambda v: v, lambda s: s, "%/year")
    announced = any(f.base_year is not None for f in same.values())
    if target.value is None or (announced and not (target.kind == "change" and _stated(target, same))):
        return None
    if target.kind == "change":
        return _change(target, same)
    if target.kind not in ("level", "coverage", "count", "increment", "yearly_increment"):
        return None
    base = 0.0
    if target.kind in ("increment", "yearly_increment"):
        if target.base_year is None or target.base_year not in same:
            return None
        same = {y: f for y, f in same.items() if f.reading == same[target.base_year or 0].reading}
        base = same[target.base_year].value
    goal, unit = _goal(target), _unit(target)
    values = {
        y: f.value - base if unit in (f.unit, "pp") else convert(f.value - base, f.unit, unit) for y, f in same.items()
    }
    if target.kind == "yearly_increment":
        goal *= (target.due_year or 0) - (target.base_year or 0)
    return _Scale(values, goal, lambda v: v, lambda s: s, f"{unit}/year")


def _goal(target: Target) -> float:
    """The value that counts as met: the nearer end of the band of "about"."""
    return (target.value or 0.0) if target.band is None else target.band[0 if target.upwards else 1]


def _unit(target: Target) -> str:
    """The unit of the line: percent of a change, points of a yearly gain, else that of the target."""
    if target.kind in ("change", "peak"):
        return "%"
    return "pp" if target.kind == "yearly_increment" else target.unit


def _stated(target: Target, points: Points) -> bool:
    return all(f.base_year == target.base_year for f in points.values())


def _change(target: Target, points: Points) -> _Scale | None:
    """ln(1 + change / 100): the change as announced, or against the figure of the base year, of the same reading."""
    goal = _goal(target)
    if goal <= -100:
        return None
    if _stated(target, points):
        ratios = {y: 1 + f.value / 100 for y, f in points.items()}
        ratios[target.base_year or 0] = 1.0
    else:
        if target.base_year is None or target.base_year not in points:
            return None
        base = points[target.base_year]
        if base.value <= 0:
            return None
        ratios = {y: f.value / base.value for y, f in points.items() if f.reading == base.reading}
    if len(ratios) < 3 or min(ratios.values()) <= 0:
        return None
    return _Scale(
        {y: math.log(r) for y, r in ratios.items()},
        math.log1p(goal / 100),
        lambda v: 100 * math.expm1(v),
        lambda s: 100 * math.expm1(s),
        "%/year",
    )


def through_board(
    targets: Sequence[Target],
    series: Series,
    projected: Series,
    entity: str,
    today: int,
) -> list[BoardRow]:
    """The same board with a pathway's figures after the measured ones: each target judged in its due year.

    Args:
        projected: figures of the pathway, by the same names, scopes, vintages and factor sets as the measured ones.

    Raises:
        NotComparable: a projected series is not of the definition of the measured one; names both.
    """
    merged: Series = {key: dict(points) for key, points in series.items()}
    for key, points in projected.items():
        measured = merged.setdefault(key, {})
        last = max(measured, default=0)
        for year, figure in sorted(points.items()):
            if year > last:
                if last:
                    comparable(figure, measured[last])
                measured[year] = figure
    return [board([target], merged, entity, max(today, target.due_year or today))[0] for target in targets]
