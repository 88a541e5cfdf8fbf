"""Peak, project list, roadmap, limits and money, on small hand-made plans."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from dafeng.catalog import power
from dafeng.pathway.finance import annuity
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.reports.economy.limits import apart, unit_of_limit
from dafeng.reports.economy.money import build_prices, shares_of, worth_of
from dafeng.reports.economy.projects import COLUMNS, projects
from dafeng.reports.economy.roadmap import BUILD, CONVERT, EARLY, RETIRE, Step, action_of, kind_of_sector, unit_of
from dafeng.reports.economy.summary import peak
from dafeng.reports.economy.timetable import KEPT, MILESTONE, MISSED, _held

HEBEI = "CN-HE"


# --- peak ------------------------------------------------------------------------------------------------------------


def test_a_peak_lies_between_its_neighbours() -> None:
    found = peak({2025: 10.0, 2030: 12.0, 2035: 9.0})
    assert found == {"year": 2030, "value": 12.0, "after": 2025, "before": 2035, "rising": False}


def test_a_course_that_rises_to_its_end_has_no_peak_yet() -> None:
    assert peak({2025: 10.0, 2030: 12.0})["rising"] is True
    assert peak({2025: 12.0, 2030: 10.0}) | {"after": None, "rising": False} == peak({2025: 12.0, 2030: 10.0})


def test_of_equal_years_the_first_is_the_peak() -> None:
    assert peak({2025: 12.0, 2030: 12.0, 2035: 1.0})["year"] == 2025


# --- timetable -------------------------------------------------------------------------------------------------------


def test_a_margin_is_positive_where_the_target_is_kept() -> None:
    """26 % of at least 25 %: +1; coal of 310 with at most 300: -10."""
    assert _held(26.0, 25.0, "%", upwards=True) == {
        "value": 26.0,
        "required": 25.0,
        "margin": 1.0,
        "unit": "%",
        "state": KEPT,
    }
    assert _held(310.0, 300.0, "Mtce", upwards=False)["margin"] == -10.0
    assert _held(310.0, 300.0, "Mtce", upwards=False)["state"] == MISSED
    assert _held(310.0, None, "Mtce", upwards=False)["state"] == MILESTONE


def test_what_the_replay_lets_pass_is_kept() -> None:
    """A thousandth of what is asked, as `planning.MISSED`."""
    assert _held(24.98, 25.0, "%", upwards=True)["state"] == KEPT
    assert _held(24.9, 25.0, "%", upwards=True)["state"] == MISSED


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "subject", "unit"),
    [
        ("target T05 2030", "target", "T05", "Mt_CO2"),
        ("limit coal 2035", "limit", "coal", "Mtce"),
        ("biomass CN-HE 2030", "biomass", "CN-HE", "Mtce"),
        ("onwind floor 2030", "floor", "onwind", "GW"),
        ("build_rate coal_usc 2030", "build_rate", "coal_usc", "GW"),
        ("firm_capacity 2030 at 4321", "firm_capacity", "", "GW"),
        ("corridor_renewables CN-SX 2030", "corridor_renewables", "CN-SX", "TWh"),
        ("co2_intensity 2030", "co2_intensity", "", "Mt_CO2"),
        ("wind_solar_share 2030", "wind_solar_share", "", "TWh"),
        ("hydro floor 2030", "floor", "hydro", "GW"),
        ("coal share_ceiling 2030", "share_ceiling", "coal", "TWh"),
        ("battery_store floor 2030", "floor", "battery_store", "GWh"),
    ],
)
def test_names_of_limits_are_taken_apart(name: str, kind: str, subject: str, unit: str) -> None:
    assert apart(name) == (kind, subject)
    assert unit_of_limit(kind, subject, read("action-plan")) == unit


# --- projects --------------------------------------------------------------------------------------------------------


def plan_of(regions: str, existing: dict[str, float], years: tuple[int, ...] = (2025, 2030)) -> EconomyPlan:
    """A plan that has nothing but the capacity of its classes at the start, GW, in its first region."""
    group = grouping(regions)
    names = tuple(f"{group.regions[0]} {name}" for name in existing)
    table = {name: np.array([[gw]] + [[0.0]] * (len(group.regions) - 1)) for name, gw in existing.items()}
    stage = SimpleNamespace(
        inputs=SimpleNamespace(grouping=group, existing=table),
        system=SimpleNamespace(stocks=SimpleNamespace(names=names)),
    )
    plan = SimpleNamespace(regions=group.regions, years=years, power=SimpleNamespace(stages=[stage]))
    return cast(EconomyPlan, plan)


def step(
    what: str,
    item: str,
    amount: float,
    year: int = 2030,
    source: str = "",
    money: float = 0.0,
    co2: float | None = None,
) -> Step:
    return Step(HEBEI, year, what, item, source, amount, "GW", money, co2, 1)


def units_of(name: str) -> list[Any]:
    """The class in Hebei, as the plan takes it: units that run or rest and supply no heat, the oldest first."""
    own = [
        unit
        for unit in power.coal_units()
        if unit["entity"] == HEBEI and unit["technology"] == name and not unit["chp"]
        and unit["status"] in ("operating", "mothballed")
    ]  # fmt: skip
    return sorted(own, key=lambda unit: (unit["start_year"] or 0, unit["mw"], unit["id"]))


def rows_of(plan: EconomyPlan, steps: list[Step]) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in projects(plan, steps)]


def test_the_oldest_units_retire_first_and_add_up_to_the_plan() -> None:
    """The plan takes half of a class whose units are those of the list: within half of the largest unit."""
    units = units_of("coal_subcritical")
    whole = sum(unit["mw"] for unit in units) / 1e3
    plan = plan_of(HEBEI, {"coal_subcritical": whole})
    rows = rows_of(plan, [step(RETIRE, "coal_subcritical", whole / 2)])
    gone = sum(row["mw"] for row in rows) / 1e3
    assert abs(gone - whole / 2) <= max(unit["mw"] for unit in units) / 2e3
    known = [row["start_year"] for row in rows if row["start_year"]]
    left = [u["start_year"] for u in units if u["start_year"] and u["id"] not in {row["id"] for row in rows}]
    assert max(known) <= min(left)


def test_units_stand_for_their_share_where_list_and_plan_differ() -> None:
    """A plan with twice the capacity of the list: half of it takes as many units as half of the list does."""
    whole = sum(unit["mw"] for unit in units_of("coal_subcritical")) / 1e3
    once = rows_of(plan_of(HEBEI, {"coal_subcritical": whole}), [step(RETIRE, "coal_subcritical", whole / 2)])
    twice = rows_of(plan_of(HEBEI, {"coal_subcritical": 2 * whole}), [step(RETIRE, "coal_subcritical", whole)])
    assert [row["id"] for row in once] == [row["id"] for row in twice]


def test_the_youngest_are_converted_and_retire_later_with_their_new_class() -> None:
    """All of the class is converted in 2030; what leaves the new class in 2035 are units that were converted."""
    units = units_of("coal_usc")
    whole = sum(unit["mw"] for unit in units) / 1e3
    plan = plan_of(HEBEI, {"coal_usc": whole}, years=(2030, 2035))
    steps = [
        step(CONVERT, "coal_ccs", whole, source="coal_usc"),
        step(EARLY, "coal_ccs", whole, year=2035),
    ]
    rows = rows_of(plan, steps)
    converted = [row for row in rows if row["what"] == CONVERT]
    assert {row["id"] for row in converted} == {unit["id"] for unit in units}
    assert {row["to"] for row in converted} == {"coal_ccs"}
    years = [row["start_year"] for row in converted if row["start_year"]]
    assert years == sorted(years, reverse=True)
    assert {row["id"] for row in rows if row["year"] == 2035} == {row["id"] for row in converted}


def test_no_unit_is_taken_twice() -> None:
    whole = sum(unit["mw"] for unit in units_of("coal_subcritical")) / 1e3
    plan = plan_of(HEBEI, {"coal_subcritical": whole}, years=(2025, 2030))
    steps = [step(RETIRE, "coal_subcritical", whole, year=2025), step(EARLY, "coal_subcritical", whole)]
    ids = [row["id"] for row in rows_of(plan, steps)]
    assert len(ids) == len(set(ids)) == len(units_of("coal_subcritical"))


def test_a_unit_has_its_share_of_investment_and_co2_and_shares_add_up() -> None:
    """A plan with twice the capacity of the list converts all of it: a unit of 600 MW stands for 1.2 GW of the plan, and
    has that share of what the roadmap says; all units together have all of it. What retires has neither, and says why.
    """
    units = units_of("coal_usc")
    whole = 2 * sum(unit["mw"] for unit in units) / 1e3
    plan = plan_of(HEBEI, {"coal_usc": whole}, years=(2030, 2035))
    steps = [
        step(CONVERT, "coal_ccs", whole, source="coal_usc", money=90.0, co2=-30.0),
        step(EARLY, "coal_ccs", whole, year=2035),
    ]
    rows = rows_of(plan, steps)
    converted = [row for row in rows if row["what"] == CONVERT]
    assert sum(row["investment"] for row in converted) == pytest.approx(90.0, rel=1e-4)
    assert sum(row["co2"] for row in converted) == pytest.approx(-30.0, rel=1e-4)
    for row in converted:
        assert row["plan_mw"] == pytest.approx(2 * row["mw"], rel=1e-5)
        assert row["investment"] == pytest.approx(90.0 * row["plan_mw"] / 1e3 / whole, rel=1e-4)
        assert (row["investment_none"], row["co2_none"], row["basis"]) == ("", "", "share")
    retired = [row for row in rows if row["what"] == EARLY]
    assert retired
    assert {(row["investment"], row["investment_none"], row["co2"], row["co2_none"]) for row in retired} == {
        (None, "retires", None, "retires")
    }


def test_what_is_new_has_the_figures_of_the_roadmap() -> None:
    plan = plan_of(HEBEI, {"coal_usc": 1.0})
    (row,) = rows_of(plan, [step(BUILD, "solar_utility", 12.5, money=60.0, co2=-11.0)])
    assert (row["plan_mw"], row["investment"], row["co2"], row["basis"]) == (12500.0, 60.0, -11.0, "plan")


def test_what_is_built_stands_without_a_name_where_no_list_has_it() -> None:
    plan = plan_of(HEBEI, {"coal_usc": 1.0})
    (row,) = rows_of(plan, [step(BUILD, "solar_utility", 12.5)])
    assert (row["what"], row["mw"], row["name"], row["id"], row["status"]) == ("new", 12500.0, "", "", "")


# --- projects that wait ----------------------------------------------------------------------------------------------


def waiting(technology: str) -> list[Any]:
    """What waits in Hebei by hand: not to run by 2024, and not being built without a year."""
    return [
        unit
        for unit in (*power.coal_units(), *power.wind_phases())
        if (unit["entity"], unit["technology"]) == (HEBEI, technology)
        and unit["status"] not in ("operating", "mothballed")
        and (unit["start_year"] > 2024 if unit["start_year"] else unit["status"] != "construction")
    ]


def test_what_is_built_takes_the_names_of_what_waits_and_the_rest_has_none() -> None:
    """More than all that waits, over two periods: each project once, none before its year, shares add up to the step."""
    mine = waiting("onwind")
    whole = sum(unit["mw"] for unit in mine) / 1e3
    assert whole > 5, "Hebei has many"
    steps = [
        step(BUILD, "onwind", 2.0, year=2025, money=10.0, co2=-4.0),
        step(BUILD, "onwind", whole + 3.0, year=2030, money=100.0, co2=-40.0),
    ]
    rows = rows_of(plan_of(HEBEI, {"coal_usc": 1.0}), steps)
    named = [row for row in rows if row["id"]]
    assert sorted(row["id"] for row in named) == sorted(unit["id"] for unit in mine)
    assert all(row["start_year"] is None or row["start_year"] <= row["year"] for row in named)
    for year, amount, money, co2 in ((2025, 2.0, 10.0, -4.0), (2030, whole + 3.0, 100.0, -40.0)):
        own = [row for row in rows if row["year"] == year]
        assert sum(row["mw"] for row in own) == pytest.approx(1e3 * amount, rel=1e-5)
        assert sum(row["plan_mw"] for row in own) == pytest.approx(1e3 * amount, rel=1e-4)
        assert sum(row["investment"] for row in own) == pytest.approx(money, rel=1e-4)
        assert sum(row["co2"] for row in own) == pytest.approx(co2, rel=1e-4)
    assert {row["what"] for row in rows} == {"new"}
    assert {row["basis"] for row in rows} == {"share"}


def test_what_is_further_goes_first() -> None:
    """Of a few GW that a region builds: what was being prepared, before what was only announced."""
    mine = waiting("onwind")
    assert {unit["status"] for unit in mine} >= {"pre-construction", "announced"}
    rows = rows_of(plan_of(HEBEI, {"coal_usc": 1.0}), [step(BUILD, "onwind", 3.0)])
    assert {row["status"] for row in rows if row["id"]} <= {"construction", "pre-construction"}


def test_what_stands_already_is_not_built_again() -> None:
    ids = {row["id"] for row in rows_of(plan_of(HEBEI, {"coal_usc": 1.0}), [step(BUILD, "onwind", 500.0)])}
    standing = [u for u in power.wind_phases() if u["start_year"] and u["start_year"] <= 2024]
    assert standing
    assert ids.isdisjoint(unit["id"] for unit in standing)


def test_new_coal_is_named_too() -> None:
    mine = waiting("coal_usc")
    assert mine
    rows = rows_of(plan_of(HEBEI, {"coal_usc": 1.0}), [step(BUILD, "coal_usc", 100.0)])
    assert {unit["id"] for unit in mine} == {row["id"] for row in rows if row["id"]}


# --- roadmap and money -----------------------------------------------------------------------------------------------


def test_half_of_a_corridor_stands_at_each_end() -> None:
    regions = ("CN-HE", "CN-SX")
    assert shares_of("CN-HE-CN-SX AC", regions) == [("CN-HE", 0.5, "line_ac"), ("CN-SX", 0.5, "line_ac")]
    assert shares_of("CN-HE>CN-SX DC", regions) == [("CN-HE", 0.5, "line_dc"), ("CN-SX", 0.5, "line_dc")]
    assert shares_of("CN-SX onwind", regions) == [("CN-SX", 1.0, "onwind")]
    assert shares_of("CN-XJ onwind", regions) == []


def test_an_investment_is_counted_back_from_its_annuity() -> None:
    """6,000 CNY/kW of wind for 25 years at the rate of the case: what is paid in present value gives it back."""
    case = Case(regions="nation", periods=(2030, 2035), days=4)
    life = power.technology_costs(2030)["onwind"].lifetime
    cost = 6.0 * float(annuity(case.interest_rate, life)) * worth_of(case, 2030)
    stocks = SimpleNamespace(names=("CN onwind",), build_cost=np.array([[cost]]))
    stage = cast(Any, SimpleNamespace(year=2030, system=SimpleNamespace(stocks=stocks)))
    assert build_prices(stage, case)["CN onwind"] == pytest.approx(6.0)


def test_actions_of_technologies() -> None:
    """A lever that moves an option says its action; else its sector does; capture and hydrogen are action 7."""
    plan = cast(EconomyPlan, SimpleNamespace(scenario=read("current-trend")))
    assert action_of("onwind", plan) == 1
    assert action_of("steel_bf_bof", plan) == 3
    assert action_of("steel_bf_bof_ccs", plan) == 7
    assert action_of("heating_urban_heat_pump", plan) == 4
    assert action_of("rail_electric", plan) == 5
    assert action_of("aluminium_recycled", plan) == 6
    with_levers = cast(EconomyPlan, SimpleNamespace(scenario=read("action-plan")))
    assert action_of("steel_scrap_eaf", with_levers) == 3


def test_units_of_stocks() -> None:
    assert (unit_of("onwind"), unit_of("battery_store"), unit_of("steel_bf_bof")) == ("GW", "GWh", "Mt")
    assert kind_of_sector("urban_households") == "buildings"
    assert kind_of_sector("refining") == "industry"
