"""Scenario files: what they say, how they build on one another, and that nothing wrong is let in."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.catalog import DafengError, economy, sectors, use
from dafeng.pathway import scenario
from dafeng.pathway.scenario import Scenario, parse, read, shipped
from dafeng.pathway.scenario_targets import treatments
from dafeng.pathway.scenario_text import toml
from dafeng.pathway.scenario_values import Course, Place, amount

HEAD = """
[title]
zh = "测试"
ja = "試験"
en = "Test"
[meaning]
zh = "测试"
ja = "試験"
en = "Test"
"""
OLD, NEW = list(sectors.options("steel"))[:2]
DRIVER = sectors.services()["steel"].driver
UNIT = economy.driver_units()[DRIVER]


def made(text: str = "") -> Scenario:
    return parse(HEAD + text, "test")


def refusal(text: str, head: str = HEAD) -> DafengError:
    """The refusal of a text; its words must be there in every language."""
    with pytest.raises(DafengError) as error:
        parse(head + text, "test")
    for tag in ("zh", "ja", "en"):
        with use(tag):
            assert error.value.text()
    return error.value


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("950 Mt", "Mt", 950.0),
        ("9.5 1e8t", "Mt", 950.0),
        ("40 %", "1", 0.4),
        ("80 CNY/t", "CNY/t_CO2", 80.0),
        ("0.8 1e4CNY/t_CO2", "CNY/t_CO2", 8000.0),
        ("5 years", "year", 5.0),
        ("+10 %", "1", 0.1),
        ("1200 GW", "GW", 1200.0),
        ("12 1e8kW", "GW", 1200.0),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, unit: str, value: float) -> None:
    assert amount(Place("test"), text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["950", "950Mt", "Mt", "nine Mt", 950, 9.5, True, "950 Mtx", "950 GW", "1e3 Mt", "９５０ Mt", ""]
)
def test_a_number_without_a_fitting_unit_is_refused(text: object) -> None:
    with pytest.raises(DafengError) as error:
        amount(Place("test", ("drivers",)), text, "Mt")
    assert error.value.key == "scenario_amount"
    assert error.value.values["allowed"] == '"40 Mt"'


def test_a_course_runs_straight_and_stays() -> None:
    way = Course(((2030, 0.4), (2040, 0.8)))
    assert [way.at(year) for year in (2025, 2030, 2035, 2060)] == [None, 0.4, pytest.approx(0.6), 0.8]
    assert [way.since(year, 2020, 0.0) for year in (2020, 2025, 2030, 2060)] == [0.0, pytest.approx(0.2), 0.4, 0.8]


# --- what a scenario says --------------------------------------------------------------------------------------------


def test_a_driver_keeps_its_ratio_to_the_set() -> None:
    """Half the value of the set in 2040: three quarters of it in 2030, half of it in 2050."""
    of_set = economy.driver(DRIVER, 2040)
    own = made(f'[drivers]\n{DRIVER} = {{2040 = "{of_set / 2:.6f} {UNIT}"}}')
    assert own.driver(DRIVER, 2020) == pytest.approx(economy.driver(DRIVER, 2020))
    assert own.driver(DRIVER, 2030) == pytest.approx(0.75 * economy.driver(DRIVER, 2030))
    assert own.driver(DRIVER, 2050) == pytest.approx(0.5 * economy.driver(DRIVER, 2050))


def test_levers_multiply_what_is_demanded_and_the_tightest_share_counts() -> None:
    own = made(
        f"""
        [trend.a]
        demand = {{steel = {{2030 = "-10 %"}}}}
        most = {{{OLD} = {{2030 = "80 %"}}}}
        [action.3.b]
        demand = {{steel = {{2030 = "-20 %"}}}}
        most = {{{OLD} = {{2040 = "60 %"}}}}
        """
    )
    assert own.demand_factor("steel", 2020) == 1.0
    assert own.demand_factor("steel", 2025) == pytest.approx(0.95 * 0.9)
    assert own.demand_factor("steel", 2050) == pytest.approx(0.9 * 0.8)
    assert own.share_bounds(OLD, 2030)[1] == pytest.approx(min(0.8, sectors.share_bounds(OLD, 2030)[1]))
    assert own.share_bounds(OLD, 2050)[1] == pytest.approx(min(0.6, sectors.share_bounds(OLD, 2050)[1]))
    assert own.demand_factor("cars", 2030) == 1.0


def test_an_action_lifts_a_ceiling_of_the_trend() -> None:
    """Until the action says something the trend holds; without the action it holds throughout."""
    own = made(
        """
        [trend.habit]
        most = {cars_electric = {2025 = "10 %", 2040 = "25 %"}}
        [action.5.cars]
        least = {cars_electric = {2030 = "30 %"}}
        most = {cars_electric = {2030 = "32 %"}}
        """
    )
    assert own.share_bounds("cars_electric", 2025)[1] == pytest.approx(0.1)
    assert own.share_bounds("cars_electric", 2030) == pytest.approx((0.3, 0.32))
    assert own.without(5).share_bounds("cars_electric", 2040) == pytest.approx((0.0, 0.25))


def test_a_floor_of_an_action_lifts_a_ceiling_of_the_trend() -> None:
    """To what the catalogue allows, 0.36 in 2030."""
    own = made(
        """
        [trend.habit]
        most = {cars_electric = {2025 = "10 %"}}
        [action.5.cars]
        least = {cars_electric = {2030 = "30 %"}}
        """
    )
    assert own.share_bounds("cars_electric", 2030) == pytest.approx((0.3, 0.36))


def test_costs_delays_and_bans() -> None:
    own = made(
        f"""
        [trend.a]
        cost = {{battery = {{2030 = "-50 %"}}, {NEW} = {{2030 = "+10 %"}}}}
        delay = {{battery = "5 years", {NEW} = "3 years"}}
        build_rate = {{battery = {{2025 = "50 %"}}}}
        ban = ["new_coal", "nuclear"]
        """
    )
    assert own.cost_factor("battery", 2025) == pytest.approx(0.75)
    assert own.cost_factor(NEW, 2040) == pytest.approx(1.1)
    assert own.first_year(NEW) == sectors.options("steel")[NEW].first_year + 3
    assert own.first_year("battery") == 2030
    assert [own.build_factor("battery", year) for year in (2025, 2030)] == [0.0, 0.5]
    assert own.build_factor("nuclear", 2030) == 0.0
    assert own.build_factor("coal_usc", 2030) == 0.0
    assert own.build_factor("onwind", 2030) == 1.0
    assert own.case().new_coal is False


def test_prices() -> None:
    own = made('[prices]\nco2 = {2025 = "80 CNY/t", 2035 = "180 CNY/t"}\n[prices.fuels]\ncoal = {2030 = "+20 %"}')
    assert [own.co2_price(year) for year in (2020, 2030, 2060)] == [80.0, pytest.approx(130.0), 180.0]
    assert own.fuel_price_factor("coal", 2025) == pytest.approx(1.1)
    assert own.fuel_price_factor("gas", 2025) == 1.0
    assert made().co2_price(2030) == 0.0


def test_a_scenario_becomes_a_case() -> None:
    own = made(
        """
        [targets]
        impose = ["T07", "T12"]
        [prices]
        co2 = {2030 = "100 CNY/t"}
        [power]
        days = 9
        discount_rate = "4 %"
        [action.1.wind]
        capacity_least = {onwind = {2030 = "900 GW", 2040 = "1500 GW"}}
        capacity_most = {nuclear = {2025 = "150 GW"}}
        """
    )
    case = own.case(regions="nation", periods=(2025, 2030, 2035))
    assert (case.regions, case.days, case.discount_rate) == ("nation", 9, 0.04)
    assert case.co2_price == {2030: 100.0}
    assert case.peak_response == {2030: 0.05, 2035: 0.05}
    assert case.corridor_renewables == 0.5
    assert case.capacity_floor == {("onwind", 2030): 900.0, ("onwind", 2035): 1200.0}
    assert case.capacity_ceiling == {("nuclear", year): 150.0 for year in (2025, 2030, 2035)}
    assert made().case().corridor_renewables is None
    assert own.case(days=20).days == 20


def test_targets_are_treated_as_the_scenario_says() -> None:
    own = made(
        """
        [targets]
        impose = ["plan", "O13", "O27a"]
        soften = {T05 = "200 CNY/t_CO2"}
        watch = ["T08", "T13"]
        values = {T04 = "28 %"}
        """
    ).targets
    assert {name: own[name].how for name in ("T01", "T04", "T05", "T08", "T13", "O13", "O12", "O27a")} == {
        "T01": "softened",
        "T04": "imposed",
        "T05": "softened",
        "T08": "watched",
        "T13": "outside",
        "O13": "imposed",
        "O12": "watched",
        "O27a": "imposed",
    }
    assert own["T04"].target.value == 28.0
    assert (own["T05"].price, own["T05"].price_unit) == (200.0, "t_CO2")
    assert not any(one.limits for one in made().targets.values())
    assert not any(one.limits for one in made('[targets]\nimpose = ["none"]').targets.values())


# --- bases -----------------------------------------------------------------------------------------------------------


def test_the_reason_of_a_target_is_that_of_what_the_scenario_does_with_it() -> None:
    """Softened in the Plan's scenario, T01 has a price and says so; where nothing is asked there is none, and where it is
    imposed neither. What stands in for a target is said however it is treated.
    """
    softened = read("action-plan").targets["T01"]
    assert "priced" in softened.reason["en"]
    trend = read("current-trend").targets
    assert trend["T01"].how == "watched"
    for one in trend.values():
        if one.how == "watched" and treatments()[one.target.id].limits:
            assert one.reason["en"].startswith("This scenario does not ask for it"), one.target.id
            assert "priced" not in one.reason["en"]
            assert "at a price" not in one.reason["en"]
    assert "capacity" in trend["T14"].reason["en"], "crude processed stands in for capacity"
    imposed = made("[targets]\nimpose = ['T01']").targets["T01"]
    assert (imposed.how, imposed.reason["en"]) == ("imposed", "")
    without = read("action-plan").only([3]).targets["T22"]
    assert "price" not in without.reason["en"]


def test_a_base_is_changed_key_by_key_and_levers_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        HEAD
        + f"""
        [prices]
        co2 = {{2030 = "100 CNY/t"}}
        [prices.fuels]
        gas = {{2030 = "+5 %"}}
        [trend.a]
        demand = {{steel = {{2030 = "-10 %"}}}}
        [action.3.b]
        demand = {{steel = {{2030 = "-20 %"}}}}
        ban = ["{NEW}"]
        [action.3.c]
        ban = ["{OLD}"]
        """,
        encoding="utf-8",
    )
    (tmp_path / "own.toml").write_text(
        'base = "base.toml"\ndrop = ["action.3.c", "trend.a"]\n'
        + HEAD
        + '[prices.fuels]\ncoal = {2030 = "+9 %"}\n[action.3.b]\ndemand = {steel = {2030 = "-30 %"}}\n',
        encoding="utf-8",
    )
    own = read(tmp_path / "own.toml")
    assert own.name == "own"
    assert [(lever.action, lever.id) for lever in own.levers] == [(3, "b")]
    assert own.demand_factor("steel", 2030) == pytest.approx(0.7)
    assert not own.banned(NEW)
    assert own.co2_price(2030) == 100.0
    assert (own.fuel_price_factor("gas", 2030), own.fuel_price_factor("coal", 2030)) == (1.05, 1.09)


def test_a_file_may_have_the_name_of_its_shipped_base(tmp_path: Path) -> None:
    name = next(iter(shipped()))
    (tmp_path / f"{name}.toml").write_text(f'base = "{name}"\n' + HEAD, encoding="utf-8")
    assert read(tmp_path / f"{name}.toml").levers == read(name).levers


def test_bases_in_a_circle_are_refused(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.toml").write_text(f'base = "{other}.toml"\n' + HEAD, encoding="utf-8")
    with pytest.raises(DafengError) as error:
        read(tmp_path / "a.toml")
    assert error.value.key == "scenario_loop"


# --- refusals --------------------------------------------------------------------------------------------------------

REFUSED = {
    "unknown table": ('[leverage]\na = 1', "scenario_key", "leverage"),
    "unknown key of a lever": ('[trend.a]\nleast_share = {}', "scenario_key", "trend.a.least_share"),
    "unknown key of targets": ("[targets]\nimposed = []", "scenario_key", "targets.imposed"),
    "unknown key of prices": ("[prices]\nco3 = {}", "scenario_key", "prices.co3"),
    "unknown limit": ('[limits]\nco3 = {2030 = "1 Mt_CO2"}', "scenario_key", "limits.co3"),
    "unknown setting": ("[power]\nday = 3", "scenario_key", "power.day"),
    "unknown option": ('[trend.a]\nleast = {steel_magic = {2030 = "1 %"}}', "scenario_name", "trend.a.least"),
    "unknown service": ('[trend.a]\ndemand = {steal = {2030 = "1 %"}}', "scenario_name", "trend.a.demand"),
    "unknown technology": ('[trend.a]\ncost = {solar_magic = {2030 = "1 %"}}', "scenario_name", "trend.a.cost"),
    "unknown ban": ('[trend.a]\nban = ["old_coal"]', "scenario_name", "trend.a.ban"),
    "unknown delay": ('[trend.a]\ndelay = {batery = "1 years"}', "scenario_name", "trend.a.delay"),
    "unknown driver": ('[drivers]\nsteal = {2030 = "1 Mt"}', "scenario_name", "drivers"),
    "unknown set": ('[drivers]\nset = "centrral"', "scenario_name", "drivers.set"),
    "unknown fuel": ('[prices.fuels]\ncoall = {2030 = "1 %"}', "scenario_name", "prices.fuels"),
    "unknown target": ('[targets]\nimpose = ["T99"]', "scenario_name", "targets.impose"),
    "unknown softened target": ('[targets]\nsoften = {T99 = "1 CNY/tce"}', "scenario_name", "targets.soften"),
    "unknown action": ("[action.11.a]\nban = []", "scenario_name", "action"),
    "unknown foresight": ('[power]\nforesight = "blind"', "scenario_name", "power.foresight"),
    "unknown lever to drop": ('drop = ["trend.a"]', "scenario_name", "drop"),
    "outside target": ('[targets]\nimpose = ["T31"]', "scenario_target", "targets.impose"),
    "outside target softened": ('[targets]\nsoften = {T31 = "1 CNY/tce"}', "scenario_target", "targets.soften"),
    "setting softened": ('[targets]\nsoften = {T12 = "1 CNY/kW"}', "scenario_target", "targets.soften.T12"),
    "wrong unit of a price": ('[prices]\nco2 = {2030 = "80 CNY/kg"}', "scenario_amount", "prices.co2.2030"),
    "wrong unit of a soft price": ('[targets]\nsoften = {T04 = "5 CNY/GW"}', "scenario_amount", "targets.soften.T04"),
    "wrong unit of a value": ('[targets]\nvalues = {T08 = "30 %"}', "scenario_amount", "targets.values.T08"),
    "number without unit": ('[limits]\nco2 = {2030 = 10500}', "scenario_amount", "limits.co2.2030"),
    "year before": (f'[trend.a]\nmost = {{{OLD} = {{2019 = "1 %"}}}}', "scenario_year", f"trend.a.most.{OLD}.2019"),
    "year after": ('[prices]\nco2 = {2061 = "1 CNY/t"}', "scenario_year", "prices.co2.2061"),
    "no year": ('[prices]\nco2 = {soon = "1 CNY/t"}', "scenario_year", "prices.co2.soon"),
    "period off the grid": ("[power]\nperiods = [2026]", "scenario_year", "power.periods"),
    "share above one": (f'[trend.a]\nmost = {{{OLD} = {{2030 = "101 %"}}}}', "scenario_range", f"trend.a.most.{OLD}.2030"),
    "negative share": (f'[trend.a]\nleast = {{{OLD} = {{2030 = "-1 %"}}}}', "scenario_range", f"trend.a.least.{OLD}.2030"),
    "target share above one": ('[targets]\nvalues = {T04 = "250 %"}', "scenario_range", "targets.values.T04"),
    "negative target share": ('[targets]\nvalues = {T04 = "-5 %"}', "scenario_range", "targets.values.T04"),
    "negative price": ('[prices]\nco2 = {2030 = "-1 CNY/t"}', "scenario_range", "prices.co2.2030"),
    "demand below nothing": ('[trend.a]\ndemand = {steel = {2030 = "-101 %"}}', "scenario_range", "trend.a.demand.steel.2030"),
    "driver of nothing": (f'[drivers]\n{DRIVER} = {{2030 = "0 {UNIT}"}}', "scenario_range", f"drivers.{DRIVER}.2030"),
    "too many days": ("[power]\ndays = 400", "scenario_range", "power.days"),
    "table wanted": ("trend = 3", "scenario_type", "trend"),
    "course wanted": (f'[trend.a]\nleast = {{{OLD} = "40 %"}}', "scenario_type", f"trend.a.least.{OLD}"),
    "empty course": (f"[trend.a]\nleast = {{{OLD} = {{}}}}", "scenario_type", f"trend.a.least.{OLD}"),
    "list wanted": ('[trend.a]\nban = "new_coal"', "scenario_type", "trend.a.ban"),
    "switch wanted": ('[power]\nheat = "yes"', "scenario_type", "power.heat"),
    "base of text": ("base = 3", "scenario_type", "base"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_with_its_place(case: str) -> None:
    text, key, place = REFUSED[case]
    top = not text.startswith("[")
    error = refusal("" if top else text, f"{text}\n{HEAD}" if top else HEAD)
    assert (error.key, error.values["place"], error.values["file"]) == (key, place, "test")


def test_a_near_name_is_named() -> None:
    error = refusal('[trend.a]\nban = ["baterry"]')
    assert "battery" in str(error.values["near"])


def test_no_toml_and_no_file_are_refused() -> None:
    assert refusal("[title").key == "scenario_toml"
    with pytest.raises(DafengError) as error:
        read("action-plam")
    assert error.value.key == "scenario_unknown"
    assert "action-plan" in str(error.value.values["near"])


def test_a_title_has_three_languages() -> None:
    error = refusal("", HEAD.replace('ja = "試験"\n', "", 1))
    assert (error.key, error.values["place"]) == ("scenario_type", "title.ja")


def test_least_shares_above_the_whole_are_refused() -> None:
    """60 and 50 % of 2030, in two levers."""
    text = f"""
        [trend.a]
        least = {{{OLD} = {{2030 = "60 %"}}}}
        [action.3.b]
        least = {{{NEW} = {{2025 = "30 %", 2035 = "70 %"}}}}
        """
    error = refusal(text)
    assert (error.key, error.values["service"], error.values["year"]) == ("scenario_shares", "steel", 2030)
    assert error.values["found"] == "110 %"


def test_least_shares_count_with_those_of_the_catalogue() -> None:
    """District heat of cities keeps 52 %, gas 13 and heaters 2.4 % in 2030: 60 % of heat pumps are too many."""
    error = refusal('[trend.a]\nleast = {heating_urban_heat_pump = {2030 = "60 %"}}')
    assert (error.key, error.values["service"], error.values["year"]) == ("scenario_shares", "heating_urban", 2030)
    assert error.values["found"] == "127.4 %"


def test_highest_shares_that_cannot_make_the_whole_are_refused() -> None:
    """Converters 10 % in 2025; the others have 11 + 1 + 0.3 % of the catalogue."""
    error = refusal('[trend.a]\nmost = {steel_bf_bof = {2025 = "10 %"}}')
    assert (error.key, error.values["service"], error.values["year"]) == ("scenario_room", "steel", 2025)
    assert error.values["found"] == "22.3 %"


def test_a_least_above_a_most_is_refused() -> None:
    text = f'[trend.a]\nleast = {{{OLD} = {{2030 = "60 %"}}}}\nmost = {{{OLD} = {{2030 = "50 %"}}}}'
    error = refusal(text)
    assert (error.key, error.values["option"], error.values["year"]) == ("scenario_crossed", OLD, 2030)


# --- actions and provenance ------------------------------------------------------------------------------------------


def test_actions_are_taken_away_and_taken_alone() -> None:
    own = made(
        f"""
        [trend.a]
        ban = ["new_coal"]
        [action.3.b]
        ban = ["{NEW}"]
        [action.5.c]
        demand = {{cars = {{2030 = "-10 %"}}}}
        [targets]
        impose = ["T04", "T08", "T19"]
        soften = {{O29 = "500 CNY/kW"}}
        values = {{T08 = "1300 GW"}}
        """
    )
    assert {action: [lever.id for lever in levers] for action, levers in own.actions().items()} == {3: ["b"], 5: ["c"]}
    less = own.without(5)
    assert [lever.id for lever in less.levers] == ["a", "b"]
    assert [name for name, one in less.targets.items() if one.limits] == ["T04", "T08", "O29"]
    assert less.targets["T08"].target.value == 1300.0
    alone = own.only([5])
    assert [lever.id for lever in alone.levers] == ["a", "c"]
    assert [name for name, one in alone.targets.items() if one.limits] == ["T19"]
    assert own.only([]).levers == own.levers[:1]


def test_the_text_says_all_of_it() -> None:
    own = made('[targets]\nimpose = ["plan"]\n[action.5.c]\ndemand = {cars = {2030 = "-10 %"}}\n[power]\ndays = 3')
    again = parse(own.text(), "again")
    assert again.text() == own.text()
    assert again.hash == own.hash
    assert (again.levers, again.targets, again.power) == (own.levers, own.targets, own.power)
    assert made().hash != own.hash
    assert own.without(5).hash != own.hash


def test_toml_is_read_back_as_it_was() -> None:
    import tomllib

    table = {"a": "”\\\n", "b": [1, "x"], "c": {"d": {"2030": "1 %"}, "e": {"f": {"g": True}}, "h i": {"j": 1.5}}}
    assert tomllib.loads(toml(table)) == table


# --- what ships ------------------------------------------------------------------------------------------------------

SHIPPED = {
    "current-trend",
    "action-plan",
    "action-plan-2026",
    "early-peak",
    "high-demand",
    "delayed-storage",
    "no-new-coal",
}


def test_all_scenarios_ship() -> None:
    assert set(shipped()) == SHIPPED


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_scenario_reads_and_comes_back(name: str) -> None:
    own = read(name)
    assert parse(own.text()).hash == own.hash
    assert all(own.title[tag] and own.meaning[tag] for tag in ("zh", "ja", "en"))
    assert all(set(lever.title) == {"zh", "ja", "en"} for lever in own.levers)
    assert own.case(regions="nation").regions == "nation"
    for service in sectors.services():
        for year in range(2020, 2061, 5):
            low, high = zip(*(own.share_bounds(option, year) for option in sectors.options(service)), strict=True)
            assert sum(low) <= 1 + 1e-9 <= sum(high) + 2e-9, (service, year)
            assert all(a <= b for a, b in zip(low, high, strict=True))


def test_the_trend_pulls_no_lever_of_an_action_and_imposes_nothing() -> None:
    trend = read("current-trend")
    assert trend.actions() == {}
    assert not any(one.limits for one in trend.targets.values())
    for action, levers in read("action-plan").actions().items():
        assert levers, action


def test_the_plan_without_its_actions_is_the_trend() -> None:
    bare, trend = read("action-plan").only([]), read("current-trend")
    assert bare.levers == trend.levers
    assert (bare.co2, bare.drivers, bare.power) == (trend.co2, trend.drivers, trend.power)


def test_the_worked_example_of_the_docs_reads() -> None:
    text = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    own = scenario.parse(example)
    assert own.title["en"] == "Low demand for steel"
    assert own.build_factor("battery", 2030) == 0.5


def test_what_is_allowed_is_said_without_bounds_that_are_none() -> None:
    """`1e-09 Mt - inf Mt` is no range that a planner can read; the kind of a name is said in the language."""
    at = Place("a.toml", ("drivers", "steel"))
    with pytest.raises(DafengError) as refused:
        amount(at, "0 Mt", "Mt", 1e-9)
    assert refused.value.values["allowed"] == "> 0"
    with pytest.raises(DafengError) as refused:
        amount(at, "-1 Mt", "Mt", 0.0)
    assert refused.value.values["allowed"] == "≥ 0 Mt"
    with pytest.raises(DafengError) as refused:
        amount(at, "120 %", "1", 0.0, 1.0)
    assert refused.value.values["allowed"] == "0 % - 100 %"
    with pytest.raises(DafengError) as refused:
        at.known("driver", "crude_stell", ["crude_steel"])
    assert "驱动因素 中没有“crude_stell”" in refused.value.text("zh")
    assert "crude_steel" in refused.value.text("ja")
