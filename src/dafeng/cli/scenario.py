"""`dafeng scenario`: the scenarios that ship, what one of them says, and whether a file of yours holds."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dafeng.catalog import DafengError, language, word
from dafeng.cli.options import Form, Lang, argument, option
from dafeng.cli.show import Format, emit, messages, stop_working

if TYPE_CHECKING:
    from dafeng.pathway.scenario import Scenario
    from dafeng.pathway.scenario_lines import Line
    from dafeng.pathway.scenario_targets import Treatment

app = typer.Typer(help=word("scenario.cli.help"), no_args_is_help=True)
Source = Annotated[str, argument("scenario.cli.source")]
FIRST_SETS = ("name", "title", "levers", "imposed", "softened", "meaning")
LEVERS = ("action", "lever", "title", "what", "name_text", "said")
TARGETS = ("target", "name", "treatment", "goal", "unit", "price", "reading")


def _headings(*keys: str) -> dict[str, str]:
    return {key: word(f"scenario.cli.column.{key}") for key in keys}


@app.command("list", help=word("scenario.cli.list"))
def list_scenarios(form: Form = Format.table, lang: Lang = None) -> None:
    from dafeng.pathway.scenario import read, shipped  # the model is loaded only where it is asked for

    rows = [_summary(read(name)) for name in shipped()]
    emit(form, "dafeng.scenario-list/1", _headings(*FIRST_SETS), rows, wide=("meaning",))


def _summary(found: Scenario) -> dict[str, Any]:
    from dafeng.pathway.scenario_targets import IMPOSED, SOFTENED

    counts = {how: sum(one.how == how for one in found.targets.values()) for how in (IMPOSED, SOFTENED)}
    return {
        "name": found.name,
        "title": found.title[language()],
        "meaning": found.meaning[language()],
        "levers": len(found.levers),
        "imposed": counts[IMPOSED],
        "softened": counts[SOFTENED],
        "hash": found.hash,
    }


@app.command("show", help=word("scenario.cli.show"))
def show_scenario(
    scenario: Source,
    *,
    targets: Annotated[bool, option("--targets", text="scenario.cli.targets")] = False,
    toml: Annotated[bool, option("--toml", text="scenario.cli.toml")] = False,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    from dafeng.pathway.scenario import read
    from dafeng.pathway.scenario_lines import lines

    found = read(scenario)
    if toml:
        stop_working()
        sys.stdout.write(found.text())
        return
    levers = [_lever_row(line) for line in lines(found)]
    treated = [_target_row(one) for one in found.targets.values()]
    extra = {"scenario": {**_summary(found), **_assumed(found)}, "levers": levers, "targets": treated}
    if targets:
        shown = [row for row in treated if form is not Format.table or row["treatment"] in ("imposed", "softened")]
        columns = _headings(*TARGETS)
    else:
        shown, columns = levers, _headings(*LEVERS)
    if form is Format.table:
        shown = [_for_people(row) for row in shown]
    title = f"{found.title[language()]} ({found.name})"
    emit(form, "dafeng.scenario/1", columns, shown, title, extra=extra, wide=("title", "reading"))
    for text in (found.meaning[language()], *_ceilings(found)):
        messages().print(text, markup=False, soft_wrap=True)


def _ceilings(found: Scenario) -> list[str]:
    """The ceilings of the whole economy as lines for people."""
    from dafeng.pathway.scenario_settings import LIMITED
    from dafeng.reports.wording import sign

    said = {
        name: ", ".join(f"{year} {value:,.10g} {sign(LIMITED[name], language())}" for year, value in course.points)
        for name, course in found.limits.items()
    }
    return [
        word("scenario.cli.ceiling", ceiling=word(f"economy.ceiling.{name}"), values=values)
        for name, values in said.items()
    ]


def _assumed(found: Scenario) -> dict[str, Any]:
    """Drivers, prices, limits and settings of the power system as JSON says them."""
    return {
        "driver_set": found.driver_set,
        "drivers": {name: dict(course.points) for name, course in found.drivers.items()},
        "co2_price": dict(found.co2.points) if found.co2 is not None else {},
        "fuel_prices": {name: dict(course.points) for name, course in found.fuels.items()},
        "limits": {name: dict(course.points) for name, course in found.limits.items()},
        "power": dict(found.content.get("power", {})),
    }


def _lever_row(line: Line) -> dict[str, Any]:
    from dafeng.pathway.scenario_lines import named, said

    return {
        "action": line.action,
        "lever": line.lever,
        "title": line.title.get(language(), ""),
        "what": line.what,
        "name": line.name,
        "name_text": named(line.name),
        "values": {str(year): value for year, value in line.values.items()},
        "unit": line.unit,
        "years_later": line.years,
        "said": said(line),
    }


def _target_row(one: Treatment) -> dict[str, Any]:
    return {
        "target": one.target.id,
        "name": one.target.name[language()],
        "treatment": one.how,
        "goal": one.target.value,
        "unit": one.target.unit,
        "due": one.target.due_year,
        "limit_kind": one.kind,
        "counts": list(one.counts),
        "over": list(one.over),
        "price": f"{one.price:g} CNY/{one.price_unit}" if one.price is not None else None,
        "reading": word(f"scenario.reading.{one.reading}"),
        "reason": one.reason[language()],
    }


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    """Ids of the table as words."""
    changed = dict(row)
    if "lever" in row:
        changed["action"] = word("scenario.cli.trend") if row["action"] is None else row["action"]
        changed["what"] = word(f"scenario.cli.what.{row['what']}")
    else:
        changed["treatment"] = word(f"scenario.treatment.{row['treatment']}")
    return changed


@app.command("check", help=word("scenario.cli.check"))
def check_scenario(
    file: Annotated[Path, argument("scenario.cli.file")], form: Form = Format.table, lang: Lang = None
) -> None:
    from dafeng.pathway.scenario import read, shipped

    if not file.is_file():
        raise DafengError("scenario_unknown", found=str(file), near="-", allowed=", ".join(shipped()))
    row = {"file": str(file), **_summary(read(file))}
    emit(form, "dafeng.scenario-check/1", _headings("file", *FIRST_SETS), [row], wide=("meaning",))
    messages().print(word("scenario.cli.holds", file=str(file)), markup=False, soft_wrap=True)
