"""`dafeng plan sum NAME... --against NATION`: plans of provinces added up, against the plan of the nation."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from dafeng.catalog import language, resource, word
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, argument, option
from dafeng.cli.show import Format, emit, messages

COLUMNS = ("quantity", "unit", "year", "sum", "nation", "difference")
TARGETS = ("target", "name", "year", "unit", "required", "nation", "sum", "kept")
REGIONS = ("region", "year", "co2", "net_exports", "by_consumption")


def sum_plans(
    names: Annotated[list[str], argument("plan_sum.cli.names")],
    against: Annotated[str, option("--against", "-a", text="plan_sum.cli.against")],
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    """Nothing is solved: the plans are those that the workspace keeps."""
    from dafeng.plan_sum import SCHEMA, kept, reconcile  # the engine is loaded only where it is wanted

    found = reconcile([kept(workspace, name) for name in names], kept(workspace, against))
    rows, title = found["rows"], word("plan_sum.cli.title", count=len(names), nation=against)
    extra = {key: value for key, value in found.items() if key not in ("schema", "rows")}
    shown = rows if form is Format.json else [_row(row) for row in rows]
    emit(form, SCHEMA, _headings(COLUMNS), shown, title, extra=extra)
    if form is not Format.table:
        return
    regions = [{**row, "year": str(row["year"]), "region": _short(row["region"])} for row in found["regions"]]
    emit(form, SCHEMA, _headings(REGIONS), regions, word("plan_sum.cli.regions"))
    if found["targets"]:
        targets = [_target(row) for row in found["targets"]]
        emit(form, SCHEMA, _headings(TARGETS), targets, word("plan_sum.cli.targets"))
    console, tag = messages(), language()
    console.print(word("plan_sum.cli.reasons" if found["reasons"] else "plan_sum.cli.alike"), style="bold")
    for reason in found["reasons"]:
        console.print(f"  {reason['text'][tag]}", markup=False, soft_wrap=True)


def _headings(keys: tuple[str, ...]) -> dict[str, str]:
    return {key: word(f"plan_sum.cli.column.{key}") for key in keys}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as people read it."""
    name = word(f"plan_sum.quantity.{row['quantity']}")
    item = f": {word('plan_sum.item.' + row['item'])}" if row["item"] else ""
    return {**row, "quantity": f"{name}{item}", "year": str(row["year"])}


def _target(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = word("plan_sum.yes" if row["kept"] else "plan_sum.no")
    return {**row, "name": row["name"][language()], "year": str(row["year"]), "kept": kept}


def _short(region: str) -> str:
    rows = resource("regions", "regions").by()
    return str(rows[region][f"short_{language()}"]) if region in rows else region


__all__ = ["sum_plans"]
