"""Heat networks of the north: one node a region, beside that of its electricity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dafeng.pathway.days import matched
from dafeng.pathway.power.inputs import heat_ratio, heat_size
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.technologies import HEAT_AND_POWER, THERMAL
from dafeng.pathway.power.units import PER_GWH
from dafeng.pathway.system import Array

if TYPE_CHECKING:
    from dafeng.pathway.power.build import PowerBuilder


def add_heat(builder: PowerBuilder) -> None:
    """What gives heat to the networks of a region: plants of heat and power, boilers, heat pumps.

        sum(p) ratio[p] x[p heat,t] + sum(b) x[b,t] + sum(e) cop[e] x[e,t] + unserved[t] - let_go[t] = heat[t]
        x[b,t] <= K[b],    cop[e] x[e,t] <= K[e]                                               GW (regions, hours)

        p  coal and gas plants of heat and power      e  electric boilers and heat pumps, x: electricity that they take
        b  coal and gas boilers                       cop  heat per electricity of the period

    The node is `REGION heat` (`balances`). `unserved` costs `unserved_cost`, `let_go` nothing. Dual of the balance: as
    that of electricity; of the other rows: 1e9 CNY per GW, present value.
    """
    for place, region in enumerate(builder.inputs.grouping.regions):
        if not builder.heated(region):
            continue
        load = matched(builder.inputs.heat[[place]], builder.days)[0]
        node = builder.maker.node(f"{region} heat", builder.per_year(load) if builder.loaded else 0.0)
        electricity = builder.maker.number("node", f"{region} electricity")
        for name, technology in HEAT_AND_POWER.items():
            if gives_heat(builder, place, region, technology):
                _heat_and_power(builder, place, f"{region} {name}", technology, node, electricity)
        peak = float(builder.inputs.heat[place].max())
        for technology, fuel in (("coal_boiler", "raw_coal"), ("gas_boiler", "natural_gas")):
            stands = peak * parameter("boiler_share") if technology == "coal_boiler" else 0.0
            stock = builder.stock(region, technology, stands)
            cost = builder.cost(technology, "variable_om")
            cost = cost + builder.fuel_cost(place, fuel, builder.cost(technology, "efficiency"))
            builder.maker.process(
                f"{region} {technology}", [(node, 1.0)], stock=stock, cost=builder.hourly(cost * PER_GWH)
            )
        for technology in ("electric_boiler", "heat_pump"):
            stock = builder.stock(region, technology)
            efficiency = builder.cost(technology, "efficiency")
            share = builder.hourly(efficiency)
            variable = builder.hourly(builder.cost(technology, "variable_om") * PER_GWH)
            builder.maker.process(
                f"{region} {technology}",
                [(node, share)],
                source=electricity,
                stock=stock,
                size=float(efficiency[0]),
                available=builder.hourly(efficiency[0] / efficiency),
                cost=variable * share,
            )
        unserved = parameter("unserved_cost") * PER_GWH
        builder.maker.process(f"{region} heat unserved", [(node, 1.0)], cost=unserved)
        builder.maker.process(f"{region} heat let go", [], source=node)


def gives_heat(builder: PowerBuilder, place: int, region: str, technology: str) -> bool:
    """Has a region plants of heat and power, and a network that takes their heat; gas plants are no longer built."""
    if not builder.heated(region) or not builder.has(region, technology):
        return False
    stands = builder.stands[builder.maker.number("stock", f"{region} {technology}")]
    return technology != "gas_chp" or bool(builder.inputs.gas_heat[place] > 0 and stands.any())


def _heat_and_power(builder: PowerBuilder, place: int, name: str, technology: str, node: int, electricity: int) -> None:
    """A plant of heat and power while it gives heat: one process with two sinks beside that of electricity alone.

        x[p,t] + size[p] x[p heat,t] <= available[p] K[p]                                       GW (plants, hours)
        least[t] K[p] <= size[p] x[p heat,t]
        (must_run[p] - least[t] / size[p]) K[p] <= x[p,t]
        least[t] = min(must_run, size heat[t] / (ratio K)) of gas, K: what stands; 0 of coal

        x  electricity in either way of running        ratio  heat per electricity while it gives heat (`heat_ratio`)
        size  capacity and fuel taken up per electricity while it gives heat (`heat_size`)

    Where only a share of a region's gas plants can give heat, ratio and size - 1 are those of a plant times the share.
    Coal plants keep their least load with what is on line (`bound_activity`).

    Dual: 1e9 CNY per GW, present value of one more unit available in that hour.
    """
    size = heat_size(builder.inputs, place, technology)
    cost = builder.fuel_cost(place, THERMAL[technology].fuel, builder.cost(technology, "efficiency")) * size
    cost = cost + builder.cost(technology, "variable_om")
    stock = builder.maker.number("stock", name.removesuffix(" heat"))
    builder.maker.process(
        name,
        [(electricity, 1.0), (node, heat_ratio(builder.inputs, place, technology))],
        stock=stock,
        size=size,
        available=shares_of(builder, place, name.partition(" ")[0], technology)[0],
        minimum=gas_heat_least(builder, place, builder.stands[stock]) if technology == "gas_chp" else 0.0,
        cost=builder.hourly(cost * PER_GWH),
    )


def shares_of(builder: PowerBuilder, place: int, region: str, technology: str) -> tuple[Array | float, Array | float]:
    """The most and the least with which plants run, per capacity; of gas plants less what they give with heat.

    Of a past year both are what was reported: the most leaves room for the capacity that giving heat takes up.
    """
    most = builder.running.get(technology, parameters("available")[technology])
    least = builder.running.get(technology, parameters("must_run").get(technology, 0.0))
    if technology != "gas_chp" or not gives_heat(builder, place, region, technology):
        return most, least
    heats = gas_heat_least(builder, place, builder.stands[builder.maker.number("stock", f"{region} {technology}")])
    size = heat_size(builder.inputs, place, technology)
    return most + (heats * (1.0 - 1.0 / size) if builder.running else 0.0), least - heats / size


def gas_heat_least(builder: PowerBuilder, place: int, stands: Array) -> Array:
    """(T,) share of capacity with which gas plants give heat in any case: of what they must run, as much as networks
    take (`least` of `_heat_and_power`).
    """
    technology = "gas_chp"
    must = builder.running.get(technology, parameters("must_run")[technology])
    heat = builder.per_year(matched(builder.inputs.heat[[place]], builder.days)[0])
    taken = heat * heat_size(builder.inputs, place, technology) / heat_ratio(builder.inputs, place, technology)
    capacity = builder.hourly(stands)
    return np.minimum(np.divide(taken, capacity, out=np.zeros_like(taken), where=capacity > 0), must)
