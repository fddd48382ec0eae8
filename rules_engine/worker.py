"""The loop: ticks each account when it is due, takes up edited rules, ends when it is told to.

It keeps nothing that matters: whatever stops it, the store knows where every run stands.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import structlog

from rules_engine.clock import Clock
from rules_engine.dashtrack.errors import Redirected, Unauthorized
from rules_engine.engine import Engine, TickReport
from rules_engine.polling.pace import seconds_between_looks
from rules_engine.runs.book import RuleBook

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 300.0
_SOONEST = 0.05

log = structlog.get_logger()


@dataclass(slots=True)
class Seat:
    """One account in the loop."""

    engine: Engine
    interval: float | None
    """Seconds between looks; None: as the plan's budget allows."""
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


class Worker:
    """Ticks accounts until it is stopped."""

    def __init__(
        self,
        seats: Sequence[Seat],
        *,
        clock: Clock,
        rng: random.Random,
        stop: threading.Event,
        wake: threading.Event,
        on_tick: Callable[[Seat, TickReport], None],
    ) -> None:
        """`stop` ends the loop; `wake` cuts its sleep short, for edited rules and for `stop`."""
        self._seats = seats
        self._clock = clock
        self._rng = rng
        self._stop = stop
        self._wake = wake
        self._on_tick = on_tick

    def run(self) -> None:
        """Tick until `stop` is set; raises Unauthorized or Redirected when an account's key is of no use."""
        while not self._stop.is_set():
            self._wake.clear()
            for seat in self._working():
                self._take_new_rules(seat)
                if not self._stop.is_set() and self._clock.monotonic() >= min(seat.due_at, seat.act_at):
                    self._tick_or_stop(seat)
            pause = min(min(seat.due_at, seat.act_at) for seat in self._working()) - self._clock.monotonic()
            if not self._stop.is_set():
                self._wake.wait(max(pause, _SOONEST))

    def _working(self) -> list[Seat]:
        return [seat for seat in self._seats if not seat.stopped]

    def _tick_or_stop(self, seat: Seat) -> None:
        """Tick; an account whose key is refused stops alone, unless it is the last one."""
        try:
            self._tick(seat)
        except (Unauthorized, Redirected) as error:
            seat.stopped = True
            if not self._working():
                raise
            log.error("account stopped", account=seat.engine.account, error=str(error), advice=error.advice)  # noqa: TRY400 - the user needs the words, not the traceback

    def _take_new_rules(self, seat: Seat) -> None:
        book = seat.refresh()
        if book is not None:
            seat.engine.book = book
            seat.due_at = 0.0

    def _tick(self, seat: Seat) -> None:
        look = self._clock.monotonic() >= seat.due_at
        report = seat.engine.tick(look=look)
        self._on_tick(seat, report)
        now = self._clock.monotonic()
        if look:
            seat.due_at = now + self._pause_after(seat, report)
        due = seat.engine.next_due()
        seat.act_at = inf if due is None else now + max((due - self._clock.now()).total_seconds(), _SOONEST)

    def _pause_after(self, seat: Seat, report: TickReport) -> float:
        unreachable = bool(report.failed) and report.looked_at == 0
        seat.failures = seat.failures + 1 if unreachable else 0
        interval = seat.interval if seat.interval is not None else self._planned(seat, report)
        if unreachable:
            doublings: int = 2 ** min(seat.failures - 1, 10)
            backoff = min(_FIRST_PAUSE * doublings, _LONGEST_PAUSE)
            return min(interval, backoff) * self._rng.uniform(0.8, 1.2)
        if report.until is not None:
            return max(interval, (report.until - self._clock.now()).total_seconds())
        return interval

    def _planned(self, seat: Seat, report: TickReport) -> float:
        feeds = report.looked_at + len(report.failed) + len(report.left)
        return seconds_between_looks(feeds, seat.engine.client.budget.state.limit)
