"""Reading the snapshot: feeds, objects, what waits for a person's word, and what the store knows of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.records import Feed, Hold, JsonObject, Presence, StoredObject
from rules_engine.store.transactions import Transactions

IDS_PER_QUERY = 500


class ReadsSnapshot(Transactions):
    """The store's part about the last known state of the world."""

    def instance(self) -> str:
        """A random text that names this store for ever; the marks of its intents are derived from it."""
        return str(self._one(select(t.meta.c.value).where(t.meta.c.key == "instance")))

    def meta(self, key: str) -> str | None:
        """A word about the store itself, such as `restored_at`; None where there is none."""
        return self._one(select(t.meta.c.value).where(t.meta.c.key == key))  # type: ignore[no-any-return]

    def budget(self, account: str) -> JsonObject | None:
        """The account's rate budget as it was last saved."""
        query = select(t.budgets.c.state).where(t.budgets.c.account == account)
        return rows.from_json(self._one(query))  # type: ignore[no-any-return]

    def learnt(self, account: str) -> JsonObject | None:
        """What the planner has learnt of the account's feeds; None before it has learnt anything."""
        return rows.from_json(self.meta(f"learnt/{account}"))  # type: ignore[no-any-return]

    def feeds(self, account: str) -> dict[str, Feed]:
        """Every feed that was ever read or tried, by its key."""
        found = self._all(select(t.feeds).where(t.feeds.c.account == account))
        return {feed.key: feed for feed in map(rows.feed_from, found)}

    def object(self, account: str, resource: str, object_id: str) -> StoredObject | None:
        """One object, whatever its presence."""
        return self.objects_by_id(account, resource, [object_id]).get(object_id)

    def objects_by_id(self, account: str, resource: str, ids: Iterable[str]) -> dict[str, StoredObject]:
        """The objects with these ids, whatever their presence."""
        wanted = list(ids)
        found: dict[str, StoredObject] = {}
        for start in range(0, len(wanted), IDS_PER_QUERY):
            part = wanted[start : start + IDS_PER_QUERY]
            query = _objects(account, resource).where(t.objects.c.object_id.in_(part))
            found.update((row["object_id"], rows.object_from(row)) for row in self._all(query))
        return found

    def objects_of_feed(self, account: str, resource: str, project_id: str | None) -> dict[str, StoredObject]:
        """The feed's objects that are in the world as far as is known (present or missing), by id."""
        query = _objects(account, resource).where(t.objects.c.presence != Presence.DELETED.value)
        if project_id is not None:
            query = query.where(t.objects.c.project_id == project_id)
        return {row["object_id"]: rows.object_from(row) for row in self._all(query)}

    def item_hashes(self, account: str, resource: str, project_id: str | None) -> dict[str, bytes | None]:
        """By id, the feed's objects that are in the world, each with its `item_hash`."""
        query = select(t.objects.c.object_id, t.objects.c.item_hash).where(
            t.objects.c.account == account,
            t.objects.c.resource == resource,
            t.objects.c.presence != Presence.DELETED.value,
        )
        if project_id is not None:
            query = query.where(t.objects.c.project_id == project_id)
        return self._read(lambda connection: {row[0]: row[1] for row in connection.execute(query)})

    def count_objects(self, account: str) -> dict[str, int]:
        """How many objects of each resource are in the world."""
        query = (
            select(t.objects.c.resource, func.count().label("count"))
            .where(t.objects.c.account == account, t.objects.c.presence != Presence.DELETED.value)
            .group_by(t.objects.c.resource)
        )
        return {row["resource"]: row["count"] for row in self._all(query)}

    def holds(self, account: str) -> list[Hold]:
        """Vanished objects that wait for a person's word."""
        query = select(t.holds).where(t.holds.c.account == account).order_by(t.holds.c.at)
        return [rows.hold_from(row) for row in self._all(query)]


def _objects(account: str, resource: str) -> Any:
    return select(t.objects).where(t.objects.c.account == account, t.objects.c.resource == resource)
