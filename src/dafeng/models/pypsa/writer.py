"""A plan as a PyPSA network: netCDF that `pypsa.Network(path)` opens, solved.

Every part becomes a component of fixed capacity with its results: a process without source and with one sink a
generator, one with a source a link, any other a process; processes that share a stock are processes at a bus that
gives its capacity; storage whose powers are bounded is a storage unit, other storage a store. With several planning
periods a part is one component for each in which it has capacity ("wind 2030"), alive in that period only, because an
asset of PyPSA has one capacity for all its life.

A plan of several typical days has an investment period a day (`timing`), so `n.optimize(multi_investment_periods=True)`
dispatches the plan's capacities again at the plan's running cost (`running_cost`, the file's objective), with
storage closed within each day and what the plan carries between days given, as inflow.

`capital_cost` is what one more unit costs a year of building within the horizon and keeping; a stock that several
components use is paid by the first. Limits on activities, as a CO2 cap, are global constraints (`limits`); between
what sizes the plan could choose a component is its `p_nom_min` and `p_nom_max`. What has no counterpart stays out, and
`n.meta["left_out"]` names it (`left_out`): then dispatch can be cheaper than in the plan.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from dafeng.models.pypsa.limits import add_limits
from dafeng.models.pypsa.network import KNOWN
from dafeng.models.pypsa.tables import Parts, Tables
from dafeng.models.pypsa.timing import Timing
from dafeng.pathway.plan import Plan
from dafeng.pathway.system import ACTIVITY, CARRY, CHARGE, DISCHARGE, LEVEL_END, Places, System
from dafeng.version import __version__

HOURLY = (ACTIVITY, CHARGE, DISCHARGE, LEVEL_END)
BLANK = {"efficiency": 1.0, "sign": 1.0, **{f"{one}_nom_max": np.inf for one in "pse"}}
"""What an attribute is where a component does not give it, if not 0."""


def write_netcdf(
    plan: Plan, path: str | Path, carriers: Mapping[str, str] | None = None, days: Places | None = None
) -> Path:
    """Write a plan as a PyPSA network.

    Args:
        carriers: carrier by name of node, process, storage or line; what is not named has none.
        days: (B,) day of the year of each block, from 1, where blocks are days of a year: snapshots have dates then.

    Returns:
        The path. It is written under another name first: a file of that name is whole.
    """
    path = Path(path)
    draft = path.with_name(path.name + ".part")
    timing = Timing(plan.system.steps, days)
    tables = Tables(plan, timing, carriers or {})
    tables.add()
    held = add_limits(tables)
    with netCDF4.Dataset(str(draft), "w") as file:
        _Writer(file).network(plan, timing, tables, left_out(plan.system, held))
    draft.replace(path)
    return path


def running_cost(plan: Plan) -> float:
    """M, present value of running the capacities of a plan as the file can say it: what PyPSA finds, or less where
    something is left out."""
    system, value = plan.system, plan.system.steps.value
    s = system.storages
    total = float((system.processes.cost * plan.activity @ value).sum())
    for cost, amount in (
        (s.discharge_cost, plan.discharge),
        (s.level_cost, plan.level),
        (s.spill_cost, plan.spill),
    ):
        total += float((cost * amount @ value).sum())
    return total


def left_out(system: System, held: Collection[str] = ()) -> dict[str, list[str]]:
    """What of a system the file does not hold, by kind and name; nothing: PyPSA's dispatch is the plan's problem.

    `limits` on hourly quantities that are not among the `held` (floors and ceilings of capacity are kept: capacities
    are fixed, and `p_nom_min`, `p_nom_max` say between what the plan could choose);
    `reserves`; `least_load`, stocks of which a part is on line or off; `carried`, storage whose exchange between days
    is that of the plan; `charge_cost` and `store_inflow`, storage with such; `ramps`, processes that share a stock
    and have ramps; `yearly`, activities decided once a year that draw power, whose loads are those of the plan, or cost
    something (others, as what is firm at the peak, have nothing that a dispatch could hold).
    """
    s, p = system.storages, system.processes
    stock, users = np.unique(p.stock[p.stock >= 0], return_counts=True)
    ramped = np.isin(p.stock, stock[users > 1]) & (np.isfinite(p.ramp_up) | np.isfinite(p.ramp_down))
    charged = (s.charge_available > 0).any(axis=1)
    felt = (system.yearly.cost != 0).any(axis=1)
    felt[system.yearly.drawer] = True
    endless = (charged & (s.charge_stock < 0)) | (s.discharge_stock < 0)
    found = {
        "limits": [
            one.name
            for one in system.limits
            if one.name not in held and any(term.quantity in HOURLY for term in one.terms)
        ],
        "reserves": [one.name for one in system.reserves],
        "least_load": _named(system.stocks.names, system.stocks.least_load > 0),
        "carried": [name for name, link in zip(s.names, s.link, strict=True) if link == CARRY],
        "charge_cost": _named(s.names, (s.charge_cost != 0).any(axis=1)),
        "store_inflow": _named(s.names, endless & (s.inflow != 0).any(axis=1)),
        "ramps": _named(p.names, ramped),
        "yearly": _named(system.yearly.names, felt),
    }
    return {kind: names for kind, names in found.items() if names}


def _named(names: tuple[str, ...], which: NDArray[np.bool_]) -> list[str]:
    return [names[k] for k in np.flatnonzero(which)]


class _Writer:
    """Tables into netCDF, as PyPSA lays them out."""

    def __init__(self, file: netCDF4.Dataset) -> None:
        self.file = file

    def network(self, plan: Plan, timing: Timing, tables: Tables, missing: Mapping[str, list[str]]) -> None:
        system = plan.system
        meta: dict[str, Any] = {
            "written_by": f"Dafeng {__version__}",
            "power": system.power_unit,
            "money": system.money_unit,
            "cost_of_plan": plan.objective,
            "running_cost": running_cost(plan),
            "left_out": missing,
        }
        for name, value in {
            "network_name": "Dafeng",
            "network_pypsa_version": ".".join(map(str, (*KNOWN, 0))),
            "network__multi_invest": int(timing.several),
            "network__objective": running_cost(plan),
            "network_srid": 4326,
            "meta": json.dumps(meta | system.notes),
        }.items():
            self.file.setncattr(name, value)
        self._time(timing)
        for kind, parts in tables.tables.items():
            self._table(kind, parts)

    def _time(self, timing: Timing) -> None:
        steps = timing.steps
        self._array("snapshots", ("snapshots",), np.arange(steps.count))
        level = "timestep" if timing.several else "snapshot"
        if timing.moments is None:
            self._array(f"snapshots_{level}", ("snapshots",), timing.within)
        else:
            moments = self._array(f"snapshots_{level}", ("snapshots",), timing.moments)
            moments.setncattr("units", "hours since 1970-01-01")
            moments.setncattr("calendar", "proleptic_gregorian")
        objective = timing.objective
        if timing.several:
            labels = np.array(timing.labels)
            self._array("snapshots_period", ("snapshots",), labels[steps.place])
            self._array("investment_periods", ("investment_periods",), labels)
            years = steps.years[timing.year_of_block] * timing.share
            self._array("investment_periods_years", ("investment_periods",), years)
            self._array("investment_periods_objective", ("investment_periods",), timing.worth)
        else:
            objective = objective * timing.worth[0]
        self._array("snapshots_objective", ("snapshots",), objective)
        self._array("snapshots_stores", ("snapshots",), steps.hours)
        self._array("snapshots_generators", ("snapshots",), timing.weight)

    def _table(self, kind: str, parts: Parts) -> None:
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
                blank = BLANK.get(name, 0.0)
                values = np.array([float(given.get(part, blank)) for part in parts])
                flag = isinstance(first, bool)
                self._array(f"{kind}_{name}", (own,), values.astype(np.int8) if flag else values, flag)

    def _array(self, name: str, dimensions: tuple[str, ...], values: NDArray[Any], flag: bool = False) -> Any:
        for dimension, length in zip(dimensions, values.shape, strict=True):
            if dimension not in self.file.dimensions:
                self.file.createDimension(dimension, length)
        text = values.dtype == object
        made = self.file.createVariable(name, str if text else values.dtype, dimensions, zlib=not text)
        made[:] = values
        if flag:
            made.setncattr("dtype", "bool")
        return made
