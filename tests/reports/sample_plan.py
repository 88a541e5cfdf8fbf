"""Small plans for the tests: the nation, and three grid regions, on a few days, made once."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from dafeng.pathway.power import planning
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.planning import PowerPlan, plan_power
from dafeng.pathway.power.regions import Grouping, grouping
from dafeng.reports.plan import Outcome, outcome, plan_data


@cache
def nation() -> PowerPlan:
    """The nation in 2025 and 2030 on eight days, with a cap."""
    return plan_power(Case(regions="nation", periods=(2025, 2030), days=8, co2_cap={2030: 4300.0}))


@cache
def counted() -> Outcome:
    return outcome(nation())


@cache
def data() -> dict[str, Any]:
    return plan_data(nation(), counted(), "sample", "0", entered=True)


THREE = ("CN-GRID-N", "CN-GRID-NE", "CN-GRID-E")
"""North, northeast and east China: the north is joined to the northeast by three lines, one of them of one way, and to the east
by two."""


@cache
def grids() -> PowerPlan:
    """Three grid regions in 2025 and 2030 on three days, with a cap that is counted and that nothing feels.

    A case can ask for all seven only; what it calls grids is the first three of them here.
    """
    with pytest.MonkeyPatch.context() as patched:
        members = grouping("grids").members[: len(THREE)]
        patched.setattr(planning, "grouping", lambda _regions: Grouping(THREE, members))
        simple = {"hydrogen": False, "commitment": False, "reserves": False}
        return plan_power(Case(regions="grids", periods=(2025, 2030), days=3, co2_cap={2025: 1e6, 2030: 1e6}, **simple))


@cache
def counted_grids() -> Outcome:
    return outcome(grids())


@cache
def grids_data() -> dict[str, Any]:
    return plan_data(grids(), counted_grids(), "three", "0", entered=True)
