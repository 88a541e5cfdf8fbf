"""How many threads or processes a run may keep busy."""

from __future__ import annotations

import os


def cores() -> int:
    """Cores that this process may use; fewer where OMP_NUM_THREADS says so, as in processes run side by side."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return min(found, int(allowed)) if allowed.isdigit() and int(allowed) > 0 else found


__all__ = ["cores"]
