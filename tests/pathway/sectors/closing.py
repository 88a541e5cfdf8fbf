"""The balance of electricity of a plan of all sectors."""

from __future__ import annotations

import pytest

from dafeng.pathway.sectors.planning import EconomyPlan


def closes(plan: EconomyPlan) -> None:
    """Generation and what arrives are what is used and what leaves, in every period."""
    for place in range(len(plan.regions)):
        given = plan.amount("power_generation", "all")[place] + plan.amount("supply.inflow", "electricity")[place]
        taken = plan.amount("power_consumption", "electricity")[place]
        taken = taken + plan.amount("supply.outflow", "electricity")[place]
        assert given == pytest.approx(taken, rel=2e-3)
