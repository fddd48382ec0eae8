"""An account that stands still: nothing of it is compared or sent until a person has spoken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules_engine.sandbox import running_sandbox
from rules_engine.store.errors import NotMoved
from rules_engine.store.records import RunStatus

RULES = """
  - {id: greet, when: lead.created, then: [{create_task: {project: Sales, name: "Greet {{ lead.name }}"}}]}
  - {id: mourn, when: lead.deleted, then: [{create_task: {project: Sales, name: "Mourn {{ lead.name }}"}}]}
  - {id: later, when: lead.tagged, then: [{delay: 1 hour}, {create_task: {project: Sales, name: Later}}]}
"""
ALARM = """
  - id: alarm
    when: engine.guard_held
    then:
      - log: "{{ event.data.hold }}: {{ event.data.message }}"
      - create_task: {project: Sales, name: Alarm}
"""


@pytest.fixture
def other():
    """Another workspace: a sandbox with other things in it, under the same names."""
    with running_sandbox(seed="empty", plan="enterprise") as sandbox:
        sandbox.state.add("project", name="Sales")
        for number in range(5):
            sandbox.state.add("lead", name=f"Stranger {number}", status="Chaser")
        yield sandbox


@pytest.fixture
def switched(rig):
    """A function that gives the rig the address, and so the key's workspace, of another sandbox."""

    def switch(sandbox, *, key_name=""):
        rig.client.close()
        rig.sandbox = sandbox
        rig.client = rig._client()
        rig.key_name = key_name

    return switch


@pytest.fixture
def settled(rig):
    """The rig after its baseline, with leads and a run that waits."""
    rig.leads = [rig.state.add("lead", name=f"Lead {number}", status="Chaser") for number in range(4)]
    rig.use(RULES + ALARM).tick()
    rig.state.edit("lead", rig.leads[0]["id"], tags=["Chase Up"])
    rig.tick()
    assert [run.status for run in rig.runs()] == [RunStatus.WAITING]
    return rig


def test_a_key_that_sees_another_workspace_compares_nothing_and_sends_nothing(settled, switched, other):
    events = len(settled.events())
    switched(other)

    report = settled.tick(after=timedelta(hours=2))

    assert report.held is not None
    assert [one.resource for one in settled.store.holds("default")] == ["workspace"]
    assert settled.listener.accounts_held == [report.held]
    assert [one["method"] for one in other.state.requests() if one["method"] != "GET"] == []
    assert settled.store.count_objects("default") == {"project": 2, "lead": 4}
    assert [event.types for event in settled.events()[events:]] == [("engine.guard_held",)]


def test_its_guard_is_told_to_the_rules_which_may_say_it_but_write_nothing(settled, switched, other):
    switched(other)
    for _ in range(3):
        settled.tick()

    ((rule, text),) = settled.listener.said_texts
    assert rule == "alarm"
    assert "another workspace" in text
    assert settled.listener.accounts_held == settled.store.holds("default")
    assert other.state.all("task") == []
    statuses = {run.rule_id: run.status for run in settled.runs()}
    assert statuses == {"later": RunStatus.WAITING, "alarm": RunStatus.WAITING}


def test_while_it_is_held_only_the_lists_of_the_account_are_asked_for_and_nothing_wakes_the_loop(
    settled, switched, other
):
    switched(other)
    settled.tick()
    before = len(other.state.requests())

    settled.clock.advance(10_000)
    engine = settled.engine()
    assert engine.next_due() is None
    assert engine.tick(look=False).held is not None
    assert len(other.state.requests()) == before
    engine.tick()
    assert {one["path"] for one in other.state.requests()[before:]} == {"/projects", "/leads"}


def test_the_right_key_lifts_it_and_nothing_was_lost(settled, switched, other):
    home = settled.sandbox
    switched(other)
    settled.tick()
    settled.state.add("lead", name="Mill", status="Chaser")
    switched(home)

    report = settled.tick(after=timedelta(hours=2))

    assert report.held is None
    assert settled.store.holds("default") == []
    assert sorted(task["name"] for task in settled.state.all("task")) == ["Alarm", "Greet Mill", "Later"]


def test_a_person_can_let_the_account_begin_anew_in_the_other_workspace(settled, switched, other):
    switched(other)
    hold = settled.tick().held
    with pytest.raises(NotMoved, match="can't be discarded"):
        settled.store.discard_hold(hold.id)

    assert settled.store.approve_hold(hold.id)
    report = settled.tick()

    assert report.held is None
    assert report.events == 0
    assert settled.store.count_objects("default") == {"project": 1, "lead": 5}
    assert settled.store.holds("default") == []
    assert {run.rule_id: run.status for run in settled.runs()}["later"] is RunStatus.CANCELLED
    other.state.add("lead", name="Mill", status="Chaser")
    settled.tick()
    assert [task["name"] for task in other.state.all("task")] == ["Greet Mill"]


def test_a_lost_answer_is_not_looked_for_in_a_workspace_that_a_new_key_has_not_shown_yet(
    settled, switched, other
):
    settled.use(
        RULES + "  - {id: end, when: lead.untagged, then: [{delete_lead: {}}], allow_destructive: true}\n"
    )
    settled.tick()
    settled.state.fault("drop", match_method="DELETE", times=None)
    settled.state.edit("lead", settled.leads[0]["id"], tags=[])
    settled.tick()
    switched(other, key_name="another")

    assert settled.tick().held is not None

    (step,) = [step for step in settled.steps() if step.action == "delete_lead"]
    assert step.status == "unknown"


def test_one_project_less_is_no_other_workspace_though_the_agency_is_small(rig):
    rig.use("  - {id: x, when: project.created, then: [{log: x}]}\n").tick()
    rig.state.remove("project", rig.sales)
    rig.state.remove("project", rig.web)
    rig.state.add("project", name="New")

    assert rig.tick().held is None
    assert sorted(event.types[0] for event in rig.events()) == [
        "project.created",
        "project.deleted",
        "project.deleted",
    ]


def test_leads_that_are_all_imported_anew_are_vouched_for_by_what_else_is_there(rig):
    for number in range(6):
        rig.state.add("project", name=f"P{number}")
    leads = [rig.state.add("lead", name=f"Lead {number}", status="Chaser") for number in range(7)]
    rig.use("  - {id: x, when: [lead.created, project.created, member.joined], then: [{log: x}]}\n").tick()
    for lead in leads:
        rig.state.remove("lead", lead["id"])
        rig.state.add("lead", name=lead["name"], status="Chaser")

    assert rig.tick().held is None
    assert [event.types for event in rig.events()] == [("lead.created",)] * 7


def test_a_new_key_of_the_same_workspace_goes_on(settled):
    settled.key_name = "another"
    settled.state.add("lead", name="Mill", status="Chaser")

    assert settled.tick().held is None
    assert "Greet Mill" in [task["name"] for task in settled.state.all("task")]


def test_a_dry_run_tells_of_it_and_stores_nothing(settled, switched, other):
    switched(other)
    report, shown = settled.dry_tick()

    assert report.held is not None
    assert [run.rule_id for run, _ in shown] == ["alarm"]
    assert settled.store.holds("default") == []
