"""National primary consumption of the base year over what the model counts of it.

The model counts final uses, the fuel of power plants and the fuel of heat networks. Statistics of the nation also hold
what refineries, coking, gas works and pipelines use and lose, and where the balances of provinces and of the nation
differ. One factor a carrier makes the two equal in 2020; it is kept in later years.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from dafeng.catalog import economy, economy_balance, power
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.power.policies import TCE_PER_MWH
from dafeng.pathway.power.technologies import NON_FOSSIL
from dafeng.pathway.sectors.history import stated
from dafeng.pathway.sectors.power_counting import coal_rate

YEAR = 2020
FOSSIL = ("coal", "oil", "gas")


@cache
def national_closing() -> Mapping[str, float]:
    """Carrier (coal, oil, gas, primary_electricity) -> factor on what the model counts."""
    counted = {carrier: final(carrier) + plants(carrier) + networks(carrier) for carrier in FOSSIL}
    counted["primary_electricity"] = clean() * coal_rate(YEAR)
    return {carrier: stated("primary_consumption", carrier)[YEAR] / amount for carrier, amount in counted.items()}


def final(carrier: str) -> float:
    """Mtce of the fuels that count as a carrier in final use."""
    table = economy_balance.balance()
    return sum(
        float(table.of(sector, fuel.id).sum())
        for fuel in economy.fuels().values()
        if fuel.carrier == carrier
        for sector in table.rows
    )


def plants(carrier: str) -> float:
    """Mtce that power plants burned for electricity, as the model counts it: coal as stated, less what dispatch at
    least cost saves; gas by generation and efficiency.
    """
    known = power.targets(YEAR)
    if carrier == "coal":
        return float(known["coal_use", "coal"]["value"]) * economy.national("dispatch_coal")
    if carrier == "gas":
        return (
            float(known["generation", "gas"]["value"])
            * TCE_PER_MWH
            / power.technology_costs(YEAR)["gas_chp"].efficiency
        )
    return 0.0


def networks(carrier: str) -> float:
    """Mtce that the final heat of the balances takes, as the model counts it: what plants of heat and power burn more
    than for power alone, and boilers; coal and gas by their shares in heating plants.
    """
    share = {fuel: float(economy_balance.provincial(f"heating.{fuel}").sum()) for fuel in ("coal", "gas")}
    if carrier not in share:
        return 0.0
    table, costs = economy_balance.balance(), power.technology_costs(YEAR)
    heat = sum(float(table.of(sector, "heat").sum()) for sector in table.rows)
    both = f"{carrier}_chp"
    more, ratio = parameters("heat_size")[both] - 1.0, parameters("heat_ratio")[both]
    joint = economy.national("heat_and_power_share")
    per_heat = joint * more / ratio / costs[both].efficiency + (1.0 - joint) / costs[f"{carrier}_boiler"].efficiency
    return heat * share[carrier] / sum(share.values()) * per_heat


def clean() -> float:
    """TWh of the nation from sources that are not fossil."""
    generation = power.targets(YEAR)
    of_statistics = {name: stated("power_generation", name).get(YEAR) for name in ("hydro", "nuclear", "wind", "solar")}
    biomass = float(generation["generation", "biomass"]["value"]) if "biomass" in NON_FOSSIL else 0.0
    return biomass + sum(amount for amount in of_statistics.values() if amount)
