"""Time in the engine: holds, moments by the clock, schedules, measures, thresholds and the engine's own events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules_engine.calendar import Calendar
from rules_engine.foresight.dry_run import dry_run_of
from rules_engine.runs.arming import event_id_of
from rules_engine.runs.settings import Guards
from rules_engine.store.records import Batch, Hold, RunStatus, TimerKind

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

HELD = """
  - id: closing
    when: {event: lead.status_changed, to: Needs Closing, for: 2 days}
    then: [{log: "{{ lead.name }} {{ lead.rep }}"}]
"""


def said(rig):
    return [text for _, text in rig.listener.said_texts]


def armed(rig):
    return [timer for timer in rig.store.timers("default") if not timer.spent]


def verdicts(rig, rule):
    return [(one.verdict, one.detail) for one in rig.store.decisions("default", rule)]


def steady(rig, moment, *, every=5 * MINUTES):
    """Look as a worker does, again and again until a moment, and once at it."""
    while rig.clock.now() + every < moment:
        rig.tick(after=every)
    rig.tick(after=moment - rig.clock.now())


def lead_to(rig, status, **more):
    """A lead that is seen to go to a status."""
    lead = rig.state.add("lead", name="Mill", status="Chaser", rep="Ada Byron")
    rig.tick()
    rig.state.edit("lead", lead["id"], status=status, **more)
    rig.tick()
    return lead


# -- for: ------------------------------------------------------------------------------------------------


def test_a_state_that_lasts_runs_the_rule_once_its_time_is_up(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    assert said(rig) == []
    rig.tick(after=2 * DAY - MINUTES)
    assert said(rig) == []
    rig.tick(after=MINUTES)
    assert said(rig) == ["Mill Ada Byron"]
    rig.tick(after=5 * DAY)
    assert len(rig.runs()) == 1
    assert armed(rig) == []


def test_the_run_of_a_hold_is_that_of_the_change_that_began_the_state(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    (event,) = rig.events()
    rig.tick(after=2 * DAY)
    (run,) = rig.runs()
    assert run.event_id == event.id
    assert len(rig.events()) == 1


def test_a_state_that_is_left_in_time_runs_nothing_and_says_why(rig):
    rig.use(HELD)
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick(after=DAY)
    rig.tick(after=2 * DAY)
    assert rig.runs() == []
    assert ("cancelled", "it did not hold: status is Closed now") in verdicts(rig, "closing")


def test_a_state_that_is_left_between_the_last_look_and_the_time_runs_nothing(rig):
    rig.use(HELD)
    lead = lead_to(rig, "Needs Closing")
    rig.tick(after=2 * DAY - MINUTES)
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick(after=6 * MINUTES)
    assert rig.runs() == []


def test_a_state_that_comes_back_counts_from_its_return(rig):
    rig.use(HELD)
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], status="Chaser")
    rig.tick(after=DAY)
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    rig.tick(after=HOUR)
    rig.tick(after=2 * DAY - MINUTES)
    assert rig.runs() == []
    rig.tick(after=MINUTES)
    assert len(rig.runs()) == 1


def test_templates_of_a_hold_see_the_object_as_it_is_when_the_time_is_up(rig):
    rig.use(HELD)
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], rep="Bob Stone")
    rig.tick(after=DAY)
    rig.tick(after=DAY)
    assert said(rig) == ["Mill Bob Stone"]


def test_the_condition_of_a_hold_is_judged_when_the_time_is_up(rig):
    rig.use(HELD.replace("    then:", '    if: lead.rep == "Bob Stone"\n    then:'))
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], rep="Bob Stone")
    rig.tick(after=DAY)
    rig.tick(after=DAY)
    assert said(rig) == ["Mill Bob Stone"]


def test_where_must_still_fit_when_the_time_is_up(rig):
    rig.use(HELD.replace("for: 2 days", "for: 2 days, where: {rep: Ada Byron}"))
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], rep="Bob Stone")
    rig.tick(after=DAY)
    rig.tick(after=DAY)
    assert rig.runs() == []


def test_a_step_between_two_fitting_states_does_not_begin_the_time_anew(rig):
    rig.use(HELD.replace("to: Needs Closing", "to: [Needs Closing, Proposal Sent]"))
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], status="Proposal Sent")
    rig.tick(after=DAY)
    rig.tick(after=DAY)
    assert len(rig.runs()) == 1
    rig.tick(after=3 * DAY)
    assert len(rig.runs()) == 1


def test_a_step_between_two_fitting_states_begins_the_time_of_a_state_that_nobody_waits_on(rig):
    rig.use(HELD.replace("to: Needs Closing", "to: [Needs Closing, Chaser]"))
    lead_to(rig, "Needs Closing")  # it was in Chaser when it was first seen
    rig.tick(after=2 * DAY)
    assert len(rig.runs()) == 1


def test_a_field_that_changed_names_counts_from_its_last_change(rig):
    rig.use(HELD.replace("to: Needs Closing", "to: [Needs Closing, Proposal Sent], changed: status"))
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], status="Proposal Sent")
    rig.tick(after=DAY)
    rig.tick(after=DAY)
    assert rig.runs() == []
    rig.tick(after=DAY)
    assert len(rig.runs()) == 1


def test_working_days_of_a_hold_go_by_the_calendar(rig):
    rig.use(HELD.replace("2 days", "3 working days"))
    lead_to(rig, "Needs Closing")  # a Tuesday
    rig.tick(after=2 * DAY + 23 * HOUR)
    assert rig.runs() == []
    rig.tick(after=HOUR)
    assert len(rig.runs()) == 1


def test_a_task_that_nobody_is_assigned_for_two_hours_is_found(rig):
    rig.use("""
  - id: unassigned
    when: {event: task.created, for: 2 hours, where: {assigned_to: null}}
    then: [{log: "{{ task.name }}"}]
""")
    rig.tick()
    lonely = rig.state.add("task", project_id=rig.web, name="Lonely", status="todo")
    taken = rig.state.add("task", project_id=rig.web, name="Taken", status="todo")
    rig.tick()
    rig.state.edit("task", taken["id"], assigned_to=["Ada Byron"])
    rig.tick(after=HOUR)
    rig.tick(after=HOUR)
    assert said(rig) == ["Lonely"]
    assert lonely["id"] in rig.runs()[0].event_id


def test_a_tag_must_stay(rig):
    rig.use("""
  - {id: stuck, when: {event: lead.tagged, tag: Stuck, for: 1 day}, then: [{log: "{{ lead.name }}"}]}
""")
    one = rig.state.add("lead", name="One", status="Chaser")
    two = rig.state.add("lead", name="Two", status="Chaser")
    rig.tick()
    rig.state.edit("lead", one["id"], tags=["Stuck"])
    rig.state.edit("lead", two["id"], tags=["Stuck", "Won"])
    rig.tick()
    rig.state.edit("lead", one["id"], tags=["On Hold"])
    rig.state.edit("lead", two["id"], tags=["Stuck"])
    rig.tick(after=HOUR)
    rig.tick(after=DAY)
    assert said(rig) == ["Two"]


def test_a_deleted_object_holds_nothing(rig):
    rig.use(HELD)
    rig.state.add("lead", name="Stays", status="Chaser")
    lead = lead_to(rig, "Needs Closing")
    rig.state.remove("lead", lead["id"])
    rig.tick(after=HOUR)
    rig.tick(after=3 * DAY)
    assert rig.runs() == []
    assert armed(rig) == []


def test_our_own_write_ends_a_hold(rig):
    rig.use(
        HELD
        + """
  - {id: closer, when: {event: lead.tagged, tag: Won}, then: [{update_lead: {status: Closed}}]}
"""
    )
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], tags=["Won"])
    rig.tick(after=HOUR)
    assert armed(rig) == []
    rig.tick(after=3 * DAY)
    assert said(rig) == []


def test_our_own_write_begins_a_hold_of_a_rule_that_rules_may_trigger(rig):
    rig.use(
        HELD.replace("    then:", "    triggered_by_rules: true\n    then:")
        + """
  - {id: mover, when: {event: lead.tagged, tag: Won}, then: [{update_lead: {status: Needs Closing}}]}
"""
    )
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.state.edit("lead", lead["id"], tags=["Won"])
    rig.tick()
    assert [timer.kind for timer in armed(rig)] == [TimerKind.HOLD]
    rig.tick(after=2 * DAY)
    assert len(said(rig)) == 1


# -- while rules change, and while nobody looks ------------------------------------------------------------


def test_a_hold_that_fell_due_while_the_worker_was_down_runs_once_late_and_is_marked(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    rig.tick(after=9 * DAY)
    (run,) = rig.runs()
    assert run.status is RunStatus.DONE
    assert run.timed["across_gap"] is True
    rig.tick(after=9 * DAY)
    assert len(rig.runs()) == 1


def test_a_hold_that_was_watched_all_the_time_is_not_marked(rig):
    rig.use(HELD.replace("2 days", "3 hours"))
    lead_to(rig, "Needs Closing")
    steady(rig, rig.clock.now() + 3 * HOUR)
    (run,) = rig.runs()
    assert run.timed["across_gap"] is False


def test_a_state_that_ended_while_the_worker_was_down_runs_nothing(rig):
    rig.use(HELD)
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick(after=9 * DAY)
    assert rig.runs() == []
    assert armed(rig) == []


def test_an_edit_of_then_or_of_another_rule_leaves_the_timer_alone(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    before = armed(rig)
    rig.use(
        HELD.replace("{{ lead.rep }}", "is late")
        + """
  - {id: other, when: lead.created, then: [{log: "x"}]}
"""
    )
    rig.tick(after=DAY)
    assert [replace(timer, across_gap=False) for timer in armed(rig)] == before
    rig.tick(after=DAY)
    assert said(rig) == ["Mill is late"]


def test_a_changed_trigger_arms_anew_from_the_same_event(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    rig.use(HELD.replace("2 days", "5 days"))
    rig.tick(after=2 * DAY)
    assert rig.runs() == []
    rig.tick(after=3 * DAY - MINUTES)
    assert rig.runs() == []
    rig.tick(after=MINUTES)
    assert len(rig.runs()) == 1


def test_a_trigger_that_is_made_shorter_than_what_has_passed_runs_at_once(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    rig.use(HELD.replace("2 days", "1 hour"))
    rig.tick(after=2 * HOUR)
    assert len(rig.runs()) == 1


def test_a_changed_trigger_that_the_state_does_not_fit_any_more_runs_nothing(rig):
    both = HELD.replace("to: Needs Closing", "to: [Needs Closing, Proposal Sent]")
    rig.use(both)
    lead = lead_to(rig, "Needs Closing")
    rig.state.edit("lead", lead["id"], status="Proposal Sent")
    rig.tick(after=HOUR)
    rig.use(HELD)
    rig.tick(after=2 * DAY)
    assert rig.runs() == []
    assert ("cancelled", "it did not hold: status is Proposal Sent now") in verdicts(rig, "closing")


def test_a_removed_rule_cancels_its_timers_in_sight(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    rig.rules = ()
    rig.tick(after=HOUR)
    assert armed(rig) == []
    assert ("cancelled", "its rule was removed or is off") in verdicts(rig, "closing")
    rig.use(HELD)
    rig.tick(after=3 * DAY)
    assert rig.runs() == []


def test_the_event_of_a_hold_outlives_the_retention(rig):
    rig.use(HELD.replace("2 days", "120 days"))
    lead_to(rig, "Needs Closing")
    rig.tick(after=100 * DAY)
    rig.tick(after=20 * DAY)
    assert len(said(rig)) == 1


def test_a_dry_run_tells_what_is_due_and_leaves_the_timer_alone(rig):
    rig.use(HELD)
    lead_to(rig, "Needs Closing")
    rig.clock.advance((2 * DAY).total_seconds())
    _, ((run, _),) = rig.dry_tick()
    assert run.rule_id == "closing"
    assert len(armed(rig)) == 1
    rig.tick(after=MINUTES)
    assert len(rig.runs()) == 1


def test_two_triggers_of_a_rule_that_wait_on_the_same_change_begin_one_run(rig):
    rig.use("""
  - id: closing
    when:
      - {event: lead.status_changed, to: Needs Closing, for: 2 days}
      - {event: lead.status_changed, to: [Needs Closing, Closed], for: 1 day}
      - {event: lead.status_changed, to: [Needs Closing, Chaser], for: 1 day}
    then: [{log: "x"}]
""")
    begun = []
    rig.listener.run_created = begun.append
    rig.settings = replace(rig.settings, guards=Guards(runs_per_poll=1))
    lead_to(rig, "Needs Closing")
    rig.tick(after=DAY)
    assert len(said(rig)) == 1, "two of them are up now, which are not too many runs"
    rig.tick(after=DAY)
    assert len(rig.runs()) == len(said(rig)) == len(begun) == 1
    assert armed(rig) == []


def test_many_holds_that_are_up_at_once_are_held_for_a_person(rig):
    rig.use(HELD, settings=replace(rig.settings, guards=Guards(runs_per_poll=2)))
    leads = [rig.state.add("lead", name=f"L{n}", status="Chaser") for n in range(3)]
    rig.tick()
    for lead in leads:
        rig.state.edit("lead", lead["id"], status="Needs Closing")
    rig.tick()
    rig.tick(after=2 * DAY)
    assert [run.status for run in rig.runs()] == [RunStatus.HELD] * 3


# -- by the clock ------------------------------------------------------------------------------------------

DUE = """
  - id: due
    when: {event: task.due, before: 2 days}
    then: [{log: "{{ task.name }} {{ event.type }}"}]
"""


def a_task(rig, due, **more):
    return rig.state.add("task", project_id=rig.web, name="Copy", status="todo", due_date=due, **more)


def test_a_task_is_due_so_long_before_its_date(rig):
    rig.use(DUE)
    a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    steady(rig, datetime(2026, 11, 28, 11, 59, tzinfo=UTC), every=6 * HOUR)
    assert said(rig) == []
    steady(rig, datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    assert said(rig) == ["Copy task.due"]
    (event,) = rig.events()
    assert event.id.endswith("/task.due@2 days@2026-11-30T12:00:00+00:00")
    assert event.before == event.after
    assert event.changes == {}
    steady(rig, datetime(2026, 12, 9, tzinfo=UTC), every=DAY)
    assert len(rig.runs()) == 1
    assert armed(rig) == []


def test_working_days_before_a_date_go_by_the_calendar(rig):
    rig.use(DUE.replace("2 days", "2 working days"))
    a_task(rig, "2026-11-30T12:00:00Z")  # a Monday
    rig.tick()
    steady(rig, datetime(2026, 11, 26, 11, 55, tzinfo=UTC), every=6 * HOUR)
    assert said(rig) == []
    rig.tick()
    assert len(said(rig)) == 1


def test_moving_the_date_arms_anew_and_the_same_date_fires_once(rig):
    rig.use(DUE)
    task = a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    rig.state.edit("task", task["id"], due_date="2026-12-10T12:00:00Z")
    rig.tick()
    steady(rig, datetime(2026, 11, 29, tzinfo=UTC), every=6 * HOUR)
    assert said(rig) == []
    assert ("cancelled", "its date was moved") in verdicts(rig, "due")
    steady(rig, datetime(2026, 12, 8, 12, tzinfo=UTC), every=6 * HOUR)
    assert len(said(rig)) == 1
    rig.state.edit("task", task["id"], due_date="2026-12-20T12:00:00Z")
    rig.tick()
    rig.state.edit("task", task["id"], due_date="2026-12-10T12:00:00Z")
    rig.tick()
    assert len(said(rig)) == 1
    rig.state.edit("task", task["id"], due_date="2026-12-11T12:00:00Z")
    steady(rig, datetime(2026, 12, 9, 12, tzinfo=UTC), every=6 * HOUR)
    assert len(said(rig)) == 2


def test_a_task_that_is_done_in_time_is_not_due(rig):
    rig.use(DUE)
    task = a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    steady(rig, datetime(2026, 11, 28, 11, 59, tzinfo=UTC), every=6 * HOUR)
    rig.state.edit("task", task["id"], status="done")
    steady(rig, datetime(2026, 11, 28, 12, 4, tzinfo=UTC))
    assert rig.runs() == []


def test_moments_that_were_past_when_the_rule_came_are_history(rig):
    rig.use(
        DUE
        + """
  - {id: overdue, when: {event: task.overdue, by: 1 day}, then: [{log: "{{ task.name }}"}]}
  - {id: stale, when: {event: lead.stale, after: 3 days}, then: [{log: "{{ lead.name }}"}]}
  - {id: starts, when: {event: holiday.starts, before: 3 days}, then: [{log: "x"}]}
"""
    )
    task = a_task(rig, "2026-11-20T12:00:00Z")
    a_task(rig, "2026-11-25T12:00:00Z")
    rig.state.add(
        "holiday", user_name="Ada Byron", start_date="2026-11-25", end_date="2026-11-27", status="approved"
    )
    rig.tick()
    rig.tick(after=HOUR)
    assert rig.runs() == []
    rig.state.edit("task", task["id"], name="Renamed")
    rig.tick(after=HOUR)
    assert rig.runs() == []


def test_history_is_counted_from_when_the_feed_was_first_read(rig):
    rig.use("""
  - {id: overdue, when: {event: task.overdue, by: 1 day}, then: [{log: "{{ task.name }}"}]}
""")
    rig.tick()
    shop = rig.state.add("project", name="Shop")["id"]
    rig.state.add("task", project_id=shop, name="Old", status="todo", due_date="2026-11-20T12:00:00Z")
    rig.tick()
    rig.tick(after=HOUR)
    assert rig.runs() == []


def test_a_task_that_comes_or_moves_into_its_last_days_is_due_at_once(rig):
    rig.use(DUE)
    rig.tick()
    a_task(rig, "2026-11-25T12:00:00Z")
    rig.tick()
    assert said(rig) == ["Copy task.due"]


def test_a_task_whose_date_has_passed_is_not_due_any_more(rig):
    rig.use(DUE)
    rig.tick()
    a_task(rig, "2026-11-23T12:00:00Z")
    rig.tick()
    assert rig.runs() == []


def test_an_open_task_is_overdue_and_each_offset_is_an_event_of_its_own(rig):
    rig.use("""
  - {id: one, when: {event: task.overdue, by: 1 day}, then: [{log: "one"}]}
  - {id: three, when: {event: task.overdue, by: 3 days}, then: [{log: "three"}]}
""")
    a_task(rig, "2026-11-25T12:00:00Z")
    rig.tick()
    steady(rig, datetime(2026, 11, 26, 12, tzinfo=UTC), every=6 * HOUR)
    assert said(rig) == ["one"]
    steady(rig, datetime(2026, 11, 28, 12, tzinfo=UTC), every=6 * HOUR)
    assert said(rig) == ["one", "three"]


def test_two_rules_with_the_same_moment_share_one_event(rig):
    rig.use(DUE + DUE.replace("id: due", "id: also"))
    a_task(rig, "2026-11-27T12:00:00Z")
    rig.tick()
    steady(rig, datetime(2026, 11, 25, 12, tzinfo=UTC), every=6 * HOUR)
    assert len(rig.events()) == 1
    assert sorted(run.rule_id for run in rig.runs()) == ["also", "due"]


def test_a_lead_without_any_change_grows_stale_once_until_it_changes(rig):
    rig.use("""
  - {id: stale, when: {event: lead.stale, after: 14 days, where: {status: Chaser}}, then: [{log: "{{ lead.name }}"}]}
""")
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    rig.state.add("lead", name="Done", status="Closed")
    rig.tick()
    rig.tick(after=10 * DAY)
    rig.state.edit("lead", lead["id"], company="Mill Ltd")
    rig.tick(after=MINUTES)
    rig.tick(after=10 * DAY)
    assert said(rig) == []
    rig.tick(after=4 * DAY)
    assert said(rig) == ["Mill"]
    rig.tick(after=30 * DAY)
    assert said(rig) == ["Mill"]
    rig.state.edit("lead", lead["id"], company="Mill & Sons")
    rig.tick(after=MINUTES)
    rig.tick(after=14 * DAY)
    assert said(rig) == ["Mill", "Mill"]


def test_an_approved_holiday_starts_and_one_that_is_declined_does_not(rig):
    rig.use(
        """
  - {id: starts, when: {event: holiday.starts, before: 3 working days}, then: [{log: "{{ holiday.user_name }}"}]}
""",
        settings=replace(rig.settings, calendar=Calendar(timezone="Europe/London")),
    )
    dates = {"start_date": "2026-12-07", "end_date": "2026-12-09"}
    asked = rig.state.add("holiday", user_name="Ada Byron", status="pending", **dates)
    other = rig.state.add("holiday", user_name="Bob Stone", status="pending", **dates)
    rig.tick()
    rig.state.edit("holiday", asked["id"], status="approved")
    rig.state.edit("holiday", other["id"], status="declined")
    rig.tick()
    steady(rig, datetime(2026, 12, 1, 23, 59, tzinfo=UTC), every=6 * HOUR)
    assert said(rig) == []
    steady(rig, datetime(2026, 12, 2, 0, 0, tzinfo=UTC))
    assert said(rig) == ["Ada Byron"]


def test_a_moment_that_came_while_the_worker_was_down_runs_once_late(rig):
    rig.use(DUE)
    a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    rig.tick(after=20 * DAY)
    (run,) = rig.runs()
    assert run.timed["across_gap"] is True
    rig.tick(after=DAY)
    assert len(rig.runs()) == 1


def test_a_moment_that_was_looked_at_in_time_is_not_marked_for_a_gap_before(rig):
    rig.use(DUE)
    a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    rig.tick(after=2 * DAY)
    steady(rig, datetime(2026, 11, 28, 12, tzinfo=UTC), every=HOUR)
    (run,) = rig.runs()
    assert run.timed["across_gap"] is False


def test_a_rule_that_was_away_begins_anew(rig):
    rig.use(DUE)
    a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    rules, rig.rules = rig.rules, ()
    rig.tick()
    assert armed(rig) == []
    rig.clock.advance((5 * DAY).total_seconds())
    rig.rules = rules
    rig.tick()
    rig.tick()
    assert rig.runs() == []


def test_our_own_write_that_moves_a_date_arms_anew(rig):
    rig.use(
        DUE
        + """
  - {id: mover, when: task.started, then: [{update_task: {due_date: "2026-12-20T12:00:00Z"}}]}
"""
    )
    task = a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    rig.state.edit("task", task["id"], status="in-progress")
    rig.tick()
    (timer,) = armed(rig)
    assert timer.due_at == datetime(2026, 12, 18, 12, tzinfo=UTC)


def test_a_changed_offset_arms_anew_and_where_is_looked_at_as_the_object_is(rig):
    rig.use(DUE.replace("2 days", "2 days, where: {priority: high}"))
    task = a_task(rig, "2026-11-30T12:00:00Z")
    rig.tick()
    assert armed(rig) == []
    rig.state.edit("task", task["id"], priority="high")
    rig.tick()
    assert [timer.due_at.day for timer in armed(rig)] == [28]
    rig.use(DUE.replace("2 days", "3 days, where: {priority: high}"))
    rig.tick()
    assert [timer.due_at.day for timer in armed(rig)] == [27]
    rig.state.edit("task", task["id"], priority="low")
    rig.tick()
    assert armed(rig) == []


# -- schedules ---------------------------------------------------------------------------------------------

NINE = """
  - id: morning
    when: {schedule: "0 9 * * mon-fri", timezone: Europe/London}
    then: [{log: "{{ event.data.at }}"}]
"""


def test_a_schedule_runs_at_each_of_its_moments(rig):
    rig.use(NINE)
    rig.tick()  # Tuesday, just past nine
    assert said(rig) == []
    steady(rig, datetime(2026, 12, 1, 12, tzinfo=UTC), every=30 * MINUTES)
    days = [text[:10] for text in said(rig)]
    assert days == ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]


def test_missed_moments_of_a_schedule_are_made_up_for_once(rig):
    rig.use(NINE)
    rig.tick()
    rig.tick(after=3 * DAY + 5 * HOUR)
    assert said(rig) == ["2026-11-27T09:00:00+00:00"]
    (run,) = rig.runs()
    assert run.timed["across_gap"] is True


def test_missed_moments_are_left_out_where_the_rule_says_so(rig):
    rig.use(NINE.replace("Europe/London}", "Europe/London, on_missed: skip}"))
    rig.tick()
    rig.tick(after=3 * DAY + 5 * HOUR)
    assert said(rig) == []
    assert [verdict for verdict, _ in verdicts(rig, "morning")] == ["missed"]
    steady(rig, datetime(2026, 11, 30, 9, 10, tzinfo=UTC), every=12 * HOUR)
    assert len(said(rig)) == 1


def test_two_schedules_of_a_rule_that_name_the_same_moment_begin_one_run(rig):
    rig.use("""
  - {id: twice, when: [{schedule: "0 9 * * *"}, {schedule: "0 9 * * wed"}], then: [{log: "x"}]}
""")
    rig.tick()
    rig.tick(after=DAY)
    assert len(said(rig)) == len(rig.events()) == 1
    (_, timer) = armed(rig)
    assert event_id_of("default", timer) == "default/schedule/twice/schedule@2026-12-02T09:00:00+00:00"


def test_a_schedule_needs_no_look(rig):
    rig.use(NINE)
    engine = rig.engine()
    engine.tick()
    due = engine.next_due()
    assert due == datetime(2026, 11, 25, 9, tzinfo=UTC)
    rig.clock.advance((due - rig.clock.now()).total_seconds())
    before = len(rig.state.requests())
    engine.tick(look=False)
    assert len(said(rig)) == 1
    assert len(rig.state.requests()) == before
    assert engine.next_due() == datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_an_edit_of_then_leaves_the_schedule_and_a_changed_one_begins_anew(rig):
    rig.use(NINE)
    rig.tick()
    before = armed(rig)
    rig.use(NINE.replace("{{ event.data.at }}", "new"))
    rig.tick()
    assert armed(rig) == before
    rig.use(NINE.replace("0 9", "0 17"))
    rig.tick()
    assert [timer.due_at.hour for timer in armed(rig)] == [17]


# -- the worker's waking -----------------------------------------------------------------------------------


def test_a_timer_wakes_the_loop_and_only_its_feed_is_looked_at(rig):
    rig.use(
        HELD
        + """
  - {id: tasks, when: task.created, then: [{log: "x"}]}
"""
    )
    engine = rig.engine()
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    engine.tick()
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    engine.tick()
    due = engine.next_due()
    rig.clock.advance((due - rig.clock.now()).total_seconds())
    before = len(rig.state.requests())
    engine.tick(look=False)
    assert [one["path"] for one in rig.state.requests()[before:]] == ["/leads"]
    assert len(said(rig)) == 1
    assert engine.next_due() is None


def test_a_timer_whose_feed_can_not_be_read_waits_for_the_next_look_and_does_not_spin(rig):
    rig.use(HELD)
    engine = rig.engine()
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    engine.tick()
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    engine.tick()
    rig.clock.advance((2 * DAY).total_seconds())
    rig.state.fault("status", status=403, match_path="/leads", times=None)
    engine.tick(look=False)
    assert said(rig) == []
    assert engine.next_due() is None
    asked = len(rig.state.requests())
    engine.tick(look=False)
    assert len(rig.state.requests()) == asked
    rig.state.clear_faults()
    engine.tick()
    assert len(said(rig)) == 1


# -- measures ----------------------------------------------------------------------------------------------

DONE = """
  - {id: invoice, when: project.all_tasks_done, then: [{log: "{{ project.name }}"}]}
"""


def test_the_last_open_task_that_is_done_or_removed_finishes_its_project(rig):
    rig.use(DONE)
    one, two, three = (a_task(rig, None) for _ in range(3))
    rig.tick()
    rig.state.edit("task", one["id"], status="done")
    rig.tick()
    assert said(rig) == []
    rig.state.edit("task", two["id"], status="done")
    rig.state.remove("task", three["id"])
    rig.tick()
    assert said(rig) == ["Web"]
    rig.state.edit("task", one["id"], name="Renamed")
    rig.tick()
    assert said(rig) == ["Web"]
    rig.state.edit("task", one["id"], status="todo")
    rig.tick()
    rig.state.edit("task", one["id"], status="done")
    rig.tick()
    assert said(rig) == ["Web", "Web"]


def test_a_project_that_was_finished_or_empty_from_the_start_is_not_news(rig):
    rig.use(DONE)
    task = a_task(rig, None)
    rig.state.edit("task", task["id"], status="done")
    rig.tick()
    rig.state.edit("task", task["id"], name="Renamed")
    rig.tick()
    lone = rig.state.add("task", project_id=rig.sales, name="Lone", status="todo")
    rig.tick()
    rig.state.remove("task", lone["id"])
    rig.tick()
    rig.tick()
    assert rig.runs() == []


def test_our_own_write_that_finishes_a_project_is_one_that_rules_made(rig):
    closer = """
  - {id: closer, when: {event: task.moved}, then: [{update_task: {status: done}}]}
"""
    rig.use(closer + DONE.replace("then:", "triggered_by_rules: true, then:"))
    task = a_task(rig, None)
    rig.tick()
    rig.state.edit("task", task["id"], task_list="Done")
    rig.tick()
    assert said(rig) == ["Web"]
    (event,) = [event for event in rig.events() if "project.all_tasks_done" in event.types]
    assert event.cause == "self"
    assert event.cause_rule == "closer"


USED = """
  - id: used
    when: {event: project.hours_used, crosses: 80%}
    then: [{log: "{{ project.name }} {{ changes.hours_used.to }}"}]
"""


def log_hours(rig, hours, date="2026-11-24"):
    return rig.state.add(
        "time_entry", project_id=rig.web, user_id=rig.ada, user_name="Ada Byron", date=date, hours=hours
    )


def test_hours_cross_a_share_of_the_retainer_once_a_month(rig):
    rig.use(USED)
    rig.state.edit("project", rig.web, retainer_hours=40)
    log_hours(rig, 30)
    rig.tick()
    log_hours(rig, 1)
    rig.tick()
    assert said(rig) == []
    crossing = log_hours(rig, 2)
    rig.tick()
    assert said(rig) == ["Web 33.0"] or said(rig) == ["Web 33"]
    rig.state.remove("time_entry", crossing["id"])
    rig.tick()
    rig.tick()
    rig.tick()
    log_hours(rig, 5)
    assert rig.tick().events == 1
    assert len(said(rig)) == 1
    rig.clock.advance((10 * DAY).total_seconds())
    log_hours(rig, 31, "2026-12-02")
    rig.tick()
    assert len(said(rig)) == 1
    log_hours(rig, 2, "2026-12-03")
    rig.tick()
    assert len(said(rig)) == 2


def test_hours_of_another_month_or_without_a_retainer_do_not_count(rig):
    rig.use(USED)
    rig.tick()
    log_hours(rig, 100)
    rig.tick()
    rig.state.edit("project", rig.web, retainer_hours=40)
    log_hours(rig, 100, "2026-09-30")
    rig.tick()
    assert len(said(rig)) == 1
    assert said(rig)[0].startswith("Web 100")


# -- thresholds of one object's number ---------------------------------------------------------------------

BIG = """
  - id: big
    when: {event: lead.value_changed, crosses: 10000}
    then: [{log: "{{ lead.value }}"}]
"""


def test_a_number_crosses_upwards_and_again_only_after_it_was_well_below(rig):
    rig.use(BIG)
    lead = rig.state.add("lead", name="Mill", status="Chaser", value=500)
    rig.tick()
    values = [9999, 10000, 9500, 12000, 8999, 9999, 10001, 20000, 100]
    for value in values:
        rig.state.edit("lead", lead["id"], value=value)
        rig.tick()
    assert [float(text) for text in said(rig)] == [10000, 10001]


def test_a_number_that_was_over_from_the_start_has_not_crossed(rig):
    rig.use(BIG)
    lead = rig.state.add("lead", name="Mill", status="Chaser", value=15000)
    rig.tick()
    for value in (16000, 9500, 11000):
        rig.state.edit("lead", lead["id"], value=value)
        rig.tick()
    assert said(rig) == []
    for value in (1, 11000):
        rig.state.edit("lead", lead["id"], value=value)
        rig.tick()
    assert len(said(rig)) == 1


def test_what_is_remembered_of_a_number_goes_with_its_object_and_its_trigger(rig):
    rig.use(BIG)
    leads = [rig.state.add("lead", name=f"L{n}", status="Chaser", value=1) for n in range(4)]
    rig.tick()
    for lead in leads[:2]:
        rig.state.edit("lead", lead["id"], value=20000)
    rig.tick()
    assert len(rig.store.facts("default", "crossed")) == 2
    rig.state.remove("lead", leads[0]["id"])
    rig.tick()
    rig.tick()
    assert len(rig.store.facts("default", "crossed")) == 1
    rig.use(BIG.replace("10000", "30000"))
    rig.tick()
    assert rig.store.facts("default", "crossed") == {}


def test_any_field_s_number_can_cross(rig):
    rig.use("""
  - id: retainer
    when: {event: project.updated, changed: retainer_hours, crosses: 50}
    then: [{log: "{{ project.retainer_hours }}"}]
""")
    rig.state.edit("project", rig.web, retainer_hours=40)
    rig.tick()
    for hours in (49, 50, 60):
        rig.state.edit("project", rig.web, retainer_hours=hours)
        rig.tick()
    assert len(said(rig)) == 1


# -- events of rules ---------------------------------------------------------------------------------------


def test_an_emitted_event_starts_the_rules_that_wait_for_it_and_a_chain_ends(rig):
    rig.use("""
  - {id: first, when: lead.created, then: [{emit: {event: custom.again, data: {n: 1}}}]}
  - {id: again, when: custom.again, then: [{log: "{{ event.data.n }}"}, {emit: {event: custom.again, data: {n: "{{ event.data.n + 1 }}"}}}]}
""")
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    assert said(rig) == ["1", "2"]
    assert "depth" in [verdict for verdict, _ in verdicts(rig, "again")]


# -- the engine's own events -------------------------------------------------------------------------------

FAILING = """
  - {id: fails, when: lead.created, then: [{create_task: {project: Nowhere, name: x}}]}
"""
ON_FAILED = """
  - {id: alarm, when: engine.run_failed, then: [{log: "{{ event.data.rule }}: {{ event.data.message }}"}]}
"""


def test_a_failed_run_is_told_to_the_rules_once(rig):
    rig.use(FAILING + ON_FAILED)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    assert len(said(rig)) == 1
    assert said(rig)[0].startswith("fails: ")
    rig.tick()
    assert len(said(rig)) == 1


def test_a_run_that_fails_again_after_a_retry_is_told_again(rig):
    rig.use(FAILING + ON_FAILED)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    failed = next(run for run in rig.runs() if run.rule_id == "fails")
    rig.store.move_run(failed.id, to=RunStatus.PENDING, allowed=[RunStatus.FAILED])
    rig.tick()
    assert len(said(rig)) == 2


def test_a_run_that_failed_before_any_rule_listened_is_history(rig):
    rig.use(FAILING)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.use(FAILING + ON_FAILED)
    rig.tick()
    assert said(rig) == []
    assert [event for event in rig.events() if event.resource == "engine"] == []


def test_runs_that_fail_while_no_rule_listens_are_history_to_the_next_one(rig):
    rig.use(FAILING + ON_FAILED)
    rig.tick()
    rig.use(FAILING)
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.use(FAILING + ON_FAILED)
    rig.tick()
    assert [run.status for run in rig.runs()] == [RunStatus.FAILED]
    assert said(rig) == []


def test_a_rule_on_failures_that_fails_itself_does_not_go_on_for_ever(rig):
    rig.use(
        FAILING
        + """
  - {id: alarm, when: engine.run_failed, then: [{create_task: {project: Nowhere, name: x}}]}
"""
    )
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    alarms = [run for run in rig.runs() if run.rule_id == "alarm"]
    assert 1 <= len(alarms) <= 3
    rig.tick()
    assert len([run for run in rig.runs() if run.rule_id == "alarm"]) == len(alarms)


def test_what_a_guard_holds_is_told_once_as_long_as_it_lasts(rig):
    rig.use(
        """
  - {id: many, when: lead.created, then: [{log: "x"}]}
  - {id: alarm, when: engine.guard_held, then: [{log: "{{ event.data.rule }} {{ event.data.count }}"}]}
""",
        settings=replace(rig.settings, guards=Guards(runs_per_poll=2)),
    )
    rig.tick()
    for number in range(3):
        rig.state.add("lead", name=f"L{number}", status="Chaser")
    rig.tick()
    assert said(rig) == ["many 3"]
    rig.tick()
    assert said(rig) == ["many 3"]


def test_deletions_that_a_guard_holds_are_told(rig):
    rig.use("""
  - {id: gone, when: lead.deleted, then: [{log: "x"}]}
  - {id: alarm, when: engine.guard_held, then: [{log: "{{ event.data.count }}"}]}
""")
    leads = [rig.state.add("lead", name=f"L{number}", status="Chaser") for number in range(30)]
    rig.tick()
    for lead in leads[:20]:
        rig.state.remove("lead", lead["id"])
    rig.tick()
    rig.tick()
    assert said(rig) == [str(len(rig.listener.held[0].object_ids))]


def test_deletions_that_were_approved_are_no_trouble(rig):
    rig.use("""
  - {id: leads, when: lead.deleted, then: [{log: "x"}]}
  - {id: alarm, when: engine.guard_held, then: [{log: "held"}]}
""")
    rig.tick()
    hold = Hold(id="hold-1", at=START, resource="lead", project_id=None, object_ids=("a", "b"), approved=True)
    rig.store.commit("default", Batch(holds=[hold]))
    rig.engine().tick(look=False)
    assert said(rig) == []


def test_a_parked_run_is_told_to_the_rules(rig):
    rig.use("""
  - {id: noter, when: lead.created, then: [{create_note: {project: Sales, notes: x}}]}
  - {id: alarm, when: engine.run_parked, then: [{log: "{{ event.data.rule }}"}]}
""")
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.state.fault("drop", match_method="POST", match_path="/notes$")
    rig.tick()
    assert said(rig) == []
    for _ in range(4):
        rig.tick()
    assert said(rig) == ["noter"]


def test_a_budget_that_comes_to_an_end_is_told_once_until_it_suffices_again(make_rig):
    rig = make_rig(plan="starter").use("""
  - {id: leads, when: lead.created, then: [{log: "x"}]}
  - {id: alarm, when: engine.budget_low, then: [{log: "low"}]}
""")
    rig.tick()
    for _ in range(120):
        if rig.tick(after=timedelta(seconds=10)).left:
            break
    rig.tick(after=timedelta(seconds=10))
    assert said(rig) == ["low"]
    rig.tick(after=2 * HOUR)
    assert rig.store.facts("default", "told") == {}


def test_a_feed_that_is_not_read_for_an_hour_is_told_and_told_again_when_it_fails_anew(rig):
    rig.use("""
  - {id: leads, when: lead.created, then: [{log: "x"}]}
  - {id: projects, when: project.created, then: [{log: "x"}]}
  - {id: alarm, when: engine.feed_stale, then: [{log: "{{ event.data.feed }}"}]}
""")
    rig.tick()
    for _ in range(2):
        rig.state.fault("status", status=403, match_path="/leads", times=None)
        rig.tick(after=30 * MINUTES)
        rig.tick(after=31 * MINUTES)
        rig.tick()
        rig.state.clear_faults()
        rig.tick()
    assert said(rig) == ["lead", "lead"]


def test_a_server_that_does_not_answer_is_told_once(rig):
    rig.use("""
  - {id: leads, when: lead.created, then: [{log: "x"}]}
  - {id: alarm, when: engine.api_down, then: [{log: "down"}]}
""")
    rig.tick()
    rig.state.fault("status", status=500, times=None)
    rig.tick()
    rig.tick()
    assert said(rig) == ["down"]
    rig.state.clear_faults()
    rig.tick()
    rig.state.fault("status", status=500, times=None)
    rig.tick()
    assert said(rig) == ["down", "down"]


def test_a_server_that_answers_some_of_it_is_not_down(rig):
    rig.use("""
  - {id: leads, when: [lead.created, project.created], then: [{log: "x"}]}
  - {id: alarm, when: engine.api_down, then: [{log: "down"}]}
""")
    rig.tick()
    rig.state.fault("status", status=403, match_path="/leads", times=None)
    assert rig.tick().failed
    assert said(rig) == []


# -- crashes -----------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("fatal", range(6))
def test_whenever_the_process_dies_each_timer_fires_once(rig, monkeypatch, fatal, applied):
    rig.use(HELD + NINE + DUE)
    task = a_task(rig, "2026-11-28T12:00:00Z")
    lead_to(rig, "Needs Closing")
    commit, left = rig.store.commit, [fatal]

    def dying(account, batch):
        left[0] -= 1
        if left[0] == -1:
            if applied:
                commit(account, batch)
            raise Killed
        commit(account, batch)

    monkeypatch.setattr(rig.store, "commit", dying)
    for after in (2 * DAY + 4 * HOUR, MINUTES, MINUTES):
        try:
            rig.tick(after=after)
        except Killed:
            continue
    done = sorted(run.rule_id for run in rig.runs() if run.status is RunStatus.DONE)
    assert done == ["closing", "due", "morning"]
    assert task["id"] in "".join(run.event_id for run in rig.runs())


def test_a_dry_run_of_a_schedule_stores_nothing(rig):
    rig.use(NINE)
    rig.tick()
    before = rig.store.timers("default")
    rig.clock.advance(DAY.total_seconds())
    dry = dry_run_of(rig.store)
    report = rig.engine(store=dry.store, hop=dry.hop).tick()
    dry.store.close()
    assert [run.rule_id for run in report.runs] == ["morning"]
    assert rig.store.timers("default") == before
