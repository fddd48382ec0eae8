"""The Dashtrack in memory, through the engine's own client: it answers as the real one is known to."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.errors import NotFound
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.operations import OPERATIONS
from rules_engine.dashtrack.outcomes import Done, Rejected
from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.foresight.fake_dashtrack import BASE_URL, FakeDashtrack

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def fake():
    made = FakeDashtrack(ManualClock(NOW))
    made.add("project", {"name": "Sales"})
    made.add("member", {"name": "Ada Byron"})
    return made


@pytest.fixture
def client(fake):
    clock = ManualClock(NOW)
    return Dashtrack(
        BASE_URL, Key("dt_x"), clock=clock, budget=Budget(clock), random=random.Random(1), transport=fake
    )


def test_what_is_made_is_answered_in_the_api_s_own_form(client):
    fields = {"name": "T", "priority": "high", "assigned_to": ["member-1", "Bob"], "status": "TODO"}
    outcome = client.create_task("project-1", fields)
    assert isinstance(outcome, Done)
    assert outcome.status == 201
    assert outcome.object == client.get_task("task-1")
    shown = {name: outcome.object[name] for name in ("id", "project_id", "priority", "assigned_to", "status")}
    assert shown == {
        "id": "task-1",
        "project_id": "project-1",
        "priority": "High",
        "assigned_to": ["Ada Byron", "Bob"],
        "status": "todo",
    }


def test_every_field_is_there_and_a_new_object_has_its_usual_values(fake, client):
    for name in ("task", "time_entry", "note"):
        fake.add(name, {"project_id": "project-1"})
    for name in ("lead", "holiday"):
        fake.add(name, {})
    for name, resource in RESOURCES.items():
        (made,) = client.read_list(resource, "project-1")
        assert made.keys() >= set(resource.field_names), name
    (task,) = client.list_tasks("project-1")
    assert (task["status"], task["assigned_to"], task["priority"]) == ("todo", [], None)
    (lead,) = client.list_leads()
    assert (lead["status"], lead["tags"]) == ("First Contact Made", [])
    assert client.list_time_entries("project-1")[0]["date"] == "2026-11-24"


def test_an_archived_project_leaves_the_list_and_can_still_be_read(client):
    assert isinstance(client.archive_project("project-1"), Done)
    assert client.list_projects() == []
    assert client.get_project("project-1")["archived"] is True
    assert isinstance(client.update_project("project-1", {"archived": False}), Done)
    assert len(client.list_projects()) == 1


def test_what_is_deleted_is_gone_and_its_id_is_never_used_again(fake, client):
    client.create_lead({"name": "A", "status": "Chaser"})
    assert isinstance(client.delete_lead("lead-1"), Done)
    with pytest.raises(NotFound):
        client.get_lead("lead-1")
    made = client.create_lead({"name": "B", "status": "Chaser"})
    assert made.object["id"] == "lead-2"
    assert fake.ever("lead", "lead-1")["name"] == "A"
    fake.add("lead", {"id": "lead-4"})
    assert fake.add("lead", {})["id"] == "lead-5"


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("create_task", ("nowhere", {"name": "T"}), 404),
        ("create_task", ("project-1", {}), 400),
        ("create_task", ("project-1", {"name": "T", "status": "doing"}), 400),
        ("create_task", ("project-1", {"name": "T", "colour": "red"}), 400),
        ("create_task", ("project-1", {"name": "T", "project_id": "x"}), 400),
        ("update_lead", ("nobody", {"status": "Chaser"}), 404),
        ("delete_task", ("nothing",), 404),
    ],
)
def test_what_the_api_would_refuse_is_refused(client, method, arguments, status):
    outcome = getattr(client, method)(*arguments)
    assert isinstance(outcome, Rejected)
    assert outcome.status == status


def test_two_edits_at_one_moment_have_different_times(fake):
    made = fake.add("lead", {"id": "x"})
    first = made["updated_at"]
    assert fake.edit("lead", "x", {"value": 1})["updated_at"] > first


def test_people_and_lengths_are_worked_out(fake):
    leave = fake.add(
        "holiday", {"user_name": "Ada Byron", "start_date": "2026-11-27", "end_date": "2026-12-01"}
    )
    assert (leave["user_id"], leave["days"]) == ("member-1", 3)
    assert fake.edit("holiday", leave["id"], {"end_date": "2026-12-02"})["days"] == 4
    entry = fake.add("time_entry", {"user_id": "member-1"})
    assert entry["user_name"] == "Ada Byron"
    fake.add("member", {"name": "Bob Stone"})
    assert fake.edit("time_entry", entry["id"], {"user_name": "Bob Stone"})["user_id"] == "member-2"
    assert fake.edit("time_entry", entry["id"], {"user_name": "Nobody"})["user_id"] is None


def test_every_operation_that_the_engine_uses_is_answered(fake, client):
    fake.add("task", {"id": "x", "project_id": "project-1"})
    fake.add("lead", {"id": "x"})
    for operation in OPERATIONS:
        if operation.method == "GET" and operation.name != "get_project_stats":
            path = operation.path.replace("{project_id}", "project-1")
            path = path.replace("{id}", "project-1" if "projects" in path else "x")
            assert client.get(path).status == 200, operation.name
