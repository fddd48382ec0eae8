"""The table of the API's twenty operations, and finding the one that a request means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rules_engine.sandbox import handlers
from rules_engine.sandbox.answers import Answer
from rules_engine.sandbox.errors import Refusal
from rules_engine.sandbox.handlers import Call

BASE_PATH = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    """Without the base path, as the API reference writes it."""
    handler: Callable[[Call], Answer]
    pattern: re.Pattern[str]


def _operation(method: str, path: str, handler: Callable[[Call], Answer]) -> Operation:
    pattern = re.compile(BASE_PATH + path.replace("{id}", "(?P<id>[^/]+)"))
    return Operation(method=method, path=path, handler=handler, pattern=pattern)


OPERATIONS: tuple[Operation, ...] = (
    _operation("GET", "/projects", handlers.list_projects),
    _operation("GET", "/projects/{id}", handlers.get_project),
    _operation("PATCH", "/projects/{id}", handlers.update_project),
    _operation("DELETE", "/projects/{id}", handlers.archive_project),
    _operation("GET", "/projects/{id}/stats", handlers.get_project_stats),
    _operation("GET", "/projects/{id}/tasks", handlers.list_tasks),
    _operation("POST", "/projects/{id}/tasks", handlers.create_task),
    _operation("GET", "/tasks/{id}", handlers.get_task),
    _operation("PATCH", "/tasks/{id}", handlers.update_task),
    _operation("DELETE", "/tasks/{id}", handlers.delete_task),
    _operation("GET", "/leads", handlers.list_leads),
    _operation("POST", "/leads", handlers.create_lead),
    _operation("GET", "/leads/{id}", handlers.get_lead),
    _operation("PATCH", "/leads/{id}", handlers.update_lead),
    _operation("DELETE", "/leads/{id}", handlers.delete_lead),
    _operation("GET", "/projects/{id}/time", handlers.list_time),
    _operation("GET", "/projects/{id}/notes", handlers.list_notes),
    _operation("POST", "/projects/{id}/notes", handlers.create_note),
    _operation("GET", "/team", handlers.list_team),
    _operation("GET", "/holidays", handlers.list_holidays),
)


def find_operation(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation that this method and whole path mean, with the parameters of the path.

    Raises Refusal: 404 for an unknown path, 405 for a known one without that method.
    """
    found = [(operation, match) for operation in OPERATIONS if (match := operation.pattern.fullmatch(path))]
    if not found:
        raise Refusal(404, f"There is no {path}")
    for operation, match in found:
        if operation.method == method:
            return operation, match.groupdict()
    allowed = ", ".join(operation.method for operation, _ in found)
    raise Refusal(405, f"{path} takes {allowed}", headers={"Allow": allowed})
