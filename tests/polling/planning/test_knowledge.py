"""What looks teach: rates, fading, sittings, and the guess for what is new."""

from datetime import timedelta

import pytest
from planning_world import CALENDAR, NOON, at

from rules_engine.polling.planning.activity import MOST_CHANGES, Activity
from rules_engine.polling.planning.habits import HABITS, Habits
from rules_engine.polling.planning.knowledge import FIRST_GUESS, Estimator, Knowledge, Sighting, learn
from rules_engine.polling.planning.rhythm import BusyTime, Rhythm

MINUTE = timedelta(minutes=1)


def sighting(key, moment, changes=1, since=10 * MINUTE):
    return Sighting(key=key, resource=key.partition("/")[0], changes=changes, since=moment - since, at=moment)


def a_week_of(key, per_day, knowledge=None, *, start=0):
    """So many changes on each working day, evenly, each alone."""
    knowledge = knowledge or Knowledge()
    for day in range(start, start + 5):
        for n in range(per_day):
            knowledge = learn(knowledge, [sighting(key, at(24 * day + 9.2 + 8 * n / per_day))], CALENDAR)
    return knowledge


def base(knowledge, key, moment):
    return Estimator(knowledge, CALENDAR).base(key, key.partition("/")[0], moment)


def test_before_anything_was_seen_a_feed_has_the_guess_of_its_resource():
    assert base(Knowledge(), "lead", NOON) == pytest.approx(FIRST_GUESS["lead"])


def test_a_feed_with_eight_changes_a_day_is_known_for_one_an_hour():
    knowledge = a_week_of("task/busy", 8)

    assert base(knowledge, "task/busy", at(4 * 24 + 17)) == pytest.approx(1.0, rel=0.35)


def test_looks_that_see_nothing_lower_the_rate_by_themselves():
    knowledge = a_week_of("task/busy", 8)
    friday, later = at(4 * 24 + 17), at(14 * 24 + 17)

    assert base(knowledge, "task/busy", later) < base(knowledge, "task/busy", friday) / 1.8


def test_a_new_feed_is_guessed_from_its_siblings():
    knowledge = a_week_of("task/b", 40, a_week_of("task/a", 40))

    assert base(knowledge, "task/new", None) > 3 * FIRST_GUESS["task"]
    assert base(knowledge, "note/new", None) == pytest.approx(FIRST_GUESS["note"])


def test_what_was_weeks_ago_counts_less_than_what_was_last_week():
    quiet_now = a_week_of("task/x", 1, a_week_of("task/x", 16), start=28)
    always_so = a_week_of("task/x", 16, a_week_of("task/x", 16), start=28)
    friday = at(32 * 24 + 17)

    assert base(quiet_now, "task/x", friday) < base(always_so, "task/x", friday) / 3


def test_a_bulk_edit_of_thousands_is_one_thing_that_happened():
    bulk = learn(Knowledge(), [sighting("task/x", NOON, changes=5000)], CALENDAR)

    assert bulk.activities["task/x"].changes == MOST_CHANGES


def sittings(days=10):
    """Each day one long sitting: a change every three minutes for an hour and a half, seen each by itself."""
    knowledge = Knowledge()
    for day in [day for day in range(days + 4) if day % 7 < 5]:
        for n in range(30):
            knowledge = learn(
                knowledge, [sighting("task/x", at(24 * day + 11 + n / 20), since=2 * MINUTE)], CALENDAR
            )
    return knowledge


def singly(days=10):
    """As many changes, one an hour and more, evenly over the day."""
    knowledge = Knowledge()
    for day in [day for day in range(days + 4) if day % 7 < 5]:
        for n in range(30):
            knowledge = learn(
                knowledge, [sighting("task/x", at(24 * day + 9 + n * 8.5 / 30), since=2 * MINUTE)], CALENDAR
            )
    return knowledge


def test_who_works_in_sittings_is_found_out():
    assert sittings().habits.weights[0] < 0.01
    assert singly().habits.weights[0] > 0.9


def test_after_a_change_in_a_sitting_the_next_one_is_expected_soon_and_then_less_and_less():
    knowledge = sittings()
    last = max(one.at for one in [knowledge.activities["task/x"]])
    estimator = Estimator(knowledge, CALENDAR)
    rates = [
        estimator.rate("task/x", "task", last + after, last + after + 5 * MINUTE)
        for after in (0 * MINUTE, 20 * MINUTE, 60 * MINUTE, 120 * MINUTE)
    ]

    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 5 * rates[-1]


def test_where_changes_come_singly_one_says_nothing_of_the_next():
    knowledge = singly()
    last = knowledge.activities["task/x"].at
    estimator = Estimator(knowledge, CALENDAR)

    just_after = estimator.rate("task/x", "task", last, last + MINUTE)
    level = estimator.time("task").level(last.timestamp(), (last + MINUTE).timestamp())
    assert just_after == pytest.approx(estimator.base("task/x", "task", last) * level, rel=0.1)


def test_scores_go_on_moving_for_ever():
    habits, time = Habits(), BusyTime(Rhythm(), CALENDAR)
    activity = Activity().seen(1, NOON, time)
    for n in range(3000):
        moment = NOON + n * MINUTE
        habits = habits.seen(activity, 3, moment, moment + MINUTE, time, 0.5)

    assert min(habits.scores) > -1e5
    assert sum(habits.weights) == pytest.approx(1.0)


def test_the_same_looks_teach_the_same():
    assert a_week_of("task/x", 5) == a_week_of("task/x", 5)


def test_it_comes_back_from_the_store_as_it_was():
    knowledge = a_week_of("task/x", 5)
    activity, habits = knowledge.activities["task/x"], knowledge.habits

    back = Activity.from_json(activity.to_json())
    assert back.at == activity.at
    assert back.changes == pytest.approx(activity.changes, abs=1e-3)
    assert Habits.from_json(habits.to_json()).weights == pytest.approx(habits.weights, abs=1e-3)


@pytest.mark.parametrize(
    "data", [{}, {"changes": "x"}, {"changes": 1, "hours": 1, "pulses": [1], "at": None}]
)
def test_what_cannot_be_understood_is_a_feed_of_which_nothing_is_known(data):
    assert Activity.from_json(data) == Activity()
    assert Habits.from_json(data) == Habits()
    assert len(Habits().weights) == len(HABITS)
