"""A clock that runs many times as fast, the same in every process: minutes of quiescence pass in parts of a second."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FastClock:
    """Has the methods of the engine's clock and of the sandbox's."""

    rate: float
    """How many of its seconds pass in one."""
    zero: float
    """Where the machine's monotonic clock, which all processes share, stood at `START`."""

    @classmethod
    def begun_now(cls, rate: float) -> FastClock:
        """A clock that stands at `START` now."""
        return cls(rate=rate, zero=time.monotonic())

    def now(self) -> datetime:
        """The moment, in UTC."""
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Its seconds since `START`."""
        return (time.monotonic() - self.zero) * self.rate

    def sleep(self, seconds: float) -> None:
        """Let that many of its seconds pass."""
        time.sleep(seconds / self.rate)

    def really(self, moment: datetime) -> float:
        """The machine's monotonic time at that moment."""
        return self.zero + (moment - START).total_seconds() / self.rate
