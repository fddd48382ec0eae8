"""What a rule test says when what was done is not what was expected."""

from __future__ import annotations

import pytest
from trying_tests import differences, outcome

from rules_engine.foresight.rule_tests.outcome import Verdict

MAKE = """
- id: make
  when: lead.created
  then:
    - create_task:
        project: Sales
        name: "Close {{ lead.name }}"
        priority: high
        assigned_to: [Ada Byron, Bob Stone]
        due_date: "{{ now | plus('2 days') }}"
        description: |
          First line
          second line
"""


def expecting(folder, fields, *, rules=MAKE, extra=""):
    test = f"- {{name: x, create: {{lead: {{name: Quarry}}}}, expect: [{{create_task: {fields}}}]{extra}}}"
    return differences(folder, rules, test)


@pytest.mark.parametrize(
    "fields",
    [
        "{}",
        "{project: Sales, name: Close Quarry}",
        "{project: project-1}",
        "{project: sales}",
        "{priority: HIGH}",
        "{assigned_to: [Bob Stone, Ada Byron]}",
        "{assigned_to: [member-1, bob stone]}",
        "{due_date: 2026-11-26}",
        "{due_date: '2026-11-26T10:00:00+01:00'}",
        '{description: "First line\\nsecond line\\n"}',
        "{description: {contains: second}}",
        "{start_date: null}",
    ],
)
def test_a_field_is_compared_by_what_it_means(tmp_path, fields):
    assert expecting(tmp_path, fields) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("{project: Web}", "project: expected Web, got Sales"),
        ("{name: close quarry}", "name: expected close quarry, got Close Quarry"),
        ("{priority: low}", "priority: expected low, got high"),
        ("{assigned_to: Ada Byron}", "assigned_to: expected Ada Byron, got [Ada Byron, Bob Stone]"),
        (
            "{assigned_to: [Ada Byron, Ada Byron]}",
            "assigned_to: expected [Ada Byron, Ada Byron], got [Ada Byron, Bob Stone]",
        ),
        ("{due_date: 2026-11-27}", "due_date: expected 2026-11-27, got 2026-11-26T09:00:00Z"),
        (
            "{description: {contains: third}}",
            "description: expected {contains: third}, got 'First line\\nsecond line'",
        ),
        ("{start_date: 2026-11-26}", "start_date: expected 2026-11-26, got nothing"),
        ("{name: null}", "name: expected null, got Close Quarry"),
    ],
)
def test_a_field_that_differs_is_told_with_both_values(tmp_path, fields, said):
    assert expecting(tmp_path, fields) == [f"action 1, create_task by make: {said}"]


def test_the_signature_is_no_part_of_what_is_compared(tmp_path):
    assert expecting(tmp_path, '{description: "First line\\nsecond line"}') == []
    rules = "- {id: make, when: lead.created, then: [{create_task: {project: Sales, name: T}}]}"
    assert expecting(tmp_path, "{description: null, name: T}", rules=rules, extra=", exactly: true") == []


def test_exactly_tells_every_field_that_is_not_named(tmp_path):
    named = "{name: Close Quarry, priority: high, assigned_to: [Ada Byron, Bob Stone], due_date: 2026-11-26}"
    said = [
        "action 1, create_task by make: description: expected nothing, got 'First line\\nsecond line'",
    ]
    assert expecting(tmp_path, named, extra=", exactly: true") == said
    test = f"- {{name: x, create: {{lead: {{name: Quarry}}}}, expect: [{{create_task: {named}, exactly: true}}]}}"
    assert differences(tmp_path, MAKE, test) == said


THREE = """
- id: three
  when: lead.created
  then:
    - create_note: {project: Sales, notes: one}
    - create_task: {project: Sales, name: two}
    - update_lead: {tags: {add: [Won, Stuck], remove: [Deliberating]}}
"""


def test_an_action_that_is_missing_or_too_many_does_not_shift_the_others(tmp_path):
    test = "- {name: x, create: {lead: {name: A, tags: [Deliberating]}}, expect: [{create_note: {notes: one}}, {update_lead: {}}]}"
    assert differences(tmp_path, THREE, test) == [
        "create_task by three: was not expected: {project: Sales, name: two}"
    ]
    test = (
        "- {name: x, create: {lead: {name: A, tags: [Deliberating]}}, expect: [{create_note: {}}, {delete_lead: {}}, "
        "{create_task: {}}, {update_lead: {}}]}"
    )
    assert differences(tmp_path, THREE, test) == ["action 2, delete_lead: expected {}, and it was not done"]


def test_the_order_of_actions_counts(tmp_path):
    test = "- {name: x, create: {lead: {name: A, tags: [Deliberating]}}, expect: [{create_task: {}}, {create_note: {}}, {update_lead: {}}]}"
    assert len(differences(tmp_path, THREE, test)) == 2


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("{add: [stuck, won], remove: Deliberating}", None),
        ("{add: [Won, Stuck]}", None),
        ("[Won, Stuck, Chaser Sent]", None),
        ("{add: Won}", "expected {add: Won}, got {add: [Won, Stuck], remove: [Deliberating]}"),
        ("{remove: []}", "expected {remove: []}, got {add: [Won, Stuck], remove: [Deliberating]}"),
        ("[Won]", "expected [Won], got [Chaser Sent, Won, Stuck]"),
    ],
)
def test_merged_words_are_compared_as_a_whole_or_by_what_came_and_went(tmp_path, tags, said):
    test = (
        "- {name: x, create: {lead: {name: A, tags: [Deliberating, Chaser Sent]}}, "
        f"expect: [{{create_note: {{}}}}, {{create_task: {{}}}}, {{update_lead: {{tags: {tags}}}}}]}}"
    )
    expected = [f"action 3, update_lead by three: tags: {said}"] if said else []
    assert differences(tmp_path, THREE, test) == expected


def test_data_are_compared_by_the_keys_that_are_named(tmp_path):
    rules = "- {id: one, when: lead.created, then: [{emit: {event: custom.a, data: {list: [1, 2], inner: {x: 1, y: true}}}}]}"

    def said(data):
        return differences(
            tmp_path,
            rules,
            f"- {{name: x, create: {{lead: {{}}}}, expect: [{{emit: {{event: custom.a, data: {data}}}}}]}}",
        )

    assert said("{inner: {x: 1}}") == []
    assert said("{list: [1, 2]}") == []
    assert len(said("{list: [1]}")) == 1
    assert len(said("{inner: {y: 1}}")) == 1
    assert len(said("{other: 1}")) == 1


def test_why_holds_against_the_verdict_or_a_part_of_the_reason(tmp_path):
    rules = "- {id: big, when: lead.created, if: lead.value > 5, then: [{log: x}]}"

    def said(why):
        return differences(
            tmp_path, rules, f"- {{name: x, create: {{lead: {{value: 3}}}}, expect: [], why: {{big: {why}}}}}"
        )

    assert said("condition") == []
    assert said("lead.value is 3") == []
    assert said("cooldown") == [
        "why big: expected cooldown, got condition: if: lead.value > 5 — lead.value is 3"
    ]
    assert said("no event") == [
        "why big: expected no event, got condition: if: lead.value > 5 — lead.value is 3"
    ]


def test_why_tells_a_rule_that_ran_and_one_that_heard_of_no_event(tmp_path):
    rules = """
      - {id: ran, when: lead.created, then: [{log: x}]}
      - {id: deaf, when: lead.deleted, then: [{log: x}]}
    """
    test = "- {name: x, create: {lead: {}}, expect: [{log: x}], why: {ran: condition, deaf: no event}}"
    assert differences(tmp_path, rules, test) == ["why ran: expected condition, got it did run"]
    test = "- {name: x, create: {lead: {}}, expect: [{log: x}], why: {deaf: condition}}"
    assert differences(tmp_path, rules, test) == [
        "why deaf: expected condition, got no event came that its triggers name"
    ]


FAILING = "- {id: bad, when: lead.created, then: [{create_task: {project: Nowhere, name: T}}]}"


def test_a_run_that_fails_fails_its_test_unless_it_is_expected(tmp_path):
    test = "- {name: x, create: {lead: {}}, expect: []"
    (said,) = differences(tmp_path, FAILING, test + "}")
    assert said.startswith("error of bad: step 1 (create_task): no project is named 'Nowhere'")
    assert differences(tmp_path, FAILING, test + ", errors: {bad: no project is named}}") == []
    (said,) = differences(tmp_path, FAILING, test + ", errors: {bad: no member}}")
    assert said.startswith("error of bad: expected no member, got step 1")
    fine = "- {id: bad, when: lead.created, then: [{log: x}]}"
    (said,) = differences(tmp_path, fine, "- {name: x, create: {lead: {}}, errors: {bad: oh}}")
    assert said == "error of bad: expected oh, and nothing failed"


def test_a_condition_that_cannot_be_judged_fails_its_test_unless_it_is_expected(tmp_path):
    rules = "- {id: odd, when: lead.created, if: lead.value > 5, then: [{log: x}]}"
    test = "- {name: x, create: {lead: {}}, expect: []"
    (said,) = differences(tmp_path, rules, test + "}")
    assert said.startswith("error of odd: ")
    assert differences(tmp_path, rules, test + ", why: {odd: error}}") == []
    assert differences(tmp_path, rules, test + ", errors: {odd: ''}}") == []


def test_what_the_api_would_refuse_is_refused(tmp_path):
    rules = """
      - id: bad
        when: lead.created
        then: [{update_lead: {status: "{{ 'Nearly Closed' }}"}}]
    """
    (said,) = differences(tmp_path, rules, "- {name: x, create: {lead: {}}, expect: []}")
    assert "400" in said
    assert "Nearly Closed" in said


def test_a_guard_that_holds_runs_back_fails_the_test(tmp_path):
    rules = "- {id: many, when: lead.created, then: [{log: x}]}"
    leads = ", ".join("{lead: {name: L}}" for _ in range(51))
    (said,) = differences(tmp_path, rules, f"- {{name: x, create: [{leads}], expect: []}}")[:1]
    assert "51 runs of this rule in one poll" in said


def test_a_test_that_fails_tells_why_rules_did_not_run_what_was_skipped_and_what_waits(tmp_path):
    rules = """
      - {id: small, when: lead.created, if: lead.value < 5, then: [{log: x}]}
      - {id: slow, when: lead.created, then: [{delay: 1 day}, {log: x}]}
      - id: twin
        when: lead.created
        then: [{create_task: {project: Sales, name: Twin, unless_exists: [name]}}]
    """
    test = """
      - name: x
        given: {tasks: [{id: old, project: Sales, name: Twin}]}
        create: {lead: {name: Quarry, value: 9}}
        expect: [{log: x}]
    """
    found = outcome(tmp_path, rules, test)
    assert found.verdict is Verdict.FAILED
    assert found.notes == (
        "small did not take lead.created of Quarry: condition: if: lead.value < 5 — lead.value is 9",
        "twin: create_task skipped: a task like it exists: old",
        "slow: its run still waits until 2026-11-25T09:00:00+00:00",
    )


def test_a_test_that_passes_has_no_notes(tmp_path):
    rules = "- {id: small, when: lead.created, if: lead.value < 5, then: [{log: x}]}"
    found = outcome(tmp_path, rules, "- {name: x, create: {lead: {value: 9}}, expect: []}")
    assert (found.verdict, found.notes) == (Verdict.PASSED, ())


def test_a_difference_is_placed_at_the_line_that_says_otherwise(tmp_path):
    test = """
      - name: x
        create: {lead: {name: Quarry}}
        expect:
          - create_task:
              name: Close Quarry
              priority: low
    """
    found = outcome(tmp_path, MAKE, test)
    (one,) = found.differences
    line, _ = found.source.places.of(one.path)
    assert found.source.lines[line - 1].strip() == "priority: low"
