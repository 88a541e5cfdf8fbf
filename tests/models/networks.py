"""Networks of one feature each with their least cost, computed by hand.

Each function returns what `small.write` takes and the cost. PyPSA solves the same files in `test_pypsa_itself`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Network = tuple[dict[str, Any], float]
SHED = {"shed": {"bus": "a", "p_nom": 1000.0, "marginal_cost": 100.0}}
ONE_BUS = {"a": {"carrier": "AC"}}
NETWORKS: list[Callable[[], Network]] = []


def network(make: Callable[[], Network]) -> Callable[[], Network]:
    NETWORKS.append(make)
    return make


def tables(load: Any = 10.0, buses: Any = ONE_BUS, generators: Any = None, **more: Any) -> dict[str, Any]:
    """One load at bus a and load shedding at 100, beside what is given."""
    return {
        "buses": buses,
        "loads": {"load": {"bus": "a", "p_set": load}},
        "generators": {**SHED, **(generators or {})},
        **more,
    }


@network
def weights_of_the_objective() -> Network:
    """5 at 10 and 3 at 100, in snapshots that count 2 and 3 times: 5 x 350. Weighted with the hours of stores: 700."""
    cheap = {"cheap": {"bus": "a", "p_nom": 5.0, "marginal_cost": 10.0}}
    weights = {"objective": [2.0, 3.0], "stores": [1.0, 1.0], "generators": [1.0, 1.0]}
    return {"tables": tables(8.0, generators=cheap), "snapshots": 2, "weights": weights}, 1750.0


@network
def series_of_cost_and_availability() -> Network:
    """Of 10, 8 then 4 from wind at 1 then 2: 8 + 2 x 100 + 8 + 6 x 100."""
    wind = {"wind": {"bus": "a", "p_nom": 8.0, "p_max_pu": [1.0, 0.5], "marginal_cost": [1.0, 2.0]}}
    return {"tables": tables(generators=wind), "snapshots": 2}, 816.0


@network
def extension() -> Network:
    """10 needed at half availability: 20 MW at 7. The 3 MW that were there before are paid for like all others."""
    wind = {
        "wind": {
            "bus": "a",
            "p_nom": 3.0,
            "p_nom_extendable": True,
            "p_nom_max": 30.0,
            "p_max_pu": 0.5,
            "capital_cost": 7.0,
        }
    }
    return {"tables": tables(generators=wind)}, 140.0


@network
def floor_of_an_extension() -> Network:
    """At least 25 MW at 7, though 10 would do."""
    wind = {"wind": {"bus": "a", "p_nom_extendable": True, "p_nom_min": 25.0, "capital_cost": 7.0}}
    return {"tables": tables(generators=wind)}, 175.0


@network
def overnight_cost() -> Network:
    """1000 over 10 years at no interest, and 3 of fixed cost, for half a year: (100 / 2 + 3) x 10 MW."""
    plant = {
        "bus": "a",
        "p_nom_extendable": True,
        "overnight_cost": 1000.0,
        "discount_rate": 0.0,
        "lifetime": 10.0,
        "fom_cost": 3.0,
    }
    plain = {"bus": "a", "p_nom": 0.0, "overnight_cost": float("nan")}
    generators = {"plant": plant, "none": plain, "shed": {**SHED["shed"], "overnight_cost": float("nan")}}
    return {"tables": tables(generators=generators), "weights": 4380.0}, 530.0


@network
def signs() -> Network:
    """A load of sign +1 feeds in 4; a generator of sign -1 takes 3 and pays 20 each: 9 x 100 - 60."""
    more = {"feed": {"bus": "a", "p_set": 4.0, "sign": 1.0}, "load": {"bus": "a", "p_set": 10.0, "sign": -1.0}}
    export = {"export": {"bus": "a", "p_nom": 3.0, "sign": -1.0, "marginal_cost": -120.0}, "shed": SHED["shed"]}
    return {"tables": {**tables(generators=export), "loads": more}}, 9 * 100 - 3 * 120.0


@network
def inactive_parts() -> Network:
    """What is not active neither feeds in nor consumes."""
    off = {"free": {"bus": "a", "p_nom": 10.0, "active": False}, "shed": {**SHED["shed"], "active": True}}
    loads = {"load": {"bus": "a", "p_set": 10.0, "active": True}, "gone": {"bus": "a", "p_set": 5.0, "active": False}}
    return {"tables": {**tables(generators=off), "loads": loads}}, 1000.0


@network
def must_run() -> Network:
    """At least 6 of 8 at 200 each, the rest of 10 is shed: 1200 + 400."""
    plant = {"plant": {"bus": "a", "p_nom": 8.0, "p_min_pu": 0.75, "marginal_cost": 200.0}}
    return {"tables": tables(generators=plant)}, 1600.0


@network
def ramps_count_snapshots() -> Network:
    """Up by at most 0.3 x 10 from snapshot to snapshot, though each lasts 3 h: 0, 3 of 10; then shedding (x 3 h)."""
    plant = {"plant": {"bus": "a", "p_nom": 10.0, "marginal_cost": 1.0, "ramp_limit_up": 0.3}}
    plant["shed"] = {**SHED["shed"], "ramp_limit_up": float("nan")}
    return {"tables": tables([0.0, 10.0], generators=plant), "snapshots": 2, "weights": 3.0}, 3 * (3 + 700.0)


@network
def energy_of_a_generator() -> Network:
    """At most 12 MWh of 20 in two snapshots of one hour and weight 1 each: 12 x 1 + 8 x 100."""
    plant = {"plant": {"bus": "a", "p_nom": 10.0, "marginal_cost": 1.0, "e_sum_max": 12.0}}
    return {"tables": tables(generators=plant), "snapshots": 2}, 812.0


@network
def link_with_two_outputs() -> Network:
    """1 of gas at 10 gives 0.5 of power and 0.4 of heat: for 5 and 4, 10 of gas. Without the second port heat is shed."""
    links = {"chp": {"bus0": "gas", "bus1": "a", "bus2": "heat", "efficiency": 0.5, "efficiency2": 0.4, "p_nom": 20.0}}
    loads = {"load": {"bus": "a", "p_set": 5.0}, "heat": {"bus": "heat", "p_set": 4.0}}
    generators = {"gas": {"bus": "gas", "p_nom": 100.0, "marginal_cost": 10.0}, **SHED}
    buses = {"a": {"carrier": "AC"}, "gas": {"carrier": "gas"}, "heat": {"carrier": "heat"}}
    return {"tables": {"buses": buses, "loads": loads, "generators": generators, "links": links}}, 100.0


TWO = {"a": {"carrier": "AC"}, "b": {"carrier": "AC"}}
CHEAP_B = {"cheap": {"bus": "b", "p_nom": 50.0, "marginal_cost": 1.0}}


@network
def link_that_runs_backwards() -> Network:
    """p_min_pu = -0.5 of 10: 5 can come from b to a, at a cost of -1 x 2 in that direction: 5 + 5 x 100 - 10."""
    links = {"dc": {"bus0": "a", "bus1": "b", "p_nom": 10.0, "p_min_pu": -0.5, "marginal_cost": 2.0}}
    return {"tables": tables(buses=TWO, generators=CHEAP_B, links=links)}, 495.0


THREE = {name: {"carrier": "AC", "v_nom": 380.0} for name in ("1", "2", "a")}


def _triangle(direct: float, **attributes: Any) -> dict[str, Any]:
    generators = {"cheap": {"bus": "1", "p_nom": 100.0, "marginal_cost": 10.0}, **SHED}
    lines = {
        f"{start}-{end}": {"bus0": start, "bus1": end, "s_nom": room, "length": 10.0, **attributes}
        for start, end, room in (("1", "2", 100.0), ("2", "a", 100.0), ("1", "a", direct))
    }
    return tables(9.0, buses=THREE, generators=generators, lines=lines)


@network
def voltage_law() -> Network:
    """2/3 of what is sent flows directly: with room for 5 there 7.5 arrive, 1.5 are shed. As transport, 9 would."""
    return {"tables": _triangle(5.0, x=0.3, r=0.01)}, 75 + 150.0


@network
def voltage_law_of_direct_current() -> Network:
    """Buses of direct current share by resistance: 0.2 on the direct line, 0.1 twice around: half and half, 9 arrive."""
    made = _triangle(5.0, x=0.3)
    made["buses"] = {name: {"carrier": "DC", "v_nom": 380.0} for name in THREE}
    for name, line in made["lines"].items():
        line["r"] = 0.2 if name == "1-a" else 0.1
    return {"tables": made}, 90.0


@network
def line_types() -> Network:
    """The type gives x per km: three lines of the same type and length share as before."""
    return {"tables": _triangle(5.0, type="Al/St 240/40 2-bundle 220.0", num_parallel=2.0)}, 75 + 150.0


@network
def transformers() -> Network:
    """Two in parallel, x / s_nom x tap of 0.1 / 10 x 1 and 0.1 / 20 x 0.5: 1 to 4; with room for 10 x 0.2 on the first,
    10 arrive of which 8 on the second.
    """
    both = {
        "one": {"bus0": "b", "bus1": "a", "x": 0.1, "s_nom": 10.0, "s_max_pu": 0.15, "tap_ratio": 1.0},
        "two": {"bus0": "b", "bus1": "a", "x": 0.1, "s_nom": 20.0, "s_max_pu": 1.0, "tap_ratio": 0.5},
    }
    return {"tables": tables(buses=TWO, generators=CHEAP_B, transformers=both)}, 7.5 + 250.0


@network
def storage_unit_from_its_initial_level() -> Network:
    """10 MWh before the first snapshot: PyPSA takes no standing loss off them then. With the loss, 9 and a cost of 100."""
    unit = {"bus": "a", "p_nom": 20.0, "max_hours": 6.0, "state_of_charge_initial": 10.0, "standing_loss": 0.1}
    return {"tables": tables(storage_units={"unit": unit})}, 0.0


@network
def storage_unit_in_a_cycle() -> Network:
    """Charged at 1 for 2 h, used for 2 h, 0.9 x 0.8 on the way: 10 MW need 13.9 MW at 1. Starting full would be free."""
    unit = {
        "bus": "a",
        "p_nom": 50.0,
        "max_hours": 6.0,
        "efficiency_store": 0.9,
        "efficiency_dispatch": 0.8,
        "cyclic_state_of_charge": True,
        "state_of_charge_initial": 100.0,
        "marginal_cost": 3.0,
    }
    cheap = {"cheap": {"bus": "a", "p_nom": 50.0, "p_max_pu": [1.0, 0.0], "marginal_cost": 1.0}}
    cost = 2 * (10 / 0.72 * 1.0 + 10 * 3.0)
    return {
        "tables": tables([0.0, 10.0], generators=cheap, storage_units={"unit": unit}),
        "snapshots": 2,
        "weights": 2.0,
    }, cost


@network
def inflow_and_spill() -> Network:
    """Inflow of 15 and room for nothing: 10 are used, 5 spilled at 2. Nothing can be charged."""
    unit = {"bus": "a", "p_nom": 20.0, "max_hours": 0.0, "p_min_pu": 0.0, "inflow": [15.0], "spill_cost": 2.0}
    return {"tables": tables(storage_units={"hydro": {**unit, "efficiency_store": 0.0}})}, 10.0


@network
def store_between_its_limits() -> Network:
    """20 of 40 MWh at first, at least 0.25 x 40 must stay; 10 come out at 1 each, and the level costs 0.5 an hour."""
    store = {
        "bus": "a",
        "e_nom": 40.0,
        "e_initial": 20.0,
        "e_min_pu": 0.25,
        "marginal_cost": 1.0,
        "marginal_cost_storage": 0.5,
    }
    return {"tables": tables(12.0, stores={"store": store})}, 10 + 200 + 5.0


@network
def extended_store_in_a_cycle() -> Network:
    """10 MWh must be kept over one snapshot: 10 x 4, charged at 1 each."""
    store = {"bus": "a", "e_nom_extendable": True, "e_cyclic": True, "capital_cost": 4.0}
    cheap = {"cheap": {"bus": "a", "p_nom": 50.0, "p_max_pu": [1.0, 0.0], "marginal_cost": 1.0}}
    return {"tables": tables([0.0, 10.0], generators=cheap, stores={"store": store}), "snapshots": 2}, 50.0


def _limit(**attributes: Any) -> dict[str, Any]:
    return {"limit": {"sense": "<=", **attributes}}


GAS = {"gas": {"co2_emissions": 0.2}}


@network
def primary_energy() -> Network:
    """0.2 t per MWh of gas at 50 %: 2 t allow 5 MWh of 10. Per MWh of power, without the efficiency, 10 would be allowed."""
    plant = {"gas": {"bus": "a", "p_nom": 10.0, "marginal_cost": 1.0, "efficiency": 0.5, "carrier": "gas"}}
    limit = _limit(type="primary_energy", carrier_attribute="co2_emissions", constant=2.0)
    return {"tables": tables(generators=plant, carriers=GAS, global_constraints=limit)}, 505.0


@network
def primary_energy_of_a_store() -> Network:
    """What a store of gas that does not cycle loses, counts: 20 MWh there, 2 t allow 10 out: 2 MW of 12 are shed."""
    store = {"bus": "a", "e_nom": 40.0, "e_initial": 20.0, "carrier": "gas"}
    limit = _limit(type="primary_energy", carrier_attribute="co2_emissions", constant=2.0)
    return {"tables": tables(12.0, stores={"store": store}, carriers=GAS, global_constraints=limit)}, 200.0


@network
def operational_limit() -> Network:
    """Gas: at most 4 MWh of output, whatever its efficiency; weight 2 of the limit, 1 of the cost."""
    plant = {"gas": {"bus": "a", "p_nom": 10.0, "marginal_cost": 1.0, "efficiency": 0.5, "carrier": "gas"}}
    limit = _limit(type="operational_limit", carrier_attribute="gas", constant=4.0)
    weights = {"objective": 1.0, "stores": 2.0, "generators": 2.0}
    return {"tables": tables(generators=plant, carriers=GAS, global_constraints=limit), "weights": weights}, 2 + 800.0


def _corridor(**limit: Any) -> dict[str, Any]:
    links = {
        "dc": {"bus0": "b", "bus1": "a", "p_nom_extendable": True, "capital_cost": 3.0, "length": 50.0, "carrier": "DC"}
    }
    return tables(buses=TWO, generators=CHEAP_B, links=links, global_constraints=_limit(**limit))


@network
def transmission_volume() -> Network:
    """200 MWkm at 50 km: 4 MW at 3, and what flows at 1."""
    limit = {"type": "transmission_volume_expansion_limit", "carrier_attribute": "AC, DC", "constant": 200.0}
    return {"tables": _corridor(**limit)}, 4 * 4 + 600.0


@network
def transmission_cost() -> Network:
    """15 at 3 per MW: 5 MW."""
    limit = {"type": "transmission_expansion_cost_limit", "carrier_attribute": "AC, DC", "constant": 15.0}
    return {"tables": _corridor(**limit)}, 5 * 4 + 500.0


@network
def capacity_of_a_carrier() -> Network:
    """At most 6 MW of gas at bus a, which has two plants."""
    plant = {"bus": "a", "p_nom_extendable": True, "capital_cost": 2.0, "carrier": "gas"}
    limit = _limit(type="tech_capacity_expansion_limit", carrier_attribute="gas", bus="a", constant=6.0)
    generators = {"one": plant, "two": {**plant, "capital_cost": 3.0}}
    return {"tables": tables(generators=generators, carriers=GAS, global_constraints=limit)}, 12 + 400.0


@network
def investment_periods() -> Network:
    """A plant of 2030 lives ten years: it is paid in one of two periods of weight 8 and 5, 10 MW x 7, then shedding."""
    plant = {"bus": "a", "p_nom_extendable": True, "capital_cost": 7.0, "build_year": 2030.0, "lifetime": 10.0}
    shed = {**SHED["shed"], "build_year": 0.0, "lifetime": float("inf")}
    made = tables(generators={"plant": plant, "shed": shed})
    return {"tables": made, "periods": {2030: (10.0, 8.0), 2040: (10.0, 5.0)}}, 8 * 70 + 5 * 1000.0


@network
def limit_of_all_periods() -> Network:
    """30 MWh of gas over two periods of 10 and 5 years: 3 a year in the first at a saving of 99 x 8 / 10 per MWh;
    99 x 5 / 5 in the second is more: 6 there, none in the first.
    """
    plant = {"gas": {"bus": "a", "p_nom": 10.0, "marginal_cost": 1.0, "carrier": "gas"}}
    limit = _limit(type="operational_limit", carrier_attribute="gas", constant=30.0)
    made = tables(generators=plant, carriers=GAS, global_constraints=limit)
    return {"tables": made, "periods": {2030: (10.0, 8.0), 2040: (5.0, 5.0)}}, 8 * 1000 + 5 * (6 + 400.0)


@network
def growth_of_a_carrier() -> Network:
    """At most 4 MW of gas new in each period, and what is built in 2030 lasts."""
    plants = {
        f"gas {year}": {"bus": "a", "p_nom_extendable": True, "capital_cost": 1.0, "carrier": "gas", "build_year": year}
        for year in (2030.0, 2040.0)
    }
    plants["shed"] = {**SHED["shed"], "build_year": 0.0}
    carriers = {"gas": {"max_growth": 4.0}}
    made = tables(generators=plants, carriers=carriers)
    return {"tables": made, "periods": {2030: (1.0, 1.0), 2040: (1.0, 1.0)}}, 4 * 2 + 600 + 4 + 200.0


@network
def store_of_each_period() -> Network:
    """Every period begins with 5 MWh: 5 of 10 are shed in both."""
    store = {"bus": "a", "e_nom": 5.0, "e_initial": 5.0, "e_initial_per_period": True}
    return {"tables": tables(stores={"store": store}), "periods": {2030: (1.0, 2.0), 2040: (1.0, 1.0)}}, 1500.0


@network
def emissions_of_a_store_in_every_period() -> Network:
    """20 MWh of gas at the beginning of each period of 5 years; 15 t over both allow 15 / (5 x 0.2) = 15 MWh out: all 12
    are drawn where they save more, 3 in the other period. Counted once a period instead of five times, 24 would be drawn.
    """
    store = {"bus": "a", "e_nom": 40.0, "e_initial": 20.0, "e_initial_per_period": True, "carrier": "gas"}
    limit = _limit(type="primary_energy", carrier_attribute="co2_emissions", constant=15.0)
    made = tables(12.0, stores={"store": store}, carriers=GAS, global_constraints=limit)
    return {"tables": made, "periods": {2030: (5.0, 8.0), 2040: (5.0, 5.0)}}, 5 * 900.0
