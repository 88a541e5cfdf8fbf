"""The system of a case: units, costs, what a region has, and that no tool but unserved load serves for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.power.nation import few_days, inputs_of, nation, system_of
from tests.pathway.small import near

from dafeng.catalog import power
from dafeng.pathway.days import DAY
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.inherited import Built, Inherited, horizon, life_of
from dafeng.pathway.power.parameters import by_year, parameter, parameters

FREE = ("heat let go",)


@pytest.mark.parametrize("regions", ["nation", "grids", "provinces", "CN-HE"])
def test_everything_is_finite_and_nothing_pays_for_itself(regions: str) -> None:
    found = system_of(nation(regions=regions))
    p, s, k = found.processes, found.storages, found.stocks
    for table in (p.cost, p.available, p.minimum, s.discharge_cost, s.inflow, k.existing, k.build_cost, k.keep_cost):
        assert np.all(np.isfinite(table))
    assert p.cost.min() >= 0
    assert k.build_cost.min() >= 0
    assert k.existing.min() >= 0
    assert np.all(k.build_upper[k.build_cost <= 0] == 0), "what can be built costs something"
    assert np.all(np.isfinite(found.nodes.demand))
    assert found.nodes.demand.min() >= 0
    for i, name in enumerate(p.names):
        burns = name.partition(" ")[2] in ("coal_usc", "gas_ccgt", "coal_chp", "nuclear", "biomass")
        assert not burns or p.cost[i].min() > 0, name


def test_a_coal_plant_in_figures() -> None:
    """3,700 CNY/kW over 30 years at 7 %: 298.2 CNY a year; fuel 3.6 / 0.4619 GJ per MWh; five years at 5 %: 4.546."""
    case = nation(discount_rate=0.05, interest_rate=0.07, heat=False)
    found, inputs = system_of(case), inputs_of("nation", (2030,))
    cost = power.technology_costs(2030)["coal_usc"]
    annuity = 0.07 / (1 - 1.07**-30)
    worth = sum(1.05**-k for k in range(5))
    s = found.stocks.names.index("CN coal_usc")
    assert found.stocks.build_cost[s, 0] == near(cost.investment * annuity * worth * 1e6 / 1e9)
    assert found.stocks.keep_cost[s, 0] == near(cost.fixed_om * worth * 1e6 / 1e9)
    i = found.processes.names.index("CN coal_usc")
    per_mwh = cost.variable_om + inputs.fuel_price["raw_coal"][0, 0] * 3.6 / cost.efficiency
    assert found.processes.cost[i, 0] == near(per_mwh * 1e3 / 1e9)
    assert 150 < per_mwh < 400, "CNY/MWh"


def test_demand_is_that_of_the_scenario() -> None:
    """Fixed load and charging that can move: together the year's consumption; moving is a daily amount."""
    found = system_of(nation(heat=False))
    weight, load = found.steps.weight, inputs_of("nation", (2030,)).load[0, 0]
    fixed = found.nodes.demand[0] @ weight
    moving = -float(found.storages.inflow[found.storages.names.index("CN charging")] @ weight)
    assert moving == pytest.approx(load.sum() * by_year("charging_share", 2030) * parameter("charging_shift"), rel=1e-9)
    assert fixed + moving == pytest.approx(load.sum(), rel=1e-6)


def test_water_is_that_of_the_year() -> None:
    """Run of river and reservoirs of the modelled days give what the mean year gives."""
    found = system_of(nation(heat=False))
    inputs, weight = inputs_of("nation", (2030,)), found.steps.weight
    i, s = found.processes.names.index("CN hydro_ror"), found.stocks.names.index("CN hydro_ror")
    passing = float(found.processes.available[i] @ weight) * found.stocks.existing[s, 0]
    held = float(found.storages.inflow[found.storages.names.index("CN hydro_reservoir")] @ weight)
    assert passing + held == pytest.approx(inputs.hydro.sum(), rel=1e-6)
    assert held / (passing + held) == pytest.approx(inputs.reservoir_share[0], rel=1e-6)


def test_wind_and_sun_have_their_full_load_hours() -> None:
    """A fleet gives less than its newest plants: roofs above all."""
    found, inputs = system_of(nation(heat=False)), inputs_of("nation", (2030,))
    names = (("onwind", "onwind"), ("solar_utility", "solar"), ("solar_distributed", "solar"))
    for name, profile in names:
        i = found.processes.names.index(f"CN {name}")
        hours = float(found.processes.available[i] @ found.steps.weight)
        assert hours == pytest.approx(parameters("delivered")[name] * inputs.profiles[profile][0].sum(), rel=1e-6)
        assert 1000 < hours < 3500


def test_losses_of_corridors() -> None:
    """What arrives is what was sent less the loss of the length; both ways for AC, one way where power goes one way."""
    found, lines = system_of(nation(regions="grids", heat=False)), power.line_costs()
    for corridor in inputs_of("grids", (2030,)).corridors:
        ways = [i for i, name in enumerate(found.processes.names) if name.startswith(f"{corridor.name} to ")]
        assert len(ways) == (2 if corridor.both_ways else 1)
        for i in ways:
            loss = 1 - found.processes.efficiency[i, 0]
            assert float(np.max(loss)) == near(lines[corridor.kind].loss(corridor.km))
            assert 0 < np.max(loss) < 0.2


def test_heat_is_served_in_the_north() -> None:
    """A node of heat where networks stand; heat and power take up 1.15 of a plant and give 1.2 of heat."""
    found = system_of(nation(regions="grids"))
    heats = [name for name in found.nodes.names if name.endswith(" heat")]
    assert 0 < len(heats) <= 7
    i = next(k for k, name in enumerate(found.processes.names) if name.endswith("coal_chp heat"))
    efficiency = found.processes.efficiency[i]
    given = efficiency[:, 0] if efficiency.ndim == 2 else efficiency
    assert sorted(given.tolist()) == near([1.0, parameters("heat_ratio")["coal_chp"]])
    assert not [name for name in system_of(nation(heat=False)).nodes.names if name.endswith(" heat")]


def test_gas_plants_give_heat_with_what_they_must_run() -> None:
    """Beijing: 0.95 of its gas can give 0.8 of heat for a tenth more fuel. What it must run is as before, 0.27 of capacity.

    In winter all of it gives heat, in summer no more than networks take; electricity that is forced does not grow.
    """
    found, inputs = system_of(nation(regions="CN-BJ")), inputs_of("CN-BJ", (2030,))
    power_only, both = (found.processes.names.index(f"CN-BJ gas_chp{way}") for way in ("", " heat"))
    assert found.processes.stock[power_only] == found.processes.stock[both]
    given = {
        found.nodes.names[n]: found.processes.efficiency[both, k, 0] for k, n in enumerate(found.processes.sinks[both])
    }
    assert given == {"CN-BJ electricity": 1.0, "CN-BJ heat": near(0.8 * 0.95)}
    size = 1 + 0.1 * 0.95
    assert found.processes.size[both] == near(size)
    least = found.processes.minimum[both] / size
    assert found.processes.minimum[power_only] + least == near(np.full(len(least), 0.27))
    gas = found.stocks.existing[found.stocks.names.index("CN-BJ gas_chp"), 0]
    heat = found.nodes.demand[found.nodes.names.index("CN-BJ heat")]
    assert np.all(0.8 * 0.95 * least * gas <= heat + 1e-9)
    assert least.max() == near(0.27 / size)
    assert least.min() < 0.4 * least.max()
    fuel = inputs.fuel_price["natural_gas"][0, 0] * 3.6 / power.technology_costs(2030)["gas_chp"].efficiency
    more = (found.processes.cost[both] - found.processes.cost[power_only]) * 1e6
    assert more == near(np.full(len(more), 0.1 * 0.95 * fuel))


def test_gas_plants_heat_their_own_province() -> None:
    """Guangdong, which has two fifths of the nation's gas and no network of the north, adds nothing to what heats it."""
    names = system_of(nation(regions="provinces")).processes.names
    assert {"CN-BJ gas_chp heat", "CN-TJ gas_chp heat", "CN-SX gas_chp heat"} <= set(names)
    assert "CN-GD gas_chp heat" not in names
    (share,) = inputs_of("nation", (2030,)).gas_heat
    place = [power.provinces().index(entity) for entity in ("CN-BJ", "CN-TJ", "CN-HE", "CN-SX")]
    capacity = power.capacities(2024).of("gas")
    north = float(capacity[place] @ [0.95, 0.85, 0.6, 0.75]) / capacity.sum()
    assert north < share < north + 0.06, "of 144 GW; 0.49 can give heat somewhere"


def test_salt_makes_hydrogen_cheap_to_keep() -> None:
    """A province with salt pays for caverns, one without for tanks."""

    def price(region: str, store: str) -> float:
        found = system_of(nation(regions=region))
        return float(found.stocks.build_cost[found.stocks.names.index(f"{region} {store}"), 0])

    assert price("CN-JS", "hydrogen_cavern") < 0.2 * price("CN-BJ", "hydrogen_tank")
    assert not [n for n in system_of(nation(hydrogen=False)).storages.names if n.endswith("hydrogen")]


def test_what_earlier_periods_built_stands_until_its_life_ends() -> None:
    case, inputs = nation(periods=(2030, 2055), heat=False), inputs_of("nation", (2055,))
    inherited = Inherited(
        built={
            "CN onwind": (Built(2030, 100.0, 25.0, 1.0), Built(2050, 40.0, 25.0, 1.0)),
            "CN coal_usc": (Built(2030, 10.0, 30.0, 1.0),),
        },
        gone={"CN coal_subcritical": 0.25, "CN coal_usc": 1.0},
        joined={"CN coal_flexible": (("CN coal_supercritical", 0.5, 1.0),)},
    )
    found = power_system(case, inputs, few_days(), inherited)
    stands = dict(zip(found.stocks.names, found.stocks.existing[:, 0], strict=True))
    today = {name: table[0, 0] for name, table in inputs.existing.items()}
    assert stands["CN onwind"] == near(today["onwind"] + 40.0), "25 years after 2030 is 2055: gone"
    assert stands["CN coal_usc"] == near(10.0), "today's is gone, what was built lives to 2059"
    assert stands["CN coal_subcritical"] == near(0.75 * today["coal_subcritical"])
    assert stands["CN coal_flexible"] == near(0.5 * today["coal_supercritical"])


def test_what_was_converted_can_retire_before_its_age_like_all_coal() -> None:
    """Made flexible in 2025, it would otherwise stay until its age under any ceiling."""
    inherited = Inherited(joined={"CN coal_flexible": (("CN coal_supercritical", 0.5, 1.0),)})
    case, inputs = nation(periods=(2025, 2030), heat=False), inputs_of("nation", (2030,))
    found = power_system(case, inputs, few_days(), inherited)
    number = found.departures.names.index("CN coal_flexible>retired")
    rate = parameter("departure_rate") * 5
    assert found.departures.upper[number, 0] == near(rate * 0.5 * inputs.existing["coal_supercritical"][0, 0])
    assert "CN coal_ccs>retired" not in found.departures.names, "of which nothing stands"


def test_life_and_horizon() -> None:
    assert life_of("CN onwind", 2030) == power.technology_costs(2030)["onwind"].lifetime
    assert life_of("CN-HE coal_flexible", 2030) == power.technology_costs(2030)["coal_supercritical"].lifetime
    assert life_of("CN-HE-CN-SX AC", 2030) == power.line_costs()["AC"].lifetime
    case = nation(periods=(2025, 2030, 2040))
    assert horizon(case, (2025,)).years.tolist() == [5.0]
    assert horizon(case, (2030,)).years.tolist() == [10.0]
    assert horizon(case, (2040,)).years.tolist() == [5.0]
    assert horizon(case, (2040,)).base == 2025
    whole = horizon(case, case.periods)
    alone = [horizon(case, (year,)).worth[0] for year in case.periods]
    assert whole.worth == near(np.array(alone)), "periods alone are worth what they are worth together"


def test_the_same_days_in_every_period() -> None:
    found = system_of(nation(periods=(2030, 2040), heat=False))
    assert found.steps.count == 2 * len(few_days().chosen) * DAY
    wind = found.processes.available[found.processes.names.index("CN onwind")].reshape(2, -1)
    assert wind[0] == near(wind[1])
    assert found.nodes.demand[0].reshape(2, -1)[1].mean() > found.nodes.demand[0].reshape(2, -1)[0].mean()
