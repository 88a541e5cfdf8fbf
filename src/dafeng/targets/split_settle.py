"""The common shift that makes parts recombine to their whole, under floors and caps: exact, without iteration."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def settle(
    raw: Array,
    slope: Array,
    scale: Array,
    total: float,
    *,
    low: Array,
    high: Array,
) -> tuple[Array, float] | None:
    """Shift all values in common until they recombine, holding each within its bounds.

    Solves for the one number m with
        sum_i scale_i * x_i(m) = total,  x_i(m) = min(max(raw_i + m * slope_i, low_i), high_i).
    scale_i * slope_i has one sign for all i, so the left side is piecewise linear and monotone in m: the segment
    that holds the solution is found among its kinks and m follows from one division.

    Args:
        raw, slope, scale: shape (n,). scale > 0; slope >= 0 for all or <= 0 for all.
        low, high: shape (n,); -inf and inf where there is no bound.
        total: what sum(scale * x) must be.

    Returns:
        The values, shape (n,), whose recombination differs from `total` by rounding only, and the shift m;
        None where no shift reaches the total.
    """
    rising = bool(np.all(slope >= 0))
    slope = slope if rising else -slope

    def values(shift: float) -> Array:
        return np.clip(raw + shift * slope, low, high)

    def recombined(shift: float) -> float:
        return math.fsum(scale * values(shift))

    moving = slope > 0
    kinks = np.concatenate([(bound[moving] - raw[moving]) / slope[moving] for bound in (low, high)])
    kinks = np.unique(kinks[np.isfinite(kinks)])
    first, last = 0, len(kinks)  # the solution lies between kinks[first - 1] and kinks[first]
    while first < last:
        middle = (first + last) // 2
        if recombined(float(kinks[middle])) < total:
            first = middle + 1
        else:
            last = middle
    left = float(kinks[first - 1]) if first > 0 else -math.inf
    right = float(kinks[first]) if first < len(kinks) else math.inf
    inside = _between(left, right)
    at = values(inside)
    free = moving & (raw + inside * slope > low) & (raw + inside * slope < high)
    if not free.any():
        if not _close(math.fsum(scale * at), total, scale, at):
            return None
        return at, inside if rising else -inside
    held = math.fsum((scale * at)[~free]) + math.fsum((scale * raw)[free])
    shift = (total - held) / math.fsum((scale * slope)[free])
    if not left - 1e-9 * (1 + abs(left)) <= shift <= right + 1e-9 * (1 + abs(right)):
        return None
    return _polished(values(shift), scale, low, high, total), shift if rising else -shift


def _between(left: float, right: float) -> float:
    if math.isinf(left) and math.isinf(right):
        return 0.0
    if math.isinf(left):
        return right - 1.0 - abs(right)
    if math.isinf(right):
        return left + 1.0 + abs(left)
    return (left + right) / 2


def _close(found: float, total: float, scale: Array, values: Array) -> bool:
    return abs(found - total) <= 1e-12 * max(abs(total), math.fsum(np.abs(scale * values)))


def _polished(values: Array, scale: Array, low: Array, high: Array, total: float) -> Array:
    """Take up the rounding error of the sum in the part with the most room: exact to the last digits."""
    result = values.copy()
    for _ in range(3):
        short = total - math.fsum(scale * result)
        if short == 0:
            break
        room = np.minimum(result - low, high - result)
        best = int(np.argmax(np.where(np.isinf(room), scale, np.where(room > 0, room * scale, -1.0))))
        if not low[best] <= result[best] + short / scale[best] <= high[best]:
            break
        result[best] += short / scale[best]
    return result
