"""Splitting a target: the parts recombine to the whole, within floors and caps, and each knows why."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dafeng.catalog import LANGUAGES, DafengError, UnknownName
from dafeng.targets import PRINCIPLES, Part, Split, Whole, framed, mix, recombined, settle, split

amount = st.floats(1.0, 1e5)


@st.composite
def some_parts(draw: st.DrawFn, least: int = 2) -> list[Part]:
    found = []
    for i in range(draw(st.integers(least, 8))):
        activity = draw(amount)
        facts = {
            "population": draw(amount),
            "cumulative": draw(amount),
            "gdp": draw(amount),
            "potential": draw(amount),
            "previous": draw(amount),
        }
        found.append(Part(f"p{i}", draw(amount), activity, activity * draw(st.floats(0.8, 2.5)), facts))
    return found


def wholes(parts: list[Part], ease: float) -> list[Whole]:
    """Targets of every kind that ask for some effort: `ease` of the way to nothing, or upwards."""
    reference = math.fsum(p.base * p.activity_due / p.activity_base for p in parts)
    due = math.fsum(p.activity_due for p in parts)
    now = 100 * math.fsum(p.base / p.activity_base * p.activity_due for p in parts) / due
    return [
        Whole("intensity", recombined(parts, Whole("intensity", 0.0), [-100 * ease] * len(parts))),
        Whole("total", reference * (1 - ease), "tce"),
        Whole("share", now + (100 - now) * ease),
        Whole("addition", math.fsum(p.base for p in parts) * (1 + ease), "GW"),
    ]


@settings(max_examples=60, deadline=None)
@given(some_parts(), st.floats(0.01, 0.5), st.sampled_from(sorted(PRINCIPLES)), st.floats(0, 1))
def test_parts_recombine_to_the_whole(parts: list[Part], ease: float, principle: str, strength: float) -> None:
    for whole in wholes(parts, ease):
        if whole.kind == "share" and (whole.value > 99.9 or any(p.base > p.activity_base for p in parts)):
            continue
        if principle == "zero_sum_dea" and whole.kind not in ("intensity", "total"):
            continue
        try:
            made = split(parts, whole, principle, strength)
        except DafengError as error:
            assert error.key == "split_infeasible"  # a principle in full may ask more than all of a part
            continue
        scale = max(abs(whole.value), 100.0 if whole.unit == "%" else 0.0)
        assert abs(made.recombined - whole.value) <= 1e-12 * scale
        frame = framed(parts, whole)
        values = np.array([t.value for t in made.targets])
        assert abs(math.fsum(frame.scale * values) - frame.total) <= 1e-12 * max(
            abs(frame.total), math.fsum(frame.scale)
        )


@settings(max_examples=100, deadline=None)
@given(some_parts(), st.floats(0.05, 0.3), st.sampled_from(["equal_rate", "capability", "entropy_mix"]), st.data())
def test_floors_and_caps_are_kept(parts: list[Part], ease: float, principle: str, data: st.DataObject) -> None:
    """Bounds are drawn around a solution, so that there is one."""
    whole = wholes(parts, ease)[0]
    middle = 100 * (framed(parts, whole).total / math.fsum(framed(parts, whole).size))
    bounded = [
        replace(p, floor=max(-100.0, middle - data.draw(st.floats(0, 20))), cap=middle + data.draw(st.floats(0, 20)))
        for p in parts
    ]
    made = split(bounded, whole, principle)
    assert abs(made.recombined - whole.value) <= 1e-10
    for part, target in zip(bounded, made.targets, strict=True):
        assert part.floor is not None
        assert part.cap is not None
        assert part.floor <= target.value <= part.cap
        assert (target.bound == "floor") == (target.value == part.floor)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(0.1, 10), st.floats(0.1, 1e6), st.floats(0, 30), st.floats(0, 30)),
        min_size=1,
        max_size=12,
    ),
    st.floats(0, 1),
    st.booleans(),
)
def test_settling_is_exact_and_orderly(
    rows: list[tuple[float, float, float, float, float]],
    where: float,
    falling: bool,
) -> None:
    """The solution is on the line raw + m * slope or on a bound, for the one m that is given back."""
    raw, slope, scale, below, above = (np.array(column) for column in zip(*rows, strict=True))
    slope = -slope if falling else slope
    low, high = raw - below, raw + above
    total = float((scale * (low + where * (high - low))).sum())
    found = settle(raw, slope, scale, total, low=low, high=high)
    assert found is not None
    values, shift = found
    assert abs(math.fsum(scale * values) - total) <= 1e-12 * max(abs(total), math.fsum(np.abs(scale * values)), 1e-300)
    assert np.allclose(values, np.clip(raw + shift * slope, low, high), rtol=0, atol=1e-6)
    assert (values >= low).all()
    assert (values <= high).all()


def test_settling_says_when_it_cannot() -> None:
    one = np.ones(2)
    assert settle(0 * one, one, one, 3.0, low=-one, high=one) is None
    assert settle(0 * one, one, one, -3.0, low=-one, high=one) is None
    assert settle(0 * one, 0 * one, one, 1.0, low=-one, high=one) is None, "nothing moves"
    found = settle(0 * one, one, one, 2.0, low=-one, high=one)
    assert found is not None
    assert found[0].tolist() == [1.0, 1.0], "the very end of the range is within it"


def three() -> list[Part]:
    """Two rich parts and a poor one; by hand: GDP per head 4, 2, 1."""
    return [
        Part("A", 100.0, 400.0, 600.0, {"population": 100.0, "cumulative": 900.0, "previous": 18.0}),
        Part("B", 200.0, 400.0, 600.0, {"population": 200.0, "cumulative": 900.0, "previous": 16.0}),
        Part("C", 100.0, 100.0, 150.0, {"population": 100.0, "cumulative": 300.0, "previous": 10.0}),
    ]


def values(made: Split) -> dict[str, float]:
    return {target.part: target.value for target in made.targets}


def test_equal_rate_of_an_intensity_is_the_national_rate_when_all_grow_alike() -> None:
    assert values(split(three(), Whole("intensity", -20.0))) == pytest.approx({"A": -20, "B": -20, "C": -20}, abs=1e-12)


def test_capability_solved_by_hand() -> None:
    """Mean GDP per head by size: (150*4 + 300*2 + 150*1) / 600 = 2.25; cuts 20 * 4/2.25, 20 * 2/2.25, 20 / 2.25."""
    found = split(three(), Whole("intensity", -20.0), "capability")
    assert values(found) == pytest.approx({"A": -80 / 2.25, "B": -40 / 2.25, "C": -20 / 2.25}, abs=1e-12)
    half = split(three(), Whole("intensity", -20.0), "capability", strength=0.5)
    assert half["A"].value == pytest.approx(-20 * (0.5 + 0.5 * 4 / 2.25), abs=1e-12)


def test_shift_solved_by_hand() -> None:
    """A is held at -25 in place of -35.56: 150 * 10.56 = 1583.3 fall on B and C, 450 in size: 3.5185 points each."""
    parts = [replace(p, floor=-25.0) for p in three()]
    found = split(parts, Whole("intensity", -20.0), "capability")
    shift = 150 * (80 / 2.25 - 25) / 450
    assert values(found) == pytest.approx({"A": -25, "B": -40 / 2.25 - shift, "C": -20 / 2.25 - shift}, abs=1e-12)
    assert found["A"].bound == "floor"
    assert found.shift == pytest.approx(shift / 100, abs=1e-14)
    assert found.recombined == pytest.approx(-20.0, abs=1e-12)


def test_the_last_split_as_precedent_solved_by_hand() -> None:
    """18, 16 and 10 last time: mean (18 + 2 * 16 + 10) / 4 = 15; a fifth in all: 24, 21.33, 13.33."""
    found = split(three(), Whole("intensity", -20.0), "precedent")
    assert values(found) == pytest.approx({"A": -24, "B": -64 / 3, "C": -40 / 3}, abs=1e-12)


def test_growth_weighs() -> None:
    """Where the intensive part grows faster, each must do more than the nation for the nation to do its part.

    A: 100 per 100, doubling; B: 100 per 300, standing. Without effort 300 per 500 against 200 per 400: up by 20 percent. For -10
    percent the amount must be 0.45 * 500 = 225, a cut of a quarter in both.
    """
    parts = [Part("A", 100.0, 100.0, 200.0), Part("B", 100.0, 300.0, 300.0)]
    assert values(split(parts, Whole("intensity", -10.0))) == pytest.approx({"A": -25, "B": -25}, abs=1e-12)


def test_total_share_and_addition_solved_by_hand() -> None:
    total = split(three(), Whole("total", 480.0, "tce"))
    assert values(total) == pytest.approx({"A": 120, "B": 240, "C": 120}), "reference 150, 300, 150, less a fifth"
    share = split([Part("A", 10.0, 100.0, 200.0), Part("B", 30.0, 100.0, 100.0)], Whole("share", 20.0))
    assert values(share) == pytest.approx({"A": 10 + 10 / 3, "B": 30 + 10 / 3}), (
        "(10 * 200 + 30 * 100) / 300 = 16.67, 3.33 to go"
    )
    added = split([Part("A", 0.0, 100.0, 100.0), Part("B", 50.0, 300.0, 300.0)], Whole("addition", 90.0, "GW"))
    assert values(added) == pytest.approx({"A": 10, "B": 80}), "40 more, one to three by activity"


def test_what_no_part_covers_keeps_its_share() -> None:
    made = split(three(), Whole("total", 500.0, "tce", base=500.0))
    assert sum(values(made).values()) == pytest.approx(400.0), "the parts are four fifths of the whole"
    assert made.recombined == pytest.approx(500.0)


@pytest.mark.parametrize(("whole", "more"), [(Whole("intensity", -20.0), 1), (Whole("share", 40.0), -1)])
def test_past_performance_lightens_in_the_right_direction(whole: Whole, more: int) -> None:
    """Whoever did more than asked is asked for less, and what that leaves open falls on all in common."""
    parts = [replace(p, base=p.base / 2) for p in three()]
    plain = values(split(parts, whole))
    made = split([replace(parts[0], surplus=3.0), *parts[1:]], whole, credit=0.5)
    found = values(made)
    assert (found["A"] - plain["A"]) * more > 0
    assert (found["B"] - plain["B"]) * more < 0
    assert made.recombined == pytest.approx(whole.value, abs=1e-12)
    assert values(split([replace(parts[0], surplus=3.0), *parts[1:]], whole)) == plain, (
        "without credit the past does not count"
    )


def test_down_to_cities_and_back_up() -> None:
    """Nation to provinces to cities: the cities' targets recombine to the nation's."""
    whole, provinces = Whole("intensity", -18.0), three()
    above = split(provinces, whole, "capability", 0.6)
    cities: list[Part] = []
    targets: list[float] = []
    for province in provinces:
        own = [
            Part(
                f"{province.id}{i}",
                province.base * b,
                province.activity_base * a,
                province.activity_due * a,
                {"population": 10.0 * (i + 1)},
            )
            for i, (b, a) in enumerate(((0.5, 0.3), (0.3, 0.3), (0.2, 0.4)))
        ]
        made = split(own, above.whole_for(province.id), "capability", 0.5)
        assert made.recombined == pytest.approx(above[province.id].value, abs=1e-12)
        cities += own
        targets += [t.value for t in made.targets]
    weights = [c.base * c.activity_due / c.activity_base for c in cities]
    amount_due = math.fsum(w * (1 + t / 100) for w, t in zip(weights, targets, strict=True))
    assert amount_due == pytest.approx(math.fsum(t.amount for t in above.targets), rel=1e-12)
    # within a province all cities grow alike, so the account of the nation can also be drawn from the cities
    assert recombined(cities, whole, targets) == pytest.approx(-18.0, abs=1e-10)


@pytest.mark.parametrize("kind", ["total", "share", "addition"])
def test_the_target_of_a_part_is_a_whole(kind: str) -> None:
    value = {"total": 480.0, "share": 45.0, "addition": 900.0}[kind]
    above = split(three(), Whole(kind, value, "tce"))
    below = above.whole_for("B")
    assert (below.kind, below.value, below.name) == (kind, above["B"].value, "B")
    with pytest.raises(UnknownName, match="Bb"):
        above.whole_for("Bb")


def test_every_part_knows_why() -> None:
    parts = [replace(p, floor=-25.0, surplus=1.0) for p in three()]
    for principle in PRINCIPLES:
        made = split(parts, Whole("intensity", -20.0), principle, strength=0.7, credit=0.2)
        for target in made.targets:
            assert len(target.why) >= 3
            for text in target.why:
                assert set(text) == set(LANGUAGES)
                assert all(text.values())
                assert "nan" not in text["en"]
        assert "Σ" in made.formula["en"]
    why = [text["en"] for text in split(parts, Whole("intensity", -20.0), "capability")["A"].why]
    assert why[0] == "Capability: GDP per head 4 against a mean of 2.25, 1.78 times"
    assert why[-1] == "Held at the floor, -25%"


def test_mix_with_given_weights() -> None:
    """One weight on one principle is that principle."""
    whole = Whole("intensity", -20.0)
    assert values(split(three(), whole, mix({"capability": 2.0, "potential": 0.0}))) == pytest.approx(
        values(split(three(), whole, "capability"))
    )
    with pytest.raises(DafengError, match="-1"):
        split(three(), whole, mix({"capability": -1.0}))


@settings(max_examples=40, deadline=None)
@given(some_parts(), st.floats(0.05, 0.3), st.floats(1e-3, 1e3), st.sampled_from(sorted(PRINCIPLES)))
def test_units_do_not_matter(parts: list[Part], ease: float, factor: float, principle: str) -> None:
    """Energy in another unit, GDP in another currency: the same percentages."""
    whole = wholes(parts, ease)[0]
    other = [
        replace(
            p,
            base=p.base * factor,
            activity_base=p.activity_base / factor,
            activity_due=p.activity_due / factor,
            attributes={
                **p.attributes,
                "cumulative": p.attributes["cumulative"] * factor,
                "gdp": p.attributes["gdp"] / factor,
            },
        )
        for p in parts
    ]
    try:
        first, second = split(parts, whole, principle, 0.3), split(other, whole, principle, 0.3)
    except DafengError as error:
        assert error.key == "split_infeasible"
        assume(False)
    assert list(values(first).values()) == pytest.approx(list(values(second).values()), abs=1e-6)


def test_the_order_of_the_parts_does_not_matter() -> None:
    whole = Whole("intensity", -20.0)
    for principle in PRINCIPLES:
        assert values(split(three(), whole, principle)) == pytest.approx(
            values(split(three()[::-1], whole, principle)), abs=1e-9
        )


BAD = [
    ([], Whole("intensity", -10.0), "no parts"),
    ([three()[0], three()[0]], Whole("intensity", -10.0), "'A' stands twice"),
    ([replace(three()[0], base=-5.0)], Whole("intensity", -10.0), "base of 'A' is -5"),
    ([replace(three()[0], base=0.0)], Whole("intensity", -10.0), "base of 'A' is 0"),
    ([replace(three()[0], base=math.nan)], Whole("total", 10.0), "base of 'A' is nan"),
    ([replace(three()[0], activity_base=0.0)], Whole("intensity", -10.0), "activity_base of 'A' is 0"),
    ([replace(three()[0], activity_due=math.inf)], Whole("share", 10.0), "activity_due of 'A' is inf"),
    ([replace(three()[0], attributes={"population": -1.0})], Whole("intensity", -10.0), "population of 'A' is -1"),
    ([replace(three()[0], floor=-5.0, cap=-8.0)], Whole("intensity", -10.0), "floor -5.0 of 'A' is above its cap -8.0"),
    ([replace(three()[0], floor=math.nan)], Whole("intensity", -10.0), "floor/cap of 'A' is nan"),
    (three(), Whole("intensity", -120.0), "value of 'CN' is -120"),
    (three(), Whole("total", -5.0), "value of 'CN' is -5"),
    (three(), Whole("total", 10.0, base=0.0), "base of 'CN' is 0"),
    (three(), Whole("intensity", math.nan), "value of 'CN' is nan"),
    (three(), Whole("intensity", 5.0), "Nothing to split for CN"),
    (three(), Whole("total", 700.0, "tce"), "already come to 600 tce"),
    ([replace(p, floor=-12.0) for p in three()], Whole("intensity", -20.0), "all at their floor give -12"),
    ([replace(p, cap=-30.0) for p in three()], Whole("intensity", -20.0), "all at their cap -30"),
]


@pytest.mark.parametrize(("parts", "whole", "said"), BAD, ids=[said for _, _, said in BAD])
def test_bad_input_is_named(parts: list[Part], whole: Whole, said: str) -> None:
    with pytest.raises(DafengError) as caught:
        split(parts, whole)
    assert said in caught.value.text("en")
    assert all(caught.value.text(tag) for tag in LANGUAGES)


def test_facts_that_a_principle_needs() -> None:
    bare = [replace(p, attributes={}) for p in three()]
    with pytest.raises(DafengError, match="'A' lacks population, which the principle capability needs"):
        split(bare, Whole("intensity", -10.0), "capability")
    with pytest.raises(DafengError, match="'A' lacks cumulative"):
        split(bare, Whole("intensity", -10.0), "responsibility")
    with pytest.raises(DafengError, match="'A' lacks gdp"):
        split(three(), Whole("share", 60.0), "capability")
    with pytest.raises(DafengError, match="'A' lacks potential"):
        split(three(), Whole("addition", 900.0), "potential")
    with pytest.raises(DafengError, match="does not apply to a target of kind share"):
        split(three(), Whole("share", 60.0), "zero_sum_dea")
    with pytest.raises(DafengError, match="mean of 0"):
        split(
            [replace(p, attributes={"population": 1.0, "gdp": 0.0}) for p in three()],
            Whole("intensity", -10.0),
            "capability",
        )


def test_names_and_fractions() -> None:
    with pytest.raises(UnknownName, match="capability"):
        split(three(), Whole("intensity", -10.0), "capabilty")
    with pytest.raises(UnknownName, match="intensity"):
        split(three(), Whole("intensty", -10.0))
    for wrong in ({"strength": 1.5}, {"credit": -0.1}, {"strength": math.nan}):
        with pytest.raises(DafengError, match="between 0 and 1"):
            split(three(), Whole("intensity", -10.0), **wrong)
    with pytest.raises(DafengError, match="2 targets for 3 parts"):
        recombined(three(), Whole("intensity", -10.0), [-1.0, -2.0])
    with pytest.raises(DafengError, match="target of 'B' is nan"):
        recombined(three(), Whole("intensity", -10.0), [-1.0, math.nan, -2.0])
