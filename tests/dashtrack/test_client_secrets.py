"""The key is in no log, no text and no traceback, whatever goes wrong and whatever the server repeats."""

import logging
import pickle
import traceback

import httpx
import pytest
from raw_server import CANARY, answer, client_for, once, raw_server

from rules_engine.dashtrack.errors import DashtrackError
from rules_engine.dashtrack.outcomes import WriteRequest

CREATE = WriteRequest(method="POST", path="/leads", body={"name": "x", "status": "Chaser"})
ECHO = f'{{"error": "Bearer {CANARY} is not good", "got": "{CANARY}"}}'.encode()
HEADERS = (
    f"X-Echo: Bearer {CANARY}",
    f"Location: https://else.example/?key={CANARY}",
    f"Set-Cookie: k={CANARY}",
)


def reset(peer):
    peer.read()
    peer.reset()


FAILURES = {
    **{
        f"status {status}": once(answer(status, ECHO, *HEADERS))
        for status in (200, 201, 301, 307, 400, 401, 403, 404, 418, 429, 500, 503)
    },
    "html": once(answer(200, f"<html>{CANARY}</html>".encode(), *HEADERS)),
    "cut": once(answer(200, ECHO[:30], *HEADERS).replace(b": 30", b": 99")),
    "no http": once(f"{CANARY} {CANARY}\r\n\r\n".encode()),
    "strange status line": once(f"HTTP/1.1 200 {CANARY}\r\nContent-Length: x{CANARY}\r\n\r\n".encode()),
    "strange header": once(f"HTTP/1.1 200 OK\r\n{CANARY}\r\n\r\n".encode()),
    "strange chunk": once(answer(200, f"{CANARY}\r\n".encode(), "Transfer-Encoding: chunked", length=False)),
    "strange packing": once(answer(200, b"{}", f"Content-Encoding: {CANARY}")),
    "strange limits": once(
        answer(200, b"{}", f"X-RateLimit-Reset: {CANARY}", f"Date: {CANARY}", f"Retry-After: {CANARY}")
    ),
    "no gzip": once(answer(200, ECHO, "Content-Encoding: gzip")),
    "reset": reset,
    "end": lambda peer: peer.read(),
}


def everything_about(error):
    """All that a program could print of an error and of what led to it."""
    texts = []
    while error is not None:
        texts += [repr(error), str(error), repr(error.args), repr(vars(error)), getattr(error, "advice", "")]
        texts.append("".join(traceback.format_exception(error)))
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


@pytest.mark.parametrize("handle", FAILURES.values(), ids=FAILURES)
def test_no_failure_shows_the_key(handle, caplog):
    caplog.set_level(logging.DEBUG)
    texts = []
    with (
        raw_server(handle) as server,
        client_for(server.base_url, on_request=lambda one: texts.append(repr(one))) as client,
    ):
        for act in (
            client.list_leads,
            lambda: client.get_lead("a"),
            lambda: client.send(CREATE),
            lambda: client.get("/x"),
        ):
            try:
                texts.append(repr(act()))
            except DashtrackError as error:
                texts.append(everything_about(error))
        texts += [repr(client), str(client), repr(client.budget.state), repr(client.budget.state.to_json())]
    assert CANARY not in "\n".join(texts)
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "handle", [reset, once(answer(401, b"{}")), once(answer(200, b"<html>"))], ids=["reset", "401", "html"]
)
def test_not_even_a_traceback_with_local_variables_shows_the_key(handle):
    with (
        raw_server(handle) as server,
        client_for(server.base_url) as client,
        pytest.raises(DashtrackError) as caught,
    ):
        client.get_lead("a")
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "self = Dashtrack(" in shown
    assert CANARY not in shown


def test_the_transports_own_failures_do_not_travel_with_our_errors():
    def fail(request):
        raise httpx.ReadError(f"lost {request.headers['authorization']}", request=request)

    with client_for("https://dashtrack.example/api/v1", transport=httpx.MockTransport(fail)) as client:
        with pytest.raises(DashtrackError) as caught:
            client.list_leads()
        outcome = client.send(CREATE)
    error = caught.value
    assert error.__cause__ is None
    assert not isinstance(error.__context__, httpx.HTTPError)
    assert CANARY not in everything_about(error) + repr(outcome)


def test_the_http_libraries_are_quiet_unless_somebody_asked_them():
    logger = logging.getLogger("httpcore")
    before = logger.level
    try:
        logger.setLevel(logging.NOTSET)
        client_for("https://dashtrack.example/api/v1").close()
        assert logger.level == logging.WARNING
        logger.setLevel(logging.DEBUG)
        client_for("https://dashtrack.example/api/v1").close()
        assert logger.level == logging.DEBUG
    finally:
        logger.setLevel(before)


def test_a_client_can_not_be_pickled():
    with client_for("https://dashtrack.example/api/v1") as client, pytest.raises(TypeError) as caught:
        pickle.dumps(client)
    assert CANARY not in str(caught.value)
