"""Generators and storage of a SWITCH folder."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dafeng.models.csvs import Line, read_lines, unique
from dafeng.models.refusals import no_such, not_covered, wrong_value
from dafeng.models.switch.frame import Frame, annuity
from dafeng.models.switch.fuels import Fuels
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY, NONE, Array, Flags, Limit, Term


@dataclass
class Plants:
    """What the policies have to know of the plants.

    Attributes:
        emission: t CO2 per MWh by number of the process.
        renewable: processes that count for the renewable share. renewable_storages: storages that do.
        sunk: (Y,) cost a year of plants that are already decided.
        carbon_price: (Y,) per t CO2.
        minimum: least size of a new build by plant, left out ("0 or at least that" is no linear program).
    """

    frame: Frame
    maker: Maker
    fuels: Fuels
    carbon_price: Array
    emission: dict[int, float] = field(default_factory=dict)
    renewable: list[int] = field(default_factory=list)
    renewable_storages: list[int] = field(default_factory=list)
    sunk: Array = field(default_factory=lambda: np.zeros(0))
    minimum: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Builds:
    """The builds of one plant: what stands already, what can be built, at what cost.

    Attributes:
        existing: (Y,) MW. alive: (Y, Y). cost: (Y,) present value per MW of a new build.
        lower, upper: (Y,) MW that must, may be built.
    """

    existing: Array
    alive: Flags
    cost: Array
    lower: Array
    upper: Array


def read_plants(frame: Frame, maker: Maker, fuels: Fuels, local: dict[str, int], carbon_price: Array) -> Plants:
    """All generation projects.

    Args:
        local: by zone the node behind the local grid, where distributed plants feed in.
        carbon_price: (Y,) per t CO2.
    """
    folder = frame.folder
    info = unique(
        read_lines(folder, "gen_info.csv", ("GENERATION_PROJECT", "gen_load_zone", "gen_energy_source", "gen_max_age")),
        "GENERATION_PROJECT",
    )
    costs = unique(
        read_lines(
            folder, "gen_build_costs.csv", ("GENERATION_PROJECT", "build_year", "gen_overnight_cost", "gen_fixed_om")
        ),
        "GENERATION_PROJECT",
        "build_year",
    )
    decided = read_lines(folder, "gen_build_predetermined.csv", ("GENERATION_PROJECT", "build_year"), optional=True)
    already = unique(decided, "GENERATION_PROJECT", "build_year")
    for (name, _), line in {**costs, **already}.items():
        if (name,) not in info:
            raise no_such(line.place, "GENERATION_PROJECT", name, [key[0] for key in info])
    for key, line in already.items():
        if key not in costs:
            raise no_such(line.place, "build_year", ", ".join(key), [", ".join(known) for known in costs])
    plants = Plants(frame, maker, fuels, carbon_price, sunk=np.zeros(len(frame.periods)))
    factors = _capacity_factors(frame, info)
    mixed = _mixed_fuels(frame, info)
    for (name,), line in info.items():
        own = {year: costs[key, year] for key, year in costs if key == name}
        fixed = {year: already[key, year] for key, year in already if key == name}
        zone = line.text("gen_load_zone")
        if zone not in local:
            raise no_such(line.place, "gen_load_zone", zone, local)
        node = local[zone] if line.flag("gen_is_distributed") else maker.number("node", zone)
        plant = _Plant(plants, name, line, own, fixed, node)
        plant.enter(factors.get(name), mixed.get(name))
    _hydro(plants)
    return plants


def _capacity_factors(frame: Frame, info: dict[tuple[str, ...], Line]) -> dict[str, Array]:
    found: dict[str, Array] = {}
    lines = read_lines(
        frame.folder,
        "variable_capacity_factors.csv",
        ("GENERATION_PROJECT", "timepoint", "gen_max_capacity_factor"),
        optional=True,
    )
    for line in lines:
        name = line.text("GENERATION_PROJECT")
        if (name,) not in info:
            raise no_such(line.place, "GENERATION_PROJECT", name, [key[0] for key in info])
        values = found.setdefault(name, np.full(frame.steps.count, np.nan))
        values[frame.step(line, "timepoint")] = line.number("gen_max_capacity_factor", least=0.0, most=2.0)
    return found


def _mixed_fuels(frame: Frame, info: dict[tuple[str, ...], Line]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in read_lines(frame.folder, "gen_multiple_fuels.csv", ("GENERATION_PROJECT", "fuel"), optional=True):
        name = line.text("GENERATION_PROJECT")
        if (name,) not in info:
            raise no_such(line.place, "GENERATION_PROJECT", name, [key[0] for key in info])
        found.setdefault(name, []).append(line.text("fuel"))
    return found


@dataclass
class _Plant:
    """One generation project on its way into the system."""

    plants: Plants
    name: str
    line: Line
    costs: dict[str, Line]
    decided: dict[str, Line]
    node: int

    def enter(self, factors: Array | None, mixed: list[str] | None) -> None:
        for column in ("gen_can_suspend", "gen_can_retire_early"):
            if self.line.flag(column):
                raise not_covered(self.line.place, column, 1)
        storing = self.line.has("gen_storage_efficiency")
        builds = self._builds(
            "gen_overnight_cost",
            "gen_fixed_om",
            "build_gen_predetermined",
            self.line.number("gen_connect_cost_per_mw", 0.0),
        )
        extra = self._energy_per_power() if storing else 0.0
        if extra:
            energy = self._builds("gen_storage_energy_overnight_cost", "gen_storage_energy_fixed_om", "", 0.0, extra)
            builds = Builds(
                builds.existing, builds.alive, builds.cost + extra * energy.cost, builds.lower, builds.upper
            )
        least = self.line.number("gen_min_build_capacity", 0.0, least=0.0)
        stock = self._stock(self.name, builds)
        if least > 0 and builds.upper.any():
            self.plants.minimum[self.name] = least
        available = self._available(factors)
        if storing:
            self._storage(stock, available, extra)
        else:
            self._generator(stock, available, mixed)

    def _builds(self, overnight: str, om: str, size: str, connection: float, scale: float = 1.0) -> Builds:
        """Builds by year. A build runs from the start of its period (or its own year) until it is too old.

        Args:
            size: column of the size of decided builds; "": that of the power, times `scale`.
        """
        frame, line = self.plants.frame, self.line
        count, life = len(frame.periods), line.number("gen_max_age", least=1.0)
        factor = annuity(frame.interest, life)
        found = Builds(
            np.zeros(count), np.zeros((count, count), dtype=bool), np.zeros(count), np.zeros(count), np.zeros(count)
        )
        limit = line.number("gen_capacity_limit_mw", np.inf, least=0.0)
        for year, cost in self.costs.items():
            new = year in frame.periods
            if not new and year not in self.decided:
                raise no_such(cost.place, "build_year", year, frame.periods)
            v = frame.periods.index(year) if new else NONE
            online = frame.starts[v] if new else cost.number("build_year")
            stands = (online <= frame.starts) & (frame.starts < online + life)
            if new:
                stands[v] = True
            annual = (cost.number(overnight, least=0.0) + connection) * factor + cost.number(om, 0.0)
            fixed = self.decided.get(year)
            amount = 0.0 if fixed is None else scale * fixed.number(size or "build_gen_predetermined", least=0.0)
            if new:
                found.alive[v] = stands
                found.cost[v] = annual * (frame.annual * stands).sum()
                found.lower[v], found.upper[v] = (0.0, limit) if fixed is None else (amount, amount)
            else:
                found.existing[:] += amount * stands
                self.plants.sunk += amount * annual * stands
        return found

    def _stock(self, name: str, builds: Builds, limited: bool = True) -> int:
        limit = self.line.number("gen_capacity_limit_mw", np.inf) if limited else np.inf
        return self.plants.maker.stock(
            name,
            existing=builds.existing,
            build_cost=builds.cost,
            alive=builds.alive,
            build_lower=builds.lower,
            build_upper=builds.upper,
            upper=limit,
        )

    def _available(self, factors: Array | None) -> Array:
        """1 - forced outage; baseload plants also lose their scheduled outage; variable ones follow their profile."""
        line = self.line
        share = 1.0 - line.number("gen_forced_outage_rate", 0.0, least=0.0, most=1.0)
        if line.flag("gen_is_baseload"):
            share *= 1.0 - line.number("gen_scheduled_outage_rate", 0.0, least=0.0, most=1.0)
        if not line.flag("gen_is_variable"):
            return np.array([share])
        if factors is None:
            raise wrong_value(line.place, "gen_is_variable", 1, "variable_capacity_factors.csv")
        missing = np.isnan(factors)
        if missing.any() and self._runs()[self.plants.frame.steps.period[missing]].any():
            step = int(np.argmax(missing & self._runs()[self.plants.frame.steps.period]))
            raise wrong_value(
                f"{self.line.file} {self.name}",
                f"gen_max_capacity_factor[{self.plants.frame.points[step]}]",
                "-",
                "number",
            )
        return share * np.where(missing, 0.0, factors)

    def _runs(self) -> Flags:
        """(Y,) periods in which some build can run."""
        frame, life = self.plants.frame, self.line.number("gen_max_age")
        found = np.zeros(len(frame.periods), dtype=bool)
        for year in self.costs:
            online = frame.starts[frame.periods.index(year)] if year in frame.periods else float(year)
            found |= (online <= frame.starts) & (frame.starts < online + life)
        return found

    def _generator(self, stock: int, available: Array, mixed: list[str] | None) -> None:
        source, fuels = self.line.text("gen_energy_source"), self.plants.fuels
        burnt = mixed or [] if source == "multiple" else [source] if source in fuels.direct else []
        for fuel in burnt:
            if fuel not in fuels.direct:
                raise no_such(self.line.place, "fuel", fuel, fuels.direct)
        if not burnt and source not in fuels.others:
            raise no_such(self.line.place, "gen_energy_source", source, [*fuels.others, *fuels.direct])
        flat = self.line.flag("gen_is_baseload")
        if flat and len(burnt) > 1:
            raise not_covered(self.line.place, "gen_is_baseload", "multiple")
        for fuel in burnt or [""]:
            name = f"{self.name} {fuel}" if len(burnt) > 1 else self.name
            self._process(name, stock, available, fuel, flat)

    def _process(self, name: str, stock: int, available: Array, fuel: str, flat: bool) -> None:
        """Output of 1 takes its heat rate of fuel from the market, and what capture uses of itself."""
        line, plants = self.line, self.plants
        given = (
            1.0 - line.number("gen_ccs_energy_load", 0.0, least=0.0, most=1.0)
            if line.has("gen_ccs_capture_efficiency")
            else 1.0
        )
        sinks: list[tuple[int, Array]] = [(self.node, np.array([given]))]
        emission = 0.0
        if fuel:
            heat = line.number("gen_full_load_heat_rate", least=0.0)
            capture = line.number("gen_ccs_capture_efficiency", 0.0, least=0.0, most=1.0)
            emission = heat * (plants.fuels.direct[fuel] * (1.0 - capture) + plants.fuels.upstream[fuel])
            market = plants.fuels.market.get((line.text("gen_load_zone"), fuel))
            if market is None and heat > 0:
                available = np.zeros(1)
            elif market is not None:
                sinks.append((market, np.array([-heat])))
        number = plants.maker.process(
            name,
            sinks,
            stock=stock,
            available=available,
            cost=line.number("gen_variable_om") + emission * plants.carbon_price[plants.frame.steps.period],
            ramp_up=0.0 if flat else np.inf,
            ramp_down=0.0 if flat else np.inf,
        )
        if emission:
            plants.emission[number] = emission
        if not fuel or fuel in plants.fuels.eligible:
            plants.renewable.append(number)
        if flat:
            self._flat(name, number)

    def _flat(self, name: str, number: int) -> None:
        """Baseload runs flat through a period: no ramp within a time series, equal first steps of all of them."""
        steps = self.plants.frame.steps
        first = {int(y): int(t) for t in reversed(steps.firsts) for y in [steps.period[t]]}
        for t in steps.firsts:
            y = int(steps.period[t])
            if int(t) == first[y]:
                continue
            even = np.zeros((1, steps.count))
            even[0, t], even[0, first[y]] = 1.0 / steps.weight[t], -1.0 / steps.weight[first[y]]
            term = Term(ACTIVITY, np.array([number]), even)
            self.plants.maker.limits.append(Limit(f"{name} flat {steps.labels[t]}", (term,), 0.0, 0.0, period=y))

    def _energy_per_power(self) -> float:
        line = self.line
        if line.has("gen_storage_max_cycles_per_year"):
            raise not_covered(
                line.place, "gen_storage_max_cycles_per_year", line.text("gen_storage_max_cycles_per_year")
            )
        if line.flag("gen_is_baseload"):
            raise not_covered(line.place, "gen_is_baseload", "gen_storage_efficiency")
        return line.number("gen_storage_energy_to_power_ratio", 0.0, least=0.0)

    def _storage(self, stock: int, available: Array, ratio: float) -> None:
        line, plants = self.line, self.plants
        energy = stock
        if not ratio:
            builds = self._builds(
                "gen_storage_energy_overnight_cost",
                "gen_storage_energy_fixed_om",
                "build_gen_energy_predetermined",
                0.0,
            )
            free = np.where((builds.upper > 0) & (builds.lower < builds.upper), np.inf, builds.upper)
            builds = Builds(builds.existing, builds.alive, builds.cost, builds.lower, free)
            energy = self._stock(f"{self.name} energy", builds, limited=False)
        number = plants.maker.storage(
            self.name,
            self.node,
            charge_stock=stock,
            discharge_stock=stock,
            energy_stock=energy,
            energy_size=ratio or 1.0,
            charge_available=available * line.number("gen_store_to_release_ratio", 1.0, least=0.0),
            discharge_available=available,
            charge_efficiency=line.number("gen_storage_efficiency", least=0.0, most=1.0),
            discharge_cost=line.number("gen_variable_om"),
        )
        if line.text("gen_energy_source") not in plants.fuels.direct:
            plants.renewable_storages.append(number)


def _hydro(plants: Plants) -> None:
    """hydro_simple: over a time series at most the average flow, in every step at least the minimum."""
    frame, maker = plants.frame, plants.maker
    if not frame.uses("generators.extensions.hydro_simple", "hydro_timeseries.csv"):
        return
    steps = frame.steps
    columns = ("hydro_project", "timeseries", "hydro_min_flow_mw", "hydro_avg_flow_mw")
    for line in read_lines(frame.folder, "hydro_timeseries.csv", columns):
        name, series = line.text("hydro_project"), line.text("timeseries")
        if name not in maker.names("process"):
            raise no_such(line.place, "hydro_project", name, maker.names("process"))
        when = np.flatnonzero(np.array(frame.series) == series)
        if not when.size:
            raise no_such(line.place, "timeseries", series, frame.series)
        number, y = maker.number("process", name), int(steps.period[when[0]])
        least, mean = line.number("hydro_min_flow_mw", 0.0, least=0.0), line.number("hydro_avg_flow_mw", 0.0, least=0.0)
        share = np.zeros((1, steps.count))
        share[0, when] = 1.0 / (steps.weight[when] * len(when))
        term = Term(ACTIVITY, np.array([number]), share)
        maker.limits.append(Limit(f"{name} flow {series}", (term,), upper=mean, period=y))
        for t in when if least else ():
            one = np.zeros((1, steps.count))
            one[0, t] = 1.0 / steps.weight[t]
            term = Term(ACTIVITY, np.array([number]), one)
            maker.limits.append(Limit(f"{name} least flow {steps.labels[t]}", (term,), lower=least, period=y))
