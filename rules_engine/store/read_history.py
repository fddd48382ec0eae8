"""Reading what happened: events, runs with their steps and rules, and why rules refused."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.records import Decision, Event, JsonObject, Run, RunStatus, Spent, Step, StepStatus
from rules_engine.store.transactions import Transactions


class ReadsHistory(Transactions):
    """The store's part about the past."""

    def event(self, event_id: str) -> Event | None:
        """One event by its id."""
        found = self._all(select(t.events).where(t.events.c.id == event_id))
        return rows.event_from(found[0]) if found else None

    def events(self, account: str, *, after: int = 0, limit: int | None = None) -> list[tuple[int, Event]]:
        """Events with their sequence numbers, oldest first; `limit` keeps the newest ones."""
        query = select(t.events).where(t.events.c.account == account, t.events.c.seq > after)
        query = query.order_by(t.events.c.seq.desc())
        if limit is not None:
            query = query.limit(limit)
        return [(row["seq"], rows.event_from(row)) for row in reversed(self._all(query))]

    def events_of(
        self, account: str, resource: str, object_id: str, *, after: int = 0
    ) -> list[tuple[int, Event]]:
        """One object's events with their sequence numbers, oldest first."""
        query = select(t.events).where(
            t.events.c.account == account,
            t.events.c.resource == resource,
            t.events.c.object_id == object_id,
            t.events.c.seq > after,
        )
        return [(row["seq"], rows.event_from(row)) for row in self._all(query.order_by(t.events.c.seq))]

    def run(self, run_id: str) -> Run | None:
        """One run by its id."""
        found = self._all(select(t.runs).where(t.runs.c.id == run_id))
        return rows.run_from(found[0]) if found else None

    def runs(
        self, account: str, *, statuses: Sequence[RunStatus] = (), limit: int | None = None, prefix: str = ""
    ) -> list[Run]:
        """Runs in the order in which they began; `limit` keeps the newest ones."""
        query = select(t.runs).where(t.runs.c.account == account).order_by(t.runs.c.seq.desc())
        if statuses:
            query = query.where(t.runs.c.status.in_([status.value for status in statuses]))
        if prefix:
            query = query.where(t.runs.c.id.startswith(prefix, autoescape=True))
        if limit is not None:
            query = query.limit(limit)
        return [rows.run_from(row) for row in reversed(self._all(query))]

    def steps(self, run_id: str) -> list[Step]:
        """The run's steps in order."""
        query = select(t.steps).where(t.steps.c.run_id == run_id).order_by(t.steps.c.n)
        return [rows.step_from(row) for row in self._all(query)]

    def open_steps(self, account: str, *, parked: bool = False) -> list[Step]:
        """Steps whose request may have been sent and whose outcome is not known; with `parked` those given up too."""
        open_states = [StepStatus.SENT.value, StepStatus.UNKNOWN.value]
        if parked:
            open_states.append(StepStatus.PARKED.value)
        query = (
            select(t.steps)
            .join(t.runs, t.runs.c.id == t.steps.c.run_id)
            .where(t.runs.c.account == account, t.steps.c.status.in_(open_states))
            .order_by(t.runs.c.seq, t.steps.c.n)
        )
        return [rows.step_from(row) for row in self._all(query)]

    def knows_mark(self, account: str, mark: str) -> bool:
        """Whether a step bears the mark, or an object of the account that the snapshot has, be it gone by now."""
        of_step = select(t.steps.c.run_id).where(t.steps.c.mark == mark).limit(1)
        if self._one(of_step) is not None:
            return True
        in_text = t.objects.c.data.contains(mark, autoescape=True)
        of_object = select(t.objects.c.object_id).where(t.objects.c.account == account, in_text).limit(1)
        return self._one(of_object) is not None

    def results_of(self, account: str, path: str) -> frozenset[str]:
        """The ids of what steps with this path have brought about."""
        query = (
            select(t.steps.c.result_id)
            .join(t.runs, t.runs.c.id == t.steps.c.run_id)
            .where(
                t.runs.c.account == account,
                t.steps.c.path == path,
                t.steps.c.status == StepStatus.DONE.value,
                t.steps.c.result_id.is_not(None),
            )
        )
        return frozenset(str(row["result_id"]) for row in self._all(query))

    def document(self, digest: str) -> JsonObject | None:
        """The rule that runs are pinned to by this digest."""
        query = select(t.documents.c.document).where(t.documents.c.digest == digest)
        return rows.from_json(self._one(query))  # type: ignore[no-any-return]

    def spent(self, account: str, rule_id: str, kind: str, key: str) -> Spent | None:
        """When and by which run the rule used up this key; None while it has not."""
        query = select(t.spent).where(
            t.spent.c.account == account,
            t.spent.c.rule_id == rule_id,
            t.spent.c.kind == kind,
            t.spent.c.key == key,
        )
        found = self._all(query)
        if not found:
            return None
        row = found[0]
        at = rows.from_time(row["at"])
        assert at is not None
        return Spent(rule_id=rule_id, kind=kind, key=key, at=at, run_id=row["run_id"])

    def decisions(self, account: str, rule_id: str) -> list[Decision]:
        """Why the rule refused the events that its triggers name, oldest first."""
        query = select(t.decisions).where(t.decisions.c.account == account, t.decisions.c.rule_id == rule_id)
        return [rows.decision_from(row) for row in self._all(query.order_by(t.decisions.c.at))]
