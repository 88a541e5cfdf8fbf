"""Fuels of a SWITCH folder: emission factors, and where they are bought at what price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.models.csvs import Line, read_lines, unique
from dafeng.models.refusals import RefusedFile, no_such, wrong_value
from dafeng.models.switch.frame import Frame
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY, Limit, Term


@dataclass(frozen=True)
class Fuels:
    """What is burnt and what is not.

    Attributes:
        direct, upstream: t CO2 per MMBtu by fuel.
        eligible: fuels that count for the renewable share.
        others: energy sources that are no fuels.
        market: node of the market that a zone buys a fuel from, by (zone, fuel).
    """

    direct: dict[str, float]
    upstream: dict[str, float]
    eligible: frozenset[str]
    others: frozenset[str]
    market: dict[tuple[str, str], int]


def read_fuels(frame: Frame, maker: Maker, zones: list[str]) -> Fuels:
    """Emission factors, and the markets as nodes with a process per tier of supply."""
    lines = read_lines(frame.folder, "fuels.csv", ("fuel", "co2_intensity"), optional=True)
    table = {key[0]: line for key, line in unique(lines, "fuel").items()}
    others = read_lines(frame.folder, "non_fuel_energy_sources.csv", ("energy_source",), optional=True)
    names = frozenset(line.text("energy_source") for line in others)
    both = sorted(names & table.keys())
    if both:
        raise RefusedFile("model_twice", place=f"fuels.csv, non_fuel_energy_sources.csv {both[0]}")
    return Fuels(
        direct={name: line.number("co2_intensity", least=0.0) for name, line in table.items()},
        upstream={name: line.number("upstream_co2_intensity", 0.0) for name, line in table.items()},
        eligible=frozenset(name for name, line in table.items() if line.flag("f_rps_eligible")),
        others=names,
        market=_markets(frame, maker, zones, list(table)),
    )


def _markets(frame: Frame, maker: Maker, zones: list[str], fuels: list[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    tiers: dict[tuple[str, str], list[tuple[Line, str]]] = {}
    if frame.uses("energy_sources.fuel_costs.markets", "regional_fuel_markets.csv"):
        folder = frame.folder
        markets = unique(
            read_lines(folder, "regional_fuel_markets.csv", ("regional_fuel_market", "fuel")), "regional_fuel_market"
        )
        for line in markets.values():
            maker.node(f"market {line.text('regional_fuel_market')}")
            _known(line, "fuel", fuels)
        names = [key[0] for key in markets]
        for line in read_lines(folder, "zone_to_regional_fuel_market.csv", ("load_zone", "regional_fuel_market")):
            market = _known(line, "regional_fuel_market", names)
            fuel = markets[(market,)].text("fuel")
            _enter(found, (_known(line, "load_zone", zones), fuel), maker.number("node", f"market {market}"), line)
        supply = read_lines(
            folder,
            "fuel_supply_curves.csv",
            ("regional_fuel_market", "period", "tier", "unit_cost", "max_avail_at_cost"),
        )
        for line in unique(supply, "regional_fuel_market", "period", "tier").values():
            market = _known(line, "regional_fuel_market", names)
            tiers.setdefault((f"market {market}", line.text("tier")), []).append((line, "unit_cost"))
    simple = read_lines(frame.folder, "fuel_cost.csv", ("load_zone", "fuel", "period", "fuel_cost"), optional=True)
    for line in unique(simple, "load_zone", "fuel", "period").values():
        zone, fuel = _known(line, "load_zone", zones), _known(line, "fuel", fuels)
        name = f"{fuel} at {zone}"
        if name not in maker.names("node"):
            _enter(found, (zone, fuel), maker.node(name), line)
        tiers.setdefault((name, "0"), []).append((line, "fuel_cost"))
    for (market, tier), offers in tiers.items():
        _add_tier(frame, maker, market, tier, offers)
    return found


def _known(line: Line, column: str, names: list[str]) -> str:
    found = line.text(column)
    if found not in names:
        raise no_such(line.place, column, found, names)
    return found


def _enter(found: dict[tuple[str, str], int], key: tuple[str, str], node: int, line: Line) -> None:
    """A zone buys a fuel in one place."""
    if key in found:
        raise RefusedFile("model_twice", place=f"{line.place} {', '.join(key)}")
    found[key] = node


def _add_tier(frame: Frame, maker: Maker, market: str, tier: str, offers: list[tuple[Line, str]]) -> None:
    """A tier sells at its price, in each period at most so much a year; where it has no line, nothing."""
    cost, most = np.zeros(len(frame.periods)), np.zeros(len(frame.periods))
    for line, column in offers:
        y = frame.period(line, "period")
        cost[y] = line.number(column)
        most[y] = line.number("max_avail_at_cost", np.inf, least=0.0)
        if cost[y] < 0 and np.isinf(most[y]):
            raise wrong_value(line.place, column, cost[y], ">= 0")
    name = f"{market} tier {tier}"
    number = maker.process(name, [(maker.number("node", market), 1.0)], cost=cost[frame.steps.period])
    term = Term(ACTIVITY, np.array([number]), np.ones(1))
    for y, period in enumerate(frame.periods):
        if np.isfinite(most[y]):
            maker.limits.append(Limit(f"{name} {period}", (term,), upper=float(most[y]), period=y))
