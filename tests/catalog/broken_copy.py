"""A copy of the catalogue that a test may break in one place."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dafeng.catalog import check
from dafeng.catalog.package import catalogue_folder

PACKAGES = (
    "factors",
    "plan",
    "regions",
    "vocabulary",
    "words",
)  # without the large tables, so that a check takes no time


class Copy:
    """The catalogue in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for package in PACKAGES:
            shutil.copytree(Path(str(catalogue_folder())) / package, folder / package)

    def rows(self, file: str) -> list[dict[str, str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def write(self, file: str, rows: list[dict[str, str]]) -> None:
        with (self.folder / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, file: str, where: Callable[[dict[str, str]], bool], **cells: str) -> int:
        """Change the first row that fits; its line in the file."""
        rows = self.rows(file)
        index = next(i for i, row in enumerate(rows) if where(row))
        rows[index].update(cells)
        self.write(file, rows)
        return index + 2

    def add(self, file: str, where: Callable[[dict[str, str]], bool], **cells: str) -> int:
        """Add a copy of the first row that fits, with some cells changed; its line in the file."""
        rows = self.rows(file)
        rows.append({**next(row for row in rows if where(row)), **cells})
        self.write(file, rows)
        return len(rows) + 1

    def describe(self, package: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change a datapackage.json."""
        path = self.folder / package / "datapackage.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content), encoding="utf-8")

    def found(self) -> list[tuple[str, str, str]]:
        """What the check finds: (rule, file, cell)."""
        problems, _ = check(self.folder)
        for problem in problems:
            for lang in ("zh", "ja", "en"):
                assert problem.file in problem.text(lang), "every problem can be said in every language"
        return [(p.rule, p.file, p.cell) for p in problems]
