"""Meter readings summed by epoch before they meet a coefficient: the same as every reading by itself.

The factors are drawn at random: several measures, carriers whose factors change on different days, factors on several
levels of the tree. The definition they are held against is a loop with no join, no sum and no bucket in it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.accounts import Coefficient, Measure, applied, by_epoch, epochs, resolved, summed
from dafeng.accounts.linear_map import Bucket, totals
from dafeng.catalog import MissingFactor
from dafeng.ledger import engine

FOREVER = (date(1900, 1, 1), date(2200, 1, 1))
FIRST, LAST = date(2020, 3, 10), date(2022, 8, 20)
CHAINS = {
    "meter-1": ("meter-1", "CN-HE", "CN-GRID-N", "CN"),
    "meter-2": ("meter-2", "CN-HE", "CN-GRID-N", "CN"),
    "meter-3": ("meter-3", "CN-HA", "CN-GRID-C", "CN"),
}
NODES = ("meter-1", "CN-HE", "CN-GRID-N", "CN-GRID-C")
CARRIERS = ("raw_coal", "natural_gas", "electricity")
FLOWS = ("final.industry", "loss")
DAYS = (LAST - FIRST).days + 1

Reading = tuple[str, str, str, datetime, float]  # entity, flow, carrier, start, value
Found = dict[tuple[str, str, int], float]


@st.composite
def measures(draw: st.DrawFn) -> tuple[Measure, ...]:
    """One to three measures: every flow and carrier has a factor for the nation, some nodes have their own."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        rows: list[Coefficient] = []
        own = draw(
            st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(FLOWS), st.sampled_from(CARRIERS)), max_size=5)
        )
        for node, flow, carrier in sorted({("CN", f, c) for f in FLOWS for c in CARRIERS} | own):
            cuts = sorted(draw(st.sets(st.integers(-30, DAYS + 30), max_size=3)))
            edges = [FOREVER[0], *(FIRST + timedelta(cut) for cut in cuts), FOREVER[1]]
            for start, end in pairwise(edges):
                value = Fraction(draw(st.integers(-50, 300)), 100)
                rows.append(Coefficient(flow, carrier, value, entity=node, start=start, end=end))
        found.append(Measure(f"measure-{number}", "t", "test", tuple(rows)))
    return tuple(found)


def on_a_border(chosen: tuple[Measure, ...]) -> list[datetime]:
    """The instants at which a factor changes, and the last second before."""
    days = {c.start for m in chosen for c in m.coefficients if FIRST <= c.start <= LAST}
    midnights = [datetime.combine(day, datetime.min.time()) for day in sorted(days)]
    return [*midnights, *(at - timedelta(seconds=1) for at in midnights if at.date() > FIRST)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[Measure, ...], list[Reading]]:
    chosen = draw(measures())
    quarter = st.integers(0, DAYS * 96 - 1).map(
        lambda n: datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=15 * n)
    )
    border = on_a_border(chosen)
    at = st.one_of(quarter, st.sampled_from(border)) if border else quarter
    reading = st.tuples(
        st.sampled_from(list(CHAINS)), st.sampled_from(FLOWS), st.sampled_from(CARRIERS), at,
        st.integers(-1_000, 100_000).map(float),
    )  # fmt: skip
    return chosen, draw(st.lists(reading, min_size=1, max_size=30))


def table(rows: list[Reading]) -> engine.Table:
    types = (pa.string(), pa.string(), pa.string(), pa.timestamp("us"), pa.float64())
    names = ("entity", "flow", "carrier", "start", "value")
    columns = zip(names, types, zip(*rows, strict=True), strict=True)
    return engine.arrow(pa.table({name: pa.array(column, kind) for name, kind, column in columns}))


def counted(chosen: tuple[Measure, ...], rows: list[Reading]) -> Found:
    buckets = epochs(chosen, FIRST, LAST)
    homes, coefficients = resolved(chosen, CHAINS, buckets)
    cells = applied(summed(by_epoch(table(rows), buckets)), homes, coefficients)
    found = engine.run(engine.connect(), totals(cells, buckets)).to_pylist()
    return {(row["measure"], row["entity"], row["year"]): row["amount"] for row in found}


def one_by_one(chosen: tuple[Measure, ...], rows: list[Reading]) -> Found:
    """The definition: each reading with the factor of its day, of the nearest ancestor that has one."""
    found: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for measure in chosen:
        for entity, flow, carrier, at, value in rows:
            for node in CHAINS[entity]:
                here = [c for c in measure.coefficients if (c.entity, c.flow, c.carrier) == (node, flow, carrier)]
                if here:
                    now = [c for c in here if c.start <= at.date() < c.end]
                    assert len(now) == 1
                    found[measure.id, entity, at.year] += Fraction(value) * now[0].value
                    break
    return {key: float(amount) for key, amount in found.items()}


def size_of(rows: list[Reading]) -> float:
    return 3.0 * sum(abs(row[4]) for row in rows) + 1.0


@settings(max_examples=40, deadline=None)
@given(cases())
def test_sums_by_epoch_lose_nothing(case: tuple[tuple[Measure, ...], list[Reading]]) -> None:
    chosen, rows = case
    assert counted(chosen, rows) == pytest.approx(one_by_one(chosen, rows), rel=1e-12, abs=1e-12 * size_of(rows))


@settings(max_examples=15, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_splitting_of_readings_change_nothing(
    case: tuple[tuple[Measure, ...], list[Reading]], shuffle: object
) -> None:
    chosen, rows = case
    other = [(e, f, c, at, value * part) for e, f, c, at, value in rows for part in (0.25, 0.75)]
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert counted(chosen, other) == pytest.approx(counted(chosen, rows), rel=1e-12, abs=1e-12 * size_of(rows))


def test_a_carrier_is_cut_only_where_its_own_factor_changes() -> None:
    """Fewer sums is the point of it: a border of one carrier keeps no other carrier's sums apart."""
    rows = (
        Coefficient("loss", "raw_coal", Fraction(1), start=FOREVER[0], end=date(2021, 5, 1)),
        Coefficient("loss", "raw_coal", Fraction(2), start=date(2021, 5, 1)),
        Coefficient("loss", "natural_gas", Fraction(3)),
    )
    measure = Measure("m", "t", "test", rows)
    buckets = epochs([measure], date(2021, 1, 1), date(2021, 12, 31))
    assert [(b.start, b.changed) for b in buckets] == [
        (date(2021, 1, 1), None),
        (date(2021, 5, 1), frozenset({"raw_coal"})),
    ]
    read: list[Reading] = [
        ("meter-1", "loss", carrier, datetime(2021, month, 1), 1.0)
        for carrier in ("raw_coal", "natural_gas", "electricity") for month in range(1, 13)
    ]  # fmt: skip
    sums = engine.run(engine.connect(), summed(by_epoch(table(read), buckets))).to_pylist()
    assert {(s["carrier"], s["bucket"]): s["value"] for s in sums} == {
        ("raw_coal", 0): 4.0, ("raw_coal", 1): 8.0, ("natural_gas", 0): 12.0, ("electricity", 0): 12.0,
    }  # fmt: skip


def test_buckets_reach_from_the_first_day_to_the_end_of_the_last_year_without_a_hole() -> None:
    measure = Measure("m", "t", "test", (Coefficient("loss", "raw_coal", Fraction(1), end=date(2021, 7, 1)),
                                         Coefficient("loss", "raw_coal", Fraction(1), start=date(2021, 7, 1))))  # fmt: skip
    buckets = epochs([measure], FIRST, LAST)
    assert [b.number for b in buckets] == list(range(len(buckets)))
    assert (buckets[0].start, buckets[-1].end) == (FIRST, date(2023, 1, 1))
    assert all(a.end == b.start for a, b in pairwise(buckets))
    assert [b.year for b in buckets] == [2020, 2021, 2021, 2022]


def test_a_day_without_a_factor_stops_the_sum_and_names_the_candidates() -> None:
    late = Measure("m", "t", "test", (Coefficient("loss", "raw_coal", Fraction(1), start=date(2020, 6, 1)),), "set-x")
    with pytest.raises(MissingFactor) as error:
        counted((late,), [("meter-1", "loss", "raw_coal", datetime(2021, 1, 1), 1.0)])
    assert "2020-06-01 - 2200-01-01" in error.value.text("en")
    assert "set-x" in error.value.text("en")


@pytest.mark.parametrize(
    "spans",
    [
        ((2020, 2022), (2021, 2023)),  # 2021 twice
        ((2020, 2021), (2020, 2021), (2022, 2023)),  # 2020 twice and 2021 never: the shares would add up to one
    ],
)
def test_days_with_two_factors_are_no_better_than_days_with_none(spans: tuple[tuple[int, int], ...]) -> None:
    rows = tuple(
        Coefficient("loss", "raw_coal", Fraction(n), start=date(a, 1, 1), end=date(b, 1, 1))
        for n, (a, b) in enumerate(spans)
    )
    measure = Measure("m", "t", "test", rows)
    with pytest.raises(MissingFactor):
        measure.at(("CN",), "loss", "raw_coal", date(2020, 1, 1), date(2023, 1, 1))


def test_a_bucket_counts_for_every_carrier_unless_it_says_otherwise() -> None:
    assert Bucket(0, FIRST, LAST).holds("raw_coal")
    assert Bucket(0, FIRST, LAST, frozenset({"coke"})).holds("coke")
    assert not Bucket(0, FIRST, LAST, frozenset({"coke"})).holds("raw_coal")
