"""Retention: what is old and finished is forgotten, so that the store stays small."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.records import RunStatus, TimerKind
from rules_engine.store.transactions import Transactions

_FINISHED = tuple(
    status.value for status in (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.PLANNED)
)


class Forgets(Transactions):
    """The store's part that forgets."""

    def prune(self, account: str, *, before: datetime) -> None:
        """Forget finished runs, and events and decisions without a run, that are older than a moment.

        What rules have used up (`once_per` is for ever) and the revisions of objects stay.
        """
        moment = rows.to_time(before)
        # A run may be held or wait for long: what it sent of late is still to be shown.
        busy = select(t.steps.c.run_id).where(t.steps.c.sent_at >= moment)
        finished = select(t.runs.c.id).where(
            t.runs.c.account == account,
            t.runs.c.created_at < moment,
            t.runs.c.status.in_(_FINISHED),
            t.runs.c.id.not_in(busy),
        )
        in_use = select(t.runs.c.event_id).where(t.runs.c.account == account)
        held = select(t.timers.c.value).where(
            t.timers.c.account == account, t.timers.c.kind == TimerKind.HOLD.value
        )
        with self._writing(account) as connection:
            connection.execute(delete(t.steps).where(t.steps.c.run_id.in_(finished)))
            connection.execute(delete(t.runs).where(t.runs.c.id.in_(finished)))
            connection.execute(
                delete(t.events).where(
                    t.events.c.account == account,
                    t.events.c.at < moment,
                    t.events.c.id.not_in(in_use.union(held)),
                )
            )
            connection.execute(
                delete(t.decisions).where(t.decisions.c.account == account, t.decisions.c.at < moment)
            )
