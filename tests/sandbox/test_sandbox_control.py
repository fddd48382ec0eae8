from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from rules_engine.sandbox import RunningSandbox, running_sandbox


@pytest.fixture
def control(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.control_url, timeout=5, trust_env=False) as client:
        yield client


def test_the_control_route_is_off_unless_asked_for():
    with running_sandbox(control=False) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        for path in ("/history", "/faults", "/objects/lead"):
            assert httpx.get(sandbox.control_url + path).status_code == 401
            assert httpx.get(sandbox.control_url + path, headers=headers).status_code == 404
        assert httpx.request("DELETE", sandbox.control_url + "/faults", headers=headers).status_code == 404


def test_control_needs_no_key_spends_no_limit_and_is_not_in_the_history(api, sandbox, control):
    sandbox.state.set_limit(limit=1)
    for _ in range(3):
        assert control.get("/history").json() == {"history": []}
    assert api.get("/team").status_code == 200


def test_a_fault_can_be_scripted_shown_and_cleared(api, control):
    body = {
        "kind": "status",
        "status": 503,
        "times": None,
        "match": {"method": "GET", "path": "^/leads", "nth": 2},
    }
    response = control.post("/faults", json=body)
    assert response.status_code == 201
    fault = response.json()["fault"]
    assert fault["match"] == {"methods": ["GET"], "path": "^/leads", "nth": 2}
    statuses = [api.get(path, contract=False).status_code for path in ("/leads", "/leads", "/team", "/leads")]
    assert statuses == [200, 503, 200, 503]
    assert control.get("/faults").json() == {"faults": [{**fault, "struck": 2}]}
    assert control.delete("/faults").json() == {"success": True}
    assert control.get("/faults").json() == {"faults": []}
    assert api.get("/leads").status_code == 200


def test_objects_can_be_made_read_changed_and_removed_as_somebody_else(sandbox, control, project):
    body = {"project_id": project["id"], "hours": 3, "user_id": sandbox.state.all("member")[0]["id"]}
    made = control.post("/objects/time_entry", json=body)
    assert made.status_code == 201
    entry = made.json()["object"]
    assert entry["user_name"] == "Ada Byron"
    path = f"/objects/time_entry/{entry['id']}"
    assert control.patch(path, json={"hours": 4}).json()["object"]["hours"] == 4
    assert control.get(path).json()["object"]["hours"] == 4
    assert control.get("/objects/time_entry", params={"hours": "4"}).json()["objects"] == [
        {**entry, "hours": 4}
    ]
    assert control.get("/objects/time_entry", params={"hours": "5"}).json()["objects"] == []
    assert control.delete(path).json()["object"]["id"] == entry["id"]
    assert control.get(path).status_code == 404
    assert {effect["by"] for effect in sandbox.state.effects()} == {"somebody"}


@pytest.mark.parametrize(
    ("resource", "fields"),
    [
        ("project", {"name": "New"}),
        ("member", {"name": "Grace Okafor", "role": "designer"}),
        ("holiday", {"start_date": "2026-04-01", "end_date": "2026-04-02"}),
        ("lead", {"name": "New", "status": "chaser"}),
    ],
)
def test_everything_can_be_made_also_what_the_api_can_not(api, control, resource, fields):
    made = control.post(f"/objects/{resource}", json=fields).json()["object"]
    path = {"project": "/projects", "member": "/team", "holiday": "/holidays?scope=team", "lead": "/leads"}[
        resource
    ]
    lists = [value for value in api.get(path).json().values() if isinstance(value, list)]
    assert made in lists[0]


def test_a_holiday_can_be_approved(api, control):
    made = control.post("/objects/holiday", json={"start_date": "2026-04-01", "end_date": "2026-04-02"})
    control.patch(f"/objects/holiday/{made.json()['object']['id']}", json={"status": "Approved"})
    assert api.get("/holidays?scope=team").json()["stats"]["used"] == 2


def test_the_limit_can_be_changed(api, control):
    keys = control.post("/limit", json={"plan": "starter", "used": 98, "reset_unit": "delta"}).json()["keys"]
    assert keys["dt_sandbox"]["limit"] == 100
    response = api.get("/team")
    assert response.headers["X-RateLimit-Remaining"] == "1"
    assert response.headers["X-RateLimit-Reset"] == "3600"
    control.post("/limit", json={"limit": 5, "key": "dt_sandbox"})
    assert api.get("/team").status_code == 429


def test_keys_can_be_added_and_revoked(api, control):
    assert (
        control.post("/keys", json={"add": "dt_two", "plan": "starter"}).json()["keys"]["dt_two"]["limit"]
        == 100
    )
    control.post("/keys", json={"revoke": "dt_sandbox"})
    assert api.get("/team").status_code == 401
    assert api.get("/team", headers={"Authorization": "Bearer dt_two"}).headers["X-RateLimit-Limit"] == "100"


def test_the_history_can_be_read_from_an_entry_on(api, control):
    api.get("/team")
    api.post("/leads", {"name": "x", "status": "Chaser"})
    entries = control.get("/history").json()["history"]
    assert [entry["kind"] for entry in entries] == ["request", "request", "effect"]
    assert control.get("/history", params={"since": entries[1]["n"]}).json()["history"] == entries[2:]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "hint"),
    [
        ("POST", "/faults", {}, 400, "there is no fault ''"),
        ("POST", "/faults", {"kind": "drop", "match": {"colour": "red"}}, 400, "match does not take colour"),
        ("POST", "/faults", {"kind": "drop", "match": {"nth": "2"}}, 400, "nth"),
        ("POST", "/faults", {"kind": "drop", "match": "x"}, 400, "match"),
        ("POST", "/faults", {"kind": "drop", "match": {"path": 3}}, 400, "path"),
        ("POST", "/faults", {"kind": "drop", "times": "2"}, 400, "times"),
        ("POST", "/faults", {"kind": "drop", "match_path": "x"}, 400, "does not take match_path"),
        ("POST", "/faults", [], 400, "object"),
        ("POST", "/limit", {"used": -1}, 400, "used"),
        ("POST", "/limit", {"limit": "5"}, 400, "limit"),
        ("POST", "/limit", {"plan": "gold"}, 400, "starter"),
        ("POST", "/limit", {"reset_unit": "minutes"}, 400, "epoch_s"),
        ("POST", "/limit", {"key": "dt_none"}, 400, "no such key"),
        ("POST", "/limit", {"left": 1}, 400, "left"),
        ("POST", "/keys", {}, 400, "which key"),
        ("POST", "/keys", {"add": "other"}, 400, "dt_"),
        ("POST", "/keys", {"revoke": "dt_none"}, 400, "no such key"),
        ("GET", "/history?since=x", None, 400, "since"),
        ("POST", "/objects/invoice", {}, 400, "project, task"),
        ("GET", "/objects/invoice", None, 400, "project, task"),
        ("POST", "/objects/task", {"name": "x"}, 400, "project_id"),
        ("POST", "/objects/lead", {"name": "x"}, 400, "status"),
        ("PATCH", "/objects/lead/1", {"name": "x"}, 404, "no lead 1"),
        ("DELETE", "/objects/lead/1", None, 404, "no lead 1"),
    ],
)
def test_a_request_that_makes_no_sense_says_why(control, method, path, body, status, hint):
    response = control.request(method, path, json=body) if body is not None else control.request(method, path)
    assert response.status_code == status
    assert hint in response.json()["error"]


def test_a_body_that_is_no_json_says_so(control):
    response = control.post("/faults", content=b"{")
    assert (response.status_code, response.json()) == (400, {"error": "The body is not valid JSON"})
