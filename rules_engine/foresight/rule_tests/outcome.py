"""What one test came to: passed, or what differs and what the engine says about why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules_engine.calendar import Calendar
from rules_engine.foresight.rule_tests.compare import NOTHING, Difference, compare
from rules_engine.foresight.rule_tests.model import Case
from rules_engine.foresight.rule_tests.record import Done, Recorder, done
from rules_engine.foresight.rule_tests.running import Checked, Stage
from rules_engine.foresight.rule_tests.world import BrokenTest, name_of
from rules_engine.ruleset.model import Rule
from rules_engine.ruleset.problems import Problem
from rules_engine.ruleset.yaml_source import Source
from rules_engine.store.records import Decision, Run, RunStatus, StepStatus
from rules_engine.store.store import Store

NO_EVENT = "no event"
"""What `why` calls it when no event came that any trigger of the rule names."""
_NOTED = frozenset({StepStatus.SKIPPED, StepStatus.FAILED, StepStatus.REJECTED})
_MOST_NOTES = 10


class Verdict(StrEnum):
    """What became of a test."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    """It could not be carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one test came to."""

    case: Case
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    """What the engine says of it: what was refused, skipped or still waits. Empty for a test that passed."""
    problem: Problem | None = None
    """Why it is broken."""
    done: tuple[Done, ...] = ()
    """Every action that was carried out."""
    seconds: float
    source: Source
    recorder: Recorder


def run_case(
    case: Case,
    rules: Sequence[Rule],
    source: Source,
    *,
    calendar: Calendar,
    store: Store,
    account: str,
    monotonic: Callable[[], float],
) -> Outcome:
    """Run one test, as an account that is new to the store; `monotonic` tells how long the test takes."""
    started = monotonic()
    with Stage(case, rules, source, calendar=calendar, store=store, account=account) as stage:
        recorder = stage.recorder
        checked: list[Checked] = []
        differences: tuple[Difference, ...] = ()
        problem: Problem | None = None
        try:
            checked = stage.play()
        except BrokenTest as broken:
            problem = broken.problem
        else:
            differences = (
                *_of_actions(stage, checked),
                *_of_failures(case, recorder),
                *_of_reasons(case, recorder),
            )
        return Outcome(
            case=case,
            verdict=_verdict(problem, differences),
            differences=differences,
            problem=problem,
            notes=tuple(_notes(recorder))[:_MOST_NOTES] if problem or differences else (),
            done=_done(stage, slice(None)),
            seconds=monotonic() - started,
            source=source,
            recorder=recorder,
        )


def _verdict(problem: Problem | None, differences: Sequence[Difference]) -> Verdict:
    if problem is not None:
        return Verdict.BROKEN
    return Verdict.FAILED if differences else Verdict.PASSED


def _done(stage: Stage, steps: slice) -> tuple[Done, ...]:
    found = (done(run, step, stage.dashtrack) for run, step in stage.recorder.steps[steps])
    return tuple(one for one in found if one is not None)


def _of_actions(stage: Stage, checked: Sequence[Checked]) -> Iterator[Difference]:
    for each in checked:
        yield from compare(each.check.actions, _done(stage, each.steps), each.check.path)


def _of_failures(case: Case, recorder: Recorder) -> Iterator[Difference]:
    """Runs that failed and conditions that could not be judged, unless the test says so; and what it says in vain."""
    failures: dict[str, list[str]] = {}
    for run in recorder.failed:
        failures.setdefault(run.rule_id, []).append(run.error)
    for decision in recorder.decisions:
        if decision.verdict == "error" and decision.rule_id not in case.why:
            failures.setdefault(decision.rule_id, []).append(decision.detail)
    for rule_id, errors in failures.items():
        wanted = case.errors.get(rule_id)
        if wanted is None or not any(wanted in error for error in errors):
            note = "; ".join(errors) if wanted is None else f"expected {wanted}, got {'; '.join(errors)}"
            path = (*case.path, "errors", rule_id) if wanted is not None else case.path
            yield _difference(f"error of {rule_id}", wanted, "; ".join(errors), note, path)
    for rule_id, wanted in case.errors.items():
        if rule_id not in failures:
            note = f"expected {wanted}, and nothing failed"
            yield _difference(f"error of {rule_id}", wanted, None, note, (*case.path, "errors", rule_id))


def _of_reasons(case: Case, recorder: Recorder) -> Iterator[Difference]:
    for rule_id, wanted in case.why.items():
        refusals = [decision for decision in recorder.decisions if decision.rule_id == rule_id]
        ran = any(run.rule_id == rule_id for run in recorder.runs.values())
        if any(_is_reason(wanted, decision) for decision in refusals):
            continue
        if wanted == NO_EVENT and not refusals and not ran:
            continue
        said = [f"{one.verdict}: {one.detail}" for one in refusals]
        if ran:
            said.append("it did run")
        got = "; ".join(said) or f"{NO_EVENT} came that its triggers name"
        note = f"expected {wanted}, got {got}"
        yield _difference(f"why {rule_id}", wanted, got, note, (*case.path, "why", rule_id))


def _is_reason(wanted: str, decision: Decision) -> bool:
    return wanted == decision.verdict or wanted in f"{decision.verdict}: {decision.detail}"


def _difference(
    what: str, expected: str | None, got: str | None, note: str, path: tuple[str | int, ...]
) -> Difference:
    return Difference(
        what=what,
        expected=expected if expected is not None else NOTHING,
        got=got if got is not None else NOTHING,
        note=note,
        path=path,
    )


def _notes(recorder: Recorder) -> Iterator[str]:
    """Why what did not happen did not: refusals, steps that did nothing, runs that still wait."""
    events = {event.id: event for event in recorder.events}
    for decision in recorder.decisions:
        event = events.get(decision.event_id)
        of: Mapping[str, object] = (event.after or event.before or {}) if event is not None else {}
        shown = f"{event.types[-1]} of {name_of(of)}" if event is not None else decision.event_id
        yield f"{decision.rule_id} did not take {shown}: {decision.verdict}: {decision.detail}"
    for run, step in recorder.steps:
        if step.status in _NOTED:
            yield f"{run.rule_id}: {step.action} {step.status.value}: {step.error}"
    for run in recorder.runs.values():
        if run.status is RunStatus.WAITING:
            yield _waits(run)


def _waits(run: Run) -> str:
    until = f" until {run.due_at.isoformat()}" if run.due_at is not None else ""
    return f"{run.rule_id}: its run still waits{until}"
