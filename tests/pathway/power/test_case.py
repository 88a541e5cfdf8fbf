"""A case that cannot be meant is refused before anything is read or solved."""

from __future__ import annotations

from typing import Any

import pytest
from tests.pathway.power.nation import nation

from dafeng.catalog import DafengError
from dafeng.pathway.power.case import Case

NAN = float("nan")


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
    ],
)
def test_unknown_names_come_with_the_nearest(asked: dict[str, Any], name: str) -> None:
    with pytest.raises(DafengError, match=name):
        nation(**asked)


def test_what_is_left_empty_is_left_free() -> None:
    case = Case()
    assert case.periods == tuple(range(2025, 2061, 5))
    assert case.end == 2065
    assert not case.co2_cap
    assert not case.co2_price
    assert case.new_coal
    assert 0 < case.discount_rate < 0.2
    assert 0 < case.interest_rate < 0.2
