"""An independent evaluator for the formulas of the workbooks: numbers, + - * / ^, brackets, references, and SUM, MAX, MIN
and LN of ranges or expressions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:E[+-]?\d+)?)|(?P<call>(?:SUM|MAX|MIN|LN)\()|(?P<ref>(?:'(?P<sheet>(?:[^']|'')+)'!)?(?P<cell>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?))|(?P<op>[-+*/^(),]))"
)

CALLS: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "LN": lambda values: math.log(values[0]),
}


class Evaluator:
    """Computes cells of a workbook read with openpyxl (formulas, not cached values); `given` replaces entered numbers."""

    def __init__(self, book: Any, given: dict[tuple[str, str], float] | None = None) -> None:
        self.book = book
        self.known: dict[tuple[str, str], float] = dict(given or {})

    def cell(self, sheet: str, name: str) -> float:
        key = (sheet, name)
        if key not in self.known:
            value = self.book[sheet][name].value
            self.known[key] = (
                self.formula(sheet, value[1:]) if isinstance(value, str) and value.startswith("=") else float(value)
            )
        return self.known[key]

    def formula(self, sheet: str, text: str) -> float:
        tokens, at = [], 0
        while at < len(text):
            found = TOKEN.match(text, at)
            assert found, f"the evaluator does not know {text[at:]!r} in {text!r}"
            tokens.append(found)
            at = found.end()
        value, rest = self._sum(sheet, tokens)
        assert not rest, text
        return value

    def _sum(self, sheet: str, tokens: list[re.Match[str]]) -> tuple[float, list[re.Match[str]]]:
        value, tokens = self._product(sheet, tokens)
        while tokens and tokens[0]["op"] in ("+", "-"):
            more, rest = self._product(sheet, tokens[1:])
            value, tokens = (value + more if tokens[0]["op"] == "+" else value - more), rest
        return value, tokens

    def _product(self, sheet: str, tokens: list[re.Match[str]]) -> tuple[float, list[re.Match[str]]]:
        value, tokens = self._power(sheet, tokens)
        while tokens and tokens[0]["op"] in ("*", "/"):
            more, rest = self._power(sheet, tokens[1:])
            value, tokens = (value * more if tokens[0]["op"] == "*" else value / more), rest
        return value, tokens

    def _power(self, sheet: str, tokens: list[re.Match[str]]) -> tuple[float, list[re.Match[str]]]:
        value, tokens = self._one(sheet, tokens)
        while tokens and tokens[0]["op"] == "^":
            more, tokens = self._one(sheet, tokens[1:])
            value = value**more
        return value, tokens

    def _one(self, sheet: str, tokens: list[re.Match[str]]) -> tuple[float, list[re.Match[str]]]:
        first, rest = tokens[0], tokens[1:]
        if first["number"]:
            return float(first["number"]), rest
        if first["op"] == "-":
            value, rest = self._one(sheet, rest)
            return -value, rest
        if first["op"] == "(":
            value, rest = self._sum(sheet, rest)
            assert rest[0]["op"] == ")"
            return value, rest[1:]
        if first["call"]:
            return self._call(sheet, first["call"][:-1], rest)
        return self.cell(*self._place(sheet, first, first["cell"])), rest

    def _call(self, sheet: str, name: str, tokens: list[re.Match[str]]) -> tuple[float, list[re.Match[str]]]:
        values: list[float] = []
        while True:
            if tokens[0]["cell"] and ":" in tokens[0]["cell"]:
                values += self._range(*self._place(sheet, tokens[0], tokens[0]["cell"]))
                tokens = tokens[1:]
            else:
                value, tokens = self._sum(sheet, tokens)
                values.append(value)
            mark, tokens = tokens[0]["op"], tokens[1:]
            if mark == ")":
                return CALLS[name](values), tokens
            assert mark == ","

    def _place(self, sheet: str, token: re.Match[str], cell: str) -> tuple[str, str]:
        return (token["sheet"] or sheet).replace("''", "'"), cell.replace("$", "")

    def _range(self, sheet: str, name: str) -> list[float]:
        """The numbers of a range; empty cells are none."""
        left, top, right, bottom = range_boundaries(name)
        names = [f"{get_column_letter(c)}{r}" for r in range(top, bottom + 1) for c in range(left, right + 1)]
        return [self.cell(sheet, one) for one in names if self.book[sheet][one].value is not None]
