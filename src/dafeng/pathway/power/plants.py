"""Plants of a region: thermal ones with their ways out, wind and sun, water."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from dafeng.pathway.days import DAY
from dafeng.pathway.power.heat import shares_of
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.policies import years_to_build
from dafeng.pathway.power.technologies import RETROFITS, THERMAL, WIND_AND_SUN
from dafeng.pathway.power.units import PER_GW, PER_GWH
from dafeng.pathway.power.yields import delivered, profile_name
from dafeng.pathway.system import BUDGET, Array

if TYPE_CHECKING:
    from dafeng.pathway.power.build import PowerBuilder

NO_LONGER_BUILT = {
    "coal_subcritical",
    "coal_supercritical",
    "coal_flexible",
    "coal_chp",
    "gas_chp",
    "other_thermal",
}
"""Some of these come of retrofits."""
RETIRING = (
    *("coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible"),
    *("coal_chp", "coal_ccs", "gas_chp"),
)
CSP_HOURS = slice(10, 24)


def add_thermal(builder: PowerBuilder, place: int, region: str, node: int) -> None:
    """Plants that burn or split something, and the ways in which coal leaves."""
    existing = builder.inputs.existing
    for technology, plant in THERMAL.items():
        if technology == "coal_flexible" or technology in existing or _may_build(builder, technology):
            stands = existing[technology][place] if technology in existing else 0.0
            of = plant.like or technology
            potential = _thermal_potential(builder, place, technology)
            stock = builder.stock(
                region,
                technology,
                stands,
                potential=potential,
                buildable=_may_build(builder, technology) and potential > 0,
                least_load=parameters("least_load").get(technology, 0.0),
            )
            variable = builder.cost(of, "variable_om") + builder.fuel_cost(
                place, plant.fuel, builder.cost(of, "efficiency")
            )
            available, minimum = shares_of(builder, place, region, technology)
            builder.maker.process(
                f"{region} {technology}",
                [(node, 1.0)],
                stock=stock,
                available=available,
                minimum=minimum,
                cost=builder.hourly(variable * PER_GWH),
            )
    if not builder.running:
        _departures(builder, region)


def _may_build(builder: PowerBuilder, technology: str) -> bool:
    return technology not in NO_LONGER_BUILT and (builder.case.new_coal or technology != "coal_usc")


def _thermal_potential(builder: PowerBuilder, place: int, technology: str) -> float:
    if technology == "nuclear":
        return float(builder.inputs.potential["nuclear"][place])
    if technology in ("biomass", "biomass_ccs"):
        hours = parameters("available")[technology] * 8760
        share = parameter("biomass_share")
        return float(share * builder.inputs.biomass[place] * builder.cost(technology, "efficiency")[0] / hours)
    return np.inf


def _departures(builder: PowerBuilder, region: str) -> None:
    """Early retirement of coal and of gas with heat, also of what earlier periods converted, and retrofits of coal."""
    number = {t: builder.maker.number("stock", f"{region} {t}") for t in THERMAL if builder.has(region, t)}
    for technology in RETIRING:
        if technology in number and builder.stands[number[technology]].any():
            name = f"{region} {technology}>retired"
            builder.maker.departure(name, number[technology], upper=_leaving(builder, number[technology]))
    for (source, target), retrofit in RETROFITS.items():
        if source in number and target in number and (target != "coal_chp" or builder.heated(region)):
            factors = (builder.factor(builder.case.build_factor, each) for each in (target, retrofit))
            cost = builder.cost(retrofit, "investment") * builder.factor(builder.case.cost_factor, retrofit) * PER_GW
            life = [float(builder.costs[0][retrofit].lifetime)]
            spread = builder.horizon.build_cost(cost[None, :], life, builder.case.interest_rate)[0]
            builder.maker.departure(
                f"{region} {source}>{region} {target}",
                number[source],
                number[target],
                ratio=float(builder.cost(retrofit, "efficiency")[0]),
                cost=spread,
                upper=_leaving(builder, number[source], target) * prod(factors),
            )


def _leaving(builder: PowerBuilder, stock: int, technology: str = "") -> Array:
    """(Y,) GW that can leave a stock, `departure_rate` of it a year, and not before what it becomes is known."""
    years = np.array([years_to_build(builder.case, year, technology) for year in builder.years])
    return np.asarray(np.clip(parameter("departure_rate") * years, 0.0, 1.0) * builder.stands[stock])


def add_wind_and_sun(builder: PowerBuilder, place: int, region: str, node: int) -> None:
    """Wind and photovoltaics up to their potential, solar thermal plants with a store."""
    for technology in WIND_AND_SUN:
        profile = builder.profiles[profile_name(technology)][place]
        potential = float(builder.inputs.potential[technology][place])
        stands = builder.inputs.existing[technology][place]
        if potential <= 0 and not stands.any():
            continue
        stock = builder.stock(region, technology, stands, potential=potential)
        share = 1.0 if builder.running else delivered(technology)
        available = builder.per_year(share * profile)
        builder.maker.process(f"{region} {technology}", [(node, 1.0)], stock=stock, available=available)
    potential = float(builder.inputs.potential["csp"][place])
    stands = builder.inputs.existing["csp"][place]
    if potential > 0 or stands.any():
        stock = builder.stock(region, "csp", stands, potential=potential)
        profile = _csp(builder.profiles["solar"][place])
        builder.maker.process(f"{region} csp", [(node, 1.0)], stock=stock, available=builder.per_year(profile))


def _csp(solar: Array) -> Array:
    """The day's sun given evenly from late morning to midnight, as a plant with a heat store does."""
    day = solar.reshape(-1, DAY).sum(axis=1, keepdims=True) * parameter("csp_multiple")
    given = np.zeros((len(day), DAY))
    given[:, CSP_HOURS] = np.minimum(day / (CSP_HOURS.stop - CSP_HOURS.start), 1.0)
    return given.ravel()


def add_water(builder: PowerBuilder, place: int, region: str, node: int) -> None:
    """Hydropower: run of river, reservoirs with the water of their day, and what may still be built."""
    capacity = builder.inputs.existing["hydro"][place]
    if capacity.any():
        share = float(builder.inputs.reservoir_share[place])
        water = builder.water[place]
        per_unit = np.minimum(water / max(float(capacity[0]), 1e-9), 1.0)
        passing = builder.stock(region, "hydro_ror", capacity * (1 - share), buildable=False)
        _flowing(builder, f"{region} hydro_ror", node, passing, "hydro_ror", per_unit)
        held = builder.stock(region, "hydro_reservoir", capacity * share, buildable=False)
        ratio = capacity / max(float(capacity[0]), 1e-9)
        builder.maker.storage(
            f"{region} hydro_reservoir",
            node,
            discharge_stock=held,
            charge_available=0.0,
            discharge_available=parameters("available")["hydro_reservoir"],
            inflow=builder.per_year(water * share) * builder.hourly(ratio),
            spill=True,
            link=BUDGET,
            discharge_cost=builder.hourly(builder.cost("hydro_reservoir", "variable_om") * PER_GWH),
        )
        room = float(builder.inputs.potential["hydro"][place]) - float(capacity.max())
        if room > 0:
            new = builder.stock(region, "hydro_new", potential=room)
            _flowing(builder, f"{region} hydro_new", node, new, "hydro_reservoir", per_unit)


def _flowing(builder: PowerBuilder, name: str, node: int, stock: int, of: str, per_unit: Array) -> None:
    """Hydropower that uses water when it comes, with the costs `of` a technology of the table."""
    cost = builder.hourly(builder.cost(of, "variable_om") * PER_GWH)
    builder.maker.process(name, [(node, 1.0)], stock=stock, available=builder.per_year(per_unit), cost=cost)
