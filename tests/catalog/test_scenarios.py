"""Every target is treated, for a reason that is written down; what others published has a source and a quality."""

from __future__ import annotations

import pytest

from dafeng.catalog import LANGUAGES, all_words, factor_between, resource, source
from dafeng.pathway.scenario import read, shipped
from dafeng.pathway.scenario_targets import PRICED, SHOWN, treatments
from dafeng.pathway.sectors.history import stated
from dafeng.pathway.sectors.target_limits import KINDS
from dafeng.targets import plan_targets

ROWS = resource("scenarios", "target_treatment").rows
TARGETS = {target.id: target for target in plan_targets(overlay=True)}


def test_every_target_of_the_plan_and_of_2026_is_treated_once() -> None:
    assert [row["target"] for row in ROWS] == list(TARGETS)
    assert len([target for target in TARGETS.values() if target.layer == "plan-2021"]) == 45


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["target"])
def test_a_treatment_says_what_it_needs_to_say(row: dict[str, object]) -> None:
    how, kind = row["treatment"], str(row["kind"])
    reasons = [row[f"reason_{tag}"] for tag in LANGUAGES]
    assert all(reasons) or (how == "imposed" and not any(reasons))
    assert bool(row["scenarios"]) >= (how in ("imposed", "softened"))
    assert (row["price"] is not None) == (how == "softened") == bool(row["price_unit"])
    assert (row["reading"] != "none") == (bool(kind) and kind not in SHOWN)
    assert kind in (*KINDS, *SHOWN, "case", "")
    if kind in SHOWN:
        assert how == "watched"
        assert row["counts"]
    elif how == "watched":
        assert kind or not row["counts"], "what is counted is shown"
    if how in ("imposed", "softened"):
        assert kind
        assert row["counts"] or kind == "case"
    if how == "softened":
        assert PRICED[str(row["unit"])] == row["price_unit"]
        assert factor_between(str(row["unit"]), str(row["price_unit"])) > 1
    if how == "outside":
        assert (kind, row["counts"], row["unit"]) == ("", (), "")


def test_readings_follow_the_records() -> None:
    """An "about" is read as about, a "before" as before, and no end of a band is taken twice."""
    for row in ROWS:
        target, reading = TARGETS[row["target"]], str(row["reading"])
        if reading == "none":
            continue
        assert reading.startswith("about") == (target.comparator == "about"), target.id
        assert reading.startswith("equal") == (target.comparator == "equal" and target.kind != "coverage"), target.id
        assert reading.startswith("before") == (target.kind == "peak"), target.id
        assert reading.endswith("strict") == (target.kind == "peak" and target.strict_before), target.id
        assert reading.startswith("trend") == (target.kind == "trend"), target.id
        if not reading.startswith(("before", "trend")):
            assert reading.endswith("floor") == target.upwards, target.id


def test_the_table_names_the_scenarios_that_impose() -> None:
    found = {name: read(name).targets for name in shipped()}
    for name, one in treatments().items():
        binding = {scenario for scenario, targets in found.items() if targets[name].limits}
        assert set(one.scenarios) == binding, name


def test_the_words_of_readings_and_treatments_exist() -> None:
    keys = {f"scenario.reading.{row['reading']}" for row in ROWS}
    keys |= {f"scenario.treatment.{row['treatment']}" for row in ROWS}
    assert keys <= all_words().keys()


def test_the_ceiling_on_gas_is_what_was_published() -> None:
    """570 and 620 bcm at the coal equivalent that the statistics of 2024 have for about 426 bcm, to 10 Mtce."""
    of_2024 = stated("primary_consumption", "gas")[2024]
    rows = resource("scenarios", "published_scenarios").rows
    seen = {(r["quantity"], r["year"]): r["value"] for r in rows if r["study"] == "Sinopec 2024"}
    plan = read("action-plan").limits["gas"]
    for quantity, year in (("gas", 2030), ("gas_peak", 2035)):
        assert plan.at(year) == pytest.approx(seen[quantity, year] / 4260 * of_2024, abs=5)
    assert plan.at(2025) is None
    assert plan.at(2060) == plan.at(2035)


def test_gas_has_a_ceiling_in_the_plan_and_none_in_the_trend_or_a_province() -> None:
    assert {name for name in shipped() if "gas" in read(name).limits} == set(shipped()) - {"current-trend"}
    assert not read("action-plan").local("CN-HE").limits


def test_published_scenarios_have_a_source_of_the_same_quality() -> None:
    rows = resource("scenarios", "published_scenarios").rows
    assert len({row["study"] for row in rows}) >= 10
    for row in rows:
        assert {source("scenarios", name)["read"] for name in row["source"]} == {row["quality"]}
        assert row["quality"] in ("secondary", "recalled")
        assert row["unit"] == "year" or row["value"] > 0
        if row["quantity"] in ("co2", "co2_peak", "peak_year"):
            assert row["scope"], row
