"""What several tests of published results need, drawn up once: statistics of the catalogue, inventories of CEADs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import dafeng
from dafeng import Workspace

from .ceads_data import Counted, count


@pytest.fixture(scope="session")
def statistics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with dafeng.init(tmp_path_factory.mktemp("statistics") / "workspace") as workspace:
        workspace.load_statistics()
        yield workspace


@pytest.fixture(scope="session")
def ceads(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return count(shared_data, tmp_path_factory.mktemp("ceads"))
