"""Ledger, figures and board as plain files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from dafeng.catalog import DafengError, UnknownName
from dafeng.ledger import write_whole

if TYPE_CHECKING:
    from dafeng.workspace import Workspace

KINDS = ("ledger", "figures", "board")
SUFFIXES = (".csv", ".parquet")


def export(workspace: Workspace, path: Path, what: str, overwrite: bool) -> int:
    """Write a table whole; the rows written. See `Workspace.export`."""
    if what not in KINDS:
        raise UnknownName("export", what, KINDS)
    if path.suffix not in SUFFIXES:
        raise UnknownName("file", path.suffix or path.name, SUFFIXES)
    if path.exists() and not overwrite:
        raise DafengError("file_exists", file=path)
    table = {"ledger": _ledger, "figures": _figures, "board": _board}[what](workspace)
    buffer = pa.BufferOutputStream()
    if path.suffix == ".csv":
        pcsv.write_csv(table, buffer)
    else:
        pq.write_table(table, buffer, compression="zstd")
    write_whole(path, buffer.getvalue())
    return int(table.num_rows)


def _ledger(workspace: Workspace) -> pa.Table:
    table = workspace.ledger.observations()
    return workspace.ledger.run(table.order_by(["dataset", "entity", "flow", "carrier", "start", "scope", "vintage"]))


def _figures(workspace: Workspace) -> pa.Table:
    names = (
        "entity",
        "year",
        "name",
        "value",
        "unit",
        "scope",
        "vintage",
        "factor_set",
        "factor_hash",
        "dataset",
        "quality",
    )
    figures = [f for _, points in sorted(workspace.series.items()) for _, f in sorted(points.items())]
    return pa.table({name: [getattr(figure, name) for figure in figures] for name in names})


def _board(workspace: Workspace) -> pa.Table:
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
        for region in workspace.regions()
        for row in workspace.board(region, overlay=True)
        for reading in row.readings
    ]
    return pa.Table.from_pylist(rows)
