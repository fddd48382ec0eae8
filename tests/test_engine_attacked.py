"""What came of attacking the language on the tick: waits, modes and thresholds in states that nobody plans for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules_engine.store.records import RunStatus

HOUR = timedelta(hours=1)

WAITS = """
  - id: chase
    when: task.created
    then:
      - wait_for: {event: task.completed, timeout: 1 hour, on_timeout: [{log: late}]}
      - log: through
"""
ELSEWHERE = "  - {id: chase, when: lead.created, then: [{log: other}]}\n"
DELAYED = """
  - id: chase
    when: lead.created
    then: [{delay: 1 hour}, {create_note: {project: Web, notes: Hello}}]
"""


def said(rig):
    return [text for _, text in rig.listener.said_texts]


def waiting_task(rig):
    """A task whose run waits for its completion."""
    rig.use(WAITS)
    rig.tick()
    task = rig.state.add("task", project_id=rig.web, name="Draw", status="todo")
    rig.tick()
    return task


def new_lead(rig, **fields):
    rig.tick()
    lead = rig.state.add("lead", name="Mill", status="Chaser", **fields)
    rig.tick()
    return lead


def test_a_wait_sees_its_event_though_the_edited_rule_reads_another_resource(rig):
    task = waiting_task(rig)
    rig.use(ELSEWHERE)
    rig.tick()
    rig.state.edit("task", task["id"], status="done")
    rig.tick()
    assert said(rig) == ["through"]


def test_a_wait_times_out_though_the_edited_rule_reads_another_resource(rig):
    waiting_task(rig)
    rig.use(ELSEWHERE)
    rig.tick(after=2 * HOUR)
    assert said(rig) == ["late", "through"]


def test_a_wait_on_a_task_times_out_though_its_project_was_archived(rig):
    waiting_task(rig)
    rig.state.edit("project", rig.web, archived=True)
    rig.tick()
    assert said(rig) == []
    rig.tick(after=HOUR)
    assert said(rig) == ["late", "through"]


@pytest.mark.parametrize(
    ("mode", "why"), [("off", "its rule is off"), ("shadow", "its rule is in shadow now, and sends nothing")]
)
def test_a_rule_that_may_not_send_any_more_cancels_its_waiting_runs_in_sight(rig, mode, why):
    rig.use(DELAYED)
    new_lead(rig)
    rig.use(DELAYED.replace("id: chase", f"id: chase\n    mode: {mode}"))
    rig.tick(after=2 * HOUR)
    assert rig.writes() == []
    assert [(run.status, run.error) for run in rig.runs()] == [(RunStatus.CANCELLED, why)]


@pytest.mark.parametrize(
    ("values", "runs"),
    [([-200, -95], 1), ([-200, -95, -105, -95], 1), ([-200, -95, -111, -95], 2)],
    ids=["reached", "flapping", "well below between"],
)
def test_a_threshold_below_zero_is_crossed_and_does_not_flap(rig, values, runs):
    rig.use("  - {id: up, when: {event: lead.value_changed, crosses: -100}, then: [{log: up}]}\n")
    first, *later = values
    lead = new_lead(rig, value=first)
    for value in later:
        rig.state.edit("lead", lead["id"], value=value)
        rig.tick()
    assert len(rig.runs()) == runs


@pytest.mark.parametrize("edited", ["off", "shadow", "removed"])
def test_a_lost_answer_is_found_though_the_rule_may_not_send_any_more_and_nothing_follows_it(rig, edited):
    rule = """
  - id: make
    when: lead.created
    then: [{create_task: {project: Web, name: Call}}, {create_note: {project: Web, notes: Hello}}]
"""
    modes = {"removed": "  - {id: other, when: lead.created, then: [{log: other}]}\n"}
    rig.use(rule)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.state.fault("drop_after", match_method="POST", times=1)
    rig.state.fault("empty_list", match_method="GET", match_path=f"{rig.web}/tasks$", times=1)
    rig.tick()
    assert [run.status for run in rig.runs()] == [RunStatus.WAITING]
    rig.use(modes.get(edited) or rule.replace("id: make", f"id: make\n    mode: {edited}"))
    rig.tick()
    rig.tick()
    assert [step.status for step in rig.steps()] == ["done"]
    assert [method for method, path, _ in rig.writes() if path.endswith("/notes")] == []
    assert [run.status for run in rig.runs()] == [RunStatus.CANCELLED]


def test_an_edit_of_one_trigger_does_not_count_time_in_which_where_of_another_did_not_fit(rig):
    triggers = """
  - id: closed
    when:
      - {event: lead.status_changed, to: Closed, for: 20 days}
      - {event: lead.status_changed, to: Closed, where: {rep: Ada Byron}, for: 10 hours}
    then: [{log: held}]
"""
    rig.use(triggers)
    lead = new_lead(rig, rep="Ada Byron")
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick()
    rig.state.edit("lead", lead["id"], rep="Bob Stone")
    rig.tick(after=8 * HOUR)
    rig.state.edit("lead", lead["id"], rep="Ada Byron")
    rig.tick(after=HOUR)
    rig.use(triggers.replace("20 days", "21 days"))
    rig.tick(after=2 * HOUR)
    assert rig.runs() == []
