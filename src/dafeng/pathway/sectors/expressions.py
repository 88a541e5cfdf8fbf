"""Sums that targets speak of, as linear forms over what a model counts, and the value of a form in a year gone by.

flow/carrier      of the ledger, 1e6 canonical units; a minus in front takes it off
@co2              CO2 of fuels by the factors of the top-down account, less what is captured, Mt
@co2_process      the same and CO2 of processes
@co2:<flow>       CO2 of the fuels that one flow burns
made:<service>/<option>    output, built:<service>/<option>  capacity built; * for every option of the service
energy:<service>  fuels and electricity (calorific) of a service, Mtce;  oil:<service>  its oil products
hydrogen:all      hydrogen that options draw, which electrolysis makes, Mt by the lower heating value
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from dafeng.accounts.simple import top_down
from dafeng.catalog import economy, sectors
from dafeng.catalog.errors import UnknownName
from dafeng.pathway.power.policies import FACTOR_SET, TCE_PER_MWH
from dafeng.pathway.sectors.history import stated
from dafeng.pathway.system import Array, Term

FLOWS, OUTPUT, BUILT = "flows", "output", "built"
BASE_YEAR = 2020
GJ_PER_TCE = 29.3076
GJ_PER_T_HYDROGEN = 119.96
CAPTURED = ("captured_co2", "all")
OIL = ("gasoline", "kerosene", "diesel", "fuel_oil", "other_oil")
#: tce per unit of an input: fuels Mtce, electricity TWh, heat and hydrogen PJ
CALORIFIC = {"electricity": TCE_PER_MWH, "heat": 1 / GJ_PER_TCE, "hydrogen": 1 / GJ_PER_TCE}
Key = tuple[str, str]
#: book, flow and carrier (or service and option), region (None: all)
Part = tuple[str, str, str, int | None]


class Flows(Protocol):
    """What variables count for, by key and region (`counting.Counting`)."""

    def terms(self, factors: Mapping[Key, float], y: int, region: int | None = None) -> list[Term]:
        """Terms whose sum is the factors' sum over keys in a period."""


class Base(Protocol):
    """The base year (`base_year.BaseYear`)."""

    def option_output(self, option: str) -> Array:
        """(R,) output of an option."""

    def multiplier_of(self, place: int, sector: str, fuel: str) -> float:
        """What meets the statistics, per unit of the catalogue's input."""

    def of(self, place: int, sector: str, fuel: str) -> float:
        """Statistics of a sector and fuel: Mtce, electricity TWh."""

    def final(self, flow: str, carrier: str) -> Array:
        """(R,) final use booked on a ledger flow, 1e6 canonical units."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Ids."""

    @property
    def amounts(self) -> Array:
        """(R, sectors, fuels) statistics."""

    @property
    def closing(self) -> Mapping[str, float]:
        """Carrier -> national primary consumption over what is counted."""


@dataclass(frozen=True)
class Form:
    """A linear form: factor of each part."""

    parts: Mapping[Part, float]

    def plus(self, other: Form, factor: float) -> Form:
        """This form and a multiple of another."""
        total: dict[Part, float] = defaultdict(float, self.parts)
        for part, value in other.parts.items():
            total[part] += factor * value
        return Form({part: value for part, value in total.items() if value})

    def terms(self, books: Mapping[str, Flows], y: int, scale: float = 1.0) -> tuple[Term, ...]:
        """The form as terms of a limit in a period."""
        grouped: dict[tuple[str, int | None], dict[Key, float]] = defaultdict(dict)
        for (book, first, second, region), value in self.parts.items():
            grouped[book, region][first, second] = scale * value
        return tuple(term for (book, region), own in grouped.items() for term in books[book].terms(own, y, region))


def form(expressions: Iterable[str], base: Base, year: int) -> Form:
    """The sum of expressions.

    Args:
        year: for which an option's inputs are taken.

    Raises:
        UnknownName: no such kind of expression, service or option.
    """
    total = Form({})
    for text in expressions:
        sign, name = (-1.0, text[1:]) if text.startswith("-") else (1.0, text)
        total = total.plus(_one(name, base, year), sign)
    return total


def _one(text: str, base: Base, year: int) -> Form:
    kind, _, rest = text.partition(":")
    if kind == "@co2" and rest:
        return _burned(rest)
    if text in ("@co2", "@co2_process"):
        whole = _burned("primary_consumption").plus(Form({(FLOWS, *CAPTURED, None): 1.0}), -1.0)
        return whole if text == "@co2" else whole.plus(Form({(FLOWS, "process_co2", "all", None): 1.0}), 1.0)
    if kind in ("made", "built"):
        service, _, option = rest.partition("/")
        names = _options(service) if option == "*" else (option,)
        return Form({(OUTPUT if kind == "made" else BUILT, service, name, None): 1.0 for name in names})
    if kind in ("energy", "oil"):
        return _used(rest, kind, base, year)
    if kind == "hydrogen":
        return _hydrogen(year)
    if "/" in text and ":" not in text:
        flow, _, carrier = text.partition("/")
        return Form({(FLOWS, flow, carrier, None): 1.0})
    raise UnknownName(
        "expression", text, ("flow/carrier", "@co2", "@co2_process", "made:", "built:", "energy:", "oil:", "hydrogen:")
    )


def _burned(flow: str) -> Form:
    """CO2 of coal, oil and gas of a flow, t per tce."""
    return Form({(FLOWS, flow, c.carrier, None): float(c.value) for c in top_down(FACTOR_SET).coefficients})


def _options(service: str) -> tuple[str, ...]:
    if service not in sectors.services():
        raise UnknownName("service", service, sectors.services())
    return tuple(sectors.options(service))


def _used(service: str, kind: str, base: Base, year: int) -> Form:
    """Mtce that the options of a service use per unit, as the statistics of each region have it."""
    parts: dict[Part, float] = {}
    for name in _options(service):
        option = sectors.options(service)[name]
        inputs = sectors.inputs(name, max(year, BASE_YEAR))
        for place in range(len(base.regions)):
            used = sum(
                amount * CALORIFIC.get(fuel, 1.0) * _multiplier(base, place, option, fuel)
                for fuel, amount in inputs.items()
                if kind == "energy" or fuel in OIL
            )
            if used:
                parts[OUTPUT, service, name, place] = used
    return Form(parts)


def _hydrogen(year: int) -> Form:
    parts: dict[Part, float] = {}
    for service in sectors.services():
        for name in _options(service):
            drawn = sectors.inputs(name, max(year, BASE_YEAR)).get("hydrogen", 0.0)
            if drawn:
                parts[OUTPUT, service, name, None] = drawn / GJ_PER_T_HYDROGEN
    return Form(parts)


def _multiplier(base: Base, place: int, option: sectors.Option, fuel: str) -> float:
    if option.kind != "as_today":
        return 1.0
    return float(base.multiplier_of(place, sectors.services()[option.service].sector, fuel))


@dataclass(frozen=True)
class Past:
    """Years that are known: periods planned before, and the statistics of the nation.

    Attributes:
        base: of the base year.
        earlier: (flow, carrier) or (service, option) -> year -> (R,) amounts of earlier periods.
        known: (flow, carrier) -> year -> (R,) what is known of the regions before the plan, in place of the statistics
            of the nation; None: the regions are the nation.
    """

    base: Base
    earlier: Mapping[Key, Mapping[int, Array]]
    known: Mapping[Key, Mapping[int, Array]] | None = None

    def planned(self) -> set[int]:
        """The years of earlier periods."""
        return {year for years in self.earlier.values() for year in years}

    def value(self, of: Form, year: int) -> float | None:
        """The value of a form in a year; None: some part of it is not known."""
        total = 0.0
        for (book, first, second, region), factor in of.parts.items():
            known = self._amount(book, (first, second), region, year)
            if known is None:
                return None
            total += factor * known
        return total

    def years(self, of: Form) -> dict[int, float]:
        """Every year in which a form is known."""
        tables = stated if self.known is None else lambda a, b: (self.known or {}).get((a, b), {})
        named = {y for book, a, b, _ in of.parts if book == FLOWS for y in tables(a, b)}
        found = {year: self.value(of, year) for year in sorted(named | self.planned() | {BASE_YEAR})}
        return {year: value for year, value in found.items() if value is not None}

    def _balance(self, key: Key, region: int | None) -> float:
        """What the balances of the base year have of a final flow and carrier."""
        places = range(len(self.base.regions)) if region is None else (region,)
        owners = [name for name, sector in economy.sectors().items() if sector.flow == key[0]]
        fuels = [name for name, fuel in economy.fuels().items() if key[1] in (name, fuel.carrier)]
        scale = GJ_PER_TCE if key[1] == "heat" else 1.0
        return sum(scale * self.base.of(place, owner, fuel) for place in places for owner in owners for fuel in fuels)

    def _amount(self, book: str, key: Key, region: int | None, year: int) -> float | None:
        if book == BUILT:
            return None
        own = self.earlier.get(key, {}).get(year)
        if own is not None:
            return float(own.sum() if region is None else own[region])
        if year in self.planned():
            alike = any(
                year in years for k, years in self.earlier.items() if (k[0] in sectors.services()) == (book == OUTPUT)
            )
            return 0.0 if alike else None
        if book == OUTPUT:
            made = self.base.option_output(key[1]) if year == BASE_YEAR else None
            return None if made is None else float(made.sum() if region is None else made[region])
        if key[0].startswith("final.") and year == BASE_YEAR:
            used = self.base.final(*key)
            return float(used.sum() if region is None else used[region])
        if key == CAPTURED:
            return 0.0
        if self.known is None:
            return stated(*key).get(year)
        known = self.known.get(key, {}).get(year)
        return None if known is None else float(known.sum() if region is None else known[region])
