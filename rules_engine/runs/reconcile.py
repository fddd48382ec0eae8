"""What became of a write whose answer was lost: look, then decide by a rule that is plain to read.

The protocol is that of the fault reference, section C: look at once and at each poll, adopt on sight; only when
nothing was seen through quiescence and two complete looks after it, resend with the same mark, or park.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import unquote

from rules_engine.dashtrack.errors import (
    DashtrackError,
    NotFound,
    PermanentError,
    Redirected,
    Unauthorized,
)
from rules_engine.dashtrack.resources import Resource, Scope
from rules_engine.polling.diff import same_value, without_lag
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.writethrough import READ_LAG
from rules_engine.ruleset.actions import Verb
from rules_engine.runs.actions.planned import Reads, Write
from rules_engine.runs.identity import mark_in
from rules_engine.runs.settings import WritePolicy
from rules_engine.store.records import Presence, Step

LOOKS_AFTER_QUIESCENCE = 2
MOST_ATTEMPTS = 3
SKEW = timedelta(minutes=5)
"""By so much Dashtrack's clock may differ from ours, when it is judged whether something is older than a run."""


class Sight(Enum):
    """What a look at the world shows of a write."""

    DONE = "done"
    """Its effect is there."""
    NOT_DONE = "not done"
    """The world is complete, and as it was before."""
    FOREIGN = "foreign"
    """Somebody else has changed the same fields meanwhile."""
    SEVERAL = "several"
    """More than one object could be it."""
    NO_ANSWER = "no answer"
    INCOMPLETE = "incomplete"
    """The list lacks objects that ought to be there, so it says nothing of ours."""
    OUT_OF_REACH = "out of reach"
    """Dashtrack refuses to show it, which may never end."""


_PATIENCE: Mapping[Sight, int] = {Sight.OUT_OF_REACH: 1, Sight.INCOMPLETE: 6}
"""How many times the quiescence to wait for what may never be seen, before a person is asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one look."""

    sight: Sight
    item: Mapping[str, Any] | None = None
    others: tuple[str, ...] = ()
    """The ids of further bearers of the mark: copies that somebody made, or a second effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What an unsigned object can't be, though it looks like ours."""

    since: datetime | None = None
    """What is older than this is somebody else's."""
    taken: frozenset[str] = frozenset()
    """Ids that other steps have brought about."""


class Resolution(Enum):
    """What to do about an unknown write."""

    ADOPT = "adopt"
    RESEND = "resend"
    PARK = "park"
    GIVE_WAY = "give way"
    WAIT = "wait"
    WAIT_COUNTED = "wait, counting the look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A step whose outcome is not known, with what is needed to look for its effect."""

    step: Step
    verb: Verb
    resource: Resource
    object_id: str | None
    project_id: str | None


def suspect_of(step: Step, resource: Resource) -> Suspect:
    """What to look for, read back from the intent's own method and path."""
    parts = [unquote(part) for part in str(step.path).strip("/").split("/")]
    if step.method == "POST":
        project_id = parts[1] if resource.scope is Scope.PROJECT else None
        return Suspect(step=step, verb=Verb.CREATE, resource=resource, object_id=None, project_id=project_id)
    removing = Verb.ARCHIVE if resource.archivable else Verb.DELETE
    verb = Verb.UPDATE if step.method == "PATCH" else removing
    return Suspect(step=step, verb=verb, resource=resource, object_id=parts[-1], project_id=None)


def ignored_fields(write: Write, answer: Mapping[str, Any] | None, names: Mapping[str, str]) -> list[str]:
    """The fields that an update wrote and that its own answer shows as they were before it."""
    if write.verb is not Verb.UPDATE or write.before is None or answer is None:
        return []
    return [
        name
        for name, wanted in (write.request.body or {}).items()
        if name in answer
        and not same_value(write.resource, name, answer[name], wanted, names=names)
        and same_value(write.resource, name, answer[name], write.before.get(name), names=names)
    ]


def look_for(
    suspect: Suspect, reads: Reads, snapshot: Snapshot, now: datetime, narrowing: Narrowing
) -> Finding:
    """Look whether the write took effect; raises only what stops every request."""
    try:
        if suspect.verb is Verb.CREATE:
            listed = reads.objects(suspect.resource, suspect.project_id)
            return judge_create(suspect, listed, snapshot, narrowing)
        return _judge_item(suspect, reads, snapshot, now)
    except (Unauthorized, Redirected):
        raise
    except PermanentError:
        return Finding(Sight.OUT_OF_REACH)
    except DashtrackError:
        return Finding(Sight.NO_ANSWER)


def judge_create(
    suspect: Suspect, listed: Sequence[Mapping[str, Any]], snapshot: Snapshot, narrowing: Narrowing
) -> Finding:
    """Find our object in a list: by its mark, or by its content where texts are not signed."""
    known = set(suspect.step.known_ids)
    unknown = [item for item in listed if str(item["id"]) not in known]
    if suspect.step.mark:
        found = sorted((item for item in unknown if _bears_mark(suspect, item)), key=_age)
        if found:
            return Finding(Sight.DONE, found[0], tuple(str(item["id"]) for item in found[1:]))
    else:
        alike = [
            item
            for item in unknown
            if _may_be_ours(item, narrowing) and _shows(suspect, item, suspect.step.body or {}, snapshot)
        ]
        if alike:
            return Finding(Sight.DONE, alike[0]) if len(alike) == 1 else Finding(Sight.SEVERAL)
    complete = _expected(suspect, snapshot) <= {str(item["id"]) for item in listed}
    return Finding(Sight.NOT_DONE if complete else Sight.INCOMPLETE)


def _age(item: Mapping[str, Any]) -> tuple[str, str]:
    """The oldest bearer of a mark is ours: a copy is always younger than its original."""
    return str(item.get("created_at") or ""), str(item["id"])


def _bears_mark(suspect: Suspect, item: Mapping[str, Any]) -> bool:
    texts = (item.get(row.name) for row in suspect.resource.fields if row.signed)
    return any(mark_in(text) == suspect.step.mark for text in texts)


def _may_be_ours(item: Mapping[str, Any], narrowing: Narrowing) -> bool:
    """Whether nobody else has made it as far as can be told; a time of creation that can't be read tells nothing."""
    if str(item["id"]) in narrowing.taken:
        return False
    try:
        made = datetime.fromisoformat(str(item.get("created_at")))
    except ValueError:
        return True
    made = made if made.tzinfo is not None else made.replace(tzinfo=UTC)
    return narrowing.since is None or made >= narrowing.since - SKEW


def _expected(suspect: Suspect, snapshot: Snapshot) -> set[str]:
    """The ids that a complete list must show: those known before, less those known to be gone."""
    stored = (
        (object_id, snapshot.stored(suspect.resource.name, object_id)) for object_id in suspect.step.known_ids
    )
    return {object_id for object_id, one in stored if one is not None and one.presence is Presence.PRESENT}


def _judge_item(suspect: Suspect, reads: Reads, snapshot: Snapshot, now: datetime) -> Finding:
    try:
        item = _item(suspect, reads, snapshot)
    except NotFound:
        gone = suspect.verb in {Verb.DELETE, Verb.ARCHIVE}
        return Finding(Sight.DONE if gone else Sight.FOREIGN)
    if suspect.verb is Verb.DELETE:
        return Finding(Sight.NOT_DONE, item)
    if suspect.verb is Verb.ARCHIVE:
        return Finding(Sight.DONE if item.get("archived") is True else Sight.NOT_DONE, item)
    step = suspect.step
    if _lags(suspect, item, snapshot, now):
        return Finding(Sight.NO_ANSWER)
    if _shows(suspect, item, step.body or {}, snapshot):
        return Finding(Sight.DONE, item)
    if step.before is None or _shows(suspect, item, step.before, snapshot):
        return Finding(Sight.NOT_DONE, item)
    return Finding(Sight.FOREIGN, item)


def _item(suspect: Suspect, reads: Reads, snapshot: Snapshot) -> Mapping[str, Any]:
    """The object by its id; where that is refused, as its list shows it."""
    try:
        return reads.object(suspect.resource, str(suspect.object_id))
    except (NotFound, Unauthorized, Redirected):
        raise
    except PermanentError:
        stored = snapshot.stored(suspect.resource.name, str(suspect.object_id))
        listed = reads.objects(suspect.resource, stored.project_id if stored is not None else None)
        shown = next((item for item in listed if str(item["id"]) == suspect.object_id), None)
        if shown is None:
            raise
        return shown


def _lags(suspect: Suspect, item: Mapping[str, Any], snapshot: Snapshot, now: datetime) -> bool:
    """Whether the item may be from before an earlier write of ours, and so says nothing of this one."""
    stored = snapshot.stored(suspect.resource.name, str(suspect.object_id))
    if stored is None:
        return False
    names = snapshot.member_names()
    return without_lag(suspect.resource, stored, item, at=now, names=names) != item


def _shows(suspect: Suspect, item: Mapping[str, Any], values: Mapping[str, Any], snapshot: Snapshot) -> bool:
    names = snapshot.member_names()
    return all(
        same_value(suspect.resource, name, item.get(name), value, names=names)
        for name, value in values.items()
    )


def resolve(suspect: Suspect, finding: Finding, *, policy: WritePolicy, now: datetime) -> Resolution:
    """Decide about an unknown write from what a look showed. A plain function of its arguments."""
    if finding.sight is Sight.DONE:
        return Resolution.ADOPT
    if finding.sight is Sight.FOREIGN:
        return Resolution.GIVE_WAY
    if finding.sight is Sight.NO_ANSWER:
        return Resolution.WAIT
    if finding.sight in _PATIENCE:
        assert suspect.step.sent_at is not None
        patience = _PATIENCE[finding.sight] * policy.quiescence
        return Resolution.WAIT if now - suspect.step.sent_at < patience else Resolution.PARK
    if suspect.verb is Verb.CREATE:
        return _resolve_create(suspect.step, finding, policy, now)
    return _resolve_change(suspect.step, now)


def _resolve_change(step: Step, now: datetime) -> Resolution:
    """Only what is seen when no read can lag any more is believed, lest a refused second request hide the first."""
    if step.sent_at is not None and now - step.sent_at < READ_LAG:
        return Resolution.WAIT
    return Resolution.RESEND if step.attempts < MOST_ATTEMPTS else Resolution.PARK


def _resolve_create(step: Step, finding: Finding, policy: WritePolicy, now: datetime) -> Resolution:
    assert step.sent_at is not None
    if now - step.sent_at < policy.quiescence:
        return Resolution.WAIT
    if finding.sight is Sight.SEVERAL:
        return Resolution.PARK
    if step.looks + 1 < LOOKS_AFTER_QUIESCENCE:
        return Resolution.WAIT_COUNTED
    may_resend = policy.when_unknown(step.action) == "resend" and step.attempts < MOST_ATTEMPTS
    return Resolution.RESEND if may_resend and step.mark else Resolution.PARK
