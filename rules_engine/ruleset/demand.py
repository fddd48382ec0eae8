"""What a set of rules needs to be polled, and what for: nothing else is read, for each read costs of the budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from rules_engine.dashtrack.resources import MEMBER, PROJECT, RESOURCES, TASK, TIME_ENTRY, Kind, Scope
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.actions import ACTIONS, Role
from rules_engine.ruleset.equality import is_any_of
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


class Use(Enum):
    """What a rule needs a feed for."""

    CHANGE = "change"
    """A change in it starts the rule or lets it go on: the sooner it is seen the better."""
    CLOCK = "clock"
    """It holds the dates that start the rule; it is looked at when one has come, whatever the plan."""
    LOOKUP = "lookup"
    """Templates and names look things up in it."""
    PROJECTS = "projects"
    """It tells which projects there are, each of which has feeds of its own."""

    @property
    def weight(self) -> float:
        """What seeing a change of it soon is worth to the rule, beside a change that starts it."""
        return {Use.CHANGE: 1.0, Use.CLOCK: 0.3, Use.LOOKUP: 0.2, Use.PROJECTS: 0.1}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One resource that one rule needs."""

    rule_id: str
    resource: str
    use: Use
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    """Of a resource that each project lists: which projects will do, by their fields.

    Only what is measured over a project's objects is narrowed so. An event of a task itself is not, although it may say
    `where: {project: …}`: a task that is moved in from a project where nobody looks would seem to be new.
    """
    max_latency: float | None = None
    """Seconds."""

    @property
    def weight(self) -> float:
        """What seeing a change soon is worth to the rule."""
        return self.use.weight

    def takes(self, project: Mapping[str, Any]) -> bool:
        """Whether the rule needs the feed of that project, given its raw data."""
        return all(is_any_of(PROJECT.field(name), project.get(name), wanted) for name, wanted in self.where)


def needs_of(rules: Iterable[Rule]) -> tuple[Need, ...]:
    """What each rule that is not off needs; a resource that it needs for several uses is there for each."""
    found = [need for rule in rules if rule.mode is not Mode.OFF for need in dict.fromkeys(_needs(rule))]
    inner = [need for need in found if RESOURCES[need.resource].scope is Scope.PROJECT]
    ids = dict.fromkeys(need.rule_id for need in inner)
    projects = (Need(rule_id=rule_id, resource=PROJECT.name, use=Use.PROJECTS) for rule_id in ids)
    return (*found, *projects)


def needed_resources(rules: Iterable[Rule]) -> frozenset[str]:
    """The resources that the rules' triggers, templates and actions read; a rule that is off needs none."""
    return frozenset(need.resource for need in needs_of(rules))


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


def _needs(rule: Rule) -> Iterator[Need]:
    for trigger in rule.triggers:
        yield from _trigger_needs(rule, trigger)
    looked_up = [name for template in templates_of(rule) for name in _calls_need(template)]
    for step in all_steps(rule):
        if isinstance(step, ActionStep):
            looked_up += _action_needs(step)
        elif isinstance(step, WaitFor):
            for trigger in step.triggers:
                yield from _trigger_needs(rule, trigger)
    for name in looked_up:
        yield Need(rule_id=rule.id, resource=name, use=Use.LOOKUP)


_MEASURED: Mapping[str, str] = {
    "project.hours_used": TIME_ENTRY.name,
    "project.all_tasks_done": TASK.name,
}
"""What an event by measure is measured over."""


def _trigger_needs(rule: Rule, trigger: Trigger) -> Iterator[Need]:
    """The feeds of its events; a custom event, one of the engine's own and a schedule need none."""
    for name in trigger.events:
        resource = resource_of(name)
        if resource is None:
            continue
        use = Use.CLOCK if EVENT_TYPES[name].clock is not None else Use.CHANGE
        yield _need(rule, resource.name, use)
        if name in _MEASURED:
            yield _need(rule, _MEASURED[name], Use.CHANGE, tuple(trigger.where.items()))


def _need(rule: Rule, resource: str, use: Use, where: tuple[tuple[str, tuple[Any, ...]], ...] = ()) -> Need:
    latency = rule.max_latency.total_seconds() if rule.max_latency is not None else None
    return Need(
        rule_id=rule.id,
        resource=resource,
        use=use,
        where=where,
        max_latency=latency if use is Use.CHANGE else None,
    )


def _calls_need(template: Template) -> Iterator[str]:
    """The resources of the functions that it calls, and of the people whose leave it reckons with."""
    for call in template.calls:
        if call.name in FUNCTIONS:
            yield FUNCTIONS[call.name].resource
            if "project" in call.keywords:
                yield PROJECT.name
    if any("for" in use.keywords for use in (*template.filters, *template.tests)):
        yield from LEAVE_NEEDS


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
