"""Reconciliation on real data: provinces against the nation, sectors against the reference approach."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ledger.import_builders import balance_workbook

import dafeng
from dafeng.accounts import Series
from dafeng.assessment import both_approaches, reconcile
from dafeng.catalog import LANGUAGES, DafengError, UnknownName, resource
from dafeng.targets import with_estimates


@pytest.fixture(scope="module")
def series(workspace: dafeng.Workspace) -> Series:
    return with_estimates(workspace.series, workspace.ledger)


@pytest.mark.parametrize("pair", [r["id"] for r in resource("assessment", "reconciliation").rows])
def test_every_pair_of_the_catalogue(series: Series, pair: str) -> None:
    if pair == "approaches":
        return
    found = reconcile(series, pair)
    assert len(found) >= 6
    for one in found:
        assert one.state in ("agrees", "differs", "incomplete")
        assert all(one.why[tag] and "{" not in one.why[tag] for tag in LANGUAGES)


def test_what_the_provinces_add_up_to(series: Series) -> None:
    """Energy and CO2 of 30 provinces within one percent of the nation in 2017 to 2021, 3.9 above it in 2012 before
    the provinces were revised; generation to the last digit shown."""
    energy = {d.year: d for d in reconcile(series, "energy")}
    assert (energy[2012].state, energy[2012].percent) == ("differs", pytest.approx(3.9, abs=0.1))
    for year in range(2018, 2022):
        assert abs(energy[year].percent) < 1
        assert energy[year].missing == ("CN-XZ",)
        assert energy[year].state == "agrees"
    co2 = {d.year: d for d in reconcile(series, "co2")}
    assert all(abs(co2[year].percent) < 1 for year in range(2018, 2022))
    assert co2[2022].state == "incomplete"
    assert all(abs(d.percent) < 0.1 for d in reconcile(series, "generation"))


def test_sectors_against_reference_of_an_energy_balance(tmp_path: Path) -> None:
    book = balance_workbook(tmp_path / "balance.xlsx")
    with dafeng.init(tmp_path / "ws") as made:
        made.import_file(book)
        (found,) = both_approaches(made.series, "CN-HE")
        fuel, reference = (made.series["CN-HE", name][2020].value for name in ("co2_fuel", "co2_reference"))
    assert (found.total, found.whole, found.year) == (fuel, reference, 2020)
    assert found.percent == pytest.approx(100 * (fuel / reference - 1))
    assert found.state == "differs"


def test_without_a_balance_the_approaches_are_refused(series: Series) -> None:
    with pytest.raises(DafengError, match="import an energy balance"):
        both_approaches(series, "CN")
    with pytest.raises(UnknownName):
        both_approaches(series, "CN-XX")
