"""A power plan counted out: what every region has, gives, takes, burns and pays in every period.

Energies, emissions and prices are those of the replay, which runs all 8,760 hours of every period with the certified
capacities; what was planned on typical days stands beside them only where it is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import numpy as np

from dafeng.catalog.package import resource
from dafeng.pathway.making import Maker
from dafeng.pathway.power.exchange import INTO, OUT
from dafeng.pathway.power.planning import PowerPlan
from dafeng.pathway.power.policies import Counted
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.power.technologies import STORES, WIND_AND_SUN
from dafeng.pathway.system import NONE, Array, System

ELECTRICITY = " electricity"
HEAT = " heat"
NOT_SERVED = ("unserved", "interruptible_load")
TWH, CNY_PER_MWH = 1e-3, 1e6
#: table -> its unit
UNITS = {
    "capacity": "GW",
    "store": "GWh",
    "built": "GW",
    "store_built": "GWh",
    "left": "GW",
    "generation": "TWh",
    "curtailed": "TWh",
    "storage_in": "TWh",
    "storage_out": "TWh",
    "use": "TWh",
    "heat": "TWh",
    "fuel": "Mtce",
    "heat_fuel": "Mtce",
    "co2": "Mt_CO2",
    "captured": "Mt_CO2",
    "price": "CNY/MWh",
    "trade": "TWh",
}
Table = dict[str, dict[str, list[float]]]


@dataclass(frozen=True)
class Flow:
    """One direction of a corridor.

    Attributes:
        corridor, start, end: names. capacity: (Y,) GW. sent, arrived: (Y,) TWh a year.
    """

    corridor: str
    start: str
    end: str
    capacity: list[float]
    sent: list[float]
    arrived: list[float]


@dataclass(frozen=True)
class Outcome:
    """What a plan comes to.

    Attributes:
        regions: that were planned. years: of the periods.
        tables: name (of `UNITS`) -> region -> technology or other item -> value in each period; nothing stands where a
            value is 0 in every period.
        flows: of the corridors.
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    tables: Mapping[str, Table]
    flows: tuple[Flow, ...]

    def value(self, table: str, region: str, item: str, y: int) -> float:
        """One value; 0 where there is none."""
        return self.tables[table].get(region, {}).get(item, [0.0] * len(self.years))[y]

    def total(self, table: str, item: str | None = None) -> list[float]:
        """(Y,) the sum over the regions, of one item or of all."""
        found = [0.0] * len(self.years)
        for items in self.tables[table].values():
            for name, values in items.items():
                if item in (None, name):
                    found = [a + b for a, b in zip(found, values, strict=True)]
        return found

    def sums(self, table: str) -> dict[str, list[float]]:
        """Item -> the sum over the regions."""
        names = dict.fromkeys(name for items in self.tables[table].values() for name in items)
        return {name: self.total(table, name) for name in names}


def outcome(plan: PowerPlan) -> Outcome:
    """Count a plan out."""
    regions = plan.stages[0].inputs.grouping.regions
    book = _Book(len(plan.years))
    flows: dict[str, Flow] = {}
    first = 0
    for stage in plan.stages:
        told = Told(stage, first)
        for add in (_capacities, _electricity, _fuels, _storages, _uses, _heat, _prices):
            add(told, book)
        for flow in _flows(told):
            kept = flows.setdefault(
                f"{flow.corridor} {flow.end}",
                Flow(flow.corridor, flow.start, flow.end, *([0.0] * book.years for _ in range(3))),
            )
            for part in ("capacity", "sent", "arrived"):
                getattr(kept, part)[first : first + len(stage.years)] = getattr(flow, part)
        first += len(stage.years)
    tables = {name: _without_nothing(book.tables[name], regions) for name in UNITS}
    found = Outcome(tuple(regions), plan.years, tables, tuple(flows.values()))
    _add_trade(found)
    return found


@dataclass
class _Book:
    """Tables that are being written."""

    years: int
    tables: dict[str, Table] = field(default_factory=lambda: defaultdict(dict))

    def add(self, table: str, region: str, item: str, first: int, values: Array) -> None:
        line = self.tables[table].setdefault(region, {}).setdefault(item, [0.0] * self.years)
        for y, value in enumerate(values):
            line[first + y] += float(value)


def _without_nothing(table: Table, regions: tuple[str, ...]) -> Table:
    """Solver dust (below 1e-9) is nothing."""
    return {
        region: {
            item: [value if abs(value) > 1e-9 else 0.0 for value in values]
            for item, values in table.get(region, {}).items()
            if any(abs(value) > 1e-9 for value in values)
        }
        for region in regions
    }


@dataclass(frozen=True)
class Told:
    """A stage with the names of its parts taken apart. `first`: place of its first period among those of the plan."""

    stage: Stage
    first: int

    @property
    def system(self) -> System:
        return self.stage.replay.system

    @cached_property
    def regions(self) -> tuple[str, ...]:
        return self.stage.inputs.grouping.regions

    @cached_property
    def processes(self) -> list[tuple[int, str, str]]:
        """(number, region, technology) of the processes that belong to a region."""
        return self._named(self.system.processes.names)

    @cached_property
    def storages(self) -> list[tuple[int, str, str]]:
        return self._named(self.system.storages.names)

    @cached_property
    def stocks(self) -> list[tuple[int, str, str]]:
        return self._named(self.system.stocks.names)

    def _named(self, names: tuple[str, ...]) -> list[tuple[int, str, str]]:
        own = set(self.regions)
        parts = [(number, *name.partition(" ")[::2]) for number, name in enumerate(names)]
        return [(number, region, technology) for number, region, technology in parts if region in own]

    @cached_property
    def node(self) -> dict[str, int]:
        """Region -> its node of electricity."""
        names = self.system.nodes.names
        return {name.removesuffix(ELECTRICITY): n for n, name in enumerate(names) if name.endswith(ELECTRICITY)}

    def given(self, process: int, node: int) -> Array:
        """(H,) power that a process gives to a node in each hour of the replay."""
        p = self.system.processes
        found = np.zeros(self.system.steps.count)
        for port in np.flatnonzero(p.sinks[process] == node):
            found += p.efficiency[process, port] * self.stage.replay.activity[process]
        return found

    def yearly(self, power: Array) -> Array:
        """(Y,) GWh a year of a power (H,)."""
        return np.asarray(self.stage.replay.energy(power[None, :])[0])

    def offered(self, process: int) -> Array:
        """(H,) the most that a process could do with its capacity."""
        p = self.system.processes
        capacity = self.stage.capacity[p.stock[process]][self.system.steps.period]
        return np.asarray(np.broadcast_to(p.available[process], capacity.shape) * capacity / p.size[process])

    @cached_property
    def counted(self) -> Counted:
        """What each process burns and emits per MWh."""
        return Counted(cast(Maker, _Names(self.system)), self.stage.inputs)


@dataclass(frozen=True)
class _Names:
    """The names of a system's parts as a maker gives them."""

    system: System

    def names(self, kind: str) -> list[str]:
        system = self.system
        parts = {"process": system.processes.names, "storage": system.storages.names, "stock": system.stocks.names}
        return list(parts[kind])


def kinds() -> dict[str, str]:
    """Technology -> its kind, from the catalogue; what the model adds of its own is like hydropower and coal."""
    known = {row["id"]: row["kind"] for row in resource("power", "technologies").rows}
    return {**known, "coal_flexible": "thermal", "hydro_new": "hydro", "hydrogen_store": "storage"}


# --- tables ----------------------------------------------------------------------------------------------------------


def _capacities(told: Told, book: _Book) -> None:
    stage, departures = told.stage, told.stage.system.departures
    for number, region, technology in told.stocks:
        if technology in ("charging", INTO, OUT):
            continue
        stands, built = ("store", "store_built") if technology in STORES else ("capacity", "built")
        book.add(stands, region, technology, told.first, stage.capacity[number])
        book.add(built, region, technology, told.first, stage.plan.build[number])
    for number, name in enumerate(departures.names):
        region, _, technology = name.partition(">")[0].partition(" ")
        book.add("left", region, technology, told.first, stage.plan.departed[number])


def _electricity(told: Told, book: _Book) -> None:
    """What plants give to the node of electricity, and what wind, sun and water could have given beyond it."""
    p = told.system.processes
    for number, region, technology in told.processes:
        if technology in (INTO, OUT):
            book.add("trade", region, technology, told.first, told.yearly(told.stage.replay.activity[number]) * TWH)
            continue
        if p.source[number] != NONE or technology in NOT_SERVED:
            continue
        given = told.given(number, told.node[region])
        if not given.any() and technology not in WIND_AND_SUN:
            continue
        name = technology.removesuffix(HEAT)
        book.add("generation", region, name, told.first, told.yearly(given) * TWH)
        if technology in (*WIND_AND_SUN, "csp", "hydro_ror", "hydro_new"):
            unused = told.offered(number) - told.stage.replay.activity[number]
            book.add("curtailed", region, name, told.first, told.yearly(np.maximum(unused, 0.0)) * TWH)


def co2_of_power(told: Told) -> tuple[float, float]:
    """Mt a year from the plants and boilers of a stage of one period: on its modelled days, and in its replay."""
    stage, term = told.stage, told.counted.term(told.counted.co2, 0)
    planned = stage.plan.activity @ stage.plan.system.steps.weight
    replayed = stage.replay.energy(stage.replay.activity)[:, 0]
    return float(term.coefficient @ planned[term.index]), float(term.coefficient @ replayed[term.index])


def _fuels(told: Told, book: _Book) -> None:
    """Fuel burned, CO2 that leaves the stack, and CO2 captured.

    Fuel of combined heat and power: what a plant of electricity alone would burn for the electricity is `fuel`, the
    rest is `heat_fuel`.
    """
    run, counted = told.stage.replay, told.counted
    energy = run.energy(run.activity)
    years = range(len(told.stage.years))
    for number, region, technology in told.processes:
        name = told.system.processes.names[number]
        burned = [counted.fuel_use(name, y) for y in years]
        fuel = burned[0][0]
        if fuel is None:
            continue
        gwh, item = energy[number], technology.removesuffix(HEAT)
        tce = gwh * np.array([use for _, use in burned]) * 1e-3
        share = 0.0 if technology.endswith("boiler") else 1.0
        if technology.endswith(HEAT):
            share = 1.0 / counted.heat_size(name)
        book.add("fuel", region, fuel, told.first, tce * share)
        book.add("heat_fuel", region, fuel, told.first, tce * (1.0 - share))
        book.add("co2", region, item, told.first, gwh * np.array([counted.co2(name, y) for y in years]) * 1e-3)
        captured = np.array([counted.captured(name, y) for y in years])
        book.add("captured", region, item, told.first, gwh * captured * 1e-3)


def _storages(told: Told, book: _Book) -> None:
    """Reservoirs give; the other stores take and give back."""
    run, s = told.stage.replay, told.system.storages
    for number, region, technology in told.storages:
        taken, given = told.yearly(run.charge[number]) * TWH, told.yearly(run.discharge[number]) * TWH
        if technology == "hydro_reservoir":
            inflow = told.yearly(np.broadcast_to(s.inflow[number], run.charge[number].shape)) * TWH
            book.add("generation", region, technology, told.first, given)
            book.add("curtailed", region, technology, told.first, np.maximum(inflow - given, 0.0))
        elif technology != "charging":
            book.add("storage_in", region, technology, told.first, taken)
            book.add("storage_out", region, technology, told.first, given)


def _uses(told: Told, book: _Book) -> None:
    """Where electricity goes within a region: fixed load (with vehicles that do not shift), shifted charging, heat."""
    run, p = told.stage.replay, told.system.processes
    for region, node in told.node.items():
        book.add("use", region, "load", told.first, told.yearly(run.system.nodes.demand[node]) * TWH)
    for number, region, technology in told.processes:
        energy = told.yearly(run.activity[number]) * TWH
        if p.source[number] == told.node[region] and technology != OUT:
            book.add("use", region, technology, told.first, energy)
        elif technology in NOT_SERVED:
            book.add("use", region, technology, told.first, -energy)
    for number, region, technology in told.storages:
        if technology == "charging":
            book.add("use", region, technology, told.first, told.yearly(run.charge[number]) * TWH)


def _heat(told: Told, book: _Book) -> None:
    """What gives heat to the networks; `let_go` is what combined heat and power gives beyond what is wanted."""
    names = told.system.nodes.names
    nodes = {name.removesuffix(" heat"): n for n, name in enumerate(names) if name.endswith(" heat")}
    for number, region, technology in told.processes:
        if region not in nodes:
            continue
        if technology == "heat let go":
            lost = told.yearly(told.stage.replay.activity[number]) * TWH
            book.add("heat", region, "let_go", told.first, -lost)
        elif nodes[region] in told.system.processes.sinks[number]:
            name = technology.removesuffix(HEAT).removeprefix("heat ")
            book.add("heat", region, name, told.first, told.yearly(told.given(number, nodes[region])) * TWH)


def _prices(told: Told, book: _Book) -> None:
    """Mean of the hours, and mean weighted with the load."""
    run = told.stage.replay
    hours = run.energy(np.ones((1, told.system.steps.count)))[0]
    for region, node in told.node.items():
        price, load = run.price[node] * CNY_PER_MWH, run.system.nodes.demand[node]
        book.add("price", region, "mean", told.first, told.yearly(price) / hours)
        weighted = told.yearly(price * load) / np.maximum(told.yearly(load), 1e-9)
        book.add("price", region, "weighted", told.first, weighted)


def _flows(told: Told) -> Iterator[Flow]:
    system, own = told.system, told.stage.inputs
    for corridor in own.corridors:
        stock = system.stocks.names.index(corridor.name)
        ends = (told.regions[corridor.start], told.regions[corridor.end])
        for start, end in (ends, ends[::-1]):
            name = f"{corridor.name} to {end}"
            if name not in system.processes.names:
                continue
            number = system.processes.names.index(name)
            sent = told.yearly(told.stage.replay.activity[number]) * TWH
            arrived = told.yearly(told.given(number, told.node[end])) * TWH
            yield Flow(corridor.name, start, end, told.stage.capacity[stock].tolist(), sent.tolist(), arrived.tolist())


def _add_trade(found: Outcome) -> None:
    """What corridors bring and take; what is lost on the way is counted where the power arrives."""
    table = found.tables["trade"]
    for flow in found.flows:
        for region, item, values, sign in (
            (flow.end, "received", flow.sent, 1.0),
            (flow.end, "lost", [a - b for a, b in zip(flow.sent, flow.arrived, strict=True)], 1.0),
            (flow.start, "sent", flow.sent, 1.0),
        ):
            line = table[region].setdefault(item, [0.0] * len(found.years))
            line[:] = [old + sign * new for old, new in zip(line, values, strict=True)]
