"""Ensembles: draws that fill every range, runs that do not depend on who makes them, runs without a plan."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from dafeng.catalog import DafengError
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_text import toml
from dafeng.pathway.sectors import draws as drawing
from dafeng.pathway.sectors import ensemble as made
from dafeng.pathway.sectors.draws import Draw, Range, drawn, draws
from dafeng.pathway.sectors.ensemble import Ensemble, Run, run_draw, run_ensemble

RANGES = (Range("driver", "cement", 0.8, 1.2), Range("cost", "onwind", 0.7, 1.5), Range("fuel", "coal", 0.5, 2.0))
CASE = Case(regions="nation", periods=(2025, 2030), days=2)


def run(number: int, **values: object) -> Run:
    """A run that was solved."""
    plain = {"years": [2025, 2030], "peak_year": 2025, "peak_mt": 100.0, "co2": [100.0, 90.0], "built": {}}
    return Run(number, {"cost:onwind": 1.0 + number}, made.DONE, {}, {**plain, **values})


# --- draws -------------------------------------------------------------------------------------------------------------


def test_every_part_of_a_range_is_drawn_once() -> None:
    found = draws(RANGES, 25, seed=3)
    for one in RANGES:
        parts = [int((draw.factors[one.key] - one.low) / (one.high - one.low) * 25) for draw in found]
        assert sorted(parts) == list(range(25))


def test_whole_numbers_are_drawn_alike_often() -> None:
    found = draws((*RANGES, Range("weather", "", 1, 4), Range("days", "", 6, 7)), 40, seed=1)
    sets = [draw.factors["weather"] for draw in found]
    assert [sets.count(number) for number in (1.0, 2.0, 3.0, 4.0)] == [10] * 4
    assert {drawing.day_set(draw, CASE)[0] for draw in found} == {6, 7}


def test_the_same_seed_gives_the_same_draws() -> None:
    assert draws(RANGES, 8, seed=1) == draws(RANGES, 8, seed=1)
    assert draws(RANGES, 8, seed=1) != draws(RANGES, 8, seed=2)


def test_a_draw_changes_what_it_names(scenario: Scenario) -> None:
    found = drawn(scenario, Draw(0, {"driver:cement": 0.8, "cost:onwind": 1.5, "fuel:coal": 2.0, "weather": 3.0}))
    assert found.driver("cement", 2035) == pytest.approx(0.8 * scenario.driver("cement", 2035))
    assert found.driver("cement", 2050) == pytest.approx(0.8 * scenario.driver("cement", 2050)), "in full from 2035 on"
    at = 1 - 0.2 * 5 / 15
    assert found.driver("cement", 2025) == pytest.approx(at * scenario.driver("cement", 2025)), "straight from 2020"
    assert found.driver("cement", 2020) == scenario.driver("cement", 2020)
    assert found.driver("gdp", 2035) == scenario.driver("gdp", 2035)
    assert found.cost_factor("onwind", 2040) == pytest.approx(1.5 * scenario.cost_factor("onwind", 2040))
    assert found.fuel_price_factor("coal", 2035) == pytest.approx(2.0 * scenario.fuel_price_factor("coal", 2035))
    assert found.actions().keys() == scenario.actions().keys()


@pytest.mark.parametrize(
    ("ranges", "key"),
    [
        ((), "ensemble_none"),
        ((RANGES[0], replace(RANGES[0], low=0.9)), "ensemble_twice"),
        ((Range("drivers", "cement", 0.9, 1.1),), "ensemble_kind"),
        ((Range("driver", "cements", 0.9, 1.1),), "ensemble_name"),
        ((Range("cost", "onwind", 1.1, 0.9),), "ensemble_range"),
        ((Range("cost", "onwind", 0.0, 0.9),), "ensemble_range"),
        ((Range("days", "", 4, 400),), "ensemble_range"),
        ((Range("weather", "sunny", 1, 4),), "ensemble_name"),
    ],
)
def test_ranges_that_cannot_be_drawn(ranges: tuple[Range, ...], key: str) -> None:
    with pytest.raises(DafengError) as refused:
        draws(ranges, 4, 0)
    assert refused.value.key == key
    assert all(refused.value.text(tag) for tag in ("zh", "ja", "en"))


@pytest.mark.parametrize(("count", "seed"), [(0, 1), (4, -1)])
def test_counts_that_cannot_be_drawn(count: int, seed: int) -> None:
    with pytest.raises(DafengError) as refused:
        draws(RANGES, count, seed)
    assert refused.value.key == "ensemble_count"


def test_shipped_ranges_can_be_drawn() -> None:
    ranges = drawing.shipped_ranges()
    drawing.check_ranges(ranges)
    assert {one.kind for one in ranges} == {drawing.DRIVER, drawing.COST, drawing.FUEL, drawing.WEATHER}


# --- runs --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def serial(scenario: Scenario) -> Ensemble:
    """Four runs, one after the other."""
    return run_ensemble(scenario, RANGES, 4, CASE, seed=5)


def test_a_run_does_not_depend_on_who_makes_it(scenario: Scenario, serial: Ensemble) -> None:
    with ThreadPoolExecutor(2) as pool:
        other = run_ensemble(scenario, RANGES, 4, CASE, seed=5, executor=pool, workers=2)
    assert other == serial
    assert serial.states == {"done": 4, "infeasible": 0, "failed": 0}
    assert len({run.values["cost"][1] for run in serial.runs}) == 4


def test_what_was_kept_is_not_made_again(scenario: Scenario, serial: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    known = (serial.runs[2], serial.runs[0])
    again = run_ensemble(scenario, RANGES, 4, CASE, seed=5, known=known, keep=lambda one: kept.append(one.number))
    assert kept == [1, 3]
    assert again == serial
    monkeypatch.setattr(made, "reference", lambda *_: pytest.fail("nothing is left to be solved"))
    assert run_ensemble(scenario, RANGES, 4, CASE, seed=5, known=serial.runs) == serial


def test_an_interruption_loses_what_is_in_flight_only(scenario: Scenario) -> None:
    kept: list[Run] = []
    shares: list[float] = []

    def tell(_: str, share: float) -> None:
        shares.append(share)
        if share >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_ensemble(scenario, RANGES, 4, CASE, seed=5, keep=kept.append, tell=tell)
    assert [one.number for one in kept] == [0, 1]
    assert shares == [0.0, 0.25, 0.5]


class Waiting(ThreadPoolExecutor):
    """An executor that counts what is handed to it."""

    most = 0
    flying = 0

    def submit(self, work: Callable[..., object], /, *arguments: object, **more: object) -> Future:  # type: ignore[override,type-arg]
        future = super().submit(work, *arguments, **more)
        self.flying += 1
        self.most = max(self.most, self.flying)
        future.add_done_callback(self._landed)
        return future

    def _landed(self, _: object) -> None:
        self.flying -= 1


def test_no_more_runs_are_in_flight_than_there_are_workers(scenario: Scenario, serial: Ensemble) -> None:
    with Waiting(1) as pool:
        run_ensemble(scenario, RANGES, 4, CASE, seed=5, known=serial.runs[:1], executor=pool, workers=2)
    assert 1 <= pool.most <= 2


@pytest.mark.parametrize("limit", [100, 4000])
def test_a_run_without_a_plan_is_kept_as_such(scenario: Scenario, limit: int) -> None:
    """CO2 that cannot be so low, by itself or with all else: the run says so, and the ensemble goes on without it."""
    hard = scenario.content | {"limits": {"co2": {"2025": f"{limit} Mt_CO2"}}}
    found = run_draw(toml(hard), "hard", draws(RANGES, 1, 0)[0], CASE)
    assert (found.state, dict(found.values)) == (made.INFEASIBLE, {})
    assert set(found.why) == {"zh", "ja", "en"}
    assert all(found.why.values())
    both = Ensemble("hard", 0, 2, RANGES, (run(0), replace(found, number=1)))
    assert both.states == {"done": 1, "infeasible": 1, "failed": 0}
    assert both.peak_years() == {2025: 1.0}
    assert both.quantiles("co2").shape == (5, 2)


def test_identity_is_of_all_that_matters(scenario: Scenario) -> None:
    own = made.identity(scenario, RANGES, 4, 5, CASE)
    assert own == made.identity(scenario, RANGES, 4, 5, CASE)
    others = (
        made.identity(scenario.only((1,)), RANGES, 4, 5, CASE),
        made.identity(scenario, RANGES[:2], 4, 5, CASE),
        made.identity(scenario, RANGES, 5, 5, CASE),
        made.identity(scenario, RANGES, 4, 6, CASE),
        made.identity(scenario, RANGES, 4, 5, replace(CASE, days=3)),
        made.identity(scenario, RANGES, 4, 5, CASE, hours=1),
    )
    assert len({own, *others}) == 7


# --- what comes out ----------------------------------------------------------------------------------------------------


def test_summaries_by_hand() -> None:
    runs = [
        run(0, peak_year=2025, peak_mt=100.0, co2=[100.0, 90.0], built={"onwind": 5.0, "steel_bf_bof": 3.0}),
        run(1, peak_year=2030, peak_mt=120.0, co2=[110.0, 120.0], built={"onwind": 7.0, "steel_bf_bof": 3.0}),
        run(2, peak_year=2030, peak_mt=130.0, co2=[120.0, 130.0], built={"onwind": 9.0, "battery": 2.0}),
        run(3, peak_year=2025, peak_mt=140.0, co2=[140.0, 90.0], built={"onwind": 11.0, "battery": 1.0}),
    ]
    found = Ensemble("x", 1, 4, (RANGES[1],), tuple(runs))
    assert found.peak_years() == {2025: 0.5, 2030: 0.5}
    for one, energy in zip(runs, ([80.0, 70.0], [90.0, 95.0], [99.0, 98.0], [60.0, 60.0]), strict=True):
        one.values["co2_energy"] = energy
    past = {2023: 91.0, 2024: 92.0, 2025: 1000.0}
    assert found.peak_years(past) == {2024: 0.5, 2025: 0.25, 2030: 0.25}, (
        "statistics count before the first period only"
    )
    assert found.quantiles("co2", (0.0, 0.5, 1.0)).tolist() == [[100.0, 90.0], [115.0, 105.0], [140.0, 130.0]]
    assert found.robust() == {"onwind": 5.0}, "a battery is built in half of the runs, and blast furnaces are of today"
    assert found.robust(0.25) == {"onwind": 9.0, "battery": 1.0}, "what the third lowest of four runs builds"
    spread = {one.name: one for one in found.spreads()}
    assert spread["battery"].share == 0.5
    assert spread["onwind"].quantiles[2] == 8.0
    assert found.influence() == {"cost:onwind": pytest.approx(1.0)}, "dearer and higher in the same order"


def test_without_any_plan_there_is_nothing_to_say() -> None:
    found = Ensemble("x", 1, 1, RANGES, ())
    assert (found.peak_years(), found.robust(), found.spreads(), found.influence(), found.years) == ({}, {}, (), {}, ())
    assert np.asarray(found.quantiles("co2")).shape == (5, 0)
