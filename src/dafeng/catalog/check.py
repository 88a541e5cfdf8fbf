"""`dafeng catalog check`: everything that can be wrong with a fact, checked visibly."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from dafeng.catalog.errors import Problem, UnknownName, nearest
from dafeng.catalog.package import (
    Resource,
    Row,
    catalogue_folder,
    packages_in,
    read_descriptor,
    read_resource,
    translated_fields,
)
from dafeng.catalog.profiles import Profiles, is_series, read_series
from dafeng.catalog.units import unit
from dafeng.catalog.words import LANGUAGES, word_rows

Tables = dict[tuple[str, str], Resource]
EARLIEST, LATEST = date(1949, 10, 1), date(2100, 1, 1)
#: Tables of factors with physical limits: their parameter, or "" where each row names its own.
LIMITED = {"fuels": "", "grid": "grid", "power_coal_rate": "power_coal_rate", "topdown": "topdown", "process": ""}


def check(folder: Traversable | None = None) -> tuple[list[Problem], dict[str, int]]:
    """Check every package below `folder` (default: the shipped catalogue).

    Returns:
        The problems found, and the number of rows checked per file.
    """
    root = folder or catalogue_folder()
    tables: Tables = {}
    hourly: list[tuple[str, dict[str, Any], Profiles]] = []
    problems: list[Problem] = []
    for package in packages_in(root):
        for spec in read_descriptor(root, package)["resources"]:
            if is_series(spec):
                profiles, faults = read_series(root, package, spec)
                problems += faults
                hourly.append((package, spec, profiles))
                continue
            table, faults = read_resource(root, package, spec)
            problems += faults
            if not any(fault.rule in ("header", "unreadable") for fault in faults):
                tables[package, spec["name"]] = table
    for table in tables.values():
        for rule in RULES:
            problems += rule(table, tables)
    for package, spec, profiles in hourly:
        problems += _names_of_series(package, spec, profiles, tables)
    problems += list(_one_source_one_record(tables))
    problems += list(_words(root))
    counted = {f"{package}/{spec['path']}": profiles.hours for package, spec, profiles in hourly if profiles.entities}
    return problems, {table.file: len(table.rows) for table in tables.values()} | counted


def _names_of_series(package: str, spec: dict[str, Any], profiles: Profiles, tables: Tables) -> Iterator[Problem]:
    """Every series is of an entity that the catalogue knows, and the file names its sources."""
    reference, file = spec["series"]["entities"], f"{package}/{spec['path']}"
    for wanted, owner, resource in (
        (profiles.entities, reference["package"], reference["resource"]),
        (spec["source"], package, "sources"),
    ):
        known = [row["id"] for row in _rows(tables, owner, resource)]
        for name in wanted:
            if name not in known:
                yield Problem("broken_key", file, "", name, {"found": name, "near": nearest(name, known)})


def _at(table: Resource, index: int, column: str) -> str:
    return f"{table.lines[index]}:{column}"


def _primary_key(table: Resource, _: Tables) -> Iterator[Problem]:
    keys = {tuple(table.schema["schema"].get("primaryKey", ()))}
    keys |= {(f["name"],) for f in table.schema["schema"]["fields"] if f.get("constraints", {}).get("unique")}
    for key in sorted(filter(None, keys)):
        seen: dict[tuple[Any, ...], int] = {}
        for index, row in enumerate(table.rows):
            value = tuple(row[column] for column in key)
            if value in seen:
                yield Problem(
                    "duplicate_key",
                    table.file,
                    "",
                    _at(table, index, "+".join(key)),
                    {"found": ", ".join(map(str, value)), "first": table.lines[seen[value]]},
                )
            seen.setdefault(value, index)


def _foreign_keys(table: Resource, tables: Tables) -> Iterator[Problem]:
    for key in table.schema["schema"].get("foreignKeys", []):
        (column,) = key["fields"]
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
                    yield Problem(
                        "broken_key",
                        table.file,
                        "",
                        _at(table, index, column),
                        {"found": item, "near": nearest(str(item), sorted(map(str, allowed)))},
                    )


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
                yield Problem(
                    "unit",
                    table.file,
                    "",
                    _at(table, index, "unit"),
                    {"found": row["unit"], "near": error.values["near"]},
                )


def _dates(table: Resource, _: Tables) -> Iterator[Problem]:
    columns = [f["name"] for f in table.schema["schema"]["fields"] if f["type"] in ("date", "year")]
    for index, row in enumerate(table.rows):
        for column in columns:
            value = row[column]
            if value is None:
                continue
            day = value if isinstance(value, date) else date(value, 1, 1) if 0 < value < 9999 else None
            if day is None or not EARLIEST <= day <= LATEST:
                yield Problem(
                    "date",
                    table.file,
                    "",
                    _at(table, index, column),
                    {"found": value, "allowed": f"{EARLIEST} - {LATEST}"},
                )


def _validity(table: Resource, _: Tables) -> Iterator[Problem]:
    spec = table.schema.get("validity")
    if not spec:
        return
    spans: dict[tuple[Any, ...], list[tuple[date, date, int]]] = defaultdict(list)
    for index, row in enumerate(table.rows):
        start, end = row[spec["from"]] or date.min, row[spec["to"]] or date.max
        if start >= end:
            yield Problem(
                "validity_order", table.file, "", _at(table, index, spec["to"]), {"found": f"{start} - {end}"}
            )
        spans[tuple(row[column] for column in spec["key"])].append((start, end, index))
    for key, entries in spans.items():
        entries.sort()
        for (_begin, end, first), (start, _stop, second) in pairwise(entries):
            if start < end:
                yield Problem(
                    "validity_overlap",
                    table.file,
                    "",
                    _at(table, second, spec["from"]),
                    {"found": ", ".join(map(str, key)), "first": table.lines[first]},
                )


def _physical_range(table: Resource, tables: Tables) -> Iterator[Problem]:
    """Factors outside physical range: public code is full of them (t C/TJ of coal, gas read as methane ...)."""
    phases = {row["id"]: row["phase"] for row in _rows(tables, "vocabulary", "carriers")}
    limits = {(row["parameter"], row["applies_to"], row["unit"]): row for row in _rows(tables, "factors", "limits")}
    for index, row, parameter, carrier in _factors(table):
        candidates = (carrier, phases.get(carrier, "any"), "any")
        limit = next(
            (limits[parameter, c, row["unit"]] for c in candidates if (parameter, c, row["unit"]) in limits), None
        )
        if limit is None:
            yield Problem(
                "no_limit",
                table.file,
                "",
                _at(table, index, "value"),
                {"found": f"{parameter}, {carrier}, {row['unit']}"},
            )
        elif not limit["minimum"] <= row["value"] <= limit["maximum"]:
            yield Problem(
                "physical_range",
                table.file,
                "",
                _at(table, index, "value"),
                {
                    "found": f"{row['value']} {row['unit']}",
                    "carrier": carrier or row["region"],
                    "allowed": f"{limit['minimum']} - {limit['maximum']}",
                },
            )


def _known_wrong(table: Resource, tables: Tables) -> Iterator[Problem]:
    """Values that are plausible, stand in public code and are wrong: no limit catches them, the list does."""
    wrong = {
        (row["parameter"], row["carrier"], row["region"], row["unit"], row["value"]): row["id"]
        for row in _rows(tables, "factors", "rejected")
    }
    for index, row, parameter, carrier in _factors(table):
        found = wrong.get((parameter, carrier, "" if carrier else row["region"], row["unit"], row["value"]))
        if found:
            yield Problem(
                "known_wrong",
                table.file,
                "",
                _at(table, index, "value"),
                {"found": f"{row['value']} {row['unit']}", "carrier": carrier or row["region"], "id": found},
            )


def _rows(tables: Tables, package: str, name: str) -> Sequence[Row]:
    return tables[package, name].rows if (package, name) in tables else ()


def _factors(table: Resource) -> Iterator[tuple[int, Row, str, str]]:
    """The rows of a table of factors to which limits apply: index, row, parameter, carrier (empty for grids)."""
    if table.package != "factors" or table.name not in LIMITED:
        return
    for index, row in enumerate(table.rows):
        parameter, carrier = LIMITED[table.name] or row["parameter"], row.get("carrier", "")
        of_product = table.name != "process" or (carrier and parameter == "process_factor")
        if row["value"] is not None and of_product:
            yield index, row, parameter, carrier


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
                yield Problem(
                    "source_differs",
                    table.file,
                    "",
                    _at(table, index, "id"),
                    {"found": row["id"], "first": known[0].file},
                )


def _words(root: Traversable) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, row in word_rows(root / "words") if (root / "words").is_dir() else ():
        key, file = row["key"], f"words/{name}"
        if key in first:
            yield Problem("duplicate_key", file, "", key, {"found": key, "first": first[key]})
        first.setdefault(key, file)
        empty = [tag for tag in LANGUAGES if not row[tag]]
        if empty:
            yield Problem("translation", file, "", ", ".join(empty), {"found": key})
        holes = {tag: _holes(row[tag] or "") for tag in LANGUAGES}
        if len({*holes.values()}) > 1:
            yield Problem(
                "placeholders",
                file,
                "",
                key,
                {"found": "; ".join(f"{tag}: {', '.join(found) or '-'}" for tag, found in holes.items())},
            )


def _holes(text: str) -> tuple[str, ...]:
    """The names in braces; a text whose braces do not match counts as having the hole `{`."""
    try:
        return tuple(sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None}))
    except ValueError:
        return ("{", text)


RULES: tuple[Callable[[Resource, Tables], Iterator[Problem]], ...] = (
    _primary_key,
    _foreign_keys,
    _translations,
    _units,
    _dates,
    _validity,
    _physical_range,
    _known_wrong,
    _carried_by,
)
