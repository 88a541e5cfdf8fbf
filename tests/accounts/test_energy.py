"""Coal equivalent: calorific and coal-equivalent method, the dated coal rate, and how the two may not be mixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.accounts import Measure, evaluate
from dafeng.accounts.energy import FINAL, TOTAL, coal_rate, deducted, electricity_of, energy, published, standard_coal
from dafeng.catalog import MissingFactor, carriers
from dafeng.ledger import Observation
from making import ledger_of, line

SET, EDITION = "nbs-balance", "first-release"
SECTORS = tuple(flow for flow in FINAL if flow != "final")


def total(folder: Path, measure: Measure, *lines: Observation) -> dict[int, float]:
    return {f.year: f.value for f in evaluate(ledger_of(folder, *lines), [measure], "book").figures()}


def measure(method: str) -> Measure:
    return energy("energy_final", SECTORS, method, SET, EDITION)


def test_by_hand_calorific(tmp_path: Path) -> None:
    """100 t coal x 0.7143 + 10 t diesel x 1.4571 + 10,000 m3 gas x 0.001215 + 50 MWh x 0.1229 + 1000 GJ x 0.03412."""
    found = total(
        tmp_path,
        measure("calorific"),
        line("final.industry", "raw_coal", 100),
        line("final.transport", "diesel", 10),
        line("final.residential.urban", "natural_gas", 10_000),
        line("final.commerce", "electricity", 50),
        line("final.other", "heat", 1000),
        line("final.agriculture", "other_energy", 7),
    )
    expected = 100 * 0.7143 + 10 * 1.4571 + 12.15 + 50 * 0.1229 + 1000 * 0.03412 + 7
    assert found == {2020: pytest.approx(expected, rel=1e-14)}


def test_by_hand_coal_equivalent(tmp_path: Path) -> None:
    """Only electricity differs, by the coal rate of its own year: 305.5 gce/kWh in 2020, 302.5 in 2021."""
    lines = [line("final.industry", c, v, y) for y in (2020, 2021) for c, v in (("raw_coal", 100), ("electricity", 50))]
    found = total(tmp_path, measure("equivalent"), *lines)
    assert found == {
        2020: pytest.approx(71.43 + 50 * 0.3055, rel=1e-14),
        2021: pytest.approx(71.43 + 50 * 0.3025, rel=1e-14),
    }


def test_a_year_without_a_coal_rate_has_no_figure_rather_than_one_by_another_years_rate(tmp_path: Path) -> None:
    assert "2023" not in {c.terms[0].place.split("-")[1] for c in coal_rate("supply", EDITION)}
    lines = [line("final.industry", "electricity", 50, year) for year in (2022, 2023)]
    assert total(tmp_path, measure("equivalent"), *lines).keys() == {2022}


def test_the_whole_is_not_counted_on_top_of_its_sectors() -> None:
    assert "final" not in {c.flow for c in measure("calorific").coefficients}


def test_every_fuel_of_the_balance_counts() -> None:
    """Else a fuel would be left out of the total without a word."""
    counted = {c.carrier for c in measure("calorific").coefficients}
    wanted = {row["id"] for row in carriers().rows.values() if row["id"] in carriers().below("energy")}
    assert {"raw_coal", "coke", "crude_oil", "diesel", "natural_gas", "heat", "electricity", "other_energy"} <= counted
    assert counted <= wanted
    assert not {c for c in counted if carriers()[c]["unit"] == "tce"} - {"other_energy"}, (
        "totals in tce would count twice"
    )


def test_a_missing_coefficient_is_an_error() -> None:
    with pytest.raises(MissingFactor):
        standard_coal("hydrogen", SET)


def test_the_two_methods_are_two_scopes() -> None:
    assert (measure("calorific").scope, measure("equivalent").scope) == ("calorific", "equivalent")
    assert measure("calorific").hash != measure("equivalent").hash


def test_electricity_in_tce_is_calorific(tmp_path: Path) -> None:
    assert total(
        tmp_path, electricity_of("e", ("final.industry",), SET), line("final.industry", "electricity", 1000)
    ) == {2020: pytest.approx(122.9, rel=1e-14)}


def test_final_use_of_a_whole_province_needs_its_main_fuels(tmp_path: Path) -> None:
    """A province of which only the coal is known must not look as if it used nothing else."""
    whole = energy("energy_final", ("final",), "calorific", SET, EDITION)
    coal, diesel, power = line("final", "raw_coal", 1), line("final", "diesel", 1), line("final", "electricity", 1)
    assert total(tmp_path / "a", whole, coal, diesel) == {}
    assert total(tmp_path / "b", whole, coal, diesel, power).keys() == {2020}


def test_a_published_total_is_taken_over_as_it_is(tmp_path: Path) -> None:
    m = published("energy_total", "primary_consumption", "energy", "tce")
    assert total(tmp_path, m, line("primary_consumption", "energy", 123.456)) == {2020: 123.456}
    assert m.coefficients[0].terms == ()


BALANCE = [
    line("final.industry", "raw_coal", 100),
    line("final.industry", "electricity", 300),
    line("final.transport", "diesel", 20),
    line("transformation.thermal_power", "raw_coal", 120),
    line("transformation.thermal_power", "electricity", -310),
    line("loss", "electricity", 10),
    line("non_energy", "diesel", 5),
    line("supply.production", "electricity", 40),
]


def test_consumption_of_a_balance_is_final_use_and_what_is_lost_on_the_way(tmp_path: Path) -> None:
    """What plants take in less what they give out counts; coal-equivalent electricity at 305.5 gce/kWh."""
    found = total(tmp_path, balance_total(), *BALANCE)
    expected = 220 * 0.7143 + 20 * 1.4571 + (300 - 310 + 10) * 0.3055
    assert found == {2020: pytest.approx(expected, rel=1e-13)}


def test_after_deductions_feedstock_and_primary_electricity_are_off(tmp_path: Path) -> None:
    """The definition of the intensity target since 2024: E - E_feedstock - E_nonfossil."""
    found = total(tmp_path, deducted(balance_total(), SET, EDITION), *BALANCE)
    expected = 220 * 0.7143 + 20 * 1.4571 - 5 * 1.4571 - 40 * 0.3055
    assert found == {2020: pytest.approx(expected, rel=1e-13)}


@pytest.mark.parametrize("without", ["non_energy", "supply.production"])
def test_without_what_is_deducted_there_is_no_figure(tmp_path: Path, without: str) -> None:
    """A balance that does not state its feedstock must not pass for one that has none."""
    lines = [o for o in BALANCE if o.flow != without]
    assert total(tmp_path, deducted(balance_total(), SET, EDITION), *lines) == {}


def balance_total() -> Measure:
    return energy("energy_balance_total", tuple(f for f in TOTAL if f != "final"), "equivalent", SET, EDITION)
