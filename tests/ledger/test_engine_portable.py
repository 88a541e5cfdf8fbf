"""The expressions of the accounts are understood by other engines: compiled for each, and looked at as a syntax tree.

Nothing is executed here. What is held: joins on equality alone, no window function, no ASOF join, no lateral join.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import ibis
import pytest
import sqlglot
from sqlglot import expressions as sql

from dafeng.accounts import Bucket, Coefficient, Measure, applied, by_epoch, by_period, epochs, summed
from dafeng.accounts.linear_map import totals
from dafeng.ledger import year_span

#: `ibis.to_sql` needs a connection for PySpark; `databricks` is the Spark dialect that it compiles without one.
DIALECTS = ("duckdb", "postgres", "databricks", "trino", "clickhouse", "snowflake", "bigquery", "datafusion")
READ_AS = {"datafusion": "postgres"}
FOREVER = (date(1900, 1, 1), date(2200, 1, 1))

READINGS = ibis.table(
    {"entity": "string", "flow": "string", "carrier": "string", "start": "timestamp", "value": "float64"}, "readings"
)
LINES = ibis.table(
    {"id": "string", "entity": "string", "flow": "string", "carrier": "string", "start": "date", "end": "date",
     "value": "float64"}, "lines",
)  # fmt: skip
HOMES = ibis.table({"entity": "string", "measure": "string", "home": "string"}, "homes")
COEFFICIENTS = ibis.table(
    {"measure": "string", "home": "string", "flow": "string", "carrier": "string", "bucket": "int32", "line": "string",
     "coefficient": "float64"}, "coefficients",
)  # fmt: skip


def measure() -> Measure:
    """Three carriers whose coefficients change on different days, one of them on many."""
    changes = {"coke": [date(2021, 5, 1)], "diesel": [date(2021, 9, 17)],
               "electricity": [date(2021, month, 1) for month in range(2, 13)]}  # fmt: skip
    rows = []
    for carrier, days in changes.items():
        edges = [FOREVER[0], *days, FOREVER[1]]
        rows += [Coefficient("final", carrier, Fraction(1), start=a, end=b) for a, b in pairwise(edges)]
    return Measure("co2", "t_CO2", "test", tuple(rows))


def expressions() -> dict[str, ibis.Table]:
    buckets = epochs([measure()], date(2020, 6, 1), date(2022, 12, 31))
    periods = [Bucket(number, *year_span(year)) for number, year in enumerate((2020, 2021))]
    sums = summed(by_epoch(READINGS, buckets))
    return {
        "sums": sums,
        "cells of sums": applied(sums, HOMES, COEFFICIENTS),
        "totals of sums": totals(applied(sums, HOMES, COEFFICIENTS), buckets),
        "cells of lines": applied(by_period(LINES, periods), HOMES, COEFFICIENTS),
    }


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", list(expressions()))
def test_compiles_to_equality_joins_and_grouping(name: str, dialect: str) -> None:
    text = str(ibis.to_sql(expressions()[name], dialect=dialect))
    tree = sqlglot.parse_one(text, read=READ_AS.get(dialect, dialect))
    assert not list(tree.find_all(sql.Window, sql.Lateral))
    assert "ASOF" not in text.upper()
    for join in tree.find_all(sql.Join):
        condition = join.args.get("on")
        assert condition is not None or join.args.get("using"), join.sql()
        if condition is not None:
            compared = {type(part) for part in condition.find_all(sql.Predicate)}
            assert compared == {sql.EQ}, join.sql()


def test_many_borders_cost_few_comparisons() -> None:
    """Buckets are found by halving, so that a daily factor does not make a thousand comparisons a row."""
    daily = Measure("co2", "t_CO2", "test", tuple(
        Coefficient("final", "electricity", Fraction(1), start=date.fromordinal(day), end=date.fromordinal(day + 1))
        for day in range(date(2020, 1, 1).toordinal(), date(2023, 1, 1).toordinal())
    ))  # fmt: skip
    buckets = epochs([daily], date(2020, 1, 1), date(2022, 12, 31))
    assert len(buckets) == 366 + 365 + 365
    tree = sqlglot.parse_one(str(ibis.to_sql(summed(by_epoch(READINGS, buckets)), dialect="duckdb")), read="duckdb")
    assert max(depth(case) for case in tree.find_all(sql.Case)) <= 1 + 11 + 1


def depth(case: sql.Case) -> int:
    """How many CASE stand around this one, itself included."""
    found, node = 0, case
    while node is not None:
        found += isinstance(node, sql.Case)
        node = node.parent
    return found
