"""Plans of nearly least cost: least <= best <= most, within the slack, and wider with more of it."""

from __future__ import annotations

import pytest

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.alternatives import alternatives
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook

WANTED = ("onwind", "nuclear", "cars_electric")


def test_least_best_most(book: Sketchbook, scenario: Scenario, reference: Sketch) -> None:
    wide = alternatives(book, scenario, 2030, WANTED, 0.02)
    narrow = alternatives(book, scenario, 2030, WANTED, 0.002)
    assert [one.technology for one in wide] == list(WANTED)
    for one, less in zip(wide, narrow, strict=True):
        room = 1e-3 * (1 + one.best)
        assert one.least <= one.best + room
        assert one.most >= one.best - room
        assert one.least <= less.least + room
        assert one.most >= less.most - room
        assert all(cost <= 1.02 + 1e-5 for cost in one.cost)
        assert all(cost <= 1.002 + 1e-5 for cost in less.cost)
        assert all(cost >= 1 - 1e-5 for cost in one.cost), "nothing is cheaper than the plan of least cost"
        if one.most < one.best + room:
            assert one.cost[1] < 1.001, "the plan of least cost has the most already, so that costs nothing more"
    assert any(one.most < one.best + 1e-3 * (1 + one.best) for one in wide), "one of them is at its most"
    wind = next(one for one in wide if one.technology == "onwind")
    assert wind.most - wind.least > 1, "a choice"
    stands = sum(
        float(gw)
        for name, gw in zip(
            reference.periods[1].system.stocks.names, reference.periods[1].plan.capacity[:, 0], strict=True
        )
        if name.endswith(" cars_electric")
    )
    cars = next(one for one in wide if one.technology == "cars_electric")
    assert cars.least - 1 <= stands <= cars.most + 1


def test_what_cannot_be_asked(book: Sketchbook, scenario: Scenario) -> None:
    with pytest.raises(DafengError) as refused:
        alternatives(book, scenario, 2031, WANTED)
    assert refused.value.key == "alternatives_year"
    with pytest.raises(DafengError) as refused:
        alternatives(book, scenario, 2025, WANTED, 0.0)
    assert refused.value.key == "alternatives_slack"
    with pytest.raises(UnknownName) as unknown:
        alternatives(book, scenario, 2025, ("onwindd",))
    assert "onwind" in str(unknown.value)
