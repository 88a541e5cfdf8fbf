"""Running a past year: what is held against what, by hand; the figures themselves are in tests/published."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import near

from dafeng.catalog import power
from dafeng.catalog.errors import UnknownName
from dafeng.pathway.days import every_day
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.calibration import (
    PUMPED,
    RUNNING,
    STATISTICS,
    YEARS,
    Compared,
    _nation,
    _reported,
    _running,
    _utilisation,
    calibrate,
    without_pumping,
)
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inputs import past
from dafeng.pathway.power.policies import emission_factor
from dafeng.pathway.power.regions import grouping


def test_error() -> None:
    assert Compared("generation", "coal", 103.0, 100.0, "TWh", "recalled").error == near(0.03)


@pytest.mark.parametrize("year", YEARS)
def test_generation_is_as_published(year: int) -> None:
    """Eight sources; by what is published they add up to the consumption of the year within 3 %."""
    found = _reported(year)
    assert set(STATISTICS.values()) <= set(found)
    whole = sum(found[source].value for source in set(STATISTICS.values()))
    assert whole == pytest.approx(power.consumption(year).sum() / 1e6, rel=0.03)


def test_wind_and_sun_of_2020() -> None:
    found = _reported(2020)
    assert found["with_pumped"].value - found["hydro"].value == pytest.approx(33, abs=3), "TWh of pumped storage"
    assert (found["wind"].value, found["wind"].quality) == (466.5, "secondary")
    assert (found["solar"].value, found["nuclear"].value) == (261.1, 366.25)


def test_plants_that_run_as_reported() -> None:
    """In 2020 gas gave 252.5 TWh: that share of its mean capacity in every hour, with heat where networks take it."""
    inputs = past(grouping("nation"), 2020)
    shares = _running(2020, inputs.existing)
    assert set(shares) == {*RUNNING, PUMPED}
    assert all(0 < share < 1 for share in shares.values())
    assert shares["gas_chp"] * float(inputs.existing["gas_chp"].sum()) * 8.76 == pytest.approx(252.5, rel=1e-9)
    case = Case(regions="nation", periods=(2025,), days=365, hydrogen=False, reserves=False)
    found = power_system(case, inputs, every_day(), running=shares)
    i, heats = (found.processes.names.index(name) for name in ("CN gas_chp", "CN gas_chp heat"))
    size, most, least = found.processes.size[heats], found.processes.available[i], found.processes.minimum
    assert size > 1.0
    assert least[i] + least[heats] / size == near(np.full(8760, shares["gas_chp"])), "electricity is what was reported"
    assert least[i] + least[heats] == near(most), "and nothing is left to run beyond it"
    n = found.processes.names.index("CN nuclear")
    assert np.all(found.processes.available[n] == shares["nuclear"])
    assert np.all(found.processes.minimum[n] == shares["nuclear"])
    assert found.limits == (), "a past year has no policies"
    assert found.reserves == ()


def test_pumped_storage_runs_as_it_did() -> None:
    """In 2020 it gave 1355.21 TWh of published hydropower less 1322.32 without it: as much every day, at hours that are
    free; what it drew for that, at 0.76, is no longer in the load. Else it would be in the load and be drawn again."""
    inputs = past(grouping("nation"), 2020)
    share = _running(2020, inputs.existing)[PUMPED]
    gave = (_reported(2020)["with_pumped"].value - _reported(2020)["hydro"].value) * 1e3
    drew = gave / power.technology_costs(2020)[PUMPED].efficiency
    assert gave == pytest.approx(32_888, abs=1)
    without = without_pumping(inputs, 2020)
    assert float((inputs.load - without.load).sum()) == pytest.approx(drew, rel=1e-9)
    assert np.ptp(without.load / inputs.load) < 1e-12, "all hours by one factor"
    case = Case(regions="nation", periods=(2025,), days=365, hydrogen=False, reserves=False)
    found = power_system(case, without, every_day(), running={PUMPED: share})
    s, steps = found.storages, found.steps
    gives, draws = s.names.index("CN phs"), s.names.index("CN pumping")
    assert s.link[gives] == s.link[draws] == "budget"
    assert not s.spill[gives]
    assert float((s.inflow[gives] * steps.weight).sum()) == pytest.approx(gave, rel=1e-9)
    assert float((s.inflow[draws] * steps.weight).sum()) == pytest.approx(-drew, rel=1e-9)
    assert np.all(s.charge_available[gives] == 0)
    assert np.all(s.discharge_available[draws] == 0)
    free = power_system(case, inputs, every_day(), running={"nuclear": 0.8}).storages
    assert "CN pumping" not in free.names, "where it is not given it runs where that saves cost, as in plans"
    assert free.link[free.names.index("CN phs")] == "cycle"


def test_coal_and_co2_by_hand() -> None:
    """1,000 TWh of one class and 100 with heat: coal by efficiency, 2.66 t CO2 per tce."""
    made = {("CN", "coal_usc"): 1e6, ("CN", "coal_chp heat"): 1e5, ("CN", "onwind"): 5e5, ("CN", "phs"): 2e4}
    costs = power.technology_costs(2020)
    use = (1e6 / costs["coal_usc"].efficiency + 1e5 / costs["coal_chp"].efficiency) * 3.6 / 29.3076 / 1e3
    rows = {(row.what, row.subject): row for row in _nation(2020, {"coal": 1100.0, "wind": 500.0}, made)}
    assert rows["coal_use", "coal"].model == near(use)
    assert rows["coal_rate", "coal"].model == near(use / 1100.0 * 1e3)
    assert rows["co2", "coal"].model == near(use * emission_factor("raw_coal"))
    assert rows["generation", "wind"].model == 500.0
    assert rows["generation", "solar"].model == 0.0


def test_utilisation_where_it_is_reported() -> None:
    """None by province in 2020; in 2023 and 2024 between 94 and 100 %."""
    assert _utilisation(2020) == {}
    for year in (2023, 2024):
        found = _utilisation(year)
        assert set(found) == {"wind", "solar"}
        assert all(0.94 < share <= 1 for share in found.values())


def test_a_year_without_data() -> None:
    with pytest.raises(UnknownName):
        calibrate(2019, "nation")
