"""Sketches of the nation on two days that several files look at."""

from __future__ import annotations

import pytest

from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import Scenario, read
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook

SMALL = Case(regions="nation", periods=(2025, 2030), days=2)


@pytest.fixture(scope="session")
def book() -> Sketchbook:
    """What sketches of the nation in 2025 and 2030 share."""
    return Sketchbook.of(SMALL)


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return read("action-plan")


@pytest.fixture(scope="session")
def reference(book: Sketchbook, scenario: Scenario) -> Sketch:
    """The sketch of the action plan, from nothing."""
    return book.sketch(scenario)
