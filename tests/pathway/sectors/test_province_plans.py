"""A province that plans alone: what it exchanges, what its targets bind, what differs from the nation's course."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.sectors.closing import closes

from dafeng.catalog import DafengError, power
from dafeng.pathway import scenario
from dafeng.pathway.local_targets import local_treatments
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.exchange import LATEST, TWH_PER_GW, clean_share, complete, net_exports, owed, shape, stated
from dafeng.pathway.power.inputs import planned
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_targets import IMPOSED, OUTSIDE, SOFTENED, WATCHED
from dafeng.pathway.sectors.base_year import base_year
from dafeng.pathway.sectors.build import Economy
from dafeng.pathway.sectors.history import stated as of_nation
from dafeng.pathway.sectors.planning import plan_economy
from dafeng.pathway.sectors.region_base import primary
from dafeng.pathway.sectors.sketch import Sketchbook
from dafeng.pathway.sectors.target_limits import seen_by

OWN = """
base = "action-plan"
[targets]
soften = {he-nf-2030 = "500 CNY/tce"}
watch = ["sc-nf-2030"]
values = {he-nf-2030 = "20 %"}
[provinces.CN-HE]
source = "made up for a test"
drivers = {crude_steel = {2030 = "-10 %"}, gdp = {2030 = "+5 %"}}
demand = {cars = {2030 = "+20 %"}, rest_services = {2030 = "-5 %"}}
exchange = {2030 = "-70 TWh"}
limits = {co2 = {2030 = "900 Mt_CO2"}}
"""


def own() -> Scenario:
    return scenario.parse(OWN)


# --- what is exchanged -----------------------------------------------------------------------------------------------


def test_what_provinces_exchanged_sums_to_nothing() -> None:
    for year in (2020, LATEST):
        assert abs(stated(year).sum()) < 1e-9
        assert stated(year)[power.provinces().index("CN-SC")] > 100  # hydropower for the coast
        assert stated(year)[power.provinces().index("CN-HE")] < -50


def test_the_nation_exchanges_nothing_with_anybody() -> None:
    for regions in ("nation", "grids", "provinces"):
        group = grouping(regions)
        assert complete(group)
        assert not net_exports(group, {}, (2025, 2030)).any()


def test_a_grid_region_exchanges_what_its_provinces_do() -> None:
    group = grouping("CN-GRID-E")
    members = [power.provinces().index(p) for p in group.members[0]]
    (net,) = net_exports(group, {}, (2025,))
    assert net[0] == pytest.approx(stated()[members].sum())
    (net,) = net_exports(group, {"CN-SH": {2025: -50.0}}, (2025,))
    other = [m for m in members if power.provinces()[m] != "CN-SH"]
    assert net[0] == pytest.approx(stated()[other].sum() - 50.0)


def test_a_course_runs_straight_from_the_statistics() -> None:
    first = float(stated()[power.provinces().index("CN-HE")])
    (net,) = net_exports(grouping("CN-HE"), {"CN-HE": {2030: -70.0}}, (2025, 2026, 2030, 2040))
    expected = [first + (-70.0 - first) * (y - LATEST) / (2030 - LATEST) for y in (2025, 2026, 2030)]
    assert net == pytest.approx([*expected, -70.0])


def test_hydropower_is_sent_when_it_flows_and_received_as_it_is_needed() -> None:
    sichuan, hebei = (
        planned(grouping("CN-SC"), (2025,), "recent_growth"),
        planned(grouping("CN-HE"), (2025,), "recent_growth"),
    )
    sent, received = shape(sichuan, 0, 128.0), shape(hebei, 0, -64.0)
    assert sent.mean() == pytest.approx(1.0)
    assert received.mean() == pytest.approx(1.0)
    january, august = slice(0, 744), slice(5088, 5832)
    assert sent[august].mean() > 4 * sent[january].mean()
    load = hebei.load[0, 0]
    assert received == pytest.approx(load**2 / (load**2).mean())
    assert received.max() > load.max() / load.mean()


def test_what_water_carries_out_needs_no_firm_capacity_at_home() -> None:
    """August in Sichuan: most of what leaves flows with the high water; held against firm shares it left no plan."""
    sichuan, hebei = (planned(grouping(region), (2025,), "recent_growth") for region in ("CN-SC", "CN-HE"))
    august = 5799
    sends = float(net_exports(sichuan.grouping, {}, (2025,))[0, 0])
    leaves = sends / TWH_PER_GW * shape(sichuan, 0, sends)[august]
    flood = sichuan.hydro[0] - sichuan.hydro[0].min()
    by_water = min(flood.mean() * TWH_PER_GW / sends, 1.0)
    assert 0.5 < by_water <= 1.0
    assert owed(sichuan, {}, august)[0] <= (1.0 - by_water) * leaves + 1e-9
    arrives = float(net_exports(hebei.grouping, {}, (2025,))[0, 0])
    assert arrives < 0
    assert owed(hebei, {}, august)[0] == pytest.approx(arrives / TWH_PER_GW * shape(hebei, 0, arrives)[august])


def test_what_is_sent_and_received_holds_as_much_that_is_not_fossil() -> None:
    group = grouping("provinces")
    net = stated()
    clean = sum(net[p] * clean_share(group, p, bool(net[p] > 0)) for p in range(31))
    assert abs(clean) < 1e-9 * np.abs(net).sum()


# --- the base year and targets ---------------------------------------------------------------------------------------


def test_the_provinces_add_up_to_the_statistics_of_the_nation() -> None:
    group = grouping("provinces")
    for (flow, carrier), years in primary(base_year(group), group).items():
        assert years[2020].sum() == pytest.approx(of_nation(flow, carrier)[2020], rel=1e-12)


def test_the_base_of_provinces_is_near_what_they_published() -> None:
    """Sichuan: 38 % of its energy was not fossil in 2020 (its plan of 2022); the model's accounts come to 40 %."""
    group = grouping("CN-SC")
    known = primary(base_year(group), group)
    share = known["primary_consumption", "primary_electricity"][2020] / known["primary_consumption", "energy"][2020]
    assert share[0] == pytest.approx(0.38, abs=0.03)


def test_a_verified_target_is_treated_like_that_of_the_nation_and_a_recalled_one_watched() -> None:
    plan, trend = scenario.read("action-plan"), scenario.read("current-trend")
    sichuan = plan.local("CN-SC").targets
    assert (sichuan["sc-nf-2030"].how, sichuan["sc-nf-2025"].how) == (IMPOSED, plan.targets["T01"].how)
    assert sichuan["sc-nf-2025"].price == plan.targets["T01"].price
    assert trend.local("CN-SC").targets["sc-nf-2030"].how == WATCHED
    hebei = plan.local("CN-HE").targets
    assert {one.how for one in hebei.values()} == {WATCHED}
    assert all(one.target.quality == "recalled" for one in hebei.values())
    assert set(hebei) == {"he-nf-2025", "he-nf-2030", "he-ei-2020-2025"}


def test_what_the_model_cannot_hold_a_province_to_is_outside_with_a_reason() -> None:
    outside = [one for one in local_treatments().values() if one.how == OUTSIDE]
    assert outside
    assert all(one.reason["zh"] and one.reason["ja"] and one.reason["en"] for one in outside)
    assert any(one.target.base_year == 2005 for one in outside)


def test_a_scenario_decides_about_targets_that_it_names() -> None:
    changed = own()
    assert changed.local("CN-HE").targets["he-nf-2030"].how == SOFTENED
    assert changed.local("CN-HE").targets["he-nf-2030"].target.value == 20
    assert changed.local("CN-SC").targets["sc-nf-2030"].how == WATCHED
    assert set(changed.targets) == set(scenario.read("action-plan").targets)
    assert scenario.parse(changed.text()).local_targets == changed.local_targets
    assert changed.without(3).local_targets == changed.local_targets
    with pytest.raises(DafengError, match="he-nf-2030"):
        scenario.parse('[targets]\nimpose = ["he-nf-2031"]')


def test_national_targets_bind_the_nation_and_own_ones_a_province() -> None:
    changed = own()
    assert seen_by(changed, grouping("grids")) is changed
    assert seen_by(changed, grouping("CN-GRID-N")) is None
    alone = seen_by(changed, grouping("CN-HE"))
    assert alone is not None
    assert list(alone.limits) == ["co2"]
    assert set(alone.targets) == {"he-nf-2025", "he-nf-2030", "he-ei-2020-2025"}


# --- the table of a scenario -----------------------------------------------------------------------------------------


def test_a_province_has_its_own_course() -> None:
    changed, before = own(), scenario.read("action-plan")
    base = base_year(grouping("provinces"))
    new, old = Economy(changed, base), Economy(before, base)
    hebei = base.regions.index("CN-HE")
    for service, factor in (("steel", 0.9), ("cars", 1.2), ("cement", 1.0)):
        ratio = new.demand(service, 2030) / np.where(old.demand(service, 2030) > 0, old.demand(service, 2030), 1.0)
        assert ratio[hebei] == pytest.approx(factor)
        others = np.delete(ratio, hebei)
        assert np.all((others == 1.0) | (others == 0.0))
    assert new.demand("steel", 2025)[hebei] / old.demand("steel", 2025)[hebei] == pytest.approx(0.95)
    assert new.local("value_added_services", "rest_services", 2030)[hebei] == pytest.approx(0.95)
    assert changed.local("CN-HE").driver("gdp", 2030) == pytest.approx(1.05 * before.driver("gdp", 2030))
    assert changed.driver("gdp", 2030) == before.driver("gdp", 2030)
    assert changed.case(regions="CN-HE").exchange == {"CN-HE": {2030: -70.0}}
    assert changed.case(regions="CN-GRID-N").exchange == {"CN-HE": {2030: -70.0}}
    assert changed.case(regions="CN-SC").exchange == changed.case(regions="nation").exchange == {}


def test_the_text_of_a_scenario_holds_its_provinces() -> None:
    again = scenario.parse(own().text())
    assert (again.provinces, again.hash) == (own().provinces, own().hash)
    assert own().hash != scenario.read("action-plan").hash


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[provinces.CN-XX]\nsource = "s"', "CN-XX"),
        ("[provinces.CN-HE]\nexchange = {2030 = '1 TWh'}", "source"),
        ('[provinces.CN-HE]\nsource = "s"\nexchange = {2030 = "1 Mtce"}', "TWh"),
        ('[provinces.CN-HE]\nsource = "s"\ndrivers = {steel = {2030 = "1 %"}}', "crude_steel"),
        ('[provinces.CN-HE]\nsource = "s"\ndemand = {car = {2030 = "1 %"}}', "cars"),
        ('[provinces.CN-HE]\nsource = "s"\nlimit = {}', "limits"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(text: str, found: str) -> None:
    with pytest.raises(DafengError) as refused:
        scenario.parse(f'base = "current-trend"\n{text}')
    assert "provinces" in str(refused.value)
    assert found in str(refused.value)


# --- plans -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_hebei_alone_receives_what_was_agreed_and_its_electricity_closes() -> None:
    changed = scenario.read("action-plan")
    plan = plan_economy(changed, changed.case(regions="CN-HE", periods=(2030,), days=2))
    assert plan.holds
    closes(plan)
    stands = -float(stated()[power.provinces().index("CN-HE")])
    assert plan.amount("supply.inflow", "electricity")[0] == pytest.approx([stands], rel=1e-6)
    assert not plan.amount("supply.outflow", "electricity").any()
    limits = {limit.name for stage in plan.power.stages for limit in stage.system.limits}
    assert not any(name.startswith("target") for name in limits)


def test_a_province_without_heat_networks_gives_every_service() -> None:
    """Tibet drew no network heat in the base year: what needs it falls out, and the rest may have the shares it had."""
    found = Sketchbook.of(Case(regions="CN-XZ", periods=(2025,), days=2)).sketch(scenario.read("current-trend"))
    assert not [name for name in found.periods[0].system.nodes.names if name.endswith(" heat")]
    output = found.periods[0].output
    assert sum(float(amount[0]) for (service, _), amount in output.items() if service == "heating_urban") > 0
