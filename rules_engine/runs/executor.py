"""Carrying out runs: each step's intent is durable before its request, each outcome before the next step.

A run goes on from whatever the store says of its steps, so a crash, a restart and a retry are all the same to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rules_engine.errors import StoreError
from rules_engine.events.special import custom_event
from rules_engine.ruleset.model import ActionStep
from rules_engine.ruleset.templates import TemplateError
from rules_engine.runs import ledger
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Deliver, Emit, Say, StepProblem
from rules_engine.runs.actions.table import action_resource, plan_outward
from rules_engine.runs.bench import Bench
from rules_engine.runs.book import RuleBook, UnreadableRule
from rules_engine.runs.control import settle_control
from rules_engine.runs.course import Course, is_plan
from rules_engine.runs.delivering import post, post_again
from rules_engine.runs.effects import Effects
from rules_engine.runs.interpreter import Due, End, TooManySteps, walk
from rules_engine.runs.react import as_timed
from rules_engine.runs.scope import evaluate_vars, render_params, template_env
from rules_engine.runs.states import Move, after
from rules_engine.runs.writing import settle_write
from rules_engine.store.records import Run, Step, StepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """Carries out the runs of one account. It holds no state: the store does."""

    bench: Bench
    book: RuleBook
    should_stop: Callable[[], bool]

    def advance(self, run: Run) -> Run:
        """Take a run as far as it can go now; raises only what stops every request of the account.

        A run that can't go on and waits as before is given back as the same object, and nothing is written.
        """
        bench = self.bench
        event = bench.store.event(run.event_id)
        if event is None:
            return ledger.set_aside(bench, run, "its event is not in the store any more")
        try:
            rule = self.book.pinned(run.rule_digest)
        except UnreadableRule as error:
            return ledger.set_aside(bench, run, moves.in_words(error))
        course = Course(
            begun=run,
            run=replace(run, status=after(run.status, Move.BEGIN), due_at=None, error=""),
            rule=rule,
            event=as_timed(event, run.timed),
            is_plan=is_plan(rule, bench.hop),
        )
        course.keep(bench.store.steps(run.id))
        if course.run.vars is None and not self._settle_vars(course):
            return ledger.rest(bench, course, Move.FAIL)
        try:
            end = self._walk(course)
        except TooManySteps as error:
            course.run = replace(course.run, error=moves.in_words(error))
            return ledger.rest(bench, course, Move.FAIL)
        return ledger.rest(bench, course, _last_move(course, end))

    def _walk(self, course: Course) -> End:
        """Settle one step after the other until the walk comes to rest."""
        way = walk(course.rule, course.event.resource)
        try:
            due = next(way)
            while not (self.should_stop() or self._begins_too_late(course, due)):
                record = self._settle(course, due)
                course.keep([record])
                due = way.send(record)
        except StopIteration as end:
            reached: End = end.value
            return reached
        return End.WAITS

    def _begins_too_late(self, course: Course, due: Due) -> bool:
        """Whether the step would be new to a run that is only here because of an answer that was lost."""
        return due.key not in course.records and self.book.why_over(course.run) is not None

    def _settle(self, course: Course, due: Due) -> Step:
        """Bring one step as far as it can go."""
        number = len(course.records) + 1
        record = course.records.get(due.key) or moves.blank(
            course.run.id, due.step, key=due.key, number=number
        )
        if record.status in moves.SETTLED | moves.TROUBLED:
            return record
        if not isinstance(due.step, ActionStep):
            return settle_control(self.bench, course, due, record)
        resource = action_resource(due.step.action)
        if resource is not None:
            return settle_write(self.bench, course, due, due.step, resource, record)
        return self._settle_outward(course, due, due.step, record)

    def _settle_outward(self, course: Course, due: Due, step: ActionStep, record: Step) -> Step:
        bench = self.bench
        if record.status in moves.OPEN:
            return post_again(bench, course, record)
        try:
            scope, env = bench.reach(course, due.names)
            match plan_outward(step.action, render_params(step.params, scope, env)):
                case Say(text=text):
                    return self._say(course, record, text)
                case Emit() as planned:
                    return self._emit(course, record, planned)
                case Deliver() as planned:
                    return post(bench, course, record, planned)
        except (TemplateError, StepProblem) as error:
            return ledger.record(bench, course, moves.failed(record, moves.in_words(error)))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one step must not stop the others
            return ledger.record(
                bench, course, moves.failed(record, f"unexpected {type(error).__name__}: {error}")
            )

    def _say(self, course: Course, record: Step, text: str) -> Step:
        record = replace(record, body={"text": text})
        if course.is_plan:
            return ledger.record(self.bench, course, moves.planned(record, None))
        self.bench.observer.said(course.run, text)
        return ledger.record(self.bench, course, moves.succeeded(record, None))

    def _emit(self, course: Course, record: Step, planned: Emit) -> Step:
        """The event, the runs that it starts and the step's outcome are one transaction."""
        record = replace(record, body={"event": planned.event, "data": planned.data})
        if course.is_plan:
            return ledger.record(self.bench, course, moves.planned(record, None))
        event = custom_event(
            self.bench.account,
            planned.event,
            planned.data,
            course.run,
            record.key,
            course.run.depth + 1,
            self.bench.clock.now(),
        )
        effects = Effects(events=(event,))
        return ledger.record(self.bench, course, moves.succeeded(record, None), effects)

    def _settle_vars(self, course: Course) -> bool:
        bench = self.bench
        now = bench.clock.now()
        env = template_env(bench.snapshot, bench.calendar, now)
        try:
            values = evaluate_vars(course.rule, course.event, bench.snapshot, now=now, env=env)
        except TemplateError as error:
            course.run = replace(course.run, error=f"vars: {error}")
            return False
        course.run = replace(course.run, vars=values)
        return True


def _last_move(course: Course, end: End) -> Move:
    if end is End.WAITS:
        return Move.WAIT
    statuses = {record.status for record in course.records.values()}
    if StepStatus.PARKED in statuses:
        return Move.PARK
    if statuses & moves.TROUBLED:
        return Move.FAIL
    return Move.PLAN if course.is_plan else Move.FINISH
