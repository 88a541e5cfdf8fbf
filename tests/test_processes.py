"""Processes: Ctrl-C at any moment of their beginning ends the parent only, without a word from them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dafeng

WORK = """
import os, time
from dafeng.processes import processes
if __name__ == "__main__":
    try:
        print("begins", flush=True)
        with processes(2) as pool:
            list(pool.map(time.sleep, [0.1] * 600))
    except KeyboardInterrupt:
        os._exit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups that receive SIGINT")
@pytest.mark.parametrize("after", [0.0, 0.1, 0.3, 0.8])
def test_ctrl_c_while_they_begin(after: float, tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK)
    environment = {**os.environ, "PYTHONPATH": str(Path(dafeng.__file__).parents[1])}
    child = subprocess.Popen(
        [sys.executable, str(tmp_path / "work.py")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "begins\n"
    time.sleep(after)
    os.killpg(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert said == ""
