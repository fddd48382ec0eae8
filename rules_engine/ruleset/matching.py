"""Whether a trigger fits an event, and if not, why not in plain words.

`from` and `to` speak of the field that the trigger's event types name. For a field that holds a list (the people of
a task, the tags of a lead) `to: X` means that X came to be in it, `from: X` that X went out of it. `where` reads
the event's object, or of an event without one its data.

`for` is no matter of one event: the caller arms a timer when the trigger fits. Nor is the hysteresis of `crosses`:
what is judged here is whether this change went over the threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Field, Scope
from rules_engine.events.special import SCHEDULE
from rules_engine.ruleset.crossings import crossing_mismatch, moment_mismatch
from rules_engine.ruleset.equality import LIST_KINDS, equals, is_any_of, same_name
from rules_engine.ruleset.event_names import TAG_EVENTS, field_of
from rules_engine.ruleset.model import Trigger
from rules_engine.ruleset.wording import listed, shown
from rules_engine.store.records import Event


def mismatch(trigger: Trigger, event: Event, project: Mapping[str, Any] | None = None) -> str | None:
    """None when the trigger fits the event, else the first reason why not.

    `project` is the raw data of the object's project, for `where: {project: …}`.
    """
    if trigger.schedule is not None:
        return None if SCHEDULE in event.types else f"the event is {listed(event.types)}, not of a schedule"
    types = [name for name in trigger.events if name in event.types]
    if not types:
        return f"the event is {listed(event.types)}, not {listed(trigger.events, ' or ')}"
    return (
        _sides_mismatch(trigger, types, event)
        or _tag_mismatch(trigger, types, event)
        or _changed_mismatch(trigger, event)
        or crossing_mismatch(trigger, types, event)
        or moment_mismatch(trigger, types, event)
        or _where_mismatch(trigger, event, project)
    )


def _sides_mismatch(trigger: Trigger, types: list[str], event: Event) -> str | None:
    """Why `from`, `to`, `not_from` and `not_to` do not fit, where one of them is given."""
    if not (trigger.from_ or trigger.to or trigger.not_from or trigger.not_to):
        return None
    reason: str | None = f"{types[0]} names no field that from and to could speak of"
    for name in types:
        field = field_of(name)
        if field is None:
            continue
        reason = _side_mismatch(trigger, field.name, field, _change_of(event, field.name))
        if reason is None:
            return None
    return reason


def _change_of(event: Event, field: str) -> Mapping[str, Any] | None:
    """The field's change; an object that appeared came to each of its values from nothing."""
    change = event.changes.get(field)
    if change is None and event.before is None and event.after is not None:
        return {"from": None, "to": event.after.get(field)}
    return change


def _side_mismatch(
    trigger: Trigger, name: str, field: Field | None, change: Mapping[str, Any] | None
) -> str | None:
    if change is None:
        return f"{name} did not change"
    left = _side(field, change, "from", "removed", "to")
    reached = _side(field, change, "to", "added", "from")
    if trigger.to and not reached.is_any_of(trigger.to):
        return f"{name} went to {reached}, not to {listed(trigger.to, ' or ')}"
    if trigger.from_ and not left.is_any_of(trigger.from_):
        return f"{name} came from {left}, not from {listed(trigger.from_, ' or ')}"
    if trigger.not_to and reached.is_any_of(trigger.not_to):
        return f"{name} went to {reached}, which not_to excludes"
    if trigger.not_from and left.is_any_of(trigger.not_from):
        return f"{name} came from {left}, which not_from excludes"
    return None


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a field's change: its whole value there, and what of it is particular to that side."""

    field: Field | None
    whole: Any
    moved: Any
    """For a list: what came into it, or went out of it. Else the value."""

    def is_any_of(self, wanted: Iterable[Any]) -> bool:
        """Whether the side is one of the values; null is a list with nothing in it."""
        return any(equals(self.field, self.whole if value is None else self.moved, value) for value in wanted)

    def __str__(self) -> str:
        return shown(self.moved if self.moved or not self.whole else self.whole)


def _side(field: Field | None, change: Mapping[str, Any], side: str, delta: str, other: str) -> _Side:
    value = change.get(side)
    if field is None or field.kind not in LIST_KINDS or not isinstance(value, (list, tuple)):
        return _Side(field, value, value)
    moved = change.get(delta)
    if moved is None:
        rest = change.get(other) or ()
        moved = [item for item in value if not equals(field, rest, item)]
    return _Side(field, value, tuple(moved))


def _tag_mismatch(trigger: Trigger, types: list[str], event: Event) -> str | None:
    if not trigger.tag or event.resource not in RESOURCES:
        return None
    field = RESOURCES[event.resource].field("tags")
    change = event.changes.get("tags", {})
    deltas = dict.fromkeys(TAG_EVENTS[name] for name in types if name in TAG_EVENTS)
    sides = {
        "added": _side(field, change, "to", "added", "from"),
        "removed": _side(field, change, "from", "removed", "to"),
    }
    moved = [tag for delta in deltas for tag in sides[delta].moved or ()]
    if is_any_of(field, moved, trigger.tag):
        return None
    return f"the tags {' or '.join(deltas) or 'added'} are {shown(moved)}, not {listed(trigger.tag, ' or ')}"


def _changed_mismatch(trigger: Trigger, event: Event) -> str | None:
    if not trigger.changed or any(name in event.changes for name in trigger.changed):
        return None
    return f"what changed is {listed(event.changes) or 'nothing'}, not {listed(trigger.changed, ' or ')}"


def _where_mismatch(trigger: Trigger, event: Event, project: Mapping[str, Any] | None) -> str | None:
    resource = RESOURCES.get(event.resource)
    data = event.after if event.after is not None else event.before or {}
    for name, wanted in trigger.where.items():
        if name == "project" and resource is not None and resource.scope is Scope.PROJECT:
            if not any(_is_project(value, event, project) for value in wanted):
                name_or_id = project.get("name") if project is not None else event.project_id
                return f"where: project is {shown(name_or_id)}, not {listed(wanted, ' or ')}"
            continue
        actual = data.get(name)
        if not is_any_of(resource.field(name) if resource is not None else None, actual, wanted):
            return f"where: {name} is {shown(actual)}, not {listed(wanted, ' or ')}"
    return None


def _is_project(wanted: Any, event: Event, project: Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return event.project_id is None
    if event.project_id is not None and wanted == event.project_id:
        return True
    return project is not None and (wanted == project.get("id") or same_name(project.get("name"), wanted))
