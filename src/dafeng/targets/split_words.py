"""Reasons in words: one catalogue text in three languages, with figures and names put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dafeng.catalog import LANGUAGES, entities, pick, symbol, word

Text = Mapping[str, str]


def said(key: str, **values: object) -> Text:
    """The text of `key` in every language; a value that is itself a text is put in in the same language.

    Numbers are written with at most two decimals.
    """
    return {tag: word(key, tag, **{name: _in(value, tag) for name, value in values.items()}) for tag in LANGUAGES}


def listed(texts: Iterable[Text]) -> Text:
    """Several texts as one list in words."""
    known = list(texts)
    return {tag: word("report.list_separator", tag).join(text[tag] for text in known) for tag in LANGUAGES}


def named(row: Mapping[str, object], field: str = "name") -> Text:
    """The translated column of a catalogue row as a text."""
    return {tag: str(row[f"{field}_{tag}"]) for tag in LANGUAGES}


def plain(text: str) -> Text:
    """A text that is the same in every language."""
    return dict.fromkeys(LANGUAGES, text)


def unit_text(unit: str) -> Text:
    """A unit as people read it; one that the catalogue does not know as it is typed."""
    return {tag: symbol(unit, tag) for tag in LANGUAGES}


def part_text(part: str) -> Text:
    """The name of a part: that of the region, where it is one of the tree, else as it is typed."""
    tree = entities()
    return {tag: str(pick(tree[part], "short", tag)) for tag in LANGUAGES} if part in tree else plain(part)


def shown(value: float, decimals: int = 2) -> str:
    """A number for people."""
    if abs(value) >= 1e4:
        return f"{value:,.0f}"
    if value and abs(value) < 0.01:
        return f"{value:.3g}"
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _in(value: object, tag: str) -> object:
    if isinstance(value, Mapping):
        return value[tag]
    return shown(value) if isinstance(value, float) else value
