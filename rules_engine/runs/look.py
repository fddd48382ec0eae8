"""One look: poll the feeds that are due, and commit in one transaction all that comes of what they show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules_engine.clock import Clock
from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.build import EXTERNAL, Origin, build_event
from rules_engine.polling.known import KeptItems
from rules_engine.polling.poll import ListReader, Poller, PollResult, Seen
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.workspace import EVIDENCE, AnotherWorkspace
from rules_engine.runs import steps as moves
from rules_engine.runs.arming import feed_key
from rules_engine.runs.identity import hold_id
from rules_engine.runs.marks import Signature, unexplained, unknown_signatures
from rules_engine.runs.observer import Observer
from rules_engine.runs.ownership import Owner, awaited_effects, givers_of, owners_of
from rules_engine.runs.react import Reactor
from rules_engine.runs.reaction import Reaction
from rules_engine.runs.standstill import Halted, account_hold, approved_hold
from rules_engine.runs.states import OPEN
from rules_engine.runs.timekeeper import GAP, mark_gaps
from rules_engine.store.records import KEY, STORE, WORKSPACE, Batch, Cause, Event, Fact, Feed, JsonObject
from rules_engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look has come to."""

    result: PollResult
    events: Sequence[Event]
    adopted: frozenset[str]
    """The runs whose lost create it has found."""
    snapshot: Snapshot


def nothing_learnt(_result: PollResult, _known: Mapping[str, Feed]) -> JsonObject | None:
    """What a look without a planner teaches."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks at the feeds of one account."""

    account: str
    store: Store
    reader: ListReader
    reactor: Reactor
    clock: Clock
    observer: Observer
    should_stop: Callable[[], bool]
    budget: Callable[[], JsonObject]
    """The rate budget as it is now, saved with all that is seen."""
    kept: KeptItems
    """What is kept of the feeds from look to look."""
    key_name: str = ""
    taught: Callable[[PollResult, Mapping[str, Feed]], JsonObject | None] = nothing_learnt
    """What the planner has learnt from the look, given the feeds as they were before."""

    def look(
        self, resources: Collection[str], *, only: Collection[str] | None = None, new_rules: bool = False
    ) -> Looked:
        """Look at every feed of these resources, or at those of them with a key in `only`.

        With `new_rules` the timers of all objects are planned, not only of those that changed. Raises Halted where
        what is seen must not be compared, and what stops every request of the account.
        """
        snapshot = Snapshot(self.store, self.account)
        unsettled = self.store.open_steps(self.account, parked=True)
        going_on = {run.id for run in self.store.runs(self.account, statuses=OPEN)}
        looked_for = [step for step in unsettled if step.run_id in going_on and step.status in moves.OPEN]
        given_up = [step for step in unsettled if step not in looked_for]
        keys = self.store.facts(self.account, KEY)
        new_key = self.key_name not in keys
        poller = Poller(
            account=self.account,
            store=self.store,
            reader=self.reader,
            snapshot=snapshot,
            clock=self.clock,
            should_stop=self.should_stop,
            awaited=awaited_effects(looked_for),
            limits=self.reactor.guards.vanish_limits,
            least_overlap=self.reactor.guards.workspace_overlap,
            new_key=new_key and bool(keys),
            kept=self.kept,
        )
        known = self.store.feeds(self.account)
        now = self.clock.now()
        try:
            result = poller.poll(resources, only=only)
        except AnotherWorkspace as found:
            hold = account_hold(self.account, WORKSPACE, found.missed, now) if found.missed else None
            raise Halted(hold) from None
        now = self.clock.now()
        owners = owners_of(result.seen, unsettled, self.store.run)
        givers = givers_of(result.seen, given_up, self.store.run, snapshot.member_names())
        made_before = self._made_before(result.seen, now)
        origins = {key: _origin(owner, Cause.UNKNOWN) for key, owner in givers.items()}
        origins |= {
            one.object_id: Origin(cause=Cause.SELF, rule_id=one.rule_id, depth=1) for one in made_before
        }
        origins |= {key: _origin(owner, Cause.SELF) for key, owner in owners.items()}
        events = [
            self._event(seen, origins.get(seen.change.object_id, EXTERNAL), now) for seen in result.seen
        ]
        adopted = [
            moves.succeeded(owner.step, seen.change.after)
            for seen in result.seen
            if (owner := owners.get(seen.change.object_id)) and owner.step.status in moves.OPEN
        ]
        recognised = only is None and any(
            feed.resource in EVIDENCE and not feed.error for feed in result.feeds
        )
        reaction = self._react(result, events, snapshot, known, now, new_rules=new_rules)
        self.store.commit(
            self.account,
            reaction.into(
                Batch(
                    feeds=result.feeds,
                    objects=result.objects,
                    item_hashes=result.item_hashes,
                    events=events,
                    steps=adopted,
                    holds=result.holds,
                    lifted_holds=[*result.lifted_holds, *([self._workspace_hold] if recognised else [])],
                    facts=[Fact(kind=KEY, key=self.key_name, at=now)] if recognised and new_key else [],
                    budget=self.budget(),
                    learnt=self.taught(result, known),
                )
            ),
        )
        for event in events:
            self.observer.event_seen(event)
        reaction.tell(self.observer)
        self._tell(result, known)
        return Looked(
            result, [*events, *reaction.events], frozenset(step.run_id for step in adopted), snapshot
        )

    def _made_before(self, seen: Sequence[Seen], now: datetime) -> list[Signature]:
        """New objects that were made with this store, which it knows nothing of, and of which a person has spoken.

        Raises Halted where nobody has: the store is older than what was done with it.
        """
        new = [
            (RESOURCES[one.change.resource], one.change.after)
            for one in seen
            if one.change.before is None and one.change.after is not None
        ]
        found = unknown_signatures(self.store, self.account, new)
        marks = tuple(one.mark for one in unexplained(found, approved_hold(self.store, self.account)))
        if marks:
            raise Halted(account_hold(self.account, STORE, marks, now))
        return found

    @property
    def _workspace_hold(self) -> str:
        return hold_id(self.account, WORKSPACE)

    def _react(
        self,
        result: PollResult,
        events: Sequence[Event],
        snapshot: Snapshot,
        known: Mapping[str, Feed],
        now: datetime,
        *,
        new_rules: bool,
    ) -> Reaction:
        reaction = Reaction()
        objects = list(result.objects)
        if new_rules:
            objects += self.reactor.arming.for_new_triggers(snapshot, now, reaction)
        self.reactor.react(events, snapshot, now, objects=objects, feeds=result.feeds, reaction=reaction)
        self._mark_gaps(result, snapshot, known, now, reaction)
        return reaction

    def _mark_gaps(
        self,
        result: PollResult,
        snapshot: Snapshot,
        known: Mapping[str, Feed],
        now: datetime,
        reaction: Reaction,
    ) -> None:
        """Mark the timers of feeds that are read well again after a while."""
        gaps = {
            feed.key: before
            for feed in result.feeds
            if not feed.error and (before := known.get(feed.key)) is not None
            if before.good_at is not None and now - before.good_at > GAP
        }
        if not gaps:
            return
        changed = {timer.key for timer in (*reaction.timers, *reaction.cancelled)}
        timers = [timer for timer in self.store.timers(self.account) if timer.key not in changed]
        feeds_of = {}
        for timer in timers:
            stored = snapshot.stored(timer.resource, timer.object_id)
            if stored is not None and feed_key(stored) in gaps:
                feeds_of[timer.resource, timer.object_id] = gaps[feed_key(stored)]
        reaction.timers += mark_gaps(timers, feeds_of, now)

    def _event(self, seen: Seen, origin: Origin, now: datetime) -> Event:
        return build_event(
            seen.change,
            account=self.account,
            revision=seen.revision,
            at=now,
            seen_from=seen.since,
            origin=origin,
        )

    def _tell(self, result: PollResult, known: Mapping[str, Feed]) -> None:
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


def _origin(owner: Owner, cause: Cause) -> Origin:
    run = owner.run
    return Origin(cause=cause, rule_id=run.rule_id, run_id=run.id, depth=run.depth + 1)
