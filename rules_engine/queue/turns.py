"""The queue of turns, on procrastinate: a job is a turn, its lock is the account.

procrastinate sees to it that a job goes to one worker, that of one lock one job runs at a time and one waits, and it
notices workers whose heartbeats stop. This is where asyncio lives: everything that it calls is synchronous.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from psycopg.errors import RaiseException

from rules_engine.queue.turn import Turn

QUEUE: Final = "accounts"
TASK: Final = "tick"
_URGENT: Final = 1
"""The priority of a turn that goes before the others, so that a backlog makes no gap longer."""


class Turns:
    """The queue's jobs."""

    def __init__(self, app: procrastinate.App) -> None:
        self._jobs = app.job_manager
        self._unknown: frozenset[int] = frozenset()
        """Jobs that were ours and not under way at the last sweep."""

    async def put(self, turn: Turn, at: datetime | None = None, *, urgent: bool = False) -> None:
        """Queue an account's next turn (`at` None: at once), unless one is queued already."""
        job = Job(
            queue=QUEUE,
            priority=_URGENT if urgent else procrastinate.jobs.DEFAULT_PRIORITY,
            lock=turn.account,
            queueing_lock=turn.account,
            task_name=TASK,
            task_kwargs=turn.to_json(),
            scheduled_at=at,
        )
        # Where one is queued already its turn comes, and that one turn sees to everything that is due.
        with suppress(AlreadyEnqueued):
            await self._jobs.defer_job_async(job)

    async def put_missing(self, accounts: Collection[str]) -> None:
        """Queue a turn at once for each account that has none: a new one, or one that was lost."""
        queued = {job.lock for job in await self._jobs.list_jobs_async(queue=QUEUE)}
        for account in accounts:
            if account not in queued:
                await self.put(Turn(account=account))

    async def free_stalled(self, silent: timedelta) -> int:
        """Queue the turns of workers again that have been silent for so long; gives how many."""
        seconds = silent.total_seconds()
        stalled = list(await self._jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds))
        for job in stalled:
            await self._free(job)
        await self._jobs.prune_stalled_workers(seconds)
        return len(stalled)

    async def free_forgotten(self, worker_id: int, under_way: Collection[int]) -> None:
        """Queue the turns again that are ours by the queue, and not by what this process does.

        That is what a lost connection leaves: the turn ended, and the queue could not be told.
        """
        ours = await self._jobs.list_jobs_async(queue=QUEUE, status=Status.DOING.value, worker_id=worker_id)
        unknown = {job.id: job for job in ours if job.id is not None and job.id not in under_way}
        for number in self._unknown & unknown.keys():
            await self._free(unknown[number])
        self._unknown = frozenset(unknown)

    async def _free(self, job: Job) -> None:
        """Let the turn be taken again; where the account's next turn is queued already, that is enough."""
        assert job.id is not None
        with _unless_somebody_was_faster():
            try:
                await self._jobs.retry_job_by_id_async(job.id, retry_at=datetime.now(UTC), priority=_URGENT)
            except UniqueViolation:
                await self._jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)


@contextmanager
def _unless_somebody_was_faster() -> Iterator[None]:
    """The queue's functions raise when a job does not stand where it was found."""
    try:
        yield
    except ConnectorException as error:
        if not isinstance(error.__cause__, RaiseException):
            raise
