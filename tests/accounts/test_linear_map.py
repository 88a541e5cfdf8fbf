"""The linear map: what it must keep whatever the numbers are.

Factors of different carriers change on different days in mid-year, and stand on different levels of the entity tree: the
place where a wide join silently loses what the other carrier's border cuts off.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.accounts import Bucket, Coefficient, Measure, applied, by_epoch, by_period, epochs, resolved, summed
from dafeng.catalog import MissingFactor
from dafeng.ledger import engine

COAL_BORDER, GAS_BORDER = date(2021, 5, 1), date(2021, 9, 17)
FOREVER = (date(1900, 1, 1), date(2200, 1, 1))
HEBEI = ("CN-HE", "CN-GRID-N", "CN")
HENAN = ("CN-HA", "CN-GRID-C", "CN")
CHAINS = {"CN-HE": HEBEI, "CN-HA": HENAN}


def coefficient(carrier: str, value: str, start: date, end: date, entity: str = "CN") -> Coefficient:
    return Coefficient("final", carrier, Fraction(value), entity=entity, start=start, end=end)


MEASURE = Measure(
    "co2",
    "t_CO2",
    "test",
    (
        coefficient("raw_coal", "1.9", FOREVER[0], COAL_BORDER),
        coefficient("raw_coal", "2.1", COAL_BORDER, FOREVER[1]),
        coefficient("natural_gas", "0.002", FOREVER[0], GAS_BORDER),
        coefficient("natural_gas", "0.0025", GAS_BORDER, FOREVER[1]),
        coefficient("electricity", "0.6", *FOREVER),
        coefficient("electricity", "0.7", *FOREVER, entity="CN-GRID-N"),
    ),
)
CARRIERS = ("raw_coal", "natural_gas", "electricity")
OTHER_SCALE = Measure("other", "tce", "test", tuple(coefficient(c, "3", *FOREVER) for c in CARRIERS))

Row = tuple[str, str, date, date, float]  # entity, carrier, start, end, value


def table(rows: list[Row]) -> engine.Table:
    columns = list(zip(*rows, strict=True))
    return engine.arrow(
        pa.table(
            {
                "entity": pa.array(columns[0], pa.string()),
                "flow": pa.array(["final"] * len(rows), pa.string()),
                "carrier": pa.array(columns[1], pa.string()),
                "start": pa.array(columns[2], pa.date32()),
                "end": pa.array(columns[3], pa.date32()),
                "value": pa.array(columns[4], pa.float64()),
            }
        )
    )


def totals(rows: list[Row], measures: tuple[Measure, ...] = (MEASURE,)) -> dict[tuple[str, str, int], float]:
    """(measure, entity, year) -> amount, through periods."""
    spans = sorted({(row[2], row[3]) for row in rows})
    periods = [Bucket(number, start, end) for number, (start, end) in enumerate(spans)]
    homes, coefficients = resolved(measures, CHAINS, periods)
    cells = engine.run(engine.connect(), applied(by_period(table(rows), periods), homes, coefficients)).to_pylist()
    found: dict[tuple[str, str, int], float] = defaultdict(float)
    for cell in cells:
        found[cell["measure"], cell["entity"], periods[cell["bucket"]].year] += cell["amount"]
    return found


def by_day(rows: list[Row]) -> dict[tuple[str, str, int], float]:
    """The definition, day by day, with no join at all."""
    found: dict[tuple[str, str, int], float] = defaultdict(float)
    for entity, carrier, start, end, value in rows:
        days = [start + timedelta(n) for n in range((end - start).days)]
        for day in days:
            for node in CHAINS[entity]:
                here = [c for c in MEASURE.coefficients
                        if (c.entity, c.carrier) == (node, carrier) and c.start <= day < c.end]  # fmt: skip
                if here:
                    found["co2", entity, (end - timedelta(1)).year] += value / len(days) * float(here[0].value)
                    break
    return found


@st.composite
def rows_of(draw: st.DrawFn) -> list[Row]:
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        start = date(draw(st.integers(2020, 2022)), draw(st.integers(1, 12)), 1)
        months = draw(st.sampled_from((1, 3)))
        last = min(start.month + months, 13)
        end = date(start.year + (last == 13), last if last < 13 else 1, 1)
        value = draw(st.floats(-1e9, 1e9, allow_nan=False))
        rows.append((draw(st.sampled_from(list(CHAINS))), draw(st.sampled_from(CARRIERS)), start, end, value))
    return rows


def close(found: dict[tuple[str, str, int], float], wanted: dict[tuple[str, str, int], float], size: float) -> None:
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=1e-12, abs=1e-12 * size)


def size_of(rows: list[Row]) -> float:
    return sum(abs(row[4]) for row in rows) + 1.0


@settings(max_examples=25, deadline=None)
@given(rows_of())
def test_it_is_the_day_by_day_definition(rows: list[Row]) -> None:
    """A quarter over a border takes both factors by their days; the border of another carrier changes nothing."""
    close(totals(rows), by_day(rows), 1e3 * size_of(rows))


@settings(max_examples=20, deadline=None)
@given(rows_of(), rows_of(), st.floats(-1e3, 1e3, allow_nan=False))
def test_it_is_linear(first: list[Row], second: list[Row], factor: float) -> None:
    both = totals([*first, *((e, c, s, t, factor * v) for e, c, s, t, v in second)])
    one, other = totals(first), totals(second)
    wanted = {k: one.get(k, 0.0) + factor * other.get(k, 0.0) for k in one.keys() | other.keys()}
    close(both, wanted, 1e4 * (size_of(first) + size_of(second)))


@settings(max_examples=20, deadline=None)
@given(rows_of(), st.floats(0, 1, allow_nan=False))
def test_splitting_an_observation_changes_no_total(rows: list[Row], share: float) -> None:
    parts = [(e, c, s, t, v * part) for e, c, s, t, v in rows for part in (share, 1 - share)]
    close(totals(parts), totals(rows), 1e2 * size_of(rows))


def test_splitting_a_year_by_its_days_changes_no_total() -> None:
    """The year crosses a border of its factor: months by their days must add up to it."""
    start, end = date(2021, 1, 1), date(2022, 1, 1)
    edges = [date(2021, month, 1) for month in range(1, 13)] + [end]
    for carrier in CARRIERS:
        months: list[Row] = [("CN-HE", carrier, a, b, 3650.0 * (b - a).days / 365) for a, b in pairwise(edges)]
        assert totals(months) == pytest.approx(totals([("CN-HE", carrier, start, end, 3650.0)]), rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(rows_of(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(rows: list[Row], shuffle: random.Random) -> None:
    other = list(rows)
    shuffle.shuffle(other)
    close(totals(other), totals(rows), 1e2 * size_of(rows))


def test_measures_evaluated_together_are_those_evaluated_alone() -> None:
    """The epochs of one measure must not cut, nor miss, what another counts."""
    rows: list[Row] = [("CN-HA", c, date(2021, 1, 1), date(2022, 1, 1), 100.0) for c in CARRIERS]
    together = totals(rows, (MEASURE, OTHER_SCALE))
    assert together == pytest.approx({**totals(rows), **totals(rows, (OTHER_SCALE,))}, rel=1e-12)


def test_the_nearest_ancestor_with_a_factor_wins() -> None:
    year = (date(2021, 1, 1), date(2022, 1, 1))
    found = totals([("CN-HE", "electricity", *year, 10.0), ("CN-HA", "electricity", *year, 10.0)])
    assert found["co2", "CN-HE", 2021] == pytest.approx(7.0)
    assert found["co2", "CN-HA", 2021] == pytest.approx(6.0)


def test_a_day_without_a_factor_is_an_error_and_names_what_there_is() -> None:
    gap = Measure("co2", "t_CO2", "test", (coefficient("diesel", "3", date(2021, 1, 1), date(2021, 12, 31)),))
    with pytest.raises(MissingFactor) as error:
        totals([("CN-HE", "diesel", date(2021, 1, 1), date(2022, 1, 1), 1.0)], (gap,))
    assert "2021-01-01 - 2021-12-31" in error.value.text("en")


def readings(count: int) -> list[tuple[str, str, datetime, float]]:
    chance = random.Random(7)
    first = datetime(2020, 6, 1)
    return [
        (
            chance.choice(list(CHAINS)),
            chance.choice(CARRIERS),
            first + timedelta(minutes=15 * chance.randrange(96 * 700)),
            chance.uniform(0, 100),
        )
        for _ in range(count)
    ]


def test_meter_readings_lose_nothing_at_borders_in_mid_year() -> None:
    """Sums by epoch against every reading by itself."""
    rows = readings(20_000)
    rows += [("CN-HE", "raw_coal", datetime.combine(COAL_BORDER, datetime.min.time()) - timedelta(seconds=1), 1e6),
             ("CN-HE", "raw_coal", datetime.combine(COAL_BORDER, datetime.min.time()), 1e6)]  # fmt: skip
    columns = list(zip(*rows, strict=True))
    read = engine.arrow(
        pa.table(
            {
                "entity": pa.array(columns[0], pa.string()),
                "flow": pa.array(["final"] * len(rows), pa.string()),
                "carrier": pa.array(columns[1], pa.string()),
                "start": pa.array(columns[2], pa.timestamp("us")),
                "value": pa.array(columns[3], pa.float64()),
            }
        )
    )
    buckets = epochs([MEASURE], date(2020, 6, 1), date(2022, 12, 31))
    homes, coefficients = resolved([MEASURE], CHAINS, buckets)
    expression = applied(summed(by_epoch(read, buckets)), homes, coefficients)
    found: dict[tuple[str, int], float] = defaultdict(float)
    for cell in engine.run(engine.connect(), expression).to_pylist():
        found[cell["entity"], buckets[cell["bucket"]].year] += cell["amount"]
    wanted: dict[tuple[str, int], float] = defaultdict(float)
    for entity, carrier, at, value in rows:
        share = MEASURE.at(CHAINS[entity], "final", carrier, at.date(), at.date() + timedelta(1))
        wanted[entity, at.year] += value * float(share[0][1].value)
    assert found == pytest.approx(wanted, rel=1e-12)
