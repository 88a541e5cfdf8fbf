"""Ensembles kept in a workspace: one file a run, so that an interruption loses at most the runs in flight.

    kept = run_ensemble("my-workspace", scenario.read("action-plan"), 100, seed=1, workers=2)
    kept.ensemble.peak_years(), kept.ensemble.robust(), kept.runs

    ensembles/NAME/ensemble.json    what was asked for (schema dafeng.ensemble/1)
                   scenario.toml    the scenario
                   runs/00042.json  what is kept of a run (schema dafeng.ensemble-run/1)
                   runs.csv         all runs, one a line, written when all are done

The same call goes on where it was interrupted. `pathway.sectors.draws` says how
runs are drawn, `pathway.sectors.ensemble` how they are made.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dafeng.catalog import DafengError
from dafeng.ledger import write_whole
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors import ensemble as made
from dafeng.pathway.sectors.alternatives import Alternative, alternatives
from dafeng.pathway.sectors.draws import Range, check_ranges, draws, shipped_ranges
from dafeng.pathway.sectors.ensemble import HOURS, Ensemble, Run, identity
from dafeng.pathway.sectors.sketch import Sketchbook
from dafeng.pathway.telling import Tell, tell_nobody
from dafeng.processes import processes
from dafeng.version import __version__

FOLDER = "ensembles"
SCHEMA = "dafeng.ensemble/1"
NAME = re.compile(r"[\w][\w.-]{0,63}")
COLUMNS = ("kind", "name", "low", "high")
QUICK = Case(regions="grids", periods=(2025, 2030, 2035), days=8)
"""Regions, periods and days of an ensemble for which nothing else is said."""


@dataclass(frozen=True)
class KeptEnsemble:
    """An ensemble and where it is kept.

    Attributes:
        folder: holds ensemble.json, scenario.toml, runs/ and runs.csv. found: runs that were there before.
    """

    ensemble: Ensemble
    folder: Path
    found: int

    @property
    def runs(self) -> Path:
        """All runs as CSV."""
        return self.folder / "runs.csv"


def run_ensemble(
    workspace: Path | str,
    scenario: Scenario,
    count: int,
    case: Case = QUICK,
    *,
    ranges: Sequence[Range] | None = None,
    seed: int = 0,
    hours: int = HOURS,
    name: str = "",
    workers: int = 1,
    executor: Executor | None = None,
    tell: Tell = tell_nobody,
) -> KeptEnsemble:
    """Make an ensemble, or go on with one that was interrupted.

    Args:
        workspace: its folder. count: of runs. case: regions, periods, days and demand; the rest is the scenario's.
        ranges: what is uncertain; None: the ranges that come with Dafeng. hours: of a step, 1, 2 or 3.
        name: of the folder; default: of the scenario and of all that the ensemble depends on.
        workers: processes on this machine; with an executor: how many runs are in flight.
        executor: of `concurrent.futures`, for example `client.get_executor()` of a Dask cluster.
        tell: told the share that is done; what it raises ends the ensemble, and what is done stays.

    Raises:
        DafengError: a range, count or name that cannot be used; the folder holds another ensemble, or another process
            is at work on it.
    """
    wanted = tuple(shipped_ranges() if ranges is None else ranges)
    draws(wanted, count, seed)
    own = identity(scenario, wanted, count, seed, case, hours)
    folder = Path(workspace) / FOLDER / _checked(name or f"{scenario.name}-{own[:8]}")
    with _alone(folder):
        _begin(folder, own, {**_asked(own, scenario, wanted, count, seed, case), "hours": hours}, scenario)
        known = kept_runs(folder)
        found = len(known)

        def made_with(pool: Executor | None) -> Ensemble:
            return made.run_ensemble(
                scenario,
                wanted,
                count,
                case,
                seed=seed,
                hours=hours,
                executor=pool,
                workers=workers,
                known=known,
                keep=lambda run: _keep(folder, run),
                tell=tell,
            )

        if executor is not None or workers < 2 or found >= count:
            ensemble = made_with(executor)
        else:
            with processes(workers) as pool:
                ensemble = made_with(pool)
        write_whole(folder / "runs.csv", _table(ensemble).encode())
    return KeptEnsemble(ensemble, folder, found)


def kept_ensemble(folder: Path) -> Ensemble:
    """What a folder keeps of an ensemble, also of one that was interrupted.

    Raises:
        DafengError: it keeps none.
    """
    said = _said(folder)
    if said is None:
        raise DafengError("ensemble_missing", folder=folder)
    ranges = tuple(Range(**row) for row in said["ranges"])
    return Ensemble(said["scenario"], said["seed"], said["count"], ranges, kept_runs(folder))


def kept_runs(folder: Path) -> tuple[Run, ...]:
    """The runs that a folder keeps, in their order."""
    runs = [Run(**json.loads(path.read_text(encoding="utf-8"))) for path in (folder / "runs").glob("*.json")]
    return tuple(sorted(runs, key=lambda run: run.number))


def read_ranges(file: Path) -> tuple[Range, ...]:
    """Ranges from a CSV file with the columns kind, name, low and high; others are left alone.

    Raises:
        DafengError: it cannot be read, lacks a column or a number; names the line. And what `check_ranges` refuses.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DafengError("ensemble_file", file=file, found=str(error)) from None
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise DafengError("ensemble_columns", file=file, missing=", ".join(missing), allowed=", ".join(COLUMNS))
    ranges = []
    for row in reader:
        low, high = (_number(file, reader.line_num, end, row[end]) for end in ("low", "high"))
        ranges.append(Range((row["kind"] or "").strip(), (row["name"] or "").strip(), low, high))
    check_ranges(ranges)
    return tuple(ranges)


def _number(file: Path, line: int, column: str, found: str | None) -> float:
    try:
        return float(found or "")
    except ValueError:
        raise DafengError("ensemble_number", file=file, line=line, column=column, found=found or "-") from None


def near_optimal(
    scenario: Scenario,
    year: int,
    technologies: Sequence[str],
    case: Case = QUICK,
    slack: float = 0.02,
    tell: Tell = tell_nobody,
) -> tuple[Alternative, ...]:
    """How little and how much of some technologies a plan can have in a year if it may cost a little more.

    Args:
        year: a period of the case. technologies: of power, or options of services. slack: 0.02 for 2 %.

    Raises:
        DafengError, UnknownName, Infeasible, NotSolved: as `pathway.sectors.alternatives.alternatives`.
    """
    return alternatives(Sketchbook.of(case), scenario, year, technologies, slack, tell)


# --- files -----------------------------------------------------------------------------------------------------------


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise DafengError("plan_name", found=name)
    return name


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process is at work on this ensemble."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.parent / f".{folder.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DafengError("ensemble_busy", folder=folder) from None
    try:
        yield
    finally:
        lock.release()


def _asked(
    own: str, scenario: Scenario, ranges: Sequence[Range], count: int, seed: int, case: Case
) -> Mapping[str, Any]:
    of_case = {"regions": case.regions, "periods": list(case.periods), "days": case.days, "demand": case.demand}
    return {
        "schema": SCHEMA,
        "identity": own,
        "made": __version__,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "count": count,
        "seed": seed,
        **of_case,
        "ranges": [asdict(one) for one in ranges],
    }


def _said(folder: Path) -> Mapping[str, Any] | None:
    file = folder / "ensemble.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _begin(folder: Path, own: str, asked: Mapping[str, Any], scenario: Scenario) -> None:
    """Make the folder, or see that it is that of this ensemble."""
    said = _said(folder)
    if said is not None and said["identity"] != own:
        raise DafengError("ensemble_other", folder=folder, scenario=said["scenario"], count=said["count"])
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    for leftover in (folder / "runs").glob("*.part"):
        leftover.unlink()
    if said is None:
        write_whole(folder / "scenario.toml", scenario.text().encode())
        write_whole(folder / "ensemble.json", json.dumps(asked, ensure_ascii=False, indent=1).encode())


def _keep(folder: Path, run: Run) -> None:
    text = json.dumps(asdict(run), ensure_ascii=False, allow_nan=False)
    write_whole(folder / "runs" / f"{run.number:05d}.json", text.encode())


def _table(ensemble: Ensemble) -> str:
    """One line a run: what was drawn, and what came of it."""
    years = ensemble.years
    factors = [one.key for one in ensemble.ranges]
    by_year = ("co2", "co2_energy", "cost")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["run", "state", *factors, "peak_year", "peak_mt", *(f"{name}_{year}" for name in by_year for year in years)]
    )
    for run in ensemble.runs:
        values, found = run.values, []
        if values:
            found = [values["peak_year"], values["peak_mt"], *(v for name in by_year for v in values[name])]
        writer.writerow([run.number, run.state, *(run.factors[key] for key in factors), *found])
    return out.getvalue()


__all__ = [
    "FOLDER",
    "QUICK",
    "KeptEnsemble",
    "Range",
    "kept_ensemble",
    "kept_runs",
    "near_optimal",
    "read_ranges",
    "run_ensemble",
    "shipped_ranges",
]
