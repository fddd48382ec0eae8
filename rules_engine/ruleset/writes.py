"""What a rule's actions write, as far as it is known without running it: the one side of the graph of rules.

A literal is known, a template is not; what is not known may be anything. A write that says what the rule's own
trigger has already found there changes nothing, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Resource
from rules_engine.events.change import ChangeKind
from rules_engine.ruleset.actions import ACTIONS, Action, Role, Verb
from rules_engine.ruleset.equality import equals, is_any_of
from rules_engine.ruleset.event_names import field_of, resource_of
from rules_engine.ruleset.model import ActionStep, ListOf, Literal, MapOf, Rule, Trigger, Value
from rules_engine.ruleset.steps import all_steps

_KINDS: Mapping[Verb, ChangeKind] = {
    Verb.CREATE: ChangeKind.CREATED,
    Verb.UPDATE: ChangeKind.UPDATED,
    Verb.DELETE: ChangeKind.DELETED,
    Verb.ARCHIVE: ChangeKind.UPDATED,
}


@dataclass(frozen=True, slots=True)
class Written:
    """What may be written into one field. None: anything."""

    values: tuple[Any, ...] | None = None
    """The field's value; of a list all of its items."""
    removed: tuple[Any, ...] | None = None
    """Of a list, what goes out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One action's effect."""

    resource: str
    kind: ChangeKind
    fields: Mapping[str, Written] = field(default_factory=dict)
    project: str | None = None
    """The project in which something is created, as the rule names it; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Everything that one rule does that another one could see."""

    writes: tuple[Write, ...]
    emits: tuple[str, ...]
    """The events that it emits."""


def effects_of(rule: Rule) -> Effects:
    """What the rule's actions write and emit, wherever they stand in it."""
    actions = [step for step in all_steps(rule) if isinstance(step, ActionStep)]
    emits = dict.fromkeys(name for step in actions for name in _emitted(step))
    return Effects(
        writes=tuple(write for step in actions for write in _writes(rule, step)), emits=tuple(emits)
    )


def _emitted(step: ActionStep) -> Iterator[str]:
    match step.params.get("event"):
        case Literal(value=str(name)) if ACTIONS[step.action].verb is Verb.EMIT:
            yield name


def _writes(rule: Rule, step: ActionStep) -> Iterator[Write]:
    action = ACTIONS[step.action]
    kind = _KINDS.get(action.verb)
    if action.resource is None or kind is None:
        return
    fields = _fields(action, step)
    if kind is ChangeKind.UPDATED and "id" not in step.params:
        known = RESOURCES[action.resource]
        fields = {name: each for name, each in fields.items() if not _is_there(rule, known, name, each)}
        if not fields:
            return
    yield Write(resource=action.resource, kind=kind, fields=fields, project=_project(step))


def _fields(action: Action, step: ActionStep) -> dict[str, Written]:
    if action.verb is Verb.ARCHIVE:
        return {"archived": Written((True,))}
    parameters = {each.name: each for each in action.parameters}
    return {
        name: _written(value) for name, value in step.params.items() if parameters[name].role is Role.FIELD
    }


def _written(value: Value) -> Written:
    if isinstance(value, MapOf):  # {add, remove}: what is not named stays
        return Written(
            _literals(value.items.get("add", Literal([]))), _literals(value.items.get("remove", Literal([])))
        )
    return Written(_literals(value), None)


def _literals(value: Value) -> tuple[Any, ...] | None:
    match value:
        case Literal(value=plain):
            return tuple(plain) if isinstance(plain, list) else (plain,)
        case ListOf(items=items) if all(isinstance(item, Literal) for item in items):
            return tuple(item.value for item in items if isinstance(item, Literal))
    return None


def _project(step: ActionStep) -> str | None:
    match step.params.get("project"):
        case Literal(value=str(name)):
            return name
    return None


def _is_there(rule: Rule, resource: Resource, name: str, written: Written) -> bool:
    """Whether every trigger of the rule has found that very value in its own object."""
    known = resource.field(name)
    if written.values is None or len(written.values) != 1 or written.removed is not None or known is None:
        return False
    found = [_found(trigger, resource, name) for trigger in rule.triggers]
    return bool(found) and all(
        values and all(equals(known, value, written.values[0]) for value in values) for values in found
    )


def _found(trigger: Trigger, resource: Resource, name: str) -> Sequence[Any]:
    """The values that the trigger lets the field have; none where it says nothing of it, or of a list."""
    if any(resource_of(event) != resource for event in trigger.events) or not trigger.events:
        return ()
    if name in trigger.where:
        return trigger.where[name]
    fields = [field_of(event) for event in trigger.events]
    if trigger.to and all(each is not None and each.name == name for each in fields):
        return trigger.to
    return ()


def may_be(resource: Resource, name: str, written: Written | None, wanted: Sequence[Any]) -> bool:
    """Whether a field that is written so may have one of the values; one that is not written may have any."""
    if written is None or written.values is None or not wanted:
        return True
    return any(is_any_of(resource.field(name), value, wanted) for value in written.values or (None,))
