"""Events by the clock: which moment an object's data name for `task.due`, `task.overdue`, `lead.stale`, `holiday.starts`.

One row a type: the field that tells the date, what the object must be like, and on which side of the date the moment
lies. A date without a time of day is that whole day in the calendar's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rules_engine.calendar import Calendar, CalendarError
from rules_engine.durations import Duration, format_duration
from rules_engine.store.records import Cause, Event, JsonObject, Presence, StoredObject

_DATE_LENGTH = len("2026-12-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When an event by the clock comes for one object, as its data are."""

    value: str
    """`TYPE@OFFSET@DATE`: the same date fires once, another one anew."""
    at: datetime
    until: datetime | None
    """From here on it is too late to begin to wait for it; None: it never is."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A date as the moments between which it is."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClockType:
    """How one type of event by the clock reads an object."""

    field: str | None
    """The field that tells the date; None: any field's last change."""
    is_open: Callable[[JsonObject], bool]
    """Whether the object is one that the event can come for."""
    before: bool
    """Whether the moment lies before the date, by the offset, or after it."""
    until_end: bool = True
    """Of a moment before the date: whether it still comes while that day lasts, or only until it begins."""


def _has_status(word: str, *, wanted: bool) -> Callable[[JsonObject], bool]:
    return lambda data: (str(data.get("status") or "").casefold() == word) is wanted


_TYPES: Mapping[str, _ClockType] = {
    "task.due": _ClockType(field="due_date", is_open=_has_status("done", wanted=False), before=True),
    "task.overdue": _ClockType(field="due_date", is_open=_has_status("done", wanted=False), before=False),
    "lead.stale": _ClockType(field=None, is_open=lambda _: True, before=False),
    "holiday.starts": _ClockType(
        field="start_date", is_open=_has_status("approved", wanted=True), before=True, until_end=False
    ),
}


def moment_of(
    event_type: str, offset: Duration | None, stored: StoredObject, calendar: Calendar
) -> Moment | None:
    """The moment that the object's data name, whatever its state; None where they name none."""
    row = _TYPES[event_type]
    span = _span(row, stored, calendar)
    if span is None:
        return None
    length = offset or Duration()
    try:
        at = calendar.add(span.begins, -length) if row.before else calendar.add(span.ends, length)
    except CalendarError:
        return None
    until = (span.ends if row.until_end else span.begins) if row.before else None
    value = f"{event_type}@{format_duration(length)}@{span.begins.isoformat()}"
    return Moment(value=value, at=at, until=until)


def is_open(event_type: str, stored: StoredObject) -> bool:
    """Whether the object is there and in a state for which the event comes: a task not done, a holiday approved."""
    return stored.presence is not Presence.DELETED and _TYPES[event_type].is_open(stored.data)


def settled_since(event_type: str, fields: Mapping[str, Any], stored: StoredObject) -> datetime | None:
    """Since when the object's date, its state and these fields are what they are; None where nobody knows."""
    field = _TYPES[event_type].field
    names = {field, "status", *fields} if field is not None else stored.since.keys()
    return newest(text for name, text in stored.since.items() if name in names)


def newest(moments: Iterable[str]) -> datetime | None:
    """The latest of some ISO 8601 texts."""
    return max((_utc(datetime.fromisoformat(text)) for text in moments), default=None)


def clock_event(account: str, stored: StoredObject, value: str, *, at: datetime) -> Event:
    """The event that the clock brings: before and after are the object as it is, and nothing changed."""
    return Event(
        id=f"{account}/{stored.resource}/{stored.object_id}/{value}",
        at=at,
        types=(value.partition("@")[0],),
        resource=stored.resource,
        object_id=stored.object_id,
        project_id=stored.project_id,
        revision=stored.revision,
        changes={},
        before=stored.data,
        after=stored.data,
        cause=Cause.EXTERNAL,
        seen_between=(at, at),
    )


def _span(row: _ClockType, stored: StoredObject, calendar: Calendar) -> _Span | None:
    if row.field is None:
        changed = newest(stored.since.values())
        return _Span(changed, changed) if changed is not None else None
    return _date_span(stored.data.get(row.field), calendar)


def _date_span(value: Any, calendar: Calendar) -> _Span | None:
    """A date-time is a moment; a date is a day; what is neither names nothing."""
    try:
        text = value.strip()
        if len(text) == _DATE_LENGTH:
            day = date.fromisoformat(text)
            return _Span(_midnight(day, calendar), _midnight(day + timedelta(days=1), calendar))
        moment = _utc(datetime.fromisoformat(text))
    except (AttributeError, ValueError, OverflowError):
        return None
    return _Span(moment, moment)


def _midnight(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is meant to be in it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
