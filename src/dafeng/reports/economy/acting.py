"""Wedges and abatement curve as the reports show them: all ten actions, and measures that do not lower CO2 as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dafeng.catalog import LANGUAGES, word
from dafeng.pathway.sectors.wedges import ACTIONS, CHAPTER_II, Measure, Wedges

CURVE_YEAR = 2030
OUTSIDE = (8, 10)
"""Actions that have no lever in any scenario: carbon sinks, regions taking turns."""


def wedge_data(found: Wedges) -> dict[str, Any]:
    """Wedges of all ten actions, those of the targets of chapter II last; an action without measures has 0 and why.

    Returns:
        `years`; `actions`: `action`, `mt` (Mt CO2 less a year), `cost` (1e9 CNY more a year), `reason` (texts or null);
        `trend`, `left`: Mt CO2; `from`, `to`: names; `case`: what the sketches were made on.
    """
    case = found.case
    return {
        "years": list(found.years),
        "actions": list(_actions(found)),
        "trend": [float(v) for v in found.trend],
        "left": [float(v) for v in found.reached],
        "from": "trend",
        "to": found.scenario.name,
        "case": {"regions": case.regions, "count": found.regions, "periods": list(found.years), "days": case.days},
    }


def _actions(found: Wedges) -> Iterator[dict[str, Any]]:
    known = {one.action: one for one in found.actions}
    for action in (*ACTIONS, CHAPTER_II):
        if action in known:
            one = known[action]
            mt, cost = [float(v) for v in one.mt], [float(v) for v in one.cost]
            yield {"action": action, "mt": mt, "cost": cost, "reason": None}
        elif action != CHAPTER_II:
            key = f"economy.no_wedge.{action if action in OUTSIDE else 'none'}"
            nothing = [0.0] * len(found.years)
            why = {tag: word(key, tag) for tag in LANGUAGES}
            yield {"action": action, "mt": nothing, "cost": list(nothing), "reason": why}


def curve_data(years: Sequence[int], measures: Sequence[Measure]) -> list[dict[str, Any]]:
    """The abatement curve of 2030, or of the last year that is known: cheapest first, then what has no unit cost.

    Returns:
        rows of `measure`, `year`, `mt` (Mt CO2 less), `cost` (1e9 CNY more a year), `cny_per_t` (null: it does not
        lower CO2 by itself in this year).
    """
    y = years.index(CURVE_YEAR) if CURVE_YEAR in years else len(years) - 1
    rows = [
        {
            "measure": one.path,
            "year": years[y],
            "mt": float(one.mt[y]),
            "cost": float(one.cost[y]),
            "cny_per_t": one.price(y),
        }
        for one in measures
    ]
    return sorted(rows, key=_order)


def _order(row: dict[str, Any]) -> tuple[bool, float]:
    price = row["cny_per_t"]
    return price is None, float(-row["mt"] if price is None else price)
