"""What each kind of object holds: its fields in the order of the answers, how each is read, and who may write it.

A request is read strictly, as Dashtrack would. An edit by "somebody else" (a test, the demo, the control route) is
read leniently: known values take their canonical form, strange ones and unforeseen fields are kept, so that a
tenant with a new status or a new field can be played.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rules_engine.sandbox import values, vocabulary
from rules_engine.sandbox.errors import BadValue, SandboxError
from rules_engine.sandbox.values import Reader

HIDDEN_FIELD = "forbidden"
"""On a project: every request for it and its parts is answered with 403. It is never shown by the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a kind of object."""

    name: str
    read: Reader
    default: Any = None
    """An empty list is written as `()`, so that nobody shares a mutable one."""
    writable: bool = True
    """The API takes it; otherwise only the sandbox itself and somebody else's edit set it."""
    required: bool = False
    """A new object needs it."""
    people: bool = False
    """Members' UUIDs become their display names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of object."""

    name: str
    list_key: str
    """The envelope key of a list of them."""
    in_project: bool = False
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


_nullable_text = values.optional(values.text)
_nullable_number = values.optional(values.number)


def _inner(name: str, read: Reader = _nullable_text, default: Any = None, *, required: bool = False) -> Field:
    return Field(name=name, read=read, default=default, writable=False, required=required)


def _timestamps() -> tuple[Field, ...]:
    return (_inner("created_at", values.date_time), _inner("updated_at", values.date_time))


PROJECT = Shape(
    name="project",
    list_key="projects",
    fields=(
        _inner("id"),
        Field(name="name", read=values.filled_text, required=True),
        Field(name="url", read=_nullable_text),
        Field(name="description", read=_nullable_text),
        Field(name="retainer_hours", read=_nullable_number),
        Field(name="project_type", read=_nullable_text),
        Field(name="archived", read=values.boolean, default=False),
        *_timestamps(),
    ),
)

TASK = Shape(
    name="task",
    list_key="tasks",
    in_project=True,
    fields=(
        _inner("id"),
        _inner("project_id"),
        Field(name="name", read=values.filled_text, required=True),
        Field(name="description", read=_nullable_text),
        Field(name="status", read=values.one_of(vocabulary.TASK_STATUSES), default="todo"),
        Field(name="priority", read=values.optional(values.one_of(vocabulary.PRIORITIES))),
        Field(name="assigned_to", read=values.texts, default=(), people=True),
        Field(name="due_date", read=values.optional(values.date_time)),
        Field(name="start_date", read=values.optional(values.date_time)),
        Field(name="task_list", read=_nullable_text),
        *_timestamps(),
    ),
)

LEAD = Shape(
    name="lead",
    list_key="leads",
    fields=(
        _inner("id"),
        Field(name="name", read=values.filled_text, required=True),
        Field(name="status", read=values.one_of(vocabulary.LEAD_STATUSES), required=True),
        Field(name="tags", read=values.some_of(vocabulary.LEAD_TAGS), default=()),
        Field(name="rep", read=_nullable_text),
        Field(name="company", read=_nullable_text),
        Field(name="email", read=_nullable_text),
        Field(name="phone", read=_nullable_text),
        Field(name="value", read=_nullable_number),
        Field(name="source", read=_nullable_text),
        Field(name="notes", read=_nullable_text),
        *_timestamps(),
    ),
)

TIME_ENTRY = Shape(
    name="time_entry",
    list_key="time_entries",
    in_project=True,
    fields=(
        _inner("id"),
        _inner("project_id"),
        _inner("task_id"),
        _inner("user_id"),
        _inner("user_name"),
        _inner("date", values.calendar_date),
        _inner("hours", values.number, 0),
        _inner("description"),
    ),
)

NOTE = Shape(
    name="note",
    list_key="notes",
    in_project=True,
    fields=(
        _inner("id"),
        _inner("project_id"),
        Field(name="title", read=_nullable_text),
        Field(name="date", read=values.optional(values.calendar_date)),
        Field(name="attendees", read=values.texts, default=(), people=True),
        Field(name="notes", read=values.filled_text, required=True),
        Field(name="action_items", read=values.texts, default=()),
        _inner("created_at", values.date_time),
    ),
)

MEMBER = Shape(
    name="member",
    list_key="team",
    fields=(_inner("id"), _inner("name", required=True), _inner("email"), _inner("role", default="member")),
)

HOLIDAY = Shape(
    name="holiday",
    list_key="holidays",
    fields=(
        _inner("id"),
        _inner("user_id"),
        _inner("user_name"),
        _inner("start_date", values.calendar_date, required=True),
        _inner("end_date", values.calendar_date, required=True),
        _inner("days", _nullable_number),
        _inner("type", default="holiday"),
        _inner("status", values.one_of(vocabulary.HOLIDAY_STATUSES), "pending"),
    ),
)

SHAPES: Mapping[str, Shape] = {
    shape.name: shape for shape in (PROJECT, TASK, LEAD, TIME_ENTRY, NOTE, MEMBER, HOLIDAY)
}


def shape_named(resource: str) -> Shape:
    """The shape of that resource (singular, as in event types)."""
    shape = SHAPES.get(resource)
    if shape is None:
        raise SandboxError(f"there is no resource {resource!r}: use one of {', '.join(SHAPES)}")
    return shape


def read_request(
    shape: Shape, body: Mapping[str, Any], names: Mapping[str, str], *, new: bool
) -> dict[str, Any]:
    """The writable fields of a request body in stored form; what the API does not take is left out.

    `names` gives the display name of each member's UUID. Raises BadValue, naming the field.
    """
    fields: dict[str, Any] = {}
    for field in shape.fields:
        if not field.writable:
            continue
        if field.name in body:
            fields[field.name] = _read_field(field, body[field.name], names)
        elif new and field.required:
            raise BadValue(f"{field.name} is required")
    return fields


def read_edit(shape: Shape, edit: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The fields of somebody else's edit: in stored form where they are understood, else as they are."""
    fields: dict[str, Any] = {}
    for name, value in edit.items():
        plain = value.isoformat() if isinstance(value, date | datetime) else value
        field = shape.field(name)
        try:
            fields[name] = plain if field is None else _read_field(field, plain, names)
        except BadValue:
            fields[name] = plain
    return fields


def completed(shape: Shape, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The whole object: every field of its shape in order, defaults where none was given, then what is unforeseen."""
    return {field.name: field.default for field in shape.fields} | dict(fields)


def _read_field(field: Field, value: Any, names: Mapping[str, str]) -> Any:
    try:
        known = field.read(value)
    except BadValue as bad:
        raise BadValue(f"{field.name} {bad}") from None
    return [names.get(item.lower(), item) for item in known] if field.people else known
