"""The commands that ask a workspace and change nothing, but for `inventory --publish`."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

import dafeng as df
from dafeng import catalog
from dafeng.accounts import Inventory, title_of
from dafeng.catalog import DafengError, language, pick, word
from dafeng.cli.options import (
    DEFAULT,
    Dataset,
    Factors,
    Folder,
    Form,
    Lang,
    Overlay,
    Region,
    argument,
    choice,
    headings,
    option,
)
from dafeng.cli.plan_economy import compare_plans
from dafeng.cli.show import Format, emit, messages, stop_working
from dafeng.reports.data import board_row

CELLS = ("measure", "line", "flow", "carrier", "activity", "coefficient", "amount", "unit", "observation")
TOTALS = ("title", "value", "unit", "scope", "factor_set", "factor_hash", "dataset", "quality", "cells")
SERIES = ("title", "year", "value", "unit", "scope", "vintage", "quality")
BOARD = ("target", "clause", "name", "goal", "unit", "due", "current", "year", "state_text", "scope", "why")
CHANGES = ("publication", "flow", "carrier", "activity_then", "activity_now", "coefficient_then", "coefficient_now",
           "amount_then", "amount_now")  # fmt: skip


def inventory(
    region: Region,
    year: Annotated[int | None, argument("cli.argument.year")] = None,
    *,
    measure: Annotated[str | None, option("--measure", text="cli.option.measure")] = None,
    dataset: Dataset = None,
    factors: Factors = None,
    lines: Annotated[bool, option("--lines", text="cli.option.lines")] = False,
    publish: Annotated[bool, option("--publish", text="cli.option.publish")] = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    with df.open(workspace, write=publish, choice=choice(factors)) as opened:
        if year is None:
            if lines or publish:
                raise typer.BadParameter(word("cli.inventory.year_needed"), param_hint="YEAR")
            _inventory_years(opened, region, measure, form)
            return
        found = opened.inventory(region, year, measure, dataset)
        if publish:
            for one in found:
                path = opened.publish(region, year, one.figure.name, one.figure.dataset)
                messages().print(word("cli.inventory.published", file=path), markup=False, soft_wrap=True)
    figures = [_figure_row(one.figure) for one in found]
    cells = [{"measure": one.figure.name, **asdict(line)} for one in found for line in one.lines]
    totals = [{**row, "cells": len(one.lines)} for row, one in zip(figures, found, strict=True)]
    emit(
        form,
        "dafeng.inventory/1",
        headings(*(CELLS if lines else TOTALS)),
        cells if lines else totals,
        f"{_place(region)} {year}",
        extra={"region": region, "year": year, "choice": opened.choice.describe(), "lines": lines, "figures": figures},
        wide=("scope", "factor_set", "factor_hash", "observation"),
    )


def _inventory_years(opened: df.Workspace, region: str, measure: str | None, form: Format) -> None:
    """All years of the measures that the statistics allow."""
    place = _place(region)
    rows = []
    for (entity, _), points in sorted(opened.series.items()):
        first = next(iter(points.values()), None)
        if entity == region and first is not None and measure in (None, first.name):
            rows += [_figure_row(figure) for figure in points.values()]
    if not rows:
        raise catalog.DafengError("no_figure", figure=f"{region}/*/{measure or '*'}", have="-")
    emit(form, "dafeng.series/1", headings(*SERIES), rows, place, extra={"region": region}, wide=("vintage",))


def _figure_row(figure: df.Figure) -> dict[str, Any]:
    return {
        "figure": figure.id,
        "name": figure.name,
        "title": title_of(figure.name, language()),
        "year": figure.year,
        "value": figure.value,
        "unit": figure.unit,
        "scope": figure.scope,
        "vintage": figure.vintage,
        "factor_set": figure.factor_set,
        "factor_hash": figure.factor_hash,
        "dataset": figure.dataset,
        "quality": figure.quality,
    }


def _place(region: str) -> str:
    return pick(catalog.entities()[region], "name")


def compare(
    first: Annotated[str, argument("peaking.cli.first")],
    second: Annotated[str, argument("peaking.cli.second")],
    sets: Annotated[list[str] | None, argument("peaking.cli.sets")] = None,
    *,
    measure: Annotated[str, option("--measure", text="cli.option.measure")] = "co2_fuel",
    dataset: Dataset = None,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    if not sets:
        compare_plans(first, second, workspace, form)
        return
    if not second.isdigit():
        raise DafengError("compare_usage")
    region, year = first, int(second)
    with df.open(workspace) as opened:
        found: list[Inventory] = opened.compare(sets, region, year, dataset, measure)
    rows = [_figure_row(one.figure) for one in found]
    facts = {"region": region, "year": year, "measure": measure}
    emit(form, "dafeng.compare/1", headings(*TOTALS[:-1]), rows, f"{_place(region)} {year}", extra=facts)


def board(
    region: Region = "CN",
    overlay: Overlay = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    with df.open(workspace) as opened:
        rows = [board_row(row) for row in opened.board(region, overlay)]
        tell_left_out(opened)
    shown = rows if form is Format.json else [line for row in rows for line in _board_lines(row)]
    extra = {"region": region, "overlay": overlay}
    emit(form, "dafeng.board/1", headings(*BOARD), shown, _place(region), extra=extra, wide=("clause", "scope", "why"))


def tell_left_out(opened: df.Workspace) -> None:
    """Say which datasets the board does not count, and why."""
    for book, error in opened.left_out.items():
        messages().print(
            word("cli.left_out", book=book, reason=str(error)), style="yellow", markup=False, soft_wrap=True
        )


def _board_lines(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A target's readings, one a line."""
    tag = language()
    about = {"target": row["target"], "clause": row["clause"], "name": row["name"][tag], "goal": row["value"],
             "unit": row["unit"], "due": row["due_year"]}  # fmt: skip
    return [
        {**reading, **about, "state_text": word(f"state.{reading['state']}"), "why": reading["why"][tag]}
        for reading in row["readings"]
    ]


def explain(
    figure: Annotated[str, argument("cli.explain.figure")],
    factors: Factors = None,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    with df.open(workspace, choice=choice(factors)) as opened:
        steps = opened.explain(figure)
    stop_working()
    if form is Format.table:
        for step in steps:
            typer.echo("  " * step.depth + step.text)
        return
    columns = {"depth": "depth", "kind": "kind", "text": "text"}
    facts = {"figure": figure, "lang": language()}
    emit(form, "dafeng.explain/1", columns, [asdict(step) for step in steps], extra=facts)


def recompute(
    publication: Annotated[str, argument("cli.recompute.publication")] = "",
    factors: Factors = None,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    with df.open(workspace, choice=choice(factors)) as opened:
        names = [publication] if publication else [path.name for path in opened.publications()]
        found = {name: opened.recompute(name) for name in names}
    rows = [{"publication": name, **asdict(change)} for name, one in found.items() for change in one.changes]
    totals = [
        {
            "publication": name,
            "then": one.then["value"],
            "now": one.now.total,
            "unit": one.then["unit"],
            "hash_then": one.then["factor_hash"],
            "hash_now": one.now.figure.factor_hash,
            "same": one.same,
        }
        for name, one in found.items()
    ]
    title = word("cli.recompute.title", count=len(rows))
    emit(form, "dafeng.recompute/1", headings(*CHANGES), rows, title, extra={"totals": totals})
    for total in totals:
        shown = {**total, "same": word(f"cli.{'yes' if total['same'] else 'no'}")}
        messages().print(word("cli.recompute.total", **shown), markup=False, soft_wrap=True)
