"""From a step's record and outcome to its next record: plain functions over plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rules_engine.dashtrack.outcomes import Done, NotSent, Rejected, Unknown
from rules_engine.ruleset import model
from rules_engine.runs.actions.planned import Nothing, Write
from rules_engine.store.records import JsonObject, Step, StepStatus

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=5)
_MOST_DOUBLINGS = 9

SETTLED = frozenset({StepStatus.DONE, StepStatus.SKIPPED, StepStatus.PLANNED})
"""A step in one of these states is behind its run."""
TROUBLED = frozenset({StepStatus.REJECTED, StepStatus.FAILED, StepStatus.PARKED})
"""A step in one of these states stops its run, or with `on_error: continue` is passed over."""
OPEN = frozenset({StepStatus.SENT, StepStatus.UNKNOWN})
"""The request of a step in one of these states may have taken effect."""


_CONTROL: Mapping[type[model.Step], str] = {
    model.Choose: "choose",
    model.ForEach: "foreach",
    model.Delay: "delay",
    model.WaitFor: "wait_for",
    model.SetVars: "set",
    model.Stop: "stop",
}

HIDDEN = frozenset({"choose", "foreach", "set"})
"""Steps that only say which others come next: shown to nobody unless they failed."""


def is_shown(record: Step) -> bool:
    """Whether the step is one of those that `runs --json` and plans show."""
    return record.action not in HIDDEN or record.status in TROUBLED


def blank(run_id: str, step: model.Step, *, key: str, number: int) -> Step:
    """A step that nothing has happened to yet; `key` is its full path."""
    action = step.action if isinstance(step, model.ActionStep) else _CONTROL[type(step)]
    return Step(run_id=run_id, n=number, key=key, action=action, status=StepStatus.NOT_SENT)


def in_words(error: Exception) -> str:
    """What happened and what to do about it, as a step's error."""
    advice = getattr(error, "advice", "")
    return f"{str(error).rstrip('.')}. {advice}" if advice else str(error)


def intended(record: Step, write: Write, *, mark: str, at: datetime) -> Step:
    """The intent: what is durable before the request is sent."""
    return replace(
        record,
        method=write.request.method,
        path=write.request.path,
        body=write.request.body,
        status=StepStatus.SENT,
        attempts=record.attempts + 1,
        mark=mark,
        sent_at=at,
        looks=0,
        known_ids=write.known_ids,
        before=write.before,
        response_status=None,
        error="",
    )


def sent_again(record: Step, *, at: datetime) -> Step:
    """The same intent, sent once more: the same body with the same mark."""
    return replace(
        record, status=StepStatus.SENT, attempts=record.attempts + 1, sent_at=at, looks=0, error=""
    )


def done(record: Step, outcome: Done, result: Mapping[str, Any] | None) -> Step:
    """The request was answered well."""
    return succeeded(replace(record, response_status=outcome.status), result)


def succeeded(record: Step, result: Mapping[str, Any] | None) -> Step:
    """The step's effect is in the world."""
    return replace(
        record,
        status=StepStatus.DONE,
        result=result,
        result_id=str(result["id"]) if result else None,
        error="",
    )


def doubled(resource: str, others: Sequence[str]) -> str:
    """What is said beside a create that was found more than once."""
    ids = ", ".join(others)
    return f"this {resource} is there more than once, with the same signature: {ids}. If nobody copied it, remove what is too much"


def skipped(record: Step, nothing: Nothing) -> Step:
    """There was nothing to do."""
    result = nothing.result
    return replace(
        record,
        status=StepStatus.SKIPPED,
        result=result,
        result_id=str(result["id"]) if result else None,
        error=nothing.reason,
    )


def gave_way(record: Step) -> Step:
    """Somebody else has changed the same fields meanwhile: their edit stands."""
    return replace(
        record,
        status=StepStatus.SKIPPED,
        error="the answer was lost, and somebody else has edited the object since: their edit stands",
    )


def rejected(record: Step, outcome: Rejected) -> Step:
    """Dashtrack refused the request: nothing took effect, and asking again would not help."""
    return replace(
        record,
        status=StepStatus.REJECTED,
        response_status=outcome.status,
        error=f"{outcome.status}: {outcome.message}",
    )


def not_sent(record: Step, outcome: NotSent) -> Step:
    """The request never left: it may be sent again freely."""
    return withheld(record, outcome.reason)


def withheld(record: Step, reason: str) -> Step:
    """No request was sent, for a reason that passes."""
    return replace(record, status=StepStatus.NOT_SENT, sent_at=None, error=reason)


def unknown(record: Step, outcome: Unknown) -> Step:
    """The request may or may not have taken effect."""
    return replace(record, status=StepStatus.UNKNOWN, response_status=outcome.status, error=outcome.reason)


def interrupted(record: Step, *, at: datetime) -> Step:
    """The process died between the intent and its outcome; quiescence counts anew."""
    return replace(
        record,
        status=StepStatus.UNKNOWN,
        sent_at=at,
        looks=0,
        error="the answer never came",
    )


def failed(record: Step, error: str) -> Step:
    """The step could not be rendered or resolved."""
    return replace(record, status=StepStatus.FAILED, error=error)


def parked(record: Step) -> Step:
    """A person must say whether the write took effect."""
    return replace(
        record,
        status=StepStatus.PARKED,
        error="the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`",
    )


def decided(record: Step, body: JsonObject, *, result: JsonObject | None = None) -> Step:
    """A step of control is behind its run: what it decided is in the body, so that it is decided once."""
    return replace(record, status=StepStatus.DONE, body=body, result=result, error="")


def waiting(record: Step, body: JsonObject) -> Step:
    """A delay or a wait has begun."""
    return replace(record, status=StepStatus.WAITING, body=body, error="")


def posted(record: Step, *, path: str, body: JsonObject, mark: str, at: datetime) -> Step:
    """The intent of a message to an endpoint; the mark is its identity, so that a repeated one is known as such."""
    return replace(
        record,
        method="POST",
        path=path,
        body=body,
        status=StepStatus.SENT,
        attempts=record.attempts + 1,
        mark=mark,
        sent_at=at,
        response_status=None,
        error="",
    )


def planned(record: Step, result: Mapping[str, Any] | None) -> Step:
    """The request was not sent: this is a plan."""
    return replace(record, status=StepStatus.PLANNED, result=result, attempts=0, sent_at=None)


def pause_before(attempts: int) -> timedelta:
    """How long to wait after so many attempts that were not sent: doubling, to five minutes."""
    doublings: int = 2 ** min(attempts, _MOST_DOUBLINGS)
    return min(_FIRST_PAUSE * doublings, _LONGEST_PAUSE)
