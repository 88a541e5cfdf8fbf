"""Lines and transformers: impedances as PyPSA computes them."""

from __future__ import annotations

import numpy as np

from dafeng.catalog import resource
from dafeng.models.pypsa.assets import Assets, label
from dafeng.models.pypsa.network import Component, Network
from dafeng.models.refusals import no_such, not_covered, wrong_value
from dafeng.pathway.equations import cycles
from dafeng.pathway.making import Maker
from dafeng.pathway.system import Array, Lines, Places


def add_branches(network: Network, maker: Maker, lines: Assets, transformers: Assets) -> None:
    """Passive branches with their per-unit impedance.

    Lines: x / v_nom^2, r / v_nom^2 with v_nom of bus0. Transformers: x tap_ratio / s_nom, r tap_ratio / s_nom.
    The reactance counts in a sub-network whose first bus is AC, the resistance in any other; on a cycle it must not
    be 0. A branch that stands in some periods only is refused: our voltage law is that of one grid.
    """
    branches = [(assets, k) for assets in (lines, transformers) for k in assets.used()]
    ends = np.array([_ends(network, assets.component, k) for assets, k in branches], dtype=np.int64).reshape(-1, 2)
    values = {
        name: {"lines": _line_values(network, lines, name), "transformers": _transformer_values(transformers, name)}
        for name in ("x", "r")
    }
    alternating = _alternating(network, ends)
    names = ["x" if alternating[start] else "r" for start in ends[:, 0]]
    impedance = np.array(
        [values[name][assets.component.kind][k] for name, (assets, k) in zip(names, branches, strict=True)]
    )
    meshed = _meshed(ends)
    for number, (assets, k) in enumerate(branches):
        component, value = assets.component, float(impedance[number])
        if not assets.stands[k].all():
            raise not_covered(component.place(k), "lifetime", f"{component.number('lifetime')[k]:g}")
        if not np.isfinite(value) or (value == 0 and number in meshed):
            raise wrong_value(component.place(k), names[number], value, "!= 0")
        if number in meshed and not assets.extendable[k] and component.number("s_nom")[k] <= 0:
            raise wrong_value(component.place(k), "s_nom", component.number("s_nom")[k], "> 0")
        start, end = ends[number].tolist()
        profile = component.profile("s_max_pu")[k]
        maker.line(label(component, k), start, end, assets.stock[k], value, profile)


def _meshed(ends: Places) -> set[int]:
    """Numbers of the branches that lie on a cycle: only there do impedances count."""
    names = tuple(str(number) for number in range(len(ends)))
    one = np.ones(len(ends))
    found = cycles(Lines(names, ends[:, 0], ends[:, 1], ends[:, 0], one[:, None], one))
    return {int(number) for drops in found for number in np.flatnonzero(drops)}


def _ends(network: Network, component: Component, k: int) -> tuple[int, int]:
    buses = network["buses"].where
    found = []
    for column in ("bus0", "bus1"):
        bus = component.text(column)[k]
        if bus not in buses:
            raise no_such(component.place(k), column, bus, buses)
        found.append(buses[bus])
    return found[0], found[1]


def _line_values(network: Network, assets: Assets, name: str) -> Array:
    """x_pu or r_pu of lines; a line type gives values per km, over parallel circuits."""
    lines, buses = assets.component, network["buses"]
    values = lines.number(name).copy()
    length, parallel, types = lines.number("length"), lines.number("num_parallel"), lines.text("type")
    per_km = _per_km(network, name) if any(types) else {}
    for k, kind in enumerate(types):
        if kind:
            if kind not in per_km:
                raise no_such(lines.place(k), "type", kind, per_km)
            values[k] = per_km[kind] * length[k] / parallel[k]
    voltage = dict(zip(buses.names, buses.number("v_nom"), strict=True))
    start = lines.text("bus0")
    return np.array([value / voltage.get(bus, np.nan) ** 2 for value, bus in zip(values, start, strict=True)])


def _per_km(network: Network, name: str) -> dict[str, float]:
    """Standard types, and those of the file before them."""
    own = network["line_types"]
    found = {str(row["id"]): float(row[f"{name}_ohm_per_km"]) for row in resource("lines", "types").rows}
    return found | dict(zip(own.names, own.number(f"{name}_per_length").tolist(), strict=True))


def _transformer_values(assets: Assets, name: str) -> Array:
    component = assets.component
    with np.errstate(divide="ignore", invalid="ignore"):
        return component.number(name) * component.number("tap_ratio") / component.number("s_nom")


def _alternating(network: Network, ends: Places) -> list[bool]:
    """For each bus: is the first bus of the sub-network that it is in an AC bus."""
    names, carriers = network["buses"].names, network["buses"].text("carrier")
    group = list(range(len(names)))

    def root(bus: int) -> int:
        while group[bus] != bus:
            group[bus] = group[group[bus]]
            bus = group[bus]
        return bus

    for start, end in ends.tolist():
        a, b = root(start), root(end)
        group[max(a, b)] = min(a, b)
    return [carriers[root(bus)] == "AC" for bus in range(len(names))]
