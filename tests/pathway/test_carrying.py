"""Storage that carries, hour by hour: in the plan's typical days, in their dispatch at given capacities, in the replay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.pathway.small import Solved, maker, near, solve

from dafeng.pathway.carrying import levels, lowest, lowest_runs
from dafeng.pathway.certificate import certify
from dafeng.pathway.making import Maker
from dafeng.pathway.replay import follow, new_dispatchers, replay
from dafeng.pathway.system import Array

HOURS = 6


def evening_before_morning(tank: float, days: int = 1, repeated: int = 365) -> Maker:
    """A need of 10 in the first hour of every day, sun of 40 in the second; what is not served costs 50."""
    calendar = (tuple((day, repeated) for day in range(days)),)
    m = maker(length=2, blocks=days, weight=repeated, calendar=calendar)
    a = m.node("a", [10, 0] * days)
    m.process("sun", [(a, 1.0)], stock=m.stock("sun", existing=40), available=[0, 1] * days)
    m.process("shed", [(a, 1.0)], cost=50)
    power, store = m.stock("power", existing=40), m.stock("tank", existing=tank)
    m.storage("hydrogen", a, power, power, store, link="carry", charge_efficiency=0.6, discharge_efficiency=0.6)
    return m


@pytest.mark.parametrize(("tank", "served"), [(0, 0), (5, 3), (10, 6), (20, 10)])
def test_a_tank_gives_what_is_in_it(tank: float, served: float) -> None:
    """0.6 of what fits into the tank is served in the first hour, all of the 10 if that is enough; nothing from a tank
    without room, although the second hour could fill up what the first one took."""
    found = solve(evening_before_morning(tank))
    assert found.cost == near(365 * 50 * (10 - served))
    assert found.plan.discharge[0, 0] == near(served)


@pytest.mark.parametrize(("tank", "served"), [(0, 0), (5, 3), (20, 10)])
def test_a_replayed_tank_gives_what_is_in_it(tank: float, served: float) -> None:
    """The same in the replay of each of four days, in two chains, which begins with what the plan has there."""
    plan, whole = solve(evening_before_morning(tank)).plan, evening_before_morning(tank, 4, 1).system()
    along = follow(plan, 365)[..., :4]
    run = replay(whole, plan.capacity, np.zeros(0), carried=along, dispatchers=new_dispatchers(2))
    assert run.cost == near(np.array([4 * 50 * (10 - served)]))
    assert run.discharge[0, ::2] == near(np.full(4, served))
    assert run.level.min() >= 0
    assert run.level.max() <= tank + 1e-9


def rising(room: float) -> Maker:
    """Three days that charge in their first hour and need 2 in the second, then two that need 3; else power costs 50."""
    weight = np.array([3.0, 2.0])[None, :, None]
    m = maker(length=2, blocks=2, weight=weight, calendar=(((0, 3), (1, 2)),))
    a = m.node("a", [0, 2, 3, 0])
    m.process("cheap", [(a, 1.0)], stock=m.stock("base", existing=1000), available=[1, 0, 0, 0], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    power = m.stock("power", existing=30)
    m.storage("cave", a, power, power, m.stock("cave", existing=room), link="carry")
    return m


def falling(room: float) -> Maker:
    """Three days that charge, then two that need 5 in their first hour and charge 2 at most in the second."""
    weight = np.array([3.0, 2.0])[None, :, None]
    m = maker(length=2, blocks=2, weight=weight, calendar=(((0, 3), (1, 2)),))
    a = m.node("a", [0, 0, 5, 0])
    m.process("cheap", [(a, 1.0)], stock=m.stock("base", existing=1000), available=[0, 1, 0, 0.002], cost=10)
    m.process("dear", [(a, 1.0)], cost=50)
    power = m.stock("power", existing=30)
    m.storage("cave", a, power, power, m.stock("cave", existing=room), link="carry")
    return m


def test_the_last_of_the_days_alike_is_the_fullest() -> None:
    """Levels 0 4 2, 4+2 ... 8 6: room for 8 serves all 12 at 10. Room for 6: with c charged a day, 2 and b served, the
    last of the three days peaks at 2 (c - 2) + c = 6, c = 10/3: 10 of 12 are served, 100 + 2 x 50.

    By the levels between runs alone, which end at 6, or by the first day alone, which peaks at 4, all would fit.
    """
    assert solve(rising(8)).cost == near(120)
    found = solve(rising(6))
    assert found.cost == near(200)
    assert found.plan.charge[0, 0] == near(10 / 3)
    assert solve(rising(6), without="carry_room").cost == near(120)
    assert solve(rising(6), without="begins_last_most 2030").cost == near(120)


def test_the_last_of_the_days_alike_is_the_emptiest() -> None:
    """With s served, the second of the two days begins with 3 less and must still hold s: 2 s - 2 fit into the cave.

    8: all 10 at 10; 7: 4.5 of 5 are served, 2 x (45 + 25); 6: 4 of 5. Looked at the first day alone 5 would do.
    """
    for room, cost in ((8, 100), (7, 140), (6, 180)):
        assert solve(falling(room)).cost == near(cost)
    assert solve(falling(6), without="begins_last_least 2030").cost == near(100)


def test_a_day_begins_with_what_the_day_before_left() -> None:
    """One day charges before it needs 2, the next needs 5 before it can charge 3. The 7 that the second finds and the first
    needs are in the cave at once: room for 7 serves all at 10, room for 6 leaves 1 at 50.

    Were either day free to begin with what it likes, 6 would do.
    """

    def days(room: float) -> Maker:
        m = maker(length=2, blocks=2, calendar=(((0, 1), (1, 1)),))
        a = m.node("a", [0, 2, 5, 0])
        m.process("cheap", [(a, 1.0)], stock=m.stock("base", existing=1000), available=[1, 0, 0, 0.003], cost=10)
        m.process("dear", [(a, 1.0)], cost=50)
        power = m.stock("power", existing=30)
        m.storage("cave", a, power, power, m.stock("cave", existing=room), link="carry")
        return m

    assert solve(days(7)).cost == near(70)
    assert solve(days(6)).cost == near(110)
    for free in ("begins_least 2030", "begins_most 2030"):
        assert solve(days(6), without=free).cost == near(70)


def test_room_has_its_price() -> None:
    """One more unit in the cave lets a third more be charged on each of three days: 1 x (50 - 10) saved."""
    here, more = solve(rising(6)), solve(rising(6.01))
    assert (more.cost - here.cost) / 0.01 == pytest.approx(-40, rel=1e-6)
    assert here.dual("carry_room").sum() + here.dual("carried").sum() == near(-40)


def chronological(days: int, loss: float, long: bool) -> Maker:
    """Wind and load that differ each day, storage to be built: every day a block, or all of them one long block."""
    random = np.random.default_rng(4)
    wind = np.clip(random.weibull(2, days).repeat(HOURS) * 0.5 + random.normal(0, 0.1, days * HOURS), 0, 1)
    load = 5 + 2 * np.sin(np.arange(days * HOURS) / HOURS * 2 * np.pi)
    calendar = (tuple((day, 1) for day in range(days)),)
    m = maker(length=days * HOURS) if long else maker(length=HOURS, blocks=days, calendar=calendar)
    a = m.node("a", load)
    m.process("wind", [(a, 1.0)], stock=m.stock("wind", build_cost=40, build_upper=100), available=wind)
    m.process("dear", [(a, 1.0)], cost=20)
    power, store = (m.stock(name, build_cost=cost, build_upper=500) for name, cost in (("power", 15), ("tank", 1)))
    m.storage(
        "hydrogen", a, power, power, store, link="cycle" if long else "carry",
        charge_efficiency=0.7, discharge_efficiency=0.6, loss=loss,
    )  # fmt: skip
    return m


@pytest.mark.parametrize("loss", [0.0, 0.003])
def test_with_every_day_modelled_it_is_one_chronology(loss: float) -> None:
    """Each of twelve days a block of its own: cost, capacities and hourly levels of the model without blocks."""
    apart, whole = solve(chronological(12, loss, long=False)), solve(chronological(12, loss, long=True))
    assert whole.plan.level.max() > 5, "the store must be used or this test says nothing"
    assert np.ptp(whole.plan.level[0, HOURS - 1 :: HOURS]) > 1, "between days too"
    assert apart.cost == pytest.approx(whole.cost, rel=1e-8)
    assert apart.plan.capacity == pytest.approx(whole.plan.capacity, rel=1e-5)
    gained = 0.7 * apart.plan.charge - apart.plan.discharge / 0.6
    before = np.roll(apart.plan.level, 1, axis=1)
    assert apart.plan.level == pytest.approx((1 - loss) * before + gained, abs=1e-6), "levels of the days join"


def test_days_that_repeat_are_safe_with_losses() -> None:
    """Ten days alike, then ten others, 1 % lost an hour: run through hour by hour no level is below 0 or above the room."""
    m = maker(length=HOURS, blocks=2, weight=10, calendar=(((0, 10), (1, 10)),))
    a = m.node("a", [1, 4, 1, 1, 0, 2, 6, 2, 1, 1, 3, 3])
    m.process("cheap", [(a, 1.0)], stock=m.stock("base", existing=6), available=[1] * 5 + [0.1] * 7, cost=1)
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage(
        "cave", a, energy_stock=m.stock("cave", build_cost=1.5, build_upper=90), link="carry", loss=0.01,
        charge_efficiency=0.9,
    )  # fmt: skip
    plan = solve(m).plan
    room, level = plan.capacity[-1, 0], plan.carried[0, 0]
    gained = (0.9 * plan.charge - plan.discharge)[0].reshape(2, HOURS)
    assert room > 5
    found = []
    for block in (*[0] * 10, *[1] * 10):
        for amount in gained[block]:
            level = 0.99 * level + amount
            found.append(level)
    assert min(found) == pytest.approx(0, abs=1e-6), "nothing is held back that losses do not take"
    assert max(found) == pytest.approx(room, abs=1e-6)


def test_levels_along_the_year() -> None:
    """0 three times, 1 twice, each putting 1 and -1.5 aside from 0 on; where each begins lowest."""
    system = rising(8).system()
    net, carried = np.array([[1.0, -1.5]]), np.array([[0.0, 3, 0]])
    (along,) = levels(system, net, carried)
    assert along == near(np.array([[0, 1, 2, 3, 1.5, 0]]))
    assert lowest(system, net, carried) == near(np.array([[0, 1.5]]))


def test_what_a_block_is_given() -> None:
    """A block that begins with 1 to 3 of a cave of 8, half of which is lost a step, and puts 2 aside."""
    system = rising(8).system()
    faded = replace(system, storages=replace(system.storages, loss=np.array([0.5])))
    first, _ = lowest_runs(faded, np.array([[2.0, 0]]), np.array([[1.0, 0]]), np.array([[2.0, 0]]))
    assert (first.start, first.least, first.most) == (near([1.0]), near([2.25]), near([2.25]))
    assert first.room == near(np.array([[7, 7.5]]))


def certified(m: Maker, noise: float = 0.0) -> tuple[Solved, float, float]:
    """The optimum, and cost and bound of the certificate of a point that is a little off."""
    found, random = solve(m), np.random.default_rng(2)

    def off(values: Array) -> Array:
        return values * (1 + noise * random.standard_normal(values.size))

    x, y = off(found.solution.x), off(found.solution.y)
    proved = certify(found.model, replace(found.solution, x=x, y=y))
    return found, proved.cost, proved.bound


@pytest.mark.parametrize("make", [rising, falling])
@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_the_certificate_keeps_to_the_hours(make: object, noise: float) -> None:
    """Where hours within the days bind, the certified plan costs no less than the optimum, and the bound no more."""
    found, cost, bound = certified(make(6), noise)  # type: ignore[operator]
    assert bound <= found.cost * (1 + 1e-9)
    assert cost >= found.cost * (1 - 1e-9)
    if not noise:
        assert cost - bound <= 1e-6 * cost


def test_the_certificate_of_storage_that_is_built() -> None:
    """Noise in capacities and levels: still a plan, between its proofs."""
    for noise in (0.0, 1e-3):
        found, cost, bound = certified(chronological(12, 0.003, long=False), noise)
        assert bound <= found.cost * (1 + 1e-9)
        assert found.cost * (1 - 1e-7) <= cost <= found.cost * 1.05


def test_nothing_is_burned_where_power_must_run() -> None:
    """A plant that is paid 5 to run cannot get rid of power in a store, in the certificate either: nothing is earned."""
    m = maker(length=2, calendar=(((0, 1),),))
    a = m.node("a")
    m.process("plant", [(a, 1.0)], stock=m.stock("plant", existing=10), cost=-5)
    power = m.stock("power", existing=20)
    m.storage("cave", a, power, power, m.stock("cave", existing=50), link="carry")
    found, cost, bound = certified(m)
    assert (found.cost, cost, bound) == (near(0), near(0), near(0))


def test_a_replay_of_all_days_costs_what_was_planned() -> None:
    """Twelve days, all of them modelled: at the plan's capacities and levels no day costs more than in the plan."""
    plan = solve(chronological(12, 0.003, long=False)).plan
    run = replay(plan.system, plan.capacity, np.zeros(0), carried=follow(plan, 12), dispatchers=new_dispatchers(3))
    running = plan.objective - float((plan.system.stocks.build_cost * plan.build).sum())
    assert run.cost.sum() == pytest.approx(running, rel=1e-6)


def test_a_replay_goes_on_from_what_it_could_charge() -> None:
    """Wanted are 4 after each of three days, but only 1 can be charged an hour: 2 after the first, from nothing. The last
    day needs 3 in its first hour, 2 more than flows: the store gives them."""
    m = maker(length=2, blocks=4, calendar=(((0, 1), (1, 1), (2, 1), (3, 1)),))
    a = m.node("a", [0, 0, 0, 0, 0, 0, 3, 0])
    m.process("sun", [(a, 1.0)], stock=m.stock("sun", existing=1))
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("store", a, m.stock("power", existing=1), energy_stock=m.stock("room", existing=4), link="carry")
    run = replay(
        m.system(), np.array([[1.0], [1.0], [4.0]]), np.zeros(0), carried=np.array([[[0.0, 4, 4, 4]], [[4, 4, 4, 0]]]),
        dispatchers=new_dispatchers(1),
    )  # fmt: skip
    assert run.level[0, 1:6:2] == near(np.array([2, 4, 4]))
    assert run.discharge[0, 6] >= 2 - 1e-9
    assert run.cost.sum() == near(0)


def test_a_replay_of_some_days_goes_on_by_what_changes_between() -> None:
    """Days 0 and 2 of three: what is left of the first, 2 in place of 3, and 1.5 more in the day that is left out."""
    m = maker(length=2, blocks=2, calendar=(((0, 1), (1, 1)),))
    a = m.node("a", [0, 0, 1, 0])
    m.process("sun", [(a, 1.0)], stock=m.stock("sun", existing=1), available=[1, 1, 0, 0])
    m.process("dear", [(a, 1.0)], cost=50)
    m.storage("store", a, m.stock("power", existing=1), energy_stock=m.stock("room", existing=4), link="carry")
    along = np.array([[[0, 4.5]], [[3, 2.5]]])
    run = replay(
        m.system(), np.array([[1.0], [1.0], [4.0]]), np.zeros(0), carried=along, dispatchers=new_dispatchers(1)
    )
    assert run.level[0, 1] == near(2)
    assert run.level[0, 3] == near(2.5)
    assert run.cost.sum() == near(0)
