"""docs/pathway-model.md says what the docstrings of the engine say."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import equations_page
from tests.pathway.power.nation import nation, system_of

from dafeng.pathway.power.technologies import GROUPS, STOCKS


def test_the_page_is_up_to_date() -> None:
    """After a change of the equations: run tools/equations_page.py and read the page again."""
    assert equations_page.PAGE.read_text(encoding="utf-8") == equations_page.page()


def test_every_family_states_its_dual() -> None:
    families = equations_page._families()
    assert len(families) >= 8
    for module, function in families:
        text = equations_page._family(module, function)
        assert "Dual" in text, function.name
        assert "\n    " in text, f"{function.name} has no equation"


def test_every_policy_states_its_equation_and_its_dual() -> None:
    """In the modules of policies all functions with a dual are on the page, and those on the page have one."""
    for module, titles in equations_page.POLICIES.items():
        tree = equations_page._tree(equations_page.PATHWAY / "power" / f"{module}.py")
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert {one.name for one in functions if "Dual" in equations_page._text(one)} == set(titles)
        for text in equations_page._policies(module):
            assert "Dual" in text, text
            assert "\n    " in text, text


def test_every_limit_of_the_power_model_is_on_the_page() -> None:
    """By the form of its name; without this a family could be added that nobody can read about."""
    page = equations_page.page()
    case = nation(
        regions="grids",
        co2_cap={2030: 5000.0},
        coal_cap={2030: 2000.0},
        co2_intensity={2030: 500.0},
        non_fossil_share={2030: 0.3},
        wind_solar_share={2030: 0.2},
        share_floor={("onwind", 2030): 0.1},
        share_ceiling={("coal", 2030): 0.6},
        capacity_floor={("onwind", 2030): 100.0},
        capacity_ceiling={("coal", 2030): 2000.0},
        peak_response={2030: 0.03},
        corridor_renewables=0.5,
    )
    forms = {_form(limit.name) for limit in system_of(case).limits}
    assert len(forms) == 14
    for form in forms:
        assert f"`{form}" in page, form


def _form(name: str) -> str:
    """`build_rate onwind 2030` -> `build_rate TECHNOLOGY YEAR`."""
    words = ("YEAR" if word.isdigit() else "REGION" if word.startswith("CN-") else word for word in name.split(" "))
    return " ".join("TECHNOLOGY" if word in (*STOCKS, *GROUPS) else word for word in words)


def test_every_field_of_the_data_is_described() -> None:
    """A field without shape and unit is one that two people read in two ways."""
    import dataclasses

    from dafeng.pathway import system

    for name in equations_page.PARTS:
        text = equations_page.page().partition(f"### {name}\n")[2].partition("\n#")[0]
        for field in dataclasses.fields(getattr(system, name)):
            assert f"`{field.name}`" in text, f"{name}.{field.name}"
