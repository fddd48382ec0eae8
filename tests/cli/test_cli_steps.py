"""How steps are shown: what was done and what is waited for, without what only leads the way."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from rules_engine.cli.narrator import Narrator
from rules_engine.cli.shapes import run_json
from rules_engine.store.records import Run, RunStatus, Step, StepStatus

RUN = Run(
    id="run-1",
    rule_id="go",
    rule_digest="d",
    event_id="e",
    status=RunStatus.WAITING,
    mode="live",
    depth=0,
    created_at=datetime(2026, 11, 24, tzinfo=UTC),
    due_at=datetime(2026, 11, 26, tzinfo=UTC),
)


def step(n, action, status=StepStatus.DONE, **values):
    return Step(run_id="run-1", n=n, key=str(n), action=action, status=status, **values)


STEPS = [
    step(1, "choose", body={"branch": 0}),
    step(2, "foreach", body={"items": [1]}),
    step(3, "create_task", method="POST", path="/projects/p/tasks"),
    step(4, "set", body={"values": {}}),
    step(5, "delay", StepStatus.WAITING, body={"for": "2 days", "until": "2026-11-26T00:00:00.000000Z"}),
]


def test_a_run_is_shown_with_its_actions_and_pauses_only():
    shown = run_json(RUN, STEPS)["steps"]
    assert [(one["n"], one["action"], one["status"]) for one in shown] == [
        (3, "create_task", "done"),
        (5, "delay", "waiting"),
    ]
    assert shown[1]["body"]["for"] == "2 days"


def test_a_choice_that_failed_is_shown_for_it_says_why():
    failed = step(1, "choose", StepStatus.FAILED, error="can't be judged")
    assert [one["error"] for one in run_json(RUN, [failed])["steps"]] == ["can't be judged"]


def told(tell):
    with structlog.testing.capture_logs() as lines:
        tell(Narrator(None))
    return lines


def test_the_log_tells_of_the_same_steps():
    lines = told(lambda narrator: [narrator.step_moved(RUN, one) for one in STEPS])
    assert [line["event"] for line in lines] == ["create_task", "delay"]
    assert lines[1]["until"] == "2026-11-26T00:00:00.000000Z"


def test_waiting_is_no_warning_but_a_lost_answer_is():
    lost = step(3, "create_task", StepStatus.UNKNOWN, error="no answer came in time")
    lines = told(lambda narrator: (narrator.step_moved(RUN, lost), narrator.run_moved(RUN)))
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("create_task", "warning"),
        ("run waiting", "info"),
    ]
