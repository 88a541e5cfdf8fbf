"""Names of technologies, and of what a name of the model speaks of, in each language."""

from __future__ import annotations

import re
from typing import Any

from dafeng.catalog import LANGUAGES, all_words, entities, language, pick, resource, word
from dafeng.reports.plan.outcome import kinds

Texts = dict[str, str]
PARTS = re.compile(r"CN(?:-(?!CN\b)[A-Z0-9]+)*|[a-z][a-z_0-9]+|(?<= )[AD]C\b")
"""Regions and technologies in the name of a stock, corridor or node."""


def technologies_of() -> dict[str, Any]:
    """Technology -> names and kind; the words of the model's own stand in the catalogue of words."""
    rows = {row["id"]: row for row in resource("power", "technologies").rows}
    found: dict[str, Any] = {
        key: {"name": {tag: row[f"name_{tag}"] for tag in LANGUAGES}, "kind": row["kind"]} for key, row in rows.items()
    }
    kind = kinds()
    for key, texts in all_words().items():
        if key.startswith("plan.tech."):
            name = key.removeprefix("plan.tech.")
            found[name] = {"name": texts, "kind": kind.get(name, "other")}
    return found


def technology_names() -> dict[str, Texts]:
    """Technology -> its name in each language."""
    return {key: found["name"] for key, found in technologies_of().items()}


def subject(name: str, lang: str | None = None) -> str:
    """`CN-HE onwind` in words: regions and technologies by their names, what else there is as it stands."""
    known, technologies, tag = entities().rows, technology_names(), lang or language()

    def said(found: re.Match[str]) -> str:
        part = found.group()
        if part in known:
            return str(pick(known[part], "short", lang))
        if part in technologies:
            text = technologies[part][tag]
            return text[0].lower() + text[1:] if text[1:2].islower() else text
        return word(f"clash.part.{part}", lang) if f"clash.part.{part}" in all_words() else part

    return PARTS.sub(said, name).replace(">", "→").replace(" ", word("clash.place", lang, place="", what=""))
