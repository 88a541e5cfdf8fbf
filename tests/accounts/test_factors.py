"""Factor sets: the nearest use, the order in which a person put several, and never one that nobody named."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.accounts import factor_set
from dafeng.accounts.factors import exact, sets_with
from dafeng.catalog import MissingFactor, UnknownName, resource

CEADS, SECTOR, PROVINCIAL = "ceads-implied-2022", "ndrc-sector-2013", "ndrc-provincial-2011"


def found(name: str, parameter: str, carrier: str, flow: str = "") -> str:
    """The row of the catalogue that is used, without the set and the parameter."""
    term = factor_set(name).find(parameter, carrier, flow)
    return term.place.split("#")[1] if term else ""


def test_the_factor_of_the_use_itself_comes_first() -> None:
    assert found(CEADS, "co2_per_unit", "raw_coal", "final.industry.paper").endswith("final.industry.paper")
    assert found(CEADS, "co2_per_unit", "raw_coal", "transformation.thermal_power").endswith(
        "transformation.thermal_power"
    )


def test_then_that_of_the_nearest_ancestor() -> None:
    """`final.industry` has none of its own: that of `final` is used, not that of one of its branches."""
    row = resource("factors", "fuels").row("ceads-implied-2022.raw_coal.final")
    assert row["use"] == "final"
    assert found(CEADS, "co2_per_unit", "raw_coal", "final.industry") == row["id"]


def test_then_the_one_for_every_use() -> None:
    assert found(CEADS, "co2_per_unit", "coke", "final.industry.paper") == "ceads-implied-2022.coke.co2_per_unit"


def test_a_use_outside_the_branch_does_not_inherit() -> None:
    assert found(CEADS, "co2_per_unit", "raw_coal", "supply.import") == ""


def test_of_two_sets_the_first_named_decides() -> None:
    for first, second in ((SECTOR, PROVINCIAL), (PROVINCIAL, SECTOR)):
        assert found(f"{first}+{second}", "ncv", "diesel") == f"{first}.diesel.ncv"


def test_the_second_set_fills_what_the_first_lacks() -> None:
    assert found(CEADS, "co2_per_unit", "heat") == ""
    assert found(f"{CEADS}+{SECTOR}", "co2_per_unit", "heat").startswith(SECTOR)


def test_a_set_that_was_not_named_is_never_taken() -> None:
    """Every carrier and parameter that a set lacks is missing, although another set has it."""
    mine = {(row["parameter"], row["carrier"]) for row in resource("factors", "fuels").rows if row["set"] == PROVINCIAL}
    others = {(row["parameter"], row["carrier"]) for row in resource("factors", "fuels").rows} - mine
    assert len(others) > 30
    assert [pair for pair in others if factor_set(PROVINCIAL).find(*pair)] == []


def test_a_missing_factor_lists_the_sets_that_know_the_fuel() -> None:
    with pytest.raises(MissingFactor) as caught:
        factor_set(PROVINCIAL).need("ncv", "methanol")
    assert caught.value.values["candidates"] == ", ".join(sets_with("methanol"))
    for lang in ("zh", "ja", "en"):
        assert SECTOR in caught.value.text(lang) or sets_with("methanol")[0] in caught.value.text(lang)
        assert PROVINCIAL in caught.value.text(lang)


@pytest.mark.parametrize("name", ["ndrc-2011", f"{CEADS}+ndrc-2011", "", f"{CEADS}+"])
def test_unknown_sets_are_refused_wherever_they_stand(name: str) -> None:
    with pytest.raises(UnknownName):
        factor_set(name)


def test_a_term_says_where_it_is_from() -> None:
    term = factor_set(PROVINCIAL).need("ncv", "raw_coal")
    assert (term.value, term.unit) == (Fraction(20908, 1000), "GJ/t")
    assert term.place == "factors/fuels.csv#ndrc-provincial-2011.raw_coal.ncv"
    assert term.source
    assert term.quality


@given(st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=5))
def test_a_published_number_is_taken_as_printed(value: object) -> None:
    """0.1 is one tenth, not the float nearest to it."""
    assert exact(float(str(value))) == Fraction(str(value))


@pytest.mark.parametrize("table", ["fuels", "process", "topdown"])
def test_no_factor_of_these_tables_is_dated_or_regional(table: str) -> None:
    """The code takes them as valid always and everywhere; a dated or regional row would be used out of place."""
    rows = resource("factors", table).rows
    assert [row["id"] for row in rows if row["valid_from"] or row["valid_to"] or row.get("region", "CN") != "CN"] == []


@pytest.mark.parametrize("table", ["fuels", "process"])
def test_no_set_states_one_factor_twice(table: str) -> None:
    """The second would silently win over the first."""
    seen: dict[tuple[object, ...], list[str]] = {}
    for row in resource("factors", table).rows:
        key = (row["set"], row["carrier"], row["parameter"], row.get("use"), row.get("process"), row.get("gas"))
        seen.setdefault(key, []).append(row["id"])
    assert [ids for ids in seen.values() if len(ids) > 1] == []
