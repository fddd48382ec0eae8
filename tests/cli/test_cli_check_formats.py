"""`check` speaks to code scanners and to GitHub, and nothing in a file can make it say something else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules_engine import __version__
from rules_engine.cli.main import COMMANDS, main
from rules_engine.ruleset.github import github_command
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import CODES, Problem, Related, Severity
from rules_engine.ruleset.sarif import message_of, sarif_of

BROKEN = """\
version: 1
rules:
  - id: chase
    wehn: lead.status_changed
    then: [{log: "50%: {{ leed.name }}"}]
  - {id: a, when: lead.updated, once_per: lead.id, then: [{log: x}]}
"""
ARTIFACT = {"type": "object", "required": ["uri"], "properties": {"uri": {"pattern": "^[^ \\\\]+$"}}}
PLACE = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": ARTIFACT,
                "region": {
                    "required": ["startLine", "startColumn"],
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                    },
                },
            },
        }
    },
}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        **dict.fromkeys(("shortDescription", "fullDescription", "help"), TEXT),
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "level"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "items": PLACE},
        "relatedLocations": {
            "type": "array",
            "uniqueItems": True,
            "items": {**PLACE, "required": ["id", "message"]},
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""The essentials of the standard's schema for what is used of it."""
COMMAND = re.compile(r"::(error|warning|notice) file=([^:,]*),line=(\d+),col=(\d+),title=([^:,]*)::(.*)")
HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def problem(**more):
    return Problem(**{"code": "RE120", "message": "no such key", "place": Place("a.yaml", 2, 3), **more})


def decoded(text):
    for code, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, char)
    return text


# SARIF -----------------------------------------------------------------------------------------------------


def test_a_code_scanner_gets_every_problem_with_its_place(folder, capsys):
    (folder / "a b.yaml").write_text(BROKEN)

    assert main(["check", "--format", "sarif"]) == 1

    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("rules-engine", __version__)
    found = [(each["ruleId"], each["level"]) for each in run["results"]]
    assert found == [("RE120", "error"), ("RE151", "error"), ("RE160", "warning")]
    assert all(driver["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "rules/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 5},
    }


def test_fine_rules_are_a_run_without_results(folder, capsys):
    (folder / "a.yaml").write_text("version: 1\nrules: [{id: a, when: lead.created, then: [{log: x}]}]\n")

    assert main(["check", "--format", "sarif"]) == 0

    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, SARIF)
    assert log["runs"][0]["results"] == []


def test_a_file_inside_the_current_folder_is_named_from_there(folder):
    inside, outside = (
        sarif_of([problem(place=Place(file, 1, 1))], version="1")["runs"][0]["results"][0]["locations"][0]
        for file in (str(folder / "x.yaml"), "/elsewhere/x y.yaml")
    )

    assert inside["physicalLocation"]["artifactLocation"]["uri"] == "rules/x.yaml"
    assert outside["physicalLocation"]["artifactLocation"] == {"uri": "file:///elsewhere/x%20y.yaml"}


def test_a_mistake_in_a_blueprint_carries_the_line_that_uses_it(folder):
    found = problem(related=(Related("used here", Place("b.yaml", 7, 5)),))

    log = sarif_of([found], version="1")

    jsonschema.validate(log, SARIF)
    (other,) = log["runs"][0]["results"][0]["relatedLocations"]
    assert (other["message"]["text"], other["physicalLocation"]["region"]["startLine"]) == ("used here", 7)


def test_every_code_can_be_told_as_sarif():
    log = sarif_of([problem(code=code) for code in CODES], version="1")

    jsonschema.validate(log, SARIF)
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(CODES)


def test_a_message_says_what_is_wrong_what_was_meant_and_what_to_do():
    found = problem(message="a rule has no key wehn", suggestion="when", advice="mend it", rule="chase")

    assert message_of(found) == "A rule has no key wehn (rule chase). Did you mean when? Mend it."


# GitHub ----------------------------------------------------------------------------------------------------


def test_github_shows_each_problem_beside_its_line(folder, capsys):
    (folder / "a.yaml").write_text(BROKEN)

    assert main(["check", "--format", "github"]) == 1

    out, err = capsys.readouterr()
    assert "can't be used" in err
    found = [COMMAND.fullmatch(line) for line in out.splitlines()]
    assert [(each[1], each[2], each[3], each[4]) for each in found] == [
        ("error", "rules/a.yaml", "4", "5"),
        ("error", "rules/a.yaml", "5", "27"),
        ("warning", "rules/a.yaml", "6", "43"),
    ]
    assert decoded(found[0][5]) == "RE120: A key is not known"


def test_a_note_is_a_notice():
    assert github_command(problem(severity=Severity.NOTE)).startswith("::notice ")


hostile = st.text(st.sampled_from("ab%:,\r\n \u2028\x1b0123456789ACD"), max_size=30)


@given(hostile.filter(lambda text: text.strip(" \r\n/") != ""), hostile)
def test_nothing_in_a_file_or_its_name_can_end_a_command_or_begin_another(file, text):
    found = problem(place=Place(f"x{file}.yaml", 1, 1), message=f"m{text}", advice=text)

    line = github_command(found)

    assert "\n" not in line
    assert "\r" not in line
    command = COMMAND.fullmatch(line)
    assert command is not None
    assert decoded(command[2]) == f"x{file}.yaml"
    assert decoded(command[6]) == message_of(found)


def test_a_percent_sign_that_looks_like_an_escape_stays_what_it_is():
    assert "50%250A" in github_command(problem(message="50%0A"))


# pre-commit ------------------------------------------------------------------------------------------------


def test_each_hook_runs_a_command_that_there_is_over_all_rules_together():
    for hook in yaml.safe_load(HOOKS.read_text()):
        program, command, *flags = hook["entry"].split()

        assert (program, flags, hook["pass_filenames"]) == ("rules-engine", [], False)
        assert command in COMMANDS
        assert re.search(hook["files"], "rules/team/sales.yml")
        assert not re.search(hook["files"], "docs/rules.md")
