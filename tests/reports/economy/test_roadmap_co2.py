"""CO2 of the steps of a roadmap, by hand on a plan of one region: cars, aviation, wind, coal, storage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from dafeng.catalog import sectors
from dafeng.pathway.power.policies import emission_factor
from dafeng.reports.economy.count import Counted
from dafeng.reports.economy.roadmap_co2 import SERVES, Saving, intensity

CN = "CN"
PETROL, ELECTRIC = "cars_petrol", "cars_electric"


def counted() -> Counted:
    """Two periods; cars: 90 of petrol and 10 electric, then 60 and 60. Multipliers are 1."""
    output = [{PETROL: 90.0, ELECTRIC: 10.0}, {PETROL: 60.0, ELECTRIC: 60.0}]
    base = SimpleNamespace(
        multiplier_of=lambda *_: 1.0,
        option_output=lambda name: np.array([{PETROL: 100.0, "aviation_kerosene": 80.0}.get(name, 0.0)]),
    )
    periods = [SimpleNamespace(output={("cars", name): np.array([v]) for name, v in one.items()}) for one in output]
    plan = SimpleNamespace(years=(2025, 2030), regions=(CN,), base=base, periods=periods)
    tables: dict[str, Any] = {
        "service": {
            "cars|cars_petrol": [90.0, 60.0],
            "cars|cars_electric": [10.0, 60.0],
            "aviation|aviation_kerosene": [90.0, 150.0],
        },
        "generation": {"coal_usc": [600.0, 500.0], "coal_chp": [200.0, 200.0], "onwind": [200.0, 300.0]},
        "heat": {"coal_chp": [100.0, 100.0], "coal_boiler": [50.0, 0.0], "heat_pump": [0.0, 50.0]},
        "use": {"load": [900.0, 900.0], "heat_pump": [0.0, 20.0]},
        "power_co2": {"coal_usc": [480.0, 420.0], "coal_chp": [200.0, 200.0], "coal_boiler": [20.0, 0.0]},
        "heat_fuel": {"raw_coal": [60.0 / emission_factor("raw_coal"), 40.0 / emission_factor("raw_coal")]},
    }
    return Counted(cast(Any, plan), cast(Any, None), {name: {CN: rows} for name, rows in tables.items()}, {})


def test_intensities_by_hand() -> None:
    """2025: fuel for heat 60 of 700 Mt; 640 Mt over 1,000 TWh; 60 Mt over 150 TWh of heat x 3.6.

    2030: 40 of 620 Mt for heat; 580 over 1,000; heat has 40 and 20 TWh of power at 0.58: 51.6 over 540 PJ.
    """
    found = intensity(counted())
    assert found["electricity"] == pytest.approx([0.64, 0.58])
    assert found["heat"] == pytest.approx([60 / 540, 51.6 / 540])
    assert found["hydrogen"][1] > 0.58 / 3.6, "electrolysis loses some"


def per_unit(name: str, year: int) -> float:
    """Mt per 1e9 passenger-km, by hand: fuel x factor + electricity at 0.58 Mt/TWh (2030)."""
    taken = sectors.inputs(name, year)
    oil = sum(amount for fuel, amount in taken.items() if fuel in ("gasoline", "kerosene"))
    return oil * emission_factor("oil") + taken.get("electricity", 0.0) * {2025: 0.64, 2030: 0.58}[year]


def test_an_electric_car_is_held_with_its_power_against_the_stock_before() -> None:
    """50 of 60 built in 2030: 50 x (own - (0.9 petrol + 0.1 electric)), all in 2030."""
    saving = Saving.of(counted())
    petrol, electric = per_unit(PETROL, 2030), per_unit(ELECTRIC, 2030)
    assert electric > 0
    value, why = saving.built(CN, ELECTRIC, 1, 50.0, 60.0)
    assert value == pytest.approx(50 * (electric - (0.9 * petrol + 0.1 * electric)))
    assert why == ""
    assert value is not None
    assert -50 * petrol < value < 0


def test_more_of_a_fossil_option_does_not_save() -> None:
    """Kerosene stands alone: growing from 80 to 150 saves nothing, though a new plane burns less than one of 2020."""
    saving = Saving.of(counted())
    assert sectors.inputs("aviation_kerosene", 2030)["kerosene"] < sectors.inputs("aviation_kerosene", 2020)["kerosene"]
    assert saving.built(CN, "aviation_kerosene", 0, 60.0, 90.0) == (pytest.approx(0.0, abs=1e-12), "")
    value, _ = saving.built(CN, PETROL, 1, 10.0, 60.0)
    assert value is not None
    assert value > 0, "against a stock that is partly electric, petrol gives off more"


def test_plants_are_held_against_the_mean_of_the_period_before() -> None:
    """A third of the wind: 100 TWh x 0.64. Combined heat and power has the CO2 of its power only: 200 - 40 of 200 TWh."""
    saving = Saving.of(counted())
    assert saving.built(CN, "onwind", 1, 10.0, 30.0)[0] == pytest.approx(-100 * 0.64)
    assert saving.built(CN, "coal_chp", 1, 5.0, 5.0)[0] == pytest.approx(200 * (160 / 200 - 0.64))
    assert saving.built(CN, "heat_pump", 1, 5.0, 5.0)[0] == pytest.approx(20 * 0.58 - 180 * 60 / 540)
    assert saving.built(CN, "battery", 1, 5.0, 5.0) == (None, SERVES)


def test_a_conversion_is_held_against_what_it_was() -> None:
    """Half of the plants with heat were others: 100 TWh x (0.80 - 0.84)."""
    saving = Saving.of(counted())
    value, why = saving.converted(CN, "coal_usc", "coal_chp", 1, 5.0, 10.0)
    assert value == pytest.approx(100 * (160 / 200 - 420 / 500))
    assert why == ""
    assert saving.converted(CN, "coal_usc", "coal_ccs", 1, 5.0, 10.0) == (None, "idle")
