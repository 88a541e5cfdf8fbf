"""The ledger on disk: append-only, two times, one writer, whole files or none."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dafeng.catalog import DafengError, WorkspaceBusy
from dafeng.ledger import Ledger, Observation, store, write_whole
from making import ledger_of, line

OLD = line("final.industry", "coke", 100.0)
NEW = replace(OLD, value=90.0, replaces=OLD.id)
OTHER = line("final.industry", "diesel", 5.0)


def append(ledger: Ledger, *lines: Observation) -> None:
    ledger.append(lines, "file.csv", "template", "book")


def values(ledger: Ledger, **asked: object) -> list[float]:
    return sorted(ledger.run(ledger.observations(**asked))["value"].to_pylist())  # type: ignore[arg-type]


def test_a_new_ledger_is_empty_and_can_be_asked(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    assert values(ledger) == []
    assert ledger.imports() == []


def test_what_was_replaced_is_kept_and_counts_no_more(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, OLD, OTHER)
    append(ledger, NEW)
    assert values(ledger) == [5.0, 90.0]
    assert values(ledger, history=True) == [5.0, 90.0, 100.0]


def test_as_of_shows_what_was_known_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Valid time and knowledge time are two: a report of 2021 can be drawn up again after the correction of 2022."""
    monkeypatch.setattr(store, "_now", lambda: datetime(2021, 1, 1, tzinfo=UTC))
    ledger = ledger_of(tmp_path, OLD)
    monkeypatch.setattr(store, "_now", lambda: datetime(2022, 1, 1, tzinfo=UTC))
    append(ledger, NEW)
    assert values(ledger, as_of=datetime(2020, 6, 1, tzinfo=UTC)) == []
    assert values(ledger, as_of=datetime(2021, 1, 1, tzinfo=UTC)) == [100.0]
    assert values(ledger, as_of=datetime(2021, 6, 1, tzinfo=UTC)) == [100.0]
    assert values(ledger, as_of=datetime(2022, 6, 1, tzinfo=UTC)) == [90.0]
    assert values(ledger, as_of=datetime(2022, 6, 1, tzinfo=UTC), history=True) == [90.0, 100.0]


def test_a_correction_may_arrive_before_what_it_corrects(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, NEW)
    assert values(ledger) == [90.0]
    append(ledger, OLD)
    assert values(ledger) == [90.0]


def test_a_chain_of_corrections_counts_once(tmp_path: Path) -> None:
    newest = replace(OLD, value=80.0, replaces=NEW.id)
    for order in ((OLD, NEW, newest), (newest, OLD, NEW), (NEW, newest, OLD)):
        ledger = Ledger(tmp_path / "-".join(f"{o.value:g}" for o in order), write=True)
        for o in order:
            append(ledger, o)
        assert values(ledger) == [80.0]
        ledger.close()


def test_columns_come_back_as_they_went_in(tmp_path: Path) -> None:
    full = replace(
        OLD,
        scope="s",
        vintage="v",
        note="煤, “quoted”",
        source="a;b",
        sheet="表1",
        cell="C7",
        file="x.xlsx",
        value=1 / 3,
    )
    ledger_of(tmp_path, full).close()
    ledger = Ledger(tmp_path / "ledger")
    row = ledger.run(ledger.observations()).to_pylist()[0]
    assert {name: row[name] for name in full.__slots__} == {name: getattr(full, name) for name in full.__slots__}
    assert row["id"] == full.id


def test_imports_are_remembered_in_order(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    first = ledger.append([OLD], "a.xlsx", "balance", "book", digest="d", accepted=("jump",), known=3)
    second = ledger.append([OTHER], "b.csv", "template", "book")
    assert ledger.imports() == [first, second]
    assert (first.rows, first.known, first.accepted, first.digest) == (1, 3, ("jump",), "d")
    assert Ledger(tmp_path / "ledger").imports() == [first, second], "also for the next who opens it"


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    ledger_of(tmp_path, OLD).close()
    reader = Ledger(tmp_path / "ledger")
    with pytest.raises(DafengError) as caught:
        append(reader, OTHER)
    assert caught.value.key == "read_only"
    assert not reader.writable
    assert values(Ledger(tmp_path / "ledger")) == [100.0]


def test_a_reader_keeps_what_it_saw_and_the_next_one_sees_more(tmp_path: Path) -> None:
    writer = ledger_of(tmp_path, OLD)
    reader = Ledger(tmp_path / "ledger")
    append(writer, OTHER)
    assert values(reader) == [100.0], "a report is drawn up from one state"
    assert values(Ledger(tmp_path / "ledger")) == [5.0, 100.0]


def test_a_second_writer_is_told_who_holds_the_ledger(tmp_path: Path) -> None:
    writer = ledger_of(tmp_path, OLD)
    with pytest.raises(WorkspaceBusy) as caught:
        Ledger(tmp_path / "ledger", write=True)
    assert str(os.getpid()) in caught.value.text("en")
    writer.close()
    Ledger(tmp_path / "ledger", write=True).close()


@pytest.mark.parametrize("note", [None, "", '{"pid": 1'])
def test_a_missing_note_of_the_holder_is_no_crash(tmp_path: Path, note: str | None) -> None:
    writer = ledger_of(tmp_path, OLD)
    owner = tmp_path / "ledger" / "writer.json"
    owner.unlink() if note is None else owner.write_text(note)
    with pytest.raises(WorkspaceBusy, match=r"\?"):
        Ledger(tmp_path / "ledger", write=True)
    writer.close()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    writer = ledger_of(tmp_path, OLD)
    writer.close()
    writer.close()
    assert not writer.writable
    assert not (tmp_path / "ledger" / "writer.json").exists()


def _hold(folder: str, ready: object) -> None:
    held = Ledger(Path(folder), write=True)
    ready.set()  # type: ignore[attr-defined]
    time.sleep(60)
    held.close()


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    """A writer that was killed must not lock people out of their data."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold, args=(str(tmp_path / "ledger"), ready))
    process.start()
    assert ready.wait(30)
    with pytest.raises(WorkspaceBusy, match=str(process.pid)):
        Ledger(tmp_path / "ledger", write=True)
    process.kill()
    process.join()
    assert json.loads((tmp_path / "ledger" / "writer.json").read_text())["pid"] == process.pid, (
        "its note is still there"
    )
    Ledger(tmp_path / "ledger", write=True).close()


def test_leftovers_are_no_part_of_the_ledger_and_go_with_the_next_writer(tmp_path: Path) -> None:
    ledger_of(tmp_path, OLD).close()
    part = tmp_path / "ledger" / "20260101T000000000000-abcdef.part"
    part.write_bytes(b"PAR1 half a file")
    assert values(Ledger(tmp_path / "ledger")) == [100.0]
    assert part.exists(), "a reader removes nothing"
    Ledger(tmp_path / "ledger", write=True).close()
    assert not part.exists()
    assert values(Ledger(tmp_path / "ledger")) == [100.0]


def test_write_whole_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.json"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


def test_write_whole_never_writes_into_the_file_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the rename the old content is there, whole."""
    path = tmp_path / "result.json"
    write_whole(path, b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("killed")))
    with pytest.raises(OSError, match="killed"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


def test_write_whole_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "result.json", []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append(path.exists()), real(handle)))
    write_whole(path, b"content")
    assert seen[0] is False, "flushed before the rename"
    assert path.read_bytes() == b"content"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_ever_rewritten(tmp_path: Path) -> None:
    """Append-only: the bytes of an import are the same after any later one."""
    ledger = ledger_of(tmp_path, OLD)
    (first,) = (tmp_path / "ledger").glob("*.parquet")
    before = first.read_bytes()
    append(ledger, NEW)
    append(ledger, OTHER)
    assert first.read_bytes() == before
    assert len(list((tmp_path / "ledger").glob("*.parquet"))) == 3
