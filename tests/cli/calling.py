"""Calling the command line, and holding what it prints against the published schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON: fails where anything else stands there."""
        return json.loads(self.out)


Cli = Callable[..., Result]


def validate(document: Any, name: str) -> None:
    """Hold a document against docs/schemas/NAME.schema.json.

    Raises:
        AssertionError: it does not fit; says where.
    """
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    faults = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
    assert not faults, f"{list(faults[0].absolute_path)}: {faults[0].message[:300]}"
