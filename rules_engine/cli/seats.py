"""The seats of a worker that takes turns: opened when an account's first turn comes, and anew after an edit.

Edited rules and an edited configuration are taken up at an account's next turn. What can't be read keeps what was.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from rules_engine.assembly import build_engine, connect
from rules_engine.cli.narrator import Narrator
from rules_engine.cli.rule_files import RuleFiles
from rules_engine.clock import Clock
from rules_engine.config import AccountConfig, Config, find_key
from rules_engine.errors import RulesEngineError
from rules_engine.logs import configure_logs
from rules_engine.ruleset.background import Background
from rules_engine.seat import Seat
from rules_engine.store.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Opened:
    seat: Seat
    files: RuleFiles
    config: Config
    """The configuration that it was opened by."""


class ConfiguredSeats:
    """The seats of the accounts that the configuration lists now."""

    def __init__(
        self,
        config: Config,
        load: Callable[[], Config],
        *,
        store: Store,
        clock: Clock,
        rng: random.Random,
        stop: threading.Event,
    ) -> None:
        """`load` reads the configuration again."""
        self._config = config
        self._load = load
        self._mark = _mark(config.file)
        self._store = store
        self._clock = clock
        self._rng = rng
        self._stop = stop
        self._opened: dict[str, _Opened] = {}
        self._secrets: set[str] = set()
        self._lock = threading.Lock()

    def accounts(self) -> Sequence[str]:
        """The accounts' names, after a look whether the configuration was edited."""
        with self._lock:
            mark = _mark(self._config.file)
            if mark != self._mark:
                self._mark = mark
                self._take_new_configuration()
            return [account.name for account in self._config.accounts]

    def seat(self, account: str) -> Seat | None:
        """The account's seat; None when the configuration does not have it. Raises RulesEngineError."""
        config = self._config
        found = next((each for each in config.accounts if each.name == account), None)
        opened = self._opened.get(account)
        if opened is not None and opened.config is not config:
            self.drop(account)
            opened = None
        if found is None:
            return None
        if opened is None:
            opened = self._opened[account] = self._open(config, found)
        opened.files.look(self._stop)
        return opened.seat

    def drop(self, account: str) -> None:
        """Open the seat anew next time."""
        opened = self._opened.pop(account, None)
        if opened is not None:
            opened.seat.engine.client.close()

    def close(self) -> None:
        """Close every connection."""
        for account in list(self._opened):
            self.drop(account)

    def _take_new_configuration(self) -> None:
        try:
            config = self._load()
        except RulesEngineError as error:
            log.error("the configuration is broken: the last good one stays", error=str(error))  # noqa: TRY400 - words, not a traceback
            return
        if config.store != self._config.store:
            log.warning("the store of the edited configuration is taken up at the next start only")
        if config != self._config:
            self._config = config
            log.info("configuration reloaded", accounts=len(config.accounts))

    def _open(self, config: Config, account: AccountConfig) -> _Opened:
        files = RuleFiles.load(account.rules, Background(endpoints=frozenset(config.endpoints)))
        key = find_key(account, os.environ)
        with self._lock:
            self._secrets.add(key.reveal())
            configure_logs(secrets=self._secrets)
        connection = connect(account, key, store=self._store, clock=self._clock, rng=self._rng)
        engine = build_engine(
            config,
            account,
            connection=connection,
            rules=files.rules,
            store=self._store,
            clock=self._clock,
            observer=Narrator(account.name),
            should_stop=self._stop.is_set,
        )
        interval = config.poll_interval
        seat = Seat(
            engine=engine,
            interval=interval.total_seconds() if interval is not None else None,
            refresh=lambda: files.changed_book(engine.store),
        )
        return _Opened(seat, files, config)


def _mark(file: Path | None) -> tuple[int, int, int] | None:
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_mtime_ns, found.st_size, found.st_ino)
