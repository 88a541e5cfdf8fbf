"""Every rule of `dafeng catalog check`, proven on a copy of the catalogue that breaks it in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from broken_copy import Copy

from dafeng.catalog import check


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "catalogue")


def is_(**cells: str) -> Callable[[dict[str, str]], bool]:
    return lambda row: all(row[name] == value for name, value in cells.items())


def test_the_shipped_catalogue_is_clean() -> None:
    problems, rows = check()
    assert [p.text("en") for p in problems] == []
    assert sum(rows.values()) > 27_000
    assert all(rows.values()), "an empty table would be clean too"


def test_an_unbroken_copy_is_clean(copy: Copy) -> None:
    """Otherwise the tests below would prove nothing."""
    assert copy.found() == []


def test_unknown_unit(copy: Copy) -> None:
    line = copy.change("plan/targets.csv", is_(id="T08"), unit="gigawat")
    assert copy.found() == [("unit", "plan/targets.csv", f"{line}:unit")]


def test_unresolved_source(copy: Copy) -> None:
    line = copy.change("factors/gwp.csv", is_(gas="CH4", report="AR5"), source="hearsay")
    assert copy.found() == [("broken_key", "factors/gwp.csv", f"{line}:source")]


def test_every_source_of_a_list_is_resolved(copy: Copy) -> None:
    line = copy.change("factors/gwp.csv", is_(gas="CH4", report="AR5"), source="ipcc-assessments;hearsay")
    assert copy.found() == [("broken_key", "factors/gwp.csv", f"{line}:source")]


def test_key_into_another_package(copy: Copy) -> None:
    line = copy.change(
        "factors/fuels.csv", is_(carrier="coke", set="ipcc-2006", parameter="oxidation"), use="final.industri"
    )
    assert copy.found() == [("broken_key", "factors/fuels.csv", f"{line}:use")]


def test_key_into_a_table_that_is_gone(copy: Copy) -> None:
    copy.describe("factors", lambda d: d["resources"].remove(next(r for r in d["resources"] if r["name"] == "sets")))
    rules = {(rule, file, cell) for rule, file, cell in copy.found()}
    assert ("broken_key", "factors/fuels.csv", "set") in rules


@pytest.mark.parametrize("day", ["1066-10-14", "2999-01-01"])
def test_impossible_date(copy: Copy, day: str) -> None:
    start, end = ("1066-01-01", day) if day < "1949" else (day, "")
    line = copy.change("factors/grid.csv", is_(id="cn-ets-2022"), valid_from=start, valid_to=end)
    assert ("date", "factors/grid.csv", f"{line}:valid_from") in copy.found()


def test_a_day_that_does_not_exist(copy: Copy) -> None:
    line = copy.change("factors/grid.csv", is_(id="cn-ets-2022"), valid_to="2023-02-30")
    assert copy.found() == [("type", "factors/grid.csv", f"{line}:valid_to")]


def test_impossible_year(copy: Copy) -> None:
    line = copy.change("factors/sets.csv", is_(id="ipcc-2006"), published="20006")
    assert copy.found() == [("date", "factors/sets.csv", f"{line}:published")]


def test_validity_that_ends_before_it_begins(copy: Copy) -> None:
    line = copy.change("factors/grid.csv", is_(id="cn-ets-2022"), valid_from="2023-01-01", valid_to="2022-01-01")
    assert ("validity_order", "factors/grid.csv", f"{line}:valid_to") in copy.found()


def test_overlapping_validity(copy: Copy) -> None:
    """Two factors for one day: the account would depend on the order of rows."""
    line = copy.add(
        "factors/power_coal_rate.csv",
        is_(id="generation-2006-final"),
        id="twice",
        valid_from="2006-12-31",
        valid_to="2007-01-02",
    )
    found = copy.found()
    assert {rule for rule, _, _ in found} == {"validity_overlap"}
    assert ("validity_overlap", "factors/power_coal_rate.csv", f"{line}:valid_from") in found


def test_validity_that_touches_is_no_overlap(copy: Copy) -> None:
    copy.change("factors/power_coal_rate.csv", is_(id="generation-2006-final"), valid_to="2006-07-01")
    copy.add(
        "factors/power_coal_rate.csv",
        is_(id="generation-2006-final"),
        id="second-half",
        valid_from="2006-07-01",
        valid_to="2007-01-01",
    )
    assert copy.found() == []


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("factors/fuels.csv", {"carrier": "coke", "parameter": "carbon_content"}, "93"),  # t CO2 read as t C
        (
            "factors/fuels.csv",
            {"carrier": "natural_gas", "parameter": "ncv"},
            "38931",
        ),  # kJ/m3 read as GJ per 10,000 m3
        ("factors/fuels.csv", {"carrier": "raw_coal", "parameter": "oxidation"}, "94"),  # percent read as a share
        ("factors/grid.csv", {"id": "cn-ets-2022"}, "5.703"),
        ("factors/power_coal_rate.csv", {"id": "generation-2006-final"}, "0.342"),  # kgce/kWh read as gce/kWh
        ("factors/topdown.csv", {"id": "topdown-12fyp.coal"}, "0.72"),  # carbon read as CO2
        ("factors/process.csv", {"id": "ndrc-provincial-2011.clinker.co2"}, "538"),
    ],
)
def test_factor_outside_its_physical_range(copy: Copy, file: str, key: dict[str, str], value: str) -> None:
    line = copy.change(file, is_(**key), value=value)
    assert copy.found() == [("physical_range", file, f"{line}:value")]


def test_a_factor_without_a_limit_is_not_passed_over(copy: Copy) -> None:
    copy.write(
        "factors/limits.csv",
        [
            row
            for row in copy.rows("factors/limits.csv")
            if (row["parameter"], row["applies_to"]) != ("ncv", "hydrogen")
        ],
    )
    found = copy.found()
    assert found
    assert {(rule, file) for rule, file, _ in found} == {("no_limit", "factors/fuels.csv")}


def test_a_known_wrong_value_that_no_limit_catches(copy: Copy) -> None:
    line = copy.change(
        "factors/grid.csv", is_(region="CN-GRID-N", kind="average", valid_from="2023-01-01"), value="0.7125"
    )
    assert copy.found() == [("known_wrong", "factors/grid.csv", f"{line}:value")]


def test_duplicate_key(copy: Copy) -> None:
    line = copy.add("plan/targets.csv", is_(id="T08"))
    assert copy.found() == [("duplicate_key", "plan/targets.csv", f"{line}:id")]


def test_duplicate_of_a_key_of_several_columns(copy: Copy) -> None:
    line = copy.add("factors/gwp.csv", is_(gas="CH4", report="AR5"), value="27")
    assert copy.found() == [("duplicate_key", "factors/gwp.csv", f"{line}:gas+report")]


@pytest.mark.parametrize("tag", ["zh", "ja", "en"])
def test_missing_translation(copy: Copy, tag: str) -> None:
    line = copy.change("plan/targets.csv", lambda row: bool(row["note_en"]), **{f"note_{tag}": ""})
    assert copy.found() == [("translation", "plan/targets.csv", f"{line}:note_{tag}")]


def test_missing_translation_of_a_word(copy: Copy) -> None:
    copy.change("words/errors.csv", is_(key="error.no_file"), ja="")
    assert ("translation", "words/errors.csv", "ja") in copy.found()


def test_word_with_other_placeholders_in_one_language(copy: Copy) -> None:
    """`{file}` misspelt in one language would raise a KeyError instead of showing the message."""
    copy.change("words/errors.csv", is_(key="error.no_file"), ja="ファイル {fil} がない")
    assert copy.found() == [("placeholders", "words/errors.csv", "error.no_file")]


def test_word_with_an_open_brace(copy: Copy) -> None:
    copy.change("words/errors.csv", is_(key="error.no_file"), en="No file {file")
    assert copy.found() == [("placeholders", "words/errors.csv", "error.no_file")]


def test_word_that_stands_twice(copy: Copy) -> None:
    copy.add("words/cli.csv", lambda _: True, key="error.no_file", zh="{file}", ja="{file}", en="{file}")
    assert [(rule, cell) for rule, _, cell in copy.found()] == [("duplicate_key", "error.no_file")]


def test_two_records_of_one_source(copy: Copy) -> None:
    """One id must mean one document, whichever package names it."""
    shared = {row["id"] for row in copy.rows("plan/sources.csv")} & {
        row["id"] for row in copy.rows("regions/sources.csv")
    }
    line = copy.change("regions/sources.csv", is_(id=min(shared)), title="Another document")
    assert copy.found() == [("source_differs", "regions/sources.csv", f"{line}:id")]


def test_system_that_names_a_function_that_does_not_exist(copy: Copy) -> None:
    line = copy.change("plan/systems.csv", is_(id="Y002"), carried_by="dafeng.targets.boards")
    assert copy.found() == [("no_function", "plan/systems.csv", f"{line}:carried_by")]


@pytest.mark.parametrize("function", ["dafeng.targets.board", "dafeng.workspace.Workspace.board", "dafeng.ledger"])
def test_system_that_names_a_function_that_exists(copy: Copy, function: str) -> None:
    copy.change("plan/systems.csv", is_(id="Y002"), carried_by=function)
    assert copy.found() == []


def test_a_cell_that_is_no_number_does_not_stop_the_check(copy: Copy) -> None:
    line = copy.change("factors/fuels.csv", is_(carrier="coke", parameter="carbon_content"), value="29,42")
    assert copy.found() == [("type", "factors/fuels.csv", f"{line}:value")]


@pytest.mark.parametrize("content", [None, b"id,unit\n\xff\xfe\n"])
def test_a_table_that_cannot_be_read_does_not_stop_the_check(copy: Copy, content: bytes | None) -> None:
    path = copy.folder / "factors" / "gwp.csv"
    path.unlink() if content is None else path.write_bytes(content)
    assert copy.found() == [("unreadable", "factors/gwp.csv", "")]
