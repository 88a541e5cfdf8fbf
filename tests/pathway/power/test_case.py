"""A case that cannot be meant is refused before anything is read or solved."""

from __future__ import annotations

from typing import Any

import pytest
from tests.pathway.power.nation import nation

from dafeng.catalog import LANGUAGES, DafengError, UnknownName, word
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.planning import power_program

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"periods": ()}, "periods"),
        ({"periods": (2020,)}, "periods"),
        ({"periods": (2030, 2025)}, "periods"),
        ({"periods": (2030, 2030)}, "periods"),
        ({"periods": (2065,)}, "periods"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": 8.5}, "days"),
        ({"days": True}, "days"),
        ({"days": "8"}, "days"),
        ({"periods": 2030}, "periods"),
        ({"periods": ("2030",)}, "periods"),
        ({"co2_cap": {2030: "a"}}, "value"),
        ({"co2_cap": {2030: INF}}, "value"),
        ({"co2_cap": {"2030": 100.0}}, "year"),
        ({"co2_intensity": {"2030": 100.0, 2025: 100.0}}, "year"),
        ({"co2_cap": 3000.0}, "co2_cap"),
        ({"capacity_floor": {("nuclear", 2030): INF}}, "capacity_floor"),
        ({"cost_factor": {("onwind", 2030): "a"}}, "cost_factor"),
        ({"corridor_renewables": "a"}, "corridor_renewables"),
        ({"regions": "CN-HE", "exchange": {"CN-HE": {2030: INF}}}, "value"),
        ({"regions": "CN-HE", "exchange": {"CN-HE": {2030: NAN}}}, "value"),
        ({"regions": "CN-HE", "exchange": {"CN-HE": {"2030": 5.0}}}, "year"),
        ({"regions": "CN-HE", "exchange": {"CN-HE": 5.0}}, "CN-HE"),
        ({"co2_cap": {2030: -1.0}}, "value"),
        ({"co2_cap": {2030: NAN}}, "value"),
        ({"co2_cap": {2035: 100.0}}, "year"),
        ({"coal_cap": {2031: 100.0}}, "year"),
        ({"co2_price": {2030: -5.0}}, "value"),
        ({"co2_price": {2030: float("inf")}}, "value"),
        ({"non_fossil_share": {2030: 80.0}}, "value"),
        ({"wind_solar_share": {2030: 35.0}}, "value"),
        ({"wind_solar_share": {2035: 0.4}}, "year"),
        ({"co2_intensity": {2030: -1.0}}, "value"),
        ({"co2_intensity": {2030: NAN}}, "value"),
        ({"co2_intensity": {2130: 300.0}}, "year"),
        ({"co2_intensity": {2035: 300.0}}, "year"),
        ({"peak_response": {2030: 1.5}}, "value"),
        ({"share_floor": {("onwind", 2030): 20.0}}, "share_floor"),
        ({"share_floor": {("onwind", 2030): NAN}}, "share_floor"),
        ({"share_ceiling": {("coal", 2030): -0.1}}, "share_ceiling"),
        ({"share_ceiling": {("coal", 2035): 0.4}}, "year"),
        ({"capacity_floor": {("nuclear", 2030): -1.0}}, "capacity_floor"),
        ({"capacity_ceiling": {("nuclear", 2030): NAN}}, "capacity_ceiling"),
        ({"capacity_ceiling": {("nuclear", 2035): 1.0}}, "year"),
        ({"corridor_renewables": 50.0}, "corridor_renewables"),
        ({"discount_rate": -0.01}, "discount_rate"),
        ({"interest_rate": NAN}, "interest_rate"),
        ({"money_year": 2025}, "money_year"),
    ],
)
def test_refused_with_field_and_what_is_allowed(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(DafengError) as refused:
        nation(**asked)
    assert refused.value.key == "pathway_value"
    assert refused.value.values["field"] == field
    assert refused.value.values["allowed"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"foresight": "myopik"}, "myopic"),
        ({"capacity_floor": {("nuclaer", 2030): 1.0}}, "nuclear"),
        ({"capacity_floor": {("coal_flexible_retrofit", 2030): 20.0}}, "coal_flexible"),
        ({"capacity_ceiling": {("hydro_neu", 2030): 20.0}}, "hydro_new"),
        ({"capacity_ceiling": {("storages", 2030): 20.0}}, "storage"),
        ({"build_factor": {("onwnd", 2030): 2.0}}, "onwind"),
        ({"regions": "CN-HE", "exchange": {"CN-SD": {2030: 5.0}}}, "nearest: CN-HE"),
        ({"regions": "CN-GRID-N", "exchange": {"CN-GRID-NE": {2030: 5.0}}}, "nearest: CN-GRID-N"),
        ({"share_floor": {("onwnd", 2030): 0.2}}, "onwind"),
        ({"share_floor": {("coal_boiler", 2030): 0.2}}, "coal"),
    ],
)
def test_unknown_names_come_with_the_nearest(asked: dict[str, Any], name: str) -> None:
    with pytest.raises(DafengError, match=name):
        nation(**asked)


@pytest.mark.parametrize("technology", ["battery", "storage", "electrolyser", "line_ac", "interruptible_load"])
def test_what_does_not_generate_has_no_share_of_generation(technology: str) -> None:
    for option in ("share_floor", "share_ceiling"):
        with pytest.raises(UnknownName, match=technology):
            nation(**{option: {(technology, 2030): 0.2}})


@pytest.mark.parametrize("regions", ["nation", "grids", "provinces"])
def test_the_whole_nation_exchanges_with_nobody(regions: str) -> None:
    for place in ("CN-XX", "CN-HE"):
        with pytest.raises(DafengError) as refused:
            nation(regions=regions, exchange={place: {2030: 5.0}})
        assert all(place in refused.value.text(tag) for tag in LANGUAGES)


def test_exchange_of_a_region_or_of_provinces_in_it() -> None:
    for place in ("CN-GRID-N", "CN-HE"):
        assert nation(regions="CN-GRID-N", exchange={place: {2030: -5.0}}).exchange == {place: {2030: -5.0}}


def test_what_is_allowed_is_said_in_words() -> None:
    for asked, said in (
        ({"periods": (2020,)}, "years from 2025 to 2060, at least one, rising"),
        ({"days": 0}, "a whole number from 1 to 365"),
        ({"co2_cap": {2030: INF}}, "a finite number, not below 0"),
        ({"co2_cap": {2031: 5.0}}, "allowed: 2030"),
        ({"co2_intensity": {2065: 5.0}}, "allowed: 2025-2030"),
        ({"foresight": "foo"}, "(2 exist: myopic, perfect)"),
    ):
        with pytest.raises(DafengError) as refused:
            nation(**asked)
        assert said in refused.value.text("en")


def test_few_days_are_three_beside_the_hardest_and_the_help_says_so() -> None:
    one, three, twelve = (power_program(nation(days=days)).shape for days in (1, 3, 12))
    assert one == three != twelve
    said = {"zh": "至少取三个典型日", "ja": "代表日を三つは置く", "en": "at least three stand beside the hardest"}
    assert all(words in word("plan.cli.days", tag) for tag, words in said.items())


def test_periods_need_not_be_five_years_apart() -> None:
    assert Case(periods=(2027, 2028, 2041)).periods == (2027, 2028, 2041)


def test_what_is_left_empty_is_left_free() -> None:
    case = Case()
    assert case.periods == tuple(range(2025, 2061, 5))
    assert case.end == 2065
    assert not case.co2_cap
    assert not case.co2_price
    assert case.new_coal
    assert 0 < case.discount_rate < 0.2
    assert 0 < case.interest_rate < 0.2


def test_a_factor_that_would_change_nothing_is_refused() -> None:
    """Electrolysers have no build rate: half of it is nothing that could be found out. They can be ruled out, and the
    rate of corridors can be given a factor."""
    with pytest.raises(DafengError, match="electrolyser 2030") as refused:
        Case(regions="nation", periods=(2030,), build_factor={("electrolyser", 2030): 0.5})
    assert "0, 1" in str(refused.value)
    for name, factor in (("electrolyser", 0.0), ("electrolyser", 1.0), ("line_dc", 0.5), ("coal_ccs_retrofit", 0.5)):
        Case(regions="nation", periods=(2030,), build_factor={(name, 2030): factor})
    with pytest.raises(DafengError, match="line_dc"):
        Case(regions="nation", periods=(2030,), cost_factor={("line_dc", 2030): 0.5})


@pytest.mark.parametrize("name", ["capacity_floor", "capacity_ceiling", "share_floor", "cost_factor", "build_factor"])
def test_a_number_of_a_technology_needs_its_year(name: str) -> None:
    with pytest.raises(DafengError, match="technology, year"):
        Case(regions="nation", periods=(2030,), **{name: {"onwind": 0.5}})
