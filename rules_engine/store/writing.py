"""Writing: the one commit of a tick, and what a person changes by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, select, update

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.errors import NotMoved
from rules_engine.store.read_history import ReadsHistory
from rules_engine.store.records import Batch, Run, RunStatus, StepStatus
from rules_engine.store.statements import add, remove, upsert


class Writes(ReadsHistory):
    """The store's part that changes it."""

    def commit(self, account: str, batch: Batch) -> None:
        """Write the whole batch in one transaction, durable when this returns."""
        with self._writing(account) as connection:
            _write_look(connection, account, batch)
            _write_runs(connection, account, batch)
            remove(connection, t.timers, [rows.timer_key(account, one) for one in batch.cancelled_timers])
            upsert(connection, t.timers, [rows.timer_row(account, one) for one in batch.timers])
            remove(connection, t.facts, [rows.fact_key(account, one) for one in batch.forgotten_facts])
            upsert(connection, t.facts, [rows.fact_row(account, one) for one in batch.facts])
            for resource, project_id in batch.touched:
                _forget_bytes(connection, account, resource, project_id)
            if batch.learnt is not None:
                upsert(
                    connection, t.meta, [{"key": f"learnt/{account}", "value": rows.to_json(batch.learnt)}]
                )
            if batch.budget is not None:
                upsert(connection, t.budgets, [{"account": account, "state": rows.to_json(batch.budget)}])

    def move_run(self, run_id: str, *, to: RunStatus, allowed: Sequence[RunStatus]) -> Run:
        """Give a run another status if it has one of `allowed` now, and clear the way for its steps.

        To `pending`, its refused, failed and parked steps may be tried again. Raises NotMoved with the
        status that the run has.
        """
        account = self._one(select(t.runs.c.account).where(t.runs.c.id == run_id))
        with self._writing(account) as connection:
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

    def put_meta(self, words: Mapping[str, str | None]) -> None:
        """Remember words about the store itself, in one transaction; None forgets one."""
        with self._writing() as connection:
            upsert(
                connection,
                t.meta,
                [{"key": key, "value": word} for key, word in words.items() if word is not None],
            )
            remove(connection, t.meta, [{"key": key} for key, word in words.items() if word is None])


def _write_look(connection: Connection, account: str, batch: Batch) -> None:
    """What a look found: the snapshot, its events, what was decided about them."""
    upsert(connection, t.feeds, [rows.feed_row(account, feed) for feed in batch.feeds])
    _write_objects(connection, account, batch)
    add(connection, t.events, [rows.event_row(account, event) for event in batch.events])
    upsert(connection, t.decisions, [rows.decision_row(account, one) for one in batch.decisions])
    upsert(connection, t.holds, [rows.hold_row(account, hold) for hold in batch.holds])
    if batch.lifted_holds:
        connection.execute(delete(t.holds).where(t.holds.c.id.in_(list(batch.lifted_holds))))


_KNOW_AGAIN = (
    update(t.objects)
    .where(
        t.objects.c.account == bindparam("of_account"),
        t.objects.c.resource == bindparam("of_resource"),
        t.objects.c.object_id == bindparam("of_object"),
    )
    .values(item_hash=bindparam("hash"))
)


def _write_objects(connection: Connection, account: str, batch: Batch) -> None:
    """The objects that changed, and for each one that a list shows in other bytes than before, these."""
    hashes = dict(batch.item_hashes)
    values = [
        rows.object_row(account, stored, hashes.pop((stored.resource, stored.object_id), None))
        for stored in {(one.resource, one.object_id): one for one in batch.objects}.values()
    ]
    upsert(connection, t.objects, values)
    if hashes:
        connection.execute(
            _KNOW_AGAIN,
            [
                {"of_account": account, "of_resource": resource, "of_object": object_id, "hash": item_hash}
                for (resource, object_id), item_hash in hashes.items()
            ],
        )


def _write_runs(connection: Connection, account: str, batch: Batch) -> None:
    """Runs, the rules that they are pinned to, their steps, and what they used up."""
    add(connection, t.documents, _document_rows(batch.documents))
    add(connection, t.runs, [rows.run_row(account, run) for run in batch.new_runs])
    for run in batch.runs:
        _move_run(connection, rows.run_row(account, run))
    upsert(connection, t.steps, [rows.step_row(step) for step in batch.steps])
    upsert(connection, t.spent, [rows.spent_row(account, one) for one in batch.spent])


_MOVE_RUN = update(t.runs).where(
    t.runs.c.id == bindparam("of_run"), t.runs.c.status != RunStatus.CANCELLED.value
)
_FORGET_BYTES = (
    update(t.feeds)
    .where(
        t.feeds.c.account == bindparam("of_account"),
        t.feeds.c.resource == bindparam("of_resource"),
        t.feeds.c.project_id == bindparam("of_project"),
    )
    .values(body_hash="")
)
"""Built once: they are carried out for every step, and building one takes longer than that."""


def _move_run(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(_MOVE_RUN, {**row, "of_run": row["id"]})


def _forget_bytes(connection: Connection, account: str, resource: str, project_id: str | None) -> None:
    feed = {"of_account": account, "of_resource": resource, "of_project": project_id or ""}
    connection.execute(_FORGET_BYTES, feed)


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


def _document_rows(documents: Mapping[str, tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"digest": digest, "rule_id": rule_id, "document": rows.to_json(document)}
        for digest, (rule_id, document) in documents.items()
    ]
