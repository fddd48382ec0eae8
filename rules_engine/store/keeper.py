"""Claims that are kept: taken, renewed in the background while they are needed, and given back at the end."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from rules_engine.errors import StoreError
from rules_engine.store.claim import Claim
from rules_engine.store.errors import ClaimHeld, ClaimLost
from rules_engine.store.store import Store

_RENEWALS: Final = 3
"""How often a claim is renewed within one lease: two may fail before it lapses."""
_SECONDS_BETWEEN_TRIES: Final = 0.25


def holder_name() -> str:
    """What this process is called in claims; no other one ever is, even where host names and numbers repeat."""
    return f"pid {os.getpid()} on {socket.gethostname()}, {secrets.token_hex(3)}"


class Keeper:
    """Keeps one process's claims, from `with` to its end."""

    def __init__(self, store: Store, *, holder: str, lease: timedelta) -> None:
        self._store = store
        self._holder = holder
        self._lease = lease
        self._claims: dict[str, Claim] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew_all, name="claims", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give every claim back, so that nobody has to wait for their leases to end."""
        self._ended.set()
        self._thread.join()
        for claim in list(self._claims.values()):
            with suppress(StoreError):  # it lapses by itself
                self.give_back(claim)

    def take(self, account: str) -> Claim:
        """Claim the account. Raises ClaimHeld while somebody else's claim on it is alive."""
        claim = self._store.claim(account, holder=self._holder, lease=self._lease)
        with self._lock:
            self._claims[account] = claim
        return claim

    def take_in_turn(
        self, account: str, *, stop: threading.Event, on_wait: Callable[[ClaimHeld], None]
    ) -> Claim:
        """Claim the account as soon as it is free; raises ClaimHeld when its holder turns out to be alive.

        The claim of a process that died lapses, that of a living one is renewed: so the answer takes a lease at most.
        """
        first: ClaimHeld | None = None
        while True:
            try:
                return self.take(account)
            except ClaimHeld as held:
                if first is None:
                    first = held
                    on_wait(held)
                elif held.until != first.until:
                    raise
                if stop.wait(_SECONDS_BETWEEN_TRIES):
                    raise

    def give_back(self, claim: Claim) -> None:
        """Let somebody else have the account at once."""
        with self._lock:
            self._claims.pop(claim.account, None)
        self._store.release(claim)

    def _renew_all(self) -> None:
        pause = self._lease.total_seconds() / _RENEWALS
        while not self._ended.wait(pause):
            with self._lock:
                claims = list(self._claims.values())
            for claim in claims:
                self._renew(claim)
            with suppress(StoreError):  # it is away: the next round does it
                self._store.end_silent_transactions()

    def _renew(self, claim: Claim) -> None:
        try:
            self._store.renew(claim, self._lease)
        except ClaimLost:
            # Whoever works under it finds out at the next transaction, and sends nothing more.
            with self._lock:
                if self._claims.get(claim.account) is claim:
                    del self._claims[claim.account]
        except StoreError:
            pass  # it is away: the next renewal may come in time, and until then the lease counts down
