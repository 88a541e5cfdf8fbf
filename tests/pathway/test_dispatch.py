"""Running given capacities block by block: the same as the whole program, with limits as prices."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near, solve, steps
from tests.pathway.two_nodes import some_days, system

from dafeng.pathway.carrying import Carried, lowest_runs
from dafeng.pathway.dispatch import Counts, Dispatcher, Ends, block_model, linked, standing
from dafeng.pathway.making import Maker
from dafeng.pathway.model import Model, build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.slicing import some_steps
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import Places, System


def blocks(system: System) -> list[Places]:
    return [np.arange(a, b + 1) for a, b in zip(system.steps.firsts, system.steps.lasts, strict=True)]


def test_blocks_add_up_to_the_whole() -> None:
    """At the capacities, levels and prices of the optimum, the blocks one by one cost what the whole does."""
    model = build(system(some_days(5)))
    solution = Session(model.lp).solve()
    plan = read(model, solution.x, solution.y)
    run, counts, dispatcher = standing(model.system, plan.capacity), Counts(model.system), Dispatcher()
    prices = -plan.limit_price
    c = model.columns
    given = lowest_runs(run, *(solution.value(numbers) for numbers in (c.net, c.least, c.span)))
    cost, counted = 0.0, np.zeros(3)
    for number, when in enumerate(blocks(run)):
        block = block_model(some_steps(run, when), given[number])
        counts.charge(block, block.lp.cost, when, prices)
        found = dispatcher.solve(block)
        cost += found.objective
        counted += counts.block(found, when)
    s = model.system.stocks
    border = float((s.build_cost * plan.build).sum() + (s.keep_cost * plan.capacity).sum())
    caps = np.array([limit.upper for limit in model.system.limits])
    assert border + cost - float(prices @ caps) == pytest.approx(plan.objective, rel=1e-7)


def test_standing_decides_nothing() -> None:
    part = maker(length=2)
    node = part.node("n", 3.0)
    stock = part.stock("coal", existing=1.0, build_cost=2.0, keep_cost=5.0, build_upper=9.0)
    part.process("coal", [(node, 1.0)], stock=stock, cost=1.0)
    part.departure("retired", stock)
    part.limits.append(limit("rate", ("build", [stock], [1.0]), upper=5.0))
    found = standing(part.system(), np.array([[4.0]]))
    assert found.stocks.existing == near(np.array([[4.0]]))
    assert not found.stocks.build_upper.any()
    assert not found.stocks.keep_cost.any()
    assert found.limits == ()
    assert found.departures.names == ()
    assert solve(found).cost == near(6.0), "running only: 3 in each of two hours"


def test_a_capacity_below_nothing_is_nothing() -> None:
    """First-order solutions leave -1e-9."""
    part = maker()
    part.stock("coal", existing=1.0, build_upper=1.0)
    assert standing(part.system(), np.array([[-1e-9]])).stocks.existing == near(np.array([[0.0]]))


def test_counts_weigh_hours_and_years() -> None:
    """Two steps of 100 h/a and 50 h/a, coefficient 0.5: 0.5 (100 x 2 + 50 x 4) = 200 in a year, 1,000 in five."""
    part = Maker(steps(length=2, weight=[100.0, 50.0], years=5.0))
    node = part.node("n", [2.0, 4.0])
    coal = part.process("coal", [(node, 1.0)], cost=1.0)
    part.limits.append(limit("year", ("activity", [coal], [0.5]), upper=1e9))
    part.limits.append(limit("all", ("activity", [coal], [0.5]), upper=1e9, period=None))
    part.limits.append(limit("second", ("activity", [coal], [[0.0, 0.5]]), upper=1e9))
    whole = part.system()
    plan = solve(whole).plan
    assert Counts(whole).block(plan, np.arange(2)) == near(np.array([200.0, 1000.0, 100.0]))
    assert plan.limit_value == near(np.array([200.0, 1000.0, 100.0]))


def test_a_limit_of_one_period_does_not_count_in_another() -> None:
    part = maker(periods=2, weight=10.0)
    node = part.node("n", 1.0)
    coal = part.process("coal", [(node, 1.0)], cost=1.0)
    part.limits.append(limit("first", ("activity", [coal], [1.0]), upper=1e9))
    whole = part.system()
    counts = Counts(whole)
    found = [counts.block(solve(some_steps(whole, when)).plan, when)[0] for when in blocks(whole)]
    assert found == near([10.0, 0.0])
    late = some_steps(whole, blocks(whole)[1])
    assert not counts.charges(build(late), blocks(whole)[1], np.array([7.0])).any()


def test_a_price_of_a_limit_is_a_cost_of_what_it_counts() -> None:
    """3 per unit counted, 0.5 counted per unit of activity, 100 hours a step: a unit costs 3 x 0.5 x 100 more."""
    part = maker(length=2, weight=100.0, worth=4.0)
    node = part.node("n", 1.0)
    coal = part.process("coal", [(node, 1.0)], cost=1.0)
    store = part.storage("store", node)
    part.limits.append(limit("co2", ("activity", [coal], [0.5]), ("discharge", [store], [2.0]), upper=1e9))
    whole = part.system()
    model = build(whole)
    found = Counts(whole).charges(model, np.arange(2), np.array([3.0]))
    assert found[model.columns.activity] == near(np.full((1, 2), 3 * 0.5 * 100))
    assert found[model.columns.discharge] == near(np.full((1, 2), 3 * 2.0 * 100))
    assert not found[model.columns.charge].any()


def carrying(net: float, room: float = np.inf, sun: float = 3.0) -> Model:
    """One day of two hours; sun in the first, a load of 1 in both, a store that carries, unserved load at 50.

    It begins with no more than the day takes out, and ends with no less than the day puts aside.
    """
    part = maker(length=2, blocks=1, calendar=(((0, 1),),))
    node = part.node("n", 1.0)
    part.process("sun", [(node, 1.0)], available=[sun, 0.0], stock=part.stock("sun", existing=1.0))
    part.process("shed", [(node, 1.0)], cost=50.0)
    power = part.stock("power", existing=5.0)
    part.storage("store", node, power, power, charge_efficiency=0.5, discharge_efficiency=0.5, link="carry")
    start, end = np.array([[max(-net, 0.0)], [max(net, 0.0)]])
    return block_model(part.system(), Carried(start, end, np.array([np.inf]), np.full((1, 2), room)))


@pytest.mark.parametrize(("net", "shed"), [(0.0, 0.5 + 0.0), (-1.5, 0.0), (1.0, 1.0), (1.5, 2.0)])
def test_what_a_day_puts_aside(net: float, shed: float) -> None:
    """2 of sun are left after the load; half of it is stored, half of that comes back. By hand: with nothing put aside
    0.5 of the evening is served; 1.5 from the store serves it; 1 put aside leaves none; 1.5 asks for 1 of load more."""
    assert Dispatcher().solve(carrying(net)).activity[1].sum() == near(shed)


@pytest.mark.parametrize(
    ("net", "room", "shed"), [(0.0, 0.5, 0.75), (0.0, 0.0, 1.0), (-1.5, 1.5, 0.25), (1.0, 1.0, 1.0)]
)
def test_a_day_stays_within_its_room(net: float, room: float, shed: float) -> None:
    """In the evening the store gives half of what is in it: 0.25 with room for 0.5, nothing without room; 0.75 of 1.5 that
    was there, however much sun there is; nothing where all of 1 is put aside."""
    assert Dispatcher().solve(carrying(net, room)).activity[1].sum() == near(shed)


def test_a_store_begins_where_it_ended() -> None:
    """2 in store, worth nothing at the end: both are used in the first block. Worth more than the load: it is filled as
    far as the next block wants it, and no further."""
    part = maker(length=2)
    node = part.node("n", 1.0)
    part.process("coal", [(node, 1.0)], cost=10.0)
    room = part.stock("store", existing=5.0)
    part.storage("store", node, room, room, room)
    whole, start = part.system(), np.array([2.0])

    def at(worth: float, target: float) -> Plan:
        return solve(linked(whole, np.zeros(1), Ends(start, np.array([target]), np.array([worth])))).plan

    cheap, dear, enough = at(0.0, 5.0), at(11.0, 5.0), at(11.0, 3.0)
    assert cheap.activity.sum() == near(0.0)
    assert cheap.level[0, -1] == near(0.0)
    assert dear.activity.sum() == near(5.0)
    assert dear.level[0, -1] == near(5.0)
    assert enough.activity.sum() == near(3.0)
    assert enough.level[0, -1] == near(3.0)


def test_one_matrix_for_all_blocks() -> None:
    """The next day is solved from the basis of the last, and comes out as if it were solved alone."""
    whole = system(some_days(5))
    whole = standing(whole, np.full_like(whole.stocks.existing, 8.0))
    dispatcher, found, solvers = Dispatcher(), [], []
    for when in blocks(whole)[:6]:
        block = linked(some_steps(whole, when), np.zeros(len(whole.storages.names)))
        found.append(dispatcher.solve(build(block)).objective)
        solvers.append(dispatcher._lean)
        assert found[-1] == pytest.approx(solve(block).cost, rel=1e-9)
    assert all(solver is solvers[0] for solver in solvers)
    assert len(set(np.round(found, 6))) > 1
