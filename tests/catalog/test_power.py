"""The shipped power system: shapes, sums, calibration, refusals, and that the tools make it again."""

from __future__ import annotations

import csv
import hashlib
import importlib
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.broken_copy import Copy
from dafeng.catalog import UnknownName, power, resource, series
from dafeng.catalog.package import catalogue_folder

TOOLS = Path(__file__).resolve().parents[2] / "tools"
PACKAGE = Path(str(catalogue_folder())) / "power"
TWH = 1e6
BASES = ("2020", "2023", "2024", "new")


def column(table: power.Table, *names: str) -> np.ndarray[Any, Any]:
    return sum((table.of(name) for name in names), np.zeros(len(table.entities)))


# --- hourly series --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", power.SERIES)
@pytest.mark.parametrize("basis", power.BASES)
def test_a_series_has_every_hour_of_every_province(name: str, basis: str) -> None:
    found = power.profiles(name, basis)
    assert found.values.shape == (11 if name == "offwind" else 31, 8760)
    assert found.values.dtype == np.float64
    assert np.isfinite(found.values).all()
    assert found.values.min() >= 0
    assert found.values.max() <= 1
    assert len(set(found.entities)) == len(found.entities)
    assert set(found.entities) <= set(power.provinces())


@pytest.mark.parametrize("name", ["load", "heat_load"])
def test_shapes_sum_to_one(name: str) -> None:
    assert power.profiles(name).values.sum(axis=1) == pytest.approx(np.ones(31), abs=1e-12)


def test_series_cannot_be_written_to() -> None:
    """They are cached: one reader must not change what the next one reads."""
    with pytest.raises(ValueError, match="read-only"):
        power.profiles("solar", "model").values[0, 0] = 1


def test_hours_are_beijing_time() -> None:
    """The sun stands highest near 12.1 h in Shandong (118.5 E) and 14.3 h in Xinjiang (86 E); 8 h before that in UTC."""
    sun = power.profiles("solar", "model")
    day = np.arange(24) + 0.5

    def noon(entity: str) -> float:
        mean = sun.of(entity).reshape(365, 24).mean(axis=0)
        return float((mean * day).sum() / mean.sum())

    assert 11.8 < noon("CN-SD") < 12.4
    assert 14.0 < noon("CN-XJ") < 14.6
    assert sun.values.reshape(31, 365, 24)[:, :, :4].max() < 0.001


def test_load_has_the_calendar_of_2018() -> None:
    """1 January is a Monday; the Spring Festival (16 February) is the week of least load."""
    days = (power.profiles("load").values * power.consumption(2020)[:, None]).sum(axis=0).reshape(365, 24).sum(axis=1)
    weeks = days[90 : 90 + 28 * 7].reshape(28, 7).mean(axis=0)  # from 1 April, a Sunday
    assert int(np.argmin(weeks)) == 0
    assert abs(int(np.argmin(days)) - (31 + 15)) <= 3


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("name", ["onwind", "offwind", "solar"])
def test_calibrated_series_have_the_hours_that_were_reported(name: str, basis: str) -> None:
    found = power.profiles(name, basis)
    wanted = {
        row["entity"]: row["hours"]
        for row in resource("power", "calibration").rows
        if (row["series"], row["basis"]) == (name, basis)
    }
    assert found.values.sum(axis=1) == pytest.approx([wanted[e] for e in found.entities], abs=1.0)


def test_calibration_keeps_the_order_of_the_hours() -> None:
    before, after = power.profiles("onwind", "model").of("CN-YN"), power.profiles("onwind", "new").of("CN-YN")
    order = np.argsort(before, kind="stable")
    assert (np.diff(after[order]) >= 0).all()


#: sha256 of the values as little-endian whole numbers of 1/10,000, entities in the order of the file
SUMS = {
    "load": "362186daf4a4486a",
    "heat_load": "1258ae4b79b72127",
    "onwind": "089b8d172b90b5c0",
    "offwind": "d06ef5306a78056d",
    "solar": "c48c354e82f55b84",
}


@pytest.mark.parametrize("name", SUMS)
def test_the_series_are_those_that_were_made(name: str) -> None:
    whole = np.round(series("power", name).values * 10_000).astype("<u2")
    assert hashlib.sha256(whole.tobytes()).hexdigest()[:16] == SUMS[name]


# --- capacity, energy -----------------------------------------------------------------------------

PARTS = {
    "coal": ("coal",),
    "gas": ("gas",),
    "thermal": ("coal", "gas", "biomass", "other_thermal"),
    "hydro": ("hydro", "phs"),
    "pumped_storage": ("phs",),
    "nuclear": ("nuclear",),
    "wind": ("onwind", "offwind"),
    "solar": ("solar_utility", "solar_distributed", "csp"),
}


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize("year", [2020, 2023, 2024])
def test_provinces_add_up_to_the_nation(year: int, kind: str) -> None:
    (nation,) = (
        row["value"] * 1000
        for row in resource("statistics", "national").rows
        if (row["flow"], row["carrier"], row["year"]) == ("power_capacity", kind, year)
    )
    assert column(power.capacities(year), *PARTS[kind]).sum() == pytest.approx(nation, rel=2e-5)


@pytest.mark.parametrize("kind", ["thermal", "hydro", "nuclear", "wind", "solar"])
@pytest.mark.parametrize("year", [2020, 2023])
def test_parts_add_up_to_the_official_figure_of_a_province(year: int, kind: str) -> None:
    official = {
        row["entity"]: row["value"]
        for row in resource("statistics", "provinces_power").rows
        if (row["flow"], row["carrier"], row["year"], row["scope"]) == ("power_capacity", kind, year, "all-plants")
    }
    found = dict(zip(power.provinces(), column(power.capacities(year), *PARTS[kind]), strict=True))
    assert len(official) > 4
    assert {e: found[e] for e in official} == pytest.approx(official, rel=1e-3, abs=2)


@pytest.mark.parametrize("year", [2020, 2023, 2024])
def test_wind_and_sun_generate_what_was_generated(year: int) -> None:
    """Mean capacity times calibrated hours is the national generation, TWh (NBS, CEC)."""
    fleet, basis = power.capacities(year, "mean"), str(year)
    wind = fleet.of("onwind") @ power.profiles("onwind", basis).values.sum(axis=1)
    sea = power.profiles("offwind", basis)
    wind += sum(fleet.of("offwind")[power.provinces().index(e)] * sea.of(e).sum() for e in sea.entities)
    sun = column(fleet, *PARTS["solar"]) @ power.profiles("solar", basis).values.sum(axis=1)
    published = {2020: (466.5, 261.1), 2023: (885.9, 584.2), 2024: (997.0, 839.1)}[year]
    assert (wind / TWH, sun / TWH) == pytest.approx(published, rel=2e-3)


@pytest.mark.parametrize(("kind", "series_of"), [("wind", ("onwind", "offwind")), ("solar", ("solar",))])
def test_every_province_generates_its_wind_and_sun_of_2020(kind: str, series_of: tuple[str, ...]) -> None:
    """Against the yearbook, which rounds to 0.1 TWh."""
    fleet, place = power.capacities(2020, "mean"), {e: i for i, e in enumerate(power.provinces())}
    made = np.zeros(31)
    for name in series_of:
        capacity = column(fleet, *PARTS["solar"]) if name == "solar" else fleet.of(name)
        hourly = power.profiles(name, "2020")
        for entity in hourly.entities:
            made[place[entity]] += capacity[place[entity]] * hourly.of(entity).sum()
    assert made / TWH == pytest.approx(power.generation(2020).of(kind) / TWH, abs=0.25)


def test_what_is_left_for_thermal_power_is_what_thermal_power_generated() -> None:
    """2020: consumption less all the rest is within 3 % of thermal power (CEC 5174 TWh)."""
    rest = (power.consumption(2020).sum() - power.hydro(2020).energy.sum()) / TWH - 466.5 - 261.1 - 366.3
    assert rest == pytest.approx(power.targets(2020)["generation", "thermal"]["value"], rel=0.03)


@pytest.mark.parametrize("year", [2020, 2023, 2024])
def test_coal_units_add_up_to_coal_capacity(year: int) -> None:
    blocks = power.coal_fleet(year)
    found = {e: sum(b.mw for b in blocks if b.entity == e) for e in power.provinces()}
    assert list(found.values()) == pytest.approx(list(power.capacities(year).of("coal")), rel=1e-4, abs=0.1)
    assert all(block.vintage <= year and block.mw > 0 for block in blocks)
    assert {b.technology for b in blocks} == {"coal_subcritical", "coal_supercritical", "coal_usc"}


def test_consumption_and_exchange() -> None:
    assert power.consumption(2020).sum() / TWH == pytest.approx(7511.0, abs=0.5)
    assert power.consumption(2024).sum() / TWH == pytest.approx(9852.1, abs=1)
    net = dict(zip(power.provinces(), power.net_exports(2020) / TWH, strict=True))
    assert net["CN-SX"] == pytest.approx(350.4 - 234.2, abs=0.2)  # yearbook less consumption
    assert net["CN-BJ"] < -60


def test_hydropower_has_months() -> None:
    """The mean year is that of the plants of 2024: more than any year gave to fewer plants on average (1,300 TWh)."""
    mean = power.hydro()
    assert mean.energy.sum() / TWH == pytest.approx(1390, rel=0.03)
    some = mean.energy > 0
    assert mean.months[some].sum(axis=1) == pytest.approx(np.ones(int(some.sum())), abs=1e-5)
    sichuan = power.provinces().index("CN-SC")
    assert mean.months[sichuan, 6:9].sum() > 1.6 * mean.months[sichuan, :3].sum()
    assert (mean.hours <= 5400.5).all()


# --- corridors, costs, potentials, demand ----------------------------------------------------------

NORTHWEST = {"CN-SN", "CN-GS", "CN-QH", "CN-NX", "CN-XJ"}


def test_corridors_lead_somewhere_and_the_slip_is_mended() -> None:
    found = power.corridors(2025)
    ends = {(c.origin, c.target) for c in found}
    assert all(a != b and {a, b} <= set(power.provinces()) for a, b in ends)
    assert not {("CN-GD", "CN-HE"), ("CN-HE", "CN-GD")} & ends
    assert ("CN-HB", "CN-GD") in ends
    assert all(c.mw > 0 for c in found if c.status == "existing")
    assert all(c.mw == 0 for c in found if c.status != "existing")


def test_the_northwest_is_joined_by_direct_current_only() -> None:
    """But for plants in Shaanxi that belong to the grid of North China."""
    joined = {
        c.id
        for c in power.corridors(2025)
        if c.kind == "AC" and c.mw and len({c.origin, c.target} & NORTHWEST) == 1 and c.id != "SN-SX-ac"
    }
    assert joined == set()


def test_a_line_serves_from_its_year() -> None:
    mw = {year: {c.id: c.mw for c in power.corridors(year)} for year in (2020, 2023, 2025)}
    assert [mw[y]["QH-HA-dc"] for y in mw] == [0, 8000, 8000]  # commissioned in December 2020
    assert [mw[y]["XJ-CQ-dc"] for y in mw] == [0, 0, 8000]  # June 2025
    assert [mw[y]["SC-JS-dc"] for y in mw] == [7200, 15200, 15200]  # Baihetan in July 2022


def test_cost_and_loss_of_a_line() -> None:
    """1,000 km of great circle, 1,250 of route: 1.43 x 1250 + 1264 CNY/kW; 2 % and 2.3 % a 1,000 km."""
    line = power.line_costs()["DC"]
    assert line.investment(1000) == pytest.approx(3051.5)
    assert line.loss(1000) == pytest.approx(0.02 + 0.023 * 1.25)


def test_costs() -> None:
    for year in (2020, 2033, 2060):
        for cost in power.technology_costs(year).values():
            assert 0 < cost.low <= cost.investment <= cost.high
            assert cost.efficiency > 0
            assert cost.lifetime > 0
    costs = {year: power.technology_costs(year)["onwind"].investment for year in (2030, 2035, 2040)}
    assert costs == {2030: 3700, 2035: 3550, 2040: 3400}


def test_fuel_prices() -> None:
    """Coal at Qinhuangdao: 543 CNY/t of 5,500 kcal/kg is 691 CNY/tce, 23.6 CNY/GJ; 2024 is 892/691 of it."""
    place = power.provinces().index("CN-HE")
    assert power.fuel_prices("raw_coal", 2020)[place] == pytest.approx(691 / 29.3076)
    assert power.fuel_prices("raw_coal", 2024)[place] == pytest.approx(892 / 29.3076)
    assert power.fuel_prices("raw_coal", 2050)[place] == pytest.approx(892 / 29.3076)
    assert (power.fuel_prices("natural_gas", 2020) > power.fuel_prices("raw_coal", 2020)).all()
    assert (power.fuel_prices("biomass", 2030) == 30).all()
    for fuel, year in (("raw_coal", 2020), ("raw_coal", 2030), ("natural_gas", 2030), ("biomass", 2030)):
        low, central, high = (power.fuel_prices(fuel, year, level) for level in ("low", "central", "high"))
        assert (low < 0.85 * central).all()
        assert (1.15 * central < high).all()


def test_what_conversions_cost_is_their_investment() -> None:
    """A unit that was converted runs and is kept at the cost of what it became: none of its own is in the table."""
    for year in (2020, 2030, 2060):
        costs = power.technology_costs(year)
        found = {name: cost for name, cost in costs.items() if name.endswith("_retrofit")}
        assert len(found) == 3
        assert all((cost.fixed_om, cost.variable_om) == (0, 0) for cost in found.values())
        assert {name: cost.efficiency for name, cost in found.items() if "ccs" in name} == {"coal_ccs_retrofit": 0.75}


def test_notes_of_costs_say_what_is_used() -> None:
    parameters = {(r["id"], r["technology"]): r["value"] for r in resource("power", "parameters").rows}
    notes = {r["technology"]: r["note"] for r in resource("power", "technology_costs").rows}
    nuclear, chp = notes["nuclear"], notes["coal_chp"]
    assert (
        f"most output {parameters['available', 'nuclear']:g} of capacity, least {parameters['must_run', 'nuclear']:g}"
        in nuclear
    )
    assert (
        f"with heat {parameters['heat_ratio', 'coal_chp']:g} of heat per power, and {parameters['heat_size', 'coal_chp']:g} of"
        in chp
    )


def test_nuclear_power_that_was_not_read() -> None:
    rows = {
        (r["entity"], r["year"]): (r["basis"], r["quality"])
        for r in resource("power", "capacities").rows
        if (r["technology"], r["when"]) == ("nuclear", "year_end")
    }
    for year in (2020, 2023, 2024):
        assert rows["CN-HI", year] == ("recalled", "recalled")
        assert rows["CN-SD", year] == ("residual", "estimated")
        assert {rows[key] for key in rows if key[0] not in ("CN-HI", "CN-SD")} == {("official", "secondary")}


def test_potentials_hold_what_stands() -> None:
    fleet, most = power.capacities(2024), power.potentials("low")
    for name in ("onwind", "offwind", "solar_utility", "solar_distributed", "phs", "hydro"):
        assert (most.of(name) >= fleet.of(name) - 1).all(), name
    levels = [power.potentials(level) for level in ("low", "central", "high")]
    for name in most.names:
        low, central, high = (table.of(name) for table in levels)
        assert (low <= central).all(), name
        assert (central <= high).all(), name


def test_demand_starts_from_the_statistics() -> None:
    now = power.consumption(2024)
    for scenario in ("thu_rebased", "recent_growth"):
        path = np.array([power.power_demand(year, scenario).sum() for year in range(2025, 2061)])
        assert (np.diff(path) > 0).all()
        assert 1.0 < path[0] / now.sum() < 1.06
    assert power.power_demand(2025).sum() / TWH == pytest.approx(10370, rel=1e-4)
    assert power.power_demand(2032).sum() == pytest.approx(
        0.6 * power.power_demand(2030).sum() + 0.4 * power.power_demand(2035).sum()
    )


def test_weeks_of_charging_and_heat() -> None:
    assert {name: float(week.sum()) for name, week in power.charging().items()} == pytest.approx(
        {"passenger": 1, "freight": 1}, abs=1e-6
    )
    assert power.district_heat().sum() / TWH == pytest.approx(1401.8, abs=0.1)


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask",
    [
        lambda: power.profiles("wind"),
        lambda: power.profiles("onwind", "2021"),
        lambda: power.capacities(2022),
        lambda: power.capacities(2025),
        lambda: power.coal_fleet(2019),
        lambda: power.corridors(2030),
        lambda: power.technology_costs(2070),
        lambda: power.fuel_prices("peat", 2020),
        lambda: power.consumption(2025),
        lambda: power.generation(2024),
        lambda: power.power_demand(2024),
        lambda: power.power_demand(2030, "growth"),
        lambda: power.potentials("highest"),
        lambda: power.hydro(2010),
        lambda: power.capacities(2024).of("fusion"),
        lambda: power.profiles("offwind").of("CN-BJ"),
        lambda: series("power", "wind"),
        lambda: resource("power", "load"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest_name(ask: Callable[[], object]) -> None:
    with pytest.raises(UnknownName):
        ask()


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    made = Copy(tmp_path / "catalogue")
    shutil.copytree(PACKAGE, made.folder / "power")
    return made


def broken(copy: Copy, change: Callable[[dict[str, Any]], object]) -> list[tuple[str, str, str]]:
    """What the check finds after one change of the columns of the offshore file."""
    path = copy.folder / "power" / "offwind.parquet"
    columns: dict[str, Any] = {name: list(values) for name, values in pq.read_table(path).to_pydict().items()}
    change(columns)
    pq.write_table(pa.table({name: pa.array(values, pa.uint16()) for name, values in columns.items()}), path)
    return [fault for fault in copy.found() if fault[1] == "power/offwind.parquet"]


def test_an_unbroken_copy_is_clean(copy: Copy) -> None:
    assert broken(copy, dict) == []


def test_a_value_above_one(copy: Copy) -> None:
    found = broken(copy, lambda columns: columns["CN-JS"].__setitem__(17, 10_001))
    assert found == [("series_range", "power/offwind.parquet", "CN-JS:17")]


def test_an_hour_too_few(copy: Copy) -> None:
    found = broken(copy, lambda columns: [values.pop() for values in columns.values()])
    assert found == [("series_length", "power/offwind.parquet", "")]


def test_an_hour_without_a_value(copy: Copy) -> None:
    found = broken(copy, lambda columns: columns["CN-HI"].__setitem__(3, None))
    assert found == [("series_gap", "power/offwind.parquet", "CN-HI")]


def test_a_province_that_is_missing(copy: Copy) -> None:
    found = broken(copy, lambda columns: columns.pop("CN-FJ"))
    assert found == [("series_entity", "power/offwind.parquet", "CN-FJ")]


def test_a_province_that_nobody_knows(copy: Copy) -> None:
    copy.describe(
        "power",
        lambda d: next(r for r in d["resources"] if r["name"] == "offwind")["schema"]["fields"][0].update(name="CN-TT"),
    )
    found = broken(copy, lambda columns: columns.update({"CN-TT": columns.pop("CN-TJ")}))
    assert found == [("broken_key", "power/offwind.parquet", "CN-TT")]


def test_a_file_that_is_no_parquet(copy: Copy) -> None:
    (copy.folder / "power" / "load.parquet").write_bytes(b"PAR1 but no more")
    assert ("unreadable", "power/load.parquet", "") in copy.found()


# --- the package is what the tools make -----------------------------------------------------------

TABLES = [
    ("power_hours", "hours"),
    ("power_hours", "hydro"),
    ("power_hours", "hydro_months"),
    ("power_hours", "reservoirs"),
    ("power_tables", "capacities"),
    ("power_tables", "coal_fleet"),
    ("power_tables", "coal_list"),
    ("power_tables", "wind_phases"),
    ("power_profiles", "heat"),
    ("power_profiles", "charging"),
    ("power_system", "potentials"),
    ("power_corridors", "corridors"),
    ("power_system", "demand"),
    ("power_system", "flows"),
    ("power_system", "coal_use"),
]


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    monkeypatch.syspath_prepend(str(TOOLS))
    for name in [n for n in sys.modules if n.startswith("power_")]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module


@pytest.mark.shared
@pytest.mark.parametrize(("module", "function"), TABLES)
def test_a_table_is_made_again(tool: Callable[[str], Any], shared_data: Path, module: str, function: str) -> None:
    made: Iterable[dict[str, object]] = getattr(tool(module), function)(shared_data)
    plain = tool("power_common").plain
    file = {"coal_list": "coal_units"}.get(function, function)
    with (PACKAGE / f"{file}.csv").open(encoding="utf-8", newline="") as stream:
        shipped = list(csv.DictReader(stream))
    assert [{k: str(plain(v)) for k, v in row.items()} for row in made] == shipped


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "file"),
    [("onwind", "cf_onwind_2020_hourly"), ("offwind", "cf_offwind_2020_hourly"), ("solar", "cf_solar_2020_hourly")],
)
def test_series_are_those_of_the_source(tool: Callable[[str], Any], shared_data: Path, name: str, file: str) -> None:
    tools = tool("power_profiles")
    source = tools.hourly(shared_data / "pypsa-china-thu" / f"{file}.csv")
    source = tools.begun(source) if name == "solar" else source
    shipped = power.profiles(name, "model")
    assert set(source) == set(shipped.entities)
    for entity, values in source.items():
        assert np.abs(values - shipped.of(entity)).max() <= 5.1e-5
