"""What PyPSA's tables mean: networks of one feature, by hand and by PyPSA itself."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.models.networks import NETWORKS, Network, extension
from tests.models.small import optimum, write

from dafeng.models import read_pypsa


@pytest.fixture(params=NETWORKS, ids=lambda make: make.__name__)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, float, bool]:
    """File, cost by hand, has it periods."""
    make: Callable[[], Network] = request.param
    given, cost = make()
    return write(tmp_path / "network.nc", **given), cost, "periods" in given


def test_least_cost_by_hand(made: tuple[Path, float, bool]) -> None:
    path, cost, _ = made
    assert optimum(read_pypsa(path)) == pytest.approx(cost, rel=1e-9, abs=1e-6)


@pytest.mark.slow
def test_least_cost_by_pypsa(made: tuple[Path, float, bool]) -> None:
    """The figures by hand are PyPSA's: else we would have understood it wrongly, twice."""
    path, cost, periods = made
    assert pypsa_optimum(path, periods) == pytest.approx(cost, rel=1e-6, abs=1e-5)


def pypsa_optimum(path: Path, periods: bool = False) -> float:
    """PyPSA's own answer, with what it takes off for capacity that was there before."""
    pypsa = pytest.importorskip("pypsa", reason="needs pypsa: the tool that we compare with")
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = pypsa.Network(str(path))
        status = network.optimize(
            solver_name="highs",
            multi_investment_periods=periods,
            include_objective_constant=True,
            output_flag=False,
            threads=1,
        )
    logging.disable(logging.NOTSET)
    assert status == ("ok", "optimal")
    return float(network.objective + network.objective_constant)


def test_the_constant_of_the_objective_is_told(tmp_path: Path) -> None:
    """PyPSA's objective is less by 3 MW x 7: who compares must know."""
    system = read_pypsa(write(tmp_path / "network.nc", **extension()[0]))
    assert float(system.notes["objective_constant"]) == pytest.approx(21.0)
