"""Layouts `template` and `parquet`: places and nearest names of every fault, and the way into the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from import_builders import template_csv

from dafeng.catalog import LANGUAGES, DafengError, Problem, UnknownName, carriers, entities, flows, resource
from dafeng.ledger.checks import judge
from dafeng.ledger.importers import LAYOUTS, Draft, ImportOptions, detect, read_file, write_template
from dafeng.ledger.importers.lines import COLUMNS
from dafeng.ledger.store import Ledger

LINE = {
    "entity": "CN-HE",
    "year": "2020",
    "flow": "final.industry",
    "carrier": "raw_coal",
    "value": "54",
    "unit": "1e4t",
}


def line(**changes: Any) -> dict[str, Any]:
    return {**LINE, **changes}


def only(draft: Draft) -> Problem:
    (problem,) = draft.problems
    return problem


def read_csv(tmp_path: Path, *rows: Mapping[str, Any], **options: Any) -> Draft:
    return read_file(template_csv(tmp_path / "lines.csv", rows), None, ImportOptions(dataset="d", **options))


def read_excel(tmp_path: Path, *rows: Mapping[str, Any], formats: Mapping[str, str] | None = None) -> Draft:
    book = openpyxl.Workbook()
    book.active.title = "data"
    names = list(dict.fromkeys(key for row in rows for key in row))
    book.active.append(names)
    for at, row in enumerate(rows, start=2):
        book.active.append([row.get(name) for name in names])
        for name, shown in (formats or {}).items():
            book.active.cell(at, names.index(name) + 1).number_format = shown
    book.save(tmp_path / "lines.xlsx")
    return read_file(tmp_path / "lines.xlsx", None, ImportOptions(dataset="d"))


def test_a_line_becomes_an_observation_in_canonical_units(tmp_path: Path) -> None:
    draft = read_csv(tmp_path, line(source="survey", note="n", status="measured"))
    (observation,) = draft.observations
    assert draft.layout == "template"
    assert not draft.problems
    assert (observation.entity, observation.flow, observation.carrier) == ("CN-HE", "final.industry", "raw_coal")
    assert (observation.value, observation.unit) == (540000.0, "t")
    assert (observation.start, observation.end) == (date(2020, 1, 1), date(2021, 1, 1))
    assert (observation.status, observation.source, observation.note) == ("measured", "survey", "n")
    assert (observation.file, observation.cell, observation.dataset) == ("lines.csv", "2:value", "d")


def test_names_units_and_headings_as_people_type_them(tmp_path: Path) -> None:
    path = tmp_path / "据.csv"
    text = '主体,年份,用途,品种,数值,计量单位,备注\n河 北,２０２０年,工 业,原煤,"１,２３４．５",万吨,\nHebei,2020,Industry,Diesel,3,10^4 t,\n'
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        path.write_bytes(text.encode(encoding))
        draft = read_file(path)
        assert not draft.problems, encoding
        assert [(o.entity, o.carrier, o.value, o.unit) for o in draft.observations] == [
            ("CN-HE", "raw_coal", 12345000.0, "t"),
            ("CN-HE", "diesel", 30000.0, "t"),
        ]
        assert draft.observations[0].dataset == "据"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolon_and_tab_between_cells(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(mark.join(LINE) + "\n" + mark.join(LINE.values()) + "\n", encoding="utf-8")
    assert len(read_file(path).observations) == 1


@pytest.mark.parametrize(
    ("changes", "rule", "column", "values"),
    [
        ({"entity": "河比省"}, "unknown_entity", "entity", {"near": "河北省"}),
        ({"flow": "final.industri"}, "unknown_flow", "flow", {"near": "final.industry"}),
        ({"carrier": "原媒"}, "unknown_carrier", "carrier", {"near": "原煤 (raw_coal)"}),
        ({"flow": "回收能"}, "ambiguous_name", "flow", {"candidates": "transformation.recovery"}),
        ({"entity": ""}, "empty_cell", "entity", {"name": "entity"}),
        ({"flow": ""}, "empty_cell", "flow", {"name": "flow"}),
        ({"value": ""}, "empty_cell", "value", {"name": "value"}),
        ({"value": "-"}, "empty_cell", "value", {"name": "value"}),
        ({"unit": ""}, "empty_cell", "unit", {"name": "unit"}),
        ({"year": ""}, "empty_cell", "year", {"name": "year"}),
        ({"value": "12,34"}, "bad_number", "value", {}),
        ({"value": "12①"}, "bad_number", "value", {"found": "12①"}),
        ({"value": "12%"}, "bad_number", "value", {"found": "12%"}),
        ({"year": "20"}, "bad_year", "year", {"found": "20", "first": "1949", "last": "2100"}),
        ({"unit": "万墩"}, "unknown_unit", "unit", {"near": "万吨 (1e4t)"}),
        ({"unit": "MWh"}, "unit_quantity", "unit", {"allowed": "t"}),
        ({"carrier": "process"}, "no_unit", "unit", {"carrier": "process"}),
        ({"replaces": "abc"}, "bad_id", "replaces", {"found": "abc"}),
        ({"start": "2020-01-01", "end": "2020-02-01"}, "year_and_dates", "year", {"found": "2020"}),
        ({"year": "", "start": "2020-02-01", "end": "2020-01-01"}, "date_order", "end", {"start": "2020-02-01"}),
        ({"year": "", "start": "2020-01-01", "end": "2020-01-01"}, "date_order", "end", {}),
        ({"year": "", "start": "2020-01-01", "end": ""}, "empty_cell", "end", {"name": "end"}),
        ({"year": "", "start": "31.1.2020", "end": "2020-03-01"}, "bad_date", "start", {"found": "31.1.2020"}),
    ],
)
def test_each_fault_names_its_cell_and_what_is_near(
    tmp_path: Path, changes: dict[str, Any], rule: str, column: str, values: dict[str, str]
) -> None:
    faulty = line(**({"value": '"12,34"'} if changes == {"value": "12,34"} else changes))
    draft = read_csv(tmp_path, line(), faulty)
    problem = only(draft)
    assert (problem.rule, problem.file, problem.cell) == (rule, "lines.csv", f"3:{column}")
    for name, shown in values.items():
        assert shown in str(problem.values[name])
    for lang in LANGUAGES:
        assert f"lines.csv 3:{column}: " in problem.text(lang)
        assert "{" not in problem.text(lang)
    in_excel = only(read_excel(tmp_path, line(), line(**changes)))
    names = list(dict.fromkeys([*LINE, *changes]))
    assert (in_excel.rule, in_excel.sheet) == (rule, "data")
    assert in_excel.cell == f"{'ABCDEFGHIJ'[names.index(column)]}3"


def test_every_fault_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    draft = read_csv(tmp_path, line(entity="X", year="1", flow="Y", carrier="Z", value="?", unit="?"))
    assert {p.cell for p in draft.problems} == {f"2:{name}" for name in LINE}
    assert not draft.observations


def test_headers(tmp_path: Path) -> None:
    unknown = read_csv(tmp_path, {**line(), "vlaue": "1"})
    assert [(p.rule, p.cell, p.values["near"]) for p in unknown.problems] == [
        ("unknown_column", "1:7", "value, vintage")
    ]
    missing = read_csv(tmp_path, {k: v for k, v in LINE.items() if k not in ("unit", "year", "entity")})
    assert only(missing).values["missing"] == "entity, unit, year"
    given = read_csv(tmp_path, {k: v for k, v in LINE.items() if k not in ("year", "entity")}, entity="河北", year=2019)
    assert (given.observations[0].entity, given.observations[0].start) == ("CN-HE", date(2019, 1, 1))
    path = tmp_path / "twice.csv"
    path.write_text("entity,year,flow,carrier,value,unit,单位\n", encoding="utf-8")
    assert (only(read_file(path)).rule, only(read_file(path)).cell) == ("column_twice", "1:7")
    path.write_text("entity,year,flow,carrier,value,unit\nCN-HE,2020,final.industry,coke,1,000,t\n", encoding="utf-8")
    assert (only(read_file(path)).rule, only(read_file(path)).values["found"]) == ("extra_cell", "t")


def test_comments_blank_rows_and_quoted_line_breaks_keep_the_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    head = ",".join([*LINE, "note"])
    good = ",".join([*LINE.values(), '"two\nlines"'])
    path.write_text(
        f"# a comment\n{head}\n\n# another, with, cells\n{good}\n{good.replace('54', 'x')}\n", encoding="utf-8"
    )
    draft = read_file(path)
    assert [o.cell for o in draft.observations] == ["5:value"]
    assert only(draft).cell == "7:value"


def test_excel_dates_percentages_and_formulas(tmp_path: Path) -> None:
    share = {
        "entity": "CN",
        "year": 2020,
        "flow": "share_of_consumption",
        "carrier": "coal",
        "value": 0.568,
        "unit": "%",
    }
    shown = read_excel(tmp_path, share, formats={"value": "0.0%"})
    assert shown.observations[0].value == 56.8
    assert read_excel(tmp_path, share).observations[0].value == 0.568
    slip = read_excel(tmp_path, line(value=0.5), formats={"value": "0%"})
    assert (only(slip).rule, only(slip).values["found"]) == ("bad_number", "50%")
    assert read_csv(tmp_path, {**share, "value": "56.8%"}).observations[0].value == 56.8
    monthly = read_excel(tmp_path, line(year=None, start=datetime(2020, 1, 1), end=date(2020, 2, 1)))
    assert (monthly.observations[0].start, monthly.observations[0].end) == (date(2020, 1, 1), date(2020, 2, 1))
    formula = read_excel(tmp_path, line(value="=1+1"))
    assert (only(formula).rule, only(formula).sheet, only(formula).cell) == ("uncomputed_formula", "data", "E2")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert only(read_file(path)).rule == "old_workbook"
    path.write_bytes(b"PK\x03\x04 broken")
    assert only(read_file(path)).rule == "not_a_workbook"
    path = tmp_path / "x.csv"
    path.write_bytes(b"entity,\xff\xff\xff\x80,flow\n")
    assert only(read_file(path, "template")).rule == "text_encoding"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert only(read_file(path, "template")).rule == "no_table"
    path.write_text("", encoding="utf-8")
    assert only(read_file(path, "template")).rule == "no_table"
    with pytest.raises(DafengError) as unclear:
        detect(path)
    for lang in LANGUAGES:
        assert all(name in unclear.value.text(lang) for name in LAYOUTS)
    with pytest.raises(DafengError, match="cannot be read"):
        read_file(tmp_path / "none.csv")
    with pytest.raises(UnknownName, match="balance"):
        read_file(path, "balanse")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_written_template_is_empty_and_its_examples_are_right(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"template{suffix}"
    write_template(path)
    assert detect(path) == "template"
    empty = read_file(path)
    assert (empty.observations, empty.problems) == ((), ())
    examples = resource("layouts", "examples").rows
    if suffix == ".csv":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        filled = "\n".join(text.removeprefix("# ") for text in lines if text.startswith(("entity", "# CN,")))
        (tmp_path / "filled.csv").write_text(filled, encoding="utf-8")
        draft = read_file(tmp_path / "filled.csv")
    else:
        book = openpyxl.load_workbook(path)
        rows = list(book["examples"].iter_rows(min_row=5, values_only=True))
        for row in rows:
            book["observations"].append(row)
        book.save(tmp_path / "filled.xlsx")
        draft = read_file(tmp_path / "filled.xlsx")
    assert not draft.problems
    assert [(o.entity, o.flow, o.carrier) for o in draft.observations] == [
        (row["entity"], row["flow"], row["carrier"]) for row in examples
    ]


def test_the_workbook_lists_everything_that_may_be_typed(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    ids = {(row[0], row[1]) for row in book["names"].iter_rows(min_row=2, values_only=True)}
    assert {name for kind, name in ids if kind == "entity"} == set(entities())
    assert {name for kind, name in ids if kind == "flow"} == set(flows())
    assert {name for kind, name in ids if kind == "carrier"} == set(carriers())
    assert ("unit", "1e4t") in ids
    rules = book["observations"].data_validations.dataValidation
    assert {str(rule.sqref).split("2")[0] for rule in rules} == {"A", "E", "F", "H", "I"}
    with pytest.raises(DafengError, match=r"\.csv"):
        write_template(tmp_path / "t.pdf")


def test_from_template_to_ledger_and_back(tmp_path: Path) -> None:
    rows = [line(value=str(n), year=str(2015 + n), note=f"n{n}") for n in range(1, 6)]
    draft = read_csv(tmp_path, *rows, source="survey")
    ledger = Ledger(tmp_path / "ledger", write=True)
    verdict = judge(ledger, draft.observations, draft.problems)
    assert not verdict.refused
    ledger.append(verdict.new, "lines.csv", draft.layout, "d")
    kept = ledger.run(ledger.observations()).to_pylist()
    assert {(k["start"].year, k["value"], k["unit"], k["note"], k["cell"]) for k in kept} == {
        (2015 + n, n * 1e4, "t", f"n{n}", f"{n + 1}:value") for n in range(1, 6)
    }
    again = judge(ledger, draft.observations, draft.problems)
    assert (again.new, again.known, again.refused) == ((), 5, ())
    correction = read_csv(tmp_path, line(value="7", year="2016", replaces=draft.observations[0].id), source="survey")
    verdict = judge(ledger, correction.observations, correction.problems, accept=("jump",))
    assert not verdict.refused
    ledger.append(verdict.new, "lines.csv", draft.layout, "d")
    current = ledger.run(ledger.observations()).to_pylist()
    assert {k["value"] for k in current if k["start"].year == 2016} == {7e4}
    ledger.close()


def test_a_fault_refuses_the_whole_file(tmp_path: Path) -> None:
    draft = read_csv(tmp_path, line(), line(year="2021", carrier="coall"))
    ledger = Ledger(tmp_path / "ledger", write=True)
    verdict = judge(ledger, draft.observations, draft.problems)
    assert verdict.new == ()
    assert [p.rule for p in verdict.refused] == ["unknown_carrier"]
    ledger.close()


def parquet(tmp_path: Path, table: dict[str, Any]) -> Draft:
    pq.write_table(pa.table(table), tmp_path / "x.parquet")
    return read_file(tmp_path / "x.parquet", None, ImportOptions(dataset="d"))


def test_parquet_gives_the_same_observations_as_csv(tmp_path: Path) -> None:
    rows = [line(), line(carrier="柴油", value="1.5", year="2019")]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in LINE}
    columns["year"] = [2020, 2019]
    columns["value"] = [54.0, 1.5]
    draft = parquet(tmp_path, columns)
    assert draft.layout == "parquet"
    assert [o.id for o in draft.observations] == [o.id for o in read_csv(tmp_path, *rows).observations]
    columns["value"] = pa.array([Decimal("54.00"), Decimal("1.50")])
    columns["entity"] = pa.array(["CN-HE", "CN-HE"]).dictionary_encode()
    assert [o.value for o in parquet(tmp_path, columns).observations] == [540000.0, 15000.0]


def test_parquet_faults_name_column_and_type(tmp_path: Path) -> None:
    columns = {**{name: [value] for name, value in LINE.items()}, "vlaue": [1]}
    draft = parquet(tmp_path, columns)
    assert [(p.rule, p.cell, p.values["found"]) for p in draft.problems] == [
        ("column_type", "year", "string"),
        ("column_type", "value", "string"),
        ("unknown_column", "vlaue", "vlaue"),
    ]
    assert draft.problems[2].values["near"] == "value, vintage"
    right = {**{name: [value] for name, value in LINE.items()}, "year": [2020], "value": [1.0]}
    assert only(parquet(tmp_path, {k: v for k, v in right.items() if k != "unit"})).values["missing"] == "unit"
    assert (only(parquet(tmp_path, {**right, "value": pa.array([None], pa.float64())})).rule) == "empty_cell"
    assert (only(parquet(tmp_path, {**right, "value": [float("nan")]})).cell) == "1:value"
    (tmp_path / "x.parquet").write_bytes(b"PAR1 broken")
    assert only(read_file(tmp_path / "x.parquet")).rule == "not_parquet"


def test_parquet_dates(tmp_path: Path) -> None:
    span = {**{name: [value] for name, value in LINE.items() if name != "year"}, "value": [1.0]}
    days = {"start": [date(2020, 1, 1)], "end": [datetime(2020, 2, 1)]}
    (observation,) = parquet(tmp_path, {**span, **days}).observations
    assert (observation.start, observation.end) == (date(2020, 1, 1), date(2020, 2, 1))
    hour = parquet(tmp_path, {**span, "start": [datetime(2020, 1, 1, 5)], "end": [datetime(2020, 2, 1)]})
    assert (only(hour).rule, only(hour).cell) == ("bad_date", "1:start")


def test_every_column_of_the_template_is_known() -> None:
    targets = {row["target"] for row in resource("layouts", "labels").rows if row["layout"] == "template"}
    assert targets == set(COLUMNS)
