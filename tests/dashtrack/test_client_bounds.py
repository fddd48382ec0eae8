"""Bounds of time and size, against servers that know none."""

import gzip
import time
from datetime import UTC, datetime

import pytest
from raw_server import always, answer, client_for, once, raw_server

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.errors import AnswerTooLarge, MalformedAnswer, Unreachable
from rules_engine.dashtrack.outcomes import Unknown, WriteRequest

CREATE = WriteRequest(method="POST", path="/leads", body={"name": "x", "status": "Chaser"})
MIB = 1 << 20


def drip(data, *, every=0.05):
    """A handler that sends one byte at a time, and never ends."""

    def handle(peer):
        peer.read()
        for byte in data:
            peer.send(bytes([byte]))
            time.sleep(every)  # the server's slowness, not the test's waiting

    return handle


SLOW = {
    "headers": answer(200, b'{"leads": []}', "X-Long: " + "x" * 1000),
    "body": answer(200, b'{"leads": [' + b" " * 1000 + b"]}"),
    "interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
}


@pytest.mark.parametrize("data", SLOW.values(), ids=SLOW)
def test_a_drip_ends_at_the_deadline_of_the_whole(data):
    with (
        raw_server(drip(data)) as server,
        client_for(server.base_url, total_seconds=0.4, read_seconds=5) as client,
    ):
        started = time.monotonic()
        with pytest.raises(Unreachable):
            client.list_leads()
        assert 0.3 < time.monotonic() - started < 1.5
        started = time.monotonic()
        outcome = client.send(CREATE)
        assert 0.3 < time.monotonic() - started < 1.5
    assert isinstance(outcome, Unknown)
    assert len(server.requests) == 2


def test_the_deadline_is_of_one_exchange_not_of_the_connection():
    def handle(peer):
        while peer.read():
            time.sleep(0.15)  # the server's slowness, not the test's waiting
            peer.send(answer(200, b'{"leads": []}'))

    with raw_server(handle) as server, client_for(server.base_url, total_seconds=0.4) as client:
        for _ in range(4):
            assert client.list_leads() == []
        assert server.connections == 1


def test_no_byte_is_waited_for_past_the_deadline():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))

    def handle(peer):
        peer.read()
        clock.advance(31)
        peer.send(b"HTTP/1.1 200 OK\r\n")

    with raw_server(handle) as server, client_for(server.base_url, clock=clock) as client:
        outcome = client.send(CREATE)
    assert isinstance(outcome, Unknown)
    assert "took too long" in outcome.reason


def test_headers_without_end_are_left():
    def handle(peer):
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000):
            peer.send(b"X-%d: " % number + b"x" * 1000 + b"\r\n")

    with raw_server(handle) as server, client_for(server.base_url) as client:
        with pytest.raises(Unreachable):
            client.list_leads()
        assert isinstance(client.send(CREATE), Unknown)


def test_an_answer_that_is_too_large_is_left_and_not_asked_for_again():
    data = answer(200, b'{"leads": [' + b" " * (2 * MIB) + b"]}")
    with (
        raw_server(once(data)) as server,
        client_for(server.base_url, most_bytes=MIB) as client,
        pytest.raises(AnswerTooLarge, match="1,048,576"),
    ):
        client.list_leads()
    assert len(server.requests) == 1


@pytest.mark.parametrize("packing", ["gzip", "chunked"])
def test_a_bomb_is_left_however_it_is_packed(packing):
    if packing == "gzip":
        data = answer(200, gzip.compress(b" " * (64 * MIB), compresslevel=1), "Content-Encoding: gzip")
    else:
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        data = answer(200, chunk * 100, "Transfer-Encoding: chunked", length=False)
    with raw_server(once(data)) as server, client_for(server.base_url, most_bytes=MIB) as client:
        with pytest.raises(AnswerTooLarge):
            client.list_leads()
        assert isinstance(client.send(CREATE), Unknown)


def test_gzip_is_read_as_it_was_asked_for():
    data = answer(200, gzip.compress(b'{"leads": [{"id": "a"}]}'), "Content-Encoding: gzip")
    with raw_server(once(data)) as server, client_for(server.base_url) as client:
        assert client.list_leads() == [{"id": "a"}]


def test_an_error_with_a_large_body_is_still_that_error():
    data = answer(404, b'{"error": "' + b"x" * MIB + b'"}')
    with (
        raw_server(once(data)) as server,
        client_for(server.base_url) as client,
        pytest.raises(Exception, match="no such thing") as caught,
    ):
        client.get_lead("a")
    assert len(str(caught.value)) < 500


def test_an_answer_nested_a_million_deep_is_malformed():
    with (
        raw_server(always(answer(200, b"[" * 10**6 + b"]" * 10**6))) as server,
        client_for(server.base_url) as client,
        pytest.raises(MalformedAnswer),
    ):
        client.list_leads()
