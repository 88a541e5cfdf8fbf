"""Every `--format json` output fits its published schema and stands alone on standard output; exit codes; languages."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import dafeng
from dafeng.catalog import LANGUAGES, entities

from .calling import SCHEMAS, Cli, validate

SOURCE = Path(dafeng.__file__).parents[1]
ROWS = """entity,year,flow,carrier,value,unit
CN-HE,2021,final.industry.chemicals,raw_coal,120,1e4t
CN-HE,2021,final.industry.chemicals,natural_gas,3,1e8m3
CN-HE,2021,final.transport,diesel,55,1e4t
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A workspace without statistics, to write to."""
    dafeng.init(tmp_path / "own").close()
    return tmp_path / "own"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A small book in the layout of the template."""
    path = tmp_path / "book.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


QUESTIONS: list[tuple[str, tuple[object, ...]]] = [
    ("inventory", ("inventory", "CN", 2024)),
    ("inventory", ("inventory", "CN-HE", 2020, "--lines")),
    ("inventory", ("inventory", "CN-HE", 2020, "--measure", "co2_estimate")),
    ("series", ("inventory", "CN-TJ")),
    ("series", ("inventory", "CN", "--measure", "carbon_intensity")),
    ("compare", ("compare", "CN-HE", 2020, "ndrc-sector-2013", "ipcc-2006", "--measure", "energy_final")),
    ("board", ("board",)),
    ("board", ("board", "CN", "--overlay")),
    ("board", ("board", "CN-HE")),
    ("why", ("why", "CN", "--from", 2005, "--to", 2024)),
    ("why", ("why", "CN-HE", "--identity", "kaya_fuels")),
    ("explain", ("explain", "CN/2024/non_fossil_share")),
    ("explain", ("explain", "CN-HE/2020/co2_estimate")),
    ("recompute", ("recompute",)),
]


@pytest.mark.parametrize(("name", "arguments"), QUESTIONS, ids=lambda part: part if isinstance(part, str) else "")
def test_questions(cli: Cli, workspace: dafeng.Workspace, name: str, arguments: tuple[object, ...]) -> None:
    result = cli(*arguments, "-w", workspace.folder, "--format", "json")
    assert result.code == 0
    validate(result.json, name)
    assert result.json["rows"] or name == "recompute"


@pytest.mark.parametrize(("name", "arguments"), [("catalog-check", ("check",)), ("systems", ("systems",))])
def test_catalog(cli: Cli, name: str, arguments: tuple[str, ...]) -> None:
    result = cli("catalog", *arguments, "--format", "json")
    assert result.code == 0
    validate(result.json, name)
    assert result.json["rows"]


def test_init_export_template(cli: Cli, tmp_path: Path, workspace: dafeng.Workspace) -> None:
    made = cli("init", "-w", tmp_path / "new", "--format", "json")
    validate(made.json, "init")
    assert made.json["rows"][0]["rows"] == sum(record.rows for record in workspace.ledger.imports())
    for what in ("ledger", "figures", "board"):
        written = cli("export", tmp_path / f"{what}.csv", "--what", what, "-w", workspace.folder, "--format", "json")
        validate(written.json, "export")
        assert written.json["rows"][0]["rows"] > 0
    empty = cli("template", tmp_path / "template.xlsx", "--format", "json")
    validate(empty.json, "template")
    assert (tmp_path / "template.xlsx").is_file()


def test_import_dry_run_import_again(cli: Cli, own: Path, rows: Path) -> None:
    shown = cli("import", rows, "-w", own, "--dry-run", "--format", "json")
    validate(shown.json, "import")
    assert (shown.code, shown.json["import"]["new"], shown.json["import"]["written"]) == (0, 3, False)
    entered = cli("import", rows, "-w", own, "--format", "json")
    validate(entered.json, "import")
    assert (entered.json["import"]["new"], entered.json["import"]["written"]) == (3, True)
    again = cli("import", rows, "-w", own, "--format", "json")
    validate(again.json, "import")
    assert (again.json["import"]["new"], again.json["import"]["known"]) == (0, 3)


def test_a_refused_import_is_json_too(cli: Cli, own: Path, rows: Path) -> None:
    rows.write_text(ROWS.replace("raw_coal", "raw_cole"), encoding="utf-8")
    for dry in ([], ["--dry-run"]):
        refused = cli("import", rows, "-w", own, "--format", "json", *dry)
        validate(refused.json, "import")
        assert refused.code == 1
        assert not refused.json["import"]["written"]
        (problem,) = refused.json["problems"]
        assert "raw_cole" in problem["text"]
        assert "raw_coal" in problem["text"], "names the nearest"
        assert "raw_cole" in refused.err
    with dafeng.open(own) as opened:
        assert opened.datasets() == []


def test_publish_and_recompute(cli: Cli, own: Path, rows: Path) -> None:
    cli("import", rows, "-w", own)
    published = cli("inventory", "CN-HE", 2021, "--measure", "co2_fuel", "--publish", "-w", own, "--format", "json")
    validate(published.json, "inventory")
    (path,) = (own / "published").iterdir()
    validate(json.loads(path.read_text(encoding="utf-8")), "publication")
    same = cli("recompute", "-w", own, "--format", "json").json
    assert ([total["same"] for total in same["totals"]], same["rows"]) == ([True], [])
    other = cli("recompute", path.name, "--factors", "ndrc-provincial-2011", "-w", own, "--format", "json").json
    validate(other, "recompute")
    assert not other["totals"][0]["same"]
    assert {row["carrier"] for row in other["rows"]} >= {"diesel", "natural_gas"}


def test_every_schema_is_written_down_and_used() -> None:
    """A schema without a command, or a command without a schema, is forgotten work."""
    text = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "dafeng").rglob("*.py"))
    for path in SCHEMAS.glob("*.schema.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["title"] in text


# --- exit codes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("board", "--nonsense"),
        ("board", "--format", "xml"),
        ("board", "--lang", "fr"),
        ("--lang", "fr", "board"),
        ("inventory",),
        ("inventory", "CN", "twenty"),
        ("inventory", "CN", "--lines"),
        ("explain",),
    ],
    ids=" ".join,
)
def test_usage_is_2(cli: Cli, workspace: dafeng.Workspace, arguments: tuple[str, ...]) -> None:
    result = cli(*arguments, *(("-w", workspace.folder) if arguments[0] == "inventory" else ()))
    assert (result.code, result.out) == (2, "")
    assert result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("board", "CN-HB-X"), "CN-HB"),
        (("inventory", "CN", 1900), "1900"),
        (("explain", "CN.2024.energy_total"), "REGION/YEAR/NAME"),
        (("explain", "CN/1999/energy_total"), "1999"),
        (("compare", "CN-HE", 2020, "ndrc-2013", "--measure", "energy_final"), "ndrc-"),
        (("recompute", "nothing.json"), "nothing.json"),
        (("import", "nothing.csv"), "nothing.csv"),
        (("export", "no/such/folder/file.csv"), "folder"),
        (("export", "file.doc"), ".doc"),
    ],
    ids=lambda part: " ".join(map(str, part)) if isinstance(part, tuple) else "",
)
def test_refused_is_1(cli: Cli, workspace: dafeng.Workspace, arguments: tuple[object, ...], said: str) -> None:
    result = cli(*arguments, "-w", workspace.folder, "--format", "json")
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert "Traceback" not in result.err


def test_no_workspace_is_1(cli: Cli, tmp_path: Path) -> None:
    result = cli("board", "-w", tmp_path / "none")
    assert (result.code, result.out) == (1, "")
    assert "dafeng run" in result.err


def test_existing_files_are_kept(cli: Cli, tmp_path: Path, workspace: dafeng.Workspace) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("mine", encoding="utf-8")
    assert cli("export", kept, "-w", workspace.folder).code == 1
    assert cli("template", kept).code == 1
    assert kept.read_text(encoding="utf-8") == "mine"
    assert cli("template", kept, "--force").code == 0


def test_version_and_help(cli: Cli) -> None:
    assert cli("--version").out == f"dafeng {dafeng.__version__}\n"
    helped = cli("--help")
    assert helped.code == 0
    commands = ("run", "init", "import", "template", "inventory", "board", "explain", "export", "catalog")
    assert all(command in helped.out for command in commands)


# --- forms and languages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_languages(cli: Cli, workspace: dafeng.Workspace, lang: str) -> None:
    said = {"zh": ("状态", "口径", "没有"), "ja": ("状況", "定義", "ない"), "en": ("State", "scope", "No ")}[lang]
    assert said[0] in cli("board", "CN-HE", "-w", workspace.folder, "--lang", lang).out
    assert said[1] in cli("--lang", lang, "explain", "CN/2024/energy_total", "-w", workspace.folder).out
    assert said[2] in cli("board", "CN-XX", "-w", workspace.folder, f"--lang={lang}").err
    board = cli("board", "CN-HE", "-w", workspace.folder, "--lang", lang, "--format", "json")
    validate(board.json, "board")


def test_the_numbers_do_not_depend_on_the_language(cli: Cli, workspace: dafeng.Workspace) -> None:
    def numbers(lang: str) -> list[Any]:
        rows = cli("inventory", "CN-HE", 2020, "-w", workspace.folder, "--lang", lang, "--format", "json").json["rows"]
        return [{key: value for key, value in row.items() if key != "title"} for row in rows]

    assert numbers("zh") == numbers("ja") == numbers("en")


@pytest.mark.parametrize("name", ["inventory", "board", "explain"])
def test_csv_is_alone_and_whole(cli: Cli, workspace: dafeng.Workspace, name: str) -> None:
    arguments = {"inventory": ("CN-HE", 2020, "--lines"), "board": (), "explain": ("CN/2024/energy_total",)}[name]
    result = cli(name, *arguments, "-w", workspace.folder, "--format", "csv")
    header, *lines = list(csv.reader(io.StringIO(result.out)))
    assert result.code == 0
    assert len(header) > 2
    assert lines
    assert {len(line) for line in lines} == {len(header)}


def test_a_reader_that_goes_away_is_no_error(workspace: dafeng.Workspace) -> None:
    command = f'"{sys.executable}" -m dafeng explain CN-HE/2020/co2_estimate -w "{workspace.folder}" | head -1'
    done = subprocess.run(
        ["bash", "-c", command], env=_environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1


# --- the main job ----------------------------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE), "DAFENG_LANG": "en", "PYTHONUTF8": "1"}


def _start(folder: Path, form: str, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dafeng", "run", "-w", str(folder), "--format", form, *more]
    return subprocess.Popen(
        command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8",
    )  # fmt: skip


def _interrupt(folder: Path, sign: str, later_s: float) -> None:
    """Begin a run and stop it with Ctrl-C a while after a file has appeared; its plan is under way and ends with it."""
    process = _start(folder, "table")
    until = time.monotonic() + 60
    while not list(folder.glob(sign)) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(later_s)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), err
    assert "Traceback" not in err
    assert "nterrupted" in err


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The main job: interrupted twice, at different places, and then left to finish in the same workspace."""
    folder = tmp_path_factory.mktemp("run") / "ws"
    _interrupt(folder, "workspace.json", 0.3)
    _interrupt(folder, "ledger/*.parquet", 1.0)
    with dafeng.open(folder) as opened:
        assert opened.board("CN-HE"), "an interrupted run leaves a workspace that can be used"
    process = _start(folder, "json", "--no-plan")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return folder, json.loads(out)


@pytest.mark.slow
def test_run_after_interruptions(ran: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = ran
    validate(summary, "summary")
    assert all(Path(path).stat().st_size > 10_000 for path in summary["files"].values())
    assert not list(folder.rglob("*.part"))
    with dafeng.open(folder) as opened:
        assert len(opened.ledger.imports()) == 1, "the statistics were loaded once"


@pytest.mark.slow
def test_run_json(ran: tuple[Path, dict[str, Any]]) -> None:
    _, summary = ran
    data = json.loads(Path(summary["files"]["json"]).read_text(encoding="utf-8"))
    validate(data, "run")
    assert (data["quick"], data["no_quick"], summary["quick"]) == (None, None, None)
    assert not (Path(summary["files"]["json"]).parent / "plan.html").exists()
    provinces = {name for name, row in entities().rows.items() if row["kind"] == "province"}
    without = {"CN-TW", "CN-HK", "CN-MO"}  # the sources of the embedded statistics do not cover them
    assert data["boards"].keys() == {"CN", *(provinces - without)}
    assert all(data["boards"].values())
    known = data["sources"].keys()
    assert all(source in known for series in data["inputs"] for p in series["points"] for source in p[3].split(";"))


@pytest.mark.slow
def test_run_with_the_quick_plan(ran: tuple[Path, dict[str, Any]]) -> None:
    """In the same workspace: the plan's page beside the others, its data in run.json, the peak on the main page."""
    folder, before = ran
    process = _start(folder, "json")
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err
    summary = json.loads(out)
    validate(summary, "summary")
    data = json.loads(Path(summary["files"]["json"]).read_text(encoding="utf-8"))
    quick = data["quick"]
    validate(data, "run")
    validate(quick, "quick")
    assert quick["scenario"]["name"] == summary["quick"]["scenario"] == "action-plan"
    assert quick["peak"] == summary["quick"]["peak"]
    assert "Quick plan (Action Plan" in err
    assert f"{quick['peak']['energy']['value']:,.0f}" in err
    taken = [sum(one["mt"][y] for one in quick["wedges"]["actions"]) for y in range(len(quick["years"]))]
    between = [a - b for a, b in zip(quick["wedges"]["trend"], quick["wedges"]["left"], strict=True)]
    assert taken == pytest.approx(between, abs=1e-6)
    assert quick["wedges"]["left"] == pytest.approx(quick["summary"]["co2"])
    assert quick["states"]["met"] > 10
    assert Path(summary["files"]["plan"]).stat().st_size > 100_000
    assert '"page":"plan.html"' in Path(before["files"]["page"]).read_text(encoding="utf-8")
