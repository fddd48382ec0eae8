"""A worker that stands still at a chosen point while another one takes its account, and then goes on.

What SIGSTOP and SIGCONT do at the mercy of the moment is done here exactly where it hurts, and without waiting.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from rules_engine.runs.claimed import ClaimedHop
from rules_engine.runs.settings import WritePolicy
from rules_engine.store import tables as t
from rules_engine.store.errors import ClaimLost
from rules_engine.store.records import StepStatus

LEASE = timedelta(seconds=60)
RULES = """
  - id: answer
    when: lead.created
    then:
      - create_task: {project: Sales, name: "First {{ lead.name }}"}
      - update_lead: {status: Chaser}
      - create_task: {project: Sales, name: "Second {{ lead.name }}"}
"""
POINTS = ("look", "intent", "after the intent", "request", "after the request", "outcome")
"""Where it stands still: before the look's commit, before or after an intent's, before or after the request itself, and
before the commit of its outcome."""


class Stand:
    """Stands still once, at the `nth` time that the point is reached."""

    def __init__(self, point, nth, meanwhile):
        self.point, self.left, self.meanwhile = point, nth, meanwhile
        self.stood = False

    def reached(self, point):
        if point == self.point and not self.stood:
            self.left -= 1
            if self.left <= 0:
                self.stood = True
                self.meanwhile()


class StandingHop:
    """The way to Dashtrack, behind the look at the claim."""

    def __init__(self, client, stand):
        self.client, self.stand = client, stand

    def send(self, request):
        self.stand.reached("request")
        outcome = self.client.send(request)
        self.stand.reached("after the request")
        return outcome


def play(rig, number, point, nth, ticks):
    """One round: a lead, a worker that stands still at the point, another that ticks meanwhile; then all settles."""
    lapsed = timedelta(minutes=5)

    def meanwhile():
        lapse(rig.store)
        claim = rig.store.claim("default", holder="other", lease=LEASE)
        other = rig.engine().under(claim)
        for _ in range(ticks):
            rig.clock.advance(lapsed.total_seconds())
            other.tick()
        rig.store.release(claim)

    name = f"L{number}"
    rig.state.add("lead", name=name, status="New")
    stand = Stand(point, nth, meanwhile)
    tick_standing(rig, stand)
    settle(rig)
    return stand.stood


def tick_standing(rig, stand):
    claim = rig.store.claim("default", holder="one", lease=LEASE)
    engine = rig.engine(hop=StandingHop(rig.client, stand)).under(claim)
    commit = engine.store.commit

    def standing_commit(account, batch):
        sent = any(step.status is StepStatus.SENT for step in batch.steps)
        done = any(step.status is StepStatus.DONE for step in batch.steps)
        if batch.events and not batch.steps:
            stand.reached("look")
        if sent:
            stand.reached("intent")
        if done:
            stand.reached("outcome")
        commit(account, batch)
        if sent:
            stand.reached("after the intent")

    engine.store.commit = standing_commit
    assert isinstance(engine.hop, ClaimedHop)
    rig.clock.advance(300)
    try:
        engine.tick()
    except ClaimLost:
        return
    finally:
        rig.store.release(claim)


def settle(rig):
    """Tick until nothing is owed any more."""
    for _ in range(12):
        rig.tick()
        if all(run.due_at is None and run.status.value == "done" for run in rig.runs()):
            return


def lapse(store):
    """Let every lease be over."""
    with store._engine.begin() as connection:
        connection.execute(update(t.claims).values(until="2020-01-01T00:00:00.000000Z"))


def prepare(rig):
    rig.settings = replace(rig.settings, policy=WritePolicy(quiescence=timedelta(minutes=30)))
    rig.use(RULES)
    rig.tick()
    return rig


def judge(rig, rounds):
    """(missing, made twice)."""
    made = Counter(task["name"] for task in rig.state.all("task"))
    owed = [f"{which} L{number}" for number in range(rounds) for which in ("First", "Second")]
    return [each for each in owed if not made[each]], [each for each, count in made.items() if count > 1]
