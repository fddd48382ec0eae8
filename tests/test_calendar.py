"""Working time, across weekends, holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.calendar import Calendar, CalendarError
from rules_engine.durations import Duration
from rules_engine.errors import ConfigurationError

CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
LONDON = Calendar(timezone="Europe/London", holidays=CHRISTMAS)
ODD_WEEK = Calendar(timezone="Asia/Dubai", working_days=frozenset({6, 0, 2}), holidays=CHRISTMAS)
calendars = st.sampled_from([Calendar(), LONDON, ODD_WEEK])
moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-12-01T09:00Z", Duration(working_days=2), "2026-12-03T09:00Z"),
        ("2026-12-04T09:00Z", Duration(working_days=1), "2026-12-07T09:00Z"),
        ("2026-12-05T09:00Z", Duration(working_days=1), "2026-12-07T09:00Z"),
        ("2026-12-24T10:00Z", Duration(working_days=1), "2026-12-29T10:00Z"),
        ("2026-12-29T10:00Z", Duration(working_days=-1), "2026-12-24T10:00Z"),
        ("2026-03-27T09:00Z", Duration(working_days=1), "2026-03-30T08:00Z"),
        ("2026-10-23T08:00Z", Duration(working_days=1), "2026-10-26T09:00Z"),
        ("2026-12-01T09:00Z", Duration(3600), "2026-12-01T10:00Z"),
        ("2026-12-01T09:00Z", Duration(3600, 1), "2026-12-02T10:00Z"),
        ("2026-12-01T16:30Z", Duration(working_seconds=7200), "2026-12-02T10:00Z"),
        ("2026-12-05T12:00Z", Duration(working_seconds=3600), "2026-12-07T10:00Z"),
        ("2026-12-24T16:30Z", Duration(working_seconds=7200), "2026-12-29T10:00Z"),
        ("2026-12-02T10:00Z", Duration(working_seconds=-7200), "2026-12-01T16:30Z"),
        ("2026-12-01T09:00Z", Duration(working_seconds=8.5 * 3600), "2026-12-01T17:30Z"),
    ],
)
def test_a_deadline_falls_where_the_agency_would_put_it(start: str, duration: Duration, end: str) -> None:
    assert LONDON.add(at(start), duration) == at(end)


def test_the_answer_stands_in_the_zone_of_the_question() -> None:
    zone = timezone(timedelta(hours=5))
    assert LONDON.add(datetime(2026, 12, 1, tzinfo=zone), Duration(working_days=1)).tzinfo is zone


def test_a_time_that_the_change_of_clocks_skips_becomes_one_that_exists() -> None:
    every_day = Calendar(timezone="Europe/London", working_days=frozenset(range(7)))
    moved = every_day.add(at("2026-03-28T01:30Z"), Duration(working_days=1))
    assert moved == at("2026-03-29T01:30Z")


@given(calendars, moments, st.integers(-600, 600).filter(bool))
def test_working_days_end_on_a_working_day_at_the_same_time_of_day(
    calendar: Calendar, moment: datetime, count: int
) -> None:
    start = moment.astimezone(calendar.zone)
    end = calendar.add(moment, Duration(working_days=count)).astimezone(calendar.zone)
    assert calendar.is_working_day(end.date())
    drift = timedelta(hours=end.hour - start.hour, minutes=end.minute - start.minute)
    assert drift in {timedelta(0), timedelta(hours=1)}, "an hour's drift only where the clock skips that hour"
    assert (end > start) == (count > 0)


@given(calendars, moments, st.integers(1, 600))
def test_the_days_between_are_as_many_as_were_added(calendar: Calendar, moment: datetime, count: int) -> None:
    start = moment.astimezone(calendar.zone).date()
    end = calendar.add(moment, Duration(working_days=count)).astimezone(calendar.zone).date()
    assert calendar.working_days_between(start, end) == count
    assert calendar.working_days_between(end, start) == -count


@given(calendars, st.dates(date(2024, 1, 1), date(2029, 1, 1)), st.integers(0, 900))
def test_working_days_between_is_the_count_of_them(calendar: Calendar, start: date, span: int) -> None:
    days = [start + timedelta(days=step) for step in range(1, span + 1)]
    assert calendar.working_days_between(start, start + timedelta(days=span)) == sum(
        map(calendar.is_working_day, days)
    )


@given(calendars, moments, st.integers(1, 200_000))
def test_working_time_goes_forth_and_back(calendar: Calendar, moment: datetime, seconds: int) -> None:
    begin = calendar.add(moment, Duration(working_seconds=1))
    end = calendar.add(begin, Duration(working_seconds=seconds))
    assert calendar.add(end, Duration(working_seconds=-seconds)) == begin
    local = end.astimezone(calendar.zone)
    assert calendar.is_working_day(local.date())
    assert calendar.hours[0] <= local.time() <= calendar.hours[1]


def test_thousands_of_working_days_are_reckoned_at_once() -> None:
    end = LONDON.add(at("2026-12-01T09:00Z"), Duration(working_days=26_000))
    assert LONDON.working_days_between(date(2026, 12, 1), end.date()) == 26_000


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(CalendarError, match="no time zone"):
        LONDON.add(datetime(2026, 12, 1), Duration(1))  # noqa: DTZ001  that it has no zone is the point


@pytest.mark.parametrize(
    ("year", "duration"), [(9999, Duration(86400)), (9999, Duration(working_days=3)), (1, Duration(-86400))]
)
def test_a_moment_outside_the_calendar_is_refused(year: int, duration: Duration) -> None:
    edge = datetime(year, 12, 31, 12, tzinfo=UTC) if year > 1 else datetime(1, 1, 1, 12, tzinfo=UTC)
    with pytest.raises(CalendarError, match="outside the years"):
        Calendar().add(edge, duration)


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"timezone": "Mars/Olympus"}, "no time zone 'Mars/Olympus'"),
        ({"timezone": "../../etc/passwd"}, "no time zone"),
        ({"working_days": frozenset()}, "at least one working day"),
        ({"working_days": frozenset({7})}, "at least one working day"),
        ({"hours": (time(17), time(9))}, "end before they begin"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(settings: dict[str, object], part: str) -> None:
    with pytest.raises(ConfigurationError, match=part):
        Calendar(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-12-01T09:00Z", "2026-12-01T17:30Z", 8.5),
        ("2026-12-01T12:00Z", "2026-12-02T10:00Z", 6.5),
        ("2026-12-05T09:00Z", "2026-12-06T18:00Z", 0),
        ("2026-12-24T17:00Z", "2026-12-29T09:30Z", 1),
        ("2026-12-02T10:00Z", "2026-12-01T12:00Z", -6.5),
        ("2026-12-01T18:00Z", "2026-12-01T18:00Z", 0),
    ],
)
def test_working_time_between_two_moments(start, end, hours):
    assert LONDON.working_seconds_between(at(start), at(end)) == hours * 3600


@given(calendars, moments, st.integers(1, 200).map(lambda hours: hours / 2))
def test_working_time_that_was_added_lies_between(calendar, moment, hours):
    later = calendar.add(moment, Duration(working_seconds=hours * 3600))

    assert calendar.working_seconds_between(moment, later) == hours * 3600


@given(calendars, moments, st.integers(-60, 60), st.sets(st.integers(0, 40), max_size=20))
def test_days_off_of_ones_own_are_none_that_count(calendar, moment, count, off):
    today = moment.astimezone(calendar.zone).date()
    mine = calendar.without(today + timedelta(days=n) for n in off)
    there = mine.add(moment, Duration(working_days=count)).astimezone(calendar.zone).date()

    assert mine.holidays >= calendar.holidays
    passed = (today, there) if count > 0 else (there - timedelta(days=1), today - timedelta(days=1))
    assert mine.working_days_between(*passed) == abs(count)
    assert not count or mine.is_working_day(there)
