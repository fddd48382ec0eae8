"""Carrying out runs: each step's intent is durable before its request, each outcome before the next step.

A run goes on from whatever the store says of its steps, so a crash, a restart and a retry are all the same to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.clock import Clock
from rules_engine.dashtrack.errors import (
    BudgetExhausted,
    DashtrackError,
    PermanentError,
    RateLimited,
    Redirected,
    Unauthorized,
)
from rules_engine.dashtrack.outcomes import Done, NotSent, Rejected, Unknown, WriteRequest
from rules_engine.dashtrack.translation import GONE
from rules_engine.errors import StoreError
from rules_engine.events.build import Origin
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.writethrough import READ_LAG
from rules_engine.ruleset.actions import Verb
from rules_engine.ruleset.model import ActionStep, OnError, Rule
from rules_engine.ruleset.templates import TemplateError
from rules_engine.ruleset.views import view
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Nothing, Planned, Planning, Reads, Say, StepProblem, Write
from rules_engine.runs.actions.table import action_resource, plan_action
from rules_engine.runs.book import RuleBook
from rules_engine.runs.effects import Effects, effects_of, noticed
from rules_engine.runs.hop import Hop, PlanHop, PlannedOnly, imagined_result
from rules_engine.runs.identity import mark_of
from rules_engine.runs.observer import Observer
from rules_engine.runs.react import Reaction, Reactor
from rules_engine.runs.reconcile import Finding, Resolution, Sight, Suspect, look_for, resolve, suspect_of
from rules_engine.runs.scope import evaluate_vars, render_params, scope_of, template_env, unpacked
from rules_engine.runs.settings import WritePolicy
from rules_engine.runs.states import OPEN, Move, after
from rules_engine.store.records import Batch, Cause, Event, JsonObject, Run, Step, StepStatus
from rules_engine.store.store import Store


@dataclass(slots=True, kw_only=True)
class _Course:
    """One run on its way."""

    run: Run
    before: Run
    """The run as it stood when it was taken up."""
    rule: Rule
    event: Event
    records: dict[str, Step]
    results: dict[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    """When a step that could not be sent may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """Carries out the runs of one account. It holds no state: the store does."""

    account: str
    store: Store
    snapshot: Snapshot
    reads: Reads
    hop: Hop
    book: RuleBook
    reactor: Reactor
    budget: Callable[[], JsonObject]
    """The rate budget as it is now, saved with all that is done."""
    policy: WritePolicy
    calendar: Calendar
    clock: Clock
    observer: Observer
    should_stop: Callable[[], bool]

    def advance(self, run: Run) -> Run:
        """Take a run as far as it can go now; raises only what stops every request of the account."""
        event = self.store.event(run.event_id)
        assert event is not None, "a run's event is stored with it"
        course = _Course(
            run=replace(run, status=after(run.status, Move.BEGIN), due_at=None, error=""),
            before=run,
            rule=self.book.pinned(run.rule_digest),
            event=event,
            records={step.key: step for step in self.store.steps(run.id)},
        )
        if course.run.vars is None and not self._settle_vars(course):
            return self._rest(course, Move.FAIL)
        for number, step in enumerate(course.rule.steps, start=1):
            if self.should_stop():
                return self._rest(course, Move.WAIT)
            record = course.records.get(step.key) or moves.blank(run.id, step, number)
            record = self._settle(course, step, record)
            course.records[step.key] = record
            if record.status in moves.TROUBLED and course.rule.on_error is OnError.STOP:
                break
            if record.status not in moves.SETTLED | moves.TROUBLED:
                return self._rest(course, Move.WAIT)
            if step.as_ is not None:
                course.results[step.as_] = _result_view(record)
        return self._rest(course, _last_move(course))

    # -- one step ------------------------------------------------------------------------------------

    def _settle(self, course: _Course, step: ActionStep, record: Step) -> Step:
        """Bring one step as far as it can go."""
        if record.status in moves.SETTLED | moves.TROUBLED:
            return record
        if record.status in moves.OPEN:
            return self._look_again(course, step, record)
        if record.sent_at is not None:
            suspect = self._suspect(record)
            finding = look_for(suspect, self.reads, self.snapshot, self.clock.now())
            if finding.sight is Sight.DONE:
                return self._adopt(course, suspect, finding)
            if finding.sight in {Sight.OUT_OF_REACH, Sight.INCOMPLETE}:
                return self._record(course, moves.parked(record))
            if finding.sight is Sight.NO_ANSWER:
                course.until = self.clock.now() + moves.pause_before(record.attempts)
                return record
        return self._carry_out(course, step, record)

    def _carry_out(self, course: _Course, step: ActionStep, record: Step) -> Step:
        mark = mark_of(self.store.instance(), course.run.id, step.key)
        try:
            planned = self._plan(course, step, mark)
        except (TemplateError, StepProblem, PermanentError) as error:
            return self._record(course, moves.failed(record, _in_words(error)))
        except (Unauthorized, Redirected):
            self._record(course, moves.withheld(record, "the account's requests are stopped"))
            self._rest(course, Move.WAIT)
            raise
        except (RateLimited, BudgetExhausted) as error:
            course.until = error.until
            return self._record(course, moves.withheld(record, str(error)))
        except DashtrackError as error:
            course.until = self.clock.now() + moves.pause_before(record.attempts)
            return self._record(
                course, moves.withheld(replace(record, attempts=record.attempts + 1), str(error))
            )
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one step must not stop the others
            return self._record(course, moves.failed(record, f"unexpected {type(error).__name__}: {error}"))
        if isinstance(planned, Nothing):
            return self._record(course, moves.skipped(record, planned))
        if isinstance(planned, Say):
            return self._say(course, record, planned)
        if self._contended(planned):
            course.until = self.clock.now() + READ_LAG
            return self._record(course, moves.withheld(record, "another write to it is still looked for"))
        signed = mark if self.policy.signature and planned.verb is Verb.CREATE else ""
        intent = moves.intended(record, planned, mark=signed, at=self.clock.now())
        return self._send(course, step, intent, planned)

    def _contended(self, planned: Write) -> bool:
        """Whether an earlier write to the same object is in doubt: what was read may lack its effect."""
        if planned.object_id is None:
            return False
        doubtful = [step for step in self.store.open_steps(self.account) if step.path == planned.request.path]
        runs = (self.store.run(step.run_id) for step in doubtful)
        return any(run is not None and run.status in OPEN for run in runs)

    def _plan(self, course: _Course, step: ActionStep, mark: str) -> Planned:
        now = self.clock.now()
        env = template_env(self.snapshot, self.calendar, now)
        scope = scope_of(course.event, self.snapshot, now, unpacked(course.run.vars or {}))
        scope.update(course.results)
        params = render_params(step.params, scope, env)
        planning = Planning(
            rule_id=course.rule.id,
            event=course.event,
            snapshot=self.snapshot,
            reads=self.reads,
            calendar=self.calendar,
            mark=mark if self.policy.signature else None,
            now=now,
        )
        return plan_action(step.action, params, planning)

    def _say(self, course: _Course, record: Step, planned: Say) -> Step:
        body = {"text": planned.text}
        if self._is_plan(course):
            return self._record(course, replace(moves.planned(record, None), body=body))
        self.observer.said(course.run, planned.text)
        return self._record(course, replace(moves.succeeded(record, None), body=body))

    def _send(
        self, course: _Course, step: ActionStep, intent: Step, write: Write, *, resent: bool = False
    ) -> Step:
        self._announce(course, intent, write)
        try:
            outcome = self._hop(course).send(write.request)
        except Unauthorized:
            self._record(course, moves.withheld(intent, "the account's requests are stopped"))
            self._rest(course, Move.WAIT)
            raise
        except Redirected:
            # A server may send a client elsewhere after it has done what was asked (303 See Other, RFC 9110).
            self._record(course, moves.interrupted(intent, at=self.clock.now()))
            self._rest(course, Move.WAIT)
            raise
        match outcome:
            case PlannedOnly():
                known = self.snapshot.get(write.resource.name, write.object_id) if write.object_id else None
                name = step.as_ or write.resource.name
                result = imagined_result(write.resource, name=name, body=write.request.body, known=known)
                return self._record(course, moves.planned(intent, result))
            case Done():
                return self._took_effect(course, intent, write, outcome)
            case Rejected() if resent and write.verb is Verb.DELETE and outcome.status in GONE:
                # What the second request does not find, the first one has removed.
                return self._took_effect(course, intent, write, Done(outcome.status, None))
            case Rejected():
                return self._record(course, moves.rejected(intent, outcome))
            case NotSent():
                course.until = outcome.until or self.clock.now() + moves.pause_before(intent.attempts)
                return self._record(course, moves.not_sent(intent, outcome))
            case Unknown():
                record = self._record(course, moves.unknown(intent, outcome))
                return self._look_again(course, step, record)

    def _announce(self, course: _Course, intent: Step, write: Write) -> None:
        """Make the intent durable, together with what planning it has shown of the world."""
        feed = self.store.feeds(self.account).get(write.resource.name) if write.fresh else None
        effects = noticed(
            write,
            snapshot=self.snapshot,
            account=self.account,
            at=self.clock.now(),
            seen_from=feed.good_at if feed is not None else None,
        )
        self.snapshot.lay(effects.objects)
        self._tell(self._commit(course, intent, effects), effects)

    def _took_effect(self, course: _Course, intent: Step, write: Write, outcome: Done) -> Step:
        effects = self._effects(course, write, outcome.object)
        return self._record(course, moves.done(intent, outcome, effects.result), effects)

    # -- lost answers --------------------------------------------------------------------------------

    def _look_again(self, course: _Course, step: ActionStep, record: Step) -> Step:
        suspect = self._suspect(record)
        finding = look_for(suspect, self.reads, self.snapshot, self.clock.now())
        match resolve(suspect, finding, policy=self.policy, now=self.clock.now()):
            case Resolution.ADOPT:
                return self._adopt(course, suspect, finding)
            case Resolution.GIVE_WAY:
                return self._record(course, moves.gave_way(record))
            case Resolution.PARK:
                return self._record(course, moves.parked(record))
            case Resolution.RESEND:
                again = moves.sent_again(record, at=self.clock.now())
                return self._send(course, step, again, _write_of(suspect), resent=True)
            case Resolution.WAIT_COUNTED:
                return self._record(course, replace(record, looks=record.looks + 1))
            case Resolution.WAIT:
                if suspect.verb is not Verb.CREATE and record.sent_at is not None:
                    course.until = max(record.sent_at + READ_LAG, self.clock.now())
                return record

    def _adopt(self, course: _Course, suspect: Suspect, finding: Finding) -> Step:
        effects = self._effects(course, _write_of(suspect), finding.item)
        return self._record(course, moves.succeeded(suspect.step, effects.result), effects)

    def _suspect(self, record: Step) -> Suspect:
        resource = action_resource(record.action)
        assert resource is not None, "only a write can have been sent"
        return suspect_of(record, resource)

    # -- the store -----------------------------------------------------------------------------------

    def _effects(self, course: _Course, write: Write, answer: Mapping[str, Any] | None) -> Effects:
        origin = Origin(
            cause=Cause.SELF, rule_id=course.rule.id, run_id=course.run.id, depth=course.run.depth + 1
        )
        effects = effects_of(
            write, answer, snapshot=self.snapshot, account=self.account, origin=origin, at=self.clock.now()
        )
        self.snapshot.lay(effects.objects)
        return effects

    def _record(self, course: _Course, record: Step, effects: Effects | None = None) -> Step:
        """Commit a step's outcome, and say what came of it."""
        reaction = self._commit(course, record, effects)
        self.observer.step_moved(course.run, record)
        self._tell(reaction, effects)
        return record

    def _tell(self, reaction: Reaction, effects: Effects | None) -> None:
        for event in effects.events if effects else ():
            self.observer.event_seen(event)
        for run in reaction.runs:
            self.observer.run_created(run)
        for decision in reaction.decisions:
            self.observer.decision_made(decision)

    def _commit(self, course: _Course, record: Step, effects: Effects | None = None) -> Reaction:
        """Write the step, and what its effect brought about, in one transaction."""
        reaction = Reaction()
        if effects is not None:
            reaction = self.reactor.react(effects.events, self.snapshot, self.clock.now())
        self.store.commit(
            self.account,
            Batch(
                runs=[course.run],
                steps=[record],
                objects=effects.objects if effects else (),
                touched=[(one.resource, one.project_id) for one in effects.objects] if effects else (),
                events=effects.events if effects else (),
                new_runs=reaction.runs,
                decisions=reaction.decisions,
                spent=reaction.spent,
                documents=reaction.documents,
                budget=self.budget(),
            ),
        )
        return reaction

    def _settle_vars(self, course: _Course) -> bool:
        now = self.clock.now()
        env = template_env(self.snapshot, self.calendar, now)
        try:
            values = evaluate_vars(course.rule, course.event, self.snapshot, now=now, env=env)
        except TemplateError as error:
            course.run = replace(course.run, error=f"vars: {error}")
            return False
        course.run = replace(course.run, vars=values)
        return True

    def _rest(self, course: _Course, move: Move) -> Run:
        """Bring the run to rest and say so."""
        troubled = [record for record in course.records.values() if record.status in moves.TROUBLED]
        error = course.run.error or "; ".join(f"step {one.n} ({one.action}): {one.error}" for one in troubled)
        due = course.until if move is Move.WAIT else None
        course.run = replace(course.run, status=after(course.run.status, move), due_at=due, error=error)
        self.store.commit(self.account, Batch(runs=[course.run]))
        if course.run != course.before:  # one that still waits for the same is no news at each look
            self.observer.run_moved(course.run)
        return course.run

    def _hop(self, course: _Course) -> Hop:
        return PlanHop() if course.rule.mode.value == "shadow" else self.hop

    def _is_plan(self, course: _Course) -> bool:
        return isinstance(self._hop(course), PlanHop)


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


def _result_view(record: Step) -> Any:
    """A step's answer as later templates see it."""
    resource = action_resource(record.action)
    return view(resource.name, record.result) if resource is not None and record.result is not None else None


def _last_move(course: _Course) -> Move:
    statuses = {record.status for record in course.records.values()}
    if StepStatus.PARKED in statuses:
        return Move.PARK
    if statuses & moves.TROUBLED:
        return Move.FAIL
    return Move.PLAN if StepStatus.PLANNED in statuses else Move.FINISH


def _in_words(error: Exception) -> str:
    advice = getattr(error, "advice", "")
    return f"{str(error).rstrip('.')}. {advice}" if advice else str(error)
