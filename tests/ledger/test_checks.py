"""What an import is judged by before a line of it enters. (Order of imports and corrections: test_import_order.py.)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.catalog import Problem, carriers, entities, flows
from dafeng.ledger import WAIVABLE, Ledger, Observation, judge
from making import ledger_of, line

PAPER, INDUSTRY, FINAL = "final.industry.paper", "final.industry", "final"


def rules(ledger: Ledger, *lines: Observation, **options: object) -> list[str]:
    """The rules that refuse these lines."""
    return [p.rule for p in judge(ledger, lines, (), **options).refused]  # type: ignore[arg-type]


def series(values: dict[int, float], flow: str = INDUSTRY, **rest: object) -> list[Observation]:
    return [line(flow, "coke", value, year, **rest) for year, value in values.items()]


@pytest.fixture
def empty(tmp_path: Path) -> Ledger:
    return ledger_of(tmp_path)


# --- lines by themselves ------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"entity": "CN-XX"}, "unknown"),
        ({"flow": "final.industri"}, "unknown"),
        ({"carrier": "coal_raw"}, "unknown"),
        ({"status": "guessed"}, "unknown"),
        ({"quality": "good"}, "unknown"),
        ({"end": date(2020, 1, 1)}, "period"),
        ({"start": date(2022, 1, 1)}, "period"),
        ({"value": float("nan")}, "not_a_number"),
        ({"value": float("inf")}, "not_a_number"),
        ({"unit": "kt"}, "not_canonical"),
        ({"value": -1.0}, "negative"),
    ],
)
def test_a_line_that_cannot_be(empty: Ledger, change: dict[str, object], rule: str) -> None:
    assert rules(empty, replace(line(INDUSTRY, "coke", 1), **change)) == [rule]  # type: ignore[arg-type]


def test_a_good_line_is_not_refused(empty: Ledger) -> None:
    """Else the test above would prove nothing."""
    verdict = judge(empty, [line(INDUSTRY, "coke", 1)], ())
    assert (len(verdict.new), verdict.known, verdict.refused, verdict.waived) == (1, 0, (), ())


def test_a_problem_says_where_what_and_what_instead(empty: Ledger) -> None:
    wrong = replace(line(INDUSTRY, "coke", 1), carrier="raw_caol", file="a.xlsx", sheet="2020", cell="C7")
    (problem,) = judge(empty, [wrong], ()).refused
    for lang in ("zh", "ja", "en"):
        text = problem.text(lang)
        assert text.startswith("a.xlsx 2020 C7: ")
        assert "raw_caol" in text
        assert "raw_coal" in text


def test_where_less_than_nothing_is_possible_it_is_not_reported(empty: Ledger) -> None:
    assert rules(empty, line("supply.stock_change", "coke", -5), line("transformation.coking", "coke", -5)) == []


def test_all_problems_are_found_at_once(empty: Ledger) -> None:
    lines = [replace(line(INDUSTRY, "coke", -1), entity="CN-XX"), replace(line(INDUSTRY, "diesel", 1), unit="kt")]
    assert sorted(rules(empty, *lines)) == ["negative", "not_canonical", "unknown"]


def test_one_bad_line_refuses_the_whole_file(empty: Ledger) -> None:
    verdict = judge(empty, [line(INDUSTRY, "coke", 1), replace(line(INDUSTRY, "diesel", 1), unit="kt")], ())
    assert verdict.new == ()


def test_what_the_importer_found_counts(empty: Ledger) -> None:
    found = Problem("balance", "a.xlsx", values={"line": "l", "carrier": "c", "found": 1, "expected": 2, "unit": "t"})
    good = [line(INDUSTRY, "coke", 1)]
    assert judge(empty, good, [found]).refused == (found,)
    accepted = judge(empty, good, [found], accept=("balance",))
    assert (accepted.refused, accepted.waived, len(accepted.new)) == ((), (found,), 1)


def test_only_some_rules_can_be_waived(empty: Ledger) -> None:
    assert set(WAIVABLE) == {"balance", "jump", "negative"}
    assert rules(empty, replace(line(INDUSTRY, "coke", 1), unit="kt"), accept=("not_canonical",)) == ["not_canonical"]
    assert rules(empty, line(INDUSTRY, "coke", -1), accept=("negative",)) == []


def test_an_empty_import_is_no_error(empty: Ledger) -> None:
    assert judge(empty, (), ()).new == ()


# --- against the file and the ledger ------------------------------------------


def test_two_values_for_one_key_in_a_file(empty: Ledger) -> None:
    (problem,) = judge(empty, [line(INDUSTRY, "coke", 1, cell="B2"), line(INDUSTRY, "coke", 2, cell="B9")], ()).refused
    assert problem.rule == "duplicate"
    assert problem.cell == "B9"
    assert "B2" in problem.text("en")


def test_another_value_for_a_known_key_is_a_conflict_and_revising_replaces(tmp_path: Path) -> None:
    old, new = line(INDUSTRY, "coke", 100), line(INDUSTRY, "coke", 90)
    ledger = ledger_of(tmp_path, old)
    assert rules(ledger, new) == ["conflict"]
    verdict = judge(ledger, [new], (), revise=True)
    assert [(o.value, o.replaces) for o in verdict.new] == [(90.0, old.id)]
    ledger.append(verdict.new, "f", "template", "book")
    assert ledger.run(ledger.observations())["value"].to_pylist() == [90.0]


def test_the_same_value_again_is_known_and_not_written_twice(tmp_path: Path) -> None:
    old = line(INDUSTRY, "coke", 100)
    verdict = judge(ledger_of(tmp_path, old), [old, line(INDUSTRY, "coke", 50, 2021)], ())
    assert (len(verdict.new), verdict.known) == (1, 1)


def test_another_dataset_or_scenario_is_another_book(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, line(INDUSTRY, "coke", 100))
    assert (
        rules(ledger, line(INDUSTRY, "coke", 90, dataset="survey"), line(INDUSTRY, "coke", 80, scenario="fast")) == []
    )


def test_loading_the_catalogue_again_does_not_undo_a_persons_correction(tmp_path: Path) -> None:
    """`dafeng run` reloads the statistics each time, revising; a figure that a user corrected must stay corrected."""
    stated = line(INDUSTRY, "coke", 100, quality="official")
    corrected = line(INDUSTRY, "coke", 90, replaces=stated.id)
    ledger = ledger_of(tmp_path, stated, corrected)
    verdict = judge(ledger, [stated], (), revise=True)
    assert (verdict.new, verdict.known) == ((), 1)
    changed = judge(ledger, [replace(stated, value=95.0)], (), revise=True)
    assert [(o.value, o.replaces) for o in changed.new] == [(95.0, corrected.id)], "a new statement is another matter"


# --- slips of unit ------------------------------------------------------------


@pytest.mark.parametrize("power", [-4, -3, -1, 1, 2, 3, 4])
@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_a_slip_of_unit_is_seen_and_can_be_waived(empty: Ledger, power: int, year: int) -> None:
    values = {2018: 95.0, 2019: 100.0, 2020: 104.0, 2021: 110.0, 2022: 108.0}
    values[year] *= 10.0**power
    found = judge(empty, series(values), ()).refused
    assert {p.rule for p in found} == {"jump"}
    slip = next(p for p in found if str(year) in p.cell)
    assert slip.values["ratio"] == f"10^{power:+d}"
    assert f"{values[year]:g}" in slip.text("zh")
    assert rules(empty, *series(values), accept=("jump",)) == []


def test_a_slip_against_the_series_in_the_ledger(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, *series({2018: 95, 2019: 100, 2021: 110}))
    assert rules(ledger, *series({2020: 1.04})) == ["jump"]
    assert rules(ledger, *series({2020: 104})) == []
    assert rules(ledger, *series({2022: 1120})) == ["jump"], "at the end of a series of three too"


@pytest.mark.parametrize(
    "values",
    [
        {2019: 100, 2020: 130, 2021: 110},  # ordinary
        {2019: 100, 2020: 550, 2021: 110},  # odd, but no power of ten
        {2018: 10, 2019: 10, 2020: 100, 2021: 1000, 2022: 1000},  # neighbours that differ prove nothing
        {2019: 100, 2020: 1000},  # two points are no series
        {2019: 0, 2020: 1000, 2021: 0},  # began and ended
        {2019: 100, 2020: 0, 2021: 100},  # a zero is no slip of unit
    ],
)
def test_what_is_no_slip_of_unit(empty: Ledger, values: dict[int, float]) -> None:
    assert rules(empty, *series(values)) == []


def test_months_are_not_compared_with_years(tmp_path: Path) -> None:
    """January of a year is about a tenth of it: no slip."""
    years = series({2018: 1000, 2019: 1000, 2020: 1000, 2021: 1000})
    months = [replace(years[2], start=date(2020, m, 1), end=date(2020, m + 1, 1), value=100.0) for m in range(1, 12)]
    assert rules(ledger_of(tmp_path, *months), *(o for o in years if o.start.year != 2020)) == []
    assert rules(ledger_of(tmp_path / "other", *years), *months) == []


def test_a_correction_is_held_against_its_neighbours_and_not_against_itself(tmp_path: Path) -> None:
    wrong = series({2018: 95, 2019: 100, 2020: 1040, 2021: 110})
    ledger = ledger_of(tmp_path, *wrong)
    assert rules(ledger, *series({2020: 104}), revise=True) == []


def test_a_slip_that_was_corrected_may_arrive_late(tmp_path: Path) -> None:
    """It counts no more, so it is reported no more."""
    (slip,) = series({2020: 1040})
    corrected = replace(slip, value=104.0, replaces=slip.id)
    ledger = ledger_of(tmp_path, *series({2018: 95, 2019: 100, 2021: 110}), corrected)
    assert rules(ledger, slip) == []


# --- totals and parts ---------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "part"),
    [
        (FINAL, INDUSTRY),
        (FINAL, PAPER),
        (INDUSTRY, PAPER),
        ("final.residential", "final.residential.urban"),
        ("transformation", "transformation.coking"),
    ],
)
def test_a_total_beside_its_part_would_be_counted_twice(tmp_path: Path, total: str, part: str) -> None:
    whole, piece = line(total, "coke", 100), line(part, "coke", 40)
    empty = ledger_of(tmp_path)
    assert rules(empty, whole, piece) == ["total_and_parts"]
    assert rules(empty, piece, whole) == ["total_and_parts"]
    assert rules(ledger_of(tmp_path / "a", whole), piece) == ["total_and_parts"]
    assert rules(ledger_of(tmp_path / "b", piece), whole) == ["total_and_parts"]


def test_the_message_names_both(tmp_path: Path) -> None:
    (problem,) = judge(
        ledger_of(tmp_path, line(INDUSTRY, "coke", 100)), [line(PAPER, "coke", 4, cell="B9")], ()
    ).refused
    assert (problem.cell, problem.values["total"], problem.values["part"]) == (
        "B9",
        f"{INDUSTRY}/coke",
        f"{PAPER}/coke",
    )
    assert all(INDUSTRY in problem.text(lang) and PAPER in problem.text(lang) for lang in ("zh", "ja", "en"))


def test_one_message_for_a_total_however_many_parts_it_has(empty: Ledger) -> None:
    lines = [line(flow, "coke", 1) for flow in flows().below(INDUSTRY)]
    assert rules(empty, *lines) == ["total_and_parts"]


@pytest.mark.parametrize(
    "change",
    [
        {"carrier": "diesel"},
        {"entity": "CN-SX"},
        {"dataset": "survey"},
        {"scenario": "fast"},
        {"value": 0.0},
        {"start": date(2021, 1, 1), "end": date(2022, 1, 1)},
    ],
)
def test_a_total_may_stand_beside_the_parts_of_something_else(empty: Ledger, change: dict[str, object]) -> None:
    assert rules(empty, line(INDUSTRY, "coke", 100), replace(line(PAPER, "coke", 40), **change)) == []  # type: ignore[arg-type]


def test_a_part_of_zero_in_the_ledger_is_not_counted_twice(tmp_path: Path) -> None:
    assert rules(ledger_of(tmp_path, line(PAPER, "coke", 0)), line(INDUSTRY, "coke", 100)) == []


@pytest.mark.parametrize("change", [{"scope": "other"}, {"vintage": "v2"}])
def test_another_scope_or_vintage_is_counted_twice_all_the_same(empty: Ledger, change: dict[str, str]) -> None:
    assert rules(empty, line(INDUSTRY, "coke", 100), replace(line(PAPER, "coke", 40), **change)) == ["total_and_parts"]


@pytest.mark.parametrize(
    ("total", "part"),
    [
        (INDUSTRY, "non_energy"),  # says how much of it was feedstock
        ("supply", "supply.production"),  # not summed by any measure
        ("final.industry.food_processing", "final.industry.food_production"),  # sisters
        ("reported_co2", "reported_co2.industry"),
    ],
)
def test_what_is_no_total_of_final_use(empty: Ledger, total: str, part: str) -> None:
    carrier = "raw_coal"
    assert rules(empty, line(total, carrier, 100), line(part, carrier, 40)) == []


def test_a_total_may_be_replaced_by_its_parts(tmp_path: Path) -> None:
    """A better file that splits the total: the total is set to zero by a correction, then its parts may enter."""
    whole = line(INDUSTRY, "coke", 100)
    ledger = ledger_of(tmp_path, whole)
    assert rules(ledger, replace(whole, value=0.0, replaces=whole.id), line(PAPER, "coke", 40)) == []


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return Ledger(tmp_path_factory.mktemp("nothing"))


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.sampled_from(flows().below(FINAL)), st.sampled_from(("coke", "diesel"))), unique=True, max_size=12
    )
)
def test_refused_if_and_only_if_some_use_is_counted_twice(nothing: Ledger, places: Sequence[tuple[str, str]]) -> None:
    twice = any(a != b and c == d and a in flows().ancestors(b) for a, c in places for b, d in places)
    found = rules(nothing, *(line(flow, carrier, 1) for flow, carrier in places))
    assert (set(found) == {"total_and_parts"}) == twice


def test_a_large_book_is_judged_in_seconds(tmp_path: Path) -> None:
    """Nine years of thirty provinces with every sector and ten fuels, against a ledger that holds half of it."""
    fuels = [c for c in carriers().below("energy") if carriers()[c]["unit"] == "t"][:10]
    sectors = flows().leaves(FINAL)
    provinces = [e for e in entities() if entities()[e]["kind"] == "province"][:30]
    lines = [
        line(flow, carrier, 1.5, year, entity)
        for entity in provinces
        for year in range(2014, 2023)
        for flow in sectors
        for carrier in fuels
    ]
    assert len(lines) > 120_000
    ledger = ledger_of(tmp_path, *lines[: len(lines) // 2])
    verdict = judge(ledger, [*lines, line(INDUSTRY, fuels[0], 1)], ())
    assert verdict.known == len(lines) // 2
    assert [p.rule for p in verdict.refused] == ["total_and_parts"]
