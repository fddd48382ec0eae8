"""`for`: whether the state that an event brought about lasts.

A state lasts while what the trigger asks for still fits: the field is still one of `to` (or none of `not_to`, or has
not gone back to `from`), the tag is still there, `where` still fits. What the trigger leaves open must stay what the
event made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.polling.diff import same_value
from rules_engine.ruleset.crossings import as_number, crossing_field
from rules_engine.ruleset.equality import equals, is_any_of
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.model import Trigger
from rules_engine.store.records import Event, Presence, StoredObject

_GAINS = frozenset({"lead.tagged", "task.assigned"})
_LOSSES = frozenset({"lead.untagged", "task.unassigned"})


def broken(
    trigger: Trigger, event: Event, stored: StoredObject | None, project: Mapping[str, Any] | None = None
) -> str | None:
    """Why the state that the event brought is over, as the object is now; None while it lasts.

    `project` is the data of the object's project, for `where: {project: …}`.
    """
    if stored is None or stored.presence is Presence.DELETED:
        return f"the {event.resource} is gone"
    return (
        _field_left(trigger, event, stored.data)
        or _changed_again(trigger, event, stored.data)
        or _where_left(trigger, event, stored, project)
    )


def goes_on(trigger: Trigger, event: Event) -> bool:
    """Whether the event only leads from one fitting state to the next, so that the state began before it."""
    types = _named(trigger, event)
    field = _field(types)
    if event.before is None or field is None or trigger.from_ or not (trigger.to or trigger.not_to):
        return False
    if _GAINS.union(_LOSSES).intersection(types):
        return False
    return _state_left(trigger, event.resource, field, event.before.get(field)) is None


def _field_left(trigger: Trigger, event: Event, data: Mapping[str, Any]) -> str | None:
    """Why the field of which the event's type speaks has left the state."""
    types = _named(trigger, event)
    if trigger.crosses is not None:
        return _below(trigger.crosses.threshold, crossing_field(trigger, event), data)
    if _GAINS.intersection(types):
        return _list_left(trigger, event, data, side="added", wanted=trigger.tag or trigger.to)
    if _LOSSES.intersection(types):
        return _list_left(trigger, event, data, side="removed", wanted=trigger.tag or trigger.from_)
    field = _field(types)
    if field is None:
        return None
    if trigger.to or trigger.not_to or trigger.from_ or trigger.not_from:
        return _state_left(trigger, event.resource, field, data.get(field))
    return _other_value(event, field, data)


def _below(threshold: float, field: str | None, data: Mapping[str, Any]) -> str | None:
    number = as_number(data.get(field)) if field is not None else None
    return None if number is not None and number >= threshold else f"{field} is below {threshold:g} again"


def _state_left(trigger: Trigger, resource: str, name: str, now: Any) -> str | None:
    """Why a value is none that the trigger's `to` and its like ask for."""
    field = RESOURCES[resource].field(name)
    if trigger.to:
        return None if is_any_of(field, now, trigger.to) else f"{name} is {now} now"
    if is_any_of(field, now, (*trigger.not_to, *trigger.from_)):
        return f"{name} is {now} again"
    return None


def _list_left(
    trigger: Trigger, event: Event, data: Mapping[str, Any], *, side: str, wanted: tuple[Any, ...]
) -> str | None:
    """For a list the state is what came into it (or went out of it): one such value must still be so."""
    name = str(_field(_named(trigger, event)))
    field = RESOURCES[event.resource].field(name)
    now = data.get(name) or []
    moved = event.changes.get(name, {}).get(side) or _difference(event, name, side)
    meant = [value for value in moved if not wanted or is_any_of(field, value, wanted)]
    lasts = [value for value in meant if equals(field, now, value) is (side == "added")]
    if lasts or not meant:
        return None
    again = "without" if side == "added" else "with"
    return f"{name} is {again} {', '.join(map(str, meant))} again"


def _difference(event: Event, name: str, side: str) -> list[Any]:
    """What came into a list or went out of it, from the list before and after."""
    field = RESOURCES[event.resource].field(name)
    before, after = (event.before or {}).get(name) or [], (event.after or {}).get(name) or []
    there, elsewhere = (after, before) if side == "added" else (before, after)
    return [value for value in there if not equals(field, elsewhere, value)]


def _changed_again(trigger: Trigger, event: Event, data: Mapping[str, Any]) -> str | None:
    """Why a field that `changed` names (or any, for a plain `*.updated`) is no longer what the event made it."""
    if trigger.crosses is not None:
        return None
    watched = [name for name in trigger.changed if name in event.changes]
    if not (trigger.changed or trigger.where or _field(_named(trigger, event))):
        watched = list(event.changes)
    return next((why for name in watched if (why := _other_value(event, name, data))), None)


def _other_value(event: Event, name: str, data: Mapping[str, Any]) -> str | None:
    was, now = (event.after or {}).get(name), data.get(name)
    same = same_value(RESOURCES[event.resource], name, was, now, names={})
    return None if same else f"{name} has changed again"


def _where_left(
    trigger: Trigger, event: Event, stored: StoredObject, project: Mapping[str, Any] | None
) -> str | None:
    if not trigger.where:
        return None
    only_where = Trigger(events=trigger.events, where=trigger.where)
    now = replace(event, after=stored.data, project_id=stored.project_id)
    return mismatch(only_where, now, project)


def _named(trigger: Trigger, event: Event) -> list[str]:
    return [name for name in trigger.events if name in event.types]


def _field(types: list[str]) -> str | None:
    return next(
        (known.field for name in types if (known := EVENT_TYPES.get(name)) is not None and known.field), None
    )
