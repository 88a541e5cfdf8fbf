"""Wedges add up; an action alone lowers CO2 or leaves it; prices make the switches that a hand computes."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.catalog import sectors
from dafeng.pathway.finance import annuity
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.policies import emission_factor
from dafeng.pathway.scenario import Scenario, parse, read
from dafeng.pathway.sectors import wedges as made
from dafeng.pathway.sectors.build import FOSSIL, GJ_PER_TCE, PER_UNIT
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook, sketches

YEAR = 2030
MT = 0.5
"""Mt CO2 that the accuracy of a sketch leaves open: gap x cost over a low price of CO2."""


@pytest.fixture(scope="module")
def solve(book: Sketchbook):  # type: ignore[no-untyped-def]
    """Solves scenarios and remembers them by their content."""
    known: dict[str, Sketch] = {}

    def of(scenarios: list[Scenario]) -> list[Sketch]:
        new = [one for one in scenarios if one.hash not in known]
        known.update((one.scenario.hash, one) for one in sketches(book, new))
        return [known[one.hash] for one in scenarios]

    return of


@pytest.fixture(scope="module")
def year_book() -> Sketchbook:
    """One period, so that nothing was built before."""
    return Sketchbook.of(Case(regions="nation", periods=(YEAR,), days=2))


def test_wedges_add_up(scenario: Scenario, solve) -> None:  # type: ignore[no-untyped-def]
    found = made.wedges(scenario, solve)
    assert [one.action for one in found.actions][-1] == made.CHAPTER_II
    assert len({one.action for one in found.actions}) == len(found.actions) >= 8
    total = sum(one.mt for one in found.actions)
    assert total == pytest.approx(found.trend - found.reached, rel=1e-9, abs=1e-9)
    trend, whole = solve([scenario.only(()), scenario])
    assert found.trend == pytest.approx(made.co2(trend), rel=1e-9)
    assert found.reached == pytest.approx(made.co2(whole), rel=1e-9)
    paid = sum(one.cost for one in found.actions)
    assert paid == pytest.approx(made.cost(whole) - made.cost(trend), rel=1e-9)


def test_each_action_alone_moves_co2_down_or_not_at_all(scenario: Scenario, solve) -> None:  # type: ignore[no-untyped-def]
    found = made.alone(scenario, solve)
    assert {one.action for one in found} >= {1, 2, 3, 4, 5}
    for one in found:
        assert np.all(one.mt > -MT), f"action {one.action}: {one.mt}"
    assert max(one.mt[-1] for one in found) > 10


def test_a_lever_left_out_is_the_scenario_without_it(scenario: Scenario, solve) -> None:  # type: ignore[no-untyped-def]
    path = f"action.{(action := 5)}.{scenario.actions()[action][0].id}"
    whole, less = solve([scenario, scenario.less(path)])
    one = scenario.only((action,))
    measures = made.measures(one, solve)
    assert {measure.action for measure in measures} == {action}
    assert made.co2(less)[-1] > made.co2(whole)[-1] - MT
    saved = measures[0]
    price = saved.price(1)
    assert price is None or price == pytest.approx(1e3 * saved.cost[1] / saved.mt[1])


# --- a price of CO2 --------------------------------------------------------------------------------------------------


def kilns(price: float) -> Scenario:
    """The trend with kilns of coal and of gas only, but for a share of electric ones, and a price of CO2."""
    text = f"""
base = "current-trend"
[prices]
co2 = {{{YEAR} = "{price:.6f} CNY/t"}}
[trend.kilns]
least = {{kilns_electric = {{{YEAR} = "4 %"}}}}
most = {{kilns_electric = {{{YEAR} = "4 %", 2035 = "20 %"}}, kilns_hydrogen = {{{YEAR} = "0 %", 2035 = "5 %"}}}}
"""
    return parse(text, "kilns")


def switch_price(book: Sketchbook) -> float:
    """CNY/t at which a new kiln costs the same a year with gas as with coal, by the figures of the catalogue.

    cost = investment (annuity + upkeep) + variable + fuel x price;  CO2 = fuel x factor;  the clay's CO2 is the same.
    """
    scenario, rate, paid = read("current-trend"), book.case_of(kilns(0.0)).interest_rate, {}
    for option, fuel, of_plants in (("kilns_coal", "coal", "raw_coal"), ("kilns_gas", "gas", "natural_gas")):
        cost = sectors.cost(option, YEAR)
        life = np.array([sectors.option(option).life], dtype=np.float64)
        burned = sectors.inputs(option, YEAR)[fuel] * book.base.multiplier_of(
            0, sectors.services()["kilns"].sector, fuel
        )
        price = book.inputs.fuel_price[of_plants][0, 0] * GJ_PER_TCE * scenario.fuel_price_factor(fuel, YEAR)
        investment = cost.investment * scenario.cost_factor(option, YEAR)
        fixed = investment * (float(annuity(rate, life)[0]) + cost.fixed_om)
        paid[fuel] = (fixed + cost.variable + burned * price, burned * emission_factor(FOSSIL[fuel]))
    assert PER_UNIT == 1e-3
    (coal, dirty), (gas, cleaner) = paid["coal"], paid["gas"]
    return (gas - coal) / (dirty - cleaner)


def test_a_price_of_co2_switches_where_a_hand_computes(year_book: Sketchbook) -> None:
    at = switch_price(year_book)
    assert 100 < at < 3000
    below, above = sketches(year_book, [kilns(0.98 * at), kilns(1.02 * at)])
    shares = []
    for one in (below, above):
        output = {option: float(table.sum()) for (of, option), table in one.periods[0].output.items() if of == "kilns"}
        shares.append(output["kilns_gas"] / sum(output.values()))
    bounds = {option: kilns(at).share_bounds(option, YEAR) for option in ("kilns_coal", "kilns_gas")}
    assert shares[0] == pytest.approx(1 - 0.04 - bounds["kilns_coal"][1], abs=1e-3), "as much coal as may be"
    assert shares[1] == pytest.approx(bounds["kilns_gas"][1], abs=1e-3), "as much gas as may be"


@pytest.mark.parametrize("technology", ["onwind", "battery", "nuclear", "cars_electric", "heating_urban_heat_pump"])
def test_doubling_a_cost_never_increases_the_technology(year_book: Sketchbook, technology: str) -> None:
    """Where the cost of one thing rises, the optimum has no more of it: sum(dearer - before)(after - before) <= 0."""
    scenario = read("current-trend")
    dear = scenario.extended("dear", {technology: {str(YEAR): "+100 %"}})
    plans = [one.periods[0] for one in sketches(year_book, [scenario, dear])]
    built, stands = (
        [sum(float(v) for name, v in zip(p.system.stocks.names, table(p)[:, 0], strict=True) if technology in name.split(" "))
         for p in plans]
        for table in (lambda p: p.plan.build, lambda p: p.plan.capacity)
    )  # fmt: skip
    assert stands[0] > 0
    assert built[1] <= built[0] * (1 + 1e-4) + 1e-4
    assert stands[1] <= stands[0] * (1 + 1e-4) + 1e-4
    assert plans[1].cost >= plans[0].cost * (1 - 2e-5)
