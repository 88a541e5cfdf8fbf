"""A small SWITCH folder: one zone, two periods of ten years, one gas plant; a test changes what it is about."""

from __future__ import annotations

from pathlib import Path

HOURS = 8766.0
YEARS = (1.0 - 1.05**-10) / 0.05
WORTH = (YEARS, YEARS * 1.05**-10)
"""Present value of 1 a year in each period: annuities of ten years at 5 %, the second ten years later."""

BASE = {
    "periods.csv": "INVESTMENT_PERIOD,period_start,period_end\n2020,2020,2029\n2030,2030,2039\n",
    "timeseries.csv": "TIMESERIES,ts_period,ts_duration_of_tp,ts_num_tps,ts_scale_to_period\n"
    "a,2020,12,2,3652.5\nb,2030,12,2,3652.5\n",
    "timepoints.csv": "timepoint_id,timestamp,timeseries\n1,x,a\n2,x,a\n3,x,b\n4,x,b\n",
    "financials.csv": "base_financial_year,discount_rate,interest_rate\n2020,0.05,0\n",
    "load_zones.csv": "LOAD_ZONE\nZ\n",
    "loads.csv": "LOAD_ZONE,TIMEPOINT,zone_demand_mw\nZ,1,10\nZ,2,10\nZ,3,10\nZ,4,10\n",
    "fuels.csv": "fuel,co2_intensity,upstream_co2_intensity\ngas,0.05,.\n",
    "non_fuel_energy_sources.csv": "energy_source\nwind\n",
    "fuel_cost.csv": "load_zone,fuel,period,fuel_cost\nZ,gas,2020,3\nZ,gas,2030,3\n",
    "gen_info.csv": "GENERATION_PROJECT,gen_tech,gen_load_zone,gen_energy_source,gen_max_age,gen_is_variable,"
    "gen_full_load_heat_rate,gen_variable_om,gen_connect_cost_per_mw\nG,GT,Z,gas,20,0,8,2,0\n",
    "gen_build_costs.csv": "GENERATION_PROJECT,build_year,gen_overnight_cost,gen_fixed_om\nG,2020,1000,5\nG,2030,1000,5\n",
}
RUNNING = 10 * HOURS * (3 * 8 + 2)
"""A year of 10 MW at 8 MMBtu/MWh x 3 and 2 of variable cost."""


def folder(path: Path, **files: str | None) -> Path:
    """Write the base folder with some files changed (`loads="..."`) or left out (None)."""
    path.mkdir(exist_ok=True)
    for name, text in {**BASE, **{f"{name}.csv": text for name, text in files.items()}}.items():
        if text is not None:
            (path / name).write_text(text, encoding="utf-8")
    return path


def more(name: str, *lines: str, columns: str = "") -> str:
    """The base file with further columns (name=value for the lines there) and lines."""
    header, *rows = BASE[f"{name}.csv"].splitlines()
    for column in filter(None, columns.split(",")):
        key, value = column.split("=")
        header, rows = f"{header},{key}", [f"{row},{value}" for row in rows]
    return "\n".join([header, *rows, *lines]) + "\n"
