"""The plan's targets, the 2026 layer that can be switched on, and those of the provinces."""

from __future__ import annotations

from collections import Counter

import pytest

import dafeng
from dafeng.catalog import LANGUAGES, resource
from dafeng.targets import (
    OVERLAY_LAYER,
    PLAN_LAYER,
    PROVINCE_LAYER,
    STATES,
    plan_targets,
    provincial_targets,
)


def test_the_later_layer_is_off_until_it_is_switched_on() -> None:
    assert {t.layer for t in plan_targets()} == {PLAN_LAYER}
    both = plan_targets(overlay=True)
    assert {t.layer for t in both} == {PLAN_LAYER, OVERLAY_LAYER}
    assert [t for t in both if t.layer == PLAN_LAYER] == plan_targets(), "the plan of 2021 stays as it was"
    assert len({t.id for t in both}) == len(both)


def test_targets_carry_what_the_plan_says() -> None:
    by_id = {t.id: t for t in plan_targets(overlay=True)}
    t01, t05, t06 = by_id["T01"], by_id["T05"], by_id["T06"]
    assert (t01.value, t01.comparator, t01.tolerance, t01.due_year) == (20, "about", 0.02, 2025)
    assert (t05.base_year, t05.kind, t05.upwards) == (2005, "change", False)
    assert t06.strict_before
    assert "T03" in by_id["O01"].supersedes
    for t in by_id.values():
        assert all(t.name[lang] and t.text[lang] for lang in LANGUAGES), t.id
        assert t.clause
        assert t.source


def test_hydro_is_counted_from_the_year_before_the_period() -> None:
    """+40 GW in 2021-2025 is counted from the end of 2020."""
    by_id = {t.id: t for t in plan_targets()}
    assert (by_id["T09a"].base_year, by_id["T09b"].base_year) == (2020, 2025)


@pytest.mark.parametrize("region", ["CN-HE", "CN-QH", "CN-GD"])
def test_a_province_has_its_own_targets_and_only_those(region: str) -> None:
    found = provincial_targets(region)
    assert found
    assert {(t.layer, t.region) for t in found} == {(PROVINCE_LAYER, region)}
    assert all(t.name[lang] and t.data_needed[lang] for t in found for lang in LANGUAGES)


def test_base_figures_are_no_targets() -> None:
    assert not [
        t for e in ("CN-HE", "CN-GD") for t in provincial_targets(e) if t.indicator == "energy_consumption_base"
    ]


def test_every_provincial_row_is_a_target_of_its_province_or_a_base() -> None:
    rows = resource("statistics", "provincial_targets").rows
    regions = {row["region"] for row in rows}
    found = [t for region in regions for t in provincial_targets(region)]
    assert len(found) == sum(row["indicator"] != "energy_consumption_base" for row in rows)


def test_where_none_are_known_there_are_none() -> None:
    assert provincial_targets("CN-HK") == []


# --- on the embedded statistics -----------------------------------------------


def board(workspace: dafeng.Workspace, region: str = "CN", overlay: bool = False) -> dict[str, dafeng.targets.BoardRow]:
    return {row.target.id: row for row in workspace.board(region, overlay, today=2026)}


def test_every_target_has_a_state_and_a_reason_in_three_languages(workspace: dafeng.Workspace) -> None:
    rows = board(workspace, overlay=True)
    assert len([row for row in rows.values() if row.target.layer == PLAN_LAYER]) == 45
    for row in rows.values():
        assert row.state in STATES
        assert all(reading.why[lang] for reading in row.readings for lang in LANGUAGES)


def test_what_everybody_knows_of_the_plan(workspace: dafeng.Workspace) -> None:
    rows = board(workspace)
    wind_solar = rows["T08"].readings[0]
    assert (rows["T08"].state, wind_solar.met_year, wind_solar.unit) == ("met", 2024, "GW")
    assert rows["T10"].state == "met", "30 GW of new storage were there in 2023"
    assert rows["T06"].state in ("not_due", "on_track"), "nobody can know it before 2030"
    assert len(rows["T06"].readings) >= 2
    assert {r.reading for r in rows["T06"].readings} == {"peak<=2029", "peak<=2030"}
    assert rows["T13"].state == "no_data"


def test_the_intensity_targets_are_shown_in_every_scope(workspace: dafeng.Workspace) -> None:
    scopes = {r.scope for r in board(workspace)["T02"].readings}
    assert {"undeducted", "nonfossil-deducted", "feedstock-nonfossil-deducted"} <= scopes
    assert len({r.scope for r in board(workspace)["T03"].readings}) >= 2


def test_a_target_without_figures_never_has_a_value(workspace: dafeng.Workspace) -> None:
    for row in board(workspace, overlay=True).values():
        for reading in row.readings:
            if reading.state == "met":
                assert reading.current is not None
                assert reading.year is not None
                assert row.target.due_year is None or reading.year <= row.target.due_year
                assert reading.met_year is None or reading.met_year <= reading.year or row.target.kind == "peak"


def test_boards_of_the_provinces(workspace: dafeng.Workspace) -> None:
    counts: Counter[str] = Counter()
    for region in workspace.regions()[1:]:
        for row in board(workspace, region).values():
            assert row.target.region == region
            counts[row.state] += 1
    assert counts["met"] > 20
    assert counts["no_data"] > 0
    assert sum(counts.values()) > 200


def test_the_figure_of_a_reading_can_be_asked_for(workspace: dafeng.Workspace) -> None:
    for row in board(workspace).values():
        for reading in row.readings:
            if reading.figure:
                entity, year, name = reading.figure.split("/")
                assert workspace.figure(entity, name, int(year)).year == int(year)


def test_the_board_of_an_earlier_year_knows_nothing_of_later_words(workspace: dafeng.Workspace) -> None:
    """`today` is the year in which the board is read: a target due in 2025 is not overdue in 2024."""
    late = {row.target.id: row for row in workspace.board("CN", today=2026)}["T03"].readings[1]
    early = {row.target.id: row for row in workspace.board("CN", today=2024)}["T03"].readings[1]
    assert len(early.why["en"]) < len(late.why["en"])
