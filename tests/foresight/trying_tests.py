"""Rule tests tried in tests: rules and a test file in a folder, and what running them comes to."""

from __future__ import annotations

import atexit
import textwrap
import time
from functools import lru_cache

from rules_engine.calendar import Calendar
from rules_engine.foresight.rule_tests.session import Session

GIVEN = """
given:
  projects: [{name: Sales}, {name: Web}]
  team: [{name: Ada Byron}, {name: Bob Stone}]
  leads: [{id: mill, name: Mill, status: Chaser, value: 9000, rep: Ada Byron, tags: [Deliberating]}]
"""


def written(folder, rules, tests, *, given=GIVEN):
    """The test file of these rules and tests, both without their heads."""
    (folder / "some.yaml").write_text(f"version: 1\nrules:\n{textwrap.dedent(rules)}", encoding="utf-8")
    file = folder / "some.test.yaml"
    file.write_text(f"version: 1\n{given}\ntests:\n{textwrap.dedent(tests)}", encoding="utf-8")
    return file


@lru_cache
def shared_session():
    """One session for all tests: opening a store takes longer than most of them."""
    session = Session(calendar=Calendar(timezone="Europe/London"), monotonic=time.perf_counter).__enter__()
    atexit.register(session.__exit__)
    return session


def tried(folder, rules, tests, *, given=GIVEN, probe=None):
    """What the file comes to."""
    file = written(folder, rules, tests, given=given)
    if probe is None:
        return _afresh(shared_session(), file)
    with Session(
        calendar=Calendar(timezone="Europe/London"), monotonic=time.perf_counter, probe=probe
    ) as session:
        return session.run(file)


def _afresh(session, file):
    """Run a file whose rules another test has written anew."""
    session._loaded.clear()
    return session.run(file)


def outcome(folder, rules, test, **more):
    """What the only test of a file comes to; its file must be fine."""
    result = tried(folder, rules, test, **more)
    assert not result.refused, [str(problem) for problem in result.problems]
    (only,) = result.outcomes
    return only


def differences(folder, rules, test, **more):
    """What differs in the only test, in words."""
    found = outcome(folder, rules, test, **more)
    assert found.problem is None, found.problem
    return [str(one) for one in found.differences]


def problems(folder, rules, tests, **more):
    """The problems of the file: code, line, and what was meant or what is to be done."""
    result = tried(folder, rules, tests, **more)
    return [(one.code, one.place.line, one.suggestion or one.advice) for one in result.problems]
