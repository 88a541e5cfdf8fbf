"""Cores: those of the machine, fewer where runs side by side were given one thread each."""

from __future__ import annotations

import pytest

from dafeng.pathway.cores import cores


@pytest.mark.parametrize(("said", "found"), [("1", 1), ("0", None), ("", None), ("many", None), ("4096", None)])
def test_what_the_environment_allows(said: str, found: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    every = cores()
    assert every >= 1
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert cores() == (every if found is None else found)
