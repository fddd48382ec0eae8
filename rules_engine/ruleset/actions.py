"""The table of actions: what each does, to which resource, and what it takes.

Its rows are drawn from the resource table, so that a field that the API takes can be written, and no other. Schema,
checks, executor and docs read it: a new action is one row here and one function in `runs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules_engine.dashtrack.resources import LEAD, NOTE, PROJECT, TASK, Field, Kind, Resource, Scope


class Verb(StrEnum):
    """What an action does to its object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ARCHIVE = "archive"
    LOG = "log"
    EMIT = "emit"
    NOTIFY = "notify"
    WEBHOOK = "webhook"


class Role(StrEnum):
    """What a parameter is for."""

    FIELD = "field"
    """It is written into the object."""
    ID = "id"
    """It says which object; left out, it is the event's own."""
    PROJECT = "project"
    """It says in which project, by id or name; left out, it is the event's own."""
    UNLESS_EXISTS = "unless_exists"
    """It names the fields by which an object that exists already is known."""
    TEXT = "text"
    """It is said: in the log, or to an endpoint."""
    EVENT = "event"
    """It names the event that is emitted; no template, so that it is known who emits what."""
    ENDPOINT = "endpoint"
    """It names an endpoint of the configuration."""
    DATA = "data"
    """It is a mapping of anything, which goes along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an action."""

    name: str
    kind: Kind
    role: Role = Role.FIELD
    description: str
    required: bool = False
    nullable: bool = False
    """Whether null, which clears a field, makes sense."""
    vocabulary: tuple[str, ...] = ()
    mergeable: bool = False
    """Whether `{add: […], remove: […]}` is taken beside a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of `then`."""

    name: str
    verb: Verb
    resource: str | None
    """What it acts on; None where it is nothing of the API's."""
    summary: str
    parameters: tuple[Parameter, ...]
    destructive: bool = False
    """Whether the rule must say `allow_destructive: true`."""
    scalar: str | None = None
    """The parameter that a plain text stands for: `log: "text"`."""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    @property
    def needs_project(self) -> bool:
        """Whether it makes something that stands in a project."""
        return any(parameter.role is Role.PROJECT for parameter in self.parameters)

    @property
    def needs_object(self) -> bool:
        """Whether it acts on an object that exists."""
        return self.verb in {Verb.UPDATE, Verb.DELETE, Verb.ARCHIVE}

    @property
    def has_result(self) -> bool:
        """Whether `as` can name an answer with fields."""
        return self.verb in {Verb.CREATE, Verb.UPDATE}


def is_destructive(action: Action, params: Mapping[str, Any]) -> bool:
    """Whether the action, with these parameters as written, deletes or archives (or may, by a template)."""
    if action.destructive:
        return True
    archived = params.get("archived")
    return action.resource == PROJECT.name and archived is not None and archived is not False


_KIND_WORDS: Mapping[Kind, str] = {
    Kind.ID: "An id.",
    Kind.TEXT: "Text.",
    Kind.LONG_TEXT: "Text of any length.",
    Kind.NUMBER: "A number.",
    Kind.BOOLEAN: "true or false.",
    Kind.DATETIME: "A moment or day, as ISO 8601: 2026-12-01T17:00:00Z or 2026-12-01.",
    Kind.DATE: "A day, as ISO 8601: 2026-12-01.",
    Kind.PEOPLE: "Members, by name or id; one, or a list.",
    Kind.LIST: "One, or a list.",
}


def describe(field: Field) -> str:
    """A field in words, for hover texts and docs."""
    if field.kind is Kind.WORD:
        return f"One of {', '.join(field.vocabulary)}; case does not matter."
    if field.kind is Kind.WORDS:
        return f"One or a list of {', '.join(field.vocabulary)}; case does not matter."
    return _KIND_WORDS[field.kind]


def _field_parameter(resource: Resource, field: Field, verb: Verb) -> Parameter:
    words = field.name.replace("_", " ")
    merge = " A list replaces; {add: […], remove: […]} changes what is there." if _merges(field, verb) else ""
    return Parameter(
        name=field.name,
        kind=field.kind,
        description=f"The {resource.name}'s {words}. {describe(field)}{merge}",
        required=field.required and verb is Verb.CREATE,
        nullable=field.nullable and not field.required,
        vocabulary=field.vocabulary,
        mergeable=_merges(field, verb),
    )


def _merges(field: Field, verb: Verb) -> bool:
    return field.kind is Kind.WORDS and verb is Verb.UPDATE


def _fields(resource: Resource, verb: Verb) -> tuple[Parameter, ...]:
    return tuple(_field_parameter(resource, field, verb) for field in resource.fields if field.writable)


def _id(resource: Resource) -> Parameter:
    words = f"The id of the {resource.name}; left out, it is the event's own."
    return Parameter(name="id", kind=Kind.ID, role=Role.ID, description=words)


_PROJECT = Parameter(
    name="project",
    kind=Kind.TEXT,
    role=Role.PROJECT,
    description="The project, by name or id; left out, it is the event's own.",
)


def _create(resource: Resource, summary: str, *more: Parameter) -> Action:
    place = (_PROJECT,) if resource.scope is Scope.PROJECT else ()
    return Action(
        name=f"create_{resource.name}",
        verb=Verb.CREATE,
        resource=resource.name,
        summary=summary,
        parameters=(*place, *_fields(resource, Verb.CREATE), *more),
    )


def _update(resource: Resource, summary: str) -> Action:
    return Action(
        name=f"update_{resource.name}",
        verb=Verb.UPDATE,
        resource=resource.name,
        summary=summary,
        parameters=(_id(resource), *_fields(resource, Verb.UPDATE)),
    )


def _remove(resource: Resource, verb: Verb, summary: str) -> Action:
    return Action(
        name=f"{verb.value}_{resource.name}",
        verb=verb,
        resource=resource.name,
        summary=summary,
        parameters=(_id(resource),),
        destructive=True,
    )


_UNLESS_EXISTS = Parameter(
    name="unless_exists",
    kind=Kind.LIST,
    role=Role.UNLESS_EXISTS,
    description="Fields by which a task that exists is known: no second one with these fields equal in that project.",
)

_ENDPOINT = Parameter(
    name="to",
    kind=Kind.TEXT,
    role=Role.ENDPOINT,
    required=True,
    description="The endpoint's name in the configuration.",
)


def _text(description: str) -> Parameter:
    return Parameter(name="text", kind=Kind.LONG_TEXT, role=Role.TEXT, required=True, description=description)


def _data(description: str, *, required: bool = False) -> Parameter:
    return Parameter(name="data", kind=Kind.LIST, role=Role.DATA, required=required, description=description)


def _beyond(name: str, verb: Verb, summary: str, *parameters: Parameter, scalar: str | None = None) -> Action:
    """An action that is none of the API's."""
    return Action(name=name, verb=verb, resource=None, summary=summary, parameters=parameters, scalar=scalar)


ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        _create(TASK, "Create a task in a project.", _UNLESS_EXISTS),
        _update(TASK, "Change fields of a task."),
        _remove(TASK, Verb.DELETE, "Delete a task for ever; the rule must say allow_destructive: true."),
        _create(LEAD, "Create a lead."),
        _update(LEAD, "Change fields of a lead."),
        _remove(LEAD, Verb.DELETE, "Delete a lead for ever; the rule must say allow_destructive: true."),
        _create(NOTE, "Add a meeting note to a project."),
        _update(PROJECT, "Change fields of a project."),
        _remove(PROJECT, Verb.ARCHIVE, "Archive a project; the rule must say allow_destructive: true."),
        _beyond(
            "log",
            Verb.LOG,
            "Say something in the log and in the run's record.",
            _text("What to say."),
            scalar="text",
        ),
        _beyond(
            "emit",
            Verb.EMIT,
            "Emit an event of one's own, which other rules may wait for.",
            Parameter(
                name="event",
                kind=Kind.TEXT,
                role=Role.EVENT,
                required=True,
                description="The event's name: custom. and a name of letters, digits, - and _.",
            ),
            _data("What the event carries; `event.data` in the rules that it starts."),
        ),
        _beyond(
            "notify",
            Verb.NOTIFY,
            "Send a text to an endpoint of the configuration.",
            _ENDPOINT,
            _text("The text."),
        ),
        _beyond(
            "webhook",
            Verb.WEBHOOK,
            "Send data to an endpoint of the configuration, signed by the Standard Webhooks scheme.",
            _ENDPOINT,
            _data("What is sent.", required=True),
        ),
    )
}
"""Every action by its name."""
