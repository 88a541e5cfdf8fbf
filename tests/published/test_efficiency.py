"""Data envelopment analysis: the first worked examples of the textbook.

Cooper, Seiford, Tone (2007), Data Envelopment Analysis, 2nd ed., Springer: table 1.1 (eight stores, one input, one output) and
table 1.4 (seven stores, unit input, two outputs), with the efficiencies stated in chapter 1. For zero-sum gains no worked example
could be read: tests/targets/test_split_dea.py holds it against the relations that define it.
"""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.targets import efficiency


def test_one_input_one_output() -> None:
    employees, sales = np.array([2.0, 3, 3, 4, 5, 5, 6, 8]), np.array([1.0, 3, 2, 3, 4, 2, 3, 5])
    found = efficiency(employees, sales[:, None], "constant")
    assert found == pytest.approx([0.5, 1, 0.667, 0.75, 0.8, 0.4, 0.5, 0.625], abs=5e-4)


def test_one_input_two_outputs() -> None:
    customers, sales = [1.0, 2, 3, 4, 4, 5, 6], [5.0, 7, 4, 3, 6, 5, 2]
    found = dict(zip("ABCDEFG", efficiency(np.ones(7), np.array([customers, sales]).T, "constant"), strict=True))
    assert {name for name, theta in found.items() if theta > 1 - 1e-9} == {"B", "E", "F", "G"}
    assert found["D"] == pytest.approx(0.75, abs=5e-4)
    assert found["A"] == pytest.approx(0.714, abs=5e-4)
