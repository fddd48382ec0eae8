"""`test` runs rule tests, says what differs, and tells by its exit code whether all is well."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from rules_engine.cli.main import main

RULES = """\
version: 1
rules:
  - id: closing
    when: {event: lead.status_changed, to: Needs Closing}
    if: lead.value > 5
    then:
      - create_task: {project: Sales, name: "Close {{ lead.name }}", priority: high}
  - id: idle
    when: lead.deleted
    then: [{log: x}]
"""
TESTS = """\
version: 1
given:
  projects: [{name: Sales}]
  leads: [{id: mill, name: Mill, value: 10}]
tests:
  - name: a big lead gets a task
    change: {lead: mill, status: Needs Closing}
    expect: [{create_task: {name: Close Mill, priority: PRIORITY}}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("DASHTRACK_API_KEY", "RULES_ENGINE_STORE", "DASHTRACK_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules" / "sales.yaml", RULES)
    write(tmp_path / "rules" / "sales.test.yaml", TESTS.replace("PRIORITY", "high"))
    return tmp_path / "rules"


def write(file, text):
    file.write_text(text, encoding="utf-8")


def test_without_a_path_the_tests_beside_the_configured_rules_are_run(capsys):
    assert main(["test"]) == 0

    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["rules/sales.test.yaml", "  ok    a big lead gets a task"]
    assert shown.err.strip() == "1 test in 1 file: all passed"


def test_what_differs_is_shown_field_by_field_and_the_exit_code_is_1(folder, capsys):
    write(folder / "sales.test.yaml", TESTS.replace("PRIORITY", "low"))

    assert main(["test", "rules"]) == 1

    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "rules/sales.test.yaml",
        "  FAIL  a big lead gets a task",
        "        line 8: action 1, create_task by closing: priority: expected low, got high",
    ]
    assert shown.err.strip() == "1 test in 1 file: 1 failed"


def test_a_mistake_in_a_test_file_is_shown_with_its_line_and_the_exit_code_is_1(folder, capsys):
    write(folder / "sales.test.yaml", TESTS.replace("change:", "chnage:"))

    assert main(["test", "rules/sales.test.yaml"]) == 1

    shown = capsys.readouterr()
    assert "rules/sales.test.yaml:7:5: error RE120: a test has no key chnage" in shown.out
    assert "did you mean change?" in shown.out
    assert shown.err.strip() == "0 tests in 1 file: 1 file could not be used"


def test_rules_at_another_path_can_be_tested(folder, capsys):
    write(folder.parent / "other.yaml", RULES.replace("high", "low"))

    assert main(["test", "rules", "--rules", "other.yaml"]) == 1
    assert "priority: expected high, got low" in capsys.readouterr().out


def test_rules_alone_say_where_the_tests_are_too(folder, capsys):
    assert main(["test", "--rules", "rules"]) == 0
    assert "a big lead gets a task" in capsys.readouterr().out


def test_a_test_file_without_a_twin_is_about_its_folder(folder, capsys):
    (folder / "sales.test.yaml").rename(folder / "all.test.yaml")
    write(folder / "more.yaml", RULES.replace("closing", "closing-too").replace("idle", "idle-too"))

    assert main(["test"]) == 1
    assert "create_task by closing: was not expected" in capsys.readouterr().out


def test_a_test_file_may_say_where_its_rules_are(folder, capsys):
    (folder / "tests").mkdir()
    write(
        folder / "tests" / "a.test.yaml",
        TESTS.replace("PRIORITY", "high").replace("version: 1\n", "version: 1\nrules: ../sales.yaml\n"),
    )

    assert main(["test", "rules/tests"]) == 0
    assert "rules/tests/a.test.yaml" in capsys.readouterr().out


def test_json_tells_every_test_and_every_difference(folder, capsys):
    write(folder / "sales.test.yaml", TESTS.replace("PRIORITY", "low"))

    assert main(["test", "--json"]) == 1

    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["passed"], report["failed"], report["broken"]) == (False, 0, 1, 0)
    (file,) = report["files"]
    (one,) = file["tests"]
    assert (file["file"], one["name"], one["line"], one["verdict"]) == (
        "rules/sales.test.yaml",
        "a big lead gets a task",
        6,
        "failed",
    )
    assert one["differences"] == [
        {
            "what": "action 1, create_task by closing",
            "field": "priority",
            "expected": "low",
            "got": "high",
            "note": None,
            "line": 8,
            "column": 57,
        }
    ]
    fields = {"project": "Sales", "name": "Close Mill", "priority": "high"}
    assert one["actions"] == [{"rule": "closing", "action": "create_task", "fields": fields}]


def test_coverage_tells_what_no_test_reached_in_files_without_tests_too(folder, capsys):
    write(folder / "more.yaml", RULES.replace("closing", "untested").replace("idle", "idle-too"))

    assert main(["test", "--coverage"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "reached: 1 of 4 rules, 0 of 0 branches, 0 of 2 conditions both true and false",
        "rules/more.yaml:3:5: untested: no test runs it",
        "rules/more.yaml:8:5: idle-too: no test runs it",
        "rules/sales.yaml:3:5: closing: if: lead.value > 5 is never false",
        "rules/sales.yaml:8:5: idle: no test runs it",
    ]
    assert main(["test", "--coverage", "--json"]) == 0
    reached = json.loads(capsys.readouterr().out)["coverage"]
    assert reached["rules"] == {"reached": 1, "of": 4}
    assert len(reached["gaps"]) == 4


def test_results_can_be_written_as_junit_xml(folder, capsys):
    assert main(["test", "--junit", "out.xml"]) == 0

    (case,) = ET.parse(folder.parent / "out.xml").getroot().iter("testcase")
    assert case.attrib["classname"] == "rules/sales.test.yaml"
    assert main(["test", "--junit", "no/such/out.xml"]) == 3
    assert "no/such/out.xml can't be written" in capsys.readouterr().err


def test_a_folder_without_tests_is_said_to_have_none(folder, capsys):
    (folder / "sales.test.yaml").unlink()

    assert main(["test"]) == 1
    assert "there are no *.test.yaml files in rules" in capsys.readouterr().err


def test_of_a_rules_file_the_tests_beside_it_are_run(folder, capsys):
    assert main(["test", "rules/sales.yaml"]) == 0
    assert "rules/sales.test.yaml" in capsys.readouterr().out

    write(folder / "more.yaml", RULES)
    assert main(["test", "rules/more.yaml"]) == 3
    assert "rules/more.yaml is no test file" in capsys.readouterr().err


def test_a_path_where_nothing_is_is_named(capsys):
    assert main(["test", "nowhere"]) == 3
    assert "nowhere" in capsys.readouterr().err


def test_working_days_are_those_of_the_configuration(folder, capsys):
    write(folder.parent / "rules-engine.yaml", "calendar: {timezone: UTC, holidays: [2026-11-25]}\n")
    write(
        folder / "sales.yaml",
        "version: 1\nrules:\n  - {id: a, when: lead.created, then: [{log: \"{{ now | plus('1 working day') | date('%d') }}\"}]}\n",
    )
    write(
        folder / "sales.test.yaml",
        "version: 1\ntests:\n  - {name: x, create: {lead: {name: A}}, expect: [{log: '26'}]}\n",
    )

    assert main(["test"]) == 0


def test_an_unreadable_file_is_told_and_the_others_are_run(folder, capsys):
    (folder / "broken.test.yaml").symlink_to("nowhere")

    assert main(["test"]) == 1
    shown = capsys.readouterr()
    assert "the file can't be read" in shown.out
    assert "ok    a big lead gets a task" in shown.out


def test_a_control_character_in_a_name_reaches_no_terminal(folder, capsys):
    text = (
        TESTS.replace("PRIORITY", "high")
        .replace("a big lead", '"a \\e[31m lead')
        .replace("gets a task", 'gets"')
    )
    write(folder / "sales.test.yaml", text)

    assert main(["test"]) == 0
    assert "\x1b" not in capsys.readouterr().out
