"""The rate budget of one key: it refuses a request before Dashtrack would, so that no 429 is of our own making.

Reads and writes share it; reads leave a reserve for writes. Others may use the same key: what the headers say is
followed, whatever was expected. Every `acquire` is followed by exactly one `observe` (an answer came) or `release`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from threading import Lock
from typing import Final

from rules_engine.clock import Clock
from rules_engine.dashtrack.budget_headers import LONGEST_WAIT, read_headers
from rules_engine.dashtrack.budget_rules import (
    Purpose,
    Refused,
    Terms,
    admit,
    learn,
    rolled,
    spare,
    unanswered,
)
from rules_engine.dashtrack.budget_state import BudgetState
from rules_engine.dashtrack.errors import BudgetExhausted, RateLimited

__all__ = ["Budget", "BudgetState", "Purpose"]

_FURTHEST: Final = timedelta(seconds=LONGEST_WAIT)


class Budget:
    """Thread-safe. Its own time runs by the monotonic clock, so that setting the clock moves no wait."""

    def __init__(
        self,
        clock: Clock,
        *,
        state: BudgetState | None = None,
        write_reserve: float = 0.05,
        requests_per_hour: int | None = None,
        random: Random | None = None,
    ) -> None:
        """`state` is what an earlier process knew; `random` spreads the end of a block (None: no spread)."""
        self._clock = clock
        self._terms = Terms(write_reserve=write_reserve, requests_per_hour=requests_per_hour)
        self._random = random
        self._lock = Lock()
        self._under_way = 0
        self._start = clock.now()
        self._started = clock.monotonic()
        self._state = _plausible(state or BudgetState(), self._start)

    @property
    def state(self) -> BudgetState:
        """What is known now, to be stored and given to the next process."""
        with self._lock:
            shift = self._clock.now() - self._now()
            state = rolled(self._state, self._now())
            remaining = None if state.remaining is None else max(state.remaining - self._under_way, 0)
            return replace(
                state,
                remaining=remaining,
                reset_at=None if state.reset_at is None else state.reset_at + shift,
                blocked_until=None if state.blocked_until is None else state.blocked_until + shift,
            )

    def resume(self, state: BudgetState) -> None:
        """Go on from what another process knew when it used the key last; nothing may be under way."""
        with self._lock:
            self._start, self._started = self._clock.now(), self._clock.monotonic()
            self._state = _plausible(state, self._start)

    @property
    def reserve(self) -> int:
        """Requests of an hour that reads leave alone."""
        with self._lock:
            limits = [limit for limit in (self._state.limit, self._terms.requests_per_hour) if limit]
            return max((self._terms.reserve(limit) for limit in limits), default=0)

    def spare(self, purpose: Purpose) -> int | None:
        """How many requests could go now; None while nothing limits them."""
        with self._lock:
            return spare(self._state, purpose, self._now(), self._terms, under_way=self._under_way)

    def acquire(self, purpose: Purpose) -> None:
        """Take one request off the budget; raises RateLimited or BudgetExhausted when it may not go now."""
        with self._lock:
            now = self._now()
            verdict = admit(self._state, purpose, now, self._terms, under_way=self._under_way)
            if not isinstance(verdict, Refused):
                self._state = verdict
                self._under_way += 1
                return
            until = self._clock.now() + (verdict.until - now)
        if verdict.blocked:
            raise RateLimited(until)
        raise BudgetExhausted(until)

    def observe(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer."""
        with self._lock:
            now = self._now()
            self._under_way = max(self._under_way - 1, 0)
            self._state = learn(
                self._state,
                status,
                read_headers(headers, now=now, clock_offset=self._state.clock_offset),
                now,
                jitter=self._jitter,
            )

    def release(self, *, sent: bool) -> None:
        """A request ended without an answer; `sent` if Dashtrack may have counted it."""
        with self._lock:
            self._under_way = max(self._under_way - 1, 0)
            self._state = unanswered(self._state, sent=sent)

    def _now(self) -> datetime:
        return self._start + timedelta(seconds=self._clock.monotonic() - self._started)

    def _jitter(self, most: float) -> float:
        return 0.0 if self._random is None else self._random.uniform(0.0, most)


def _plausible(state: BudgetState, now: datetime) -> BudgetState:
    """A stored state as it can be true now: no wait is longer than the longest, whatever the clock did meanwhile."""
    latest = now + _FURTHEST
    return replace(
        state,
        reset_at=None if state.reset_at is None else min(state.reset_at, latest),
        blocked_until=None if state.blocked_until is None else min(state.blocked_until, latest),
    )
