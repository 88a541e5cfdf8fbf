"""Renewable share on new corridors: one limit a sending region, the sender by a rule, hours as delivered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.pathway.power.nation import few_days, inputs_of, nation
from tests.pathway.small import near

from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.corridor_renewables import plenty, sender
from dafeng.pathway.power.inputs import Corridor, Inputs
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.power.technologies import WIND_AND_SUN
from dafeng.pathway.power.yields import full_load_hours
from dafeng.pathway.system import Limit, System

N, E, NW = "CN-GRID-N", "CN-GRID-E", "CN-GRID-NW"
FLAT = {"onwind": 0.3, "offwind": 0.4, "solar": 0.15}


def line(start: str, end: str, kind: str = "DC", both_ways: bool = False) -> Corridor:
    regions = inputs_of("grids", (2030,)).grouping.regions
    name = f"{start}{'-' if both_ways else '>'}{end} {kind}"
    return Corridor(name, regions.index(start), regions.index(end), kind, both_ways, 1500.0, np.zeros(1), 1.0)


def grids(*corridors: Corridor) -> Inputs:
    """Seven grid regions with the same wind and sun in all hours everywhere, and a few corridors."""
    inputs = inputs_of("grids", (2030,))
    profiles = {name: np.full_like(values, FLAT[name]) for name, values in inputs.profiles.items()}
    return replace(inputs, profiles=profiles, corridors=corridors)


def rows(inputs: Inputs, share: float = 0.5) -> tuple[System, dict[str, Limit]]:
    asked = nation(regions="grids", corridor_renewables=share, heat=False, hydrogen=False)
    found = power_system(asked, inputs, few_days("grids"))
    return found, {limit.name: limit for limit in found.limits if limit.name.startswith("corridor_renewables")}


def coefficients(system: System, limit: Limit) -> dict[str, float]:
    (term,) = limit.terms
    return dict(zip((system.stocks.names[s] for s in term.index), term.coefficient.tolist(), strict=True))


def test_one_limit_for_all_corridors_of_a_sender() -> None:
    """TWh a year per GW, by hand: half of 5 for each corridor, planned for 5,000 h; 8.76 x share of capacity x what is delivered.

    1 GW of wind gives 2.3652 TWh. Two new corridors of 1 GW ask for 5 TWh, 2.11 GW of wind. A row for each corridor
    over the same wind would be content with 1.06 GW, and with ten corridors still.
    """
    one, two, back = line(NW, E), line(NW, N), line(N, E)
    system, found = rows(grids(one, two, back))
    assert sorted(found) == [f"corridor_renewables {N} 2030", f"corridor_renewables {NW} 2030"]
    each = coefficients(system, found[f"corridor_renewables {NW} 2030"])
    assert each[one.name] == each[two.name] == near(-0.5 * 5.0)
    assert back.name not in each
    assert each[f"{NW} onwind"] == near(0.3 * 8.76 * 0.90)
    assert each[f"{NW} solar_utility"] == near(0.15 * 8.76 * 0.84)
    assert each[f"{NW} solar_distributed"] == near(0.15 * 8.76 * 0.80)
    assert all(name.startswith(NW) for name in each), "wind of another region is not sent"
    for wind, kept in ((1.06, False), (2.11, False), (2.12, True)):
        built = {one.name: 1.0, two.name: 1.0, f"{NW} onwind": wind}
        assert (sum(each.get(name, 0.0) * gw for name, gw in built.items()) >= 0) is kept


def test_hours_are_those_that_plants_give() -> None:
    """The same factor as in the plants: energy of the limit and of a plant that is never curtailed are one."""
    inputs = grids(line(NW, E))
    system, found = rows(inputs)
    each = coefficients(system, found[f"corridor_renewables {NW} 2030"])
    for technology in ("onwind", "solar_utility", "solar_distributed"):
        process = system.processes.names.index(f"{NW} {technology}")
        given = float(system.processes.available[process] @ system.steps.weight) / 1e3
        assert each[f"{NW} {technology}"] == near(given)
        assert parameters("delivered")[technology] < 1.0


def test_the_sender_of_a_corridor_of_two_ways_has_more_wind_and_sun_over_its_load() -> None:
    """Whichever stands first. Inner Mongolia sends to Beijing: first in the list is Beijing, and has no wind to send."""
    there, back = line(E, NW, "AC", both_ways=True), line(NW, E, "AC", both_ways=True)
    inputs = grids(there)
    worth = plenty(inputs)
    regions = inputs.grouping.regions
    assert worth[regions.index(NW)] > worth[regions.index(E)]
    assert regions[sender(there, worth)] == regions[sender(back, worth)] == NW
    assert regions[sender(line(E, NW), worth)] == E, "a corridor of one way sends from its start, whatever is there"
    assert sender(there, np.ones(len(regions))) == there.start, "of equals the start"
    provinces = inputs_of("provinces", (2030,))
    worth = plenty(provinces)
    ends = {c.name: provinces.grouping.regions[sender(c, worth)] for c in provinces.corridors}
    assert ends["CN-BJ-CN-NM AC"] == "CN-NM"
    assert ends["CN-SH-CN-JS AC"] == "CN-JS"
    assert ends["CN-GD-CN-YN AC"] == "CN-YN"
    assert "CN-BJ" not in ends.values()


def test_plenty_by_hand() -> None:
    """GW x hours as delivered over what was used in 2024; a region of little load comes first, not one of much wind."""
    inputs = inputs_of("grids", (2030,))
    used = {N: 2395e3, NW: 1102e3}  # GWh, rounded
    for region, gwh in used.items():
        place = inputs.grouping.regions.index(region)
        gives = sum(inputs.potential[t][place] * full_load_hours(inputs, t)[place] for t in WIND_AND_SUN)
        assert plenty(inputs)[place] == pytest.approx(gives / gwh, rel=1e-3)
    regions = inputs.grouping.regions
    assert plenty(inputs)[regions.index(NW)] > plenty(inputs)[regions.index(N)]


def test_without_a_share_there_is_no_limit() -> None:
    asked = nation(regions="grids", heat=False, hydrogen=False)
    found = power_system(asked, grids(line(NW, E)), few_days("grids"))
    assert not [limit for limit in found.limits if limit.name.startswith("corridor_renewables")]
