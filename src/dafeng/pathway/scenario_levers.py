"""Levers: what an action changes. A lever is a table of a scenario file; each line of it acts on one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from dafeng.catalog import LANGUAGES
from dafeng.pathway.scenario_names import NEW_COAL, capacities, options, rests, service_of, services, technologies
from dafeng.pathway.scenario_values import (
    FIRST,
    LAST,
    SHARE,
    YEARS,
    Course,
    Place,
    amount,
    by_name,
    checked_keys,
    course,
)

TREND = "trend"
ACTIONS = tuple(range(1, 11))
SMALL = 1e-9
Courses = Mapping[str, Course]
Text = Mapping[str, str]


@dataclass(frozen=True)
class Lever:
    """One lever.

    Attributes:
        id, action: its name, and the action (1-10) of the Plan that it belongs to; None: it happens anyway.
        title: by language; empty where the file gives none.
        least, most: option -> share of its service, from the first year named.
        demand: service -> factor on what is demanded, 1 in 2020.
        cost: option or technology -> factor on its investment, 1 in 2020.
        build_rate: option or technology -> factor on what may be built, from the first year named.
        capacity_least, capacity_most: technology of power, or a group -> GW, from the first year named.
        delay: option or technology -> years by which it comes later.
        ban: options and technologies of which nothing new is built; `new_coal`: coal power without capture.
    """

    id: str
    action: int | None
    title: Text = field(default_factory=dict)
    least: Courses = field(default_factory=dict)
    most: Courses = field(default_factory=dict)
    demand: Courses = field(default_factory=dict)
    cost: Courses = field(default_factory=dict)
    build_rate: Courses = field(default_factory=dict)
    capacity_least: Courses = field(default_factory=dict)
    capacity_most: Courses = field(default_factory=dict)
    delay: Mapping[str, float] = field(default_factory=dict)
    ban: tuple[str, ...] = ()

    def years(self) -> set[int]:
        """The years that its shares name."""
        return {year for table in (self.least, self.most) for way in table.values() for year, _ in way.points}


KEYS = tuple(name for name in Lever.__dataclass_fields__ if name not in ("id", "action"))


def _share(place: Place, found: object) -> float:
    return amount(place, found, SHARE, 0.0, 1.0)


def _factor(place: Place, found: object) -> float:
    """A change such as "-20 %" as a factor."""
    return 1.0 + amount(place, found, SHARE, -1.0, 10.0)


def _rate(place: Place, found: object) -> float:
    return amount(place, found, SHARE, 0.0, 10.0)


def _gigawatt(place: Place, found: object) -> float:
    return amount(place, found, "GW", 0.0)


def title_of(place: Place, found: object) -> Text:
    """A text in the three languages.

    Raises:
        DafengError: a language is missing, or unknown.
    """
    table = checked_keys(place, found, LANGUAGES)
    for tag in LANGUAGES:
        text = table.get(tag)
        if not isinstance(text, str) or not text:
            raise (place / tag).refuse("type", found=repr(text), allowed='"..."')
    return {tag: str(table[tag]) for tag in LANGUAGES}


def read_lever(place: Place, found: object, name: str, action: int | None) -> Lever:
    """A lever of a file.

    Raises:
        DafengError: an unknown key or name, a number without its unit or out of range.
    """
    table = checked_keys(place, found, KEYS)
    shared, wanted = (*options(), *rests()), services()
    built = (*options(), *technologies())
    ways = {
        "least": ("option", shared, _share),
        "most": ("option", shared, _share),
        "demand": ("service", wanted, _factor),
        "cost": ("technology", built, _factor),
        "build_rate": ("technology", built, _rate),
        "capacity_least": ("technology", capacities(), _gigawatt),
        "capacity_most": ("technology", capacities(), _gigawatt),
    }
    courses = {
        key: by_name(place / key, table.get(key, {}), kind, allowed, partial(course, read=read))
        for key, (kind, allowed, read) in ways.items()
    }
    banned = (place / "ban").names(table.get("ban", []))
    delays = (place / "delay").table(table.get("delay", {}))
    for late in delays:
        (place / "delay").known("technology", late, built)
    return Lever(
        id=name,
        action=action,
        title=title_of(place / "title", table["title"]) if "title" in table else {},
        delay={k: amount(place / "delay" / k, value, YEARS, 0.0, LAST - FIRST) for k, value in delays.items()},
        ban=tuple((place / "ban").known("technology", one, (*built, NEW_COAL)) for one in banned),
        **courses,
    )


def tightest(levers: Iterable[Lever], key: str, name: str, year: int) -> float | None:
    """The highest floor or the lowest ceiling that levers set for something in a year; None: none of them does.

    A ceiling of the trend ends where an action sets a floor or a ceiling for the same thing: actions remove what stood
    in the way.
    """
    levers = tuple(levers)
    found = _set(levers, key, name, year)
    if key.endswith("least"):
        return max((value for _, value in found), default=None)
    floors = _set(levers, key.replace("most", "least"), name, year)
    if any(action is not None for action, _ in (*found, *floors)):
        found = [(action, value) for action, value in found if action is not None]
    return min((value for _, value in found), default=None)


def _set(levers: Iterable[Lever], key: str, name: str, year: int) -> list[tuple[int | None, float]]:
    """(action, value) of the levers that set a floor or a ceiling in a year."""
    return [
        (lever.action, value)
        for lever in levers
        if name in getattr(lever, key) and (value := _at(lever, key, name, year)) is not None
    ]


def _at(lever: Lever, key: str, name: str, year: int) -> float | None:
    way: Course = getattr(lever, key)[name]
    return way.at(year)


def product(levers: Iterable[Lever], key: str, name: str, year: int) -> float:
    """All factors of levers on something in a year, multiplied; each runs straight from 1 in 2020."""
    result = 1.0
    for lever in levers:
        table: Courses = getattr(lever, key)
        if name in table:
            result *= table[name].since(year, FIRST, 1.0)
    return result


def check_shares(place: Place, levers: Iterable[Lever]) -> None:
    """Refuse shares that cannot all be: more than the whole, or a floor above its ceiling.

    Raises:
        DafengError: names the service or option, the year and the sum.
    """
    levers = tuple(levers)
    named = {name for lever in levers for name in (*lever.least, *lever.most)}
    for year in sorted({year for lever in levers for year in lever.years()}):
        sums: dict[str, float] = defaultdict(float)
        for name in sorted(named):
            low, high = tightest(levers, "least", name, year), tightest(levers, "most", name, year)
            if low is not None and high is not None and low > high + SMALL:
                raise place.refuse(
                    "crossed", option=name, year=year, least=f"{100 * low:g} %", most=f"{100 * high:g} %"
                )
            sums[service_of(name)] += low or 0.0
        for service, total in sums.items():
            if total > 1 + SMALL:
                raise place.refuse("shares", service=service, year=year, found=f"{100 * total:g} %")
