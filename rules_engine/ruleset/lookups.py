"""The functions that templates call: they read the snapshot, never the API, and take fields to match.

A typo must not match nothing in silence: a field that the resource lacks, a project that does not exist and a name
that two have are errors, which fail the condition or the step visibly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from rules_engine.dashtrack.resources import (
    HOLIDAY,
    LEAD,
    NOTE,
    PROJECT,
    RESOURCES,
    TASK,
    TIME_ENTRY,
    Resource,
    Scope,
)
from rules_engine.ruleset.equality import is_any_of, same_name
from rules_engine.ruleset.templates import TemplateError
from rules_engine.ruleset.views import view
from rules_engine.suggest import nearest

Function = Callable[..., Any]
_MOST_LISTED = 8
"""How many names a message lists."""


class SnapshotReader(Protocol):
    """The last known state of every object, as raw data, of those that are present."""

    def get(self, resource: str, object_id: str) -> Mapping[str, Any] | None:
        """One object, or None where there is no such id."""

    def all(self, resource: str, project_id: str | None = None) -> Sequence[Mapping[str, Any]]:
        """All objects of a resource, or those of one project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionInfo:
    """A function as the checker and the docs know it."""

    name: str
    resource: str
    """What it reads: its feed is needed."""
    summary: str
    example: str
    keywords: tuple[str, ...] = ()
    positional: int = 0
    """How many arguments without a name it needs."""

    @property
    def is_lookup(self) -> bool:
        """Whether it gives a list and takes fields to match."""
        return self.positional == 0 and bool(self.keywords)


def _lookup(resource: Resource, example: str) -> FunctionInfo:
    words = resource.plural.replace("_", " ")
    keywords = resource.field_names
    if resource.scope is Scope.PROJECT:
        keywords = ("project", *keywords)
    return FunctionInfo(
        name=resource.plural,
        resource=resource.name,
        summary=f"The {words} whose fields equal what is given: a value, or a list of which any will do.",
        example=example,
        keywords=keywords,
    )


FUNCTIONS: Mapping[str, FunctionInfo] = {
    info.name: info
    for info in (
        _lookup(PROJECT, "projects(project_type='retainer') | length"),
        _lookup(TASK, "tasks(project=project, status=['todo', 'in-progress']) | length"),
        _lookup(LEAD, "leads(status='Chaser', rep=lead.rep) | map(attribute='name') | join"),
        _lookup(TIME_ENTRY, "time_entries(project=project) | sum('hours')"),
        _lookup(NOTE, "notes(project='Sales') | length"),
        _lookup(HOLIDAY, "holidays(status='approved', user_name='Ada Byron')"),
        FunctionInfo(
            name="team",
            resource="member",
            summary="Every member of the team.",
            example="team() | map(attribute='name') | list",
        ),
        FunctionInfo(
            name="member",
            resource="member",
            summary="The member with that id, name or email address, or null.",
            example="member(lead.rep).email",
            positional=1,
        ),
        FunctionInfo(
            name="project_named",
            resource="project",
            summary="The project with that name or id, or null.",
            example="project_named('Sales').id",
            positional=1,
        ),
    )
}
"""Every function by its name."""


def functions_for(snapshot: SnapshotReader) -> Mapping[str, Function]:
    """The functions, reading that snapshot. They raise TemplateError."""
    lookups: dict[str, Function] = {
        info.name: partial(_find, snapshot, info.name, RESOURCES[info.resource])
        for info in FUNCTIONS.values()
        if info.is_lookup
    }
    return {
        **lookups,
        "team": partial(_team, snapshot),
        "member": partial(_member, snapshot),
        "project_named": partial(_project_named, snapshot),
    }


def _find(
    snapshot: SnapshotReader, function: str, resource: Resource, /, *values: Any, **wanted: Any
) -> list[dict[str, Any]]:
    """The objects whose fields equal what is wanted."""
    if values:
        raise TemplateError(f"{function}() takes fields by name, such as {FUNCTIONS[function].example}")
    project_id = None
    if resource.scope is Scope.PROJECT and "project" in wanted:
        project_id = _project_id(snapshot, function, wanted.pop("project"))
    tests = []
    for name, value in wanted.items():
        field = resource.field(name)
        if field is None:
            raise TemplateError(_no_such_field(function, name))
        tests.append((name, field, value if isinstance(value, (list, tuple)) else (value,)))
    return [
        view(resource.name, data)
        for data in snapshot.all(resource.name, project_id)
        if all(is_any_of(field, data.get(name), values) for name, field, values in tests)
    ]


def _no_such_field(function: str, name: str) -> str:
    near = nearest(name, FUNCTIONS[function].keywords)
    meant = f"; did you mean {near}?" if near else f"; there is: {', '.join(FUNCTIONS[function].keywords)}"
    return f"{function}() does not know the field {name}{meant}"


def _project_id(snapshot: SnapshotReader, function: str, value: Any) -> str:
    if isinstance(value, Mapping):
        found = value.get("id")
        if isinstance(found, str):
            return found
    elif isinstance(value, str):
        project = _project(snapshot, value)
        if project is not None:
            return str(project["id"])
        names = _listed(data.get("name") for data in snapshot.all("project"))
        raise TemplateError(f"{function}(project=…): there is no project {value!r}; there is: {names}")
    shown = "null" if value is None else f"a {type(value).__name__}"
    raise TemplateError(f"{function}(project=…) takes a project, its id or its name, not {shown}")


def _team(snapshot: SnapshotReader) -> list[dict[str, Any]]:
    return [view("member", data) for data in snapshot.all("member")]


def _member(snapshot: SnapshotReader, name: Any) -> dict[str, Any] | None:
    found = find_member(snapshot, name)
    return view("member", found) if found is not None else None


def find_member(snapshot: SnapshotReader, name: Any) -> Mapping[str, Any] | None:
    """The member with that id, name or email address, as data. Raises TemplateError where two have the name."""
    found = snapshot.get("member", name) if isinstance(name, str) else None
    if found is None:
        found = _named("member", snapshot.all("member"), name) or _by_email(snapshot.all("member"), name)
    return found


def _by_email(members: Iterable[Mapping[str, Any]], email: Any) -> Mapping[str, Any] | None:
    return next((data for data in members if same_name(data.get("email"), email)), None)


def _project_named(snapshot: SnapshotReader, name: Any) -> dict[str, Any] | None:
    found = _project(snapshot, name) if isinstance(name, str) else None
    return view("project", found) if found is not None else None


def _project(snapshot: SnapshotReader, name: str) -> Mapping[str, Any] | None:
    return snapshot.get("project", name) or _named("project", snapshot.all("project"), name)


def _named(what: str, objects: Sequence[Mapping[str, Any]], name: Any) -> Mapping[str, Any] | None:
    """The one object of that name: exactly, else but for case; None without one, an error with several."""
    exact = [data for data in objects if isinstance(name, str) and data.get("name") == str(name)]
    found = exact or [data for data in objects if same_name(data.get("name"), name)]
    if len(found) > 1:
        ids = _listed(data.get("id") for data in found)
        raise TemplateError(f"there are {len(found)} {what}s named {str(name)!r}: {ids}; use the id")
    return found[0] if found else None


def _listed(names: Iterable[Any]) -> str:
    texts = sorted(str(name) for name in names if name is not None)
    more = f" and {len(texts) - _MOST_LISTED} more" if len(texts) > _MOST_LISTED else ""
    return (", ".join(texts[:_MOST_LISTED]) or "none") + more
