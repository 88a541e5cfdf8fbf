"""Plans as PyPSA networks: read back they dispatch to the same cost, by us and by PyPSA."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
from tests.models.small import optimum
from tests.models.test_pypsa import pypsa_optimum

from dafeng.models import read_pypsa, write_netcdf
from dafeng.pathway.making import Maker
from dafeng.pathway.model import build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.solvers import solve
from dafeng.pathway.system import Steps


def planned(periods: int) -> Plan:
    """Wind, gas, a heat plant with two outputs, a battery, a store of heat, a line and a corridor, over four steps."""
    count = 4 * periods
    period = np.repeat(np.arange(periods), 4)
    weight = np.tile([1000.0, 2000.0, 1000.0, 2000.0], periods)
    steps = Steps(
        periods=tuple(str(2030 + 10 * y) for y in range(periods)),
        years=np.full(periods, 10.0),
        period=period,
        block=period,
        hours=weight / 1000.0,
        weight=weight,
        value=weight * (8.0 - 3.0 * period),
    )
    m = Maker(steps, "MW", "CNY")
    a, b, heat = m.node("a", np.arange(count) % 4 * 3.0 + 10.0), m.node("b", 5.0), m.node("heat", 2.0)

    def stock(name: str, cost: float) -> int:
        return m.stock(name, existing=1.0, build_cost=cost, build_upper=100.0)

    m.process("wind", [(a, 1.0)], stock=stock("wind", 3e5), available=np.tile([0.2, 0.9, 0.4, 0.7], periods))
    m.process("gas", [(a, 1.0)], stock=stock("gas", 1e5), cost=40.0)
    m.process("chp", [(a, 0.5), (heat, 0.4)], stock=stock("chp", 2e5), cost=12.0)
    m.process("boiler", [(heat, 0.9)], source=a, stock=stock("boiler", 5e4))
    m.process("a-b", [(b, 0.95)], source=a, stock=stock("a-b", 1e4), minimum=-1.0)
    m.process("shed b", [(b, 1.0)], cost=500.0)
    m.line("wire", a, b, stock("wire", 2e4), impedance=0.1)
    power = stock("battery", 6e4)
    m.storage("battery", a, power, power, power, energy_size=3.0, charge_efficiency=0.9, discharge_efficiency=0.95)
    m.storage("tank", heat, energy_stock=stock("tank", 1e3), loss=0.01)
    return solved(m)


def solved(m: Maker) -> Plan:
    model = build(m.system())
    found = solve(model.lp)
    numbers = [np.arange(count) for count in model.lp.shape]
    return read(model, found.value(numbers[1]), found.dual(numbers[0]))


def running(plan: Plan) -> float:
    """Cost of running the plan's capacities, without building and keeping them."""
    stocks = plan.system.stocks
    fixed = float((stocks.build_cost * plan.build).sum() + (stocks.keep_cost * plan.capacity).sum())
    return plan.objective - fixed


@pytest.mark.parametrize("periods", [1, 2])
def test_read_back_it_runs_at_the_same_cost(tmp_path: Path, periods: int) -> None:
    plan = planned(periods)
    path = write_netcdf(plan, tmp_path / "plan.nc", carriers={"a": "AC", "b": "AC", "wind": "onwind"})
    assert [file.name for file in tmp_path.iterdir()] == ["plan.nc"]
    if periods == 1:
        assert optimum(read_pypsa(path)) == pytest.approx(running(plan), rel=1e-8)
    with netCDF4.Dataset(str(path)) as file:
        assert list(file["generators_i"][:])[:1] == (["wind"] if periods == 1 else ["wind 2030"])


@pytest.mark.slow
@pytest.mark.parametrize("periods", [1, 2])
def test_pypsa_opens_it_and_runs_it_at_the_same_cost(tmp_path: Path, periods: int) -> None:
    plan = planned(periods)
    path = write_netcdf(plan, tmp_path / "plan.nc", carriers={"a": "AC", "b": "AC", "wind": "onwind"})
    assert pypsa_optimum(path, periods > 1) == pytest.approx(running(plan), rel=1e-6)


@pytest.mark.slow
def test_results_are_where_pypsa_looks_for_them(tmp_path: Path) -> None:
    """Output, prices and levels of the plan; the energy balance of every bus closes in PyPSA's own statistics."""
    pypsa = pytest.importorskip("pypsa", reason="needs pypsa: the tool that opens the file")
    plan = planned(1)
    network = pypsa.Network(str(write_netcdf(plan, tmp_path / "plan.nc", carriers={"wind": "onwind"})))
    names = plan.system.processes.names
    assert network.generators_t.p["wind"].to_numpy() == pytest.approx(plan.activity[names.index("wind")])
    assert network.generators.p_nom_opt["wind"] == pytest.approx(
        plan.capacity[plan.system.stocks.names.index("wind"), 0]
    )
    assert network.generators.carrier["wind"] == "onwind"
    assert network.buses_t.marginal_price["a"].to_numpy() == pytest.approx(plan.price[0])
    assert network.storage_units_t.state_of_charge["battery"].to_numpy() == pytest.approx(plan.level[0])
    balance = network.statistics.energy_balance(groupby="bus", groupby_time=False).groupby("bus").sum()
    assert np.abs(balance.to_numpy()).max() < 1e-4, "PyPSA rounds its statistics to five digits"


def test_a_plan_without_prices_is_still_a_network(tmp_path: Path) -> None:
    """Nothing but the numbers of the plan goes in: prices of nothing are nothing."""
    plan = planned(1)
    plan = replace(plan, price=np.zeros_like(plan.price))
    assert optimum(read_pypsa(write_netcdf(plan, tmp_path / "plan.nc"))) == pytest.approx(running(plan), rel=1e-8)
