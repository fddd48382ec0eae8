"""The snapshot as rules see it: what the store knows, with what this tick has found laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rules_engine.store.records import Presence, StoredObject
from rules_engine.store.store import Store


class Snapshot:
    """The state of one account. It reads the store when it is first asked for something, and keeps it.

    It lives no longer than a tick, so what it keeps can't grow old.
    """

    def __init__(self, store: Store, account: str) -> None:
        self._store = store
        self._account = account
        self._whole: dict[tuple[str, str | None], dict[str, StoredObject]] = {}
        self._laid: dict[str, dict[str, StoredObject]] = {}

    def lay(self, objects: Iterable[StoredObject]) -> None:
        """Lay newer states over what the store has."""
        for stored in objects:
            self._laid.setdefault(stored.resource, {})[stored.object_id] = stored

    def stored(self, resource: str, object_id: str) -> StoredObject | None:
        """One object, whatever its presence."""
        laid = self._laid.get(resource, {}).get(object_id)
        if laid is not None:
            return laid
        for (kind, _), objects in self._whole.items():
            if kind == resource and object_id in objects:
                return objects[object_id]
        return self._store.object(self._account, resource, object_id)

    def get(self, resource: str, object_id: str) -> Mapping[str, Any] | None:
        """One object's data while it is in the world."""
        found = self.stored(resource, object_id)
        return found.data if found is not None and found.presence is not Presence.DELETED else None

    def all(self, resource: str, project_id: str | None = None) -> Sequence[Mapping[str, Any]]:
        """The data of all objects of a resource that are in the world, or of those in one project."""
        return [stored.data for stored in self.all_stored(resource, project_id).values()]

    def all_stored(self, resource: str, project_id: str | None = None) -> dict[str, StoredObject]:
        """All objects of a resource that are in the world, or of those in one project, by id."""
        key = (resource, project_id)
        if key not in self._whole:
            self._whole[key] = self._store.objects_of_feed(self._account, resource, project_id)
        merged = {**self._whole[key], **self._laid.get(resource, {})}
        return {
            object_id: stored
            for object_id, stored in merged.items()
            if stored.presence is not Presence.DELETED
            and (project_id is None or stored.project_id == project_id)
        }

    def by_id(self, resource: str, ids: Iterable[str]) -> dict[str, StoredObject]:
        """The objects with these ids, whatever their presence."""
        laid = self._laid.get(resource, {})
        wanted = list(ids)
        found = self._store.objects_by_id(self._account, resource, [one for one in wanted if one not in laid])
        return found | {one: laid[one] for one in wanted if one in laid}

    def laid(self, resource: str) -> Mapping[str, StoredObject]:
        """The newer states that were laid over what the store has, by id."""
        return self._laid.get(resource, {})

    def member_names(self) -> dict[str, str]:
        """Display names of the team by member id."""
        return {str(data["id"]): str(data["name"]) for data in self.all("member") if data.get("name")}
