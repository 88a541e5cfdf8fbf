"""A scenario as lines that can be read: what each lever does to what, and how each target is treated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from dafeng.catalog import LANGUAGES, economy, pick, resource, sectors, word
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_levers import Lever
from dafeng.pathway.scenario_names import NEW_COAL, options
from dafeng.pathway.scenario_values import Course

SHARES, CHANGES, CAPACITIES = ("least", "most", "build_rate"), ("demand", "cost"), ("capacity_least", "capacity_most")
DELAY, BAN = "delay", "ban"
RATIO, UNIT_OF_CAPACITY, YEARS = "1", "GW", "year"


@dataclass(frozen=True)
class Line:
    """One thing that a lever does.

    Attributes:
        action: 1-10; None: it happens anyway. lever: its name; title: by language.
        what: key of the lever (least, demand ...). name: option, service or technology that it acts on.
        values: year -> value in `unit`; shares and changes as ratios (unit `1`); empty: banned, or delayed by `years`.
    """

    action: int | None
    lever: str
    title: Mapping[str, str]
    what: str
    name: str
    values: Mapping[int, float]
    unit: str
    years: float | None = None


def lines(scenario: Scenario) -> tuple[Line, ...]:
    """All that the levers of a scenario do, those of the trend first."""
    return tuple(line for lever in scenario.levers for line in _of(lever))


def _of(lever: Lever) -> Iterator[Line]:
    for keys, unit, shift in ((SHARES, RATIO, 0.0), (CHANGES, RATIO, 1.0), (CAPACITIES, UNIT_OF_CAPACITY, 0.0)):
        for what in keys:
            courses: Mapping[str, Course] = getattr(lever, what)
            for name, course in courses.items():
                values = {year: value - shift for year, value in course.points}
                yield Line(lever.action, lever.id, lever.title, what, name, values, unit)
    for name, years in lever.delay.items():
        yield Line(lever.action, lever.id, lever.title, DELAY, name, {}, YEARS, years)
    for name in lever.ban:
        yield Line(lever.action, lever.id, lever.title, BAN, name, {}, "")


def said(line: Line) -> str:
    """The values of a line for people: `2030 15 %, 2040 25 %`; of changes with their sign."""
    if line.what == BAN:
        return word("scenario.cli.banned")
    if line.years is not None:
        return word("scenario.cli.later", years=f"{line.years:g}")
    sign = "+" if line.what in CHANGES else ""
    if line.unit == RATIO:
        return ", ".join(f"{year} {100 * value:{sign}.10g} %" for year, value in line.values.items())
    return ", ".join(f"{year} {value:g} {line.unit}" for year, value in line.values.items())


def named(name: str) -> str:
    """What an option, service or technology is called in the language in use."""
    return pick({f"name_{tag}": text for tag, text in _names(name).items()}, "name")


@cache
def _names(name: str) -> Mapping[str, str]:
    if name in sectors.services():
        return sectors.services()[name].name
    if name in options():
        own = options()[name]
        service = sectors.services()[own.service].name
        return {tag: _joined(service[tag], own.name[tag], tag) for tag in LANGUAGES}
    technologies = resource("power", "technologies").by("id")
    if name in technologies:
        return {tag: str(technologies[name][f"name_{tag}"]) for tag in LANGUAGES}
    if name == NEW_COAL:
        return {tag: word("scenario.cli.new_coal", tag) for tag in LANGUAGES}
    sector = economy.sectors()[name.removeprefix("rest_").removesuffix("_electric")].names
    key = "scenario.cli.rest_electric" if name.endswith("_electric") else "scenario.cli.rest"
    return {tag: word(key, tag, sector=sector[tag]) for tag in LANGUAGES}


def _joined(service: str, option: str, tag: str) -> str:
    return f"{service}: {option}" if tag == "en" else f"{service}：{option}"
