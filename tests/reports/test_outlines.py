"""Outlines that the user supplies: known by code or name, refused whole where a feature is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dafeng.catalog import DafengError, RefusedInput
from dafeng.reports import read_outlines

SQUARE = [[[110.0, 30.0], [112.0, 30.0], [112.0, 32.0], [110.0, 32.0], [110.0, 30.0]]]


def feature(properties: dict[str, object], coordinates: object = SQUARE, kind: str = "Polygon") -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def written(folder: Path, *features: dict[str, object]) -> Path:
    path = folder / "provinces.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "properties", [{"adcode": 130000}, {"adcode": "130000"}, {"name": "河北省"}, {"name": "Hebei"}]
)
def test_a_province_is_known_by_code_or_name(tmp_path: Path, properties: dict[str, object]) -> None:
    found = read_outlines(written(tmp_path, feature(properties)))
    assert list(found["paths"]) == ["CN-HE"]
    assert found["paths"]["CN-HE"].startswith("M")
    assert found["paths"]["CN-HE"].endswith("Z")


def test_the_drawing_keeps_the_proportions_of_the_ground(tmp_path: Path) -> None:
    """Two degrees by two degrees at 31 N are wider than high by no means: 2 cos(31) to 2."""
    found = read_outlines(written(tmp_path, feature({"adcode": 130000})))
    assert found["width"] / found["height"] == pytest.approx(0.857, abs=0.002)


def test_an_unknown_feature_refuses_the_file_and_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput) as error:
        read_outlines(written(tmp_path, feature({"name": "Hebei"}), feature({"name": "Hebeii"})))
    assert "Hebei" in error.value.text("en")
    assert " 2:" in error.value.text("en")


@pytest.mark.parametrize("coordinates", [[[[500.0, 0.0]]], "nowhere", None])
def test_a_geometry_that_is_not_on_earth_is_refused(tmp_path: Path, coordinates: object) -> None:
    with pytest.raises(RefusedInput):
        read_outlines(written(tmp_path, feature({"adcode": 130000}, coordinates)))


def test_what_is_no_geojson_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(RefusedInput):
        read_outlines(path)
    with pytest.raises(DafengError):
        read_outlines(tmp_path / "none.geojson")
