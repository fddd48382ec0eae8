"""When a value that an object has is the value that a rule names: the one meaning of "equal" in triggers and lookups.

Words of a vocabulary ignore case, numbers compare by value, a date names a whole day of a moment, a list field holds
a value when it contains it, and null is both a missing field and an empty list. Free text is compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from rules_engine.dashtrack.resources import Field, Kind

LIST_KINDS = frozenset({Kind.WORDS, Kind.PEOPLE, Kind.LIST})
_DATE_LENGTH = len("2026-12-01")


def is_any_of(field: Field | None, actual: Any, wanted: Iterable[Any]) -> bool:
    """Whether the field's value is one of those wanted."""
    return any(equals(field, actual, value) for value in wanted)


def equals(field: Field | None, actual: Any, wanted: Any) -> bool:
    """Whether the field's value is (for a list: holds) the one wanted; `field` is None where nobody foresaw it."""
    if isinstance(actual, (list, tuple)):
        if wanted is None:
            return not actual
        return any(_same(field, item, wanted) for item in actual)
    return _same(field, actual, wanted)


def same_name(one: Any, other: Any) -> bool:
    """Whether two names of people or projects are the same but for case."""
    return isinstance(one, str) and isinstance(other, str) and one.casefold() == other.casefold()


def _same(field: Field | None, actual: Any, wanted: Any) -> bool:
    if actual is None or wanted is None:
        return actual is wanted
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    kind = field.kind if field is not None else None
    if kind in {Kind.WORD, Kind.WORDS}:
        return same_name(actual, wanted)
    if kind is Kind.NUMBER:
        number = _number(actual)
        return number is not None and number == _number(wanted)
    if kind in {Kind.DATETIME, Kind.DATE}:
        return _same_time(actual, wanted)
    if isinstance(actual, Mapping) or isinstance(wanted, Mapping):
        return bool(actual == wanted)
    return bool(_plain(actual) == _plain(wanted))


def _plain(value: Any) -> Any:
    """A text without what makes words ignore case: free text is compared exactly."""
    return str(value) if isinstance(value, str) else value


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _same_time(actual: Any, wanted: Any) -> bool:
    """Two moments, or a moment and the day it is in (as the moment's own text shows it)."""
    first, second = _moment(actual), _moment(wanted)
    if first is None or second is None:
        return bool(actual == wanted)
    if _is_day(actual) or _is_day(wanted):
        return first.date() == second.date()
    if (first.tzinfo is None) is not (second.tzinfo is None):
        return first.replace(tzinfo=None) == second.replace(tzinfo=None)
    return first == second


def _is_day(value: Any) -> bool:
    if isinstance(value, str):
        return len(value.strip()) == _DATE_LENGTH
    return isinstance(value, date) and not isinstance(value, datetime)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone; only its date is used
    try:
        return datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
