"""What the simulation found, each as the smallest story that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sim_world import ACCOUNT

import rules_engine.runs.look
from rules_engine.store.records import RunStatus

SOON = timedelta(seconds=10)
TWO_MERGES = """
  - id: tag
    when: lead.status_changed
    then:
      - update_lead: {tags: {add: [Chase Up]}}
      - update_lead: {tags: {add: [Stuck]}}
"""


def events(world):
    return [event for _, event in world.store.events(ACCOUNT)]


def runs(world):
    return [run for run in world.store.runs(ACCOUNT) if run.rule_id != "watch"]


def a_lead(world, **fields):
    return world.state.add("lead", **{"name": "Mill", "status": "Chaser", **fields})


def test_event_numbers_are_never_given_twice_though_retention_took_them_all(world):
    world.settings = replace(world.settings, retention=timedelta(days=2))
    world.use([])
    lead = a_lead(world)
    world.tick()
    numbers = []
    for status in ("Closed", "Chaser"):
        world.state.edit("lead", lead["id"], status=status)
        world.tick()
        numbers += [number for number, _ in world.store.events(ACCOUNT)]
        world.tick(timedelta(days=3))
        assert world.store.events(ACCOUNT) == []
    assert len(set(numbers)) == 2


def test_a_merge_into_a_read_that_lags_keeps_what_we_wrote_a_moment_ago(world):
    world.use([TWO_MERGES])
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.clock.advance(300)
    world.state.fault("lag", seconds=30)
    world.tick(SOON)
    assert world.state.get("lead", lead["id"])["tags"] == ["Chase Up", "Stuck"]


def test_a_tag_that_only_the_fresh_read_of_a_merge_shows_is_still_somebody_elses(world):
    world.use(
        [
            "  - {id: tag, when: lead.status_changed, then: [{update_lead: {tags: {add: [Won]}}}]}\n",
            "  - {id: stuck, when: {event: lead.tagged, tag: Stuck}, then: [{log: x}]}\n",
        ]
    )
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    send = world.transport.handle_request

    def tag_before_the_merge(request):
        if request.method == "GET" and request.url.path.endswith(f"/leads/{lead['id']}"):
            world.state.edit("lead", lead["id"], tags=["Stuck"])
        return send(request)

    world.transport.handle_request = tag_before_the_merge
    world.tick()
    world.transport.handle_request = send
    world.tick()
    tagged = [
        (event.cause, event.changes["tags"]["to"]) for event in events(world) if "tags" in event.changes
    ]
    assert tagged == [("external", ["Stuck"]), ("self", ["Stuck", "Won"])]
    assert {run.rule_id for run in runs(world)} >= {"tag", "stuck"}


UPDATE = "  - {id: update, when: task.started, then: [{update_task: {priority: low}}]}\n"
REMOVE = "  - {id: remove, when: task.started, allow_destructive: true, then: [delete_task: {}]}\n"
WATCH = "  - {id: see, when: [task.priority_changed, task.deleted], then: [{log: x}]}\n"


@pytest.mark.parametrize("rule", [UPDATE, REMOVE], ids=["update", "removal"])
def test_what_a_lost_write_did_is_never_somebody_elses_though_the_list_shows_it_first(world, rule):
    world.use([rule, WATCH])
    task = world.state.add("task", project_id=world.web, name="Copy")
    world.tick()
    world.state.edit("task", task["id"], status="in-progress")
    world.state.fault("drop_after", match_path="/tasks/")
    world.state.fault("status", status=500, match_method="GET", match_path="^/tasks/", times=8)
    for _ in range(4):
        world.tick()
    assert [event.cause for event in events(world)] == ["external", "self"]
    assert {run.status for run in runs(world)} == {RunStatus.DONE}


@pytest.mark.parametrize("rule", [UPDATE, REMOVE], ids=["update", "removal"])
def test_a_lost_write_is_not_given_up_while_reads_may_lag_behind_it(world, rule):
    world.use([rule])
    task = world.state.add("task", project_id=world.web, name="Copy")
    world.tick()
    world.state.edit("task", task["id"], status="in-progress")
    world.clock.advance(300)
    world.state.fault("lag", seconds=45)
    world.state.fault("drop_after", match_path="/tasks/", times=2)
    for _ in range(3):
        world.tick(SOON)
    world.state.clear_faults()
    world.tick()
    assert [run.status for run in runs(world)] == [RunStatus.DONE]
    assert [event.cause for event in events(world)] == ["external", "self"]


def test_a_read_from_before_our_last_write_does_not_confirm_the_next_one(world):
    world.use(
        [
            "  - {id: there, when: task.started, then: [{update_task: {priority: low}}, {update_task: {priority: high}}]}\n"
        ]
    )
    task = world.state.add("task", project_id=world.web, name="Copy", priority="high")
    world.tick()
    world.state.edit("task", task["id"], status="in-progress")
    world.clock.advance(300)
    world.state.fault("lag", seconds=45)
    world.state.fault("drop", match_method="PATCH", match_nth=2)
    world.tick(SOON)
    world.state.clear_faults()
    world.tick()
    assert world.state.get("task", task["id"])["priority"] == "High"


def test_a_create_in_a_project_out_of_reach_is_parked_in_the_end(world):
    world.use(
        ["  - {id: make, when: lead.status_changed, then: [{create_task: {project: Web, name: Call}}]}\n"]
    )
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.state.fault("drop_after", match_method="POST")
    world.state.fault("status", status=403, match_method="GET", match_path="/tasks$", times=None)
    world.tick()
    assert [run.status for run in runs(world)] == [RunStatus.WAITING]
    for _ in range(3):
        world.tick()
    (run,) = runs(world)
    assert run.status is RunStatus.PARKED
    world.store.move_run(run.id, to=RunStatus.PENDING, allowed=[RunStatus.PARKED])
    world.tick()
    assert len(world.state.all("task")) == 1
    world.state.clear_faults()
    world.tick()
    assert [event.cause for event in events(world) if event.resource == "task"] == ["self"]


def test_of_a_lost_create_and_its_copy_the_oldest_is_ours(world):
    world.use(
        ["  - {id: make, when: lead.status_changed, then: [{create_task: {project: Web, name: Call}}]}\n"]
    )
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.state.fault("drop_after", match_method="POST")
    world.state.fault("status", status=500, match_method="GET", match_path="/tasks$", times=6)
    world.tick()
    (task,) = world.state.all("task")
    world.clock.advance(60)
    world.state.add("task", project_id=world.web, name="Call", description=task["description"])
    world.tick()
    causes = {
        event.object_id == task["id"]: event.cause for event in events(world) if event.resource == "task"
    }
    assert causes == {True: "self", False: "external"}


def test_a_create_in_a_list_that_never_gets_complete_again_is_parked_in_the_end(world):
    world.use(
        ["  - {id: make, when: lead.status_changed, then: [{create_note: {project: Web, notes: Call}}]}\n"]
    )
    note = world.state.add("note", project_id=world.web, notes="kept")
    lead = a_lead(world)
    world.tick()
    world.state.edit("project", world.web, archived=True)
    world.tick()
    world.state.remove("note", note["id"])
    world.state.edit("lead", lead["id"], status="Closed")
    world.state.fault("status", status=500, match_method="POST")
    for _ in range(14):
        world.tick()
    assert [run.status for run in runs(world)] == [RunStatus.PARKED]
    assert len([one for one in world.state.requests() if one["method"] == "POST"]) == 1


def test_a_task_that_moves_into_a_project_nobody_looked_at_yet_is_an_event(world):
    world.use([])
    task = world.state.add("task", project_id=world.web, name="Copy", status="todo")
    world.tick()
    for _ in range(3):
        world.state.edit("task", task["id"], status="done")
        new = world.state.add("project", name="New")["id"]
        world.state.edit("project", world.web, archived=True)
        world.state.edit("task", task["id"], project_id=new, status="todo")
        world.tick()
        world.state.edit("project", world.web, archived=False)
        world.state.edit("task", task["id"], project_id=world.web)
        world.tick()
    moves = [event for event in events(world) if "project_id" in event.changes]
    assert len(moves) == 6
    assert [event.revision for event in moves] == [2, 3, 4, 5, 6, 7]


def test_a_run_that_a_person_lets_go_on_late_is_still_shown_when_it_ends(world):
    world.settings = replace(world.settings, retention=timedelta(days=2))
    world.use(
        ["  - {id: make, when: lead.status_changed, then: [{create_task: {project: Web, name: Call}}]}\n"]
    )
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.state.fault("status", status=400, match_method="POST")
    world.tick()
    (run,) = runs(world)
    world.clock.advance(86_400)
    world.store.move_run(run.id, to=RunStatus.PENDING, allowed=[RunStatus.FAILED])
    world.tick(timedelta(days=3))
    assert [run.status for run in runs(world)] == [RunStatus.DONE]


def test_a_refused_second_request_does_not_hide_what_the_first_one_did(world):
    world.use([UPDATE])
    task = world.state.add("task", project_id=world.web, name="Copy")
    world.tick()
    world.state.edit("task", task["id"], status="in-progress")
    world.clock.advance(300)
    world.state.fault("lag", seconds=45)
    world.state.fault("drop_after", match_method="PATCH")
    world.state.fault("status", status=403, match_method="PATCH")
    world.tick(SOON)
    world.state.clear_faults()
    world.tick()
    assert [event.cause for event in events(world)] == ["external", "self"]
    assert [run.status for run in runs(world)] == [RunStatus.DONE]


def test_a_lost_update_of_what_only_its_list_shows_is_adopted(world):
    world.use([UPDATE])
    task = world.state.add("task", project_id=world.web, name="Copy")
    world.tick()
    world.state.edit("task", task["id"], status="in-progress")
    world.state.fault("drop_after", match_method="PATCH")
    world.state.fault("status", status=403, match_method="GET", match_path="^/tasks/", times=None)
    world.tick()
    assert [event.cause for event in events(world)] == ["external", "self"]
    assert [run.status for run in runs(world)] == [RunStatus.DONE]


@pytest.mark.parametrize("rule", [UPDATE, REMOVE], ids=["update", "removal"])
def test_what_a_cancelled_runs_lost_write_may_have_done_is_of_unknown_cause(world, rule):
    world.use([rule, WATCH])
    task = world.state.add("task", project_id=world.web, name="Copy")
    world.tick()
    world.state.edit("task", task["id"], status="in-progress")
    world.state.fault("drop_after", match_path="/tasks/")
    world.state.fault("status", status=500, match_method="GET", match_path="^/tasks/", times=3)
    world.tick()
    (run,) = runs(world)
    world.store.move_run(run.id, to=RunStatus.CANCELLED, allowed=[RunStatus.WAITING])
    world.tick()
    (last,) = events(world)[1:]
    assert (last.cause, last.cause_run) == ("unknown", run.id)
    assert [run.rule_id for run in runs(world)][1:] == ["see"]


def test_a_write_waits_while_an_earlier_one_to_the_same_object_is_in_doubt(world):
    world.use(
        [
            f"  - {{id: {name}, when: lead.status_changed, then: [{{update_lead: {{tags: {{add: [{tag}]}}}}}}]}}\n"
            for name, tag in (("first", "Won"), ("second", "Stuck"))
        ]
    )
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.clock.advance(300)
    world.state.fault("lag", seconds=45)
    world.state.fault("drop_after", match_method="PATCH")
    world.tick(SOON)
    world.state.clear_faults()
    for _ in range(2):
        world.tick()
    assert world.state.get("lead", lead["id"])["tags"] == ["Won", "Stuck"]
    assert {run.status for run in runs(world)} == {RunStatus.DONE}


@pytest.mark.parametrize("rule", [UPDATE, REMOVE], ids=["update", "removal"])
def test_without_awaiting_it_a_lost_write_would_be_taken_for_somebody_elses(world, monkeypatch, rule):
    monkeypatch.setattr(rules_engine.runs.look, "awaited_effects", lambda _: {})
    with pytest.raises(AssertionError):
        test_what_a_lost_write_did_is_never_somebody_elses_though_the_list_shows_it_first(world, rule)


def test_a_process_that_dies_leaves_what_it_spent_to_the_next(world):
    steps = "{create_task: {project: Web, name: x}}, " * 40
    world.use([f"  - {{id: make, when: lead.status_changed, then: [{steps}]}}\n"])
    lead = a_lead(world)
    world.state.set_limit(limit=100)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.state.set_limit(used=70)
    world.fuse.light("sent", 20)
    world.tick()
    (key,) = world.state.keys.all().values()
    assert key.limit - key.used < 5
    for _ in range(12):
        world.fuse.light("sent", 1)
        world.tick(timedelta(seconds=1))
    assert 429 not in {one["status"] for one in world.state.requests()}
