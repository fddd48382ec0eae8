"""Which timers there must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from making_timers import LONG_AGO, NOW, moments_between, rule, status_event, stored, timed, world

from rules_engine.store.records import Presence, TimerKind
from rules_engine.timing.plan import CHANGED, REMOVED, hold_timer, plan_rules, plan_timers
from rules_engine.timing.triggers import TimedRules, TimedTrigger

DAY = timedelta(days=1)
DUE = {"event": "task.due", "before": "2 days"}
OVERDUE = {"event": "task.overdue", "by": "1 day", "where": {"priority": "high"}}
RULES = timed(DUE, OVERDUE, {"event": "lead.stale", "after": "14 days"})


def apply(plan, timers):
    """The timers after the plan, as the store would have them."""
    gone = {timer.key for timer, _ in plan.cancel}
    kept = {timer.key: timer for timer in timers if timer.key not in gone}
    return list({**kept, **{timer.key: timer for timer in plan.set}}.values())


def fire(timers, now):
    """What is due has fired."""
    return [replace(timer, spent=timer.spent or timer.due_at <= now) for timer in timers]


moments = moments_between(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
tasks = st.builds(
    stored,
    object_id=st.sampled_from(["t1", "t2"]),
    since=moments,
    presence=st.sampled_from(Presence),
    status=st.sampled_from(["todo", "in-progress", "done"]),
    priority=st.sampled_from(["high", "low", None]),
    due_date=st.none() | st.just("someday") | moments.map(lambda moment: moment.isoformat()),
)


@given(tasks, moments, moments)
def test_planning_again_changes_nothing(task, now, known):
    where = world(now=now, known_since=known)
    timers = apply(plan_timers(RULES, [task], [], where), [])
    again = plan_timers(RULES, [task], timers, where)
    assert (again.set, again.cancel) == ([], [])


@given(st.lists(st.tuples(tasks, st.timedeltas(timedelta(0), 5 * DAY)), max_size=12))
def test_however_a_task_goes_each_value_fires_once_and_only_while_it_fits(story):
    timers, fired, now = [], [], datetime(2026, 11, 1, tzinfo=UTC)
    for task, passes in story:
        now += passes
        task = replace(task, object_id="t1")  # noqa: PLW2901 - one task's story
        timers = apply(plan_timers(RULES, [task], timers, world(now=now)), timers)
        for timer in timers:
            if not timer.spent and timer.due_at <= now:
                assert task.presence is not Presence.DELETED
                assert task.data["status"] != "done"
                assert timer.rule_id == "r0" or task.data["priority"] == "high"
                assert datetime.fromisoformat(task.data["due_date"]).isoformat() in timer.value
                fired.append((timer.key, task))
        timers = fire(timers, now)
        assert len(timers) <= 2, "one for each trigger, whatever its object has been through"
    # One value may fire again only if the object had another one, or was gone, in between.
    for number, (key, _) in enumerate(fired):
        for other, _ in fired[number + 1 :]:
            if other == key:
                dates = [task.data["due_date"] for task, _ in story]
                assert len({*dates, *(one.presence for one, _ in story)}) > 1


@given(tasks, moments, st.timedeltas(timedelta(0), 30 * DAY))
def test_what_was_past_when_rule_and_feed_were_first_seen_never_fires(task, known, passes):
    task = replace(task, since=dict.fromkeys(task.data, (known - DAY).isoformat()))
    plan = plan_timers(RULES, [task], [], world(now=known + passes, known_since=known))
    assert all(timer.due_at > known for timer in plan.set)


@given(tasks, moments)
def test_only_what_can_fire_is_waited_for(task, now):
    for timer in plan_timers(RULES, [task], [], world(now=now)).set:
        assert timer.kind is TimerKind.CLOCK
        assert task.presence is not Presence.DELETED
        assert task.data["status"] != "done"
        due = datetime.fromisoformat(task.data["due_date"])
        assert timer.due_at == (due - 2 * DAY if timer.rule_id == "r0" else due + DAY)


def test_a_spent_timer_stays_until_its_object_has_another_value():
    task = stored(due_date="2026-12-01T12:00:00Z", status="todo")
    (timer,) = plan_timers(timed(DUE), [task], [], world()).set
    spent = replace(timer, spent=True)
    done = replace(task, data={**task.data, "status": "done"})
    for same in (task, done):
        plan = plan_timers(timed(DUE), [same], [spent], world())
        assert (plan.set, plan.cancel) == ([], [])
    moved = replace(task, data={**task.data, "due_date": "2026-12-02T12:00:00Z"})
    plan = plan_timers(timed(DUE), [moved], [spent], world())
    assert [one.due_at.day for one in plan.set] == [30]
    assert [one for one, _ in plan.cancel] == [spent]
    gone = replace(task, presence=Presence.DELETED)
    assert [one for one, _ in plan_timers(timed(DUE), [gone], [spent], world()).cancel] == [spent]


def test_another_calendar_moves_a_timer():
    task = stored(due_date="2026-12-01T12:00:00Z", status="todo")
    (timer,) = plan_timers(timed(DUE), [task], [], world()).set
    early = replace(timer, due_at=timer.due_at - DAY)
    assert plan_timers(timed(DUE), [task], [early], world()).set == [timer]


def test_a_timer_that_fell_due_while_nobody_looked_stays_though_its_date_has_passed():
    task = stored(due_date="2026-12-01T12:00:00Z", status="todo")
    (timer,) = plan_timers(timed(DUE), [task], [], world()).set
    plan = plan_timers(timed(DUE), [task], [timer], world(now=NOW + 30 * DAY))
    assert (plan.set, plan.cancel) == ([], [])


HOLD = {"event": "lead.status_changed", "to": "Chaser", "for": "2 days"}


def held(rules, event):
    (one,) = rules.holds.values()
    return hold_timer(one, event, calendar=world().calendar, now=NOW)


def test_a_hold_is_due_so_long_after_its_event():
    event = status_event("Proposal Sent", "Chaser", at=NOW - timedelta(hours=1))
    timer = held(timed(HOLD), event)
    assert timer.due_at == event.at + 2 * DAY
    assert (timer.kind, timer.value) == (TimerKind.HOLD, event.id)


def test_a_hold_goes_with_its_state():
    event = status_event("Proposal Sent", "Chaser")
    timer = held(timed(HOLD), event)
    here = world(events=[event])
    stays = stored("lead", status="chaser")
    assert plan_timers(timed(HOLD), [stays], [timer], here).cancel == []
    left = stored("lead", status="Closed")
    assert plan_timers(timed(HOLD), [left], [timer], here).cancel == [
        (timer, "it did not hold: status is Closed now")
    ]


def test_other_rules_cancel_and_arm_anew():
    event = status_event("Proposal Sent", "Chaser")
    timer = held(timed(HOLD), event)
    here = world(events=[event])
    same = timed({**HOLD, "to": ["Chaser"]})
    assert plan_rules(same, [timer], here).cancel == []
    longer = timed({**HOLD, "for": "5 days"})
    plan = plan_rules(longer, [timer], here)
    assert plan.cancel == [(timer, CHANGED)]
    assert [one.due_at for one in plan.set] == [event.at + 5 * DAY]
    elsewhere = timed({**HOLD, "to": "Closed"})
    plan = plan_rules(elsewhere, [timer], here)
    assert (plan.set, plan.cancel) == ([], [(timer, CHANGED)])
    assert plan_rules(timed(), [timer], here).cancel == [(timer, REMOVED)]
    off = TimedRules.of([rule(HOLD, "r0", mode="off")])
    assert plan_rules(off, [timer], here).cancel == [(timer, REMOVED)]


def test_what_a_changed_trigger_arms_is_its_own_rule_s_and_keeps_the_mark_of_a_gap():
    event = status_event("Proposal Sent", "Chaser")
    timer = replace(held(timed(HOLD), event), across_gap=True)
    both = TimedRules.of([rule({**HOLD, "for": "5 days"}, "r0"), rule({**HOLD, "for": "9 days"}, "r1")])
    plan = plan_rules(both, [timer], world(events=[event]))
    assert [(one.rule_id, one.across_gap) for one in plan.set] == [("r0", True)]


def test_a_schedule_is_armed_once_and_goes_with_its_rule():
    rules = timed({"schedule": "0 9 * * *"})
    (timer,) = plan_rules(rules, [], world()).set
    assert timer.due_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert plan_rules(rules, [timer], world(now=NOW + 10 * DAY)).set == []
    plan = plan_rules(timed({"schedule": "0 10 * * *"}), [timer], world())
    assert [one for one, _ in plan.cancel] == [timer]
    assert [one.due_at.hour for one in plan.set] == [10]


def test_a_trigger_with_several_events_has_a_timer_for_each():
    rules = timed({"event": ["task.due", "task.overdue"]})
    task = stored(due_date="2026-12-01", status="todo")
    assert len(plan_timers(rules, [task], [], world()).set) == 2


def test_a_rule_that_is_off_has_no_timed_triggers():
    rules = TimedRules.of([rule(DUE, "a", mode="off"), rule(HOLD, "b", mode="shadow")])
    assert rules.clocks == {}
    assert list(rules.rules) == ["b"]
    ((key, one),) = rules.holds.items()
    assert isinstance(one, TimedTrigger)
    assert rules.find(TimerKind.HOLD, key) is one
    assert rules.find(TimerKind.CLOCK, key) is None
    assert LONG_AGO < NOW
