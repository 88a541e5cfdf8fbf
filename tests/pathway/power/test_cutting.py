"""A plan that keeps its limits only by cutting load: refused, or made and called broken where somebody wants it."""

from __future__ import annotations

import pytest

from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.planning import plan_power
from dafeng.planning import observations
from dafeng.reports.plan import outcome, plan_data

#: a fifteenth of what Hebei gives off
CASE = Case(
    regions="CN-HE", periods=(2025,), days=2, co2_cap={2025: 15.0}, commitment=False, reserves=False, hydrogen=False
)


def test_refused_unless_wanted_and_then_not_mended_and_said() -> None:
    with pytest.raises(Infeasible) as error:
        plan_power(CASE)
    assert "co2_cap 2025" in error.value.rows
    plan = plan_power(CASE, cut=True)
    (stage,) = plan.stages
    assert stage.cuts
    assert stage.mends == 0, "no mend serves the load"
    assert not plan.holds
    assert float(stage.unserved.sum()) > 1e3
    found = outcome(plan)
    data = plan_data(plan, found, "cut", "0", True, 0.0)
    assert "only by cutting load" in data["verdict"]["reasons"][0]["en"]
    assert all("does not hold" in line.note for line in observations(found, "cut", plan.holds))
