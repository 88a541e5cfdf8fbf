"""The command line called in this process, as if from a shell."""

from __future__ import annotations

import contextvars
import signal
import sys

import pytest

from dafeng.cli import main

from .calling import Cli, Result


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Call `dafeng` with arguments; the language is English unless `--lang` says otherwise."""
    monkeypatch.setenv("DAFENG_LANG", "en")

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["dafeng", *map(str, arguments)])
        before = signal.getsignal(signal.SIGINT)
        capsys.readouterr()
        try:
            with pytest.raises(SystemExit) as ended:
                contextvars.copy_context().run(main)
        finally:
            signal.signal(signal.SIGINT, before)
        printed = capsys.readouterr()
        return Result(ended.value.code or 0, printed.out, printed.err)  # type: ignore[arg-type]

    return call
