"""Which moment an object's data name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from making_timers import NOW, stored

from rules_engine.calendar import Calendar
from rules_engine.durations import parse_duration
from rules_engine.store.records import Presence
from rules_engine.timing.moments import clock_event, is_open, moment_of, settled_since

LONDON = Calendar(timezone="Europe/London")
NEW_YORK = Calendar(timezone="America/New_York")


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def moment(event_type, offset, data, calendar=LONDON):
    return moment_of(event_type, offset and parse_duration(offset), data, calendar)


@pytest.mark.parametrize(
    ("event_type", "offset", "due", "expected"),
    [
        ("task.due", "2 days", "2026-12-04T17:00:00Z", "2026-12-02T17:00:00+00:00"),
        ("task.due", "2 working days", "2026-12-07T17:00:00Z", "2026-12-03T17:00:00+00:00"),
        ("task.due", None, "2026-12-04T17:00:00+01:00", "2026-12-04T16:00:00+00:00"),
        ("task.due", "1 day", "2026-12-04T17:00:00", "2026-12-03T17:00:00+00:00"),
        ("task.overdue", "1 working day", "2026-12-04T17:00:00Z", "2026-12-07T17:00:00+00:00"),
        ("task.overdue", None, "2026-12-04T17:00:00Z", "2026-12-04T17:00:00+00:00"),
    ],
)
def test_a_date_time_is_a_moment(event_type, offset, due, expected):
    assert moment(event_type, offset, stored(due_date=due)).at == at(expected)


def test_a_date_is_a_day_of_the_calendar_s_zone():
    task = stored(due_date="2026-12-04")
    assert moment("task.due", "1 day", task, NEW_YORK).at == at("2026-12-03T05:00:00Z")
    assert moment("task.due", "1 day", task, NEW_YORK).until == at("2026-12-05T05:00:00Z")
    assert moment("task.overdue", None, task, NEW_YORK).at == at("2026-12-05T05:00:00Z")
    assert moment("task.overdue", None, task, NEW_YORK).until is None
    holiday = stored("holiday", start_date="2026-12-04", status="approved")
    assert moment("holiday.starts", "3 working days", holiday, LONDON).at == at("2026-12-01T00:00:00Z")
    assert moment("holiday.starts", None, holiday, LONDON).until == at("2026-12-04T00:00:00Z")


@pytest.mark.parametrize("due", [None, "", "soon", 5, [], "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_date_names_no_moment(due):
    assert moment("task.due", "2 days", stored(due_date=due)) is None


def test_a_moment_outside_the_years_names_nothing():
    assert moment("task.overdue", "50 days", stored(due_date="9999-12-30")) is None


def test_the_same_moment_in_another_form_is_the_same_value():
    one = moment("task.due", "2 days", stored(due_date="2026-12-04T17:00:00Z"))
    other = moment("task.due", "2 days", stored(due_date="2026-12-04T18:00:00.000+01:00"))
    assert one.value == other.value == "task.due@2 days@2026-12-04T17:00:00+00:00"


def test_a_lead_is_stale_since_its_newest_change():
    since = {"name": "2026-11-01T09:00:00+00:00", "status": "2026-11-20T09:00:00+00:00"}
    lead = stored("lead", name="Mill", status="Chaser", since=since)
    assert moment("lead.stale", "14 days", lead).at == at("2026-12-04T09:00:00Z")
    assert moment("lead.stale", "14 days", stored("lead", since={})) is None


def test_what_is_open():
    assert is_open("task.due", stored(status="todo"))
    assert is_open("task.due", stored(status=None))
    assert not is_open("task.due", stored(status="Done"))
    assert not is_open("task.overdue", stored(status="todo", presence=Presence.DELETED))
    assert is_open("task.overdue", stored(status="todo", presence=Presence.MISSING))
    assert is_open("holiday.starts", stored("holiday", status="Approved"))
    assert not is_open("holiday.starts", stored("holiday", status="pending"))
    assert is_open("lead.stale", stored("lead", status="Closed"))


def test_settled_since_is_of_the_date_the_state_and_what_where_names():
    since = {
        "due_date": "2026-11-01T00:00:00+00:00",
        "status": "2026-11-02T00:00:00+00:00",
        "priority": "2026-11-03T00:00:00+00:00",
        "name": "2026-11-04T00:00:00+00:00",
    }
    task = stored(due_date="2026-12-01", status="todo", since=since)
    assert settled_since("task.due", {}, task) == at("2026-11-02T00:00:00Z")
    assert settled_since("task.due", {"priority": ("high",)}, task) == at("2026-11-03T00:00:00Z")
    assert settled_since("lead.stale", {}, task) == at("2026-11-04T00:00:00Z")
    assert settled_since("task.due", {}, stored(since={})) is None


def test_the_event_is_of_the_object_as_it_is():
    task = stored(due_date="2026-12-04T17:00:00Z", project_id="p1")
    event = clock_event("default", task, moment("task.due", "2 days", task).value, at=NOW + timedelta(days=8))
    assert event.id == "default/task/o1/task.due@2 days@2026-12-04T17:00:00+00:00"
    assert event.types == ("task.due",)
    assert event.before is event.after is task.data
    assert (event.project_id, event.revision, event.changes, event.cause) == ("p1", 1, {}, "external")
