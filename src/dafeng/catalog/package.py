"""Facts as Data Packages: CSV tables with a JSON schema and their sources, read through one typed loader."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from dafeng.catalog.errors import Problem, RefusedInput, UnknownName, nearest
from dafeng.catalog.words import LANGUAGES

Row = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """One table of a package: its schema, its typed rows and the line of the CSV that each stands in."""

    package: str
    name: str
    path: str
    schema: Mapping[str, Any]
    rows: tuple[Row, ...]
    lines: tuple[int, ...] = field(repr=False, default=())

    @property
    def file(self) -> str:
        """Where the table stands inside the catalogue, as shown to people: `factors/fuels.csv`."""
        return f"{self.package}/{self.path}"

    def by(self, key: str = "id") -> dict[Any, Row]:
        """The rows by the value of a column that is unique."""
        return {row[key]: row for row in self.rows}

    def row(self, value: str, key: str = "id") -> Row:
        """The row whose `key` is `value`.

        Raises:
            UnknownName: there is none; names the nearest.
        """
        found = self.by(key).get(value)
        if found is None:
            raise UnknownName(self.name, value, self.by(key))
        return found


def _written(pattern: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser that takes one way of writing only: Python's own also read 1_000, full-width digits and blanks."""

    def parser(text: str) -> Any:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(text)
        return parse(text)

    return parser


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


_INTEGER = _written(r"-?\d+", int)
PARSERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": _INTEGER,
    "year": _INTEGER,
    "number": _written(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", _finite),
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": _written(r"\d{4}-\d{2}-\d{2}", date.fromisoformat),
    "list": lambda text: tuple(part.strip() for part in text.split(";") if part.strip()),
}
EMPTY: dict[str, Any] = {"string": "", "list": ()}


def catalogue_folder() -> Traversable:
    return files("dafeng.catalog") / "data"


@cache
def package_names() -> tuple[str, ...]:
    """Every Data Package of the catalogue."""
    return packages_in(catalogue_folder())


def packages_in(folder: Traversable) -> tuple[str, ...]:
    """The Data Packages of a folder."""
    return tuple(sorted(p.name for p in folder.iterdir() if (p / "datapackage.json").is_file()))


@cache
def descriptor(package: str) -> dict[str, Any]:
    """The datapackage.json of `package`.

    Raises:
        UnknownName: no such package.
    """
    if package not in package_names():
        raise UnknownName("package", package, package_names())
    return read_descriptor(catalogue_folder(), package)


def read_descriptor(folder: Traversable, package: str) -> dict[str, Any]:
    """The datapackage.json of a package in a folder."""
    loaded: dict[str, Any] = json.loads((folder / package / "datapackage.json").read_text(encoding="utf-8"))
    return loaded


@cache
def resource(package: str, name: str) -> Resource:
    """The typed table `name` of `package`.

    Raises:
        UnknownName: no such package or table (hourly series are read by `series`).
        RefusedInput: the table breaks its own schema.
    """
    specs = {spec["name"]: spec for spec in descriptor(package)["resources"] if spec.get("format", "csv") == "csv"}
    if name not in specs:
        raise UnknownName("resource", f"{package}/{name}", (f"{package}/{n}" for n in specs))
    loaded, problems = read_resource(catalogue_folder(), package, specs[name])
    if problems:
        raise RefusedInput(loaded.file, problems)
    return loaded


def read_resource(folder: Traversable, package: str, spec: Mapping[str, Any]) -> tuple[Resource, list[Problem]]:
    """Read one table and everything that is wrong with its cells; no rows where the table itself cannot be read."""
    shown = f"{package}/{spec['path']}"
    fields = spec["schema"]["fields"]
    problems: list[Problem] = []
    rows: list[Row] = []
    lines: list[int] = []
    try:
        text = (folder / package / spec["path"]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Resource(package, spec["name"], spec["path"], spec, ()), [
            Problem("unreadable", shown, values={"found": error})
        ]
    with io.StringIO(text, newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        wanted = [f["name"] for f in fields]
        if header != wanted:
            wrong = next((h for h in header if h not in wanted), "")
            problems.append(
                Problem(
                    "header",
                    shown,
                    "",
                    "1",
                    {"found": ",".join(header), "allowed": ",".join(wanted), "near": nearest(wrong, wanted)},
                )
            )
            return Resource(package, spec["name"], spec["path"], spec, ()), problems
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(fields):
                problems.append(
                    Problem("cell_count", shown, "", str(line), {"found": len(cells), "allowed": len(fields)})
                )
                continue
            row: Row = {}
            for spec_field, cell in zip(fields, cells, strict=True):
                row[spec_field["name"]] = _cell(spec_field, cell, shown, line, problems)
            rows.append(row)
            lines.append(line)
    return Resource(package, spec["name"], spec["path"], spec, tuple(rows), tuple(lines)), problems


def _cell(spec: Mapping[str, Any], text: str, shown: str, line: int, problems: list[Problem]) -> Any:
    rules = spec.get("constraints", {})
    place = f"{line}:{spec['name']}"
    if text == "":
        if rules.get("required"):
            problems.append(Problem("required", shown, "", place))
        return EMPTY.get(spec["type"])
    try:
        value = PARSERS[spec["type"]](text)
    except (ValueError, KeyError):
        problems.append(Problem("type", shown, "", place, {"found": text, "allowed": spec["type"]}))
        return EMPTY.get(spec["type"])
    for fault in _broken_constraints(rules, value, text):
        problems.append(Problem("constraint", shown, "", place, {"found": text, "allowed": fault}))
    return value


def _broken_constraints(rules: Mapping[str, Any], value: Any, text: str) -> Iterable[str]:
    for item in value if isinstance(value, tuple) else (value,):
        if "enum" in rules and item not in rules["enum"]:
            yield "|".join(map(str, rules["enum"]))
    if "minimum" in rules and value < rules["minimum"]:
        yield f">= {rules['minimum']}"
    if "maximum" in rules and value > rules["maximum"]:
        yield f"<= {rules['maximum']}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text):
        yield str(rules["pattern"])


def translated_fields(spec: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The column triples that hold one text in three languages."""
    return [tuple(f"{name}_{tag}" for tag in LANGUAGES) for name in spec.get("translations", ())]


@cache
def source(package: str, identifier: str) -> Row:
    """The source record `identifier` of `package`."""
    return resource(package, "sources").row(identifier)


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """A short hash of facts: the same facts give the same text, in whatever order they are read."""
    lines = sorted(json.dumps(dict(row), sort_keys=True, ensure_ascii=False, default=str) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
