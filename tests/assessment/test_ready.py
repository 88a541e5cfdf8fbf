"""Ready identities, filled with the statistics of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import dafeng
from dafeng import Workspace, accounts
from dafeng.accounts import Account
from dafeng.assessment.lmdi import decompose
from dafeng.assessment.ready import fill, ready_identities, ready_identity
from dafeng.catalog import LANGUAGES, DafengError, NotComparable, UnknownName


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with dafeng.init(tmp_path_factory.mktemp("ready") / "workspace") as found:
        found.load_statistics()
        yield found


@pytest.fixture(scope="module")
def account(workspace: Workspace) -> Account:
    return accounts.evaluate(workspace.ledger, accounts.statistical_measures(workspace.choice), "statistics")


def test_levels_and_words() -> None:
    assert {"kaya", "energy_mix"} <= {r.id for r in ready_identities("province")}
    for ready in ready_identities():
        assert len({ready.title[tag] for tag in LANGUAGES}) == 3
        assert set(ready.factors) == {str(f) for f in ready.identity.factors}


@pytest.mark.parametrize("identifier", ["kaya", "kaya_fossil", "kaya_mix", "energy_mix"])
def test_the_nation(identifier: str, workspace: Workspace, account: Account) -> None:
    """The effects make up the change of the nation's emissions, whatever the identity."""
    filled = fill(identifier, workspace.series, "CN", account=account)
    found = decompose(filled.cells)
    co2 = next(iter(accounts.readings(workspace.series, "CN", "co2_topdown")))
    first, last = filled.cells.years[0], filled.cells.years[-1]
    assert (filled.unit, last - first >= 20) == ("t_CO2", True)
    assert found.change[-1] == pytest.approx(co2[last].value - co2[first].value, rel=1e-12)
    assert found.effects[-1].sum() == pytest.approx(found.change[-1], rel=1e-11)
    effects = found.between(first, last)
    if identifier == "kaya":
        assert effects["G/P"] > found.change[-1] > 0 > effects["E/G"]
    if identifier == "energy_mix":
        assert effects["C_j/E_j"] == pytest.approx(0, abs=1e-6 * found.change[-1])  # one coefficient per fuel


def test_identities_agree_on_what_they_share(workspace: Workspace, account: Account) -> None:
    """Splitting carbon per energy further leaves the sum of its parts."""
    kaya, fossil = (decompose(fill(name, workspace.series, "CN").cells) for name in ("kaya", "kaya_fossil"))
    a, b = kaya.between(kaya.years[0], kaya.years[-1]), fossil.between(kaya.years[0], kaya.years[-1])
    assert a["CO2/E"] == pytest.approx(b["F/E"] + b["CO2/F"], rel=1e-9)


def test_editions_are_not_mixed_unasked(workspace: Workspace) -> None:
    with pytest.raises(NotComparable):
        fill("kaya", workspace.series, "CN-HE")
    filled = fill("kaya", workspace.series, "CN-HE", mixed=True)
    assert len(filled.readings) > 4


def test_years_of_ones_own(workspace: Workspace) -> None:
    assert fill("kaya", workspace.series, "CN", years=(2010, 2015, 2020)).cells.years == (2010, 2015, 2020)


def test_refusals(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="CN-HE"):
        fill("kaya", workspace.series, "CN-HEB")
    with pytest.raises(UnknownName, match="kaya"):
        ready_identity("kay")
    for call, key in (
        (lambda: fill("energy_mix", workspace.series, "CN"), "ready_account"),
        (lambda: fill("sector", workspace.series, "CN"), "ready_indexed"),
        (lambda: fill("kaya", workspace.series, "CN-TW"), "ready_no_data"),
        (lambda: fill("kaya", workspace.series, "CN", years=(1950, 1951)), "ready_no_data"),
        (lambda: fill("kaya", workspace.series, "CN", years=(2020,)), "series_one_year"),
    ):
        with pytest.raises(DafengError) as error:
            call()
        assert error.value.key == key
        assert error.value.text("zh")
