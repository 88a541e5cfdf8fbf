"""A figure: a value that knows what it is, and what it must not be compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dafeng.catalog import NotComparable

QUALITY_ORDER = ("official", "user", "secondary", "recalled", "estimated")


@dataclass(frozen=True)
class Figure:
    """One value of one thing in one year.

    Attributes:
        name: measure, statistic or indicator.
        unit: canonical unit.
        scope, vintage, factor_set: which definition, which edition, which factors; all three must agree before two
            figures
            of one name are compared.
        quality: the weakest quality among the inputs.
        formula: how it came from `inputs`: one name in braces for each, in their order; empty for a measure, whose
            chain is
            in the ledger.
        inputs: the figures put into the formula.
    """

    entity: str
    year: int
    name: str
    value: float
    unit: str
    scope: str = ""
    vintage: str = ""
    factor_set: str = ""
    factor_hash: str = ""
    dataset: str = ""
    quality: str = "user"
    base_year: int | None = None
    formula: str = ""
    inputs: tuple[Figure, ...] = ()

    @property
    def id(self) -> str:
        """How to ask for it: `CN-HE/2020/energy_total`."""
        return f"{self.entity}/{self.year}/{self.name}"

    @property
    def reading(self) -> tuple[str, str, str, str]:
        """What must agree before this figure is compared with another of its name."""
        return self.scope, self.vintage, self.factor_set, self.unit


def comparable(first: Figure, second: Figure) -> None:
    """Refuse to compare figures of different name, scope, vintage, factor set or unit.

    Raises:
        NotComparable: names both.
    """
    if first.name != second.name or first.reading != second.reading:
        raise NotComparable(
            "not_comparable", first=first.id, second=second.id, have=_described(first), want=_described(second)
        )


def _described(figure: Figure) -> str:
    return f"{figure.name} [{' | '.join(part or '-' for part in figure.reading)}]"


def weakest(qualities: Sequence[str]) -> str:
    """The weakest of several qualities."""
    return max(qualities, key=QUALITY_ORDER.index)


def change_percent(later: Figure, base: Figure) -> float:
    """Change from `base` to `later` in percent.

    Raises:
        NotComparable: they are not of one definition.
        ZeroDivisionError: the base is zero.
    """
    comparable(later, base)
    return 100.0 * (later.value / base.value - 1.0)
