"""Moments and days: read from ISO 8601 text, put into the calendar's zone, made comparable."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.values import kind, show

_ISO = re.compile(
    r"\s*(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?\s*",
    re.ASCII,
)
_LONGEST = 48
_ADVICE = "Moments are written as 2026-12-01 or 2026-12-01T09:00:00Z."


def read_moment(text: str, calendar: Calendar) -> datetime | None:
    """The moment that an ISO 8601 text names, or None where it names none.

    A day is its first moment, and a time without a zone is the wall clock, both in the calendar's zone.
    """
    match = _ISO.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(
            f"{match['day']}T{match['time'] or '00:00'}{(match['zone'] or '').upper()}"
        )
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)


def as_moment(value: Any, calendar: Calendar) -> datetime | None:
    """The moment that a value is or names, or None where it is neither."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=calendar.zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), calendar.zone)
    if isinstance(value, str):
        return read_moment(value, calendar)
    return None


def need_moment(value: Any, calendar: Calendar, what: str) -> datetime:
    """The moment that a value is or names; `what` says who asks. Raises `TemplateError`."""
    moment = as_moment(value, calendar)
    if moment is None:
        found = show(value) if isinstance(value, str) else f"{show(value)} ({kind(value)})"
        raise TemplateError(f"`{what}` needs a date, not {found}", advice=_ADVICE)
    return moment
