"""Requests are shared out so that changes wait as short as they can, within bounds."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.polling.planning.allocation import Share, intervals, requests_of

WORTHS = st.lists(st.floats(min_value=1e-6, max_value=1e3), min_size=1, max_size=30)


def free(*worths):
    return [Share(worth, 0.0) for worth in worths]


def wait(shares, seconds):
    """What all changes together wait in an hour."""
    return sum(share.worth * each / 2 for share, each in zip(shares, seconds, strict=True))


def test_intervals_go_with_one_over_the_root_of_the_rate():
    often, seldom = intervals(free(4.0, 1.0), 0.01)

    assert seldom / often == pytest.approx(2.0)


def test_all_that_there_is_is_used_and_no_more():
    assert requests_of(intervals(free(5, 1, 0.2), 0.02)) == pytest.approx(0.02, rel=0.003)
    assert requests_of(intervals(free(5, 1, 0.2), 0.02)) <= 0.02


@given(WORTHS)
def test_changes_wait_no_longer_than_with_all_feeds_alike_or_in_proportion_to_the_rate(worths):
    shares, pace = free(*worths), 0.01
    best = wait(shares, intervals(shares, pace))
    even = [len(worths) / pace] * len(worths)
    proportional = [sum(worths) / (worth * pace) for worth in worths]

    assert best <= 1.01 * wait(shares, even)
    assert best <= 1.01 * wait(shares, proportional)
    assert best == pytest.approx(sum(map(sqrt, worths)) ** 2 / pace / 2, rel=0.01)


def test_what_an_upper_bound_takes_the_others_give():
    quiet, busy = intervals([Share(0.0001, 0.0, 600.0), Share(1.0, 0.0)], 1 / 300)

    assert quiet == 600.0
    assert busy == pytest.approx(600.0, rel=0.01)


def test_what_a_lower_bound_leaves_the_others_get():
    busy, quiet = intervals([Share(1e6, 100.0), Share(1.0, 0.0)], 0.02)

    assert busy == 100.0
    assert quiet == pytest.approx(100.0, rel=0.01)


def test_upper_bounds_that_need_more_than_there_is_are_kept_and_can_be_counted():
    seconds = intervals([Share(1.0, 0.0, 60.0)] * 10, 0.01)

    assert seconds == [60.0] * 10
    assert requests_of(seconds) == pytest.approx(10 / 60)


def test_without_any_requests_each_feed_has_its_upper_bound():
    assert intervals([Share(1.0, 0.0, 60.0), Share(1.0, 0.0)], 0.0) == [60.0, inf]


def test_without_feeds_there_is_nothing_to_share_out():
    assert intervals([], 1.0) == []
    assert requests_of([]) == 0
