"""`notify` and `webhook` on the tick: every message arrives, and a repeated one is known by its id."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from receiver import running_receiver

from rules_engine.runs.delivering import PAUSES
from rules_engine.runs.endpoints.http_post import HttpPost
from rules_engine.runs.settings import Endpoint
from rules_engine.store.records import RunStatus, StepStatus

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RULE = """
  - id: tell
    when: {event: lead.status_changed, from: Chaser}
    then:
      - webhook: {to: deals, data: {lead: "{{ lead.name }}", status: "{{ lead.status }}", at: "{{ now }}"}}
      - notify: {to: chat, text: "{{ lead.name }} is {{ lead.status }}"}
"""


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def receiver():
    with running_receiver() as running:
        yield running


@pytest.fixture
def post(rig, receiver):
    endpoints = {
        "deals": Endpoint(url=receiver.url, secret=SECRET),
        "chat": Endpoint(url=receiver.url.replace("deals", "chat")),
    }
    return HttpPost(endpoints, clock=rig.clock)


def tick(rig, post, *, after=timedelta(minutes=5), look=True):
    rig.clock.advance(after.total_seconds())
    engine = rig.engine()
    engine.post = post
    return engine.tick(look=look)


def changed_lead(rig):
    lead = rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Closed")


def run_of(rig):
    (run,) = rig.runs()
    return run


def test_messages_are_sent_with_what_the_rule_says(rig, receiver, post):
    rig.use(RULE)
    changed_lead(rig)
    tick(rig, post)
    assert run_of(rig).status is RunStatus.DONE
    assert [(path, json.loads(body)) for path, _, body in receiver.got] == [
        ("/hooks/deals", {"lead": "Mill", "status": "Closed", "at": "2026-11-24T09:10:00Z"}),
        ("/hooks/chat", {"text": "Mill is Closed"}),
    ]
    assert receiver.ids == [step.mark for step in rig.steps()]
    assert [(step.method, step.path) for step in rig.steps()] == [
        ("POST", "endpoint:deals"),
        ("POST", "endpoint:chat"),
    ]


def test_a_lost_answer_is_repeated_with_the_same_id_and_body_after_a_pause(rig, receiver, post):
    rig.use(RULE)
    changed_lead(rig)
    receiver.answers = [(None, {}, b"")]
    tick(rig, post)
    assert run_of(rig).status is RunStatus.WAITING
    assert run_of(rig).due_at == rig.clock.now() + PAUSES[0]
    tick(rig, post, after=timedelta(seconds=1))
    assert len(receiver.got) == 1
    tick(rig, post, after=PAUSES[0])
    assert run_of(rig).status is RunStatus.DONE
    first, again, _ = receiver.got
    assert first[1]["webhook-id"] == again[1]["webhook-id"]
    assert first[2] == again[2]


def test_a_receiver_that_never_answers_well_is_given_up_and_a_person_can_retry(rig, receiver, post):
    rig.use(RULE)
    changed_lead(rig)
    receiver.answers = [(500, {}, b"")] * 6
    tick(rig, post)
    for pause in PAUSES:
        assert run_of(rig).status is RunStatus.WAITING
        tick(rig, post, after=pause)
    assert run_of(rig).status is RunStatus.FAILED
    assert "gave up after 6 attempts" in run_of(rig).error
    rig.store.move_run(run_of(rig).id, to=RunStatus.PENDING, allowed=[RunStatus.FAILED])
    tick(rig, post)
    assert run_of(rig).status is RunStatus.DONE
    assert len(set(receiver.ids[:7])) == 1
    assert len({body for _, _, body in receiver.got[:7]}) == 1


def test_a_refusal_is_not_repeated(rig, receiver, post):
    rig.use(RULE)
    changed_lead(rig)
    receiver.answers = [(410, {}, b"gone, s3cr3t")]
    tick(rig, post)
    tick(rig, post)
    assert run_of(rig).status is RunStatus.FAILED
    assert "410: endpoint deals refused the message" in run_of(rig).error
    assert "s3cr3t" not in repr(rig.steps())
    assert len(receiver.got) == 1


def test_a_receiver_that_asks_to_wait_is_waited_for(rig, receiver, post):
    rig.use(RULE)
    changed_lead(rig)
    receiver.answers = [(429, {"retry-after": "1800"}, b"")]
    tick(rig, post)
    assert run_of(rig).due_at == rig.clock.now() + timedelta(minutes=30)
    tick(rig, post, after=timedelta(minutes=30))
    assert run_of(rig).status is RunStatus.DONE


@pytest.mark.parametrize("arrived", [True, False])
def test_a_process_killed_in_the_middle_sends_the_same_message_again(rig, receiver, post, arrived):
    rig.use(RULE)
    changed_lead(rig)

    class Dying:
        names = post.names

        def deliver(self, to, **message):
            if arrived:
                post.deliver(to, **message)
            raise Killed

    with pytest.raises(Killed):
        tick(rig, Dying())
    assert rig.steps()[0].status is StepStatus.SENT
    tick(rig, post)
    tick(rig, post)
    assert run_of(rig).status is RunStatus.DONE
    assert len(set(receiver.ids)) == 2
    assert len({body for path, _, body in receiver.got if path == "/hooks/deals"}) == 1


def test_an_endpoint_that_does_not_exist_fails_the_step_and_lists_those_that_do(rig, receiver, post):
    rig.use(RULE.replace("to: deals", "to: deal"))
    changed_lead(rig)
    tick(rig, post)
    assert run_of(rig).status is RunStatus.FAILED
    assert "there is no endpoint 'deal'; there is: chat, deals. Did you mean deals?" in run_of(rig).error
    assert receiver.got == []


def test_without_any_endpoint_the_error_says_how_to_make_one(rig):
    rig.use(RULE)
    changed_lead(rig)
    rig.tick()
    assert "there is: none at all" in run_of(rig).error
    assert "endpoints: {deals: {url: https://…}}" in run_of(rig).error


def test_plans_show_the_messages_and_send_none(rig, receiver, post):
    rig.use(RULE.replace("id: tell", "id: tell\n    mode: shadow"))
    changed_lead(rig)
    tick(rig, post)
    assert run_of(rig).status is RunStatus.PLANNED
    assert rig.steps()[1].body == {"text": "Mill is Closed"}
    assert receiver.got == []


def test_a_dry_run_does_not_repeat_a_message_whose_answer_was_lost(rig, receiver, post):
    from rules_engine.foresight.dry_run import dry_run_of

    rig.use(RULE)
    changed_lead(rig)
    receiver.answers = [(None, {}, b"")]
    tick(rig, post)
    rig.clock.advance(3600)
    dry = dry_run_of(rig.store)
    engine = rig.engine(store=dry.store, hop=dry.hop)
    engine.post = post
    engine.tick()
    dry.store.close()
    assert len(receiver.got) == 1


def test_messages_of_a_loop_have_an_id_each(rig, receiver, post):
    rig.use("""
  - id: tell
    when: {event: lead.status_changed, from: Chaser}
    then:
      - foreach: {in: "{{ [1, 2, 3] }}", then: [{notify: {to: chat, text: "{{ item }}"}}]}
""")
    changed_lead(rig)
    tick(rig, post)
    assert len(set(receiver.ids)) == 3


def test_what_can_not_be_sent_is_a_failed_step(rig, receiver, post):
    rig.use(RULE.replace('text: "{{ lead.name }} is {{ lead.status }}"', 'text: "{{ [1] }}"'))
    changed_lead(rig)
    tick(rig, post)
    assert "notify takes a text, not [1]" in run_of(rig).error
