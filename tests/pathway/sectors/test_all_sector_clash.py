"""What clashes in the model of all sectors: limits in thousands of Mt against prices of a ten-thousandth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dafeng.pathway.clash import LOWER, Clash, clash
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power.cutting import refuse_cutting
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX, Recipe
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_values import Course
from dafeng.pathway.sectors.sketch import Sketchbook
from dafeng.pathway.telling import tell_nobody
from dafeng.reports.plan.clash import title, unit_of


def asking(scenario: Scenario, target: str, value: float) -> Scenario:
    """The scenario with another value of one target, which it imposes."""
    one = scenario.targets[target]
    found = replace(one, how="imposed", price=None, target=replace(one.target, value=value))
    return replace(scenario, targets={**scenario.targets, target: found})


def limited(scenario: Scenario, gas: float) -> Scenario:
    """The scenario with another ceiling on gas, Mtce from 2030 on."""
    return replace(scenario, limits={**scenario.limits, "gas": Course(((2030, gas),))})


def without_plan(book: Sketchbook, scenario: Scenario) -> Model:
    """The model of the period that cannot be planned."""
    with pytest.raises(Infeasible) as error:
        book.sketch(scenario)
    assert error.value.model is not None
    return error.value.model


def names(found: Clash) -> list[list[str]]:
    return [[member.name for member in conflict.members] for conflict in found.conflicts]


@pytest.mark.parametrize("recipe", [DUAL_SIMPLEX, IPX], ids=lambda recipe: recipe.name)
def test_a_target_beyond_a_building_rate(book: Sketchbook, scenario: Scenario, recipe: Recipe) -> None:
    """200 GW of pumped hydro in 2030: the target against the rate at which it can be built, by the same number of GW.

    Without costs of the size of what they are paid for, every solver is refused: `Optimal [gap, complementarity]`.
    """
    model = without_plan(book, asking(scenario, "T11", 200.0))
    found = clash(model, recipes=(recipe,))
    assert names(found) == [["build_rate phs 2030", "target T11 2030"]]
    rate, target = found.conflicts[0].alone
    assert rate is not None
    assert target is not None
    assert target.side == LOWER
    assert target.amount == pytest.approx(rate.amount, rel=1e-6)
    assert target.target + rate.amount == pytest.approx(0.98 * 200.0), "what the board takes for about 200 GW"


def test_a_share_out_of_reach_is_proved_to_be(book: Sketchbook, scenario: Scenario) -> None:
    """60 % of non-fossil energy in 2030: the ray of the solver has dust on unbounded columns and is a proof yet."""
    found = clash(without_plan(book, asking(scenario, "T04", 60.0)))
    (conflict,) = found.conflicts
    assert "target T04 2030" in [member.name for member in conflict.members]
    (give,) = found.softening
    assert give.member.name == "target T04 2030"
    assert give.member.reading is not None
    assert give.member.reading.asked == 60.0
    assert give.figure is not None
    assert 25.0 < give.figure < 58.8, "per cent, and not the Mtce by which the row is missed"


def test_a_share_that_is_kept_by_cutting_load_only(book: Sketchbook, scenario: Scenario) -> None:
    """40 % of non-fossil energy in 2030 has a "plan", which leaves load unserved: refused at once, not mended ten times.

    The plan of the usual target leaves nothing unserved and passes.
    """
    plan = book.sketch(asking(scenario, "T04", 40.0)).periods[-1].plan
    with pytest.raises(Infeasible) as error:
        refuse_cutting(plan, 1e-5, tell_nobody)
    assert "target T04 2030" in error.value.rows
    assert error.value.model is not None
    refuse_cutting(book.sketch(scenario).periods[-1].plan, 1e-5, tell_nobody)


def test_a_ceiling_on_gas_binds_all_sectors_and_power(book: Sketchbook, scenario: Scenario) -> None:
    """Of 500 Mtce in 2030, where the plan would use more: kept by the whole nation, at a price."""
    free = book.sketch(scenario)
    tight = book.sketch(limited(scenario, 500.0), free)
    assert free.amount("primary_consumption", "gas").sum(axis=0)[1] > 510.0
    assert tight.amount("primary_consumption", "gas").sum(axis=0)[1] == pytest.approx(500.0, rel=1e-6)
    last = tight.periods[-1]
    number = [limit.name for limit in last.system.limits].index("limit gas 2030")
    assert abs(last.plan.limit_price[number]) > 0.0
    assert last.cost > free.periods[-1].cost


def test_a_ceiling_on_gas_that_cannot_be_kept_is_named(book: Sketchbook, scenario: Scenario) -> None:
    """Of 250 Mtce in 2030: in words, and how far it would have to give."""
    found = clash(without_plan(book, limited(scenario, 250.0)))
    assert names(found) == [["limit gas 2030"]]
    (give,) = found.softening
    assert give.number == 250.0
    assert 300.0 < give.target < 520.0
    assert title(give.member, "en") == "gas ceiling of the scenario in 2030"
    assert unit_of(give.member, "GW") == "Mtce"
