"""What CI runs after the tests: `./dafeng check`. Every step is run, and every failure shown, before the verdict."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import code_blocks

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "dafeng"
SMALL_NAMES = {"float32", "float16", "halffloat", "half_float"}
SMALL_TYPES = {*SMALL_NAMES, "f4", "f2", "float4", "half", "real", "single"}  # as texts, or as np.half, np.single
#: Texts that only one machine understands: folders of a person, package mirrors, private addresses.
LOCAL = re.compile(
    r"(?<![\w.~/-])/(?:home|Users|root|work|mnt|srv|workspace|private)/[\w.-]+"
    r"|[A-Z]:\\Users\\"
    r"|--(?:extra-)?index-url|--registry[ =]|registry\.npm|pypi\.org/simple|files\.pythonhosted"
    r"|https?://[\w.-]*(?:artifactory|nexus|devpi|verdaccio|\.internal|\.corp|\.lan)\b"
    r"|\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}:\d+"
)
PAGE_KEY = re.compile(r"""["'`]((?:report|state|quality|comparator)\.[a-z0-9_.]*[a-z0-9_])["'`]""")


def command(*words: str) -> Callable[[], list[str]]:
    """A step that is another program; its output is shown when it fails."""

    def step() -> list[str]:
        done = subprocess.run(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False
        )
        return [] if done.returncode == 0 else [*(done.stdout + done.stderr).splitlines(), f"exit {done.returncode}"]

    return step


def tracked() -> list[Path]:
    """The files in git, and those that would be added to it."""
    listed = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    return sorted(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def no_local_texts() -> Iterator[str]:
    """No file in git names a folder or a package host of somebody's machine."""
    for path in tracked():
        if path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = LOCAL.search(line)
            if found:
                yield f"{path.relative_to(ROOT)}:{number}: {found[0]}"


def no_small_floats() -> Iterator[str]:
    """Every number in the program has 64 bits."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if _is_small(node):
                yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)}"


def _is_small(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.lower() in SMALL_TYPES
    if isinstance(node, ast.Attribute):
        of_numpy = isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy")
        return node.attr in (SMALL_TYPES if of_numpy else SMALL_NAMES)
    return isinstance(node, ast.Name) and node.id in SMALL_NAMES


def words_complete() -> Iterator[str]:
    """Every text that code or page asks for is in the catalogue of words (its languages are checked there)."""
    from dafeng.catalog import all_words

    known = set(all_words())
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            key = _asked(node)
            if key and not (key in known or (key.endswith("*") and any(k.startswith(key[:-1]) for k in known))):
                yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {key}"
    for path in sorted((SOURCE / "reports" / "assets").rglob("*")):
        if path.suffix in (".js", ".j2") and ".min." not in path.name:
            for key in PAGE_KEY.findall(path.read_text(encoding="utf-8")):
                if key not in known:
                    yield f"{path.relative_to(ROOT)}: {key}"


def _asked(node: ast.AST) -> str:
    """The key of a call of `word`; `why.*` for a key that is put together from `why.` and something else."""
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "word" and node.args):
        return ""
    key = node.args[0]
    if isinstance(key, ast.Constant):
        return str(key.value)
    if isinstance(key, ast.JoinedStr) and key.values and isinstance(key.values[0], ast.Constant):
        return str(key.values[0].value) + "*"
    return ""


def listed(rule: Callable[[], Iterator[str]]) -> Callable[[], list[str]]:
    return lambda: list(rule())


STEPS: dict[str, Callable[[], list[str]]] = {
    "ruff check": command(sys.executable, "-m", "ruff", "check", ".", "dafeng"),
    "ruff format": command(sys.executable, "-m", "ruff", "format", "--check", ".", "dafeng"),
    "mypy": command(sys.executable, "-m", "mypy"),
    "catalog check": command(sys.executable, "-m", "dafeng", "catalog", "check", "--lang", "en"),
    "words complete": listed(words_complete),
    "no 32-bit floats": listed(no_small_floats),
    "no local texts": listed(no_local_texts),
    "code blocks": code_blocks.run_all,
}


def main(wanted: list[str]) -> int:
    """Run the steps whose name contains one of the words given; all of them without any."""
    failed = []
    for name, step in STEPS.items():
        if wanted and not any(part in name for part in wanted):
            continue
        began = time.monotonic()
        faults = step()
        print(f"{'FAILED' if faults else 'ok':6} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        for fault in faults:
            print(f"       {fault}")
        if faults:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
