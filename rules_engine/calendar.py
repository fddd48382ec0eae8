"""Working time: which days and hours an agency works, and where that puts a deadline.

A working day keeps the time of day as the wall clock in the calendar's zone shows it, through changes of
daylight saving time. Pure: the moment comes in, the moment goes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules_engine.durations import Duration
from rules_engine.errors import ConfigurationError, RulesEngineError

MONDAY_TO_FRIDAY = frozenset(range(5))
_ONE_DAY = timedelta(days=1)


class CalendarError(RulesEngineError, ValueError):
    """A moment can't be reckoned in the calendar."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an agency works.

    `timezone` is an IANA name; `working_days` count from 0 for Monday; `hours` are the start and the end of
    a working day by the wall clock of that zone, the end after the start; `holidays` are days off.
    Raises `ConfigurationError` for a zone that is unknown, no working day at all, or hours that run backwards.
    """

    timezone: str = "UTC"
    working_days: frozenset[int] = MONDAY_TO_FRIDAY
    hours: tuple[time, time] = (time(9), time(17, 30))
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        zone(self.timezone)
        if not self.working_days or not self.working_days <= frozenset(range(7)):
            raise ConfigurationError("The calendar needs at least one working day, each of mon to sun.")
        if self.hours[0] >= self.hours[1]:
            raise ConfigurationError("The calendar's hours end before they begin.")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its days begin and end."""
        return zone(self.timezone)

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on that day."""
        return day.weekday() in self.working_days and day not in self.holidays

    def add(self, moment: datetime, duration: Duration) -> datetime:
        """The moment that lies `duration` after `moment` (before it, where negative), in the zone of `moment`.

        Working days come first, then working time, then plain time. Raises `CalendarError` for a moment
        without a zone and for a result outside the years 1 to 9999.
        """
        if moment.tzinfo is None:
            raise CalendarError(f"{moment.isoformat()} has no time zone.", advice="Give it one, such as Z.")
        try:
            result = moment
            if duration.working_days:
                result = self._add_working_days(result, duration.working_days)
            if duration.working_seconds:
                result = self._add_working_seconds(result, duration.working_seconds)
            utc = result.astimezone(UTC) + timedelta(seconds=duration.seconds)
            return utc.astimezone(moment.tzinfo)
        except OverflowError:
            message = f"{duration} from {moment.isoformat()} is outside the years 1 to 9999."
            raise CalendarError(message, advice="Use a shorter duration.") from None

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days one goes from `start` to reach `end`; negative where `end` is earlier.

        The start is not counted, the end is: from a Friday to the next Monday it is one.
        """
        if end < start:
            return -self.working_days_between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        count = weeks * len(self.working_days)
        count += sum((start.weekday() + step) % 7 in self.working_days for step in range(1, rest + 1))
        off = sum(start < day <= end and day.weekday() in self.working_days for day in self.holidays)
        return count - off

    def working_seconds_between(self, start: datetime, end: datetime) -> float:
        """How much working time lies between two moments with a zone, in seconds; negative where `end` is earlier."""
        if end < start:
            return -self.working_seconds_between(end, start)
        day, last = (moment.astimezone(self.zone).date() for moment in (start, end))
        total = timedelta(0)
        while day <= last:
            if self.is_working_day(day):
                opens, closes = self._span(day)
                total += max(min(closes, end) - max(opens, start), timedelta(0))
            day += _ONE_DAY
        return total.total_seconds()

    def without(self, days: Iterable[date]) -> Calendar:
        """The same with more days off."""
        return replace(self, holidays=self.holidays.union(days))

    def _add_working_days(self, moment: datetime, count: int) -> datetime:
        local = moment.astimezone(self.zone)
        sign = 1 if count > 0 else -1
        day, left = local.date(), abs(count)
        while left:
            # Whole weeks at once, as far as they can't reach the last day, even without a holiday in them.
            target = day + sign * max(7 * ((left - 1) // len(self.working_days)), 1) * _ONE_DAY
            if abs((target - day).days) == 1:  # the common case, whatever the number of holidays
                left -= self.is_working_day(target)
            else:
                passed = (day, target) if sign > 0 else (target - _ONE_DAY, day - _ONE_DAY)
                left -= self.working_days_between(*passed)
            day = target
        # Through UTC, so that a wall clock time that the change of clocks skips becomes one that exists.
        moved = datetime.combine(day, local.timetz().replace(fold=0))
        return moved.astimezone(UTC).astimezone(moment.tzinfo)

    def _add_working_seconds(self, moment: datetime, seconds: float) -> datetime:
        forwards, left = seconds > 0, timedelta(seconds=abs(seconds))
        now = moment.astimezone(UTC)
        day = moment.astimezone(self.zone).date()
        while True:
            if self.is_working_day(day):
                opens, closes = self._span(day)
                here = max(now, opens) if forwards else min(now, closes)
                room = closes - here if forwards else here - opens
                if room >= left:
                    return here + left if forwards else here - left
                left -= max(room, timedelta(0))
            day += _ONE_DAY if forwards else -_ONE_DAY

    def _span(self, day: date) -> tuple[datetime, datetime]:
        opens, closes = (datetime.combine(day, hour, self.zone).astimezone(UTC) for hour in self.hours)
        return opens, closes


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises `ConfigurationError` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"There is no time zone {name!r}."
        raise ConfigurationError(message, advice="Use an IANA name such as Europe/London or UTC.") from None
