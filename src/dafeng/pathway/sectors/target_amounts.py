"""Amounts that a plan shows beside a target that it only watches: what the model has of it, never a limit.

c, o: the sums `counts` and `over` in a period, c', o' in the period before, n the years between them.

    amount       c                                      per          c / o, o a driver
    yearly_cut   ((c o' / (c' o))^(1/n) - 1) x 100      yearly_rise  100 (c / o - c' / o') / n

The last two are the mean of the years between two periods; they are given for the period in whose years the target is
due.
"""

from __future__ import annotations

from dafeng.catalog import convert, economy
from dafeng.pathway.scenario_targets import AMOUNT, PER, YEARLY_CUT, Treatment
from dafeng.pathway.sectors.target_limits import Frame, scale_of


def amount_of(frame: Frame, one: Treatment, year: int) -> tuple[float, str] | None:
    """What the plan has of a target in a year that is known, and its unit; None: it cannot be counted.

    Args:
        frame: its years are the periods of the plan, all of them known.
    """
    counted = frame.past.value(frame.sum(one.counts, year), year)
    if not one.counts or counted is None:
        return None
    if one.kind == AMOUNT:
        return counted * scale_of(one), one.unit
    if one.kind == PER:
        return _per(frame, one, year, counted)
    before = max((y for y in frame.years if y < year), default=None)
    if before is None or not before < (one.target.due_year or 0) <= year:
        return None
    start = frame.past.value(frame.sum(one.counts, before), before)
    if start is None:
        return None
    span = year - before
    if one.kind == YEARLY_CUT:
        growth = frame.driver(one.over, year) / frame.driver(one.over, before)
        return (100 * ((counted / start / growth) ** (1 / span) - 1), "%/year") if start > 0 else None
    wholes = [frame.past.value(frame.sum(one.over, y), y) for y in (year, before)]
    if not wholes[0] or not wholes[1]:
        return None
    return 100 * (counted / wholes[0] - start / wholes[1]) / span, one.target.unit


def _per(frame: Frame, one: Treatment, year: int, counted: float) -> tuple[float, str]:
    """Of a driver, in the unit of the target: `kWh/person`."""
    top, _, bottom = one.target.unit.partition("/")
    unit = economy.driver_units()[one.over[0].partition(":")[2]]
    return convert(counted * scale_of(one), one.unit, top) / convert(
        frame.driver(one.over, year), unit, bottom
    ), one.target.unit
