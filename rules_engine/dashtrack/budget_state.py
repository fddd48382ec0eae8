"""What is known of a key's rate limit at one moment, as data that can be stored between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from rules_engine.dashtrack.budget_headers import utc_from_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetState:
    """Times are by the local clock, in UTC; None is "not known"."""

    limit: int | None = None
    """Requests that the plan grants per hour."""
    remaining: int | None = None
    """Requests that may still be made before `reset_at`: as Dashtrack told, less what got no answer."""
    reset_at: datetime | None = None
    """When the next window begins; known whenever `remaining` is."""
    blocked_until: datetime | None = None
    """No request at all before this moment."""
    refusals: int = 0
    """How many 429 in a row."""
    probing: bool = False
    """One request is under way to find out whether a block is over; `blocked_until` holds the others off."""
    clock_offset: float | None = None
    """Seconds by which Dashtrack's clock is ahead of ours, from its last `Date`."""
    spent: tuple[tuple[int, int], ...] = ()
    """(minute since 1970, requests made in it), oldest first; kept when an hourly count is configured."""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the store. A probe does not outlive its process."""
        return {
            "limit": self.limit,
            "remaining": self.remaining,
            "reset_at": _text(self.reset_at),
            "blocked_until": _text(None if self.probing else self.blocked_until),
            "refusals": self.refusals,
            "clock_offset": self.clock_offset,
            "spent": [list(minute) for minute in self.spent],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self:
        """What `to_json` gave; None, and what can't be understood, is a state that knows nothing."""
        try:
            return cls._read(data or {})
        except (TypeError, ValueError):
            return cls()

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> Self:
        remaining = _whole(data.get("remaining"))
        reset_at = _moment(data.get("reset_at"))
        known = reset_at is not None
        return cls(
            limit=_whole(data.get("limit")),
            remaining=remaining if known else None,
            reset_at=reset_at,
            blocked_until=_moment(data.get("blocked_until")),
            refusals=_whole(data.get("refusals")) or 0,
            clock_offset=None if data.get("clock_offset") is None else float(data["clock_offset"]),
            spent=tuple((int(minute), int(count)) for minute, count in data.get("spent") or ()),
        )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else utc_from_iso(text)


def _whole(value: Any) -> int | None:
    return None if value is None else max(int(value), 0)
