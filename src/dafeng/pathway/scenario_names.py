"""What the catalogue knows by name and a scenario may speak of: options, services, drivers, technologies of power."""

from __future__ import annotations

from functools import cache

from dafeng.catalog import economy, power, sectors
from dafeng.pathway.power.case import FIRST
from dafeng.pathway.power.technologies import GROUPS, STOCKS

NEW_COAL = "new_coal"
COAL_PLANTS = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_chp")


@cache
def options() -> dict[str, sectors.Option]:
    """Option -> what it is, of all services."""
    return {name: option for service in sectors.services() for name, option in sectors.options(service).items()}


@cache
def services() -> frozenset[str]:
    """Services, and what each sector uses beyond them (`rest_<sector>`)."""
    return frozenset((*sectors.services(), *(f"rest_{sector}" for sector in economy.sectors())))


@cache
def rests() -> frozenset[str]:
    """What electrifies the rest of each sector (`rest_<sector>_electric`)."""
    return frozenset(f"rest_{sector}_electric" for sector in economy.sectors())


@cache
def technologies() -> frozenset[str]:
    """Technologies of the power system."""
    return frozenset(power.technology_costs(FIRST))


@cache
def capacities() -> frozenset[str]:
    """What can have a least and a highest capacity: stocks of the power system, and groups of them."""
    return frozenset((*STOCKS, *GROUPS))


@cache
def fuels() -> frozenset[str]:
    """Fuels that have a price."""
    return frozenset(economy.fuels())


def service_of(option: str) -> str:
    """The service that an option gives."""
    return option.removesuffix("_electric") if option in rests() else options()[option].service
