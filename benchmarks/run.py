"""`dafeng run` and the commands people wait for, as whole processes: wall, CPU and peak memory.

python benchmarks/run.py            five turns
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from harness import in_turns, machine, table

RUN = "dafeng run"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    command = [sys.executable, "-m", "dafeng"]
    place = ["-w", folder / "ws", "--format", "json"]
    try:
        costs = in_turns(
            {
                RUN: [*command, "run", *place],
                "dafeng board CN": [*command, "board", "CN", *place],
                "dafeng inventory CN-HE 2020": [*command, "inventory", "CN-HE", "2020", *place],
                "dafeng explain": [*command, "explain", "CN/2024/carbon_intensity", *place],
            },
            given.repeat,
        )
    finally:
        shutil.rmtree(folder)
    print(machine())
    print()
    print(table(costs, RUN))


if __name__ == "__main__":
    main()
