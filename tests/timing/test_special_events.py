"""Events of schedules, of rules and of the engine."""

from __future__ import annotations

from making_timers import NOW

from rules_engine.events.special import custom_event, engine_event, schedule_event
from rules_engine.store.records import Run, RunStatus

RUN = Run(
    id="run-1",
    rule_id="r",
    rule_digest="d",
    event_id="e",
    status=RunStatus.RUNNING,
    mode="live",
    depth=1,
    created_at=NOW,
)


def test_an_emitted_event_is_one_for_each_run_and_step():
    event = custom_event("default", "custom.won", {"n": 1}, RUN, "1.0", 2, NOW)
    assert event.id == "default/custom/custom.won/run-1@1.0"
    assert (event.resource, event.object_id, event.types) == ("custom", "custom.won", ("custom.won",))
    assert (event.after, event.before, event.changes) == ({"n": 1}, None, {})
    assert (event.cause, event.cause_rule, event.cause_run, event.depth) == ("self", "r", "run-1", 2)


def test_a_moment_of_a_schedule_carries_it():
    event = schedule_event("default", "morning", NOW, at=NOW)
    assert event.id == "default/schedule/morning/schedule@2026-11-24T09:00:00+00:00"
    assert event.after == {"at": "2026-11-24T09:00:00+00:00"}
    assert (event.cause, event.depth) == ("external", 0)


def test_the_engine_s_own_events_are_its_own_and_one_deeper_than_their_run():
    event = engine_event("default", "engine.run_failed", "run-1", {"message": "x"}, at=NOW, run=RUN)
    assert (event.cause, event.depth, event.object_id) == ("self", 2, "run-1")
    alone = engine_event("default", "engine.api_down", "api", {}, at=NOW)
    assert (alone.cause, alone.cause_rule, alone.depth) == ("self", None, 0)
