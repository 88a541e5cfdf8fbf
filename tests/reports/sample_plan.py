"""Small plans for the tests: the nation on a few days, made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from dafeng.pathway.power.case import Case
from dafeng.pathway.power.planning import PowerPlan, plan_power
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
