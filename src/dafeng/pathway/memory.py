"""Memory that stays with the process while large arrays of the same sizes come and go.

The allocator of glibc gives large arrays back to the kernel, which clears their pages each time they are asked for
again. Where fronts are made anew in every iteration that is a sixth of the time. Other allocators are left alone.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

TRIM_THRESHOLD, MMAP_THRESHOLD, MMAP_MAX = -1, -3, -4
"""Numbers of the settings in malloc.h."""
ALL = 2**31 - 1
USUAL_MAPS = 65_536
MOST_THRESHOLD = 2**25
"""The threshold that the allocator moves to by itself, up to this, until one of its settings is touched."""


@contextmanager
def kept() -> Iterator[None]:
    """Within this, memory that is freed stays with the process; afterwards what is free goes back."""
    if platform.libc_ver()[0] != "glibc":
        yield
        return
    library = ctypes.CDLL(None)
    library.mallopt(MMAP_MAX, 0)
    library.mallopt(TRIM_THRESHOLD, ALL)
    try:
        yield
    finally:
        library.mallopt(MMAP_MAX, USUAL_MAPS)
        library.mallopt(MMAP_THRESHOLD, MOST_THRESHOLD)
        library.mallopt(TRIM_THRESHOLD, 2 * MOST_THRESHOLD)
        library.malloc_trim(ctypes.c_size_t(0))
