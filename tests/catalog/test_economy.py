"""Drivers, prices and the balances of the base year: what they say, and that they agree with the statistics."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from dafeng.catalog import UnknownName, convert, economy, economy_balance, factor_between, flows, resource
from dafeng.catalog.economy_balance import BRANCHES, INDUSTRY, LINES, SECTOR_OF, balance, lines, ras
from dafeng.pathway.sectors.base_own import fuel_of_carrier, per_unit

SETS = ("central", "high_demand", "low_demand")
FINAL_2020 = [r for r in resource("statistics", "provinces_energy").rows if (r["flow"], r["year"]) == ("final", 2020)]


def stated(flow: str, carrier: str, unit: str, scope: str | None = None) -> dict[int, float]:
    """Year -> value of the nation's statistics; the later vintage counts."""
    rows = [
        row
        for row in resource("statistics", "national").rows
        if (row["flow"], row["carrier"]) == (flow, carrier) and scope in (None, row["scope"])
    ]
    return {
        r["year"]: convert(r["value"], r["unit"], unit) for r in sorted(rows, key=lambda r: r["vintage"], reverse=True)
    }


# --- drivers ---------------------------------------------------------------------------------------------------------


def test_every_driver_is_known_in_every_set_and_year() -> None:
    assert economy.driver_sets() == SETS
    for driver in economy.driver_units():
        for name in SETS:
            values = [economy.driver(driver, year, name) for year in range(2020, 2061)]
            assert min(values) > 0, (driver, name)
            steps = np.abs(np.diff(np.log(values)))
            assert steps.max() < np.log(2.0), (driver, name)


def test_a_driver_runs_straight_between_the_years_of_the_table() -> None:
    low, high = (economy.driver("crude_steel", year) for year in (2030, 2035))
    assert economy.driver("crude_steel", 2032) == pytest.approx(low + 0.4 * (high - low))


def test_sets_part_after_the_statistics() -> None:
    for driver in economy.driver_units():
        past, later = ([economy.driver(driver, year, name) for name in SETS] for year in (2024, 2040))
        assert past[0] == past[1] == past[2], driver
        if driver != "rural_population":
            assert later[1] > later[0] > later[2], driver


@pytest.mark.parametrize("carrier", ["crude_steel", "cement"])
def test_output_is_that_of_the_statistics(carrier: str) -> None:
    known = stated("output", carrier, "Mt")
    for year in range(2020, 2025):
        assert economy.driver(carrier, year) == pytest.approx(known[year])


def test_gdp_is_chained_by_real_growth() -> None:
    """103.49 x 1.086 x 1.031 x 1.054 x 1.05 = 128.2 trillion CNY of 2020."""
    growth = {2021: 8.6, 2022: 3.1, 2023: 5.4, 2024: 5.0}
    rows = resource("statistics", "national").rows
    assert growth == {
        r["year"]: r["value"]
        for r in rows
        if (r["flow"], r["vintage"]) == ("gdp_growth", "post-5th-census") and r["year"] in growth
    }
    level = 103.48676
    assert economy.driver("gdp", 2020) == pytest.approx(level)
    for year, percent in growth.items():
        level *= 1 + percent / 100
        assert economy.driver("gdp", year) == pytest.approx(level, rel=1e-6)


def test_people_add_up_and_are_those_of_the_statistics() -> None:
    known = stated("population", "all", "1e4person")
    for year in range(2020, 2025):
        assert economy.driver("population", year) == known[year]
    for name in SETS:
        for year in (2020, 2024, 2030, 2047, 2060):
            parts = [economy.driver(f"{place}_population", year, name) for place in ("urban", "rural")]
            assert sum(parts) == pytest.approx(economy.driver("population", year, name), rel=1e-4)


@pytest.mark.parametrize("year", [2020, 2022, 2024, 2030, 2060])
def test_turnover_is_near_the_sum_of_its_modes(year: int) -> None:
    """A coach passenger counts 0.1 t; cars and the rest of the fleets are not in the operating turnover."""
    names = ("light_truck", "heavy_truck", "rail", "ship", "aviation")
    modes = sum(economy.driver(f"{name}_turnover", year) for name in names)
    assert modes == pytest.approx(economy.driver("turnover", year), rel=0.02)


def test_every_unit_and_name_is_there() -> None:
    for driver, unit in economy.driver_units().items():
        assert factor_between(unit, unit) == 1
        assert all(economy.driver_names()[driver].values())
        row = economy.driver_rows(driver)[2060]
        assert (row["quality"], bool(row["note"])) == ("estimated", True)


def test_what_is_not_there_is_refused() -> None:
    for ask in (
        lambda: economy.driver("steal", 2030),
        lambda: economy.driver("gdp", 2061),
        lambda: economy.driver("gdp", 2030, "centrall"),
        lambda: economy.fuel_price("electricity", 2030),
        lambda: economy.rest("steal"),
        lambda: economy_balance.provincial("steal"),
    ):
        with pytest.raises(UnknownName):
            ask()


# --- sectors, fuels, rests -------------------------------------------------------------------------------------------


def test_sectors_are_booked_on_flows_of_their_own() -> None:
    found = [sector.flow for sector in economy.sectors().values()]
    assert len(set(found)) == len(found) == 12
    assert all(flow in flows() for flow in found)
    assert all(sector.driver in economy.driver_units() for sector in economy.sectors().values())


def test_a_carrier_of_a_balance_belongs_to_one_fuel() -> None:
    carriers = [carrier for fuel in economy.fuels().values() for carrier in fuel.carriers]
    assert len(set(carriers)) == len(carriers)
    assert set(economy.fuels()) >= {"coal", "coke", "gas", "electricity", "heat", "biomass", "hydrogen"}


def test_a_price_runs_straight() -> None:
    assert economy.fuel_price("coke", 2025) == 1900.0
    assert economy.fuel_price("coke", 2027) == pytest.approx(1880.0)


def test_a_rest_starts_from_the_base_year() -> None:
    for sector in economy.sectors():
        rest = economy.rest(sector)
        assert (rest.most(2020), rest.trend("coal", 2020), rest.trend("electricity", 2020)) == (0.0, 1.0, 1.0)
        assert 0 < rest.most(2030) < rest.most(2060) < 1
        assert "electricity" not in rest.turned
        assert rest.trend("coal", 2060) < rest.trend("electricity", 2060)


# --- balances --------------------------------------------------------------------------------------------------------


def test_ras_by_hand() -> None:
    """Seed of ones, rows 6 and 4, columns 5 and 5: the rows are halved. A row of zeros takes the shares of columns."""
    assert ras(np.ones((2, 2)), np.array([6.0, 4.0]), np.array([5.0, 5.0])) == pytest.approx(
        np.array([[3.0, 3.0], [2.0, 2.0]])
    )
    assert ras(np.zeros((1, 2)), np.array([4.0]), np.array([1.0, 3.0])) == pytest.approx(np.array([[1.0, 3.0]]))


def test_ras_keeps_the_odds_of_its_seed() -> None:
    seed, rows, columns = np.array([[4.0, 1.0], [2.0, 3.0]]), np.array([7.0, 3.0]), np.array([6.0, 4.0])
    found = ras(seed, rows, columns)
    assert found.sum(axis=1) == pytest.approx(rows)
    assert found.sum(axis=0) == pytest.approx(columns)
    odds = [float(t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0])) for t in (seed, found)]
    assert odds[0] == pytest.approx(odds[1])


def test_sectors_add_up_to_the_lines() -> None:
    table = balance()
    for f, fuel in enumerate(table.fuels):
        assert table.values[:, :, f].sum(axis=1) == pytest.approx(lines().values[:, :, f].sum(axis=1)), fuel
        branches = sum(table.of(branch, fuel) for branch in BRANCHES)
        assert branches == pytest.approx(lines().of(INDUSTRY, fuel)), fuel


def test_branches_have_their_national_shares() -> None:
    for row in resource("economy", "industry_split").rows:
        whole = lines().of(INDUSTRY, row["fuel"]).sum()
        assert balance().of(row["sector"], row["fuel"]).sum() == pytest.approx(row["value"] * whole, rel=1e-6)


def test_branches_stand_where_their_output_is() -> None:
    """Coke of steel per tonne stays near what a blast furnace takes; a province without steel has none of it."""
    steel = economy_balance.provincial("crude_steel")
    coke = balance().of("steel", "coke")
    assert coke[steel == 0].max() < 0.01
    makes = steel > 10
    assert 0.1 < (coke[makes] / steel[makes]).min() < (coke[makes] / steel[makes]).max() < 0.6


@pytest.mark.parametrize("fuel", ["coal", "coke", "gasoline", "diesel", "gas", "heat", "electricity"])
def test_lines_add_up_to_the_final_consumption_of_the_statistics(fuel: str) -> None:
    """Province by province, by the coefficients of the energy account, within 1 %.

    Coal within 3 %: the lines have gangue with the briquettes. Other oil products and gases cannot be held against the
    statistics, which have one column of each; the lines have naphtha, bitumen and petroleum coke as well.
    """
    of_fuel = economy.fuels()[fuel]
    coefficients = {
        r["carrier"]: r["value"] * float(factor_between(r["unit"], f"tce/{_unit(r['carrier'])}"))
        for r in resource("factors", "fuels").rows
        if (r["set"], r["parameter"]) == ("nbs-balance", "standard_coal")
    }
    found: dict[str, float] = defaultdict(float)
    for row in FINAL_2020:
        if row["carrier"] in of_fuel.carriers:
            value = convert(row["value"], row["unit"], _unit(row["carrier"]))
            found[row["entity"]] += value * (1.0 if fuel == "electricity" else coefficients[row["carrier"]]) / 1e6
    own = {p: float(v) for p, v in zip(lines().places, sum(lines().of(line, fuel) for line in LINES), strict=True)}
    for entity, amount in found.items():
        assert own[entity] == pytest.approx(amount, rel=0.03 if fuel == "coal" else 0.01, abs=0.02), entity


def _unit(carrier: str) -> str:
    return str(resource("vocabulary", "carriers").row(carrier)["unit"])


def test_tibet_is_marked_as_estimated() -> None:
    rows = [row for row in resource("economy", "balance").rows if row["entity"] == "CN-XZ"]
    assert rows
    assert {row["quality"] for row in rows} == {"estimated"}
    place = lines().places.index("CN-XZ")
    electricity = sum(float(lines().of(line, "electricity")[place]) for line in LINES)
    assert electricity == pytest.approx(8.2 / 1.06, rel=0.01)


@pytest.mark.shared
def test_lines_are_those_of_the_inventories(shared_data: Path) -> None:
    """Every line and fuel of 30 provinces against the academic inventories, which copy the yearbook, within 1 %."""
    adcodes = {str(r["adcode"]): r["id"] for r in resource("regions", "regions").rows}
    fuel_of = {
        "Raw_Coal": "raw_coal", "Cleaned_Coal": "cleaned_coal", "Other_Washed_Coal": "other_washed_coal",
        "Briquettes": "briquettes", "Coke": "coke", "Coke_Oven_Gas": "coke_oven_gas",
        "Other_Coking_Products": "other_coking", "Crude_Oil": "crude_oil", "Gasoline": "gasoline",
        "Kerosene": "kerosene", "Diesel_Oil": "diesel", "Fuel_Oil": "fuel_oil", "LPG": "lpg",
        "Refinery_Gas": "refinery_gas", "Other_Petroleum_Products": "other_petroleum", "Natural_Gas": "natural_gas",
        "Heat": "heat", "Electricity": "electricity", "Other_Energy": "other_energy",
    }  # fmt: skip
    sums = inventory_lines(shared_data, adcodes, fuel_of)
    for (entity, line, fuel), amount in sums.items():
        own = float(lines().of(line, fuel)[lines().places.index(entity)])
        assert own == pytest.approx(amount, rel=0.01, abs=1e-4), (entity, line, fuel)
    assert len({entity for entity, _, _ in sums}) == 30


LINE_OF = {2: "agriculture", 43: "construction", 44: "transport", 45: "commerce", 46: "other"} | {
    47: "urban_households",
    48: "rural_households",
}


def inventory_lines(
    shared: Path, adcodes: dict[str, str], fuel_of: dict[str, str]
) -> dict[tuple[str, str, str], float]:
    """(province, line, fuel) -> Mtce, TWh of the inventories of 2020."""
    units = {"coke_oven_gas": 1e8, "natural_gas": 1e8, "heat": 1e4, "electricity": 1e5, "other_energy": 1e4}
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    path = shared / "ceads-provincial-energy" / "ceads_provincial_energy_2014_2022.csv"
    with path.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            at = int(row["line"])
            line = LINE_OF.get(at, INDUSTRY if 3 <= at <= 42 else None)
            if row["year"] == "2020" and line:
                for name, carrier in fuel_of.items():
                    value = float(row[name] or 0) * units.get(carrier, 1e4)
                    sums[adcodes[row["adcode"]], line, str(fuel_of_carrier(carrier))] += value * per_unit(carrier)
    return sums


def test_every_line_has_a_sector() -> None:
    assert set(LINES) == {*SECTOR_OF, INDUSTRY}
    assert {*SECTOR_OF.values(), *BRANCHES} == set(economy.sectors())
