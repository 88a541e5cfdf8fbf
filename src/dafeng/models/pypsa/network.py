"""A PyPSA network as plain tables, read from netCDF: no meaning yet, but nothing unknown passes."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import netCDF4
import numpy as np
from numpy.typing import NDArray

from dafeng.models.refusals import RefusedFile, no_column, no_file, not_covered, not_readable, wrong_value
from dafeng.pathway.system import Array, Flags

Found = TypeVar("Found")

KNOWN = (1, 4)
"""The release of PyPSA whose attributes `attributes.csv` lists."""

PORTS = {"bus": "bus1", "efficiency": "efficiency", "rate": "rate1", "delay": "delay", "cyclic_delay": "cyclic_delay"}


@dataclass(frozen=True)
class Attribute:
    """What we know of an attribute.

    Attributes:
        form: number, flag or text.
        varying: may it be a series.
        default: what an absent column means.
        use: `read`; `inert`, without influence on the linear program; `result`, written by a run;
            `refused` unless at its default.
    """

    form: str
    varying: bool
    default: str
    use: str


def known_attributes() -> dict[str, dict[str, Attribute]]:
    """The attributes of PyPSA by component and name."""
    found: dict[str, dict[str, Attribute]] = {}
    with files("dafeng.models.pypsa").joinpath("attributes.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            entry = Attribute(row["form"], row["varying"] == "yes", row["default"], row["use"])
            found.setdefault(row["kind"], {})[row["attribute"]] = entry
    return found


@dataclass
class Component:
    """All parts of one kind, e.g. the generators.

    Attributes:
        kind: as PyPSA names the table, e.g. "storage_units".
        static: columns (k,) by attribute.
        series: by attribute the names of the parts that have one, with their (T,) values.
    """

    kind: str
    names: list[str]
    attributes: dict[str, Attribute]
    static: dict[str, NDArray[Any]] = field(default_factory=dict)
    series: dict[str, dict[str, Array]] = field(default_factory=dict)
    _read: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)

    @cached_property
    def where(self) -> dict[str, int]:
        """The number of each part."""
        return {name: number for number, name in enumerate(self.names)}

    def place(self, number: int) -> str:
        """How messages name a part."""
        return f"{self.kind} {self.names[number]}"

    def attribute(self, name: str) -> Attribute | None:
        """What is known of an attribute; further ports are like the first."""
        if name in self.attributes:
            return self.attributes[name]
        port = re.fullmatch(r"([a-z_]+?)(\d+)", name)
        if port and self.kind in ("links", "processes"):
            return self.attributes.get(PORTS.get(port[1], ""))
        return None

    def text(self, name: str) -> list[str]:
        """A text column; where it is absent, its default."""
        return self._once("text", name, self._text)

    def _text(self, name: str) -> list[str]:
        if name in self.static:
            return [str(value) for value in self.static[name]]
        known = self.attribute(name)
        return [known.default if known else ""] * len(self.names)

    def number(self, name: str) -> Array:
        """A number column (k,); NaN only where that is the default."""
        return self._once("number", name, self._number)

    def _number(self, name: str) -> Array:
        default = self._default(name)
        if name not in self.static:
            return np.full(len(self.names), default)
        try:
            found = self.static[name].astype(np.float64)
        except ValueError:
            raise wrong_value(f"{self.kind} {self.names[0]}", name, self.static[name][0], "number") from None
        missing = np.isnan(found) & ~np.isnan(default)
        port = re.fullmatch(r"[a-z_]+([2-9]|\d{2,})", name)
        if port and missing.any():
            unused = np.array([not bus for bus in self.text(f"bus{port[1]}")])
            found, missing = np.where(missing & unused, default, found), missing & ~unused
        if missing.any():
            raise wrong_value(self.place(int(np.argmax(missing))), name, "NaN", "number")
        return found

    def flag(self, name: str) -> Flags:
        """A yes-or-no column (k,)."""
        return np.asarray(self.number(name) != 0)

    def profile(self, name: str) -> list[Array]:
        """For each part a profile: (T,), or (1,) where the value is constant."""
        return self._once("profile", name, self._profile)

    def _profile(self, name: str) -> list[Array]:
        static = self.number(name)
        series = self.series.get(name, {})
        found = [series.get(part, static[[number]]) for number, part in enumerate(self.names)]
        if np.isnan(self._default(name)):
            return found
        for number, values in enumerate(found):
            if np.isnan(values).any():
                step = int(np.argmax(np.isnan(values)))
                raise wrong_value(self.place(number), f"{name}[{step}]", "NaN", "number")
        return found

    def constant(self, name: str) -> Array:
        """A column (k,) that PyPSA lets vary and our model does not.

        Raises:
            RefusedFile: it varies.
        """
        found = self.profile(name)
        for number, values in enumerate(found):
            if np.ptp(values) > 0:
                raise not_covered(self.place(number), name, "series")
        return np.array([values[0] for values in found])

    def _once(self, form: str, name: str, read: Callable[[str], Found]) -> Found:
        """What was read once is not read again: columns are asked for part by part."""
        key = (form, name)
        if key not in self._read:
            self._read[key] = read(name)
        found: Found = self._read[key]
        return found

    def _default(self, name: str) -> float:
        known = self.attribute(name)
        return float(known.default) if known and known.default else 0.0


@dataclass
class Network:
    """A network as its file has it.

    Attributes:
        version: of the PyPSA that wrote it.
        objective, stores, generators: (T,) weightings of the snapshots.
        periods: names of the investment periods; one of its own where there are none.
        starts: (Y,) years of the investment periods; () without them.
        period: (T,).
        years, worth: (Y,) weightings of the periods (years, objective).
        not_read: columns of the user's own, without meaning for PyPSA.
    """

    path: Path
    version: str
    objective: Array
    stores: Array
    generators: Array
    periods: tuple[str, ...]
    starts: tuple[int, ...]
    period: NDArray[np.int64]
    years: Array
    worth: Array
    components: dict[str, Component]
    not_read: list[str]

    @property
    def count(self) -> int:
        """T."""
        return len(self.objective)

    @cached_property
    def carriers(self) -> Component:
        """The carriers with all numeric columns, also the user's own: a limit may name any of them."""
        return self.components["carriers"]

    def __getitem__(self, kind: str) -> Component:
        return self.components[kind]


def read_network(path: str | Path) -> Network:
    """The tables of a PyPSA netCDF file.

    Raises:
        RefusedFile: no such file, not netCDF, not a PyPSA network, a stochastic network, piecewise costs, an attribute
            at a value that we do not cover, a column of a newer PyPSA than we know, a series with the wrong length.
    """
    path = Path(path)
    if not path.is_file():
        raise no_file(path)
    try:
        data = netCDF4.Dataset(str(path))
    except OSError as error:
        raise not_readable(path, error) from None
    with data:
        data.set_auto_mask(False)
        variables = {name: variable[:] for name, variable in data.variables.items()}
        version = str(getattr(data, "network_pypsa_version", ""))
    if not version or "snapshots" not in variables:
        raise not_readable(path, "network_pypsa_version, snapshots")
    if "scenario" in variables or "scenario_weight" in variables:
        raise not_covered(path.name, "scenario", "stochastic")
    network = _frame(path, version, variables)
    for component in _components(network, variables):
        network.components[component.kind] = component
        _refuse_what_is_not_covered(component)
    return network


def _frame(path: Path, version: str, variables: dict[str, NDArray[Any]]) -> Network:
    count = len(variables["snapshots"])

    def weighting(name: str) -> Array:
        values = np.asarray(variables.get(f"snapshots_{name}", np.ones(count)), dtype=np.float64)
        bad = np.flatnonzero(~(values >= 0) | ~np.isfinite(values))
        if bad.size:
            raise wrong_value("snapshots", f"{name}[{bad[0]}]", values[bad[0]], ">= 0")
        return values

    starts: tuple[int, ...] = ()
    period, years, worth = np.zeros(count, dtype=np.int64), np.ones(1), np.ones(1)
    if len(variables.get("investment_periods", ())):
        if "snapshots_period" not in variables:
            raise no_column(path.name, "snapshots_period", variables)
        listed = np.asarray(variables["investment_periods"], dtype=np.int64)
        starts = tuple(int(year) for year in listed)
        unknown = np.setdiff1d(variables["snapshots_period"], listed)
        if unknown.size:
            raise wrong_value("snapshots", "period", unknown[0], ", ".join(map(str, starts)))
        period = np.searchsorted(listed, variables["snapshots_period"]).astype(np.int64)
        ones = np.ones(len(starts))
        years = np.asarray(variables.get("investment_periods_years", ones), dtype=np.float64)
        worth = np.asarray(variables.get("investment_periods_objective", ones), dtype=np.float64)
    return Network(
        path=path,
        version=version,
        objective=weighting("objective"),
        stores=weighting("stores"),
        generators=weighting("generators"),
        periods=tuple(map(str, starts)) or ("horizon",),
        starts=starts,
        period=period,
        years=years,
        worth=worth,
        components={},
        not_read=[],
    )


def _components(network: Network, variables: dict[str, NDArray[Any]]) -> Iterator[Component]:
    known = known_attributes()
    newer = tuple(int(part) for part in re.findall(r"\d+", network.version)[:2]) > KNOWN
    listed = {name[:-2] for name in variables if name.endswith("_i") and not re.search(r"_(t|pw)_", name)}
    strange = sorted(listed - known.keys())
    if strange:
        raise not_covered(network.path.name, strange[0], len(variables[f"{strange[0]}_i"]))
    for kind, attributes in known.items():
        component = Component(kind, [str(name) for name in variables.get(f"{kind}_i", [])], attributes)
        for name, values in variables.items():
            if not name.startswith(f"{kind}_") or name.endswith("_i") or not component.names:
                continue
            attribute = name[len(kind) + 1 :]
            if attribute.startswith("pw_"):
                raise not_covered(kind, attribute[3:], "piecewise")
            varying = attribute.startswith("t_")
            attribute = attribute.removeprefix("t_")
            entry = component.attribute(attribute)
            if entry is None:
                if newer and values.dtype.kind in "iufb":
                    raise not_covered(kind, attribute, f"PyPSA {network.version}")
                network.not_read.append(f"{kind}.{attribute}")
            if varying:
                if entry is not None and entry.use != "result":
                    parts = [str(part) for part in variables[f"{name}_i"]]
                    component.series[attribute] = _series(component, attribute, parts, values)
            elif (entry is None or entry.use != "result") and values.shape == (len(component.names),):
                component.static[attribute] = values
        yield component


def _series(component: Component, attribute: str, parts: list[str], values: NDArray[Any]) -> dict[str, Array]:
    strange = set(parts) - set(component.names)
    if strange:
        raise wrong_value(component.kind, attribute, min(strange), "name")
    table = np.asarray(values, dtype=np.float64)
    return {part: table[:, number] for number, part in enumerate(parts)}


def _refuse_what_is_not_covered(component: Component) -> None:
    """An attribute that we do not cover must stand at its default, statically and in every snapshot."""
    given = {*component.static, *component.series}
    for name in sorted(given):
        entry = component.attribute(name)
        if entry is None or entry.use != "refused":
            continue
        if entry.form == "text":
            found = [number for number, value in enumerate(component.text(name)) if value != entry.default]
            if found:
                raise not_covered(component.place(found[0]), name, component.text(name)[found[0]])
            continue
        default = float(entry.default)
        for number, values in enumerate(_raw_profile(component, name)):
            odd = values[~((values == default) | (np.isnan(values) & np.isnan(default)))]
            if odd.size:
                raise not_covered(component.place(number), name, f"{odd[0]:g}")


def _raw_profile(component: Component, name: str) -> list[Array]:
    static = component.number(name)
    return [component.series.get(name, {}).get(part, static[[k]]) for k, part in enumerate(component.names)]


__all__ = ["Attribute", "Component", "Network", "RefusedFile", "known_attributes", "read_network"]
