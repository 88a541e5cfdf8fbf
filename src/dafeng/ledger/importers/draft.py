"""What every importer takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dafeng.catalog import Problem
from dafeng.ledger.schema import Observation


@dataclass(frozen=True)
class ImportOptions:
    """What the person says about a file that the file does not say itself.

    Attributes:
        dataset: the book its lines go to (default: the file's name without suffix).
        entity, year: for tables that name neither.
        status: measured, reported or estimated.
        source: citation, as free text.
    """

    dataset: str = ""
    entity: str = ""
    year: int | None = None
    status: str = "reported"
    source: str = ""


@dataclass(frozen=True)
class Draft:
    """What a file says: lines in canonical units, and what is wrong with it.

    Attributes:
        skipped: lines of the file that are sums of others and were only used for checking, by name.
    """

    layout: str
    observations: tuple[Observation, ...]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[str, ...] = field(default=())


Reader = Callable[[Path, ImportOptions], Draft]
