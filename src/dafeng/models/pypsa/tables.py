"""The parts of a plan as components of PyPSA, with their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dafeng.models.pypsa.timing import Timing
from dafeng.pathway.plan import Plan
from dafeng.pathway.system import BUDGET, CARRY, CHAIN, NONE, Array

RESULTS = {"p", *(f"p{port}" for port in range(10)), "p_dispatch", "p_store", "state_of_charge", "spill", "e"}
CAPACITY = "capacity"
"""Ending of the name, and carrier, of the bus at which processes share a stock."""
Parts = dict[str, dict[str, Any]]


class Tables:
    """What the components of the network are: kind -> name -> attributes; an array (T,) is a series."""

    def __init__(self, plan: Plan, timing: Timing, carriers: Mapping[str, str]) -> None:
        self.plan, self.system, self.timing, self.carriers = plan, plan.system, timing, carriers
        self.steps = plan.system.steps
        self.tables: dict[str, Parts] = {}
        worth = np.zeros(len(self.steps.periods))
        np.add.at(worth, timing.year_of_block, timing.worth if timing.several else 1.0)
        self.yearly_cost = np.divide(
            plan.system.stocks.build_cost + plan.system.stocks.keep_cost,
            worth,
            out=np.zeros_like(plan.system.stocks.build_cost),
            where=worth > 0,
        )
        self.paid: set[int] = set()

    def add(self) -> None:
        """All components."""
        self.nodes()
        self.processes()
        self.storages()
        self.lines()
        used = {values.get("carrier", "") for parts in self.tables.values() for values in parts.values()} - {""}
        self.tables["carriers"] = {name: {"nice_name": name} for name in sorted(used)}

    def put(self, kind: str, name: str, y: int, attributes: dict[str, Any]) -> None:
        """A component of planning period y: outside of it its results are zero."""
        here = self.steps.period == y
        values = {
            key: np.where(here, value, 0.0) if key in RESULTS and isinstance(value, np.ndarray) else value
            for key, value in attributes.items()
        }
        values |= self.timing.alive(y)
        values.setdefault("carrier", self.carriers.get(name, ""))
        self.tables.setdefault(kind, {})[self.full_name(name, y)] = values

    def full_name(self, name: str, y: int) -> str:
        """Of a component that a part is in a planning period."""
        return f"{name} {self.steps.periods[y]}" if len(self.steps.periods) > 1 else name

    def nodes(self) -> None:
        """Nodes are buses with their prices; demands, and what yearly activities draw, are loads."""
        buses = self.tables.setdefault("buses", {})
        drawn = self.system.yearly.load(self.plan.yearly, len(self.system.nodes.names), self.steps.period)
        for k, name in enumerate(self.system.nodes.names):
            carrier = self.carriers.get(name, "")
            buses[name] = {"carrier": carrier, "marginal_price": self.plan.price[k]}
            load = self.system.nodes.demand[k] + drawn[k]
            if load.any():
                found = {"bus": name, "carrier": carrier, "p_set": load, "p": load}
                self.tables.setdefault("loads", {})[name] = found

    def _capacity(self, stock: int, size: float) -> Array:
        """(Y,) size x capacity of a stock; inf without one."""
        if stock == NONE:
            return np.full(len(self.steps.periods), np.inf)
        return np.asarray(self.plan.capacity[stock] * size)

    def _range(self, y: int, stock: int, size: float, nominal: str = "p_nom") -> dict[str, float]:
        """Between what sizes a plan could choose a component that takes up a whole stock."""
        if stock == NONE:
            return {}
        s, leaves = self.system.stocks, self.system.departures
        stands = s.alive[stock, :, y]
        low, high = (
            float(s.existing[stock, y] + built[stock][stands].sum()) for built in (s.build_lower, s.build_upper)
        )
        if (leaves.source == stock).any():
            low = 0.0
        if (leaves.target == stock).any():
            high = np.inf
        has = float(self.plan.capacity[stock, y])
        least, most = min(max(low, float(s.lower[stock, y])), has), max(min(high, float(s.upper[stock, y])), has)
        return {f"{nominal}_min": least * size, f"{nominal}_max": most * size}

    def _cost(self, y: int, *shares: tuple[int, float]) -> dict[str, float]:
        """M a year per unit of a component that takes up shares of stocks; a stock is paid with its first user."""
        mine = [(stock, share) for stock, share in dict(shares).items() if stock != NONE and stock not in self.paid]
        return {"capital_cost": float(sum(share * self.yearly_cost[stock, y] for stock, share in mine))}

    # --- processes ---------------------------------------------------------------------------------------------------

    def processes(self) -> None:
        """Processes as generators, links and processes, by their ports; those that share a stock, at its bus."""
        p = self.system.processes
        users: dict[int, list[int]] = {}
        for i, stock in enumerate(p.stock):
            if stock != NONE:
                users.setdefault(int(stock), []).append(i)
        shared = {stock for stock, those in users.items() if len(those) > 1 and not self._there_and_back(those)}
        for stock in sorted(shared):
            self._shared(stock, users[stock][0])
        for i, name in enumerate(p.names):
            stock = int(p.stock[i])
            capacity = self._capacity(stock, 1.0 / float(p.size[i]))
            for y in np.flatnonzero(capacity > 0).tolist():
                common = {
                    "p_nom": float(capacity[y]),
                    "p_nom_opt": float(capacity[y]),
                    "p_min_pu": self._full(p.minimum[i]),
                    "p_max_pu": self._full(p.available[i]),
                    "marginal_cost": self._full(p.cost[i]),
                    **self._cost(y, (stock, float(p.size[i]))),
                }
                if stock in shared:
                    leader = users[stock][0]
                    common["p_max_pu"] = self._full(p.available[leader])
                    self.put("processes", name, y, common | self._sharing(i, self._bus(stock)))
                else:
                    self._single(i, y, common | self._range(y, stock, 1.0 / float(p.size[i])))
            if stock != NONE:
                self.paid.add(stock)

    def _there_and_back(self, users: Sequence[int]) -> bool:
        """The two ways of a corridor: nobody gains by going both at once, so each may have the whole capacity."""
        p = self.system.processes
        if len(users) != 2:
            return False
        ends = [(int(p.source[i]), [int(node) for node in p.sinks[i] if node != NONE]) for i in users]
        (a, to_b), (b, to_a) = ends
        return NONE not in (a, b) and to_b == [b] and to_a == [a]

    def _bus(self, stock: int) -> str:
        return f"{self.system.stocks.names[stock]} {CAPACITY}"

    def _shared(self, stock: int, leader: int) -> None:
        """A bus at which a stock gives its available capacity to the processes that share it."""
        name, p = self._bus(stock), self.system.processes
        capacity = self._capacity(stock, 1.0)
        used = np.asarray(p.size @ np.where(p.stock[:, None] == stock, self.plan.activity, 0.0))
        self.tables["buses"][name] = {"carrier": CAPACITY, "marginal_price": np.zeros(self.steps.count)}
        for y in np.flatnonzero(capacity > 0).tolist():
            given = {
                "bus": name,
                "p_nom": float(capacity[y]),
                "p_nom_opt": float(capacity[y]),
                "p_min_pu": np.full(self.steps.count, -np.inf if (p.minimum[p.stock == stock] < 0).any() else 0.0),
                "p_max_pu": self._full(p.available[leader]),
                "carrier": self.carriers.get(p.names[leader], ""),
                "p": used,
                **self._cost(y, (stock, 1.0)),
                **self._range(y, stock, 1.0),
            }
            self.put("generators", name, y, given)
        self.paid.add(stock)

    def _sharing(self, i: int, bus: str) -> dict[str, Any]:
        """Ports of a process at the bus of its stock."""
        p, nodes = self.system.processes, self.system.nodes.names
        ports = [(bus, self._full(-float(p.size[i])))]
        if p.source[i] != NONE:
            ports.append((nodes[p.source[i]], self._full(-1.0)))
        return self._process([*ports, *self._sinks(i)], self.plan.activity[i])

    def _sinks(self, i: int) -> list[tuple[str, Array]]:
        p, nodes = self.system.processes, self.system.nodes.names
        return [(nodes[node], self._full(p.efficiency[i, k])) for k, node in enumerate(p.sinks[i]) if node != NONE]

    def _single(self, i: int, y: int, common: dict[str, Any]) -> None:
        """A process with a stock of its own, or none."""
        p, nodes = self.system.processes, self.system.nodes.names
        name, ports, activity = p.names[i], self._sinks(i), self.plan.activity[i]
        if p.source[i] != NONE:
            self.put("links", name, y, common | self._ramps(i) | self._link(nodes[p.source[i]], ports, activity))
        elif len(ports) == 1 and np.all(ports[0][1] == 1.0):
            self.put("generators", name, y, common | self._ramps(i) | {"bus": ports[0][0], "p": activity})
        else:
            self.put("processes", name, y, common | self._process(ports, activity))

    def _ramps(self, i: int) -> dict[str, Array]:
        """Greatest changes from one snapshot to the next, where there is such a limit."""
        p, found = self.system.processes, {}
        for name, most in (("ramp_limit_up", p.ramp_up[i]), ("ramp_limit_down", p.ramp_down[i])):
            if np.isfinite(most):
                found[name] = np.asarray(most * self.steps.hours)
        return found

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

    # --- storages ----------------------------------------------------------------------------------------------------

    def storages(self) -> None:
        """Storages as storage units where their powers are bounded, else as stores."""
        s, plan = self.system.storages, self.plan
        for j, name in enumerate(s.names):
            energy = self._capacity(int(s.energy_stock[j]), float(s.energy_size[j]))
            power = self._capacity(int(s.discharge_stock[j]), float(s.discharge_size[j]))
            charge = self._capacity(int(s.charge_stock[j]), float(s.charge_size[j]))
            if not (s.charge_available[j] > 0).any():
                charge = np.zeros_like(charge)
            for y in range(len(self.steps.periods)):
                common: dict[str, Any] = {
                    "bus": self.system.nodes.names[s.node[j]],
                    "marginal_cost": self._full(s.discharge_cost[j]),
                    "marginal_cost_storage": self._full(s.level_cost[j]),
                    "p": plan.discharge[j] - plan.charge[j],
                }
                if np.isinf(power[y]) or np.isinf(charge[y]):
                    self.put("stores", name, y, common | self._store(j, y, float(energy[y])))
                elif power[y] > 0:
                    unit = self._unit(j, y, float(energy[y]), float(power[y]), float(charge[y]))
                    self.put("storage_units", name, y, common | unit)
            self.paid |= {int(s.energy_stock[j]), int(s.discharge_stock[j]), int(s.charge_stock[j])}

    def _store(self, j: int, y: int, most: float) -> dict[str, Any]:
        s = self.system.storages
        if s.link[j] == CARRY:
            self._brought(j, y)
        level = self._level(j, np.zeros(self.steps.count) if s.link[j] == CARRY else self._full(s.inflow[j]))
        return {
            "e_nom": most,
            "e_nom_opt": most,
            "e_min_pu": self._full(s.level_lower[j]),
            "e_max_pu": self._full(s.level_upper[j]),
            "e": level,
            **self._cost(y, (int(s.energy_stock[j]), 1.0 / float(s.energy_size[j]))),
            **self._range(y, int(s.energy_stock[j]), float(s.energy_size[j]), "e_nom"),
            **self._links(j, "e"),
        }

    def _brought(self, j: int, y: int) -> None:
        """What a store without an inflow of its own brings to its bus from other blocks, or takes with it."""
        s, name = self.system.storages, self.system.storages.names[j]
        given = {"bus": self.system.nodes.names[s.node[j]], "p_set": self._carried(j), "p": self._carried(j)}
        self.put("loads", f"{name} carried", y, given | {"carrier": self.carriers.get(name, "")})

    def _unit(self, j: int, y: int, energy: float, power: float, charge: float) -> dict[str, Any]:
        s, plan = self.system.storages, self.plan
        inflow = self._full(s.inflow[j]) - (self._carried(j) if s.link[j] == CARRY else 0.0)
        level = self._level(j, inflow)
        here = self.steps.period == y
        if s.link[j] == CARRY:  # its level is bounded from day to day only
            energy = max(energy, float(np.max(level[here], initial=0.0)))
        elif np.isinf(energy):
            energy = self._most_that_comes_in(j, inflow, charge, here)
        stocks = (
            (int(s.discharge_stock[j]), 1.0 / float(s.discharge_size[j])),
            (int(s.charge_stock[j]), charge / power / float(s.charge_size[j])),
            (int(s.energy_stock[j]), energy / power / float(s.energy_size[j])),
        )
        return {
            "p_nom": power,
            "p_nom_opt": power,
            "max_hours": energy / power,
            "p_min_pu": -self._full(s.charge_available[j]) * charge / power,
            "p_max_pu": self._full(s.discharge_available[j]),
            "efficiency_store": float(s.charge_efficiency[j]),
            "efficiency_dispatch": float(s.discharge_efficiency[j]),
            "inflow": inflow,
            "spill_cost": self._full(s.spill_cost[j]),
            "p_dispatch": plan.discharge[j],
            "p_store": plan.charge[j],
            "state_of_charge": level,
            "spill": self._spilled(j, inflow),
            **self._cost(y, *stocks),
            **self._links(j, "state_of_charge"),
        }

    def _most_that_comes_in(self, j: int, inflow: Array, charge: float, here: Any) -> float:
        """P·h, the most that comes into a store in a block of a period: it is never fuller where nothing bounds it."""
        s, steps = self.system.storages, self.steps
        coming = steps.hours * (charge * float(s.charge_efficiency[j]) + np.abs(inflow))
        return float(np.add.reduceat(np.where(here, coming, 0.0), steps.firsts).max() + s.initial[j])

    def _carried(self, j: int) -> Array:
        """(T,) P that storage which carries takes with it from each block to others, evenly over the block."""
        steps = self.steps
        hours = np.add.reduceat(steps.hours, steps.firsts)
        return np.asarray((self.plan.net[j] / hours)[steps.place])

    def _level(self, j: int, inflow: Array) -> Array:
        """(T,) P·h: of the plan, or where it has none within a block, what flows give, least 0."""
        s, steps = self.system.storages, self.steps
        if s.link[j] not in (BUDGET, CARRY):
            return np.asarray(self.plan.level[j])
        sums = np.cumsum(steps.hours * (self._gained(j, inflow) - self._spilled(j, inflow)))
        least = np.minimum.reduceat(sums, steps.firsts)
        return np.asarray(sums - least[steps.place])

    def _gained(self, j: int, inflow: Array) -> Array:
        """(T,) P that the level gains, before anything is let go."""
        s, plan = self.system.storages, self.plan
        given = plan.charge[j] * s.charge_efficiency[j] - plan.discharge[j] / s.discharge_efficiency[j]
        return np.asarray(given + inflow)

    def _spilled(self, j: int, inflow: Array) -> Array:
        """(T,) P let go; what a block does not use of its budget, along its inflow."""
        steps = self.steps
        if self.system.storages.link[j] != BUDGET:
            return np.asarray(self.plan.spill[j])
        left, come = (np.add.reduceat(steps.hours * power, steps.firsts) for power in (self._gained(j, inflow), inflow))
        share = np.divide(left, come, out=np.zeros(len(come)), where=come > 0)
        return np.asarray(np.maximum(share, 0.0)[steps.place] * np.maximum(inflow, 0.0))

    def _links(self, j: int, level: str) -> dict[str, Any]:
        """How a level is linked through time, and what it loses."""
        s, several = self.system.storages, self.timing.several
        cyclic = s.link[j] != CHAIN
        loss = 0.0 if s.link[j] in (BUDGET, CARRY) else float(s.loss[j])
        flag = "e_cyclic" if level == "e" else "cyclic_state_of_charge"
        found: dict[str, Any] = {
            "standing_loss": loss,
            f"{level}_initial": 0.0 if cyclic else float(s.initial[j]) * (1.0 - loss) ** float(self.steps.hours[0]),
            flag: cyclic and not several,
        }
        if several:
            found |= {f"{flag}_per_period": cyclic, f"{level}_initial_per_period": not cyclic}
        return found

    # --- lines -------------------------------------------------------------------------------------------------------

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
                    **self._cost(y, (int(lines.stock[k]), 1.0)),
                    **self._range(y, int(lines.stock[k]), 1.0, "s_nom"),
                }
                self.put("lines", name, y, attributes)
            self.paid.add(int(lines.stock[k]))

    def _full(self, values: Any) -> Array:
        """(T,) of (T,), (1,) or a number."""
        return np.broadcast_to(np.atleast_1d(np.asarray(values, dtype=np.float64)), (self.steps.count,)).copy()
