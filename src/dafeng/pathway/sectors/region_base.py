"""What regions consumed of primary energy in the base year, as their plans count it, so that a province's targets have
a base.

    coal, oil, gas        closing x (final use of the balances + fuel of power plants + fuel of heat networks)
    primary_electricity   closing x coal rate x (generation that is not fossil + what of the exchange is not fossil)
    energy                all of these, and the fossil part of what is received

Plants and networks are known for the nation; provinces have shares of them: of coal by the coal that their plants
burned, of gas by capacity, of networks by the heat of their balances and the fuels of their heating plants. The regions
add up to the statistics of the nation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from dafeng.catalog import economy, economy_balance, power
from dafeng.catalog.package import resource
from dafeng.pathway.power.exchange import clean_shares, stated
from dafeng.pathway.power.regions import Grouping
from dafeng.pathway.sectors import closing
from dafeng.pathway.sectors.counting import Key
from dafeng.pathway.sectors.history import stated as of_nation
from dafeng.pathway.sectors.power_counting import coal_rate
from dafeng.pathway.system import Array

YEAR = closing.YEAR
CLEAN = ("hydro", "nuclear", "wind", "solar")
PRIMARY = "primary_consumption"


class Amounts(Protocol):
    """Final use of the regions' balances (`base_year.BaseYear`)."""

    @property
    def amounts(self) -> Array: ...

    @property
    def closing(self) -> Mapping[str, float]: ...


def primary(base: Amounts, grouping: Grouping) -> dict[Key, dict[int, Array]]:
    """(flow, carrier) -> year -> (R,) Mtce of the base year.

    Args:
        base: of the same regions: `amounts` (R, sectors, fuels) and `closing`.
    """
    found = {}
    for carrier in closing.FOSSIL:
        used = final(base, carrier) + grouping.sums(plants(carrier) + networks(carrier))
        found[carrier] = base.closing[carrier] * used
    rate = coal_rate(YEAR) * base.closing["primary_electricity"]
    received = -stated(YEAR)
    not_fossil = received * np.where(received < 0, clean_shares(YEAR), _pool())
    found["primary_electricity"] = rate * grouping.sums(clean() + not_fossil)
    found["energy"] = sum(found.values(), np.zeros(len(grouping.regions)))
    found["energy"] = found["energy"] + rate * grouping.sums(received - not_fossil)
    return {(PRIMARY, carrier): {YEAR: amount} for carrier, amount in found.items()}


def _pool() -> float:
    """Share of all that provinces sent that was not fossil."""
    sent = np.maximum(stated(YEAR), 0.0)
    return float(sent @ clean_shares(YEAR) / sent.sum())


def final(base: Amounts, carrier: str) -> Array:
    """(R,) Mtce of the fuels that count as a carrier in final use."""
    places = [f for f, fuel in enumerate(economy.fuels().values()) if fuel.carrier == carrier]
    return np.asarray(base.amounts[:, :, places].sum(axis=(1, 2)))


def plants(carrier: str) -> Array:
    """(31,) Mtce that power plants burned for electricity."""
    if carrier == "coal":
        rows = {r["entity"]: r["value"] for r in resource(power.PACKAGE, "coal_use").rows if r["year"] == YEAR}
        weight = np.array([rows.get(entity, 0.0) for entity in power.provinces()])
    elif carrier == "gas":
        weight = power.capacities(YEAR).of("gas")
    else:
        return np.zeros(len(power.provinces()))
    return np.asarray(weight / weight.sum() * closing.plants(carrier))


def networks(carrier: str) -> Array:
    """(31,) Mtce that heat networks burned beyond what plants would for electricity alone."""
    whole = closing.networks(carrier)
    if not whole:
        return np.zeros(len(power.provinces()))
    table = economy_balance.balance()
    heat = sum((table.of(sector, "heat") for sector in table.rows), np.zeros(len(power.provinces())))
    burned = {fuel: economy_balance.provincial(f"heating.{fuel}") for fuel in ("coal", "gas")}
    both = burned["coal"] + burned["gas"]
    national = float(burned[carrier].sum() / both.sum())
    share = np.divide(burned[carrier], both, out=np.full_like(both, national), where=both > 0)
    weight = heat * share
    return np.asarray(weight / weight.sum() * whole)


def clean() -> Array:
    """(31,) TWh of generation that is not fossil: the nation's statistics by the yearbook's shares of provinces."""
    table, found = power.generation(YEAR), np.zeros(len(power.provinces()))
    for name in CLEAN:
        own = table.of(name)
        found += own / own.sum() * of_nation("power_generation", name).get(YEAR, 0.0)
    rest = closing.clean() - float(found.sum())
    biomass = power.capacities(YEAR).of("biomass")
    return np.asarray(found + biomass / biomass.sum() * rest)
