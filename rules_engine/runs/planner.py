"""The planner of one account's polls, between the plain functions that decide and the store and budget that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil

from rules_engine.calendar import Calendar
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.resources import RESOURCES, Scope
from rules_engine.durations import Duration, format_duration
from rules_engine.polling.planning.knowledge import Sighting, from_store, to_store
from rules_engine.polling.planning.pace import SHARE_FOR_READS, WITHOUT_A_LIMIT, reads_per_hour
from rules_engine.polling.planning.schedule import Agenda, Allowance, Asked, Scheduler
from rules_engine.polling.planning.wants import wants_of
from rules_engine.polling.poll import PollResult
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.demand import Need
from rules_engine.store.records import Feed, JsonObject
from rules_engine.store.store import Store

_TIGHT = 0.5
"""With less than this share of what is usual to spend, looks are stretched so much that it is worth saying."""

_MISSED = 3.0
"""A feed that has gone without a good look for so many of its intervals was missed."""


@dataclass(slots=True, kw_only=True)
class Planner:
    """Plans the polls of one account. What it has learnt is in the store; the rest is worked out anew."""

    account: str
    store: Store
    calendar: Calendar
    budget: Budget
    requests_per_hour: int | None = None
    """What the configuration says that the plan allows."""
    sharing: int = 1
    """How many accounts live on this key."""
    interval: float | None = None
    """Seconds between looks at all feeds, where the configuration fixes them."""
    agenda: Agenda | None = None
    """The last one."""
    _scheduler: Scheduler | None = field(default=None, repr=False)

    def anew(self, store: Store) -> Planner:
        """The same planner over that store; it looks up what others have learnt meanwhile."""
        return replace(self, store=store, _scheduler=None)

    def plan(self, needs: Sequence[Need], snapshot: Snapshot, now: datetime) -> Agenda:
        """What is to be looked at now."""
        projects = [one for one in snapshot.all("project") if one.get("archived") is not True]
        wanted = [want.feed for want in wants_of(needs, projects)]
        asked = {key: one for key, feed in self.store.feeds(self.account).items() if (one := _asked(feed))}
        self.agenda = self._planning().agenda(wanted, asked, now, self.allowance(now))
        return self.agenda

    def allowance(self, now: datetime) -> Allowance:
        """What there is to spend on reading."""
        state, spare = self.budget.state, self.budget.spare("read")
        per_hour = reads_per_hour(state, now, configured=self.requests_per_hour, reserve=self.budget.reserve)
        if spare is None:
            spare = int(SHARE_FOR_READS * (self.requests_per_hour or WITHOUT_A_LIMIT))
        blocked = state.blocked_until if state.blocked_until and state.blocked_until > now else None
        return Allowance(
            per_hour=per_hour / self.sharing,
            spare=ceil(spare / self.sharing),
            until=blocked or state.reset_at,
        )

    def taught(self, result: PollResult, known: Mapping[str, Feed]) -> JsonObject | None:
        """Take in what a look saw; gives what is to be stored, if it taught anything. `known` are the feeds as they were before."""
        counts: dict[str, int] = {}
        for seen in result.seen:
            change = seen.change
            of_account = RESOURCES[change.resource].scope is Scope.ACCOUNT
            key = change.resource if of_account else f"{change.resource}/{change.project_id}"
            counts[key] = counts.get(key, 0) + 1
        first = {feed.key for feed, _ in result.baselines}
        sightings = [
            Sighting(
                key=feed.key,
                resource=feed.resource,
                changes=0 if feed.key in first else counts[feed.key],
                since=before.good_at if (before := known.get(feed.key)) and before.good_at else feed.good_at,
                at=feed.good_at,
            )
            for feed in result.feeds
            if not feed.error and feed.good_at is not None and (feed.key in first or feed.key in counts)
        ]
        if not sightings:
            return None
        planning = self._planning()
        planning.learn(sightings)
        return to_store(planning.knowledge)

    def stale_after(self, key: str) -> float:
        """Seconds after which a feed that was not read has been missed, by the last plan."""
        seconds = self.agenda.timetable.seconds.get(key, 0.0) if self.agenda is not None else 0.0
        return _MISSED * max(seconds, self.interval or 0.0)

    def least_interval(self, feeds: int, now: datetime) -> float:
        """Seconds between looks at so many feeds that the budget can carry."""
        return 3600.0 * feeds / max(self.allowance(now).per_hour, 1.0)

    def shortage(self, feeds: int, now: datetime) -> str:
        """Why the plan's requests do not suffice for what is wanted; empty while they do."""
        there = self.allowance(now).per_hour
        if self.interval is not None:
            least = self.least_interval(feeds, now)
            if least <= self.interval:
                return ""
            return (
                f"looks at {feeds} lists every {_words(self.interval)} need {3600 * feeds / self.interval:.0f} requests"
                f" an hour; there are {there:.0f} for reading, so they come every {_words(least)}"
            )
        if self.agenda is not None and not self.agenda.timetable.fits:
            return (
                f"the latencies that rules ask for need {self.agenda.timetable.per_hour:.0f} requests an hour; there are"
                f" {there:.0f} for reading"
            )
        usual = SHARE_FOR_READS * (self.budget.state.limit or WITHOUT_A_LIMIT) / self.sharing
        if self.budget.state.limit is not None and there < _TIGHT * usual:
            return f"{there:.0f} requests an hour are left for reading, of {usual:.0f} that are usual; looks are stretched"
        return ""

    def _planning(self) -> Scheduler:
        if self._scheduler is None:
            self._scheduler = Scheduler(self.calendar, from_store(self.store.learnt(self.account)))
        return self._scheduler


def _asked(feed: Feed) -> Asked | None:
    tried = [moment for moment in (feed.good_at, feed.error_at) if moment is not None]
    return Asked(good_at=feed.good_at, tried_at=max(tried)) if tried else None


def _words(seconds: float) -> str:
    return format_duration(Duration(seconds=round(seconds)))
