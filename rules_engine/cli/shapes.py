"""The JSON that commands print for events and runs: the same shape for what was done and for a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rules_engine.runs.steps import is_shown
from rules_engine.store.records import Event, Run, Step
from rules_engine.store.rows import to_time


def event_json(event: Event) -> dict[str, Any]:
    """One event, as `events --json` shows it."""
    seen_from, seen_to = event.seen_between
    return {
        "id": event.id,
        "at": to_time(event.at),
        "types": list(event.types),
        "resource": event.resource,
        "object_id": event.object_id,
        "project_id": event.project_id,
        "changes": event.changes,
        "before": event.before,
        "after": event.after,
        "cause": event.cause.value,
        "cause_rule": event.cause_rule,
        "cause_run": event.cause_run,
        "seen_between": [to_time(seen_from), to_time(seen_to)],
    }


def run_json(run: Run, steps: Iterable[Step]) -> dict[str, Any]:
    """One run with its steps, as `runs --json` and a plan show it: without those that only say which come next."""
    return {
        "id": run.id,
        "rule": run.rule_id,
        "event": run.event_id,
        "status": run.status.value,
        "mode": run.mode,
        "created_at": to_time(run.created_at),
        "due_at": to_time(run.due_at),
        "across_gap": bool((run.timed or {}).get("across_gap")),
        "error": run.error or None,
        "steps": [step_json(step) for step in steps if is_shown(step)],
    }


def step_json(step: Step) -> dict[str, Any]:
    """One step; its path is without the base URL."""
    return {
        "n": step.n,
        "action": step.action,
        "method": step.method,
        "path": step.path,
        "body": step.body,
        "status": step.status.value,
        "attempts": step.attempts,
        "response_status": step.response_status,
        "result_id": step.result_id,
        "error": step.error or None,
    }


def object_name(event: Event) -> str:
    """What a person calls the object: its name or title, else its id."""
    data = event.after or event.before or {}
    for field in ("name", "title", "user_name"):
        if data.get(field):
            return str(data[field])
    return event.object_id


def changes_text(event: Event) -> str:
    """`status: Chaser → Needs Closing`, one part a field."""
    parts = [
        f"{field}: {_short(change['from'])} → {_short(change['to'])}"
        for field, change in event.changes.items()
    ]
    return ", ".join(parts)


_MOST_SHOWN = 60


def _short(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def count_of(number: int, thing: str) -> str:
    """`1 rule`, `30 leads`, `2 time entries`."""
    words = thing.replace("_", " ")
    plural = f"{words[:-1]}ies" if words.endswith("y") and words != "holiday" else f"{words}s"
    return f"{number} {words if number == 1 else plural}"
