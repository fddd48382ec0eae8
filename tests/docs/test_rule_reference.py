"""The rule reference says what the code does: all of it, and nothing that is not there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from doc_pages import PAGES, README, RULES, blocks, codes, examples, headings, names, section, table, tables
from doc_world import World

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.durations import parse_duration
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.events.special import ENGINE_EVENTS
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.compile import TemplateCache
from rules_engine.ruleset.context import CHANGE_KEYS, EVENT_KEYS
from rules_engine.ruleset.event_names import NEEDED_KEYS
from rules_engine.ruleset.grammar import (
    BRANCH_KEYS,
    CONDITION_KEYS,
    CONTROL,
    DOCUMENT_KEYS,
    ERROR_KEYS,
    FOREACH_KEYS,
    MODES,
    ON_ERROR,
    ON_MISSED,
    ONCE_PER_KEYS,
    RESERVED_NAMES,
    RULE_KEYS,
    TRIGGER_KEYS,
    WAIT_KEYS,
)
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.problems import CODES, render
from rules_engine.ruleset.templates import BUILTIN_FUNCTIONS, FILTERS, TESTS
from rules_engine.ruleset.yaml_source import parse_yaml
from rules_engine.runs.control import MOST_ITEMS
from rules_engine.runs.delivering import PAUSES
from rules_engine.runs.interpreter import DEEPEST, MOST_STEPS
from rules_engine.runs.settings import Guards
from rules_engine.runs.timekeeper import LATE
from rules_engine.runs.troubles import STALE_AFTER
from rules_engine.timing.crossing import WELL_BELOW

SIX_TIMES = 6
LEAST_EXAMPLES = 116
"""So that a change of the page's form can't make its examples pass by finding none."""
YAML = [block for page in PAGES for block in blocks(page, "yaml")]
WORLD = World(blocks(RULES, "json")[0].text)


def listed(text):
    """The names that open the items of a list: "- `NAME`: …"."""
    return re.findall(r"^- `([^`]+)`:", text, re.MULTILINE)


def checked(text, name="docs.yaml"):
    source = parse_yaml(text.encode(), name)
    return [render(problem) for problem in check_source(source, TemplateCache()).problems]


# Every name is documented, and every documented one exists ------------------------------------------------


def test_the_keys_of_a_rules_file():
    assert names(table(section(RULES, "A rules file"), "key"), "key") == list(DOCUMENT_KEYS)


def test_the_keys_of_a_rule():
    assert headings(section(RULES, "The keys of a rule"), 3) == list(RULE_KEYS)


@pytest.mark.parametrize(
    ("title", "column", "known"),
    [
        ("mode", "mode", MODES),
        ("on_error", "value", ON_ERROR),
        ("on_error", "key of `error`", ERROR_KEYS),
        ("then", "key", ("as",)),
        ("once_per", "key", ONCE_PER_KEYS),
        ("Triggers", "key", TRIGGER_KEYS),
        ("choose", "key", BRANCH_KEYS),
        ("foreach", "key", FOREACH_KEYS),
        ("wait_for", "key", WAIT_KEYS),
        ("The engine's own events", "event of the engine", ENGINE_EVENTS),
        ("What check finds", "code", CODES),
    ],
)
def test_a_table_of_words_is_whole(title, column, known):
    assert set(names(table(section(RULES, title), column), column)) == set(known)


def test_the_forms_of_a_condition():
    assert names(table(section(RULES, "Conditions"), "form"), "form") == list(CONDITION_KEYS)


def test_each_code_of_check_stands_with_its_title():
    rows = table(section(RULES, "What check finds"), "code")

    assert {names([row], "code")[0]: row["what it means"] for row in rows} == dict(CODES)


def test_every_event_type_stands_with_the_field_that_from_and_to_speak_of():
    rows = [row for rows in tables(section(RULES, "Events")) if "event" in rows[0] for row in rows]
    documented = {
        names([row], "event")[0]: (names([row], "`from`, `to` speak of") or [None])[0] for row in rows
    }

    assert documented == {name: known.field for name, known in EVENT_TYPES.items()}


def test_every_event_by_date_stands_with_its_moment_and_its_key():
    rows = table(section(RULES, "Dates that come"), "event")

    documented = {names([row], "event")[0]: names([row], "its moment") for row in rows}
    assert documented == {name: [known.clock] for name, known in EVENT_TYPES.items() if known.clock}


def test_a_key_that_an_event_needs_says_so():
    rows = table(section(RULES, "Triggers"), "key")

    needing = {
        (event, names([row], "key")[0])
        for row in rows
        for event in names([row], "meaning")
        if event in EVENT_TYPES and "need" in row["meaning"]
    }
    assert needing == set(NEEDED_KEYS.items())


def test_what_becomes_of_a_missed_moment_is_said():
    (missed,) = [
        row for row in table(section(RULES, "Triggers"), "key") if names([row], "key") == ["on_missed"]
    ]

    assert set(names([missed], "meaning")) == set(ON_MISSED)


def test_what_an_event_of_the_engine_s_carries(rig):
    rows = table(section(RULES, "The engine's own events"), "event of the engine")
    documented = {
        names([row], "event of the engine")[0]: set(names([row], "`event.data` holds")) for row in rows
    }
    rig.use(
        """
  - {id: fails, when: lead.created, then: [{create_task: {project: Nowhere, name: x}}]}
  - {id: many, when: lead.updated, then: [{log: "x"}]}
  - {id: alarm, when: [engine.run_failed, engine.guard_held], then: [{log: "x"}]}
""",
        settings=replace(rig.settings, guards=Guards(runs_per_poll=1)),
    )
    rig.tick()
    first = rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    second = rig.state.add("lead", name="Forge", status="Chaser")
    rig.tick()
    for lead in (first, second):
        rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick()

    told = {event.types[0]: set(event.after) for event in rig.events() if event.resource == "engine"}
    assert told["engine.run_failed"] == documented["engine.run_failed"] == documented["engine.run_parked"]
    assert told["engine.guard_held"] == documented["engine.guard_held"] - {"hold"}
    assert all({"message", "subject"} <= held for held in documented.values())


def test_the_steps_of_control_each_with_an_example():
    text = section(RULES, "Control")

    assert headings(text, 3) == list(CONTROL)
    shown = "".join(block.text for block in YAML if block.page == RULES)
    for word in CONTROL:
        assert re.search(rf"^ *- {word}:", shown, re.MULTILINE), word


def test_the_names_that_steps_of_control_give():
    rows = table(section(RULES, "Control"), "name among steps")

    documented = {names([row], "name among steps")[0] for row in rows}
    assert documented == {"item", "index", "waited", "error"}
    assert documented <= RESERVED_NAMES
    (error,) = [row for row in rows if names([row], "name among steps") == ["error"]]
    assert tuple(names([error], "what it is")) == ERROR_KEYS


def test_the_limits_are_those_of_the_code():
    control, wrong = section(RULES, "Control"), section(RULES, "When something goes wrong")
    for text in (control, wrong):
        assert f"{MOST_STEPS:,} steps" in text
        assert f"{MOST_ITEMS:,} items" in text
    assert f"at most {DEEPEST} deep" in control
    assert f"{WELL_BELOW:.0%}".replace("%", " %") in section(RULES, "Thresholds")
    assert len(PAUSES) == SIX_TIMES - 1
    assert "at most six times in all" in wrong


def test_how_late_is_missed_and_how_old_is_stale_are_those_of_the_code():
    minutes = f"{LATE.total_seconds() / 60:g} minutes"
    assert f"more than {minutes} past a moment" in section(RULES, "Schedules")
    assert f"at most {minutes} ago" in section(RULES, "Schedules")
    assert timedelta(hours=1) == STALE_AFTER
    assert "for more than an hour" in section(RULES, "The engine's own events")


def test_every_trigger_key_stands_in_an_example():
    shown = "".join(block.text for block in YAML if block.page == RULES)

    missing = [key for key in TRIGGER_KEYS if not re.search(rf"(?<![a-z_]){key}:", shown)]
    assert missing == []


def test_the_fields_of_objects_and_their_words():
    text = section(RULES, "The fields of objects")

    documented = {
        names([row], "object")[0]: tuple(names([row], "its fields")) for row in table(text, "object")
    }
    assert documented == {name: resource.field_names for name, resource in RESOURCES.items()}
    words = {
        word for resource in RESOURCES.values() for field in resource.fields for word in field.vocabulary
    }
    assert words <= set(codes(text))


def test_every_action_stands_with_its_parameters_and_which_are_needed():
    text = section(RULES, "Actions")
    assert headings(text, 3) == list(ACTIONS)

    for action in ACTIONS.values():
        rows = table(section(RULES, action.name), "parameter")
        documented = {names([row], "parameter")[0]: row["needed"] == "yes" for row in rows}
        assert documented == {each.name: each.required for each in action.parameters}, action.name


@pytest.mark.parametrize(
    ("title", "known"),
    [("Filters", FILTERS), ("Tests", TESTS), ("Functions", {**FUNCTIONS, **BUILTIN_FUNCTIONS})],
)
def test_a_list_of_names_is_whole_and_has_each_once(title, known):
    assert sorted(listed(section(RULES, title))) == sorted(known)


def test_each_filter_test_and_function_has_an_example_of_itself():
    for title in ("Filters", "Tests", "Functions"):
        for line in re.findall(r"^- `.*$", section(RULES, title), re.MULTILINE):
            name, *rest = codes(line)
            assert " → " in line, name
            assert any(name in code for code in rest), name


def test_the_names_in_reach():
    rows = table(section(RULES, "Names in reach"), "name")

    scope = set(WORLD.scope)
    assert {names([row], "name")[0] for row in rows} == scope
    others = next(row for row in rows if names([row], "name") == ["lead"])
    assert {"lead", *names([others], "what it is")} | {"project"} == set(RESOURCES)


def test_what_an_event_and_a_change_hold():
    text = section(RULES, "Names in reach")

    assert names(table(text, "key"), "key") == list(EVENT_KEYS)
    changes = next(row for row in table(text, "name") if names([row], "name") == ["changes"])
    assert tuple(names([changes], "what it is")) == CHANGE_KEYS


def test_every_unit_of_a_duration_is_one():
    rows = table(section(RULES, "Durations"), "unit")
    for row in rows:
        units = [*names([row], "unit"), *names([row], "also written")]
        spans = {parse_duration(f"1 {unit}") for unit in units if not unit.startswith("working")}
        assert len(spans) <= 1, units
    for written in re.findall(r"`([^`]+)`", section(RULES, "Durations").split("A number alone")[0]):
        parse_duration(written)


def test_every_form_of_a_date_gives_what_is_said():
    rows = table(section(RULES, "Days and times"), "format")
    cells = [
        cell
        for line in section(RULES, "Days and times").splitlines()
        if "| `%" in line
        for cell in codes(line)
    ]
    assert rows
    assert len(cells) % 2 == 0
    for directive, gives in zip(cells[::2], cells[1::2], strict=True):
        assert WORLD.shown(f"{{{{ now | date('{directive}') }}}}") == gives, directive


# What is said is so ---------------------------------------------------------------------------------------


def test_there_are_as_many_examples_as_ever():
    assert len(examples(RULES)) >= LEAST_EXAMPLES


@pytest.mark.parametrize(("source", "result"), examples(RULES))
def test_an_example_gives_what_is_said(source, result):
    assert WORLD.shown(source) == result


@pytest.mark.parametrize("block", YAML, ids=str)
def test_every_rule_of_the_documentation_passes_check(block):
    whole = block.text if "version:" in block.text else f"version: 1\nrules:\n{indented(block.text)}"

    assert checked(whole) == []


def indented(text):
    return "".join(f"  {line}" for line in text.splitlines(keepends=True))


def test_the_readme_and_the_reference_show_rules():
    assert {block.page for block in YAML} >= {README, RULES}


def test_what_check_says_of_the_broken_file_is_what_is_shown():
    (wrong,) = blocks(RULES, "yaml wrong")
    (shown,) = blocks(RULES, "text")

    assert "\n".join(checked(wrong.text, "rules/closing.yaml")) == shown.text.rstrip()
