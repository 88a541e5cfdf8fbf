"""Reasons in words: every text that `said` is asked for exists, and every hole of it is filled."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import dafeng
from dafeng.catalog import LANGUAGES, all_words
from dafeng.targets import listed, plain, said, shown


def calls() -> list[tuple[str, ast.Call]]:
    found = []
    for path in sorted(Path(dafeng.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said" and node.args:
                found.append((f"{path.name}:{node.lineno}", node))
    return found


def test_every_text_exists_and_its_holes_are_filled() -> None:
    wrong = []
    for place, call in calls():
        first, given = call.args[0], {k.arg for k in call.keywords}
        if isinstance(first, ast.Constant):
            keys = [str(first.value)]
        elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
            start = str(first.values[0].value)
            keys = [key for key in all_words() if key.startswith(start) and "." not in key[len(start) :]]
            if not keys:
                wrong.append(f"{place}: {start}...")
        else:
            continue  # a key in a variable
        for key in keys:
            if key not in all_words():
                wrong.append(f"{place}: {key}")
                continue
            holes = {name for _, name, _, _ in string.Formatter().parse(all_words()[key]["en"]) if name}
            if None not in given and isinstance(first, ast.Constant) and not holes <= given:
                wrong.append(f"{place}: {key} lacks {sorted(holes - given)}")
    assert len(calls()) > 40
    assert wrong == []


def test_a_text_within_a_text_keeps_its_language() -> None:
    found = said("rating.change.all_of", names=listed([said("rating.group.control"), plain("CN-HE")]))
    assert found == {
        "zh": "控制指标、CN-HE须达标",
        "ja": "統制指標、CN-HEの達成が必要",
        "en": "control, CN-HE must be met",
    }
    assert set(found) == set(LANGUAGES)


def test_numbers_for_people() -> None:
    assert [shown(v) for v in (0.0, -0.0, 1.0, 2.5, -3.14159, 12345.678, 0.00012345, 1e6, -0.001)] == [
        "0",
        "0",
        "1",
        "2.5",
        "-3.14",
        "12,346",
        "0.000123",
        "1,000,000",
        "-0.001",
    ]
