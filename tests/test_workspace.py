"""A workspace: a folder that one process writes and others read, with everything that is asked of it by name."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

import dafeng
from dafeng.catalog import DafengError, RefusedInput, UnknownName, WorkspaceBusy
from dafeng.ledger import Observation
from dafeng.workspace import FORMAT
from making import line

BOOK = [
    line("final.industry", "raw_coal", 100),
    line("final.transport", "diesel", 10),
    line("final.industry", "electricity", 50),
]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[dafeng.Workspace]:
    """A workspace without the statistics."""
    with dafeng.init(tmp_path / "ws") as made:
        yield made


def keep(ws: dafeng.Workspace, *lines: Observation, dataset: str = "book") -> None:
    ws.ledger.append([replace(o, dataset=dataset) for o in lines], f"{dataset}.csv", "template", dataset)


def rows(ws: dafeng.Workspace) -> dict[str, float]:
    return {row["id"]: row["value"] for row in ws.ledger.run(ws.ledger.observations()).to_pylist()}


def template(path: Path, *lines: str) -> Path:
    path.write_text("entity,year,flow,carrier,value,unit\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


# --- the folder ---------------------------------------------------------------


def test_init_makes_and_opens(tmp_path: Path) -> None:
    with dafeng.init(tmp_path / "a" / "b") as made:
        assert made.ledger.writable
    assert json.loads((tmp_path / "a" / "b" / "workspace.json").read_text())["format"] == FORMAT
    assert not dafeng.open(tmp_path / "a" / "b").ledger.writable


def test_init_does_not_touch_what_is_there(ws: dafeng.Workspace) -> None:
    keep(ws, *BOOK)
    ws.close()
    before = (ws.folder / "workspace.json").read_bytes()
    with pytest.raises(DafengError) as caught:
        dafeng.init(ws.folder)
    assert caught.value.key == "workspace_exists"
    with dafeng.init(ws.folder, exist_ok=True) as again:
        assert len(rows(again)) == 3
    assert (ws.folder / "workspace.json").read_bytes() == before


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not there"):
        with pytest.raises(DafengError) as caught:
            dafeng.open(folder)
        assert caught.value.key == "no_workspace"
        assert str(folder) in str(caught.value)
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"


@pytest.mark.parametrize("content", ['{"format": 99}', '{"form": 1}', "{", "", "[]"])
def test_a_workspace_of_another_version_is_not_opened(ws: dafeng.Workspace, content: str) -> None:
    ws.close()
    (ws.folder / "workspace.json").write_text(content)
    with pytest.raises(DafengError) as caught:
        dafeng.open(ws.folder)
    assert caught.value.key == "workspace_version"


def test_two_writers(ws: dafeng.Workspace) -> None:
    with pytest.raises(WorkspaceBusy):
        dafeng.open(ws.folder, write=True)
    ws.close()
    dafeng.open(ws.folder, write=True).close()


def test_an_error_gives_the_lock_back(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), dafeng.init(tmp_path / "ws"):
        raise ZeroDivisionError
    dafeng.open(tmp_path / "ws", write=True).close()


def _write(folder: str, ready: object, done: object) -> None:
    with dafeng.open(Path(folder), write=True) as ws:
        keep(ws, BOOK[0])
        ready.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]
        keep(ws, BOOK[1])


def test_reading_while_another_process_writes(ws: dafeng.Workspace) -> None:
    ws.close()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    writer = context.Process(target=_write, args=(str(ws.folder), ready, done))
    writer.start()
    try:
        assert ready.wait(60)
        with pytest.raises(WorkspaceBusy, match=str(writer.pid)):
            dafeng.open(ws.folder, write=True)
        reader = dafeng.open(ws.folder)
        assert list(rows(reader).values()) == [100.0]
        assert reader.inventory("CN-HE", 2020, "co2_fuel")[0].total > 0
    finally:
        done.set()
        writer.join(60)
    assert len(rows(dafeng.open(ws.folder))) == 2


# --- statistics ---------------------------------------------------------------


def test_loading_the_statistics_again_changes_nothing(workspace: dafeng.Workspace, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(workspace.folder, tmp_path / "copy")
    (tmp_path / "copy" / "ledger" / "writer.lock").unlink(missing_ok=True)
    with dafeng.open(tmp_path / "copy", write=True) as ws:
        before = rows(ws)
        report = ws.load_statistics()
        assert (len(report.verdict.new), report.verdict.known, report.record) == (0, len(before), None)
        assert rows(ws) == before
        assert len(ws.ledger.imports()) == 1


def test_the_statistics_are_taken_with_their_leaps_but_nothing_worse(workspace: dafeng.Workspace) -> None:
    (record,) = workspace.ledger.imports()
    assert (record.accepted, record.layout, record.dataset) == (("jump",), "catalogue", "statistics")


# --- importing ----------------------------------------------------------------

GOOD = "CN-HE,2020,final.industry,raw_coal,100,t"


def test_a_dry_run_shows_and_writes_nothing(ws: dafeng.Workspace, tmp_path: Path) -> None:
    report = ws.import_file(template(tmp_path / "in.csv", GOOD), dry_run=True)
    assert (report.layout, report.dataset, len(report.verdict.new), report.record) == ("template", "in", 1, None)
    assert rows(ws) == {}


def test_a_dry_run_shows_what_would_refuse(ws: dafeng.Workspace, tmp_path: Path) -> None:
    report = ws.import_file(template(tmp_path / "in.csv", GOOD.replace("100", "-100")), dry_run=True)
    assert [p.rule for p in report.verdict.refused] == ["negative"]


def test_a_bad_line_refuses_the_file_and_nothing_is_written(ws: dafeng.Workspace, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput) as caught:
        ws.import_file(template(tmp_path / "in.csv", GOOD, GOOD.replace("raw_coal", "coke").replace("100", "-1")))
    assert len(caught.value.problems) == 1
    assert "in.csv" in caught.value.text("zh")
    assert rows(ws) == {}
    assert ws.ledger.imports() == []


def test_an_import_shows_at_once(ws: dafeng.Workspace, tmp_path: Path) -> None:
    """What was computed before is forgotten: no old figure beside a new ledger."""
    assert ("CN-HE", "co2_fuel") not in ws.series
    ws.import_file(template(tmp_path / "in.csv", GOOD))
    assert ws.series["CN-HE", "co2_fuel"][2020].value > 0
    assert ws.datasets() == ["in"]


def test_revising_an_import(ws: dafeng.Workspace, tmp_path: Path) -> None:
    ws.import_file(template(tmp_path / "in.csv", GOOD))
    changed = template(tmp_path / "in.csv", GOOD.replace("100", "120"))
    with pytest.raises(RefusedInput):
        ws.import_file(changed)
    assert len(ws.import_file(changed, revise=True).verdict.new) == 1
    assert list(rows(ws).values()) == [120.0]


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda ws, path: ws.import_file(path / "none.csv"), "no_file"),
        (lambda ws, path: ws.import_file(template(path / "in.csv", GOOD), accept=("jumps",)), "unknown_name"),
        (lambda ws, path: ws.import_file(template(path / "in.csv", GOOD), layout="tempalte"), "unknown_name"),
    ],
)
def test_what_cannot_be_asked_of_an_import(ws: dafeng.Workspace, tmp_path: Path, call: object, key: str) -> None:
    with pytest.raises(DafengError) as caught:
        call(ws, tmp_path)  # type: ignore[operator]
    assert caught.value.key == key


def test_a_file_beyond_the_limit_is_not_read(
    ws: dafeng.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dafeng.workspace, "MAX_FILE_MB", 1e-6)
    with pytest.raises(DafengError) as caught:
        ws.import_file(template(tmp_path / "in.csv", GOOD))
    assert caught.value.key == "file_too_large"


def test_a_reader_imports_nothing(ws: dafeng.Workspace, tmp_path: Path) -> None:
    with pytest.raises(DafengError) as caught:
        dafeng.open(ws.folder).import_file(template(tmp_path / "in.csv", GOOD))
    assert caught.value.key == "read_only"


# --- exporting ----------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_ledger_goes_out_and_comes_in_again(ws: dafeng.Workspace, tmp_path: Path, suffix: str) -> None:
    corrected = replace(
        BOOK[0], value=1 / 3, note="更正, “quoted”", source="survey", scope="s", vintage="v", status="estimated"
    )
    keep(ws, corrected, *BOOK[1:])
    keep(ws, *BOOK, dataset="survey")
    path = tmp_path / f"out.{suffix}"
    assert ws.export(path) == 6
    with dafeng.init(tmp_path / "other") as other:
        assert len(other.import_file(path).verdict.new) == 6
        assert rows(other) == rows(ws), "the same facts under the same ids, to the last bit"
        assert other.datasets() == ["book", "survey"], "each line in its own book"
        assert other.import_file(path).verdict.new == ()


def test_an_export_overwrites_only_when_told(ws: dafeng.Workspace, tmp_path: Path) -> None:
    keep(ws, *BOOK)
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(DafengError) as caught:
        ws.export(path)
    assert caught.value.key == "file_exists"
    assert path.read_text() == "mine"
    ws.export(path, overwrite=True)
    assert path.read_text() != "mine"


@pytest.mark.parametrize(("name", "what"), [("a.xlsx", "ledger"), ("a", "ledger"), ("a.csv", "everything")])
def test_what_cannot_be_exported(ws: dafeng.Workspace, tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(UnknownName):
        ws.export(tmp_path / name, what)
    assert list(tmp_path.glob("a*")) == []


def test_figures_and_board_go_out_whole(workspace: dafeng.Workspace, tmp_path: Path) -> None:
    count = workspace.export(tmp_path / "figures.parquet", "figures")
    table = pq.read_table(tmp_path / "figures.parquet")
    assert count == table.num_rows == sum(len(points) for points in workspace.series.values())
    assert {
        "entity",
        "year",
        "name",
        "value",
        "unit",
        "scope",
        "vintage",
        "factor_set",
        "factor_hash",
        "quality",
    } <= set(table.column_names)
    assert workspace.export(tmp_path / "board.csv", "board") == pcsv.read_csv(tmp_path / "board.csv").num_rows


# --- asking -------------------------------------------------------------------


def test_an_inventory_from_the_only_book(ws: dafeng.Workspace) -> None:
    keep(ws, *BOOK)
    found = {i.figure.name: i for i in ws.inventory("CN-HE", 2020)}
    assert {"co2_fuel", "energy_final"} <= found.keys()
    assert {i.figure.dataset for i in found.values()} == {"book"}
    assert [i.figure.name for i in ws.inventory("CN-HE", 2020, "co2_fuel")] == ["co2_fuel"]


def test_one_measure_in_two_books_has_to_be_chosen(ws: dafeng.Workspace) -> None:
    """Never added up, never one of them silently."""
    keep(ws, *BOOK)
    keep(ws, *BOOK, dataset="survey")
    with pytest.raises(DafengError) as caught:
        ws.inventory("CN-HE", 2020, "co2_fuel")
    assert caught.value.key == "which_dataset"
    assert "book, survey" in str(caught.value)
    (chosen,) = ws.inventory("CN-HE", 2020, "co2_fuel", "survey")
    assert chosen.figure.dataset == "survey"


def test_two_books_stand_side_by_side_in_the_series(ws: dafeng.Workspace) -> None:
    keep(ws, *BOOK)
    keep(ws, *(replace(o, value=2 * o.value) for o in BOOK), dataset="survey")
    both = [
        points[2020]
        for (entity, name), points in ws.series.items()
        if (entity, name.split("|")[0]) == ("CN-HE", "co2_fuel")
    ]
    assert sorted(f.dataset for f in both) == ["book", "survey"]
    assert max(f.value for f in both) == pytest.approx(2 * min(f.value for f in both))


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda ws: ws.inventory("CN-XX", 2020), "unknown_name"),
        (lambda ws: ws.inventory("CN-HE", 1999), "no_figure"),
        (lambda ws: ws.inventory("CN-HE", 2020, "co2_fule"), "no_figure"),
        (lambda ws: ws.figure("CN-XX", "co2_fuel"), "unknown_name"),
        (lambda ws: ws.figure("CN-HE", "co2_fule"), "unknown_name"),
        (lambda ws: ws.figure("CN-HE", "co2_fuel", 1999), "no_figure"),
        (lambda ws: ws.comparison("CN-XX", "co2_fuel"), "unknown_name"),
        (lambda ws: ws.explain("co2_fuel"), "figure_form"),
        (lambda ws: ws.explain("CN-HE/now/co2_fuel"), "figure_form"),
        (lambda ws: ws.explain("CN-HE/1999/co2_fuel"), "no_figure"),
        (lambda ws: ws.explain("CN-XX/2020/co2_fuel"), "unknown_name"),
        (lambda ws: ws.board("CN-XX"), "unknown_name"),
    ],
)
def test_what_cannot_be_answered_says_why(ws: dafeng.Workspace, ask: object, key: str) -> None:
    keep(ws, *BOOK)
    with pytest.raises(DafengError) as caught:
        ask(ws)  # type: ignore[operator]
    assert caught.value.key == key
    assert all(caught.value.text(lang) for lang in ("zh", "ja", "en"))


def test_a_figure_by_name_year_and_scope(workspace: dafeng.Workspace) -> None:
    assert workspace.figure("CN", "non_fossil_share").year == 2024, "the latest where none is named"
    assert workspace.figure("CN", "non_fossil_share", 2010).year == 2010
    scopes = {next(iter(points.values())).scope for points in workspace.comparison("CN", "energy_intensity")}
    assert len(scopes) >= 2
    for scope in scopes:
        assert workspace.figure("CN", "energy_intensity", scope=scope).scope == scope


def test_a_figure_of_a_users_book_explains_itself_from_that_book(ws: dafeng.Workspace) -> None:
    keep(ws, *BOOK)
    for address in ("CN-HE/2020/co2_fuel", "CN-HE/2020/energy_final", "CN-HE/2020/electrification"):
        ends = [step.text for step in ws.explain(address, "en") if step.kind == "line"]
        assert ends, address
        assert all("book.csv" in text for text in ends), address


def test_regions_are_those_with_figures_in_the_order_of_the_catalogue(workspace: dafeng.Workspace) -> None:
    regions = workspace.regions()
    assert regions[0] == "CN"
    assert len(regions) == 32, "the nation and 31 provinces; there are no statistics of TW, HK and MO here"
    assert regions.index("CN-BJ") < regions.index("CN-XJ")


def test_a_book_that_cannot_be_counted_leaves_the_boards_of_the_others(tmp_path: Path) -> None:
    """Bitumen and gangue stand in every yearbook balance; a fuel without a factor must not take the nation's board away."""
    workspace = dafeng.init(tmp_path / "ws")
    workspace.load_statistics()
    workspace.ledger.append([line("final.industry", "gangue", 5.0, dataset="mine")], "mine.csv", "template", "mine")
    reader = dafeng.open(tmp_path / "ws")
    assert reader.board("CN")
    assert list(reader.left_out) == ["mine"]
    assert "gangue" in reader.left_out["mine"].text("en")
    workspace.close()
