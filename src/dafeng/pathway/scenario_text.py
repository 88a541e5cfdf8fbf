"""A scenario as TOML text: the same content gives the same text, and the text read again the same scenario."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping


def toml(table: Mapping[str, object]) -> str:
    """TOML of nested tables of texts, numbers, truth values and lists of them."""
    return "\n".join(_lines(table, ())) + "\n"


def _lines(table: Mapping[str, object], path: tuple[str, ...]) -> list[str]:
    """Values first, then tables; tables that hold only values within a table stand on one line."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping) or (path and _flat(value))}
    lines = [f"[{'.'.join(map(_key, path))}]"] if plain and path else []
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if key not in plain and isinstance(value, Mapping):
            lines += ["", *_lines(value, (*path, key))] if lines else _lines(value, (*path, key))
    return lines


def _flat(table: Mapping[str, object]) -> bool:
    return all(not isinstance(value, Mapping) for value in table.values())


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
