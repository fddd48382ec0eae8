"""Mistakes in a test file: each is told with its code, its line and what was probably meant."""

from __future__ import annotations

import pytest
from trying_tests import GIVEN, outcome, problems, tried

from rules_engine.foresight.rule_tests.outcome import Verdict

RULES = "- {id: closing, when: {event: lead.status_changed, to: Needs Closing}, then: [{log: x}]}"
LINE = len(f"version: 1\n{GIVEN}\ntests:\n".splitlines()) + 1
"""The line on which tests begin."""
CHANGE = "change: {lead: mill, status: Closed}"


def mistakes(folder, test):
    return [
        (code, line - LINE, hint) for code, line, hint in problems(folder, RULES, f"- {{name: x, {test}}}")
    ]


@pytest.mark.parametrize(
    ("test", "code", "hint"),
    [
        (f"{CHANGE}, expext: []", "RE120", "expect"),
        (f"{CHANGE}, expect: [], only: closing", "RE120", "rule"),
        (f"{CHANGE}, expect: [], zzz: 1", "RE120", "there is: name, "),
        (f"{CHANGE}, expect: [], rule: closng", "RE151", "closing"),
        (f"{CHANGE}, expect: [], rule: [closing, zzz]", "RE151", "there is: closing"),
        (f"{CHANGE}, expect: [], why: {{closings: condition}}", "RE151", "closing"),
        (f"{CHANGE}, expect: [], errors: {{closings: x}}", "RE151", "closing"),
        (f"{CHANGE}, expect: [], why: condition", "RE122", ""),
        (f"{CHANGE}, expect: [], why: {{closing: 1}}", "RE122", ""),
        (f"{CHANGE}, expect: [], exactly: maybe", "RE122", ""),
        (f"{CHANGE}, expect: [], now: tomorrow", "RE158", "write a moment such as 2026-11-24T09:00:00Z"),
        (f"{CHANGE}, expect: [], given: {{members: [{{name: A}}]}}", "RE120", "team"),
        (f"{CHANGE}, expect: [], given: {{lead: [{{name: A}}]}}", "RE120", "leads"),
        (f"{CHANGE}, expect: [], given: {{zzz: [{{name: A}}]}}", "RE120", "there is: projects, "),
        (f"{CHANGE}, expect: [], given: {{leads: {{name: A}}}}", "RE122", ""),
        (f"{CHANGE}, expect: [], given: {{leads: [mill]}}", "RE122", ""),
        (f"{CHANGE}, expect: [], given: {{leads: [{{statsu: Closed}}]}}", "RE132", "status"),
        (f"{CHANGE}, expect: [], given: {{leads: [{{status: Closd}}]}}", "RE133", "Closed"),
        (f"{CHANGE}, expect: [], given: {{leads: [{{tags: [Won, Stuk]}}]}}", "RE133", "Stuck"),
        (f"{CHANGE}, expect: [], given: {{leads: [{{value: much}}]}}", "RE122", ""),
        (f"{CHANGE}, expect: [], given: {{leads: [{{name: true}}]}}", "RE122", ""),
        (
            f"{CHANGE}, expect: [], given: {{tasks: [{{project: Web, due_date: soon}}]}}",
            "RE158",
            "write 2026",
        ),
        (f"{CHANGE}, expect: [], given: {{tasks: [{{project: [Web]}}]}}", "RE122", ""),
        ("change: {leed: mill, status: Closed}, expect: []", "RE120", "lead"),
        ("change: {leads: mill, status: Closed}, expect: []", "RE120", "lead"),
        ("change: {zzz: mill}, expect: []", "RE120", "there is: project, "),
        ("change: {}, expect: []", "RE121", "write {lead: NAME, status: …}"),
        ("change: mill, expect: []", "RE122", ""),
        ("change: {lead: mill}, expect: []", "RE149", "write the fields and their new values"),
        ("change: {lead: mill, id: x}, expect: []", "RE123", ""),
        ("change: {lead: [mill], status: Closed}, expect: []", "RE122", ""),
        ("change: {lead: mill, stauts: Closed}, expect: []", "RE132", "status"),
        ("create: {leed: {name: A}}, expect: []", "RE120", "lead"),
        ("create: {lead: A}, expect: []", "RE122", ""),
        ("delete: {leed: mill}, expect: []", "RE120", "lead"),
        ("delete: {project: Web}, expect: []", "RE123", "write `change: {project: …, archived: true}`"),
        ("advance: 2 fortnights, expect: []", "RE128", ""),
        ("advance: 5, expect: []", "RE128", ""),
        ("emit: custom.x, expect: []", "RE122", ""),
        ("emit: {data: {}}, expect: []", "RE121", "write `event: custom.NAME`"),
        ("emit: {event: engine.api_donw}, expect: []", "RE130", "engine.api_down"),
        ("emit: {event: lead.created}, expect: []", "RE130", ""),
        ("emit: {event: custom.x, dada: {}}, expect: []", "RE120", "data"),
        ("emit: {event: custom.x, data: [1]}, expect: []", "RE122", ""),
        ("steps: {advance: 1 day}, expect: []", "RE122", ""),
        ("steps: [advance], expect: []", "RE122", "write one of change, create"),
        ("steps: [{wait: 1 day}], expect: []", "RE120", "advance"),
        ("steps: [{}], expect: []", "RE121", "write one of change, create"),
        ("steps: [{advance: 1 day, change: {lead: mill, value: 1}}], expect: []", "RE123", "begin each step"),
        (f"steps: [{{advance: 1 day}}], {CHANGE}, expect: []", "RE123", "make it one of the steps"),
        (f"advance: 1 day, {CHANGE}, expect: []", "RE123", "write `steps:`"),
        ("expect: []", "RE121", "write `change:`"),
        (CHANGE, "RE121", "write `expect:` and the actions"),
        (f"{CHANGE}, expect: ", "RE122", "write [] where nothing"),
        (f"{CHANGE}, expect: {{create_task: {{}}}}", "RE122", "write [] where nothing"),
        (f"{CHANGE}, expect: [create_task]", "RE122", "write `- create_task: {…}`"),
        (f"{CHANGE}, expect: [{{create_taks: {{}}}}]", "RE140", "create_task"),
        (f"{CHANGE}, expect: [{{delay: 1 day}}]", "RE140", "only what is done is compared"),
        (f"{CHANGE}, expect: [{{log: x, create_task: {{}}}}]", "RE123", "begin each action"),
        (f"{CHANGE}, expect: [{{create_task: x}}]", "RE122", ""),
        (f"{CHANGE}, expect: [{{create_task: {{nam: x}}}}]", "RE141", "name"),
        (f"{CHANGE}, expect: [{{create_task: {{assignee: x}}}}]", "RE141", "assigned_to"),
        (
            f"{CHANGE}, expect: [{{create_task: {{unless_exists: [name]}}}}]",
            "RE141",
            "unless_exists is not sent",
        ),
        (f"{CHANGE}, expect: [{{create_task: {{priority: hgh}}}}]", "RE133", "high"),
        (f"{CHANGE}, expect: [{{create_task: {{due_date: soon}}}}]", "RE158", "write 2026"),
        (f"{CHANGE}, expect: [{{create_task: {{name: {{contain: x}}}}}}]", "RE120", "contains"),
        (f"{CHANGE}, expect: [{{create_task: {{name: {{contains: 1}}}}}}]", "RE122", ""),
        (f"{CHANGE}, expect: [{{create_task: {{priority: {{contains: x}}}}}}]", "RE122", ""),
        (f"{CHANGE}, expect: [{{update_lead: {{tags: {{ad: Won}}}}}}]", "RE120", "add"),
        (f"{CHANGE}, expect: [{{update_lead: {{tags: {{add: Wonn}}}}}}]", "RE133", "Won"),
        (f"{CHANGE}, expect: [{{create_task: {{}}, exactly: 1}}]", "RE122", ""),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(tmp_path, test, code, hint):
    ((found, line, said),) = mistakes(tmp_path, test)
    assert (found, line) == (code, 0)
    assert said.startswith(hint)


def test_a_field_that_is_far_from_every_known_one_is_taken_with_a_warning(tmp_path):
    rules = "- {id: closing, when: {event: lead.updated, changed: zodiac}, then: [{log: x}]}"
    result = tried(
        tmp_path, rules, "- {name: x, change: {lead: mill, zodiac: Leo}, expect: [{log: x}]}", given=GIVEN
    )
    assert [(one.code, one.severity) for one in result.problems] == [("RE132", "warning")]
    assert not result.refused


def test_every_mistake_of_a_file_is_told_at_once_and_none_of_its_tests_is_run(tmp_path):
    tests = """
      - {name: one, change: {leed: mill}, expect: []}
      - {change: {lead: mill, status: Closed}, expect: []}
      - {name: three, change: {lead: mill, status: Closed}, expect: [], rule: zzz}
      - {name: three, change: {lead: mill, status: Closed}, expect: []}
      - mill
    """
    result = tried(tmp_path, RULES, tests)
    assert [one.code for one in result.problems] == ["RE120", "RE121", "RE151", "RE126", "RE122"]
    assert result.outcomes == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "RE112"),
        ("[]", "RE122"),
        ("version: 1", "RE121"),
        ("version: 2\ntests: [{name: x, advance: 1 day, expect: []}]", "RE127"),
        ("tests: [{name: x, advance: 1 day, expect: []}]", "RE121"),
        ("version: 1\ntests: []", "RE123"),
        ("version: 1\ntests:", "RE122"),
        ("version: 1\ntest: []\ntests: [{name: x, advance: 1 day, expect: []}]", "RE120"),
        ("version: 1\nrules: 5\ntests: [{name: x, advance: 1 day, expect: []}]", "RE122"),
        ("version: 1\nrules: nowhere.yaml\ntests: [{name: x, advance: 1 day, expect: []}]", "RE113"),
        ("version: 1\ngiven: []\ntests: [{name: x, advance: 1 day, expect: []}]", "RE122"),
        ("version: 1\nnow: 2026\ntests: [{name: x, advance: 1 day, expect: []}]", "RE158"),
        ("version: 1\ntests: [{name: x, advance: 1 day, expect: []}", "RE101"),
        ("version: 1\nversion: 1\ntests: [{name: x, advance: 1 day, expect: []}]", "RE102"),
    ],
)
def test_a_file_that_is_no_test_file_is_told_so(tmp_path, text, code):
    from trying_tests import shared_session

    (tmp_path / "some.yaml").write_text(f"version: 1\nrules:\n{RULES}", encoding="utf-8")
    file = tmp_path / "some.test.yaml"
    file.write_text(text, encoding="utf-8")
    result = shared_session().run(file)
    assert result.refused
    assert [problem.code for problem in result.problems] == [code]
    assert all(problem.place.file == file.as_posix() for problem in result.problems)


def test_rules_with_an_error_are_told_in_place_of_their_tests(tmp_path):
    result = tried(
        tmp_path,
        RULES.replace("lead.status_changed", "lead.status_chnged"),
        f"- {{name: x, {CHANGE}, expect: []}}",
    )
    (problem,) = result.problems
    assert (problem.code, problem.place.file) == ("RE130", (tmp_path / "some.yaml").as_posix())


@pytest.mark.parametrize(
    ("test", "code", "hint"),
    [
        ("change: {lead: mil, status: Closed}", "RE151", "mill"),
        ("change: {lead: zzz, status: Closed}", "RE151", "at this moment there is: Mill"),
        ("change: {task: zzz, status: done}", "RE151", "at this moment there is: none at all"),
        ("delete: {lead: mil}", "RE151", "mill"),
        ("create: {task: {project: Sale, name: T}}", "RE151", "Sales"),
        ("create: {task: {name: T}}", "RE121", "write `project: NAME`"),
        ("create: {lead: {id: mill}}", "RE126", "take another id"),
        (
            "given: {leads: [{id: a, name: Twin}, {id: b, name: Twin}]}, change: {lead: Twin, value: 1}",
            "RE151",
            "give an id: a, b",
        ),
        ("given: {tasks: [{project: Wbe}]}, advance: 1 day", "RE151", "Web"),
        (
            "steps: [{delete: {lead: mill}}, {change: {lead: mill, value: 1}}]",
            "RE151",
            "at this moment there is: none",
        ),
    ],
)
def test_an_object_that_does_not_exist_breaks_its_test_alone(tmp_path, test, code, hint):
    found = outcome(tmp_path, RULES, f"- {{name: x, {test}, expect: []}}")
    assert found.verdict is Verdict.BROKEN
    assert found.problem.code == code
    assert (found.problem.suggestion or found.problem.advice).startswith(hint)
    assert found.problem.place.line == LINE


def test_names_and_ids_name_an_object_exactly_first_then_ignoring_case(tmp_path):
    rules = "- {id: one, when: lead.value_changed, then: [{log: '{{ lead.id }}'}]}"
    given = "given: {leads: [{id: a, name: b}, {id: b, name: B}, {id: '7', name: Seven}]}"
    for ref, meant in (("b", "b"), ("B", "b"), ("a", "a"), ("7", "7"), ("seven", "7")):
        test = f"- {{name: x, change: {{lead: {ref}, value: 5}}, expect: [{{log: '{meant}'}}]}}"
        assert outcome(tmp_path, rules, test, given=given).verdict is Verdict.PASSED, ref


def test_a_test_adds_to_the_file_s_world_or_says_otherwise_by_id_or_name(tmp_path):
    rules = """
      - id: one
        when: lead.status_changed
        then: [{log: "{{ lead.value }} {{ leads() | length }} {{ projects() | length }} {{ project_named('Web').retainer_hours }}"}]
    """
    test = """
      - name: x
        given:
          leads: [{id: mill, value: 1}, {name: Mill, rep: Bob Stone}, {id: new}]
          projects: [{name: Web, retainer_hours: 5}, {name: New}]
        change: {lead: mill, status: Closed}
        expect: [{log: 1 2 3 5}]
    """
    found = outcome(tmp_path, rules, test)
    assert [str(one) for one in found.differences] == []


def test_a_moment_without_a_zone_is_by_the_calendar_s_clock(tmp_path):
    rules = "- {id: one, when: lead.created, then: [{log: \"{{ now | date('%H:%M %Z') }}\"}]}"
    test = "- {name: x, now: '2026-07-01T09:00:00', create: {lead: {}}, expect: [{log: '09:00 BST'}]}"
    assert outcome(tmp_path, rules, test).verdict is Verdict.PASSED
