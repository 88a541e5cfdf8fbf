"""CO2 that goes with power: the grid factor of the province and the year, and never that of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.accounts import Measure, evaluate
from dafeng.accounts.electricity import co2_of_net_import, final_electricity, final_heat, net_import, of_use
from dafeng.catalog import resource
from dafeng.ledger import Observation
from making import ledger_of, line


def totals(folder: Path, measure: Measure, *lines: Observation) -> dict[tuple[str, int], float]:
    return {(f.entity, f.year): f.value for f in evaluate(ledger_of(folder, *lines), [measure], "book").figures()}


def grid(region: str, year: int, kind: str = "average") -> float:
    """t CO2 per MWh, as the catalogue states it."""
    (row,) = (
        r
        for r in resource("factors", "grid").rows
        if r["region"] == region and r["kind"] == kind and r["valid_from"].year == year
    )
    return float(row["value"])


USE = of_use(("power_consumption",), "co2_electricity_use")


def test_the_factor_is_that_of_the_province_and_the_year(tmp_path: Path) -> None:
    lines = [
        line("power_consumption", "electricity", 1000, year, entity)
        for entity in ("CN-HE", "CN-YN")
        for year in (2021, 2022, 2023)
    ]
    found = totals(tmp_path, USE, *lines)
    assert found == {(e, y): pytest.approx(1000 * grid(e, y)) for e in ("CN-HE", "CN-YN") for y in (2021, 2022, 2023)}
    assert found["CN-YN", 2022] < 0.4 * found["CN-HE", 2022], "hydropower against coal"


def test_a_year_without_a_factor_has_no_figure(tmp_path: Path) -> None:
    """Not that of the year before: the announcements skip years."""
    years = {
        r["valid_from"].year
        for r in resource("factors", "grid").rows
        if r["region"] == "CN-HE" and r["kind"] == "average"
    }
    assert 2019 not in years
    assert totals(tmp_path, USE, line("power_consumption", "electricity", 1000, 2019)) == {}


@pytest.mark.parametrize("entity", ["CN", "CN-GRID-N", "CN-TW"])
def test_where_no_provincial_factor_applies_there_is_no_figure(tmp_path: Path, entity: str) -> None:
    assert totals(tmp_path, USE, line("power_consumption", "electricity", 1000, 2021, entity)) == {}


def test_the_factor_made_for_emissions_trading_is_never_mixed_in() -> None:
    ets = {r["id"] for r in resource("factors", "grid").rows if r["kind"] == "ets"}
    for measure in (USE, final_electricity(), co2_of_net_import()):
        used = {t.place.split("#")[1] for c in measure.coefficients for t in c.terms}
        assert used
        assert not used & ets


def test_by_sector_of_use(tmp_path: Path) -> None:
    lines = [
        line("final.industry", "electricity", 600, 2021),
        line("final.residential.urban", "electricity", 400, 2021),
    ]
    assert totals(tmp_path, final_electricity(), *lines) == {("CN-HE", 2021): pytest.approx(1000 * grid("CN-HE", 2021))}


def test_heat_by_the_default_of_the_guidelines(tmp_path: Path) -> None:
    assert totals(tmp_path, final_heat(), line("final.residential.urban", "heat", 1000)) == {
        ("CN-HE", 2020): pytest.approx(110)
    }


def test_net_import_is_use_less_generation(tmp_path: Path) -> None:
    lines = [
        line("power_consumption", "electricity", 400),
        line("power_generation", "all", 300),
        line("power_consumption", "electricity", 100, entity="CN-NM"),
        line("power_generation", "all", 180, entity="CN-NM"),
    ]
    assert totals(tmp_path, net_import(), *lines) == {("CN-HE", 2020): 100.0, ("CN-NM", 2020): -80.0}


@pytest.mark.parametrize("flow", ["power_consumption", "power_generation"])
def test_net_import_needs_both_sides(tmp_path: Path, flow: str) -> None:
    """Without generation, all use would look imported."""
    carrier = {"power_consumption": "electricity", "power_generation": "all"}[flow]
    assert totals(tmp_path, net_import(), line(flow, carrier, 400)) == {}


def test_imported_power_has_the_factor_of_the_grid_region(tmp_path: Path) -> None:
    lines = [line("power_consumption", "electricity", 400, 2021), line("power_generation", "all", 300, 2021)]
    assert totals(tmp_path, co2_of_net_import(), *lines) == {
        ("CN-HE", 2021): pytest.approx(100 * grid("CN-GRID-N", 2021))
    }
