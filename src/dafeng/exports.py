"""Ledger, figures and board as plain files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from dafeng.accounts import Series
from dafeng.catalog import DafengError, UnknownName
from dafeng.ledger import Ledger, write_whole
from dafeng.targets import BoardRow

SUFFIXES = (".csv", ".parquet")
LINES = ("dataset", "entity", "flow", "carrier", "start", "scope", "vintage")
NAMED = ("entity", "year", "name", "value", "unit", "dataset", "quality")
READING = ("scope", "vintage", "factor_set", "factor_hash")


def check_path(path: Path, overwrite: bool) -> None:
    """Refuse a kind of file that is not written, and a file that is there."""
    if path.suffix not in SUFFIXES:
        raise UnknownName("file", path.suffix or path.name, SUFFIXES)
    if path.exists() and not overwrite:
        raise DafengError("file_exists", file=path)


def write_table(table: pa.Table, path: Path) -> int:
    """Write a table whole, as CSV or Parquet by the file's suffix; the rows written."""
    buffer = pa.BufferOutputStream()
    if path.suffix == ".csv":
        pcsv.write_csv(table, buffer)
    else:
        pq.write_table(table, buffer, compression="zstd")
    write_whole(path, buffer.getvalue())
    return int(table.num_rows)


def ledger_table(ledger: Ledger) -> pa.Table:
    """The observations that count, in one order; in this form they can be imported again."""
    return ledger.run(ledger.observations().order_by(list(LINES)))


def figures_table(series: Series) -> pa.Table:
    """Every figure of every series."""
    figures = [f for _, points in sorted(series.items()) for _, f in sorted(points.items())]
    return pa.table({name: [getattr(figure, name) for figure in figures] for name in NAMED + READING})


def board_table(boards: Mapping[str, Iterable[BoardRow]]) -> pa.Table:
    """Every reading of every target, region by region."""
    rows = [
        {
            "region": row.target.region,
            "target": row.target.id,
            "layer": row.target.layer,
            "clause": row.target.clause,
            "name": row.target.name["en"],
            "goal": row.target.value,
            "unit": row.target.unit,
            "due_year": row.target.due_year,
            "state": reading.state,
            "scope": reading.scope,
            "vintage": reading.vintage,
            "reading": reading.reading,
            "current": reading.current,
            "year": reading.year,
            "distance": reading.distance,
            "required_rate": reading.required_rate,
            "trend_rate": reading.trend_rate,
            "rate_unit": reading.rate_unit,
        }
        for board in boards.values()
        for row in board
        for reading in row.readings
    ]
    return pa.Table.from_pylist(rows)
