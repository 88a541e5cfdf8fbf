"""Years of a plan as they are written on the command line."""

from __future__ import annotations

from dafeng.catalog import DafengError

EVERY = 5  # years, of a span of periods


def read_periods(text: str) -> tuple[int, ...]:
    """`2025-2060` (every five years) or `2025,2030,2040`.

    Raises:
        DafengError: neither.
    """
    first, dash, last = text.partition("-")
    if dash and first.strip().isdigit() and last.strip().isdigit():
        return tuple(range(int(first), int(last) + 1, EVERY))
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() for part in parts):
        raise DafengError("plan_option", option="--periods", found=text, example="2025-2060; 2025,2030,2040")
    return tuple(int(part) for part in parts)
