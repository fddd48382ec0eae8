"""Lost answers, crashes and limits: each action takes effect once, or is parked and shown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from rules_engine.dashtrack.errors import Redirected, Unauthorized
from rules_engine.runs.settings import WritePolicy
from rules_engine.store.records import RunStatus, StepStatus

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
"""Here store and engine lean on each other most, so this is shown on both databases."""

TASK = "  - {id: make, when: lead.status_changed, then: [{create_task: {project: Sales, name: 'Call'}}]}\n"
NOTE = "  - {id: make, when: lead.status_changed, then: [{create_note: {project: Sales, notes: 'Call'}}]}\n"
UPDATE = "  - {id: make, when: lead.status_changed, then: [{update_lead: {value: 5}}]}\n"
DELETE = """
  - id: make
    allow_destructive: true
    when: lead.status_changed
    then: [delete_lead: {}]
"""


class Killed(BaseException):
    """The process dies here."""


def changed_lead(rig):
    lead = rig.state.add("lead", name="Mill", status="Chaser", value=1)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Closed")
    return lead


def run_of(rig):
    (run,) = rig.runs()
    return run


def step_of(rig):
    (step,) = rig.steps()
    return step


def test_a_create_whose_answer_was_lost_is_adopted_at_once(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    (task,) = rig.state.all("task")
    assert step_of(rig).result_id == task["id"]
    rig.tick()
    assert len(rig.state.all("task")) == 1
    assert [event.cause for event in rig.events() if event.resource == "task"] == ["self"]


def test_a_lost_create_that_shows_only_later_is_adopted_when_it_shows(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.state.fault("empty_list", match_method="GET", match_path=f"{rig.sales}/tasks$", times=1)
    rig.tick()
    assert step_of(rig).status is StepStatus.UNKNOWN
    assert run_of(rig).status is RunStatus.WAITING
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("task")) == 1


def test_a_create_that_never_happened_is_resent_after_quiescence_with_the_same_mark(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("status", status=500, match_method="POST")
    rig.tick()
    mark = step_of(rig).mark
    rig.tick(after=timedelta(minutes=5))
    assert len(rig.writes()) == 1
    rig.tick(after=timedelta(minutes=6))
    assert len(rig.writes()) == 1
    rig.tick(after=timedelta(minutes=1))
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.writes()) == 2
    (task,) = rig.state.all("task")
    assert mark in task["description"]


def test_a_note_that_never_showed_is_parked_for_a_person_who_can_have_it_sent(rig):
    rig.use(NOTE)
    changed_lead(rig)
    rig.state.fault("status", status=500, match_method="POST")
    rig.tick()
    for _ in range(4):
        rig.tick()
    assert run_of(rig).status is RunStatus.PARKED
    assert rig.state.all("note") == []
    rig.store.move_run(run_of(rig).id, to=RunStatus.PENDING, allowed=[RunStatus.PARKED])
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("note")) == 1


def test_a_retry_of_a_parked_note_looks_first_and_adopts_what_is_there(rig):
    rig.use(NOTE)
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.state.fault("empty_list", match_method="GET", match_path=f"{rig.sales}/notes$", times=4)
    for _ in range(5):
        rig.tick()
    assert run_of(rig).status is RunStatus.PARKED
    rig.state.clear_faults()
    rig.store.move_run(run_of(rig).id, to=RunStatus.PENDING, allowed=[RunStatus.PARKED])
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("note")) == 1


def test_a_retry_of_a_parked_note_sends_nothing_while_it_can_not_look(rig):
    rig.use(NOTE)
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.state.fault("empty_list", match_method="GET", match_path=f"{rig.sales}/notes$", times=4)
    for _ in range(5):
        rig.tick()
    rig.store.move_run(run_of(rig).id, to=RunStatus.PENDING, allowed=[RunStatus.PARKED])
    rig.state.clear_faults()
    rig.state.fault("status", status=500, match_method="GET", match_path=f"{rig.sales}/notes$", times=None)
    rig.tick()
    assert run_of(rig).status is RunStatus.WAITING
    rig.state.clear_faults()
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("note")) == 1


def test_without_signatures_one_new_twin_is_adopted_and_two_are_parked(rig):
    rig.use(TASK)
    rig.settings = replace(rig.settings, policy=WritePolicy(signature=False))
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    (task,) = rig.state.all("task")
    assert not task["description"]


def test_without_signatures_what_is_older_than_the_run_is_not_taken_for_ours(rig):
    rig.use(TASK)
    rig.settings = replace(rig.settings, policy=WritePolicy(signature=False))
    rig.state.add("task", project_id=rig.sales, name="Call", created_at="2026-11-01T09:00:00Z")
    changed_lead(rig)
    rig.state.fault("status", status=500, match_method="POST")
    for _ in range(5):
        rig.tick()
    assert run_of(rig).status is RunStatus.PARKED


def test_without_signatures_two_lost_creates_with_the_same_content_are_not_taken_for_one(rig):
    rig.use(TASK.replace("[{create", "[{create_task: {project: Sales, name: 'Call'}}, {create"))
    rig.settings = replace(rig.settings, policy=WritePolicy(signature=False))
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.state.fault("status", status=500, match_method="POST")
    for _ in range(5):
        rig.tick()
    (task,) = rig.state.all("task")
    assert [(step.status, step.result_id) for step in rig.steps()] == [
        (StepStatus.DONE, task["id"]),
        (StepStatus.PARKED, None),
    ]


def test_without_signatures_a_create_waits_for_one_with_the_same_content_that_is_in_doubt(rig):
    rig.use(TASK + TASK.replace("id: make", "id: again"))
    rig.settings = replace(rig.settings, policy=WritePolicy(signature=False))
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.state.fault("status", status=500, match_method="GET", match_path="/tasks$", times=4)
    rig.tick()
    assert len(rig.state.all("task")) == 1
    for _ in range(3):
        rig.tick()
    assert {run.status for run in rig.runs()} == {RunStatus.DONE}
    assert len({step.result_id for step in rig.steps()}) == 2


def test_a_create_that_is_found_twice_is_adopted_and_the_other_one_is_told(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST")
    rig.state.fault("status", status=500, match_method="GET", match_path="/tasks$", times=4)
    rig.tick()
    (task,) = rig.state.all("task")
    rig.clock.advance(30)
    copy = rig.state.add("task", project_id=rig.sales, name="Call", description=task["description"])
    rig.tick()
    assert (step_of(rig).status, step_of(rig).result_id) == (StepStatus.DONE, task["id"])
    assert copy["id"] in step_of(rig).error
    assert "remove what is too much" in step_of(rig).error


@pytest.mark.parametrize(
    "fault", [("drop_after", {}), ("status", {"status": 500})], ids=["applied", "not applied"]
)
def test_a_lost_update_is_looked_at_and_ends_up_applied(rig, fault):
    rig.use(UPDATE)
    lead = changed_lead(rig)
    kind, options = fault
    rig.state.fault(kind, match_method="PATCH", **options)
    rig.tick()
    rig.tick(after=timedelta(minutes=1))
    assert rig.state.get("lead", lead["id"])["value"] == 5
    assert run_of(rig).status is RunStatus.DONE


def test_a_foreign_edit_after_a_lost_update_stands(rig):
    rig.use(UPDATE)
    lead = changed_lead(rig)
    rig.state.fault("status", status=500, match_method="PATCH")
    rig.state.fault("status", status=500, match_method="GET", match_path=f"/leads/{lead['id']}$", times=3)
    rig.tick()
    assert step_of(rig).status is StepStatus.UNKNOWN
    rig.state.edit("lead", lead["id"], value=77)
    rig.tick()
    assert rig.state.get("lead", lead["id"])["value"] == 77
    assert step_of(rig).status is StepStatus.SKIPPED
    assert "their edit stands" in step_of(rig).error


def test_a_lost_delete_that_took_effect_is_done(rig):
    rig.use(DELETE)
    lead = changed_lead(rig)
    rig.state.fault("drop_after", match_method="DELETE")
    rig.tick()
    assert rig.state.get("lead", lead["id"]) is None
    assert run_of(rig).status is RunStatus.DONE
    assert step_of(rig).status is StepStatus.DONE
    rig.tick()
    assert [event.types for event in rig.events()].count(("lead.deleted",)) == 1


@pytest.mark.parametrize("applied", [True, False])
def test_a_process_killed_between_request_and_record_repeats_nothing(rig, applied):
    rig.use(TASK)
    changed_lead(rig)

    class Dying:
        def __init__(self, client):
            self.client = client

        def send(self, request):
            if applied:
                self.client.send(request)
            raise Killed

    rig.clock.advance(300)
    with pytest.raises(Killed):
        rig.engine(hop=Dying(rig.client)).tick()
    assert step_of(rig).status is StepStatus.SENT
    for _ in range(5):
        rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("task")) == 1


def test_a_process_killed_before_the_commit_of_a_look_forgets_nothing(rig, monkeypatch):
    rig.use(TASK)
    changed_lead(rig)
    commit = rig.store.commit

    def die(account, batch):
        if batch.events:
            raise Killed
        commit(account, batch)

    monkeypatch.setattr(rig.store, "commit", die)
    with pytest.raises(Killed):
        rig.tick()
    monkeypatch.undo()
    assert rig.events() == []
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE


def test_a_process_killed_between_two_steps_goes_on_with_the_second(rig, monkeypatch):
    rig.use("""
  - id: two
    when: lead.status_changed
    then:
      - create_task: {project: Sales, name: one}
        as: first
      - create_task: {project: Sales, name: "two {{ first.id }}"}
""")
    changed_lead(rig)
    commit = rig.store.commit

    def die_at_second(account, batch):
        if any(step.key == "1" for step in batch.steps):
            raise Killed
        commit(account, batch)

    monkeypatch.setattr(rig.store, "commit", die_at_second)
    with pytest.raises(Killed):
        rig.tick()
    monkeypatch.undo()
    rig.tick()
    names = [task["name"] for task in rig.state.all("task")]
    assert names[0] == "one"
    assert names[1] == f"two {rig.state.all('task')[0]['id']}"
    assert len(names) == 2


def test_a_refused_connection_is_tried_again_and_takes_effect_once(rig):
    from rules_engine.dashtrack.outcomes import NotSent

    rig.use(TASK)
    changed_lead(rig)

    class Refusing:
        def send(self, _request):
            return NotSent("connection refused")

    rig.clock.advance(300)
    rig.engine(hop=Refusing()).tick()
    assert step_of(rig).status is StepStatus.NOT_SENT
    assert run_of(rig).status is RunStatus.WAITING
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("task")) == 1


def test_a_429_on_a_write_waits_for_the_reset_and_then_goes_on(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("status", status=429, match_method="POST")
    rig.tick()
    assert run_of(rig).status is RunStatus.WAITING
    rig.tick(after=timedelta(hours=2))
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("task")) == 1


def test_a_429_on_a_read_stops_every_request_until_the_reset(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("status", status=429, match_path="/leads$")
    report = rig.tick()
    assert report.left
    count = len(rig.state.requests())
    rig.tick(after=timedelta(seconds=1))
    assert len(rig.state.requests()) == count
    rig.tick(after=timedelta(hours=2))
    assert run_of(rig).status is RunStatus.DONE


def test_a_refused_key_stops_all_calls_at_once(rig):
    rig.use(TASK)
    changed_lead(rig)
    count = len(rig.state.requests())
    rig.state.revoke_key(rig.sandbox.key)
    with pytest.raises(Unauthorized):
        rig.tick()
    assert len(rig.state.requests()) - count <= 3
    rig.state.add_key(rig.sandbox.key)
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE


def test_a_key_refused_in_the_middle_of_a_run_lets_it_go_on_later(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("status", status=401, match_method="POST")
    with pytest.raises(Unauthorized):
        rig.tick()
    assert run_of(rig).status is RunStatus.WAITING
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("task")) == 1


def test_a_redirected_write_may_have_happened_and_is_looked_for(rig):
    rig.use(TASK)
    changed_lead(rig)
    rig.state.fault("status", match_method="POST", status=303, headers={"Location": "/elsewhere"}, after=True)
    with pytest.raises(Redirected):
        rig.tick()
    assert step_of(rig).status is StepStatus.UNKNOWN
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert len(rig.state.all("task")) == 1


def test_an_update_that_is_answered_and_not_carried_out_is_tried_twice_and_then_shown(rig):
    rig.use(UPDATE)
    lead = changed_lead(rig)
    ignored = json.dumps({"lead": rig.state.get("lead", lead["id"])})
    rig.state.fault("status", status=200, body=ignored, match_method="PATCH", times=None)

    for _ in range(5):
        rig.tick()

    assert len(rig.writes()) == 2
    assert step_of(rig).status is StepStatus.REJECTED
    assert "not applied" in step_of(rig).error
    assert "value" in step_of(rig).error
    assert run_of(rig).status is RunStatus.FAILED
    assert rig.store.object("default", "lead", lead["id"]).data["value"] == 1


def test_an_update_of_which_a_part_is_ignored_is_shown_and_the_other_part_is_our_own(rig):
    rig.use("  - {id: make, when: lead.status_changed, then: [{update_lead: {value: 5, source: Fair}}]}\n")
    lead = changed_lead(rig)
    half = json.dumps({"lead": {**rig.state.get("lead", lead["id"]), "source": "Fair"}})
    rig.state.fault("status", status=200, body=half, match_method="PATCH", times=None)

    rig.tick()
    rig.state.edit("lead", lead["id"], source="Fair")
    rig.tick()

    assert len(rig.writes()) == 1
    assert "not applied" in step_of(rig).error
    assert [event.cause for event in rig.events()] == ["external", "self"]


def test_an_update_to_what_is_there_already_is_no_failure(rig):
    rig.use("  - {id: make, when: lead.status_changed, then: [{update_lead: {value: 1}}]}\n")
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
