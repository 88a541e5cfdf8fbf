"""Entities, flows and carriers by id or by any of their names, as people type them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache

from dafeng.catalog import Tree, carriers, entities, flows

KINDS = ("entity", "flow", "carrier")


@dataclass(frozen=True)
class Found:
    """What a typed name stands for: an id, or the rule it breaks with the values for its text."""

    id: str = ""
    rule: str = ""
    values: dict[str, object] = field(default_factory=dict)


def fold(typed: str) -> str:
    """A text without blanks, punctuation, case and full-width forms, for comparison only."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).casefold() if c.isalnum() or c == "%")


def tree(kind: str) -> Tree:
    return {"entity": entities, "flow": flows, "carrier": carriers}[kind]()


@cache
def spellings(kind: str) -> dict[str, tuple[str, ...]]:
    """Every name of every id of `kind`, the id first."""
    columns = [c for c in next(iter(tree(kind).rows.values())) if c.startswith(("name_", "short_")) or c == "adcode"]
    return {node: (node, *(str(row[c]) for c in columns if row[c])) for node, row in tree(kind).rows.items()}


@cache
def _by_fold(kind: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, set[str]] = defaultdict(set)
    for node, names in spellings(kind).items():
        for name in names:
            table[fold(name)].add(node)
    return {folded: tuple(sorted(nodes)) for folded, nodes in table.items()}


@lru_cache(maxsize=20_000)
def find(kind: str, typed: str) -> Found:
    """The id of `kind` (entity, flow or carrier) that `typed` stands for."""
    if typed in tree(kind):
        return Found(typed)
    nodes = _by_fold(kind).get(fold(typed), ())
    if len(nodes) == 1:
        return Found(nodes[0])
    if nodes:
        return Found("", "ambiguous_name", {"found": typed, "candidates": ", ".join(nodes)})
    return Found("", f"unknown_{kind}", {"found": typed, "near": nearest_name(kind, typed)})


def nearest_name(kind: str, typed: str) -> str:
    """The nearest names, each with its id, or a dash."""
    owner = {name.casefold(): (name, node) for node, names in spellings(kind).items() for name in names}
    near = [owner[name] for name in get_close_matches(typed.casefold(), owner, n=3, cutoff=0.5)]
    return "; ".join(name if name == node else f"{name} ({node})" for name, node in near) or "-"


@cache
def _places() -> list[tuple[str, str]]:
    """(name, id) of nation and provinces, longest first."""
    kinds = ("nation", "province")
    pairs = {
        (name, node)
        for node, names in spellings("entity").items()
        if entities()[node]["kind"] in kinds
        for name in names[1:]
        if not name.isdigit()
    }
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


def places_in(typed: str) -> set[str]:
    """Ids of the provinces that a text names; the nation only where no province is named."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    ids = set()
    for name, node in _places():
        for form in (name.casefold(), name.casefold().replace(" ", "")):
            if form in plain:
                ids.add(node)
                plain = plain.replace(form, "|")
    return {node for node in ids if entities()[node]["kind"] == "province"} or ids


def entity_of(typed: str) -> str:
    """The one province (or the nation) that a text names, or an empty text."""
    found = places_in(typed)
    return found.pop() if len(found) == 1 else ""
