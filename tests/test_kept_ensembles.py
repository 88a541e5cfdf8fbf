"""Ensembles kept in a workspace: a killed process loses the runs in flight only, and the same call makes the rest."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import distributed
import pytest
from filelock import FileLock
from tests.cli.calling import validate

import dafeng
from dafeng.catalog import DafengError
from dafeng.ensembles import Range, kept_ensemble, kept_runs, read_ranges, run_ensemble
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import read
from dafeng.processes import ONE_THREAD, processes

SOURCE = Path(dafeng.__file__).parents[1]
CASE = Case(regions="nation", periods=(2025, 2030), days=2)
RANGES = (Range("driver", "cement", 0.8, 1.2), Range("cost", "onwind", 0.7, 1.5))
CHILD = """
import sys
from pathlib import Path
from dafeng.ensembles import Range, run_ensemble
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import read
if __name__ == "__main__":
    ranges = (Range("driver", "cement", 0.8, 1.2), Range("cost", "onwind", 0.7, 1.5))
    case = Case(regions="nation", periods=(2025, 2030), days=2)
    run_ensemble(Path(sys.argv[1]), read("action-plan"), 30, case, ranges=ranges, seed=5, name="e", workers=2)
"""


def files(folder: Path) -> dict[str, int]:
    """Name of each run that is kept -> when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("*.json")}


def children(pid: int) -> set[int]:
    """Processes under a process."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child, *children(child)}
    return found


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for processes in /proc")
def test_a_killed_ensemble_goes_on(tmp_path: Path) -> None:
    """SIGKILL in the middle: whole files only, no process is left behind, and only the missing runs are made."""
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    child = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment)
    folder = tmp_path / "ensembles" / "e"
    ends = time.monotonic() + 120
    while len(files(folder)) < 2 and time.monotonic() < ends:
        assert child.poll() is None
        time.sleep(0.02)
    workers = children(child.pid)
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = files(folder)
    assert 2 <= len(before) < 30
    for name in before:
        json.loads((folder / "runs" / name).read_text(encoding="utf-8"))
    assert kept_ensemble(folder).runs == kept_runs(folder)
    ends = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < ends:
        time.sleep(0.1)
    assert len(workers) >= 2
    assert not any(map(alive, workers)), "workers end with the process that started them"

    (folder / "runs" / "00029.part").write_bytes(b'{"number": 2')  # of a write that was cut off
    kept = run_ensemble(tmp_path, read("action-plan"), 30, CASE, ranges=RANGES, seed=5, name="e")
    after = files(folder)
    assert (kept.found, len(kept.ensemble.runs), len(after)) == (len(before), 30, 30)
    assert before.items() <= after.items(), "what was kept is not written again"
    assert not list((folder / "runs").glob("*.part"))
    validate(json.loads((folder / "ensemble.json").read_text(encoding="utf-8")), "ensemble")
    validate(json.loads((folder / "runs" / "00003.json").read_text(encoding="utf-8")), "ensemble-run")
    with kept.runs.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["run"]) for row in rows] == list(range(30))
    assert float(rows[3]["cost_2030"]) == kept.ensemble.runs[3].values["cost"][1]


@pytest.mark.slow
def test_processes_make_the_same_runs(tmp_path: Path) -> None:
    calls: list[float] = []
    here = run_ensemble(tmp_path / "a", read("action-plan"), 3, CASE, ranges=RANGES, seed=5)
    there = run_ensemble(
        tmp_path / "b",
        read("action-plan"),
        3,
        CASE,
        ranges=RANGES,
        seed=5,
        workers=2,
        tell=lambda _, s: calls.append(s),
    )
    assert here.ensemble == there.ensemble
    assert here.folder.name == there.folder.name, "named by what it depends on"
    assert calls[0] == 0.0
    assert calls[-1] == 1.0
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        given = run_ensemble(tmp_path / "c", read("action-plan"), 3, CASE, ranges=RANGES, seed=5, executor=pool)
    assert given.ensemble == here.ensemble


@pytest.mark.slow
def test_on_a_dask_cluster_by_the_same_call(tmp_path: Path) -> None:
    here = run_ensemble(tmp_path / "a", read("action-plan"), 3, CASE, ranges=RANGES, seed=5)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as pool,
    ):
        there = run_ensemble(
            tmp_path / "b", read("action-plan"), 3, CASE, ranges=RANGES, seed=5, executor=pool, workers=2
        )
    assert there.ensemble == here.ensemble


def test_workers_have_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ONE_THREAD[0], "7")
    monkeypatch.delenv(ONE_THREAD[1], raising=False)
    with processes(1) as pool:
        assert [pool.submit(os.getenv, name).result() for name in ONE_THREAD] == ["1"] * len(ONE_THREAD)
    assert os.environ[ONE_THREAD[0]] == "7"
    assert ONE_THREAD[1] not in os.environ


def test_workers_are_stopped_when_their_work_is_given_up() -> None:
    workers: list[int] = []

    def work() -> None:
        with processes(1) as pool:
            workers.append(pool.submit(os.getpid).result())
            pool.submit(time.sleep, 60)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    ends = time.monotonic() + 10
    while alive(workers[0]) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not alive(workers[0])


def test_a_folder_keeps_one_ensemble(tmp_path: Path) -> None:
    asked = {"seed": 5, "ranges": RANGES, "name": "e"}
    run_ensemble(tmp_path, read("action-plan"), 1, CASE, **asked)  # type: ignore[arg-type]
    with pytest.raises(DafengError) as refused:
        run_ensemble(tmp_path, read("action-plan"), 2, CASE, **asked)  # type: ignore[arg-type]
    assert refused.value.key == "ensemble_other"
    with FileLock(tmp_path / "ensembles" / ".e.lock"), pytest.raises(DafengError) as refused:
        run_ensemble(tmp_path, read("action-plan"), 1, CASE, **asked)  # type: ignore[arg-type]
    assert refused.value.key == "ensemble_busy"
    with pytest.raises(DafengError) as refused:
        run_ensemble(tmp_path, read("action-plan"), 1, CASE, **{**asked, "name": "../e"})  # type: ignore[arg-type]
    assert refused.value.key == "plan_name"
    with pytest.raises(DafengError) as refused:
        kept_ensemble(tmp_path)
    assert refused.value.key == "ensemble_missing"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("kind,name,low\ndriver,cement,1\n", "ensemble_columns", "high"),
        ("kind,name,low,high\ndriver,cement,1,\n", "ensemble_number", "line 2"),
        ("kind,name,low,high\ndriver,cement,1,2\ncost,onwind,x,2\n", "ensemble_number", "line 3"),
        ("kind,name,low,high\ndriver,cementt,1,2\n", "ensemble_name", "cement"),
        ("kind,name,low,high\n", "ensemble_none", ""),
    ],
)
def test_ranges_of_a_file_that_cannot_be_drawn(tmp_path: Path, text: str, key: str, said: str) -> None:
    (tmp_path / "own.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DafengError) as refused:
        read_ranges(tmp_path / "own.csv")
    assert refused.value.key == key
    assert said in refused.value.text("en")


def test_ranges_of_a_file(tmp_path: Path) -> None:
    """Written by a spreadsheet, with columns of its own."""
    text = "\ufeffkind,name,low,high,note\ndriver,cement,0.8,1.2,ours\nweather,,1,4,\n"
    (tmp_path / "own.csv").write_text(text, encoding="utf-8")
    assert read_ranges(tmp_path / "own.csv") == (RANGES[0], Range("weather", "", 1, 4))
    with pytest.raises(DafengError) as refused:
        read_ranges(tmp_path / "none.csv")
    assert refused.value.key == "ensemble_file"
