"""A sketch: the same from any start, closed balances, services given in full, quick when it begins near."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.catalog import economy, sectors
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.build import CARRIER, Economy
from dafeng.pathway.sectors.plan_frame import frame_of_plan, quantities
from dafeng.pathway.sectors.sketch import WARM, Sketch, Sketchbook, Start

TRANSFORMED = ("transformation.thermal_power", "transformation.heating")


def other(scenario: Scenario) -> Scenario:
    """The scenario with another course of a driver and dearer sun."""
    return scenario.extended("dear_sun", {"solar_utility": {"2030": "+30 %"}}, {"cement": {"2030": "1500 Mt"}})


def test_from_near_is_as_from_nothing(book: Sketchbook, scenario: Scenario, reference: Sketch) -> None:
    changed = other(scenario)
    start = Start(0, {}, Inherited())
    for y in range(2):
        cold, _ = book.make(changed, start).solved()
        made = book.make(changed, start)
        warm, basis = made.solved(reference.bases[y])
        assert warm.objective == pytest.approx(cold.objective, rel=1e-7)
        assert basis is not None
        start = start.after(book.case_of(changed), made.period(warm))


def test_the_same_scenario_from_its_own_bases_is_at_once_done(
    book: Sketchbook, scenario: Scenario, reference: Sketch
) -> None:
    again = book.sketch(scenario, reference.bases)
    for one, two in zip(reference.periods, again.periods, strict=True):
        assert two.cost == pytest.approx(one.cost, rel=1e-9)
        assert two.plan.capacity == pytest.approx(one.plan.capacity, rel=1e-6, abs=1e-6)


def test_what_sectors_use_and_power_is_what_is_counted(reference: Sketch) -> None:
    base = reference.base
    for period in reference.periods:
        for carrier in ("coal", "oil", "gas"):
            fuels = [fuel for fuel, of in CARRIER.items() if of == carrier]
            used = sum(table for (_, fuel), table in period.uses.items() if fuel in fuels)
            burned = sum(period.amounts.get((flow, carrier), np.zeros(1)) for flow in TRANSFORMED)
            whole = period.amounts["primary_consumption", carrier]
            assert whole == pytest.approx((used + burned) * base.closing[carrier], rel=1e-9)
        parts = ("coal", "oil", "gas", "primary_electricity")
        total = sum(period.amounts["primary_consumption", part] for part in parts)
        assert period.amounts["primary_consumption", "energy"] == pytest.approx(total, rel=1e-9)


def test_final_use_is_what_sectors_book(reference: Sketch) -> None:
    for period in reference.periods:
        for name, sector in economy.sectors().items():
            for fuel in ("electricity", "coal", "gas"):
                same = [n for n, s in economy.sectors().items() if s.flow == sector.flow]
                fuels = [f for f, of in CARRIER.items() if of == CARRIER.get(fuel)] if fuel in CARRIER else [fuel]
                booked = sum(period.uses.get((n, f), np.zeros(1)) for n in same for f in fuels)
                counted = period.amounts.get((sector.flow, CARRIER.get(fuel, fuel)), np.zeros(1))
                assert counted == pytest.approx(booked, rel=1e-9, abs=1e-9), (name, fuel)


def test_services_give_what_is_wanted(reference: Sketch) -> None:
    wanted = Economy(reference.scenario, reference.base)
    for period in reference.periods:
        for service in sectors.services():
            given = sum(
                (table for (of, _), table in period.output.items() if of == service), np.zeros(len(reference.regions))
            )
            assert given == pytest.approx(wanted.demand(service, period.year), rel=1e-6, abs=1e-6), service


def test_cost_is_paid_by_the_year(book: Sketchbook, reference: Sketch) -> None:
    """What the first period built is paid for in the second too: the annuities are in the cost of both."""
    first, second = reference.periods
    made = book.make(reference.scenario, Start(0, {}, Inherited()).after(book.case_of(reference.scenario), first))
    paid = sum(part.payment for parts in made.start.inherited.built.values() for part in parts if part.stands(2030))
    assert paid > 0
    assert second.cost == pytest.approx(second.plan.objective / made.worth + paid, rel=1e-9)


def test_longer_steps_and_other_days_change_little(book: Sketchbook, scenario: Scenario, reference: Sketch) -> None:
    joined = replace(book, hours=2).sketch(scenario, reference)
    drawn = replace(book, weather=7).sketch(scenario, reference)
    assert [p.system.steps.count for p in joined.periods] == [24, 24]
    for found, within in ((joined, 0.01), (drawn, 0.05)):
        for one, two in zip(reference.periods, found.periods, strict=True):
            assert two.cost == pytest.approx(one.cost, rel=within)
            assert two.cost != one.cost
    shapes = [one.periods[0].system.yearly.shapes for one in (drawn, reference)]
    assert not np.array_equal(*shapes)


def test_warm_starts_keep_costs_as_they_are() -> None:
    assert dict(WARM.options)["dual_simplex_cost_perturbation_multiplier"] == 0.0


def test_what_targets_speak_of_is_counted_of_a_sketch(reference: Sketch) -> None:
    """Load that sectors draw is decided in a sketch, and is counted in the highest hour; cars are built in both periods,
    and no clean one is more than all.
    """
    found = quantities(reference, frame_of_plan(reference))
    for year in reference.years:
        energy = reference.amount("power_consumption", "electricity").sum(axis=0)[reference.years.index(year)]
        assert found["peak_load"][year][0] > energy * 1e3 / 8760
        assert 0 < found["peak_response"][year][0] < found["peak_load"][year][0]
        assert 0 <= found["clean_vehicles_added"][year][0] <= found["vehicles_added"][year][0] * (1 + 1e-9)
        assert found["turnover"][year][0] > found["rail_turnover"][year][0] > 0
    assert set(found["land_transport_oil"]) == {2020, *reference.years}
