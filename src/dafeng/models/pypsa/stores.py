"""Storage units and stores."""

from __future__ import annotations

import numpy as np

from dafeng.models.pypsa.assets import Assets, label, standing
from dafeng.models.pypsa.network import Component, Network
from dafeng.models.refusals import no_such, not_covered
from dafeng.pathway.making import Maker
from dafeng.pathway.system import CHAIN, CYCLE, NONE

CYCLIC = {"storage_units": "cyclic_state_of_charge", "stores": "e_cyclic"}
INITIAL = {"storage_units": "state_of_charge_initial", "stores": "e_initial"}


def refuse_running_through(network: Network) -> None:
    """Each investment period is a year of its own here: no store carries its level from one into the next.

    Raises:
        RefusedFile: a storage unit or store without `..._per_period` in a network with several periods.
    """
    if len(network.starts) < 2:
        return
    for kind, cyclic in CYCLIC.items():
        component = network[kind]
        per_period = component.flag(f"{cyclic}_per_period") | component.flag(f"{INITIAL[kind]}_per_period")
        stands = standing(network, component)
        for k in np.flatnonzero(stands.any(axis=1) & ~per_period):
            raise not_covered(component.place(int(k)), f"{cyclic}_per_period", False)


def _link(network: Network, component: Component, k: int, loss: float) -> tuple[str, float]:
    """How the level is linked through time, and the level to start from.

    PyPSA takes no standing loss off the initial level in the first snapshot; we do, so it is put back on before.
    """
    cyclic, initial = CYCLIC[component.kind], float(component.number(INITIAL[component.kind])[k])
    every = component.flag(f"{cyclic}_per_period")[k] if network.starts else False
    own = component.flag(f"{INITIAL[component.kind]}_per_period")[k] if network.starts else False
    if every or (component.flag(cyclic)[k] and not own):
        return CYCLE, 0.0
    if initial and not standing(network, component)[k].all():
        raise not_covered(component.place(k), INITIAL[component.kind], initial)
    first = np.flatnonzero(np.r_[True, np.diff(network.period) > 0])
    kept = (1.0 - loss) ** network.stores[first]
    if initial and np.ptp(kept) > 0:
        raise not_covered(component.place(k), INITIAL[component.kind], "snapshots of different length")
    return CHAIN, initial / float(kept[0])


def _node(network: Network, maker: Maker, component: Component, k: int) -> int:
    bus = component.text("bus")[k]
    if bus not in network["buses"].where:
        raise no_such(component.place(k), "bus", bus, network["buses"].names)
    return maker.number("node", bus)


def add_storage_units(network: Network, maker: Maker, assets: Assets) -> None:
    """Storage units: charge and discharge are bounded by p_nom, the level by max_hours p_nom."""
    units = assets.component
    hours, low, high = units.number("max_hours"), units.profile("p_min_pu"), units.profile("p_max_pu")
    inflow, loss = units.profile("inflow"), units.constant("standing_loss")
    store, dispatch = units.constant("efficiency_store"), units.constant("efficiency_dispatch")
    cost, level, spill = (units.profile(name) for name in ("marginal_cost", "marginal_cost_storage", "spill_cost"))
    for k in assets.used():
        if np.any(low[k] > 0) or np.any(high[k] < 0):
            raise not_covered(units.place(k), "p_min_pu", "> 0")
        if assets.stock[k] == NONE:
            raise not_covered(units.place(k), "p_nom", "inf")
        charging = bool(np.any(low[k] < 0))
        link, initial = _link(network, units, k, float(loss[k]))
        maker.storage(
            label(units, k),
            _node(network, maker, units, k),
            charge_stock=assets.stock[k],
            discharge_stock=assets.stock[k],
            energy_stock=assets.stock[k],
            energy_size=float(hours[k]),
            charge_available=-low[k] + 0.0,
            discharge_available=high[k],
            charge_efficiency=float(store[k]) if charging else 1.0,
            discharge_efficiency=float(dispatch[k]),
            loss=float(loss[k]),
            inflow=inflow[k],
            spill=bool(np.any(inflow[k] > 0)),
            link=link,
            initial=initial,
            discharge_cost=cost[k],
            level_cost=level[k],
            spill_cost=spill[k],
        )


def add_stores(network: Network, maker: Maker, assets: Assets) -> None:
    """Stores: only the level is bounded; what is taken costs marginal_cost, what is put in earns it."""
    stores = assets.component
    low, high, loss = stores.profile("e_min_pu"), stores.profile("e_max_pu"), stores.constant("standing_loss")
    cost, level = stores.profile("marginal_cost"), stores.profile("marginal_cost_storage")
    for k in assets.used():
        if assets.stock[k] == NONE and (np.any(low[k] != 0) or np.any(high[k] <= 0)):
            raise not_covered(stores.place(k), "e_nom", "inf")
        link, initial = _link(network, stores, k, float(loss[k]))
        maker.storage(
            label(stores, k),
            _node(network, maker, stores, k),
            energy_stock=assets.stock[k],
            level_lower=low[k],
            level_upper=high[k],
            loss=float(loss[k]),
            link=link,
            initial=initial,
            charge_cost=-cost[k],
            discharge_cost=cost[k],
            level_cost=level[k],
        )
