"""Triggers by threshold, by the clock, and of events without an object."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making_rules import NOW, make_event, make_rule, make_trigger

from rules_engine.ruleset.context import scope_for
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.templates import TemplateError, compile_expression


def why_not(written, event):
    return mismatch(make_trigger(written), event)


def value_event(before, after, *, types=("lead.updated", "lead.value_changed"), field="value"):
    return make_event(
        types,
        before={"id": "o1", field: before},
        after={"id": "o1", field: after},
        changes={field: {"from": before, "to": after}},
    )


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (9_999, 10_000, None),
        (None, 12_000, None),
        ("9000", "11000", None),
        (9_000, 9_500, "value went to 9500, which is below 10000"),
        (10_000, 12_000, "value came from 10000, which is not below 10000"),
        (12_000, 9_000, "value went to 9000, which is below 10000"),
        (9_000, None, "value went to null, which is below 10000"),
        (9_000, True, "value went to true, which is below 10000"),
    ],
)
def test_a_threshold_is_crossed_upwards_from_below_it_to_it(before, after, reason):
    assert why_not({"event": "lead.value_changed", "crosses": 10000}, value_event(before, after)) == reason


def test_any_changed_number_can_cross():
    written = {"event": "lead.updated", "changed": "score", "crosses": 5}

    assert why_not(written, value_event(4, 5, field="score")) is None
    assert "did not change" not in why_not(written, value_event(5, 6, field="score"))
    assert why_not(written, value_event(4, 5)) == "what changed is value, not score"


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_change_crosses_exactly_when_the_threshold_lies_between(before, after, threshold):
    fits = why_not({"event": "lead.value_changed", "crosses": threshold}, value_event(before, after)) is None

    assert fits is (before < threshold <= after)


def clock_event(name, value, *, after=None):
    event = make_event(name, before=after or {"id": "o1"}, after=after or {"id": "o1"})
    return replace(event, id=f"main/{event.resource}/o1/{name}@{value}")


def test_an_event_by_the_clock_fits_the_trigger_with_its_offset():
    event = clock_event("task.due", "2 working days@2026-03-04T00:00:00+00:00")

    assert why_not({"event": "task.due", "before": "2 working days"}, event) is None
    assert (
        why_not({"event": "task.due", "before": "2 days"}, event)
        == "it came for 2 working days, not for 2 days"
    )
    assert why_not("task.due", event) == "it came for 2 working days, not for 0 seconds"


def test_an_offset_is_a_length_of_time_however_it_is_written():
    event = clock_event("task.overdue", "1 day@2026-03-04T00:00:00+00:00")

    assert why_not({"event": "task.overdue", "by": "24 hours"}, event) is None


def test_an_event_by_the_clock_is_still_held_against_where():
    event = clock_event("lead.stale", "14 days@2026-03-04", after={"id": "o1", "status": "Closed"})
    written = {"event": "lead.stale", "after": "14 days", "where": {"status": "Chaser"}}

    assert why_not(written, event) == "where: status is Closed, not Chaser"


def test_a_measured_share_fits_the_trigger_with_that_share():
    event = clock_event("project.hours_used", "80%@2026-03")

    assert why_not({"event": "project.hours_used", "crosses": "80%"}, event) is None
    assert why_not({"event": "project.hours_used", "crosses": "80.0 %"}, event) is None
    assert why_not({"event": "project.hours_used", "crosses": "100%"}, event) == "it crossed 80%, not 100%"


def custom_event(**data):
    return make_event("custom.won", after=data)


def test_where_reads_the_data_of_an_event_without_an_object():
    written = {"event": "custom.won", "where": {"kind": ["big", "huge"]}}

    assert why_not(written, custom_event(kind="big")) is None
    assert why_not(written, custom_event(kind="small")) == "where: kind is small, not big or huge"
    assert why_not(written, custom_event()) == "where: kind is null, not big or huge"


def test_an_event_without_an_object_brings_its_data_and_no_object():
    scope = scope_for(custom_event(kind="big"), None, NOW)

    assert scope["event"]["data"] == {"kind": "big"}
    assert scope["before"] is None
    assert not {"custom", "lead", "task"} & set(scope)
    with pytest.raises(TemplateError):
        compile_expression("lead.name").evaluate(scope, None)


def test_an_event_of_an_object_carries_no_data():
    assert scope_for(value_event(1, 2), None, NOW)["event"]["data"] is None


def schedule_event(rule_id):
    return replace(make_event("schedule", after={"at": NOW.isoformat()}), object_id=rule_id)


def test_the_moment_of_a_schedule_is_its_own_rules():
    every_day = {"schedule": "0 9 * * *"}
    rules = [make_rule(id="a", when=every_day), make_rule(id="b", when=every_day), make_rule(id="c")]
    index = RuleIndex(rules)

    assert [rule.id for rule, _ in index.candidates(schedule_event("b"))] == ["b"]
    assert index.event_types == {"lead.created"}
    (trigger,) = rules[0].triggers
    assert mismatch(trigger, schedule_event("a")) is None
    assert (
        mismatch(trigger, value_event(1, 2))
        == "the event is lead.updated, lead.value_changed, not of a schedule"
    )


def test_custom_and_engine_events_find_the_rules_that_wait_for_them():
    rules = [
        make_rule(id="a", when=["custom.won", "lead.created"]),
        make_rule(id="b", when="engine.run_failed"),
    ]
    index = RuleIndex(rules)

    assert [rule.id for rule, _ in index.candidates(custom_event())] == ["a"]
    assert [rule.id for rule, _ in index.candidates(make_event("engine.run_failed", after={}))] == ["b"]
