"""What is due, in which order, at which pace."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from planning_world import CALENDAR, NOON, asked_at, at, plenty, scheduler, tasks_of, work

from rules_engine.polling.planning.knowledge import Estimator, Knowledge, Sighting, learn
from rules_engine.polling.planning.schedule import (
    FURTHEST,
    IN_TIME,
    SHORTEST,
    Allowance,
    Asked,
    Wanted,
    timetable,
)


def knowing(**per_week):
    """Projects with so many changes in the week before, an hour apart or less."""
    knowledge = Knowledge()
    for one in tasks_of(20):
        first = Sighting(key=one.key, resource="task", changes=0, since=at(-168), at=at(-168))
        knowledge = learn(knowledge, [first], CALENDAR)
    for project, count in per_week.items():
        for n in range(count):
            day, part = divmod(5 * n / count, 1)
            moment = at(-7 * 24 + 24 * day + 9 + 8 * part)
            seen = Sighting(
                key=f"task/{project}",
                resource="task",
                changes=1,
                since=moment - timedelta(minutes=5),
                at=moment,
            )
            knowledge = learn(knowledge, [seen], CALENDAR)
    return knowledge


def test_feeds_alike_are_looked_at_alike_and_all_requests_are_used():
    feeds = tasks_of(10)
    looks = work(scheduler(), feeds, NOON, 4, 100, asked_at(feeds, NOON))

    assert all(len(each) == pytest.approx(40, abs=2) for each in looks.values())
    assert sum(map(len, looks.values())) <= 400


def test_where_changes_are_there_looks_are():
    feeds = tasks_of(10)
    looks = work(scheduler(knowing(p0=100, p1=25)), feeds, NOON, 4, 100, asked_at(feeds, NOON))

    counts = {key: len(each) for key, each in looks.items()}
    assert counts["task/p0"] > counts["task/p1"] > counts["task/p9"] > 0


def test_what_is_worth_more_is_looked_at_more():
    feeds = (replace(tasks_of(1)[0], weight=4.0), *tasks_of(10)[1:])
    table = timetable(feeds, {}, Estimator(Knowledge(), CALENDAR), NOON, per_hour=100)

    assert table.seconds["task/p1"] / table.seconds["task/p0"] == pytest.approx(2.0, rel=0.01)


def test_nothing_starves_beside_the_busiest():
    feeds = tasks_of(20)
    table = timetable(
        feeds,
        asked_at(feeds, NOON),
        Estimator(knowing(p0=5000), CALENDAR),
        NOON + timedelta(minutes=1),
        per_hour=60,
    )

    assert max(table.seconds.values()) <= FURTHEST * 20 * 60
    assert table.per_hour <= 60.01


def test_a_latency_that_was_asked_for_is_kept_at_the_cost_of_the_others():
    feeds = (*tasks_of(10), Wanted(key="note/p0", resource="note", max_latency=600.0))
    looks = work(scheduler(), feeds, NOON, 4, 60, asked_at(feeds, NOON))

    gaps = [later - earlier for earlier, later in zip(looks["note/p0"], looks["note/p0"][1:], strict=False)]
    assert max(gaps) <= timedelta(minutes=10)
    assert sum(map(len, looks.values())) <= 240


def test_latencies_that_the_pace_cannot_carry_are_told():
    feeds = tasks_of(10, max_latency=60.0)
    table = timetable(feeds, {}, Estimator(Knowledge(), CALENDAR), NOON, per_hour=100)

    assert not table.fits
    assert table.per_hour == pytest.approx(600 / IN_TIME)


def test_a_feed_that_was_never_read_comes_first_and_may_take_half_of_what_there_is():
    feeds = tasks_of(40)
    agenda = scheduler().agenda(feeds, {}, NOON, Allowance(per_hour=85, spare=60))

    assert agenda.due == tuple(one.key for one in feeds[:30])
    assert agenda.waiting == 10


def test_the_rest_of_the_first_looks_follows_while_there_is_room():
    feeds = tasks_of(40)
    planner, asked, now = scheduler(), {}, NOON
    agenda = planner.agenda(feeds, asked, now, Allowance(per_hour=85, spare=60))
    asked = {key: Asked(good_at=now, tried_at=now) for key in agenda.due}

    assert agenda.next_at - now == timedelta(seconds=SHORTEST)
    assert len(planner.agenda(feeds, asked, agenda.next_at, Allowance(per_hour=85, spare=30)).due) == 10


def test_a_pause_is_not_made_up_for_by_a_burst():
    feeds = tasks_of(100)
    planner = scheduler()
    asked = asked_at(feeds, NOON - timedelta(hours=12))
    planner.agenda(feeds, asked, NOON - timedelta(hours=1), plenty(600))
    agenda = planner.agenda(feeds, asked, NOON, plenty(600))

    assert len(agenda.due) <= 20
    assert agenda.waiting == 100 - len(agenda.due)
    looks = work(planner, feeds, agenda.next_at, 0.1, 600, asked)
    assert sum(map(len, looks.values())) <= 62


def test_a_restart_begins_without_a_burst_too():
    feeds = tasks_of(100)
    agenda = scheduler().agenda(feeds, asked_at(feeds, NOON - timedelta(hours=12)), NOON, plenty(600))

    assert len(agenda.due) == 1


def test_the_longest_overdue_beside_its_interval_comes_first():
    feeds = tasks_of(3)
    asked = {
        "task/p0": Asked(good_at=at(9), tried_at=at(9)),
        "task/p1": Asked(good_at=at(8), tried_at=at(8)),
        "task/p2": Asked(good_at=at(10), tried_at=at(10)),
    }
    planner = scheduler()
    planner.agenda(feeds, asked, NOON - timedelta(minutes=30), Allowance(per_hour=60, spare=0))

    assert planner.agenda(feeds, asked, NOON, plenty(60)).due[:2] == ("task/p1", "task/p0")


def test_without_anything_to_spare_it_waits_for_the_moment_that_the_budget_names():
    feeds = tasks_of(3)
    until = NOON + timedelta(minutes=20)
    agenda = scheduler().agenda(
        feeds, asked_at(feeds, at(6)), NOON, Allowance(per_hour=0, spare=0, until=until)
    )

    assert agenda.due == ()
    assert agenda.next_at == until


def test_a_feed_that_fails_is_asked_again_at_its_own_pace():
    feeds = tasks_of(2)
    asked = {**asked_at(feeds, NOON), "task/p0": Asked(good_at=None, tried_at=NOON)}
    agenda = scheduler().agenda(feeds, asked, NOON + timedelta(seconds=20), plenty(60))

    assert agenda.due == ()


def test_a_clock_set_back_makes_feeds_due_and_nothing_worse():
    feeds = tasks_of(2)
    agenda = scheduler().agenda(feeds, asked_at(feeds, NOON + timedelta(days=1)), NOON, plenty(60))

    assert len(agenda.due) == 1
    assert agenda.next_at > NOON


@pytest.mark.parametrize("per_hour", [100, 1_000, 10_000])
def test_the_same_world_is_planned_the_same(per_hour):
    feeds = tasks_of(12)
    first, again = (
        work(scheduler(knowing(p0=40, p1=10)), feeds, NOON, 0.5, per_hour, asked_at(feeds, NOON))
        for _ in range(2)
    )

    assert first == again


def test_no_feed_is_asked_for_more_often_than_every_ten_seconds():
    looks = work(scheduler(), tasks_of(1), NOON, 0.5, 100_000)["task/p0"]

    assert min(b - a for a, b in itertools.pairwise(looks)) >= timedelta(seconds=SHORTEST)
