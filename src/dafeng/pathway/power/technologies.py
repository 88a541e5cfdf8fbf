"""Which technologies a region has, and what each is in the engine's terms."""

from __future__ import annotations

from dataclasses import dataclass

COAL = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible", "coal_chp")
CAPTURING = ("coal_ccs", "gas_ccs", "biomass_ccs")
GAS = ("gas_chp", "gas_ccgt", "gas_ocgt")
WIND_AND_SUN = ("onwind", "offwind", "solar_utility", "solar_distributed")
RENEWABLE = (*WIND_AND_SUN, "csp", "hydro_reservoir", "hydro_ror", "biomass", "biomass_ccs")
NON_FOSSIL = (*RENEWABLE, "nuclear")


@dataclass(frozen=True)
class Thermal:
    """A plant that burns a fuel.

    Attributes:
        fuel: price it pays (`catalog.power.fuel_prices`); None: by-product or not priced here (nuclear: in its
            variable cost).
        captured: share of its CO2 that is captured.
        like: technology whose costs and efficiency it has; None: its own.
    """

    fuel: str | None
    captured: float = 0.0
    like: str | None = None


#: share of CO2 that capture takes, as the efficiencies and costs of the catalogue assume
CAPTURED = 0.9

THERMAL = {
    "coal_subcritical": Thermal("raw_coal"),
    "coal_supercritical": Thermal("raw_coal"),
    "coal_usc": Thermal("raw_coal"),
    "coal_flexible": Thermal("raw_coal", like="coal_supercritical"),
    "coal_chp": Thermal("raw_coal"),
    "coal_ccs": Thermal("raw_coal", CAPTURED),
    "gas_chp": Thermal("natural_gas"),
    "gas_ccgt": Thermal("natural_gas"),
    "gas_ocgt": Thermal("natural_gas"),
    "gas_ccs": Thermal("natural_gas", CAPTURED),
    "nuclear": Thermal(None),
    "biomass": Thermal("biomass"),
    "biomass_ccs": Thermal("biomass", CAPTURED),
    "other_thermal": Thermal(None, like="biomass"),
}
