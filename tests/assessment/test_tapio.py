"""Tapio's eight states at their borders."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.assessment.tapio import STATES, state_of, tapio
from dafeng.catalog import LANGUAGES, DafengError


@pytest.mark.parametrize(
    ("pressure", "driver", "state"),
    [
        (-0.01, 0.10, "strong_decoupling"),
        (0.00, 0.10, "weak_decoupling"),
        (0.07, 0.10, "weak_decoupling"),
        (0.085, 0.10, "expansive_coupling"),
        (0.12, 0.10, "expansive_coupling"),
        (0.13, 0.10, "expansive_negative_decoupling"),
        (0.01, -0.10, "strong_negative_decoupling"),
        (0.00, -0.10, "weak_negative_decoupling"),
        (-0.07, -0.10, "weak_negative_decoupling"),
        (-0.09, -0.10, "recessive_coupling"),
        (-0.13, -0.10, "recessive_decoupling"),
        (0.05, 0.0, "undefined"),
    ],
)
def test_states(pressure: float, driver: float, state: str) -> None:
    elasticity, found = state_of(pressure, driver)
    assert found == state
    assert elasticity == (None if driver == 0 else pytest.approx(pressure / driver))


@given(pressure=st.floats(-0.9, 3), driver=st.floats(-0.9, 3).filter(lambda d: abs(d) > 1e-9))
def test_every_change_has_one_state(pressure: float, driver: float) -> None:
    elasticity, state = state_of(pressure, driver)
    assert state in STATES
    assert elasticity is not None
    assert math.isfinite(elasticity)
    assert ("decoupling" in state) == (not 0.8 <= elasticity <= 1.2)


def test_series() -> None:
    co2 = {2018: 100.0, 2019: 104.2, 2020: 106.0, 2021: 100.7}
    gdp = {2017: 80.0, 2018: 100.0, 2019: 105.0, 2020: 110.0, 2021: 115.5}
    found = tapio(co2, gdp)
    assert [(d.start, d.end, d.state) for d in found] == [
        (2018, 2019, "expansive_coupling"),
        (2019, 2020, "weak_decoupling"),
        (2020, 2021, "strong_decoupling"),
    ]
    assert found[0].elasticity == pytest.approx(0.84)
    assert [d.state for d in tapio(co2, gdp, span=3)] == ["weak_decoupling"]
    assert len({found[0].text[tag] for tag in LANGUAGES}) == 3


@pytest.mark.parametrize(
    ("co2", "gdp", "key"),
    [
        ({2020: 1.0, 2021: 1.0}, {2020: 1.0}, "series_short"),
        ({2020: 1.0, 2022: 1.0}, {2020: 1.0, 2022: 1.0}, "series_gap"),
        ({2020: 1.0, 2021: -1.0}, {2020: 1.0, 2021: 1.0}, "series_negative"),
        ({2020: 1.0, 2021: 1.0}, {2020: 0.0, 2021: 1.0}, "series_zero"),
    ],
)
def test_bad_series(co2: dict[int, float], gdp: dict[int, float], key: str) -> None:
    with pytest.raises(DafengError) as error:
        tapio(co2, gdp)
    assert error.value.key == key


@pytest.mark.parametrize("span", [0, -1])
def test_a_span_that_is_none(span: int) -> None:
    with pytest.raises(DafengError) as error:
        tapio({2020: 1.0, 2021: 1.0}, {2020: 1.0, 2021: 2.0}, span=span)
    assert error.value.key == "tapio_span"
