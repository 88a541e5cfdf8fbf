"""Memory that is kept goes back afterwards."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

SIZE = 64 * 2**20

SCRIPT = """
import resource
import numpy as np
from dafeng.pathway.memory import kept

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

def again():
    for _ in range(20):
        np.ones(SIZE // 8)

again()
before = faults()
again()
plain = faults() - before
with kept():
    again()
    before = faults()
    again()
    inside = faults() - before
    held = resident()
print(plain, inside, held, resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the allocator is not that of glibc")
def test_arrays_that_come_again_cost_no_pages_and_go_back_at_the_end() -> None:
    script = SCRIPT.replace("SIZE", str(SIZE))
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    plain, inside, held, after = map(int, made.stdout.split())
    assert plain >= 20 * (SIZE // 2**21)
    assert inside < plain / 10
    assert held - after > SIZE / 2
