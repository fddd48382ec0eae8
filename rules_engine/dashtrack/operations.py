"""All operations of the API as rows of data, and the paths of its objects.

Fields and vocabularies stand in `resources`; a test holds these rows to `schemas/dashtrack.openapi.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from rules_engine.dashtrack.resources import HOLIDAY, LEAD, MEMBER, NOTE, PROJECT, TASK, TIME_ENTRY, Resource


class Gives(StrEnum):
    """What an operation answers with."""

    LIST = "list"
    OBJECT = "object"
    STATS = "stats"
    NOTHING = "nothing"
    """A confirmation at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API."""

    name: str
    method: str
    path: str
    """A template: `{id}` is the object's own id, `{project_id}` its project's."""
    resource: Resource
    gives: Gives
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    """Fields that it takes."""
    required: tuple[str, ...] = ()


def _read(name: str, path: str, resource: Resource, gives: Gives, *query: str) -> Operation:
    return Operation(name=name, method="GET", path=path, resource=resource, gives=gives, query=query)


def _create(resource: Resource) -> Operation:
    return Operation(
        name=f"create_{resource.name}",
        method="POST",
        path=resource.create_path or "",
        resource=resource,
        gives=Gives.OBJECT,
        body=_writable(resource),
        required=tuple(field.name for field in resource.fields if field.required),
    )


def _update(resource: Resource) -> Operation:
    return Operation(
        name=f"update_{resource.name}",
        method="PATCH",
        path=resource.item_path or "",
        resource=resource,
        gives=Gives.OBJECT,
        body=_writable(resource),
    )


def _remove(name: str, resource: Resource) -> Operation:
    path = resource.item_path or ""
    return Operation(name=name, method="DELETE", path=path, resource=resource, gives=Gives.NOTHING)


def _writable(resource: Resource) -> tuple[str, ...]:
    return tuple(field.name for field in resource.fields if field.writable)


OPERATIONS: Final[tuple[Operation, ...]] = (
    _read("list_projects", "/projects", PROJECT, Gives.LIST, "id"),
    _read("get_project", "/projects/{id}", PROJECT, Gives.OBJECT),
    _update(PROJECT),
    _remove("archive_project", PROJECT),
    _read("get_project_stats", "/projects/{id}/stats", PROJECT, Gives.STATS),
    _read("list_tasks", TASK.list_path, TASK, Gives.LIST, "status", "assigned_to", "task_list"),
    _create(TASK),
    _read("get_task", "/tasks/{id}", TASK, Gives.OBJECT),
    _update(TASK),
    _remove("delete_task", TASK),
    _read("list_leads", LEAD.list_path, LEAD, Gives.LIST, "status", "rep"),
    _create(LEAD),
    _read("get_lead", "/leads/{id}", LEAD, Gives.OBJECT),
    _update(LEAD),
    _remove("delete_lead", LEAD),
    _read("list_time_entries", TIME_ENTRY.list_path, TIME_ENTRY, Gives.LIST, "from", "to", "user_id"),
    _read("list_notes", NOTE.list_path, NOTE, Gives.LIST),
    _create(NOTE),
    _read("list_members", MEMBER.list_path, MEMBER, Gives.LIST),
    _read("list_holidays", HOLIDAY.list_path, HOLIDAY, Gives.LIST, "scope", "status"),
)

BY_NAME: Final[Mapping[str, Operation]] = {operation.name: operation for operation in OPERATIONS}

_SEGMENTS: Final = re.compile(r"(/[A-Za-z0-9._~%:@!$&'()*+,;=-]+)+")
_DOTS: Final = frozenset({".", ".."})


def list_path(resource: Resource, project_id: str | None = None) -> str:
    """Where a resource is listed; raises ValueError for a project's resource without a project."""
    return _filled(resource.list_path, project_id=project_id)


def item_path(resource: Resource, object_id: str) -> str:
    """Where one object is read and written; raises ValueError where the API has no such path."""
    return _filled(resource.item_path, id=object_id)


def create_path(resource: Resource, project_id: str | None = None) -> str:
    """Where an object is created; raises ValueError where it can't be."""
    return _filled(resource.create_path, project_id=project_id)


def segment(text: str) -> str:
    """`text` as one segment of a path, percent-encoded; raises ValueError for one that would lead elsewhere."""
    if not text or text in _DOTS:
        raise ValueError(f"{text!r} can't be an id")
    return quote(text, safe="")


def is_plain_path(path: str) -> bool:
    """Whether a path is made of plain segments: no query, nothing that leads elsewhere."""
    return _SEGMENTS.fullmatch(path) is not None and not _DOTS & set(path.split("/"))


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that this request is, or None."""
    if not is_plain_path(path):
        return None
    return next((row for row in OPERATIONS if row.method == method and _fits(row.path, path)), None)


def ids_in(operation: Operation, path: str) -> dict[str, str]:
    """The ids that a path of this operation names, decoded: `{"project_id": …}` or `{"id": …}`."""
    pairs = zip(operation.path.split("/"), path.split("/"), strict=True)
    return {name[1:-1]: unquote(part) for name, part in pairs if name.startswith("{")}


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        want.startswith("{") or want == have for want, have in zip(wanted, given, strict=True)
    )


def _filled(template: str | None, **ids: str | None) -> str:
    if template is None:
        raise ValueError("the API has no such operation")
    given = {name: segment(value) for name, value in ids.items() if value is not None}
    try:
        return template.format(**given)
    except KeyError as lacking:
        raise ValueError(f"{template} needs {lacking}") from None
