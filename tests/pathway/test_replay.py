"""All hours with the plan's capacities: what is promised on typical days is held to every day of the year."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near
from tests.pathway.two_nodes import some_days, system

from dafeng.pathway.days import DAY, Days, every_day, steps_of
from dafeng.pathway.finance import Horizon
from dafeng.pathway.making import Maker
from dafeng.pathway.model import build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.replay import Replay, follow, levels_wanted, new_dispatchers, replay
from dafeng.pathway.solvers import Session

ONE = Horizon((2025,), 2030, base=2025, rate=0.05)
CAP, TIGHT = (30e3,), (0.0,)
COAL = (0, 4)


@cache
def planned(hydrogen: bool = False) -> Plan:
    """On nine days; hydrogen under a cap that asks for it."""
    model = build(system(some_days(9), TIGHT if hydrogen else CAP, hydrogen, ONE))
    solution = Session(model.lp).solve()
    return read(model, solution.x, solution.y)


@cache
def year(hydrogen: bool = False, chains: int = 2, linked: bool = True) -> Replay:
    """The year of the plan of nine days, storage worth 0.02 at the end of a day."""
    plan = planned(hydrogen)
    whole = system(some_days(365), TIGHT if hydrogen else CAP, hydrogen, ONE)
    return replay(
        whole,
        plan.capacity,
        -plan.limit_price,
        carried=follow(plan, 365) if hydrogen else None,
        wanted=levels_wanted(plan, some_days(9).stands) if linked else None,
        worth=np.full((len(whole.storages.names), 1), 0.02) if linked else None,
        dispatchers=new_dispatchers(chains),
    )


def test_a_plan_of_all_days_replays_as_it_was_planned() -> None:
    """A year of ten days, all of them modelled, storage cyclic by day: running costs what the plan counted."""
    model = build(system(every_day(10), (600.0,), False, ONE))
    solution = Session(model.lp).solve()
    plan = read(model, solution.x, solution.y)
    run = replay(plan.system, plan.capacity, -plan.limit_price, dispatchers=new_dispatchers(3))
    assert plan.limit_price[0] < 0, "the cap must bind"
    s = plan.system.stocks
    border = float((s.build_cost * plan.build).sum() + (s.keep_cost * plan.capacity).sum())
    # at the price of the cap what is run is a cheapest way among several: cost and cap together are the same
    paid = float(plan.limit_price @ (plan.limit_value - run.counted))
    assert border + run.cost.sum() - paid == pytest.approx(plan.objective, rel=1e-7)


def test_levels_go_on_from_day_to_day() -> None:
    """Within a chain a day begins at the level at which the one before it ended; by hand from the powers."""
    run, s = year(), system(some_days(9), CAP, False, ONE).storages
    gained = s.charge_efficiency[:, None] * run.charge - run.discharge / s.discharge_efficiency[:, None]
    before = np.concatenate([np.full((2, 1), np.nan), run.level[:, :-1]], axis=1)
    jumps = np.abs(run.level - before - gained) > 1e-5
    hours = set((np.flatnonzero(jumps[:, 1:].any(axis=0)) + 1).tolist())
    starts = {int(days[0]) * DAY for days in np.array_split(np.arange(365), 2)}
    assert hours <= starts, "only where a chain begins"
    assert np.abs(run.level[:, DAY - 1 :: DAY]).max() > 0.1, "energy does pass midnight"


def test_days_that_end_as_they_began() -> None:
    run, s = year(linked=False), system(some_days(9), CAP, False, ONE).storages
    gained = s.charge_efficiency[:, None] * run.charge - run.discharge / s.discharge_efficiency[:, None]
    assert gained.reshape(2, 365, DAY).sum(axis=2) == pytest.approx(np.zeros((2, 365)), abs=1e-5)


def test_chains_change_only_the_days_at_their_ends() -> None:
    """One or three chains: nearly all days are the same, the year's cost to a thousandth."""
    one, three = year(chains=1), year(chains=3)
    assert three.cost == pytest.approx(one.cost, rel=1e-3)
    sent = [run.discharge.reshape(2, 365, DAY).sum(axis=(0, 2)) for run in (one, three)]
    assert np.mean(np.abs(sent[0] - sent[1]) < 0.5) > 0.9


def test_a_replay_with_other_capacities_goes_on_from_the_one_before() -> None:
    """A tenth more of everything: as cheap as with new dispatchers, and what is not served stays nothing."""
    plan = planned()
    whole = system(every_day(60), CAP, False, ONE)
    kept = new_dispatchers(2)
    first = replay(whole, plan.capacity, -plan.limit_price, dispatchers=kept)
    again = replay(whole, plan.capacity * 1.1, -plan.limit_price, dispatchers=kept)
    alone = replay(whole, plan.capacity * 1.1, -plan.limit_price, dispatchers=new_dispatchers(2))
    assert again.cost == pytest.approx(alone.cost, rel=1e-9)
    assert again.cost < first.cost


def test_energy_balances_in_every_hour() -> None:
    run = year()
    p, s, system_ = run.system.processes, run.system.storages, run.system
    into = np.zeros_like(system_.nodes.demand)
    for i in range(len(p.names)):
        for k, node in enumerate(p.sinks[i]):
            if node >= 0:
                into[node] += p.efficiency[i, k] * run.activity[i]
        if p.source[i] >= 0:
            into[p.source[i]] -= run.activity[i]
    for j, node in enumerate(s.node):
        into[node] += run.discharge[j] - run.charge[j]
    assert into == pytest.approx(system_.nodes.demand, abs=1e-5)


def test_what_is_counted_is_what_ran() -> None:
    """CO2 by hand from the activities; it is said to be broken by what exceeds the cap."""
    run = year()
    burned = run.energy(run.activity)[list(COAL), 0].sum() * 0.8
    assert [run.system.processes.names[i] for i in COAL] == ["a coal", "b coal"]
    assert run.counted[0] == near(burned)
    plan = planned()
    whole = system(some_days(365), (burned / 2,), False, ONE)
    again = replay(whole, plan.capacity, -plan.limit_price, dispatchers=new_dispatchers(2))
    assert again.broken[0] == near(again.counted[0] - burned / 2)
    assert again.broken[0] > burned / 4


def test_capacities_that_do_not_suffice_shed_load() -> None:
    """Half of the capacities: what cannot be served is served by shedding, to the kilowatt-hour, and costs as much."""
    plan = planned()
    run = replay(
        system(some_days(365), CAP, False, ONE), plan.capacity * 0.5, np.zeros(1), dispatchers=new_dispatchers(2)
    )
    shed = [i for i, name in enumerate(run.system.processes.names) if name.endswith("shed")]
    missing = run.energy(run.activity[shed])[:, 0].sum()
    assert missing > 1000
    coal = run.energy(run.activity[list(COAL)])[:, 0].sum()
    assert run.cost[0] == pytest.approx((missing * 0.02 + coal * 3e-4) * ONE.worth[0], rel=1e-9)


def test_the_worth_of_what_is_stored_is_no_cost() -> None:
    """Load of 1 from coal at 10; storage of 3, empty at first, worth 100 a unit: filled on the first day for 30 and kept."""
    days = Days(np.arange(3), np.ones(3), np.arange(3))
    part = Maker(steps_of(days, ("2025",), np.ones(1), np.ones(1)))
    node = part.node("n", 1.0)
    part.process("coal", [(node, 1.0)], cost=10.0)
    room = part.stock("store", existing=3.0)
    part.storage("store", node, room, room, room)
    wanted = np.array([[3.0, 3.0, 0.0]])
    run = replay(
        part.system(),
        np.array([[3.0]]),
        np.zeros(0),
        wanted=wanted,
        worth=np.array([[100.0]]),
        dispatchers=new_dispatchers(1),
    )
    assert run.level[0, DAY - 1 :: DAY] == near(np.array([3.0, 3.0, 0.0]))
    assert [run.activity[0, d * DAY : (d + 1) * DAY].sum() for d in range(3)] == near([27.0, 24.0, 21.0])
    assert run.cost == near(np.array([3 * DAY * 10.0]))


def test_carried_storage_follows_the_plan() -> None:
    """No day ends with less than the plan has there; hour by hour the store holds what it held, takes and gives, which is
    neither below nothing nor above its capacity."""
    plan, run = planned(True), year(True)
    s = run.system.storages
    which = [j for j, link in enumerate(plan.system.storages.link) if link == "carry"]
    assert np.abs(plan.net[which]).max() > 1e-3, "hydrogen must be used or this test says nothing"
    gained = (s.charge_efficiency[:, None] * run.charge - run.discharge / s.discharge_efficiency[:, None])[which]
    along, level = follow(plan, 365)[1, which], run.level[which]
    assert np.all(level[:, DAY - 1 :: DAY] >= along - 1e-4)
    before = np.concatenate([along[:, -1:], level[:, :-1]], axis=1)
    second = int(np.array_split(np.arange(365), 2)[1][0])
    before[:, second * DAY] = along[:, second - 1]
    assert level == pytest.approx(before + gained, abs=1e-4)
    assert level.min() >= -1e-6
    room = (s.energy_size * plan.capacity[s.energy_stock, 0])[which]
    assert np.all(level.max(axis=1) <= room + 1e-6)
    assert np.all(level.max(axis=1) >= 0.99 * room), "the store must be full once"


def test_following_the_calendar() -> None:
    """Days 0 and 1 stand for 0 0 1 1 0, and put aside 1 and -1.5 in the first period, 2 and -3 in the second: levels from
    2 and from 5 on, before and after each day of the year."""
    days = Days(np.array([0, 2]), np.array([3.0, 2.0]), np.array([0, 0, 1, 1, 0]))
    part = Maker(steps_of(days, ("2025", "2030"), np.ones(2), np.ones(2), carrying=True))
    node = part.node("n", 0.0)
    part.storage("store", node, link="carry")
    model = build(part.system())
    plan = read(model, np.zeros(model.lp.shape[1]), np.zeros(model.lp.shape[0]))
    plan = replace(plan, net=np.array([[1.0, -1.5, 2.0, -3.0]]), carried=np.array([[2.0, 4, 1, 2, 5, 9, 3, 5]]))
    before, after = follow(plan, 5)
    assert before.tolist() == [[2.0, 3, 4, 2.5, 1, 5, 7, 9, 6, 3]]
    assert after.tolist() == [[3.0, 4, 2.5, 1, 2, 7, 9, 6, 3, 5]]


def test_each_period_runs_for_itself() -> None:
    """Two periods in two chains that do not end with them: a period begins anew, and costs fall to their own period."""
    days = Days(np.arange(3), np.ones(3), np.arange(3))
    part = Maker(steps_of(days, ("2025", "2030"), np.array([5.0, 5.0]), np.array([4.0, 3.0])))
    node = part.node("n", 1.0)
    part.process("coal", [(node, 1.0)], cost=10.0)
    run = replay(part.system(), np.zeros((0, 2)), np.zeros(0), dispatchers=new_dispatchers(4))
    assert run.cost == near(np.array([3 * DAY * 10 * 4.0, 3 * DAY * 10 * 3.0]))


def test_limits_on_capacity_count_what_is_held() -> None:
    part = maker(length=2)
    node = part.node("n", 1.0)
    stock = part.stock("coal", existing=1.0)
    part.process("coal", [(node, 1.0)], stock=stock)
    part.limits.append(limit("firm", ("capacity", [stock], [0.9]), lower=0.5))
    whole = part.system()
    run = replay(whole, np.array([[1.0]]), np.zeros(1), held=np.array([0.9]))
    assert run.counted == near(np.array([0.9]))
    assert not run.broken.any()


def test_stopping_leaves_nothing_running() -> None:
    class Stop(Exception):
        pass

    def tell(_stage: str, _share: float) -> None:
        raise Stop

    plan = planned()
    with pytest.raises(Stop):
        replay(
            system(some_days(365), CAP, False, ONE),
            plan.capacity,
            np.zeros(1),
            dispatchers=new_dispatchers(2),
            tell=tell,
        )


def test_some_days_alone_begin_as_wanted_and_leave_the_others_out() -> None:
    """Days 40 and 41 in a row and day 200: as in a year whose chains begin there; nothing else is run."""
    plan = planned()
    whole = system(some_days(365), CAP, False, ONE)
    wanted = levels_wanted(plan, some_days(9).stands)
    worth = np.full((len(whole.storages.names), 1), 0.02)
    found = replay(
        whole,
        plan.capacity,
        -plan.limit_price,
        wanted=wanted,
        worth=worth,
        dispatchers=new_dispatchers(1),
        some=[40, 41, 200],
    )
    ran = np.flatnonzero(found.activity.any(axis=0).reshape(365, DAY).any(axis=1))
    assert ran.tolist() == [40, 41, 200]
    assert np.flatnonzero(found.block_cost).tolist() == [40, 41, 200]
    assert found.block_begins[:, 40] == near(wanted[:, 39])
    assert found.block_begins[:, 41] == near(found.level[:, 41 * DAY - 1])
    assert found.block_begins[:, 200] == near(wanted[:, 199])
    served = found.activity[:, ran[0] * DAY : (ran[1] + 1) * DAY].sum(axis=0)
    assert served.min() > 0


def test_a_share_is_measured_by_what_counts_on_either_side_of_it() -> None:
    """Coal may give 40 % of 10 MW x (2 + 3) h: 0.6 coal - 0.4 sun <= 0. With 4.1 of coal it is missed by 0.5 MWh of the 12.3
    that count for it: by 4 %. Measured by its side, which is 0, a share would be missed by the smallest rounding."""
    part = maker(length=2, weight=[2.0, 3.0])
    node = part.node("n", 10.0)
    coal, sun = (part.process(name, [(node, 1.0)]) for name in ("coal", "sun"))
    share = limit("coal share_ceiling 2030", ("activity", [coal, sun], [0.6, -0.4]), upper=0.0)
    cap = limit("cap 2030", ("activity", [coal], [1.0]), upper=7.0)
    part.limits += [share, cap]
    system = part.system()
    none, hours = np.zeros((0, 2)), np.zeros((1, 2))
    activity = np.array([[4.1, 4.1], [5.9, 5.9]])
    counted = np.array([[0.5], [20.5]])
    run = Replay(
        *(system, system.limits, np.zeros(2), activity, none, none, none, none, hours, none, np.zeros(1), counted)
    )
    assert run.sizes == pytest.approx([0.6 * 4.1 * 5, 7.0])
    assert run.broken == pytest.approx([0.5, 13.5])
    balanced = replace(run, activity=np.array([[4.0, 4.0], [6.0, 6.0]]), block_counted=np.array([[1e-6], [6.9]]))
    assert not balanced.broken.any(), "a millionth of 12 is rounding"
