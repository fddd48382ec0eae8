"""From a document to a rule and back, the index of rules, and what they need polled."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from making_rules import make_event, make_rule, status_event

from rules_engine.ruleset.compile import TemplateCache, digest, rule_from_document
from rules_engine.ruleset.demand import needed_resources
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.model import ListOf, Literal, MapOf, Mode, OnError, Templated

FULL = {
    "id": "full",
    "name": "Everything",
    "mode": "shadow",
    "when": [
        {"event": ["lead.status_changed", "lead.created"], "where": {"rep": "Ada", "tags": []}},
        "lead.tagged",
    ],
    "if": ["lead.value > 5", {"any": ["true", {"not": "false"}]}],
    "vars": {"b": 1, "a": "{{ b }}"},
    "then": [
        {"create_task": {"project": "Sales", "name": "Call {{ lead.name }}"}, "as": "made"},
        {"update_lead": {"tags": {"add": ["Won"]}}},
        {"log": "done"},
    ],
    "once_per": {"key": "{{ lead.id }}", "every": "30 days"},
    "cooldown": "1 hour",
    "triggered_by_rules": True,
    "on_error": "continue",
    "allow_destructive": True,
}


def test_every_key_of_a_rule_is_compiled():
    rule = rule_from_document(FULL)

    assert (rule.id, rule.name, rule.mode, rule.on_error) == (
        "full",
        "Everything",
        Mode.SHADOW,
        OnError.CONTINUE,
    )
    assert rule.triggers[0].events == ("lead.status_changed", "lead.created")
    assert rule.triggers[0].where == {"rep": ("Ada",), "tags": (None,)}
    assert rule.triggers[1].events == ("lead.tagged",)
    assert rule.cooldown == timedelta(hours=1)
    assert rule.once_per.every == timedelta(days=30)
    assert rule.triggered_by_rules
    assert rule.allow_destructive
    assert list(rule.vars) == ["b", "a"]
    assert [(step.key, step.action, step.as_) for step in rule.steps] == [
        ("0", "create_task", "made"),
        ("1", "update_lead", None),
        ("2", "log", None),
    ]
    assert rule.steps[1].params == {"tags": MapOf({"add": ListOf((Literal("Won"),))})}
    assert rule.steps[2].params == {"text": Literal("done")}
    assert isinstance(rule.steps[0].params["name"], Templated)


def test_defaults_are_those_of_the_documentation():
    rule = make_rule()

    assert (rule.name, rule.mode, rule.on_error, rule.triggered_by_rules) == (
        "a",
        Mode.LIVE,
        OnError.STOP,
        False,
    )
    assert (rule.condition, rule.once_per, rule.cooldown, rule.allow_destructive) == (None, None, None, False)


def test_a_pinned_document_compiles_to_the_same_rule():
    rule = rule_from_document(FULL)

    again = rule_from_document(json.loads(json.dumps(rule.document)))

    assert again.digest == rule.digest
    assert again == rule


def test_the_digest_minds_content_but_not_the_order_of_keys():
    turned = dict(reversed(FULL.items()))

    assert digest(turned) == digest(FULL)
    assert digest({**FULL, "cooldown": "2 hours"}) != digest(FULL)


def test_the_order_of_vars_is_content_for_a_later_one_may_build_on_an_earlier():
    assert digest({**FULL, "vars": dict(reversed(FULL["vars"].items()))}) != digest(FULL)


def test_each_text_is_compiled_once_in_a_load():
    cache = TemplateCache()

    assert cache.text("a {{ b }}") is cache.text("a {{ b }}")
    assert cache.expression("a == b") is cache.expression("a == b")


def found(rules, event):
    return [(rule.id, rule.triggers.index(trigger)) for rule, trigger in RuleIndex(rules).candidates(event)]


def test_the_index_gives_each_trigger_once_in_the_order_of_the_rules():
    rules = [
        make_rule(id="b", when=["lead.created", {"event": ["lead.updated", "lead.status_changed"]}]),
        make_rule(id="a", when="lead.status_changed"),
        make_rule(id="c", when="task.created"),
        make_rule(id="d", when="lead.status_changed", mode="off"),
    ]

    assert found(rules, status_event("Chaser", "Closed")) == [("b", 1), ("a", 0)]
    assert found(rules, make_event("lead.deleted", before={})) == []
    assert RuleIndex(rules).event_types == {
        "lead.created",
        "lead.updated",
        "lead.status_changed",
        "task.created",
    }


def test_an_event_costs_what_fits_it_not_how_many_rules_there_are():
    rules = [make_rule(id=f"r{n}", when="task.created") for n in range(2000)]
    index = RuleIndex([*rules, make_rule(id="x")])

    assert [rule.id for rule, _ in index.candidates(make_event("lead.created", after={}))] == ["x"]


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ({"when": "lead.created"}, {"lead"}),
        ({"when": "task.created"}, {"task", "project"}),
        ({"when": "holiday.approved"}, {"holiday"}),
        ({"when": ["lead.created", "note.created"]}, {"lead", "note", "project"}),
        ({"if": "tasks(status='todo') | length > 0"}, {"lead", "task", "project"}),
        ({"if": {"any": ["true", {"not": "team() | length"}]}}, {"lead", "member"}),
        ({"vars": {"x": ["{{ holidays() | length }}"]}}, {"lead", "holiday"}),
        ({"vars": {"x": {"y": "{{ project_named('Sales').id }}"}}}, {"lead", "project"}),
        ({"once_per": "{{ member(lead.rep).id }}"}, {"lead", "member"}),
        ({"then": [{"create_task": {"project": "Sales", "name": "x"}}]}, {"lead", "project"}),
        ({"then": [{"log": "{{ time_entries() | length }}"}]}, {"lead", "time_entry", "project"}),
        ({"then": [{"update_task": {"id": "t", "assigned_to": "Ada"}}]}, {"lead", "member"}),
        ({"then": [{"update_lead": {"rep": "Ada"}}]}, {"lead"}),
        (
            {"vars": {"due": "{{ now | plus('2 working days', for=lead.rep) }}"}},
            {"lead", "holiday", "member"},
        ),
        ({"if": "now is working_day(for='Ada')"}, {"lead", "holiday", "member"}),
        ({"vars": {"x": "{{ [now] | map('age', for='Ada') }}"}}, {"lead", "holiday", "member"}),
        ({"if": "now is working_day"}, {"lead"}),
        ({"when": "task.created", "mode": "off"}, set()),
        ({"when": "task.created", "mode": "shadow"}, {"task", "project"}),
    ],
)
def test_only_what_a_rule_reads_is_needed(rule, needed):
    assert needed_resources([make_rule(**rule)]) == needed
