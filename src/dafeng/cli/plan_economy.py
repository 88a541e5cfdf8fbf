"""`dafeng plan --scenario`, `dafeng roadmap`, and `dafeng compare` of two plans: all sectors, with progress."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dafeng.catalog import DafengError, UnknownName, convert, language, symbol, word
from dafeng.cli.clash import REFUSED, show_clash
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, option
from dafeng.cli.plan_alternatives import rows_of
from dafeng.cli.projects import show_projects
from dafeng.cli.ranges import ranges_data, show_ranges
from dafeng.cli.show import Format, emit, messages
from dafeng.cli.verdict import show_verdict
from dafeng.cli.watch import watching
from dafeng.workspace import init

if TYPE_CHECKING:
    from dafeng.alternatives import Asked, Near
    from dafeng.economy import KeptEconomy
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.scenario import Scenario

NOT_HELD = 3
FOLDER = "plans"
SUMMARY = ("co2", "co2_energy", "energy", "coal", "non_fossil", "electricity", "wind_solar", "coal_power", "cost")
COMPARED = ("quantity_text", "year", "a", "b", "change", "percent", "unit")
ROADMAP = ("region_text", "year", "what_text", "item_text", "amount", "unit", "investment", "co2", "action_text")
IDS = ("region", "year", "what_text", "item_text", "amount", "unit", "investment", "co2", "action")
SPOKEN = ("region_text", "action_text")
SEARCHED, SOLVED, ACTED = 0.15, 0.8, 0.97

Plan = Annotated[str, option("--plan", "-p", text="peaking.cli.plan")]


def economy(
    scenario: str,
    regions: str,
    periods: tuple[int, ...] | None,
    days: int | None,
    name: str,
    workspace: Path,
    form: Format,
    *,
    exchange: str,
    actions: bool,
    near: Asked | None,
    workers: int,
    solver: str,
    mps: Path | None,
    accept_broken: bool,
    replace: bool,
) -> None:
    """Make a plan of all sectors, keep it in the workspace and show its main figures.

    Args:
        near: the alternatives of nearly least cost that are searched for, before the plan is made; None: none.
        exchange: name of a kept plan of the nation, from which a part of it takes what it exchanges; empty: none.
        solver: name of the only recipe that may solve it; empty: the portfolio chooses.
        mps: file for the linear program that is solved first; it stays, whatever comes of the plan.
    """
    from dafeng import plan_sum  # the engine is loaded only where something is planned
    from dafeng.pathway.recipes import named
    from dafeng.pathway.scenario import read
    from dafeng.pathway.sectors.program import economy_program
    from dafeng.pathway.solvers import Session
    from dafeng.planning import NO_PLAN, check_case

    wanted = read(scenario)
    given: dict[str, Any] = {"regions": regions}
    given |= {key: value for key, value in (("periods", periods), ("days", days)) if value is not None}
    if exchange:
        given["exchange"] = plan_sum.exchange_for(plan_sum.kept(workspace, exchange), regions)
    case = wanted.case(**given)
    called = name or f"{wanted.name}-{regions}"
    check_case(workspace, called, case, replace)
    if solver:
        named(solver)
    if mps is not None:
        Session(economy_program(wanted, case)).write(mps)
        messages().print(f"{word('cli.file.mps')}: {mps}", markup=False, soft_wrap=True)
    try:
        count = workers if actions else 0
        made = _make(
            wanted,
            case,
            called,
            workspace,
            near=near,
            workers=count,
            solver=solver,
            accept_broken=accept_broken,
            replace=replace,
        )
    except NO_PLAN as error:
        show_clash(error, called, form)
        raise typer.Exit(REFUSED) from error
    kept, found = made
    _show(kept, called, form, found)
    if not kept.plan.holds and not accept_broken:
        raise typer.Exit(NOT_HELD)


def _make(
    wanted: Scenario,
    case: Case,
    name: str,
    folder: Path,
    *,
    near: Asked | None,
    workers: int,
    solver: str,
    accept_broken: bool,
    replace: bool,
) -> tuple[KeptEconomy, Near | None]:
    """Search for alternatives, which ends soonest where something was asked that cannot be; solve, then write.

    Args:
        workers: processes for the plans of each action alone; 0: these are not made.
    """
    from dafeng.alternatives import alternatives_of
    from dafeng.economy import acting_of, keep_economy
    from dafeng.pathway.sectors.planning import plan_economy

    began = time.monotonic()
    with watching() as tell:
        found, start = None, 0.0
        if near is not None:
            start = SEARCHED
            found = alternatives_of(wanted, case, near, lambda _, share: tell("alternatives", SEARCHED * share))
        plan = plan_economy(
            wanted,
            case,
            tell=lambda stage, share: tell(stage, start + (SOLVED - start) * share),
            cut=accept_broken,
            solver=solver,
        )
        acting = None
        if workers:
            acting = acting_of(
                wanted, workers=workers, tell=lambda _, share: tell("actions", SOLVED + share * (ACTED - SOLVED))
            )
        seconds = time.monotonic() - began
        with init(folder, exist_ok=True) as opened:
            opened.load_statistics()
            kept = keep_economy(
                opened,
                plan,
                name,
                acting=acting,
                alternatives=None if found is None else found.data(),
                accept_broken=accept_broken,
                replace=replace,
                seconds=seconds,
                between=lambda step: tell(step, ACTED),
            )
    return kept, found


def summary_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The main figures of each period."""
    return [{"year": year, **{key: data["summary"][key][y] for key in SUMMARY}} for y, year in enumerate(data["years"])]


def _show(kept: KeptEconomy, name: str, form: Format, near: Near | None) -> None:
    data = kept.data
    files = {"page": str(kept.page), "workbook": str(kept.workbook), "json": str(kept.json)}
    verdict = data["verdict"]
    extra = {
        "name": name,
        "scenario": data["scenario"]["name"],
        "holds": verdict["holds"],
        "entered": verdict["entered"],
        "rows_entered": kept.entered,
        "gap": verdict["gap"],
        "estimates": word("plan.estimates"),
        "ranges": ranges_data(kept.plan.power.stages),
        "peak": {scope: data["peak"][scope] for scope in ("energy", "all")},
        "alternatives": data["alternatives"],
        "files": files,
    }
    headings = {"year": word("plan.cli.column.year")}
    headings |= {key: f"{word(f'economy.summary.{key}')} ({symbol(_unit(key))})" for key in SUMMARY}
    rows = summary_rows(data)
    shown = [{**row, "year": str(row["year"])} for row in rows] if form is Format.table else rows
    emit(form, "dafeng.economy-summary/1", headings, shown, word("peaking.cli.title", name=name), extra=extra)
    console = messages()
    show_verdict(console, data)
    peak = data["peak"]["energy"]
    console.print(
        word("peaking.cli.peak", year=peak["year"], value=f"{peak['value']:,.0f}", unit=symbol("Mt_CO2")), markup=False
    )
    if near is not None:
        show_near(console, near)
    show_ranges(kept.plan.power.stages)
    for kind, path in files.items():
        console.print(f"{word(f'cli.file.{kind}')}: {path}", markup=False, soft_wrap=True)


def show_near(console: Console, near: Near) -> None:
    """The alternatives, a line each."""
    head = word("alternatives.cli.head", year=near.asked.year, slack=f"{100 * near.asked.slack:g}%")
    console.print(head, markup=False, soft_wrap=True)
    for row in rows_of(near.found):
        numbers = {key: f"{row[key]:,.1f}" for key in ("least", "best", "most")}
        numbers |= {key: _money(row[key]) for key in ("extra_least", "extra_most")}
        text = word("alternatives.cli.line", name=row["technology_text"], unit=symbol(row["unit"]), **numbers)
        console.print(f"  {text}", markup=False, soft_wrap=True)


def _money(value: float) -> str:
    """1e9 CNY as people say it: in Chinese and Japanese in 100 million."""
    unit = "1e9CNY" if language() == "en" else "1e8CNY"
    return f"{convert(value, '1e9CNY', unit):,.1f} {symbol(unit)}"


def _unit(quantity: str) -> str:
    from dafeng.reports.economy.compare import QUANTITIES

    return QUANTITIES[quantity]


# --- what is kept -----------------------------------------------------------------------------------------------------


def kept_data(workspace: Path, name: str) -> dict[str, Any]:
    """The data of a plan of all sectors that a workspace keeps (schema dafeng.economy/1).

    Raises:
        UnknownName: no such plan; names the nearest.
    """
    known = sorted(path.parent.name for path in (workspace / FOLDER).glob("*/economy.json"))
    if name not in known:
        raise UnknownName("plan", name, known)
    data: dict[str, Any] = json.loads((workspace / FOLDER / name / "economy.json").read_text(encoding="utf-8"))
    return data


def compare_plans(first: str, second: str, workspace: Path, form: Format) -> None:
    """Two plans side by side.

    Raises:
        DafengError: they do not count the same.
    """
    from dafeng.reports.economy import compare

    found = compare(kept_data(workspace, first), kept_data(workspace, second))
    rows = found["rows"]
    if form is not Format.json:
        rows = [{**row, "quantity_text": word(f"economy.summary.{row['quantity']}")} for row in rows]
    extra = {key: value for key, value in found.items() if key not in ("rows", "schema")}
    headings = {key: word(f"peaking.column.{key}") for key in COMPARED}
    headings |= {"a": first, "b": second}
    if form is Format.table:
        rows = [{**row, "year": str(row["year"])} for row in rows]
    emit(form, found["schema"], headings, rows, f"{first} / {second}", extra=extra)
    for one in found["differences"]:
        text = word("peaking.cli.differs", field=one["field"], a=one["a"], b=one["b"])
        messages().print(text, markup=False, soft_wrap=True)


def roadmap(
    region: Annotated[str, typer.Argument(help=word("peaking.cli.region"))],
    *,
    plan: Plan = "",
    action: Annotated[int | None, option("--action", text="peaking.cli.action")] = None,
    year: Annotated[int | None, option("--year", text="peaking.cli.year")] = None,
    projects: Annotated[bool, option("--projects", text="peaking.cli.projects")] = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    data = kept_data(workspace, plan or _latest(workspace))
    columns = data["roadmap"]["columns"]
    rows = [dict(zip(columns, row, strict=True)) for row in data["roadmap"]["rows"]]
    regions = data["regions"]
    if projects and (region in regions or region in {one["id"] for one in data["entities"]} or region == "CN"):
        show_projects(data, region, action, year, form)
        return
    if region not in regions and not (region == "CN" and len(regions) > 1):
        raise DafengError("economy_region", found=region, near=_near(region, regions), allowed=", ".join(regions))
    chosen = [
        {
            **row,
            "what_text": word(f"economy.what.{row['what']}"),
            "item_text": _item(data, row),
            "region_text": _region(data, str(row["region"])),
            "action_text": f"{row['action']} {word('report.action.' + str(row['action']))}",
        }
        for row in rows
        if (region not in regions or row["region"] == region)
        and (action is None or row["action"] == action)
        and (year is None or row["year"] == year)
    ]
    if form is Format.table:
        chosen = [{**row, **_in_words(row)} for row in chosen]
    shown = ROADMAP if form is Format.table else (*IDS, "co2_none", *SPOKEN)
    headings = {key: _heading(key) for key in shown}
    extra = {"plan": data["name"], "scenario": data["scenario"]["name"]}
    emit(form, "dafeng.roadmap/1", headings, chosen, word("economy.roadmap.head"), extra=extra)
    if form is Format.table:
        messages().print(word("economy.page.indicative"), markup=False)


def _heading(key: str) -> str:
    if key == "co2_none":
        return word("economy.col.co2_none")
    return word(f"peaking.column.{key.removesuffix('_text') if key in SPOKEN else key}")


def _in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the table says otherwise: the year without a separator, the unit as people say it, why a step has no CO2."""
    from dafeng.reports.economy.terminal import co2_text

    co2 = co2_text(row["co2"], str(row.get("co2_none", "")), language())
    return {"year": str(row["year"]), "unit": symbol(str(row["unit"])), "co2": co2}


def _item(data: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """The technology, of a conversion with what it was, with the service that it gives."""
    from dafeng.reports.economy.excel_words import with_service

    now = with_service(data, str(row["item"]), language())
    return f"{_name(data, str(row['from']))} → {now}" if row["from"] else now


def _region(data: Mapping[str, Any], region: str) -> str:
    from dafeng.reports.economy.excel_words import region_of

    return region_of(data, region, language())


def _near(found: str, known: list[str]) -> str:
    from dafeng.catalog import nearest

    return nearest(found, known)


def _name(data: Mapping[str, Any], item: str) -> str:
    tag = language()
    if item in data["technologies"]:
        return str(data["technologies"][item]["name"][tag])
    for kind in ("option", "service"):
        if item in data["items"][kind]:
            return str(data["items"][kind][item][tag])
    return item


def _latest(workspace: Path) -> str:
    """The plan that was kept last.

    Raises:
        DafengError: the workspace keeps none.
    """
    kept = sorted((workspace / FOLDER).glob("*/economy.json"), key=lambda path: path.stat().st_mtime)
    if not kept:
        raise DafengError("no_economy_plan", folder=workspace)
    return kept[-1].parent.name


__all__ = ["compare_plans", "economy", "kept_data", "roadmap", "summary_rows"]
