"""Timers and what the store knows: planning them for objects that changed, holding them for events that fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules_engine.calendar import Calendar
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.events.special import SCHEDULE, SPECIAL_RESOURCES
from rules_engine.polling.snapshot import Snapshot
from rules_engine.runs.reaction import Reaction
from rules_engine.runs.scope import project_of
from rules_engine.store.records import Decision, Event, Fact, Feed, StoredObject, Timer, TimerKind
from rules_engine.store.store import Store
from rules_engine.timing.holds import goes_on
from rules_engine.timing.plan import TimerPlan, World, hold_timer, plan_rules, plan_timers
from rules_engine.timing.triggers import TimedRules, TimedTrigger, clock_types

KNOWN = "trigger"
"""The kind of fact that tells since when a trigger by the clock is known."""
CROSSED = "crossed"
"""The kind of fact that tells that a number is over a trigger's threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arming:
    """What arming timers needs."""

    account: str
    store: Store
    rules: TimedRules
    calendar: Calendar

    def for_objects(
        self,
        objects: Iterable[StoredObject],
        snapshot: Snapshot,
        now: datetime,
        reaction: Reaction,
        *,
        feeds: Iterable[Feed] = (),
    ) -> None:
        """Plan the timers of objects as they are now; `feeds` are states of feeds that are not in the store yet."""
        if not (self.rules.holds or self.rules.clocks):
            return
        by_resource: dict[str, list[StoredObject]] = {}
        for stored in objects:
            by_resource.setdefault(stored.resource, []).append(stored)
        world = self._world(snapshot, now, feeds)
        for resource, group in by_resource.items():
            ids = [stored.object_id for stored in group]
            existing = self.store.timers_of_objects(self.account, resource, ids)
            self._take(plan_timers(self.rules, group, existing, world), now, reaction)

    def for_new_triggers(self, snapshot: Snapshot, now: datetime, reaction: Reaction) -> list[StoredObject]:
        """Know the triggers by the clock that are new, forget what is no more; gives the objects to plan."""
        known = self.store.facts(self.account, KNOWN)
        wanted = {fact_key(key) for key in self.rules.clocks}
        reaction.facts += [Fact(kind=KNOWN, key=key, at=now) for key in wanted if key not in known]
        reaction.forgotten += [fact for key, fact in known.items() if key not in wanted]
        reaction.forgotten += self._crossings_of_nothing(snapshot)
        resources = {
            EVENT_TYPES[name].resource
            for one in self.rules.clocks.values()
            for name in clock_types(one.trigger)
        }
        return [stored for resource in sorted(resources) for stored in snapshot.all_stored(resource).values()]

    def _crossings_of_nothing(self, snapshot: Snapshot) -> list[Fact]:
        """What is remembered of numbers whose trigger or object is no more."""
        return [
            fact
            for key, fact in self.store.facts(self.account, CROSSED).items()
            for rule_id, digest, resource, object_id in [key.split("/", 3)]
            if (rule_id, digest) not in self.rules.crossings or snapshot.get(resource, object_id) is None
        ]

    def for_rules(self, snapshot: Snapshot, now: datetime, reaction: Reaction) -> None:
        """Cancel the timers of rules and triggers that are no more, arm the schedules that are new."""
        existing = self.store.timers(self.account)
        if existing or self.rules.schedules:
            self._take(plan_rules(self.rules, existing, self._world(snapshot, now, ())), now, reaction)

    def hold(self, one: TimedTrigger, event: Event, now: datetime, reaction: Reaction) -> None:
        """Wait whether the state that the event brought about lasts; raises CalendarError."""
        if goes_on(one.trigger, event) and self._is_held(one, event, reaction):
            return
        reaction.timers.append(hold_timer(one, event, calendar=self.calendar, now=now))

    def _is_held(self, one: TimedTrigger, event: Event, reaction: Reaction) -> bool:
        """Whether an earlier event's state is waited for and goes on."""
        earlier = self.store.timers_of_objects(self.account, event.resource, [event.object_id])
        cancelled = {(timer.rule_id, timer.trigger, timer.value) for timer in reaction.cancelled}
        return any(
            timer.kind is TimerKind.HOLD
            and (timer.rule_id, timer.trigger) == one.key
            and (*one.key, timer.value) not in cancelled
            for timer in earlier
        )

    def _take(self, plan: TimerPlan, now: datetime, reaction: Reaction) -> None:
        reaction.timers += plan.set
        for timer, why in plan.cancel:
            reaction.cancelled.append(timer)
            if not timer.spent and timer.resource not in SPECIAL_RESOURCES:
                reaction.decisions.append(cancelled(self.account, timer, why, now))

    def _world(self, snapshot: Snapshot, now: datetime, feeds: Iterable[Feed]) -> World:
        known = self.store.facts(self.account, KNOWN)
        baselines = {**self.store.feeds(self.account), **{feed.key: feed for feed in feeds}}
        return World(
            account=self.account,
            now=now,
            calendar=self.calendar,
            known_since=lambda key, stored: _known_since(known, baselines, key, stored, now),
            event=self.store.event,
            project=lambda event: project_of(event, snapshot),
            stored=snapshot.stored,
        )


def crossing_key(rule_id: str, digest: str, event: Event) -> str:
    """The key of the fact that the number of an event's object is over a trigger's threshold."""
    return f"{rule_id}/{digest}/{event.resource}/{event.object_id}"


def fact_key(key: tuple[str, str]) -> str:
    """The key of a fact about one trigger."""
    return "/".join(key)


def feed_key(stored: StoredObject) -> str:
    """The key of the feed that shows the object."""
    return Feed(resource=stored.resource, project_id=stored.project_id).key


def event_id_of(account: str, timer: Timer) -> str:
    """The id of the event that a timer was armed by (a hold) or is going to bring about."""
    if timer.kind is TimerKind.HOLD:
        return timer.value
    type_of = f"{SCHEDULE}@" if timer.kind is TimerKind.SCHEDULE else ""
    return f"{account}/{timer.resource}/{timer.object_id}/{type_of}{timer.value}"


def cancelled(account: str, timer: Timer, why: str, now: datetime) -> Decision:
    """The decision that keeps in sight why a timer came to nothing."""
    return Decision(
        rule_id=timer.rule_id, event_id=event_id_of(account, timer), at=now, verdict="cancelled", detail=why
    )


def _known_since(
    known: Mapping[str, Fact],
    feeds: Mapping[str, Feed],
    key: tuple[str, str],
    stored: StoredObject,
    now: datetime,
) -> datetime:
    fact, feed = known.get(fact_key(key)), feeds.get(feed_key(stored))
    trigger_at = fact.at if fact is not None else now
    baseline_at = feed.baseline_at if feed is not None and feed.baseline_at is not None else trigger_at
    return max(trigger_at, baseline_at)
