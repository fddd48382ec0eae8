"""The tick, from an event to what is in Dashtrack afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules_engine.runs.settings import Guards
from rules_engine.store.records import RunStatus, StepStatus

CHASE = """
  - id: chase
    when: {event: lead.status_changed, to: Needs Closing}
    if: lead.value | default(0) >= 5000
    vars: {deadline: "2026-12-01"}
    then:
      - create_task:
          project: Sales
          name: "Close {{ lead.name }}"
          priority: high
          assigned_to: ["{{ lead.rep }}"]
          due_date: "{{ deadline }}"
        as: task
      - create_note: {project: sales, notes: "Closing {{ lead.name }}: {{ task.id }}"}
      - update_lead: {tags: {add: [Chase Up], remove: [Deliberating]}}
"""


def a_lead(rig, **fields):
    return rig.state.add(
        "lead", **{"name": "Mill", "status": "Chaser", "value": 9000, "rep": "Ada Byron", **fields}
    )


def closing(rig, **fields):
    """A lead that goes to Needs Closing between two looks."""
    lead = a_lead(rig, **fields)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    return lead


def statuses(rig):
    return [run.status for run in rig.runs()]


def test_an_event_runs_its_rule_and_every_action_takes_effect(rig):
    rig.use(CHASE)
    lead = closing(rig, tags=["Deliberating", "Stuck"])
    rig.tick()
    (task,) = rig.state.all("task")
    assert (task["name"], task["priority"], task["assigned_to"]) == ("Close Mill", "High", ["Ada Byron"])
    assert task["project_id"] == rig.sales
    assert task["due_date"].startswith("2026-12-01T00:00:00")
    (note,) = rig.state.all("note")
    assert task["id"] in note["notes"]
    assert rig.state.get("lead", lead["id"])["tags"] == ["Stuck", "Chase Up"]
    assert statuses(rig) == [RunStatus.DONE]


def test_names_become_ids_on_the_way_out(rig):
    rig.use(CHASE)
    closing(rig)
    rig.tick()
    method, path, body = rig.writes()[0]
    assert (method, path) == ("POST", f"/projects/{rig.sales}/tasks")
    assert body["assigned_to"] == [rig.ada]


def test_what_was_made_is_signed_with_the_rule_and_a_mark(rig):
    rig.use(CHASE)
    closing(rig)
    rig.tick()
    (task,) = rig.state.all("task")
    (step, *_) = rig.steps()
    assert task["description"].splitlines()[-1] == f"— chase · {step.mark}"


def test_our_own_changes_enter_the_snapshot_at_once_and_are_no_surprise(rig):
    rig.use(CHASE + "  - {id: watch, when: [task.created, lead.tagged], then: [{log: x}]}\n")
    closing(rig, tags=["Deliberating"])
    rig.tick()
    before = rig.events()
    own = [event for event in before if event.cause == "self"]
    assert {(event.cause_rule, event.resource) for event in own} == {
        ("chase", "task"),
        ("chase", "note"),
        ("chase", "lead"),
    }
    rig.tick()
    rig.tick(after=timedelta(hours=1))
    assert len(rig.events()) == len(before)
    assert len(rig.runs()) == 1


def test_a_foreign_edit_beside_our_own_is_still_an_event(rig):
    rig.use(CHASE)
    lead = closing(rig, tags=["Deliberating"])
    rig.tick()
    rig.state.edit("lead", lead["id"], value=1)
    rig.tick()
    assert rig.events()[-1].changes == {"value": {"from": 9000, "to": 1}}


def test_rules_can_be_triggered_by_rules_when_they_say_so_and_the_chain_ends(rig):
    rig.use("""
  - id: ping
    triggered_by_rules: true
    when: {event: lead.tagged, tag: Stuck}
    then: [{update_lead: {tags: {remove: [Stuck], add: [On Hold]}}}]
  - id: pong
    triggered_by_rules: true
    when: {event: lead.tagged, tag: On Hold}
    then: [{update_lead: {tags: {remove: [On Hold], add: [Stuck]}}}]
""")
    lead = a_lead(rig, tags=[])
    rig.tick()
    rig.state.edit("lead", lead["id"], tags=["Stuck"])
    rig.tick()
    rig.tick()
    assert [run.rule_id for run in rig.runs()] == ["ping", "pong", "ping"]
    assert [one.verdict for one in rig.listener.decisions if one.verdict == "depth"]


def test_a_condition_that_does_not_hold_sends_nothing_and_says_why(rig):
    rig.use(CHASE)
    closing(rig, value=10)
    rig.tick()
    assert rig.writes() == []
    (decision,) = rig.store.decisions("default", "chase")
    assert decision.verdict == "condition"
    assert "10" in decision.detail


def test_a_condition_that_can_not_be_judged_is_no_match_and_visible(rig):
    rig.use("  - {id: bad, when: lead.status_changed, if: lead.value > 5, then: [{log: x}]}\n")
    closing(rig, value=None)
    rig.tick()
    assert rig.runs() == []
    (decision,) = rig.store.decisions("default", "bad")
    assert decision.verdict == "error"
    assert "lead.value" in decision.detail


def test_once_per_is_spent_once_and_a_refused_condition_spends_nothing(rig):
    rig.use("""
  - id: once
    when: lead.status_changed
    if: lead.value > 5
    once_per: "{{ lead.id }}"
    then: [{create_task: {project: Sales, name: "{{ lead.status }}"}}]
""")
    lead = closing(rig, value=1)
    rig.tick()
    assert rig.runs() == []
    for status in ("Chaser", "Closed"):
        rig.state.edit("lead", lead["id"], value=10, status=status)
        rig.tick()
    assert [task["name"] for task in rig.state.all("task")] == ["Chaser"]


def test_once_per_with_a_period_is_spent_anew_when_it_is_over(rig):
    rig.use("""
  - id: weekly
    when: lead.status_changed
    once_per: {key: "{{ lead.id }}", every: 7 days}
    then: [{create_task: {project: Sales, name: "{{ lead.status }}"}}]
""")
    lead = closing(rig)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Chaser")
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick(after=timedelta(days=7))
    assert [task["name"] for task in rig.state.all("task")] == ["Needs Closing", "Closed"]


def test_a_cooldown_drops_what_comes_too_soon_for_the_same_object_only(rig):
    rig.use("""
  - id: calm
    when: lead.status_changed
    cooldown: 1 hour
    then: [{create_task: {project: Sales, name: "{{ lead.name }} {{ lead.status }}"}}]
""")
    one, other = a_lead(rig, name="One"), a_lead(rig, name="Other")
    rig.tick()
    rig.state.edit("lead", one["id"], status="Needs Closing")
    rig.tick()
    rig.state.edit("lead", one["id"], status="Closed")
    rig.state.edit("lead", other["id"], status="Closed")
    rig.tick()
    rig.tick(after=timedelta(hours=2))
    assert [task["name"] for task in rig.state.all("task")] == ["One Needs Closing", "Other Closed"]


def test_unless_exists_makes_no_second_one(rig):
    rig.use("""
  - id: call
    when: lead.status_changed
    then:
      - create_task: {project: Sales, name: "Call {{ lead.name }}", unless_exists: [name]}
        as: call
      - create_note: {project: Sales, notes: "see {{ call.id }}"}
""")
    there = rig.state.add("task", project_id=rig.sales, name="Call Mill", status="todo")
    closing(rig)
    rig.tick()
    assert len(rig.state.all("task")) == 1
    assert there["id"] in rig.state.all("note")[0]["notes"]
    assert [step.status for step in rig.steps()] == [StepStatus.SKIPPED, StepStatus.DONE]


def test_a_merge_that_changes_nothing_sends_nothing(rig):
    rig.use("  - {id: tag, when: lead.status_changed, then: [{update_lead: {tags: {add: [stuck]}}}]}\n")
    closing(rig, tags=["Stuck"])
    rig.tick()
    assert rig.writes() == []
    assert statuses(rig) == [RunStatus.DONE]


def test_tags_are_merged_into_a_fresh_read_and_nobodys_tag_is_lost(rig):
    rig.use("  - {id: tag, when: lead.status_changed, then: [{update_lead: {tags: {add: [Won]}}}]}\n")
    lead = closing(rig, tags=["Stuck"])
    before = rig.engine()
    before.tick()
    rig.state.edit("lead", lead["id"], tags=["On Hold", "Won"], status="Chaser")
    rig.tick()
    assert rig.state.get("lead", lead["id"])["tags"] == ["On Hold", "Won"]


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("{create_task: {project: Nowhere, name: x}}", "no project is named 'Nowhere'; there is: Sales, Web"),
        ("{create_task: {project: Sales, name: x, assigned_to: [Nobody]}}", "no member is named 'Nobody'"),
        ('{create_task: {project: Sales, name: "{{ lead.company }}"}}', "name"),
        ('{create_task: {project: Sales, name: "{{ 1 // 0 }}"}}', "divisor is 0"),
    ],
)
def test_a_step_that_can_not_be_carried_out_is_a_failed_run_that_says_why(rig, then, words):
    rig.use(f"  - {{id: bad, when: lead.status_changed, then: [{then}]}}\n")
    closing(rig)
    report = rig.tick()
    (run,) = report.runs
    assert run.status is RunStatus.FAILED
    assert words in run.error
    assert rig.writes() == []


def test_two_projects_of_one_name_are_an_error_that_lists_both(rig):
    twin = rig.state.add("project", name="Sales")["id"]
    rig.use(CHASE)
    closing(rig)
    rig.tick()
    (run,) = rig.runs()
    assert run.status is RunStatus.FAILED
    assert rig.sales in run.error
    assert twin in run.error


def test_a_refused_write_is_sent_once_and_can_be_retried_by_a_person(rig):
    rig.use(CHASE)
    closing(rig)
    rig.state.fault("status", status=400, match_method="POST", match_path="/tasks$")
    rig.tick()
    rig.tick()
    (run,) = rig.runs()
    assert run.status is RunStatus.FAILED
    assert len(rig.writes()) == 1
    rig.store.move_run(run.id, to=RunStatus.PENDING, allowed=[RunStatus.FAILED])
    rig.tick()
    assert statuses(rig) == [RunStatus.DONE]
    assert len(rig.state.all("task")) == 1


def test_on_error_continue_carries_out_the_rest_and_the_run_is_still_failed(rig):
    rig.use("""
  - id: brave
    when: lead.status_changed
    on_error: continue
    then:
      - create_task: {project: Nowhere, name: x}
      - create_task: {project: Sales, name: y}
""")
    closing(rig)
    rig.tick()
    assert [task["name"] for task in rig.state.all("task")] == ["y"]
    assert statuses(rig) == [RunStatus.FAILED]


def test_destructive_actions_work_where_the_rule_allows_them(rig):
    rig.use("""
  - id: clean
    allow_destructive: true
    when: {event: lead.status_changed, to: Dead Leads}
    then: [delete_lead: {}]
  - id: shelve
    allow_destructive: true
    when: task.completed
    then: [{archive_project: {id: "{{ project.id }}"}}]
""")
    lead = a_lead(rig)
    task = rig.state.add("task", project_id=rig.web, name="Last", status="todo")
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Dead Leads")
    rig.state.edit("task", task["id"], status="done")
    rig.tick()
    assert rig.state.get("lead", lead["id"]) is None
    assert rig.state.get("project", rig.web)["archived"] is True
    own = [event.types for event in rig.events() if event.cause == "self"]
    assert ("lead.deleted",) in own
    assert ("project.updated", "project.archived") in own
    count = len(rig.events())
    rig.tick()
    rig.tick(after=timedelta(hours=1))
    assert len(rig.events()) == count


def test_too_many_runs_of_a_rule_in_one_poll_are_held_and_nothing_is_dropped(rig):
    rig.use(
        "  - {id: many, when: lead.created, then: [{create_task: {project: Sales, name: '{{ lead.name }}'}}]}\n"
    )
    rig.settings = replace(rig.settings, guards=Guards(runs_per_poll=3))
    rig.tick()
    for number in range(4):
        a_lead(rig, name=f"Lead {number}")
    rig.tick()
    assert statuses(rig) == [RunStatus.HELD] * 4
    assert rig.writes() == []
    for run in rig.runs():
        rig.store.move_run(run.id, to=RunStatus.PENDING, allowed=[RunStatus.HELD])
    rig.tick()
    assert len(rig.state.all("task")) == 4


def test_a_shadow_rule_records_its_plan_and_sends_nothing(rig):
    rig.use(CHASE.replace("id: chase", "id: chase\n    mode: shadow"))
    closing(rig, tags=["Deliberating"])
    rig.tick()
    assert rig.writes() == []
    assert statuses(rig) == [RunStatus.PLANNED]
    assert [step.method for step in rig.steps()] == ["POST", "POST", "PATCH"]


def test_a_rule_that_is_off_takes_nothing(rig):
    rig.use(
        CHASE.replace("id: chase", "id: chase\n    mode: off")
        + "  - {id: w, when: lead.created, then: [{log: x}]}\n"
    )
    closing(rig)
    rig.tick()
    assert rig.runs() == []


def test_a_log_action_says_its_text(rig):
    rig.use("  - {id: tell, when: lead.status_changed, then: [{log: 'now {{ lead.status }}'}]}\n")
    closing(rig)
    rig.tick()
    assert rig.listener.said_texts == [("tell", "now Needs Closing")]


def test_the_dry_run_shows_exactly_the_requests_that_the_live_run_sends(rig):
    rig.use(CHASE)
    closing(rig, tags=["Deliberating"])
    report, shown = rig.dry_tick()
    assert rig.writes() == []
    assert [run.status for run in report.runs] == [RunStatus.PLANNED]
    assert rig.runs() == []
    planned = [(step.method, step.path, step.body) for _, steps in shown for step in steps]
    rig.tick()
    sent = rig.writes()
    assert planned[0] == sent[0]
    assert planned[2] == sent[2]
    task = rig.state.all("task")[0]
    assert planned[1][2]["notes"].replace("<task.id>", task["id"]) == sent[1][2]["notes"]


def test_removing_a_rule_cancels_its_waiting_runs_and_says_so(rig):
    rig.use(CHASE)
    closing(rig)
    rig.settings = replace(rig.settings, guards=Guards(runs_per_poll=0))
    rig.tick()
    rig.use("  - {id: other, when: lead.created, then: [{log: x}]}\n")
    rig.tick()
    (run,) = rig.runs()
    assert run.status is RunStatus.CANCELLED
    assert "removed" in run.error


def test_an_edited_rule_lets_its_open_runs_go_on_as_they_were(rig):
    rig.use(CHASE)
    closing(rig)
    rig.settings = replace(rig.settings, guards=Guards(runs_per_poll=0))
    rig.tick()
    rig.use(CHASE.replace("Close {{", "Edited {{"))
    (run,) = rig.runs()
    rig.store.move_run(run.id, to=RunStatus.PENDING, allowed=[RunStatus.HELD])
    rig.tick()
    assert rig.state.all("task")[0]["name"] == "Close Mill"
