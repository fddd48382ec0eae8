"""Whatever a test file holds, it is run or refused with problems that have places; nothing is ever raised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trying_tests import shared_session

from rules_engine.dashtrack.resources import RESOURCES, Kind, Scope
from rules_engine.foresight.rule_tests.grammar import CASE_KEYS, FILE_KEYS, GIVEN_KEYS, STEP_KEYS
from rules_engine.foresight.rule_tests.report import as_json, lines_of
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.ruleset.yaml_source import MAX_BYTES

RULES = """
version: 1
rules:
  - id: one
    when: [lead.updated, lead.created, task.updated, lead.deleted]
    if: event.resource == 'task' or lead.value is none or lead.value > 3
    then: [{log: "{{ event.type }}"}, {create_task: {project: Sales, name: T, unless_exists: [name]}}]
"""
WORDS = [*FILE_KEYS, *CASE_KEYS, *STEP_KEYS, *GIVEN_KEYS, *RESOURCES, *ACTIONS]
WORDS += [
    "id",
    "status",
    "value",
    "tags",
    "due_date",
    "project",
    "mill",
    "Sales",
    "one",
    "done",
    "2 days",
    "contains",
    "add",
    "2026-12-01",
]
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(WORDS) | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["Sales", "mill", "Mill", "Ada Byron", "x", "lead-1", "task-1"])
KINDS = {
    Kind.NUMBER: st.integers(-5, 5),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATETIME: st.sampled_from(["2026-12-01", "2026-11-24T09:00:00Z", "0001-01-01", "9999-12-31"]),
    Kind.DATE: st.sampled_from(["2026-12-01", "2026-11-24"]),
    Kind.PEOPLE: st.lists(NAMES, max_size=2),
    Kind.LIST: st.lists(NAMES, max_size=2),
}


def value_of(field):
    """Mostly what the field may have."""
    words = st.sampled_from(field.vocabulary) if field.vocabulary else NAMES
    kind = KINDS.get(field.kind, st.lists(words, max_size=3) if field.kind is Kind.WORDS else words)
    return st.none() | kind


def fields_of(resource, *, new):
    """Some fields of an object; a new one mostly stands in a project that exists."""
    names = [field for field in resource.fields if field.writable or field.name in {"user_name", "hours"}]
    some = st.fixed_dictionaries({}, optional={field.name: value_of(field) for field in names})
    if new and resource.scope is Scope.PROJECT:
        return st.builds(lambda fields: {"project": "Sales", **fields}, some)
    return some


def edit_of(resource):
    """Something that somebody does with an object of it."""
    name = resource.name
    create = st.builds(lambda fields: {"create": {name: fields}}, fields_of(resource, new=True))
    change = st.builds(
        lambda ref, fields: {"change": {name: ref, **fields}}, NAMES, fields_of(resource, new=False)
    )
    return create | change | st.builds(lambda ref: {"delete": {name: ref}}, NAMES)


STEP = st.one_of(*map(edit_of, RESOURCES.values()))
STEP |= st.sampled_from([{"advance": "1 day"}, {"emit": {"event": "custom.a"}}, {"expect": []}])
NEARLY = st.builds(
    lambda leads, steps: {
        "version": 1,
        "given": {
            "projects": [{"name": "Sales"}],
            "team": [{"name": "Ada Byron"}],
            "leads": [{"id": "mill"}, *leads],
        },
        "tests": [{"name": "x", "steps": steps, "expect": []}],
    },
    st.lists(fields_of(RESOURCES["lead"], new=True), max_size=2),
    st.lists(STEP, min_size=1, max_size=4),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    (folder / "a.yaml").write_text(RULES, encoding="utf-8")
    return folder / "a.test.yaml"


def run(file: Path, content: bytes):
    file.write_bytes(content)
    result = shared_session().run(file)
    assert list(lines_of(result))
    json.dumps(as_json([result], None), allow_nan=False)
    for problem in result.problems:
        assert problem.place.line >= 1
    return result


QUICK = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(data=st.dictionaries(st.sampled_from(WORDS), ANYTHING, max_size=6) | ANYTHING)
def test_any_document_is_run_or_refused(file, data):
    run(file, json.dumps(data).encode())


@QUICK
@given(data=NEARLY)
def test_any_story_is_told_to_its_end_or_broken_with_a_place(file, data):
    run(file, json.dumps(data).encode())


@QUICK
@given(content=st.binary(max_size=200))
def test_any_bytes_are_run_or_refused(file, content):
    run(file, content)


def test_a_file_that_is_too_large_or_too_deep_is_refused(file):
    assert run(file, b"#" * (MAX_BYTES + 1)).refused
    assert run(file, b"a: " + b"[" * 10_000).refused


def test_a_file_with_many_mistakes_is_cut_short(file):
    tests = ", ".join("{zzz: 1}" for _ in range(500))
    result = run(file, f"version: 1\ntests: [{tests}]".encode())
    assert result.refused
    assert len(result.problems) <= 101
