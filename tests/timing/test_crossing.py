"""A number that crosses a threshold upwards, without flapping."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from making_timers import event, rule

from rules_engine.timing.crossing import WELL_BELOW, cross, crossing_misfit

THRESHOLD = 100.0
numbers = st.none() | st.floats(0, 200)


def play(values):
    """Which of the steps of a number fire, as the engine remembers it."""
    up, fired = False, []
    for number, (before, after) in enumerate(pairwise(values)):
        crossed = cross(THRESHOLD, before, after, up=up)
        up = crossed.up
        if crossed.fires:
            fired.append(number + 1)
    return fired


@given(st.lists(numbers, min_size=2, max_size=20))
def test_between_two_crossings_the_number_was_well_below(values):
    fired = play(values)
    for one in fired:
        assert values[one] >= THRESHOLD
    for one, other in pairwise(fired):
        between = values[one:other]
        assert any(value is None or value < THRESHOLD * WELL_BELOW for value in between)


@given(st.lists(numbers, min_size=2, max_size=20))
def test_a_number_that_comes_from_well_below_always_fires(values):
    fired = play(values)
    low = values[0] is None or values[0] < THRESHOLD
    for number, value in enumerate(values):
        if value is None or value < THRESHOLD * WELL_BELOW:
            low = True
        elif value >= THRESHOLD and low:
            assert number in fired or number == 0
            low = False


def test_a_number_that_was_over_before_anybody_looked_has_not_crossed():
    assert play([150, 160, 95, 120]) == []
    assert play([150, 80, 120]) == [2]


def changed(before, after, **more):
    return event(
        ("lead.updated", "lead.value_changed"),
        before={"value": before},
        after={"value": after, **more},
        changes={"value": {"from": before, "to": after}},
    )


def test_a_misfit_says_whether_the_number_flaps():
    (trigger,) = rule({"event": "lead.value_changed", "crosses": 100, "where": {"rep": "Ada"}}).triggers
    assert crossing_misfit(trigger, changed(1, 100, rep="Ada"), None, up=False) == (None, True)
    reason, up = crossing_misfit(trigger, changed(95, 100, rep="Ada"), None, up=True)
    assert reason.startswith("it was over 100 before")
    assert up
    reason, up = crossing_misfit(trigger, changed(1, "120", rep="Bob"), None, up=False)
    assert "rep is Bob" in reason
    assert up, "the number is over, whatever else does not fit"
    reason, up = crossing_misfit(trigger, changed(120, 10, rep="Ada"), None, up=True)
    assert "below" in reason
    assert not up
    renamed = event("lead.updated", after={"value": 500}, changes={"name": {"from": "a", "to": "b"}})
    reason, up = crossing_misfit(trigger, renamed, None, up=True)
    assert reason
    assert up
