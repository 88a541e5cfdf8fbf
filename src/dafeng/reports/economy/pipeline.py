"""Projects that wait for what a plan builds: coal units and phases of wind farms of the shipped lists.

The lists are of 2023 (coal July, wind May). What was to run by the base year of the plan, or was being built without a
year being named, belongs to the fleet that stands at the start; the rest waits: first what is being built, then what is
permitted or prepared, then what is announced. A period takes, in this order, the projects that fit into what it builds
of their technology in their region and are not planned for later; what is left of it has no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dafeng.catalog import power
from dafeng.pathway.power.inputs import BASE
from dafeng.pathway.power.regions import Grouping

Unit = Mapping[str, Any]
STATUSES = ("construction", "permitted", "pre-construction", "announced")
"""Of what waits, in the order in which it is taken."""
EVER = 9999


class Pipeline:
    """Projects by region and technology, each named once.

    Args:
        grouping, regions: of the plan.
    """

    def __init__(self, grouping: Grouping, regions: tuple[str, ...]) -> None:
        self._waiting: dict[tuple[str, str], list[Unit]] = {}
        for unit in sorted(_planned(), key=_turn):
            place = grouping.place(unit["entity"])
            if place is not None:
                self._waiting.setdefault((regions[place], unit["technology"]), []).append(unit)

    def take(self, region: str, technology: str, year: int, amount: float) -> list[Unit]:
        """The projects that fit into `amount` GW of a technology that a region builds until a year."""
        waiting, left = self._waiting.get((region, technology), []), 1e3 * amount
        found = []
        for unit in waiting:
            if unit["mw"] <= left and (unit["start_year"] or year) <= year:
                found.append(unit)
                left -= unit["mw"]
        taken = {unit["id"] for unit in found}
        waiting[:] = [unit for unit in waiting if unit["id"] not in taken]
        return found


def _planned() -> Iterator[Unit]:
    for unit in (*power.coal_units(), *power.wind_phases()):
        if unit["status"] in STATUSES and not _stands(unit):
            yield unit


def _stands(unit: Unit) -> bool:
    """Is it in the fleet of the base year."""
    if unit["start_year"]:
        return bool(unit["start_year"] <= BASE)
    return bool(unit["status"] == "construction")


def _turn(unit: Unit) -> tuple[int, int, str]:
    return STATUSES.index(unit["status"]), unit["start_year"] or EVER, str(unit["id"])
