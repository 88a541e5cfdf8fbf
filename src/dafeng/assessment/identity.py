"""Identities as data: a total as a product of ratios, read from text and checked to collapse to its left side.

    CO2 = P * G/P * E/G * CO2/E
    C = sum_ij Q * Q_i/Q * E_i/Q_i * E_ij/E_i * C_ij/E_ij

    identity = name "=" [ "sum_" indices ] ratio { "*" ratio }
    ratio    = variable [ "/" variable ]
    variable = name [ "_" indices ]

A name begins with a letter and goes on with letters and digits; every index is one lower-case letter. The product must
collapse to the variable of the left side with all summed indices: `CO2`, `C_ij`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from dafeng.assessment.series import Array, even_years, numbers
from dafeng.catalog import DafengError, UnknownName

VARIABLE = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:_([a-z]+))?")
SUM = re.compile(r"sum_([a-z]+)\s+(.*)", re.DOTALL)
TOLERANCE = 1e-6  # share by which a total may differ from the sum of its parts


@dataclass(frozen=True, order=True)
class Variable:
    """`E_ij`: name E, indices i and j."""

    name: str
    indices: str = ""

    def __str__(self) -> str:
        return f"{self.name}_{self.indices}" if self.indices else self.name


@dataclass(frozen=True)
class Ratio:
    """One factor of the product."""

    top: Variable
    bottom: Variable | None = None

    def __str__(self) -> str:
        return f"{self.top}/{self.bottom}" if self.bottom else str(self.top)


@dataclass(frozen=True)
class Cells:
    """An identity with numbers put in: what a decomposition works on.

    Attributes:
        years: T years, evenly spaced.
        factors: names of the K factors. labels: of the N cells, e.g. `steel, coal`; one empty label without indices.
        x: shape (K, T, N), the ratios in their own units; NaN where a ratio is 0/0, which needs a cell of value 0.
        values: shape (T, N), the cells, whose sum over N is the total.
    """

    years: tuple[int, ...]
    factors: tuple[str, ...]
    labels: tuple[str, ...]
    x: Array
    values: Array


@dataclass(frozen=True)
class Identity:
    """A total as a sum of products of ratios."""

    text: str
    target: str
    indices: str
    factors: tuple[Ratio, ...] = field(default=())

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable, once, in order of appearance."""
        return tuple(dict.fromkeys(v for ratio in self.factors for v in (ratio.top, ratio.bottom) if v))

    @property
    def leaf(self) -> Variable:
        """What the product collapses to."""
        return Variable(self.target, self.indices)

    def cells(
        self,
        data: Mapping[str, ArrayLike],
        years: Sequence[int],
        members: Mapping[str, Sequence[str]] | None = None,
        tolerance: float | None = TOLERANCE,
    ) -> Cells:
        """Put numbers in.

        Args:
            data: by variable as it stands in the identity (`Q_i`), shape (T, size of i ...) in the order of its
                indices; a total that is missing is summed from its parts where they are there.
            years: the T years.
            members: index -> the names of its members, for labels and messages.
            tolerance: share by which a total may differ from the sum of its parts; None: not checked.

        Raises:
            UnknownName: data for a variable that the identity has not.
            DafengError: years that are one or have gaps; a variable without data, of a wrong shape, with a gap or a
                negative value; a total that its parts do not add up to; a ratio over zero of something that is not
                zero.
        """
        even_years(years, self.text)
        arrays = self._arrays(data, len(years))
        sizes = self._sizes(arrays)
        names = {i: _members(i, sizes[i], members) for i in self.indices}
        for variable, array in arrays.items():
            _check_values(variable, array, years, names)
        if tolerance is not None:
            _check_totals(arrays, years, tolerance)
        shape = (len(years), *(sizes[i] for i in self.indices))
        spread = {
            v: np.broadcast_to(_aligned(v, a, self.indices), shape).reshape(len(years), -1) for v, a in arrays.items()
        }
        labels = tuple(", ".join(parts) for parts in product(*(names[i] for i in self.indices)))
        x = np.stack([_ratio(ratio, spread, years, labels) for ratio in self.factors])
        return Cells(tuple(years), tuple(map(str, self.factors)), labels, x, np.ascontiguousarray(spread[self.leaf]))

    def _arrays(self, data: Mapping[str, ArrayLike], count: int) -> dict[Variable, Array]:
        wanted = {str(v): v for v in self.variables}
        for key in data:
            if key not in wanted:
                raise UnknownName("variable", key, wanted)
        arrays = {wanted[key]: numbers(value, key) for key, value in data.items()}
        for variable, array in arrays.items():
            if array.ndim != 1 + len(variable.indices) or array.shape[0] != count:
                raise DafengError(
                    "identity_shape",
                    variable=variable,
                    found=array.shape,
                    years=count,
                    indices=", ".join(variable.indices) or "-",
                )
        for variable in self.variables:
            if variable not in arrays:
                arrays[variable] = self._summed(variable, arrays)
        return arrays

    def _summed(self, variable: Variable, arrays: Mapping[Variable, Array]) -> Array:
        for finer, array in arrays.items():
            if finer.name == variable.name and set(finer.indices) > set(variable.indices):
                return _sum_to(finer, array, variable.indices)
        raise DafengError("identity_missing", identity=self.text, variable=variable)

    def _sizes(self, arrays: Mapping[Variable, Array]) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for variable, array in arrays.items():
            for index, size in zip(variable.indices, array.shape[1:], strict=True):
                if sizes.setdefault(index, size) != size:
                    raise DafengError("identity_size", variable=variable, index=index, found=size, allowed=sizes[index])
        return sizes


def parse_identity(text: str) -> Identity:
    """Read an identity and check that its product collapses to its left side.

    Raises:
        DafengError: it has not the form of the grammar, uses an index it does not sum over, or leaves something over;
            names it.
    """
    left, equals, right = text.partition("=")
    target = left.strip()
    if not equals or not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", target):
        raise DafengError("identity_form", identity=text, found=left.strip() or text)
    summed = SUM.fullmatch(right.strip())
    indices, body = (summed[1], summed[2]) if summed else ("", right)
    if len(set(indices)) != len(indices):
        raise DafengError("identity_form", identity=text, found=f"sum_{indices}")
    identity = Identity(text, target, indices, tuple(_parse_ratio(part, text) for part in body.split("*")))
    for variable in identity.variables:
        stray = [i for i in variable.indices if i not in indices]
        if stray:
            raise DafengError(
                "identity_index",
                identity=text,
                variable=variable,
                found=", ".join(stray),
                allowed=", ".join(indices) or "-",
            )
    over = leftover(identity)
    if over:
        raise DafengError("identity_leftover", identity=text, leaf=identity.leaf, leftover=over)
    return identity


def leftover(identity: Identity) -> str:
    """What the product leaves over beside the left side: `G * E_i^-1`; empty where it collapses."""
    powers: Counter[Variable] = Counter({identity.leaf: -1})
    for ratio in identity.factors:
        powers[ratio.top] += 1
        if ratio.bottom:
            powers[ratio.bottom] -= 1
    return " * ".join(f"{v}" if n == 1 else f"{v}^{n}" for v, n in sorted(powers.items()) if n)


def _parse_ratio(text: str, identity: str) -> Ratio:
    parts = [part.strip() for part in text.split("/")]
    found = [VARIABLE.fullmatch(part) for part in parts]
    if len(parts) > 2 or not all(found) or any(m and m[2] and len(set(m[2])) != len(m[2]) for m in found):
        raise DafengError("identity_form", identity=identity, found=text.strip() or "*")
    variables = [Variable(m[1], m[2] or "") for m in found if m]
    return Ratio(variables[0], variables[1] if len(variables) == 2 else None)


def _members(index: str, size: int, members: Mapping[str, Sequence[str]] | None) -> tuple[str, ...]:
    names = tuple(members[index]) if members and index in members else tuple(f"{index}={n}" for n in range(size))
    if len(names) != size:
        raise DafengError("identity_members", index=index, found=len(names), allowed=size)
    return names


def _check_values(variable: Variable, array: Array, years: Sequence[int], names: Mapping[str, Sequence[str]]) -> None:
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        t, *place = np.argwhere(bad)[0]
        where = ", ".join(names[i][n] for i, n in zip(variable.indices, place, strict=True)) or "-"
        found = float(array[(t, *place)])
        raise DafengError(
            "identity_negative" if found < 0 else "identity_gap",
            variable=variable,
            place=where,
            year=years[t],
            found=found,
        )


def _check_totals(arrays: Mapping[Variable, Array], years: Sequence[int], tolerance: float) -> None:
    for whole, array in arrays.items():
        for part, finer in arrays.items():
            if part.name != whole.name or not set(part.indices) > set(whole.indices):
                continue
            summed = _sum_to(part, finer, whole.indices)
            off = np.abs(summed - array) > tolerance * np.maximum(np.abs(array), np.abs(summed))
            if off.any():
                at = tuple(np.argwhere(off)[0])
                raise DafengError(
                    "identity_totals",
                    variable=whole,
                    parts=part,
                    year=years[at[0]],
                    total=f"{array[at]:g}",
                    sum=f"{summed[at]:g}",
                )


def _sum_to(variable: Variable, array: Array, indices: str) -> Array:
    """Sum over the indices that are not in `indices`, and put the rest in their order."""
    kept = [i for i in variable.indices if i in indices]
    summed = array.sum(axis=tuple(1 + n for n, i in enumerate(variable.indices) if i not in indices))
    return np.asarray(summed.transpose(0, *(1 + kept.index(i) for i in indices)))


def _aligned(variable: Variable, array: Array, indices: str) -> Array:
    """With an axis for every index of the identity, of length one where the variable has it not."""
    order = [i for i in indices if i in variable.indices]
    moved = array.transpose(0, *(1 + variable.indices.index(i) for i in order))
    sizes = dict(zip(order, moved.shape[1:], strict=True))
    return moved.reshape(len(array), *(sizes.get(i, 1) for i in indices))


def _ratio(ratio: Ratio, spread: Mapping[Variable, Array], years: Sequence[int], labels: Sequence[str]) -> Array:
    top = spread[ratio.top]
    if ratio.bottom is None:
        return top
    bottom = spread[ratio.bottom]
    impossible = (bottom == 0) & (top != 0)
    if impossible.any():
        t, n = np.argwhere(impossible)[0]
        raise DafengError("identity_ratio", factor=ratio, year=years[t], place=labels[n] or "-", found=f"{top[t, n]:g}")
    with np.errstate(invalid="ignore"):
        return np.asarray(top / bottom)
