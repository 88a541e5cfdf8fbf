"""The catalogue of services and options: units by hand, shares that add up, and figures that fit the nation."""

from __future__ import annotations

from collections import defaultdict

import pytest

from dafeng.catalog import UnknownName, carriers, resource, sectors, unit_of

ALL = [(service, option) for service in sectors.services() for option in sectors.options(service)]
YEARS = range(2020, 2061, 5)
near = pytest.approx


# --- units, by hand --------------------------------------------------------------------------------------------------


def test_fuel_per_tonne() -> None:
    """385 kgce of coke per tonne are 0.385 Mtce per Mt; 480 kWh are 0.48 TWh; 0.35 GJ are 0.35 PJ."""
    found = sectors.inputs("steel_bf_bof", 2020)
    assert (found["coke"], found["electricity"], found["heat"]) == near((0.385, 0.48, 0.35))


def test_heat_of_a_boiler_is_told_in_coal_equivalent() -> None:
    """1.3 GJ of coal per GJ of heat, 29.3076 GJ per tce; 0.392 GJ of electricity per GJ are 0.392 / 3.6 TWh per PJ."""
    assert sectors.inputs("industrial_heat_low_coal", 2020) == near({"coal": 1.3 / 29.3076})
    assert sectors.inputs("industrial_heat_low_heat_pump", 2020) == near({"electricity": 0.392 / 3.6})


def test_litres_per_hundred_kilometres() -> None:
    """A billion passenger-km in cars of 1.5 persons are 2/3 billion km; 8 L of 1.0815 kgce on each hundred."""
    assert sectors.inputs("cars_petrol", 2020) == near({"gasoline": 1e9 / 1.5 / 100 * 8.0 * 1.0815e-9})
    assert sectors.inputs("cars_electric", 2020) == near({"electricity": 1e9 / 1.5 / 100 * 16.5e-9})
    assert sectors.inputs("cars_hydrogen", 2020) == near({"hydrogen": 1e9 / 1.5 / 100 * 0.11996e-6})


def test_inputs_run_straight_between_years_and_stay() -> None:
    """Electricity of electric furnaces: 620 in 2020, 560 in 2050."""
    electricity = [sectors.inputs("steel_scrap_eaf", year)["electricity"] for year in (2020, 2035, 2050, 2060)]
    assert electricity == near([0.62, 0.59, 0.56, 0.56])


def test_costs_are_per_small_unit() -> None:
    """A car of 110,000 CNY gives 1.5 persons x 8,000 km = 12,000 passenger-km a year; a kW of boiler 5,500 h of heat."""
    assert sectors.cost("steel_bf_bof", 2020).investment == near(4000.0)
    assert sectors.cost("cars_petrol", 2020).investment == near(110_000 / 12.0)
    assert sectors.cost("industrial_heat_low_coal", 2020).investment == near(700 / (5500 * 0.0036))
    assert sectors.cost("motors_standard", 2020).investment == near(180.0)


def test_costs_run_straight_between_years() -> None:
    electric = [sectors.cost("cars_electric", year).investment * 12 for year in (2020, 2025, 2030, 2060)]
    assert electric == near([155_000, 135_000, 115_000, 105_000])


def test_co2_of_processes_is_amount_by_factor() -> None:
    """0.664 t of clinker per tonne of cement at 0.535; a carbon anode 1.54; half a clinker less."""
    assert sectors.option("cement_kiln").process_co2 == near(0.664 * 0.535)
    assert sectors.option("cement_low_clinker").process_co2 == near(0.5 * 0.535)
    assert sectors.option("aluminium_primary").process_co2 == near(1.54)
    assert sectors.option("aluminium_inert_anode").process_co2 == 0.0
    factors = resource("factors", "process").by("id")
    for row in resource("sectors", "process").rows:
        assert factors[row["factor"]]["gas"] == "CO2"
        assert factors[row["factor"]]["parameter"] == "process_factor"


def test_feedstock_is_a_part_of_the_inputs() -> None:
    assert sectors.feedstock("ammonia_coal", 2020) == near({"coal": 0.75})
    assert sectors.feedstock("ammonia_hydrogen", 2020) == near({"hydrogen": 21.4})
    assert sectors.feedstock("cars_petrol", 2020) == {}
    for _, option in ALL:
        whole = sectors.inputs(option, 2040)
        assert all(amount <= whole[fuel] for fuel, amount in sectors.feedstock(option, 2040).items())


def test_the_carbon_of_a_feedstock_is_in_no_process() -> None:
    """It is counted with the fuel; counted as process too it would be there twice."""
    for _, option in ALL:
        if {"coal", "gas", "other_oil"} & set(sectors.feedstock(option, 2020)):
            assert sectors.option(option).process_co2 == 0.0, option


# --- the tables hold together ----------------------------------------------------------------------------------------


def test_shares_of_2020_add_up() -> None:
    for service in sectors.services():
        found = sectors.options(service)
        assert sum(option.share_2020 for option in found.values()) == near(1.0), service
        assert next(iter(found.values())).share_2020 > 0, service
        assert all(option.share_2020 > 0 for option in found.values() if option.kind == "as_today"), service


@pytest.mark.parametrize("year", YEARS)
def test_bounds_leave_room_for_the_whole(year: int) -> None:
    for service in sectors.services():
        least, most = zip(*(sectors.share_bounds(option, year) for option in sectors.options(service)), strict=True)
        assert all(0 <= low <= high <= 1 for low, high in zip(least, most, strict=True)), service
        assert sum(least) <= 1 <= sum(most), service


def test_bounds_of_a_region_follow_what_it_had() -> None:
    """District heat: 0.62 of the nation in 2020, least 0.58. Half as much here: half of the least.

    Rural coal: most 0.37 in 2020 and 0.2 in 2030. A region with 0.74 may keep 0.4 of its homes on coal.
    """
    assert sectors.share_bounds("heating_urban_district", 2020, 0.31) == near((0.29, 0.62))
    assert sectors.share_bounds("heating_urban_district", 2020, 0.0) == near((0.0, 0.62))
    assert sectors.share_bounds("heating_rural_coal", 2030, 0.74) == near((0.0, 0.4))
    assert sectors.share_bounds("heating_rural_coal", 2030, 0.1) == near((0.0, 0.2))
    assert sectors.share_bounds("heating_urban_gas", 2030, 0.9)[1] == 1.0
    assert sectors.share_bounds("cars_hydrogen", 2030, 0.0) == sectors.share_bounds("cars_hydrogen", 2030)


@pytest.mark.parametrize("year", YEARS)
def test_bounds_of_regions_leave_room_for_the_whole(year: int) -> None:
    """Where all of a service came from one option."""
    for service, found in ((service, sectors.options(service)) for service in sectors.services()):
        for only in found:
            bounds = [sectors.share_bounds(option, year, float(option == only)) for option in found]
            assert sum(low for low, _ in bounds) <= 1 <= sum(high for _, high in bounds) + 1e-12, (service, only)
            assert all(low <= high for low, high in bounds), (service, only)


def test_the_shares_of_2020_lie_in_their_bounds() -> None:
    for _, option in ALL:
        least, most = sectors.share_bounds(option, 2020)
        assert least <= sectors.option(option).share_2020 <= most, option


def test_nothing_is_allowed_before_it_can_be_built() -> None:
    for _, option in ALL:
        own = sectors.option(option)
        assert own.share_2020 == 0 or own.first_year == 2020, option
        if own.first_year > 2025:
            assert sectors.share_bounds(option, own.first_year - 5)[1] == 0.0, option


def test_every_option_has_inputs_costs_and_names() -> None:
    fuels = set(sectors.FUELS)
    for service, option in ALL:
        own = sectors.option(option)
        assert own.service == service
        assert option.startswith(service)
        assert set(own.name) == {"zh", "ja", "en"}
        assert sectors.inputs(option, 2020), option
        assert set(sectors.inputs(option, 2020)) <= fuels
        for year in YEARS:
            cost = sectors.cost(option, year)
            assert 0 < cost.low < cost.investment < cost.high, option
            assert 0 <= cost.fixed_om < 0.1
            assert cost.variable >= 0


def test_what_captures_stands_beside_the_same_without() -> None:
    """It takes more energy, costs more, and captures a part of its CO2."""
    for _, option in ALL:
        own, plain = sectors.option(option), option.removesuffix("_ccs")
        assert (own.captured > 0) == option.endswith("_ccs")
        if own.captured:
            plain = plain if plain in sectors.options(own.service) else next(iter(sectors.options(own.service)))
            assert own.captured <= 0.9
            assert own.process_co2 == sectors.option(plain).process_co2
            assert sectors.cost(option, 2040).investment > sectors.cost(plain, 2040).investment
            assert sum(sectors.inputs(option, 2020).values()) > sum(sectors.inputs(plain, 2020).values())


def test_products_are_carriers_that_are_counted_in_tonnes() -> None:
    for service in sectors.services().values():
        if service.product:
            assert service.product in carriers()
            assert unit_of("output", service.product) == "t"
            assert service.unit == "Mt"


def test_what_is_told_by_vehicle_or_hours_says_how_much_they_give() -> None:
    for table in ("inputs", "costs"):
        for row in resource("sectors", table).rows:
            of = sectors.services()[sectors.option(row["option"]).service]
            below = row["unit"].partition("/")[2]
            assert below not in ("100km", "count") or (of.load > 0 and of.km > 0), row["option"]
            assert below != "kW" or of.hours > 0, row["option"]
            assert below in ("100km", "count", "kW", "kWh", of.small_unit), row["option"]


def test_an_estimate_is_marked() -> None:
    for table in ("services", "options", "inputs", "costs", "bounds", "process", "heats"):
        for row in resource("sectors", table).rows:
            assert ("sectors-estimate" not in row["source"]) or row["quality"] == "estimated", row
            assert row["quality"] != "official", row


def test_unknown_names_are_refused() -> None:
    for call in (sectors.inputs, sectors.cost, sectors.share_bounds, sectors.feedstock):
        with pytest.raises(UnknownName, match="steel_bf_bof"):
            call("steel_bf_bofs", 2030)
    with pytest.raises(UnknownName, match="steel"):
        sectors.options("steal")


# --- figures that fit --------------------------------------------------------------------------------------------------


def used_in_2020() -> dict[tuple[str, str], float]:
    """(sector, fuel) -> what all services take in the nation in 2020."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for service, option in ALL:
        of = sectors.services()[service]
        made = of.level_2020 * sectors.option(option).share_2020
        for fuel, amount in sectors.inputs(option, 2020).items():
            found[of.sector, fuel] += made * amount
    return found


def test_output_is_that_of_the_statistics() -> None:
    stated = {
        row["carrier"]: row["value"]
        for row in resource("statistics", "national").rows
        if (row["entity"], row["year"], row["flow"]) == ("CN", 2020, "output")
    }
    assert sectors.services()["steel"].level_2020 == near(stated["crude_steel"])
    assert sectors.services()["cement"].level_2020 == near(stated["cement"])


def test_energy_of_a_tonne_is_what_the_field_knows() -> None:
    """tce a tonne, electricity by its heat: converter steel 0.55-0.65, cement 0.07-0.09, ammonia from coal 1.2-1.4."""
    kwh, gj = 0.1229, 0.0341

    def tce(option: str) -> float:
        scale = {"electricity": kwh, "heat": gj, "hydrogen": gj}
        return sum(amount * scale.get(fuel, 1.0) for fuel, amount in sectors.inputs(option, 2020).items())

    assert 0.55 < tce("steel_bf_bof") < 0.65
    assert tce("steel_scrap_eaf") < 0.2 * tce("steel_bf_bof")
    assert 0.07 < tce("cement_kiln") < 0.09
    assert 1.2 < tce("ammonia_coal") < 1.4
    assert 13.3 < sectors.inputs("aluminium_primary", 2020)["electricity"] < 14.5
    assert sectors.inputs("aluminium_recycled", 2020)["electricity"] < 0.05 * 14
    assert 0.055 < sectors.inputs("refining_today", 2020)["other_oil"] + 0.02 < 0.1
