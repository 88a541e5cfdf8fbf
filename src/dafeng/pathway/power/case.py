"""What a planner asks for: regions, periods, days and policies of a power plan."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from dafeng.catalog import DafengError, power
from dafeng.catalog.errors import UnknownName
from dafeng.pathway.power.parameters import parameter
from dafeng.pathway.power.technologies import stocks_of

PERFECT, MYOPIC = "perfect", "myopic"
FORESIGHTS = (MYOPIC, PERFECT)
FIRST, LAST, STEP = 2025, 2060, 5
MONEY_YEAR = 2020


@dataclass(frozen=True)
class Case:
    """A power plan to be made. What is left empty is left free.

    Attributes:
        regions: provinces, grids, nation, or one province or grid region.
        periods: years in steps of five from 2025 to 2060; each stands for the years up to the next.
        days: typical days per period, hardest days included; 365: all.
        foresight: `myopic`: period after period; `perfect`: all periods at once.
        demand: scenario of electricity demand (`power.power_demand`).
        co2_cap: year -> Mt CO2 of the power sector (and of heat networks, where `heat`).
        co2_price: year -> CNY/t CO2, straight between years, flat outside.
        co2_intensity: year -> most g CO2 per kWh generated, straight between years, flat after the last; none before
            the first. CO2 of electricity alone, of plants of the plan's regions (`policies.intensity`).
        coal_cap: year -> Mtce of coal burned for power (and heat).
        non_fossil_share, wind_solar_share: year -> least share of generation.
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
        commitment: do coal and nuclear units on line keep a least load.
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
        allowed = range(FIRST, LAST + 1)
        wrong = [year for year in self.periods if year not in allowed]
        if wrong or not self.periods or list(self.periods) != sorted(set(self.periods)):
            raise DafengError("pathway_value", name="case", field="periods", found=self.periods, allowed=allowed)
        if not 1 <= self.days <= 365:
            raise DafengError("pathway_value", name="case", field="days", found=self.days, allowed="1-365")
        if self.money_year != MONEY_YEAR:
            raise DafengError(
                "pathway_value", name="case", field="money_year", found=self.money_year, allowed=str(MONEY_YEAR)
            )
        for name in ("corridor_renewables", "discount_rate", "interest_rate"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise DafengError("pathway_value", name="case", field=name, found=share, allowed="0-1")
        self._check_policies()

    def _check_policies(self) -> None:
        shares = ("non_fossil_share", "wind_solar_share", "peak_response")
        for name in ("co2_cap", "co2_price", "co2_intensity", "coal_cap", *shares):
            for year, value in getattr(self, name).items():
                self._check_year(name, year)
                most = 1.0 if name in shares else sys.float_info.max
                if not 0 <= value <= most:
                    raise DafengError(
                        "pathway_value",
                        name=f"{name} {year}",
                        field="value",
                        found=value,
                        allowed="0-1" if most == 1.0 else ">= 0",
                    )
        known = power.technology_costs(FIRST)
        for name in ("capacity_floor", "capacity_ceiling", "cost_factor", "build_factor"):
            for (technology, year), value in getattr(self, name).items():
                self._check_year(name, year)
                if name.startswith("capacity"):
                    stocks_of(technology)
                elif technology not in known:
                    raise UnknownName("technology", technology, known)
                if not value >= 0:
                    raise DafengError(
                        "pathway_value", name=f"{technology} {year}", field=name, found=value, allowed=">= 0"
                    )

    def _check_year(self, name: str, year: int) -> None:
        """Years of straight lines may lie between periods; an intensity that no period comes to would do nothing."""
        if name == "co2_price":
            return
        if name == "co2_intensity":
            first = min(self.co2_intensity)
            if not FIRST <= year <= LAST or first > self.periods[-1]:
                allowed: object = range(FIRST, self.periods[-1] + 1)
                raise DafengError("pathway_value", name=name, field="year", found=year, allowed=allowed)
        elif year not in self.periods:
            raise DafengError("pathway_value", name=name, field="year", found=year, allowed=self.periods)

    @property
    def end(self) -> int:
        """The year after the last that the plan counts."""
        return self.periods[-1] + STEP
