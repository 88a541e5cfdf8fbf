"""Wrong results that the field's tools have given without a word: each is a test here.

One test per row of the list that was drawn from the tools' change logs and threads; the reference stands in the docstring.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.pathway.power.nation import few_days, nation
from tests.pathway.small import limit, maker, near, solve, steps

from dafeng.catalog import DafengError
from dafeng.pathway.finance import Horizon, annuity
from dafeng.pathway.making import Maker
from dafeng.pathway.power import planning
from dafeng.pathway.power.brief import Asked
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.solvers import Infeasible, Unbounded
from dafeng.pathway.system import System


def test_a_limit_without_a_period_is_not_skipped() -> None:
    """PyPSA 1.3.0 (#1886): an expansion limit without a period was dropped.

    10 wanted in either period, plants live one period, at 100: 20 would be built; at most 12 may be in all, the other 8
    cost 50 x 8 h each: 1,200 + 3,200.
    """
    m = maker(periods=2, weight=8)
    a = m.node("a", 10)
    s = m.stock("plant", build_cost=100, build_upper=100, alive=np.eye(2, dtype=bool))
    m.process("plant", [(a, 1.0)], stock=s)
    m.process("backstop", [(a, 1.0)], cost=50)
    m.limits.append(limit("expansion", ("build", [s], [1.0]), upper=12, period=None))
    found = solve(m)
    assert found.cost == near(4400)
    assert found.plan.build.sum() == near(12)


def test_no_part_of_the_cost_is_left_out_of_the_objective() -> None:
    """PyPSA 1.3.0: overnight cost missing from the objective's statistics, fixed O&M missing in system_cost (#1877).

    Built 4 x 100, kept (6 given + 4 built) x 3 and 5 of a plant that cannot change x 7, run 10 x 2 x 8 h: 400 + 30 + 35 + 160.
    """
    m = maker(weight=8)
    a = m.node("a", 10)
    s = m.stock("plant", existing=6, build_cost=100, build_upper=100, keep_cost=3)
    m.process("plant", [(a, 1.0)], stock=s, cost=2)
    m.stock("idle", existing=5, keep_cost=7)
    m.process("backstop", [(a, 1.0)], cost=500)
    found = solve(m)
    assert found.cost == near(625)
    assert found.solution.objective == near(625)


def test_what_has_no_variable_is_in_the_results() -> None:
    """PyPSA 1.2.2-1.2.3 (#1726, #1703, #1685): zeros for what was not a variable, constants and signs of loads ignored.

    A capacity that nobody can change has no column and is still 10 in the plan; a demand of 4 given as one number counts in
    every step; a negative one is a gift.
    """
    m = maker(length=3)
    a, b = m.node("a", 4), m.node("b", -1)
    s = m.stock("plant", existing=10)
    m.process("plant", [(a, 1.0)], stock=s, cost=1)
    m.process("b>a", [(a, 1.0)], source=b)
    found = solve(m)
    assert found.plan.capacity == near(np.array([[10]]))
    assert found.plan.activity == near(np.array([[3, 3, 3], [1, 1, 1]]))


def test_ramps_do_not_link_periods() -> None:
    """PyPSA 1.2.4 (#1746): the last hour of one investment period bounded the first of the next."""
    m = maker(periods=2)
    a = m.node("a", [0, 10])
    s = m.stock("plant", existing=10)
    m.process("plant", [(a, 1.0)], stock=s, ramp_up=0.1)
    assert solve(m).cost == near(0)
    together = replace(steps(periods=2), block=np.zeros(2, dtype=np.int64))
    with pytest.raises(DafengError) as refused:
        Maker(together).system()
    assert refused.value.values["field"] == "block[1]"


def test_a_budget_weights_storage_by_years_too() -> None:
    """PyPSA#765 (open since 2023): a cap over periods weights generators by years, but not storage.

    Two periods of 5 years; every year 4 t from a plant, of which a store at the node can keep up to 3 a year (2 each to
    fill), the rest goes to the air. Budget 5 x (4 + 4) - 5 x 2 = 30 t: 2 t a year must stay in stores, in one period or both:
    2 x 2 x 5. Were the store counted once per period, 10 t would have to be stored and only 6 could.
    """
    m = maker(periods=2, years=5, worth=5)
    co2 = m.node("co2", -4)
    store = m.stock("store", existing=3)
    air = m.process("air", [], source=co2)
    j = m.storage("store", co2, energy_stock=store, link="chain", charge_cost=2)
    m.limits.append(limit("budget", ("activity", [air], [1.0]), upper=30, period=None))
    assert solve(m).cost == near(20)
    m.limits[0] = limit("budget", ("level_end", [j], [-1.0]), upper=-10, period=None)
    assert solve(m).cost == near(20), "counted by the levels: 5 years x 2 t"


def test_a_missing_horizon_drops_no_constraint() -> None:
    """pypsa-eur#1838: a year missing from the caps dropped the CO2 constraint of that year and of every later one.

    Caps for the first and the third period and none for the second; each cap holds in its own.
    """
    m = maker(periods=3, weight=100)
    a = m.node("a", 10)
    for name, cost in (("coal", 10), ("gas", 30)):
        m.process(name, [(a, 1.0)], cost=cost)
    for y in (0, 2):
        m.limits.append(limit(f"CO2 {y}", ("activity", [0, 1], [1.0, 0.5]), upper=800, period=y))
    assert solve(m).plan.energy(solve(m).plan.activity)[0] == near(np.array([600, 1000, 600]))
    m.limits[1] = limit("CO2 2", ("activity", [0, 1], [1.0, 0.5]), upper=float("nan"), period=2)
    with pytest.raises(DafengError):
        m.system()
    m.limits[1] = limit("CO2 3", ("activity", [0, 1], [1.0, 0.5]), upper=800, period=3)
    with pytest.raises(DafengError):
        m.system()


GAPS: dict[str, Any] = {
    "co2_cap": {2025: 5500.0, 2035: 2800.0},
    "coal_cap": {2025: 1500.0, 2035: 1000.0},
    "non_fossil_share": {2025: 0.4, 2035: 0.6},
    "wind_solar_share": {2025: 0.2, 2035: 0.4},
    "peak_response": {2025: 0.03, 2035: 0.05},
    "capacity_ceiling": {("coal", 2025): 1300.0, ("coal", 2035): 1100.0},
}
"""Of a case of 2025, 2030 and 2035: nothing is asked of 2030."""


def systems_of_a_plan(monkeypatch: pytest.MonkeyPatch, **asked: Any) -> list[System]:
    """What `plan_power` would solve, one system a call; nothing is solved and nothing passed on."""
    made: list[System] = []

    def unsolved(case: Any, inputs: Inputs, inherited: Any, *_rest: Any, **_more: Any) -> tuple[SimpleNamespace, ...]:
        made.append(power_system(case, inputs, few_days(), inherited))
        return tuple(SimpleNamespace(year=year) for year in inputs.years)

    monkeypatch.setattr(planning, "plan_together", unsolved)
    monkeypatch.setattr(planning, "passed_on", lambda _stage, before, _worth: before)
    planning.plan_power(nation(periods=(2025, 2030, 2035), heat=False, hydrogen=False, **asked))
    return made


def bounds(system: System, name: str) -> dict[str, tuple[float, float]]:
    """Limits of a kind by their full names: (lower, upper)."""
    return {one.name: (one.lower, one.upper) for one in system.limits if one.name.startswith(name)}


@pytest.mark.parametrize("foresight", ["myopic", "perfect"])
def test_a_missing_horizon_drops_no_constraint_of_a_case(monkeypatch: pytest.MonkeyPatch, foresight: str) -> None:
    """pypsa-eur#1838 was one of myopic planning: period after period, each of which reads the caps for itself.

    What is given for 2025 and 2035 holds in both, 2030 between them is free. An intensity is the one limit that goes
    straight between its years: (500 + 300) / 2 g.
    """
    made = systems_of_a_plan(monkeypatch, foresight=foresight, co2_intensity={2025: 500.0, 2035: 300.0}, **GAPS)
    assert [system.steps.periods for system in made] == (
        [("2025",), ("2030",), ("2035",)] if foresight == "myopic" else [("2025", "2030", "2035")]
    )
    found = {
        name: {k: v for system in made for k, v in bounds(system, name).items()} for name in (*GAPS, "coal ceiling")
    }
    assert found["co2_cap"] == {"co2_cap 2025": (-np.inf, 5500.0), "co2_cap 2035": (-np.inf, 2800.0)}
    assert found["coal_cap"] == {"coal_cap 2025": (-np.inf, 1500.0), "coal_cap 2035": (-np.inf, 1000.0)}
    assert found["coal ceiling"] == {"coal ceiling 2025": (-np.inf, 1300.0), "coal ceiling 2035": (-np.inf, 1100.0)}
    for name in ("non_fossil_share", "wind_solar_share", "peak_response"):
        assert sorted(found[name]) == [f"{name} 2025", f"{name} 2035"]
    for system in made:
        for one in system.limits:
            if one.name.startswith(tuple(GAPS)):
                assert system.steps.periods[one.period] == one.name[-4:], "in its own period"
                assert all(len(term.index) for term in one.terms if term.quantity == "activity"), "and it counts"
    between = next(one for system in made for one in system.limits if one.name == "co2_intensity 2030")
    assert between.terms[1].coefficient == near(np.array([400e-6])), "Mt per GWh of hydropower"


def test_a_period_without_a_cap_passes_no_cap_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ceiling that the days understated by 1 % is drawn in by 1 % of its own in the next period, where there is one."""
    first, free, last = systems_of_a_plan(monkeypatch, **GAPS)
    asked = Asked((), understated={"co2_cap": 0.01})
    assert asked.drawn(first) == {"co2_cap 2025": near(55.0)}
    assert asked.drawn(free) == {}
    assert asked.drawn(last) == {"co2_cap 2035": near(28.0)}


def test_carbon_is_counted_once() -> None:
    """pypsa-earth-sec#204: CO2 of oil counted where it is refined and again where it is burnt.

    10 of oil at 0.3 t are drawn, refined at 0.9 and burnt: 3 t at the well, and the cap of 3 t is not felt. The same process
    twice in a term is refused.
    """
    m = maker()
    oil, petrol, road = m.node("oil"), m.node("petrol"), m.node("road", 9)
    well = m.process("well", [(oil, 1.0)], cost=1)
    m.process("refinery", [(petrol, 0.9)], source=oil)
    m.process("car", [(road, 1.0)], source=petrol)
    m.process("backstop", [(road, 1.0)], cost=100)
    m.limits.append(limit("CO2", ("activity", [well], [0.3]), upper=3))
    found = solve(m)
    assert found.cost == near(10)
    assert found.plan.limit_value == near(np.array([3]))
    m.limits[0] = limit("CO2", ("activity", [well, well], [0.3, 0.3]), upper=3)
    with pytest.raises(DafengError) as refused:
        m.system()
    assert refused.value.values["field"] == "index (activity)"


def test_a_cap_counts_what_is_paid_to_run() -> None:
    """PyPSA#215 (open): a cap left out the carrier with a negative price. Waste at -5 with 1 t: 4 t, so 4 of 10."""
    m = maker()
    a = m.node("a", 10)
    waste = m.process("waste", [(a, 1.0)], cost=-5)
    m.process("clean", [(a, 1.0)], cost=20)
    m.limits.append(limit("CO2", ("activity", [waste], [1.0]), upper=4))
    assert solve(m).cost == near(-20 + 120)


def test_the_energy_balance_is_one_of_energy_and_balances() -> None:
    """pypsa-eur#1460, PyPSA#1702: an energy balance that did not balance, or was one of power.

    Weights of 100 and 8,660 h: what goes in, comes out, is lost in the store and is used, in energy of the year.
    """
    m = maker(length=1, blocks=2, weight=np.array([100.0, 8660.0])[None, :, None])
    a, b = m.node("a", [5, 1]), m.node("b", [2, 3])
    m.process("plant", [(a, 1.0)], cost=1)
    m.process("a>b", [(b, 0.9)], source=a)
    found = solve(m).plan
    energy = found.energy(found.activity)[:, 0]
    demand = found.energy(found.system.nodes.demand)[:, 0]
    assert demand == near(np.array([500 + 8660, 200 + 3 * 8660]))
    assert energy[0] - energy[1] == near(demand[0])
    assert 0.9 * energy[1] == near(demand[1])


def test_no_plan_without_an_optimum() -> None:
    """oemof-solph#1121 and #1056, open-tyndp#756: after "infeasible" the results were written all the same."""
    m = maker()
    a = m.node("a", 10)
    m.process("plant", [(a, 1.0)], stock=m.stock("plant", existing=5))
    with pytest.raises(Infeasible) as none:
        solve(m)
    assert none.value.rows == ("balance[a,2030:0:0]",)
    m = maker()
    a = m.node("a")
    m.process("paid", [(a, 1.0)], cost=-1)
    m.process("away", [], source=a)
    with pytest.raises(Unbounded):
        solve(m)


def test_one_long_period_is_two_short_ones() -> None:
    """oemof-solph#1047 (open): single- and multi-period models invested differently.

    A plant at 700 for ten years and a backstop at 50: 4 of it save 50 in both hours and are built, another 6 would in one
    hour only, 500 < 700: 4 x 700 + 6 x 50 x 10, as one period of 10 years or as 5 + 5.
    """
    plans = []
    for periods, years in ((1, [10.0]), (2, [5.0, 5.0])):
        m = maker(periods=periods, years=years, worth=years, length=2)
        a = m.node("a", [10, 4] * periods)
        s = m.stock("plant", build_cost=700 * np.cumsum(years[::-1])[::-1] / 10, build_upper=100)
        m.process("plant", [(a, 1.0)], stock=s)
        m.process("backstop", [(a, 1.0)], cost=50)
        plans.append(solve(m))
    for found in plans:
        assert found.cost == near(5800)
        assert found.plan.capacity[0] == near(np.full(len(found.plan.capacity[0]), 4.0))


def test_the_first_year_is_not_discounted() -> None:
    """temoa#132, "ancient bug": all costs were discounted to year 1, not to year 0.

    At 10 % with base 2030: 2030 counts 1, 2031 1/1.1. One year of 10 MW x 8,760 h at 1 is 87,600 in 2030.
    """
    horizon = Horizon((2030, 2031), 2032, base=2030, rate=0.1)
    assert horizon.worth == near(np.array([1, 1 / 1.1]))
    assert Horizon((2030,), 2033, base=2030, rate=0.1).worth == near(np.array([1 + 1 / 1.1 + 1 / 1.21]))
    m = maker(weight=8760, worth=horizon.worth[0])
    a = m.node("a", 10)
    m.process("plant", [(a, 1.0)], cost=1)
    assert solve(m).cost == near(87_600)


def test_a_short_window_does_not_cut_annuities() -> None:
    """temoa#364 (open): in a myopic window late investment looked cheap, because its annuities were cut off.

    A year of service costs the same annuity in the window 2035-2040 alone, in the last period of 2030-2040, and in the first.
    """
    whole = Horizon((2030, 2035), 2040, base=2030, rate=0.05)
    window = Horizon((2035,), 2040, base=2030, rate=0.05)
    cost = whole.build_cost(np.full((1, 2), 1000.0), np.array([30.0]), 0.08)
    yearly = 1000 * annuity(0.08, 30.0)
    assert cost == near(yearly * np.array([[whole.worth.sum(), whole.worth[1]]]))
    assert window.build_cost(np.full((1, 1), 1000.0), np.array([30.0]), 0.08)[0, 0] == near(cost[0, 1])


def test_a_life_that_ends_within_a_period() -> None:
    """temoa#90 (open): a plant that ended within a period served all of it and paid for a part.

    A life of 7 years and periods of 5: it stands, runs and is paid for in both, ten annuities and ten years of running cost.
    """
    horizon = Horizon((2030, 2035), 2040, base=2030, rate=0.0)
    assert horizon.alive(np.array([7.0])).tolist() == [[[True, True], [False, True]]]
    m = maker(periods=2, years=horizon.years, worth=horizon.worth, weight=8)
    a = m.node("a", 10)
    cost = horizon.build_cost(np.full((1, 2), 70.0), np.array([7.0]), 0.0)
    assert cost == near(np.array([[100, 50]]))
    s = m.stock("plant", build_cost=cost[0], build_upper=100, alive=horizon.alive(np.array([7.0]))[0])
    m.process("plant", [(a, 1.0)], stock=s, cost=2)
    assert solve(m).cost == near(10 * 100 + 10 * 2 * 8 * 10)


def test_what_outlives_the_horizon_is_worth_its_annuities() -> None:
    """tz-osemosys#185: salvage value discounted with the technology's rate; otoole#237, #178: storage cost not in the total.

    1,000 at 8 % over 20 years, horizon 10 years at 5 %: paid is the value of ten annuities at the system's rate. The other
    ten, discounted at 5 %, are the salvage value; no third rate enters. At equal rates investment less salvage is the same.
    """
    horizon = Horizon((2030,), 2040, base=2030, rate=0.05)
    life = np.array([20.0])
    paid = float(horizon.build_cost(np.array([[1000.0]]), life, 0.08)[0, 0])
    factor = np.array([1.05**-k for k in range(20)])
    assert paid == near(1000 * float(annuity(0.08, 20.0)) * factor[:10].sum())
    at_one_rate = float(horizon.build_cost(np.array([[1000.0]]), life, 0.05)[0, 0])
    whole = 1000 * float(annuity(0.05, 20.0)) * factor.sum()
    salvage = 1000 * float(annuity(0.05, 20.0)) * factor[10:].sum()
    assert at_one_rate == near(whole - salvage)
    m = maker(length=2)
    a = m.node("a", [0, 10])
    base = m.stock("base", existing=1000)
    m.process("cheap", [(a, 1.0)], stock=base, available=[1, 0])
    store = m.stock("store", build_cost=paid, build_upper=100, keep_cost=1)
    m.storage("store", a, store, store, store)
    assert solve(m).cost == near(10 * (paid + 1)), "a store costs what its stock costs"


@pytest.mark.parametrize("build_upper", [0.0, 100.0])
def test_the_short_formulation_keeps_the_cap(build_upper: float) -> None:
    """OSeMOSYS#113, OSeMOSYS_GNU_MathProg#73 (open): the "fast" formulation did not respect the emission cap.

    Where capacities are numbers the model has bounds in place of rows: plan, price and cap are those of the long form.
    """
    m = maker(weight=100)
    a = m.node("a", 10)
    for name, cost in (("coal", 10), ("gas", 30)):
        s = m.stock(name, existing=10, build_cost=1e6, build_upper=build_upper)
        m.process(name, [(a, 1.0)], stock=s, cost=cost)
    m.limits.append(limit("CO2", ("activity", [0, 1], [1.0, 0.5]), upper=800))
    found = solve(m)
    assert found.cost == near(18_000)
    assert found.plan.limit_value == near(np.array([800]))
    assert found.plan.price == near(np.array([[50]]))


def test_no_energy_for_nothing_across_weighted_days() -> None:
    """SWITCH 2.0.9: hydro gave free energy across weighted time series.

    Water kept on a day that stands for 10 days and used on one that stands for 300 would be thirty times as much. Weights
    within a block must agree, those of a calendar too; what is carried sums to nothing over the year.
    """
    uneven = maker(length=2, weight=[10.0, 300.0])
    a = uneven.node("a", [0, 1])
    uneven.storage("lake", a)
    with pytest.raises(DafengError) as refused:
        uneven.system()
    assert refused.value.values == {"name": "steps", "field": "weight[1]", "found": 300.0, "allowed": "10"}
    weight = np.array([10.0, 300.0])[None, :, None]
    with pytest.raises(DafengError):
        maker(length=1, blocks=2, weight=weight, calendar=(((0, 10), (1, 30)),)).system()
    m = maker(length=1, blocks=2, weight=weight, calendar=(((0, 10), (1, 300)),))
    a = m.node("a", [0, 1])
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("lake", a, link="carry", inflow=[3, 0], charge_available=0)
    found = solve(m)
    assert (found.plan.net * [10, 300]).sum() == near(0)
    assert found.cost == near(50 * 300 * (1 - 30 / 300)), "3 x 10 serve 30 of 300"


def test_an_absent_variable_takes_no_row_with_it() -> None:
    """linopy 0.9.1 (#883, #886, #895): removing masked variables dropped constraints: a wrong optimum.

    Building is possible in the second period only, one process has no second output, the store cannot charge: every balance
    is still there. First period 10 from the backstop, then built: 500 + 10 x 100.
    """
    m = maker(periods=2)
    a, b = m.node("a", 10), m.node("b", 0)
    s = m.stock("plant", build_cost=10, build_upper=[0, 100])
    m.process("plant", [(a, 1.0)], stock=s)
    m.process("backstop", [(a, 1.0), (b, 0.0)], cost=50)
    m.storage("lake", b, charge_available=0)
    found = solve(m)
    assert found.model.columns.build.tolist()[s][0] == -1
    assert found.plan.build[s] == near(np.array([0, 10]))
    assert found.cost == near(600)


def test_nothing_is_aligned_by_position_or_filled() -> None:
    """linopy (#714, #736, #827): profiles aligned by position or filled up without a word.

    A profile is one number or exactly one per step; a name that is not there is refused with the nearest.
    """
    m = maker(length=3)
    for profile in ([1.0, 2.0], [1.0, 2.0, 3.0, 4.0], [[1.0, 2.0, 3.0]]):
        with pytest.raises(DafengError) as refused:
            m.node("a", profile)
        assert refused.value.key == "pathway_length"
    m.node("CN-HE electricity")
    with pytest.raises(DafengError) as unknown:
        m.number("node", "CN-EH electricity")
    assert unknown.value.values["near"] == "CN-HE electricity"


def test_a_lower_profile_above_the_upper_is_refused() -> None:
    """PyPSA 1.2.4 (#1752): means over hours made the least output larger than the greatest."""
    m = maker(length=2)
    a = m.node("a")
    s = m.stock("plant", existing=10)
    m.process("plant", [(a, 1.0)], stock=s, minimum=[0.2, 0.6], available=[1.0, 0.5])
    with pytest.raises(DafengError) as refused:
        m.system()
    assert refused.value.values == {"name": "plant", "field": "minimum[1]", "found": 0.6, "allowed": "<= 0.5"}
    m = maker(length=2)
    a = m.node("a")
    m.storage("store", a, energy_stock=m.stock("cave", existing=1), level_lower=[0.1, 0.8], level_upper=0.7)
    with pytest.raises(DafengError) as refused:
        m.system()
    assert refused.value.values["field"] == "level_lower[1]"


def test_retirement_leaves_no_negative_capacity() -> None:
    """pypsa-spice#9, flextool#169: decommissioning made a capacity negative; the model of 2040 was infeasible.

    Given as input it is refused; made by departures it cannot be, though leaving pays 5 in every period.
    """
    m = maker(periods=2)
    m.stock("coal", existing=[10, -2])
    with pytest.raises(DafengError) as refused:
        m.system()
    assert refused.value.values == {"name": "coal", "field": "existing[2035]", "found": -2.0, "allowed": "x >= 0"}
    m = maker(periods=3)
    m.node("a")
    s = m.stock("coal", existing=[10, 4, 1])
    m.departure("retire", s, cost=-5)
    found = solve(m)
    assert np.all(found.plan.capacity >= 0)
    assert found.cost == near(-50), "every unit leaves once"
