"""A store that is older than what was done with it: it does nothing again before a person has spoken."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from rules_engine.runs.identity import is_own_mark, mark_of, signed
from rules_engine.store.records import Cause, RunStatus
from rules_engine.store.store import Store

GREET = """
  - {id: greet, when: lead.created, then: [{create_task: {project: Sales, name: "Greet {{ lead.name }}"}}]}
"""
SEES_TASKS = """
  - {id: seen, when: task.created, then: [{log: "{{ task.name }}"}]}
"""
DAY = timedelta(days=1)


@pytest.fixture
def rig(make_rig):
    """A rig whose sandbox writes the rig's own time into what is made."""
    made = make_rig(one_clock=True)
    made.sales = made.state.add("project", name="Sales")["id"]
    made.web = made.state.add("project", name="Web")["id"]
    return made


@pytest.fixture
def put_back(rig, store_url):
    """A function that keeps the store as it is now, and gives one that puts it back, as a person would."""
    file = Path(store_url.removeprefix("sqlite:///"))

    def keep():
        rig.store.close()
        kept = file.with_name("backup.db")
        shutil.copy(file, kept)
        rig.store = Store.open(store_url)

        def restore():
            rig.store.close()
            shutil.copy(kept, file)
            rig.store = Store.open(store_url)

        return restore

    return keep


def greeted(rig):
    return sorted(task["name"] for task in rig.state.all("task"))


def restored(rig, put_back, rules):
    """A store from before two leads were greeted, put back a day later."""
    rig.use(rules).tick()
    restore = put_back()
    for name in ("Mill", "Weir"):
        rig.state.add("lead", name=name, status="Chaser")
        rig.tick()
    assert greeted(rig) == ["Greet Mill", "Greet Weir"]
    rig.clock.advance(DAY.total_seconds())
    restore()


@pytest.mark.parametrize(
    "rules", [GREET, GREET + SEES_TASKS], ids=["tasks are not polled", "tasks are polled"]
)
def test_nothing_is_done_again(rig, put_back, rules):
    restored(rig, put_back, rules)

    for _ in range(3):
        report = rig.tick()

    assert report.held is not None
    assert report.held.resource == "store"
    assert [hold.resource for hold in rig.store.holds("default")] == ["store"]
    assert greeted(rig) == ["Greet Mill", "Greet Weir"]
    assert len(rig.listener.accounts_held) == 1


@pytest.mark.parametrize(
    "rules", [GREET, GREET + SEES_TASKS], ids=["tasks are not polled", "tasks are polled"]
)
def test_a_person_can_let_it_go_on_and_what_it_has_made_is_recognised(rig, put_back, rules):
    restored(rig, put_back, rules)
    hold = rig.tick().held
    rig.state.add("lead", name="Lock", status="Chaser")
    assert rig.store.approve_hold(hold.id)

    assert rig.tick().held is None
    rig.tick()

    assert greeted(rig) == ["Greet Lock", "Greet Mill", "Greet Weir"]
    assert [run.status for run in rig.runs() if run.rule_id == "greet"] == [RunStatus.DONE] * 3
    made = [event for event in rig.events() if event.resource == "task"]
    assert {event.cause for event in made} == {Cause.SELF}


def test_a_person_can_take_in_what_has_changed_without_an_event(rig, put_back):
    restored(rig, put_back, GREET + SEES_TASKS)
    hold = rig.tick().held
    assert rig.store.discard_hold(hold.id)

    assert rig.tick().held is None
    assert rig.events() == []
    rig.state.add("lead", name="Lock", status="Chaser")
    rig.tick()
    assert greeted(rig) == ["Greet Lock", "Greet Mill", "Greet Weir"]


def test_a_task_that_a_person_copies_with_its_signature_is_nothing_strange(rig):
    rig.use(GREET + SEES_TASKS).tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    (task,) = rig.state.all("task")
    copied = {"project_id": rig.web, "name": "Copy", "description": task["description"], "status": "todo"}
    rig.state.add("task", **copied)

    assert rig.tick(after=DAY).held is None

    rig.store.prune("default", before=rig.clock.now() + DAY)
    assert rig.runs() == []
    rig.state.add("task", **copied)
    assert rig.tick(after=DAY).held is None
    assert rig.listener.said_texts[-1] == ("seen", "Copy")


def test_marks_of_another_engine_are_nothing_to_us(rig):
    rig.use(GREET + SEES_TASKS).tick()
    mark = mark_of("another store", "run-x", "0")
    text = signed("Theirs", "their-rule", mark)
    rig.state.add("task", project_id=rig.sales, name="Theirs", description=text, status="todo")
    rig.state.add("lead", name="Mill", status="Chaser")

    assert rig.tick(after=DAY).held is None
    assert greeted(rig) == ["Greet Mill", "Theirs"]


def test_after_a_long_pause_what_was_made_before_it_and_is_forgotten_is_nothing_strange(rig):
    rig.use(GREET).tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.tick()
    rig.store.prune("default", before=rig.clock.now() + DAY)
    assert rig.runs() == []
    rig.state.add("lead", name="Weir", status="Chaser")

    assert rig.tick(after=timedelta(days=7)).held is None
    assert greeted(rig) == ["Greet Mill", "Greet Weir"]


def test_the_lists_are_asked_once_after_a_long_pause_and_not_at_all_after_a_short_one(rig):
    rig.use(GREET).tick()

    def task_lists(pause):
        engine, before = None, len(rig.state.requests())
        for number in range(2):
            rig.state.add("lead", name=f"Lead {pause} {number}", status="Chaser")
            rig.clock.advance(pause.total_seconds() if engine is None else 300)
            engine = engine or rig.engine()
            engine.tick()
        return len(
            [
                one
                for one in rig.state.requests()[before:]
                if one["method"] == "GET" and one["path"].endswith("/tasks")
            ]
        )

    assert task_lists(timedelta(minutes=5)) == 0
    assert task_lists(DAY) == 1


def test_a_backup_that_a_command_put_in_its_place_asks_before_anything_is_looked_at(rig):
    rig.use(GREET).tick()
    rig.store.put_meta({"restored_at": rig.clock.now().isoformat()})
    before = len(rig.state.requests())

    report = rig.tick()

    assert report.held is not None
    assert rig.state.requests()[before:] == []
    rig.store.approve_hold(report.held.id)
    assert rig.tick().held is None
    rig.clock.advance(60)
    rig.store.put_meta({"restored_at": rig.clock.now().isoformat()})
    assert rig.tick().held is not None


def test_a_mark_proves_whose_it_is():
    mark = mark_of("ours", "run-1", "0")
    assert is_own_mark("ours", mark)
    assert not is_own_mark("theirs", mark)
    assert not is_own_mark("ours", mark[:-1] + ("A" if mark[-1] != "A" else "B"))
    assert len({mark_of("ours", f"run-{number}", "0") for number in range(2000)}) == 2000
