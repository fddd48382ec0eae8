"""The catalogue of event types: which changes each one names, and which field its `from` and `to` speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.change import Change, ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type of event."""

    name: str
    resource: str
    summary: str
    """For the docs and the editor's hover text."""
    field: str | None = None
    """The field that `from:` and `to:` speak of; None where they mean nothing."""
    clock: str | None = None
    """The key that says how long before or after the moment (`before`, `by`, `after`), of an event by the clock."""
    measure: bool = False
    """Whether it is measured over many objects, and so is no type of one object's change."""
    fits: Callable[[Change], bool]


def _of_kind(kind: ChangeKind) -> Callable[[Change], bool]:
    return lambda change: change.kind is kind


def _changed(field: str) -> Callable[[Change], bool]:
    return lambda change: change.kind is ChangeKind.UPDATED and field in change.fields


def _became(field: str, *words: str) -> Callable[[Change], bool]:
    """The field was changed to one of the words."""
    return lambda change: _changed(field)(change) and _folded(change.fields[field].to) in words


def _left(field: str, word: str) -> Callable[[Change], bool]:
    """The field was changed from the word."""
    return lambda change: _changed(field)(change) and _folded(change.fields[field].from_) == word


def _gained(field: str) -> Callable[[Change], bool]:
    return lambda change: _changed(field)(change) and bool(change.fields[field].added)


def _lost(field: str) -> Callable[[Change], bool]:
    return lambda change: _changed(field)(change) and bool(change.fields[field].removed)


def _turned(field: str, *, to: bool) -> Callable[[Change], bool]:
    return lambda change: _changed(field)(change) and bool(change.fields[field].to) is to


def _is_or_became(field: str, word: str) -> Callable[[Change], bool]:
    """Created with the word, or changed to it: what was asked and answered between two looks counts too."""
    became = _became(field, word)
    return lambda change: (
        became(change)
        or (change.kind is ChangeKind.CREATED and _folded((change.after or {}).get(field)) == word)
    )


def _folded(value: object) -> str:
    return value.casefold() if isinstance(value, str) else ""


def _by_itself(change: Change) -> bool:  # noqa: ARG001 - the catalogue's signature
    """No change makes it: the clock or a measure does."""
    return False


def _by_clock(name: str, key: str, summary: str) -> EventType:
    return EventType(name=name, resource=_resource(name), summary=summary, clock=key, fits=_by_itself)


def _by_measure(name: str, summary: str) -> EventType:
    return EventType(name=name, resource=_resource(name), summary=summary, measure=True, fits=_by_itself)


def _resource(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def _basic(resource: str) -> tuple[EventType, ...]:
    words = resource.replace("_", " ")
    return (
        EventType(
            name=f"{resource}.created",
            resource=resource,
            summary=f"A {words} appeared.",
            fits=_of_kind(ChangeKind.CREATED),
        ),
        EventType(
            name=f"{resource}.updated",
            resource=resource,
            summary=f"Any field of a {words} changed; `changed: FIELD` narrows it.",
            fits=_of_kind(ChangeKind.UPDATED),
        ),
        EventType(
            name=f"{resource}.deleted",
            resource=resource,
            summary=f"A {words} is gone, which a second look has confirmed.",
            fits=_of_kind(ChangeKind.DELETED),
        ),
    )


def _type(name: str, summary: str, fits: Callable[[Change], bool], *, field: str | None = None) -> EventType:
    return EventType(name=name, resource=_resource(name), summary=summary, field=field, fits=fits)


_TYPES: tuple[EventType, ...] = (
    *(event_type for resource in RESOURCES for event_type in _basic(resource)),
    _type("task.status_changed", "A task's status changed.", _changed("status"), field="status"),
    _type("task.started", "A task went to in-progress.", _became("status", "in-progress"), field="status"),
    _type("task.completed", "A task was done.", _became("status", "done"), field="status"),
    _type("task.reopened", "A task that was done is open again.", _left("status", "done"), field="status"),
    _type("task.assigned", "Somebody was assigned to a task.", _gained("assigned_to"), field="assigned_to"),
    _type("task.unassigned", "Somebody was taken off a task.", _lost("assigned_to"), field="assigned_to"),
    _type("task.priority_changed", "A task's priority changed.", _changed("priority"), field="priority"),
    _type("task.rescheduled", "A task's due date changed.", _changed("due_date"), field="due_date"),
    _type("task.moved", "A task went to another task list.", _changed("task_list"), field="task_list"),
    _type("task.renamed", "A task's name changed.", _changed("name"), field="name"),
    _type("lead.status_changed", "A lead went to another status.", _changed("status"), field="status"),
    _type("lead.tagged", "A lead gained a tag; `tag:` narrows it.", _gained("tags"), field="tags"),
    _type("lead.untagged", "A lead lost a tag; `tag:` narrows it.", _lost("tags"), field="tags"),
    _type("lead.rep_changed", "A lead got another sales representative.", _changed("rep"), field="rep"),
    _type("lead.value_changed", "A lead's value changed.", _changed("value"), field="value"),
    _type("project.archived", "A project was archived.", _turned("archived", to=True), field="archived"),
    _type(
        "project.restored", "An archived project came back.", _turned("archived", to=False), field="archived"
    ),
    _type("member.joined", "Somebody joined the team.", _of_kind(ChangeKind.CREATED)),
    _type("member.left", "Somebody left the team.", _of_kind(ChangeKind.DELETED)),
    _type(
        "holiday.requested",
        "Somebody asked for a holiday.",
        _is_or_became("status", "pending"),
        field="status",
    ),
    _type("holiday.approved", "A holiday was approved.", _is_or_became("status", "approved"), field="status"),
    _type("holiday.declined", "A holiday was declined.", _is_or_became("status", "declined"), field="status"),
    _by_clock("task.due", "before", "An open task's due date is near; `before:` says how near."),
    _by_clock("task.overdue", "by", "An open task's due date has passed; `by:` says how long ago."),
    _by_clock("lead.stale", "after", "No field of a lead has changed for that long; `after:` says how long."),
    _by_clock("holiday.starts", "before", "An approved holiday starts soon; `before:` says how soon."),
    _by_measure(
        "project.hours_used",
        "The hours of this month crossed a share of the project's retainer_hours; `crosses:` says which.",
    ),
    _by_measure("project.all_tasks_done", "The last open task of a project was done or removed."),
)

EVENT_TYPES: Mapping[str, EventType] = {event_type.name: event_type for event_type in _TYPES}
"""Every event type by its name."""

_BY_RESOURCE: Mapping[str, tuple[EventType, ...]] = {
    resource: tuple(event_type for event_type in _TYPES if event_type.resource == resource)
    for resource in RESOURCES
}


def types_of(change: Change) -> tuple[str, ...]:
    """All types that fit the change, in the catalogue's order."""
    return tuple(event_type.name for event_type in _BY_RESOURCE[change.resource] if event_type.fits(change))


def main_type(types: Sequence[str]) -> str:
    """The one of an event's types that says most: the most particular of those that speak of its first field."""
    special = types[1:]
    if not special:
        return types[0]
    field = EVENT_TYPES[special[0]].field
    return [name for name in special if EVENT_TYPES[name].field == field][-1]
