"""The commands. Their texts are in the language chosen by --lang, DAFENG_LANG or the locale."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import dafeng as df
from dafeng import catalog
from dafeng.accounts import Choice
from dafeng.catalog import language, pick, resource, word
from dafeng.cli.run import STEPS
from dafeng.cli.run import run as run_all
from dafeng.cli.show import Format, emit, messages, progress
from dafeng.ledger import ImportOptions, write_template
from dafeng.reports.data import board_row

app = typer.Typer(help=word("cli.help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
catalog_app = typer.Typer(help=word("cli.catalog.help"), no_args_is_help=True)
app.add_typer(catalog_app, name="catalog")


def _option(*names: str, text: str) -> Any:
    return typer.Option(*names, help=word(text))


def _argument(text: str) -> Any:
    return typer.Argument(help=word(text))


Folder = Annotated[Path, _option("--workspace", "-w", text="cli.option.workspace")]
Form = Annotated[Format, _option("--format", "-f", text="cli.option.format")]
Lang = Annotated[str | None, _option("--lang", text="cli.option.lang")]
Overlay = Annotated[bool, _option("--overlay/--no-overlay", text="cli.option.overlay")]
Dataset = Annotated[str | None, _option("--dataset", text="cli.option.dataset")]
Factors = Annotated[str | None, _option("--factors", text="cli.option.factors")]
DEFAULT = Path("dafeng-workspace")


def _choice(factors: str | None) -> Choice:
    return Choice(fuels=factors) if factors else Choice()


@app.callback()
def settings(lang: Lang = None) -> None:
    """Options that stand before the command."""
    if lang is not None and lang not in catalog.LANGUAGES:
        raise typer.BadParameter(", ".join(catalog.LANGUAGES), param_hint="--lang")


@app.command(help=word("cli.run.help"))
def run(workspace: Folder = DEFAULT, overlay: Overlay = True, form: Form = Format.table, lang: Lang = None) -> None:
    with progress(len(STEPS)) as step:
        started: list[str] = []

        def between(key: str) -> None:
            if started:
                step.done()
            started.append(key)
            step(key)

        result = run_all(workspace, overlay, between)
        step.done()
    rows = [row for row in result.data["boards"]["CN"] if row["readings"][0]["current"] is not None]
    tag = language()
    shown = [
        {"target": row["target"], "name": row["name"][tag], "goal": row["value"], "current": row["readings"][0]["current"],
         "year": row["readings"][0]["year"], "unit": row["unit"], "state": row["state"],
         "state_text": word(f"state.{row['state']}") + ("*" if row["disputed"] else "")}
        for row in rows
    ]
    files = {"page": str(result.page), "workbook": str(result.workbook), "json": str(result.json)}
    columns = {key: word(f"cli.column.{key}") for key in ("target", "name", "goal", "current", "year", "unit", "state_text")}
    emit(form, "dafeng.summary/1", columns, shown, word("cli.run.title"), {"files": files})
    without = len(result.data["boards"]["CN"]) - len(rows)
    messages().print(word("cli.run.rest", count=without, disputed="*"), markup=False)
    for kind, path in files.items():
        messages().print(f"{word(f'cli.file.{kind}')}: {path}", markup=False, soft_wrap=True)


@app.command(help=word("cli.init.help"))
def init(workspace: Folder = DEFAULT, form: Form = Format.table, lang: Lang = None) -> None:
    with df.init(workspace) as made:
        report = made.load_statistics()
        emit(form, "dafeng.init/1", {"workspace": word("cli.column.workspace"), "rows": word("cli.column.rows")},
             [{"workspace": str(workspace), "rows": len(report.verdict.new)}])


@app.command("import", help=word("cli.import.help"))
def import_file(
    file: Annotated[Path, _argument("cli.import.file")], workspace: Folder = DEFAULT,
    layout: Annotated[str | None, _option("--layout", text="cli.import.layout")] = None,
    dataset: Annotated[str, _option("--dataset", text="cli.import.dataset")] = "",
    entity: Annotated[str, _option("--region", text="cli.import.region")] = "",
    year: Annotated[int | None, _option("--year", text="cli.import.year")] = None,
    source: Annotated[str, _option("--source", text="cli.import.source")] = "",
    accept: Annotated[list[str] | None, _option("--accept", text="cli.import.accept")] = None,
    revise: Annotated[bool, _option("--revise", text="cli.import.revise")] = False,
    dry_run: Annotated[bool, _option("--dry-run", text="cli.import.dry_run")] = False,
    form: Form = Format.table, lang: Lang = None,
) -> None:
    options = ImportOptions(dataset=dataset, entity=entity, year=year, source=source)
    with df.open(workspace, write=not dry_run) as opened:
        report = opened.import_file(file, layout, options, accept or (), revise, dry_run)
    verdict = report.verdict
    facts: dict[str, Any] = {"layout": report.layout, "dataset": report.dataset, "new": len(verdict.new), "known": verdict.known,
             "refused": len(verdict.refused), "waived": len(verdict.waived), "skipped": len(report.skipped),
             "written": report.record is not None}
    sample = [{"entity": o.entity, "start": str(o.start), "end": str(o.end), "flow": o.flow, "carrier": o.carrier, "value": o.value,
               "unit": o.unit, "replaces": o.replaces, "cell": f"{o.sheet} {o.cell}".strip()} for o in verdict.new]
    columns = {key: word(f"cli.column.{key}") for key in ("entity", "start", "flow", "carrier", "value", "unit", "cell")}
    emit(form, "dafeng.import/1", columns, sample if form is not Format.table else sample[:12],
         word("cli.import.title", **facts), {"import": facts, "problems": [p.text() for p in verdict.refused]})
    for problem in (*verdict.refused, *verdict.waived):
        messages().print(problem.text(), markup=False)
    if verdict.refused:
        raise typer.Exit(1)


@app.command(help=word("cli.template.help"))
def template(file: Annotated[Path, _argument("cli.template.file")], force: Annotated[bool, _option("--force", text="cli.option.force")] = False,
             lang: Lang = None) -> None:
    if file.exists() and not force:
        raise catalog.DafengError("file_exists", file=file)
    write_template(file)
    messages().print(word("cli.template.done", file=file), markup=False)


@app.command(help=word("cli.inventory.help"))
def inventory(
    region: Annotated[str, _argument("cli.argument.region")], year: Annotated[int | None, _argument("cli.argument.year")] = None,
    measure: Annotated[str | None, _option("--measure", text="cli.option.measure")] = None, dataset: Dataset = None,
    factors: Factors = None, lines: Annotated[bool, _option("--lines", text="cli.option.lines")] = False,
    publish: Annotated[bool, _option("--publish", text="cli.option.publish")] = False,
    workspace: Folder = DEFAULT, form: Form = Format.table, lang: Lang = None,
) -> None:
    with df.open(workspace, write=publish, choice=_choice(factors)) as opened:
        if year is None:
            _inventory_years(opened, region, measure, form)
            return
        found = opened.inventory(region, year, measure, dataset)
        if publish:
            for one in found:
                path = opened.publish(region, year, one.figure.name, one.figure.dataset)
                messages().print(word("cli.inventory.published", file=path), markup=False)
    if lines or (measure and form is not Format.table):
        rows = [{"measure": i.figure.name, **asdict(line)} for i in found for line in i.lines]
        keys = ("measure", "line", "flow", "carrier", "activity", "coefficient", "amount", "unit", "observation")
    else:
        rows = [{**_figure_row(i.figure), "cells": len(i.lines)} for i in found]
        keys = ("title", "value", "unit", "scope", "factor_set", "factor_hash", "dataset", "quality", "cells")
    emit(form, "dafeng.inventory/1", {key: word(f"cli.column.{key}") for key in keys}, rows, f"{_place(region)} {year}",
         {"region": region, "year": year, "choice": opened.choice.describe(), "figures": [_figure_row(i.figure) for i in found]})


def _inventory_years(opened: df.Workspace, region: str, measure: str | None, form: Format) -> None:
    """All years of the measures that the statistics allow."""
    catalog.entities()[region]
    rows = []
    for (entity, _), points in sorted(opened.series.items()):
        first = next(iter(points.values()), None)
        if entity == region and first is not None and measure in (None, first.name):
            rows += [_figure_row(figure) for figure in points.values()]
    if not rows:
        raise catalog.DafengError("no_figure", figure=f"{region}/*/{measure or '*'}", have="-")
    keys = ("title", "year", "value", "unit", "scope", "vintage", "quality")
    emit(form, "dafeng.series/1", {key: word(f"cli.column.{key}") for key in keys}, rows, _place(region), {"region": region})


def _figure_row(figure: df.Figure) -> dict[str, Any]:
    from dafeng.accounts import title_of

    return {"figure": figure.id, "name": figure.name, "title": title_of(figure.name, language()), "year": figure.year,
            "value": figure.value, "unit": figure.unit, "scope": figure.scope, "vintage": figure.vintage,
            "factor_set": figure.factor_set, "factor_hash": figure.factor_hash, "dataset": figure.dataset, "quality": figure.quality}


def _place(region: str) -> str:
    return pick(catalog.entities()[region], "name")


@app.command(help=word("cli.compare.help"))
def compare(
    region: Annotated[str, _argument("cli.argument.region")], year: Annotated[int, _argument("cli.argument.year")],
    sets: Annotated[list[str], _argument("cli.argument.sets")],
    measure: Annotated[str, _option("--measure", text="cli.option.measure")] = "co2_fuel", dataset: Dataset = None,
    workspace: Folder = DEFAULT, form: Form = Format.table, lang: Lang = None,
) -> None:
    with df.open(workspace) as opened:
        rows = [_figure_row(i.figure) for i in opened.compare(sets, region, year, dataset, measure)]
    keys = ("title", "value", "unit", "scope", "factor_set", "factor_hash", "dataset", "quality")
    emit(form, "dafeng.compare/1", {key: word(f"cli.column.{key}") for key in keys}, rows, f"{_place(region)} {year}")


@app.command(help=word("cli.board.help"))
def board(region: Annotated[str, _argument("cli.argument.region")] = "CN", overlay: Overlay = False, workspace: Folder = DEFAULT,
          form: Form = Format.table, lang: Lang = None) -> None:
    with df.open(workspace) as opened:
        rows = [board_row(row) for row in opened.board(region, overlay)]
    tag = language()
    shown: list[dict[str, Any]] = rows if form is Format.json else [
        {**reading, "target": row["target"], "clause": row["clause"], "name": row["name"][tag], "goal": row["value"], "unit": row["unit"],
         "due": row["due_year"], "state_text": word(f"state.{reading['state']}"), "why": reading["why"][tag]}
        for row in rows for reading in row["readings"]
    ]
    keys = ("target", "clause", "name", "goal", "unit", "due", "current", "year", "state_text", "scope", "why")
    emit(form, "dafeng.board/1", {key: word(f"cli.column.{key}") for key in keys}, shown, _place(region), {"region": region})


@app.command(help=word("cli.explain.help"))
def explain(figure: Annotated[str, _argument("cli.explain.figure")], workspace: Folder = DEFAULT, form: Form = Format.table,
            factors: Factors = None, lang: Lang = None) -> None:
    with df.open(workspace, choice=_choice(factors)) as opened:
        steps = opened.explain(figure)
    if form is Format.table:
        for step in steps:
            typer.echo("  " * step.depth + step.text)
    else:
        emit(form, "dafeng.explain/1", {"depth": "depth", "kind": "kind", "text": "text"}, [asdict(step) for step in steps],
             extra={"figure": figure, "lang": language()})


@app.command(help=word("cli.recompute.help"))
def recompute(publication: Annotated[str, _argument("cli.recompute.publication")] = "", workspace: Folder = DEFAULT, factors: Factors = None,
              form: Form = Format.table, lang: Lang = None) -> None:
    with df.open(workspace, choice=_choice(factors)) as opened:
        names = [publication] if publication else [path.name for path in opened.publications()]
        found = {name: opened.recompute(name) for name in names}
    rows = [{"publication": name, **asdict(change)} for name, one in found.items() for change in one.changes]
    totals = [{"publication": name, "then": one.then["value"], "now": one.now.total, "unit": one.then["unit"],
               "hash_then": one.then["factor_hash"], "hash_now": one.now.figure.factor_hash, "same": one.same} for name, one in found.items()]
    keys = ("publication", "flow", "carrier", "activity_then", "activity_now", "coefficient_then", "coefficient_now", "amount_then", "amount_now")
    emit(form, "dafeng.recompute/1", {key: word(f"cli.column.{key}") for key in keys}, rows, word("cli.recompute.title", count=len(rows)),
         {"totals": totals})
    for total in totals:
        messages().print(word("cli.recompute.total", **total), markup=False)


@app.command(help=word("cli.export.help"))
def export(file: Annotated[Path, _argument("cli.export.file")], what: Annotated[str, _option("--what", text="cli.export.what")] = "ledger",
           force: Annotated[bool, _option("--force", text="cli.option.force")] = False, workspace: Folder = DEFAULT, lang: Lang = None) -> None:
    with df.open(workspace) as opened:
        rows = opened.export(file, what, force)
    messages().print(word("cli.export.done", file=file, rows=rows), markup=False)


@catalog_app.command("check", help=word("cli.catalog.check.help"))
def catalog_check(form: Form = Format.table, lang: Lang = None) -> None:
    problems, counts = catalog.check()
    emit(form, "dafeng.catalog-check/1", {"file": word("cli.column.file"), "rows": word("cli.column.rows")},
         [{"file": name, "rows": count} for name, count in counts.items()], extra={"problems": [p.text() for p in problems]})
    for problem in problems:
        messages().print(problem.text(), markup=False)
    messages().print(word("cli.catalog.check.done", rows=sum(counts.values()), problems=len(problems)), markup=False)
    if problems:
        raise typer.Exit(1)


@catalog_app.command("systems", help=word("cli.catalog.systems.help"))
def catalog_systems(form: Form = Format.table, lang: Lang = None) -> None:
    rows = [{"id": row["id"], "clause": row["clause"], "name": pick(row, "name"), "function": pick(row, "function"),
             "carried_by": row["carried_by"] or word("cli.catalog.not_yet")} for row in resource("plan", "systems").rows]
    keys = ("id", "clause", "name", "carried_by")
    emit(form, "dafeng.systems/1", {key: word(f"cli.column.{key}") for key in keys}, rows)
