"""One side of a linear program: named blocks of columns or of rows, with their bounds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dafeng.catalog.errors import DafengError, UnknownName

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Axes = Sequence[Sequence[object]]

ABSENT = -1
"""Column number of a term that is not there: where a technology does not exist, the term is skipped."""

MOST_ENTRIES = 2**31 - 1
"""Largest number of columns, rows or terms: HiGHS counts in 32-bit integers."""


class RefusedModel(DafengError):
    """Something that cannot stand in a linear program, with the block and the label of its first offending entry."""


@dataclass(frozen=True)
class Block:
    """A named array of consecutive columns or rows."""

    name: str
    start: int
    shape: tuple[int, ...]
    axes: tuple[Sequence[object], ...] | None

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def slice(self) -> slice:
        return slice(self.start, self.start + self.size)

    @property
    def numbers(self) -> Integers:
        """Column or row numbers, in the block's shape."""
        return np.arange(self.start, self.start + self.size, dtype=np.int32).reshape(self.shape)

    def label(self, number: int) -> str:
        """Name of one column or row: `dispatch[onwind CN-HE,2030,d3h17]`."""
        if not self.shape:
            return self.name
        index = np.unravel_index(number - self.start, self.shape)
        parts = index if self.axes is None else [axis[int(i)] for axis, i in zip(self.axes, index, strict=True)]
        return f"{self.name}[{','.join(str(part) for part in parts)}]"


class Vector:
    """One number per column or row: grows by blocks, is one array when it is read."""

    def __init__(self) -> None:
        self._parts: list[Floats] = []

    def append(self, part: Floats) -> None:
        self._parts.append(part)

    def whole(self) -> Floats:
        if len(self._parts) != 1:
            self._parts = [np.concatenate(self._parts) if self._parts else np.zeros(0)]
        return self._parts[0]


class Side:
    """The columns or the rows: blocks in the order of their numbers, lower and upper bounds."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.size = 0
        self.blocks: dict[str, Block] = {}
        self.lower, self.upper = Vector(), Vector()
        self._filled: list[Block] = []
        self._starts: list[int] = []

    def plan(self, name: str, shape: Sequence[int], axes: Axes | None) -> Block:
        """The block that would come next; nothing is kept yet."""
        if name in self.blocks:
            raise RefusedModel("lp_block_twice", kind=self.kind, block=name)
        lengths = tuple(int(length) for length in shape)
        if axes is not None and tuple(len(axis) for axis in axes) != lengths:
            raise RefusedModel("lp_axes", block=name, found=tuple(len(axis) for axis in axes), allowed=lengths)
        block = Block(name, self.size, lengths, None if axes is None else tuple(axes))
        if self.size + block.size > MOST_ENTRIES:
            raise RefusedModel("lp_too_large", found=self.size + block.size, allowed=MOST_ENTRIES)
        return block

    def keep(self, block: Block, lower: Floats, upper: Floats) -> None:
        self.blocks[block.name] = block
        if block.size:
            self._filled.append(block)
            self._starts.append(block.start)
        self.size += block.size
        self.lower.append(lower)
        self.upper.append(upper)

    def find(self, name: str) -> Block:
        if name not in self.blocks:
            raise UnknownName(self.kind, name, self.blocks)
        return self.blocks[name]

    def name(self, number: int) -> str:
        if not 0 <= number < self.size:
            raise RefusedModel("lp_number", kind=self.kind, found=number, count=self.size)
        return self._filled[bisect_right(self._starts, number) - 1].label(number)

    def numbers(self, given: ArrayLike, *, least: int = 0) -> Integers:
        """Numbers as given, checked: from `least` (ABSENT allows absent columns) to the last."""
        numbers = np.asarray(given)
        if numbers.size and numbers.dtype.kind not in "iu":
            raise RefusedModel("lp_number", kind=self.kind, found=numbers.dtype, count=self.size)
        if numbers.size and (numbers.min() < least or numbers.max() >= self.size):
            wrong = numbers[(numbers < least) | (numbers >= self.size)]
            raise RefusedModel("lp_number", kind=self.kind, found=int(wrong.flat[0]), count=self.size)
        return numbers.astype(np.int32, copy=False)

    def new_bounds(self, numbers: Integers, lower: ArrayLike | None, upper: ArrayLike | None) -> None:
        """Replace bounds of columns or rows that exist; None keeps what stands."""
        name = self.name(int(numbers.flat[0])) if numbers.size else self.kind
        low, high = (
            vector.whole()[numbers] if given is None else spread(given, numbers.shape, name, what)
            for what, given, vector in (("lower", lower, self.lower), ("upper", upper, self.upper))
        )
        check_bounds(low, high, lambda flat: self.name(int(numbers.flat[flat])))
        self.lower.whole()[numbers] = low
        self.upper.whole()[numbers] = high


def spread(given: ArrayLike, shape: tuple[int, ...], name: str, what: str) -> Floats:
    """`given` broadcast to a shape, as a view."""
    values = np.asarray(given, dtype=np.float64)
    try:
        return np.broadcast_to(values, shape)
    except ValueError:
        raise RefusedModel("lp_shape", block=name, what=what, found=values.shape, allowed=shape) from None


def check_bounds(lower: Floats, upper: Floats, label: Callable[[int], str]) -> None:
    """Refuse bounds that are no numbers or that leave no number between them."""
    for what, values in (("lower", lower), ("upper", upper)):
        refuse(np.isnan(values), values, label, what)
    crossed = (lower > upper) | (lower == np.inf) | (upper == -np.inf)
    if crossed.any():
        first = int(np.argmax(crossed))
        raise RefusedModel(
            "lp_bounds_crossed", label=label(first), lower=float(lower.flat[first]), upper=float(upper.flat[first])
        )


def check_finite(values: Floats, label: Callable[[int], str], what: str) -> None:
    """Refuse values that are not finite."""
    refuse(~np.isfinite(values), values, label, what)


def refuse(wrong: NDArray[np.bool_], values: Floats, label: Callable[[int], str], what: str) -> None:
    """Refuse the first value that is wrong, by its label."""
    if wrong.any():
        first = int(np.argmax(wrong))
        raise RefusedModel("lp_not_a_number", label=label(first), what=what, found=float(values.flat[first]))
