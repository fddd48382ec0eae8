"""What templates of a run can see, and how its vars are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.context import functions_for, scope_for
from rules_engine.ruleset.leave import leave_in
from rules_engine.ruleset.model import Condition, Expression, Not, Rule, Value
from rules_engine.ruleset.templates import TemplateEnv, Word
from rules_engine.ruleset.values import render_value, render_vars
from rules_engine.store import rows
from rules_engine.store.records import Event


def template_env(snapshot: Snapshot, calendar: Calendar, now: datetime) -> TemplateEnv:
    """The functions, calendar, leave and time of one evaluation."""
    return TemplateEnv(
        functions=functions_for(snapshot), leave=leave_in(snapshot), calendar=calendar, now=now
    )


def project_of(event: Event, snapshot: Snapshot) -> Mapping[str, Any] | None:
    """The event's project: its object's, or the object itself."""
    if event.resource == "project":
        return event.after if event.after is not None else event.before
    return snapshot.get("project", event.project_id) if event.project_id is not None else None


def scope_of(event: Event, snapshot: Snapshot, now: datetime, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The names in reach of a rule's templates."""
    return scope_for(event, project_of(event, snapshot), now, variables)


def evaluate_vars(
    rule: Rule, event: Event, snapshot: Snapshot, *, now: datetime, env: TemplateEnv
) -> dict[str, Any]:
    """The rule's vars, packed for the store, each able to use those before it; raises TemplateError."""
    values: dict[str, Any] = stored(render_vars(rule.vars, scope_of(event, snapshot, now, {}), env))
    return values


_WORD = "$word"


def packed(value: Any) -> Any:
    """The value as plain JSON data from which `unpacked` makes the same again, words included."""
    if isinstance(value, Word):
        return {_WORD: str(value)}
    if isinstance(value, Mapping):
        return {key: packed(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [packed(inner) for inner in value]
    return value


def stored(value: Any) -> Any:
    """The value, packed, exactly as it comes back from the store: what is used before a restart and after is the same."""
    return rows.from_json(rows.to_json(packed(value)))


def unpacked(value: Any) -> Any:
    """Undo `packed`."""
    if isinstance(value, Mapping):
        if value.keys() == {_WORD}:
            return Word(value[_WORD])
        return {key: unpacked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [unpacked(inner) for inner in value]
    return value


def needs_vars(rule: Rule) -> bool:
    """Whether the rule's condition or once_per reads any of its vars."""
    names = set(rule.vars) | {"vars"}
    read = set() if rule.condition is None else _names(rule.condition)
    if rule.once_per is not None:
        read |= {reference.name for reference in rule.once_per.key.references}
    return bool(names & read)


def _names(condition: Condition) -> set[str]:
    if isinstance(condition, Expression):
        return {reference.name for reference in condition.template.references}
    if isinstance(condition, Not):
        return _names(condition.part)
    return {name for part in condition.parts for name in _names(part)}


def render_params(params: Mapping[str, Value], scope: Mapping[str, Any], env: TemplateEnv) -> dict[str, Any]:
    """An action's parameters with their templates worked out; raises TemplateError."""
    return {name: render_value(value, scope, env) for name, value in params.items()}
