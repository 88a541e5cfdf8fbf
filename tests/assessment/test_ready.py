"""Ready identities, filled with the statistics of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import dafeng
from dafeng import Workspace, accounts
from dafeng.accounts import Account, Series, series_of
from dafeng.assessment.lmdi import decompose
from dafeng.assessment.ready import fill, ready_identities, ready_identity, years_of_one_edition
from dafeng.catalog import LANGUAGES, DafengError, NotComparable, UnknownName, entities, resource
from dafeng.ledger import Ledger, embedded_statistics
from making import figure, line


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


@pytest.mark.parametrize("identifier", ["kaya", "kaya_fossil", "kaya_mix", "kaya_fuels", "energy_mix"])
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
        fill("kaya", workspace.series, "CN-HE", years=range(2016, 2020))
    mixed = fill("kaya", workspace.series, "CN-HE", mixed=True)
    assert len(mixed.readings) > 4
    assert mixed.cells.years[-1] - mixed.cells.years[0] > 15
    assert mixed.seams == (2005, 2008, 2009, 2013, 2018)  # the censuses, and one year from another product


def test_the_years_are_the_longest_run_of_one_edition(workspace: Workspace) -> None:
    """The balances of Hebei step after the censuses; 2013-2017 and 2018-2022 are as long, and the later counts."""
    filled = fill("kaya", workspace.series, "CN-HE")
    assert filled.cells.years == (2018, 2019, 2020, 2021, 2022)
    assert len(filled.readings) == 4  # one for each variable
    assert filled.seams == ()
    why = {left.year: left.why["en"] for left in filled.left_out}
    assert "CO2 of 2017 is of another edition" in why[2017]
    assert "post-3rd-census" in why[2017]
    assert "post-4th-census" in why[2017]
    assert why[2024] == "2024 has no E, CO2"
    assert set(why).isdisjoint(filled.cells.years)
    span = years_of_one_edition("kaya", workspace.series, "CN-HE")
    assert (span.years, span.left_out) == (filled.cells.years, filled.left_out)


def test_a_run_beyond_a_gap_is_left_out_and_said_so() -> None:
    series = made({2015: 1.0, 2016: 2.0, 2018: 3.0, 2019: 4.0, 2020: 5.0})
    span = years_of_one_edition("power", series, "CN-HE")
    assert span.years == (2018, 2019, 2020)
    assert {left.year: left.why["en"] for left in span.left_out}[2016] == (
        "2016 is not joined to the years taken, 2018 to 2020"
    )


def made(values: dict[int, float]) -> Series:
    """The power sector of Hebei, with one value for all four figures."""
    names = {
        "power_generation.all": "MWh",
        "power_generation.thermal": "MWh",
        "energy_thermal": "tce",
        "co2_thermal": "t_CO2",
    }
    return series_of(figure(v, year, name, unit) for name, unit in names.items() for year, v in values.items())


PROVINCES = [
    name
    for name, row in entities().rows.items()
    if row["kind"] == "province" and name[3:] not in ("XZ", "TW", "HK", "MO")
]


@pytest.mark.parametrize("identifier", ["kaya", "kaya_fuels", "energy_mix", "power"])
def test_every_province(identifier: str, workspace: Workspace, account: Account) -> None:
    """All 30 provinces with an energy balance; the effects make up the change of the figure itself."""
    assert len(PROVINCES) == 30
    for entity in PROVINCES:
        filled = fill(identifier, workspace.series, entity, account=account)
        first, last = filled.cells.years[0], filled.cells.years[-1]
        assert last - first >= 4, entity
        whole = "co2_thermal" if identifier == "power" else "co2_estimate"
        (co2,) = accounts.readings(workspace.series, entity, whole)
        found = decompose(filled.cells)
        assert found.effects[-1].sum() == pytest.approx(co2[last].value - co2[first].value, rel=1e-9), entity


def test_the_identities_of_a_province_agree(workspace: Workspace, account: Account) -> None:
    for entity in ("CN-HE", "CN-GD", "CN-NX"):
        kaya, fuels = (
            decompose(fill(i, workspace.series, entity, account=account).cells) for i in ("kaya", "kaya_fuels")
        )
        a, b = (d.between(d.years[0], d.years[-1]) for d in (kaya, fuels))
        apart = 0.005 * sum(map(abs, a.values()))  # the weights of cells are not those of their total
        assert a["CO2/E"] == pytest.approx(b["F/E"] + b["F_j/F"] + b["C_j/F_j"], abs=apart), entity


def test_power_of_the_industries(workspace: Workspace, account: Account) -> None:
    """Embedded value added and electricity of the three industries; classes of industries as they are since 2018."""
    filled = fill("industry_power", workspace.series, "CN", account=account)
    assert filled.cells.labels == ("primary", "secondary", "tertiary")
    assert filled.cells.years == tuple(range(2018, 2025))
    use = [workspace.series["CN", f"power_consumption.{name}"] for name in filled.cells.labels]
    found = decompose(filled.cells)
    change = sum(years[2024].value - years[2018].value for years in use)
    assert found.effects[-1].sum() == pytest.approx(change, rel=1e-11)
    assert found.between(2018, 2024)["Q_i/Q"] < 0  # towards services, which use less power per value added


LINES = {
    "final.agriculture": 1.0,
    "final.industry.ferrous_metals": 20.0,
    "final.construction": 2.0,
    "final.transport": 3.0,
}


@pytest.fixture
def balance(tmp_path: Path) -> tuple[Series, list[Account]]:
    """The statistics and a small balance of Hebei by sector, 2019-2021, in one ledger."""
    ledger = Ledger(tmp_path / "ledger", write=True)
    ledger.append(embedded_statistics(), "statistics", "catalogue", "statistics")
    ledger.append(
        [
            line(flow, carrier, 1e6 * amount * (1 + 0.1 * (year - 2019)), year)
            for year in (2019, 2020, 2021)
            for flow, amount in LINES.items()
            for carrier in ("raw_coal", "diesel", "electricity")
        ],
        "book.csv",
        "template",
        "book",
    )
    choice = accounts.Choice()
    stated = accounts.evaluate(ledger, accounts.statistical_measures(choice), "statistics", entity="CN-HE")
    own = accounts.evaluate(ledger, accounts.balance_measures(choice), "book")
    figures = [*stated.figures(), *accounts.stated_figures(ledger, "statistics")]
    series = accounts.series_of(f for f in figures if f.entity == "CN-HE")
    for (entity, name), years in accounts.series_of(own.figures()).items():
        series[entity, name if (entity, name) not in series else accounts.key_of(name, "book")] = years
    return accounts.with_indicators(series), [stated, own]


@pytest.mark.parametrize(
    ("identifier", "measure"), [("sector", "co2_fuel"), ("sector_energy", "energy_final_equivalent")]
)
def test_industries_of_a_province_from_a_balance(
    identifier: str, measure: str, balance: tuple[Series, list[Account]]
) -> None:
    series, books = balance
    filled = fill(identifier, series, "CN-HE", account=books)
    assert filled.cells.years == (2019, 2020, 2021)
    found = decompose(filled.cells)
    cells = [books[1].by_total[measure, "CN-HE", year] for year in (2019, 2021)]
    first, last = (sum(cell["amount"] for cell in some) for some in cells)
    assert found.effects[-1].sum() == pytest.approx(last - first, rel=1e-11)
    by_industry = filled.cells.values[-1].reshape(3, -1).sum(axis=1)
    assert by_industry / by_industry.sum() == pytest.approx(
        [1 / 26, 22 / 26, 3 / 26], rel=0.05
    )  # factors differ a little


def test_an_account_of_another_dataset_does_not_stand_for_zero(balance: tuple[Series, list[Account]]) -> None:
    series, books = balance
    with pytest.raises(DafengError, match="book") as error:
        fill("sector", series, "CN-HE", account=books[0])
    assert error.value.key == "ready_account"


def test_variables_and_factors_stand_in_their_identity() -> None:
    """Every term of the catalogue is a variable or factor of its identity; parts of two indices are complete."""
    for row in resource("assessment", "identity_terms").rows:
        identity = ready_identity(row["identity"]).identity
        terms = identity.variables if row["kind"] == "variable" else identity.factors
        names = {str(t) for t in terms}
        assert row["term"] in names or row["term"].partition("_")[0] in names, row
        if "|" in ";".join(row["parts"]):
            members = [part.partition("=")[0].split("|") for part in row["parts"]]
            sides = [list(dict.fromkeys(side)) for side in zip(*members, strict=True)]
            assert members == [list(pair) for pair in product(*sides)]


def test_years_of_ones_own(workspace: Workspace) -> None:
    assert fill("kaya", workspace.series, "CN", years=(2010, 2015, 2020)).cells.years == (2010, 2015, 2020)


def test_refusals(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="CN-HE"):
        fill("kaya", workspace.series, "CN-HEB")
    with pytest.raises(UnknownName, match="kaya"):
        ready_identity("kay")
    for call, key in (
        (lambda: fill("energy_mix", workspace.series, "CN"), "ready_account"),
        (lambda: fill("products", workspace.series, "CN"), "ready_indexed"),
        (lambda: fill("sector", workspace.series, "CN"), "ready_no_data"),
        (lambda: fill("kaya", workspace.series, "CN-XZ"), "ready_no_data"),
        (lambda: fill("kaya", workspace.series, "CN-TW"), "ready_no_data"),
        (lambda: fill("kaya", workspace.series, "CN", years=(1950, 1951)), "ready_no_data"),
        (lambda: fill("kaya", workspace.series, "CN", years=(2020,)), "series_one_year"),
    ):
        with pytest.raises(DafengError) as error:
            call()
        assert error.value.key == key
        assert error.value.text("zh")
