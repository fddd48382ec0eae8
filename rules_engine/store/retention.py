"""Retention: what is old and finished is forgotten, so that the store stays small.

Never forgotten: runs that are not over and what they stand on (their events, the rules that they are pinned to), the
events that timers hold, what `once_per` has used up, and the revisions of objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, select, text

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.records import RunStatus, TimerKind
from rules_engine.store.transactions import Transactions

AT_ONCE: Final = 500
"""Rows that one transaction forgets: a worker, or the server's time limit, is not kept waiting for more."""

_FINISHED = tuple(
    status.value for status in (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.PLANNED)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was forgotten."""

    runs: int = 0
    events: int = 0
    decisions: int = 0
    rules: int = 0
    """Texts of rules that no run is pinned to any more."""

    def __add__(self, other: Pruned) -> Pruned:
        """Both together."""
        return Pruned(
            runs=self.runs + other.runs,
            events=self.events + other.events,
            decisions=self.decisions + other.decisions,
            rules=self.rules + other.rules,
        )


class Forgets(Transactions):
    """The store's part that forgets."""

    def prune(self, account: str, *, before: datetime, at_once: int = AT_ONCE) -> Pruned:
        """Forget finished runs, and events and decisions without a run, that are older than a moment.

        Piece by piece, each a transaction that leaves the store whole: whatever ends it, the next one goes on.
        """
        moment = str(rows.to_time(before))
        runs = self._piecewise(account, at_once, lambda one: _forget_runs(one, account, moment, at_once))
        events = self._piecewise(account, at_once, lambda one: _forget_events(one, account, moment, at_once))
        with self._writing(account) as connection:
            old = delete(t.decisions).where(t.decisions.c.account == account, t.decisions.c.at < moment)
            decisions = connection.execute(old).rowcount
        with self._writing(account) as connection:
            rules = _forget_rules(connection)
        return Pruned(runs=runs, events=events, decisions=decisions, rules=rules)

    def _piecewise(self, account: str, at_once: int, forget: Callable[[Connection], int]) -> int:
        total = 0
        while True:
            with self._writing(account) as connection:
                gone = forget(connection)
            total += gone
            if gone < at_once:
                return total


def _forget_runs(connection: Connection, account: str, moment: str, at_once: int) -> int:
    # A run may be held or wait for long: what it sent of late is still to be shown.
    busy = exists().where(t.steps.c.run_id == t.runs.c.id, t.steps.c.sent_at >= moment)
    finished = (
        select(t.runs.c.id)
        .where(
            t.runs.c.account == account,
            t.runs.c.created_at < moment,
            t.runs.c.status.in_(_FINISHED),
            ~busy,
        )
        .limit(at_once)
    )
    ids = list(connection.execute(finished).scalars())
    if ids:
        connection.execute(delete(t.steps).where(t.steps.c.run_id.in_(ids)))
        connection.execute(delete(t.runs).where(t.runs.c.id.in_(ids)))
    return len(ids)


def _forget_events(connection: Connection, account: str, moment: str, at_once: int) -> int:
    held = select(t.timers.c.value).where(
        t.timers.c.account == account, t.timers.c.kind == TimerKind.HOLD.value
    )
    of_no_run = (
        select(t.events.c.id)
        .where(
            t.events.c.account == account,
            t.events.c.at < moment,
            ~exists().where(t.runs.c.event_id == t.events.c.id),
            t.events.c.id.not_in(held),
        )
        .limit(at_once)
    )
    ids = list(connection.execute(of_no_run).scalars())
    if ids:
        connection.execute(delete(t.events).where(t.events.c.id.in_(ids)))
    return len(ids)


def _forget_rules(connection: Connection) -> int:
    """The texts of rules that no run of any account is pinned to."""
    if connection.dialect.name == "postgresql":
        # A run that begins meanwhile finds the text that it is pinned to, or brings it along anew.
        connection.execute(text("LOCK TABLE rule_documents IN SHARE ROW EXCLUSIVE MODE"))
    unused = ~exists().where(t.runs.c.rule_digest == t.documents.c.digest)
    statement: Any = delete(t.documents).where(unused)
    return int(connection.execute(statement).rowcount)
