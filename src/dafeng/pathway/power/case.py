"""What a planner asks for: regions, periods, days and policies of a power plan."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real

from dafeng.catalog import DafengError, power
from dafeng.catalog.errors import UnknownName
from dafeng.pathway.power.exchange import with_course
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.technologies import RETROFITS, generators_of, stocks_of

PERFECT, MYOPIC = "perfect", "myopic"
FORESIGHTS = (MYOPIC, PERFECT)
FIRST, LAST, STEP = 2025, 2060, 5
MONEY_YEAR = 2020
MOST = sys.float_info.max


@dataclass(frozen=True)
class Case:
    """A power plan to be made. What is left empty is left free.

    Attributes:
        regions: provinces, grids, nation, or one province or grid region.
        periods: rising years from 2025 to 2060, usually in steps of five; each stands for the years up to the next.
        days: typical days per period, hardest days included; at least three stand beside the hardest, also where fewer
            are asked for: how many were modelled stands with the certificate; 365: all.
        foresight: `myopic`: period after period; `perfect`: all periods at once.
        demand: scenario of electricity demand (`power.power_demand`).
        co2_cap: year -> Mt CO2 of the power sector (and of heat networks, where `heat`).
        co2_price: year -> CNY/t CO2, straight between years, flat outside.
        co2_intensity: year -> most g CO2 per kWh generated, straight between years, flat after the last; none before
            the first. CO2 of electricity alone, of plants of the plan's regions (`policies.co2_intensity`).
        coal_cap: year -> Mtce of coal burned for power (and heat).
        non_fossil_share, wind_solar_share: year -> least share of generation.
        share_floor, share_ceiling: (technology or group, year) -> share of generation (`technologies.generators_of`).
        capacity_floor, capacity_ceiling: (technology or group, year) -> GW (of stores GWh) in all regions together
            (`technologies.STOCKS`, `GROUPS`).
        peak_response: year -> least share of peak load that shiftable and interruptible load can meet.
        corridor_renewables: least share of wind and sun in what corridors built in the plan may carry.
        cost_factor, build_factor: (technology, year) -> factor on the investment, and on what may be built.
        exchange: province or region -> year -> TWh that leave the plan's regions, net (`power.exchange`); of plans of a
            part of the nation.
        new_coal: may coal power without capture be built.
        heat: are heat networks, and plants of combined heat and power, part of the system.
        hydrogen: may hydrogen store energy between days.
        commitment: do coal units on line keep a least load.
        reserves: operating reserve in every hour.
        discount_rate, interest_rate: a year; of the plan and of the investor.
        money_year: of all money: CNY of this year, that of the catalogue.
    """

    regions: str = "provinces"
    periods: tuple[int, ...] = tuple(range(FIRST, LAST + 1, STEP))
    days: int = 12
    foresight: str = MYOPIC
    demand: str = "recent_growth"
    co2_cap: Mapping[int, float] = field(default_factory=dict)
    co2_price: Mapping[int, float] = field(default_factory=dict)
    co2_intensity: Mapping[int, float] = field(default_factory=dict)
    coal_cap: Mapping[int, float] = field(default_factory=dict)
    non_fossil_share: Mapping[int, float] = field(default_factory=dict)
    wind_solar_share: Mapping[int, float] = field(default_factory=dict)
    share_floor: Mapping[tuple[str, int], float] = field(default_factory=dict)
    share_ceiling: Mapping[tuple[str, int], float] = field(default_factory=dict)
    capacity_floor: Mapping[tuple[str, int], float] = field(default_factory=dict)
    capacity_ceiling: Mapping[tuple[str, int], float] = field(default_factory=dict)
    peak_response: Mapping[int, float] = field(default_factory=dict)
    corridor_renewables: float | None = None
    cost_factor: Mapping[tuple[str, int], float] = field(default_factory=dict)
    build_factor: Mapping[tuple[str, int], float] = field(default_factory=dict)
    exchange: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    new_coal: bool = True
    heat: bool = True
    hydrogen: bool = True
    commitment: bool = True
    reserves: bool = True
    discount_rate: float = field(default_factory=lambda: parameter("discount_rate"))
    interest_rate: float = field(default_factory=lambda: parameter("interest_rate"))
    money_year: int = MONEY_YEAR

    def __post_init__(self) -> None:
        if self.foresight not in FORESIGHTS:
            raise UnknownName("foresight", self.foresight, FORESIGHTS)
        if not _are_periods(self.periods):
            raise _refused("case", "periods", self.periods, "rising years", first=FIRST, last=LAST)
        if not _is_whole(self.days) or not 1 <= self.days <= 365:
            raise _refused("case", "days", self.days, "days")
        if self.money_year != MONEY_YEAR:
            raise DafengError(
                "pathway_value", name="case", field="money_year", found=self.money_year, allowed=str(MONEY_YEAR)
            )
        for name in ("corridor_renewables", "discount_rate", "interest_rate"):
            share = getattr(self, name)
            if share is not None and not _is_number(share, 0.0, 1.0):
                raise _refused("case", name, share, "0-1")
        for one in fields(self):
            if one.default_factory is dict and not isinstance(getattr(self, one.name), Mapping):
                raise _refused("case", one.name, getattr(self, one.name), "{...}")
        self._check_by_year()
        self._check_by_technology()
        self._check_exchange()

    def _check_by_year(self) -> None:
        shares = ("non_fossil_share", "wind_solar_share", "peak_response")
        for name in ("co2_cap", "co2_price", "co2_intensity", "coal_cap", *shares):
            for year, value in getattr(self, name).items():
                self._check_year(name, year)
                most, allowed = (1.0, "0-1") if name in shares else (MOST, "finite not negative")
                if not _is_number(value, 0.0, most):
                    raise _refused(f"{name} {year}", "value", value, allowed)

    def _check_by_technology(self) -> None:
        shares = ("share_floor", "share_ceiling")
        for name in (*shares, "capacity_floor", "capacity_ceiling", "cost_factor", "build_factor"):
            for key, value in getattr(self, name).items():
                if not (isinstance(key, tuple) and len(key) == 2):
                    raise _refused("case", name, key, "(technology, year)")
                technology, year = key
                self._check_year(name, year)
                most, allowed = (1.0, "0-1") if name in shares else (MOST, "finite not negative")
                if not _is_number(value, 0.0, most):
                    raise _refused(f"{technology} {year}", name, value, allowed)
                if name in shares:
                    generators_of(technology)
                elif name.startswith("capacity"):
                    stocks_of(technology)
                else:
                    self._check_factor(name, technology, year, value)

    @staticmethod
    def _check_factor(name: str, technology: str, year: int, factor: float) -> None:
        """A factor must change something: what has no build rate can be ruled out, but not be built half as fast."""
        known, rates = set(power.technology_costs(FIRST)), set(parameters("build_rate"))
        if name == "build_factor":
            known |= rates
        if technology not in known:
            raise UnknownName("technology", technology, known)
        if name == "build_factor" and technology not in {*rates, *RETROFITS.values()} and factor not in (0, 1):
            raise _refused(f"{technology} {year}", name, factor, "0, 1")

    def _check_exchange(self) -> None:
        known = with_course(grouping(self.regions)) if self.exchange else ()
        for place, course in self.exchange.items():
            if not known:
                raise DafengError("exchange_whole", found=place, regions=self.regions)
            if place not in known:
                raise UnknownName("region of plan", place, known)
            if not isinstance(course, Mapping):
                raise _refused("exchange", place, course, "{...}")
            for year, twh in course.items():
                if not _is_whole(year):
                    raise _refused(f"exchange {place}", "year", year, f"{FIRST}-{LAST}")
                if not _is_number(twh):
                    raise _refused(f"exchange {place} {year}", "value", twh, "finite")

    def _check_year(self, name: str, year: int) -> None:
        """Years of straight lines may lie between periods; an intensity that no period comes to would do nothing."""
        if not _is_whole(year):
            raise _refused(name, "year", year, f"{FIRST}-{LAST}")
        if name == "co2_price":
            return
        if name == "co2_intensity":
            first = min(self.co2_intensity)
            if not FIRST <= year <= LAST or first > self.periods[-1]:
                raise _refused(name, "year", year, f"{FIRST}-{self.periods[-1]}")
        elif year not in self.periods:
            raise _refused(name, "year", year, ", ".join(map(str, self.periods)))

    @property
    def end(self) -> int:
        """The year after the last that the plan counts."""
        return self.periods[-1] + STEP


def _refused(name: str, field: str, found: object, allowed: str, **bounds: int) -> DafengError:
    shown = repr(found) if isinstance(found, str) else found
    return DafengError("pathway_value", name=name, field=field, found=shown, allowed=allowed, **bounds)


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: object, least: float = -MOST, most: float = MOST) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and least <= float(value) <= most


def _are_periods(years: object) -> bool:
    """Are these years that a plan can have: some, each later than the one before."""
    if not isinstance(years, (tuple, list)) or not years or not all(map(_is_whole, years)):
        return False
    return years[0] >= FIRST and years[-1] <= LAST and list(years) == sorted(set(years))
