"""One account's place in a loop: ticked in its turn, and when its next turn is due.

The worker that goes through all accounts and the workers that take turns with others both sit on this.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from rules_engine.clock import Clock
from rules_engine.engine import Engine, TickReport
from rules_engine.runs.book import RuleBook

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
SOONEST = 0.05
WITHOUT_A_PLAN = 300.0
"""Seconds between looks where nothing plans them."""


@dataclass(slots=True)
class Seat:
    """One account in the loop."""

    engine: Engine
    interval: float | None
    """Seconds between looks at all feeds; None: the planner decides."""
    refresh: Callable[[], RuleBook | None]
    """New rules when their files have changed, else None."""
    due_at: float = 0.0
    """When to look at the feeds next, on the clock's monotonic scale."""
    act_at: float = inf
    """When the next waiting run is due, on the same scale."""
    failures: int = 0
    """Ticks in a row in which the server could not be reached."""
    stopped: bool = False
    """Whether the account's key is of no use, so that nothing more is asked for it."""

    @property
    def turn_at(self) -> float:
        """When its next turn is, on the clock's monotonic scale."""
        return min(self.due_at, self.act_at)

    def take_new_rules(self) -> None:
        """Take up edited rules, and look at once."""
        book = self.refresh()
        if book is not None:
            self.engine.book = book
            self.due_at = 0.0

    def tick(self, clock: Clock, rng: random.Random, on_tick: Callable[[Seat, TickReport], None]) -> None:
        """Take the turn, and work out when the next one is; raises what the tick does."""
        look = clock.monotonic() >= self.due_at
        report = self.engine.tick(look=look, planned=self.interval is None)
        on_tick(self, report)
        now = clock.monotonic()
        if look:
            self.due_at = now + self._pause_after(report, clock, rng)
        due = self.engine.next_due()
        self.act_at = inf if due is None else now + max((due - clock.now()).total_seconds(), SOONEST)

    def _pause_after(self, report: TickReport, clock: Clock, rng: random.Random) -> float:
        unreachable = bool(report.failed) and report.looked_at == 0
        self.failures = self.failures + 1 if unreachable else 0
        interval = self._interval(report, clock)
        if unreachable:
            doublings: int = 2 ** min(self.failures - 1, 10)
            backoff = min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
            return min(interval, backoff) * rng.uniform(0.8, 1.2)
        if report.until is not None:
            return max(interval, (report.until - clock.now()).total_seconds())
        return interval

    def _interval(self, report: TickReport, clock: Clock) -> float:
        """Seconds to the next look: as the planner wants it, or the fixed interval as far as the budget can carry it."""
        if report.next_look is not None:
            return max((report.next_look - clock.now()).total_seconds(), SOONEST)
        interval = self.interval if self.interval is not None else WITHOUT_A_PLAN
        if self.engine.planner is None:
            return interval
        feeds = report.looked_at + len(report.failed) + len(report.left)
        return max(interval, self.engine.planner.least_interval(feeds, clock.now()))
