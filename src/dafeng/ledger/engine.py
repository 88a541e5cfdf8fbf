"""The query engine. This module alone knows that it is DuckDB; every other one writes Ibis expressions.

The expressions keep to what DuckDB, PostgreSQL and Spark share: equality joins, small cross joins, grouping,
CASE and year(). No ASOF join, no window function, no range join over large tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import pyarrow as pa

Table: TypeAlias = ibis.Table
Backend: TypeAlias = ibis.BaseBackend


def connect(memory_limit: str = "", threads: int = 0, spill: Path | None = None) -> Backend:
    """An engine in this process, with no file of its own: the data stay in Parquet.

    Args:
        memory_limit: as DuckDB writes it, for instance "500MB"; empty: the engine's own default.
        threads: worker threads; 0: one per core.
        spill: folder for what does not fit into memory.
    """
    settings: dict[str, Any] = {}
    if memory_limit:
        settings["memory_limit"] = memory_limit
    if threads:
        settings["threads"] = threads
    if spill:
        settings["temp_directory"] = str(spill)
    return ibis.duckdb.connect(":memory:", **settings)


def parquet(backend: Backend, paths: Sequence[Path]) -> Table:
    """The rows of Parquet files as one table."""
    return backend.read_parquet([str(path) for path in paths])


def arrow(table: pa.Table) -> Table:
    """An Arrow table as an expression."""
    return ibis.memtable(table)


def run(backend: Backend, expression: Table) -> pa.Table:
    """Execute; the result as an Arrow table."""
    return backend.to_pyarrow(expression)
