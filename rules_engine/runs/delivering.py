"""Messages to endpoints: an intent is durable before it is posted, and a lost answer is posted again with the same id.

That is where an endpoint differs from Dashtrack: its receiver knows a message by its id (Standard Webhooks), so what
is repeated takes effect once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from rules_engine.dashtrack.outcomes import Done, NotSent, Rejected, Unknown
from rules_engine.runs import ledger
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Deliver, StepProblem
from rules_engine.runs.bench import Bench
from rules_engine.runs.course import Course
from rules_engine.runs.identity import mark_of
from rules_engine.store.records import Step
from rules_engine.suggest import nearest

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
)
"""Between the attempts at one message, as the Standard Webhooks scheme begins; after the last one the step failed."""

_PATH = "endpoint:"


def post(bench: Bench, course: Course, record: Step, message: Deliver) -> Step:
    """Send a message for the first time, or after a person's retry. Raises StepProblem.

    It keeps its body as it keeps its id: a receiver that has seen the id would drop another body unread.
    """
    if message.to not in bench.post.names:
        raise _unknown_endpoint(message.to, bench)
    mark = mark_of(bench.store.instance(), course.run.id, record.key)
    body = record.body if record.mark == mark and record.body is not None else message.body
    intent = moves.posted(record, path=_PATH + message.to, body=body, mark=mark, at=bench.clock.now())
    return _deliver(bench, course, intent)


def post_again(bench: Bench, course: Course, record: Step) -> Step:
    """Send a message whose answer was lost once more, with the same id and body, when its pause is over."""
    assert record.sent_at is not None, "it was sent"
    due = record.sent_at + _pause(record)
    if bench.clock.now() < due:
        course.until = due
        return record
    return _deliver(bench, course, moves.sent_again(record, at=bench.clock.now()))


def _deliver(bench: Bench, course: Course, intent: Step) -> Step:
    if course.is_plan:
        return ledger.record(bench, course, moves.planned(intent, None))
    ledger.commit(bench, course, intent)
    to = str(intent.path).removeprefix(_PATH)
    outcome = bench.post.deliver(to, message_id=intent.mark, body=intent.body or {})
    match outcome:
        case Done():
            return ledger.record(bench, course, moves.done(intent, outcome, None))
        case Rejected():
            return ledger.record(bench, course, moves.rejected(intent, outcome))
        case NotSent():
            return _later(bench, course, moves.not_sent(intent, outcome), outcome.reason, outcome.until)
        case Unknown():
            return _later(bench, course, moves.unknown(intent, outcome), outcome.reason, None)


def _later(bench: Bench, course: Course, record: Step, reason: str, until: datetime | None) -> Step:
    if record.attempts > len(PAUSES):
        error = f"gave up after {record.attempts} attempts: {reason}"
        return ledger.record(bench, course, moves.failed(record, error))
    course.until = until or bench.clock.now() + _pause(record)
    return ledger.record(bench, course, record)


def _pause(record: Step) -> timedelta:
    return PAUSES[min(record.attempts, len(PAUSES)) - 1]


def _unknown_endpoint(name: str, bench: Bench) -> StepProblem:
    known = ", ".join(sorted(bench.post.names))
    near = nearest(name, bench.post.names)
    if near:
        advice = f"Did you mean {near}?"
    else:
        advice = f"Add it to the configuration: `endpoints: {{{name}: {{url: https://…}}}}`."
    return StepProblem(f"there is no endpoint {name!r}; there is: {known or 'none at all'}", advice=advice)
