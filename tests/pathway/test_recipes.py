"""Recipes by name: what a user may ask for, and what is answered where it cannot be had."""

from __future__ import annotations

import pytest

from dafeng.catalog import LANGUAGES
from dafeng.pathway import recipes
from dafeng.pathway.recipes import DUAL_SIMPLEX, HIPO, RECIPES, STRUCTURED_INTERIOR, RefusedSolver, named


def test_a_recipe_has_its_name_however_it_is_written() -> None:
    assert all(named(name) is recipe for name, recipe in RECIPES.items() if recipes.installed(recipe))
    assert named("Dual-Simplex") is named("dual_simplex") is DUAL_SIMPLEX
    assert named("structured interior") is STRUCTURED_INTERIOR


def test_what_is_not_installed_is_neither_run_nor_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS would run another method in its place and say nothing."""
    versions = {"highspy": "1.0", "highspy-extras": "2.0"}
    monkeypatch.setattr(recipes, "version", versions.__getitem__)
    with pytest.raises(RefusedSolver) as refused:
        named("hipo")
    assert refused.value.key == "solver_extras_differ"
    with pytest.raises(RefusedSolver) as unknown:
        named("duel simplex")
    for language in LANGUAGES:
        said = unknown.value.text(language)
        assert DUAL_SIMPLEX.name in said
        assert STRUCTURED_INTERIOR.name in said
        assert HIPO.name not in said.replace("hipdlp", "")
