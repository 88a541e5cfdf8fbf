"""Writes the empty template: header, worked examples, and the names that may be typed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from dafeng.catalog import LANGUAGES, DafengError, Row, carriers, entities, flows, resource, word
from dafeng.ledger.importers.lines import COLUMNS
from dafeng.ledger.importers.template import EXAMPLES_SHEET, NAMES_SHEET
from dafeng.ledger.schema import STATUSES

ROWS = 5000  # as far down as the drop-down lists reach


def write_template(path: Path) -> None:
    """Write an empty template to `path`, as CSV or as an Excel workbook, by its suffix.

    Raises:
        DafengError: another suffix.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        _write_csv(path)
    elif suffix == ".xlsx":
        _write_workbook(path)
    else:
        raise DafengError("template_suffix", found=path.name, allowed=".csv, .xlsx")


def example_rows() -> list[list[object]]:
    """The worked lines of the catalogue, in the order of COLUMNS."""
    return [
        [", ".join(row["source"]) if name == "source" else _plain(row.get(name)) for name in COLUMNS]
        for row in resource("layouts", "examples").rows
    ]


def _plain(value: object) -> object:
    if value is None:
        return ""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        for lang in LANGUAGES:
            stream.write(f"# {word('template.help', lang)}\n")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        stream.write(f"# {' / '.join(word('template.examples', lang) for lang in LANGUAGES)}\n")
        for row in example_rows():
            stream.write("# ")
            writer.writerow(row)


def name_rows() -> Iterator[list[object]]:
    """kind, id, names and unit of everything that may be typed."""
    for row in entities().rows.values():
        yield ["entity", row["id"], row["short_zh"], row["short_ja"], row["short_en"], ""]
    for kind, tree in (("flow", flows()), ("carrier", carriers())):
        for row in tree.rows.values():
            yield [kind, row["id"], row["name_zh"], row["name_ja"], row["name_en"], _shown_unit(row)]
    for row in resource("vocabulary", "units").rows:
        yield ["unit", row["id"], row["symbol_zh"], row["symbol_ja"], row["symbol_en"], row["quantity"]]
    for status in STATUSES[:-1]:
        yield ["status", status, *(word(f"template.status.{status}", lang) for lang in LANGUAGES), ""]


def _shown_unit(row: Row) -> str:
    return "" if row["unit"] == "carrier" else str(row["unit"])


def _write_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        note = book.add_format({"italic": True, "font_color": "#666666"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("observations")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, COLUMNS, bold)
        for index, column in enumerate(COLUMNS):
            sheet.set_column(index, index, 16, day if column in ("start", "end") else None)
            sheet.write_comment(
                0,
                index,
                "\n".join(word(f"template.column.{column}", lang) for lang in LANGUAGES),
                {"x_scale": 2.5, "y_scale": 1.5},
            )
        examples = book.add_worksheet(EXAMPLES_SHEET)
        for line, lang in enumerate(LANGUAGES):
            examples.write(line, 0, f"# {word('template.examples', lang)} {word('template.help', lang)}", note)
        examples.write_row(len(LANGUAGES), 0, COLUMNS, bold)
        for line, row in enumerate(example_rows(), start=len(LANGUAGES) + 1):
            examples.write_row(line, 0, row)
        names = book.add_worksheet(NAMES_SHEET)
        names.write_row(0, 0, ("kind", "id", "zh", "ja", "en", "unit"), bold)
        names.set_column(0, 5, 28)
        names.freeze_panes(1, 0)
        spans: dict[str, tuple[int, int]] = {}
        for line, shown in enumerate(name_rows(), start=1):
            names.write_row(line, 0, shown)
            kind = str(shown[0])
            spans[kind] = (spans.get(kind, (line, line))[0], line)
        for kind, (first, last) in spans.items():
            at = COLUMNS.index(kind)
            sheet.data_validation(
                1,
                at,
                ROWS,
                at,
                {
                    "validate": "list",
                    "source": f"={NAMES_SHEET}!$B${first + 1}:$B${last + 1}",
                    "error_type": "warning",
                    "error_message": word("template.choose"),
                    "ignore_blank": True,
                },
            )
