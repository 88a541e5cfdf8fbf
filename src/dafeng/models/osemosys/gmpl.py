"""Data sections of GMPL: sets and parameters, with their labels checked against the sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dafeng.models.refusals import RefusedFile, no_file, no_such, not_covered, not_readable, wrong_value

Key = tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A word of the file and the line it stands in."""

    text: str
    line: int


@dataclass
class Parameter:
    """A parameter: its values, and the default of all others."""

    name: str
    sets: tuple[str, ...]
    default: float | None
    values: dict[Key, float] = field(default_factory=dict)

    def __getitem__(self, key: Key) -> float:
        """The value for labels.

        Raises:
            RefusedFile: neither a value nor a default is given.
        """
        if key in self.values:
            return self.values[key]
        if self.default is None:
            raise wrong_value(self.name, ", ".join(key), "-", "number")
        return self.default


@dataclass
class Data:
    """All sets and parameters of a file."""

    file: str
    sets: dict[str, list[str]]
    parameters: dict[str, Parameter]


def read_data(path: Path, dimensions: dict[str, str]) -> Data:
    """Read a data file.

    Args:
        dimensions: of every parameter that may appear: names of its sets, separated by blanks.

    Raises:
        RefusedFile: no such file, what does not parse, an unknown parameter, a label that is in no set, a value that
            is no number, a key that has two values.
    """
    if not path.is_file():
        raise no_file(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_readable(path, error) from None
    data = Data(path.name, {}, {name: Parameter(name, tuple(sets.split()), None) for name, sets in dimensions.items()})
    for statement in _statements(text, path.name):
        head = statement[0].text
        if head == "set":
            _read_set(data, statement)
        elif head == "param":
            _Reader(data, statement).read()
        elif head not in ("data", "end"):
            raise _syntax(data, statement[0], "set, param, end")
    for parameter in data.parameters.values():
        _check_labels(data, parameter)
    return data


def _statements(text: str, file: str) -> Iterator[list[Token]]:
    found: list[Token] = []
    text = re.sub(r"/\*.*?\*/", lambda block: "\n" * block[0].count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), start=1):
        for match in re.finditer(r":=|[;:,\[\]()]|'[^']*'|\"[^\"]*\"|[^\s;:,\[\]()]+", line.split("#")[0]):
            if match[0] == ";":
                if found:
                    yield found
                found = []
            else:
                found.append(Token(match[0].strip("'\""), number))
    if found and found[0].text != "end":
        raise RefusedFile("model_syntax", file=file, line=found[-1].line, found=found[-1].text, allowed=";")


def _syntax(data: Data, token: Token, allowed: str) -> RefusedFile:
    return RefusedFile("model_syntax", file=data.file, line=token.line, found=token.text, allowed=allowed)


def _read_set(data: Data, statement: list[Token]) -> None:
    if len(statement) < 3 or statement[2].text != ":=":
        raise _syntax(data, statement[-1], "set NAME := ...")
    data.sets[statement[1].text] = [token.text for token in statement[3:] if token.text != ","]


class _Reader:
    """Reads one `param` statement: a default, then records or tables, each under a slice like [A,*,*]."""

    def __init__(self, data: Data, statement: list[Token]) -> None:
        self.data, self.tokens, self.at = data, statement, 1

    def read(self) -> None:
        name = self._next()
        if name.text not in self.data.parameters:
            if name.text == "ResultsPath":
                return
            raise no_such(f"{self.data.file} {name.line}", "param", name.text, self.data.parameters)
        self.parameter = self.data.parameters[name.text]
        self.slice: list[str] = ["*"] * len(self.parameter.sets)
        while self.at < len(self.tokens):
            token = self._next()
            if token.text == "default":
                self.parameter.default = self._value(self._next())
            elif token.text == "[":
                self._read_slice(token)
                if self._peek() not in ("", ":", ":=", "["):
                    self._read_records()
            elif token.text == ":":
                self._read_table()
            elif token.text == ":=":
                self._read_records()
            elif token.text != ",":
                raise _syntax(self.data, token, "default, :=, :, [")

    def _next(self) -> Token:
        if self.at >= len(self.tokens):
            raise _syntax(self.data, self.tokens[-1], "...")
        self.at += 1
        return self.tokens[self.at - 1]

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _value(self, token: Token) -> float:
        try:
            return float(token.text)
        except ValueError:
            raise wrong_value(f"{self.data.file} {token.line}", self.parameter.name, token.text, "number") from None

    def _read_slice(self, first: Token) -> None:
        parts: list[str] = []
        while (token := self._next()).text != "]":
            if token.text != ",":
                parts.append(token.text)
        if len(parts) != len(self.parameter.sets):
            raise _syntax(self.data, first, f"[{', '.join(self.parameter.sets)}]")
        self.slice = parts

    def _free(self) -> list[int]:
        return [place for place, part in enumerate(self.slice) if part == "*"]

    def _store(self, labels: list[str], token: Token) -> None:
        if token.text == ".":
            return
        key = list(self.slice)
        for free, found in zip(self._free(), labels, strict=True):
            key[free] = found
        if tuple(key) in self.parameter.values:
            place = f"{self.data.file} {token.line}: {self.parameter.name}[{', '.join(key)}]"
            raise RefusedFile("model_twice", place=place)
        self.parameter.values[tuple(key)] = self._value(token)

    def _read_table(self) -> None:
        if self._peek() == "(":
            raise not_covered(f"{self.data.file} {self.tokens[self.at].line}", self.parameter.name, "(tr)")
        if len(self._free()) != 2:
            raise _syntax(self.data, self.tokens[self.at - 1], "[..., *, *]")
        columns: list[str] = []
        while (token := self._next()).text != ":=":
            columns.append(token.text)
        while self._peek() not in ("", "[", ":"):
            row = self._next()
            for column in columns:
                self._store([row.text, column], self._next())

    def _read_records(self) -> None:
        count = len(self._free())
        while self._peek() not in ("", "[", ":"):
            labels = [self._next().text for _ in range(count)]
            self._store(labels, self._next())
            if self._peek() == ",":
                self._next()


def _check_labels(data: Data, parameter: Parameter) -> None:
    for key in parameter.values:
        for name, found in zip(parameter.sets, key, strict=True):
            if found not in data.sets.get(name, []):
                raise no_such(f"{data.file} {parameter.name}", name, found, data.sets.get(name, []))
