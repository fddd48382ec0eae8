"""The catalogue: which types fit which change."""

from __future__ import annotations

import pytest

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.catalogue import EVENT_TYPES, main_type, types_of
from rules_engine.events.change import Change, ChangeKind, FieldChange


def updated(resource, **fields):
    changes = {
        name: value if isinstance(value, FieldChange) else FieldChange(from_=value[0], to=value[1])
        for name, value in fields.items()
    }
    return Change(
        kind=ChangeKind.UPDATED,
        resource=resource,
        object_id="1",
        project_id=None,
        before={},
        after={},
        fields=changes,
    )


def appeared(resource, **data):
    return Change(
        kind=ChangeKind.CREATED, resource=resource, object_id="1", project_id=None, before=None, after=data
    )


@pytest.mark.parametrize(
    ("change", "types"),
    [
        (updated("task", status=("todo", "in-progress")), {"task.status_changed", "task.started"}),
        (updated("task", status=("in-progress", "Done")), {"task.status_changed", "task.completed"}),
        (updated("task", status=("done", "todo")), {"task.status_changed", "task.reopened"}),
        (
            updated("task", status=("done", "in-progress")),
            {"task.status_changed", "task.reopened", "task.started"},
        ),
        (updated("task", priority=("Low", "High")), {"task.priority_changed"}),
        (updated("task", due_date=(None, "2026-12-01")), {"task.rescheduled"}),
        (updated("task", task_list=("Copy", "Build")), {"task.moved"}),
        (updated("task", name=("a", "b")), {"task.renamed"}),
        (updated("task", assigned_to=FieldChange(from_=[], to=["Ada"], added=("Ada",))), {"task.assigned"}),
        (
            updated(
                "task", assigned_to=FieldChange(from_=["Bo"], to=["Ada"], added=("Ada",), removed=("Bo",))
            ),
            {"task.assigned", "task.unassigned"},
        ),
        (updated("lead", status=("Chaser", "Closed")), {"lead.status_changed"}),
        (updated("lead", tags=FieldChange(from_=[], to=["Won"], added=("Won",))), {"lead.tagged"}),
        (updated("lead", tags=FieldChange(from_=["Won"], to=[], removed=("Won",))), {"lead.untagged"}),
        (updated("lead", rep=("Ada", "Bo")), {"lead.rep_changed"}),
        (updated("lead", value=(1, 2)), {"lead.value_changed"}),
        (updated("lead", colour=("red", "blue")), set()),
        (updated("project", archived=(False, True)), {"project.archived"}),
        (updated("project", archived=(True, False)), {"project.restored"}),
        (updated("holiday", status=("pending", "approved")), {"holiday.approved"}),
        (updated("holiday", status=("pending", "declined")), {"holiday.declined"}),
    ],
)
def test_an_update_has_every_type_that_fits_and_no_other(change, types):
    assert set(types_of(change)) == types | {f"{change.resource}.updated"}


@pytest.mark.parametrize(
    ("change", "types"),
    [
        (appeared("task", status="done"), {"task.created"}),
        (appeared("lead", tags=["Won"]), {"lead.created"}),
        (appeared("member"), {"member.created", "member.joined"}),
        (appeared("holiday", status="pending"), {"holiday.created", "holiday.requested"}),
        (appeared("holiday", status="Approved"), {"holiday.created", "holiday.approved"}),
    ],
)
def test_what_appears_is_created_and_a_holiday_is_also_what_it_is(change, types):
    assert set(types_of(change)) == types


def test_a_member_who_is_gone_has_left():
    gone = Change(
        kind=ChangeKind.DELETED,
        resource="member",
        object_id="1",
        project_id=None,
        before={"id": "1"},
        after=None,
    )
    assert set(types_of(gone)) == {"member.deleted", "member.left"}


def test_every_resource_has_its_three_basic_types():
    for resource in RESOURCES:
        assert {f"{resource}.created", f"{resource}.updated", f"{resource}.deleted"} <= set(EVENT_TYPES)


def test_every_type_speaks_of_a_field_that_its_resource_has():
    for event_type in EVENT_TYPES.values():
        if event_type.field is not None:
            assert RESOURCES[event_type.resource].field(event_type.field) is not None
        assert event_type.summary.endswith(".")


@pytest.mark.parametrize(
    ("types", "main"),
    [
        (("lead.created",), "lead.created"),
        (("lead.updated",), "lead.updated"),
        (("task.updated", "task.status_changed", "task.completed"), "task.completed"),
        (("task.updated", "task.status_changed", "task.completed", "task.assigned"), "task.completed"),
        (("lead.updated", "lead.status_changed", "lead.tagged", "lead.untagged"), "lead.status_changed"),
        (("member.created", "member.joined"), "member.joined"),
        (("holiday.created", "holiday.approved"), "holiday.approved"),
    ],
)
def test_the_main_type_is_the_most_telling_one(types, main):
    assert main_type(types) == main
