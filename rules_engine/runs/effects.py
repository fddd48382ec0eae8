"""What a write of ours changes in the snapshot, and the events that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules_engine.events.build import Origin, build_event
from rules_engine.polling.diff import look_at_one
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.writethrough import Written, after_create, after_delete, after_update
from rules_engine.ruleset.actions import Verb
from rules_engine.runs.actions.planned import Write
from rules_engine.store.records import Event, Presence, StoredObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """To be committed with the step's outcome."""

    objects: tuple[StoredObject, ...] = ()
    events: tuple[Event, ...] = ()
    result: Mapping[str, Any] | None = None
    """The object as it is now (deleted: as it was), for later steps."""


def effects_of(
    write: Write,
    answer: Mapping[str, Any] | None,
    *,
    snapshot: Snapshot,
    account: str,
    origin: Origin,
    at: datetime,
) -> Effects:
    """The effects of a write that took effect. `answer` is the object as Dashtrack shows it, where it does."""
    shown = answer if answer is not None and "id" in answer else None
    written = _written(write, shown, snapshot, at)
    if written is None:
        return Effects(result=shown)
    if written.change is None:
        return Effects(objects=(written.stored,), result=written.stored.data)
    event = build_event(
        written.change, account=account, revision=written.stored.revision, at=at, seen_from=at, origin=origin
    )
    return Effects(objects=(written.stored,), events=(event,), result=written.stored.data)


def noticed(
    write: Write, *, snapshot: Snapshot, account: str, at: datetime, seen_from: datetime | None
) -> Effects:
    """What the fresh read before a write showed of other people's edits: they must not be taken for ours."""
    stored = snapshot.stored(write.resource.name, str(write.object_id))
    if write.fresh is None or stored is None or stored.presence is Presence.DELETED:
        return Effects()
    diff = look_at_one(write.resource, stored, write.fresh, at=at, names=snapshot.member_names())
    events = tuple(
        build_event(change, account=account, revision=after.revision, at=at, seen_from=seen_from)
        for change, after in zip(diff.changes, diff.objects, strict=False)
    )
    return Effects(objects=diff.objects, events=events) if events else Effects()


def _written(
    write: Write, answer: Mapping[str, Any] | None, snapshot: Snapshot, at: datetime
) -> Written | None:
    """The object after the write; None where the snapshot knows nothing of it."""
    resource = write.resource
    if write.verb is Verb.CREATE:
        if answer is None:
            return None
        known = snapshot.stored(resource.name, str(answer["id"]))
        return after_create(resource, answer, project_id=write.project_id, known=known, at=at)
    known = snapshot.stored(resource.name, str(write.object_id))
    if known is None or known.presence is Presence.DELETED:
        return None
    if write.verb is Verb.DELETE:
        return after_delete(known, at=at)
    body = {"archived": True} if write.verb is Verb.ARCHIVE else write.request.body or {}
    shown = None if write.verb is Verb.ARCHIVE else answer
    return after_update(resource, known, body=body, answer=shown, names=snapshot.member_names(), at=at)
