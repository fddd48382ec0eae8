"""The schema for editors is drawn from the tables, and takes what the checks take."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from making_rules import check

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.ruleset.event_names import EVENT_NAMES
from rules_engine.ruleset.grammar import (
    BLUEPRINT_KEYS,
    CONTROL,
    INPUT_KEYS,
    RULE_KEYS,
    TRIGGER_KEYS,
    USE_KEYS,
)
from rules_engine.ruleset.inputs import type_names
from rules_engine.ruleset.problems import has_errors
from rules_engine.ruleset.schema import rules_schema
from rules_engine.ruleset.yaml_source import parse_yaml

ROOT = Path(__file__).parents[2]
SCHEMA = rules_schema()

GOOD = [
    "when: lead.created\nthen: [{log: x}]",
    "when: [lead.created, {event: [lead.updated, lead.tagged]}]\nif: [true, {any: [lead.value > 5, {not: lead.rep}]}]\nthen: [{log: 5}]",
    "when: {event: lead.status_changed, from: [Chaser, null], not_to: Closed, where: {rep: [Ada, null], value: 5}}\nthen: [{update_lead: {rep: null}}]",
    "when: {event: lead.updated, changed: [value, rep]}\nonce_per: '{{ lead.id }}'\nthen: [{log: {text: x}}]",
    "when: {event: lead.tagged, tag: won}\nonce_per: {key: '{{ lead.id }}', every: 30 days}\ncooldown: 1 hour\nthen: [{log: x}]",
    "when: lead.created\nmode: off\nname: N\ndescription: D\ntriggered_by_rules: true\non_error: continue\nthen: [{log: x}]",
    "when: lead.created\nvars: {a: 1, b: [x, null], c: {d: '{{ a }}'}}\nthen: [{log: '{{ b[0] }} {{ c.d }} {{ vars.a }}'}]",
    "when: task.created\nthen: [{create_task: {name: 5, unless_exists: name, assigned_to: Ada}}, {update_task: {due_date: '2026-12-01', status: DONE}}]",
    "when: task.deleted\nallow_destructive: true\nthen: [{archive_project: {id: '{{ project.id }}'}}, {delete_lead: {id: x}}]",
    "when: task.updated\nallow_destructive: true\nthen: [{delete_task: }, {update_project: {id: p, archived: true}}]",
    "when: lead.created\nthen: [{create_lead: {name: x, status: '{{ lead.status }}', tags: won, value: '{{ 5 }}'}, as: made}, {log: '{{ made.id }}'}]",
    "when: lead.created\nthen: [{create_note: {project: Sales, notes: x, attendees: [Ada], action_items: y, date: '{{ now | date }}'}}]",
    "when: lead.created\nthen: [{update_lead: {tags: {add: Won, remove: ['Stuck', '{{ lead.rep }}']}}}]",
    "when: [lead.created, task.created]\nif: event.resource == 'lead'\nthen: [{log: '{{ before }}'}]",
    "when: {event: task.assigned, to: Ada}\nthen: [{log: \"{{ tasks(project=project, status='todo') | length }}\"}]",
    "when: {event: task.created, where: {project: Sales, assigned_to: []}}\nif: \"{{ task.status in ['todo', 'done'] }}\"\nthen: [{log: x}]",
    "when: [{event: lead.status_changed, to: Chaser, for: 2 working days}, {event: task.created, where: {assigned_to: []}, for: 2 hours}]\nthen: [{log: x}]",
    "when: [{event: task.due, before: 2 working days}, {event: task.overdue, by: 1 day}, task.due, {event: holiday.starts, before: 3 days}]\nthen: [{log: x}]",
    "when: [{event: lead.stale, after: 14 days, where: {status: Chaser}}, {event: lead.value_changed, crosses: 10000}]\nthen: [{log: x}]",
    "when: [{event: project.hours_used, crosses: 80%}, project.all_tasks_done, {event: lead.updated, changed: value, crosses: 1.5}]\nthen: [{log: x}]",
    "when: {event: project.hours_used, crosses: 80 %}\nif: changes.hours_used.to > 5\nthen: [{create_note: {notes: '{{ changes.hours_used.to }} of {{ project.retainer_hours }}'}}]",
    "when: {schedule: '0 9 * * mon-fri', timezone: Europe/London, on_missed: skip}\nthen: [{create_note: {project: Sales, notes: '{{ event.data.at }}'}}]",
    "when: [custom.deal-won, {event: [custom.x, engine.run_failed], where: {kind: big}}]\nif: event.data.amount > 5\nthen: [{notify: {to: sales, text: '{{ event.data }}'}}]",
    "when: lead.created\nthen: [{emit: {event: custom.won}}, {emit: {event: custom.won, data: {who: '{{ lead.rep }}'}}}, {webhook: {to: crm, data: {}}}]",
    "when: lead.created\nthen:\n  - choose:\n      - if: [lead.value > 5, {not: lead.rep}]\n        then: [{create_lead: {name: x, status: Chaser}, as: made}]\n      - else: [{create_lead: {name: y, status: Chaser}, as: made}]\n  - log: '{{ made.id }}'",
    "when: lead.created\nthen:\n  - choose: [{if: 'true', then: [{set: {who: Ada}}]}, {else: [{stop: nobody}]}]\n  - log: '{{ who }}'",
    "when: lead.created\nthen:\n  - set: {total: 0}\n  - foreach: {in: [1, two, '{{ lead.rep }}'], then: [{set: {total: '{{ total + index }}'}}, {log: '{{ item }}'}]}\n  - log: '{{ total }}'",
    "when: lead.created\nthen: [{foreach: {in: \"{{ tasks(status='todo') }}\", then: [{update_task: {id: '{{ item.id }}', priority: high}}]}}]",
    "when: lead.created\nthen: [{delay: 2 working days}, {delay: '{{ lead.value }} days'}, {stop: 'for {{ lead.name }}'}]",
    "when: lead.created\nthen: [{wait_for: {event: [lead.tagged, lead.status_changed], timeout: 4 working hours, on_timeout: [{log: late}, {stop: late}]}}, {log: '{{ waited.type }}'}]",
    "when: lead.created\nthen: [{wait_for: {event: lead.status_changed, to: Closed, where: {rep: Ada}}}, {log: x}]",
    "when: lead.created\nvars: {n: 1}\nthen: [{set: {n: '{{ n + 1 }}', m: 2}}, {log: '{{ m }}'}]\non_error: [{log: '{{ error.message }} at {{ error.step }} by {{ error.action }}, {{ n }}'}]",
]


def file_with(rule):
    lines = ["id: good", *rule.splitlines()]
    return "version: 1\nrules:\n  - " + "\n    ".join(lines) + "\n"


def test_the_committed_schema_is_the_one_that_the_tables_give():
    committed = json.loads((ROOT / "schemas" / "rules.schema.json").read_text(encoding="utf-8"))

    assert committed == SCHEMA, "run `make schemas`"


@pytest.mark.parametrize("rule", GOOD)
def test_a_good_file_passes_the_checks_and_the_schema(rule):
    text = file_with(rule)

    assert check(text) == ()
    jsonschema.Draft7Validator(SCHEMA).validate(parse_yaml(text, "f.yaml").data)


def test_every_key_event_and_action_has_a_text_to_hover_over():
    rule = SCHEMA["definitions"]["rule"]["properties"]
    trigger = SCHEMA["definitions"]["trigger"]["properties"]
    step = SCHEMA["definitions"]["step"]["properties"]
    event = SCHEMA["definitions"]["event"]

    assert set(rule) == set(RULE_KEYS)
    assert set(trigger) == set(TRIGGER_KEYS)
    assert set(step) == {*ACTIONS, *CONTROL, "as"}
    assert set(SCHEMA["properties"]) == set(BLUEPRINT_KEYS)
    assert set(SCHEMA["definitions"]["use"]["properties"]) == set(USE_KEYS)
    declared = SCHEMA["properties"]["inputs"]["additionalProperties"]["properties"]
    assert set(declared) == set(INPUT_KEYS)
    assert set(declared["type"]["enum"]) == set(type_names())
    named, custom, _ = event["anyOf"]
    assert dict(zip(named["enum"], named["enumDescriptions"], strict=True)) == EVENT_NAMES
    assert {name: known.summary for name, known in EVENT_TYPES.items()}.items() <= EVENT_NAMES.items()
    assert custom["description"]
    described = [*rule.values(), *trigger.values(), *step.values(), *declared.values()]
    described += [*SCHEMA["properties"].values(), *SCHEMA["definitions"]["use"]["properties"].values()]
    for control in (step["choose"]["items"], step["foreach"], step["wait_for"]):
        described += control["properties"].values()
    for action in step.values():
        forms = action.get("anyOf", [action])
        described += [one for form in forms for one in form.get("properties", {}).values()]
    assert all(one["description"] for one in described)


def test_every_writable_field_can_be_written_and_no_other():
    for action in ACTIONS.values():
        if action.resource is None:
            continue
        resource = RESOURCES[action.resource]
        names = {parameter.name for parameter in action.parameters} - {"id", "project", "unless_exists"}
        writable = {field.name for field in resource.fields if field.writable}
        assert names == (writable if action.has_result else set())


@pytest.mark.parametrize("rule", GOOD)
@pytest.mark.parametrize("value", [None, True, 0, 1.5, "", "x", [], {}, [[]], {"x": 1}])
def test_checks_and_schema_agree_on_any_value_in_any_place(rule, value):
    structural = {
        "RE120",
        "RE121",
        "RE122",
        "RE123",
        "RE124",
        "RE125",
        "RE127",
        "RE130",
        "RE140",
        "RE141",
        "RE142",
        "RE143",
    }
    validator = jsonschema.Draft7Validator(SCHEMA)
    document = parse_yaml(file_with(rule), "f.yaml").data
    for path in _paths(document):
        changed = _with(document, path, value)
        problems = check(json.dumps(changed))
        codes = {problem.code for problem in problems}
        assert validator.is_valid(changed) is not bool(codes & structural), (path, value, codes)
        assert not (codes & structural) or has_errors(problems)


def _paths(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _paths(one, (*path, key))


def _with(document, path, value):
    copy = json.loads(json.dumps(document))
    if not path:
        return copy
    holder = copy
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    return copy
