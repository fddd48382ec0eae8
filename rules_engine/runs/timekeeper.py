"""What is due by the clock: which timers fire, which must first be looked at, which came to nothing.

A timer of an object fires only after a good look at that object's feed at or after its moment, so that a change that
came before is seen first. Firing is one transaction: the event, the runs and the timer itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules_engine.calendar import Calendar
from rules_engine.events.special import schedule_event
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.model import OnMissed
from rules_engine.runs.arming import cancelled, feed_key
from rules_engine.runs.observer import Observer
from rules_engine.runs.react import Reactor, Refusal, refuse
from rules_engine.runs.reaction import Reaction
from rules_engine.runs.scope import project_of
from rules_engine.store.records import Batch, Event, Feed, JsonObject, StoredObject, Timer, TimerKind
from rules_engine.store.rows import to_time
from rules_engine.store.store import Store
from rules_engine.timing.cron import latest_moment
from rules_engine.timing.holds import broken
from rules_engine.timing.moments import clock_event
from rules_engine.timing.plan import next_of_schedule, zone_of
from rules_engine.timing.triggers import TimedTrigger

LATE = timedelta(minutes=15)
"""A moment of a schedule that is taken later than this was missed: no worker ran, or none could."""
GAP = timedelta(hours=1)
"""Longer between two good looks at a feed, and nobody can say what was in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timekeeper:
    """Fires the timers of one account. It holds no state: the store does."""

    account: str
    store: Store
    reactor: Reactor
    calendar: Calendar
    observer: Observer

    def take_rules(self, snapshot: Snapshot, now: datetime) -> None:
        """Cancel what rules that are gone have waited for, and begin to wait for the schedules of new ones."""
        reaction = Reaction()
        self.reactor.arming.for_rules(snapshot, now, reaction)
        if reaction.timers or reaction.cancelled:
            self._commit(reaction)

    def unseen_feeds(
        self, snapshot: Snapshot, now: datetime, *, looked_at: datetime | None
    ) -> frozenset[str]:
        """The feeds that must be looked at before timers that are due can fire; none twice for the same moment."""
        feeds = self.store.feeds(self.account)
        keys = set()
        for timer in self.store.due_timers(self.account, now):
            if looked_at is not None and timer.due_at <= looked_at:
                continue
            stored = self._object_of(timer, snapshot)
            if stored is not None and not _was_seen(timer, feeds.get(feed_key(stored))):
                keys.add(feed_key(stored))
        return frozenset(keys)

    def fire(self, snapshot: Snapshot, now: datetime) -> int:
        """Fire every timer that can; gives how many events that made."""
        reaction = Reaction()
        feeds = self.store.feeds(self.account)
        for timer in self.store.due_timers(self.account, now):
            one = self.reactor.timed.find(timer.kind, (timer.rule_id, timer.trigger))
            if one is None:
                continue
            if timer.kind is TimerKind.SCHEDULE:
                self._fire_schedule(one, timer, snapshot, now, reaction)
                continue
            stored = self._object_of(timer, snapshot)
            if stored is None or _was_seen(timer, feeds.get(feed_key(stored))):
                fire = self._fire_hold if timer.kind is TimerKind.HOLD else self._fire_clock
                fire(one, timer, stored, snapshot, now, reaction)
        reaction.hold_back(self.reactor.timed.rules, self.reactor.guards)
        if reaction.timers or reaction.cancelled:
            self._commit(reaction)
        return len(reaction.events)

    def _object_of(self, timer: Timer, snapshot: Snapshot) -> StoredObject | None:
        return (
            snapshot.stored(timer.resource, timer.object_id) if timer.kind is not TimerKind.SCHEDULE else None
        )

    def _fire_clock(
        self,
        one: TimedTrigger,
        timer: Timer,
        stored: StoredObject | None,
        snapshot: Snapshot,
        now: datetime,
        reaction: Reaction,
    ) -> None:
        if stored is None:
            reaction.cancelled.append(timer)
            return
        event = self._known(clock_event(self.account, stored, timer.value, at=now), reaction)
        refusal = self.reactor.begin(one.rule, event, snapshot, now, reaction, timed=_timed(timer))
        refuse(reaction, one.rule, event, refusal, now)
        reaction.timers.append(replace(timer, spent=True))

    def _fire_hold(
        self,
        one: TimedTrigger,
        timer: Timer,
        stored: StoredObject | None,
        snapshot: Snapshot,
        now: datetime,
        reaction: Reaction,
    ) -> None:
        reaction.cancelled.append(timer)
        event = self.store.event(timer.value)
        if event is None or stored is None:
            reaction.decisions.append(cancelled(self.account, timer, "its event is not known any more", now))
            return
        project = project_of(replace(event, project_id=stored.project_id, after=stored.data), snapshot)
        why = broken(one.trigger, event, stored, project)
        if why is not None:
            reaction.decisions.append(cancelled(self.account, timer, f"it did not hold: {why}", now))
            return
        timed = {**_timed(timer), "object": stored.data}
        refuse(
            reaction,
            one.rule,
            event,
            self.reactor.begin(one.rule, event, snapshot, now, reaction, timed=timed),
            now,
        )

    def _fire_schedule(
        self, one: TimedTrigger, timer: Timer, snapshot: Snapshot, now: datetime, reaction: Reaction
    ) -> None:
        """The latest of the moments that have come counts; those before it are not made up for."""
        schedule = one.trigger.schedule
        assert schedule is not None, "the timer is one of a schedule"
        moment = latest_moment(schedule.cron, zone_of(schedule, self.calendar), timer.due_at, now)
        event = schedule_event(self.account, one.rule.id, moment, at=now)
        missed = now - moment > LATE
        if missed and schedule.on_missed is OnMissed.SKIP:
            skipped = Refusal("missed", f"no worker ran at {moment.isoformat()}, and on_missed is skip")
            refuse(reaction, one.rule, event, skipped, now)
        else:
            event = self._known(event, reaction)
            timed = _timed(replace(timer, due_at=moment, across_gap=missed))
            refuse(
                reaction,
                one.rule,
                event,
                self.reactor.begin(one.rule, event, snapshot, now, reaction, timed=timed),
                now,
            )
        reaction.cancelled.append(timer)
        following = next_of_schedule(one, self.calendar, now)
        if following is not None:
            reaction.timers.append(following)

    def _known(self, event: Event, reaction: Reaction) -> Event:
        """The event as the store has it, or as another timer of this moment has brought it about, else this one."""
        same = next((one for one in reaction.events if one.id == event.id), None) or self.store.event(
            event.id
        )
        if same is None:
            reaction.events.append(event)
        return same or event

    def _commit(self, reaction: Reaction) -> None:
        self.store.commit(self.account, reaction.into(Batch()))
        reaction.tell(self.observer)


def mark_gaps(
    timers: Sequence[Timer], feeds_of: Mapping[tuple[str, str], Feed], now: datetime
) -> list[Timer]:
    """The timers whose object nobody has seen for a while: a hold in all that time, another at its moment.

    `feeds_of` are the feeds by object, as they were before this look.
    """
    return [
        replace(timer, across_gap=True)
        for timer in timers
        if not (timer.across_gap or timer.spent)
        and (timer.kind is TimerKind.HOLD or timer.due_at <= now)
        and (feed := feeds_of.get((timer.resource, timer.object_id))) is not None
        and feed.good_at is not None
        and now - feed.good_at > GAP
    ]


def _was_seen(timer: Timer, feed: Feed | None) -> bool:
    """Whether the feed was looked at, and the look could be trusted, when the timer was due or later."""
    return feed is not None and feed.good_at is not None and feed.good_at >= timer.due_at


def _timed(timer: Timer) -> JsonObject:
    return {"due_at": to_time(timer.due_at), "across_gap": timer.across_gap}
