"""The tick, from a change in Dashtrack to an event in the store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules_engine.dashtrack.resources import LEAD

WATCH_ALL = """
  - {id: leads, when: [lead.created, lead.updated, lead.deleted], then: [{log: "x"}]}
  - {id: tasks, when: [task.created, task.updated, task.deleted], then: [{log: "x"}]}
  - {id: projects, when: [project.created, project.updated, project.deleted], then: [{log: "x"}]}
  - {id: hours, when: [time_entry.created, time_entry.deleted], then: [{log: "x"}]}
  - {id: notes, when: [note.created, note.deleted], then: [{log: "x"}]}
  - {id: people, when: [member.joined, member.left], then: [{log: "x"}]}
  - {id: holidays, when: [holiday.created, holiday.updated], then: [{log: "x"}]}
"""


def types(rig):
    return [event.types for event in rig.events()]


def test_the_first_look_is_a_baseline_without_events(make_rig):
    rig = make_rig(seed="agency").use(WATCH_ALL)
    report = rig.tick()
    assert report.events == 0
    assert report.baselines == 4 + 3 * 12
    assert rig.store.count_objects("default")["lead"] == 30
    assert rig.events() == []


def test_an_idle_look_changes_nothing(make_rig):
    rig = make_rig(seed="agency").use(WATCH_ALL)
    rig.tick()
    before = len(rig.state.requests())
    report = rig.tick()
    assert (report.events, report.runs) == (0, ())
    assert len(rig.state.requests()) - before == 4 + 3 * 12


def test_each_kind_of_change_is_an_event_with_all_its_types(rig):
    rig.use(WATCH_ALL)
    lead = rig.state.add("lead", name="Mill", status="Chaser", tags=["Stuck"])
    task = rig.state.add("task", project_id=rig.web, name="Copy", status="todo")
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Needs Closing", tags=["Won"])
    rig.state.edit("task", task["id"], status="done", assigned_to=["Ada Byron"])
    rig.state.edit("project", rig.web, archived=True)
    rig.state.add(
        "time_entry", project_id=rig.sales, user_id=rig.ada, user_name="Ada Byron", date="2026-11-24", hours=2
    )
    rig.state.add("note", project_id=rig.sales, title="Call", notes="They said yes")
    rig.state.add("member", name="Cy", email="cy@example.com", role="intern")
    rig.tick()
    found = {event.types for event in rig.events()}
    assert ("lead.updated", "lead.status_changed", "lead.tagged", "lead.untagged") in found
    assert ("project.updated", "project.archived") in found
    assert ("time_entry.created",) in found
    assert ("note.created",) in found
    assert ("member.created", "member.joined") in found


def test_an_event_tells_before_after_cause_and_between_which_looks(rig):
    rig.use(WATCH_ALL)
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    first_look = rig.clock.now()
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick()
    (event,) = rig.events()
    assert event.changes == {"status": {"from": "Chaser", "to": "Closed"}}
    assert (event.before["status"], event.after["status"]) == ("Chaser", "Closed")
    assert event.cause == "external"
    assert event.seen_between == (first_look, rig.clock.now())
    assert event.id == f"default/lead/{lead['id']}/2"


def test_a_deleted_lead_is_an_event_once_a_read_by_id_confirms_it(rig):
    rig.use(WATCH_ALL)
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    rig.state.add("lead", name="Other", status="Chaser")
    rig.tick()
    rig.state.remove("lead", lead["id"])
    rig.tick()
    assert types(rig) == [("lead.deleted",)]
    rig.tick()
    assert len(rig.events()) == 1


def test_an_archived_project_and_its_return_are_told_apart_from_deletion(rig):
    rig.use(WATCH_ALL)
    rig.state.add("task", project_id=rig.web, name="Copy", status="todo")
    rig.tick()
    rig.state.edit("project", rig.web, archived=True)
    rig.tick()
    rig.state.edit("project", rig.web, archived=False)
    rig.tick()
    assert types(rig) == [("project.updated", "project.archived"), ("project.updated", "project.restored")]


def test_a_task_that_moves_to_another_project_is_no_deletion(rig):
    rig.use(WATCH_ALL)
    task = rig.state.add("task", project_id=rig.web, name="Copy", status="todo")
    rig.tick()
    rig.state.edit("task", task["id"], project_id=rig.sales)
    rig.tick()
    rig.tick()
    assert types(rig) == [("task.updated",)]


def test_a_note_that_is_gone_from_several_looks_is_deleted_without_a_read_by_id(rig):
    rig.use(WATCH_ALL)
    for number in range(3):
        rig.state.add("note", project_id=rig.web, title=f"Stays {number}", notes="x")
    note = rig.state.add("note", project_id=rig.web, title="Goes", notes="x")
    rig.tick()
    rig.state.remove("note", note["id"])
    rig.tick()
    rig.tick()
    assert types(rig) == []
    rig.tick()
    assert types(rig) == [("note.deleted",)]


@pytest.mark.parametrize(
    "lie",
    [
        ("empty_list", {}),
        ("halved_list", {}),
        ("html", {}),
        ("cut", {}),
        ("status", {"status": 403}),
        ("status", {"status": 500}),
        ("status", {"status": 404}),
        ("drop", {}),
    ],
    ids=lambda lie: f"{lie[0]}{lie[1].get('status', '')}",
)
def test_a_list_that_lies_deletes_nothing_and_the_truth_heals_it(rig, lie):
    rig.use(WATCH_ALL)
    for number in range(8):
        rig.state.add("lead", name=f"Lead {number}", status="Chaser")
        rig.state.add("task", project_id=rig.web, name=f"Task {number}", status="todo")
        rig.state.add("note", project_id=rig.web, title=f"Note {number}", notes="x")
    rig.tick()
    kind, options = lie
    rig.state.fault(
        kind, match_method="GET", match_path="/(leads|tasks|notes|projects)$", times=None, **options
    )
    for _ in range(4):
        rig.tick()
    assert types(rig) == []
    rig.state.clear_faults()
    rig.tick()
    assert types(rig) == []
    counts = rig.store.count_objects("default")
    assert (counts["lead"], counts["task"], counts["note"]) == (8, 8, 8)


def test_a_change_behind_a_failing_feed_is_seen_when_it_is_well_again(rig):
    rig.use(WATCH_ALL)
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.state.fault("status", status=500, match_path="/leads$", times=None)
    rig.state.edit("lead", lead["id"], status="Closed")
    report = rig.tick()
    assert [feed.key for feed in report.failed] == ["lead"]
    rig.state.clear_faults()
    rig.tick()
    assert types(rig) == [("lead.updated", "lead.status_changed")]


def test_a_failing_feed_is_told_once_and_not_at_each_look(rig):
    rig.use(WATCH_ALL)
    rig.tick()
    rig.state.fault("status", status=500, match_path="/leads$", times=None)
    rig.tick()
    rig.tick()
    assert [repeated for _, _, repeated in rig.listener.failed] == [False, True]


def test_many_deletions_at_once_wait_for_a_persons_word(rig):
    rig.use(WATCH_ALL)
    leads = [rig.state.add("lead", name=f"Lead {number}", status="Chaser") for number in range(8)]
    rig.tick()
    for lead in leads[:6]:
        rig.state.remove("lead", lead["id"])
    rig.tick()
    assert types(rig) == []
    (hold,) = rig.store.holds("default")
    assert len(hold.object_ids) == 6
    rig.tick()
    assert len(rig.listener.held) == 1
    assert rig.store.approve_hold(hold.id)
    rig.tick()
    assert types(rig) == [("lead.deleted",)] * 6
    rig.tick()
    assert rig.store.holds("default") == []


def test_deletions_that_a_person_discards_are_gone_without_an_event(rig):
    rig.use(WATCH_ALL)
    leads = [rig.state.add("lead", name=f"Lead {number}", status="Chaser") for number in range(8)]
    rig.tick()
    for lead in leads[:6]:
        rig.state.remove("lead", lead["id"])
    rig.tick()
    (hold,) = rig.store.holds("default")
    assert rig.store.discard_hold(hold.id)
    assert not rig.store.discard_hold(hold.id)
    rig.tick()
    rig.tick()
    assert types(rig) == []
    assert rig.store.holds("default") == []
    assert rig.store.count_objects("default")["lead"] == 2
    rig.state.remove("lead", leads[6]["id"])
    rig.tick()
    assert types(rig) == [("lead.deleted",)]


def test_what_came_back_before_its_hold_was_discarded_stays(rig):
    rig.use(WATCH_ALL)
    leads = [rig.state.add("lead", name=f"Lead {number}", status="Chaser") for number in range(8)]
    rig.tick()
    for lead in leads[:7]:
        rig.state.remove("lead", lead["id"])
    rig.tick()
    (hold,) = rig.store.holds("default")
    rig.state.add("lead", **leads[0])
    rig.store.approve_hold("hold-of-nobody")
    rig.tick()
    (hold,) = rig.store.holds("default")
    assert leads[0]["id"] not in hold.object_ids
    rig.store.discard_hold(hold.id)
    rig.tick()
    assert rig.store.count_objects("default")["lead"] == 2
    assert types(rig) == []


def test_a_new_rule_that_needs_a_new_feed_begins_with_a_silent_baseline(rig):
    rig.use("  - {id: leads, when: lead.created, then: [{log: x}]}\n")
    rig.state.add("task", project_id=rig.web, name="Old", status="todo")
    rig.tick()
    rig.use(WATCH_ALL)
    report = rig.tick()
    assert report.events == 0
    rig.state.add("task", project_id=rig.web, name="New", status="todo")
    rig.tick()
    assert [event.after["name"] for event in rig.events()] == ["New"]


def test_only_the_feeds_that_rules_need_are_asked_for(rig):
    rig.use("  - {id: leads, when: lead.created, then: [{log: x}]}\n")
    rig.tick()
    assert {one["path"].removeprefix("/api/v1") for one in rig.state.requests()} == {"/leads"}


def test_our_write_undone_by_somebody_before_the_next_look_is_seen(rig):
    rig.use("  - {id: act, when: lead.status_changed, then: [{update_lead: {value: 5}}]}\n")
    lead = rig.state.add("lead", name="Mill", status="Chaser", value=1)
    rig.tick()
    as_it_was = rig.state.edit("lead", lead["id"], status="Closed")["updated_at"]
    rig.tick()
    rig.state.edit("lead", lead["id"], value=1, updated_at=as_it_was)
    rig.tick()
    assert rig.events()[-1].changes == {"value": {"from": 5, "to": 1}}


def test_reads_that_lag_behind_our_own_writes_bring_no_event(rig):
    rig.use("""
  - id: act
    when: lead.status_changed
    then:
      - update_lead: {value: 5}
      - create_task: {project: Web, name: Call}
  - {id: watch, when: [lead.updated, task.created, task.deleted], then: [{log: x}]}
""")
    lead = rig.state.add("lead", name="Mill", status="Chaser", value=1)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.state.fault("lag", seconds=3600, times=None)
    rig.tick()
    before = [event.types for event in rig.events()]
    assert rig.client.read_object(LEAD, lead["id"])["value"] == 1
    for _ in range(3):
        rig.tick(after=timedelta(seconds=10))
    rig.state.clear_faults()
    rig.tick()
    assert [event.types for event in rig.events()] == before


def test_with_a_small_budget_the_most_valuable_feeds_are_read_and_the_rest_is_named(make_rig):
    rig = make_rig(seed="agency").use(WATCH_ALL)
    rig.state.set_limit(limit=20)
    report = rig.tick()
    assert report.looked_at < 40
    assert report.left
    assert not report.failed
    assert "lead" not in report.left
    assert all(one["status"] != 429 for one in rig.state.requests())
