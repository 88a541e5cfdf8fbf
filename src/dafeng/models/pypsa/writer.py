"""A plan as a PyPSA network: netCDF that `pypsa.Network(path)` opens, solved.

Every part becomes a component of fixed capacity with its results: a process without source and with one sink a
generator, one with a source a link, any other a process; storage whose powers are bounded a storage unit, other storage
a store. With several periods a part is one component for each period in which it has capacity ("wind 2030"), alive in
that period only, because an asset of PyPSA has one capacity for all its life. Limits, reserves and stock costs have no
counterpart and stay out: `n.optimize()` on the file dispatches the plan's capacities again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from dafeng.models.pypsa.network import KNOWN
from dafeng.pathway.plan import Plan
from dafeng.pathway.system import NONE, Array, Places
from dafeng.version import __version__


def write_netcdf(plan: Plan, path: str | Path, carriers: Mapping[str, str] | None = None) -> Path:
    """Write a plan as a PyPSA network.

    Args:
        carriers: carrier by name of node, process, storage or line; what is not named has none.

    Returns:
        The path. It is written under another name first: a file of that name is whole.
    """
    path = Path(path)
    draft = path.with_name(path.name + ".part")
    tables = _Tables(plan, dict(carriers or {}))
    tables.nodes()
    tables.processes()
    tables.storages()
    tables.lines()
    with netCDF4.Dataset(str(draft), "w") as file:
        _Writer(file).network(plan, tables)
    draft.replace(path)
    return path


@dataclass
class _Table:
    """Parts of one kind under construction: name -> attributes; an array (T,) is a series."""

    parts: dict[str, dict[str, Any]] = field(default_factory=dict)


class _Tables:
    """What the components of the network are."""

    def __init__(self, plan: Plan, carriers: dict[str, str]) -> None:
        self.plan, self.system, self.carriers = plan, plan.system, carriers
        self.steps = plan.system.steps
        self.tables: dict[str, _Table] = {}

    def _put(self, kind: str, name: str, y: int, attributes: dict[str, Any]) -> None:
        """A component of period y: outside of it its results are zero."""
        several = len(self.steps.periods) > 1
        here = self.steps.period == y
        values = {
            key: np.where(here, value, 0.0) if key in RESULTS and isinstance(value, np.ndarray) else value
            for key, value in attributes.items()
        }
        if several:
            start = _starts(self.steps.periods)
            life = float(start[y + 1] - start[y]) if y + 1 < len(start) else float(self.steps.years[y])
            values |= {"build_year": float(start[y]), "lifetime": life}
        values["carrier"] = self.carriers.get(name, "")
        full = f"{name} {self.steps.periods[y]}" if several else name
        self.tables.setdefault(kind, _Table()).parts[full] = values

    def nodes(self) -> None:
        """Nodes are buses with their prices, demands are loads."""
        buses = self.tables.setdefault("buses", _Table()).parts
        for k, name in enumerate(self.system.nodes.names):
            buses[name] = {"carrier": self.carriers.get(name, ""), "marginal_price": self.plan.price[k]}
            demand = self.system.nodes.demand[k]
            if demand.any():
                self.tables.setdefault("loads", _Table()).parts[name] = {"bus": name, "p_set": demand, "p": demand}

    def _capacity(self, stock: int, size: float) -> Array:
        """(Y,) size x capacity of a stock; inf without one."""
        if stock == NONE:
            return np.full(len(self.steps.periods), np.inf)
        return np.asarray(self.plan.capacity[stock] * size)

    def processes(self) -> None:
        """Processes as generators, links and processes of PyPSA, by their ports."""
        p, names = self.system.processes, self.system.nodes.names
        for i, name in enumerate(p.names):
            capacity = self._capacity(int(p.stock[i]), 1.0 / float(p.size[i]))
            ports = [(names[node], self._full(p.efficiency[i, k])) for k, node in enumerate(p.sinks[i]) if node != NONE]
            bounds = {
                "p_min_pu": self._full(p.minimum[i]),
                "p_max_pu": self._full(p.available[i]),
                "marginal_cost": self._full(p.cost[i]),
            }
            for y in np.flatnonzero(capacity > 0).tolist():
                activity = self.plan.activity[i]
                common = {"p_nom": float(capacity[y]), "p_nom_opt": float(capacity[y]), **bounds}
                if p.source[i] != NONE:
                    self._put("links", name, y, common | self._link(names[p.source[i]], ports, activity))
                elif len(ports) == 1 and np.all(ports[0][1] == 1.0):
                    self._put("generators", name, y, common | {"bus": ports[0][0], "p": activity})
                else:
                    self._put("processes", name, y, common | self._process(ports, activity))

    @staticmethod
    def _link(source: str, ports: list[tuple[str, Array]], activity: Array) -> dict[str, Any]:
        found: dict[str, Any] = {"bus0": source, "p0": activity, "bus1": source}
        if not ports:
            found["efficiency"] = np.zeros(len(activity))
        for port, (bus, share) in enumerate(ports, start=1):
            found[f"bus{port}"] = bus
            found["efficiency" if port == 1 else f"efficiency{port}"] = share
            found[f"p{port}"] = -activity * share
        return found

    @staticmethod
    def _process(ports: list[tuple[str, Array]], activity: Array) -> dict[str, Any]:
        if len(ports) == 1:
            ports = [*ports, (ports[0][0], np.zeros(len(activity)))]
        found: dict[str, Any] = {"p": activity}
        for port, (bus, share) in enumerate(ports):
            found |= {f"bus{port}": bus, f"rate{port}": share, f"p{port}": -activity * share}
        return found

    def storages(self) -> None:
        """Storages as storage units where their powers are bounded, else as stores."""
        s, plan = self.system.storages, self.plan
        for j, name in enumerate(s.names):
            bus = self.system.nodes.names[s.node[j]]
            energy = self._capacity(int(s.energy_stock[j]), float(s.energy_size[j]))
            power = self._capacity(int(s.discharge_stock[j]), float(s.discharge_size[j]))
            charge = self._capacity(int(s.charge_stock[j]), float(s.charge_size[j]))
            if not (s.charge_available[j] > 0).any():
                charge = np.zeros_like(charge)
            results = {"p": plan.discharge[j] - plan.charge[j]}
            for y in range(len(self.steps.periods)):
                if np.isinf(power[y]) or np.isinf(charge[y]):
                    most = float(energy[y])
                    store = {
                        "bus": bus,
                        "e_nom": most,
                        "e_nom_opt": most,
                        "e_min_pu": self._full(s.level_lower[j]),
                        "e_max_pu": self._full(s.level_upper[j]),
                        "marginal_cost": self._full(s.discharge_cost[j]),
                    }
                    self._put("stores", name, y, store | self._links(j, "e") | results | {"e": plan.level[j]})
                elif power[y] > 0:
                    unit = {
                        "bus": bus,
                        "p_nom": float(power[y]),
                        "p_nom_opt": float(power[y]),
                        "max_hours": float(energy[y] / power[y]) if np.isfinite(energy[y]) else 1e6,
                        "p_min_pu": -self._full(s.charge_available[j]) * charge[y] / power[y],
                        "p_max_pu": self._full(s.discharge_available[j]),
                        "efficiency_store": float(s.charge_efficiency[j]),
                        "efficiency_dispatch": float(s.discharge_efficiency[j]),
                        "inflow": self._full(s.inflow[j]),
                        "spill_cost": self._full(s.spill_cost[j]),
                        "marginal_cost": self._full(s.discharge_cost[j]),
                    }
                    results |= {
                        "p_dispatch": plan.discharge[j],
                        "p_store": plan.charge[j],
                        "state_of_charge": plan.level[j],
                        "spill": plan.spill[j],
                    }
                    self._put("storage_units", name, y, unit | self._links(j, "state_of_charge") | results)

    def _links(self, j: int, level: str) -> dict[str, Any]:
        s = self.system.storages
        cyclic = s.link[j] != "chain"
        several = len(self.steps.periods) > 1
        flag = "e_cyclic" if level == "e" else "cyclic_state_of_charge"
        found: dict[str, Any] = {
            "standing_loss": float(s.loss[j]),
            f"{level}_initial": float(s.initial[j]) * (1.0 - float(s.loss[j])) ** float(self.steps.hours[0]),
            "marginal_cost_storage": self._full(s.level_cost[j]),
            flag: cyclic,
        }
        if several:
            found |= {f"{flag}_per_period": cyclic, f"{level}_initial_per_period": not cyclic}
        return found

    def lines(self) -> None:
        """Lines, with an impedance per unit as reactance and resistance alike."""
        lines, names = self.system.lines, self.system.nodes.names
        for k, name in enumerate(lines.names):
            capacity = self._capacity(int(lines.stock[k]), 1.0)
            for y in np.flatnonzero(capacity > 0).tolist():
                flow = self.plan.flow[k]
                attributes = {
                    "bus0": names[lines.start[k]],
                    "bus1": names[lines.end[k]],
                    "x": float(lines.impedance[k]),
                    "r": float(lines.impedance[k]),
                    "s_nom": float(capacity[y]),
                    "s_nom_opt": float(capacity[y]),
                    "s_max_pu": self._full(lines.available[k]),
                    "p0": flow,
                    "p1": -flow,
                }
                self._put("lines", name, y, attributes)

    def _full(self, values: Any) -> Array:
        """(T,) of (T,), (1,) or a number."""
        return np.broadcast_to(np.atleast_1d(np.asarray(values, dtype=np.float64)), (self.steps.count,)).copy()


RESULTS = {"p", *(f"p{port}" for port in range(10)), "p_dispatch", "p_store", "state_of_charge", "spill", "e"}


def _starts(periods: tuple[str, ...]) -> list[int]:
    """Years of the periods; their numbers where they are no years."""
    return [int(name) for name in periods] if all(name.isdigit() for name in periods) else list(range(len(periods)))


class _Writer:
    """Tables into netCDF, as PyPSA lays them out."""

    def __init__(self, file: netCDF4.Dataset) -> None:
        self.file = file

    def network(self, plan: Plan, tables: _Tables) -> None:
        steps, system = plan.system.steps, plan.system
        several = len(steps.periods) > 1
        meta = {"written_by": f"Dafeng {__version__}", "power": system.power_unit, "money": system.money_unit}
        for name, value in {
            "network_name": "Dafeng",
            "network_pypsa_version": ".".join(map(str, (*KNOWN, 0))),
            "network__multi_invest": int(several),
            "network__objective": plan.objective,
            "network_srid": 4326,
            "meta": json.dumps(meta | system.notes),
        }.items():
            self.file.setncattr(name, value)
        objective, worth = _worth(steps.value, steps.weight, steps.period, len(steps.periods))
        self._array("snapshots", ("snapshots",), np.arange(steps.count))
        within = np.arange(steps.count) - np.searchsorted(steps.period, steps.period)
        if several:
            self._array("snapshots_period", ("snapshots",), np.array(_starts(steps.periods))[steps.period])
            self._array("snapshots_timestep", ("snapshots",), within)
            self._array("investment_periods", ("investment_periods",), np.array(_starts(steps.periods)))
            self._array("investment_periods_years", ("investment_periods",), steps.years)
            self._array("investment_periods_objective", ("investment_periods",), worth)
        else:
            self._array("snapshots_snapshot", ("snapshots",), within)
        self._array("snapshots_objective", ("snapshots",), objective if several else objective * worth[0])
        self._array("snapshots_stores", ("snapshots",), steps.hours)
        self._array("snapshots_generators", ("snapshots",), steps.weight)
        for kind, table in tables.tables.items():
            self._table(kind, table.parts)

    def _table(self, kind: str, parts: dict[str, dict[str, Any]]) -> None:
        own = f"{kind}_i"
        self._array(own, (own,), np.array(list(parts), dtype=object))
        for name in dict.fromkeys(name for part in parts.values() for name in part):
            given = {part: values[name] for part, values in parts.items() if name in values}
            first = next(iter(given.values()))
            if isinstance(first, np.ndarray):
                columns = f"{kind}_t_{name}_i"
                self._array(columns, (columns,), np.array(list(given), dtype=object))
                self._array(f"{kind}_t_{name}", ("snapshots", columns), np.stack(list(given.values()), axis=1))
            elif isinstance(first, str):
                self._array(f"{kind}_{name}", (own,), np.array([given.get(part, "") for part in parts], dtype=object))
            else:
                values = np.array([float(given.get(part, 0.0)) for part in parts])
                flag = isinstance(first, bool)
                self._array(f"{kind}_{name}", (own,), values.astype(np.int8) if flag else values, flag)

    def _array(self, name: str, dimensions: tuple[str, ...], values: NDArray[Any], flag: bool = False) -> None:
        for dimension, length in zip(dimensions, values.shape, strict=True):
            if dimension not in self.file.dimensions:
                self.file.createDimension(dimension, length)
        text = values.dtype == object
        made = self.file.createVariable(name, str if text else values.dtype, dimensions, zlib=not text)
        made[:] = values
        if flag:
            made.setncattr("dtype", "bool")


def _worth(value: Array, weight: Array, period: Places, count: int) -> tuple[Array, Array]:
    """Weightings of the objective by snapshot (T,) and by period (Y,): their product is `value`."""
    worth = np.ones(count)
    objective = value.copy()
    for y in range(count):
        here = period == y
        ratio = np.divide(value[here], weight[here], out=np.zeros(here.sum()), where=weight[here] > 0)
        if np.ptp(ratio) <= 1e-12 * abs(ratio[0]) and ratio[0] > 0:
            worth[y] = ratio[0]
            objective[here] = weight[here]
    return objective, worth
