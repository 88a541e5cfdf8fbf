"""Layout `balance`: tables of the yearbook as planners type them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from import_builders import FUELS, PRINTED, balance_workbook, fill_balance, table

from dafeng.catalog import LANGUAGES, Problem, convert, unit_of
from dafeng.ledger.importers import Draft, ImportOptions, detect, read_file
from dafeng.ledger.schema import Observation

CARRIERS = {
    "原煤": "raw_coal",
    "洗精煤": "cleaned_coal",
    "焦炭": "coke",
    "汽油": "gasoline",
    "天然气": "natural_gas",
    "热力": "heat",
    "电力": "electricity",
}
UNITS = {"万吨": "1e4t", "亿立方米": "1e8m3", "百亿千焦": "1e10kJ", "亿千瓦时": "1e8kWh"}
FLOWS = {
    "agriculture": "final.agriculture",
    "industry": "final.industry",
    "construction": "final.construction",
    "transport": "final.transport",
    "commerce": "final.commerce",
    "other": "final.other",
    "urban": "final.residential.urban",
    "rural": "final.residential.rural",
    "non_energy": "non_energy",
    "loss": "loss",
    "difference": "balance_difference",
}
SUPPLY = ("production", "inflow", "import", "outflow", "export", "stock_change")
Figures = dict[str, dict[str, Any]]


def by_key(draft: Draft) -> dict[tuple[str, str], Observation]:
    found = {(o.flow, o.carrier): o for o in draft.observations}
    assert len(found) == len(draft.observations)
    return found


def only(draft: Draft) -> Problem:
    (problem,) = draft.problems
    return problem


def read(tmp_path: Path, **options: Any) -> Draft:
    return read_file(balance_workbook(tmp_path / "b.xlsx", **options))


def expected() -> dict[tuple[str, str], float]:
    """Flow and carrier -> value in canonical units, straight from the invented table."""
    values = {}
    for fuel, carrier in CARRIERS.items():
        for name, figure in table()[fuel].items():
            if name in ("supply", "transformation", "final", "residential", "consumption"):
                continue
            flow = FLOWS.get(name) or (f"supply.{name}" if name in SUPPLY else f"transformation.{name}")
            sign = -1 if flow.startswith("transformation.") else 1
            values[flow, carrier] = sign * convert(figure, UNITS[FUELS[fuel][0]], unit_of(flow, carrier))
    return values


def test_a_table_as_printed(tmp_path: Path) -> None:
    draft = read(tmp_path)
    assert (draft.layout, draft.problems) == ("balance", ())
    found = by_key(draft)
    assert {key: o.value for key, o in found.items()} == pytest.approx(expected())
    coking = found["transformation.coking", "raw_coal"]
    assert (coking.value, coking.unit, coking.entity, coking.start.year) == (1.8e7, "t", "CN-HE", 2020)
    assert (coking.sheet, coking.cell, coking.source) == ("平衡表", "C18", "6-3  河北能源平衡表（实物量）—2020")
    assert found["transformation.coking", "coke"].value == -4.7e7
    assert found["supply.outflow", "raw_coal"].value == 8.0025e6
    assert found["supply.stock_change", "raw_coal"].value == -1.2e6
    assert {"煤合计", "六、消费量合计", "7.生活消费"} <= set(draft.skipped)


def test_detected(tmp_path: Path) -> None:
    assert detect(balance_workbook(tmp_path / "b.xlsx")) == "balance"


def test_a_blank_is_no_observation_and_a_zero_is_one(tmp_path: Path) -> None:
    found = by_key(read(tmp_path))
    assert found["final.construction", "raw_coal"].value == 0.0
    assert ("final.transport", "raw_coal") not in found

    def dashes(figures: Figures) -> None:
        figures["原煤"] |= {"transport": "—", "commerce": "-", "other": "　", "urban": "…"}

    dashed = by_key(read(tmp_path, change=dashes))
    assert set(dashed) == {*found, ("final.residential.urban", "raw_coal")}
    assert dashed["final.residential.urban", "raw_coal"].value == 0.0


def test_full_width_digits_separators_and_footnotes(tmp_path: Path) -> None:
    def typed(figures: Figures) -> None:
        figures["原煤"] |= {
            "production": "５，０００．００",
            "inflow": "21,000.50",
            "outflow": "-800.25",
            "stock_change": "－１２０",
            "coking": "(1,800)",
            "industry": "5 400①",
        }

    path = balance_workbook(tmp_path / "b.xlsx", change=typed)
    book = openpyxl.load_workbook(path)
    ws = book.active
    ws.append([])
    ws.append(["注：①含自备电厂用煤。②为快报数。"])
    ws.append(["资料来源：invented"])
    book.save(path)
    draft = read_file(path)
    assert not draft.problems
    found = by_key(draft)
    assert {key: o.value for key, o in found.items()} == pytest.approx(expected())
    assert found["final.industry", "raw_coal"].note == "① 含自备电厂用煤。"
    assert found["final.agriculture", "raw_coal"].note == ""


def test_a_footnote_on_a_line_reaches_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRINTED, "industry", "  2.工业①")
    draft = read(tmp_path)
    assert not draft.problems
    assert by_key(draft)["final.industry", "coke"].note == "①"


def test_outflow_is_positive_whatever_sign_was_typed(tmp_path: Path) -> None:
    def negative(figures: Figures) -> None:
        for fuel in ("煤合计", "原煤", "焦炭"):
            for name in ("outflow", "export"):
                if name in figures[fuel]:
                    figures[fuel][name] = -figures[fuel][name]

    draft = read(tmp_path, change=negative)
    assert not draft.problems
    assert {key: o.value for key, o in by_key(draft).items()} == pytest.approx(expected())


def test_fuels_in_any_order_and_tables_turned_on_their_side(tmp_path: Path) -> None:
    backwards = read(tmp_path, fuels=["电力", "热力", "汽油", "天然气", "焦炭", "洗精煤", "煤合计", "原煤"])
    assert not backwards.problems
    assert {key: o.value for key, o in by_key(backwards).items()} == pytest.approx(expected())
    upright = openpyxl.load_workbook(balance_workbook(tmp_path / "b.xlsx")).active
    book = openpyxl.Workbook()
    for row in upright.iter_rows():
        for cell in row:
            if cell.value is not None:
                book.active.cell(cell.column, cell.row, cell.value)
    book.save(tmp_path / "turned.xlsx")
    turned = read_file(tmp_path / "turned.xlsx")
    assert (turned.layout, turned.problems) == ("balance", ())
    assert {key: o.value for key, o in by_key(turned).items()} == pytest.approx(expected())
    assert by_key(turned)["transformation.coking", "raw_coal"].cell == "R3"


def test_units_and_fuel_names_in_one_cell(tmp_path: Path) -> None:
    path = balance_workbook(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(path)
    ws = book.active
    names = {"C": "原 煤(万吨)\nRaw Coal (10⁴ tons)", "E": "焦炭\n（万吨）", "H": "热力（万百万千焦）Heat (1010 kJ)"}
    for letter, text in names.items():
        ws[f"{letter}2"], ws[f"{letter}3"], ws[f"{letter}4"] = text, None, None
    book.save(path)
    draft = read_file(path)
    assert not draft.problems
    assert {key: o.value for key, o in by_key(draft).items()} == pytest.approx(expected())


def test_another_unit_than_usual_is_converted_and_a_wrong_one_refused(tmp_path: Path) -> None:
    path = balance_workbook(tmp_path / "b.xlsx", fuels=["原煤", "电力"])
    book = openpyxl.load_workbook(path)
    book.active["C4"] = "（万千瓦时）"
    book.save(path)
    assert by_key(read_file(path))["loss", "electricity"].value == pytest.approx(200 * 10.0)
    book.active["C4"] = "（万吨标准煤）"
    book.save(path)
    problem = only(read_file(path))
    assert (problem.rule, problem.cell, problem.values["allowed"]) == ("unit_quantity", "C2", "MWh")
    book.active["C4"] = None
    book.save(path)
    assert (only(read_file(path)).rule, only(read_file(path)).values["carrier"]) == ("unit_missing", "电力")
    book.active["C4"] = "（万墩）"
    book.save(path)
    assert (only(read_file(path)).rule, only(read_file(path)).values["found"]) == ("unknown_unit", "万墩")


@pytest.mark.parametrize(
    ("cell", "text", "rule", "near"),
    [
        ("C2", "原媒", "unknown_fuel", "原煤"),
        ("A30", "  3.建竹业", "unknown_line", "建筑业"),
        ("A30", None, "unlabelled", "-"),
        ("A30", "2.工业", "line_twice", None),
        ("E2", "原煤", "column_twice", None),
        ("F34", "12万", "bad_number", None),
    ],
)
def test_faults_name_the_cell_and_what_is_near(
    tmp_path: Path, cell: str, text: str | None, rule: str, near: str | None
) -> None:
    path = balance_workbook(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(path)
    book.active[cell] = text
    book.save(path)
    problems = [p for p in read_file(path).problems if p.rule != "balance"]
    (problem,) = problems
    assert (problem.rule, problem.file, problem.sheet, problem.cell) == (rule, "b.xlsx", "平衡表", cell)
    if near is not None:
        assert near in str(problem.values["near"])
    for lang in LANGUAGES:
        assert "b.xlsx 平衡表 " + cell in problem.text(lang)


def change_figure(fuel: str, line: str, value: float) -> Callable[[Figures], None]:
    def change(figures: Figures) -> None:
        figures[fuel][line] = value

    return change


@pytest.mark.parametrize(
    ("fuel", "line", "value", "broken"),
    [
        ("焦炭", "industry", 755.0, {"四、终端消费量", "煤"}),
        ("焦炭", "coking", 470.0, {"二、加工转换投入(－)产出(＋)量"}),
        ("电力", "final", 425.0, {"四、终端消费量", "五、平衡差额", "六、消费量合计"}),
        ("汽油", "residential", 1300.0, {"7.生活消费"}),
        ("原煤", "supply", 26080.25, {"一、可供本地区消费的能源量", "五、平衡差额"}),
        ("天然气", "consumption", 1.0, {"六、消费量合计"}),
        ("电力", "difference", 300.0, {"五、平衡差额"}),
        ("煤合计", "rural", 59.456, {"乡  村", "7.生活消费"}),
    ],
)
def test_what_does_not_add_up_is_said_with_both_figures(
    tmp_path: Path, fuel: str, line: str, value: float, broken: set[str]
) -> None:
    problems = read(tmp_path, change=change_figure(fuel, line, value)).problems
    assert {p.rule for p in problems} == {"balance"}
    lines = {str(p.values["line"]) for p in problems}
    assert any(name in lines for name in broken)
    wrong = [p for p in problems if p.values["carrier"] == fuel]
    assert wrong
    for lang in LANGUAGES:
        text = wrong[0].text(lang)
        assert "balance" in text
        assert str(wrong[0].values["found"]) in text
        assert str(wrong[0].values["expected"]) in text


def test_rounding_is_no_contradiction(tmp_path: Path) -> None:
    def rounded(figures: Figures) -> None:
        figures["汽油"]["final"] += 0.04
        figures["原煤"]["supply"] *= 1.001

    assert not read(tmp_path, change=rounded).problems


def test_totals_enter_only_where_their_parts_are_not_printed(tmp_path: Path) -> None:
    lines = [name for name in PRINTED if name not in ("urban", "rural")]
    found = by_key(read(tmp_path, lines=lines))
    assert found["final.residential", "gasoline"].value == 1.3e6
    assert not any(flow.startswith("final.residential.") for flow, _ in found)
    assert not any(flow in ("final", "supply", "transformation") for flow, _ in found)


@pytest.mark.parametrize(
    ("title", "sheet", "file", "options", "entity", "year"),
    [
        ("河北能源平衡表 2020", "s", "b", {}, "CN-HE", 2020),
        ("能源平衡表（2020年）", "河北", "b", {}, "CN-HE", 2020),
        ("能源平衡表", "河北2020", "b", {}, "CN-HE", 2020),
        ("能源平衡表", "s", "山西能源平衡表2019", {}, "CN-SX", 2019),
        ("能源平衡表", "s", "b", {"entity": "河北", "year": 2018}, "CN-HE", 2018),
        ("河北能源平衡表", "s", "b", {"year": 2018}, "CN-HE", 2018),
    ],
)
def test_province_and_year(
    tmp_path: Path, title: str, sheet: str, file: str, options: dict[str, Any], entity: str, year: int
) -> None:
    book = openpyxl.Workbook()
    book.active.title = sheet
    fill_balance(book.active, title=title)
    book.save(tmp_path / f"{file}.xlsx")
    draft = read_file(tmp_path / f"{file}.xlsx", "balance", ImportOptions(**options))
    assert not draft.problems
    assert {(o.entity, o.start.year, o.dataset) for o in draft.observations} == {(entity, year, file)}


def test_province_and_year_that_are_missing_or_differ(tmp_path: Path) -> None:
    path = balance_workbook(tmp_path / "b.xlsx", title="能源平衡表")
    draft = read_file(path)
    assert [p.rule for p in draft.problems] == ["no_entity", "no_year"]
    assert not draft.observations
    path = balance_workbook(tmp_path / "b.xlsx")
    other = read_file(path, None, ImportOptions(entity="山西", year=2019))
    assert [(p.rule, p.values["found"], p.values["given"]) for p in other.problems] == [
        ("differs", "CN-HE", "CN-SX"),
        ("differs", 2020, 2019),
    ]
    unknown = read_file(path, None, ImportOptions(entity="河比"))
    assert "unknown_entity" in [p.rule for p in unknown.problems]


def test_several_tables_in_one_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    free = fill_balance(book.active, fuels=["煤合计", "原煤", "洗精煤", "焦炭"])
    fill_balance(book.active, title="6-3 续表", fuels=["汽油", "天然气", "热力", "电力"], row=free + 2)
    fill_balance(book.create_sheet("山西"), title="山西能源平衡表 2020")
    book.create_sheet("说明").append(["这里没有表"])
    book.save(tmp_path / "b.xlsx")
    draft = read_file(tmp_path / "b.xlsx")
    assert not draft.problems
    hebei = {(o.flow, o.carrier): o.value for o in draft.observations if o.entity == "CN-HE"}
    assert hebei == pytest.approx(expected())
    assert len(draft.observations) == 2 * len(hebei)
    assert "说明" in draft.skipped


def test_a_table_in_coal_equivalent_is_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    fill_balance(book.active, title="河北能源平衡表（标准量）—2020")
    book.save(tmp_path / "b.xlsx")
    assert only(read_file(tmp_path / "b.xlsx")).rule == "coal_equivalent"
    fill_balance(book.create_sheet("实物量"))
    book.save(tmp_path / "b.xlsx")
    both = read_file(tmp_path / "b.xlsx")
    assert not both.problems
    assert {o.sheet for o in both.observations} == {"实物量"}
    assert any("标准量" in name for name in both.skipped)


def test_no_balance_at_all(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["原煤", "焦炭"])
    book.save(tmp_path / "b.xlsx")
    assert only(read_file(tmp_path / "b.xlsx", "balance")).rule == "no_balance"


def test_recovered_energy_is_told_apart_by_its_section(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    ws = book.active
    ws.append(["河北能源平衡表 2020"])
    ws.append(["项目", "高炉煤气(亿立方米)", "热力(百亿千焦)"])
    for row in (
        ["一、可供量", 10, 5],
        ["1.一次能源生产量", None, None],
        ["2.回收能", 10, 5],
        ["二、加工转换投入(-)产出(+)量", 90, 45],
        ["1.火力发电", -10, None],
        ["9.回收能", 100, 45],
        ["四、终端消费量", 100, 50],
        ["2.工业", 100, 50],
        ["五、平衡差额", 0, None],
    ):
        ws.append(row)
    book.save(tmp_path / "b.xlsx")
    draft = read_file(tmp_path / "b.xlsx")
    assert not draft.problems
    found = by_key(draft)
    assert found["supply.recovered", "blast_furnace_gas"].value == 1e9
    assert found["transformation.recovery", "blast_furnace_gas"].value == -1e10


@pytest.mark.parametrize("extra", [["代码", "01"], ["Item", "Coal"]])
def test_columns_of_codes_and_english_beside_the_labels(tmp_path: Path, extra: list[str]) -> None:
    path = balance_workbook(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(path)
    ws = book.active
    for block in list(ws.merged_cells.ranges):
        ws.unmerge_cells(str(block))
    ws.insert_cols(2)
    ws["B2"] = extra[0]
    for row in range(5, ws.max_row + 1):
        ws.cell(row, 2, extra[1])
    book.save(path)
    draft = read_file(path)
    assert not draft.problems
    assert {key: o.value for key, o in by_key(draft).items()} == pytest.approx(expected())


def test_a_unit_for_the_whole_table_a_row_of_numbers_and_group_headings(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    ws = book.active
    for row in (
        ["河北能源平衡表（实物量）2020", None, None, "单位：万吨"],
        ["项目", "煤品", None, "油品"],
        [None, "原煤", "洗精煤", "汽油"],
        ["甲", 1, 2, 3],
        ["四、终端消费量", 10, 5, 7],
        ["1.工业", 6, 5, None],
        ["2.建筑业", 4, None, 7],
    ):
        ws.append(row)
    ws.merge_cells("B2:C2")
    book.save(tmp_path / "b.xlsx")
    draft = read_file(tmp_path / "b.xlsx")
    assert not draft.problems
    assert {(o.carrier, o.flow): o.value for o in draft.observations} == {
        ("raw_coal", "final.industry"): 6e4,
        ("cleaned_coal", "final.industry"): 5e4,
        ("raw_coal", "final.construction"): 4e4,
        ("gasoline", "final.construction"): 7e4,
    }
