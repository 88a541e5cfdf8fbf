"""The commands. Their texts are in the language chosen by --lang, DAFENG_LANG or the locale."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import dafeng as df
from dafeng import catalog
from dafeng.catalog import Problem, language, pick, resource, word
from dafeng.cli import questions
from dafeng.cli.assess import assess
from dafeng.cli.options import DEFAULT, Folder, Force, Form, Lang, Overlay, argument, headings, option
from dafeng.cli.plan import app as plan_app
from dafeng.cli.plan_economy import roadmap
from dafeng.cli.run import SCENARIO, Run, steps_of
from dafeng.cli.run import run as run_all
from dafeng.cli.scenario import app as scenario_app
from dafeng.cli.show import Format, emit, messages, progress, start_working, stop_working
from dafeng.cli.why import why
from dafeng.ledger import ImportOptions, Observation, write_template
from dafeng.reports.wording import spoken_amount
from dafeng.workspace import ImportReport

app = typer.Typer(help=word("cli.help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
catalog_app = typer.Typer(help=word("cli.catalog.help"), no_args_is_help=True)
LONG = ("run", "assess", "plan")  # these show their own progress
SAMPLE = 12  # lines of an import that the table shows


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dafeng {df.__version__}")
        raise typer.Exit


Version = Annotated[bool, option("--version", text="cli.option.version", callback=_version, is_eager=True)]


@app.callback()
def settings(context: typer.Context, version: Version = False, lang: Lang = None) -> None:
    """Options that stand before the command."""
    if context.invoked_subcommand not in LONG:
        start_working()
        context.call_on_close(stop_working)


@app.command(help=word("cli.run.help"))
def run(
    workspace: Folder = DEFAULT,
    overlay: Overlay = True,
    outlines: Annotated[Path | None, option("--map", text="cli.run.map")] = None,
    scenario: Annotated[str, option("--scenario", "-s", text="cli.run.scenario")] = SCENARIO,
    no_plan: Annotated[bool, option("--no-plan", text="cli.run.no_plan")] = False,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    wanted = None if no_plan else scenario
    with progress(len(steps_of(wanted))) as step:
        result = run_all(workspace, overlay, step, outlines, wanted)
    tag, board = language(), result.data["boards"]["CN"]
    rows = [row for row in board if row["readings"][0]["current"] is not None]
    shown = [
        {
            "target": row["target"],
            "name": row["name"][tag],
            "goal": row["value"],
            "current": row["readings"][0]["current"],
            "year": row["readings"][0]["year"],
            "unit": row["unit"],
            "state": row["state"],
            "state_text": word(f"state.{row['state']}") + ("*" if row["disputed"] else ""),
        }
        for row in rows
    ]
    files = {"page": str(result.page), "workbook": str(result.workbook), "json": str(result.json)}
    files |= {"plan": str(result.plan)} if result.plan else {}
    columns = headings("target", "name", "goal", "current", "year", "unit", "state_text")
    emit(
        form, "dafeng.summary/1", columns, shown, word("cli.run.title"), extra={"files": files, "quick": _quick(result)}
    )
    messages().print(word("cli.run.rest", count=len(board) - len(rows), disputed="*"), markup=False, soft_wrap=True)
    for kind, path in files.items():
        messages().print(f"{word(f'cli.file.{kind}')}: {path}", markup=False, soft_wrap=True)
    _show_quick(result)


def _quick(result: Run) -> dict[str, Any] | None:
    """The quick plan in short; None where there is none."""
    quick = result.data["quick"]
    return quick and {"scenario": quick["scenario"]["name"], **{key: quick[key] for key in ("peak", "states")}}


def _show_quick(result: Run) -> None:
    quick, why = result.data["quick"], result.data["no_quick"]
    if why:
        messages().print(word("cli.run.no_quick", why=why[language()]), style="yellow", markup=False, soft_wrap=True)
    if quick:
        top = quick["peak"]["energy"]
        value = spoken_amount(top["value"] / 100, "1e8t_CO2", 2, language())
        peak = word("peaking.cli.peak", year=top["year"], value=value, unit="").strip()
        said = {"scenario": quick["scenario"]["title"][language()], "days": quick["case"]["days"], "peak": peak}
        messages().print(word("peaking.cli.quick", **said), markup=False, soft_wrap=True)


@app.command(help=word("cli.init.help"))
def init(workspace: Folder = DEFAULT, form: Form = Format.table, lang: Lang = None) -> None:
    with df.init(workspace) as made:
        report = made.load_statistics()
    row = {"workspace": str(workspace), "rows": len(report.verdict.new)}
    emit(form, "dafeng.init/1", headings("workspace", "rows"), [row])


@app.command("import", help=word("cli.import.help"))
def import_file(
    file: Annotated[Path, argument("cli.import.file")],
    *,
    workspace: Folder = DEFAULT,
    layout: Annotated[str | None, option("--layout", text="cli.import.layout")] = None,
    dataset: Annotated[str, option("--dataset", text="cli.import.dataset")] = "",
    entity: Annotated[str, option("--region", text="cli.import.region")] = "",
    year: Annotated[int | None, option("--year", text="cli.import.year")] = None,
    source: Annotated[str, option("--source", text="cli.import.source")] = "",
    accept: Annotated[list[str] | None, option("--accept", text="cli.import.accept")] = None,
    revise: Annotated[bool, option("--revise", text="cli.import.revise")] = False,
    dry_run: Annotated[bool, option("--dry-run", text="cli.import.dry_run")] = False,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    options = ImportOptions(dataset=dataset, entity=entity, year=year, source=source)
    try:
        with df.open(workspace, write=not dry_run) as opened:
            report = opened.import_file(file, layout, options, accept or (), revise, dry_run)
    except catalog.RefusedInput as refused:
        _show_refused(refused, dataset, layout, form)
        raise
    _show_import(report, form)
    if report.verdict.refused:
        raise typer.Exit(1)


def _show_import(report: ImportReport, form: Format) -> None:
    verdict = report.verdict
    facts: dict[str, Any] = {
        "layout": report.layout,
        "dataset": report.dataset,
        "new": len(verdict.new),
        "known": verdict.known,
        "refused": len(verdict.refused),
        "waived": len(verdict.waived),
        "skipped": len(report.skipped),
        "written": report.record is not None,
    }
    rows = [_observation_row(observation) for observation in verdict.new]
    title = word("cli.import.title", **{**facts, "written": word(f"cli.{'yes' if report.record else 'no'}")})
    extra = {
        "import": facts,
        "skipped": list(report.skipped),
        "problems": [_problem_row(problem) for problem in verdict.refused],
        "waived": [_problem_row(problem) for problem in verdict.waived],
    }
    columns = headings("entity", "start", "flow", "carrier", "value", "unit", "cell")
    emit(form, "dafeng.import/1", columns, rows[:SAMPLE] if form is Format.table else rows, title, extra=extra)
    if form is Format.table and len(rows) > SAMPLE:
        messages().print(word("cli.import.more", count=len(rows) - SAMPLE), markup=False)
    for problem in (*verdict.refused, *verdict.waived):
        messages().print(problem.text(), markup=False, soft_wrap=True)


def _show_refused(refused: catalog.RefusedInput, dataset: str, layout: str | None, form: Format) -> None:
    """A script that asked for JSON gets the problems as JSON too; people read them on stderr."""
    if form is not Format.json:
        return
    counts = dict.fromkeys(("new", "known", "waived", "skipped"), 0)
    facts = {"layout": layout, "dataset": dataset or None, **counts, "refused": len(refused.problems), "written": False}
    problems = [_problem_row(problem) for problem in refused.problems]
    emit(form, "dafeng.import/1", {}, [], extra={"import": facts, "skipped": [], "problems": problems, "waived": []})


def _observation_row(o: Observation) -> dict[str, Any]:
    return {
        "entity": o.entity,
        "start": str(o.start),
        "end": str(o.end),
        "flow": o.flow,
        "carrier": o.carrier,
        "value": o.value,
        "unit": o.unit,
        "scope": o.scope,
        "vintage": o.vintage,
        "replaces": o.replaces,
        "file": o.file,
        "cell": f"{o.sheet} {o.cell}".strip(),
    }


def _problem_row(problem: Problem) -> dict[str, Any]:
    place = {"file": problem.file, "sheet": problem.sheet, "cell": problem.cell}
    return {"rule": problem.rule, **place, "text": problem.text()}


@app.command(help=word("cli.template.help"))
def template(
    file: Annotated[Path, argument("cli.template.file")],
    force: Force = False,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    if file.exists() and not force:
        raise catalog.DafengError("file_exists", file=file)
    write_template(file)
    _show_file("dafeng.template/1", {"file": str(file)}, word("cli.template.done", file=file), form)


@app.command(help=word("cli.export.help"))
def export(
    file: Annotated[Path, argument("cli.export.file")],
    *,
    what: Annotated[str, option("--what", text="cli.export.what")] = "ledger",
    force: Force = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    with df.open(workspace) as opened:
        rows = opened.export(file, what, force)
    row = {"file": str(file), "what": what, "rows": rows}
    _show_file("dafeng.export/1", row, word("cli.export.done", file=file, rows=rows), form)


def _show_file(schema: str, row: dict[str, Any], text: str, form: Format) -> None:
    """What was written: a sentence for people, a row for scripts."""
    if form is Format.table:
        messages().print(text, markup=False, soft_wrap=True)
    else:
        emit(form, schema, dict.fromkeys(row, ""), [row])


for command in (
    assess,
    why,
    questions.inventory,
    questions.compare,
    questions.board,
    questions.explain,
    questions.recompute,
    roadmap,
):
    app.command(help=word(f"cli.{command.__name__}.help"))(command)
app.add_typer(catalog_app, name="catalog")
app.add_typer(plan_app, name="plan")
app.add_typer(scenario_app, name="scenario")


@catalog_app.command("check", help=word("cli.catalog.check.help"))
def catalog_check(form: Form = Format.table, lang: Lang = None) -> None:
    problems, counts = catalog.check()
    rows = [{"file": name, "rows": count} for name, count in counts.items()]
    extra = {"problems": [_problem_row(problem) for problem in problems]}
    emit(form, "dafeng.catalog-check/1", headings("file", "rows"), rows, extra=extra)
    for problem in problems:
        messages().print(problem.text(), markup=False, soft_wrap=True)
    done = word("cli.catalog.check.done", rows=sum(counts.values()), problems=len(problems))
    messages().print(done, markup=False)
    if problems:
        raise typer.Exit(1)


@catalog_app.command("systems", help=word("cli.catalog.systems.help"))
def catalog_systems(form: Form = Format.table, lang: Lang = None) -> None:
    rows = [
        {
            "id": row["id"],
            "clause": ";".join(row["clause"]),
            "name": pick(row, "name"),
            "function": pick(row, "function"),
            "carried_by": row["carried_by"] or (word("cli.catalog.not_yet") if form is Format.table else None),
        }
        for row in resource("plan", "systems").rows
    ]
    emit(form, "dafeng.systems/1", headings("id", "clause", "name", "carried_by"), rows)
