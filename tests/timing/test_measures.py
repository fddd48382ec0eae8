"""What is true of a project after the changes of a look, and was not before."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from making_timers import NOW, event, stored, timed

from rules_engine.calendar import Calendar
from rules_engine.store.records import Cause
from rules_engine.timing.measures import measure

ALL_DONE = timed("project.all_tasks_done")
USED = timed(
    {"event": "project.hours_used", "crosses": "80%"}, {"event": "project.hours_used", "crosses": "100%"}
)


class Objects:
    """The state after the changes."""

    def __init__(self, tasks=(), entries=(), **project):
        self.objects = {"task": list(tasks), "time_entry": list(entries)}
        self.project = stored("project", "p1", **project)

    def all(self, resource, project_id=None):
        return [one for one in self.objects[resource] if one["project_id"] == project_id]

    def stored(self, resource, object_id):
        return self.project if (resource, object_id) == ("project", "p1") else None


def task(status, object_id="t1", project="p1"):
    return {"id": object_id, "status": status, "project_id": project}


def task_event(before, after, **more):
    kind = "created" if before is None else "deleted" if after is None else "updated"
    data = after or before
    return event(
        f"task.{kind}",
        before=before,
        after=after,
        object_id=data["id"],
        project_id=data["project_id"],
        **more,
    )


def measured(rules, events, objects, now=NOW):
    return measure("default", rules, events, objects, calendar=Calendar(), now=now)


states = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["todo", "in-progress", "Done"]),
        st.none() | st.sampled_from(["todo", "in-progress", "Done"]),
    ),
    max_size=6,
)


@given(states)
def test_a_project_is_finished_when_open_tasks_go_from_some_to_none(changes):
    tasks = [
        (before and task(before, f"t{n}"), after and task(after, f"t{n}"))
        for n, (before, after) in enumerate(changes)
    ]
    events = [task_event(before, after) for before, after in tasks if (before or after) and before != after]
    found = measured(ALL_DONE, events, Objects([after for _, after in tasks if after]))
    was_open = sum(before is not None and before["status"] != "Done" for before, _ in tasks)
    now_open = sum(after is not None and after["status"] != "Done" for _, after in tasks)
    left = sum(after is not None for _, after in tasks)
    assert len(found) == (was_open > 0 and now_open == 0 and left > 0)


def test_the_event_of_a_finished_project_has_the_cause_of_the_change():
    closed = task_event(
        task("todo"), task("done"), cause=Cause.SELF, cause_rule="r", cause_run="run-1", depth=2
    )
    (found,) = measured(ALL_DONE, [closed], Objects([task("done")], name="Web"))
    assert found.id == "default/project/p1/project.all_tasks_done@t1.2"
    assert found.types == ("project.all_tasks_done",)
    assert (found.cause, found.cause_rule, found.cause_run, found.depth) == ("self", "r", "run-1", 2)
    assert found.after["name"] == "Web"


def test_an_open_task_that_moves_away_finishes_its_old_project():
    moved = task_event(task("todo"), task("todo", project="p2"))
    assert len(measured(ALL_DONE, [moved], Objects([task("done", "t2")]))) == 1


def test_nothing_is_measured_that_no_rule_waits_for():
    closed = task_event(task("todo"), task("done"))
    assert measured(USED, [closed], Objects([task("done")])) == []


def entry(hours, date="2026-11-10", number=1):
    return {"id": f"e{number}", "hours": hours, "date": date, "project_id": "p1"}


def entry_event(before, after, **more):
    kind = "created" if before is None else "deleted" if after is None else "updated"
    number = (after or before)["id"]
    return event(f"time_entry.{kind}", before=before, after=after, object_id=number, project_id="p1", **more)


def shares(found):
    return [one.id.rpartition("project.hours_used@")[2] for one in found]


@given(st.lists(st.tuples(st.none() | st.integers(0, 20), st.none() | st.integers(0, 20)), max_size=6))
def test_hours_cross_when_they_were_below_and_are_not(changes):
    pairs = [
        (
            None if before is None else entry(before, number=n),
            None if after is None else entry(after, number=n),
        )
        for n, (before, after) in enumerate(changes)
    ]
    events = [entry_event(*pair) for pair in pairs if pair[0] != pair[1]]
    found = measured(USED, events, Objects(entries=[after for _, after in pairs if after], retainer_hours=20))
    before, after = (
        sum(one["hours"] for one in side if one) for side in (zip(*pairs, strict=True) if pairs else ((), ()))
    )
    assert shares(found) == [
        f"{share}%@2026-11" for share in (80, 100) if before * 100 / 20 < share <= after * 100 / 20
    ]


def test_the_event_tells_the_hours():
    (found,) = measured(
        USED, [entry_event(None, entry(17.5))], Objects(entries=[entry(17.5)], retainer_hours="20")
    )
    assert found.changes == {"hours_used": {"from": 0, "to": 17.5}}


def test_without_a_retainer_nothing_is_used_of_it_and_a_smaller_one_may_be_crossed():
    hours = [entry(18)]
    assert measured(USED, [entry_event(None, entry(18))], Objects(entries=hours)) == []
    smaller = event(
        "project.updated",
        object_id="p1",
        changes={"retainer_hours": {"from": 40, "to": 20}},
        after={"id": "p1"},
    )
    assert shares(measured(USED, [smaller], Objects(entries=hours, retainer_hours=20))) == ["80%@2026-11"]


def test_the_month_is_that_of_the_calendar_and_the_one_in_which_the_look_began_counts_too():
    hours = [entry(20, "2026-11-30"), entry(20, "2026-10-30", 2)]
    events = [entry_event(None, one) for one in hours]
    now = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
    late = [entry_event(None, hours[0], since=datetime(2026, 11, 30, 23, 50, tzinfo=UTC))]
    objects = Objects(entries=hours, retainer_hours=20)
    assert measured(USED, events, objects, now) == []
    assert shares(measured(USED, late, objects, now)) == ["80%@2026-11", "100%@2026-11"]
