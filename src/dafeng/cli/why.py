"""`dafeng why`: which factor changed a region's total by how much, between two years."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from typing import Annotated, Any

import typer

import dafeng as df
from dafeng import assessment
from dafeng.catalog import entities, language, pick, symbol, word
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, Region, headings, option
from dafeng.cli.show import Format, emit, messages

Identity = Annotated[str, option("--identity", "-i", text="cli.why.identity")]
From = Annotated[int | None, option("--from", text="cli.why.from")]
To = Annotated[int | None, option("--to", text="cli.why.to")]
Mixed = Annotated[bool, option("--mixed", text="cli.why.mixed")]


def why(
    region: Region,
    *,
    identity: Identity = "kaya",
    start: From = None,
    end: To = None,
    mixed: Mixed = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    if (start is None) != (end is None) or (start is not None and end is not None and start >= end):
        raise typer.BadParameter(word("cli.why.both"), param_hint="--from, --to")
    years = None if start is None or end is None else range(start, end + 1)
    with df.open(workspace) as opened:
        filled = opened.filled(region, identity, years, mixed=mixed)
        seams = opened.seams(region, identity, filled.cells.years)
    found, tag = assessment.decompose(filled.cells), language()
    first, last = found.years[0], found.years[-1]
    before, after = float(found.totals[0]), float(found.totals[-1])
    rows = [
        {
            "factor": factor,
            "title": filled.ready.factors[factor][tag],
            "effect": effect,
            "unit": filled.unit,
            "share_pct": 100 * effect / before if before else None,
        }
        for factor, effect in found.between(first, last).items()
    ]
    facts: dict[str, Any] = {
        "region": region,
        "identity": filled.ready.identity.text,
        "start": first,
        "end": last,
        "before": before,
        "after": after,
        "change": after - before,
        "unit": filled.unit,
        "seams": seams,
        "readings": list(filled.readings),
    }
    shown = {
        **facts,
        "region": pick(entities()[region], "name"),
        "title": filled.ready.title[tag],
        "unit": symbol(filled.unit),
    }
    percent = f"{100 * (after / before - 1):+.1f}" if before else "-"
    numbers = {key: f"{facts[key]:,.0f}" for key in ("before", "after", "change")}
    title = word("cli.why.title", **{**shown, **numbers, "percent": percent})
    emit(form, "dafeng.why/1", headings("factor", "title", "effect", "unit", "share_pct"), rows, title, extra=facts)
    if seams:
        text = word("assess.causes.seams", years=word("report.list_separator").join(map(str, seams)))
        messages().print(text, style="yellow", markup=False, soft_wrap=True)
    for one in filled.left_out:
        messages().print(f"{one.year}: {one.why[tag]}", markup=False, soft_wrap=True)
