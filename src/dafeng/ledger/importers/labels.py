"""Printed labels of lines, columns and units, from the catalogue's `layouts` tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from dafeng.catalog import UnknownName, resource, unit_from_label
from dafeng.ledger.importers.cells import split_mark
from dafeng.ledger.importers.names import fold

_NUMBERING = re.compile(
    r"(?:其中[:：]?|[#*]+|[一二三四五六七八九十]+[、.,．]|\([一二三四五六七八九十\d]+\)|\d+[、.,)．](?!\d)|[a-z][.)、])+"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_CJK = re.compile(r"[\u3400-\u9fff]+")
_BREAKS = re.compile(r"[\s/:;,，：；]+")


@dataclass(frozen=True)
class Label:
    """What a printed label stands for; see the table layouts/labels.csv."""

    kind: str
    text: str
    target: str
    sign: str
    under: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The carriers that a total column adds up."""
        return tuple(self.target.split(";"))


class Labels:
    """The labels of one layout."""

    def __init__(self, layout: str) -> None:
        self.layout = layout
        self._table: dict[tuple[str, str], list[Label]] = {}
        for row in resource("layouts", "labels").rows:
            if row["layout"] == layout:
                label = Label(row["kind"], row["label"], row["target"], row["sign"], row["under"])
                self._table.setdefault((label.kind, fold(_bare(label.text))), []).append(label)
                if label.kind == "unit":
                    self._table.setdefault(("unit", fold(label.text)), []).append(label)

    def find(self, typed: str, kinds: Iterable[str], under: str = "") -> Label | None:
        """The label that `typed` is, among `kinds`; one that stands under the section `under` goes first."""
        for key in _keys(typed):
            found = [label for kind in kinds for label in self._table.get((kind, key), ())]
            found = [label for label in found if label.under in ("", under)]
            if found:
                return max(found, key=lambda label: bool(label.under))
        return None

    def all(self, kind: str) -> list[Label]:
        return [label for (have, _), labels in self._table.items() if have == kind for label in labels]

    def nearest(self, typed: str, kinds: Sequence[str]) -> str:
        """The nearest printed labels, or a dash."""
        names = {fold(_bare(label.text)): label.text for kind in kinds for label in self.all(kind)}
        near = get_close_matches(_keys(typed)[-1], names, n=3, cutoff=0.4)
        return ", ".join(names[key] for key in near) or "-"

    def unit(self, typed: str) -> str:
        """The unit id of a printed unit, or an empty text; the number of a column is no unit."""
        if not fold(typed) or fold(typed).isdigit():
            return ""
        found = self._table.get(("unit", fold(typed)))
        return found[0].target if found else unit_id(typed)


@cache
def labels(layout: str) -> Labels:
    """The labels of `layout`, as read from the catalogue."""
    return Labels(layout)


@cache
def unit_id(typed: str) -> str:
    """The unit of the catalogue that `typed` is (an id or any alias), or an empty text."""
    for form in (typed, unicodedata.normalize("NFKC", typed)):
        try:
            return unit_from_label(form)
        except UnknownName:
            continue
    return ""


def _bare(typed: str) -> str:
    """A text without what stands in brackets (unless that is all)."""
    plain = unicodedata.normalize("NFKC", typed)
    return _BRACKETS.sub("", plain) if fold(_BRACKETS.sub("", plain)) else plain


def _keys(typed: str) -> list[str]:
    """What to look a line's label up by: as it stands, then without its numbering."""
    plain = unicodedata.normalize("NFKC", split_mark(typed)[0]).casefold().strip()
    bare = _NUMBERING.sub("", "".join(plain.split()), count=1) if _NUMBERING.match("".join(plain.split())) else plain
    spaced = re.sub(r"^(?:[一二三四五六七八九十]+|\d+)\s+", "", plain)
    digits = re.sub(r"^[#*\s]*\d+(\.\d+)*", "", plain)
    folded = [fold(_bare(form)) for form in (plain, bare, spaced, digits)]
    return list(dict.fromkeys(filter(None, folded))) or [""]


@dataclass(frozen=True)
class Heading:
    """A column's heading taken apart."""

    names: tuple[str, ...]
    unit: str
    unknown_unit: str


def heading(texts: Sequence[str], table: Labels) -> Heading:
    """Take the texts above a column apart into names and unit.

    `原煤(万吨)Raw Coal(10⁴ tons)` gives the names `原煤`, `Raw Coal` and the unit 1e4t; texts that are only a unit or
    only numbers are no names; a name that is broken over two rows is also offered as one.
    """
    names: list[str] = []
    units: list[str] = []
    odd: list[str] = []
    for typed in texts:
        inside = re.findall(r"[(（]([^()（）]*)[)）]", typed)
        outside = re.sub(r"[(（][^()（）]*[)）]", " ", typed)
        for piece in inside:
            (units if table.unit(piece) else odd).append(table.unit(piece) or piece)
        if table.unit(outside):
            units.append(table.unit(outside))
            continue
        words = [word for word in _BREAKS.split(outside) if word]
        units += [table.unit(word) for word in words if table.unit(word)]
        kept = [word for word in words if not table.unit(word)]
        names += [name for name in _by_script(kept) if not fold(name).isdigit()]
    chinese = [name for name in names if _CJK.search(name)]
    if len(chinese) > 1:
        names.append("".join(chinese))
    return Heading(tuple(dict.fromkeys(names)), units[0] if units else "", odd[0] if odd and not units else "")


def _by_script(words: Sequence[str]) -> list[str]:
    """One name of the Chinese words, one of the others."""
    chinese = "".join(split_mark(part)[0] for word in words for part in _CJK.findall(word))
    other = " ".join(rest for word in words if (rest := _CJK.sub(" ", word).strip()))
    return [name for name in (chinese, split_mark(other)[0]) if fold(name)]
