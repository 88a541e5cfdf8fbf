"""The back-test of the split against the official splits of 2010-2015 and 2015-2020 says what its page says.

The official targets are rows of statistics/provincial_targets.csv, each with its source; the page is docs/split-backtest.md.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dafeng import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def backtest() -> ModuleType:
    spec = importlib.util.spec_from_file_location("backtest_split", REPOSITORY / "benchmarks" / "backtest_split.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["backtest_split"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(backtest: ModuleType, statistics: Workspace) -> None:
    text = backtest.page(backtest.tables(statistics.series))
    assert (REPOSITORY / "docs" / "split-backtest.md").read_text(encoding="utf-8") == text, (
        "python benchmarks/backtest_split.py --write"
    )


def test_what_the_page_concludes(backtest: ModuleType, statistics: Workspace) -> None:
    """The words under "What follows" are not computed: these are the figures that they stand on."""
    cases = {(c.indicator, c.period): c for c in backtest.cases(statistics.series)}
    assert set(cases) == {(i, p) for i in ("energy_intensity", "carbon_intensity") for p in ("12FYP", "13FYP")}
    for case in cases.values():
        found = {p: backtest.score(case, p, backtest.made(case, p)) for p in backtest.PRINCIPLES}
        assert min(found, key=lambda p: found[p].difference) == "equal_rate"
        assert max((p for p in found if found[p].rank is not None), key=lambda p: found[p].rank) == "capability"
        assert found["capability"].rank > 0.5
        assert found["potential"].rank < -0.3
        assert found["zero_sum_dea"].low > 0 > found["zero_sum_dea"].high
        assert found["zero_sum_dea"].high < -60
    for indicator in backtest.QUANTITY:
        first, second = cases[indicator, "12FYP"], cases[indicator, "13FYP"]
        repeated = backtest.score(second, "", backtest.last_time(second, first)).difference
        assert repeated < backtest.score(second, "", backtest.made(second, "equal_rate")).difference
