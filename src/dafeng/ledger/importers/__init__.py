"""Importers: one file per layout. A reader takes a file and gives a draft; nothing enters the ledger here."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

from dafeng.catalog import DafengError, RefusedInput, UnknownName
from dafeng.ledger.importers import balance, ceads, parquet, template
from dafeng.ledger.importers.draft import Draft, ImportOptions, Reader
from dafeng.ledger.importers.sheets import OLD_EXCEL, ZIP, open_workbook, sheets
from dafeng.ledger.importers.template_writer import write_template

__all__ = ["LAYOUTS", "Draft", "ImportOptions", "Reader", "detect", "read_file", "write_template"]

#: layout -> (reader, key of its description)
LAYOUTS: dict[str, tuple[Reader, str]] = {
    "template": (template.read, "layout.template"),
    "parquet": (parquet.read, "layout.parquet"),
    "balance": (balance.read, "layout.balance"),
    "ceads-new": (ceads.reader("ceads-new"), "layout.ceads-new"),
    "ceads-old": (ceads.reader("ceads-old"), "layout.ceads-old"),
}


def detect(path: Path) -> str:
    """The layout of a file, by looking into it.

    Raises:
        DafengError: there is no such file, or it has none of the layouts.
        RefusedInput: it cannot be read at all.
    """
    magic = _first_bytes(path)
    if magic == b"PAR1":
        return "parquet"
    found = _workbook_layout(path) if magic in (ZIP, OLD_EXCEL) else _text_layout(path)
    if not found:
        raise DafengError("layout_unclear", file=path.name, layouts=", ".join(LAYOUTS))
    return found


def read_file(path: Path, layout: str | None = None, options: ImportOptions | None = None) -> Draft:
    """Read a file in a layout (default: the one that it is found to have).

    A file that cannot be read at all gives a draft with no lines and the problem.

    Raises:
        UnknownName: no such layout.
        DafengError: there is no such file, or its layout is not clear.
    """
    if layout is not None and layout not in LAYOUTS:
        raise UnknownName("layout", layout, LAYOUTS)
    options = options or ImportOptions()
    options = replace(options, dataset=options.dataset or path.stem)
    _first_bytes(path)
    try:
        chosen = layout or detect(path)
    except RefusedInput as refused:
        return Draft("", (), refused.problems)
    try:
        return LAYOUTS[chosen][0](path, options)
    except RefusedInput as refused:
        return Draft(chosen, (), refused.problems)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(4)
    except OSError as error:
        raise DafengError("file_unreadable", file=path, reason=error.strerror or str(error)) from error


def _workbook_layout(path: Path) -> str:
    with closing(open_workbook(path)) as book:
        for ws in book.worksheets:
            rows = list(islice(ws.iter_rows(values_only=True), 10))
            if any(template.is_header(row) for row in rows):
                return "template"
            found = ceads.layout_of(rows)
            if found:
                return found
    return "balance" if any(balance.is_balance(sheet) for sheet in sheets(path)) else ""


def _text_layout(path: Path) -> str:
    rows = (row for _, row in template.csv_rows(path) if not template.is_comment(row))
    return "template" if template.is_header(next(rows, ())) else ""
