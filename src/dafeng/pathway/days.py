"""Which days stand for the year: typical days found by clustering, the hardest days kept as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from dafeng.catalog import DafengError
from dafeng.pathway.system import Array, Places, Steps

DAY = 24


@dataclass(frozen=True)
class Days:
    """Days of the year that are modelled, and the day that stands for each day of the year.

    Attributes:
        chosen: (D,) numbers of the modelled days, rising.
        weight: (D,) days of the year that each stands for.
        stands: (365,) place in `chosen` of the day that stands for it.
        kept: places in `chosen` of days that stand for themselves only.
    """

    chosen: Places
    weight: Array
    stands: Places
    kept: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def hours(self) -> Places:
        """(D x 24,) hours of the year that are modelled."""
        return (self.chosen[:, None] * DAY + np.arange(DAY)).ravel()

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """The year as runs of days with the same stand-in: (place, days in a row)."""
        borders = np.flatnonzero(np.r_[True, np.diff(self.stands) != 0, True])
        return tuple((int(self.stands[a]), int(b - a)) for a, b in pairwise(borders))


def every_day(count: int = 365) -> Days:
    """All days of the year, each for itself."""
    return Days(np.arange(count), np.ones(count), np.arange(count))


def typical_days(series: Array, count: int, keep: Sequence[int] = (), weather: int | None = None) -> Days:
    """Medoid days of a hierarchical clustering, and the days to keep, which stand for themselves.

    Args:
        series: (k, days x 24) what should be alike within a cluster, e.g. load, wind and sun by region; each series
            counts alike after scaling to 0..1.
        count: modelled days in all, kept ones included.
        keep: days that are modelled in any case.
        weather: number of a set of days: of each cluster, any of its days stands for it, drawn with this seed; None:
            its medoid.

    Raises:
        DafengError: fewer than one day besides the kept ones, or more than there are.

    Source: hierarchical clustering with medoids as in tsam (Hoffmann et al. 2020, https://doi.org/10.3390/en13030641);
    the days are the ones that tsam chooses.
    """
    days = series.shape[1] // DAY
    kept = np.unique(np.asarray(keep, dtype=np.int64))
    if count >= days:
        return every_day(days)
    if count <= len(kept):
        raise DafengError("pathway_value", name="days", field="count", found=count, allowed=f"> {len(kept)}")
    rest = np.setdiff1d(np.arange(days), kept)
    medoids, cluster = _clustered(series.reshape(len(series), days, DAY)[:, rest], count - len(kept))
    if weather is not None:
        drawing = np.random.default_rng(weather)
        medoids = np.array([drawing.choice(np.flatnonzero(cluster == number)) for number in range(len(medoids))])
    chosen = np.sort(np.r_[kept, rest[medoids]])
    stands = np.empty(days, dtype=np.int64)
    stands[kept] = np.searchsorted(chosen, kept)
    stands[rest] = np.searchsorted(chosen, rest[medoids])[cluster]
    weight = np.bincount(stands, minlength=len(chosen)).astype(np.float64)
    return Days(chosen, weight, stands, np.searchsorted(chosen, kept))


def _clustered(series: Array, count: int) -> tuple[Places, Places]:
    """(count,) places of the medoids and (days,) cluster of each day, of (k, days, 24); Ward's criterion."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import cdist

    low, high = series.min(axis=(1, 2), keepdims=True), series.max(axis=(1, 2), keepdims=True)
    varying = (high > low).ravel()
    scaled = ((series - low)[varying] / (high - low)[varying]).transpose(1, 0, 2).reshape(series.shape[1], -1)
    cluster = fcluster(linkage(scaled, "ward"), count, "maxclust") - 1
    medoids = []
    for number in range(cluster.max() + 1):
        members = np.flatnonzero(cluster == number)
        medoids.append(members[cdist(scaled[members], scaled[members]).sum(axis=0).argmin()])
    return np.array(medoids), cluster


def hardest_days(load: Array, variable: Array) -> list[int]:
    """The days that a plan must survive: highest load, highest residual load, and the longest want of wind and sun.

    Args:
        load: (days x 24,) of the whole system. variable: (days x 24,) wind and solar output of the whole system.
    """
    residual = load - variable
    by_day = residual.reshape(-1, DAY)
    return sorted({int(load.argmax()) // DAY, int(residual.argmax()) // DAY, int(by_day.sum(axis=1).argmax())})


def matched(profile: Array, days: Days, most: float = np.inf) -> Array:
    """The modelled hours of a profile, scaled so that the year's mean is that of the whole year.

    Kept days stay as they are: a plan that serves a hard day must serve it in the replay too.

    Args:
        profile: (r, 8760). most: values are capped there (capacity factors: 1), the rest is raised instead.

    Returns:
        (r, D x 24).
    """
    picked = profile[:, days.hours].copy()
    weight = np.repeat(days.weight, DAY) / (days.weight.sum() * DAY)
    typical = ~np.repeat(np.isin(np.arange(len(days.chosen)), days.kept), DAY)
    whole = profile.mean(axis=1) - picked[:, ~typical] @ weight[~typical]
    for _ in range(50):
        mean = picked[:, typical] @ weight[typical]
        factor = np.divide(whole, mean, out=np.ones_like(mean), where=mean > 0)
        if np.all(np.abs(factor - 1) < 1e-12):
            break
        picked[:, typical] = np.minimum(picked[:, typical] * factor[:, None], most)
    return picked


def steps_of(days: Days, periods: Sequence[str], years: Array, worth: Array, carrying: bool = False) -> Steps:
    """The same days in every period, as `Steps`.

    Args:
        years, worth: (Y,) as of `finance.Horizon`.
        carrying: give the calendar too, for storage that carries energy between days.
    """
    count = len(days.chosen)
    hours = count * DAY
    weight = np.tile(np.repeat(days.weight, DAY), len(periods))
    period = np.repeat(np.arange(len(periods)), hours)
    runs = days.runs
    return Steps(
        periods=tuple(periods),
        years=np.asarray(years, dtype=np.float64),
        period=period,
        block=np.repeat(np.arange(len(periods) * count), DAY),
        hours=np.ones(len(weight)),
        weight=weight,
        value=weight * np.asarray(worth)[period],
        calendar=tuple(tuple((y * count + place, times) for place, times in runs) for y in range(len(periods)))
        if carrying
        else (),
    )
