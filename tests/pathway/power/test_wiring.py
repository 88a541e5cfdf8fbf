"""From the tables of the catalogue to the model: every figure arrives where it belongs, in full and in the right unit.

Nothing is solved: a system is built on three days and read. What is expected is read from the tables themselves, not by
what the model reads them with, or is worked out in the docstring.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from tests.pathway.power.nation import few_days, inputs_of, nation, system_of
from tests.pathway.small import near

from dafeng.catalog import power
from dafeng.catalog.package import resource
from dafeng.pathway.power.build import power_system
from dafeng.pathway.system import ACTIVITY, BUILD, CAPACITY, DISCHARGE, Limit, System, Term

SD = "CN-SD"
"""Shandong: it has wind at sea, nuclear power, heat networks, gas that heats, and corridors from outside."""
PLACE = power.provinces().index(SD)
COSTS = power.technology_costs(2030)
WORTH = sum(1.05**-k for k in range(5))
"""Of 1 a year from 2030 to 2034, in 2030, at 5 %."""
SINCE = 5.5
"""Years to 2030 from the middle of 2024, for which today's capacity is known on average."""
SUN = ("solar_utility", "solar_distributed")
COAL = ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_flexible", "coal_chp")
GAS = ("gas_chp", "gas_ccgt", "gas_ocgt")
TURNING = {*COAL, *GAS, "coal_ccs", "gas_ccs", "coal_chp heat", "gas_chp heat"}
WIND_AND_SUN = {"onwind", "offwind", *SUN}


@cache
def planned(regions: str = "nation", periods: tuple[int, ...] = (2030,)) -> System:
    return system_of(nation(regions=regions, periods=periods, discount_rate=0.05, interest_rate=0.07))


def table(name: str) -> dict[str, float]:
    """Technology ("": all) -> value of an assumption."""
    rows = resource("power", "parameters").rows
    return {row["technology"] or "": float(row["value"]) for row in rows if row["id"] == name}


def a_year(investment: float, life: float) -> float:
    """1e9 CNY a year per GW, of CNY/kW at 7 %."""
    return investment * 1e-3 * 0.07 / (1 - float(1.07**-life))


def technology(name: str) -> str:
    return name.partition(" ")[2]


def number(parts: Any, wanted: str) -> int:
    """Of the one part of a technology in a system of one region."""
    (found,) = (i for i, name in enumerate(parts.names) if technology(name) == wanted)
    return found


def of(parts: Any, field: str, wanted: str) -> Any:
    """What stocks, processes or storages say of a technology in a system of one region."""
    return getattr(parts, field)[number(parts, wanted)]


def named(parts: Any, index: Any) -> set[str]:
    return {technology(parts.names[i]) for i in index}


def limit(system: System, name: str) -> Limit:
    (found,) = (one for one in system.limits if one.name == name)
    return found


def counted(parts: Any, *terms: Term) -> dict[str, float]:
    """Technology -> coefficient, in a system of one region."""
    return {technology(parts.names[i]): float(c) for t in terms for i, c in zip(t.index, t.coefficient, strict=True)}


def peak(region: str = "CN") -> float:
    """GW: shape of the load, shares of a year, times consumption of the year."""
    hours = power.profiles("load").values * power.power_demand(2030)[:, None] / 1e3
    return float((hours.sum(axis=0) if region == "CN" else hours[PLACE]).max())


LIKE = {"coal_flexible": "coal_supercritical", "hydro_new": "hydro_reservoir", "other_thermal": "biomass"}
"""Stocks that cost what another technology costs."""


def test_capacity_costs_what_the_table_says() -> None:
    """An annuity over the life at 7 % and upkeep, in five years. Else load that can be cut could stand for nothing."""
    stocks = planned().stocks
    for name in named(stocks, range(len(stocks.names))) - {"charging"}:
        cost = COSTS[LIKE.get(name, name)]
        assert of(stocks, "build_cost", name) == near(a_year(cost.investment, cost.lifetime) * WORTH), name
        assert of(stocks, "keep_cost", name) == near(cost.fixed_om * 1e-3 * WORTH), name


class Burner(NamedTuple):
    """A process, whose costs and efficiency it has, its fuel, how much of it for heat too, share of CO2 captured."""

    name: str
    costs: str
    fuel: str
    size: float = 1.0
    captured: float = 0.0

    @property
    def gj(self) -> float:
        """GJ of fuel per MWh given."""
        return self.size * 3.6 / COSTS[self.costs].efficiency

    @property
    def carbon(self) -> float:
        """t CO2 per MWh that the fuel holds; biomass by the factor of coal."""
        row = "topdown-netted.gas" if self.fuel == "natural_gas" else "topdown-netted.coal"
        return float(self.gj / 29.3076 * resource("factors", "topdown").row(row)["value"])


BURNERS = (
    *(Burner(name, name, "raw_coal") for name in (*COAL, "coal_boiler") if name != "coal_flexible"),
    Burner("coal_flexible", "coal_supercritical", "raw_coal"),
    Burner("coal_chp heat", "coal_chp", "raw_coal", table("heat_size")["coal_chp"]),
    Burner("coal_ccs", "coal_ccs", "raw_coal", captured=0.9),
    *(Burner(name, name, "natural_gas") for name in (*GAS, "gas_boiler")),
    Burner(
        "gas_chp heat", "gas_chp", "natural_gas", 1 + (table("heat_size")["gas_chp"] - 1) * table("gas_heat_share")[SD]
    ),
    Burner("gas_ccs", "gas_ccs", "natural_gas", captured=0.9),
    Burner("biomass", "biomass", "biomass"),
    Burner("biomass_ccs", "biomass_ccs", "biomass", captured=0.9),
)


@pytest.mark.parametrize("burner", BURNERS, ids=lambda burner: burner.name)
def test_energy_costs_fuel_upkeep_and_the_storing_of_co2(burner: Burner) -> None:
    """At Shandong's price of the fuel. With a wrong one, or without it, the merit order of plants is another."""
    fuel = burner.gj * power.fuel_prices(burner.fuel, 2030)[PLACE]
    expected = COSTS[burner.costs].variable_om + fuel + burner.captured * burner.carbon * table("co2_storage")[""]
    assert of(planned(SD).processes, "cost", burner.name) * 1e6 == near(expected)


def test_energy_without_fuel_has_its_price() -> None:
    """CNY/MWh. Load that is cut for nothing, or for a tenth of what it is worth, is cut instead of served."""
    likes = {"nuclear": "nuclear", "other_thermal": "biomass", "interruptible_load": "interruptible_load"}
    likes |= {"hydro_ror": "hydro_ror", "hydro_new": "hydro_reservoir"}
    prices = {name: COSTS[like].variable_om for name, like in likes.items()}
    prices |= {"import": table("import_price")[""]}
    prices |= dict.fromkeys(("unserved", "heat unserved"), table("unserved_cost")[""])
    for name, price in prices.items():
        assert of(planned(SD).processes, "cost", name) * 1e6 == near(price), name
    for name, like in (("demand_response",) * 2, ("hydrogen", "hydrogen_turbine"), ("hydro_reservoir",) * 2):
        assert of(planned(SD).storages, "discharge_cost", name) * 1e6 == near(COSTS[like].variable_om), name


def test_factors_of_a_case_reach_cost_and_building() -> None:
    """Wind twice as dear and built half as fast, no nuclear power. A what-if whose factor is ignored finds nothing."""
    asked: dict[str, Any] = {"cost_factor": {("onwind", 2030): 2.0}, "discount_rate": 0.05, "interest_rate": 0.07}
    system = system_of(nation(build_factor={("onwind", 2030): 0.5, ("nuclear", 2030): 0.0}, **asked))
    wind, rates = COSTS["onwind"], table("build_rate")
    assert of(system.stocks, "build_cost", "onwind") == near(2 * a_year(wind.investment, wind.lifetime) * WORTH)
    assert of(system.stocks, "keep_cost", "onwind") == near(wind.fixed_om * 1e-3 * WORTH), "upkeep is not investment"
    assert of(system.stocks, "build_cost", "offwind") == of(planned().stocks, "build_cost", "offwind")
    for name, factor in (("onwind", 0.5), ("nuclear", 0.0), ("offwind", 1.0)):
        start = max(table("known").get(name, 0.0) - 2024.5, 0.0)
        assert limit(system, f"build_rate {name} 2030").upper == near(factor * rates[name] * (SINCE - start))
    assert of(system.stocks, "build_upper", "nuclear") == 0.0


@pytest.mark.parametrize("name", ["nuclear", *sorted(WIND_AND_SUN), "csp", "phs", "hydro"])
def test_no_more_is_built_than_there_is_room_for(name: str) -> None:
    """Potential less what stands: nothing of it is gone by 2030. Else the best sites are built without end, and rivers
    dammed twice."""
    stands, stocks = power.capacities(2024).of(name), planned().stocks
    if name in SUN:
        stands = np.maximum(stands, power.capacities(2025, "september").of(name))
    room, stands = power.potentials().of(name).sum() / 1e3, stands.sum() / 1e3
    assert of(stocks, "build_upper", "hydro_new" if name == "hydro" else name) == near(room - stands)
    if name != "hydro":
        assert of(stocks, "existing", name) == near(stands)
        assert of(stocks, "upper", name) == near(room)


def test_biomass_burns_half_of_its_fuel_each() -> None:
    """GW whose year takes half of the fuel, or what stands if that is more. Else plants burn what no field has grown,
    and take its CO2 out of the air."""
    fuel = power.biomass_potential().sum() / 1e3 * table("biomass_share")[""]
    for name, stands in (("biomass", power.capacities(2024).of("biomass").sum() / 1e3), ("biomass_ccs", 0.0)):
        room = fuel * COSTS[name].efficiency / (table("available")[name] * 8760)
        assert of(planned().stocks, "upper", name) == near(max(room, stands))
        assert of(planned().stocks, "build_upper", name) == near(max(room - stands, 0.0))


def test_what_may_be_built_in_a_year() -> None:
    """Rate x years since the period before, or since it is `known`: all rows of the table, each over all its stocks.

    From the middle of 2024 to 2025 half a year, to 2030 five. A row that is left out lets a period build corridors, or
    wind, as if there were no yard and no factory.
    """
    system, rates, known = planned("grids", (2025, 2030)), table("build_rate"), table("known")
    other = {"line_ac": "AC", "line_dc": "DC", "hydro_reservoir": "hydro_new"}
    for y, (year, before) in enumerate(((2025, 2024.5), (2030, 2025.0))):
        for row, rate in rates.items():
            found = limit(system, f"build_rate {row} {year}")
            (term,), start = found.terms, known.get(row, 0.0)
            assert found.upper == near(rate * (max(year, start) - max(before, start))), row
            assert (term.quantity, found.period) == (BUILD, y)
            own = [s for s, name in enumerate(system.stocks.names) if technology(name) == other.get(row, row)]
            assert term.index.tolist() == own, row
            assert np.all(term.coefficient == 1.0)


@pytest.mark.parametrize("name", sorted({*table("available")} - {"hydro_reservoir", "hydrogen_turbine"}))
def test_plants_run_between_must_and_can(name: str) -> None:
    """Outages and what must run, in all hours alike. Nuclear power that is free to stop would make room for the sun."""
    processes = system_of(nation(heat=False)).processes
    assert of(processes, "available", name) == near(table("available")[name])
    assert of(processes, "minimum", name) == near(table("must_run").get(name, 0.0))


def test_coal_on_line_has_a_least_load() -> None:
    """Else coal follows the sun down to nothing, and nothing is gained by making it flexible. Units with the same least
    load are on line together, flexible ones apart; where the case asks for no commitment there is none."""
    stocks = planned(SD).stocks
    found = {technology(name): least for name, least in zip(stocks.names, stocks.least_load, strict=True) if least}
    assert found == table("least_load")
    stiff = {of(stocks, "team", name) for name in COAL if name != "coal_flexible"}
    assert len(stiff) == 1
    assert of(stocks, "team", "coal_flexible") not in stiff
    assert not system_of(nation(commitment=False)).stocks.least_load.any()


@pytest.mark.parametrize("name", sorted(WIND_AND_SUN))
def test_wind_and_sun_give_what_is_delivered_of_their_hours(name: str) -> None:
    """Shandong's own hours, less what a fleet loses. Else wind at sea gives a tenth more than any fleet does."""
    hours = power.profiles("solar" if name in SUN else name).of(SD).sum()
    given = of(planned(SD).processes, "available", name) @ planned(SD).steps.weight
    assert given == near(table("delivered")[name] * hours)


@pytest.mark.parametrize(("sun", "given"), [(0.1, 2.4 * table("csp_multiple")[""] / 14), (0.6, 1.0)])
def test_solar_thermal_plants_give_the_day_from_ten_to_midnight(sun: float, given: float) -> None:
    """A sun of 0.1 all day is 2.4 hours; the field gathers 2.4 times what the turbine takes: 5.76 hours, over 14. More
    than the turbine takes is lost. With half of it nobody would build one."""
    inputs = inputs_of("nation", (2030,))
    profiles = {**inputs.profiles, "solar": np.full_like(inputs.profiles["solar"], sun)}
    system = power_system(nation(heat=False), replace(inputs, profiles=profiles), few_days())
    days = of(system.processes, "available", "csp").reshape(-1, 24)
    assert days[:, :10] == near(0.0)
    assert days[:, 10:] == near(given)


def test_stores_keep_and_lose_what_the_table_says() -> None:
    """Hours of pumped storage and of batteries that stand, losses of a round trip, outages. Stores without losses, or
    three times as large, take the place of plants that the night needs."""
    stocks, storages, hours = planned().stocks, planned().storages, table("hours")
    for name in ("phs", "battery"):
        both = of(storages, "charge_efficiency", name) * of(storages, "discharge_efficiency", name)
        assert both == near(COSTS[name].efficiency), name
    assert of(storages, "energy_size", "phs") == hours["phs"]
    assert of(storages, "energy_size", "battery") == 1.0, "cells are a stock of their own"
    assert of(stocks, "existing", "battery_store") == near(hours["battery"] * of(stocks, "existing", "battery"))
    assert of(storages, "charge_efficiency", "hydrogen") == near(COSTS["electrolyser"].efficiency)
    assert of(storages, "discharge_efficiency", "hydrogen") == near(COSTS["hydrogen_turbine"].efficiency)
    assert of(storages, "discharge_available", "hydrogen") == near(table("available")["hydrogen_turbine"])
    parts = {"phs": ("phs",) * 3, "battery": ("battery", "battery", "battery_store")}
    parts["hydrogen"] = ("electrolyser", "hydrogen_turbine", "hydrogen_cavern")
    for name, own in parts.items():
        found = [of(storages, f"{what}_stock", name) for what in ("charge", "discharge", "energy")]
        assert found == [number(stocks, one) for one in own]


def test_load_that_waits_and_load_that_is_cut() -> None:
    """Shares of the peak, and hours that load can wait. With three times as much, or load that waits for days, the peak
    is served for next to nothing."""
    for name, share in table("potential").items():
        assert of(planned().stocks, "upper", name) == near(share * peak()), name
        assert of(planned().stocks, "build_upper", name) == near(share * peak()), name
    waits = number(planned().storages, "demand_response")
    assert planned().storages.energy_size[waits] == table("hours")["demand_response"]
    assert planned().storages.discharge_efficiency[waits] == near(COSTS["demand_response"].efficiency)


def test_coal_leaves_at_its_rate() -> None:
    """6 % of what stands in each of the 5.5 years. Three times as fast, and a plan is rid of coal in one period."""
    ways, stands = planned().departures, dict.fromkeys(COAL, 0.0)
    for block in power.coal_fleet(2024):
        if block.vintage + 35 > 2030:  # the last of its five years, and thirty of life
            stands["coal_chp" if block.chp else block.technology] += block.mw / 1e3
    for name in ("coal_subcritical", "coal_supercritical", "coal_usc", "coal_chp"):
        way = ways.names.index(f"CN {name}>retired")
        assert ways.source[way] == number(planned().stocks, name)
        assert ways.upper[way] == near(table("departure_rate")[""] * SINCE * stands[name])


def test_retrofits_cost_money_and_capture_costs_capacity() -> None:
    """`efficiency` of the table is what is left of a unit: with capture, known from 2028 on, three quarters. Retrofits
    for nothing, or without that loss, make every unit flexible or clean."""
    ways, stocks = planned().departures, planned().stocks
    for source, target, retrofit in (
        ("coal_supercritical", "coal_flexible", "coal_flexible_retrofit"),
        ("coal_subcritical", "coal_chp", "coal_heat_retrofit"),
        ("coal_usc", "coal_ccs", "coal_ccs_retrofit"),
    ):
        way, cost = ways.names.index(f"CN {source}>CN {target}"), COSTS[retrofit]
        assert (ways.source[way], ways.target[way]) == (number(stocks, source), number(stocks, target))
        assert ways.ratio[way] == near(cost.efficiency), retrofit
        assert ways.cost[way] == near(a_year(cost.investment, cost.lifetime) * WORTH), retrofit
        years = 2030 - max(2024.5, table("known").get(target, 0.0))
        assert ways.upper[way] == near(table("departure_rate")[""] * years * of(stocks, "existing", source)[0])


def test_what_is_ruled_out_does_not_come_by_conversion_either() -> None:
    """A ban on coal with capture that conversions pass by would find it built after all."""
    rules: dict[str, Any]
    plain, way = planned().departures, "CN coal_usc>CN coal_ccs"
    for name, factor, dearer in (
        ("coal_ccs", 0.0, 1.0),
        ("coal_ccs_retrofit", 0.0, 2.0),
        ("coal_ccs_retrofit", 0.5, 2.0),
    ):
        rules = {"build_factor": {(name, 2030): factor}, "cost_factor": {("coal_ccs_retrofit", 2030): dearer}}
        ways = system_of(nation(discount_rate=0.05, interest_rate=0.07, **rules)).departures
        assert ways.names == plain.names
        number = plain.names.index(way)
        assert ways.upper[number] == near(factor * plain.upper[number])
        assert ways.cost[number] == near(dearer * plain.cost[number])


def test_corridors_cost_their_length_and_stations() -> None:
    """Of two that are one row of the table each; what is being built stands from its year on. Without the length, power
    of the far west costs no more to bring than the neighbour's."""
    stocks, later = planned("grids", (2025, 2030)).stocks, WORTH * 1.05**-5
    for name, row in (("CN-GRID-C-CN-GRID-SW AC", "CQ-HN-ac"), ("CN-GRID-C-CN-GRID-NW DC", "SN-HA-dc")):
        s, listed = stocks.names.index(name), resource("power", "corridors").row(row)
        line = resource("power", "line_costs").row(technology(name), "kind")
        investment = line["route_factor"] * listed["km"] * line["line_central"] + line["station_central"]
        assert stocks.build_cost[s, 1] == near(a_year(investment, line["lifetime"]) * later)
        assert stocks.keep_cost[s, 1] == near(line["fixed_om"] * investment * 1e-3 * later)
        coming = [(listed["building_year"] or 9999) <= year and listed["mw_building"] for year in (2025, 2030)]
        assert stocks.existing[s] * 1e3 == near(listed["mw_2025"] + np.array(coming))
        assert stocks.build_upper[s] == near(table("ceiling")["line"])


def test_heat_from_electricity() -> None:
    """A heat pump gives 2.8 of heat; its capacity and upkeep are of heat. At 1 heat cannot leave coal."""
    processes, nodes = planned(SD).processes, planned(SD).nodes
    for name in ("heat_pump", "electric_boiler"):
        share = COSTS[name].efficiency
        assert of(processes, "source", name) == number(nodes, "electricity")
        assert of(processes, "sinks", name)[0] == number(nodes, "heat")
        assert of(processes, "efficiency", name)[0] == near(share)
        assert of(processes, "size", name) == near(share)
        assert of(processes, "cost", name) * 1e6 == near(COSTS[name].variable_om * share)


def test_a_gigawatt_of_heat_pumps_gives_a_gigawatt_in_every_period() -> None:
    """They get better from 2030 to 2060, planned together: what is bounded is heat, not what draws it."""
    processes = planned("nation", (2030, 2060)).processes
    share, size, available = (of(processes, field, "heat_pump") for field in ("efficiency", "size", "available"))
    assert share[0, 0] < share[0, -1], "or this test says nothing"
    assert share[0] * available / size == near(np.ones(len(available)))


def test_boilers_that_stand_serve_the_highest_heat_load() -> None:
    """Else today's networks are cold without new plants. Where there are none nothing heats, and no coal is made to."""
    highest = power.district_heat()[PLACE] * power.profiles("heat_load").of(SD).max() / 1e3
    assert of(planned(SD).stocks, "existing", "coal_boiler") == near(table("boiler_share")[""] * highest)
    south = planned("CN-GD")
    assert not [name for name in south.processes.names if "heat" in name]
    assert not [name for name in south.departures.names if name.endswith(">CN-GD coal_chp")]


def test_caps_count_everything_that_burns() -> None:
    """t CO2 and tce of coal per MWh. Gas boilers outside of the cap would heat the north for no CO2 at all."""
    system = system_of(nation(regions=SD, co2_cap={2030: 1e4}, coal_cap={2030: 1e4}))
    co2 = {b.name: b.carbon * ((b.fuel != "biomass") - b.captured) for b in BURNERS if b.name != "biomass"}
    coal = {b.name: b.gj / 29.3076 for b in BURNERS if b.fuel == "raw_coal"}
    for name, each in (("co2_cap 2030", co2), ("coal_cap 2030", coal)):
        (term,) = limit(system, name).terms
        assert counted(system.processes, term) == near({t: c * 1e-3 for t, c in each.items()}), name
        assert limit(system, name).upper == 1e4


def test_shares_of_generation_count_wind_at_sea_and_every_plant() -> None:
    """TWh per GWh: 1 - share of what counts, -share of the rest. What is on neither side is free of the rule."""
    sky = WIND_AND_SUN | {"csp"}
    clean = sky | {"hydro_ror", "hydro_new", "hydro_reservoir", "nuclear", "biomass", "biomass_ccs"}
    system = system_of(nation(wind_solar_share={2030: 0.4}, non_fossil_share={2030: 0.7}))
    for name, share, own in (("wind_solar_share", 0.4, sky), ("non_fossil_share", 0.7, clean)):
        terms = limit(system, f"{name} 2030").terms
        found = counted(system.processes, *(term for term in terms if term.quantity == ACTIVITY))
        found |= counted(system.storages, *(term for term in terms if term.quantity == DISCHARGE))
        assert found == near({t: ((t in own) - share) * 1e-3 for t in clean | TURNING | {"other_thermal"}}), name


@pytest.mark.parametrize(("regions", "margin"), [("nation", "margin"), (SD, "part_margin")])
def test_firm_capacity_covers_the_peak_and_a_margin(regions: str, margin: str) -> None:
    """The nation's by 13 % more than its peak, a province's alone by its peak. Without the margin a plan has nothing
    against a cold winter; with a wrong share, what does not stand at the peak is counted on."""
    system, firm, last = planned(regions), table("firm"), table("firm_store")
    rule, stocks, yearly = limit(system, "firm_capacity 2030"), system.stocks, system.yearly
    assert rule.lower == near((1 + table(margin)[""]) * peak("CN" if regions == "nation" else SD))
    own, stores = rule.terms
    standing = named(stocks, range(len(stocks.names))) - {"battery", "hydrogen_turbine"}
    assert counted(stocks, own) == near({t: share for t, share in firm.items() if t in standing})
    assert counted(yearly, stores) == {"battery firm power": 1.0, "hydrogen_turbine firm power": 1.0}
    for converter, store in (("battery", "battery_store"), ("hydrogen_turbine", "hydrogen_cavern")):
        assert 1 / of(yearly, "size", f"{converter} firm power") == near(firm[converter])
        assert 1 / of(yearly, "size", f"{store} firm energy") == near(last[store])


def test_peak_response_is_of_both_kinds_and_of_the_whole_peak() -> None:
    """6 % of the peak, of load that waits and load that is cut, a GW for a GW. Else the target is another."""
    system = system_of(nation(peak_response={2030: 0.06}))
    rule = limit(system, "peak_response 2030")
    assert {term.quantity for term in rule.terms} == {CAPACITY}
    assert counted(system.stocks, *rule.terms) == {"demand_response": 1.0, "interruptible_load": 1.0}
    assert rule.lower == near(0.06 * peak())


def test_reserve_is_a_share_of_load_and_of_wind_and_sun() -> None:
    """Without either share nothing stands by for a wrong forecast; what cannot be called within the hour gives none."""
    system = planned(SD)
    (reserve,) = system.reserves
    assert reserve.demand_share == table("reserve_demand")[""]
    assert reserve.variable_share == table("reserve_variable")[""]
    assert named(system.processes, reserve.variable) == WIND_AND_SUN
    assert named(system.processes, reserve.processes) == TURNING
    assert named(system.storages, reserve.storages) == {"hydro_reservoir", "phs", "battery"}
    assert named(system.nodes, reserve.nodes) == {"electricity"}
    assert np.all(reserve.credit == 1.0)
