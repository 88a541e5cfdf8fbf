"""Present values: annuities, the worth of years, the cost of building within a horizon; by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import near

from dafeng.catalog import DafengError
from dafeng.pathway.finance import Horizon, annuity


def test_annuity() -> None:
    """8 % over two years: 1 = a / 1.08 + a / 1.08^2. Without interest a tenth a year over ten years. In one year all of it."""
    a = float(annuity(0.08, 2.0))
    assert a / 1.08 + a / 1.08**2 == near(1)
    assert float(annuity(0.08, 20.0)) == pytest.approx(0.101852, abs=5e-7), "tables of annuity factors"
    assert annuity(0.0, np.array([10.0, 4.0])) == near(np.array([0.1, 0.25]))
    assert float(annuity(0.05, 1.0)) == near(1.05)


def test_years_and_their_worth() -> None:
    """2025 and 2026 as one period, 2027 as the next, base 2024, 10 %: each year by its own factor."""
    horizon = Horizon((2025, 2027), 2028, base=2024, rate=0.1)
    assert horizon.years == near(np.array([2, 1]))
    assert horizon.worth == near(np.array([1 / 1.1 + 1 / 1.21, 1 / 1.331]))
    assert Horizon((2025, 2027), 2028, base=2024, rate=0.0).worth == near(horizon.years)


def test_alive() -> None:
    """Built in 2025 with 10 years it stands in 2025 and 2030 and not in 2035; life may change with the year of building."""
    horizon = Horizon((2025, 2030, 2035), 2040, base=2025, rate=0.0)
    assert horizon.alive(np.array([10.0]))[0].tolist() == [
        [True, True, False],
        [False, True, True],
        [False, False, True],
    ]
    assert horizon.alive(np.array([[5.0, 20.0, 20.0]]))[0, 0].tolist() == [True, False, False]


def test_building_costs_its_annuities_within_the_horizon() -> None:
    """1,000 over 20 years without interest: 50 a year; 10 years of it if built in the first period, 5 if in the second."""
    horizon = Horizon((2030, 2035), 2040, base=2030, rate=0.0)
    assert horizon.build_cost(np.full((1, 2), 1000.0), np.array([20.0]), 0.0) == near(np.array([[500, 250]]))


def test_waiting_is_not_cheaper_than_it_is() -> None:
    """A plant that serves from 2030 to 2039 costs the same built at once or as two plants of five years each."""
    horizon = Horizon((2030, 2035), 2040, base=2030, rate=0.06)
    whole = horizon.build_cost(np.full((1, 2), 1000.0), np.array([20.0]), 0.06)
    first = Horizon((2030,), 2035, base=2030, rate=0.06).build_cost(np.array([[1000.0]]), np.array([20.0]), 0.06)
    assert whole[0, 0] == near(first[0, 0] + whole[0, 1])


@pytest.mark.parametrize("starts", [(), (2030, 2030), (2035, 2030), (2030, 2040)])
def test_periods_must_rise(starts: tuple[int, ...]) -> None:
    with pytest.raises(DafengError) as refused:
        Horizon(starts, 2040, base=2030, rate=0.05)
    assert refused.value.key == "pathway_value"


@pytest.mark.parametrize(("rate", "life"), [(-0.01, 20.0), (0.08, 0.0), (0.08, float("nan"))])
def test_what_is_no_rate_and_no_life(rate: float, life: float) -> None:
    with pytest.raises(DafengError) as refused:
        annuity(rate, life)
    assert refused.value.key == "pathway_value"
