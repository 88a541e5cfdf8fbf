"""Rules of the house that a machine can keep: no float32, imports point downward, no path of a machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dafeng

SOURCE = Path(dafeng.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
ORDER = ("catalog", "ledger", "accounts", "targets")  # a room imports from those before it
UPPER = ("workspace", "exports", "reports", "cli", "web", "enterprise", "assessment", "pathway", "models")


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("banned", ["float32", "float16", "pa.float32", "Float32", "'f4'", '"f4"', "half_float"])
def test_no_single_precision(banned: str) -> None:
    """A sum over 10^8 readings in float32 is wrong in the third digit."""
    assert [name_of(path) for path in FILES if banned in path.read_text(encoding="utf-8")] == []


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("room", ORDER)
def test_imports_point_downward(room: str) -> None:
    above = {f"dafeng.{name}" for name in (*ORDER[ORDER.index(room) + 1 :], *UPPER)}
    wrong = [
        (name_of(path), module)
        for path in (SOURCE / room).rglob("*.py")
        for module in imported(path)
        if any(module == name or module.startswith(name + ".") for name in above)
    ]
    assert wrong == []


def test_only_the_engine_knows_the_engine() -> None:
    """PostgreSQL and Spark can follow only if DuckDB is named in one place."""
    assert [name_of(path) for path in FILES if "duckdb" in set(imported(path)) and path.name != "engine.py"] == []


@pytest.mark.parametrize("path", ["/work/", "/home/", "/Users/", "C:\\\\"])
def test_no_path_of_a_machine(path: str) -> None:
    texts = [file for kind in ("*.py", "*.json", "*.csv", "*.js", "*.css", "*.j2") for file in SOURCE.rglob(kind)]
    assert [name_of(file) for file in texts if path in file.read_text(encoding="utf-8", errors="replace")] == []
