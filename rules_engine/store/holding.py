"""A person's word about what a guard holds: let it through, or let nothing come of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.errors import NotMoved
from rules_engine.store.read_snapshot import IDS_PER_QUERY
from rules_engine.store.records import KEY, STORE, WORKSPACE, Presence, RunStatus, TimerKind
from rules_engine.store.transactions import Transactions


class Holding(Transactions):
    """The store's part about holds."""

    def approve_hold(self, hold_id: str) -> bool:
        """Let what is held go on at the next look; False where there is no such hold.

        Of another workspace: its account begins anew, with a baseline, and what was under way is cancelled.
        """
        with self._writing() as connection:
            hold = _hold(connection, hold_id)
            if hold is None:
                return False
            if hold["resource"] == WORKSPACE:
                _forget_world(connection, hold["account"])
                _cancel_runs(connection, hold["account"], "the account is another workspace now")
                connection.execute(delete(t.holds).where(t.holds.c.account == hold["account"]))
            else:
                connection.execute(update(t.holds).where(t.holds.c.id == hold_id).values(approved=True))
        return True

    def discard_hold(self, hold_id: str) -> bool:
        """Let nothing come of what is held; False where there is no such hold.

        Held deletions are believed without a single event of them; an object that has come back meanwhile stays. After
        an old store was put back, what has changed since is no event: the account begins with a baseline. Raises NotMoved
        for another workspace.
        """
        with self._writing() as connection:
            hold = _hold(connection, hold_id)
            if hold is None:
                return False
            if hold["resource"] == WORKSPACE:
                raise NotMoved(
                    f"{hold_id} can't be discarded: the key leads to another workspace",
                    advice=f"Mend the key or the address and start again, or `rules-engine runs approve {hold_id}`.",
                )
            if hold["resource"] == STORE:
                _forget_world(connection, hold["account"])
                connection.execute(update(t.holds).where(t.holds.c.id == hold_id).values(approved=True))
            else:
                _bury_vanished(connection, hold)
                connection.execute(delete(t.holds).where(t.holds.c.id == hold_id))
        return True


def _hold(connection: Connection, hold_id: str) -> dict[str, Any] | None:
    found = connection.execute(select(t.holds).where(t.holds.c.id == hold_id)).mappings().first()
    return None if found is None else dict(found)


def _forget_world(connection: Connection, account: str) -> None:
    """Let the next look at every feed be a baseline. Revisions move on, so that no event identity is ever used twice."""
    there = (t.objects.c.account == account) & (t.objects.c.presence != Presence.DELETED.value)
    connection.execute(update(t.objects).where(there).values(_gone()))
    connection.execute(delete(t.feeds).where(t.feeds.c.account == account))
    of_objects = t.timers.c.kind != TimerKind.SCHEDULE.value
    connection.execute(delete(t.timers).where(t.timers.c.account == account, of_objects))
    connection.execute(delete(t.facts).where(t.facts.c.account == account, t.facts.c.kind == KEY))


def _cancel_runs(connection: Connection, account: str, why: str) -> None:
    under_way = [
        status.value for status in (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING, RunStatus.HELD)
    ]
    runs = update(t.runs).where(t.runs.c.account == account, t.runs.c.status.in_(under_way))
    connection.execute(runs.values(status=RunStatus.CANCELLED.value, due_at=None, error=why))


def _bury_vanished(connection: Connection, hold: Mapping[str, Any]) -> None:
    """Mark as gone what is still missing."""
    ids = rows.hold_from(hold).object_ids
    for start in range(0, len(ids), IDS_PER_QUERY):
        connection.execute(
            update(t.objects)
            .where(
                t.objects.c.account == hold["account"],
                t.objects.c.resource == hold["resource"],
                t.objects.c.object_id.in_(ids[start : start + IDS_PER_QUERY]),
                t.objects.c.presence == Presence.MISSING.value,
            )
            .values(_gone())
        )


def _gone() -> dict[str, Any]:
    return {
        "presence": Presence.DELETED.value,
        "revision": t.objects.c.revision + 1,
        "missing_looks": 0,
        "fence": None,
        "fence_until": None,
    }
