"""The walk through a rule's steps: where it goes, and that it goes the same way again over what is recorded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.ruleset.compile import rule_from_document
from rules_engine.runs import interpreter
from rules_engine.runs.interpreter import DEEPEST, End, TooManySteps, walk
from rules_engine.store.records import Step, StepStatus

LOG = {"log": "x"}


def rule_of(then, **keys):
    return rule_from_document({"id": "r", "when": "lead.created", "then": then, **keys})


def record(due, status=StepStatus.DONE, **values):
    action = getattr(due.step, "action", type(due.step).__name__.lower())
    return Step(run_id="run", n=1, key=due.key, action=action, status=status, **values)


def settle(due):
    """What an executor that always succeeds would record: first branch, two items, a timeout."""
    kind = type(due.step).__name__
    body = {
        "Choose": {"branch": 0},
        "ForEach": {"items": ["a", "b"]},
        "SetVars": {"values": {"name": due.key}},
    }.get(kind)
    result = (
        {"object": {"id": "1", "status": due.key}, "waited": None} if kind in {"Delay", "WaitFor"} else None
    )
    return record(due, body=body, result=result)


def walk_through(rule, respond=settle):
    """The keys and the names in reach of each step, and the end."""
    way, keys, names = walk(rule, "lead"), [], []
    try:
        due = next(way)
        while True:
            keys.append(due.key)
            names.append(dict(due.names))
            due = way.send(respond(due))
    except StopIteration as end:
        return keys, names, end.value


def failing(at, status=StepStatus.FAILED):
    return lambda due: record(due, status, error="broken") if due.key == at else settle(due)


NESTED = [
    LOG,
    {"choose": [{"if": "true", "then": [LOG, {"foreach": {"in": [1], "then": [LOG]}}]}, {"else": [LOG]}]},
    {"wait_for": {"event": "lead.updated", "timeout": "1 hour", "on_timeout": [LOG]}},
    LOG,
]


def test_every_step_has_its_full_path():
    keys, _, end = walk_through(rule_of(NESTED))
    assert keys == ["0", "1", "1.0.0", "1.0.1", "1.0.1[0].0", "1.0.1[1].0", "2", "2.timeout.0", "3"]
    assert end is End.THROUGH


def test_it_rests_at_the_first_step_that_is_not_settled():
    keys, _, end = walk_through(rule_of(NESTED), failing("1.0.1[1].0", StepStatus.UNKNOWN))
    assert keys[-1] == "1.0.1[1].0"
    assert end is End.WAITS


def test_a_failure_inside_ends_the_whole_walk():
    keys, _, end = walk_through(rule_of(NESTED), failing("1.0.1[0].0"))
    assert keys[-1] == "1.0.1[0].0"
    assert end is End.BROKE


def test_with_continue_only_the_failed_step_is_passed_over():
    keys, _, end = walk_through(rule_of(NESTED, on_error="continue"), failing("1.0.1[0].0"))
    assert keys[-1] == "3"
    assert end is End.THROUGH


def test_a_failed_choice_with_continue_takes_no_branch():
    keys, _, _ = walk_through(rule_of(NESTED, on_error="continue"), failing("1"))
    assert keys == ["0", "1", "2", "2.timeout.0", "3"]


def test_on_error_comes_after_the_failure_and_knows_it():
    keys, names, end = walk_through(rule_of(NESTED, on_error=[LOG, LOG]), failing("1.0.0"))
    assert keys[-3:] == ["1.0.0", "error.0", "error.1"]
    assert names[-1]["error"] == {"message": "broken", "step": 1, "action": "log"}
    assert end is End.BROKE


def test_a_stop_ends_the_walk_from_inside_a_loop():
    rule = rule_of([{"foreach": {"in": [1], "then": [{"stop": "enough"}]}}, LOG])
    assert walk_through(rule) == (["0", "0[0].0"], [{}, {"item": "a", "index": 0}], End.STOPPED)


def test_a_stop_in_on_error_does_not_make_the_run_good():
    rule = rule_of([LOG], on_error=[{"stop": "enough"}, LOG])
    keys, _, end = walk_through(rule, failing("0"))
    assert (keys, end) == (["0", "error.0"], End.BROKE)


def test_names_of_a_turn_end_with_it_and_those_of_before_are_changed_in_place():
    rule = rule_of(
        [
            {"set": {"name": "x"}},
            {"foreach": {"in": [1], "then": [{"set": {"name": "y"}}, LOG]}},
            LOG,
        ]
    )
    _, names, _ = walk_through(rule)
    assert names[-1] == {"name": "1[1].0"}
    assert names[3] == {"name": "1[0].0", "item": "a", "index": 0}


def test_a_variable_of_the_rule_that_a_turn_sets_keeps_its_value_for_the_next_turn_and_after():
    steps = [{"foreach": {"in": [1], "then": [LOG, {"set": {"name": "y"}}]}}, LOG]
    _, names, _ = walk_through(rule_of(steps, vars={"name": 0}))
    assert names[3] == {"name": "0[0].1", "item": "b", "index": 1}
    assert names[-1] == {"name": "0[1].1"}


def test_a_set_name_that_is_new_in_a_turn_is_of_that_turn():
    rule = rule_of([{"foreach": {"in": [1], "then": [LOG, {"set": {"name": "y"}}]}}, LOG])
    _, names, _ = walk_through(rule)
    assert names[3] == {"item": "b", "index": 1}
    assert names[-1] == {}


def test_after_a_pause_inside_a_block_the_object_is_fresh_for_all_that_follows():
    rule = rule_of([{"foreach": {"in": [1], "then": [{"delay": "1 hour"}]}}, LOG])
    _, names, _ = walk_through(rule)
    assert names[-1]["lead"]["status"] == "0[1].0"


def test_blocks_may_stand_so_deep_and_no_deeper():
    def nest(depth):
        steps = [LOG]
        for _ in range(depth):
            steps = [{"choose": [{"if": "true", "then": steps}]}]
        return rule_of(steps)

    assert walk_through(nest(DEEPEST))[2] is End.THROUGH
    with pytest.raises(TooManySteps, match="more than 8 blocks deep"):
        walk_through(nest(DEEPEST + 1))


def test_a_walk_may_have_so_many_steps_and_no_more(monkeypatch):
    monkeypatch.setattr(interpreter, "MOST_STEPS", 9)
    assert walk_through(rule_of(NESTED))[2] is End.THROUGH
    monkeypatch.setattr(interpreter, "MOST_STEPS", 8)
    with pytest.raises(TooManySteps, match="more than 8 steps"):
        walk_through(rule_of(NESTED))


leaves = st.sampled_from([LOG, {"set": {"a": 1}}, {"delay": "1 hour"}, {"stop": "x"}])
blocks = st.recursive(
    st.lists(leaves, min_size=1, max_size=3),
    lambda inner: st.lists(
        st.one_of(
            leaves,
            inner.map(lambda steps: {"foreach": {"in": [1], "then": steps}}),
            inner.map(lambda steps: {"choose": [{"if": "true", "then": steps}]}),
            inner.map(
                lambda steps: {
                    "wait_for": {"event": "lead.updated", "timeout": "1 hour", "on_timeout": steps}
                }
            ),
        ),
        min_size=1,
        max_size=3,
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(blocks, st.integers(min_value=0, max_value=40))
def test_a_walk_that_was_interrupted_anywhere_goes_the_same_way_again(then, at):
    rule = rule_of(then)
    whole = walk_through(rule)
    keys = whole[0]
    done = {}

    def first(due):
        if len(done) == min(at, len(keys) - 1):
            return record(due, StepStatus.WAITING)
        done[due.key] = settle(due)
        return done[due.key]

    assert walk_through(rule, first)[2] is End.WAITS
    assert walk_through(rule, lambda due: done.get(due.key) or settle(due)) == whole
    assert len(set(keys)) == len(keys)
