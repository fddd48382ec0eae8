"""Writes on the API: an intent is durable before its request is sent, and a lost answer is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules_engine.dashtrack.errors import (
    BudgetExhausted,
    DashtrackError,
    PermanentError,
    RateLimited,
    Redirected,
    Unauthorized,
)
from rules_engine.dashtrack.outcomes import Done, NotSent, Rejected, Unknown, WriteRequest
from rules_engine.dashtrack.resources import Resource
from rules_engine.dashtrack.translation import GONE
from rules_engine.errors import StoreError
from rules_engine.polling.writethrough import READ_LAG
from rules_engine.ruleset.actions import Verb
from rules_engine.ruleset.model import ActionStep
from rules_engine.ruleset.templates import TemplateError
from rules_engine.runs import ledger
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Nothing, Planning, StepProblem, Write
from rules_engine.runs.actions.table import plan_write
from rules_engine.runs.bench import Bench
from rules_engine.runs.course import Course
from rules_engine.runs.hop import Hop, PlanHop, PlannedOnly, imagined_result
from rules_engine.runs.identity import mark_of
from rules_engine.runs.interpreter import Due
from rules_engine.runs.reconcile import (
    Finding,
    Narrowing,
    Resolution,
    Sight,
    Suspect,
    ignored_fields,
    look_for,
    resolve,
    suspect_of,
)
from rules_engine.runs.scope import render_params
from rules_engine.runs.standstill import Halted
from rules_engine.runs.states import OPEN, Move
from rules_engine.store.records import Step

_PLAN = PlanHop()
_STOPPED = "the account's requests are stopped"


def settle_write(
    bench: Bench, course: Course, due: Due, step: ActionStep, resource: Resource, record: Step
) -> Step:
    """Bring one write as far as it can go; raises only what stops every request of the account."""
    if record.status in moves.OPEN:
        return _look_again(bench, course, step, suspect_of(record, resource))
    if record.sent_at is not None:
        suspect = suspect_of(record, resource)
        finding = _look(bench, course, suspect)
        if finding.sight is Sight.DONE:
            return _adopt(bench, course, suspect, finding)
        if finding.sight in {Sight.OUT_OF_REACH, Sight.INCOMPLETE}:
            return ledger.record(bench, course, moves.parked(record))
        if finding.sight is Sight.NO_ANSWER:
            course.until = bench.clock.now() + moves.pause_before(record.attempts)
            return record
    return _carry_out(bench, course, due, step, record)


def _carry_out(bench: Bench, course: Course, due: Due, step: ActionStep, record: Step) -> Step:
    mark = mark_of(bench.store.instance(), course.run.id, due.key)
    try:
        planned = _plan(bench, course, due, step, mark)
        twin = _twin(bench, planned, mark)
    except (Unauthorized, Redirected, Halted):
        _stopped(bench, course, moves.withheld(record, _STOPPED))
        raise
    except (TemplateError, StepProblem, PermanentError) as error:
        return ledger.record(bench, course, moves.failed(record, moves.in_words(error)))
    except (RateLimited, BudgetExhausted) as error:
        course.until = error.until
        return ledger.record(bench, course, moves.withheld(record, str(error)))
    except DashtrackError as error:
        course.until = bench.clock.now() + moves.pause_before(record.attempts)
        waiting = replace(record, attempts=record.attempts + 1)
        return ledger.record(bench, course, moves.withheld(waiting, str(error)))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one step must not stop the others
        return ledger.record(
            bench, course, moves.failed(record, f"unexpected {type(error).__name__}: {error}")
        )
    if isinstance(planned, Nothing):
        return ledger.record(bench, course, moves.skipped(record, planned))
    if _contended(bench, planned):
        course.until = bench.clock.now() + READ_LAG
        return ledger.record(bench, course, moves.withheld(record, "another write to it is still looked for"))
    signed = mark if bench.policy.signature and planned.verb is Verb.CREATE else ""
    intent = moves.intended(record, planned, mark=signed, at=bench.clock.now())
    if twin is not None:
        suspect = suspect_of(intent, planned.resource)
        return _adopt(bench, course, suspect, Finding(Sight.DONE, twin))
    return _send(bench, course, step, intent, planned)


def _twin(bench: Bench, planned: Write | Nothing, mark: str) -> Mapping[str, Any] | None:
    """What this very step has made already, where there is a doubt; raises Halted where the store is an old one."""
    if isinstance(planned, Nothing) or planned.verb is not Verb.CREATE or not bench.policy.signature:
        return None
    return bench.doubts.twin(planned, mark, bench.reads, bench.clock.now())


def _contended(bench: Bench, planned: Write) -> bool:
    """Whether an earlier write to the same object is in doubt: what was read may lack its effect.

    Nor could two unsigned objects with the same content be told apart while one of them is in doubt.
    """
    if planned.object_id is None and bench.policy.signature:
        return False
    doubtful = [
        one
        for one in bench.store.open_steps(bench.account)
        if one.path == planned.request.path and (planned.object_id is not None or _alike(one, planned))
    ]
    runs = (bench.store.run(one.run_id) for one in doubtful)
    return any(run is not None and run.status in OPEN for run in runs)


def _alike(step: Step, planned: Write) -> bool:
    return not step.mark and step.method == planned.request.method and step.body == planned.request.body


def _plan(bench: Bench, course: Course, due: Due, step: ActionStep, mark: str) -> Write | Nothing:
    scope, env = bench.reach(course, due.names)
    params = render_params(step.params, scope, env)
    planning = Planning(
        rule_id=course.rule.id,
        event=course.event,
        snapshot=bench.snapshot,
        reads=bench.reads,
        calendar=bench.calendar,
        mark=mark if bench.policy.signature else None,
        now=env.now,
    )
    return plan_write(step.action, params, planning)


def _send(
    bench: Bench, course: Course, step: ActionStep, intent: Step, write: Write, *, resent: bool = False
) -> Step:
    ledger.announce(bench, course, intent, write)
    try:
        hop: Hop = _PLAN if course.is_plan else bench.hop
        outcome = hop.send(write.request)
    except Unauthorized:
        _stopped(bench, course, moves.withheld(intent, _STOPPED))
        raise
    except Redirected:
        # A server may send a client elsewhere after it has done what was asked (303 See Other, RFC 9110).
        _stopped(bench, course, moves.interrupted(intent, at=bench.clock.now()))
        raise
    match outcome:
        case PlannedOnly():
            known = bench.snapshot.get(write.resource.name, write.object_id) if write.object_id else None
            name = step.as_ or write.resource.name
            result = imagined_result(write.resource, name=name, body=write.request.body, known=known)
            return ledger.record(bench, course, moves.planned(intent, result))
        case Done():
            return _took_effect(bench, course, step, intent, write, outcome, resent=resent)
        case Rejected() if resent and write.verb is Verb.DELETE and outcome.status in GONE:
            # What the second request does not find, the first one has removed.
            effects = ledger.take_effect(bench, course, write, None)
            return ledger.record(bench, course, moves.succeeded(intent, effects.result), effects)
        case Rejected():
            return ledger.record(bench, course, moves.rejected(intent, outcome))
        case NotSent():
            course.until = outcome.until or bench.clock.now() + moves.pause_before(intent.attempts)
            return ledger.record(bench, course, moves.not_sent(intent, outcome))
        case Unknown():
            record = ledger.record(bench, course, moves.unknown(intent, outcome))
            return _look_again(bench, course, step, suspect_of(record, write.resource))


def _took_effect(
    bench: Bench,
    course: Course,
    step: ActionStep,
    intent: Step,
    write: Write,
    outcome: Done,
    *,
    resent: bool,
) -> Step:
    """Take in what the answer shows. A success that changed nothing of what was asked is tried once more, and then shown."""
    ignored = ignored_fields(write, outcome.object, bench.snapshot.member_names())
    why = f"not applied: the answer is a success, but shows as before: {', '.join(ignored)}"
    if ignored and not resent and len(ignored) == len(write.request.body or {}):
        record = ledger.record(bench, course, moves.unknown(intent, Unknown(why, outcome.status)))
        return _look_again(bench, course, step, suspect_of(record, write.resource))
    effects = ledger.take_effect(bench, course, write, outcome.object)
    if ignored:
        return ledger.record(bench, course, moves.rejected(intent, Rejected(outcome.status, why)), effects)
    return ledger.record(bench, course, moves.done(intent, outcome, effects.result), effects)


def _stopped(bench: Bench, course: Course, record: Step) -> None:
    """Every request of the account is stopped: the run goes on when they may be sent again."""
    course.keep([ledger.record(bench, course, record)])
    ledger.rest(bench, course, Move.WAIT)


def _look_again(bench: Bench, course: Course, step: ActionStep, suspect: Suspect) -> Step:
    record = suspect.step
    finding = _look(bench, course, suspect)
    match resolve(suspect, finding, policy=bench.policy, now=bench.clock.now()):
        case Resolution.ADOPT:
            return _adopt(bench, course, suspect, finding)
        case Resolution.GIVE_WAY:
            return ledger.record(bench, course, moves.gave_way(record))
        case Resolution.PARK:
            return ledger.record(bench, course, moves.parked(record))
        case Resolution.RESEND:
            again = moves.sent_again(record, at=bench.clock.now())
            return _send(bench, course, step, again, _write_of(suspect), resent=True)
        case Resolution.WAIT_COUNTED:
            return ledger.record(bench, course, replace(record, looks=record.looks + 1))
        case Resolution.WAIT:
            if suspect.verb is not Verb.CREATE and record.sent_at is not None:
                course.until = max(record.sent_at + READ_LAG, bench.clock.now())
            return record


def _look(bench: Bench, course: Course, suspect: Suspect) -> Finding:
    """Look for the effect of a write; what is not signed is not taken for ours if it can be somebody else's."""
    narrowing = Narrowing()
    if suspect.verb is Verb.CREATE and not suspect.step.mark:
        taken = bench.store.results_of(bench.account, str(suspect.step.path))
        narrowing = Narrowing(since=course.run.created_at, taken=taken)
    return look_for(suspect, bench.reads, bench.snapshot, bench.clock.now(), narrowing)


def _adopt(bench: Bench, course: Course, suspect: Suspect, finding: Finding) -> Step:
    effects = ledger.take_effect(bench, course, _write_of(suspect), finding.item)
    step = moves.succeeded(suspect.step, effects.result)
    if finding.others:
        step = replace(step, error=moves.doubled(suspect.resource.name, finding.others))
    return ledger.record(bench, course, step, effects)


def _write_of(suspect: Suspect) -> Write:
    step = suspect.step
    return Write(
        verb=suspect.verb,
        resource=suspect.resource,
        request=WriteRequest(method=str(step.method), path=str(step.path), body=step.body),
        object_id=suspect.object_id,
        project_id=suspect.project_id,
        known_ids=step.known_ids,
        before=step.before,
    )
