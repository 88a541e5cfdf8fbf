"""Plans of all sectors made and kept: solved, proved, replayed, written as reports, and entered into the ledger.

    ws = df.init("my-workspace")
    kept = run_economy(ws, scenario.read("action-plan"), Case(regions="nation", periods=(2025, 2030), days=6), "first")
    kept.plan.holds, kept.data["peak"], kept.page

`quick` is the same without proof on three days of the seven grid regions: peak, board and wedges in less than a minute.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dafeng import projected
from dafeng.accounts import Choice, Series
from dafeng.catalog import LANGUAGES, DafengError, language
from dafeng.ledger import Observation, write_whole
from dafeng.models import write_netcdf
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.exchange import complete
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario import Scenario, parse
from dafeng.pathway.sectors.base_year import BaseYear
from dafeng.pathway.sectors.planning import EconomyPlan, plan_economy
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook, sketches
from dafeng.pathway.sectors.wedges import Measure, Wedges, measures, steps, wedges
from dafeng.pathway.telling import Tell, tell_nobody
from dafeng.planning import FOLDER, check_case, check_earlier, check_name, explain, put_whole, technologies_of
from dafeng.processes import processes
from dafeng.projected_targets import quantity_lines
from dafeng.reports.economy import (
    curve_data,
    economy_data,
    wedge_data,
    write_economy_csv,
    write_economy_excel,
    write_economy_page,
)
from dafeng.reports.plan import clash_sentences
from dafeng.version import __version__
from dafeng.workspace import Workspace

QUICK = Case(regions="grids", periods=(2025, 2030, 2035), days=3)
"""Regions, periods and days of the quick plan, of wedges and of abatement curves."""
WRITING = 0.97


@dataclass(frozen=True)
class KeptEconomy:
    """A plan of all sectors and what was written of it.

    Attributes:
        data: of the reports (schema dafeng.economy/1). entered: lines that entered the ledger.
        folder: holds economy.json, economy.html, economy-LANGUAGE.xlsx, csv/ and, of each period, plan-YEAR.nc.
    """

    plan: EconomyPlan
    data: Mapping[str, Any]
    folder: Path
    entered: int

    @property
    def page(self) -> Path:
        return self.folder / "economy.html"

    @property
    def json(self) -> Path:
        return self.folder / "economy.json"

    @property
    def workbook(self) -> Path:
        """The workbook in the language in use."""
        return self.folder / f"economy-{language()}.xlsx"


def run_economy(
    workspace: Workspace,
    scenario: Scenario,
    case: Case,
    name: str,
    tell: Tell = tell_nobody,
    *,
    base: BaseYear | None = None,
    solver: str = "",
    acting: Acting | None = None,
    accept_broken: bool = False,
    replace: bool = False,
) -> KeptEconomy:
    """Make a plan of all sectors and keep it.

    Args:
        workspace: open for writing. name: of the plan. case: `scenario.case(...)`.
        base: the base year; None: of the embedded statistics.
        solver: as in `plan_economy`.
        acting: wedges and abatement curve, where they are wanted.
        accept_broken: enter the results into the ledger even where the plan does not hold, also where it keeps its
            limits only by cutting load, which else is no plan.
        replace: an earlier plan of this name.

    Raises:
        NotSolved, Infeasible: there is no plan; nothing was written.
        DafengError: a name that cannot be used, or what cannot be meant.
    """
    check_case(workspace.folder, name, case, replace)
    began = time.monotonic()
    plan = plan_economy(scenario, case, base, tell, solver=solver, cut=accept_broken)
    return keep_economy(
        workspace,
        plan,
        name,
        acting=acting,
        accept_broken=accept_broken,
        replace=replace,
        seconds=time.monotonic() - began,
    )


def keep_economy(
    workspace: Workspace,
    plan: EconomyPlan,
    name: str,
    *,
    acting: Acting | None = None,
    alternatives: Mapping[str, Any] | None = None,
    accept_broken: bool = False,
    replace: bool = False,
    seconds: float = 0.0,
    between: Callable[[str], None] = lambda _step: None,
) -> KeptEconomy:
    """Write a plan's reports into `plans/NAME` of the workspace and enter its results into the ledger: both or neither.

    Args:
        alternatives: near-optimal ones (`alternatives.Near.data`), where they are wanted.

    Raises:
        DafengError: as `check_name`; or the ledger holds results under this name that this plan would leave standing.
    """
    check_name(workspace.folder, name, replace)
    enters = plan.holds or accept_broken
    lines = lines_of(plan, name)
    check_earlier(workspace, name, lines if enters else [])
    rows: list[Any]
    series: Series | None
    if projected.alone(plan.regions):
        rows, series = projected.board_of_province(plan, lines, name, workspace.choice)
    else:
        rows, series = board_of([*lines, *base_lines(plan, name)], name, workspace.series, workspace.choice)
    found = acting or Acting()
    data = economy_data(
        plan,
        name,
        __version__,
        board=rows,
        series=series,
        wedges=found.wedge_data(),
        curve=found.curve_data(),
        alternatives=alternatives,
        entered=enters,
        seconds=seconds,
    )

    def write(part: Path) -> None:
        write_reports(data, part, between)
        write_whole(part / "scenario.toml", plan.scenario.text().encode())
        between("network")
        for stage in plan.power.stages:
            write_netcdf(stage.plan, part / f"plan-{stage.year}.nc", technologies_of(stage), stage.days.chosen + 1)
        between("ledger")

    folder, entered = put_whole(workspace, name, write, lines if enters else None, replace)
    return KeptEconomy(plan, data, folder, entered)


def write_reports(data: Mapping[str, Any], folder: Path, between: Callable[[str], None] = lambda _step: None) -> None:
    """Write data, page, workbooks and tables of a plan into a folder; earlier ones go.

    Args:
        between: called with `page` and `workbook` before these are written.
    """
    write_whole(folder / "economy.json", json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    between("page")
    write_economy_page(data, folder / "economy.html")
    between("workbook")
    for tag in LANGUAGES:
        write_economy_excel(data, folder / f"economy-{tag}.xlsx", tag)
    write_economy_csv(data, folder / "csv")


def lines_of(plan: EconomyPlan | Sketch, name: str) -> list[Observation]:
    """The results of a plan as ledger lines."""
    lines = projected.lines(plan, name, _members(plan), _note(plan))
    return [*lines, *(one for one in _quantities(plan, name) if one.start.year >= plan.years[0])]


def base_lines(plan: EconomyPlan | Sketch, name: str) -> list[Observation]:
    """What the board of a plan needs of the base year besides the statistics; it enters no ledger."""
    return [one for one in _quantities(plan, name) if one.start.year < plan.years[0]]


def _quantities(plan: EconomyPlan | Sketch, name: str) -> list[Observation]:
    return quantity_lines(plan, name, complete(grouping(plan.case.regions)), _note(plan))


def _members(plan: EconomyPlan | Sketch) -> list[str]:
    return [province for group in grouping(plan.case.regions).members for province in group]


def _note(plan: EconomyPlan | Sketch) -> str:
    holds = not isinstance(plan, EconomyPlan) or plan.holds
    return "" if holds else "accepted although the plan does not hold"


def board_of(
    lines: Sequence[Observation], name: str, history: Series, choice: Choice, overlay: bool = True
) -> tuple[list[Any], Series | None]:
    """The board of a plan of the nation and the series behind it; nothing for a part of it (`keep_economy` gives a
    province alone the board of its own targets).
    """
    if not any(line.entity == projected.NATION for line in lines):
        return [], None
    return projected.board(lines, name, history, choice, overlay)


# --- what actions do --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Acting:
    """What the actions of a scenario do to CO2, on the quick regions and days.

    Attributes:
        wedges: from the trend to the scenario. measures: its levers, each held against the scenario without it.
    """

    wedges: Wedges | None = None
    measures: tuple[Measure, ...] = ()

    def wedge_data(self) -> dict[str, Any] | None:
        """As the reports show it."""
        return None if self.wedges is None else wedge_data(self.wedges)

    def curve_data(self) -> list[dict[str, Any]] | None:
        """The abatement curve of 2030, or of the last year that is known."""
        return curve_data(self.wedges.years, self.measures) if self.measures and self.wedges is not None else None


def acting_of(
    scenario: Scenario, case: Case = QUICK, workers: int = 1, curve: bool = True, tell: Tell = tell_nobody
) -> Acting:
    """Wedges and abatement curve of a scenario.

    Args:
        case: regions, periods and days. workers: processes. curve: also every lever alone.
    """
    with Solving(case, workers, tell) as solve:
        found = wedges(scenario, solve)
        return Acting(found, measures(scenario, solve) if curve else ())


class Solving:
    """Solves lists of scenarios, each part of a list in a process of its own, from the scenario before it.

    The split depends on the number of workers only, and the optimum of a scenario does not depend on where it begins.
    """

    def __init__(self, case: Case, workers: int = 1, tell: Tell = tell_nobody) -> None:
        self.case, self.workers, self.tell = case, workers, tell
        self._open = ExitStack()
        self._pool: Executor | None = None

    def __enter__(self) -> Solving:
        if self.workers > 1:
            self._pool = self._open.enter_context(processes(self.workers))
        return self

    def __exit__(self, *why: Any) -> None:
        self._open.__exit__(*why)

    def __call__(self, scenarios: Sequence[Scenario]) -> list[Sketch]:
        if self._pool is None or len(scenarios) < 2:
            return sketches(Sketchbook.of(self.case), scenarios, self.tell)
        return _gathered(_handed_out(self._pool, self.case, scenarios, self.workers))


def _handed_out(pool: Executor, case: Case, scenarios: Sequence[Scenario], workers: int) -> list[Future[list[Sketch]]]:
    size = -(-len(scenarios) // workers)
    parts = [list(scenarios[start : start + size]) for start in range(0, len(scenarios), size)]
    return [pool.submit(_part, case, [(one.text(), one.name) for one in part]) for part in parts]


def _gathered(futures: Sequence[Future[list[Sketch]]]) -> list[Sketch]:
    """Raises: NoPlan."""
    try:
        return [sketch for future in futures for sketch in future.result()]
    except BrokenProcessPool as error:
        raise DafengError("worker_gone") from error


def _part(case: Case, texts: list[tuple[str, str]]) -> list[Sketch]:
    try:
        return sketches(Sketchbook.of(case), [parse(text, name) for text, name in texts])
    except DafengError as error:
        raise NoPlan(_said(error)) from None


def _said(error: DafengError) -> dict[str, str]:
    """Why there is no plan, in every language; of limits that clash: which, and how far they would have to give."""
    try:
        found = explain(error) if isinstance(error, Infeasible) else None
    except DafengError:
        found = None
    if found is None:
        return {tag: error.text(tag) for tag in LANGUAGES}
    return {tag: "\n".join(line for line in clash_sentences(found, tag) if line) for tag in LANGUAGES}


class NoPlan(DafengError):
    """Another process found no plan; carries what it said. The error itself may hold a model and stays there."""

    def __init__(self, said: Mapping[str, str]) -> None:
        super().__init__("no_plan")
        self.said = dict(said)

    def __reduce__(self) -> tuple[type[NoPlan], tuple[dict[str, str]]]:
        return NoPlan, (self.said,)

    def text(self, lang: str | None = None) -> str:
        return self.said[lang or language()]


# --- the quick plan ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quick:
    """The quick plan of the nation.

    Attributes:
        sketch: of the scenario. acting: its wedges. board, series: of the scenario. seconds: that it took.
    """

    sketch: Sketch
    acting: Acting
    board: list[Any]
    series: Series | None
    seconds: float


Finish = Callable[..., Quick]
"""history, choice, overlay -> the quick plan, when it is done."""


def quick(
    history: Series, scenario: Scenario, choice: Choice | None = None, workers: int = 2, tell: Tell = tell_nobody
) -> Quick:
    """Peak, board and wedges of a scenario on seven grid regions and three days, without proof.

    Args:
        history: series of a workspace.

    Raises:
        DafengError: there is no such plan, and why.
    """
    began = time.monotonic()
    with Solving(QUICK, workers, tell) as solve:
        found = solve(steps(scenario))
    return _quick(found, scenario, history, choice, began)


@contextmanager
def quick_begun(scenario: Scenario, workers: int = 1) -> Iterator[Finish]:
    """The quick plan made by other processes while this one does something else.

        with quick_begun(scenario) as finish:
            ...
            plan = finish(workspace.series, workspace.choice)

    An exception in the body ends them. `finish` raises as `quick` does.
    """
    began = time.monotonic()
    with processes(workers) as pool:
        futures = _handed_out(pool, QUICK, steps(scenario), workers)

        def finish(history: Series, choice: Choice | None = None, overlay: bool = True) -> Quick:
            return _quick(_gathered(futures), scenario, history, choice, began, overlay)

        yield finish


def _quick(
    found: list[Sketch],
    scenario: Scenario,
    history: Series,
    choice: Choice | None,
    began: float,
    overlay: bool = True,
) -> Quick:
    acting, sketch = Acting(wedges(scenario, lambda _: found)), found[-1]
    lines = [*lines_of(sketch, scenario.name), *base_lines(sketch, scenario.name)]
    rows, series = board_of(lines, scenario.name, history, choice or Choice(), overlay)
    return Quick(sketch, acting, rows, series, time.monotonic() - began)


def what_if(quick_plan: Sketch, scenario: Scenario) -> Sketch:
    """The sketch of a scenario with another lever, from where the quick plan ended.

    Raises:
        DafengError, Infeasible, NotSolved: as `Sketchbook.sketch`.
    """
    return Sketchbook.of(quick_plan.case, quick_plan.base).sketch(scenario, quick_plan)


__all__ = [
    "FOLDER",
    "QUICK",
    "Acting",
    "DafengError",
    "KeptEconomy",
    "NoPlan",
    "Quick",
    "Solving",
    "acting_of",
    "base_lines",
    "board_of",
    "keep_economy",
    "lines_of",
    "quick",
    "quick_begun",
    "run_economy",
    "what_if",
    "write_reports",
]
