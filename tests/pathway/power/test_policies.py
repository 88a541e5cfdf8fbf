"""Policies: what they count agrees with a count by hand, and they do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.power.nation import energy, gw, inputs_of, limit_named, nation, plan_of, system_of
from tests.pathway.small import near

from dafeng.catalog import DafengError, power
from dafeng.pathway.plan import Plan
from dafeng.pathway.power.firm import firm_at
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.power.policies import KNOWN, emission_factor, intensity_at, price_at
from dafeng.pathway.power.technologies import (
    COAL,
    GENERATING,
    GROUPS,
    HEATING,
    NON_FOSSIL,
    RESPONDING,
    STOCKS,
    STORES,
    THERMAL,
    WIND_AND_SUN,
    generators_of,
)
from dafeng.pathway.system import Limit, System

SIMPLE = {"heat": False, "hydrogen": False}
NO_CAP = 1e6


def gas_size() -> float:
    """Fuel of the nation's gas plants when those that can give heat: a tenth more for the share that can."""
    return float(1 + (parameters("heat_size")["gas_chp"] - 1) * inputs_of("nation", (2030,)).gas_heat[0])


def burned(plan: Plan, y: int = 0, year: int = 2030) -> dict[str, float]:
    """Mtce by fuel, by hand: GWh x 3.6 TJ / GWh / efficiency / 29.3076 TJ per kilotonne of coal equivalent."""
    costs = power.technology_costs(year)
    found = {"raw_coal": 0.0, "natural_gas": 0.0, "biomass": 0.0}
    for technology, plant in THERMAL.items():
        if plant.fuel:
            efficiency = costs[plant.like or technology].efficiency
            found[plant.fuel] += energy(plan, technology, y=y) * 3.6 / efficiency / 29.3076 / 1e3
    heat = energy(plan, "coal_chp heat", y=y) * parameters("heat_size")["coal_chp"]
    found["raw_coal"] += heat * 3.6 / costs["coal_chp"].efficiency / 29.3076 / 1e3
    gas = energy(plan, "gas_chp heat", y=y) * gas_size()
    found["natural_gas"] += gas * 3.6 / costs["gas_chp"].efficiency / 29.3076 / 1e3
    for technology, fuel in (("coal_boiler", "raw_coal"), ("gas_boiler", "natural_gas")):
        found[fuel] += energy(plan, technology, y=y) * 3.6 / costs[technology].efficiency / 29.3076 / 1e3
    return found


@pytest.mark.parametrize("heat", [False, True])
def test_co2_and_coal_by_hand(heat: bool) -> None:
    """Fuel times factor, in Mt; coal-burning without capture. 2.66 t per tce of coal, 1.56 of gas, in round figures."""
    plan = plan_of(nation(co2_cap={2030: NO_CAP}, coal_cap={2030: NO_CAP}, heat=heat))
    fuel = burned(plan)
    assert emission_factor("raw_coal") == pytest.approx(2.66, abs=0.01)
    assert emission_factor("natural_gas") == pytest.approx(1.6, abs=0.1)
    assert gw(plan, "coal_ccs") + gw(plan, "gas_ccs") + gw(plan, "biomass_ccs") == pytest.approx(0.0, abs=1e-6)
    co2 = fuel["raw_coal"] * emission_factor("raw_coal") + fuel["natural_gas"] * emission_factor("natural_gas")
    assert plan.limit_value[limit_named(plan, "co2_cap 2030")] == pytest.approx(co2, rel=1e-9)
    assert plan.limit_value[limit_named(plan, "coal_cap 2030")] == pytest.approx(fuel["raw_coal"], rel=1e-9)
    assert 2000 < co2 < 8000, "Mt a year of China's power sector"


def test_captured_co2_counts_once() -> None:
    """Coal with capture leaves a tenth at the stack, biomass takes out nine tenths, and neither more than that."""
    found = system_of(nation(co2_cap={2030: NO_CAP}))
    term = found.limits[[limit.name for limit in found.limits].index("co2_cap 2030")].terms[0]
    each = dict(zip((found.processes.names[i] for i in term.index), term.coefficient * 1e3, strict=True))
    costs = power.technology_costs(2030)
    tce = {t: 3.6 / costs[t].efficiency / 29.3076 for t in ("coal_ccs", "coal_usc", "biomass_ccs")}
    assert each["CN coal_usc"] == near(tce["coal_usc"] * emission_factor("raw_coal"))
    assert each["CN coal_ccs"] == near(0.1 * tce["coal_ccs"] * emission_factor("raw_coal"))
    assert each["CN biomass_ccs"] == near(-0.9 * tce["biomass_ccs"] * emission_factor("raw_coal"))
    assert "CN biomass" not in each
    assert "CN nuclear" not in each


def test_a_price_is_paid_on_what_leaves_the_stack() -> None:
    """100 CNY/t on a t per MWh is 1e-4 of 1e9 CNY per GWh; storing what is captured costs its own.

    Without a price a plant pays fuel, upkeep, and 200 CNY for each tonne that it captures: 0.9 x 0.1228 / 0.3412 tce
    x 2.66 t of coal, 172 CNY/MWh. Were storing free, capture would look that much cheaper.
    """
    free, priced = system_of(nation()), system_of(nation(co2_price={2030: 100.0}))
    costs = power.technology_costs(2030)
    extra = {
        name: priced.processes.cost[i, 0] - free.processes.cost[i, 0] for i, name in enumerate(free.processes.names)
    }
    factor = 3.6 / 29.3076 * emission_factor("raw_coal") * 100 * 1e-6
    assert extra["CN coal_usc"] == near(factor / costs["coal_usc"].efficiency)
    assert extra["CN coal_ccs"] == near(0.1 * factor / costs["coal_ccs"].efficiency)
    assert extra["CN biomass_ccs"] == near(-0.9 * factor / costs["biomass_ccs"].efficiency)
    assert extra["CN nuclear"] == extra["CN onwind"] == 0.0
    for technology, fuel, tonnes, by_hand in (
        ("coal_usc", "raw_coal", 0.0, 0),
        ("coal_ccs", "raw_coal", 0.9 * 2.66, 172),
        ("gas_ccs", "natural_gas", 0.9 * 1.56, 72),
        ("biomass_ccs", "biomass", 0.9 * 2.66, 248),
    ):
        own = costs[technology]
        burned = own.variable_om + 3.6 * inputs_of("nation", (2030,)).fuel_price[fuel][0, 0] / own.efficiency
        stored = tonnes * 3.6 / 29.3076 / own.efficiency * parameter("co2_storage")
        assert stored == pytest.approx(by_hand, abs=1)
        cost = free.processes.cost[free.processes.names.index(f"CN {technology}"), 0]
        assert cost == near((burned + stored) * 1e-6), technology


def test_a_price_between_years() -> None:
    prices = {2030: 100.0, 2040: 300.0}
    assert [price_at(prices, year) for year in (2025, 2030, 2035, 2060)] == [100.0, 100.0, 200.0, 300.0]
    assert price_at({}, 2030) == 0.0


def test_tightening_never_lowers_cost_and_the_price_rises() -> None:
    """No cap, 70 % and 50 % of what no cap emits: the cap is met to the tonne, plans cost more, the tonne costs more."""
    caps = "co2_cap 2030"
    free = plan_of(nation(co2_cap={2030: NO_CAP}, **SIMPLE))
    emitted = free.limit_value[limit_named(free, caps)]
    plans = [plan_of(nation(co2_cap={2030: share * emitted}, **SIMPLE)) for share in (0.7, 0.5)]
    for share, plan in zip((0.7, 0.5), plans, strict=True):
        assert plan.limit_value[limit_named(plan, caps)] == pytest.approx(share * emitted, rel=1e-6)
    assert free.objective < plans[0].objective < plans[1].objective
    prices = [-plan.limit_price[limit_named(plan, caps)] for plan in (free, *plans)]
    assert pytest.approx(prices[0], abs=1e-9) == 0
    assert 0 < prices[1] < prices[2]


def test_a_higher_price_never_raises_co2() -> None:
    emitted = []
    for price in (0.0, 150.0, 600.0):
        plan = plan_of(nation(co2_price={2030: price}, co2_cap={2030: NO_CAP}, **SIMPLE))
        emitted.append(plan.limit_value[limit_named(plan, "co2_cap 2030")])
    assert emitted[0] > emitted[1] > emitted[2]


def test_the_price_of_the_cap_is_the_price_that_does_the_same() -> None:
    """The dual of a cap, in CNY/t of the year, put on as a price gives the same CO2."""
    free = plan_of(nation(co2_cap={2030: NO_CAP}, **SIMPLE))
    cap = 0.6 * free.limit_value[limit_named(free, "co2_cap 2030")]
    capped = plan_of(nation(co2_cap={2030: cap}, **SIMPLE))
    worth = capped.system.steps.value.sum() / 8760
    price = -capped.limit_price[limit_named(capped, "co2_cap 2030")] / worth * 1e3
    for factor, above in ((0.98, True), (1.02, False)):
        plan = plan_of(nation(co2_price={2030: price * factor}, co2_cap={2030: NO_CAP}, **SIMPLE))
        emitted = plan.limit_value[limit_named(plan, "co2_cap 2030")]
        assert (emitted >= cap - 1e-6) if above else (emitted <= cap + 1e-6)


def of_electricity(plan: Plan) -> tuple[float, float]:
    """Mt CO2 of electricity and TWh generated, by hand; heat of combined plants bears what is burned beyond power.

    Biomass with capture takes out 0.9 of its CO2, by the factor of coal.
    """
    costs = power.technology_costs(2030)
    co2 = 0.0
    for technology, plant in THERMAL.items():
        if plant.fuel:
            tce = energy(plan, technology) * 3.6 / costs[plant.like or technology].efficiency / 29.3076 / 1e3
            left = -plant.captured if plant.fuel == "biomass" else 1 - plant.captured
            co2 += left * tce * emission_factor("raw_coal" if plant.fuel == "biomass" else plant.fuel)
    heating = energy(plan, "coal_chp heat")
    co2 += heating * 3.6 / costs["coal_chp"].efficiency / 29.3076 / 1e3 * emission_factor("raw_coal")
    gas = energy(plan, "gas_chp heat")
    co2 += gas * 3.6 / costs["gas_chp"].efficiency / 29.3076 / 1e3 * emission_factor("natural_gas")
    return co2, (energy(plan, *THERMAL, *NON_FOSSIL, "hydro_new") + heating + gas) / 1e3


@pytest.mark.parametrize("heat", [False, True])
def test_intensity_of_generation(heat: bool) -> None:
    """Four fifths of what no limit gives are met to the gram by hand, and are a limit on a ratio: the CO2 of boilers and heat is not in it.

    Without the limit the plan gives off more a kWh. A cap in Mt that is right for one demand is wrong for another; a
    limit that counted heat would forbid heat networks where power is clean; one that counted storage among generation
    could be met by charging and discharging.
    """
    free = plan_of(nation(heat=heat, hydrogen=False))
    before, given = of_electricity(free)
    asked = 0.8 * before / given * 1e3
    plan = plan_of(nation(co2_intensity={2030: asked}, heat=heat, hydrogen=False))
    co2, twh = of_electricity(plan)
    assert co2 / twh * 1e3 == pytest.approx(asked, rel=1e-6)
    assert plan.limit_value[limit_named(plan, "co2_intensity 2030")] == pytest.approx(0.0, abs=1e-5)
    assert plan.limit_price[limit_named(plan, "co2_intensity 2030")] > 0
    assert plan.objective > free.objective


def test_what_intensity_counts() -> None:
    """Coefficients by hand, Mt per GWh at 300 g/kWh: what is left of 0.3 t/MWh, of clean power all of it."""
    found = system_of(nation(co2_intensity={2030: 300.0}))
    (limit,) = (limit for limit in found.limits if limit.name == "co2_intensity 2030")
    plants, water = limit.terms
    each = dict(zip((found.processes.names[i] for i in plants.index), plants.coefficient * 1e3, strict=True))
    costs, factor = power.technology_costs(2030), 3.6 / 29.3076 * emission_factor("raw_coal")
    assert each["CN nuclear"] == each["CN onwind"] == near(0.3)
    assert each["CN coal_usc"] == near(0.3 - factor / costs["coal_usc"].efficiency)
    assert each["CN coal_ccs"] == near(0.3 - 0.1 * factor / costs["coal_ccs"].efficiency)
    assert each["CN biomass_ccs"] == near(0.3 + 0.9 * factor / costs["biomass_ccs"].efficiency)
    assert each["CN coal_chp heat"] == each["CN coal_chp"] == near(0.3 - factor / costs["coal_chp"].efficiency)
    assert each["CN gas_chp heat"] == near(each["CN gas_chp"]), "what gives heat bears it"
    assert not {"CN coal_boiler", "CN gas_boiler", "CN unserved", "CN interruptible_load"} & set(each)
    assert [found.storages.names[j] for j in water.index] == ["CN hydro_reservoir"], "no battery, no pumped hydro"
    assert water.coefficient == near(np.array([0.3e-3]))


def test_an_intensity_between_years() -> None:
    """Straight between the years, flat after the last, none before the first: nobody asked for one then."""
    asked = {2030: 400.0, 2040: 200.0}
    assert [intensity_at(asked, year) for year in (2025, 2030, 2035, 2060)] == [None, 400.0, 300.0, 200.0]
    assert intensity_at({}, 2030) is None
    found = system_of(nation(periods=(2025, 2030, 2035), co2_intensity=asked))
    named = {limit.name: limit for limit in found.limits if limit.name.startswith("co2_intensity")}
    assert sorted(named) == ["co2_intensity 2030", "co2_intensity 2035"]
    assert named["co2_intensity 2035"].terms[1].coefficient == near(np.array([0.3e-3]))


def test_no_new_coal() -> None:
    allowed = plan_of(nation(demand="recent_growth", **SIMPLE))
    refused = plan_of(nation(new_coal=False, **SIMPLE))
    assert gw(refused, "coal_usc", built=True) == 0.0
    assert refused.objective >= allowed.objective - 1e-6


def test_share_of_non_fossil_power() -> None:
    """75 % by hand from generation; storage and unserved load are no generation."""
    plan = plan_of(nation(non_fossil_share={2030: 0.75}, **SIMPLE))
    clean = energy(plan, *NON_FOSSIL, "hydro_new")
    burning = energy(plan, *(t for t in THERMAL if t not in NON_FOSSIL))
    assert clean / (clean + burning) == pytest.approx(0.75, abs=1e-6)


def test_share_of_wind_and_sun() -> None:
    """70 % by hand: water and nuclear power, which fill most of a non-fossil share, are among the rest here."""
    plan = plan_of(nation(wind_solar_share={2030: 0.7}, non_fossil_share={2030: 0.7}, **SIMPLE))
    own = energy(plan, *WIND_AND_SUN, "csp")
    rest = energy(plan, "nuclear", "biomass", "biomass_ccs", "hydro_ror", "hydro_new", "hydro_reservoir")
    rest += energy(plan, *(t for t in THERMAL if t not in NON_FOSSIL))
    assert own / (own + rest) == pytest.approx(0.7, abs=1e-6)
    value = plan.limit_value[limit_named(plan, "non_fossil_share 2030")]
    assert value > 100, "TWh: the share of all that is not fossil is kept with room to spare"


def generated(plan: Plan) -> float:
    """GWh a year of all plants, by hand; nothing of stores, of load that is cut or from outside."""
    rest = ("hydro_new", "csp", "coal_chp heat", "gas_chp heat")
    return energy(plan, *{*THERMAL, *NON_FOSSIL, *rest})


def test_shares_of_a_technology_and_of_a_group() -> None:
    """By hand from generation: a tenth more of onshore wind and a tenth less of coal than without, each met exactly.

    What retrofits made flexible and what gives heat is coal too: it could else be met by a change of name.
    """
    kinds = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible", "coal_chp", "coal_ccs")
    coal = (*kinds, "coal_chp heat")
    free = plan_of(nation(hydrogen=False))
    wind, burned_ = (energy(free, *names) / generated(free) for names in (("onwind",), coal))
    asked = {"share_floor": {("onwind", 2030): 1.1 * wind}, "share_ceiling": {("coal", 2030): 0.9 * burned_}}
    plan = plan_of(nation(hydrogen=False, **asked))
    assert energy(plan, "onwind") / generated(plan) == pytest.approx(1.1 * wind, rel=1e-6)
    assert energy(plan, *coal) / generated(plan) == pytest.approx(0.9 * burned_, rel=1e-6)
    assert plan.objective > free.objective
    floor, ceiling = (limit_named(plan, name) for name in ("onwind share_floor 2030", "coal share_ceiling 2030"))
    assert plan.limit_price[floor] > 0 > plan.limit_price[ceiling]


def test_what_a_share_counts() -> None:
    """Coefficients by hand, TWh per GWh: a fifth of water and half of coal, of what gives heat too; no boiler, no store."""
    found = system_of(nation(share_floor={("hydro", 2030): 0.2}, share_ceiling={("coal", 2030): 0.5}))
    named = {limit.name: limit for limit in found.limits}
    floor, ceiling = named["hydro share_floor 2030"], named["coal share_ceiling 2030"]
    assert (floor.lower, floor.upper, ceiling.lower, ceiling.upper) == (0.0, np.inf, -np.inf, 0.0)
    of_floor, of_ceiling = counted(found, floor), counted(found, ceiling)
    assert of_floor["hydro_ror"] == of_floor["hydro_new"] == of_floor["hydro_reservoir"] == near(0.8e-3)
    assert of_floor["onwind"] == of_floor["coal_chp heat"] == near(-0.2e-3)
    assert of_ceiling["coal_usc"] == of_ceiling["coal_chp heat"] == of_ceiling["coal_ccs"] == near(0.5e-3)
    assert of_ceiling["hydro_reservoir"] == of_ceiling["gas_chp heat"] == near(-0.5e-3)
    assert set(of_floor) == set(of_ceiling)
    assert not {"coal_boiler", "battery", "phs", "unserved", "interruptible_load"} & set(of_floor)


def counted(system: System, limit: Limit) -> dict[str, float]:
    """Technology -> coefficient of what it does, in a limit of the nation."""
    names = {"activity": system.processes.names, "discharge": system.storages.names}
    return {
        names[term.quantity][number].partition(" ")[2]: float(each)
        for term in limit.terms
        for number, each in zip(term.index, term.coefficient, strict=True)
    }


def test_all_that_generates_can_have_a_share() -> None:
    """Each way of running belongs to one technology, and to no other."""
    ways = [way for technology in STOCKS if technology not in NOTHING for way in generators_of(technology)]
    assert sorted(ways) == sorted(GENERATING)


NOTHING = {"phs", "battery", "electrolyser", "electrolysis", "hydrogen_turbine", *STORES, *RESPONDING, *HEATING}
"""Stocks that generate nothing."""


def test_floors_and_ceilings() -> None:
    plan = plan_of(
        nation(capacity_floor={("csp", 2030): 4.0}, capacity_ceiling={("solar_utility", 2030): 900.0}, **SIMPLE)
    )
    assert gw(plan, "csp") == pytest.approx(4.0, rel=1e-6)
    assert gw(plan, "solar_utility") <= 900.0 + 1e-6


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_counts_its_stocks_and_nothing_else(group: str) -> None:
    """By name: what a planner calls coal, water, storage. Heat boilers are no power, retrofits no capacity."""
    members = {
        "coal": {"coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible", "coal_chp", "coal_ccs"},
        "gas": {"gas_chp", "gas_ccgt", "gas_ocgt", "gas_ccs"},
        "hydro": {"hydro_ror", "hydro_reservoir", "hydro_new"},
        "wind": {"onwind", "offwind"},
        "solar": {"solar_utility", "solar_distributed", "csp"},
        "storage": {"phs", "battery"},
        "line_ac": {"AC"},
        "line_dc": {"DC"},
    }[group]
    found = system_of(nation(regions="grids", capacity_ceiling={(group, 2030): 1e5}))
    (limit,) = (limit for limit in found.limits if limit.name == f"{group} ceiling 2030")
    assert {found.stocks.names[s].partition(" ")[2] for s in limit.terms[0].index} == members
    assert np.all(limit.terms[0].coefficient == 1.0)
    assert limit.unit == "GW"


@pytest.mark.parametrize("technology", STOCKS)
def test_every_stock_can_have_a_floor_and_a_ceiling(technology: str) -> None:
    """The case accepts the name, and what stands under it is counted; only stocks of other plans have nothing."""
    found = system_of(nation(capacity_floor={(technology, 2030): 0.0}, capacity_ceiling={(technology, 2030): 1e6}))
    own = [s for s, name in enumerate(found.stocks.names) if name == f"CN {technology}"]
    for kind in ("floor", "ceiling"):
        (limit,) = (limit for limit in found.limits if limit.name == f"{technology} {kind} 2030")
        assert limit.terms[0].index.tolist() == own
        assert limit.unit == ("GWh" if technology.endswith(("_store", "_tank", "_cavern")) else "GW")
    absent = {"electrolysis", "hydrogen_store", "hydrogen_tank"}  # plans of all sectors, regions without salt
    assert own or technology in absent


def test_all_stocks_of_the_power_system_have_a_name_for_limits() -> None:
    """Without this a technology could be added that nobody can set a floor for."""
    found = system_of(nation())
    names = {name.partition(" ")[2] for name in found.stocks.names}
    assert names - set(STOCKS) == {"charging"}, "plugs of vehicles come with the vehicles"


def test_a_floor_on_water_builds_water() -> None:
    """What stands cannot be built again: 20 GW above it must come from new plants, and the ceiling holds them down."""
    free = plan_of(nation(**SIMPLE))
    stands = gw(free, "hydro_ror") + gw(free, "hydro_reservoir")
    by_group = plan_of(nation(capacity_floor={("hydro", 2030): stands + 20.0}, **SIMPLE))
    by_name = plan_of(nation(capacity_floor={("hydro_new", 2030): 20.0}, **SIMPLE))
    assert gw(by_group, "hydro_new") >= 20.0 - 1e-6
    assert gw(by_name, "hydro_new") >= 20.0 - 1e-6
    held = plan_of(nation(capacity_ceiling={("hydro", 2030): stands + 1.0}, **SIMPLE))
    assert gw(held, "hydro_new") <= 1.0 + 1e-6


def test_floors_and_ceilings_of_groups() -> None:
    """Of all coal, also of what retrofits made flexible, and of pumped hydro and batteries together."""
    free = plan_of(nation(**SIMPLE))
    coal, storing = sum(gw(free, t) for t in COAL), gw(free, "phs") + gw(free, "battery")
    asked = nation(
        capacity_ceiling={("coal", 2030): coal - 30.0},
        capacity_floor={("storage", 2030): storing + 50.0, ("coal_flexible", 2030): 20.0},
        **SIMPLE,
    )
    plan = plan_of(asked)
    assert sum(gw(plan, t) for t in (*COAL, "coal_ccs")) <= coal - 30.0 + 1e-6
    assert gw(plan, "coal_flexible") >= 20.0 - 1e-6
    assert gw(plan, "phs") + gw(plan, "battery") >= storing + 50.0 - 1e-6


@pytest.mark.parametrize(
    "asked",
    [
        {"capacity_floor": {("nuclear", 2030): 5000.0}},
        {"capacity_floor": {("hydro", 2030): 5000.0}},
        {"capacity_floor": {("electrolyser", 2030): 1.0}, "hydrogen": False},
    ],
)
def test_a_floor_that_nothing_can_reach_is_refused_before_solving(asked: dict) -> None:
    with pytest.raises(DafengError) as refused:
        system_of(nation(**asked))
    assert refused.value.key == "pathway_value"
    assert refused.value.values["field"] == "lower"


def test_coal_cap_holds_and_firm_capacity_stands() -> None:
    free = plan_of(nation(coal_cap={2030: NO_CAP}, **SIMPLE))
    cap = 0.8 * free.limit_value[limit_named(free, "coal_cap 2030")]
    plan = plan_of(nation(coal_cap={2030: cap}, **SIMPLE))
    assert sum(burned(plan)[fuel] for fuel in ("raw_coal",)) == pytest.approx(cap, rel=1e-6)
    peak = float(inputs_of("nation", (2030,)).load[:, 0].sum(axis=0).max())
    assert firm_at(plan.system, plan.capacity, "CN") >= (1 + parameter("margin")) * peak - 1e-6


def test_cells_without_converters_and_turbines_without_hydrogen_are_not_firm() -> None:
    """Counted by their cells alone, batteries of 147 GW with 1,546 GWh would stand for 340 GW at the peak."""
    plan = plan_of(nation(**SIMPLE))
    shares = parameters("firm")
    stands = {
        name.partition(" ")[2]: gw for name, gw in zip(plan.system.stocks.names, plan.capacity[:, 0], strict=True)
    }
    least = min(shares["battery"] * stands["battery"], 0.22 * stands["battery_store"])
    others = sum(share * stands.get(t, 0.0) for t, share in shares.items() if t not in ("battery", "hydrogen_turbine"))
    peak = float(inputs_of("nation", (2030,)).load[:, 0].sum(axis=0).max())
    assert others + least >= (1 + parameter("margin")) * peak - 1e-6


def test_plants_with_capture_are_not_built_or_converted_before_they_exist() -> None:
    """Without it a cap on the CO2 of 2025 is kept by gigawatts of plants that nobody sells."""
    two = system_of(nation(periods=(2025, 2030)))
    limits = {limit.name: limit for limit in two.limits}
    for technology in ("gas_ccs", "coal_ccs", "biomass_ccs"):
        rate = parameters("build_rate")[technology]
        assert limits[f"build_rate {technology} 2025"].upper == 0.0
        assert limits[f"build_rate {technology} 2030"].upper == near(rate * (2030 - 2028))
    converted = two.departures.names.index("CN coal_usc>CN coal_ccs")
    retired = two.departures.names.index("CN coal_usc>retired")
    assert two.departures.upper[converted, 0] == 0.0
    assert two.departures.upper[converted, 1] == near(two.departures.upper[retired, 1] * 2 / 5)


def test_build_rates() -> None:
    """What is known is of the end of 2024 and September 2025; a part of the nation may build 2.5 times its share."""
    whole = system_of(nation())
    rate = next(limit for limit in whole.limits if limit.name == "build_rate onwind 2030")
    assert rate.upper == near(parameters("build_rate")["onwind"] * (2030 - KNOWN))
    sun = next(limit for limit in whole.limits if limit.name == "build_rate solar_utility 2030")
    assert sun.upper == near(parameters("build_rate")["solar_utility"] * (2030 - 2025.7))
    two = system_of(nation(periods=(2025, 2030)))
    limits = {limit.name: limit for limit in two.limits}
    assert limits["build_rate onwind 2025"].upper == near(parameters("build_rate")["onwind"] * (2025 - KNOWN))
    assert 2024 < KNOWN < 2025
    assert limits["build_rate onwind 2030"].upper == near(parameters("build_rate")["onwind"] * 5)
    part = system_of(nation(regions="CN-HE"))
    share = power.consumption(2024)[power.provinces().index("CN-HE")] / power.consumption(2024).sum()
    assert {li.name: li for li in part.limits}["build_rate onwind 2030"].upper == near(rate.upper * share * 2.5)


def test_reserves_are_held_per_grid_region() -> None:
    provinces = system_of(nation(regions="provinces", **SIMPLE))
    assert len(provinces.reserves) == 7
    covered = np.concatenate([reserve.nodes for reserve in provinces.reserves])
    assert sorted(covered.tolist()) == list(range(31))
    assert not system_of(nation(reserves=False)).reserves
    processes = [provinces.processes.names[i].partition(" ")[2] for r in provinces.reserves for i in r.processes]
    assert set(processes) <= {
        *COAL,
        "coal_ccs",
        "gas_chp",
        "gas_ccgt",
        "gas_ocgt",
        "gas_ccs",
        "coal_chp heat",
        "gas_chp heat",
    }
