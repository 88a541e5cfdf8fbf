"""The data of a report: everything the page and the workbook show, as plain values in one documented structure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from dafeng import accounts
from dafeng.accounts import Figure, Measure, Series
from dafeng.catalog import (
    LANGUAGES,
    Row,
    carriers,
    convert,
    descriptor,
    flows,
    package_names,
    resource,
    unit_of,
)
from dafeng.targets import BoardRow
from dafeng.workspace import STATISTICS, Workspace

SCHEMA = "dafeng.run/1"
#: Figures of the summary, explained in the page even where no target asks for them.
SUMMARY = (
    "co2_topdown",
    "energy_total",
    "non_fossil_share",
    "wind_solar_capacity",
    "carbon_intensity",
    "energy_intensity",
    "co2_estimate",
    "electrification",
    "co2_per_capita",
)
#: Linear measures that the workbook computes anew from inputs and coefficients.
RECOMPUTED = (
    "co2_topdown",
    "co2_estimate",
    "co2_process",
    "co2_electricity_use",
    "energy_final",
    "electricity_final",
    "power_net_import",
    "fossil_total",
    "generation_non_thermal",
    "generation_wind_solar",
)


def report_data(workspace: Workspace, version: str, overlay: bool = True, seconds: float = 0.0) -> dict[str, Any]:
    """Everything that `dafeng run` shows (schema `dafeng.run/1`, docs/run-json.md)."""
    boards = {region: workspace.board(region, overlay) for region in workspace.regions()}
    return {
        "schema": SCHEMA,
        "made": made(version, seconds),
        "choice": workspace.choice.describe(),
        "overlay": overlay,
        "entities": [entity(row) for row in resource("regions", "regions").rows],
        "figures": figures_of(workspace.series),
        "names": names(),
        "inputs": _inputs(workspace),
        "coefficients": _coefficients(workspace),
        "sources": sources(),
        "boards": {region: [board_row(row) for row in rows] for region, rows in boards.items()},
        "explanations": _explanations(workspace, boards),
    }


def made(version: str, seconds: float) -> dict[str, Any]:
    """When a report was made, with what, and how long it took."""
    return {
        "version": version,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "catalogue": descriptor("plan")["version"],
        "seconds": round(seconds, 1),
    }


def _texts(row: Mapping[str, Any], field: str) -> dict[str, str]:
    return {tag: row[f"{field}_{tag}"] for tag in LANGUAGES}


def entity(row: Row) -> dict[str, Any]:
    """A region with its names and its place in the map of tiles."""
    tile = [row["tile_x"], row["tile_y"]] if row["tile_x"] is not None else None
    return {
        "id": row["id"],
        "kind": row["kind"],
        "parent": row["parent"],
        "name": _texts(row, "name"),
        "short": _texts(row, "short"),
        "tile": tile,
    }


def _described() -> dict[tuple[str, str], Row]:
    return {(row["id"], row["scope"]): row for row in resource("measures", "figures").rows}


def figures_of(series: Series) -> list[dict[str, Any]]:
    """Every series as plain values, with the unit and the decimals in which people read it."""
    described = _described()
    found = []
    for (owner, key), points in sorted(series.items()):
        if not points:
            continue
        first = next(iter(points.values()))
        row = described.get((first.name, first.scope)) or next(
            (r for (name, _), r in described.items() if name == first.name), None
        )
        show, decimals = (row["show_unit"], row["decimals"]) if row else (first.unit, 2)
        vintages = sorted({f.vintage for f in points.values() if f.vintage})
        found.append(
            {
                "id": f"{owner}/{key}" if first.base_year else accounts.key_of(f"{owner}/{first.name}", first.scope),
                "entity": owner,
                "name": first.name,
                "unit": first.unit,
                "show_unit": show,
                "scale": convert(1.0, first.unit, show),
                "decimals": decimals,
                "scope": first.scope,
                "vintage": ", ".join(vintages),
                "factor_set": first.factor_set,
                "factor_hash": first.factor_hash,
                "dataset": first.dataset,
                "kind": row["kind"] if row else "announced",
                "base_year": first.base_year if first.name.startswith("announced.") else None,
                "points": [[year, f.value, f.quality] for year, f in sorted(points.items())],
            }
        )
    return found


def names() -> dict[str, Any]:
    """Title, meaning and method of each name of a figure."""
    found = {
        row["id"]: {part: _texts(row, part) for part in ("title", "what", "method")}
        for row in resource("measures", "figures").rows
    }
    for flow in flows():
        if flow.startswith("announced."):
            title = _texts(flows()[flow], "name")
            found[flow] = {"title": title, "what": title, "method": title}
    return found


def _measures(workspace: Workspace) -> list[Measure]:
    return [m for m in accounts.statistical_measures(workspace.choice) if m.id in RECOMPUTED]


def _inputs(workspace: Workspace) -> list[dict[str, Any]]:
    pairs = {pair for measure in _measures(workspace) for pair in measure.pairs}
    pairs |= {
        ("gdp_current", "all"),
        ("gdp_growth", "all"),
        ("population", "all"),
        ("primary_consumption", "energy"),
        ("primary_consumption", "primary_electricity"),
    }
    behind = set(accounts.passed_over(workspace.ledger, STATISTICS))
    table = workspace.ledger.observations()
    table = table.filter((table.dataset == STATISTICS) & table.flow.isin(sorted({flow for flow, _ in pairs})))
    series: dict[tuple[str, str, str], list[list[Any]]] = {}
    units: dict[tuple[str, str, str], str] = {}
    for row in workspace.ledger.run(table.order_by(["entity", "flow", "carrier", "start"])).to_pylist():
        key = (row["entity"], row["flow"], row["carrier"])
        if key[1:] in pairs and row["id"] not in behind:
            units[key] = row["unit"]
            place = f"{row['file']} {row['cell']}"
            series.setdefault(key, []).append([row["end"].year - 1, row["value"], row["quality"], row["source"], place])
    return [
        {"entity": e, "flow": f, "carrier": c, "name": _pair_name(f, c), "unit": units[e, f, c], "points": points}
        for (e, f, c), points in series.items()
    ]


def _pair_name(flow: str, carrier: str) -> dict[str, str]:
    return {tag: f"{flows()[flow][f'name_{tag}']} / {carriers()[carrier][f'name_{tag}']}" for tag in LANGUAGES}


def _coefficients(workspace: Workspace) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for measure in _measures(workspace):
        for c in measure.coefficients:
            entry = found.setdefault(
                (measure.id, c.entity, c.flow, c.carrier),
                {
                    "measure": measure.id,
                    "entity": c.entity,
                    "flow": c.flow,
                    "carrier": c.carrier,
                    "name": _pair_name(c.flow, c.carrier),
                    "unit": f"{measure.unit}/{unit_of(c.flow, c.carrier)}",
                    "points": [],
                    "formula": " * ".join(f"{float(t.value):.10g} {t.unit}" for t in c.terms),
                    "source": ", ".join(dict.fromkeys(source for t in c.terms for source in t.source)),
                },
            )
            years = (
                range(max(c.start.year, 2000), min(c.end.year, datetime.now(UTC).year + 1))
                if c.start.year > 1950
                else [0]
            )
            entry["points"] += [[year, float(c.value)] for year in years]
    return list(found.values())


def sources() -> dict[str, Any]:
    """Every source of the catalogue by its id."""
    found: dict[str, Any] = {}
    for package in package_names():
        if any(spec["name"] == "sources" for spec in descriptor(package)["resources"]):
            for row in resource(package, "sources").rows:
                found[row["id"]] = {key: row[key] for key in ("title", "publisher", "address", "read", "kind")}
    return found


def board_row(row: BoardRow) -> dict[str, Any]:
    """A row of a board as plain values."""
    target = row.target
    return {
        "target": target.id,
        "layer": target.layer,
        "clause": target.clause,
        "action": target.action,
        "name": dict(target.name),
        "text": dict(target.text),
        "scope": dict(target.scope),
        "value": target.value,
        "unit": target.unit,
        "comparator": target.comparator,
        "tolerance_pct": None if target.tolerance is None else 100 * target.tolerance,
        "band": list(target.band) if target.band else None,
        "hedge_zh": target.hedge,
        "base_year": target.base_year,
        "due_year": target.due_year,
        "strive": target.strive,
        "kind": target.kind,
        "data_needed": dict(target.data_needed),
        "note": dict(target.note),
        "supersedes": list(target.supersedes),
        "state": row.state,
        "disputed": row.disputed,
        "readings": [{**asdict(reading), "why": dict(reading.why)} for reading in row.readings],
    }


def _explanations(workspace: Workspace, boards: Mapping[str, list[BoardRow]]) -> dict[str, dict[str, list[str]]]:
    wanted: dict[str, Figure] = {}
    for points in workspace.series.values():
        if points and next(iter(points.values())).name in SUMMARY:
            _want(wanted, points[max(points)])
    for region, rows in boards.items():
        for reading in (r for row in rows for r in row.readings if r.figure):
            name, year = reading.figure.split("/")[2], int(reading.figure.split("/")[1])
            for points in accounts.readings(workspace.series, region, name):
                if year in points and points[year].scope == reading.scope:
                    _want(wanted, points[year])
    return explained(workspace, wanted.values())


def explained(workspace: Workspace, figures: Iterable[Figure]) -> dict[str, dict[str, list[str]]]:
    """`region/year/name|scope` -> the lines of the explanation, indented by two blanks, in each language."""
    return {
        address(figure): {
            tag: [f"{'  ' * step.depth}{step.text}" for step in workspace.explain_figure(figure, tag)]
            for tag in LANGUAGES
        }
        for figure in figures
    }


def address(figure: Figure) -> str:
    """How the explanation of a figure is found: its id, and its scope where it has one."""
    return figure.id + (f"|{figure.scope}" if figure.scope else "")


def _want(wanted: dict[str, Figure], figure: Figure) -> None:
    wanted[address(figure)] = figure
