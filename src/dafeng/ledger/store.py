"""The ledger on disk: one immutable Parquet file per import, written whole or not at all."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from dafeng.catalog import DafengError, WorkspaceBusy
from dafeng.ledger import engine
from dafeng.ledger.schema import SCHEMA, Observation, to_arrow

RECORD = b"dafeng.import"


@dataclass(frozen=True)
class ImportRecord:
    """What is remembered of one import.

    Attributes:
        name: file or catalogue package.
        layout: the importer that read it.
        digest: SHA-256 of the file, empty for the catalogue.
        rows: lines added.
        known: lines that the ledger already had.
        accepted: rules that the person waived, e.g. `jump`.
    """

    id: str
    name: str
    layout: str
    dataset: str
    digest: str
    rows: int
    known: int
    accepted: tuple[str, ...]
    recorded_at: str


class Ledger:
    """Append-only observations in a folder.

    A reader sees the imports that were complete when it opened the ledger; a writer holds the lock of the folder.
    A file appears under its final name by an atomic rename after it was flushed to disk: a killed process leaves at
        most
    a `.part` file, which is no part of the ledger and is removed by the next writer.
    """

    def __init__(self, folder: Path, write: bool = False) -> None:
        self.folder = folder
        self.backend = engine.connect()
        self._lock: FileLock | None = None
        if write:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = self._acquire()
            for leftover in folder.glob("*.part"):
                leftover.unlink()
        self._files = self._complete_files()

    def _acquire(self) -> FileLock:
        lock, owner = FileLock(self.folder / "writer.lock"), self.folder / "writer.json"
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise WorkspaceBusy("workspace_busy", folder=self.folder, **_holder(owner)) from None
        owner.write_text(json.dumps({"pid": os.getpid(), "since": _now().isoformat(timespec="seconds")}))
        return lock

    @property
    def writable(self) -> bool:
        return self._lock is not None

    def close(self) -> None:
        """Give back the lock."""
        if self._lock:
            (self.folder / "writer.json").unlink(missing_ok=True)
            self._lock.release()
            self._lock = None

    def _complete_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.parquet"))

    @cached_property
    def _table(self) -> engine.Table:
        if not self._files:
            return engine.arrow(SCHEMA.empty_table())
        return engine.parquet(self.backend, self._files)

    def observations(self, as_of: datetime | None = None, history: bool = False) -> engine.Table:
        """The ledger as an expression.

        Args:
            as_of: only what was recorded by then (knowledge time).
            history: also the lines that later ones replaced.
        """
        table = self._table
        if as_of is not None:
            table = table.filter(table.recorded_at <= as_of)
        if history:
            return table
        replaced = table.filter(table.replaces != "").select(gone=table.replaces).distinct()
        return table.anti_join(replaced, table.id == replaced.gone)

    def run(self, expression: engine.Table) -> pa.Table:
        """Execute an expression over this ledger."""
        return engine.run(self.backend, expression)

    def imports(self) -> list[ImportRecord]:
        """Every import, oldest first."""
        records = [json.loads(pq.read_schema(path).metadata[RECORD]) for path in self._files]
        return [ImportRecord(**{**record, "accepted": tuple(record["accepted"])}) for record in records]

    def append(
        self,
        observations: Sequence[Observation],
        name: str,
        layout: str,
        dataset: str,
        digest: str = "",
        accepted: Sequence[str] = (),
        known: int = 0,
    ) -> ImportRecord:
        """Write one import: all lines or none.

        Raises:
            DafengError: the ledger was opened for reading.
        """
        if self._lock is None:
            raise DafengError("read_only", folder=self.folder)
        now = _now()
        identity = f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:6]}"
        record = ImportRecord(
            identity, name, layout, dataset, digest, len(observations), known, tuple(accepted), now.isoformat()
        )
        table = to_arrow(observations, now).replace_schema_metadata({RECORD: json.dumps(asdict(record)).encode()})
        buffer = pa.BufferOutputStream()
        pq.write_table(table, buffer, compression="zstd")
        write_whole(self.folder / f"{identity}.parquet", buffer.getvalue())
        self._files = self._complete_files()
        self.__dict__.pop("_table", None)
        return record


def _holder(owner: Path) -> dict[str, object]:
    """Who holds the lock; the note may be missing or half written in the moment in which it changes hands."""
    try:
        held = json.loads(owner.read_text())
        return {"pid": held["pid"], "since": held["since"]}
    except (OSError, ValueError, KeyError):
        return {"pid": "?", "since": "?"}


def _now() -> datetime:
    return datetime.now(UTC)


def write_whole(path: Path, content: bytes | pa.Buffer) -> None:
    """Write a file so that it is there whole or not at all, also when the process is killed or the power fails."""
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable (not possible, and not needed, on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
