"""`dafeng assess`: the yearly self-assessment of a region, from what the workspace holds or from nothing."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from dafeng import reports
from dafeng.catalog import entities, language, pick, word
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, Overlay, Region, headings, option
from dafeng.cli.questions import tell_left_out
from dafeng.cli.show import Format, emit, messages, progress
from dafeng.version import __version__
from dafeng.workspace import init

STEPS = ("cli.step.statistics", "cli.step.accounts", "cli.assess.step", "cli.step.page", "cli.step.workbook")
COLUMNS = {
    Format.table: ("title", "value", "year", "quality"),
    Format.json: ("title", "value", "unit", "year", "quality"),
    Format.csv: ("title", "value", "unit", "year", "quality"),
}
WRITING = {"page": STEPS[3], "workbook": STEPS[4]}

Year = Annotated[int, option("--year", "-y", text="cli.assess.year")]
Out = Annotated[Path | None, option("--out", "-o", text="cli.assess.out")]
Evidence = Annotated[Path | None, option("--evidence", text="cli.assess.evidence")]


def assess(
    region: Region,
    *,
    year: Year,
    out: Out = None,
    evidence: Evidence = None,
    overlay: Overlay = True,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    entities()[region]
    given = reports.read_evidence(evidence) if evidence else reports.NOTHING
    with progress(len(STEPS)) as step:
        made = _make(workspace, region, year, out, given, overlay=overlay, step=step)
    data, tag = made.data, language()
    files = {"page": str(made.page), "workbook": str(made.workbook), "json": str(made.json)}
    rows = [_row(one, tag) for one in data["summary"]["key"]]
    if form is Format.table:
        rows = [{**row, "value": row["shown"]} for row in rows]
    extra = {
        "region": region,
        "year": year,
        "verdict": data["summary"]["verdict"],
        "matters": data["summary"]["matters"],
        "peak": data["peak"]["verdict"]["state"] if data["peak"]["verdict"] else None,
        "grade": data["rating"]["measures"].get("grade"),
        "gaps": len(data["gaps"]),
        "files": files,
    }
    title = word("cli.assess.title", region=pick(entities()[region], "name"), year=year)
    emit(form, "dafeng.assess-summary/1", headings(*COLUMNS[form]), rows, title, extra=extra)
    if form is Format.table:
        _say(data, tag)
    for kind, path in files.items():
        messages().print(f"{word(f'cli.file.{kind}')}: {path}", markup=False, soft_wrap=True)


def _make(
    folder: Path,
    region: str,
    year: int,
    out: Path | None,
    given: reports.Given,
    *,
    overlay: bool,
    step: Callable[[str], None],
) -> reports.Assessment:
    """Every file appears whole; an interrupted run leaves a workspace that can be used again."""
    began = time.monotonic()
    step(STEPS[0])
    with init(folder, exist_ok=True) as opened:
        opened.load_statistics()
        step(STEPS[1])
        _ = opened.series
        tell_left_out(opened)
        step(STEPS[2])
        data = reports.assess_data(opened, region, year, __version__, overlay, given, time.monotonic() - began)
        return reports.write_pack(data, out or folder / "reports", lambda part: step(WRITING[part]))


def _row(one: dict[str, Any], tag: str) -> dict[str, Any]:
    kept = {key: one[key] for key in ("id", "value", "unit", "year", "scope", "vintage", "quality")}
    return {**kept, "title": one["title"][tag], "shown": one["shown"][tag]}


def _say(data: dict[str, Any], tag: str) -> None:
    """The verdict, and what matters most."""
    console = messages()
    for sentence in data["summary"]["sentences"]:
        console.print(sentence[tag], markup=False, soft_wrap=True)
    for place, one in enumerate(data["summary"]["matters"], start=1):
        console.print(f"{place}. {one[tag]}", markup=False, soft_wrap=True)
    console.print(word("cli.assess.gaps", count=len(data["gaps"])), markup=False, soft_wrap=True)
