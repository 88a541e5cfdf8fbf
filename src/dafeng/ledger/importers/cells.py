"""Cells as people type them: full-width digits, thousands separators, dashes for nothing, footnote marks."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

Cell = object

#: What stands for "no figure". The yearbooks leave the cell blank; people type dashes.
DASHES = frozenset({"-", "--", "—", "——", "–", "―", "─", "/", "\\", "·", ".", "－"})
#: "Less than half of the last digit shown", after the yearbooks' own key to symbols.
SMALL = frozenset({"…", "……", "...", "......"})
_MARK = r"[①-⑳❶-❿⑴-⑽*＊※†‡¹²³⁰⁴-⁹]+"
_MARKS = re.compile(rf"^({_MARK})?(.*?)({_MARK})?$", re.DOTALL)
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "’": "'"})
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?P<sep>[, '])\d{3}(?:(?P=sep)\d{3})*|\d+)(?:\.\d*)?(?:e[+-]?\d+)?"
    r"|[+-]?\.\d+(?:e[+-]?\d+)?"
)
_YEAR = re.compile(r"(\d{4})年?度?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
YEARS = range(1949, 2101)


def text(cell: Cell) -> str:
    """What stands in a cell, without blanks at its ends; 2020.0 reads 2020."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().strip("\u3000\u00a0\ufeff")


def split_mark(typed: str) -> tuple[str, str]:
    """A text and the footnote marks at its ends: `工业①` -> (`工业`, `①`)."""
    found = _MARKS.match(typed.strip())
    assert found is not None  # the pattern matches any text
    return found[2].strip(), (found[1] or "") + (found[3] or "")


def number(cell: Cell) -> tuple[float | None, str]:
    """The number in a cell, None where there is none, and its footnote marks.

    A blank or a dash is no figure; 0 is a figure; dots (less than half of the last digit) are 0.

    Raises:
        ValueError: there is something else.
    """
    if cell is None:
        return None, ""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        raise ValueError(cell)
    if not isinstance(cell, str):
        value = float(cell)
        if not math.isfinite(value):
            raise ValueError(cell)
        return value, ""
    bare, mark = split_mark(text(cell))
    plain = unicodedata.normalize("NFKC", bare).translate(_MINUS).strip()
    if not plain or bare in DASHES or plain in DASHES:
        return None, mark
    if bare in SMALL or plain in SMALL:
        return 0.0, mark or "…"
    sign = 1.0
    if plain.startswith("(") and plain.endswith(")"):
        plain, sign = plain[1:-1].strip(), -1.0
    found = _NUMBER.fullmatch(plain.casefold())
    if not found:
        raise ValueError(cell)
    value = sign * float(plain.replace(found["sep"], "") if found["sep"] else plain)
    if not math.isfinite(value):
        raise ValueError(cell)
    return value, mark


def percent(cell: Cell) -> float | None:
    """56.8 for the text `56.8%`; None where the text is no percentage."""
    if not isinstance(cell, str):
        return None
    typed = unicodedata.normalize("NFKC", cell).strip()
    if not typed.endswith("%"):
        return None
    try:
        return number(typed[:-1])[0]
    except ValueError:
        return None


def year(cell: Cell) -> int:
    """A calendar year: 2020, `２０２０年`, `二〇二〇`.

    Raises:
        ValueError: it is none, or lies outside 1949 to 2100.
    """
    typed = unicodedata.normalize("NFKC", text(cell)).replace(" ", "").translate(_CHINESE_DIGITS)
    found = None if isinstance(cell, bool | date) else _YEAR.fullmatch(typed)
    if not found or int(found[1]) not in YEARS:
        raise ValueError(cell)
    return int(found[1])


def day(cell: Cell) -> date:
    """A date: a date cell, `2020-01-31`, `2020/1/31`, `2020年1月31日`.

    Raises:
        ValueError: it is none, or has a time of day.
    """
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise ValueError(cell)
        return cell.date()
    if isinstance(cell, date):
        return cell
    typed = unicodedata.normalize("NFKC", text(cell)).replace(" ", "")
    typed = typed.removesuffix("00:00:00").removesuffix("T")
    found = _DAY.fullmatch(typed)
    if not found or int(found[1]) not in YEARS:
        raise ValueError(cell)
    return date(int(found[1]), int(found[2]), int(found[3]))
