"""Write-through: the answer to our own write enters the snapshot at once, as our own change.

Only what we wrote is taken from the answer (and what moves by itself, such as updated_at): another field that
differs is somebody else's edit, which the next poll must still find and report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rules_engine.dashtrack.resources import Resource
from rules_engine.events.change import Change, FieldChange
from rules_engine.polling.diff import created_change, deleted_change, differing_fields, updated_change
from rules_engine.store.records import Presence, StoredObject

READ_LAG = timedelta(seconds=60)
"""For so long a read may still show the world before our write (assumed; Dashtrack promises nothing)."""


@dataclass(frozen=True, slots=True)
class Written:
    """The object as it is now, and the change that our write made; None where it made none."""

    stored: StoredObject
    change: Change | None


def after_create(
    resource: Resource,
    answer: Mapping[str, Any],
    *,
    project_id: str | None,
    known: StoredObject | None,
    at: datetime,
) -> Written:
    """The state after our own create; `known` is a stored object of that id, if there is one."""
    data = dict(answer)
    if project_id is not None and not data.get("project_id"):
        data["project_id"] = project_id
    stored = StoredObject(
        resource=resource.name,
        object_id=str(data["id"]),
        project_id=project_id,
        revision=known.revision + 1 if known is not None else 1,
        data=data,
        since=dict.fromkeys(data, at.isoformat()),
        fence={},
        fence_until=at + READ_LAG,
    )
    if known is not None and known.presence is not Presence.DELETED:
        return Written(known, None)
    return Written(stored, created_change(stored))


def after_update(
    resource: Resource,
    known: StoredObject,
    *,
    body: Mapping[str, Any],
    answer: Mapping[str, Any] | None,
    names: Mapping[str, str],
    at: datetime,
) -> Written:
    """The state after our own update: the answer's form of each field that we wrote, else what we wrote."""
    shown = answer or {}
    ours = {name: shown.get(name, value) for name, value in body.items()}
    moving = {
        field.name: shown[field.name] for field in resource.fields if field.volatile and field.name in shown
    }
    fields = differing_fields(resource, known.data, ours, names=names, known_fields=ours.keys())
    data = {**known.data, **ours, **moving}
    if not fields:
        return Written(replace(known, data=data), None)
    stored = replace(
        known,
        data=data,
        revision=known.revision + 1,
        since={**known.since, **dict.fromkeys(fields, at.isoformat())},
        fence=_fence(known, fields, at),
        fence_until=at + READ_LAG,
    )
    return Written(stored, updated_change(known, stored, fields))


def _fence(known: StoredObject, fields: Mapping[str, FieldChange], at: datetime) -> dict[str, Any]:
    """Per written field, every value that a lagging read may still show."""
    stands = known.fence_until is not None and at < known.fence_until
    fence: dict[str, Any] = dict(known.fence or {}) if stands else {}
    for name, field in fields.items():
        fence[name] = [*fence.get(name, []), field.from_]
    return fence


def after_delete(known: StoredObject, *, at: datetime) -> Written:
    """The state after our own delete: a tombstone, which a lagging list does not bring back to life."""
    gone = tombstone(known)
    return Written(replace(gone, fence={}, fence_until=at + READ_LAG), deleted_change(known))


def tombstone(known: StoredObject) -> StoredObject:
    """The object as gone; it keeps its revisions, so that no event identity is ever used twice."""
    return replace(known, presence=Presence.DELETED, revision=known.revision + 1, missing_looks=0, fence=None)
