"""Whose a change is that a poll sees."""

from __future__ import annotations

from datetime import UTC, datetime

from rules_engine.events.change import Change, ChangeKind
from rules_engine.polling.poll import Seen
from rules_engine.runs.identity import signed
from rules_engine.runs.ownership import owners_of
from rules_engine.store.records import Run, RunStatus, Step, StepStatus

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MARK = "K7QAAAAABBBBCCCC"
RUN = Run(
    id="r",
    rule_id="make",
    rule_digest="d",
    event_id="e",
    status=RunStatus.WAITING,
    mode="live",
    depth=0,
    created_at=NOW,
)
STEP = Step(run_id="r", n=1, key="0", action="create_task", status=StepStatus.UNKNOWN, mark=MARK)


def seen(object_id, minute):
    after = {
        "id": object_id,
        "description": signed(None, "make", MARK),
        "created_at": f"2026-11-24T09:0{minute}:00Z",
    }
    change = Change(
        kind=ChangeKind.CREATED,
        resource="task",
        object_id=object_id,
        project_id="p",
        before=None,
        after=after,
    )
    return Seen(change, 1, NOW)


def test_of_new_objects_with_the_same_mark_the_oldest_is_ours():
    owners = owners_of([seen("copy", 2), seen("ours", 1)], [STEP], lambda _: RUN)
    assert list(owners) == ["ours"]
