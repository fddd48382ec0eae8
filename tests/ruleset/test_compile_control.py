"""Triggers by time and threshold, and steps within steps: from what is written to what the engine runs."""

from __future__ import annotations

import json

import pytest
from making_rules import make_rule, make_trigger

from rules_engine.durations import parse_duration
from rules_engine.ruleset.compile import compile_when, digest, rule_from_document
from rules_engine.ruleset.demand import needed_resources, templates_of
from rules_engine.ruleset.model import (
    ActionStep,
    Choose,
    Crossing,
    Delay,
    ForEach,
    Literal,
    OnMissed,
    Schedule,
    SetVars,
    Stop,
    Templated,
    WaitFor,
)
from rules_engine.ruleset.parts import TemplateCache
from rules_engine.ruleset.steps import all_steps

STEPS = [
    {
        "choose": [
            {"if": ["lead.value > 5", {"not": "lead.rep"}], "then": [{"log": "big"}, {"stop": "enough"}]},
            {"else": [{"set": {"who": "{{ lead.rep }}", "n": 1}}]},
        ]
    },
    {
        "foreach": {
            "in": "{{ tasks(status='todo') }}",
            "then": [
                {"create_note": {"project": "Sales", "notes": "{{ item.name }}"}, "as": "note"},
                {"foreach": {"in": [1, 2], "then": [{"log": "{{ index }}"}]}},
            ],
        }
    },
    {"delay": "2 working days"},
    {
        "wait_for": {
            "event": "lead.status_changed",
            "to": ["Closed"],
            "timeout": "4 working hours",
            "on_timeout": [{"log": "{{ holidays() | length }}"}],
        }
    },
    {"emit": {"event": "custom.late", "data": {"id": "{{ lead.id }}"}}},
]


def rule(**more):
    return make_rule(then=STEPS, **more)


def test_steps_stand_within_steps_and_each_key_is_the_place_in_its_own_block():
    choose, foreach, delay, wait, emit = rule().steps

    assert isinstance(choose, Choose)
    assert [branch.condition is None for branch in choose.branches] == [False, True]
    assert [(type(step), step.key) for step in choose.branches[0].steps] == [(ActionStep, "0"), (Stop, "1")]
    assert isinstance(choose.branches[1].steps[0], SetVars)
    assert list(choose.branches[1].steps[0].values) == ["who", "n"]
    assert isinstance(foreach, ForEach)
    assert isinstance(foreach.items, Templated)
    assert foreach.steps[0].as_ == "note"
    assert isinstance(foreach.steps[1], ForEach)
    assert (foreach.key, foreach.steps[1].key, foreach.steps[1].steps[0].key) == ("1", "1", "0")
    assert delay == Delay(key="2", duration=Literal("2 working days"))
    assert isinstance(wait, WaitFor)
    assert (wait.triggers[0].events, wait.triggers[0].to) == (("lead.status_changed",), ("Closed",))
    assert wait.timeout == parse_duration("4 working hours")
    assert [step.action for step in wait.on_timeout] == ["log"]
    assert emit.params["event"] == Literal("custom.late")


def test_a_condition_inside_a_branch_knows_where_it_stands():
    choose, *_ = rule().steps

    assert [part.path for part in choose.branches[0].condition.parts[:1]] == ["choose[0].if[0]"]


def test_on_error_is_a_word_or_steps():
    assert [step.action for step in rule(on_error=[{"log": "{{ error.message }}"}]).on_error] == ["log"]


def test_every_step_and_template_is_found_however_deep():
    made = rule(on_error=[{"log": "{{ error.message }}"}])

    assert len(list(all_steps(made))) == 13
    sources = {template.source for template in templates_of(made)}
    assert sources >= {"{{ index }}", "{{ error.message }}", "{{ holidays() | length }}", "lead.value > 5"}


def test_a_nested_rule_survives_the_store_word_for_word():
    made = rule()

    assert rule_from_document(json.loads(json.dumps(made.document))) == made


def test_the_order_of_set_is_content_for_a_later_value_may_build_on_an_earlier():
    one = {"id": "a", "when": "lead.created", "then": [{"set": {"x": 1, "y": "{{ x }}"}}]}
    other = {**one, "then": [{"set": {"y": "{{ x }}", "x": 1}}]}

    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ({"event": "lead.status_changed", "for": "2 days"}, "for_", parse_duration("2 days")),
        ({"event": "task.due", "before": "2 working days"}, "offset", parse_duration("2 working days")),
        ({"event": "task.overdue", "by": "1 day"}, "offset", parse_duration("1 day")),
        ({"event": "lead.stale", "after": "14 days"}, "offset", parse_duration("14 days")),
        ({"event": "project.hours_used", "crosses": "80%"}, "crosses", Crossing(threshold=80, percent=True)),
        (
            {"event": "project.hours_used", "crosses": " 2.5 % "},
            "crosses",
            Crossing(threshold=2.5, percent=True),
        ),
        ({"event": "lead.value_changed", "crosses": 10000}, "crosses", Crossing(threshold=10000)),
        (
            {"schedule": " 0  9 * * mon-fri", "timezone": "Europe/London", "on_missed": "skip"},
            "schedule",
            Schedule(cron="0 9 * * mon-fri", timezone="Europe/London", on_missed=OnMissed.SKIP),
        ),
        ({"schedule": "0 9 * * *"}, "schedule", Schedule(cron="0 9 * * *")),
        ("custom.won", "events", ("custom.won",)),
    ],
)
def test_a_trigger_by_time_or_threshold_is_what_it_says(written, field, value):
    assert getattr(make_trigger(written), field) == value


def test_the_same_trigger_written_in_two_ways_has_one_digest():
    assert make_trigger("lead.created").digest == make_trigger({"event": ["lead.created"]}).digest
    one = {"event": "lead.status_changed", "to": "Chaser", "where": {"rep": "Ada"}}
    other = {"where": {"rep": ["Ada"]}, "to": ["Chaser"], "event": "lead.status_changed"}
    assert make_trigger(one).digest == make_trigger(other).digest


@pytest.mark.parametrize(
    "change",
    [{"for": "3 days"}, {"to": "Closed"}, {"where": {"rep": "Bo"}}, {"event": "lead.tagged"}],
)
def test_a_changed_trigger_has_another_digest(change):
    written = {"event": "lead.status_changed", "to": "Chaser", "for": "2 days", "where": {"rep": "Ada"}}

    assert make_trigger({**written, **change}).digest != make_trigger(written).digest


def test_what_a_rule_does_is_no_part_of_its_triggers_digest():
    when = {"event": "lead.status_changed", "for": "2 days"}

    assert rule(when=when).triggers == make_rule(when=when).triggers


def test_places_are_no_part_of_what_a_trigger_is():
    (one,) = compile_when("lead.created", lambda path: None)
    (other,) = compile_when("lead.created")

    assert one == other
    assert TemplateCache().text("x").is_constant


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ({"when": "custom.won"}, set()),
        ({"when": "engine.run_failed"}, set()),
        ({"when": {"schedule": "0 9 * * *"}}, set()),
        ({"when": {"event": "task.due", "before": "1 day"}}, {"task", "project"}),
        ({"when": {"event": "lead.stale", "after": "1 day"}}, {"lead"}),
        ({"when": {"event": "holiday.starts"}}, {"holiday"}),
        ({"when": {"event": "project.hours_used", "crosses": "80%"}}, {"project", "time_entry"}),
        ({"when": "project.all_tasks_done"}, {"project", "task"}),
        (
            {"when": "custom.won", "then": [{"foreach": {"in": "{{ leads() }}", "then": [{"log": "x"}]}}]},
            {"lead"},
        ),
        (
            {"when": "custom.won", "then": [{"choose": [{"if": "team() | length", "then": [{"log": "x"}]}]}]},
            {"member"},
        ),
        (
            {
                "when": "custom.won",
                "then": [{"choose": [{"else": [{"create_task": {"project": "Sales", "name": "x"}}]}]}],
            },
            {"project"},
        ),
        (
            {"then": [{"wait_for": {"event": "task.completed", "on_timeout": [{"log": "{{ notes() }}"}]}}]},
            {"lead", "task", "note", "project"},
        ),
        ({"when": "custom.won", "on_error": [{"log": "{{ holidays() | length }}"}]}, {"holiday"}),
    ],
)
def test_demand_sees_what_stands_within_and_what_is_measured(rule, needed):
    assert needed_resources([make_rule(**rule)]) == needed
