"""What no test reached: rules, branches of choose, conditions."""

from __future__ import annotations

import pytest
from trying_tests import tried, written

from rules_engine.foresight.rule_tests.coverage import coverage_of
from rules_engine.foresight.rule_tests.probe import Probe, without_turns
from rules_engine.ruleset.load import load_rules

RULES = """
- id: idle
  when: lead.deleted
  if: lead.value > 1
  then: [{log: x}]
- id: branchy
  when: lead.created
  if:
    any:
      - lead.value > 100
      - not: lead.name == 'Skip'
  then:
    - foreach:
        in: [1, 2]
        then:
          - choose:
              - {if: item == 1 and lead.value > 5, then: [{log: one}]}
              - if: [item == 3]
                then:
                  - choose: [{if: lead.value == 7, then: [{log: deep}]}]
              - {else: [{log: other}]}
    - wait_for:
        event: lead.deleted
        timeout: 1 hour
        on_timeout:
          - choose: [{if: lead.value == 9, then: [{log: nine}]}, {else: [{log: late}]}]
  on_error:
    - choose: [{if: error.step == 1, then: [{log: bad}]}]
"""


def reached(folder, tests):
    probe = Probe()
    result = tried(folder, RULES, tests, probe=probe)
    assert result.passed, [str(one) for each in result.outcomes for one in each.differences]
    rules = load_rules(folder / "some.yaml").ruleset.rules
    return coverage_of(rules, probe)


def test_what_no_test_reached_is_told_with_its_place_and_its_path(tmp_path):
    tests = """
      - name: x
        steps: [{create: {lead: {name: A, value: 6}}}, {advance: 2 hours}]
        expect: [{log: one}, {log: other}, {log: late}]
    """
    found = reached(tmp_path, tests)
    assert (str(found.rules), str(found.branches), str(found.conditions)) == ("1 of 2", "3 of 7", "1 of 8")
    assert [(gap.place.line, gap.rule, gap.what) for gap in found.gaps] == [
        (4, "idle", "no test runs it"),
        (8, "branchy", "if.any[0]: lead.value > 100 is never true"),
        (8, "branchy", "if.any[1].not: lead.name == 'Skip' is never true"),
        (18, "branchy", "choose[1] is never taken"),
        (18, "branchy", "choose[1].if[0]: item == 3 is never true"),
        (22, "branchy", "choose[0] is never taken"),
        (22, "branchy", "choose[0].if: lead.value == 7 is never judged"),
        (28, "branchy", "choose[0] is never taken"),
        (28, "branchy", "choose[0].if: lead.value == 9 is never true"),
        (30, "branchy", "choose[0] is never taken"),
        (30, "branchy", "choose[0].if: error.step == 1 is never judged"),
    ]


def test_a_condition_counts_when_it_was_true_in_one_test_and_false_in_another(tmp_path):
    tests = """
      - {name: a, rule: idle, delete: {lead: mill}, expect: [{log: x}]}
      - name: b
        rule: idle
        given: {leads: [{id: mill, value: 0}]}
        delete: {lead: mill}
        expect: []
    """
    found = reached(tmp_path, tests)
    assert str(found.conditions) == "1 of 8"
    assert [gap.what for gap in found.gaps] == ["no test runs it"]


def test_a_rule_whose_condition_was_only_judged_false_is_told_as_one_that_never_ran(tmp_path):
    tests = """
      - name: b
        given: {leads: [{id: mill, value: 0}]}
        delete: {lead: mill}
        expect: []
    """
    found = reached(tmp_path, tests)
    assert [gap.what for gap in found.gaps if gap.rule == "idle"] == [
        "no test runs it",
        "if: lead.value > 1 is never true",
    ]


def test_watched_rules_do_the_same_as_unwatched_ones(tmp_path):
    tests = "- {name: x, create: {lead: {name: Skip, value: 6}}, expect: []}"
    assert tried(tmp_path, RULES, tests).passed
    assert tried(tmp_path, RULES, tests, probe=Probe()).passed
    rules = load_rules(written(tmp_path, RULES, tests).with_name("some.yaml")).ruleset.rules
    for rule in rules:
        watched = Probe().watched(rule)
        assert (watched, watched.digest) == (rule, rule.digest)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("0", "0"),
        ("1.0.2", "1.0.2"),
        ("3[4].0", "3.0"),
        ("3[41].0[2].timeout.1", "3.0.timeout.1"),
        ("error.0[0].1", "error.0.1"),
    ],
)
def test_a_step_of_a_turn_is_a_step_of_the_rule(key, path):
    assert without_turns(key) == path
