"""Whether changes come singly or in sittings: which of a few guesses has foretold an account's changes best.

Where each change stands alone, a change says nothing of the next. Where people sit down to a project for an hour,
the one that has just changed will soon change again, and is worth more looks. Nobody needs to say which: each guess
is held against what comes, and counts by how well it did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from typing import Any, Final, Self

from rules_engine.polling.planning.activity import MEMORIES, MOST_CHANGES, Activity
from rules_engine.polling.planning.rhythm import BusyTime


@dataclass(frozen=True, slots=True)
class Habit:
    """One guess: `share` of all changes follow on others, within the time of that memory."""

    share: float
    memory: int
    """Which of MEMORIES."""


HABITS: Final = (Habit(0.0, 0), Habit(0.5, 0), Habit(0.9, 0), Habit(0.5, 1), Habit(0.9, 1))
_KEEPS: Final = 0.999
"""How much of an earlier success still counts after one more look."""
_LEAST: Final = 1e-9
_HOUR: Final = timedelta(hours=1)
_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Habits:
    """How well each guess has done, as the logarithm of a likelihood; the best has 0."""

    scores: tuple[float, ...] = (0.0,) * len(HABITS)

    @property
    def weights(self) -> tuple[float, ...]:
        """How much each guess counts; 1 in all."""
        likely = [exp(max(score, -60.0)) for score in self.scores]
        total = sum(likely)
        return tuple(each / total for each in likely)

    @property
    def sitting(self) -> float:
        """How many changes come together, on average."""
        return sum(weight / (1.0 - habit.share) for weight, habit in zip(self.weights, HABITS, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Plain data for the store."""
        return {"scores": [round(score, 4) for score in self.scores]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` gave; what can't be understood knows nothing."""
        try:
            scores = tuple(float(score) for score in data["scores"])
        except (KeyError, TypeError, ValueError):
            return cls()
        return cls(scores) if len(scores) == len(HABITS) else cls()

    def seen(
        self,
        activity: Activity,
        changes: int,
        since: datetime,
        at: datetime,
        time: BusyTime,
        prior: float,
    ) -> Self:
        """The scores after a look that saw changes; the look before, at `since`, had seen none.

        `activity` is what was known before it.
        """
        if activity.at is None:
            return self
        since = min(max(since, activity.at), at)
        known, before, then = activity.at.timestamp(), since.timestamp(), at.timestamp()
        quiet, busy = time.between(known, before), time.between(before, then)
        base = activity.base(prior, quiet, self.sitting)
        counted = min(float(changes), MOST_CHANGES)
        scores = []
        for score, habit in zip(self.scores, HABITS, strict=True):
            memory, pulse = MEMORIES[habit.memory], activity.pulses[habit.memory]
            own = 1.0 - habit.share
            none = own * base * quiet + habit.share * _sum_of(pulse, memory, since - activity.at)
            faded = activity.pulses_at(since)[habit.memory]
            some = max(own * base * busy + habit.share * _sum_of(faded, memory, at - since), _LEAST)
            scores.append(score * _KEEPS + counted * log(some) - some - none)
        best = max(scores)
        return type(self)(tuple(score - best for score in scores))


def _sum_of(pulse: float, memory: timedelta, passed: timedelta) -> float:
    """How many changes a fading pulse foretells in that time."""
    return pulse * (memory / _HOUR) * (1.0 - exp(-(passed / memory)))


def rate_until(
    base: float, pulses: Sequence[float], weights: Sequence[float], elapsed: float, level: float
) -> float:
    """Changes an hour that speak for looking at a feed again, `elapsed` seconds after the last look.

    `base` is its rate in a busy hour, `level` how busy the time is, `pulses` are those of the last look. A pulse fades,
    and a quiet feed may be taken up again: the longer the last look is ago, the more the long run counts. Each
    change is weighed by how long it would go on waiting, so that feeds whose λ·t² is the same are worth the same.
    """
    steady = base * level
    rate = 0.0
    for weight, (share, memory, fading) in zip(weights, _FADING, strict=True):
        if weight < _NEGLIGIBLE:
            continue
        rate += weight * steady
        if share:
            x = elapsed * fading
            lasting = 2.0 * (1.0 - exp(-x) * (1.0 + x)) / (x * x) if x > _SHORT else 1.0
            rate += weight * share * (pulses[memory] - steady) * lasting
    return rate


_FADING: Final = tuple(
    (habit.share, habit.memory, (1.0 - habit.share) / MEMORIES[habit.memory].total_seconds())
    for habit in HABITS
)
_NEGLIGIBLE: Final = 1e-3
_SHORT: Final = 1e-3
"""Below it, the series of what lasts is 1."""
