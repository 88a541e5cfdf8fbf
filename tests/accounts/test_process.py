"""CO2 of industrial processes: output times factor."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.accounts import evaluate
from dafeng.accounts.process import process
from dafeng.catalog import MissingFactor
from making import ledger_of, line


def total(folder: Path, name: str, *lines: object) -> list[float]:
    return [f.value for f in evaluate(ledger_of(folder, *lines), [process(name)], "book").figures()]  # type: ignore[arg-type]


def test_by_hand(tmp_path: Path) -> None:
    """1000 t clinker x 0.538 + 100 t lime x 0.683 + 10 t carbide x 1.154 (provincial guideline, chapter 2)."""
    lines = [line("output", "clinker", 1000), line("output", "lime", 100), line("output", "calcium_carbide", 10)]
    assert total(tmp_path, "ndrc-provincial-2011", *lines) == [pytest.approx(538 + 68.3 + 11.54, rel=1e-14)]


def test_cement_is_counted_once_by_clinker_or_by_cement(tmp_path: Path) -> None:
    lines = [line("output", "clinker", 580), line("output", "cement", 1000)]
    assert total(tmp_path / "a", "ndrc-provincial-2011", *lines) == [pytest.approx(580 * 0.538)]
    assert total(tmp_path / "b", "ceads-implied-2022", *lines) == [pytest.approx(1000 * 0.2906)]


def test_factors_of_inputs_and_of_stored_carbon_are_not_applied_to_output() -> None:
    """Pig iron has a factor by tonne bought, steel one of carbon that it keeps: neither is CO2 per tonne made."""
    assert {c.carrier for c in process("ndrc-sector-2013").coefficients} == {"aluminium"}


def test_other_gases_are_not_added_as_if_they_were_co2() -> None:
    counted = process("ndrc-provincial-2011").coefficients
    assert all("co2" in c.terms[0].place for c in counted)


def test_a_product_with_several_techniques_is_refused_rather_than_guessed(tmp_path: Path) -> None:
    """IPCC 2006 has one factor for ammonia from gas and one for partial oxidation."""
    with pytest.raises(MissingFactor, match="ammonia"):
        total(tmp_path / "a", "ipcc-2006", line("output", "ammonia", 10))
    assert total(tmp_path / "b", "ipcc-2006", line("output", "methanol", 10)) == [pytest.approx(6.7)]


def test_no_output_no_figure(tmp_path: Path) -> None:
    assert total(tmp_path, "ceads-implied-2022", line("output", "crude_steel", 10)) == []
