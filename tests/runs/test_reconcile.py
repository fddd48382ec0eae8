"""The protocol for a create whose answer was lost (fault reference, section C), played through in a small world.

Every combination of what can become of up to three requests, how far reads lag, what a person does to the object,
a list that lies, and a crash. The decisions are the engine's own functions; the world is a few lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from rules_engine.dashtrack.outcomes import Unknown, WriteRequest
from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.ruleset.actions import Verb
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Write
from rules_engine.runs.identity import signed
from rules_engine.runs.reconcile import (
    Finding,
    Narrowing,
    Resolution,
    Sight,
    judge_create,
    resolve,
    suspect_of,
)
from rules_engine.runs.settings import WritePolicy
from rules_engine.store.records import Presence, Step, StepStatus, StoredObject

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOST_ATTEMPTS = 3
"""As the protocol has it: the first one, and two more."""
TASK = RESOURCES["task"]
MARK = "K7QAAAAABBBBCCCC"
RESEND = WritePolicy(on_unknown={"create_task": "resend"})
PARK = WritePolicy(on_unknown={"create_task": "park"})
UNSIGNED = WritePolicy(signature=False)

LOST, AT_ONCE, SOON, LATE = None, 0, 3, 30
"""After how many minutes a request is carried out; LATE is after quiescence."""
FATES = (LOST, AT_ONCE, SOON, LATE)
DEEDS = ("nothing", "removes", "strips", "copies", "makes a twin")
LIES = ("none", "all", "ours", "known")
CRASHES = ("none", "before the outcome")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One small world."""

    fates: tuple[int | None, ...]
    lag: int
    deed: str
    lie: str
    """What the list leaves out at the first look after quiescence."""
    crash: str

    @property
    def assumed(self) -> bool:
        """Whether all is as the protocol assumes: a request is carried out soon or never, and its object stays."""
        return LATE not in self.fates and self.deed not in {"removes", "strips"}


class Known:
    """The snapshot: one task was there before."""

    def stored(self, resource, object_id):
        return StoredObject(
            resource=resource,
            object_id=object_id,
            project_id="p",
            revision=1,
            data={"id": object_id},
            since={},
            presence=Presence.PRESENT,
        )

    def member_names(self):
        return {}


@dataclass(slots=True)
class SmallWorld:
    """Tasks by when they came, a person, and a list that lags and may lie."""

    scenario: Scenario
    sent: list[datetime] = field(default_factory=list)
    looks_late: int = 0

    def send(self, at):
        self.sent.append(at)

    def committed(self):
        """When each request was carried out."""
        fates = self.scenario.fates
        return {
            f"ours-{number}": at + fates[number] * MINUTE
            for number, at in enumerate(self.sent)
            if fates[number] is not None
        }

    def listed(self, now, *, body):
        late = now - self.sent[0] >= RESEND.quiescence
        self.looks_late += late
        lie = self.scenario.lie if self.looks_late == 1 and late else "none"
        if lie == "all":
            return []
        items = [] if lie == "known" else [{"id": "known", "name": "Call", "created_at": f"{START}"}]
        for object_id, at in self.committed().items():
            if lie != "ours" and at + self.scenario.lag * MINUTE <= now:
                items += self._shown(object_id, at, now, body)
        if self.scenario.deed == "makes a twin" and now >= START + MINUTE:
            items.append({"id": "twin", "name": "Call", "created_at": f"{START + MINUTE}"})
        return items

    def _shown(self, object_id, at, now, body):
        item = {"id": object_id, "created_at": at.isoformat(), **body}
        done = now >= at + MINUTE
        if self.scenario.deed == "removes" and done:
            return []
        if self.scenario.deed == "strips" and done:
            return [{**item, "description": "mine now", "name": "Mine"}]
        if self.scenario.deed == "copies" and done:
            copy = {**item, "id": f"copy-of-{object_id}", "created_at": (at + MINUTE).isoformat()}
            return [copy, item]
        return [item]


def play(scenario: Scenario, policy: WritePolicy) -> tuple[Step, SmallWorld]:
    """The life of one create until it is settled."""
    world = SmallWorld(scenario)
    body = {"name": "Call"}
    if policy.signature:
        body["description"] = signed(None, "make", MARK)
    write = Write(
        verb=Verb.CREATE,
        resource=TASK,
        request=WriteRequest(method="POST", path="/projects/p/tasks", body=body),
        project_id="p",
        known_ids=("known",),
    )
    blank = Step(run_id="r", n=1, key="0", action="create_task", status=StepStatus.NOT_SENT)
    step = moves.intended(blank, write, mark=MARK if policy.signature else "", at=START)
    world.send(START)
    now = START
    if scenario.crash != "before the outcome":
        step = moves.unknown(step, Unknown("the connection broke"))
    for minute in range(0, 200, 4):
        now = START + minute * MINUTE
        if step.status is StepStatus.SENT:
            if minute == 0:
                continue
            step = moves.interrupted(step, at=now)
        step = look(step, world, policy, now, body)
        if step.status not in moves.OPEN:
            return step, world
    raise AssertionError(f"it is never settled: {scenario}, {step}")


def look(step, world, policy, now, body):
    suspect = suspect_of(step, TASK)
    finding = judge_create(suspect, world.listed(now, body=body), Known(), Narrowing(since=START))
    match resolve(suspect, finding, policy=policy, now=now):
        case Resolution.ADOPT:
            return moves.succeeded(step, finding.item)
        case Resolution.PARK:
            return moves.parked(step)
        case Resolution.WAIT_COUNTED:
            return replace(step, looks=step.looks + 1)
        case Resolution.RESEND:
            world.send(now)
            again = moves.unknown(moves.sent_again(step, at=now), Unknown("the connection broke"))
            return look(again, world, policy, now, body)
        case _:
            return step


def faults(scenario, step, world):
    """What is wrong with how it ended."""
    made = world.committed()
    found = []
    if len(made) > 1:
        found.append("duplicate")
    if step.status is StepStatus.DONE and step.result_id not in made:
        found.append("wrong")
    if step.status not in {StepStatus.DONE, StepStatus.PARKED}:
        found.append("lost")
    if len(world.sent) > MOST_ATTEMPTS:
        found.append("too often")
    return found


SCENARIOS = [
    Scenario(fates, lag, deed, lie, crash)
    for fates, lag, deed, lie, crash in product(
        product(FATES, repeat=MOST_ATTEMPTS), (0, 2), DEEDS, LIES, CRASHES
    )
]


def tally(policy):
    """The faults of every scenario, by kind and whether the protocol's assumptions hold in it."""
    counts = Counter()
    for scenario in SCENARIOS:
        step, world = play(scenario, policy)
        for fault in faults(scenario, step, world):
            counts[fault, scenario.assumed] += 1
    return counts


def test_with_its_mark_a_create_takes_effect_once_wherever_the_assumptions_hold():
    counts = tally(RESEND)
    assert {kind for kind, assumed in counts if assumed} == set()
    assert {kind for kind, _ in counts} == {"duplicate"}  # late commits, and what a person took away


def test_parked_it_is_never_doubled_whatever_happens():
    assert tally(PARK) == Counter()


def test_unsigned_it_is_never_sent_twice_and_only_a_twin_can_be_taken_for_it():
    counts = tally(UNSIGNED)
    assert {kind for kind, _ in counts} == {"wrong"}
    for scenario in SCENARIOS:
        step, world = play(scenario, UNSIGNED)
        if "wrong" in faults(scenario, step, world):
            assert scenario.deed in {"makes a twin", "copies"}


@pytest.mark.parametrize("fates", [(LOST, LOST, LOST)])
def test_what_never_takes_effect_is_sent_three_times_and_parked(fates):
    step, world = play(Scenario(fates, 0, "nothing", "none", "none"), RESEND)
    assert (step.status, len(world.sent)) == (StepStatus.PARKED, MOST_ATTEMPTS)


def test_quiescence_begins_anew_after_a_crash_and_takes_two_good_looks():
    _, calm = play(Scenario((LOST, AT_ONCE, LOST), 0, "nothing", "none", "none"), RESEND)
    _, crashed = play(Scenario((LOST, AT_ONCE, LOST), 0, "nothing", "none", "before the outcome"), RESEND)
    _, lied_to = play(Scenario((LOST, AT_ONCE, LOST), 0, "nothing", "known", "none"), RESEND)
    waits = [(world.sent[1] - world.sent[0]) / MINUTE for world in (calm, crashed, lied_to)]
    assert waits == [16, 20, 20]


SUSPECT = suspect_of(
    Step(
        run_id="r",
        n=1,
        key="0",
        action="create_task",
        method="POST",
        path="/projects/p/tasks",
        body={"name": "Call"},
        status=StepStatus.UNKNOWN,
        sent_at=START,
    ),
    TASK,
)


def item(object_id, *, minutes=0, **fields):
    return {
        "id": object_id,
        "name": "Call",
        "created_at": (START + minutes * MINUTE).isoformat(),
        **fields,
    }


def test_of_several_with_the_mark_the_oldest_is_ours_and_the_others_are_told():
    step = replace(SUSPECT.step, mark=MARK)
    bearers = [
        item(name, minutes=minutes, description=signed(None, "make", MARK))
        for name, minutes in (("copy", 2), ("ours", 1), ("second copy", 3))
    ]
    found = judge_create(replace(SUSPECT, step=step), bearers, Known(), Narrowing())
    assert (found.item["id"], found.others) == ("ours", ("copy", "second copy"))


def test_unsigned_what_is_older_than_the_run_or_another_steps_is_not_taken_for_ours():
    narrowing = Narrowing(since=START, taken=frozenset({"anothers"}))
    listed = [item("old", minutes=-60), item("anothers", minutes=1)]
    assert judge_create(SUSPECT, listed, Known(), narrowing).sight is Sight.NOT_DONE
    found = judge_create(SUSPECT, [*listed, item("ours", minutes=1)], Known(), narrowing)
    assert found.item["id"] == "ours"


def test_unsigned_a_time_of_creation_that_can_not_be_read_rules_nothing_out():
    found = judge_create(SUSPECT, [item("ours") | {"created_at": None}], Known(), Narrowing(since=START))
    assert found.sight is Sight.DONE


@pytest.mark.parametrize(("seconds", "what"), [(30, Resolution.WAIT), (90, Resolution.RESEND)])
def test_an_update_that_does_not_show_is_sent_again_only_when_no_read_can_lag_any_more(seconds, what):
    step = replace(SUSPECT.step, method="PATCH", path="/tasks/t", sent_at=START)
    suspect = suspect_of(step, TASK)
    now = START + timedelta(seconds=seconds)
    assert resolve(suspect, Finding(Sight.NOT_DONE), policy=RESEND, now=now) is what
