"""`dafeng plan`: make a power plan, with progress, and keep it in the workspace."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dafeng.catalog import DafengError, language, word
from dafeng.cli.clash import REFUSED, show_clash
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, option
from dafeng.cli.periods import read_periods
from dafeng.cli.plan_alternatives import alternatives, asked_for
from dafeng.cli.plan_economy import economy
from dafeng.cli.plan_ensemble import ensemble
from dafeng.cli.plan_import import import_model
from dafeng.cli.plan_sum import sum_plans
from dafeng.cli.ranges import ranges_data, show_ranges
from dafeng.cli.show import Format, emit, messages
from dafeng.cli.verdict import show_verdict
from dafeng.cli.watch import watching
from dafeng.workspace import init

if TYPE_CHECKING:
    from dafeng.pathway.power.case import Case
    from dafeng.planning import Kept

app = typer.Typer(help=word("plan.cli.help"))
app.command("import", help=word("plan.cli.import"))(import_model)
app.command("sum", help=word("plan_sum.cli.help"))(sum_plans)
app.command("ensemble", help=word("ensemble.cli.help"))(ensemble)
app.command("alternatives", help=word("alternatives.cli.help"))(alternatives)
NON_FOSSIL = ("nuclear", "hydro", "wind", "solar", "biomass")
SHARES = "onwind:2030=0.2,2035=0.25"
NOT_HELD = 3  # exit code: written, not entered into the ledger
WRITING = 0.97  # share of the bar at which the files are written
COLUMNS = ("year", "load", "generation", "non_fossil", "wind_solar", "coal", "storage", "co2", "price", "unserved")

Regions = Annotated[str, option("--regions", "-r", text="plan.cli.regions")]
Periods = Annotated[str, option("--periods", text="plan.cli.periods")]
Days = Annotated[int, option("--days", text="plan.cli.days")]
Foresight = Annotated[str, option("--foresight", text="plan.cli.foresight")]
Demand = Annotated[str, option("--demand", text="plan.cli.demand")]


@app.callback(invoke_without_command=True)
def settings(
    context: typer.Context,
    *,
    scenario: Annotated[str, option("--scenario", "-s", text="peaking.cli.scenario")] = "",
    regions: Annotated[str, option("--regions", "-r", text="peaking.cli.regions")] = "grids",
    periods: Annotated[str, option("--periods", text="plan.cli.periods")] = "",
    days: Annotated[int | None, option("--days", text="plan.cli.days")] = None,
    exchange: Annotated[str, option("--exchange", text="plan_sum.cli.exchange")] = "",
    actions: Annotated[bool, option("--actions/--no-actions", text="peaking.cli.actions")] = False,
    near: Annotated[str, option("--alternatives", text="alternatives.cli.asked")] = "",
    near_year: Annotated[int, option("--alternatives-year", text="alternatives.cli.asked_year")] = 2030,
    slack: Annotated[str, option("--slack", text="alternatives.cli.asked_slack")] = "2%",
    workers: Annotated[int, option("--workers", text="peaking.cli.workers")] = 2,
    solver: Annotated[str, option("--solver", text="plan.cli.solver")] = "",
    mps: Annotated[Path | None, option("--mps", text="plan.cli.mps")] = None,
    name: Annotated[str, option("--name", "-n", text="plan.cli.name")] = "",
    accept_broken: Annotated[bool, option("--accept-broken", text="plan.cli.accept_broken")] = False,
    replace: Annotated[bool, option("--replace", text="plan.cli.replace")] = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    """Without a subcommand: a plan of all sectors."""
    if context.invoked_subcommand is not None:
        return
    if not scenario:
        raise DafengError("plan_scenario")
    economy(
        scenario,
        regions,
        read_periods(periods) if periods else None,
        days,
        name,
        workspace,
        form,
        exchange=exchange,
        actions=actions,
        near=None if not near else asked_for([one.strip() for one in near.split(",")], near_year, slack),
        workers=workers,
        solver=solver,
        mps=mps,
        accept_broken=accept_broken,
        replace=replace,
    )


@app.command(help=word("plan.cli.power"))
def power(
    *,
    regions: Regions = "provinces",
    periods: Periods = "2025-2060",
    days: Days = 12,
    foresight: Foresight = "myopic",
    demand: Demand = "recent_growth",
    co2: Annotated[str, option("--co2", text="plan.cli.co2")] = "",
    co2_price: Annotated[str, option("--co2-price", text="plan.cli.co2_price")] = "",
    co2_intensity: Annotated[str, option("--co2-intensity", text="plan.cli.co2_intensity")] = "",
    coal: Annotated[str, option("--coal", text="plan.cli.coal")] = "",
    non_fossil: Annotated[str, option("--non-fossil", text="plan.cli.non_fossil")] = "",
    wind_solar_share: Annotated[str, option("--wind-solar-share", text="plan.cli.wind_solar_share")] = "",
    share_floor: Annotated[list[str] | None, option("--share-floor", text="plan.cli.share_floor")] = None,
    share_ceiling: Annotated[list[str] | None, option("--share-ceiling", text="plan.cli.share_ceiling")] = None,
    peak_response: Annotated[str, option("--peak-response", text="plan.cli.peak_response")] = "",
    floor: Annotated[list[str] | None, option("--floor", text="plan.cli.floor")] = None,
    ceiling: Annotated[list[str] | None, option("--ceiling", text="plan.cli.ceiling")] = None,
    corridor_renewables: Annotated[
        float | None, option("--corridor-renewables", text="plan.cli.corridor_renewables")
    ] = None,
    new_coal: Annotated[bool, option("--new-coal/--no-new-coal", text="plan.cli.new_coal")] = True,
    heat: Annotated[bool, option("--heat/--no-heat", text="plan.cli.heat")] = True,
    hydrogen: Annotated[bool, option("--hydrogen/--no-hydrogen", text="plan.cli.hydrogen")] = True,
    commitment: Annotated[bool, option("--commitment/--no-commitment", text="plan.cli.commitment")] = True,
    reserves: Annotated[bool, option("--reserves/--no-reserves", text="plan.cli.reserves")] = True,
    solver: Annotated[str, option("--solver", text="plan.cli.solver")] = "",
    mps: Annotated[Path | None, option("--mps", text="plan.cli.mps")] = None,
    name: Annotated[str, option("--name", "-n", text="plan.cli.name")] = "",
    accept_broken: Annotated[bool, option("--accept-broken", text="plan.cli.accept_broken")] = False,
    replace: Annotated[bool, option("--replace", text="plan.cli.replace")] = False,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    from dafeng.pathway.power.case import Case  # the engine is loaded only where something is planned
    from dafeng.planning import NO_PLAN

    years = read_periods(periods)
    case = Case(
        regions=regions,
        periods=years,
        days=days,
        foresight=foresight,
        demand=demand,
        co2_cap=by_year("--co2", co2),
        co2_price=by_year("--co2-price", co2_price),
        co2_intensity=by_year("--co2-intensity", co2_intensity),
        coal_cap=by_year("--coal", coal),
        non_fossil_share=by_year("--non-fossil", non_fossil),
        wind_solar_share=by_year("--wind-solar-share", wind_solar_share),
        share_floor=by_technology("--share-floor", share_floor or [], SHARES),
        share_ceiling=by_technology("--share-ceiling", share_ceiling or [], SHARES),
        peak_response=by_year("--peak-response", peak_response),
        capacity_floor=by_technology("--floor", floor or []),
        capacity_ceiling=by_technology("--ceiling", ceiling or []),
        corridor_renewables=corridor_renewables,
        new_coal=new_coal,
        heat=heat,
        hydrogen=hydrogen,
        commitment=commitment,
        reserves=reserves,
    )
    called = name or f"{regions}-{years[0]}-{years[-1]}"
    try:
        kept = _make(case, called, workspace, solver=solver, mps=mps, accept_broken=accept_broken, replace=replace)
    except NO_PLAN as error:
        show_clash(error, called, form)
        raise typer.Exit(REFUSED) from error
    _show(kept, called, form)
    if not kept.plan.holds and not accept_broken:
        raise typer.Exit(NOT_HELD)


def _make(
    case: Case, name: str, folder: Path, *, solver: str, mps: Path | None, accept_broken: bool, replace: bool
) -> Kept:
    """Solve, then write; the workspace is locked only while something is written.

    Args:
        solver: name of the only recipe that may solve it; empty: the portfolio chooses.
        mps: file for the linear program that is solved first; it stays, whatever comes of the plan.
    """
    from dafeng.pathway.power.planning import plan_power, power_program
    from dafeng.pathway.recipes import named
    from dafeng.pathway.solvers import Session
    from dafeng.planning import check_case, keep_plan

    check_case(folder, name, case, replace)
    if solver:
        named(solver)
    if mps is not None:
        Session(power_program(case)).write(mps)
        messages().print(f"{word('cli.file.mps')}: {mps}", markup=False, soft_wrap=True)
    began = time.monotonic()
    with watching() as tell:
        plan = plan_power(case, lambda stage, share: tell(stage, share * WRITING), solver=solver, cut=accept_broken)
        seconds = time.monotonic() - began
        with init(folder, exist_ok=True) as opened:
            opened.load_statistics()
            return keep_plan(
                opened,
                plan,
                name,
                accept_broken=accept_broken,
                replace=replace,
                seconds=seconds,
                between=lambda step: tell(step, WRITING),
            )


# --- options ---------------------------------------------------------------------------------------------------------


def by_year(name: str, text: str) -> dict[int, float]:
    """`2030=4500,2035=4000` as year -> number; nothing: {}.

    Raises:
        DafengError: another form, or a year twice.
    """
    try:
        return _years(text) if text.strip() else {}
    except ValueError as wrong:
        raise DafengError("plan_option", option=name, found=str(wrong), example="2030=4500,2035=4000") from None


def _years(text: str) -> dict[int, float]:
    """Year -> number, at least one.

    Raises:
        ValueError: says what cannot be read.
    """
    found: dict[int, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        year, _, value = (side.strip() for side in part.partition("="))
        try:
            number = float(value)
        except ValueError:
            raise ValueError(part) from None
        if not year.isdecimal() or int(year) in found:
            raise ValueError(part)
        found[int(year)] = number
    if not found:
        raise ValueError(text)
    return found


def by_technology(
    name: str, texts: list[str], example: str = "onwind:2030=800,2035=1200"
) -> dict[tuple[str, int], float]:
    """`onwind:2030=800,2035=1200` as (technology, year) -> number.

    Raises:
        DafengError: another form, or a technology and year twice.
    """
    found: dict[tuple[str, int], float] = {}
    for text in texts:
        technology, _, rest = text.partition(":")
        try:
            values = _years(rest)
        except ValueError:
            values = {}
        if not values or any((technology.strip(), year) in found for year in values):
            raise DafengError("plan_option", option=name, found=text, example=example)
        found |= {(technology.strip(), year): value for year, value in values.items()}
    return found


# --- what came of it -------------------------------------------------------------------------------------------------


def summary_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The main figures of each period."""
    tables, technologies = data["tables"], data["technologies"]

    def total(table: str, y: int, wanted: Callable[[str], bool] = lambda _item: True) -> float:
        return float(sum(v[y] for items in tables[table].values() for item, v in items.items() if wanted(item)))

    def clean(item: str) -> bool:
        return technologies[item]["kind"] in NON_FOSSIL or item.startswith("biomass")

    rows = []
    for y, year in enumerate(data["years"]):
        given = total("generation", y)
        curves = data["duration"]["plan"][str(year)]
        stage = next(stage for stage in data["stages"] if year in stage["years"])
        rows.append(
            {
                "year": year,
                "load": max(curves["load"]),
                "generation": given,
                "non_fossil": 100.0 * total("generation", y, clean) / given,
                "wind_solar": total("capacity", y, lambda item: technologies[item]["kind"] in ("wind", "solar")),
                "coal": total("capacity", y, lambda item: item.startswith("coal_") and item != "coal_boiler"),
                "storage": total("capacity", y, lambda item: item in ("phs", "battery", "hydrogen_turbine")),
                "co2": total("co2", y),
                "price": _mean_price(tables, y),
                "unserved": stage["replay"]["unserved"][stage["years"].index(year)],
            }
        )
    return rows


def _mean_price(tables: Mapping[str, Any], y: int) -> float:
    """Of all regions, weighted with their load."""
    loads = {region: items["load"][y] for region, items in tables["use"].items()}
    weighted = sum(tables["price"][region]["weighted"][y] * load for region, load in loads.items())
    return float(weighted / sum(loads.values()))


def _show(kept: Kept, name: str, form: Format) -> None:
    data, tag = kept.data, language()
    verdict = data["verdict"]
    files = {"page": str(kept.page), "workbook": str(kept.workbook), "json": str(kept.json)}
    extra = {
        "name": name,
        "holds": verdict["holds"],
        "entered": verdict["entered"],
        "rows_entered": kept.entered,
        "gap": verdict["gap"],
        "cost": verdict["cost"],
        "estimates": word("plan.estimates"),
        "ranges": ranges_data(kept.plan.stages),
        "reasons": [reason[tag] for reason in verdict["reasons"]],
        "files": files,
    }
    headings = {key: word(f"plan.cli.column.{key}") for key in COLUMNS}
    rows = [{**row, "year": str(row["year"])} if form is Format.table else row for row in summary_rows(data)]
    emit(form, "dafeng.plan-summary/1", headings, rows, word("plan.cli.title", name=name), extra=extra)
    console = messages()
    show_verdict(console, data)
    show_ranges(kept.plan.stages)
    entered = word("plan.cli.entered", count=kept.entered, name=name)
    console.print(entered if verdict["entered"] else word("plan.entered_not"), markup=False, soft_wrap=True)
    for kind, path in files.items():
        console.print(f"{word(f'cli.file.{kind}')}: {path}", markup=False, soft_wrap=True)


__all__ = ["app", "by_technology", "by_year", "power", "read_periods", "summary_rows"]
