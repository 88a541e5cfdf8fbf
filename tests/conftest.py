"""Fixtures that several rooms use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import dafeng

settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of third-party data sets beside the checkout; they are not part of Dafeng and may not be there."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data: third-party data sets that do not ship with Dafeng")
    return folder


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dafeng.Workspace]:
    """A workspace with the embedded statistics, open for reading; no test writes to its folder."""
    folder = tmp_path_factory.mktemp("workspace") / "ws"
    with dafeng.init(folder) as made:
        made.load_statistics()
    with dafeng.open(folder) as opened:
        yield opened
