"""Errors of other processes arrive as what they said."""

from __future__ import annotations

import pickle

import pytest

from dafeng.catalog import LANGUAGES, DafengError, UnknownName


@pytest.mark.parametrize(
    "error", [UnknownName("region", "CN-HX", ["CN-HE", "CN-HB"]), DafengError("no_file", file=__file__)]
)
def test_an_error_goes_to_another_process(error: DafengError) -> None:
    """A pool of processes breaks where an error cannot be pickled, and nobody learns why."""
    arrived = pickle.loads(pickle.dumps(error))
    assert isinstance(arrived, DafengError)
    assert [arrived.text(tag) for tag in LANGUAGES] == [error.text(tag) for tag in LANGUAGES]


def test_what_is_not_plain_goes_as_text() -> None:
    arrived = pickle.loads(pickle.dumps(DafengError("no_file", file=lambda: None)))
    assert isinstance(arrived.values["file"], str)
