"""Identities: read, checked to collapse, filled, refused by name."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from dafeng.assessment.identity import Cells, leftover, parse_identity
from dafeng.catalog import LANGUAGES, DafengError, UnknownName, resource, word

KAYA = "CO2 = P * G/P * E/G * CO2/E"
SECTOR = "C = sum_ij Q * Q_i/Q * E_i/Q_i * E_ij/E_i * C_ij/E_ij"


@pytest.mark.parametrize("text", [KAYA, SECTOR, "V=A*V/A", "C = sum_j E * E_j/E * C_j/E_j", "C = sum_i M_i * C_i/M_i"])
def test_identities_that_collapse(text: str) -> None:
    assert leftover(parse_identity(text)) == ""


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("CO2 = P * G/P * E/G * CO2/F", "E * F^-1"),
        ("CO2 = P * G/P * CO2/E", "E^-1 * G"),
        ("C = sum_i Q * Q_i/Q * C_i/E_i", "E_i^-1 * Q_i"),
        ("C = sum_ij Q * Q_i/Q * C_i/Q_i", "C_i * C_ij^-1"),
        ("CO2 = P * G/P * E/G * CO2/E * P", "P"),
    ],
)
def test_what_is_left_over_is_named(text: str, over: str) -> None:
    with pytest.raises(DafengError) as error:
        parse_identity(text)
    assert error.value.key == "identity_leftover"
    assert error.value.values["leftover"] == over


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("CO2", "identity_form"),
        ("CO2 = P + G", "identity_form"),
        ("CO2 = P * * CO2/P", "identity_form"),
        ("CO2 = P * CO2/P/E", "identity_form"),
        ("CO2 = __import__('os') * CO2", "identity_form"),
        ("C_i = C_i", "identity_form"),
        ("C = sum_ii Q * C_ii/Q", "identity_form"),
        ("C = sum_i Q * C_j/Q", "identity_index"),
        ("C = Q_i * C/Q_i", "identity_index"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, key: str) -> None:
    with pytest.raises(DafengError) as error:
        parse_identity(text)
    assert error.value.key == key
    assert all(error.value.text(tag) for tag in LANGUAGES)


def filled(**changes: Any) -> Cells:
    """Two sectors, two fuels, two years; totals are summed."""
    data: dict[str, Any] = {
        "Q_i": [[10.0, 30.0], [20.0, 40.0]],
        "E_ij": [[[1.0, 2.0], [3.0, 0.0]], [[2.0, 2.0], [4.0, 1.0]]],
        "C_ij": [[[2.0, 3.0], [6.0, 0.0]], [[4.0, 3.0], [8.0, 1.5]]],
    }
    settings = {"years": (2019, 2020), "members": {"i": ["steel", "cement"], "j": ["coal", "gas"]}}
    for key, value in changes.items():
        (settings if key in (*settings, "tolerance") else data)[key] = value
    return parse_identity(SECTOR).cells({k: v for k, v in data.items() if v is not None}, **settings)  # type: ignore[arg-type]


def test_cells() -> None:
    cells = filled()
    assert cells.factors == ("Q", "Q_i/Q", "E_i/Q_i", "E_ij/E_i", "C_ij/E_ij")
    assert cells.labels == ("steel, coal", "steel, gas", "cement, coal", "cement, gas")
    assert cells.values.tolist() == [[2, 3, 6, 0], [4, 3, 8, 1.5]]
    assert cells.x[:, 1, 3].tolist() == [60, 40 / 60, 5 / 40, 1 / 5, 1.5]
    assert np.isnan(cells.x[4, 0, 3])  # no gas in cement in 2019: 0/0
    assert np.allclose(np.nanprod(cells.x, axis=0)[1], cells.values[1])


def test_the_order_of_indices_does_not_matter() -> None:
    swapped = parse_identity(SECTOR.replace("E_ij", "E_ji")).cells(
        {
            "Q_i": [[10, 30], [20, 40]],
            "E_ji": [[[1, 3], [2, 0]], [[2, 4], [2, 1]]],
            "C_ij": [[[2, 3], [6, 0]], [[4, 3], [8, 1.5]]],
        },
        (2019, 2020),
    )
    assert np.array_equal(swapped.x, filled().x, equal_nan=True)


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"years": (2019,)}, "series_one_year", "2019"),
        ({"Q_i": [[10, float("nan")], [20, 40]]}, "identity_gap", "Q_i cement 2019"),
        ({"Q_i": [[10, 30], [20, -1]]}, "identity_negative", "Q_i cement 2020"),
        ({"Q": [40, 61]}, "identity_totals", "2020 Q"),
        ({"Q_i": [[10, 0], [20, 40]]}, "identity_ratio", "E_i/Q_i cement, coal 2019"),
        ({"Q_i": [[10, 30, 1], [20, 40, 1]]}, "identity_size", "i 2 3"),
        ({"Q_i": [10, 20]}, "identity_shape", "Q_i"),
        ({"Q_i": None}, "identity_missing", "Q"),
        ({"members": {"i": ["steel"]}}, "identity_members", "i"),
    ],
)
def test_bad_data_is_named(changes: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(DafengError) as error:
        filled(**changes)
    assert error.value.key == key
    assert all(part in error.value.text("en") for part in said.split())


def test_data_for_no_variable() -> None:
    with pytest.raises(UnknownName, match="E_i"):
        filled(E_k=[1, 2])


def test_totals_that_do_not_add_up_can_be_accepted() -> None:
    assert filled(Q=[40, 61], tolerance=0.02).x[0, 1, 0] == 61


def test_gap_in_the_years() -> None:
    with pytest.raises(DafengError) as error:
        parse_identity(KAYA).cells({name: [1, 2, 3] for name in ("P", "G", "E", "CO2")}, (2018, 2019, 2021))
    assert error.value.key == "series_gap"
    assert "2020" in error.value.text("en")


def test_every_identity_of_the_catalogue_collapses_and_has_words() -> None:
    figures = {row["id"] for row in resource("measures", "figures").rows}
    terms = resource("assessment", "identity_terms").rows
    for row in resource("assessment", "identities").rows:
        identity = parse_identity(row["identity"])
        mine = [term for term in terms if term["identity"] == row["id"]]
        assert [t["term"] for t in mine if t["kind"] == "factor"] == [str(f) for f in identity.factors]
        filled = {t["term"] for t in mine if t["kind"] == "variable"}
        names = {str(v) for v in identity.variables}
        summed = {str(v) for v in identity.variables if any(w.startswith(f"{v.name}_") for w in filled - {str(v)})}
        assert filled <= names
        assert names - filled <= summed
    named = {name for term in terms for name in term["figure"]}
    named |= {re.split("[@/]", part.partition("=")[2])[0] for term in terms for part in term["parts"]} - {""}
    assert named <= figures


def test_every_refusal_has_words_in_three_languages() -> None:
    for key in (
        "identity_leftover",
        "series_gap",
        "series_not_numbers",
        "decomposition_lost",
        "peak_paths",
        "uncertainty_key",
    ):
        texts = {
            word(
                f"error.{key}",
                tag,
                **dict.fromkeys(
                    (
                        "identity",
                        "leaf",
                        "leftover",
                        "series",
                        "first",
                        "last",
                        "missing",
                        "place",
                        "year",
                        "found",
                        "allowed",
                        "shared",
                        "second",
                    ),
                    "x",
                ),
            )
            for tag in LANGUAGES
        }
        assert len(texts) == 3
