"""Whether the state that an event brought about lasts."""

from __future__ import annotations

import pytest
from making_timers import event, rule, status_event, stored

from rules_engine.store.records import Presence
from rules_engine.timing.holds import broken, goes_on


def trigger(when):
    return rule(when).triggers[0]


def holding(**more):
    return trigger({"event": "lead.status_changed", "for": "1 day", **more})


MOVED = status_event("Proposal Sent", "Chaser")


@pytest.mark.parametrize(
    ("more", "status", "lasts"),
    [
        ({}, "Chaser", True),
        ({}, "chaser", True),
        ({}, "Closed", False),
        ({"to": "Chaser"}, "Chaser", True),
        ({"to": "Chaser"}, "Closed", False),
        ({"to": ["Chaser", "Closed"]}, "Closed", True),
        ({"from": "Proposal Sent"}, "Closed", True),
        ({"from": "Proposal Sent"}, "Proposal Sent", False),
        ({"not_to": "Dead Leads"}, "Closed", True),
        ({"not_to": "Dead Leads"}, "Dead Leads", False),
    ],
)
def test_a_status_lasts_while_what_the_trigger_asks_for_fits(more, status, lasts):
    assert (broken(holding(**more), MOVED, stored("lead", status=status)) is None) is lasts


def test_what_is_gone_holds_nothing_and_what_is_only_missing_does():
    here = stored("lead", status="Chaser")
    assert broken(holding(), MOVED, None) == "the lead is gone"
    assert broken(holding(), MOVED, stored("lead", status="Chaser", presence=Presence.DELETED))
    assert broken(holding(), MOVED, here) is None
    assert broken(holding(), MOVED, stored("lead", status="Chaser", presence=Presence.MISSING)) is None


def test_where_is_of_the_object_as_it_is():
    wanted = holding(where={"rep": "Ada"})
    assert broken(wanted, MOVED, stored("lead", status="Chaser", rep="Ada")) is None
    assert "rep is Bob" in broken(wanted, MOVED, stored("lead", status="Chaser", rep="Bob"))


def tagged(name, before, after):
    return event(
        ("lead.updated", name),
        before={"tags": before},
        after={"tags": after},
        changes={"tags": {"from": before, "to": after}},
    )


@pytest.mark.parametrize(
    ("when", "changed", "now", "lasts"),
    [
        ({"event": "lead.tagged", "tag": "Won"}, tagged("lead.tagged", [], ["Won"]), ["won", "Stuck"], True),
        (
            {"event": "lead.tagged", "tag": "Won"},
            tagged("lead.tagged", [], ["Won", "Stuck"]),
            ["Stuck"],
            False,
        ),
        ({"event": "lead.tagged"}, tagged("lead.tagged", ["Stuck"], ["Stuck", "Won"]), ["Won"], True),
        ({"event": "lead.tagged"}, tagged("lead.tagged", ["Stuck"], ["Stuck", "Won"]), ["Stuck"], False),
        ({"event": "lead.untagged", "tag": "Won"}, tagged("lead.untagged", ["Won"], []), ["Stuck"], True),
        ({"event": "lead.untagged", "tag": "Won"}, tagged("lead.untagged", ["Won"], []), ["Won"], False),
    ],
)
def test_a_tag_that_came_must_stay_and_one_that_went_must_stay_away(when, changed, now, lasts):
    assert (broken(trigger({**when, "for": "1 day"}), changed, stored("lead", tags=now)) is None) is lasts


def test_people_who_were_assigned_must_stay():
    assigned = event(
        ("task.updated", "task.assigned"),
        before={"assigned_to": ["Bob"]},
        after={"assigned_to": ["Bob", "Ada"]},
        changes={"assigned_to": {"from": ["Bob"], "to": ["Bob", "Ada"], "added": ["Ada"], "removed": []}},
    )
    wanted = trigger({"event": "task.assigned", "to": "Ada", "for": "1 day"})
    assert broken(wanted, assigned, stored(assigned_to=["Ada"])) is None
    assert broken(wanted, assigned, stored(assigned_to=["Bob"]))


def test_a_field_that_changed_names_must_stay_what_it_became():
    changed = event("lead.updated", after={"value": 5}, changes={"value": {"from": 1, "to": 5}})
    wanted = trigger({"event": "lead.updated", "changed": "value", "for": "1 day"})
    assert broken(wanted, changed, stored("lead", value=5.0)) is None
    assert broken(wanted, changed, stored("lead", value=6)) == "value has changed again"
    plain = trigger({"event": "lead.updated", "for": "1 day"})
    assert broken(plain, changed, stored("lead", value=6)) == "value has changed again"
    assert broken(plain, changed, stored("lead", value=5, name="New")) is None


def test_an_object_that_appeared_holds_while_where_fits():
    wanted = trigger({"event": "task.created", "for": "2 hours", "where": {"assigned_to": None}})
    created = event("task.created", after={"assigned_to": []})
    assert broken(wanted, created, stored(assigned_to=[])) is None
    assert broken(wanted, created, stored(assigned_to=["Ada"]))


def test_a_number_holds_while_it_is_over_its_threshold():
    crossed = event(
        ("lead.updated", "lead.value_changed"), after={"value": 12}, changes={"value": {"from": 1, "to": 12}}
    )
    wanted = trigger({"event": "lead.value_changed", "crosses": 10, "for": "1 day"})
    assert broken(wanted, crossed, stored("lead", value=11)) is None
    assert broken(wanted, crossed, stored("lead", value=9)) == "value is below 10 again"


def test_a_step_from_one_fitting_state_to_the_next_goes_on():
    both = holding(to=["Proposal Sent", "Chaser"])
    assert goes_on(both, MOVED)
    assert not goes_on(holding(to="Chaser"), MOVED)
    assert not goes_on(holding(), MOVED)
    assert not goes_on(holding(**{"from": "Proposal Sent", "to": ["Proposal Sent", "Chaser"]}), MOVED)
    tag = trigger({"event": "lead.tagged", "to": ["Won", "Stuck"], "for": "1 day"})
    assert not goes_on(tag, tagged("lead.tagged", ["Won"], ["Won", "Stuck"])), (
        "each tag has a time of its own"
    )
