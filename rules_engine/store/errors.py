"""What can be wrong with a store; each class says whether it is worth waiting for."""

from __future__ import annotations

from rules_engine.errors import StoreError


class NoStore(StoreError):
    """There is a database, but no store of rules-engine in it."""


class StoreDamaged(StoreError):
    """The store is damaged. Nothing mends that but a backup."""


class StoreAway(StoreError):
    """The store can't be reached at the moment, or did not answer in time: wait, and do the same again.

    A transaction that ended so either happened as a whole or not at all; what is repeated finds out by identity.
    """


class StoreFull(StoreAway):
    """There is no room for what has to be stored. It goes on by itself once there is."""


class StoreOutdated(StoreError):
    """The store is of an older program, and only looked at: whoever writes to it brings it up to date."""


class NotMoved(StoreError):
    """The run does not stand where such a move begins."""

    exit_code = 1
    """The store is fine; what was asked of it was not."""


class ClaimHeld(StoreError):
    """Another worker works on this account."""

    def __init__(self, message: str = "", *, advice: str = "", until: str = "") -> None:
        """`until`: when the other's lease is over, by the database's clock."""
        super().__init__(message, advice=advice)
        self.until = until


class ClaimLost(StoreError):
    """The claim on this account lapsed and somebody else may have it: nothing more may be written or sent under it."""
