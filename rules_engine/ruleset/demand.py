"""Which resources a set of rules needs to be polled: nothing else is read, for each read costs of the budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rules_engine.dashtrack.resources import MEMBER, PROJECT, RESOURCES, TASK, TIME_ENTRY, Kind, Scope
from rules_engine.ruleset.actions import ACTIONS, Role
from rules_engine.ruleset.event_names import resource_of
from rules_engine.ruleset.leave import NEEDS as LEAVE_NEEDS
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.model import (
    ActionStep,
    All,
    AnyOf,
    Condition,
    Expression,
    ListOf,
    MapOf,
    Mode,
    Not,
    Rule,
    Templated,
    Trigger,
    Value,
    WaitFor,
)
from rules_engine.ruleset.steps import all_steps, conditions_of, values_of
from rules_engine.ruleset.templates import Template


def needed_resources(rules: Iterable[Rule]) -> frozenset[str]:
    """The resources that the rules' triggers, templates and actions read; a rule that is off needs none."""
    needed = {resource for rule in rules if rule.mode is not Mode.OFF for resource in _needs(rule)}
    if any(RESOURCES[name].scope is Scope.PROJECT for name in needed):
        needed.add(PROJECT.name)  # a feed of one project needs to know which projects there are
    return frozenset(needed)


def templates_of(rule: Rule) -> Iterator[Template]:
    """Every template of a rule."""
    yield from _in_condition(rule.condition)
    for value in rule.vars.values():
        yield from _in_value(value)
    for step in all_steps(rule):
        for condition in conditions_of(step):
            yield from _in_condition(condition)
        for value in values_of(step):
            yield from _in_value(value)
    if rule.once_per is not None:
        yield rule.once_per.key


def _needs(rule: Rule) -> Iterator[str]:
    for trigger in rule.triggers:
        yield from _trigger_needs(trigger)
    for template in templates_of(rule):
        yield from _calls_need(template)
        if any("for" in use.keywords for use in (*template.filters, *template.tests)):
            yield from LEAVE_NEEDS
    for step in all_steps(rule):
        if isinstance(step, ActionStep):
            yield from _action_needs(step)
        elif isinstance(step, WaitFor):
            for trigger in step.triggers:
                yield from _trigger_needs(trigger)


_MEASURED: Mapping[str, str] = {
    "project.hours_used": TIME_ENTRY.name,
    "project.all_tasks_done": TASK.name,
}
"""What an event by measure is measured over."""


def _trigger_needs(trigger: Trigger) -> Iterator[str]:
    """The resources of its events; a custom event, one of the engine's own and a schedule need none."""
    for name in trigger.events:
        resource = resource_of(name)
        if resource is not None:
            yield resource.name
        if name in _MEASURED:
            yield _MEASURED[name]


def _calls_need(template: Template) -> Iterator[str]:
    for call in template.calls:
        if call.name in FUNCTIONS:
            yield FUNCTIONS[call.name].resource
            if "project" in call.keywords:
                yield PROJECT.name


def _action_needs(step: ActionStep) -> Iterator[str]:
    """What the names in an action resolve in."""
    for name in step.params:
        parameter = ACTIONS[step.action].parameter(name)
        if parameter is not None and parameter.role is Role.PROJECT:
            yield PROJECT.name
        elif parameter is not None and parameter.kind is Kind.PEOPLE:
            yield MEMBER.name


def _in_condition(condition: Condition | None) -> Iterator[Template]:
    match condition:
        case Expression(template=template):
            yield template
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _in_condition(part)
        case Not(part=part):
            yield from _in_condition(part)


def _in_value(value: Value) -> Iterator[Template]:
    match value:
        case Templated(template=template):
            yield template
        case ListOf(items=parts):
            for part in parts:
                yield from _in_value(part)
        case MapOf(items=entries):
            for part in entries.values():
                yield from _in_value(part)
