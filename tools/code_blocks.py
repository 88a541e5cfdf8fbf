"""Runs every ```console and ```python block of the README and docs/, so that nothing is shown that does not work.

Each document gets a folder of its own with a workspace that holds the statistics (`dafeng-workspace`). Its console
blocks run first, in order, then its Python blocks, in one namespace. `./dafeng` and `dafeng` there are this checkout.
A console block shows commands after `$ ` and, if it shows output, that output, in which `...` stands for anything. A
command must succeed, unless `$ echo $?` is the one that follows. A Python block with `>>>` is a doctest; of the others,
one that a block `text printed` follows must print that, numbers to 5 %, and all are run.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
PRINTED = "```text printed"
NEAR, DUST = 0.05, 1e-9
MARK = "\x1e"
LIMIT_S = 300
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


@dataclass(frozen=True)
class Block:
    """A block of code in a document, and what the document says that it prints."""

    language: str
    text: str
    line: int
    printed: str = ""


@dataclass(frozen=True)
class Command:
    """A command of a console block with the output that the document shows."""

    text: str
    shown: str


def documents() -> list[Path]:
    """The pages whose blocks are run."""
    return sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])


def blocks(text: str) -> Iterator[Block]:
    """The console and Python blocks of a page."""
    fences = list(FENCE.finditer(text))
    for found, after in zip_longest(fences, fences[1:]):
        if found[1] in ("console", "python"):
            printed = after[2] if after is not None and after[0].startswith(PRINTED) else ""
            yield Block(found[1], found[2], text.count("\n", 0, found.start()) + 2, printed)


def commands(text: str) -> list[Command]:
    """The commands of a console block; one goes on after a backslash, and in lines that begin with `> `."""
    found: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        fresh = bool(found) and not found[-1][1]
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif fresh and line.startswith("> "):
            found[-1][0].append(line[2:])
        elif fresh and found[-1][0][-1].endswith("\\"):
            found[-1][0].append(line)
        elif found:
            found[-1][1].append(line)
    return [Command("\n".join(typed), "\n".join(shown)) for typed, shown in found]


def agrees(shown: str, printed: str) -> bool:
    """Whether output is what a document shows; `...` stands for anything, alone in a line also for no line."""
    want, have = _trimmed(shown), _trimmed(printed)
    if not want:
        return True
    pattern = "".join(
        r"(?:.*\n)?" if line == "..." else ".*?".join(map(re.escape, line.split("..."))) + r"\n"
        for line in want.splitlines()
    )
    return re.fullmatch(pattern, f"{have}\n", re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def run_console(block: Block, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run the commands of a block in one shell; what differs from the page."""
    steps = commands(block.text)
    script = "\n".join(f"{step.text}\n__code=$?; printf '{MARK}%s{MARK}' $__code; (exit $__code)" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=LIMIT_S, check=False,
    )  # fmt: skip
    parts = done.stdout.split(MARK)
    results = list(zip(parts[::2], parts[1::2], strict=False))
    if len(results) < len(steps):
        yield f"line {block.line}: the shell stopped after {len(results)} of {len(steps)} commands: {parts[-1]}"
    for index, (step, (printed, code)) in enumerate(zip(steps, results, strict=False)):
        asked = index + 1 < len(steps) and steps[index + 1].text.strip() == "echo $?"
        if code != "0" and not asked:
            yield f"line {block.line}: `{step.text}` ended with {code}:\n{printed}"
        elif not agrees(step.shown, printed):
            yield f"line {block.line}: `{step.text}` printed\n{printed}\nand not\n{step.shown}"


def run_python(block: Block, names: dict[str, object], page: str) -> Iterator[str]:
    """Run a Python block; what failed."""
    output = io.StringIO()
    if ">>>" in block.text:
        example = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line)
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        if runner.run(example, out=output.write, clear_globs=False).failed:
            yield output.getvalue()
        names.update(example.globs)
        return
    try:
        with contextlib.redirect_stdout(output):
            exec(compile("\n" * (block.line - 1) + block.text, page, "exec"), names)
    except Exception:
        yield f"line {block.line}: {traceback.format_exc(limit=-2)}"
    else:
        if block.printed and not alike(block.printed, output.getvalue()):
            yield f"line {block.line}: printed\n{output.getvalue()}\nand not\n{block.printed}"


def alike(shown: str, printed: str) -> bool:
    """Are the words the same, and the numbers to `NEAR`; what is nothing but rounding is the same."""
    pairs = list(zip_longest(shown.split(), printed.split(), fillvalue=""))
    return all(one == other or _near(one, other) for one, other in pairs)


def _near(one: str, other: str) -> bool:
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return abs(a - b) <= max(NEAR * abs(a), DUST)


def own_blocks(page: Path) -> list[Block]:
    """The blocks of a page; of a translation (README.zh.md), without the commands that the page itself has too."""
    found = list(blocks(page.read_text(encoding="utf-8")))
    original = page.with_name(f"{page.name.split('.')[0]}.md")
    if original == page or not original.is_file():
        return found
    same = {block.text for block in blocks(original.read_text(encoding="utf-8")) if block.language == "console"}
    return [block for block in found if block.text not in same]


def run_document(page: Path, seed: Path) -> list[str]:
    """Run the blocks of a page in a copy of `seed`; what failed, with the page's name."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "work"
        shutil.copytree(seed, folder)
        environment = _environment(page, folder)
        faults: list[str] = []
        python: list[Block] = []
        for block in own_blocks(page):
            if block.language == "console":
                faults += run_console(block, folder, environment)
            else:
                python.append(block)
        if python:
            done = subprocess.run(
                [sys.executable, __file__, str(page)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, encoding="utf-8", timeout=LIMIT_S, check=False,
            )  # fmt: skip
            faults += [done.stdout + done.stderr] if done.returncode else []
    return [f"{page.relative_to(ROOT)}: {fault}" for fault in faults]


def _environment(page: Path, folder: Path) -> dict[str, str]:
    """Language by the name of the page (README.zh.md), `dafeng` on the PATH."""
    tag = page.suffixes[0][1:] if len(page.suffixes) > 1 else "en"
    path = os.pathsep.join((str(folder / "bin"), os.environ.get("PATH", "")))
    ours = {"DAFENG_LANG": tag, "PATH": path, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    return {**os.environ, **ours}


def make_seed(folder: Path) -> None:
    """A folder with `dafeng`, `./dafeng` and a workspace that holds the statistics."""
    (folder / "bin").mkdir(parents=True)
    shim = (
        "#!/bin/sh\n"
        "# The two commands that would run this very check again are taken as done.\n"
        'case "$1" in test|check) exit 0;; esac\n'
        f'exec "{sys.executable}" -m dafeng "$@"\n'
    )
    for path in (folder / "bin" / "dafeng", folder / "dafeng"):
        path.write_text(shim, encoding="utf-8")
        path.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(
        [sys.executable, "-m", "dafeng", "init"], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, check=True,
    )  # fmt: skip


def run_all(pages: Sequence[Path] = ()) -> list[str]:
    """Run the blocks of pages (default: all), two at a time; what failed."""
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(2) as workers:
        seed = Path(place) / "seed"
        make_seed(seed)
        results = workers.map(lambda page: run_document(page, seed), list(pages) or documents())
        return [fault for faults in results for fault in faults]


def main(page: Path) -> int:
    """The Python blocks of one page, in one namespace, in the folder that the caller prepared."""
    names: dict[str, object] = {"__name__": "__main__"}
    faults = [
        fault for block in blocks(page.read_text(encoding="utf-8")) if block.language == "python"
        for fault in run_python(block, names, page.name)
    ]  # fmt: skip
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
