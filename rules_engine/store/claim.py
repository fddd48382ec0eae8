"""A claim: the right to work on one account, for a while, with a number that only grows (the fence)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules_engine.store.errors import ClaimLost


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on an account, until its lease is over or somebody else has claimed it after that."""

    account: str
    holder: str
    """Who has it, as a person would want to read it: host and process."""
    fence: int
    """Grows by one with every claim on the account: a greater one means that this one is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """What the store knows of the claim on an account."""

    account: str
    holder: str
    """Empty when it was given back."""
    fence: int
    until: datetime
    """When its lease is over, by the database's clock."""


def lost(claim: Claim) -> ClaimLost:
    """What to raise when somebody else has the account."""
    return ClaimLost(
        f"{claim.holder} no longer has the account {claim.account}: its claim {claim.fence} is over",
        advice="It stopped for longer than its lease; whoever has the account now goes on with it.",
    )
