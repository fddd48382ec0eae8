"""Finds triggers that can never match, by asking the event catalogue itself which changes an event type names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rules_engine.dashtrack.resources import Field, Kind
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.events.change import Change, ChangeKind, FieldChange
from rules_engine.ruleset.equality import equals, is_any_of
from rules_engine.ruleset.event_names import field_of
from rules_engine.ruleset.grammar import SIDE_KEYS
from rules_engine.ruleset.parts import as_list


def never_fits(entry: Mapping[str, Any], events: Iterable[str]) -> str | None:
    """Why no change can fit the trigger, or None; judged only for fields whose values are known."""
    names = tuple(events)
    where = entry.get("where")
    if isinstance(where, Mapping) and "status" in where and all(name in _NEVER_WITH for name in names):
        wanted = as_list(where["status"])
        if not any(_comes_with(name, status) for name in names for status in wanted):
            return f"no {names[0]} comes with that status"
    if not any(key in entry for key in SIDE_KEYS):
        return None
    reason: str | None = None
    for name in names:
        field = field_of(name)
        if field is None or not _values_of(field):
            return None
        if any(EVENT_TYPES[name].fits(_change(name, field, *pair)) for pair in _pairs(entry, field)):
            return None
        reason = reason or f"no {name} goes from and to these values of {field.name}"
    return reason


_NEVER_WITH: Mapping[str, frozenset[str]] = {
    "task.due": frozenset({"done"}),
    "task.overdue": frozenset({"done"}),
    "holiday.starts": frozenset({"pending", "declined"}),
}
"""Statuses of an object for which an event by the clock never comes."""


def _comes_with(event: str, status: Any) -> bool:
    return not isinstance(status, str) or status.casefold() not in _NEVER_WITH[event]


def _values_of(field: Field) -> tuple[Any, ...]:
    if field.kind is Kind.BOOLEAN:
        return (False, True)
    return field.vocabulary if field.kind is Kind.WORD else ()


def _pairs(entry: Mapping[str, Any], field: Field) -> Iterator[tuple[Any, Any]]:
    """Every change that the sides and `where` let through, of the values known and those that the rule names."""
    lefts = _side(entry, field, "from", "not_from")
    where = entry.get("where")
    wanted = as_list(where[field.name]) if isinstance(where, Mapping) and field.name in where else None
    for reached in _side(entry, field, "to", "not_to"):
        if wanted is not None and not is_any_of(field, reached, wanted):
            continue
        for left in lefts:
            if not equals(field, left, reached):
                yield left, reached


def _side(entry: Mapping[str, Any], field: Field, key: str, excluding: str) -> list[Any]:
    values = as_list(entry[key]) if key in entry else [*_values_of(field), None]
    excluded = as_list(entry.get(excluding, []))
    return [value for value in values if not is_any_of(field, value, excluded)] if excluded else values


def _change(event: str, field: Field, left: Any, reached: Any) -> Change:
    return Change(
        kind=ChangeKind.UPDATED,
        resource=EVENT_TYPES[event].resource,
        object_id="",
        project_id=None,
        before={field.name: left},
        after={field.name: reached},
        fields={field.name: FieldChange(from_=left, to=reached)},
    )
