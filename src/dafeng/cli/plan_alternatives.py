"""`dafeng plan alternatives`: how little and how much of a technology plans of nearly least cost have."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from dafeng.catalog import DafengError, symbol, word
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, argument, option
from dafeng.cli.periods import read_periods
from dafeng.cli.plan_ensemble import DAYS_OF_A_RUN, PERIODS, called, unit_of
from dafeng.cli.show import Format, emit, messages
from dafeng.cli.watch import watching
from dafeng.workspace import Workspace

if TYPE_CHECKING:
    from dafeng.alternatives import Asked
    from dafeng.pathway.sectors.alternatives import Alternative

COLUMNS = ("technology", "least", "best", "most", "unit", "extra_least", "extra_most")


def alternatives(
    technologies: Annotated[list[str], argument("alternatives.cli.technologies")],
    *,
    scenario: Annotated[str, option("--scenario", "-s", text="ensemble.cli.scenario")] = "",
    plan: Annotated[str, option("--plan", "-p", text="alternatives.cli.plan")] = "",
    year: Annotated[int, option("--year", "-y", text="alternatives.cli.year")] = 2030,
    slack: Annotated[str, option("--slack", text="alternatives.cli.slack")] = "2%",
    regions: Annotated[str, option("--regions", "-r", text="plan.cli.regions")] = "",
    periods: Annotated[str, option("--periods", text="ensemble.cli.periods")] = "",
    days: Annotated[int | None, option("--days", text="ensemble.cli.days")] = None,
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    if bool(plan) == bool(scenario) or (plan and (regions or periods or days)):
        raise DafengError("alternatives_source")
    asked = asked_for(technologies, year, slack)
    if plan:
        _of_plan(plan, asked, workspace, form)
        return
    from dafeng.ensembles import near_optimal  # the engine is loaded only where something is planned
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.scenario import read

    wanted = read(scenario)
    case = Case(regions=regions or "grids", periods=read_periods(periods or PERIODS), days=days or DAYS_OF_A_RUN)
    with watching() as tell:
        found = near_optimal(wanted, year, technologies, case, asked.slack, tell)
    _show(found, asked, {"scenario": wanted.name, "regions": case.regions, "days": case.days}, form)


def _of_plan(name: str, asked: Asked, folder: Path, form: Format) -> None:
    """Search, write the reports of the plan anew, and show what was found."""
    from dafeng.alternatives import add_alternatives

    with Workspace(folder, write=True) as opened, watching() as tell:
        near, data, kept = add_alternatives(opened, name, asked, tell)
    own = {"scenario": data["scenario"]["name"], "regions": near.case.regions, "days": near.case.days, "plan": name}
    _show(near.found, asked, own, form)
    messages().print(f"{word('cli.file.page')}: {kept / 'economy.html'}", markup=False, soft_wrap=True)


def asked_for(technologies: Sequence[str], year: int, slack: str) -> Asked:
    """What is searched for.

    Raises:
        DafengError: the slack is none.
    """
    from dafeng.alternatives import Asked

    return Asked(tuple(technologies), year, read_slack(slack))


def rows_of(found: Sequence[Alternative]) -> list[dict[str, Any]]:
    """One row a technology."""
    return [
        {
            "technology": one.technology,
            "technology_text": called(one.technology),
            "least": one.least,
            "best": one.best,
            "most": one.most,
            "unit": unit_of(one.technology),
            "extra_least": one.extra[0],
            "extra_most": one.extra[1],
        }
        for one in found
    ]


def _show(found: Sequence[Alternative], asked: Asked, own: Mapping[str, Any], form: Format) -> None:
    headings = {key: word(f"alternatives.column.{key}") for key in COLUMNS}
    rows = rows_of(found)
    if form is Format.table:
        headings = {"technology_text": headings.pop("technology"), **headings}
        rows = [{**row, "unit": symbol(row["unit"])} for row in rows]
    share = f"{100 * asked.slack:g}%"
    title = word("alternatives.cli.title", scenario=own["scenario"], year=asked.year, slack=share)
    extra = {**own, "year": asked.year, "slack": asked.slack}
    emit(form, "dafeng.alternatives/1", headings, rows, title, extra=extra)


def read_slack(text: str) -> float:
    """`2%` or `0.02` as a share.

    Raises:
        DafengError: another form, or not above 0.
    """
    number, percent = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        raise DafengError("alternatives_slack", found=text) from None
    if not 0 < share < float("inf"):
        raise DafengError("alternatives_slack", found=text)
    return share


__all__ = ["alternatives", "asked_for", "read_slack", "rows_of"]
