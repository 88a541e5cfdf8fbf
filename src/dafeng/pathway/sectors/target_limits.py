"""Targets as limits of a plan, through the measures and statistics that count history.

One function a kind; c, o: the sums `counts` and `over` of the treatment in a period, v: the value as the board reads it
(the near end of an "about" band), b: the base year, D: a driver or a service wanted.

    level       c >= v   (at_most: <=)             share       c - v o >= 0
    increment   c >= c(b) + v                      intensity   c <= (1 + v) c(b) D / D(b)
    peak        c <= highest c of all years to the latest peak year, in every later period
    trend       to 2025: c - o c(b) / o(b) <= 0;  later: c <= c(b), and c <= c of the period before
    below_peak  c <= (1 + v) highest c so far      added       c - v o >= 0, of what is built

A target holds from its due year on (a trend: from its base to its due year; an increment, which says what is added in
its own years: in the first period of its due year or later). The dual is M per unit of the treatment.
"Before 2030" is read strictly, as the state of the board is: from 2030 on no period is above the highest year to 2029.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from dafeng.catalog import DafengError, convert, factor_between, unit_of
from dafeng.pathway.making import Maker
from dafeng.pathway.power.exchange import complete
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.regions import Grouping
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_names import options
from dafeng.pathway.scenario_targets import SOFTENED, Treatment
from dafeng.pathway.sectors.counting import MILLION, Counting, Key
from dafeng.pathway.sectors.expressions import BASE_YEAR, BUILT, FLOWS, OUTPUT, Base, Flows, Form, Past, form
from dafeng.pathway.sectors.history import gdp
from dafeng.pathway.sectors.region_base import primary
from dafeng.pathway.system import BUILD, Array, Limit, Reading
from dafeng.targets.board import TURN

DRIVER, SERVICE, GDP = "driver", "service", "gdp"
TOGETHER = "scenario_together"
LIMITED = {
    "co2": ("@co2_process",),
    "energy": ("primary_consumption/energy",),
    **{fuel: (f"primary_consumption/{fuel}",) for fuel in ("coal", "oil", "gas")},
}


class Wanted(Protocol):
    """What all sectors want (`build.Economy`)."""

    @property
    def scenario(self) -> Scenario: ...

    @property
    def base(self) -> Base: ...

    @property
    def earlier(self) -> Mapping[Key, Mapping[int, Array]]: ...

    def demand(self, service: str, year: int) -> Array: ...


@dataclass(frozen=True)
class Frame:
    """What limits are written over.

    Attributes:
        flows, output, built: what variables count for: ledger flows, (service, option) given, (service, option) built.
        wanted: scenario, base year, earlier periods. years: of the periods of the system.
        worth: (Y,) present value of 1 M in each year that a period stands for, summed.
        known: of `expressions.Past`: of a part of the nation, what is known of it before the plan.
    """

    flows: Flows
    output: Flows
    built: Flows
    wanted: Wanted
    years: tuple[int, ...]
    worth: Array
    known: Mapping[Key, Mapping[int, Array]] | None = None

    @property
    def books(self) -> dict[str, Flows]:
        """By the names that forms use."""
        return {FLOWS: self.flows, OUTPUT: self.output, BUILT: self.built}

    @property
    def past(self) -> Past:
        """What is known of years gone by."""
        return Past(self.wanted.base, self.wanted.earlier, self.known)

    def sum(self, expressions: Iterable[str], year: int) -> Form:
        """Expressions as a form in a year."""
        return form(expressions, self.wanted.base, year)

    def reference(self, target: str, found: float | None, year: int) -> float:
        """The value of a year gone by, which must be known before the system is made.

        Raises:
            DafengError: it is not known, for instance because its period is planned in the same system.
        """
        if found is None:
            raise DafengError(TOGETHER, target=target, year=year)
        return found

    def driver(self, over: tuple[str, ...], year: int) -> float:
        """A driver, or a service wanted, in a year; GDP before the base year from the statistics."""
        kind, _, name = over[0].partition(":")
        if kind == SERVICE:
            return float(self.wanted.demand(name, year).sum())
        if name == GDP and year < BASE_YEAR:
            return self.reference(GDP, gdp(year), year) * self.wanted.scenario.driver(GDP, BASE_YEAR)
        return sum(self.wanted.scenario.driver(one.partition(":")[2], year) for one in over)


@dataclass(frozen=True)
class Bound:
    """A form and what it may be, in millions of canonical units.

    Attributes:
        read: how it reads as the value of the target: as it is, as what is over `base`, in per cent over `base`, or in
            per cent of `whole` from the value asked for; empty: the value is no such figure.
        base: in the units of the form. whole: what a share is of. size: of the whole in the last year that is known.
    """

    form: Form
    lower: float = -np.inf
    upper: float = np.inf
    read: str = ""
    base: float = 0.0
    whole: Form | None = None
    size: float = 0.0


LEVEL, OVER, CHANGE, SHARE = "level", "over", "change", "share"


def value_of(one: Treatment) -> float:
    """The value that must be reached: the end of an "about" band that is reached first, as on the board."""
    target = one.target
    goal = target.value or 0.0
    low, high = target.band or (goal, goal)
    return low if target.upwards else high


def scale_of(one: Treatment) -> float:
    """Units of the treatment per million canonical units of what it counts."""
    first = next((text.lstrip("-") for text in one.counts if "/" in text and ":" not in text), None)
    return MILLION * float(factor_between(unit_of(*first.split("/")), one.unit)) if first and one.unit else 1.0


def _share(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    year = frame.years[y]
    whole = frame.sum(one.over, year)
    known = {known: value for known, value in frame.past.years(whole).items() if known < year}
    size = known[max(known)] if known else 0.0
    counted = frame.sum(one.counts, year).plus(whole, -value_of(one) / 100)
    return [Bound(counted, lower=0.0, read=SHARE, whole=whole, size=size)]


def _level(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    value = convert(value_of(one), one.target.unit, one.unit) / scale_of(one)
    counted = frame.sum(one.counts, frame.years[y])
    low, high = (value, np.inf) if one.target.upwards else (-np.inf, value)
    return [Bound(counted, low, high, LEVEL)]


def _increment(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    base = one.target.base_year or BASE_YEAR
    before = frame.reference(one.target.id, frame.past.value(frame.sum(one.counts, base), base), base)
    (level,) = _level(frame, one, y)
    return [Bound(level.form, lower=before + level.lower, read=OVER, base=before)]


def _intensity(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    year, base = frame.years[y], one.target.base_year or BASE_YEAR
    before = frame.reference(one.target.id, frame.past.value(frame.sum(one.counts, base), base), base)
    growth = frame.driver(one.over, year) / frame.driver(one.over, base)
    most = (1 + value_of(one) / 100) * before * growth
    return [Bound(frame.sum(one.counts, year), upper=most, read=CHANGE, base=before * growth)]


def _highest(frame: Frame, one: Treatment, latest: int) -> float:
    """The highest year that is known up to the latest, each with the inputs of its own year."""
    known = {}
    for y in frame.past.years(frame.sum(one.counts, latest)):
        value = frame.past.value(frame.sum(one.counts, y), y) if y <= latest else None
        if value is not None:
            known[y] = value
    inside = [year for year in frame.years[:-1] if year <= latest]
    return frame.reference(one.target.id, None if inside else max(known.values(), default=None), latest)


def _peak(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    limit = int(one.target.value or one.target.due_year or 0)
    latest = limit - 1 if one.target.strict_before else limit
    if frame.years[y] <= latest:
        return []
    return [Bound(frame.sum(one.counts, frame.years[y]), upper=_highest(frame, one, latest))]


def _below_peak(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    highest = _highest(frame, one, frame.years[y] - 1)
    most = (1 + value_of(one) / 100) * highest
    return [Bound(frame.sum(one.counts, frame.years[y]), upper=most, read=CHANGE, base=highest)]


def _trend(frame: Frame, one: Treatment, y: int) -> list[Bound]:
    year, base, due = frame.years[y], one.target.base_year or BASE_YEAR, one.target.due_year or 0
    if not base < year <= due:
        return []
    counted = frame.sum(one.counts, year)
    if due <= TURN:
        parts = (frame.past.value(frame.sum(text, base), base) for text in (one.counts, one.over))
        own, whole = (frame.reference(one.target.id, part, base) for part in parts)
        return [Bound(counted.plus(frame.sum(one.over, year), -own / whole), upper=0.0)]
    known = {k: v for k, v in frame.past.years(counted).items() if base <= k < year}
    at_base = frame.reference(one.target.id, known.get(base), base)
    return [Bound(counted, upper=min(at_base, known[max(known)]))]


KINDS: Mapping[str, Callable[[Frame, Treatment, int], list[Bound]]] = {
    "share": _share,
    "level": _level,
    "increment": _increment,
    "intensity": _intensity,
    "peak": _peak,
    "below_peak": _below_peak,
    "trend": _trend,
    "added": _share,
}
ALWAYS = ("peak", "trend")


def holds_in(frame: Frame, one: Treatment, y: int) -> bool:
    """Does a target bind in a period, if it binds at all."""
    due, year = one.target.due_year or 0, frame.years[y]
    if one.kind in ALWAYS:
        return True
    earlier = frame.past.planned() | set(frame.years[:y])
    return year >= due and not (one.kind == "increment" and any(due <= before < year for before in earlier))


def target_limits(frame: Frame) -> list[Limit]:
    """A limit for every target that the scenario imposes or softens and every ceiling that it sets, by period.

    Named `target <id> <year>` and `limit <what> <year>`; in the unit of the treatment.

    Raises:
        DafengError: a target is held against a year that the same system plans: plan period after period.
    """
    found = []
    for y, year in enumerate(frame.years):
        for one in frame.wanted.scenario.targets.values():
            if one.limits and one.kind in KINDS and holds_in(frame, one, y):
                scale, price = scale_of(one), _price(one, float(frame.worth[y]))
                for bound in KINDS[one.kind](frame, one, y):
                    limit = _limit(frame, f"target {one.target.id} {year}", bound, y, scale, price)
                    found.append(replace(limit, unit=one.unit, reading=_reading(frame, one, bound, y, scale)))
        for what, course in frame.wanted.scenario.limits.items():
            most = course.at(year)
            if most is not None:
                bound = Bound(frame.sum(LIMITED[what], year), upper=most)
                found.append(_limit(frame, f"limit {what} {year}", bound, y, 1.0, None))
    return [limit for limit in found if limit.terms]


def _limit(frame: Frame, name: str, bound: Bound, y: int, scale: float, price: float | None) -> Limit:
    terms = bound.form.terms(frame.books, y, scale)
    return Limit(name, terms, lower=scale * bound.lower, upper=scale * bound.upper, period=y, price=price)


def _reading(frame: Frame, one: Treatment, bound: Bound, y: int, scale: float) -> Reading | None:
    """How the sum of the limit, in its unit, reads as the value of the target."""
    value = one.target.value
    if not bound.read or value is None:
        return None
    if bound.read == SHARE:
        whole = bound.whole.terms(frame.books, y, scale) if bound.whole else ()
        return Reading(value, one.target.unit, value_of(one), 100.0, whole, scale * bound.size) if whole else None
    if bound.read == CHANGE:
        return Reading(value, one.target.unit, -100.0, 100.0 / (scale * bound.base)) if bound.base > 0 else None
    factor = float(factor_between(one.unit, one.target.unit))
    return Reading(value, one.target.unit, -factor * scale * bound.base, factor)


def _price(one: Treatment, worth: float) -> float | None:
    """M (1e9 CNY, present value) per unit of the limit that is missed in each year of the period."""
    if one.how != SOFTENED or one.price is None:
        return None
    return one.price * float(factor_between(one.unit, one.price_unit)) / 1e9 * worth


class Builder(Protocol):
    """What makes the system (`build.SectorBuilder`)."""

    maker: Maker
    counting: Counting
    output: Counting
    inputs: Inputs
    worth: Array

    @property
    def wanted(self) -> Wanted: ...


def frame_of(builder: Builder) -> Frame:
    """The frame of a system that is being made; what is built is counted from its stocks."""
    regions = builder.inputs.grouping.regions
    built = Counting(regions, builder.inputs.years)
    for number, name in enumerate(builder.maker.names("stock")):
        region, _, option = name.partition(" ")
        if region in regions and option in options():
            built.add(regions.index(region), options()[option].service, option, BUILD, number, 1.0)
    years = tuple(builder.inputs.years)
    return Frame(builder.counting, builder.output, built, builder.wanted, years, builder.worth)


@dataclass(frozen=True)
class Local:
    """What all sectors want, with the scenario as a plan of one province alone sees it (`Scenario.local`)."""

    whole: Wanted
    scenario: Scenario

    @property
    def base(self) -> Base:
        return self.whole.base

    @property
    def earlier(self) -> Mapping[Key, Mapping[int, Array]]:
        return self.whole.earlier

    def demand(self, service: str, year: int) -> Array:
        """(R,) units of a service."""
        return self.whole.demand(service, year)


def seen_by(scenario: Scenario, grouping: Grouping) -> Scenario | None:
    """The scenario whose targets and ceilings bind a plan: national ones the nation, a province's own a province alone;
    None: nothing binds a group of provinces.
    """
    if complete(grouping):
        return scenario
    alone = grouping.regions[0]
    return scenario.local(alone) if grouping.members == ((alone,),) else None


def add_targets(builder: Builder) -> None:
    """Add the limits of the scenario to a system: of the nation to the whole, of a province to a province alone.

    Raises:
        DafengError: as `target_limits`.
    """
    grouping, scenario = builder.inputs.grouping, builder.wanted.scenario
    seen, frame = seen_by(scenario, grouping), frame_of(builder)
    if seen is None:
        return
    if seen is not scenario:
        frame = replace(frame, wanted=Local(builder.wanted, seen), known=primary(builder.wanted.base, grouping))
    builder.maker.limits.extend(target_limits(frame))


def indicator(frame: Frame, one: Treatment, year: int) -> float | None:
    """The indicator of a target in a year that is known, in the unit of the target; None: not known, or no figure."""
    past = frame.past
    counted = past.value(frame.sum(one.counts, year), year)
    if not one.counts or counted is None:
        return None
    if one.kind in ("share", "added"):
        whole = past.value(frame.sum(one.over, year), year)
        return None if not whole else 100 * counted / whole
    if one.kind == "level":
        return convert(counted * scale_of(one), one.unit, one.target.unit)
    base = one.target.base_year
    before = None if base is None else past.value(frame.sum(one.counts, base), base)
    if before is None or base is None:
        return None
    if one.kind == "increment":
        return convert((counted - before) * scale_of(one), one.unit, one.target.unit)
    if one.kind == "intensity":
        return 100 * (counted / before * frame.driver(one.over, base) / frame.driver(one.over, year) - 1)
    return None
