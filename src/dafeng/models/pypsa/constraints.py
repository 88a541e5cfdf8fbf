"""PyPSA's global constraints as named limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dafeng.models.pypsa.assets import Assets, label
from dafeng.models.pypsa.network import Component, Network
from dafeng.models.pypsa.stores import CYCLIC, INITIAL
from dafeng.models.refusals import no_column, no_such, not_covered, wrong_value
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY, BUILD, LEVEL_END, NONE, Array, Limit, Term

SENSES = ("<=", "==", ">=")


def add_constraints(network: Network, maker: Maker, assets: dict[str, Assets]) -> None:
    """All global constraints, and the growth limits of carriers.

    Raises:
        RefusedFile: a type that PyPSA itself does not know (it would be left out there), a period that is none.
    """
    table = network["global_constraints"]
    types, senses = table.text("type"), table.text("sense")
    period, constant = table.number("investment_period"), table.number("constant")
    for k, name in enumerate(table.names):
        if types[k] not in TERMS:
            raise no_such(table.place(k), "type", types[k], TERMS)
        if senses[k] not in SENSES:
            raise wrong_value(table.place(k), "sense", senses[k], ", ".join(SENSES))
        chosen = None
        if not np.isnan(period[k]):
            if period[k] not in network.starts:
                raise wrong_value(table.place(k), "investment_period", f"{period[k]:g}", ", ".join(network.periods))
            chosen = network.starts.index(int(period[k]))
        made = _Constraint(network, maker, assets, k, chosen)
        terms = list(TERMS[types[k]](made))
        if terms:
            right = float(constant[k]) - made.held
            lower = right if senses[k] != "<=" else -np.inf
            upper = right if senses[k] != ">=" else np.inf
            maker.limits.append(Limit(f"GlobalConstraint {name}", tuple(terms), lower, upper))
    _limit_growth(network, maker, assets)


class _Constraint:
    """One row of the table of global constraints.

    Attributes:
        held: part of the left side that no variable changes.
    """

    def __init__(self, network: Network, maker: Maker, assets: dict[str, Assets], k: int, period: int | None) -> None:
        table = network["global_constraints"]
        self.network, self.maker, self.assets, self.period = network, maker, assets, period
        self.place, self.named, self.bus = table.place(k), table.text("carrier_attribute")[k], table.text("bus")[k]
        self.held = 0.0

    def primary_energy(self) -> Iterator[Term]:
        """Emissions of generators per primary energy, and what non-cyclic stores lose."""
        carriers = self.network.carriers
        if self.named not in carriers.static:
            if carriers.attribute(self.named) is not None:
                return
            raise no_column("carriers", self.named, carriers.static)
        rates = {name: rate for name, rate in zip(carriers.names, carriers.number(self.named), strict=True) if rate}
        generators = self.network["generators"]
        efficiency = generators.profile("efficiency")

        def per_output(k: int) -> Array:
            return np.asarray(rates[generators.text("carrier")[k]] / efficiency[k])

        yield from self._energy(rates, per_output)
        yield from self._drawn(rates)

    def operational_limit(self) -> Iterator[Term]:
        """Output of the generators of a carrier, and what its non-cyclic stores lose."""
        yield from self._energy({self.named: 1.0}, lambda _: np.ones(1))
        yield from self._drawn({self.named: 1.0})

    def _energy(self, rates: dict[str, float], per_output: Callable[[int], Array]) -> Iterator[Term]:
        generators = self.assets["generators"]
        carriers = generators.component.text("carrier")
        chosen = [k for k in generators.used() if carriers[k] in rates]
        if chosen:
            numbers = [self.maker.number("process", label(generators.component, k)) for k in chosen]
            now = np.ones(self.network.count) if self.period is None else self.network.period == self.period
            table = np.stack([per_output(k) * now for k in chosen])
            yield Term(ACTIVITY, np.array(numbers), table)

    def _drawn(self, rates: dict[str, float]) -> Iterator[Term]:
        for kind in CYCLIC:
            component = self.assets[kind].component
            carriers, initial = carriers_of(self.network, component), component.number(INITIAL[kind])
            cyclic = component.flag(CYCLIC[kind])
            chosen = [k for k in self.assets[kind].used() if carriers[k] in rates and not cyclic[k]]
            if not chosen:
                continue
            self._refuse_running_through(component, chosen)
            numbers = [self.maker.number("storage", label(component, k)) for k in chosen]
            share = np.array([rates[carriers[k]] for k in chosen])
            self.held += float(share @ initial[chosen] * self.network.years.sum())
            yield Term(LEVEL_END, np.array(numbers), -share)

    def _refuse_running_through(self, component: Component, chosen: list[int]) -> None:
        """With periods a store must begin each at its initial level, and the limit be one of all (as PyPSA has it)."""
        own = component.flag(f"{INITIAL[component.kind]}_per_period")
        for k in chosen if self.network.starts else []:
            if not own[k] or self.period is not None:
                raise not_covered(component.place(k), CYCLIC[component.kind], f"False; {self.place}")

    def volume(self) -> Iterator[Term]:
        """Length times capacity of extendable lines and links."""
        yield from self._built(("lines", "links"), self._listed(), lambda group: group.component.number("length"))

    def cost(self) -> Iterator[Term]:
        """Cost of extendable lines and links."""

        def weighted(group: Assets) -> Array:
            if self.period is not None or not self.network.starts:
                return group.cost
            return group.cost * (group.stands @ self.network.worth)

        yield from self._built(("lines", "links"), self._listed(), weighted)

    def capacity(self) -> Iterator[Term]:
        """Capacity of the extendable assets of a carrier, at one bus where one is named."""
        kinds = tuple(kind for kind in self.assets if kind != "transformers")
        yield from self._built(kinds, [self.named], lambda group: np.ones(len(group.component.names)))

    def _listed(self) -> list[str]:
        return [name.strip() for name in self.named.translate(str.maketrans("", "", "[]()")).split(",")]

    def _built(
        self, kinds: tuple[str, ...], carriers: list[str], coefficient: Callable[[Assets], Array]
    ) -> Iterator[Term]:
        for kind in kinds:
            group = self.assets[kind]
            component = group.component
            named = carriers_of(self.network, component)
            at = component.text("bus0" if "bus0" in component.attributes else "bus")
            chosen = [
                k
                for k in group.used()
                if group.extendable[k]
                and named[k] in carriers
                and (not self.bus or at[k] == self.bus)
                and (self.period is None or group.stands[k, self.period])
            ]
            if chosen:
                yield Term(BUILD, np.array([group.stock[k] for k in chosen]), coefficient(group)[chosen])


TERMS: dict[str, Callable[[_Constraint], Iterator[Term]]] = {
    "primary_energy": _Constraint.primary_energy,
    "operational_limit": _Constraint.operational_limit,
    "transmission_volume_expansion_limit": _Constraint.volume,
    "transmission_expansion_cost_limit": _Constraint.cost,
    "tech_capacity_expansion_limit": _Constraint.capacity,
}


def carriers_of(network: Network, component: Component) -> list[str]:
    """The carrier of each part; that of its bus where a line, link or store names none."""
    found = component.text("carrier")
    if component.kind not in ("lines", "links", "stores"):
        return found
    at = component.text("bus" if component.kind == "stores" else "bus0")
    of_bus = dict(zip(network["buses"].names, network["buses"].text("carrier"), strict=True))
    return [name or of_bus.get(bus, "") for name, bus in zip(found, at, strict=True)]


def _limit_growth(network: Network, maker: Maker, assets: dict[str, Assets]) -> None:
    """What is first there in a period, by carrier: at most `max_growth`, as in PyPSA with investment periods only."""
    if not network.starts:
        return
    carriers = network.carriers
    for name, most in zip(carriers.names, carriers.number("max_growth"), strict=True):
        if np.isinf(most):
            continue
        chosen = [
            group.stock[k]
            for kind, group in assets.items()
            if kind != "transformers"
            for k in group.used()
            if group.extendable[k] and group.stock[k] != NONE and carriers_of(network, group.component)[k] == name
        ]
        if not chosen:
            continue
        term = Term(BUILD, np.array(chosen), np.ones(len(chosen)))
        for y, period in enumerate(network.periods):
            maker.limits.append(Limit(f"growth {name} {period}", (term,), upper=float(most), period=y))
