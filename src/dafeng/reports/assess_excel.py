"""The self-assessment as a workbook: effects, sums, changes and rates are formulas with their cached values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dafeng.catalog import LANGUAGES
from dafeng.reports import workbook
from dafeng.reports.workbook import assess, assess_causes


def write_assessment(data: Mapping[str, Any], path: Path, lang: str) -> None:
    """Write a self-assessment as a workbook.

    Args:
        data: schema dafeng.assess/1.
        path: where to; a file that is there is replaced only when the new one is complete.
        lang: zh, ja or en.

    Raises:
        ValueError: no such language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: allowed are {', '.join(LANGUAGES)}")
    part = path.with_name(f"{path.name}.part")
    book = workbook.Book(str(part), lang, assess.ROLES, assess.NAMES)
    placed = workbook.Placed()
    assess.write_series(book, data, placed)
    assess.write_summary(book, data, placed)
    workbook.write_board(book, data, placed)
    assess_causes.write_causes(book, data)
    assess_causes.write_decoupling(book, data)
    assess.write_peak(book, data, placed)
    assess.write_rating(book, data)
    assess_causes.write_outlook(book, data)
    assess.write_categories(book, data)
    assess.write_gaps(book, data)
    workbook.write_sources(book, data)
    assess.write_notes(book, data)
    book.file.set_properties({"title": Path(path).stem, "comments": f"Dafeng {data['made']['version']}"})
    book.file.close()
    part.replace(path)
