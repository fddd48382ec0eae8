"""The kinds of value that a setting can have: each knows its JSON schema and how to read one.

One description serves the reader of the file and the schema for editors, so that they can't disagree.
A message in here never repeats a value that may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from rules_engine import calendar
from rules_engine.dashtrack.address import check_base_url
from rules_engine.durations import DurationError, parse_duration
from rules_engine.errors import ConfigurationError
from rules_engine.runs.endpoints.address import AddressRefused, check_endpoint_url
from rules_engine.suggest import nearest


class Unfit(ValueError):
    """A value that a setting can't have; the message says what it takes."""

    def __init__(
        self, message: str, *, code: str = "RE122", suggestion: str | None = None, advice: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.suggestion = suggestion
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is read as a whole."""

    schema: Mapping[str, Any]
    read: Callable[[Any], Any]
    """From plain YAML data to the setting's value; raises Unfit."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list of values of one kind, read as a tuple."""

    item: Kind
    unique_by: str | None = None
    """The key that no two items (sections) may share."""


@dataclass(frozen=True, slots=True)
class MapKind:
    """Values of one kind under names that the user chooses, read as a dict."""

    item: Kind
    pattern: str
    """What a name looks like."""
    meaning: str
    """The same in words."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: what it takes, what it is for, and an example of it."""

    kind: Kind
    description: str
    default: Any = None
    """As it would be written in the file; None where leaving it out means something of its own."""


@dataclass(frozen=True, slots=True)
class Section:
    """A block of keys, read as a dict of those that are given."""

    settings: Mapping[str, Setting]
    required: Sequence[str] = field(default=())


Kind: TypeAlias = Leaf | ListKind | MapKind | Section


def shown(value: Any) -> str:
    """A value in a message: short, and blocks only by their kind."""
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - what fits a line


def text(pattern: str | None = None, meaning: str = "a text") -> Leaf:
    """A text that is not empty and fits `pattern` as a whole."""
    schema = {"type": "string", "minLength": 1, **({"pattern": f"^(?:{pattern})$"} if pattern else {})}

    def read(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Unfit(f"must be {meaning}, not {shown(value)}")
        if pattern and not re.fullmatch(pattern, value):
            raise Unfit(f"must be {meaning}, not {shown(value)}", code="RE123")
        return value

    return Leaf(schema, read)


def path() -> Leaf:
    """A path, relative to the current folder; `~` is the home folder."""
    plain = text(meaning="a path")
    return Leaf(plain.schema, lambda value: Path(plain.read(value)).expanduser())


def url() -> Leaf:
    """The address of an API, as the client will take it: checked here so that a mistake is told with its place."""
    plain = text(meaning="a URL such as https://dashtrack.io/api/v1")

    def read(value: Any) -> str:
        try:
            return check_base_url(plain.read(value))
        except ConfigurationError as error:
            raise Unfit(str(error), code="RE123", advice=error.advice) from None

    return Leaf({**plain.schema, "pattern": "^https?://[^/]"}, read)


def endpoint_url() -> Leaf:
    """Where messages are sent. The value is not repeated: many such addresses are secrets themselves."""
    schema = {"type": "string", "minLength": 1, "pattern": "^https?://[^/]"}

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Unfit("must be a URL such as https://example.com/hooks/deals")
        try:
            return check_endpoint_url(value)
        except AddressRefused as error:
            raise Unfit(str(error), code="RE123", advice=error.advice) from None

    return Leaf(schema, read)


def store_url() -> Leaf:
    """The address of a store; whether it can be opened is the store's to say."""
    meaning = "a store such as sqlite:///rules-engine.db or postgresql://HOST/NAME"
    pattern = r"sqlite:.*|postgres(ql)?(\+\w+)?://.+"

    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            # The value is not repeated: it may hold a password.
            raise Unfit(f"must be {meaning}", code="RE123" if isinstance(value, str) else "RE122")
        return value

    return Leaf({"type": "string", "pattern": f"^(?:{pattern})$"}, read)


def whole(least: int, most: int) -> Leaf:
    """A whole number within bounds."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unfit(f"must be a whole number, not {shown(value)}")
        if not least <= value <= most:
            raise Unfit(f"must be a whole number from {least} to {most}, not {value}", code="RE123")
        return value

    return Leaf({"type": "integer", "minimum": least, "maximum": most}, read)


def share() -> Leaf:
    """A share of a whole, as in `10%`; read as a number from 0 to 1."""
    pattern = r"(\d{1,3}(?:\.\d{1,3})?) ?%"

    def read(value: Any) -> float:
        found = re.fullmatch(pattern, value) if isinstance(value, str) else None
        percent = float(found[1]) if found else -1.0
        if not 0 <= percent <= 100:  # noqa: PLR2004 - that is what percent means
            code = "RE123" if isinstance(value, str) else "RE122"
            raise Unfit(f"must be a share from 0% to 100%, such as 10%, not {shown(value)}", code=code)
        return percent / 100

    return Leaf({"type": "string", "pattern": f"^{pattern}$"}, read)


def switch() -> Leaf:
    """True or false; the texts `on` and `off`, which YAML 1.2 does not take for booleans, mean the same."""
    words = {"on": True, "off": False}

    def read(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in words:
            return words[value]
        raise Unfit(f"must be true or false, not {shown(value)}", code="RE123")

    return Leaf({"enum": [True, False, *words]}, read)


def choice(*words: str) -> Leaf:
    """One of these words."""

    def read(value: Any) -> str:
        if isinstance(value, str) and value in words:
            return value
        near = nearest(value, words) if isinstance(value, str) else None
        raise Unfit(f"must be one of {', '.join(words)}, not {shown(value)}", code="RE123", suggestion=near)

    return Leaf({"enum": list(words)}, read)


_LONGEST: Final = timedelta(days=3650)


def duration(least: timedelta) -> Leaf:
    """A span of clock time, as in rules; working days make no sense here."""
    schema = {"type": "string", "minLength": 2, "pattern": "^\\s*[0-9]"}

    def read(value: Any) -> timedelta:
        try:
            found = parse_duration(value)
        except DurationError as error:
            raise Unfit(str(error), code="RE128") from None
        if found.needs_calendar:
            raise Unfit(
                f"must be clock time such as `5 minutes` or `2 days`, not {shown(value)}", code="RE128"
            )
        if not least.total_seconds() <= found.seconds <= _LONGEST.total_seconds():
            bounds = f"from {_seconds(least)} to {_LONGEST.days} days"
            raise Unfit(f"must be a duration {bounds}, not {shown(value)}", code="RE128")
        return timedelta(seconds=found.seconds)

    return Leaf(schema, read)


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():g} seconds"


def zone() -> Leaf:
    """The name of a time zone."""

    def read(value: Any) -> str:
        from zoneinfo import available_timezones  # noqa: PLC0415 - reads folders; only a mistake needs it

        plain: str = text(meaning="the name of a time zone such as Europe/London").read(value)
        try:
            calendar.zone(plain)
        except ConfigurationError:
            zones = available_timezones()
            near = nearest(plain, zones, most=len(zones))
            raise Unfit(f"is not a known time zone: {shown(plain)}", code="RE123", suggestion=near) from None
        return plain

    return Leaf({"type": "string", "minLength": 1}, read)


def hours() -> Leaf:
    """The working hours of a day, `09:00-17:30`."""
    clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"

    def read(value: Any) -> tuple[time, time]:
        if not isinstance(value, str) or not re.fullmatch(f"{clock}-{clock}", value):
            raise Unfit(f'must be two times such as "09:00-17:30", not {shown(value)}', code="RE123")
        first, _, last = value.partition("-")
        if first >= last:
            raise Unfit(f"must end after it begins: {shown(value)}", code="RE123")
        return time.fromisoformat(first), time.fromisoformat(last)

    return Leaf({"type": "string", "pattern": f"^{clock}-{clock}$"}, read)


def day() -> Leaf:
    """A date, `2026-12-25`."""
    pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def read(value: Any) -> date:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass  # said below, with all that is not a date
        raise Unfit(f"must be a date such as 2026-12-25, not {shown(value)}", code="RE123")

    return Leaf({"type": "string", "pattern": f"^{pattern}$"}, read)
