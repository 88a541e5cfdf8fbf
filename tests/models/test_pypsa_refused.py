"""What the PyPSA importer refuses, each time with part and attribute: nothing that changes the answer is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.models.networks import GAS, tables
from tests.models.small import optimum, write

from dafeng.catalog import DafengError
from dafeng.models import read_pypsa
from dafeng.models.pypsa.network import known_attributes
from dafeng.models.refusals import RefusedFile

UNIT = {"unit": {"bus": "a", "p_nom": 1.0}}
LINE = {"line": {"bus0": "a", "bus1": "b", "s_nom": 1.0, "x": 0.1}}
RING = {**LINE, "back": {"bus0": "b", "bus1": "a", "s_nom": 1.0, "x": 0.1}}
TWO = {"a": {"carrier": "AC"}, "b": {"carrier": "AC"}}


def plant(**attributes: Any) -> dict[str, Any]:
    return tables(generators={"plant": {"bus": "a", "p_nom": 1.0, **attributes}})


NOT_COVERED = [
    (plant(committable=True), "generators plant", "committable"),
    (plant(p_nom_mod=5.0), "generators plant", "p_nom_mod"),
    (plant(marginal_cost_quadratic=0.1), "generators plant", "marginal_cost_quadratic"),
    (plant(marginal_cost_quadratic=[0.0, 0.1]), "generators plant", "marginal_cost_quadratic"),
    (plant(p_set=[3.0, 3.0]), "generators plant", "p_set"),
    (plant(p_nom=float("inf"), p_max_pu=[1.0, 0.0]), "generators plant", "p_nom"),
    (plant(ramp_limit_up=[0.1, 0.2]), "generators plant", "ramp_limit_up"),
    (
        tables(storage_units={"unit": {**UNIT["unit"], "efficiency_store": [0.9, 0.8]}}),
        "storage_units unit",
        "efficiency_store",
    ),
    (
        tables(storage_units={"unit": {**UNIT["unit"], "state_of_charge_set": [1.0, 1.0]}}),
        "storage_units unit",
        "state_of_charge_set",
    ),
    (tables(stores={"store": {"bus": "a", "sign": -1.0}}), "stores store", "sign"),
    (tables(buses=TWO, transformers={"t": {**LINE["line"], "phase_shift": 30.0}}), "transformers t", "phase_shift"),
    (tables(buses=TWO, lines={"line": {**LINE["line"], "v_ang_max": 20.0}}), "lines line", "v_ang_max"),
    (tables(buses=TWO, links={"link": {"bus0": "a", "bus1": "b", "delay": 2.0}}), "links link", "delay"),
    (tables(carriers={"gas": {"max_relative_growth": 2.0}}), "carriers gas", "max_relative_growth"),
    (tables(buses={"a": {"carrier": "AC", "nom_max_gas": 3.0}}), "buses", "nom_max_gas"),
    ({**tables(), "gadgets": {"g": {"bus": "a"}}}, "network.nc", "gadgets"),
]


@pytest.mark.parametrize(("given", "place", "attribute"), NOT_COVERED, ids=lambda value: str(value)[:30])
def test_not_covered(tmp_path: Path, given: dict[str, Any], place: str, attribute: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        read_pypsa(write(tmp_path / "network.nc", given, snapshots=2))
    assert refused.value.key == "model_not_covered"
    assert (refused.value.values["place"], refused.value.values["attribute"]) == (place, attribute)


WRONG = [
    (plant(bus="Berlin"), "model_no_such", "generators plant", "bus"),
    (plant(p_max_pu=[1.0, float("nan")]), "model_value", "generators plant", "p_max_pu[1]"),
    (plant(marginal_cost=float("nan")), "model_value", "generators plant", "marginal_cost"),
    (plant(p_nom_extendable=True, overnight_cost=10.0), "model_value", "generators plant", "discount_rate"),
    (tables([1.0, float("nan")]), "model_value", "loads load", "p_set[1]"),
    ({**tables(), "loads": {"load": {"bus": "aa", "p_set": 1.0}}}, "model_no_such", "loads load", "bus"),
    (tables(links={"link": {"bus0": "a", "bus1": "x"}}), "model_no_such", "links link", "bus1"),
    (tables(buses=TWO, lines={**RING, "line": {**LINE["line"], "x": 0.0}}), "model_value", "lines line", "x"),
    (tables(buses=TWO, lines={**RING, "line": {**LINE["line"], "s_nom": 0.0}}), "model_value", "lines line", "s_nom"),
    (tables(buses=TWO, lines={"line": {**LINE["line"], "type": "copper"}}), "model_no_such", "lines line", "type"),
    (tables(global_constraints={"cap": {"type": "my own"}}), "model_no_such", "global_constraints cap", "type"),
    (
        tables(global_constraints={"cap": {"type": "primary_energy", "sense": "<"}}),
        "model_value",
        "global_constraints cap",
        "sense",
    ),
    (
        tables(carriers=GAS, global_constraints={"cap": {"type": "primary_energy", "investment_period": 2030.0}}),
        "model_value",
        "global_constraints cap",
        "investment_period",
    ),
]


@pytest.mark.parametrize(("given", "key", "place", "attribute"), WRONG, ids=lambda value: str(value)[:30])
def test_wrong(tmp_path: Path, given: dict[str, Any], key: str, place: str, attribute: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        read_pypsa(write(tmp_path / "network.nc", given, snapshots=2))
    assert refused.value.key == key
    assert (refused.value.values["place"], refused.value.values["attribute"]) == (place, attribute)


def test_a_number_that_cannot_be_meant(tmp_path: Path) -> None:
    """A negative capacity passes the reader and is refused by the engine, by name."""
    with pytest.raises(DafengError) as refused:
        read_pypsa(write(tmp_path / "network.nc", plant(p_nom=-5.0)))
    assert "Generator plant" in str(refused.value)


def test_no_file_and_no_netcdf(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile) as refused:
        read_pypsa(tmp_path / "none.nc")
    assert refused.value.key == "model_no_file"
    text = tmp_path / "text.nc"
    text.write_text("bus,load\n")
    with pytest.raises(RefusedFile) as refused:
        read_pypsa(text)
    assert refused.value.key == "model_not_readable"


def test_columns_of_the_user_are_told_and_those_of_a_newer_pypsa_refused(tmp_path: Path) -> None:
    """A column that PyPSA 1.4 does not know has no meaning in a file of 1.4; in one of 2.0 it may."""
    given = plant(my_column=3.0)
    assert read_pypsa(write(tmp_path / "now.nc", given)).notes["not_read"] == "generators.my_column"
    with pytest.raises(RefusedFile) as refused:
        read_pypsa(write(tmp_path / "later.nc", given, version="2.0.0"))
    assert refused.value.values["attribute"] == "my_column"


def test_a_store_that_runs_through_the_periods(tmp_path: Path) -> None:
    """Each period is a year of its own; energy of 2030 is not there in 2040."""
    given = tables(storage_units=UNIT)
    with pytest.raises(RefusedFile) as refused:
        read_pypsa(write(tmp_path / "network.nc", given, periods={2030: (1, 1), 2040: (1, 1)}))
    assert refused.value.values["attribute"] == "cyclic_state_of_charge_per_period"


def test_defaults_of_attributes_that_are_not_covered_pass(tmp_path: Path) -> None:
    """A file that spells out every default is the same network."""
    every = {
        name: float(entry.default)
        for name, entry in known_attributes()["generators"].items()
        if entry.use == "refused" and entry.form == "number"
    }
    assert len(every) >= 4
    assert optimum(read_pypsa(write(tmp_path / "network.nc", plant(**every)))) == pytest.approx(900.0)


def test_the_table_of_attributes_is_that_of_pypsa() -> None:
    """Every attribute of the installed PyPSA is known, with its default; a new release shows here what it added."""
    pypsa = pytest.importorskip("pypsa", reason="needs pypsa: the tool that we compare with")
    if not str(pypsa.__version__).startswith("1.4"):
        pytest.skip("the table lists PyPSA 1.4")
    known = known_attributes()
    for component in pypsa.Network().components:
        if component.list_name not in known:
            continue
        ours = known[component.list_name]
        for name, row in component.defaults.iterrows():
            if name == "name":
                continue
            assert name in ours, f"{component.list_name} {name}"
            if ours[name].form == "number" and ours[name].use != "result" and row["default"] is not None:
                assert float(ours[name].default) == pytest.approx(float(row["default"]), nan_ok=True), name


def test_words_say_what_and_where() -> None:
    """In each language: place, attribute and what was found."""
    refused = RefusedFile("model_not_covered", place="generators plant", attribute="committable", found=1)
    for lang in ("zh", "ja", "en"):
        said = refused.text(lang)
        assert all(part in said for part in ("generators plant", "committable", "1"))
