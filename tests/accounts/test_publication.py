"""A published result stays what it was; a recount shows the difference first, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import dafeng
from dafeng.accounts import Choice
from dafeng.catalog import DafengError, UnknownName
from making import line

COAL, DIESEL = line("final.industry", "raw_coal", 100), line("final.transport", "diesel", 10)
FIRST, SECOND = "ndrc-provincial-2011", "ndrc-sector-2013"


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[dafeng.Workspace]:
    dafeng.init(tmp_path / "ws").close()
    with dafeng.open(tmp_path / "ws", write=True, choice=Choice(fuels=FIRST)) as opened:
        opened.ledger.append([COAL, DIESEL], "book.csv", "template", "book")
        yield opened


def reopened(ws: dafeng.Workspace, fuels: str) -> dafeng.Workspace:
    return dafeng.open(ws.folder, choice=Choice(fuels=fuels))


def test_a_publication_holds_all_that_is_needed_to_show_it_again(ws: dafeng.Workspace) -> None:
    path = ws.publish("CN-HE", 2020, "co2_fuel")
    held = json.loads(path.read_text(encoding="utf-8"))
    now = ws.inventory("CN-HE", 2020, "co2_fuel")[0]
    assert (held["value"], held["unit"], held["scope"]) == (now.total, "t_CO2", "energy-use")
    assert (held["factor_set"], held["factor_hash"], held["dataset"]) == (FIRST, now.figure.factor_hash, "book")
    assert [(c["flow"], c["activity"], c["coefficient"], c["amount"], c["observation"]) for c in held["lines"]] == [
        (c.flow, c.activity, c.coefficient, c.amount, c.observation) for c in now.lines
    ]
    assert held["version"] == dafeng.__version__


def test_nothing_changed_nothing_shown(ws: dafeng.Workspace) -> None:
    recount = ws.recompute(ws.publish("CN-HE", 2020, "co2_fuel"))
    assert recount.same
    assert recount.changes == ()


def test_other_factors_leave_the_publication_and_show_the_difference(ws: dafeng.Workspace) -> None:
    path = ws.publish("CN-HE", 2020, "co2_fuel")
    before = path.read_bytes()
    recount = reopened(ws, f"{SECOND}+{FIRST}").recompute(path)
    assert path.read_bytes() == before
    assert not recount.same
    (change,) = recount.changes
    assert (change.flow, change.carrier) == ("final.transport", "diesel"), "raw coal is not in the second set"
    assert change.activity_then == change.activity_now == 10
    assert change.coefficient_then == pytest.approx(42.652 * 0.0202 * 0.98 * 44 / 12)
    assert change.coefficient_now == pytest.approx(43.33 * 0.0202 * 0.98 * 44 / 12)
    assert recount.now.total - recount.then["value"] == pytest.approx(change.amount_now - change.amount_then)


def test_a_corrected_line_shows_as_activity(ws: dafeng.Workspace) -> None:
    path = ws.publish("CN-HE", 2020, "co2_fuel")
    ws.ledger.append([replace(COAL, value=90.0, replaces=COAL.id)], "fix.csv", "template", "book")
    (change,) = reopened(ws, FIRST).recompute(path).changes
    assert (change.activity_then, change.activity_now, change.carrier) == (100, 90, "raw_coal")
    assert change.coefficient_then == change.coefficient_now


def test_lines_that_came_or_went(ws: dafeng.Workspace) -> None:
    path = ws.publish("CN-HE", 2020, "co2_fuel")
    coke = line("final.industry", "coke", 5)
    moved = replace(DIESEL, flow="final.commerce", replaces=DIESEL.id)
    ws.ledger.append([coke, moved], "more.csv", "template", "book")
    changes = {
        (c.flow, c.carrier): (c.activity_then, c.activity_now) for c in reopened(ws, FIRST).recompute(path).changes
    }
    assert changes == {
        ("final.industry", "coke"): (None, 5),
        ("final.transport", "diesel"): (10, None),
        ("final.commerce", "diesel"): (None, 10),
    }


def test_earlier_publications_stay(ws: dafeng.Workspace) -> None:
    first = ws.publish("CN-HE", 2020, "co2_fuel")
    second = ws.publish("CN-HE", 2020, "co2_fuel")
    assert first != second
    assert ws.publications() == [first, second]


def test_only_a_writer_publishes(ws: dafeng.Workspace) -> None:
    with pytest.raises(DafengError) as caught:
        reopened(ws, FIRST).publish("CN-HE", 2020, "co2_fuel")
    assert caught.value.key == "read_only"
    assert ws.publications() == []


def test_an_unknown_publication_names_those_there_are(ws: dafeng.Workspace) -> None:
    path = ws.publish("CN-HE", 2020, "co2_fuel")
    with pytest.raises(UnknownName, match=path.name):
        ws.recompute(path.name.replace("2020", "2021", 1))
    assert ws.recompute(path.name).same, "the bare name will do"


def test_factor_sets_side_by_side(ws: dafeng.Workspace) -> None:
    """A table to look at: each result names its set; the choice of the workspace does not change."""
    first, second = ws.compare([FIRST, f"{SECOND}+{FIRST}"], "CN-HE", 2020)
    assert (first.figure.factor_set, second.figure.factor_set) == (FIRST, f"{SECOND}+{FIRST}")
    assert second.total > first.total
    assert ws.choice.fuels == FIRST
    with pytest.raises(dafeng.NotComparable):
        dafeng.accounts.comparable(first.figure, second.figure)
