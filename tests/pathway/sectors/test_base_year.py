"""The base year closes on the energy balances, for every grouping and for a balance of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from dafeng.catalog import DafengError, UnknownName, economy, economy_balance, power, sectors
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.sectors.base_fuels import published, road_shares, split_shares, statistics
from dafeng.pathway.sectors.base_own import own_balance, per_unit
from dafeng.pathway.sectors.base_year import (
    BASE_YEAR,
    GJ_PER_TCE,
    MOST,
    BaseYear,
    base_year,
    closure,
    input_vector,
    modelled,
)
from dafeng.pathway.sectors.closing import clean, final, national_closing, networks, plants
from dafeng.pathway.sectors.expressions import Past, form
from dafeng.pathway.sectors.history import stated
from dafeng.pathway.sectors.power_counting import coal_rate

sys.path.insert(0, str(Path(__file__).parents[2] / "ledger"))

REGIONS = ("nation", "grids", "provinces", "CN-SC")
SECTORS, FUELS = tuple(economy.sectors()), tuple(economy.fuels())


@pytest.fixture(scope="module", params=REGIONS)
def base(request: pytest.FixtureRequest) -> BaseYear:
    return base_year(grouping(request.param))


@pytest.fixture(scope="module")
def provinces() -> BaseYear:
    return base_year(grouping("provinces"))


@pytest.fixture(scope="module")
def nation() -> BaseYear:
    return base_year(grouping("nation"))


# --- closure ---------------------------------------------------------------------------------------------------------


def test_every_sector_and_fuel_closes(base: BaseYear) -> None:
    """What options use by catalogue, multiplier and booking, and the rest, are the statistics; at most 1 % is asked."""
    lines = closure(base)
    assert {(line.sector, line.fuel) for line in lines} >= {("steel", "coke"), ("transport", "gasoline")}
    for line in lines:
        assert abs(line.difference) < 1e-6, line
        assert min(line.services, line.rest) >= -1e-9


def test_every_region_closes(provinces: BaseYear) -> None:
    for place, region in enumerate(provinces.regions):
        for line in closure(provinces, place):
            assert line.services + line.rest == pytest.approx(line.statistics, abs=1e-6), (region, line)


def test_the_statistics_are_those_of_the_balances(base: BaseYear) -> None:
    table, group = economy_balance.balance(), grouping("nation")
    if len(base.regions) == 1 and base.regions[0] == "CN-SC":
        group = grouping("CN-SC")
    members = [table.places.index(p) for place in group.members for p in place]
    assert base.amounts.sum(axis=0) == pytest.approx(table.values[members].sum(axis=0))


def test_services_explain_most_of_what_they_are_about(nation: BaseYear) -> None:
    """So that what is left to `rest` stays small where a plan decides."""
    least = {
        ("steel", "coke"): 0.95,
        ("building_materials", "coal"): 0.9,
        ("nonferrous", "electricity"): 0.8,
        ("transport", "diesel"): 0.95,
        ("transport", "kerosene"): 0.95,
        ("urban_households", "gasoline"): 0.8,
        ("urban_households", "heat"): 0.7,
        ("agriculture", "diesel"): 0.8,
    }
    found = {(line.sector, line.fuel): line for line in closure(nation)}
    for key, share in least.items():
        assert found[key].services / found[key].statistics >= share, key


# --- services and options --------------------------------------------------------------------------------------------


def test_services_are_those_of_the_nation(base: BaseYear) -> None:
    if len(base.regions) == 1 and base.regions[0] != "CN":
        return
    for s, name in enumerate(base.service_names):
        assert base.services[:, s].sum() == pytest.approx(sectors.services()[name].level_2020)


def test_options_give_the_services(base: BaseYear) -> None:
    for s, name in enumerate(base.service_names):
        given = sum(base.option_output(option) for option in sectors.options(name))
        assert given == pytest.approx(base.services[:, s], rel=1e-6, abs=1e-9), name
    assert base.option_output("steel_h2_dri") == pytest.approx(np.zeros(len(base.regions)))


def test_options_keep_their_national_shares(nation: BaseYear) -> None:
    """New options may be cut where they would use more than there is; that is little."""
    for name, service in sectors.services().items():
        for option in sectors.options(name).values():
            share = float(nation.option_output(option.id).sum()) / service.level_2020
            assert share == pytest.approx(option.share_2020, abs=0.02), option.id


def test_steel_stands_where_the_statistics_have_it(provinces: BaseYear) -> None:
    """Hebei made 249.8 Mt of the 1,057.5 Mt that provinces report, of 1,064.8 Mt of the nation."""
    own = provinces.services[provinces.regions.index("CN-HE"), provinces.service_names.index("steel")]
    assert own == pytest.approx(249.77 / 1057.49 * 1064.77, rel=1e-3)
    beijing = provinces.services[provinces.regions.index("CN-BJ"), provinces.service_names.index("steel")]
    assert beijing == 0.0


def test_a_group_is_the_sum_of_its_provinces(provinces: BaseYear) -> None:
    grids = base_year(grouping("grids"))
    for r, members in enumerate(grouping("grids").members):
        places = [provinces.regions.index(p) for p in members]
        for table in ("services", "outputs", "amounts", "rest", "beyond"):
            assert getattr(grids, table)[r] == pytest.approx(getattr(provinces, table)[places].sum(axis=0)), table


def test_a_province_alone_is_as_among_the_others(provinces: BaseYear) -> None:
    alone, place = base_year(grouping("CN-SC")), provinces.regions.index("CN-SC")
    for table in ("services", "multipliers", "rest", "booking", "grid_loss"):
        assert getattr(alone, table)[0] == pytest.approx(getattr(provinces, table)[place]), table


# --- multipliers, rest, booking ----------------------------------------------------------------------------------------


def test_multipliers_stay_below_their_ceiling(provinces: BaseYear) -> None:
    for k, sector in enumerate(SECTORS):
        assert provinces.multipliers[:, k].max() <= MOST.get(sector, 1.0) + 1e-9
    assert provinces.multipliers.min() >= 0.0


def test_no_option_of_today_is_nearly_free(provinces: BaseYear) -> None:
    """Of what options of today use by the catalogue, little stands where the statistics have less than half of it."""
    low = whole = 0.0
    for o, name in enumerate(provinces.option_names):
        option = sectors.option(name)
        if option.kind != "as_today":
            continue
        k = SECTORS.index(sectors.services()[option.service].sector)
        used = provinces.outputs[:, o, None] * input_vector(name)
        low += float(used[provinces.multipliers[:, k] < 0.5].sum())
        whole += float(used.sum())
    assert low < 0.005 * whole


def test_a_multiplier_by_hand(provinces: BaseYear) -> None:
    """Coke of steel in Hebei: statistics over what its furnaces take by the catalogue; nothing else uses coke there."""
    place = provinces.regions.index("CN-HE")
    made = provinces.option_output("steel_bf_bof")[place]
    by_catalogue = made * sectors.inputs("steel_bf_bof", BASE_YEAR)["coke"]
    expected = min(provinces.of(place, "steel", "coke") / by_catalogue, MOST["steel"])
    assert provinces.multiplier_of(place, "steel", "coke") == pytest.approx(expected)
    rest = provinces.of(place, "steel", "coke") - expected * by_catalogue
    assert provinces.rest_of(place, "steel").get("coke", 0.0) == pytest.approx(rest, abs=1e-6)


def test_rest_is_told_in_the_units_of_a_plan(nation: BaseYear) -> None:
    k, f = SECTORS.index("construction"), FUELS.index("heat")
    assert nation.rest_of(0, "construction")["heat"] == pytest.approx(GJ_PER_TCE * nation.rest[0, k, f])
    assert nation.rest_of(0, "construction")["electricity"] == pytest.approx(
        nation.of(0, "construction", "electricity")
    )


def test_road_fuels_are_booked_with_their_owners(provinces: BaseYear) -> None:
    place = provinces.regions.index("CN-GD")
    shares = provinces.booked(place, "transport", "gasoline")
    assert sum(shares.values()) == pytest.approx(1.0)
    pool = {sector: provinces.of(place, sector, "gasoline") for sector in ("transport", "urban_households")}
    assert shares["urban_households"] / shares["transport"] == pytest.approx(
        pool["urban_households"] / pool["transport"]
    )
    assert provinces.booked(place, "transport", "electricity") == {"transport": 1.0}
    assert provinces.booked(place, "agriculture", "diesel") == {"agriculture": 1.0}


def test_the_convention_of_road_fuels() -> None:
    """95 % of gasoline and 35 % of diesel of works and shops, all gasoline and 95 % of diesel of homes."""
    shares = road_shares()
    gasoline, diesel, coal = (FUELS.index(fuel) for fuel in ("gasoline", "diesel", "coal"))
    for sector, expected in (("steel", (0.95, 0.35)), ("services", (0.95, 0.35)), ("rural_households", (1.0, 0.95))):
        k = SECTORS.index(sector)
        assert (shares[k, gasoline], shares[k, diesel]) == pytest.approx(expected)
    assert shares[SECTORS.index("agriculture")].sum() == 0
    assert shares[:, coal].sum() == 0


def test_final_use_is_told_by_flow(nation: BaseYear) -> None:
    oil = ("gasoline", "kerosene", "diesel", "fuel_oil", "other_oil")
    expected = sum(nation.of(0, "transport", fuel) for fuel in oil)
    assert nation.final("final.transport", "oil") == pytest.approx([expected])
    assert nation.final("final.transport", "electricity") == pytest.approx([nation.of(0, "transport", "electricity")])
    heat = nation.of(0, "steel", "heat") * GJ_PER_TCE
    assert nation.final("final.industry.ferrous_metals", "heat") == pytest.approx([heat])
    assert nation.final("final.transport", "other_energy") == pytest.approx([0.0])
    assert nation.final("final.commerce", "oil") == pytest.approx([0.0])


def test_targets_know_the_final_use_of_the_base_year(nation: BaseYear) -> None:
    """CO2 of transport in 2020, against which T20 is held: coal, oil and gas of the flow by the top-down factors."""
    past = Past(nation, {})
    parts = {carrier: float(nation.final("final.transport", carrier)[0]) for carrier in ("coal", "oil", "gas")}
    for carrier, amount in parts.items():
        assert past.value(form([f"final.transport/{carrier}"], nation, BASE_YEAR), BASE_YEAR) == pytest.approx(amount)
    factors = {"coal": 2.66, "oil": 1.73, "gas": 1.56}
    co2 = past.value(form(["@co2:final.transport"], nation, BASE_YEAR), BASE_YEAR)
    assert co2 == pytest.approx(sum(factors[carrier] * amount for carrier, amount in parts.items()))


def test_biomass_beyond_the_balance_is_kept_apart(nation: BaseYear) -> None:
    """Homes in the country burn wood and straw that no balance has."""
    rural, b = SECTORS.index("rural_households"), FUELS.index("biomass")
    used = sum(nation.outputs[0, o] * input_vector(name)[b] for o, name in enumerate(nation.option_names)
               if sectors.services()[sectors.option(name).service].sector == "rural_households")  # fmt: skip
    assert nation.beyond[0, rural] + modelled(nation)[0, rural, b] == pytest.approx(used)
    assert nation.beyond[0, rural] > 10


# --- the nation's totals -----------------------------------------------------------------------------------------------


def test_primary_consumption_closes() -> None:
    """Counted x closing = statistics, of each carrier; closing stays near 1."""
    closing = national_closing()
    for carrier in ("coal", "oil", "gas"):
        counted = final(carrier) + plants(carrier) + networks(carrier)
        assert counted * closing[carrier] == pytest.approx(stated("primary_consumption", carrier)[BASE_YEAR])
    counted = clean() * coal_rate(BASE_YEAR)
    assert counted * closing["primary_electricity"] == pytest.approx(
        stated("primary_consumption", "primary_electricity")[BASE_YEAR]
    )
    assert all(0.85 < factor < 1.25 for factor in closing.values()), closing


def test_electricity_with_grid_losses_is_the_consumption(nation: BaseYear, provinces: BaseYear) -> None:
    """Where sectors use no more than the whole society: some balances have more; there nothing is lost."""
    final_use = nation.amounts[0, :, FUELS.index("electricity")].sum()
    assert final_use * (1 + nation.grid_loss[0]) == pytest.approx(power.consumption(BASE_YEAR).sum() * 1e-6)
    assert provinces.grid_loss.min() == 0.0
    assert provinces.grid_loss.max() < 0.1


# --- a balance of one's own ---------------------------------------------------------------------------------------------


def embedded(province: str) -> dict[tuple[str, str], float]:
    """The lines of a province's embedded balance."""
    table = economy_balance.balance()
    place = table.places.index(province)
    return {
        (sector, fuel): float(table.of(sector, fuel)[place])
        for sector in table.rows
        for fuel in table.fuels
        if table.of(sector, fuel)[place]
    }


def test_the_embedded_balance_as_ones_own_changes_nothing() -> None:
    own, plain = (base_year(grouping("CN-SC"), given) for given in ({"CN-SC": embedded("CN-SC")}, None))
    for table in ("services", "outputs", "amounts", "multipliers", "rest"):
        assert getattr(own, table) == pytest.approx(getattr(plain, table)), table


def test_ones_own_balance_is_closed_on() -> None:
    """A fifth more diesel in transport, no gas in services; other provinces stay as they are."""
    given = embedded("CN-SC")
    given["transport", "diesel"] *= 1.2
    del given["services", "gas"]
    own = base_year(grouping("provinces"), {"CN-SC": given})
    place = own.regions.index("CN-SC")
    assert own.of(place, "transport", "diesel") == pytest.approx(given["transport", "diesel"])
    assert own.of(place, "services", "gas") == 0.0
    for line in closure(own, place):
        assert line.services + line.rest == pytest.approx(line.statistics, abs=1e-6), line
    other, plain = own.regions.index("CN-HE"), base_year(grouping("provinces"))
    assert own.amounts[other] == pytest.approx(plain.amounts[other])
    assert own.services[other] == pytest.approx(plain.services[other])


def test_an_industry_line_is_split_as_the_embedded_one() -> None:
    found = statistics({"CN-HE": {("industry", "coke"): 100.0}})
    place = power.provinces().index("CN-HE")
    before, after = (of.amounts[place, :, FUELS.index("coke")] for of in (published(), found))
    industry = [SECTORS.index(branch) for branch in economy_balance.BRANCHES]
    assert after.sum() == pytest.approx(100.0)
    assert after[industry] / 100.0 == pytest.approx(before[industry] / before[industry].sum())


def test_a_wrong_name_in_ones_own_balance_is_refused() -> None:
    for own in ({"CN-QQ": {}}, {"CN-HE": {("steal", "coke"): 1.0}}, {"CN-HE": {("steel", "cocke"): 1.0}}):
        with pytest.raises(UnknownName):
            statistics(own)
    with pytest.raises(UnknownName):
        split_shares("steal", published())


def test_ledger_lines_become_a_balance() -> None:
    """Raw coal 0.7143 tce a tonne, electricity as it is; the total of industry has 2 Mt beyond its branches."""
    lines = [
        ("final.industry", "raw_coal", 12e6),
        ("final.industry.ferrous_metals", "raw_coal", 7e6),
        ("final.industry.food_processing", "raw_coal", 3e6),
        ("final.commerce", "electricity", 2e6),
        ("final.other", "electricity", 3e6),
        ("final.industry", "electricity", 50e6),
        ("final.industry.ferrous_metals", "blast_furnace_gas", 9e9),
        ("transformation.thermal_power", "raw_coal", 99e6),
        ("final.transport", "oil", 5e6),
    ]
    found = own_balance(lines, "CN-HE")
    assert found == pytest.approx(
        {
            ("steel", "coal"): 7 * 0.7143,
            ("other_industry", "coal"): 5 * 0.7143,
            ("services", "electricity"): 5.0,
            ("industry", "electricity"): 50.0,
        }
    )


def test_homes_without_town_and_country_are_split() -> None:
    found = own_balance([("final.residential", "heat", 10e6)], "CN-SC")
    assert found["urban_households", "heat"] + found["rural_households", "heat"] == pytest.approx(
        10 * per_unit("heat") * 1e6
    )
    with pytest.raises(DafengError) as error:
        own_balance([("supply.production", "raw_coal", 1.0)], "CN-SC")
    assert error.value.key == "base_balance_empty"


def test_a_balance_read_from_a_workbook_is_closed_on(tmp_path: Path) -> None:
    """From the yearbook's table as people type it to the closure of the plan."""
    from import_builders import FUELS as TYPED
    from import_builders import balance_workbook

    from dafeng.ledger.importers import read_file

    draft = read_file(balance_workbook(tmp_path / "b.xlsx"))
    own = own_balance([(o.flow, o.carrier, o.value) for o in draft.observations], "CN-HE")
    assert own["industry", "coke"] == pytest.approx(TYPED["焦炭"][1]["industry"] * 1e4 * 0.9714 / 1e6)
    assert own["industry", "electricity"] == pytest.approx(TYPED["电力"][1]["industry"] / 10)
    base = base_year(grouping("CN-HE"), {"CN-HE": own})
    for line in closure(base):
        assert line.services + line.rest == pytest.approx(line.statistics, abs=1e-6), line
    coke = sum(base.of(0, sector, "coke") for sector in economy.sectors())
    assert coke == pytest.approx(own["industry", "coke"])
