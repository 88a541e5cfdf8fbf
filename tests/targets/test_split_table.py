"""Cities, sectors and companies as parts, from a table; and on from a province's own target."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import dafeng
from dafeng.catalog import DafengError, RefusedInput
from dafeng.targets import Whole, national_split, read_parts, recombined, split

HEAD = "part,base,activity_base,activity_due,population,floor,cap,surplus\n"
CITIES = HEAD + "Shijiazhuang,70,600,760,11,-25,-5,\nTangshan,160,750,940,8,,,1.5\nBaoding,40,380,480,9,,,-0.5\n"


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "parts.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_cities_of_a_province_with_a_target_of_its_own(tmp_path: Path, workspace: dafeng.Workspace) -> None:
    nation = national_split("T03", workspace.series, growth=5.0, principles=["capability"])
    province = nation.splits["capability"].whole_for("CN-HE")
    cities = read_parts(written(tmp_path, CITIES))
    made = split(cities, province, "capability", strength=0.2, credit=0.5)
    assert recombined(cities, province, [t.value for t in made.targets]) == pytest.approx(province.value, rel=1e-12)
    assert made.whole.name == "CN-HE"
    assert [p.surplus for p in cities] == [0.0, 1.5, -0.5]
    assert (cities[0].floor, cities[0].cap, cities[1].floor) == (-25.0, -5.0, None)
    assert all(t.why for t in made.targets)


def test_sectors_share_an_amount_and_companies_a_capacity(tmp_path: Path) -> None:
    sectors = read_parts(written(tmp_path, "part,base,activity_base,activity_due\nsteel,90,9,10\ncement,30,20,16\n"))
    made = split(sectors, Whole("total", 110.0, "Mt", amount_unit="Mt"), "potential")
    assert sum(t.value for t in made.targets) == pytest.approx(110.0, rel=1e-12)
    companies = read_parts(written(tmp_path, "part,base,activity_base,activity_due,size\na,5,10,12,12\nb,0,20,24,24\n"))
    made = split(companies, Whole("addition", 14.0, "MW"))
    assert [t.value for t in made.targets] == pytest.approx([8.0, 6.0])


def test_headings_in_three_languages_and_two_encodings(tmp_path: Path) -> None:
    zh = '单位,基年量,基年活动水平,目标年活动水平,人口\n唐山,"1,600",750,940,8\n'
    assert read_parts(written(tmp_path, zh, "gb18030"))[0].base == 1600.0
    ja = "区分,基準年の量,基準年の活動量,目標年の活動量,人口\nA,1,2,3,4\n"
    assert read_parts(written(tmp_path, ja))[0].attributes == {"population": 4.0}


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Part", "base", "activity_base", "activity_due"], ["A", 1, 2.5, 3], [None] * 4, ["B", 4, 5, 6]):
        book.active.append(row)
    book.save(tmp_path / "parts.xlsx")
    assert [(p.id, p.activity_base) for p in read_parts(tmp_path / "parts.xlsx")] == [("A", 2.5), ("B", 5.0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing: part, base, activity_base, activity_due"),
        ("part,base\nA,1\n", "missing: activity_base, activity_due"),
        (HEAD, "no row below the headings"),
        (HEAD + "A,1,2,x,,,,\n", "D2: 'activity_due' is 'x'"),
        (HEAD + "A,nan,2,3,,,,\n", "B2: 'base' is 'nan'"),
        (HEAD + "A,-1,2,3,,,,\n", "B2: 'base' is '-1'"),
        (HEAD + "A,,2,3,,,,\n", "B2"),
        (HEAD + ",1,2,3,,,,\n", "A2"),
        (HEAD + "A,1,2,3,,,,\nA,1,2,3,,,,\n", "A3: 'A' stands twice"),
        ("part,base,activity_base,activity_due,populaton\nA,1,2,3,4\n", "E1: unknown column 'populaton'.*population"),
        ("part,base,base,activity_base,activity_due\nA,1,1,2,3\n", "C1"),
    ],
)
def test_a_bad_table_is_refused_with_its_cell(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RefusedInput, match=said):
        read_parts(written(tmp_path, text))


def test_no_file_no_workbook_no_text(tmp_path: Path) -> None:
    with pytest.raises(DafengError, match=r"none\.csv"):
        read_parts(tmp_path / "none.csv")
    (tmp_path / "bad.xlsx").write_bytes(b"PK no workbook")
    (tmp_path / "bad.csv").write_bytes(b"\xff\xff\x80\x00\xff")
    for name in ("bad.xlsx", "bad.csv"):
        with pytest.raises(RefusedInput):
            read_parts(tmp_path / name)
