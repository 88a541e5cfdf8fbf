"""Default uncertainties: what the catalogue gives a line, and what it has nothing for."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

import dafeng
from dafeng import Workspace
from dafeng.accounts import Figure, Inventory, InventoryLine
from dafeng.assessment import Spread, approach_1, monte_carlo
from dafeng.assessment.default_uncertainty import activity_default, coefficient_default, inventory_lines
from dafeng.catalog import LANGUAGES, DafengError, UnknownName, resource


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with dafeng.init(tmp_path_factory.mktemp("uncertainty") / "workspace") as found:
        found.load_statistics()
        yield found


def row(flow: str, carrier: str) -> InventoryLine:
    return InventoryLine(flow, flow, carrier, 10.0, 2.0, 20.0, "t_CO2", "id")


def inventory(*rows: InventoryLine, unit: str = "t_CO2") -> Inventory:
    return Inventory(Figure("CN", 2020, "co2_fuel", 20.0 * len(rows), unit), rows)


def test_a_fuel_in_tonnes_has_the_errors_of_its_carbon_and_of_its_heat() -> None:
    """Diesel: 74.1 (72.6-74.8) kg CO2/GJ and 43.0 (41.4-43.3) GJ/t, 2006 IPCC Guidelines, volume 2, tables 1.4, 1.2."""
    found = coefficient_default(row("final", "diesel"))
    assert found.half == pytest.approx(math.hypot(2.2 / 2 / 74.1, 1.9 / 2 / 43), rel=1e-12)
    assert found.kind == "lognormal"


def test_a_fuel_in_standard_coal_has_only_that_of_its_carbon() -> None:
    found = coefficient_default(row("primary_consumption", "coal"))
    assert found.half == pytest.approx((99.7 - 89.5) / 2 / 94.6, rel=1e-12)


def test_the_nearest_flow_and_carrier_above() -> None:
    assert activity_default(row("final.industry.ferrous_metals", "coke")).half == pytest.approx(0.03)
    assert activity_default(row("final.industry.textiles", "diesel")).half == pytest.approx(0.05)
    assert coefficient_default(row("final", "raw_coal")) == coefficient_default(row("final", "other_washed_coal"))
    assert coefficient_default(row("final", "anthracite")).half < coefficient_default(row("final", "raw_coal")).half


def test_no_gas_takes_the_error_of_a_solid() -> None:
    with pytest.raises(DafengError, match="carbide_furnace_gas") as error:
        coefficient_default(row("final", "carbide_furnace_gas"))
    assert error.value.key == "uncertainty_no_coefficient"


def test_an_uneven_range_stays_uneven() -> None:
    found = coefficient_default(row("power_generation", "thermal"))
    assert found.edges == pytest.approx((-0.1, 0.05))


def test_what_has_no_default_is_named_in_three_languages() -> None:
    for call, key in (
        (lambda: inventory_lines(inventory(row("power_consumption", "electricity"))), "uncertainty_no_activity"),
        (lambda: inventory_lines(inventory(row("final", "electricity"))), "uncertainty_no_coefficient"),
        (lambda: inventory_lines(inventory(row("final", "coal"), unit="tce")), "uncertainty_measure"),
    ):
        with pytest.raises(DafengError) as error:
            call()
        assert error.value.key == key
        assert len({error.value.text(tag) for tag in LANGUAGES}) == 3
    with pytest.raises(UnknownName, match="ipcc-2006"):
        inventory_lines(inventory(row("final", "diesel")), name="ipcc-2016")


def test_given_errors_come_before_the_defaults() -> None:
    use = inventory(row("power_consumption", "electricity"))
    lines = inventory_lines(use, activity={"*": Spread(0.01)}, coefficient={"electricity": Spread(0.08)})
    assert approach_1(lines).half == pytest.approx(math.hypot(0.01, 0.08))


@pytest.mark.parametrize(
    ("entity", "year", "measure", "low", "high"),
    [
        ("CN", 2023, "co2_topdown", 0.04, 0.07),
        ("CN", 2023, "co2_process", 0.3, 0.4),
        ("CN-HE", 2020, "co2_estimate", 0.05, 0.09),
        ("CN-GD", 2022, "co2_estimate", 0.03, 0.07),
        ("CN-SX", 2012, "co2_estimate", 0.04, 0.09),
    ],
)
def test_inventories_of_a_workspace(
    entity: str, year: int, measure: str, low: float, high: float, workspace: Workspace
) -> None:
    """Embedded inventories go through both approaches without a table made by hand, and the two agree."""
    (found,) = workspace.inventory(entity, year, measure)
    lines = inventory_lines(found)
    propagated, drawn = approach_1(lines), monte_carlo(lines, draws=4000, seed=1)
    assert propagated.total == pytest.approx(found.total, rel=1e-12)
    assert low < propagated.half < high
    assert drawn.total.half == pytest.approx(propagated.half, rel=0.1)


def test_top_down_by_hand(workspace: Workspace) -> None:
    """Coal, oil and gas: +-5 % on what is used, the range of table 1.4 on what a tce gives off."""
    (found,) = workspace.inventory("CN", 2023, "co2_topdown")
    ranges = {"coal": (94.6, 89.5, 99.7), "oil": (73.3, 71.1, 75.5), "gas": (56.1, 54.3, 58.3)}
    squares = 0.0
    for one in found.lines:
        value, low, high = ranges[one.carrier]
        squares += one.amount**2 * (0.05**2 + ((high - low) / 2 / value) ** 2)
    assert approach_1(inventory_lines(found)).half == pytest.approx(math.sqrt(squares) / found.total, rel=1e-12)


def test_every_range_holds_its_value() -> None:
    for one in resource("assessment", "uncertainties").rows:
        assert 0 < one["low"] < one["value"] < one["high"], one["id"]
        assert bool(one["flow"]) == (one["part"] == "activity"), one["id"]
