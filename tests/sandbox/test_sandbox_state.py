from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import pytest
from openapi_contract import assert_valid
from sandbox_api import NOON, Api

from rules_engine.clock import ManualClock
from rules_engine.sandbox import SandboxError, running_sandbox
from rules_engine.sandbox.vocabulary import LEAD_STATUSES

SCHEMAS = {
    "project": "Project",
    "task": "Task",
    "lead": "Lead",
    "time_entry": "TimeEntry",
    "note": "Note",
    "member": "Member",
    "holiday": "Holiday",
}


def everything(sandbox):
    return {resource: sandbox.state.all(resource) for resource in SCHEMAS}


def test_the_history_tells_every_request_and_what_it_brought_about(api, sandbox, clock):
    lead = api.post("/leads?x=1", {"name": "x", "status": "chaser"}).json()["lead"]
    clock.advance(1)
    api.patch(f"/leads/{lead['id']}", {"value": 5})
    sandbox.state.edit("lead", lead["id"], value=6)
    api.delete(f"/leads/{lead['id']}")
    created, updated, edited, deleted = sandbox.state.effects()
    posted, patched, removed = sandbox.state.requests()
    assert posted == {
        "n": 1,
        "kind": "request",
        "at": "2026-03-18T12:00:00+00:00",
        "method": "POST",
        "path": "/leads",
        "query": {"x": "1"},
        "body": {"name": "x", "status": "chaser"},
        "authorized": True,
        "fault": None,
        "status": 201,
    }
    assert created == {
        "n": 2,
        "kind": "effect",
        "at": "2026-03-18T12:00:00+00:00",
        "action": "created",
        "resource": "lead",
        "id": lead["id"],
        "by": "api",
        "request": 1,
        "before": None,
        "after": lead,
    }
    assert (updated["before"], updated["after"]["value"], updated["request"]) == (lead, 5, patched["n"])
    assert (edited["by"], edited["request"], edited["before"]["value"], edited["after"]["value"]) == (
        "somebody",
        None,
        5,
        6,
    )
    assert (deleted["action"], deleted["before"], deleted["after"]) == ("deleted", edited["after"], None)
    assert deleted["request"] == removed["n"]
    assert [entry["n"] for entry in sandbox.state.history()] == list(range(1, 8))


def test_a_body_that_is_no_json_is_told_as_text(api, sandbox):
    api.ask("POST", "/leads", content=b'{"name": \xff')
    (request,) = sandbox.state.requests()
    assert (request["body"], request["status"]) == ('{"name": �', 400)


def test_the_history_never_holds_a_key(api, sandbox):
    api.get("/team")
    api.get("/team", headers={"Authorization": "Bearer dt_secret"})
    assert [request["authorized"] for request in sandbox.state.requests()] == [True, False]
    assert "dt_" not in str(sandbox.state.history())


def test_an_edit_takes_canonical_forms_and_keeps_what_is_strange(api, sandbox, project):
    member = sandbox.state.all("member")[0]
    task = sandbox.state.add(
        "task",
        project_id=project["id"],
        name="x",
        priority="high",
        status="Blocked",
        assigned_to=[member["id"]],
        due_date=datetime(2026, 4, 1, 9, tzinfo=UTC),
        start_date=date(2026, 4, 1),
        budget_code="B-7",
    )
    assert task == api.get(f"/tasks/{task['id']}", contract=False).json()["task"]
    assert task["priority"] == "High"
    assert task["assigned_to"] == ["Ada Byron"]
    assert (task["due_date"], task["start_date"]) == ("2026-04-01T09:00:00.000Z", "2026-04-01T00:00:00.000Z")
    assert (task["status"], task["budget_code"]) == ("Blocked", "B-7")


def test_values_of_a_strange_tenant_break_no_answer(api, sandbox, project):
    sandbox.state.add("task", project_id=project["id"], name="x", assigned_to=None, status=None)
    sandbox.state.add("time_entry", project_id=project["id"], hours=None, date=None, user_id=7)
    sandbox.state.add("holiday", start_date="soon", end_date="later", days=None)
    paths = ["/stats", "/tasks?assigned_to=x", "/tasks?status=done", "/time?from=2026-01-01", "/time"]
    for path in [*(f"/projects/{project['id']}{path}" for path in paths), "/holidays?scope=team"]:
        assert api.get(path, contract=False).status_code == 200


def test_ids_and_timestamps_can_be_given_and_an_id_can_be_used_again(sandbox):
    fields = {
        "id": "7",
        "name": "x",
        "status": "Chaser",
        "created_at": "2020-01-01",
        "updated_at": "2020-01-02",
    }
    lead = sandbox.state.add("lead", **fields)
    assert (lead["id"], lead["created_at"]) == ("7", "2020-01-01T00:00:00.000Z")
    with pytest.raises(SandboxError, match="already"):
        sandbox.state.add("lead", **fields)
    assert sandbox.state.remove("lead", "7") == lead
    assert sandbox.state.get("lead", "7") is None
    assert sandbox.state.add("lead", **{**fields, "name": "another"})["name"] == "another"
    assert [one["name"] for one in sandbox.state.all("lead")] == ["another"]


def test_many_are_added_all_or_none(sandbox):
    with pytest.raises(SandboxError, match="needs status"):
        sandbox.state.add_many("lead", [{"name": "a", "status": "Chaser"}, {"name": "b"}])
    assert sandbox.state.all("lead") == []
    assert sandbox.state.history() == []


def test_all_takes_values_to_match(sandbox, project):
    for name, status in [("a", "done"), ("b", "todo"), ("c", "done")]:
        sandbox.state.add("task", project_id=project["id"], name=name, status=status)
    assert [task["name"] for task in sandbox.state.all("task", status="done")] == ["a", "c"]
    assert sandbox.state.all("task", status="done", name="b") == []


@pytest.mark.parametrize("resource", ["tasks", "invoice", ""])
def test_an_unknown_resource_names_the_known_ones(sandbox, resource):
    with pytest.raises(SandboxError, match="use one of project, task, lead"):
        sandbox.state.all(resource)


def test_what_is_not_there_can_not_be_edited_or_removed(sandbox):
    for act in (sandbox.state.edit, sandbox.state.remove):
        with pytest.raises(SandboxError, match="there is no lead 7"):
            act("lead", "7")


def test_a_renamed_member_is_known_by_the_new_name(api, sandbox, project):
    member = sandbox.state.all("member")[0]
    sandbox.state.edit("member", member["id"], name="Ada King")
    body = {"name": "x", "assigned_to": [member["id"]]}
    assert api.post(f"/projects/{project['id']}/tasks", body).json()["task"]["assigned_to"] == ["Ada King"]


def test_the_id_of_a_removed_member_means_nobody(api, sandbox, project):
    member = sandbox.state.all("member")[0]
    body = {"name": "x", "assigned_to": [member["id"]]}
    path = f"/projects/{project['id']}/tasks"
    assert api.post(path, body).json()["task"]["assigned_to"] == ["Ada Byron"]
    sandbox.state.remove("member", member["id"])
    assert api.post(path, body).json()["task"]["assigned_to"] == [member["id"]]


def test_the_empty_seed_is_one_member():
    with running_sandbox(seed="empty") as sandbox:
        world = everything(sandbox)
    assert [member["name"] for member in world.pop("member")] == ["Ada Byron"]
    assert not any(world.values())


@pytest.fixture(scope="module")
def agency():
    with running_sandbox(seed="agency", clock=ManualClock(NOON)) as sandbox:
        yield sandbox


def test_the_agency_is_the_same_every_time(agency):
    with running_sandbox(seed="agency", clock=ManualClock(NOON)) as again:
        assert everything(again) == everything(agency)


def test_the_agency_moves_with_its_clock_but_keeps_its_ids(agency):
    with running_sandbox(seed="agency", clock=ManualClock(datetime(2027, 8, 1, tzinfo=UTC))) as later:
        for resource in ("project", "task", "lead", "note", "member", "holiday"):
            there, here = later.state.all(resource), agency.state.all(resource)
            assert [one["id"] for one in there] == [one["id"] for one in here]
            assert [one.get("name") for one in there] == [one.get("name") for one in here]
        assert {entry["date"] for entry in later.state.all("time_entry")} == {"2027-08-01"}


def test_the_agency_is_lifelike(agency):
    world = everything(agency)
    projects = [project for project in world["project"] if not project["archived"]]
    names = {project["name"] for project in projects}
    assert len(projects) == len(names) == 12
    assert names >= {"Sales", "Onboarding", "Account", "Operations"}
    assert sum(project["retainer_hours"] is not None for project in projects) >= 3
    assert len(world["member"]) == 8
    assert 140 <= len(world["task"]) <= 160
    assert {task["status"] for task in world["task"]} == {"todo", "in-progress", "done"}
    assert {task["task_list"] for task in world["task"]} >= {"Design", "Copy", "Build"}
    assert any(not task["assigned_to"] for task in world["task"])
    assert len(world["lead"]) == 30
    assert {lead["status"] for lead in world["lead"]} == set(LEAD_STATUSES)
    people = {member["name"] for member in world["member"]}
    assert {lead["rep"] for lead in world["lead"]} <= people
    assert {name for task in world["task"] for name in task["assigned_to"]} <= people
    assert all(
        entry["date"].startswith("2026-03-") and entry["date"] <= "2026-03-18"
        for entry in world["time_entry"]
    )
    assert {entry["user_name"] for entry in world["time_entry"]} <= people
    assert {holiday["status"] for holiday in world["holiday"]} == {"pending", "approved", "declined"}
    assert len(world["note"]) >= 10


@pytest.mark.parametrize("resource", SCHEMAS)
def test_the_agency_fits_the_document(agency, resource):
    for one in agency.state.all(resource):
        assert_valid(one, f"#/components/schemas/{SCHEMAS[resource]}")


def test_the_agency_can_be_read_through_the_api(agency):
    client = Api(agency)
    with client.http:
        for project in client.get("/projects").json()["projects"]:
            for part in ("stats", "tasks", "time", "notes"):
                client.get(f"/projects/{project['id']}/{part}")
        for path in ("/leads", "/team", "/holidays?scope=team"):
            client.get(path)


def test_the_agencys_beginning_is_no_history():
    with running_sandbox(seed="agency") as sandbox:
        assert sandbox.state.history() == []


def test_a_file_goes_on_where_it_was_left(tmp_path):
    path = tmp_path / "dashtrack.db"
    with running_sandbox(db=path, seed="agency", plan="starter") as sandbox:
        lead = sandbox.state.all("lead")[0]
        client = Api(sandbox)
        with client.http:
            client.patch(f"/leads/{lead['id']}", {"name": "changed"})
        world, history = everything(sandbox), sandbox.state.history()
    with running_sandbox(db=path, seed="agency", plan="starter") as sandbox:
        assert (everything(sandbox), sandbox.state.history()) == (world, history)
        client = Api(sandbox)
        with client.http:
            assert client.get("/team").headers["X-RateLimit-Remaining"] == "98"
            new = client.post("/leads", {"name": "new", "status": "Chaser"}).json()["lead"]
        assert sandbox.state.all("lead")[-1] == new
        assert [entry["n"] for entry in sandbox.state.history()] == [1, 2, 3, 4, 5]


def test_a_file_in_use_or_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "dashtrack.db"
    with running_sandbox(db=path), pytest.raises(SandboxError, match=r"dashtrack\.db can't be used.*locked"):
        running_sandbox(db=path).__enter__()
    path.write_bytes(b"something else" * 100)
    with pytest.raises(SandboxError, match="not a database"):
        running_sandbox(db=path).__enter__()
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(SandboxError, match="choose another file"):
        running_sandbox(db=other).__enter__()
    with pytest.raises(SandboxError, match="can't be used"):
        running_sandbox(db=tmp_path / "no" / "such.db").__enter__()


@pytest.mark.parametrize(
    ("options", "hint"), [({"seed": "town"}, "empty, agency"), ({"plan": "gold"}, "starter")]
)
def test_an_unknown_seed_or_plan_names_the_known_ones(options, hint):
    with pytest.raises(SandboxError, match=hint):
        running_sandbox(**options).__enter__()
