"""The report as a workbook whose results are formulas: change an input and everything above it follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dafeng.catalog import LANGUAGES
from dafeng.reports import workbook


def write_excel(data: Mapping[str, Any], path: Path, lang: str) -> None:
    """Write the report of a run as a workbook.

    Every formula carries the run's own value as its cached value, so that viewers that do not calculate show it too.
    A result is written as a formula only where the formula comes to the run's value (relative 1e-9).

    Args:
        data: the run (schema dafeng.run/1).
        path: where to; a file that is there is replaced only when the new one is complete.
        lang: zh, ja or en.

    Raises:
        ValueError: no such language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: allowed are {', '.join(LANGUAGES)}")
    part = path.with_name(f"{path.name}.part")
    book = workbook.Book(str(part), lang)
    ground, placed = workbook.Ground(), workbook.Placed()
    # Written from the ground up, so that each formula knows the cells it points at.
    workbook.write_inputs(book, data, ground)
    workbook.write_factors(book, data, ground)
    workbook.write_workings(book, data, ground, [figure for figure in data["figures"] if figure["kind"] == "measure"])
    workbook.write_nation(book, data, ground, placed)
    workbook.write_provinces(book, data, ground, placed)
    workbook.write_board(book, data, placed)
    workbook.write_sources(book, data)
    workbook.write_readme(book, data)
    book.file.set_properties(
        {"title": book.word("report.xl.readme.title"), "comments": f"Dafeng {data['made']['version']}"}
    )
    book.file.close()
    part.replace(path)
