"""The counting rule of the CEADs provincial inventories: its factors taken apart, and the rule solved by hand.

Sources: Shan et al. (2018), Scientific Data 5, 170201; Guan et al. (2021), Earth's Future 9, e2021EF002241; Xu et al.
(2024), Applied Energy. The factors are quotients of the published inventories; their reading as heating value x carbon
x oxidation in round numbers is Dafeng's. What is proven by test_ceads.py is the product, not the single parts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.accounts import Account, Lines, ceads_account, ceads_measure, explain, inventories
from dafeng.catalog import MissingFactor, carriers, unit_of
from dafeng.ledger import Ledger, Observation, year_span

MOLAR = 44.0095 / 12.0107
COAL = 23.87 / 24.74  # the carbon of coal moved from 24.74 to 23.87 t per TJ, and that of the products of coal with it
#: NCV (GJ/t, gases GJ/1e4m3), carbon (t C/TJ), oxidation (None: by sector)
PARTS: dict[str, tuple[float, float, float | None]] = {
    "raw_coal": (20.908, 23.87, None),
    "cleaned_coal": (26.344, 23.87, None),
    "other_washed_coal": (15.393, 23.87, None),
    "briquettes": (17.796, 23.87, None),
    "coke": (28.435, 29.5 * COAL, 0.97),
    "coke_oven_gas": (163.08, 20.2 * COAL, 0.99),
    "other_gas": (84.29, 20.2 * COAL, 0.99),
    "other_coking": (28.435, 25.8 * COAL, 0.97),
    "crude_oil": (41.816, 20.0, 0.98),
    "gasoline": (43.124, 18.9, 0.98),
    "kerosene": (43.124, 19.6, 0.98),
    "diesel": (42.652, 20.2, 0.98),
    "fuel_oil": (41.816, 21.1, 0.98),
    "lpg": (50.179, 17.2, 0.99),
    "refinery_gas": (46.055, 20.0, 0.99),
    "natural_gas": (389.31, 15.3, 0.99),
}
OXIDATION = {
    0.98: "nonmetal_products",
    0.944: "power_heat scrap",
    0.927: "chemicals medicine chemical_fibre rubber plastics",
    0.911: "ferrous_metals nonferrous_metals",
    0.899: "petroleum_coking final.agriculture final.construction",
    0.8957: "coal_mining oil_gas_extraction ferrous_mining nonferrous_mining nonmetal_mining other_mining logging "
    "gas_supply water_supply",
    0.8896: "textiles garments leather",
    0.886: "metal_products general_machinery special_machinery transport_equipment electrical_equipment electronics "
    "instruments other_manufacturing",
    0.87: "food_processing food_production beverages tobacco timber furniture paper printing culture_sports",
    0.80: "final.transport final.commerce final.other final.residential.urban final.residential.rural",
}
BY_LINE = {
    line if "." in line else f"final.industry.{line}": rate
    for rate, lines in OXIDATION.items()
    for line in lines.split()
}
Line = tuple[str, str, float]


def test_factors_are_heating_value_by_carbon_by_oxidation() -> None:
    """Every factor, plants too, to 5e-6: the set holds six digits."""
    checked = 0
    for coefficient in ceads_measure().coefficients:
        carrier = coefficient.carrier
        if coefficient.flow == "non_energy" or carrier == "other_petroleum":
            continue
        ncv, carbon, oxidation = PARTS[carrier]
        expected = ncv * carbon * (BY_LINE[coefficient.to_line] if oxidation is None else oxidation) * MOLAR / 1000
        expected /= 1e4 if carriers()[carrier]["unit"] == "m3" else 1
        assert float(coefficient.value) == pytest.approx(expected, rel=5e-6), (coefficient.flow, carrier)
        checked += 1
    assert checked == (47 + 2) * 16


def test_other_petroleum_counts_in_plants_only() -> None:
    value = {c.flow: float(c.value) for c in ceads_measure().coefficients if c.carrier == "other_petroleum"}
    for plant in ("transformation.thermal_power", "transformation.heating"):
        assert value.pop(plant) == pytest.approx(41.816 * 20.2 * 0.98 * MOLAR / 1000, rel=5e-6)
    assert set(value.values()) == {0.0}


def account_of(folder: Path, *lines: Line) -> Account:
    ledger = Ledger(folder, write=True)
    start, end = year_span(2020)
    ledger.append(
        [Observation("CN-HE", start, end, flow, fuel, value, unit_of(flow, fuel), "x") for flow, fuel, value in lines],
        "hand",
        "template",
        "x",
    )
    account = ceads_account(ledger, "x")
    ledger.close()
    return account


def by_line(account: Account) -> dict[str, float]:
    return {line.removeprefix("final.industry."): value for line, value in inventories(account)[0].by_line().items()}


def test_feedstock_is_shared_by_use(tmp_path: Path) -> None:
    """300 t of 400 t are feedstock: each line keeps a quarter, at 1.69521 t CO2 per t; paper keeps all, at 1.59097."""
    account = account_of(
        tmp_path,
        ("final.industry.chemicals", "raw_coal", 300.0),
        ("final.industry.rubber", "raw_coal", 100.0),
        ("final.industry.paper", "raw_coal", 10.0),
        ("non_energy", "raw_coal", 300.0),
    )
    assert by_line(account) == pytest.approx({"chemicals": 75 * 1.69521, "rubber": 25 * 1.69521, "paper": 10 * 1.59097})


def test_the_linear_part_is_the_total_while_feedstock_is_less_than_use(tmp_path: Path) -> None:
    lines: tuple[Line, ...] = (("final.industry.chemicals", "lpg", 300.0), ("non_energy", "lpg", 100.0))
    linear = {(c.flow, c.carrier): float(c.value) for c in ceads_measure().coefficients}
    expected = sum(linear[flow, fuel] * value for flow, fuel, value in lines)
    assert account_of(tmp_path, *lines).figures()[0].value == pytest.approx(expected)


def test_more_feedstock_than_use_is_dropped(tmp_path: Path) -> None:
    account = account_of(
        tmp_path,
        ("final.industry.plastics", "lpg", 50.0),
        ("final.industry.paper", "lpg", 10.0),
        ("non_energy", "lpg", 80.0),
    )
    assert by_line(account) == pytest.approx({"plastics": 0.0, "paper": 10 * 3.13086})


def test_feedstock_without_chemical_use_takes_off_nothing(tmp_path: Path) -> None:
    account = account_of(tmp_path, ("final.industry.paper", "lpg", 10.0), ("non_energy", "lpg", 80.0))
    assert by_line(account) == pytest.approx({"paper": 10 * 3.13086})


def test_plants_are_booked_to_power_and_heat(tmp_path: Path) -> None:
    """Input of plants and own use in one line; coking counts nowhere; other petroleum only as input."""
    account = account_of(
        tmp_path,
        ("transformation.thermal_power", "raw_coal", 100.0),
        ("transformation.heating", "raw_coal", 10.0),
        ("final.industry.power_heat", "raw_coal", 1.0),
        ("transformation.coking", "raw_coal", 1000.0),
        ("final.industry.power_heat", "other_petroleum", 7.0),
        ("transformation.heating", "other_petroleum", 1.0),
    )
    assert by_line(account) == pytest.approx({"power_heat": 111 * 1.72629 + 3.03318})


def test_a_negative_final_use_counts_as_none(tmp_path: Path) -> None:
    account = account_of(tmp_path, ("final.transport", "diesel", -5.0), ("final.construction", "diesel", 1.0))
    assert by_line(account) == pytest.approx({"final.construction": 3.09382})


@pytest.mark.parametrize(("flow", "fuel"), [("final.industry", "raw_coal"), ("final.transport", "naphtha")])
def test_what_the_rule_does_not_know_is_refused(tmp_path: Path, flow: str, fuel: str) -> None:
    with pytest.raises(MissingFactor):
        account_of(tmp_path, (flow, fuel, 1.0))


def test_the_same_ledger_gives_the_same_cells(tmp_path: Path) -> None:
    """To the last digit, whatever order the lines came in."""
    chemical = ("chemicals", "rubber", "plastics")
    uses = [(f"final.industry.{x}", fuel, value) for x in chemical for fuel, value in (("lpg", 0.1), ("coke", 0.7))]
    lines: list[Line] = [*uses, ("non_energy", "lpg", 0.2), ("non_energy", "coke", 0.3)]
    first, second = account_of(tmp_path / "a", *lines), account_of(tmp_path / "b", *reversed(lines))
    order = [(name, "ascending") for name in ("line", "flow", "carrier")]
    assert first.figures() == second.figures()
    assert first.cells.sort_by(order).equals(second.cells.sort_by(order))


def test_feedstock_explains_itself(tmp_path: Path) -> None:
    """The ton that is taken off is explained with the factor of the chemical line and its own ledger line."""
    account = account_of(tmp_path, ("final.industry.rubber", "coke", 4.0), ("non_energy", "coke", 1.0))
    ledger = Ledger(tmp_path)
    rows = ledger.run(ledger.observations()).to_pylist()
    steps = explain(account.figures()[0], {account.dataset: account}, {account.dataset: Lines(rows)}, "en")
    stated = next(row["id"] for row in rows if row["flow"] == "non_energy")
    assert any(step.kind == "cell" and "1 x -2.87659 = -2.87659 t_CO2" in step.text for step in steps)
    assert any(step.kind == "line" and stated in step.text for step in steps)
    assert account.figures()[0].value == pytest.approx(3 * 2.87659)
