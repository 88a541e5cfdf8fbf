"""The status board: every target held against every series that measures it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from dafeng.accounts import Figure, Series, change_percent, readings
from dafeng.catalog import LANGUAGES, convert, resource, symbol, word
from dafeng.targets.model import BoardRow, Reading, Target, Text

TREND_YEARS = 5
GRACE = 1  # after the due year, a figure this many years short of it may still stand in for a forecast
STALE = 8  # a figure that is older says nothing of today (forest surveys come every five years)
PERIOD = (
    "change",
    "increment",
    "growth",
    "yearly_increment",
)  # decided in the due year, however well they stand before
TURN = 2025  # II: coal growth is held until then, and coal falls step by step afterwards
Points = Mapping[int, Figure]


def board(targets: Sequence[Target], series: Series, entity: str, today: int, within: float = 0.0) -> list[BoardRow]:
    """Hold targets against the figures of an entity.

    Args:
        series: figures and indicators, as `accounts.with_indicators` gives them.
        today: the calendar year in which the board is read.
        within: share of what is asked by which a figure may fall short and still counts as reached: of a plan, which
            keeps its limits within the tolerance of its replay; of what was measured 0.
    """
    return [BoardRow(target, tuple(_readings(target, series, entity, today, within))) for target in targets]


def _readings(target: Target, series: Series, entity: str, today: int, within: float) -> list[Reading]:
    judge = JUDGES.get(target.kind)
    found: list[Reading] = []
    for row in resource("measures", "target_figures").rows:
        if row["indicator"] != target.indicator or judge is None:
            continue
        for points in readings(series, entity, row["figure"]):
            if row["scope"] in ("", next(iter(points.values())).scope):
                found += judge(target, points, today, within)
    found.sort(key=lambda reading: -(reading.year or 0))
    return found or [_no_data(target)]


def _why(key: str, facts: Mapping[str, object], units: Mapping[str, str] | None = None) -> Text:
    """A reason in three languages, with figures and unit symbols put in."""
    return {
        tag: word(f"why.{key}", lang=tag, **{**facts, **{name: symbol(u, tag) for name, u in (units or {}).items()}})
        for tag in LANGUAGES
    }


def _no_data(target: Target) -> Reading:
    why = {tag: word("why.no_data", tag, need=target.data_needed[tag] or "-") for tag in LANGUAGES}
    return Reading("", "", "no_data", why)


def _shown(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) < 1e4 else f"{value:,.0f}"


def slope(values: Mapping[int, float]) -> float | None:
    """Least-squares slope per year over the last TREND_YEARS years or, of sparse surveys, over the last three points.

    None with fewer than three points.
    """
    if len(values) < 3:
        return None
    last = max(values)
    years = [year for year in sorted(values) if year > last - TREND_YEARS]
    if len(years) < 3:
        years = sorted(values)[-3:]
    return float(np.polyfit(np.array(years, float), np.array([values[y] for y in years]), 1)[0])


def _reached(target: Target, value: float, within: float) -> bool:
    goal = target.value or 0.0
    low, high = target.band or (goal, goal)
    return value >= low - within * abs(low) if target.upwards else value <= high + within * abs(high)


def _met_since(target: Target, values: Mapping[int, float], within: float) -> int | None:
    """The first year from which the target has been kept to the last figure."""
    since = None
    for year in sorted(values, reverse=True):
        if not _reached(target, values[year], within):
            break
        since = year
    return since


def _judge_values(
    target: Target,
    values: Mapping[int, float],
    points: Points,
    required: Callable[[int, float], float | None],
    trend: float | None,
    rate_unit: str,
    today: int,
    within: float,
) -> Reading:
    """State of a target whose progress is `values`, in its own unit: up to the due year, later figures decide
    nothing.
    """
    goal = target.value if target.value is not None else 0.0
    values = {y: v for y, v in values.items() if target.due_year is None or y <= target.due_year}
    if not values:
        example = next(iter(points.values()))
        return replace(_no_data(target), scope=example.scope, vintage=example.vintage)
    year = max(values)
    current = values[year]
    example = points[year]
    since = _met_since(target, values, within)
    distance = (goal - current) if target.upwards else (current - goal)
    needed = required(year, current) if since is None and target.due_year and year < target.due_year else None
    facts = {
        "current": _shown(current),
        "goal": _shown(goal),
        "year": year,
        "due": target.due_year or "-",
        "since": since,
        "trend": _shown(trend or 0.0),
        "required": _shown(needed or 0.0),
    }
    units = {"unit": target.unit, "rate": rate_unit}
    due = target.due_year or today
    if since is not None and (year >= due or (target.kind not in PERIOD and target.upwards)):
        state, why = "met", _why("met", facts, units)
    elif target.due_year and year >= due:
        state, why = "missed", _why("missed", facts, units)
    elif (due < today and due - year > GRACE) or year < min(due, today) - STALE:
        state, why = "no_data", _why("too_old", facts, units)
    elif trend is None:
        state, why = "not_due", _why("no_trend", facts, units)
    elif since is not None or needed is None or (trend >= needed if target.upwards else trend <= needed):
        state, why = "on_track", _why("on_track", facts, units)
    else:
        state, why = "at_risk", _why("at_risk", facts, units)
    if state in ("on_track", "at_risk", "not_due") and target.due_year and target.due_year < today:
        why = {tag: f"{why[tag]} {word('why.due_figure_missing', tag, due=target.due_year)}" for tag in LANGUAGES}
    return Reading(
        example.scope,
        example.vintage,
        state,
        why,
        "",
        current,
        year,
        target.unit,
        example.quality,
        distance,
        needed,
        trend,
        rate_unit,
        since if state == "met" else None,
        example.id,
    )


def _level(target: Target, points: Points, today: int, within: float = 0.0) -> list[Reading]:
    """Levels and shares: linear way to go, least-squares trend of the last years."""
    unit = next(iter(points.values())).unit
    values = {year: convert(f.value, unit, target.unit) for year, f in points.items()}

    def required(year: int, current: float) -> float:
        low, high = target.band or (target.value or 0.0,) * 2
        return ((low if target.upwards else high) - current) / ((target.due_year or year) - year)

    return [_judge_values(target, values, points, required, slope(values), f"{target.unit}/year", today, within)]


def _like(points: Points, base: int) -> Points:
    """The points of the definition, vintage and factor set of the base year: only these are compared with it."""
    return {year: f for year, f in points.items() if base in points and f.reading == points[base].reading}


def _increment(target: Target, points: Points, today: int, within: float = 0.0) -> list[Reading]:
    """Additions since the base year."""
    base = target.base_year
    if base is None or base not in points:
        return []
    unit = points[base].unit
    values = {
        y: convert(f.value - points[base].value, unit, target.unit) for y, f in _like(points, base).items() if y > base
    }
    if not values:
        return []

    def required(year: int, current: float) -> float:
        low, _ = target.band or (target.value or 0.0,) * 2
        return (low - current) / ((target.due_year or year) - year)

    return [
        _judge_values(
            target, values, points, required, slope({base: 0.0, **values}), f"{target.unit}/year", today, within
        )
    ]


def _yearly_increment(target: Target, points: Points, today: int, within: float = 0.0) -> list[Reading]:
    """Mean yearly gain in percentage points since the base year."""
    base = target.base_year
    if base is None or base not in points:
        return []
    values = {y: (f.value - points[base].value) / (y - base) for y, f in _like(points, base).items() if y > base}
    if not values:
        return []
    return [_judge_values(target, values, points, lambda _year, _current: None, None, target.unit, today, within)]


def _change(target: Target, points: Points, today: int, within: float = 0.0) -> list[Reading]:
    """Changes since a base year in percent; rates are compound.

    required = ((1 + goal) / (1 + so far)) ** (1 / years left) - 1;  trend = mean compound change of the last years
    """
    base = target.base_year
    stated = {y: f.value for y, f in points.items() if f.base_year == base and base is not None}
    if any(f.base_year is not None for f in points.values()):
        yearly = all(f.base_year == y - 1 for y, f in points.items())
        values = stated if not yearly or target.due_year == (base or 0) + 1 else {}
        trend = None if yearly else _announced_trend(points)
    elif base is None or base not in points:
        return []
    else:
        like = _like(points, base)
        values = {y: change_percent(f, points[base]) for y, f in like.items() if y > base}
        trend = _level_trend(like)
    if not values:
        return []

    def required(year: int, current: float) -> float:
        left = (target.due_year or year) - year
        return _compound((1 + (target.value or 0.0) / 100) / (1 + current / 100), left)

    return [_judge_values(target, values, points, required, trend, "%/year", today, within)]


def _compound(ratio: float, years: int) -> float:
    """The yearly change in percent that makes `ratio` in so many years."""
    return 100 * (float(ratio ** (1 / years)) - 1)


def _level_trend(points: Points) -> float | None:
    """Mean compound yearly change over the last TREND_YEARS years."""
    last = max(points)
    first = min(year for year in points if year >= last - TREND_YEARS)
    return _compound(points[last].value / points[first].value, last - first) if last > first else None


def _announced_trend(points: Points) -> float | None:
    """Mean compound yearly change over the announced years since the first."""
    first, last = min(points), max(points)
    if last - first < 2:
        return None
    return _compound((1 + points[last].value / 100) / (1 + points[first].value / 100), last - first)


def _peak(target: Target, points: Points, _today: int, within: float = 0.0) -> list[Reading]:
    """ "Before 2030" in both readings: the year of the highest value is 2029 at the latest, or 2030 at the latest."""
    limit = int(target.value or target.due_year or 0)
    values = {y: f.value for y, f in points.items()}
    highest = max(values.values())
    last, top = max(values), min(year for year, value in values.items() if value >= highest - within * abs(highest))
    example = points[top]
    found = []
    for latest in (limit - 1, limit) if target.strict_before else (limit,):
        facts = {"top": top, "last": last, "limit": latest}
        if top > latest:
            state = "missed"
        elif last > latest:
            state = "met"
        else:
            state = "on_track" if top < last else "not_due"
        key = {"met": "peak_met", "missed": "peak_missed", "on_track": "peak_passed", "not_due": "peak_rising"}[state]
        trend = slope({y: 100 * v / values[top] for y, v in values.items()})
        found.append(
            Reading(
                example.scope,
                example.vintage,
                state,
                _why(key, facts),
                f"peak<={latest}",
                float(top),
                last,
                "year",
                example.quality,
                None,
                None,
                trend,
                "%/year",
                top if state == "met" else None,
                points[last].id,
            )
        )
    return found


def _trend(target: Target, points: Points, _today: int, within: float = 0.0) -> list[Reading]:
    """Coal, from its share (inputs: coal, energy): until TURN it grows less than energy, then it falls: Dafeng's
    readings.
    """
    base, due = target.base_year, target.due_year
    if base is None or due is None or not any(base < year <= due for year in _like(points, base)):
        return (
            [Reading("", "", "not_due", _why("period_ahead", {"start": base or "-", "due": due or "-"}))]
            if points
            else []
        )
    points = {year: f for year, f in _like(points, base).items() if year <= due}
    last = max(points)
    coal, energy = ({y: f.inputs[i].value for y, f in points.items()} for i in (0, 1))
    change = 100 * (coal[last] / coal[base] - 1)
    allowed = 100 * (energy[last] / energy[base] - 1) if due <= TURN else 0.0
    holds = change < allowed + 100 * within
    state = ("met" if holds else "missed") if last >= due else ("on_track" if holds else "at_risk")
    why = _why("trend", {"change": f"{change:+.1f}", "allowed": f"{allowed:+.1f}", "start": base, "year": last})
    return [
        Reading(
            points[last].scope,
            points[last].vintage,
            state,
            why,
            "",
            change,
            last,
            "%",
            points[last].quality,
            figure=points[last].id,
        )
    ]


class Judge(Protocol):
    """Readings of a target from one series; `within` as in `board`."""

    def __call__(self, target: Target, points: Points, today: int, /, within: float = 0.0) -> list[Reading]: ...


JUDGES: Mapping[str, Judge] = {
    "level": _level,
    "coverage": _level,
    "count": _level,
    "increment": _increment,
    "change": _change,
    "peak": _peak,
    "trend": _trend,
    "yearly_increment": _yearly_increment,
}
