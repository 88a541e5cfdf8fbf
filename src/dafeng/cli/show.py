"""How results reach the terminal: a table for people, JSON or CSV alone on stdout for scripts."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dafeng.catalog import word


class Format(StrEnum):
    """Forms of output."""

    table = "table"
    json = "json"
    csv = "csv"


def messages() -> Console:
    """The console for people: everything that is no result goes to stderr."""
    return Console(stderr=True, highlight=False)


def emit(form: Format, schema: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], title: str = "",
         extra: Mapping[str, Any] | None = None) -> None:
    """Print rows.

    Args:
        schema: name and version of the JSON form, e.g. `dafeng.board/1`.
        columns: key in the rows -> heading for people.
        extra: what else the JSON carries.
    """
    if form is Format.json:
        json.dump({"schema": schema, **(extra or {}), "rows": [dict(row) for row in rows]}, sys.stdout, ensure_ascii=False,
                  indent=1, allow_nan=False)
        sys.stdout.write("\n")
    elif form is Format.csv:
        writer = csv.DictWriter(sys.stdout, list(columns), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _flat(row.get(key)) for key in columns} for row in rows)
    else:
        table = Table(title=title or None, title_justify="left", header_style="bold")
        for key, heading in columns.items():
            numeric = any(isinstance(row.get(key), int | float) for row in rows)
            table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_shown(row.get(key)) for key in columns))
        Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)


def _flat(value: object) -> object:
    return "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _shown(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.5g}"
    return str(value)


@contextmanager
def progress(total: int) -> Iterator[Any]:
    """A progress bar on stderr; yields a function that names the next step."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    with Progress(*columns, console=messages(), transient=False) as bar:
        task = bar.add_task(word("cli.progress.start"), total=total)

        def step(key: str) -> None:
            bar.update(task, description=word(key))
            bar.refresh()

        def done() -> None:
            bar.advance(task)

        step.done = done  # type: ignore[attr-defined]
        yield step
