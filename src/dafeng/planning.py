"""A power plan made and kept: solved, certified and replayed, written as reports, and entered into the ledger.

The results enter as observations of status `projected`: the scenario is the plan's name, the dataset `plan:NAME`. So
accounts, targets and assessment can treat them as they treat history, and history is never mixed with them.

    ws = df.init("my-workspace")
    kept = run_plan(ws, Case(regions="nation", periods=(2025, 2030), days=6), "first")
    kept.plan.holds, kept.entered, kept.page
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from dafeng.catalog import LANGUAGES, DafengError, language
from dafeng.ledger import HISTORY, Ledger, Observation, write_whole, year_span
from dafeng.models import write_netcdf
from dafeng.pathway.clash import Clash, clash
from dafeng.pathway.model import build
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.planning import PowerPlan, plan_power
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.refusals import Unreachable
from dafeng.pathway.telling import Tell, tell_nobody
from dafeng.power_lines import NATION, observations
from dafeng.projected import GROWTH
from dafeng.reports.plan import Outcome, outcome, plan_data, write_plan_excel, write_plan_page
from dafeng.version import __version__
from dafeng.workspace import Workspace

FOLDER = "plans"
EVERY_YEAR = GROWTH[0]
"""The flow that plans state of every year of their span; all others of their periods alone."""
NAME = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True)
class Kept:
    """A plan and what was written of it.

    Attributes:
        data: of the reports (schema dafeng.plan/1). entered: lines that entered the ledger.
        folder: holds plan.json, plan.html, plan-LANGUAGE.xlsx and, of each period, plan-YEAR.nc for PyPSA.
    """

    plan: PowerPlan
    outcome: Outcome
    data: Mapping[str, Any]
    folder: Path
    entered: int

    @property
    def page(self) -> Path:
        return self.folder / "plan.html"

    @property
    def json(self) -> Path:
        return self.folder / "plan.json"

    @property
    def workbook(self) -> Path:
        """The workbook in the language in use."""
        return self.folder / f"plan-{language()}.xlsx"


def run_plan(
    workspace: Workspace,
    case: Case,
    name: str,
    tell: Tell = tell_nobody,
    *,
    solver: str = "",
    accept_broken: bool = False,
    replace: bool = False,
) -> Kept:
    """Make a plan and keep it (`plan_power`, then `keep_plan`).

    Args:
        workspace: open for writing. name: of the plan: letters, digits, `-`, `_` and `.`.
        tell: told how far it is; what it raises ends the run and leaves nothing behind.
        solver: as in `plan_power`.
        accept_broken: enter the results into the ledger even where the plan does not hold, also where it keeps its
            limits only by cutting load, which else is no plan.
        replace: an earlier plan of this name.

    Raises:
        Infeasible, Unreachable: the limits cannot all be kept (`explain` says why). NotSolved: no solver gave an
            accepted solution. There is no plan then, and nothing was written.
        DafengError: a name that cannot be used, or a case that cannot be meant.
    """
    check_case(workspace.folder, name, case, replace)
    began = time.monotonic()
    plan = plan_power(case, tell, solver=solver, cut=accept_broken)
    seconds = time.monotonic() - began
    return keep_plan(workspace, plan, name, accept_broken=accept_broken, replace=replace, seconds=seconds)


NO_PLAN = (Infeasible, Unreachable)
"""What a case ends in whose limits cannot all be kept."""


def explain(
    error: Infeasible | Unreachable, prices: Mapping[str, float] | None = None, tell: Tell = tell_nobody
) -> Clash:
    """Why a case has no plan: the smallest sets of limits that clash, and the cheapest way out (`pathway.clash`).

    `reports.plan.clash_sentences` says it in words.

    Args:
        error: that `plan_power` or `run_plan` ended in.
        prices: limit -> 1e9 CNY (present value) per unit by which it gives; without them every limit gives, at the
            share of its own number.
        tell: told how far it is; what it raises ends the run.

    Raises:
        Infeasible: `error` itself, where it does not come from the limits of a plan.
        NotSolved: no solver could answer. UnknownName, DafengError: a price for no limit, or that is no number.
    """
    model = build(error.system) if isinstance(error, Unreachable) else error.model
    if model is None:
        raise error
    try:
        return clash(model, prices, tell)
    except DafengError as found:
        if found.key != "clash_none":
            raise
        raise error from found


def check_name(folder: Path, name: str, replace: bool = False) -> None:
    """Refuse a name before anything is solved.

    Raises:
        DafengError: not a name, or taken.
    """
    if not NAME.fullmatch(name) or name == HISTORY:
        raise DafengError("plan_name", found=name)
    if (folder / FOLDER / name).exists() and not replace:
        raise DafengError("plan_exists", name=name, folder=folder / FOLDER / name)


def check_case(folder: Path, name: str, case: Case, replace: bool = False) -> None:
    """Refuse a name before a case is solved, also where the ledger holds results that no plan of it would replace.

    `keep_plan` looks again: another process can enter some meanwhile.

    Raises:
        DafengError: as `check_name` and `check_earlier`.
    """
    check_name(folder, name, replace)
    _check_left(Ledger(folder / "ledger"), name, entering(case))


def entering(case: Case) -> set[tuple[str, date]]:
    """Entities and periods, by their first day, of which a plan of a case has lines, those of every year aside."""
    regions = grouping(case.regions).regions
    entities = (*regions, NATION) if len(regions) > 1 else regions
    return {(entity, year_span(year)[0]) for entity in entities for year in case.periods}


def keep_plan(
    workspace: Workspace,
    plan: PowerPlan,
    name: str,
    *,
    accept_broken: bool = False,
    replace: bool = False,
    seconds: float = 0.0,
    between: Callable[[str], None] = lambda _step: None,
) -> Kept:
    """Write a plan's reports into `plans/NAME` of the workspace and enter its results into the ledger: both or neither.

    Args:
        between: called with `page`, `workbook` and `network` before these are written, and with `ledger`.

    Raises:
        DafengError: as `check_name`; or the ledger holds results under this name that this plan would leave standing.
    """
    check_name(workspace.folder, name, replace)
    found = outcome(plan)
    enters = plan.holds or accept_broken
    lines = observations(found, name, plan.holds)
    check_earlier(workspace, name, lines if enters else [])
    data = plan_data(plan, found, name, __version__, enters, seconds)

    def write(part: Path) -> None:
        _write(data, part, between)
        between("network")
        for stage in plan.stages:
            write_netcdf(stage.plan, part / f"plan-{stage.year}.nc", technologies_of(stage), stage.days.chosen + 1)
        between("ledger")

    target, entered = put_whole(workspace, name, write, lines if enters else None, replace)
    return Kept(plan, found, data, target, entered)


def put_whole(
    workspace: Workspace,
    name: str,
    write: Callable[[Path], None],
    lines: Sequence[Observation] | None,
    replace: bool,
) -> tuple[Path, int]:
    """Write a plan's folder and enter its lines: both or neither, also when the process is killed.

    Args:
        write: writes the files into the folder that it is given. lines: None: nothing enters the ledger.
        replace: lines that stand under this name.

    Returns:
        The folder, and how many lines entered.
    """
    target = workspace.folder / FOLDER / name
    target.parent.mkdir(exist_ok=True)
    for leftover in target.parent.glob(f".{name}.*.part"):  # of a process that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    part = target.with_name(f".{name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.mkdir()
        write(part)
        with undivided():
            entered = workspace.enter(lines, name, f"plan:{name}", revise=replace) if lines is not None else None
            _put(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target, len(entered.verdict.new) if entered else 0


def _write(data: Mapping[str, Any], folder: Path, between: Callable[[str], None]) -> None:
    write_whole(folder / "plan.json", json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    between("page")
    write_plan_page(data, folder / "plan.html")
    between("workbook")
    for tag in LANGUAGES:
        write_plan_excel(data, folder / f"plan-{tag}.xlsx", tag)


def technologies_of(stage: Stage) -> dict[str, str]:
    """Name of a node, process or storage -> its technology, which is the carrier in PyPSA."""
    system = stage.system
    names = (*system.nodes.names, *system.processes.names, *system.storages.names)
    own = set(stage.inputs.grouping.regions)
    parts = {name: name.partition(" ")[::2] for name in names}
    return {name: rest if region in own else rest.partition(" ")[0] for name, (region, rest) in parts.items()}


def _put(part: Path, target: Path) -> None:
    """Set a finished folder in its place; an earlier one goes."""
    old = target.with_name(f"{part.name}.old")
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def undivided() -> Iterator[None]:
    """Ctrl-C waits until the block is done, so that what belongs together is written together."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[tuple[int, FrameType | None]] = []
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, lambda number, frame: waiting.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting and callable(before):
            before(*waiting[0])


def check_earlier(workspace: Workspace, name: str, lines: Sequence[Observation]) -> None:
    """What the ledger holds under this name must be replaced whole.

    Raises:
        DafengError: these lines would leave some of it standing.
    """
    _check_left(workspace.ledger, name, {(o.entity, o.start) for o in lines if o.flow != EVERY_YEAR})


def _check_left(ledger: Ledger, name: str, places: Set[tuple[str, date]]) -> None:
    table = ledger.observations()
    table = table.filter((table.dataset == f"plan:{name}") & (table.flow != EVERY_YEAR))
    rows = ledger.run(table.select("entity", "start").distinct()).to_pylist()
    left = sorted({(row["entity"], row["start"]) for row in rows} - places)
    if left:
        shown = ", ".join(f"{entity} {start.year}" for entity, start in left[:6])
        raise DafengError("plan_in_ledger", name=name, found=shown, count=len(left))


__all__ = [
    "NO_PLAN",
    "Case",
    "Kept",
    "check_case",
    "check_earlier",
    "check_name",
    "entering",
    "explain",
    "keep_plan",
    "put_whole",
    "run_plan",
]
