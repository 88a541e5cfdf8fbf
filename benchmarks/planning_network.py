"""The network of the planning benchmark: 31 provinces from the catalogue, as PyPSA users would write it.

Each province has its load of 2030, coal, gas, nuclear, biomass, wind on and off shore, photovoltaics of both kinds and
hydropower, pumped hydro, batteries and hydrogen; corridors are links with losses, one for each direction. What stands
is the least, the potential the most. Hours run on from one to the next, storage comes back to where it began.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.power.inputs import Corridor, Inputs, planned
from dafeng.pathway.power.regions import grouping

YEAR, SCENARIO, RATE = 2030, "recent_growth", 0.07
CO2_CAP_KT = 1e6
"""Binds; the benchmark prints its price."""
PEAKS, LINE_GW = 3.0, 100.0
"""Ceilings that no plan comes near: times a province's peak load, GW of a corridor; without them no bound is proved."""
GJ_PER_MWH = 3.6
FUELS = {
    "coal": ("raw_coal", 0.341),
    "gas": ("natural_gas", 0.202),
    "biomass": ("biomass", 0.0),
    "nuclear": (None, 0.0),
}
"""Carrier -> price of the catalogue, kt CO2 per GWh of heat (IPCC 2006: 94.6 and 56.1 kg/GJ)."""
COAL = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_chp")
LIKE = {"coal": "coal_usc", "gas": "gas_ccgt"}
TODAY = {"coal": COAL, "gas": ("gas_chp",)}
VARIABLE = {"onwind": "onwind", "offwind": "offwind", "solar_utility": "solar", "solar_distributed": "solar"}
HOURS = {"phs": 6.0, "battery": 4.0, "hydrogen": 168.0, "reservoir": 400.0}


def annuity(investment: float, fixed_om: float, years: float) -> float:
    """M CNY per GW (GWh) and year of CNY per kW (kWh)."""
    return float(investment * RATE / (1 - (1 + RATE) ** -years) + fixed_om)


def hours(days: int) -> Any:
    """(days x 24,) hours of the year: days at even distances, from the first."""
    chosen = np.arange(days) * 365 // days
    return (chosen[:, None] * 24 + np.arange(24)).ravel()


def write_network(path: Path, days: int) -> None:
    """Write the network of some days to netCDF: GW, GWh, M CNY, kt CO2."""
    import pandas as pd
    import pypsa

    inputs = planned(grouping("provinces"), (YEAR,), SCENARIO)
    when = hours(days)
    network = pypsa.Network()
    network.set_snapshots(pd.Timestamp("2030-01-01") + pd.to_timedelta(np.arange(len(when)), "h"))
    network.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760 / len(when)
    nodes = list(inputs.grouping.regions)
    load = inputs.load[:, 0][:, when]
    network.add("Bus", nodes)
    network.add("Load", nodes, suffix=" load", bus=nodes, p_set=_frame(network, nodes, " load", load))
    for carrier, (_, co2) in FUELS.items():
        network.add("Carrier", carrier, co2_emissions=co2)
    for carrier in (*VARIABLE, "hydro", *HOURS, "AC", "DC"):
        network.add("Carrier", carrier)
    _plants(network, inputs, when)
    _storage(network, inputs)
    for corridor in inputs.corridors:
        _corridor(network, nodes, corridor)
    network.add(
        "GlobalConstraint",
        "co2",
        type="primary_energy",
        carrier_attribute="co2_emissions",
        sense="<=",
        constant=CO2_CAP_KT,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    network.export_to_netcdf(path)


def _frame(network: Any, nodes: list[str], suffix: str, values: Any) -> Any:
    import pandas as pd

    return pd.DataFrame(values.T, index=network.snapshots, columns=[node + suffix for node in nodes])


def _ceiling(inputs: Inputs) -> Any:
    """(n,) GW."""
    return PEAKS * inputs.load[:, 0].max(axis=1)


def _plants(network: Any, inputs: Inputs, when: Any) -> None:
    nodes, costs = list(inputs.grouping.regions), power.technology_costs(YEAR)
    for carrier, (fuel, _) in FUELS.items():
        cost = costs[LIKE.get(carrier, carrier)]
        price = inputs.fuel_price[fuel][:, 0] * GJ_PER_MWH / cost.efficiency if fuel else np.zeros(len(nodes))
        stands = sum(inputs.existing[name][:, 0] for name in TODAY.get(carrier, (carrier,)))
        _generators(
            network,
            nodes,
            carrier,
            stands,
            np.maximum(inputs.potential["nuclear"] if carrier == "nuclear" else _ceiling(inputs), stands),
            annuity(cost.investment, cost.fixed_om, cost.lifetime),
            marginal_cost=(price + cost.variable_om) / 1e3,
            efficiency=cost.efficiency,
        )
    for carrier, series in VARIABLE.items():
        cost, stands = costs[carrier], inputs.existing[carrier][:, 0]
        _generators(
            network,
            nodes,
            carrier,
            stands,
            np.maximum(inputs.potential[carrier], stands),
            annuity(cost.investment, cost.fixed_om, cost.lifetime),
            p_max_pu=_frame(network, nodes, f" {carrier}", inputs.profiles[series][:, when]),
        )
    _hydropower(network, inputs, when)


def _hydropower(network: Any, inputs: Inputs, when: Any) -> None:
    """What cannot wait is a generator; the plants with a reservoir are storage with an inflow, over all hours."""
    nodes = list(inputs.grouping.regions)
    stands, held = inputs.existing["hydro"][:, 0], inputs.reservoir_share
    water = np.minimum(inputs.hydro[:, when], stands[:, None])
    share = np.divide(water, stands[:, None], out=np.zeros_like(water), where=stands[:, None] > 0)
    network.add(
        "Generator",
        nodes,
        suffix=" hydro",
        bus=nodes,
        carrier="hydro",
        p_nom=stands * (1 - held),
        p_max_pu=_frame(network, nodes, " hydro", share),
    )
    some = np.flatnonzero(stands * held > 0)
    with_reservoir = [nodes[place] for place in some]
    network.add(
        "StorageUnit",
        with_reservoir,
        suffix=" reservoir",
        bus=with_reservoir,
        carrier="reservoir",
        p_nom=(stands * held)[some],
        p_min_pu=0.0,
        max_hours=HOURS["reservoir"],
        inflow=_frame(network, with_reservoir, " reservoir", (water * held[:, None])[some]),
        cyclic_state_of_charge=True,
    )


def _generators(
    network: Any, nodes: list[str], carrier: str, stands: Any, most: Any, capital_cost: float, **further: Any
) -> None:
    network.add(
        "Generator",
        nodes,
        suffix=f" {carrier}",
        bus=nodes,
        carrier=carrier,
        p_nom=stands,
        p_nom_min=stands,
        p_nom_max=most,
        p_nom_extendable=True,
        capital_cost=capital_cost,
        **further,
    )


def _storage(network: Any, inputs: Inputs) -> None:
    nodes, costs = list(inputs.grouping.regions), power.technology_costs(YEAR)
    full = {name: annuity(cost.investment, cost.fixed_om, cost.lifetime) for name, cost in costs.items()}
    phs = inputs.existing["phs"][:, 0]
    hydrogen = full["electrolyser"] + full["hydrogen_turbine"] + HOURS["hydrogen"] * full["hydrogen_tank"]
    way = {name: costs[name].efficiency ** 0.5 for name in ("phs", "battery")}
    for carrier, stands, most, capital, store, dispatch in (
        ("phs", phs, np.maximum(inputs.potential["phs"], phs), full["phs"], way["phs"], way["phs"]),
        (
            "battery",
            inputs.existing["battery"][:, 0],
            _ceiling(inputs),
            full["battery"] + HOURS["battery"] * full["battery_store"],
            way["battery"],
            way["battery"],
        ),
        (
            "hydrogen",
            0.0,
            _ceiling(inputs),
            hydrogen,
            costs["electrolyser"].efficiency,
            costs["hydrogen_turbine"].efficiency,
        ),
    ):
        network.add(
            "StorageUnit",
            nodes,
            suffix=f" {carrier}",
            bus=nodes,
            carrier=carrier,
            p_nom=stands,
            p_nom_min=stands,
            p_nom_max=most,
            p_nom_extendable=True,
            capital_cost=capital,
            max_hours=HOURS[carrier],
            efficiency_store=store,
            efficiency_dispatch=dispatch,
            cyclic_state_of_charge=True,
        )


def _corridor(network: Any, nodes: list[str], corridor: Corridor) -> None:
    cost = power.line_costs()[corridor.kind]
    investment = cost.investment(corridor.km)
    whole = annuity(investment, cost.fixed_om * investment, cost.lifetime)
    ways = [(corridor.start, corridor.end), (corridor.end, corridor.start)][: 1 + corridor.both_ways]
    for start, end in ways:
        network.add(
            "Link",
            f"{nodes[start]}>{nodes[end]} {corridor.kind}",
            bus0=nodes[start],
            bus1=nodes[end],
            carrier=corridor.kind,
            efficiency=1 - cost.loss(corridor.km),
            p_nom=float(corridor.existing[0]),
            p_nom_min=float(corridor.existing[0]),
            p_nom_max=max(LINE_GW, float(corridor.existing[0])),
            p_nom_extendable=True,
            capital_cost=whole / len(ways),
        )
