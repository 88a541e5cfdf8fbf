"""Ctrl-C: an interruption that Python swallows (it comes while an object is being taken away) is made good later."""

from __future__ import annotations

import signal
from types import FrameType

_asked: list[int] = []


def listen() -> None:
    """From here on, Ctrl-C raises KeyboardInterrupt."""
    signal.signal(signal.SIGINT, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    raise KeyboardInterrupt


def asked() -> bool:
    """Has the user asked to stop."""
    return bool(_asked)


def check() -> None:
    """Raise KeyboardInterrupt if the user has asked to stop and the work goes on."""
    if _asked:
        raise KeyboardInterrupt
