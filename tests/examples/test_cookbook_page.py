"""The cookbook's folder, its rules and its page belong together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules_engine.ruleset.background import Background
from rules_engine.ruleset.load import load_rules
from rules_engine.ruleset.problems import Severity, render

ROOT = Path(__file__).parents[2]
COOKBOOK = ROOT / "examples" / "cookbook"
RECIPES = sorted(path for path in COOKBOOK.glob("*.yaml") if not path.stem.endswith(".test"))
PAGE = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
SECTIONS = ("Sales", "Delivery", "Retainers and time", "People and housekeeping")
ENTRY = re.compile(r"^### (.+)\n((?:.+\n?)+)", re.MULTILINE)
LINK = re.compile(r"→ \[(.+)\]\(\.\./examples/cookbook/(.+)\)\n?\Z")


def title(recipe):
    """What the file's comment calls the recipe."""
    (found,) = re.findall(r"^# (\d+\. .+)$", recipe.read_text(encoding="utf-8"), re.MULTILINE)
    return found


def test_the_page_has_each_recipe_once_by_its_own_title():
    entries = [(heading, LINK.search(text).groups()) for heading, text in ENTRY.findall(PAGE)]
    assert entries == [(title(recipe), (recipe.name, recipe.name)) for recipe in RECIPES]


def test_the_page_shows_them_by_what_they_are_for():
    assert tuple(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == SECTIONS


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_says_what_to_change_and_has_a_test_beside_it(recipe):
    assert "\n# Change: " in recipe.read_text(encoding="utf-8")
    assert recipe.with_suffix(".test.yaml").is_file()


def test_the_recipes_may_stand_in_one_folder_and_check_finds_nothing_to_mend():
    loaded = load_rules(COOKBOOK, Background(endpoints=frozenset({"chat"})))
    found = [render(one) for one in loaded.problems if one.severity in {Severity.ERROR, Severity.WARNING}]
    assert found == []
    assert len(loaded.files) == 25
