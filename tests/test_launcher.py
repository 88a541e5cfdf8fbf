"""The launcher: installs once, again only when something changed, and says clearly what is missing."""

from __future__ import annotations

import ast
import importlib.util
import string
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

LAUNCHER = Path(__file__).resolve().parents[1] / "dafeng"


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, set to a folder of its own, with an installation that only takes notes (`calls`)."""
    loader = SourceFileLoader("launcher", str(LAUNCHER))
    spec = importlib.util.spec_from_loader("launcher", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    root = tmp_path / "clone"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    module.ROOT, module.VENV = str(root), str(root / ".venv")
    module.PYTHON, module.STAMP = str(root / ".venv" / "bin" / "python"), str(root / ".venv" / "dafeng.json")
    module.calls = []

    def make_venv(_uv: str | None) -> None:
        (root / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        Path(module.PYTHON).write_text("", encoding="utf-8")
        module.write_stamp("", [])
        module.calls.append("venv")

    monkeypatch.setattr(module, "make_venv", make_venv)
    monkeypatch.setattr(module, "new_enough", lambda python: Path(python).exists())
    monkeypatch.setattr(module, "installer", lambda _uv: ["install"])
    monkeypatch.setattr(module, "run", lambda command: module.calls.append(command[-1].removeprefix(str(root))))
    monkeypatch.setenv("DAFENG_LANG", "en")
    return module


def test_installs_once(launcher: ModuleType) -> None:
    launcher.ensure(())
    launcher.ensure(())
    assert launcher.calls == ["venv", ""]


def test_more_extras_are_added_and_kept(launcher: ModuleType) -> None:
    launcher.ensure(("test",))
    launcher.ensure(())
    launcher.ensure(("test", "check"))
    launcher.ensure(("test",))
    assert launcher.calls == ["venv", "[test]", "[check,test]"]


def test_installs_again_when_the_project_changed(launcher: ModuleType) -> None:
    launcher.ensure(("test",))
    Path(launcher.ROOT, "pyproject.toml").write_text("[project]\ndependencies = []\n", encoding="utf-8")
    launcher.ensure(())
    assert launcher.calls == ["venv", "[test]", "[test]"], "and keeps the extras that were there"


def test_a_half_made_environment_is_repaired(launcher: ModuleType) -> None:
    """Stopped while installing: the stamp says that it is ours and not whole; a failure makes it anew."""
    launcher.make_venv(None)
    failures = iter([launcher.Failed("broken")])

    def run(_command: list[str]) -> None:
        failure = next(failures, None)
        if failure:
            raise failure
        launcher.calls.append("installed")

    launcher.run = run
    launcher.ensure(())
    assert launcher.calls == ["venv", "venv", "installed"]


def test_a_failure_leaves_no_stamp(launcher: ModuleType) -> None:
    def run(_command: list[str]) -> None:
        raise launcher.Failed("no network")

    launcher.run = run
    with pytest.raises(launcher.Failed, match="no network"):
        launcher.ensure(())
    assert launcher.read_stamp() == ("", [])


def test_without_python_in_it_an_environment_is_made_anew(launcher: ModuleType) -> None:
    launcher.ensure(())
    Path(launcher.PYTHON).unlink()
    launcher.ensure(())
    assert launcher.calls == ["venv", "", "venv", ""]


def test_exit_code_of_a_failed_installation(launcher: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    def run(_command: list[str]) -> None:
        raise launcher.Failed("no network")

    launcher.run = run
    assert launcher.main(["run"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no network" in printed.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "-w", "x"], ["-P", "-m", "dafeng", "run", "-w", "x"]),
        ([], ["-P", "-m", "dafeng"]),
        (["test"], ["-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]),
        (["test", "-k", "unit"], ["-m", "pytest", "-k", "unit"]),
        (["check", "mypy"], ["tools/check.py", "mypy"]),
    ],
)
def test_what_it_becomes(launcher: ModuleType, arguments: list[str], expected: list[str]) -> None:
    became: list[list[str]] = []
    launcher.become = lambda command, _folder=None: became.append(command)
    launcher.main(arguments)
    plain = [str(Path(part)).removeprefix(launcher.ROOT + "/") for part in became[0][1:]]
    assert plain == expected


def test_an_old_python_is_named() -> None:
    loader = SourceFileLoader("launcher", str(LAUNCHER))
    spec = importlib.util.spec_from_loader("launcher", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    module.new_enough = lambda _python: False
    module.VENV = "/nonexistent/.venv"
    with pytest.raises(module.Failed, match=r"3\.11"):
        module.make_venv(None)


def test_an_old_python_can_read_it() -> None:
    """Syntax of Python 3.6, or the message about an old Python would be a syntax error."""
    ast.parse(LAUNCHER.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_words(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, texts in launcher.WORDS.items():
        holes = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
        assert len(texts) == 3, key
        assert all(texts), key
        assert holes[0] == holes[1] == holes[2], key
    said = []
    for tag in ("zh_CN.UTF-8", "ja", "en_GB", "fr_FR"):
        monkeypatch.setenv("DAFENG_LANG", tag)
        monkeypatch.delenv("LC_ALL", raising=False)
        monkeypatch.setenv("LANG", "C")
        said.append(launcher.say("interrupted"))
    assert [said[0], said[1], said[2], said[2]] == [*launcher.WORDS["interrupted"], said[3]]
