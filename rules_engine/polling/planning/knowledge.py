"""What an account's looks have taught, together: how often each feed changes, when people work, and how they work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from rules_engine.calendar import Calendar
from rules_engine.polling.planning.activity import Activity
from rules_engine.polling.planning.habits import Habits, rate_until
from rules_engine.polling.planning.rhythm import BusyTime, Rhythm

FIRST_GUESS: Final[Mapping[str, float]] = {
    "lead": 2.0,
    "task": 0.5,
    "time_entry": 0.5,
    "note": 0.1,
    "project": 0.2,
    "holiday": 0.1,
    "member": 0.02,
}
"""Changes a busy hour of one feed of that resource, before anything was seen."""
_GUESS_COUNTS: Final = 2.0
"""How many changes the first guess counts for beside those that were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One look at a feed that saw changes; or its first look, which saw none and begins the count."""

    key: str
    resource: str
    changes: int
    since: datetime
    """The look before, which was good."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Plain data; `Learner` works with it."""

    activities: Mapping[str, Activity] = field(default_factory=dict)
    """By the key of the feed."""
    rhythms: Mapping[str, Rhythm] = field(default_factory=dict)
    """By resource."""
    habits: Habits = field(default_factory=Habits)


def to_store(knowledge: Knowledge) -> dict[str, Any]:
    """Plain data for the store."""
    return {
        "activities": {key: one.to_json() for key, one in knowledge.activities.items()},
        "rhythms": {resource: one.to_json() for resource, one in knowledge.rhythms.items()},
        "habits": knowledge.habits.to_json(),
    }


def from_store(learnt: Mapping[str, Any] | None) -> Knowledge:
    """What `to_store` gave; what can't be understood is not known."""
    learnt = learnt or {}
    return Knowledge(
        activities={key: Activity.from_json(one) for key, one in learnt.get("activities", {}).items()},
        rhythms={resource: Rhythm.from_json(one) for resource, one in learnt.get("rhythms", {}).items()},
        habits=Habits.from_json(learnt.get("habits", {})),
    )


class Estimator:
    """Tells how often feeds change, by what is known at one moment; a new one for new knowledge."""

    def __init__(self, knowledge: Knowledge, calendar: Calendar) -> None:
        self._knowledge = knowledge
        self._calendar = calendar
        self._weights = knowledge.habits.weights
        self._sitting = knowledge.habits.sitting
        self._times: dict[str, BusyTime] = {}
        self._priors: dict[str, float] = {}
        self._looks: dict[str, tuple[datetime | None, float, tuple[float, ...]]] = {}

    def time(self, resource: str) -> BusyTime:
        """Time as the resource's people spend it."""
        if resource not in self._times:
            rhythm = self._knowledge.rhythms.get(resource, Rhythm())
            self._times[resource] = BusyTime(rhythm, self._calendar)
        return self._times[resource]

    def prior(self, resource: str) -> float:
        """The rate of a feed of which nothing is known: that of the resource's other feeds, quiet ones included."""
        if resource not in self._priors:
            guess = FIRST_GUESS.get(resource, min(FIRST_GUESS.values()))
            activities = self._knowledge.activities
            known = [one for key, one in activities.items() if key.partition("/")[0] == resource]
            latest = max(
                (one.at.timestamp() for one in activities.values() if one.at is not None), default=0.0
            )
            time = self.time(resource)
            hours = sum(
                one.hours + time.between(one.at.timestamp(), latest) for one in known if one.at is not None
            )
            changes = _GUESS_COUNTS + sum(one.changes for one in known)
            self._priors[resource] = changes / (_GUESS_COUNTS / guess + hours)
        return self._priors[resource]

    def base(self, key: str, resource: str, looked_at: datetime | None) -> float:
        """Changes a busy hour in the long run."""
        return self._at_look(key, resource, looked_at)[0]

    def rate(self, key: str, resource: str, looked_at: datetime | None, now: datetime) -> float:
        """Changes an hour that speak for a look at the feed now; `looked_at` is its last good one."""
        present = now.timestamp()
        if looked_at is None:
            base, pulses = self._at_look(key, resource, looked_at)
            return rate_until(base, pulses, self._weights, 0.0, self.time(resource).level(present, present))
        base, pulses = self._at_look(key, resource, looked_at)
        since = min(looked_at.timestamp(), present)
        level = self.time(resource).level(since, present)
        return rate_until(base, pulses, self._weights, present - since, level)

    def _at_look(
        self, key: str, resource: str, looked_at: datetime | None
    ) -> tuple[float, tuple[float, ...]]:
        """The long run's rate and the pulses as they were at the feed's last look."""
        activity = self._knowledge.activities.get(key, _NOTHING)
        kept = self._looks.get(key)
        if kept is None or kept[0] != looked_at:
            unseen = 0.0
            if looked_at is not None and activity.at is not None:
                unseen = self.time(resource).between(activity.at.timestamp(), looked_at.timestamp())
            base = activity.base(self.prior(resource), unseen, self._sitting)
            pulses = activity.pulses if looked_at is None else activity.pulses_at(looked_at)
            kept = self._looks[key] = (looked_at, base, pulses)
        return kept[1], kept[2]


_NOTHING: Final = Activity()


def learn(knowledge: Knowledge, sightings: Iterable[Sighting], calendar: Calendar) -> Knowledge:
    """What is known after these looks."""
    for one in sightings:
        estimator = Estimator(knowledge, calendar)
        time = estimator.time(one.resource)
        before = knowledge.activities.get(one.key, _NOTHING)
        if not one.changes:
            activities = {**knowledge.activities, one.key: replace(before, at=before.at or one.at)}
            knowledge = replace(knowledge, activities=activities)
            continue
        prior = estimator.prior(one.resource)
        knowledge = replace(
            knowledge,
            activities={**knowledge.activities, one.key: before.seen(one.changes, one.at, time)},
            rhythms={
                **knowledge.rhythms,
                one.resource: knowledge.rhythms.get(one.resource, Rhythm()).seen(
                    calendar, 1.0, one.since + (one.at - one.since) / 2
                ),
            },
            habits=knowledge.habits.seen(before, one.changes, one.since, one.at, time, prior),
        )
    return knowledge
