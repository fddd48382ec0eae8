"""Looks that the planner chooses, on a real sandbox: what is read, what still works, what it learns and keeps."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from rules_engine.calendar import Calendar
from rules_engine.runs.planner import Planner
from rules_engine.seat import Seat

LEADS = """
  - id: closing
    when: {event: lead.status_changed, to: Needs Closing}
    then: [{log: "{{ lead.name }}"}]
"""
TASKS = """
  - id: done
    when: task.completed
    then: [{log: "{{ task.name }}"}]
"""


@pytest.fixture
def planned(rig):
    """A seat on the rig whose looks are planned; `go(hours)` lets it work."""

    rig.state.set_limit(limit=100)

    class Planned:
        def __init__(self):
            self.heard = rig.listener.said_texts
            self.begin()

        def begin(self, **how):
            planner = Planner(
                account=rig.account, store=rig.store, calendar=Calendar(), budget=rig.client.budget, **how
            )
            engine = rig.engine()
            engine.planner = planner
            interval = how.get("interval")
            self.seat = Seat(engine=engine, interval=interval, refresh=lambda: None)
            self.reports = []

        def go(self, hours):
            end = rig.clock.now() + timedelta(hours=hours)
            while rig.clock.now() < end:
                self.seat.tick(rig.clock, random.Random(1), lambda _, report: self.reports.append(report))
                rig.clock.advance(max(self.seat.turn_at - rig.clock.monotonic(), 0.05))

        def asked(self, since=0):
            return [one["path"].removeprefix("/api/v1") for one in requests(rig)[since:]]

    return Planned


def requests(rig):
    return [one for one in rig.state.requests() if one["status"]]


def projects(rig, count, **fields):
    return [rig.state.add("project", name=f"P{n}", **fields)["id"] for n in range(count)]


def test_at_the_start_every_feed_is_read_at_once_where_the_budget_has_room(rig, planned):
    ids = projects(rig, 5)
    rig.use(TASKS)
    work = planned()

    work.go(0.01)

    assert {"/projects", *(f"/projects/{one}/tasks" for one in ids)} <= set(work.asked())


def test_what_no_rule_needs_is_not_polled(rig, planned):
    projects(rig, 2)
    rig.use(LEADS)
    work = planned()

    work.go(0.5)

    assert set(work.asked()) == {"/leads"}


def test_a_change_is_seen_and_acted_on(rig, planned):
    lead = rig.state.add("lead", name="Mill", status="Chaser")["id"]
    rig.use(LEADS)
    work = planned()
    work.go(0.2)

    rig.state.edit("lead", lead, status="Needs Closing")
    work.go(0.2)

    assert work.heard == [("closing", "Mill")]


def test_a_project_that_is_new_gets_its_baseline_and_is_watched(rig, planned):
    projects(rig, 1)
    rig.use(TASKS)
    work = planned()
    work.go(0.5)
    late = rig.state.add("project", name="Late")["id"]
    work.go(1)
    task = rig.state.add("task", project_id=late, name="Logo", status="todo")["id"]
    work.go(1)
    rig.state.edit("task", task, status="done")

    work.go(1)

    assert work.heard == [("done", "Logo")]


def test_what_was_learnt_outlives_the_process(rig, planned):
    (busy,) = projects(rig, 1)
    rig.use(TASKS)
    work = planned()
    task = rig.state.add("task", project_id=busy, name="Logo", status="todo")["id"]
    work.go(0.1)
    for n in range(3):
        rig.state.edit("task", task, name=f"Logo {n}")
        work.go(0.1)

    kept = rig.store.learnt(rig.account)
    assert kept["activities"][f"task/{busy}"]["changes"] > 1
    work.begin()
    work.go(0.01)
    assert work.seat.engine.planner._planning().knowledge.activities[f"task/{busy}"].changes > 1


def test_a_restart_reads_nothing_that_is_not_due(rig, planned):
    projects(rig, 8)
    rig.use(TASKS)
    work = planned()
    work.go(0.1)
    before = len(requests(rig))

    for _ in range(10):
        work.begin()
        work.go(0.003)

    assert len(requests(rig)) - before <= 12


def test_a_fixed_interval_that_the_budget_cannot_carry_is_stretched_and_said(rig, planned):
    projects(rig, 10)
    rig.use(
        TASKS
        + """
  - {id: low, when: engine.budget_low, then: [{log: "{{ event.data.message }}"}]}
"""
    )
    work = planned()
    work.begin(interval=60.0)

    work.go(0.3)

    assert all(one["status"] == 200 for one in requests(rig))
    said = [text for rule, text in work.heard if rule == "low"]
    assert said
    assert "looks at 13 lists every 1 minute need 780 requests an hour" in said[0]


def test_a_latency_that_the_plan_cannot_serve_is_said(rig, planned):
    projects(rig, 10)
    rig.use(
        """
  - {id: done, when: task.completed, max_latency: 2 minutes, then: [{log: "x"}]}
  - {id: low, when: engine.budget_low, then: [{log: "{{ event.data.message }}"}]}
"""
    )
    work = planned()

    work.go(1)

    assert [rule for rule, _ in work.heard] == ["low"]
    assert "the latencies that rules ask for need" in work.heard[0][1]


def test_a_timer_that_is_due_is_looked_for_whatever_the_plan(rig, planned):
    (project,) = projects(rig, 1)
    rig.state.set_limit(limit=100)
    due = (rig.clock.now() + timedelta(minutes=20, seconds=7)).isoformat()
    rig.state.add("task", project_id=project, name="Logo", status="todo", due_date=due)
    rig.use("""
  - {id: due, when: task.due, then: [{log: "{{ task.name }}"}]}
""")
    work = planned()

    work.go(0.4)

    assert work.heard == [("due", "Logo")]


def test_one_feed_that_fails_alone_is_no_sign_that_the_api_is_down(rig, planned):
    one, _ = projects(rig, 2)
    rig.use(
        TASKS
        + """
  - {id: down, when: engine.api_down, then: [{log: "down"}]}
"""
    )
    work = planned()
    work.go(0.1)
    rig.state.fault("status", status=500, times=None, match_path=f"{one}/tasks$")

    work.go(1)

    assert ("down", "down") not in work.heard
