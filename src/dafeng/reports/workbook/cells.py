"""Cells of the workbook: text that never becomes a formula, marked numbers, formulas with their cached value."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from dafeng.catalog import word

TOLERANCE = 1e-9
ROLES = (
    "board",
    "nation",
    "provinces",
    "accounts",
    "inputs",
    "factors",
    "sources",
    "readme",
)  # in the order of the tabs
HUGE = -1  # "decimals" of a number that is shown with an exponent
MARKED = ("recalled", "estimated", "user")
FACES = {"zh": "Microsoft YaHei", "ja": "Yu Gothic", "en": "Calibri"}
MAX_WIDTH = 60.0


@dataclass(frozen=True)
class Place:
    """Where a number stands, and the number."""

    sheet: str
    row: int
    column: int
    value: float

    def seen_from(self, sheet: str) -> str:
        """The reference to this cell in a formula on `sheet`."""
        cell = xl_rowcol_to_cell(self.row, self.column)
        return cell if sheet == self.sheet else f"{quoted(self.sheet)}!{cell}"


@dataclass(frozen=True)
class Formula:
    """A formula and what it comes to."""

    text: str
    value: float


def quoted(sheet: str) -> str:
    """A sheet's name as a formula writes it."""
    return "'" + sheet.replace("'", "''") + "'"


def column_name(column: int) -> str:
    return str(xl_col_to_name(column))


def close(first: float, second: float) -> bool:
    """Whether a formula comes to the value that the run states."""
    return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=1e-15)


def factor_text(value: float) -> str:
    """A number as a formula writes it: the shortest text that gives back exactly this number."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value).replace("e", "E")


@cache
def width_of(text: str) -> float:
    """Width in columns of a half-width letter; Chinese and Japanese letters take two."""
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


@dataclass
class Book:
    """The workbook under construction: formats made once, sheets by their role.

    Attributes:
        roles: the sheets, in the order of the tabs. names: beginning of the words that name them.
    """

    path: str
    lang: str
    roles: Sequence[str] = ROLES
    names: str = "report.xl.sheet"
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    _number_formats: dict[tuple[int, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        self.file = xlsxwriter.Workbook(self.path, options)
        self.sheets = {role: self.file.add_worksheet(self.name(role)) for role in self.roles}

    def word(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def name(self, role: str) -> str:
        """The name of a sheet."""
        return self.word(f"{self.names}.{role}")

    def format(self, **looks: Any) -> Any:
        """A cell format; the same looks give the same format."""
        key = tuple(looks.items())
        if key not in self._formats:
            self._formats[key] = self.file.add_format(
                {"font_name": FACES[self.lang], "font_size": 10, "valign": "top", **looks}
            )
        return self._formats[key]

    def number_format(self, decimals: int, quality: str = "") -> str:
        """A number format; a figure that is recalled, estimated or the user's shows its mark beside the number."""
        if (decimals, quality) not in self._number_formats:
            digits = (
                "0." + "0" * 6 + "E+00" if decimals == HUGE else "#,##0" + ("." + "0" * decimals if decimals else "")
            )
            mark = f'" {self.word(f"report.mark.{quality}")}"' if quality in MARKED else ""
            self._number_formats[(decimals, quality)] = digits + mark
        return self._number_formats[(decimals, quality)]


class Sheet:
    """One sheet: writes cells, remembers how wide they are."""

    def __init__(self, book: Book, role: str, frozen: tuple[int, int], landscape: bool = True) -> None:
        self.book = book
        self.title = book.name(role)
        self.sheet = book.sheets[role]
        self.widths: dict[int, float] = {}
        self.sheet.freeze_panes(*frozen)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(8)  # A3
        self.sheet.fit_to_pages(1, 0)
        if frozen[0]:
            self.sheet.repeat_rows(0, frozen[0] - 1)
        self.sheet.set_footer("&L&A&R&P / &N")
        self.sheet.hide_gridlines(2)

    def text(self, row: int, column: int, value: object, **looks: Any) -> None:
        """Write text as text, whatever letter it begins with."""
        shown = "" if value is None else str(value)
        self._widen(column, shown)
        self.sheet.write_string(
            row, column, shown, self.book.format(indent=1, **looks) if column else self.book.format(**looks)
        )

    def number(
        self, row: int, column: int, value: float, *, decimals: int = 0, quality: str = "", **looks: Any
    ) -> Place:
        """Write an entered number (blue)."""
        looks = {"font_color": "#1F4E9E", "num_format": self.book.number_format(decimals, quality), **looks}
        self.sheet.write_number(row, column, value, self.book.format(**looks))
        self._widen(column, f"{value:,.{max(decimals, 0)}f}    ")
        return Place(self.title, row, column, value)

    def formula(
        self,
        row: int,
        column: int,
        formula: Formula,
        value: float,
        *,
        decimals: int = 0,
        quality: str = "",
        **looks: Any,
    ) -> Place:
        """Write a formula (black) with `value`, what the run states, as its cached value."""
        looks = {"num_format": self.book.number_format(decimals, quality), **looks}
        self.sheet.write_formula(row, column, "=" + formula.text, self.book.format(**looks), value)
        self._widen(column, f"{value:,.{max(decimals, 0)}f}    ")
        return Place(self.title, row, column, value)

    def result(
        self,
        row: int,
        column: int,
        value: float,
        candidates: Iterable[Formula],
        *,
        decimals: int = 0,
        quality: str = "",
        entered: bool = False,
    ) -> Place:
        """Write the first formula that comes to `value`; where none does, the value itself, on grey unless entered."""
        for candidate in candidates:
            if close(candidate.value, value):
                return self.formula(row, column, candidate, value, decimals=decimals, quality=quality)
        looks = {} if entered else {"bg_color": "#E9EDEC", "font_color": "#333333"}
        return self.number(row, column, value, decimals=decimals, quality=quality, **looks)

    def rule_lines(self, last_row: int, last_column: int) -> None:
        """A hairline under every row."""
        line = self.book.file.add_format({"bottom": 4, "bottom_color": "#C9D1CE"})
        self.sheet.conditional_format(
            1, 0, max(last_row, 1), last_column, {"type": "formula", "criteria": "=TRUE", "format": line}
        )

    def year(self, row: int, column: int, year: int, **looks: Any) -> None:
        """Write a year as a number without a thousands sign."""
        self.sheet.write_number(row, column, year, self.book.format(num_format="0", **looks))
        self._widen(column, "00000")

    def head(self, row: int, keys: Sequence[str], column: int = 0) -> None:
        """Write a row of column heads."""
        for offset, key in enumerate(keys):
            self.text(row, column + offset, self.book.word(f"report.xl.col.{key}"), **HEAD)

    def _widen(self, column: int, text: str) -> None:
        longest = max((width_of(line) for line in text.split("\n")), default=0.0)
        self.widths[column] = max(self.widths.get(column, 0.0), min(longest, MAX_WIDTH))

    def finish(self, fixed: Mapping[int, float] | None = None) -> None:
        """Set the column widths, those in `fixed` as given."""
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, (fixed or {}).get(column, max(6.0, width * 1.08 + 1.5)))


HEAD: Mapping[str, Any] = {"bold": True, "bottom": 1, "bg_color": "#E2EFF0", "text_wrap": True, "valign": "vcenter"}
BLOCK: Mapping[str, Any] = {"bold": True, "font_size": 12, "font_color": "#0B5E6B"}
