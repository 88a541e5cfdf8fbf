"""Why there is no plan, on the terminal: in words, and as data where data are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dafeng.catalog import word
from dafeng.cli.show import Format, emit, messages
from dafeng.cli.watch import watching

if TYPE_CHECKING:
    from dafeng.pathway.outcome import Infeasible
    from dafeng.pathway.refusals import Unreachable

REFUSED = 1  # exit code: there is no plan


def show_clash(error: Infeasible | Unreachable, name: str, form: Format) -> None:
    """Why there is no plan: in words on stderr, and as data where data are asked for.

    Raises:
        Infeasible: `error` itself, where the limits of the plan are not what it comes from.
    """
    from dafeng.planning import explain
    from dafeng.reports.plan import clash_data, clash_rows, clash_sentences
    from dafeng.reports.plan.clash import COLUMNS as CLASH_COLUMNS
    from dafeng.reports.plan.clash import SCHEMA

    with watching() as tell:
        found = explain(error, tell=tell)
    if form is not Format.table:
        headings = {key: key for key in CLASH_COLUMNS}
        emit(form, SCHEMA, headings, clash_rows(found), extra={"name": name, **clash_data(found)})
    first, *rest = clash_sentences(found)
    console = messages()
    console.print(word("clash.title", name=name, text=first), style="bold red", markup=False, soft_wrap=True)
    for line in rest:
        console.print(line, markup=False, soft_wrap=True)


__all__ = ["REFUSED", "show_clash"]
