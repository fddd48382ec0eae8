"""Every broken file is found broken, at the place and with the code and suggestion that its first lines say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.problems import CODES, Severity, render, to_json
from rules_engine.ruleset.schema import rules_schema
from rules_engine.ruleset.yaml_source import parse_yaml

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
EXPECTED = re.compile(
    r"# (?P<place>\d+:\d+) (?P<severity>error|warning) (?P<code>RE\d+)(?: -> (?P<suggestion>.+))?"
)
STRUCTURAL = frozenset(
    {
        "RE120",
        "RE121",
        "RE122",
        "RE123",
        "RE124",
        "RE125",
        "RE127",
        "RE130",
        "RE140",
        "RE141",
        "RE142",
        "RE143",
    }
)
"""What a schema can say as well."""


def expected(text: str):
    found = []
    for line in text.splitlines():
        match = EXPECTED.fullmatch(line)
        if match is None:
            break
        found.append((match["place"], match["severity"], match["code"], match["suggestion"]))
    return found


def names(files):
    return [file.stem for file in files]


@pytest.fixture(scope="module")
def validator():
    schema = rules_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def test_the_corpus_is_large():
    assert len(BROKEN) >= 300


@pytest.mark.parametrize("file", BROKEN, ids=names(BROKEN))
def test_a_broken_file_gives_exactly_the_problems_that_it_says(file):
    text = file.read_text(encoding="utf-8")

    problems = check_source(parse_yaml(text, "f.yaml")).problems

    found = [(f"{p.place.line}:{p.place.column}", p.severity.value, p.code, p.suggestion) for p in problems]
    assert found == expected(text), "\n".join(render(problem) for problem in problems)


@pytest.mark.parametrize("file", BROKEN, ids=names(BROKEN))
def test_a_problem_can_be_shown_to_people_and_programs(file):
    source = parse_yaml(file.read_text(encoding="utf-8"), "f.yaml")

    for problem in check_source(source).problems:
        shown = render(problem, source.lines)
        assert shown.startswith(
            f"f.yaml:{problem.place.line}:{problem.place.column}: {problem.severity.value}"
        )
        assert problem.suggestion is None or f"did you mean {problem.suggestion}?" in shown
        assert json.loads(json.dumps(to_json(problem)))["title"] == problem.title


@pytest.mark.parametrize("file", BROKEN, ids=names(BROKEN))
def test_the_schema_refuses_a_file_exactly_when_the_checks_refuse_its_shape(file, validator):
    source = parse_yaml(file.read_text(encoding="utf-8"), "f.yaml")
    if source.data is None or source.problems:
        pytest.skip("it is not plain YAML, of which a schema says nothing")

    codes = {problem.code for problem in check_source(source).problems}

    assert validator.is_valid(source.data) is not bool(codes & STRUCTURAL)


def test_a_file_with_very_many_problems_is_given_up_after_a_hundred():
    text = "version: 1\nrules:\n  - when: [" + "lead.creatde, " * 15_000 + "]\n"

    problems = check_source(parse_yaml(text, "f.yaml")).problems

    assert len(problems) == 101
    assert [problem.code for problem in problems if problem.severity is Severity.NOTE] == ["RE115"]


def test_a_file_with_very_many_templates_is_refused():
    values = ", ".join(f'"{{{{ {n} }}}}"' for n in range(10_000))
    text = f"version: 1\nrules:\n  - id: a\n    when: lead.created\n    vars: {{a: [{values}]}}\n    then: [{{log: x}}]\n"

    assert [problem.code for problem in check_source(parse_yaml(text, "f.yaml")).problems] == ["RE107"]


FOUND_ELSEWHERE = {
    *("RE106", "RE107", "RE113", "RE114", "RE115", "RE163", "RE164", "RE165", "RE170", "RE171"),
    *("RE181", "RE182"),
}
"""What is about bytes, sizes, folders, rules together and what is known beside them, and so has tests of its own."""


def test_every_code_has_a_broken_file():
    shown = {code for file in BROKEN for _, _, code, _ in expected(file.read_text(encoding="utf-8"))}

    assert shown | FOUND_ELSEWHERE == set(CODES)
