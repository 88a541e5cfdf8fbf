"""An independent evaluator for the formulas of the workbook: numbers, + - * / ^, brackets, SUM over a range, references."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:E[+-]?\d+)?)|(?P<sum>SUM\()|(?P<ref>(?:'(?P<sheet>(?:[^']|'')+)'!)?(?P<cell>[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?))|(?P<op>[-+*/^()]))"
)


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
        if first["sum"]:
            assert rest[1]["op"] == ")"
            return self._range(rest[0]["sheet"] or sheet, rest[0]["cell"]), rest[2:]
        return self.cell((first["sheet"] or sheet).replace("''", "'"), first["cell"]), rest

    def _range(self, sheet: str, name: str) -> float:
        left, top, right, bottom = range_boundaries(name)
        return sum(
            self.cell(sheet, f"{get_column_letter(column)}{row}")
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        )
