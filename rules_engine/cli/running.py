"""What `run` is made of: rules, keys, store and engines put together, ticked once or for ever, and reported."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from types import FrameType, TracebackType
from typing import Any, Self

import structlog

from rules_engine.assembly import Connection, build_engine, connect
from rules_engine.cli.narrator import Narrator
from rules_engine.cli.output import print_json, print_json_line
from rules_engine.cli.report import print_plan, print_summary
from rules_engine.cli.rule_files import RuleFiles
from rules_engine.cli.rule_watch import moments_to_look
from rules_engine.cli.shapes import run_json
from rules_engine.clock import SystemClock
from rules_engine.config import AccountConfig, Config, find_key
from rules_engine.dashtrack.errors import Redirected, Unauthorized
from rules_engine.engine import Engine, TickReport
from rules_engine.errors import RulesEngineError
from rules_engine.foresight.dry_run import dry_run_of
from rules_engine.logs import configure_logs
from rules_engine.ruleset.background import Background
from rules_engine.runs.hop import Hop
from rules_engine.seat import Seat
from rules_engine.store.connect import store_file
from rules_engine.store.lock import worker_lock
from rules_engine.store.records import Run, RunStatus
from rules_engine.store.store import Store
from rules_engine.worker import Worker

SECONDS_TO_END = 4.0
"""How long a tick may go on after the signal to stop; what it leaves half done, the next start takes up."""

_SIGNALLED = 128
"""Added to the signal's number: the exit code of one look that a signal cut short, as shells have it."""

_ENDED_BADLY = frozenset({RunStatus.FAILED, RunStatus.PARKED})


class Running:
    """The engines of all accounts, from `with` to its end."""

    def __init__(self, config: Config, *, dry_run: bool, json: bool) -> None:
        self._config = config
        self._dry_run = dry_run
        self._json = json
        self._clock = SystemClock()
        self._rng = random.Random()  # noqa: S311 - jitter is no secret
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._signalled: int | None = None
        self._stack = ExitStack()
        self._files: dict[str, RuleFiles] = {}
        self._engines: list[Engine] = []
        self._last_runs: dict[str, tuple[Run, ...]] = {}
        """Per account, the runs of the last tick."""
        self._store: Store

    def __enter__(self) -> Self:
        """Load, check and open everything; raises RulesEngineError with the exit code that fits."""
        configure_logs()
        with ExitStack() as stack:
            background = Background(endpoints=frozenset(self._config.endpoints))
            for account in self._config.accounts:
                self._files[account.name] = RuleFiles.load(account.rules, background)
            keys = {account.name: find_key(account, os.environ) for account in self._config.accounts}
            configure_logs(secrets=[key.reveal() for key in keys.values()])
            self._store, hop = self._open_store(stack)
            for account in self._config.accounts:
                key = keys[account.name]
                connection = connect(account, key, store=self._store, clock=self._clock, rng=self._rng)
                stack.callback(connection.client.close)
                self._engines.append(self._engine(account, connection, hop))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self._stack.close()

    def _open_store(self, stack: ExitStack) -> tuple[Store, Hop | None]:
        url = self._config.store
        path = store_file(url)
        if not self._dry_run:
            stack.enter_context(worker_lock(url))
            store = Store.open(url)
            stack.callback(store.close)
            return store, None
        # A dry run makes no file: without a store it begins with an empty one in memory.
        there = path is not None and path.exists()
        store = Store.open_to_look(url, check_health=True) if there else Store.open("sqlite://")
        stack.callback(store.close)
        dry = dry_run_of(store)
        stack.callback(dry.store.close)
        return dry.store, dry.hop

    def _engine(self, account: AccountConfig, connection: Connection, hop: Hop | None) -> Engine:
        only = len(self._config.accounts) == 1
        return build_engine(
            self._config,
            account,
            connection=connection,
            rules=self._files[account.name].rules,
            store=self._store,
            clock=self._clock,
            observer=Narrator(None if only else account.name),
            should_stop=self._stop.is_set,
            hop=hop,
        )

    # -- once ------------------------------------------------------------------------------------------

    def once(self) -> int:
        """One tick of each account; 1 if a run ended badly or a feed could not be read."""
        reports: list[tuple[Engine, TickReport]] = []
        refused: list[RulesEngineError] = []
        with self._signals():
            self._in_background(lambda: self._tick_each(reports, refused))
        if self._json and (reports or not refused):
            print_json([shown for engine, report in reports for shown in self._shown(engine, report)])
        for engine, report in reports:
            self._print(engine, report)
        if refused:
            raise refused[0]
        if self._signalled is not None:
            return _SIGNALLED + self._signalled
        bad = any(run.status in _ENDED_BADLY for _, report in reports for run in report.runs)
        unread = any(report.failed for _, report in reports)
        return 1 if bad or unread else 0

    def _tick_each(self, reports: list[tuple[Engine, TickReport]], refused: list[RulesEngineError]) -> None:
        """Tick every account: one whose key is refused must not keep the others from their turn."""
        for engine in self._engines:
            try:
                reports.append((engine, engine.tick()))
            except (Unauthorized, Redirected) as error:
                refused.append(error)

    def _shown(self, engine: Engine, report: TickReport) -> list[dict[str, Any]]:
        return [run_json(run, engine.store.steps(run.id)) for run in report.runs]

    def _print(self, engine: Engine, report: TickReport) -> None:
        if self._dry_run and not self._json:
            print_plan(engine.store, report)
        print_summary(engine.store, engine.account, report, dry_run=self._dry_run)

    # -- for ever --------------------------------------------------------------------------------------

    def loop(self) -> int:
        """Tick until SIGTERM or Ctrl-C; raises what stops every request of an account."""
        worker = Worker(
            [self._seat(engine) for engine in self._engines],
            clock=self._clock,
            rng=self._rng,
            stop=self._stop,
            wake=self._wake,
            on_tick=self._on_tick,
        )
        with self._signals(), self._watch():
            structlog.get_logger().info("working", accounts=len(self._engines), dry_run=self._dry_run or None)
            self._in_background(worker.run, exit_code=0)
        structlog.get_logger().info("stopped")
        return 0

    def _in_background(self, work: Callable[[], None], *, exit_code: int | None = None) -> None:
        """Do the work in a thread of its own, so that a request that hangs can't outlast a signal to stop.

        When it can't be waited for, the process ends with `exit_code`, or as one that was ended by the signal.
        """
        failure: list[BaseException] = []
        thread = threading.Thread(target=_keeping_errors, args=(work, failure), name="worker", daemon=True)
        thread.start()
        while thread.is_alive() and not self._stop.is_set():
            thread.join(0.1)
        if self._stop.is_set():
            thread.join(SECONDS_TO_END)
        if thread.is_alive():
            _leave_at_once(_SIGNALLED + (self._signalled or 0) if exit_code is None else exit_code)
        if failure:
            raise failure[0]

    def _seat(self, engine: Engine) -> Seat:
        interval = self._config.poll_interval
        files = self._files[engine.account]
        return Seat(
            engine=engine,
            interval=interval.total_seconds() if interval is not None else None,
            refresh=lambda: files.changed_book(engine.store),
        )

    def _on_tick(self, seat: Seat, report: TickReport) -> None:
        report = self._without_repeats(seat, report)
        if self._json:
            for shown in self._shown(seat.engine, report):
                print_json_line(shown)
                sys.stdout.flush()
        elif self._dry_run and report.runs:
            print_plan(seat.engine.store, report)

    def _without_repeats(self, seat: Seat, report: TickReport) -> TickReport:
        """Leave out the runs that wait for the same as at the tick before."""
        before = self._last_runs.get(seat.engine.account, ())
        self._last_runs[seat.engine.account] = report.runs
        return replace(report, runs=tuple(run for run in report.runs if run not in before))

    # -- signals and files -----------------------------------------------------------------------------

    def _signals(self) -> ExitStack:
        """SIGTERM and Ctrl-C set `stop` until the end of the `with`."""
        stack = ExitStack()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.signal(number, self._on_signal)
            stack.callback(signal.signal, number, before)
        return stack

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signalled = number
        self._stop.set()
        self._wake.set()

    def _watch(self) -> ExitStack:
        """Watch every account's rule files until the end of the `with`."""
        stack = ExitStack()
        watcher = threading.Thread(target=self._watch_files, name="rule-files", daemon=True)
        watcher.start()
        stack.callback(self._stop.set)
        return stack

    def _watch_files(self) -> None:
        everything = list(self._files.values())
        for _ in moments_to_look([files.path for files in everything], self._stop):
            edited = [files for files in everything if files.look(self._stop)]
            if edited:
                self._wake.set()


def _keeping_errors(work: Callable[[], None], failure: list[BaseException]) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - it is raised again in the main thread, which knows the exit codes
        failure.append(error)


def _leave_at_once(code: int) -> None:
    """End although a request is still under way: its intent is in the store, so the next start looks for it."""
    structlog.get_logger().warning(
        "stopped in the middle of a request; the next start looks what became of it"
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
