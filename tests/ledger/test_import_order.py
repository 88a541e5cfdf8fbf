"""The order in which files are imported does not matter: same ids and values in the end, corrections included."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_builders import template_csv

from dafeng.ledger.checks import judge
from dafeng.ledger.importers import ImportOptions, read_file
from dafeng.ledger.schema import Observation, year_span
from dafeng.ledger.store import Ledger

ENTITIES, YEARS, CARRIERS = ("CN-HE", "CN-SX"), (2019, 2020, 2021), ("coke", "diesel")
OPTIONS = ImportOptions(dataset="d", source="survey")


@dataclass(frozen=True)
class Fact:
    """A line of a file: a first figure, or a correction of the one before it."""

    key: tuple[str, int, str]
    value: int
    replaces: str = ""

    @property
    def observation(self) -> Observation:
        start, end = year_span(self.key[1])
        return Observation(
            self.key[0],
            start,
            end,
            "final.industry",
            self.key[2],
            float(self.value),
            "t",
            "d",
            source="survey",
            replaces=self.replaces,
        )

    @property
    def row(self) -> dict[str, object]:
        return {
            "entity": self.key[0],
            "year": self.key[1],
            "flow": "final.industry",
            "carrier": self.key[2],
            "value": self.value,
            "unit": "t",
            "replaces": self.replaces,
        }


@st.composite
def files(draw: st.DrawFn) -> list[list[Fact]]:
    """Two to five files. A line may stand in several of them, a correction before or after the line that it corrects; a
    correction of a correction travels with it (see below for one that comes alone)."""
    keys = st.tuples(st.sampled_from(ENTITIES), st.sampled_from(YEARS), st.sampled_from(CARRIERS))
    number = draw(st.integers(2, 5))
    found: list[list[Fact]] = [[] for _ in range(number)]
    some = st.sets(st.integers(0, number - 1), min_size=1, max_size=2)
    for key in draw(st.lists(keys, min_size=1, max_size=8, unique=True)):
        values = draw(st.lists(st.integers(10, 99), min_size=1, max_size=3, unique=True))
        chain = [Fact(key, values[0])]
        for value in values[1:]:
            chain.append(Fact(key, value, chain[-1].observation.id))
        for at in draw(some):
            found[at].append(chain[0])
        for at in draw(some):
            found[at] += chain[1:]
    return [draw(st.permutations(file)) for file in found if file]


def import_all(paths: Sequence[Path], folder: Path) -> set[tuple[str, float]]:
    """Import files in this order; the ids and values that count in the end."""
    ledger = Ledger(folder, write=True)
    for path in paths:
        draft = read_file(path, "template", OPTIONS)
        assert not draft.problems
        verdict = judge(ledger, draft.observations, (), accept=("jump",))
        assert not verdict.refused
        ledger.append(verdict.new, path.name, "template", "d", known=verdict.known)
    rows = ledger.run(ledger.observations()).to_pylist()
    ledger.close()
    assert len({tuple(row[n] for n in ("entity", "start", "carrier")) for row in rows}) == len(rows), (
        "one value per key"
    )
    return {(row["id"], row["value"]) for row in rows}


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(files(), st.randoms(use_true_random=False))
def test_any_order_of_files_gives_the_same_ledger(contents: list[list[Fact]], random: object) -> None:
    latest = {fact.observation.id: (fact.observation.id, float(fact.value)) for file in contents for fact in file}
    gone = {fact.replaces for file in contents for fact in file}
    expected = {said for identity, said in latest.items() if identity not in gone}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [template_csv(folder / f"f{at}.csv", [fact.row for fact in file]) for at, file in enumerate(contents)]
        shuffled = list(paths)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert import_all(shuffled, folder / "a") == expected
        assert import_all(shuffled[::-1], folder / "b") == expected


def write(ledger: Ledger, *facts: Fact, revise: bool = False) -> tuple[list[str], int, list[str]]:
    """(values that enter, lines that are known, rules that refuse)."""
    verdict = judge(ledger, [fact.observation for fact in facts], (), accept=("jump",), revise=revise)
    if not verdict.refused:
        ledger.append(verdict.new, "f", "template", "d", known=verdict.known)
    return [f"{o.value:g}" for o in verdict.new], verdict.known, [p.rule for p in verdict.refused]


def current(ledger: Ledger) -> list[float]:
    return sorted(ledger.run(ledger.observations())["value"].to_pylist())


def test_corrections_by_hand(tmp_path: Path) -> None:
    key = ("CN-HE", 2020, "coke")
    first = Fact(key, 10)
    second = Fact(key, 20, first.observation.id)
    third = Fact(key, 30, second.observation.id)
    ledger = Ledger(tmp_path / "forward", write=True)
    for fact in (first, second, third, second, first):
        write(ledger, fact)
    assert current(ledger) == [30.0]
    assert len(ledger.run(ledger.observations(history=True))) == 3, "what is known is not written twice"
    assert write(ledger, replace(second, value=21)) == ([], 0, ["conflict"])
    ledger.close()
    ledger = Ledger(tmp_path / "backward", write=True)
    assert write(ledger, second) == (["20"], 0, [])
    assert write(ledger, first) == (["10"], 0, [])
    assert current(ledger) == [20.0]
    assert write(ledger, third)[2] == []
    assert current(ledger) == [30.0]
    ledger.close()


def test_a_correction_of_something_else_does_not_stand_beside_the_current_value(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", write=True)
    key = ("CN-HE", 2020, "coke")
    write(ledger, Fact(key, 10))
    new, _, refused = write(ledger, Fact(key, 20, "0" * 24))
    assert refused == ["conflict"]
    assert current(ledger) == [10.0]
    assert new == []
    ledger.close()


def test_two_corrections_of_one_line_conflict_in_either_order(tmp_path: Path) -> None:
    key = ("CN-HE", 2020, "coke")
    first = Fact(key, 10)
    forks = [Fact(key, value, first.observation.id) for value in (20, 30)]
    for at, order in enumerate((forks, forks[::-1])):
        ledger = Ledger(tmp_path / str(at), write=True)
        write(ledger, first)
        assert write(ledger, order[0])[2] == []
        assert write(ledger, order[1])[2] == ["conflict"]
        ledger.close()


def test_a_correction_whose_predecessor_is_still_to_come_waits_for_it(tmp_path: Path) -> None:
    key = ("CN-HE", 2020, "coke")
    first = Fact(key, 10)
    second = Fact(key, 20, first.observation.id)
    third = Fact(key, 30, second.observation.id)
    for at, order in enumerate(((first, third, second), (third, first, second))):
        ledger = Ledger(tmp_path / str(at), write=True)
        assert write(ledger, order[0])[2] == []
        assert write(ledger, order[1])[2] == ["conflict"], "two values of one key never stand side by side"
        assert len(current(ledger)) == 1
        assert write(ledger, order[2])[2] == []
        assert write(ledger, order[1])[2] == []
        assert current(ledger) == [30.0]
        ledger.close()


def test_the_same_line_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", write=True)
    fact = Fact(("CN-HE", 2020, "coke"), 10)
    assert write(ledger, fact, fact)[2] == ["duplicate"]
    assert write(ledger, fact, replace(fact, value=11))[2] == ["duplicate"]
    ledger.close()


def test_revising_forth_and_back(tmp_path: Path) -> None:
    key = ("CN-HE", 2020, "coke")
    ledger = Ledger(tmp_path / "ledger", write=True)
    write(ledger, Fact(key, 10))
    assert write(ledger, Fact(key, 20)) == ([], 0, ["conflict"])
    assert write(ledger, Fact(key, 20), revise=True) == (["20"], 0, [])
    assert current(ledger) == [20.0]
    assert write(ledger, Fact(key, 10)) == ([], 1, []), "the old file again: known, and still corrected"
    assert current(ledger) == [20.0]
    assert write(ledger, Fact(key, 10), revise=True) == (["10"], 0, [])
    assert current(ledger) == [10.0]
    assert write(ledger, Fact(key, 10), revise=True)[0] == []
    ledger.close()
