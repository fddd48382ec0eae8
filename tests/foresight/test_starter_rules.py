"""The starter set's own rule tests pass, and they reach every rule, branch and side of a condition."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rules_engine.calendar import Calendar
from rules_engine.foresight.rule_tests.coverage import coverage_of
from rules_engine.foresight.rule_tests.probe import Probe
from rules_engine.foresight.rule_tests.report import lines_of
from rules_engine.foresight.rule_tests.session import Session, find_test_files

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="module")
def tested():
    probe = Probe()
    calendar = Calendar(timezone="Europe/London")
    with Session(calendar=calendar, monotonic=time.perf_counter, probe=probe) as session:
        yield [session.run(file) for file in find_test_files([RULES])], coverage_of(session.tested, probe)


def test_every_test_of_the_starter_set_passes(tested):
    results, _ = tested
    assert len(results) == len([path for path in RULES.glob("*.yaml") if ".test" not in path.name])
    assert all(result.passed for result in results), "\n".join(
        line for result in results for line in lines_of(result)
    )


def test_the_tests_of_the_starter_set_leave_nothing_out(tested):
    _, coverage = tested
    assert coverage.gaps == ()


def test_a_test_takes_milliseconds(tested):
    """A hundred tests in five seconds, with room for a machine that does other things as well."""
    results, _ = tested
    seconds = sorted(one.seconds for result in results for one in result.outcomes)
    assert seconds[len(seconds) // 2] < 2
