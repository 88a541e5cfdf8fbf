"""Years of a plan as they are written on the command line."""

from __future__ import annotations

from dafeng.catalog import DafengError

EVERY = 5  # years, of a span of periods


def read_periods(text: str) -> tuple[int, ...]:
    """`2025-2060` (every five years) or `2025,2030,2040`.

    Raises:
        DafengError: neither, or a span that ends before it begins.
    """
    first, dash, last = (part.strip() for part in text.partition("-"))
    parts = [first, last] if dash else [part.strip() for part in text.split(",")]
    years = [int(part) for part in parts if part.isdecimal()]
    if len(years) != len(parts) or (dash and years[0] > years[-1]):
        raise DafengError("plan_option", option="--periods", found=text, example="2025-2060; 2025,2030,2040")
    return tuple(range(years[0], years[1] + 1, EVERY)) if dash else tuple(years)
