"""What crosses the borders of regions: corridors between them, and exchange with what lies outside of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.days import matched
from dafeng.pathway.power.exchange import INTO, OUT, TWH_PER_GW, net_exports, shape
from dafeng.pathway.power.inputs import Corridor
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.units import PER_GW, PER_GWH
from dafeng.pathway.system import NONE, Array

if TYPE_CHECKING:
    from dafeng.pathway.power.build import PowerBuilder

BORDER_ROOM = 4.0
"""Capacity at the border over the mean of what crosses it; no load and no river is as far above its mean."""


def add_corridors(builder: PowerBuilder) -> None:
    """Transmission: one stock a corridor, one process a direction; what is lost does not arrive."""
    nodes = [builder.maker.number("node", f"{r} electricity") for r in builder.inputs.grouping.regions]
    lines = power.line_costs()
    wheeling = parameter("wheeling") * PER_GWH
    for corridor in builder.inputs.corridors:
        line = lines[corridor.kind]
        investment = np.full((1, len(builder.years)), line.investment(corridor.km) * PER_GW)
        stands = corridor.existing + builder.inherited.stands(corridor.name, builder.years)
        stock = builder.maker.stock(
            corridor.name,
            existing=stands,
            build_cost=builder.horizon.build_cost(investment, [line.lifetime], builder.case.interest_rate)[0],
            keep_cost=line.fixed_om * investment[0] * builder.horizon.worth,
            alive=builder.horizon.alive([line.lifetime])[0],
            build_upper=parameters("ceiling")["line"],
        )
        share = 1.0 - line.loss(corridor.km)
        for start, end in corridor.ways:
            name = f"{corridor.name} to {builder.inputs.grouping.regions[end]}"
            if corridor.used == 1.0:
                builder.maker.process(name, [(nodes[end], share)], source=nodes[start], stock=stock, cost=wheeling)
            else:
                _contracted(builder, name, corridor, nodes[start], nodes[end], share)


def _contracted(builder: PowerBuilder, name: str, corridor: Corridor, start: int, end: int, share: float) -> None:
    """A corridor of a past year: what contracts fill is cheap, what goes beyond them is not."""
    cheap, dear = parameter("wheeling"), parameter("beyond_contract")
    for part, used, cost in (("", corridor.used, cheap), (" beyond contracts", 1.0 - corridor.used, dear)):
        stock = builder.maker.stock(f"{name}{part}", existing=corridor.existing * used)
        builder.maker.process(f"{name}{part}", [(end, share)], source=start, stock=stock, cost=cost * PER_GWH)


def add_border(builder: PowerBuilder, place: int, region: str, node: int) -> None:
    """What comes from outside of the plan: of power alone, at a price; else as it was agreed, both ways."""
    price = parameter("import_price") * PER_GWH
    if builder.loaded and not builder.case.exchange:
        if builder.inputs.boundary[place] > 0:
            border = builder.maker.stock(f"{region} import", existing=float(builder.inputs.boundary[place]))
            builder.maker.process(f"{region} import", [(node, 1.0)], stock=border, cost=price)
        return
    agreed = net_exports(builder.inputs.grouping, builder.case.exchange, builder.case.periods)[place]
    for technology, sign in ((INTO, -1.0), (OUT, 1.0)):
        largest = float(np.max(sign * agreed, initial=0.0))
        if largest <= 0:
            continue
        room = BORDER_ROOM * largest / TWH_PER_GW
        share = _crossing(builder, place, sign) / room
        stock = builder.maker.stock(f"{region} {technology}", existing=room)
        ends = ([(node, 1.0)], NONE) if technology == INTO else ([], node)
        builder.maker.process(
            f"{region} {technology}", *ends, stock=stock, available=share, minimum=share, cost=-sign * price
        )


def _crossing(builder: PowerBuilder, place: int, sign: float) -> Array:
    """(T,) GW that leave (1) or arrive (-1) in each modelled hour of each period."""
    found = []
    for twh in net_exports(builder.inputs.grouping, builder.case.exchange, builder.years)[place]:
        hours = matched(shape(builder.inputs, place, float(twh))[None], builder.days)[0]
        found.append(max(sign * float(twh), 0.0) / TWH_PER_GW * hours)
    return np.concatenate(found)
