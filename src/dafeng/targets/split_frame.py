"""What is split: the whole's target, its parts, and the account by which the parts recombine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dafeng.catalog import DafengError, UnknownName

Array = NDArray[np.float64]
KINDS = ("intensity", "total", "share", "addition")


@dataclass(frozen=True)
class Part:
    """One part of a whole: a province, city, sector or company.

    Attributes:
        base: amount in the base year: energy, CO2 or coal; of a share, its numerator (non-fossil energy); of an
            addition, the capacity that stands. In one unit for all parts.
        activity_base, activity_due: what the amount is per: GDP or output at constant prices, in the base year and
            as expected for the due year; of a share, its denominator (total energy); of an addition, what its size
            goes by (power use).
        attributes: further facts that principles ask for: population, cumulative, gdp, potential,
            previous, size.
        floor, cap: lowest and highest value that the target may take, in the unit of the target; None: no bound.
        surplus: past performance: by how much the last target was beaten, in its unit; negative: missed by.
    """

    id: str
    base: float
    activity_base: float
    activity_due: float
    attributes: Mapping[str, float] = field(default_factory=dict)
    floor: float | None = None
    cap: float | None = None
    surplus: float = 0.0


@dataclass(frozen=True)
class Whole:
    """The target that is split.

    Attributes:
        kind: intensity: change of amount per activity against the base year, percent; total: amount in the due year;
            share: percent of the activity in the due year; addition: capacity in the due year.
        value: the target: percent, or an amount in the unit of the parts.
        base: amount of the whole in the base year, of kinds total and addition, where the parts do not cover all of
            it: what they leave open keeps its share. None: the parts are the whole.
        growth: activity of the whole in the due year over that of the base year, of kind intensity; None: that of
            the parts.
        amount_unit: of the parts' amounts, for the words only.
    """

    kind: str
    value: float
    unit: str = "%"
    base: float | None = None
    growth: float | None = None
    name: str = "CN"
    amount_unit: str = ""


@dataclass(frozen=True)
class Frame:
    """The account of a target as a linear map: parts recombine where  sum(scale * target) = total.

    Attributes:
        scale: shape (n,): amount per unit of target. start: target without any effort.
        size: what effort is measured by.
        sign: -1 where effort lowers the target, +1 where it raises it.
        need: effort of all parts together, an amount: sign * (total - sum(scale * start)).
    """

    scale: Array
    start: Array
    size: Array
    sign: float
    total: float

    @property
    def need(self) -> float:
        return self.sign * (self.total - math.fsum(self.scale * self.start))


def framed(parts: Sequence[Part], whole: Whole) -> Frame:
    """The account of a target, by its kind.

    b base amount, a0 and a1 activity in base and due year, g = a1 / a0, V the target of the whole:

    intensity  w_i = b_i g_i;  c_i the change in percent;  sum w_i (1 + c_i / 100) = (1 + V / 100) G sum b_i
    total      y_i the amount; without effort y_i = b_i g_i (intensity stays);  sum y_i = V sum b_i / B
    share      s_i the share in percent; without effort s_i = 100 b_i / a0_i;  sum s_i a1_i = V sum a1_i
    addition   k_i the capacity; without effort k_i = b_i;  sum k_i = V sum b_i / B

    Raises:
        UnknownName: another kind.
        DafengError: no parts; a part twice; a value that is no finite positive number; bounds the wrong way round.
    """
    if whole.kind not in KINDS:
        raise UnknownName("split_kind", whole.kind, KINDS)
    _check(parts, whole)
    base = np.array([part.base for part in parts], float)
    before = np.array([part.activity_base for part in parts], float)
    due = np.array([part.activity_due for part in parts], float)
    reference = base * due / before
    covered = 1.0 if whole.base is None else math.fsum(base) / whole.base
    if whole.kind == "intensity":
        growth = math.fsum(due) / math.fsum(before) if whole.growth is None else whole.growth
        total = (1 + whole.value / 100) * growth * math.fsum(base) - math.fsum(reference)
        return Frame(reference / 100, np.zeros(len(parts)), reference, -1.0, total)
    if whole.kind == "total":
        return Frame(np.ones(len(parts)), reference, reference, -1.0, whole.value * covered)
    if whole.kind == "share":
        return Frame(due / 100, 100 * base / before, due, 1.0, whole.value / 100 * math.fsum(due))
    size = np.array([part.attributes.get("size", part.activity_due) for part in parts], float)
    return Frame(np.ones(len(parts)), base, size, 1.0, whole.value * covered)


def recombined(parts: Sequence[Part], whole: Whole, targets: Sequence[float]) -> float:
    """The target of the whole that the targets of the parts add up to, in its unit; the inverse of `framed`.

    Args:
        targets: one value per part, in the unit of the whole's target.

    Raises:
        DafengError: as `framed`; or a target that is no number.
    """
    frame = framed(parts, whole)
    if len(targets) != len(parts):
        raise DafengError("split_count", found=len(targets), allowed=len(parts))
    for part, target in zip(parts, targets, strict=True):
        if not math.isfinite(target):
            raise DafengError("split_number", part=part.id, field="target", found=target)
    amount = math.fsum(frame.scale * np.asarray(targets, float))
    base = math.fsum(part.base for part in parts)
    if whole.kind == "intensity":
        reference = math.fsum(frame.size)
        growth = whole.growth
        if growth is None:
            growth = math.fsum(p.activity_due for p in parts) / math.fsum(p.activity_base for p in parts)
        return 100 * ((amount + reference) / (growth * base) - 1)
    if whole.kind == "share":
        return 100 * amount / math.fsum(part.activity_due for part in parts)
    return amount if whole.base is None else amount * whole.base / base


def amounts(frame: Frame, whole: Whole, targets: Array) -> Array:
    """The amounts in the due year that targets stand for; of a share its numerator."""
    return frame.scale * targets + (frame.size if whole.kind == "intensity" else 0.0)


def _check(parts: Sequence[Part], whole: Whole) -> None:
    if not parts:
        raise DafengError("split_no_parts")
    seen: set[str] = set()
    for part in parts:
        if part.id in seen:
            raise DafengError("split_twice", part=part.id)
        seen.add(part.id)
        facts = {
            "base": part.base,
            "activity_base": part.activity_base,
            "activity_due": part.activity_due,
            "surplus": part.surplus,
            **part.attributes,
        }
        for name, value in facts.items():
            strict = name in ("activity_base", "activity_due", "size") or (name == "base" and whole.kind == "intensity")
            if not math.isfinite(value) or (name != "surplus" and (value < 0 or (strict and value == 0))):
                raise DafengError("split_number", part=part.id, field=name, found=value)
        low, high = part.floor, part.cap
        for bound in (low, high):
            if bound is not None and math.isnan(bound):
                raise DafengError("split_number", part=part.id, field="floor/cap", found=bound)
        if low is not None and high is not None and low > high:
            raise DafengError("split_bounds", part=part.id, floor=low, cap=high)
    facts = {
        "value": whole.value,
        "base": 1.0 if whole.base is None else whole.base,
        "growth": 1.0 if whole.growth is None else whole.growth,
    }
    for name, value in facts.items():
        least = -100.0 if whole.kind == "intensity" and name == "value" else 0.0
        if not math.isfinite(value) or value < least or (value == least and name != "value"):
            raise DafengError("split_number", part=whole.name, field=name, found=value)
