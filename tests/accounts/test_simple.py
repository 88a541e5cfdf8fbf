"""CO2 from general statistics: the official top-down rule for the nation, an estimate of ours for the provinces."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.accounts import Figure, evaluate
from dafeng.accounts.simple import (
    count,
    estimate,
    estimate_energy,
    thermal,
    thermal_energy,
    thermal_power,
    top_down,
    value_added,
)
from dafeng.catalog import MissingFactor
from dafeng.ledger import Observation
from making import ledger_of, line

PARTS = [line("primary_consumption", c, v, entity="CN") for c, v in (("coal", 100), ("oil", 50), ("gas", 10))]
PROVINCE = [
    line("final", "raw_coal", 100),
    line("final", "diesel", 10),
    line("final", "natural_gas", 10_000),
    line("final", "heat", 1000),
    line("power_generation", "thermal", 500),
]


def top(folder: Path, *lines: Observation) -> list[float]:
    return [f.value for f in evaluate(ledger_of(folder, *lines), [top_down("topdown-12fyp")], "book").figures()]


def estimated(folder: Path, *lines: Observation) -> list[Figure]:
    measure = estimate("ceads-implied-2022+ndrc-sector-2013", "topdown-12fyp", "first-release")
    return evaluate(ledger_of(folder, *lines), [measure], "book").figures()


def test_top_down_by_hand(tmp_path: Path) -> None:
    assert top(tmp_path, *PARTS) == [pytest.approx(100 * 2.64 + 50 * 2.08 + 10 * 1.63, rel=1e-14)]


@pytest.mark.parametrize("without", [0, 1, 2])
def test_top_down_needs_coal_oil_and_gas(tmp_path: Path, without: int) -> None:
    assert top(tmp_path, *PARTS[:without], *PARTS[without + 1 :]) == []


def test_the_total_and_the_rest_do_not_count(tmp_path: Path) -> None:
    more = [line("primary_consumption", c, 999, entity="CN") for c in ("energy", "primary_electricity")]
    assert top(tmp_path / "a", *PARTS) == top(tmp_path / "b", *PARTS, *more)


def test_the_estimate_by_hand(tmp_path: Path) -> None:
    """Final fuels, bought heat, and thermal power as if all of it were coal at 305.5 gce/kWh and 2.64 t CO2 per tce."""
    (found,) = estimated(tmp_path, *PROVINCE)
    expected = 100 * 1.62681 + 10 * 3.09382 + 21.6073 + 1000 * 0.11 + 500 * 0.3055 * 2.64
    assert found.value == pytest.approx(expected, rel=1e-14)
    assert (found.quality, found.scope) == ("estimated", "fossil-incl-nonenergy-estimate")


def test_the_energy_behind_the_estimate_by_hand(tmp_path: Path) -> None:
    """The same lines in tce: 0.7143 and 1.4571 tce/t, 12.15 tce per 10,000 m3, 0.03412 tce/GJ, and 305.5 gce/kWh."""
    measure = estimate_energy("nbs-balance", "first-release")
    (found,) = evaluate(ledger_of(tmp_path, *PROVINCE), [measure], "book").figures()
    expected = 100 * 0.7143 + 10 * 1.4571 + 12.15 + 1000 * 0.03412 + 500 * 0.3055
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert (found.unit, found.quality) == ("tce", "estimated")


def test_thermal_power_alone(tmp_path: Path) -> None:
    """Also for the nation, which needs no final fuels for it."""
    measures = [
        thermal("energy_thermal", "tce", thermal_energy("first-release"), ""),
        thermal("co2_thermal", "t_CO2", thermal_power("topdown-12fyp", "first-release"), "topdown-12fyp"),
    ]
    made = line("power_generation", "thermal", 500, entity="CN")
    found = {f.name: f.value for f in evaluate(ledger_of(tmp_path, made), measures, "book").figures()}
    assert found == {
        "energy_thermal": pytest.approx(500 * 0.3055, rel=1e-14),
        "co2_thermal": pytest.approx(500 * 0.3055 * 2.64, rel=1e-14),
    }


def test_value_added_needs_all_three_industries(tmp_path: Path) -> None:
    parts = [line(f"value_added.{n}", "all", v) for n, v in (("primary", 1), ("secondary", 5), ("tertiary", 4))]
    (found,) = evaluate(ledger_of(tmp_path / "a", *parts), [value_added()], "book").figures()
    assert (found.value, found.unit) == (10.0, "CNY")
    assert evaluate(ledger_of(tmp_path / "b", *parts[:2]), [value_added()], "book").figures() == []


@pytest.mark.parametrize("without", [0, 1, 2, 4])
def test_the_estimate_needs_its_main_parts(tmp_path: Path, without: int) -> None:
    """A province without its power plants would look clean."""
    assert estimated(tmp_path, *PROVINCE[:without], *PROVINCE[without + 1 :]) == []


def test_a_fuel_that_the_factors_do_not_know_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(MissingFactor, match="lubricants"):
        estimated(tmp_path, *PROVINCE, line("final", "lubricants", 1))


def test_a_count_is_a_sum_with_signs_that_needs_all_of_it(tmp_path: Path) -> None:
    net = count("net", "power_generation", {"wind": 1, "solar": -1}, "MWh", "s", "")
    wind, solar = line("power_generation", "wind", 5), line("power_generation", "solar", 2)
    assert [f.value for f in evaluate(ledger_of(tmp_path / "a", wind, solar), [net], "book").figures()] == [3.0]
    assert evaluate(ledger_of(tmp_path / "b", wind), [net], "book").figures() == []
