"""The hours of the day: what the calendar says, and what changes teach."""

from datetime import date, timedelta

import pytest
from planning_world import CALENDAR, MIDNIGHT, at

from rules_engine.calendar import Calendar
from rules_engine.polling.planning.rhythm import BusyTime, Rhythm, busyness, cell_of

HOUR = 3600.0


def between(time, start, end):
    return time.between(start.timestamp(), end.timestamp())


def test_before_anything_was_seen_the_calendar_tells_day_from_night():
    time = BusyTime(Rhythm(), CALENDAR)

    assert between(time, at(10), at(11)) == pytest.approx(1.0)
    assert between(time, at(2), at(3)) == pytest.approx(0.1)
    assert between(time, at(17), at(18)) == pytest.approx(0.55)  # they go home at half past
    assert between(time, at(5 * 24 + 10), at(5 * 24 + 11)) == pytest.approx(0.1)  # a Saturday


def test_a_holiday_of_the_calendar_is_a_day_off():
    holiday = Calendar(timezone="Europe/London", holidays=frozenset({date(2026, 3, 2)}))

    assert cell_of(holiday, at(10)) == 24 + 10
    assert cell_of(CALENDAR, at(10)) == 10


def test_hours_are_those_of_the_calendars_zone():
    assert cell_of(Calendar(timezone="America/New_York"), at(15)) == 10


def test_changes_in_the_evening_make_the_evening_busy():
    rhythm = Rhythm()
    for day in range(5):
        for _ in range(20):
            rhythm = rhythm.seen(CALENDAR, 1.0, at(24 * day + 20.5))
    busy = busyness(rhythm, CALENDAR)

    assert busy[20] > 3 * busy[10]
    assert busy[10] > busy[3]


def test_one_change_at_night_moves_little():
    before, after = (busyness(each, CALENDAR) for each in (Rhythm(), Rhythm().seen(CALENDAR, 1.0, at(3))))

    assert after[3] < 2.5 * before[3]
    assert after[10] == pytest.approx(before[10], rel=0.02)


def test_what_was_long_ago_fades():
    rhythm = Rhythm().seen(CALENDAR, 8.0, at(3)).seen(CALENDAR, 1.0, at(10 + 28 * 24))

    assert rhythm.counts[3] == pytest.approx(4.0, rel=0.02)


def test_busy_hours_over_many_weeks_are_those_of_one_week_many_times():
    time = BusyTime(Rhythm(), CALENDAR)
    week = between(time, MIDNIGHT, MIDNIGHT + timedelta(weeks=1))

    assert between(time, MIDNIGHT, MIDNIGHT + timedelta(weeks=40)) == pytest.approx(40 * week, rel=0.01)
    assert between(time, at(3), at(2)) == 0.0


def test_what_was_busy_late_counts_for_more_than_what_was_busy_early():
    time = BusyTime(Rhythm(), CALENDAR)
    morning = time.level(at(6).timestamp(), at(12).timestamp())
    evening = time.level(at(15).timestamp(), at(21).timestamp())

    assert morning > evening
    assert time.level(at(10.2).timestamp(), at(10.4).timestamp()) == pytest.approx(1.0)


def test_after_the_evening_has_begun_what_the_afternoon_left_is_still_awaited():
    time = BusyTime(Rhythm(), CALENDAR)

    since_afternoon = time.level(at(16.5).timestamp(), at(19).timestamp())
    assert since_afternoon > 2 * time.level(at(18.5).timestamp(), at(19).timestamp())


@pytest.mark.parametrize(
    "data", [{}, {"counts": [1], "at": None}, {"counts": ["x"] * 48, "at": None}, {"counts": None, "at": 1}]
)
def test_what_cannot_be_understood_is_a_rhythm_that_saw_nothing(data):
    assert Rhythm.from_json(data) == Rhythm()


def test_it_comes_back_from_the_store_as_it_was():
    rhythm = Rhythm().seen(CALENDAR, 2.0, at(9)).seen(CALENDAR, 1.0, at(30))

    assert Rhythm.from_json(rhythm.to_json()) == rhythm
