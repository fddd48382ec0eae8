"""What became of a write must be told right in every case, for `NotSent` is sent again blindly."""

import json
import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from raw_server import always, answer, client_for, once, raw_server, unused_port

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.errors import Redirected, Unauthorized
from rules_engine.dashtrack.outcomes import Done, NotSent, Rejected, Unknown, WriteRequest

CREATE = WriteRequest(method="POST", path="/projects/p1/tasks", body={"name": "Déjà vu"})
UPDATE = WriteRequest(method="PATCH", path="/tasks/t1", body={"status": "done"})
DELETE = WriteRequest(method="DELETE", path="/tasks/t1")
CREATED = answer(201, b'{"task": {"id": "t1", "name": "x"}}', "Content-Type: application/json")


def sent(handle, request=CREATE, **settings):
    """The outcome of a request, and the server."""
    with raw_server(handle) as server, client_for(server.base_url, **settings) as client:
        outcome = client.send(request)
        assert client.requests_made == 1
    return outcome, server


def test_a_create_is_done_with_its_object():
    outcome, server = sent(always(CREATED))
    assert outcome == Done(201, {"id": "t1", "name": "x", "project_id": "p1"})
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/projects/p1/tasks HTTP/1.1\r\n")
    assert b"content-type: application/json" in head.lower()
    assert json.loads(body) == CREATE.body


@pytest.mark.parametrize("request_", [UPDATE, DELETE], ids=["update", "delete"])
@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (answer(200, b'{"task": {"id": "T1", "status": "done"}}'), {"id": "T1", "status": "done"}),
        (answer(200, b'{"success": true}'), None),
        (answer(200, b'{"message": "Updated"}'), None),
        (answer(200, b'{"id": "request-7", "success": true}'), None),
        (answer(200, b""), None),
        (answer(204, length=False), None),
    ],
)
def test_a_change_is_done_whether_or_not_its_object_is_shown(request_, data, shown):
    outcome, _ = sent(always(data), request_)
    assert isinstance(outcome, Done)
    assert outcome.object == shown


@pytest.mark.parametrize(
    "data",
    [
        answer(200, b"<html>Sign in</html>"),
        answer(200, b'{"task": {"id"'),
        answer(200, b'{"error": "maintenance"}'),
        answer(200, b'{"success": false}'),
        answer(200, b"[]"),
        answer(200, b'{"ok": true}', "Content-Encoding: gzip"),
        answer(200, b'{"ok": true}', "Content-Encoding: br"),
    ],
)
@pytest.mark.parametrize("request_", [CREATE, UPDATE, DELETE], ids=["create", "update", "delete"])
def test_a_success_that_can_not_be_read_is_unknown(request_, data):
    outcome, _ = sent(always(data), request_)
    assert isinstance(outcome, Unknown)
    assert outcome.status == 200


@pytest.mark.parametrize(
    "data",
    [
        answer(201, b""),
        answer(204, length=False),
        answer(200, b'{"success": true}'),
        answer(200, b'{"task": {}}'),
    ],
)
def test_a_create_without_its_object_is_unknown_so_that_it_is_looked_for(data):
    outcome, _ = sent(always(data))
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405, 409, 410, 413, 418, 422, 423, 451, 499])
def test_a_refusal_is_terminal_and_tells_why(status):
    outcome, server = sent(always(answer(status, b'{"error": "name is required"}')))
    assert isinstance(outcome, Rejected)
    assert outcome.status == status
    assert "name is required" in outcome.message
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504, 520, 304])
def test_a_server_error_is_unknown_and_not_sent_again(status):
    outcome, server = sent(always(answer(status, b"", length=status != 304)))
    assert isinstance(outcome, Unknown)
    assert outcome.status == status
    assert len(server.requests) == 1


def test_a_429_is_not_sent_and_tells_when():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    outcome, _ = sent(always(answer(429, b"", "X-RateLimit-Reset: 600")), clock=clock)
    assert isinstance(outcome, NotSent)
    assert outcome.until == clock.now() + timedelta(seconds=601)


def test_a_refused_key_stops_everything():
    with (
        raw_server(always(answer(401, b""))) as server,
        client_for(server.base_url) as client,
        pytest.raises(Unauthorized),
    ):
        client.send(CREATE)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_raised_and_never_followed(status):
    with raw_server(always(CREATED)) as elsewhere:
        data = answer(status, b"", f"Location: {elsewhere.base_url}/projects/p1/tasks")
        with (
            raw_server(always(data)) as server,
            client_for(server.base_url) as client,
            pytest.raises(Redirected) as caught,
        ):
            client.send(CREATE)
        assert len(server.requests) == 1
        assert elsewhere.requests == []
        assert elsewhere.base_url in caught.value.advice


def test_a_write_has_a_connection_of_its_own():
    with raw_server(always(answer(200, b'{"tasks": []}'))) as server, client_for(server.base_url) as client:
        client.list_tasks("p1")
        client.send(UPDATE)
        client.send(UPDATE)
        client.list_tasks("p1")
        assert server.connections == 3
    assert [b"connection: close" in request.lower() for request in server.requests] == [
        False,
        True,
        True,
        False,
    ]


# Not sent ---------------------------------------------------------------------------------------------------


def test_a_refused_connection_is_not_sent():
    with client_for(f"http://127.0.0.1:{unused_port()}") as client:
        assert isinstance(client.send(CREATE), NotSent)


def test_a_name_that_nobody_knows_is_not_sent(monkeypatch):
    def nobody(*_args, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with client_for("https://dashtrack.example/api/v1") as client:
        outcome = client.send(CREATE)
    assert isinstance(outcome, NotSent)
    assert "not known" in outcome.reason


def test_a_connection_that_is_never_made_is_not_sent():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        with client_for(f"http://127.0.0.1:{address[1]}", connect_seconds=0.2) as client:
            outcome = client.send(CREATE)
        for one in waiting:
            one.close()
    assert isinstance(outcome, NotSent)
    assert "in time" in outcome.reason


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory):
    """A server's TLS with a certificate that nobody vouches for."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    try:
        subprocess.run(
            [*command.split(), "-keyout", "key", "-out", "cert"], cwd=folder, check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no openssl here to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


def test_a_certificate_that_nobody_vouches_for_is_not_sent_to(self_signed):
    with (
        raw_server(always(CREATED), tls=self_signed) as server,
        client_for(f"https://127.0.0.1:{server.port}/api/v1") as client,
    ):
        outcome = client.send(CREATE)
    assert isinstance(outcome, NotSent)
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason
    assert server.requests == []


def talk_tls_with(handle, **settings):
    with raw_server(handle) as server, client_for(f"https://127.0.0.1:{server.port}", **settings) as client:
        return client.send(CREATE)


def test_a_server_without_tls_is_not_sent_to():
    def answers_early(peer):
        peer.read(1)
        peer.send(CREATED)

    assert isinstance(talk_tls_with(answers_early), NotSent)


@pytest.mark.parametrize("read", [0, 1, 5, 100])
def test_a_connection_that_ends_while_tls_is_set_up_is_not_sent(read):
    def handle(peer):
        peer.read(read)
        peer.reset()

    assert isinstance(talk_tls_with(handle), NotSent)


def test_a_server_that_never_sets_up_tls_is_not_sent_to():
    done = threading.Event()
    outcome = []

    def handle(_peer):
        done.wait(10)

    with (
        raw_server(handle) as server,
        client_for(f"https://127.0.0.1:{server.port}", connect_seconds=0.2) as client,
    ):
        outcome.append(client.send(CREATE))
        done.set()
    assert isinstance(outcome[0], NotSent)


def test_a_write_that_the_budget_does_not_allow_is_not_sent():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    later = clock.now() + timedelta(minutes=5)
    for state in (BudgetState(limit=9, remaining=0, reset_at=later), BudgetState(blocked_until=later)):
        with (
            raw_server(always(CREATED)) as server,
            client_for(server.base_url, clock=clock, budget=Budget(clock, state=state)) as client,
        ):
            outcome = client.send(CREATE)
            assert client.requests_made == 0
        assert isinstance(outcome, NotSent)
        assert outcome.until == later
        assert server.connections == 0


FAILURES = [
    (httpx.ConnectError, NotSent),
    (httpx.ConnectTimeout, NotSent),
    (httpx.PoolTimeout, NotSent),
    (httpx.UnsupportedProtocol, NotSent),
    (httpx.WriteError, Unknown),
    (httpx.WriteTimeout, Unknown),
    (httpx.ReadError, Unknown),
    (httpx.ReadTimeout, Unknown),
    (httpx.CloseError, Unknown),
    (httpx.LocalProtocolError, Unknown),
    (httpx.RemoteProtocolError, Unknown),
    (httpx.ProxyError, Unknown),
    (httpx.DecodingError, Unknown),
    (httpx.TooManyRedirects, Unknown),
]


@pytest.mark.parametrize(("failure", "kind"), FAILURES)
def test_each_failure_of_http_is_classed(failure, kind):
    def fail(_request):
        raise failure("no")

    with client_for("https://dashtrack.example/api/v1", transport=httpx.MockTransport(fail)) as client:
        assert isinstance(client.send(CREATE), kind)


# Unknown ----------------------------------------------------------------------------------------------------


def request_length():
    _, server = sent(always(CREATED))
    return len(server.requests[0])


@pytest.mark.parametrize("ending", ["reset", "close"])
def test_a_connection_that_ends_at_any_byte_of_the_request_is_unknown(ending):
    turns = iter(range(100_000))

    def handle(peer):
        peer.read(next(turns))
        peer.reset() if ending == "reset" else peer.sock.close()

    length = request_length()
    with raw_server(handle) as server, client_for(server.base_url) as client:
        for offset in range(length + 1):
            outcome = client.send(CREATE)
            # A reset before the first byte may still meet the connecting itself, and then nothing was written.
            assert isinstance(outcome, Unknown if offset else (Unknown, NotSent)), (offset, outcome)
        assert server.connections == length + 1


@pytest.mark.parametrize("ending", ["reset", "close"])
@pytest.mark.parametrize("length", [True, False], ids=["with length", "until the end"])
def test_an_answer_that_ends_at_any_byte_is_unknown_until_it_is_whole(ending, length):
    data = answer(201, b'{"task": {"id": "t1", "name": "x"}}', "X-Some: header", length=length)
    headers = data.index(b"\r\n\r\n") + 4
    turns = iter(range(100_000))

    def handle(peer):
        peer.read()
        peer.send(data[: next(turns)])
        if ending == "close":
            peer.sock.shutdown(socket.SHUT_WR)
            peer.sock.recv(1)
        else:
            peer.reset()

    with raw_server(handle) as server, client_for(server.base_url) as client:
        for offset in range(len(data)):
            outcome = client.send(CREATE)
            assert isinstance(outcome, Unknown), (offset, outcome)
            assert outcome.status in ({None} if offset < headers else {None, 201})
        whole = client.send(CREATE)
    if ending == "close":
        assert whole == Done(201, {"id": "t1", "name": "x", "project_id": "p1"})
    else:
        assert isinstance(whole, (Done, Unknown))


def test_a_refusal_whose_body_is_cut_is_still_a_refusal():
    outcome, _ = sent(once(answer(400, b'{"error": "x"}').replace(b": 14", b": 99")))
    assert isinstance(outcome, Rejected)


def test_no_answer_in_time_is_unknown():
    done = threading.Event()

    def handle(peer):
        peer.read()
        done.wait(10)

    with raw_server(handle) as server, client_for(server.base_url, read_seconds=0.2) as client:
        outcome = client.send(CREATE)
        done.set()
    assert isinstance(outcome, Unknown)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/3 200\r\n\r\n",
        b"\x00" * 64,
        b"HTTP/1.1 2",
    ],
)
def test_an_answer_that_is_no_http_is_unknown(data):
    outcome, _ = sent(once(data))
    assert isinstance(outcome, Unknown)


# Refused by the client itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        WriteRequest(method="GET", path="/leads"),
        WriteRequest(method="PUT", path="/leads/1", body={}),
        WriteRequest(method="POST", path="/team", body={}),
        WriteRequest(method="DELETE", path="/tasks/a/../../projects/b"),
        WriteRequest(method="DELETE", path="/tasks/.."),
        WriteRequest(method="DELETE", path="/tasks/a/b"),
        WriteRequest(method="DELETE", path="/tasks/a?force=1"),
        WriteRequest(method="POST", path="/leads", body={"value": float("nan")}),
        WriteRequest(method="POST", path="/leads", body={"name": "\ud800"}),
        WriteRequest(method="POST", path="/leads", body={"name": object()}),
    ],
)
def test_a_write_that_can_not_be_meant_is_rejected_without_a_request(request_):
    with raw_server(always(CREATED)) as server, client_for(server.base_url) as client:
        outcome = client.send(request_)
        assert client.requests_made == 0
    assert isinstance(outcome, Rejected)
    assert outcome.status is None
    assert server.requests == []


@pytest.mark.parametrize("outcome", [Done(200, None), Rejected(400, "x"), NotSent("x"), Unknown("x")])
def test_outcomes_are_values(outcome):
    assert type(outcome)(*(getattr(outcome, name) for name in outcome.__slots__)) == outcome
    with pytest.raises(AttributeError):
        setattr(outcome, outcome.__slots__[0], "else")
