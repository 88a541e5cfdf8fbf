"""The table `provinces` of a scenario: what differs in a province from the nation's course, and what it exchanges.

[provinces.CN-HE]
source = "14th Five-Year Plan of Hebei for its steel industry"
drivers = {crude_steel = {2030 = "-10 %"}}       change against the nation's course, from 0 % in 2020
demand = {cars = {2030 = "+5 %"}}                change of what is demanded of a service, from 0 % in 2020
exchange = {2030 = "-70 TWh"}                    electricity that leaves, net; of a plan without its neighbours
limits = {co2 = {2030 = "900 Mt_CO2"}}           ceilings of its own plan
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dafeng.catalog import economy, power
from dafeng.pathway.scenario_names import services
from dafeng.pathway.scenario_settings import read_limits
from dafeng.pathway.scenario_values import FIRST, SHARE, Course, Place, amount, by_name, checked_keys, course

KEYS = ("source", "drivers", "demand", "exchange", "limits")
ENERGY = "TWh"
Courses = Mapping[str, Course]


@dataclass(frozen=True)
class Province:
    """What a scenario says of one province.

    Attributes:
        source: where its figures are from, or "estimate".
        drivers, demand: driver, or service (`rest_<sector>`) -> factor on the nation's, 1 in 2020.
        exchange: TWh that leave, net; None: as the statistics have it.
        limits: co2, coal ... -> ceiling of its own plan, Mt CO2 or Mtce.
    """

    source: str
    drivers: Courses = field(default_factory=dict)
    demand: Courses = field(default_factory=dict)
    exchange: Course | None = None
    limits: Courses = field(default_factory=dict)

    def driver_factor(self, driver: str, year: int) -> float:
        """Factor on the nation's course of a driver, over that of 2020."""
        return self.drivers[driver].since(year, FIRST, 1.0) if driver in self.drivers else 1.0

    def demand_factor(self, service: str, year: int) -> float:
        """Factor on what is demanded of a service."""
        return self.demand[service].since(year, FIRST, 1.0) if service in self.demand else 1.0


def _factors(place: Place, found: object) -> Course:
    return course(place, found, lambda at, text: 1.0 + amount(at, text, SHARE, -1.0, 10.0))


def read_provinces(place: Place, found: object) -> dict[str, Province]:
    """The provinces of a scenario.

    Raises:
        DafengError: no province, an unknown key or name, a wrong unit, no source.
    """
    result = {}
    for name, content in place.table(found).items():
        place.known("province", name, power.provinces())
        at = place / name
        table = checked_keys(at, content, KEYS)
        source = table.get("source")
        if not isinstance(source, str) or not source.strip():
            raise (at / "source").refuse("type", found=repr(source), allowed='"..."')
        exchange = None
        if "exchange" in table:
            exchange = course(at / "exchange", table["exchange"], lambda where, text: amount(where, text, ENERGY))
        result[name] = Province(
            source=source,
            drivers=by_name(at / "drivers", table.get("drivers", {}), "driver", economy.driver_units(), _factors),
            demand=by_name(at / "demand", table.get("demand", {}), "service", services(), _factors),
            exchange=exchange,
            limits=read_limits(at / "limits", table.get("limits", {})),
        )
    return result
