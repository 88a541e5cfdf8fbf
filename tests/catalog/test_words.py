"""Every text that the code can say is in the catalogue, in three languages, with the values that the code puts in."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import dafeng
from dafeng.catalog import LANGUAGES, all_words, language, nearest, pick, resource, set_language, use, word

SOURCE = Path(dafeng.__file__).parent
#: Functions that take the end of a key as their first argument, and what stands before it.
PREFIX = {
    "word": "",
    "DafengError": "error.",
    "MissingFactor": "error.",
    "NotComparable": "error.",
    "WorkspaceBusy": "error.",
    "Problem": "problem.",
    "_problem": "problem.",
    "_why": "why.",
}
GIVEN = {"word": {"key", "lang"}, "_why": {"key"}}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """(place, name of the function, call) of everything that says something."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            name = node.func.id
            if name in PREFIX and (name != "_why" or path.parent.name == "targets"):  # others have their own `_why`
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", name, node


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an argument can be, as far as they stand in the code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def holes(key: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(all_words()[key]["en"]) if name}


def test_the_scan_sees_the_code() -> None:
    assert sum(1 for _ in calls()) > 60


def test_every_key_named_in_the_code_exists() -> None:
    """A missing one would be a KeyError in place of the message, in the moment in which something went wrong."""
    missing = [
        f"{place}: {PREFIX[name]}{key}"
        for place, name, call in calls()
        for key in constants(call.args[0])
        if PREFIX[name] + key not in all_words()
    ]
    assert missing == []


def test_every_key_built_in_the_code_has_candidates() -> None:
    missing = []
    for place, name, call in calls():
        first = call.args[0]
        if isinstance(first, ast.JoinedStr):
            start = first.values[0].value if isinstance(first.values[0], ast.Constant) else ""
            if not any(key.startswith(f"{PREFIX[name]}{start}") for key in all_words()):
                missing.append(f"{place}: {PREFIX[name]}{start}...")
    assert missing == []


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("status.", ("measured", "reported", "estimated", "projected")),
        ("quality.", ("official", "secondary", "recalled", "estimated", "user")),
        ("state.", ("met", "on_track", "at_risk", "missed", "not_due", "no_data")),
        (
            "target.",
            tuple(
                {row["indicator"] for row in resource("statistics", "provincial_targets").rows}
                - {"energy_consumption_base"}
            ),
        ),
    ],
)
def test_every_value_of_a_closed_list_has_a_word(start: str, ends: tuple[str, ...]) -> None:
    if start == "state." and not any(key.startswith(start) for key in all_words()):
        start = "report.state."
    assert [end for end in ends if start + end not in all_words()] == []


def test_every_hole_of_a_text_is_filled_by_the_code_that_says_it() -> None:
    wrong = []
    for place, name, call in calls():
        given = {k.arg for k in call.keywords if k.arg} | GIVEN.get(name, set())
        open_ended = any(k.arg is None for k in call.keywords) or any(isinstance(a, ast.Starred) for a in call.args)
        if name in ("Problem", "_why") or open_ended:
            continue  # their values come in a mapping
        for key in constants(call.args[0]):
            full = PREFIX[name] + key
            if full in all_words() and not holes(full) <= given:
                wrong.append(f"{place}: {full} lacks {sorted(holes(full) - given)}")
    assert wrong == []


def test_no_text_is_the_same_in_all_languages_by_oversight() -> None:
    """A text that was copied and not translated; what is no language (units, symbols, names) is short."""
    same = [key for key, texts in all_words().items() if texts["zh"] == texts["en"] and len(texts["en"]) > 12]
    assert same == []


def test_every_text_stands_in_the_column_of_its_language() -> None:
    names = {"report.brand"}  # the project's own name
    wrong = [
        key
        for key, texts in all_words().items()
        if key not in names
        and (re.search(r"[\u3040-\u30ff]", texts["zh"]) or re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", texts["en"]))
    ]
    assert wrong == []


def test_language_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAFENG_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language() == "en"
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert language() == "ja"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language() == "ja", "a locale that says nothing of language is passed over"
    monkeypatch.setenv("DAFENG_LANG", "zh")
    assert language() == "zh"
    with use("en"):
        assert word("quality.recalled") == all_words()["quality.recalled"]["en"]
        with use("ja"):
            assert language() == "ja"
        assert language() == "en"
    assert language() == "zh"


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="zh, ja, en"):
        set_language("fr")


def test_pick_takes_the_column_of_the_language() -> None:
    row = resource("regions", "regions").row("CN-HE")
    assert [pick(row, "short", tag) for tag in LANGUAGES] == ["河北", "河北", "Hebei"]


def test_nearest_is_blind_to_case_and_silent_where_nothing_is_near() -> None:
    assert nearest("RAW_COAL", ["raw_coal", "coke"]) == "raw_coal"
    assert nearest("zzz", ["raw_coal", "coke"]) == "-"


def said_somewhere() -> set[str]:
    """Every name in the code, the pages' scripts and the tables of the catalogue; the words themselves aside."""
    found: set[str] = set()
    for path in SOURCE.rglob("*"):
        if path.suffix in (".py", ".js", ".j2", ".csv") and "words" not in path.parts and "echarts" not in path.name:
            text = path.read_text(encoding="utf-8")
            found.update(re.findall(r"[\w-]+", text))
            found.update(kind.replace(" ", "_") for kind in re.findall(r'"(\w+(?: \w+)+)"', text))
    return found


def test_no_text_is_left_that_nothing_says() -> None:
    """The end of a key stands in the code or is the id of something, whole or in two parts: `gap_myopic` is made of
    `gap_` and `myopic`. A text that nobody can come to by either way is forgotten.
    """
    known = said_somewhere()

    def reached(end: str) -> bool:
        parts = end.split("_")
        cuts = (("_".join(parts[:n]), "_".join(parts[n:])) for n in range(1, len(parts)))
        return end in known or any(
            (f"{a}_" in known and b in known) or (a in known and f"_{b}" in known) for a, b in cuts
        )

    ends = {key: key.rpartition(".")[2] for key in all_words()}
    assert [key for key, end in ends.items() if not reached(end)] == []
