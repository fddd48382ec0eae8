"""The rule tests of the cookbook pass, and reach every rule and every branch."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rules_engine.calendar import Calendar
from rules_engine.foresight.rule_tests.coverage import coverage_of
from rules_engine.foresight.rule_tests.outcome import Verdict
from rules_engine.foresight.rule_tests.probe import Probe
from rules_engine.foresight.rule_tests.session import Session, find_test_files
from rules_engine.ruleset.problems import render

COOKBOOK = Path(__file__).parents[2] / "examples" / "cookbook"
ONLY_BY_A_HOLIDAY = "now | minus('1 working day') | plus('1 working day') == now"
"""It fails on a working day that the calendar calls a holiday, and a test file has no calendar of its own."""


@pytest.fixture(scope="module")
def played():
    """Every test file's result by its name, and what was covered."""
    probe = Probe()
    with Session(calendar=Calendar(), monotonic=time.monotonic, probe=probe) as session:
        results = {path.name: session.run(path) for path in find_test_files([COOKBOOK])}
        return results, coverage_of(session.tested, probe)


def test_every_rule_test_passes(played):
    results, _ = played
    assert len(results) == 25
    assert [render(one) for result in results.values() for one in result.problems] == []
    wrong = [
        (name, one.case.name, one.differences)
        for name, result in results.items()
        for one in result.outcomes
        if one.verdict is not Verdict.PASSED
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(path.name for path in find_test_files([COOKBOOK])))
def test_a_recipe_is_shown_to_act_and_to_leave_alone(played, name):
    results, _ = played
    done = [one.done for one in results[name].outcomes]
    assert any(done), "no test shows what it does"
    assert not all(done), "no test shows what it leaves alone"


def test_the_tests_reach_every_rule_every_branch_and_both_sides_of_every_condition(played):
    _, coverage = played
    assert [gap.what for gap in coverage.gaps if ONLY_BY_A_HOLIDAY not in gap.what] == []
