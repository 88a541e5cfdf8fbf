"""Key categories: those that make up the level or the trend of an inventory, and deserve the better method.

    4.1 level  L(x, t) = |E(x, t)| / sum_y |E(y, t)|
    4.2 trend  T(x, t) = |E(x, 0)| / sum_y |E(y, 0)| |(E(x, t) - E(x, 0)) / |E(x, 0)| - (E(t) - E(0)) / |E(0)||
    4.3        T(x, t) = |E(x, t)| / sum_y |E(y, 0)|  where E(x, 0) = 0

Approach 1 takes the largest until 95 % of the sum is reached. Approach 2 weighs each with its uncertainty (equations
4.4, 4.5) and takes 90 %.

Source: 2006 IPCC Guidelines, volume 1, chapter 4, sections 4.3.1 and 4.3.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dafeng.catalog import DafengError, UnknownName

APPROACH_1, APPROACH_2 = 0.95, 0.90


@dataclass(frozen=True)
class KeyCategory:
    """A category in one ranking.

    Attributes:
        assessment: L or T, or their product with the uncertainty. share: of the sum over all. cumulative: with all
            larger ones.
        key: whether it is needed to reach the threshold.
    """

    category: str
    amount: float
    assessment: float
    share: float
    cumulative: float
    key: bool


def key_level(
    year: Mapping[str, float],
    halves: Mapping[str, float] | None = None,
    threshold: float | None = None,
) -> list[KeyCategory]:
    """Key categories by level, largest first.

    Args:
        year: category -> emissions; removals negative.
        halves: category -> relative uncertainty, for approach 2.
        threshold: default 0.95, with uncertainties 0.90.

    Raises:
        DafengError: nothing to rank. UnknownName: a category without uncertainty.
    """
    total = math.fsum(map(abs, _finite(year).values()))
    if not total:
        raise DafengError("uncertainty_zero_total")
    return _ranked(year, {name: abs(amount) / total for name, amount in year.items()}, halves, threshold)


def key_trend(
    base: Mapping[str, float],
    year: Mapping[str, float],
    halves: Mapping[str, float] | None = None,
    threshold: float | None = None,
) -> list[KeyCategory]:
    """Key categories by their part in the trend from `base` to `year`, largest first; arguments as `key_level`.

    Raises:
        DafengError: a base year whose total is zero, or no category that moved apart from the total.
    """
    names = list(dict.fromkeys([*_finite(base), *_finite(year)]))
    gross, net = math.fsum(map(abs, base.values())), math.fsum(base.values())
    if not net:
        raise DafengError("uncertainty_zero_total")
    overall = (math.fsum(year.values()) - net) / abs(net)
    found = {}
    for name in names:
        before, after = base.get(name, 0.0), year.get(name, 0.0)
        found[name] = abs((after - before) - abs(before) * overall) / gross if before else abs(after) / gross
    return _ranked({name: year.get(name, 0.0) for name in names}, found, halves, threshold)


def _ranked(
    amounts: Mapping[str, float],
    values: Mapping[str, float],
    halves: Mapping[str, float] | None,
    threshold: float | None,
) -> list[KeyCategory]:
    if halves is not None:
        for name in values:
            if name not in halves:
                raise UnknownName("uncertainty", name, halves)
        values = {name: value * halves[name] for name, value in values.items()}
    limit = threshold if threshold is not None else APPROACH_1 if halves is None else APPROACH_2
    total = math.fsum(values.values())
    rows, before = [], 0.0
    for name in sorted(values, key=lambda name: (-values[name], name)):
        share = values[name] / total if total else 0.0
        rows.append(KeyCategory(name, amounts[name], values[name], share, before + share, share > 0 and before < limit))
        before += share
    return rows


def _finite(amounts: Mapping[str, float]) -> Mapping[str, float]:
    for name, amount in amounts.items():
        if not math.isfinite(amount):
            raise DafengError("uncertainty_value", line=name, category=name, found=amount)
    return amounts
