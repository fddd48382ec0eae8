"""Durations as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.durations import Duration, DurationError, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30 minutes", Duration(1800)),
        ("5 days", Duration(5 * 86400)),
        ("1 day", Duration(86400)),
        ("2 working days", Duration(working_days=2)),
        ("1 Working Day", Duration(working_days=1)),
        ("4 working hours", Duration(working_seconds=4 * 3600)),
        ("90s", Duration(90)),
        ("2h", Duration(7200)),
        ("5d", Duration(5 * 86400)),
        ("1 week", Duration(7 * 86400)),
        ("0.3 seconds", Duration(0.3)),
        ("1 hour 30 minutes", Duration(5400)),
        ("1h30m", Duration(5400)),
        ("1 day, 2 hours and 3 minutes", Duration(86400 + 7200 + 180)),
        ("  10 min ", Duration(600)),
        ("2 working days 1 hour", Duration(3600, 2)),
        ("0 seconds", Duration()),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (5, "has no unit"),
        (True, "has no unit"),
        (None, "has no unit"),
        ("5", "has no unit"),
        ("1.5", "has no unit"),
        ("", "is not a duration"),
        ("soon", "is not a duration"),
        ("5 parsecs", "no unit 'parsecs'"),
        ("5 months", "a month has no fixed length"),
        ("1 year", "a year has no fixed length"),
        ("1.5 working days", "working days are whole"),
        ("2 working weeks", "no working weeks"),
        ("-3 days", "is negative"),
        ("1 hour and", "is not a duration"),
        ("1 hour,", "is not a duration"),
        ("9999999 days", "longer than"),
        ("20000 working hours", "longer than"),
        ("99999 working days", "longer than"),
        ("5 days " * 100, "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_reason(text: object, part: str) -> None:
    with pytest.raises(DurationError, match=part) as caught:
        parse_duration(text)
    assert isinstance(caught.value, ValueError)


def test_the_message_says_what_is_accepted() -> None:
    with pytest.raises(DurationError, match=r"`30 minutes`, `2 working days`"):
        parse_duration("5")


@given(
    st.builds(
        Duration,
        seconds=st.integers(0, 10**8).map(lambda hundredths: hundredths / 100),
        working_days=st.integers(0, 500),
        working_seconds=st.integers(0, 10**6),
    )
)
def test_what_is_written_is_read_back(duration: Duration) -> None:
    again = parse_duration(format_duration(duration))
    assert again.working_days == duration.working_days
    assert again.working_seconds == duration.working_seconds
    assert again.seconds == pytest.approx(duration.seconds, abs=1e-6)


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with suppress(DurationError):
        assert parse_duration(text).seconds >= 0


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(), "0 seconds"),
        (Duration(90061), "1 day 1 hour 1 minute 1 second"),
        (Duration(0.5), "0.5 seconds"),
        (Duration(working_days=1), "1 working day"),
        (Duration(-7200), "-2 hours"),
        (-Duration(working_days=2), "-2 working days"),
        (Duration(14 * 86400), "2 weeks"),
    ],
)
def test_a_duration_is_shown_in_words(duration: Duration, text: str) -> None:
    assert str(duration) == text


def test_plain_time_becomes_a_timedelta() -> None:
    assert parse_duration("1 hour 30 minutes").to_timedelta() == timedelta(hours=1.5)


@pytest.mark.parametrize("text", ["1 working day", "1 working hour"])
def test_working_time_needs_a_calendar_to_become_a_timedelta(text: str) -> None:
    with pytest.raises(DurationError, match="depends on the calendar"):
        parse_duration(text).to_timedelta()
