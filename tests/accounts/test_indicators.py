"""Ratios, sums and chains: the constant-price chain in both directions, announced changes, and which reading counts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.accounts import Figure, Series, key_of, names, readings, series_of, with_indicators
from dafeng.accounts.indicators import BASE_YEARS
from making import figure, points


def series(*runs: dict[int, Figure]) -> Series:
    return with_indicators(series_of(f for run in runs for f in run.values()))


def values(table: Series, name: str, entity: str = "CN-HE") -> dict[int, float]:
    return {year: f.value for year, f in table[entity, name].items()}


# --- GDP at constant prices ---------------------------------------------------

GROWTH = points({2018: 5.0, 2019: 10.0, 2020: 25.0, 2021: -20.0, 2022: 50.0}, "gdp_growth", "%")
CURRENT = points({2019: 90.0, 2020: 100.0, 2021: 95.0}, "gdp_current", "CNY")


def test_the_chain_runs_both_ways_from_the_price_year() -> None:
    """100 in 2020; before: / 1.25, / 1.1, / 1.05; after: x 0.8, x 1.5."""
    found = values(series(CURRENT, GROWTH), "gdp_constant")
    assert found == pytest.approx(
        {2017: 100 / 1.25 / 1.1 / 1.05, 2018: 100 / 1.25 / 1.1, 2019: 80.0, 2020: 100.0, 2021: 80.0, 2022: 120.0}
    )


@pytest.mark.parametrize(
    ("missing", "years"),
    [(2021, {2017, 2018, 2019, 2020}), (2019, {2019, 2020, 2021, 2022}), (2020, {2020, 2021, 2022})],
)
def test_the_chain_stops_where_a_link_is_missing(missing: int, years: set[int]) -> None:
    growth = {year: f for year, f in GROWTH.items() if year != missing}
    assert values(series(CURRENT, growth), "gdp_constant").keys() == years


def test_without_the_price_year_there_is_no_chain() -> None:
    assert ("CN-HE", "gdp_constant") not in series({2019: CURRENT[2019]}, GROWTH)


@given(st.dictionaries(st.integers(2001, 2030), st.floats(-30, 30), min_size=1))
def test_growth_can_be_read_back_from_the_chain(growth: dict[int, float]) -> None:
    found = values(series(CURRENT, points(growth, "gdp_growth", "%")), "gdp_constant")
    for before, after in pairwise(sorted(found)):
        assert after == before + 1
        assert 100 * (found[after] / found[before] - 1) == pytest.approx(growth[after], abs=1e-9)


def test_a_link_from_memory_marks_the_rest_of_the_chain() -> None:
    growth = points({2021: 1.0, 2022: 1.0, 2023: 1.0}, "gdp_growth", "%", quality="official")
    growth[2022] = figure(1.0, 2022, "gdp_growth", "%", quality="recalled")
    found = series(points({2020: 100.0}, "gdp_current", "CNY", quality="official"), growth)["CN-HE", "gdp_constant"]
    assert {year: f.quality for year, f in found.items()} == {
        2020: "official",
        2021: "official",
        2022: "recalled",
        2023: "recalled",
    }


# --- ratios -------------------------------------------------------------------


def test_a_ratio_carries_scope_formula_and_inputs() -> None:
    total = points({2020: 500.0, 2021: 550.0}, "energy_total", "tce", scope="as-published", vintage="v")
    clean = points({2021: 110.0, 2022: 130.0}, "non_fossil_total", "tce", scope="as-published", vintage="v")
    found = series(total, clean)["CN-HE", "non_fossil_share|coal-equivalent"]
    assert found.keys() == {2021}, "only where both are there"
    share = found[2021]
    assert (share.value, share.unit, share.scope, share.vintage) == (20.0, "%", "coal-equivalent", "v")
    assert share.formula == "100 * {non_fossil_total} / {energy_total}"
    assert [f.value for f in share.inputs] == [110.0, 550.0]


def test_intensity_is_per_ten_thousand_yuan() -> None:
    """1 tce for 10,000 CNY is 1 tce/1e4CNY."""
    found = series(points({2020: 3.0}, "energy_total", "tce"), points({2020: 20_000.0}, "gdp_current", "CNY"))
    assert values(found, "energy_intensity|undeducted") == {2020: pytest.approx(1.5)}


def test_sum_and_difference() -> None:
    wind, solar = (
        points({2024: 520.0}, "power_capacity.wind", "MW"),
        points({2024: 887.0}, "power_capacity.solar", "MW"),
    )
    hydro, pumped = (
        points({2024: 436.0}, "power_capacity.hydro", "MW"),
        points({2024: 59.0}, "power_capacity.pumped_storage", "MW"),
    )
    found = series(wind, solar, hydro, pumped)
    assert values(found, "wind_solar_capacity") == {2024: 1407.0}
    assert values(found, "hydro_conventional|excl-pumped-storage") == {2024: 377.0}


def test_value_added_of_an_industry_is_its_share_of_gdp_at_constant_prices() -> None:
    """30 of 120 at current prices, of a GDP of 80 at prices of 2020; in the edition of the shares."""
    found = series(
        points({2021: 30.0}, "value_added.primary", "CNY", vintage="v"),
        points({2021: 120.0}, "value_added_total", "CNY", vintage="v"),
        points({2020: 64.0}, "gdp_current", "CNY", vintage="w"),
        points({2021: 25.0}, "gdp_growth", "%"),
    )
    assert values(found, "industry_share.primary") == {2021: 25.0}
    scope = "base-2020-current-shares"
    assert values(found, f"value_added_constant.primary|{scope}") == {2021: 20.0}
    assert found["CN-HE", f"value_added_constant.primary|{scope}"][2021].vintage == "v"


def test_energy_and_process_co2_needs_both() -> None:
    fuel, process = points({2020: 90.0, 2021: 95.0}, "co2_fuel", "t_CO2"), points({2021: 5.0}, "co2_process", "t_CO2")
    assert values(series(fuel, process), "co2_energy_process|energy-use-plus-process") == {2021: 100.0}


def test_an_indicator_names_the_factors_of_both_its_parts() -> None:
    """Else a sum with other process factors would pass for the same figure."""
    fuel = points({2021: 95.0}, "co2_fuel", "t_CO2", factor_set="a", factor_hash="1")
    process = points({2021: 5.0}, "co2_process", "t_CO2", factor_set="b", factor_hash="2")
    found = series(fuel, process)["CN-HE", "co2_energy_process|energy-use-plus-process"][2021]
    assert (found.factor_set, found.factor_hash) == ("a + b", "1 + 2")


def test_an_estimate_of_co2_gives_an_intensity_of_its_own_scope() -> None:
    """An estimate of ours must not slip into the series of the official scope."""
    co2 = points({2020: 40.0}, "co2_estimate", "t_CO2", scope="fossil-incl-nonenergy-estimate", quality="estimated")
    found = series(co2, points({2020: 10_000.0}, "gdp_current", "CNY", quality="official"))
    (reading,) = readings(found, "CN-HE", "carbon_intensity")
    assert (reading[2020].value, reading[2020].scope, reading[2020].quality) == (
        40.0,
        "fossil-incl-nonenergy-estimate",
        "estimated",
    )


# --- readings -----------------------------------------------------------------


def test_the_longest_series_has_the_plain_name_and_the_other_keeps_its_own() -> None:
    short, long = points({2021: 9.0}, scope="a"), points({2020: 1.0, 2021: 2.0}, scope="b")
    found = series_of([*short.values(), *long.values()])
    assert {y: f.value for y, f in found["CN-HE", "thing"].items()} == {2020: 1.0, 2021: 2.0}
    assert {y: f.value for y, f in found["CN-HE", "thing|a"].items()} == {2021: 9.0}
    assert len(readings(found, "CN-HE", "thing")) == 2
    assert names(found, "CN-HE") == ["thing"]


def test_provinces_do_not_mix() -> None:
    found = series_of([figure(1, 2020), figure(2, 2020, entity="CN-SX")])
    assert found["CN-HE", "thing"][2020].value == 1
    assert readings(found, "CN-SX", "thing")[0][2020].value == 2
    assert readings(found, "CN-NM", "thing") == []


def test_a_name_is_not_taken_for_the_beginning_of_another() -> None:
    found = series_of([figure(1, 2020, "co2"), figure(2, 2020, "co2_fuel")])
    assert [r[2020].value for r in readings(found, "CN-HE", "co2")] == [1.0]


def test_keys() -> None:
    assert key_of("a") == "a"
    assert key_of("a", "", "b") == "a|b"


# --- announced changes --------------------------------------------------------

CHANGE = "announced.carbon_intensity_change"


def change(value: float, year: int, base: int, scope: str = "s") -> Figure:
    return figure(
        value, year, CHANGE, "%", scope=scope, vintage=f"announced-{year + 1}", base_year=base, quality="secondary"
    )


def test_yearly_changes_are_chained_from_a_base_year() -> None:
    found = series({f.year: f for f in (change(-10, 2021, 2020), change(-20, 2022, 2021), change(5, 2023, 2022))})
    assert values(found, f"{CHANGE}|s|2020") == pytest.approx(
        {2021: -10, 2022: 100 * (0.9 * 0.8 - 1), 2023: 100 * (0.9 * 0.8 * 1.05 - 1)}
    )


def test_a_chain_goes_on_from_what_was_announced_for_the_whole_span() -> None:
    """-48.4 since 2005 was stated in 2020: the years before are not chained over it."""
    stated = {2020: change(-48.4, 2020, 2005)}
    yearly = {2021: change(-3.8, 2021, 2020), 2022: change(-0.8, 2022, 2021)}
    found = values(series(stated, yearly), f"{CHANGE}|s|2005")
    assert found == pytest.approx(
        {2020: -48.4, 2021: 100 * (0.516 * 0.962 - 1), 2022: 100 * (0.516 * 0.962 * 0.992 - 1)}
    )


def test_what_is_chained_is_ours_and_says_from_what() -> None:
    found = series({f.year: f for f in (change(-10, 2021, 2020), change(-20, 2022, 2021))})["CN-HE", f"{CHANGE}|s|2020"]
    assert (found[2021].quality, found[2022].quality) == ("secondary", "estimated")
    assert found[2022].base_year == 2020
    assert found[2022].vintage == "announced-2022 + announced-2023"
    assert [f.value for f in found[2022].inputs] == [-10, -20]


def test_a_gap_ends_the_chain() -> None:
    found = series({f.year: f for f in (change(-10, 2021, 2020), change(-20, 2023, 2022))})
    assert values(found, f"{CHANGE}|s|2020") == {2021: -10}


def test_scopes_are_never_chained_into_one_another() -> None:
    """2022 was announced by the old definition, 2023 by the new one."""
    found = series({f.year: f for f in (change(-10, 2021, 2020, "old"), change(-20, 2022, 2021, "new"))})
    assert values(found, f"{CHANGE}|old|2020") == {2021: -10}
    assert ("CN-HE", f"{CHANGE}|new|2020") not in found


def test_the_base_years_are_those_of_the_plan() -> None:
    assert {2005, 2020, 2025} <= set(BASE_YEARS)


def test_a_share_of_nothing_is_no_figure() -> None:
    """No vehicle is added in 2026, so nothing can be said of the share of clean ones in that year."""
    clean = points({2025: 3.0, 2026: 0.0}, "clean_vehicles_added", "pkm", scope="cars-by-turnover")
    added = points({2025: 12.0, 2026: 0.0}, "vehicles_added", "pkm", scope="cars-by-turnover")
    assert values(series(clean, added), "clean_vehicles_share|cars-by-turnover") == {2025: 25.0}
