"""Whether what one rule writes may start another: the two sides of an edge in the graph of rules, held together.

Where something is not known the answer is yes: no cycle that is there may be missed. Conditions are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Kind, Resource
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.events.change import Change, ChangeKind, FieldChange
from rules_engine.ruleset.equality import LIST_KINDS, equals, is_any_of, same_name
from rules_engine.ruleset.event_names import TAG_EVENTS
from rules_engine.ruleset.model import Trigger
from rules_engine.ruleset.writes import Write, Written, may_be

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", re.IGNORECASE)
_OTHER = "\0something else"
"""Stands for any value that no rule names."""

_MEASURES: Mapping[str, tuple[tuple[str, ChangeKind, str | None], ...]] = {
    "project.all_tasks_done": (
        ("task", ChangeKind.UPDATED, "status"),
        ("task", ChangeKind.DELETED, None),
    ),
    "project.hours_used": (("project", ChangeKind.UPDATED, "retainer_hours"),),
}
"""Which writes may bring about an event by measure: resource, kind, field."""


def events_of(write: Write, events: Iterable[str]) -> frozenset[str]:
    """Those of the events that the write may bring about, whatever a trigger asks of them beside."""
    return frozenset(event for event in events if _may_bring(write, event))


def may_fit(write: Write, trigger: Trigger, event: str) -> bool:
    """Whether an event that the write brings about may fit the trigger."""
    if EVENT_TYPES[event].measure:
        return True
    resource = RESOURCES[write.resource]
    if trigger.changed and write.kind is ChangeKind.UPDATED and not set(trigger.changed) & set(write.fields):
        return False
    return _sides_may_fit(write, trigger, event, resource) and _where_may_fit(write, trigger, resource)


def _may_bring(write: Write, event: str) -> bool:
    known = EVENT_TYPES.get(event)
    if known is None or known.clock is not None:
        return False
    if known.measure:
        return _may_measure(write, event)
    return known.resource == write.resource and _may_be_type(write, RESOURCES[write.resource], event)


def _may_measure(write: Write, event: str) -> bool:
    for resource, kind, name in _MEASURES[event]:
        if (write.resource, write.kind) == (resource, kind) and (name is None or name in write.fields):
            done = write.fields.get("status")
            return event != "project.all_tasks_done" or may_be(RESOURCES["task"], "status", done, ("done",))
    return False


def _may_be_type(write: Write, resource: Resource, event: str) -> bool:
    """Whether some change of the kind that the write makes is of the type, by the catalogue itself."""
    fits = EVENT_TYPES[event].fits
    name = EVENT_TYPES[event].field
    if write.kind is not ChangeKind.UPDATED or name is None or name not in write.fields:
        return fits(_change(write, {}))
    return any(
        fits(_change(write, {name: change})) for change in _changes(resource, name, write.fields[name])
    )


def _change(write: Write, fields: Mapping[str, FieldChange]) -> Change:
    gone, new = write.kind is ChangeKind.DELETED, write.kind is ChangeKind.CREATED
    after = {name: each.values[0] for name, each in write.fields.items() if each.values}
    return Change(
        kind=write.kind,
        resource=write.resource,
        object_id="",
        project_id=None,
        before=None if new else {},
        after=None if gone else after,
        fields=fields,
    )


def _changes(resource: Resource, name: str, written: Written) -> Iterable[FieldChange]:
    """The changes of one field that the write may make, one for each that the catalogue could tell apart."""
    field = resource.field(name)
    if field is not None and field.kind in LIST_KINDS:
        added = written.values if written.values is not None else (_OTHER,)
        removed = written.removed if written.removed is not None else (_OTHER,)
        yield FieldChange(from_=list(removed), to=list(added), added=tuple(added), removed=tuple(removed))
        return
    words = _words(field.kind if field else None, field.vocabulary if field else ())
    for to in written.values if written.values is not None else words:
        for from_ in words:
            if not equals(field, from_, to):
                yield FieldChange(from_=from_, to=to)


def _words(kind: Kind | None, vocabulary: tuple[str, ...]) -> tuple[Any, ...]:
    return (True, False) if kind is Kind.BOOLEAN else (*vocabulary, _OTHER, None)


def _sides_may_fit(write: Write, trigger: Trigger, event: str, resource: Resource) -> bool:
    """Whether `to`, `not_to` and `tag` let through what is written; where it comes from is never known."""
    if event in TAG_EVENTS and trigger.tag:
        moved = write.fields.get("tags", Written())
        values = moved.values if TAG_EVENTS[event] == "added" else moved.removed
        return values is None or any(is_any_of(resource.field("tags"), each, trigger.tag) for each in values)
    name = EVENT_TYPES[event].field
    if name is None:
        return True
    written = write.fields.get(name)
    if not may_be(resource, name, written, trigger.to):
        return False
    if written is None or written.values is None or not trigger.not_to:
        return True
    return any(not is_any_of(resource.field(name), value, trigger.not_to) for value in written.values)


def _where_may_fit(write: Write, trigger: Trigger, resource: Resource) -> bool:
    for name, wanted in trigger.where.items():
        if name == "project":
            if not _may_be_project(write.project, wanted):
                return False
            continue
        field = resource.field(name)
        written = write.fields.get(name)
        keeps_more = field is not None and field.kind in LIST_KINDS and write.kind is ChangeKind.UPDATED
        if not keeps_more and not may_be(resource, name, written, wanted):
            return False
    return True


def _may_be_project(written: str | None, wanted: Iterable[Any]) -> bool:
    """Whether two names may mean one project; a name and an id may."""
    if written is None:
        return True
    return any(
        same_name(written, name) or (isinstance(name, str) and bool(_ID.match(name) or _ID.match(written)))
        for name in wanted
    )
