"""The moments of a schedule, above all where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making_timers import moments_between

from rules_engine.errors import ConfigurationError
from rules_engine.timing.cron import ScheduleError, latest_moment, next_moment

ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
"""Gaps at one, two, midnight; of an hour and of half an hour; in both halves of the world."""


def transitions():
    """Every day from 2025 to 2030 on which the clocks of a zone change, with the minutes that they jump."""
    found = []
    for name in ZONES:
        zone = ZoneInfo(name)
        day = date(2025, 1, 1)
        while day.year < 2031:
            here, next_day = (
                datetime.combine(one, time(12), zone).utcoffset() for one in (day, day + timedelta(days=1))
            )
            if here != next_day:
                found.append((name, day, (next_day - here) // timedelta(minutes=1)))
            day += timedelta(days=1)
    return found


TRANSITIONS = transitions()


def moments(cron, zone, start, end):
    found, moment = [], next_moment(cron, zone, start)
    while moment is not None and moment < end:
        found.append(moment)
        moment = next_moment(cron, zone, moment)
    return found


def wall_times(zone, start, end):
    """The wall clock time of each minute that truly passes."""
    minutes = int((end - start) / timedelta(minutes=1))
    return [(start + timedelta(minutes=n)).astimezone(ZoneInfo(zone)) for n in range(minutes)]


def test_there_are_transitions_of_each_kind_to_test_with():
    assert len(TRANSITIONS) >= 12 * 6
    assert {jump for _, _, jump in TRANSITIONS} == {60, -60, 30, -30}


@settings(max_examples=150, deadline=None)
@given(
    transition=st.sampled_from(TRANSITIONS),
    hour=st.integers(0, 4) | st.just(23),
    minute=st.sampled_from([0, 1, 15, 29, 30, 31, 59]),
)
def test_a_daily_moment_comes_exactly_once_each_day(transition, hour, minute):
    zone, day, _ = transition
    start = datetime.combine(day - timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=3), time(), ZoneInfo(zone)).astimezone(UTC)
    found = moments(f"{minute} {hour} * * *", zone, start - timedelta(seconds=1), end)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in found]
    # A gap at the very end of a day puts its moment at the first minute of the next one.
    wanted = [day + timedelta(days=n) for n in range(-1, 3)]
    assert len(found) == 4
    assert all(abs((one - other).days) <= 1 for one, other in zip(days, wanted, strict=True))
    walls = wall_times(zone, start, end)
    for moment, wanted_day in zip(found, wanted, strict=True):
        local = moment.astimezone(ZoneInfo(zone))
        exists = [
            wall for wall in walls if (wall.date(), wall.hour, wall.minute) == (wanted_day, hour, minute)
        ]
        if exists:
            assert local == exists[0], "in an overlap it is the first one"
        else:
            later = [
                wall
                for wall in walls
                if wall.replace(tzinfo=None) > datetime.combine(wanted_day, time(hour, minute))
            ]
            assert local == later[0], "in a gap it is the first minute after"


@settings(max_examples=60, deadline=None)
@given(
    transition=st.sampled_from(TRANSITIONS),
    step=st.sampled_from(["*/15", "*/30", "*/10"]),
    hour=st.integers(0, 3),
)
def test_minutes_of_certain_hours_know_gap_and_overlap_too(transition, step, hour):
    zone, day, _ = transition
    start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=2)
    found = moments(f"{step} {hour} * * *", zone, start, start + timedelta(days=3))
    assert len(set(found)) == len(found)
    locals_ = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in found]
    assert len(set(locals_)) == len(locals_), "no wall clock time comes twice"
    assert any(moment.astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1) for moment in found)


@settings(max_examples=60, deadline=None)
@given(transition=st.sampled_from(TRANSITIONS), minutes=st.sampled_from(["0", "*/20", "5,35", "*"]))
def test_a_schedule_of_every_hour_goes_by_the_hours_that_pass(transition, minutes):
    zone, day, jump = transition
    start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    found = moments(f"{minutes} * * * *", zone, start, start + timedelta(hours=30))
    gaps = {later - earlier for earlier, later in pairwise(found)}
    usual = {"0": {60}, "*/20": {20}, "5,35": {30}, "*": {1}}[minutes]
    if abs(jump) == 60:
        assert gaps == {timedelta(minutes=one) for one in usual}


@settings(max_examples=100, deadline=None)
@given(
    start=moments_between(datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)),
    zone=st.sampled_from(ZONES),
    cron=st.sampled_from(
        ["0 9 * * mon-fri", "30 1 * * *", "*/15 * * * *", "0 0 1 * *", "15 */6 * * *", "0 12 L * *"]
    ),
)
def test_every_moment_is_later_than_the_one_before(start, zone, cron):
    moment = start
    for _ in range(20):
        following = next_moment(cron, zone, moment)
        assert following > moment
        assert following.tzinfo is UTC
        moment = following


@settings(max_examples=60, deadline=None)
@given(
    due=moments_between(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)),
    away=st.timedeltas(timedelta(0), timedelta(days=20)),
    cron=st.sampled_from(["0 9 * * mon-fri", "30 1 * * *", "0 0 1 * *", "15 */6 * * *"]),
)
def test_the_latest_of_missed_moments_is_the_last_that_has_come(due, away, cron):
    first = next_moment(cron, "Europe/London", due)
    now = first + away
    expected = [first, *moments(cron, "Europe/London", first, now + timedelta(seconds=1))]
    assert latest_moment(cron, "Europe/London", first, now) == max(one for one in expected if one <= now)


def test_the_latest_of_a_year_s_minutes_is_found_without_counting_them():
    now = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)
    assert latest_moment("* * * * *", "UTC", datetime(2020, 1, 1, tzinfo=UTC), now) == now.replace(second=0)
    leap = datetime(2020, 2, 29, tzinfo=UTC)
    assert latest_moment("0 0 29 2 *", "UTC", leap, now) == datetime(2024, 2, 29, tzinfo=UTC)
    assert latest_moment("0 0 29 2 *", "UTC", datetime(2024, 2, 29, tzinfo=UTC), now).year == 2024


def test_a_schedule_that_is_taken_up_in_the_second_hour_of_an_overlap_does_not_go_back():
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert next_moment("30 1 * * *", "Europe/London", second) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("cron", ["", "* * * *", "0 0 9 * * *", "61 * * * *", "0 9 * * funday", "a b c d e"])
def test_what_is_no_schedule_is_refused(cron):
    with pytest.raises(ScheduleError):
        next_moment(cron, "UTC", datetime(2026, 1, 1, tzinfo=UTC))


def test_a_zone_that_there_is_not_is_refused():
    with pytest.raises(ConfigurationError):
        next_moment("0 9 * * *", "Europe/Atlantis", datetime(2026, 1, 1, tzinfo=UTC))
