"""What `run --once` and the dry run show a person."""

from __future__ import annotations

import json
from collections import Counter

from rules_engine.cli.holds import hold_text
from rules_engine.cli.output import say, table
from rules_engine.cli.shapes import changes_text, count_of, object_name
from rules_engine.engine import TickReport
from rules_engine.events.catalogue import main_type
from rules_engine.runs.steps import is_shown
from rules_engine.store.records import Step
from rules_engine.store.store import Store


def print_plan(store: Store, report: TickReport) -> None:
    """The literal requests of the runs, on stdout: what would be sent."""
    rows = []
    for run in report.runs:
        event = store.event(run.event_id)
        assert event is not None, "a run's event is stored with it"
        why = f"{main_type(event.types)}\n{object_name(event)}\n{changes_text(event)}".rstrip()
        steps = [step for step in store.steps(run.id) if is_shown(step)]
        for number, step in enumerate(steps):
            first = number == 0
            rows.append(
                (run.rule_id if first else None, why if first else None, request_text(step), _outcome(step))
            )
        if not steps:
            rows.append((run.rule_id, why, run.error or run.status.value, run.status.value))
    if rows:
        table(("rule", "because of", "would send", "status"), rows)


def request_text(step: Step) -> str:
    """`POST /projects/…/tasks` and the body below it."""
    head = f"{step.method} {step.path}" if step.method else step.action
    return head if step.body is None else f"{head}\n{json.dumps(step.body, ensure_ascii=False, indent=2)}"


def _outcome(step: Step) -> str:
    return f"{step.status.value}: {step.error}" if step.error else step.status.value


def print_summary(store: Store, account: str, report: TickReport, *, dry_run: bool) -> None:
    """One or two lines on stderr about a tick."""
    if report.baselines:
        counts = ", ".join(
            count_of(count, name) for name, count in sorted(store.count_objects(account).items())
        )
        say(
            f"{report.baselines} feeds were looked at for the first time ({counts}): "
            "this is the baseline, changes from here on are events."
        )
        if dry_run:
            say(
                "A dry run stores nothing, so the next one begins with a baseline again. "
                "`rules-engine run --once` stores it; nothing is sent for what is there already."
            )
    statuses = Counter(run.status.value for run in report.runs)
    runs = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) or "none"
    say(f"feeds read: {report.looked_at} · events: {report.events} · runs: {runs}")
    for feed in report.failed:
        say(f"could not be read: {feed.key}: {feed.error}", colour="yellow")
    if report.held is not None:
        say(hold_text(report.held), colour="red")
    if report.left:
        say(f"not read: {', '.join(report.left)} ({report.left_because})", colour="yellow")
