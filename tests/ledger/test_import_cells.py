"""Cells, names and labels as people type them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dafeng.catalog import carriers, flows, resource, unit
from dafeng.ledger.importers import cells
from dafeng.ledger.importers.labels import heading, labels
from dafeng.ledger.importers.names import entity_of, find
from dafeng.ledger.importers.titles import year_of


@pytest.mark.parametrize(
    ("typed", "value", "mark"),
    [
        (5, 5.0, ""),
        (0, 0.0, ""),
        ("0", 0.0, ""),
        ("１２３．５", 123.5, ""),
        ("1,234,567.8", 1234567.8, ""),
        ("１，２３４", 1234.0, ""),
        ("1 234 567", 1234567.0, ""),
        ("−12.5", -12.5, ""),
        ("－12.5", -12.5, ""),
        ("(123.4)", -123.4, ""),
        ("（123.4）", -123.4, ""),
        ("123①", 123.0, "①"),
        ("456 *", 456.0, "*"),
        ("12²", 12.0, "²"),
        ("1.2e3", 1200.0, ""),
        (".5", 0.5, ""),
        ("+7", 7.0, ""),
        ("　42　", 42.0, ""),
        (None, None, ""),
        ("", None, ""),
        ("　", None, ""),
        ("-", None, ""),
        ("—", None, ""),
        ("－", None, ""),
        ("…", 0.0, "…"),
        ("……", 0.0, "…"),
    ],
)
def test_numbers(typed: object, value: float | None, mark: str) -> None:
    assert cells.number(typed) == (value, mark)


@pytest.mark.parametrize(
    "typed",
    [
        "12,34",
        "1.2.3",
        "十二",
        "12万",
        "1O0",
        "#REF!",
        "12%",
        True,
        datetime(2020, 1, 2),
        float("nan"),
        float("inf"),
        "1,23",
        "12 34",
        "--5",
        "0x10",
        "1_000",
    ],
)
def test_what_is_no_number(typed: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cells.number(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [(2020, 2020), (2020.0, 2020), ("２０２０年", 2020), ("2020 年度", 2020), ("二〇二〇年", 2020), ("二○二一", 2021)],
)
def test_years(typed: object, value: int) -> None:
    assert cells.year(typed) == value


@pytest.mark.parametrize("typed", ["20", "2020-2021", 1820, 2201, "", None, True, 2020.5, datetime(2020, 1, 1)])
def test_what_is_no_year(typed: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cells.year(typed)


@pytest.mark.parametrize(
    "typed",
    [
        date(2020, 1, 31),
        datetime(2020, 1, 31),
        "2020-01-31",
        "2020/1/31",
        "2020.1.31",
        "２０２０年１月３１日",
        "2020-01-31 00:00:00",
    ],
)
def test_days(typed: object) -> None:
    assert cells.day(typed) == date(2020, 1, 31)


@pytest.mark.parametrize("typed", ["31.1.2020", "2020-02-30", "2020-13-01", datetime(2020, 1, 31, 12), 43861, ""])
def test_what_is_no_day(typed: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cells.day(typed)


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("entity", "CN-HE", "CN-HE"),
        ("entity", "河北", "CN-HE"),
        ("entity", "河 北 省", "CN-HE"),
        ("entity", "130000", "CN-HE"),
        ("entity", "Inner Mongolia", "CN-NM"),
        ("entity", "InnerMongolia", "CN-NM"),
        ("entity", "内モンゴル自治区", "CN-NM"),
        ("entity", "全国", "CN"),
        ("carrier", "原煤", "raw_coal"),
        ("carrier", "ＬＰＧ", "lpg"),
        ("carrier", "原炭", "raw_coal"),
        ("carrier", "RAW COAL", "raw_coal"),
        ("flow", "final.industry", "final.industry"),
        ("flow", "工业", "final.industry"),
        ("flow", "農林水産業", "final.agriculture"),
        ("flow", "Final consumption", "final"),
    ],
)
def test_names(kind: str, typed: str, found: str) -> None:
    assert find(kind, typed).id == found


def test_unknown_and_ambiguous_names() -> None:
    unknown = find("carrier", "原媒")
    assert unknown.rule == "unknown_carrier"
    assert "原煤 (raw_coal)" in str(unknown.values["near"])
    ambiguous = find("flow", "回收能")
    assert ambiguous.rule == "ambiguous_name"
    assert ambiguous.values["candidates"] == "supply.recovered, transformation.recovery"


@pytest.mark.parametrize(
    ("title", "entity", "year"),
    [
        ("河北能源平衡表（实物量）—2020", "CN-HE", 2020),
        ("6-3 河北能源平衡表（实物量）（２０２０年）", "CN-HE", 2020),
        ("中国能源统计年鉴2021 6-15 山东能源平衡表-2020", "CN-SD", 2020),
        ("内蒙古自治区能源平衡表 二〇二〇年", "CN-NM", 2020),
        ("Energy Balance of Shaanxi (2019)", "CN-SN", 2019),
        ("2020年全国能源平衡表", "CN", 2020),
        ("河北、河南能源平衡表 2020-2021", "", None),
        ("能源平衡表", "", None),
    ],
)
def test_titles(title: str, entity: str, year: int | None) -> None:
    assert (entity_of(title), year_of(title)) == (entity, year)


@pytest.mark.parametrize(
    ("texts", "names", "unit_id"),
    [
        (["原煤", "(万吨)"], ("原煤",), "1e4t"),
        (["原煤(万吨)Raw Coal(10⁴ tons)"], ("原煤", "Raw Coal"), "1e4t"),
        (["热力\n(万百万千焦)\nHeat\n(1010 kJ)"], ("热力", "Heat"), "1e10kJ"),
        (["天然气", "（亿立方米）"], ("天然气",), "1e8m3"),
        (["电 力", "亿千瓦小时"], ("电力",), "1e8kWh"),
        (["液化\n石油气", "万吨"], ("液化石油气",), "1e4t"),
        (["其他石", "油制品", "(10 000 tons)"], ("其他石", "油制品", "其他石油制品"), "1e4t"),
        (["焦炭①", "万吨"], ("焦炭",), "1e4t"),
        (["原煤", "1"], ("原煤",), ""),
        (["原煤/万吨"], ("原煤",), "1e4t"),
    ],
)
def test_headings(texts: list[str], names: tuple[str, ...], unit_id: str) -> None:
    found = heading(texts, labels("balance"))
    assert (found.names, found.unit) == (names, unit_id)


@pytest.mark.parametrize(
    ("typed", "under", "target"),
    [
        ("一、可供本地区消费的能源量", "", "supply"),
        ("（一）一次能源生产量", "", "supply.production"),
        ("1.一 次 能 源 生 产 量", "", "supply.production"),
        ("1 一次能源生产量", "", "supply.production"),
        ("一次能源生产量", "", "supply.production"),
        ("3.外省(区、市)调入量", "", "supply.inflow"),
        ("外省区市调入量", "", "supply.inflow"),
        ("9.库存增（－）、减（＋）量", "", "supply.stock_change"),
        ("2.工　业", "", "final.industry"),
        ("其中：用作原料、材料", "", "non_energy"),
        ("#用作原料、材料", "", "non_energy"),
        ("＃ 城 镇", "", "final.residential.urban"),
        ("7.生活消费①", "", "final.residential"),
        ("2.回收能", "supply", "supply.recovered"),
        ("9.回收能", "transformation", "transformation.recovery"),
        ("合计", "final", "final"),
        ("3.1 工业", "", "final.industry"),
    ],
)
def test_lines_of_a_balance(typed: str, under: str, target: str) -> None:
    found = labels("balance").find(typed, ("flow", "total"), under)
    assert found is not None
    assert found.target == target


def test_every_label_leads_somewhere() -> None:
    """Targets of the catalogue's labels are flows, carriers and units that exist."""
    for row in resource("layouts", "labels").rows:
        targets = row["target"].split(";")
        if row["kind"] == "flow" or (row["kind"] == "total" and row["target"] != "consumption"):
            assert all(target in flows() for target in targets), row
        elif row["kind"].startswith("carrier"):
            assert all(target in carriers() for target in targets), row
        elif row["kind"] == "unit":
            assert unit(row["target"]).id == row["target"]


def test_the_47_sectors_of_ceads_have_a_flow_each() -> None:
    rows = [row for row in resource("layouts", "labels").rows if row["kind"] == "flow"]
    co2 = {row["target"] for row in rows if row["layout"] == "ceads-co2"}
    energy = {row["target"] for row in rows if row["layout"] == "ceads-energy" and row["target"].startswith("final.")}
    assert co2 == set(flows().leaves("reported_co2"))
    assert {name.replace("reported_co2", "final", 1) for name in co2} == energy
    assert len(co2) == 47
