"""The loop: ticks each account when it is due, takes up edited rules, ends when it is told to.

It keeps nothing that matters: whatever stops it, the store knows where every run stands.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence

import structlog

from rules_engine.clock import Clock
from rules_engine.dashtrack.errors import Redirected, Unauthorized
from rules_engine.engine import TickReport
from rules_engine.seat import SOONEST, Seat
from rules_engine.store.errors import StoreAway, StoreFull

SHORTEST_WAIT = 0.5
LONGEST_WAIT = 15.0
"""Between tries of a store that is away."""

log = structlog.get_logger()


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
        self._away = 0
        """How often in a row the store could not be reached or had no room."""
        self._full = False

    def run(self) -> None:
        """Tick until `stop` is set; raises Unauthorized or Redirected when an account's key is of no use."""
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self._go_round()
            except StoreAway as error:
                self._wait_for_store(error)
                continue
            pause = min(seat.turn_at for seat in self._working()) - self._clock.monotonic()
            if not self._stop.is_set():
                self._wake.wait(max(pause, SOONEST))

    def _go_round(self) -> None:
        """Tick every account whose turn it is; where there was no room, only when there is some again."""
        if self._full:
            self._working()[0].engine.store.check_room()
            self._full = False
        for seat in self._working():
            seat.take_new_rules()
            if not self._stop.is_set() and self._clock.monotonic() >= seat.turn_at:
                self._tick_or_stop(seat)
                if self._away:
                    log.info("the store is well again")
                    self._away = 0

    def _wait_for_store(self, error: StoreAway) -> None:
        """Say it once; nothing is sent meanwhile, since nothing could be stored."""
        self._full = isinstance(error, StoreFull)
        if not self._away:
            what = (
                "the store has no room; nothing is sent; trying again"
                if self._full
                else "the store is away; trying again"
            )
            log.warning(what, error=str(error))
        self._away += 1
        self._stop.wait(min(SHORTEST_WAIT * 2 ** min(self._away - 1, 10), LONGEST_WAIT))

    def _working(self) -> list[Seat]:
        return [seat for seat in self._seats if not seat.stopped]

    def _tick_or_stop(self, seat: Seat) -> None:
        """Tick; an account whose key is refused stops alone, unless it is the last one."""
        try:
            seat.tick(self._clock, self._rng, self._on_tick)
        except (Unauthorized, Redirected) as error:
            seat.stopped = True
            if not self._working():
                raise
            log.error("account stopped", account=seat.engine.account, error=str(error), advice=error.advice)  # noqa: TRY400 - the user needs the words, not the traceback
