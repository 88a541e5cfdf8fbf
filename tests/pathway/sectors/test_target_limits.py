"""Targets as limits, each kind computed by hand over a made-up past and hand-made counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest
from tests.pathway.small import maker, near, solve

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.scenario_targets import IMPOSED, SOFTENED, Treatment, treatments
from dafeng.pathway.scenario_values import Course
from dafeng.pathway.sectors import expressions, target_limits
from dafeng.pathway.sectors.counting import Counting
from dafeng.pathway.sectors.target_limits import Frame, indicator
from dafeng.pathway.system import BUILD, CAPACITY, YEARLY, Array, Limit

COAL, OIL, GAS = 2.66, 1.73, 1.56
"""t CO2 per tce, factor set `topdown-netted`."""
PAST = {
    ("primary_consumption", "energy"): {2020: 5000.0, 2024: 6000.0},
    ("primary_consumption", "coal"): {2005: 1900.0, 2020: 2800.0, 2024: 3000.0},
    ("primary_consumption", "oil"): {2005: 460.0, 2020: 900.0, 2024: 1000.0},
    ("primary_consumption", "gas"): {2005: 60.0, 2020: 400.0, 2024: 500.0},
    ("power_capacity", "hydro"): {2020: 0.370},
    ("power_capacity", "pumped_storage"): {2020: 0.030},
}


@dataclass
class World:
    """A scenario with a GDP that grows by 0.1 of that of 2020 a year, and a base year of two regions."""

    targets: Mapping[str, Treatment]
    limits: Mapping[str, Course] = field(default_factory=dict)
    earlier: Mapping[tuple[str, str], Mapping[int, Array]] = field(default_factory=dict)
    regions: tuple[str, ...] = ("CN-A", "CN-B")

    @property
    def scenario(self) -> World:
        return self

    @property
    def base(self) -> World:
        return self

    def driver(self, _driver: str, year: int) -> float:
        return 100.0 * (1 + 0.1 * (year - 2020))

    def demand(self, _service: str, year: int) -> Array:
        return np.array([10.0, 20.0]) * (1 + 0.05 * (year - 2020))

    def option_output(self, option: str) -> Array:
        return np.array([6.0, 12.0]) if option == "rail_electric" else np.array([4.0, 8.0])

    def multiplier_of(self, place: int, _sector: str, _fuel: str) -> float:
        return (1.0, 1.1)[place]


@pytest.fixture(autouse=True)
def _past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "stated", lambda flow, carrier: PAST.get((flow, carrier), {}))
    monkeypatch.setattr(target_limits, "gdp", lambda year: 0.3 if year == 2005 else None)


def treated(name: str, how: str = IMPOSED, **changes: object) -> Treatment:
    """A target as the catalogue treats it, imposed."""
    return replace(treatments()[name], how=how, **changes)  # type: ignore[arg-type]


def frame(world: World, flows: Counting, years: tuple[int, ...] = (2030,), **books: Counting) -> Frame:
    none = Counting(world.regions, years)
    return Frame(flows, books.get("output", none), books.get("built", none), world, years, np.full(len(years), 4.0))


def counting(*entries: tuple[str, str, str, int, float], years: tuple[int, ...] = (2030,)) -> Counting:
    """(flow, carrier, quantity, variable, amount), all of the first region."""
    found = Counting(("CN-A", "CN-B"), years)
    for flow, carrier, quantity, index, amount in entries:
        found.add(0, flow, carrier, quantity, index, amount)
    return found


def coefficients(limit: Limit) -> dict[tuple[str, int], float]:
    """(quantity, variable) -> coefficient."""
    found: dict[tuple[str, int], float] = {}
    for term in limit.terms:
        for index, value in zip(term.index, term.coefficient, strict=True):
            found[term.quantity, int(index)] = found.get((term.quantity, int(index)), 0.0) + float(value)
    return found


def one(world: World, flows: Counting, years: tuple[int, ...] = (2030,), **books: Counting) -> Limit:
    """The only limit."""
    (limit,) = target_limits.target_limits(frame(world, flows, years, **books))
    return limit


PRIMARY = (
    ("primary_consumption", "primary_electricity", YEARLY, 0, 1.0),
    ("primary_consumption", "energy", YEARLY, 0, 1.0),
    ("primary_consumption", "coal", YEARLY, 1, 0.8),
    ("primary_consumption", "energy", YEARLY, 1, 0.8),
    ("primary_consumption", "oil", YEARLY, 2, 1.0),
    ("primary_consumption", "energy", YEARLY, 2, 1.0),
    ("captured_co2", "all", YEARLY, 1, 0.5),
    ("process_co2", "all", YEARLY, 3, 1.0),
)


def test_a_share_is_linear_and_about_means_the_lower_end() -> None:
    """About 25 %, within 2 % of it: 24.5 %. Clean: 1 - 0.245; coal: -0.245 x 0.8; oil: -0.245."""
    limit = one(World({"T04": treated("T04")}), counting(*PRIMARY))
    assert (limit.name, limit.lower, limit.upper, limit.period) == ("target T04 2030", 0.0, np.inf, 0)
    assert coefficients(limit) == near({(YEARLY, 0): 0.755, (YEARLY, 1): -0.196, (YEARLY, 2): -0.245})


def test_a_stated_share_has_no_band() -> None:
    limit = one(World({"O06": treated("O06")}), counting(*PRIMARY))
    assert coefficients(limit)[YEARLY, 0] == near(0.75)


def test_a_level_is_in_the_unit_of_the_treatment() -> None:
    """A GW of wind counts 1e-3 of a million MW; the limit and its dual are per GW."""
    flows = counting(("power_capacity", "wind", CAPACITY, 0, 1e-3), ("power_capacity", "solar", CAPACITY, 1, 1e-3))
    limit = one(World({"T08": treated("T08")}), flows)
    assert limit.lower == near(1200.0)
    assert coefficients(limit) == near({(CAPACITY, 0): 1.0, (CAPACITY, 1): 1.0})


def test_a_target_holds_from_its_due_year_on() -> None:
    flows = counting(("power_capacity", "wind", CAPACITY, 0, 1e-3), years=(2025,))
    assert target_limits.target_limits(frame(World({"T08": treated("T08")}), flows, (2025,))) == []
    assert one(World({"T08": treated("T08")}), flows, (2035,)).name == "target T08 2035"


def test_an_increment_is_held_against_the_period_of_its_base_year() -> None:
    """Conventional hydropower of 2025: 450 - 60 = 390 GW; about 40 more: 390 + 0.98 x 40."""
    earlier = {
        ("power_capacity", "hydro"): {2025: np.array([0.3, 0.15])},
        ("power_capacity", "pumped_storage"): {2025: np.array([0.06, 0.0])},
    }
    flows = counting(
        ("power_capacity", "hydro", CAPACITY, 0, 1e-3),
        ("power_capacity", "hydro", CAPACITY, 1, 1e-3),
        ("power_capacity", "pumped_storage", CAPACITY, 1, 1e-3),
    )
    limit = one(World({"T09b": treated("T09b")}, earlier=earlier), flows)
    assert limit.lower == near(390 + 39.2)
    assert coefficients(limit) == near({(CAPACITY, 0): 1.0})


def test_an_increment_over_a_measured_year() -> None:
    """Of 2020, from the statistics: 370 - 30 = 340 GW."""
    flows = counting(("power_capacity", "hydro", CAPACITY, 0, 1e-3), years=(2025,))
    assert one(World({"T09a": treated("T09a")}), flows, (2025,)).lower == near(340 + 39.2)


def test_an_increment_asks_nothing_after_its_own_years() -> None:
    """ "Added 2021 to 2025" binds in 2025; in 2030 again only where no period fell into 2025 to 2029."""
    flows = counting(("power_capacity", "hydro", CAPACITY, 0, 1e-3))
    planned = {("power_capacity", "hydro"): {2025: np.array([0.45, 0.0])}}
    assert target_limits.target_limits(frame(World({"T09a": treated("T09a")}, earlier=planned), flows)) == []
    assert one(World({"T09a": treated("T09a")}), flows).name == "target T09a 2030"
    both = counting(("power_capacity", "hydro", CAPACITY, 0, 1e-3), years=(2025, 2030))
    assert one(World({"T09a": treated("T09a")}), both, (2025, 2030)).name == "target T09a 2025"


def test_carbon_intensity_over_2005_goes_by_the_factors_of_the_account() -> None:
    """CO2 of 2005: 1900, 460, 60 Mtce by their factors. GDP: 2.0 in 2030, 0.3 in 2005, of that of 2020.

    A unit of coal counts 0.8 Mtce x 2.66 less the 0.5 Mt that is captured.
    """
    limit = one(World({"T05": treated("T05")}), counting(*PRIMARY))
    of_2005 = 1900 * COAL + 460 * OIL + 60 * GAS
    assert limit.upper == near(0.35 * of_2005 * 2.0 / 0.3)
    assert coefficients(limit) == near({(YEARLY, 1): 0.8 * COAL - 0.5, (YEARLY, 2): OIL})


def test_the_scope_of_2026_counts_processes() -> None:
    """17 % below 2025 per unit of GDP, which grows from 1.5 to 2.0; CO2 of 2025: 3000 x 2.66 + 700."""
    earlier = {
        ("primary_consumption", "coal"): {2025: np.array([1000.0, 2000.0])},
        ("process_co2", "all"): {2025: np.array([500.0, 200.0])},
    }
    limit = one(World({"O01": treated("O01")}, earlier=earlier), counting(*PRIMARY))
    assert limit.upper == near(0.83 * (3000 * COAL + 700) * 2.0 / 1.5)
    assert coefficients(limit)[YEARLY, 3] == near(1.0)


def test_energy_intensity_over_the_base_year() -> None:
    """5000 Mtce in 2020; 13.5 % less per unit of GDP, which grows to 1.5."""
    limit = one(World({"T02": treated("T02")}), counting(*PRIMARY, years=(2025,)), (2025,))
    assert limit.upper == near(0.865 * 5000 * 1.5)


def test_before_2030_keeps_2030_below_the_highest_year_so_far() -> None:
    """Strict: measured 2024 has 3000, 1000, 500 Mtce; the period of 2025 more coal, so 2025 is the highest."""
    earlier = {
        ("primary_consumption", "coal"): {2025: np.array([3100.0, 0.0])},
        ("primary_consumption", "oil"): {2025: np.array([1000.0, 0.0])},
        ("primary_consumption", "gas"): {2025: np.array([500.0, 0.0])},
    }
    world = World({"T06": treated("T06")})
    assert one(world, counting(*PRIMARY)).upper == near(3000 * COAL + 1000 * OIL + 500 * GAS)
    assert one(replace(world, earlier=earlier), counting(*PRIMARY)).upper == near(3100 * COAL + 1000 * OIL + 500 * GAS)


def test_by_2030_leaves_2030_free_and_binds_what_follows() -> None:
    """Coal has to peak by 2030: 2030 may be the highest, 2035 not above it."""
    world = World({"O05a": treated("O05a")})
    assert target_limits.target_limits(frame(world, counting(*PRIMARY))) == []
    earlier = {("primary_consumption", "coal"): {2025: np.array([3000.0, 0]), 2030: np.array([3200.0, 50.0])}}
    after = one(replace(world, earlier=earlier), counting(*PRIMARY, years=(2035,)), (2035,))
    assert after.upper == near(3250.0)


def test_a_scenario_may_want_an_earlier_peak() -> None:
    own = treated("O05a")
    earlier = {("primary_consumption", "coal"): {2025: np.array([2900.0, 0])}}
    world = World({"O05a": replace(own, target=replace(own.target, value=2029.0))}, earlier=earlier)
    assert one(world, counting(*PRIMARY)).upper == near(3000.0)


def test_coal_grows_more_slowly_than_energy_until_2025() -> None:
    """2800 of 5000 in 2020: coal less 0.56 of energy is at most zero. Coal: 0.8 (1 - 0.56)."""
    limit = one(World({"Q01": treated("Q01")}), counting(*PRIMARY, years=(2025,)), (2025,))
    assert limit.upper == 0.0
    assert coefficients(limit) == near({(YEARLY, 0): -0.56, (YEARLY, 1): 0.352, (YEARLY, 2): -0.56})


def test_coal_falls_from_2026_to_2030_and_is_free_afterwards() -> None:
    earlier = {("primary_consumption", "coal"): {2025: np.array([3000.0, 90.0])}}
    world = World({"Q02": treated("Q02")}, earlier=earlier)
    assert one(world, counting(*PRIMARY)).upper == near(3090.0)
    assert target_limits.target_limits(frame(world, counting(*PRIMARY, years=(2035,)), (2035,))) == []


def test_the_pledge_of_2035_as_a_proxy_over_co2() -> None:
    """7 % below the highest period, 3000 x 2.66 + 700; without a figure of processes the measured years do not count."""
    earlier = {
        ("primary_consumption", "coal"): {2025: np.array([3000.0, 0.0]), 2030: np.array([2900.0, 0.0])},
        ("process_co2", "all"): {2025: np.array([700.0, 0.0]), 2030: np.array([700.0, 0.0])},
    }
    world = World({"O27a": treated("O27a")}, earlier=earlier)
    assert one(world, counting(*PRIMARY, years=(2035,)), (2035,)).upper == near(0.93 * (3000 * COAL + 700))


def test_what_is_missed_is_priced_by_its_unit_and_the_years_of_the_period() -> None:
    """500 CNY/kW is 0.5e9 CNY per GW; a year of the period is worth 4."""
    soft = treated("O12", SOFTENED)
    limit = one(World({"O12": soft}), counting(("power_capacity", "pumped_storage", CAPACITY, 0, 1e-3)))
    assert (soft.price, soft.price_unit) == (500, "kW")
    assert (limit.price, limit.lower) == near((0.5 * 4, 160.0))


def test_a_ceiling_of_the_scenario() -> None:
    """On CO2 of energy and processes, from the first year that the scenario names."""
    world = World({}, limits={"co2": Course(((2030, 10500.0),))})
    assert one(world, counting(*PRIMARY)).upper == 10500.0
    assert target_limits.target_limits(frame(world, counting(*PRIMARY, years=(2025,)), (2025,))) == []


def test_watched_targets_make_no_limit() -> None:
    assert target_limits.target_limits(frame(World({"T04": treated("T04", "watched")}), counting(*PRIMARY))) == []


def test_a_year_that_the_same_system_plans_is_no_reference() -> None:
    """Held against 2025, which is not planned yet."""
    years = (2025, 2030)
    with pytest.raises(DafengError) as error:
        target_limits.target_limits(frame(World({"O01": treated("O01")}), counting(*PRIMARY, years=years), years))
    assert (error.value.key, error.value.values) == ("scenario_together", {"target": "O01", "year": 2025})
    with pytest.raises(DafengError, match="T06"):
        target_limits.target_limits(frame(World({"T06": treated("T06")}), counting(*PRIMARY, years=years), years))


def test_indicators_of_a_planned_year_are_those_of_the_board() -> None:
    earlier = {
        ("primary_consumption", "energy"): {2030: np.array([4000.0, 2000.0])},
        ("primary_consumption", "primary_electricity"): {2030: np.array([1500.0, 0.0])},
        ("power_capacity", "wind"): {2030: np.array([1.3, 0.1])},
    }
    own = frame(World({}, earlier=earlier), counting())
    assert indicator(own, treated("T04"), 2030) == near(25.0)
    assert indicator(own, treated("T08"), 2030) == near(1400.0)
    assert indicator(own, treated("T02"), 2030) == near(100 * (6000 / 5000 / 2.0 - 1))
    assert indicator(own, treated("T06"), 2030) is None
    assert indicator(own, treated("T04"), 2040) is None


def test_the_dual_is_money_per_unit_of_the_target() -> None:
    """10 units by coal (30, 0.8 Mtce each) or clean (50, 1 Mtce each), at least 24.5 % clean.

    0.755 c >= 0.196 (10 - c): c = 1.96 / 0.951. One Mtce more on the right side: 1 / 0.951 units more at 20 each.
    """
    m = maker()
    wanted = m.service("energy", 10)
    m.yearly("clean", [(wanted, 1.0)], cost=50)
    m.yearly("coal", [(wanted, 1.0)], cost=30)
    m.limits.append(one(World({"T04": treated("T04")}), counting(*PRIMARY[:4])))
    found = solve(m)
    assert found.plan.yearly[0, 0] == near(1.96 / 0.951)
    assert found.dual("limit") == near(np.array([20 / 0.951]))


# --- targets of single services --------------------------------------------------------------------------------------


@pytest.fixture
def transport(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rail by electricity (10 TWh a unit) and diesel (3 Mtce), cars by petrol (30) and electricity (100 TWh)."""
    options = {
        "rail": {"rail_electric": "as_today", "rail_diesel": "as_today"},
        "cars": {"cars_petrol": "as_today", "cars_electric": "electric"},
    }
    inputs = {
        "rail_electric": {"electricity": 10.0},
        "rail_diesel": {"diesel": 3.0},
        "cars_petrol": {"gasoline": 30.0},
        "cars_electric": {"electricity": 100.0},
    }
    catalogue = SimpleNamespace(
        services=lambda: {name: SimpleNamespace(sector="transport") for name in options},
        options=lambda service: {
            o: SimpleNamespace(id=o, kind=kind, service=service) for o, kind in options[service].items()
        },
        inputs=lambda option, _year: inputs[option],
    )
    monkeypatch.setattr(expressions, "sectors", catalogue)


def output() -> Counting:
    found = Counting(("CN-A", "CN-B"), (2030,))
    for index, (region, service, option) in enumerate(
        [
            (0, "rail", "rail_electric"),
            (1, "rail", "rail_electric"),
            (1, "rail", "rail_diesel"),
            (0, "cars", "cars_petrol"),
            (1, "cars", "cars_electric"),
        ]
    ):
        found.add(region, service, option, YEARLY, index, 1.0)
    return found


KWH = 0.12284
"""Mtce per TWh: 3.6 / 29.3076."""


@pytest.mark.usefixtures("transport")
def test_energy_per_turnover_of_railways() -> None:
    """Electricity counts by its heat; the second region uses a tenth more than the catalogue says.

    2020: electric 6 and 12, diesel 4 and 8 units in the regions. Wanted: 30 units in 2020, half as much again in 2030.
    """
    own = replace(treated("T21"), counts=("energy:rail",), over=("service:rail",))
    limit = one(World({"T21": own}), counting(), output=output())
    of_2020 = 10 * KWH * (6 + 1.1 * 12) + 3 * (4 + 1.1 * 8)
    assert limit.upper == pytest.approx(0.9 * of_2020 * 1.5, rel=1e-4)
    found = coefficients(limit)
    assert found == {
        (YEARLY, 0): pytest.approx(10 * KWH, rel=1e-4),
        (YEARLY, 1): pytest.approx(11 * KWH, rel=1e-4),
        (YEARLY, 2): pytest.approx(3.3),
    }


@pytest.mark.usefixtures("transport")
def test_oil_of_land_transport_peaks() -> None:
    """Held against the periods before and 2020; electricity is no oil."""
    own = replace(treated("T22"), counts=("oil:cars", "oil:rail"), price=None)
    earlier = {
        ("rail", "rail_diesel"): {2025: np.array([5.0, 9.0])},
        ("cars", "cars_petrol"): {2025: np.array([7.0, 0])},
    }
    limit = one(World({"T22": own}, earlier=earlier), counting(), output=output())
    of_2020 = 3 * (4 + 1.1 * 8) + 30 * (4 + 1.1 * 8)
    of_2025 = 3 * (5 + 1.1 * 9) + 30 * 7
    assert of_2020 > of_2025
    assert limit.upper == near(of_2020)
    assert coefficients(limit) == near({(YEARLY, 2): 3.3, (YEARLY, 3): 30.0})


@pytest.mark.usefixtures("transport")
def test_additions_are_what_is_built() -> None:
    """About 40 % clean: 39.2 %."""
    own = replace(treated("T19"), counts=("built:cars/cars_electric",), over=("built:cars/*",))
    built = Counting(("CN-A", "CN-B"), (2030,))
    built.add(0, "cars", "cars_petrol", BUILD, 4, 1.0)
    built.add(1, "cars", "cars_electric", BUILD, 5, 1.0)
    limit = one(World({"T19": own}), counting(), built=built)
    assert limit.lower == 0.0
    assert coefficients(limit) == near({(BUILD, 4): -0.392, (BUILD, 5): 0.608})


@pytest.mark.usefixtures("transport")
def test_unknown_expressions_are_refused() -> None:
    for text in ("made:ships/*", "coal", "@co3", "burnt:rail"):
        with pytest.raises(UnknownName):
            expressions.form((text,), World({}), 2030)
