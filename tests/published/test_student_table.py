"""Student's t: the table of Federighi (1959), Journal of the American Statistical Association 54, 683-688, as reprinted."""

from __future__ import annotations

import pytest

from dafeng.assessment.student import t_cdf, t_quantile

LEVELS = (0.90, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9995)
TABLE = {
    1: (3.078, 6.314, 12.706, 31.821, 63.657, 318.309, 636.619),
    2: (1.886, 2.920, 4.303, 6.965, 9.925, 22.327, 31.598),
    3: (1.638, 2.353, 3.182, 4.541, 5.841, 10.214, 12.924),
    4: (1.533, 2.132, 2.776, 3.747, 4.604, 7.173, 8.610),
    5: (1.476, 2.015, 2.571, 3.365, 4.032, 5.893, 6.869),
    8: (1.397, 1.860, 2.306, 2.896, 3.355, 4.501, 5.041),
    10: (1.372, 1.812, 2.228, 2.764, 3.169, 4.144, 4.587),
    20: (1.325, 1.725, 2.086, 2.528, 2.845, 3.552, 3.850),
    30: (1.310, 1.697, 2.042, 2.457, 2.750, 3.385, 3.646),
}


@pytest.mark.parametrize("freedom", TABLE)
def test_critical_values(freedom: int) -> None:
    for level, value in zip(LEVELS, TABLE[freedom], strict=True):
        slack = 0.0011 if value > 10 else 0.00051  # 31.598 is printed for 31.599, 10.214 for 10.2145
        assert t_quantile(level, freedom) == pytest.approx(value, abs=slack)
        assert t_cdf(value, freedom) == pytest.approx(level, abs=1e-4)
