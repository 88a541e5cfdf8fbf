"""How results reach the terminal: a table for people, JSON or CSV alone on stdout for scripts."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.status import Status
from rich.table import Table

from dafeng.catalog import symbol, word
from dafeng.cli import stopping

FILE_WIDTH = 160  # of a table that goes to a file or a pipe
WIDE = 120  # a terminal of fewer columns is narrow


class Format(StrEnum):
    """Forms of output."""

    table = "table"
    json = "json"
    csv = "csv"


_working: list[Status] = []


def start_working() -> None:
    """Show on a terminal that a command is at work, until it has something to say."""
    status = Console(stderr=True, highlight=False).status(word("cli.working"))
    status.start()
    _working.append(status)


def stop_working() -> None:
    """Take the sign of work away."""
    while _working:
        _working.pop().stop()


def messages() -> Console:
    """The console for people: everything that is no result goes to stderr."""
    stop_working()
    return Console(stderr=True, highlight=False)


def emit(
    form: Format,
    schema: str,
    columns: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    title: str = "",
    *,
    extra: Mapping[str, Any] | None = None,
    wide: Collection[str] = (),
) -> None:
    """Print rows.

    Args:
        schema: name and version of the JSON form, e.g. `dafeng.board/1`.
        columns: key in the rows -> heading for people.
        extra: what else the JSON carries.
        wide: columns that a narrow terminal leaves out.
    """
    stop_working()
    if form is Format.json:
        whole = {"schema": schema, **(extra or {}), "rows": [dict(row) for row in rows]}
        json.dump(whole, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    elif form is Format.csv:
        writer = csv.DictWriter(sys.stdout, list(columns), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _flat(row.get(key)) for key in columns} for row in rows)
    else:
        _table(columns, rows, title, wide)


def _table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], title: str, wide: Collection[str]) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else FILE_WIDTH)
    if title:
        console.print(title, style="bold", markup=False, soft_wrap=True)
    if not rows:
        return
    keys = [key for key in columns if console.width >= WIDE or key not in wide]
    table = Table(header_style="bold")
    for key in keys:
        numeric = any(isinstance(row.get(key), int | float) for row in rows)
        table.add_column(columns[key], justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_shown(key, row.get(key), row.get("unit")) for key in keys))
    console.print(table)


def _flat(value: object) -> object:
    return "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _shown(key: str, value: object, unit: object) -> str:
    """A value as people read it."""
    if value is None or value in ("", ()):
        return "-"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.0f}" if unit == "year" else f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.5g}"
    if key == "unit":
        return symbol(str(value)) or str(value)
    return word(f"quality.{value}") if key == "quality" else str(value)


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr; yields a function that ends the step under way and names the next."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=messages(), transient=False) as bar:
        task = bar.add_task(word("cli.progress.start"), total=total)
        begun: list[str] = []

        def step(key: str) -> None:
            stopping.check()
            if begun:
                bar.advance(task)
            begun.append(key)
            bar.update(task, description=word(key))
            bar.refresh()

        yield step
        stopping.check()
        bar.update(task, completed=total)
