"""How a long run tells where it is."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, float], None]
"""Told the stage and its share done (0..1), now and then; what it raises ends the run."""


def tell_nobody(_stage: str, _share: float) -> None:
    """For runs that nobody watches."""
