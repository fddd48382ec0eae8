"""When people work: how busy an hour of a day is beside the average one, learnt from the changes that looks saw.

A resource has one rhythm for all its feeds: time is booked in the evening in every project, leads come in the morning.
It starts from the calendar, so that a cold start knows a night from a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Self

from rules_engine.calendar import Calendar

HOURS: Final = 24
CELLS: Final = 2 * HOURS
"""The hours of a working day, then those of a day off."""
OFF_HOURS: Final = 0.1
"""How busy an hour is thought to be in which, by the calendar, nobody works; a working hour is 1."""
PRIOR_CHANGES: Final = 4.0
"""How many changes the calendar's word counts for in each hour of the day."""
HALF_LIFE: Final = timedelta(days=28)
_HOUR: Final = 3600.0
_WEEK: Final = 7 * HOURS
_MOST_HOURS: Final = 2 * HOURS
"""Hours of which a single look takes account; before them all is alike."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The changes that were seen in each hour of the day, older ones counting less."""

    counts: tuple[float, ...] = field(default=(0.0,) * CELLS)
    at: datetime | None = None
    """Up to when they have faded."""

    def seen(self, calendar: Calendar, changes: float, at: datetime) -> Self:
        """The rhythm after so many changes around that moment."""
        faded = 1.0 if self.at is None else 0.5 ** (max(at - self.at, timedelta(0)) / HALF_LIFE)
        cell = cell_of(calendar, at)
        counts = tuple(
            round(count * faded + (changes if each == cell else 0.0), 4)
            for each, count in enumerate(self.counts)
        )
        return type(self)(counts, at)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the store."""
        return {"counts": list(self.counts), "at": None if self.at is None else self.at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` gave; what can't be understood is a rhythm that has seen nothing."""
        try:
            counts = tuple(max(float(count), 0.0) for count in data["counts"])
            at = None if data["at"] is None else datetime.fromisoformat(data["at"]).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            return cls()
        return cls(counts, at) if len(counts) == CELLS else cls()


def busyness(rhythm: Rhythm, calendar: Calendar) -> tuple[float, ...]:
    """How busy each cell is beside the busiest part of a working day, which is about 1.

    The calendar counts as if it had been seen, so few changes move little. An hour of a day off has fewer such days
    behind it than one of a working day, so its changes count for more.
    """
    return _busyness(rhythm.counts, calendar)


@lru_cache(maxsize=64)
def _busyness(counts: tuple[float, ...], calendar: Calendar) -> tuple[float, ...]:
    prior = _calendar_says(calendar)
    working = len(calendar.working_days) / 7
    days = [max(working if cell < HOURS else 1 - working, 1 / 7) for cell in range(CELLS)]
    expected = [share * each for share, each in zip(prior, days, strict=True)]
    scale = PRIOR_CHANGES * HOURS / sum(expected)
    seen = sum(counts)
    if not seen:
        return prior
    blended = [count + scale * one for count, one in zip(counts, expected, strict=True)]
    level = (seen + PRIOR_CHANGES * HOURS) / sum(expected)
    return tuple(one / (level * each) for one, each in zip(blended, days, strict=True))


@lru_cache(maxsize=16)
def _calendar_says(calendar: Calendar) -> tuple[float, ...]:
    opens, closes = calendar.hours
    begin, end = opens.hour + opens.minute / 60, closes.hour + closes.minute / 60
    day = [OFF_HOURS + (1 - OFF_HOURS) * max(0.0, min(end, h + 1) - max(begin, h)) for h in range(HOURS)]
    return (*day, *(OFF_HOURS for _ in range(HOURS)))


def cell_of(calendar: Calendar, at: datetime) -> int:
    """Which hour of which kind of day the moment lies in."""
    local = at.astimezone(calendar.zone)
    return local.hour + (0 if _works(calendar, local.date()) else HOURS)


@lru_cache(maxsize=4096)
def _works(calendar: Calendar, day: date) -> bool:
    return calendar.is_working_day(day)


class BusyTime:
    """Time as a resource's people spend it: an hour of full work is one hour, an hour of the night far less.

    It keeps what it has reckoned of whole hours; one lives as long as its rhythm stays the same.
    """

    def __init__(self, rhythm: Rhythm, calendar: Calendar) -> None:
        self._busy = busyness(rhythm, calendar)
        self._calendar = calendar
        self._hours: dict[int, float] = {}

    def level(self, start: float, end: float) -> float:
        """How busy the time from `start` to `end` (seconds since 1970) was, as it matters to whoever looks at its end.

        What came late in it weighs more, for it has waited less of what it would wait if nobody looked: with a steady
        λ the expected wait grows as λ·t²/2, so this is the steady level that makes the same of it.
        """
        hour, stop = int(start // _HOUR), int(end // _HOUR)
        if hour >= stop:
            return self._of_hour(stop)
        left, waits = start, 0.0
        for each in range(max(hour, stop - _MOST_HOURS), stop + 1):
            right = min((each + 1) * _HOUR, end)
            waits += self._of_hour(each) * ((right - start) ** 2 - (left - start) ** 2)
            left = right
        return waits / (end - start) ** 2

    def between(self, start: float, end: float) -> float:
        """Busy hours from one moment to a later one (seconds since 1970); 0 where it is not later."""
        if end <= start:
            return 0.0
        hour, stop = int(start // _HOUR), int(end // _HOUR)
        if hour == stop:
            return (end - start) / _HOUR * self._of_hour(hour)
        weeks, rest = divmod(stop - hour - 1, _WEEK)
        inner = sum(self._of_hour(each) for each in range(stop - rest, stop))
        if weeks:
            inner += weeks * sum(self._of_hour(each) for each in range(stop - rest - _WEEK, stop - rest))
        head = ((hour + 1) * _HOUR - start) / _HOUR * self._of_hour(hour)
        return head + inner + (end - stop * _HOUR) / _HOUR * self._of_hour(stop)

    def _of_hour(self, hour: int) -> float:
        """Zones are whole or half hours from UTC; the middle of the hour speaks for it."""
        found = self._hours.get(hour)
        if found is None:
            middle = datetime.fromtimestamp((hour + 0.5) * _HOUR, UTC)
            found = self._hours[hour] = self._busy[cell_of(self._calendar, middle)]
        return found
