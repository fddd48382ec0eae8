"""The budget through whole days, against models of the server."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limited_server import FixedWindow, RollingHour

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.errors import MustWait, RateLimited

START = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
DAY = timedelta(days=1)
UNITS = ["epoch_s", "epoch_ms", "delta_s", "iso"]


def sleep_until(clock, until):
    """Let the time pass that a refusal names, if it is one that anybody would wait for."""
    assert timedelta(0) < until - clock.now() <= timedelta(hours=2)
    clock.advance((until - clock.now()).total_seconds())


def spend_a_day(clock, budget, server, *, latency=0.05, others=None):
    """Ask for more than there is all day long; how many requests were made, and how many came back with 429."""
    made = refused = 0
    turn = 0
    end = clock.now() + DAY
    while clock.now() < end:
        turn += 1
        try:
            budget.acquire("write" if turn % 10 == 0 else "read")
        except MustWait as wait:
            sleep_until(clock, wait.until)
            continue
        status, headers = server.request()
        clock.advance(latency)
        budget.observe(status, headers)
        made += 1
        refused += status == 429
        if others is not None:
            others(server)
    return made, refused


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("phase", [0.0, 1234.5, 3599.9])
def test_a_greedy_day_at_100_an_hour_causes_no_429(unit, phase):
    clock = ManualClock(START)
    server = FixedWindow(clock, limit=100, unit=unit, phase=phase)
    made, refused = spend_a_day(clock, Budget(clock), server)
    assert refused == 0
    assert made > 24 * 90


@pytest.mark.parametrize("skew", [-86400, -20, 20, 86400])
@pytest.mark.parametrize("unit", UNITS)
def test_nor_does_it_when_the_local_clock_is_wrong(unit, skew):
    clock = ManualClock(START)
    server = FixedWindow(clock, limit=100, unit=unit, phase=100, skew=skew)
    made, refused = spend_a_day(clock, Budget(clock), server)
    assert refused == 0
    assert made > 24 * 90


@pytest.mark.parametrize("unit", UNITS)
def test_nor_when_the_server_counts_a_rolling_hour(unit):
    clock = ManualClock(START)
    server = RollingHour(clock, limit=100, unit=unit)
    made, refused = spend_a_day(clock, Budget(clock), server)
    assert refused == 0
    assert made > 24 * 80


def test_a_configured_count_alone_keeps_to_the_plan_of_a_server_that_says_nothing():
    clock = ManualClock(START)
    server = RollingHour(clock, limit=100)
    silent = type("Silent", (), {"request": lambda self: (server.request()[0], {})})()
    made, refused = spend_a_day(clock, Budget(clock, requests_per_hour=100), silent)
    assert refused == 0
    assert made > 24 * 80


def test_others_on_the_key_cost_at_most_one_429_a_window():
    clock = ManualClock(START)
    random = Random(7)
    server = FixedWindow(clock, limit=100, phase=500)

    def others(model):
        if random.random() < 0.5:
            model.request()

    _, refused = spend_a_day(clock, Budget(clock), server, others=others)
    assert refused <= 25


TEXT = st.one_of(st.text(max_size=12), st.integers(min_value=-10, max_value=10**13).map(str), st.just("0"))
HEADERS = st.dictionaries(
    st.sampled_from(
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "Date"]
    ),
    TEXT,
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([200, 200, 404, 429, 429, 500, 503]), HEADERS, st.floats(min_value=0, max_value=4000)
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(
    steps=STEPS,
    jumps=st.lists(st.integers(min_value=-100_000, max_value=100_000), max_size=3),
    seed=st.integers(),
)
def test_whatever_the_server_says_a_wait_is_positive_bounded_and_ends(steps, jumps, seed):
    clock = ManualClock(START)
    budget = Budget(clock, random=Random(seed))
    blocked_at = None
    for status, headers, pause in steps:
        for _ in range(3):
            try:
                budget.acquire("write")
                break
            except MustWait as wait:
                sleep_until(clock, wait.until)
        else:
            pytest.fail("waiting until the moment that was named did not help")
        if blocked_at is not None:
            assert clock.monotonic() - blocked_at >= 1
        budget.observe(status, headers)
        blocked_at = clock.monotonic() if status == 429 else None
        if jumps:
            clock._now += timedelta(seconds=jumps.pop())
        clock.advance(pause)
        assert BudgetState.from_json(budget.state.to_json()) == budget.state


@settings(max_examples=50, deadline=None)
@given(st.integers(min_value=1, max_value=40))
def test_a_storm_without_headers_never_asks_twice_in_one_step_of_the_backoff(count):
    clock = ManualClock(START)
    budget = Budget(clock)
    for step in range(count):
        budget.acquire("read")
        budget.observe(429, {})
        with pytest.raises(RateLimited) as caught:
            budget.acquire("read")
        assert (caught.value.until - clock.now()).total_seconds() == min(2.0**step, 300)
        clock.advance(min(2.0**step, 300))
