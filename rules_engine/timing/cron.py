"""The moments of a schedule, by the wall clock of a zone.

A moment that the change to summer time leaves out comes once, right after the gap; one that the change back shows
twice comes once, the first time. An hour that is given as a plain `*` means each hour that passes, so such a schedule
knows neither gap nor overlap.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from rules_engine.calendar import zone
from rules_engine.errors import RulesEngineError

_MINUTES, _HOURS = range(60), range(24)
_SPANS = (timedelta(days=2), timedelta(days=40), timedelta(days=400))
"""How far back to look for the latest of many missed moments, so that a year of minutes is not counted one by one."""


class ScheduleError(RulesEngineError, ValueError):
    """A text is no schedule."""

    advice = "Write five fields: minute, hour, day of month, month, day of week, as in `0 9 * * mon-fri`."


def next_moment(cron: str, timezone: str, after: datetime) -> datetime | None:
    """The first moment later than `after`, in UTC; None for a schedule that has no more in fifty years.

    Raises ScheduleError for a text that is no schedule, ConfigurationError for a zone that there is not.
    """
    try:
        for local in CronSim(_explicit(cron), after.astimezone(zone(timezone))):
            moment = local.astimezone(UTC)
            # Begun in the second hour of an overlap, it counts on from that wall clock time's first coming.
            if moment > after.astimezone(UTC):
                return moment
    except CronSimError as error:
        raise ScheduleError(f"{cron!r} is no schedule: {error}") from None
    return None


def latest_moment(cron: str, timezone: str, due: datetime, now: datetime) -> datetime:
    """The last moment of a schedule not later than `now`, given that one was due at `due`, in UTC."""
    latest = due
    for span in _SPANS:
        found = _last_from(cron, timezone, max(due, now - span), now)
        if found is not None:
            return max(found, latest)
        if now - span <= due:
            return latest
    return _last_from(cron, timezone, due, now) or latest


def _last_from(cron: str, timezone: str, start: datetime, now: datetime) -> datetime | None:
    found, moment = None, next_moment(cron, timezone, start)
    while moment is not None and moment <= now:
        found, moment = moment, next_moment(cron, timezone, moment)
    return found


def _explicit(cron: str) -> str:
    """The schedule with the minutes and hours spelled out, where it means certain hours.

    What has a star there is taken by cronsim for something that goes on all day, which needs no care in gap and overlap.
    """
    fields = cron.split()
    if len(fields) != len(("minute", "hour", "day", "month", "weekday")):
        raise ScheduleError(f"{cron!r} has {len(fields)} fields, not five")
    minute, hour, *days = fields
    if hour == "*":
        return cron
    return " ".join((_spelled(minute, _MINUTES), _spelled(hour, _HOURS), *days))


def _spelled(field: str, values: range) -> str:
    """`*/15` as `0,15,30,45`; a field that begins with no star as it is."""
    if not field.startswith("*"):
        return field
    star, _, step = field.partition("/")
    if star != "*" or (step and not step.isdecimal()) or step == "0":
        return field
    return ",".join(map(str, values[:: int(step or 1)]))
