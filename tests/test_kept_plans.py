"""A plan that is kept: what enters the ledger equals the model's own sums, and nothing is half-written."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.reports.sample_plan import THREE, counted, counted_grids, grids, nation

import dafeng
from dafeng import accounts, planning
from dafeng.catalog import LANGUAGES, DafengError
from dafeng.ledger import HISTORY
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.model import build
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.exchange import INTO, OUT
from dafeng.pathway.power.planning import PowerPlan
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.system import System
from dafeng.planning import (
    NO_PLAN,
    check_case,
    check_earlier,
    check_name,
    entering,
    explain,
    keep_plan,
    run_plan,
    undivided,
)
from dafeng.power_lines import SOURCES, co2_of_power, consumption, observations
from dafeng.projected import GROWTH, line
from dafeng.reports.plan import Outcome


@pytest.fixture
def own(tmp_path: Path) -> Iterator[dafeng.Workspace]:
    """A workspace without statistics, open for writing."""
    with dafeng.init(tmp_path / "own") as made:
        yield made


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dafeng.Workspace, planning.Kept]]:
    """A workspace with the plan `first`."""
    with dafeng.init(tmp_path_factory.mktemp("kept") / "ws") as made:
        yield made, keep_plan(made, nation(), "first")


def broken() -> PowerPlan:
    """The plan as if its cap had been 1,000 Mt: the replay misses it."""
    stage = nation().stages[1]
    limits = tuple(replace(limit, upper=1000.0) if "co2" in limit.name else limit for limit in stage.replay.limits)
    missed = replace(stage, replay=replace(stage.replay, limits=limits))
    return replace(nation(), stages=(nation().stages[0], missed))


def lines_of(workspace: dafeng.Workspace, name: str) -> list[dict[str, Any]]:
    table = workspace.ledger.observations()
    return list(workspace.ledger.run(table.filter(table.dataset == f"plan:{name}")).to_pylist())


# --- the ledger and the model say the same ---------------------------------------------------------------------------


def test_co2_of_the_account_is_that_of_the_model(kept: tuple[dafeng.Workspace, planning.Kept]) -> None:
    account = accounts.evaluate(kept[0].ledger, [co2_of_power()], "plan:first", "first")
    counted_by_account = {figure.year: figure.value for figure in account.figures()}
    model = dict(zip(counted().years, (mt * 1e6 for mt in counted().total("co2")), strict=True))
    assert counted_by_account == pytest.approx(model, rel=1e-9)
    capped = next(
        (limit, value)
        for limit, value in zip(nation().stages[1].replay.limits, nation().stages[1].replay.counted, strict=True)
        if limit.name == "co2_cap 2030"
    )
    assert counted_by_account[2030] == pytest.approx(capped[1] * 1e6, rel=1e-9)


def test_captured_co2_is_taken_off(own: dafeng.Workspace) -> None:
    """By hand: 100 Mtce of coal x 2.66 = 266 Mt, 90 % captured; 10 Mtce of gas x 1.56; 5 Mt captured of biomass.

    Counted as emitted (capture forgotten) the account would say 281.6 Mt instead of 37.2.
    """
    nothing: dict[str, dict[str, list[float]]] = {"CN": {}}
    tables = dict.fromkeys(counted().tables, nothing) | {
        "fuel": {"CN": {"raw_coal": [60.0], "natural_gas": [10.0], "biomass": [4.0]}},
        "heat_fuel": {"CN": {"raw_coal": [40.0]}},
        "captured": {"CN": {"coal_ccs": [239.4], "biomass_ccs": [5.0]}},
    }
    lines = observations(Outcome(("CN",), (2040,), tables, ()), "by-hand")
    own.enter(lines, "by-hand", "plan:by-hand")
    (figure,) = accounts.evaluate(own.ledger, [co2_of_power()], "plan:by-hand", "by-hand").figures()
    assert figure.value == pytest.approx(37.2e6, rel=1e-12)


def test_generation_of_the_ledger_is_that_of_the_replay(kept: tuple[dafeng.Workspace, planning.Kept]) -> None:
    """Counted straight from the hours: what leaves every plant and store, less what is no generation."""
    own = {(o["start"].year, o["flow"], o["carrier"]): o["value"] for o in lines_of(kept[0], "first")}
    for stage in nation().stages:
        run, year = stage.replay, stage.years[0]
        names, stores = run.system.processes.names, run.system.storages.names
        plants = [i for i, n in enumerate(names) if n.split(" ")[1] not in ("unserved", "interruptible_load", "heat")]
        to_node = [i for i in plants if run.system.processes.source[i] < 0 and "boiler" not in names[i]]
        water = [j for j, n in enumerate(stores) if n.endswith(("hydro_reservoir", "phs"))]
        gwh = run.activity[to_node].sum() + run.discharge[water].sum()
        assert own[year, "power_generation", "all"] == pytest.approx(gwh * 1e3, rel=1e-9)
        parts = [own[year, "power_generation", source] for source in SOURCES]
        assert own[year, "power_generation", "all"] == pytest.approx(sum(parts), rel=1e-12)


def test_what_is_generated_is_consumed(kept: tuple[dafeng.Workspace, planning.Kept]) -> None:
    """The nation trades with nobody: generation and consumption, counted apart, are the same."""
    own = {(o["start"].year, o["flow"], o["carrier"]): o["value"] for o in lines_of(kept[0], "first")}
    for y, year in enumerate(counted().years):
        used = consumption(counted(), ["CN"], y) * 1e6
        assert own[year, "power_consumption", "electricity"] == used
        assert used == pytest.approx(own[year, "power_generation", "all"], rel=1e-9)


@pytest.fixture(scope="module")
def kept_grids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dafeng.Workspace]:
    """A workspace with the lines of a plan of three grid regions, `three`."""
    with dafeng.init(tmp_path_factory.mktemp("three") / "ws") as made:
        made.enter(observations(counted_grids(), "three"), "three", "plan:three")
        yield made


def test_co2_of_each_region_is_that_of_the_model(kept_grids: dafeng.Workspace) -> None:
    """Region by region from the hours of the replay, and all together what the model's own cap counts.

    With one region, lines of one that stand under the name of another, or are summed twice, would not be seen.
    """
    account = accounts.evaluate(kept_grids.ledger, [co2_of_power()], "plan:three", "three")
    found = {(figure.entity, figure.year): figure.value for figure in account.figures()}
    assert {entity for entity, _ in found} == {*THREE, "CN"}, "of the nation too: all that was planned together"
    for stage in grids().stages:
        run, year = stage.replay, stage.year
        energy, names = run.energy(run.activity)[:, 0], run.system.processes.names
        (term,) = next(limit for limit in run.limits if limit.name == f"co2_cap {year}").terms
        each = dict.fromkeys(THREE, 0.0)
        for number, mt_per_gwh in zip(term.index, term.coefficient, strict=True):
            each[names[number].partition(" ")[0]] += mt_per_gwh * energy[number]
        assert min(each.values()) > 1.0, "Mt"
        assert {region: found[region, year] for region in THREE} == pytest.approx(
            {region: mt * 1e6 for region, mt in each.items()}, rel=1e-9
        )
        whole = next(mt for limit, mt in zip(run.limits, run.counted, strict=True) if limit.name == f"co2_cap {year}")
        assert found["CN", year] == pytest.approx(whole * 1e6, rel=1e-9)


def test_what_a_region_uses_is_what_it_gives_and_what_arrives(kept_grids: dafeng.Workspace) -> None:
    """Generation of the ledger and what crosses each corridor, straight from the hours, are its consumption.

    In MWh a year: what was sent to it, less what it sends, and what comes from outside of the plan; what is lost on the
    way is used where it would have arrived. What one region sends another may not be lost or used twice between them.
    """
    own = {(o["entity"], o["start"].year, o["flow"], o["carrier"]): o["value"] for o in lines_of(kept_grids, "three")}
    for stage in grids().stages:
        run, year = stage.replay, stage.year
        energy, names = run.energy(run.activity)[:, 0], run.system.processes.names
        came = dict.fromkeys(THREE, 0.0)
        crossed = 0.0
        for number, name in enumerate(names):
            region, _, what = name.partition(" ")
            if " to " in name:
                sender, receiver = (run.system.nodes.names[n].partition(" ")[0] for n in _ends(run.system, number))
                came[sender] -= energy[number]
                came[receiver] += energy[number]
                crossed += energy[number]
            elif what in (INTO, OUT, "import"):
                came[region] += -energy[number] if what == OUT else energy[number]
        assert crossed > 1e5, "GWh"
        for region in THREE:
            given = own[region, year, "power_generation", "all"]
            used = own[region, year, "power_consumption", "electricity"]
            assert used == pytest.approx(given + came[region] * 1e3, rel=1e-9), region
        for flow, carrier in (
            ("power_generation", "all"),
            ("power_consumption", "electricity"),
            ("power_capacity", "all"),
        ):
            parts = [own[region, year, flow, carrier] for region in THREE]
            assert own["CN", year, flow, carrier] == pytest.approx(sum(parts), rel=1e-12)


def _ends(system: System, process: int) -> tuple[int, int]:
    """Nodes from which and to which a process of a corridor carries."""
    sinks = [node for node in system.processes.sinks[process] if node >= 0]
    assert len(sinks) == 1
    return int(system.processes.source[process]), int(sinks[0])


def test_lines_are_projected_and_history_does_not_see_them(kept: tuple[dafeng.Workspace, planning.Kept]) -> None:
    lines = lines_of(kept[0], "first")
    assert len(lines) == kept[1].entered > 0
    assert {(o["status"], o["scenario"], o["quality"]) for o in lines} == {("projected", "first", "estimated")}
    assert accounts.evaluate(kept[0].ledger, [co2_of_power()], "plan:first", HISTORY).figures() == []
    capacity = {o["carrier"]: o["value"] for o in lines if o["flow"] == "power_capacity" and o["start"].year == 2030}
    assert capacity["thermal"] >= capacity["coal"] + capacity["gas"] + capacity["biomass"] > 0
    assert capacity["hydro"] > capacity["pumped_storage"] > 0


# --- files -----------------------------------------------------------------------------------------------------------


def test_files(kept: tuple[dafeng.Workspace, planning.Kept]) -> None:
    names = {path.name for path in kept[1].folder.iterdir()}
    assert names == {
        "plan.json",
        "plan.html",
        *(f"plan-{tag}.xlsx" for tag in LANGUAGES),
        "plan-2025.nc",
        "plan-2030.nc",
    }
    assert json.loads(kept[1].json.read_text(encoding="utf-8"))["verdict"]["holds"] is True
    assert [path.name for path in kept[1].folder.parent.iterdir()] == ["first"]


def test_pypsa_opens_the_network(kept: tuple[dafeng.Workspace, planning.Kept]) -> None:
    pypsa = pytest.importorskip("pypsa", reason="needs the package pypsa")
    network = pypsa.Network(kept[1].folder / "plan-2030.nc")
    wind = network.generators.loc["CN onwind"]
    assert wind.carrier == "onwind"
    assert wind.p_nom_opt == pytest.approx(counted().value("capacity", "CN", "onwind", 1), rel=1e-9)
    assert len(network.snapshots) == 24 * len(nation().stages[1].days.chosen)


def test_again(own: dafeng.Workspace) -> None:
    keep_plan(own, nation(), "twice")
    with pytest.raises(DafengError, match="twice"):
        keep_plan(own, nation(), "twice")
    assert keep_plan(own, nation(), "twice", replace=True).entered == 0
    only = replace(nation(), stages=nation().stages[:1])
    with pytest.raises(DafengError, match="CN 2030"):
        keep_plan(own, only, "twice", replace=True)
    assert len(lines_of(own, "twice")) == len(observations(counted(), "twice"))


def test_what_cannot_replace_an_earlier_plan_is_refused_before_it_is_solved(
    own: dafeng.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_plan(own, nation(), "twice")
    monkeypatch.setattr(planning, "plan_power", lambda *_, **__: pytest.fail("solved"))
    with pytest.raises(DafengError, match="CN 2030"):
        run_plan(own, Case(regions="nation", periods=(2025,)), "twice", replace=True)
    for regions in ("nation", "grids"):
        check_case(own.folder, "twice", Case(regions=regions, periods=(2025, 2028, 2030)), replace=True)
    with pytest.raises(DafengError, match="CN 2025, CN 2030"):
        check_case(own.folder, "twice", Case(regions="CN-HE", periods=(2025, 2030)), replace=True)


def test_what_is_said_before_a_plan_is_made_is_what_it_enters() -> None:
    for regions, found in (("nation", counted()), ("grids", of_grids())):
        lines = observations(found, "any")
        assert {(o.entity, o.start) for o in lines} == entering(Case(regions=regions, periods=found.years))


def of_grids() -> Outcome:
    """Seven grid regions in which nothing happens."""
    regions = grouping("grids").regions
    return Outcome(regions, (2025, 2030), {key: {one: {} for one in regions} for key in counted().tables}, ())


def test_figures_of_every_year_neither_hinder_nor_hide(own: dafeng.Workspace) -> None:
    """A plan of all sectors states growth for the years between its periods too."""
    growth = [line("CN", year, *GROWTH, 5.0, "%", "all", "") for year in range(2025, 2031)]
    made = [line("CN", year, "power_generation", "all", 1.0, "MWh", "all", "") for year in (2025, 2027, 2030)]
    own.enter([*growth, *made[:1], *made[2:]], "all", "plan:all")
    check_case(own.folder, "all", Case(regions="nation", periods=(2025, 2030)))
    own.enter(made[1:2], "all", "plan:all")
    with pytest.raises(DafengError, match="CN 2027"):
        check_earlier(own, "all", [*growth, *made[:1], *made[2:]])


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".hidden", HISTORY, "x" * 80])
def test_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(DafengError) as refused:
        check_name(tmp_path, name)
    assert all(refused.value.text(tag) for tag in LANGUAGES)


# --- a plan that does not hold ---------------------------------------------------------------------------------------


def test_a_broken_plan_is_written_and_not_entered(own: dafeng.Workspace) -> None:
    found = keep_plan(own, broken(), "over")
    assert not found.plan.holds
    assert found.entered == 0
    assert lines_of(own, "over") == []
    verdict = json.loads(found.json.read_text(encoding="utf-8"))["verdict"]
    assert verdict["holds"] is False
    assert verdict["entered"] is False
    assert "2030" in verdict["reasons"][0]["en"]


def test_a_broken_plan_enters_when_accepted_and_says_so(own: dafeng.Workspace) -> None:
    found = keep_plan(own, broken(), "over", accept_broken=True)
    assert found.entered == len(lines_of(own, "over")) > 0
    assert {o["note"] for o in lines_of(own, "over")} == {"accepted although the plan does not hold"}


def test_a_broken_plan_does_not_take_the_place_of_one_that_holds(own: dafeng.Workspace) -> None:
    keep_plan(own, nation(), "same")
    with pytest.raises(DafengError):
        keep_plan(own, broken(), "same", replace=True)
    assert json.loads((own.folder / "plans" / "same" / "plan.json").read_text(encoding="utf-8"))["verdict"]["holds"]


# --- stopped ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["solve", "page", "workbook", "ledger"])
def test_stopped_leaves_nothing(own: dafeng.Workspace, at: str) -> None:
    def stop(stage: str, _share: float = 0.0) -> None:
        if at in stage:
            raise KeyboardInterrupt

    def stopped() -> None:
        if at == "solve":
            run_plan(own, Case(regions="nation", periods=(2025,), days=8), "gone", stop)
        else:
            keep_plan(own, nation(), "gone", between=stop)

    with pytest.raises((KeyboardInterrupt, DafengError)):  # a solver turns the first into the second
        stopped()
    assert list((own.folder / "plans").glob("**/*")) == []
    assert lines_of(own, "gone") == []


def test_ctrl_c_waits_for_what_belongs_together() -> None:
    done = []

    def together() -> None:
        with undivided():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("both")

    with pytest.raises(KeyboardInterrupt):
        together()
    assert done == ["both"]


def test_an_impossible_cap_is_no_plan(own: dafeng.Workspace) -> None:
    case = Case(regions="nation", periods=(2025,), days=6, capacity_floor={("nuclear", 2025): 5000.0})
    with pytest.raises(NO_PLAN) as none:
        run_plan(own, case, "never")
    (first, *_) = explain(none.value).conflicts
    assert [member.name for member in first.members] == ["nuclear floor 2025"]
    assert not (own.folder / "plans").exists()
    assert lines_of(own, "never") == []


def test_an_error_that_is_not_of_the_limits_stays() -> None:
    """An error without its model, or of a model that has solutions (a replay), says what it said."""
    nobody = Infeasible(LinearProgram("replay"), ["row"])
    with pytest.raises(Infeasible) as same:
        explain(nobody)
    assert same.value is nobody
    nobody.model = build(nation().stages[0].system)
    with pytest.raises(Infeasible) as same:
        explain(nobody)
    assert same.value is nobody
