"""What all services take in 2020 by the catalogue lies within the energy balances, sector by sector and fuel by fuel."""

from __future__ import annotations

from collections import defaultdict

import pytest

from dafeng.catalog import economy, sectors
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.base_fuels import published
from dafeng.pathway.sectors.base_year import base_year

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
        ("services", "gas", 0.85),
        ("services", "coal", 0.5),
        ("services", "other_oil", 0.45),
        ("rural_households", "electricity", 0.8),
    ):
        assert used()[sector, fuel] >= least * available[names.index(sector), fuels.index(fuel)], (sector, fuel)


def test_every_kind_of_building_has_every_use() -> None:
    """Heat, hot water, cooking, appliances and cooling are each a service with a choice, in town, country and public."""
    ids = {
        "urban_households": ("heating_urban", "hot_water", "cooking", "appliances", "cooling"),
        "rural_households": (
            "heating_rural", "hot_water_rural", "cooking_rural", "appliances_rural", "cooling_rural",
        ),
        "services": ("heating_public", "hot_water_public", "cooking_public", "appliances_public", "cooling_public"),
    }  # fmt: skip
    for sector, names in ids.items():
        assert {name for name, one in sectors.services().items() if one.sector == sector} == set(names)
        for name in names:
            assert len(sectors.options(name)) >= 2, name


def test_action_4_turns_public_kitchens_and_hot_water_electric() -> None:
    """Without it kitchens keep open flames and heat pumps spread at the pace of the trend."""
    plan = read("action-plan")
    least, most = plan.share_bounds("cooking_public_electric", 2030)
    assert (least, most) == pytest.approx((0.30, 0.36))
    least, most = plan.without(4).share_bounds("cooking_public_electric", 2030)
    assert (least, most) == pytest.approx((0.17, 0.25))
    assert plan.share_bounds("hot_water_public_heat_pump", 2040)[1] == pytest.approx(0.45)
    assert plan.without(4).share_bounds("hot_water_public_heat_pump", 2040)[1] == pytest.approx(0.22)


def test_every_service_has_a_sector_and_a_driver() -> None:
    for service in sectors.services().values():
        assert service.sector in economy.sectors()
        assert service.driver in economy.driver_units()


def test_fuels_are_those_of_the_economy() -> None:
    assert set(sectors.FUELS) == set(economy.fuels())


@pytest.mark.parametrize("name", ["current-trend", "action-plan", "early-peak"])
def test_every_province_can_give_every_service(name: str) -> None:
    """Highest shares of what stands or can be built make the whole, least shares no more than it, in all periods."""
    scenario, base = read(name), base_year(grouping("provinces"))
    for place, region in enumerate(base.regions):
        for service in sectors.services():
            whole = float(base.services[place, base.service_names.index(service)])
            if whole <= 0:
                continue
            for year in range(2025, 2061, 5):
                least, most = 0.0, 0.0
                for option in sectors.options(service).values():
                    own = float(base.option_output(option.id)[place]) / whole
                    low, high = scenario.share_bounds(option.id, year, own)
                    stands = own > 0 and year - 2020 < option.life
                    if stands or year >= scenario.first_year(option.id):
                        least, most = least + low, most + high
                assert least <= 1 + 1e-9 <= most + 2e-9, (region, service, year)
