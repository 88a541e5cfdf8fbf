"""A figure knows what it is and is compared with nothing else."""

from __future__ import annotations

import pytest

from dafeng.accounts import change_percent, comparable, weakest
from dafeng.catalog import NotComparable
from making import figure

BASE = figure(100, 2005, "co2", "t_CO2", scope="s", vintage="v", factor_set="f")


def test_two_years_of_one_definition_are_compared() -> None:
    assert change_percent(
        figure(60, 2020, "co2", "t_CO2", scope="s", vintage="v", factor_set="f"), BASE
    ) == pytest.approx(-40)


@pytest.mark.parametrize(
    "other", [{"scope": "s2"}, {"vintage": "v2"}, {"factor_set": "f2"}, {"unit": "kt_CO2"}, {"name": "co2_process"}]
)
def test_figures_of_two_definitions_are_refused_and_both_are_named(other: dict[str, str]) -> None:
    facts = {"name": "co2", "unit": "t_CO2", "scope": "s", "vintage": "v", "factor_set": "f"} | other
    later = figure(60, 2020, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotComparable) as caught:
        change_percent(later, BASE)
    for lang in ("zh", "ja", "en"):
        text = caught.value.text(lang)
        assert later.id in text
        assert BASE.id in text
        assert next(iter(other.values())) in text
    with pytest.raises(NotComparable):
        comparable(BASE, later)


@pytest.mark.parametrize(
    "same", [{"quality": "estimated"}, {"dataset": "d2"}, {"factor_hash": "h2"}, {"entity": "CN-SX"}]
)
def test_quality_dataset_and_region_do_not_make_another_definition(same: dict[str, str]) -> None:
    facts = {"name": "co2", "unit": "t_CO2", "scope": "s", "vintage": "v", "factor_set": "f"} | same
    comparable(figure(60, 2020, **facts), BASE)  # type: ignore[arg-type]


def test_a_chain_is_as_good_as_its_weakest_link() -> None:
    assert weakest(["official"]) == "official"
    assert weakest(["official", "recalled", "secondary"]) == "recalled"
    assert weakest(["user", "official"]) == "user"
    assert weakest(["recalled", "estimated"]) == "estimated"
