"""Plans as PyPSA networks: read back they dispatch to the same cost, by us and by PyPSA."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
from tests.models.small import optimum
from tests.models.test_pypsa import pypsa_optimum
from tests.pathway.small import limit, maker

from dafeng.models import read_pypsa, write_netcdf
from dafeng.models.pypsa.timing import Timing
from dafeng.models.pypsa.writer import left_out, running_cost
from dafeng.pathway.making import Maker
from dafeng.pathway.model import build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.planning import plan_power
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.solvers import solve
from dafeng.pathway.system import Steps
from dafeng.planning import technologies_of


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
def test_pypsa_finds_the_capacities_too_between_what_the_plan_could_choose(tmp_path: Path) -> None:
    """A floor of 9 MW on gas and a ceiling of 12 MW on wind bind; the plan's whole cost, building included."""
    pypsa = pytest.importorskip("pypsa", reason="needs pypsa: the tool that opens the file")
    m = maker(length=4, weight=2190.0, worth=7.0)
    node = m.node("a", [10, 13, 11, 16])
    m.process(
        "wind", [(node, 1.0)], stock=m.stock("wind", build_cost=1e6, build_upper=12), available=[0.9, 0.4, 0.7, 0.5]
    )
    m.process("gas", [(node, 1.0)], stock=m.stock("gas", existing=2, build_cost=4e6, build_upper=50, lower=9), cost=60)
    m.process("oil", [(node, 1.0)], stock=m.stock("oil", build_cost=1e5, build_upper=50), cost=90)
    plan = solved(m)
    assert plan.capacity[:2, 0] == pytest.approx([12, 9])
    network = pypsa.Network(str(write_netcdf(plan, tmp_path / "plan.nc")))
    assert network.generators.p_nom_min.tolist() == pytest.approx([0, 9, 0])
    assert network.generators.p_nom_max.tolist() == pytest.approx([12, 52, 50])
    network.generators["p_nom_extendable"] = True
    assert network.optimize(solver_name="highs", include_objective_constant=False) == ("ok", "optimal")
    inherited = 2 * 4e6  # PyPSA pays for what stands too
    assert network.objective == pytest.approx(plan.objective + inherited, rel=1e-6)


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


# --- several days of different weight --------------------------------------------------------------------------------

WEIGHT = np.array([300.0, 65.0])[None, :, None]
CALENDAR = (((0, 300), (1, 65)),)


def test_a_day_of_weight_300_cannot_fill_the_battery_of_one_of_weight_65(tmp_path: Path) -> None:
    """By hand: each day needs 10 MWh in its second hour, the battery keeps 5 of its first, the other 5 cost 50 each on
    365 days. Were the days one chain, PyPSA would buy on the day that counts 65 times what serves the other."""
    m = maker(length=2, blocks=2, weight=WEIGHT)
    node = m.node("a", [0, 10, 0, 10])
    m.process("dear", [(node, 1.0)], cost=50)
    m.process("sun", [(node, 1.0)], stock=m.stock("sun", existing=5), available=[1, 0, 1, 0])
    battery = m.stock("battery", existing=1000)
    m.storage("battery", node, battery, battery, battery, energy_size=1)
    plan = solved(m)
    path = write_netcdf(plan, tmp_path / "plan.nc")
    assert running_cost(plan) == pytest.approx(91_250.0)
    assert optimum(read_pypsa(path)) == pytest.approx(91_250.0)
    with netCDF4.Dataset(str(path)) as file:
        assert file.getncattr("network__objective") == pytest.approx(91_250.0)
        assert file["storage_units_cyclic_state_of_charge_per_period"][:].tolist() == [1]
        assert file["storage_units_cyclic_state_of_charge"][:].tolist() == [0]
        assert file["investment_periods"][:].tolist() == [2030001, 2030002]
        assert file["investment_periods_years"][:].tolist() == pytest.approx([300 / 365, 65 / 365])
    assert left_out(plan.system) == {}


def seasonal() -> Plan:
    """Sun on 300 days and load on 65, a store that carries from one to the other, and a tank without powers that does."""
    m = maker(length=2, blocks=2, weight=WEIGHT, calendar=CALENDAR)
    node, heat = m.node("a", [0, 0, 10, 10]), m.node("heat", [0, 0, 3, 0])
    m.process("dear", [(node, 1.0)], cost=50)
    m.process("dear heat", [(heat, 1.0)], cost=70)
    m.process("sun", [(node, 1.0)], stock=m.stock("sun", existing=2), available=[1, 0, 0, 0], cost=0.01)
    m.process("sun on the roof", [(heat, 1.0)], stock=m.stock("roof", existing=0.3), available=[1, 0, 0, 0], cost=0.01)
    store = m.stock("store", existing=1000)
    m.storage("store", node, store, store, store, charge_efficiency=0.8, link="carry", discharge_cost=1.0)
    m.storage("tank", heat, energy_stock=m.stock("tank", existing=1000), link="carry")
    return solved(m)


def test_what_is_carried_between_days_is_given(tmp_path: Path) -> None:
    """By hand: 2 MWh on 300 days, 0.8 of it stored, gives 480 of the 1300 that 65 days need; 0.3 MWh of heat on 300 days
    gives 90 of 195. Without what is carried PyPSA would pay for all."""
    plan = seasonal()
    power = 600 * 0.01 + 480 * 1.0 + (1300 - 480) * 50
    heat = 90 * 0.01 + (195 - 90) * 70
    assert running_cost(plan) == pytest.approx(power + heat)
    assert optimum(read_pypsa(write_netcdf(plan, tmp_path / "plan.nc"))) == pytest.approx(power + heat)
    assert left_out(plan.system) == {"carried": ["store", "tank"]}


def test_two_processes_share_one_capacity(tmp_path: Path) -> None:
    """By hand: 6 MW of load come first (49 saved per MW of the plant, 29 by heat), 4 of its 10 MW are left for 2 MW of
    heat, and 2 are dear. Each with 10 for itself would leave nothing to the dear one."""
    m = maker(length=1, blocks=2, weight=WEIGHT)
    a, heat = m.node("a", [6, 6]), m.node("heat", [4, 4])
    plant = m.stock("plant", existing=10)
    m.process("plant", [(a, 1.0)], stock=plant, cost=1)
    m.process("plant heat", [(heat, 1.0)], stock=plant, size=2.0, cost=2)
    m.process("dear", [(a, 1.0)], cost=50)
    m.process("dear heat", [(heat, 1.0)], cost=60)
    plan = solved(m)
    assert running_cost(plan) == pytest.approx(365 * (6 * 1 + 2 * 2 + 2 * 60))
    assert optimum(read_pypsa(write_netcdf(plan, tmp_path / "plan.nc"))) == pytest.approx(running_cost(plan))


def test_what_yearly_activities_draw_is_load(tmp_path: Path) -> None:
    """By hand: 10 t of steel draw 0.5 MW each beside 1 MW of load, 6 MW at 40, for one hour of the year. Without their
    load PyPSA would pay 40."""
    m = maker(length=1)
    node, steel, always = m.node("a", 1.0), m.service("steel", 10), m.shape("always", [1.0])
    m.process("plant", [(node, 1.0)], cost=40)
    m.yearly("furnace", [(steel, 1.0)], [(node, always, 0.5)], cost=4)
    plan = solved(m)
    assert running_cost(plan) == pytest.approx(6 * 40)
    assert optimum(read_pypsa(write_netcdf(plan, tmp_path / "plan.nc"))) == pytest.approx(6 * 40)
    assert left_out(plan.system) == {"yearly": ["furnace"]}


def test_days_have_dates() -> None:
    """Day 60 is the first of March in every year, also in 2040, which has a 29th of February."""
    steps = maker(length=2, blocks=2, weight=WEIGHT).steps
    for year in ("2030", "2040"):
        timing = Timing(replace(steps, periods=(year,)), np.array([15, 60]))
        assert timing.labels == [int(year) * 1000 + 15, int(year) * 1000 + 60]
        assert timing.moments is not None
        found = timing.moments.astype("datetime64[h]").astype(str).tolist()
        assert found == [f"{year}-{moment}" for moment in ("01-15T00", "01-15T01", "03-01T00", "03-01T01")]


@pytest.mark.slow
def test_pypsa_dispatches_days_of_different_weight_at_the_plans_cost(tmp_path: Path) -> None:
    pytest.importorskip("pypsa", reason="needs pypsa: the tool that opens the file")
    plan = seasonal()
    assert pypsa_optimum(write_netcdf(plan, tmp_path / "plan.nc"), True) == pytest.approx(running_cost(plan), rel=1e-6)


def stage_of_2030(bound: bool) -> Stage:
    """The nation on a few typical days under a cap that binds, with what a PyPSA file cannot say or without it."""
    case = Case("nation", periods=(2030,), days=5, commitment=bound, reserves=bound, co2_cap={2030: 3000.0})
    return plan_power(case).stages[0]


@pytest.mark.slow
def test_pypsa_dispatches_a_plan_of_typical_days_at_its_own_cost(tmp_path: Path) -> None:
    """And keeps its cap on CO2: without it PyPSA finds a cheaper dispatch. It says nothing of unknown carriers; snapshots
    have the dates of their days."""
    pypsa = pytest.importorskip("pypsa", reason="needs pypsa: the tool that opens the file")
    stage = stage_of_2030(bound=False)
    days = stage.days.chosen + 1
    path = write_netcdf(stage.plan, tmp_path / "plan.nc", technologies_of(stage), days)
    assert len(set(stage.days.weight.tolist())) > 2
    assert pypsa_optimum(path, True) == pytest.approx(running_cost(stage.plan), rel=1e-6)
    free = replace(stage.plan, system=replace(stage.system, limits=()))
    without = write_netcdf(free, tmp_path / "free.nc", technologies_of(stage), days)
    assert pypsa_optimum(without, True) < running_cost(stage.plan) * (1 - 3e-4)
    network = pypsa.Network(str(path))
    assert network.global_constraints.index.tolist() == ["co2_cap 2030"]
    assert network.snapshots[0][1].dayofyear == days[0]
    assert {"onwind", "electricity"} <= set(network.carriers.index)
    assert network.meta["left_out"] == {"carried": ["CN hydrogen"]}
    assert network.objective == pytest.approx(network.meta["running_cost"])
    weights = network.snapshot_weightings.generators * network.investment_period_weightings.years.reindex(
        network.snapshots, level="period"
    )
    assert weights.sum() == pytest.approx(8760 * stage.system.steps.years[0])


@pytest.mark.slow
def test_what_is_left_out_makes_dispatch_cheaper_and_is_named(tmp_path: Path) -> None:
    stage = stage_of_2030(bound=True)
    path = write_netcdf(stage.plan, tmp_path / "plan.nc", technologies_of(stage), stage.days.chosen + 1)
    found = pypsa_optimum(path, True)
    assert 0.95 * running_cost(stage.plan) < found < running_cost(stage.plan) * (1 - 1e-4)
    named = left_out(stage.plan.system)
    assert named["reserves"] == ["CN"]
    assert "CN coal_usc" in named["least_load"]


def test_limits_of_the_dispatch_are_named() -> None:
    """Not those of capacity, which the file keeps because it is fixed there."""
    m = maker()
    plant = m.stock("plant", existing=10)
    m.process("plant", [(m.node("a", 5.0), 1.0)], stock=plant)
    system = replace(
        m.system(),
        limits=(
            limit("co2_cap 2030", ("activity", [0], [0.8]), upper=4.0),
            limit("plant floor 2030", ("capacity", [plant], [1.0]), lower=1.0),
        ),
    )
    assert left_out(system) == {"limits": ["co2_cap 2030"]}


# --- limits ----------------------------------------------------------------------------------------------------------


def capped(periods: int = 1, blocks: int = 2) -> Plan:
    """Two coal plants of one carrier that emit 1.0 and 0.8, a plant of power and heat, a boiler on gas from a network,
    dear and clean power: a cap that binds in each period, on all of them."""
    m = maker(length=2, blocks=blocks, periods=periods, weight=WEIGHT[:, :blocks], years=5.0, worth=4.0)
    count = 2 * blocks * periods
    load = np.resize([8.0, 10.0, 9.0, 12.0], count)
    a, gas, heat = m.node("a", load), m.node("gas", 0.0), m.node("heat", np.full(count, 3.0))
    chp = m.stock("chp", existing=4)
    m.process("old coal", [(a, 1.0)], stock=m.stock("old coal", existing=6), cost=10)
    m.process("new coal", [(a, 1.0)], stock=m.stock("new coal", existing=3), cost=12)
    m.process("chp", [(a, 1.0)], stock=chp, cost=14)
    m.process("chp heat", [(heat, 1.0)], stock=chp, size=0.5, cost=3)
    m.process("well", [(gas, 1.0)], cost=30)
    m.process("boiler", [(heat, 0.9)], source=gas, stock=m.stock("boiler", existing=9), cost=1)
    m.process("clean", [(a, 1.0)], cost=90)
    m.process("clean heat", [(heat, 1.0)], cost=95)
    emitting = [m.number("process", one) for one in ("old coal", "new coal", "chp", "chp heat", "boiler")]
    co2 = ("activity", emitting, [1.0, 0.8, 0.7, 0.3, 0.2])
    m.limits += [limit(f"co2_cap {2030 + 5 * y}", co2, upper=2500.0 - 400 * y, period=y) for y in range(periods)]
    return solved(m)


CARRIERS = {"old coal": "coal", "new coal": "coal", "chp": "chp", "chp heat": "chp"}


@pytest.mark.parametrize(("periods", "blocks"), [(1, 1), (1, 2), (2, 1)])
def test_a_cap_on_emissions_is_held(tmp_path: Path, periods: int, blocks: int) -> None:
    """What runs under the cap is dear, and the file says so: without the cap it would run for half of the cost.

    Plants of one carrier with different emissions, two activities of one plant, and a link are counted alike.
    """
    plan = capped(periods, blocks)
    path = write_netcdf(plan, tmp_path / "plan.nc", CARRIERS)
    assert left_out(plan.system, ["co2_cap 2030", "co2_cap 2035"]) == {}
    with netCDF4.Dataset(str(path)) as file:
        assert file["global_constraints_i"][:].tolist() == [f"co2_cap {2030 + 5 * y}" for y in range(periods)]
        assert set(file["global_constraints_carrier_attribute"][:]) == {"co2_emissions"}
        coal = file["carriers_i"][:].tolist().index("coal")
        assert file["carriers_co2_emissions"][coal] == pytest.approx(0.8)
        assert '"left_out": {}' in file.getncattr("meta")
    if periods > 1:
        return  # fuel without a capacity, in each period, is more than our own reader covers; PyPSA reads it below
    assert optimum(read_pypsa(path)) == pytest.approx(running_cost(plan), rel=1e-8)
    free = replace(plan, system=replace(plan.system, limits=()))
    assert optimum(read_pypsa(write_netcdf(free, tmp_path / "free.nc"))) < 0.6 * running_cost(plan)


@pytest.mark.slow
def test_a_cap_of_all_periods_together(tmp_path: Path) -> None:
    """It counts the years of each: as much as both caps allow costs no more, a tenth less does."""
    plan = capped(2, 1)
    whole = replace(plan.system.limits[0], name="budget", period=None, upper=5 * (2500.0 + 2100.0))

    def cost(share: float) -> float:
        limits = (*plan.system.limits, replace(whole, upper=share * whole.upper))
        path = write_netcdf(replace(plan, system=replace(plan.system, limits=limits)), tmp_path / "plan.nc", CARRIERS)
        return pypsa_optimum(path, True)

    assert cost(1.0) == pytest.approx(running_cost(plan), rel=1e-6)
    assert cost(0.9) > 1.01 * running_cost(plan)


def test_what_no_carrier_can_say_is_named(tmp_path: Path) -> None:
    """A limit that counts one of two plants of a carrier, one with a price, one on storage, and caps of several years
    that have several days each: nothing in the file stands for them."""
    plan = capped()
    s = plan.system
    (cap,) = s.limits
    half = limit("half", ("activity", [0], [1.0]), upper=1.0)
    priced = replace(cap, name="priced", price=1.0)
    path = write_netcdf(replace(plan, system=replace(s, limits=(half, priced, cap))), tmp_path / "plan.nc", CARRIERS)
    with netCDF4.Dataset(str(path)) as file:
        assert '"left_out": {"limits": ["half", "priced"]}' in file.getncattr("meta")
        assert file["global_constraints_i"][:].tolist() == ["co2_cap 2030"]
    path = write_netcdf(capped(2, 2), tmp_path / "both.nc", CARRIERS)
    with netCDF4.Dataset(str(path)) as file:
        assert '"left_out": {"limits": ["co2_cap 2030", "co2_cap 2035"]}' in file.getncattr("meta")
        assert "global_constraints_i" not in file.variables


@pytest.mark.slow
@pytest.mark.parametrize(("periods", "blocks"), [(1, 1), (1, 2), (2, 1)])
def test_pypsa_keeps_the_cap_at_the_plans_cost(tmp_path: Path, periods: int, blocks: int) -> None:
    plan = capped(periods, blocks)
    path = write_netcdf(plan, tmp_path / "plan.nc", CARRIERS)
    assert pypsa_optimum(path, periods * blocks > 1) == pytest.approx(running_cost(plan), rel=1e-6)
