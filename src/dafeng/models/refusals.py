"""What an importer says when it refuses: place, attribute, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dafeng.catalog import DafengError, nearest


class RefusedFile(DafengError):
    """A model of others that was refused whole; nothing of it is used."""


def no_file(path: Path) -> RefusedFile:
    """A file or folder that is not there."""
    return RefusedFile("model_no_file", file=path)


def not_readable(path: Path, why: object) -> RefusedFile:
    """A file that is not in the format it should be in."""
    return RefusedFile("model_not_readable", file=path, why=why)


def no_column(file: str, column: str, there: Iterable[str]) -> RefusedFile:
    """A column that a table must have."""
    return RefusedFile("model_no_column", file=file, column=column, near=nearest(column, list(there)))


def wrong_value(place: str, attribute: str, found: object, allowed: object) -> RefusedFile:
    """A value that cannot be meant."""
    return RefusedFile("model_value", place=place, attribute=attribute, found=found, allowed=allowed)


def no_such(place: str, attribute: str, found: str, there: Iterable[str]) -> RefusedFile:
    """A name that refers to nothing."""
    return RefusedFile(
        "model_no_such", place=place, attribute=attribute, found=found, near=nearest(found, sorted(there))
    )


def not_covered(place: str, attribute: str, found: object) -> RefusedFile:
    """Something that the format can say and our model cannot."""
    return RefusedFile("model_not_covered", place=place, attribute=attribute, found=found)
