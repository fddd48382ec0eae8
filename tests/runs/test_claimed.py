"""The last hop under a claim: what the claim no longer covers is not sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules_engine.dashtrack.outcomes import Done, NotSent, WriteRequest
from rules_engine.runs.claimed import ClaimedHop, ClaimedPost
from rules_engine.store.errors import ClaimLost
from rules_engine.store.records import StepStatus

LEASE = timedelta(seconds=60)
RULE = """
  - id: closing
    when: lead.created
    then: [{create_task: {project: Sales, name: Close}}]
"""


class Outside:
    """Where requests and messages would go; keeps what came."""

    names = ("chat",)

    def __init__(self):
        self.got = []

    def send(self, request):
        self.got.append(request)
        return Done(200, {"id": "1"})

    def deliver(self, to, *, message_id, body):
        self.got.append(to)
        return Done(200, {})


def both(outside, store, claim):
    """What sending a request and a message came to."""
    request = WriteRequest(method="POST", path="/leads", body={})
    return [
        ClaimedHop(outside, store, claim).send(request),
        ClaimedPost(outside, store, claim).deliver("chat", message_id="m", body={}),
    ]


def test_what_the_claim_covers_is_sent(rig):
    claim = rig.store.claim("default", holder="one", lease=LEASE)
    outside = Outside()
    assert [type(one) for one in both(outside, rig.store, claim)] == [Done, Done]
    assert len(outside.got) == 2


def test_what_a_lost_claim_no_longer_covers_is_not_sent(rig):
    claim = rig.store.claim("default", holder="one", lease=LEASE)
    rig.store.release(claim)
    rig.store.claim("default", holder="two", lease=LEASE)
    outside = Outside()
    assert [type(one) for one in both(outside, rig.store, claim)] == [NotSent, NotSent]
    assert outside.got == []


def test_a_claim_that_is_lost_between_the_intent_and_the_request_ends_the_tick_and_nothing_is_sent(rig):
    """Whoever has the account now finds the intent, looks for its effect, and does it once."""
    rig.use(RULE)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    claim = rig.store.claim("default", holder="one", lease=LEASE)
    engine = rig.engine().under(claim)
    committed = engine.store.commit

    def lose_it_after_the_intent(account, batch):
        committed(account, batch)
        if any(step.status is StepStatus.SENT for step in batch.steps):
            rig.store.release(claim)
            rig.store.claim("default", holder="two", lease=LEASE)

    engine.store.commit = lose_it_after_the_intent
    with pytest.raises(ClaimLost):
        engine.tick()
    assert rig.writes() == []

    for _ in range(6):
        rig.tick()
    assert [task["name"] for task in rig.state.all("task")] == ["Close"]


def test_an_engine_can_go_on_under_the_next_claim(rig):
    rig.use(RULE)
    engine = rig.engine()
    for _ in range(3):
        claim = rig.store.claim("default", holder="one", lease=LEASE)
        engine = engine.under(claim)
        rig.clock.advance(60)
        engine.tick()
        rig.state.add("lead", name="Mill", status="Chaser")
    assert len(rig.state.all("task")) == 2
