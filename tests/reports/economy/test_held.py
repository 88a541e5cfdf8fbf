"""What a plan is held to and how that stands: the nation, a province, a province without targets, a group."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from tests.pathway.small import near

from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import read
from dafeng.pathway.scenario_targets import OUTSIDE, WATCHED, treatments
from dafeng.pathway.sectors.base_year import base_year
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.reports.economy.held import NATIONAL, RESPONSE, held
from dafeng.reports.economy.timetable import MILESTONE, PER_POINT, _of_level, _price, outside_span, targets_of

YEARS = (2025, 2030)


def plan_of(regions: str, co2: tuple[float, float] = (0.0, 0.0)) -> EconomyPlan:
    """A plan that counts nothing but process CO2, Mt in its two periods, and energy of which a quarter is not fossil."""
    group = grouping(regions)
    one = np.ones(len(group.regions)) / len(group.regions)
    periods = [
        SimpleNamespace(
            amounts={
                ("process_co2", "all"): value * one,
                ("primary_consumption", "energy"): 100.0 * one,
                ("primary_consumption", "primary_electricity"): 25.0 * one,
                ("primary_consumption", "coal"): 75.0 * one,
            },
            output={},
            stage=SimpleNamespace(),
        )
        for value in co2
    ]
    stages = [SimpleNamespace(inputs=SimpleNamespace(grouping=group))]
    found = SimpleNamespace(
        regions=group.regions, years=YEARS, periods=periods, scenario=read("action-plan"),
        base=base_year(group), power=SimpleNamespace(stages=stages),
    )  # fmt: skip
    return cast(EconomyPlan, found)


def test_the_nation_is_held_to_every_target_of_the_scenario() -> None:
    own = held(plan_of("nation"))
    assert own.targets is read("action-plan").targets or own.targets == read("action-plan").targets
    assert (own.national, own.note) == ({}, None)


def test_a_province_is_held_to_its_own_and_no_national_target_vanishes() -> None:
    own = held(plan_of("CN-SC"))
    assert list(own.targets) == ["sc-ei-2020-2025", "sc-nf-2025", "sc-nf-2030", RESPONSE]
    assert set(own.national) == set(treatments()) - {RESPONSE}
    assert own.scenario.targets["sc-nf-2030"].unit == "Mtce", "its limit has a unit, and a price per tce"
    assert own.note is not None
    assert all(own.note.values())
    assert "Sichuan" in own.note["en"]


def test_a_province_without_a_target_says_so() -> None:
    own = held(plan_of("CN-XZ"))
    assert list(own.targets) == [RESPONSE]
    assert own.note is not None
    assert "no numeric target" in own.note["en"]
    assert own.note["zh"] != (held(plan_of("CN-HE")).note or {})["zh"]


def test_a_group_lists_the_targets_of_its_provinces_and_holds_none() -> None:
    own = held(plan_of("CN-GRID-N"))
    members = {one.target.region for key, one in own.targets.items() if key != RESPONSE}
    assert "CN-HE" in members
    assert "CN-SC" not in members
    assert {one.how for key, one in own.targets.items() if key != RESPONSE} == {OUTSIDE}
    assert all(one.reason["ja"] for key, one in own.targets.items() if key != RESPONSE)


def test_the_list_shows_what_a_province_has_and_puts_national_targets_last() -> None:
    plan = plan_of("CN-HE")
    own = held(plan)
    rows = [
        {"target": "he-nf-2030", "year": 2025, "due": False, "value": 17.0, "unit": "%", "state": "milestone"},
        {"target": "he-nf-2030", "year": 2030, "due": True, "value": 27.0, "unit": "%", "state": "kept"},
    ]
    found = targets_of(plan, [], own, rows)
    one = next(each for each in found if each["target"] == "he-nf-2030")
    assert (one["region"], one["how"], one["amount"]) == ("CN-HE", WATCHED, [17.0, 27.0])
    assert (one["amount_unit"], one["state"]) == ("%", ["milestone", "kept"])
    hows = [each["how"] for each in found]
    assert hows.index(NATIONAL) == len(own.targets)
    assert set(hows[len(own.targets) :]) == {NATIONAL}
    assert all(each["price"] == [None, None] and each["reason"]["en"] for each in found if each["how"] == NATIONAL)


def test_nothing_is_judged_outside_of_its_own_years() -> None:
    """Hydropower added 2021 to 2025, and 2026 to 2030; coal slowed to 2025."""
    hydro, later, coal = (treatments()[name] for name in ("T09a", "T09b", "Q01"))
    assert [outside_span(hydro, year) for year in (2025, 2030)] == [False, True]
    assert [outside_span(later, year) for year in (2025, 2030)] == [True, False]
    assert [outside_span(coal, year) for year in (2025, 2030)] == [False, True]
    assert not outside_span(treatments()["T01"], 2030), "a share is a floor from its due year on"


def test_what_is_due_in_2035_is_not_kept_in_2030() -> None:
    """O27a: 7 % below the peak, due 2035. CO2 that has already fallen by more is on its way, no more."""
    frame = held(plan_of("nation", co2=(1000.0, 100.0))).frame
    row = _of_level(frame, treatments()["O27a"], 2030)
    assert row is not None
    assert (row["state"], row["required"]) == (MILESTONE, None)


def test_a_point_more_of_what_is_built_has_a_price() -> None:
    """200e9 pkm of cars are built, half of them clean; 3 CNY more per pkm: a point is 2e9 pkm, 6e9 CNY."""
    names = ("CN cars_petrol", "CN cars_electric", "CN onwind")
    stage = SimpleNamespace(
        system=SimpleNamespace(stocks=SimpleNamespace(names=names)),
        plan=SimpleNamespace(build=np.array([[100.0], [100.0], [7.0]])),
    )
    plan: Any = SimpleNamespace(years=(2030,), periods=[SimpleNamespace(stage=stage)])
    limits = [{"kind": "target", "subject": "T19", "year": 2030, "price": 3.0, "price_unit": "CNY/pkm"}]
    assert _price(plan, read("action-plan").targets["T19"], 0, limits) == (near(6.0), PER_POINT)


@pytest.mark.parametrize("name", ["T14", "T19"])
def test_a_weak_proxy_is_named(name: str) -> None:
    one = read("action-plan").targets[name]
    assert one.limits
    assert all(one.reason[tag] for tag in ("zh", "ja", "en"))
