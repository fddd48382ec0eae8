"""What `run` is made of: rules, keys, store and engines put together, ticked once or for ever, and reported."""

from __future__ import annotations

import os
import random
import sys
import threading
from contextlib import ExitStack
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any, Self

import structlog

from rules_engine.assembly import Connection, build_engine, connect
from rules_engine.cli.ending import SIGNALLED, Ending
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
from rules_engine.store.address import parse_store_url
from rules_engine.store.claim import Claim
from rules_engine.store.errors import ClaimHeld
from rules_engine.store.keeper import Keeper, holder_name
from rules_engine.store.lock import worker_lock
from rules_engine.store.records import Run, RunStatus
from rules_engine.store.store import Store
from rules_engine.store.witness import check_not_gone
from rules_engine.worker import Worker

_ENDED_BADLY = frozenset({RunStatus.FAILED, RunStatus.PARKED})


log = structlog.get_logger()


class Running:
    """The engines of all accounts, from `with` to its end."""

    def __init__(self, config: Config, *, dry_run: bool, json: bool, adopt: bool = False) -> None:
        """With `adopt`, a store that belongs to another machine is taken over."""
        self._config = config
        self._dry_run = dry_run
        self._adopt = adopt
        self._json = json
        self._clock = SystemClock()
        self._rng = random.Random()  # noqa: S311 - jitter is no secret
        self._ending = Ending()
        self._stack = ExitStack()
        self._files: dict[str, RuleFiles] = {}
        self._engines: list[Engine] = []
        self._claims: dict[str, Claim] = {}
        """Per account, on PostgreSQL."""
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
        if not self._dry_run:
            stack.enter_context(worker_lock(url))
            check_not_gone(url)
            store = Store.open(url)
            stack.callback(store.close)
            if store.upgraded is not None:
                log.info("store brought up to date", **asdict(store.upgraded))
            store.take_up(adopt=self._adopt)
            if parse_store_url(url).is_postgres:
                self._claim_accounts(store, stack)
            return store, None
        # A dry run makes no store: without one it begins with an empty one in memory.
        store = Store.find(url, check_health=True) or Store.open("sqlite://")
        stack.callback(store.close)
        dry = dry_run_of(store)
        stack.callback(dry.store.close)
        return dry.store, dry.hop

    def _claim_accounts(self, store: Store, stack: ExitStack) -> None:
        """Claim every account until the end; a lock on a file does the same for a store on SQLite."""
        keeper = stack.enter_context(Keeper(store, holder=holder_name(), lease=self._config.lease))
        with self._ending.signals():
            for account in self._config.accounts:
                self._claims[account.name] = keeper.take_in_turn(
                    account.name, stop=self._ending.stop, on_wait=_tell_of_holder
                )

    def _engine(self, account: AccountConfig, connection: Connection, hop: Hop | None) -> Engine:
        only = len(self._config.accounts) == 1
        engine = build_engine(
            self._config,
            account,
            connection=connection,
            rules=self._files[account.name].rules,
            store=self._store,
            clock=self._clock,
            observer=Narrator(None if only else account.name),
            should_stop=self._ending.stop.is_set,
            hop=hop,
        )
        claim = self._claims.get(account.name)
        return engine if claim is None else engine.under(claim)

    # -- once ------------------------------------------------------------------------------------------

    def once(self) -> int:
        """One tick of each account; 1 if a run ended badly, a feed could not be read or the account is held."""
        reports: list[tuple[Engine, TickReport]] = []
        refused: list[RulesEngineError] = []
        with self._ending.signals():
            self._ending.in_background(lambda: self._tick_each(reports, refused))
        if self._json and (reports or not refused):
            print_json([shown for engine, report in reports for shown in self._shown(engine, report)])
        for engine, report in reports:
            self._print(engine, report)
        if refused:
            raise refused[0]
        if self._ending.signalled is not None:
            return SIGNALLED + self._ending.signalled
        bad = any(run.status in _ENDED_BADLY for _, report in reports for run in report.runs)
        unread = any(report.failed or report.held for _, report in reports)
        return 1 if bad or unread else 0

    def _tick_each(self, reports: list[tuple[Engine, TickReport]], refused: list[RulesEngineError]) -> None:
        """Tick every account: one whose key is refused must not keep the others from their turn."""
        for engine in self._engines:
            try:
                reports.append((engine, self._ticked(engine)))
            except (Unauthorized, Redirected) as error:
                refused.append(error)

    def _ticked(self, engine: Engine) -> TickReport:
        """One look, and ticks until nothing is due any more."""
        report = engine.tick()
        while report.more and not self._ending.stop.is_set():
            report = report.and_then(engine.tick(look=False))
        return report

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
            stop=self._ending.stop,
            wake=self._ending.wake,
            on_tick=self._on_tick,
        )
        with self._ending.signals(), self._watch():
            structlog.get_logger().info("working", accounts=len(self._engines), dry_run=self._dry_run or None)
            self._ending.in_background(worker.run, exit_code=0)
        structlog.get_logger().info("stopped")
        return 0

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

    # -- files -----------------------------------------------------------------------------

    def _watch(self) -> ExitStack:
        """Watch every account's rule files until the end of the `with`."""
        stack = ExitStack()
        watcher = threading.Thread(target=self._watch_files, name="rule-files", daemon=True)
        watcher.start()
        stack.callback(self._ending.stop.set)
        return stack

    def _watch_files(self) -> None:
        everything = list(self._files.values())
        for _ in moments_to_look([files.path for files in everything], self._ending.stop):
            edited = [files for files in everything if files.look(self._ending.stop)]
            if edited:
                self._ending.wake.set()


def _tell_of_holder(held: ClaimHeld) -> None:
    structlog.get_logger().warning(
        "waiting: somebody else has the account, and this one takes over unless it goes on", why=str(held)
    )
