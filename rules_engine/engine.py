"""One tick of one account: poll what is due, commit, act on the runs that are due.

Everything else (the loop, the dry run, the demo) is a way of calling this with another clock, hop or store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.clock import Clock
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.decoding import decode_list
from rules_engine.dashtrack.resources import Resource
from rules_engine.events.build import EXTERNAL, Origin, build_event
from rules_engine.polling.poll import Poller, PollResult, Seen
from rules_engine.polling.snapshot import Snapshot
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Reads
from rules_engine.runs.book import RuleBook
from rules_engine.runs.executor import Executor
from rules_engine.runs.hop import Hop
from rules_engine.runs.observer import Observer
from rules_engine.runs.ownership import Owner, awaited_effects, givers_of, owners_of
from rules_engine.runs.react import Reactor
from rules_engine.runs.settings import Guards, WritePolicy
from rules_engine.runs.states import OPEN
from rules_engine.store.records import Batch, Cause, Event, Feed, Run, RunStatus, Step, StepStatus
from rules_engine.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What the configuration says about ticking."""

    policy: WritePolicy = field(default_factory=WritePolicy)
    guards: Guards = field(default_factory=Guards)
    calendar: Calendar = field(default_factory=Calendar)
    retention: timedelta = timedelta(days=90)
    """How long events, finished runs and decisions are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TickReport:
    """What one tick came to."""

    looked_at: int
    """Feeds that were read and could be trusted."""
    failed: tuple[Feed, ...]
    left: tuple[str, ...]
    left_because: str
    until: datetime | None
    """When the budget allows more requests, if it ended."""
    baselines: int
    events: int
    runs: tuple[Run, ...]
    """Runs that came to rest in this tick, as they are now, and those that it holds for a person."""


class ClientReads:
    """Fresh reads through the client."""

    def __init__(self, client: Dashtrack) -> None:
        self._client = client

    def objects(self, resource: Resource, project_id: str | None) -> list[dict[str, Any]]:
        """The whole list, as it is now."""
        return decode_list(resource, self._client.read_list_raw(resource, project_id))

    def object(self, resource: Resource, object_id: str) -> dict[str, Any]:
        """One object, as it is now."""
        return self._client.read_object(resource, object_id)


@dataclass(slots=True, kw_only=True)
class Engine:
    """Ticks one account."""

    account: str
    store: Store
    client: Dashtrack
    hop: Hop
    book: RuleBook
    settings: EngineSettings
    clock: Clock
    observer: Observer
    should_stop: Callable[[], bool]
    key_name: str = ""
    """Which key the budget is of, without saying what it is."""
    _pruned_on: date | None = None

    def tick(self, *, look: bool = True) -> TickReport:
        """Poll (unless `look` is false), commit, act on the runs that are due.

        Raises Unauthorized or Redirected when nothing more may be sent at all.
        """
        rested: dict[str, Run] = {}
        result, events, adopted = PollResult(), list[Event](), set[str]()
        held_before = set(self._held())
        try:
            self._cancel_orphans()
            self._mark_interrupted()
            looked_for = self._look_for_lost_answers(rested)
            if look:
                result, events, adopted = self._poll()
            self._act(rested, without=looked_for - adopted)
            rested.update({held: run for held, run in self._held().items() if held not in held_before})
            self._prune()
        finally:
            self.store.commit(self.account, Batch(budget=self._budget()))
        return TickReport(
            looked_at=len(result.feeds) - len(result.failed),
            failed=tuple(result.failed),
            left=tuple(result.left),
            left_because=result.left_because,
            until=result.until,
            baselines=len(result.baselines),
            events=len(events),
            runs=tuple(rested.values()),
        )

    def next_due(self) -> datetime | None:
        """When the next waiting run is due; None while none waits for a moment."""
        waiting = self.store.runs(self.account, statuses=[RunStatus.WAITING])
        return min((run.due_at for run in waiting if run.due_at is not None), default=None)

    def _budget(self) -> dict[str, Any]:
        """The rate budget as it is now: whoever dies must not leave the next one to ask beyond the limit."""
        return {**self.client.budget.state.to_json(), "of": self.key_name}

    def _held(self) -> dict[str, Run]:
        return {run.id: run for run in self.store.runs(self.account, statuses=[RunStatus.HELD])}

    # -- before the poll -----------------------------------------------------------------------------

    def _cancel_orphans(self) -> None:
        """Cancel the runs whose rule was removed, but for those that still wait for a lost answer."""
        unsettled = {step.run_id for step in self.store.open_steps(self.account)}
        waiting = (*OPEN, RunStatus.HELD)
        orphans = [
            replace(run, status=RunStatus.CANCELLED, due_at=None, error="its rule was removed")
            for run in self.store.runs(self.account, statuses=waiting)
            if run.rule_id not in self.book.ids and run.id not in unsettled
        ]
        if orphans:
            self.store.commit(self.account, Batch(runs=orphans))
            for run in orphans:
                self.observer.run_moved(run)

    def _mark_interrupted(self) -> None:
        """An intent without an outcome is from a process that died: whether it took effect is not known."""
        now = self.clock.now()
        interrupted = [
            moves.interrupted(step, at=now)
            for step in self.store.open_steps(self.account)
            if step.status is StepStatus.SENT
        ]
        if interrupted:
            self.store.commit(self.account, Batch(steps=interrupted))

    def _look_for_lost_answers(self, rested: dict[str, Run]) -> set[str]:
        """Look for the effect of each unknown write before the diff could take it for somebody else's."""
        looked_for = {step.run_id for step in self.store.open_steps(self.account)}
        if looked_for:
            executor = self._executor()
            for run in self.store.runs(self.account, statuses=OPEN):
                if run.id in looked_for and not self.should_stop():
                    rested[run.id] = executor.advance(run)
        return looked_for

    # -- the poll ------------------------------------------------------------------------------------

    def _poll(self) -> tuple[PollResult, list[Event], set[str]]:
        snapshot = Snapshot(self.store, self.account)
        unsettled = self.store.open_steps(self.account, parked=True)
        going_on = {run.id for run in self.store.runs(self.account, statuses=OPEN)}
        looked_for = [step for step in unsettled if step.run_id in going_on and step.status in moves.OPEN]
        given_up = [step for step in unsettled if step not in looked_for]
        poller = Poller(
            account=self.account,
            store=self.store,
            reader=self.client,
            snapshot=snapshot,
            clock=self.clock,
            should_stop=self.should_stop,
            awaited=awaited_effects(looked_for),
        )
        known = self.store.feeds(self.account)
        result = poller.poll(self.book.resources)
        now = self.clock.now()
        owners = owners_of(result.seen, unsettled, self.store.run)
        givers = givers_of(result.seen, given_up, self.store.run, snapshot.member_names())
        origins = {key: _origin(owner, Cause.UNKNOWN) for key, owner in givers.items()}
        origins |= {key: _origin(owner, Cause.SELF) for key, owner in owners.items()}
        events = [
            self._event(seen, origins.get(seen.change.object_id, EXTERNAL), now) for seen in result.seen
        ]
        adopted = [
            moves.succeeded(owner.step, seen.change.after)
            for seen in result.seen
            if (owner := owners.get(seen.change.object_id)) and owner.step.status in moves.OPEN
        ]
        self._commit(result, events, adopted, snapshot, now)
        self._tell(result, known)
        return result, events, {step.run_id for step in adopted}

    def _event(self, seen: Seen, origin: Origin, now: datetime) -> Event:
        return build_event(
            seen.change,
            account=self.account,
            revision=seen.revision,
            at=now,
            seen_from=seen.since,
            origin=origin,
        )

    def _commit(
        self,
        result: PollResult,
        events: Sequence[Event],
        adopted: Sequence[Step],
        snapshot: Snapshot,
        now: datetime,
    ) -> None:
        reaction = self._reactor().react(events, snapshot, now)
        self.store.commit(
            self.account,
            Batch(
                feeds=result.feeds,
                objects=result.objects,
                events=events,
                steps=adopted,
                new_runs=reaction.runs,
                decisions=reaction.decisions,
                spent=reaction.spent,
                documents=reaction.documents,
                holds=result.holds,
                lifted_holds=result.lifted_holds,
                budget=self._budget(),
            ),
        )
        for event in events:
            self.observer.event_seen(event)
        for decision in reaction.decisions:
            self.observer.decision_made(decision)
        for run in reaction.runs:
            self.observer.run_created(run)

    def _tell(self, result: PollResult, known: dict[str, Feed]) -> None:
        for feed, count in result.baselines:
            self.observer.baseline_taken(feed, count)
        for feed in result.failed:
            before = known.get(feed.key)
            self.observer.feed_failed(feed, repeated=before is not None and before.error == feed.error)
        for feed in result.recovered:
            self.observer.feed_recovered(feed)
        for hold in result.holds:
            self.observer.deletions_held(hold)
        if result.left:
            self.observer.feeds_left(result.left, result.left_because)

    # -- acting --------------------------------------------------------------------------------------

    def _act(self, rested: dict[str, Run], *, without: set[str]) -> None:
        """Advance every run that is due, those included that others bring about."""
        executor = self._executor()
        handled = set(without)
        while due := self._due(handled):
            for run in due:
                if self.should_stop():
                    return
                handled.add(run.id)
                rested[run.id] = executor.advance(run)

    def _prune(self) -> None:
        """Once a day, forget what is older than the retention."""
        now = self.clock.now()
        if self._pruned_on != now.date():
            self.store.prune(self.account, before=now - self.settings.retention)
            self._pruned_on = now.date()

    def _due(self, handled: set[str]) -> list[Run]:
        now = self.clock.now()
        return [
            run
            for run in self.store.runs(self.account, statuses=OPEN)
            if run.id not in handled and (run.due_at is None or run.due_at <= now)
        ]

    def _reactor(self) -> Reactor:
        return Reactor(
            account=self.account,
            index=self.book.index,
            store=self.store,
            calendar=self.settings.calendar,
            guards=self.settings.guards,
        )

    def _executor(self) -> Executor:
        reads: Reads = ClientReads(self.client)
        return Executor(
            account=self.account,
            store=self.store,
            snapshot=Snapshot(self.store, self.account),
            reads=reads,
            hop=self.hop,
            book=self.book,
            reactor=self._reactor(),
            budget=self._budget,
            policy=self.settings.policy,
            calendar=self.settings.calendar,
            clock=self.clock,
            observer=self.observer,
            should_stop=self.should_stop,
        )


def _origin(owner: Owner, cause: Cause) -> Origin:
    run = owner.run
    return Origin(cause=cause, rule_id=run.rule_id, run_id=run.id, depth=run.depth + 1)
