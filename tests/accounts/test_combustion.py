"""CO2 of fuels: computed by hand, and the sectors held against the reference approach on a balance that closes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from dafeng.accounts import Measure, evaluate
from dafeng.accounts.combustion import BURNT, co2_per_unit, fuels, reference, sectoral
from dafeng.catalog import MissingFactor, carriers, resource
from dafeng.ledger import Observation
from making import ledger_of, line

SET = "ndrc-provincial-2011"
COAL = 20.908 * 0.02637 * 0.94 * 44 / 12  # t CO2 per t of raw coal
COKE = 28.435 * 0.02942 * 0.93 * 44 / 12
GAS = 389.31 * 0.01532 * 0.99 * 44 / 12 / 10_000  # per m3
DIESEL = 42.652 * 0.0202 * 0.98 * 44 / 12


def total(folder: Path, measure: Measure, *lines: Observation) -> float:
    (figure,) = evaluate(ledger_of(folder, *lines), [measure], "book").figures()
    return figure.value


# --- one fuel -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("carrier", "expected"), [("raw_coal", COAL), ("coke", COKE), ("natural_gas", GAS), ("diesel", DIESEL)]
)
def test_heating_value_times_carbon_times_oxidation_times_44_by_12(carrier: str, expected: float) -> None:
    value, terms = co2_per_unit(SET, carrier) or (Fraction(0), ())
    assert float(value) == pytest.approx(expected, rel=1e-14)
    assert [t.symbol for t in terms] == ["ncv", "carbon_content", "oxidation", "44/12"]


def test_the_factor_is_exact() -> None:
    value, _ = co2_per_unit(SET, "raw_coal") or (Fraction(0), ())
    assert value == Fraction("20.908") * Fraction("0.02637") * Fraction("0.94") * Fraction(44, 12)


def test_a_set_that_states_the_result_is_taken_at_its_word() -> None:
    value, terms = co2_per_unit("ceads-implied-2022", "coke") or (Fraction(0), ())
    assert value == Fraction("2.87659")
    assert [t.symbol for t in terms] == ["co2_per_unit"]


def test_one_formula_never_mixes_two_sets() -> None:
    """The guideline gives carbon and oxidation of anthracite but no heating value: the second set gives all three."""
    assert co2_per_unit(SET, "anthracite") is None
    _, terms = co2_per_unit(f"{SET}+ndrc-sector-2013", "anthracite") or (0, ())
    assert {t.place.split("#")[1].split(".")[0] for t in terms if t.place} == {"ndrc-sector-2013"}


def test_a_fuel_that_no_set_knows_has_no_factor() -> None:
    assert co2_per_unit("ceads-implied-2022", "methanol") is None


def test_totals_and_carbon_free_carriers_are_no_fuels() -> None:
    assert not {"electricity", "heat", "hydrogen", "biogas", "coal", "oil", "gas", "energy", "other_energy"} & set(
        fuels()
    )
    assert {"raw_coal", "coke", "other_gas", "crude_oil", "refinery_gas", "lng"} <= set(fuels())
    assert all(carriers()[fuel]["unit"] in ("t", "m3") for fuel in fuels())


# --- by sector ----------------------------------------------------------------


def test_by_hand(tmp_path: Path) -> None:
    """100 t coal in industry, 1000 t in power plants, 10,000 m3 of gas at home, 5 t of diesel on the road."""
    lines = [
        line("final.industry", "raw_coal", 100),
        line("transformation.thermal_power", "raw_coal", 1000),
        line("final.residential.urban", "natural_gas", 10_000),
        line("final.transport", "diesel", 5),
    ]
    assert total(tmp_path, sectoral(SET), *lines) == pytest.approx(1100 * COAL + 10_000 * GAS + 5 * DIESEL, rel=1e-14)


def test_feedstock_is_taken_off(tmp_path: Path) -> None:
    lines = [line("final.industry", "natural_gas", 10_000), line("non_energy", "natural_gas", 4_000)]
    assert total(tmp_path, sectoral(SET), *lines) == pytest.approx(6_000 * GAS, rel=1e-14)


def test_feedstock_has_the_factor_of_the_chemical_works_that_take_it(tmp_path: Path) -> None:
    """In a set by sector: coal to the chemical works at 1.69521, all of it feedstock, leaves nothing."""
    lines = [line("final.industry.chemicals", "raw_coal", 100), line("non_energy", "raw_coal", 100)]
    assert total(tmp_path, sectoral("ceads-implied-2022+ndrc-sector-2013"), *lines) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "flow",
    [
        "transformation.coking",
        "transformation.refining",
        "transformation.coal_washing",
        "loss",
        "supply.production",
        "supply.export",
        "final",
    ],
)
def test_what_is_not_burnt_there_does_not_count(flow: str) -> None:
    """Coal that becomes coke is burnt as coke; what is lost was not burnt; the total of final use is no sector."""
    assert flow not in {c.flow for c in sectoral(SET).coefficients}
    assert flow not in BURNT


def test_a_fuel_without_a_factor_is_an_error_that_lists_candidates(tmp_path: Path) -> None:
    with pytest.raises(MissingFactor) as caught:
        total(tmp_path, sectoral(SET), line("final.industry", "raw_coal", 100), line("final.industry", "lng", 1))
    assert {"lng", "final.industry", SET} <= {str(v) for v in caught.value.values.values()}
    candidates = str(caught.value.values["candidates"]).split(", ")
    assert "ndrc-sector-2013" in candidates
    assert "gbt-2589-2020" not in candidates, "it knows the heat of LNG and not its carbon: it would not help"


def test_a_fuel_without_a_factor_and_without_use_is_none(tmp_path: Path) -> None:
    lines = [line("final.industry", "raw_coal", 100), line("final.industry", "methanol", 0)]
    assert total(tmp_path, sectoral(SET), *lines) == pytest.approx(100 * COAL)


# --- reference approach -------------------------------------------------------


def test_sectors_and_reference_agree_on_a_balance_that_closes(tmp_path: Path) -> None:
    """1000 dug + 200 in + 150 imported - 100 out - 30 exported - 20 stored = 1200 = 800 in plants + 400 in industry."""
    supply = [
        ("production", 1000),
        ("inflow", 200),
        ("import", 150),
        ("outflow", 100),
        ("export", 30),
        ("stock_change", -20),
    ]
    lines = [
        *(line(f"supply.{name}", "raw_coal", value) for name, value in supply),
        line("transformation.thermal_power", "raw_coal", 800),
        line("final.industry", "raw_coal", 400),
    ]
    account = {
        f.name: f.value
        for f in evaluate(ledger_of(tmp_path, *lines), [sectoral(SET), reference(SET)], "book").figures()
    }
    assert account["co2_fuel"] == pytest.approx(1200 * COAL, rel=1e-14)
    assert account["co2_reference"] == pytest.approx(account["co2_fuel"], rel=1e-14)


def test_bunkers_belong_to_the_ship(tmp_path: Path) -> None:
    """What our ships take on abroad is ours, what foreign ships take on here is not."""
    lines = [
        line("supply.import", "diesel", 100),
        line("supply.bunker_abroad", "diesel", 7),
        line("supply.bunker_foreign", "diesel", 3),
    ]
    assert total(tmp_path, reference(SET), *lines) == pytest.approx(104 * DIESEL, rel=1e-14)


def test_a_product_made_here_is_in_the_fuel_that_made_it(tmp_path: Path) -> None:
    """Coke made from our coal is not counted again; coke that was imported is."""
    lines = [
        line("supply.production", "raw_coal", 140),
        line("supply.production", "coke", 100),
        line("supply.import", "coke", 10),
    ]
    assert total(tmp_path, reference(SET), *lines) == pytest.approx(140 * COAL + 10 * COKE, rel=1e-14)


@pytest.mark.parametrize("kind", ["anthracite", "bituminous", "lignite"])
def test_a_kind_of_raw_coal_is_primary_too(tmp_path: Path, kind: str) -> None:
    """A balance that splits raw coal must not lose its production."""
    value, _ = co2_per_unit("ndrc-sector-2013", kind) or (Fraction(0), ())
    found = total(tmp_path, reference("ndrc-sector-2013"), line("supply.production", kind, 100))
    assert found == pytest.approx(100 * float(value), rel=1e-14)


@pytest.mark.parametrize(("carrier", "share"), [("natural_gas", 0.33), ("diesel", 0.5), ("raw_coal", 1.0)])
def test_the_reference_takes_off_only_the_carbon_that_stays_in_the_product(
    tmp_path: Path, carrier: str, share: float
) -> None:
    """A third of the carbon of gas, half of that of diesel oil, of others all (IPCC 1996, table 1-5)."""
    per_unit = float((co2_per_unit(SET, carrier) or (Fraction(0), ()))[0])
    found = total(tmp_path, reference(SET), line("supply.import", carrier, 1000), line("non_energy", carrier, 100))
    assert found == pytest.approx((1000 - share * 100) * per_unit, rel=1e-14)


def test_feedstock_without_a_factor_is_an_error_too(tmp_path: Path) -> None:
    """Passed over, the bitumen in roads would count as CO2 of the crude oil that it is from."""
    with pytest.raises(MissingFactor, match="bitumen"):
        total(tmp_path, reference(SET), line("supply.production", "crude_oil", 100), line("non_energy", "bitumen", 10))


def test_the_difference_of_the_two_is_what_is_stored_and_what_is_not(tmp_path: Path) -> None:
    lines = [
        line("supply.import", "natural_gas", 1000),
        line("final.industry", "natural_gas", 1000),
        line("non_energy", "natural_gas", 300),
    ]
    account = {
        f.name: f.value
        for f in evaluate(ledger_of(tmp_path, *lines), [sectoral(SET), reference(SET)], "book").figures()
    }
    assert account["co2_reference"] - account["co2_fuel"] == pytest.approx(300 * 0.67 * GAS, rel=1e-12)


def test_every_share_that_is_stored_is_used() -> None:
    """A fuel of the table that the reference approach never meets would be a slip in its name."""
    counted = {c.carrier for c in reference("ceads-implied-2022+ipcc-2006").coefficients if c.flow == "non_energy"}
    assert {row["carrier"] for row in resource("factors", "stored_carbon").rows} <= counted


def test_a_book_without_fuels_has_no_account_of_fuels(tmp_path: Path) -> None:
    """Electricity alone is not a region that burns nothing."""
    ledger = ledger_of(tmp_path, line("final.industry", "electricity", 100))
    assert evaluate(ledger, [sectoral(SET), reference(SET)], "book").figures() == []


def test_supply_alone_is_no_account_by_sector_and_sectors_alone_no_reference(tmp_path: Path) -> None:
    supply, use = line("supply.import", "raw_coal", 100), line("final.industry", "raw_coal", 100)
    for name, entry, expected in (("a", supply, ["co2_reference"]), ("b", use, ["co2_fuel"])):
        account = evaluate(ledger_of(tmp_path / name, entry), [sectoral(SET), reference(SET)], "book")
        assert [f.name for f in account.figures()] == expected
