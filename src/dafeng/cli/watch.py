"""A bar that follows a run of the planning engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from dafeng.catalog import word
from dafeng.catalog.words import all_words
from dafeng.cli.show import messages

if TYPE_CHECKING:
    from dafeng.pathway.telling import Tell


@contextmanager
def watching() -> Iterator[Tell]:
    """A bar on stderr that follows the run."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=messages()) as bar:
        task = bar.add_task(word("cli.progress.start"), total=1.0)

        def tell(stage: str, share: float) -> None:
            bar.update(task, description=stage_text(stage), completed=share)

        yield tell
        bar.update(task, description=word("plan.step.done"), completed=1.0)


def stage_text(stage: str) -> str:
    """A stage of the run in words; what the engine names itself (a solver) stays as it is."""
    year, _, rest = stage.partition(" ") if stage[:4].isdigit() else ("", "", stage)
    step, _, more = rest.partition(" ")
    key = f"plan.step.{step}"
    text = word(key) if key in all_words() else step
    return " ".join(part for part in (year, text, more) if part)
