"""Whether a trigger fits an event, and the words that say why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making_rules import make_event, make_trigger, status_event

from rules_engine.dashtrack.resources import LEAD_STATUSES
from rules_engine.ruleset.matching import mismatch


def why_not(written, event, project=None):
    return mismatch(make_trigger(written), event, project)


def assigned(before, after, added, removed):
    return make_event(
        ("task.updated", "task.assigned", "task.unassigned"),
        before={"id": "o1", "assigned_to": before},
        after={"id": "o1", "assigned_to": after},
        changes={"assigned_to": {"from": before, "to": after, "added": added, "removed": removed}},
        project_id="p1",
    )


def test_the_short_form_fits_every_event_of_its_type():
    assert why_not("lead.status_changed", status_event("Chaser", "Closed")) is None


def test_an_event_of_another_type_does_not_fit():
    assert why_not("lead.tagged", status_event("Chaser", "Closed")) == (
        "the event is lead.updated, lead.status_changed, not lead.tagged"
    )


@pytest.mark.parametrize(
    ("sides", "reason"),
    [
        ({"to": "needs closing"}, None),
        ({"to": ["Closed", "NEEDS CLOSING"]}, None),
        ({"from": "chaser", "to": "Needs Closing"}, None),
        ({"not_from": "Closed", "not_to": "Closed"}, None),
        ({"to": "Closed"}, "status went to Needs Closing, not to Closed"),
        ({"to": ["Closed", "No Response"]}, "status went to Needs Closing, not to Closed or No Response"),
        ({"from": "Closed"}, "status came from Chaser, not from Closed"),
        ({"not_to": "needs closing"}, "status went to Needs Closing, which not_to excludes"),
        ({"not_from": ["CHASER"]}, "status came from Chaser, which not_from excludes"),
    ],
)
def test_from_and_to_speak_of_the_field_of_the_event_without_regard_to_case(sides, reason):
    event = status_event("Chaser", "Needs Closing")

    assert why_not({"event": "lead.status_changed", **sides}, event) == reason


def test_a_list_of_events_fits_when_any_of_them_does():
    written = {"event": ["lead.value_changed", "lead.status_changed"], "to": "Closed"}

    assert why_not(written, status_event("Chaser", "Closed")) is None


def test_numbers_are_compared_by_value():
    event = make_event(
        ("lead.updated", "lead.value_changed"),
        before={"id": "o1", "value": 1},
        after={"id": "o1", "value": 5000.0},
        changes={"value": {"from": 1, "to": 5000.0}},
    )

    assert why_not({"event": "lead.value_changed", "to": 5000}, event) is None
    assert why_not({"event": "lead.value_changed", "to": 5001}, event) == "value went to 5000.0, not to 5001"


def test_null_is_the_value_that_a_field_did_not_have():
    event = make_event(
        ("lead.updated", "lead.rep_changed"),
        before={"id": "o1"},
        after={"id": "o1", "rep": "Ada"},
        changes={"rep": {"from": None, "to": "Ada"}},
    )

    assert why_not({"event": "lead.rep_changed", "from": None}, event) is None
    assert why_not({"event": "lead.rep_changed", "not_from": None}, event) is not None


def test_to_of_a_list_is_what_came_into_it_and_from_what_went_out():
    event = assigned(["Ada", "Bob"], ["Ada", "Cy"], ["Cy"], ["Bob"])

    assert why_not({"event": "task.assigned", "to": "Cy"}, event) is None
    assert why_not({"event": "task.assigned", "from": "Bob"}, event) is None
    assert why_not({"event": "task.assigned", "to": "Ada"}, event) == "assigned_to went to Cy, not to Ada"
    assert (
        why_not({"event": "task.assigned", "not_to": "Cy"}, event)
        == "assigned_to went to Cy, which not_to excludes"
    )


def test_the_difference_of_lists_is_worked_out_where_the_event_does_not_carry_it():
    event = make_event(
        ("task.assigned",),
        before={},
        after={},
        changes={"assigned_to": {"from": ["Ada"], "to": ["Ada", "Cy"]}},
    )

    assert why_not({"event": "task.assigned", "to": "Cy"}, event) is None
    assert why_not({"event": "task.assigned", "to": "Ada"}, event) is not None


def test_null_as_a_side_of_a_list_is_a_list_with_nothing_in_it():
    taken_off = assigned(["Ada"], [], [], ["Ada"])
    one_left = assigned(["Ada", "Bob"], ["Bob"], [], ["Ada"])

    assert why_not({"event": "task.unassigned", "to": None}, taken_off) is None
    assert why_not({"event": "task.unassigned", "to": None}, one_left) is not None
    assert why_not({"event": "task.assigned", "from": None}, assigned([], ["Ada"], ["Ada"], [])) is None


def test_a_holiday_that_appears_approved_went_to_approved():
    event = make_event(("holiday.created", "holiday.approved"), after={"id": "o1", "status": "Approved"})

    assert why_not({"event": "holiday.approved", "to": "approved"}, event) is None
    assert (
        why_not({"event": "holiday.approved", "from": "pending"}, event)
        == "status came from null, not from pending"
    )


def tagged(added, removed=()):
    before = ["Stuck", *removed]
    after = ["Stuck", *added]
    types = [*(["lead.tagged"] if added else []), *(["lead.untagged"] if removed else [])]
    return make_event(
        ("lead.updated", *types),
        before={"id": "o1", "tags": before},
        after={"id": "o1", "tags": after},
        changes={"tags": {"from": before, "to": after, "added": list(added), "removed": list(removed)}},
    )


def test_tag_is_the_one_that_was_gained_or_lost():
    assert why_not({"event": "lead.tagged", "tag": "won"}, tagged(["Won"])) is None
    assert why_not({"event": "lead.untagged", "tag": ["Won", "On Hold"]}, tagged([], ["on hold"])) is None
    assert (
        why_not({"event": "lead.tagged", "tag": "Stuck"}, tagged(["Won"]))
        == "the tags added are Won, not Stuck"
    )
    assert why_not({"event": "lead.tagged", "tag": "On Hold"}, tagged(["Won"], ["On Hold"])) is not None


def test_changed_wants_one_of_its_fields_among_those_that_changed():
    event = status_event("Chaser", "Closed")

    assert why_not({"event": "lead.updated", "changed": ["value", "status"]}, event) is None
    assert (
        why_not({"event": "lead.updated", "changed": "value"}, event) == "what changed is status, not value"
    )


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"rep": "Ada Byron"}, None),
        ({"rep": ["Bob", "Ada Byron"], "status": "closed"}, None),
        ({"tags": "won"}, None),
        ({"tags": ["Stuck", "Won"]}, None),
        ({"value": 5000}, None),
        ({"email": None}, None),
        ({"email": [None, "x@y.z"]}, None),
        ({"unforeseen": "x"}, None),
        ({"rep": "ada byron"}, "where: rep is Ada Byron, not ada byron"),
        ({"rep": None}, "where: rep is Ada Byron, not null"),
        ({"tags": "Stuck"}, "where: tags is Won, On Hold, not Stuck"),
        ({"tags": []}, "where: tags is Won, On Hold, not null"),
        ({"phone": "1"}, "where: phone is null, not 1"),
        ({"status": "Chaser"}, "where: status is Closed, not Chaser"),
    ],
)
def test_where_wants_fields_as_they_are_after_the_change(where, reason):
    more = {"rep": "Ada Byron", "tags": ["Won", "On Hold"], "value": 5000.0, "unforeseen": "x"}
    event = status_event("Chaser", "Closed", more=more)

    assert why_not({"event": "lead.status_changed", "where": where}, event) == reason


def test_where_sees_a_deleted_object_as_it_was():
    event = make_event("lead.deleted", before={"id": "o1", "rep": "Ada"})

    assert why_not({"event": "lead.deleted", "where": {"rep": "Ada"}}, event) is None


def test_true_is_not_one():
    event = make_event("project.created", after={"id": "o1", "archived": False, "retainer_hours": 0})

    assert why_not({"event": "project.created", "where": {"archived": False}}, event) is None
    assert why_not({"event": "project.created", "where": {"archived": 0}}, event) is not None
    assert why_not({"event": "project.created", "where": {"retainer_hours": False}}, event) is not None


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [("Sales", True), ("sales", True), ("p1", True), (["Ops", "Sales"], True), ("Ops", False), (None, False)],
)
def test_where_project_is_its_name_or_id(wanted, fits):
    event = make_event("task.created", after={"id": "o1", "name": "x"}, project_id="p1")

    reason = why_not(
        {"event": "task.created", "where": {"project": wanted}}, event, {"id": "p1", "name": "Sales"}
    )

    assert (reason is None) is fits


def test_a_project_that_is_not_known_can_be_matched_by_its_id_alone():
    event = make_event("task.created", after={"id": "o1"}, project_id="p1")

    assert why_not({"event": "task.created", "where": {"project": "p1"}}, event) is None
    assert (
        why_not({"event": "task.created", "where": {"project": "Sales"}}, event)
        == "where: project is p1, not Sales"
    )


@pytest.mark.parametrize(
    ("actual", "wanted", "fits"),
    [
        ("2026-12-01T17:00:00Z", "2026-12-01", True),
        ("2026-12-01T17:00:00Z", "2026-12-01T17:00:00+00:00", True),
        ("2026-12-01T17:00:00Z", "2026-12-01T18:00:00+01:00", True),
        ("2026-12-01T17:00:00Z", "2026-12-02", False),
        ("soon", "soon", True),
        ("2026-12-01T17:00:00Z", "soon", False),
    ],
)
def test_moments_are_compared_as_moments_and_a_date_is_a_whole_day(actual, wanted, fits):
    event = make_event("task.created", after={"id": "o1", "due_date": actual}, project_id="p1")

    assert (why_not({"event": "task.created", "where": {"due_date": wanted}}, event) is None) is fits


CASES = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])
STATUSES = st.sampled_from(LEAD_STATUSES)


@given(STATUSES, STATUSES, STATUSES, CASES, CASES)
def test_words_of_a_vocabulary_are_compared_without_regard_to_case_both_ways(
    before, after, wanted, in_rule, in_event
):
    event = status_event(in_event(before), in_event(after))

    fits = why_not({"event": "lead.status_changed", "to": in_rule(wanted)}, event) is None
    excluded = why_not({"event": "lead.status_changed", "not_to": in_rule(wanted)}, event) is not None

    assert fits is excluded is (wanted == after)
