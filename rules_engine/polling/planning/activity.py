"""How often a feed changes: learnt from what looks at it saw, and the guess for one that nobody has looked at yet.

Only a look that saw something is accounted for at once. What saw nothing adds up by itself: the time between two
changes tells the same, however often it was looked at in between, so an unchanged answer needs no write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any, Final, Self

from rules_engine.polling.planning.rhythm import BusyTime

HALF_LIFE: Final = timedelta(days=14)
"""After so long a change counts half."""
MEMORIES: Final = (timedelta(minutes=20), timedelta(minutes=80))
"""How long a feed that has just changed is thought to be worked on, by two guesses."""
MOST_CHANGES: Final = 25.0
"""One look never counts for more: a bulk edit of thousands is one thing that happened."""
PRIOR_CHANGES: Final = 2.0
"""How many changes the guess of a new feed's rate counts for."""
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What looks at one feed have shown, older things counting less."""

    changes: float = 0.0
    hours: float = 0.0
    """Busy hours over which they were seen."""
    pulses: tuple[float, ...] = (0.0,) * len(MEMORIES)
    """Changes an hour just lately, by each of the memories."""
    at: datetime | None = None
    """Up to when this accounts."""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the store."""
        return {
            "changes": round(self.changes, 4),
            "hours": round(self.hours, 4),
            "pulses": [round(pulse, 4) for pulse in self.pulses],
            "at": None if self.at is None else self.at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` gave; what can't be understood is a feed of which nothing is known."""
        try:
            pulses = tuple(max(float(pulse), 0.0) for pulse in data["pulses"])
            at = None if data["at"] is None else datetime.fromisoformat(data["at"]).astimezone(UTC)
            changes, hours = max(float(data["changes"]), 0.0), max(float(data["hours"]), 0.0)
        except (KeyError, TypeError, ValueError):
            return cls()
        if len(pulses) != len(MEMORIES):
            return cls()
        return cls(changes=changes, hours=hours, pulses=pulses, at=at)

    def base(self, prior: float, unseen: float = 0.0, sitting: float = 1.0) -> float:
        """Changes a busy hour in the long run; `unseen` busy hours have passed in which looks saw nothing.

        `sitting` is how many changes come together: where they come in sittings, many of them tell no more of the long
        run than one that stands alone, so the guess counts for as many.
        """
        counts = PRIOR_CHANGES * sitting
        return (self.changes + counts) / (self.hours + unseen + counts / prior)

    def pulses_at(self, at: datetime) -> tuple[float, ...]:
        """The pulses as they have faded by then."""
        if self.at is None:
            return self.pulses
        passed = max(at - self.at, timedelta(0))
        return tuple(
            pulse * exp(-(passed / memory)) for pulse, memory in zip(self.pulses, MEMORIES, strict=True)
        )

    def seen(self, changes: int, at: datetime, time: BusyTime) -> Self:
        """What is known after a look that saw so many changed objects; nothing had been seen since `self.at`."""
        counted = min(float(changes), MOST_CHANGES)
        passed = timedelta(0) if self.at is None else max(at - self.at, timedelta(0))
        faded = 0.5 ** (passed / HALF_LIFE)
        hours = 0.0 if self.at is None else time.between(self.at.timestamp(), at.timestamp())
        return type(self)(
            changes=self.changes * faded + counted,
            hours=self.hours * faded + hours,
            pulses=tuple(
                pulse + counted * (_HOUR / memory)
                for pulse, memory in zip(self.pulses_at(at), MEMORIES, strict=True)
            ),
            at=at,
        )
