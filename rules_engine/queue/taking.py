"""Taking a turn: claim the account, tick it, give it back, and say when its next turn is.

It is the same tick, from the same seat, as in a worker that has all accounts to itself. What a seat remembers holds
while nobody else ticked the account in between, which the claim's number tells.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from rules_engine.clock import Clock
from rules_engine.dashtrack.budget import BudgetState
from rules_engine.errors import RulesEngineError, StoreError
from rules_engine.queue.turn import Queued, Turn
from rules_engine.seat import LONGEST_PAUSE, Seat
from rules_engine.store.claim import Claim
from rules_engine.store.errors import ClaimHeld, ClaimLost, StoreAway
from rules_engine.store.keeper import Keeper
from rules_engine.store.store import Store

REFUSED_SECONDS: Final = LONGEST_PAUSE
"""How long an account rests whose key, rules or address are of no use."""
_SECONDS_UNTIL_FREE: Final = 1.0
"""How soon an account is tried again that somebody else has."""

log = structlog.get_logger()


class Seats(Protocol):
    """The seats of the accounts of the configuration."""

    def seat(self, account: str) -> Seat | None:
        """The account's seat, opened if need be; None when the configuration does not have it (any more).

        Raises RulesEngineError where its key or its rules are of no use.
        """

    def drop(self, account: str) -> None:
        """Open the seat anew next time: its key, its rules, its connection."""


class TurnTaker:
    """Takes turns, one of an account at a time; any number of accounts at once, from as many threads."""

    def __init__(
        self,
        seats: Seats,
        keeper: Keeper,
        store: Store,
        *,
        clock: Clock,
        rng: random.Random,
        stop: threading.Event,
        on_tick: Callable[[Seat], None] = lambda _: None,
    ) -> None:
        """`on_tick` hears of each tick that ended well."""
        self._seats = seats
        self._keeper = keeper
        self._store = store
        self._clock = clock
        self._rng = rng
        self._stop = stop
        self._on_tick = on_tick
        self._fences: dict[str, int] = {}
        """Per account, the number of the claim under which this process ticked it last."""
        self._refused: dict[str, str] = {}
        """Accounts that can't be ticked, and why: each reason is said once."""

    def take(self, turn: Turn, *, due: datetime | None = None) -> Queued | None:
        """Take a turn; when the next one is, or None when the account is no longer ours to tick.

        `due`: when it was to be taken, by the queue's clock, which may be ahead of this machine's.

        Raises StoreAway while the store is away: then the turn was not taken, or not to its end.
        """
        try:
            seat = self._seats.seat(turn.account)
            if seat is None:
                return None
            claim = self._keeper.take(turn.account)
        except ClaimHeld:
            return replace(self._later(turn, _SECONDS_UNTIL_FREE), urgent=True)
        except StoreAway:
            raise
        except RulesEngineError as error:
            return self._rest(turn, error)
        try:
            return self._take_under(claim, seat, turn, due)
        finally:
            with suppress(StoreError):  # it lapses by itself
                self._keeper.give_back(claim)

    def _take_under(self, claim: Claim, seat: Seat, turn: Turn, due: datetime | None) -> Queued | None:
        now = max(self._clock.now(), due or self._clock.now())
        if self._fences.get(turn.account) != claim.fence - 1:
            self._catch_up(seat)
        seat.engine = seat.engine.under(claim)
        seat.failures = turn.failures
        wait = 0.0 if turn.look_at is None else max((turn.look_at - now).total_seconds(), 0.0)
        seat.due_at = self._clock.monotonic() + wait
        seat.take_new_rules()
        try:
            seat.tick(self._clock, self._rng, lambda *_: None)
        except ClaimLost as error:
            log.warning("the account was taken over", account=turn.account, why=str(error))
            return None
        except StoreAway:
            raise
        except RulesEngineError as error:
            return self._rest(turn, error)
        self._fences[turn.account] = claim.fence
        if self._refused.pop(turn.account, None):
            log.info("account is well again", account=turn.account)
        self._on_tick(seat)
        return self._next(seat, turn)

    def _catch_up(self, seat: Seat) -> None:
        """Somebody else ticked the account since: what this process remembers of it is of the past."""
        engine = seat.engine
        saved = self._store.budget(engine.account)
        if saved is not None and saved.get("of") == engine.key_name:
            engine.client.budget.resume(BudgetState.from_json(saved))
        engine.forget_last_look()

    def _next(self, seat: Seat, turn: Turn) -> Queued:
        if self._stop.is_set():  # the tick may have ended early: whoever is next begins where it was
            return Queued(turn=turn, at=self._clock.now())
        now, monotonic = self._clock.now(), self._clock.monotonic()
        after = replace(
            turn, look_at=now + timedelta(seconds=max(seat.due_at - monotonic, 0.0)), failures=seat.failures
        )
        return Queued(turn=after, at=now + timedelta(seconds=max(seat.turn_at - monotonic, 0.0)))

    def _rest(self, turn: Turn, error: RulesEngineError) -> Queued:
        """Stop an account alone. It is tried again now and then, with whatever key and rules there are by then."""
        self._seats.drop(turn.account)
        why = str(error)
        if self._refused.get(turn.account) != why:
            self._refused[turn.account] = why
            log.error("account stopped", account=turn.account, error=why, advice=error.advice or None)
        return self._later(replace(turn, look_at=None), REFUSED_SECONDS)

    def _later(self, turn: Turn, seconds: float) -> Queued:
        return Queued(turn=turn, at=self._clock.now() + timedelta(seconds=seconds))
