"""The runner of the documentation's code blocks sees what is wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from code_blocks import Block, agrees, blocks, commands, own_blocks, run_console, run_python

PAGE = """# Title

```console
$ echo one
one
```

```text
$ not run
```

```python
x = 1
```
"""


def test_blocks_and_their_lines() -> None:
    assert list(blocks(PAGE)) == [Block("console", "$ echo one\none\n", 4), Block("python", "x = 1\n", 13)]


def test_what_a_python_block_prints_is_held_to_the_page() -> None:
    """Figures move a little with the data; a page whose figures have moved by more has to be read again."""
    page = "```python\nprint('CO2', 4278, 1e-12)\n```\n\nIt prints\n\n```text printed\nCO2 {} 2e-12\n```\n"
    for shown, faults in (("4300", 0), ("3467", 1), ("4278 4278", 1)):
        (block,) = blocks(page.format(shown))
        assert len(list(run_python(block, {}, "page"))) == faults, shown


def test_a_translation_runs_only_what_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "README.ja.md").write_text(PAGE + "\n```console\n$ echo two\n```\n", encoding="utf-8")
    assert len(own_blocks(tmp_path / "README.md")) == 2
    assert [block.text for block in own_blocks(tmp_path / "README.ja.md")] == ["x = 1\n", "$ echo two\n"]


def test_commands_go_on_after_a_backslash() -> None:
    found = commands("$ first \\\n    second\nshown\n$ third\n")
    assert [(command.text, command.shown) for command in found] == [("first \\\n    second", "shown"), ("third", "")]


def test_commands_go_on_after_the_second_prompt() -> None:
    found = commands("$ cat <<END\n> one\n> END\none\n")
    assert [(command.text, command.shown) for command in found] == [("cat <<END\none\nEND", "one")]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("", "anything", True),
        ("one\ntwo", "one  \ntwo\n", True),
        ("one ... three", "one two three", True),
        ("first\n...\nlast", "first\na\nb\nlast", True),
        ("first\n...", "first", True),
        ("...\nlast", "a\nb\nlast", True),
        ("...\nlast", "notlast", False),
        ("one", "two", False),
        ("a.c", "abc", False),
    ],
)
def test_agrees(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("$ echo one\none\n", 0),
        ("$ false\n", 1),
        ("$ false\n$ echo $?\n1\n", 0),
        ("$ cd / && echo one\ntwo\n", 1),
        ("$ x=1\n$ echo $x\n1\n", 0),
        ("$ exit 3\n$ echo one\n", 1),
    ],
)
def test_console(tmp_path: Path, text: str, faults: int) -> None:
    assert len(list(run_console(Block("console", text, 1), tmp_path, dict(os.environ)))) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("x = 1\n", 0),
        ("x = nothing\n", 1),
        (">>> 1 + 1\n2\n", 0),
        (">>> 1 + 1\n3\n", 1),
        (">>> list(range(99))\n[0, ...]\n", 0),
    ],
)
def test_python(text: str, faults: int) -> None:
    assert len(list(run_python(Block("python", text, 1), {}, "page"))) == faults
