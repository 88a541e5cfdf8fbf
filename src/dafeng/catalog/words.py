"""Every text a user sees, from one catalogue, in Chinese, Japanese and English."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LANGUAGES = ("zh", "ja", "en")


def _from_environment() -> str:
    for name in ("DAFENG_LANG", "LC_ALL", "LANG"):
        tag = os.environ.get(name, "")[:2].lower()
        if tag in LANGUAGES:
            return tag
    return "en"


_language: ContextVar[str | None] = ContextVar("dafeng_language", default=None)


def language() -> str:
    """The language in use: as set by `use`, else DAFENG_LANG, else the locale, else English."""
    return _language.get() or _from_environment()


def set_language(tag: str) -> None:
    """Use language `tag` (zh, ja or en) from here on."""
    if tag not in LANGUAGES:
        raise ValueError(f"language {tag!r}: allowed are {', '.join(LANGUAGES)}")
    _language.set(tag)


@contextmanager
def use(tag: str) -> Iterator[None]:
    """Use language `tag` within a `with` block."""
    before = _language.get()
    set_language(tag)
    try:
        yield
    finally:
        _language.set(before)


@cache
def all_words() -> dict[str, dict[str, str]]:
    """key -> {zh, ja, en}; a key that stands twice is an error."""
    table: dict[str, dict[str, str]] = {}
    for file, row in word_rows(files("dafeng.catalog") / "data" / "words"):
        if row["key"] in table:
            raise ValueError(f"{file}: the key {row['key']!r} stands twice")
        table[row["key"]] = {tag: row[tag] for tag in LANGUAGES}
    return table


def word_rows(folder: Traversable) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every row of the word files in a folder, with the name of its file."""
    for path in sorted((p for p in folder.iterdir() if p.name.endswith(".csv")), key=lambda p: p.name):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            yield path.name, row


def word(key: str, lang: str | None = None, **values: object) -> str:
    """The text of `key` in `lang` (default: the language in use) with `values` put in.

    Raises:
        KeyError: the catalogue has no such key.
    """
    return all_words()[key][lang or language()].format(**values)


def pick(row: object, field: str, lang: str | None = None) -> str:
    """The translated column `field` of a catalogue row: pick(row, "name") -> row["name_ja"] in Japanese."""
    return str(row[f"{field}_{lang or language()}"])  # type: ignore[index]
