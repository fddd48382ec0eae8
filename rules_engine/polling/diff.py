"""The diff: what a look at a feed says beside what is known. Plain functions over plain data.

A field that a new answer lacks is not a change to null: its last value is carried on. A field that no object of
the feed ever had is taken in silently when it first appears, since the vendor, not a person, added it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rules_engine.dashtrack.resources import Kind, Resource
from rules_engine.events.change import Change, ChangeKind, FieldChange
from rules_engine.polling.canonical import SETS, canonical
from rules_engine.store.records import Presence, StoredObject

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What our own writes whose answers were lost may have done to one object."""

    values: tuple[Mapping[str, Any], ...] = ()
    """The fields that each of them wrote."""
    removal: bool = False
    """Whether one of them removes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a feed needs to know beside the answer itself."""

    resource: Resource
    project_id: str | None
    at: datetime
    baseline: bool
    """True for the first look: what is new is taken in without being a change."""
    known_fields: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    """Member ids to display names."""
    awaited: Mapping[str, Awaited] = field(default_factory=dict)
    """By object id, what is not judged here: who looks for the effect of a lost write will tell whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDiff:
    """What a look found."""

    changes: tuple[Change, ...]
    objects: tuple[StoredObject, ...]
    """Objects whose stored state must change."""
    absent: tuple[StoredObject, ...]
    """Known objects that the answer does not show: nothing is said about them yet."""
    known_fields: frozenset[str]
    settled: bool
    """False while a difference is hidden or awaited, so that the same bytes must be looked at again."""
    unsettled: frozenset[str] = frozenset()
    """The ids of the listed objects of which that is so, or whose stored state has a fence."""


def diff_feed(look: Look, known: Mapping[str, StoredObject], items: Sequence[Item]) -> FeedDiff:
    """Compare an answer with what is known.

    `known` holds the feed's objects by id, and any other known object (of another feed, or deleted) whose id the
    answer shows. Items have their `id` as text.
    """
    changes: list[Change] = []
    objects: list[StoredObject] = []
    settled = True
    unsettled = set()
    shown = set()
    for item in items:
        shown.add(item["id"])
        stored = known.get(item["id"])
        outcome = _diff_item(look, stored, item)
        settled = settled and not outcome.fenced
        if outcome.fenced or _has_fence(outcome.stored or stored):
            unsettled.add(item["id"])
        if outcome.stored is not None:
            objects.append(outcome.stored)
        if outcome.change is not None:
            changes.append(outcome.change)
    unseen = [
        stored
        for object_id, stored in known.items()
        if object_id not in shown
        and stored.presence is not Presence.DELETED
        and stored.project_id == look.project_id
    ]
    # What we wrote a moment ago may not be in the list yet, and what we tried to remove may be gone by us.
    absent = tuple(
        stored
        for stored in unseen
        if not _fence_stands(stored, look.at) and not look.awaited.get(stored.object_id, Awaited()).removal
    )
    settled = settled and len(absent) == len(unseen)
    seen_fields = look.known_fields.union(*(item.keys() for item in items))
    return FeedDiff(
        changes=tuple(changes),
        objects=tuple(objects),
        absent=absent,
        known_fields=seen_fields,
        settled=settled,
        unsettled=frozenset(unsettled),
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    stored: StoredObject | None = None
    change: Change | None = None
    fenced: bool = False


def _diff_item(look: Look, stored: StoredObject | None, item: Item) -> _Outcome:
    if stored is None:
        return _appeared(look, item, revision=1)
    if stored.presence is Presence.DELETED:
        if _fence_stands(stored, look.at):
            return _Outcome(fenced=True)
        return _appeared(look, item, revision=stored.revision + 1)
    return _compared(look, stored, item)


def _appeared(look: Look, item: Item, *, revision: int) -> _Outcome:
    data = _owned(look, item)
    stored = StoredObject(
        resource=look.resource.name,
        object_id=item["id"],
        project_id=look.project_id,
        revision=revision,
        data=data,
        since=dict.fromkeys(data, look.at.isoformat()),
    )
    change = None if look.baseline else created_change(stored)
    return _Outcome(stored=stored, change=change)


def created_change(stored: StoredObject) -> Change:
    """The change that brings an object into the world."""
    return Change(
        kind=ChangeKind.CREATED,
        resource=stored.resource,
        object_id=stored.object_id,
        project_id=stored.project_id,
        before=None,
        after=stored.data,
    )


def deleted_change(stored: StoredObject) -> Change:
    """The change that takes an object out of the world."""
    return Change(
        kind=ChangeKind.DELETED,
        resource=stored.resource,
        object_id=stored.object_id,
        project_id=stored.project_id,
        before=stored.data,
        after=None,
    )


def _owned(look: Look, item: Item) -> dict[str, Any]:
    """The item with its project, which a list of one project may leave out."""
    data = dict(item)
    if look.project_id is not None and not data.get("project_id"):
        data["project_id"] = look.project_id
    return data


def _compared(look: Look, stored: StoredObject, item: Item) -> _Outcome:
    data = _owned(look, item)
    differing = differing_fields(
        look.resource, stored.data, data, names=look.names, known_fields=look.known_fields
    )
    hidden = _hidden_by_fence(look, stored, data, differing) | _awaited(look, stored, differing)
    shown = {name: change for name, change in differing.items() if name not in hidden}
    moved = stored.project_id != look.project_id
    back = stored.presence is Presence.MISSING
    fence_over = stored.fence is not None and not _fence_stands(stored, look.at)
    if not shown and not moved and not back and not fence_over and not _absorbs(stored, data):
        return _Outcome(fenced=bool(hidden))
    merged = {**stored.data, **{name: value for name, value in data.items() if name not in hidden}}
    changed = bool(shown)
    updated = replace(
        stored,
        data=merged,
        project_id=look.project_id,
        presence=Presence.PRESENT,
        missing_looks=0,
        revision=stored.revision + 1 if changed else stored.revision,
        since=_since(stored, merged, shown, look.at),
        fence=None if fence_over else stored.fence,
        fence_until=None if fence_over else stored.fence_until,
    )
    change = updated_change(stored, updated, shown) if changed else None
    return _Outcome(stored=updated, change=change, fenced=bool(hidden))


def updated_change(before: StoredObject, after: StoredObject, fields: Mapping[str, FieldChange]) -> Change:
    """The change from one state of an object to the next."""
    return Change(
        kind=ChangeKind.UPDATED,
        resource=after.resource,
        object_id=after.object_id,
        project_id=after.project_id,
        before=before.data,
        after=after.data,
        fields=fields,
    )


def differing_fields(
    resource: Resource,
    before: Item,
    after: Item,
    *,
    names: Mapping[str, str],
    known_fields: Collection[str],
) -> dict[str, FieldChange]:
    """The fields that `after` shows with another meaning than `before` had.

    Fields that `after` lacks, volatile ones, and ones that the feed never had before are left out.
    """
    found: dict[str, FieldChange] = {}
    if before == after:
        return found
    for name, value in after.items():
        old = before.get(name)
        if old == value and type(old) is type(value):
            continue
        row = resource.field(name)
        if (row is not None and row.volatile) or (
            row is None and name not in before and name not in known_fields
        ):
            continue
        kind = row.kind if row is not None else None
        if canonical(kind, old, names=names) == canonical(kind, value, names=names):
            continue
        found[name] = _field_change(kind, old, value, names)
    return found


def _field_change(kind: Kind | None, old: Any, new: Any, names: Mapping[str, str]) -> FieldChange:
    if kind not in SETS:
        return FieldChange(from_=old, to=new)
    had, has = _by_meaning(kind, old, names), _by_meaning(kind, new, names)
    return FieldChange(
        from_=old,
        to=new,
        added=tuple(value for key, value in has.items() if key not in had),
        removed=tuple(value for key, value in had.items() if key not in has),
    )


def _by_meaning(kind: Kind | None, value: Any, names: Mapping[str, str]) -> dict[str, Any]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return {repr(canonical(kind, item, names=names)): item for item in items}


def _absorbs(stored: StoredObject, data: Item) -> bool:
    """Whether the answer has a field that the stored object lacks altogether."""
    return any(name not in stored.data for name in data)


def _since(
    stored: StoredObject, data: Item, changed: Mapping[str, FieldChange], at: datetime
) -> dict[str, str]:
    moment = at.isoformat()
    return {name: moment if name in changed else stored.since.get(name, moment) for name in data}


def _has_fence(stored: StoredObject | None) -> bool:
    return stored is not None and stored.fence is not None


def _fence_stands(stored: StoredObject, at: datetime) -> bool:
    return stored.fence is not None and stored.fence_until is not None and at < stored.fence_until


def _awaited(look: Look, stored: StoredObject, differing: Mapping[str, FieldChange]) -> frozenset[str]:
    """Fields that now have what a write of ours gave them whose answer was lost."""
    ours = look.awaited.get(stored.object_id)
    return frozenset(
        name
        for name, change in differing.items()
        for written in (ours.values if ours is not None else ())
        if name in written and same_value(look.resource, name, change.to, written[name], names=look.names)
    )


def look_at_one(
    resource: Resource, stored: StoredObject, item: Item, *, at: datetime, names: Mapping[str, str]
) -> FeedDiff:
    """Compare one known object with what a read by its id shows, or with some fields of it."""
    return diff_feed(_look_of(resource, stored, at, names), {stored.object_id: stored}, [item])


def without_lag(
    resource: Resource, stored: StoredObject, item: Item, *, at: datetime, names: Mapping[str, str]
) -> dict[str, Any]:
    """What a read by id shows, with our own last writes in it where the read lags behind them."""
    look = _look_of(resource, stored, at, names)
    differing = differing_fields(resource, stored.data, item, names=names, known_fields=look.known_fields)
    hidden = _hidden_by_fence(look, stored, item, differing)
    return {**item, **{name: stored.data.get(name) for name in hidden}}


def _look_of(resource: Resource, stored: StoredObject, at: datetime, names: Mapping[str, str]) -> Look:
    return Look(
        resource=resource,
        project_id=stored.project_id,
        at=at,
        baseline=False,
        known_fields=frozenset({*stored.data, *resource.field_names}),
        names=names,
    )


def _hidden_by_fence(
    look: Look, stored: StoredObject, data: Item, differing: Mapping[str, FieldChange]
) -> frozenset[str]:
    """Fields that went back to what they were before our own write: a read that lags behind it.

    Dashtrack does not promise that a read sees a write at once. A true edit back to the old value that comes
    within the fence is seen when the fence is over; one with a later updated_at is seen at once.
    """
    if not _fence_stands(stored, look.at) or _newer(stored.data, data):
        return frozenset()
    fence = stored.fence or {}
    return frozenset(
        name
        for name, change in differing.items()
        if any(
            same_value(look.resource, name, change.to, old, names=look.names) for old in fence.get(name, ())
        )
    )


def same_value(resource: Resource, name: str, one: Any, other: Any, *, names: Mapping[str, str]) -> bool:
    """Whether two values of a field mean the same."""
    row = resource.field(name)
    kind = row.kind if row is not None else None
    return bool(canonical(kind, one, names=names) == canonical(kind, other, names=names))


def _newer(before: Item, after: Item) -> bool:
    old, new = before.get("updated_at"), after.get("updated_at")
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    try:
        return datetime.fromisoformat(new) > datetime.fromisoformat(old)
    except (ValueError, TypeError):
        return False
