"""The decisions of the rate budget, as plain functions of a state and a moment: may this request go, and what does
an answer teach. `Budget` gives them a clock and a lock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, Literal, TypeAlias

from rules_engine.dashtrack.budget_headers import LONGEST_WAIT, SHORTEST_WAIT, Seen
from rules_engine.dashtrack.budget_state import BudgetState

Purpose: TypeAlias = Literal["read", "write"]

WINDOW: Final = timedelta(hours=1)
"""The plans' limits are per hour; assumed for the window's end where no Reset tells it."""
RESET_MARGIN: Final = 1.0
"""Seconds; Reset and Date are cut to whole seconds, so the new window may begin that much later than it seems."""
SAME_WINDOW: Final = timedelta(seconds=5)
"""Two Resets that differ by less mean the same window."""
MOST_UNDER_WAY: Final = 16
"""More than so many requests are never under way at once, so a greater surprise is not a late answer."""
PROBE: Final = timedelta(seconds=30)
"""How long one request may take to find out whether a block is over."""
LONGEST_BACKOFF: Final = 300.0
LONGEST_UNAVAILABLE: Final = 300.0
LEAST_RESERVE: Final = 3
MOST_JITTER: Final = 2.0
TOO_MANY_REQUESTS: Final = 429
UNAVAILABLE: Final = 503
_MINUTES_KEPT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the user settled about a budget."""

    write_reserve: float = 0.05
    """Share of the limit that reads leave to writes."""
    requests_per_hour: int | None = None
    """At most so many in any hour, whatever the headers say."""

    def reserve(self, limit: int | None) -> int:
        """Requests that reads leave alone."""
        if self.write_reserve <= 0 or limit is None:
            return 0
        return min(max(math.ceil(limit * self.write_reserve), LEAST_RESERVE), limit // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The request may not go before `until`."""

    until: datetime
    blocked: bool
    """Whether Dashtrack asked for it (429), else the hour's requests are used up."""


def admit(
    state: BudgetState, purpose: Purpose, now: datetime, terms: Terms, *, under_way: int
) -> BudgetState | Refused:
    """The state with this request made, or why it may not go; `under_way` others are not answered yet."""
    state = rolled(state, now)
    if state.blocked_until is not None and now < state.blocked_until:
        return Refused(until=state.blocked_until, blocked=True)
    floor = 0 if purpose == "write" else terms.reserve(state.limit)
    if state.remaining is not None and state.remaining - under_way <= floor:
        return Refused(until=state.reset_at or now + WINDOW, blocked=False)
    until = _hour_is_full(state, purpose, now, terms)
    if until is not None:
        return Refused(until=until, blocked=False)
    probe = state.refusals > 0
    return replace(
        state,
        spent=_with_one_more(state.spent, now) if terms.requests_per_hour else (),
        probing=probe,
        blocked_until=now + PROBE if probe else None,
    )


def rolled(state: BudgetState, now: datetime) -> BudgetState:
    """The state with a new window, if the old one is over; its end is a guess until the next answer."""
    if state.reset_at is None or now < state.reset_at:
        return state
    return replace(state, remaining=state.limit, reset_at=None if state.limit is None else now + WINDOW)


def spare(state: BudgetState, purpose: Purpose, now: datetime, terms: Terms, *, under_way: int) -> int | None:
    """How many requests could go now; None when nothing limits them."""
    state = rolled(state, now)
    if state.blocked_until is not None and now < state.blocked_until:
        return 0
    floor = 0 if purpose == "write" else terms.reserve(state.limit)
    free = [] if state.remaining is None else [state.remaining - under_way - floor]
    if terms.requests_per_hour:
        floor = 0 if purpose == "write" else terms.reserve(terms.requests_per_hour)
        free.append(
            terms.requests_per_hour - floor - sum(count for _, count in _within_an_hour(state.spent, now))
        )
    return max(min(free), 0) if free else None


def learn(
    state: BudgetState, status: int, seen: Seen, now: datetime, *, jitter: Callable[[float], float]
) -> BudgetState:
    """The state after an answer. `jitter(most)` gives some seconds between 0 and `most`."""
    state = replace(
        _with_window(state, seen, now),
        limit=seen.limit if seen.limit is not None else state.limit,
        clock_offset=seen.clock_offset,
    )
    if status == TOO_MANY_REQUESTS:
        return _blocked(state, seen, now, jitter)
    if status == UNAVAILABLE and seen.retry_in is not None:
        wait = min(seen.retry_in, LONGEST_UNAVAILABLE)
        return _held_off(state, now + timedelta(seconds=wait))
    if state.probing:
        return replace(state, probing=False, blocked_until=None, refusals=0)
    return state


def unanswered(state: BudgetState, *, sent: bool) -> BudgetState:
    """The state after a request that got no answer; one that may have been sent counts."""
    return replace(
        state,
        remaining=_one_less(state.remaining) if sent else state.remaining,
        probing=False,
        blocked_until=None if state.probing else state.blocked_until,
    )


def _with_window(state: BudgetState, seen: Seen, now: datetime) -> BudgetState:
    """Take over the window that an answer shows.

    Answers come in any order, so within one window the smallest number is the newest one: whatever Dashtrack counted
    after it is still under way. A number that jumps up is a new window, or somebody's forgiveness.
    """
    reset_at = None if seen.reset_in is None else now + timedelta(seconds=_later(seen.reset_in))
    if seen.remaining is None:
        return replace(state, remaining=_one_less(state.remaining), reset_at=reset_at or state.reset_at)
    known = state.remaining if state.reset_at is not None and now < state.reset_at else None
    if known is None or seen.remaining > known + MOST_UNDER_WAY:
        return replace(state, remaining=seen.remaining, reset_at=reset_at or now + WINDOW)
    same = reset_at is None or state.reset_at is None or abs(reset_at - state.reset_at) <= SAME_WINDOW
    remaining = min(seen.remaining, known) if same else seen.remaining
    return replace(state, remaining=remaining, reset_at=reset_at or state.reset_at)


def _one_less(remaining: int | None) -> int | None:
    return None if remaining is None else max(remaining - 1, 0)


def _blocked(state: BudgetState, seen: Seen, now: datetime, jitter: Callable[[float], float]) -> BudgetState:
    """No request before the moment that the headers name, or an exponential backoff where they don't.

    A second refusal in a row means that the headers were not to be trusted, so the backoff counts as well.
    """
    stands = state.blocked_until is not None and now < state.blocked_until and not state.probing
    told = [wait for wait in (seen.reset_in, seen.retry_in) if wait is not None]
    if stands and not told:
        return state
    backoff = min(2.0 ** min(state.refusals, 16), LONGEST_BACKOFF)
    wait = max(backoff, *(_later(wait) for wait in told)) if told else backoff
    wait = min(wait + jitter(min(wait / 10, MOST_JITTER)), LONGEST_WAIT if told else LONGEST_BACKOFF)
    until = now + timedelta(seconds=wait)
    if stands:
        return _held_off(state, until)
    return replace(state, blocked_until=until, probing=False, refusals=state.refusals + 1)


def _later(wait: float) -> float:
    """A wait for what the server names, with the margin."""
    return min(wait + RESET_MARGIN, LONGEST_WAIT)


def _held_off(state: BudgetState, until: datetime) -> BudgetState:
    if state.blocked_until is not None and not state.probing:
        until = max(until, state.blocked_until)
    return replace(state, blocked_until=until, probing=False)


def _hour_is_full(state: BudgetState, purpose: Purpose, now: datetime, terms: Terms) -> datetime | None:
    """When the configured hourly count has room again; None when it has some."""
    if not terms.requests_per_hour:
        return None
    most = terms.requests_per_hour - (0 if purpose == "write" else terms.reserve(terms.requests_per_hour))
    minutes = _within_an_hour(state.spent, now)
    too_many = sum(count for _, count in minutes) - most + 1
    if too_many <= 0:
        return None
    freed = accumulate(count for _, count in minutes)
    return next(
        _end_of(minute, now) for (minute, _), free in zip(minutes, freed, strict=True) if free >= too_many
    )


def _within_an_hour(spent: tuple[tuple[int, int], ...], now: datetime) -> tuple[tuple[int, int], ...]:
    """The minutes of which some part lies within the past hour; what lies ahead comes from a clock since set back."""
    present = _minute(now)
    return tuple(entry for entry in spent if present - _MINUTES_KEPT <= entry[0] <= present)


def _end_of(minute: int, now: datetime) -> datetime:
    """When a minute has wholly left the past hour."""
    seconds = (minute + _MINUTES_KEPT + 1) * 60 - now.timestamp()
    return now + timedelta(seconds=min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT))


def _with_one_more(spent: tuple[tuple[int, int], ...], now: datetime) -> tuple[tuple[int, int], ...]:
    present = _minute(now)
    kept = _within_an_hour(spent, now)
    if kept and kept[-1][0] == present:
        return (*kept[:-1], (present, kept[-1][1] + 1))
    return (*kept, (present, 1))


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
