"""How many requests an hour there are for reading, whatever the headers have said."""

from datetime import timedelta

import pytest
from planning_world import NOON

from rules_engine.dashtrack.budget_state import BudgetState
from rules_engine.polling.planning.pace import SHARE_FOR_READS, WITHOUT_A_LIMIT, reads_per_hour


def pace(limit=None, remaining=None, minutes=None, configured=None, reserve=0):
    reset_at = None if minutes is None else NOON + timedelta(minutes=minutes)
    state = BudgetState(limit=limit, remaining=remaining, reset_at=reset_at)
    return reads_per_hour(state, NOON, configured=configured, reserve=reserve)


def test_reading_is_planned_with_less_than_the_plan_allows():
    assert pace(limit=1000) == 1000 * SHARE_FOR_READS
    assert pace(limit=1000, remaining=1000, minutes=60, reserve=50) == 1000 * SHARE_FOR_READS


def test_while_no_limit_is_known_the_smallest_plan_is_assumed():
    assert pace() == WITHOUT_A_LIMIT * SHARE_FOR_READS


def test_of_the_configured_limit_and_the_one_that_is_told_the_smaller_counts():
    assert pace(limit=1000, configured=100) == pace(limit=100, configured=1000) == 100 * SHARE_FOR_READS


def test_what_others_took_slows_the_reading():
    assert pace(limit=1000, remaining=300, minutes=30, reserve=50) == pytest.approx(500)
    assert pace(limit=1000, remaining=50, minutes=30, reserve=50) == 0


def test_what_is_left_at_the_end_of_a_window_is_not_hurried_through():
    assert pace(limit=1000, remaining=900, minutes=1) == 1000 * SHARE_FOR_READS
    assert pace(limit=1000, remaining=30, minutes=0.01) == 1000 * SHARE_FOR_READS


def test_a_window_that_is_over_says_nothing_any_more():
    assert pace(limit=1000, remaining=0, minutes=-1) == 1000 * SHARE_FOR_READS
