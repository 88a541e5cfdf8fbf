"""Making a system part by part: every part is added by name and referred to by the number that adding it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.checks import check
from dafeng.pathway.system import (
    CYCLE,
    NONE,
    Array,
    Departures,
    Flags,
    Limit,
    Lines,
    Nodes,
    Places,
    Processes,
    Reserve,
    Steps,
    Stocks,
    Storages,
    System,
    Yearly,
)

KINDS = ("node", "stock", "process", "storage", "line", "departure", "service", "shape", "yearly")


class Maker:
    """Collects the parts of a system; `system()` checks them and gives the whole.

    Numbers that hold for every period or step may be given as one number. Profiles have one value per step, stock data
    one per period.

    Args:
        steps: the time of the system.
        power_unit, money_unit: what the numbers mean, e.g. "GW" and "1e9 CNY".
    """

    def __init__(self, steps: Steps, power_unit: str = "GW", money_unit: str = "1e9 CNY") -> None:
        self.steps = steps
        self.units = (power_unit, money_unit)
        self._parts: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        self._numbers: dict[str, dict[str, int]] = {kind: {} for kind in self._parts}
        self.limits: list[Limit] = []
        self.reserves: list[Reserve] = []
        self.notes: dict[str, str] = {}

    def number(self, kind: str, name: str) -> int:
        """The number of the part `name` of a kind (`KINDS`)."""
        known = self._numbers[kind]
        if name not in known:
            raise UnknownName(kind, name, known)
        return known[name]

    def names(self, kind: str) -> list[str]:
        """The names of the parts of a kind, in order."""
        return list(self._numbers[kind])

    def _add(self, kind: str, name: str, **values: Any) -> int:
        known = self._numbers[kind]
        if name in known:
            raise DafengError("pathway_twice", kind=kind, name=name)
        known[name] = len(known)
        self._parts[kind].append(values)
        return known[name]

    def _profile(self, value: ArrayLike, name: str, field: str) -> Array:
        return self._shaped(value, self.steps.count, name, field)

    def _periods(self, value: ArrayLike, name: str, field: str) -> Array:
        count = len(self.steps.periods)
        array = self._shaped(value, count, name, field)
        return array if len(array) == count else np.full(count, array[0])

    @staticmethod
    def _shaped(value: ArrayLike, length: int, name: str, field: str) -> Array:
        try:
            array = np.atleast_1d(np.asarray(value, dtype=np.float64))
        except (TypeError, ValueError):
            raise DafengError("pathway_value", name=name, field=field, found=value, allowed="-inf < x < inf") from None
        if array.ndim != 1 or len(array) not in (1, length):
            found = len(array) if array.ndim == 1 else array.shape
            raise DafengError("pathway_length", name=name, field=field, found=found, allowed=length)
        return array

    def node(self, name: str, demand: ArrayLike = 0.0) -> int:
        """A place where a carrier balances; `demand` P per step."""
        return self._add("node", name, demand=self._profile(demand, name, "demand"))

    def stock(
        self,
        name: str,
        existing: ArrayLike = 0.0,
        build_cost: ArrayLike = 0.0,
        keep_cost: ArrayLike = 0.0,
        alive: Flags | None = None,
        build_upper: ArrayLike = 0.0,
        build_lower: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        least_load: float = 0.0,
        team: str | None = None,
    ) -> int:
        """A stock of capacity; see `Stocks`. Without `alive`, what is built stands to the end."""
        count = len(self.steps.periods)
        lasting = np.triu(np.ones((count, count), dtype=bool)) if alive is None else np.asarray(alive, dtype=bool)
        if lasting.shape != (count, count):
            raise DafengError("pathway_length", name=name, field="alive", found=lasting.shape, allowed=(count, count))
        given = {
            "existing": existing,
            "build_cost": build_cost,
            "keep_cost": keep_cost,
            "build_upper": build_upper,
            "build_lower": build_lower,
            "lower": lower,
            "upper": upper,
        }
        values = {field: self._periods(value, name, field) for field, value in given.items()}
        return self._add("stock", name, alive=lasting, least_load=least_load, team=team or name, **values)

    def process(
        self,
        name: str,
        sinks: Sequence[tuple[int, ArrayLike]],
        source: int = NONE,
        stock: int = NONE,
        size: float = 1.0,
        available: ArrayLike = 1.0,
        minimum: ArrayLike = 0.0,
        cost: ArrayLike = 0.0,
        ramp_up: float = np.inf,
        ramp_down: float = np.inf,
    ) -> int:
        """An activity that takes 1 from `source` and gives efficiency to each (node, efficiency) of `sinks`."""
        profiles = {"available": available, "minimum": minimum, "cost": cost}
        return self._add(
            "process",
            name,
            source=source,
            sinks=[(node, self._profile(share, name, "efficiency")) for node, share in sinks],
            stock=stock,
            size=size,
            ramp_up=ramp_up,
            ramp_down=ramp_down,
            **{field: self._profile(value, name, field) for field, value in profiles.items()},
        )

    def dearer(self, process: int, cost: ArrayLike) -> None:
        """Add to the cost of a process, M per unit of activity and hour."""
        part = self._parts["process"][process]
        part["cost"] = part["cost"] + self._profile(cost, self.names("process")[process], "cost")

    def storage(
        self,
        name: str,
        node: int,
        charge_stock: int = NONE,
        discharge_stock: int = NONE,
        energy_stock: int = NONE,
        charge_size: float = 1.0,
        discharge_size: float = 1.0,
        energy_size: float = 1.0,
        charge_available: ArrayLike = 1.0,
        discharge_available: ArrayLike = 1.0,
        charge_efficiency: float = 1.0,
        discharge_efficiency: float = 1.0,
        loss: float = 0.0,
        inflow: ArrayLike = 0.0,
        spill: bool = False,
        level_lower: ArrayLike = 0.0,
        level_upper: ArrayLike = 1.0,
        link: str = CYCLE,
        initial: float = 0.0,
        charge_cost: ArrayLike = 0.0,
        discharge_cost: ArrayLike = 0.0,
        level_cost: ArrayLike = 0.0,
        spill_cost: ArrayLike = 0.0,
    ) -> int:
        """A store of energy at a node; see `Storages`."""
        profiles = {
            "charge_available": charge_available,
            "discharge_available": discharge_available,
            "inflow": inflow,
            "level_lower": level_lower,
            "level_upper": level_upper,
            "charge_cost": charge_cost,
            "discharge_cost": discharge_cost,
            "level_cost": level_cost,
            "spill_cost": spill_cost,
        }
        return self._add(
            "storage",
            name,
            node=node,
            charge_stock=charge_stock,
            discharge_stock=discharge_stock,
            energy_stock=energy_stock,
            charge_size=charge_size,
            discharge_size=discharge_size,
            energy_size=energy_size,
            charge_efficiency=charge_efficiency,
            discharge_efficiency=discharge_efficiency,
            loss=loss,
            spill=spill,
            link=link,
            initial=initial,
            **{field: self._profile(value, name, field) for field, value in profiles.items()},
        )

    def line(self, name: str, start: int, end: int, stock: int, impedance: float, available: ArrayLike = 1.0) -> int:
        """A passive branch; see `Lines`."""
        share = self._profile(available, name, "available")
        return self._add("line", name, start=start, end=end, stock=stock, impedance=impedance, available=share)

    def departure(
        self,
        name: str,
        source: int,
        target: int = NONE,
        ratio: float = 1.0,
        cost: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
    ) -> int:
        """A way in which inherited capacity leaves early: retirement, or conversion into `target`."""
        values = {"cost": self._periods(cost, name, "cost"), "upper": self._periods(upper, name, "upper")}
        return self._add("departure", name, source=source, target=target, ratio=ratio, **values)

    def service(self, name: str, demand: ArrayLike = 0.0) -> int:
        """What is wanted in a year, `demand` units per period, from yearly activities."""
        return self._add("service", name, demand=self._periods(demand, name, "demand"))

    def shape(self, name: str, profile: ArrayLike) -> int:
        """Power over time, one value per step, along which yearly activities draw."""
        return self._add(
            "shape", name, profile=np.broadcast_to(self._profile(profile, name, "profile"), (self.steps.count,))
        )

    def yearly(
        self,
        name: str,
        gives: Sequence[tuple[int, ArrayLike]] = (),
        draws: Sequence[tuple[int, int, ArrayLike]] = (),
        stock: int = NONE,
        size: float = 1.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
    ) -> int:
        """An activity of a year.

        Args:
            gives: (service, units per unit) that it gives, negative: takes.
            draws: (node, shape, P at shape 1 per unit).
            stock, size: capacity that a unit takes up. lower, upper: units a year. cost: M per unit, present value.
        """
        bounds = {"lower": lower, "upper": upper, "cost": cost}
        return self._add(
            "yearly",
            name,
            gives=[(service, self._periods(amount, name, "gives")) for service, amount in gives],
            draws=[(node, shape, self._periods(amount, name, "draws")) for node, shape, amount in draws],
            stock=stock,
            size=size,
            **{field: self._periods(value, name, field) for field, value in bounds.items()},
        )

    def system(self) -> System:
        """The whole, checked.

        Raises:
            DafengError: a part that cannot be meant, with its name, field, what was found and what is allowed.
        """
        found = System(
            steps=self.steps,
            nodes=Nodes(tuple(self.names("node")), self._spread("node", "demand")),
            stocks=self._stocks(),
            processes=self._processes(),
            storages=self._storages(),
            lines=Lines(
                names=tuple(self.names("line")),
                start=self._list("line", "start", int),
                end=self._list("line", "end", int),
                stock=self._list("line", "stock", int),
                available=self._stack("line", "available"),
                impedance=self._list("line", "impedance"),
            ),
            departures=Departures(
                names=tuple(self.names("departure")),
                source=self._list("departure", "source", int),
                target=self._list("departure", "target", int),
                ratio=self._list("departure", "ratio"),
                cost=self._stack("departure", "cost", len(self.steps.periods)),
                upper=self._stack("departure", "upper", len(self.steps.periods)),
            ),
            yearly=self._yearly(),
            limits=tuple(self.limits),
            reserves=tuple(self.reserves),
            power_unit=self.units[0],
            money_unit=self.units[1],
            notes=dict(self.notes),
        )
        check(found)
        return found

    def _list(self, kind: str, field: str, sort: type = float) -> Any:
        return np.array([part[field] for part in self._parts[kind]], dtype=np.int64 if sort is int else np.float64)

    def _stack(self, kind: str, field: str, width: int | None = None) -> Array:
        """(parts, T), or (parts, 1) where all are constant."""
        rows = [part[field] for part in self._parts[kind]]
        width = width or max((len(row) for row in rows), default=1)
        if not rows:
            return np.zeros((0, width))
        return np.stack([np.broadcast_to(row, (width,)) for row in rows])

    def _spread(self, kind: str, field: str) -> Array:
        return self._stack(kind, field, self.steps.count)

    def _stocks(self) -> Stocks:
        count = len(self.steps.periods)
        fields = ("existing", "build_cost", "keep_cost", "build_upper", "build_lower", "lower", "upper")
        alive = [part["alive"] for part in self._parts["stock"]]
        return Stocks(
            names=tuple(self.names("stock")),
            least_load=self._list("stock", "least_load"),
            team=self._teams(),
            alive=np.stack(alive) if alive else np.zeros((0, count, count), dtype=bool),
            **{field: self._stack("stock", field, count) for field in fields},
        )

    def _teams(self) -> Places:
        names = [part["team"] for part in self._parts["stock"]]
        number = {name: place for place, name in enumerate(dict.fromkeys(names))}
        return np.array([number[name] for name in names], dtype=np.int64)

    def _processes(self) -> Processes:
        parts = self._parts["process"]
        ports = max((len(part["sinks"]) for part in parts), default=1) or 1
        sinks = np.full((len(parts), ports), NONE, dtype=np.int64)
        varying = any(len(share) > 1 for part in parts for _, share in part["sinks"])
        shape = (len(parts), ports, self.steps.count) if varying else (len(parts), ports)
        efficiency = np.zeros(shape)
        for number, part in enumerate(parts):
            for port, (node, share) in enumerate(part["sinks"]):
                sinks[number, port] = node
                efficiency[number, port] = share if varying else share[0]
        return Processes(
            names=tuple(self.names("process")),
            source=self._list("process", "source", int),
            sinks=sinks,
            efficiency=efficiency,
            stock=self._list("process", "stock", int),
            **{field: self._list("process", field) for field in ("size", "ramp_up", "ramp_down")},
            **{field: self._stack("process", field) for field in ("available", "minimum", "cost")},
        )

    def _yearly(self) -> Yearly:
        count, parts = len(self.steps.periods), self._parts["yearly"]
        given = [(a, *one) for a, part in enumerate(parts) for one in part["gives"]]
        drawn = [(a, *one) for a, part in enumerate(parts) for one in part["draws"]]

        def places(entries: list[Any], position: int) -> Places:
            return np.array([entry[position] for entry in entries], dtype=np.int64)

        def amounts(entries: list[Any]) -> Array:
            return np.stack([entry[-1] for entry in entries]) if entries else np.zeros((0, count))

        return Yearly(
            names=tuple(self.names("yearly")),
            stock=self._list("yearly", "stock", int),
            size=self._list("yearly", "size"),
            **{field: self._stack("yearly", field, count) for field in ("lower", "upper", "cost")},
            services=tuple(self.names("service")),
            demand=self._stack("service", "demand", count),
            giver=places(given, 0),
            service=places(given, 1),
            given=amounts(given),
            drawer=places(drawn, 0),
            node=places(drawn, 1),
            shape=places(drawn, 2),
            drawn=amounts(drawn),
            shapes=self._stack("shape", "profile", self.steps.count),
        )

    def _storages(self) -> Storages:
        places = ("node", "charge_stock", "discharge_stock", "energy_stock")
        numbers = (
            *("charge_size", "discharge_size", "energy_size", "charge_efficiency", "discharge_efficiency"),
            *("loss", "initial"),
        )
        profiles = (
            *("charge_available", "discharge_available", "inflow", "level_lower", "level_upper"),
            *("charge_cost", "discharge_cost", "level_cost", "spill_cost"),
        )
        parts = self._parts["storage"]
        values: dict[str, Any] = {field: self._list("storage", field, int) for field in places}
        values |= {field: self._list("storage", field) for field in numbers}
        values |= {field: self._stack("storage", field) for field in profiles}
        return Storages(
            names=tuple(self.names("storage")),
            spill=np.array([part["spill"] for part in parts], dtype=bool),
            link=tuple(part["link"] for part in parts),
            **values,
        )
