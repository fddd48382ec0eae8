"""The engine's hooks as log lines: one for each event and action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from rules_engine.cli.shapes import changes_text, object_name
from rules_engine.events.catalogue import main_type
from rules_engine.runs.observer import Observer
from rules_engine.runs.standstill import words_of
from rules_engine.runs.steps import is_shown
from rules_engine.store.records import Decision, Event, Feed, Hold, Run, RunStatus, Step, StepStatus

_BAD_STEPS = frozenset({StepStatus.REJECTED, StepStatus.FAILED, StepStatus.PARKED})
_OPEN_STEPS = frozenset({StepStatus.UNKNOWN, StepStatus.NOT_SENT})
_BAD_RUNS = frozenset({RunStatus.FAILED, RunStatus.PARKED})


class Narrator(Observer):
    """Writes what happens in one account to the log."""

    def __init__(self, account: str | None) -> None:
        """Take the account's name, or None where there is only one, so that lines need not name it."""
        log: Any = structlog.get_logger()
        self._log = log.bind(account=account) if account is not None else log
        self._left: tuple[str, ...] = ()

    def baseline_taken(self, feed: Feed, count: int) -> None:
        """A feed was read for the first time."""
        self._log.info("baseline", feed=feed.key, objects=count)

    def event_seen(self, event: Event) -> None:
        """An event is in the store."""
        self._log.info(
            main_type(event.types),
            name=object_name(event),
            changes=changes_text(event) or None,
            by=f"rule {event.cause_rule}" if event.cause_rule else None,
            event_id=event.id,
        )

    def decision_made(self, decision: Decision) -> None:
        """Only a condition that could not be judged is news; `why` tells of the others."""
        if decision.verdict == "error":
            self._log.error(
                "condition could not be judged",
                rule=decision.rule_id,
                error=decision.detail,
                event_id=decision.event_id,
            )

    def run_created(self, run: Run) -> None:
        """A rule took an event."""
        if run.status is RunStatus.HELD:
            self._log.warning(
                "held",
                rule=run.rule_id,
                run=run.id,
                why=run.error,
                approve=f"rules-engine runs approve {run.id}",
            )

    def step_moved(self, run: Run, step: Step) -> None:
        """A step has an outcome, or its outcome is not known."""
        if not is_shown(step):
            return
        level = "error" if step.status in _BAD_STEPS else "warning" if step.status in _OPEN_STEPS else "info"
        getattr(self._log, level)(
            step.action,
            rule=run.rule_id,
            status=step.status.value,
            request=f"{step.method} {step.path}" if step.method else None,
            until=(step.body or {}).get("until") if step.status is StepStatus.WAITING else None,
            result=step.result_id,
            error=step.error or None,
            run=run.id,
        )

    def said(self, run: Run, text: str) -> None:
        """A rule's `log` action."""
        self._log.info(text, rule=run.rule_id, run=run.id)

    def run_moved(self, run: Run) -> None:
        """Only a run that ended badly or waits is news; a good one's steps have told it.

        That it waits is no warning by itself: the step that it waits for has told how serious it is.
        """
        if run.status in _BAD_RUNS:
            self._log.error(f"run {run.status.value}", rule=run.rule_id, run=run.id, error=run.error or None)
        elif run.status is RunStatus.WAITING:
            self._log.info(
                "run waiting", rule=run.rule_id, run=run.id, until=run.due_at, error=run.error or None
            )
        elif run.status is RunStatus.CANCELLED:
            self._log.warning("run cancelled", rule=run.rule_id, run=run.id, error=run.error or None)

    def feed_failed(self, feed: Feed, *, repeated: bool) -> None:
        """Said once, until it is another error or well again."""
        if not repeated:
            self._log.warning(
                "feed could not be read; the last good look stands", feed=feed.key, error=feed.error
            )

    def feed_recovered(self, feed: Feed) -> None:
        """A feed that could not be read is fine again."""
        self._log.info("feed is well again", feed=feed.key)

    def deletions_held(self, hold: Hold) -> None:
        """Many objects vanished at once and wait for a person."""
        self._log.warning(
            "many objects vanished at once; they stay until you say so",
            resource=hold.resource,
            objects=len(hold.object_ids),
            approve=f"rules-engine runs approve {hold.id}",
        )

    def account_held(self, hold: Hold) -> None:
        """The whole account stands still and waits for a person."""
        self._log.error(
            "account held: nothing is compared or sent until you say so",
            why=words_of(hold),
            hold=hold.id,
            see="rules-engine runs",
        )

    def feeds_left(self, keys: Sequence[str], reason: str) -> None:
        """Said when the set of feeds that are left changes."""
        if tuple(keys) != self._left:
            self._log.warning("not all feeds were read", left=", ".join(keys), why=reason)
        self._left = tuple(keys)
