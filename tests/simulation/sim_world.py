"""The world of one simulation: a sandbox, a process of the engine that can die and start again, one moved clock."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sim_fuse import Fuse, Killed
from sim_rules import POOL, WATCHED, rules_of, watching
from sim_transport import InProcess
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.util import LRUCache

from rules_engine.calendar import Calendar
from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.errors import Redirected, Unauthorized
from rules_engine.dashtrack.key import Key
from rules_engine.engine import Engine, EngineSettings
from rules_engine.runs.book import RuleBook
from rules_engine.runs.observer import Observer
from rules_engine.runs.settings import Guards, WritePolicy
from rules_engine.sandbox.seeds import plant
from rules_engine.sandbox.state import State
from rules_engine.store.store import Store

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
ACCOUNT = "default"
KEY = "dt_simulation_0123456789abcdef"
QUIET_TICKS = 12
_QUIET_STEP = timedelta(minutes=6)
_COMPILED: Any = LRUCache(1000)
"""Statements, compiled once for all processes that are simulated in this one."""


class FusedStore(Store):
    """A store whose process can die before, in and after each transaction that writes."""

    fuse: Fuse = Fuse()

    def commit(self, account, batch):
        """Commit, unless the process dies."""
        self.fuse.passing("commit")
        super().commit(account, batch)
        self.fuse.passing("committed")

    def prune(self, account, *, before):
        """Prune, unless the process dies."""
        self.fuse.passing("commit")
        super().prune(account, before=before)
        self.fuse.passing("committed")


class World:
    """Everything that one simulation moves."""

    account = ACCOUNT

    def __init__(self, folder: Path, seed: int = 0, *, setting: Any = None) -> None:
        given = {} if setting is None else {name: getattr(setting, name) for name in setting.__slots__}
        self.began = given.get("start", START)
        self.clock = ManualClock(self.began)
        self.rng = random.Random(seed)
        self.fuse = Fuse()
        self.state = State(clock=self.clock, random=random.Random(seed), plan="enterprise")
        with self.state.transaction():
            plant(self.state, "empty")
            self.state.add_key(KEY)
            if given.get("limit"):
                self.state.set_limit(limit=given["limit"])
        self.transport = InProcess(self.state, self.fuse)
        self.path = folder / "state.db"
        self.settings = EngineSettings(
            policy=WritePolicy(),
            guards=Guards(
                runs_per_poll=given.get("runs_per_poll", 50),
                destructive_per_poll=given.get("destructive_per_poll", 5),
            ),
            calendar=Calendar(),
            retention=given.get("retention", timedelta(days=90)),
        )
        self.pool: Sequence[str] = given.get("rules", tuple(POOL))
        self.watched: Sequence[str] = given.get("watched", WATCHED)
        """The resources that are looked at whatever the rules are."""
        self.rule_texts: tuple[str, ...] = ()
        self.rules = ()
        self.observer = Observer()
        self.before_tick: Callable[[], None] = lambda: None
        self.after_tick: Callable[[], None] = lambda: None
        self.squeezed_at: list[int] = []
        self.died_in: list[range] = []
        """Places in the history that a process saw which then died, perhaps before it could tell the store."""
        self.approved: set[str] = set()
        self.ticks = 0
        self.kills = 0
        self.store: Store
        self.client: Dashtrack
        self.start()

    def close(self) -> None:
        """End everything."""
        self.client.close()
        self.store.close()
        self.state.close()

    # -- the process ---------------------------------------------------------------------------------

    def start(self) -> None:
        """A new process on the same file, as `assembly` puts it together."""
        self.fuse.out()
        store = FusedStore.open(f"sqlite:///{self.path}")
        store.fuse = self.fuse
        store._engine._compiled_cache = _COMPILED
        sqlalchemy_event.listen(
            store._engine, "before_cursor_execute", lambda *_: self.fuse.passing("statement")
        )
        self.store = store
        saved = store.budget(ACCOUNT)
        state = BudgetState.from_json(saved) if saved is not None else BudgetState()
        self.client = Dashtrack(
            "http://127.0.0.1:1/api/v1",
            Key(KEY),
            clock=self.clock,
            budget=Budget(self.clock, state=state),
            random=random.Random(self.rng.random()),
            transport=self.transport,
        )
        self.book = RuleBook(self.rules, store)

    def restart(self) -> None:
        """The process ends, however it is, and another one starts."""
        self.client.close()
        self.store.close()
        self.start()

    def use(self, texts) -> None:
        """Other rules from here on."""
        self.rule_texts = tuple(texts)
        self.rules = rules_of((watching(self.watched), *self.rule_texts))
        self.book = RuleBook(self.rules, self.store)

    def engine(self) -> Engine:
        """The process's engine."""
        return Engine(
            account=ACCOUNT,
            store=self.store,
            client=self.client,
            hop=self.client,
            book=self.book,
            settings=self.settings,
            clock=self.clock,
            observer=self.observer,
            should_stop=lambda: False,
        )

    def tick(self, after: timedelta = timedelta(minutes=5), *, look: bool = True) -> bool:
        """Let time pass, then tick; False when the process died or was refused, in which case a new one starts."""
        self.clock.advance(after.total_seconds())
        self.ticks += 1
        self.before_tick()
        began = self.state.database.last_place()
        try:
            self.engine().tick(look=look)
        except Killed:
            self.kills += 1
            self.died_in.append(range(began, self.state.database.last_place() + 1))
            self.restart()
            return False
        except (Unauthorized, Redirected):
            self.restart()
            return False
        finally:
            self.fuse.out()
            self.after_tick()
        return True

    @property
    def lagging(self) -> bool:
        """Whether reads lag behind writes at present."""
        return any(fault["kind"] == "lag" for fault in self.state.faults())

    def squeeze(self, *, limit: int, used: int) -> None:
        """Another limit, which only the next answer tells; one 429 may come of not knowing it."""
        unit = self.rng.choice(("epoch_s", "epoch_ms", "delta", "iso"))
        self.state.set_limit(limit=limit, used=used, reset_unit=unit)
        self.squeezed_at.append(self.state.database.last_place())

    def approve_holds(self) -> None:
        """A person believes that what vanished at once is gone."""
        for hold in self.store.holds(ACCOUNT):
            self.store.approve_hold(hold.id)
            self.approved.update(hold.object_ids)

    # -- the end -------------------------------------------------------------------------------------

    def quieten(self) -> None:
        """Nothing goes wrong any more, and everybody's approval is given."""
        self.state.clear_faults()
        self.transport.refusing = 0
        self.fuse.out()
        self.squeeze(limit=1_000_000, used=0)
        self.clock.advance(3 * 3600)
        for _ in range(QUIET_TICKS):
            self.approve_holds()
            self.tick(_QUIET_STEP)
