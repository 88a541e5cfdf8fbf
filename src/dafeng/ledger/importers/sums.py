"""Printed sums against the sum of their parts."""

from __future__ import annotations

from collections.abc import Iterable

RELATIVE = 0.005
ABSOLUTE = 0.05  # in the unit of the column: what rounding ten parts to two decimals can add up to


def differs(found: float, expected: float, scale: float = 0.0) -> bool:
    """Whether a printed figure and the sum of its parts differ by more than rounding explains.

    Args:
        scale: size of what the figure is the small rest of, for differences.
    """
    size = max(abs(found), abs(expected), abs(scale))
    return abs(found - expected) > max(RELATIVE * size, ABSOLUTE)


def shown(value: float) -> str:
    """A figure for a message: no more digits than a table prints."""
    return f"{round(value, 4):.15g}"


def add(values: Iterable[float | None]) -> float | None:
    """The sum of the values that are there; None where none is."""
    there = [value for value in values if value is not None]
    return sum(there) if there else None
