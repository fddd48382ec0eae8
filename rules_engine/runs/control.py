"""The steps of control: each decides once, and what it decided is in its record, so that a replay goes the same way.

The walk (`interpreter`) reads the records: `branch` of a choose, `items` of a foreach, `values` of a set.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from rules_engine.calendar import CalendarError
from rules_engine.durations import Duration, DurationError, parse_duration
from rules_engine.ruleset import model
from rules_engine.ruleset.conditions import judge
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.templates import TemplateError
from rules_engine.ruleset.values import render_value
from rules_engine.runs import ledger
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.fields import as_text
from rules_engine.runs.actions.planned import StepProblem
from rules_engine.runs.bench import Bench
from rules_engine.runs.course import Course
from rules_engine.runs.interpreter import Due
from rules_engine.runs.scope import project_of, scope_of, stored
from rules_engine.store.records import Event, Step, StepStatus
from rules_engine.store.rows import from_time, to_time

MOST_ITEMS = 1_000
"""Items of one `foreach`."""


def settle_control(bench: Bench, course: Course, due: Due, record: Step) -> Step:
    """Bring a step of control as far as it can go now."""
    try:
        match due.step:
            case model.Choose():
                return ledger.note(bench, course, _choose(bench, course, due, due.step, record))
            case model.ForEach():
                return ledger.note(bench, course, _foreach(bench, course, due, due.step, record))
            case model.SetVars():
                return ledger.note(bench, course, _set(bench, course, due, due.step, record))
            case model.Stop():
                return ledger.note(bench, course, _stop(bench, course, due, due.step, record))
            case model.Delay():
                return _delay(bench, course, due, due.step, record)
            case model.WaitFor():
                return _wait_for(bench, course, due.step, record)
            case _:
                raise TypeError(f"{type(due.step).__name__} is no step of control")
    except (TemplateError, StepProblem, DurationError, CalendarError) as error:
        return ledger.record(bench, course, moves.failed(record, moves.in_words(error)))


def _choose(bench: Bench, course: Course, due: Due, step: model.Choose, record: Step) -> Step:
    """The first branch that fits. One that can't be judged fails the step: it must not lead into the `else`."""
    scope, env = bench.reach(course, due.names)
    for number, branch in enumerate(step.branches):
        verdict = judge(branch.condition, scope, env)
        if verdict.error is not None:
            raise StepProblem(f"the condition of branch {number + 1} can't be judged: {verdict.detail}")
        if verdict.holds:
            return moves.decided(record, {"branch": number})
    return moves.decided(record, {"branch": None})


def _foreach(bench: Bench, course: Course, due: Due, step: model.ForEach, record: Step) -> Step:
    scope, env = bench.reach(course, due.names)
    value = render_value(step.items, scope, env)
    items = value if isinstance(value, list) else [] if value is None or value == "" else [value]
    if len(items) > MOST_ITEMS:
        raise StepProblem(
            f"foreach goes through {MOST_ITEMS:,} items at most, and here are {len(items):,}",
            advice="Narrow the list: give a lookup more fields to match, or take a slice of it.",
        )
    return moves.decided(record, {"items": stored(items)})


def _set(bench: Bench, course: Course, due: Due, step: model.SetVars, record: Step) -> Step:
    """Each value sees those before it, as in `vars`."""
    scope, env = bench.reach(course, due.names)
    values: dict[str, Any] = {}
    for name, value in step.values.items():
        values[name] = render_value(value, {**scope, **values}, env)
    return moves.decided(record, {"values": stored(values)})


def _stop(bench: Bench, course: Course, due: Due, step: model.Stop, record: Step) -> Step:
    scope, env = bench.reach(course, due.names)
    decided = moves.decided(record, {"reason": as_text(render_value(step.reason, scope, env)) or ""})
    return replace(decided, status=StepStatus.PLANNED) if course.is_plan else decided


# -- pauses ------------------------------------------------------------------------------------------------


def _delay(bench: Bench, course: Course, due: Due, step: model.Delay, record: Step) -> Step:
    if record.status is not StepStatus.WAITING:
        scope, env = bench.reach(course, due.names)
        span = _duration(render_value(step.duration, scope, env))
        until = bench.calendar.add(env.now, span)
        body = {"for": str(span), "until": to_time(until)}
        if course.is_plan:
            return ledger.record(bench, course, _passed_over(record, body))
        record = ledger.record(bench, course, moves.waiting(record, body))
    end = _until(record)
    assert end is not None, "a delay has an end"
    if bench.clock.now() < end:
        course.until = end
        return record
    return ledger.record(
        bench, course, moves.decided(record, record.body or {}, result=_object_now(bench, course))
    )


def _duration(value: Any) -> Duration:
    return value if isinstance(value, Duration) else parse_duration(value)


def _wait_for(bench: Bench, course: Course, step: model.WaitFor, record: Step) -> Step:
    if record.status is not StepStatus.WAITING:
        body = _beginning(bench, course, step)
        if course.is_plan:
            said = "a plan can't wait for it, and is shown as if nothing came in time"
            return ledger.record(bench, course, replace(_passed_over(record, body), error=said))
        record = ledger.record(bench, course, moves.waiting(record, body))
    body = dict(record.body or {})
    until = _until(record)
    event = _awaited(bench, course, step, after=body["after_event"], until=until)
    if event is not None:
        return _go_on(bench, course, record, event)
    if until is None or bench.clock.now() < until:
        course.until = until
    elif _looked_since(bench, course, until):
        return _go_on(bench, course, record, None)
    return record


def _beginning(bench: Bench, course: Course, step: model.WaitFor) -> dict[str, Any]:
    """What the wait is for, until when, and the last event before it."""
    now = course.now(bench.clock.now())
    until = None if step.timeout is None else bench.calendar.add(now, step.timeout)
    earlier = _events(bench, course, after=0)
    return {
        "event": [name for trigger in step.triggers for name in trigger.events],
        "until": to_time(until),
        "after_event": earlier[-1][0] if earlier else 0,
    }


def _events(bench: Bench, course: Course, *, after: int) -> list[tuple[int, Event]]:
    """The events of the run's own object."""
    event = course.event
    return bench.store.events_of(bench.account, event.resource, event.object_id, after=after)


def _awaited(
    bench: Bench, course: Course, step: model.WaitFor, *, after: int, until: datetime | None
) -> Event | None:
    """The first event since the wait began that one of its triggers fits.

    One that is late only because nobody looked in time counts: what it tells may well have come before the timeout.
    """
    for _, event in _events(bench, course, after=after):
        earliest = event.seen_between[0] or event.at
        in_time = until is None or earliest < until
        project = project_of(event, bench.snapshot)
        if in_time and any(mismatch(trigger, event, project) is None for trigger in step.triggers):
            return event
    return None


def _looked_since(bench: Bench, course: Course, moment: datetime) -> bool:
    """Whether the object's feed was read well since: before that, nobody can say that nothing came in time.

    What is in an archived project is not read any more, so there it is enough that the projects were.
    """
    feeds = bench.store.feeds(bench.account)
    resource, project = course.event.resource, course.event.project_id
    inside = bench.snapshot.get("project", project) if project is not None else None
    if inside is not None and inside.get("archived") is True:
        feed = feeds.get("project")
    else:
        feed = feeds.get(resource) or feeds.get(f"{resource}/{project}")
    return feed is None or (feed.good_at is not None and feed.good_at >= moment)


def _go_on(bench: Bench, course: Course, record: Step, event: Event | None) -> Step:
    """End the wait: with the event that came, or because the time is up."""
    result = {**_object_now(bench, course), "waited": None if event is None else _waited(bench, event)}
    body = {**(record.body or {}), "came": None if event is None else event.id}
    return ledger.record(bench, course, moves.decided(record, body, result=result))


def _waited(bench: Bench, event: Event) -> Any:
    """The event as templates see it, with its changes."""
    scope = scope_of(event, bench.snapshot, bench.clock.now(), {})
    return stored({**scope["event"], "changes": scope["changes"]})


def _passed_over(record: Step, body: dict[str, Any]) -> Step:
    return replace(moves.planned(record, None), body=body)


def _until(record: Step) -> datetime | None:
    return from_time((record.body or {}).get("until"))


def _object_now(bench: Bench, course: Course) -> dict[str, Any]:
    """The run's own object after a pause; one that is gone is as it was last."""
    known = bench.snapshot.stored(course.event.resource, course.event.object_id)
    return {"object": None if known is None else known.data}
