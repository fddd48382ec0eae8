"""Filters for moments and days: reckoning in durations, and printing in the calendar's zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar, CalendarError
from rules_engine.durations import HOUR, Duration, DurationError, parse_duration
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.limits import RECKONING
from rules_engine.ruleset.templates.moments import need_moment
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import show
from rules_engine.ruleset.templates.working import calendar_for

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NO_WORK = "`for` is about working days and working hours, and {} has neither"
_LONGEST_FORMAT = 100
_NOON = 12
_DIRECTIVE = re.compile(r"%(-?.?)", re.DOTALL)
# Our own, so that neither the machine's locale nor its C library decides what a client reads.
_DIRECTIVES: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda m: f"{m.year:04}",
    "y": lambda m: f"{m.year % 100:02}",
    "m": lambda m: f"{m.month:02}",
    "-m": lambda m: str(m.month),
    "b": lambda m: _MONTHS[m.month - 1][:3],
    "B": lambda m: _MONTHS[m.month - 1],
    "d": lambda m: f"{m.day:02}",
    "-d": lambda m: str(m.day),
    "e": lambda m: f"{m.day:2}",
    "j": lambda m: f"{m.timetuple().tm_yday:03}",
    "a": lambda m: _DAYS[m.weekday()][:3],
    "A": lambda m: _DAYS[m.weekday()],
    "u": lambda m: str(m.isoweekday()),
    "V": lambda m: f"{m.isocalendar().week:02}",
    "G": lambda m: f"{m.isocalendar().year:04}",
    "H": lambda m: f"{m.hour:02}",
    "-H": lambda m: str(m.hour),
    "I": lambda m: f"{(m.hour - 1) % _NOON + 1:02}",
    "-I": lambda m: str((m.hour - 1) % _NOON + 1),
    "p": lambda m: "AM" if m.hour < _NOON else "PM",
    "M": lambda m: f"{m.minute:02}",
    "S": lambda m: f"{m.second:02}",
    "F": lambda m: m.date().isoformat(),
    "T": lambda m: m.time().isoformat(timespec="seconds"),
    "R": lambda m: m.time().isoformat(timespec="minutes"),
    "z": lambda m: m.strftime("%z"),
    "Z": lambda m: m.tzname() or "",
    "%": lambda _m: "%",
}


def plus(run: Run, value: Any, duration: Any, *, for_: Any = None) -> datetime | None:
    """The moment that lies so long after it; null stays null."""
    return _moved(run, value, duration, "plus", for_)


def minus(run: Run, value: Any, duration: Any, *, for_: Any = None) -> datetime | None:
    """The moment that lies so long before it; null stays null."""
    return _moved(run, value, duration, "minus", for_)


def date_text(run: Run, value: Any, form: Any = "%Y-%m-%d") -> str | None:
    """The day, or what `form` asks for, in the calendar's zone; null stays null."""
    if value is None:
        return None
    if not isinstance(form, str) or len(form) > _LONGEST_FORMAT:
        raise TemplateError(
            f"`date` takes a format of at most {_LONGEST_FORMAT} characters, as in '%d %b %Y'"
        )
    run.burn(RECKONING)
    calendar = run.env.calendar
    moment = need_moment(value, calendar, "date").astimezone(calendar.zone)

    def directive(match: re.Match[str]) -> str:
        show_part = _DIRECTIVES.get(match[1])
        if show_part is None:
            known = " ".join(f"%{name}" for name in _DIRECTIVES)
            raise TemplateError(f"`date` knows no {match[0]!r}", advice=f"There is: {known}")
        return show_part(moment)

    return _DIRECTIVE.sub(directive, str(form))


def _moved(run: Run, value: Any, duration: Any, name: str, who: Any) -> datetime | None:
    if value is None:
        return None
    run.burn(RECKONING)
    moment = need_moment(value, run.env.calendar, name)
    try:
        span = duration if isinstance(duration, Duration) else parse_duration(duration)
        run.burn(int(span.working_seconds / HOUR) * 6)
        calendar = _calendar(run, who, span, moment, name)
        return calendar.add(moment, span if name == "plus" else -span)
    except (DurationError, CalendarError) as problem:
        raise TemplateError(f"{show(value)} | {name}: {problem}", advice=problem.advice) from None


def _calendar(run: Run, who: Any, span: Duration, moment: datetime, name: str) -> Calendar:
    if who is None:
        return run.env.calendar
    if not span.needs_calendar:
        raise TemplateError(f"`{name}`: {_NO_WORK.format(span)}")
    # A day of leave or two beside the moment does no harm; what is long past is not worth its fuel.
    day = moment.astimezone(run.env.calendar.zone).date()
    return calendar_for(run, who, since=day) if name == "plus" else calendar_for(run, who, until=day)


def _judge_move(given: Mapping[str, Any]) -> str:
    """What is wrong with a duration that is written out."""
    duration = given.get("duration")
    if duration is None:
        return ""
    try:
        span = parse_duration(duration)
    except DurationError as problem:
        return str(problem)
    return _NO_WORK.format(span) if "for_" in given and not span.needs_calendar else ""


FILTERS = table(
    [
        Filter(
            name="date",
            function=date_text,
            summary="The day in the calendar's time zone, or whatever a format such as '%d %b %Y' asks for.",
            example="{{ '2026-12-01T09:00:00Z' | date('%d %b %Y') }} → 01 Dec 2026",
        ),
        Filter(
            name="minus",
            function=minus,
            judge=_judge_move,
            summary="The moment that lies a duration before it; working days know the calendar and, with `for`, who is on leave.",
            example="{{ '2026-12-01T09:00:00Z' | minus('30 minutes') }} → 2026-12-01T08:30:00Z",
        ),
        Filter(
            name="plus",
            function=plus,
            judge=_judge_move,
            summary="The moment that lies a duration after it; working days know the calendar and, with `for`, who is on leave.",
            example="{{ '2026-12-04T09:00:00Z' | plus('2 working days') }} → 2026-12-08T09:00:00Z",
        ),
    ]
)
