"""What moves energy through time in a region: storage, hydrogen, load that waits or is cut, vehicles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.units import PER_GWH
from dafeng.pathway.system import BUDGET, CARRY, Array

if TYPE_CHECKING:
    from dafeng.pathway.power.build import PowerBuilder


def add_storage(builder: PowerBuilder, place: int, region: str, node: int) -> None:
    """Pumped hydro, batteries and, if the case has it, hydrogen that carries energy between days."""
    existing, potential = builder.inputs.existing, builder.inputs.potential
    pumped = builder.stock(region, "phs", existing["phs"][place], potential=float(potential["phs"][place]))
    half = float(np.sqrt(builder.costs[0]["phs"].efficiency))
    if "phs" in builder.running:
        _pumped_as_it_ran(builder, region, node, pumped)
    else:
        builder.maker.storage(
            f"{region} phs",
            node,
            *(pumped, pumped, pumped),
            energy_size=parameters("hours")["phs"],
            charge_efficiency=half,
            discharge_efficiency=half,
        )
    stands = existing["battery"][place]
    converter = builder.stock(region, "battery", stands)
    cells = builder.stock(region, "battery_store", stands * parameters("hours")["battery"])
    half = float(np.sqrt(builder.costs[0]["battery"].efficiency))
    builder.maker.storage(
        f"{region} battery", node, converter, converter, cells, charge_efficiency=half, discharge_efficiency=half
    )
    if builder.case.hydrogen:
        salt = any(member in parameters("salt") for member in builder.inputs.grouping.members[place])
        builder.maker.storage(
            f"{region} hydrogen",
            node,
            builder.stock(region, "electrolyser"),
            builder.stock(region, "hydrogen_turbine"),
            builder.stock(region, "hydrogen_cavern" if salt else "hydrogen_tank"),
            charge_efficiency=builder.costs[0]["electrolyser"].efficiency,
            discharge_efficiency=builder.costs[0]["hydrogen_turbine"].efficiency,
            discharge_available=parameters("available")["hydrogen_turbine"],
            link=CARRY,
            discharge_cost=builder.hourly(builder.cost("hydrogen_turbine", "variable_om") * PER_GWH),
        )


def _pumped_as_it_ran(builder: PowerBuilder, region: str, node: int, pumped: int) -> None:
    """Pumped storage of a past year: every day gives the mean of the year, and draws what that takes, when it suits."""
    gives = builder.hourly(builder.running["phs"] * builder.stands[pumped])
    builder.maker.storage(
        f"{region} phs", node, discharge_stock=pumped, charge_available=0.0, inflow=gives, link=BUDGET
    )
    draws = gives / builder.costs[0]["phs"].efficiency
    builder.maker.storage(
        f"{region} pumping", node, pumped, pumped, discharge_available=0.0, inflow=-draws, link=BUDGET
    )


def add_moving_load(builder: PowerBuilder, place: int, region: str, node: int, charging: Array) -> None:
    """Load that waits, load that is cut at a price, vehicles that charge when it suits."""
    peak = float(builder.peak[place].max())
    for technology in ("demand_response", "interruptible_load"):
        potential = parameters("potential")[technology] * peak
        stock = builder.stock(region, technology, potential=potential)
        cost = builder.hourly(builder.cost(technology, "variable_om") * PER_GWH)
        if technology == "demand_response":
            builder.maker.storage(
                f"{region} {technology}",
                node,
                *(stock, stock, stock),
                energy_size=parameters("hours")[technology],
                discharge_efficiency=builder.costs[0][technology].efficiency,
                discharge_cost=cost,
            )
        else:
            builder.maker.process(f"{region} {technology}", [(node, 1.0)], stock=stock, cost=cost)
    if charging.any():
        plugs = builder.maker.stock(f"{region} charging", existing=parameter("charging_plugs") * charging)
        builder.maker.storage(
            f"{region} charging",
            node,
            plugs,
            plugs,
            discharge_available=0.0,
            inflow=-builder.hourly(charging),
            link=BUDGET,
        )
