"""What the store holds, as plain data. Times are aware and in UTC; objects are plain JSON data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

JsonObject = Mapping[str, Any]


class Cause(StrEnum):
    """Who made a change, as far as the engine can tell."""

    EXTERNAL = "external"
    SELF = "self"
    UNKNOWN = "unknown"


class Presence(StrEnum):
    """Whether the object is in the world."""

    PRESENT = "present"
    MISSING = "missing"
    """Absent from the last list; nothing has confirmed that it is gone."""
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One list that can be polled, and what its last looks saw."""

    resource: str
    project_id: str | None
    baseline_at: datetime | None = None
    """When it was first read; None until then."""
    good_at: datetime | None = None
    """The last look that could be trusted."""
    body_hash: str = ""
    """Hash of the last good answer's bytes, so that an unchanged answer costs no parsing."""
    known_fields: tuple[str, ...] = ()
    """Fields that this feed's objects ever had: the first appearance of another one is no change."""
    settled: bool = True
    """False while an object is missing or fenced, so that even unchanged bytes must be looked at."""
    error: str = ""
    """Why the last look failed; empty when it was good."""
    error_at: datetime | None = None

    @property
    def key(self) -> str:
        """`lead`, or `task/PROJECT-ID` for a feed of one project."""
        return self.resource if self.project_id is None else f"{self.resource}/{self.project_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """The last known state of one object."""

    resource: str
    object_id: str
    project_id: str | None
    revision: int
    data: JsonObject
    since: Mapping[str, str]
    """Per field, since when it has its value (ISO 8601); a field at the baseline has the baseline's time."""
    presence: Presence = Presence.PRESENT
    missing_looks: int = 0
    """How many good looks in a row did not show it."""
    fence: Mapping[str, Any] | None = None
    """Per field, the values before our own writes, which a lagging read may still show; empty after our own
    create or delete."""
    fence_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change with an identity: (account, resource, object id, revision)."""

    id: str
    at: datetime
    types: tuple[str, ...]
    resource: str
    object_id: str
    project_id: str | None
    revision: int
    changes: Mapping[str, Mapping[str, Any]]
    """{field: {"from": value, "to": value}}; empty for created and deleted objects."""
    before: JsonObject | None
    after: JsonObject | None
    cause: Cause
    cause_rule: str | None = None
    cause_run: str | None = None
    depth: int = 0
    """How many rules stand behind it: 0 for somebody else's change."""
    seen_between: tuple[datetime | None, datetime]
    """The last look that still showed the old state, and the one that showed the new."""


class RunStatus(StrEnum):
    """Where a run stands."""

    PLANNED = "planned"
    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"
    CANCELLED = "cancelled"


class StepStatus(StrEnum):
    """Where a step stands; for a request these are also the outcomes of its intent."""

    PLANNED = "planned"
    SENT = "sent"
    """The intent is durable and the request may be on its way."""
    DONE = "done"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    WAITING = "waiting"
    """A delay that is not over, or a wait whose event has not come."""
    UNKNOWN = "unknown"
    FAILED = "failed"
    """It could not even be rendered or resolved; nothing was sent."""
    SKIPPED = "skipped"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One rule taken by one event."""

    id: str
    rule_id: str
    rule_digest: str
    """The rule as it was when the run began; the store keeps that document."""
    event_id: str
    status: RunStatus
    mode: str
    depth: int
    created_at: datetime
    due_at: datetime | None = None
    """When a waiting run wants to be looked at again."""
    vars: JsonObject | None = None
    """The rule's vars as they were when the run began; None until then."""
    timed: JsonObject | None = None
    """Of a run that a timer began: when it was due (`due_at`), whether nobody looked for a while before
    (`across_gap`), and, where the state had to hold, the `object` as it was when the time was up."""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action of a run, with its rendered request and what became of it."""

    run_id: str
    n: int
    """Its place among the run's steps, from 1."""
    key: str
    """Its full path in the rule: "0", "1.0.2" (a branch), "3[4].0" (a turn), "2.timeout.0", "error.0"."""
    action: str
    method: str | None = None
    path: str | None = None
    body: JsonObject | None = None
    status: StepStatus
    attempts: int = 0
    response_status: int | None = None
    result_id: str | None = None
    result: JsonObject | None = None
    error: str = ""
    mark: str = ""
    """What the signature line carries, so that a lost answer can be found again."""
    sent_at: datetime | None = None
    looks: int = 0
    """Complete looks since it was sent that did not show its effect."""
    known_ids: tuple[str, ...] = ()
    """For a create: the ids that its list had before it was sent."""
    before: JsonObject | None = None
    """For an update: the object's written fields as they were before it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a rule whose trigger named an event's type did not take it."""

    rule_id: str
    event_id: str
    at: datetime
    verdict: str
    """`trigger`, `condition`, `error`, `once_per`, `cooldown`, `self` or `depth`."""
    detail: str


WORKSPACE: Final = "workspace"
"""A hold because the key sees another workspace than the snapshot's."""
STORE: Final = "store"
"""A hold because the store is older than what was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What waits until a person says that it is right: objects that vanished from one feed, or a whole account."""

    id: str
    at: datetime
    resource: str
    """Of the feed; `workspace` or `store` where the whole account is held."""
    project_id: str | None
    object_ids: tuple[str, ...]
    """What vanished. `workspace`: what is known and not there. `store`: the marks that the store does not know."""
    approved: bool = False

    @property
    def stops_account(self) -> bool:
        """Whether nothing of its account may be compared or sent while it stands."""
        return self.resource in {WORKSPACE, STORE} and not self.approved


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A key that a rule has used up: `once_per`, or `cooldown` of an object."""

    rule_id: str
    kind: str
    key: str
    at: datetime
    run_id: str


class TimerKind(StrEnum):
    """What a timer waits for."""

    HOLD = "hold"
    """A trigger's `for`: the state that an event brought must last."""
    CLOCK = "clock"
    """A moment that an object's own data tell: its due date, its start, its last change."""
    SCHEDULE = "schedule"
    """A moment of a rule's schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A moment at which a rule's trigger may fire; one for each (rule, trigger, object, value)."""

    rule_id: str
    trigger: str
    """The digest of the trigger: an edit of anything else of the rule leaves the timer alone."""
    kind: TimerKind
    resource: str
    """`schedule` for a schedule."""
    object_id: str
    """The rule's id for a schedule."""
    value: str
    """What it was armed for. Hold: the id of the event. Clock: `TYPE@OFFSET@MOMENT`, the end of the id of the event
    to come. Schedule: the moment."""
    due_at: datetime
    armed_at: datetime
    spent: bool = False
    """Whether it has fired. It stays until its object has another value, so that the same value fires once."""
    across_gap: bool = False
    """Whether nobody looked at its object for a while before it was due."""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What tells it from every other timer."""
        return self.rule_id, self.trigger, self.resource, self.object_id, self.value


KEY: Final = "key"
"""The kind of fact that remembers with which keys the snapshot's workspace was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A small thing that must be remembered between ticks, one for each (kind, key)."""

    kind: str
    """`trigger`: a trigger by the clock, a schedule or an engine event's type is known since then.
    `crossed`: a number is over a trigger's threshold. `told`: one of the engine's own events was told, and holds on.
    `key`: the key of that name has seen the workspace that the snapshot is of."""
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one transaction writes: all of it, or nothing."""

    feeds: Sequence[Feed] = ()
    objects: Sequence[StoredObject] = ()
    item_hashes: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    """(resource, object id) → hash of the bytes of a list's item that say just what is stored of the object."""
    events: Sequence[Event] = ()
    new_runs: Sequence[Run] = ()
    """Runs to begin; one that the store has already (same rule and event) stays as it is."""
    runs: Sequence[Run] = ()
    """Runs that moved on; a run that was cancelled meanwhile stays cancelled."""
    steps: Sequence[Step] = ()
    decisions: Sequence[Decision] = ()
    spent: Sequence[Spent] = ()
    documents: Mapping[str, tuple[str, JsonObject]] = field(default_factory=dict)
    """Rules that runs are pinned to: digest → (rule id, document)."""
    holds: Sequence[Hold] = ()
    lifted_holds: Sequence[str] = ()
    timers: Sequence[Timer] = ()
    cancelled_timers: Sequence[Timer] = ()
    facts: Sequence[Fact] = ()
    forgotten_facts: Sequence[Fact] = ()
    budget: JsonObject | None = None
    learnt: JsonObject | None = None
    """What the planner has learnt, all of it; None where it has learnt nothing new."""
    touched: Sequence[tuple[str, str | None]] = ()
    """Feeds (resource, project) in which we wrote: their last answer's bytes prove nothing any more."""
