"""The ledger: append-only observations with provenance, on disk as Parquet, read through Ibis."""

from dafeng.ledger.checks import WAIVABLE, Verdict, judge
from dafeng.ledger.importers import LAYOUTS, Draft, ImportOptions, read_file, write_template
from dafeng.ledger.schema import HISTORY, KEY, SCHEMA, STATUSES, Observation, to_arrow, year_span
from dafeng.ledger.statistics import embedded_statistics
from dafeng.ledger.store import ImportRecord, Ledger, write_whole

__all__ = [
    "HISTORY",
    "KEY",
    "LAYOUTS",
    "SCHEMA",
    "STATUSES",
    "WAIVABLE",
    "Draft",
    "ImportOptions",
    "ImportRecord",
    "Ledger",
    "Observation",
    "Verdict",
    "embedded_statistics",
    "judge",
    "read_file",
    "to_arrow",
    "write_template",
    "write_whole",
    "year_span",
]
