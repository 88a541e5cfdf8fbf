"""`dafeng catalog check`: everything that can be wrong with a fact, checked visibly."""

from __future__ import annotations

import string
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from importlib.resources.abc import Traversable
from typing import Any

from dafeng.catalog.errors import Problem, UnknownName, nearest
from dafeng.catalog.package import Resource, catalogue_folder, descriptor, package_names, read_resource, translated_fields
from dafeng.catalog.units import unit
from dafeng.catalog.words import LANGUAGES, all_words

Tables = dict[tuple[str, str], Resource]
EARLIEST, LATEST = date(1949, 10, 1), date(2100, 1, 1)


def check(folder: Traversable | None = None) -> tuple[list[Problem], dict[str, int]]:
    """Check every package below `folder` (default: the shipped catalogue).

    Returns:
        The problems found, and the number of rows checked per file.
    """
    root = folder or catalogue_folder()
    tables: Tables = {}
    problems: list[Problem] = []
    for package in package_names():
        for spec in descriptor(package)["resources"]:
            table, faults = read_resource(root, package, spec)
            tables[package, spec["name"]] = table
            problems += faults
    for table in tables.values():
        for rule in RULES:
            problems += rule(table, tables)
    problems += list(_one_source_one_record(tables))
    problems += list(_words())
    return problems, {table.file: len(table.rows) for table in tables.values()}


def _at(table: Resource, index: int, column: str) -> str:
    return f"{table.lines[index]}:{column}"


def _primary_key(table: Resource, _: Tables) -> Iterator[Problem]:
    keys = [table.schema["schema"].get("primaryKey", [])]
    keys += [[f["name"]] for f in table.schema["schema"]["fields"] if f.get("constraints", {}).get("unique")]
    for key in filter(None, keys):
        seen: dict[tuple[Any, ...], int] = {}
        for index, row in enumerate(table.rows):
            value = tuple(row[column] for column in key)
            if value in seen:
                yield Problem("duplicate_key", table.file, "", _at(table, index, "+".join(key)),
                              {"found": ", ".join(map(str, value)), "first": table.lines[seen[value]]})
            seen.setdefault(value, index)


def _foreign_keys(table: Resource, tables: Tables) -> Iterator[Problem]:
    for key in table.schema["schema"].get("foreignKeys", []):
        column, = key["fields"]
        reference = key["reference"]
        target = tables.get((reference.get("package") or table.package, reference["resource"]))
        if target is None:
            yield Problem("broken_key", table.file, "", column, {"found": reference["resource"], "near": "-"})
            continue
        allowed = {row[reference["fields"][0]] for row in target.rows}
        for index, row in enumerate(table.rows):
            value = row[column]
            for item in value if isinstance(value, tuple) else (value,):
                if item not in ("", None) and item not in allowed:
                    yield Problem("broken_key", table.file, "", _at(table, index, column),
                                  {"found": item, "near": nearest(str(item), sorted(map(str, allowed)))})


def _translations(table: Resource, _: Tables) -> Iterator[Problem]:
    for columns in translated_fields(table.schema):
        for index, row in enumerate(table.rows):
            filled = [c for c in columns if row[c]]
            if 0 < len(filled) < len(columns):
                missing = ", ".join(c for c in columns if c not in filled)
                yield Problem("translation", table.file, "", _at(table, index, missing), {"found": filled[0]})


def _units(table: Resource, _: Tables) -> Iterator[Problem]:
    columns = [f["name"] for f in table.schema["schema"]["fields"]]
    if "unit" not in columns or table.name == "units":
        return
    for index, row in enumerate(table.rows):
        if row["unit"] and (table.name, row["unit"]) != ("flows", "carrier"):
            try:
                unit(row["unit"])
            except UnknownName as error:
                yield Problem("unit", table.file, "", _at(table, index, "unit"),
                              {"found": row["unit"], "near": error.values["near"]})


def _dates(table: Resource, _: Tables) -> Iterator[Problem]:
    columns = [f["name"] for f in table.schema["schema"]["fields"] if f["type"] in ("date", "year")]
    for index, row in enumerate(table.rows):
        for column in columns:
            value = row[column]
            if value is None:
                continue
            day = value if isinstance(value, date) else date(value, 1, 1) if 0 < value < 9999 else None
            if day is None or not EARLIEST <= day <= LATEST:
                yield Problem("date", table.file, "", _at(table, index, column),
                              {"found": value, "allowed": f"{EARLIEST} - {LATEST}"})


def _validity(table: Resource, _: Tables) -> Iterator[Problem]:
    spec = table.schema.get("validity")
    if not spec:
        return
    spans: dict[tuple[Any, ...], list[tuple[date, date, int]]] = defaultdict(list)
    for index, row in enumerate(table.rows):
        start, end = row[spec["from"]] or date.min, row[spec["to"]] or date.max
        if start >= end:
            yield Problem("validity_order", table.file, "", _at(table, index, spec["to"]),
                          {"found": f"{start} - {end}"})
        spans[tuple(row[column] for column in spec["key"])].append((start, end, index))
    for key, entries in spans.items():
        entries.sort()
        for (_begin, end, first), (start, _stop, second) in zip(entries, entries[1:], strict=False):
            if start < end:
                yield Problem("validity_overlap", table.file, "", _at(table, second, spec["from"]),
                              {"found": ", ".join(map(str, key)), "first": table.lines[first]})


def _physical_range(table: Resource, tables: Tables) -> Iterator[Problem]:
    """Factors outside physical range: public code is full of them (t C/TJ of coal, gas read as methane ...)."""
    if (table.package, table.name) != ("factors", "fuels"):
        return
    phases = {row["id"]: row["phase"] for row in tables["vocabulary", "carriers"].rows}
    limits = {(row["parameter"], row["applies_to"], row["unit"]): row for row in tables["factors", "limits"].rows}
    for index, row in enumerate(table.rows):
        candidates = (row["carrier"], phases.get(row["carrier"], "any"), "any")
        limit = next((limits[row["parameter"], c, row["unit"]] for c in candidates
                      if (row["parameter"], c, row["unit"]) in limits), None)
        if limit is None:
            yield Problem("no_limit", table.file, "", _at(table, index, "parameter"),
                          {"found": f"{row['parameter']}, {row['carrier']}, {row['unit']}"})
        elif not limit["minimum"] <= row["value"] <= limit["maximum"]:
            yield Problem("physical_range", table.file, "", _at(table, index, "value"),
                          {"found": f"{row['value']} {row['unit']}", "carrier": row["carrier"],
                           "allowed": f"{limit['minimum']} - {limit['maximum']}"})


def _carried_by(table: Resource, _: Tables) -> Iterator[Problem]:
    """A system of the plan that names the function which carries it: the function must exist."""
    if (table.package, table.name) != ("plan", "systems"):
        return
    for index, row in enumerate(table.rows):
        if row["carried_by"] and not _exists(row["carried_by"]):
            yield Problem("no_function", table.file, "", _at(table, index, "carried_by"), {"found": row["carried_by"]})


def _exists(dotted: str) -> bool:
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for name in parts[cut:]:
            thing = getattr(thing, name, None)
        return thing is not None
    return False


def _one_source_one_record(tables: Tables) -> Iterator[Problem]:
    first: dict[str, tuple[Resource, dict[str, Any]]] = {}
    for (_, name), table in tables.items():
        if name != "sources":
            continue
        for index, row in enumerate(table.rows):
            known = first.setdefault(row["id"], (table, row))
            if known[1] != row:
                yield Problem("source_differs", table.file, "", _at(table, index, "id"),
                              {"found": row["id"], "first": known[0].file})


def _words() -> Iterator[Problem]:
    for key, texts in all_words().items():
        empty = [tag for tag in LANGUAGES if not texts[tag]]
        if empty:
            yield Problem("translation", "words", "", ", ".join(empty), {"found": key})
        holes = {tag: Counter(name for _, name, _, _ in string.Formatter().parse(texts[tag]) if name) for tag in LANGUAGES}
        if len({frozenset(found) for found in holes.values()}) > 1:
            yield Problem("placeholders", "words", "", key,
                          {"found": "; ".join(f"{tag}: {sorted(found)}" for tag, found in holes.items())})


RULES: tuple[Callable[[Resource, Tables], Iterator[Problem]], ...] = (
    _primary_key, _foreign_keys, _translations, _units, _dates, _validity, _physical_range, _carried_by,
)
