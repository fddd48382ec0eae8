"""What a rule's templates and conditions can reach, for one event: built here and nowhere else.

The checker knows the same names (`checks/names.py`), so that what it lets pass is there at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules_engine.events.catalogue import main_type
from rules_engine.events.special import SPECIAL_RESOURCES
from rules_engine.ruleset.lookups import FUNCTIONS, FunctionInfo, SnapshotReader, functions_for
from rules_engine.ruleset.views import field_view, view
from rules_engine.store.records import Event

__all__ = [
    "EVENT_KEYS",
    "FUNCTIONS",
    "FunctionInfo",
    "SnapshotReader",
    "functions_for",
    "scope_for",
    "view",
    "with_vars",
]

EVENT_KEYS: Mapping[str, str] = {
    "id": "The event's identity.",
    "type": "The most particular of its types, such as lead.status_changed.",
    "types": "All its types.",
    "at": "When the change was seen, as a moment.",
    "resource": "What kind of object changed, such as lead.",
    "object_id": "The id of the object that changed.",
    "project_id": "The id of its project, or null.",
    "cause": "Who made the change: external, self or unknown.",
    "rule": "The rule that made the change, when the engine did.",
    "depth": "How many rules stand behind it: 0 for somebody else's change.",
    "data": "What an event without an object carries: of custom.NAME what was emitted, of a schedule {at}; else null.",
}
"""What `event` holds in a template, with what it means."""

CHANGE_KEYS = ("from", "to", "added", "removed")
"""What `changes.FIELD` holds; the last two for list fields."""


def scope_for(
    event: Event,
    project: Mapping[str, Any] | None,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The scope of a rule's templates for one event.

    `project` is the raw data of the object's project, where it has one and it is known. Variables stand under
    `vars` and under their own names. An event without an object brings only `event.data`.
    """
    special = event.resource in SPECIAL_RESOURCES
    current = event.after if event.after is not None else event.before
    scope: dict[str, Any] = {
        "event": _event_view(event),
        "changes": _changes_view(event),
        "before": view(event.resource, event.before) if event.before is not None and not special else None,
        "project": view("project", project) if project is not None else None,
        "now": now,
    }
    if not special:
        scope[event.resource] = view(event.resource, current) if current is not None else None
    return with_vars(scope, variables or {})


def with_vars(scope: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """The scope with these variables added to those that it has."""
    held = {**scope.get("vars", {}), **variables}
    return {**scope, **variables, "vars": held}


def _event_view(event: Event) -> dict[str, Any]:
    special = event.resource in SPECIAL_RESOURCES
    return {
        "id": event.id,
        "type": main_type(event.types),
        "types": list(event.types),
        "at": event.at,
        "resource": event.resource,
        "object_id": event.object_id,
        "project_id": event.project_id,
        "cause": event.cause.value,
        "rule": event.cause_rule,
        "depth": event.depth,
        "data": dict(event.after) if special and event.after is not None else None,
    }


def _changes_view(event: Event) -> dict[str, dict[str, Any]]:
    return {
        field: {side: field_view(event.resource, field, value) for side, value in change.items()}
        for field, change in event.changes.items()
    }
