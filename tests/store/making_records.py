"""Records for the tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rules_engine.store.records import Cause, Event, Run, RunStatus, Step, StepStatus, StoredObject

NOW = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)


def an_object(object_id="l1", **changes):
    return replace(
        StoredObject(
            resource="lead",
            object_id=object_id,
            project_id=None,
            revision=1,
            data={"id": object_id, "name": "Mill “&” Sons", "value": 1.5, "tags": ["Won"]},
            since={"name": NOW.isoformat()},
        ),
        **changes,
    )


def an_event(number=1):
    return Event(
        id=f"default/lead/l1/{number}",
        at=NOW,
        types=("lead.updated", "lead.status_changed"),
        resource="lead",
        object_id="l1",
        project_id=None,
        revision=number,
        changes={"status": {"from": "Chaser", "to": "Closed"}},
        before={"id": "l1"},
        after={"id": "l1", "status": "Closed"},
        cause=Cause.EXTERNAL,
        seen_between=(None, NOW),
    )


def a_run(number=1, status=RunStatus.PENDING, rule="chase"):
    return Run(
        id=f"run-{number}",
        rule_id=rule,
        rule_digest="d1",
        event_id="default/lead/l1/1",
        status=status,
        mode="live",
        depth=0,
        created_at=NOW,
    )


def a_step(status=StepStatus.NOT_SENT, **changes):
    return Step(run_id="run-1", n=1, key="0", action="create_task", status=status, **changes)
