"""The store: what the engine remembers. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from rules_engine.errors import StoreError
from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.connect import (
    memory_engine,
    open_engine,
    open_engine_to_look,
    store_file,
    translated_errors,
)
from rules_engine.store.records import (
    Batch,
    Decision,
    Event,
    Fact,
    Feed,
    Hold,
    JsonObject,
    Presence,
    Run,
    RunStatus,
    Spent,
    Step,
    StepStatus,
    StoredObject,
    Timer,
    TimerKind,
)

_IDS_PER_QUERY = 500
_FINISHED = tuple(
    status.value for status in (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.PLANNED)
)


class NotMoved(StoreError):
    """The run does not stand where such a move begins."""

    exit_code = 1
    """The store is fine; what was asked of it was not."""


class Store:
    """One store, which holds any number of accounts."""

    def __init__(self, engine: Engine, *, path: Path | None = None) -> None:
        self._engine = engine
        self._path = path
        self._identity = _identity(path)

    @classmethod
    def open(cls, url: str, *, check_health: bool = True) -> Store:
        """Open or make the store at `sqlite:///FILE` (or `sqlite://`, in memory); raises StoreError.

        `check_health` reads the whole file to find damage: for who writes, not for who only looks.
        """
        return cls(open_engine(url, check_health=check_health), path=store_file(url))

    @classmethod
    def open_to_look(cls, url: str, *, check_health: bool = False) -> Store:
        """Open a store that is there, to read it: nothing can be written to it. Raises StoreError."""
        return cls(open_engine_to_look(url, check_health=check_health), path=store_file(url))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def copy_in_memory(self) -> Store:
        """An independent copy of everything: what is written to it never reaches this store."""
        copy = memory_engine()
        source, target = self._engine.raw_connection(), copy.raw_connection()
        try:
            source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
        finally:
            source.close()
            target.close()
        return Store(copy)

    # -- reading ---------------------------------------------------------------------------------

    def instance(self) -> str:
        """A random text that names this store for ever; the marks of its intents are derived from it."""
        with self._reading() as connection:
            return str(
                connection.execute(select(t.meta.c.value).where(t.meta.c.key == "instance")).scalar_one()
            )

    def budget(self, account: str) -> JsonObject | None:
        """The account's rate budget as it was last saved."""
        with self._reading() as connection:
            query = select(t.budgets.c.state).where(t.budgets.c.account == account)
            return rows.from_json(connection.execute(query).scalar())  # type: ignore[no-any-return]

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
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            part = wanted[start : start + _IDS_PER_QUERY]
            query = _objects(account, resource).where(t.objects.c.object_id.in_(part))
            found.update((row["object_id"], rows.object_from(row)) for row in self._all(query))
        return found

    def objects_of_feed(self, account: str, resource: str, project_id: str | None) -> dict[str, StoredObject]:
        """The feed's objects that are in the world as far as is known (present or missing), by id."""
        query = _objects(account, resource).where(t.objects.c.presence != Presence.DELETED.value)
        if project_id is not None:
            query = query.where(t.objects.c.project_id == project_id)
        return {row["object_id"]: rows.object_from(row) for row in self._all(query)}

    def count_objects(self, account: str) -> dict[str, int]:
        """How many objects of each resource are in the world."""
        query = (
            select(t.objects.c.resource, func.count())
            .where(t.objects.c.account == account, t.objects.c.presence != Presence.DELETED.value)
            .group_by(t.objects.c.resource)
        )
        with self._reading() as connection:
            return {str(row[0]): int(row[1]) for row in connection.execute(query)}

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

    def waiting_for_events(self, account: str) -> set[str]:
        """The ids of the waiting runs that an event may let go on, whenever they are due."""
        query = (
            select(t.steps.c.run_id)
            .join(t.runs, t.runs.c.id == t.steps.c.run_id)
            .where(
                t.runs.c.account == account,
                t.runs.c.status == RunStatus.WAITING.value,
                t.steps.c.status == StepStatus.WAITING.value,
                t.steps.c.action == "wait_for",
            )
        )
        return {str(row["run_id"]) for row in self._all(query)}

    def document(self, digest: str) -> JsonObject | None:
        """The rule that runs are pinned to by this digest."""
        query = select(t.documents.c.document).where(t.documents.c.digest == digest)
        with self._reading() as connection:
            return rows.from_json(connection.execute(query).scalar())  # type: ignore[no-any-return]

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

    def holds(self, account: str) -> list[Hold]:
        """Vanished objects that wait for a person's word."""
        query = select(t.holds).where(t.holds.c.account == account).order_by(t.holds.c.at)
        return [rows.hold_from(row) for row in self._all(query)]

    def timers(self, account: str) -> list[Timer]:
        """Every timer, spent ones too, in the order in which they are due."""
        query = select(t.timers).where(t.timers.c.account == account).order_by(t.timers.c.due_at)
        return [rows.timer_from(row) for row in self._all(query)]

    def timers_of_objects(self, account: str, resource: str, ids: Iterable[str]) -> list[Timer]:
        """The timers of these objects, spent ones too."""
        wanted = list(ids)
        found: list[Timer] = []
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            part = wanted[start : start + _IDS_PER_QUERY]
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
        with self._reading() as connection:
            return rows.from_time(
                connection.execute(select(func.min(t.timers.c.due_at)).where(armed)).scalar()
            )

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

    # -- writing ---------------------------------------------------------------------------------

    def commit(self, account: str, batch: Batch) -> None:
        """Write the whole batch in one transaction, durable when this returns."""
        with self._writing() as connection:
            _upsert(connection, t.feeds, [rows.feed_row(account, feed) for feed in batch.feeds])
            _upsert(connection, t.objects, [rows.object_row(account, stored) for stored in batch.objects])
            _add(connection, t.documents, _document_rows(batch.documents))
            _add(connection, t.events, [rows.event_row(account, event) for event in batch.events])
            _add(connection, t.runs, [rows.run_row(account, run) for run in batch.new_runs])
            for run in batch.runs:
                _move_run(connection, rows.run_row(account, run))
            _upsert(connection, t.steps, [rows.step_row(step) for step in batch.steps])
            _upsert(connection, t.decisions, [rows.decision_row(account, one) for one in batch.decisions])
            _upsert(connection, t.spent, [_spent_row(account, one) for one in batch.spent])
            _upsert(connection, t.holds, [rows.hold_row(account, hold) for hold in batch.holds])
            if batch.lifted_holds:
                connection.execute(delete(t.holds).where(t.holds.c.id.in_(list(batch.lifted_holds))))
            _remove(connection, t.timers, [rows.timer_key(account, one) for one in batch.cancelled_timers])
            _upsert(connection, t.timers, [rows.timer_row(account, one) for one in batch.timers])
            _remove(connection, t.facts, [_fact_key(account, one) for one in batch.forgotten_facts])
            _upsert(connection, t.facts, [rows.fact_row(account, one) for one in batch.facts])
            for resource, project_id in batch.touched:
                _forget_bytes(connection, account, resource, project_id)
            if batch.budget is not None:
                _upsert(connection, t.budgets, [{"account": account, "state": rows.to_json(batch.budget)}])

    def move_run(self, run_id: str, *, to: RunStatus, allowed: Sequence[RunStatus]) -> Run:
        """Give a run another status if it has one of `allowed` now, and clear the way for its steps.

        To `pending`, its refused, failed and parked steps may be tried again. Raises NotMoved with the
        status that the run has.
        """
        with self._writing() as connection:
            changed = connection.execute(
                update(t.runs)
                .where(t.runs.c.id == run_id, t.runs.c.status.in_([status.value for status in allowed]))
                .values(status=to.value, due_at=None, error="")
            ).rowcount
            if changed and to is RunStatus.PENDING:
                _reopen_steps(connection, run_id)
        run = self.run(run_id)
        if run is None:
            raise NotMoved(f"there is no run {run_id}", advice="`rules-engine runs` lists them.")
        if not changed:
            wanted = " or ".join(status.value for status in allowed)
            raise NotMoved(f"run {run_id} is {run.status.value}, not {wanted}")
        return run

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
        with self._writing() as connection:
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

    def approve_hold(self, hold_id: str) -> bool:
        """Let the held deletions through at the next look; False where there is no such hold."""
        with self._writing() as connection:
            approve = update(t.holds).where(t.holds.c.id == hold_id).values(approved=True)
            return connection.execute(approve).rowcount == 1

    # -- helpers ---------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated_errors(self._path), self._engine.connect() as connection:
            yield connection.execution_options(reads_only=True)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._check_in_place()
        with translated_errors(self._path), self._engine.begin() as connection:
            yield connection

    def _check_in_place(self) -> None:
        """Raises StoreError when the file was removed or replaced: what is written to it then is lost at the end."""
        if _identity(self._path) != self._identity:
            raise StoreError(
                f"the store {self._path} was removed or replaced while it was in use, so nothing more is done",
                advice="Put it back, or start again with the store that is there now.",
            )

    def _all(self, query: Any) -> list[Mapping[str, Any]]:
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _identity(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found is not None else None


def _objects(account: str, resource: str) -> Any:
    return select(t.objects).where(t.objects.c.account == account, t.objects.c.resource == resource)


def _upsert(connection: Connection, table: Table, values: list[dict[str, Any]]) -> None:
    if not values:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    replaced = {name: statement.excluded[name] for name in values[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), values)


def _add(connection: Connection, table: Table, values: list[dict[str, Any]]) -> None:
    if values:
        connection.execute(insert(table).on_conflict_do_nothing(), values)


def _remove(connection: Connection, table: Table, keys: list[dict[str, Any]]) -> None:
    for key in keys:
        connection.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))


def _move_run(connection: Connection, row: dict[str, Any]) -> None:
    statement = update(t.runs).where(t.runs.c.id == row["id"], t.runs.c.status != RunStatus.CANCELLED.value)
    connection.execute(statement.values(row))


def _forget_bytes(connection: Connection, account: str, resource: str, project_id: str | None) -> None:
    feed = update(t.feeds).where(
        t.feeds.c.account == account,
        t.feeds.c.resource == resource,
        t.feeds.c.project_id == (project_id or ""),
    )
    connection.execute(feed.values(body_hash=""))


def _reopen_steps(connection: Connection, run_id: str) -> None:
    """A parked step keeps the time at which it was sent, so that its effect is looked for before it is sent again."""
    again = [StepStatus.REJECTED.value, StepStatus.FAILED.value, StepStatus.PARKED.value]
    connection.execute(
        update(t.steps)
        .where(t.steps.c.run_id == run_id, t.steps.c.status.in_(again))
        .values(
            status=StepStatus.NOT_SENT.value,
            sent_at=case((t.steps.c.status == StepStatus.PARKED.value, t.steps.c.sent_at), else_=None),
        )
    )


def _document_rows(documents: Mapping[str, tuple[str, JsonObject]]) -> list[dict[str, Any]]:
    return [
        {"digest": digest, "rule_id": rule_id, "document": rows.to_json(document)}
        for digest, (rule_id, document) in documents.items()
    ]


def _fact_key(account: str, fact: Fact) -> dict[str, Any]:
    return {"account": account, "kind": fact.kind, "key": fact.key}


def _spent_row(account: str, spent: Spent) -> dict[str, Any]:
    return {
        "account": account,
        "rule_id": spent.rule_id,
        "kind": spent.kind,
        "key": spent.key,
        "at": rows.to_time(spent.at),
        "run_id": spent.run_id,
    }
