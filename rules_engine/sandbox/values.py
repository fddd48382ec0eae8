"""Reading single values of a request: each function gives the form in which Dashtrack stores it, or raises BadValue.

The messages are fragments ("must be a text"); whoever reads a field puts the field's name before them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from rules_engine.sandbox.clock import stamp
from rules_engine.sandbox.errors import BadValue
from rules_engine.sandbox.vocabulary import canonical

Reader: TypeAlias = Callable[[Any], Any]

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|z|[+-]\d\d(:?\d\d)?)?)?",
    re.ASCII,
)


def text(value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise BadValue("must be a text")
    return value


def filled_text(value: Any) -> str:
    """A text with something in it."""
    if not text(value).strip():
        raise BadValue("must not be empty")
    return text(value)


def number(value: Any) -> int | float:
    """A number; a text that looks like one is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadValue("must be a number")
    return value


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise BadValue("must be true or false")
    return value


def calendar_date(value: Any) -> str:
    """A day as YYYY-MM-DD."""
    day = text(value)
    if not _DATE.fullmatch(day):
        raise BadValue(f"must be a date as YYYY-MM-DD, not {day!r}")
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise BadValue(f"is no date of the calendar: {day!r}") from None


def date_time(value: Any) -> str:
    """An ISO 8601 date-time, or a date alone for its midnight; without a zone it is UTC."""
    moment = text(value)
    if not _DATE_TIME.fullmatch(moment):
        raise BadValue(f"must be an ISO 8601 date-time, not {moment!r}")
    try:
        parsed = datetime.fromisoformat(moment)
        return stamp(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise BadValue(f"is no moment of the calendar: {moment!r}") from None


def texts(value: Any) -> list[str]:
    """A list of texts; null is the empty list."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadValue("must be a list of texts")
    return list(value)


def one_of(vocabulary: tuple[str, ...]) -> Reader:
    """A reader of one word of that vocabulary."""

    def read(value: Any) -> str:
        known = canonical(text(value), vocabulary)
        if known is None:
            raise BadValue(f"is {value!r}, which is not one of {_listed(vocabulary)}")
        return known

    return read


def some_of(vocabulary: tuple[str, ...]) -> Reader:
    """A reader of a list of different words of that vocabulary."""
    word = one_of(vocabulary)

    def read(value: Any) -> list[str]:
        return list(dict.fromkeys(word(item) for item in texts(value)))

    return read


def optional(reader: Reader) -> Reader:
    """The same reader, but null stays null."""

    def read(value: Any) -> Any:
        return None if value is None else reader(value)

    return read


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
