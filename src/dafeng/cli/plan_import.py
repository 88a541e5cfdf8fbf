"""`dafeng plan import`: a model of PyPSA, SWITCH or OSeMOSYS, solved and proved."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from dafeng.catalog import word
from dafeng.cli.options import Form, Lang, argument, option
from dafeng.cli.ranges import ranges_data, show_ranges
from dafeng.cli.show import Format, emit, messages
from dafeng.cli.watch import watching

if TYPE_CHECKING:
    from dafeng.imported import Solved

SHOWN = 30  # rows of capacity that the table shows
COLUMNS = ("name", "period", "capacity", "built")


def import_model(
    file: Annotated[Path, argument("plan.cli.import_file")],
    *,
    netcdf: Annotated[Path | None, option("--netcdf", text="plan.cli.import_netcdf")] = None,
    relax: Annotated[bool, option("--relax-minimum-builds", text="plan.cli.import_relax")] = False,
    solver: Annotated[str, option("--solver", text="plan.cli.solver")] = "",
    mps: Annotated[Path | None, option("--mps", text="plan.cli.import_mps")] = None,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    from dafeng.imported import solve_model  # the engine is loaded only where something is planned
    from dafeng.models import write_netcdf

    with watching() as tell:
        solved = solve_model(file, tell, relax, solver, mps)
        if netcdf:
            write_netcdf(solved.plan, netcdf)
    _show(solved, file, form)


def _rows(solved: Solved) -> list[dict[str, Any]]:
    """Capacity of every stock in every period, in the unit of the model."""
    plan = solved.plan
    return [
        {
            "name": name,
            "period": period,
            "capacity": float(plan.capacity[s, y]),
            "built": float(plan.build[s, y]),
        }
        for s, name in enumerate(plan.system.stocks.names)
        for y, period in enumerate(plan.system.steps.periods)
        if plan.capacity[s, y] > 0
    ]


def _show(solved: Solved, file: Path, form: Format) -> None:
    from dafeng.reports.wording import rounded_up

    solution, system = solved.solution, solved.plan.system
    attempt = solution.attempts[-1]
    extra = {
        "file": str(file),
        "format": system.notes.get("format", ""),
        "objective": solved.objective,
        "bound": solved.bound,
        "gap": solved.gap,
        "objective_constant": float(system.notes.get("objective_constant", 0.0)),
        "recipe": attempt.recipe.name,
        "status": attempt.status,
        "rows_of_program": solved.rows,
        "columns_of_program": solved.columns,
        "ranges": ranges_data([solved]),
        "power_unit": system.power_unit,
        "money_unit": system.money_unit,
    }
    rows = _rows(solved)
    headings = {key: word(f"plan.cli.import_column.{key}") for key in COLUMNS}
    shown = sorted(rows, key=lambda row: -row["capacity"])[:SHOWN] if form is Format.table else rows
    title = word("plan.cli.import_title", file=file.name)
    emit(form, "dafeng.plan-import/1", headings, shown, title, extra=extra)
    console = messages()
    if len(shown) < len(rows):
        console.print(word("plan.cli.import_more", count=len(rows) - len(shown)), markup=False, soft_wrap=True)
    facts = {"objective": f"{solved.objective:,.6f}", "unit": system.money_unit}
    done = "plan.cli.import_unproved" if solved.gap is None else "plan.cli.import_done"
    said = word(done, **facts, gap=f"{rounded_up(solved.gap or 0.0):.1e}")
    console.print(said, style="bold", markup=False, soft_wrap=True)
    counts = {"rows": str(solved.rows), "columns": str(solved.columns)}
    run = word("plan.cli.import_run", recipe=attempt.recipe.name, status=attempt.status, **counts)
    console.print(run, markup=False, soft_wrap=True)
    show_ranges([solved])
