"""Which technologies a region has, and what each is in the engine's terms."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.catalog.errors import UnknownName

COAL = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible", "coal_chp")
CAPTURING = ("coal_ccs", "gas_ccs", "biomass_ccs")
GAS = ("gas_chp", "gas_ccgt", "gas_ocgt")
WIND_AND_SUN = ("onwind", "offwind", "solar_utility", "solar_distributed")
RENEWABLE = (*WIND_AND_SUN, "csp", "hydro_reservoir", "hydro_ror", "biomass", "biomass_ccs")
NON_FOSSIL = (*RENEWABLE, "nuclear")
HYDRO = ("hydro_ror", "hydro_reservoir", "hydro_new")
HEATING = ("coal_boiler", "gas_boiler", "electric_boiler", "heat_pump")
RESPONDING = ("demand_response", "interruptible_load")
RETROFITS = {
    ("coal_supercritical", "coal_flexible"): "coal_flexible_retrofit",
    ("coal_subcritical", "coal_chp"): "coal_heat_retrofit",
    ("coal_usc", "coal_ccs"): "coal_ccs_retrofit",
}
"""(what is converted, into what) -> by which retrofit of the catalogue."""
STORES = ("battery_store", "hydrogen_tank", "hydrogen_cavern", "hydrogen_store")
"""Capacity that is energy: GWh."""


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

WIND_SOLAR = (*WIND_AND_SUN, "csp")
CLEAN = (*NON_FOSSIL, "hydro_new")
HEAT_AND_POWER = {"coal_chp heat": "coal_chp", "gas_chp heat": "gas_chp"}
"""Plants that give heat as well, in that way of running -> their technology."""
GENERATING = (*CLEAN, *(name for name in THERMAL if name not in NON_FOSSIL), *HEAT_AND_POWER)
"""What generates electricity. Storage gives back what was generated; what crosses a border is generated elsewhere."""

STOCKS = (
    *THERMAL,
    *WIND_SOLAR,
    *HYDRO,
    *("phs", "battery", "electrolyser", "electrolysis", "hydrogen_turbine"),
    *STORES,
    *RESPONDING,
    *HEATING,
)
"""Technologies that stand as capacity. Retrofits lead from one to another and have none of their own."""
GROUPS = {
    "coal": (*COAL, "coal_ccs"),
    "gas": (*GAS, "gas_ccs"),
    "hydro": HYDRO,
    "wind": ("onwind", "offwind"),
    "solar": ("solar_utility", "solar_distributed", "csp"),
    "storage": ("phs", "battery"),
    "line_ac": ("AC",),
    "line_dc": ("DC",),
}
"""What people call several stocks together, in GW; of corridors by the kind of the line."""


def stocks_of(name: str) -> tuple[str, ...]:
    """The stocks that a floor or a ceiling counts together: those of a group, or of one technology.

    Raises:
        UnknownName: neither; names the nearest.
    """
    if name in GROUPS:
        return GROUPS[name]
    if name not in STOCKS:
        raise UnknownName("technology", name, (*STOCKS, *GROUPS))
    return (name,)


def generators_of(name: str) -> tuple[str, ...]:
    """What generates of a group or of one technology, by way of running; a share of generation counts it together.

    Raises:
        UnknownName: neither, or nothing of it generates; names the nearest.
    """
    found = {known: _generating(known) for known in (*STOCKS, *GROUPS)}
    known = [one for one, generating in found.items() if generating]
    if name not in known:
        raise UnknownName("technology", name, known)
    return found[name]


def _generating(name: str) -> tuple[str, ...]:
    own = stocks_of(name)
    return tuple(way for way in GENERATING if HEAT_AND_POWER.get(way, way) in own)


def capacity_unit(name: str) -> str:
    """GW, of stores GWh."""
    return "GWh" if name in STORES else "GW"
