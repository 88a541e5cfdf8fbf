"""docs/pathway-model.md says what the docstrings of the engine say."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import equations_page


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


def test_every_field_of_the_data_is_described() -> None:
    """A field without shape and unit is one that two people read in two ways."""
    import dataclasses

    from dafeng.pathway import system

    for name in equations_page.PARTS:
        text = equations_page.page().partition(f"### {name}\n")[2].partition("\n#")[0]
        for field in dataclasses.fields(getattr(system, name)):
            assert f"`{field.name}`" in text, f"{name}.{field.name}"
