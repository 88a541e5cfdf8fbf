"""`dafeng run`: from the embedded statistics to the status board, the quick plan, the pages and the workbook."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dafeng import reports
from dafeng.catalog import LANGUAGES, DafengError, language
from dafeng.ledger import write_whole
from dafeng.pathway.cores import cores
from dafeng.reports.data import report_data
from dafeng.version import __version__
from dafeng.workspace import Workspace, init

if TYPE_CHECKING:
    from dafeng.economy import Finish

SCENARIO = "action-plan"
PLAN, WORKBOOK, PAGE = "cli.step.plan", "cli.step.workbook", "cli.step.page"
STEPS = ("cli.step.statistics", "cli.step.accounts", "cli.step.boards", WORKBOOK, PLAN, PAGE)


@dataclass(frozen=True)
class Run:
    """What a run left behind.

    Attributes:
        plan: page of the quick plan; None: there is none, and `data["no_quick"]` says why unless none was wanted.
    """

    data: dict[str, Any]
    page: Path
    workbook: Path
    json: Path
    plan: Path | None = None


def steps_of(scenario: str | None) -> tuple[str, ...]:
    """The word keys of the steps of a run."""
    return tuple(step for step in STEPS if scenario is not None or step != PLAN)


def run(
    folder: Path,
    overlay: bool,
    between: Callable[[str], None],
    outlines: Path | None = None,
    scenario: str | None = SCENARIO,
) -> Run:
    """The main job. Every file appears whole; an interrupted run leaves a workspace that can be used and run again.

    The quick plan is made by processes of its own meanwhile.

    Args:
        between: called with the word key of each step before it begins.
        outlines: GeoJSON of the provinces for the map; without it the map is a grid of tiles.
        scenario: of the quick plan, by name or file; None: no plan.

    Raises:
        UnknownName: no such scenario. And what is refused of a scenario file.
    """
    began = time.monotonic()
    drawn = reports.read_outlines(outlines) if outlines else None
    with _planning(scenario) as finish:
        between(STEPS[0])
        with init(folder, exist_ok=True) as workspace:
            workspace.load_statistics()
            between(STEPS[1])
            _ = workspace.series
            between(STEPS[2])
            data = report_data(workspace, __version__, overlay, time.monotonic() - began)
            between(WORKBOOK)
            place = workspace.folder / "reports"
            place.mkdir(exist_ok=True)
            for tag in LANGUAGES:
                reports.write_excel(data, place / f"dafeng-{tag}.xlsx", tag)
            if finish is not None:
                between(PLAN)
            data |= _planned(workspace, overlay, finish)
            between(PAGE)
            return _write(place, data, drawn)


def _planning(scenario: str | None) -> AbstractContextManager[Finish | None]:
    if scenario is None:
        return nullcontext()
    from dafeng.economy import quick_begun  # the engine is loaded only where something is planned
    from dafeng.pathway.scenario import read

    return quick_begun(read(scenario), workers_of(cores()))


def workers_of(count: int) -> int:
    """Processes that make the quick plan: one core is busy with the accounts; two need a tenth more work than one."""
    return max(1, min(2, count - 1))


def _planned(workspace: Workspace, overlay: bool, finish: Finish | None) -> dict[str, Any]:
    """The quick plan as data, or why there is none."""
    if finish is None:
        return {"quick": None, "no_quick": None}
    from dafeng.reports.quick import quick_data

    try:
        found = finish(workspace.series, workspace.choice, overlay)
    except DafengError as error:
        return {"quick": None, "no_quick": {tag: error.text(tag) for tag in LANGUAGES}}
    data = quick_data(
        found.sketch,
        __version__,
        wedges=found.acting.wedge_data(),
        board=found.board,
        series=found.series,
        seconds=found.seconds,
    )
    return {"quick": data, "no_quick": None}


def _write(folder: Path, data: dict[str, Any], drawn: dict[str, Any] | None) -> Run:
    from dafeng.reports.quick import PAGE as QUICK_PAGE
    from dafeng.reports.quick import quick_card, write_quick_page

    results, page, quick = folder / "run.json", folder / "dafeng.html", data["quick"]
    write_whole(results, json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    plan = None
    if quick is None:
        (folder / QUICK_PAGE).unlink(missing_ok=True)
    else:
        plan = folder / QUICK_PAGE
        write_quick_page(quick, plan, bool(data["overlay"]))
    reports.write_html({**data, "outlines": drawn, "quick": quick_card(quick)}, page)
    return Run(data, page, folder / f"dafeng-{language()}.xlsx", results, plan)
