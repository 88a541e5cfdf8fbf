"""How far apart the numbers of a linear program are: the first thing to look at when a solver struggles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dafeng.catalog.words import word
from dafeng.pathway.assembler import Floats, LinearProgram

WIDE = 1e9
"""Beyond this ratio in the matrix, doubles and a tolerance of 1e-7 no longer tell a small coefficient from rounding."""


@dataclass(frozen=True)
class Range:
    """Smallest and largest size of the finite, nonzero numbers of one part, and where they stand; 0 and - if none."""

    part: str
    smallest: float = 0.0
    largest: float = 0.0
    at_smallest: str = "-"
    at_largest: str = "-"

    @property
    def spread(self) -> float:
        return self.largest / self.smallest if self.smallest else 1.0

    def text(self, lang: str | None = None) -> str:
        return word(
            "pathway.range",
            lang,
            part=word(f"pathway.range_{self.part}", lang),
            smallest=f"{self.smallest:.1e}",
            largest=f"{self.largest:.1e}",
            at_smallest=self.at_smallest,
            at_largest=self.at_largest,
        )


@dataclass(frozen=True)
class Ranges:
    """Ranges of matrix coefficients, costs, column bounds and row bounds."""

    matrix: Range
    cost: Range
    bound: Range
    right_side: Range

    @property
    def all(self) -> tuple[Range, ...]:
        return self.matrix, self.cost, self.bound, self.right_side

    def wide(self, limit: float = WIDE) -> tuple[Range, ...]:
        """The parts whose spread is above the limit: a warning as data."""
        return tuple(part for part in self.all if part.spread > limit)

    def line(self, lang: str | None = None) -> str:
        """All four in one short line."""
        spans = {one.part: f"{one.smallest:.0e}…{one.largest:.0e}" if one.smallest else "–" for one in self.all}
        return word("pathway.ranges", lang, **spans)

    def warnings(self, lang: str | None = None, limit: float = WIDE) -> tuple[str, ...]:
        """What is too wide, in words; nothing where nothing is."""
        return tuple(
            word("pathway.range_wide", lang, limit=f"{limit:.0e}", range=part.text(lang)) for part in self.wide(limit)
        )

    def text(self, lang: str | None = None) -> str:
        return "\n".join(part.text(lang) for part in self.all)


def together(found: Sequence[Ranges]) -> Ranges:
    """The widest of several programs, part by part: the smallest and the largest of them all."""
    return Ranges(*(_widest(parts) for parts in zip(*(one.all for one in found), strict=True)))


def ranges(lp: LinearProgram) -> Ranges:
    """Measure a program, in its own units."""
    matrix = lp.matrix()

    def entry(position: int) -> str:
        column = int(np.searchsorted(matrix.indptr, position, side="right")) - 1
        return f"{lp.row_name(int(matrix.indices[position]))} x {lp.column_name(column)}"

    return Ranges(
        _range("matrix", matrix.data, entry),
        _range("cost", lp.cost, lp.column_name),
        _pair("bound", lp.lower, lp.upper, lp.column_name),
        _pair("right_side", lp.row_lower, lp.row_upper, lp.row_name),
    )


def _range(part: str, values: Floats, name: Callable[[int], str]) -> Range:
    sizes: NDArray[np.float64] = np.abs(values)
    usable = np.isfinite(sizes) & (sizes > 0)
    if not usable.any():
        return Range(part)
    low = int(np.argmin(np.where(usable, sizes, np.inf)))
    high = int(np.argmax(np.where(usable, sizes, -np.inf)))
    return Range(part, float(sizes[low]), float(sizes[high]), name(low), name(high))


def _pair(part: str, lower: Floats, upper: Floats, name: Callable[[int], str]) -> Range:
    return _widest((_range(part, lower, name), _range(part, upper, name)))


def _widest(parts: Sequence[Range]) -> Range:
    """From the smallest to the largest of one part of several; those without numbers do not count."""
    there = [one for one in parts if one.smallest]
    if not there:
        return parts[0]
    small = min(there, key=lambda one: one.smallest)
    large = max(there, key=lambda one: one.largest)
    return Range(small.part, small.smallest, large.largest, small.at_smallest, large.at_largest)
