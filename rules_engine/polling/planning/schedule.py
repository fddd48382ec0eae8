"""Which feeds are due, and when to look again.

A feed is due when its interval has passed since it was last asked for, and no more are taken at once than the pace
allows. So a pause, of the worker's or of a limit, is not made up for by a burst.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Final

from rules_engine.calendar import Calendar
from rules_engine.polling.planning.allocation import Share, intervals, requests_of
from rules_engine.polling.planning.knowledge import Estimator, Knowledge, Sighting, learn

SHORTEST: Final = 10.0
"""Seconds: the planner asks for no feed more often, and looks no more often."""
FURTHEST: Final = 3.0
"""No feed waits longer than so many times what it would if all were alike: nothing starves."""
IN_TIME: Final = 0.9
"""A feed is asked for after so much of the latency that it may have: requests take time, and may have to wait a little."""
STANDS: Final = 60.0
"""Seconds for which a timetable stands, unless a look sees changes: nothing else moves so fast."""
AT_ONCE: Final = 120.0
"""Seconds of the pace that may be spent at once, on feeds that fell due together."""
_LONG_AGO: Final = 1e9
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A feed that rules need."""

    key: str
    resource: str
    weight: float = 1.0
    """What it is worth to see a change of it soon."""
    max_latency: float | None = None
    """Seconds within which a change must be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """When a feed was last asked for; a feed that never was is not among those asked."""

    good_at: datetime | None = None
    """The last look that could be trusted."""
    tried_at: datetime
    """The last look, good or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What there is to spend on reading."""

    per_hour: float
    """Requests an hour, from now to the end of the window."""
    spare: int
    """Requests that could go at once."""
    until: datetime | None = None
    """When there is more, if there is nothing now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Seconds between looks by the key of the feed, and what they need."""

    seconds: Mapping[str, float]
    per_hour: float
    """Requests an hour that they need."""
    pace: float
    """Requests an hour that there are for reading."""

    @property
    def fits(self) -> bool:
        """Whether the pace can carry it."""
        return self.per_hour <= self.pace * 1.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is to be looked at now, and when to ask again."""

    due: tuple[str, ...]
    """Keys of feeds, the most urgent first."""
    waiting: int
    """How many more are due and must wait for the pace."""
    next_at: datetime
    timetable: Timetable


def timetable(
    wanted: Sequence[Wanted],
    asked: Mapping[str, Asked],
    estimator: Estimator,
    now: datetime,
    *,
    per_hour: float,
) -> Timetable:
    """Share out `per_hour` requests among the feeds."""
    pace = per_hour / _HOUR
    furthest = FURTHEST * len(wanted) / pace if pace > 0 else inf
    shares = [_share(one, asked.get(one.key), estimator, now, furthest) for one in wanted]
    seconds = intervals(shares, pace)
    return Timetable(
        seconds={one.key: each for one, each in zip(wanted, seconds, strict=True)},
        per_hour=requests_of(seconds) * _HOUR,
        pace=per_hour,
    )


def _share(one: Wanted, asked: Asked | None, estimator: Estimator, now: datetime, furthest: float) -> Share:
    rate = estimator.rate(one.key, one.resource, asked.good_at if asked is not None else None, now)
    most = furthest if one.max_latency is None else min(furthest, one.max_latency * IN_TIME)
    return Share(rate * one.weight, SHORTEST, most)


class Scheduler:
    """The planner of one account: it remembers what looks taught, and spreads them.

    What it can't lose is `knowledge`, which the store keeps; the rest is worked out anew.
    """

    def __init__(self, calendar: Calendar, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._calendar = calendar
        self._estimator = Estimator(knowledge, calendar)
        self._tokens = 1.0
        self._filled_at: datetime | None = None
        self._table: Timetable | None = None
        self._table_for: tuple[Sequence[Wanted], float] = ((), 0.0)
        self._table_until: datetime | None = None

    def agenda(
        self, wanted: Sequence[Wanted], asked: Mapping[str, Asked], now: datetime, allowance: Allowance
    ) -> Agenda:
        """What to look at now; it counts as looked at."""
        table = self._timetable(wanted, asked, now, allowance.per_hour)
        self._fill(now, allowance.per_hour)
        elapsed = {key: _elapsed(each, now) for key, each in asked.items() if key in table.seconds}
        new = [one.key for one in wanted if one.key not in elapsed]
        late = _most_urgent_first(wanted, table, elapsed)
        tokens = min(int(self._tokens), allowance.spare)
        # A feed that was never read can't tell of any change, so first looks may take half of all there is.
        first = new[: max(allowance.spare // 2, tokens)]
        due = (*first, *late[: max(tokens - len(first), 0)])
        self._tokens = max(self._tokens - len(due), 0.0)
        after = {**elapsed, **dict.fromkeys(due, 0.0)}
        soonest = now + timedelta(seconds=SHORTEST)
        waiting = len(new) + len(late) - len(due)
        if allowance.spare == 0 and allowance.until is not None:
            next_at = allowance.until
        elif len(new) > len(first) and allowance.spare > 1:
            next_at = soonest
        elif waiting:
            next_at = now + timedelta(seconds=self._until_a_token(allowance.per_hour))
        else:
            left = min((table.seconds[key] - each for key, each in after.items()), default=STANDS)
            next_at = now + timedelta(seconds=min(left, _HOUR))
        return Agenda(due=due, waiting=waiting, next_at=max(next_at, soonest), timetable=table)

    def learn(self, sightings: Iterable[Sighting]) -> None:
        """Take in what a look saw."""
        seen = tuple(sightings)
        if seen:
            self.knowledge = learn(self.knowledge, seen, self._calendar)
            self._estimator = Estimator(self.knowledge, self._calendar)
            self._table = None

    def _timetable(
        self, wanted: Sequence[Wanted], asked: Mapping[str, Asked], now: datetime, per_hour: float
    ) -> Timetable:
        stands = (
            self._table is not None
            and self._table_until is not None
            and now < self._table_until
            and self._table_for[0] == wanted
            and abs(self._table_for[1] - per_hour) <= per_hour / 20
        )
        if self._table is None or not stands:
            self._table = timetable(wanted, asked, self._estimator, now, per_hour=per_hour)
            self._table_for = (wanted, per_hour)
            self._table_until = now + timedelta(seconds=STANDS)
        return self._table

    def _fill(self, now: datetime, per_hour: float) -> None:
        """A token is one request: they come at the pace, and only so many are kept."""
        pace = per_hour / _HOUR
        if self._filled_at is not None:
            self._tokens += pace * max((now - self._filled_at).total_seconds(), 0.0)
        self._tokens = min(self._tokens, max(pace * AT_ONCE, 1.0))
        self._filled_at = now

    def _until_a_token(self, per_hour: float) -> float:
        """Seconds until one more request may go."""
        return min(max(1.0 - self._tokens, 0.0) * _HOUR / max(per_hour, 1.0), _HOUR)


def _most_urgent_first(wanted: Sequence[Wanted], table: Timetable, elapsed: Mapping[str, float]) -> list[str]:
    """The feeds that are due: those first for which a latency was asked, then the ones longest overdue by their interval."""
    urgency = {
        one.key: (one.max_latency is not None, elapsed[one.key] / table.seconds[one.key])
        for one in wanted
        if one.key in elapsed
    }
    late = [key for key, (_, passed) in urgency.items() if passed >= 1.0]
    return sorted(late, key=lambda key: urgency[key], reverse=True)


def _elapsed(asked: Asked, now: datetime) -> float:
    """Seconds since the feed was asked for; one asked for in the future comes from a clock since set back."""
    seconds = (now - asked.tried_at).total_seconds()
    return seconds if seconds >= 0 else _LONG_AGO
