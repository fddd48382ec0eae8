"""One tick of one account: poll what is due, commit, act on the runs that are due.

Everything else (the loop, the dry run, the demo) is a way of calling this with another clock, hop or store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.clock import Clock
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.decoding import decode_list
from rules_engine.dashtrack.resources import PROJECT, Resource
from rules_engine.events.special import ENGINE
from rules_engine.polling.known import KeptItems
from rules_engine.polling.planning.schedule import Agenda
from rules_engine.polling.planning.wants import wants_of
from rules_engine.polling.poll import PollResult
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.demand import Need
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Reads
from rules_engine.runs.bench import Bench
from rules_engine.runs.book import RuleBook
from rules_engine.runs.claimed import ClaimedHop, ClaimedPost
from rules_engine.runs.executor import Executor
from rules_engine.runs.hop import Hop, NoPost, Post
from rules_engine.runs.look import Looked, Looker, nothing_learnt
from rules_engine.runs.marks import SHORT_GAP, Doubts, was_restored
from rules_engine.runs.observer import Observer
from rules_engine.runs.planner import Planner
from rules_engine.runs.react import Reactor
from rules_engine.runs.settings import Guards, WritePolicy
from rules_engine.runs.standstill import Halted, NoHop, NoReads, account_hold, approved_hold, standing
from rules_engine.runs.states import OPEN
from rules_engine.runs.timekeeper import Timekeeper
from rules_engine.runs.troubles import Health, Troubles, health_of
from rules_engine.store.claim import Claim
from rules_engine.store.records import KEY, STORE, WORKSPACE, Batch, Feed, Hold, Run, RunStatus, StepStatus
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
    next_look: datetime | None = None
    """When the planner wants to look next, if it chose the feeds."""
    baselines: int
    events: int
    runs: tuple[Run, ...]
    """Runs that came to rest in this tick, as they are now."""
    held: Hold | None = None
    """What lets the whole account stand still."""


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


@dataclass(slots=True)
class _Work:
    """What a tick has come to so far."""

    looked: Looked | None = None
    fired: int = 0
    held: Hold | None = None
    agenda: Agenda | None = None


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
    post: Post = field(default_factory=NoPost)
    planner: Planner | None = None
    """What chooses feeds by the plan; without one a look is at all of them."""
    key_name: str = ""
    """Which key the budget is of, without saying what it is."""
    _kept: KeptItems = field(default_factory=KeptItems)
    _pruned_on: date | None = None
    _armed: RuleBook | None = None
    _planned: RuleBook | None = None
    """The rules for which schedules are armed, and for which every object's timers are planned."""
    _looked_at: datetime | None = None
    _begun: bool = False
    _put_back: bool = False
    """Whether the store was put back before this process began, and nobody was told yet."""
    _since: datetime | None = None
    """The last look that the store knew when this process began, if that was long ago."""
    _checked: set[tuple[str, str | None]] = field(default_factory=set)

    def under(self, claim: Claim) -> Engine:
        """The same engine, which writes and sends only while the claim holds."""
        store = self.store.under(claim)
        hop = self.hop.hop if isinstance(self.hop, ClaimedHop) else self.hop
        sending = self.post.post if isinstance(self.post, ClaimedPost) else self.post
        return replace(
            self,
            store=store,
            hop=ClaimedHop(hop, store, claim),
            post=ClaimedPost(sending, store, claim),
            planner=None if self.planner is None else self.planner.anew(store),
        )

    def tick(self, *, look: bool = True, planned: bool = False) -> TickReport:
        """Poll (unless `look` is false), commit, fire timers, act on the runs that are due.

        A look is at all feeds that the rules need, or with `planned` at those that the planner finds due. With or
        without, the feeds of timers that are due are looked at.

        Raises Unauthorized or Redirected when nothing more may be sent at all, StoreError where the store is not what it was.
        """
        self.store.check_whole()
        rested: dict[str, Run] = {}
        work = _Work()
        held_before = set(self._held())
        try:
            self._begin()
            self._take_rules()
            self._cancel_orphans()
            self._mark_interrupted()
            try:
                self._work(work, rested, look=look, planned=planned)
            except Halted as halted:
                work.held = self._stand_still(halted, rested)
            rested.update({held: run for held, run in self._held().items() if held not in held_before})
        finally:
            self.store.commit(self.account, Batch(budget=self._budget()))
        self.store.bear_witness()
        looked = work.looked
        result = looked.result if looked is not None else PollResult()
        return TickReport(
            looked_at=len(result.feeds) - len(result.failed),
            failed=tuple(result.failed),
            left=tuple(result.left),
            left_because=result.left_because,
            until=result.until,
            baselines=len(result.baselines),
            events=work.fired + (len(looked.events) if looked is not None else 0),
            runs=tuple(rested.values()),
            held=work.held,
            next_look=self._next_look(work.agenda, result),
        )

    def forget_last_look(self) -> None:
        """Somebody else may have looked since: what is due is looked at as by an engine that just started."""
        self._looked_at = None

    def _work(self, work: _Work, rested: dict[str, Run], *, look: bool, planned: bool) -> None:
        """Look, fire timers and act; raises Halted where the account must stand still."""
        hold = standing(self.store, self.account)
        if hold is not None and not (look and hold.resource == WORKSPACE):
            raise Halted(hold, known=True)
        if self._put_back or was_restored(self.store, self.account):
            self._put_back = False
            raise Halted(account_hold(self.account, STORE, (), self.clock.now()))
        # With a key that nobody has looked with yet, the look comes first: it tells whether this is the same workspace.
        familiar = hold is None and not self._is_new_key()
        looked_for = self._look_for_lost_answers(rested) if familiar or not look else set()
        # Nor can a part of the feeds tell that.
        work.agenda = agenda = self._agenda() if look and planned and familiar else None
        if look and agenda is None:
            work.looked = self._look()
        elif chosen := {*(agenda.due if agenda is not None else ()), *self._unseen()}:
            work.looked = self._look(chosen, planned=agenda is not None)
        looked = work.looked
        work.fired = self._timekeeper().fire(Snapshot(self.store, self.account), self.clock.now())
        self._tell_troubles(None)  # what a retry has taken up again is news once more when it fails again
        handled = looked_for - looked.adopted if looked is not None else looked_for
        self._act(rested, handled)
        while self._tell_troubles(looked.result if looked is not None and look else None, agenda):
            self._act(rested, handled)
        self._prune()

    def _is_new_key(self) -> bool:
        keys = self.store.facts(self.account, KEY)
        return bool(keys) and self.key_name not in keys

    def _stand_still(self, halted: Halted, rested: dict[str, Run]) -> Hold | None:
        """Keep the hold and say so; let only what tells a person of it go on."""
        hold = halted.hold
        if hold is None:
            return None
        if not halted.known and standing(self.store, self.account) is None:
            self.store.commit(self.account, Batch(holds=[hold]))
            self.observer.account_held(hold)
        self._tell_troubles(None)
        executor = self._executor(reads=NoReads(), hop=NoHop())
        for run in self._due(set()):
            event = self.store.event(run.event_id)
            if event is not None and event.resource == ENGINE and not self.should_stop():
                rested[run.id] = executor.advance(run)
        return hold

    def _agenda(self) -> Agenda | None:
        """What the planner wants to be looked at now."""
        if self.planner is None:
            return None
        return self.planner.plan(self._needs(), Snapshot(self.store, self.account), self.clock.now())

    def _next_look(self, agenda: Agenda | None, result: PollResult) -> datetime | None:
        """When to look next: at once where new feeds may have come into sight, and not before the budget has more."""
        if agenda is None:
            return None
        new = bool(result.baselines) or any(seen.change.resource == PROJECT.name for seen in result.seen)
        moment = self.clock.now() if new else agenda.next_at
        return moment if result.until is None else max(moment, result.until)

    def _needs(self) -> tuple[Need, ...]:
        return self.book.needs_with(self.store.runs(self.account, statuses=OPEN))

    def next_due(self) -> datetime | None:
        """When the next waiting run or timer is due; None while none waits for a moment.

        A timer whose feed could not be read well when it was due waits for the next look at all feeds; while the
        account stands still, everything does.
        """
        if standing(self.store, self.account) is not None:
            return None
        waiting = self.store.runs(self.account, statuses=[RunStatus.WAITING])
        moments = [run.due_at for run in waiting if run.due_at is not None]
        timer_at = self.store.next_timer_at(self.account, looked_at=self._looked_at)
        return min([*moments, *([timer_at] if timer_at is not None else [])], default=None)

    def _budget(self) -> dict[str, Any]:
        """The rate budget as it is now: whoever dies must not leave the next one to ask beyond the limit."""
        return {**self.client.budget.state.to_json(), "of": self.key_name}

    def _held(self) -> dict[str, Run]:
        return {run.id: run for run in self.store.runs(self.account, statuses=[RunStatus.HELD])}

    # -- before the look -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Once in a process: was the store left just now, or may others have worked on since?"""
        if not self._begun:
            looks = [
                feed.good_at for feed in self.store.feeds(self.account).values() if feed.good_at is not None
            ]
            last = max(looks, default=None)
            long_ago = last is not None and self.clock.now() - last > SHORT_GAP
            self._since, self._begun = (last if long_ago else None), True
            self._put_back = self.store.put_back

    def _take_rules(self) -> None:
        """Once for each set of rules: cancel the timers of what is gone, arm new schedules."""
        if self._armed is not self.book:
            self._timekeeper().take_rules(Snapshot(self.store, self.account), self.clock.now())
            self._armed = self.book

    def _cancel_orphans(self) -> None:
        """Cancel the runs whose rule was removed, is off or may only plan, but for those that wait for a lost answer."""
        unsettled = {step.run_id for step in self.store.open_steps(self.account)}
        waiting = (*OPEN, RunStatus.HELD)
        orphans = [
            replace(run, status=RunStatus.CANCELLED, due_at=None, error=why)
            for run in self.store.runs(self.account, statuses=waiting)
            if (why := self.book.why_over(run)) is not None and run.id not in unsettled
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

    # -- looking ---------------------------------------------------------------------------------

    def _look(self, only: Collection[str] | None = None, *, planned: bool = False) -> Looked:
        """Look at all feeds, or at some; the first time under these rules, every timer is planned."""
        looker = Looker(
            budget=self._budget,
            account=self.account,
            store=self.store,
            reader=self.client,
            reactor=self._reactor(),
            clock=self.clock,
            observer=self.observer,
            should_stop=self.should_stop,
            key_name=self.key_name,
            taught=self.planner.taught if self.planner is not None else nothing_learnt,
            kept=self._kept,
        )
        new_rules = (only is None or planned) and self._planned is not self.book
        began = self.clock.now()
        needed = frozenset(need.resource for need in self._needs())
        looked = looker.look(needed, only=only, new_rules=new_rules)
        self._looked_at = began
        if new_rules:
            self._planned = self.book
        return looked

    def _unseen(self) -> frozenset[str]:
        """The feeds that must be looked at before timers that are due now can fire."""
        snapshot = Snapshot(self.store, self.account)
        return self._timekeeper().unseen_feeds(snapshot, self.clock.now(), looked_at=self._looked_at)

    # -- acting --------------------------------------------------------------------------------------

    def _act(self, rested: dict[str, Run], handled: set[str]) -> None:
        """Advance every run that is due and was not handled, those included that others bring about."""
        executor = self._executor()
        while due := self._due(handled):
            for run in due:
                if self.should_stop():
                    return
                handled.add(run.id)
                after = executor.advance(run)
                if after is not run:
                    rested[run.id] = after

    def _tell_troubles(self, result: PollResult | None, agenda: Agenda | None = None) -> int:
        """Tell rules what has gone wrong; gives how many runs that began. `result` is that of a look at all feeds."""
        if self.should_stop():
            return 0
        troubles = Troubles(
            account=self.account, store=self.store, reactor=self._reactor(), observer=self.observer
        )
        snapshot = Snapshot(self.store, self.account)
        health = None
        if result is not None:
            health = self._health(result, agenda, snapshot)
        return troubles.tell(snapshot, self.clock.now(), health)

    def _health(self, result: PollResult, agenda: Agenda | None, snapshot: Snapshot) -> Health | None:
        projects = [one for one in snapshot.all(PROJECT.name) if one.get("archived") is not True]
        wanted = [want.feed.key for want in wants_of(self._needs(), projects)]
        known = self.store.feeds(self.account)
        if self.planner is None:
            return health_of(result, wanted, known)
        return health_of(
            result,
            wanted,
            known,
            whole=agenda is None,
            shortage=self.planner.shortage(len(wanted), self.clock.now()),
            stale_after=self.planner.stale_after,
        )

    def _prune(self) -> None:
        """Once a day, forget what is older than the retention."""
        now = self.clock.now()
        if self._pruned_on != now.date():
            self.store.prune(self.account, before=now - self.settings.retention)
            self._pruned_on = now.date()

    def _due(self, handled: set[str]) -> list[Run]:
        now = self.clock.now()
        awaiting = self.store.waiting_for_events(self.account)
        return [
            run
            for run in self.store.runs(self.account, statuses=OPEN)
            if run.id not in handled and (run.due_at is None or run.due_at <= now or run.id in awaiting)
        ]

    def _reactor(self) -> Reactor:
        return Reactor(
            account=self.account,
            index=self.book.index,
            timed=self.book.timed,
            store=self.store,
            calendar=self.settings.calendar,
            guards=self.settings.guards,
        )

    def _timekeeper(self) -> Timekeeper:
        return Timekeeper(
            account=self.account,
            store=self.store,
            reactor=self._reactor(),
            calendar=self.settings.calendar,
            observer=self.observer,
        )

    def _doubts(self) -> Doubts:
        """Begun by `_begin`; what a person says meanwhile is heard at each tick."""
        return Doubts(
            store=self.store,
            account=self.account,
            since=self._since,
            approved=approved_hold(self.store, self.account),
            checked=self._checked,
        )

    def _executor(self, *, reads: Reads | None = None, hop: Hop | None = None) -> Executor:
        bench = Bench(
            budget=self._budget,
            doubts=self._doubts(),
            account=self.account,
            store=self.store,
            snapshot=Snapshot(self.store, self.account),
            reads=reads or ClientReads(self.client),
            hop=hop or self.hop,
            post=self.post,
            reactor=self._reactor(),
            policy=self.settings.policy,
            calendar=self.settings.calendar,
            clock=self.clock,
            observer=self.observer,
        )
        return Executor(bench=bench, book=self.book, should_stop=self.should_stop)
