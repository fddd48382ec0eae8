from __future__ import annotations

import uuid
from datetime import timedelta

import httpx
import pytest
from sandbox_api import NOON

from rules_engine.sandbox import running_sandbox

RATE_HEADERS = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


def remaining(response):
    return int(response.headers["X-RateLimit-Remaining"])


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "dt_sandbox",
        "Bearer",
        "Bearer dt_other",
        "Basic dt_sandbox",
        "Bearer DT_SANDBOX",
        "Bearer x y",
    ],
)
def test_without_a_known_key_there_is_nothing_but_401(sandbox, project, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in [("GET", "/projects"), ("DELETE", f"/projects/{project['id']}"), ("GET", "/nowhere")]:
        response = httpx.request(method, sandbox.base_url + path, headers=headers)
        assert response.status_code == 401
        assert "key" in response.json()["error"]
        assert response.headers.keys() >= RATE_HEADERS
    assert sandbox.state.get("project", project["id"])["archived"] is False


def test_the_scheme_is_taken_in_any_case(api):
    assert api.get("/team", headers={"Authorization": "bEARER dt_sandbox"}).status_code == 200


def test_a_revoked_key_is_refused_and_an_added_one_accepted(api, sandbox):
    sandbox.state.revoke_key("dt_sandbox")
    sandbox.state.add_key("dt_new")
    assert api.get("/team").status_code == 401
    assert api.get("/team", headers={"Authorization": "Bearer dt_new"}).status_code == 200


@pytest.mark.parametrize(
    ("plan", "limit"),
    [("starter", 100), ("professional", 1000), ("agency", 10_000), ("enterprise", 1_000_000)],
)
def test_each_plan_has_its_limit(plan, limit):
    with running_sandbox(plan=plan) as sandbox:
        response = httpx.get(f"{sandbox.base_url}/team", headers={"Authorization": f"Bearer {sandbox.key}"})
    assert response.headers["X-RateLimit-Limit"] == str(limit)
    assert remaining(response) == limit - 1


def test_the_hour_begins_with_the_first_request_and_then_anew(api, sandbox, clock):
    sandbox.state.set_limit(limit=2)
    clock.advance(600)
    end = int((NOON + timedelta(seconds=600 + 3600)).timestamp())
    for left in (1, 0):
        response = api.get("/team")
        assert (response.status_code, remaining(response)) == (200, left)
        assert response.headers["X-RateLimit-Reset"] == str(end)
        clock.advance(100)
    refused = api.get("/team")
    assert (refused.status_code, remaining(refused)) == (429, 0)
    assert refused.json() == {"error": "Rate limit exceeded"}
    clock.advance(3600 - 200 - 1)
    assert api.get("/team").status_code == 429
    clock.advance(1)
    assert (api.get("/team").status_code, remaining(api.get("/team"))) == (200, 0)


def test_a_refused_write_has_no_effect(api, sandbox):
    sandbox.state.set_limit(limit=5, used=5)
    assert api.post("/leads", {"name": "x", "status": "Chaser"}).status_code == 429
    assert sandbox.state.all("lead") == []


def test_every_answer_spends_one_request_whatever_its_status(api, sandbox):
    sandbox.state.set_limit(limit=50)
    unknown = uuid.UUID(int=1, version=4)
    responses = [
        api.get("/team"),
        api.get(f"/leads/{unknown}"),
        api.post("/leads", {}),
        api.get("/nowhere", contract=False),
        api.ask("PUT", "/leads", contract=False),
    ]
    assert [remaining(response) for response in responses] == [49, 48, 47, 46, 45]


def test_each_key_has_a_limit_of_its_own(api, sandbox):
    sandbox.state.add_key("dt_other", plan="starter")
    api.get("/team")
    response = api.get("/team", headers={"Authorization": "Bearer dt_other"})
    assert (response.headers["X-RateLimit-Limit"], remaining(response)) == ("100", 99)
    sandbox.state.set_limit(key="dt_other", used=100)
    assert api.get("/team", headers={"Authorization": "Bearer dt_other"}).status_code == 429
    assert api.get("/team").status_code == 200


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("epoch_s", str(int(NOON.timestamp()) + 3600)),
        ("epoch_ms", str((int(NOON.timestamp()) + 3600) * 1000)),
        ("delta", "3590"),
        ("iso", "2026-03-18T13:00:00Z"),
    ],
)
def test_reset_can_be_written_in_each_unit(api, sandbox, clock, unit, expected):
    sandbox.state.set_limit(reset_unit=unit)
    api.get("/team")
    clock.advance(10.5)
    assert api.get("/team").headers["X-RateLimit-Reset"] == expected


def test_the_reset_unit_can_be_chosen_at_the_start():
    with running_sandbox(rate_reset_unit="delta") as sandbox:
        response = httpx.get(f"{sandbox.base_url}/team", headers={"Authorization": f"Bearer {sandbox.key}"})
    assert response.headers["X-RateLimit-Reset"] == "3600"


def test_a_request_to_the_www_host_is_sent_away_and_does_nothing(api, sandbox):
    response = api.post(
        "/leads?a=b%20c",
        {"name": "x", "status": "Chaser"},
        headers={"Host": "www.dashtrack.test:8080"},
        contract=False,
    )
    assert response.status_code == 301
    assert response.headers["Location"] == "http://dashtrack.test:8080/api/v1/leads?a=b%20c"
    assert response.headers.keys() >= RATE_HEADERS
    assert sandbox.state.all("lead") == []
    assert [request["status"] for request in sandbox.state.requests()] == [301]


@pytest.mark.parametrize(
    "path", ["", "/", "/nowhere", "/projects/", "/leads/1/tags", "/api/v1/leads", "/projects/a/b/c"]
)
def test_an_unknown_path_is_not_found(api, path):
    response = api.get(path, contract=False)
    assert response.status_code == 404
    assert response.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/projects/1", "GET, PATCH, DELETE"),
        ("POST", "/projects", "GET"),
        ("DELETE", "/leads", "GET, POST"),
        ("HEAD", "/team", "GET"),
        ("OPTIONS", "/holidays", "GET"),
        ("POST", "/projects/1/time", "GET"),
        ("PATCH", "/projects/1/notes", "GET, POST"),
    ],
)
def test_a_wrong_method_on_a_known_path_says_which_it_takes(api, method, path, allowed):
    response = api.ask(method, path, contract=False)
    assert response.status_code == 405
    assert response.headers["Allow"] == allowed
    assert response.headers.keys() >= RATE_HEADERS


def test_the_date_header_is_of_the_sandboxs_clock(api, clock):
    assert api.get("/team").headers["Date"] == "Wed, 18 Mar 2026 12:00:00 GMT"
    clock.advance(86_400)
    assert api.get("/team").headers["Date"] == "Thu, 19 Mar 2026 12:00:00 GMT"
