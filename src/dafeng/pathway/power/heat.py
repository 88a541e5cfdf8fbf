"""Heat networks of the north."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dafeng.pathway.days import matched
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.units import PER_GWH

if TYPE_CHECKING:
    from dafeng.pathway.power.build import PowerBuilder


def add_heat(builder: PowerBuilder) -> None:
    """Heat networks of the north: plants of heat and power, boilers, heat pumps."""
    for place, region in enumerate(builder.inputs.grouping.regions):
        if not builder.heated(region):
            continue
        load = matched(builder.inputs.heat[[place]], builder.days)[0]
        node = builder.maker.node(f"{region} heat", builder.per_year(load) if builder.loaded else 0.0)
        electricity = builder.maker.number("node", f"{region} electricity")
        _heat_and_power(builder, place, region, node, electricity)
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
            share = builder.hourly(builder.cost(technology, "efficiency"))
            variable = builder.hourly(builder.cost(technology, "variable_om") * PER_GWH)
            builder.maker.process(
                f"{region} {technology}",
                [(node, share)],
                source=electricity,
                stock=stock,
                size=float(builder.cost(technology, "efficiency")[0]),
                cost=variable * share,
            )
        unserved = parameter("unserved_cost") * PER_GWH
        builder.maker.process(f"{region} heat unserved", [(node, 1.0)], cost=unserved)
        builder.maker.process(f"{region} heat let go", [], source=node)


def _heat_and_power(builder: PowerBuilder, place: int, region: str, node: int, electricity: int) -> None:
    if not builder.has(region, "coal_chp"):
        return
    size = parameters("heat_size")["coal_chp"]
    cost = builder.fuel_cost(place, "raw_coal", builder.cost("coal_chp", "efficiency")) * size
    cost = cost + builder.cost("coal_chp", "variable_om")
    builder.maker.process(
        f"{region} coal_chp heat",
        [(electricity, 1.0), (node, parameters("heat_ratio")["coal_chp"])],
        stock=builder.maker.number("stock", f"{region} coal_chp"),
        size=size,
        available=parameters("available")["coal_chp"],
        cost=builder.hourly(cost * PER_GWH),
    )
