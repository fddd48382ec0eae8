"""Reading timers and facts: what is to come, and what must be remembered between ticks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.read_snapshot import IDS_PER_QUERY
from rules_engine.store.records import Fact, Timer, TimerKind
from rules_engine.store.transactions import Transactions


class ReadsTimers(Transactions):
    """The store's part about moments to come."""

    def timers(self, account: str) -> list[Timer]:
        """Every timer, spent ones too, in the order in which they are due."""
        query = select(t.timers).where(t.timers.c.account == account).order_by(t.timers.c.due_at)
        return [rows.timer_from(row) for row in self._all(query)]

    def timers_of_objects(self, account: str, resource: str, ids: Iterable[str]) -> list[Timer]:
        """The timers of these objects, spent ones too."""
        wanted = list(ids)
        found: list[Timer] = []
        for start in range(0, len(wanted), IDS_PER_QUERY):
            part = wanted[start : start + IDS_PER_QUERY]
            query = select(t.timers).where(
                t.timers.c.account == account,
                t.timers.c.resource == resource,
                t.timers.c.object_id.in_(part),
            )
            found += [rows.timer_from(row) for row in self._all(query)]
        return found

    def due_timers(self, account: str, now: datetime) -> list[Timer]:
        """The timers that have not fired and whose moment has come, oldest first."""
        query = select(t.timers).where(
            t.timers.c.account == account, ~t.timers.c.spent, t.timers.c.due_at <= rows.to_time(now)
        )
        return [rows.timer_from(row) for row in self._all(query.order_by(t.timers.c.due_at))]

    def next_timer_at(self, account: str, *, looked_at: datetime | None = None) -> datetime | None:
        """When the next timer is due; of those that need a look, only what is due after the last one."""
        armed = (t.timers.c.account == account) & ~t.timers.c.spent
        if looked_at is not None:
            schedule = t.timers.c.kind == TimerKind.SCHEDULE.value
            armed &= schedule | (t.timers.c.due_at > rows.to_time(looked_at))
        return rows.from_time(self._one(select(func.min(t.timers.c.due_at)).where(armed)))

    def facts(self, account: str, kind: str) -> dict[str, Fact]:
        """Everything remembered of that kind, by key."""
        query = select(t.facts).where(t.facts.c.account == account, t.facts.c.kind == kind)
        return {row["key"]: rows.fact_from(row) for row in self._all(query)}

    def fact(self, account: str, kind: str, key: str) -> Fact | None:
        """One thing that is remembered, or None."""
        query = select(t.facts).where(
            t.facts.c.account == account, t.facts.c.kind == kind, t.facts.c.key == key
        )
        found = self._all(query)
        return rows.fact_from(found[0]) if found else None
