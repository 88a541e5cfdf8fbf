"""Splitting a target to parts: by a principle, within floors and caps, so that the parts recombine to the whole.

Parts are provinces, cities, sectors or companies: anything that has an amount and an activity. What is the same for
all kinds of target is the account (split_frame): sum(scale * target) = total. Then, in this order:

    effort      e_i from a principle (split_principles), damped:  e_i <- 1 + strength * (e_i / mean(e) - 1)
    target      x_i = start_i + sign * need * size_i e_i / sum(size e) / scale_i
    past        x_i <- x_i - sign * credit * surplus_i
    recombine   x_i <- min(max(x_i + m * slope_i, floor_i), cap_i),  slope_i = sign * size_i / scale_i,
                with the one number m for which  sum scale_i x_i = total  (split_settle: exact)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dafeng.catalog import DafengError, UnknownName
from dafeng.targets.split_frame import Frame, Part, Whole, amounts, framed, recombined
from dafeng.targets.split_principles import PRINCIPLES, Principle
from dafeng.targets.split_settle import settle
from dafeng.targets.split_words import Text, said, shown, unit_text

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PartTarget:
    """The target of one part, and why it is what it is.

    Attributes:
        value: in the unit of the whole's target.
        amount: what it comes to in the due year, in the unit of the parts' base.
        effort: relative to the mean of all parts, after damping, before past performance, shift and bounds.
        bound: floor or cap, where it holds; else empty.
        why: step by step, in words.
    """

    part: str
    value: float
    amount: float
    effort: float
    bound: str
    why: tuple[Text, ...]


@dataclass(frozen=True)
class Split:
    """A target split to its parts.

    Attributes:
        shift: the number m by which the parts were made to recombine: extra effort of all, as a share of their size.
        recombined: the target of the whole that the parts add up to.
        formula: the account by which they do.
    """

    whole: Whole
    parts: tuple[Part, ...]
    principle: str
    targets: tuple[PartTarget, ...]
    shift: float
    recombined: float
    formula: Text

    def __getitem__(self, part: str) -> PartTarget:
        """The target of a part.

        Raises:
            UnknownName: no such part.
        """
        for target in self.targets:
            if target.part == part:
                return target
        raise UnknownName("split_part", part, [t.part for t in self.targets])

    def whole_for(self, part: str) -> Whole:
        """The target of a part as the whole that is split further: to cities, sectors, companies."""
        target = self[part]
        own = next(p for p in self.parts if p.id == part)
        if self.whole.kind == "intensity":
            return replace(self.whole, value=target.value, growth=own.activity_due / own.activity_base, name=part)
        base = own.base if self.whole.kind == "total" else None
        return replace(self.whole, value=target.value, base=base, name=part)


def split(
    parts: Sequence[Part],
    whole: Whole,
    principle: str | Principle = "equal_rate",
    strength: float = 1.0,
    credit: float = 0.0,
) -> Split:
    """Split the target of a whole to its parts.

    Args:
        principle: a name of `PRINCIPLES`, or a function of the same contract, such as `mix({"capability": 2,
            "potential": 1})`.
        strength: 0: all parts alike; 1: the principle in full; between: the principle damped.
        credit: share of `surplus` that lightens (or, if negative, adds to) a part's target, 0 to 1.

    Raises:
        UnknownName: no such principle or kind.
        DafengError: facts that are missing, negative or no numbers, each named with its part; nothing to split,
            because the reference already meets the target; floors and caps that no shift can satisfy.
    """
    for name, value in (("strength", strength), ("credit", credit)):
        if not 0 <= value <= 1:
            raise DafengError("split_fraction", field=name, found=value)
    frame = framed(parts, whole)
    if frame.need < 0:
        raise DafengError(
            "split_no_effort",
            whole=whole.name,
            target=shown(whole.value),
            unit=whole.unit,
            reference=shown(_reference(parts, whole, frame)),
        )
    efforts = _function(principle)(whole, parts)
    relative, raw = targeted(frame, efforts.values, strength)
    surplus = np.array([part.surplus for part in parts])
    credited = raw - frame.sign * credit * surplus
    values, shift = _recombine(parts, whole, frame, credited)
    due, unit, targets = amounts(frame, whole, values), _unit(whole), []
    for i, part in enumerate(parts):
        bound = "floor" if values[i] == part.floor else "cap" if values[i] == part.cap else ""
        why = [efforts.why[i], said("split.why.effort", effort=float(relative[i]), value=float(raw[i]), unit=unit)]
        if credit and part.surplus:
            why.append(
                said(
                    "split.why.credit",
                    surplus=part.surplus,
                    credit=f"{credit:.0%}",
                    value=float(credited[i]),
                    unit=unit,
                )
            )
        moved = float(shift * frame.sign * frame.size[i] / frame.scale[i])
        if abs(moved) > 1e-9 * max(1.0, abs(float(credited[i]))):
            why.append(said("split.why.shift", shift=f"{moved:+,.2f}", unit=unit))
        if bound:
            why.append(said(f"split.why.{bound}", value=float(values[i]), unit=unit))
        targets.append(PartTarget(part.id, float(values[i]), float(due[i]), float(relative[i]), bound, tuple(why)))
    name = principle if isinstance(principle, str) else getattr(principle, "__name__", "custom")
    return Split(
        whole,
        tuple(parts),
        name,
        tuple(targets),
        shift,
        recombined(parts, whole, values.tolist()),
        said(f"split.formula.{whole.kind}"),
    )


def targeted(frame: Frame, efforts: Array, strength: float) -> tuple[Array, Array]:
    """Efforts relative to their mean, damped, and the targets they lead to; these recombine, bounds aside.

    Raises:
        DafengError: the mean effort is not positive.
    """
    mean = math.fsum(frame.size * efforts) / math.fsum(frame.size)
    if not mean > 0:
        raise DafengError("split_no_mean", principle="", found=mean)
    relative = 1 + strength * (efforts / mean - 1)
    asked = frame.size * relative
    return relative, frame.start + frame.sign * frame.need * asked / math.fsum(asked) / frame.scale


#: What a target can be at all: no amount is negative, no share is above all.
NATURAL = {
    "intensity": (-100.0, math.inf),
    "total": (0.0, math.inf),
    "share": (0.0, 100.0),
    "addition": (0.0, math.inf),
}


def _recombine(parts: Sequence[Part], whole: Whole, frame: Frame, raw: Array) -> tuple[Array, float]:
    least, most = NATURAL[whole.kind]
    low = np.array([least if part.floor is None else max(part.floor, least) for part in parts])
    high = np.array([most if part.cap is None else min(part.cap, most) for part in parts])
    settled = settle(raw, frame.sign * frame.size / frame.scale, frame.scale, frame.total, low=low, high=high)
    if settled is None:
        highest = shown(recombined(parts, whole, high.tolist())) if np.isfinite(high).all() else "-"
        raise DafengError(
            "split_infeasible",
            whole=whole.name,
            target=shown(whole.value),
            unit=whole.unit,
            lowest=shown(recombined(parts, whole, low.tolist())),
            highest=highest,
        )
    return settled


def _reference(parts: Sequence[Part], whole: Whole, frame: Frame) -> float:
    return recombined(parts, whole, frame.start.tolist())


def _function(principle: str | Principle) -> Principle:
    if not isinstance(principle, str):
        return principle
    if principle not in PRINCIPLES:
        raise UnknownName("principle", principle, PRINCIPLES)
    return PRINCIPLES[principle]


def _unit(whole: Whole) -> Text:
    found = unit_text(whole.unit)
    return {tag: text if whole.unit == "%" or tag == "zh" else f" {text}" for tag, text in found.items()}
