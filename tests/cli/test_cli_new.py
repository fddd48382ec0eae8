"""`new` writes a recipe that is fine as it stands, and never over anything."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from rules_engine.cli.main import main
from rules_engine.cli.recipes import recipes
from rules_engine.ruleset.load import load_rules

ROOT = Path(__file__).parents[2]
COOKBOOK = ROOT / "examples" / "cookbook"
NAMES = [recipe.name for recipe in recipes()]
MODELINE = "# yaml-language-server: $schema="


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_recipe_of_the_cookbook_and_every_starter_is_listed(capsys):
    assert main(["new"]) == 0
    listed = capsys.readouterr().out
    assert main(["new", "--json"]) == 0
    known = json.loads(capsys.readouterr().out)

    shipped = [file for part in (COOKBOOK, ROOT / "rules") for file in part.glob("*.yaml")]
    assert len(known) == sum(not file.name.endswith(".test.yaml") for file in shipped)
    assert all(f"\n{each['recipe']} " in listed and each["what"][:40] in listed for each in known)
    assert known[0] == {
        "recipe": "proposal-chaser",
        "number": "1",
        "title": "Proposal chaser",
        "what": "A lead that has stood in Proposal Sent for three working days goes to Chaser, is tagged as chased "
        "once, and whoever looks after it gets a task for the next working day",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_is_written_with_its_comment_and_is_fine_as_it_stands(folder, name, capsys):
    assert main(["new", name]) == 0

    out, err = capsys.readouterr()
    written = folder / "rules" / f"{name}.yaml"
    assert out.splitlines()[0] == f"rules/{name}.yaml"
    assert "rules-engine check rules" in err
    assert written.read_text().startswith("# ")
    assert load_rules(folder / "rules").ruleset.rules
    assert not load_rules(folder / "rules").broken


@pytest.mark.parametrize(
    "wanted", ["1", "01", "proposal-chaser", "01-proposal-chaser", "Proposal-Chaser.yaml"]
)
def test_a_recipe_is_found_by_number_name_or_file(folder, wanted):
    assert main(["new", wanted]) == 0

    assert (folder / "rules" / "proposal-chaser.yaml").exists()


def test_its_rule_test_comes_along_and_passes(folder, capsys):
    assert main(["new", "needs-closing", "--into", "team/rules"]) == 0
    assert sorted(path.name for path in (folder / "team" / "rules").iterdir()) == [
        "needs-closing.test.yaml",
        "needs-closing.yaml",
    ]
    capsys.readouterr()

    assert main(["test", "team/rules"]) == 0


def test_the_rule_test_can_be_left_out(folder):
    assert main(["new", "needs-closing", "--no-test"]) == 0

    assert [path.name for path in (folder / "rules").iterdir()] == ["needs-closing.yaml"]


def test_programs_are_told_what_was_written(capsys):
    assert main(["new", "needs-closing", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "recipe": "needs-closing",
        "files": ["rules/needs-closing.yaml", "rules/needs-closing.test.yaml"],
    }


@pytest.mark.parametrize("there", ["proposal-chaser.yaml", "proposal-chaser.test.yaml"])
def test_what_is_there_is_never_overwritten(folder, capsys, there):
    (folder / "rules").mkdir()
    (folder / "rules" / there).write_text("mine")

    assert main(["new", "proposal-chaser"]) == 1

    assert f"rules/{there} is there already" in capsys.readouterr().err
    assert [path.read_text() for path in (folder / "rules").iterdir()] == ["mine"]


def test_a_link_that_leads_nowhere_is_not_written_through(folder):
    (folder / "rules").mkdir()
    (folder / "rules" / "proposal-chaser.yaml").symlink_to(folder / "elsewhere.yaml")

    assert main(["new", "proposal-chaser"]) == 1

    assert not (folder / "elsewhere.yaml").exists()


def test_a_recipe_that_stands_in_another_file_already_is_not_written_twice(folder, capsys):
    assert main(["new", "proposal-chaser", "--no-test"]) == 0
    (folder / "rules" / "proposal-chaser.yaml").rename(folder / "rules" / "mine.yaml")

    assert main(["new", "proposal-chaser"]) == 1

    assert "the rule proposal-chaser is there already, in rules/mine.yaml" in capsys.readouterr().err
    assert len(list((folder / "rules").iterdir())) == 1


def test_a_recipe_that_there_is_not_gets_the_nearest(capsys):
    assert main(["new", "proposal-chasr"]) == 2
    assert "Did you mean proposal-chaser?" in capsys.readouterr().err


@pytest.mark.parametrize("into", ["file", "file/rules"])
def test_a_folder_that_can_t_be_one_is_refused(folder, into, capsys):
    (folder / "file").write_text("x")

    assert main(["new", "proposal-chaser", "--into", into]) == 2

    assert "file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ("schemas/rules.schema.json", "../schemas/rules.schema.json"),
        ("rules.schema.json", "../rules.schema.json"),
        ("rules/rules.schema.json", "rules.schema.json"),
    ],
)
def test_the_editor_is_told_of_the_schema_where_there_is_one(folder, schema, told):
    (folder / schema).parent.mkdir(exist_ok=True)
    (folder / schema).write_text("{}")

    assert main(["new", "proposal-chaser"]) == 0

    text = (folder / "rules" / "proposal-chaser.yaml").read_text()
    assert text.startswith(f"{MODELINE}{told}\n#\n# 1. Proposal chaser\n")


def test_without_a_schema_the_editor_is_not_sent_after_one(folder):
    assert main(["new", "proposal-chaser"]) == 0

    for path in (folder / "rules").iterdir():
        assert MODELINE not in path.read_text()


def test_the_recipes_are_part_of_the_installed_package():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert built["force-include"]["examples/cookbook"] == "rules_engine/_examples/cookbook"
    assert built["force-include"]["rules"] == "rules_engine/_rules"
