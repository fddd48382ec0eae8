"""A worker that takes turns from the queue until it is stopped, and looks after the queue meanwhile.

It outlives the server: while that is away, it says so once, and begins anew when it is back.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege

from rules_engine.errors import StoreError
from rules_engine.queue.schema import connection_arguments, make_ready
from rules_engine.queue.taking import REFUSED_SECONDS, TurnTaker
from rules_engine.queue.turn import Queued, Turn
from rules_engine.queue.turns import QUEUE, TASK, Turns
from rules_engine.store.errors import StoreAway

SECONDS_BETWEEN_FETCHES: Final = 0.5
"""How often a turn is asked for whose time has come: no interval of looks is shorter with several workers."""
SWEEPS: Final = 6
"""How often within one lease the queue is looked after."""
HEARTBEATS: Final = 3
"""How often within one lease a worker says that it lives."""
_SECONDS_TO_STOP: Final = 0.1
_SHORTEST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 15.0
_CONNECT_SECONDS: Final = 10.0
_LIBRARIES: Final = ("procrastinate", "psycopg.pool")
"""What they log is what they raise, too, which is told in our own words."""

log = structlog.get_logger()


class _Away:
    """Says once that the server is away, and once that it is back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times = 0

    def told(self, error: BaseException) -> float:
        """It is away: how long to wait."""
        with self._lock:
            self._times += 1
            if self._times == 1:
                log.warning("the store is away; trying again", error=_first_line(error))
            return float(min(_SHORTEST_WAIT * 2 ** min(self._times - 1, 10), _LONGEST_WAIT))

    def over(self) -> None:
        """Something was done well."""
        with self._lock:
            if self._times:
                log.info("the store is well again")
            self._times = 0


@dataclass(slots=True, kw_only=True)
class Serving:
    """Takes turns until `stop` is set."""

    options: dict[str, Any]
    """The arguments of a connection to the database."""
    taker: TurnTaker
    accounts: Callable[[], Collection[str]]
    """The accounts of the configuration as it is now."""
    concurrency: int
    lease: timedelta
    stop: threading.Event
    seconds_to_end: float
    """How long turns may go on after `stop`."""
    away: _Away = field(default_factory=_Away)

    def run(self) -> None:
        """Serve; raises StoreError for a queue that can't be used."""
        for name in _LIBRARIES:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        with ThreadPoolExecutor(self.concurrency, thread_name_prefix="turn") as threads:
            while not self.stop.is_set():
                try:
                    make_ready(self.options, alive=self.lease)
                    asyncio.run(_Session(self, threads).serve())
                except (ConnectorException, psycopg.Error) as error:
                    if isinstance(error, InsufficientPrivilege):
                        raise StoreError(
                            f"the queue's tables can't be made: {_first_line(error)}",
                            advice="Let the database's owner allow it: GRANT CREATE ON DATABASE … TO …",
                        ) from None
                    if isinstance(error.__cause__, ForeignKeyViolation):
                        log.warning("this worker was silent for too long; it begins anew")
                    else:
                        self.stop.wait(self.away.told(error))


class _Session:
    """One connection's time: from the queue being there to its going away, or to the end."""

    def __init__(self, serving: Serving, threads: ThreadPoolExecutor) -> None:
        self._serving = serving
        self._threads = threads
        self._under_way: set[int] = set()
        self._worker_id: int | None = None

    async def serve(self) -> None:
        """Take turns until told to stop; raises ConnectorException when the queue can't be reached any more."""
        # What procrastinate leaves unsaid is what it could not tell the queue: the sweep sees to that.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        serving = self._serving
        seconds = serving.lease.total_seconds()
        connector = procrastinate.PsycopgConnector(
            kwargs=connection_arguments(serving.options), min_size=1, max_size=4, timeout=_CONNECT_SECONDS
        )
        app = procrastinate.App(connector=connector)
        turns = Turns(app)
        app.task(name=TASK, queue=QUEUE, pass_context=True)(self._task(turns))
        async with app.open_async():
            await turns.put_missing(serving.accounts())
            log.info("working", accounts=len(serving.accounts()), at_once=serving.concurrency)
            working = asyncio.ensure_future(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=serving.concurrency,
                    fetch_job_polling_interval=SECONDS_BETWEEN_FETCHES,
                    shutdown_graceful_timeout=serving.seconds_to_end,
                    delete_jobs=procrastinate.jobs.DeleteJobCondition.ALWAYS,
                    install_signal_handlers=False,
                    update_heartbeat_interval=seconds / HEARTBEATS,
                    stalled_worker_timeout=seconds,
                )
            )
            others = [asyncio.ensure_future(each) for each in (self._stopping(), self._sweeping(turns))]
            await asyncio.wait([working, *others], return_when=asyncio.FIRST_COMPLETED)
            await _end([working, *others])

    async def _stopping(self) -> None:
        while not self._serving.stop.is_set():  # noqa: ASYNC110 - the signal comes from another thread
            await asyncio.sleep(_SECONDS_TO_STOP)

    async def _sweeping(self, turns: Turns) -> None:
        """See to it that every account has a turn, whatever became of the worker that had the last one."""
        serving = self._serving
        while True:
            await asyncio.sleep(serving.lease.total_seconds() / SWEEPS)
            freed = await turns.free_stalled(serving.lease)
            if freed:
                log.warning("a worker no longer answers; others take its accounts", accounts=freed)
            if self._worker_id is not None:
                await turns.free_forgotten(self._worker_id, frozenset(self._under_way))
            accounts = await asyncio.to_thread(serving.accounts)
            await turns.put_missing(accounts)

    def _task(self, turns: Turns) -> Callable[..., Any]:
        async def tick(context: procrastinate.JobContext, **arguments: Any) -> None:
            job = context.job
            assert job.id is not None
            self._worker_id = job.worker_id
            self._under_way.add(job.id)
            try:
                turn = Turn.from_json(arguments)
                loop = asyncio.get_running_loop()
                queued = await loop.run_in_executor(self._threads, self._take, turn, job.scheduled_at)
                if queued is not None:
                    await turns.put(queued.turn, queued.at, urgent=queued.urgent)
            finally:
                self._under_way.discard(job.id)

        return tick

    def _take(self, turn: Turn, due: datetime | None) -> Queued | None:
        try:
            queued = self._serving.taker.take(turn, due=due)
        except StoreAway as error:
            wait = self._serving.away.told(error)
            return Queued(turn=turn, at=datetime.now(UTC) + timedelta(seconds=wait))
        except Exception as error:  # one account's trouble must not stop the others
            log.error(  # noqa: TRY400 - the traceback comes only when asked for
                "something unexpected happened; this account rests",
                account=turn.account,
                error=f"{type(error).__name__}: {error}",
                exc_info=os.environ.get("RULES_ENGINE_DEBUG", "") not in ("", "0"),
            )
            at = datetime.now(UTC) + timedelta(seconds=REFUSED_SECONDS)
            return Queued(turn=Turn(account=turn.account), at=at)
        self._serving.away.over()
        return queued


async def _end(tasks: list[asyncio.Future[Any]]) -> None:
    """End all, and raise what the first of them failed with."""
    for task in tasks:
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, asyncio.CancelledError):
            raise each


def _first_line(error: BaseException) -> str:
    cause = error.__cause__ or error
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__)
