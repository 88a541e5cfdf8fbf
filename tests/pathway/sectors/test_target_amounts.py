"""What a plan shows beside a target that it cannot judge, by hand over two made-up periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.pathway.small import near

from dafeng.catalog import DafengError, sectors
from dafeng.pathway import scenario
from dafeng.pathway.scenario_targets import SHOWN, Treatment, treatments
from dafeng.pathway.sectors.counting import Counting
from dafeng.pathway.sectors.target_amounts import amount_of
from dafeng.pathway.sectors.target_limits import Frame
from dafeng.pathway.system import Array

COAL = 2.66
"""t CO2 per tce, factor set `topdown-netted`."""
PLAN = {
    ("steel", "steel_scrap_eaf"): {2025: np.array([60.0, 36.0]), 2030: np.array([100.0, 75.0])},
    ("refining", "refining_hydrogen"): {2025: np.array([0.0, 0.0]), 2030: np.array([10.0, 20.0])},
    ("final.residential.urban", "electricity"): {2025: np.array([900.0, 0.0]), 2030: np.array([1000.0, 0.0])},
    ("final.residential.rural", "electricity"): {2025: np.array([500.0, 0.0]), 2030: np.array([600.0, 0.0])},
    ("primary_consumption", "coal"): {2025: np.array([3000.0, 0.0]), 2030: np.array([2400.0, 0.0])},
    ("primary_consumption", "primary_electricity"): {2025: np.array([1200.0, 0.0]), 2030: np.array([1650.0, 0.0])},
    ("primary_consumption", "energy"): {2025: np.array([6000.0, 0.0]), 2030: np.array([6600.0, 0.0])},
}


@dataclass
class World:
    """GDP grows by a half from 2025 to 2030; 140,000 x 10^4 people."""

    earlier: Mapping[tuple[str, str], Mapping[int, Array]]
    regions: tuple[str, ...] = ("CN-A", "CN-B")

    @property
    def scenario(self) -> World:
        return self

    @property
    def base(self) -> World:
        return self

    def driver(self, driver: str, year: int) -> float:
        return 140_000.0 if driver == "population" else {2025: 100.0, 2030: 150.0}[year]


def frame() -> Frame:
    none = Counting(("CN-A", "CN-B"), (2025, 2030))
    return Frame(none, none, none, World(PLAN), (2025, 2030), np.ones(2))  # type: ignore[arg-type]


def of(name: str, year: int, **changes: object) -> tuple[float, str] | None:
    return amount_of(frame(), replace(treatments()[name], **changes), year)  # type: ignore[arg-type]


def test_steel_of_scrap_stands_beside_the_nine_resources() -> None:
    assert of("T28a", 2025) == (near(96.0), "Mt")
    assert of("T28b", 2030) == (near(175.0), "Mt")


def test_household_electricity_per_head() -> None:
    """1400 TWh of 1.4e9 people: 1000 kWh each."""
    assert of("O21", 2025) == (near(1000.0), "kWh/person")
    assert of("O21", 2030) == (near(1600 / 1.4), "kWh/person")


def test_hydrogen_that_is_drawn_in_tonnes() -> None:
    """30 Mt of crude with hydrogen of electrolysis, by the PJ that a tonne draws and 119.96 GJ per t of hydrogen."""
    drawn = sectors.inputs("refining_hydrogen", 2030)["hydrogen"]
    assert of("O22", 2030) == (near(30.0 * drawn / 119.96), "Mt")


def test_a_yearly_cut_is_the_mean_of_the_years_between_two_periods() -> None:
    """CO2 falls to 0.8, GDP grows to 1.5: (0.8 / 1.5)^(1/5) - 1. 2026 lies in the years to 2030, not in those to 2025."""
    found = of("O02", 2030, counts=("@co2",))
    assert found == (near(100 * ((0.8 / 1.5) ** 0.2 - 1)), "%/year")
    assert of("O02", 2025, counts=("@co2",)) is None


def test_a_yearly_rise_in_points() -> None:
    """20 % and 25 % in five years: a point a year."""
    assert of("O23", 2030) == (near(1.0), "pp/year")
    assert of("O23", 2025) is None


def test_what_is_shown_can_be_no_limit() -> None:
    """Steel of scrap is no reading of nine resources: a file cannot impose it."""
    shown = [name for name, one in treatments().items() if one.kind in SHOWN]
    assert set(shown) == {"T28a", "T28b", "O02", "O21", "O22", "O23"}
    for name in shown:
        with pytest.raises(DafengError, match=name):
            scenario.parse(f'[targets]\nimpose = ["{name}"]')
    one: Treatment = scenario.read("action-plan").targets["T28a"]
    assert not one.limits
