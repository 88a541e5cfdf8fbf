"""`dafeng run`: from the embedded statistics to the status board, the report and the workbook."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dafeng import reports
from dafeng.catalog import LANGUAGES, language
from dafeng.ledger import write_whole
from dafeng.reports.data import report_data
from dafeng.version import __version__
from dafeng.workspace import Workspace, init

STEPS = ("cli.step.statistics", "cli.step.accounts", "cli.step.boards", "cli.step.page", "cli.step.workbook")


@dataclass(frozen=True)
class Run:
    """What a run left behind."""

    data: dict[str, Any]
    page: Path
    workbook: Path
    json: Path


def run(folder: Path, overlay: bool, between: Callable[[str], None], outlines: Path | None = None) -> Run:
    """The main job. Every file appears whole; an interrupted run leaves a workspace that can be used and run again.

    Args:
        between: called with the word key of each step before it begins.
        outlines: GeoJSON of the provinces for the map; without it the map is a grid of tiles.
    """
    began = time.monotonic()
    drawn = reports.read_outlines(outlines) if outlines else None
    between(STEPS[0])
    with init(folder, exist_ok=True) as workspace:
        workspace.load_statistics()
        between(STEPS[1])
        _ = workspace.series
        between(STEPS[2])
        data = report_data(workspace, __version__, overlay, time.monotonic() - began)
        return _write(workspace, data, drawn, between)


def _write(
    workspace: Workspace, data: dict[str, Any], drawn: dict[str, Any] | None, between: Callable[[str], None]
) -> Run:
    folder = workspace.folder / "reports"
    folder.mkdir(exist_ok=True)
    results = folder / "run.json"
    write_whole(results, json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    between(STEPS[3])
    page = folder / "dafeng.html"
    reports.write_html({**data, "outlines": drawn}, page)
    between(STEPS[4])
    for tag in LANGUAGES:
        reports.write_excel(data, folder / f"dafeng-{tag}.xlsx", tag)
    return Run(data, page, folder / f"dafeng-{language()}.xlsx", results)
