"""A power plan: what a period leaves to the next, and that a plan that fails in the replay is not called one that holds."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.pathway.power.nation import gw, nation
from tests.pathway.small import near

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.days import DAY, Days
from dafeng.pathway.finance import Horizon
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power import brief, passing_on, rounds, stages
from dafeng.pathway.power.brief import Asked, Brief
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.firm import firm_at
from dafeng.pathway.power.inherited import Built, Inherited
from dafeng.pathway.power.inputs import planned
from dafeng.pathway.power.mending import SUSPECTS, WORST, scarce_days, shedding, shortages, suspects, with_firm
from dafeng.pathway.power.modelled_days import hardest
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.power.passing_on import passed_on
from dafeng.pathway.power.planning import PowerPlan, plan_power
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.stage import FURTHER, Stage, further
from dafeng.pathway.replay import Replay
from dafeng.pathway.system import Departures, Limit, Stocks, System

SIMPLE = {"heat": False, "hydrogen": False, "days": 4}
CAP = {2025: 5500.0, 2030: 3500.0, 2035: 2800.0}


def no_replay(every: System, *_rest: Any) -> Any:
    """In place of a replay, where a test asks for nothing that it finds: some of the load is not served."""
    none = np.zeros(len(every.limits))
    activity = np.zeros((len(every.processes.names), every.steps.count))
    found = {"limits": every.limits, "counted": none, "broken": none, "sizes": none, "activity": activity}
    found["price"] = np.ones((len(every.nodes.names), 1))
    return SimpleNamespace(system=every, energy=lambda _power: np.ones((1, 1)), **found)


@cache
def myopic() -> PowerPlan:
    return plan_power(nation(periods=(2025, 2030, 2035), co2_cap=CAP, **SIMPLE))


def test_a_plan_comes_with_its_proofs() -> None:
    plan = myopic()
    assert plan.years == (2025, 2030, 2035)
    assert 0 <= plan.gap + 1e-9 <= 5e-4
    for stage in plan.stages:
        assert stage.certificate.holds
        assert stage.replay.activity.shape[1] == 8760
        assert stage.holds == (
            stage.unserved.sum() <= 1e-5 * stage.replay.energy(stage.replay.system.nodes.demand).sum()
            and not stage.missed.any()
        )


def test_each_period_stands_on_the_ones_before() -> None:
    """What a period has is today's capacity as it ages, less what left, plus what was built and lives: stock by stock."""
    stages = myopic().stages
    for before, after in itertools.pairwise(stages):
        for technology in ("onwind", "solar_utility", "nuclear", "gas_ocgt", "phs"):
            s = after.system.stocks.names.index(f"CN {technology}")
            existing = float(after.system.stocks.existing[s, 0])
            aged = float(after.inputs.existing.get(technology, np.zeros((1, 1)))[0, 0])
            built = sum(gw(stage.plan, technology, built=True) for stage in stages if stage.year < after.year)
            assert existing == pytest.approx(aged + built, rel=1e-6, abs=1e-5), technology
            assert gw(after.plan, technology) == pytest.approx(
                existing + gw(after.plan, technology, built=True), abs=1e-4
            )
        assert before.year < after.year


def test_retired_coal_does_not_come_back() -> None:
    """All coal together: what stands is no more than today's as it ages, plus what was built, less what was retired."""
    kinds = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible")
    left = dict.fromkeys(kinds, 1.0)
    for stage in myopic().stages:
        names = stage.system.stocks.names
        for kind in ("coal_subcritical", "coal_supercritical"):
            existing = float(stage.system.stocks.existing[names.index(f"CN {kind}"), 0])
            assert existing == pytest.approx(left[kind] * stage.inputs.existing[kind][0, 0], rel=1e-5, abs=1e-5), kind
            gone = sum(
                float(stage.plan.departed[u, 0])
                for u, source in enumerate(stage.system.departures.source)
                if names[source] == f"CN {kind}"
            )
            left[kind] *= 1 - min(gone / existing, 1.0) if existing > 1e-9 else 0.0


def test_build_rates_are_kept() -> None:
    for stage in myopic().stages:
        for number, limit in enumerate(stage.system.limits):
            if limit.name.startswith("build_rate"):
                assert stage.plan.limit_value[number] <= limit.upper * (1 + 1e-6) + 1e-6, limit.name


def test_caps_are_kept_in_every_hour_of_the_year() -> None:
    for stage in myopic().stages:
        number = [limit.name for limit in stage.system.limits].index(f"co2_cap {stage.year}")
        assert stage.replay.counted[number] <= CAP[stage.year] * (1 + 1e-3) or not stage.holds
        assert stage.certificate.broken[number] == 0


def test_foresight_is_never_dearer() -> None:
    """With the same days the plan with perfect foresight costs no more than the plan made period by period, annuities of
    earlier periods counted; its certified bound is below both."""
    asked = {"periods": (2025, 2030), "co2_cap": {2025: 5500.0, 2030: 3500.0}, **SIMPLE}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stages, "MENDS", 0)
        patched.setattr(rounds, "_replayed", no_replay)
        perfect = plan_power(nation(foresight="perfect", **asked))
        alone = plan_power(nation(**asked))
    assert perfect.bound is not None
    assert alone.bound is None
    assert perfect.bound <= perfect.cost * (1 + 1e-9)
    assert perfect.cost <= alone.cost * (1 + 5e-3)


def made_stage(departed: list[float], build: list[float]) -> Stage:
    """A period with 100 GW of a, 50 of b and none of c: half of what a was built, and a can retire or become c."""
    names = ("R a", "R b", "R c")
    one = np.ones((3, 1))
    stocks = Stocks(
        names,
        np.array([[100.0], [50.0], [20.0]]),
        3.0 * one,
        one,
        np.ones((3, 1, 1), dtype=bool),
        one,
        0 * one,
        0 * one,
        one,
        np.zeros(3),
        np.arange(3),
    )
    leaves = Departures(
        ("R a>retired", "R a>R c", "R c>retired"),
        np.array([0, 0, 2]),
        np.array([-1, 2, -1]),
        np.array([1.0, 0.75, 1.0]),
        np.zeros((3, 1)),
        np.full((3, 1), np.inf),
    )
    plan: Any = SimpleNamespace(departed=np.array(departed)[:, None], build=np.array(build)[:, None])
    system: Any = SimpleNamespace(stocks=stocks, departures=leaves)
    stage: Any = SimpleNamespace(system=system, plan=plan, year=2030)
    return stage


def passed(stage: Stage, before: Inherited) -> Inherited:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passing_on, "life_of", lambda _name, _year: 30.0)
        patched.setattr(passing_on, "paid_over", lambda _source, _target, _year: 15.0)
        return passed_on(stage, before, 4.0)


def total(found: Inherited, name: str, today: dict[str, float]) -> float:
    """GW of a stock in 2031 by the rule of `power_system`."""
    stands = today.get(name, 0.0) * (1 - found.gone.get(name, 0.0)) + float(found.stands(name, (2031,))[0])
    return stands + sum(share * ratio * today[source] for source, share, ratio in found.joined.get(name, ()))


def test_half_retired_and_half_converted() -> None:
    """100 of a, of which 60 are today's and 40 were built: 50 retire, 30 become c at 0.75, 20 stay; nothing comes back."""
    before = Inherited(built={"R a": (Built(2025, 40.0, 30.0, 8.0),)})
    found = passed(made_stage([50.0, 30.0, 0.0], [0, 0, 0]), before)
    today = {"R a": 60.0, "R b": 50.0}
    assert total(found, "R a", today) == near(20.0)
    assert total(found, "R c", today) == near(30.0 * 0.75)
    assert total(found, "R b", today) == near(50.0)


def test_age_takes_its_part_of_what_was_converted() -> None:
    """Today's 60 of a age to 30: of the 30 % that became c at 0.75, half is left."""
    found = passed(made_stage([0.0, 30.0, 0.0], [0, 0, 0]), Inherited())
    assert total(found, "R c", {"R a": 100.0}) == near(22.5)
    assert total(found, "R c", {"R a": 50.0}) == near(11.25)
    assert total(found, "R a", {"R a": 50.0}) == near(35.0)


def test_what_joined_can_leave_too() -> None:
    """20 of c, all converted from a: half of it retires, in the next period half of what is left."""
    before = Inherited(gone={"R a": 0.4}, joined={"R c": (("R a", 0.4, 0.5),)})
    today = {"R a": 100.0}
    assert total(before, "R c", today) == near(20.0)
    found = passed(made_stage([0.0, 0.0, 10.0], [0, 0, 0]), before)
    assert total(found, "R c", today) == near(10.0)
    assert total(found, "R a", today) == near(60.0)


def test_more_cannot_leave_than_stands() -> None:
    """A first-order solution retires 100.001 of 100: none is left, and not less than none."""
    found = passed(
        made_stage([100.001, 0.0, 0.0], [0, 0, 0]), Inherited(built={"R a": (Built(2025, 40.0, 30.0, 8.0),)})
    )
    assert total(found, "R a", {"R a": 60.0}) == near(0.0)
    assert found.gone["R a"] == near(1.0)


def test_what_was_built_is_owed_once() -> None:
    """Annuities go on for what has retired or was converted, and are not paid twice; new ones are build cost / worth."""
    before = Inherited(built={"R a": (Built(2025, 40.0, 30.0, 8.0),)})
    found = passed(made_stage([20.0, 30.0, 0.0], [0.0, 6.0, 0.0]), before)
    assert sum(part.payment for parts in found.built.values() for part in parts) == near(8.0 + 6.0 * 3.0 / 4.0)
    assert found.built["R b"] == (Built(2030, 6.0, 30.0, 4.5),)


def test_a_retrofit_is_owed_for_its_own_life() -> None:
    """30 GW of a became c at 2 a GW in a period worth 4 a year: 15 a year for 15 years, not for the 30 of c. Paid for the
    life of the unit, a retrofit would cost half more period by period than with perfect foresight."""
    stage = made_stage([0.0, 30.0, 0.0], [0.0, 0.0, 0.0])
    departures = replace(stage.system.departures, cost=np.full((3, 1), 2.0))
    apart: Any = SimpleNamespace(system=SimpleNamespace(stocks=stage.system.stocks, departures=departures))
    apart.plan, apart.year = stage.plan, stage.year
    assert passed(apart, Inherited()).built["R c"] == (Built(2030, 0.0, 15.0, 15.0),)


def test_what_a_retrofit_costs_does_not_depend_on_foresight() -> None:
    """Capture in 2030, 20 years of annuities in a horizon of 35: what the period itself charges and what it leaves to
    later ones is what is charged where all periods are decided at once."""
    starts = tuple(range(2030, 2061, 5))
    together, alone = Horizon(starts, 2065, 2030, 0.08), Horizon((2030,), 2035, 2030, 0.08)
    life = passing_on.paid_over("CN coal_usc", "CN coal_ccs", 2030)
    assert life == 20.0
    first = float(alone.build_cost([[4800.0]], [life], 0.08)[0, 0])
    owed = Built(2030, 0.0, life, first / float(alone.worth[0]))
    later = sum(
        owed.payment * worth for year, worth in zip(starts[1:], together.worth[1:], strict=True) if owed.stands(year)
    )
    assert first + later == pytest.approx(float(together.build_cost(np.full((1, 7), 4800.0), [life], 0.08)[0, 0]))


def days_that_miss_the_peak(series: np.ndarray, count: int, keep: Any = ()) -> Days:
    """Mild days only, whatever is to be kept."""
    mild = np.argsort(series[:1].reshape(-1, 24).max(axis=1))[:3]
    chosen = np.sort(mild)
    stands = np.arange(365) % 3
    stands[chosen] = np.arange(3)
    return Days(chosen, np.bincount(stands).astype(float), stands)


def on_mild_days(patched: pytest.MonkeyPatch) -> Stage:
    """Mild days, no firm capacity asked for, no mending."""
    patched.setattr(brief, "typical_days", days_that_miss_the_peak)
    patched.setattr(stages, "MENDS", 0)
    patched.setattr("dafeng.pathway.power.firm.parameter", lambda _name: -0.9)
    plan = plan_power(nation(periods=(2040,), **SIMPLE))
    (stage,) = plan.stages
    assert plan.holds == stage.holds
    return stage


@cache
def lacking() -> Stage:
    with pytest.MonkeyPatch.context() as patched:
        return on_mild_days(patched)


def test_a_plan_that_sheds_load_is_said_to_do_so() -> None:
    """The replay finds the load that is not served; what would serve it costs more than the plan may be off."""
    stage = lacking()
    assert stage.certificate.gap <= 5e-4, "it is a good plan for the days that it knows"
    assert stage.unserved.sum() > 1000
    assert not stage.holds
    assert not stage.added


def test_what_a_replay_lacks_is_added_where_the_plan_stays_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same plan, and a gap that may be large: nothing is new but what its worst hours need."""
    monkeypatch.setattr(rounds, "GAP", 0.5)
    before, stage = lacking(), on_mild_days(monkeypatch)
    assert stage.kept
    assert stage.mends == 0
    names = list(stage.system.stocks.names)
    more = np.array([stage.added.get(name, 0.0) for name in names])
    assert more.sum() > 1.0
    assert stage.capacity[:, 0] == pytest.approx(before.capacity[:, 0] + more, abs=1e-6)
    assert stage.plan.build[:, 0] == pytest.approx(before.plan.build[:, 0] + more, abs=1e-6)
    assert stage.replay.system.stocks.existing == pytest.approx(stage.capacity)
    price = (stage.system.stocks.build_cost + stage.system.stocks.keep_cost)[:, 0]
    assert stage.certificate.cost - before.certificate.cost == pytest.approx(float(price @ more), rel=1e-6)
    assert stage.certificate.bound == pytest.approx(before.certificate.bound)
    handed = passed_on(stage, Inherited(), 1.0)
    name = max(stage.added, key=lambda one: stage.added[one])
    assert handed.stands(name, (2045,))[0] == pytest.approx(stage.plan.build[names.index(name), 0])


def test_mending_adds_the_days_that_were_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the hardest days left out to a plan that serves nearly all: each round models the worst days it found."""
    for module in (brief, stages):
        monkeypatch.setattr(module, "hardest", lambda _inputs: [])
    monkeypatch.setattr("dafeng.pathway.power.firm.parameter", lambda _name: -0.9)
    found: list[Stage] = []
    once = stages.one_round

    def kept(*given: Any) -> tuple[Stage, ...]:
        found.extend(made := once(*given))
        return made

    monkeypatch.setattr(stages, "one_round", kept)
    monkeypatch.setattr(stages, "MENDS", 1)
    (stage,) = plan_power(nation(periods=(2040,), **{**SIMPLE, "days": 3})).stages
    assert stage.replay is found[-1].replay
    assert len(found) == 2
    lost = found[0].replay.activity[shedding(found[0].replay.system)].sum(axis=0).reshape(365, DAY).sum(axis=1)
    assert stage.short[: np.count_nonzero(lost > 1e-6)] == tuple(np.argsort(-lost)[: np.count_nonzero(lost > 1e-6)])
    assert found[0].mends == 0
    assert not found[0].holds
    assert found[1].mends > 0
    assert found[1].unserved.sum() < 0.5 * found[0].unserved.sum()
    assert len(found[1].days.chosen) > len(found[0].days.chosen)


def test_the_hardest_days_of_the_last_replay_are_run_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that lacks too much on them is made anew with the worst of them, and only one that does not is replayed."""
    before = replace(lacking(), short=(100,))
    for module in (brief, stages):
        monkeypatch.setattr(module, "hardest", lambda _inputs: [])
    monkeypatch.setattr("dafeng.pathway.power.firm.parameter", lambda _name: -0.9)
    ran: list[tuple[Days, Any, Replay]] = []
    replayed = rounds._replayed

    def kept(*given: Any) -> Replay:
        run = replayed(*given)
        ran.append((given[3], given[6] if len(given) > 6 else None, run))
        return run

    monkeypatch.setattr(rounds, "_replayed", kept)
    case = nation(periods=(2040,), **{**SIMPLE, "days": 3})
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    (stage,) = stages.plan_together(case, inputs, Inherited(), before=before)
    assert stage.holds
    known, first, run = ran[0]
    assert first == suspects(before.replay, before.short, known.chosen[known.kept])
    assert len(first) == SUSPECTS
    assert (100 in first) != (100 in known.chosen[known.kept])
    assert np.flatnonzero(run.activity.any(axis=0).reshape(365, DAY).any(axis=1)).tolist() == first
    lost = run.activity[shedding(run.system)].sum(axis=0).reshape(365, DAY).sum(axis=1)
    then, again, _ = ran[1]
    assert again is not None, "the year is not run for a plan that lacks so much"
    worst = np.argsort(-lost)[:WORST].tolist()
    assert set(then.chosen[then.kept].tolist()) == {*known.chosen[known.kept].tolist(), *worst}
    assert ran[-1][1] is None
    assert ran[-1][2] is stage.replay or stage.added
    assert stage.mends >= 1
    assert stage.short[-1] == 100, "what was short before is not forgotten"


def test_days_added_that_leave_no_plan_are_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first days lacked too much, and with the worst of them the limits cannot be kept: there is nothing to stand."""
    calls = []

    def once(*_rest: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise stages.TooShort([7])
        raise Infeasible(LinearProgram("mended"), [])

    monkeypatch.setattr(stages, "one_round", once)
    case = nation(periods=(2035,), **SIMPLE)
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    with pytest.raises(Infeasible):
        stages.plan_together(case, inputs, Inherited())
    assert len(calls) == 2


def test_the_next_period_knows_the_days_that_were_scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    case = nation(periods=(2035, 2040), **SIMPLE)
    usual = hardest(planned(grouping(case.regions), case.periods, case.demand))
    scarce = next(day for day in range(365) if day not in usual)
    monkeypatch.setattr(stages, "MENDS", 0)
    monkeypatch.setattr(rounds, "_replayed", no_replay)
    monkeypatch.setattr(stages, "scarce_days", lambda *_: [scarce])
    first, second = plan_power(case).stages
    assert scarce not in first.hard
    assert {*second.hard} == {scarce, *first.hard}
    assert len(second.days.chosen) == len(first.days.chosen) + 1


def year_of(price: dict[int, float], lost: dict[int, float]) -> Any:
    """A replay whose load costs 1 a day but on some days, and lacks some GWh on some."""
    prices, lacking = np.ones((1, 365, DAY)) / DAY, np.zeros((2, 365, DAY))
    for day, value in price.items():
        prices[0, day] *= value
    for day, value in lost.items():
        lacking[1, day] = value / DAY
    names = ("CN coal", "CN unserved")
    system = SimpleNamespace(
        nodes=SimpleNamespace(demand=np.ones((1, 365 * DAY))), processes=SimpleNamespace(names=names)
    )
    return SimpleNamespace(system=system, price=prices.reshape(1, -1), activity=lacking.reshape(2, -1))


def test_scarce_days_are_much_dearer_and_no_neighbours() -> None:
    """Load twice as dear is not scarce; of 10 and 11 the dearer one; what is known, and days beside it, is not named."""
    run = year_of({10: 5.0, 11: 9.0, 50: 4.0, 51: 3.0, 80: 2.0, 120: 7.0}, {})
    assert scarce_days(run, (), ()) == [11, 120, 50]
    assert scarce_days(run, (), (12, 120)) == [10, 50]
    assert scarce_days(year_of({}, {}), (), ()) == []
    many = year_of({day: 10.0 + day for day in range(0, 100, 10)}, {})
    assert scarce_days(many, (), ()) == [90, 80, 70, 60, 50]
    assert scarce_days(many, (), (), 2) == [90, 80]


def test_days_that_only_additions_serve_are_named_too() -> None:
    run = year_of({11: 9.0}, {})
    assert scarce_days(run, (200, 12, 201, 220, 240, 260), ()) == [11, 200, 220, 240]


def test_suspects_are_what_was_short_then_what_is_dear() -> None:
    run = year_of({day: 2.0 + day / 100 for day in range(270, 335)}, {40: 3.0, 41: 5.0})
    found = suspects(run, (7, 8), (8, 329))
    assert found == sorted({7, 40, 41, *range(307, 329), *range(330, 335)})
    assert len(found) == SUSPECTS


def test_a_region_gets_the_firm_capacity_that_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MENDS", 0)
    monkeypatch.setattr(rounds, "_replayed", no_replay)
    case = nation(periods=(2030,), **SIMPLE)
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    (first,) = stages.plan_together(case, inputs, Inherited())
    had = firm_at(first.system, first.capacity, "CN")
    assert had == pytest.approx(_firm_by_hand(first), rel=1e-12)
    wanted = had + 100.0
    (second,) = stages.plan_together(case, inputs, Inherited(), make=with_firm(power_system, {("CN", 2030): wanted}))
    assert _firm_by_hand(second) >= wanted - 1e-3
    assert second.certificate.cost > first.certificate.cost
    assert "local_firm_capacity CN 2030" in {one.name for one in second.replay.limits}


def test_firm_capacity_that_cannot_be_had_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region lacks more than it can build in time: the days on which it does so are modelled all the same."""
    stage, good, asked = replace(lacking(), mends=1), myopic().stages[0], []

    def once(_brief: Any, wanted: Asked, *_rest: Any) -> Any:
        asked.append(wanted)
        if wanted.firm:
            raise Infeasible(LinearProgram("more firm capacity than there is room for"), [])
        return (stage if len(asked) == 1 else good,)

    monkeypatch.setattr(stages, "one_round", once)
    case = nation(periods=(2040,), **SIMPLE)
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    (found,) = stages.plan_together(case, inputs, Inherited())
    assert found.plan is good.plan
    assert found.holds
    first, more, last = asked
    assert first.firm == {}
    (gw,) = more.firm.values()
    assert gw == near(firm_at(stage.system, stage.capacity, "CN") + shortages(stage.replay)["CN"])
    assert last == replace(more, firm=None)
    assert {*more.keep} > {*first.keep}
    assert last.after(stage).firm is None


def _firm_by_hand(stage: Stage) -> float:
    """GW at their shares, and of batteries what they give or what they hold, whichever is less; no hydrogen here."""
    shares, lasting = parameters("firm"), parameters("firm_store")
    stands = {n.partition(" ")[2]: gw for n, gw in zip(stage.system.stocks.names, stage.capacity[:, 0], strict=True)}
    found = sum(share * stands.get(t, 0.0) for t, share in shares.items() if t not in ("battery", "hydrogen_turbine"))
    found += min(shares["battery"] * stands["battery"], lasting["battery_store"] * stands["battery_store"])
    assert "hydrogen_turbine" not in stands
    return float(found)


def test_a_shortage_of_electricity_is_not_one_of_heat_or_hydrogen() -> None:
    names = ("CN-HE unserved", "CN-HE heat unserved", "CN-HE hydrogen unserved", "CN-SD unserved", "CN-SD coal")
    system = SimpleNamespace(processes=SimpleNamespace(names=names))
    activity = np.array([[0.0, 3.0], [9.0, 9.0], [9.0, 9.0], [0.0, 1e-9], [9.0, 9.0]])
    assert shedding(system) == [0, 1, 2, 3]
    assert shortages(SimpleNamespace(system=system, activity=activity)) == {"CN-HE": 3.0}


def test_mending_does_not_repeat_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that fails for a reason that nothing here mends, as heat that is not served, is made once."""
    made = []
    system = SimpleNamespace(limits=())
    parts = {"system": system, "missed": [], "replay": system}
    stage = SimpleNamespace(kept=False, cuts=False, mends=0, year=2030, **parts)
    monkeypatch.setattr(stages, "one_round", lambda *_: made.append(stage) or (stage,))
    monkeypatch.setattr(brief, "worst_days", lambda *_: [])
    monkeypatch.setattr(stages, "short_days", lambda *_: [])
    case = nation(periods=(2030,), **SIMPLE)
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    assert stages.plan_together(case, inputs, Inherited()) == (stage,)
    assert len(made) == 1


def test_a_limit_that_the_replay_misses_is_named() -> None:
    stage = myopic().stages[-1]
    number = [limit.name for limit in stage.system.limits].index("co2_cap 2035")
    missed = with_missed(stage, number, 50.0)
    assert missed.missed[number] == near(50.0)
    assert not missed.holds
    assert not with_missed(stage, number, CAP[2035] * 5e-4).missed.any()


def with_missed(stage: Stage, number: int, missed: float) -> Stage:
    """The stage as if its replay had counted more than a limit allows."""
    run = stage.replay
    held = run.held.copy()
    held[number] += run.limits[number].upper + missed - run.counted[number]
    return replace(stage, replay=replace(run, held=held))


def test_a_cap_that_nothing_can_keep_is_no_plan() -> None:
    """1 Mt and no capture in a year's time: load may go unserved at its price, so the plan says what is not served."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stages, "MENDS", 0)
        try:
            plan = plan_power(nation(periods=(2025,), co2_cap={2025: 1.0}, **SIMPLE))
        except Infeasible as refused:
            assert "co2_cap 2025" in str(refused)
        else:
            assert plan.stages[0].unserved.sum() > 1e5
            assert not plan.holds


def test_what_listens_can_stop_it() -> None:
    class Stop(Exception):
        pass

    told: list[float] = []

    def tell(_stage: str, share: float) -> None:
        told.append(share)
        if share > 0.35:
            raise Stop

    with pytest.raises(Stop):
        plan_power(nation(**SIMPLE), tell)
    assert all(0 <= share <= 1 for share in told)


def broken_stage(missed: float) -> Stage:
    """The last stage of the plan as if its replay had missed its cap."""
    stage = myopic().stages[-1]
    return with_missed(stage, [limit.name for limit in stage.system.limits].index("co2_cap 2035"), missed)


def test_a_cap_is_drawn_in_by_half_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay emits three times the cap: drawing the cap in by that would ask for less than nothing."""
    stage, seen = broken_stage(2 * CAP[2035]), []

    def once(_brief: Any, asked: Asked, *_rest: Any) -> Any:
        seen.append(dict(asked.tightened))
        return (stage,)

    monkeypatch.setattr(stages, "one_round", once)
    monkeypatch.setattr(stages, "MENDS", 1)
    plan = plan_power(nation(periods=(2035,), co2_cap={2035: CAP[2035]}, **SIMPLE))
    drawn = next(limit.upper for limit in stage.system.limits if limit.name == "co2_cap 2035")
    assert 0 < drawn <= CAP[2035]
    assert seen == [{}, {"co2_cap 2035": near(drawn / 2)}]
    assert not plan.holds


def test_limits_drawn_in_too_far_leave_the_plan_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case itself can be kept: a mended plan that cannot be is no reason to call the case infeasible."""
    stage, calls = broken_stage(500.0), []

    def once(*_rest: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise Infeasible(LinearProgram("mended"), [])
        return (stage,)

    monkeypatch.setattr(stages, "one_round", once)
    plan = plan_power(nation(periods=(2035,), co2_cap={2035: CAP[2035]}, **SIMPLE))
    assert plan.stages == (stage,)
    assert not plan.holds
    assert len(calls) == 2


@pytest.mark.parametrize("leaves", [True, False])
def test_the_next_period_knows_by_how_much_days_understate_a_ceiling(
    leaves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year of 2,020 Mt that its days count as 2,000: a ceiling of 1,010 is planned as one of 1,000, if it can be."""
    share = understated(2000.0, upper=2000.0)
    assert share == {"co2_cap": pytest.approx(1 - 2000 / 2020)}
    assert understated(1900.0, upper=2000.0) == {}
    before = SimpleNamespace(hard=(), understated=share, replay=lacking().replay, short=())
    drawn: list[dict[str, float]] = []

    def once(brief: Brief, asked: Asked, *_rest: Any) -> Any:
        drawn.append(asked.drawn(brief.make(case, inputs, None, Inherited())))
        if drawn[-1] and not leaves:
            raise Infeasible(LinearProgram("drawn in"), ())
        return (SimpleNamespace(kept=True, cuts=False),)

    monkeypatch.setattr(stages, "one_round", once)
    case = nation(periods=(2035,), **SIMPLE)
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    cap = Limit("co2_cap 2035", (), upper=1010.0, period=0)
    system = SimpleNamespace(limits=(cap,), steps=SimpleNamespace(periods=("2035",)))
    stages.plan_together(case, inputs, Inherited(), make=lambda *_: system, before=before)
    assert drawn == [{"co2_cap 2035": pytest.approx(10.0)}, *([] if leaves else [{}])]


def understated(planned: float, upper: float) -> Any:
    """What a stage says that counts 2,020 in its replay."""
    limits = (Limit("co2_cap 2030", (), upper=upper, period=0),)
    parts = {"system": SimpleNamespace(limits=limits), "plan": SimpleNamespace(limit_value=np.array([planned]))}
    return Stage.understated.fget(
        SimpleNamespace(year=2030, replay=SimpleNamespace(counted=np.array([2020.0])), **parts)
    )


def test_a_ceiling_is_drawn_in_to_what_the_replay_leaves_of_it_also_where_the_plan_did_not_use_it_up() -> None:
    """Planned 2,000 of 2,100 and counted 2,200: to draw in 100, what is missed, would leave the plan as it was."""
    ceiling, floor = Limit("co2_cap 2030", (), upper=2100.0, period=0), Limit("share 2030", (), lower=50.0, period=0)
    stage = SimpleNamespace(
        missed=np.array([100.0, 4.0]),
        system=SimpleNamespace(limits=(ceiling, floor)),
        plan=SimpleNamespace(limit_value=np.array([2000.0, 50.0])),
        replay=SimpleNamespace(limits=(ceiling, floor), counted=np.array([2200.0, 46.0])),
    )
    expected = FURTHER * (2100 - 2000 * 2100 / 2200)
    assert further(stage) == {"co2_cap 2030": pytest.approx(expected), "share 2030": 4.0}
    assert expected > 100 + (2100 - 2000)


def test_a_ceiling_that_was_drawn_in_too_far_is_let_out_again() -> None:
    """Asked 60, drawn in by 45: of 15 planned the replay counts 40, so 22.5 would do. Of 15 that count 10, no more than
    what was drawn in is given back."""
    asked, solved = (Limit("co2_cap 2050", (), upper=u, period=0, tightened=60.0 - u) for u in (60.0, 15.0))

    def let_out(counted: float) -> dict[str, float]:
        stage = SimpleNamespace(
            missed=np.zeros(1),
            system=SimpleNamespace(limits=(solved,)),
            plan=SimpleNamespace(limit_value=np.array([15.0])),
            replay=SimpleNamespace(limits=(asked,), counted=np.array([counted])),
        )
        return further(stage)

    assert let_out(40.0) == {"co2_cap 2050": pytest.approx(-7.5)}
    assert let_out(10.0) == {"co2_cap 2050": pytest.approx(-45.0)}


def test_limits_that_were_drawn_in_until_load_is_cut_are_not_drawn_in_so_far_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Drawn in by 50 the cap can be kept only by cutting load: back to what was served, with more days; where even that
    is too much with more days, half of it. Adding days to a plan that cuts load would mend nothing, ten times over."""
    asked: list[tuple[float, int]] = []
    cap = Limit("co2_cap 2050", (), upper=100.0, period=0)

    def once(_brief: Brief, wants: Asked, mends: int, *_: Any) -> Any:
        amount = wants.tightened.get("co2_cap 2050", 0.0)
        asked.append((amount, len(wants.keep)))
        if amount > 30 or (amount > 15 and len(wants.keep) > 8):
            raise rounds.DrawnTooFar
        system, replay = SimpleNamespace(limits=(cap,)), SimpleNamespace(limits=(cap,), counted=np.array([200.0]))
        plan = SimpleNamespace(limit_value=np.array([100.0]))
        parts: dict[str, Any] = {"system": system, "replay": replay, "plan": plan, "missed": np.array([100.0])}
        return (SimpleNamespace(kept=False, cuts=False, mends=0, year=2050, short=(), **parts),)

    for module in (brief, stages):
        monkeypatch.setattr(module, "worst_days", lambda _run, known: [len(known) + 1])
    monkeypatch.setattr(stages, "MENDS", 6)
    monkeypatch.setattr("dafeng.pathway.power.stage.DRAWN", 0.25)
    monkeypatch.setattr(stages, "one_round", once)
    monkeypatch.setattr(stages, "_first_asked", lambda *_: Asked((0, 1, 2, 3)))
    monkeypatch.setattr(stages, "short_days", lambda *_: [])
    monkeypatch.setattr(stages, "suspects", lambda *_: [])
    case = nation(periods=(2050,), **SIMPLE)
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    stages.plan_together(case, inputs, Inherited(), make=lambda *_: SimpleNamespace(limits=(cap,)))
    amounts = [amount for amount, _ in asked]
    assert amounts == [0.0, 25.0, 50.0, 25.0, 25.0, 25.0, 12.5]
    days = [count for _, count in asked]
    assert days == sorted(days)
    assert days[-1] > days[0]


@pytest.mark.parametrize("sides", [{"lower": 0.0}, {"upper": 0.0}])
def test_a_share_is_drawn_in_by_what_is_missed_whichever_side_it_has(sides: dict[str, float]) -> None:
    """Its side is 0: there is no share of it that could be drawn in."""
    share = Limit("coal share 2030", (), period=0, **sides)
    sign = 1.0 if "lower" in sides else -1.0
    stage = SimpleNamespace(
        missed=np.array([3.0]),
        system=SimpleNamespace(limits=(share,)),
        plan=SimpleNamespace(limit_value=np.array([0.0])),
        replay=SimpleNamespace(limits=(share,), counted=np.array([-3.0 * sign])),
    )
    assert further(stage) == {"coal share 2030": 3.0}
