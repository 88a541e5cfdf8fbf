"""What is said of a plan on the terminal: nobody reads costs without the word on what they rest on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from tests.reports.economy.sample import document

from dafeng.catalog import LANGUAGES, use, word
from dafeng.cli.verdict import show_verdict


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_cost_comes_with_what_it_rests_on(lang: str) -> None:
    """In every language, in the line after the cost; whether a gap is known or not."""
    for gap in (1e-4, None):
        data = document()
        data["verdict"]["gap"] = gap
        told = io.StringIO()
        with use(lang):
            show_verdict(Console(file=told, width=80), data)
        lines = told.getvalue().splitlines()
        cost = lines.index(word("plan.cli.cost", lang, cost="300.0", year=2020, base=2025))
        assert lines[cost + 1] == word("plan.estimates", lang)
