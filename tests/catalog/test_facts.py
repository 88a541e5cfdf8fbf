"""What the catalogue holds, counted and cross-checked against what is known independently of it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations, pairwise

import pytest

from dafeng.catalog import (
    LANGUAGES,
    Tree,
    UnknownName,
    carriers,
    descriptor,
    entities,
    flows,
    package_names,
    resource,
    unit,
)
from dafeng.catalog.package import translated_fields

PROVINCES = [
    "BJ",
    "TJ",
    "HE",
    "SX",
    "NM",
    "LN",
    "JL",
    "HL",
    "SH",
    "JS",
    "ZJ",
    "AH",
    "FJ",
    "JX",
    "SD",
    "HA",
    "HB",
    "HN",
    "GD",
    "GX",
    "HI",
    "CQ",
    "SC",
    "GZ",
    "YN",
    "XZ",
    "SN",
    "GS",
    "QH",
    "NX",
    "XJ",
    "TW",
    "HK",
    "MO",
]
QUALITY = {"official", "secondary", "recalled", "estimated"}


# --- regions ------------------------------------------------------------------


def test_the_34_provinces_and_the_seven_grid_regions() -> None:
    kinds = Counter(row["kind"] for row in resource("regions", "regions").rows)
    assert kinds == {"nation": 1, "province": 34, "grid_region": 7}
    assert {e for e in entities() if entities()[e]["kind"] == "province"} == {f"CN-{code}" for code in PROVINCES}
    assert {e for e in entities() if entities()[e]["kind"] == "grid_region"} == {
        f"CN-GRID-{code}" for code in ("N", "NE", "E", "C", "NW", "S", "SW")
    }


def test_administrative_codes_are_those_of_gbt_2260() -> None:
    """Spot checks, one for each of the six great regions and the three special ones; none twice."""
    codes = {row["id"]: row["adcode"] for row in resource("regions", "regions").rows if row["adcode"]}
    assert len(set(codes.values())) == len(codes) == 35
    known = {
        "CN": "100000",
        "CN-BJ": "110000",
        "CN-LN": "210000",
        "CN-SH": "310000",
        "CN-HA": "410000",
        "CN-SC": "510000",
        "CN-SN": "610000",
        "CN-XJ": "650000",
        "CN-TW": "710000",
        "CN-HK": "810000",
        "CN-MO": "820000",
    }
    assert {entity: codes[entity] for entity in known} == known


def test_no_two_tiles_in_one_place() -> None:
    places = {
        row["id"]: (row["tile_x"], row["tile_y"])
        for row in resource("regions", "regions").rows
        if row["tile_x"] is not None
    }
    assert len(places) == 34
    assert [pair for pair in combinations(places, 2) if places[pair[0]] == places[pair[1]]] == []


def test_the_map_of_tiles_lies_as_the_country_does() -> None:
    """West to east and north to south for pairs that nobody doubts; y grows southwards."""
    at = {row["id"]: (row["tile_x"], row["tile_y"]) for row in resource("regions", "regions").rows}
    for west, east in (
        ("CN-XJ", "CN-GS"),
        ("CN-XZ", "CN-SC"),
        ("CN-SC", "CN-SH"),
        ("CN-SX", "CN-SD"),
        ("CN-GZ", "CN-FJ"),
    ):
        assert at[west][0] < at[east][0], (west, east)
    for north, south in (
        ("CN-HL", "CN-LN"),
        ("CN-NM", "CN-SX"),
        ("CN-BJ", "CN-GD"),
        ("CN-GD", "CN-HI"),
        ("CN-SN", "CN-YN"),
    ):
        assert at[north][1] < at[south][1], (north, south)


def test_every_province_belongs_to_a_grid_region_that_leads_to_the_nation() -> None:
    """Grid factors of the region are found by going up the tree; Inner Mongolia is split and stands in the north."""
    for code in PROVINCES:
        chain = entities().ancestors(f"CN-{code}")
        assert chain[-1] == "CN"
        if code not in ("TW", "HK", "MO"):
            assert chain[1].startswith("CN-GRID-"), code


def test_membership_of_the_grids_covers_every_mainland_province_today() -> None:
    today = [row["region"] for row in resource("regions", "grid_membership").rows if row["valid_to"] is None]
    assert sorted(today) == sorted(f"CN-{code}" for code in PROVINCES if code not in ("TW", "HK", "MO"))


# --- plan ---------------------------------------------------------------------


def test_the_45_targets_and_the_127_systems() -> None:
    assert len(resource("plan", "targets").rows) == 45
    assert len(resource("plan", "systems").rows) == 127


@pytest.mark.parametrize("table", ["targets", "overlay_2026", "systems"])
def test_every_clause_is_written_in_one_way(table: str) -> None:
    clause = re.compile(r"(I|II|III|IV|V|VI)(\(\d+\)(\d+)?)?")
    rows = resource("plan", table).rows
    wrong = [
        (row["id"], row["clause"])
        for row in rows
        for part in (row["clause"] if isinstance(row["clause"], tuple) else (row["clause"],))
        if not clause.fullmatch(part)
    ]
    assert wrong == []


def test_numbers_of_the_plan_that_everybody_knows() -> None:
    by_id = resource("plan", "targets").by("id")
    known = {
        "T01": (20, 2025),
        "T02": (-13.5, 2025),
        "T03": (-18, 2025),
        "T04": (25, 2030),
        "T05": (-65, 2030),
        "T06": (2030, 2030),
        "T08": (1200, 2030),
        "T10": (30, 2025),
        "T11": (120, 2030),
        "T31": (25, 2030),
        "T32": (190, 2030),
    }
    assert {name: (by_id[name]["value"], by_id[name]["due_year"]) for name in known} == known
    assert {by_id[name]["comparator"] for name in ("T01", "T04", "T11", "T31")} == {"about"}, "the plan says 左右"
    assert by_id["T08"]["comparator"] == "at_least", "the plan says 以上"


def test_about_has_a_band_and_nothing_else_has_one() -> None:
    for table in ("targets", "overlay_2026"):
        for row in resource("plan", table).rows:
            assert (row["tolerance_pct"] is not None) == (row["comparator"] == "about" and row["value"] is not None), (
                row["id"]
            )


def test_a_target_without_a_series_says_which_data_it_needs() -> None:
    served = {row["indicator"] for row in resource("measures", "target_figures").rows}
    for table in ("targets", "overlay_2026"):
        for row in resource("plan", table).rows:
            if row["indicator"] not in served:
                assert all(row[f"data_needed_{tag}"] for tag in LANGUAGES), row["id"]


def test_the_2026_layer_names_targets_that_exist() -> None:
    known = {row["id"] for row in resource("plan", "targets").rows}
    for row in resource("plan", "overlay_2026").rows:
        assert set(row["supersedes"]) <= known, row["id"]


def test_every_figure_named_for_a_target_can_be_made() -> None:
    figures = {row["id"] for row in resource("measures", "figures").rows} | {
        f for f in flows() if f.startswith("announced.")
    }
    assert {row["figure"] for row in resource("measures", "target_figures").rows} <= figures


# --- vocabulary ---------------------------------------------------------------


def test_trees_have_no_loops_and_no_orphans() -> None:
    for tree in (carriers(), flows(), entities()):
        for node in tree:
            assert len(tree.ancestors(node)) < 8, node


def test_what_a_tree_answers() -> None:
    tree: Tree = flows()
    assert tree.ancestors("final.industry.paper") == ["final.industry.paper", "final.industry", "final"]
    assert tree.children("final.residential") == ["final.residential.urban", "final.residential.rural"]
    assert tree.below("final.residential") == [
        "final.residential",
        "final.residential.urban",
        "final.residential.rural",
    ]
    assert tree.leaves("final.residential") == ["final.residential.urban", "final.residential.rural"]
    assert tree.leaves("loss") == ["loss"]
    with pytest.raises(UnknownName, match=r"final\.industry"):
        tree["final.industri"]


def test_feedstock_is_no_part_of_final_use() -> None:
    """`non_energy` says how much of final use was feedstock; as a part of it it would be counted twice."""
    assert "non_energy" not in flows().below("final")


# --- factors ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "value", "term"),
    [
        ("ipcc-2006.natural_gas.carbon_content", 15.3, "tC/TJ"),
        ("ndrc-sector-2013.natural_gas.ncv", 389.31, "GJ/1e4m3"),
        ("gbt-2589-2020.raw_coal.standard_coal", 0.7143, "tce/t"),
        ("gbt-2589-2020.electricity.standard_coal", 1.229, "tce/1e4kWh"),
    ],
)
def test_factors_that_everybody_can_look_up(identifier: str, value: float, term: str) -> None:
    row = resource("factors", "fuels").row(identifier)
    assert (row["value"], row["unit"]) == (value, term)


def test_standard_coal_follows_from_the_heating_value_within_the_rounding_of_the_tables() -> None:
    """1 tce is 29.3076 GJ (GB/T 2589): a coefficient that differs from its heating value has a slip in one of them."""
    rows = resource("factors", "fuels").rows
    values = {(r["set"], r["carrier"], r["parameter"]): (r["value"], r["unit"]) for r in rows if not r["use"]}
    compared = 0
    for (name, carrier, parameter), (ncv, ncv_unit) in values.items():
        coal = values.get((name, carrier, "standard_coal"))
        if parameter == "ncv" and coal:
            expected = ncv * float(unit(ncv_unit).factor) / 29.3076
            assert coal[0] * float(unit(coal[1]).factor) == pytest.approx(expected, rel=0.05), (name, carrier)
            compared += 1
    assert compared > 15


def rejected() -> list[tuple[str, bool]]:
    limits = {
        (r["parameter"], r["applies_to"], r["unit"]): (r["minimum"], r["maximum"])
        for r in resource("factors", "limits").rows
    }
    found = []
    for row in resource("factors", "rejected").rows:
        phase = carriers()[row["carrier"]]["phase"] if row["carrier"] else "any"
        places = [(row["parameter"], to, row["unit"]) for to in (row["carrier"], phase, "any")]
        bounds = next((limits[place] for place in places if place in limits), None)
        found.append((row["id"], bounds is not None and not bounds[0] <= row["value"] <= bounds[1]))
    return found


def test_known_wrong_factors_are_caught_by_the_limits_where_the_list_says_so() -> None:
    """And only there: the list is honest about what a range cannot see."""
    said = {row["id"]: row["caught"] for row in resource("factors", "rejected").rows}
    assert dict(rejected()) == said
    assert sum(said.values()) >= 15


def test_limits_are_ranges_and_hold_more_than_one_point() -> None:
    assert [row for row in resource("factors", "limits").rows if not row["minimum"] < row["maximum"]] == []


def test_coal_rate_falls_and_supply_is_above_generation() -> None:
    """Plants use some of their power themselves, so a kilowatt-hour supplied takes more coal than one generated."""
    rate: dict[tuple[str, str], dict[int, float]] = {}
    for row in resource("factors", "power_coal_rate").rows:
        rate.setdefault((row["edition"], row["kind"]), {})[row["valid_from"].year] = row["value"]
    supply, generation = rate["final-recalled", "supply"], rate["final-recalled", "generation"]
    for year in supply.keys() & generation.keys():
        assert 1.02 < supply[year] / generation[year] < 1.10, year
    years = sorted(supply)
    assert all(supply[b] <= supply[a] * 1.005 for a, b in pairwise(years))


def test_carbon_stored_is_a_share_of_fuels_that_have_factors() -> None:
    rows = resource("factors", "stored_carbon").rows
    assert {row["carrier"]: row["value"] for row in rows}["bitumen"] == 1, "what is built into roads does not burn"
    assert all(0 < row["value"] <= 1 for row in rows)
    assert all(carriers()[row["carrier"]]["unit"] in ("t", "m3") for row in rows)


def test_gwp_of_co2_is_one_and_of_methane_rises_with_every_report() -> None:
    gwp = {(row["gas"], row["report"]): row["value"] for row in resource("factors", "gwp").rows}
    assert {value for (gas, _), value in gwp.items() if gas == "CO2"} == {1}
    assert (gwp["CH4", "AR2"], gwp["CH4", "AR4"], gwp["CH4", "AR5"]) == (21, 25, 28)


# --- every package ------------------------------------------------------------

KANA, IDEOGRAM = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("package", [p for p in package_names() if p != "plan"])  # the plan's notes quote translations
def test_every_translation_stands_in_the_column_of_its_language(package: str) -> None:
    """Columns that slipped by one: the Japanese text shown to an English reader."""
    wrong = []
    for spec in descriptor(package)["resources"]:
        for zh, _, en in translated_fields(spec):
            wrong += [
                (spec["name"], row[zh], row[en])
                for row in resource(package, spec["name"]).rows
                if KANA.search(row[zh]) or IDEOGRAM.search(row[en])
            ]
    assert wrong == []


def test_every_row_with_a_source_says_how_good_it_is() -> None:
    for package in package_names():
        for spec in descriptor(package)["resources"]:
            names = [f["name"] for f in spec["schema"]["fields"]]
            if "source" in names:
                rows = resource(package, spec["name"]).rows
                assert {row["quality"] for row in rows} <= QUALITY, spec["path"]
                assert all(row["source"] for row in rows), spec["path"]
