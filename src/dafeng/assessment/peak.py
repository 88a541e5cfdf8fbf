"""Has it peaked? A verdict for a yearly series, with the evidence that it rests on.

    rising               the maximum is the last year, or the series climbs again
    plateau              near the maximum and moving neither way
    passive_decline      below the maximum, mostly because the activity fell and not its intensity
    peaked_unconfirmed   below the maximum, but too short, too little, not significant, not proof against a revision, or
                         seen across a change of edition of the data
    peaked               below the maximum by enough, for long enough, with a significant fall, and proof against
    revision

The thresholds are this project's reading and stand in the catalogue (assessment/peak_rules.csv), each with its reason;
all can be set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dafeng.assessment.lmdi import lmdi
from dafeng.assessment.series import Array, checked
from dafeng.assessment.trend import LEAST, Trend, hamed_rao, sen_slope
from dafeng.catalog import DafengError, resource
from dafeng.targets import Text, said

STATES = ("rising", "plateau", "peaked_unconfirmed", "peaked", "passive_decline")
LIMIT = 2030
Points = Mapping[int, float]


@dataclass(frozen=True)
class PeakRules:
    """Thresholds; shares (0.05: five percent) and years.

    Attributes:
        window: years over which the recent movement is measured. still: movement per year, as a share of the maximum,
            below which the series stands still.
        near: drop below the maximum that does not count yet.
        confirm_years, confirm_drop: how long after the maximum and how far below it a peak can be confirmed.
        alpha: level of the one-sided trend test on the years after the maximum.
        passive: share of the fall that the activity must explain for the fall to be called passive.
        revision, revised_years: by how much, and how many of the last years, a later edition of the data may differ.
    """

    window: int
    still: float
    near: float
    confirm_years: int
    confirm_drop: float
    alpha: float
    passive: float
    revision: float
    revised_years: int


def peak_rules() -> PeakRules:
    """The thresholds of the catalogue."""
    rows = resource("assessment", "peak_rules").rows
    shares = {row["id"]: row["value"] / 100 for row in rows if row["unit"] != "year"}
    return PeakRules(**shares, **{row["id"]: int(row["value"]) for row in rows if row["unit"] == "year"})


@dataclass(frozen=True)
class Fall:
    """What the fall since the maximum is made of (additive LMDI of value = activity x intensity), in the unit of the
    series."""

    activity: float
    intensity: float

    @property
    def share_of_activity(self) -> float:
        """Of the fall; above 1 where the intensity rose meanwhile."""
        return self.activity / (self.activity + self.intensity)


@dataclass(frozen=True)
class Case:
    """The verdict had the data been others."""

    name: str
    state: str
    top: int
    drop: float


@dataclass(frozen=True)
class Due:
    """One reading of "before the limit": the maximum lies in `latest` or earlier.

    Attributes:
        state: met (data go beyond `latest`), on_track (passed, but a new maximum is still possible), not_due, missed.
    """

    latest: int
    state: str


@dataclass(frozen=True)
class PeakYears:
    """Where the maxima of an ensemble of paths lie.

    Attributes:
        probability: year -> share of paths with their (first) maximum there. beyond: of these the last year, where the
            path may still rise: not a peak but the edge of the ensemble.
        by: latest year -> share of paths that peak then or before; the edge does not count as a peak.
        median: the year by which half of the paths have peaked; None if fewer than half do.
    """

    probability: dict[int, float]
    beyond: float
    by: dict[int, float]
    median: int | None
    paths: int


@dataclass(frozen=True)
class PeakVerdict:
    """The verdict and its evidence.

    Attributes:
        why: the verdict in a sentence with the figures put in.
        top, top_value: (first) year of the maximum, and the maximum. since: years since. drop: below the maximum, as a
            share.
        recent: Sen slope of the last years (after the maximum), per year as a share of the maximum; None with too few.
        trend: Hamed-Rao test on the years after the maximum; None with too few.
        fall: where an activity was given and the series is below its maximum.
        cases: the verdict under a revision of the last years up and down, and in the other series.
        robust: whether all cases agree with the verdict.
        due: both readings of "before the limit".
        breaks: years from which the data are of another edition than the year before.
    """

    state: str
    why: Text
    top: int
    top_value: float
    last: int
    last_value: float
    since: int
    drop: float
    recent: float | None
    trend: Trend | None
    fall: Fall | None
    cases: tuple[Case, ...]
    robust: bool
    due: tuple[Due, ...]
    years: PeakYears | None
    rules: PeakRules
    breaks: tuple[int, ...] = ()


def peak_verdict(
    points: Points,
    activity: Points | None = None,
    others: Mapping[str, Points] | None = None,
    *,
    ensemble: Mapping[int, ArrayLike] | None = None,
    limit: int = LIMIT,
    rules: PeakRules | None = None,
    name: str = "series",
    editions: Mapping[int, str] | None = None,
) -> PeakVerdict:
    """Judge a yearly series.

    Args:
        points: year -> value, e.g. t CO2; without gaps, at least three years.
        activity: what drives it, e.g. output of the sector or GDP at constant prices; over the same years.
        others: the same quantity in other editions, factor sets or scopes: name -> series; where it has years that the
            activity has not, its fall is not split.
        ensemble: projected paths, year -> values of all paths; see `peak_years`. The measured years are put before
            them.
        limit: the year of "before {limit}": read as limit - 1 or earlier, and as limit or earlier.
        editions: year -> definition and edition of its figure. A fall across a change of these may be one of the books:
            no peak is confirmed then, and the years of the last edition alone are a case of their own.

    Raises:
        DafengError: gaps, too few years, values that are negative or no numbers, a series of zeros; names series and
            year.
    """
    rules = rules or peak_rules()
    first = replace(_judge(points, activity, rules, name), breaks=_breaks(points, editions))
    cases = [
        _case(f"{100 * share:+g} %", _revised(points, share, rules), activity, rules, name)
        for share in (rules.revision, -rules.revision)
    ]
    held = [case for case in cases if case.state != "peaked"]
    if first.state == "peaked" and held:
        first = replace(first, state="peaked_unconfirmed", why=_why("peak.unconfirmed_revision", first, rules))
    if first.breaks:
        if first.state == "peaked" and first.breaks[-1] > first.top:
            first = replace(first, state="peaked_unconfirmed", why=_why("peak.unconfirmed_edition", first, rules))
        alone = {year: value for year, value in points.items() if year >= first.breaks[-1]}
        if len(alone) >= LEAST:
            cases.append(_case(f"{min(alone)}-{max(alone)}", alone, activity, rules, name))
    for key, other in (others or {}).items():
        cases.append(_case(key, other, activity if activity and other.keys() <= activity.keys() else None, rules, key))
    years = None if ensemble is None else peak_years({**{y: [v] for y, v in points.items()}, **ensemble})
    return replace(
        first,
        cases=tuple(cases),
        robust=all(case.state == first.state for case in cases),
        due=_due(first.top, first.last, limit),
        years=years,
    )


def peak_years(paths: Mapping[int, ArrayLike]) -> PeakYears:
    """Distribution of the year of the maximum over an ensemble.

    Args:
        paths: year -> values, one per path; a year with one value (a measured one) is the same for all paths.

    Raises:
        DafengError: a gap between the years, differing numbers of paths, or values that are no numbers.
    """
    arrays = {year: np.atleast_1d(np.asarray(values, dtype=float)) for year, values in paths.items()}
    count = max((len(a) for a in arrays.values()), default=0)
    for year, array in arrays.items():
        if len(array) not in (1, count):
            raise DafengError("peak_paths", year=year, found=len(array), allowed=count)
    years, _ = checked({y: float(a.min()) for y, a in arrays.items()}, "ensemble")
    table = np.stack([np.broadcast_to(arrays[y], count) for y in years])
    if not np.all(np.isfinite(table)):
        year = years[int(np.argwhere(~np.isfinite(table))[0][0])]
        raise DafengError("series_no_number", series="ensemble", year=year, found="inf")
    shares = np.bincount(np.argmax(table, axis=0), minlength=len(years)) / count
    by = np.cumsum(shares[:-1])
    half = np.flatnonzero(by >= 0.5)
    return PeakYears(
        {y: float(s) for y, s in zip(years, shares, strict=True) if s},
        float(shares[-1]),
        {y: float(p) for y, p in zip(years, by, strict=False)},
        years[half[0]] if len(half) else None,
        count,
    )


def _judge(points: Points, activity: Points | None, rules: PeakRules, name: str) -> PeakVerdict:
    """The verdict on one series as it is."""
    years, values = checked(points, name, LEAST)
    at = int(np.argmax(values))
    top_value, last_value = float(values[at]), float(values[-1])
    if not top_value:
        raise DafengError("series_zero", series=name, year=years[0])
    since, drop = years[-1] - years[at], 1 - last_value / top_value
    recent = _recent(values, at, rules.window, top_value)
    after = values[at + 1 :]
    trend = hamed_rao(after, alpha=2 * rules.alpha) if len(after) >= LEAST else None
    fall = _fall(years, values, at, activity, name) if drop > 0 and activity is not None else None
    found = PeakVerdict(
        "", {}, years[at], top_value, years[-1], last_value, since, drop, recent, trend, fall, (), True, (), None, rules
    )
    state, reason = _state(found, rules)
    return replace(found, state=state, why=_why(f"peak.{reason}", found, rules))


def _state(found: PeakVerdict, rules: PeakRules) -> tuple[str, str]:
    """State, and the key of its reason."""
    moving = found.recent is not None and found.recent > rules.still
    if found.drop <= rules.near:
        return ("rising", "rising") if moving else ("plateau", "plateau")
    if moving:
        return "rising", "rebound"
    if found.fall and found.fall.activity < 0 and found.fall.share_of_activity >= rules.passive:
        return "passive_decline", "passive"
    if found.since < rules.confirm_years:
        return "peaked_unconfirmed", "unconfirmed_short"
    if found.drop < rules.confirm_drop:
        return "peaked_unconfirmed", "unconfirmed_small"
    if found.trend is None or found.trend.p_falling > rules.alpha:
        return "peaked_unconfirmed", "unconfirmed_trend"
    return "peaked", "peaked"


def _recent(values: Array, at: int, window: int, top_value: float) -> float | None:
    """Sen slope of the last years, from the maximum at the earliest where enough years follow it, per year and
    maximum."""
    start = len(values) - window
    if len(values) - at >= LEAST:
        start = max(start, at)
    tail = values[max(start, 0) :]
    return sen_slope(tail) / top_value if len(tail) >= LEAST else None


def _fall(years: tuple[int, ...], values: Array, at: int, activity: Points, name: str) -> Fall | None:
    """Activity and intensity effect from the maximum to the last year."""
    for year in (years[at], years[-1]):
        if year not in activity:
            raise DafengError("peak_activity", series=name, year=year)
    before, after = float(activity[years[at]]), float(activity[years[-1]])
    for year, value in ((years[at], before), (years[-1], after)):
        if not np.isfinite(value) or value <= 0:
            raise DafengError("peak_activity_value", series=name, year=year, found=value)
    x = np.array([[[before], [after]], [[values[at] / before], [values[-1] / after]]])
    effects = lmdi(x, (years[at], years[-1])).effects[-1]
    return Fall(float(effects[0]), float(effects[1]))


def _case(label: str, points: Points, activity: Points | None, rules: PeakRules, name: str) -> Case:
    found = _judge(points, activity, rules, name)
    return Case(label, found.state, found.top, found.drop)


def _revised(points: Points, share: float, rules: PeakRules) -> Points:
    late = max(points, default=0) - rules.revised_years
    return {year: value * (1 + share) if year > late else value for year, value in points.items()}


def _breaks(points: Points, editions: Mapping[int, str] | None) -> tuple[int, ...]:
    """The years whose edition is not that of the year before."""
    if editions is None:
        return ()
    return tuple(later for earlier, later in pairwise(sorted(points)) if editions.get(earlier) != editions.get(later))


def _due(top: int, last: int, limit: int) -> tuple[Due, ...]:
    """Both readings, in the states of the board of targets."""
    found = []
    for latest in (limit - 1, limit):
        state = "missed" if top > latest else "met" if last > latest else "on_track" if top < last else "not_due"
        found.append(Due(latest, state))
    return tuple(found)


def _why(key: str, found: PeakVerdict, rules: PeakRules) -> Text:
    values = {
        "top": found.top,
        "last": found.last,
        "since": found.since,
        "drop": f"{100 * found.drop:.1f}",
        "recent": "-" if found.recent is None else f"{100 * found.recent:+.1f}",
        "p": "-" if found.trend is None else f"{found.trend.p_falling:.3f}",
        "part": "-" if found.fall is None else f"{100 * found.fall.share_of_activity:.0f}",
        "near": f"{100 * rules.near:g}",
        "still": f"{100 * rules.still:g}",
        "need_years": rules.confirm_years,
        "need_drop": f"{100 * rules.confirm_drop:g}",
        "revision": f"{100 * rules.revision:g}",
        "late": rules.revised_years,
        "breaks": ", ".join(str(year) for year in found.breaks if year > found.top),
    }
    return said(key, **values)
