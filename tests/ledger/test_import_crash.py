"""A killed import leaves all of its lines or none; one writer at a time, readers at any time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from import_builders import template_csv

from dafeng.catalog import LANGUAGES, WorkspaceBusy
from dafeng.ledger.store import Ledger

LINES = 3000
SOURCE = Path(__file__).resolve().parents[2] / "src"

#: Imports one file again and again, each time into another dataset; says which before it begins to write.
IMPORTER = """
import sys
from pathlib import Path
from dafeng.ledger.checks import judge
from dafeng.ledger.importers import ImportOptions, read_file
from dafeng.ledger.store import Ledger

folder, file, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
ledger = Ledger(folder, write=True)
for number in range(first, first + 1000):
    draft = read_file(file, None, ImportOptions(dataset=f"d{number}"))
    verdict = judge(ledger, draft.observations, draft.problems)
    assert not verdict.refused
    print(number, flush=True)
    ledger.append(verdict.new, file.name, draft.layout, f"d{number}")
"""

#: Stops for a minute between the flushed file and its rename.
STALLED = (
    """
import os, time
def stalled(move):
    def wait(source, target, **options):
        if str(source).endswith(".part"):
            print("before rename", flush=True)
            time.sleep(60)
        return move(source, target, **options)
    return wait
os.rename, os.replace = stalled(os.rename), stalled(os.replace)
"""
    + IMPORTER
)

HOLDER = """
import sys, time
from pathlib import Path
from dafeng.ledger.store import Ledger
ledger = Ledger(Path(sys.argv[1]), write=True)
print("open", flush=True)
time.sleep(60)
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True, env=environment
    )


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def lines_per_dataset(folder: Path) -> Counter[str]:
    ledger = Ledger(folder)
    found = Counter(ledger.run(ledger.observations(history=True).select("dataset"))["dataset"].to_pylist())
    assert {record.dataset: record.rows for record in ledger.imports()} == found
    return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {
            "entity": "CN-HE",
            "year": 2020,
            "flow": "metered_use",
            "carrier": "diesel",
            "value": n,
            "unit": "t",
            "scope": f"meter {n}",
        }
        for n in range(LINES)
    ]
    return template_csv(tmp_path_factory.mktemp("crash") / "meters.csv", rows)


@pytest.mark.slow
def test_killed_at_random_moments(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    random.seed(20301031)
    begun = 0
    interrupted = 0
    for _ in range(12):
        process = start(IMPORTER, folder, file, begun)
        for _ in range(random.randint(1, 3)):
            begun = int(line_of(process)) + 1
        time.sleep(random.uniform(0.0, 0.03))
        kill(process)
        interrupted += bool(list(folder.glob("*.part")))
        found = lines_per_dataset(folder)
        assert set(found.values()) <= {LINES}, "a dataset is whole or absent"
        assert set(found) <= {f"d{number}" for number in range(begun + 2)}
        begun = max((int(name[1:]) for name in found), default=begun - 1) + 1
    assert sum(found.values()) >= 12 * LINES / 2
    ledger = Ledger(folder, write=True)
    assert not list(folder.glob("*.part")), "the next writer clears up"
    ledger.close()


@pytest.mark.slow
def test_killed_between_write_and_rename(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    process = start(STALLED, folder, file, 0)
    assert line_of(process) == "0"
    assert line_of(process) == "before rename"
    (part,) = folder.glob("*.part")
    assert part.stat().st_size > 0
    kill(process)
    assert lines_per_dataset(folder) == Counter()
    ledger = Ledger(folder, write=True)
    assert not part.exists()
    ledger.close()


@pytest.mark.slow
def test_a_second_writer_is_told_who_writes_and_readers_go_on(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    process = start(HOLDER, folder)
    try:
        assert line_of(process) == "open"
        with pytest.raises(WorkspaceBusy) as busy:
            Ledger(folder, write=True)
        assert busy.value.values["pid"] == process.pid
        for lang in LANGUAGES:
            assert str(process.pid) in busy.value.text(lang)
        assert lines_per_dataset(folder) == Counter()
    finally:
        kill(process)
    Ledger(folder, write=True).close()
    writer = start(IMPORTER, folder, file, 0)
    try:
        seen = [0]
        while len(seen) < 5:
            line_of(writer)
            found = lines_per_dataset(folder)
            assert set(found.values()) <= {LINES}
            seen.append(len(found))
        assert seen == sorted(seen)
    finally:
        kill(writer)
