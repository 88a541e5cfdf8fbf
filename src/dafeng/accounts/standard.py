"""The measures that Dafeng counts by default, for a choice of factor sets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

from dafeng.accounts import combustion, electricity, energy, process, simple
from dafeng.accounts.linear_map import Measure


@dataclass(frozen=True)
class Choice:
    """Which factor sets an account uses. Every result names them.

    Attributes:
        fuels: factor set of fuel combustion.
        standard_coal: set of standard-coal coefficients.
        top_down: CO2 per tce of coal, oil and gas.
        process: set of process factors.
        coal_rate: edition of the coal equivalent of power.
    """

    fuels: str = "ceads-implied-2022+ndrc-sector-2013+ipcc-2006"
    standard_coal: str = "nbs-balance"
    top_down: str = "topdown-12fyp"
    process: str = "ceads-implied-2022"
    coal_rate: str = "final-recalled"

    def describe(self) -> dict[str, str]:
        return asdict(self)


@cache
def statistical_measures(choice: Choice) -> tuple[Measure, ...]:
    """What can be counted from the general statistics of the nation and the provinces."""
    totals = {
        "energy_total": "energy",
        "coal_total": "coal",
        "oil_total": "oil",
        "gas_total": "gas",
        "non_fossil_total": "primary_electricity",
    }
    return (
        *(energy.published(name, "primary_consumption", carrier, "tce") for name, carrier in totals.items()),
        simple.count(
            "fossil_total", "primary_consumption", {"coal": 1, "oil": 1, "gas": 1}, "tce", "nonfossil-deducted", ""
        ),
        simple.count(
            "generation_non_thermal",
            "power_generation",
            dict.fromkeys(("hydro", "nuclear", "wind", "solar"), 1),
            "MWh",
            "excl-biomass",
            "",
        ),
        simple.count("generation_wind_solar", "power_generation", {"wind": 1, "solar": 1}, "MWh", "all-plants", ""),
        simple.top_down(choice.top_down),
        simple.estimate(choice.fuels, choice.top_down, choice.coal_rate),
        simple.estimate_energy(choice.standard_coal, choice.coal_rate),
        simple.thermal(
            "co2_thermal", "t_CO2", simple.thermal_power(choice.top_down, choice.coal_rate), choice.top_down
        ),
        simple.thermal("energy_thermal", "tce", simple.thermal_energy(choice.coal_rate), ""),
        simple.value_added(),
        energy.energy("energy_final", ("final",), "calorific", choice.standard_coal, choice.coal_rate),
        energy.electricity_of("electricity_final", ("final",), choice.standard_coal),
        process.process(choice.process),
        electricity.of_use(("power_consumption",), "co2_electricity_use"),
        electricity.net_import(),
        electricity.co2_of_net_import(),
    )


@cache
def balance_measures(choice: Choice) -> tuple[Measure, ...]:
    """What can be counted from an energy balance by sector."""
    burnt = combustion.sectoral(choice.fuels)
    industry = process.process(choice.process)
    by_sector = tuple(flow for flow in energy.FINAL if flow != "final")
    total = energy.energy(
        "energy_balance_total",
        tuple(f for f in energy.TOTAL if f != "final"),
        "equivalent",
        choice.standard_coal,
        choice.coal_rate,
    )
    return (
        burnt,
        combustion.reference(choice.fuels),
        industry,
        energy.energy("energy_final", by_sector, "calorific", choice.standard_coal, choice.coal_rate),
        energy.energy("energy_final_equivalent", by_sector, "equivalent", choice.standard_coal, choice.coal_rate),
        energy.electricity_of("electricity_final", by_sector, choice.standard_coal),
        total,
        energy.deducted(total, choice.standard_coal, choice.coal_rate),
        electricity.final_electricity(),
        electricity.final_heat(),
    )
