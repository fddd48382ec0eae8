"""What an answer's headers say about the rate limit. Nothing here fails: what can't be understood is not said.

The vendor names X-RateLimit-Limit, -Remaining and -Reset, but not the unit of Reset; it may be epoch seconds, epoch
milliseconds, seconds from now or an ISO time. Times are judged by the server's own clock (its `Date`), so that a
wrong local clock does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WAIT: Final = 7200.0
"""Seconds; limits are per hour, so whatever is longer is a misunderstanding."""
SHORTEST_WAIT: Final = 1.0

_A_LITTLE_PAST: Final = -60.0
"""A Reset that passed this recently is a window that is just ending; earlier ones say nothing."""
_LARGEST_DELTA: Final = 1e7
_LARGEST_EPOCH_SECONDS: Final = 1e11
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The rate limit as one answer tells it."""

    limit: int | None
    remaining: int | None
    reset_in: float | None
    """Seconds from now, within [SHORTEST_WAIT, LONGEST_WAIT]."""
    retry_in: float | None
    """The same, from Retry-After."""
    clock_offset: float | None
    """Seconds by which the server's clock is ahead of ours."""


def read_headers(headers: Mapping[str, str], *, now: datetime, clock_offset: float | None = None) -> Seen:
    """What `headers` say at the local moment `now`; `clock_offset` is the last one known."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    date = _http_date(lower.get("date"))
    if date is not None:
        clock_offset = (date - now).total_seconds()
    limit = _whole(lower.get("x-ratelimit-limit"))
    return Seen(
        limit=limit or None,
        remaining=_whole(lower.get("x-ratelimit-remaining")),
        reset_in=_wait(lower.get("x-ratelimit-reset"), now, clock_offset),
        retry_in=_wait(lower.get("retry-after"), now, clock_offset),
        clock_offset=clock_offset,
    )


def server_date(headers: Mapping[str, str]) -> datetime | None:
    """The moment at which the server says that it answered."""
    return _http_date(headers.get("date"))


def utc_from_iso(text: str) -> datetime:
    """An ISO 8601 time in UTC, taken as UTC where it names no zone; raises ValueError."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("out of range") from problem


def _whole(text: str | None) -> int | None:
    return int(text) if text and _WHOLE.fullmatch(text) else None


def _wait(text: str | None, now: datetime, offset: float | None) -> float | None:
    """Seconds to wait for what `text` names in any of its units."""
    if not text:
        return None
    number = float(text) if _NUMBER.fullmatch(text) else None
    if number is not None and number < _LARGEST_DELTA:
        return _clamped(number)
    moment = _moment(text) if number is None else _epoch(number)
    if moment is None:
        return None
    local = moment - now.timestamp()
    by_server = local - (offset or 0.0)
    fits = next((wait for wait in (by_server, local) if _A_LITTLE_PAST <= wait <= LONGEST_WAIT), by_server)
    return _clamped(fits) if fits >= _A_LITTLE_PAST else None


def _epoch(number: float) -> float:
    """Seconds since 1970, from seconds or milliseconds."""
    return number if number < _LARGEST_EPOCH_SECONDS else number / 1000


def _moment(text: str) -> float | None:
    """Seconds since 1970 of an ISO or HTTP time; None for garbage."""
    try:
        return utc_from_iso(text).timestamp()
    except ValueError:
        date = _http_date(text)
        return None if date is None else date.timestamp()


def _http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _clamped(seconds: float) -> float:
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
