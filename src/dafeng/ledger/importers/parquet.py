"""Layout `parquet`: our long layout as Parquet, for data that come from other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from dafeng.catalog import Problem, RefusedInput, nearest
from dafeng.ledger.importers.draft import Draft, ImportOptions
from dafeng.ledger.importers.lines import COLUMNS, EXPORTED, Lines, missing_columns
from dafeng.ledger.schema import Observation

BATCH = 50_000


def _is_text(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    tests = (kinds.is_string, kinds.is_large_string, kinds.is_string_view, kinds.is_null)
    return any(test(kind) for test in tests)


def _is_day(kind: pa.DataType) -> bool:
    return bool(kinds.is_date(kind) or kinds.is_timestamp(kind) or _is_text(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind))


def _is_year(kind: pa.DataType) -> bool:
    return bool(kinds.is_integer(kind) or kinds.is_null(kind))


#: column -> (test, what is allowed); every other column is text.
TYPES: dict[str, tuple[Callable[[pa.DataType], bool], str]] = {
    "year": (_is_year, "integer"),
    "value": (_is_number, "float64, integer, decimal"),
    "start": (_is_day, "date32, timestamp, string (YYYY-MM-DD)"),
    "end": (_is_day, "date32, timestamp, string (YYYY-MM-DD)"),
}


def read(path: Path, options: ImportOptions) -> Draft:
    """Read a Parquet file with the columns of the template; columns that it does not know are refused."""
    try:
        stream = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        problem = Problem("not_parquet", path.name, values={"found": str(error)[:120]})
        raise RefusedInput(path.name, [problem]) from error
    with stream:
        schema = stream.schema_arrow
        problems = _schema_problems(path.name, schema, options)
        if problems:
            return Draft("parquet", (), tuple(problems))
        lines = Lines(path.name, "", options, lambda line, column: f"{line}:{column}", frozenset(schema.names))
        observations: list[Observation] = []
        line = 0
        for batch in stream.iter_batches(batch_size=BATCH):
            for row in batch.to_pylist():
                line += 1
                observation = lines.read(line, row, problems)
                if observation:
                    observations.append(observation)
    return Draft("parquet", tuple(observations), tuple(problems))


def _schema_problems(file: str, schema: pa.Schema, options: ImportOptions) -> list[Problem]:
    problems = []
    for field in schema:
        if field.name in EXPORTED:
            continue
        if field.name not in COLUMNS:
            problems.append(
                Problem(
                    "unknown_column", file, "", field.name, {"found": field.name, "near": nearest(field.name, COLUMNS)}
                )
            )
            continue
        fits, allowed = TYPES.get(field.name, (_is_text, "string"))
        if not fits(field.type):
            problems.append(
                Problem("column_type", file, "", field.name, {"found": str(field.type), "allowed": allowed})
            )
    missing = missing_columns(schema.names, options)
    if missing:
        problems.append(
            Problem("missing_column", file, "", "", {"missing": ", ".join(missing), "allowed": ", ".join(COLUMNS)})
        )
    return problems
