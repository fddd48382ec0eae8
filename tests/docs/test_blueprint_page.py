"""What the reference says of blueprints is what the code does."""

from __future__ import annotations

from doc_pages import RULES, blocks, names, section, table

from rules_engine.ruleset.grammar import INPUT_KEYS, USE_KEYS
from rules_engine.ruleset.inputs import INPUT_TYPES
from rules_engine.ruleset.load import load_rules


def listed(column):
    return names(table(section(RULES, "Blueprints"), column), column)


def test_the_keys_and_types_are_all_documented():
    assert listed("key of a use") == list(USE_KEYS)
    assert listed("key of an input") == list(INPUT_KEYS)
    assert listed("type") == list(INPUT_TYPES)


def test_the_example_makes_the_rules_that_the_page_says(tmp_path):
    (blueprint,), (uses,) = blocks(RULES, "yaml blueprint"), blocks(RULES, "yaml uses")
    for block in (blueprint, uses):
        file = tmp_path / block.text.splitlines()[0].removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text)

    loaded = load_rules(tmp_path / "rules")

    assert loaded.problems == ()
    said = section(RULES, "Blueprints")
    assert [rule.id for rule in loaded.ruleset.rules] == ["chase-proposals.remind", "chase-the-silent.remind"]
    assert all(f"`{rule.id}`" in said for rule in loaded.ruleset.rules)
