"""What an observation is: one line of the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import pyarrow as pa

STATUSES = ("measured", "reported", "estimated", "projected")
QUALITIES = ("official", "secondary", "recalled", "estimated", "user")
HISTORY = "history"
KEY = ("dataset", "scenario", "entity", "start", "end", "flow", "carrier", "scope", "vintage")

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("dataset", pa.string()),
        ("scenario", pa.string()),
        ("entity", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("flow", pa.string()),
        ("carrier", pa.string()),
        ("scope", pa.string()),
        ("vintage", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("status", pa.string()),
        ("quality", pa.string()),
        ("source", pa.string()),
        ("note", pa.string()),
        ("replaces", pa.string()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("cell", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Observation:
    """One ledger line, in canonical units.

    Attributes:
        entity: whose it is (`CN-HE`).
        start, end: the time it is for, closed-open. A calendar year is [YYYY-01-01, YYYY+1-01-01); a change from a
            base year to a later one spans from the first day of the base year to the last of the later one.
        flow, carrier: what happened, of what (catalogue ids).
        value, unit: in the canonical unit of the flow and carrier.
        dataset: the book it belongs to; an account is drawn up from one dataset, never silently from two.
        scenario: `history` is the measured world.
        scope, vintage: which definition, which edition; empty where there is only one.
        status: measured, reported, estimated or projected.
        quality: official, secondary, recalled, estimated (facts of the catalogue) or user.
        source: where the figure is from; ids of catalogue sources are separated by `;`.
        replaces: id of the observation that this one corrects.
        file, sheet, cell: the place it was read from.
    """

    entity: str
    start: date
    end: date
    flow: str
    carrier: str
    value: float
    unit: str
    dataset: str
    scenario: str = HISTORY
    scope: str = ""
    vintage: str = ""
    status: str = "reported"
    quality: str = "user"
    source: str = ""
    note: str = ""
    replaces: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What may have only one current value."""
        return tuple(getattr(self, name) for name in KEY)

    @property
    def id(self) -> str:
        """Content hash: what is said and by whom, not where it was read: the same fact twice is one fact."""
        said = (*self.key, repr(self.value), self.unit, self.status, self.source, self.replaces)
        return hashlib.blake2b("\x1f".join(map(str, said)).encode(), digest_size=12).hexdigest()


def year_span(year: int, base_year: int | None = None) -> tuple[date, date]:
    """[1 January of `base_year` or `year`, 1 January of `year` + 1)."""
    return date(base_year or year, 1, 1), date(year + 1, 1, 1)


def to_arrow(observations: Sequence[Observation], recorded_at: datetime) -> pa.Table:
    """Observations as a table of SCHEMA, in the order given."""
    names = [f.name for f in fields(Observation)]
    columns: dict[str, Iterable[object]] = {name: [getattr(o, name) for o in observations] for name in names}
    columns["id"] = [o.id for o in observations]
    columns["recorded_at"] = [recorded_at] * len(observations)
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)
