"""Published networks of PyPSA, solved by PyPSA and by us: the same objective within 1e-6."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import pytest
from tests.models.small import optimum
from tests.models.test_pypsa import pypsa_optimum

from dafeng.imported import solve_model
from dafeng.models import read_pypsa

#: `n.objective + n.objective_constant` of PyPSA 1.4.0 with HiGHS 1.15.1 (simplex) on 2026-11-24
PYPSA = {"ac-dc-meshed": 18441021.4777, "scigrid-de": 6684817.323607, "model-energy": 8078135675.4512}


@pytest.mark.shared
@pytest.mark.parametrize("case", ["ac-dc-meshed", "scigrid-de"])
def test_recorded_objective(shared_data: Path, case: str) -> None:
    """Meshed AC and DC areas with their voltage laws, extendable; 585 buses with 852 lines of standard types."""
    assert optimum(read_pypsa(shared_data / "cases" / "pypsa" / f"{case}.nc")) == pytest.approx(PYPSA[case], rel=1e-6)


@pytest.mark.shared
@pytest.mark.slow
def test_recorded_objective_of_model_energy(shared_data: Path) -> None:
    """2,920 steps of three hours with hydrogen over the year: where a forced HiPO run ends 18.8 % too dear."""
    found = solve_model(shared_data / "cases" / "pypsa" / "model-energy.nc")
    assert found.objective == pytest.approx(8.078136e9, rel=1e-6)
    assert found.objective == pytest.approx(PYPSA["model-energy"], rel=1e-6)
    assert found.gap is not None
    assert found.gap < 1e-6


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("case", ["ac-dc-meshed", "scigrid-de"])
def test_objective_of_pypsa(shared_data: Path, case: str) -> None:
    """PyPSA solves the same file here and now; of model-energy the first week, below."""
    found = pypsa_optimum(shared_data / "cases" / "pypsa" / f"{case}.nc")
    assert found == pytest.approx(PYPSA[case], rel=1e-6)


@pytest.mark.shared
def test_first_week_of_model_energy(shared_data: Path, tmp_path: Path) -> None:
    """The same network cut to 56 steps by the reader's own words: a plan for a week costs less than one for the year."""
    path = shared_data / "cases" / "pypsa" / "model-energy.nc"
    short = tmp_path / "week.nc"
    with netCDF4.Dataset(str(path)) as whole, netCDF4.Dataset(str(short), "w") as part:
        part.setncatts({name: whole.getncattr(name) for name in whole.ncattrs()})
        for name, dimension in whole.dimensions.items():
            part.createDimension(name, 56 if name == "snapshots" else len(dimension))
        for name, variable in whole.variables.items():
            made = part.createVariable(name, variable.dtype, variable.dimensions)
            made[:] = variable[:56] if variable.dimensions[:1] == ("snapshots",) else variable[:]
    week = optimum(read_pypsa(short))
    assert 0 < week < 8.078136e9
    assert week == pytest.approx(pypsa_optimum(short), rel=1e-6)
