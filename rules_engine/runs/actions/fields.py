"""Rendered values to what the API takes, field by field, by the resource table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.dashtrack.resources import Field, Kind, Resource
from rules_engine.polling.snapshot import Snapshot
from rules_engine.runs.actions.names import person
from rules_engine.runs.actions.planned import Planning, StepProblem


def body_of(
    resource: Resource, values: Mapping[str, Any], planning: Planning, *, keep_null: bool
) -> dict[str, Any]:
    """The body of a request: each writable field in its form, in the order written.

    A null is kept when it clears a field (update) and left out when there is nothing to clear (create).
    """
    body: dict[str, Any] = {}
    for name, value in values.items():
        row = resource.field(name)
        if row is None or not row.writable:
            raise StepProblem(f"a {resource.name} has no field {name!r} that can be written")
        written = field_value(row, value, planning.snapshot, planning.calendar)
        if written is None and not row.nullable:
            raise StepProblem(f"{resource.name}.{name} can't be null")
        if written is not None or keep_null:
            body[name] = written
    return body


def field_value(row: Field, value: Any, snapshot: Snapshot, calendar: Calendar) -> Any:
    """One value in the form that the API takes; raises StepProblem for what can't be that field."""
    if value is None:
        return None
    if row.kind is Kind.PEOPLE:
        return [person(snapshot, item) for item in as_list(value)]
    if row.kind is Kind.WORDS:
        return [_word(row, item) for item in as_list(value)]
    if row.kind is Kind.LIST:
        return [_plain(row, item) for item in as_list(value)]
    return _SINGLE[row.kind](row, value, calendar)


def as_list(value: Any) -> list[Any]:
    """A single value where a list is meant is a list of one; nulls in it are nothing."""
    items = list(value) if isinstance(value, (list, tuple)) else [value]
    return [item for item in items if item is not None and item != ""]


def as_text(value: Any) -> str | None:
    """A value as text, for text fields; None for what is no text, number or time."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (str, int, float)) else None


def iso(moment: datetime) -> str:
    """ISO 8601 to the second, UTC as `Z`."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _text(row: Field, value: Any, _calendar: Calendar) -> str:
    text = as_text(value)
    if text is None:
        raise _wrong(row, value, "text")
    return text


def _plain(row: Field, value: Any) -> Any:
    if isinstance(value, (str, int, float, dict)):
        return value
    raise _wrong(row, value, "a list of texts")


def _number(row: Field, value: Any, _calendar: Calendar) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _wrong(row, value, "a number") from None
    return int(number) if number.is_integer() else number


def _boolean(row: Field, value: Any, _calendar: Calendar) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong(row, value, "true or false")


def _one_word(row: Field, value: Any, _calendar: Calendar) -> str:
    return _word(row, value)


def _word(row: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(row, value, "text")
    by_fold = {word.casefold(): word for word in row.vocabulary}
    return by_fold.get(value.strip().casefold(), str(value))


def _moment(row: Field, value: Any, calendar: Calendar) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return _midnight(value, calendar)
    try:
        if isinstance(value, str):
            text = value.strip()
            return _midnight(date.fromisoformat(text), calendar) if _is_date(text) else _checked(text)
    except ValueError:
        pass
    raise _wrong(row, value, "a date or an ISO 8601 date-time")


def _is_date(text: str) -> bool:
    return len(text) == len("2026-12-01")


def _checked(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _midnight(day: date, calendar: Calendar) -> str:
    """The API takes date-times (vendor page): a bare date is midnight where the agency is."""
    moment = datetime.combine(day, time(), tzinfo=calendar.zone)
    return moment.isoformat().replace("+00:00", "Z")


def _day(row: Field, value: Any, calendar: Calendar) -> str:
    if isinstance(value, datetime):
        return value.astimezone(calendar.zone).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        if isinstance(value, str):
            datetime.fromisoformat(value.strip())
            return value.strip()
    except ValueError:
        pass
    raise _wrong(row, value, "a date")


def _wrong(row: Field, value: Any, wanted: str) -> StepProblem:
    return StepProblem(f"{row.name} must be {wanted}, not {value!r}")


_SINGLE: Mapping[Kind, Callable[[Field, Any, Calendar], Any]] = {
    Kind.ID: _text,
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.WORD: _one_word,
    Kind.DATETIME: _moment,
    Kind.DATE: _day,
}
