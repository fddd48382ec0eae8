"""No file keeps `check` busy: what it does for the worst of them is counted, so that a slow machine changes nothing.

`python benchmarks/loading.py` has the seconds.
"""

from __future__ import annotations

import sys
from itertools import cycle, islice
from pathlib import Path

import huge
import pytest

from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.checks.report import MAX_PARTS, MAX_RULES
from rules_engine.ruleset.graph import graph_of
from rules_engine.ruleset.problems import has_errors
from rules_engine.ruleset.templates.parsing import _piece
from rules_engine.ruleset.yaml_source import parse_yaml

MOST_CALLS = 1_600_000
"""Of functions, ours and Python's: some tenths of a second with nothing else to do."""


def check(text):
    checked = check_source(parse_yaml(text.encode(), "f.yaml"))
    graph_of(checked.rules).cycles()
    return checked


def calls_of(text):
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    _piece.cache_clear()
    sys.setprofile(count)
    try:
        check(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("name", huge.REFUSED)
def test_a_file_that_is_too_much_is_refused(name):
    text = huge.REFUSED[name]

    assert len(text.encode()) <= huge.SIZE
    assert has_errors(check(text).problems)


@pytest.mark.parametrize("name", huge.FITS)
def test_a_file_that_is_just_not_too_much_is_let_pass(name):
    checked = check(huge.FITS[name])

    assert not has_errors(checked.problems), checked.problems[0]


@pytest.mark.parametrize("name", huge.WORST)
def test_no_file_makes_check_do_more_than_so_much(name):
    assert calls_of({**huge.REFUSED, **huge.FITS}[name]) <= MOST_CALLS


def test_a_hundred_rules_of_the_cookbook_are_well_within_what_a_file_holds():
    folder = Path(__file__).parents[2] / "examples" / "cookbook"
    files = [path for path in sorted(folder.glob("*.yaml")) if not path.stem.endswith(".test")]
    rules = [rule for path in files for rule in rules_of(path.read_text(encoding="utf-8"))]
    body = "".join(numbered(rule, n) for n, rule in enumerate(islice(cycle(rules), 100)))

    checked = check(huge.HEAD + body)

    assert not has_errors(checked.problems)
    assert len(checked.rules) == 100


def rules_of(text):
    return [f"  - id: {rule}" for rule in text.split("\n  - id: ")[1:]]


def numbered(rule, n):
    head, _, rest = rule.partition("\n")
    return f"{head.rstrip()}-{n}\n{rest.rstrip()}\n"


def test_one_rule_more_than_a_file_may_have_is_refused_and_says_to_split_it():
    rule = "- {{id: r{}, when: lead.created, then: [log: x]}}\n"
    fits = huge.HEAD + "".join(rule.format(n) for n in range(MAX_RULES))

    assert not has_errors(check(fits).problems)
    (problem,) = check(fits + rule.format("x")).problems
    assert (problem.code, problem.place.line) == ("RE107", MAX_RULES + 3)
    assert "split it into several files" in problem.advice


def test_templates_count_by_their_words_and_signs():
    words = ", 1" * (MAX_PARTS // 40)
    step = f"      - log: '{{{{ [1{words}] }}}}'\n"

    assert not has_errors(check(huge.RULE + step * 19).problems)
    (problem,) = check(huge.RULE + step * 21).problems
    assert problem.code == "RE107"
    assert "more than 25,000 keys, values, and words and signs of templates" in problem.message


def test_a_file_of_too_many_warnings_is_refused_for_its_rest_was_not_looked_at():
    warnings = "".join(huge.STEPS.format(f"lead.zebra{n}") for n in range(110))

    problems = check(huge.RULE + warnings + "  - {id: b, when: nothing, then: 5}\n").problems

    assert [problem.code for problem in problems if problem.severity == "error"] == ["RE115"]
