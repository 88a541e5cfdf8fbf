"""Evidence for the "5+9" rating from the accounts: the figures of a year held against the goals set for that year."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dafeng.accounts import Figure, Series, change_percent, readings
from dafeng.assessment.rating import Evidence, refuse_unknown
from dafeng.catalog import DafengError, NotComparable, Row, convert, entities, resource
from dafeng.targets import with_estimates

ESTIMATE = "non_thermal_share_estimate"  # stands in every series that has the estimates


def evidence_2026(series: Series, entity: str, year: int, goals: Mapping[str, float]) -> dict[str, Evidence]:
    """What the accounts show of the indicators that have a figure.

    Args:
        series: as `accounts.with_indicators` gives them, of all provinces, for the estimate of non-fossil energy; with
            `targets.with_estimates(series, ledger)` coal and oil of a province are estimated as well.
        goals: indicator (ids of assessment/ratings_2026.csv) -> the goal of the year, in the unit of that table: an
            amount, a share, or a change against the year before in percent, a reduction being negative.

    Returns:
        Evidence for every indicator with a goal or a figure. Without a goal, or without a figure of the year, `met`
        is None. The quality is that of the figure: where it is an estimate, the evidence is no more than that.

    Raises:
        UnknownName: no such entity; a goal for an indicator that the measures do not have.
        DafengError: a goal that is no finite number, or for an indicator that no figure measures.
    """
    entities()[entity]
    rows = resource("assessment", "ratings_2026").rows
    refuse_unknown(goals, rows, "rating_indicator")
    if (entity, ESTIMATE) not in series:
        series = with_estimates(series)
    found = {}
    for row in rows:
        goal = goals.get(row["id"])
        if goal is not None and (not math.isfinite(goal) or not row["figures"]):
            raise DafengError("rating_goal", indicator=row["id"], found=goal)
        figure, value = _measured(row, series, entity, year)
        if figure is None and goal is None:
            continue
        met = None
        if value is not None and goal is not None:
            met = value <= goal if row["comparator"] == "at_most" else value >= goal
        source = "" if figure is None else f"{figure.id}|{figure.scope}" if figure.scope else figure.id
        found[row["id"]] = Evidence(
            met,
            value,
            goal,
            row["unit"],
            year if value is not None else None,
            source,
            figure.quality if figure is not None else "user",
        )
    return found


def _measured(row: Row, series: Series, entity: str, year: int) -> tuple[Figure | None, float | None]:
    """The first figure of the list that has the year (and, of a change, the year before in the same definition)."""
    for name in row["figures"]:
        for points in readings(series, entity, name):
            figure = points.get(year)
            if figure is None or figure.base_year is not None:
                continue
            if row["basis"] == "level":
                return figure, convert(figure.value, figure.unit, row["unit"])
            if year - 1 in points:
                try:
                    return figure, change_percent(figure, points[year - 1])
                except NotComparable:
                    continue
    return None, None


def paced_goals(region: str, year: int) -> dict[str, float]:
    """Yearly goals in the pace of the official five-year targets of a province, where no yearly goal is known.

    (1 + V / 100) ** (1 / years) - 1, in percent: equal yearly rates that make the five-year change V. The pace is ours;
    the goal that was handed down for the year may be another.

    Returns:
        Indicator of the 2026 measures (carbon_intensity, energy_intensity) -> change against the year before, percent;
        without those for which no target of a period that holds the year is known.

    Raises:
        UnknownName: no such region.
    """
    entities()[region]
    known = {row["id"] for row in resource("assessment", "ratings_2026").rows if row["basis"] == "change"}
    found = {}
    for row in resource("statistics", "provincial_targets").rows:
        first, last = row["base_year"], row["due_year"]
        if row["region"] == region and row["indicator"] in known and first and first < year <= last <= first + 5:
            found[row["indicator"]] = 100 * ((1 + row["value"] / 100) ** (1 / (last - first)) - 1)
    return found
