"""A Dashtrack in memory, for rule tests and whatever else asks "what would happen": no network, no server, no file.

It stands where httpx's transport does, so the engine's own client speaks to it: the same paths, the same bytes, the
same judging of answers. It shows the habits of the real one that rules can notice: priorities come back in title case,
ids of people come back as names, projects are archived and not removed, words that no vocabulary has are refused.
Ids are counted (`task-1`), so that the same test always sees the same world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import msgspec

from rules_engine.clock import Clock
from rules_engine.dashtrack.operations import Gives, Operation, find_operation, ids_in
from rules_engine.dashtrack.resources import (
    HOLIDAY,
    LEAD,
    MEMBER,
    PROJECT,
    RESOURCES,
    TASK,
    Field,
    Kind,
    Resource,
)

Json = dict[str, Any]

BASE_URL = "https://dashtrack.invalid/api/v1"
"""An address that leads nowhere (RFC 2606), should a request ever get past the transport."""
_PATH = "/api/v1"
_LISTS = frozenset({Kind.PEOPLE, Kind.WORDS, Kind.LIST})
_SATURDAY = 5
_FIRST_VALUES: Mapping[tuple[str, str], Any] = {
    (TASK.name, "status"): "todo",
    (LEAD.name, "status"): "First Contact Made",
    (HOLIDAY.name, "status"): "pending",
    (PROJECT.name, "archived"): False,
}


class _Refused(Exception):
    """The API would refuse the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class FakeDashtrack(httpx.BaseTransport):
    """One workspace. Its objects are plain JSON data in the form in which the API answers them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._objects: dict[str, dict[str, Json]] = {name: {} for name in RESOURCES}
        self._gone: dict[str, dict[str, Json]] = {name: {} for name in RESOURCES}
        self._edits = 0

    # -- what people do in the app -------------------------------------------------------------------

    def add(self, resource: str, fields: Mapping[str, Any]) -> Json:
        """Somebody makes an object; an id that is given is kept. Fields that are left out have their usual values."""
        row = RESOURCES[resource]
        made = self._blank(row)
        made.update(self._as_shown(row, fields, strict=False))
        self._fill_in(row, made)
        self._objects[resource][made["id"]] = made
        return made

    def edit(self, resource: str, object_id: str, fields: Mapping[str, Any]) -> Json:
        """Somebody changes fields of an object that exists."""
        row = RESOURCES[resource]
        found = self._objects[resource][object_id]
        shown = self._as_shown(row, fields, strict=False)
        if "user_name" in shown and "user_id" not in shown:
            found["user_id"] = None
        if row is HOLIDAY:
            found["days"] = None
        found.update(shown, updated_at=self._stamp())
        self._fill_in(row, found)
        return found

    def remove(self, resource: str, object_id: str) -> None:
        """Somebody deletes an object for ever."""
        self._gone[resource][object_id] = self._objects[resource].pop(object_id)

    def all(self, resource: str) -> list[Json]:
        """The objects that exist, in the order in which they were made."""
        return list(self._objects[resource].values())

    def ever(self, resource: str, object_id: str) -> Json | None:
        """An object that exists or once did."""
        return self._objects[resource].get(object_id) or self._gone[resource].get(object_id)

    # -- the API -------------------------------------------------------------------------------------

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.raw_path.decode().partition("?")[0].removeprefix(_PATH)
        try:
            operation = _operation(request.method, path)
            ids = ids_in(operation, path)
            body = msgspec.json.decode(request.content) if request.content else {}
            status, answer = _HANDLERS[request.method](self, operation, ids, body)
        except _Refused as refusal:
            status, answer = refusal.status, {"error": str(refusal)}
        return httpx.Response(status, content=msgspec.json.encode(answer))

    def _read(self, operation: Operation, ids: Mapping[str, str], _body: Json) -> tuple[int, Json]:
        row = operation.resource
        if operation.gives is Gives.OBJECT:
            return 200, {row.item_keys[0]: self._existing(row, ids["id"])}
        if operation.gives is not Gives.LIST:
            raise _Refused(404, "a workspace in memory has no statistics")
        items = self.all(row.name)
        if "project_id" in ids:
            self._existing(PROJECT, ids["project_id"])
            items = [item for item in items if item.get("project_id") == ids["project_id"]]
        if row is PROJECT:
            items = [item for item in items if not item["archived"]]
        return 200, {row.list_keys[0]: items}

    def _create(self, operation: Operation, ids: Mapping[str, str], body: Json) -> tuple[int, Json]:
        row = operation.resource
        fields = self._as_shown(row, body, strict=True)
        missing = [field.name for field in row.fields if field.required and not fields.get(field.name)]
        if missing:
            raise _Refused(400, f"{', '.join(missing)} is required")
        if "project_id" in ids:
            fields["project_id"] = self._existing(PROJECT, ids["project_id"])["id"]
        return 201, {row.item_keys[0]: self.add(row.name, fields)}

    def _update(self, operation: Operation, ids: Mapping[str, str], body: Json) -> tuple[int, Json]:
        row = operation.resource
        self._existing(row, ids["id"])
        return 200, {row.item_keys[0]: self.edit(row.name, ids["id"], self._as_shown(row, body, strict=True))}

    def _delete(self, operation: Operation, ids: Mapping[str, str], _body: Json) -> tuple[int, Json]:
        row = operation.resource
        self._existing(row, ids["id"])
        if row.archivable:
            self.edit(row.name, ids["id"], {"archived": True})
        else:
            self.remove(row.name, ids["id"])
        return 200, {"success": True}

    def _existing(self, row: Resource, object_id: str) -> Json:
        found = self._objects[row.name].get(object_id)
        if found is None:
            raise _Refused(404, f"there is no {row.name} {object_id}")
        return found

    # -- forms ---------------------------------------------------------------------------------------

    def _blank(self, row: Resource) -> Json:
        """A new object with an id that is free and every field that the table knows."""
        made: Json = {field.name: [] if field.kind in _LISTS else None for field in row.fields}
        made.update(
            {name: value for (resource, name), value in _FIRST_VALUES.items() if resource == row.name}
        )
        taken = self._objects[row.name].keys() | self._gone[row.name].keys()
        number = len(taken) + 1
        while f"{row.name}-{number}" in taken:
            number += 1
        made["id"] = f"{row.name}-{number}"
        if row.field("date") is not None:
            made["date"] = self._clock.now().date().isoformat()
        if row.field("created_at") is not None:
            made["created_at"] = self._clock.now().isoformat().replace("+00:00", "Z")
            made["updated_at"] = self._stamp()
        return made

    def _stamp(self) -> str:
        """When an edit was made; no two at the same moment, so that the later one is known as such."""
        self._edits += 1
        return (self._clock.now() + timedelta(microseconds=self._edits)).astimezone(UTC).isoformat()

    def _as_shown(self, row: Resource, fields: Mapping[str, Any], *, strict: bool) -> Json:
        """Fields as the API would show them; with `strict` it raises _Refused for what it would refuse."""
        shown: Json = {}
        for name, value in fields.items():
            field = row.field(name)
            if strict and (field is None or not field.writable):
                raise _Refused(400, f"{name} can't be written")
            shown[name] = (
                value if field is None or value is None else self._value(field, value, strict=strict)
            )
        return shown

    def _value(self, field: Field, value: Any, *, strict: bool) -> Any:
        if field.kind in _LISTS:
            items = value if isinstance(value, list) else [value]
            return [self._item(field, item, strict=strict) for item in items]
        return self._item(field, value, strict=strict)

    def _item(self, field: Field, value: Any, *, strict: bool) -> Any:
        if field.kind is Kind.PEOPLE:
            known = self._objects[MEMBER.name].get(str(value))
            return known["name"] if known is not None else value
        if not field.vocabulary:
            return value
        by_fold = {word.casefold(): word for word in field.vocabulary}
        word = by_fold.get(str(value).casefold())
        if word is None and strict:
            raise _Refused(
                400, f"{field.name} can't be {value!r}; it is one of {', '.join(field.vocabulary)}"
            )
        word = word or str(value)
        return word.title() if field.name == "priority" else word

    def _fill_in(self, row: Resource, made: Json) -> None:
        """What the app works out by itself: who a user is, the length of a leave."""
        if row.field("user_name") is not None:
            self._fill_in_user(made)
        if row is HOLIDAY and made.get("days") is None:
            made["days"] = _weekdays(made.get("start_date"), made.get("end_date"))

    def _fill_in_user(self, made: Json) -> None:
        for member in self.all(MEMBER.name):
            if made["user_id"] is None and member["name"] == made["user_name"]:
                made["user_id"] = member["id"]
            elif made["user_name"] is None and member["id"] == made["user_id"]:
                made["user_name"] = member["name"]


_HANDLERS: Mapping[str, Callable[..., tuple[int, Json]]] = {
    "GET": FakeDashtrack._read,  # noqa: SLF001 - the table of this very class's handlers
    "POST": FakeDashtrack._create,  # noqa: SLF001 - as above
    "PATCH": FakeDashtrack._update,  # noqa: SLF001 - as above
    "DELETE": FakeDashtrack._delete,  # noqa: SLF001 - as above
}


def _operation(method: str, path: str) -> Operation:
    operation = find_operation(method, path)
    if operation is None:
        raise _Refused(404, f"there is no {method} {path}")
    return operation


def _weekdays(first: object, last: object) -> int | None:
    """How many days from Monday to Friday lie between two days, both counted; None where one of them is no day."""
    try:
        start, end = (datetime.fromisoformat(str(day)).date() for day in (first, last))
    except ValueError:
        return None
    days: list[date] = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    return sum(day.weekday() < _SATURDAY for day in days)
