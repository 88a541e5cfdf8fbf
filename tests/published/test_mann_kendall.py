"""Mann-Kendall and Hamed-Rao as pyMannKendall publishes them.

Source: Hussain and Mahmud, Journal of Open Source Software 4 (2019) 1556; repository mmhs013/pyMannKendall, commit
ec2e3ab, Examples/Example_pyMannKendall.ipynb (outputs of the notebook) on the shampoo sales of Makridakis, Wheelwright
and Hyndman, Forecasting: Methods and Applications, 3rd ed. (1998): monthly sales over three years.
"""

from __future__ import annotations

import pytest

from dafeng.assessment.trend import hamed_rao, mann_kendall, sen_slope

SHAMPOO = [
    266.0,
    145.9,
    183.1,
    119.3,
    180.3,
    168.5,
    231.8,
    224.5,
    192.8,
    122.9,
    336.5,
    185.9,
    194.3,
    149.5,
    210.1,
    273.3,
    191.4,
    287.0,
    226.0,
    303.6,
    289.9,
    421.6,
    264.5,
    342.3,
    339.7,
    440.4,
    315.9,
    439.3,
    401.3,
    437.4,
    575.5,
    407.6,
    682.0,
    475.3,
    581.3,
    646.9,
]


def test_hamed_rao_on_shampoo_sales() -> None:
    found = hamed_rao(SHAMPOO)
    assert found.direction == "rising"
    assert found.p == pytest.approx(2.8916160532688195e-07, rel=1e-9)
    assert found.z == pytest.approx(5.130377554630905, rel=1e-13)
    assert found.tau == pytest.approx(0.6984126984126984, rel=1e-15)
    assert found.s == 440.0
    assert found.variance == pytest.approx(7322.011164105283, rel=1e-13)


def test_slope_and_line_on_shampoo_sales() -> None:
    found = mann_kendall(SHAMPOO)
    assert (found.slope, found.intercept) == pytest.approx((11.509375, 78.73593749999998), rel=1e-14)
    assert sen_slope(SHAMPOO) == found.slope


def test_variance_without_correction() -> None:
    """The variance that the notebook's pre-whitened tests show for 35 values without ties: 35 * 34 * 75 / 18."""
    assert mann_kendall(range(35)).variance == pytest.approx(4958.333333333333, rel=1e-15)
