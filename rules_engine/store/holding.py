"""A person's word about what a guard holds: let it through, or let nothing come of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.read_snapshot import IDS_PER_QUERY
from rules_engine.store.records import Presence
from rules_engine.store.transactions import Transactions


class Holding(Transactions):
    """The store's part about holds."""

    def approve_hold(self, hold_id: str) -> bool:
        """Let the held deletions through at the next look; False where there is no such hold."""
        with self._writing() as connection:
            approve = update(t.holds).where(t.holds.c.id == hold_id).values(approved=True)
            return connection.execute(approve).rowcount == 1

    def discard_hold(self, hold_id: str) -> bool:
        """Believe held deletions without a single event of them; False where there is no such hold.

        An object that has come back meanwhile stays.
        """
        with self._writing() as connection:
            found = connection.execute(select(t.holds).where(t.holds.c.id == hold_id)).mappings().all()
            if not found:
                return False
            hold = dict(found[0])
            ids = rows.hold_from(hold).object_ids
            for start in range(0, len(ids), IDS_PER_QUERY):
                connection.execute(_bury(hold, ids[start : start + IDS_PER_QUERY]))
            connection.execute(delete(t.holds).where(t.holds.c.id == hold_id))
        return True


def _bury(hold: rows.Row, ids: Sequence[str]) -> Any:
    """Mark as gone what is still missing; the revision moves on, so that no event identity is ever used twice."""
    objects = t.objects.c
    return (
        update(t.objects)
        .where(
            objects.account == hold["account"],
            objects.resource == hold["resource"],
            objects.object_id.in_(ids),
            objects.presence == Presence.MISSING.value,
        )
        .values(
            presence=Presence.DELETED.value,
            revision=objects.revision + 1,
            missing_looks=0,
            fence=None,
            fence_until=None,
        )
    )
