"""What must hold for every system: more options never cost more, names and units mean nothing, duals are derivatives.

The systems are drawn at random: three regions on a ring of lines and two corridors, two periods of two days of three hours;
coal that ages and may be retired or converted, wind, a battery, a lake, a cave carried over the year, a CO2 cap, a reserve.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pathway.small import Solved, limit, solve

from dafeng.pathway.acceptance import Accuracy, residuals
from dafeng.pathway.making import Maker
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.system import NONE, Reserve, Steps

PERIODS, DAYS, HOURS = 2, 2, 3
TIMES = (200, 165)
YEARS = np.array([5.0, 10.0])
WORTH = np.array([4.5, 6.0])
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=12)


def made(
    seed: int,
    regions: tuple[int, ...] = (0, 1, 2),
    days: tuple[int, ...] = (0, 1),
    power: float = 1.0,
    money: float = 1.0,
    cap: float = 1.0,
    more: Callable[[Maker], object] = lambda _: None,
) -> Maker:
    """A system of a seed; the order of regions and days, the units and the strictness of the cap may be changed.

    Args:
        power: how many of the unit make one; money: likewise.
        cap: factor on the CO2 cap.
        more: adds to the system.
    """
    m = Maker(_time(days))
    facts = _facts(seed)
    p, per_power = power, money / power

    def profile(found: np.ndarray) -> np.ndarray:
        return found[:, list(days), :].ravel()

    nodes = {r: m.node(f"region {r}", p * profile(facts["demand"][r])) for r in regions}
    for r in regions:
        own = {name: value[r] for name, value in facts.items() if len(value) == 3}
        _region(m, r, nodes[r], own, profile, power, money)
    for a, b in ((0, 1), (1, 2)):
        corridor = m.stock(f"corridor {a}-{b}", existing=p, build_cost=per_power * 200, build_upper=p * 10)
        m.process(f"{a}>{b}", [(nodes[b], 0.95)], source=nodes[a], stock=corridor)
        m.process(f"{b}>{a}", [(nodes[a], 0.95)], source=nodes[b], stock=corridor)
    for a, b, impedance in ((0, 1, 1.0), (1, 2, 2.0), (2, 0, 1.5)):
        m.line(f"line {a}-{b}", nodes[a], nodes[b], m.stock(f"line {a}-{b}", existing=p), impedance)
    emitting = [m.number("process", f"{kind} {r}") for r in range(3) for kind in ("coal", "ccs")]
    for y in range(PERIODS):
        most = cap * p * facts["cap"][y]
        m.limits.append(limit(f"CO2 {y}", ("activity", emitting, [0.9, 0.1] * 3), upper=most, period=y))
    m.reserves.append(
        Reserve(
            "spinning",
            np.array(sorted(nodes.values())),
            np.array([m.number("process", f"coal {r}") for r in range(3)]),
            np.ones(3),
            np.array([m.number("storage", f"battery {r}") for r in range(3)]),
            np.array([m.number("process", f"wind {r}") for r in range(3)]),
            0.1,
            0.02,
        )
    )
    more(m)
    return m


def _region(
    m: Maker,
    r: int,
    node: int,
    f: dict[str, np.ndarray],
    profile: Callable[[np.ndarray], np.ndarray],
    p: float,
    money: float,
) -> None:
    """Plants and stores of a region."""
    per_power = per_energy = money / p
    coal = m.stock(
        f"coal {r}",
        existing=p * f["coal"],
        keep_cost=per_power * 20,
        build_cost=per_power * f["coal_cost"],
        build_upper=p * 5,
        least_load=0.3 * (r == 1),
    )
    ccs = m.stock(f"ccs {r}", upper=p * 50)
    wind = m.stock(f"wind {r}", build_cost=per_power * f["wind_cost"], build_upper=p * 30, existing=p)
    m.process(f"coal {r}", [(node, 1.0)], stock=coal, cost=per_energy * 0.04, ramp_up=0.5, ramp_down=0.6)
    m.process(f"ccs {r}", [(node, 1.0)], stock=ccs, cost=per_energy * 0.07)
    m.process(f"wind {r}", [(node, 1.0)], stock=wind, available=profile(f["wind"]))
    m.process(f"missing {r}", [(node, 1.0)], cost=per_energy * 5)
    m.departure(f"retire {r}", coal, cost=per_power * 5)
    m.departure(f"convert {r}", coal, ccs, ratio=0.85, cost=per_power * 300)
    store = m.stock(f"battery {r}", build_cost=per_power * 300, build_upper=p * 10)
    m.storage(
        f"battery {r}", node, store, store, store,
        energy_size=2, charge_efficiency=0.9, discharge_efficiency=0.9, loss=0.01,
    )  # fmt: skip
    lake = m.stock(f"lake {r}", existing=p * 2)
    m.storage(
        f"lake {r}", node, discharge_stock=lake, link="budget",
        inflow=p * profile(f["inflow"]), charge_available=0,
    )  # fmt: skip
    cave = m.stock(f"cave {r}", build_cost=per_power * 0.05, build_upper=p * 5000)
    m.storage(
        f"cave {r}", node, energy_stock=cave, link="carry", charge_efficiency=0.6, loss=1e-4,
        inflow=p * profile(f["season"]), spill=True,
    )  # fmt: skip


def _time(days: tuple[int, ...]) -> Steps:
    place = {day: number for number, day in enumerate(days)}
    year = ((0, 100), (1, 165), (0, 100))
    weight = np.tile(np.repeat([TIMES[day] for day in days], HOURS), PERIODS).astype(np.float64)
    period = np.repeat(np.arange(PERIODS), DAYS * HOURS)
    return Steps(
        periods=("2030", "2035"),
        years=YEARS,
        period=period,
        block=np.repeat(np.arange(PERIODS * DAYS), HOURS),
        hours=np.ones(len(period)),
        weight=weight,
        value=weight * WORTH[period],
        calendar=tuple(tuple((y * DAYS + place[day], times) for day, times in year) for y in range(PERIODS)),
    )


def _facts(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (3, PERIODS, DAYS, HOURS)
    energy = sum(TIMES) * HOURS
    return {
        "demand": rng.uniform(2, 10, shape),
        "wind": rng.uniform(0, 1, shape),
        "inflow": rng.uniform(0, 1, shape),
        "season": rng.uniform(0, 3, shape) * np.array([1.0, 0.0])[:, None],
        "coal": np.sort(rng.uniform(0, 10, (3, PERIODS)), axis=1)[:, ::-1],
        "coal_cost": rng.uniform(100, 800, 3),
        "wind_cost": rng.uniform(100, 800, (3, PERIODS)),
        "cap": rng.uniform(0.2, 1.0, PERIODS) * energy * 10,
    }


STEP = re.compile(r"(\d{4}):(\d+):(\d+)\]$")
"""Period, block and hour at the end of a name."""
BLOCK = re.compile(r"^(online|on_line|net|least|span|carried|budget)(\[[^,]*,)(\d+)\]$")
"""Names that end with a block alone."""


def home(block: int, days: tuple[int, ...]) -> int:
    """The block of the system whose days are in order that is a block of one whose days are not."""
    return block // DAYS * DAYS + days[block % DAYS]


def names_at_home(names: list[str], days: tuple[int, ...]) -> list[str]:
    """Names of rows or columns as the system with its days in order has them."""
    named = [STEP.sub(lambda m: f"{m[1]}:{home(int(m[2]), days)}:{m[3]}]", name) for name in names]
    return [BLOCK.sub(lambda m: f"{m[1]}{m[2]}{home(int(m[3]), days)}]", name) for name in named]


def put_in_order(found: Solved, plain: Solved, days: tuple[int, ...]) -> Plan:
    """What a solution with regions and days in another order says, put into the program of the plain system by the
    names of rows and columns: it must be an optimum there, the plan with its prices.

    An optimum of these systems is seldom the only one, so two of them may differ; what one order calls an optimum and the
    other does not would show here and not in the cost alone.
    """
    rows, columns = plain.model.lp.shape
    point = []
    for count, other, own, values in (
        (columns, found.model.lp.column_name, plain.model.lp.column_name, found.solution.x),
        (rows, found.model.lp.row_name, plain.model.lp.row_name, found.solution.y),
    ):
        place = {name: number for number, name in enumerate(map(own, range(count)))}
        there = [place[name] for name in names_at_home(list(map(other, range(count))), days)]
        assert sorted(there) == list(range(count)), "every row and column has its own"
        put = np.empty(count)
        put[there] = values
        point.append(put)
    assert residuals(plain.model.lp, *point).faults(Accuracy(1e-9, 1e-9, 1e-9)) == ()
    return read(plain.model, *point)


@given(seed=seeds, regions=st.permutations((0, 1, 2)), days=st.permutations((0, 1)))
@few
def test_order_of_regions_and_days_means_nothing(seed: int, regions: list[int], days: list[int]) -> None:
    """The same cost; and the plan with its prices is one of the system in order, each part under its own name."""
    plain, found = solve(made(seed)), solve(made(seed, tuple(regions), tuple(days)))
    assert found.cost == pytest.approx(plain.cost, rel=1e-8)
    same, plan = put_in_order(found, plain, tuple(days)), found.plan
    steps = [home(t // HOURS, tuple(days)) * HOURS + t % HOURS for t in range(plan.system.steps.count)]
    for kind, tables in (
        ("stocks", ("capacity",)),
        ("processes", ("activity",)),
        ("storages", ("charge", "discharge", "spill")),
        ("nodes", ("price",)),
    ):
        own = getattr(plain.model.system, kind).names
        there = [own.index(name) for name in getattr(plan.system, kind).names]
        for table in tables:
            expected, shown = getattr(same, table)[there], getattr(plan, table)
            if table != "capacity":
                expected = expected[:, steps]
            assert shown == pytest.approx(expected, rel=1e-9, abs=1e-9), table
    assert plan.limit_price == pytest.approx(same.limit_price, rel=1e-9, abs=1e-9)


@given(seed=seeds, power=st.sampled_from([1e-3, 1.0, 1e3]), money=st.sampled_from([1e-9, 1e-3, 1.0, 1e6, 1e9]))
@few
def test_units_mean_nothing(seed: int, power: float, money: float) -> None:
    """A system in MW and CNY has the plan of the same in GW and billions; prices scale by money / power.

    The solution, converted, must be an optimum of the plain system (it is seldom the only one). The solver takes 1e-7 of a unit
    for nothing, which is as much more as the unit is larger.
    """
    plain, scaled = solve(made(seed)), solve(made(seed, power=power, money=money))
    assert scaled.cost == pytest.approx(money * plain.cost, rel=1e-7)
    point = scaled.solution.x / power, scaled.solution.y * power / money
    nothing = 1e-7 * max(1.0, 1 / power)
    assert residuals(plain.model.lp, *point).faults(Accuracy(nothing, 1e-7, 1e-7)) == ()
    same, plan = read(plain.model, *point), scaled.plan
    for table, unit in (
        ("capacity", power),
        ("activity", power),
        ("flow", power),
        ("carried", power),
        ("limit_value", power),
        ("price", money / power),
        ("limit_price", money / power),
    ):
        expected = unit * getattr(same, table)
        size = np.abs(expected).max(initial=0.0)
        assert getattr(plan, table) == pytest.approx(expected, rel=1e-9, abs=1e-9 * size), table


def a_gas_plant(m: Maker) -> None:
    m.process("gas", [(0, 1.0)], stock=m.stock("gas", build_cost=100, build_upper=5), cost=0.08)


def a_store(m: Maker) -> None:
    m.storage("store", 1, m.stock("store", existing=1), charge_efficiency=0.8)


def a_corridor(m: Maker) -> None:
    m.process("2>0", [(0, 0.9)], source=2, stock=m.stock("2>0", existing=3))


def a_conversion(m: Maker) -> None:
    m.departure("wind to ccs", m.number("stock", "wind 0"), m.number("stock", "ccs 0"), cost=1)


def a_price_on_the_cap(m: Maker) -> None:
    m.limits[:] = [replace(limit, price=3.0) for limit in m.limits]


OPTIONS = (a_gas_plant, a_store, a_corridor, a_conversion, a_price_on_the_cap)


@given(seed=seeds, more=st.sampled_from(OPTIONS))
@few
def test_more_options_never_cost_more(seed: int, more: Callable[[Maker], object]) -> None:
    least = solve(made(seed)).cost
    assert solve(made(seed, more=more)).cost <= least * (1 + 1e-9)


def a_floor(m: Maker) -> None:
    m.limits.append(limit("floor", ("capacity", [m.number("stock", "wind 0")], [1.0]), lower=3, period=1))


def a_build_rate(m: Maker) -> None:
    wind = [m.number("stock", f"wind {r}") for r in range(3)]
    m.limits.append(limit("rate", ("build", wind, [1.0] * 3), upper=4, period=0))


def a_share(m: Maker) -> None:
    named = [m.number("process", f"{kind} {r}") for kind in ("wind", "coal", "ccs") for r in range(3)]
    m.limits.append(limit("share", ("activity", named, [0.5] * 3 + [-0.5] * 6), lower=0, period=None))


def a_larger_reserve(m: Maker) -> None:
    m.reserves[0] = replace(m.reserves[0], demand_share=0.1)


@given(seed=seeds, more=st.sampled_from((a_floor, a_build_rate, a_share, a_larger_reserve)))
@few
def test_more_rules_never_cost_less(seed: int, more: Callable[[Maker], object]) -> None:
    least = solve(made(seed)).cost
    assert solve(made(seed, more=more)).cost >= least * (1 - 1e-9)


@given(seed=seeds)
@few
def test_a_tighter_cap_costs_more_and_ever_more(seed: int) -> None:
    """The cost is a convex falling function of the cap."""
    costs = [solve(made(seed, cap=cap)).cost for cap in (1.0, 0.75, 0.5)]
    size = 1e-9 * costs[-1]
    assert costs[0] <= costs[1] + size
    assert costs[1] <= costs[2] + size
    assert costs[1] - costs[0] <= costs[2] - costs[1] + size


def changed(seed: int, place: Callable[[Any], np.ndarray], index: tuple[int, ...], by: float) -> float:
    """The optimal cost where one number of the system is changed by a little."""
    system = made(seed).system()
    array = place(system)
    array.setflags(write=True)
    array[index] += by
    return solve(system).cost


@given(seed=seeds, n=st.integers(0, 2), t=st.integers(0, PERIODS * DAYS * HOURS - 1))
@few
def test_a_price_is_the_derivative_by_demand(seed: int, n: int, t: int) -> None:
    """The optimal cost is convex in the demand: the dual lies between the slopes to either side. The reserve asks for a
    share of the demand and has a price of its own."""
    found = solve(made(seed))
    step = 1e-3
    value = found.model.system.steps.value[t]
    dual = found.plan.price[n, t] * value + 0.02 * found.dual("reserve spinning")[t]
    below = (found.cost - changed(seed, lambda system: system.nodes.demand, (n, t), -step)) / step
    above = (changed(seed, lambda system: system.nodes.demand, (n, t), step) - found.cost) / step
    assert below - 1e-3 <= dual <= above + 1e-3


@given(seed=seeds, y=st.integers(0, PERIODS - 1))
@few
def test_a_limit_price_is_the_derivative_by_the_cap(seed: int, y: int) -> None:
    found = solve(made(seed))
    cap = found.model.system.limits[y].upper
    step = 1e-4 * cap

    def cost(by: float) -> float:
        def looser(m: Maker) -> None:
            m.limits[y] = replace(m.limits[y], upper=cap + by)

        return solve(made(seed, more=looser)).cost

    dual = found.plan.limit_price[y]
    assert (found.cost - cost(-step)) / step - 1e-6 <= dual <= (cost(step) - found.cost) / step + 1e-6


@given(seed=seeds)
@few
def test_balances_close(seed: int) -> None:
    """Nodes, stocks and stores of the solution, summed up again from the plan: closed to 1e-9 of the largest term.

    Of what is carried, walked through all 365 days of the year, of the highest level.
    """
    found = solve(made(seed))
    _nodes_close(found)
    _stocks_close(found)
    _stores_close(found)


def _nodes_close(found: Solved) -> None:
    plan, system = found.plan, found.model.system
    left = -system.nodes.demand.copy()
    p = system.processes
    for i in range(len(p.names)):
        for port, node in enumerate(p.sinks[i]):
            if node != NONE:
                left[node] += p.efficiency[i, port] * plan.activity[i]
        if p.source[i] != NONE:
            left[p.source[i]] -= plan.activity[i]
    for j, node in enumerate(system.storages.node):
        left[node] += plan.discharge[j] - plan.charge[j]
    for k, (start, end) in enumerate(zip(system.lines.start, system.lines.end, strict=True)):
        left[start] -= plan.flow[k]
        left[end] += plan.flow[k]
    assert np.abs(left).max() <= 1e-9 * system.nodes.demand.max()


def _stocks_close(found: Solved) -> None:
    plan, system = found.plan, found.model.system
    s, d = system.stocks, system.departures
    standing = s.existing + np.einsum("svy,sv->sy", s.alive.astype(np.float64), plan.build)
    for u in range(len(d.names)):
        standing[d.source[u]] -= plan.departed[u]
        if d.target[u] != NONE:
            standing[d.target[u]] += d.ratio[u] * plan.departed[u]
    assert np.abs(standing - plan.capacity).max() <= 1e-9 * plan.capacity.max()
    assert plan.capacity.min() >= -1e-9 * plan.capacity.max()


def _stores_close(found: Solved) -> None:
    plan, system = found.plan, found.model.system
    s, steps = system.storages, system.steps
    size = 1e-9 * max(1.0, plan.level.max(), plan.carried.max())
    inflow = np.broadcast_to(s.inflow, plan.level.shape)
    for j, link in enumerate(s.link):
        net = s.charge_efficiency[j] * plan.charge[j] - plan.discharge[j] / s.discharge_efficiency[j]
        net = net + inflow[j] - plan.spill[j]
        by_day = net.reshape(-1, HOURS).sum(axis=1)
        if link == "cycle":
            before = plan.level[j].reshape(-1, HOURS)[:, [-1, *range(HOURS - 1)]].ravel()
            assert plan.level[j] == pytest.approx((1 - s.loss[j]) * before + net, abs=size)
        elif link == "budget":
            assert by_day.min() >= -size
        else:
            room = plan.capacity[s.energy_stock[j]] * s.energy_size[j]
            net, levels = net.reshape(-1, HOURS), iter(plan.carried[j])
            for y, runs in enumerate(steps.calendar):
                level = first = next(levels)
                for block, times in runs:
                    for _ in range(times):
                        for amount in net[block]:
                            level = (1 - s.loss[j]) * level + amount
                            assert -size <= level <= room[y] + size
                    assert next(levels) == pytest.approx(level, abs=size)
                assert level == pytest.approx(first, abs=size)
