"""From the tables of a PyPSA network to a system."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dafeng.models.pypsa.assets import NOMINAL, Assets, label, make_assets
from dafeng.models.pypsa.branches import add_branches
from dafeng.models.pypsa.constraints import add_constraints
from dafeng.models.pypsa.network import Component, Network, read_network
from dafeng.models.pypsa.stores import add_storage_units, add_stores, refuse_running_through
from dafeng.models.refusals import no_such, not_covered
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY, NONE, Array, Limit, Steps, System, Term


def read_pypsa(path: str | Path) -> System:
    """The system of a PyPSA netCDF file, in MW and the currency of the file.

    Raises:
        RefusedFile: what the file has and we do not cover, or what it says wrongly, with part and attribute.
        DafengError: `pathway_*`, a number that cannot be meant (negative capacity, floor above ceiling ...).
    """
    network = read_network(path)
    steps = _steps(network)
    maker = Maker(steps, "MW", "currency")
    _add_buses(network, maker)
    assets = {kind: make_assets(network, maker, kind) for kind in NOMINAL}
    _add_generators(network, maker, assets["generators"])
    _add_links(network, maker, assets["links"])
    _add_processes(network, maker, assets["processes"])
    add_branches(network, maker, assets["lines"], assets["transformers"])
    add_storage_units(network, maker, assets["storage_units"])
    add_stores(network, maker, assets["stores"])
    add_constraints(network, maker, assets)
    maker.notes["format"] = f"PyPSA {network.version} netCDF"
    maker.notes["objective_constant"] = repr(float(sum(group.constant for group in assets.values())))
    if network.not_read:
        maker.notes["not_read"] = ", ".join(sorted(set(network.not_read)))
    return maker.system()


def _steps(network: Network) -> Steps:
    """Weightings: `stores` are the hours of balances, `generators` those of limits, `objective` those of costs."""
    refuse_running_through(network)
    return Steps(
        periods=network.periods,
        years=network.years,
        period=network.period,
        block=network.period,
        hours=network.stores,
        weight=network.generators,
        value=network.objective * network.worth[network.period],
    )


def _add_buses(network: Network, maker: Maker) -> None:
    buses, loads = network["buses"], network["loads"]
    demand: dict[str, Array] = {name: np.zeros(network.count) for name in buses.names}
    sign, profiles, active = loads.number("sign"), loads.profile("p_set"), loads.flag("active")
    for k, bus in enumerate(loads.text("bus")):
        if bus not in demand:
            raise no_such(loads.place(k), "bus", bus, demand)
        if active[k]:
            demand[bus] = demand[bus] - sign[k] * profiles[k]
    nodal = sorted(name for name in buses.static if name.startswith("nom_"))
    if nodal:
        raise not_covered("buses", nodal[0], buses.static[nodal[0]][0])
    for name in buses.names:
        maker.node(name, demand[name])


def node_of(network: Network, maker: Maker, component: Component, k: int, column: str) -> int:
    """The node that a part names in a column."""
    bus = component.text(column)[k]
    if bus not in network["buses"].where:
        raise no_such(component.place(k), column, bus, network["buses"].names)
    return maker.number("node", bus)


def _add_generators(network: Network, maker: Maker, assets: Assets) -> None:
    component = assets.component
    sign = component.number("sign")
    totals = [("e_sum_min", component.number("e_sum_min")), ("e_sum_max", component.number("e_sum_max"))]
    for k in assets.used():
        node = node_of(network, maker, component, k, "bus")
        number = _activity(network, maker, assets, k, [(node, sign[k : k + 1])])
        for name, values in totals:
            if np.isfinite(values[k]):
                once = (1.0 / network.years)[network.period][None, :]
                lower, upper = (values[k], np.inf) if name == "e_sum_min" else (-np.inf, values[k])
                term = Term(ACTIVITY, np.array([number]), once)
                maker.limits.append(Limit(f"{label(component, k)} {name}", (term,), float(lower), float(upper)))


def _ports(component: Component) -> list[str]:
    """Numbers of the ports from 1 on, e.g. ["1", "2"]."""
    further = {name[3:] for name in component.static if name.startswith("bus") and name[3:].isdigit()}
    return sorted(further - {"0"} | ({"1"} if component.names else set()), key=int)


def _add_links(network: Network, maker: Maker, assets: Assets) -> None:
    component = assets.component
    shares = {
        port: component.profile("efficiency" if port == "1" else f"efficiency{port}") for port in _ports(component)
    }
    for k in assets.used():
        source = node_of(network, maker, component, k, "bus0")
        sinks = [
            (node_of(network, maker, component, k, f"bus{port}"), share[k])
            for port, share in shares.items()
            if port == "1" or component.text(f"bus{port}")[k]
        ]
        _activity(network, maker, assets, k, sinks, source)


def _add_processes(network: Network, maker: Maker, assets: Assets) -> None:
    component = assets.component
    ports = ["0", *_ports(component)] if component.names else []
    rates = {port: component.profile(f"rate{port}") for port in ports}
    for k in assets.used():
        sinks = [
            (node_of(network, maker, component, k, f"bus{port}"), rate[k])
            for port, rate in rates.items()
            if component.text(f"bus{port}")[k]
        ]
        _activity(network, maker, assets, k, sinks)


def _activity(
    network: Network, maker: Maker, assets: Assets, k: int, sinks: Sequence[tuple[int, Array]], source: int = NONE
) -> int:
    """A part with the output p: p_min_pu p_nom <= p <= p_max_pu p_nom at marginal cost, its ramps limited."""
    component = assets.component
    low, high = component.profile("p_min_pu")[k], component.profile("p_max_pu")[k]
    if assets.stock[k] == NONE and (np.any(high <= 0) or np.any(low > 0)):
        raise not_covered(component.place(k), "p_nom", "inf")
    return maker.process(
        label(component, k),
        sinks,
        source=source,
        stock=assets.stock[k],
        available=high,
        minimum=low,
        cost=component.profile("marginal_cost")[k],
        ramp_up=_ramp(network, component, k, "ramp_limit_up", low),
        ramp_down=_ramp(network, component, k, "ramp_limit_down", low),
    )


def _ramp(network: Network, component: Component, k: int, name: str, low: Array) -> float:
    """Change per hour: PyPSA limits the change per snapshot, whatever its weighting."""
    values = component.profile(name)[k]
    if np.isnan(values).all():
        starting = name.replace("up", "start_up").replace("down", "shut_down")
        if not np.isnan(component.number(starting)[k]) and np.any(low < 0):
            raise not_covered(component.place(k), starting, component.number(starting)[k])
        return float(np.inf)
    if np.isnan(values).any() or np.ptp(values) > 0:
        raise not_covered(component.place(k), name, "series")
    if np.ptp(network.stores) > 0:
        raise not_covered(component.place(k), name, "snapshots of different length")
    return float(values[0] / network.stores[0])
