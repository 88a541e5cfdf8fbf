"""Principles of sharing: what one part should do, relative to another. One contract: (whole, parts) -> Efforts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dafeng.catalog import DafengError
from dafeng.targets.split_dea import zero_sum
from dafeng.targets.split_entropy import entropy_weights
from dafeng.targets.split_frame import Part, Whole, framed
from dafeng.targets.split_words import Text, listed, said, shown

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Efforts:
    """What each part should do, relative to the others: only ratios count.

    Attributes:
        values: shape (n,); of kinds intensity and total the cut below the reference as a share of it, of the others
            the rise per size, each up to one common factor.
        why: per part, the fact that the value comes from.
    """

    values: Array
    why: tuple[Text, ...]


Principle = Callable[[Whole, Sequence[Part]], Efforts]


def equal_rate(_whole: Whole, parts: Sequence[Part]) -> Efforts:
    """Every part does the same: one cut in percent for all, one rise in points, additions in proportion to size."""
    return Efforts(np.ones(len(parts)), (said("split.why.equal_rate"),) * len(parts))


def capability(whole: Whole, parts: Sequence[Part]) -> Efforts:
    """Who has more can do more: in proportion to GDP per head.

    Needs the attribute `population`, and `gdp` where the activity is not GDP.
    """
    return _by(
        "capability", whole, parts, [_gdp(whole, part) / _fact("capability", part, "population") for part in parts]
    )


def responsibility(whole: Whole, parts: Sequence[Part]) -> Efforts:
    """Who has emitted more owes more: in proportion to cumulative emissions (or energy) per head.

    Needs the attributes `cumulative` and `population`.
    """
    name = "responsibility"
    return _by(
        name, whole, parts, [_fact(name, part, "cumulative") / _fact(name, part, "population") for part in parts]
    )


def potential(whole: Whole, parts: Sequence[Part]) -> Efforts:
    """Where there is more to gain, more is asked: in proportion to the intensity of the base year.

    Of kinds share and addition there is no such measure: in proportion to the attribute `potential` per size.
    """
    if whole.kind in ("intensity", "total"):
        return _by("potential", whole, parts, [part.base / part.activity_base for part in parts])
    sizes = framed(parts, whole).size
    return _by(
        "resource",
        whole,
        parts,
        [_fact("potential", part, "potential") / float(size) for part, size in zip(parts, sizes, strict=True)],
    )


def precedent(whole: Whole, parts: Sequence[Part]) -> Efforts:
    """As the last time: in proportion to the attribute `previous`, what the part was asked for then, a positive number.

    No idea of fairness of its own, but what official splits have kept to most closely (docs/split-backtest.md).
    """
    return _by("precedent", whole, parts, [_fact("precedent", part, "previous") for part in parts])


def zero_sum_dea(whole: Whole, parts: Sequence[Part], returns: str = "variable") -> Efforts:
    """What makes all parts efficient at once: zero-sum-gains DEA, proportional strategy (see split_dea).

    Input: the amount of the due year at an equal rate. Outputs: activity in the due year and, where every part has
    it, the attribute `population`. The total is shared anew until all are efficient; the effort is the cut that is
    left to each. It can be negative: a part far below the others' intensity is granted more than it would use.
    """
    if whole.kind not in ("intensity", "total"):
        raise DafengError("split_principle_kind", principle="zero_sum_dea", kind=whole.kind)
    frame = framed(parts, whole)
    rate = frame.need / float(frame.size.sum())
    given = frame.size * (1 - rate)
    columns = [[part.activity_due for part in parts]]
    if all("population" in part.attributes for part in parts):
        columns.append([part.attributes["population"] for part in parts])
    shared = zero_sum(given, np.array(columns).T, returns)
    cuts = 1 - shared / frame.size
    why = tuple(
        said("split.why.zero_sum_dea", before=100 * (g / r - 1), after=100 * (s / r - 1))
        for g, s, r in zip(given, shared, frame.size, strict=True)
    )
    return Efforts(cuts / rate if rate else np.ones(len(parts)), why)


def mix(
    components: Mapping[str, float] | Sequence[str] = ("capability", "responsibility", "potential"),
) -> Principle:
    """A weighted mix of principles, each at its mean of one.

    Args:
        components: names with weights; or names alone: weighted by entropy, so that the one in which the parts
            differ more counts for more.
    """

    def mixed(whole: Whole, parts: Sequence[Part]) -> Efforts:
        size = framed(parts, whole).size
        found = {name: PRINCIPLES[name](whole, parts) for name in components}
        table = np.array([e.values / (np.sum(size * e.values) / size.sum()) for e in found.values()]).T
        if isinstance(components, Mapping):
            weights = np.array(list(components.values()), float)
            if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.sum() > 0):
                raise DafengError("split_weights", found=", ".join(map(str, components.values())))
            weights = weights / weights.sum()
        else:
            weights = entropy_weights(table)
        why = tuple(
            said(
                "split.why.mix",
                parts=listed(
                    said(
                        "split.why.mix_part",
                        name=said(f"split.principle.{name}"),
                        weight=f"{weight:.0%}",
                        effort=float(effort),
                    )
                    for name, weight, effort in zip(found, weights, row, strict=True)
                ),
            )
            for row in table
        )
        return Efforts(table @ weights, why)

    return mixed


PRINCIPLES: dict[str, Principle] = {
    "equal_rate": equal_rate,
    "capability": capability,
    "responsibility": responsibility,
    "potential": potential,
    "precedent": precedent,
    "zero_sum_dea": zero_sum_dea,
}
PRINCIPLES["entropy_mix"] = mix()


def _by(name: str, whole: Whole, parts: Sequence[Part], values: Sequence[float]) -> Efforts:
    """Efforts in proportion to a fact, which is told beside its mean (weighted by size)."""
    found = np.array(values, float)
    size = framed(parts, whole).size
    mean = float((size * found).sum() / size.sum())
    if mean <= 0:
        raise DafengError("split_no_mean", principle=said(f"split.principle.{name}")["en"], found=mean)
    return Efforts(
        found / mean,
        tuple(said(f"split.why.{name}", value=_figures(v), mean=_figures(mean), ratio=shown(v / mean)) for v in found),
    )


def _figures(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _fact(principle: str, part: Part, name: str) -> float:
    if name not in part.attributes:
        raise DafengError("split_attribute", part=part.id, attribute=name, principle=principle)
    value = part.attributes[name]
    if name == "population" and value <= 0:
        raise DafengError("split_number", part=part.id, field=name, found=value)
    return value


def _gdp(whole: Whole, part: Part) -> float:
    if "gdp" in part.attributes:
        return part.attributes["gdp"]
    if whole.kind in ("intensity", "total"):
        return part.activity_base
    raise DafengError("split_attribute", part=part.id, attribute="gdp", principle="capability")
