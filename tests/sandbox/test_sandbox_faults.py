from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from rules_engine.sandbox import SandboxError, running_sandbox
from rules_engine.sandbox.fault_kinds import KINDS

LEAD = {"name": "x", "status": "Chaser"}


@pytest.fixture
def leads(sandbox):
    return sandbox.state.add_many("lead", [{"name": f"lead {n}", "status": "Chaser"} for n in range(5)])


def names(response):
    return [lead["name"] for lead in response.json()["leads"]]


def logged(sandbox):
    return [(request["fault"], request["status"]) for request in sandbox.state.requests()]


def test_a_status_is_sent_in_place_of_the_answer_and_nothing_is_done(api, sandbox):
    sandbox.state.fault("status", status=500)
    assert api.post("/leads", LEAD, contract=False).status_code == 500
    assert sandbox.state.all("lead") == []
    assert api.get("/leads").status_code == 200
    assert logged(sandbox) == [("status", 500), (None, 200)]


def test_a_status_has_the_body_and_headers_that_the_script_says(api, sandbox):
    headers = {"Retry-After": "7", "x-ratelimit-reset": "soon", "Content-Type": "text/plain"}
    sandbox.state.fault("status", status=429, body={"message": "slow down"}, headers=headers)
    sandbox.state.fault("status", status=200, body="\ufeff{}")
    response = api.get("/team", contract=False)
    assert response.json() == {"message": "slow down"}
    assert response.headers.get_list("x-ratelimit-reset") == ["soon"]
    assert (response.headers["Retry-After"], response.headers["Content-Type"]) == ("7", "text/plain")
    assert api.get("/team", contract=False).content == "\ufeff{}".encode()


def test_a_status_after_the_write_took_effect(api, sandbox):
    sandbox.state.fault("status", status=500, after=True)
    assert api.post("/leads", LEAD, contract=False).status_code == 500
    assert len(sandbox.state.all("lead")) == 1


def test_204_has_no_body(api, sandbox):
    sandbox.state.fault("status", status=204)
    assert api.get("/team", contract=False).content == b""
    assert api.get("/team").status_code == 200


def test_html_comes_with_status_200(api, sandbox):
    sandbox.state.fault("html")
    response = api.get("/leads", contract=False)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response.text.startswith("<!doctype html>")


def test_a_redirect_names_its_location(api, sandbox):
    sandbox.state.fault("redirect", location="https://login.example/")
    response = api.get("/leads", contract=False)
    assert (response.status_code, response.headers["Location"]) == (302, "https://login.example/")


def test_a_dropped_request_is_not_handled(api, sandbox, caplog):
    sandbox.state.fault("drop", match_method="POST")
    with pytest.raises(httpx.RemoteProtocolError):
        api.post("/leads", LEAD)
    assert api.get("/leads").json() == {"leads": []}
    assert logged(sandbox) == [("drop", None), (None, 200)]
    assert caplog.messages == []


def test_a_lost_answer_is_one_of_a_write_that_took_effect(api, sandbox):
    sandbox.state.fault("drop_after")
    assert api.get("/leads").json() == {"leads": []}
    with pytest.raises(httpx.RemoteProtocolError):
        api.post("/leads", LEAD)
    assert len(api.get("/leads").json()["leads"]) == 1
    assert logged(sandbox) == [(None, 200), ("drop_after", None), (None, 200)]


def test_a_cut_body_ends_in_the_middle(api, sandbox, leads, caplog):
    sandbox.state.fault("cut", fraction=0.25)
    received = []
    with api.http.stream("GET", "/leads") as response, pytest.raises(httpx.RemoteProtocolError):
        received.extend(response.iter_raw())
    whole = api.get("/leads").content
    assert b"".join(received) == whole[: len(whole) // 4]
    assert caplog.messages == []


def test_a_delay_comes_before_the_request_is_handled(api, sandbox):
    sandbox.state.fault("delay", seconds=0.15)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/leads", LEAD, timeout=0.05)
    assert sandbox.state.all("lead") == []
    deadline = time.monotonic() + 5
    while not sandbox.state.all("lead") and time.monotonic() < deadline:
        api.get("/team")
    assert len(sandbox.state.all("lead")) == 1


def test_a_delay_after_the_write_took_effect(api, sandbox):
    sandbox.state.fault("delay", seconds=30, after=True)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/leads", LEAD, timeout=0.05)
    assert len(sandbox.state.all("lead")) == 1


def test_a_drip_is_the_whole_answer_in_small_pieces(api, sandbox):
    sandbox.state.fault("drip", chunk=20, seconds=0.001)
    with api.http.stream("GET", "/team") as response:
        pieces = [piece for piece in response.iter_raw() if piece]
    assert len(pieces) > 1
    assert b"".join(pieces) == api.get("/team").content


def test_a_list_can_be_emptied_or_halved(api, sandbox, leads):
    sandbox.state.fault("empty_list")
    sandbox.state.fault("halved_list")
    assert names(api.get("/leads")) == []
    assert names(api.get("/leads")) == ["lead 0", "lead 1"]
    assert len(names(api.get("/leads"))) == 5


def test_a_list_that_lies_keeps_what_stands_beside_it(api, sandbox):
    sandbox.state.fault("empty_list")
    assert api.get("/holidays").json()["stats"]["allowance"] == 25


def test_ids_can_be_left_out_while_each_can_still_be_read(api, sandbox, leads):
    sandbox.state.fault("omit", ids=[leads[1]["id"], leads[3]["id"]], times=None)
    assert names(api.get("/leads")) == ["lead 0", "lead 2", "lead 4"]
    assert api.get(f"/leads/{leads[1]['id']}").status_code == 200


def test_faults_of_lists_leave_writes_and_errors_alone(api, sandbox):
    sandbox.state.fault("empty_list", times=None)
    assert api.post("/leads", LEAD).status_code == 201
    assert api.get("/leads?status=none").status_code == 400
    assert logged(sandbox) == [(None, 201), ("empty_list", 400)]


def test_reads_lag_behind_each_write_by_so_many_seconds(api, sandbox, leads, clock):
    clock.advance(1)
    first, second, third = leads[:3]
    sandbox.state.fault("lag", seconds=10)
    api.patch(f"/leads/{first['id']}", {"name": "changed"})
    api.delete(f"/leads/{second['id']}")
    new = api.post("/leads", LEAD).json()["lead"]
    clock.advance(5)
    sandbox.state.edit("lead", third["id"], name="somebody's")
    assert api.get("/leads").json() == {"leads": leads}
    assert api.get(f"/leads/{first['id']}").json()["lead"] == first
    assert api.get(f"/leads/{second['id']}").status_code == 200
    assert api.get(f"/leads/{new['id']}").status_code == 404
    clock.advance(5)
    assert names(api.get("/leads")) == ["changed", "lead 2", "lead 3", "lead 4", "x"]
    clock.advance(5)
    assert names(api.get("/leads")) == ["changed", "somebody's", "lead 3", "lead 4", "x"]


def test_a_lag_does_not_hide_what_was_there_before_it(api, sandbox, leads):
    sandbox.state.fault("lag", seconds=3600)
    assert api.get("/leads").json() == {"leads": leads}


def test_a_lag_ends_when_faults_are_cleared(api, sandbox, leads):
    sandbox.state.fault("lag", seconds=3600)
    sandbox.state.edit("lead", leads[0]["id"], name="new")
    assert names(api.get("/leads"))[0] == "lead 0"
    sandbox.state.clear_faults()
    assert names(api.get("/leads"))[0] == "new"


def test_the_rate_headers_can_lie(api, sandbox, clock):
    sandbox.state.fault("rate", limit=7, remaining=0, reset_in=30)
    sandbox.state.fault("reset_unit", unit="delta")
    headers = api.get("/team").headers
    assert [headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == ["7", "0", "30"]
    assert api.get("/team").headers["X-RateLimit-Limit"] == "1000000"
    assert logged(sandbox) == [("rate+reset_unit", 200), (None, 200)]


def test_ambient_faults_come_on_top_of_the_requests_fate(api, sandbox, leads):
    sandbox.state.fault("rate", remaining=3)
    sandbox.state.fault("empty_list")
    response = api.get("/leads")
    assert (names(response), response.headers["X-RateLimit-Remaining"]) == ([], "3")
    assert logged(sandbox) == [("empty_list+rate", 200)]


def test_faults_strike_one_after_the_other_in_the_order_of_the_script(api, sandbox):
    sandbox.state.fault("status", status=500, times=2)
    sandbox.state.fault("status", status=503)
    assert [api.get("/team", contract=False).status_code for _ in range(4)] == [500, 500, 503, 200]
    assert [fault["struck"] for fault in sandbox.state.faults()] == [2, 1]


def test_a_fault_without_end_strikes_until_it_is_cleared(api, sandbox):
    sandbox.state.fault("status", status=503, times=None)
    assert {api.get("/team", contract=False).status_code for _ in range(5)} == {503}
    sandbox.state.clear_faults()
    assert api.get("/team").status_code == 200


@pytest.mark.parametrize("path", ["^/leads$", "leads", "^/api/v1/leads$"])
def test_a_fault_fits_by_method_and_path(api, sandbox, path):
    sandbox.state.fault("status", status=500, match_method="get", match_path=path, times=None)
    assert api.get("/leads", contract=False).status_code == 500
    assert api.post("/leads", LEAD).status_code == 201
    assert api.get("/team").status_code == 200


def test_a_fault_can_strike_the_nth_fitting_request(api, sandbox):
    sandbox.state.fault("status", status=500, match_path="/leads", match_nth=2)
    statuses = [api.get(path, contract=False).status_code for path in ("/leads", "/team", "/leads", "/leads")]
    assert statuses == [200, 200, 500, 200]


def test_a_key_that_is_refused_stays_refused_under_a_fault(api, sandbox):
    sandbox.state.revoke_key(sandbox.key)
    sandbox.state.fault("html")
    assert api.get("/team").status_code == 401


@pytest.mark.parametrize(
    ("kind", "options", "hint"),
    [
        ("explode", {}, "use one of status"),
        ("status", {}, "needs status"),
        ("status", {"status": "500"}, "from 200 to 599"),
        ("status", {"status": 100}, "from 200 to 599"),
        ("status", {"status": 500, "colour": "red"}, "does not take colour; it takes after, body"),
        ("status", {"status": 500, "headers": ["x"]}, "headers of the fault status"),
        ("status", {"status": 500, "headers": {"X": "a\nb"}}, "ASCII texts"),
        ("status", {"status": 500, "after": "yes"}, "true or false"),
        ("drop", {"seconds": 1}, "it takes no options"),
        ("delay", {"seconds": "1"}, "a number from 0 on"),
        ("delay", {"seconds": -1}, "a number from 0 on"),
        ("cut", {"fraction": 1}, "less than 1"),
        ("drip", {"chunk": 0}, "at least 1"),
        ("omit", {}, "needs ids"),
        ("omit", {"ids": "abc"}, "a list of ids"),
        ("rate", {"limit": 1.5}, "a whole number"),
        ("rate", {"remaining": True}, "a whole number"),
        ("rate", {"reset_in": "soon"}, "a number of seconds"),
        ("reset_unit", {"unit": "minutes"}, "epoch_s"),
        ("redirect", {"location": "x\r\ny"}, "a URL"),
        ("redirect", {}, "needs location"),
        ("html", {"times": 0}, "at least 1"),
        ("html", {"match_nth": 0}, "at least 1"),
        ("html", {"match_path": "["}, "regular expression"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_hint(sandbox, kind, options, hint):
    with pytest.raises(SandboxError, match=hint):
        sandbox.state.fault(kind, **options)
    assert sandbox.state.faults() == []


def test_a_waiting_request_does_not_hold_up_the_end():
    with running_sandbox() as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        sandbox.state.fault("delay", seconds=60)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{sandbox.base_url}/leads", headers=headers, timeout=0.05)
        sandbox.state.fault("drip", seconds=60)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{sandbox.base_url}/leads", headers=headers, timeout=0.05)
        started = time.monotonic()
    assert time.monotonic() - started < 1


def test_every_kind_of_fault_is_tried_in_this_file():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'.fault("{kind}"' not in text] == []
