"""Timers and facts in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules_engine.store.records import Batch, Cause, Event, Fact, Timer, TimerKind

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_timer(value="v", *, kind=TimerKind.HOLD, due_at=NOW, **more):
    return Timer(
        rule_id="r",
        trigger="t",
        kind=kind,
        resource="lead",
        object_id=more.pop("object_id", "l1"),
        value=value,
        due_at=due_at,
        armed_at=NOW,
        **more,
    )


def test_a_timer_comes_back_as_it_was_and_is_one_for_each_value(store):
    one, other = a_timer(across_gap=True), a_timer("w", object_id="l2", due_at=NOW - HOUR, spent=True)
    store.commit("a", Batch(timers=[one, other]))
    store.commit("a", Batch(timers=[one]))
    store.commit("b", Batch(timers=[one]))
    assert store.timers("a") == [other, one]
    assert store.timers_of_objects("a", "lead", ["l1"]) == [one]
    assert store.timers_of_objects("a", "task", ["l1"]) == []


def test_a_cancelled_timer_is_gone_alone(store):
    one, other = a_timer(), a_timer("w")
    store.commit("a", Batch(timers=[one, other]))
    store.commit("a", Batch(cancelled_timers=[one]))
    assert store.timers("a") == [other]


def test_what_is_due_has_come_and_has_not_fired(store):
    past, now = a_timer("past", due_at=NOW - HOUR), a_timer("now")
    spent, later = a_timer("spent", spent=True), a_timer("later", due_at=NOW + HOUR)
    store.commit("a", Batch(timers=[now, past, spent, later]))
    assert store.due_timers("a", NOW) == [past, now]


def test_the_next_timer_is_the_first_that_a_look_has_not_passed_over(store):
    schedule = a_timer("s", kind=TimerKind.SCHEDULE, due_at=NOW + 3 * HOUR)
    store.commit("a", Batch(timers=[a_timer(), a_timer("w", due_at=NOW + 4 * HOUR), schedule]))
    assert store.next_timer_at("a") == NOW
    assert store.next_timer_at("a", looked_at=NOW) == NOW + 3 * HOUR
    store.commit("a", Batch(timers=[replace(schedule, due_at=NOW - HOUR)]))
    assert store.next_timer_at("a", looked_at=NOW) == NOW - HOUR, "a schedule needs no look"
    assert store.next_timer_at("b") is None


def test_facts_are_remembered_by_kind_and_key_and_forgotten(store):
    fact = Fact(kind="told", key="k", at=NOW)
    store.commit("a", Batch(facts=[fact, replace(fact, kind="other")]))
    assert store.facts("a", "told") == {"k": fact}
    assert store.fact("a", "told", "k") == fact
    assert store.fact("b", "told", "k") is None
    store.commit("a", Batch(forgotten_facts=[fact]))
    assert store.fact("a", "told", "k") is None
    assert store.fact("a", "other", "k") is not None


def test_an_event_that_a_hold_waits_on_outlives_the_retention(store):
    event = Event(
        id="e",
        at=NOW,
        types=("lead.updated",),
        resource="lead",
        object_id="l1",
        project_id=None,
        revision=2,
        changes={},
        before={},
        after={},
        cause=Cause.EXTERNAL,
        seen_between=(None, NOW),
    )
    store.commit("a", Batch(events=[event, replace(event, id="f")], timers=[a_timer("e")]))
    store.prune("a", before=NOW + HOUR)
    assert store.event("e") is not None
    assert store.event("f") is None
