"""Each operation of the API, against the sandbox."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from raw_server import EvenRandom, NoPauses

from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.decoding import decode_list
from rules_engine.dashtrack.errors import BudgetExhausted, Forbidden, NotFound, Unauthorized
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.operations import BY_NAME, OPERATIONS
from rules_engine.dashtrack.outcomes import Done, Rejected
from rules_engine.dashtrack.resources import RESOURCES, TASK, Scope
from rules_engine.sandbox import running_sandbox

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox(seed="agency") as running:
        yield running


def client_of(sandbox, key=None):
    clock = NoPauses()
    return Dashtrack(
        sandbox.base_url, Key(key or sandbox.key), clock=clock, budget=Budget(clock), random=EvenRandom()
    )


@pytest.fixture
def client(sandbox):
    with client_of(sandbox) as one:
        yield one


@pytest.fixture
def project(client):
    """A project that has some of everything."""
    lists = (client.list_tasks, client.list_time_entries, client.list_notes)
    return next(one for one in client.list_projects() if all(read(one["id"]) for read in lists))


def done(outcome):
    assert isinstance(outcome, Done), outcome
    return outcome.object


def listing(client, project):
    return [
        client.list_projects(),
        client.list_tasks(project["id"]),
        client.list_leads(),
        client.list_time_entries(project["id"]),
        client.list_notes(project["id"]),
        client.list_members(),
        client.list_holidays(),
    ]


def test_every_list_is_read_and_holds_what_the_table_foresees(client, project):
    for resource, items in zip(RESOURCES.values(), listing(client, project), strict=True):
        assert items, resource.name
        assert {name for item in items for name in item} >= {"id"}
        scoped = project["id"] if resource.scope is Scope.PROJECT else None
        assert client.read_list(resource, scoped) == items
        assert len(decode_list(resource, client.read_list_raw(resource, scoped))) == len(items)
        if scoped:
            assert {item["project_id"] for item in items} == {scoped}


def test_projects(client):
    first = client.list_projects()[0]
    assert client.get_project(first["id"])["name"] == first["name"]
    assert client.list_projects(project_id=first["id"])[0]["id"] == first["id"]
    assert client.get_project_stats(first["id"])["tasks"]["total"] == len(client.list_tasks(first["id"]))
    assert (
        done(client.update_project(first["id"], {"description": "Nouvelle vague"}))["description"]
        == "Nouvelle vague"
    )
    assert isinstance(client.archive_project(first["id"]), Done)
    assert first["id"] not in {one["id"] for one in client.list_projects()}
    assert client.get_project(first["id"])["archived"] is True
    assert done(client.update_project(first["id"], {"archived": False}))["archived"] is False


def test_tasks(client, project):
    member = client.list_members()[0]
    fields = {
        "name": "Ring / round",
        "priority": "high",
        "assigned_to": [member["id"]],
        "task_list": "Odds & ends",
    }
    task = done(client.create_task(project["id"], fields))
    assert (task["priority"], task["assigned_to"], task["project_id"]) == (
        "High",
        [member["name"]],
        project["id"],
    )
    assert client.get_task(task["id"]) == client.read_object(TASK, task["id"]) == task
    assert [one["id"] for one in client.list_tasks(project["id"], task_list="Odds & ends")] == [task["id"]]
    assert task["id"] in {
        one["id"] for one in client.list_tasks(project["id"], assigned_to=member["id"], status="todo")
    }
    assert done(client.update_task(task["id"], {"status": "done"}))["status"] == "done"
    assert isinstance(client.delete_task(task["id"]), Done)
    with pytest.raises(NotFound):
        client.get_task(task["id"])
    assert client.delete_task(task["id"]).status == 404


def test_leads(client):
    lead = done(client.create_lead({"name": "Ölmühle", "status": "chaser", "rep": "Ada Byron"}))
    assert lead["status"] == "Chaser"
    assert lead["id"] in {one["id"] for one in client.list_leads(status="Chaser", rep="Ada Byron")}
    assert done(client.update_lead(lead["id"], {"tags": ["Won"]}))["tags"] == ["Won"]
    assert client.get_lead(lead["id"])["tags"] == ["Won"]
    assert isinstance(client.delete_lead(lead["id"]), Done)
    with pytest.raises(NotFound):
        client.get_lead(lead["id"])


def test_notes_time_and_holidays(client, project):
    note = done(client.create_note(project["id"], {"notes": "Agreed."}))
    assert note["id"] in {one["id"] for one in client.list_notes(project["id"])}
    entries = client.list_time_entries(project["id"])
    day = date.fromisoformat(entries[0]["date"])
    those = client.list_time_entries(project["id"], since=day, until=day, user_id=entries[0]["user_id"])
    assert entries[0]["id"] in {one["id"] for one in those}
    assert client.list_time_entries(project["id"], since=day + timedelta(days=4000)) == []
    statuses = {one["status"] for one in client.list_holidays()}
    for status in statuses:
        assert {one["status"] for one in client.list_holidays(status=status)} == {status}
    assert len(client.list_holidays(scope="me")) < len(client.list_holidays())


def test_bad_input_is_rejected_with_the_servers_reason(client, project):
    for outcome in (
        client.create_task(project["id"], {}),
        client.create_lead({"name": "x"}),
        client.create_note(project["id"], {}),
        client.update_task(NOBODY, {"status": "done"}),
        client.archive_project(NOBODY),
    ):
        assert isinstance(outcome, Rejected), outcome
        assert outcome.status in {400, 404}
        assert len(outcome.message.rpartition(": ")[2]) > 3


def test_the_requests_seen_above_are_all_twenty_operations():
    """The tests of this module call each method of the client that is an operation; this holds them to the table."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [row.name for row in OPERATIONS if f"client.{row.name}(" not in source] == []
    assert len(BY_NAME) == 20


def test_a_key_that_nobody_knows_is_refused(sandbox):
    with client_of(sandbox, "dt_nobody") as client:
        with pytest.raises(Unauthorized):
            client.list_leads()
        assert client.requests_made == 1


@pytest.mark.parametrize("unit", ["epoch_s", "epoch_ms", "delta", "iso"])
def test_the_sandboxs_own_limit_is_kept_in_each_unit(unit):
    with running_sandbox(plan="starter", rate_reset_unit=unit) as sandbox, client_of(sandbox) as client:
        for _ in range(95):
            client.list_members()
        with pytest.raises(BudgetExhausted) as caught:
            client.list_members()
        assert client.requests_made == 95
        wait = (caught.value.until - NoPauses().now()).total_seconds()
        assert 3500 < wait < 3610


def test_forbidden_is_told_apart():
    assert not issubclass(Forbidden, NotFound)
