import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Thread

import pytest

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.errors import BudgetExhausted, MustWait, RateLimited

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


class MostJitter:
    def uniform(self, low, high):
        return high


@pytest.fixture
def clock():
    return ManualClock(START)


def told(remaining, *, limit=100, reset="1800", **more):
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": reset,
        **more,
    }


def ask(budget, headers=None, status=200, purpose="write"):
    budget.acquire(purpose)
    budget.observe(status, headers or {})


def refusal(budget, purpose="write"):
    with pytest.raises(MustWait) as caught:
        budget.acquire(purpose)
    return caught.value


def wait_of(budget, clock, purpose="write"):
    return (refusal(budget, purpose).until - clock.now()).total_seconds()


def test_without_any_header_requests_go_freely(clock):
    budget = Budget(clock)
    for _ in range(5000):
        ask(budget, purpose="read")
    assert budget.spare("read") is None


def test_the_last_request_is_not_exceeded(clock):
    budget = Budget(clock)
    ask(budget, told(3))
    for remaining in (2, 1, 0):
        ask(budget, told(remaining))
    error = refusal(budget)
    assert isinstance(error, BudgetExhausted)
    assert error.until == START + timedelta(seconds=1801)
    assert "not sent" in str(error)


def test_requests_under_way_count_before_they_are_answered(clock):
    budget = Budget(clock)
    ask(budget, told(3))
    for _ in range(3):
        budget.acquire("write")
    refusal(budget)


def test_answers_may_come_in_any_order(clock):
    budget = Budget(clock)
    ask(budget, told(5))
    for _ in range(4):
        budget.acquire("write")
    for remaining in (1, 4, 2, 3):
        budget.observe(200, told(remaining))
    assert budget.spare("write") == 1


def test_reads_leave_a_reserve_to_writes(clock):
    budget = Budget(clock)
    ask(budget, told(6))
    assert (budget.spare("read"), budget.spare("write")) == (1, 6)
    ask(budget, told(5), purpose="read")
    assert isinstance(refusal(budget, "read"), BudgetExhausted)
    ask(budget, told(4), purpose="write")


@pytest.mark.parametrize(("limit", "reserve"), [(10_000, 500), (100, 5), (20, 3), (4, 2), (1, 0)])
def test_the_reserve_is_a_share_and_at_least_a_few(clock, limit, reserve):
    budget = Budget(clock)
    ask(budget, told(limit, limit=limit))
    assert budget.spare("write") - budget.spare("read") == reserve


def test_no_reserve_can_be_asked_for(clock):
    budget = Budget(clock, write_reserve=0)
    ask(budget, told(1))
    budget.acquire("read")


def test_others_who_use_the_key_are_followed(clock):
    budget = Budget(clock)
    ask(budget, told(90))
    ask(budget, told(12))
    assert budget.spare("write") == 12


def test_a_passed_reset_is_a_new_window(clock):
    budget = Budget(clock)
    ask(budget, told(0))
    clock.advance(1802)
    assert budget.spare("write") == 100
    ask(budget, told(99))


def test_a_reset_that_moved_is_a_new_window(clock):
    budget = Budget(clock)
    ask(budget, told(10))
    ask(budget, told(99, reset="3600"))
    assert budget.spare("write") == 99


def test_a_remaining_that_jumps_up_is_believed(clock):
    budget = Budget(clock)
    ask(budget, told(10))
    ask(budget, told(80))
    assert budget.spare("write") == 80


def test_without_a_reset_the_window_is_an_hour_at_most(clock):
    budget = Budget(clock)
    ask(budget, {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0"})
    assert wait_of(budget, clock) == 3600


def test_a_request_that_was_never_sent_is_given_back(clock):
    budget = Budget(clock)
    ask(budget, told(1))
    budget.acquire("write")
    budget.release(sent=False)
    budget.acquire("write")
    budget.release(sent=True)
    refusal(budget)


def test_a_429_stops_everything_until_reset(clock):
    budget = Budget(clock)
    ask(budget, told(40), status=429)
    for purpose in ("read", "write"):
        error = refusal(budget, purpose)
        assert isinstance(error, RateLimited)
        assert error.until == START + timedelta(seconds=1801)
    clock.advance(1801)
    budget.acquire("write")


@pytest.mark.parametrize("form", ["90", format_datetime(START + timedelta(seconds=90), usegmt=True)])
def test_retry_after_counts_as_well_and_the_longer_one_wins(clock, form):
    budget = Budget(clock)
    ask(budget, {"Retry-After": form}, status=429)
    assert wait_of(budget, clock) == 91
    budget = Budget(clock)
    ask(budget, told(0, **{"Retry-After": form}), status=429)
    assert wait_of(budget, clock) == 1801


def test_jitter_spreads_the_end_of_a_block_a_little(clock):
    budget = Budget(clock, random=MostJitter())
    ask(budget, told(0), status=429)
    assert 1801 < wait_of(budget, clock) <= 1803


def test_without_any_header_a_429_backs_off_exponentially_up_to_five_minutes(clock):
    budget = Budget(clock, random=MostJitter())
    waits = []
    for _ in range(12):
        ask(budget, status=429)
        waits.append(wait_of(budget, clock))
        clock.advance(waits[-1])
    assert waits == sorted(waits)
    assert 1 <= waits[0] < 1.2
    assert waits[-1] == 300
    ask(budget, status=200)
    ask(budget, status=429)
    assert wait_of(budget, clock) < 1.2


def test_headers_that_promise_too_much_do_not_make_it_ask_every_second(clock):
    budget = Budget(clock)
    asked = 0
    while clock.now() < START + timedelta(hours=1):
        ask(budget, {"X-RateLimit-Reset": "0"}, status=429)
        asked += 1
        clock.advance(wait_of(budget, clock))
    assert asked < 25


def test_a_storm_of_429_with_reset_costs_few_requests(clock):
    budget = Budget(clock)
    asked = 0
    while clock.now() < START + timedelta(hours=1):
        ask(budget, told(0, reset="600"), status=429)
        asked += 1
        clock.advance(wait_of(budget, clock))
    assert asked < 12


def test_only_one_request_finds_out_whether_a_block_is_over(clock):
    budget = Budget(clock)
    ask(budget, status=429)
    clock.advance(1)
    budget.acquire("read")
    assert isinstance(refusal(budget), RateLimited)
    budget.observe(200, {})
    ask(budget)


@pytest.mark.parametrize("sent", [True, False])
def test_when_that_one_gets_no_answer_the_next_one_finds_out(clock, sent):
    budget = Budget(clock)
    ask(budget, status=429)
    clock.advance(1)
    budget.acquire("read")
    budget.release(sent=sent)
    budget.acquire("read")
    refusal(budget)


def test_an_answer_from_before_a_429_does_not_end_the_block(clock):
    budget = Budget(clock)
    budget.acquire("read")
    budget.acquire("read")
    budget.observe(429, told(0))
    budget.observe(200, told(1))
    assert isinstance(refusal(budget), RateLimited)


def test_nothing_is_to_spare_while_requests_are_blocked(clock):
    budget = Budget(clock)
    ask(budget, status=429)
    assert budget.spare("write") == 0


def test_a_later_429_may_prolong_a_block_but_not_shorten_it(clock):
    budget = Budget(clock)
    for _ in range(3):
        budget.acquire("read")
    budget.observe(429, {"Retry-After": "60"})
    budget.observe(429, {"Retry-After": "90"})
    budget.observe(429, {"Retry-After": "30"})
    assert wait_of(budget, clock) == 91


def test_several_429_at_once_are_one_refusal(clock):
    budget = Budget(clock)
    for _ in range(8):
        budget.acquire("read")
    for _ in range(8):
        budget.observe(429, {})
    assert wait_of(budget, clock) == 1


def test_a_503_with_retry_after_is_heeded_but_not_for_long(clock):
    budget = Budget(clock)
    ask(budget, {"Retry-After": "60"}, status=503)
    assert wait_of(budget, clock) == 60
    clock.advance(60)
    ask(budget, {"Retry-After": "7000"}, status=503)
    assert wait_of(budget, clock) == 300
    clock.advance(300)
    ask(budget, status=503)
    budget.acquire("read")


def test_a_configured_count_holds_in_any_hour(clock):
    budget = Budget(clock, requests_per_hour=10, write_reserve=0)
    for _ in range(10):
        ask(budget)
        clock.advance(60)
    assert isinstance(refusal(budget), BudgetExhausted)
    clock.advance(wait_of(budget, clock))
    ask(budget)
    refusal(budget)
    assert clock.now() >= START + timedelta(hours=1)


def test_the_configured_count_keeps_the_reserve_too(clock):
    budget = Budget(clock, requests_per_hour=100)
    for _ in range(95):
        ask(budget, purpose="read")
    refusal(budget, "read")
    assert (budget.spare("read"), budget.spare("write")) == (0, 5)
    ask(budget)


def test_the_configured_count_holds_beside_the_headers(clock):
    budget = Budget(clock, requests_per_hour=5, write_reserve=0)
    for _ in range(5):
        ask(budget, told(9000, limit=10_000))
    assert isinstance(refusal(budget), BudgetExhausted)


@pytest.mark.parametrize("jump", [-86400, -3600, 3600, 86400])
def test_setting_the_clock_does_not_move_a_wait(clock, jump):
    budget = Budget(clock)
    ask(budget, told(0), status=429)
    clock._now += timedelta(seconds=jump)
    assert wait_of(budget, clock) == 1801
    clock.advance(1801)
    budget.acquire("write")


def test_what_is_known_survives_the_process(clock):
    budget = Budget(clock, requests_per_hour=50)
    ask(budget, told(7, Date=format_datetime(START + timedelta(seconds=30), usegmt=True)))
    ask(budget, told(0), status=429)
    stored = json.loads(json.dumps(budget.state.to_json()))
    clock.advance(100)
    again = Budget(clock, state=BudgetState.from_json(stored), requests_per_hour=50)
    assert wait_of(again, clock) == 1701
    assert again.state == budget.state
    assert again.state.clock_offset == 30


def test_a_probe_does_not_outlive_its_process(clock):
    budget = Budget(clock)
    ask(budget, status=429)
    clock.advance(1)
    budget.acquire("read")
    Budget(clock, state=BudgetState.from_json(budget.state.to_json())).acquire("read")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        {"remaining": 0},
        {"remaining": "x"},
        {"reset_at": "soon"},
        {"spent": 3},
        {"spent": [[1]]},
        {"limit": -4},
    ],
)
def test_a_stored_state_that_makes_no_sense_blocks_nothing(clock, stored):
    Budget(clock, state=BudgetState.from_json(stored)).acquire("read")


def test_a_stored_state_from_a_clock_far_ahead_waits_no_longer_than_two_hours(clock):
    late = START + timedelta(days=30)
    budget = Budget(clock, state=BudgetState(limit=9, remaining=0, reset_at=late, blocked_until=late))
    assert wait_of(budget, clock) == 7200


def test_threads_share_it_without_going_over(clock):
    budget = Budget(clock)
    ask(budget, told(200, limit=1000))
    passed = []

    def work():
        for _ in range(100):
            try:
                budget.acquire("write")
            except BudgetExhausted:
                return
            passed.append(1)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 200
