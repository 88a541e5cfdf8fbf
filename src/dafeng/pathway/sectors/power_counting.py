"""What power plants, network heat and their capacities count for in the ledger."""

from __future__ import annotations

from functools import cache

import numpy as np

from dafeng import accounts
from dafeng.catalog.package import resource
from dafeng.pathway.making import Maker
from dafeng.pathway.power.exchange import INTO, OUT, clean_share
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.policies import Counted
from dafeng.pathway.power.technologies import CLEAN, COAL, GAS, HEAT_AND_POWER
from dafeng.pathway.sectors.counting import Counting
from dafeng.pathway.system import ACTIVITY, CAPACITY, CHARGE, DISCHARGE, Array

PER_GWH, PER_GW = 1e-3, 1e-3
"""1e6 MWh per GWh; 1e6 MW per GW. And Mtce per GWh of 1 tce/MWh."""
FUELS = {"raw_coal": "coal", "natural_gas": "gas"}
NEW_STORAGE = ("battery", "hydrogen_turbine")
BOILERS = ("coal_boiler", "gas_boiler")
#: processes that take electricity for heat networks and hydrogen
DRAWING = ("electric_boiler", "heat_pump", "electrolysis")
#: border of a plan -> ledger flow, and sign in what the region consumes
CROSSING = {INTO: ("supply.inflow", 1.0), OUT: ("supply.outflow", -1.0)}


@cache
def carriers() -> dict[str, str]:
    """Technology of a power plant or storage -> carrier of the vocabulary; heat and demand have none."""
    rows = resource("power", "technologies").rows
    found = {row["id"]: row["carrier"] for row in rows if row["carrier"] and row["kind"] != "heat"}
    return {**found, "coal_flexible": "thermal", "hydro_new": "hydro"}


@cache
def coal_rate(year: int | None = None) -> float:
    """tce per MWh by which electricity that is not thermal counts in energy consumption: the supply rate of a year.

    Args:
        year: None: the latest known, held for all later years.

    Source: factors/power_coal_rate.csv in the edition of the accounts (gce per kWh supplied).
    """
    rates = accounts.coal_rate("supply", accounts.Choice().coal_rate)
    known = [rate for rate in rates if year is None or rate.start.year <= year]
    return float(max(known, key=lambda rate: rate.start).value)


def count_power(counting: Counting, maker: Maker, inputs: Inputs, closing: dict[str, float]) -> None:
    """Enter fuels, generation, capacities and captured CO2 of all plants.

    Args:
        closing: carrier -> what closes the primary consumption of the base year.
    """
    counted = Counted(maker, inputs)
    places = {region: place for place, region in enumerate(inputs.grouping.regions)}
    for number, name in enumerate(counted.names):
        region, _, technology = name.partition(" ")
        if region in places:
            _fuels(counting, counted, places[region], number, name, closing)
            if technology in carriers() or technology in HEAT_AND_POWER:
                _generation(counting, places[region], technology, ACTIVITY, number, closing)
            if technology in DRAWING:
                counting.add(places[region], "power_consumption", "electricity", ACTIVITY, number, PER_GWH)
            if technology in CROSSING:
                _exchange(counting, inputs, places[region], technology, number, closing)
    for number, name in enumerate(maker.names("storage")):
        region, _, technology = name.partition(" ")
        if technology in ("hydro_reservoir", "phs"):
            _generation(counting, places[region], technology, DISCHARGE, number, closing)
        if technology in ("phs", "battery", "hydrogen"):
            counting.add(places[region], "power_consumption", "electricity", CHARGE, number, PER_GWH)
            if technology != "phs":
                counting.add(places[region], "power_consumption", "electricity", DISCHARGE, number, -PER_GWH)
    for number, name in enumerate(maker.names("stock")):
        region, _, technology = name.partition(" ")
        if region in places:
            _capacity(counting, places[region], technology, number)


def _fuels(counting: Counting, counted: Counted, place: int, number: int, name: str, closing: dict[str, float]) -> None:
    years = range(len(counting.years))
    uses = [counted.fuel_use(name, y) for y in years]
    carrier = FUELS.get(str(uses[0][0]))
    if carrier is None:
        return
    amount: Array = np.array([tce for _, tce in uses]) * PER_GWH
    flow = "transformation.heating" if counted.technology(name) in BOILERS else "transformation.thermal_power"
    counting.add(place, flow, carrier, ACTIVITY, number, amount)
    counting.add(place, "primary_consumption", carrier, ACTIVITY, number, amount * closing[carrier])
    counting.add(place, "primary_consumption", "energy", ACTIVITY, number, amount * closing[carrier])
    captured = np.array([counted.captured(name, y) for y in years]) * PER_GWH
    counting.add(place, "captured_co2", "all", ACTIVITY, number, captured)


def _exchange(
    counting: Counting, inputs: Inputs, place: int, technology: str, number: int, closing: dict[str, float]
) -> None:
    """What crosses the border of the plan: its electricity, and as consumption of who receives it, not of who sends.

    As provincial statistics have it, by the coal rate of supply; the part that is not fossil by `clean_share`. Its CO2
    stays where it was given off.
    """
    flow, sign = CROSSING[technology]
    counting.add(place, flow, "electricity", ACTIVITY, number, PER_GWH)
    whole = sign * coal_rate() * PER_GWH * closing["primary_electricity"]
    clean = whole * clean_share(inputs.grouping, place, technology == OUT)
    counting.add(place, "primary_consumption", "primary_electricity", ACTIVITY, number, clean)
    counting.add(place, "primary_consumption", "energy", ACTIVITY, number, whole)


def _generation(
    counting: Counting, place: int, technology: str, quantity: str, number: int, closing: dict[str, float]
) -> None:
    carrier = "hydro" if technology == "phs" else carriers().get(technology, "thermal")
    counting.add(place, "power_generation", carrier, quantity, number, PER_GWH)
    counting.add(place, "power_generation", "all", quantity, number, PER_GWH)
    if technology.startswith("biomass"):
        counting.add(place, "power_generation", "biomass", quantity, number, PER_GWH)
    if technology in CLEAN:
        whole = coal_rate() * PER_GWH * closing["primary_electricity"]
        counting.add(place, "primary_consumption", "primary_electricity", quantity, number, whole)
        counting.add(place, "primary_consumption", "energy", quantity, number, whole)


def _capacity(counting: Counting, place: int, technology: str, number: int) -> None:
    if technology == "phs":
        counting.add(place, "power_capacity", "pumped_storage", CAPACITY, number, PER_GW)
    if technology in NEW_STORAGE:
        counting.add(place, "power_capacity", "new_storage", CAPACITY, number, PER_GW)
    for kind, plants in (
        ("coal", (*COAL, "coal_ccs")),
        ("gas", (*GAS, "gas_ccs")),
        ("biomass", ("biomass", "biomass_ccs")),
    ):
        if technology in plants:
            counting.add(place, "power_capacity", kind, CAPACITY, number, PER_GW)
    carrier = "hydro" if technology == "phs" else carriers().get(technology)
    if carrier in ("thermal", "hydro", "nuclear", "wind", "solar"):
        counting.add(place, "power_capacity", str(carrier), CAPACITY, number, PER_GW)
        counting.add(place, "power_capacity", "all", CAPACITY, number, PER_GW)
