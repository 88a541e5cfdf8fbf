"""What a ledger line is: the same fact twice is one fact, and another fact is another line."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.ledger import KEY, SCHEMA, Observation, to_arrow, year_span
from making import line

FACT = line("final.industry", "coke", 100.0)


@pytest.mark.parametrize(
    "change", [{"file": "other.xlsx"}, {"sheet": "S2"}, {"cell": "B7"}, {"note": "seen"}, {"quality": "official"}]
)
def test_where_a_fact_was_read_does_not_make_it_another(change: dict[str, str]) -> None:
    """Else a file that was renamed would enter twice."""
    assert replace(FACT, **change).id == FACT.id


@pytest.mark.parametrize(
    "change",
    [
        {"entity": "CN-SX"},
        {"start": date(2019, 1, 1)},
        {"end": date(2022, 1, 1)},
        {"flow": "final.transport"},
        {"carrier": "diesel"},
        {"value": 100.00000000000001},
        {"unit": "kt"},
        {"dataset": "other"},
        {"scenario": "fast"},
        {"scope": "s"},
        {"vintage": "v"},
        {"status": "estimated"},
        {"source": "survey"},
        {"replaces": "0" * 24},
    ],
)
def test_what_is_said_makes_it_another(change: dict[str, object]) -> None:
    assert replace(FACT, **change).id != FACT.id


def test_text_that_moves_between_columns_is_another_fact() -> None:
    """Joined without a mark between them, scope `ab` + vintage `c` would be scope `a` + vintage `bc`."""
    assert replace(FACT, scope="ab", vintage="c").id != replace(FACT, scope="a", vintage="bc").id


def test_an_id_is_the_same_in_every_process_and_release() -> None:
    """Ids are written into other people's `replaces` columns: this one may never change."""
    assert FACT.id == "0251903e17f35cbb811f235b"


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_two_values_share_an_id_only_if_they_are_equal(a: float, b: float) -> None:
    assert (replace(FACT, value=a).id == replace(FACT, value=b).id) == (repr(a) == repr(b))


def test_a_key_is_all_that_may_have_only_one_current_value() -> None:
    assert [getattr(FACT, name) for name in KEY] == list(FACT.key)
    assert replace(FACT, value=1.0, source="other").key == FACT.key


def test_an_observation_cannot_be_edited() -> None:
    with pytest.raises(FrozenInstanceError):
        FACT.value = 1.0  # type: ignore[misc]


def test_years() -> None:
    assert year_span(2020) == (date(2020, 1, 1), date(2021, 1, 1))
    assert year_span(2020, 2005) == (date(2005, 1, 1), date(2021, 1, 1))


def test_every_field_of_an_observation_has_its_column() -> None:
    assert {f.name for f in fields(Observation)} | {"id", "recorded_at"} == set(SCHEMA.names)
    assert SCHEMA.field("value").type == pa.float64()


def test_to_arrow_keeps_order_and_every_bit() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    lines = [replace(FACT, value=v, note="煤") for v in (0.1, 1 / 3, 1e300, -0.0)]
    table = to_arrow(lines, at)
    assert table.schema == SCHEMA
    assert table["value"].to_pylist() == [o.value for o in lines]
    assert table["id"].to_pylist() == [o.id for o in lines]
    assert set(table["recorded_at"].to_pylist()) == {at}
    assert set(table["note"].to_pylist()) == {"煤"}
