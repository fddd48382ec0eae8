"""Records to table rows and back: the one place that knows how times and JSON data are written down."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

import msgspec

from rules_engine.store.errors import StoreDamaged
from rules_engine.store.records import (
    Cause,
    Decision,
    Event,
    Fact,
    Feed,
    Hold,
    Presence,
    Run,
    RunStatus,
    Spent,
    Step,
    StepStatus,
    StoredObject,
    Timer,
    TimerKind,
)

Row = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


def _readable(read: Callable[P, T]) -> Callable[P, T]:
    """What this module wrote can be read again; if not, the store is damaged in a way that SQLite's check can't see."""

    @functools.wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreDamaged(
                f"the store is damaged: what {read.__name__} reads makes no sense ({type(error).__name__})",
                advice="It is left as it is. Stop the worker and put a backup in its place.",
            ) from None

    return reading


def to_time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, always with microseconds, so that texts sort as times do."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@_readable
def from_time(text: str | None) -> datetime | None:
    """Undo `to_time`."""
    return None if text is None else datetime.fromisoformat(text)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_json(value: Any) -> str:
    """Plain JSON data as text; times become ISO 8601."""
    return msgspec.json.encode(value, enc_hook=_plain_text).decode()


def _plain_text(value: Any) -> str:
    """Words of a vocabulary are text that compares in a way of its own; they are stored as text."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON data")


@_readable
def from_json(text: str | None) -> Any:
    """Undo `to_json`; None stays None."""
    return None if text is None else msgspec.json.decode(text)


def _optional_json(value: Any) -> str | None:
    return None if value is None else to_json(value)


def feed_row(account: str, feed: Feed) -> dict[str, Any]:
    """One row of `feeds`."""
    return {
        "account": account,
        "resource": feed.resource,
        "project_id": feed.project_id or "",
        "baseline_at": to_time(feed.baseline_at),
        "good_at": to_time(feed.good_at),
        "body_hash": feed.body_hash,
        "known_fields": to_json(feed.known_fields),
        "settled": feed.settled,
        "error": feed.error,
        "error_at": to_time(feed.error_at),
    }


@_readable
def feed_from(row: Row) -> Feed:
    """Undo `feed_row`."""
    return Feed(
        resource=row["resource"],
        project_id=row["project_id"] or None,
        baseline_at=from_time(row["baseline_at"]),
        good_at=from_time(row["good_at"]),
        body_hash=row["body_hash"],
        known_fields=tuple(from_json(row["known_fields"])),
        settled=row["settled"],
        error=row["error"],
        error_at=from_time(row["error_at"]),
    )


def object_row(account: str, stored: StoredObject) -> dict[str, Any]:
    """One row of `objects`."""
    return {
        "account": account,
        "resource": stored.resource,
        "object_id": stored.object_id,
        "project_id": stored.project_id,
        "revision": stored.revision,
        "data": to_json(stored.data),
        "since": to_json(stored.since),
        "presence": stored.presence.value,
        "missing_looks": stored.missing_looks,
        "fence": _optional_json(stored.fence),
        "fence_until": to_time(stored.fence_until),
    }


@_readable
def object_from(row: Row) -> StoredObject:
    """Undo `object_row`."""
    return StoredObject(
        resource=row["resource"],
        object_id=row["object_id"],
        project_id=row["project_id"],
        revision=row["revision"],
        data=from_json(row["data"]),
        since=from_json(row["since"]),
        presence=Presence(row["presence"]),
        missing_looks=row["missing_looks"],
        fence=from_json(row["fence"]),
        fence_until=from_time(row["fence_until"]),
    )


def event_row(account: str, event: Event) -> dict[str, Any]:
    """One row of `events`, without its sequence number."""
    seen_from, seen_to = event.seen_between
    return {
        "id": event.id,
        "account": account,
        "at": to_time(event.at),
        "types": to_json(event.types),
        "resource": event.resource,
        "object_id": event.object_id,
        "project_id": event.project_id,
        "revision": event.revision,
        "changes": to_json(event.changes),
        "before": _optional_json(event.before),
        "after": _optional_json(event.after),
        "cause": event.cause.value,
        "cause_rule": event.cause_rule,
        "cause_run": event.cause_run,
        "depth": event.depth,
        "seen_from": to_time(seen_from),
        "seen_to": to_time(seen_to),
    }


@_readable
def event_from(row: Row) -> Event:
    """Undo `event_row`."""
    return Event(
        id=row["id"],
        at=_moment(row["at"]),
        types=tuple(from_json(row["types"])),
        resource=row["resource"],
        object_id=row["object_id"],
        project_id=row["project_id"],
        revision=row["revision"],
        changes=from_json(row["changes"]),
        before=from_json(row["before"]),
        after=from_json(row["after"]),
        cause=Cause(row["cause"]),
        cause_rule=row["cause_rule"],
        cause_run=row["cause_run"],
        depth=row["depth"],
        seen_between=(from_time(row["seen_from"]), _moment(row["seen_to"])),
    )


def run_row(account: str, run: Run) -> dict[str, Any]:
    """One row of `runs`, without its sequence number."""
    return {
        "id": run.id,
        "account": account,
        "rule_id": run.rule_id,
        "rule_digest": run.rule_digest,
        "event_id": run.event_id,
        "status": run.status.value,
        "mode": run.mode,
        "depth": run.depth,
        "created_at": to_time(run.created_at),
        "due_at": to_time(run.due_at),
        "vars": _optional_json(run.vars),
        "timed": _optional_json(run.timed),
        "error": run.error,
    }


@_readable
def run_from(row: Row) -> Run:
    """Undo `run_row`."""
    return Run(
        id=row["id"],
        rule_id=row["rule_id"],
        rule_digest=row["rule_digest"],
        event_id=row["event_id"],
        status=RunStatus(row["status"]),
        mode=row["mode"],
        depth=row["depth"],
        created_at=_moment(row["created_at"]),
        due_at=from_time(row["due_at"]),
        vars=from_json(row["vars"]),
        timed=from_json(row["timed"]),
        error=row["error"],
    )


def step_row(step: Step) -> dict[str, Any]:
    """One row of `steps`."""
    return {
        "run_id": step.run_id,
        "key": step.key,
        "n": step.n,
        "action": step.action,
        "method": step.method,
        "path": step.path,
        "body": _optional_json(step.body),
        "status": step.status.value,
        "attempts": step.attempts,
        "response_status": step.response_status,
        "result_id": step.result_id,
        "result": _optional_json(step.result),
        "error": step.error,
        "mark": step.mark,
        "sent_at": to_time(step.sent_at),
        "looks": step.looks,
        "known_ids": to_json(step.known_ids),
        "before": _optional_json(step.before),
    }


@_readable
def step_from(row: Row) -> Step:
    """Undo `step_row`."""
    return Step(
        run_id=row["run_id"],
        n=row["n"],
        key=row["key"],
        action=row["action"],
        method=row["method"],
        path=row["path"],
        body=from_json(row["body"]),
        status=StepStatus(row["status"]),
        attempts=row["attempts"],
        response_status=row["response_status"],
        result_id=row["result_id"],
        result=from_json(row["result"]),
        error=row["error"],
        mark=row["mark"],
        sent_at=from_time(row["sent_at"]),
        looks=row["looks"],
        known_ids=tuple(from_json(row["known_ids"])),
        before=from_json(row["before"]),
    )


def decision_row(account: str, decision: Decision) -> dict[str, Any]:
    """One row of `decisions`."""
    return {
        "account": account,
        "rule_id": decision.rule_id,
        "event_id": decision.event_id,
        "at": to_time(decision.at),
        "verdict": decision.verdict,
        "detail": decision.detail,
    }


@_readable
def decision_from(row: Row) -> Decision:
    """Undo `decision_row`."""
    return Decision(
        rule_id=row["rule_id"],
        event_id=row["event_id"],
        at=_moment(row["at"]),
        verdict=row["verdict"],
        detail=row["detail"],
    )


def hold_row(account: str, hold: Hold) -> dict[str, Any]:
    """One row of `holds`."""
    return {
        "id": hold.id,
        "account": account,
        "at": to_time(hold.at),
        "resource": hold.resource,
        "project_id": hold.project_id,
        "object_ids": to_json(hold.object_ids),
        "approved": hold.approved,
    }


@_readable
def hold_from(row: Row) -> Hold:
    """Undo `hold_row`."""
    return Hold(
        id=row["id"],
        at=_moment(row["at"]),
        resource=row["resource"],
        project_id=row["project_id"],
        object_ids=tuple(from_json(row["object_ids"])),
        approved=row["approved"],
    )


def timer_row(account: str, timer: Timer) -> dict[str, Any]:
    """One row of `timers`."""
    return {
        **timer_key(account, timer),
        "kind": timer.kind.value,
        "due_at": to_time(timer.due_at),
        "armed_at": to_time(timer.armed_at),
        "spent": timer.spent,
        "across_gap": timer.across_gap,
    }


def timer_key(account: str, timer: Timer) -> dict[str, Any]:
    """What tells one row of `timers` from another."""
    return {
        "account": account,
        "rule_id": timer.rule_id,
        "trigger": timer.trigger,
        "resource": timer.resource,
        "object_id": timer.object_id,
        "value": timer.value,
    }


@_readable
def timer_from(row: Row) -> Timer:
    """Undo `timer_row`."""
    return Timer(
        rule_id=row["rule_id"],
        trigger=row["trigger"],
        kind=TimerKind(row["kind"]),
        resource=row["resource"],
        object_id=row["object_id"],
        value=row["value"],
        due_at=_moment(row["due_at"]),
        armed_at=_moment(row["armed_at"]),
        spent=row["spent"],
        across_gap=row["across_gap"],
    )


def fact_row(account: str, fact: Fact) -> dict[str, Any]:
    """One row of `facts`."""
    return {"account": account, "kind": fact.kind, "key": fact.key, "at": to_time(fact.at)}


@_readable
def fact_from(row: Row) -> Fact:
    """Undo `fact_row`."""
    return Fact(kind=row["kind"], key=row["key"], at=_moment(row["at"]))


def fact_key(account: str, fact: Fact) -> dict[str, Any]:
    """What tells one row of `facts` from another."""
    return {"account": account, "kind": fact.kind, "key": fact.key}


def spent_row(account: str, spent: Spent) -> dict[str, Any]:
    """One row of `spent`."""
    return {
        "account": account,
        "rule_id": spent.rule_id,
        "kind": spent.kind,
        "key": spent.key,
        "at": to_time(spent.at),
        "run_id": spent.run_id,
    }
