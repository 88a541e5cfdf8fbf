"""What SWITCH's tables mean, by hand: 10 MW for two periods of ten years."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.models.folders import HOURS, RUNNING, WORTH, YEARS, folder, more
from tests.models.small import optimum

from dafeng.models import read_switch
from dafeng.models.refusals import RefusedFile


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


def test_present_value_of_both_periods(tmp_path: Path) -> None:
    """Built in 2020, paid over its 20 years (1000 / 20 + 5 a year), run in both periods. Discounted to the beginnings of
    the periods only, without the annuity of ten years, the cost would be a quarter higher.
    """
    cost = optimum(read_switch(folder(tmp_path)))
    assert cost == near(sum(WORTH) * (10 * 55 + RUNNING))


def test_a_plant_runs_in_the_period_that_begins_before_its_end(tmp_path: Path) -> None:
    """Life 12: from 2020 to 2032, so it runs all of 2030-2039 and is paid there too. Life 10: a second must be built."""
    for life, annual in ((12, 1000 / 12 + 5), (10, 1000 / 10 + 5)):
        info = more("gen_info").replace("gas,20", f"gas,{life}")
        assert optimum(read_switch(folder(tmp_path, gen_info=info))) == near(sum(WORTH) * (10 * annual + RUNNING))


def test_decided_plants_are_paid_as_well(tmp_path: Path) -> None:
    """6 MW of 2015 run to 2035 and are paid in both periods; 4 MW are added, and nothing before they are too old."""
    costs = more("gen_build_costs", "G,2015,2000,1")
    decided = "GENERATION_PROJECT,build_year,build_gen_predetermined\nG,2015,6\n"
    cost = optimum(read_switch(folder(tmp_path, gen_build_costs=costs, gen_build_predetermined=decided)))
    assert cost == near(sum(WORTH) * (6 * 101 + 4 * 55 + RUNNING))


def test_outages(tmp_path: Path) -> None:
    """Forced outage 0.2: 12.5 MW. Only baseload loses its scheduled outage too: 10 / (0.8 x 0.9)."""
    for baseload, size in ((0, 12.5), (1, 10 / 0.72)):
        columns = f"gen_forced_outage_rate=0.2,gen_scheduled_outage_rate=0.1,gen_is_baseload={baseload}"
        cost = optimum(read_switch(folder(tmp_path, gen_info=more("gen_info", columns=columns))))
        assert cost == near(sum(WORTH) * (size * 55 + RUNNING))


def test_baseload_is_flat(tmp_path: Path) -> None:
    """Demand 10 and 6: baseload gives 6 or what is wanted less; the 4 come from a plant without capital cost at 100."""
    info = more("gen_info", "P,GT,Z,wind,20,0,.,100,0,0", columns="gen_is_baseload=1")
    costs = more("gen_build_costs", "P,2020,0,0", "P,2030,0,0")
    loads = "LOAD_ZONE,TIMEPOINT,zone_demand_mw\nZ,1,10\nZ,2,6\nZ,3,10\nZ,4,6\n"
    cost = optimum(read_switch(folder(tmp_path, gen_info=info, gen_build_costs=costs, loads=loads)))
    assert cost == near(sum(WORTH) * (6 * 55 + 6 * HOURS * 26 + 2 * HOURS * 100))


def test_variable_plants_follow_their_profile(tmp_path: Path) -> None:
    """Wind at half its capacity, no forced outage: 20 MW at 1 a year each instead of gas."""
    info = more("gen_info", "W,W,Z,wind,20,1,.,0,0")
    costs = more("gen_build_costs", "W,2020,20,0", "W,2030,20,0")
    profile = "GENERATION_PROJECT,timepoint,gen_max_capacity_factor\nW,1,0.5\nW,2,0.5\nW,3,0.5\nW,4,0.5\n"
    made = folder(tmp_path, gen_info=info, gen_build_costs=costs, variable_capacity_factors=profile)
    assert optimum(read_switch(made)) == near(sum(WORTH) * 20)


def test_supply_curve_of_a_fuel_market(tmp_path: Path) -> None:
    """The first 100,000 MMBtu a year at 2, the rest of 701,280 at 4; an adder of the zone has no influence."""
    made = folder(
        tmp_path,
        fuel_cost=None,
        regional_fuel_markets="regional_fuel_market,fuel\nM,gas\n",
        zone_to_regional_fuel_market="load_zone,regional_fuel_market\nZ,M\n",
        fuel_supply_curves="regional_fuel_market,period,tier,unit_cost,max_avail_at_cost\n"
        "M,2020,0,2,100000\nM,2020,1,4,.\nM,2030,0,2,100000\nM,2030,1,4,.\n",
        zone_fuel_cost_diff="load_zone,fuel,period,fuel_cost_adder\nZ,gas,2020,7\n",
    )
    burnt = 10 * HOURS * 8
    cost = 2 * 100000 + 4 * (burnt - 100000) + 10 * HOURS * 2
    assert optimum(read_switch(made)) == near(sum(WORTH) * (10 * 55 + cost))


def test_carbon_price_and_cap(tmp_path: Path) -> None:
    """0.05 x 8 t/MWh at 10; a cap of 17,532 t a year is 5 MW of gas, the rest is a plant at 100."""
    priced = folder(
        tmp_path / "price", carbon_policies="PERIOD,carbon_cap_tco2_per_yr,carbon_cost_dollar_per_tco2\n2020,.,10\n"
    )
    expected = sum(WORTH) * (10 * 55 + RUNNING) + WORTH[0] * 10 * HOURS * 4
    assert optimum(read_switch(priced)) == near(expected)
    capped = folder(
        tmp_path / "cap",
        carbon_policies="PERIOD,carbon_cap_tco2_per_yr\n2020,17532\n2030,17532\n",
        gen_info=more("gen_info", "P,GT,Z,wind,20,0,.,100,0"),
        gen_build_costs=more("gen_build_costs", "P,2020,0,0", "P,2030,0,0"),
    )
    assert optimum(read_switch(capped)) == near(sum(WORTH) * (5 * 55 + RUNNING / 2 + 5 * HOURS * 100))


def test_capture(tmp_path: Path) -> None:
    """Capture of 90 % uses 20 % of the output: 12.5 MW give 10, and 0.04 t/MWh of output stay."""
    columns = "gen_ccs_capture_efficiency=0.9,gen_ccs_energy_load=0.2"
    price = "PERIOD,carbon_cost_dollar_per_tco2\n2020,10\n2030,10\n"
    made = folder(tmp_path, gen_info=more("gen_info", columns=columns), carbon_policies=price)
    yearly = 12.5 * 55 + 12.5 * HOURS * (26 + 10 * 0.05 * 8 * 0.1)
    assert optimum(read_switch(made)) == near(sum(WORTH) * yearly)


def test_renewable_share(tmp_path: Path) -> None:
    """40 % of the demand of 2030 from a plant at 100."""
    made = folder(
        tmp_path,
        rps_targets="PERIOD,rps_target\n2030,0.4\n",
        gen_info=more("gen_info", "P,GT,Z,wind,20,0,.,100,0"),
        gen_build_costs=more("gen_build_costs", "P,2020,0,0", "P,2030,0,0"),
    )
    expected = sum(WORTH) * (10 * 55 + RUNNING) + WORTH[1] * 4 * HOURS * 74
    assert optimum(read_switch(made)) == near(expected)


def test_local_grid(tmp_path: Path) -> None:
    """Losses of 20 %: 12.5 MW of plant, and a grid of 12.5 MW for the peak of 10; 3 are there and cost as the rest."""
    zones = "LOAD_ZONE,existing_local_td,local_td_annual_cost_per_mw,local_td_loss_rate\nZ,3,7,0.2\n"
    peak = "LOAD_ZONE,PERIOD,zone_expected_coincident_peak_demand\nZ,2020,10\nZ,2030,16\n"
    made = folder(tmp_path, load_zones=zones, zone_coincident_peak_demand=peak)
    running = 1.25 * (10 * 55 + RUNNING)
    assert optimum(read_switch(made)) == near(sum(WORTH) * running + WORTH[0] * 12.5 * 7 + WORTH[1] * 20 * 7)


def test_corridor(tmp_path: Path) -> None:
    """10 MW at Y need 12.5 MW from Z over a line of 80 %; 4 MW are there, its cost of 30 per MW is paid for all 12.5."""
    made = folder(
        tmp_path,
        load_zones="LOAD_ZONE\nZ\nY\n",
        loads="LOAD_ZONE,TIMEPOINT,zone_demand_mw\n" + "".join(f"Z,{t},0\nY,{t},10\n" for t in range(1, 5)),
        transmission_lines="TRANSMISSION_LINE,trans_lz1,trans_lz2,trans_length_km,trans_efficiency,existing_trans_cap\n"
        "L,Y,Z,100,0.8,4\n",
        trans_params="trans_capital_cost_per_mw_km,trans_lifetime_yrs,trans_fixed_om_fraction\n5,20,0.01\n",
    )
    line = 12.5 * 5 * 100 * (1 / 20 + 0.01)
    assert optimum(read_switch(made)) == near(sum(WORTH) * (1.25 * (10 * 55 + RUNNING) + line))


def test_storage_over_a_time_series(tmp_path: Path) -> None:
    """Sun in the first half of the day only: 10 MW stored through the second need 12.5 MW in the first, 22.5 in all.

    The store holds 12 h x 10 MW and costs 0.1 a year per MWh; each time series closes in itself.
    """
    info = more(
        "gen_info",
        "W,W,Z,wind,20,1,.,0,0,.,.,.",
        "S,S,Z,wind,20,0,.,0,0,0.8,2,.",
        columns="gen_storage_efficiency=.,gen_store_to_release_ratio=.,gen_storage_energy_to_power_ratio=.",
    )
    costs = more(
        "gen_build_costs", "W,2020,20,0,.", "W,2030,20,0,.", "S,2020,0,0,2", "S,2030,0,0,2",
        columns="gen_storage_energy_overnight_cost=.",
    )  # fmt: skip
    profile = "GENERATION_PROJECT,timepoint,gen_max_capacity_factor\nW,1,1\nW,2,0\nW,3,1\nW,4,0\n"
    made = folder(tmp_path, gen_info=info, gen_build_costs=costs, variable_capacity_factors=profile)
    assert optimum(read_switch(made)) == near(sum(WORTH) * (22.5 + 120 * 0.1))


def test_hydro_of_a_time_series(tmp_path: Path) -> None:
    """Mean flow 6 MW, at least 2: 6 MW of gas are saved in the mean; demand 10 and 6 are levelled to 6 of gas."""
    made = folder(
        tmp_path,
        gen_info=more("gen_info", "H,H,Z,wind,20,0,.,0,0"),
        gen_build_costs=more("gen_build_costs", "H,2020,0,0", "H,2030,0,0"),
        hydro_timeseries="hydro_project,timeseries,hydro_min_flow_mw,hydro_avg_flow_mw\nH,a,2,2\nH,b,2,2\n",
        loads="LOAD_ZONE,TIMEPOINT,zone_demand_mw\nZ,1,10\nZ,2,6\nZ,3,10\nZ,4,6\n",
    )
    assert optimum(read_switch(made)) == near(sum(WORTH) * (8 * 55 + RUNNING * 0.6))


def test_least_size_of_a_build_is_no_linear_program(tmp_path: Path) -> None:
    """Left out on request only, and named."""
    made = folder(tmp_path, gen_info=more("gen_info", columns="gen_min_build_capacity=50"))
    with pytest.raises(RefusedFile) as refused:
        read_switch(made)
    assert refused.value.values["attribute"] == "gen_min_build_capacity"
    assert read_switch(made, relax_minimum_builds=True).notes["relaxed"] == "G 50"


REFUSED = [
    ({"loads": None}, "model_no_file", "file"),
    ({"loads": "LOAD_ZONE,TIMEPOINT,zone_demand\nZ,1,1\n"}, "model_no_column", "zone_demand_mw"),
    ({"loads": more("loads").replace("Z,4,10", "Z,4,nan")}, "model_value", "zone_demand_mw"),
    ({"loads": more("loads").replace("Z,4,10\n", "")}, "model_value", "zone_demand_mw[4]"),
    ({"loads": more("loads").replace("Z,4", "Q,4")}, "model_no_such", "LOAD_ZONE"),
    ({"loads": more("loads").replace("Z,4", "Z,9")}, "model_no_such", "TIMEPOINT"),
    ({"fuel_cost": more("fuel_cost").replace("Z,gas,2030", "Z,coal,2030")}, "model_no_such", "fuel"),
    ({"gen_info": more("gen_info").replace("Z,gas", "Z,oil")}, "model_no_such", "gen_energy_source"),
    ({"gen_info": more("gen_info").replace("gas,20,0", "gas,20,1")}, "model_value", "gen_is_variable"),
    ({"gen_info": more("gen_info", columns="gen_can_retire_early=1")}, "model_not_covered", "gen_can_retire_early"),
    ({"gen_build_costs": more("gen_build_costs", "G,2030,1,1")}, "model_twice", "G, 2030"),
    ({"gen_build_costs": more("gen_build_costs", "G,2025,1,1")}, "model_no_such", "build_year"),
    ({"timeseries": more("timeseries").replace("3652.5", "365.25")}, "model_value", "ts_scale_to_period"),
    ({"periods": more("periods").replace("2030,2039", "2031,2040")}, "model_value", "period_start"),
    ({"gen_inc_heat_rates": "project\n"}, "model_not_covered", "module"),
]


@pytest.mark.parametrize(("files", "key", "named"), REFUSED, ids=lambda value: str(value)[:40])
def test_refused(tmp_path: Path, files: dict[str, str | None], key: str, named: str) -> None:
    """Each refusal names the file and the column."""
    with pytest.raises(RefusedFile) as refused:
        read_switch(folder(tmp_path, **files))
    assert refused.value.key == key
    said = " ".join(str(value) for value in refused.value.values.values())
    assert named in said or named == "file"
    assert next(iter(files)) in said or named in ("gen_is_variable", "build_year")


def test_a_module_that_is_not_covered(tmp_path: Path) -> None:
    """modules.txt decides where it is there."""
    made = folder(tmp_path)
    (made / "modules.txt").write_text("switch_model.timescales\nswitch_model.balancing.planning_reserves # peak\n")
    with pytest.raises(RefusedFile) as refused:
        read_switch(made)
    assert refused.value.values["found"] == "balancing.planning_reserves"


@pytest.mark.shared
@pytest.mark.parametrize("case", ["3zone_toy", "carbon_cap", "rps_simple"])
def test_published_cost(shared_data: Path, case: str) -> None:
    """total_cost.txt of SWITCH's examples. Plants of at least 1000 MW are not built, so leaving that out is exact."""
    from dafeng.pathway.model import build
    from dafeng.pathway.solvers import solve

    path = shared_data / "cases" / "switch" / case
    system = read_switch(path, relax_minimum_builds=True)
    model = build(system)
    found = solve(model.lp)
    published = float((path / "total_cost.txt").read_text())
    assert found.objective == pytest.approx(published, rel=1e-9)
    for name in filter(None, system.notes.get("relaxed", "").split(", ")):
        plant, least = name.rsplit(" ", 1)
        numbers = model.columns.build[system.stocks.names.index(plant)]
        built = found.value(numbers[numbers >= 0])
        assert all(size < 1e-9 or size >= float(least) for size in built)


def test_years_of_a_period() -> None:
    """The factor of ten years at 5 %, as in the tables of finance: 7.7217."""
    assert pytest.approx(7.7217, abs=1e-4) == YEARS
