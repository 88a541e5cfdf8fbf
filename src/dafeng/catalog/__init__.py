"""Facts: the plan, factors, statistics, names and words, each with its source. No other room holds a published
number.
"""

from dafeng.catalog import power
from dafeng.catalog.check import check
from dafeng.catalog.errors import (
    DafengError,
    MissingFactor,
    NotComparable,
    Problem,
    RefusedInput,
    UnknownName,
    WorkspaceBusy,
    nearest,
)
from dafeng.catalog.package import Resource, Row, descriptor, digest, package_names, resource, source
from dafeng.catalog.profiles import Profiles, series
from dafeng.catalog.units import convert, factor_between, symbol, unit, unit_from_label
from dafeng.catalog.vocabulary import Tree, carriers, entities, flows, unit_of
from dafeng.catalog.words import LANGUAGES, all_words, language, pick, set_language, use, word

__all__ = [
    "LANGUAGES",
    "DafengError",
    "MissingFactor",
    "NotComparable",
    "Problem",
    "Profiles",
    "RefusedInput",
    "Resource",
    "Row",
    "Tree",
    "UnknownName",
    "WorkspaceBusy",
    "all_words",
    "carriers",
    "check",
    "convert",
    "descriptor",
    "digest",
    "entities",
    "factor_between",
    "flows",
    "language",
    "nearest",
    "package_names",
    "pick",
    "power",
    "resource",
    "series",
    "set_language",
    "source",
    "symbol",
    "unit",
    "unit_from_label",
    "unit_of",
    "use",
    "word",
]
