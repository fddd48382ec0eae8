"""Whether an event is the one that a trigger's threshold or offset asks for.

A threshold is crossed upwards, from below it to it or above. That it must first have fallen some way below before it
counts again is known to whoever keeps state between events.
"""

from __future__ import annotations

from typing import Any

from rules_engine.durations import Duration, DurationError, format_duration, parse_duration
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.event_names import field_of
from rules_engine.ruleset.model import Crossing, Trigger
from rules_engine.ruleset.wording import shown
from rules_engine.store.records import Event


def crossing_field(trigger: Trigger, event: Event) -> str | None:
    """The field of which `crosses` speaks: the one of the event's type, or the one that `changed` names."""
    if trigger.changed:
        return trigger.changed[0]
    fields = (field_of(name) for name in trigger.events if name in event.types)
    return next((field.name for field in fields if field is not None), None)


def crossing_mismatch(trigger: Trigger, types: list[str], event: Event) -> str | None:
    """Why the number did not go over the threshold; of a measure the event itself says that it did."""
    crossing = trigger.crosses
    if crossing is None:
        return None
    if any(EVENT_TYPES[name].measure for name in types if name in EVENT_TYPES):
        said = _said_in_id(event, types)
        fits = said is None or said.strip() == crossing_text(crossing)
        return None if fits else f"it crossed {said}, not {crossing_text(crossing)}"
    name = crossing_field(trigger, event)
    change = event.changes.get(name) if name is not None else None
    if change is None:
        return f"{name or 'no field'} did not change"
    left, reached = as_number(change.get("from")), as_number(change.get("to"))
    if reached is None or reached < crossing.threshold:
        return f"{name} went to {shown(change.get('to'))}, which is below {crossing_text(crossing)}"
    if left is not None and left >= crossing.threshold:
        return f"{name} came from {shown(change.get('from'))}, which is not below {crossing_text(crossing)}"
    return None


def crossing_text(crossing: Crossing) -> str:
    """The threshold as a rule writes it: `80%`, `10000`."""
    return f"{crossing.threshold:.15g}{'%' if crossing.percent else ''}"


def as_number(value: Any) -> float | None:
    """A field's value as a number, also where the API gives it as text; None for what is none."""
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def moment_mismatch(trigger: Trigger, types: list[str], event: Event) -> str | None:
    """Why an event by the clock came for another trigger: its identity says for which offset it came."""
    clock = next((name for name in types if name in EVENT_TYPES and EVENT_TYPES[name].clock), None)
    said = _said_in_id(event, types) if clock is not None else None
    if said is None:
        return None
    wanted = trigger.offset or Duration()
    try:
        fits = parse_duration(said) == wanted
    except DurationError:
        fits = said == format_duration(wanted)
    return None if fits else f"it came for {said}, not for {format_duration(wanted)}"


def _said_in_id(event: Event, types: list[str]) -> str | None:
    """The offset or threshold in the identity of an event by the clock or by measure: `…/TYPE@OFFSET@VALUE`."""
    for name in types:
        _, found, rest = event.id.partition(f"/{name}@")
        if found:
            return rest.partition("@")[0]
    return None
