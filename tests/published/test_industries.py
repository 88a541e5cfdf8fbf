"""The industries of every province decomposed: embedded value added, and the energy inventories of CEADs as balance.

Sources of the inventories: see ceads_data.py. What is published is the input; the result is held to what must be.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng import accounts
from dafeng.accounts import Choice
from dafeng.assessment import decompose, fill
from dafeng.ledger import Ledger, embedded_statistics

from .ceads_data import ENERGY, energy_lines, read


@pytest.mark.shared
def test_industries_of_thirty_provinces(shared_data: Path, tmp_path: Path) -> None:
    """2018-2021, one edition: the effects make up the change of the direct CO2 of the three industries."""
    with_years = [row for row in read(shared_data / ENERGY) if 2017 < int(row["year"]) < 2022]
    ledger = Ledger(tmp_path / "ledger", write=True)
    ledger.append(embedded_statistics(), "statistics", "catalogue", "statistics")
    ledger.append(list(energy_lines(with_years)), "ceads", "ceads", "ceads")
    stated = accounts.evaluate(ledger, accounts.statistical_measures(Choice()), "statistics")
    own = accounts.evaluate(ledger, accounts.balance_measures(Choice()), "ceads")
    series = accounts.series_of([*stated.figures(), *accounts.stated_figures(ledger, "statistics")])
    for (entity, name), years in accounts.series_of(own.figures()).items():
        series[entity, name if (entity, name) not in series else accounts.key_of(name, "ceads")] = years
    series = accounts.with_indicators(series)
    structure = 0.0
    names = sorted({entity for entity, name in series if name == "co2_fuel"})
    assert len(names) == 30
    for entity in names:
        filled = fill("sector", series, entity, account=[stated, own])
        found = decompose(filled.cells)
        first, last = filled.cells.years[0], filled.cells.years[-1]
        assert 2019 <= last <= 2021, entity
        burnt = [
            sum(
                cell["amount"]
                for cell in own.by_total["co2_fuel", entity, year]
                if cell["line"].startswith("final.") and not cell["line"].startswith("final.residential")
            )
            for year in (first, last)
        ]
        assert found.effects[-1].sum() == pytest.approx(burnt[1] - burnt[0], rel=1e-9, abs=1.0), entity
        assert found.between(first, last)["Q"] > 0, entity
        structure += found.between(first, last)["Q_i/Q"]
    assert structure > 0  # industry recovered faster than services from 2020 to 2021
