import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from raw_server import CANARY, NoPauses, always, answer, client_for, once, raw_server, unused_port

from rules_engine import __version__
from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.errors import (
    BadRequest,
    BudgetExhausted,
    Forbidden,
    MalformedAnswer,
    MustWait,
    NotFound,
    PermanentError,
    RateLimited,
    Redirected,
    ServerError,
    TemporaryError,
    Unauthorized,
    Unreachable,
)
from rules_engine.dashtrack.resources import HOLIDAY, LEAD, MEMBER, PROJECT, TASK
from rules_engine.errors import ConfigurationError, RulesEngineError

LEADS = {"leads": [{"id": "a", "name": "One"}]}


def ok(value, *headers):
    return answer(200, json.dumps(value).encode(), "Content-Type: application/json", *headers)


def in_turn(*answers):
    """A handler that answers one request after the other, over any number of connections; the last one stays."""
    left = list(answers)
    lock = threading.Lock()

    def handle(peer):
        while peer.read():
            with lock:
                data = left.pop(0) if len(left) > 1 else left[0]
            peer.send(data)

    return handle


def test_a_request_is_what_the_api_asks_for():
    with raw_server(always(ok(LEADS))) as server, client_for(server.base_url) as client:
        client.get("/leads", {"status": "Needs Closing", "rep": None})
        head = server.requests[0].decode().split("\r\n")
    assert head[0] == "GET /api/v1/leads?status=Needs%20Closing HTTP/1.1"
    headers = {line.split(": ")[0].lower(): line.split(": ", 1)[1] for line in head[1:] if line}
    assert headers["authorization"] == f"Bearer {CANARY}"
    assert headers["user-agent"] == f"rules-engine/{__version__}"
    assert headers["accept-encoding"] == "gzip"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert "cookie" not in headers


def test_an_answer_tells_status_body_and_the_servers_time():
    data = ok(LEADS, "Date: Sun, 01 Mar 2026 12:00:00 GMT")
    with raw_server(always(data)) as server, client_for(server.base_url) as client:
        got = client.get("/leads")
    assert (got.status, json.loads(got.body)) == (200, LEADS)
    assert got.date == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_raw_list_is_read_with_the_parameters_of_a_full_one():
    with (
        raw_server(in_turn(ok({"holidays": []}), ok(LEADS))) as server,
        client_for(server.base_url) as client,
    ):
        assert client.read_list_raw(HOLIDAY) == b'{"holidays": []}'
        assert json.loads(client.read_list_raw(LEAD)) == LEADS
    assert b"/holidays?scope=team " in server.requests[0]


def test_project_scoped_objects_know_their_project():
    with raw_server(always(ok({"tasks": [{"id": 1}]}))) as server, client_for(server.base_url) as client:
        assert client.list_tasks("p/1") == client.read_list(TASK, "p/1") == [{"id": "1", "project_id": "p/1"}]
    assert b"/projects/p%2F1/tasks " in server.requests[0]


def test_one_project_can_be_listed_in_either_envelope():
    one = {"id": "a"}
    replies = [ok({"project": one}), ok({"projects": [one]}), ok({"projects": []})]
    with raw_server(in_turn(*replies)) as server, client_for(server.base_url) as client:
        assert [client.list_projects(project_id="a") for _ in replies] == [[one], [one], []]
    assert b"/projects?id=a " in server.requests[0]


def test_an_answer_about_another_object_is_not_taken():
    with raw_server(always(ok({"lead": {"id": "b"}}))) as server, client_for(server.base_url) as client:
        assert client.read_object(LEAD, "B") == {"id": "b"}
        with pytest.raises(MalformedAnswer, match="another lead"):
            client.read_object(LEAD, "a")


STATUSES = [
    (400, BadRequest, PermanentError, 1),
    (401, Unauthorized, PermanentError, 1),
    (403, Forbidden, PermanentError, 1),
    (404, NotFound, PermanentError, 1),
    (405, BadRequest, PermanentError, 1),
    (408, ServerError, TemporaryError, 3),
    (410, NotFound, PermanentError, 1),
    (418, BadRequest, PermanentError, 1),
    (422, BadRequest, PermanentError, 1),
    (429, RateLimited, TemporaryError, 1),
    (500, ServerError, TemporaryError, 3),
    (502, ServerError, TemporaryError, 3),
    (503, ServerError, TemporaryError, 3),
    (504, ServerError, TemporaryError, 3),
    (599, ServerError, TemporaryError, 3),
    (301, Redirected, PermanentError, 1),
    (302, Redirected, PermanentError, 1),
    (307, Redirected, PermanentError, 1),
    (308, Redirected, PermanentError, 1),
    (304, MalformedAnswer, TemporaryError, 3),
    (204, MalformedAnswer, TemporaryError, 3),
    (205, MalformedAnswer, TemporaryError, 3),
]


@pytest.mark.parametrize(("status", "error", "family", "asked"), STATUSES)
def test_each_status_is_its_own_error_and_only_what_may_pass_is_asked_again(status, error, family, asked):
    body = b"" if status in {204, 304} else b'{"error": "because of reasons"}'
    data = answer(status, b"" if status == 205 else body, length=status not in {204, 304})
    with raw_server(always(data)) as server, client_for(server.base_url) as client:
        with pytest.raises(error) as caught:
            client.list_leads()
        assert client.requests_made == len(server.requests) == asked
    assert isinstance(caught.value, family)
    assert "/leads" in str(caught.value)
    if status >= 400 and status != 429:
        assert "because of reasons" in str(caught.value)
        assert str(status) in str(caught.value)


@pytest.mark.parametrize(("status", "code"), [(401, 3), (301, 3), (404, 1), (500, 1)])
def test_what_the_user_must_settle_has_the_exit_code_of_configuration(status, code):
    with (
        raw_server(always(answer(status, b"{}"))) as server,
        client_for(server.base_url) as client,
        pytest.raises(RulesEngineError) as caught,
    ):
        client.list_leads()
    assert caught.value.exit_code == code


def test_a_read_that_failed_for_the_moment_is_asked_again_after_a_short_pause():
    clock = NoPauses()
    with (
        raw_server(in_turn(answer(500), answer(200, b"<html>"), ok(LEADS))) as server,
        client_for(server.base_url, clock=clock) as client,
    ):
        assert client.list_leads() == LEADS["leads"]
    assert len(clock.paused) == 2
    assert all(0.2 <= pause <= 1 for pause in clock.paused)


def test_a_connection_that_breaks_is_worth_another_try():
    turns = []

    def handle(peer):
        peer.read()
        turns.append(1)
        peer.reset() if len(turns) == 1 else peer.send(ok(LEADS))

    with raw_server(handle) as server, client_for(server.base_url) as client:
        assert client.list_leads() == LEADS["leads"]
    assert len(turns) == 2


@pytest.mark.parametrize(
    "body", [b"", b"<html>Sign in</html>", b'{"leads": [', b'{"error": "maintenance"}', b"[1]", b"\x1f\x8b"]
)
def test_a_strange_answer_is_an_error_with_path_and_excerpt(body):
    with (
        raw_server(always(answer(200, body))) as server,
        client_for(server.base_url) as client,
        pytest.raises(MalformedAnswer, match="/leads"),
    ):
        client.list_leads()


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b'{"leads": ['])
def test_a_raw_list_that_can_not_be_one_is_asked_again_and_then_an_error(body):
    with (
        raw_server(always(answer(200, body))) as server,
        client_for(server.base_url) as client,
        pytest.raises(MalformedAnswer),
    ):
        client.read_list_raw(LEAD)
    assert len(server.requests) == 3


def test_reads_stop_asking_again_when_the_budget_is_used_up():
    data = answer(500, b"", "X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 5", "X-RateLimit-Reset: 60")
    with raw_server(always(data)) as server, client_for(server.base_url) as client:
        with pytest.raises(ServerError):
            client.list_leads()
        with pytest.raises(BudgetExhausted):
            client.list_leads()
    assert len(server.requests) == 1


def test_a_slow_failure_is_not_asked_again_past_the_total_time():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))

    def handle(peer):
        peer.read()
        clock.advance(40)
        peer.reset()

    with (
        raw_server(handle) as server,
        client_for(server.base_url, clock=clock) as client,
        pytest.raises(Unreachable),
    ):
        client.list_leads()
    assert len(server.requests) == 1


def test_a_429_stops_all_requests_until_reset():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    data = answer(429, b"", "X-RateLimit-Reset: 600")
    with raw_server(in_turn(data, ok(LEADS))) as server, client_for(server.base_url, clock=clock) as client:
        for _ in range(3):
            with pytest.raises(RateLimited) as caught:
                client.list_leads()
        assert len(server.requests) == 1
        assert (caught.value.until - clock.now()).total_seconds() == 601
        assert isinstance(caught.value, MustWait)
        clock.advance(601)
        client.list_leads()


def test_a_redirect_names_the_base_url_to_use_and_is_not_followed():
    with raw_server(always(ok(LEADS))) as elsewhere:
        target = f"http://127.0.0.1:{elsewhere.port}/api/v1/leads"
        with (
            raw_server(always(answer(301, b"", f"Location: {target}"))) as server,
            client_for(server.base_url) as client,
            pytest.raises(Redirected) as caught,
        ):
            client.list_leads()
        assert elsewhere.requests == []
        assert len(server.requests) == 1
    assert f"http://127.0.0.1:{elsewhere.port}/api/v1 " in caught.value.advice


@pytest.mark.parametrize(
    "location", ["", "/login", "http://[", "https://\x7f", "//evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_nowhere_in_particular_is_a_redirect_all_the_same(status, location):
    data = answer(status, b"", f"Location: {location}")
    with (
        raw_server(always(data)) as server,
        client_for(server.base_url) as client,
        pytest.raises(Redirected) as caught,
    ):
        client.list_leads()
    assert len(server.requests) == 1
    assert server.base_url in caught.value.advice


def test_cookies_are_not_kept():
    with (
        raw_server(always(ok(LEADS, "Set-Cookie: session=1"))) as server,
        client_for(server.base_url) as client,
    ):
        client.list_leads()
        client.list_leads()
    assert b"cookie" not in server.requests[1].lower()


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with raw_server(always(ok(LEADS))) as server, client_for(server.base_url) as client:
        assert client.list_leads() == LEADS["leads"]


def test_reads_keep_their_connection():
    with raw_server(always(ok(LEADS))) as server, client_for(server.base_url) as client:
        for _ in range(5):
            client.list_leads()
        assert server.connections == 1


def test_a_kept_connection_that_the_server_closed_does_no_harm():
    with raw_server(once(ok(LEADS))) as server, client_for(server.base_url) as client:
        for _ in range(5):
            assert client.list_leads() == LEADS["leads"]


def test_no_server_is_an_error_that_says_so():
    with client_for(f"http://127.0.0.1:{unused_port()}/api/v1") as client:
        with pytest.raises(Unreachable, match="no connection could be made") as caught:
            client.list_members()
        assert client.requests_made == 3
    assert not caught.value.sent
    assert "doctor" in caught.value.advice


@pytest.mark.parametrize("path", ["leads", "/leads?x=1", "/../admin", "http://evil.example/", "/a b", ""])
def test_a_path_that_leads_elsewhere_is_never_asked(path):
    with (
        raw_server(always(ok(LEADS))) as server,
        client_for(server.base_url) as client,
        pytest.raises(PermanentError, match="not a path"),
    ):
        client.get(path)
    assert server.requests == []


def test_a_base_url_that_must_not_get_the_key_is_refused_at_once():
    with pytest.raises(ConfigurationError, match="www"):
        client_for("https://www.dashtrack.io/api/v1")


def test_whoever_watches_is_told_of_every_request():
    seen = []
    with (
        raw_server(in_turn(answer(500), ok(LEADS))) as server,
        client_for(server.base_url, on_request=seen.append) as client,
    ):
        client.list_leads()
    with client_for(server.base_url, on_request=seen.append) as client, pytest.raises(Unreachable):
        client.read_object(PROJECT, "a")
    assert [one.status for one in seen] == [500, 200, None, None, None]
    assert {one.method for one in seen} == {"GET"}
    assert [one.path for one in seen][-1] == "/projects/a"
    assert all(0 <= one.seconds < 5 for one in seen)


@pytest.mark.parametrize(("sent", "left"), [(False, 30), (True, 27)])
def test_a_request_without_an_answer_counts_only_if_it_may_have_arrived(sent, left):
    clock = NoPauses()
    later = clock.now() + timedelta(hours=1)
    budget = Budget(clock, state=BudgetState(limit=100, remaining=30, reset_at=later))

    def handle(peer):
        peer.read(1)
        peer.reset()

    with raw_server(handle) as server:
        base_url = server.base_url if sent else f"http://127.0.0.1:{unused_port()}"
        with client_for(base_url, clock=clock, budget=budget) as client, pytest.raises(Unreachable):
            client.list_leads()
    assert budget.spare("write") == left


def test_threads_share_a_client():
    data = ok(
        {"team": [{"id": "a"}]},
        "X-RateLimit-Limit: 100",
        "X-RateLimit-Remaining: 50",
        "X-RateLimit-Reset: 60",
    )
    clock = NoPauses()
    budget = Budget(clock)
    got = []
    with (
        raw_server(always(data)) as server,
        client_for(server.base_url, clock=clock, budget=budget) as client,
    ):
        threads = [
            threading.Thread(target=lambda: got.extend(client.read_list(MEMBER) for _ in range(5)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert client.requests_made == 40
    assert got == [[{"id": "a"}]] * 40
    assert budget.spare("write") == 50
