"""Measuring: every variant runs in a process of its own, variants take turns, and medians are compared as ratios."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
DATA = HERE / "data"


@dataclass(frozen=True)
class Cost:
    """What one process took, start of the interpreter and imports included.

    Attributes:
        wall, cpu: seconds; CPU is user plus system time of the process and of its threads.
        peak_mb: largest resident set, in MB of 10^6 bytes.
        said: the JSON object on the last line that the process wrote.
    """

    wall: float
    cpu: float
    peak_mb: float
    said: dict[str, Any]


def cost_of(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end and take its resource usage from the kernel.

    Linux counts what this process held when it started the command as the command's own peak: do nothing heavy here.

    Raises:
        RuntimeError: it failed.
    """
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit status {process.returncode}: {' '.join(map(str, command))}")
    scale = 1 if sys.platform == "darwin" else 1024
    try:
        said = json.loads(lines[-1])
    except (IndexError, json.JSONDecodeError):
        said = {}
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale / 1e6, said)


def in_turns(commands: Mapping[str, Sequence[str | Path]], repeat: int) -> dict[str, list[Cost]]:
    """Each command `repeat` times; all of them once before any comes again, so that they share the machine's moods."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(repeat):
        for name, command in commands.items():
            cost = cost_of(command)
            costs[name].append(cost)
            print(
                f"  {turn + 1}/{repeat} {name}: "
                f"wall {cost.wall:.2f} s, CPU {cost.cpu:.2f} s, peak {cost.peak_mb:.0f} MB",
                file=sys.stderr,
                flush=True,
            )
    return costs


def median(costs: Sequence[Cost], field: str) -> float:
    return float(statistics.median(getattr(cost, field) for cost in costs))


def table(costs: Mapping[str, Sequence[Cost]], base: str, start: Mapping[str, Sequence[Cost]] | None = None) -> str:
    """Markdown: medians by variant, and the median over turns of the CPU ratio to `base`.

    Args:
        start: what each variant takes for next to no data; where given, the ratio of the rest is shown too.
    """

    def rest(name: str) -> float:
        return median(costs[name], "cpu") - median(start[name], "cpu") if start else 0.0

    more = (" of which start s | rest / base's rest |", "---|---|") if start else ("", "")
    lines = [
        f"| variant | wall s | CPU s | CPU / base | lowest - highest | peak MB |{more[0]}",
        f"|---|---|---|---|---|---|{more[1]}",
    ]
    for name, runs in costs.items():
        ratios = sorted(run.cpu / against.cpu for run, against in zip(runs, costs[base], strict=True))
        cells = [
            name,
            f"{median(runs, 'wall'):.2f}",
            f"{median(runs, 'cpu'):.2f}",
            f"{statistics.median(ratios):.2f}",
            f"{ratios[0]:.2f} - {ratios[-1]:.2f}",
            f"{max(run.peak_mb for run in runs):.0f}",
        ]
        if start:
            cells += [f"{median(start[name], 'cpu'):.2f}", f"{rest(name) / rest(base):.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def machine() -> str:
    """Where this was measured, in words."""
    found = []
    for package in ("duckdb", "ibis-framework", "pyarrow", "pandas", "numpy"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    machine = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    return f"{machine}, {', '.join(found)}; load {load}"
