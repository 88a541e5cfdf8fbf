"""Measures applied to the ledger: what counts, what is refused, and that a total is never silently too low."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.accounts import (
    Choice,
    Coefficient,
    Figure,
    Measure,
    balance_measures,
    evaluate,
    inventories,
    statistical_measures,
)
from dafeng.accounts.evaluate import missing
from dafeng.catalog import DafengError, MissingFactor, resource
from dafeng.ledger import Ledger
from making import ledger_of, line

COAL, DIESEL = ("final.industry", "raw_coal"), ("final.transport", "diesel")
TWO = Measure("two", "t_CO2", "s", (Coefficient(*COAL, Fraction(2)), Coefficient(*DIESEL, Fraction(3))), "set-a")


def figures(ledger: Ledger, *measures: Measure, **options: object) -> dict[tuple[str, str, int], Figure]:
    found = evaluate(ledger, measures or [TWO], "book", **options).figures()  # type: ignore[arg-type]
    return {(f.name, f.entity, f.year): f for f in found}


def values(ledger: Ledger, **options: object) -> dict[tuple[str, int], float]:
    return {(entity, year): f.value for (_, entity, year), f in figures(ledger, **options).items()}


# --- what counts --------------------------------------------------------------


def test_by_entity_and_year(tmp_path: Path) -> None:
    ledger = ledger_of(
        tmp_path, line(*COAL, 10), line(*DIESEL, 1), line(*COAL, 20, 2021), line(*COAL, 5, entity="CN-SX")
    )
    assert values(ledger) == {("CN-HE", 2020): 23.0, ("CN-HE", 2021): 40.0, ("CN-SX", 2020): 10.0}
    assert values(ledger, entity="CN-SX") == {("CN-SX", 2020): 10.0}
    assert values(ledger, years=(2021, 2030)) == {("CN-HE", 2021): 40.0}


@pytest.mark.parametrize("other", [{"dataset": "survey"}, {"scenario": "fast"}])
def test_another_book_or_scenario_does_not_count(tmp_path: Path, other: dict[str, str]) -> None:
    assert values(ledger_of(tmp_path, line(*COAL, 10), line(*COAL, 99, **other))) == {("CN-HE", 2020): 20.0}


def test_a_line_that_was_replaced_does_not_count(tmp_path: Path) -> None:
    old = line(*COAL, 10)
    assert values(ledger_of(tmp_path, old, replace(old, value=11.0, replaces=old.id))) == {("CN-HE", 2020): 22.0}


def test_what_the_measure_does_not_name_does_not_count(tmp_path: Path) -> None:
    assert values(ledger_of(tmp_path, line(*COAL, 10), line("loss", "raw_coal", 99))) == {("CN-HE", 2020): 20.0}


def test_nothing_gives_nothing(tmp_path: Path) -> None:
    assert values(ledger_of(tmp_path)) == {}
    assert evaluate(ledger_of(tmp_path / "other", line(*COAL, 1)), [TWO], "no such book").cells.num_rows == 0


def test_months_belong_to_their_year(tmp_path: Path) -> None:
    months = [
        replace(line(*COAL, 1), start=date(2020, m, 1), end=date(2020, m + 1, 1) if m < 12 else date(2021, 1, 1))
        for m in range(1, 13)
    ]
    assert values(ledger_of(tmp_path, *months)) == {("CN-HE", 2020): 24.0}


# --- never silently too low ---------------------------------------------------


def test_without_a_needed_input_there_is_no_figure(tmp_path: Path) -> None:
    needy = replace(TWO, needs=((COAL[0], (COAL[1],)), (DIESEL[0], ("diesel", "gasoline"))))
    ledger = ledger_of(tmp_path, line(*COAL, 10), line(*COAL, 10, 2021), line(*DIESEL, 1, 2021))
    assert {year for _, _, year in figures(ledger, needy)} == {2021}
    assert missing(needy, [COAL]) == ["final.transport/diesel|gasoline"]
    assert missing(needy, [COAL, DIESEL]) == []


def test_a_need_that_is_there_as_zero_is_there(tmp_path: Path) -> None:
    """Zero is a statement, a blank is not."""
    needy = replace(TWO, needs=((DIESEL[0], ("diesel",)),))
    assert len(figures(ledger_of(tmp_path, line(*COAL, 10), line(*DIESEL, 0)), needy)) == 1


def test_a_gap_with_activity_is_an_error_that_names_it(tmp_path: Path) -> None:
    gappy = replace(TWO, gaps=frozenset({("final.industry", "lng")}))
    with pytest.raises(MissingFactor) as caught:
        figures(ledger_of(tmp_path, line(*COAL, 10), line("final.industry", "lng", 1)), gappy)
    for lang in ("zh", "ja", "en"):
        assert all(part in caught.value.text(lang) for part in ("lng", "final.industry", "CN-HE", "2020", "set-a"))
    assert len(figures(ledger_of(tmp_path / "b", line(*COAL, 10), line("final.industry", "lng", 0)), gappy)) == 1


def test_a_gap_that_stands_crosswise_is_no_gap(tmp_path: Path) -> None:
    """lng in industry and coke in transport are gaps: lng in transport is another matter."""
    gappy = replace(TWO, gaps=frozenset({("final.industry", "lng"), ("final.transport", "coke")}))
    assert len(figures(ledger_of(tmp_path, line(*COAL, 10), line("final.transport", "lng", 1)), gappy)) == 1


def test_a_year_in_which_a_factor_is_missing_has_no_figure(tmp_path: Path) -> None:
    dated = Measure(
        "dated",
        "t_CO2",
        "s",
        (
            Coefficient(*COAL, Fraction(2)),
            Coefficient(*DIESEL, Fraction(3), start=date(2020, 1, 1), end=date(2021, 1, 1)),
        ),
    )
    ledger = ledger_of(tmp_path, *(line(*what, 10, year) for what in (COAL, DIESEL) for year in (2020, 2021)))
    assert {year: f.value for (_, _, year), f in figures(ledger, dated).items()} == {2020: 50.0}, (
        "not the coal alone in 2021"
    )


# --- two readings of one thing ------------------------------------------------


def test_of_two_readings_the_preferred_one_counts_and_only_it(tmp_path: Path) -> None:
    """Energy by the fourth and by the fifth census: added up, the nation would use twice as much."""
    m = Measure("m", "tce", "s", (Coefficient("primary_consumption", "coal", Fraction(1)),))
    rank = {
        row["vintage"]: row["rank"]
        for row in resource("measures", "preferred").rows
        if row["flow"] == "primary_consumption"
    }
    best, second = sorted(rank, key=lambda vintage: rank[vintage])[:2]
    lines = [
        line("primary_consumption", "coal", value, scope="coal-equivalent", vintage=v)
        for v, value in ((second, 7), (best, 9))
    ]
    (found,) = figures(ledger_of(tmp_path, *lines), m).values()
    assert (found.value, found.vintage) == (9.0, best)


def test_two_readings_without_a_preference_are_refused(tmp_path: Path) -> None:
    lines = [line(*COAL, 10, vintage="first"), line(*COAL, 11, vintage="second")]
    with pytest.raises(DafengError) as caught:
        values(ledger_of(tmp_path, *lines))
    assert caught.value.key == "two_values"
    assert "first" in str(caught.value)
    assert "second" in str(caught.value)


# --- what a figure says of itself ---------------------------------------------


def test_a_figure_is_as_good_as_its_weakest_line(tmp_path: Path) -> None:
    lines = [line(*COAL, 10, quality="official", vintage="v1"), line(*DIESEL, 1, quality="recalled", vintage="v2")]
    (found,) = figures(ledger_of(tmp_path, *lines)).values()
    assert (found.quality, found.vintage, found.scope, found.factor_set, found.dataset) == (
        "recalled",
        "v1 + v2",
        "s",
        "set-a",
        "book",
    )


def test_an_estimate_is_one_whatever_its_lines_are(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, line(*COAL, 10, quality="official"))
    (found,) = figures(ledger, replace(TWO, scope="fossil-incl-nonenergy-estimate")).values()
    assert found.quality == "estimated"


CHANGES = {
    "value": Fraction(5),
    "flow": "final.other",
    "carrier": "coke",
    "line": "elsewhere",
    "entity": "CN-HE",
    "start": date(2000, 1, 1),
    "end": date(2100, 1, 1),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_hash_changes_with_every_part_of_a_coefficient(name: str) -> None:
    first, second = TWO.coefficients
    changed = replace(TWO, coefficients=(replace(first, **{name: CHANGES[name]}), second))
    assert changed.hash != TWO.hash


def test_the_hash_changes_when_a_coefficient_comes_or_goes() -> None:
    assert replace(TWO, coefficients=TWO.coefficients[:1]).hash != TWO.hash


@pytest.mark.parametrize(
    "other", [{"method": "m"}, {"factor_set": "renamed"}, {"id": "x"}, {"coefficients": TWO.coefficients[::-1]}]
)
def test_the_hash_does_not_change_with_anything_else(other: dict[str, object]) -> None:
    assert replace(TWO, **other).hash == TWO.hash  # type: ignore[arg-type]


# --- inventory ----------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from((COAL, DIESEL)), st.sampled_from((2020, 2021)), st.floats(0, 1e12)), max_size=6)
)
def test_an_inventory_is_the_sum_of_its_lines_and_each_leads_to_its_observation(
    tmp_path_factory: pytest.TempPathFactory,
    uses: list[tuple[tuple[str, str], int, float]],
) -> None:
    lines = {(what, year): line(*what, value, year) for what, year, value in uses}
    ledger = ledger_of(tmp_path_factory.mktemp("l"), *lines.values())
    ids = {o.id: o for o in lines.values()}
    found = inventories(evaluate(ledger, [TWO], "book"))
    assert {i.figure.year for i in found} == {year for _, year in lines}
    for inventory in found:
        assert inventory.total == math.fsum(entry.amount for entry in inventory.lines)
        assert sum(inventory.by_line().values()) == pytest.approx(inventory.total, rel=1e-12)
        for entry in inventory.lines:
            o = ids[entry.observation]
            assert (o.flow, o.carrier, o.value) == (entry.flow, entry.carrier, entry.activity)
            assert entry.amount == entry.activity * entry.coefficient
    ledger.close()


def test_the_default_measures_have_titles_and_scopes() -> None:
    """A measure without its row in measures/figures.csv would be shown by its id."""
    known = {row["id"] for row in resource("measures", "figures").rows}
    measures = [*statistical_measures(Choice()), *balance_measures(Choice())]
    assert {m.id for m in measures} <= known
    assert all(m.scope and m.unit for m in measures)
    for several in (statistical_measures(Choice()), balance_measures(Choice())):
        assert len({m.id for m in several}) == len(several)
