"""Outlines for the map from a GeoJSON file that the user supplies.

No boundary file ships: a public map of China needs an approval of its own, and that is the user's to have.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dafeng.catalog import DafengError, Problem, RefusedInput, nearest, resource

WIDTH = 1000.0  # of the drawing
MAX_MB = 20
Point = tuple[float, float]


def read_outlines(path: Path) -> dict[str, Any]:
    """The provinces of a GeoJSON FeatureCollection in longitude and latitude, as SVG paths.

    A feature is known by its `adcode` (or `id`) as GB/T 2260 has it, or by a short or full name in zh, ja or en.
    Projection: equirectangular, true to scale at the middle latitude of the file.

    Returns:
        {"file": name, "width", "height", "paths": {region: path data}}.

    Raises:
        DafengError: no such file, or it is too large.
        RefusedInput: it is no GeoJSON, or a feature is no known province.
    """
    if not path.is_file():
        raise DafengError("no_file", file=path)
    size = path.stat().st_size / 1e6
    if size > MAX_MB:
        raise DafengError("file_too_large", file=path, size=f"{size:.0f}", limit=MAX_MB)
    shapes = _shapes(path)
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)

    def drawn(ring: Sequence[Point]) -> str:
        corners = (f"{(x - west) * squeeze * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring)
        return f"M{'L'.join(corners)}Z"

    paths = {region: "".join(drawn(ring) for ring in rings) for region, rings in shapes.items()}
    return {"file": path.name, "width": WIDTH, "height": round((north - south) * scale, 1), "paths": paths}


def _shapes(path: Path) -> dict[str, list[list[Point]]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        named = [(number, feature["properties"] or {}, feature) for number, feature in enumerate(features, 1)]
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise RefusedInput(path.name, [Problem("no_geojson", path.name)]) from None
    known = _known_names()
    shapes: dict[str, list[list[Point]]] = {}
    problems = []
    for number, properties, feature in named:
        found = [str(properties.get(key, "")) for key in ("adcode", "id", "name", "NAME")]
        region = next((known[name] for name in (*found, str(feature.get("id", ""))) if name in known), None)
        if region is None:
            label = next((name for name in reversed(found) if name), "-")
            near = nearest(label, sorted(known))
            problems.append(Problem("no_province", path.name, "", str(number), {"found": label, "near": near}))
            continue
        try:
            shapes.setdefault(region, []).extend(_rings(feature["geometry"]))
        except (KeyError, TypeError, ValueError):
            problems.append(Problem("no_geometry", path.name, "", str(number), {"found": region}))
    if problems or not any(shapes.values()):
        raise RefusedInput(path.name, problems or [Problem("no_geojson", path.name)])
    return shapes


def _known_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in resource("regions", "regions").rows:
        if row["kind"] == "province":
            labels = (row[f"{part}_{tag}"] for part in ("short", "name") for tag in ("zh", "ja", "en"))
            names |= dict.fromkeys((row["id"], row["adcode"], *labels), row["id"])
    return names


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Point]]:
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    for polygon in polygons:
        for ring in polygon:
            corners = [(float(corner[0]), float(corner[1])) for corner in ring]
            if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in corners):
                raise ValueError
            yield corners
