"""The peak test on figures of the accounts, which know their edition."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from numpy.typing import ArrayLike

from dafeng.accounts import Figure
from dafeng.assessment.peak import LIMIT, PeakRules, PeakVerdict, peak_verdict
from dafeng.catalog import DafengError

Figures = Mapping[int, Figure]


def peak_of(
    figures: Figures,
    activity: Figures | None = None,
    others: Mapping[str, Figures] | None = None,
    *,
    ensemble: Mapping[int, ArrayLike] | None = None,
    limit: int = LIMIT,
    rules: PeakRules | None = None,
) -> PeakVerdict:
    """Judge a series of figures, e.g. `workspace.series["CN-HE", "co2_estimate"]`.

    The years are the last unbroken run; a change of scope or vintage within it is a break (see `peak_verdict`).

    Args:
        activity: what drives it, e.g. `gdp_constant`. others: the same quantity from other factor sets or scopes: name
            -> figures; the years of the run that they have.

    Raises:
        DafengError: no figures, or as `peak_verdict`.
    """
    if not figures:
        raise DafengError("series_short", series="peak", count=0, least=3)
    run = _last_run(figures)
    newest = figures[run[-1]]
    return peak_verdict(
        {year: figures[year].value for year in run},
        None if activity is None else {year: figure.value for year, figure in activity.items()},
        {name: {year: other[year].value for year in run if year in other} for name, other in (others or {}).items()},
        ensemble=ensemble,
        limit=limit,
        rules=rules,
        name=f"{newest.entity} {newest.name}",
        editions={year: " | ".join(figures[year].reading[:2]) for year in run},
    )


def _last_run(figures: Figures) -> list[int]:
    years = sorted(figures)
    after_gap = [later for earlier, later in pairwise(years) if later > earlier + 1]
    return [year for year in years if not after_gap or year >= after_gap[-1]]
