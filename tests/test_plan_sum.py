"""The sum of provincial plans against the nation's: toy plans reconciled by hand, refusals, exchange that adds up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calling import validate

from dafeng.catalog import LANGUAGES, DafengError, power
from dafeng.pathway.power.regions import grouping
from dafeng.plan_sum import exchange_for, exchange_of, kept, reconcile

GRIDS = grouping("grids").regions
KINDS = {"coal_usc": {"kind": "thermal"}, "onwind": {"kind": "wind"}, "solar_utility": {"kind": "solar"}}
Rows = dict[str, list[float]]


def plan(name: str, regions: str, tables: Mapping[str, Mapping[str, Rows]], **changed: Any) -> dict[str, Any]:
    """A document with what a sum reads; one period unless `years` says otherwise."""
    own = list(grouping(regions).regions)
    years = changed.pop("years", [2030])
    primary = tables.get("primary", {})
    energy = [sum(rows[f][y] for rows in primary.values() for f in rows) for y in range(len(years))]
    found = {
        "name": name,
        "years": years,
        "regions": own,
        "case": {"regions": regions},
        "scenario": {"name": "action-plan", "hash": "abc"},
        "frame": {
            "whole": regions in ("provinces", "grids", "nation"),
            "scope": "energy", "factor_set": "topdown-netted", "base_year": 2020, "money_year": 2020,
            "periods": years, "driver_set": "central",
            "days": 12, "foresight": "myopic", "demand": "recent_growth", "discount_rate": 0.05, "interest_rate": 0.06,
        },
        "verdict": {"holds": True},
        "technologies": KINDS,
        "tables": {key: dict(tables.get(key, {})) for key in ("co2", "primary", "generation", "capacity", "trade")},
        "summary": {"energy": energy, "electricity": energy},
        "limits": [],
        "timetable": [],
    }  # fmt: skip
    frame = {**found["frame"], **changed.pop("frame", {})}
    return {**found, "frame": frame, **changed}


def he(**changed: Any) -> dict[str, Any]:
    """Hebei receives 60 TWh; its plants give off 0.5 t/MWh."""
    tables = {
        "co2": {"CN-HE": {"power": [200.0], "steel": [300.0]}},
        "primary": {"CN-HE": {"coal": [220.0], "primary_electricity": [80.0]}},
        "generation": {"CN-HE": {"coal_usc": [240.0], "onwind": [160.0]}},
        "capacity": {"CN-HE": {"coal_usc": [60.0], "onwind": [70.0], "coal_boiler": [9.0]}},
        "trade": {"CN-HE": {"border_in": [60.0]}},
    }
    return plan("he", "CN-HE", tables, **changed)


def sc(**changed: Any) -> dict[str, Any]:
    """Sichuan sends 130 TWh; its plants give off 0.1 t/MWh."""
    tables = {
        "co2": {"CN-SC": {"power": [60.0], "cement": [100.0]}},
        "primary": {"CN-SC": {"coal": [50.0], "primary_electricity": [120.0]}},
        "generation": {"CN-SC": {"coal_usc": [100.0], "onwind": [500.0]}},
        "capacity": {"CN-SC": {"coal_usc": [15.0], "onwind": [200.0]}},
        "trade": {"CN-SC": {"border_out": [130.0]}},
    }
    return plan("sc", "CN-SC", tables, **changed)


def nation(**changed: Any) -> dict[str, Any]:
    """By provinces; Sichuan sends 120 TWh, of which 110 arrive, to Hebei (70) and Guangdong (40)."""
    tables: dict[str, dict[str, Rows]] = {
        "co2": {"CN-HE": {"power": [180.0], "steel": [300.0]}, "CN-SC": {"power": [55.0], "cement": [100.0]},
                "CN-GD": {"power": [165.0]}},
        "primary": {"CN-HE": {"coal": [200.0], "primary_electricity": [80.0]},
                    "CN-SC": {"coal": [48.0], "primary_electricity": [150.0]}, "CN-GD": {"coal": [90.0]}},
        "generation": {"CN-HE": {"coal_usc": [220.0], "onwind": [165.0]}, "CN-SC": {"coal_usc": [95.0], "onwind": [495.0]},
                       "CN-GD": {"coal_usc": [225.0]}},
        "capacity": {"CN-HE": {"coal_usc": [58.0], "onwind": [72.0]}, "CN-SC": {"coal_usc": [15.0], "onwind": [200.0]}},
        "trade": {"CN-SC": {"sent": [120.0]}, "CN-HE": {"received": [76.0], "lost": [6.0]},
                  "CN-GD": {"received": [44.0], "lost": [4.0]}},
    }  # fmt: skip
    return plan("nation", "provinces", tables, **changed)


def row(found: Mapping[str, Any], quantity: str, item: str = "") -> tuple[float, float, float]:
    (only,) = [r for r in found["rows"] if (r["quantity"], r["item"]) == (quantity, item)]
    return only["sum"], only["nation"], only["difference"]


def test_two_plans_are_added_and_held_against_their_provinces_of_the_nation() -> None:
    found = reconcile([he(), sc()], nation())
    assert not found["whole"]
    assert row(found, "co2") == pytest.approx((660.0, 635.0, 25.0))
    assert row(found, "primary", "coal") == pytest.approx((270.0, 248.0, 22.0))
    assert row(found, "generation") == pytest.approx((1000.0, 975.0, 25.0))
    assert row(found, "generation", "wind") == pytest.approx((660.0, 660.0, 0.0))
    assert row(found, "capacity", "coal") == pytest.approx((75.0, 73.0, 2.0))  # boilers are no power plants
    assert row(found, "net_exports") == pytest.approx((70.0, 50.0, 20.0))


def test_the_reason_of_a_difference_is_the_trade_that_does_not_balance() -> None:
    found = reconcile([he(), sc()], nation())
    (trade,) = [reason for reason in found["reasons"] if reason["kind"] == "trade"]
    mean = (180.0 + 55.0 + 165.0) / (220.0 + 165.0 + 95.0 + 495.0 + 225.0)
    assert "+20.0" in trade["text"]["en"]
    assert f"{20 * mean:+,.0f} Mt" in trade["text"]["en"]
    assert set(trade["text"]) == set(LANGUAGES)


def test_co2_by_consumption_moves_what_the_traded_power_gave_off() -> None:
    rows = {one["region"]: one for one in reconcile([he(), sc()], nation())["regions"]}
    mean = 400.0 / 1200.0
    assert rows["CN-HE"]["co2"] == 500.0
    assert rows["CN-HE"]["by_consumption"] == pytest.approx(500.0 + 60.0 * mean)
    assert rows["CN-SC"]["by_consumption"] == pytest.approx(160.0 - 130.0 * 60.0 / 600.0)


def test_exchange_of_all_provinces_is_what_corridors_lose() -> None:
    exchange = exchange_of(nation())
    assert exchange["CN-SC"] == {2030: 120.0}
    assert exchange["CN-HE"] == {2030: -70.0}
    sent, arrived = 120.0, 70.0 + 40.0
    assert sum(years[2030] for years in exchange.values()) == pytest.approx(sent - arrived)
    assert set(exchange) == set(power.provinces())


def test_plans_that_exchange_as_the_nation_does_have_no_trade_to_explain() -> None:
    he_, sc_ = he(), sc()
    he_["tables"]["trade"] = {"CN-HE": {"border_in": [70.0]}}
    sc_["tables"]["trade"] = {"CN-SC": {"border_out": [120.0]}}
    assert [r for r in reconcile([he_, sc_], nation())["reasons"] if r["kind"] == "trade"] == []


def test_limits_that_bind_the_nation_only_and_settings_are_reasons() -> None:
    limit = {"name": "target T04 2030", "kind": "target", "subject": "T04", "year": 2030, "price": 250.0,
             "price_unit": "CNY/tce"}  # fmt: skip
    own = {**limit, "name": "target sc-nf-2030 2030", "subject": "sc-nf-2030"}
    free = {**limit, "name": "target T08 2030", "price": 0.0}
    broken = he(frame={"days": 2}, verdict={"holds": False})
    found = reconcile([broken, sc(limits=[own])], nation(limits=[limit, free]))
    texts = {kind: [r["text"]["en"] for r in found["reasons"] if r["kind"] == kind] for kind in
             ("limit", "own_limit", "setting", "broken")}  # fmt: skip
    assert len(texts["limit"]) == len(texts["own_limit"]) == len(texts["setting"]) == len(texts["broken"]) == 1
    assert "target T04" in texts["limit"][0]
    assert "250 CNY/tce" in texts["limit"][0]
    assert "sc-nf-2030" in texts["own_limit"][0]
    assert "'he'" in texts["setting"][0]


def test_what_may_be_built_and_is_used_by_some_only_is_a_reason() -> None:
    rate = {"name": "build_rate onwind 2030", "kind": "build_rate", "subject": "onwind", "year": 2030,
            "price": 300.0, "price_unit": "CNY/kW"}  # fmt: skip
    idle = {**rate, "price": 0.0}
    found = reconcile([he(limits=[rate]), sc(limits=[idle])], nation())
    (reason,) = [r for r in found["reasons"] if r["kind"] == "building"]
    assert "onwind" in reason["text"]["zh"]
    for both in (rate, idle):
        found = reconcile([he(limits=[both]), sc(limits=[both])], nation())
        assert not [r for r in found["reasons"] if r["kind"] == "building"]


def whole(scale: float, **changed: Any) -> list[dict[str, Any]]:
    """Seven plans of grid regions, alike but for what they emit."""
    found = []
    for region in GRIDS:
        tables = {
            "co2_energy": {region: {"power": [scale * 100.0]}},
            "primary": {region: {"coal": [scale * 60.0], "primary_electricity": [20.0]}},
            "generation": {region: {"onwind": [10.0]}},
            "capacity": {region: {"onwind": [150.0], "solar_utility": [100.0]}},
        }
        made = plan(region, region, tables, **changed)
        made["tables"]["co2_energy"] = tables["co2_energy"]
        found.append(made)
    return found


def of_grids(timetable: list[dict[str, Any]]) -> dict[str, Any]:
    parts = whole(1.0)
    tables: dict[str, dict[str, Rows]] = {}
    for part in parts:
        for name, rows in part["tables"].items():
            tables.setdefault(name, {}).update(rows)
    found = plan("nation", "grids", tables, timetable=timetable)
    found["tables"]["co2_energy"] = tables["co2_energy"]
    return found


def test_the_sum_is_held_to_the_targets_of_the_nation() -> None:
    """A fifth more coal: the share falls from 20/80 to 20/(1.2 x 60 + 20), CO2 per GDP from -66 % to 1.2 x 34 - 100."""
    milestones = [
        {"target": "T04", "year": 2030, "value": 25.0, "required": 24.5, "unit": "%"},
        {"target": "T05", "year": 2030, "value": -66.0, "required": -65.0, "unit": "%"},
        {"target": "T08", "year": 2030, "value": 1750.0, "required": 1200.0, "unit": "GW"},
        {"target": "T09b", "year": 2030, "value": 40.0, "required": 39.2, "unit": "GW"},
    ]
    found = reconcile(whole(1.2), of_grids(milestones))
    assert found["whole"]
    rows = {r["target"]: r for r in found["targets"]}
    assert rows["T04"]["sum"] == pytest.approx(100 * 20.0 / (1.2 * 60.0 + 20.0))
    assert rows["T05"]["sum"] == pytest.approx(1.2 * 34.0 - 100.0)
    assert rows["T08"]["sum"] == pytest.approx(1750.0)
    assert {name: r["kept"] for name, r in rows.items()} == {"T04": False, "T05": False, "T08": True}
    same = reconcile(whole(1.0), of_grids(milestones))
    assert all(r["kept"] and r["sum"] == pytest.approx(r["nation"]) for r in same["targets"])
    assert all(abs(r["difference"]) < 1e-9 for r in same["rows"])
    assert same["reasons"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"frame": {"scope": "all"}}, "scope"),
        ({"frame": {"factor_set": "other"}}, "factor_set"),
        ({"frame": {"base_year": 2015}}, "base_year"),
        ({"frame": {"money_year": 2015}}, "money_year"),
        ({"frame": {"driver_set": "high"}}, "driver_set"),
        ({"frame": {"periods": [2035]}}, "periods"),
        ({"scenario": {"name": "early-peak", "hash": "def"}}, "scenario"),
    ],
)
def test_plans_that_count_otherwise_are_refused_with_both_names(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(DafengError) as refused:
        reconcile([he(**changed), sc()], nation())
    for text in (field, "he", "nation"):
        assert text in str(refused.value)


def test_no_province_is_counted_twice_and_none_is_missing_unseen() -> None:
    with pytest.raises(DafengError, match="CN-HE"):
        reconcile([he(), {**he(), "name": "again"}], nation())
    with pytest.raises(DafengError, match="29 provinces"):
        reconcile([he(), sc()], of_grids([]))
    with pytest.raises(DafengError, match="no plan of the nation"):
        reconcile([he()], sc())


def test_a_kept_plan_is_found_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "plans" / "hebei"
    folder.mkdir(parents=True)
    (folder / "economy.json").write_text(json.dumps(he()), encoding="utf-8")
    assert kept(tmp_path, "hebei")["name"] == "he"
    with pytest.raises(DafengError, match="hebei"):
        kept(tmp_path, "hebe")


def test_the_result_fits_its_schema() -> None:
    validate(reconcile([he(), sc(verdict={"holds": False})], nation()), "plan-sum")
    milestone = {"target": "T08", "year": 2030, "value": 1750.0, "required": 1200.0, "unit": "GW"}
    validate(reconcile(whole(1.2), of_grids([milestone])), "plan-sum")


def test_a_part_takes_its_exchange_from_a_plan_of_the_nation() -> None:
    assert exchange_for(nation(), "CN-HE") == {"CN-HE": {2030: -70.0}}
    north = exchange_for(nation(), "CN-GRID-N")
    assert set(north) == set(grouping("CN-GRID-N").members[0])
    assert set(exchange_for(of_grids([]), "CN-GRID-N")) == {"CN-GRID-N"}
    with pytest.raises(DafengError, match="CN-HE"):
        exchange_for(of_grids([]), "CN-HE")
