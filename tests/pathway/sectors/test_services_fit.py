"""What all services take in 2020 by the catalogue lies within the energy balances, sector by sector and fuel by fuel."""

from __future__ import annotations

from collections import defaultdict

import pytest

from dafeng.catalog import economy, sectors
from dafeng.pathway.sectors.base_fuels import published

GJ_PER_TCE = 29.3076
#: what balances do not show: wood and straw that homes gather themselves
OUTSIDE = {("rural_households", "biomass")}


def used() -> dict[tuple[str, str], float]:
    """(sector, fuel) -> Mtce, electricity TWh, of the nation in 2020."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for name, service in sectors.services().items():
        for option in sectors.options(name).values():
            for fuel, amount in sectors.inputs(option.id, 2020).items():
                scale = 1 / GJ_PER_TCE if fuel in ("heat", "hydrogen") else 1.0
                found[service.sector, fuel] += service.level_2020 * option.share_2020 * amount * scale
    return found


@pytest.mark.parametrize("sector", economy.sectors())
def test_services_use_no_more_than_the_statistics_have(sector: str) -> None:
    """Of road fuels: than the vehicles of all sectors burn."""
    available = published().available.sum(axis=0)[list(economy.sectors()).index(sector)]
    for fuel, most in zip(economy.fuels(), available, strict=True):
        if (sector, fuel) not in OUTSIDE:
            assert used()[sector, fuel] <= most, fuel


def test_services_explain_most_of_the_fuels_that_the_plan_is_about() -> None:
    """What is left over is `rest`: chemicals other than three products, shops, mines, what power plants use themselves."""
    available = published().available.sum(axis=0)
    names, fuels = list(economy.sectors()), list(economy.fuels())
    for sector, fuel, least in (
        ("steel", "coke", 0.9),
        ("steel", "coal", 0.9),
        ("building_materials", "coal", 0.9),
        ("nonferrous", "electricity", 0.85),
        ("chemicals", "coal", 0.8),
        ("urban_households", "heat", 0.95),
        ("urban_households", "gas", 0.95),
        ("transport", "diesel", 0.8),
        ("transport", "kerosene", 0.9),
        ("transport", "gasoline", 0.7),
    ):
        assert used()[sector, fuel] >= least * available[names.index(sector), fuels.index(fuel)], (sector, fuel)


def test_every_service_has_a_sector_and_a_driver() -> None:
    for service in sectors.services().values():
        assert service.sector in economy.sectors()
        assert service.driver in economy.driver_units()


def test_fuels_are_those_of_the_economy() -> None:
    assert set(sectors.FUELS) == set(economy.fuels())
