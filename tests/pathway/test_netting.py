"""A store whose power nothing bounds has a proved optimum too."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import maker

from dafeng.pathway.acceptance import implied_bounds, safe_bound, well_above
from dafeng.pathway.making import Maker
from dafeng.pathway.model import Model, build
from dafeng.pathway.netting import netted_bounds
from dafeng.pathway.solvers import Session

HOURS = 3.0
LOAD = np.array([10.0, 30.0, 20.0, 60.0])


def with_a_store(room: float = np.inf, **values: float) -> Maker:
    """A generator of 1 a MWh and a tank that may be built, as PyPSA's `Store`: its level is bounded, its power is not."""
    part = maker(length=4, hours=HOURS)
    node = part.node("n", LOAD)
    plant = part.stock("plant", build_cost=50.0, build_upper=np.inf)
    tank = part.stock("tank", build_cost=0.5, build_upper=np.inf, upper=room)
    part.process("plant", [(node, 1.0)], stock=plant, cost=1.0)
    part.storage("tank", node, energy_stock=tank, **values)
    return part


def bounds(model: Model) -> tuple[float, float, float]:
    """Optimum, and its bound with the bounds that rows imply, and with those of what is on balance."""
    solution = Session(model.lp).solve(bound=False)
    cutoff = well_above(solution.objective)
    plain, netted = implied_bounds(model.lp, cutoff=cutoff), netted_bounds(model, cutoff)
    return (
        solution.objective,
        safe_bound(model.lp, solution.y, cutoff=cutoff, within=plain),
        safe_bound(model.lp, solution.y, cutoff=cutoff, within=netted),
    )


@pytest.mark.parametrize("values", [{}, {"loss": 0.01}, {"charge_cost": -2.0, "discharge_cost": 2.0, "room": 500.0}])
def test_what_is_on_balance_bounds_the_cost(values: dict[str, float]) -> None:
    """Charging and discharging at once is a ray along which no row ends: dust in a reduced cost times infinity is minus
    infinity, and nothing would be proved."""
    optimum, plain, netted = bounds(build(with_a_store(**values).system()))
    assert plain == -np.inf, "or this test says nothing"
    assert netted == pytest.approx(optimum, rel=1e-9)
    assert netted <= optimum


def test_powers_are_bounded_by_what_the_levels_allow() -> None:
    """A tank of 12 MWh in steps of 3 h: 4 MW in or out; with 1 % of loss an hour 3 % less is taken along and more goes in."""
    part = maker(length=4, hours=HOURS)
    node = part.node("n", LOAD)
    part.process("plant", [(node, 1.0)], cost=1.0)
    part.storage("tank", node, energy_stock=part.stock("tank", 12.0), loss=0.01)
    model = build(part.system())
    _, upper = netted_bounds(model, 1e4)
    assert upper[model.columns.charge[0]] == pytest.approx(np.full(4, 12.0 / HOURS))
    assert upper[model.columns.discharge[0]] == pytest.approx(np.full(4, 12.0 * 0.99**3 / HOURS))


def test_where_being_at_both_earns_nothing_is_assumed() -> None:
    """Paid 3 for each MWh that is charged and asked 2 for what is given back, a store would run in a circle for ever; with
    losses it may do so to be rid of power. Neither is bounded here."""
    for values in ({"charge_cost": -3.0, "discharge_cost": 2.0}, {"charge_efficiency": 0.9}):
        model = build(with_a_store(**values).system())
        _, upper = netted_bounds(model, 1e4)
        assert np.isinf(upper[model.columns.charge]).all()
