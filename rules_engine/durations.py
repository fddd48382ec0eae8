"""Durations as people write them: `30 minutes`, `2 working days`, `1 hour 30 minutes`, `90s`.

Kept apart from the calendar because most durations need none: only working days and working hours wait for
a `Calendar` to say what they come to. A bare number is refused, for nobody can tell its unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from rules_engine.errors import RulesEngineError

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
LONGEST_SECONDS = 100 * 366 * DAY
"""Beyond a century a duration is a slip of the keyboard, and would leave the years that Python knows."""
LONGEST_WORKING_DAYS = 26_200
LONGEST_WORKING_SECONDS = 10_000 * HOUR
"""Some five years of work; the calendar walks through it day by day."""
LONGEST_TEXT = 200

_ADVICE = (
    "Write a number and a unit: seconds, minutes, hours, days, weeks, working days or working hours, "
    "as in `30 minutes`, `2 working days`, `1 hour 30 minutes`, `90s`, `2h`, `5d`."
)
_UNITS = {
    name: seconds
    for names, seconds in (
        ("s sec secs second seconds", 1),
        ("m min mins minute minutes", MINUTE),
        ("h hr hrs hour hours", HOUR),
        ("d day days", DAY),
        ("w week weeks", WEEK),
    )
    for name in names.split()
}
_WORKING_UNITS = {name: seconds for name, seconds in _UNITS.items() if seconds < DAY}
_PART = re.compile(
    r"\s*(?P<number>[0-9]{1,12}(?:\.[0-9]{1,9})?)\s*(?P<working>working\s+)?(?P<unit>[a-z]+)\s*(?:,|and\b)?",
)
_NAMED = (("week", WEEK), ("day", DAY), ("hour", HOUR), ("minute", MINUTE))


class DurationError(RulesEngineError, ValueError):
    """A text is not a duration."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time: by the clock, in working days, in working time, or a sum of these.

    `seconds` and `working_seconds` are in seconds, `working_days` in whole days; each may be negative.
    """

    seconds: float = 0
    working_days: int = 0
    working_seconds: float = 0

    def __neg__(self) -> Duration:
        return Duration(-self.seconds, -self.working_days, -self.working_seconds)

    def __str__(self) -> str:
        return format_duration(self)

    @property
    def needs_calendar(self) -> bool:
        """Whether only a calendar can say how long it is."""
        return bool(self.working_days or self.working_seconds)

    def to_timedelta(self) -> timedelta:
        """The same as a `timedelta`. Raises `DurationError` where it needs a calendar."""
        if self.needs_calendar:
            message = f"{format_duration(self)} depends on the calendar, and here only plain time can be used"
            raise DurationError(message, advice="Write it in seconds, minutes, hours, days or weeks.")
        return timedelta(seconds=self.seconds)


def parse_duration(text: object) -> Duration:
    """The duration that a text such as `2 working days` or `1h 30m` names.

    Raises `DurationError`, whose message names the text and whose advice says what is accepted.
    """
    if not isinstance(text, str):
        raise DurationError(f"{text!r} is not a duration: it has no unit. {_ADVICE}")
    shown = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
    folded = text.strip().casefold()
    if not folded or len(folded) > LONGEST_TEXT:
        raise DurationError(f"{shown!r} is not a duration. {_ADVICE}")
    total = Duration()
    position = 0
    while position < len(folded):
        match = _PART.match(folded, position)
        if match is None:
            raise DurationError(_complaint(shown, folded))
        total = _sum(total, _part(match, shown))
        position = match.end()
    if folded.endswith((",", "and")):
        raise DurationError(_complaint(shown, folded))
    return _within_reason(total, shown)


def format_duration(duration: Duration) -> str:
    """The duration in words that `parse_duration` reads back: `1 hour 30 minutes`."""
    parts = []
    if duration.working_days:
        parts.append(_count(duration.working_days, "working day"))
    parts += _clock_parts(duration.working_seconds, "working ", _NAMED[2:])
    parts += _clock_parts(duration.seconds, "", _NAMED)
    return " ".join(parts) or "0 seconds"


def _part(match: re.Match[str], shown: str) -> Duration:
    number, unit = float(match["number"]), match["unit"]
    if not match["working"]:
        if unit not in _UNITS:
            raise DurationError(_unknown_unit(shown, unit))
        return Duration(seconds=number * _UNITS[unit])
    if unit in _WORKING_UNITS:
        return Duration(working_seconds=number * _WORKING_UNITS[unit])
    if _UNITS.get(unit) != DAY:
        raise DurationError(
            f"{shown!r}: there are working days, hours and minutes, but no working {unit}. {_ADVICE}"
        )
    if not number.is_integer():
        raise DurationError(f"{shown!r}: working days are whole. Write working hours for a part of a day.")
    return Duration(working_days=int(number))


def _sum(one: Duration, other: Duration) -> Duration:
    return Duration(
        one.seconds + other.seconds,
        one.working_days + other.working_days,
        one.working_seconds + other.working_seconds,
    )


def _within_reason(duration: Duration, shown: str) -> Duration:
    too_long = (
        duration.seconds > LONGEST_SECONDS
        or duration.working_seconds > LONGEST_WORKING_SECONDS
        or duration.working_days > LONGEST_WORKING_DAYS
    )
    if too_long:
        raise DurationError(f"{shown!r} is longer than anybody waits.", advice="Write a shorter one.")
    return duration


def _complaint(shown: str, folded: str) -> str:
    if re.fullmatch(r"[0-9.]+", folded):
        return f"{shown!r} has no unit. {_ADVICE}"
    if folded.startswith("-"):
        return f"{shown!r} is negative. Write it without the sign; `minus` and `before` look back."
    return f"{shown!r} is not a duration. {_ADVICE}"


def _unknown_unit(shown: str, unit: str) -> str:
    if unit.rstrip("s") in {"month", "year", "mo", "y", "quarter"}:
        return f"{shown!r}: a {unit.rstrip('s')} has no fixed length. Write days or weeks, as in `30 days`."
    return f"{shown!r}: there is no unit {unit!r}. {_ADVICE}"


def _clock_parts(seconds: float, prefix: str, units: tuple[tuple[str, int], ...]) -> list[str]:
    sign, rest = (-1, -seconds) if seconds < 0 else (1, seconds)
    parts = []
    for name, size in units:
        count, rest = divmod(rest, size)
        if count:
            parts.append(_count(sign * int(count), prefix + name))
    rest = round(rest, 6)
    if rest:
        parts.append(_count(sign * rest, prefix + "second"))
    return parts


def _count(number: float, noun: str) -> str:
    shown = f"{number:f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)
    return f"{shown} {noun}" if number in {1, -1} else f"{shown} {noun}s"
