"""The report of a real plan: the nation as one region, two periods on a few days."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.calling import validate
from tests.reports.test_plan_page import numbers

from dafeng.catalog import sectors
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.planning import EconomyPlan, plan_economy
from dafeng.reports.economy import Counted, counted, economy_data, iamc_rows, roadmap
from dafeng.reports.economy.count import factors
from dafeng.reports.economy.money import worth_of
from dafeng.reports.economy.roadmap import BUILD, CONVERT, RETIRE, standing_before
from dafeng.reports.economy.summary import co2_of_fuels

pytestmark = pytest.mark.slow


@cache
def plan() -> EconomyPlan:
    scenario = read("action-plan")
    return plan_economy(scenario, scenario.case(regions="nation", periods=(2025, 2030), days=4))


@cache
def found() -> Counted:
    return counted(plan())


@cache
def data() -> dict[str, Any]:
    return economy_data(plan(), "sample", "0", found=found())


def test_data_fit_their_schema_and_are_finite() -> None:
    validate(json.loads(json.dumps(data(), allow_nan=False)), "economy")
    assert all(map(math.isfinite, numbers(data())))


def test_sectors_add_up_to_the_account() -> None:
    """CO2 of sectors and plants = primary consumption by the top-down factors - captured + processes, to 1e-9."""
    by_account = np.array(co2_of_fuels(plan())) + plan().amount("process_co2", "all").sum(axis=0)
    assert found().total("co2") == pytest.approx(by_account.tolist(), rel=1e-9)


def test_primary_energy_adds_up_to_the_account() -> None:
    whole = plan().amount("primary_consumption", "energy").sum(axis=0)
    assert found().total("primary") == pytest.approx(whole.tolist(), rel=1e-9)


def test_options_give_what_is_wanted() -> None:
    """The output of the options of a service = its demand, in every period."""
    from dafeng.pathway.sectors.build import Economy

    wanted = Economy(plan().scenario, plan().base)
    for service in ("steel", "cement", "cars", "heating_urban"):
        names = [item for item in found().items("service") if item.startswith(f"{service}|")]
        asked = [float(wanted.demand(service, year).sum()) for year in plan().years]
        assert found().total("service", names) == pytest.approx(asked, rel=1e-4)


def test_roadmap_explains_the_change_of_every_stock() -> None:
    """capacity now = capacity before + built + converted to - converted from - retired, of every option."""
    steps = roadmap(found())
    before, stage = standing_before(plan(), 1), plan().periods[1].stage
    for s, name in enumerate(stage.system.stocks.names):
        region, _, item = name.partition(" ")
        own = [step for step in steps if step.year == 2030 and step.region == region]
        gained = sum(step.amount for step in own if step.item == item and step.what in (BUILD, CONVERT))
        left = sum(step.amount for step in own if step.item == item and step.what not in (BUILD, CONVERT))
        left += sum(step.amount for step in own if step.source == item)
        now = float(stage.capacity[s, 0])
        if name in before and item != "coal_ccs":  # a retrofit of capture gives less than it takes
            largest = max(now, before[name], gained)
            assert now == pytest.approx(before[name] + gained - left, rel=2e-3, abs=2e-3 * largest + 1e-4), name


def test_investments_of_the_roadmap_are_those_of_the_table() -> None:
    by_year = dict.fromkeys(plan().years, 0.0)
    for step in roadmap(found()):
        by_year[step.year] += step.investment
    assert list(by_year.values()) == pytest.approx(found().total("investment"), rel=1e-3)


def test_costs_are_those_of_the_certificate() -> None:
    """Annuities of the period, upkeep and running of typical days differ from those of all hours by little."""
    stage = plan().periods[0].stage
    proved = stage.certificate.cost / worth_of(plan().case, 2025)
    assert found().total("cost")[0] == pytest.approx(proved, rel=0.02)


def test_old_plants_retire_of_age_before_2030() -> None:
    ages = [step for step in roadmap(found()) if step.what == RETIRE and step.item.startswith("coal_")]
    assert sum(step.amount for step in ages) > 1.0
    at = {name: number for number, name in enumerate(data()["projects"]["columns"])}
    units = [row for row in data()["projects"]["rows"] if row[at["what"]] == RETIRE]
    assert units
    assert all(row[at["start_year"]] is None or row[at["start_year"]] < 2010 for row in units)


def test_imposed_targets_are_kept_and_softened_ones_priced() -> None:
    how = {one["target"]: one["how"] for one in data()["targets"]}
    for row in data()["timetable"]:
        if how[row["target"]] == "imposed" and row["due"] and plan().holds:
            assert row["state"] != "missed", row
        if row["state"] == "missed" and how[row["target"]] == "softened" and row["price"] is not None:
            assert row["price"] > 0, row


def test_base_year_stands_beside_the_periods() -> None:
    """Final energy of the base year by sector and fuel is that of the statistics."""
    base = plan().base
    coke = sum(base.of(place, "steel", "coke") for place in range(len(base.regions)))
    assert data()["base"]["final"]["CN"]["steel|coke"] == pytest.approx(coke)


def test_iamc_total_is_the_account() -> None:
    rows = {row[3]: row[5:] for row in iamc_rows(data()) if row[2] == "China"}
    assert rows["Emissions|CO2|Energy and Industrial Processes"] == pytest.approx(found().total("co2"))
    coal = plan().amount("primary_consumption", "coal").sum(axis=0) * 0.0293076
    assert rows["Primary Energy|Coal"] == pytest.approx(coal.tolist(), rel=1e-6)
    assert set(factors()) == {"coal", "oil", "gas"}


def test_forests_stand_beside_and_are_taken_off_nothing() -> None:
    assert data()["forest"]["regions"] == {"CN": data()["forest"]["nation"]}
    assert min(data()["forest"]["nation"]) > 100
    assert {"forest-guideline", "stat-nfga"} <= set(data()["forest"]["sources"]) <= set(data()["sources"])
    rows = {row[3]: row[5:] for row in iamc_rows(data()) if row[2] == "China"}
    assert rows["Carbon Sequestration|Land Use"] == data()["forest"]["nation"]
    assert data()["summary"]["co2"] == pytest.approx(found().total("co2"))


def test_roadmap_counts_electricity_and_no_growth_of_a_fossil_option_saves() -> None:
    """Kerosene stands alone in aviation: 0. Electric cars: what petrol is not burned, less power at the plan's mean."""
    steps = {(step.item, step.what): step for step in roadmap(found()) if step.year == 2030}
    assert steps["aviation_kerosene", BUILD].co2 == pytest.approx(0.0, abs=1e-9)
    means, cars = data()["roadmap"]["intensity"], steps["cars_electric", BUILD]
    made = plan().periods[1].output["cars", "cars_electric"][0]
    stands = found().tables["service"]["CN"]["cars|cars_electric"][1]
    assert stands == pytest.approx(made)
    power = cars.amount * sectors.inputs("cars_electric", 2030)["electricity"] * means["electricity"][1]
    assert power > 10
    mean = cars.co2 - power  # what is left is the mean of the stock of 2025, with its own electricity
    assert mean < cars.co2 < 0
    assert all(step.co2 is not None or step.co2_none for step in steps.values())
    assert {step.co2_none for (_, what), step in steps.items() if what == RETIRE} == {"retires"}
    assert all(step.co2 is not None for (_, what), step in steps.items() if what == CONVERT)


def test_mean_intensities_bring_the_co2_of_plants_back() -> None:
    """Electricity and heat at their means = CO2 of all plants, and of the power that heat pumps draw."""
    means, drawn = data()["roadmap"]["intensity"], found().total("use", ("heat_pump", "electric_boiler"))
    for y in range(2):
        given = (
            means["electricity"][y] * found().total("generation")[y] + 3.6 * means["heat"][y] * found().total("heat")[y]
        )
        assert given - drawn[y] * means["electricity"][y] == pytest.approx(found().total("power_co2")[y], rel=1e-9)


def test_page_of_a_real_plan_is_small(tmp_path: Path) -> None:
    from dafeng.reports.economy import write_economy_page

    write_economy_page(data(), tmp_path / "plan.html")
    assert (tmp_path / "plan.html").stat().st_size < 4e6


def test_targets_that_are_settings_of_the_power_system_have_a_price() -> None:
    """T12, load that can respond in 2030: its price is that of all hours in which it is asked for."""
    priced = {one["target"]: one for one in data()["targets"]}
    asked = [limit for limit in data()["limits"] if (limit["kind"], limit["year"]) == ("peak_response", 2030)]
    assert asked
    assert priced["T12"]["price"][1] == pytest.approx(sum(limit["price"] for limit in asked))
    assert priced["T12"]["price_unit"] == "CNY/kW"
    assert priced["T07"]["price"] == [None, None], "one region has no corridor"
