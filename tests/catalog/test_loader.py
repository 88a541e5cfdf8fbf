"""The typed loader: what a cell becomes, what it refuses, and where it says the fault is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.catalog import UnknownName, descriptor, digest, resource, source
from dafeng.catalog.package import Resource, read_resource

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "[a-z]+"}},
    {"name": "count", "type": "integer", "constraints": {"minimum": 0, "maximum": 9}},
    {"name": "value", "type": "number"},
    {"name": "ours", "type": "boolean"},
    {"name": "day", "type": "date"},
    {"name": "published", "type": "year"},
    {"name": "parts", "type": "list", "constraints": {"enum": ["x", "y"]}},
]
HEADER = "id,count,value,ours,day,published,parts"


def read(folder: Path, *lines: str, header: str = HEADER) -> tuple[Resource, list[tuple[str, str]]]:
    """The table and its faults as (rule, cell)."""
    (folder / "p").mkdir(exist_ok=True)
    (folder / "p" / "t.csv").write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    table, problems = read_resource(folder, "p", {"name": "t", "path": "t.csv", "schema": {"fields": FIELDS}})
    assert all(p.file == "p/t.csv" and p.text("zh") for p in problems)
    return table, [(p.rule, p.cell) for p in problems]


def test_types(tmp_path: Path) -> None:
    table, faults = read(tmp_path, "a,3,-1.5e-3,true,2024-02-29,2024,x; y")
    assert faults == []
    assert table.rows == (
        {
            "id": "a",
            "count": 3,
            "value": -0.0015,
            "ours": True,
            "day": date(2024, 2, 29),
            "published": 2024,
            "parts": ("x", "y"),
        },
    )


def test_an_empty_cell_is_missing_and_never_zero(tmp_path: Path) -> None:
    table, faults = read(tmp_path, "a,,,,,,")
    assert faults == []
    assert table.rows == (
        {"id": "a", "count": None, "value": None, "ours": None, "day": None, "published": None, "parts": ()},
    )


def test_required(tmp_path: Path) -> None:
    assert read(tmp_path, ",,,,,,")[1] == [("required", "2:id")]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("count", "1.0"),
        ("count", "1_000"),
        ("count", " 1"),
        ("count", "１"),
        ("count", "0x1"),
        ("value", "1,5"),
        ("value", "nan"),
        ("value", "inf"),
        ("value", "1_000"),
        ("value", "１２"),
        ("value", "5%"),
        ("value", "1e999"),
        ("ours", "yes"),
        ("ours", "True"),
        ("day", "2023-02-29"),
        ("day", "20240101"),
        ("day", "2024-W01-1"),
        ("day", "2024/01/01"),
        ("published", "24a"),
    ],
)
def test_what_is_not_of_its_type_is_refused(tmp_path: Path, column: str, text: str) -> None:
    """Python alone would read 1_000, full-width digits and week dates; a published figure is none of these."""
    cells = {name["name"]: "" for name in FIELDS} | {"id": "a", column: f'"{text}"'}
    table, faults = read(tmp_path, ",".join(cells.values()))
    assert faults == [("type", f"2:{column}")]
    assert table.rows[0][column] is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("A,,,,,,", "id"),
        ("a,-1,,,,,", "count"),
        ("a,10,,,,,", "count"),
        ("a,,,,,,x;z", "parts"),
    ],
)
def test_constraints(tmp_path: Path, cells: str, column: str) -> None:
    assert read(tmp_path, cells)[1] == [("constraint", f"2:{column}")]


@pytest.mark.parametrize(
    "header", [HEADER.replace("value", "valeu"), "count,id" + HEADER[8:], HEADER + ",more", "\ufeff" + HEADER]
)
def test_a_header_that_differs_gives_no_rows(tmp_path: Path, header: str) -> None:
    """Columns taken by position would put one figure in another's place."""
    table, faults = read(tmp_path, "a,3,1,true,2024-01-01,2024,x", header=header)
    assert faults == [("header", "1")]
    assert table.rows == ()


@pytest.mark.parametrize("cells", ["a,3", "a,3,1,true,2024-01-01,2024,x,1", ""])
def test_too_few_or_too_many_cells(tmp_path: Path, cells: str) -> None:
    table, faults = read(tmp_path, cells, "b,,,,,,")
    assert faults == [("cell_count", "2")]
    assert [row["id"] for row in table.rows] == ["b"]
    assert table.lines == (3,)


def test_every_fault_of_a_table_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, "A,x,,,,,", "a,,,maybe,,,")[1] == [
        ("constraint", "2:id"),
        ("type", "2:count"),
        ("type", "3:ours"),
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_to_the_last_bit(tmp_path_factory: pytest.TempPathFactory, value: float) -> None:
    table, faults = read(tmp_path_factory.getbasetemp(), f"a,,{value!r},,,,")
    assert faults == []
    assert table.rows[0]["value"] == value


def test_unknown_names_say_what_is_near() -> None:
    for wrong, near in (
        (lambda: descriptor("factor"), "factors"),
        (lambda: resource("factors", "fuel"), "factors/fuels"),
        (lambda: source("factors", "ipcc-2007"), "ipcc-2006"),
        (lambda: resource("factors", "sets").row("ipcc2006"), "ipcc-2006"),
    ):
        with pytest.raises(UnknownName) as caught:
            wrong()
        assert near in str(caught.value.values["near"])
        assert near in caught.value.text("en")


def test_digest_is_of_the_facts_and_not_of_their_order() -> None:
    rows = [{"a": 1, "b": "煤"}, {"b": "油", "a": 2}]
    assert digest(rows) == digest([{"a": 2, "b": "油"}, {"b": "煤", "a": 1}])
    assert digest(rows) != digest([{"a": 2, "b": "油"}, {"b": "煤", "a": 1.0000001}])
    assert digest(rows) != digest(rows + rows[:1])
