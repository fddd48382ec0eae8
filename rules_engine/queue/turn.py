"""A turn: one account that is to be ticked, as it stands in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the next worker must know of an account beyond what the store says."""

    account: str
    look_at: datetime | None = None
    """When to look at its feeds; before that, only runs and timers that are due are acted on. None: at once."""
    failures: int = 0
    """Ticks in a row in which Dashtrack could not be reached."""

    def to_json(self) -> dict[str, Any]:
        """As the arguments of a job."""
        look_at = None if self.look_at is None else self.look_at.isoformat()
        return {"account": self.account, "look_at": look_at, "failures": self.failures}

    @classmethod
    def from_json(cls, arguments: Mapping[str, Any]) -> Self:
        """From the arguments of a job."""
        look_at = arguments.get("look_at")
        return cls(
            account=str(arguments["account"]),
            look_at=None if look_at is None else datetime.fromisoformat(look_at),
            failures=int(arguments.get("failures", 0)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A turn, and when it is to be taken."""

    turn: Turn
    at: datetime
    urgent: bool = False
    """Whether it goes before the others: the account's last worker may have died."""
