"""The "5+9" rating and the 100-point rule: grades, what would change them, what is missing, what follows."""

from __future__ import annotations

import itertools
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dafeng
from dafeng.assessment.rating import Evidence, Rating, duties_of
from dafeng.assessment.rating_100 import rate_100
from dafeng.assessment.rating_2026 import rate_2026
from dafeng.assessment.rating_evidence import evidence_2026, paced_goals
from dafeng.catalog import LANGUAGES, DafengError, UnknownName, resource
from dafeng.targets import with_estimates

ROWS = resource("assessment", "ratings_2026").rows
CONTROL = [r["id"] for r in ROWS if r["group"] == "control"]
SUPPORT = [r["id"] for r in ROWS if r["group"] == "support"]
ALL = CONTROL + SUPPORT
ORDER = {"fail": 0, "pass": 1, "good": 2, "excellent": 3}
state = st.sampled_from([True, False, None])


def with_unmet(*unmet: str) -> dict[str, bool | None]:
    return {i: i not in unmet for i in ALL}


def test_five_and_nine() -> None:
    assert (len(CONTROL), len(SUPPORT)) == (5, 9)


@pytest.mark.parametrize(
    ("controls", "supports", "grade"),
    [
        (0, 0, "excellent"),
        (0, 1, "pass"),
        (0, 2, "pass"),
        (0, 3, "fail"),
        (0, 9, "fail"),
        (1, 0, "fail"),
        (1, 2, "fail"),
        (5, 9, "fail"),
    ],
)
def test_every_border_of_the_logic(controls: int, supports: int, grade: str) -> None:
    found = rate_2026(with_unmet(*CONTROL[:controls], *SUPPORT[:supports]))
    assert found.grade == grade
    assert len(found.unmet) == controls + supports
    assert found.settled


def test_the_grade_goes_by_counts_alone() -> None:
    """All 2^14 cases, by a second wording of the rule."""
    for bits in itertools.product([True, False], repeat=14):
        unmet_control, unmet_support = bits[:5].count(False), bits[5:].count(False)
        expected = "fail" if unmet_control >= 1 or unmet_support >= 3 else "pass" if unmet_support else "excellent"
        if sum(bits) % 5 == 0:  # a fifth of them: enough, and quick
            assert rate_2026(dict(zip(ALL, bits, strict=True))).grade == expected


def test_falsified_data_fail_whatever_else() -> None:
    found = rate_2026(with_unmet(), falsified=True)
    assert found.grade == found.at_best == "fail"
    assert found.changes == ()
    assert {d.id for d in found.duties} >= {"rectification_report", "accountability"}


@given(st.fixed_dictionaries(dict.fromkeys(ALL, state)))
def test_missing_is_never_counted_as_met(evidence: dict[str, bool | None]) -> None:
    found = rate_2026(evidence)
    as_unmet = rate_2026({i: bool(m) for i, m in evidence.items()})
    as_met = rate_2026({i: m is not False for i, m in evidence.items()})
    assert found.grade == as_unmet.grade
    assert found.at_best == as_met.grade
    assert set(found.missing) == {i for i, m in evidence.items() if m is None}
    assert set(found.met) | set(found.unmet) | set(found.missing) == set(ALL)


@given(st.fixed_dictionaries(dict.fromkeys(ALL, state)), st.sampled_from(ALL))
def test_more_met_is_never_a_worse_grade(evidence: dict[str, bool | None], better: str) -> None:
    assert ORDER[rate_2026({**evidence, better: True}).grade] >= ORDER[rate_2026(evidence).grade]


@given(st.fixed_dictionaries(dict.fromkeys(ALL, state)))
def test_what_would_change_it_changes_it(evidence: dict[str, bool | None]) -> None:
    """Turning what is named leads to the grade that is named; one less does not."""
    found = rate_2026(evidence)
    for change in found.changes:
        up = ORDER[change.grade] > ORDER[found.grade]
        turned = [*change.all_of, *change.any_of[: change.count]]
        after = {**evidence, **dict.fromkeys(turned, up)}
        assert rate_2026(after).grade == change.grade
        assert rate_2026({**after, turned[-1]: evidence[turned[-1]]}).grade != change.grade


def test_evidence_left_out_is_missing() -> None:
    found = rate_2026({i: Evidence(True, source="balance 2025") for i in CONTROL})
    assert found.missing == tuple(SUPPORT)
    assert (found.grade, found.at_best, found.settled) == ("fail", "excellent", False)


def test_reasons_in_three_languages() -> None:
    found = rate_2026({**with_unmet("oil_total", "industry"), "transport": None})
    for tag in LANGUAGES:
        text = "\n".join(reason[tag] for reason in found.reasons)
        for name in ("oil_total", "industry", "transport"):
            assert next(r for r in ROWS if r["id"] == name)[f"name_{tag}"] in text
        assert all(change.why[tag] for change in found.changes)
    assert "1 of 5 control indicators missed: Total oil consumption" in [r["en"] for r in found.reasons]


def test_unknown_indicator_is_named() -> None:
    with pytest.raises(UnknownName, match="coal_total"):
        rate_2026({"coal_totl": True})


@pytest.mark.parametrize(
    ("evidence", "duties"),
    [
        (with_unmet(), {"self_evaluation", "praise"}),
        (with_unmet("industry"), {"self_evaluation", "reminder"}),
        (with_unmet("coal_total"), {"self_evaluation", "rectification_report", "talk"}),
    ],
)
def test_duties_that_follow(evidence: dict[str, bool | None], duties: set[str]) -> None:
    found = rate_2026(evidence)
    assert {d.id for d in found.duties} == duties
    assert {d.id for d in found.duties if d.contingent} == duties & {"talk"}


def test_thirty_working_days() -> None:
    """From Thursday 23 April 2026: six weeks of five days end on Thursday 4 June; holidays move it, make-up days bring it back."""
    report = next(d for d in duties_of(["fail"]) if d.id == "rectification_report")
    assert (report.days, report.day_kind) == (30, "working")
    assert report.deadline(date(2026, 4, 23)) == date(2026, 6, 4)
    may = [date(2026, 5, day) for day in (1, 4, 5)]
    assert report.deadline(date(2026, 4, 23), holidays=may) == date(2026, 6, 9)
    assert report.deadline(date(2026, 4, 23), holidays=may, workdays=[date(2026, 5, 9)]) == date(2026, 6, 8)
    assert next(d for d in duties_of(["excellent"])).deadline(date(2026, 4, 23)) is None


def test_rules_say_where_they_were_read() -> None:
    for table in ("ratings_2026", "grades_2026", "duties_2026", "ratings_100", "grades_100"):
        for row in resource("assessment", table).rows:
            assert row["source"]
            assert row["quality"] in ("secondary", "recalled"), "the official text has not been read yet"
            assert row["clause"]


# --- from the accounts ------------------------------------------------------------------------------------------------


def test_evidence_from_the_accounts(workspace: dafeng.Workspace) -> None:
    found = evidence_2026(workspace.series, "CN", 2023, {"non_fossil_share": 17.0, "carbon_intensity": -3.5})
    assert found["non_fossil_share"].met is True
    assert found["carbon_intensity"].met is False
    assert found["carbon_intensity"].value == pytest.approx(-0.4, abs=0.3), "2023 was flat"
    assert found["coal_total"].met is None, "a figure without a goal proves nothing"
    assert "two_high" not in found
    assert rate_2026(found).grade == "fail"


def test_evidence_of_a_year_without_data_is_missing(workspace: dafeng.Workspace) -> None:
    found = evidence_2026(workspace.series, "CN-HE", 2040, {"carbon_total": 9e4})
    assert found["carbon_total"].met is None
    assert found["carbon_total"].value is None
    province = evidence_2026(workspace.series, "CN-HE", 2020, {"carbon_total": 9e4})["carbon_total"]
    assert (province.met, province.quality) == (True, "estimated")
    assert "estimate" in province.source


def test_goals_that_cannot_be_used(workspace: dafeng.Workspace) -> None:
    with pytest.raises(UnknownName):
        evidence_2026(workspace.series, "CN-XX", 2020, {})
    with pytest.raises(UnknownName, match="coal_total"):
        evidence_2026(workspace.series, "CN", 2020, {"coal": 1.0})
    with pytest.raises(DafengError, match="two_high"):
        evidence_2026(workspace.series, "CN", 2020, {"two_high": 1.0})
    with pytest.raises(DafengError, match="nan"):
        evidence_2026(workspace.series, "CN", 2020, {"coal_total": math.nan})


def test_what_is_estimated_of_a_province(workspace: dafeng.Workspace) -> None:
    """Seven of the fourteen have a figure of Hebei; six of them are marked as our estimates."""
    series = with_estimates(workspace.series, workspace.ledger)
    found = evidence_2026(series, "CN-HE", 2021, paced_goals("CN-HE", 2021))
    assert {i for i, e in found.items() if e.quality == "estimated"} == {
        "carbon_total",
        "carbon_intensity",
        "coal_total",
        "oil_total",
        "non_fossil_share",
        "clean_power_share",
    }
    energy = found["energy_intensity"]
    assert (energy.met, energy.quality) == (True, "secondary")
    assert energy.goal == pytest.approx(100 * (0.85**0.2 - 1)), "15 percent in five years"
    assert len(evidence_2026(workspace.series, "CN-HE", 2021, {})) == 5, "coal and oil need the ledger"


def test_oil_of_the_provinces_stays_below_that_of_the_nation(workspace: dafeng.Workspace) -> None:
    """Final use without what refineries take and without Tibet: three quarters and more of the national figure."""
    series = with_estimates(workspace.series, workspace.ledger)
    total = math.fsum(p[2020].value for (_, name), p in series.items() if name == "oil_estimate")
    assert 0.7 < total / series["CN", "oil_total"][2020].value < 1.0


def test_paced_goals() -> None:
    assert paced_goals("CN-SC", 2020) == pytest.approx(
        {"energy_intensity": 100 * (0.84**0.2 - 1), "carbon_intensity": 100 * (0.805**0.2 - 1)}
    )
    assert paced_goals("CN-HE", 2031) == {}
    with pytest.raises(UnknownName):
        paced_goals("CN-XX", 2020)


def test_every_gap_names_its_evidence(workspace: dafeng.Workspace) -> None:
    found = evidence_2026(workspace.series, "CN", 2023, {"coal_total": 3e5, "forest_stock": 200.0})
    rating = rate_2026(found)
    gaps = {gap.indicator: gap for gap in rating.gaps}
    assert tuple(gaps) == rating.missing
    assert "coal_total" not in gaps
    assert "no goal of the year" in gaps["oil_total"].what["en"]
    assert "200" in gaps["forest_stock"].what["en"]
    assert "no figure" in gaps["forest_stock"].what["en"]
    assert "register of two-high projects" in gaps["two_high"].what["en"]
    for gap in gaps.values():
        assert all(gap.what[tag] and "{" not in gap.what[tag] for tag in LANGUAGES)
    assert rate_2026(with_unmet()).gaps == ()


def test_every_rule_says_what_was_read_where() -> None:
    """Each row leads to a source that says how it was read and what of it."""
    sources = resource("assessment", "sources").by()
    for table in ("ratings_2026", "grades_2026", "duties_2026", "ratings_100", "grades_100"):
        for row in resource("assessment", table).rows:
            read = [sources[identifier] for identifier in row["source"] if identifier in sources]
            assert read, row["id"]
            assert all(one["read"] in ("yes", "secondary", "recalled") for one in read)
            assert any(one["note"] for one in read) or row["note"], row["id"]


# --- 100 points -------------------------------------------------------------------------------------------------------

ITEMS = {
    edition: [r for r in resource("assessment", "ratings_100").rows if r["edition"] == edition]
    for edition in ("12FYP", "13FYP")
}


def full(edition: str, **other: float | None) -> dict[str, float | None]:
    found = {r["id"]: 1.0 if r["scoring"] == "completion" else r["points"] for r in ITEMS[edition]}
    return {**found, **{f"{edition.lower()}-{name}": value for name, value in other.items()}}


@pytest.mark.parametrize("edition", ITEMS)
def test_the_items_make_a_hundred(edition: str) -> None:
    assert sum(r["points"] for r in ITEMS[edition]) == 100
    found = rate_100(full(edition), edition)
    assert (found.score, found.grade) == (100.0, "excellent")


@pytest.mark.parametrize(
    ("tasks", "capacity", "other", "grade"),
    [
        (24, 18, 0, "excellent"),
        (14, 18, 8, "excellent"),
        (13.9, 18, 8, "good"),
        (12, 18, 0, "good"),
        (11.9, 18, 0, "pass"),
        (0, 10, 0, "pass"),
        (9.9, 0, 0, "fail"),
        (0, 0, 0, "fail"),
    ],
)
def test_limits_of_the_grades(tasks: float, capacity: float, other: float, grade: str) -> None:
    assert rate_100(full("12FYP", tasks=tasks, capacity=capacity, other=other)).grade == grade


def test_the_veto() -> None:
    """99.75 points and a target missed by one percent: fail."""
    found = rate_100(full("12FYP", annual=0.99))
    assert found.score == pytest.approx(99.75)
    assert found.grade == "fail"
    assert any("Veto" in reason["en"] for reason in found.reasons)
    assert all(change.all_of == ("12fyp-annual",) for change in found.changes)


def test_the_veto_of_the_later_edition_falls_in_the_final_year() -> None:
    short = full("13FYP", cumulative=0.9)
    assert rate_100(short, "13FYP").grade == "excellent"
    assert rate_100(short, "13FYP", final_year=True).grade == "fail"
    assert rate_100(full("13FYP", annual=0.9), "13FYP", final_year=True).grade == "excellent"


def test_more_than_complete_gives_no_more_points() -> None:
    assert rate_100(full("12FYP", annual=1.4)).score == 100.0
    assert rate_100(full("12FYP", annual=-0.5)).score == 75.0, (
        "a rise of the intensity has no points, not negative ones"
    )


def test_missing_points() -> None:
    found = rate_100(full("12FYP", other=None, capacity=None))
    assert (found.score, found.score_at_best) == (74.0, 100.0)
    assert (found.grade, found.at_best) == ("pass", "excellent")
    veto = rate_100(full("12FYP", annual=None))
    assert (veto.grade, veto.at_best) == ("fail", "excellent"), "a target without evidence is not met, but may be"


rates = st.one_of(st.none(), st.floats(-1, 2))
shares = st.one_of(st.none(), st.floats(0, 1))


@given(rates, rates, shares, shares, shares, st.integers(0, 4), st.floats(0, 1))
def test_more_done_is_never_a_worse_grade(
    annual: float | None,
    total: float | None,
    tasks: float | None,
    capacity: float | None,
    other: float | None,
    which: int,
    more: float,
) -> None:
    values = [annual, total, tasks, capacity, other]
    most = [1.0, 1.0, 24.0, 18.0, 8.0]

    def rated(shares: list[float | None]) -> Rating:
        return rate_100(
            {
                r["id"]: None if v is None else v if i < 2 else v * most[i]
                for i, (r, v) in enumerate(zip(ITEMS["12FYP"], shares, strict=True))
            }
        )

    before = rated(values)
    better = [*values]
    better[which] = min(2.0 if which < 2 else 1.0, (values[which] or 0.0) + more)
    after = rated(better)
    assert ORDER[after.grade] >= ORDER[before.grade]
    assert (after.score or 0) >= (before.score or 0) - 1e-9
    assert ORDER[before.at_best] >= ORDER[before.grade]


@pytest.mark.parametrize(
    "wrong", [{"12fyp-tasks": 25.0}, {"12fyp-tasks": -1.0}, {"12fyp-annual": math.nan}, {"12fyp-annual": math.inf}]
)
def test_points_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(DafengError, match=next(iter(wrong))):
        rate_100(wrong)


def test_names_of_the_100_point_rule() -> None:
    with pytest.raises(UnknownName, match="12FYP"):
        rate_100({}, "12FY")
    with pytest.raises(UnknownName, match="12fyp-annual"):
        rate_100({"12fyp-anual": 1.0})


def test_gaps_of_the_hundred_points() -> None:
    found = rate_100({"12fyp-annual": 1.0}, "12FYP")
    assert tuple(gap.indicator for gap in found.gaps) == found.missing
    assert "completion rate" in found.gaps[0].what["en"]
    assert "reviewers" in found.gaps[1].what["en"]
