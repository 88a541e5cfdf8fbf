"""Capacity that a replay shows to be missing: as little as serves the load, within room and limits, at its own cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near

from dafeng.pathway import strengthening
from dafeng.pathway.certificate import Certificate, certify
from dafeng.pathway.making import Maker
from dafeng.pathway.model import Model, build
from dafeng.pathway.replay import Replay, replay
from dafeng.pathway.solvers import Session
from dafeng.pathway.strengthening import least_additions, run_again, run_anew, with_more
from dafeng.pathway.system import Limit, System

GAS, OIL = 0, 1
BUILD, KEEP = 10.0, 2.0


@dataclass(frozen=True)
class Case:
    """A plan of one hour with a load of 10, and the replay of a year of five hours."""

    model: Model
    proved: Certificate
    whole: System
    run: Replay

    def added(self, blocks: list[int]) -> np.ndarray:
        short = np.array([self.whole.processes.names.index("unserved")])
        return least_additions(self.whole, self.run, self.model, self.proved, blocks, short)


def made(loads: list[float], weight: list[float], *limits: Limit, room: float = 100.0) -> System:
    """Gas is dear to build and cheap to run; oil stands and is dear to run; what is not served costs 20."""
    blocks = len(loads)
    m: Maker = maker(blocks=blocks, weight=np.array(weight)[None, :, None])
    node = m.node("a", loads)
    gas = m.stock("gas", build_cost=BUILD, keep_cost=KEEP, build_upper=room)
    oil = m.stock("oil", existing=2.0, upper=2.0)
    m.process("gas", [(node, 1.0)], stock=gas, cost=1.0)
    m.process("oil", [(node, 1.0)], stock=oil, cost=10.0)
    m.process("unserved", [(node, 1.0)], cost=20.0)
    m.limits.extend(limits)
    return m.system()


def case(*limits: Limit, room: float = 100.0) -> Case:
    model = build(made([10.0], [5.0], *limits, room=room))
    proved = certify(model, Session(model.lp).solve())
    whole = made([10.0, 14.0, 9.0, 13.0, 10.5], [1.0] * 5, *limits, room=room)
    return Case(model, proved, whole, replay(whole, proved.capacity, proved.prices, held=proved.held))


def unserved(run: Replay) -> list[float]:
    return [round(float(x), 9) for x in run.activity[run.system.processes.names.index("unserved")]]


def test_the_worst_block_says_what_is_missing() -> None:
    """10 of gas and 2 of oil for a load of 14: 2 of gas are added, which serve the load of 13 too."""
    it = case()
    assert it.proved.capacity[:, 0].tolist() == near([10.0, 2.0])
    assert unserved(it.run) == [0.0, 2.0, 0.0, 1.0, 0.0]
    added = it.added([1, 3])
    assert added.tolist() == near([2.0, 0.0])
    more = with_more(it.model, it.proved, added)
    assert more.capacity[:, 0].tolist() == near([12.0, 2.0])
    assert more.cost == near(it.proved.cost + 2.0 * (BUILD + KEEP))
    assert more.bound == it.proved.bound
    again = run_again(it.whole, it.run, more, [1, 3])
    assert unserved(again) == [0.0] * 5
    # 14 = 12 gas + 2 oil, 13 = 12 gas + 1 oil; the others as they were: 10, 9, and 10 gas + 0.5 oil
    assert again.block_cost.tolist() == near([10.0, 12.0 + 20.0, 9.0, 12.0 + 10.0, 10.0 + 5.0])
    assert again.cost.tolist() == near([again.block_cost.sum()])
    assert again.activity[GAS].tolist() == near([10.0, 12.0, 9.0, 12.0, 10.0])


def test_a_block_that_is_served_by_then_is_not_asked_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of 14 asks for 2 of gas, which serve that of 13; the other way round each asks for 1."""
    it, asked = case(), []
    monkeypatch.setattr(strengthening, "Session", lambda lp: asked.append(lp) or Session(lp))
    assert it.added([1, 3]).tolist() == near([2.0, 0.0])
    assert len(asked) == 1
    assert it.added([3, 1]).tolist() == near([2.0, 0.0])
    assert len(asked) == 3


def test_blocks_that_are_not_looked_at_add_nothing() -> None:
    """Only the load of 13 is to be served: 1 of gas; that of 14 is run again with it and lacks 1."""
    it = case()
    added = it.added([3])
    assert added.tolist() == near([1.0, 0.0])
    assert unserved(run_again(it.whole, it.run, with_more(it.model, it.proved, added), [1, 3])) == [0, 1, 0, 0, 0]


def test_no_more_is_added_than_there_is_room_for() -> None:
    it = case(room=11.5)
    assert it.added([1]).tolist() == near([1.5, 0.0])


def test_limits_on_capacity_hold() -> None:
    """All plants together at most 12.5: half a unit of gas is left."""
    most = limit("all", ("capacity", [GAS, OIL], [1.0, 1.0]), upper=12.5)
    it = case(most)
    assert it.added([1]).tolist() == near([0.5, 0.0])
    more = with_more(it.model, it.proved, it.added([1]))
    assert more.held.tolist() == near([12.5])
    assert more.holds


def test_what_a_limit_weighs_against_its_use_is_left_alone() -> None:
    """At least 0.1 hours of use a unit of gas: more of it would need to be used more elsewhere."""
    used = limit("used", ("activity", [GAS], [1.0]), ("capacity", [GAS], [-0.1]), lower=0.0)
    assert case(used).added([1]).tolist() == [0.0, 0.0]


def test_stores_begin_and_end_a_block_as_they_did() -> None:
    """Two hours a day from a plant of 10 with a store that begins each day with 2.

    12 and 8 are served; of 13 and 9.5 one is not, and the store ends with 0.5; with 1 more it is, and ends with 0.5 too,
    because the next day was run with that.
    """
    m: Maker = maker(length=2, blocks=3)
    node = m.node("a", [12.0, 8.0, 13.0, 9.5, 9.0, 8.0])
    gas = m.stock("gas", existing=10.0, build_cost=BUILD, build_upper=10.0)
    store = m.stock("store", existing=4.0)
    m.process("gas", [(node, 1.0)], stock=gas, cost=1.0)
    m.storage("store", node, store, store, store)
    m.process("unserved", [(node, 1.0)], cost=20.0)
    whole = m.system()
    model = build(whole)
    proved = certify(model, Session(model.lp).solve())
    short_of = replace(proved, capacity=np.array([[10.0], [4.0]]), x=np.zeros_like(proved.x))
    short_of.x[model.columns.capacity[0, 0]] = 10.0
    wanted, worth = np.full((1, 3), 2.0), np.full((1, 1), 1.5)
    run = replay(whole, short_of.capacity, proved.prices, wanted=wanted, worth=worth)
    lost = run.activity[1].reshape(3, 2).sum(axis=1)
    assert lost.tolist() == near([0.0, 1.0, 0.0])
    assert run.level[0, 3] == near(0.5)
    added = least_additions(whole, run, model, short_of, [1], np.array([1]))
    assert added.tolist() == near([1.0, 0.0])
    again = run_again(whole, run, with_more(model, short_of, added), [1])
    assert again.activity[1].tolist() == near([0.0] * 6)
    assert again.level[:, 3].tolist() == near(run.level[:, 3].tolist())
    assert again.block_begins.tolist() == run.block_begins.tolist()
    assert (again.activity[:, [0, 1, 4, 5]] == run.activity[:, [0, 1, 4, 5]]).all()
    balance = again.activity.sum(axis=0) + again.discharge.sum(axis=0) - again.charge.sum(axis=0)
    assert balance.tolist() == near([12.0, 8.0, 13.0, 9.5, 9.0, 8.0])


def test_what_is_added_serves_the_plan_too() -> None:
    """One hour of 11 beside four of 10: oil gives the last unit. 2 of gas cost 24 and spare its 9 above gas; the bound,
    which holds for any capacities, stays."""
    model = build(made([10.0, 11.0], [4.0, 1.0]))
    proved = certify(model, Session(model.lp).solve())
    assert proved.capacity[:, 0].tolist() == near([10.0, 2.0])
    more = with_more(model, proved, np.array([2.0, 0.0]))
    assert more.cost == near(proved.cost + 2.0 * (BUILD + KEEP))
    again = run_anew(model, more)
    assert again.cost == near(more.cost - 9.0)
    assert (again.bound, again.prices.tolist()) == (proved.bound, proved.prices.tolist())
    assert again.capacity.tolist() == more.capacity.tolist()
