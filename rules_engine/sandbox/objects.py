"""The objects of the workspace: making, changing and removing them, each time with an effect in the log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from rules_engine.sandbox.clock import Clock, stamp
from rules_engine.sandbox.database import LATEST, Database
from rules_engine.sandbox.errors import SandboxError
from rules_engine.sandbox.shapes import Shape, completed

_BEFORE_EVERYTHING = 0
_SATURDAY = 5
_MOVING_OTHERS = frozenset({"user_id", "start_date", "end_date"})
"""Fields from which others are worked out."""
_STAMPS = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who brings an effect about."""

    by: Literal["api", "somebody", "seed"]
    request: int | None = None
    """The log's number of the request."""


SOMEBODY = Origin(by="somebody")
"""Someone else who uses the workspace: a person in the app, a test, the demo."""

SEED = Origin(by="seed")
"""The beginning of the world: objects are stored, but the log has no effect of it."""


class Objects:
    """All objects of the workspace. The fields it takes are in stored form already (see `shapes`)."""

    def __init__(self, database: Database, clock: Clock, random: Random) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._names: dict[str, str] | None = None

    def get(self, resource: str, object_id: str, at_n: int = LATEST) -> dict[str, Any] | None:
        """One object, as it is or as it was at that place in the log."""
        return self._database.read(resource, object_id, at_n)

    def texts(self, resource: str, project_id: str | None = None, at_n: int = LATEST) -> list[str]:
        """The JSON texts of all objects, or of those in that project, oldest first."""
        return self._database.texts(resource, project_id, at_n)

    def all(self, resource: str, project_id: str | None = None, at_n: int = LATEST) -> list[dict[str, Any]]:
        """The same, as data."""
        return [json.loads(text) for text in self.texts(resource, project_id, at_n)]

    def names(self) -> Mapping[str, str]:
        """The display name of each member by UUID (in lower case)."""
        if self._names is None:
            self._names = {member["id"].lower(): member["name"] for member in self.all("member")}
        return self._names

    def create(self, shape: Shape, fields: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
        """Store a new object; an `id` or timestamps that are given are kept."""
        now = self._clock.now()
        made: dict[str, Any] = {name: stamp(now) for name in _STAMPS if shape.field(name)}
        made["id"] = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        if shape.field("date"):
            made["date"] = now.date().isoformat()
        data = completed(shape, {**made, **self._derived(shape, fields), **fields})
        if self.get(shape.name, data["id"]) is not None:
            raise SandboxError(f"there is a {shape.name} {data['id']} already")
        self._store("created", shape, data, origin)
        return self._stored(shape, data["id"])

    def update(
        self, shape: Shape, object_id: str, changes: Mapping[str, Any], origin: Origin
    ) -> dict[str, Any]:
        """Change some fields. Nothing to change is no effect; the same values again are one, as in a real backend."""
        before = self._stored(shape, object_id)
        if not changes:
            return before
        touched = {"updated_at": stamp(self._clock.now())} if shape.field("updated_at") else {}
        derived = self._derived(shape, {**before, **changes}) if _MOVING_OTHERS & changes.keys() else {}
        data = {**before, **derived, **touched, **changes, "id": object_id}
        self._store("updated", shape, data, origin)
        return self._stored(shape, object_id)

    def delete(self, shape: Shape, object_id: str, origin: Origin) -> dict[str, Any]:
        """Remove an object for ever; gives what it was."""
        before = self._stored(shape, object_id)
        with self._database.transaction():
            n = self._log("deleted", shape, object_id, origin)
            self._database.end_version(shape.name, object_id, n)
        self._forget_names(shape)
        return before

    def _stored(self, shape: Shape, object_id: str) -> dict[str, Any]:
        data = self.get(shape.name, object_id)
        if data is None:
            raise SandboxError(f"there is no {shape.name} {object_id}")
        return data

    def _store(self, action: str, shape: Shape, data: Mapping[str, Any], origin: Origin) -> None:
        with self._database.transaction():
            n = self._log(action, shape, data["id"], origin)
            self._database.begin_version(shape.name, data, n)
        self._forget_names(shape)

    def _log(self, action: str, shape: Shape, object_id: str, origin: Origin) -> int:
        if origin.by == "seed":
            return _BEFORE_EVERYTHING
        now = self._clock.now()
        effect: dict[str, Any] = {
            "at": now.isoformat(),
            "action": action,
            "resource": shape.name,
            "id": object_id,
        }
        effect |= {"by": origin.by, "request": origin.request}
        return self._database.log("effect", now.timestamp(), effect)

    def _forget_names(self, shape: Shape) -> None:
        if shape.name == "member":
            self._names = None

    def _derived(self, shape: Shape, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the app works out by itself: the name of a user, the length of a leave."""
        derived: dict[str, Any] = {}
        if shape.field("user_name") and fields.get("user_id"):
            derived["user_name"] = self.names().get(str(fields["user_id"]).lower())
        if shape.name == "holiday":
            derived["days"] = _weekdays(fields["start_date"], fields["end_date"])
        return derived


def _weekdays(first: str, last: str) -> int | None:
    """How many days from Monday to Friday lie between two days, both counted; None if one of them is no day."""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except (ValueError, TypeError):
        return None
    length = (end - start).days + 1
    return sum((start + timedelta(days=offset)).weekday() < _SATURDAY for offset in range(length))
