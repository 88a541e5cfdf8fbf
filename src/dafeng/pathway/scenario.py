"""A scenario: what a planner assumes and wants, read from TOML, by name or from a file. docs/scenarios.md explains it.

base      the scenario that it changes; tables are merged, a lever of the same name is replaced, lists are replaced
drivers   set of the catalogue, and courses of single drivers: the ratio to the set runs straight from 1 in 2020
trend     levers that are pulled anyway;  action.<1-10>  levers of an action of the Plan;  drop: levers left out
targets   impose, soften (at a price), watch;  values: what the scenario wants instead of the record's value
prices    co2 by year; fuels by year as change;  limits: ceilings on CO2 and fuels;  power: settings of the power system
provinces: what differs in a province: its drivers, what it demands, exchanges, and the ceilings of its own plan
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from dafeng.catalog import DafengError, economy, nearest, sectors
from dafeng.pathway.local_targets import local_treatments, targets_of_province
from dafeng.pathway.power.case import FIRST as FIRST_PERIOD
from dafeng.pathway.power.case import STEP, Case
from dafeng.pathway.power.exchange import complete, courses_of
from dafeng.pathway.power.policies import price_at
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario_levers import (
    ACTIONS,
    SMALL,
    TREND,
    Lever,
    Text,
    check_shares,
    product,
    read_lever,
    tightest,
    title_of,
)
from dafeng.pathway.scenario_names import COAL_PLANTS, NEW_COAL, options, technologies
from dafeng.pathway.scenario_provinces import Province, read_provinces
from dafeng.pathway.scenario_settings import read_drivers, read_limits, read_power, read_prices
from dafeng.pathway.scenario_targets import Treatment, as_table, named_targets, only_of, read_targets, treatments
from dafeng.pathway.scenario_text import toml
from dafeng.pathway.scenario_values import FIRST, LAST, Course, Place, checked_keys

KEYS = (
    *("title", "meaning", "base", "drivers", TREND, "action", "drop", "targets", "prices", "limits", "power"),
    "provinces",
)
RESPONSE, CORRIDORS = "T12", "T07"
Table = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """A scenario, checked.

    Attributes:
        name: of the file, without its ending. content: the merged tables of the file and its bases.
        levers: those of the trend first, then by action. targets: id -> treatment, of all targets.
        driver_set, drivers: the set, and courses of single drivers in their own units.
        co2: CNY/t. fuels: fuel -> factor on its price. limits: what is limited -> Mt CO2 or Mtce by year.
        power: fields of `Case`. provinces: what differs in a province. local_targets: targets of provinces that the
            file names, id -> treatment.
    """

    name: str
    content: Mapping[str, Any]
    title: Text
    meaning: Text
    levers: tuple[Lever, ...]
    targets: Mapping[str, Treatment]
    driver_set: str
    drivers: Mapping[str, Course]
    co2: Course | None
    fuels: Mapping[str, Course]
    limits: Mapping[str, Course]
    power: Mapping[str, Any]
    provinces: Mapping[str, Province] = field(default_factory=dict)
    local_targets: Mapping[str, Treatment] = field(default_factory=dict)

    # --- what is wanted ---------------------------------------------------------------------------------------------

    def driver(self, driver: str, year: int) -> float:
        """A driver in a year, in its own unit.

        Raises:
            UnknownName: no such driver.
        """
        of_set = economy.driver(driver, year, self.driver_set)
        if driver not in self.drivers:
            return of_set
        ratios = tuple((y, v / economy.driver(driver, y, self.driver_set)) for y, v in self.drivers[driver].points)
        return of_set * Course(ratios).since(year, FIRST, 1.0)

    def demand_factor(self, service: str, year: int) -> float:
        """Factor of efficiency, behaviour and shift of modes on what is demanded of a service."""
        return product(self.levers, "demand", service, year)

    def local(self, province: str) -> Scenario:
        """The scenario as a plan of one province alone sees it: its targets, its ceilings, its drivers."""
        own = self.provinces.get(province, Province(""))
        years = range(FIRST, LAST + 1)
        drivers = {
            name: Course(tuple((year, self.driver(name, year) * own.driver_factor(name, year)) for year in years))
            for name in own.drivers
        }
        targets = targets_of_province(self, province)
        return replace(self, targets=targets, limits=own.limits, drivers={**self.drivers, **drivers})

    # --- what may be used -------------------------------------------------------------------------------------------

    def share_bounds(self, option: str, year: int, own: float | None = None) -> tuple[float, float]:
        """Least and most share of its service, of the catalogue and of the levers.

        Args:
            own: share that the option had in a region in 2020, to which bounds are fitted; None: of the nation.
        """
        low, high = sectors.share_bounds(option, year, own) if option in options() else (0.0, 1.0)
        most = tightest(self.levers, "most", option, year)
        high = high if most is None else min(high, most)
        least = tightest(self.levers, "least", option, year)
        return (min(low, high) if least is None else max(min(low, high), least)), max(high, least or 0.0)

    def cost_factor(self, technology: str, year: int) -> float:
        """Factor on the investment of an option or a technology of power."""
        return product(self.levers, "cost", technology, year)

    def build_factor(self, technology: str, year: int) -> float:
        """Factor on what may be built of an option or a technology of power; 0: nothing."""
        if self.banned(technology) or year < self.first_year(technology):
            return 0.0
        found = (lever.build_rate[technology].at(year) for lever in self.levers if technology in lever.build_rate)
        return float(np.prod([value for value in found if value is not None]))

    def banned(self, technology: str) -> bool:
        """Is nothing new of it built."""
        banned = {name for lever in self.levers for name in lever.ban}
        return technology in banned or (NEW_COAL in banned and technology in COAL_PLANTS)

    def delay(self, technology: str) -> float:
        """Years by which it comes later."""
        return max((lever.delay.get(technology, 0.0) for lever in self.levers), default=0.0)

    def first_year(self, technology: str) -> float:
        """The first year in which an option, or a technology of power, can be built.

        All technologies of power can be from the first period on; one that is delayed comes so much later than that.
        """
        delay = self.delay(technology)
        if technology in options():
            return options()[technology].first_year + delay
        return FIRST_PERIOD + delay if delay else FIRST

    # --- money ------------------------------------------------------------------------------------------------------

    def co2_price(self, year: int) -> float:
        """CNY/t CO2: straight between the years named, flat outside; 0 where none is named."""
        return price_at(dict(self.co2.points), year) if self.co2 is not None else 0.0

    def fuel_price_factor(self, fuel: str, year: int) -> float:
        """Factor on the price of a fuel of the catalogue."""
        return self.fuels[fuel].since(year, FIRST, 1.0) if fuel in self.fuels else 1.0

    # --- the power system -------------------------------------------------------------------------------------------

    def case(self, **given: Any) -> Case:
        """What the power system is asked for.

        Args:
            given: fields of `Case` that override those of the scenario: regions, periods, days ... Capacities that
                levers ask of the nation hold for plans of the whole nation only.

        Raises:
            DafengError: what cannot be meant.
        """
        fields = {**self.power, **given}
        periods = tuple(fields.get("periods", Case().periods))
        for name in ("peak_response",):
            if isinstance(fields.get(name), Course):
                fields[name] = _at_periods(fields[name], periods)
        response, corridors = self.targets[RESPONSE], self.targets[CORRIDORS]
        if response.limits and "peak_response" not in fields:
            share = (response.target.value or 0.0) / 100
            fields["peak_response"] = {y: share for y in periods if y >= (response.target.due_year or 0)}
        if corridors.limits and "corridor_renewables" not in fields:
            fields["corridor_renewables"] = (corridors.target.value or 0.0) / 100
        if self.co2 is not None and "co2_price" not in fields:
            fields["co2_price"] = dict(self.co2.points)
        agreed = {name: dict(own.exchange.points) for name, own in self.provinces.items() if own.exchange is not None}
        group = grouping(str(fields.get("regions", Case().regions)))
        fields["exchange"] = {**courses_of(group, agreed), **fields.get("exchange", {})}
        if any(NEW_COAL in lever.ban for lever in self.levers):
            fields["new_coal"] = False
        whole = complete(group)
        for name, key in (("capacity_floor", "capacity_least"), ("capacity_ceiling", "capacity_most")):
            fields.setdefault(name, self._capacities(key, periods) if whole else {})
        fields.setdefault("cost_factor", self._factors(self.cost_factor, periods))
        fields.setdefault("build_factor", self._factors(self.build_factor, periods))
        return Case(**{**fields, "periods": periods})

    def _capacities(self, key: str, periods: Iterable[int]) -> dict[tuple[str, int], float]:
        named = sorted({technology for lever in self.levers for technology in getattr(lever, key)})
        found = {(t, y): tightest(self.levers, key, t, y) for t in named for y in periods}
        return {place: gw for place, gw in found.items() if gw is not None}

    def _factors(self, factor: Callable[[str, int], float], periods: Iterable[int]) -> dict[tuple[str, int], float]:
        found = {(t, y): factor(t, y) for t in technologies() for y in periods}
        return {place: value for place, value in found.items() if value != 1.0}

    # --- actions ----------------------------------------------------------------------------------------------------

    def actions(self) -> dict[int, tuple[Lever, ...]]:
        """Action -> its levers, of the actions that have any."""
        return {a: own for a in ACTIONS if (own := tuple(lever for lever in self.levers if lever.action == a))}

    def only(self, actions: Iterable[int]) -> Scenario:
        """The scenario with the levers and targets of some actions only; 0: the targets of chapter II.

        What happens anyway (trend), drivers, prices, limits and settings stay.
        """
        kept = set(actions)
        groups = {key: levers for key, levers in self.content.get("action", {}).items() if int(key) in kept}
        treated = only_of({**self.targets, **self.local_targets}, kept)
        table = as_table(treated, _known_targets())
        watched = [name for name in self.local_targets if not treated[name].limits]
        table |= {"watch": watched} if watched else {}
        content = {**self.content, "action": groups, "targets": table}
        return _made(self.name, content, Place(self.name))

    def without(self, action: int) -> Scenario:
        """The scenario without the levers and targets of one action."""
        return self.only({0, *ACTIONS} - {action})

    def less(self, path: str) -> Scenario:
        """The scenario without one lever, `action.5.electric_cars` or `trend.efficiency`.

        Raises:
            DafengError: it has no such lever.
        """
        content = _dropped(dict(self.content), path, Place(self.name) / "drop")
        return _made(self.name, content, Place(self.name))

    def extended(self, lever: str, costs: Table, drivers: Table | None = None, fuels: Table | None = None) -> Scenario:
        """The scenario with one lever more in its trend, and other drivers and prices of fuels.

        Args:
            lever: its name. costs: of the lever. drivers, fuels: courses that take the place of those that stand.
        """
        prices = self.content.get("prices", {})
        content = {
            **self.content,
            "drivers": {**self.content.get("drivers", {}), **(drivers or {})},
            "prices": {**prices, "fuels": {**prices.get("fuels", {}), **(fuels or {})}},
            TREND: {**self.content.get(TREND, {}), **({lever: {"cost": costs}} if costs else {})},
        }
        return _made(self.name, content, Place(self.name))

    # --- provenance -------------------------------------------------------------------------------------------------

    def text(self) -> str:
        """TOML that says all of it, without a base."""
        return toml(self.content)

    @property
    def hash(self) -> str:
        """A short hash of the content, its name apart."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:16]


def _at_periods(way: Course, periods: Iterable[int]) -> dict[int, float]:
    return {y: value for y in periods if (value := way.at(y)) is not None}


# --- reading ---------------------------------------------------------------------------------------------------------


@cache
def shipped() -> Mapping[str, str]:
    """Name -> text of the scenarios that come with Dafeng."""
    folder = files("dafeng.catalog") / "data" / "scenarios"
    found = {p.name.removesuffix(".toml"): p for p in folder.iterdir() if p.name.endswith(".toml")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


def read(source: str | Path) -> Scenario:
    """A shipped scenario by its name, or one of your own from a file ending in .toml.

    Raises:
        DafengError: no such scenario or file, no TOML, an unknown key or name, a wrong unit, impossible shares, a year
            outside 2020-2060, a target that the model cannot express. Each names the place and what is allowed.
    """
    name, text, folder = _found(source)
    return _made(name, _merged(text, name, folder, (_identity(source),)), Place(name))


def parse(text: str, name: str = "scenario", folder: Path | None = None) -> Scenario:
    """A scenario from TOML text.

    Args:
        folder: where bases that end in .toml are looked for.

    Raises:
        DafengError: as `read`.
    """
    return _made(name, _merged(text, name, folder, ()), Place(name))


def _identity(source: str | Path) -> str:
    return str(source) if str(source) in shipped() else str(Path(source).resolve())


def _found(source: str | Path) -> tuple[str, str, Path | None]:
    """Name, text and, of a file, the folder of a scenario."""
    if str(source) in shipped():
        return str(source), shipped()[str(source)], None
    path, known = Path(source), shipped()
    if path.suffix != ".toml" or not path.is_file():
        near = nearest(str(source), list(known))
        raise DafengError("scenario_unknown", found=str(source), near=near, allowed=", ".join(known))
    try:
        return path.stem, path.read_text(encoding="utf-8"), path.parent
    except (OSError, UnicodeDecodeError) as error:
        raise DafengError("scenario_toml", file=str(path), found=str(error)) from None


def _merged(text: str, name: str, folder: Path | None, above: tuple[str, ...]) -> Table:
    """The tables of a text over those of its base."""
    try:
        table: Table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DafengError("scenario_toml", file=name, found=str(error)) from None
    place = Place(name)
    checked_keys(place, table, KEYS)
    base = table.pop("base", None)
    if base is None:
        return _over({}, table, place)
    if not isinstance(base, str):
        raise (place / "base").refuse("type", found=repr(base), allowed='"..."')
    source = folder / base if folder is not None and base.endswith(".toml") else base
    if _identity(source) in above:
        raise (place / "base").refuse("loop", found=base)
    base_name, base_text, base_folder = _found(source)
    return _over(_merged(base_text, base_name, base_folder, (*above, _identity(source))), table, place)


def _over(base: Table, own: Table, place: Place) -> Table:
    """A scenario's tables over those of its base: levers and courses are replaced whole, other tables are merged."""
    result: Table = {**base, **{key: own[key] for key in ("title", "meaning") if key in own}}
    for path in (place / "drop").names(own.get("drop", [])):
        result = _dropped(result, path, place / "drop")
    for key in ("drivers", TREND, "prices", "limits", "power", "targets", "provinces"):
        if key in own:
            result[key] = {**base.get(key, {}), **(place / key).table(own[key])}
    if isinstance(result.get("prices", {}).get("fuels"), Mapping):
        result["prices"]["fuels"] = {**base.get("prices", {}).get("fuels", {}), **result["prices"]["fuels"]}
    for action, levers in (place / "action").table(own.get("action", {})).items():
        groups = dict(result.get("action", {}))
        groups[action] = {**groups.get(action, {}), **(place / "action" / action).table(levers)}
        result["action"] = groups
    return result


def _dropped(table: Table, path: str, place: Place) -> Table:
    """The tables without the lever at a path such as `action.5.cars` or `trend.solar`."""
    known = [f"{TREND}.{name}" for name in table.get(TREND, {})]
    known += [f"action.{a}.{name}" for a, levers in table.get("action", {}).items() for name in levers]
    place.known("lever", path, known)
    head, _, name = path.rpartition(".")
    if head == TREND:
        return {**table, TREND: {k: v for k, v in table[TREND].items() if k != name}}
    action = head.partition(".")[2]
    left = {k: v for k, v in table["action"][action].items() if k != name}
    return {**table, "action": {**table["action"], action: left}}


def _made(name: str, content: Mapping[str, Any], place: Place) -> Scenario:
    checked_keys(place, content, KEYS)
    levers = [
        read_lever(place / TREND / k, v, k, None) for k, v in (place / TREND).table(content.get(TREND, {})).items()
    ]
    groups = (place / "action").table(content.get("action", {}))
    for action in groups:
        (place / "action").known("action", action, map(str, ACTIONS))
    for action in sorted(groups, key=int):
        at = place / "action" / action
        levers += [read_lever(at / k, v, k, int(action)) for k, v in at.table(groups[action]).items()]
    check_shares(place, levers)
    driver_set, drivers = read_drivers(place / "drivers", content.get("drivers", {}))
    co2, fuels = read_prices(place / "prices", content.get("prices", {}))
    targets = read_targets(place / "targets", content.get("targets", {}), _known_targets())
    named = named_targets(content.get("targets", {}))
    found = Scenario(
        name=name,
        content={key: content[key] for key in KEYS if key in content and key not in ("base", "drop")},
        title=title_of(place / "title", content.get("title", {})),
        meaning=title_of(place / "meaning", content.get("meaning", {})),
        levers=tuple(levers),
        targets={name: targets[name] for name in treatments()},
        driver_set=driver_set,
        drivers=drivers,
        co2=co2,
        fuels=fuels,
        limits=read_limits(place / "limits", content.get("limits", {})),
        power=read_power(place / "power", content.get("power", {})),
        provinces=read_provinces(place / "provinces", content.get("provinces", {})),
        local_targets={name: targets[name] for name in sorted(named & set(local_treatments()))},
    )
    _check_room(place, found)
    return found


def _known_targets() -> Mapping[str, Treatment]:
    """The targets that a file may name: national ones, and those of provinces."""
    return {**treatments(), **local_treatments()}


def _check_room(place: Place, found: Scenario) -> None:
    """Refuse shares that leave no way to give the whole of a service, with the bounds of the catalogue.

    Raises:
        DafengError: names the service, the year and the sum.
    """
    for service in sectors.services():
        for year in range(FIRST_PERIOD, LAST + 1, STEP):
            bounds = [found.share_bounds(option, year) for option in sectors.options(service)]
            least, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
            if least > 1 + SMALL:
                raise place.refuse("shares", service=service, year=year, found=f"{100 * least:g} %")
            if most < 1 - SMALL:
                raise place.refuse("room", service=service, year=year, found=f"{100 * most:g} %")
