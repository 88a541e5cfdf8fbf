"""Balance of plans, and reconciliation of parts with their whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.making import figure, points

import dafeng
from dafeng.assessment.balance import Plan, balance
from dafeng.assessment.reconcile import approaches, reconcile
from dafeng.catalog import LANGUAGES, DafengError, UnknownName
from dafeng.targets import Part, Whole, recombined


def parts() -> list[Part]:
    """Equal in all but size, so that equal rates are the fair share of every principle."""
    return [
        Part(name, 100.0 * k, 100.0 * k, 130.0 * k, {"population": 10.0 * k, "cumulative": 100.0 * k})
        for k, name in ((1, "A"), (2, "B"), (1, "C"))
    ]


WHOLE = Whole("intensity", -20.0, amount_unit="tce")


def plans(a: float | None, b: float | None, c: float | None) -> list[Plan]:
    return [Plan("A", a), Plan("B", b), Plan("C", c)]


def test_plans_that_add_up() -> None:
    """(-30 - 2 * 16 - 18) / 4 = -20."""
    sheet = balance(parts(), WHOLE, plans(-30.0, -16.0, -18.0), tolerance=3.0)
    assert sheet.planned == pytest.approx(-20.0)
    assert sheet.gap == pytest.approx(0.0, abs=1e-9)
    assert [line.verdict for line in sheet.lines] == ["rush", "lag", "in_line"]
    assert [line.proposal for line in sheet.lines] == [None, None, None]
    assert sheet["A"].difference == pytest.approx(10.0), "more effort is positive"


def test_laggards_close_the_gap_first() -> None:
    """(-20 - 2 * 10 - 18) / 4 = -14.5: 5.5 points of 520 short, 28.6. Laggards could give 2 * 10 + 2 = 22 quarter points, which is
    exactly what is missing: B and C go to -20."""
    sheet = balance(parts(), WHOLE, plans(-20.0, -10.0, -18.0))
    assert sheet.planned == pytest.approx(-14.5)
    assert sheet.gap == pytest.approx(0.055 * 520)
    assert [line.proposal for line in sheet.lines] == [None, pytest.approx(-20.0), pytest.approx(-20.0)]
    half = balance(parts(), WHOLE, plans(-26.0, -10.0, -20.0))
    # -16.5 planned: 3.5 * 4 = 14 points short, B alone lags, by 20: it closes 14 of them, 7 points of its target
    assert [line.proposal for line in half.lines] == [None, pytest.approx(-17.0), None]


def test_where_laggards_are_not_enough_all_move() -> None:
    whole = Whole("intensity", -20.0)
    bounded = [Part("A", 100.0, 100.0, 100.0, floor=-100.0), Part("B", 100.0, 100.0, 100.0, floor=-12.0)]
    sheet = balance(bounded, whole, [Plan("A", -20.0), Plan("B", -10.0)], principle="equal_rate")
    proposals = [line.target if line.proposal is None else line.proposal for line in sheet.lines]
    assert proposals == pytest.approx([-28.0, -12.0]), "B stops at its floor, A takes the rest"
    assert sheet["B"].fair == -12.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(1.0, 2.0), st.floats(-40, -1)), min_size=2, max_size=8
    ),
    st.floats(-45, -5),
)
def test_proposals_recombine_to_the_whole(rows: list[tuple[float, float, float, float]], goal: float) -> None:
    made = [Part(f"p{i}", b, a, a * g, {"population": a, "cumulative": b}) for i, (b, a, g, _) in enumerate(rows)]
    whole = Whole("intensity", goal)
    try:
        sheet = balance(made, whole, [Plan(f"p{i}", t) for i, (*_, t) in enumerate(rows)], principle="equal_rate")
    except DafengError as error:
        assert error.key == "split_no_effort"
        return
    after = [line.target if line.proposal is None else line.proposal for line in sheet.lines]
    if sheet.gap > 1e-6:
        assert recombined(made, whole, after) == pytest.approx(goal, abs=1e-8)
        assert all(new <= old + 1e-9 for new, (*_, old) in zip(after, rows, strict=True)), "nobody is asked for less"
    elif sheet.gap < -1e-6:
        assert all(line.proposal is None for line in sheet.lines)
        assert sheet.planned is not None
        assert sheet.planned <= goal


def test_a_plan_without_a_target_is_missing_and_filled() -> None:
    sheet = balance(parts(), WHOLE, [Plan("A", -20.0), Plan("B", None)])
    assert sheet.planned is None
    assert sheet.at_fair_share == pytest.approx(-20.0)
    assert [line.verdict for line in sheet.lines] == ["in_line", "missing", "missing"]
    assert any("B, C" in finding["en"] for finding in sheet.findings)


def paths(**own: list[float]) -> list[Plan]:
    return [Plan(name, -20.0, dict(zip(range(2025, 2035), values, strict=False))) for name, values in own.items()]


def test_the_sum_peaks_in_its_own_year() -> None:
    """A peaks in 2026, B and C in 2030, the sum in 2028: not the mean of the years, not the latest."""
    sheet = balance(
        parts(),
        WHOLE,
        paths(
            A=[50, 60, 59, 58, 50, 40, 30, 20], B=[50, 51, 52, 53, 54, 55, 50, 45], C=[50, 50, 51, 54, 55, 56, 50, 40]
        ),
    )
    assert sheet.peak_year == 2028
    assert [line.path_peak for line in sheet.lines] == [2026, 2030, 2030]
    assert not sheet.still_rising
    assert sheet.before_2030 == {2029: True, 2030: True}
    assert sheet.sums[2028] == 165


def test_both_readings_of_before_2030() -> None:
    peak_2030 = [1.0, 2, 3, 4, 5, 6, 5, 4]
    sheet = balance(parts(), WHOLE, paths(A=peak_2030, B=peak_2030, C=peak_2030))
    assert sheet.before_2030 == {2029: False, 2030: True}
    short = balance(parts(), WHOLE, paths(A=[3, 2, 1], B=[3, 2, 1], C=[3, 2, 1]))
    assert short.before_2030 == {2029: None, 2030: None}, "figures to 2027 decide nothing"
    rising = balance(parts(), WHOLE, paths(A=[1, 2, 3], B=[1, 2, 3], C=[1, 2, 3]))
    assert rising.still_rising


def test_years_that_some_plan_lacks_are_not_added_up() -> None:
    sheet = balance(parts(), WHOLE, paths(A=[9, 8, 7], B=[1, 2], C=[1, 2, 3]))
    assert set(sheet.sums) == {2025, 2026}
    assert sheet.partial == {2027: ("B",)}
    none = balance(parts(), WHOLE, paths(A=[9, 8, 7]))
    assert none.sums == {}
    assert none.peak_year is None


def test_a_plan_that_contradicts_itself() -> None:
    plan = Plan("A", -20.0, {2025: 1.0, 2026: 2.0, 2027: 1.0}, peak_year=2028)
    sheet = balance(parts(), WHOLE, [plan, *plans(None, -20.0, -20.0)[1:]])
    assert any("states a peak in 2028; its path is highest in 2026" in note["en"] for note in sheet["A"].notes)
    late = balance(parts(), WHOLE, [Plan("A", -20.0, peak_year=2033), *plans(None, -20.0, -20.0)[1:]])
    assert any("later than 2030: A" in finding["en"] for finding in late.findings)


def test_shares_are_balanced_too() -> None:
    own = [Part("A", 10.0, 100.0, 100.0), Part("B", 30.0, 100.0, 100.0)]
    sheet = balance(own, Whole("share", 30.0), [Plan("A", 20.0), Plan("B", 34.0)], principle="equal_rate")
    assert sheet.planned == pytest.approx(27.0)
    assert sheet.gap == pytest.approx(6.0), "3 points of 200"
    assert [line.proposal for line in sheet.lines] == [None, pytest.approx(40.0)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([Plan("X", -10.0)], "X"),
        ([Plan("A", -10.0), Plan("A", -12.0)], "'A' stands twice"),
        ([Plan("A", math.nan)], "target of 'A' is nan"),
        ([Plan("A", -10.0, {2025: -1.0})], "path 2025 of 'A' is -1"),
        ([Plan("A", -10.0, {2025: math.inf})], "path 2025 of 'A' is inf"),
    ],
)
def test_bad_plans_are_named(wrong: list[Plan], said: str) -> None:
    with pytest.raises(DafengError) as caught:
        balance(parts(), WHOLE, wrong)
    assert said in caught.value.text("en")


def test_findings_are_worded_in_three_languages() -> None:
    sheet = balance(parts(), WHOLE, paths(A=[9, 8, 7], B=[1, 2], C=[1, 2, 3]))
    texts = [*sheet.findings, *(note for line in sheet.lines for note in line.notes)]
    for text in texts:
        for tag in LANGUAGES:
            assert text[tag]
            assert "nan" not in text[tag]
    with pytest.raises(UnknownName):
        sheet["D"]


# --- reconciliation ---------------------------------------------------------------------------------------------------


def series(**values: float) -> dict[tuple[str, str], dict[int, object]]:
    return {
        (entity.replace("_", "-"), "energy_total"): points(
            {2020: value}, "energy_total", "tce", entity=entity.replace("_", "-")
        )
        for entity, value in values.items()
    }


def test_parts_against_the_whole() -> None:
    (found,) = reconcile(series(CN=100.0, CN_HE=60.0, CN_SX=41.0), "energy")
    assert (found.total, found.whole, found.state) == (101.0, 100.0, "agrees")
    assert found.percent == pytest.approx(1.0)
    (found,) = reconcile(series(CN=100.0, CN_HE=60.0, CN_SX=45.0), "energy")
    assert found.state == "differs"
    assert "5" in found.why["zh"]


def test_a_missing_part_is_not_a_difference_of_accounts() -> None:
    known = {
        **series(CN=100.0, CN_HE=60.0),
        ("CN-SX", "population"): points({2020: 5.0}, "population", "person", entity="CN-SX"),
    }
    (found,) = reconcile(known, "energy")
    assert (found.state, found.missing, found.missing_share) == ("incomplete", ("CN-SX",), None)
    small = {
        **known,
        ("CN", "population"): points({2020: 1000.0}, "population", "person", entity="CN"),
        ("CN-HE", "energy_total"): points({2020: 99.0}, "energy_total", "tce"),
    }
    (found,) = reconcile(small, "energy")
    assert found.missing_share == pytest.approx(0.5)
    assert found.state == "agrees", "half a percent of the people does not spoil a tolerance of two"


def test_reconciliation_of_the_statistics(workspace: dafeng.Workspace) -> None:
    power = {d.year: d for d in reconcile(workspace.series, "generation")}
    assert abs(power[2020].percent) < 0.1
    energy = {d.year: d for d in reconcile(workspace.series, "energy")}
    assert energy[2020].state == "agrees"
    assert energy[2010].state == "differs", "the well-known gap between provinces and nation"
    assert energy[2022].state == "incomplete"
    assert "CN-NM" in energy[2022].missing
    co2 = {d.year: d for d in reconcile(workspace.series, "co2")}
    assert abs(co2[2020].percent) < 5


def test_sectors_against_the_reference_approach() -> None:
    sectoral, reference = figure(97.0, 2020, "co2_fuel", "t_CO2"), figure(100.0, 2020, "co2_reference", "t_CO2")
    assert approaches(sectoral, reference).state == "agrees"
    assert approaches(figure(90.0, 2020, "co2_fuel", "t_CO2"), reference).state == "differs"
    with pytest.raises(DafengError, match="2021"):
        approaches(figure(97.0, 2021, "co2_fuel", "t_CO2"), reference)


def test_reconciliation_of_what_does_not_belong_together() -> None:
    with pytest.raises(UnknownName, match="energy"):
        reconcile(series(CN=1.0, CN_HE=1.0), "enegy")
    with pytest.raises(DafengError, match="no year has both"):
        reconcile(series(CN=1.0), "energy")
    with pytest.raises(DafengError, match="CN does not belong"):
        reconcile(series(CN=1.0, CN_HE=1.0), "energy", parts=["CN"])
    with pytest.raises(UnknownName):
        reconcile(series(CN=1.0, CN_HE=1.0), "energy", parts=["CN-XX"])
    with pytest.raises(DafengError, match="whole above zero"):
        reconcile(series(CN=-1.0, CN_HE=1.0), "energy")
    mixed = {**series(CN=1.0), ("CN-HE", "energy_total"): points({2020: 1.0}, "energy_total", "GJ")}
    with pytest.raises(DafengError, match="GJ"):
        reconcile(mixed, "energy")
