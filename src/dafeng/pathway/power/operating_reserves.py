"""Operating reserve: what can give more at once, for load that was not foreseen and wind and sun that do not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dafeng.pathway.power.parameters import parameter
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.technologies import HEAT_AND_POWER, THERMAL, WIND_AND_SUN
from dafeng.pathway.system import Reserve

if TYPE_CHECKING:
    from dafeng.pathway.power.policies import Counted

FLEXIBLE = ("coal_", "gas_")


def operating_reserves(counted: Counted) -> list[Reserve]:
    """What stands ready in every hour in each grid region, or in each region where regions are no provinces (GW).

        sum(i burns coal or gas) (available[i,t] K[s] - size[i] x[i,t]) + sum(j) (size_d K[s] - d[j,t] + c[j,t])
            >= reserve_demand sum(n) load[n,t] + reserve_variable sum(wind and photovoltaics v) x[v,t]

        j  reservoirs, pumped hydro, batteries

    Rows and dual are those of `reserves`: of plants with a least load what is on line counts. Dual: 1e9 CNY per GW,
    present value of one unit less required in that hour.
    """
    inputs, maker = counted.inputs, counted.maker
    found = []
    regions = inputs.grouping.regions
    grids = grouping("grids")
    groups: dict[str, list[str]] = {}
    for region, members in zip(regions, inputs.grouping.members, strict=True):
        place = grids.place(members[0])
        key = grids.regions[place] if len(members) == 1 and len(regions) > 1 and place is not None else region
        groups.setdefault(key, []).append(region)
    for name, inside in groups.items():
        own = [i for i, n in enumerate(counted.names) if n.partition(" ")[0] in inside]
        burning = [i for i in own if counted.technology(counted.names[i]).startswith(FLEXIBLE)]
        burning = [i for i in burning if counted.technology(counted.names[i]) in (*THERMAL, *HEAT_AND_POWER)]
        variable = [i for i in own if counted.technology(counted.names[i]) in WIND_AND_SUN]
        storages = [
            j
            for j, n in enumerate(maker.names("storage"))
            if n.partition(" ")[0] in inside and counted.technology(n) in ("hydro_reservoir", "phs", "battery")
        ]
        found.append(
            Reserve(
                name=name,
                nodes=np.array([maker.number("node", f"{r} electricity") for r in inside]),
                processes=np.array(burning, dtype=np.int64),
                credit=np.ones(len(burning)),
                storages=np.array(storages, dtype=np.int64),
                variable=np.array(variable, dtype=np.int64),
                variable_share=parameter("reserve_variable"),
                demand_share=parameter("reserve_demand"),
            )
        )
    return found
