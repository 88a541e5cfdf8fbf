"""What OSeMOSYS' parameters mean, by hand, and the optimum of its own example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.models.small import optimum

from dafeng.models import read_osemosys
from dafeng.models.refusals import RefusedFile

SIMPLICITY = 4483.969322295583
"""OSeMOSYS' own optimum of the data: src/osemosys.txt of OSeMOSYS_GNU_MathProg (9520268, 2024-04-16) translated by GLPK
5.0 (390,248 rows), solved by HiGHS 1.15.1; `DiscountRateStorage`, which the data lack, given as 0.05 (no cost hangs on it).
"""

BASE = """
set REGION := R ;
set TECHNOLOGY := GAS ;
set FUEL := POWER ;
set TIMESLICE := DAY NIGHT ;
set MODE_OF_OPERATION := 1 ;
set EMISSION := CO2 ;
set STORAGE := ;
set YEAR := 2020 2021 ;
param YearSplit default 0.5 := ;
param DiscountRate default 0.05 := ;
param DepreciationMethod default 1 := ;
param OperationalLife default 2 := ;
param CapacityToActivityUnit default 10 := ;
param CapacityFactor default 1 := ;
param AvailabilityFactor default 1 := ;
param ResidualCapacity default 0 := ;
param InputActivityRatio default 0 := ;
param OutputActivityRatio default 0 := [R,GAS,POWER,*,*]: 2020 2021 := 1 1 1 ;
param CapitalCost default 100 := ;
param VariableCost default 3 := ;
param FixedCost default 4 := ;
param SpecifiedAnnualDemand default 0 := [R,POWER,*] 2020 20 2021 20 ;
param SpecifiedDemandProfile default 0.5 := ;
param AccumulatedAnnualDemand default 0 := ;
param TotalAnnualMaxCapacity default 99999 := ;
param TotalAnnualMinCapacity default 0 := ;
param TotalAnnualMaxCapacityInvestment default 99999 := ;
param TotalAnnualMinCapacityInvestment default 0 := ;
param TotalTechnologyAnnualActivityUpperLimit default 99999 := ;
param TotalTechnologyAnnualActivityLowerLimit default 0 := ;
param TotalTechnologyModelPeriodActivityUpperLimit default 99999 := ;
param TotalTechnologyModelPeriodActivityLowerLimit default 0 := ;
param ReserveMargin default 1 := ;
param ReserveMarginTagFuel default 0 := ;
param ReserveMarginTagTechnology default 0 := ;
param RETagFuel default 0 := ;
param RETagTechnology default 0 := ;
param REMinProductionTarget default 0 := ;
param EmissionActivityRatio default 0 := ;
param EmissionsPenalty default 0 := ;
param AnnualExogenousEmission default 0 := ;
param AnnualEmissionLimit default 99999 := ;
param ModelPeriodExogenousEmission default 0 := ;
param ModelPeriodEmissionLimit default 99999 := ;
end;
"""
"""20 a year at an even rate: 2 units of 10 a year each."""

MIDDLE = 1.05**-0.5 + 1.05**-1.5
"""Running costs are paid in the middle of the year."""
RUNNING = 20 * 3 * MIDDLE


def cost(path: Path, *changes: tuple[str, str]) -> float:
    """Least cost of the base data with parameters replaced."""
    return optimum(read_osemosys(written(path, *changes)))


def written(path: Path, *changes: tuple[str, str]) -> Path:
    text = BASE
    for name, body in changes:
        start = text.index(f"{name} ")
        text = text[:start] + f"{name} {body} " + text[text.index(";", start) :]
    file = path / "data.txt"
    file.write_text(text, encoding="utf-8")
    return file


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


def test_two_years_of_two_units(tmp_path: Path) -> None:
    """Paid at the beginning of 2020, worn out at the end of 2021; fixed and running costs at mid-year."""
    assert cost(tmp_path) == near(2 * 100 + 2 * 4 * MIDDLE + RUNNING)


def test_salvage_value(tmp_path: Path) -> None:
    """A life of four years leaves a value at the end of the second: by the sinking fund or by half, discounted twice.

    Discounted with another rate, or left out, the plant looks dearer than it is.
    """
    fund = 1 - (1.05**2 - 1) / (1.05**4 - 1)
    for method, left in ((1, fund), (2, 0.5)):
        found = cost(tmp_path, ("OperationalLife", "default 4 :="), ("DepreciationMethod", f"default {method} :="))
        assert found == near(200 * (1 - left / 1.05**2) + 8 * MIDDLE + RUNNING)


def test_a_plant_of_one_year_is_built_twice(tmp_path: Path) -> None:
    """y - yy < OperationalLife."""
    assert cost(tmp_path, ("OperationalLife", "default 1 :=")) == near(200 * (1 + 1 / 1.05) + 8 * MIDDLE + RUNNING)


def test_residual_capacity_is_free_but_kept(tmp_path: Path) -> None:
    """3 units stand already: no investment, fixed cost of all three."""
    assert cost(tmp_path, ("ResidualCapacity", "default 3 :=")) == near(12 * MIDDLE + RUNNING)


def test_capacity_factor_and_availability(tmp_path: Path) -> None:
    """Half the capacity at night: 4 units. Available 80 % of the year's output: 20 / (10 x 0.8) = 2.5 units."""
    night = "default 1 := [R,GAS,*,*]: 2020 2021 := NIGHT 0.5 0.5"
    assert cost(tmp_path, ("CapacityFactor", night)) == near(400 + 16 * MIDDLE + RUNNING)
    assert cost(tmp_path, ("AvailabilityFactor", "default 0.8 :=")) == near(250 + 10 * MIDDLE + RUNNING)


def test_demand_of_a_slice(tmp_path: Path) -> None:
    """0.8 of the year's demand in half of its time: a rate of 32, 3.2 units."""
    profile = "default 0 := [R,POWER,*,*]: 2020 2021 := DAY 0.8 0.8 NIGHT 0.2 0.2"
    assert cost(tmp_path, ("SpecifiedDemandProfile", profile)) == near(320 + 12.8 * MIDDLE + RUNNING)


def test_accumulated_demand(tmp_path: Path) -> None:
    """30 a year whenever it suits: the specified 20 count towards it, 10 more are produced evenly."""
    found = cost(tmp_path, ("AccumulatedAnnualDemand", "default 30 :="))
    assert found == near(300 + 12 * MIDDLE + 1.5 * RUNNING)


def test_emissions(tmp_path: Path) -> None:
    """0.1 of CO2 each: a penalty of 50 is 5 more a unit; with 1 from elsewhere a limit of 3 allows just the 20."""
    ratio = ("EmissionActivityRatio", "default 0.1 :=")
    found = cost(tmp_path, ratio, ("EmissionsPenalty", "default 50 :="))
    assert found == near(200 + 8 * MIDDLE + RUNNING * 8 / 3)
    exogenous = ("AnnualExogenousEmission", "default 1 :=")
    assert cost(tmp_path, ratio, exogenous, ("AnnualEmissionLimit", "default 3 :=")) == near(200 + 8 * MIDDLE + RUNNING)
    with pytest.raises(Exception, match="R CO2 202"):
        cost(tmp_path, ratio, exogenous, ("AnnualEmissionLimit", "default 2.9 :="))


def test_activity_limits(tmp_path: Path) -> None:
    """At least 25 of activity a year, though 20 would do; 45 over both years."""
    found = cost(tmp_path, ("TotalTechnologyAnnualActivityLowerLimit", "default 25 :="))
    assert found == near(250 + 10 * MIDDLE + 25 * 3 * MIDDLE)
    found = cost(tmp_path, ("TotalTechnologyModelPeriodActivityLowerLimit", "default 45 :="))
    capacity = 225 + 9 * MIDDLE + 22.5 * 3 * MIDDLE
    assert found <= capacity + 1e-9


def test_reserve_margin(tmp_path: Path) -> None:
    """Capacity for 1.5 times the rate of production: 3 units."""
    changes = (("ReserveMargin", "default 1.5 :="), ("ReserveMarginTagFuel", "default 1 :="))
    tagged = ("ReserveMarginTagTechnology", "default 1 :=")
    assert cost(tmp_path, *changes, tagged) == near(300 + 12 * MIDDLE + RUNNING)


def test_storage_that_cannot_be_charged_closes_its_modes(tmp_path: Path) -> None:
    """OSeMOSYS' default of StorageMaxChargeRate is 0: a second, cheaper mode that empties a store gives nothing."""
    text = written(tmp_path).read_text()
    text = text.replace("OPERATION := 1 ;", "OPERATION := 1 2 ;").replace("STORAGE := ;", "STORAGE := DAM ;")
    text = text.replace("1 1 1 ;", "1 1 1 2 1 1 ;").replace(
        "VariableCost default 3 :=", "VariableCost default 3 := [R,GAS,*,*]: 2020 2021 := 2 0 0"
    )
    text = text.replace(
        "end;",
        """set SEASON := 1 ; set DAYTYPE := 1 ; set DAILYTIMEBRACKET := 1 ;
        param Conversionls default 1 := ; param Conversionld default 1 := ; param Conversionlh default 1 := ;
        param StorageMaxChargeRate default 0 := ; param StorageMaxDischargeRate default 0 := ;
        param TechnologyToStorage default 0 := ; param TechnologyFromStorage default 0 := [R,GAS,DAM,*] 2 1 ; end;""",
    )
    file = tmp_path / "storage.txt"
    file.write_text(text)
    assert optimum(read_osemosys(file)) == near(200 + 8 * MIDDLE + RUNNING)
    file.write_text(text.replace("StorageMaxChargeRate default 0", "StorageMaxChargeRate default 7"))
    with pytest.raises(RefusedFile) as refused:
        read_osemosys(file)
    assert refused.value.values["attribute"] == "StorageMaxChargeRate default"


REFUSED = [
    (("CapitalCost", "default 100 := [R,OIL,*] 2020 3"), "model_no_such", "OIL"),
    (("CapitalCost", "default x :="), "model_value", "CapitalCost"),
    (("CapitalCost", "default 100 := [R,*] GAS 3"), "model_syntax", "REGION"),
    (("CapitalCost", "default 100 := [R,GAS,*] 2020 3 2020 4"), "model_twice", "2020"),
    (("CapitalCost", ":="), "model_value", "CapitalCost"),
    (("CapitalCost", "default 100 := ; param Colour default 1 :="), "model_no_such", "Colour"),
    (("YearSplit", "default 0 :="), "model_value", "YearSplit"),
    (("YEAR", ":= 2021 2020"), "model_value", "YEAR"),
    (("CapacityToActivityUnit", "default 0 :="), "model_value", "CapacityToActivityUnit"),
    (("REGION", ":="), "model_no_such", "REGION"),
]


@pytest.mark.parametrize(("change", "key", "named"), REFUSED, ids=lambda value: str(value)[:40])
def test_refused(tmp_path: Path, change: tuple[str, str], key: str, named: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        read_osemosys(written(tmp_path, change))
    assert refused.value.key == key
    assert named in " ".join(str(value) for value in refused.value.values.values())


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile) as refused:
        read_osemosys(tmp_path / "none.txt")
    assert refused.value.key == "model_no_file"


@pytest.mark.shared
def test_simplicity(shared_data: Path) -> None:
    """27 years, 55 technologies, 6 slices: within 0.01 % of OSeMOSYS' own optimum, and in fact within 1e-9."""
    found = optimum(read_osemosys(shared_data / "cases" / "osemosys" / "simplicity.txt"))
    assert found == pytest.approx(SIMPLICITY, rel=1e-9)


def every(start: int, value: float, *labels: str) -> str:
    """One value for each year from `start` to 2040, as a slice of GMPL."""
    return f"[SIMPLICITY,{','.join(labels)},*] " + " ".join(f"{year} {value}" for year in range(start, 2041))


VARIANTS = {
    "availability and reserve margin": (
        4939.971006972167,
        ("AvailabilityFactor", "default 0.7 :="),
        ("ReserveMargin", "default 1.15 :="),
        ("ReserveMarginTagFuel", f"default 0 := {every(2014, 1, 'SEC_EL')}"),
        ("ReserveMarginTagTechnology", f"default 0 := {every(2014, 1, 'NGCC')} {every(2020, 0.5, 'GAS_IMPORT')}"),
    ),
    "renewable target and straight-line depreciation": (
        4586.909963400336,
        ("DepreciationMethod", "default 2 :="),
        ("REMinProductionTarget", "default 0.2 :="),
        ("RETagFuel", f"default 0 := {every(2014, 1, 'SEC_EL')}"),
        ("RETagTechnology", f"default 0 := {every(2014, 1, 'SOLPV1')} {every(2014, 1, 'WINDPOWER')}"),
    ),
    "limits of the horizon, hardly any interest": (
        8070.360286013555,
        ("DiscountRate", "default 0.0001 :="),
        ("ModelPeriodEmissionLimit", "default 99999 := SIMPLICITY CO2 4"),
        ("TotalTechnologyModelPeriodActivityUpperLimit", "default 99999 := SIMPLICITY GAS_IMPORT 40"),
    ),
    "own interest of a technology, least capacity": (
        5490.790708700075,
        ("DiscountRate", "default 0.05 := ; param DiscountRateIdv := SIMPLICITY NGCC 0.1"),
        ("OperationalLife", "default 7 :="),
        ("TotalAnnualMinCapacity", "default 0 := [SIMPLICITY,NGCC,*] 2020 0.2 2030 0.3"),
    ),
}
"""OSeMOSYS' own optima of the data with parameters replaced, found as `SIMPLICITY` was."""


@pytest.mark.shared
@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_of_simplicity(shared_data: Path, tmp_path: Path, variant: str) -> None:
    """What the example leaves at its default is understood as OSeMOSYS' code does."""
    expected, *changes = VARIANTS[variant]
    text = (shared_data / "cases" / "osemosys" / "simplicity.txt").read_text(encoding="utf-8")
    for name, body in changes:
        text, count = re.subn(rf"param {name} [^;]*;", f"param {name} {body} ;", text)
        assert count == 1
    file = tmp_path / "variant.txt"
    file.write_text(text, encoding="utf-8")
    assert optimum(read_osemosys(file)) == pytest.approx(expected, rel=1e-9)
