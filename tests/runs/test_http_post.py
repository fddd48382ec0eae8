"""One signed POST over a real socket, and what its answers mean."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from receiver import running_receiver
from standardwebhooks import Webhook

from rules_engine.clock import ManualClock, SystemClock
from rules_engine.dashtrack.outcomes import Done, NotSent, Rejected, Unknown
from rules_engine.runs.endpoints.http_post import HttpPost, judge_answer
from rules_engine.runs.settings import Endpoint

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def receiver():
    with running_receiver() as running:
        yield running


def post_to(url, *, clock=None, resolve=None, **fields):
    endpoints = {"deals": Endpoint(url=url, **fields)}
    more = {} if resolve is None else {"resolve": resolve}
    return HttpPost(endpoints, clock=clock or ManualClock(NOW), **more)


def deliver(post, body=None):
    return post.deliver("deals", message_id="msg1", body=body if body is not None else {"a": "ä"})


def test_a_message_is_one_post_that_its_receiver_can_verify(receiver):
    post = post_to(receiver.url, clock=SystemClock(), secret=SECRET)
    assert deliver(post) == Done(200, None)
    ((path, headers, body),) = receiver.got
    assert path == "/hooks/deals"
    assert headers["webhook-id"] == "msg1"
    assert headers["content-type"] == "application/json"
    assert Webhook(SECRET).verify(body, headers) == {"a": "ä"}


def test_a_repeated_message_has_the_same_id_and_its_own_time_and_signature(receiver):
    clock = ManualClock(NOW)
    post = post_to(receiver.url, clock=clock, secret=SECRET)
    deliver(post)
    clock.advance(60)
    deliver(post)
    (_, first, _), (_, second, _) = receiver.got
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert first["webhook-signature"] != second["webhook-signature"]


def test_without_a_secret_a_message_is_not_signed(receiver):
    deliver(post_to(receiver.url))
    assert "webhook-signature" not in receiver.got[0][1]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, Done), (204, Done), (301, Rejected), (400, Rejected), (404, Rejected), (410, Rejected),
     (408, Unknown), (429, NotSent), (500, Unknown), (503, Unknown)],
)  # fmt: skip
def test_what_a_status_means(status, outcome):
    assert isinstance(judge_answer("deals", status, "", now=NOW), outcome)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("120", NOW + timedelta(minutes=2)),
        ("Tue, 24 Nov 2026 10:00:00 GMT", NOW + timedelta(hours=1)),
        ("99999999999999999999", None),
        ("1000000", NOW + timedelta(hours=6)),
        ("-5", None),
        ("Tue, 24 Nov 2020 10:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_receiver_that_asks_to_wait_is_waited_for_within_bounds(said, until):
    outcome = judge_answer("deals", 429, said, now=NOW)
    assert isinstance(outcome, NotSent)
    assert outcome.until == until


def test_a_redirect_is_not_followed(receiver):
    receiver.answers = [(307, {"location": receiver.url + "/other"}, b"")]
    outcome = deliver(post_to(receiver.url))
    assert isinstance(outcome, Rejected)
    assert len(receiver.got) == 1


def test_a_lost_answer_is_unknown(receiver):
    receiver.answers = [(None, {}, b"")]
    assert isinstance(deliver(post_to(receiver.url)), Unknown)


def test_nobody_there_is_certainly_not_sent():
    outcome = deliver(post_to("http://127.0.0.1:1/x"))
    assert isinstance(outcome, NotSent)


def test_a_refused_address_sends_nothing_and_says_what_to_do(receiver):
    url = receiver.url.replace("http://127.0.0.1", "https://inside.example")
    outcome = deliver(post_to(url, resolve=lambda _host, _port: ["127.0.0.1"]))
    assert isinstance(outcome, Rejected)
    assert "private: true" in outcome.message
    assert receiver.got == []


def test_tls_is_verified_against_the_name_also_at_a_judged_address(receiver):
    port = int(receiver.url.split(":")[2].split("/")[0])
    post = post_to(
        f"https://inside.example:{port}/x", private=True, resolve=lambda _host, _port: ["127.0.0.1"]
    )
    assert isinstance(deliver(post), NotSent)
    assert receiver.got == []


def test_no_more_of_an_answer_is_read_than_is_needed_and_nothing_of_it_shown(receiver):
    receiver.answers = [(200, {}, b"s3cr3t" * 5_000_000), (400, {}, b"s3cr3t")]
    post = post_to(receiver.url)
    assert deliver(post) == Done(200, None)
    assert receiver.hung_up.wait(timeout=10)
    assert "s3cr3t" not in repr(deliver(post))


def test_an_answer_that_breaks_off_after_its_status_has_said_enough(receiver):
    receiver.answers = [(200, {"content-length": "100"}, b"half")]
    assert deliver(post_to(receiver.url)) == Done(200, None)


def test_nothing_from_the_environment_is_used(receiver, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert deliver(post_to(receiver.url)) == Done(200, None)


def test_a_message_that_is_no_json_is_refused(receiver):
    assert isinstance(deliver(post_to(receiver.url), {"a": float("nan")}), Rejected)
    assert receiver.got == []


def test_address_and_secret_are_in_no_repr_and_no_log(receiver, caplog):
    caplog.set_level(logging.DEBUG, logger="rules_engine")
    endpoint = Endpoint(url=receiver.url, secret=SECRET)
    outcome = deliver(HttpPost({"deals": endpoint}, clock=ManualClock(NOW)))
    for text in (repr(endpoint), repr(outcome), caplog.text):
        assert SECRET not in text
        assert "hooks" not in text


def test_the_body_is_small_json(receiver):
    deliver(post_to(receiver.url), {"n": 1, "list": [None, True]})
    assert receiver.got[0][2] == b'{"n":1,"list":[null,true]}'
    assert json.loads(receiver.got[0][2]) == {"n": 1, "list": [None, True]}
