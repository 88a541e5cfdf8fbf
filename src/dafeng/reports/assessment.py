"""The yearly self-assessment as files: data, page, and a workbook in each language."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dafeng.catalog import LANGUAGES, language
from dafeng.ledger import write_whole
from dafeng.reports.assess_excel import write_assessment
from dafeng.reports.html import write_html


@dataclass(frozen=True)
class Assessment:
    """What was written.

    Attributes:
        page, json: the files. workbooks: language -> file; `workbook` is the one in the language in use.
    """

    data: dict[str, Any]
    page: Path
    json: Path
    workbooks: dict[str, Path]

    @property
    def workbook(self) -> Path:
        return self.workbooks.get(language()) or next(iter(self.workbooks.values()))


def write_pack(
    data: dict[str, Any],
    folder: Path,
    between: Callable[[str], None] = lambda _step: None,
    languages: Sequence[str] = LANGUAGES,
) -> Assessment:
    """Write the files of a self-assessment, each whole: `assess-REGION-YEAR` .json, .html and -LANGUAGE.xlsx.

    Args:
        data: schema dafeng.assess/1, as `assess_data` makes it.
        between: called with `page` and `workbook` before these are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"assess-{data['region']}-{data['year']}"
    results = folder / f"{stem}.json"
    write_whole(results, json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    between("page")
    page = folder / f"{stem}.html"
    write_html(data, page)
    between("workbook")
    books = {}
    for tag in languages:
        books[tag] = folder / f"{stem}-{tag}.xlsx"
        write_assessment(data, books[tag], tag)
    return Assessment(data, page, results, books)
