"""What is in reach of a template for an event."""

from __future__ import annotations

import pytest
from making_rules import NOW, make_env, make_event, make_rule, status_event

from rules_engine.ruleset.context import EVENT_KEYS, scope_for, view, with_vars
from rules_engine.ruleset.templates import TemplateError, compile_expression
from rules_engine.ruleset.values import render_value, render_vars
from rules_engine.store.records import Cause


def value_of(expression, scope):
    return compile_expression(expression).evaluate(scope, make_env())


def test_the_object_stands_under_its_own_name_with_what_it_was_before():
    scope = scope_for(status_event("Chaser", "Closed"), None, NOW)

    assert value_of("lead.status == 'closed' and before.status == 'CHASER'", scope) is True
    assert value_of("changes.status.from == 'chaser' and changes.status.to == 'CLOSED'", scope) is True


def test_a_deleted_object_is_as_it_was():
    scope = scope_for(make_event("lead.deleted", before={"id": "o1", "name": "Acme"}), None, NOW)

    assert value_of("lead.name", scope) == "Acme"


def test_an_object_that_appeared_has_no_before():
    scope = scope_for(make_event("lead.created", after={"id": "o1"}), None, NOW)

    assert value_of("before is none and changes == {}", scope) is True


def test_a_field_that_the_object_lacks_reads_as_null():
    scope = scope_for(make_event("lead.created", after={"id": "o1"}), None, NOW)

    assert value_of("lead.value", scope) is None


def test_the_event_says_what_it_is():
    event = make_event("task.created", after={"id": "o1"}, project_id="p1", cause=Cause.SELF)
    scope = scope_for(event, {"id": "p1", "name": "Sales"}, NOW)

    assert set(scope["event"]) == set(EVENT_KEYS)
    assert value_of("[event.type, event.cause, event.object_id, project.name]", scope) == [
        "task.created",
        "self",
        "o1",
        "Sales",
    ]


def test_words_in_lists_ignore_case_and_the_data_stays_as_it_was():
    data = {"tags": ["Won"], "status": "Chaser", "name": "Won"}
    seen = view("lead", data)

    assert "won" in seen["tags"]
    assert seen["name"] != "won"
    assert type(data["tags"][0]) is str


def test_variables_stand_under_their_own_names_and_under_vars():
    scope = scope_for(make_event("lead.created", after={"id": "o1"}), None, NOW, {"a": 1})

    assert value_of("[a, vars.a]", scope) == [1, 1]
    assert value_of("[a, vars.a, b, vars.b]", with_vars(scope, {"b": 2})) == [1, 1, 2, 2]


def test_a_variable_sees_those_above_it():
    rule = make_rule(vars={"a": "{{ 1 + 1 }}", "b": "{{ a * 2 }}", "c": ["{{ vars.b }}", {"d": "x{{ a }}"}]})

    assert render_vars(rule.vars, {}, make_env()) == {"a": 2, "b": 4, "c": [4, {"d": "x2"}]}


def test_a_variable_does_not_see_those_below_it():
    rule = make_rule(vars={"a": "{{ b }}", "b": 1})

    with pytest.raises(TemplateError, match="b is not defined"):
        render_vars(rule.vars, {}, make_env())


def test_values_keep_their_types_where_the_whole_text_is_one_expression():
    rule = make_rule(
        then=[
            {
                "create_task": {
                    "project": "Sales",
                    "name": "n{{ x }}",
                    "assigned_to": ["{{ x }}"],
                    "due_date": None,
                }
            }
        ]
    )
    params = rule.steps[0].params

    rendered = {name: render_value(value, {"x": 5}, make_env()) for name, value in params.items()}

    assert rendered == {"project": "Sales", "name": "n5", "assigned_to": [5], "due_date": None}
