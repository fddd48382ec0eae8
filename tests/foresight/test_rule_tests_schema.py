"""The schema of test files for editors is generated from the reader's own tables, and says the same as the reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from rules_engine.foresight.rule_tests.schema import tests_schema as schema_of_tests
from rules_engine.foresight.rule_tests.session import find_test_files
from rules_engine.ruleset.yaml_source import parse_yaml

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft7Validator(schema_of_tests())
FILES = find_test_files([ROOT / "rules", ROOT / "examples"])


def said(text):
    source = parse_yaml(text, "some.test.yaml")
    assert source.problems == ()
    return [error.message for error in VALIDATOR.iter_errors(source.data)]


def test_the_committed_schema_is_the_one_that_the_code_generates():
    committed = json.loads((ROOT / "schemas" / "test.schema.json").read_text(encoding="utf-8"))
    assert committed == schema_of_tests()


def test_it_is_a_schema():
    Draft7Validator.check_schema(schema_of_tests())


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_test_file_of_the_project_is_valid(file):
    assert said(file.read_bytes()) == []


@pytest.mark.parametrize(
    "test",
    [
        "chnage: {lead: mill, value: 1}, expect: []",
        "change: {lead: mill}, expect: []",
        "change: {leed: mill, value: 1}, expect: []",
        "create: {leed: {}}, expect: []",
        "delete: {project: Web}, expect: []",
        "advance: 5, expect: []",
        "advance: 5 days, create: {lead: {}}, expect: []",
        "expect: []",
        "emit: {event: lead.created}, expect: []",
        "steps: [{wait: 1 day}], expect: []",
        "steps: [{advance: 1 day, create: {lead: {}}}], expect: []",
        "advance: 1 day, expect: [{create_taks: {}}]",
        "advance: 1 day, expect: [{create_task: {nam: x}}]",
        "advance: 1 day, expect: [{create_task: {}, log: x}]",
        "advance: 1 day, expect: [{create_task: {unless_exists: [name]}}]",
        "advance: 1 day, expect: [{exactly: true}]",
        "advance: 1 day, expect: {}",
        "advance: 1 day, expect: [], given: {members: []}",
        "advance: 1 day, expect: [], given: {leads: [{value: much}]}",
        "advance: 1 day, expect: [], why: {one: 5}",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(test):
    assert said(f"version: 1\ntests: [{{name: x, {test}}}]") != []
