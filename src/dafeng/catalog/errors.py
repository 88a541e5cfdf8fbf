"""What Dafeng says when it refuses: one exception family, worded from the catalogue in zh, ja and en."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from dafeng.catalog.words import all_words, word

PLAIN = (str, int, float, bool, type(None))
FEW = 10
"""So many valid names are all named, beside the nearest."""


class DafengError(Exception):
    """Refused, with a catalogue key and the values that go into its text."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def text(self, lang: str | None = None) -> str:
        """What is said; the `kind` of thing that a name is of, and what is `allowed`, in words where there are some."""
        values = self.values
        for name in ("kind", "allowed"):
            key = f"{name}.{str(values.get(name)).replace(' ', '_')}"
            if key in all_words():
                values = values | {name: word(key, lang, **values)}
        return word(f"error.{self.key}", lang, **values)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple[object, ...]:
        """To another process goes what it says: its key and values, those that are not plain as text."""
        plain = {name: value if isinstance(value, PLAIN) else str(value) for name, value in self.values.items()}
        return _said_again, (self.key, plain)


def _said_again(key: str, values: dict[str, object]) -> DafengError:
    return DafengError(key, **values)


class UnknownName(DafengError):
    """A name that is not in the catalogue; says which names are near, and all where they are few."""

    def __init__(self, kind: str, found: object, allowed: Iterable[str]) -> None:
        names = sorted(allowed)
        near, count = nearest(str(found), names), len(names)
        listed = ": " + ", ".join(names) if 0 < count <= FEW else ""
        super().__init__("unknown_name", kind=kind, found=found, near=near, count=count, names=listed)


class NotComparable(DafengError):
    """Two figures of different scope, vintage or factor set were put side by side as if they were one."""


class MissingFactor(DafengError):
    """No factor for a flow in the chosen set; lists the candidates."""


class WorkspaceBusy(DafengError):
    """Another process has the workspace open for writing."""


def nearest(found: str, allowed: Sequence[str]) -> str:
    """The nearest valid names as one text, or a dash."""
    folded = {name.casefold(): name for name in allowed}
    near = get_close_matches(found.casefold(), folded, n=3, cutoff=0.5)
    return ", ".join(folded[name] for name in near) or "-"


@dataclass(frozen=True)
class Problem:
    """One fault in one place of a file: where it is, what was found, what is allowed."""

    rule: str
    file: str
    sheet: str = ""
    cell: str = ""
    values: dict[str, object] = field(default_factory=dict)

    def text(self, lang: str | None = None) -> str:
        place = " ".join(part for part in (self.file, self.sheet, self.cell) if part)
        return f"{place}: {word(f'problem.{self.rule}', lang, **self.values)}"


class RefusedInput(DafengError):
    """A file that was refused whole, with every problem found in it."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__("refused_input", name=name, count=len(problems))
        self.problems = tuple(problems)

    def text(self, lang: str | None = None) -> str:
        lines = [super().text(lang), *(f"  {problem.text(lang)}" for problem in self.problems[:50])]
        if len(self.problems) > 50:
            lines.append("  " + word("error.more_problems", lang, count=len(self.problems) - 50))
        return "\n".join(lines)
