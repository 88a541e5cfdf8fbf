"""Small PyPSA networks as netCDF files, written without PyPSA, and their optimum in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

from dafeng.pathway.model import build
from dafeng.pathway.solvers import solve
from dafeng.pathway.system import System

Parts = dict[str, dict[str, Any]]


def write(
    path: Path,
    tables: dict[str, Parts],
    snapshots: int = 1,
    weights: Any = 1.0,
    periods: dict[int, tuple[float, float]] | None = None,
    version: str = "1.4.0",
) -> Path:
    """A network: tables of parts with their attributes; a list is a series over all snapshots.

    Args:
        snapshots: of each period.
        weights: of all snapshots, or {"objective": ..., "stores": ..., "generators": ...}.
        periods: year -> (years, objective weighting).
    """
    every = snapshots * len(periods or [0])
    with netCDF4.Dataset(str(path), "w") as file:
        file.setncattr("network_pypsa_version", version)
        file.setncattr("network_name", "test")
        file.setncattr("network__multi_invest", 0)
        _put(file, "snapshots", ("snapshots",), np.arange(every))
        if periods:
            _put(file, "snapshots_period", ("snapshots",), np.repeat(list(periods), snapshots))
            _put(file, "snapshots_timestep", ("snapshots",), np.tile(np.arange(snapshots), len(periods)))
            _put(file, "investment_periods", ("investment_periods",), np.array(list(periods)))
            for place, name in enumerate(("years", "objective")):
                values = np.array([float(pair[place]) for pair in periods.values()])
                _put(file, f"investment_periods_{name}", ("investment_periods",), values)
        else:
            _put(file, "snapshots_snapshot", ("snapshots",), np.arange(every))
        for name in ("objective", "stores", "generators"):
            given = weights.get(name, 1.0) if isinstance(weights, dict) else weights
            _put(file, f"snapshots_{name}", ("snapshots",), np.broadcast_to(np.asarray(given, float), (every,)))
        for kind, parts in tables.items():
            _table(file, kind, parts)
    return path


def _table(file: netCDF4.Dataset, kind: str, parts: Parts) -> None:
    own = (f"{kind}_i",)
    _put(file, own[0], own, np.array(list(parts), dtype=object))
    for name in dict.fromkeys(name for part in parts.values() for name in part):
        given = {part: values[name] for part, values in parts.items() if name in values}
        varying = {part: value for part, value in given.items() if isinstance(value, list)}
        if varying:
            columns = f"{kind}_t_{name}_i"
            _put(file, columns, (columns,), np.array(list(varying), dtype=object))
            table = np.array(list(varying.values()), dtype=np.float64).T
            _put(file, f"{kind}_t_{name}", ("snapshots", columns), table)
        fixed = {part: value for part, value in given.items() if part not in varying}
        if fixed:
            first = next(iter(fixed.values()))
            blank = "" if isinstance(first, str) else DEFAULTS.get(name, 0.0)
            values = [fixed.get(part, blank) for part in parts]
            kept = object if isinstance(first, str) else np.int8 if isinstance(first, bool) else np.float64
            _put(file, f"{kind}_{name}", own, np.array(values, dtype=kept), flag=isinstance(first, bool))


DEFAULTS = {
    **dict.fromkeys(("p_max_pu", "s_max_pu", "e_max_pu", "efficiency", "efficiency2", "sign", "num_parallel"), 1.0),
    **dict.fromkeys(("p_nom_max", "s_nom_max", "e_nom_max", "e_sum_max", "lifetime", "max_growth"), np.inf),
    **dict.fromkeys(
        ("ramp_limit_up", "ramp_limit_down", "overnight_cost", "discount_rate", "investment_period", "p_init", "p_set"),
        np.nan,
    ),
}


def _put(file: netCDF4.Dataset, name: str, dimensions: tuple[str, ...], values: np.ndarray, flag: bool = False) -> None:
    for dimension, length in zip(dimensions, values.shape, strict=True):
        if dimension not in file.dimensions:
            file.createDimension(dimension, length)
    variable = file.createVariable(name, str if values.dtype == object else values.dtype, dimensions)
    variable[:] = values
    if flag:
        variable.setncattr("dtype", "bool")


def optimum(system: System) -> float:
    """The least cost."""
    return solve(build(system).lp).objective
