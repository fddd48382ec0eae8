"""The events that a trigger may name, of whatever kind, and which keys mean something for each.

Three tables make them up: the catalogue of what objects do, the engine's own events, and the names that rules emit
(`custom.NAME`, any). A schedule stands among them as the pseudo-event `schedule`, which no trigger names.
"""

from __future__ import annotations

from collections.abc import Mapping

from rules_engine.dashtrack.resources import RESOURCES, Field, Kind, Resource, Scope
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.events.special import ENGINE_EVENTS, SCHEDULE, is_custom
from rules_engine.ruleset.grammar import SIDE_KEYS

EVENT_NAMES: Mapping[str, str] = {
    **{name: known.summary for name, known in EVENT_TYPES.items()},
    **ENGINE_EVENTS,
}
"""Every event that has a fixed name, with its summary."""

TAG_EVENTS: Mapping[str, str] = {"lead.tagged": "added", "lead.untagged": "removed"}
"""Which side of the change `tag:` speaks of, by event type."""

NEEDED_KEYS: Mapping[str, str] = {"lead.stale": "after", "project.hours_used": "crosses"}
"""The key without which an event means nothing."""

MEASURED_CHANGES: Mapping[str, str] = {"project.hours_used": "hours_used"}
"""What an event by measure shows in `changes`, which is no field of its object."""

_APPEARING = (".created", ".joined")
_GONE = (".deleted", ".left")


def is_event(name: str) -> bool:
    """Whether a trigger may name it."""
    return name in EVENT_NAMES or is_custom(name)


def resource_of(event: str) -> Resource | None:
    """The resource whose object the event is about; None for custom and engine events and schedules."""
    known = EVENT_TYPES.get(event)
    return RESOURCES[known.resource] if known is not None else None


def field_of(event: str) -> Field | None:
    """The field that `from` and `to` speak of, or None."""
    known = EVENT_TYPES.get(event)
    return RESOURCES[known.resource].field(known.field) if known is not None and known.field else None


def has_project(event: str) -> bool:
    """Whether the event's object is a project or stands in one."""
    resource = resource_of(event)
    return resource is not None and (resource.name == "project" or resource.scope is Scope.PROJECT)


def is_object_gone(event: str) -> bool:
    """Whether the event says that its object is no more."""
    return event in EVENT_TYPES and event.endswith(_GONE)


def is_change(event: str) -> bool:
    """Whether a change of one object is what the event says; not of one by the clock or by measure."""
    known = EVENT_TYPES.get(event)
    return known is not None and known.clock is None and not known.measure


def keys_of(event: str) -> tuple[str, ...]:
    """The keys of a trigger, beside `event`, that mean something for the event."""
    if event == SCHEDULE:
        return ()
    known = EVENT_TYPES.get(event)
    if known is None:
        return ("where",)
    if known.clock is not None:
        return (known.clock, "where")
    if known.measure:
        return (NEEDED_KEYS[event], "where") if event in NEEDED_KEYS else ("where",)
    if event.endswith(_GONE):
        return ("where",)
    if event.endswith(_APPEARING):
        return ("where", "for")
    field = field_of(event)
    keys = ("changed", "where", "for", *(SIDE_KEYS if field else ()))
    keys += ("tag",) if event in TAG_EVENTS else ()
    return (*keys, "crosses") if field is None or field.kind is Kind.NUMBER else keys


def events_with(key: str) -> tuple[str, ...]:
    """The events of the catalogue for which the key means something."""
    return tuple(event for event in EVENT_TYPES if key in keys_of(event))
