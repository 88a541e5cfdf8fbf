"""Firm capacity of regions: their own peaks, met at home or through corridors, nothing counted twice; by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.pathway.power.nation import system_of
from tests.pathway.small import near, solve, steps

from dafeng.catalog import power
from dafeng.pathway.making import Maker
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.firm import (
    FROM_STORE,
    FROM_STORES,
    Peak,
    add_regional_firm_limits,
    add_stores,
    firm_at,
    handed_on,
)
from dafeng.pathway.power.inputs import Corridor
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.power.policies import Counted
from dafeng.pathway.system import CAPACITY, YEARLY

SHARE = 0.92
"""What a GW of coal counts at the peak."""
DEAR, CHEAP = 5.0, 1.0


def planned(line: float, peaks: dict[str, float], both_ways: bool = True) -> dict[str, float]:
    """GW of coal that is built at A, where it is dear, at B and at C, where it is cheap; a corridor B-A and one A-C."""
    places = ("A", "B", "C")
    maker = Maker(steps(), "GW", "1e9 CNY")
    for name in places:
        node = maker.node(f"{name} electricity")
        coal = maker.stock(f"{name} coal_usc", build_cost=DEAR if name == "A" else CHEAP, build_upper=100.0)
        maker.process(f"{name} coal_usc", [(node, 1.0)], stock=coal)
    corridors = [
        Corridor("B-A AC", 1, 0, "AC", both_ways, 500.0, np.array([line]), 1.0),
        Corridor("A-C AC", 0, 2, "AC", both_ways, 500.0, np.array([line]), 1.0),
    ]
    for corridor in corridors:
        maker.stock(corridor.name, existing=line)
    inputs: Any = SimpleNamespace(years=(2030,), corridors=corridors, grouping=SimpleNamespace(regions=places))
    asked = [[Peak("", peaks.get(name, 0.0))] for name in places]
    add_regional_firm_limits(maker, Counted(maker, inputs), handed_on(maker, inputs), 0, 2030, asked)
    found = solve(maker)
    return {name: float(found.plan.capacity[s, 0]) for s, name in enumerate(found.plan.system.stocks.names[:3])}


def left() -> float:
    """Share of what is sent over 500 km that arrives."""
    return 1.0 - power.line_costs()["AC"].loss(500.0)


def test_a_region_has_what_its_corridors_cannot_bring() -> None:
    """A needs 10 and gets 3 GW from each side: without the rule all of it would stand where it is cheap."""
    built = planned(3.0, {"A": 10.0, "B": 20.0})
    assert built["A coal_usc"] == near((10.0 - 6.0 * left()) / SHARE)
    assert built["B coal_usc"] + built["C coal_usc"] == near((20.0 + 6.0) / SHARE)


def test_what_is_handed_on_is_not_firm_at_home_too() -> None:
    """With room enough nothing stands at A; B and C have what A needs above their own."""
    built = planned(50.0, {"A": 10.0, "B": 20.0})
    assert built["A coal_usc"] == near(0.0)
    assert built["B coal_usc"] + built["C coal_usc"] == near((20.0 + 10.0 / left()) / SHARE)


def test_nothing_comes_against_the_way_of_a_corridor() -> None:
    """One way only, from A to C: A has B's 3 GW alone."""
    assert planned(3.0, {"A": 10.0}, both_ways=False)["A coal_usc"] == near((10.0 - 3.0 * left()) / SHARE)


def test_the_rules_of_a_plan_are_of_each_region_its_own_peak() -> None:
    """Grid regions: each limit counts the region's own stocks at their shares and what its corridors hand on."""
    system = system_of(Case(regions="grids", periods=(2030,), days=3))
    named = {limit.name: limit for limit in system.limits if limit.name.startswith("regional_firm_")}
    grids = {name.partition(" ")[0] for name in system.stocks.names if name.endswith(" coal_usc")}
    assert len(named) == len(grids) > 2
    for grid in grids:
        own, stores, through = named[f"regional_firm_capacity {grid} 2030"].terms
        assert (own.quantity, stores.quantity, through.quantity) == (CAPACITY, YEARLY, YEARLY)
        for s, share in zip(own.index, own.coefficient, strict=True):
            region, _, technology = system.stocks.names[s].partition(" ")
            assert (region, share) == (grid, near(parameters("firm")[technology]))
            assert technology not in FROM_STORES
        emptied = [system.yearly.names[a] for a in stores.index]
        assert emptied == [f"{grid} {converter}{FROM_STORE}" for converter in FROM_STORES]
        arriving = [system.yearly.names[a].endswith(f"to {grid}") for a in through.index]
        assert [c > 0 for c in through.coefficient] == arriving
        assert all(c == -1.0 or 0.8 < c < 1.0 for c in through.coefficient)
    peaks = sum(limit.lower for limit in named.values())
    whole = next(limit for limit in system.limits if limit.name == "firm_capacity 2030")
    assert whole.lower / 1.13 < peaks < whole.lower, "more than all together at once, less than that with its margin"


def test_one_region_has_no_rule_of_its_own() -> None:
    system = system_of(Case(regions="nation", periods=(2030,), days=3))
    assert not [limit for limit in system.limits if limit.name.startswith("regional_")]


def test_what_empties_stores_is_firm_for_as_long_as_they_last() -> None:
    """4 GW wanted of batteries and hydrogen turbines. A GW of cells lasts 0.22 GW at the peak, a GWh of cavern 0.04.

    Cheap caverns without turbines, which satisfy a row of energy alone, are of no use to batteries.
    """
    maker = Maker(steps(), "GW", "1e9 CNY")
    maker.node("A electricity")
    prices = {"battery": 1.0, "battery_store": 2.0, "hydrogen_turbine": 30.0, "hydrogen_cavern": 0.001}
    for technology, price in prices.items():
        maker.stock(f"A {technology}", build_cost=price, build_upper=1000.0)
    inputs: Any = SimpleNamespace(years=(2030,), corridors=[], grouping=SimpleNamespace(regions=("A",)))
    add_stores(maker, ("A",))
    add_regional_firm_limits(maker, Counted(maker, inputs), [], 0, 2030, [[Peak("", 4.0)]])
    found = solve(maker)
    built = dict(zip(found.plan.system.stocks.names, found.plan.capacity[:, 0], strict=True))
    assert built["A battery"] == near(4.0 / 0.9)
    assert built["A battery_store"] == near(4.0 / 0.22)
    assert built["A hydrogen_cavern"] == near(0.0)
    assert firm_at(found.plan.system, found.plan.capacity, "A") == near(4.0)


@pytest.mark.parametrize("peak", [0.0, 4.0])
def test_a_peak_that_variables_add_to(peak: float) -> None:
    """0.5 of a stock's capacity is drawn at the peak: SHARE K >= peak + 0.5 K."""
    found = Peak("", peak, (SimpleNamespace(quantity=CAPACITY, index=np.array([0]), coefficient=np.array([0.5])),))  # type: ignore[arg-type]
    least, (term,) = found.needs(1.0)
    assert least == peak
    assert term.coefficient.tolist() == [-0.5]
