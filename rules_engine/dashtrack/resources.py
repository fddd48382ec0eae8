"""The one table of Dashtrack's resources: paths, keys, fields, vocabularies.

Client, diff, event catalogue, field checks, schema and docs draw from here, so that a fact about the API
stands in one place. Each fact's source is the vendor's API page ([1], [2] in the reference) unless its
field says `assumed=True`; what is assumed is never load-bearing: a field that is missing reads as null, and
one that nobody foresaw is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

TASK_STATUSES = ("todo", "in-progress", "done")
PRIORITIES = ("low", "medium", "high")
LEAD_STATUSES = (
    "First Contact Made",
    "Proposal Wanted",
    "Proposal Sent",
    "Chaser",
    "Needs Closing",
    "Closed",
    "Dead Leads",
    "No Response",
)
LEAD_TAGS = (
    "Proposal Sent",
    "Chaser Sent",
    "Deliberating",
    "Create Proposal",
    "Chase Up",
    "Pending Development",
    "Stuck",
    "In Progress",
    "On Hold",
    "Waiting on Cai",
    "Sent for Review",
    "Won",
)
HOLIDAY_STATUSES = ("pending", "approved", "declined")


class Kind(StrEnum):
    """What a field holds."""

    ID = "id"
    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATETIME = "date-time"
    DATE = "date"
    WORD = "word"
    """One word of a vocabulary, compared without regard to case."""
    WORDS = "words"
    """A set of words of a vocabulary; their order means nothing."""
    PEOPLE = "people"
    """A set of members, by display name or UUID; their order means nothing."""
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a resource."""

    name: str
    kind: Kind
    writable: bool = False
    required: bool = False
    """Required when an object is created."""
    nullable: bool = True
    vocabulary: tuple[str, ...] = ()
    volatile: bool = False
    """Moves whenever anything does, so it is no change of its own."""
    signed: bool = False
    """Carries the signature line of what the engine creates."""
    assumed: bool = False


class Scope(StrEnum):
    """Whether a resource is listed once for the account or once for each project."""

    ACCOUNT = "account"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of object: where it is read and written, and what it holds."""

    name: str
    """Singular, as in event types and templates: `time_entry`."""
    plural: str
    """As in lookups: `time_entries`."""
    scope: Scope
    list_path: str
    list_keys: tuple[str, ...]
    """Envelope keys under which the list may stand; the first is the known or likeliest one."""
    list_params: tuple[tuple[str, str], ...] = ()
    """Parameters that a full list needs."""
    item_path: str | None = None
    """Where one object is read by id; None where the API has no such operation."""
    item_keys: tuple[str, ...] = ()
    create_path: str | None = None
    updatable: bool = False
    deletable: bool = False
    """DELETE removes it for ever; for a project DELETE archives instead (`archivable`)."""
    archivable: bool = False
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of all foreseen fields, in the table's order."""
        return tuple(field.name for field in self.fields)


def _timestamps() -> tuple[Field, ...]:
    return (
        Field(name="created_at", kind=Kind.DATETIME, assumed=True),
        Field(name="updated_at", kind=Kind.DATETIME, volatile=True, assumed=True),
    )


PROJECT = Resource(
    name="project",
    plural="projects",
    scope=Scope.ACCOUNT,
    list_path="/projects",
    list_keys=("projects",),
    item_path="/projects/{id}",
    item_keys=("project",),
    updatable=True,
    archivable=True,
    fields=(
        Field(name="id", kind=Kind.ID),
        Field(name="name", kind=Kind.TEXT, writable=True, nullable=False),
        Field(name="url", kind=Kind.TEXT, writable=True),
        Field(name="description", kind=Kind.LONG_TEXT, writable=True),
        Field(name="retainer_hours", kind=Kind.NUMBER, writable=True, assumed=True),
        Field(name="project_type", kind=Kind.TEXT, writable=True),
        Field(name="archived", kind=Kind.BOOLEAN, writable=True, nullable=False),
        *_timestamps(),
    ),
)

TASK = Resource(
    name="task",
    plural="tasks",
    scope=Scope.PROJECT,
    list_path="/projects/{project_id}/tasks",
    list_keys=("tasks",),
    item_path="/tasks/{id}",
    item_keys=("task",),
    create_path="/projects/{project_id}/tasks",
    updatable=True,
    deletable=True,
    fields=(
        Field(name="id", kind=Kind.ID, assumed=True),
        Field(name="project_id", kind=Kind.ID, assumed=True),
        Field(name="name", kind=Kind.TEXT, writable=True, required=True, nullable=False),
        Field(name="description", kind=Kind.LONG_TEXT, writable=True, signed=True),
        Field(name="status", kind=Kind.WORD, writable=True, nullable=False, vocabulary=TASK_STATUSES),
        Field(name="priority", kind=Kind.WORD, writable=True, vocabulary=PRIORITIES),
        Field(name="assigned_to", kind=Kind.PEOPLE, writable=True),
        Field(name="due_date", kind=Kind.DATETIME, writable=True),
        Field(name="start_date", kind=Kind.DATETIME, writable=True),
        Field(name="task_list", kind=Kind.TEXT, writable=True),
        *_timestamps(),
    ),
)

LEAD = Resource(
    name="lead",
    plural="leads",
    scope=Scope.ACCOUNT,
    list_path="/leads",
    list_keys=("leads",),
    item_path="/leads/{id}",
    item_keys=("lead",),
    create_path="/leads",
    updatable=True,
    deletable=True,
    fields=(
        Field(name="id", kind=Kind.ID, assumed=True),
        Field(name="name", kind=Kind.TEXT, writable=True, required=True, nullable=False),
        Field(
            name="status",
            kind=Kind.WORD,
            writable=True,
            required=True,
            nullable=False,
            vocabulary=LEAD_STATUSES,
        ),
        Field(name="tags", kind=Kind.WORDS, writable=True, vocabulary=LEAD_TAGS),
        Field(name="rep", kind=Kind.TEXT, writable=True),
        Field(name="company", kind=Kind.TEXT, writable=True, assumed=True),
        Field(name="email", kind=Kind.TEXT, writable=True, assumed=True),
        Field(name="phone", kind=Kind.TEXT, writable=True, assumed=True),
        Field(name="value", kind=Kind.NUMBER, writable=True, assumed=True),
        Field(name="source", kind=Kind.TEXT, writable=True, assumed=True),
        Field(name="notes", kind=Kind.LONG_TEXT, writable=True, signed=True, assumed=True),
        *_timestamps(),
    ),
)

TIME_ENTRY = Resource(
    name="time_entry",
    plural="time_entries",
    scope=Scope.PROJECT,
    list_path="/projects/{project_id}/time",
    list_keys=("time_entries", "time", "entries"),
    fields=(
        Field(name="id", kind=Kind.ID, assumed=True),
        Field(name="project_id", kind=Kind.ID, assumed=True),
        Field(name="task_id", kind=Kind.ID, assumed=True),
        Field(name="user_id", kind=Kind.ID, assumed=True),
        Field(name="user_name", kind=Kind.TEXT, assumed=True),
        Field(name="date", kind=Kind.DATE, assumed=True),
        Field(name="hours", kind=Kind.NUMBER, assumed=True),
        Field(name="description", kind=Kind.LONG_TEXT, assumed=True),
        *_timestamps(),
    ),
)

NOTE = Resource(
    name="note",
    plural="notes",
    scope=Scope.PROJECT,
    list_path="/projects/{project_id}/notes",
    list_keys=("notes", "meeting_notes"),
    item_keys=("note", "meeting_note"),
    create_path="/projects/{project_id}/notes",
    fields=(
        Field(name="id", kind=Kind.ID, assumed=True),
        Field(name="project_id", kind=Kind.ID, assumed=True),
        Field(name="title", kind=Kind.TEXT, writable=True, assumed=True),
        Field(name="date", kind=Kind.DATE, writable=True, assumed=True),
        Field(name="attendees", kind=Kind.LIST, writable=True, assumed=True),
        Field(name="notes", kind=Kind.LONG_TEXT, writable=True, required=True, nullable=False, signed=True),
        Field(name="action_items", kind=Kind.LIST, writable=True, assumed=True),
        *_timestamps(),
    ),
)

MEMBER = Resource(
    name="member",
    plural="members",
    scope=Scope.ACCOUNT,
    list_path="/team",
    list_keys=("team", "members", "users"),
    fields=(
        Field(name="id", kind=Kind.ID, assumed=True),
        Field(name="name", kind=Kind.TEXT, assumed=True),
        Field(name="email", kind=Kind.TEXT, assumed=True),
        Field(name="role", kind=Kind.TEXT, assumed=True),
        *_timestamps(),
    ),
)

HOLIDAY = Resource(
    name="holiday",
    plural="holidays",
    scope=Scope.ACCOUNT,
    list_path="/holidays",
    list_keys=("holidays", "requests"),
    list_params=(("scope", "team"),),
    fields=(
        Field(name="id", kind=Kind.ID, assumed=True),
        Field(name="user_id", kind=Kind.ID, assumed=True),
        Field(name="user_name", kind=Kind.TEXT, assumed=True),
        Field(name="start_date", kind=Kind.DATE, assumed=True),
        Field(name="end_date", kind=Kind.DATE, assumed=True),
        Field(name="days", kind=Kind.NUMBER, assumed=True),
        Field(name="type", kind=Kind.TEXT, assumed=True),
        Field(name="status", kind=Kind.WORD, vocabulary=HOLIDAY_STATUSES),
        *_timestamps(),
    ),
)

RESOURCES: Mapping[str, Resource] = {
    resource.name: resource for resource in (PROJECT, TASK, LEAD, TIME_ENTRY, NOTE, MEMBER, HOLIDAY)
}
"""Every resource by its singular name."""
